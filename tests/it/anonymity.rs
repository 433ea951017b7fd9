//! What an anonymous melder leaves behind: a day, and nothing that leads to a moment, a machine or a person.

use crate::api::Machine;
use crate::support::app::TestApp;
use crate::support::client::{Client, Page, encode};
use crate::support::raw::{Raw, Row, bytes_of};
use crate::support::source;
use meldroute::domain::time::Moment;
use std::collections::{BTreeMap, BTreeSet};

/// A moment whose digits are nowhere else.
const WHEN: &str = "2026-11-25T12:37:42.918273Z";
/// What a browser or a proxy would tell of a person.
const TRAILS: [(&str, &str); 6] = [
    ("user-agent", "Kanariebrowser/7.13"),
    ("x-forwarded-for", "203.0.113.77"),
    ("forwarded", "for=203.0.113.78"),
    ("x-real-ip", "203.0.113.79"),
    ("x-request-id", "kanarie-verzoek-4711"),
    ("referer", "https://intranet.example/kanarie"),
];
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

fn post(client: &mut Client, path: &str, fields: &[(String, String)]) -> Page {
    let borrowed: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let mut headers = vec![FORM];
    headers.extend(TRAILS);
    client.raw("POST", path, &headers, encode(&borrowed).as_bytes()).unwrap()
}

/// A report by somebody whose machine tells everything it can.
fn report(app: &TestApp, typed: &[(&str, &str)]) -> String {
    report_by(app, "/melden/signaal", typed)
}

fn report_by(app: &TestApp, door: &str, typed: &[(&str, &str)]) -> String {
    let mut melder = app.anonymous();
    let first = melder.raw("GET", door, &TRAILS, b"").unwrap();
    let step = |page: &Page, more: &[(&str, &str)]| {
        let mut fields = page.hidden_fields("/melden/signaal");
        fields.extend(more.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        fields
    };
    let mut answers = typed.to_vec();
    answers.push(("naar", "stap-4"));
    let review = post(&mut melder, "/melden/signaal", &step(&first, &answers));
    let done = post(&mut melder, "/melden/signaal", &step(&review, &[("naar", "versturen")]));
    for page in [&first, &review, &done] {
        assert!(!page.headers.contains_key("set-cookie"), "a melder gets no cookie");
    }
    done.receipt().expect(&done.body)
}

fn follow(app: &TestApp, receipt: &str) {
    let mut melder = app.anonymous();
    let ask = melder.raw("GET", "/melden/volgen", &TRAILS, b"").unwrap();
    let mut fields = ask.hidden_fields("/melden/volgen");
    fields.push(("bon".to_owned(), receipt.to_owned()));
    post(&mut melder, "/melden/volgen", &fields);
}

/// Every row that is there now and was not there before, and what it says, bytes as text where they are text.
fn added(before: &BTreeMap<String, Vec<Row>>, after: &BTreeMap<String, Vec<Row>>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (table, rows) in after {
        for row in rows.iter().filter(|row| !before[table].contains(row)) {
            let mut text = format!("{row:?}");
            if let Some(body) = row.get("body") {
                text.push_str(&String::from_utf8(bytes_of(body)).unwrap());
            }
            found.push((table.clone(), text));
        }
    }
    found
}

/// Everything that would tell the moment, in every way it could be written.
fn traces_of(moment: Moment) -> Vec<String> {
    let micros = moment.micros();
    let mut traces: Vec<String> =
        [micros, micros / 1_000, micros / 1_000_000].iter().map(ToString::to_string).collect();
    traces.extend(["12:37", "13:37", "37:42", ".918", "918273"].map(ToOwned::to_owned));
    traces.extend(TRAILS.iter().map(|(_, value)| (*value).to_owned()));
    traces.extend(["127.0.0.1".to_owned(), "Kanarie".to_owned(), "kanarie".to_owned()]);
    traces
}

#[test]
fn anonymous_acts_leave_a_day_and_nothing_nearer() {
    let app = TestApp::start();
    let moment: Moment = WHEN.parse().unwrap();
    app.clock.set(moment);
    let before = Raw::open(&app.database).everything();
    let receipts = [
        report(&app, &[("tekst", "Zonder naam."), ("uitsluiten", "coordinator"), ("bang", "ja")]),
        report(&app, &[("tekst", "Met een geheim."), ("wieBentU", "vertrouwelijk"), ("naam", "Noor")]),
        report(&app, &[("tekst", "Met een naam."), ("wieBentU", "bekend"), ("naam", "Noor")]),
        report_by(&app, "/melden/collega", &[("tekst", "Over een collega.")]),
    ];
    receipts.iter().for_each(|receipt| follow(&app, receipt));
    follow(&app, "000 000 000 000 000 000 000");
    let after = Raw::open(&app.database).everything();
    let added = added(&before, &after);
    let tables: BTreeSet<&str> = added.iter().map(|(table, _)| table.as_str()).collect();
    for table in ["signals", "records", "contents", "sealed_keys", "grants", "exclusions", "events", "log_head"] {
        assert!(tables.contains(table), "{table} was not looked at: {tables:?}");
    }
    for (table, text) in &added {
        for trace in traces_of(moment) {
            assert!(!text.contains(&trace), "{table} tells {trace}: {text}");
        }
        for receipt in &receipts {
            assert!(!text.contains(receipt.as_str()), "{table} holds a receipt: {text}");
        }
        let has_no_day = ["log_head", "contents", "row_salts"].contains(&table.as_str());
        assert!(has_no_day || text.contains("2026-11-25"), "{table}: no day in {text}");
    }
}

#[test]
fn events_of_a_melder_name_the_day_and_no_request_place_or_person() {
    let app = TestApp::start();
    let code = report(&app, &[("tekst", "Zonder naam.")]);
    follow(&app, &code);
    follow(&app, "000 000 000 000 000 000 000");
    app.anonymous().get("/melden");
    let mut raw = Raw::open(&app.database);
    let mut kinds = BTreeSet::new();
    for event in raw.events().iter().filter(|event| event["actor"] == "anoniem") {
        let kind = event["soort"].as_str().unwrap();
        kinds.insert(kind.to_owned());
        assert_eq!(event["tijdstip"].as_str().unwrap().len(), "2026-11-24".len(), "{event}");
        for field in ["verzoek", "oorsprong", "rol"] {
            assert!(event.get(field).is_none(), "{event} has {field}");
        }
    }
    assert!(kinds.contains("signal.received") && kinds.contains("status.followed"), "{kinds:?}");
    for row in raw.rows("events") {
        let event: serde_json::Value = serde_json::from_slice(&bytes_of(&row["body"])).unwrap();
        assert!(event["actor"] != "anoniem" || !row.contains_key("member_id"));
    }
}

/// Tables that an anonymous act writes in.
const WRITTEN: [&str; 9] = [
    "signals",
    "records",
    "contents",
    "sealed_keys",
    "grants",
    "exclusions",
    "circles",
    "circle_members",
    "idempotency",
];

#[test]
fn no_table_that_a_melder_writes_in_has_room_for_a_moment() {
    let text = std::fs::read_to_string(source::root().join("src/store/schema.rs")).unwrap();
    for table in WRITTEN {
        let part = text.split(&format!("    {table} (")).nth(1).unwrap().split("\n    }\n").next().unwrap();
        let moments: Vec<&str> = part
            .lines()
            .filter(|line| line.contains("MomentSql"))
            .filter_map(|line| line.trim().split(' ').next())
            .collect();
        // The end of what is lent to a member; a melder's own keys have none.
        assert!(moments.is_empty() || (table == "sealed_keys" && moments == ["until_at"]), "{table}: {moments:?}");
    }
}

#[test]
fn ids_carry_no_moment_and_no_order() {
    let app = TestApp::start();
    for number in 0..20 {
        report(&app, &[("tekst", &format!("Verhaal {number}."))]);
    }
    let mut raw = Raw::open(&app.database);
    for (table, column) in [("signals", "id"), ("records", "id"), ("records", "key_id"), ("sealed_keys", "id")] {
        for row in raw.rows(table) {
            let id = uuid::Uuid::parse_str(&row[column]).unwrap();
            assert_eq!(id.get_version_num(), 4, "{table}.{column} {id}");
        }
    }
    let order = |raw: &mut Raw| -> Vec<String> {
        let events = raw.events_of("signal.received");
        events.iter().map(|event| event["object"]["id"].as_str().unwrap().to_owned()).collect()
    };
    let written = order(&mut raw);
    let mut sorted = written.clone();
    sorted.sort();
    assert_ne!(written, sorted, "twenty random ids do not happen to stand in order");
    let listed = app.member("mirte").get("/signalen").links("/signalen/");
    let listed: Vec<&str> = listed.iter().map(|link| link.trim_start_matches("/signalen/")).collect();
    let listed: Vec<&&str> = listed.iter().filter(|id| id.len() == 36).collect();
    let mut by_id = listed.clone();
    by_id.sort_by(|a, b| b.cmp(a));
    assert_eq!(listed, by_id, "within a day a list shows no order of arrival");
}

#[test]
fn a_reader_cannot_tell_between_which_moments_of_their_own_a_melder_was_there() {
    let app = TestApp::start();
    let code = report(&app, &[("tekst", "Zonder naam.")]);
    let mirte = Machine::of(&app, "mirte");
    let id = mirte.only_signal();
    let read = || mirte.get(&format!("/api/v1/signalen/{id}?doel=intake"));
    assert_eq!(read().status, 200);
    follow(&app, &code);
    assert_eq!(read().status, 200);
    let history = mirte.get(&format!("/api/v1/signalen/{id}/geschiedenis")).json();
    let lines = history["regels"].as_array().unwrap();
    assert_eq!(lines.iter().filter(|line| line["gebeurtenis"] == "content.disclosed").count(), 2);
    assert!(lines.iter().any(|line| line["gebeurtenis"] == "signal.received"), "{history}");
    for line in lines {
        assert_ne!(line["gebeurtenis"], "status.followed", "{history}");
        assert_eq!(line.get("wie").is_some(), line.get("logregel").is_some(), "only a member has a place: {line}");
    }
    let mut reader = app.member("mirte");
    for place in [format!("/signalen/{id}"), format!("/signalen/{id}/geschiedenis")] {
        assert!(!reader.get(&place).body.contains("bekeek de status"), "{place}");
    }
}
