//! `meldroute setup`: the ceremony. It is done once, by two people at one machine, with a printer or pen and paper.

use super::people_file::{self, thin_groups};
use super::{ceremony, say};
use crate::app::setup::{Invitation, OneTimeCode, Standing};
use crate::config::{Config, StartError, load_protocol};
use crate::domain::time::SystemClock;
use crate::vault::recovery::RecoveryShare;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

/// What an empty fingerprint looks like in the configuration file.
const EMPTY_LINE: &str = "setup_fingerprint = \"\"";

/// Sets an installation up.
pub(super) fn run(config_file: &Path, people_file: &Path) -> Result<(), StartError> {
    let mut config = Config::load(config_file)?;
    if config.setup_fingerprint().is_some() {
        return Err(StartError::new(
            "Deze omgeving is al ingericht: keys.setup_fingerprint is ingevuld.",
            "Inrichten kan één keer. Nieuwe sleutels zouden niet bij deze gegevens passen.",
            "Nieuwe mensen komen erbij met meldroute member add.",
        ));
    }
    let protocol = load_protocol(&config.protocol.folder)?;
    let people = people_file::read(people_file, &protocol)?;
    say::step("Database en sleutels maken");
    let begun = ceremony::begin(&mut config, Arc::new(SystemClock))?;
    say::step(format!("{} mensen uitnodigen", people.len()));
    let op = ceremony::operator(&begun.app)?;
    let codes = begun.app.invite(&op, &people, Standing::Ceremony).map_err(|error| ceremony::not_done(&error))?;
    show_fingerprint(config_file, &config.keys.setup_fingerprint);
    show_shares(&begun.shares);
    show_codes(&codes);
    show_what_follows(&config, &people);
    Ok(())
}

fn show_fingerprint(file: &Path, fingerprint: &str) {
    say::line("\n1. Vingerafdruk van de inrichtingssleutel\n");
    say::line(format!("    {fingerprint}\n"));
    say::line("Schrijf hem ook op papier. Alle sleutels in de database worden aan deze vingerafdruk getoetst.");
    match write_fingerprint(file, fingerprint) {
        Ok(Written::Filled) => say::line(format!("Hij staat nu in {}.", file.display())),
        Ok(Written::NoPlace) | Err(_) => {
            say::line(format!("Zet deze regel in {}, onder [keys]:\n", file.display()));
            say::line(format!("    setup_fingerprint = \"{fingerprint}\""));
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Written {
    Filled,
    NoPlace,
}

/// Fills the empty line in, and leaves everything else in the file as it was.
fn write_fingerprint(file: &Path, fingerprint: &str) -> std::io::Result<Written> {
    let text = std::fs::read_to_string(file)?;
    let filled = format!("setup_fingerprint = \"{fingerprint}\"");
    let mut changed = String::with_capacity(text.len() + filled.len());
    let mut found = Written::NoPlace;
    for line in text.split_inclusive('\n') {
        if found == Written::NoPlace && line.trim() == EMPTY_LINE {
            changed.push_str(&line.replace(EMPTY_LINE, &filled));
            found = Written::Filled;
        } else {
            changed.push_str(line);
        }
    }
    if found == Written::Filled {
        // Beside the old one and then in its place: a full disk must not leave half a configuration.
        let beside = file.with_extension("nieuw");
        let mut out = std::fs::File::create(&beside)?;
        out.write_all(changed.as_bytes())?;
        out.sync_all()?;
        std::fs::set_permissions(&beside, std::fs::metadata(file)?.permissions())?;
        std::fs::rename(&beside, file)?;
    }
    Ok(found)
}

fn show_shares(shares: &[RecoveryShare; 3]) {
    let [first, _, _] = shares;
    say::line("\n2. Herstelsleutel, in drie delen\n");
    say::line("Met twee van deze drie delen zijn alle groepssleutels te openen, als niemand van een groep er meer bij");
    say::line("kan. Zij worden nu één keer getoond en nergens bewaard. Druk elk deel apart af, of schrijf het over en");
    say::line(
        "lees het elkaar voor. Geef ze aan drie mensen die elk apart bewaren: bijvoorbeeld de gemeentesecretaris,",
    );
    say::line("de FG en een notaris. Geen van hen is beheerder. Wis daarna dit scherm.\n");
    say::line(format!("Kenmerk van deze set: {}", first.set()));
    for share in shares {
        say::line(format!("\nDeel {} van 3", share.number()));
        for line in share.printed().expose().lines() {
            say::line(format!("    {line}"));
        }
    }
}

fn show_codes(codes: &[OneTimeCode]) {
    say::line("\n3. Eenmalige codes\n");
    say::line("Elk voor één persoon, voor de eerste keer aanmelden op /aanmelden/eerste-keer. Geef ze zelf, in");
    say::line("persoon. Wie de code heeft, kiest het wachtwoord.\n");
    let rows: Vec<[String; 3]> =
        codes.iter().map(|code| [code.login.clone(), code.name.clone(), code.code.expose().clone()]).collect();
    say::table(["Aanmelden", "Naam", "Code"], &rows);
}

fn show_what_follows(config: &Config, people: &[Invitation]) {
    say::line("\n4. Wat nu\n");
    say::line("- Start de dienst met meldroute serve en laat iedereen zich voor het eerst aanmelden.");
    say::line(
        "- Laat daarna de eerste van elke groep zich nog een keer aanmelden: dan krijgt de tweede de groepssleutel.",
    );
    say::line(
        "- Maak met meldroute backup-key de reservesleutel, en daarna met meldroute backup een eerste reservekopie.",
    );
    say::line("- Kijk met meldroute doctor of alles er is.");
    let folder = config.key_folder();
    let setup = folder.path(crate::config::KeyName::Setup);
    say::line(format!(
        "- Haal {} van deze machine als iedereen binnen is, en bewaar hem in een kluis: hij bevestigt wie erbij komt.",
        setup.display()
    ));
    say::line(format!("- Bewaar een kopie van {} los van de database.", folder.folder().display()));
    for (group, count) in thin_groups(people) {
        say::line(match count {
            0 => format!("- Let op: er zijn geen {}. Die weg is dicht tot er twee zijn.", group.label()),
            _ => format!("- Let op: bij de {} is er maar één. Is die weg, dan staat die weg stil.", group.label()),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_is_filled_in_and_the_rest_of_the_file_stays() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("meldroute.toml");
        std::fs::write(&file, "# van ons\n[keys]\n  setup_fingerprint = \"\"\nlog_name = \"x/y\"\n").unwrap();
        assert_eq!(write_fingerprint(&file, "abc").unwrap(), Written::Filled);
        let now = std::fs::read_to_string(&file).unwrap();
        assert_eq!(now, "# van ons\n[keys]\n  setup_fingerprint = \"abc\"\nlog_name = \"x/y\"\n");
        assert_eq!(write_fingerprint(&file, "def").unwrap(), Written::NoPlace);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), now);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_installation_that_is_set_up_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("meldroute.toml");
        std::fs::write(&file, format!("[keys]\nsetup_fingerprint = \"{}\"\n", "ab".repeat(32))).unwrap();
        let refused = run(&file, Path::new("mensen.toml")).unwrap_err();
        assert!(refused.what.contains("al ingericht"), "{refused}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
