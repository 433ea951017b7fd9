//! The closed lists of the public form: what is sent, and what people read. Shared by the pages and their parser.

use super::fields::{Choice, Tick};

/// One option: the value sent, and the words.
pub type Entry = (&'static str, &'static str);

/// `gezien`: things one sees, never offences (domain brief 8.3).
pub const SEEN: &[Entry] = &[
    ("korte-bezoekjes", "Veel korte bezoekjes"),
    ("afgeplakte-ramen", "Afgeplakte ramen"),
    ("vreemde-geur", "Vreemde geur"),
    ("busjes", "Busjes op rare tijden"),
    ("vaten", "Vaten, jerrycans of afval"),
    ("zonder-klanten", "Zaak zonder klanten"),
    ("contant-geld", "Veel contant geld"),
    ("andere-bewoners", "Steeds andere bewoners"),
    ("papieren", "Papieren kloppen niet"),
    ("niet-vrij", "Iemand lijkt niet vrij"),
    ("druk", "Druk of dreiging"),
    ("gevoel", "Het voelt niet goed"),
];

/// The chip of `gezien` that brings in the aandachtsfunctionarissen mensenhandel.
pub const SEEN_NOT_FREE: &str = "niet-vrij";

/// The chip of `gezien` that makes step 2 open with the protocol Agressie en Geweld.
pub const SEEN_PRESSURE: &str = "druk";

/// `plaatsSoort`: how precisely the place is known.
pub const PLACE_PRECISION: &[Entry] = &[
    ("adres", "Dit adres of gebouw"),
    ("straat", "Deze straat"),
    ("buurt", "Ergens in de buurt"),
    ("online", "Online"),
    ("onbekend", "Weet ik niet"),
];

/// `wanneer`: deliberately coarse.
pub const WHEN: &[Entry] = &[
    ("week", "Deze week"),
    ("maand", "Deze maand"),
    ("langer", "Langer geleden"),
    ("nog-bezig", "Het gaat nog door"),
    ("onbekend", "Weet ik niet"),
];

/// `hoeWeetU`: how the melder knows.
pub const KNOWN_HOW: &[Entry] = &[
    ("zelf", "Zelf gezien of gehoord"),
    ("ander", "Van iemand anders"),
    ("document", "Uit een document"),
    ("zegt-niet", "Zeg ik liever niet"),
];

/// `uitsluiten`: the readers of the first hour, by role.
pub const EXCLUDE_FIRST: &[Entry] = &[("coordinator", "De coördinator"), ("plaatsvervanger", "De plaatsvervanger")];

/// `uitsluiten`: the standing members of the LIO, by role.
pub const EXCLUDE_LIO: &[Entry] = &[
    ("burgerzaken", "Burgerzaken"),
    ("informatiemanagement", "Informatiemanagement"),
    ("jurist", "Jurist"),
    ("bibob", "Bibob-coördinator"),
];

/// A closed list as the options of a field, with those chosen that were sent.
#[must_use]
pub fn options(list: &[Entry], sent: &[String]) -> Vec<Choice> {
    list.iter()
        .map(|(value, label)| {
            let mut choice = Choice::new(value, label);
            choice.chosen = Tick::from(sent.iter().any(|one| one == value));
            choice
        })
        .collect()
}

/// The words of one value, if the list knows it.
#[must_use]
pub fn label(list: &[Entry], value: &str) -> Option<&'static str> {
    list.iter().find(|(known, _)| *known == value).map(|(_, label)| *label)
}
