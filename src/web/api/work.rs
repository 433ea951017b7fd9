//! What waits for whoever asks, and the parts of a signal that the privacy officer and the holder of a source read: a
//! check, a question. Each reading stands in the log with the purpose of its step.

use super::answer;
use super::bearer::Bearer;
use super::body::{At, no_parameters};
use super::endpoint::Endpoint;
use crate::app::AppError;
use crate::app::cosigning::MaySign;
use crate::app::worklist::{Task, Turn, Work};
use crate::domain::ids::{PrivacyCheckId, SourceQuestionId};
use crate::domain::privacy_check::CheckKind;
use crate::domain::purpose::Purpose;
use crate::store::checks::PrivacyCheckRow;
use crate::web::Web;
use crate::web::failure::Failed;
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::{Value, json};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::member(Method::GET, "/taken", "lijstTaken", || web::get().to(list))
            .says("Wat wacht op u", "Stappen, vragen en stukken die op u wachten, en wat op een ander wacht.")
            .answers(200, "Takenlijst", "De taken."),
        Endpoint::member(Method::GET, "/signalen/{id}/medeondertekenaars", "lijstMedeondertekenaars", || {
            web::get().to(cosigners)
        })
        .says("Wie kan meetekenen", "Medewerkers die een weging die u opstelt mogen meetekenen.")
        .answers(200, "Medeondertekenaars", "De medewerkers.")
        .refuses(&[403, 404]),
        Endpoint::member(Method::GET, "/privacychecks/{id}", "openPrivacycheck", || web::get().to(check))
            .says(
                "Een privacycheck openen",
                "Het voorstel, en het oordeel als dat er is. Doel in het logboek: privacycheck.",
            )
            .answers(200, "Privacycheck", "De privacycheck.")
            .refuses(&[403, 404]),
        Endpoint::member(Method::GET, "/bronvragen/{id}", "openBronvraag", || web::get().to(question))
            .says("Een bronvraag openen", "De vraag zoals zij is vrijgegeven. Doel in het logboek: verrijking.")
            .answers(200, "Bronvraag", "De vraag.")
            .refuses(&[403, 404]),
    ]
}

async fn list(web: web::Data<Web>, Bearer(member): Bearer) -> Result<HttpResponse, Failed> {
    let app = web.app.clone();
    let work = web::block(move || app.worklist(&member.op)).await.map_err(|e| AppError::Internal(e.to_string()))??;
    let tasks: Vec<Value> = work.iter().map(task).collect();
    Ok(answer(StatusCode::OK, &json!({ "taken": tasks })))
}

fn task(work: &Work) -> Value {
    let (kind, id) = match &work.task {
        Task::Step { signal, waiting, .. } => (waiting.as_str(), signal.to_string()),
        Task::Check { check, kind } => (check_word(kind), check.to_string()),
        Task::Question(id) => ("bronvraag", id.to_string()),
        Task::Item(id) => ("agendapunt", id.to_string()),
        Task::Action(id) => ("actie", id.to_string()),
        Task::UrgentNotice(id) => ("spoedbesluit", id.to_string()),
        Task::NameRequest(id) => ("ontzegeling", id.to_string()),
        Task::Emergency(id) => ("noodinzage", id.to_string()),
        Task::Destruction(signal) => ("destruction", signal.to_string()),
        Task::Newcomer(member) => ("binnenlaten", member.to_string()),
        Task::Role(wanted) => ("rol", wanted.member.to_string()),
        Task::Decision(id) => ("besluit", id.to_string()),
        Task::Machine(id) => ("koppeling", id.to_string()),
    };
    let turn = match &work.turn {
        Turn::Mine => "u",
        Turn::Other(_) => "ander",
        Turn::Aside => "later",
    };
    let mut task = json!({ "soort": kind, "id": id, "kenmerk": work.reference, "beurt": turn });
    if let (Some(fields), Some(due)) = (task.as_object_mut(), work.due_on) {
        fields.insert("termijnDatum".to_owned(), json!(due.to_string()));
    }
    task
}

fn check_word(kind: &str) -> &'static str {
    match kind.parse() {
        Ok(CheckKind::Check2a) => "privacycheck_2a",
        Ok(CheckKind::Check2b) => "privacycheck_2b",
        Ok(CheckKind::Check1) | Err(_) => "privacycheck_1",
    }
}

async fn cosigners(
    web: web::Data<Web>,
    Bearer(member): Bearer,
    at: At,
    request: HttpRequest,
) -> Result<HttpResponse, Failed> {
    no_parameters(&request)?;
    let found = web.app.cosigners(&member.op, at.id()?, &[])?;
    let shown = found.iter().filter(|candidate| candidate.may == MaySign::Yes).map(|candidate| {
        json!({
            "id": candidate.member.to_string(),
            "naam": candidate.name,
            "rol": candidate.role.code(),
        })
    });
    Ok(answer(StatusCode::OK, &json!({ "medeondertekenaars": shown.collect::<Vec<_>>() })))
}

async fn check(
    web: web::Data<Web>,
    Bearer(member): Bearer,
    at: At,
    request: HttpRequest,
) -> Result<HttpResponse, Failed> {
    no_parameters(&request)?;
    let id: PrivacyCheckId = at.id()?;
    let (op, session) = (member.for_purpose(Purpose::PrivacyCheck), &member.session);
    let row = web.app.check_standing(&op, id).await?;
    let body = match row.kind.parse() {
        Ok(CheckKind::Check2a) => {
            let read = web.app.open_check2a(&op, session, id).await?;
            check_body(&read.check, &read.proposal, read.verdict.as_ref(), read.event_index)
        }
        Ok(CheckKind::Check2b) => {
            let read = web.app.open_check2b(&op, session, id).await?;
            check_body(&read.row, &read.proposal, read.verdict.as_ref(), read.event_index)
        }
        Ok(CheckKind::Check1) | Err(_) => {
            let read = web.app.open_check1(&op, session, id).await?;
            check_body(&read.check, &read.proposal, read.verdict.as_ref(), read.event_index)
        }
    };
    Ok(answer(StatusCode::OK, &body))
}

fn check_body(row: &PrivacyCheckRow, proposal: &impl Serialize, verdict: Option<&impl Serialize>, index: u64) -> Value {
    let mut body = json!({
        "id": row.id.to_string(),
        "soort": row.kind,
        "voorgelegdDatum": row.proposed_on.to_string(),
        "voorstel": proposal,
        "inzage": { "doel": Purpose::PrivacyCheck.code(), "logregel": index },
    });
    if let (Some(fields), Some(verdict)) = (body.as_object_mut(), verdict) {
        fields.insert("oordeel".to_owned(), json!(verdict));
    }
    body
}

async fn question(
    web: web::Data<Web>,
    Bearer(member): Bearer,
    at: At,
    request: HttpRequest,
) -> Result<HttpResponse, Failed> {
    no_parameters(&request)?;
    let id: SourceQuestionId = at.id()?;
    let opened = web.app.open_question(&member.for_purpose(Purpose::Enrichment), &member.session, id).await?;
    let row = &opened.row;
    let mut body = json!({
        "id": row.id.to_string(),
        "kenmerk": row.reference.to_string(),
        "stand": row.state.code(),
        "inhoud": row.details.code(),
        "gesteldDatum": row.asked_on.to_string(),
        "termijnDatum": row.due_on.to_string(),
    });
    if let Some(fields) = body.as_object_mut() {
        if let Some(question) = &opened.question {
            fields.insert("vraag".to_owned(), json!(question));
            fields.insert("leeftijden".to_owned(), opened.steps.iter().map(|age| age.code()).collect());
        }
        if let Some(index) = opened.event_index {
            let reading = json!({ "doel": Purpose::Enrichment.code(), "logregel": index });
            fields.insert("inzage".to_owned(), reading);
        }
    }
    Ok(answer(StatusCode::OK, &body))
}
