//! Carries a form over to where its sender can send it again: past signing in, and past showing once more who they are.
//!
//! Kept is only what this installation's own page sent, for a member whom it can name: the form token fits a session, and
//! a cookie beside the session's own says whose that was, also when the session has ended. Then the form goes back to the
//! browser, sealed, in the answer to the very request that brought it. It is never in an address, and never stored here.

use super::Web;
use super::failure::{Failed, Failure};
use super::form::Form;
use super::guard::{Member, removal};
use super::pages;
use super::pages::errors::{Half, half_of};
use super::pages::sign_in::Onward;
use super::tokens;
use crate::app::AppError;
use crate::app::kept_forms::KeptForm;
use crate::domain::ids::{MemberId, SessionId};
use crate::policy::{MemberActor, Refusal};
use crate::vault::session::ServerKey;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::{FromRequest as _, HttpMessage as _, HttpRequest, HttpResponse, web};

/// The hidden field in which a sealed form travels through the pages of signing in.
pub const FIELD: &str = "wachtend";
/// The cookie that says whose session this browser had last.
pub const WHOSE: &str = "__Host-lid";
const LABEL: &str = "meldroute/whose-session/v1";

/// Addresses whose forms are never kept: they hold passwords and codes, or mean nothing later.
const NEVER: [&str; 6] = [
    "/aanmelden",
    "/afmelden",
    "/bevestigen",
    "/mijn-aanmelding/langer",
    "/mijn-aanmelding/nieuwe-app",
    "/mijn-aanmelding/wachtwoord",
];

/// Whose session this browser had last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whose {
    /// The session, which may have ended.
    pub session: SessionId,
    /// The member.
    pub member: MemberId,
}

impl Whose {
    /// Of a session that begins.
    #[must_use]
    pub fn of(actor: &MemberActor) -> Self {
        Self { session: actor.session, member: actor.id }
    }

    /// As a cookie. It opens nothing: it only names, and goes with the browser or with signing out.
    #[must_use]
    pub fn cookie(&self, key: &ServerKey) -> Cookie<'static> {
        let (session, member) = (self.session.to_string(), self.member.to_string());
        let tag = key.tag(LABEL, &[&session, &member]);
        Cookie::build(WHOSE, format!("{session}.{member}.{tag}"))
            .path("/")
            .secure(true)
            .http_only(true)
            .same_site(SameSite::Strict)
            .finish()
    }

    fn read(key: &ServerKey, text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let (session, member, tag) = (parts.next()?, parts.next()?, parts.next()?);
        key.check_tag(LABEL, &[session, member], tag).ok()?;
        Some(Self { session: session.parse().ok()?, member: member.parse().ok()? })
    }
}

/// The cookie that takes the name away.
#[must_use]
pub fn no_cookie() -> Cookie<'static> {
    removal(WHOSE)
}

/// Reads a member's form before the handler does, and gives it back when the handler's answer is that they have to sign
/// in first. Inside [`super::middleware::same_origin`]: what comes from elsewhere never gets here.
///
/// # Errors
/// Passes on what the inner services return.
pub async fn carry(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if !may_carry(&request) {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    }
    let form = match request.extract::<Form>().await {
        Ok(form) => form,
        Err(failed) => return Ok(ServiceResponse::from_err(failed, request.into_parts().0)),
    };
    request.extensions_mut().insert(form.clone());
    let response = next.call(request).await?.map_into_boxed_body();
    let failed = response.response().error().and_then(|error| error.as_error::<Failed>());
    let answer = match failed.map(|failed| &failed.0) {
        Some(Failure::SignInFirst | Failure::App(AppError::Refused(_, Refusal::SignInFirst))) => {
            past_signing_in(response.request(), &form)
        }
        Some(Failure::ConfirmFirst) => past_confirming(response.request(), &form).await,
        _ => return Ok(response),
    };
    Ok(match answer {
        Ok(page) => response.into_response(page),
        Err(failed) => ServiceResponse::from_err(failed, response.into_parts().0),
    })
}

fn may_carry(request: &ServiceRequest) -> bool {
    let is_form = request.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded");
    let path = request.path();
    let is_ours = half_of(path) == Half::Staff && !NEVER.iter().any(|never| path.starts_with(never));
    request.method() == Method::POST && is_form && is_ours
}

fn past_signing_in(request: &HttpRequest, form: &Form) -> Result<HttpResponse, Failed> {
    let Some(web) = request.app_data::<web::Data<Web>>() else { return Err(Failed(Failure::SignInFirst)) };
    let key = &web.app.keys().server;
    let cookie = request.cookie(WHOSE);
    let whose = cookie.and_then(|cookie| Whose::read(key, cookie.value()));
    let own = whose.filter(|whose| tokens::check_session(key, whose.session.uuid(), form.text("formulier")).is_ok());
    match own {
        Some(whose) => match keep(web, request, whose.member, form)? {
            Some(sealed) => pages::sign_in::to_go_on(web, &sealed),
            None => Ok(pages::sign_in::without_text(&place_of(request))),
        },
        None => Ok(pages::sign_in::without_text(&place_of(request))),
    }
}

async fn past_confirming(request: &HttpRequest, form: &Form) -> Result<HttpResponse, Failed> {
    let Some(web) = request.app_data::<web::Data<Web>>() else { return Err(Failed(Failure::SignInFirst)) };
    let member = Member::extract(request).await?;
    let actor = &member.session.actor;
    tokens::check_session(&web.app.keys().server, actor.session.uuid(), form.text("formulier"))?;
    let kept = keep(web, request, actor.id, form)?;
    let onward = Onward { back: String::new(), kept: kept.unwrap_or_default() };
    pages::confirming::to_go_on(web, &member, &onward)
}

fn place_of(request: &HttpRequest) -> String {
    request.uri().path_and_query().map_or("/", |place| place.as_str()).to_owned()
}

/// The form, sealed for its sender; `None` when it is too large.
fn keep(web: &Web, request: &HttpRequest, member: MemberId, form: &Form) -> Result<Option<String>, Failed> {
    // The form token was for a session that is over; a fresh one takes its place.
    let fields = form.without(&["formulier"]).pairs().to_vec();
    let kept = KeptForm { member, place: place_of(request), at: web.app.now(), fields };
    Ok(web.app.keep_form(kept)?)
}
