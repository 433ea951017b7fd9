//! Which public keys are proven: the chain of statements in the log ([`Chain`]), from the set-up key on.
//!
//! The table `public_keys` is never believed by itself. It only helps to notice, inside the transaction that seals,
//! that the log has moved on or that somebody changed a key by hand.

use super::chain::{Chain, TELLING};
use super::{App, AppError};
use crate::domain::ids::{KeyId, MemberId};
use crate::domain::role::Group;
use crate::store::db::Db;
use crate::store::keys::PublicKeyRow;
use crate::store::{StoreError, Trace, Tx, log};
use crate::vault::seal::HolderPublic;
use crate::vault::signing::{Signer, VerifyKey};
use crate::vault::statement::{KeyStatement, Owner, SETUP_KEY_ID, StatementKind, TrustedKeys};
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

/// What the log proves as last read, with the newest telling entry up to which it was read. Another process may have
/// written more: sealing checks that, and whoever asks for roles looks first.
#[derive(Default)]
pub(super) struct ChainCache(RwLock<Option<(i64, Arc<Chain>)>>);

/// The proven keys, out of what the log proves.
#[derive(Clone)]
pub struct Trusted(Arc<Chain>);

impl Trusted {
    /// Everything the log proves, roles and who left included.
    pub(super) fn chain(&self) -> &Chain {
        &self.0
    }
}

impl std::ops::Deref for Trusted {
    type Target = TrustedKeys;

    fn deref(&self) -> &TrustedKeys {
        &self.0.keys
    }
}

impl App {
    /// The proven keys, read from the log at first use.
    ///
    /// # Errors
    /// [`AppError::KeyNotProven`] when the chain does not hold.
    pub fn trusted(&self) -> Result<Trusted, AppError> {
        if let Ok(guard) = self.chain_cache().0.read()
            && let Some((_, chain)) = guard.as_ref()
        {
            return Ok(Trusted(Arc::clone(chain)));
        }
        self.reload_trust()
    }

    /// The same, with everything the log tells by now.
    ///
    /// # Errors
    /// [`AppError::KeyNotProven`] when the chain does not hold.
    pub fn reload_trust(&self) -> Result<Trusted, AppError> {
        Ok(Trusted(self.store().read(|db| self.chain_now(db))?))
    }

    /// What the log proves now. Read anew only when it has gone on about roles or keys, whichever process wrote that.
    pub(super) fn chain_now(&self, db: &mut Db) -> Result<Arc<Chain>, AppError> {
        let newest = log::newest_of_kinds(db, &TELLING)?.unwrap_or(-1);
        if let Ok(guard) = self.chain_cache().0.read()
            && let Some((read_to, chain)) = guard.as_ref()
            && *read_to == newest
        {
            return Ok(Arc::clone(chain));
        }
        let chain = Arc::new(Chain::read(db, self.setup_fingerprint(), self.keys().setup_public)?);
        if let Ok(mut guard) = self.chain_cache().0.write() {
            *guard = Some((newest, Arc::clone(&chain)));
        }
        Ok(chain)
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

/// Which key of an owner it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Epoch {
    /// Counts up with every key of the owner.
    pub epoch: u32,
    /// The epoch as of which it is read ([`KeyStatement::reach`]).
    pub reach: u32,
}

impl Epoch {
    /// A key that takes the place of no other: only what comes is sealed to it.
    #[must_use]
    pub fn first(epoch: u32) -> Self {
        Self { epoch, reach: epoch }
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
        Self::reaching(id, owner, Epoch::first(epoch), exchange, signing, by)
    }

    /// The same for a key that takes the place of older ones.
    #[must_use]
    pub fn reaching(
        id: KeyId,
        owner: Owner,
        Epoch { epoch, reach }: Epoch,
        exchange: Option<HolderPublic>,
        signing: Option<VerifyKey>,
        by: &StatementSigner<'_>,
    ) -> Self {
        let statement = KeyStatement {
            kind: StatementKind::Introduce,
            owner: owner.clone(),
            key_id: id.uuid(),
            epoch,
            reach,
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

impl App {
    /// Writes a key as [`NewPublicKey::put`] does, if the log as it stands in this transaction admits it: a statement of
    /// somebody whose role was taken away a moment ago would stop everything.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it does not; [`AppError::KeyNotProven`] when the chain does not hold.
    pub(super) fn put_admitted(&self, tx: &mut Tx<'_>, key: &NewPublicKey) -> Result<(), AppError> {
        let chain = Chain::read(tx.reader(), self.setup_fingerprint(), self.keys().setup_public)?;
        if !chain.admits(&key.statement, tx.today()) {
            return Err(StoreError::Stale.into());
        }
        Ok(key.put(tx)?)
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
