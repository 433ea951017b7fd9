//! A second person's yes or no to a proposed role.

use super::super::Api;
use super::super::answer;
use super::super::bearer::{Bearer, Fresh};
use super::super::body::{Sent, no_parameters};
use super::super::endpoint::{Chapter, Endpoint};
use super::Step;
use crate::app::AppError;
use crate::app::members::RoleOf;
use crate::domain::ids::MemberId;
use crate::domain::purpose::Purpose;
use crate::domain::role::{DeclineReason, Reach, Role, RoleVerdict};
use crate::web::Web;
use crate::web::failure::Failed;
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

/// The body of a verdict. `waarom` is there when the answer is no: the gate holds the schema.
#[derive(Deserialize)]
struct Judged {
    oordeel: RoleVerdict,
    lid: MemberId,
    rol: Role,
    #[serde(default)]
    bron: String,
    #[serde(default)]
    waarom: Option<DeclineReason>,
    #[serde(default)]
    vanaf: Option<Reach>,
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::member(Method::GET, "/rolvoorstellen", "lijstRolvoorstellen", || web::get().to(list))
            .says("Rollen die wachten", "Voorgestelde rollen waar u als tweede persoon over mag beslissen.")
            .answers(200, "Rolvoorstellen", "De voorstellen."),
        Endpoint::member(Method::POST, "/rolvoorstellen/_beoordeel", "beoordeelRolvoorstel", || web::post().to(judge))
            .within(Chapter::Step)
            .says("Over een rol beslissen", "Akkoord, door u ondertekend, of niet met een reden uit de lijst.")
            .takes("OordeelRol")
            .answers(204, "", "Uw oordeel is vastgelegd.")
            .refuses(&[403, 404, 409]),
    ]
}

async fn list(web: web::Data<Web>, Bearer(member): Bearer, request: HttpRequest) -> Result<HttpResponse, Failed> {
    no_parameters(&request)?;
    let app = web.app.clone();
    let found = web::block(move || app.roles_to_judge(&member.op)).await;
    let found = found.map_err(|e| AppError::Internal(e.to_string()))??;
    let shown = found.iter().map(|one| {
        let mut row = json!({
            "lid": one.wanted.member.to_string(),
            "naam": one.name,
            "rol": one.wanted.role.code(),
            "plaats": one.seat.code(),
            "voorgesteldDatum": one.since_on.to_string(),
        });
        if let (Some(fields), false) = (row.as_object_mut(), one.wanted.source.is_empty()) {
            fields.insert("bron".to_owned(), json!(one.wanted.source));
        }
        for (name, day) in [("eersteDag", one.dates.first), ("laatsteDag", one.dates.last)] {
            if let (Some(fields), Some(day)) = (row.as_object_mut(), day) {
                fields.insert(name.to_owned(), json!(day.to_string()));
            }
        }
        row
    });
    Ok(answer(StatusCode::OK, &json!({ "voorstellen": shown.collect::<Vec<_>>() })))
}

async fn judge(
    web: web::Data<Web>,
    api: web::Data<Api>,
    Fresh(bearer): Fresh,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let step: Step<Judged> = Step::read(&api, bearer, sent, "OordeelRol", Purpose::Administration, &[])?;
    let wanted = RoleOf { member: step.draft.lid, role: step.draft.rol, source: step.draft.bron.clone() };
    if let (RoleVerdict::Decline, Some(reason)) = (step.draft.oordeel, step.draft.waarom) {
        return step.done(web.app.role_decline(&step.op, wanted, reason).await);
    }
    let app = web.app.clone();
    let agreed = web::block(move || {
        let done = app.role_agree(&step.op, &step.session, &wanted, step.draft.vanaf.unwrap_or(Reach::Start));
        (step, done)
    });
    let (step, done) = agreed.await.map_err(|e| AppError::Internal(e.to_string()))?;
    step.done(done)
}
