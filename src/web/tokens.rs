//! Form tokens: a form counts only when this installation made it, for this session or on these days.
//!
//! Public pages have no session and no cookie; their token names the day (so a slow writer is never turned away) and,
//! on the review page, the receipt that travels along.

use crate::domain::time::Day;
use crate::vault::session::ServerKey;
use uuid::Uuid;

const LABEL: &str = "meldroute/form/v1";
/// How many days ago a public form may have been opened.
const PUBLIC_DAYS: i64 = 2;

/// The token of a public form; `bound` is the receipt on the review page, else empty.
#[must_use]
pub fn public_token(key: &ServerKey, today: Day, bound: &str) -> String {
    key.tag(LABEL, &["public", &today.to_string(), bound])
}

/// Whether a public form was made here, today or the days before.
///
/// # Errors
/// [`ForeignForm`] when it was not.
pub fn check_public(key: &ServerKey, today: Day, bound: &str, sent: &str) -> Result<(), ForeignForm> {
    let made_on = |ago: i64| today.plus_days(-ago).to_string();
    let known = (0..=PUBLIC_DAYS).any(|ago| key.check_tag(LABEL, &["public", &made_on(ago), bound], sent).is_ok());
    if known { Ok(()) } else { Err(ForeignForm) }
}

/// The token of a member's forms, for one session.
#[must_use]
pub fn session_token(key: &ServerKey, session: Uuid) -> String {
    key.tag(LABEL, &["session", &session.to_string()])
}

/// Whether a member's form was made here for this session.
///
/// # Errors
/// [`ForeignForm`] when it was not.
pub fn check_session(key: &ServerKey, session: Uuid, sent: &str) -> Result<(), ForeignForm> {
    key.check_tag(LABEL, &["session", &session.to_string()], sent).map_err(|_| ForeignForm)
}

/// The form was not made here, or for somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForeignForm;
