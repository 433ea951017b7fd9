//! The name of a melder: read where it was given openly, asked for where it lies behind two shares.

use super::bearer::{Bearer, Fresh};
use super::body::{At, Query, Sent, no_parameters};
use super::document::parameter;
use super::endpoint::{Chapter, Endpoint};
use super::schema::choice_of;
use super::steps::Step;
use super::{Api, answer};
use crate::app::identity::OpenedName;
use crate::domain::follow_up::ReasonDraft;
use crate::domain::identity::OpeningVerdictDraft;
use crate::domain::ids::{IdentityOpeningId, SignalId};
use crate::domain::purpose::Purpose;
use crate::web::Web;
use crate::web::failure::Failed;
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use utoipa::openapi::Required;
use utoipa::openapi::path::ParameterIn;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let purpose = choice_of("Waarvoor u de naam leest.", &Purpose::FOR_A_NAME);
    vec![
        Endpoint::member(Method::GET, "/signalen/{id}/naam", "leesNaam", || web::get().to(read_open))
            .says(
                "De naam van een melder lezen",
                "Alleen een naam die de melder aan de lezers gaf. Komt in het logboek.",
            )
            .with(parameter(ParameterIn::Query, "doel", Required::True, purpose))
            .answers(200, "NaamMelder", "De naam.")
            .refuses(&[403, 404]),
        Endpoint::member(Method::POST, "/signalen/{id}/naamverzoek", "vraagNaam", || web::post().to(ask))
            .within(Chapter::Step)
            .says("Om de naam vragen", "Aan de privacy officer, met een reden. De melder leest die na het openen.")
            .takes("Naamverzoek")
            .answers(201, "NaamverzoekGedaan", "Het verzoek ligt bij de privacy officer.")
            .refuses(&[403, 404, 409]),
        Endpoint::member(Method::GET, "/ontzegelingen/{id}", "openNaamverzoek", || web::get().to(request))
            .says("Een verzoek om een naam openen", "De reden, en niets van het signaal. Doel: privacycheck.")
            .answers(200, "NaamverzoekOpen", "Het verzoek.")
            .refuses(&[403, 404]),
        Endpoint::member(Method::POST, "/ontzegelingen/{id}/oordeel", "beoordeelNaamverzoek", || web::post().to(judge))
            .within(Chapter::Step)
            .says("Over een naam beslissen", "Akkoord, of weigeren met een reden; ondertekend door u.")
            .takes("OordeelNaam")
            .answers(204, "", "Uw oordeel is vastgelegd.")
            .refuses(&[403, 404, 409]),
        Endpoint::member(Method::GET, "/ontzegelingen/{id}/naam", "leesOntzegeldeNaam", || web::get().to(read_lent))
            .says("De geopende naam lezen", "Alleen wie erom vroeg, tot het tijdstip dat is gesteld.")
            .answers(200, "NaamMelder", "De naam.")
            .refuses(&[403, 404]),
    ]
}

fn shown(name: &OpenedName, purpose: Purpose) -> HttpResponse {
    let mut body = json!({
        "naam": name.name,
        "inzage": { "doel": purpose.code(), "logregel": name.event_index },
    });
    if let (Some(fields), Some(until)) = (body.as_object_mut(), name.until) {
        fields.insert("leesbaarTot".to_owned(), json!(until.to_string()));
    }
    answer(StatusCode::OK, &body)
}

async fn read_open(
    web: web::Data<Web>,
    Fresh(Bearer(member)): Fresh,
    at: At,
    request: HttpRequest,
) -> Result<HttpResponse, Failed> {
    let mut query = Query::of(&request, &["doel"])?;
    let purpose = query.needed_of("doel", &Purpose::FOR_A_NAME);
    query.finish()?;
    let Some(purpose) = purpose else { return Err(Failed::not_found()) };
    let id: SignalId = at.id()?;
    Ok(shown(&web.app.open_name(&member.for_purpose(purpose), &member.session, id).await?, purpose))
}

async fn ask(
    web: web::Data<Web>,
    api: web::Data<Api>,
    Fresh(bearer): Fresh,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let step: Step<ReasonDraft> = Step::read(&api, bearer, sent, "Naamverzoek", Purpose::Feedback, &[])?;
    let id: SignalId = at.id()?;
    let asked = web.app.ask_name(&step.op, &step.session, id, &step.draft).await.map_err(|error| step.failed(error))?;
    Ok(answer(StatusCode::CREATED, &json!({ "id": asked.to_string() })))
}

async fn request(
    web: web::Data<Web>,
    Bearer(member): Bearer,
    at: At,
    request: HttpRequest,
) -> Result<HttpResponse, Failed> {
    no_parameters(&request)?;
    let id: IdentityOpeningId = at.id()?;
    let opened = web.app.open_request(&member.for_purpose(Purpose::PrivacyCheck), &member.session, id).await?;
    let mut body = json!({
        "id": opened.row.id.to_string(),
        "kenmerk": opened.signal.reference.to_string(),
        "stand": opened.row.state,
        "gevraagdDoor": opened.asked_by,
        "gevraagdDatum": opened.row.asked_at.day().to_string(),
        "waarom": opened.reason,
        "inzage": { "doel": Purpose::PrivacyCheck.code(), "logregel": opened.event_index },
    });
    if let (Some(fields), Some(verdict)) = (body.as_object_mut(), &opened.verdict) {
        fields.insert("oordeel".to_owned(), json!(verdict));
    }
    Ok(answer(StatusCode::OK, &body))
}

async fn judge(
    web: web::Data<Web>,
    api: web::Data<Api>,
    Fresh(bearer): Fresh,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let step: Step<OpeningVerdictDraft> = Step::read(&api, bearer, sent, "OordeelNaam", Purpose::PrivacyCheck, &[])?;
    step.done(web.app.judge_name(&step.op, &step.session, at.id()?, &step.draft).await)
}

async fn read_lent(
    web: web::Data<Web>,
    Fresh(Bearer(member)): Fresh,
    at: At,
    request: HttpRequest,
) -> Result<HttpResponse, Failed> {
    no_parameters(&request)?;
    let id: IdentityOpeningId = at.id()?;
    let name = web.app.read_name(&member.for_purpose(Purpose::Feedback), &member.session, id).await?;
    Ok(shown(&name, Purpose::Feedback))
}
