//! Deciding: privacycheck 2A, publication, the decision of the LIO, and the urgent decision outside it.

use super::super::Api;
use super::super::bearer::Bearer;
use super::super::body::{At, Sent};
use super::super::endpoint::{Chapter, Endpoint};
use super::{NoWords, OnSignal, Step};
use crate::app::AppError;
use crate::domain::decision::DecisionDraft;
use crate::domain::privacy_check::{ItemProposalDraft, ItemVerdictDraft};
use crate::domain::purpose::Purpose;
use crate::web::Web;
use crate::web::failure::Failed;
use actix_web::http::Method;
use actix_web::{HttpResponse, web};

/// The field that says that repeated words were looked at.
const SEEN: &str = "woordenBekeken";

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::step("/signalen/{id}/privacycheck-2a", "legPrivacycheck2aVoor", "Privacycheck2aStap", || {
            web::post().to(propose)
        })
        .says(
            "Privacycheck 2A voorleggen",
            "Titel, vraag, gegevens en wie welke krijgt. Herhaalt het voorstel woorden uit de melding, dan komt het \
             terug met de plekken; met `woordenBekeken` gaat het toch door. Buiten de fase besluiten gaat het over het \
             spoedbesluit dat op een komende agenda staat; het signaal blijft dan waar het is.",
        ),
        Endpoint::member(Method::POST, "/privacychecks/{id}/oordeel-deelnemers", "beoordeelPrivacycheck2a", || {
            web::post().to(judge)
        })
        .within(Chapter::Step)
        .takes("OordeelDeelnemers")
        .answers(204, "", "De stap is gezet.")
        .refuses(&[403, 404, 409])
        .says("Privacycheck 2A beoordelen", "Vrijgeven, versmallen of weigeren, per deelnemer."),
        Endpoint::step("/signalen/{id}/publicatie", "publiceer", "VersieStap", || web::post().to(publish))
            .says("Agendapunt publiceren", "Elke deelnemer krijgt een eigen kopie van wat voor hem is vrijgegeven."),
        Endpoint::step("/signalen/{id}/besluit", "legBesluitVast", "BesluitStap", || web::post().to(decide))
            .says("Besluit vastleggen", "Wat het LIO besloot, ondertekend door de coördinator."),
        Endpoint::step("/signalen/{id}/spoedbesluit", "legSpoedbesluitVoor", "BesluitStap", || web::post().to(urgent))
            .says("Spoedbesluit voorleggen", "Buiten het LIO. Coördinator, jurist en burgemeester tekenen elk."),
        Endpoint::step("/signalen/{id}/spoedbesluit/handtekening", "tekenSpoedbesluit", "VersieStap", || {
            web::post().to(sign)
        })
        .says("Spoedbesluit tekenen", "Met de derde handtekening is het besluit genomen."),
    ]
}

async fn propose(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let kind = ("Privacycheck2aStap", Purpose::LioPreparation);
    let on = OnSignal::<ItemProposalDraft>::read(&api, bearer, at, sent, kind, &[SEEN])?;
    let step = &on.step;
    if !step.is_yes(SEEN) {
        let warned = web.app.item_warnings(&step.op, &step.session, on.seen.signal, &step.draft).await;
        let warned = warned.map_err(|error| step.failed(error))?;
        if !warned.is_empty() {
            return Err(step.failed(AppError::Invalid(warned)));
        }
    }
    on.after(&web, web.app.propose_check2a(&step.op, &step.session, on.seen, &step.draft).await)
}

async fn judge(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let step: Step<ItemVerdictDraft> = Step::read(&api, bearer, sent, "OordeelDeelnemers", Purpose::PrivacyCheck, &[])?;
    step.done(web.app.decide_check2a(&step.op, &step.session, at.id()?, &step.draft).await)
}

async fn publish(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let on = OnSignal::<NoWords>::read(&api, bearer, at, sent, ("VersieStap", Purpose::LioPreparation), &[])?;
    on.after(&web, web.app.publish_item(&on.step.op, &on.step.session, on.seen).await)
}

async fn decide(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let on = OnSignal::<DecisionDraft>::read(&api, bearer, at, sent, ("BesluitStap", Purpose::LioSitting), &[])?;
    let decided = web.app.decide(&on.step.op, &on.step.session, on.seen, &on.step.draft).await;
    on.moved(decided.map(|decided| decided.signal))
}

async fn urgent(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let on = OnSignal::<DecisionDraft>::read(&api, bearer, at, sent, ("BesluitStap", Purpose::Measure), &[])?;
    let proposed = web.app.urgent_propose(&on.step.op, &on.step.session, on.seen, &on.step.draft).await;
    on.moved(proposed.map(|proposed| proposed.signal))
}

async fn sign(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let on = OnSignal::<NoWords>::read(&api, bearer, at, sent, ("VersieStap", Purpose::Measure), &[])?;
    let signed = web.app.urgent_sign(&on.step.op, &on.step.session, on.seen).await;
    on.moved(signed.map(|signed| signed.signal))
}
