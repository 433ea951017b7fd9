//! Weging 3 and 4: drafted and signed by one, agreed by a second who did not write along, or returned with a sentence.

use super::acts::{Act, Signed};
use super::enrichment::take_answered_back;
use super::judgements::{JUDGEMENT, Next, RETURNED, SENTENCE, Standing, Weighed};
use super::keyring::{Session, holder_ids};
use super::lio::drop_where_unjudged;
use super::sealing::RecordBuilder;
use super::steps::{Seen, acting};
use super::trust::Holder;
use super::{App, AppError};
use crate::domain::ids::{MemberId, ObjectId, WeighingId};
use crate::domain::role::{Group, Role};
use crate::domain::stage::Stage;
use crate::domain::text::{BoundedText, ShortText, TextError};
use crate::domain::words::FieldError;
use crate::domain::workflow::Outcome;
use crate::policy::{OpContext, member_grantee};
use crate::store::members;
use crate::store::signals::{self, SignalRow};
use crate::store::weighings::WeighingRow;
use crate::vault::error::VaultError;
use crate::vault::statement::Owner;

/// What whoever comes to sign reads when there is nothing to sign.
pub const NOTHING_TO_SIGN: &str = "Er ligt nu geen weging om mee te tekenen.";

/// What was signed first, opened and checked.
struct Proposed<W> {
    row: WeighingRow,
    words: Vec<u8>,
    weighed: W,
}

impl App {
    /// Signs a weighing and lays it before the second person. A jurist who is asked is given what it rests on. Signing
    /// again before anybody agreed improves it: a new version, and the old one counts no more.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every mistake of the draft and of `cosigner` (a member's id); what
    /// [`super::steps::Attempt::begin`] refuses.
    pub async fn propose_weighing<W: Weighed>(
        &self,
        op: &OpContext,
        session: &Session,
        seen: Seen,
        draft: &W::Draft,
        cosigner: Option<&str>,
    ) -> Result<SignalRow, AppError> {
        self.with_newest_keys(async || self.propose_once::<W>(op, session, seen, draft, cosigner).await).await
    }

    async fn propose_once<W: Weighed>(
        &self,
        op: &OpContext,
        session: &Session,
        seen: Seen,
        draft: &W::Draft,
        cosigner: Option<&str>,
    ) -> Result<SignalRow, AppError> {
        let standing = self.weighing_standing(op, seen.signal, W::NUMBER)?;
        self.probe(op, seen.attempt(W::NUMBER.draft_step()), &[]).await?;
        if let Some(why) = W::unsettled(&standing.signal) {
            return Err(AppError::NotNow(W::NUMBER.draft_step(), why));
        }
        let next = Next::after(&standing, acting(op)?.id, WeighingId::new(self.random_id()?));
        let parsed = W::parse(draft, self.protocol(), op.today);
        let (weighed, second) = match (parsed, self.cosigner_named(op, seen.signal, &next.authors, cosigner)) {
            (Ok(weighed), Ok(second)) => (weighed, second),
            (Err(mut errors), Err(AppError::Invalid(more))) => {
                errors.extend(more);
                return Err(AppError::Invalid(errors));
            }
            (Err(errors), _) => return Err(AppError::Invalid(errors)),
            (_, Err(error)) => return Err(error),
        };
        let words = serde_json::to_vec(&weighed).map_err(|e| AppError::Internal(e.to_string()))?;
        let act = Act::on(W::NUMBER.draft_step(), seen.signal, weighed.outcome_code(), &words);
        let signature = act.sign(session);
        let part = Some(ObjectId::new(next.id.uuid()));
        let mut record = RecordBuilder::new(self, seen.signal, W::NUMBER.record_kind(), part, op.today)?
            .field(JUDGEMENT, &words)?
            .holders(self.handling_holders_with(&standing.signal, session)?)?;
        let reads_already = self.reads_as_coordinator(&standing.signal, second.member)?;
        let shared = if reads_already {
            None
        } else {
            record = record.holders(self.member_holder(second.member)?)?;
            Some(self.share_record(op, session, &standing.signal, W::RESTS_ON, second.member)?)
        };
        let record = record.finish();
        let row = WeighingRow {
            id: next.id,
            signal_id: seen.signal,
            number: W::NUMBER.code().to_owned(),
            version: next.version,
            state: "proposed".to_owned(),
            record_id: record.id(),
            outcome: Some(weighed.outcome_code().to_owned()),
            reason: weighed.reason(self.protocol()).map(|code| code.to_string()),
            drafted_by: acting(op)?.id,
            drafted_on: op.today,
            cosigner: Some(second.member),
            agreed_by: None,
            agreed_on: None,
            draft_signature: Some(signature.clone()),
            agree_signature: None,
        };
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "weighing.propose", move |tx| {
                let begun = seen.attempt(W::NUMBER.draft_step()).begin(tx, &[])?;
                record.put(tx)?;
                next.put(tx, &row)?;
                if let Some(shared) = &shared {
                    shared.put(tx, &begun.signal, "medeondertekenaar")?;
                }
                let moved = begun.advance(tx, Outcome::Plain, |signal| {
                    W::WAITS_TO_AGREE.clone_into(&mut signal.waiting);
                    signal.turn_of = row.cosigner;
                })?;
                tx.record(
                    begun
                        .trace("weighing.proposed", &moved)
                        .object("weighing", row.id.uuid())
                        .detail("number", W::NUMBER.code())
                        .detail("outcome", act.outcome.clone())
                        .detail("cosigner", second.member.to_string())
                        .detail("words", act.words_hex())
                        .fields([format!("{}.{JUDGEMENT}", W::NUMBER.record_kind())])
                        .signature(signature.clone()),
                )?;
                Ok(moved)
            })
            .await?;
        Ok(committed.value)
    }

    /// Whether somebody holds the signal's handling already, as a coordinator of its box or circle.
    pub(super) fn reads_as_coordinator(&self, signal: &SignalRow, member: MemberId) -> Result<bool, AppError> {
        let today = self.now().day();
        self.store().read(|db| {
            let roles = members::roles_of(db, member)?;
            let named = member_grantee(member);
            let group = format!("group:{}", Group::Coordinators.code());
            let granted = signals::grant_list(db, signal.id)?
                .iter()
                .any(|row| row.what == "signal" && (row.grantee == named || row.grantee == group));
            Ok(granted && roles.iter().any(|held| held.role == Role::Coordinator && held.counts_on(today)))
        })
    }

    /// The second person returns a weighing with a sentence; whoever drafted may improve it.
    ///
    /// # Errors
    /// [`AppError::Invalid`] without a sentence; [`AppError::NotNow`] when nothing was laid before anybody; what
    /// [`super::steps::Attempt::begin`] refuses, own work included.
    pub async fn return_weighing<W: Weighed>(
        &self,
        op: &OpContext,
        session: &Session,
        seen: Seen,
        sentence: Option<&str>,
    ) -> Result<SignalRow, AppError> {
        let standing = self.weighing_standing(op, seen.signal, W::NUMBER)?;
        self.probe(op, seen.attempt(W::GIVE_BACK), &standing.authors).await?;
        let sentence = ShortText::parse(sentence.unwrap_or_default());
        let proposed = standing.last_in("proposed").cloned();
        let part = proposed.as_ref().map(|row| ObjectId::new(row.id.uuid()));
        let record = match (&sentence, part) {
            (Ok(sentence), Some(_)) => Some(
                RecordBuilder::new(self, seen.signal, RETURNED, part, op.today)?
                    .field(SENTENCE, sentence.as_str().as_bytes())?
                    .holders(self.handling_holders_with(&standing.signal, session)?)?
                    .holders(self.drafter_outside(&standing)?)?
                    .finish(),
            ),
            _ => None,
        };
        let missing = sentence.err().map(|error| match error {
            TextError::Empty => FieldError::new(SENTENCE, "Schrijf in een zin waarom."),
            other => FieldError::new(SENTENCE, other.to_string()),
        });
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "weighing.return", move |tx| {
                let begun = seen.attempt(W::GIVE_BACK).begin(tx, &standing.authors)?;
                if let Some(error) = &missing {
                    return Err(AppError::Invalid(vec![error.clone()]));
                }
                let (Some(proposed), Some(record)) = (&proposed, &record) else {
                    return Err(AppError::NotNow(W::GIVE_BACK, NOTHING_TO_SIGN));
                };
                record.put(tx)?;
                tx.weighing_update("proposed", &WeighingRow { state: "returned".to_owned(), ..proposed.clone() })?;
                let moved = begun.advance(tx, Outcome::Plain, |signal| {
                    W::NUMBER.waits_for_draft().clone_into(&mut signal.waiting);
                    signal.turn_of = None;
                })?;
                tx.record(
                    begun
                        .trace("weighing.returned", &moved)
                        .object("weighing", proposed.id.uuid())
                        .detail("number", W::NUMBER.code())
                        .fields([format!("{RETURNED}.{SENTENCE}")]),
                )?;
                Ok(moved)
            })
            .await?;
        Ok(committed.value)
    }

    /// The key of a drafter who is no coordinator, so that they can read why it came back.
    fn drafter_outside(&self, standing: &Standing) -> Result<Option<Holder>, AppError> {
        let Some(row) = &standing.last else { return Ok(None) };
        if self.reads_as_coordinator(&standing.signal, row.drafted_by)? {
            return Ok(None);
        }
        self.member_holder(row.drafted_by)
    }

    /// The second person signs what the first one signed: the words are opened, the first signature is checked, and the
    /// signal goes where the weighing leads.
    ///
    /// # Errors
    /// [`AppError::NotNow`] when nothing was laid before anybody; [`AppError::Vault`] when the words are not those
    /// that were signed; what [`super::steps::Attempt::begin`] refuses, own work included.
    pub async fn agree_weighing<W: Weighed>(
        &self,
        op: &OpContext,
        session: &Session,
        seen: Seen,
    ) -> Result<SignalRow, AppError> {
        let standing = self.weighing_standing(op, seen.signal, W::NUMBER)?;
        let proposed = self.open_proposed::<W>(op, session, seen, &standing).await?;
        let act = Act::on(W::AGREE, seen.signal, proposed.weighed.outcome_code(), &proposed.words);
        let signature = act.sign(session);
        let row = WeighingRow {
            state: "agreed".to_owned(),
            agreed_by: Some(acting(op)?.id),
            agreed_on: Some(op.today),
            agree_signature: Some(signature.clone()),
            ..proposed.row
        };
        let (protocol, today, weighed) = (self.protocol().clone(), op.today, proposed.weighed);
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "weighing.agree", move |tx| {
                let begun = seen.attempt(W::AGREE).begin(tx, &standing.authors)?;
                tx.weighing_update("proposed", &row)?;
                let moved = begun.advance(tx, weighed.outcome(), |signal| weighed.settle(signal, &protocol, today))?;
                drop_where_unjudged(tx, &moved)?;
                if moved.stage != Stage::Enriching {
                    take_answered_back(tx, moved.id)?;
                }
                let mut trace = begun
                    .trace("weighing.agreed", &moved)
                    .object("weighing", row.id.uuid())
                    .detail("number", W::NUMBER.code())
                    .detail("outcome", act.outcome.clone())
                    .detail("words", act.words_hex())
                    .signature(signature.clone());
                if let Some(reason) = &row.reason {
                    trace = trace.detail("reason", reason.clone());
                }
                tx.record(trace)?;
                Ok(moved)
            })
            .await?;
        Ok(committed.value)
    }

    /// Opens what was signed first, after the rules for signing it have been asked, and checks that signature.
    async fn open_proposed<W: Weighed>(
        &self,
        op: &OpContext,
        session: &Session,
        seen: Seen,
        standing: &Standing,
    ) -> Result<Proposed<W>, AppError> {
        let ring = self.ring(session)?;
        let holders = holder_ids(&ring);
        let (row, authors) = (standing.last_in("proposed").cloned(), standing.authors.clone());
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "weighing.read", move |tx| {
                let begun = seen.attempt(W::AGREE).begin(tx, &authors)?;
                let Some(row) = row.clone() else { return Err(AppError::NotNow(W::AGREE, NOTHING_TO_SIGN)) };
                let closed = tx.disclose(&begun.permit, &holders, &[row.record_id], Some(&[JUDGEMENT]))?;
                Ok((row, closed))
            })
            .await?;
        let (row, closed) = committed.value;
        let opened = self.opened(op, closed, committed.token, &ring).await?;
        let words = opened.bytes(row.record_id, JUDGEMENT).ok_or(VaultError::NotGenuine)?.to_vec();
        let weighed: W = serde_json::from_slice(&words).map_err(|_| VaultError::NotGenuine)?;
        let act = Act::on(W::NUMBER.draft_step(), seen.signal, weighed.outcome_code(), &words);
        let trusted = self.trusted()?;
        let author = Owner::Member(row.drafted_by.uuid());
        let signed =
            row.draft_signature.as_deref().map(|bytes| act.is_signed_by_any(trusted.signing_of(&author), bytes));
        if signed != Some(Signed::Yes) || row.outcome.as_deref() != Some(weighed.outcome_code()) {
            return Err(VaultError::NotGenuine.into());
        }
        Ok(Proposed { row, words, weighed })
    }
}
