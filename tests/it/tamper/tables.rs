//! Every table of the schema: either the log answers for each of its rows and columns, or it says here why not.

use crate::support::app::{EVERYTHING, Opens, TestApp, emergency_by_day};
use crate::support::coupled::Coupled;
use crate::support::people::PASSWORD;
use crate::support::raw::{Column, Dialect, Raw, Row};
use crate::support::road;
use crate::support::walk::Walk;
use meldroute::app::setup::{Invitation, RoleGiven};
use meldroute::domain::ids::CircleId;
use meldroute::domain::machine::Scope;
use meldroute::domain::role::{Role, Seat};
use meldroute::ledger::report::Verdict;
use meldroute::ledger::rows::{ExpectedRows, compare_rows};
use meldroute::ledger::verify::Verifier;
use meldroute::store::{StoreError, Trace, rows};
use std::collections::BTreeSet;

/// How the log answers for a table.
enum Answers {
    /// By this name; the columns that tell one row from another.
    As(&'static str, &'static [&'static str]),
    /// Not with a hash of each row, for this reason.
    Otherwise(&'static str),
}
use Answers::{As, Otherwise};

const TABLES: &[(&str, Answers)] = &[
    ("actions", As("actions/", &["id"])),
    ("agenda_copies", As("agenda_items/", &["item_id", "member_id"])),
    ("agenda_items", As("agenda_items/", &["id"])),
    ("checkpoints", Otherwise("signed, and held against the entries")),
    ("circle_members", As("rights/", &["circle_id", "member_id"])),
    ("circles", As("rights/", &["id"])),
    ("contents", As("contents/", &["record_id", "field"])),
    ("decision_signatures", As("decisions/", &["decision_id", "role"])),
    ("decisions", As("decisions/", &["id"])),
    ("destructions", As("destructions/", &["id"])),
    ("emergency_openings", As("emergency_openings/", &["id"])),
    ("events", Otherwise("the log itself")),
    ("exclusions", As("rights/", &["id"])),
    ("grants", As("rights/", &["signal_id", "grantee", "what"])),
    ("handoffs", As("handoffs/", &["id"])),
    ("idempotency", Otherwise("opens with the client's own key only, and is forgotten after a day; gives no right")),
    ("identity_openings", As("identity_openings/", &["id"])),
    ("joinings", As("members/", &["member_id"])),
    ("log_head", Otherwise("held against the entries")),
    (
        "machine_assertions",
        Otherwise("remembers for minutes what was used; what it knows nothing of still needs the other system's key"),
    ),
    (
        "machine_families",
        Otherwise("opens with the other system's own token only, which no changed row fits, and is gone after a day"),
    ),
    ("machines", As("machines/", &["id"])),
    ("member_factors", As("member_factors/", &["id"])),
    ("member_roles", As("members/", &["member_id", "role", "state", "source_code"])),
    ("members", As("members/", &["id"])),
    ("privacy_checks", As("privacy_checks/", &["id"])),
    ("public_keys", As("public_keys/", &["id"])),
    ("records", As("records/", &["id"])),
    ("row_salts", Otherwise("another salt gives another hash: it shows at the row it belongs to")),
    ("sealed_keys", As("sealed_keys/", &["id"])),
    ("sessions", Otherwise("open with the member's token only, and change with every request")),
    ("settings", As("settings/", &["name"])),
    (
        "sign_in_attempts",
        Otherwise("counts tries, before anybody is known; gives no right, and is forgotten after a day"),
    ),
    ("signals", As("signals/", &["id"])),
    ("sittings", As("sittings/", &["id"])),
    ("source_questions", As("source_questions/", &["id"])),
    ("weighing_authors", As("weighings/", &["weighing_id", "member_id"])),
    ("weighings", As("weighings/", &["id"])),
];

/// Columns whose value is one of a set, with two of it.
const WORDS: &[(&str, [&str; 2])] = &[
    ("member_roles.role", ["jurist", "burgemeester"]),
    ("exclusions.role", ["jurist", "burgemeester"]),
    ("decision_signatures.role", ["fg", "vertrouwenspersoon"]),
    ("member_roles.seat", ["vast", "plaatsvervanger"]),
    ("signals.confidentiality", ["anoniem", "bekend"]),
    ("signals.stage", ["wegen", "verrijken"]),
    ("signals.told_stage", ["wegen", "verrijken"]),
    ("signals.reference", ["S-0000-00", "S-0000-01"]),
    ("source_questions.reference", ["V-0000-00", "V-0000-01"]),
    ("machines.state", ["active", "ended"]),
    ("source_questions.state", ["open", "lapsed"]),
    ("source_questions.details", ["none", "cleared"]),
];

/// Columns that no two rows share, beside the ones that name a row.
const UNIQUE: &[&str] = &[
    "members.login",
    "machines.public_key",
    "public_keys.epoch",
    "records.key_id",
    "signals.reference",
    "signals.lookup_id",
    "weighings.version",
    "privacy_checks.version",
    "source_questions.reference",
    "sittings.held_on",
];

/// A signal that went the whole way, others on other ways, and what the service has tables for but does not use yet.
fn scene() -> (TestApp, Raw) {
    let app = TestApp::opening(Opens { emergency: Some(emergency_by_day()), ..EVERYTHING });
    let mut walk = Walk::start(&app);
    walk.closed();
    walk.ways_out();
    let signal = walk.whole();
    drop(walk);
    app.anonymous().report(&[("tekst", "Niet voor iedereen."), ("uitsluiten", "jurist")]);
    let plain = road::received(&app, &[("tekst", "Voor buiten kantooruren.")]);
    road::opened_in_emergency(&app, plain);
    let circle = CircleId::from_random([7; 16]);
    let who = [road::member_id(&app, "mirte"), road::member_id(&app, "joost")];
    let op = app.app.as_system().unwrap();
    let written = app.app.store().write_blocking::<_, StoreError, _>(&op, "test.write", move |tx| {
        tx.circle_insert(circle, signal, &who)?;
        tx.setting_insert("proef", "waarde")?;
        tx.record(Trace::new("test.written"))?;
        Ok(())
    });
    written.unwrap();
    crate::sign_in::Phone::added_by(&app, "bas");
    Coupled::with(&app, &[Scope::LogProof]);
    let roles = vec![RoleGiven {
        role: Role::Coordinator,
        seat: Seat::Deputy,
        source: String::new(),
        dates: meldroute::domain::role::RoleDates::default(),
    }];
    let invited = Invitation { login: "noor".to_owned(), name: "Noor Proef".to_owned(), roles };
    let code = app.app.member_invite(&road::session(&app, "mirte").0, invited).unwrap();
    app.app.enrol(&app.app.as_anonymous().unwrap(), "noor", code.code.expose(), PASSWORD).unwrap();
    app.assert_log_is_whole();
    let mut raw = Raw::open(&app.database);
    unbridle(&mut raw);
    (app, raw)
}

/// The owner of a database is bound by no constraint.
fn unbridle(raw: &mut Raw) {
    if raw.dialect() == Dialect::Sqlite {
        return raw.run("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;");
    }
    let constraints = raw.texts(
        "SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || conname AS value FROM pg_constraint
         WHERE connamespace = current_schema()::regnamespace AND contype IN ('c', 'f') ORDER BY contype DESC",
    );
    constraints.iter().for_each(|statement| raw.run(statement));
}

fn literal(raw: &Raw, column: &Column, value: Option<&String>) -> String {
    match (value, column.kind.as_str()) {
        (None, _) => "NULL".to_owned(),
        (Some(value), "bytes") => raw.blob(value),
        (Some(value), "id") => raw.id(value),
        (Some(value), "number") => value.clone(),
        // An id that stands as text is shown without its hyphens.
        (Some(value), _) if column.name == "owner" && uuid::Uuid::parse_str(value).is_ok() => {
            format!("'{}'", uuid::Uuid::parse_str(value).unwrap())
        }
        (Some(value), _) => format!("'{}'", value.replace('\'', "''")),
    }
}

/// Another value than the one that stands there.
fn other(table: &str, column: &Column, value: Option<&String>) -> String {
    let place = format!("{table}.{}", column.name);
    if let Some((_, [one, two])) = WORDS.iter().find(|(known, _)| *known == place) {
        let word = if value.map(String::as_str) == Some(one) { two } else { one };
        return (*word).to_owned();
    }
    let is_day = ["_on", "_until", "_from", "since"].iter().any(|end| column.name.ends_with(end));
    match (column.kind.as_str(), value) {
        ("bytes" | "id", Some(value)) => super::flipped(value),
        ("bytes" | "id", None) => "00000000000040008000000000000007".to_owned(),
        ("number", Some(value)) => (value.parse::<i64>().unwrap() + 1).to_string(),
        ("number", None) => "7".to_owned(),
        ("moment", _) => "2001-01-01 00:00:00+00".to_owned(),
        (_, _) if is_day => "2001-01-01".to_owned(),
        (_, value) => format!("{}x", value.map_or("", String::as_str)),
    }
}

fn is_row(raw: &Raw, columns: &[Column], keys: &[&str], row: &Row) -> String {
    let named = columns.iter().filter(|column| keys.contains(&column.name.as_str()));
    let parts: Vec<String> =
        named.map(|column| format!("\"{}\" = {}", column.name, literal(raw, column, row.get(&column.name)))).collect();
    parts.join(" AND ")
}

fn insert(raw: &mut Raw, table: &str, columns: &[Column], row: &Row) {
    let names: Vec<String> = columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    let values: Vec<String> = columns.iter().map(|column| literal(raw, column, row.get(&column.name))).collect();
    raw.run(&format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", ")));
}

/// What the log says of every row. Read once: the entries are not what changes here.
fn expected(raw: &mut Raw) -> ExpectedRows {
    let mut verifier = Verifier::new(None, &[]);
    rows::each_event(&mut raw.0, |row| {
        let leaf = row.leaf_hash.as_slice().try_into().unwrap();
        verifier.feed(u64::try_from(row.idx).unwrap(), &row.body, &leaf);
    })
    .unwrap();
    verifier.finish(None).1
}

/// The proof names this kind of row.
#[track_caller]
fn assert_named(raw: &mut Raw, expected: &ExpectedRows, what: &str, name: &str) {
    let mut actual = Vec::new();
    rows::each_committed_row(&mut raw.0, |row, hash| actual.push((row, hash))).unwrap();
    let findings = compare_rows(expected, actual);
    assert!(findings.iter().any(|finding| finding.row.starts_with(name)), "{what}: {name} is not in {findings:?}");
}

#[test]
fn a_changed_column_a_removed_row_and_an_added_row_of_any_table_are_named() {
    let (app, mut raw) = scene();
    let log = expected(&mut raw);
    let mut unseen = Vec::new();
    for (table, answers) in TABLES {
        let As(name, keys) = answers else { continue };
        let columns = raw.columns(table);
        let Some(row) = raw.rows(table).into_iter().max_by_key(Row::len) else {
            unseen.push(*table);
            continue;
        };
        for column in &columns {
            let old = row.get(&column.name);
            let mut changed = row.clone();
            changed.insert(column.name.clone(), other(table, column, old));
            let (here, there) = (is_row(&raw, &columns, keys, &row), is_row(&raw, &columns, keys, &changed));
            let new = literal(&raw, column, changed.get(&column.name));
            raw.run(&format!("UPDATE {table} SET \"{}\" = {new} WHERE {here}", column.name));
            assert_named(&mut raw, &log, &format!("{table}.{}", column.name), name);
            let old = literal(&raw, column, old);
            raw.run(&format!("UPDATE {table} SET \"{}\" = {old} WHERE {there}", column.name));
        }
        let here = is_row(&raw, &columns, keys, &row);
        raw.run(&format!("DELETE FROM {table} WHERE {here}"));
        assert_named(&mut raw, &log, &format!("a removed row of {table}"), name);
        insert(&mut raw, table, &columns, &row);
        let mut added = row.clone();
        for column in &columns {
            let place = format!("{table}.{}", column.name);
            let is_own = column.name == "id" || column.name == keys[keys.len() - 1];
            if is_own || UNIQUE.contains(&place.as_str()) {
                added.insert(column.name.clone(), other(table, column, row.get(&column.name)));
            }
        }
        insert(&mut raw, table, &columns, &added);
        assert_named(&mut raw, &log, &format!("an added row of {table}"), name);
        let proof = app.inside().prove(&[]);
        assert_eq!(proof.verdict(), Verdict::Broken, "{table}");
        assert!(proof.to_string().contains(&format!("De rij {name}")), "{proof}");
        let there = is_row(&raw, &columns, keys, &added);
        raw.run(&format!("DELETE FROM {table} WHERE {there}"));
        app.assert_log_is_whole();
    }
    assert_eq!(unseen, Vec::<&str>::new(), "tables without a row to change");
}

#[test]
fn every_table_is_bound_or_says_why_not() {
    let app = TestApp::start();
    let listed: Vec<&str> = TABLES.iter().map(|(table, _)| *table).collect();
    assert_eq!(Raw::open(&app.database).tables(), listed);
    let short: Vec<&str> = TABLES
        .iter()
        .filter(|(_, answers)| matches!(answers, Otherwise(reason) if reason.len() < 10))
        .map(|(table, _)| *table)
        .collect();
    assert_eq!(short, Vec::<&str>::new(), "a reason is a sentence");
}

#[test]
fn a_salt_that_was_changed_or_taken_away_is_named_at_its_row() {
    for statement in ["UPDATE row_salts SET salt = ", "DELETE FROM row_salts"] {
        let crime = super::scene();
        let mut raw = Raw::open(&crime.app.database);
        let salt = if statement.ends_with("= ") { raw.blob(&"07".repeat(16)) } else { String::new() };
        raw.run(&format!("{statement}{salt} WHERE row_name LIKE 'signals/%'"));
        crime.assert_named(statement, &["De rij signals/"]);
    }
}

/// How many rows the entry of a new signal names, and of which tables.
fn told(app: &TestApp, fields: &[(&str, &str)]) -> (usize, BTreeSet<String>) {
    app.anonymous().report(fields);
    let event = Raw::open(&app.database).events_of("signal.received").pop().unwrap();
    let rows = event["rijen"].as_array().unwrap();
    let tables = rows.iter().map(|row| row["rij"].as_str().unwrap().split('/').next().unwrap().to_owned());
    (rows.len(), tables.collect())
}

#[test]
fn where_a_role_may_read_out_of_hours_an_entry_tells_neither_who_was_shut_out_nor_whose_box_it_is() {
    let app = TestApp::opening(Opens { emergency: Some(emergency_by_day()), ..EVERYTHING });
    let plain = told(&app, &[("tekst", "Gewoon.")]);
    for shut in ["jurist", "coordinator"] {
        assert_eq!(told(&app, &[("tekst", "Gewoon."), ("uitsluiten", shut)]), plain, "{shut}");
    }
}

#[test]
fn nothing_in_an_entry_is_the_bare_hash_of_a_row_that_can_be_guessed() {
    let app = TestApp::start();
    // Whether somebody was shut out cannot be read from what an entry names.
    let plain = told(&app, &[("tekst", "Gewoon.")]);
    assert_eq!(told(&app, &[("tekst", "Gewoon."), ("uitsluiten", "jurist")]), plain);
    assert!(plain.1.contains("rights") && !plain.1.contains("exclusions"), "{plain:?}");
    // The salt is another one each time, so the same row never has the same hash.
    let mut raw = Raw::open(&app.database);
    let salts = raw.rows("row_salts");
    let different: BTreeSet<&String> = salts.iter().map(|row| &row["salt"]).collect();
    assert_eq!(different.len(), salts.len());
}
