//! What a request brings: its JSON body, its id in the address, its parameters.

use super::Api;
use super::gate::escaped;
use crate::domain::words::{Dutch, FieldError};
use crate::web::failure::{Failed, Failure, Fault, Place};
use crate::web::form::Form;
use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::str::FromStr;
use uuid::Uuid;

/// A body as it came. Reading it is a step of the handler, so that who asks is known before what they ask.
pub(super) struct Sent(Result<web::Bytes, Failure>);

impl FromRequest for Sent {
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Infallible>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request);
        let body = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            let read = match body.await {
                _ if !is_json => Err(Failure::WrongKind),
                Ok(bytes) => Ok(bytes),
                Err(error) if error.as_response_error().status_code() == StatusCode::PAYLOAD_TOO_LARGE => {
                    Err(Failure::TooLarge)
                }
                Err(_) => Err(Failure::Unreadable),
            };
            Ok(Self(read))
        })
    }
}

/// `application/json`, with no other charset than UTF-8 (RFC 8259, section 8.1).
fn is_json(request: &HttpRequest) -> bool {
    let mut kinds = request.headers().get_all(header::CONTENT_TYPE);
    let (Some(kind), None) = (kinds.next(), kinds.next()) else { return false };
    let Ok(kind) = kind.to_str() else { return false };
    let mut parts = kind.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    is_json && parts.all(|part| part.is_empty() || is_utf8(part))
}

fn is_utf8(part: &str) -> bool {
    let Some((name, value)) = part.split_once('=') else { return false };
    name.eq_ignore_ascii_case("charset") && value.trim_matches('"').eq_ignore_ascii_case("utf-8")
}

impl Sent {
    /// The body, once it is what the description says.
    ///
    /// # Errors
    /// 400 with every mistake, 413 or 415.
    pub(super) fn value(self, api: &Api, schema: &str) -> Result<Value, Failed> {
        let bytes = self.0.map_err(Failed)?;
        let mut value = serde_json::from_slice(&bytes).map_err(|_| Failed(Failure::Unreadable))?;
        api.gate.pass(schema, &value)?;
        as_integers(&mut value);
        Ok(value)
    }

    /// The body as a draft, once it is what the description says.
    ///
    /// # Errors
    /// 400 with every mistake, 413 or 415.
    pub(super) fn draft<D: DeserializeOwned>(self, api: &Api, schema: &str) -> Result<D, Failed> {
        read(self.value(api, schema)?)
    }
}

/// In JSON Schema 2.0 is the integer 2; in a draft it must be written so.
fn as_integers(value: &mut Value) {
    match value {
        Value::Number(number) => {
            // Bounds in the schema keep integers far below where a double skips one.
            let whole = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0);
            if let Some(integer) = whole.and_then(|float| format!("{float:.0}").parse::<i64>().ok()) {
                *number = integer.into();
            }
        }
        Value::Array(entries) => entries.iter_mut().for_each(as_integers),
        Value::Object(fields) => fields.values_mut().for_each(as_integers),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// A body that passed the gate, as a draft.
///
/// # Errors
/// When description and draft differ, which a test would have said.
pub(super) fn read<D: DeserializeOwned>(value: Value) -> Result<D, Failed> {
    // The gate let it through, so this is a difference between description and draft that a test should have found.
    serde_json::from_value(value).map_err(|e| crate::app::AppError::Internal(format!("draft: {e}")).into())
}

/// The errors of a use case where nothing more is known than their names: `criteria.ernst` is `/criteria/ernst`.
pub(super) fn at_pointers(errors: &[FieldError]) -> Vec<Fault> {
    located(&Value::Null, errors)
}

/// The errors of a use case, each at its JSON pointer in this body. The domain counts the entries of a list from 1, as
/// people do, or names them by their code; a pointer counts from 0.
pub(super) fn located(body: &Value, errors: &[FieldError]) -> Vec<Fault> {
    let fault = |error: &FieldError| {
        let (mut at, mut pointer) = (body, String::new());
        for step in error.field.split('.') {
            let step = match at.as_array() {
                Some(entries) => place_in(entries, step),
                None => step.to_owned(),
            };
            pointer = format!("{pointer}/{}", escaped(&step));
            at = body.pointer(&pointer).unwrap_or(&Value::Null);
        }
        Fault { place: Place::Body(pointer), detail: error.message.clone() }
    };
    errors.iter().map(fault).collect()
}

fn place_in(entries: &[Value], step: &str) -> String {
    let counted = step.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let named = || entries.iter().position(|entry| entry.get("bron").and_then(Value::as_str) == Some(step));
    counted.or_else(named).map_or_else(|| step.to_owned(), |place| place.to_string())
}

/// The id in the address. What is no id is simply not found.
pub(super) struct At(Option<Uuid>);

impl FromRequest for At {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.match_info().get("id").and_then(hyphenated))))
    }
}

impl At {
    /// The id.
    ///
    /// # Errors
    /// Not found.
    pub(super) fn id<T: FromStr>(self) -> Result<T, Failed> {
        self.0.and_then(|id| id.to_string().parse().ok()).ok_or_else(Failed::not_found)
    }
}

/// One spelling only: 32 hexadecimal digits in five groups.
fn hyphenated(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok().filter(|id| id.hyphenated().to_string().eq_ignore_ascii_case(text))
}

/// The parameters of the address, read one by one; what is wrong is gathered.
pub(super) struct Query {
    form: Form,
    faults: Vec<Fault>,
}

impl Query {
    /// Reads the address; a parameter that is not among `known`, or comes twice, is a mistake.
    ///
    /// # Errors
    /// When it is not UTF-8.
    pub(super) fn of(request: &HttpRequest, known: &[&str]) -> Result<Self, Failed> {
        let form = Form::parse(request.query_string().as_bytes())?;
        let mut query = Self { form, faults: Vec::new() };
        let names: Vec<String> = query.form.pairs().iter().map(|(name, _)| name.clone()).collect();
        for (place, name) in names.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                let shown = if name.chars().count() <= 100 { name } else { "" };
                query.refuse(shown, "Deze parameter kennen wij hier niet. Laat hem weg.");
            } else if names.iter().take(place).any(|earlier| earlier == name) {
                query.refuse(name, "Geef deze parameter één keer.");
            }
        }
        Ok(query)
    }

    fn refuse(&mut self, name: &str, detail: &str) {
        self.faults.push(Fault { place: Place::Parameter(name.to_owned()), detail: detail.to_owned() });
    }

    fn given(&self, name: &str) -> Option<String> {
        self.form.pairs().iter().find(|(given, _)| given == name).map(|(_, value)| value.clone())
    }

    fn parsed<T>(&mut self, name: &str, read: impl Fn(&str) -> Option<T>, wrong: &str) -> Option<T> {
        let value = read(&self.given(name)?);
        if value.is_none() {
            self.refuse(name, wrong);
        }
        value
    }

    /// A choice from a closed list.
    pub(super) fn choice<T: Dutch>(&mut self, name: &str) -> Option<T> {
        self.parsed(name, |text| T::from_code(text).ok(), "Deze keuze kennen wij niet.")
    }

    /// A choice that must be made, from these.
    pub(super) fn needed_of<T: Dutch + PartialEq>(&mut self, name: &str, values: &[T]) -> Option<T> {
        if self.given(name).is_none() {
            self.refuse(name, "Deze parameter is nodig.");
        }
        let read = |text: &str| T::from_code(text).ok().filter(|value| values.contains(value));
        self.parsed(name, read, "Deze keuze kennen wij hier niet.")
    }

    /// A number within these bounds.
    pub(super) fn number(&mut self, name: &str, least: i64, most: i64) -> Option<i64> {
        let read = |text: &str| {
            let plain = text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit());
            text.parse::<i64>().ok().filter(|number| plain && (least..=most).contains(number))
        };
        self.parsed(name, read, &format!("Kies een getal van {least} tot en met {most}."))
    }

    /// A value of another kind, such as a day.
    pub(super) fn value<T: FromStr>(&mut self, name: &str, wrong: &str) -> Option<T> {
        self.parsed(name, |text| text.parse().ok(), wrong)
    }

    /// An id.
    pub(super) fn id<T: FromStr>(&mut self, name: &str) -> Option<T> {
        let read = |text: &str| hyphenated(text).and_then(|id| id.to_string().parse().ok());
        self.parsed(name, read, "Dit is geen geldig nummer (UUID).")
    }

    /// Nothing was wrong.
    ///
    /// # Errors
    /// Everything that was, together.
    pub(super) fn finish(self) -> Result<(), Failed> {
        if self.faults.is_empty() { Ok(()) } else { Err(Failed(Failure::Faulty(self.faults))) }
    }
}

/// For an address that takes no parameters.
///
/// # Errors
/// The mistakes, which name each one that was sent.
pub(super) fn no_parameters(request: &HttpRequest) -> Result<(), Failed> {
    Query::of(request, &[])?.finish()
}
