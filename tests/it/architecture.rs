//! The house's own rules, read from the source: who may know whom, which crate belongs in which room.

use crate::support::source::{self, Source};

/// The rooms, lowest first. A room knows the rooms below it and never one on its own floor.
const FLOORS: &[&[&str]] = &[
    &["domain"],
    &["policy", "vault", "ledger"],
    &["store"],
    &["app"],
    &["jobs", "web"],
    &["config", "telemetry", "cli"],
    &["main", "lib"],
];

/// Pairs on one floor that do know each other, with the reason.
const NEIGHBOURS: &[(&str, &str, &str)] = &[
    ("cli", "config", "a command reads the configuration"),
    ("cli", "telemetry", "a command starts the log of lines"),
];

/// Crates that live in one room only.
const HOMES: &[(&str, &[&str])] = &[
    ("diesel", &["store"]),
    ("diesel_migrations", &["store"]),
    ("libsqlite3_sys", &["store"]),
    ("pq_sys", &["store"]),
    ("actix_web", &["web"]),
    ("askama", &["web"]),
    ("clap", &["cli", "config"]),
];

/// Files over the limit, with the reason. One that fits again must go from this list.
const LONG_FILES: &[(&str, &str)] =
    &[("src/store/schema.rs", "one table after the other, written once for both databases; no logic to split")];
const MOST_LINES: usize = 400;

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

fn may_know(one: &str, other: &str) -> bool {
    let (Some(here), Some(there)) = (floor(one), floor(other)) else { return false };
    one == other || there < here || NEIGHBOURS.iter().any(|(a, b, _)| (*a, *b) == (one, other))
}

fn none(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn imports_run_from_the_doors_to_the_domain_and_never_back() {
    let mut wrong = Vec::new();
    for file in source::under("src") {
        assert!(floor(file.room()).is_some(), "{} is in no known room", file.path);
        for (number, line) in file.code_lines() {
            for other in source::rooms_named(&line) {
                if !may_know(file.room(), &other) {
                    wrong.push(format!("{}:{number}: {} must not know {other}", file.path, file.room()));
                }
            }
            // At the top of a file, so many steps up lead out of the room without naming where to.
            let steps = line.strip_prefix("use ").map_or(0, |path| path.matches("super::").count());
            if steps >= file.depth() {
                wrong.push(format!("{}:{number}: write crate:: when leaving the room", file.path));
            }
        }
    }
    none(wrong);
}

#[test]
fn crates_with_one_home_are_used_in_no_other_room() {
    let crypto = source::crates_listed_under("# Cryptography");
    assert!(crypto.len() > 8 && crypto.contains(&"ed25519_dalek".to_owned()), "{crypto:?}");
    let mut wrong = Vec::new();
    for file in source::under("src") {
        for (number, line) in file.code_lines() {
            for name in source::crates_named(&line) {
                let home = HOMES.iter().find(|(one, _)| *one == name).map(|(_, rooms)| *rooms);
                let home = if crypto.contains(&name) { Some(["vault", "ledger"].as_slice()) } else { home };
                if home.is_some_and(|rooms| !rooms.contains(&file.room())) {
                    wrong.push(format!("{}:{number}: {name} lives in {home:?}", file.path));
                }
            }
        }
    }
    none(wrong);
}

#[test]
fn no_code_changes_or_deletes_entries_of_the_log() {
    let mut wrong = Vec::new();
    for file in source::under("src") {
        let dense: String = file.code_lines().flat_map(|(_, line)| line.chars().collect::<Vec<_>>()).collect();
        let dense: String = dense.chars().filter(|sign| !sign.is_whitespace()).collect::<String>().to_lowercase();
        for forbidden in ["update(events::", "delete(events::", "updateevents", "deletefromevents", "truncateevents"] {
            if dense.contains(forbidden) {
                wrong.push(format!("{}: {forbidden}", file.path));
            }
        }
    }
    none(wrong);
}

#[test]
fn a_file_can_be_read_in_one_go() {
    let mut wrong = Vec::new();
    for file in source::under("src") {
        let exception = LONG_FILES.iter().find(|(path, _)| *path == file.path);
        match (file.text.lines().count(), exception) {
            (lines, None) if lines > MOST_LINES => wrong.push(format!("{}: {lines} lines", file.path)),
            (lines, Some(_)) if lines <= MOST_LINES => wrong.push(format!("{} fits: no exception needed", file.path)),
            _ => {}
        }
    }
    none(wrong);
}

#[test]
fn a_lint_is_answered_with_a_reason_or_obeyed() {
    let silent = ["#[", "#!["].map(|open| format!("{open}allow"));
    let mut wrong = Vec::new();
    for file in source::under("src").into_iter().chain(source::under("tests/it")) {
        for (number, line) in file.code_lines() {
            let line = line.replace(' ', "");
            let expects = line.contains("[expect(") && !rest_of(&file, number).contains("reason");
            if silent.iter().any(|open| line.contains(open)) || expects {
                wrong.push(format!("{}:{number}: use #[expect(.., reason = \"..\")]", file.path));
            }
        }
    }
    none(wrong);
}

/// The attribute that starts at a line: until its closing bracket.
fn rest_of(file: &Source, number: usize) -> String {
    let rest: String = file.text.lines().skip(number - 1).take(12).collect::<Vec<_>>().join(" ");
    rest.split(")]").next().unwrap_or_default().to_owned()
}

#[test]
fn a_module_is_named_after_what_it_holds() {
    let vague = ["mod.rs", "utils.rs", "util.rs", "helpers.rs", "common.rs", "misc.rs", "manager.rs", "service.rs"];
    let wrong = source::under("src").into_iter().chain(source::under("tests/it")).filter(|file| {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        vague.contains(&name)
    });
    none(wrong.map(|file| file.path).collect());
}
