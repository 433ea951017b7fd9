//! `/signalen/{id}/publiceren`: what each participant will read, and the act that gives it to them.

use super::around;
use super::check2a_decide::{named, settled};
use super::enrichment::{at_once, moved, shown};
use super::lio::{cannot_now, reading_of, taken_in_words};
use super::signals::address;
use super::{frame, html, with_status};
use crate::app::AppError;
use crate::app::lio::Check2a;
use crate::app::steps::Seen;
use crate::domain::calendar;
use crate::domain::ids::SignalId;
use crate::domain::purpose::Purpose;
use crate::domain::sitting::{ItemKind, SittingDays};
use crate::domain::text::BoundedText;
use crate::domain::words::FieldError;
use crate::domain::workflow::StepEvent;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::tokens;
use crate::web::views::Link;
use crate::web::views::fields::Act;
use crate::web::views::signal::{Judged, Record, StepContext};
use crate::web::views::steps::{ActForm, StepView};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

const TITLE: &str = "Stuk publiceren";

/// The addresses of this page.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/signalen/{id}/publiceren", web::get().to(ask))
        .route("/signalen/{id}/publiceren", web::post().to(publish));
}

/// `GET /signalen/{id}/publiceren`
pub async fn ask(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    let id: SignalId = path.parse().map_err(|_| Failed::not_found())?;
    page(&web, &member, id, Vec::new(), "").await
}

/// `POST /signalen/{id}/publiceren`
pub async fn publish(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let id: SignalId = path.parse().map_err(|_| Failed::not_found())?;
    tokens::check_session(&web.app.keys().server, member.session.actor.session.uuid(), form.text("formulier"))?;
    let seen = Seen { signal: id, version: form.text("versie").parse().unwrap_or(0) };
    let op = member.for_purpose(Purpose::LioPreparation);
    match web.app.publish_item(&op, &member.session, seen).await {
        Ok(_) => Ok(at_once("/lio?klaar=gepubliceerd")),
        Err(AppError::Invalid(errors)) => {
            Ok(with_status(page(&web, &member, id, errors, "").await?, StatusCode::BAD_REQUEST))
        }
        Err(error @ (AppError::Changed { .. } | AppError::Store(_))) => match moved(&web, &member, id, &error)? {
            Some(notice) => Ok(with_status(page(&web, &member, id, Vec::new(), &notice).await?, StatusCode::CONFLICT)),
            None => Err(error.into()),
        },
        Err(error) => cannot_now(&web, &member, id, TITLE, error),
    }
}

async fn page(
    web: &Web,
    member: &Member,
    id: SignalId,
    errors: Vec<FieldError>,
    notice: &str,
) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(Purpose::LioPreparation);
    let signal = match web.app.step_ready(&op, id, StepEvent::PublishItem).await {
        Ok(signal) => signal,
        Err(error) => return cannot_now(web, member, id, TITLE, error),
    };
    let cleared = match web.app.cleared_check2a(&op, &member.session, id, StepEvent::PublishItem).await {
        Ok(cleared) => cleared,
        Err(error) => return cannot_now(web, member, id, TITLE, error),
    };
    let read = &cleared.read;
    let today = member.op.today;
    let reading = reading_of(member, Purpose::LioPreparation, "het voorstel en het oordeel", read.event_index);
    let step = StepContext {
        title: TITLE.to_owned(),
        saved: notice.to_owned(),
        records: records(web, read, id, member)?,
        ..around::standing(web, member, &signal)?
    };
    let held_on = match &cleared.sitting {
        Some(sitting) => sitting.held_on,
        None => web.app.next_sitting(ItemKind::Regular, today)?.held_on(),
    };
    let days = SittingDays::around(held_on, web.app.protocol());
    let count = read.check.cleared;
    let primary =
        if count == 1 { "Publiceer aan 1 deelnemer".to_owned() } else { format!("Publiceer aan {count} deelnemers") };
    html(&StepView {
        frame: frame(web, member, "/lio"),
        step,
        form: ActForm {
            action: format!("{}/publiceren", address(id)),
            formulier: tokens::session_token(&web.app.keys().server, member.session.actor.session.uuid()),
            versie: signal.version.to_string(),
            errors: shown(errors),
        },
        changed: None,
        question: "Gaat dit stuk zo uit?".to_owned(),
        explanation: format!(
            "U ziet {} als {}, doel {}. Dit staat in het logboek, {}, regel {}.",
            reading.fields, reading.role, reading.purpose, reading.at, reading.line
        ),
        groups: Vec::new(),
        consequence: format!(
            "Het stuk {} op de zitting van {}. Deelnemers lezen het van {} tot en met {}. Daarbuiten bestaat het voor hen niet.",
            if cleared.sitting.is_some() { "staat" } else { "komt" },
            calendar::in_words_near(days.held_on, today),
            calendar::in_words_near(days.read_from, today),
            calendar::in_words_near(days.read_until, today),
        ),
        primary: Act::new(&primary, "publiceer"),
        others: Vec::new(),
        leave: Some(Link::new("Wijzig het voorstel", &format!("{}/privacycheck-2a", address(id)))),
    })
}

/// Per participant what they will read, and what was said of it.
fn records(web: &Web, read: &Check2a, id: SignalId, member: &Member) -> Result<Vec<Record>, Failed> {
    let people = web.app.lio_candidates(id, member.op.today)?;
    let mut records = vec![Record {
        title: read.proposal.title.as_str().to_owned(),
        signed: String::new(),
        points: vec![Judged::new("Vraag aan het overleg", read.proposal.question.as_str(), "")],
    }];
    if let (Some(taken), Some(first)) = (read.proposal.taken, records.first_mut()) {
        first.points.push(Judged::new("Spoedbesluit", &taken_in_words(taken), "Elke deelnemer leest dit erbij."));
    }
    for one in &read.proposal.participants {
        let (person, role) = named(web, &people, one.member);
        let verdict = read.verdict.as_ref();
        let said = verdict.and_then(|verdict| verdict.verdicts.get(&one.member)).map(settled);
        let facts = verdict.map(|verdict| verdict.facts_for(one.member, &read.proposal)).unwrap_or_default();
        let mut points: Vec<Judged> = facts
            .iter()
            .map(|fact| Judged::new(fact.regime.label(), fact.text.as_str(), fact.origin.as_str()))
            .collect();
        if facts.is_empty() {
            points.push(Judged::new("Leest", "niets", "Krijgt geen stuk en ziet niet dat het bestaat."));
        }
        let signed = said.map(|said| match said.why.as_str() {
            "" => said.choice.clone(),
            why => format!("{}. {why}", said.choice),
        });
        records.push(Record { title: format!("{person}, {role}"), signed: signed.unwrap_or_default(), points });
    }
    Ok(records)
}
