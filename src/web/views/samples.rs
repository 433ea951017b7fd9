//! Every page in every state worth looking at, with invented content. Rendered by the tests, and written to
//! `target/voorbeelden` so that people and axe-core can look at them too.

mod emergency;
mod enrichment;
mod factor;
mod follow_up;
mod machines;
mod public;
mod questions;
mod staff;
mod steps;

use std::sync::Arc;

use askama::Template;

use super::{Link, Mode, Phone, Site, WorkNetwork};

/// A rendered page with the name of its file.
pub(super) struct Sample {
    pub(super) name: &'static str,
    pub(super) html: String,
}

pub(super) fn sample(name: &'static str, view: &impl Template) -> Sample {
    Sample { name, html: view.render().unwrap() }
}

/// All pages.
pub(super) fn all() -> Vec<Sample> {
    let mut pages = public::all();
    pages.extend(staff::all());
    pages.extend(factor::all());
    pages.extend(machines::all());
    pages.extend(steps::all());
    pages.extend(emergency::all());
    pages.extend(follow_up::all());
    pages.extend(enrichment::all());
    pages.extend(questions::all());
    pages
}

/// Step 1 as somebody finds it.
pub(super) fn empty_first_step() -> super::report::WhatStepView {
    public::empty_first_step()
}

pub(super) fn site() -> Arc<Site> {
    Arc::new(site_in(Mode::Live))
}

pub(super) fn site_in(mode: Mode) -> Site {
    Site {
        gemeente: "Voorbeeldstad".to_owned(),
        product: "Meldroute".to_owned(),
        staff_product: "Interne meldroute".to_owned(),
        mode,
        assets: "/static/proef".to_owned(),
        emergency: Phone::new("112"),
        police: Phone::new("0900-8844"),
        anonymous_line: Phone::new("0800-7000"),
        anonymous_site: Link::new("meldmisdaadanoniem.nl", "https://www.meldmisdaadanoniem.nl/"),
        coordinator: Phone::new("14 0000"),
        coordinator_page: "/hulp/coordinator".to_owned(),
        aggression_protocol: "/hulp/agressie-en-geweld".to_owned(),
        work_network: WorkNetwork::SeesVisits,
        read_within: "7 dagen".to_owned(),
        answer_within: "3 maanden".to_owned(),
        follow_after_closing: "drie maanden".to_owned(),
        idle_minutes: 15,
        public_links: vec![
            Link::new("Privacy", "/hulp/privacy"),
            Link::new("Toegankelijkheid", "/hulp/toegankelijkheid"),
            Link::new("Hoe dit werkt", "/hulp/hoe-dit-werkt"),
        ],
        staff_links: vec![
            Link::new("Toegankelijkheid", "/hulp/toegankelijkheid"),
            Link::new("Privacy", "/hulp/privacy"),
        ],
    }
}

pub(super) fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

pub(super) fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
