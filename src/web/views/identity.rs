//! The name of a melder: asking for it, and reading it for as long as it is open.

use askama::Template;

use super::Link;
use super::fields::{Act, Field};
use super::signal::{ReadingLine, StepContext};
use super::staff::Frame;
use super::steps::ActForm;

/// What there is to read.
#[derive(Clone, Debug)]
pub struct OpenName {
    /// What the log says of this reading.
    pub reading: ReadingLine,
    /// The name.
    pub name: String,
    /// How to reach the melder; empty for none.
    pub reach: String,
    /// Until when it can be read: `vandaag 15.12 uur`; empty where that does not end.
    pub until: String,
}

/// One request for a sealed name.
#[derive(Clone, Debug)]
pub struct NameRequest {
    /// Who asked, when, how it stands.
    pub text: String,
    /// Where the one who asked reads the name; empty for everybody else and afterwards.
    pub read: String,
}

/// `/signalen/{id}/naam`: fields `waarom` (sealed) or `doel` (open).
#[derive(Clone, Debug, Template)]
#[template(path = "staff/name.html")]
pub struct NameView {
    /// The frame.
    pub frame: Frame,
    /// Everything around it.
    pub step: StepContext,
    /// The form.
    pub form: ActForm,
    /// How the melder gave the name, in a sentence.
    pub intro: String,
    /// The name, when this reading opened it.
    pub name: Option<OpenName>,
    /// Requests so far, newest first.
    pub requests: Vec<NameRequest>,
    /// The fields.
    pub fields: Vec<Field>,
    /// What happens afterwards.
    pub consequence: String,
    /// The act.
    pub primary: Act,
    /// Other acts.
    pub others: Vec<Act>,
    /// Away from here.
    pub leave: Link,
}
