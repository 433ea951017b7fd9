//! Where a signal stands: for those who work on it ([`Stage`]) and for its melder ([`MelderStatus`]).

use super::calendar;
use super::decision::DecisionCode;
use super::time::Day;
use super::words::vocabulary;

vocabulary! {
    /// Dutch: *fase*. Where a signal stands in the protocol.
    pub enum Stage {
        /// Received; intake (weging 1, 2A, 2B) is due.
        Received = "ontvangen" => "ontvangen",
        /// Weging 3.
        Weighing = "wegen" => "wegen",
        /// Privacycheck 1, hit or no hit, weging 4.
        Enriching = "verrijken" => "verrijken",
        /// On its way to a decision of the LIO.
        Deciding = "besluiten" => "besluiten",
        /// Actions and hand-overs.
        FollowUp = "opvolgen" => "opvolgen",
        /// Set aside until a date, then weighed again.
        Monitoring = "monitoren" => "monitoren",
        /// Ended; kept for its term.
        Closed = "afgesloten" => "afgesloten",
        /// Its keys are destroyed; a declaration without content remains.
        Destroyed = "vernietigd" => "vernietigd",
    }

    /// Dutch: *status*. What the melder reads; a closed vocabulary that never names who, which measure or which partner.
    pub enum MelderStatus {
        /// Arrived.
        Received = "ontvangen" => "Ontvangen",
        /// Being judged.
        InAssessment = "in_beoordeling" => "In beoordeling",
        /// A question waits for the melder.
        QuestionOpen = "vraag" => "Wij hebben een vraag",
        /// Something is being done.
        TakenUp = "opgepakt" => "Opgepakt",
        /// Nothing is done with it.
        NotTakenUp = "niet_opgepakt" => "Niet opgepakt",
        /// Ended.
        Closed = "afgesloten" => "Afgesloten",
    }

    /// Dutch: *open vraag*. Whether a question waits for the melder.
    pub enum MelderQuestion {
        /// None.
        None = "geen" => "geen vraag",
        /// One waits.
        Waiting = "wacht" => "vraag wacht op antwoord",
    }
}

/// The stages drawn as the bar above each signal, in order.
pub const STAGE_BAR: [Stage; 5] =
    [Stage::Received, Stage::Weighing, Stage::Enriching, Stage::Deciding, Stage::FollowUp];

impl Stage {
    /// The stages in which work is still to be done.
    pub const OPEN: &'static [Self] =
        &[Self::Received, Self::Weighing, Self::Enriching, Self::Deciding, Self::FollowUp, Self::Monitoring];
}

impl MelderStatus {
    /// What the melder reads at this stage. `last` is the latest decision about the signal, if there is one.
    ///
    /// A waiting question shows until the signal is closed: after that nobody reads an answer any more.
    pub fn of(stage: Stage, last: Option<DecisionCode>, question: MelderQuestion) -> Self {
        match (stage, question) {
            (Stage::Closed | Stage::Destroyed, _) => match last {
                Some(DecisionCode::NotTakenUp) => Self::NotTakenUp,
                _ => Self::Closed,
            },
            (_, MelderQuestion::Waiting) => Self::QuestionOpen,
            (Stage::Received, _) => Self::Received,
            (Stage::Weighing | Stage::Enriching | Stage::Deciding | Stage::Monitoring, _) => Self::InAssessment,
            (Stage::FollowUp, _) => Self::TakenUp,
        }
    }

    /// The words somebody may tell the melder at this stage; the rest follows from where the signal stands.
    pub fn tellable(stage: Stage) -> &'static [Self] {
        match stage {
            Stage::Received | Stage::Weighing | Stage::Enriching | Stage::Deciding | Stage::Monitoring => {
                &[Self::InAssessment, Self::QuestionOpen]
            }
            Stage::FollowUp => &[Self::TakenUp, Self::NotTakenUp, Self::QuestionOpen],
            Stage::Closed => &[Self::Closed, Self::NotTakenUp],
            Stage::Destroyed => &[],
        }
    }

    /// What the melder reads: a word that was told holds for as long as the signal stays where it was told, and what
    /// was told at following up holds after closing too, so that nobody who read "niet opgepakt" reads otherwise later.
    pub fn shown(stage: Stage, last: Option<DecisionCode>, told: Option<Told>) -> Self {
        match told {
            Some(told) if told.stage == stage => told.status,
            Some(Told { stage: Stage::FollowUp, status: Self::NotTakenUp }) if stage == Stage::Closed => {
                Self::NotTakenUp
            }
            _ => Self::of(stage, last, MelderQuestion::None),
        }
    }

    /// Whether this word is an answer, so that the signal may be closed after it. A question is not.
    pub fn answers(self) -> Answering {
        match self {
            Self::TakenUp | Self::NotTakenUp | Self::Closed => Answering::Answers,
            Self::Received | Self::InAssessment | Self::QuestionOpen => Answering::Waits,
        }
    }

    /// The sentence under the status. `until` is the day a next word is due, or, once closed, the last day to read
    /// and write.
    pub fn sentence(self, until: Day) -> String {
        let day = calendar::in_words(until);
        match self {
            Self::Received => format!("Wij hebben uw signaal. Uiterlijk {day} leest u hier meer."),
            Self::InAssessment => "Wij kijken ernaar.".to_owned(),
            Self::QuestionOpen => "Uw antwoord helpt ons verder. U hoeft niet te antwoorden.".to_owned(),
            Self::TakenUp => "Wij doen hier iets mee.".to_owned(),
            Self::NotTakenUp => "Wij kunnen hier nu niets mee. Uw signaal was toch nuttig.".to_owned(),
            Self::Closed => format!("U kunt hier lezen en schrijven tot en met {day}."),
        }
    }
}

/// Dutch: *bericht aan de melder*. A word that was told, and where the signal stood then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// The word.
    pub status: MelderStatus,
    /// The stage at which it was told.
    pub stage: Stage,
}

/// Dutch: *antwoord*. Whether a word tells the melder what became of the signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answering {
    /// It does.
    Answers,
    /// It says that there is more to come.
    Waits,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::words::tests::assert_complete;

    #[test]
    fn every_stage_and_status_has_its_own_code_and_words() {
        assert_complete::<Stage>();
        assert_complete::<MelderStatus>();
        assert_complete::<MelderQuestion>();
    }

    #[test]
    fn the_bar_shows_the_five_words_of_the_route_in_order() {
        assert_eq!(STAGE_BAR.map(Stage::label), ["ontvangen", "wegen", "verrijken", "besluiten", "opvolgen"]);
    }

    #[test]
    fn a_melder_reads_not_taken_up_only_after_that_decision() {
        let closed = |last| MelderStatus::of(Stage::Closed, last, MelderQuestion::None);
        assert_eq!(closed(Some(DecisionCode::NotTakenUp)), MelderStatus::NotTakenUp);
        for decision in DecisionCode::ALL.iter().filter(|code| **code != DecisionCode::NotTakenUp) {
            assert_eq!(closed(Some(*decision)), MelderStatus::Closed, "{decision:?}");
        }
        assert_eq!(closed(None), MelderStatus::Closed);
    }

    #[test]
    fn a_waiting_question_shows_in_every_open_stage_and_in_no_other() {
        for stage in Stage::ALL {
            let status = MelderStatus::of(*stage, None, MelderQuestion::Waiting);
            assert_eq!(status == MelderStatus::QuestionOpen, Stage::OPEN.contains(stage), "{stage:?}");
        }
    }

    #[test]
    fn a_melder_cannot_tell_weighing_enriching_deciding_and_monitoring_apart() {
        for stage in [Stage::Weighing, Stage::Enriching, Stage::Deciding, Stage::Monitoring] {
            assert_eq!(MelderStatus::of(stage, None, MelderQuestion::None), MelderStatus::InAssessment);
        }
        let day: Day = "2026-12-01".parse().unwrap();
        assert_eq!(
            MelderStatus::of(Stage::Received, None, MelderQuestion::None).sentence(day),
            "Wij hebben uw signaal. Uiterlijk dinsdag 1 december leest u hier meer."
        );
    }

    #[test]
    fn a_told_word_holds_where_it_was_told() {
        let told = |status, stage| Some(Told { status, stage });
        let shown = |stage, told| MelderStatus::shown(stage, None, told);
        let question = told(MelderStatus::QuestionOpen, Stage::Weighing);
        assert_eq!(shown(Stage::Weighing, question), MelderStatus::QuestionOpen);
        assert_eq!(shown(Stage::FollowUp, question), MelderStatus::TakenUp);
        assert_eq!(shown(Stage::FollowUp, None), MelderStatus::TakenUp);
    }

    #[test]
    fn a_melder_who_read_not_taken_up_reads_that_after_closing_too() {
        let told = Some(Told { status: MelderStatus::NotTakenUp, stage: Stage::FollowUp });
        assert_eq!(MelderStatus::shown(Stage::Closed, Some(DecisionCode::CaseFile), told), MelderStatus::NotTakenUp);
        let taken_up = Some(Told { status: MelderStatus::TakenUp, stage: Stage::FollowUp });
        assert_eq!(MelderStatus::shown(Stage::Closed, Some(DecisionCode::CaseFile), taken_up), MelderStatus::Closed);
    }

    #[test]
    fn a_question_is_no_answer() {
        assert_eq!(MelderStatus::QuestionOpen.answers(), Answering::Waits);
        for word in MelderStatus::tellable(Stage::Closed) {
            assert_eq!(word.answers(), Answering::Answers);
        }
    }
}
