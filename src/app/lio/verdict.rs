//! The privacy officer or deputy judges an item: per participant as proposed, less, or not at all.

use super::urgent_item::wait_again;
use super::{Check2a, names_of, part_json};
use crate::app::acts::Act;
use crate::app::keyring::Session;
use crate::app::sealing::RecordBuilder;
use crate::app::steps::Seen;
use crate::app::{App, AppError};
use crate::domain::ids::{MemberId, ObjectId, PrivacyCheckId, SignalId};
use crate::domain::privacy_check::{CheckKind, ItemVerdict, ItemVerdictDraft};
use crate::domain::role::Group;
use crate::domain::sitting::ItemKind;
use crate::domain::workflow::{Outcome, StepEvent};
use crate::policy::{Action, OpContext};
use crate::store::agenda::{self, AgendaItemRow};
use crate::store::checks::{self, PrivacyCheckRow};
use crate::store::members;
use crate::store::signals::{self, SignalRow};

/// Why a proposal cannot be judged.
const JUDGED_ALREADY: &str = "Dit voorstel is al beoordeeld of vervangen.";

impl App {
    /// Opens a privacy check 2A for whoever judges it. The signal's text is not in it.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist.
    pub async fn open_check2a(
        &self,
        op: &OpContext,
        session: &Session,
        id: PrivacyCheckId,
    ) -> Result<Check2a, AppError> {
        let action = Action::Step(StepEvent::DecideCheck2a);
        match self.check2a(id)? {
            Some(check) => self.read_check2a(op, session, check, action).await,
            None => self.absent(op, action.code()).await,
        }
    }

    /// The latest privacy check 2A of a signal, for the coordinator who prepares and publishes; `None` when there is
    /// none yet.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist.
    pub async fn latest_check2a(
        &self,
        op: &OpContext,
        session: &Session,
        id: SignalId,
    ) -> Result<Option<Check2a>, AppError> {
        let all = self.store().look(move |db| checks::check_list(db, id)).await?;
        let latest = all.into_iter().rfind(|row| row.kind == CheckKind::Check2a.code());
        match latest {
            Some(check) => Ok(Some(self.read_check2a(op, session, check, Action::OpenSignal).await?)),
            None => Ok(None),
        }
    }

    /// One privacy check 2A, for the coordinator who prepares and publishes.
    pub(super) async fn check2a_of_signal(
        &self,
        op: &OpContext,
        session: &Session,
        id: PrivacyCheckId,
    ) -> Result<Option<Check2a>, AppError> {
        match self.check2a(id)? {
            Some(check) => Ok(Some(self.read_check2a(op, session, check, Action::OpenSignal).await?)),
            None => Ok(None),
        }
    }

    fn check2a(&self, id: PrivacyCheckId) -> Result<Option<PrivacyCheckRow>, AppError> {
        let found = self.store().read(|db| checks::check_fetch(db, id))?;
        Ok(found.filter(|row| row.kind == CheckKind::Check2a.code()))
    }

    async fn read_check2a(
        &self,
        op: &OpContext,
        session: &Session,
        check: PrivacyCheckRow,
        action: Action,
    ) -> Result<Check2a, AppError> {
        let part = ObjectId::new(check.id.uuid());
        let opened = self.open_parts(op, session, check.signal_id, &["check2a"], Some(vec![part]), action).await?;
        let broken = || AppError::Internal("a privacy check without its proposal".to_owned());
        let proposal = part_json(&opened, part, "voorstel").ok_or_else(broken)?;
        let verdict = part_json(&opened, part, "oordeel");
        let event_index = opened.disclosed.event_index;
        let (proposer, judge) = self.store().read(|db| {
            let mut name = |id| members::member_fetch(db, id).map(|row| row.map(|row| row.name).unwrap_or_default());
            let judge = check.decided_by.map(&mut name).transpose()?.unwrap_or_default();
            Ok::<_, AppError>((name(check.proposed_by)?, judge))
        })?;
        Ok(Check2a { check, signal: opened.signal, proposal, verdict, proposer, judge, event_index })
    }

    /// Judges a privacy check 2A, per participant, and signs it. With nothing cleared the item goes back to the
    /// coordinator; that of an urgent decision stays on its agenda, and its signal goes on with what it waits for. Nobody judges their own proposal, nor a proposal that gives them something to read.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every mistake; those of every step.
    pub async fn decide_check2a(
        &self,
        op: &OpContext,
        session: &Session,
        id: PrivacyCheckId,
        draft: &ItemVerdictDraft,
    ) -> Result<SignalRow, AppError> {
        let step = StepEvent::DecideCheck2a;
        let Some(check) = self.check2a(id)? else { return self.absent(op, step.code()).await };
        // A proposal never changes, so the signal's version does not matter here: a newer proposal is another check.
        let signal = self.store().look(move |db| signals::signal_fetch(db, check.signal_id)).await?;
        let seen = Seen { signal: check.signal_id, version: signal.map_or(0, |signal| signal.version) };
        self.probe(op, seen.attempt(step), &[check.proposed_by]).await.map_err(AppError::as_absent)?;
        let read = self.open_check2a(op, session, id).await?;
        let verdict = ItemVerdict::parse(draft, &read.proposal)?;
        self.with_newest_keys(async || self.judge_item(op, session, &read, seen, &verdict).await).await
    }

    async fn judge_item(
        &self,
        op: &OpContext,
        session: &Session,
        read: &Check2a,
        seen: Seen,
        verdict: &ItemVerdict,
    ) -> Result<SignalRow, AppError> {
        let id = read.signal.id;
        let proposal = &read.proposal;
        let invited: Vec<MemberId> = proposal.participants.iter().map(|one| one.member).collect();
        let cleared = invited.iter().filter(|member| !verdict.facts_for(**member, proposal).is_empty()).count();
        let outcome = if cleared > 0 { "cleared" } else { "refused" };
        // The signature rests on what was proposed and what was judged of it, so that neither can be exchanged.
        let words = serde_json::to_vec(&(proposal, verdict)).map_err(|e| AppError::Internal(e.to_string()))?;
        let act = Act::on(StepEvent::DecideCheck2a, id, outcome, &words);
        let signature = act.sign(session);
        let judged = RecordBuilder::new(self, id, "check2a", Some(ObjectId::new(read.check.id.uuid())), op.today)?
            .json("oordeel", verdict)?
            .holders(self.handling_holders(&read.signal)?)?
            .holder(self.group_holder(Group::Privacy)?)?
            .finish();
        let judge = session.actor.id;
        let check = read.check.clone();
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "lio.judge", move |tx| {
                let mut authors = invited.clone();
                authors.push(check.proposed_by);
                let begun = seen.attempt(StepEvent::DecideCheck2a).begin(tx, &authors)?;
                if check.state != "proposed" {
                    return Err(AppError::NotNow(StepEvent::DecideCheck2a, JUDGED_ALREADY));
                }
                judged.put(tx)?;
                tx.check_update(
                    "proposed",
                    &PrivacyCheckRow {
                        state: "decided".to_owned(),
                        decided_by: Some(judge),
                        decided_on: Some(tx.today()),
                        signature: Some(signature.clone()),
                        cleared: i64::try_from(cleared).unwrap_or(i64::MAX),
                        ..check.clone()
                    },
                )?;
                let mut kind = ItemKind::Regular.code().to_owned();
                for item in agenda::item_list(tx.reader(), id)?.into_iter().filter(|i| i.check_id == Some(check.id)) {
                    kind.clone_from(&item.kind);
                    if cleared == 0 && kind == ItemKind::Urgent.code() {
                        wait_again(tx, id, check.id)?;
                        continue;
                    }
                    let state = if cleared > 0 { "checked" } else { "withdrawn" };
                    tx.item_update(&item.state, &AgendaItemRow { state: state.to_owned(), ..item.clone() })?;
                }
                let next = begun.advance(tx, Outcome::Plain, |row| {
                    if kind == ItemKind::Regular.code() {
                        row.waiting = if cleared > 0 { "publish" } else { "check2a" }.to_owned();
                        row.turn_of = None;
                    }
                })?;
                let trace = begun
                    .trace("check2a.decided", &next)
                    .object("check", check.id.uuid())
                    .fields(names_of(&[&judged]))
                    .signature(signature.clone())
                    .detail("outcome", act.outcome.clone())
                    .detail("cleared", cleared.to_string())
                    .detail("words", act.words_hex());
                tx.record(trace)?;
                Ok(next)
            })
            .await?;
        Ok(committed.value)
    }
}
