//! `meldroute demo`: a whole installation with invented people and signals, on this machine alone.
//!
//! Everything in it is real (keys, seals, log, sign-in) except its people and its password, which everybody knows.
//! Passwords cost the least that the vault allows, so that looking around goes quickly.

mod people;
mod signals;

use super::ceremony::{self, operator};
use super::{journal, say, serve};
use crate::app::App;
use crate::app::setup::Standing;
use crate::app::sign_in::SessionKind;
use crate::config::{Config, StartError, open};
use crate::domain::role::Group;
use crate::web::server::Sides;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

const SETTINGS_FILE: &str = "meldroute.toml";
const RECEIPTS_FILE: &str = "ontvangstcodes.txt";
/// Everybody's password. A sentence, as the service asks of everybody.
pub(super) const PASSWORD: &str = "Welkom in de demo van de meldroute";
const FIRST_PORT: u16 = 8080;
const LAST_PORT: u16 = 8179;

/// Makes the demo when it is not there, and serves it.
pub(super) fn run(data: &Path, port: Option<u16>) -> Result<(), StartError> {
    if data.join(SETTINGS_FILE).exists() {
        say::step(format!("De demo in {} is er al", data.display()));
    } else {
        make(data)?;
    }
    let mut config = Config::load(&data.join(SETTINGS_FILE))?;
    if !config.is_demo() {
        return Err(StartError::new(
            format!("{} is geen demo: er staat mode = \"live\".", data.join(SETTINGS_FILE).display()),
            "Een echte omgeving start niet met wachtwoorden die iedereen kent.",
            "Start haar met meldroute serve --config.",
        ));
    }
    journal::start(&config.log);
    let listener = loopback(port)?;
    let address = listener.local_addr().map_err(|error| StartError::unexpected(&error))?;
    config.listen.public = address;
    config.listen.staff = address;
    let (app, web) = open(&config)?;
    drop(app);
    tell(data, address);
    serve::until_stopped(web, vec![(listener, Sides::Both)], config.listen.workers)
}

/// The port asked for, or the first that is free.
fn loopback(port: Option<u16>) -> Result<TcpListener, StartError> {
    let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    if let Some(port) = port {
        return serve::bind(at(port));
    }
    (FIRST_PORT..=LAST_PORT).find_map(|port| TcpListener::bind(at(port)).ok()).ok_or_else(|| {
        StartError::new(
            format!("Geen poort van {FIRST_PORT} tot en met {LAST_PORT} is vrij."),
            "De demo kan nergens zijn pagina's laten zien.",
            "Noem zelf een poort: meldroute demo --data MAP --port POORT.",
        )
    })
}

fn tell(data: &Path, address: SocketAddr) {
    say::line(format!("\nDemo: alles is verzonnen. Typ er niets in over echte mensen.\n\n  http://{address}\n"));
    say::line(format!("Melden kan zonder account. Medewerkers melden zich aan op http://{address}/aanmelden"));
    say::line(format!("met de naam hieronder en steeds hetzelfde wachtwoord: {PASSWORD}\n"));
    let rows: Vec<[String; 3]> = people::everybody()
        .into_iter()
        .map(|person| {
            let roles: Vec<String> = person.roles.iter().map(people::in_words).collect();
            [person.login, person.name, roles.join(", ")]
        })
        .collect();
    say::table(["Aanmelden", "Naam", "Rol"], &rows);
    say::line(format!("\nCodes om de tien meldingen te volgen: {}", data.join(RECEIPTS_FILE).display()));
    say::line("Stoppen: Ctrl-C.");
}

/// Makes the demo beside its place and moves it there when it is whole, so that an interrupted run leaves no half one.
fn make(data: &Path) -> Result<(), StartError> {
    if std::fs::read_dir(data).is_ok_and(|mut inside| inside.next().is_some()) {
        return Err(StartError::new(
            format!("In {} staan bestanden die niet van een demo zijn.", data.display()),
            "De demo zou daartussen komen te staan.",
            "Noem een lege of nieuwe map.",
        ));
    }
    let draft = draft_of(data)?;
    build(&draft)?;
    std::fs::rename(&draft, data).map_err(|error| unwritable(data, &error))
}

fn unwritable(path: &Path, error: &std::io::Error) -> StartError {
    StartError::new(
        format!("De map {} is niet te maken of te beschrijven: {error}.", path.display()),
        "Daar komen de database, de sleutels en de instellingen van de demo.",
        "Noem een map waarin u mag schrijven.",
    )
}

/// The folder in which the demo is built; what an interrupted run left there goes.
fn draft_of(data: &Path) -> Result<PathBuf, StartError> {
    let mut name = data.file_name().unwrap_or_default().to_owned();
    if name.is_empty() {
        return Err(unwritable(data, &std::io::ErrorKind::InvalidInput.into()));
    }
    name.push(".in-aanbouw");
    let draft = data.with_file_name(name);
    if draft.join(SETTINGS_FILE).exists() {
        std::fs::remove_dir_all(&draft).map_err(|error| unwritable(&draft, &error))?;
    }
    std::fs::create_dir_all(&draft).map_err(|error| unwritable(&draft, &error))?;
    Ok(draft)
}

fn settings(fingerprint: &str) -> String {
    format!(
        "# Een demo: alles is verzonnen. Voor een echte omgeving: config/default.toml en meldroute setup.\n\
         mode = \"demo\"\n\n[database]\nsqlite = \"meldroute.sqlite\"\n\n[keys]\nfolder = \"keys\"\n\
         setup_fingerprint = \"{fingerprint}\"\nlog_name = \"demo.meldroute.example/logboek\"\n\n\
         # Het laagste dat mag, zodat rondkijken vlot gaat. Nooit zo voor echt.\n[password]\nmemory_kib = 19456\n\
         passes = 2\n\n[log]\nlevel = \"warn\"\n"
    )
}

fn build(folder: &Path) -> Result<(), StartError> {
    let file = folder.join(SETTINGS_FILE);
    let write = |text: &str| std::fs::write(&file, text).map_err(|error| unwritable(folder, &error));
    write(&settings(""))?;
    let mut config = Config::load(&file)?;
    say::step("Database, sleutels en logboek maken");
    let begun = ceremony::begin(&mut config)?;
    write(&settings(&config.keys.setup_fingerprint))?;
    let app = begun.app;
    let_everybody_in(&app)?;
    share_signals(&app, folder)?;
    let store = app.store().clone();
    drop(app);
    store.close();
    Ok(())
}

/// Everybody comes in as people do: with a one-time code, and then with their password. When the second holder of a
/// group is in, the first signs in once more, because only in a holder's session can the group's key be passed on.
fn let_everybody_in(app: &App) -> Result<(), StartError> {
    let people = people::everybody();
    say::step(format!("{} mensen uitnodigen", people.len()));
    let codes = app.invite(&operator(app)?, &people, Standing::Ceremony).map_err(|error| ceremony::not_done(&error))?;
    say::step("Iedereen meldt zich voor het eerst aan en maakt eigen sleutels");
    for code in &codes {
        let op = app.as_anonymous().map_err(|error| StartError::unexpected(&error))?;
        app.enrol(&op, &code.login, code.code.expose(), PASSWORD).map_err(|error| ceremony::not_done(&error))?;
    }
    say::step("De sleutels van de groepen delen met hun plaatsvervangers");
    let runtime = runtime()?;
    for group in Group::ALL {
        let Some(first) = people::first_of(*group) else { continue };
        let op = app.as_anonymous().map_err(|error| StartError::unexpected(&error))?;
        let (_, session) =
            app.sign_in(&op, first, PASSWORD, SessionKind::Web).map_err(|error| ceremony::not_done(&error))?;
        let op = app.as_member(session.actor).map_err(|error| StartError::unexpected(&error))?;
        runtime.block_on(app.sign_out(&op)).map_err(|error| ceremony::not_done(&error))?;
    }
    Ok(())
}

fn runtime() -> Result<tokio::runtime::Runtime, StartError> {
    tokio::runtime::Builder::new_current_thread().build().map_err(|error| StartError::unexpected(&error))
}

/// The ten signals come in as signals do. Their codes are kept in a file: here nobody needs protecting.
fn share_signals(app: &App, folder: &Path) -> Result<(), StartError> {
    let all = signals::ten();
    say::step(format!("{} signalen melden", all.len()));
    let runtime = runtime()?;
    let mut lines = String::from("Codes van de demo, om de meldingen te volgen op /melden/volgen\n\n");
    for signal in all {
        let receipt = signals::receipt(app).map_err(|error| StartError::unexpected(&error))?;
        let op = app.as_anonymous().map_err(|error| StartError::unexpected(&error))?;
        let new = signal.new_signal().map_err(|error| ceremony::not_done(&error))?;
        let received = runtime
            .block_on(app.submit(&op, &new, &receipt, signal.arrival))
            .map_err(|error| ceremony::not_done(&error))?;
        let code = receipt.shown();
        let source = signal.arrival.source.label();
        lines.push_str(&format!("{}  {}  {source}: {}\n", code.expose(), received.reference, signal.title));
    }
    let file = folder.join(RECEIPTS_FILE);
    std::fs::write(&file, lines).map_err(|error| unwritable(&file, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_demo_is_built_with_a_key_for_both_holders_of_each_group() {
        let temporary = tempfile::tempdir().unwrap();
        let data = temporary.path().join("demo");
        make(&data).unwrap();
        assert!(!temporary.path().join("demo.in-aanbouw").exists());
        let config = Config::load(&data.join(SETTINGS_FILE)).unwrap();
        let (app, _) = open(&config).unwrap();
        for group in Group::ALL {
            let key = app.group_holder(*group).unwrap().key;
            let copies = app.store().read(|db| crate::store::contents::sealed_keys_of_subject(db, key)).unwrap();
            let holders = people::everybody().iter().filter(|p| p.roles.iter().any(|r| r.role == group.role())).count();
            // And one for the recovery key on paper.
            assert_eq!(copies.len(), holders + 1, "{group:?}");
            assert!(holders >= 2, "{group:?}");
        }
        let codes = std::fs::read_to_string(data.join(RECEIPTS_FILE)).unwrap();
        assert_eq!(codes.lines().filter(|line| line.contains("S-")).count(), 10);
    }

    #[test]
    fn an_interrupted_demo_is_built_anew_and_foreign_files_are_left_alone() {
        let temporary = tempfile::tempdir().unwrap();
        let data = temporary.path().join("demo");
        let draft = temporary.path().join("demo.in-aanbouw");
        std::fs::create_dir(&draft).unwrap();
        std::fs::write(draft.join(SETTINGS_FILE), "half").unwrap();
        std::fs::write(draft.join("rest"), "oud").unwrap();
        assert!(!draft_of(&data).unwrap().join("rest").exists());
        std::fs::create_dir(&data).unwrap();
        std::fs::write(data.join("brief.txt"), "van iemand").unwrap();
        assert!(make(&data).unwrap_err().what.contains("niet van een demo"));
        assert!(data.join("brief.txt").exists());
    }

    #[test]
    fn a_demo_listens_on_this_machine_alone_and_takes_the_port_it_was_given() {
        let taken = loopback(None).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert!(taken.local_addr().unwrap().ip().is_loopback());
        assert!(loopback(Some(port)).unwrap_err().what.contains(&port.to_string()));
        assert_ne!(loopback(None).unwrap().local_addr().unwrap().port(), port);
    }

    #[test]
    fn the_settings_of_a_demo_are_read_as_a_demo() {
        let config = Config::parse(&settings(""), Path::new("/tmp/demo")).unwrap();
        assert!(config.is_demo());
        assert!(PASSWORD.chars().count() >= crate::app::sign_in::PASSWORD_MIN_CHARS);
    }
}
