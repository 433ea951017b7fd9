//! `POST /signalen`: sharing a signal, without an account.

use super::body::Sent;
use super::document::parameter;
use super::endpoint::{Caller, Endpoint};
use super::machine::machine_or_anyone;
use super::schema::string;
use super::{Api, answer, location};
use crate::app::AppError;
use crate::app::idempotency::IDEMPOTENCY_DAYS;
use crate::app::intake::{Arrival, Received};
use crate::domain::machine::Scope;
use crate::domain::signal::{Channel, NewSignal, SignalDraft, SourceType};
use crate::vault::idempotency::IdempotencyKey;
use crate::vault::receipt::Receipt;
use crate::web::Web;
use crate::web::failure::{Failed, Failure, Fault, Place};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use utoipa::openapi::Required;
use utoipa::openapi::path::ParameterIn;

const KEY_HEADER: &str = "Idempotency-Key";
const KEY_CHARS: std::ops::RangeInclusive<usize> = 16..=255;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let about = format!(
        "Bewaart een signaal en geeft de ontvangstcode terug. Stuur een Idempotency-Key mee (een UUID, of 16 tot 255 \
         zichtbare tekens): dezelfde sleutel met hetzelfde signaal geeft {IDEMPOTENCY_DAYS} dagen lang hetzelfde \
         antwoord en maakt geen tweede signaal. Probeer het daarmee gerust opnieuw als een antwoord uitbleef. Een \
         koppeling met het recht `signalen_delen` stuurt haar toegangsbewijs mee; haar nummer staat dan in het logboek."
    );
    let key = string("Een eigen sleutel voor dit signaal, zoals een UUID.")
        .min_length(Some(*KEY_CHARS.start()))
        .max_length(Some(*KEY_CHARS.end()))
        .pattern(Some("^[!-~]+$"));
    vec![
        Endpoint::public(Method::POST, "/signalen", "deelSignaal", || web::post().to(share))
            .by(Caller::AnyoneOrMachine)
            .says("Een signaal delen", about)
            .with(parameter(ParameterIn::Header, KEY_HEADER, Required::False, key))
            .takes("NieuwSignaal")
            .answers(201, "Ontvangst", "Het signaal is bewaard. Geef de ontvangstcode aan de melder.")
            .refuses(&[409]),
    ]
}

async fn share(
    web: web::Data<Web>,
    api: web::Data<Api>,
    request: HttpRequest,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let op = machine_or_anyone(&web, &request, Scope::ShareSignals).await?;
    let key = key_of(&request)?;
    let draft: SignalDraft = sent.draft(&api, "NieuwSignaal")?;
    let new = NewSignal::parse(&draft).map_err(AppError::from)?;
    let source = if new.reporter.identity().is_some() { SourceType::Employee } else { SourceType::AnonymousInternal };
    let arrival = Arrival { channel: Channel::Api, source };
    let (received, receipt) = match key {
        Some(key) => {
            let key = IdempotencyKey::derive(&key, &web.app.keys().server).map_err(AppError::from)?;
            let submitted = serde_json::to_vec(&draft).map_err(|e| AppError::Internal(e.to_string()))?;
            let done = web.app.submit_once_for_key(&op, &new, arrival, &key, &submitted).await?;
            (done.received, done.receipt)
        }
        None => {
            let receipt = Receipt::random(web.app.entropy().as_mut())?;
            (web.app.submit(&op, &new, &receipt, arrival).await?, receipt)
        }
    };
    Ok(acknowledged(&received, &receipt))
}

fn acknowledged(received: &Received, receipt: &Receipt) -> HttpResponse {
    let body = json!({
        "kenmerk": received.reference.to_string(),
        "ontvangstcode": receipt.shown().expose(),
    });
    let mut response = answer(StatusCode::CREATED, &body);
    // Where a melder goes on; an address of the signal itself would tell its id.
    let (name, place) = location("/meldingen/_volg");
    if let Ok(place) = place.parse() {
        response.headers_mut().insert(name, place);
    }
    response
}

/// The client's key, when there is one.
fn key_of(request: &HttpRequest) -> Result<Option<String>, Failed> {
    let mut values = request.headers().get_all(KEY_HEADER);
    let Some(first) = values.next() else { return Ok(None) };
    let key = first.to_str().ok().filter(|key| {
        KEY_CHARS.contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()) && values.next().is_none()
    });
    match key {
        Some(key) => Ok(Some(key.to_owned())),
        None => Err(Failed(Failure::Faulty(vec![Fault {
            place: Place::Parameter(KEY_HEADER.to_owned()),
            detail: "Kies één sleutel van 16 tot 255 zichtbare tekens, zoals een UUID.".to_owned(),
        }]))),
    }
}
