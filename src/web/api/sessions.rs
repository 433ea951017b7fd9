//! `/sessies`: coming in and going out with a token, and showing once more who one is.

use super::bearer::Bearer;
use super::body::Sent;
use super::endpoint::{Caller, Chapter, Endpoint};
use super::{Api, answer, location};
use crate::app::AppError;
use crate::app::sign_in::SessionKind;
use crate::domain::time::Moment;
use crate::vault::bearer::BearerClaims;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::guard::{enter, in_turn};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::member(Method::POST, "/sessies", "begin", || web::post().to(begin))
            .by(Caller::Anyone)
            .within(Chapter::Session)
            .says(
                "Aanmelden",
                "Geeft een token voor een medewerker. Er komt geen cookie aan te pas. De eerste keer aanmelden, met de \
                 eenmalige code, gaat via de pagina's.",
            )
            .takes("Aanmelding")
            .answers(201, "Sessie", "Aangemeld.")
            .refuses(&[401, 403, 429]),
        Endpoint::member(Method::DELETE, "/sessies/huidig", "eindig", || web::delete().to(end))
            .within(Chapter::Session)
            .says("Afmelden", "Beëindigt de sessie van dit token.")
            .answers(204, "", "Afgemeld. Het token werkt niet meer."),
        Endpoint::member(Method::POST, "/sessies/huidig/_bevestig", "bevestig", || web::post().to(confirm))
            .within(Chapter::Session)
            .says(
                "Bevestigen dat u het bent",
                "Met een code van uw tweede factor, of met het wachtwoord als u die niet hebt. Daarna gaan vijf minuten \
                 lang ook de stappen door die anders `bevestiging-nodig` antwoorden.",
            )
            .takes("Bevestiging")
            .answers(204, "", "Bevestigd.")
            .refuses(&[429]),
    ]
}

#[derive(Deserialize)]
struct SignIn {
    #[serde(rename = "naam")]
    name: String,
    #[serde(rename = "wachtwoord")]
    password: String,
    code: Option<String>,
}

async fn begin(web: web::Data<Web>, api: web::Data<Api>, sent: Sent) -> Result<HttpResponse, Failed> {
    let typed: SignIn = sent.draft(&api, "Aanmelding")?;
    let began = web.app.now();
    let (token, session) = enter(&web, typed.name, typed.password, typed.code, SessionKind::Api).await?;
    let ends_at = began.plus_seconds(web.app.session_terms().absolute_seconds).micros().div_euclid(1_000_000);
    let claims = BearerClaims { session: session.uuid(), token, ends_at };
    let printed = api.key.issue(&claims).map_err(AppError::from)?;
    let body = json!({
        "token": printed.expose(),
        "geldigTot": Moment::from_micros(ends_at.saturating_mul(1_000_000)).in_millis(),
    });
    let mut response = answer(StatusCode::CREATED, &body);
    let (name, place) = location("/sessies/huidig");
    if let Ok(place) = place.parse() {
        response.headers_mut().insert(name, place);
    }
    Ok(response)
}

#[derive(Deserialize)]
struct Confirmation {
    #[serde(rename = "bewijs")]
    shown: String,
}

async fn confirm(
    web: web::Data<Web>,
    api: web::Data<Api>,
    Bearer(member): Bearer,
    sent: Sent,
) -> Result<HttpResponse, Failed> {
    let typed: Confirmation = sent.draft(&api, "Bevestiging")?;
    in_turn(&web, move |app| app.confirm_session(&member.op, &member.session, &typed.shown)).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn end(web: web::Data<Web>, Bearer(member): Bearer) -> Result<HttpResponse, Failed> {
    web.app.sign_out(&member.op).await?;
    Ok(HttpResponse::NoContent().finish())
}
