//! The keys that follow from the log.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{KeyStatement, Owner, Refusal, SETUP_KEY_ID, SignedStatement, StatementError, StatementKind, Voice};
use crate::vault::seal::HolderPublic;
use crate::vault::signing::VerifyKey;

/// Whether a key is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// The owner's key now.
    Current,
    /// The owner has a newer one. Old signatures of it remain checkable; nothing is sealed to it.
    Superseded,
    /// Withdrawn. Old signatures remain checkable; nothing is sealed to it.
    Retired,
}

/// A key that the log introduces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedKey {
    /// Whose it is.
    pub owner: Owner,
    /// Its id.
    pub key_id: Uuid,
    /// Which key of the owner it is.
    pub epoch: u32,
    /// The epoch as of which it is read ([`KeyStatement::reach`]).
    pub reach: u32,
    /// To seal to, if the owner receives.
    pub exchange: Option<HolderPublic>,
    /// To check signatures with, if the owner signs.
    pub signing: Option<VerifyKey>,
    /// Whether it is in force.
    pub state: KeyState,
}

/// All keys the log proves, from the set-up key on.
#[derive(Debug, Clone)]
pub struct TrustedKeys {
    setup: Option<VerifyKey>,
    keys: HashMap<Uuid, TrustedKey>,
    current: HashMap<Owner, Uuid>,
    last_epoch: HashMap<Owner, u32>,
    introduced_bytes: HashSet<[u8; 32]>,
    statements: usize,
}

impl TrustedKeys {
    /// Nothing but the set-up key: where the chain begins.
    ///
    /// # Errors
    /// [`StatementError::WrongSetupKey`] when the set-up key does not have the configured fingerprint (SHA-256 of its
    /// 32 bytes).
    pub fn start(setup_fingerprint: [u8; 32], setup_key: VerifyKey) -> Result<Self, StatementError> {
        if setup_key.fingerprint() != setup_fingerprint {
            return Err(StatementError::WrongSetupKey);
        }
        Ok(Self {
            setup: Some(setup_key),
            keys: HashMap::new(),
            current: HashMap::new(),
            last_epoch: HashMap::new(),
            introduced_bytes: HashSet::new(),
            statements: 0,
        })
    }

    /// Takes the next statement of the log. Whether its signer may say this of this owner is for `judge`, which knows
    /// the roles at this place in the log. One bad statement stops everything: a log with a forged key in it is not one
    /// to go on with.
    ///
    /// # Errors
    /// [`StatementError::Chain`]; nothing has changed then.
    pub fn apply(
        &mut self,
        signed: &SignedStatement,
        judge: impl FnOnce(&KeyStatement, Voice) -> Result<(), Refusal>,
    ) -> Result<(), StatementError> {
        self.take(signed, judge).map_err(|why| StatementError::Chain { position: self.statements, why })?;
        self.statements += 1;
        Ok(())
    }

    /// Ends the owner's key in force without a statement: taking away needs no signature.
    pub fn end(&mut self, owner: &Owner) {
        if let Some(key) = self.current.remove(owner).and_then(|id| self.keys.get_mut(&id)) {
            key.state = KeyState::Retired;
        }
    }

    /// The set-up key while it is in force.
    #[must_use]
    pub fn setup(&self) -> Option<&VerifyKey> {
        self.setup.as_ref()
    }

    /// The number that the owner's next key gets.
    #[must_use]
    pub fn next_epoch(&self, owner: &Owner) -> u32 {
        self.last_epoch.get(owner).map_or(1, |last| last.saturating_add(1))
    }

    /// Every signing key the owner ever had: what was signed before a key was replaced stays checkable.
    pub fn signing_of(&self, owner: &Owner) -> impl Iterator<Item = &VerifyKey> {
        self.keys.values().filter(move |key| key.owner == *owner).filter_map(|key| key.signing.as_ref())
    }

    /// The owner's key in force, if there is one.
    #[must_use]
    pub fn current(&self, owner: &Owner) -> Option<&TrustedKey> {
        self.keys.get(self.current.get(owner)?)
    }

    /// A key by id, in force or not: what an old signature is checked with.
    #[must_use]
    pub fn key(&self, key_id: Uuid) -> Option<&TrustedKey> {
        self.keys.get(&key_id)
    }

    /// Every key that a statement introduces, in force or not, in no order.
    pub fn all(&self) -> impl Iterator<Item = &TrustedKey> {
        self.keys.values()
    }

    /// Asked just before sealing to a key that came from elsewhere, such as a row of the database.
    ///
    /// # Errors
    /// [`StatementError::UnprovenKey`] when the log does not introduce this id with these bytes;
    /// [`StatementError::StaleEpoch`] when it did, but the owner has a newer key or this one was retired.
    pub fn confirm(&self, key_id: Uuid, public: &HolderPublic) -> Result<(), StatementError> {
        let known = self.keys.get(&key_id).ok_or(StatementError::UnprovenKey)?;
        if known.exchange.as_ref() != Some(public) {
            return Err(StatementError::UnprovenKey);
        }
        match known.state {
            KeyState::Current => Ok(()),
            KeyState::Superseded | KeyState::Retired => Err(StatementError::StaleEpoch),
        }
    }

    fn take(
        &mut self,
        signed: &SignedStatement,
        judge: impl FnOnce(&KeyStatement, Voice) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let statement = &signed.statement;
        let (voice, signer) = self.signer(statement.signer).ok_or(Refusal::Signer)?;
        signed.verify(&signer).map_err(|_| Refusal::Signature)?;
        judge(statement, voice)?;
        match statement.kind {
            StatementKind::Introduce => self.introduce(statement),
            StatementKind::Retire => self.retire(statement),
        }
    }

    /// The set-up key until it is retired, or a member's signing key in force.
    fn signer(&self, key_id: Uuid) -> Option<(Voice, VerifyKey)> {
        if key_id == SETUP_KEY_ID {
            return self.setup.map(|key| (Voice::Setup, key));
        }
        let key = self.keys.get(&key_id)?;
        match (&key.owner, key.state) {
            (Owner::Member(id), KeyState::Current) => key.signing.map(|signing| (Voice::Member(*id), signing)),
            (Owner::Member(_), KeyState::Superseded | KeyState::Retired)
            | (Owner::Setup | Owner::Group { .. } | Owner::Circle(_) | Owner::Recovery | Owner::Ledger, _) => None,
        }
    }

    fn introduce(&mut self, new: &KeyStatement) -> Result<(), Refusal> {
        let empty = new.exchange.is_none() && new.signing.is_none();
        if new.owner == Owner::Setup || empty || new.reach > new.epoch {
            return Err(Refusal::Shape);
        }
        let bytes = [new.exchange.map(|key| key.0), new.signing.map(|key| key.0)];
        let seen = bytes.iter().flatten().any(|key| self.introduced_bytes.contains(key));
        if new.key_id == SETUP_KEY_ID || self.keys.contains_key(&new.key_id) || seen {
            return Err(Refusal::Repeated);
        }
        if self.last_epoch.get(&new.owner).is_some_and(|last| new.epoch <= *last) {
            return Err(Refusal::Epoch);
        }
        let before = self.current.insert(new.owner.clone(), new.key_id);
        if let Some(old) = before.and_then(|id| self.keys.get_mut(&id)) {
            old.state = KeyState::Superseded;
        }
        self.introduced_bytes.extend(bytes.into_iter().flatten());
        self.last_epoch.insert(new.owner.clone(), new.epoch);
        self.keys.insert(
            new.key_id,
            TrustedKey {
                owner: new.owner.clone(),
                key_id: new.key_id,
                epoch: new.epoch,
                reach: new.reach,
                exchange: new.exchange,
                signing: new.signing,
                state: KeyState::Current,
            },
        );
        Ok(())
    }

    fn retire(&mut self, old: &KeyStatement) -> Result<(), Refusal> {
        if old.exchange.is_some() || old.signing.is_some() {
            return Err(Refusal::Shape);
        }
        if old.owner == Owner::Setup {
            let in_force = old.key_id == SETUP_KEY_ID && self.setup.is_some();
            self.setup = if in_force { None } else { self.setup };
            return if in_force { Ok(()) } else { Err(Refusal::NothingToRetire) };
        }
        let key = self.keys.get_mut(&old.key_id).ok_or(Refusal::NothingToRetire)?;
        if key.owner != old.owner || key.state == KeyState::Retired {
            return Err(Refusal::NothingToRetire);
        }
        if key.epoch != old.epoch {
            return Err(Refusal::Epoch);
        }
        key.state = KeyState::Retired;
        if self.current.get(&old.owner) == Some(&old.key_id) {
            self.current.remove(&old.owner);
        }
        Ok(())
    }
}
