//! `POST /meldingen/_volg`: where a signal stands, for whoever has the code. The code is in the body, never in an
//! address, and a known code and an unknown one take the same road and weigh the same.

use super::Api;
use super::body::Sent;
use super::endpoint::{Caller, Endpoint};
use super::machine::machine_or_anyone;
use super::problem::problem;
use crate::app::closing::told_of;
use crate::app::following::Followed;
use crate::domain::decision::DecisionCode;
use crate::domain::machine::Scope;
use crate::domain::stage::MelderStatus;
use crate::domain::term::ClockCode;
use crate::vault::receipt::Receipt;
use crate::web::Web;
use crate::web::failure::Failed;
use actix_web::body::MessageBody;
use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

/// Answers about a code come in steps of so many bytes, so that the length does not tell whether the code exists.
const ANSWER_BYTES: usize = 512;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::public(Method::POST, "/meldingen/_volg", "volgMelding", || web::post().to(follow))
            .by(Caller::AnyoneOrMachine)
            .says(
                "Een melding volgen",
                "Zegt waar het signaal staat dat bij deze ontvangstcode hoort. Een koppeling met het recht \
                 `meldingen_volgen` stuurt haar toegangsbewijs mee.",
            )
            .takes("Volgvraag")
            .answers(200, "Volgstand", "Waar het signaal staat.")
            .refuses(&[404]),
    ]
}

#[derive(Deserialize)]
struct Question {
    #[serde(rename = "ontvangstcode")]
    code: String,
}

async fn follow(
    web: web::Data<Web>,
    api: web::Data<Api>,
    request: HttpRequest,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let op = machine_or_anyone(&web, &request, Scope::FollowReports).await?;
    let question: Question = sent.draft(&api, "Volgvraag")?;
    // What cannot be a code is answered as an unknown one: nothing is told that the check sign does not tell anyway.
    let Ok(receipt) = Receipt::parse(&question.code) else { return Ok(evenly(problem(&Failed::not_found()))) };
    let found = web.app.follow(&op, &receipt).await?;
    let response = match found {
        Some(followed) => {
            let body = standing(&web, &followed).to_string();
            HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "application/json")).body(body)
        }
        None => problem(&Failed::not_found()),
    };
    Ok(evenly(response))
}

/// Pads a body with blanks, which JSON allows at its end.
fn evenly(response: HttpResponse) -> HttpResponse {
    let (head, body) = response.into_parts();
    let mut bytes = body.try_into_bytes().map(|bytes| bytes.to_vec()).unwrap_or_default();
    bytes.resize(bytes.len().next_multiple_of(ANSWER_BYTES), b' ');
    head.set_body(bytes).map_into_boxed_body()
}

fn standing(web: &Web, followed: &Followed) -> serde_json::Value {
    let signal = &followed.signal;
    let last: Option<DecisionCode> = signal.outcome.as_deref().and_then(|code| code.parse().ok());
    let status = MelderStatus::shown(signal.stage, last, told_of(signal));
    let until = match status {
        MelderStatus::NotTakenUp | MelderStatus::Closed => signal.stage_since.plus_months(3),
        MelderStatus::Received | MelderStatus::InAssessment | MelderStatus::QuestionOpen | MelderStatus::TakenUp => {
            web.app.protocol().due_on(ClockCode::MelderFeedback, signal.received_on)
        }
    };
    let since = signal.told_on.map_or(signal.stage_since, |day| day.max(signal.stage_since));
    let opened =
        followed.openings.iter().map(|opening| json!({ "datum": opening.day.to_string(), "reden": opening.reason }));
    json!({
        "status": status.code(),
        "uitleg": status.sentence(until),
        "naamGelezen": opened.collect::<Vec<_>>(),
        "ontvangenDatum": signal.received_on.to_string(),
        "statusDatum": since.to_string(),
        "berichtUiterlijkDatum": until.to_string(),
    })
}
