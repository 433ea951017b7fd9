//! Form tokens: a form counts only when this installation made it, for this session or on these days.
//!
//! Public pages have no session and no cookie; their token names the day (so a slow writer is never turned away) and,
//! on the review page, the receipt that travels along.

use crate::domain::time::Day;
use crate::vault::session::ServerKey;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// How many days ago a public form may have been opened.
const PUBLIC_DAYS: i64 = 2;

fn token(key: &ServerKey, parts: &[&str]) -> String {
    // HMAC takes a key of any length; the error cannot happen and would only make a token that nobody can repeat.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.expose()) else { return String::new() };
    mac.update(b"meldroute/form/v1");
    for part in parts {
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part.as_bytes());
    }
    data_encoding::BASE64URL_NOPAD.encode(&mac.finalize().into_bytes())
}

fn same(made: &str, sent: &str) -> bool {
    !made.is_empty() && bool::from(made.as_bytes().ct_eq(sent.as_bytes()))
}

/// The token of a public form; `bound` is the receipt on the review page, else empty.
#[must_use]
pub fn public_token(key: &ServerKey, today: Day, bound: &str) -> String {
    token(key, &["public", &today.to_string(), bound])
}

/// Whether a public form was made here, today or the days before.
pub fn check_public(key: &ServerKey, today: Day, bound: &str, sent: &str) -> Result<(), ForeignForm> {
    let known = (0..=PUBLIC_DAYS).any(|ago| same(&public_token(key, today.plus_days(-ago), bound), sent));
    if known { Ok(()) } else { Err(ForeignForm) }
}

/// The token of a member's forms, for one session.
#[must_use]
pub fn session_token(key: &ServerKey, session: Uuid) -> String {
    token(key, &["session", &session.to_string()])
}

/// Whether a member's form was made here for this session.
pub fn check_session(key: &ServerKey, session: Uuid, sent: &str) -> Result<(), ForeignForm> {
    if same(&session_token(key, session), sent) { Ok(()) } else { Err(ForeignForm) }
}

/// The form was not made here, or for somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForeignForm;
