//! `/signalen/{id}/weging-3` and `/weging-4`: a weighing drafted beside the text, signed, and laid before a second.

mod assessment;
mod confirmation;

use super::acting::{Trouble, act_form, see_other, seen_in, signal_in};
use super::conflict::{Point, Versions, changed, merge};
use super::signals::address;
use super::{around, frame, html, records, signal};
use crate::app::cosigning::{Candidate, MaySign, Presence};
use crate::app::judgements::{JUDGEMENT, Standing, Weighed};
use crate::app::reading::Opened;
use crate::domain::calendar;
use crate::domain::ids::SignalId;
use crate::domain::protocol::Protocol;
use crate::domain::purpose::Purpose;
use crate::domain::role::Seat;
use crate::domain::time::Day;
use crate::domain::weighing::{Assessment, Confirmation};
use crate::policy::Action;
use crate::web::Web;
use crate::web::failure::{Failed, Failure};
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::views::fields::{Act, Choice, Control, Field};
use crate::web::views::signal::{Judged, StepContext};
use crate::web::views::steps::{Changed, Criterion, WeighingView};
use actix_web::{HttpResponse, web};

/// What the page of a weighing knows beside the weighing itself.
pub trait WeighingPage: Weighed {
    /// The heading.
    const TITLE: &'static str;
    /// The address under the signal's own.
    const PAGE: &'static str;
    /// The question over the points.
    const QUESTION: &'static str;
    /// How to answer.
    const EXPLANATION: &'static str;
    /// What is read while drafting.
    const READS: &'static [&'static str];
    /// What is read while improving what was signed before.
    const READS_IMPROVING: &'static [&'static str];

    /// What was typed, as a draft.
    fn draft_in(protocol: &Protocol, form: &Form) -> Self::Draft;
    /// A draft, as the form that would send it.
    fn form_of(draft: &Self::Draft) -> Form;
    /// What was signed, to be improved.
    fn improved(&self) -> Self::Draft;
    /// The form before anybody typed.
    fn blank(protocol: &Protocol, opened: &Opened) -> Self::Draft;
    /// The points on which two people can differ.
    fn points(protocol: &Protocol) -> Vec<Point>;
    /// A point of a form as people read it.
    fn words(protocol: &Protocol, point: &Point, form: &Form) -> String;
    /// The points as fields.
    fn criteria(protocol: &Protocol, form: &Form) -> Vec<Criterion>;
    /// The ways out.
    fn proposal(protocol: &Protocol, form: &Form) -> Field;
    /// What a way out needs besides.
    fn more(protocol: &Protocol, form: &Form, today: Day) -> Vec<Field>;
    /// The points, read only.
    fn judged(&self, protocol: &Protocol) -> Vec<Judged>;
    /// The proposal, read only.
    fn proposed(&self, protocol: &Protocol) -> Vec<Judged>;
}

/// The addresses of these pages.
pub fn routes(config: &mut web::ServiceConfig) {
    of::<Assessment>(config);
    of::<Confirmation>(config);
}

fn of<W: WeighingPage>(config: &mut web::ServiceConfig) {
    let place = format!("/signalen/{{id}}/{}", W::PAGE);
    config.route(&place, web::get().to(show::<W>)).route(&place, web::post().to(act::<W>));
}

/// What was posted, and what its page was made from.
struct Posted {
    mine: Form,
    base: Form,
    seen: i64,
}

/// `GET`
async fn show<W: WeighingPage>(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    let standing = web.app.weighing_standing(&member.op, id, W::NUMBER)?;
    if let Some(why) = not_here::<W>(&standing) {
        return signal::refused(&web, &member, &standing.signal, &why);
    }
    page::<W>(&web, &member, id, None, Trouble::Fine).await
}

fn not_here<W: WeighingPage>(standing: &Standing) -> Option<Trouble> {
    Trouble::not_here(W::NUMBER.draft_step(), standing.signal.stage)
        .or_else(|| W::unsettled(&standing.signal).map(Trouble::not_now))
}

/// `POST`
async fn act<W: WeighingPage>(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    let seen = seen_in(&web, &member, id, &form)?;
    let op = member.for_purpose(Purpose::Weighing);
    let draft = W::draft_in(web.app.protocol(), &form);
    let basis: W::Draft = serde_json::from_str(form.text("basis")).unwrap_or_default();
    let posted = Posted { mine: form, base: W::form_of(&basis), seen: seen.version };
    let second = posted.mine.filled("medeondertekenaar");
    let outcome = match posted.mine.text("daad") {
        "kies" => return page::<W>(&web, &member, id, Some(posted), Trouble::Fine).await,
        "concept" => {
            let kept = web.app.keep_draft(&op, &member.session, seen, &draft, second.as_deref());
            kept.await.map(|_| "concept")
        }
        "ondertekenen" => {
            let proposed = web.app.propose_weighing::<W>(&op, &member.session, seen, &draft, second.as_deref());
            proposed.await.map(|_| "voorgelegd")
        }
        _ => return Err(Failed(Failure::Unreadable)),
    };
    match outcome {
        Ok(done) => Ok(see_other(&format!("{}?klaar={done}", address(id)))),
        Err(error) => page::<W>(&web, &member, id, Some(posted), Trouble::of(error)?).await,
    }
}

/// The page: as it stands, or with what was posted and what went wrong with it.
async fn page<W: WeighingPage>(
    web: &Web,
    member: &Member,
    id: SignalId,
    posted: Option<Posted>,
    trouble: Trouble,
) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(Purpose::Weighing);
    let standing = web.app.weighing_standing(&op, id, W::NUMBER)?;
    let improving = standing.last_in("proposed").or(standing.last_in("returned"));
    let reads = if improving.is_some() { W::READS_IMPROVING } else { W::READS };
    let step = Action::Step(W::NUMBER.draft_step());
    let opened = match web.app.open_signal_as(&op, &member.session, id, reads, step).await {
        Ok(opened) => opened,
        Err(error) => return Err(Trouble::of(error).err().unwrap_or_else(Failed::not_found)),
    };
    let protocol = web.app.protocol();
    let signed: Option<W> = improving.and_then(|row| opened.json(row.record_id, JUDGEMENT));
    let draft = opened.draft::<W::Draft>(&standing).or_else(|| signed.map(|weighed| weighed.improved()));
    let stands = W::form_of(&draft.unwrap_or_else(|| W::blank(protocol, &opened)));
    let trouble = if posted.is_some() { not_here::<W>(&standing).unwrap_or(trouble) } else { trouble };
    let (form, base, changed, trouble) = versions::<W>(web, member, &standing, posted, stands, trouble)?;
    let judgements = web.app.judgements(&op, id)?;
    let mut context = StepContext {
        title: W::TITLE.to_owned(),
        saved: trouble.sentence(),
        ..around::opened(web, member, &opened, Purpose::Weighing)?
    };
    let earlier: Vec<_> = judgements.iter().filter(|one| one.row.number != W::NUMBER.code()).cloned().collect();
    context.records = records::judgements(protocol, &opened, &earlier, op.today);
    context.records.extend(records::came_back(&opened, &judgements, W::NUMBER, op.today));
    let kept = standing.last_in("draft").or(standing.last_in("returned")).and_then(|row| row.cosigner);
    let chosen = form.filled("medeondertekenaar").or_else(|| kept.map(|member| member.to_string())).unwrap_or_default();
    let candidates = web.app.cosigners(&op, id, standing.authors_so_far())?;
    let others = if standing.last_in("proposed").is_none() {
        vec![Act::new("Bewaar als concept", "concept")]
    } else {
        Vec::new()
    };
    let view = WeighingView {
        frame: frame(web, member, "/signalen"),
        step: context,
        form: act_form(web, member, &format!("{}/{}", address(id), W::PAGE), standing.signal.version, trouble.errors()),
        basis: serde_json::to_string(&W::draft_in(protocol, &base)).unwrap_or_default(),
        changed,
        question: W::QUESTION.to_owned(),
        explanation: W::EXPLANATION.to_owned(),
        criteria: W::criteria(protocol, &form),
        proposal: W::proposal(protocol, &form),
        more: W::more(protocol, &form, op.today),
        signer: signer(&candidates, &chosen, op.today),
        primary: if trouble.is_closed() { Act::none() } else { primary(&candidates, &chosen) },
        others,
    };
    Ok(trouble.answer(html(&view)?))
}

/// "Onderteken en leg voor aan Joost Lindegaard", once it is known whom.
fn primary(candidates: &[Candidate], chosen: &str) -> Act {
    let mut may = candidates.iter().filter(|candidate| candidate.may == MaySign::Yes);
    let named = may.clone().find(|candidate| candidate.member.to_string() == chosen);
    let only = may.next().filter(|_| may.next().is_none());
    let label = match named.or(only) {
        Some(candidate) => format!("Onderteken en leg voor aan {}", candidate.name),
        None => "Onderteken en leg voor".to_owned(),
    };
    Act::new(&label, "ondertekenen")
}

fn signer(candidates: &[Candidate], chosen: &str, today: Day) -> Field {
    let choices = candidates.iter().map(|candidate| {
        let value = candidate.member.to_string();
        let role = match candidate.seat {
            Seat::Holder => candidate.role.label().to_owned(),
            Seat::Deputy => format!("plaatsvervangend {}", candidate.role.label()),
        };
        let choice = Choice::new(&value, &format!("{}, {role}", candidate.name));
        if candidate.may == MaySign::WroteAlong {
            return choice.with_note("schreef mee en kan daarom niet meetekenen").closed();
        }
        let choice = choice.with_note(&presence(candidate.presence, today));
        if value == chosen { choice.chosen() } else { choice }
    });
    let choices: Vec<Choice> = choices.collect();
    let field = Field::new("medeondertekenaar", "Wie tekent mee?", Control::Radios(choices.clone()));
    if choices.iter().any(|choice| !choice.closed.is_on()) {
        field
    } else {
        field.with_hint("Er is nu niemand die kan meetekenen. Vraag de beheerder om een plaatsvervanger of jurist.")
    }
}

fn presence(presence: Presence, today: Day) -> String {
    match presence {
        Presence::Here => "aanwezig".to_owned(),
        Presence::Away(Some(until)) if calendar::in_words_near(until, today) == calendar::in_words(until) => {
            let words = calendar::in_words(until);
            format!("afwezig t/m {}", words.split_once(' ').map_or(words.as_str(), |(_, day)| day))
        }
        Presence::Away(Some(until)) => format!("afwezig t/m {}", calendar::in_words_with_year(until)),
        Presence::Away(None) => "afwezig".to_owned(),
    }
}

/// The form to show, what it was made from, and what somebody else changed.
fn versions<W: WeighingPage>(
    web: &Web,
    member: &Member,
    standing: &Standing,
    posted: Option<Posted>,
    stands: Form,
    trouble: Trouble,
) -> Result<(Form, Form, Option<Changed>, Trouble), Failed> {
    let Some(posted) = posted else { return Ok((stands.clone(), stands, None, trouble)) };
    let choosing = posted.mine.text("daad") == "kies";
    if trouble != Trouble::Changed && !choosing {
        return Ok((posted.mine, posted.base, None, trouble));
    }
    let protocol = web.app.protocol();
    let three = Versions { base: &posted.base, mine: &posted.mine, theirs: &stands };
    let merged = merge(&W::points(protocol), three, |point, form| W::words(protocol, point, form));
    let open = merged.is_open();
    let told = if open || !choosing {
        let change = web.app.change_since(&member.op, standing.signal.id, posted.seen - i64::from(choosing))?;
        Some(changed(change.as_ref(), "deze weging", &merged))
    } else {
        None
    };
    let trouble = if open { Trouble::Changed } else { trouble };
    Ok((merged.form, if open { posted.base } else { stands }, told, trouble))
}
