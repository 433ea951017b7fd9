//! The list of machine accounts.

use super::super::Link;
use super::super::machines::{MachineItem, MachinesView};
use super::staff::frame;
use super::{Sample, sample};

pub(super) fn all() -> Vec<Sample> {
    let item = |name: &str, purpose: &str, state: &str, made_by: &str, used_on: &str, acts: &[&str]| MachineItem {
        name: name.to_owned(),
        purpose: purpose.to_owned(),
        state: state.to_owned(),
        scopes: "signalen delen, meldingen volgen".to_owned(),
        expires_on: "31 maart 2027".to_owned(),
        used_on: used_on.to_owned(),
        made_by: made_by.to_owned(),
        acts: acts.iter().map(|text| Link::new(text, "/koppelingen/7b1f6a52")).collect(),
    };
    let rows = vec![
        item(
            "Toezicht op het logboek",
            "De rekenkamer toetst of het logboek alleen groeit.",
            "wacht op een tweede persoon",
            "Voorgesteld door Adam Bakker.",
            "nog niet",
            &["Beoordeel"],
        ),
        item(
            "Intranet",
            "Het meldformulier op het intranet.",
            "werkt",
            "Voorgesteld door Adam Bakker, akkoord van Nadia Yilmaz.",
            "vandaag",
            &["Bekijk", "Beëindig"],
        ),
    ];
    let view = |rows: Vec<MachineItem>, done: &str| MachinesView {
        frame: frame("/koppelingen"),
        done: done.to_owned(),
        rows,
        propose: "/koppelingen/nieuw".to_owned(),
    };
    vec![
        sample("koppelingen", &view(rows, "De koppeling is voorgesteld.")),
        sample("koppelingen-leeg", &view(Vec::new(), "")),
    ]
}
