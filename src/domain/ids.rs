//! One type per kind of id, so that a signal's id never ends up where a member's belongs.
//!
//! Ids are random (UUIDv4): they carry no moment and no order, because a melder may be anonymous. The random bytes come
//! from the caller.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$meta:meta])* pub struct $name:ident;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The id with this value.
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The value.
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// A random id (UUIDv4) from 16 random bytes of the caller.
            pub const fn from_random(bytes: [u8; 16]) -> Self {
                Self(uuid::Builder::from_random_bytes(bytes).into_uuid())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }
    )+};
}

ids! {
    /// Dutch: *signaal*. Which signal.
    pub struct SignalId;
    /// Dutch: *stuk*. Which record: the report, its handling, the mailbox, a question; each has its own key.
    pub struct RecordId;
    /// Dutch: *sleutel*. Which key of a group, a circle, a member or a record.
    pub struct KeyId;
    /// Dutch: *verzegelde sleutel*. Which sealed copy of a key.
    pub struct SealedKeyId;
    /// Dutch: *medewerker*. Which member: a person with an account.
    pub struct MemberId;
    /// Dutch: *sessie*. Which session of a member.
    pub struct SessionId;
    /// Dutch: *weging*. Which version of a weighing.
    pub struct WeighingId;
    /// Dutch: *privacycheck*. Which privacy check.
    pub struct PrivacyCheckId;
    /// Dutch: *bronvraag*. Which question to a source.
    pub struct SourceQuestionId;
    /// Dutch: *besluit*. Which decision.
    pub struct DecisionId;
    /// Dutch: *actie*. Which action of a follow-up.
    pub struct ActionId;
    /// Dutch: *doorgeefblad*. Which hand-over sheet.
    pub struct HandoffId;
    /// Dutch: *zitting*. Which sitting of the LIO.
    pub struct SittingId;
    /// Dutch: *agendapunt*. Which item on an agenda.
    pub struct AgendaItemId;
    /// Dutch: *uitsluiting*. Which exclusion of a reader.
    pub struct ExclusionId;
    /// Dutch: *kring*. Which circle: the readers who are left after an exclusion.
    pub struct CircleId;
    /// Dutch: *ontzegeling*. Which request to open a melder's name.
    pub struct IdentityOpeningId;
    /// Dutch: *noodinzage*. Which opening of a signal out of hours.
    pub struct EmergencyOpeningId;
    /// Dutch: *vernietiging*. Which destruction: proposed by one, agreed by another.
    pub struct DestructionId;
    /// Dutch: *tweede factor*. A second factor of a member: an app, a set of recovery codes, or one code of it.
    pub struct FactorId;
    /// Dutch: *koppeling*. Which machine account: another system that asks the API by itself.
    pub struct MachineId;
    /// Dutch: *familie*. Which row of tokens of a machine, each the next of the one before.
    pub struct FamilyId;
    /// Dutch: *object*. Whatever an audit event is about, when its kind is told elsewhere.
    pub struct ObjectId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_from_its_text_and_its_json() {
        let id = SignalId::from_random([7; 16]);
        assert_eq!(id.to_string().parse::<SignalId>().unwrap(), id);
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("\"{id}\""));
        assert_eq!(serde_json::from_str::<SignalId>(&json).unwrap(), id);
        assert_eq!(id.uuid().get_version_num(), 4);
        assert!("geen nummer".parse::<SignalId>().is_err());
    }
}
