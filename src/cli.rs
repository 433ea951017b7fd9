//! The operator's commands. What they print is Dutch and for whoever runs the machine; content of signals is never
//! among it, because no command holds a key that opens any.

mod audit;
mod backup;
mod ceremony;
mod consent;
mod demo;
mod doctor;
mod journal;
mod keys;
mod machine;
mod member;
mod migrate;
mod people_file;
mod readiness;
mod restore;
mod say;
mod serve;
mod setup;

use crate::config::StartError;
use clap::error::ErrorKind;
use clap::{ArgAction, Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "{about}\n\nGebruik: {usage}\n\n{all-args}{after-help}\n";

#[derive(Parser)]
#[command(
    name = "meldroute",
    version,
    about = "Vertrouwelijke signaalintake en casusregie tegen ondermijning, voor gemeenten.",
    help_template = HELP,
    disable_help_flag = true,
    disable_help_subcommand = true,
    disable_version_flag = true,
    subcommand_help_heading = "Opdrachten",
    subcommand_value_name = "OPDRACHT",
    next_help_heading = "Opties"
)]
struct Line {
    #[command(subcommand)]
    command: Command,
    /// Toon deze hulp
    #[arg(short = 'h', long, action = ArgAction::Help, global = true)]
    help: Option<bool>,
    /// Toon de versie
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
}

#[derive(Subcommand)]
enum Command {
    /// Start een demo met verzonnen mensen en signalen, alleen op deze machine
    #[command(help_template = HELP, next_help_heading = "Opties")]
    Demo(DemoArgs),
    /// Richt een echte omgeving in: sleutels, database, herstelsleutel en de eerste mensen
    #[command(help_template = HELP, next_help_heading = "Opties")]
    Setup(SetupArgs),
    /// Start de dienst
    #[command(help_template = HELP, next_help_heading = "Opties")]
    Serve(ConfigArgs),
    /// Controleer de omgeving en zeg wat er scheelt en wat stilvalt als iemand weg is
    #[command(help_template = HELP, next_help_heading = "Opties")]
    Doctor(ConfigArgs),
    /// Breng de tabellen op de stand van dit programma
    #[command(help_template = HELP, next_help_heading = "Opties")]
    Migrate(ConfigArgs),
    /// Maak een versleutelde reservekopie, ook terwijl de dienst draait
    #[command(help_template = HELP, next_help_heading = "Opties")]
    Backup(BackupArgs),
    /// Maak één keer de reservesleutel; de geheime helft gaat van de machine
    #[command(help_template = HELP, next_help_heading = "Opties")]
    BackupKey(BackupKeyArgs),
    /// Zet een reservekopie terug in een lege database
    #[command(help_template = HELP, next_help_heading = "Opties")]
    Restore(restore::RestoreArgs),
    /// Mensen en hun rollen
    #[command(subcommand, help_template = HELP, subcommand_help_heading = "Opdrachten",
        subcommand_value_name = "OPDRACHT", next_help_heading = "Opties", disable_help_subcommand = true)]
    Member(member::MemberCommand),
    /// Koppelingen: andere systemen die zelf iets mogen
    #[command(subcommand, help_template = HELP, subcommand_help_heading = "Opdrachten",
        subcommand_value_name = "OPDRACHT", next_help_heading = "Opties", disable_help_subcommand = true)]
    Machine(machine::MachineCommand),
    /// De herstelsleutel op papier
    #[command(subcommand, help_template = HELP, subcommand_help_heading = "Opdrachten",
        subcommand_value_name = "OPDRACHT", next_help_heading = "Opties", disable_help_subcommand = true)]
    Keys(keys::KeysCommand),
    /// Het logboek: controleren, ondertekenen, uitvoeren
    #[command(subcommand, help_template = HELP, subcommand_help_heading = "Opdrachten",
        subcommand_value_name = "OPDRACHT", next_help_heading = "Opties", disable_help_subcommand = true)]
    Audit(audit::AuditCommand),
}

#[derive(Args)]
struct SetupArgs {
    /// Het bestand met de instellingen (voorbeeld: config/default.toml)
    #[arg(long, value_name = "BESTAND")]
    config: PathBuf,
    /// Het bestand met de eerste mensen (voorbeeld: config/members.toml)
    #[arg(long, value_name = "BESTAND")]
    members: PathBuf,
}

/// Which installation.
#[derive(Args)]
struct ConfigArgs {
    /// Het bestand met de instellingen (voorbeeld: config/default.toml)
    #[arg(long, value_name = "BESTAND")]
    config: PathBuf,
}

#[derive(Args)]
struct BackupArgs {
    /// Het bestand met de instellingen
    #[arg(long, value_name = "BESTAND")]
    config: PathBuf,
    /// De map voor reservekopieën; wordt gemaakt als zij er niet is
    #[arg(long, value_name = "MAP")]
    to: PathBuf,
}

#[derive(Args)]
struct BackupKeyArgs {
    /// Het bestand met de instellingen
    #[arg(long, value_name = "BESTAND")]
    config: PathBuf,
    /// Het nieuwe bestand voor de geheime helft; zonder: op het scherm
    #[arg(long, value_name = "BESTAND")]
    out: Option<PathBuf>,
}

#[derive(Args)]
struct DemoArgs {
    /// De map voor alles van de demo; wordt gemaakt als zij er niet is
    #[arg(long, value_name = "MAP")]
    data: PathBuf,
    /// De poort op 127.0.0.1; zonder keuze de eerste vrije vanaf 8080
    #[arg(long, value_name = "POORT")]
    port: Option<u16>,
}

/// How a command ended when nothing broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// As it should.
    Well,
    /// It found something that is not in order, and said so.
    WithFindings,
}

/// Runs the command named on the command line.
#[must_use]
pub fn run() -> ExitCode {
    let line = match Line::try_parse() {
        Ok(line) => line,
        Err(error) => return explain(&error),
    };
    match dispatch(line.command) {
        Ok(Ended::Well) => ExitCode::SUCCESS,
        Ok(Ended::WithFindings) => ExitCode::from(1),
        Err(error) => {
            say::problem(&error);
            ExitCode::from(2)
        }
    }
}

fn dispatch(command: Command) -> Result<Ended, StartError> {
    match command {
        Command::Demo(args) => demo::run(&args.data, args.port)?,
        Command::Setup(args) => setup::run(&args.config, &args.members)?,
        Command::Serve(args) => serve::run(&args.config)?,
        Command::Migrate(args) => migrate::run(&args.config)?,
        Command::Backup(args) => backup::run(&args.config, &args.to)?,
        Command::BackupKey(args) => backup::make_key(&args.config, args.out.as_deref())?,
        Command::Restore(args) => restore::run(&args)?,
        Command::Member(command) => member::run(command)?,
        Command::Machine(command) => machine::run(command)?,
        Command::Keys(command) => keys::run(command)?,
        Command::Doctor(args) => return doctor::run(&args.config),
        Command::Audit(command) => return audit::run(command),
    }
    Ok(Ended::Well)
}

/// What is wrong with the command line, in Dutch; help and version are no mistakes.
fn explain(error: &clap::Error) -> ExitCode {
    let shown = error.render().to_string();
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        say::line(shown.trim_end());
        return ExitCode::SUCCESS;
    }
    let named = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let argument = named(clap::error::ContextKind::InvalidArg);
    let what = match error.kind() {
        ErrorKind::MissingRequiredArgument => format!("Er ontbreekt iets: {argument}."),
        ErrorKind::UnknownArgument => format!("{argument} kent deze opdracht niet."),
        ErrorKind::InvalidSubcommand => {
            format!("De opdracht {} bestaat niet.", named(clap::error::ContextKind::InvalidSubcommand))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("{} kan niet bij {argument}.", named(clap::error::ContextKind::InvalidValue))
        }
        ErrorKind::ArgumentConflict => format!("{argument} gaat niet samen met iets anders dat u typte."),
        _ => "Deze opdracht is niet volledig.".to_owned(),
    };
    say::problem(&format!("{what}\n  Met --help erachter staat wat er kan."));
    ExitCode::from(2)
}
