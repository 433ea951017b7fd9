//! The second step of signing in: a code of what a member has, or, the first time, adding it.

use super::factor_proof::{APP, CODES, FACTOR_CHANGED, change};
use super::keyring::Session;
use super::sessions::{Begin, Known, Proof};
use super::sign_in::SessionKind;
use super::{App, AppError};
use crate::domain::ids::{FactorId, MemberId};
use crate::policy::{MemberActor, OpContext};
use crate::store::Trace;
use crate::store::factors::FactorRow;
use crate::vault::factor::{RecoveryCode, TotpSecret};
use crate::vault::member::MemberKeys;
use crate::vault::secret::Secret;
use crate::vault::session::SessionToken;
use crate::vault::signing::Signer;

/// How many recovery codes a set has.
pub const RECOVERY_CODES: usize = 10;

/// What the password led to.
pub enum FirstStep {
    /// It was enough: the token of the session, and who it is.
    In(SessionToken, MemberActor),
    /// The token of a pending session, for the second step.
    Half(SessionToken),
}

/// What somebody whose password was right has to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Give a code.
    Code,
    /// Add a second factor.
    Enrol,
    /// Nothing more.
    Enough,
}

/// Somebody between the two steps.
pub struct Halfway {
    /// Who, with the pending session in the place of a session.
    pub actor: MemberActor,
    /// What they have to do.
    pub stage: Stage,
    pub(super) known: Known,
}

impl Halfway {
    /// The name they sign in with.
    #[must_use]
    pub fn login(&self) -> &str {
        &self.known.member.login
    }

    /// Whose keys a new factor is sealed under.
    #[must_use]
    pub fn owner(&self) -> Owner<'_> {
        Owner { member: self.known.member.id, keys: &self.known.keys }
    }
}

/// Whose factor it is, with the keys it is sealed under.
#[derive(Clone, Copy)]
pub struct Owner<'a> {
    pub(super) member: MemberId,
    pub(super) keys: &'a MemberKeys,
}

/// An app that was offered and not added yet. It exists in the member's browser only, sealed.
pub struct Offer {
    /// Which factor it will be.
    pub factor: FactorId,
    /// The secret under the member's own keys.
    pub sealed: Vec<u8>,
    /// The secret, to be shown.
    pub secret: TotpSecret,
}

/// Codes to be shown once.
pub type NewCodes = Vec<Secret<String>>;

impl App {
    /// Offers a new app.
    ///
    /// # Errors
    /// When the operating system gives no chance.
    pub fn factor_offer(&self, owner: Owner<'_>) -> Result<Offer, AppError> {
        let mut entropy = self.entropy();
        let factor = FactorId::new(self.random_id()?);
        let secret = TotpSecret::random(entropy.as_mut())?;
        let sealed = secret.seal(owner.keys, owner.member.uuid(), factor.uuid(), entropy.as_mut())?;
        Ok(Offer { factor, sealed, secret })
    }

    /// The offer as it came back from the browser.
    ///
    /// # Errors
    /// [`AppError::FactorFailed`] when it is not one that was made for this member.
    pub fn factor_offered(&self, owner: Owner<'_>, factor: FactorId, sealed: Vec<u8>) -> Result<Offer, AppError> {
        let secret = TotpSecret::open(owner.keys, owner.member.uuid(), factor.uuid(), &sealed)
            .map_err(|_| AppError::FactorFailed)?;
        Ok(Offer { factor, sealed, secret })
    }

    /// Adds the first app, proven by a code of it, with recovery codes. Blocks.
    ///
    /// # Errors
    /// [`AppError::FactorFailed`] for a wrong code, and when the member has a factor already; [`AppError::Slowed`].
    pub fn factor_enrol(&self, halfway: &Halfway, offer: &Offer, code: &str) -> Result<NewCodes, AppError> {
        let op = self.as_member(halfway.actor.clone())?;
        self.count_attempt(&op, halfway.login())?;
        let Some(step) = offer.secret.step_of(code, op.at.micros().div_euclid(1_000_000)) else {
            return self.refuse(&op, AppError::FactorFailed);
        };
        let (member, signer) = (halfway.known.member.id, &halfway.known.keys.signing);
        let row = FactorRow {
            id: offer.factor,
            member_id: member,
            kind: APP.to_owned(),
            part_of: offer.factor,
            sealed: offer.sealed.clone(),
            last_step: step,
            added_at: op.at,
        };
        let (shown, codes) = self.new_codes(halfway.owner(), &op)?;
        let app_added = changed("factor.added", signer, member, row.id, APP);
        let codes_added = codes.first().map(|first| changed("factor.added", signer, member, first.part_of, CODES));
        let (pending, app) = (halfway.actor.session, self.clone());
        self.store().write_blocking::<_, AppError, _>(&op, "factor.add", move |tx| {
            // With the password alone nobody adds a second app beside the one that guards the account.
            if app.factors_in(tx.reader(), member)?.any() {
                return Err(AppError::FactorFailed);
            }
            tx.session_prove(pending, tx.op().at)?;
            tx.factor_insert(&row)?;
            tx.record(app_added.clone())?;
            for code in &codes {
                tx.factor_insert(code)?;
            }
            if let Some(added) = &codes_added {
                tx.record(added.clone())?;
            }
            Ok(())
        })?;
        Ok(shown)
    }

    /// Ends the second step with a code: of an app, or a recovery code. Blocks.
    ///
    /// # Errors
    /// [`AppError::FactorFailed`] for a wrong or used code; [`AppError::Slowed`] after too many tries.
    pub fn second_step(&self, halfway: Halfway, code: &str) -> Result<(SessionToken, Session), AppError> {
        let op = self.as_member(halfway.actor.clone())?;
        let attempt = self.count_attempt(&op, halfway.login())?;
        let known = halfway.known;
        let Some(proof) = known.factors.check(code, &known.keys, known.member.id, op.at) else {
            return self.refuse(&op, AppError::FactorFailed);
        };
        self.finish(&op, halfway.actor, known, attempt.account, proof)
    }

    /// Opens the session of somebody who has just added a factor. Blocks.
    ///
    /// # Errors
    /// [`AppError::FactorNeeded`] when they have not.
    pub fn second_step_done(&self, halfway: Halfway) -> Result<(SessionToken, Session), AppError> {
        let op = self.as_member(halfway.actor.clone())?;
        if halfway.stage != Stage::Enough {
            return self.refuse(&op, AppError::FactorNeeded);
        }
        let account = self.account_of(halfway.login());
        self.finish(&op, halfway.actor, halfway.known, account, Proof::Added)
    }

    fn finish(
        &self,
        op: &OpContext,
        actor: MemberActor,
        known: Known,
        account: String,
        proof: Proof,
    ) -> Result<(SessionToken, Session), AppError> {
        let begin = Begin { known, kind: SessionKind::Web, account, proof, pending: Some(actor.session) };
        self.begin_session(op, begin)
    }

    /// A fresh set of recovery codes: as they are shown, and as they are kept.
    pub(super) fn new_codes(&self, owner: Owner<'_>, op: &OpContext) -> Result<(NewCodes, Vec<FactorRow>), AppError> {
        let mut entropy = self.entropy();
        let set = FactorId::new(self.random_id()?);
        let (mut shown, mut kept) = (Vec::new(), Vec::new());
        for _ in 0..RECOVERY_CODES {
            let code = RecoveryCode::random(entropy.as_mut())?;
            kept.push(FactorRow {
                id: FactorId::new(self.random_id()?),
                member_id: owner.member,
                kind: CODES.to_owned(),
                part_of: set,
                sealed: code.kept(owner.keys, owner.member.uuid(), set.uuid())?,
                last_step: 0,
                added_at: op.at,
            });
            shown.push(code.shown());
        }
        Ok((shown, kept))
    }
}

/// The event of a factor that was added or removed, signed by the member.
pub(super) fn changed(event: &'static str, signer: &Signer, member: MemberId, factor: FactorId, kind: &str) -> Trace {
    let signature = signer.sign(FACTOR_CHANGED, &change(event, member, factor, kind));
    Trace::new(event).object("factor", factor.uuid()).detail("kind", kind).signature(signature.0.to_vec())
}
