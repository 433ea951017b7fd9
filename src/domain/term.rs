//! Terms: how long something may take, from configuration, each with its source.

use serde::{Deserialize, Serialize};

use super::calendar::WorkCalendar;
use super::time::Day;
use super::words::vocabulary;

vocabulary! {
    /// Dutch: *eenheid*. What a term is counted in.
    pub enum TermUnit {
        /// Monday to Friday, less holidays.
        WorkingDays = "werkdagen" => "werkdagen",
        /// Calendar days.
        Days = "dagen" => "dagen",
        /// Weeks.
        Weeks = "weken" => "weken",
        /// Months.
        Months = "maanden" => "maanden",
        /// Years.
        Years = "jaren" => "jaren",
        /// Hours; as a day: the last day they touch, counted in whole days.
        Hours = "uren" => "uren",
    }

    /// Dutch: *klok*. Which term runs; the number stands in `config/protocol/protocol.toml`.
    pub enum ClockCode {
        /// Somebody looks whether there is direct danger.
        DangerCheck = "danger_check" => "kijken of er direct gevaar is",
        /// A known melder hears from a person.
        Acknowledgement = "acknowledgement" => "ontvangst bevestigen",
        /// Weging 1 and 2.
        Intake = "intake" => "intake",
        /// Weging 3.
        Weighing3 = "weighing3" => "weging 3",
        /// Privacycheck 1.
        Check1 = "check1" => "privacycheck 1",
        /// A source answers hit or no hit.
        SourceAnswer = "source_answer" => "bronvraag beantwoorden",
        /// A source is reminded.
        SourceReminder = "source_reminder" => "bron herinneren",
        /// The whole of enriching.
        Enriching = "enriching" => "verrijken",
        /// The whole of enriching, extended once with motivation.
        EnrichingExtended = "enriching_extended" => "verrijken, verlengd",
        /// From one LIO to the next.
        LioCycle = "lio_cycle" => "van LIO tot LIO",
        /// Before a sitting: the agenda closes.
        AgendaCloses = "agenda_closes" => "agenda sluit voor de zitting",
        /// Before a sitting: items can be read.
        ItemWindowOpens = "item_window_opens" => "stukken leesbaar voor de zitting",
        /// After a sitting: items close.
        ItemWindowCloses = "item_window_closes" => "stukken dicht na de zitting",
        /// A case file returns on the agenda.
        CaseOnAgenda = "case_on_agenda" => "dossier terug op de agenda",
        /// Monitoring at most.
        Monitoring = "monitoring" => "monitoren",
        /// The melder reads what became of it.
        MelderFeedback = "melder_feedback" => "terugkoppeling aan de melder",
        /// The privacy officer knows of an urgent decision.
        UrgentNotice = "urgent_notice" => "spoedbesluit melden bij de privacy officer",
        /// The privacy officer judges whether opening a signal out of hours was right.
        EmergencyJudgement = "emergency_judgement" => "noodinzage beoordelen",
        /// A signal without outcome is told to the deputy.
        ForgottenEscalation = "forgotten_escalation" => "vergeten signaal melden",
        /// A signal without outcome is proposed for not taking up.
        ForgottenEnd = "forgotten_end" => "vergeten signaal beëindigen",
        /// A data subject's request is answered.
        AccessRequest = "access_request" => "inzageverzoek beantwoorden",
        /// By so much that may be extended.
        AccessRequestExtension = "access_request_extension" => "inzageverzoek verlengen",
        /// A data breach is reported to the AP.
        DataBreach = "data_breach" => "datalek melden bij de AP",
    }
}

/// Dutch: *termijn*. An amount and its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// How many.
    pub amount: u16,
    /// Of what.
    pub unit: TermUnit,
}

impl Term {
    /// The last day of a term that begins on `from` (which does not count).
    pub fn ends_on(self, from: Day, calendar: &WorkCalendar) -> Day {
        let amount = i64::from(self.amount);
        match self.unit {
            TermUnit::WorkingDays => calendar.add_working_days(from, self.amount),
            TermUnit::Days => from.plus_days(amount),
            TermUnit::Weeks => from.plus_days(amount * 7),
            TermUnit::Months => from.plus_months(u32::from(self.amount)),
            TermUnit::Years => from.plus_months(u32::from(self.amount) * 12),
            TermUnit::Hours => from.plus_days((amount + 23) / 24),
        }
    }

    /// The day this term before `end` begins: counted back, as "five working days before the sitting".
    pub fn begins_on(self, end: Day, calendar: &WorkCalendar) -> Day {
        let amount = i64::from(self.amount);
        match self.unit {
            TermUnit::WorkingDays => calendar.subtract_working_days(end, self.amount),
            TermUnit::Days => end.plus_days(-amount),
            TermUnit::Weeks => end.plus_days(-amount * 7),
            TermUnit::Hours => end.plus_days(-(amount + 23) / 24),
            TermUnit::Months => months_back(end, u32::from(self.amount)),
            TermUnit::Years => months_back(end, u32::from(self.amount) * 12),
        }
    }

    /// "10 werkdagen", "1 jaar".
    pub fn in_words(self) -> String {
        let unit = match (self.amount, self.unit) {
            (1, TermUnit::WorkingDays) => "werkdag",
            (1, TermUnit::Days) => "dag",
            (1, TermUnit::Weeks) => "week",
            (1, TermUnit::Months) => "maand",
            // A number of years takes the singular in Dutch; so do hours.
            (_, TermUnit::Years) => "jaar",
            (_, TermUnit::Hours) => "uur",
            (_, unit) => unit.label(),
        };
        format!("{} {unit}", self.amount)
    }
}

/// The last day from which so many months lead to `end` at the latest.
fn months_back(end: Day, months: u32) -> Day {
    let mut day = end.plus_days(-i64::from(months) * 31);
    while day < end && day.plus_days(1).plus_months(months) <= end {
        day = day.plus_days(1);
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_counted_back_begins_by_its_own_unit() {
        let calendar = WorkCalendar::default();
        let end: Day = "2026-12-10".parse().unwrap();
        let begins = |amount, unit| Term { amount, unit }.begins_on(end, &calendar).to_string();
        assert_eq!(begins(5, TermUnit::WorkingDays), "2026-12-03");
        assert_eq!(begins(5, TermUnit::Days), "2026-12-05");
        assert_eq!(begins(6, TermUnit::Weeks), "2026-10-29");
        assert_eq!(begins(25, TermUnit::Hours), "2026-12-08");
        assert_eq!(begins(3, TermUnit::Months), "2026-09-10");
        assert_eq!(begins(1, TermUnit::Years), "2025-12-10");
    }

    #[test]
    fn a_term_ends_by_its_own_unit() {
        crate::domain::words::tests::assert_complete::<TermUnit>();
        crate::domain::words::tests::assert_complete::<ClockCode>();
        let calendar = WorkCalendar::default();
        let from: Day = "2026-11-20".parse().unwrap();
        let ends = |amount, unit| Term { amount, unit }.ends_on(from, &calendar).to_string();
        assert_eq!(ends(1, TermUnit::WorkingDays), "2026-11-23");
        assert_eq!(ends(1, TermUnit::Days), "2026-11-21");
        assert_eq!(ends(6, TermUnit::Weeks), "2027-01-01");
        assert_eq!(ends(3, TermUnit::Months), "2027-02-20");
        assert_eq!(ends(1, TermUnit::Years), "2027-11-20");
        assert_eq!(ends(72, TermUnit::Hours), "2026-11-23");
        assert_eq!(ends(u16::MAX, TermUnit::Years), "9999-12-31");
    }

    #[test]
    fn a_term_reads_as_people_say_it() {
        let words = |amount, unit| Term { amount, unit }.in_words();
        assert_eq!(words(1, TermUnit::Years), "1 jaar");
        assert_eq!(words(5, TermUnit::Years), "5 jaar");
        assert_eq!(words(72, TermUnit::Hours), "72 uur");
        assert_eq!(words(1, TermUnit::WorkingDays), "1 werkdag");
        assert_eq!(words(10, TermUnit::WorkingDays), "10 werkdagen");
    }
}
