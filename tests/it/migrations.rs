//! Migrations: there and back again leaves nothing, both databases have the same steps, what was released stands.

use crate::support::app;
use crate::support::raw::Raw;
use crate::support::source;
use meldroute::store::db::{Address, Db, Use};
use meldroute::store::{Migrations, Store, StoreOptions, migrate_down, migrate_up, migration_state};
use std::collections::BTreeMap;

/// What was released: a line per file, SHA-256 and path, or `not-released` and the name of a migration.
const RELEASED: &str = "migrations/released.txt";

/// Everything that makes the shape of a database: tables, columns, indexes, constraints, triggers, functions, rows.
fn dump(raw: &mut Raw) -> String {
    let sql = raw.pick(
        "SELECT type || ' ' || name || ': ' || coalesce(sql, '') AS value FROM sqlite_schema
         WHERE name NOT LIKE 'sqlite%' AND tbl_name NOT LIKE '__diesel%' ORDER BY 1",
        "SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' '
              || coalesce(column_default, '') || ' ' || coalesce(collation_name, '') AS value
         FROM information_schema.columns WHERE table_schema = current_schema() AND table_name NOT LIKE '\\_\\_diesel%'
         UNION ALL SELECT 'index ' || indexdef FROM pg_indexes
         WHERE schemaname = current_schema() AND tablename NOT LIKE '\\_\\_diesel%'
         UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
         FROM pg_constraint WHERE connamespace = current_schema()::regnamespace
             AND conrelid::regclass::text NOT LIKE '\\_\\_diesel%'
         UNION ALL SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
         UNION ALL SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc
         WHERE pronamespace = current_schema()::regnamespace AND proname NOT LIKE 'diesel%'
         ORDER BY 1",
    );
    let shape = raw.texts(sql).join("\n");
    format!("{shape}\n{:#?}", raw.everything())
}

fn empty() -> (Address, crate::support::database::Keep) {
    app::place().empty()
}

#[test]
fn up_down_up_ends_where_up_ended_and_down_leaves_nothing() {
    let (address, _keep) = empty();
    // SQLite names no database before the first table; PostgreSQL may have functions of its own.
    let nothing = dump(&mut Raw::open(&address));
    let mut db = Db::open(&address, Use::Create).unwrap();
    let steps = migrate_up(&mut db).unwrap();
    let up = dump(&mut Raw::open(&address));
    assert!(!steps.is_empty() && up.contains("signals"), "{steps:?}");
    migrate_down(&mut db).unwrap();
    assert_eq!(dump(&mut Raw::open(&address)), nothing);
    assert_eq!(migrate_up(&mut db).unwrap(), steps);
    assert_eq!(dump(&mut Raw::open(&address)), up);
    assert_eq!(migrate_up(&mut db).unwrap(), Vec::<String>::new(), "a second time does nothing");
}

#[test]
fn a_database_of_another_version_is_not_opened() {
    let (address, _keep) = empty();
    let mut db = Db::open(&address, Use::Create).unwrap();
    assert!(matches!(migration_state(&mut db).unwrap(), Migrations::Pending(_)));
    let Err(refused) = Store::open(&StoreOptions::at(address.clone())) else { panic!("opened an empty database") };
    assert!(refused.to_string().contains("meldroute migrate"), "{refused}");
    migrate_up(&mut db).unwrap();
    let insert = "INSERT INTO __diesel_schema_migrations (version) VALUES ('99999')";
    Raw::open(&address).run(insert);
    assert_eq!(migration_state(&mut db).unwrap(), Migrations::TooNew);
    let Err(refused) = Store::open(&StoreOptions::at(address)) else { panic!("opened a later database") };
    assert!(refused.to_string().contains("later version"), "{refused}");
}

fn names(dialect: &str) -> Vec<String> {
    let folder = source::root().join("migrations").join(dialect);
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn both_databases_have_the_same_steps_each_with_a_way_back() {
    assert_eq!(names("sqlite"), names("postgres"));
    for dialect in ["sqlite", "postgres"] {
        for name in names(dialect) {
            let (number, words) = name.split_once('_').unwrap();
            assert!(number.len() == 5 && number.parse::<u32>().is_ok() && !words.is_empty(), "{name}");
            for file in ["up.sql", "down.sql"] {
                let path = source::root().join("migrations").join(dialect).join(&name).join(file);
                let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
                assert!(!text.trim().is_empty(), "{} is empty", path.display());
            }
        }
    }
}

#[test]
fn a_released_migration_never_changes_and_a_new_one_is_named() {
    let listed = std::fs::read_to_string(source::root().join(RELEASED)).unwrap();
    let mut released = BTreeMap::new();
    let mut open = Vec::new();
    for line in listed.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        match line.split_once(' ').unwrap() {
            ("not-released", name) => open.push(name.to_owned()),
            (hash, path) => drop(released.insert(path.to_owned(), hash.to_owned())),
        }
    }
    for dialect in ["sqlite", "postgres"] {
        for name in names(dialect).into_iter().filter(|name| !open.contains(name)) {
            for file in ["up.sql", "down.sql"] {
                let path = format!("{dialect}/{name}/{file}");
                let text = std::fs::read(source::root().join("migrations").join(&path)).unwrap();
                let hash = data_encoding::HEXLOWER.encode(&meldroute::vault::digest::sha256(&text));
                let stands = released.remove(&path).unwrap_or_else(|| panic!("{path} is not in {RELEASED}"));
                assert_eq!(hash, stands, "{path} was released and has changed since");
            }
        }
    }
    assert_eq!(released, BTreeMap::new(), "released files are gone");
    assert!(open.iter().all(|name| names("sqlite").contains(name)), "{open:?}");
}
