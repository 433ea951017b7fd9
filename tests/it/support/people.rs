//! The members of the test municipality: every role, with deputies.

use meldroute::app::setup::{Invitation, RoleGiven};
use meldroute::domain::role::{Role, Seat};

/// What everybody's password is.
pub const PASSWORD: &str = "een lange zin als wachtwoord";

/// Login, role, seat, source.
pub const PEOPLE: [(&str, Role, Seat, &str); 20] = [
    ("mirte", Role::Coordinator, Seat::Holder, ""),
    ("joost", Role::Coordinator, Seat::Deputy, ""),
    ("sanne", Role::Jurist, Seat::Holder, ""),
    ("jelle", Role::Jurist, Seat::Deputy, ""),
    ("nadia", Role::PrivacyOfficer, Seat::Holder, ""),
    ("ruben", Role::PrivacyOfficer, Seat::Deputy, ""),
    ("fenna", Role::Fg, Seat::Holder, ""),
    ("ivo", Role::IntegrityContact, Seat::Holder, ""),
    ("ilse", Role::IntegrityContact, Seat::Deputy, ""),
    ("tamar", Role::TraffickingContact, Seat::Holder, ""),
    ("teun", Role::TraffickingContact, Seat::Deputy, ""),
    ("adam", Role::Administrator, Seat::Holder, ""),
    ("bea", Role::Mayor, Seat::Holder, ""),
    ("bram", Role::CivilRegistry, Seat::Holder, "brp"),
    ("imke", Role::InformationManagement, Seat::Holder, ""),
    ("bibi", Role::Bibob, Seat::Holder, ""),
    ("vera", Role::Flexible, Seat::Holder, "vergunningen"),
    ("wim", Role::Flexible, Seat::Deputy, "vergunningen"),
    ("evert", Role::Flexible, Seat::Holder, "handelsregister"),
    ("bas", Role::Flexible, Seat::Holder, "belastingen"),
];

pub fn invitations() -> Vec<Invitation> {
    PEOPLE
        .iter()
        .map(|(login, role, seat, source)| Invitation {
            login: (*login).to_owned(),
            name: format!("{}{} Proef", login[..1].to_uppercase(), &login[1..]),
            roles: vec![RoleGiven {
                role: *role,
                seat: *seat,
                source: (*source).to_owned(),
                dates: meldroute::domain::role::RoleDates::default(),
            }],
        })
        .collect()
}
