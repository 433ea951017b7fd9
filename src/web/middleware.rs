//! What every answer carries and every request must show.

use super::failure::{Failed, Failure};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;

/// Nothing from elsewhere, nothing inline, nobody frames us.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; \
                              form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const ALWAYS: [(&str, &str); 8] = [
    ("content-security-policy", CONTENT_POLICY),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// Puts the security headers on every answer, errors included. Outermost, so that nothing leaves without them.
///
/// # Errors
/// Passes on what the inner services return.
pub async fn headers(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let mut response = next.call(request).await?;
    let map = response.headers_mut();
    for (name, value) in ALWAYS {
        if !map.contains_key(name) {
            map.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
    }
    if !map.contains_key(header::CACHE_CONTROL) {
        map.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    Ok(response)
}

/// Answers HEAD as GET (RFC 9110, section 9.3.2): the same rights, the same lines in the log, the same headers. The
/// server leaves the body out by itself, since it keeps how the request came in.
///
/// # Errors
/// Passes on what the inner services return.
pub async fn head_as_get(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    next.call(request).await
}

/// Lets a form through only when it was sent from our own pages. Browsers say so in `Sec-Fetch-Site`, older ones in
/// `Origin`; what comes without either is no browser, and the form token still has to be right.
///
/// # Errors
/// Passes on what the inner services return.
pub async fn same_origin(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if request.method() != Method::GET && comes_from_elsewhere(&request) {
        let (http, _) = request.into_parts();
        return Ok(ServiceResponse::from_err(Failed(Failure::ForeignForm), http));
    }
    next.call(request).await.map(ServiceResponse::map_into_boxed_body)
}

fn comes_from_elsewhere(request: &ServiceRequest) -> bool {
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => origin.split("://").nth(1) != Some(host),
        _ => false,
    }
}
