//! What can be wrong with a log, and the sentence for it. The sentences are for a functionaris gegevensbescherming:
//! what is wrong, at which entry, and what that means.

use std::fmt;

use crate::ledger::checkpoint::CheckpointError;

/// Dutch: *bevinding*. One thing in the log that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The first entry it concerns; `None` when the entries themselves may hold.
    pub index: Option<u64>,
    /// What is wrong.
    pub wrong: Wrong,
}

/// Against what a stretch of entries was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// A checkpoint over this many entries, signed by the key of the log.
    Checkpoint(u64),
    /// A checkpoint over this many entries of which nobody checked the signature.
    UncheckedCheckpoint(u64),
    /// The head of the log as it is stored beside the entries.
    Head,
}

/// By what a database finds an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FiledUnder {
    /// What happened.
    Kind,
    /// What it happened to.
    Object,
    /// Who did it.
    Member,
    /// When.
    Day,
}

impl fmt::Display for FiledUnder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kind => "een andere soort handeling",
            Self::Object => "een ander object",
            Self::Member => "een andere medewerker",
            Self::Day => "een andere dag",
        })
    }
}

/// What can be wrong with a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// Entries are missing between two that are there.
    Gap {
        /// The last one missing.
        to: u64,
    },
    /// Entries are missing at the end.
    CutOff {
        /// The last one missing.
        to: u64,
        /// What knows of them.
        against: Against,
    },
    /// The index was already used, or comes out of turn.
    Repeated,
    /// The entry says it has another index.
    OtherIndex {
        /// The index it says it has.
        says: u64,
    },
    /// The entry and the next one both say they have this index.
    Doubled,
    /// The content of the entry does not belong to the leaf hash stored with it.
    Changed,
    /// The entry is not in the one written form.
    NotCanonical {
        /// Offset in bytes.
        at: usize,
    },
    /// The entry was written in a format this program does not know.
    UnknownVersion {
        /// That format.
        version: u64,
    },
    /// The entry itself holds, but the database keeps it under something else than it says.
    Misfiled {
        /// Which column differs.
        under: FiledUnder,
    },
    /// The line of an export cannot be read.
    Unreadable,
    /// Somewhere in a stretch of entries, something was changed together with the leaf hashes.
    Rewritten {
        /// The last entry of the stretch.
        to: u64,
        /// What contradicts it.
        against: Against,
    },
    /// There are entries beyond the stored head.
    BeyondHead,
    /// The stored head differs although every entry is proven.
    HeadForged,
    /// A checkpoint is not accepted.
    CheckpointRefused {
        /// The size it claims, when that can be read.
        size: Option<u64>,
        /// Why not.
        why: CheckpointError,
    },
    /// The key signed two different logs of this size.
    Forked {
        /// That size.
        size: u64,
    },
    /// A checkpoint came after its place had passed and cannot be held against the entries any more.
    CheckpointOutOfPlace {
        /// Its size.
        size: u64,
    },
    /// An export names another key than the one it is checked with.
    OtherKey,
}

impl Finding {
    pub(crate) fn at(index: u64, wrong: Wrong) -> Self {
        Self { index: Some(index), wrong }
    }

    pub(crate) fn general(wrong: Wrong) -> Self {
        Self { index: None, wrong }
    }

    /// For a stretch of entries in which something is wrong somewhere: its last entry.
    pub(crate) fn stretch_to(&self) -> Option<u64> {
        match self.wrong {
            Wrong::Rewritten { to, .. } => Some(to),
            _ => None,
        }
    }
}

/// The entries and the verb that fits their number.
fn entries(from: u64, to: u64, one: &str, more: &str) -> String {
    if from == to { format!("Logregel {from} {one}") } else { format!("Logregels {from} tot en met {to} {more}") }
}

impl fmt::Display for Against {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkpoint(size) => write!(f, "het ondertekende controlepunt over {size} regels"),
            Self::UncheckedCheckpoint(size) => {
                write!(f, "het controlepunt over {size} regels (handtekening niet gecontroleerd)")
            }
            Self::Head => f.write_str("de bewaarde eindstand van het logboek"),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = self.index.unwrap_or_default();
        match &self.wrong {
            Wrong::Gap { to } => {
                let entries = entries(from, *to, "ontbreekt", "ontbreken");
                write!(f, "{entries}, terwijl er latere regels zijn. Er is iets verwijderd.")
            }
            Wrong::CutOff { to, against } => write!(
                f,
                "{} aan het einde, terwijl {against} verder loopt. Het einde van het logboek is \
                 verwijderd, of deze gegevens zijn ouder dan het controlepunt.",
                entries(from, *to, "ontbreekt", "ontbreken")
            ),
            Wrong::Repeated => write!(
                f,
                "Logregel {from}: komt nog eens voor, of staat niet op volgorde. Er is een regel toegevoegd of \
                 verplaatst."
            ),
            Wrong::OtherIndex { says } => write!(
                f,
                "Logregel {from}: op deze plaats staat een regel die zelf nummer {says} draagt. Regels zijn \
                 verwisseld, verwijderd of tussengevoegd."
            ),
            Wrong::Doubled => write!(
                f,
                "Logregel {from}: deze regel en de volgende dragen allebei nummer {from}. Eén van beide is \
                 tussengevoegd."
            ),
            Wrong::Changed => write!(
                f,
                "Logregel {from}: de inhoud past niet bij het controlegetal dat erbij bewaard is. De regel is na het \
                 schrijven veranderd."
            ),
            Wrong::NotCanonical { at } => write!(
                f,
                "Logregel {from}: staat niet in de vaste schrijfwijze (bij teken {at}). Zo schrijft de dienst geen \
                 regels: de regel komt van elders of is beschadigd."
            ),
            Wrong::UnknownVersion { version } => write!(
                f,
                "Logregel {from}: is geschreven in versie {version} van de schrijfwijze, die dit programma niet \
                 kent. Controleer met een nieuwere versie van het programma."
            ),
            Wrong::Misfiled { under } => write!(
                f,
                "Logregel {from}: staat in de database onder {under} dan de regel zelf zegt. De regel is niet veranderd, \
                 maar wie hem zoekt waar hij hoort, vindt hem niet."
            ),
            Wrong::Unreadable => write!(
                f,
                "Logregel {from}: de regel van het uitvoerbestand waar deze hoort te staan is onleesbaar. Het bestand \
                 is beschadigd of veranderd."
            ),
            Wrong::Rewritten { to, against } => write!(
                f,
                "{} niet bij {against}. Hier is minstens één regel veranderd, verwijderd of tussengevoegd en zijn \
                 de controlegetallen daarop aangepast. Welke regel dat is, is niet meer vast te stellen.",
                entries(from, *to, "past", "passen")
            ),
            Wrong::BeyondHead => write!(
                f,
                "Logregel {from}: staat voorbij de bewaarde eindstand van het logboek. De regel is buiten de dienst \
                 om toegevoegd, of de eindstand is teruggezet."
            ),
            Wrong::HeadForged => f.write_str(
                "De bewaarde eindstand van het logboek klopt niet, terwijl alle regels zelf bewezen zijn. De \
                 eindstand is veranderd.",
            ),
            Wrong::CheckpointRefused { size, why } => {
                let over = size.map_or_else(String::new, |size| format!(" over {size} regels"));
                write!(
                    f,
                    "Een controlepunt{over} telt niet mee: {why}. Het is vervalst, van een ander logboek, of met een \
                     andere sleutel gezet dan de opgegeven controlesleutel."
                )
            }
            Wrong::Forked { size } => write!(
                f,
                "Er zijn twee verschillende controlepunten over {size} regels, allebei met de sleutel van dit \
                 logboek ondertekend. Er bestaan dus twee verschillende logboeken onder dezelfde sleutel."
            ),
            Wrong::CheckpointOutOfPlace { size } => write!(
                f,
                "Het controlepunt over {size} regels is niet vooraf aangekondigd en kon daarom niet met de regels \
                 vergeleken worden."
            ),
            Wrong::OtherKey => f.write_str(
                "Het uitvoerbestand noemt een andere controlesleutel dan de opgegeven sleutel. Het is van een ander \
                 logboek, of de kop is veranderd.",
            ),
        }
    }
}
