//! Deciding: an item laid before the privacy officer, judged, published, listed and read.

use askama::Template;

use super::Link;
use super::fields::{Act, Choice, Field, Tick};
use super::signal::{Fact, Judged, ReadingLine, Stage, StepContext, Tag};
use super::staff::Frame;
use super::steps::ActForm;
use super::worklist::Deadline;

/// One row of the facts that are proposed: text, label, origin.
#[derive(Clone, Debug)]
pub struct FactRow {
    /// Its number, from 1.
    pub number: usize,
    /// What is known, in own neutral words.
    pub text: Field,
    /// The rule it came under.
    pub regime: Field,
    /// Where it came from.
    pub origin: Field,
}

/// Somebody who can be asked, with the facts chosen for them.
#[derive(Clone, Debug)]
pub struct PersonRow {
    /// The name their boxes are sent under: `deelnemers.<id>`.
    pub name: String,
    /// Who.
    pub person: String,
    /// Role, seat, absence: `Burgerzaken, afwezig t/m 27 nov`.
    pub note: String,
    /// One box per fact.
    pub facts: Vec<Choice>,
}

/// A group of people who can be asked.
#[derive(Clone, Debug)]
pub struct PeopleGroup {
    /// `Vaste groep`.
    pub heading: String,
    /// A sentence under it; empty for none.
    pub intro: String,
    /// The people.
    pub people: Vec<PersonRow>,
}

/// `/signalen/{id}/privacycheck-2a`: the coordinator proposes which facts go to whom.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/check2a_propose.html")]
pub struct ItemProposalView {
    /// The frame.
    pub frame: Frame,
    /// Everything around the step.
    pub step: StepContext,
    /// The form.
    pub form: ActForm,
    /// That somebody else was faster, or that this takes the place of an item; empty for none.
    pub notice: String,
    /// What was decided already, when the LIO is only told; empty for a question to decide.
    pub taken: String,
    /// Title and question.
    pub about: Vec<Field>,
    /// The facts.
    pub facts: Vec<FactRow>,
    /// How many rows there are, sent as `regels`.
    pub rows: usize,
    /// More rows.
    pub more: Act,
    /// Who can be asked.
    pub groups: Vec<PeopleGroup>,
    /// Who cannot be asked, as a sentence; empty for none.
    pub shut_out: String,
    /// That the words of the report are kept on purpose; only after a warning.
    pub keep: Option<Field>,
    /// What happens afterwards.
    pub consequence: String,
    /// The act of this step.
    pub primary: Act,
}

/// One numbered fact with its label.
#[derive(Clone, Debug)]
pub struct ShownFact {
    /// Its number, from 1.
    pub number: usize,
    /// The fact.
    pub text: String,
    /// The rule it came under.
    pub regime: Tag,
    /// Where it came from.
    pub origin: String,
}

/// The verdict on one participant.
#[derive(Clone, Debug)]
pub struct JudgedPerson {
    /// The id of its heading.
    pub id: String,
    /// Who.
    pub person: String,
    /// In which role.
    pub role: String,
    /// What they would get: `gegevens 1, 2 en 4`.
    pub proposed: String,
    /// Clear, narrow or refuse; none once it was judged.
    pub verdict: Option<Field>,
    /// Which facts remain, and why it is narrower or refused.
    pub more: Vec<Field>,
    /// The verdict, once it was judged.
    pub settled: Option<Judged>,
}

/// A grey panel beside the step.
#[derive(Clone, Debug)]
pub struct SidePanel {
    /// The id of its heading.
    pub id: String,
    /// Its heading.
    pub heading: String,
    /// Its sentences.
    pub text: Vec<String>,
    /// Labelled facts.
    pub facts: Vec<(String, String)>,
}

/// `/privacychecks/{id}` of kind 2A: every participant on one page, one signed act.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/check2a_decide.html")]
pub struct Check2aView {
    /// The frame.
    pub frame: Frame,
    /// The signal's reference.
    pub reference: String,
    /// The term of this check.
    pub deadline: Option<Deadline>,
    /// The bar.
    pub stages: Vec<Stage>,
    /// The form.
    pub form: ActForm,
    /// That somebody else was faster; empty for none.
    pub notice: String,
    /// What the log says of this reading.
    pub reading: ReadingLine,
    /// Title and question.
    pub about: Vec<Fact>,
    /// The facts.
    pub facts: Vec<ShownFact>,
    /// The participants.
    pub people: Vec<JudgedPerson>,
    /// Sign; none once it was judged.
    pub primary: Option<Act>,
    /// What stands beside it.
    pub aside: Vec<SidePanel>,
}

/// One item on the list of whoever leads it.
#[derive(Clone, Debug)]
pub struct AgendaRow {
    /// The neutral title, with the address of its next step.
    pub title: Link,
    /// The signal's reference.
    pub reference: String,
    /// The day of the sitting: `donderdag 10 december`, or that it is not placed.
    pub sitting: String,
    /// Who got a copy: names, or a dash.
    pub readers: String,
    /// Where it stands: `klaar`, `wacht op PO`, `spoed`.
    pub state: Tag,
    /// When that was: `sinds 26 nov`; empty for none.
    pub since: String,
    /// Whether it waits for the privacy officer.
    pub waits: Tick,
}

/// One item on the list of whoever was asked to it.
#[derive(Clone, Debug)]
pub struct MyItemRow {
    /// The neutral title, with its address.
    pub title: Link,
    /// The day of the sitting.
    pub sitting: String,
    /// The last day on which it can be read.
    pub until: String,
}

/// `/lio`: the agenda, neutral titles only.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/agenda.html")]
pub struct AgendaView {
    /// The frame.
    pub frame: Frame,
    /// What was just done; empty for none.
    pub done: String,
    /// The next sitting, in words.
    pub next: String,
    /// What was disclosed, as a sentence.
    pub disclosed: String,
    /// Whether this member leads items.
    pub leads: Tick,
    /// Items one leads.
    pub led: Vec<AgendaRow>,
    /// Items one may read.
    pub mine: Vec<MyItemRow>,
    /// What stands beside it.
    pub aside: Vec<SidePanel>,
}

/// `/lio/{id}`: one's own copy of an item.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/item.html")]
pub struct ItemView {
    /// The frame.
    pub frame: Frame,
    /// The neutral title.
    pub title: String,
    /// What the LIO is asked.
    pub question: String,
    /// What was decided already, for whoever is only told; empty for a question to decide.
    pub taken: String,
    /// What the log says of this reading.
    pub reading: ReadingLine,
    /// The facts that were cleared for this reader.
    pub facts: Vec<ShownFact>,
    /// What stands beside it.
    pub aside: Vec<SidePanel>,
}
