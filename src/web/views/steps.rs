//! The steps themselves: intake, weighing, the second signature, and any other step as a form driven by data.
//!
//! Every form sends `formulier` (token), `versie` (the version the page was made from) and `daad` (which button).

use askama::Template;

use super::Link;
use super::fields::{Act, Errors, Field};
use super::signal::{Judged, StepContext};
use super::staff::Frame;

/// What every step's form carries.
#[derive(Clone, Debug)]
pub struct ActForm {
    /// Where it posts to.
    pub action: String,
    /// The form token.
    pub formulier: String,
    /// The version the page was made from, sent as `versie`.
    pub versie: String,
    /// What has to be repaired.
    pub errors: Errors,
}

/// One point on which two people differ.
#[derive(Clone, Debug)]
pub struct ChangedPoint {
    /// The point: `5. Ernst`.
    pub label: String,
    /// The name under which the choice is sent (`keuze-ernst`, values `hun` and `mijn`); empty when nothing is to choose.
    pub field: String,
    /// What was saved by the other.
    pub theirs: String,
    /// What this member typed.
    pub mine: String,
}

/// Somebody else changed this in the meantime (2b).
#[derive(Clone, Debug)]
pub struct Changed {
    /// Who.
    pub who: String,
    /// Their first name, for the choice.
    pub first_name: String,
    /// What, with its article: `deze weging`.
    pub what: String,
    /// When: `14.20 uur`.
    pub at: String,
    /// Only the points that differ.
    pub points: Vec<ChangedPoint>,
    /// What holds for the rest, as a sentence: `De andere acht punten zijn gelijk.`; empty for nothing.
    pub rest: String,
}

impl Changed {
    /// Whether something is to be chosen before the form can go on.
    #[must_use]
    pub fn waits_for_choice(&self) -> bool {
        self.points.iter().any(|point| !point.field.is_empty())
    }

    /// The points to choose on, in words: `5. Ernst en 8. Evenredig`.
    #[must_use]
    pub fn to_choose(&self) -> String {
        let labels: Vec<&str> =
            self.points.iter().filter(|point| !point.field.is_empty()).map(|point| point.label.as_str()).collect();
        match labels.split_last() {
            None => String::new(),
            Some((last, [])) => (*last).to_owned(),
            Some((last, others)) => format!("{} en {last}", others.join(", ")),
        }
    }
}

/// One of the intake's questions, with what belongs to it.
#[derive(Clone, Debug)]
pub struct IntakeQuestion {
    /// `1`, `2A`, `2B`.
    pub code: String,
    /// Yes or no; its label is the question.
    pub answer: Field,
    /// Fields beside each other.
    pub beside: Vec<Field>,
    /// Fields over the whole width, their options in a line.
    pub below: Vec<Field>,
    /// Fields beside each other again, under those.
    pub last: Vec<Field>,
}

/// The short road: one reason and one click.
#[derive(Clone, Debug)]
pub struct ShortRoad {
    /// The closed list of reasons.
    pub reason: Field,
    /// What a reason may need besides: the reference when it is a double.
    pub more: Vec<Field>,
    /// How long it is kept: `1 jaar`.
    pub kept_for: String,
    /// The day of destruction, in words.
    pub destroyed_on: String,
    /// The button.
    pub act: Act,
}

/// Staff page 3: weighings 1, 2A and 2B with the text in view.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/intake.html")]
pub struct IntakeView {
    /// The frame.
    pub frame: Frame,
    /// Everything around the step.
    pub step: StepContext,
    /// The form.
    pub form: ActForm,
    /// What the form was made from, sent back as `basis`: what differs since is told from it.
    pub basis: String,
    /// What somebody else changed.
    pub changed: Option<Changed>,
    /// Questions 1, 2A, 2B; empty for whoever may only take the short road.
    pub questions: Vec<IntakeQuestion>,
    /// How fast; beside the questions only.
    pub urgency: Field,
    /// The act of this step; without words when nothing can be done now.
    pub primary: Act,
    /// Other acts.
    pub others: Vec<Act>,
    /// The way to another authority; none leaves it out.
    pub refer: Option<Link>,
    /// The short road; none leaves it out.
    pub short: Option<ShortRoad>,
}

impl IntakeView {
    /// Whether something is to be chosen before anything can be signed.
    #[must_use]
    pub fn waits_for_choice(&self) -> bool {
        self.changed.as_ref().is_some_and(Changed::waits_for_choice)
    }
}

/// One criterion of a weighing.
#[derive(Clone, Debug)]
pub struct Criterion {
    /// Its place in the fixed order.
    pub number: u8,
    /// Label, question (as hint) and options.
    pub field: Field,
    /// The sentence under the choice; none where the field is itself text.
    pub why: Option<Field>,
}

/// Staff page 2: a weighing drafted.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/weighing.html")]
pub struct WeighingView {
    /// The frame.
    pub frame: Frame,
    /// Everything around the step.
    pub step: StepContext,
    /// The form.
    pub form: ActForm,
    /// What the form was made from, sent back as `basis`: what differs since is told from it.
    pub basis: String,
    /// What somebody else changed: then nothing can be signed until it is chosen.
    pub changed: Option<Changed>,
    /// The question over the criteria: `Hoe zwaar weegt dit signaal?`
    pub question: String,
    /// How to answer.
    pub explanation: String,
    /// The criteria in their fixed order.
    pub criteria: Vec<Criterion>,
    /// `voorstel`: the ways out.
    pub proposal: Field,
    /// What a way out needs besides.
    pub more: Vec<Field>,
    /// `medeondertekenaar`: who may sign too; closed options say why not.
    pub signer: Field,
    /// Sign and pass on; without words when nothing can be done now.
    pub primary: Act,
    /// Other acts: keep as a draft.
    pub others: Vec<Act>,
}

impl WeighingView {
    /// Whether something is to be chosen before anything can be signed.
    #[must_use]
    pub fn waits_for_choice(&self) -> bool {
        self.changed.as_ref().is_some_and(Changed::waits_for_choice)
    }
}

/// The second signer's page: the same points, read only, and two acts.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/second_signature.html")]
pub struct SecondSignatureView {
    /// The frame.
    pub frame: Frame,
    /// Everything around the step.
    pub step: StepContext,
    /// The form.
    pub form: ActForm,
    /// Who drafted it.
    pub author: String,
    /// When it was signed: `23 november`.
    pub signed_on: String,
    /// The points.
    pub points: Vec<Judged>,
    /// The proposal and what belongs to it.
    pub proposal: Vec<Judged>,
    /// The sentence with which it is returned; required for that act only.
    pub sentence: Field,
    /// Sign; without words when nothing can be done now.
    pub sign: Act,
    /// Return.
    pub give_back: Act,
}

/// Fields that belong together.
#[derive(Clone, Debug)]
pub struct FieldGroup {
    /// Their heading; empty for none.
    pub heading: String,
    /// A sentence under it; empty for none.
    pub intro: String,
    /// The fields.
    pub fields: Vec<Field>,
}

/// Any other step: its evidence as fields, its act as a button.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/step.html")]
pub struct StepView {
    /// The frame.
    pub frame: Frame,
    /// Everything around the step.
    pub step: StepContext,
    /// The form.
    pub form: ActForm,
    /// What somebody else changed.
    pub changed: Option<Changed>,
    /// What is asked; empty for none. For a source holder this is the question itself.
    pub question: String,
    /// How to answer; empty for none.
    pub explanation: String,
    /// The fields.
    pub groups: Vec<FieldGroup>,
    /// What happens afterwards, before the button; empty for none.
    pub consequence: String,
    /// The act of this step.
    pub primary: Act,
    /// Other acts.
    pub others: Vec<Act>,
    /// A way out that does nothing.
    pub leave: Option<Link>,
}

impl StepView {
    /// Whether something is to be chosen before anything can be signed.
    #[must_use]
    pub fn waits_for_choice(&self) -> bool {
        self.changed.as_ref().is_some_and(Changed::waits_for_choice)
    }
}
