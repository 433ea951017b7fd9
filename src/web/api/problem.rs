//! Everything that goes wrong under `/api`, as `application/problem+json` (RFC 9457), and the headers that every answer
//! of the API has.

use super::API_VERSION;
use super::body::at_pointers;
use crate::app::AppError;
use crate::policy::Refusal;
use crate::store::StoreError;
use crate::web::failure::{Failed, Failure, Fault, Place, write_refusal};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Value, json};

/// Problem types are names, not addresses: there is nothing to fetch there.
pub(super) const TYPE: &str = "urn:meldroute:probleem:";

/// Puts a problem in the place of every failure, and the API's headers on every answer.
///
/// # Errors
/// Passes on what the inner services return, once it has its problem.
pub(super) async fn problems(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let response = next.call(request).await?;
    let error = response.response().error();
    let problem = match error.and_then(|error| error.as_error::<Failed>()) {
        Some(failed) => Some(match write_refusal(response.request(), failed).await {
            Ok(()) => problem(failed),
            Err(unwritten) => problem(&unwritten),
        }),
        // What actix refuses by itself.
        None if error.is_some() => Some(problem(&Failed(plain(response.status())))),
        None => None,
    };
    let mut response = match problem {
        Some(problem) => response.into_response(problem),
        None => response.map_into_boxed_body(),
    };
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("api-version"), HeaderValue::from_static(API_VERSION));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    );
    Ok(response)
}

fn plain(status: StatusCode) -> Failure {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge,
        StatusCode::NOT_FOUND => Failure::NotFound,
        status if status.is_server_error() => Failure::App(AppError::Internal(status.to_string())),
        _ => Failure::Unreadable,
    }
}

/// A problem as an answer.
pub(super) fn problem(failed: &Failed) -> HttpResponse {
    let status = failed.status_code();
    if status.is_server_error() {
        tracing::error!("api request failed: {failed}");
    }
    let words = words_of(failed, status);
    let mut body = json!({
        "type": format!("{TYPE}{}", words.kind),
        "title": words.title,
        "status": status.as_u16(),
        "detail": words.detail,
    });
    if let Some(fields) = body.as_object_mut() {
        match &failed.0 {
            Failure::Faulty(faults) | Failure::Unfit(faults) => {
                fields.insert("errors".to_owned(), listed(faults));
            }
            Failure::App(AppError::Invalid(errors)) => {
                fields.insert("errors".to_owned(), listed(&at_pointers(errors)));
            }
            Failure::App(AppError::Changed { now, .. }) => {
                fields.insert("versie".to_owned(), json!(now));
            }
            _ => {}
        }
    }
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CONTENT_TYPE, "application/problem+json"));
    if let Some(seconds) = failed.retry_after() {
        response.insert_header((header::RETRY_AFTER, seconds.to_string()));
    }
    if let Failure::WrongMethod(allowed) = &failed.0 {
        response.insert_header((header::ALLOW, allowed.clone()));
    }
    if status == StatusCode::UNAUTHORIZED {
        response.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"meldroute\""));
    }
    response.body(body.to_string())
}

fn listed(faults: &[Fault]) -> Value {
    let each = faults.iter().map(|fault| match &fault.place {
        Place::Body(pointer) => json!({ "pointer": pointer, "detail": fault.detail }),
        Place::Parameter(name) => json!({ "parameter": name, "detail": fault.detail }),
    });
    each.collect()
}

struct Words {
    kind: &'static str,
    title: &'static str,
    detail: String,
}

fn words(kind: &'static str, title: &'static str, detail: impl Into<String>) -> Words {
    Words { kind, title, detail: detail.into() }
}

fn words_of(failed: &Failed, status: StatusCode) -> Words {
    match &failed.0 {
        Failure::Faulty(_) => {
            words("ongeldig", "Niet alles klopt", "Verbeter wat bij errors staat en stuur het opnieuw.")
        }
        Failure::Unfit(_) => words(
            "past-niet",
            "Dit past nu niet",
            "Kijk bij errors wat niet past bij het signaal, de mensen of de dag van nu.",
        ),
        Failure::ForeignForm | Failure::Unreadable => words(
            "onleesbaar",
            "Dit is niet te lezen",
            "Stuur JSON in UTF-8, zoals /api/v1/openapi.json het beschrijft.",
        ),
        Failure::TooLarge => words("te-groot", "Dit is te groot", "Maak de tekst korter en stuur het opnieuw."),
        Failure::WrongKind => {
            words("soort", "Deze soort lezen wij niet", "Stuur het met Content-Type: application/json.")
        }
        Failure::WrongMethod(allowed) => {
            words("methode", "Dit kan hier niet", format!("Op dit adres kan alleen: {allowed}."))
        }
        Failure::NotFound => not_found(),
        Failure::SignInFirst => sign_in_first(),
        Failure::ConfirmFirst => words(
            "bevestiging-nodig",
            "Bevestig dat u het bent",
            "Dit vraagt een bevestiging van hooguit vijf minuten oud. Geef die met POST \
             /api/v1/sessies/huidig/_bevestig en stuur dit opnieuw.",
        ),
        Failure::App(error) => words_of_app(error, status),
    }
}

fn not_found() -> Words {
    words("niet-gevonden", "Niet gevonden", "Dit is er niet, of u mag er niet van weten.")
}

fn sign_in_first() -> Words {
    words("aanmelden", "Meld u eerst aan", "Vraag een token met POST /api/v1/sessies en stuur het mee als Bearer.")
}

fn words_of_app(error: &AppError, status: StatusCode) -> Words {
    match error {
        AppError::Invalid(_) => {
            words("ongeldig", "Niet alles klopt", "Verbeter wat bij errors staat en stuur het opnieuw.")
        }
        AppError::NotAllowed(step) => words("fase", "Deze stap kan nu niet", step.to_string()),
        AppError::NotNow(_, why) => words("niet-nu", "Deze stap kan nu niet", *why),
        AppError::Changed { .. } | AppError::Store(StoreError::Stale) => words(
            "gewijzigd",
            "Iemand was u voor",
            "Het signaal is veranderd sinds de versie die u zag. Haal het opnieuw op en kijk wat er nu staat.",
        ),
        AppError::KeyReused => words(
            "sleutel-hergebruikt",
            "Deze sleutel is al gebruikt",
            "Met deze Idempotency-Key kwam eerder een ander signaal binnen. Kies voor elk signaal een nieuwe sleutel.",
        ),
        AppError::SignInFailed => words(
            "aanmelden-mislukt",
            "Aanmelden is niet gelukt",
            "Deze naam en dit wachtwoord horen niet bij elkaar, of het account is niet actief.",
        ),
        AppError::FactorNeeded => words(
            "tweede-factor-nodig",
            "Tweede factor nodig",
            "Stuur bij code ook de zes cijfers van uw app mee, of een herstelcode.",
        ),
        AppError::FactorFailed => words(
            "tweede-factor-mislukt",
            "Deze code klopt niet",
            "De code klopt niet, is verlopen of is al gebruikt. Probeer de volgende code.",
        ),
        AppError::FactorFirst => words(
            "tweede-factor-toevoegen",
            "Voeg eerst een tweede factor toe",
            "Dat kan alleen op de pagina's: meld u daar één keer aan, op /aanmelden.",
        ),
        AppError::MachineRefused(_) => words(
            "koppeling-geweigerd",
            "Dit toegangsbewijs telt niet",
            "Het is onbekend, verlopen, ingetrokken of al gebruikt. Vraag een nieuw met POST /api/v1/toegangsbewijzen.",
        ),
        AppError::Slowed { seconds } => words(
            "wachten",
            "Te veel pogingen",
            format!("Wacht {seconds} seconden. Daarna kunt u het weer proberen. Er is niets nagekeken."),
        ),
        AppError::NotLetIn(_) => words(
            "nog-niet-binnen",
            "U bent nog niet binnengelaten",
            "Een collega moet u nog binnenlaten. Meld u aan op de pagina: daar staat wie dat kan.",
        ),
        AppError::RoadClosed(group) => words(
            "weg-dicht",
            "Deze weg is dicht",
            format!("Er is nog niemand die dit kan lezen ({}). Er is niets bewaard.", group.role().label()),
        ),
        AppError::Refused(_, Refusal::SignInFirst) => sign_in_first(),
        AppError::Refused(_, Refusal::NotYourRole) => {
            words("geen-toegang", "Dit is niet uw stap", "Deze stap hoort bij een andere rol.")
        }
        AppError::Refused(_, Refusal::OutOfScope) => {
            words("buiten-rechten", "Dit recht ontbreekt", "De koppeling, of dit toegangsbewijs, heeft dit recht niet.")
        }
        AppError::Refused(_, Refusal::OwnWork) => {
            words("eigen-werk", "Dit is uw eigen werk", "Wie meeschreef, tekent niet mee. Vraag een ander.")
        }
        _ if status == StatusCode::NOT_FOUND => not_found(),
        _ if status == StatusCode::SERVICE_UNAVAILABLE => {
            words("bezet", "Dit lukt nu niet", "Er is niets bewaard en niets getoond. Probeer het straks opnieuw.")
        }
        _ => words("storing", "Er ging iets mis", "Er is niets bewaard. Blijft dit, meld het dan bij het beheer."),
    }
}

/// The answer for a method that an address does not have.
pub(super) fn wrong_method(allowed: &[Method]) -> Failed {
    let names: Vec<&str> = allowed.iter().map(Method::as_str).collect();
    Failed(Failure::WrongMethod(names.join(", ")))
}
