//! What stands around every step of a signal: where it is, what it says, who can read it, what happened.

use askama::Template;

use super::Link;
use super::fields::Tick;
use super::staff::Frame;
use super::worklist::Deadline;

/// Where a stage is, seen from now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageState {
    /// Behind us.
    Done,
    /// Here.
    Now,
    /// Still to come.
    Ahead,
}

/// One stage of the bar: ontvangen, wegen, verrijken, besluiten, opvolgen.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// Who or when: `klaar 19 nov`, `nu bij u`; empty for none.
    pub note: String,
    /// Where it is.
    pub state: StageState,
}

impl Stage {
    /// Whether it is this one.
    #[must_use]
    pub fn is_now(&self) -> bool {
        self.state == StageState::Now
    }

    /// The class that draws it.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self.state {
            StageState::Done => "done",
            StageState::Now => "now",
            StageState::Ahead => "ahead",
        }
    }
}

/// What the committed event says of this reading.
#[derive(Clone, Debug)]
pub struct ReadingLine {
    /// The fields shown: `tekst, plaats en tijd`.
    pub fields: String,
    /// As which role.
    pub role: String,
    /// For which doelcode.
    pub purpose: String,
    /// When: `vandaag 14.12 uur`.
    pub at: String,
    /// The line in the log: `48.213`.
    pub line: String,
}

/// A word in a box.
#[derive(Clone, Debug)]
pub struct Tag {
    /// The word.
    pub text: String,
    /// How it is coloured.
    pub kind: TagKind,
}

/// What the colour of a tag says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagKind {
    /// Nothing in particular.
    Plain,
    /// An open regime.
    Open,
    /// Good to know.
    Known,
    /// Needs care.
    Care,
}

impl Tag {
    /// A tag from its word and kind.
    #[must_use]
    pub fn new(text: &str, kind: TagKind) -> Self {
        Self { text: text.to_owned(), kind }
    }

    /// The class that colours it.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self.kind {
            TagKind::Plain => "tag",
            TagKind::Open => "tag tag--open",
            TagKind::Known => "tag tag--act",
            TagKind::Care => "tag tag--care",
        }
    }
}

/// One labelled fact.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The label: `Waar`.
    pub label: String,
    /// A word in a box before the value.
    pub tag: Option<Tag>,
    /// The value.
    pub value: String,
}

impl Fact {
    /// A fact without a tag.
    #[must_use]
    pub fn new(label: &str, value: &str) -> Self {
        Self { label: label.to_owned(), tag: None, value: value.to_owned() }
    }

    /// The same fact with a tag before it.
    #[must_use]
    pub fn with_tag(mut self, text: &str, kind: TagKind) -> Self {
        self.tag = Some(Tag::new(text, kind));
        self
    }
}

/// The panel "Het signaal": only ever filled from a committed disclosure.
#[derive(Clone, Debug)]
pub struct SignalPanel {
    /// What the log says of this reading.
    pub reading: ReadingLine,
    /// Under the heading: `zoals ontvangen`; empty for none.
    pub note: String,
    /// What was seen or heard; empty when the text is not among the fields.
    pub text: String,
    /// The other fields.
    pub facts: Vec<Fact>,
    /// What can be done from here, off the step.
    pub links: Vec<Link>,
}

/// Earlier signals on the same place, person or company.
#[derive(Clone, Debug)]
pub enum Overlap {
    /// None that this member may know of; the same words when there are only hidden ones.
    Nothing,
    /// Some.
    Found {
        /// Those this member may open, with their stage.
        open: Vec<(Link, String)>,
        /// Those that are closed to this member: who holds each.
        closed: Vec<String>,
    },
}

/// A group of readers.
#[derive(Clone, Debug)]
pub struct ReaderGroup {
    /// `Coördinatoren`.
    pub heading: String,
    /// The names, in one line.
    pub names: String,
}

/// The panel "Wie kan dit lezen".
#[derive(Clone, Debug)]
pub struct ReadersPanel {
    /// Those who can, and those who will.
    pub groups: Vec<ReaderGroup>,
    /// Who explicitly cannot, as a sentence; empty for none.
    pub not: String,
    /// The page to exclude somebody; empty for none.
    pub exclude: String,
}

/// One line of "Geschiedenis".
#[derive(Clone, Debug)]
pub struct HistoryLine {
    /// The day: `23 nov`.
    pub day: String,
    /// Who, what, for which doel.
    pub text: String,
}

/// A step that is done: what was judged, by whom.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its title: `Weging 3`.
    pub title: String,
    /// Who signed and when: `Mirte Korenblik en Joost Lindegaard, 24 november`.
    pub signed: String,
    /// Points: label, judgement, and why (empty for none).
    pub points: Vec<Judged>,
}

/// One judged point.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The point: `1. Bron`.
    pub label: String,
    /// The judgement.
    pub choice: String,
    /// Why; empty for none.
    pub why: String,
}

impl Judged {
    /// A judged point.
    #[must_use]
    pub fn new(label: &str, choice: &str, why: &str) -> Self {
        Self { label: label.to_owned(), choice: choice.to_owned(), why: why.to_owned() }
    }
}

/// Everything around a step.
#[derive(Clone, Debug, Default)]
pub struct StepContext {
    /// The step, which is the page's heading: `Weging 3`.
    pub title: String,
    /// The reference, monospaced beside it; empty for none.
    pub reference: String,
    /// A sentence on what was just saved, which takes the focus; empty for none.
    pub saved: String,
    /// The term of this step.
    pub deadline: Option<Deadline>,
    /// The bar; empty leaves it out (a source holder sees none).
    pub stages: Vec<Stage>,
    /// The signal, if it was disclosed to this member.
    pub signal: Option<SignalPanel>,
    /// Earlier signals; none leaves the notice out.
    pub overlap: Option<Overlap>,
    /// Who can read this.
    pub readers: Option<ReadersPanel>,
    /// What happened, newest first.
    pub history: Vec<HistoryLine>,
    /// The page with all of it; empty when all is shown.
    pub history_all: String,
    /// Steps that are done, as context above the step.
    pub records: Vec<Record>,
}

impl StepContext {
    /// Whether the left column has anything in it.
    #[must_use]
    pub fn has_context(&self) -> bool {
        self.signal.is_some() || self.overlap.is_some() || self.readers.is_some() || !self.history.is_empty()
    }
}

/// One act that this member may begin from a signal.
#[derive(Clone, Debug)]
pub struct NextAct {
    /// Its words and address.
    pub link: Link,
    /// What it means; empty for none.
    pub note: String,
    /// Whether it is this member's step now.
    pub mine: Tick,
}

/// A signal without a step to do: read only, with what may be begun.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/signal.html")]
pub struct SignalView {
    /// The frame.
    pub frame: Frame,
    /// Everything around it.
    pub step: StepContext,
    /// What may be begun.
    pub acts: Vec<NextAct>,
}
