//! Who is at the door: the session behind a cookie, as an argument of the handler.

use super::Web;
use super::failure::{Failed, Failure};
use crate::app::attempts::Attempt;
use crate::app::keyring::Session;
use crate::app::sign_in::SessionKind;
use crate::app::{App, AppError};
use crate::domain::ids::SessionId;
use crate::domain::purpose::Purpose;
use crate::policy::OpContext;
use crate::vault::session::SessionToken;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use std::future::Future;
use std::pin::Pin;

/// The name of the session cookie. `__Host-`: only over a safe channel, only to this host, for the whole site.
pub const COOKIE: &str = "__Host-sessie";

/// After so many seconds without one, a request notes that the session is in use.
const SEEN_EVERY_SECONDS: i64 = 60;

/// A signed-in member with their keys, for one request.
pub struct Member {
    /// Who, with keys.
    pub session: Session,
    /// The context of this request's acts.
    pub op: OpContext,
}

impl Member {
    /// Says who asks, for what the edge of the web writes down itself: refusals that no use case wrote.
    pub fn stands_behind(&self, request: &HttpRequest) {
        request.extensions_mut().insert(self.op.clone());
    }

    /// The same member, if they showed not long ago more than a cookie.
    ///
    /// # Errors
    /// [`Failure::ConfirmFirst`] when they did not.
    pub fn confirmed(self) -> Result<Self, Failed> {
        if self.session.is_confirmed(self.op.at) { Ok(self) } else { Err(Failed(Failure::ConfirmFirst)) }
    }

    /// The context of an act for this purpose.
    #[must_use]
    pub fn for_purpose(&self, purpose: Purpose) -> OpContext {
        self.op.clone().with_purpose(purpose)
    }
}

impl FromRequest for Member {
    type Error = Failed;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failed>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let web = request.app_data::<web::Data<Web>>().cloned();
        let token = request.cookie(COOKIE).and_then(|cookie| SessionToken::parse(cookie.value()).ok());
        let request = request.clone();
        Box::pin(async move {
            let (Some(web), Some(token)) = (web, token) else { return Err(Failed(Failure::SignInFirst)) };
            let member = member_of(&web, token, SessionKind::Web).await?;
            member.stands_behind(&request);
            Ok(member)
        })
    }
}

/// A member who showed not long ago more than a cookie, for acts that cannot be taken back or that give somebody more.
pub struct Confirmed(pub Member);

impl FromRequest for Confirmed {
    type Error = Failed;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failed>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let member = Member::from_request(request, payload);
        Box::pin(async move { member.await?.confirmed().map(Self) })
    }
}

/// The member behind a token.
///
/// # Errors
/// [`Failure::SignInFirst`] when the session has ended.
pub async fn member_of(web: &web::Data<Web>, token: SessionToken, kind: SessionKind) -> Result<Member, Failed> {
    let app = web.app.clone();
    let found = web::block(move || {
        let found = app.session(&token, kind)?;
        if let Some(session) = &found {
            app.keep_up(session)?;
        }
        Ok::<_, AppError>(found)
    });
    let found = found.await.map_err(|_| Failed(Failure::SignInFirst))??;
    let Some(mut session) = found else { return Err(Failed(Failure::SignInFirst)) };
    let op = web.app.as_member(session.actor.clone())?;
    if op.at.micros_since(session.seen_at) > SEEN_EVERY_SECONDS * 1_000_000 {
        web.app.session_seen(session.actor.session).await?;
        session.seen_at = op.at;
    }
    Ok(Member { session, op })
}

/// Signs in with name, password and, where there is one, a code.
///
/// # Errors
/// As [`crate::app::App::sign_in_with`].
pub async fn enter(
    web: &web::Data<Web>,
    login: String,
    password: String,
    code: Option<String>,
    kind: SessionKind,
) -> Result<(SessionToken, SessionId), AppError> {
    let op = web.app.as_anonymous()?;
    let attempt = counted(web, &op, login).await?;
    in_turn(web, move |app| {
        let entered = app.sign_in_with(&op, attempt, &password, code.as_deref(), kind);
        entered.map(|(token, session)| (token, session.actor.session))
    })
    .await
}

/// Counts a try before it waits for its turn.
///
/// # Errors
/// As [`crate::app::App::count_attempt`].
pub async fn counted(web: &web::Data<Web>, op: &OpContext, login: String) -> Result<Attempt, AppError> {
    let (app, op) = (web.app.clone(), op.clone());
    web::block(move || app.count_attempt(&op, &login)).await.map_err(|e| AppError::Internal(e.to_string()))?
}

/// Does what takes a password's work. Two at a time: each takes tens of MiB, and a queue is fairer than a machine out of
/// memory.
///
/// # Errors
/// As the work.
pub async fn in_turn<T: Send + 'static>(
    web: &web::Data<Web>,
    work: impl FnOnce(&App) -> Result<T, AppError> + Send + 'static,
) -> Result<T, AppError> {
    let internal = |e: String| AppError::Internal(e);
    let app = web.app.clone();
    let turn = web.password_turns.clone().acquire_owned().await.map_err(|e| internal(e.to_string()))?;
    web::block(move || {
        let done = work(&app);
        drop(turn);
        done
    })
    .await
    .map_err(|e| internal(e.to_string()))?
}

/// The cookie of a new session: no expiry, so that it goes with the browser.
#[must_use]
pub fn session_cookie(token: &SessionToken) -> Cookie<'static> {
    token_cookie(COOKIE, token, SameSite::Lax)
}

/// A cookie with a token.
pub(super) fn token_cookie(name: &'static str, token: &SessionToken, same_site: SameSite) -> Cookie<'static> {
    Cookie::build(name, token.printable().expose().clone())
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(same_site)
        .finish()
}

/// The cookie that takes the session cookie away.
#[must_use]
pub fn no_cookie() -> Cookie<'static> {
    removal(COOKIE)
}

/// The cookie that takes another away.
pub(super) fn removal(name: &'static str) -> Cookie<'static> {
    let mut cookie = Cookie::build(name, "").path("/").secure(true).http_only(true).finish();
    cookie.make_removal();
    cookie
}
