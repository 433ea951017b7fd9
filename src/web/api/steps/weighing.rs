//! Receiving and weighing: the intake and its two ways out, weging 3 and weging 4 with their second person.

use super::super::Api;
use super::super::bearer::Bearer;
use super::super::body::{At, Sent};
use super::super::endpoint::Endpoint;
use super::{NoWords, OnSignal};
use crate::app::AppError;
use crate::app::judgements::Weighed;
use crate::app::sharing_out::{RepeatedWords, SEEN_WORDS};
use crate::domain::handoff::HandoffDraft;
use crate::domain::purpose::Purpose;
use crate::domain::weighing::{Assessment, Confirmation, IntakeDraft, NotTakenUpDraft};
use crate::web::Web;
use crate::web::failure::Failed;
use actix_web::{HttpResponse, web};
use serde::Deserialize;

/// The field with the member who signs along.
const SECOND: &str = "medeondertekenaar";
/// The field with the intake as it was judged, beside a way out.
const JUDGED: &str = "intake";

pub(super) fn endpoints() -> Vec<Endpoint> {
    let weighing3 = "De weging gaat naar de tweede ondertekenaar, een medewerker die niet meeschreef.";
    vec![
        Endpoint::step("/signalen/{id}/intake", "rondIntakeAf", "IntakeStap", || web::post().to(intake))
            .says("Intake afronden", "Weging 1, 2A en 2B, alle drie met ja: het signaal gaat door naar wegen."),
        Endpoint::step("/signalen/{id}/niet-in-behandeling", "neemNietInBehandeling", "NietInBehandelingStap", || {
            web::post().to(not_taken_up)
        })
        .says("Niet in behandeling nemen", "De korte weg: één mens, één reden."),
        Endpoint::step("/signalen/{id}/doorverwijzing", "verwijsDoor", "DoorverwijzingStap", || web::post().to(refer))
            .says(
                "Doorverwijzen",
                "Naar politie, een andere gemeente of het integriteitsmeldpunt, met een doorgeefblad.",
            ),
        Endpoint::step("/signalen/{id}/weging-3", "legWeging3Voor", "Weging3Stap", || web::post().to(propose3))
            .says("Weging 3 voorleggen", weighing3),
        Endpoint::step("/signalen/{id}/weging-3/teruggave", "geefWeging3Terug", "TeruggaveStap", || {
            web::post().to(give_back::<Assessment>)
        })
        .says("Weging 3 teruggeven", "De tweede geeft de weging terug met een zin."),
        Endpoint::step("/signalen/{id}/weging-3/akkoord", "tekenWeging3Mee", "VersieStap", || {
            web::post().to(agree::<Assessment>)
        })
        .says("Weging 3 meetekenen", "De tweede tekent. Het signaal gaat naar waar de weging leidt."),
        Endpoint::step("/signalen/{id}/weging-4", "legWeging4Voor", "Weging4Stap", || web::post().to(propose4))
            .says("Weging 4 voorleggen", weighing3),
        Endpoint::step("/signalen/{id}/weging-4/teruggave", "geefWeging4Terug", "TeruggaveStap", || {
            web::post().to(give_back::<Confirmation>)
        })
        .says("Weging 4 teruggeven", "De tweede geeft de weging terug met een zin."),
        Endpoint::step("/signalen/{id}/weging-4/akkoord", "tekenWeging4Mee", "VersieStap", || {
            web::post().to(agree::<Confirmation>)
        })
        .says("Weging 4 meetekenen", "De tweede tekent. Het signaal gaat naar waar de weging leidt."),
    ]
}

async fn intake(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let on = OnSignal::<IntakeDraft>::read(&api, bearer, at, sent, ("IntakeStap", Purpose::Intake), &[])?;
    on.moved(web.app.complete_intake(&on.step.op, on.seen, &on.step.draft).await)
}

async fn not_taken_up(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let kind = ("NietInBehandelingStap", Purpose::Intake);
    let on = OnSignal::<NotTakenUpDraft>::read(&api, bearer, at, sent, kind, &[JUDGED])?;
    let judged = on.step.beside.get(JUDGED).cloned().map(serde_json::from_value::<IntakeDraft>).transpose();
    let judged = judged.map_err(|e| AppError::Internal(format!("draft: {e}")))?;
    let ended = web.app.not_take_up(&on.step.op, on.seen, &on.step.draft, judged.as_ref()).await;
    on.moved(ended.map_err(|error| within(error, &["reden", "dubbelVan"])))
}

/// The mistakes of the judgement that came along stand in its own object.
fn within(error: AppError, own: &[&str]) -> AppError {
    match error {
        AppError::Invalid(mut errors) => {
            for error in errors.iter_mut().filter(|error| !own.contains(&error.field.as_str())) {
                error.field = format!("{JUDGED}.{}", error.field);
            }
            AppError::Invalid(errors)
        }
        other => other,
    }
}

async fn refer(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let kind = ("DoorverwijzingStap", Purpose::Intake);
    let on = OnSignal::<HandoffDraft>::read(&api, bearer, at, sent, kind, &[SEEN_WORDS])?;
    let words = if on.step.is_yes(SEEN_WORDS) { RepeatedWords::Seen } else { RepeatedWords::Ask };
    let referred = web.app.refer_with_sheet(&on.step.op, &on.step.session, on.seen, &on.step.draft, words).await;
    on.after(&web, referred)
}

async fn propose3(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    propose::<Assessment>(&web, OnSignal::read(&api, bearer, at, sent, ("Weging3Stap", Purpose::Weighing), &[SECOND])?)
        .await
}

async fn propose4(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    propose::<Confirmation>(
        &web,
        OnSignal::read(&api, bearer, at, sent, ("Weging4Stap", Purpose::Weighing), &[SECOND])?,
    )
    .await
}

async fn propose<W: Weighed>(web: &web::Data<Web>, on: OnSignal<W::Draft>) -> Result<HttpResponse, Failed> {
    let step = &on.step;
    let second = step.text(SECOND);
    on.moved(web.app.propose_weighing::<W>(&step.op, &step.session, on.seen, &step.draft, second).await)
}

#[derive(Deserialize)]
struct Sentence {
    #[serde(rename = "zin")]
    sentence: String,
}

async fn give_back<W: Weighed>(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let on = OnSignal::<Sentence>::read(&api, bearer, at, sent, ("TeruggaveStap", Purpose::Weighing), &[])?;
    let step = &on.step;
    let sentence = Some(step.draft.sentence.as_str());
    on.moved(web.app.return_weighing::<W>(&step.op, &step.session, on.seen, sentence).await)
}

async fn agree<W: Weighed>(
    web: web::Data<Web>,
    api: web::Data<Api>,
    bearer: Bearer,
    at: At,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let on = OnSignal::<NoWords>::read(&api, bearer, at, sent, ("VersieStap", Purpose::Weighing), &[])?;
    on.moved(web.app.agree_weighing::<W>(&on.step.op, &on.step.session, on.seen).await)
}
