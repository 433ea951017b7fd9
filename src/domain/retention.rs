//! How long something is kept, on which ground, and the day it must go.

use serde::{Deserialize, Serialize};

use super::calendar::WorkCalendar;
use super::decision::DecisionCode;
use super::term::Term;
use super::time::Day;
use super::words::vocabulary;

vocabulary! {
    /// Dutch: *bewaargrond*. Why something is kept; the term stands in `config/protocol/retention.toml`.
    pub enum RetentionGround {
        /// A signal that was not taken up: held encrypted, unreadable for those who handled it.
        NotTakenUp = "not_taken_up" => "niet in behandeling genomen",
        /// A signal or case file that led to no measure.
        WithoutMeasure = "without_measure" => "afgesloten zonder maatregel",
        /// A case file with a measure, or with the RIEC.
        WithMeasure = "with_measure" => "afgesloten met maatregel of bij het RIEC",
        /// The melder's name.
        MelderIdentity = "melder_identity" => "naam van de melder",
        /// The messages with the melder.
        Mailbox = "mailbox" => "berichten met de melder",
        /// A tip of Meld Misdaad Anoniem.
        MmaTip = "mma_tip" => "tip van Meld Misdaad Anoniem",
        /// Advice under the Wet Bibob.
        BibobAdvice = "bibob_advice" => "advies Bibob",
        /// The log of who saw what.
        AccessLog = "access_log" => "logboek",
        /// Reports on the log.
        LogReview = "log_review" => "verslag van logcontrole",
        /// Date and attendance of a sitting, without names.
        SittingShell = "sitting_shell" => "zitting zonder namen",
    }

    /// Dutch: *begin van de bewaartermijn*. What starts the clock.
    pub enum RetentionStart {
        /// The signal is closed.
        Closing = "closing" => "afsluiten",
        /// The last message to the melder.
        LastMessage = "last_message" => "laatste bericht aan de melder",
        /// The entry is written.
        Written = "written" => "opgeschreven",
        /// The document is received.
        Received = "received" => "ontvangen",
    }

    /// Dutch: *maatregel*. Whether a follow-up led to a measure.
    pub enum Measure {
        /// It did.
        Taken = "ja" => "er is een maatregel genomen",
        /// It did not.
        None = "nee" => "er is geen maatregel genomen",
    }
}

/// Dutch: *bewaartermijn*. One row of the retention table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionRule {
    /// The ground.
    #[serde(rename = "code")]
    pub ground: RetentionGround,
    /// The term.
    #[serde(flatten)]
    pub term: Term,
    /// What starts the clock.
    pub starts: RetentionStart,
    /// The result in the Selectielijst gemeenten 2020, once the municipality has chosen it.
    #[serde(default)]
    pub selection_list: Option<String>,
    /// Where the number comes from.
    pub source: String,
}

/// Dutch: *bewaring*. What is recorded at closing: ground, term, source and the day it must go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Retention {
    /// The ground.
    #[serde(rename = "grond")]
    pub ground: RetentionGround,
    /// The term as it was configured then.
    #[serde(rename = "termijn")]
    pub term: Term,
    /// Its source as it was configured then.
    #[serde(rename = "herkomst")]
    pub source: String,
    /// The day it must go.
    #[serde(rename = "vernietigenOp")]
    pub destroy_on: Day,
}

impl RetentionRule {
    /// What this rule comes to when its clock starts on `start`.
    pub fn from(&self, start: Day, calendar: &WorkCalendar) -> Retention {
        Retention {
            ground: self.ground,
            term: self.term,
            source: self.source.clone(),
            destroy_on: self.term.ends_on(start, calendar),
        }
    }
}

impl RetentionGround {
    /// The ground that follows from how a signal ended; the one who closes may choose a longer one, with a reason.
    pub fn for_ending(decision: DecisionCode, measure: Measure) -> Self {
        match (decision, measure) {
            (DecisionCode::NotTakenUp, _) => Self::NotTakenUp,
            (DecisionCode::Riec, _) | (_, Measure::Taken) => Self::WithMeasure,
            (_, Measure::None) => Self::WithoutMeasure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::protocol::Protocol;
    use crate::domain::words::tests::assert_complete;

    #[test]
    fn every_ground_has_its_own_code_and_words() {
        assert_complete::<RetentionGround>();
        assert_complete::<RetentionStart>();
        assert_complete::<Measure>();
    }

    #[test]
    fn a_signal_not_taken_up_goes_a_year_later() {
        let protocol = Protocol::bundled().unwrap();
        let rule = protocol.retention(RetentionGround::NotTakenUp).unwrap();
        let kept = rule.from("2026-11-23".parse().unwrap(), &protocol.calendar);
        assert_eq!(kept.destroy_on.to_string(), "2027-11-23");
        assert!(kept.source.contains("stap 2"));
        let sealed = serde_json::to_string(&kept).unwrap();
        assert_eq!(serde_json::from_str::<Retention>(&sealed).unwrap(), kept);
    }

    #[test]
    fn the_ground_follows_from_the_ending() {
        let ground = RetentionGround::for_ending;
        assert_eq!(ground(DecisionCode::NotTakenUp, Measure::Taken), RetentionGround::NotTakenUp);
        assert_eq!(ground(DecisionCode::Riec, Measure::None), RetentionGround::WithMeasure);
        assert_eq!(ground(DecisionCode::Administrative, Measure::Taken), RetentionGround::WithMeasure);
        assert_eq!(ground(DecisionCode::Administrative, Measure::None), RetentionGround::WithoutMeasure);
    }
}
