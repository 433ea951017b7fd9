//! What the doctor says of installations in order and out of order.

use super::{Fresh, LATER_TABLES, rewritten};
use crate::support::app::{TestApp, template};
use crate::support::raw::Raw;
use crate::support::served::{Installation, Wish};
use meldroute::app::backup::destroyed::DestroyedList;
use meldroute::app::backup::{BackupWish, Keeping};
use meldroute::domain::calendar::in_words_near;
use meldroute::domain::time::{Clock as _, Day, SystemClock};
use meldroute::store::db::Address;
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

const MEMBERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/config/members.toml");

#[test]
fn an_installation_in_use_has_no_faults_and_each_step_that_hangs_on_one_person_is_named() {
    let place = Installation::new();
    place.run(&["audit", "checkpoint"]).well();
    let out = place.run(&["doctor"]).well();
    for words in [
        "De database is bereikbaar",
        "De tabellen zijn van deze versie.",
        "De openbare sleutels hebben elk hun verklaring",
        "De sleutel van de coördinatoren heeft 2 houders.",
        "Het laatste controlepunt dekt",
        "niet voor echte signalen",
        "Noodinzage staat uit",
        "Als Bea Proef weg is, staat stil: spoedbesluit tekenen",
        "De rol burgemeester heeft geen plaatsvervanger naast Bea Proef.",
        "0 fout",
    ] {
        assert!(out.contains(words), "{words}: {out}");
    }
    assert!(!out.contains("Als Mirte Proef weg is"), "a coordinator has a deputy and jurists: {out}");
}

#[test]
fn whether_a_signal_may_be_read_out_of_hours_is_said() {
    let wish = Wish { config: "[emergency_access]\nrole = \"jurist\"\n".to_owned() };
    let place = Installation::of(template(), &wish);
    let said = place.run(&["doctor"]).well();
    assert!(said.contains("wie de rol jurist heeft, kan op werkdagen niet tussen 8.00 en 18.00 uur"), "{said}");
}

#[test]
fn before_people_came_in_the_closed_roads_are_named() {
    let fresh = Fresh::new();
    fresh.run(&["doctor"]).badly(1, &["De sleutelmap", "fout"]);
    fresh.run(&["setup", "--members", MEMBERS]).well();
    let said = fresh.run(&["doctor"]);
    said.badly(
        1,
        &[
            "De coördinatoren hebben nog geen sleutel.",
            "Er kan geen gewoon signaal worden gemeld.",
            "Nog niet voor het eerst aangemeld: ",
            "Niemand heeft de rol jurist.",
            "Dit kan nu al niemand: ",
        ],
    );
}

fn allow(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn by_hand(place: &Installation, sql: &str) {
    let mut raw = Raw::open(&place.database);
    raw.unlock_log();
    raw.run(sql);
}

/// What is broken, how, how the command ends, and what it says of it.
type Broken = (&'static str, fn(&Installation), i32, &'static [&'static str]);

const BROKEN: &[Broken] = &[
    (
        "a setting that nobody knows",
        |place| rewritten(place, "passes = 2", "passes = 2\nkleur = \"blauw\""),
        1,
        &["fout    ", "kleur", "Verder kijken heeft geen zin"],
    ),
    (
        "a protocol that is not there",
        |place| rewritten(place, "[keys]", "[protocol]\nfolder = \"regels\"\n[keys]"),
        1,
        &["fout    De protocolbestanden in", "Controleer protocol.folder"],
    ),
    (
        "listening beyond this machine",
        |place| rewritten(place, "public = \"127.0.0.1:0\"", "public = \"0.0.0.0:0\""),
        0,
        &["let op  De dienst luistert buiten deze machine"],
    ),
    ("cheap passwords", |_| (), 0, &["let op  Het narekenen van een wachtwoord kost minder dan gebruikelijk."]),
    (
        "an open folder of keys",
        |place| allow(&place.path("keys"), 0o755),
        0,
        &["let op  Anderen op deze machine mogen in de sleutelmap", "chmod 700"],
    ),
    (
        "no folder of keys",
        |place| std::fs::rename(place.path("keys"), place.path("elders")).unwrap(),
        1,
        &["fout    De sleutelmap"],
    ),
    (
        "a key that a group may read",
        |place| allow(&place.path("keys/server.key"), 0o640),
        0,
        &["let op  De groep van", "server.key mag het lezen"],
    ),
    (
        "a key that everybody may read",
        |place| allow(&place.path("keys/ledger.key"), 0o644),
        1,
        &["fout    Iedereen op deze machine mag", "ledger.key lezen", "chmod 600"],
    ),
    (
        "a key that is gone",
        |place| std::fs::remove_file(place.path("keys/server.key")).unwrap(),
        1,
        &["fout    Het sleutelbestand", "server.key is niet te lezen"],
    ),
    (
        "a key that is no key",
        |place| std::fs::write(place.path("keys/server.key"), "geheim").unwrap(),
        1,
        &["server.key bevat geen sleutel"],
    ),
    (
        "another set-up key",
        |place| std::fs::write(place.path("keys/setup.pub"), "ab".repeat(32)).unwrap(),
        1,
        &["fout    De inrichtingssleutel (setup.pub) is niet die van keys.setup_fingerprint."],
    ),
    (
        "another key for checkpoints",
        |place| std::fs::write(place.path("keys/ledger.key"), "ab".repeat(32)).unwrap(),
        1,
        &["ledger.key is vervangen"],
    ),
    (
        "tables of an earlier version",
        |place| Raw::open(&place.database).run("DELETE FROM __diesel_schema_migrations"),
        1,
        &["fout    De tabellen zijn van een eerdere versie", "meldroute migrate"],
    ),
    (
        "tables of a later version",
        |place| Raw::open(&place.database).run(LATER_TABLES),
        1,
        &["fout    De tabellen zijn van een nieuwere versie"],
    ),
    (
        "a log that lost its last entry",
        |place| by_hand(place, "DELETE FROM events WHERE idx = (SELECT max(idx) FROM events)"),
        1,
        &["fout    Het einde van het logboek past niet bij de bewaarde eindstand."],
    ),
    ("no checkpoint", |_| (), 0, &["let op  De laatste", "niet door een controlepunt gedekt"]),
    (
        "a public key that was changed",
        |place| by_hand(place, "UPDATE public_keys SET epoch = 7 WHERE owner = 'coordinatoren'"),
        1,
        &["iemand heeft hem verwisseld", "audit verify"],
    ),
    (
        "a group whose key nobody holds",
        |place| {
            by_hand(
                place,
                "DELETE FROM sealed_keys WHERE subject_kind = 'group'
                 AND holder IN (SELECT key_id FROM members WHERE login IN ('mirte', 'joost'))",
            );
        },
        1,
        &["fout    Niemand van de coördinatoren heeft nog een kopie van de groepssleutel."],
    ),
    (
        "a group that the paper does not open",
        |place| {
            by_hand(
                place,
                "DELETE FROM sealed_keys WHERE subject_kind = 'group'
                 AND holder IN (SELECT id FROM public_keys WHERE owner_kind = 'recovery')",
            );
        },
        1,
        &["fout    De sleutel van de coördinatoren is niet met de herstelsleutel te openen."],
    ),
    (
        "the set-up key still here",
        |_| (),
        0,
        &["let op  De inrichtingssleutel (setup.key) is nog op deze machine, terwijl iedereen binnen is."],
    ),
];

#[test]
fn whatever_is_broken_is_named_and_weighed() {
    for (name, break_it, code, words) in BROKEN {
        let place = Installation::new();
        allow(&place.path("keys"), 0o700);
        break_it(&place);
        let said = place.run(&["doctor"]);
        let all = format!("{name}: {}\n{}", said.out, said.err);
        assert_eq!(said.code, *code, "{all}");
        for word in *words {
            assert!(all.contains(word), "`{word}` is not in {all}");
        }
    }
}

#[test]
fn a_database_that_cannot_be_reached_is_a_fault() {
    let place = Installation::new();
    match &place.database {
        Address::Sqlite(path) => {
            allow(path, 0o660);
            assert!(!place.run(&["doctor"]).well().contains("Iedereen op deze machine"), "a group may read it");
            allow(path, 0o666);
            let out = place.run(&["doctor"]).well();
            assert!(out.contains("let op  Iedereen op deze machine mag"), "{out}");
            std::fs::remove_file(path).unwrap();
            place.run(&["doctor"]).badly(1, &["fout    Het databasebestand", "bestaat niet"]);
            std::fs::write(path, "dit is geen database, en lang genoeg om dat te zien aan de eerste bytes").unwrap();
            place.run(&["doctor"]).badly(1, &["fout    De database", "is niet te openen"]);
        }
        Address::Postgres { .. } => {
            let nowhere = "postgres://iemand:geheim-woord@/nergens?host=/bestaat/niet";
            std::fs::write(place.path("database.url"), nowhere).unwrap();
            let said = place.run(&["doctor"]).badly(1, &["fout    De database", "is niet te openen"]);
            assert!(!said.contains("geheim-woord"), "{said}");
        }
    }
}

#[test]
fn a_proposed_role_and_a_holder_without_a_key_are_named() {
    let place = Installation::new();
    place.run(&["member", "role", "bibi", "jurist"]).well();
    let mut raw = Raw::open(&place.database);
    raw.run(
        "DELETE FROM sealed_keys WHERE subject_kind = 'group' AND holder =
         (SELECT key_id FROM members WHERE login = 'joost')",
    );
    drop(raw);
    let out = place.run(&["doctor"]).well();
    for words in [
        "bibi: de rol jurist wacht op een tweede persoon.",
        "Nog zonder groepssleutel bij de coördinatoren: joost.",
        "Laat een houder zich opnieuw aanmelden: mirte.",
        "De sleutel van de coördinatoren heeft één houder: mirte.",
    ] {
        assert!(out.contains(words), "{words}: {out}");
    }
}

#[test]
fn only_roles_that_hold_today_count_and_the_end_of_the_last_deputy_is_told() {
    let place = Installation::new();
    let today = SystemClock.now().day();
    let named = |last: Day| format!("Joost Proef vervangt als coördinator tot en met {}", in_words_near(last, today));
    let hand = |sql: &str| Raw::open(&place.database).run(sql);
    let until = |last: Day| {
        hand(&format!(
            "UPDATE member_roles SET last_on = '{last}' WHERE role = 'coordinator' AND seat = 'plaatsvervanger'"
        ));
        place.run(&["doctor"]).well()
    };
    let stops = "Als Mirte Proef weg is, staat stil";
    for (days, told) in [(0, true), (30, true), (31, false)] {
        let out = until(today.plus_days(days));
        assert_eq!(out.contains(&named(today.plus_days(days))), told, "{days}: {out}");
        assert!(!out.contains("heeft één houder: mirte"), "{days}: {out}");
    }
    let before = place.run(&["doctor"]).well();
    let out = until(today.plus_days(-1));
    for words in [
        "De sleutel van de coördinatoren heeft één houder: mirte.",
        "De rol coördinator heeft geen plaatsvervanger naast Mirte Proef.",
        stops,
    ] {
        assert!(out.contains(words), "{words}: {out}");
    }
    let stop = |out: &str| out.lines().find(|line| line.contains(stops)).map_or(0, str::len);
    assert!(stop(&out) > stop(&before), "more stops without a deputy: {out}");
    hand("UPDATE member_roles SET last_on = '2020-01-01' WHERE role = 'coordinator'");
    let out = place.run(&["doctor"]).badly(1, &["Niemand van de coördinatoren heeft nog een kopie"]);
    assert!(out.contains("Niemand heeft de rol coördinator."), "{out}");
}

#[test]
fn what_a_backup_needs_is_named_until_it_is_there() {
    let place = Installation::new();
    let out = place.run(&["doctor"]).well();
    for words in [
        "let op  De openbare reservesleutel",
        "let op  Er is nog geen reservekopie gemaakt.",
        "een reservesleutel (meldroute backup-key)",
    ] {
        assert!(out.contains(words), "{words}: {out}");
    }
    place.backup_key();
    assert!(place.run(&["doctor"]).well().contains("een reservekopie (meldroute backup)"));
    let app = TestApp::on(&place);
    app.clock.set("2026-11-01T08:00:00Z".parse().unwrap());
    let wish = BackupWish {
        folder: &place.path("reserve"),
        to: &meldroute::vault::backup::make().0,
        key_files: BTreeMap::new(),
        program: "0",
        destroyed: &DestroyedList::at(&place.destructions()),
        keeping: Keeping { keys_days: 30, content_days: 30 },
    };
    app.app.back_up(&app.app.as_operator("test").unwrap(), &wish, &mut |_, _| {}).unwrap();
    let out = place.run(&["doctor"]).well();
    assert!(out.contains("let op  De laatste reservekopie is ") && out.contains("een nieuwe reservekopie: "), "{out}");
    place.back_up().well();
    let out = place.run(&["doctor"]).well();
    for words in ["versleuteld voor age1", "De laatste reservekopie is 0 dagen oud.", "lijst van vernietigingen is te"]
    {
        assert!(out.contains(words), "{words}: {out}");
    }
    assert!(!out.contains("een reservekopie (meldroute backup)"), "{out}");
    std::fs::remove_file(place.destructions()).unwrap();
    std::fs::create_dir(place.destructions()).unwrap();
    place.run(&["doctor"]).badly(1, &["fout    De lijst van vernietigingen"]);
}
