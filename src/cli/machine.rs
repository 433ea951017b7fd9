//! `meldroute machine`: which other systems may ask by themselves. What is proposed here works only when a privacy
//! officer has agreed to it in a session of their own.

use super::ceremony::{not_done, operator};
use super::say;
use crate::app::App;
use crate::app::machines::{Machine, Standing};
use crate::config::{Config, StartError, app_parts};
use crate::domain::ids::MachineId;
use crate::domain::machine::{MachineDraft, Scope};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

const HELP: &str = "{about}\n\nGebruik: {usage}\n\n{all-args}{after-help}\n";

#[derive(Subcommand)]
pub(super) enum MachineCommand {
    /// Stel een koppeling voor: een ander systeem dat zelf iets mag
    #[command(help_template = HELP, next_help_heading = "Opties")]
    Add(AddArgs),
    /// Toon alle koppelingen
    #[command(help_template = HELP, next_help_heading = "Opties")]
    List(ListArgs),
    /// Beëindig een koppeling, meteen en voorgoed
    #[command(help_template = HELP, next_help_heading = "Opties")]
    End(EndArgs),
}

#[derive(Args)]
pub(super) struct AddArgs {
    /// Het bestand met de instellingen
    #[arg(long, value_name = "BESTAND")]
    config: PathBuf,
    /// Zoals collega's het andere systeem noemen
    #[arg(long, value_name = "NAAM")]
    name: String,
    /// Waarvoor de koppeling is, in één zin
    #[arg(long, value_name = "ZIN")]
    purpose: String,
    /// Een recht; mag vaker
    #[arg(long = "scope", value_name = "RECHT", value_parser = parse_scope, required = true)]
    scopes: Vec<Scope>,
    /// De laatste dag: jaar-maand-dag
    #[arg(long, value_name = "DAG")]
    until: String,
    /// Het bestand met de openbare sleutel (Ed25519, PEM)
    #[arg(long, value_name = "BESTAND")]
    public_key: PathBuf,
}

#[derive(Args)]
pub(super) struct ListArgs {
    /// Het bestand met de instellingen
    #[arg(long, value_name = "BESTAND")]
    config: PathBuf,
}

#[derive(Args)]
pub(super) struct EndArgs {
    /// Het bestand met de instellingen
    #[arg(long, value_name = "BESTAND")]
    config: PathBuf,
    /// Het nummer van de koppeling
    #[arg(value_name = "NUMMER")]
    machine: MachineId,
}

fn parse_scope(text: &str) -> Result<Scope, String> {
    text.parse().map_err(|_| {
        let all: Vec<&str> = Scope::ALL.iter().map(|scope| scope.code()).collect();
        format!("kies uit {}", all.join(", "))
    })
}

/// Runs one of them.
pub(super) fn run(command: MachineCommand) -> Result<(), StartError> {
    match command {
        MachineCommand::Add(args) => add(args),
        MachineCommand::List(args) => list(&open(&args.config)?),
        MachineCommand::End(args) => end(&args),
    }
}

fn open(config: &Path) -> Result<App, StartError> {
    Ok(App::new(app_parts(&Config::load(config)?)?))
}

fn add(args: AddArgs) -> Result<(), StartError> {
    let app = open(&args.config)?;
    let public_key = std::fs::read_to_string(&args.public_key).map_err(|error| {
        StartError::new(
            format!("{} is niet te lezen: {error}.", args.public_key.display()),
            "Daarin staat de openbare sleutel van het andere systeem.",
            "Geef het bestand op dat openssl pkey -pubout schreef.",
        )
    })?;
    let draft = MachineDraft {
        name: args.name,
        purpose: args.purpose,
        public_key,
        scopes: args.scopes.iter().map(|scope| scope.code().to_owned()).collect(),
        expires_on: args.until,
    };
    let id = app.machine_propose(&operator(&app)?, &draft).map_err(|error| not_done(&error))?;
    say::line(format!("De koppeling {} is voorgesteld.", draft.name));
    say::line(format!("\n    Nummer (iss en sub): {id}\n    Deze dienst (aud):   {}\n", app.machine_audience()));
    say::line("Zij werkt pas als een privacy officer ermee instemt, op /koppelingen.");
    Ok(())
}

fn list(app: &App) -> Result<(), StartError> {
    let machines = app.machines(&operator(app)?).map_err(|error| not_done(&error))?;
    let rows: Vec<[String; 6]> = machines.iter().map(row_of).collect();
    say::table(["Nummer", "Naam", "Stand", "Rechten", "Laatste dag", "Gebruikt"], &rows);
    Ok(())
}

fn row_of(machine: &Machine) -> [String; 6] {
    let state = match machine.standing {
        Standing::Proposed => "wacht op akkoord",
        Standing::Works => "werkt",
        Standing::Expired => "verlopen",
        Standing::Ended => "beëindigd",
        Standing::NotProven => "klopt niet met het logboek",
    };
    let used = machine.used_on.map_or("nog niet".to_owned(), |day| day.to_string());
    let row = &machine.row;
    [
        row.id.to_string(),
        row.name.clone(),
        state.to_owned(),
        row.scopes.replace('+', ", "),
        row.expires_on.to_string(),
        used,
    ]
}

fn end(args: &EndArgs) -> Result<(), StartError> {
    let app = open(&args.config)?;
    app.machine_end(&operator(&app)?, args.machine).map_err(|error| not_done(&error))?;
    say::line("De koppeling is beëindigd. Zij werkt nergens meer, ook niet met een toegangsbewijs dat nog geldig was.");
    Ok(())
}
