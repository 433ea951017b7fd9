use super::*;
use crate::domain::role::{Role, Seat};
use crate::domain::text::BoundedText;
use crate::domain::words::tests::assert_complete;

fn draft(json: &str) -> SignalDraft {
    serde_json::from_str(json).unwrap()
}

fn wrong_fields(json: &str) -> Vec<String> {
    NewSignal::parse(&draft(json)).unwrap_err().into_iter().map(|error| error.field).collect()
}

#[test]
fn every_list_of_the_report_has_its_own_codes_and_words() {
    assert_complete::<Confidentiality>();
    assert_complete::<Channel>();
    assert_complete::<SourceType>();
    assert_complete::<Observation>();
    assert_complete::<Precision>();
    assert_complete::<Period>();
    assert_complete::<KnownBy>();
    assert_complete::<Fear>();
    assert_complete::<About>();
    assert_complete::<Exclusion>();
}

#[test]
fn a_text_alone_is_a_signal_and_its_melder_is_anonymous() {
    let signal = NewSignal::parse(&draft(r#"{"tekst": "Het klopt niet."}"#)).unwrap();
    assert_eq!(signal.content.narrative.as_str(), "Het klopt niet.");
    assert_eq!(signal.reporter, Reporter::Anonymous);
    assert_eq!(signal.content.period, Period::Unknown);
    assert_eq!(signal.box_group(), Group::Coordinators);
    assert_eq!(signal.content.concerns_trafficking(), YesNo::No);
}

#[test]
fn all_errors_come_together_in_the_order_of_the_pages() {
    let json = r#"{"tekst": " ", "opgevallen": ["x"], "waar": "a\u0000", "plek": "x", "wanneer": "x", "wieOfWat": "\u0007a",
        "hoeWeetU": ["x"], "melder": "bekend", "nietLezen": ["x"], "bangVoorHerkenning": "x", "gaatOver": "x"}"#;
    assert_eq!(
        wrong_fields(json),
        [
            "tekst",
            "opgevallen",
            "waar",
            "plek",
            "wanneer",
            "wieOfWat",
            "hoeWeetU",
            "naam",
            "nietLezen",
            "bangVoorHerkenning",
            "gaatOver"
        ]
    );
}

#[test]
fn a_confidential_melder_gives_a_name_or_is_told_the_way_out() {
    let errors = NewSignal::parse(&draft(r#"{"tekst": "a", "melder": "vertrouwelijk", "naam": " "}"#)).unwrap_err();
    assert_eq!(errors, [FieldError::new("naam", "Vul uw naam in, of kies Anoniem.")]);
}

#[test]
fn a_name_typed_before_choosing_anonymous_is_dropped() {
    let signal = NewSignal::parse(&draft(r#"{"tekst": "a", "melder": "anoniem", "naam": "Jo", "bereikbaar": "06"}"#));
    assert_eq!(signal.unwrap().reporter.identity(), None);
}

#[test]
fn a_report_about_a_colleague_goes_to_the_box_the_coordinator_cannot_open() {
    let signal = NewSignal::parse(&draft(r#"{"tekst": "a", "gaatOver": "collega"}"#)).unwrap();
    assert_eq!(signal.box_group(), Group::Integrity);
}

#[test]
fn who_what_where_and_when_are_counted_as_far_as_they_are_known() {
    let count = |json: &str| NewSignal::parse(&draft(json)).unwrap().content.concreteness();
    assert_eq!(count(r#"{"tekst": "a"}"#), 1);
    assert_eq!(count(r#"{"tekst": "a", "waar": "loods"}"#), 1);
    assert_eq!(count(r#"{"tekst": "a", "waar": "loods", "plek": "straat", "wanneer": "gaat_door"}"#), 3);
    assert_eq!(
        count(r#"{"tekst": "a", "waar": "loods", "plek": "straat", "wanneer": "deze_week", "wieOfWat": "x"}"#),
        4
    );
}

#[test]
fn excluding_the_deputy_leaves_the_coordinator_and_the_other_way_round() {
    assert_eq!((Exclusion::Coordinator.role(), Exclusion::Coordinator.seat()), (Role::Coordinator, Some(Seat::Holder)));
    assert_eq!((Exclusion::Deputy.role(), Exclusion::Deputy.seat()), (Role::Coordinator, Some(Seat::Deputy)));
    assert_eq!(Exclusion::Jurist.seat(), None);
}

#[test]
fn an_unknown_field_is_refused() {
    assert!(serde_json::from_str::<SignalDraft>(r#"{"tekst": "a", "ip": "1"}"#).is_err());
}

#[test]
fn what_is_sealed_reads_back_and_what_is_printed_tells_nothing() {
    let json =
        r#"{"tekst": "kanarie", "opgevallen": ["niet_vrij", "niet_vrij"], "melder": "bekend", "naam": "Kanarie"}"#;
    let signal = NewSignal::parse(&draft(json)).unwrap();
    assert_eq!(signal.content.observations, [Observation::NotFree]);
    assert_eq!(signal.content.concerns_trafficking(), YesNo::Yes);
    let sealed = serde_json::to_string(&signal.content).unwrap();
    assert!(serde_json::from_str::<SignalContent>(&sealed).unwrap() == signal.content);
    let printed = format!("{signal:?} {:?}", draft(json)).to_lowercase();
    assert!(!printed.contains("kanarie"), "{printed}");
}
