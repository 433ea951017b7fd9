//! The written form of events, and what may not enter it.

use time::macros::datetime;

use super::*;

fn full() -> Event {
    Event {
        role: Some("coordinator".into()),
        purpose: Some("weging".into()),
        request: Some(Uuid::from_u128(3)),
        origin: Some("net-7f3a".into()),
        object: Some(ObjectRef { id: Uuid::from_u128(2).to_string(), kind: "signal".into() }),
        fields: vec!["narrative".into(), "plate".into()],
        outcome: Outcome::Refused,
        details: BTreeMap::from([("to".into(), "weighing".into()), ("from".into(), "received".into())]),
        commits: vec![RowCommit::stands("contents/2/narrative", b"sealed"), RowCommit::removed("sealed_keys/9")],
        statement: Some("c2xldXRlbA==".into()),
        signature: Some("aGFuZA==".into()),
        ..Event::new(
            "signal.weighed",
            "triage.weigh",
            Actor::Member { id: Uuid::from_u128(1) },
            At::moment(datetime!(2026-11-24 10:30:00.123456 +1)).unwrap(),
        )
    }
}

fn small() -> Event {
    let day = At::day(time::macros::date!(2026 - 11 - 24)).unwrap();
    Event::new("signal.received", "intake.submit", Actor::Anonymous, day)
}

#[test]
fn the_written_form_stands_for_ever() {
    let written = String::from_utf8(full().canonical_bytes(41).unwrap()).unwrap();
    assert_eq!(
        written,
        concat!(
            r#"{"actor":{"lid":{"id":"00000000-0000-0000-0000-000000000001"}},"#,
            r#""bijzonderheden":{"from":"received","to":"weighing"},"doel":"weging","handeling":"triage.weigh","#,
            r#""handtekening":"aGFuZA==","#,
            r#""object":{"id":"00000000-0000-0000-0000-000000000002","soort":"signal"},"oorsprong":"net-7f3a","#,
            r#""resultaat":"geweigerd","rijen":[{"rij":"contents/2/narrative","#,
            r#""sha256":"c9d0036bed6744bcdf692fc980d8717d7e5f5a4f4e8266b4a84982602fb1cd09"},{"rij":"sealed_keys/9"}],"#,
            r#""rol":"coordinator","sleutelverklaring":"c2xldXRlbA==","soort":"signal.weighed","#,
            r#""tijdstip":"2026-11-24T09:30:00.123Z","velden":["narrative","plate"],"versie":1,"#,
            r#""verzoek":"00000000-0000-0000-0000-000000000003","volgnummer":41}"#
        )
    );
    assert_eq!(
        String::from_utf8(small().canonical_bytes(0).unwrap()).unwrap(),
        concat!(
            r#"{"actor":"anoniem","handeling":"intake.submit","resultaat":"ok","soort":"signal.received","#,
            r#""tijdstip":"2026-11-24","versie":1,"volgnummer":0}"#
        )
    );
}

#[test]
fn an_entry_reads_back_as_the_event_it_was() {
    let operator = Event { actor: Actor::Operator { name: "beheer01".into() }, ..small() };
    let system = Event { actor: Actor::System, outcome: Outcome::Failed, ..small() };
    for event in [full(), small(), operator, system] {
        let entry = event.canonical_bytes(7).unwrap();
        assert_eq!(Event::parse(&entry), Ok((7, event)));
    }
}

#[test]
fn the_light_reader_and_the_full_one_see_the_same_rows() {
    let entry = full().canonical_bytes(41).unwrap();
    let scan = canonical::scan(&entry).unwrap();
    assert_eq!((scan.version, scan.index), (FORMAT_VERSION, 41));
    let rows: Vec<RowCommit> =
        scan.rows.iter().map(|seen| RowCommit { row: seen.row.into(), sha256: seen.sha256 }).collect();
    assert_eq!(rows, full().commits);
}

#[test]
fn an_entry_that_this_code_would_write_otherwise_is_unreadable() {
    let entry = String::from_utf8(small().canonical_bytes(0).unwrap()).unwrap();
    for changed in [
        entry.replace(r#""versie":1"#, r#""versie":2"#),
        entry.replace(r#""versie":1"#, r#""velden":[],"versie":1"#),
        entry.replace(r#""versie":1"#, r#""verzonnen":"x","versie":1"#),
        entry.replace("2026-11-24", "2026-11-31"),
        entry.replace("intake.submit", "intake submit"),
        entry.replace(":0}", ": 0}"),
    ] {
        assert_ne!(changed, entry);
        assert!(Event::parse(changed.as_bytes()).is_err(), "{changed}");
    }
}

#[test]
fn a_sentence_cannot_enter_an_event() {
    let sentence = || String::from("Er staat elke nacht een busje");
    let object = |id: String, kind: String| Some(ObjectRef { id, kind });
    for (field, event) in [
        ("soort", Event { kind: sentence().into(), ..small() }),
        ("handeling", Event { operation: "".into(), ..small() }),
        ("rol", Event { role: Some(sentence()), ..small() }),
        ("doel", Event { purpose: Some(sentence()), ..small() }),
        ("oorsprong", Event { origin: Some("x\n".into()), ..small() }),
        ("actor", Event { actor: Actor::Operator { name: sentence() }, ..small() }),
        ("object", Event { object: object(sentence(), "signal".into()), ..small() }),
        ("object", Event { object: object("1".into(), sentence()), ..small() }),
        ("velden", Event { fields: vec![sentence()], ..small() }),
        ("bijzonderheden", Event { details: BTreeMap::from([("reason".into(), sentence())]), ..small() }),
        ("bijzonderheden", Event { details: BTreeMap::from([(sentence(), "x".into())]), ..small() }),
        ("rijen", Event { commits: vec![RowCommit::removed("rij\"")], ..small() }),
        ("sleutelverklaring", Event { statement: Some("é".into()), ..small() }),
        ("handtekening", Event { signature: Some("x".repeat(LONGEST + 1)), ..small() }),
    ] {
        assert_eq!(event.canonical_bytes(0), Err(EventError::NotACode(field)));
        assert!(event.act_bytes().is_err());
    }
}

#[test]
fn the_act_that_is_signed_does_not_depend_on_place_rows_or_signature_and_on_all_else() {
    let act = full().act_bytes().unwrap();
    assert!(act.starts_with(b"meldroute act v1\n{\"actor\":"));
    let same = Event { commits: Vec::new(), signature: None, ..full() };
    assert_eq!(same.act_bytes().unwrap(), act);
    let other = Event { details: BTreeMap::from([("to".into(), "closed".into())]), ..full() };
    assert_ne!(other.act_bytes().unwrap(), act);
}

#[test]
fn only_a_moment_in_utc_with_milliseconds_or_a_day_is_a_time() {
    for time in ["2026-11-24T09:30:00.123Z", "2026-11-24"] {
        assert_eq!(At::try_from(time.to_owned()).unwrap().as_str(), time);
    }
    for no_time in ["", "2026-11-24T09:30:00Z", "2026-11-24T10:30:00.1+01:00", "2026-13-24", "24-11-2026", "vannacht"] {
        assert_eq!(At::try_from(no_time.to_owned()), Err(EventError::NotATime), "{no_time}");
    }
}
