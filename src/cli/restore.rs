//! `meldroute restore`: a backup into an empty database, with new keys for sessions.

use super::ceremony::{account, not_done};
use super::say;
use crate::app::backup::destroyed::{DestroyedList, ListRead};
use crate::app::backup::file::{Manifest, PartFile};
use crate::app::backup::folder::manifest_name;
use crate::app::oversight::Anchors;
use crate::app::putting_back::{Opened, RestoreError, hold_against, load, open_part, replay};
use crate::config::{Config, StartError, not_opened, store_options};
use crate::domain::time::{Clock as _, SystemClock};
use crate::policy::OpContext;
use crate::store::Store;
use crate::store::db::{Db, Use};
use crate::vault::backup::BackupPrivate;
use crate::vault::entropy::{OsEntropy, random_uuid_v4};
use crate::vault::secret::Secret;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(super) struct RestoreArgs {
    /// Het bestand met de instellingen van de omgeving waarin wordt teruggezet
    #[arg(long, value_name = "BESTAND")]
    config: PathBuf,
    /// Het bestand met inhoud (..inhoud.age)
    #[arg(long, value_name = "BESTAND")]
    content: PathBuf,
    /// Het bestand met sleutels (..sleutels.age)
    #[arg(long, value_name = "BESTAND")]
    keys: PathBuf,
    /// Het bestand met de geheime reservesleutel
    #[arg(long, value_name = "BESTAND")]
    identity: PathBuf,
    /// De lijst bij de kopie; zonder: naast het bestand met inhoud
    #[arg(long, value_name = "BESTAND")]
    manifest: Option<PathBuf>,
    /// De nieuwste lijst van vernietigingen; zonder: die van de instellingen
    #[arg(long, value_name = "BESTAND", conflicts_with = "without_destructions")]
    destructions: Option<PathBuf>,
    /// Zet terug zonder die lijst: wat na de kopie vernietigd is, komt terug
    #[arg(long, value_name = "")]
    without_destructions: bool,
}

const EMPTY: &str = "De database is leeg gebleven.";

fn refused(what: impl Into<String>, todo: impl Into<String>) -> StartError {
    StartError::new(what, EMPTY, todo)
}

fn not_restored(error: &RestoreError) -> StartError {
    let todo = match error {
        RestoreError::Changed(_) | RestoreError::File(..) | RestoreError::Lines(_) | RestoreError::OtherPart(_) => {
            "Neem de kopie van een andere plaats, of een eerdere kopie."
        }
        RestoreError::Key(..) => {
            "Neem het bestand met de geheime helft die meldroute backup-key voor deze omgeving maakte."
        }
        RestoreError::Mixed => "Neem de drie bestanden met hetzelfde begin van hun naam.",
        RestoreError::OtherDatabase(_) => "Zet terug in dezelfde soort database als waaruit de kopie komt.",
        RestoreError::Newer(_) => "Gebruik die nieuwere versie van het programma.",
        RestoreError::NotEmpty(_) => "Kies een lege database. Er wordt nooit over iets heen gezet.",
        RestoreError::Broken(_) => {
            "Start niet met deze kopie. Neem een eerdere, bewaar deze, en waarschuw de privacy officer en de FG."
        }
        RestoreError::Store(_) => "Controleer of de database draait en of deze gebruiker er tabellen mag maken.",
    };
    refused(format!("De reservekopie is niet teruggezet: {error}."), todo)
}

/// Puts a backup back.
pub(super) fn run(args: &RestoreArgs) -> Result<(), StartError> {
    let config = Config::load(&args.config)?;
    let folder = config.key_folder();
    let fingerprint = config.setup_fingerprint().ok_or_else(|| {
        refused(
            "In de instellingen staat geen keys.setup_fingerprint.",
            "Neem hem over van het papier van de inrichting: aan die vingerafdruk worden alle sleutels in de kopie getoetst.",
        )
    })?;
    folder.assure_no_server_key()?;

    say::step("Bestanden vergelijken met de lijst bij de kopie");
    let manifest = manifest(args)?;
    for (path, part) in [(&args.content, PartFile::Content), (&args.keys, PartFile::Keys)] {
        let entry = manifest.file(part).ok_or_else(|| not_restored(&RestoreError::Mixed))?;
        hold_against(path, entry).map_err(|error| not_restored(&error))?;
    }
    let private = private(&args.identity)?;
    let part = |path: &Path, part| open_part(path, part, &private).map_err(|error| not_restored(&error));
    let (content, keys) = (part(&args.content, PartFile::Content)?, part(&args.keys, PartFile::Keys)?);
    let opened = Opened::of(content, keys, &manifest).map_err(|error| not_restored(&error))?;
    let header = opened.header().clone();
    let list = list(args, &config, header.id)?;

    say::step("Sleutelbestanden terugzetten");
    folder.put_back(&header.key_files, fingerprint)?;
    let (ledger, setup_public) = folder.log_keys(&config.keys.log_name)?;
    let anchors = Anchors {
        log_key: ledger.verifier(),
        log_key_bytes: Some(ledger.public_bytes()),
        setup_fingerprint: fingerprint,
        setup_public,
    };

    say::step("Rijen terugzetten, en narekenen zoals audit verify dat doet");
    let options = store_options(&config)?;
    super::ceremony::make_database_folder(&options.address)?;
    let mut db = Db::open(&options.address, Use::Create).map_err(|error| not_opened(&options, &error))?;
    let mut told = |table: &str, rows: u64| say::line(format!("    {table}: {rows}"));
    let proof = load(&mut db, opened, &anchors, &mut told).map_err(|error| {
        if let RestoreError::Broken(proof) = &error {
            say::line(proof.to_string().trim_end());
        }
        not_restored(&error)
    })?;
    drop(db);
    say::line(proof.to_string().trim_end());

    say::step("Opnieuw vernietigen wat na de kopie vernietigd is");
    let store = Store::open(&options).map_err(|error| not_opened(&options, &error))?;
    let request = random_uuid_v4(&mut OsEntropy).map_err(|error| StartError::unexpected(&error))?;
    let op = OpContext::operator(&account(), SystemClock.now(), request);
    let again = replay(&store, &op, &header, list.as_ref()).map_err(|error| not_done(&error))?;
    store.close();
    say::line(format!("    {again} opnieuw vernietigd"));

    // Last: without it the service does not start on a database that was put back by half.
    folder.make_server_key(&mut OsEntropy)?;
    show(&manifest, &config, list.is_some());
    Ok(())
}

fn show(manifest: &Manifest, config: &Config, with_list: bool) {
    let size = manifest.log_size;
    say::line(format!("\nTeruggezet: de reservekopie van {}, met {size} logregels.", manifest.made_at));
    say::line(format!(
        "Wat na dat moment gebeurde, is weg: logregel {size} en verder. Een controlepunt over meer dan {size} regels dat de \
         machine eerder verliet, spreekt dit logboek voortaan tegen; dat hoort zo. Wat daarmee te doen staat in \
         docs/operations.md, onder Terugzetten."
    ));
    say::line("Iedereen meldt zich opnieuw aan: er is een nieuwe server.key en er zijn geen sessies.");
    say::line("Ga na wie sinds de kopie is uitgeschakeld, een rol verloor of is uitgesloten: dat moet opnieuw.");
    if !with_list {
        say::line(
            "Let op: er is teruggezet zonder lijst van vernietigingen. Wat na de kopie vernietigd is, staat er weer.",
        );
    }
    say::line(format!("Maak nu een nieuwe reservekopie, en bewaar {}.", config.backup.destructions.display()));
}

fn manifest(args: &RestoreArgs) -> Result<Manifest, StartError> {
    let beside = || {
        let name = args.content.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        args.content.with_file_name(manifest_name(&name))
    };
    let path = args.manifest.clone().unwrap_or_else(beside);
    let unreadable = |why: String| {
        refused(
            format!("De lijst bij de kopie, {}, is niet te lezen: {why}.", path.display()),
            "Geef hem op met --manifest. Zonder hem is niet te zien of de bestanden heel zijn.",
        )
    };
    let text = std::fs::read(&path).map_err(|error| unreadable(error.to_string()))?;
    serde_json::from_slice(&text).map_err(|error| unreadable(error.to_string()))
}

fn private(path: &Path) -> Result<BackupPrivate, StartError> {
    let text = std::fs::read_to_string(path).map(Secret::new);
    let text = text.map_err(|error| not_restored(&RestoreError::File(path.display().to_string(), error)))?;
    BackupPrivate::parse(&text).map_err(|error| not_restored(&RestoreError::Key(path.display().to_string(), error)))
}

/// The list of destructions, when it is one that goes with this backup.
fn list(args: &RestoreArgs, config: &Config, backup: uuid::Uuid) -> Result<Option<ListRead>, StartError> {
    if args.without_destructions {
        return Ok(None);
    }
    let path = args.destructions.as_ref().unwrap_or(&config.backup.destructions);
    let todo = "Geef de nieuwste lijst op met --destructions: die van de oude machine, of die naast de nieuwste \
                reservekopie. Is er geen, dan kan het met --without-destructions: alles wat na deze kopie is vernietigd, \
                staat er dan weer, leesbaar voor wie toen lazen, en dat moet u de privacy officer zeggen.";
    let read = DestroyedList::at(path).read().map_err(|error| {
        refused(format!("De lijst van vernietigingen, {}, is niet te lezen: {error}.", path.display()), todo)
    })?;
    if !read.backups.contains(&backup) {
        return Err(refused(
            format!(
                "In de lijst van vernietigingen, {}, staat deze reservekopie niet: de lijst ontbreekt, is ouder dan de \
                 kopie of is van een andere omgeving.",
                path.display()
            ),
            todo,
        ));
    }
    if read.unreadable > 0 {
        say::line(format!("Let op: {} regels van de lijst van vernietigingen zijn niet te lezen.", read.unreadable));
    }
    Ok(Some(read))
}
