//! The coordinator's proposal for privacycheck 1: question, sources and terms, without the words of the report.

use super::{CHECK1_RECORD, as_absent, expect_waiting, waiting};
use crate::app::keyring::Session;
use crate::app::reading::Opened;
use crate::app::sealing::RecordBuilder;
use crate::app::steps::{Attempt, acting};
use crate::app::{App, AppError};
use crate::domain::ids::{ObjectId, PrivacyCheckId, SignalId};
use crate::domain::overlap;
use crate::domain::privacy_check::{CheckKind, SourcesProposal, SourcesProposalDraft};
use crate::domain::protocol::Protocol;
use crate::domain::role::{Group, Role};
use crate::domain::source::SourceEntry;
use crate::domain::term::ClockCode;
use crate::domain::text::{BoundedText, ShortText};
use crate::domain::words::FieldError;
use crate::domain::workflow::{Outcome, StepEvent};
use crate::policy::{Action, OpContext};
use crate::store::checks::{PrivacyCheckRow, check_list};
use crate::store::signals::{GrantRow, SignalRow, exclusion_list};

/// Whether a proposal may repeat words of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wording {
    /// Look first, and warn.
    Checked,
    /// The coordinator was warned and keeps the words.
    Kept,
}

/// What became of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proposed {
    /// It lies with the privacy officer.
    Sent(PrivacyCheckId),
    /// Nothing was sent: these fields repeat words of the report.
    Repeats(Vec<FieldError>),
}

impl App {
    /// Opens what the coordinator needs to propose: the report, and earlier proposals with what became of them.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist.
    pub async fn open_for_check1(
        &self,
        op: &OpContext,
        session: &Session,
        signal: SignalId,
    ) -> Result<Opened, AppError> {
        let action = Action::Step(StepEvent::ProposeCheck1);
        self.open_signal_as(op, session, signal, &["report", CHECK1_RECORD], action).await.map_err(as_absent)
    }

    /// Puts questions to sources before the privacy officer. With [`Wording::Checked`] the report is opened once to
    /// see whether the proposal repeats its words; then nothing is sent and the fields are named.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field that is wrong; a refusal; [`AppError::Changed`] and
    /// [`AppError::NotAllowed`] as any step.
    pub async fn propose_check1(
        &self,
        op: &OpContext,
        session: &Session,
        signal: SignalId,
        seen: i64,
        draft: &SourcesProposalDraft,
        wording: Wording,
    ) -> Result<Proposed, AppError> {
        let attempt = Attempt { signal, seen, event: StepEvent::ProposeCheck1 };
        self.probe(op, attempt, &[]).await.map_err(as_absent)?;
        let standing = self.standing_for(op, signal, attempt.event).await?;
        let proposal = self.parse_proposal(op, signal, draft)?;
        if wording == Wording::Checked {
            let opened = self.open_signal_as(op, session, signal, &["report"], Action::Step(StepEvent::ProposeCheck1));
            let repeats = repeats(&opened.await?, &proposal, self.protocol());
            if !repeats.is_empty() {
                return Ok(Proposed::Repeats(repeats));
            }
        }
        self.with_newest_keys(async || self.send_proposal(op, &standing, seen, &proposal, wording).await).await
    }

    /// Parses the draft and looks for each source whether somebody answers for it.
    fn parse_proposal(
        &self,
        op: &OpContext,
        signal: SignalId,
        draft: &SourcesProposalDraft,
    ) -> Result<SourcesProposal, AppError> {
        let parsed = SourcesProposal::parse(draft, self.protocol());
        let mut errors = parsed.as_ref().err().cloned().unwrap_or_default();
        for typed in &draft.sources {
            let Some(source) = self.protocol().source(&typed.source) else { continue };
            if let Err(nobody) = self.source_holders_or_why(signal, source, op.today)? {
                errors.push(FieldError::new(format!("bronnen.{}.bron", source.code), nobody.at_proposal(source)));
            }
        }
        let excluded = self.store().read(|db| exclusion_list(db, signal))?;
        if excluded.iter().any(|row| row.role == Role::PrivacyOfficer && row.member_id.is_none()) {
            errors.push(FieldError::new("bronnen", "De privacy officer is bij dit signaal uitgesloten."));
        }
        match parsed {
            Ok(proposal) if errors.is_empty() => Ok(proposal),
            _ => Err(AppError::Invalid(errors)),
        }
    }

    async fn send_proposal(
        &self,
        op: &OpContext,
        standing: &SignalRow,
        seen: i64,
        proposal: &SourcesProposal,
        wording: Wording,
    ) -> Result<Proposed, AppError> {
        let id = PrivacyCheckId::new(self.random_id()?);
        let part = ObjectId::new(id.uuid());
        let record = RecordBuilder::new(self, standing.id, CHECK1_RECORD, Some(part), op.today)?
            .json("voorstel", proposal)?
            .holders(self.handling_holders(standing)?)?
            .holder(self.group_holder(Group::Privacy)?)?
            .finish();
        let due = self.protocol().due_on(ClockCode::Check1, op.today);
        let attempt = Attempt { signal: standing.id, seen, event: StepEvent::ProposeCheck1 };
        let proposed_by = acting(op)?.id;
        let asked = proposal.sources.iter().map(|source| source.source.to_string()).collect::<Vec<_>>().join("+");
        let words = match wording {
            Wording::Checked => "own",
            Wording::Kept => "kept",
        };
        self.store()
            .write::<_, AppError, _>(op, "enrichment.propose_check1", move |tx| {
                let begun = attempt.begin(tx, &[])?;
                expect_waiting(&begun, attempt.event, &[waiting::CHECK1, waiting::WEIGHING4])?;
                let earlier = check_list(tx.reader(), attempt.signal)?;
                let version = earlier.iter().filter(|row| row.kind == CheckKind::Check1.code()).count();
                record.put(tx)?;
                tx.check_insert(&PrivacyCheckRow {
                    id,
                    signal_id: attempt.signal,
                    kind: CheckKind::Check1.code().to_owned(),
                    version: i64::try_from(version).unwrap_or(i64::MAX).saturating_add(1),
                    state: "proposed".to_owned(),
                    record_id: record.id(),
                    proposed_by,
                    proposed_on: tx.today(),
                    decided_by: None,
                    decided_on: None,
                    signature: None,
                    cleared: 0,
                })?;
                tx.grant_put(&GrantRow {
                    signal_id: attempt.signal,
                    grantee: format!("group:{}", Group::Privacy.code()),
                    what: "check".to_owned(),
                    received_on: begun.signal.received_on,
                })?;
                let next = begun.advance(tx, Outcome::Plain, |row| {
                    waiting::CHECK1_DECIDE.clone_into(&mut row.waiting);
                    row.turn_of = None;
                    row.due_on = Some(due);
                })?;
                let trace = begun.trace("check1.proposed", &next).object("check", id.uuid());
                tx.record(trace.fields(["check1.voorstel"]).detail("sources", asked.clone()).detail("words", words))?;
                Ok(())
            })
            .await
            .map_err(as_absent)?;
        Ok(Proposed::Sent(id))
    }
}

/// The fields of a proposal that repeat words of the report. What the catalogue itself says is nobody's words.
fn repeats(opened: &Opened, proposal: &SourcesProposal, protocol: &Protocol) -> Vec<FieldError> {
    let Some(report) = opened.report() else { return Vec::new() };
    let mut told = vec![report.narrative.as_str()];
    told.extend(report.subject.as_ref().map(BoundedText::as_str));
    let mut found = Vec::new();
    let mut look = |field: String, text: &ShortText| {
        let warning = told.iter().find_map(|words| overlap::warning(words, text.as_str()));
        found.extend(warning.map(|warning| FieldError::new(field, warning)));
    };
    look("doel".to_owned(), &proposal.purpose);
    for asked in &proposal.sources {
        let known = protocol.source(asked.source.as_str());
        let own = |text: &ShortText, of: fn(&SourceEntry) -> &str| known.is_none_or(|entry| of(entry) != text.as_str());
        for (field, text, is_own) in [
            ("vraag", &asked.question, own(&asked.question, |entry| &entry.question)),
            ("verzameldVoor", &asked.collected_for, own(&asked.collected_for, |entry| &entry.collected_for)),
            ("pastDaarbij", &asked.compatible, own(&asked.compatible, |entry| &entry.compatible)),
            ("waaromNodig", &asked.needed, own(&asked.needed, |entry| &entry.needed)),
        ] {
            if is_own {
                look(format!("bronnen.{}.{field}", asked.source), text);
            }
        }
    }
    found
}
