//! Pages for when something is not there or not working. What is absent and what one may not know look the same.

use super::acting::see_other;
use super::{bare_frame, confirming, html, with_status};
use crate::app::AppError;
use crate::policy::Refusal;
use crate::web::Web;
use crate::web::failure::{Failed, Failure, write_refusal};
use crate::web::views::doors::{NotFoundView, Refusal as Refused, RefusedView};
use crate::web::views::staff::{Notice, NoticeView};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, ResponseError, web};

/// Which half of the site a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// For melders.
    Public,
    /// For members.
    Staff,
}

/// Which half an address belongs to.
#[must_use]
pub fn half_of(path: &str) -> Half {
    if path == "/" || path.starts_with("/melden") { Half::Public } else { Half::Staff }
}

/// Puts a page in the place of every failure.
///
/// # Errors
/// Passes on what the inner services return, once it has its page.
pub async fn pages_for_failures(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let path = request.path().to_owned();
    let wish = request.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned();
    let web = request.app_data::<web::Data<Web>>().cloned();
    let Some(web) = web else { return next.call(request).await.map(ServiceResponse::map_into_boxed_body) };
    let response = next.call(request).await?;
    let error = response.response().error();
    let page = match error.and_then(|error| error.as_error::<Failed>()) {
        Some(failed) => Some(match write_refusal(response.request(), failed).await {
            Ok(()) => page_for(&web, &path, &wish, failed),
            Err(unwritten) => page_for(&web, &path, &wish, &unwritten),
        }),
        // What actix refuses by itself (a method, a body) gets the same pages.
        None if error.is_some() => Some(plain_refusal(&web, &path, response.status())),
        None => None,
    };
    Ok(match page {
        Some(page) => response.into_response(page),
        None => response.map_into_boxed_body(),
    })
}

/// The address is unknown.
pub async fn not_found() -> Result<HttpResponse, Failed> {
    Err(Failed::not_found())
}

fn page_for(web: &Web, path: &str, wish: &str, failed: &Failed) -> HttpResponse {
    let status = failed.status_code();
    if status.is_server_error() {
        tracing::error!("request failed: {failed}");
    }
    if matches!(&failed.0, Failure::SignInFirst) || is_sign_in(failed) {
        return to_sign_in(path, wish);
    }
    if matches!(&failed.0, Failure::ConfirmFirst) {
        return see_other(&confirming::place(wish));
    }
    let mut response = match half_of(path) {
        Half::Public => public_page(web, failed),
        Half::Staff => staff_page(web, wish, failed),
    };
    if let Some(seconds) = failed.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
    }
    with_status(response, status)
}

fn is_sign_in(failed: &Failed) -> bool {
    matches!(&failed.0, Failure::App(AppError::Refused(_, Refusal::SignInFirst)))
}

/// Back to where one wanted to go, after signing in.
fn to_sign_in(path: &str, wish: &str) -> HttpResponse {
    let target = if path == "/werk" || path == "/" {
        "/aanmelden".to_owned()
    } else {
        let wish = percent_encoding::utf8_percent_encode(wish, percent_encoding::NON_ALPHANUMERIC);
        format!("/aanmelden?terug={wish}")
    };
    HttpResponse::SeeOther().insert_header((header::LOCATION, target)).finish()
}

fn public_page(web: &Web, failed: &Failed) -> HttpResponse {
    let site = web.site.clone();
    let refused = |refusal| html(&RefusedView { site: web.site.clone(), refusal });
    let page = match &failed.0 {
        Failure::NotFound | Failure::WrongMethod(_) => html(&NotFoundView { site }),
        Failure::ForeignForm => refused(Refused::Expired),
        Failure::Unreadable | Failure::Faulty(_) | Failure::Unfit(_) | Failure::WrongKind => {
            refused(Refused::Unreadable)
        }
        Failure::TooLarge => refused(Refused::TooLarge),
        Failure::SignInFirst | Failure::ConfirmFirst | Failure::App(_) => refused(Refused::Broken),
    };
    page.unwrap_or_else(|_| HttpResponse::InternalServerError().finish())
}

fn staff_page(web: &Web, wish: &str, failed: &Failed) -> HttpResponse {
    let notice = match &failed.0 {
        Failure::NotFound | Failure::WrongMethod(_) => Notice::NotFound,
        Failure::ForeignForm
        | Failure::Unreadable
        | Failure::TooLarge
        | Failure::Faulty(_)
        | Failure::Unfit(_)
        | Failure::WrongKind => Notice::Unreadable,
        Failure::SignInFirst | Failure::ConfirmFirst => Notice::NotFound,
        Failure::App(error) => match error {
            AppError::Refused(_, Refusal::NotFound) => Notice::NotFound,
            AppError::Store(store) if store.retry_after_seconds().is_some() => Notice::NoLog,
            AppError::Store(crate::store::StoreError::NoKey) => Notice::NotFound,
            _ if status_is_busy(failed) => Notice::Busy,
            _ => Notice::Broken,
        },
    };
    // What is absent and what one may not know of must be the same to the last byte: no address in it.
    let again = if notice == Notice::NotFound { String::new() } else { wish.to_owned() };
    html(&NoticeView { frame: bare_frame(web), notice, again })
        .unwrap_or_else(|_| HttpResponse::InternalServerError().finish())
}

fn status_is_busy(failed: &Failed) -> bool {
    failed.status_code() == StatusCode::SERVICE_UNAVAILABLE
}

fn plain_refusal(web: &Web, path: &str, status: StatusCode) -> HttpResponse {
    let failure = match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Failure::NotFound,
        StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge,
        _ => Failure::Unreadable,
    };
    page_for(web, path, "/werk", &Failed(failure))
}
