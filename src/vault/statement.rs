//! Public keys are statements: who owns which key, said and signed by someone already trusted.
//!
//! Statements stand in the log as events. [`TrustedKeys`] reads them in order, starting from the set-up key whose
//! fingerprint is in the configuration, and knows afterwards which keys may be sealed to. A key put in the database by
//! hand has no statement, so sealing to it is refused: intake stops instead of going to the wrong reader.

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

use super::canon::{Canon, Parts};
use super::error::VaultError;
use super::seal::HolderPublic;
use super::signing::{Signature, Signer, VerifyKey};

mod trust;

#[cfg(test)]
mod tests;

pub use trust::{KeyState, TrustedKey, TrustedKeys};

const LABEL: &str = "meldroute/key-statement/v1";
const SIGNED: &str = "meldroute/signed-key-statement/v1";

/// The key id under which the set-up key signs. No other key can have it: ids of keys are random.
pub const SETUP_KEY_ID: Uuid = Uuid::nil();

/// Whose key it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The set-up key itself. Only to retire it when the ceremony is over.
    Setup,
    /// A member, by id.
    Member(Uuid),
    /// A standing group, by its fixed name.
    Group {
        /// The fixed name, such as `coordinators`.
        name: String,
    },
    /// A circle made by an exclusion, by id.
    Circle(Uuid),
    /// The recovery pair on paper.
    Recovery,
    /// The key that signs checkpoints of the log.
    Ledger,
}

/// What is said about the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementKind {
    /// From here on this is the owner's key; an earlier one is superseded.
    Introduce,
    /// From here on this key is not used any more.
    Retire,
}

/// Whose signature stands under a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// The set-up key, while it is in force.
    Setup,
    /// A member, with their key in force.
    Member(Uuid),
}

/// One statement about one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyStatement {
    /// What is said.
    pub kind: StatementKind,
    /// Whose key it is.
    pub owner: Owner,
    /// Id of the key.
    pub key_id: Uuid,
    /// Which key of this owner it is; each next one has a higher number. A retirement repeats the key's own.
    pub epoch: u32,
    /// Dutch: *reikwijdte*. The epoch as of which this key is read: a member whose role comes with a later one does not get
    /// it. The key's own epoch, or an earlier one when it takes the place of older keys, so that what was sealed to those
    /// can be sealed to it for no new reader.
    pub reach: u32,
    /// Public X25519 key, if the owner receives. Left out in a retirement.
    pub exchange: Option<HolderPublic>,
    /// Public Ed25519 key, if the owner signs. Left out in a retirement.
    pub signing: Option<VerifyKey>,
    /// Id of the key that signs this statement: a member's, or [`SETUP_KEY_ID`].
    pub signer: Uuid,
}

impl KeyStatement {
    /// The bytes that are signed: one form only for each statement.
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        let (owner, name) = match &self.owner {
            Owner::Setup => ("setup", Vec::new()),
            Owner::Member(id) => ("member", id.as_bytes().to_vec()),
            Owner::Group { name } => ("group", name.as_bytes().to_vec()),
            Owner::Circle(id) => ("circle", id.as_bytes().to_vec()),
            Owner::Recovery => ("recovery", Vec::new()),
            Owner::Ledger => ("ledger", Vec::new()),
        };
        let kind = match self.kind {
            StatementKind::Introduce => "introduce",
            StatementKind::Retire => "retire",
        };
        let said = Canon::new(LABEL)
            .text(kind)
            .text(owner)
            .bytes(&name)
            .uuid(self.key_id)
            .number(self.epoch)
            .bytes(self.exchange.as_ref().map_or(&[], |key| key.0.as_slice()))
            .bytes(self.signing.as_ref().map_or(&[], |key| key.0.as_slice()))
            .uuid(self.signer);
        // Only where it says more than the epoch does: one form for each statement.
        if self.reach == self.epoch { said.finish() } else { said.number(self.reach).finish() }
    }

    /// Reads what [`canonical`](Self::canonical) wrote.
    ///
    /// # Errors
    /// [`VaultError::Unreadable`] for anything else.
    pub fn from_canonical(bytes: &[u8]) -> Result<Self, VaultError> {
        read(bytes).ok_or(VaultError::Unreadable)
    }

    /// Signs the statement. The signer is the one named in it; that is for the caller to get right and for
    /// [`TrustedKeys`] to check.
    #[must_use]
    pub fn sign(self, signer: &Signer) -> SignedStatement {
        let signature = signer.sign(LABEL, &self.canonical());
        SignedStatement { statement: self, signature }
    }
}

/// A statement with its signature, as it stands in the log. In JSON it is one base64 text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SignedStatement {
    /// What is said.
    pub statement: KeyStatement,
    /// By the key named as signer.
    pub signature: Signature,
}

impl SignedStatement {
    /// The bytes to store.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        Canon::new(SIGNED).bytes(&self.statement.canonical()).bytes(&self.signature.0).finish()
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// [`VaultError::Unreadable`] for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, VaultError> {
        let read = || {
            let mut parts = Parts::read(bytes, SIGNED)?;
            let statement = read(parts.next()?)?;
            let signature = Signature(parts.next()?.try_into().ok()?);
            parts.is_done().then_some(Self { statement, signature })
        };
        read().ok_or(VaultError::Unreadable)
    }

    fn verify(&self, key: &VerifyKey) -> Result<(), StatementError> {
        key.verify_strict(LABEL, &self.statement.canonical(), &self.signature).map_err(|_| StatementError::BadSignature)
    }
}

impl From<SignedStatement> for String {
    fn from(signed: SignedStatement) -> Self {
        BASE64.encode(&signed.to_bytes())
    }
}

impl TryFrom<String> for SignedStatement {
    type Error = VaultError;
    fn try_from(text: String) -> Result<Self, VaultError> {
        Self::from_bytes(&BASE64.decode(text.as_bytes()).map_err(|_| VaultError::Unreadable)?)
    }
}

/// Why a statement, a chain or a key is not trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum StatementError {
    /// The set-up key is not the one whose fingerprint stands in the configuration.
    #[error("de inrichtingssleutel heeft een andere vingerafdruk dan in de configuratie staat")]
    WrongSetupKey,
    /// A statement in the log does not hold; the position counts from 0.
    #[error("sleutelverklaring {position} in het logboek klopt niet: {why}")]
    Chain {
        /// Which statement.
        position: usize,
        /// What is wrong with it.
        why: Refusal,
    },
    /// The signature is not the named signer's over this statement.
    #[error("de handtekening klopt niet")]
    BadSignature,
    /// No statement introduces this key with these bytes.
    #[error("voor deze sleutel is geen geldige verklaring")]
    UnprovenKey,
    /// The owner has a newer key, or this one was retired.
    #[error("deze sleutel is vervangen of ingetrokken")]
    StaleEpoch,
}

/// What is wrong with one statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The named signer is not a member's key that is in force.
    #[error("de ondertekenaar is niet bevoegd")]
    Signer,
    /// The signer is a member, but not one who may say this of this owner.
    #[error("de ondertekenaar mag dit van deze sleutel niet verklaren")]
    Authority,
    /// The signature does not fit.
    #[error("de handtekening klopt niet")]
    Signature,
    /// The epoch is not higher than the owner's last, or a retirement names another epoch than the key's.
    #[error("het volgnummer klopt niet")]
    Epoch,
    /// The key id was used before.
    #[error("de sleutel bestaat al")]
    Repeated,
    /// A retirement of a key that is unknown, of another owner, or retired before.
    #[error("er is niets om in te trekken")]
    NothingToRetire,
    /// An introduction without any key, a retirement with one, or an introduction of the set-up key.
    #[error("de verklaring is niet volledig of zegt te veel")]
    Shape,
}

fn read(bytes: &[u8]) -> Option<KeyStatement> {
    let mut parts = Parts::read(bytes, LABEL)?;
    let kind = match parts.text()? {
        "introduce" => StatementKind::Introduce,
        "retire" => StatementKind::Retire,
        _ => return None,
    };
    let owner = match (parts.text()?, parts.next()?) {
        ("setup", []) => Owner::Setup,
        ("member", id) => Owner::Member(Uuid::from_slice(id).ok()?),
        ("group", name) => Owner::Group { name: String::from_utf8(name.to_vec()).ok()? },
        ("circle", id) => Owner::Circle(Uuid::from_slice(id).ok()?),
        ("recovery", []) => Owner::Recovery,
        ("ledger", []) => Owner::Ledger,
        _ => return None,
    };
    let (key_id, epoch) = (parts.uuid()?, parts.number()?);
    let (exchange, signing) = (optional(parts.next()?)?, optional(parts.next()?)?);
    let signer = parts.uuid()?;
    let reach = if parts.is_done() { epoch } else { parts.number().filter(|reach| *reach < epoch)? };
    parts.is_done().then_some(KeyStatement {
        kind,
        owner,
        key_id,
        epoch,
        reach,
        exchange: exchange.map(HolderPublic),
        signing: signing.map(VerifyKey),
        signer,
    })
}

fn optional(bytes: &[u8]) -> Option<Option<[u8; 32]>> {
    if bytes.is_empty() { Some(None) } else { bytes.try_into().ok().map(Some) }
}
