//! The coordinator lays an item before the privacy officer: title, question, facts in own neutral words, who gets which.

use super::participants::{candidates, wrong_members, wrong_participants};
use super::planning::agenda_closes_on;
use super::urgent_item::{NO_URGENT_ITEM, Preparing, lay_before, preparing};
use super::{ItemProposed, drop_items, drop_proposals, grant, names_of};
use crate::app::keyring::Session;
use crate::app::sealing::RecordBuilder;
use crate::app::steps::Seen;
use crate::app::{App, AppError};
use crate::domain::ids::{AgendaItemId, MemberId, ObjectId, PrivacyCheckId, SignalId};
use crate::domain::overlap;
use crate::domain::privacy_check::{CheckKind, ItemProposal, ItemProposalDraft};
use crate::domain::role::Group;
use crate::domain::sitting::ItemKind;
use crate::domain::text::BoundedText;
use crate::domain::words::FieldError;
use crate::domain::workflow::{Outcome, StepEvent};
use crate::policy::OpContext;
use crate::store::agenda::AgendaItemRow;
use crate::store::checks::PrivacyCheckRow;
use crate::store::signals::SignalRow;

impl App {
    /// Where a proposal repeats the words of the report: warnings at their fields, for people to weigh. Reads the
    /// report, and the log says so.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist.
    pub async fn item_warnings(
        &self,
        op: &OpContext,
        session: &Session,
        id: SignalId,
        draft: &ItemProposalDraft,
    ) -> Result<Vec<FieldError>, AppError> {
        let signal = self.step_ready(op, id, StepEvent::ProposeCheck2a).await?;
        self.preparing(op, &signal, StepEvent::ProposeCheck2a).await?;
        let opened = self.open_signal(op, session, id, &["report"]).await?;
        let Some(report) = opened.report() else { return Ok(Vec::new()) };
        let told = [Some(report.narrative.as_str()), report.subject.as_ref().map(BoundedText::as_str)];
        let told: Vec<&str> = told.into_iter().flatten().collect();
        let mut typed =
            vec![("titel".to_owned(), draft.title.clone()), ("vraagAanOverleg".to_owned(), draft.question.clone())];
        typed.extend(
            (1..)
                .zip(&draft.facts)
                .map(|(number, fact): (usize, _)| (format!("feiten.{number}.tekst"), fact.text.clone())),
        );
        let warnings = typed.into_iter().filter_map(|(field, text)| {
            let text = text?;
            told.iter().find_map(|told| overlap::warning(told, &text)).map(|warning| FieldError::new(field, warning))
        });
        Ok(warnings.collect())
    }

    /// Lays an item before the privacy officer: title, question, facts, participants and who gets which. A new proposal
    /// takes the place of the one before, also of one that was published. Where the signal does not wait for the LIO it
    /// is for the urgent decision on the next agenda, and the signal goes on with what it waits for.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every mistake, among them people who were shut out; [`AppError::NotNow`] when the LIO
    /// is neither asked nor told anything; those of every step.
    pub async fn propose_check2a(
        &self,
        op: &OpContext,
        session: &Session,
        seen: Seen,
        draft: &ItemProposalDraft,
    ) -> Result<ItemProposed, AppError> {
        self.probe(op, seen.attempt(StepEvent::ProposeCheck2a), &[]).await.map_err(AppError::as_absent)?;
        let signal = self.signal_standing(op, seen.signal)?;
        let about = self.preparing(op, &signal, StepEvent::ProposeCheck2a).await?;
        let known = self.lio_candidates(seen.signal, op.today)?;
        let strangers = wrong_participants(draft, &known);
        let proposal = match ItemProposal::parse(draft) {
            Ok(proposal) if strangers.is_empty() => ItemProposal { taken: about.taken(), ..proposal },
            Ok(_) => return Err(strangers.into()),
            Err(mut errors) => {
                errors.extend(strangers);
                return Err(errors.into());
            }
        };
        self.with_newest_keys(async || self.propose_item(op, session, seen, &signal, (&about, &proposal)).await).await
    }

    async fn propose_item(
        &self,
        op: &OpContext,
        session: &Session,
        seen: Seen,
        signal: &SignalRow,
        (about, proposal): (&Preparing, &ItemProposal),
    ) -> Result<ItemProposed, AppError> {
        let id = signal.id;
        let check = PrivacyCheckId::new(self.random_id()?);
        let item = match about {
            Preparing::Question => AgendaItemId::new(self.random_id()?),
            Preparing::Taken(urgent) => urgent.item.id,
        };
        let handlers = self.handling_holders(signal)?;
        let privacy = self.group_holder(Group::Privacy)?;
        let proposed = RecordBuilder::new(self, id, "check2a", Some(ObjectId::new(check.uuid())), op.today)?
            .json("voorstel", proposal)?
            .holders(handlers.iter().copied())?
            .holder(privacy)?
            .finish();
        let titled = RecordBuilder::new(self, id, "item", Some(ObjectId::new(item.uuid())), op.today)?
            .json("titel", &proposal.title)?
            .json("vraagAanOverleg", &proposal.question)?
            .holders(handlers)?
            .finish();
        let invited: Vec<MemberId> = proposal.participants.iter().map(|one| one.member).collect();
        let facts = proposal.facts.len();
        let author = session.actor.id;
        let protocol = self.protocol().clone();
        let about = about.clone();
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "lio.propose", move |tx| {
                let begun = seen.attempt(StepEvent::ProposeCheck2a).begin(tx, &[])?;
                let today = tx.today();
                let known = candidates(tx.reader(), id, today)?;
                let strangers = wrong_members(invited.iter().copied(), &known);
                if !strangers.is_empty() {
                    return Err(strangers.into());
                }
                // Somebody may have been faster, or the sitting be over since the item was looked up.
                if preparing(tx.reader(), &begun.signal, today)? != Some(about.clone()) {
                    return Err(AppError::NotNow(StepEvent::ProposeCheck2a, NO_URGENT_ITEM));
                }
                let version = drop_proposals(tx, id)? + 1;
                proposed.put(tx)?;
                titled.put(tx)?;
                tx.check_insert(&PrivacyCheckRow {
                    id: check,
                    signal_id: id,
                    kind: CheckKind::Check2a.code().to_owned(),
                    version,
                    state: "proposed".to_owned(),
                    record_id: proposed.id(),
                    proposed_by: author,
                    proposed_on: today,
                    decided_by: None,
                    decided_on: None,
                    signature: None,
                    cleared: 0,
                })?;
                match &about {
                    Preparing::Question => {
                        drop_items(tx, id)?;
                        tx.item_insert(&AgendaItemRow {
                            id: item,
                            signal_id: id,
                            sitting_id: None,
                            check_id: Some(check),
                            record_id: titled.id(),
                            state: "prepared".to_owned(),
                            kind: ItemKind::Regular.code().to_owned(),
                            window_until: None,
                            created_on: today,
                        })?;
                    }
                    Preparing::Taken(urgent) => lay_before(tx, urgent, check, titled.id())?,
                }
                tx.grant_put(&grant(&begun.signal, format!("group:{}", Group::Privacy.code()), "check"))?;
                let closes_on = agenda_closes_on(tx, &protocol)?;
                let next = begun.advance(tx, Outcome::Plain, |row| {
                    if about == Preparing::Question {
                        row.waiting = "check2a_decide".to_owned();
                        row.turn_of = None;
                        row.due_on = Some(closes_on);
                    }
                })?;
                let trace = begun
                    .trace("check2a.proposed", &next)
                    .object("check", check.uuid())
                    .fields(names_of(&[&proposed, &titled]))
                    .detail("participants", invited.len().to_string())
                    .detail("facts", facts.to_string());
                tx.record(trace)?;
                Ok(next)
            })
            .await?;
        Ok(ItemProposed { check, item, signal: committed.value })
    }
}
