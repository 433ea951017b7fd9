//! Enriching: the coordinator's proposal, the privacy officer's verdict, the question to a source, and the overview.

use askama::Template;

use super::Link;
use super::fields::{Act, Errors, Field, Tick};
use super::signal::{Fact, Judged, ReadingLine, Stage, StepContext, Tag};
use super::staff::Frame;
use super::steps::ActForm;
use super::worklist::Deadline;

/// One source of the catalogue on the proposal page.
#[derive(Clone, Debug)]
pub struct SourceCard {
    /// The id of its box.
    pub id: String,
    /// What the box sends as `bronnen`.
    pub code: String,
    /// Its name: `Vergunningen`.
    pub label: String,
    /// Who works with it: `VTH`.
    pub team: String,
    /// What it may answer; advises, never chooses.
    pub rule: Tag,
    /// Who would answer: `Thijs Wolkenaar`; empty when nobody does.
    pub holder: String,
    /// Whether it is proposed.
    pub chosen: Tick,
    /// The question and its period.
    pub question: Vec<Field>,
    /// A, B and C.
    pub grounds: Vec<Field>,
    /// Whether content may be asked after a hit; none where the source never gives it.
    pub details: Option<Field>,
}

/// `/signalen/{id}/privacycheck-1`: the coordinator proposes questions to sources.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/check1_propose.html")]
pub struct ProposalView {
    /// The frame.
    pub frame: Frame,
    /// Everything around the step.
    pub step: StepContext,
    /// The form.
    pub form: ActForm,
    /// That somebody else was faster, or that the step is not possible now; empty for none.
    pub notice: String,
    /// What, about whom, what kind of signal.
    pub about: Vec<Field>,
    /// The catalogue.
    pub sources: Vec<SourceCard>,
    /// In how long a source answers: `10 werkdagen`.
    pub term: String,
    /// That the words of the report are kept on purpose; only after a warning.
    pub keep: Option<Field>,
    /// The act of this step; none while the signal waits for something else.
    pub primary: Option<Act>,
}

/// One proposed source on the privacy officer's page.
#[derive(Clone, Debug)]
pub struct JudgedSource {
    /// Its place, from 1.
    pub number: usize,
    /// Its name.
    pub label: String,
    /// Who works with it.
    pub team: String,
    /// What it may answer; advises, never chooses.
    pub rule: Tag,
    /// The question as proposed.
    pub question: String,
    /// `niet verder terug dan 1 november 2024`; empty for none.
    pub period: String,
    /// `Na een hit ook inhoud vragen`; empty for hit or no hit only.
    pub details: String,
    /// A, B and C with their labels.
    pub grounds: Vec<(String, String)>,
    /// What is to judge; none once it was judged.
    pub open: Option<OpenVerdict>,
    /// The verdict, once it was judged.
    pub settled: Option<Judged>,
}

/// The fields of a verdict on one source.
#[derive(Clone, Debug)]
pub struct OpenVerdict {
    /// Clear, narrow or refuse.
    pub verdict: Field,
    /// The very sentence the holder will read.
    pub sentence: Field,
    /// Its period and why it is narrower.
    pub narrow: Vec<Field>,
    /// Why it is refused.
    pub refuse: Field,
}

/// A grey panel beside the step.
#[derive(Clone, Debug)]
pub struct AsidePanel {
    /// The id of its heading.
    pub id: String,
    /// Its heading.
    pub heading: String,
    /// Its sentences.
    pub text: Vec<String>,
    /// Labelled facts.
    pub facts: Vec<(String, String)>,
}

/// `/privacychecks/{id}` of kind 1: all sources on one page, one signed act.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/check1_decide.html")]
pub struct Check1View {
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
    /// That somebody else judged it meanwhile; empty for none.
    pub notice: String,
    /// What the log says of this reading.
    pub reading: ReadingLine,
    /// The proposal as a whole.
    pub facts: Vec<Fact>,
    /// The sources.
    pub sources: Vec<JudgedSource>,
    /// Sign; none once it was judged.
    pub primary: Option<Act>,
    /// The question with which it goes back.
    pub give_back: Field,
    /// Give it back.
    pub give_back_act: Act,
    /// What stands beside it.
    pub aside: Vec<AsidePanel>,
}

/// What a source holder can do now.
#[derive(Clone, Debug)]
pub enum QuestionStep {
    /// Answer.
    Answer {
        /// `antwoord`.
        answer: Field,
        /// `leeftijd`: only with a hit.
        age: Field,
        /// "Deze vraag is niet voor mij".
        pass_back: Act,
    },
    /// Say why not, on a page of its own.
    Reason {
        /// `reden`.
        reason: Field,
    },
    /// Give the content that was asked.
    Details {
        /// `inhoud`.
        details: Field,
    },
}

/// `/bronvragen/{id}`: one question, and nothing else of the signal.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/source_question.html")]
pub struct QuestionView {
    /// The frame.
    pub frame: Frame,
    /// The question's own reference.
    pub reference: String,
    /// `maandag 7 december`.
    pub due: String,
    /// The term, for its colour.
    pub deadline: Deadline,
    /// The form.
    pub form: ActForm,
    /// `Vergunningen (VTH)`.
    pub source: String,
    /// The question, word for word as it was cleared; empty on the page that asks why not.
    pub question: String,
    /// How far back; empty for none.
    pub period: String,
    /// What to do.
    pub step: QuestionStep,
    /// Send.
    pub primary: Act,
    /// Why this question came, who sees the answer.
    pub aside: Vec<AsidePanel>,
    /// What the log says of this reading; none when nothing was read.
    pub reading: Option<ReadingLine>,
}

/// A question that asks nothing of its holder any more.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/source_question_done.html")]
pub struct QuestionDoneView {
    /// The frame.
    pub frame: Frame,
    /// The question's own reference.
    pub reference: String,
    /// `Uw antwoord is verstuurd`.
    pub heading: String,
    /// What that means.
    pub sentence: String,
}

/// One part that waits for this member, or that they are done with.
#[derive(Clone, Debug)]
pub struct PartRow {
    /// The words and the address; the address is empty when there is nothing to open.
    pub what: Link,
    /// The reference.
    pub reference: String,
    /// The term, or when it was done.
    pub deadline: Deadline,
}

/// `/privacychecks` and `/bronvragen`: lists that show no content.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/parts.html")]
pub struct PartListView {
    /// The frame.
    pub frame: Frame,
    /// The heading.
    pub heading: String,
    /// What was just done; empty for none.
    pub done: String,
    /// Under the heading.
    pub intro: String,
    /// The heading of the rows that wait.
    pub open_heading: String,
    /// What waits.
    pub open: Vec<PartRow>,
    /// When nothing waits.
    pub empty: String,
    /// The heading of the rows that are done.
    pub closed_heading: String,
    /// What is done.
    pub closed: Vec<PartRow>,
}

/// What can still be done with one question.
#[derive(Clone, Debug, Default)]
pub struct QuestionActs {
    /// Take it back.
    pub withdraw: Option<Act>,
    /// To whom else; a list of names.
    pub to: Option<Field>,
    /// Ask for content after the hit.
    pub details: Option<Act>,
}

impl QuestionActs {
    /// Whether there is anything to do.
    #[must_use]
    pub fn any(&self) -> bool {
        self.withdraw.is_some() || self.to.is_some() || self.details.is_some()
    }
}

/// One question on the coordinator's overview.
#[derive(Clone, Debug)]
pub struct QuestionCard {
    /// Its id, sent as `vraag`.
    pub id: String,
    /// Its reference.
    pub reference: String,
    /// The source.
    pub source: String,
    /// What was asked.
    pub question: String,
    /// Holder, term, answer.
    pub facts: Vec<Fact>,
    /// The content that followed a hit; empty for none.
    pub details: String,
    /// What can be done.
    pub acts: QuestionActs,
}

/// One privacycheck 1 on the coordinator's overview.
#[derive(Clone, Debug)]
pub struct RoundView {
    /// `Privacycheck 1 van 13 november`.
    pub title: String,
    /// Who judged it and when, or that it waits.
    pub state: String,
    /// The question with which it came back; empty for none.
    pub returned: String,
    /// What was refused or narrowed, and why.
    pub verdicts: Vec<Judged>,
    /// The questions that went out.
    pub questions: Vec<QuestionCard>,
}

/// `/signalen/{id}/bronvragen`: where each question stands.
#[derive(Clone, Debug, Template)]
#[template(path = "staff/source_overview.html")]
pub struct OverviewView {
    /// The frame.
    pub frame: Frame,
    /// Everything around it.
    pub step: StepContext,
    /// Where the acts post to, with token and version.
    pub form: ActForm,
    /// That an act did not go through; empty for none.
    pub notice: String,
    /// What the log says of this reading; none when nothing was read.
    pub reading: Option<ReadingLine>,
    /// The checks, newest first.
    pub rounds: Vec<RoundView>,
    /// Where it goes on, when it does.
    pub onward: Option<Link>,
    /// Other ways.
    pub others: Vec<Link>,
    /// Mistakes.
    pub errors: Errors,
}
