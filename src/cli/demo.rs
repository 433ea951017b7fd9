//! `meldroute demo`: a whole installation with invented people and signals, on this machine alone.
//!
//! Everything in it is real (keys, seals, log, sign-in) except its people and its password, which everybody knows.
//! Passwords cost the least that the vault allows, so that looking around goes quickly.

mod drafts;
mod people;
mod road;
mod signals;
mod stages;

use self::road::Road;
use super::ceremony::{self, operator};
use super::{journal, say, serve};
use crate::app::App;
use crate::app::setup::Standing;
use crate::app::sign_in::SessionKind;
use crate::config::{Config, StartError, load_protocol, open};
use crate::domain::role::Group;
use crate::domain::time::{Clock as _, FixedClock, Moment, SystemClock};
use crate::web::server::Sides;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
        make(data, SystemClock.now())?;
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
/// Its people came as far as they are at `now`.
fn make(data: &Path, now: Moment) -> Result<(), StartError> {
    if std::fs::read_dir(data).is_ok_and(|mut inside| inside.next().is_some()) {
        return Err(StartError::new(
            format!("In {} staan bestanden die niet van een demo zijn.", data.display()),
            "De demo zou daartussen komen te staan.",
            "Noem een lege of nieuwe map.",
        ));
    }
    let draft = draft_of(data)?;
    build(&draft, now)?;
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
         passes = 2\n\n# Rondkijken gaat met een wachtwoord alleen. Nooit zo voor echt.\n[sign_in]\n\
         second_factor = \"off\"\n\n[log]\nlevel = \"warn\"\n"
    )
}

fn build(folder: &Path, now: Moment) -> Result<(), StartError> {
    let file = folder.join(SETTINGS_FILE);
    let write = |text: &str| std::fs::write(&file, text).map_err(|error| unwritable(folder, &error));
    write(&settings(""))?;
    let mut config = Config::load(&file)?;
    say::step("Database, sleutels en logboek maken");
    // The people of the demo have been at it for some weeks: their clock begins there and ends at now.
    let calendar = load_protocol(&config.protocol.folder)?.calendar;
    let clock = Arc::new(FixedClock::at(road::morning(&calendar, now, stages::FIRST_DAY)));
    let begun = ceremony::begin(&mut config, clock.clone())?;
    write(&settings(&config.keys.setup_fingerprint))?;
    let app = begun.app;
    let_everybody_in(&app)?;
    say::step("Tien signalen melden en verder brengen: wegen, verrijken, besluiten, opvolgen");
    let receipts = Road::of(&app, &clock, now).and_then(|mut road| stages::take(&mut road).map(|()| road.receipts));
    keep_receipts(folder, &receipts.map_err(|error| ceremony::not_done(&error))?)?;
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

/// The codes are kept in a file: here nobody needs protecting.
fn keep_receipts(folder: &Path, receipts: &[String]) -> Result<(), StartError> {
    let file = folder.join(RECEIPTS_FILE);
    let lines = receipts.join("\n");
    std::fs::write(&file, format!("Codes van de demo, om de meldingen te volgen op /melden/volgen\n\n{lines}\n"))
        .map_err(|error| unwritable(&file, &error))
}

#[cfg(test)]
mod tests;
