//! The tables as the database has them, held against the code's own description and the house's rules on names.

use crate::support::app::TestApp;
use crate::support::raw::{Column, Dialect, Raw};
use crate::support::source;
use std::collections::{BTreeMap, BTreeSet};

/// Columns that end in `_id` and point to no row of another table, with the reason.
const FREE_IDS: &[(&str, &str)] = &[
    ("contents.key_id", "a record's key: it exists sealed only, and is destroyed apart from the content"),
    ("records.key_id", "the same"),
    ("members.key_id", "set before its statement stands in the same transaction; public_keys is proven by the log"),
    ("joinings.key_id", "no statement proves it yet"),
    ("sealed_keys.signal_id", "keys are destroyed before anything else and must not wait for it"),
    ("idempotency.signal_id", "outlives a destroyed signal until its day has passed"),
    ("signals.lookup_id", "derived from the receipt, which is stored nowhere"),
    ("events.object_id", "the log outlives what it speaks of"),
    ("events.member_id", "the same"),
];

/// Moments and days that may be absent, with the reason.
const OPEN_ENDS: &[(&str, &str)] = &[
    ("emergency_openings.judged_at", "until a privacy officer judges"),
    ("identity_openings.decided_at", "until somebody decides"),
    ("identity_openings.opened_at", "until the name is read"),
    ("identity_openings.until_at", "only what was granted has an end"),
    ("sessions.factor_at", "a pending session has shown none"),
    ("sealed_keys.until_at", "only what is lent has an end"),
];

/// `tables!` of `src/store/schema.rs`: table, then columns with their types.
fn described() -> BTreeMap<String, Vec<Column>> {
    let text = std::fs::read_to_string(source::root().join("src/store/schema.rs")).unwrap();
    let mut tables = BTreeMap::new();
    for part in text.split("diesel::table! {").skip(1) {
        let body = part.split("\n}\n").next().unwrap();
        let mut name = String::new();
        let mut columns = Vec::new();
        let mut renamed = None;
        for line in body.lines().map(str::trim) {
            if let Some(rest) = line.strip_prefix("#[sql_name = \"") {
                renamed = Some(rest.trim_end_matches("\"]").to_owned());
            } else if let Some((column, kind)) = line.trim_end_matches(',').split_once(" -> ") {
                let inner = kind.strip_prefix("Nullable<").map(|kind| kind.trim_end_matches('>'));
                let kind = match inner.unwrap_or(kind) {
                    "Text" => "text",
                    "Binary" => "bytes",
                    "BigInt" => "number",
                    "UuidSql" => "id",
                    "MomentSql" => "moment",
                    other => panic!("{column}: {other}"),
                };
                let name = renamed.take().unwrap_or_else(|| column.to_owned());
                columns.push(Column { name, kind: kind.to_owned(), nullable: inner.is_some() });
            } else if line.ends_with(") {") {
                line.split(' ').next().unwrap().clone_into(&mut name);
            }
        }
        tables.insert(name, columns);
    }
    assert!(tables.len() > 20, "the reader of schema.rs found {} tables", tables.len());
    tables
}

/// SQLite keeps ids as bytes and moments as numbers; a moment is told by its name.
fn as_stored(column: &Column, dialect: Dialect) -> Column {
    let kind = match (dialect, column.kind.as_str()) {
        (Dialect::Sqlite, "id") => "bytes",
        (Dialect::Sqlite, "moment") => "number",
        (_, kind) => kind,
    };
    Column { kind: kind.to_owned(), ..column.clone() }
}

fn raw() -> (TestApp, Raw) {
    let app = TestApp::start();
    let raw = Raw::open(&app.database);
    (app, raw)
}

#[test]
fn every_table_has_exactly_the_columns_that_the_code_describes() {
    let (_app, mut raw) = raw();
    let described = described();
    assert_eq!(raw.tables(), described.keys().cloned().collect::<Vec<_>>());
    for (table, columns) in described {
        let by_name = |columns: Vec<Column>| -> BTreeMap<String, Column> {
            columns.into_iter().map(|column| (column.name.clone(), column)).collect()
        };
        let expected = by_name(columns.iter().map(|column| as_stored(column, raw.dialect())).collect());
        assert_eq!(by_name(raw.columns(&table)), expected, "{table}");
    }
}

#[test]
fn every_column_of_every_table_loads() {
    let (app, mut raw) = raw();
    app.anonymous().report(&[("tekst", "Iets om te laden.")]);
    let everything = raw.everything();
    for table in ["members", "member_roles", "public_keys", "signals", "grants", "records", "contents", "sealed_keys"] {
        assert!(!everything[table].is_empty(), "{table} has no row to load");
    }
    let loaded: BTreeSet<_> = everything.keys().cloned().collect();
    assert_eq!(loaded, described().into_keys().collect());
}

#[test]
fn names_tell_what_a_column_holds() {
    let mut wrong = Vec::new();
    for (table, columns) in described() {
        let ends_plural = table.rsplit('_').next().is_some_and(|word| word.ends_with('s'));
        let listed = ["idempotency", "log_head"].contains(&table.as_str());
        if table != table.to_lowercase() || !(ends_plural || listed) {
            wrong.push(format!("{table}: a table's name is plural and snake_case"));
        }
        for column in columns {
            let place = format!("{table}.{}", column.name);
            let holds = |kind: &str| column.kind == kind;
            let fits = match column.name.rsplit('_').next().unwrap() {
                "sealed" | "hash" | "signature" => holds("bytes"),
                "id" => holds("id") || ["signals.lookup_id", "log_head.id"].contains(&place.as_str()),
                "at" => holds("moment"),
                "on" | "day" => holds("text"),
                "index" | "count" => holds("number"),
                _ => true,
            };
            if !fits {
                wrong.push(format!("{place} holds {}", column.kind));
            }
            if holds("moment") && !column.name.ends_with("_at") {
                wrong.push(format!("{place}: a moment's name ends in _at"));
            }
            let open = column.nullable && column.name.ends_with("_at");
            if open != OPEN_ENDS.iter().any(|(listed, _)| *listed == place) {
                wrong.push(format!("{place}: a moment is there, or stands in OPEN_ENDS with its reason"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_id_of_another_row_is_held_by_a_foreign_key() {
    let (_app, mut raw) = raw();
    let sql = raw.pick(
        "SELECT m.name || '.' || f.\"from\" AS value FROM sqlite_schema m, pragma_foreign_key_list(m.name) f
         WHERE m.type = 'table'",
        "SELECT r.relname || '.' || a.attname AS value FROM pg_constraint c
         JOIN pg_class r ON r.oid = c.conrelid
         JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) WHERE c.contype = 'f'",
    );
    let sql = sql.to_owned();
    let held: BTreeSet<String> = raw.texts(&sql).into_iter().collect();
    let mut wrong = Vec::new();
    for (table, columns) in described() {
        for column in columns {
            let place = format!("{table}.{}", column.name);
            let names_a_row = column.name.ends_with("_id") || (column.kind == "id" && column.name.ends_with("_by"));
            let free = FREE_IDS.iter().any(|(listed, _)| *listed == place);
            if names_a_row && held.contains(&place) == free {
                wrong.push(format!("{place}: a foreign key, or a place in FREE_IDS with its reason"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_database_itself_refuses_to_change_or_delete_an_entry_of_the_log() {
    let (_app, mut raw) = raw();
    let before = raw.rows("events");
    for statement in ["UPDATE events SET kind = 'x' WHERE idx = 0", "DELETE FROM events WHERE idx = 0"] {
        let refused = raw.attempt(statement).unwrap_err();
        assert!(refused.contains("append only"), "{refused}");
    }
    assert_eq!(raw.rows("events"), before);
}

#[test]
fn the_database_checks_foreign_keys_and_keeps_numbers_and_texts_apart() {
    let (_app, mut raw) = raw();
    let id = raw.id("00000000000040008000000000000001");
    let orphan = format!("INSERT INTO circles (id, signal_id, created_on) VALUES ({id}, {id}, '2026-11-24')");
    assert!(raw.attempt(&orphan).is_err(), "a circle of no signal");
    assert!(raw.attempt("UPDATE log_head SET size = 'veel'").is_err(), "a text in a number");
    assert!(raw.attempt("UPDATE members SET created_at = NULL").is_err(), "a moment that is absent");
}
