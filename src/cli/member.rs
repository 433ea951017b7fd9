//! `meldroute member`: who comes in, with which roles, and who leaves. A role with content counts only after a member
//! has agreed to it in a session of their own.

use super::ceremony::{not_done, operator};
use super::say;
use crate::app::App;
use crate::app::members::Account;
use crate::app::setup::{Invitation, RoleGiven};
use crate::config::{Config, StartError, app_parts};
use crate::domain::role::{Role, RoleDates, Seat};
use crate::domain::time::Day;
use crate::store::members::RoleRow;
use clap::{Args, Subcommand};
use std::path::PathBuf;

const HELP: &str = "{about}\n\nGebruik: {usage}\n\n{all-args}{after-help}\n";

#[derive(Subcommand)]
pub(super) enum MemberCommand {
    /// Nodig iemand uit: een account en een eenmalige code
    #[command(help_template = HELP, next_help_heading = "Opties")]
    Add(AddArgs),
    /// Toon iedereen met rollen
    #[command(help_template = HELP, next_help_heading = "Opties")]
    List(ListArgs),
    /// Stel een rol voor, of neem er een weg
    #[command(help_template = HELP, next_help_heading = "Opties")]
    Role(RoleArgs),
    /// Schakel een account uit
    #[command(help_template = HELP, next_help_heading = "Opties")]
    Disable(DisableArgs),
}

#[derive(Args)]
pub(super) struct AddArgs {
    /// Het bestand met de instellingen
    #[arg(long, value_name = "BESTAND")]
    config: PathBuf,
    /// De naam om mee aan te melden
    #[arg(value_name = "AANMELDNAAM")]
    login: String,
    /// De naam zoals collega's hem lezen
    #[arg(long, value_name = "NAAM")]
    name: String,
    /// Een rol: ROL, ROL:plaatsvervanger of ROL:vast:BRON; mag vaker
    #[arg(long = "role", value_name = "ROL", value_parser = parse_role, required = true)]
    roles: Vec<RoleGiven>,
    #[command(flatten)]
    days: DayArgs,
}

/// The days of a deputy.
#[derive(Args)]
struct DayArgs {
    /// De eerste dag van een plaatsvervanger, zoals 2026-12-01; zonder: meteen
    #[arg(long, value_name = "DAG", value_parser = parse_day)]
    from: Option<Day>,
    /// De laatste dag van een plaatsvervanger; zonder: tot de rol wordt weggenomen
    #[arg(long, value_name = "DAG", value_parser = parse_day)]
    until: Option<Day>,
}

impl DayArgs {
    fn dates(&self) -> RoleDates {
        RoleDates { first: self.from, last: self.until }
    }
}

#[derive(Args)]
pub(super) struct ListArgs {
    /// Het bestand met de instellingen
    #[arg(long, value_name = "BESTAND")]
    config: PathBuf,
}

#[derive(Args)]
pub(super) struct RoleArgs {
    /// Het bestand met de instellingen
    #[arg(long, value_name = "BESTAND")]
    config: PathBuf,
    /// Van wie
    #[arg(value_name = "AANMELDNAAM")]
    login: String,
    /// De rol om voor te stellen: ROL, ROL:plaatsvervanger of ROL:vast:BRON
    #[arg(value_name = "ROL", value_parser = parse_role, required_unless_present = "withdraw")]
    give: Option<RoleGiven>,
    /// De rol om weg te nemen
    #[arg(long, value_name = "ROL", value_parser = parse_code, conflicts_with_all = ["give", "from", "until"])]
    withdraw: Option<Role>,
    #[command(flatten)]
    days: DayArgs,
}

#[derive(Args)]
pub(super) struct DisableArgs {
    /// Het bestand met de instellingen
    #[arg(long, value_name = "BESTAND")]
    config: PathBuf,
    /// Van wie
    #[arg(value_name = "AANMELDNAAM")]
    login: String,
}

fn parse_day(text: &str) -> Result<Day, String> {
    text.parse().map_err(|_| "schrijf een dag als 2026-12-01".to_owned())
}

fn parse_code(text: &str) -> Result<Role, String> {
    text.parse().map_err(|_| {
        let all: Vec<&str> = Role::ALL.iter().map(|role| role.code()).collect();
        format!("kies uit {}", all.join(", "))
    })
}

/// `ROL`, `ROL:plaats` or `ROL:plaats:bron`.
fn parse_role(text: &str) -> Result<RoleGiven, String> {
    let mut parts = text.splitn(3, ':');
    let role = parse_code(parts.next().unwrap_or_default())?;
    let seat = match parts.next() {
        None | Some("") => Seat::Holder,
        Some(code) => code.parse().map_err(|_| "na de rol staat vast of plaatsvervanger".to_owned())?,
    };
    Ok(RoleGiven { role, seat, source: parts.next().unwrap_or_default().to_owned(), dates: RoleDates::default() })
}

/// Runs one of them.
pub(super) fn run(command: MemberCommand) -> Result<(), StartError> {
    match command {
        MemberCommand::Add(args) => add(args),
        MemberCommand::List(args) => list(&open(&args.config)?),
        MemberCommand::Role(args) => role(args),
        MemberCommand::Disable(args) => disable(&args),
    }
}

fn open(config: &std::path::Path) -> Result<App, StartError> {
    Ok(App::new(app_parts(&Config::load(config)?)?))
}

fn add(args: AddArgs) -> Result<(), StartError> {
    let app = open(&args.config)?;
    let dates = args.days.dates();
    let roles = args.roles.into_iter().map(|given| RoleGiven { dates, ..given }).collect();
    let person = Invitation { login: args.login, name: args.name, roles };
    let waits = person.roles.iter().any(|given| given.role != Role::Administrator);
    let code = app.member_add(&operator(&app)?, person).map_err(|error| not_done(&error))?;
    say::line(format!("{} ({}) is uitgenodigd.", code.name, code.login));
    say::line(format!("\n    Eenmalige code: {}\n", code.code.expose()));
    say::line("De code wordt nergens bewaard. Geef hem in persoon; aanmelden kan op /aanmelden/eerste-keer.");
    say::line("Daarna laat een collega deze persoon binnen, die de vingerafdruk typt die de nieuwe collega voorleest.");
    if waits {
        say::line("De rollen gelden pas als een medewerker ermee instemt. Meldroute doctor noemt wat nog wacht.");
    }
    Ok(())
}

fn list(app: &App) -> Result<(), StartError> {
    let op = operator(app)?;
    let accounts = app.accounts(&op).map_err(|error| not_done(&error))?;
    let rows: Vec<[String; 4]> = accounts.iter().map(|account| row_of(account, op.today)).collect();
    say::table(["Aanmelden", "Naam", "Stand", "Rollen"], &rows);
    Ok(())
}

fn row_of((member, roles): &Account, today: Day) -> [String; 4] {
    let state = match member.state.as_str() {
        "invited" => "uitgenodigd",
        "waiting" => "wacht op binnenlaten",
        "active" => "actief",
        _ => "uitgeschakeld",
    };
    let roles: Vec<String> = roles.iter().map(|row| in_words(row, today)).collect();
    [member.login.clone(), member.name.clone(), state.to_owned(), roles.join("; ")]
}

/// A role with its seat, its source, its days and whether it waits.
fn in_words(row: &RoleRow, today: Day) -> String {
    let source = if row.source_code.is_empty() { String::new() } else { format!(" ({})", row.source_code) };
    let seat = if row.seat == Seat::Deputy { ", plaatsvervanger" } else { "" };
    let waits = if row.state == "proposed" { ", wacht op een tweede persoon" } else { "" };
    let days = if row.dates().are_set() { format!(", {}", row.dates().in_words(today)) } else { String::new() };
    format!("{}{source}{seat}{days}{waits}", row.role.label())
}

fn role(args: RoleArgs) -> Result<(), StartError> {
    let app = open(&args.config)?;
    let op = operator(&app)?;
    if let Some(given) = args.give {
        let given = RoleGiven { dates: args.days.dates(), ..given };
        let row = app.role_propose(&op, &args.login, &given).map_err(|error| not_done(&error))?;
        say::line(format!("{}: {}.", args.login, in_words(&row, op.today)));
        if row.state == "proposed" {
            say::line("De rol geldt pas als een medewerker ermee instemt.");
        }
    } else if let Some(role) = args.withdraw {
        app.role_withdraw(&op, &args.login, role).map_err(|error| not_done(&error))?;
        say::line(format!("{} heeft de rol {} niet meer.", args.login, role.label()));
    }
    Ok(())
}

fn disable(args: &DisableArgs) -> Result<(), StartError> {
    let app = open(&args.config)?;
    let op = operator(&app)?;
    let accounts = app.accounts(&op).map_err(|error| not_done(&error))?;
    let whose = accounts.iter().find(|(account, _)| account.login == args.login.trim().to_lowercase());
    let waits = match whose {
        Some((account, _)) => app.open_work_of(&op, account.id).map_err(|error| not_done(&error))?.in_words(),
        None => String::new(),
    };
    app.member_disable(&op, &args.login).map_err(|error| not_done(&error))?;
    say::line(format!("Het account {} is uitgeschakeld. Lopende sessies zijn beëindigd.", args.login));
    if !waits.is_empty() {
        say::line(format!("Er wachtte nog: {waits}. Wie de signalen leidt, vindt het onder Over te dragen."));
    }
    say::line(
        "De groepen van deze persoon krijgen een nieuwe sleutel bij de eerste sessie van een ander uit de groep.",
    );
    say::line("Kijk met meldroute doctor welke stappen nu aan één persoon hangen.");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_typed_with_its_seat_and_source() {
        let given = |text: &str| parse_role(text).unwrap();
        assert_eq!(
            given("fg"),
            RoleGiven { role: Role::Fg, seat: Seat::Holder, source: String::new(), dates: RoleDates::default() }
        );
        assert_eq!(given("coordinator:plaatsvervanger").seat, Seat::Deputy);
        let source = given("bronhouder:vast:leegstand");
        assert_eq!((source.seat, source.source.as_str()), (Seat::Holder, "leegstand"));
        assert!(parse_role("baas").unwrap_err().contains("coordinator"));
        assert!(parse_role("fg:soms").is_err());
    }
}
