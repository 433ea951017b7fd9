//! The operator's commands, run as the program itself.

mod audit;
mod backup;
mod demo;
mod doctor;
mod keys;
mod machine;
mod member;
mod restore;
mod serve;
mod setup;

use crate::support::database::{Keep, Place};
use crate::support::served::Installation;
use meldroute::app::App;
use meldroute::config::{Config, app_parts};
use meldroute::store::db::Address;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// As if a later version of the program had made tables in this database.
const LATER_TABLES: &str = "INSERT INTO __diesel_schema_migrations (version) VALUES ('99999')";

/// What a command said, and how it ended.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// It ended well; gives what it printed.
    pub(crate) fn well(self) -> String {
        assert_eq!(self.code, 0, "{}\n{}", self.out, self.err);
        self.out
    }

    /// It ended with this code and said all of these, wherever.
    pub(crate) fn badly(self, code: i32, words: &[&str]) -> String {
        let all = format!("{}\n{}", self.out, self.err);
        assert_eq!(self.code, code, "{all}");
        for word in words {
            assert!(all.contains(word), "`{word}` is not in: {all}");
        }
        all
    }
}

/// Runs the program to its end.
pub(crate) fn meldroute(arguments: &[&str]) -> Said {
    meldroute_told(arguments, "")
}

/// The same with these words on its standard input.
pub(crate) fn meldroute_told(arguments: &[&str], words: &str) -> Said {
    let mut child = Command::new(env!("CARGO_BIN_EXE_meldroute"))
        .args(arguments)
        .env("USER", "proef")
        .env_remove("SUDO_USER")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that asks for nothing may be gone already.
    drop(child.stdin.take().unwrap().write_all(words.as_bytes()));
    let done = child.wait_with_output().unwrap();
    Said {
        code: done.status.code().unwrap_or(-1),
        out: String::from_utf8(done.stdout).unwrap(),
        err: String::from_utf8(done.stderr).unwrap(),
    }
}

impl Installation {
    /// Runs a command with this installation's `--config`.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.run_told(arguments, "")
    }

    /// The same with these words on its standard input.
    pub(crate) fn run_told(&self, arguments: &[&str], words: &str) -> Said {
        let config = self.path("config.toml");
        let mut all = arguments.to_vec();
        all.extend(["--config", config.to_str().unwrap()]);
        meldroute_told(&all, words)
    }

    /// The use cases on this installation, as the service opens them.
    pub(crate) fn app(&self) -> App {
        app_of(&self.path("config.toml"))
    }
}

/// Replaces words in the configuration, which must be there.
fn rewritten(place: &Installation, words: &str, by: &str) {
    let file = place.path("config.toml");
    let config = std::fs::read_to_string(&file).unwrap();
    assert!(config.contains(words), "{words}: {config}");
    std::fs::write(file, config.replace(words, by)).unwrap();
}

fn app_of(config: &Path) -> App {
    App::new(app_parts(&Config::load(config).unwrap()).unwrap())
}

/// A configuration and an empty database: before the ceremony.
struct Fresh {
    folder: tempfile::TempDir,
    address: Address,
    _keep: Keep,
    _place: Place,
}

impl Fresh {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::choose();
        let (mut address, keep) = place.empty();
        let database = match &mut address {
            Address::Sqlite(path) => {
                *path = folder.path().join("data/meldroute.sqlite");
                "sqlite = \"data/meldroute.sqlite\"".to_owned()
            }
            Address::Postgres { url, .. } => {
                std::fs::write(folder.path().join("database.url"), &*url).unwrap();
                "postgres_url_file = \"database.url\"".to_owned()
            }
        };
        let config = format!(
            "mode = \"live\"\n[database]\n{database}\n[keys]\nsetup_fingerprint = \"\"\n\
             log_name = \"meldroute.test/logboek\"\n[password]\nmemory_kib = 19456\npasses = 2\n"
        );
        std::fs::write(folder.path().join("config.toml"), config).unwrap();
        Self { folder, address, _keep: keep, _place: place }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Said {
        let config = self.path("config.toml");
        let mut all = arguments.to_vec();
        all.extend(["--config", config.to_str().unwrap()]);
        meldroute(&all)
    }

    fn app(&self) -> App {
        app_of(&self.path("config.toml"))
    }
}

#[test]
fn help_is_dutch_and_mistakes_on_the_command_line_are_explained() {
    let help = meldroute(&["--help"]).well();
    for command in
        ["demo", "setup", "serve", "doctor", "migrate", "member", "keys", "audit", "backup", "backup-key", "restore"]
    {
        assert!(help.contains(command), "{command}: {help}");
    }
    for words in [&["member", "add", "--help"][..], &["audit", "verify", "--help"], &["keys", "recover", "--help"]] {
        let help = meldroute(words).well();
        assert!(help.contains("Gebruik:") && !help.contains("Print help"), "{help}");
    }
    meldroute(&["banaan"]).badly(2, &["De opdracht banaan bestaat niet."]);
    meldroute(&["serve", "--config", "/x", "--haast"]).badly(2, &["--haast kent deze opdracht niet."]);
    meldroute(&["serve"]).badly(2, &["Er ontbreekt iets: --config"]);
    meldroute(&[]).badly(2, &["--help"]);
    meldroute(&["serve", "--config", "/bestaat/niet.toml"]).badly(2, &["/bestaat/niet.toml", "Wat te doen"]);
}
