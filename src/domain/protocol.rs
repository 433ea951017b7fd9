//! What the municipality has chosen itself: criteria, terms, sources, powers, partners. Versioned TOML under
//! `config/protocol/`; a signal keeps the version it was judged under.
//!
//! Everything is checked when it is loaded, all errors together: after that no list is empty, no code points nowhere,
//! every clock and every kept thing has its term, and every term says where it comes from.

mod check;
mod code;
mod entries;
mod file;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::calendar::WorkCalendar;
use super::decision::{DecisionCode, DecisionRule};
use super::retention::{RetentionGround, RetentionRule};
use super::source::SourceEntry;
use super::term::{ClockCode, Term, TermUnit};
use super::time::Day;

pub use code::{Code, NotACode};
pub use entries::{
    ClockRule, Criterion, CriterionKind, CriterionOption, Entry, Form, IntakeLists, Organ, Power, Reason, ReasonStep,
    Recipient,
};

/// Dutch: *protocol*. The configuration of the protocol, complete and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protocol {
    /// The version that signals keep, such as `2026.1`.
    pub version: String,
    /// From when it holds.
    pub valid_from: Day,
    /// How many people may open a signal of Meld Misdaad Anoniem.
    pub mma_readers: u16,
    /// With fewer coordinators left, a report goes to the integrity box.
    pub min_readers: u16,
    /// So many minutes the name of a confidential melder can be read once it was opened.
    pub name_minutes: u16,
    /// Terms; see [`Protocol::term`].
    pub clocks: BTreeMap<ClockCode, ClockRule>,
    /// Working days.
    pub calendar: WorkCalendar,
    /// The lists of weging 1.
    pub intake: IntakeLists,
    /// The criteria of weging 3, in order.
    pub criteria: Vec<Criterion>,
    /// What each decision needs.
    pub decisions: Vec<DecisionRule>,
    /// Reasons for not taking up.
    pub reasons: Vec<Reason>,
    /// The catalogue of sources.
    pub sources: Vec<SourceEntry>,
    /// Why a source holder cannot answer.
    pub cannot_answer: Vec<Entry>,
    /// How long things are kept.
    pub retention: Vec<RetentionRule>,
    /// What a signal may look like (verschijningsvormen).
    pub forms: Vec<Form>,
    /// Kinds of places.
    pub places: Vec<Entry>,
    /// Powers with their articles.
    pub powers: Vec<Power>,
    /// Departments of the municipality.
    pub departments: Vec<Entry>,
    /// Those to whom something can be handed over.
    pub recipients: Vec<Recipient>,
}

/// Dutch: *protocolfout*. What is wrong in a file of the protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtocolError {
    /// The file, such as `criteria.toml`.
    pub file: &'static str,
    /// What is wrong and where, for the administrator.
    pub message: String,
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "config/protocol/{}: {}", self.file, self.message)
    }
}

impl std::error::Error for ProtocolError {}

/// The files of the protocol as they come with the program, by name.
const BUNDLED: [(&str, &str); 10] = [
    ("protocol.toml", include_str!("../../config/protocol/protocol.toml")),
    ("calendar.toml", include_str!("../../config/protocol/calendar.toml")),
    ("intake.toml", include_str!("../../config/protocol/intake.toml")),
    ("criteria.toml", include_str!("../../config/protocol/criteria.toml")),
    ("decisions.toml", include_str!("../../config/protocol/decisions.toml")),
    ("sources.toml", include_str!("../../config/protocol/sources.toml")),
    ("retention.toml", include_str!("../../config/protocol/retention.toml")),
    ("places.toml", include_str!("../../config/protocol/places.toml")),
    ("powers.toml", include_str!("../../config/protocol/powers.toml")),
    ("partners.toml", include_str!("../../config/protocol/partners.toml")),
];

impl Protocol {
    /// The names of the files.
    pub fn file_names() -> impl Iterator<Item = &'static str> {
        BUNDLED.into_iter().map(|(name, _)| name)
    }

    /// The protocol as it comes with the program. Errors only when the program was built with a wrong file; a test
    /// holds that it was not.
    pub fn bundled() -> Result<Self, Vec<ProtocolError>> {
        Self::parse(&BTreeMap::new())
    }

    /// The protocol from these texts by file name; a file that is not given is the bundled one.
    /// Errors: everything that is wrong, all files together.
    pub fn parse(texts: &BTreeMap<String, String>) -> Result<Self, Vec<ProtocolError>> {
        let text_of = |name: &'static str| {
            let bundled = BUNDLED.into_iter().find(|(known, _)| *known == name);
            texts.get(name).map(String::as_str).or(bundled.map(|(_, text)| text)).unwrap_or_default()
        };
        let protocol = file::read(text_of)?;
        let errors = check::errors(&protocol);
        if errors.is_empty() { Ok(protocol) } else { Err(errors) }
    }

    /// The term of a clock. Loading has checked that each is there; were it not, the term would be no days, which
    /// shows as late and never as forgotten.
    pub fn term(&self, clock: ClockCode) -> Term {
        self.clocks.get(&clock).map_or(Term { amount: 0, unit: TermUnit::WorkingDays }, |rule| rule.term)
    }

    /// The last day of a clock that starts on `from`.
    pub fn due_on(&self, clock: ClockCode, from: Day) -> Day {
        self.term(clock).ends_on(from, &self.calendar)
    }

    /// The rule for keeping something on this ground.
    pub fn retention(&self, ground: RetentionGround) -> Option<&RetentionRule> {
        self.retention.iter().find(|rule| rule.ground == ground)
    }

    /// A criterion by its code.
    pub fn criterion(&self, code: &str) -> Option<&Criterion> {
        self.criteria.iter().find(|criterion| criterion.code.as_str() == code)
    }

    /// What a decision needs.
    pub fn decision(&self, code: DecisionCode) -> Option<&DecisionRule> {
        self.decisions.iter().find(|rule| rule.code == code)
    }

    /// A source by its code.
    pub fn source(&self, code: &str) -> Option<&SourceEntry> {
        self.sources.iter().find(|source| source.code.as_str() == code)
    }

    /// A power by its code.
    pub fn power(&self, code: &str) -> Option<&Power> {
        self.powers.iter().find(|power| power.code.as_str() == code)
    }

    /// A form by its code.
    pub fn form(&self, code: &str) -> Option<&Form> {
        self.forms.iter().find(|form| form.code.as_str() == code)
    }

    /// A department by its code.
    pub fn department(&self, code: &str) -> Option<&Entry> {
        self.departments.iter().find(|department| department.code.as_str() == code)
    }

    /// A recipient by its code.
    pub fn recipient(&self, code: &str) -> Option<&Recipient> {
        self.recipients.iter().find(|recipient| recipient.code.as_str() == code)
    }

    /// The reasons for not taking up that are offered at a step.
    pub fn reasons_at(&self, step: ReasonStep) -> impl Iterator<Item = &Reason> {
        self.reasons.iter().filter(move |reason| reason.offered_at.contains(&step))
    }

    /// A reason by its code, if it is offered at this step.
    pub fn reason_at(&self, step: ReasonStep, code: &str) -> Option<&Reason> {
        self.reasons_at(step).find(|reason| reason.code.as_str() == code)
    }

    /// The forms that are mensenhandel: the aandachtsfunctionarissen are reached.
    pub fn forms_of_trafficking(&self) -> BTreeSet<&Code> {
        self.forms.iter().filter(|form| form.trafficking).map(|form| &form.code).collect()
    }
}

#[cfg(test)]
mod tests;
