//! `/signalen/{id}/intake`: weging 1, 2A and 2B with the text in view, and the short road below.

mod fields;

use self::fields::{draft_in, form_of, no_answers, points, questions, short_road, urgency, words};
use super::acting::{Trouble, act_form, see_other, seen_in, signal_in};
use super::conflict::{Merged, Versions, changed, merge};
use super::signals::address;
use super::{around, frame, html, signal};
use crate::app::AppError;
use crate::app::drafts::DRAFT;
use crate::app::judgements::{Number, Standing};
use crate::app::triage::is_immediate;
use crate::domain::ids::SignalId;
use crate::domain::purpose::Purpose;
use crate::domain::role::Role;
use crate::domain::weighing::{IntakeAssessment, IntakeDraft, IntakeWay, NotTakenUpDraft};
use crate::domain::workflow::StepEvent;
use crate::policy::Action;
use crate::web::Web;
use crate::web::failure::{Failed, Failure};
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::views::Link;
use crate::web::views::fields::Act;
use crate::web::views::signal::StepContext;
use crate::web::views::steps::{Changed, IntakeView};
use actix_web::{HttpResponse, web};

/// The addresses of this page.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/signalen/{id}/intake", web::get().to(show)).route("/signalen/{id}/intake", web::post().to(act));
}

/// What was posted, and what its page was made from.
struct Posted {
    mine: Form,
    base: Form,
    /// The version its page was made from.
    seen: i64,
}

/// `GET /signalen/{id}/intake`
async fn show(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    let standing = web.app.weighing_standing(&member.op, id, Number::Intake)?;
    if let Some(why) = not_here(&standing) {
        return signal::refused(&web, &member, &standing.signal, &why);
    }
    page(&web, &member, id, None, Trouble::Fine, "").await
}

fn not_here(standing: &Standing) -> Option<Trouble> {
    Trouble::not_here(StepEvent::CompleteIntake, standing.signal.stage)
}

/// `POST /signalen/{id}/intake`
async fn act(web: web::Data<Web>, member: Member, path: web::Path<String>, form: Form) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    let seen = seen_in(&web, &member, id, &form)?;
    let op = member.for_purpose(Purpose::Intake);
    let (app, draft) = (&web.app, draft_in(&form));
    let place = address(id);
    let basis: IntakeDraft = serde_json::from_str(form.text("basis")).unwrap_or_default();
    let posted = Posted { mine: form, base: form_of(&basis), seen: seen.version };
    let form = &posted.mine;
    let outcome = match form.text("daad") {
        "kies" => return page(&web, &member, id, Some(posted), Trouble::Fine, "").await,
        "concept" => {
            app.keep_draft(&op, &member.session, seen, &draft, None).await.map(|_| format!("{place}?klaar=concept"))
        }
        "niet-oppakken" => {
            let short = NotTakenUpDraft { reason: form.filled("reden"), duplicate_of: form.filled("dubbelVan") };
            app.not_take_up(&op, seen, &short, None).await.map(|_| format!("{place}?klaar=niet-opgepakt"))
        }
        "nee-niet-oppakken" if way(&draft) == IntakeWay::NotTakenUp => {
            let short = NotTakenUpDraft { reason: Some("geen_ondermijning".to_owned()), duplicate_of: None };
            let judged = IntakeAssessment::parse(&draft, app.protocol()).is_ok().then_some(&draft);
            app.not_take_up(&op, seen, &short, judged).await.map(|_| format!("{place}?klaar=niet-opgepakt"))
        }
        "nee-doorverwijzen" if way(&draft) == IntakeWay::ReferOn => {
            app.keep_draft(&op, &member.session, seen, &draft, None).await.map(|_| format!("{place}/doorverwijzen"))
        }
        "afronden" if is_immediate(&draft) => match app.complete_intake(&op, seen, &draft).await {
            Ok(_) => Ok(format!("{place}/spoed")),
            // It cannot wait: what is missing here is kept, and stops nobody on the way to the urgent page.
            Err(AppError::Invalid(_)) => {
                app.keep_draft(&op, &member.session, seen, &draft, None).await.map(|_| format!("{place}/spoed"))
            }
            Err(error) => Err(error),
        },
        "afronden" | "nee-niet-oppakken" | "nee-doorverwijzen" if way(&draft) != IntakeWay::Weigh => {
            return page(&web, &member, id, Some(posted), Trouble::Fine, ANSWERED_NO).await;
        }
        "afronden" | "nee-niet-oppakken" | "nee-doorverwijzen" => {
            app.complete_intake(&op, seen, &draft).await.map(|_| format!("{place}?klaar=intake"))
        }
        _ => return Err(Failed(Failure::Unreadable)),
    };
    match outcome {
        Ok(next) => Ok(see_other(&next)),
        Err(error) => page(&web, &member, id, Some(posted), Trouble::of(error)?, "").await,
    }
}

const ANSWERED_NO: &str =
    "Met een nee gaat dit signaal niet door naar wegen. Onderaan staat wat er dan mee kan. Wat u invulde, is er nog.";

/// Where the answers so far lead: to weighing until one of them is no.
fn way(draft: &IntakeDraft) -> IntakeWay {
    let no = |answer: &Option<String>| answer.as_deref() == Some("nee");
    if no(&draft.undermining) {
        IntakeWay::NotTakenUp
    } else if no(&draft.municipal_task) || no(&draft.territory) {
        IntakeWay::ReferOn
    } else {
        IntakeWay::Weigh
    }
}

/// The page: as it stands, or with what was posted and what went wrong with it.
async fn page(
    web: &Web,
    member: &Member,
    id: SignalId,
    posted: Option<Posted>,
    trouble: Trouble,
    saved: &str,
) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(Purpose::Intake);
    // The short road is open to whoever leads the box; the questions are the coordinators'.
    let step = Action::Step(StepEvent::NotTakeUp);
    let opened = web.app.open_signal_as(&op, &member.session, id, &["report", DRAFT], step).await;
    let opened = match opened {
        Ok(opened) => opened,
        Err(error) => return Err(Trouble::of(error).err().unwrap_or_else(Failed::not_found)),
    };
    let standing = web.app.weighing_standing(&op, id, Number::Intake)?;
    let stands = form_of(&opened.draft::<IntakeDraft>(&standing).unwrap_or_default());
    let moved = if posted.is_some() { not_here(&standing) } else { None };
    let trouble = moved.unwrap_or(trouble);
    let (form, base, changed, trouble) = versions(web, member, &standing, posted, stands, trouble)?;
    let coordinator = member.session.actor.holds(Role::Coordinator);
    let draft = draft_in(&form);
    let sentence = trouble.sentence();
    let view = IntakeView {
        frame: frame(web, member, "/signalen"),
        step: StepContext {
            title: "Intake".to_owned(),
            saved: if sentence.is_empty() { saved.to_owned() } else { sentence },
            ..around::opened(web, member, &opened, Purpose::Intake)?
        },
        form: act_form(web, member, &format!("{}/intake", address(id)), standing.signal.version, trouble.errors()),
        basis: serde_json::to_string(&draft_in(&base)).unwrap_or_default(),
        changed,
        questions: if coordinator { questions(web.app.protocol(), &form) } else { Vec::new() },
        urgency: if coordinator { urgency(&form) } else { no_answers() },
        primary: if coordinator && !trouble.is_closed() { primary(&draft) } else { Act::none() },
        others: vec![Act::new("Bewaar als concept", "concept")],
        refer: (!trouble.is_closed()).then(|| Link::new("Doorverwijzen", &format!("{}/doorverwijzen", address(id)))),
        short: if trouble.is_closed() { None } else { short_road(web.app.protocol(), &form, op.today) },
    };
    Ok(trouble.answer(html(&view)?))
}

fn primary(draft: &IntakeDraft) -> Act {
    let way = way(draft);
    Act::new(
        way.label(),
        match way {
            IntakeWay::Weigh => "afronden",
            IntakeWay::NotTakenUp => "nee-niet-oppakken",
            IntakeWay::ReferOn => "nee-doorverwijzen",
        },
    )
}

/// The form to show, what it was made from, and what somebody else changed.
fn versions(
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
    let merged: Merged = merge(&points(), three, |point, form| words(protocol, point, form));
    let open = merged.is_open();
    let told = if open || !choosing {
        let change = web.app.change_since(&member.op, standing.signal.id, posted.seen - i64::from(choosing))?;
        Some(changed(change.as_ref(), "deze intake", &merged))
    } else {
        None
    };
    let trouble = if open { Trouble::Changed } else { trouble };
    Ok((merged.form, if open { posted.base } else { stands }, told, trouble))
}
