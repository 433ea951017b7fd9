//! Which public keys are proven: the chain of statements in the log, from the set-up key on.
//!
//! The table `public_keys` is never believed by itself. It only helps to notice, inside the transaction that seals,
//! that the log has moved on or that somebody changed a key by hand.

use super::{App, AppError};
use crate::domain::ids::{KeyId, MemberId};
use crate::domain::role::Group;
use crate::ledger::event::Event;
use crate::store::db::Db;
use crate::store::keys::PublicKeyRow;
use crate::store::{StoreError, Trace, Tx, log};
use crate::vault::seal::HolderPublic;
use crate::vault::signing::{Signer, VerifyKey};
use crate::vault::statement::{KeyStatement, Owner, SETUP_KEY_ID, SignedStatement, StatementKind, TrustedKeys};
use std::sync::{Arc, RwLock};

/// The kind of event that carries a statement about a key.
pub const KEY_STATED: &str = "key.stated";

/// A public key to seal to, proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// The key.
    pub key: KeyId,
    /// Its public half.
    pub public: HolderPublic,
}

/// The proven keys as last read from the log. Another process may have stated more: sealing checks that.
#[derive(Default)]
pub(super) struct TrustCache(RwLock<Option<Arc<TrustedKeys>>>);

impl App {
    /// The proven keys, read from the log at first use.
    ///
    /// # Errors
    /// [`AppError::KeyNotProven`] when the chain does not hold.
    pub fn trusted(&self) -> Result<Arc<TrustedKeys>, AppError> {
        if let Ok(guard) = self.trust_cache().0.read()
            && let Some(keys) = guard.as_ref()
        {
            return Ok(Arc::clone(keys));
        }
        self.reload_trust()
    }

    /// Reads the chain anew.
    ///
    /// # Errors
    /// [`AppError::KeyNotProven`] when the chain does not hold.
    pub fn reload_trust(&self) -> Result<Arc<TrustedKeys>, AppError> {
        let keys = self.store().read(|db| chain_in_log(db, self.setup_fingerprint(), self.keys().setup_public))?;
        let keys = Arc::new(keys);
        if let Ok(mut guard) = self.trust_cache().0.write() {
            *guard = Some(Arc::clone(&keys));
        }
        Ok(keys)
    }

    /// The key to seal to for a group.
    ///
    /// # Errors
    /// [`AppError::RoadClosed`] when the group has none.
    pub fn group_holder(&self, group: Group) -> Result<Holder, AppError> {
        self.holder_of(&group_owner(group))?.ok_or(AppError::RoadClosed(group))
    }

    /// The key to seal to for one member; `None` when they have none.
    ///
    /// # Errors
    /// [`AppError::KeyNotProven`] when the chain does not hold, or the member has a role that the log does not prove.
    pub fn member_holder(&self, member: MemberId) -> Result<Option<Holder>, AppError> {
        // Of whom left, the key is retired and the roles are proven no more: nothing is sealed to them, which is no error.
        let Some(holder) = self.holder_of(&Owner::Member(member.uuid()))? else { return Ok(None) };
        self.store().read(|db| self.proven_roles_of(db, member))?;
        Ok(Some(holder))
    }

    /// The recovery key on paper.
    ///
    /// # Errors
    /// When the chain does not hold or there is none.
    pub fn recovery_holder(&self) -> Result<Holder, AppError> {
        self.holder_of(&Owner::Recovery)?.ok_or_else(|| AppError::KeyNotProven("recovery".to_owned()))
    }

    fn holder_of(&self, owner: &Owner) -> Result<Option<Holder>, AppError> {
        let trusted = self.trusted()?;
        Ok(trusted
            .current(owner)
            .and_then(|key| key.exchange.map(|public| Holder { key: KeyId::new(key.key_id), public })))
    }
}

/// The owner under which a group's key is stated.
#[must_use]
pub fn group_owner(group: Group) -> Owner {
    Owner::Group { name: group.code().to_owned() }
}

/// The keys that the statements in the log prove, from the set-up key on.
///
/// # Errors
/// [`AppError::KeyNotProven`] when the chain does not hold.
pub fn chain_in_log(
    db: &mut Db,
    setup_fingerprint: [u8; 32],
    setup_public: VerifyKey,
) -> Result<TrustedKeys, AppError> {
    let statements = statements_in_log(db)?;
    TrustedKeys::from_chain(setup_fingerprint, setup_public, &statements)
        .map_err(|error| AppError::KeyNotProven(error.to_string()))
}

/// The statements of the log, in order.
fn statements_in_log(db: &mut Db) -> Result<Vec<SignedStatement>, AppError> {
    let rows = log::log_of_kind(db, KEY_STATED)?;
    let broken = || AppError::KeyNotProven("a statement in the log cannot be read".to_owned());
    rows.iter()
        .map(|row| {
            let (_, event) = Event::parse(&row.body).map_err(|_| broken())?;
            let text = event.statement.ok_or_else(broken)?;
            let bytes = data_encoding::BASE64.decode(text.as_bytes()).map_err(|_| broken())?;
            SignedStatement::from_bytes(&bytes).map_err(|_| broken())
        })
        .collect()
}

/// Who signs a statement: the set-up key during the ceremony, a member afterwards.
pub struct StatementSigner<'a> {
    /// The id of the signing key.
    pub id: uuid::Uuid,
    /// The signing key.
    pub signer: &'a Signer,
}

impl<'a> StatementSigner<'a> {
    /// The set-up key.
    #[must_use]
    pub fn setup(signer: &'a Signer) -> Self {
        Self { id: SETUP_KEY_ID, signer }
    }
}

/// A new public key with the statement that introduces it.
#[derive(Clone)]
pub struct NewPublicKey {
    /// The key.
    pub id: KeyId,
    /// Whose.
    pub owner: Owner,
    /// Which key of this owner.
    pub epoch: u32,
    /// For sealing.
    pub exchange: Option<HolderPublic>,
    /// For signatures.
    pub signing: Option<VerifyKey>,
    statement: Vec<u8>,
}

impl NewPublicKey {
    /// States that this is the owner's key from here on.
    #[must_use]
    pub fn stated(
        id: KeyId,
        owner: Owner,
        epoch: u32,
        exchange: Option<HolderPublic>,
        signing: Option<VerifyKey>,
        by: &StatementSigner<'_>,
    ) -> Self {
        let statement = KeyStatement {
            kind: StatementKind::Introduce,
            owner: owner.clone(),
            key_id: id.uuid(),
            epoch,
            exchange,
            signing,
            signer: by.id,
        };
        let statement = statement.sign(by.signer).to_bytes();
        Self { id, owner, epoch, exchange, signing, statement }
    }

    /// Writes the key and its statement.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn put(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let (kind, owner) = owner_columns(&self.owner);
        let trace = Trace::new(KEY_STATED)
            .object("key", self.id.uuid())
            .detail("owner", kind)
            .detail("epoch", self.epoch.to_string())
            .statement(self.statement.clone());
        let index = tx.record(trace)?;
        tx.public_key_insert(&PublicKeyRow {
            id: self.id,
            owner_kind: kind.to_owned(),
            owner,
            epoch: i64::from(self.epoch),
            exchange: self.exchange.map(|key| key.0.to_vec()),
            signing: self.signing.map(|key| key.0.to_vec()),
            event_index: i64::try_from(index).unwrap_or(i64::MAX),
            created_on: tx.today(),
            retired_on: None,
        })
    }
}

/// How an owner stands in the table `public_keys`.
#[must_use]
pub fn owner_columns(owner: &Owner) -> (&'static str, String) {
    match owner {
        Owner::Setup => ("setup", String::new()),
        Owner::Member(id) => ("member", id.to_string()),
        Owner::Group { name } => ("group", name.clone()),
        Owner::Circle(id) => ("circle", id.to_string()),
        Owner::Recovery => ("recovery", String::new()),
        Owner::Ledger => ("ledger", String::new()),
    }
}
