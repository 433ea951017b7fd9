//! Spoed: a decision outside the LIO by coordinator, jurist and burgemeester, three different people who each sign. The
//! privacy officers are told at once, and the service puts it on the next agenda.

mod announcement;
mod withdrawal;

pub(super) use withdrawal::withdraw_proposed;

use announcement::announce;
use withdrawal::replace_proposed;

use super::acts::{Act, Signed};
use super::cosigning::role_shut_out;
use super::decision::{DECISION, Drafted, decision_row, drop_what_waited, waits_for_signatures};
use super::decision_owner::let_owner_read;
use super::keyring::Session;
use super::lio::names_of;
use super::sharing::Shared;
use super::steps::Seen;
use super::{App, AppError, outcomes};
use crate::domain::decision::{Decision, DecisionDraft};
use crate::domain::ids::{DecisionId, MemberId, ObjectId, SignalId};
use crate::domain::role::Role;
use crate::domain::signing::UrgentSignatures;
use crate::domain::term::ClockCode;
use crate::domain::time::Day;
use crate::domain::workflow::{Outcome, StepEvent};
use crate::policy::{Action, OpContext};
use crate::store::decisions::{self, DecisionRow, DecisionSignatureRow};
use crate::store::signals::{self, SignalRow};
use crate::store::{Tx, members};
use crate::vault::signing::VerifyKey;
use crate::vault::statement::Owner;

/// Why there is nothing to sign.
const NOTHING_TO_SIGN: &str = "Er ligt geen spoedbesluit ter tekening.";

/// An urgent decision that was laid before its signers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrgentProposed {
    /// The decision.
    pub decision: DecisionId,
    /// The signal as it stands now.
    pub signal: SignalRow,
}

/// What a signature came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrgentSigned {
    /// The decision.
    pub decision: DecisionId,
    /// The roles that still have to sign; none when the decision is taken.
    pub missing: Vec<Role>,
    /// The day of the sitting that discusses it, once taken.
    pub discussed_on: Option<Day>,
    /// The signal as it stands now.
    pub signal: SignalRow,
}

/// A signature, with the name of whoever put it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// In which role.
    pub role: Role,
    /// Who.
    pub member: MemberId,
    /// Their name.
    pub name: String,
    /// When.
    pub signed_on: Day,
}

/// An urgent decision as its signers read it.
pub struct UrgentRead {
    /// The row.
    pub row: DecisionRow,
    /// The signal, without content.
    pub signal: SignalRow,
    /// What is decided.
    pub decision: Decision,
    /// Who signed.
    pub signed: Vec<Signature>,
    /// Who has to sign still.
    pub missing: Vec<Role>,
    /// The name of whoever proposed it.
    pub proposer: String,
    /// The place in the log of this reading, from 0.
    pub event_index: u64,
    /// As it was sealed: what a signature rests on.
    words: Vec<u8>,
}

impl App {
    /// Proposes an urgent decision. The report and the decision are shared with those who have to sign. A new proposal
    /// takes the place of one that is not yet signed by all three, whose signatures then no longer count.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every mistake, and when nobody of a role is left who may read the signal; those of
    /// every step.
    pub async fn urgent_propose(
        &self,
        op: &OpContext,
        session: &Session,
        seen: Seen,
        draft: &DecisionDraft,
    ) -> Result<UrgentProposed, AppError> {
        self.probe(op, seen.attempt(StepEvent::UrgentPropose), &[]).await.map_err(AppError::as_absent)?;
        let signal = self.signal_standing(op, seen.signal)?;
        let drafted = self.drafted(op, seen.signal, draft)?;
        self.with_newest_keys(async || self.propose_urgent_once(op, session, seen, &signal, drafted.clone()).await)
            .await
    }

    async fn propose_urgent_once(
        &self,
        op: &OpContext,
        session: &Session,
        seen: Seen,
        signal: &SignalRow,
        drafted: Drafted,
    ) -> Result<UrgentProposed, AppError> {
        let id = DecisionId::new(self.random_id()?);
        let signers = self.urgent_signers(signal.id)?;
        let mut shared: Vec<Shared> = Vec::new();
        let mut holders = Vec::new();
        for signer in signers {
            holders.extend(self.member_holder(signer)?);
            shared.push(self.share_record(op, session, signal, &["report"], signer)?);
        }
        let record = self.seal_decision(op, signal, id, &drafted, &holders)?;
        let proposer = session.actor.id;
        let due_on = self.protocol().due_on(ClockCode::DangerCheck, op.today);
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "urgent.propose", move |tx| {
                let begun = seen.attempt(StepEvent::UrgentPropose).begin(tx, &[])?;
                let today = tx.today();
                let replaced = replace_proposed(tx, seen.signal)?;
                record.put(tx)?;
                tx.decision_insert(&decision_row(id, seen.signal, &drafted, record.id(), proposer, today))?;
                let next = begun.advance(tx, Outcome::Plain, |row| {
                    row.waiting = "urgent_sign".to_owned();
                    row.turn_of = None;
                    row.due_on = Some(due_on);
                })?;
                let trace = begun
                    .trace("urgent.proposed", &next)
                    .object("decision", id.uuid())
                    .fields(names_of(&[&record]))
                    .detail("outcome", drafted.decision.code.code())
                    .detail("signers", shared.len().to_string())
                    .detail("replaced", replaced.to_string());
                tx.record(trace)?;
                for one in &shared {
                    one.put(tx, &begun.signal, "besluit")?;
                }
                Ok(UrgentProposed { decision: id, signal: next })
            })
            .await?;
        Ok(committed.value)
    }

    /// The jurists and burgemeesters, first holders and deputies, who may read this signal: any of them may sign.
    fn urgent_signers(&self, signal: SignalId) -> Result<Vec<MemberId>, AppError> {
        let mut found = Vec::new();
        for role in [Role::Jurist, Role::Mayor] {
            let people = self.store().read(|db| {
                let shut = signals::exclusion_list(db, signal)?;
                let mut people = Vec::new();
                for (member, _) in self.proven_members_in(db, role)? {
                    let themselves = shut.iter().any(|row| row.member_id == Some(member.id));
                    if !themselves && !role_shut_out(&shut, &members::roles_of(db, member.id)?) {
                        people.push(member.id);
                    }
                }
                Ok::<_, AppError>(people)
            })?;
            if people.is_empty() {
                let text =
                    format!("Er is geen {} die dit signaal mag lezen. Een spoedbesluit kan daarom niet.", role.label());
                return Err(AppError::field("besluit", text));
            }
            found.extend(people.into_iter().filter(|member| !found.contains(member)).collect::<Vec<_>>());
        }
        Ok(found)
    }

    /// The urgent decision of a signal that still waits for signatures, if there is one, as those who sign read it.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist.
    pub async fn open_urgent(
        &self,
        op: &OpContext,
        session: &Session,
        id: SignalId,
    ) -> Result<Option<UrgentRead>, AppError> {
        let proposed = self.store().look(move |db| decisions::decision_list(db, id)).await?;
        let Some(row) = proposed.into_iter().find(waits_for_signatures) else { return Ok(None) };
        let part = ObjectId::new(row.id.uuid());
        let action = Action::Step(StepEvent::UrgentSign);
        let opened = self.open_parts(op, session, id, &["decision"], Some(vec![part]), action).await?;
        let bytes = opened.record_of(row.id.uuid()).and_then(|record| opened.disclosed.bytes(record.id, DECISION));
        let words = bytes.ok_or(crate::store::StoreError::NoKey)?.to_vec();
        let decision = serde_json::from_slice(&words).map_err(|e| AppError::Internal(e.to_string()))?;
        let signed = self.signatures_of(row.id)?;
        let missing = UrgentSignatures::ROLES.into_iter().filter(|role| signed.iter().all(|s| s.role != *role));
        let by = row.proposed_by;
        let proposer = self.store().look(move |db| members::member_fetch(db, by)).await?;
        Ok(Some(UrgentRead {
            missing: missing.collect(),
            proposer: proposer.map(|member| member.name).unwrap_or_default(),
            event_index: opened.disclosed.event_index,
            row,
            signal: opened.signal,
            decision,
            signed,
            words,
        }))
    }

    fn signatures_of(&self, decision: DecisionId) -> Result<Vec<Signature>, AppError> {
        self.store().read(|db| {
            let mut signed = Vec::new();
            for row in decisions::signature_list(db, decision)? {
                let name = members::member_fetch(db, row.member_id)?.map(|member| member.name).unwrap_or_default();
                signed.push(Signature { role: row.role, member: row.member_id, name, signed_on: row.signed_on });
            }
            signed.sort_by_key(|one| UrgentSignatures::ROLES.iter().position(|role| *role == one.role));
            Ok(signed)
        })
    }

    /// Signs the urgent decision that waits. With the third signature it is taken: the signal moves, the privacy
    /// officers are told, and it comes on the next agenda.
    ///
    /// # Errors
    /// [`AppError::NotNow`] when none waits; [`AppError::Invalid`] when this person or role signed already;
    /// [`AppError::KeyNotProven`] when a signature under it does not hold; those of every step.
    pub async fn urgent_sign(&self, op: &OpContext, session: &Session, seen: Seen) -> Result<UrgentSigned, AppError> {
        self.probe(op, seen.attempt(StepEvent::UrgentSign), &[]).await.map_err(AppError::as_absent)?;
        match self.open_urgent(op, session, seen.signal).await? {
            Some(read) => self.with_newest_keys(async || self.sign_urgent_once(op, session, seen, &read).await).await,
            None => self.refuse_now(op, StepEvent::UrgentSign, NOTHING_TO_SIGN).await,
        }
    }

    async fn sign_urgent_once(
        &self,
        op: &OpContext,
        session: &Session,
        seen: Seen,
        read: &UrgentRead,
    ) -> Result<UrgentSigned, AppError> {
        let code = read.decision.code;
        let act = Act::on(StepEvent::UrgentSign, seen.signal, code.code(), &read.words);
        let signature = act.sign(session);
        let announcement = self.announcement(op, &read.signal)?;
        let keys = self.trusted()?;
        let known = move |member: MemberId| keys.signing_of(&Owner::Member(member.uuid())).copied().collect();
        let (row, decision, member) = (read.row.clone(), read.decision.clone(), session.actor.id);
        let roles: Vec<Role> = session.actor.roles.iter().map(|held| held.role).collect();
        let protocol = self.protocol().clone();
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "urgent.sign", move |tx| {
                let begun = seen.attempt(StepEvent::UrgentSign).begin(tx, &[])?;
                let today = tx.today();
                let current = tx.decision_fetch(row.id)?.filter(waits_for_signatures);
                let Some(current) = current else {
                    return Err(AppError::NotNow(StepEvent::UrgentSign, NOTHING_TO_SIGN));
                };
                let mut signatures = signatures_that_hold(tx, &current, &act, &known)?;
                let role = role_to_sign_in(&signatures, &roles);
                signatures.add(role, member).map_err(|cannot| AppError::field("ondertekenen", cannot.to_string()))?;
                tx.signature_insert(&DecisionSignatureRow {
                    decision_id: row.id,
                    member_id: member,
                    role,
                    signature: signature.clone(),
                    signed_on: today,
                })?;
                let missing: Vec<Role> = signatures.missing().collect();
                let outcome = signatures.outcome(code);
                let taken = missing.is_empty();
                let dropped = if taken { drop_what_waited(tx, seen.signal)? } else { 0 };
                let next = begun.advance(tx, outcome, |row| {
                    if taken {
                        outcomes::after_decision(&decision, row, &protocol, today);
                    }
                })?;
                if taken {
                    let_owner_read(tx, &next, current.owner_id)?;
                }
                let trace = begun
                    .trace(if taken { "urgent.taken" } else { "urgent.signed" }, &next)
                    .object("decision", row.id.uuid())
                    .signature(signature.clone())
                    .detail("outcome", code.code())
                    .detail("as", role.code())
                    .detail("missing", missing.len().to_string())
                    .detail("dropped", dropped.to_string())
                    .detail("words", act.words_hex());
                tx.record(trace)?;
                let discussed_on = match taken {
                    true => Some(announce(tx, &begun.signal, &current, &announcement, &protocol)?),
                    false => None,
                };
                Ok(UrgentSigned { decision: row.id, missing, discussed_on, signal: next })
            })
            .await?;
        Ok(committed.value)
    }
}

/// The signatures under a decision, each checked against the proven key of whoever put it.
fn signatures_that_hold(
    tx: &mut Tx<'_>,
    decision: &DecisionRow,
    act: &Act,
    key_of: &impl Fn(MemberId) -> Vec<VerifyKey>,
) -> Result<UrgentSignatures, AppError> {
    let mut signatures = UrgentSignatures::default();
    for row in decisions::signature_list(tx.reader(), decision.id)? {
        let holds = act.is_signed_by_any(&key_of(row.member_id), &row.signature) == Signed::Yes;
        let counted = signatures.add(row.role, row.member_id);
        if !holds || counted.is_err() {
            return Err(AppError::KeyNotProven("signature".to_owned()));
        }
    }
    Ok(signatures)
}

/// The role somebody signs in: the first of theirs that nobody signed in yet; else the first they hold, so that the
/// refusal says why.
fn role_to_sign_in(signatures: &UrgentSignatures, held: &[Role]) -> Role {
    let theirs = || UrgentSignatures::ROLES.into_iter().filter(|role| held.contains(role));
    let missing: Vec<Role> = signatures.missing().collect();
    let open = theirs().find(|role| missing.contains(role));
    open.or_else(|| theirs().next()).unwrap_or(Role::Coordinator)
}
