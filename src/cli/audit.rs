//! `meldroute audit`: prove the log, sign it, carry it off.

use super::ceremony::account;
use super::{Ended, say};
use crate::app::oversight::{Anchors, Proof, export, prove, sign_checkpoint};
use crate::config::{Config, StartError, not_opened, store_options};
use crate::domain::time::{Clock as _, SystemClock};
use crate::ledger::export::verify_export;
use crate::ledger::note::VerifierKey;
use crate::ledger::report::Verdict;
use crate::policy::OpContext;
use crate::store::db::{Db, Use};
use crate::store::{Store, Trace};
use crate::vault::entropy::{OsEntropy, random_uuid_v4};
use clap::{Args, Subcommand};
use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

const HELP: &str = "{about}\n\nGebruik: {usage}\n\n{all-args}{after-help}\n";

#[derive(Subcommand)]
pub(super) enum AuditCommand {
    /// Reken het logboek na: van de database, of van een uitvoer met alleen de controlesleutel
    #[command(help_template = HELP, next_help_heading = "Opties")]
    Verify(VerifyArgs),
    /// Reken na, onderteken een controlepunt en toon de vingerafdruk
    #[command(help_template = HELP, next_help_heading = "Opties")]
    Checkpoint(CheckpointArgs),
    /// Schrijf het hele logboek naar een bestand, om elders na te rekenen
    #[command(help_template = HELP, next_help_heading = "Opties")]
    Export(ExportArgs),
}

#[derive(Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["config", "export"]))]
pub(super) struct VerifyArgs {
    /// Het bestand met de instellingen: reken de database na
    #[arg(long, value_name = "BESTAND")]
    config: Option<PathBuf>,
    /// Een uitvoer van het logboek: reken dat bestand na
    #[arg(long, value_name = "BESTAND", requires = "key")]
    export: Option<PathBuf>,
    /// Een controlepunt dat elders bewaard is; mag vaker
    #[arg(long = "checkpoint", value_name = "BESTAND")]
    checkpoints: Vec<PathBuf>,
    /// De controlesleutel (naam+kenmerk+sleutel), of een bestand waarin hij staat
    #[arg(long, value_name = "SLEUTEL")]
    key: Option<String>,
}

#[derive(Args)]
pub(super) struct CheckpointArgs {
    /// Het bestand met de instellingen
    #[arg(long, value_name = "BESTAND")]
    config: PathBuf,
    /// Schrijf het controlepunt ook naar dit nieuwe bestand
    #[arg(long, value_name = "BESTAND")]
    out: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct ExportArgs {
    /// Het bestand met de instellingen
    #[arg(long, value_name = "BESTAND")]
    config: PathBuf,
    /// Het nieuwe bestand om in te schrijven
    #[arg(long, value_name = "BESTAND")]
    out: PathBuf,
}

/// Runs one of them.
pub(super) fn run(command: AuditCommand) -> Result<Ended, StartError> {
    match command {
        AuditCommand::Verify(args) => verify(&args),
        AuditCommand::Checkpoint(args) => checkpoint(&args),
        AuditCommand::Export(args) => write_export(&args),
    }
}

fn verify(args: &VerifyArgs) -> Result<Ended, StartError> {
    let checkpoints = args.checkpoints.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    let key = args.key.as_deref().map(key_of).transpose()?;
    if let (Some(path), Some(key)) = (&args.export, &key) {
        say::step("Uitvoer narekenen");
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        let (_, report) =
            verify_export(BufReader::new(file), Some(key.clone()), &checkpoints).map_err(|error| not_read(&error))?;
        say::line(report.to_string().trim_end());
        return Ok(ended(report.verdict));
    }
    let path = args.config.as_deref().unwrap_or(Path::new(""));
    let config = Config::load(path)?;
    let mut anchors = anchors(&config)?;
    if let Some(key) = key {
        anchors.log_key_bytes = None;
        anchors.log_key = key;
    }
    say::step("Logboek, rijen en sleutels narekenen");
    let proof = proof(&config, &anchors, &checkpoints)?;
    tell(&proof);
    Ok(ended(proof.verdict()))
}

fn tell(proof: &Proof) {
    say::line(proof.to_string().trim_end());
    if proof.verdict() == Verdict::Broken {
        say::line("\nVerander niets aan de database, maak er een kopie van, en waarschuw de privacy officer en de FG.");
    }
}

fn ended(verdict: Verdict) -> Ended {
    match verdict {
        Verdict::Whole => Ended::Well,
        Verdict::Broken => Ended::WithFindings,
    }
}

/// What is believed, without opening the service: a log that does not hold must still be looked at.
fn anchors(config: &Config) -> Result<Anchors, StartError> {
    let keys = config.key_folder().read(&config.keys.log_name)?;
    let setup_fingerprint = config.setup_fingerprint().ok_or_else(|| {
        StartError::new(
            "Deze omgeving is nog niet ingericht: keys.setup_fingerprint is leeg.",
            "Er is nog geen logboek om na te rekenen.",
            "Draai eerst meldroute setup.",
        )
    })?;
    Ok(Anchors {
        log_key: keys.ledger.verifier(),
        log_key_bytes: Some(keys.ledger.public_bytes()),
        setup_fingerprint,
        setup_public: keys.setup_public,
    })
}

fn proof(config: &Config, anchors: &Anchors, checkpoints: &[String]) -> Result<Proof, StartError> {
    let mut db = reader(config)?;
    prove(&mut db, anchors, checkpoints).map_err(|error| not_read(&error))
}

fn reader(config: &Config) -> Result<Db, StartError> {
    let options = store_options(config)?;
    crate::config::database_exists(&options)?;
    Db::open(&options.address, Use::Read).map_err(|error| not_opened(&options, &error))
}

fn not_read(error: &impl std::fmt::Display) -> StartError {
    StartError::new(
        format!("Het logboek is niet te lezen: {error}."),
        "Er is dus niets bewezen, en ook niet dat er iets mis is.",
        "Controleer of de database of het bestand heel en bereikbaar is, en probeer het opnieuw.",
    )
}

fn unreadable(path: &Path, error: &std::io::Error) -> StartError {
    StartError::new(
        format!("Het bestand {} is niet te lezen of te schrijven: {error}.", path.display()),
        "De opdracht is niet uitgevoerd.",
        "Controleer het pad en de rechten. Een bestand dat er al is, wordt nooit overschreven.",
    )
}

fn read(path: &Path) -> Result<String, StartError> {
    std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))
}

/// The key as typed, or from a file.
fn key_of(text: &str) -> Result<VerifierKey, StartError> {
    let path = Path::new(text);
    let text = if path.is_file() { read(path)? } else { text.to_owned() };
    text.trim().parse().map_err(|error| {
        StartError::new(
            format!("De controlesleutel is niet bruikbaar: {error}."),
            "Zonder de juiste sleutel is niets te bewijzen.",
            "Neem de regel over die bij de inrichting of door audit checkpoint is getoond.",
        )
    })
}

/// The store without the check at start, and the context of an act by whoever runs the command.
fn store_and_op(config: &Config) -> Result<(Store, OpContext), StartError> {
    let options = store_options(config)?;
    crate::config::database_exists(&options)?;
    let store = Store::open(&options).map_err(|error| not_opened(&options, &error))?;
    let request = random_uuid_v4(&mut OsEntropy).map_err(|error| StartError::unexpected(&error))?;
    Ok((store, OpContext::operator(&account(), SystemClock.now(), request)))
}

fn checkpoint(args: &CheckpointArgs) -> Result<Ended, StartError> {
    let config = Config::load(&args.config)?;
    let keys = config.key_folder().read(&config.keys.log_name)?;
    let anchors = anchors(&config)?;
    say::step("Eerst narekenen: alleen een heel logboek wordt ondertekend");
    let proof = proof(&config, &anchors, &[])?;
    if proof.verdict() == Verdict::Broken {
        tell(&proof);
        say::line("\nEr is geen controlepunt gezet.");
        return Ok(Ended::WithFindings);
    }
    let (store, op) = store_and_op(&config)?;
    let signed =
        sign_checkpoint(&store, &op, &keys.ledger, &proof).map_err(|error| super::ceremony::not_done(&error))?;
    store.close();
    if let Some(path) = &args.out {
        use std::io::Write as _;
        let mut file = File::create_new(path).map_err(|error| unreadable(path, &error))?;
        file.write_all(signed.note.as_bytes()).map_err(|error| unreadable(path, &error))?;
    }
    say::line(format!("\nControlepunt over {} regels:\n", signed.size));
    say::line(signed.note.trim_end());
    say::line(format!("\nVingerafdruk, voor op papier:  {}", signed.fingerprint));
    say::line(format!("Controlesleutel:  {}\n", anchors.log_key));
    say::line("Een controlepunt bewijst pas iets als een kopie deze machine verlaat: geef het aan de FG.");
    Ok(Ended::Well)
}

fn write_export(args: &ExportArgs) -> Result<Ended, StartError> {
    let config = Config::load(&args.config)?;
    let anchors = anchors(&config)?;
    let file = File::create_new(&args.out).map_err(|error| unreadable(&args.out, &error))?;
    // That the log was carried off belongs in it. A database that cannot be written can still be carried off.
    let noted = store_and_op(&config).map(|(store, op)| {
        let noted = store.write_blocking(&op, "log.export", |tx| tx.record(Trace::new("log.exported")));
        store.close();
        noted.is_ok()
    });
    if !noted.unwrap_or(false) {
        say::problem(&"let op: dat het logboek is uitgevoerd, kon niet in het logboek worden geschreven.");
    }
    say::step("Logboek uitvoeren");
    let mut db = reader(&config)?;
    let out = export(&mut db, &anchors.log_key, BufWriter::new(file)).map_err(|error| not_read(&error))?;
    let file = out.into_inner().map_err(|error| unreadable(&args.out, error.error()))?;
    file.sync_all().map_err(|error| unreadable(&args.out, &error))?;
    say::line(format!("Het logboek staat in {}.", args.out.display()));
    say::line("\nElders narekenen, met niets dan dit bestand en de controlesleutel:\n");
    say::line(format!(
        "    meldroute audit verify --export {} \\\n        --key '{}'",
        args.out.display(),
        anchors.log_key
    ));
    Ok(Ended::Well)
}
