//! The file with the people of a ceremony: read and checked whole before anything is written.

use crate::app::AppError;
use crate::app::members::check_invitation;
use crate::app::setup::{Invitation, RoleGiven};
use crate::config::StartError;
use crate::domain::protocol::Protocol;
use crate::domain::role::{Group, Role, RoleDates, Seat};
use crate::domain::words::FieldError;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PeopleFile {
    member: Vec<Person>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    login: String,
    name: String,
    roles: Vec<RoleLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleLine {
    role: Role,
    seat: Option<Seat>,
    #[serde(default)]
    source: String,
}

/// Reads the file.
pub(super) fn read(path: &Path, protocol: &Protocol) -> Result<Vec<Invitation>, StartError> {
    let text = std::fs::read_to_string(path).map_err(|error| refused(path, &error.to_string()))?;
    parse(&text, protocol).map_err(|why| refused(path, &why))
}

fn refused(path: &Path, why: &str) -> StartError {
    StartError::new(
        format!("Het bestand met mensen, {}, is niet bruikbaar: {why}", path.display()),
        "Er is nog niets ingericht.",
        "Verbeter het; config/members.toml is een voorbeeld met uitleg.",
    )
}

fn parse(text: &str, protocol: &Protocol) -> Result<Vec<Invitation>, String> {
    let file: PeopleFile = toml::from_str(text).map_err(|error| error.to_string())?;
    let people: Vec<Invitation> = file.member.into_iter().map(invitation).collect();
    let mut wrong = Vec::new();
    let mut logins = BTreeSet::new();
    for person in &people {
        if !logins.insert(person.login.clone()) {
            wrong.push(format!("{}: deze naam staat er twee keer.", person.login));
        }
        if let Err(error) = check_invitation(person, protocol) {
            wrong.extend(messages(&error).into_iter().map(|message| format!("{}: {message}", person.login)));
        }
    }
    if people.is_empty() {
        wrong.push("er staat niemand in.".to_owned());
    }
    if wrong.is_empty() { Ok(people) } else { Err(wrong.join("\n    ")) }
}

fn invitation(person: Person) -> Invitation {
    let roles = person.roles.into_iter().map(|line| RoleGiven {
        role: line.role,
        seat: line.seat.unwrap_or(Seat::Holder),
        source: line.source,
        dates: RoleDates::default(),
    });
    Invitation {
        login: person.login.trim().to_lowercase(),
        name: person.name.trim().to_owned(),
        roles: roles.collect(),
    }
}

fn messages(error: &AppError) -> Vec<String> {
    match error {
        AppError::Invalid(fields) => fields.iter().map(|FieldError { message, .. }| message.clone()).collect(),
        other => vec![other.to_string()],
    }
}

/// Groups that fewer than two people would hold.
pub(super) fn thin_groups(people: &[Invitation]) -> Vec<(Group, usize)> {
    let holders = |group: Group| {
        people.iter().filter(|person| person.roles.iter().any(|given| given.role == group.role())).count()
    };
    Group::ALL.iter().map(|group| (*group, holders(*group))).filter(|(_, count)| *count < 2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../config/members.toml");

    fn parse(text: &str) -> Result<Vec<Invitation>, String> {
        super::parse(text, &Protocol::bundled().unwrap())
    }

    #[test]
    fn the_example_is_read_whole() {
        let people = parse(EXAMPLE).unwrap();
        assert_eq!(people.len(), 8);
        assert_eq!(people[1].roles[0].seat, Seat::Deputy);
        assert_eq!(people[6].roles[1].source, "leegstand");
        assert_eq!(thin_groups(&people), [(Group::Trafficking, 0), (Group::Jurists, 0)]);
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let text = "[[member]]\nlogin = \"a\"\nname = \"A\"\nroles = [{ role = \"coordinator\" }, { role = \"fg\" }]\n\
                    [[member]]\nlogin = \"A \"\nname = \"\"\nroles = [{ role = \"privacy_officer\" }, \
                    { role = \"coordinator\" }]\n\
                    [[member]]\nlogin = \"b\"\nname = \"B\"\nroles = [{ role = \"bronhouder\", source = \"glazen bol\" }]\n\
                    [[member]]\nlogin = \"c\"\nname = \"C\"\nroles = []\n";
        let wrong = parse(text).unwrap_err();
        for part in ["a: deze naam staat er twee keer", "glazen bol", "beoordeelt wat de coördinator", "c: "] {
            assert!(wrong.contains(part), "{part} is not in: {wrong}");
        }
    }

    #[test]
    fn unknown_roles_and_keys_are_refused() {
        let with = |roles: &str| format!("[[member]]\nlogin = \"a\"\nname = \"A\"\nroles = [{roles}]\n");
        assert!(parse(&with("{ role = \"fg\" }")).is_ok());
        for roles in ["{ role = \"baas\" }", "{ role = \"fg\", rechten = \"alle\" }", "{ rol = \"fg\" }"] {
            assert!(parse(&with(roles)).is_err(), "{roles}");
        }
        assert!(parse("member = []\n").is_err());
    }
}
