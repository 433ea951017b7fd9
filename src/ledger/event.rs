//! Audit events: who did what, to which thing, for which purpose, with which result, and how the rows stand
//! afterwards.
//!
//! An event holds codes, names of fields and hashes, never content. Free text cannot enter by accident: what is not
//! shaped like a code is refused when the entry is written. The fields join those of BIO2 8.15.01, NEN 7513 and the
//! Logboek Dataverwerkingen.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime, UtcOffset};
use uuid::Uuid;

use crate::ledger::canonical;
use crate::ledger::merkle::Hash;

mod written;
use written::Written;

/// The version of the written form that this code writes.
pub const FORMAT_VERSION: u64 = 1;
/// Longer than any code, hash, signature or key statement needs to be.
const LONGEST: usize = 4096;

/// Why an event cannot be written, or an entry cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// A value is not shaped like a code: empty, too long, or with characters outside `A-Z a-z 0-9 . _ : / + = @ -`.
    /// Carries the JSON name of the field, never its value.
    #[error("het veld {0} van een logregel is geen code")]
    NotACode(&'static str),
    /// The moment is neither an RFC 3339 moment in UTC with milliseconds nor a day.
    #[error("het tijdstip van een logregel is geen tijdstip of dag")]
    NotATime,
    /// The bytes are not an entry in the one written form of a known version.
    #[error("deze logregel staat niet in de vaste schrijfwijze")]
    Unreadable,
}

/// Dutch: *logregel*. One audit event, before it has a place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What happened, noun and past: `signal.received`, `content.disclosed`, `access.refused`. Stable for ever.
    pub kind: Cow<'static, str>,
    /// When.
    pub at: At,
    /// Who.
    pub actor: Actor,
    /// In which role.
    pub role: Option<String>,
    /// For which purpose (doelcode).
    pub purpose: Option<String>,
    /// The request it belongs to (trace id). Absent where it would tie an anonymous melder to other records.
    pub request: Option<Uuid>,
    /// From where, as a pseudonym of device or network place (BIO2: oorsprong). Absent for an anonymous melder.
    pub origin: Option<String>,
    /// Name of the transaction, for instance `intake.submit`.
    pub operation: Cow<'static, str>,
    /// The thing it was done to.
    pub object: Option<ObjectRef>,
    /// Names of the fields disclosed or changed, never their values.
    pub fields: Vec<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// Codes that say more: reason, stage from and to, outcome of a weighing.
    pub details: BTreeMap<String, String>,
    /// The rows that this act wrote or removed, as they stand after it.
    pub commits: Vec<RowCommit>,
    /// A statement about a public key, base64.
    pub statement: Option<String>,
    /// Ed25519 signature of the acting member over [`Event::act_bytes`], base64.
    pub signature: Option<String>,
}

/// Dutch: *tijdstip*. A moment, or only a day where a moment could point to an anonymous melder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct At(String);

/// Dutch: *actor*. Who acted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    /// Someone with an account.
    #[serde(rename = "lid")]
    Member {
        /// Account.
        id: Uuid,
    },
    /// Nobody we know: a melder, or someone who has not signed in.
    #[serde(rename = "anoniem")]
    Anonymous,
    /// Another system, with a machine account.
    #[serde(rename = "koppeling")]
    Machine {
        /// Machine account.
        id: Uuid,
    },
    /// The service itself, for instance a job.
    #[serde(rename = "systeem")]
    System,
    /// Whoever ran a command on the machine.
    #[serde(rename = "beheerder")]
    Operator {
        /// Name of the account on the machine.
        #[serde(rename = "naam")]
        name: String,
    },
}

/// Dutch: *object*. The thing that was acted on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectRef {
    /// Which one.
    pub id: String,
    /// Kind of thing, for instance `signal`.
    #[serde(rename = "soort")]
    pub kind: String,
}

/// Dutch: *resultaat*. How an act ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Done.
    #[serde(rename = "ok")]
    Ok,
    /// Not allowed.
    #[serde(rename = "geweigerd")]
    Refused,
    /// Tried and failed.
    #[serde(rename = "fout")]
    Failed,
}

/// How one row stands after the act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowCommit {
    /// Where the row lives: `contents/<id>/<field>`, `sealed_keys/<id>`, `rights/<id>`.
    #[serde(rename = "rij")]
    pub row: String,
    /// SHA-256 of the row's bytes; `None` when it was removed.
    #[serde(with = "written::hex_hash", default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Hash>,
}

impl RowCommit {
    /// The row stands with these bytes.
    #[must_use]
    pub fn stands(row: impl Into<String>, bytes: &[u8]) -> Self {
        Self { row: row.into(), sha256: Some(Sha256::digest(bytes).into()) }
    }

    /// The row is gone.
    #[must_use]
    pub fn removed(row: impl Into<String>) -> Self {
        Self { row: row.into(), sha256: None }
    }
}

impl At {
    /// A moment, cut to milliseconds.
    ///
    /// # Errors
    /// [`EventError::NotATime`] for a year outside 0 to 9999.
    pub fn moment(moment: OffsetDateTime) -> Result<Self, EventError> {
        let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
        let written = moment.to_offset(UtcOffset::UTC).format(form).map_err(|_| EventError::NotATime)?;
        Self::try_from(written)
    }

    /// Only a day.
    ///
    /// # Errors
    /// [`EventError::NotATime`] for a year outside 0 to 9999.
    pub fn day(day: Date) -> Result<Self, EventError> {
        let form = format_description!("[year]-[month]-[day]");
        Self::try_from(day.format(form).map_err(|_| EventError::NotATime)?)
    }

    /// As it stands in the entry: `2026-11-24T09:30:00.000Z` or `2026-11-24`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for At {
    type Error = EventError;

    fn try_from(text: String) -> Result<Self, EventError> {
        let real = match text.len() {
            10 => Date::parse(&text, format_description!("[year]-[month]-[day]")).is_ok(),
            24 => text.ends_with('Z') && OffsetDateTime::parse(&text, &Rfc3339).is_ok(),
            _ => false,
        };
        if real { Ok(Self(text)) } else { Err(EventError::NotATime) }
    }
}

impl From<At> for String {
    fn from(at: At) -> Self {
        at.0
    }
}

impl Event {
    /// An act that succeeded, with nothing more to say about it; set the other fields as they apply.
    #[must_use]
    pub fn new(
        kind: impl Into<Cow<'static, str>>,
        operation: impl Into<Cow<'static, str>>,
        actor: Actor,
        at: At,
    ) -> Self {
        Self {
            kind: kind.into(),
            at,
            actor,
            role: None,
            purpose: None,
            request: None,
            origin: None,
            operation: operation.into(),
            object: None,
            fields: Vec::new(),
            outcome: Outcome::Ok,
            details: BTreeMap::new(),
            commits: Vec::new(),
            statement: None,
            signature: None,
        }
    }

    /// The entry: canonical JSON with the format version and the index it gets in the log.
    ///
    /// # Errors
    /// [`EventError::NotACode`] when a value is not shaped like a code.
    pub fn canonical_bytes(&self, index: u64) -> Result<Vec<u8>, EventError> {
        self.check()?;
        let written = Written { index: Some(index), ..Written::of(self) };
        serde_json::to_vec(&written).map_err(|_| EventError::Unreadable)
    }

    /// What the acting member signs: the event without its place in the log, without the signature, and without the
    /// rows, which are known only inside the transaction. An act that must bind to content names the hash of that
    /// content in `details`.
    ///
    /// # Errors
    /// [`EventError::NotACode`] when a value is not shaped like a code.
    pub fn act_bytes(&self) -> Result<Vec<u8>, EventError> {
        self.check()?;
        let written = Written { signature: None, commits: Cow::Borrowed(&[]), ..Written::of(self) };
        let mut bytes = b"meldroute act v1\n".to_vec();
        serde_json::to_writer(&mut bytes, &written).map_err(|_| EventError::Unreadable)?;
        Ok(bytes)
    }

    /// Reads an entry back: its index and the event.
    ///
    /// # Errors
    /// [`EventError::Unreadable`] when the bytes are not exactly what [`Event::canonical_bytes`] writes.
    pub fn parse(entry: &[u8]) -> Result<(u64, Self), EventError> {
        let scanned = canonical::scan(entry).map_err(|_| EventError::Unreadable)?;
        if scanned.version != FORMAT_VERSION {
            return Err(EventError::Unreadable);
        }
        let written: Written<'static> = serde_json::from_slice(entry).map_err(|_| EventError::Unreadable)?;
        let event = Self::from(written);
        let rewritten = event.canonical_bytes(scanned.index)?;
        if rewritten == entry { Ok((scanned.index, event)) } else { Err(EventError::Unreadable) }
    }

    fn check(&self) -> Result<(), EventError> {
        code("soort", &self.kind)?;
        code("handeling", &self.operation)?;
        let optional = [
            ("rol", &self.role),
            ("doel", &self.purpose),
            ("oorsprong", &self.origin),
            ("sleutelverklaring", &self.statement),
            ("handtekening", &self.signature),
        ];
        for (name, value) in optional {
            value.as_deref().map_or(Ok(()), |value| code(name, value))?;
        }
        if let Actor::Operator { name } = &self.actor {
            code("actor", name)?;
        }
        if let Some(object) = &self.object {
            code("object", &object.kind)?;
            code("object", &object.id)?;
        }
        self.fields.iter().try_for_each(|field| code("velden", field))?;
        for (key, value) in &self.details {
            code("bijzonderheden", key)?;
            code("bijzonderheden", value)?;
        }
        self.commits.iter().try_for_each(|commit| code("rijen", &commit.row))
    }
}

/// Codes have no spaces, so a sentence that strays into an event is stopped here.
fn code(field: &'static str, value: &str) -> Result<(), EventError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._:/+=@-".contains(&byte);
    let valid = !value.is_empty() && value.len() <= LONGEST && value.bytes().all(allowed);
    if valid { Ok(()) } else { Err(EventError::NotACode(field)) }
}

#[cfg(test)]
mod tests;
