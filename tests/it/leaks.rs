//! Nothing that was typed lies in the clear, and nothing about an anonymous melder is finer than a day.

use crate::support::app::TestApp;
use crate::support::people::PASSWORD;
use crate::support::raw::Raw;

const CANARIES: [(&str, &str); 5] = [
    ("tekst", "kanarie-tekst-7f3a"),
    ("plaats", "kanarie-plaats-91bc"),
    ("wieOfWat", "kanarie-onderwerp-02de"),
    ("naam", "kanarie-naam-55aa"),
    ("bereik", "kanarie-bereik-c0de"),
];

#[test]
fn nothing_that_was_typed_lies_in_the_database_in_the_clear() {
    let app = TestApp::start();
    let mut codes = vec![app.anonymous().report(&CANARIES[..3])];
    for known in ["vertrouwelijk", "bekend"] {
        let mut fields = CANARIES.to_vec();
        fields.push(("wieBentU", known));
        codes.push(app.anonymous().report(&fields));
    }
    let mut coordinator = app.member("mirte");
    for link in coordinator.get("/signalen").links("/signalen/") {
        assert!(matches!(coordinator.get(&link).status, 200), "{link}");
    }
    let token = coordinator.cookie("__Host-sessie").unwrap().to_owned();

    let mut secrets: Vec<String> = CANARIES.iter().map(|(_, canary)| (*canary).to_owned()).collect();
    secrets.extend(codes);
    secrets.extend([token, PASSWORD.to_owned()]);
    let stored = format!("{:?}", Raw::open(&app.database).everything());
    let mut haystacks = vec![("rows", stored.into_bytes())];
    if let Some(folder) = app.folder() {
        for entry in std::fs::read_dir(folder).unwrap() {
            haystacks.push(("file", std::fs::read(entry.unwrap().path()).unwrap()));
        }
    }
    for secret in secrets {
        let hex = data_encoding::HEXLOWER.encode(secret.as_bytes());
        for (what, bytes) in &haystacks {
            for needle in [secret.as_bytes(), hex.as_bytes()] {
                assert!(!bytes.windows(needle.len()).any(|part| part == needle), "{secret} lies in the {what}");
            }
        }
    }
}

#[test]
fn an_anonymous_melder_leaves_a_day_and_nothing_finer() {
    let app = TestApp::start();
    let sessions = Raw::open(&app.database).count("sessions");
    let code = app.anonymous().report(&[("tekst", "Elke nacht busjes.")]);
    let mut melder = app.anonymous();
    let ask = melder.get("/melden/volgen");
    assert_eq!(melder.submit(&ask, "/melden/volgen", &[("bon", &code)]).status, 200);
    let mut raw = Raw::open(&app.database);
    for kind in ["signal.received", "status.followed"] {
        let events = raw.events_of(kind);
        assert!(!events.is_empty(), "{kind}");
        for event in events {
            assert_eq!(event["tijdstip"], "2026-11-24", "{event}");
            for absent in ["verzoek", "oorsprong"] {
                assert!(event.get(absent).is_none(), "{event}");
            }
        }
    }
    for row in raw.rows("signals") {
        for (column, value) in row {
            assert!(!value.contains("08:00"), "{column} knows the moment: {value}");
        }
    }
    assert_eq!(raw.count("sessions"), sessions, "a melder has no session");
}
