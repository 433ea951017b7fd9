//! The entries of the configured lists.

use serde::Deserialize;

use super::super::role::Role;
use super::super::term::Term;
use super::super::words::vocabulary;
use super::super::workflow::Weighing3Outcome;
use super::code::Code;

/// Dutch: *keuze*. An entry with nothing but a code and its words.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The code.
    pub code: Code,
    /// The words.
    pub label: String,
}

/// Dutch: *termijn*. A term, who works on it and where the number comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockRule {
    /// The term.
    pub term: Term,
    /// Whose clock it is.
    pub owner: Role,
    /// Where the number comes from.
    pub source: String,
}

/// Dutch: *weging 1*. The three lists of weging 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntakeLists {
    /// Kenmerken; at least one.
    pub traits: Vec<Entry>,
    /// Lokale verankering; at least one.
    pub anchors: Vec<Entry>,
    /// Signalering; as many as fit.
    pub signs: Vec<Entry>,
    /// Where the lists come from.
    pub source: String,
}

vocabulary! {
    /// Dutch: *soort criterium*. How a criterion is answered.
    pub enum CriterionKind {
        /// One of its options.
        Choice = "choice" => "keuze",
        /// In words.
        Text = "text" => "tekst",
        /// One of the forms.
        Theme = "theme" => "thema",
    }

    /// Dutch: *stap met een reden*. Where a reason for not taking up is offered.
    pub enum ReasonStep {
        /// The short road of the intake.
        Intake = "intake" => "intake",
        /// Weging 3.
        Weighing3 = "weging3" => "weging 3",
        /// Weging 4.
        Weighing4 = "weging4" => "weging 4",
        /// A decision.
        Decision = "besluit" => "besluit",
    }

    /// Dutch: *orgaan*. Who holds a power.
    pub enum Organ {
        /// The burgemeester.
        Mayor = "burgemeester" => "burgemeester",
        /// The college van burgemeester en wethouders.
        College = "college" => "college",
        /// A supervisor under the Awb.
        Supervisor = "toezichthouder" => "toezichthouder",
        /// Anyone.
        Anyone = "iedereen" => "iedereen",
    }
}

/// Dutch: *optie*. One of the ordered words of a criterion.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CriterionOption {
    /// The code.
    pub code: Code,
    /// The words.
    pub label: String,
    /// Set on the one option that means "onbekend".
    #[serde(default)]
    unknown: bool,
}

impl CriterionOption {
    /// Whether this option means "onbekend"; then the sentence may stay empty.
    pub fn is_unknown(&self) -> bool {
        self.unknown
    }
}

/// Dutch: *criterium*. One point of weging 3.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// The code.
    pub code: Code,
    /// Its place on the page.
    pub number: u8,
    /// The words.
    pub label: String,
    /// The question under it.
    pub question: String,
    /// How it is answered.
    pub kind: CriterionKind,
    /// The ordered words, for a choice.
    #[serde(default)]
    pub options: Vec<CriterionOption>,
    /// Set when it is filled beforehand with the count of who, what, where and when.
    #[serde(default)]
    pub computed: Option<Code>,
    /// The proposals for which a text is needed.
    #[serde(default)]
    pub required_for: Vec<Weighing3Outcome>,
}

impl Criterion {
    /// An option by its code.
    pub fn option(&self, code: &str) -> Option<&CriterionOption> {
        self.options.iter().find(|option| option.code.as_str() == code)
    }
}

/// Dutch: *reden*. Why a signal is not taken up.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// The code.
    pub code: Code,
    /// The words.
    pub label: String,
    /// Whether it asks for the reference of another signal ("dubbel").
    #[serde(default)]
    asks_reference: bool,
    /// Where it is offered.
    pub offered_at: Vec<ReasonStep>,
}

impl Reason {
    /// Whether the reference of another signal is needed.
    pub fn asks_reference(&self) -> bool {
        self.asks_reference
    }
}

/// Dutch: *verschijningsvorm*. What a signal may look like.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// The code.
    pub code: Code,
    /// The words.
    pub label: String,
    /// Set when it is a form of mensenhandel.
    #[serde(default)]
    pub(super) trafficking: bool,
}

/// Dutch: *bevoegdheid*. A power with its article.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Power {
    /// The code.
    pub code: Code,
    /// The words.
    pub label: String,
    /// The article of law.
    pub article: String,
    /// Who holds it.
    pub organ: Organ,
    /// Where this comes from and whether it was confirmed.
    pub source: String,
}

/// Dutch: *ontvanger*. Somebody to whom facts can be handed over.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// The code.
    pub code: Code,
    /// The words.
    pub label: String,
    /// Whether an intake may be referred to it.
    #[serde(default)]
    refer: bool,
    /// The proposed legal ground.
    pub basis: String,
    /// Where this comes from and whether it was confirmed.
    pub source: String,
}

impl Recipient {
    /// Whether an intake may be referred to it.
    pub fn takes_referrals(&self) -> bool {
        self.refer
    }
}
