use super::*;
use crate::domain::text::BoundedText;

const JURIST: &str = "00000000-0000-4000-8000-000000000001";
const BIBOB: &str = "00000000-0000-4000-8000-000000000002";

fn proposal() -> ItemProposal {
    let json = format!(
        r#"{{"titel": "Winkelpand", "vraagAanOverleg": "Welke aanpak kiezen we?",
            "feiten": [{{"tekst": "Derde naam op de deur", "regime": "open", "herkomst": "zelf gezien"}},
                       {{"tekst": "Vergunning ingetrokken", "regime": "vergunning", "herkomst": "uit bron"}}],
            "deelnemers": [{{"wie": "{JURIST}", "feiten": [1, 2]}}, {{"wie": "{BIBOB}", "feiten": [1]}}]}}"#
    );
    ItemProposal::parse(&serde_json::from_str(&json).unwrap()).unwrap()
}

fn fields(errors: Vec<FieldError>) -> Vec<String> {
    errors.into_iter().map(|error| error.field).collect()
}

#[test]
fn an_empty_item_names_everything() {
    let errors = ItemProposal::parse(&ItemProposalDraft::default()).unwrap_err();
    assert_eq!(fields(errors), ["titel", "vraagAanOverleg", "feiten", "deelnemers"]);
}

#[test]
fn a_participant_gets_facts_that_exist_and_is_invited_once() {
    let mut draft: ItemProposalDraft = serde_json::from_str(&serde_json::to_string(&proposal()).unwrap()).unwrap();
    draft.participants.push(ParticipantDraft { member: JURIST.to_owned(), facts: vec![1] });
    draft.participants.push(ParticipantDraft { member: "piet".to_owned(), facts: vec![1] });
    let third = "00000000-0000-4000-8000-000000000003".to_owned();
    draft.participants.push(ParticipantDraft { member: third, facts: vec![0, 3] });
    let messages: Vec<_> = ItemProposal::parse(&draft).unwrap_err().into_iter().map(|error| error.message).collect();
    assert_eq!(
        messages,
        ["Een deelnemer staat er twee keer.", "Deze deelnemer kennen wij niet.", "Een gekozen gegeven bestaat niet."]
    );
}

#[test]
fn each_participant_sees_exactly_what_was_cleared_for_them() {
    let proposal = proposal();
    let json = format!(
        r#"{{"oordelen": {{"{JURIST}": {{"oordeel": "versmallen", "feiten": [2], "waarom": "Genoeg."}},
            "{BIBOB}": {{"oordeel": "weigeren", "waarom": "Niet nodig."}}}}}}"#
    );
    let verdict = ItemVerdict::parse(&serde_json::from_str(&json).unwrap(), &proposal).unwrap();
    let seen = |member: &str| verdict.facts_for(member.parse().unwrap(), &proposal);
    assert_eq!(seen(JURIST).iter().map(|fact| fact.text.as_str()).collect::<Vec<_>>(), ["Vergunning ingetrokken"]);
    assert!(seen(BIBOB).is_empty());
    assert!(seen("00000000-0000-4000-8000-000000000003").is_empty());
    let sealed = serde_json::to_string(&verdict).unwrap();
    assert_eq!(serde_json::from_str::<ItemVerdict>(&sealed).unwrap(), verdict);
}

#[test]
fn narrowing_leaves_fewer_facts_and_at_least_one() {
    let judge = |facts: &str| {
        let json = format!(
            r#"{{"oordelen": {{"{JURIST}": {{"oordeel": "versmallen", "feiten": {facts}, "waarom": "a"}},
                "{BIBOB}": {{"oordeel": "vrijgeven"}}}}}}"#
        );
        ItemVerdict::parse(&serde_json::from_str(&json).unwrap(), &proposal())
    };
    assert!(judge("[1]").is_ok());
    for facts in ["[]", "[1, 2]", "[3]"] {
        assert_eq!(fields(judge(facts).unwrap_err()), [format!("oordelen.{JURIST}.feiten")], "{facts}");
    }
}

#[test]
fn every_participant_needs_a_verdict() {
    assert_eq!(ItemVerdict::parse(&ItemVerdictDraft::default(), &proposal()).unwrap_err().len(), 2);
}

#[test]
fn sharing_names_recipient_facts_ground_and_reason_and_refuses_what_is_closed() {
    let protocol = Protocol::bundled().unwrap();
    let empty = SharingProposal::parse(&SharingProposalDraft::default(), &protocol).unwrap_err();
    assert_eq!(fields(empty), ["ontvanger", "feiten", "grondslag", "waarom"]);
    let share = |regime: &str| {
        let json = format!(
            r#"{{"ontvanger": "politie", "grondslag": "art. 6", "waarom": "nodig",
                "feiten": [{{"tekst": "a", "regime": "{regime}", "herkomst": "b"}}]}}"#
        );
        SharingProposal::parse(&serde_json::from_str(&json).unwrap(), &protocol)
    };
    let proposal = share("wpg").unwrap();
    assert_eq!(fields(share("bibob").unwrap_err()), ["feiten.1.regime"]);
    let clear = FactsVerdictDraft { verdict: Some("vrijgeven".to_owned()), ..Default::default() };
    let verdict = FactsVerdict::parse(&clear, &proposal).unwrap();
    assert_eq!(verdict.cleared(&BTreeSet::from([1])), BTreeSet::from([1]));
    assert_eq!(fields(FactsVerdict::parse(&FactsVerdictDraft::default(), &proposal).unwrap_err()), ["oordeel"]);
}
