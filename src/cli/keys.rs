//! `meldroute keys`: what the paper shares are for.

use super::ceremony::{not_done, operator};
use super::consent::{Consent, ask};
use super::say;
use crate::app::recovering::RecoveryPlan;
use crate::app::{App, AppError};
use crate::config::{Config, StartError, app_parts};
use crate::domain::role::Group;
use crate::vault::recovery::{RecoveryError, RecoveryShare, SHARE_PRINTED_SIGNS, combine};
use crate::vault::seal::HolderPrivate;
use crate::vault::secret::Secret;
use clap::{Args, Subcommand};
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

const HELP: &str = "{about}\n\nGebruik: {usage}\n\n{all-args}{after-help}\n";
/// How often one share may be typed wrong at the prompt.
const TRIES: usize = 5;
/// How many lines a printed share has.
const LINES: usize = 4;

#[derive(Subcommand)]
pub(super) enum KeysCommand {
    /// Geef een groep haar sleutel terug met twee delen van de herstelsleutel
    #[command(help_template = HELP, next_help_heading = "Opties")]
    Recover(RecoverArgs),
}

#[derive(Args)]
pub(super) struct RecoverArgs {
    /// Het bestand met de instellingen
    #[arg(long, value_name = "BESTAND")]
    config: PathBuf,
    /// Welke groep: coordinatoren, privacy, integriteit, mensenhandel of juristen
    #[arg(long, value_name = "GROEP", value_parser = parse_group)]
    group: Group,
    /// De aanmeldnaam van wie de sleutel terugkrijgt; mag vaker
    #[arg(long = "member", value_name = "AANMELDNAAM", required = true)]
    members: Vec<String>,
    /// Een bestand met twee delen, met een lege regel ertussen; - leest van standaardinvoer. Zonder: de vraag, zonder beeld
    #[arg(long, value_name = "BESTAND")]
    shares: Option<PathBuf>,
    /// Vraag niet om bevestiging: voor scripts
    #[arg(long, value_name = "")]
    yes: bool,
}

fn parse_group(text: &str) -> Result<Group, String> {
    text.parse().map_err(|_| {
        let all: Vec<&str> = Group::ALL.iter().map(|group| group.code()).collect();
        format!("kies uit {}", all.join(", "))
    })
}

/// Runs one of them.
pub(super) fn run(command: KeysCommand) -> Result<(), StartError> {
    match command {
        KeysCommand::Recover(args) => recover(&args),
    }
}

fn recover(args: &RecoverArgs) -> Result<(), StartError> {
    let app = App::new(app_parts(&Config::load(&args.config)?)?);
    let op = operator(&app)?;
    let plan = app.recovery_plan(&op, args.group, &args.members).map_err(|error| explained(&error))?;
    show(&plan);
    let consent = if args.yes { Consent::Given } else { Consent::Asked };
    ask(consent, "De sleutel van deze groep opnieuw uitgeven?")?;
    let recovery = match &args.shares {
        Some(path) => from_text(&read_shares(path)?)?,
        None => from_prompt()?,
    };
    say::step(format!("De sleutels van de {} openen en verzegelen", plan.group.label()));
    let epochs = plan.epochs;
    let mut told = |done| say::line(format!("    sleutel {done} van {epochs}"));
    let made = app.recover_group(&op, &plan, recovery, &mut told).map_err(|error| explained(&error))?;
    let copies = made.map_err(|wrong| not_these(&wrong.to_string()))?;
    say::line(match copies {
        0 => "Er was niets te doen: zij hadden al een kopie van elke sleutel.".to_owned(),
        1 => format!("Er is één kopie gemaakt, voor {}.", plan.to.join(", ")),
        _ => format!("Er zijn {copies} kopieën gemaakt, voor {}.", plan.to.join(", ")),
    });
    say::line("Zij openen de signalen van hun groep zodra zij zich opnieuw aanmelden. Dit staat in het logboek.");
    say::line("Breng de delen terug naar waar zij bewaard worden, en wis het bestand als u er een gebruikte.");
    Ok(())
}

fn show(plan: &RecoveryPlan) {
    say::line(format!("Groep: {}", plan.group.label()));
    say::line(format!("Wie de sleutel krijgt: {}", plan.to.join(", ")));
    if !plan.holders.is_empty() {
        say::line(format!(
            "Let op: wie nu al een kopie heeft: {}. Kan een van hen zich nog aanmelden, dan is het papier niet nodig: de \
             sleutel wordt dan vanzelf doorgegeven.",
            plan.holders.join(", ")
        ));
    }
}

fn explained(error: &AppError) -> StartError {
    match error {
        AppError::RoadClosed(group) => StartError::new(
            format!("De {} hebben nooit een sleutel gehad.", group.label()),
            "Er is niets verzegeld aan deze groep, dus er is niets te herstellen.",
            "Nodig iemand uit met deze rol: de eerste die zich aanmeldt, maakt de sleutel.",
        ),
        other => not_done(other),
    }
}

fn not_these(why: &str) -> StartError {
    StartError::new(
        format!("De herstelsleutel is niet te gebruiken: {why}."),
        "Er is niets geopend en niets veranderd.",
        "Neem twee verschillende delen met hetzelfde kenmerk van de set, van deze omgeving, en typ ze over van papier.",
    )
}

fn at_share(number: usize, error: RecoveryError) -> StartError {
    not_these(&format!("deel {number} dat u gaf: {error}"))
}

fn joined(one: &RecoveryShare, two: &RecoveryShare) -> Result<HolderPrivate, StartError> {
    combine(one, two).map_err(|error| not_these(&error.to_string()))
}

fn read_shares(path: &Path) -> Result<Secret<String>, StartError> {
    let read = if path == Path::new("-") {
        std::io::read_to_string(std::io::stdin().lock())
    } else {
        std::fs::read_to_string(path)
    };
    read.map(Secret::new).map_err(|error| {
        StartError::new(
            format!("De delen van de herstelsleutel in {} zijn niet te lezen: {error}.", path.display()),
            "Zonder twee delen is geen groepssleutel te openen.",
            "Geef het bestand op met --shares, of laat --shares weg en typ de delen.",
        )
    })
}

/// Two shares with an empty line between them.
fn from_text(text: &Secret<String>) -> Result<HolderPrivate, StartError> {
    let lines: Vec<&str> = text.expose().lines().map(str::trim).collect();
    let shares: Vec<&[&str]> = lines.split(|line| line.is_empty()).filter(|share| !share.is_empty()).collect();
    let [one, two] = shares.as_slice() else {
        return Err(not_these(&format!(
            "er zijn twee delen nodig, met een lege regel ertussen, en er staan er {}",
            shares.len()
        )));
    };
    let parse = |number, share: &[&str]| {
        let share = Secret::new(share.concat());
        RecoveryShare::parse(share.expose()).map_err(|error| at_share(number, error))
    };
    joined(&parse(1, one)?, &parse(2, two)?)
}

/// Asks for the shares line by line, as they are printed, without showing what is typed.
fn from_prompt() -> Result<HolderPrivate, StartError> {
    if !std::io::stdin().is_terminal() {
        return Err(StartError::new(
            "Er is geen scherm om de delen van de herstelsleutel op te vragen.",
            "De delen worden nooit als argument gegeven: dan staan zij in de lijst van processen en in de geschiedenis.",
            "Draai de opdracht aan een scherm, of geef een bestand met --shares (- leest van standaardinvoer).",
        ));
    }
    say::line(format!(
        "Typ elk deel over van papier: {LINES} regels, samen {SHARE_PRINTED_SIGNS} tekens. Wat u typt, wordt niet getoond."
    ));
    let one = typed_share(1)?;
    let two = typed_share(2)?;
    joined(&one, &two)
}

fn typed_share(number: usize) -> Result<RecoveryShare, StartError> {
    let mut tried = 0;
    loop {
        let mut lines = Vec::with_capacity(LINES);
        for line in 1..=LINES {
            let question = format!("Deel {number} van 2, regel {line} van {LINES}: ");
            let typed = rpassword::prompt_password(question).map_err(|error| StartError::unexpected(&error))?;
            lines.push(Secret::new(typed));
        }
        let text = Secret::new(lines.iter().map(|line| line.expose().as_str()).collect::<String>());
        tried += 1;
        match RecoveryShare::parse(text.expose()) {
            Ok(share) => return Ok(share),
            Err(error) if tried < TRIES => say::line(format!("Dat klopt niet: {error}. Typ dit deel opnieuw.")),
            Err(error) => return Err(at_share(number, error)),
        }
    }
}
