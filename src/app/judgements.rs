//! The judgements of a signal: which there are, what each leads to, and how its newest version stands.

use super::drafts::Kept;
use super::{App, AppError, outcomes};
use crate::domain::ids::{MemberId, SignalId, WeighingId};
use crate::domain::protocol::{Code, Protocol};
use crate::domain::time::Day;
use crate::domain::weighing::{Assessment, AssessmentDraft, Confirmation, ConfirmationDraft, Proposal};
use crate::domain::words::FieldError;
use crate::domain::workflow::{Outcome, StepEvent};
use crate::policy::OpContext;
use crate::store::db::Db;
use crate::store::signals::SignalRow;
use crate::store::weighings::{self, WeighingRow};
use crate::store::{StoreError, Tx, members};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The field of a record that holds the judgement itself.
pub const JUDGEMENT: &str = "weging";
/// The field of a record that holds the sentence with which a weighing was returned.
pub const SENTENCE: &str = "zin";
/// The kind of that record.
pub const RETURNED: &str = "returned";

/// Which judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// Weging 1, with 2A and 2B.
    Intake,
    /// Weging 3.
    Three,
    /// Weging 4.
    Four,
}

impl Number {
    /// As it stands in the table.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Intake => "1",
            Self::Three => "3",
            Self::Four => "4",
        }
    }

    /// The kind of its records.
    #[must_use]
    pub fn record_kind(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Three => "weighing3",
            Self::Four => "weighing4",
        }
    }

    /// The step of whoever drafts.
    #[must_use]
    pub fn draft_step(self) -> StepEvent {
        match self {
            Self::Intake => StepEvent::CompleteIntake,
            Self::Three => StepEvent::ProposeWeighing3,
            Self::Four => StepEvent::ProposeWeighing4,
        }
    }

    /// What the signal waits for while it can be drafted.
    #[must_use]
    pub fn waits_for_draft(self) -> &'static str {
        self.record_kind()
    }
}

/// A judgement that takes two people.
pub trait Weighed: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// As it is filled in.
    type Draft: Kept;
    /// Which one.
    const NUMBER: Number;
    /// The second person returns it.
    const GIVE_BACK: StepEvent;
    /// The second person agrees.
    const AGREE: StepEvent;
    /// What the signal waits for until the second person has signed.
    const WAITS_TO_AGREE: &'static str;
    /// Records the second person needs, besides the judgement itself.
    const RESTS_ON: &'static [&'static str];

    /// Why it cannot be laid before anybody yet, though the stage is right; `None` when it can.
    fn unsettled(signal: &SignalRow) -> Option<&'static str>;
    /// Parses a draft.
    ///
    /// # Errors
    /// All mistakes together.
    fn parse(draft: &Self::Draft, protocol: &Protocol, today: Day) -> Result<Self, Vec<FieldError>>;
    /// The outcome, for the table of transitions.
    fn outcome(&self) -> Outcome;
    /// The outcome, as a code.
    fn outcome_code(&self) -> &'static str;
    /// The reason, when it ends the signal.
    fn reason(&self, protocol: &Protocol) -> Option<Code>;
    /// What it makes of the signal once agreed.
    fn settle(&self, row: &mut SignalRow, protocol: &Protocol, today: Day);
}

impl Weighed for Assessment {
    type Draft = AssessmentDraft;
    const NUMBER: Number = Number::Three;
    const GIVE_BACK: StepEvent = StepEvent::ReturnWeighing3;
    const AGREE: StepEvent = StepEvent::AgreeWeighing3;
    const WAITS_TO_AGREE: &'static str = "weighing3_agree";
    const RESTS_ON: &'static [&'static str] = &["report", "intake", "weighing3", RETURNED];

    fn unsettled(_: &SignalRow) -> Option<&'static str> {
        None
    }
    fn parse(draft: &AssessmentDraft, protocol: &Protocol, today: Day) -> Result<Self, Vec<FieldError>> {
        Self::parse(draft, protocol, today)
    }
    fn outcome(&self) -> Outcome {
        Outcome::Weighing3(self.proposal.outcome())
    }
    fn outcome_code(&self) -> &'static str {
        self.proposal.outcome().code()
    }
    fn reason(&self, _: &Protocol) -> Option<Code> {
        match &self.proposal {
            Proposal::NotTakenUp { reason, .. } => Some(reason.clone()),
            _ => None,
        }
    }
    fn settle(&self, row: &mut SignalRow, protocol: &Protocol, today: Day) {
        outcomes::after_weighing3(self, row, protocol, today);
    }
}

impl Weighed for Confirmation {
    type Draft = ConfirmationDraft;
    const NUMBER: Number = Number::Four;
    const GIVE_BACK: StepEvent = StepEvent::ReturnWeighing4;
    const AGREE: StepEvent = StepEvent::AgreeWeighing4;
    const WAITS_TO_AGREE: &'static str = "weighing4_agree";
    const RESTS_ON: &'static [&'static str] =
        &["report", "intake", "weighing3", "question", "answer", "weighing4", RETURNED];

    fn unsettled(signal: &SignalRow) -> Option<&'static str> {
        let settled = [Self::NUMBER.waits_for_draft(), Self::WAITS_TO_AGREE].contains(&signal.waiting.as_str());
        (!settled).then_some("Eerst moeten de bronnen antwoorden, of moet hun termijn voorbij zijn.")
    }
    fn parse(draft: &ConfirmationDraft, protocol: &Protocol, _: Day) -> Result<Self, Vec<FieldError>> {
        Self::parse(draft, protocol)
    }
    fn outcome(&self) -> Outcome {
        Outcome::Weighing4(self.outcome)
    }
    fn outcome_code(&self) -> &'static str {
        self.outcome.code()
    }
    fn reason(&self, protocol: &Protocol) -> Option<Code> {
        Self::reason(self, protocol)
    }
    fn settle(&self, row: &mut SignalRow, protocol: &Protocol, today: Day) {
        outcomes::after_weighing4(self, row, protocol, today);
    }
}

/// How a judgement of a signal stands. Holds no content.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The signal.
    pub signal: SignalRow,
    /// The newest version of the judgement, if there is one.
    pub last: Option<WeighingRow>,
    /// Who wrote along on it.
    pub authors: Vec<MemberId>,
}

impl Standing {
    /// The newest version, if it stands in this state.
    #[must_use]
    pub fn last_in(&self, state: &str) -> Option<&WeighingRow> {
        self.last.as_ref().filter(|row| row.state == state)
    }

    /// Who wrote along on what is drafted now: nobody once the last one was agreed and a new round begins.
    #[must_use]
    pub fn authors_so_far(&self) -> &[MemberId] {
        if self.last_in("agreed").is_some() { &[] } else { &self.authors }
    }
}

/// The version that is written next: in place of a draft, or after what was signed.
#[derive(Debug, Clone)]
pub(super) struct Next {
    pub(super) id: WeighingId,
    pub(super) version: i64,
    /// The draft it takes the place of, with its record.
    pub(super) draft: Option<WeighingRow>,
    /// What was signed and is improved before anybody agreed.
    pub(super) improved: Option<WeighingRow>,
    pub(super) authors: Vec<MemberId>,
}

impl Next {
    pub(super) fn after(standing: &Standing, author: MemberId, fresh: WeighingId) -> Self {
        let mut authors = standing.authors_so_far().to_vec();
        if !authors.contains(&author) {
            authors.push(author);
        }
        let draft = standing.last_in("draft").cloned();
        let improved = standing.last_in("proposed").cloned();
        let (id, version) = match (&draft, &standing.last) {
            (Some(draft), _) => (draft.id, draft.version),
            (None, Some(last)) => (fresh, last.version + 1),
            (None, None) => (fresh, 1),
        };
        Self { id, version, draft, improved, authors }
    }

    /// Puts the row in place with its authors; a draft's record goes, keys first.
    pub(super) fn put(&self, tx: &mut Tx<'_>, row: &WeighingRow) -> Result<(), AppError> {
        if let Some(old) = &self.improved {
            tx.weighing_update("proposed", &WeighingRow { state: "returned".to_owned(), ..old.clone() })?;
        }
        match &self.draft {
            Some(draft) => {
                tx.weighing_update("draft", row)?;
                tx.record_destroy(draft.record_id)?;
            }
            None => tx.weighing_insert(row)?,
        }
        tx.weighing_authors_put(self.id, &self.authors)?;
        Ok(())
    }
}

/// A version of a judgement with the names of its people. Holds no content.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The version.
    pub row: WeighingRow,
    /// Who wrote it.
    pub first: String,
    /// Who signed along, or was asked to.
    pub second: Option<String>,
}

impl App {
    /// Every version of every judgement of a signal, in order, for whoever may see the signal.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist; any store error.
    pub fn judgements(&self, op: &OpContext, signal: SignalId) -> Result<Vec<Signed>, AppError> {
        self.signal_standing(op, signal)?;
        Ok(self.store().read(|db| signed_versions(db, signal))?)
    }

    /// How a judgement of a signal stands, for whoever may see the signal.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist; any store error.
    pub fn weighing_standing(&self, op: &OpContext, signal: SignalId, number: Number) -> Result<Standing, AppError> {
        // Read before the rows it is compared with: a step in between then shows as a newer version of the signal.
        let signal = self.signal_standing(op, signal)?;
        let (last, authors) = self.store().read(|db| {
            let rows = weighings::weighing_list(db, signal.id)?;
            let last = rows.into_iter().rfind(|row| row.number == number.code());
            let authors = match &last {
                Some(row) => weighings::weighing_authors(db, row.id)?,
                None => Vec::new(),
            };
            Ok::<_, AppError>((last, authors))
        })?;
        Ok(Standing { signal, last, authors })
    }
}

/// Every version of every judgement of a signal, in order, with the names of its people.
pub(super) fn signed_versions(db: &mut Db, signal: SignalId) -> Result<Vec<Signed>, StoreError> {
    let mut found = Vec::new();
    for row in weighings::weighing_list(db, signal)? {
        let first = members::member_fetch(db, row.drafted_by)?.map(|member| member.name).unwrap_or_default();
        let second = match row.agreed_by.or(row.cosigner) {
            Some(second) => members::member_fetch(db, second)?.map(|member| member.name),
            None => None,
        };
        found.push(Signed { row, first, second });
    }
    Ok(found)
}
