//! What the people of the demo fill in on the forms of the steps. All invented.

use serde_json::{Value, json};

/// The intake: everything is answered with yes.
pub(super) fn intake(form: &str, power: &str, urgency: &str) -> Value {
    json!({
        "isOndermijning": "ja", "kenmerken": ["structuren"], "verankering": ["gelegenheid_zakelijk", "betrokkenheid"],
        "signalering": ["incongruent"], "lijktOp": form, "gemeentelijkeTaak": "ja", "bevoegdheid": power,
        "inGemeente": "ja", "hoeSnel": urgency,
    })
}

/// What weging 3 says of one signal: what differs from signal to signal.
pub(super) struct Judged {
    /// The way out that is proposed.
    pub(super) outcome: &'static str,
    /// How reliable the source is, and why.
    pub(super) source: (&'static str, &'static str),
    /// How the melder knows, and why.
    pub(super) content: (&'static str, &'static str),
    /// Why it is serious.
    pub(super) harm: &'static str,
    /// Why there is no lighter road.
    pub(super) lighter: &'static str,
    /// The theme it fits.
    pub(super) theme: &'static str,
}

/// Weging 3 as somebody filled it in.
pub(super) fn judged(said: &Judged) -> Value {
    let choice = |code: &str, why: &str| json!({"keuze": code, "waarom": why});
    json!({
        "voorstel": said.outcome,
        "criteria": {
            "bron": choice(said.source.0, said.source.1),
            "inhoud": choice(said.content.0, said.content.1),
            "concreet": choice("3", "Wat, waar en wanneer zijn bekend; wie nog niet."),
            "actueel": choice("tot_1", "Het speelt nu."),
            "ernst": choice("ernstig", said.harm),
            "urgentie": choice("eerstvolgende_lio", "Het loopt door, maar niemand is nu in gevaar."),
            "aanpakbaar": choice("ja", "De gemeente heeft hier een bevoegdheid."),
            "evenredig": choice("ja", "Er wordt niet meer gevraagd dan nodig is."),
            "lichter": {"waarom": said.lighter},
            "thema": choice(said.theme, "Past bij het uitvoeringsplan."),
        },
    })
}

fn asked(source: &str, question: &str, collected: &str, fits: &str, needed: &str) -> Value {
    json!({"bron": source, "vraag": question, "verzameldVoor": collected, "pastDaarbij": fits, "waaromNodig": needed,
        "inhoudBijHit": "nee"})
}

/// Nine registrations on one address: one question, within the registry's own task.
pub(super) fn registrations_asked() -> Value {
    json!({
        "doel": "vaststellen of een adresonderzoek nodig is", "overWie": "pand", "soortSignaal": ["ADR"],
        "bronnen": [asked("brp", "Staan er op dit adres meer mensen ingeschreven dan er kunnen wonen?",
            "bijhouden van de basisregistratie personen", "adresonderzoek is een taak van dezelfde wet",
            "wie er staat ingeschreven, is nergens anders bekend")],
    })
}

/// The shop without customers: two questions.
pub(super) fn shop_asked() -> Value {
    json!({
        "doel": "vaststellen wie de winkel drijft en of er een vergunning is", "overWie": "onderneming",
        "soortSignaal": ["WIT"],
        "bronnen": [
            asked("vergunningen", "Is voor dit pand het afgelopen jaar een vergunning aangevraagd of gewijzigd?",
                "vergunningverlening, APV", "zelfde taak, zelfde gemeente", "staat nergens anders"),
            asked("handelsregister", "Is de onderneming op dit adres het afgelopen jaar van eigenaar gewisseld?",
                "openbaar register", "openbaar", "wie exploiteert, is niet bekend"),
        ],
    })
}

/// The care bureau: a source under professional secrecy, which a privacy officer may well refuse.
pub(super) fn care_asked() -> Value {
    json!({
        "doel": "vaststellen of toezicht op de aanbieder nodig is", "overWie": "onderneming", "soortSignaal": ["ZRG"],
        "bronnen": [asked("wmo_jeugd", "Is deze aanbieder door de gemeente gecontracteerd?",
            "ondersteuning en jeugdhulp; geheimhouding", "alleen voor toezicht op fraude",
            "zonder contract heeft de gemeente hier geen toezicht")],
    })
}

/// The shop as the LIO reads it: facts in neutral words, numbered from 1.
pub(super) fn shop_item() -> Value {
    json!({
        "titel": "Winkelpand in het centrum: aanpak kiezen",
        "vraagAanOverleg": "Kiezen wij een gezamenlijke aanpak, en starten wij een Bibob-toets?",
        "feiten": [
            {"tekst": "Derde exploitant in anderhalf jaar", "regime": "open", "herkomst": "handelsregister"},
            {"tekst": "Vergunning voor een verbouwing is vorige maand aangevraagd", "regime": "vergunning",
                "herkomst": "uit bron, vrijgegeven"},
            {"tekst": "Vaak open tot middernacht, zelden bezoekers", "regime": "open", "herkomst": "uit het signaal, in eigen woorden"},
        ],
    })
}

/// To the police the same day: a dangerous substance is leaking.
pub(super) fn barrels_decision(due_on: &str) -> Value {
    json!({
        "besluit": "POL", "ontvanger": "politie", "wieDoetHet": "toezicht", "uiterlijk": due_on,
        "waarom": "Er lekt een gevaarlijke stof naar de sloot. Politie en omgevingsdienst moeten dit vandaag weten.",
    })
}
