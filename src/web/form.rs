//! A posted form as it was sent: names and values in order, repeats kept, nothing guessed.

use super::failure::{Failed, Failure};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use std::future::Future;
use std::pin::Pin;

/// The largest form: a full report in every field, with room to spare.
pub const FORM_MAX_BYTES: usize = 512 * 1024;

/// The most fields a form may have: an agenda item with every participant and every fact has several hundred. Pages look
/// fields up by name, so that a form of a hundred thousand would keep a whole core from everybody else.
pub const FORM_MAX_FIELDS: usize = 2_000;

/// The fields of a form.
#[derive(Clone, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded` bytes.
    ///
    /// # Errors
    /// [`Failure::Unreadable`] for bytes that are not UTF-8 text, and for more than [`FORM_MAX_FIELDS`] fields.
    pub fn parse(bytes: &[u8]) -> Result<Self, Failed> {
        let unreadable = || Failed(Failure::Unreadable);
        let mut fields = Vec::new();
        for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let mut next = || decode(halves.next().unwrap_or_default()).ok_or_else(unreadable);
            fields.push((next()?, next()?));
            if fields.len() > FORM_MAX_FIELDS {
                return Err(unreadable());
            }
        }
        Ok(Self(fields))
    }

    /// A form of these fields.
    #[must_use]
    pub fn of(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// The same form without these fields.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(field, _)| !names.contains(&field.as_str())).cloned().collect())
    }

    /// The first value of a field; empty when it was not sent.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// The first value of a field, unless it was not sent or is empty.
    #[must_use]
    pub fn filled(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|value| !value.is_empty()).map(ToOwned::to_owned)
    }

    /// Every value of a field that may repeat.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(field, value)| field == name && !value.is_empty()).map(|(_, v)| v.clone()).collect()
    }

    /// Every field and value.
    #[must_use]
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}

fn decode(part: &[u8]) -> Option<String> {
    let spaced: Vec<u8> = part.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_encoding::percent_decode(&spaced).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

impl FromRequest for Form {
    type Error = Failed;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failed>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        // Read already, so that it can be kept for its sender (`web/kept.rs`).
        if let Some(form) = request.extensions().get::<Self>() {
            return Box::pin(std::future::ready(Ok(form.clone())));
        }
        let is_form = request.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded");
        let body = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            if !is_form {
                return Err(Failed(Failure::Unreadable));
            }
            let bytes = body.await.map_err(|error| {
                let too_large =
                    error.as_response_error().status_code() == actix_web::http::StatusCode::PAYLOAD_TOO_LARGE;
                Failed(if too_large { Failure::TooLarge } else { Failure::Unreadable })
            })?;
            Self::parse(&bytes)
        })
    }
}
