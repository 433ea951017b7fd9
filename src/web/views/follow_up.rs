//! Following up, and what leaves this house on paper.

use askama::Template;

use super::Link;
use super::fields::{Act, Field};
use super::signal::{NextAct, ReadingLine, StepContext};
use super::staff::Frame;
use super::steps::ActForm;
use super::worklist::Deadline;

/// One action.
#[derive(Clone, Debug)]
pub struct ActionLine {
    /// What is to be done.
    pub what: String,
    /// Who does it.
    pub owner: String,
    /// Until when; none once it is done.
    pub deadline: Option<Deadline>,
    /// The day it was done; empty while it is open.
    pub done: String,
    /// What was done; empty while it is open.
    pub result: String,
    /// Where its owner finishes it; empty for everybody else.
    pub finish: String,
}

/// Something that went out, or is on its way out.
#[derive(Clone, Debug)]
pub struct OutLine {
    /// What, and where it is; without an address when there is nothing to open.
    pub link: Link,
    /// When, by whom, how it stands.
    pub note: String,
}

/// `/signalen/{id}/opvolging`: fields `watTeDoen`, `eigenaar`, `uiterlijk`.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/follow_up.html")]
pub struct FollowUpView {
    /// The frame.
    pub frame: Frame,
    /// Everything around the step.
    pub step: StepContext,
    /// The form.
    pub form: ActForm,
    /// Actions, by due day.
    pub actions: Vec<ActionLine>,
    /// What went out.
    pub out: Vec<OutLine>,
    /// A new action.
    pub fields: Vec<Field>,
    /// Add it.
    pub primary: Act,
    /// Other acts of the form.
    pub others: Vec<Act>,
    /// Other ways on.
    pub ways: Vec<NextAct>,
}

/// One fact on paper.
#[derive(Clone, Debug)]
pub struct PaperFact {
    /// The fact.
    pub text: String,
    /// Its label: `BRP`.
    pub label: String,
    /// Where it came from.
    pub origin: String,
}

/// A page that is meant to be printed: a doorgeefblad or a declaration of destruction. The frame is not printed.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/paper.html")]
pub struct PaperView {
    /// The frame.
    pub frame: Frame,
    /// What it is: `Doorgeefblad`.
    pub title: String,
    /// The reference under which people find it again.
    pub reference: String,
    /// What the log says of this view; not printed. None where nothing was opened.
    pub reading: Option<ReadingLine>,
    /// Labels and values at the head.
    pub head: Vec<(String, String)>,
    /// The facts; empty leaves the part out.
    pub facts: Vec<PaperFact>,
    /// What is asked or said besides; empty for none.
    pub request: String,
    /// What whoever reads it must know.
    pub notes: Vec<String>,
    /// Back to where it came from; not printed.
    pub back: Link,
}
