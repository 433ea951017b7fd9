//! Who is between the two steps of signing in, as an argument of the handler. Its cookie opens nothing else.

use super::Web;
use super::failure::{Failed, Failure};
use super::guard::{removal, token_cookie};
use crate::app::second_step::Halfway;
use crate::vault::session::SessionToken;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use std::future::Future;
use std::pin::Pin;

/// The name of the cookie of a pending session.
pub const COOKIE: &str = "__Host-aanmelden";

/// Somebody whose password was right.
pub struct AtTheDoor(pub Halfway);

impl FromRequest for AtTheDoor {
    type Error = Failed;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failed>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let web = request.app_data::<web::Data<Web>>().cloned();
        let token = request.cookie(COOKIE).and_then(|cookie| SessionToken::parse(cookie.value()).ok());
        Box::pin(async move {
            let (Some(web), Some(token)) = (web, token) else { return Err(Failed(Failure::SignInFirst)) };
            let app = web.app.clone();
            let found = web::block(move || app.halfway(&token)).await.map_err(|_| Failed(Failure::SignInFirst))??;
            found.map(Self).ok_or(Failed(Failure::SignInFirst))
        })
    }
}

/// The cookie of a pending session: no request from elsewhere brings it along.
#[must_use]
pub fn cookie(token: &SessionToken) -> Cookie<'static> {
    token_cookie(COOKIE, token, SameSite::Strict)
}

/// The cookie that takes it away.
#[must_use]
pub fn no_cookie() -> Cookie<'static> {
    removal(COOKIE)
}
