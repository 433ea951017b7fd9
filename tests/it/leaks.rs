//! What was written in confidence is found nowhere in the clear: not in the raw database, its write-ahead log, what
//! the service says about itself, an export of the log, or a page that says something went wrong.

mod error_pages;

use crate::support::app::{EVERYTHING, Opens, TestApp, emergency_by_day};
use crate::support::client::Client;
use crate::support::people::{PASSWORD, PEOPLE};
use crate::support::raw::{Raw, Row, bytes_of};
use crate::support::road;
use crate::support::said;
use crate::support::served::{Installation, Wish};
use crate::support::walk::Walk;
use meldroute::app::oversight::export;
use meldroute::domain::holders::HOLDERS;
use meldroute::domain::ids::{KeyId, RecordId};
use meldroute::store::contents::ContentRow;
use meldroute::store::db::Address;
use meldroute::store::field_address;
use meldroute::vault::{KeyRing, RecordKey, SealPurpose, open_field};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

const WAYS: [&str; 4] = ["anoniem", "vertrouwelijk", "bekend", "collega"];

/// A different sentence for every free-text field of a report, each with a word that exists nowhere else.
fn canaries(way: &str) -> Vec<(&'static str, String)> {
    let word = |field: &str| format!("Kanarie{field}{way} zingt é in {field}{way}");
    [("tekst", "Verhaal"), ("plaats", "Plaats"), ("wieOfWat", "Wie"), ("naam", "Naam"), ("bereik", "Bereik")]
        .map(|(name, field)| (name, word(field)))
        .to_vec()
}

/// The fields of a report in one of the four ways.
fn typed<'a>(way: &'a str, canaries: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    let mut fields: Vec<(&str, &str)> = canaries.iter().map(|(name, text)| (*name, text.as_str())).collect();
    if way == "bekend" {
        let of = |name: &str| canaries.iter().find(|(n, _)| *n == name).map(|(_, text)| text.as_str()).unwrap();
        fields.extend([("naamBekend", of("naam")), ("bereikBekend", of("bereik"))]);
    }
    if way != "collega" {
        fields.push(("wieBentU", way));
    }
    fields
}

/// Reports in this way; returns the code.
fn report(client: &mut Client, way: &str, canaries: &[(&'static str, String)]) -> String {
    let door = if way == "collega" { "/melden/collega" } else { "/melden/signaal" };
    let page = client.report_by(door, &typed(way, canaries));
    page.receipt().unwrap_or_else(|| panic!("{way}: {}", page.body))
}

/// Every way in which bytes might be written down: plain, hexadecimal, base64 wherever it starts, percent, JSON.
fn spellings(text: &str) -> BTreeSet<String> {
    let bytes = text.as_bytes();
    let mut found = BTreeSet::from([text.to_owned(), text.to_lowercase(), text.to_uppercase()]);
    found.insert(data_encoding::HEXLOWER.encode(bytes));
    found.insert(data_encoding::HEXUPPER.encode(bytes));
    found.insert(percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string());
    found.insert(text.replace(' ', "+"));
    found.insert(text.replace('é', "\\u00e9"));
    for skip in 0..3_usize.min(bytes.len()) {
        let whole = (bytes.len() - skip) / 3 * 3;
        found.insert(data_encoding::BASE64.encode(&bytes[skip..skip + whole]));
        found.insert(data_encoding::BASE64URL.encode(&bytes[skip..skip + whole]));
    }
    // grep takes one pattern a line.
    let lines = found.iter().flat_map(|spelling| spelling.split('\n')).map(str::trim);
    lines.filter(|line| line.len() >= 8).map(ToOwned::to_owned).collect()
}

/// Files under these places that hold one of the words, in any spelling.
fn holding(words: &BTreeSet<String>, places: &[PathBuf]) -> Vec<String> {
    let patterns = tempfile::NamedTempFile::new().unwrap();
    let all: BTreeSet<String> = words.iter().flat_map(|word| spellings(word)).collect();
    std::fs::write(patterns.path(), all.into_iter().collect::<Vec<_>>().join("\n")).unwrap();
    let mut grep = Command::new("grep");
    grep.env("LC_ALL", "C").args(["-r", "-a", "-l", "-F", "-f"]).arg(patterns.path()).args(places);
    let output = grep.output().unwrap();
    // 1: nothing found. 2: a file went away meanwhile, as those of a running server do.
    assert!(output.status.code().is_some_and(|code| code < 2) || !output.stderr.is_empty(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).lines().map(ToOwned::to_owned).collect()
}

pub(crate) fn assert_nowhere(words: &BTreeSet<String>, places: &[PathBuf]) {
    if let Some(file) = holding(words, places).first() {
        let place = [PathBuf::from(file)];
        let guilty: Vec<&String> =
            words.iter().filter(|word| !holding(&BTreeSet::from([(*word).clone()]), &place).is_empty()).collect();
        panic!("{file} holds {guilty:?}");
    }
}

/// Where the database keeps its bytes: a folder of files, or the whole data folder of the server and what it says.
fn raw_bytes(database: &Address) -> Vec<PathBuf> {
    match database {
        Address::Sqlite(path) => vec![path.parent().unwrap().to_owned()],
        Address::Postgres { .. } => {
            let control = std::env::var("TEST_POSTGRES_CONTROL").expect("scripts/with-postgres.sh");
            let data = Path::new(&control).with_file_name("data");
            vec![data.join("base"), data.join("pg_wal"), data.with_file_name("server.log")]
        }
    }
}

/// Every sealed field, opened with the keys of all members together.
fn everything_opened(app: &TestApp) -> Vec<(String, serde_json::Value)> {
    let rings: Vec<KeyRing> = PEOPLE
        .iter()
        .map(|(login, ..)| {
            let (_, session) = road::session(app, login);
            app.app.ring(&session).unwrap()
        })
        .collect();
    let mut raw = Raw::open(&app.database);
    let (records, keys, contents) = (raw.rows("records"), raw.rows("sealed_keys"), raw.rows("contents"));
    let uuid = |row: &Row, name: &str| uuid::Uuid::parse_str(&row[name]).unwrap();
    let mut opened = Vec::new();
    for row in &contents {
        let record = records.iter().find(|record| record["id"] == row["record_id"]).unwrap();
        let copies = keys.iter().filter(|key| key["subject"] == record["key_id"] && key["subject_kind"] == "record");
        let key = copies.flat_map(|copy| rings.iter().map(move |ring| (copy, ring))).find_map(|(copy, ring)| {
            let sealed = bytes_of(&copy["sealed"]);
            let purpose = SealPurpose {
                what: uuid(copy, "subject"),
                holder: uuid(copy, "holder"),
                kind: &copy["subject_kind"],
                until: None,
            };
            ring.open(&purpose, &sealed)
        });
        let Some(key) = key else { continue };
        let content = ContentRow {
            record_id: RecordId::new(uuid(row, "record_id")),
            field: row["field"].clone(),
            version: row["version"].parse().unwrap(),
            key_id: KeyId::new(uuid(row, "key_id")),
            sealed: bytes_of(&row["sealed"]),
        };
        let plain = open_field(&RecordKey::from_key(key.unwrap()), &field_address(&content), &content.sealed).unwrap();
        let name = format!("{}.{}", record["kind"], row["field"]);
        opened.push((name, value_of(plain.expose())));
    }
    opened
}

/// Most fields are JSON, some a text as it is, and a few only bytes.
fn value_of(plain: &[u8]) -> serde_json::Value {
    let text = || std::str::from_utf8(plain).map_or(serde_json::Value::Null, Into::into);
    serde_json::from_slice(plain).unwrap_or_else(|_| text())
}

/// The texts in a value that a person may have typed: codes are short and have no blanks.
fn sentences(value: &serde_json::Value, found: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::String(text) if text.contains(' ') && text.len() >= 8 => drop(found.insert(text.clone())),
        serde_json::Value::Array(list) => list.iter().for_each(|one| sentences(one, found)),
        serde_json::Value::Object(map) => map.values().for_each(|one| sentences(one, found)),
        _ => {}
    }
}

#[test]
fn what_people_wrote_is_nowhere_in_the_raw_database_or_in_an_export_of_the_log() {
    let app = TestApp::start();
    let mut words: BTreeSet<String> = BTreeSet::new();
    for way in WAYS {
        let own = canaries(way);
        let receipt = report(&mut app.anonymous(), way, &own);
        words.extend([receipt.clone(), receipt.to_lowercase()]);
        words.extend(own.into_iter().map(|(_, text)| text));
    }
    let id = road::deciding(&app, &[("tekst", road::REPORT)]);
    let mut mirte = app.member("mirte");
    words.extend([PASSWORD.to_owned(), mirte.cookie("__Host-sessie").unwrap().to_owned()]);
    assert_eq!(mirte.get(&format!("/signalen/{id}")).status, 200);
    // What was really sealed, whatever step wrote it: that is what must be nowhere.
    let opened = everything_opened(&app);
    let mut sealed = BTreeSet::new();
    opened.iter().for_each(|(_, value)| sentences(value, &mut sealed));
    for way in WAYS {
        // Names of confidential melders open for nobody alone; those of anonymous ones were never kept.
        let readable = if way == "bekend" { 5 } else { 3 };
        for (_, text) in canaries(way).iter().take(readable) {
            assert!(sealed.contains(text), "{text} was not sealed: {sealed:?}");
        }
    }
    let kinds: BTreeSet<&str> = opened.iter().filter_map(|(name, _)| name.split('.').next()).collect();
    for kind in ["report", "intake", "weighing3", "check1", "question", "weighing4"] {
        assert!(kinds.contains(kind), "no text of {kind} was looked for: {kinds:?}");
    }
    words.extend(sealed);
    let places = raw_bytes(&app.database);
    // The search itself finds what is there: the name of a member stands in the clear.
    assert!(!holding(&BTreeSet::from(["Mirte Proef".to_owned()]), &places).is_empty());
    assert_nowhere(&words, &places);
    let keys = app.template.seeds.files();
    let bytes = export(&mut app.inside().raw().0, &keys.ledger.verifier(), Vec::new()).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &bytes).unwrap();
    assert!(!holding(&BTreeSet::from(["signal.received".to_owned()]), &[file.path().to_owned()]).is_empty());
    assert_nowhere(&words, &[file.path().to_owned()]);
}

/// Only two people together open these; and these were never kept at all.
const NOT_OPENED: [&str; 3] = ["Kanarieeigennaam", "Kanariebereikbaar", "Kanarieonbekend"];

#[test]
fn what_was_told_at_any_step_is_nowhere_in_the_raw_database_the_log_or_what_the_service_says() {
    let listener = said::listen();
    let app = TestApp::opening(Opens { emergency: Some(emergency_by_day()), ..EVERYTHING });
    let mut walk = Walk::start(&app);
    walk.ways_out();
    walk.closed();
    let mut words = std::mem::take(&mut walk.words);
    words.extend(std::mem::take(&mut walk.receipts));
    drop(walk);
    let glass = road::received(&app, &[("tekst", road::REPORT)]);
    road::opened_in_emergency(&app, glass);
    words.insert(road::EMERGENCY_REASON.to_owned());
    let opened = everything_opened(&app);
    let mut sealed = BTreeSet::new();
    opened.iter().for_each(|(_, value)| sentences(value, &mut sealed));
    let told = words.iter().filter(|word| word.starts_with("Kanarie"));
    let lost: Vec<_> = told
        .filter(|word| !sealed.contains(*word) && !NOT_OPENED.iter().any(|start| word.starts_with(start)))
        .collect();
    assert!(lost.is_empty(), "typed and not sealed: {lost:?}");
    let kinds: BTreeSet<&str> = opened.iter().filter_map(|(name, _)| name.split('.').next()).collect();
    let without_text = ["identity", "mailbox"];
    for row in HOLDERS.iter().filter(|row| !without_text.contains(&row.kind.code())) {
        assert!(kinds.contains(row.kind.code()), "no text of {} was looked for", row.kind.label());
    }
    assert_nowhere(&words, &raw_bytes(&app.database));
    let folder = tempfile::tempdir().unwrap();
    let (log, lines) = (folder.path().join("log"), folder.path().join("said"));
    let keys = app.template.seeds.files();
    std::fs::write(&log, export(&mut app.inside().raw().0, &keys.ledger.verifier(), Vec::new()).unwrap()).unwrap();
    let heard = listener.heard();
    assert!(!heard.is_empty(), "nothing was said at all");
    std::fs::write(&lines, heard).unwrap();
    assert_nowhere(&words, &[log, lines]);
}

#[test]
fn the_service_says_nothing_of_what_people_write_not_even_when_it_says_everything() {
    for format in ["text", "json"] {
        let wish = Wish { config: format!("[log]\nlevel = \"trace\"\nformat = \"{format}\"\n") };
        let installation = Installation::of(crate::support::app::template(), &wish);
        let served = installation.start();
        let mut words: BTreeSet<String> = BTreeSet::new();
        let mut melder = served.client();
        for way in WAYS {
            let own = canaries(way);
            let receipt = report(&mut melder, way, &own);
            let ask = melder.get("/melden/volgen");
            melder.submit(&ask, "/melden/volgen", &[("bon", &receipt)]);
            words.extend([receipt.clone(), receipt.to_lowercase()]);
            words.extend(own.into_iter().map(|(_, text)| text));
            // The same with a mistake, so that it comes back instead of being stored.
            let first = melder.get("/melden/signaal");
            let long = "Kanariefout zingt ook. ".repeat(1_000);
            let wrong = [("tekst", long.as_str()), ("naar", "versturen")];
            assert_eq!(melder.submit(&first, "/melden/signaal", &wrong).status, 400);
        }
        words.insert("Kanariefout zingt ook".to_owned());
        let mut member = served.member("mirte");
        words.extend([PASSWORD.to_owned(), member.cookie("__Host-sessie").unwrap().to_owned()]);
        for link in member.get("/signalen").links("/signalen/").iter().filter(|link| link.len() == 46) {
            assert_eq!(member.get(link).status, 200);
        }
        let mut stranger = served.client();
        let entry = stranger.get("/aanmelden");
        let guess = [("naam", "mirte"), ("wachtwoord", "Kanariewachtwoord zingt mee")];
        assert_eq!(stranger.submit(&entry, "/aanmelden", &guess).status, 400);
        words.insert("Kanariewachtwoord zingt mee".to_owned());
        stranger.get("/signalen/00000000-0000-4000-8000-000000000000");
        stranger.raw("POST", "/melden/signaal", &[("content-type", "text/plain")], b"Kanarielijf zingt hard");
        words.insert("Kanarielijf zingt hard".to_owned());
        let body = serde_json::json!({"tekst": "Kanariekoppeling zingt mee"});
        let answer = stranger.json("POST", "/api/v1/signalen", &[], Some(&body));
        assert_eq!(answer.status, 201, "{}", answer.body);
        words.insert("Kanariekoppeling zingt mee".to_owned());
        words.insert(answer.json()["ontvangstcode"].as_str().unwrap().to_owned());
        let said = served.log();
        drop(served);
        assert!(said.contains("serving"), "{format}: it says nothing at all: {said}");
        // What the libraries below would say has the moment of every request in it.
        assert!(!said.contains("actix") && !said.contains("mio::"), "{format}: {said}");
        assert_nowhere(&words, &[installation.path("stderr.log"), installation.path("stdout.log")]);
    }
}
