use super::*;
use crate::domain::words::tests::assert_complete;

#[test]
fn every_list_of_the_workflow_has_its_own_codes_and_words() {
    assert_complete::<StepEvent>();
    assert_complete::<Weighing3Outcome>();
    assert_complete::<Weighing4Outcome>();
    assert_complete::<Evidence>();
    assert_complete::<TwoPeople>();
    assert_complete::<DecisionCode>();
    assert_complete::<Ending>();
}

#[test]
fn every_step_stands_in_the_table_once_with_somebody_to_take_it_and_something_on_record() {
    let events: Vec<_> = TRANSITIONS.iter().map(|row| row.event).collect();
    assert_eq!(events, StepEvent::ALL.iter().copied().filter(|e| events.contains(e)).collect::<Vec<_>>());
    assert_eq!(events.len(), StepEvent::ALL.len());
    for row in TRANSITIONS {
        assert!(!row.from.is_empty() && !row.who.is_empty() && !row.evidence.is_empty(), "{:?}", row.event);
    }
}

/// Every outcome there is.
fn outcomes() -> Vec<Outcome> {
    let mut all = vec![Outcome::Plain, Outcome::SignaturesMissing];
    all.extend(Weighing3Outcome::ALL.iter().map(|o| Outcome::Weighing3(*o)));
    all.extend(Weighing4Outcome::ALL.iter().map(|o| Outcome::Weighing4(*o)));
    all.extend(DecisionCode::ALL.iter().map(|o| Outcome::Decided(*o)));
    all
}

#[test]
fn a_step_is_taken_only_from_its_own_stages_and_only_with_its_own_kind_of_outcome() {
    for stage in Stage::ALL {
        for event in StepEvent::ALL {
            let ways = outcomes().into_iter().filter(|outcome| next(*stage, *event, *outcome).is_ok()).count();
            let expected = match transition(*event).unwrap().to {
                _ if !allowed_from(*event).contains(stage) => 0,
                Target::Stays | Target::To(_) => 1,
                Target::ByWeighing3 => Weighing3Outcome::ALL.len(),
                Target::ByWeighing4 => Weighing4Outcome::ALL.len(),
                Target::ByDecision => DecisionCode::ALL.len(),
                Target::ByDecisionOnceSigned => DecisionCode::ALL.len() + 1,
            };
            assert_eq!(ways, expected, "{event:?} from {stage:?}");
        }
    }
}

#[test]
fn nothing_leaves_destroyed_and_only_destruction_leads_there() {
    for event in StepEvent::ALL {
        assert!(!allowed_from(*event).contains(&Stage::Destroyed), "{event:?}");
        for stage in Stage::ALL {
            for outcome in outcomes() {
                if next(*stage, *event, outcome) == Ok(Stage::Destroyed) {
                    assert_eq!((*event, *stage), (StepEvent::AgreeDestruction, Stage::Closed));
                }
            }
        }
    }
}

#[test]
fn a_closed_signal_does_not_come_back() {
    for event in StepEvent::ALL {
        for outcome in outcomes() {
            if let Ok(stage) = next(Stage::Closed, *event, outcome) {
                assert!(matches!(stage, Stage::Closed | Stage::Destroyed), "{event:?} reopens a closed signal");
            }
        }
    }
}

#[test]
fn every_stage_is_reached_and_every_open_stage_can_be_left() {
    let mut reached = vec![Stage::Received];
    let mut seen = 0;
    while let Some(stage) = reached.get(seen).copied() {
        seen += 1;
        for event in StepEvent::ALL {
            for outcome in outcomes() {
                match next(stage, *event, outcome) {
                    Ok(onward) if !reached.contains(&onward) => reached.push(onward),
                    _ => {}
                }
            }
        }
        let leaves = StepEvent::ALL
            .iter()
            .any(|event| outcomes().into_iter().any(|o| next(stage, *event, o).is_ok_and(|onward| onward != stage)));
        assert_eq!(leaves, stage != Stage::Destroyed, "{stage:?}");
    }
    reached.sort();
    assert_eq!(reached, Stage::ALL);
}

#[test]
fn whatever_needs_two_people_has_a_drafter_and_a_second_who_agrees() {
    for (drafts, agrees) in [
        (StepEvent::ProposeWeighing3, StepEvent::AgreeWeighing3),
        (StepEvent::ProposeWeighing4, StepEvent::AgreeWeighing4),
        (StepEvent::ProposeCheck1, StepEvent::DecideCheck1),
        (StepEvent::ProposeCheck2a, StepEvent::DecideCheck2a),
        (StepEvent::ProposeCheck2b, StepEvent::DecideCheck2b),
        (StepEvent::ProposeDestruction, StepEvent::AgreeDestruction),
    ] {
        assert_eq!(transition(drafts).unwrap().two_people, TwoPeople::Drafts);
        assert_eq!(transition(agrees).unwrap().two_people, TwoPeople::Agrees);
        assert_eq!(allowed_from(drafts), allowed_from(agrees));
    }
    assert_eq!(transition(StepEvent::UrgentSign).unwrap().two_people, TwoPeople::Three);
}

#[test]
fn only_the_privacy_officer_decides_a_privacy_check() {
    for check in [StepEvent::DecideCheck1, StepEvent::ReturnCheck1, StepEvent::DecideCheck2a, StepEvent::DecideCheck2b]
    {
        assert_eq!(transition(check).unwrap().who, [Role::PrivacyOfficer]);
    }
}

#[test]
fn an_administrator_and_the_fg_take_no_step() {
    for stage in Stage::ALL {
        for role in [Role::Administrator, Role::Fg] {
            assert_eq!(steps_at(*stage, role).count(), 0, "{role:?} at {stage:?}");
        }
    }
}

#[test]
fn an_urgent_decision_waits_for_the_third_signature() {
    let sign = |outcome| next(Stage::Received, StepEvent::UrgentSign, outcome);
    assert_eq!(sign(Outcome::SignaturesMissing), Ok(Stage::Received));
    assert_eq!(sign(Outcome::Decided(DecisionCode::Police)), Ok(Stage::FollowUp));
}

#[test]
fn wherever_an_urgent_decision_leads_its_item_can_go_to_the_participants_as_long_as_work_is_left() {
    for step in [StepEvent::ProposeCheck2a, StepEvent::DecideCheck2a, StepEvent::PublishItem] {
        let mut stages = vec![Stage::Deciding];
        stages.extend(DecisionCode::ALL.iter().map(|code| after_decision(*code)).filter(|s| Stage::OPEN.contains(s)));
        for stage in Stage::ALL {
            assert_eq!(allowed_from(step).contains(stage), stages.contains(stage), "{step:?} from {stage:?}");
        }
    }
}

#[test]
fn the_ways_out_of_the_weighings_are_those_of_the_design() {
    let third = Weighing3Outcome::ALL.iter().map(|o| after_weighing3(*o)).collect::<Vec<_>>();
    assert_eq!(third, [Stage::Enriching, Stage::FollowUp, Stage::FollowUp, Stage::Monitoring, Stage::Closed]);
    let fourth = Weighing4Outcome::ALL.iter().map(|o| after_weighing4(*o)).collect::<Vec<_>>();
    assert_eq!(fourth, [Stage::Deciding, Stage::FollowUp, Stage::FollowUp, Stage::Closed]);
}

#[test]
fn a_refusal_says_in_dutch_where_the_signal_stands_and_where_the_step_belongs() {
    let refused = next(Stage::Received, StepEvent::AgreeWeighing3, Outcome::Plain).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "Dit kan nu niet: weging 3 meetekenen. Het signaal staat bij “ontvangen”; deze stap hoort bij “wegen”."
    );
    let wrong = next(Stage::Weighing, StepEvent::AgreeWeighing3, Outcome::Plain).unwrap_err();
    assert!(wrong.to_string().contains("uitkomst hoort niet bij deze stap"));
    let many = next(Stage::Closed, StepEvent::HandOver, Outcome::Plain).unwrap_err();
    assert!(many.to_string().ends_with("“wegen”, “verrijken”, “besluiten” of “opvolgen”."));
    let item = next(Stage::Received, StepEvent::ProposeCheck2a, Outcome::Plain).unwrap_err();
    assert!(item.to_string().ends_with("hoort bij “besluiten”, of bij een spoedbesluit op een komende agenda."));
}

#[test]
fn the_printed_table_is_up_to_date() {
    crate::domain::assert_page_is_current("docs/workflow.md", &print());
}
