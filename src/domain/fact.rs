//! A fact: the unit of sharing. Every fact carries the rule it came under, and keeps it wherever it goes.

use serde::{Deserialize, Serialize};

use super::text::ShortText;
use super::words::vocabulary;

vocabulary! {
    /// Dutch: *regime*. The rule a fact came under; decides what may be done with it.
    pub enum Regime {
        /// No special rule.
        Open = "open" => "open",
        /// From permits, for that power.
        Permit = "vergunning" => "vergunning",
        /// Wet BRP art. 3.8.
        Brp = "brp" => "BRP",
        /// AWR art. 67.
        Tax = "belasting" => "belasting",
        /// Wmo, Jeugdwet, Participatiewet.
        Social = "sociaal_domein" => "sociaal domein",
        /// Wet politiegegevens; the receiver is bound by art. 7.
        Wpg = "wpg" => "Wpg",
        /// Wet Bibob art. 28: at most that an assessment runs.
        Bibob = "bibob" => "Bibob",
        /// Meld Misdaad Anoniem: the text never leaves its box.
        Mma = "mma" => "M.",
        /// AVG art. 10.
        Criminal = "strafrechtelijk" => "strafrechtelijk",
        /// AVG art. 9.
        Special = "bijzonder" => "bijzonder gegeven",
    }

    /// Dutch: *deelbaarheid*. What a regime says about sharing a fact onward.
    pub enum Sharing {
        /// With a ground.
        WithBasis = "met_grond" => "mag met een grond",
        /// Only where the condition it came with, or a privacy check, says so.
        OnlyCleared = "na_toets" => "alleen na privacycheck",
        /// Never from here.
        Never = "nooit" => "mag niet worden doorgegeven",
    }
}

impl Regime {
    /// What this regime says about sharing onward; people decide within it.
    pub fn sharing(self) -> Sharing {
        match self {
            Self::Open => Sharing::WithBasis,
            Self::Permit | Self::Brp | Self::Social | Self::Wpg | Self::Criminal | Self::Special => {
                Sharing::OnlyCleared
            }
            Self::Tax | Self::Bibob | Self::Mma => Sharing::Never,
        }
    }
}

/// Dutch: *gegeven*. One fact with its label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// The fact, in neutral words.
    #[serde(rename = "tekst")]
    pub text: ShortText,
    /// The rule it came under.
    #[serde(rename = "regime")]
    pub regime: Regime,
    /// Where it came from, in words: "zelf gezien, 18 nov".
    #[serde(rename = "herkomst")]
    pub origin: ShortText,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_bibob_tax_and_mma_give_is_never_passed_on() {
        crate::domain::words::tests::assert_complete::<Regime>();
        crate::domain::words::tests::assert_complete::<Sharing>();
        let never: Vec<_> = Regime::ALL.iter().filter(|regime| regime.sharing() == Sharing::Never).collect();
        assert_eq!(never, [&Regime::Tax, &Regime::Bibob, &Regime::Mma]);
    }
}
