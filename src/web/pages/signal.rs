//! `/signalen/{id}`: one signal with what stands on record and what can be done; and its history.

use super::acting::{Trouble, shown, signal_in};
use super::acts::{self, WroteAlong};
use super::signals::address;
use super::{around, frame, html, records, with_status};
use crate::app::AppError;
use crate::app::judgements::Number;
use crate::domain::ids::SignalId;
use crate::domain::purpose::{Purpose, StatedPurpose};
use crate::domain::words::FieldError;
use crate::store::signals::SignalRow;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::tokens;
use crate::web::views::fields::{Choice, Errors};
use crate::web::views::signal::{NextAct, SignalView, StepContext};
use crate::web::views::staff::PurposeView;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

/// The purposes a reader of signals may give, "overig" last.
const PURPOSES: &[Purpose] = &[
    Purpose::Intake,
    Purpose::Weighing,
    Purpose::Enrichment,
    Purpose::LioPreparation,
    Purpose::LioSitting,
    Purpose::Measure,
    Purpose::Feedback,
    Purpose::AccessRequest,
    Purpose::Other,
];

/// The addresses of this page.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/signalen/{id}", web::get().to(show))
        .route("/signalen/{id}", web::post().to(open_for))
        .route("/signalen/{id}/geschiedenis", web::get().to(history));
}

/// `GET /signalen/{id}`: after an act the signal as it stands now, without its content; on one's own turn the signal
/// itself; otherwise first the question for which purpose.
async fn show(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    let signal = web.app.signal_standing(&member.op, id)?;
    let query = Form::parse(request.query_string().as_bytes())?;
    if let Some(sentence) = acts::done(query.text("klaar")) {
        return standing(&web, &member, &signal, sentence);
    }
    if acts::is_turn_of(&signal, &member.session.actor) {
        return opened(&web, &member, id, acts::purpose_of(&signal.waiting)).await;
    }
    ask_purpose(&web, &member, &signal, &Form::default(), Errors::default())
}

/// `POST /signalen/{id}`: opens the signal for the purpose that was given.
async fn open_for(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    tokens::check_session(&web.app.keys().server, member.session.actor.session.uuid(), form.text("formulier"))?;
    let signal = web.app.signal_standing(&member.op, id)?;
    let stated = match parse_purpose(&form) {
        Ok(stated) => stated,
        Err(errors) => {
            let page = ask_purpose(&web, &member, &signal, &form, shown(&errors))?;
            return Ok(with_status(page, StatusCode::BAD_REQUEST));
        }
    };
    web.app.keep_purpose(&member.for_purpose(stated.purpose), id, &stated).await?;
    opened(&web, &member, id, stated.purpose).await
}

/// A purpose of the list; the sentence counts only with "overig".
fn parse_purpose(form: &Form) -> Result<StatedPurpose, Vec<FieldError>> {
    let sentence = form.filled("toelichting").filter(|_| form.text("doel") == Purpose::Other.code());
    let stated = StatedPurpose::parse(form.filled("doel").as_deref(), sentence.as_deref())?;
    if PURPOSES.contains(&stated.purpose) {
        Ok(stated)
    } else {
        Err(vec![FieldError::new("doel", "Kies een doel van de lijst.")])
    }
}

fn ask_purpose(
    web: &Web,
    member: &Member,
    signal: &SignalRow,
    form: &Form,
    errors: Errors,
) -> Result<HttpResponse, Failed> {
    let chosen = form.text("doel");
    let purposes = PURPOSES.iter().map(|purpose| {
        let choice = Choice::new(purpose.code(), purpose.label());
        if purpose.code() == chosen { choice.chosen() } else { choice }
    });
    html(&PurposeView {
        frame: frame(web, member, "/signalen"),
        reference: signal.reference.to_string(),
        action: address(signal.id),
        formulier: tokens::session_token(&web.app.keys().server, member.session.actor.session.uuid()),
        purposes: purposes.collect(),
        explanation: form.text("toelichting").to_owned(),
        errors,
    })
}

async fn opened(web: &Web, member: &Member, id: SignalId, purpose: Purpose) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(purpose);
    let opened = web.app.open_signal(&op, &member.session, id, records::KINDS).await?;
    let signed = web.app.judgements(&op, id)?;
    let step = StepContext {
        records: records::judgements(web.app.protocol(), &opened, &signed, op.today),
        ..around::opened(web, member, &opened, purpose)?
    };
    let acts = possible(web, member, &opened.signal)?;
    html(&SignalView { frame: frame(web, member, "/signalen"), step, acts })
}

/// The signal as it stands, without opening anything.
fn standing(web: &Web, member: &Member, signal: &SignalRow, saved: &str) -> Result<HttpResponse, Failed> {
    let step = StepContext { saved: saved.to_owned(), ..around::standing(web, member, signal)? };
    let acts = possible(web, member, signal)?;
    html(&SignalView { frame: frame(web, member, "/signalen"), step, acts })
}

/// The page for a step that cannot be taken now, or not by this person: nothing is opened for it.
///
/// # Errors
/// The page for what does not exist, or is not for this member.
pub fn refused(web: &Web, member: &Member, signal: &SignalRow, why: &Trouble) -> Result<HttpResponse, Failed> {
    Ok(why.answer(standing(web, member, signal, &why.sentence())?))
}

fn possible(web: &Web, member: &Member, signal: &SignalRow) -> Result<Vec<NextAct>, AppError> {
    let number = if signal.waiting == "weighing4_agree" { Number::Four } else { Number::Three };
    let authors = web.app.weighing_standing(&member.op, signal.id, number)?.authors;
    let wrote = if authors.contains(&member.session.actor.id) { WroteAlong::Yes } else { WroteAlong::No };
    let actor = &member.session.actor;
    let mut acts = acts::possible(signal, actor, member.op.today, wrote);
    // An urgent decision is on its way to the LIO while the signal itself waits for other things.
    if let Some(waiting) = web.app.urgent_item_waits(&member.op, signal)? {
        let act = acts::of_urgent_item(waiting, signal, actor);
        acts.extend(act.filter(|act| acts.iter().all(|other| other.link.href != act.link.href)));
    }
    Ok(acts)
}

/// `GET /signalen/{id}/geschiedenis`: every line, without opening the signal.
async fn history(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    let signal = web.app.signal_standing(&member.op, id)?;
    let lines = web.app.history(&member.op, id, ALL_LINES)?;
    let step = StepContext {
        title: "Geschiedenis".to_owned(),
        history: around::history_lines(&member, &lines, member.op.today),
        history_all: String::new(),
        ..around::standing(&web, &member, &signal)?
    };
    let acts = possible(&web, &member, &signal)?;
    html(&SignalView { frame: frame(&web, &member, "/signalen"), step, acts })
}

/// More lines than a signal collects in its years.
const ALL_LINES: i64 = 5000;
