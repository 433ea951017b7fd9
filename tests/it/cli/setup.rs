//! The ceremony, from an empty machine to a group key that two sheets of paper open.

use super::Fresh;
use meldroute::domain::role::Group;
use meldroute::store::contents::sealed_keys_of_subject;
use meldroute::vault::recovery::{RecoveryError, RecoveryShare, combine};
use meldroute::vault::{HolderPrivate, KeyRing};

const MEMBERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/config/members.toml");

/// The three printed shares.
fn shares(out: &str) -> Vec<RecoveryShare> {
    let lines: Vec<&str> = out.lines().collect();
    let starts = lines.iter().enumerate().filter(|(_, line)| line.starts_with("Deel ")).map(|(at, _)| at);
    starts.map(|at| RecoveryShare::parse(&lines[at + 1..at + 5].join("\n")).unwrap()).collect()
}

/// The one-time code of somebody: the last seven groups on their line.
fn code_of(out: &str, login: &str) -> String {
    let line =
        out.lines().find(|line| line.trim_start().starts_with(login)).unwrap_or_else(|| panic!("{login}: {out}"));
    let words: Vec<&str> = line.split_whitespace().collect();
    words[words.len() - 7..].join(" ")
}

#[test]
fn the_ceremony_makes_everything_and_refuses_to_run_twice() {
    let fresh = Fresh::new();
    let out = fresh.run(&["setup", "--members", MEMBERS]).well();
    let config = std::fs::read_to_string(fresh.path("config.toml")).unwrap();
    let fingerprint = config.lines().find_map(|line| line.strip_prefix("setup_fingerprint = \"")).unwrap();
    assert_eq!(fingerprint.len(), 65, "{config}");
    assert!(out.contains(fingerprint.trim_end_matches('"')), "{out}");
    assert!(config.contains("log_name = \"meldroute.test/logboek\""), "{config}");
    assert_eq!(shares(&out).len(), 3);
    assert!(out.contains("er zijn geen aandachtsfunctionarissen mensenhandel"), "{out}");

    let again = fresh.run(&["setup", "--members", MEMBERS]).badly(2, &["al ingericht"]);
    assert!(!again.contains("Deel "), "{again}");
    // The shares stand on paper and nowhere else.
    let mut kept = format!("{:?}", crate::support::raw::Raw::open(&fresh.address).everything());
    for name in ["config.toml", "keys/server.key", "keys/ledger.key", "keys/setup.key", "keys/setup.pub"] {
        kept.push_str(&std::fs::read_to_string(fresh.path(name)).unwrap());
    }
    for line in out.lines().skip_while(|line| !line.starts_with("Deel ")).filter(|line| line.starts_with("    ")) {
        assert!(!kept.contains(line.trim()), "{line}");
    }
    // Not even when the configuration forgot.
    std::fs::write(fresh.path("config.toml"), config.replace(fingerprint.trim_end_matches('"'), "")).unwrap();
    fresh.run(&["setup", "--members", MEMBERS]).badly(2, &["al in gebruik"]);
    let key = std::fs::read_to_string(fresh.path("keys/server.key")).unwrap();
    assert_eq!(key.trim().len(), 64);
}

#[test]
fn a_mistake_in_the_file_of_people_leaves_nothing_behind() {
    let fresh = Fresh::new();
    let file = fresh.path("mensen.toml");
    std::fs::write(&file, "[[member]]\nlogin = \"a\"\nname = \"A\"\nroles = [{ role = \"bronhouder\" }]\n").unwrap();
    fresh.run(&["setup", "--members", file.to_str().unwrap()]).badly(2, &["bronhouder", "Er is nog niets ingericht."]);
    assert!(!fresh.path("keys").exists());
    fresh.run(&["setup", "--members", MEMBERS]).well();
}

#[test]
fn two_printed_shares_open_the_private_key_of_a_group_and_one_does_not() {
    let fresh = Fresh::new();
    let out = fresh.run(&["setup", "--members", MEMBERS]).well();
    let app = fresh.app();
    let op = app.as_anonymous().unwrap();
    app.enrol(&op, "m.voorbeeld", &code_of(&out, "m.voorbeeld"), "een zin die lang genoeg is").unwrap();

    let group = app.group_holder(Group::Coordinators).unwrap();
    let recovery = app.recovery_holder().unwrap();
    let copies = app.store().read(|db| sealed_keys_of_subject(db, group.key)).unwrap();
    let copy = copies.iter().find(|copy| copy.holder == recovery.key).unwrap();
    let shares = shares(&out);
    for (one, two) in [(0, 1), (1, 2), (2, 0)] {
        let private = combine(&shares[one], &shares[two]).unwrap();
        let ring = KeyRing::of(recovery.key.uuid(), private);
        let opened = ring.open(&copy.purpose(), &copy.sealed).unwrap().unwrap();
        assert_eq!(HolderPrivate::from_key(opened).unwrap().public().unwrap(), group.public);
    }
    assert_eq!(combine(&shares[0], &shares[0]).err(), Some(RecoveryError::SameShare));
}

#[test]
fn a_code_works_once_and_nowhere_but_on_paper() {
    let fresh = Fresh::new();
    let out = fresh.run(&["setup", "--members", MEMBERS]).well();
    let code = code_of(&out, "d.voorbeeld");
    let app = fresh.app();
    let op = app.as_anonymous().unwrap();
    assert!(app.enrol(&op, "w.voorbeeld", &code, "een zin die lang genoeg is").is_err());
    app.enrol(&op, "d.voorbeeld", &code, "een zin die lang genoeg is").unwrap();
    assert!(app.enrol(&op, "d.voorbeeld", &code, "nog een zin die lang genoeg is").is_err());
    let mut raw = crate::support::raw::Raw::open(&fresh.address);
    let compact = code.replace(' ', "");
    let stored = format!("{:?}", raw.everything());
    assert!(!stored.contains(&compact) && !stored.contains(&code), "the code is in the database");
}
