//! Forms that came too late or too early: the session had ended, or the service asks once more who it is. What was typed
//! waits in the browser's own page, sealed, and nowhere here.

use super::confirming::is_recent;
use super::{App, AppError};
use crate::domain::ids::MemberId;
use crate::domain::time::Moment;
use crate::vault::kept::{open_form, seal_form};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The largest form that is kept, in bytes as it is sealed: with it, the largest form that the service reads is not full.
pub const KEPT_MAX_BYTES: usize = 256 * 1024;
/// After so many seconds a kept form opens no more: a page that stayed open over night is somebody else's desk by then.
pub const KEPT_SECONDS: i64 = 12 * 3600;

/// A form that waits for its sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptForm {
    /// Whose it is: nobody else is shown it.
    pub member: MemberId,
    /// Where on this site it was sent.
    pub place: String,
    /// When.
    pub at: Moment,
    /// Names and values, in order.
    pub fields: Vec<(String, String)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    member: Uuid,
    place: String,
    at: i64,
    fields: Vec<(String, String)>,
}

impl App {
    /// Seals a form for its sender's browser; `None` when it is too large to be kept.
    ///
    /// # Errors
    /// When the operating system gives no chance.
    pub fn keep_form(&self, form: KeptForm) -> Result<Option<String>, AppError> {
        let KeptForm { member, place, at, fields } = form;
        let written = Written { member: member.uuid(), place, at: at.micros(), fields };
        let bytes = serde_json::to_vec(&written).map_err(|e| AppError::Internal(e.to_string()))?;
        if bytes.len() > KEPT_MAX_BYTES {
            return Ok(None);
        }
        Ok(Some(seal_form(&self.keys().server, &bytes, self.entropy().as_mut())?))
    }

    /// The form as it came back; `None` for what was not sealed here and for what is too old.
    #[must_use]
    pub fn kept_form(&self, sealed: &str) -> Option<KeptForm> {
        let bytes = open_form(&self.keys().server, sealed).ok()?;
        let Written { member, place, at, fields } = serde_json::from_slice(bytes.expose()).ok()?;
        let at = Moment::from_micros(at);
        is_recent(self.now(), at, KEPT_SECONDS).then(|| KeptForm { member: MemberId::new(member), place, at, fields })
    }
}
