//! `/signalen/{id}/weging-3/meetekenen` and `/weging-4/meetekenen`: the second person reads what the first one signed,
//! and signs it or gives it back.

use super::acting::{Trouble, act_form, see_other, seen_in, signal_in};
use super::signals::address;
use super::weighing::WeighingPage;
use super::{around, frame, html, records, signal};
use crate::app::judgements::{JUDGEMENT, Standing};
use crate::app::weighing::NOTHING_TO_SIGN;
use crate::domain::calendar;
use crate::domain::ids::SignalId;
use crate::domain::purpose::Purpose;
use crate::domain::signing::{WroteAlong, may_agree};
use crate::domain::weighing::{Assessment, Confirmation};
use crate::policy::Action;
use crate::web::Web;
use crate::web::failure::{Failed, Failure};
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::views::fields::{Act, Control, Field};
use crate::web::views::signal::StepContext;
use crate::web::views::steps::SecondSignatureView;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

/// The addresses of these pages.
pub fn routes(config: &mut web::ServiceConfig) {
    of::<Assessment>(config);
    of::<Confirmation>(config);
}

fn of<W: WeighingPage>(config: &mut web::ServiceConfig) {
    let place = format!("/signalen/{{id}}/{}/meetekenen", W::PAGE);
    config.route(&place, web::get().to(show::<W>)).route(&place, web::post().to(act::<W>));
}

/// Why this person cannot sign now; told before anything is opened.
fn not_here<W: WeighingPage>(member: &Member, standing: &Standing) -> Option<Trouble> {
    if let Some(why) = Trouble::not_here(W::AGREE, standing.signal.stage) {
        return Some(why);
    }
    if standing.last_in("proposed").is_none() {
        return Some(Trouble::not_now(NOTHING_TO_SIGN));
    }
    may_agree(member.session.actor.id, &standing.authors)
        .err()
        .map(|WroteAlong| Trouble::Refused(StatusCode::FORBIDDEN, WroteAlong.to_string()))
}

/// `GET`
async fn show<W: WeighingPage>(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    page::<W>(&web, &member, id, &Form::default(), Trouble::Fine).await
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
    let outcome = match form.text("daad") {
        "ondertekenen" => web.app.agree_weighing::<W>(&op, &member.session, seen).await.map(|_| "ondertekend"),
        "teruggeven" => {
            let sentence = form.filled("zin");
            let returned = web.app.return_weighing::<W>(&op, &member.session, seen, sentence.as_deref());
            returned.await.map(|_| "teruggegeven")
        }
        _ => return Err(Failed(Failure::Unreadable)),
    };
    match outcome {
        Ok(done) => Ok(see_other(&format!("{}?klaar={done}", address(id)))),
        Err(error) => page::<W>(&web, &member, id, &form, Trouble::of(error)?).await,
    }
}

async fn page<W: WeighingPage>(
    web: &Web,
    member: &Member,
    id: SignalId,
    form: &Form,
    trouble: Trouble,
) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(Purpose::Weighing);
    let standing = web.app.weighing_standing(&op, id, W::NUMBER)?;
    if let Some(why) = not_here::<W>(member, &standing) {
        return signal::refused(web, member, &standing.signal, &why);
    }
    let opened = match web.app.open_signal_as(&op, &member.session, id, W::RESTS_ON, Action::Step(W::AGREE)).await {
        Ok(opened) => opened,
        Err(error) => return Err(Trouble::of(error).err().unwrap_or_else(Failed::not_found)),
    };
    let judgements = web.app.judgements(&op, id)?;
    let found = standing.last_in("proposed").and_then(|row| {
        let weighed: W = opened.json(row.record_id, JUDGEMENT)?;
        let author = judgements.iter().find(|one| one.row.id == row.id).map(|one| one.first.clone());
        Some((weighed, author.unwrap_or_default(), row.drafted_on))
    });
    let Some((weighed, author, signed_on)) = found else { return Err(Failed::not_found()) };
    let earlier: Vec<_> = judgements.iter().filter(|one| one.row.number != W::NUMBER.code()).cloned().collect();
    let protocol = web.app.protocol();
    let mut records = records::judgements(protocol, &opened, &earlier, op.today);
    records.extend(records::came_back(&opened, &judgements, W::NUMBER, op.today));
    let saved = if trouble == Trouble::Changed { self::moved(&author) } else { trouble.sentence() };
    let closed = trouble.is_closed();
    let view = SecondSignatureView {
        frame: frame(web, member, "/signalen"),
        step: StepContext {
            title: format!("{} meetekenen", W::TITLE),
            saved,
            records,
            ..around::opened(web, member, &opened, Purpose::Weighing)?
        },
        form: act_form(
            web,
            member,
            &format!("{}/{}/meetekenen", address(id), W::PAGE),
            standing.signal.version,
            trouble.errors(),
        ),
        author,
        signed_on: calendar::in_words_near(signed_on, op.today),
        points: weighed.judged(protocol),
        proposal: weighed.proposed(protocol),
        sentence: Field::new("zin", "Wat klopt er niet?", Control::Area)
            .with_hint("Alleen bij teruggeven. Eén zin is genoeg.")
            .with_value(form.text("zin"))
            .conditional(),
        sign: if closed { Act::none() } else { Act::new("Onderteken", "ondertekenen") },
        give_back: Act::new("Geef terug met een zin", "teruggeven"),
    };
    Ok(trouble.answer(html(&view)?))
}

fn moved(author: &str) -> String {
    format!(
        "Er veranderde iets terwijl u las. Hieronder staat wat {author} nu voorlegt; lees het eerst. Uw zin is er nog."
    )
}
