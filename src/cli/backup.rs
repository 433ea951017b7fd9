//! `meldroute backup` and `meldroute backup-key`: a copy of everything, sealed to a key that is not here.

use super::ceremony::operator;
use super::say;
use crate::app::App;
use crate::app::backup::destroyed::DestroyedList;
use crate::app::backup::{BackupError, BackupWish, Keeping, Made};
use crate::config::{Config, StartError, app_parts};
use crate::vault::backup::make;
use std::path::Path;

/// Makes a backup into a folder, while the service goes on.
pub(super) fn run(config: &Path, to: &Path) -> Result<(), StartError> {
    let config = Config::load(config)?;
    let keys = config.key_folder();
    let public = keys.backup_public()?;
    let app = App::new(app_parts(&config)?);
    let op = operator(&app)?;
    let wish = BackupWish {
        folder: to,
        to: &public,
        key_files: keys.texts_for_backup()?,
        program: env!("CARGO_PKG_VERSION"),
        destroyed: &DestroyedList::at(&config.backup.destructions),
        keeping: Keeping { keys_days: config.backup.keep_keys_days, content_days: config.backup.keep_content_days },
    };
    say::step("Reservekopie maken, van één moment; de dienst gaat door");
    let mut told = |table: &str, rows: u64| say::line(format!("    {table}: {rows}"));
    let made = app.back_up(&op, &wish, &mut told).map_err(|error| not_made(&error, to))?;
    show(&made, to, &config);
    Ok(())
}

fn show(made: &Made, to: &Path, config: &Config) {
    let manifest = &made.manifest;
    say::line(format!("\nDe reservekopie staat in {}:\n", to.display()));
    for file in &manifest.files {
        say::line(format!("    {} ({} bytes)", file.name, file.bytes));
    }
    say::line(format!("\nHet logboek had {} regels, met wortel {}.", manifest.log_size, manifest.root));
    if made.completed > 0 {
        say::line(format!("Op de lijst van vernietigingen ontbraken er {}; die staan er nu op.", made.completed));
    }
    match made.cleared.as_slice() {
        [] => say::line("Er was niets oud genoeg om op te ruimen."),
        cleared => say::line(format!("Opgeruimd: {}.", cleared.join(", "))),
    }
    say::line(format!(
        "Het bestand met sleutels blijft {} dagen. Bewaar het los van dat met inhoud, en breng beide van deze machine.",
        config.backup.keep_keys_days
    ));
}

fn not_made(error: &BackupError, to: &Path) -> StartError {
    let shown = to.display();
    let nothing = "Er is geen reservekopie gemaakt, en er staat geen half bestand onder een echte naam.";
    match error {
        BackupError::Taken => StartError::new(
            format!("Er wordt al een reservekopie gemaakt in {shown}."),
            "Twee tegelijk zouden elkaar in de weg zitten.",
            "Wacht tot de andere klaar is.",
        ),
        BackupError::OpenToOthers => StartError::new(
            format!("Anderen op deze machine mogen in {shown} kijken."),
            "De bestanden zijn versleuteld, maar wie ze weg kan halen of terugzetten, hoort daar niet bij te kunnen.",
            format!("chmod 700 {shown}"),
        ),
        BackupError::List(error) => StartError::new(
            format!("De lijst van vernietigingen is niet te schrijven: {error}."),
            "Zonder die lijst zou terugzetten terugbrengen wat vernietigd is. Er is geen reservekopie gemaakt.",
            "Geef deze gebruiker schrijfrecht op het bestand van backup.destructions.",
        ),
        BackupError::File(error) if error.kind() == std::io::ErrorKind::StorageFull => StartError::new(
            format!("De schijf van {shown} is vol."),
            nothing,
            "Maak ruimte, of bewaar kopieën korter ([backup] in de instellingen).",
        ),
        BackupError::File(error) => StartError::new(
            format!("In {shown} is niet te schrijven of te lezen: {error}."),
            nothing,
            "Controleer het pad en de rechten.",
        ),
        BackupError::Store(error) => StartError::new(
            format!("De database geeft een fout: {error}."),
            nothing,
            "Draai meldroute doctor: dat zegt wat er aan de omgeving scheelt.",
        ),
    }
}

/// Makes the backup key: the public half stays, the private half goes with whoever runs this.
pub(super) fn make_key(config: &Path, out: Option<&Path>) -> Result<(), StartError> {
    let config = Config::load(config)?;
    let keys = config.key_folder();
    let (public, private) = make();
    keys.put_backup_public(&public)?;
    match out {
        Some(path) => {
            if let Err(error) = write_private(path, &private_text(&public.to_string(), private.printed().expose())) {
                keys.take_away_backup_public();
                return Err(StartError::new(
                    format!("Het bestand {} is niet te maken: {error}.", path.display()),
                    "Er is geen reservesleutel gemaakt.",
                    "Kies een nieuw bestand op een plaats waar deze gebruiker mag schrijven. Er wordt nooit overschreven.",
                ));
            }
            say::line(format!("De geheime helft staat in {}.", path.display()));
            say::line("Haal dat bestand van deze machine, bewaar het op twee plaatsen, en wis het hier.");
        }
        None => {
            say::line(
                "De geheime helft, één keer getoond. Druk haar af, of schrijf haar over en lees haar elkaar voor:\n",
            );
            say::line(format!("    {}\n", private.printed().expose()));
            say::line("Bewaar haar op twee plaatsen, niet op deze machine. Wis daarna dit scherm.");
        }
    }
    say::line(format!("De openbare helft is {public}; zij staat in de sleutelmap."));
    say::line("Zonder de geheime helft is geen reservekopie terug te zetten. Oefen dat: docs/operations.md.");
    Ok(())
}

fn private_text(public: &str, private: &str) -> crate::vault::Secret<String> {
    crate::vault::Secret::new(format!(
        "# geheime reservesleutel van de meldroute\n# openbare helft: {public}\n{private}\n"
    ))
}

fn write_private(path: &Path, text: &crate::vault::Secret<String>) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.expose().as_bytes())?;
    file.sync_all()
}
