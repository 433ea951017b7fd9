//! Use cases: one file per activity of the field, one transaction and at least one audit event per use case.
//!
//! A use case takes the [`OpContext`] first. Keys are made and used outside the writer;
//! inside the transaction only opaque bytes are written. Nothing here knows the web.

pub mod acts;
pub mod attempts;
pub mod backup;
pub mod chain;
pub mod changes;
pub mod closing;
pub mod confirming;
pub mod cosigning;
pub mod decision;
pub mod decision_owner;
pub mod destruction;
pub mod drafts;
pub mod emergency;
pub mod emergency_halves;
pub mod emergency_judging;
pub mod enrichment;
pub mod enrolment;
pub mod error;
pub mod exclusion;
pub mod factor_proof;
pub mod follow_up;
pub mod following;
pub mod group_keys;
pub mod handing_over;
pub mod idempotency;
pub mod identity;
pub mod identity_judging;
pub mod intake;
pub mod joining;
pub mod judgements;
pub mod kept_forms;
pub mod keyring;
pub mod leaving;
pub mod lio;
pub mod log_proof;
pub mod machine_tokens;
pub mod machines;
pub mod members;
pub mod my_sign_in;
pub mod outcomes;
pub mod oversight;
pub mod passwords;
pub mod people;
pub mod purposes;
pub mod putting_back;
pub mod reading;
pub mod recovering;
pub mod rekeying;
pub mod renewing;
pub mod resealing;
pub mod restoring;
pub mod retention;
pub mod role_agreement;
pub mod role_days;
pub mod role_proof;
pub mod rounds;
pub mod sealing;
pub mod second_step;
pub mod sessions;
pub mod setup;
pub mod sharing;
pub mod sharing_check;
pub mod sharing_out;
pub mod sign_in;
pub mod steps;
pub mod triage;
pub mod trust;
pub mod urgent;
pub mod weighing;
pub mod worklist;

pub use error::AppError;

use crate::domain::emergency::EmergencyTerms;
use crate::domain::protocol::Protocol;
use crate::domain::time::{Clock, Moment};
use crate::ledger::note::LedgerKey;
use crate::policy::{MemberActor, OpContext};
use crate::store::Store;
use crate::vault::entropy::{Entropy, EntropyError, random_uuid_v4};
use crate::vault::password::KdfCost;
use crate::vault::session::ServerKey;
use crate::vault::signing::{Signer, VerifyKey};
use backup::destroyed::DestroyedList;
use std::sync::Arc;
use uuid::Uuid;

/// Makes a random source; one for each use, so that no lock is shared.
pub type EntropyFactory = Arc<dyn Fn() -> Box<dyn Entropy> + Send + Sync>;

/// How long sessions live.
#[derive(Debug, Clone, Copy)]
pub struct SessionTerms {
    /// Seconds without any act after which a session ends.
    pub idle_seconds: i64,
    /// Seconds after which it ends whatever happens.
    pub absolute_seconds: i64,
}

/// Whether a password is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactor {
    /// Never: whoever has no second factor adds one first.
    Required,
    /// For whoever has no second factor. For demos and tests.
    Off,
}

/// How members come in.
#[derive(Debug, Clone, Copy)]
pub struct SignInTerms {
    /// Whether a password is enough.
    pub second_factor: SecondFactor,
    /// The longest that a name has to wait after wrong tries, in seconds.
    pub longest_wait_seconds: i64,
}

/// The key files of an installation, read at start.
pub struct KeyFiles {
    /// Seals members' keys into their session rows.
    pub server: ServerKey,
    /// Signs checkpoints.
    pub ledger: LedgerKey,
    /// Signs the first statements; taken away when the ceremony is over.
    pub setup: Option<Signer>,
    /// The public half of the set-up key.
    pub setup_public: VerifyKey,
}

/// What an installation is made of.
pub struct AppParts {
    /// The database.
    pub store: Store,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where chance comes from.
    pub entropy: EntropyFactory,
    /// The municipality's own rules.
    pub protocol: Protocol,
    /// The key files.
    pub keys: KeyFiles,
    /// SHA-256 of the set-up key, from the configuration: the anchor of every public key.
    pub setup_fingerprint: [u8; 32],
    /// What one try of a password costs.
    pub kdf_cost: KdfCost,
    /// How long sessions live.
    pub sessions: SessionTerms,
    /// How members come in.
    pub sign_in: SignInTerms,
    /// Who may read one signal out of hours; `None` for nobody.
    pub emergency: Option<EmergencyTerms>,
    /// The list of destructions outside the database; `None` for an installation of which no backups are made.
    pub destroyed: Option<DestroyedList>,
}

/// The service without its web. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    parts: AppParts,
    chain: trust::ChainCache,
}

impl App {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: AppParts) -> Self {
        Self(Arc::new(Inner { parts, chain: trust::ChainCache::default() }))
    }

    /// The database.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.parts.store
    }

    /// The municipality's own rules.
    #[must_use]
    pub fn protocol(&self) -> &Protocol {
        &self.0.parts.protocol
    }

    /// The key files.
    #[must_use]
    pub fn keys(&self) -> &KeyFiles {
        &self.0.parts.keys
    }

    /// How long sessions live.
    #[must_use]
    pub fn session_terms(&self) -> SessionTerms {
        self.0.parts.sessions
    }

    /// How members come in.
    #[must_use]
    pub fn sign_in_terms(&self) -> SignInTerms {
        self.0.parts.sign_in
    }

    /// Who may read one signal out of hours.
    #[must_use]
    pub fn emergency_terms(&self) -> Option<EmergencyTerms> {
        self.0.parts.emergency
    }

    /// The list of destructions outside the database.
    #[must_use]
    pub fn destroyed(&self) -> Option<&DestroyedList> {
        self.0.parts.destroyed.as_ref()
    }

    /// What one try of a password costs.
    #[must_use]
    pub fn kdf_cost(&self) -> KdfCost {
        self.0.parts.kdf_cost
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.0.parts.clock.now()
    }

    /// A random source.
    #[must_use]
    pub fn entropy(&self) -> Box<dyn Entropy> {
        (self.0.parts.entropy)()
    }

    /// A random id.
    ///
    /// # Errors
    /// When the operating system gives no chance.
    pub fn random_id(&self) -> Result<Uuid, EntropyError> {
        random_uuid_v4(self.entropy().as_mut())
    }

    /// The context of an act at the public pages.
    ///
    /// # Errors
    /// When the operating system gives no chance.
    pub fn as_anonymous(&self) -> Result<OpContext, EntropyError> {
        Ok(OpContext::anonymous(self.now(), self.random_id()?))
    }

    /// The context of an act of the service itself.
    ///
    /// # Errors
    /// When the operating system gives no chance.
    pub fn as_system(&self) -> Result<OpContext, EntropyError> {
        Ok(OpContext::system(self.now(), self.random_id()?))
    }

    /// The context of an act on the command line.
    ///
    /// # Errors
    /// When the operating system gives no chance.
    pub fn as_operator(&self, name: &str) -> Result<OpContext, EntropyError> {
        Ok(OpContext::operator(name, self.now(), self.random_id()?))
    }

    /// The context of an act of a member.
    ///
    /// # Errors
    /// When the operating system gives no chance.
    pub fn as_member(&self, member: MemberActor) -> Result<OpContext, EntropyError> {
        Ok(OpContext::member(member, self.now(), self.random_id()?))
    }

    fn chain_cache(&self) -> &trust::ChainCache {
        &self.0.chain
    }

    fn setup_fingerprint(&self) -> [u8; 32] {
        self.0.parts.setup_fingerprint
    }
}
