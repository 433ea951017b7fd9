//! The people of the demo. All names are invented.

use crate::app::setup::{Invitation, RoleGiven};
use crate::domain::role::{Group, Role, RoleDates, Seat};

const HOLDER: Seat = Seat::Holder;
const DEPUTY: Seat = Seat::Deputy;

/// Login, name, and the one role: role, seat, source.
type Person = (&'static str, &'static str, Role, Seat, &'static [&'static str]);

const PEOPLE: &[Person] = &[
    ("marit", "Marit Oosterveen", Role::Coordinator, HOLDER, &[]),
    ("joost", "Joost Lindegaard", Role::Coordinator, DEPUTY, &[]),
    ("femke", "Femke Dalstra", Role::Jurist, HOLDER, &[]),
    ("ruben", "Ruben Eskens", Role::Jurist, DEPUTY, &[]),
    ("nadia", "Nadia Veldkers", Role::PrivacyOfficer, HOLDER, &[]),
    ("bram", "Bram Hoekzema", Role::PrivacyOfficer, DEPUTY, &[]),
    ("paulien", "Paulien Haverkate", Role::Fg, HOLDER, &[]),
    ("gerda", "Gerda Nijstad", Role::IntegrityContact, HOLDER, &[]),
    ("omar", "Omar Tahiri", Role::IntegrityContact, DEPUTY, &[]),
    ("ilse", "Ilse Rademaker", Role::TraffickingContact, HOLDER, &[]),
    ("yara", "Yara Benali", Role::TraffickingContact, DEPUTY, &[]),
    ("hanneke", "Hanneke Schurink", Role::Mayor, HOLDER, &[]),
    ("peter", "Peter Abbinga", Role::Mayor, DEPUTY, &[]),
    ("anneke", "Anneke Wiersum", Role::CivilRegistry, HOLDER, &["brp"]),
    ("tjeerd", "Tjeerd Blauwhof", Role::CivilRegistry, DEPUTY, &["brp"]),
    ("sanne", "Sanne Groothuys", Role::Bibob, HOLDER, &[]),
    ("koen", "Koen Vredeling", Role::InformationManagement, HOLDER, &[]),
    ("lotte", "Lotte Ensink", Role::Flexible, HOLDER, &["vastgoed", "belastingen"]),
    ("mehmet", "Mehmet Aydinlar", Role::Flexible, HOLDER, &["handelsregister"]),
    ("wim", "Wim Kuperus", Role::Flexible, HOLDER, &["vergunningen", "leegstand"]),
    ("noor", "Noor Wesselink", Role::Flexible, HOLDER, &["uitkeringen", "wmo_jeugd"]),
    ("stijn", "Stijn Broekema", Role::Flexible, HOLDER, &["openbare_ruimte"]),
    ("dora", "Dora Mulderij", Role::Flexible, HOLDER, &["boa"]),
    ("dirk", "Dirk Polsma", Role::Administrator, HOLDER, &[]),
    ("esther", "Esther Kampstra", Role::Administrator, DEPUTY, &[]),
];

/// Everybody, as they are invited.
pub(super) fn everybody() -> Vec<Invitation> {
    PEOPLE
        .iter()
        .map(|(login, name, role, seat, sources)| {
            let given = |source: &str| RoleGiven {
                role: *role,
                seat: *seat,
                source: source.to_owned(),
                dates: RoleDates::default(),
            };
            let roles = match sources {
                [] => vec![given("")],
                sources => sources.iter().map(|source| given(source)).collect(),
            };
            Invitation { login: (*login).to_owned(), name: (*name).to_owned(), roles }
        })
        .collect()
}

/// The login of a group's first holder.
pub(super) fn first_of(group: Group) -> Option<&'static str> {
    PEOPLE.iter().find(|(_, _, role, seat, _)| *role == group.role() && *seat == HOLDER).map(|(login, ..)| *login)
}

/// A role as the table shows it.
pub(super) fn in_words(given: &RoleGiven) -> String {
    let seat = if given.seat == DEPUTY { ", plaatsvervanger" } else { "" };
    if given.source.is_empty() {
        format!("{}{seat}", given.role.label())
    } else {
        format!("{} ({}){seat}", given.role.label(), given.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::protocol::Protocol;
    use std::collections::BTreeSet;

    #[test]
    fn every_role_is_held_and_every_login_is_a_first_name() {
        let held: BTreeSet<Role> = PEOPLE.iter().map(|(_, _, role, ..)| *role).collect();
        assert_eq!(held.len(), Role::ALL.len());
        for (login, name, ..) in PEOPLE {
            assert_eq!(name.split(' ').next().unwrap().to_lowercase(), *login);
        }
    }

    #[test]
    fn every_source_of_the_catalogue_has_one_to_answer_for_it() {
        let people = everybody();
        for source in Protocol::bundled().unwrap().sources {
            let answers = |given: &RoleGiven| {
                given.source == source.code.as_str() && given.role == source.holder && given.seat == HOLDER
            };
            let found = people.iter().filter(|person| person.roles.iter().any(answers)).count();
            assert_eq!(found, 1, "{}", source.code);
        }
    }

    #[test]
    fn nobody_has_roles_that_exclude_one_another() {
        for person in everybody() {
            crate::app::setup::check_roles(&person.roles).unwrap();
        }
    }
}
