//! The JSON of an event. Kept apart from the event, because this form can never change for a version once written.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Actor, At, Event, FORMAT_VERSION, ObjectRef, Outcome, RowCommit};

/// The written form. The fields stand in the order of their JSON names, which makes the output of `serde_json`
/// canonical (RFC 8785); a test holds the order.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written<'event> {
    pub(super) actor: Cow<'event, Actor>,
    #[serde(rename = "bijzonderheden", default, skip_serializing_if = "map_is_empty")]
    pub(super) details: Cow<'event, BTreeMap<String, String>>,
    #[serde(rename = "doel", default, skip_serializing_if = "Option::is_none")]
    pub(super) purpose: Option<Cow<'event, str>>,
    #[serde(rename = "handeling")]
    pub(super) operation: Cow<'event, str>,
    #[serde(rename = "handtekening", default, skip_serializing_if = "Option::is_none")]
    pub(super) signature: Option<Cow<'event, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) object: Option<Cow<'event, ObjectRef>>,
    #[serde(rename = "oorsprong", default, skip_serializing_if = "Option::is_none")]
    pub(super) origin: Option<Cow<'event, str>>,
    #[serde(rename = "resultaat")]
    pub(super) outcome: Outcome,
    #[serde(rename = "rijen", default, skip_serializing_if = "slice_is_empty")]
    pub(super) commits: Cow<'event, [RowCommit]>,
    #[serde(rename = "rol", default, skip_serializing_if = "Option::is_none")]
    pub(super) role: Option<Cow<'event, str>>,
    #[serde(rename = "sleutelverklaring", default, skip_serializing_if = "Option::is_none")]
    pub(super) statement: Option<Cow<'event, str>>,
    #[serde(rename = "soort")]
    pub(super) kind: Cow<'event, str>,
    #[serde(rename = "tijdstip")]
    pub(super) at: Cow<'event, At>,
    #[serde(rename = "velden", default, skip_serializing_if = "slice_is_empty")]
    pub(super) fields: Cow<'event, [String]>,
    #[serde(rename = "versie")]
    pub(super) version: u64,
    #[serde(rename = "verzoek", default, skip_serializing_if = "Option::is_none")]
    pub(super) request: Option<Uuid>,
    #[serde(rename = "volgnummer", default, skip_serializing_if = "Option::is_none")]
    pub(super) index: Option<u64>,
}

impl<'event> Written<'event> {
    /// The written form of an event that has no place yet.
    pub(super) fn of(event: &'event Event) -> Self {
        Self {
            actor: Cow::Borrowed(&event.actor),
            details: Cow::Borrowed(&event.details),
            purpose: event.purpose.as_deref().map(Cow::Borrowed),
            operation: Cow::Borrowed(&event.operation),
            signature: event.signature.as_deref().map(Cow::Borrowed),
            object: event.object.as_ref().map(Cow::Borrowed),
            origin: event.origin.as_deref().map(Cow::Borrowed),
            outcome: event.outcome,
            commits: Cow::Borrowed(&event.commits),
            role: event.role.as_deref().map(Cow::Borrowed),
            statement: event.statement.as_deref().map(Cow::Borrowed),
            kind: Cow::Borrowed(&event.kind),
            at: Cow::Borrowed(&event.at),
            fields: Cow::Borrowed(&event.fields),
            version: FORMAT_VERSION,
            request: event.request,
            index: None,
        }
    }
}

impl From<Written<'static>> for Event {
    fn from(written: Written<'static>) -> Self {
        Self {
            kind: written.kind,
            at: written.at.into_owned(),
            actor: written.actor.into_owned(),
            role: written.role.map(Cow::into_owned),
            purpose: written.purpose.map(Cow::into_owned),
            request: written.request,
            origin: written.origin.map(Cow::into_owned),
            operation: written.operation,
            object: written.object.map(Cow::into_owned),
            fields: written.fields.into_owned(),
            outcome: written.outcome,
            details: written.details.into_owned(),
            commits: written.commits.into_owned(),
            statement: written.statement.map(Cow::into_owned),
            signature: written.signature.map(Cow::into_owned),
        }
    }
}

#[expect(clippy::ptr_arg, reason = "serde hands over a reference to the field")]
fn map_is_empty(map: &Cow<'_, BTreeMap<String, String>>) -> bool {
    map.is_empty()
}

#[expect(clippy::ptr_arg, reason = "serde hands over a reference to the field")]
fn slice_is_empty<T: Clone>(slice: &Cow<'_, [T]>) -> bool {
    slice.is_empty()
}

/// Hashes are written in lower-case hex.
pub(super) mod hex_hash {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use data_encoding::HEXLOWER;

    use crate::ledger::merkle::Hash;

    #[expect(clippy::ref_option, reason = "serde hands over a reference to the field")]
    pub(crate) fn serialize<S: Serializer>(hash: &Option<Hash>, serializer: S) -> Result<S::Ok, S::Error> {
        match hash {
            Some(hash) => serializer.serialize_str(&HEXLOWER.encode(hash)),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Hash>, D::Error> {
        let hex = String::deserialize(deserializer)?;
        let bytes = HEXLOWER.decode(hex.as_bytes()).map_err(D::Error::custom)?;
        Hash::try_from(bytes.as_slice()).map(Some).map_err(|_| D::Error::custom("32 bytes"))
    }
}
