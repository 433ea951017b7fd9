//! What a judgement makes of a signal: what it waits for, until when, and, where it ends, how long it is kept.

use crate::domain::decision::{Decision, DecisionCode};
use crate::domain::protocol::{Code, Protocol};
use crate::domain::retention::{Measure, RetentionGround};
use crate::domain::stage::Stage;
use crate::domain::term::ClockCode;
use crate::domain::time::Day;
use crate::domain::weighing::{Assessment, Confirmation, Proposal};
use crate::domain::workflow::{Weighing4Outcome, after_decision as after};
use crate::store::signals::SignalRow;

/// The signal waits for this, until the end of this term.
fn wait(row: &mut SignalRow, waiting: &str, due_on: Day) {
    waiting.clone_into(&mut row.waiting);
    row.turn_of = None;
    row.due_on = Some(due_on);
}

/// The signal ends: nothing waits any more, and the clock of keeping starts.
pub fn end(row: &mut SignalRow, decision: DecisionCode, reason: Option<&Code>, protocol: &Protocol, today: Day) {
    let ground = RetentionGround::for_ending(decision, Measure::None);
    row.outcome = Some(decision.code().to_owned());
    row.reason = reason.map(ToString::to_string);
    row.waiting = String::new();
    row.turn_of = None;
    row.due_on = None;
    row.monitor_until = None;
    row.retention_ground = Some(ground.code().to_owned());
    row.kept_until = protocol.retention(ground).map(|rule| rule.from(today, &protocol.calendar).destroy_on);
}

/// Somebody else leads from here; what is left is handing over and telling the melder, who hears within the term that
/// began when the signal came in.
fn follow_up(row: &mut SignalRow, decision: DecisionCode, protocol: &Protocol, today: Day) {
    row.outcome = Some(decision.code().to_owned());
    let due_on = protocol.due_on(ClockCode::MelderFeedback, row.received_on);
    wait(row, "follow_up", due_on.max(today));
}

/// After weging 3 was agreed.
pub fn after_weighing3(assessment: &Assessment, row: &mut SignalRow, protocol: &Protocol, today: Day) {
    row.monitor_until = None;
    let decision = assessment.proposal.outcome().decision();
    match &assessment.proposal {
        Proposal::Enrich => {
            row.outcome = Some(decision.code().to_owned());
            wait(row, "check1", protocol.due_on(ClockCode::Check1, today));
        }
        Proposal::Department { .. } | Proposal::Riec { .. } => follow_up(row, decision, protocol, today),
        Proposal::Monitor { until } => {
            row.outcome = Some(decision.code().to_owned());
            row.monitor_until = Some(*until);
            wait(row, "monitoring", *until);
        }
        Proposal::NotTakenUp { reason, .. } => end(row, decision, Some(reason), protocol, today),
    }
}

/// After weging 4 was agreed.
pub fn after_weighing4(confirmation: &Confirmation, row: &mut SignalRow, protocol: &Protocol, today: Day) {
    match confirmation.outcome {
        // The piece must be ready for the next sitting; one cycle is the most that may take.
        Weighing4Outcome::Lio => wait(row, "check2a", protocol.due_on(ClockCode::LioCycle, today)),
        Weighing4Outcome::Department => follow_up(row, DecisionCode::Department, protocol, today),
        Weighing4Outcome::Riec => follow_up(row, DecisionCode::Riec, protocol, today),
        Weighing4Outcome::NoHit => {
            end(row, DecisionCode::NotTakenUp, confirmation.reason(protocol).as_ref(), protocol, today);
        }
    }
}

/// After a decision of the LIO, or an urgent one with its last signature.
pub fn after_decision(decision: &Decision, row: &mut SignalRow, protocol: &Protocol, today: Day) {
    row.monitor_until = None;
    row.reason = None;
    match after(decision.code) {
        Stage::Closed => end(row, decision.code, decision.reason.as_ref(), protocol, today),
        Stage::Enriching => {
            row.outcome = Some(decision.code.code().to_owned());
            wait(row, "check1", protocol.due_on(ClockCode::Check1, today));
        }
        Stage::Monitoring => {
            let until = decision.until.unwrap_or_else(|| protocol.due_on(ClockCode::Monitoring, today));
            row.outcome = Some(decision.code.code().to_owned());
            row.monitor_until = Some(until);
            wait(row, "monitoring", until);
        }
        _ => {
            follow_up(row, decision.code, protocol, today);
            // Who does it by when was decided: that comes first.
            row.due_on = decision.term.or(row.due_on);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::SignalId;
    use crate::domain::reference::SignalReference;
    use crate::domain::signal::Confidentiality;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn weighed() -> SignalRow {
        SignalRow {
            id: SignalId::from_random([1; 16]),
            reference: SignalReference::from_random([1; 6]),
            box_: "coordinatoren".to_owned(),
            stage: Stage::Weighing,
            version: 3,
            waiting: "weighing3_agree".to_owned(),
            turn_of: Some(crate::domain::ids::MemberId::from_random([2; 16])),
            channel: "web".to_owned(),
            source_type: "MED".to_owned(),
            confidentiality: Confidentiality::Anonymous,
            urgency: None,
            received_on: day("2026-11-02"),
            stage_since: day("2026-11-10"),
            due_on: Some(day("2026-11-24")),
            outcome: None,
            reason: None,
            protocol_version: "2026.1".to_owned(),
            lookup_id: None,
            monitor_until: None,
            retention_ground: None,
            kept_until: None,
            told_status: None,
            told_stage: None,
            told_on: None,
        }
    }

    fn after3(proposal: &str) -> SignalRow {
        let json = format!(r#"{{"protocol": "2026.1", "criteria": {{}}, "uitweg": {proposal}}}"#);
        let mut row = weighed();
        let protocol = Protocol::bundled().unwrap();
        after_weighing3(&serde_json::from_str(&json).unwrap(), &mut row, &protocol, day("2026-11-24"));
        row
    }

    fn after4(outcome: &str) -> SignalRow {
        let json = format!(r#"{{"protocol": "2026.1", "bevestigd": "ja", "waarom": "a", "voorstel": "{outcome}"}}"#);
        let mut row = weighed();
        let protocol = Protocol::bundled().unwrap();
        after_weighing4(&serde_json::from_str(&json).unwrap(), &mut row, &protocol, day("2026-11-24"));
        row
    }

    #[test]
    fn what_is_not_taken_up_waits_for_nothing_and_goes_after_a_year() {
        for row in [after3(r#"{"voorstel": "niet_in_behandeling", "reden": "te_vaag"}"#), after4("geen_hit")] {
            assert_eq!((row.outcome.as_deref(), row.waiting.as_str(), row.due_on), (Some("NIB"), "", None));
            assert_eq!(row.turn_of, None);
            assert_eq!(row.retention_ground.as_deref(), Some("not_taken_up"));
            assert_eq!(row.kept_until, Some(day("2027-11-24")));
            assert!(row.reason.is_some());
        }
    }

    #[test]
    fn what_goes_on_waits_for_its_next_step_by_everybody() {
        let enrich = after3(r#"{"voorstel": "verrijken"}"#);
        assert_eq!((enrich.waiting.as_str(), enrich.turn_of), ("check1", None));
        assert_eq!(enrich.due_on, Some(day("2026-12-01")));
        let lio = after4("lio");
        assert_eq!((lio.waiting.as_str(), lio.due_on), ("check2a", Some(day("2027-01-05"))));
        assert_eq!(lio.outcome, None);
    }

    #[test]
    fn what_others_lead_is_followed_until_the_melder_has_heard() {
        let riec = after3(r#"{"voorstel": "riec", "grondslag": "Wgs"}"#);
        let department = after4("afdeling");
        assert_eq!((riec.outcome.as_deref(), department.outcome.as_deref()), (Some("RIEC"), Some("AFD")));
        for row in [riec, department] {
            assert_eq!((row.waiting.as_str(), row.due_on), ("follow_up", Some(day("2027-02-02"))));
            assert_eq!(row.kept_until, None);
        }
    }

    #[test]
    fn what_is_monitored_returns_on_its_day() {
        let row = after3(r#"{"voorstel": "monitoren", "totDatum": "2027-03-01"}"#);
        assert_eq!((row.waiting.as_str(), row.due_on), ("monitoring", Some(day("2027-03-01"))));
        assert_eq!(row.monitor_until, row.due_on);
    }

    fn decided(rest: &str) -> SignalRow {
        let json = format!(r#"{{"waarom": "a", {rest}}}"#);
        let mut row = weighed();
        row.reason = Some("te_vaag".to_owned());
        after_decision(
            &serde_json::from_str(&json).unwrap(),
            &mut row,
            &Protocol::bundled().unwrap(),
            day("2026-11-24"),
        );
        row
    }

    #[test]
    fn a_decision_that_ends_the_signal_starts_its_clock_of_keeping() {
        let not_taken_up = decided(r#""besluit": "NIB", "reden": "te_oud""#);
        assert_eq!((not_taken_up.outcome.as_deref(), not_taken_up.reason.as_deref()), (Some("NIB"), Some("te_oud")));
        assert_eq!((not_taken_up.waiting.as_str(), not_taken_up.due_on), ("", None));
        assert_eq!(not_taken_up.retention_ground.as_deref(), Some("not_taken_up"));
        let policy = decided(r#""besluit": "BEL", "thema": "WIT""#);
        assert_eq!((policy.reason, policy.retention_ground.as_deref()), (None, Some("without_measure")));
        assert_eq!(policy.kept_until, Some(day("2027-11-24")));
    }

    #[test]
    fn a_decision_that_goes_on_waits_for_what_it_decided() {
        let control =
            decided(r#""besluit": "IC", "bevoegdheid": "toezicht", "wieDoetHet": "a", "uiterlijk": "2027-01-15""#);
        assert_eq!((control.waiting.as_str(), control.due_on), ("follow_up", Some(day("2027-01-15"))));
        let department = decided(r#""besluit": "AFD", "bevoegdheid": "toezicht", "afdeling": "vth""#);
        assert_eq!((department.waiting.as_str(), department.due_on), ("follow_up", Some(day("2027-02-02"))));
        let monitored = decided(r#""besluit": "MON", "totDatum": "2027-03-01""#);
        assert_eq!((monitored.waiting.as_str(), monitored.monitor_until), ("monitoring", Some(day("2027-03-01"))));
        let enriched = decided(r#""besluit": "VRK""#);
        assert_eq!((enriched.waiting.as_str(), enriched.due_on), ("check1", Some(day("2026-12-01"))));
        assert_eq!(enriched.kept_until, None);
    }
}
