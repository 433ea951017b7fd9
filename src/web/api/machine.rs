//! Other systems that ask by themselves: `POST /toegangsbewijzen` and what follows from it.

use super::bearer::token_of;
use super::body::{Query, Sent};
use super::document::parameter;
use super::endpoint::{Caller, Chapter, Endpoint, Side};
use super::schema::number;
use super::{Api, answer};
use crate::app::machine_tokens::Tokens;
use crate::app::{App, AppError};
use crate::domain::machine::Scope;
use crate::policy::OpContext;
use crate::vault::machine::ACCESS_SECONDS;
use crate::web::Web;
use crate::web::failure::{Failed, Failure, Fault, Place};
use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;
use utoipa::openapi::Required;
use utoipa::openapi::path::ParameterIn;

const SINCE: &str = "vanaf";
const MOST_ENTRIES: i32 = 999_999_999;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let of_machines = |endpoint: Endpoint| endpoint.at(Side::Everywhere).within(Chapter::Machine);
    vec![
        of_machines(Endpoint::public(Method::POST, "/toegangsbewijzen", "vraagToegangsbewijs", || {
            web::post().to(enter)
        }))
        .says(
            "Een toegangsbewijs vragen",
            "Voor een koppeling. De bewering is een JWT volgens RFC 7523, getekend (EdDSA) met de sleutel van de koppeling: \
             `iss` en `sub` zijn het nummer van de koppeling, `aud` is deze dienst zoals de pagina Koppelingen haar noemt, \
             `exp` ligt hooguit vijf minuten vooruit, en `jti` telt één keer.",
        )
        .takes("Bewering")
        .answers(200, "Toegangsbewijs", "Het toegangsbewijs.")
        .refuses(&[401, 429]),
        of_machines(Endpoint::public(Method::POST, "/toegangsbewijzen/_vernieuw", "vernieuwToegangsbewijs", || {
            web::post().to(renew)
        }))
        .says(
            "Een toegangsbewijs vernieuwen",
            "Het vernieuwingsbewijs telt één keer; u krijgt een nieuw. Komt het een tweede keer, dan eindigt alles wat met \
             dezelfde bewering begon.",
        )
        .takes("Vernieuwing")
        .answers(200, "Toegangsbewijs", "Het volgende toegangsbewijs.")
        .refuses(&[401]),
        of_machines(Endpoint::public(Method::POST, "/toegangsbewijzen/_beeindig", "beeindigToegangsbewijs", || {
            web::post().to(revoke)
        }))
        .says(
            "Toegangsbewijzen beëindigen",
            "Beëindigt alles wat met dezelfde bewering begon, ook toegangsbewijzen die nog geldig waren. Wat niet bestaat, \
             is al beëindigd.",
        )
        .takes("Vernieuwing")
        .answers(204, "", "Beëindigd."),
        of_machines(Endpoint::public(Method::GET, "/logboek/bewijs", "leesLogboekbewijs", || web::get().to(log_proof)))
            .by(Caller::Machine)
            .says(
                "Bewijs van het logboek",
                "Het nieuwste getekende controlepunt, en met `vanaf` het bewijs (RFC 6962, 2.1.2) dat het logboek van toen \
                 het begin is van dat van nu. Alleen hashes. Recht: `logboek_bewijs`.",
            )
            .with(parameter(
                ParameterIn::Query,
                SINCE,
                Required::False,
                number("Het aantal regels van een eerder controlepunt.", 1, MOST_ENTRIES),
            ))
            .answers(200, "Logboekbewijs", "Het bewijs.")
            .refuses(&[403, 404]),
    ]
}

#[derive(Deserialize)]
struct Assertion {
    #[serde(rename = "bewering")]
    text: String,
    #[serde(rename = "rechten", default)]
    scopes: Vec<Scope>,
}

#[derive(Deserialize)]
struct Refresh {
    #[serde(rename = "vernieuwingsbewijs")]
    text: String,
}

/// On a thread that may wait.
async fn blocking<T: Send + 'static>(
    web: &web::Data<Web>,
    act: impl FnOnce(&App) -> Result<T, AppError> + Send + 'static,
) -> Result<T, Failed> {
    let app = web.app.clone();
    Ok(web::block(move || act(&app)).await.map_err(|e| AppError::Internal(e.to_string()))??)
}

async fn enter(web: web::Data<Web>, api: web::Data<Api>, sent: Sent) -> Result<HttpResponse, Failed> {
    let asked: Assertion = sent.draft(&api, "Bewering")?;
    Ok(printed(&blocking(&web, move |app| app.machine_enter(&asked.text, &asked.scopes)).await?))
}

async fn renew(web: web::Data<Web>, api: web::Data<Api>, sent: Sent) -> Result<HttpResponse, Failed> {
    let asked: Refresh = sent.draft(&api, "Vernieuwing")?;
    Ok(printed(&blocking(&web, move |app| app.machine_renew(&asked.text)).await?))
}

async fn revoke(web: web::Data<Web>, api: web::Data<Api>, sent: Sent) -> Result<HttpResponse, Failed> {
    let asked: Refresh = sent.draft(&api, "Vernieuwing")?;
    blocking(&web, move |app| app.machine_revoke(&asked.text)).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn printed(tokens: &Tokens) -> HttpResponse {
    let scopes: Vec<&str> = tokens.scopes.all().iter().map(|scope| scope.code()).collect();
    let body = json!({
        "toegangsbewijs": tokens.access.expose(),
        "geldigTot": tokens.ends_at.in_millis(),
        "geldigSeconden": ACCESS_SECONDS,
        "vernieuwingsbewijs": tokens.refresh.expose(),
        "rechten": scopes,
    });
    answer(StatusCode::OK, &body)
}

/// Another system that asks for something that takes this right.
///
/// # Errors
/// 401 without a token of another system that works.
async fn at_the_door(web: &web::Data<Web>, request: &HttpRequest, asked: Scope) -> Result<OpContext, Failed> {
    let Some(token) = token_of(request) else { return Err(AppError::MachineRefused("no_token").into()) };
    let op = blocking(web, move |app| app.machine_at_the_door(&token, asked)).await?;
    request.extensions_mut().insert(op.clone());
    Ok(op)
}

/// Another system when a token comes along, nobody in particular when none does. A token that counts for nothing is not
/// taken for none: whoever sends one wants to be known.
///
/// # Errors
/// 401 for a token that does not count here.
pub(super) async fn machine_or_anyone(
    web: &web::Data<Web>,
    request: &HttpRequest,
    asked: Scope,
) -> Result<OpContext, Failed> {
    if request.headers().contains_key(header::AUTHORIZATION) {
        at_the_door(web, request, asked).await
    } else {
        Ok(web.app.as_anonymous()?)
    }
}

async fn log_proof(web: web::Data<Web>, request: HttpRequest) -> Result<HttpResponse, Failed> {
    let op = at_the_door(&web, &request, Scope::LogProof).await?;
    let mut query = Query::of(&request, &[SINCE])?;
    let since = query.number(SINCE, 1, i64::from(MOST_ENTRIES));
    query.finish()?;
    let since = since.and_then(|since| u64::try_from(since).ok());
    let found = blocking(&web, move |app| app.log_proof(&op, since)).await.map_err(at_the_parameter)?;
    let Some(proof) = found else { return Err(Failed::not_found()) };
    let mut body = json!({ "controlepunt": proof.note, "regels": proof.size });
    if let (Some(fields), Some(hashes)) = (body.as_object_mut(), proof.consistency) {
        let hashes: Vec<String> = hashes.iter().map(|hash| data_encoding::HEXLOWER.encode(hash)).collect();
        fields.insert("bewijs".to_owned(), json!(hashes));
    }
    Ok(answer(StatusCode::OK, &body))
}

/// What is wrong stands in the address, not in a body.
fn at_the_parameter(failed: Failed) -> Failed {
    let Failed(Failure::App(AppError::Invalid(errors))) = failed else { return failed };
    let fault =
        |error: crate::domain::words::FieldError| Fault { place: Place::Parameter(error.field), detail: error.message };
    Failed(Failure::Faulty(errors.into_iter().map(fault).collect()))
}
