//! What waits, and the list of signals. Neither shows any content.

use askama::Template;

use super::Link;
use super::fields::Tick;
use super::staff::Frame;

/// How pressing a deadline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Passed.
    Late,
    /// Today or tomorrow, or somebody is away.
    Soon,
    /// There is time.
    Calm,
}

impl Urgency {
    /// The class that colours the words.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::Soon => "soon",
            Self::Calm => "calm",
        }
    }
}

/// A term, in words first.
#[derive(Clone, Debug)]
pub struct Deadline {
    /// `2 werkdagen te laat`, `Morgen`, `Geen termijn`.
    pub words: String,
    /// The date or what is known besides: `was 19 nov`; empty for none.
    pub detail: String,
    /// How pressing.
    pub urgency: Urgency,
}

impl Deadline {
    /// A term from its words, its date and how pressing it is.
    #[must_use]
    pub fn new(words: &str, detail: &str, urgency: Urgency) -> Self {
        Self { words: words.to_owned(), detail: detail.to_owned(), urgency }
    }
}

/// A step that waits for this member.
#[derive(Clone, Debug)]
pub struct WorkRow {
    /// The act, as a verb, with its address.
    pub act: Link,
    /// Words of the button on the first late row: `Open intake`.
    pub button: String,
    /// The signal's reference.
    pub reference: String,
    /// Its term.
    pub deadline: Deadline,
    /// When this member opened it last, from their own log lines: `18 november`, `nog niet`.
    pub opened: String,
}

/// A step that waits for somebody else.
#[derive(Clone, Debug)]
pub struct WaitingRow {
    /// What is waited for, with the address of the signal.
    pub what: Link,
    /// The signal's reference.
    pub reference: String,
    /// Its term.
    pub deadline: Deadline,
    /// Whose turn it is.
    pub holder: String,
    /// The page that asks the deputy; empty unless the holder is late or away.
    pub deputy: String,
}

/// A signal laid aside until a day.
#[derive(Clone, Debug)]
pub struct AsideRow {
    /// The signal's reference with its address.
    pub signal: Link,
    /// When it returns: `op maandag 30 november`.
    pub returns: String,
}

/// How many steps wait with one person.
#[derive(Clone, Debug)]
pub struct Holder {
    /// `Uzelf`, or name and role.
    pub who: String,
    /// How many steps.
    pub count: u32,
    /// `2 te laat`, `afwezig t/m 27 nov`, `op tijd`.
    pub state: String,
    /// How pressing.
    pub urgency: Urgency,
}

/// The next sitting of the LIO.
#[derive(Clone, Debug)]
pub struct NextSitting {
    /// Label and value: `Zitting`, `donderdag 10 december`.
    pub rows: Vec<(String, String)>,
    /// The agenda; empty for none.
    pub agenda: String,
}

/// Staff page 1: what waits for this member.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/worklist.html")]
pub struct WorklistView {
    /// The frame.
    pub frame: Frame,
    /// A sentence on what was just done; empty for none.
    pub done: String,
    /// Today, in words, with a capital.
    pub today: String,
    /// Before everything else, until it is done: what was opened out of hours.
    pub first: Vec<WorkRow>,
    /// Late, oldest first.
    pub late: Vec<WorkRow>,
    /// Due within a week.
    pub this_week: Vec<WorkRow>,
    /// Due after that.
    pub later: Vec<WorkRow>,
    /// With others.
    pub waiting: Vec<WaitingRow>,
    /// What waits for people who left, on signals this member leads; each goes to somebody else.
    pub left: Vec<WaitingRow>,
    /// How far the new keys of groups are, a sentence for each that is not done.
    pub renewing: Vec<String>,
    /// Laid aside.
    pub aside: Vec<AsideRow>,
    /// Steps per person; only for coordinator and deputy, else empty.
    pub holders: Vec<Holder>,
    /// The next sitting, if this role has to do with it.
    pub sitting: Option<NextSitting>,
    /// Day of the next LIO for the empty page; empty when unknown.
    pub next_lio: String,
    /// The page to enter a signal for somebody else; empty when this role may not.
    pub enter: String,
}

impl WorklistView {
    /// Whether nothing at all waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let own = self.first.is_empty() && self.late.is_empty() && self.this_week.is_empty() && self.later.is_empty();
        own && self.waiting.is_empty() && self.left.is_empty() && self.aside.is_empty()
    }

    /// Whether there is anything for the right column.
    #[must_use]
    pub fn has_context(&self) -> bool {
        !self.holders.is_empty() || self.sitting.is_some() || !self.enter.is_empty()
    }
}

/// One signal in the list.
#[derive(Clone, Debug)]
pub struct SignalRow {
    /// The reference with its address.
    pub signal: Link,
    /// Its stage.
    pub stage: String,
    /// The day it came in.
    pub received: String,
    /// The term of the current step.
    pub deadline: Deadline,
    /// Whose turn it is.
    pub holder: String,
}

/// One way to narrow the list.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Its words and address.
    pub link: Link,
    /// Whether it is in use.
    pub current: Tick,
}

/// `/signalen`: a page of the signals this member may know of.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/signals.html")]
pub struct SignalListView {
    /// The frame.
    pub frame: Frame,
    /// Ways to narrow the list; empty leaves them out.
    pub filters: Vec<Filter>,
    /// The rows of this page.
    pub rows: Vec<SignalRow>,
    /// Address of newer signals; empty on the first page.
    pub previous: String,
    /// Address of older signals; empty on the last page.
    pub next: String,
}
