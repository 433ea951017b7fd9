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
}
