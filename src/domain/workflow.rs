//! The protocol as one table: which step, from which stage to which, by whom, with what on record.
//!
//! The table decides ([`next`]), stands in the `WHERE` of the update ([`allowed_from`]) and is printed into
//! `docs/workflow.md`. Roles here say whose step it is; whether this person may see this signal at all is the matter
//! of keys and policy.

mod printed;
mod table;

use std::fmt;

use super::decision::{DecisionCode, Ending};
use super::role::Role;
use super::stage::Stage;
use super::words::vocabulary;

pub use printed::print;
pub use table::TRANSITIONS;

vocabulary! {
    /// Dutch: *stap*. An act on a signal.
    pub enum StepEvent {
        /// Weging 1, 2A and 2B all answered with yes.
        CompleteIntake = "complete_intake" => "intake afronden",
        /// The short road: one person, one reason.
        NotTakeUp = "not_take_up" => "niet in behandeling nemen",
        /// To police, another municipality or the integrity box.
        ReferOn = "refer_on" => "doorverwijzen",
        /// Draft of weging 3.
        ProposeWeighing3 = "propose_weighing3" => "weging 3 voorleggen",
        /// The second person returns it.
        ReturnWeighing3 = "return_weighing3" => "weging 3 teruggeven",
        /// The second person agrees.
        AgreeWeighing3 = "agree_weighing3" => "weging 3 meetekenen",
        /// Question, sources and terms.
        ProposeCheck1 = "propose_check1" => "privacycheck 1 voorleggen",
        /// Clear, narrow or refuse, per source.
        DecideCheck1 = "decide_check1" => "privacycheck 1 beoordelen",
        /// Back to the coordinator with a question.
        ReturnCheck1 = "return_check1" => "privacycheck 1 teruggeven",
        /// Hit or no hit.
        AnswerQuestion = "answer_question" => "bronvraag beantwoorden",
        /// "Deze vraag is niet voor mij".
        PassBackQuestion = "pass_back_question" => "bronvraag teruggeven",
        /// To another holder of the same source.
        ReassignQuestion = "reassign_question" => "bronvraag aan een ander geven",
        /// Not needed any more.
        WithdrawQuestion = "withdraw_question" => "bronvraag intrekken",
        /// Ask for content after a hit, where cleared.
        RequestDetails = "request_details" => "inhoud vragen bij een hit",
        /// Give that content.
        AnswerDetails = "answer_details" => "inhoud geven bij een hit",
        /// Draft of weging 4.
        ProposeWeighing4 = "propose_weighing4" => "weging 4 voorleggen",
        /// The second person returns it.
        ReturnWeighing4 = "return_weighing4" => "weging 4 teruggeven",
        /// The second person agrees.
        AgreeWeighing4 = "agree_weighing4" => "weging 4 meetekenen",
        /// Which fields for which participant.
        ProposeCheck2a = "propose_check2a" => "privacycheck 2A voorleggen",
        /// Clear, narrow or refuse, per participant.
        DecideCheck2a = "decide_check2a" => "privacycheck 2A beoordelen",
        /// Each participant gets their cleared copy.
        PublishItem = "publish_item" => "agendapunt publiceren",
        /// Decision of the LIO.
        Decide = "decide" => "besluit vastleggen",
        /// Draft of a decision outside the LIO.
        UrgentPropose = "urgent_propose" => "spoedbesluit voorleggen",
        /// One of the three signatures under it.
        UrgentSign = "urgent_sign" => "spoedbesluit tekenen",
        /// Who does what, until when.
        AddAction = "add_action" => "actie toevoegen",
        /// Done.
        CompleteAction = "complete_action" => "actie afronden",
        /// Recipient, fields and basis of an act that shares more.
        ProposeCheck2b = "propose_check2b" => "privacycheck 2B voorleggen",
        /// Clear, narrow or refuse.
        DecideCheck2b = "decide_check2b" => "privacycheck 2B beoordelen",
        /// The doorgeefblad.
        HandOver = "hand_over" => "doorgeefblad maken",
        /// A status word or a message to the melder.
        TellMelder = "tell_melder" => "melder bericht geven",
        /// The date has come, or something new did.
        ResumeMonitoring = "resume_monitoring" => "monitoren hervatten",
        /// Ground, term and informatieplicht.
        Close = "close" => "afsluiten",
        /// On the list of what must go.
        ProposeDestruction = "propose_destruction" => "vernietiging voorstellen",
        /// The second person returns it: it must be kept longer.
        ReturnDestruction = "return_destruction" => "vernietiging teruggeven",
        /// The second person agrees; the keys go first.
        AgreeDestruction = "agree_destruction" => "vernietiging goedkeuren",
    }

    /// Dutch: *uitweg van weging 3*. What weging 3 proposes.
    pub enum Weighing3Outcome {
        /// To source research.
        Enrich = "verrijken" => "Verrijken",
        /// To a department, which takes the lead.
        Department = "afdeling" => "Naar een afdeling",
        /// To the RIEC, which takes the lead.
        Riec = "riec" => "Naar het RIEC",
        /// Look again on a date.
        Monitor = "monitoren" => "Monitoren",
        /// Not taken up.
        NotTakenUp = "niet_in_behandeling" => "Niet in behandeling",
    }

    /// Dutch: *uitweg van weging 4*. What weging 4 proposes.
    pub enum Weighing4Outcome {
        /// The hits confirm; the team leads, to the LIO.
        Lio = "lio" => "Naar het LIO",
        /// The hits confirm; departments act under their own powers.
        Department = "afdeling" => "Naar een afdeling",
        /// The hits confirm; organised, partners needed.
        Riec = "riec" => "Naar het RIEC",
        /// No hit, or not enough: the signal ends.
        NoHit = "geen_hit" => "Geen hit: niet in behandeling",
    }

    /// Dutch: *vastlegging*. What must be on record before a step is taken.
    pub enum Evidence {
        /// Weging 1, 2A and 2B.
        Intake = "intake" => "weging 1, 2A en 2B",
        /// A reason of the closed list.
        ReasonCode = "reden" => "reden uit de lijst",
        /// Who receives it.
        Recipient = "ontvanger" => "ontvanger",
        /// The legal ground of sharing.
        LegalBasis = "grondslag" => "grondslag",
        /// A doorgeefblad.
        Handoff = "doorgeefblad" => "doorgeefblad",
        /// Weging 3, complete.
        Weighing3 = "weging3" => "weging 3",
        /// Weging 4, complete.
        Weighing4 = "weging4" => "weging 4",
        /// A signature with the member's own key.
        Signature = "handtekening" => "handtekening",
        /// The sentence with which it is returned.
        Sentence = "zin" => "een zin",
        /// Until when it is monitored.
        MonitorUntil = "tot_datum" => "datum bij monitoren",
        /// The proposal of a privacy check, without the signal's text.
        CheckProposal = "voorstel" => "voorstel zonder tekst van het signaal",
        /// A verdict per source, participant or recipient.
        CheckVerdict = "oordeel" => "oordeel per onderdeel",
        /// Privacy check 1, cleared for this question.
        Check1Cleared = "check1" => "vrijgave in privacycheck 1",
        /// Content is cleared for this source and it gave a hit.
        DetailsCleared = "inhoud_vrij" => "hit en vrijgave van inhoud",
        /// Every question is answered, lapsed or refused.
        QuestionsSettled = "vragen_klaar" => "alle vragen klaar of vervallen",
        /// The answer of a source.
        SourceAnswer = "antwoord" => "antwoord uit de bron",
        /// Privacy check 2A, cleared.
        Check2aCleared = "check2a" => "vrijgave in privacycheck 2A",
        /// An urgent decision on the agenda of a sitting ahead, where the signal itself does not wait for the LIO.
        UrgentItem = "spoedpunt" => "buiten besluiten een spoedbesluit op een komende agenda",
        /// Privacy check 2B, cleared, where an act shares more than before.
        Check2bCleared = "check2b" => "vrijgave in privacycheck 2B als er meer wordt gedeeld",
        /// Decision code, motivation, and where the code asks for it power, owner and term.
        Decision = "besluit" => "besluit met motivering",
        /// An action with owner and term.
        Action = "actie" => "actie met eigenaar en termijn",
        /// Every action is done.
        ActionsDone = "acties_klaar" => "alle acties klaar",
        /// The message to the melder.
        Message = "bericht" => "bericht of statuswoord",
        /// The melder was told.
        MelderTold = "melder_weet" => "bericht aan de melder",
        /// Ground and term of keeping, with its source.
        Retention = "bewaartermijn" => "grond, bewaartermijn en bron",
        /// Informed or postponed, per betrokkene (AVG art. 14, UAVG art. 41).
        DutyToInform = "informatieplicht" => "informatieplicht per betrokkene",
        /// The term of keeping has passed.
        TermPassed = "termijn_voorbij" => "verstreken bewaartermijn",
    }

    /// Dutch: *vier ogen*. How many people a step takes.
    pub enum TwoPeople {
        /// One person.
        One = "een" => "één",
        /// One drafts; a second must agree in another step.
        Drafts = "opsteller" => "opsteller; een tweede beslist",
        /// The second: not the drafter and nobody who wrote along.
        Agrees = "tweede" => "tweede die niet meeschreef",
        /// Three different people: coordinator, jurist and burgemeester.
        Three = "drie" => "drie verschillende mensen",
    }
}

/// Dutch: *uitkomst*. What a step came to, where its way on depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The step has one way on.
    Plain,
    /// Weging 3 was agreed with this proposal.
    Weighing3(Weighing3Outcome),
    /// Weging 4 was agreed with this proposal.
    Weighing4(Weighing4Outcome),
    /// This was decided; for an urgent decision: the last signature is there.
    Decided(DecisionCode),
    /// An urgent decision still lacks a signature.
    SignaturesMissing,
}

/// Dutch: *uitweg*. Where a step leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The stage stays as it is.
    Stays,
    /// One stage.
    To(Stage),
    /// By the outcome of weging 3.
    ByWeighing3,
    /// By the outcome of weging 4.
    ByWeighing4,
    /// By the code of the decision.
    ByDecision,
    /// By the code of the decision when all three have signed; until then it stays.
    ByDecisionOnceSigned,
}

/// Dutch: *overgang*. One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The step.
    pub event: StepEvent,
    /// The stages from which it may be taken.
    pub from: &'static [Stage],
    /// Where it leads.
    pub to: Target,
    /// Whose step it is.
    pub who: &'static [Role],
    /// What must be on record.
    pub evidence: &'static [Evidence],
    /// How many people it takes.
    pub two_people: TwoPeople,
}

/// Dutch: *niet toegestaan*. The table does not know this step from this stage; the text is for the person who tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAllowed {
    /// The step that was tried.
    pub event: StepEvent,
    /// Where the signal stands.
    pub stage: Stage,
}

impl fmt::Display for NotAllowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = allowed_from(self.event);
        write!(f, "Dit kan nu niet: {}. ", self.event.label())?;
        if from.contains(&self.stage) {
            return f.write_str(
                "Het signaal wacht nu op een andere stap, of de gekozen uitkomst hoort niet bij deze stap.",
            );
        }
        write!(f, "Het signaal staat bij “{}”; deze stap hoort bij ", self.stage.label())?;
        if transition(self.event).is_some_and(|row| row.evidence.contains(&Evidence::UrgentItem)) {
            // The other stages count only with an urgent decision, and are not where whoever reads this should look.
            return write!(f, "“{}”, of bij een spoedbesluit op een komende agenda.", Stage::Deciding.label());
        }
        for (place, stage) in from.iter().enumerate() {
            let joint = match place {
                0 => "",
                _ if place + 1 == from.len() => " of ",
                _ => ", ",
            };
            write!(f, "{joint}“{}”", stage.label())?;
        }
        f.write_str(".")
    }
}

impl std::error::Error for NotAllowed {}

/// The row of a step.
pub fn transition(event: StepEvent) -> Option<&'static Transition> {
    TRANSITIONS.iter().find(|row| row.event == event)
}

/// The stages from which a step may be taken; stands in the `WHERE` of the update.
pub fn allowed_from(event: StepEvent) -> &'static [Stage] {
    transition(event).map(|row| row.from).unwrap_or_default()
}

/// The steps that somebody with this role may take at this stage.
pub fn steps_at(stage: Stage, role: Role) -> impl Iterator<Item = &'static Transition> {
    TRANSITIONS.iter().filter(move |row| row.from.contains(&stage) && row.who.contains(&role))
}

/// Where a signal goes when this step is taken at this stage with this outcome.
pub fn next(stage: Stage, event: StepEvent, outcome: Outcome) -> Result<Stage, NotAllowed> {
    let refused = NotAllowed { event, stage };
    let row = transition(event).filter(|row| row.from.contains(&stage)).ok_or(refused)?;
    match (row.to, outcome) {
        (Target::Stays, Outcome::Plain) => Ok(stage),
        (Target::To(next), Outcome::Plain) => Ok(next),
        (Target::ByWeighing3, Outcome::Weighing3(proposal)) => Ok(after_weighing3(proposal)),
        (Target::ByWeighing4, Outcome::Weighing4(proposal)) => Ok(after_weighing4(proposal)),
        (Target::ByDecision | Target::ByDecisionOnceSigned, Outcome::Decided(code)) => Ok(after_decision(code)),
        (Target::ByDecisionOnceSigned, Outcome::SignaturesMissing) => Ok(stage),
        _ => Err(refused),
    }
}

/// The stage after weging 3.
pub fn after_weighing3(proposal: Weighing3Outcome) -> Stage {
    after_decision(proposal.decision())
}

/// The stage after weging 4.
pub fn after_weighing4(proposal: Weighing4Outcome) -> Stage {
    match proposal {
        Weighing4Outcome::Lio => Stage::Deciding,
        Weighing4Outcome::Department => after_decision(DecisionCode::Department),
        Weighing4Outcome::Riec => after_decision(DecisionCode::Riec),
        Weighing4Outcome::NoHit => after_decision(DecisionCode::NotTakenUp),
    }
}

/// The stage after a decision.
pub fn after_decision(code: DecisionCode) -> Stage {
    match (code, code.ending()) {
        (DecisionCode::Enrich, _) => Stage::Enriching,
        (DecisionCode::Monitor, _) => Stage::Monitoring,
        (_, Ending::AtOnce) => Stage::Closed,
        (_, Ending::AfterHandover | Ending::AfterFollowUp | Ending::NotYet) => Stage::FollowUp,
    }
}

impl Weighing3Outcome {
    /// The decision this proposal amounts to once agreed.
    pub fn decision(self) -> DecisionCode {
        match self {
            Self::Enrich => DecisionCode::Enrich,
            Self::Department => DecisionCode::Department,
            Self::Riec => DecisionCode::Riec,
            Self::Monitor => DecisionCode::Monitor,
            Self::NotTakenUp => DecisionCode::NotTakenUp,
        }
    }
}

impl Weighing4Outcome {
    /// The decision this proposal amounts to once agreed; none yet when it goes to the LIO.
    pub fn decision(self) -> Option<DecisionCode> {
        match self {
            Self::Lio => None,
            Self::Department => Some(DecisionCode::Department),
            Self::Riec => Some(DecisionCode::Riec),
            Self::NoHit => Some(DecisionCode::NotTakenUp),
        }
    }
}

#[cfg(test)]
mod tests;
