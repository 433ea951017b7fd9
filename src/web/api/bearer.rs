//! Who asks: the session behind `Authorization: Bearer`. Cookies are not looked at here, so that no page on the web can
//! make a browser act through the API.

use super::Api;
use crate::app::sign_in::SessionKind;
use crate::web::Web;
use crate::web::failure::{Failed, Failure};
use crate::web::guard::{Member, member_of};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use std::future::Future;
use std::pin::Pin;

/// A signed-in member, for one request to the API.
pub(super) struct Bearer(pub(super) Member);

impl FromRequest for Bearer {
    type Error = Failed;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failed>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let web = request.app_data::<web::Data<Web>>().cloned();
        let api = request.app_data::<web::Data<Api>>().cloned();
        let token = token_of(request);
        let request = request.clone();
        Box::pin(async move {
            let nobody = || Failed(Failure::SignInFirst);
            let (Some(web), Some(api), Some(token)) = (web, api, token) else { return Err(nobody()) };
            let now = web.app.now().micros().div_euclid(1_000_000);
            let claims = api.key.read(&token, now).map_err(|_| nobody())?;
            let member = member_of(&web, claims.token, SessionKind::Api).await?;
            if member.session.actor.session.uuid() != claims.session {
                return Err(nobody());
            }
            member.stands_behind(&request);
            Ok(Self(member))
        })
    }
}

/// The same who showed not long ago more than a token, for acts that cannot be taken back or that give somebody more.
pub(super) struct Fresh(pub(super) Bearer);

impl FromRequest for Fresh {
    type Error = Failed;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failed>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bearer = Bearer::from_request(request, payload);
        Box::pin(async move { bearer.await?.0.confirmed().map(Bearer).map(Self) })
    }
}

/// The token of a request, if it has exactly one.
pub(super) fn token_of(request: &HttpRequest) -> Option<String> {
    let mut values = request.headers().get_all(header::AUTHORIZATION);
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}
