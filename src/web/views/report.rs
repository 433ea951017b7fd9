//! Sharing a signal in four steps, and the receipt.
//!
//! Every step is one POST form to the same address. Earlier answers travel in hidden fields (`carried`), so the service
//! keeps nothing until the signal is sent. The pressed button says where to go: `naar` is `stap-1` to `stap-4` or
//! `versturen`. Field names: `tekst`, `gezien`*, `plaats`, `plaatsSoort`, `wanneer`, `wieOfWat`, `hoeWeetU`*,
//! `wieBentU` (`anoniem`, `vertrouwelijk`, `bekend`), `naam`, `bereik`, `uitsluiten`*, `bang` (`ja`), `bon`, `formulier`,
//! `weg` (`signaal`, `integriteit`); those with * repeat. Step 3 shows name fields in two cards: those of "Met uw naam"
//! are sent as `naamBekend` and `bereikBekend`, and the choice says which pair counts; `carried` holds only `naam` and
//! `bereik`.

use std::sync::Arc;

use askama::Template;

use super::Site;
use super::fields::{Choice, Errors, Tick};

/// Which road the signal takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Road {
    /// To the coordinator: `weg=signaal`.
    Signal,
    /// About a colleague or board member, to the vertrouwenspersonen: `weg=integriteit`.
    Integrity,
}

impl Road {
    /// The value of `weg`.
    #[must_use]
    pub fn value(&self) -> &'static str {
        match self {
            Self::Signal => "signaal",
            Self::Integrity => "integriteit",
        }
    }

    /// Whether only the vertrouwenspersonen read it.
    #[must_use]
    pub fn is_integrity(&self) -> bool {
        *self == Self::Integrity
    }
}

/// What every step's form carries.
#[derive(Clone, Debug)]
pub struct StepForm {
    /// Where all steps post to.
    pub action: String,
    /// Which road.
    pub road: Road,
    /// The form token, sent as `formulier`.
    pub formulier: String,
    /// Answers of the other steps, never of this one.
    pub carried: Vec<(String, String)>,
    /// What has to be repaired on this step.
    pub errors: Errors,
}

/// Page 2, step 1: what did you see or hear. Field errors: `tekst`.
#[derive(Clone, Debug, Template)]
#[template(path = "public/step_what.html")]
pub struct WhatStepView {
    /// This installation.
    pub site: Arc<Site>,
    /// The form.
    pub form: StepForm,
    /// `tekst`.
    pub tekst: String,
    /// `gezien`, from `choices::SEEN`.
    pub gezien: Vec<Choice>,
}

/// Page 3, step 2: where and when. Field errors: `plaats`, `plaatsSoort`, `wanneer`, `wieOfWat`, `hoeWeetU`.
#[derive(Clone, Debug, Template)]
#[template(path = "public/step_where.html")]
pub struct WhereStepView {
    /// This installation.
    pub site: Arc<Site>,
    /// The form.
    pub form: StepForm,
    /// Whether "Druk of dreiging" was ticked: the page opens with the protocol Agressie en Geweld.
    pub threatened: Tick,
    /// `plaats`.
    pub plaats: String,
    /// `plaatsSoort`, from `choices::PLACE_PRECISION`.
    pub plaats_soort: Vec<Choice>,
    /// `wanneer`, from `choices::WHEN`.
    pub wanneer: Vec<Choice>,
    /// `wieOfWat`.
    pub wie_of_wat: String,
    /// `hoeWeetU`, from `choices::KNOWN_HOW`.
    pub hoe_weet_u: Vec<Choice>,
}

/// How the melder wants to be known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Known {
    /// `anoniem`: nobody knows. Chosen beforehand, so that the safe choice costs no act.
    #[default]
    Anonymous,
    /// `vertrouwelijk`: a name behind the two-share seal.
    Confidential,
    /// `bekend`: the readers know.
    Named,
}

impl Known {
    /// Whether nobody knows.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        *self == Self::Anonymous
    }

    /// Whether the name lies behind the seal.
    #[must_use]
    pub fn is_confidential(&self) -> bool {
        *self == Self::Confidential
    }

    /// Whether the readers know.
    #[must_use]
    pub fn is_named(&self) -> bool {
        *self == Self::Named
    }
}

/// Page 4, step 3: who you are, who may not read, are you afraid.
/// Field errors: `naam`, `bereik` (vertrouwelijk), `naamBekend`, `bereikBekend` (bekend), `wieBentU`, `uitsluiten`.
#[derive(Clone, Debug, Template)]
#[template(path = "public/step_who.html")]
pub struct WhoStepView {
    /// This installation.
    pub site: Arc<Site>,
    /// The form.
    pub form: StepForm,
    /// `wieBentU`.
    pub wie_bent_u: Known,
    /// `naam`, shown in both cards.
    pub naam: String,
    /// `bereik`, shown in both cards.
    pub bereik: String,
    /// `uitsluiten`: first readers, from `choices::EXCLUDE_FIRST`; the whole part is left out when both lists are empty.
    pub uitsluiten: Vec<Choice>,
    /// `uitsluiten`: members of the LIO, from `choices::EXCLUDE_LIO`, folded away unless one is ticked.
    pub uitsluiten_lio: Vec<Choice>,
    /// `bang`.
    pub bang: Tick,
}

impl WhoStepView {
    /// Whether the folded list of LIO roles stands open.
    #[must_use]
    pub fn lio_is_open(&self) -> bool {
        self.uitsluiten_lio.iter().any(|choice| choice.chosen.is_on())
    }
}

/// Who the melder will be, as the review page says it.
#[derive(Clone, Debug)]
pub enum Identity {
    /// Nobody knows.
    Anonymous {
        /// Whether a name was typed and has been dropped because the choice is anonymous.
        dropped: Tick,
    },
    /// A name behind the seal.
    Confidential {
        /// The name.
        naam: String,
        /// How to be reached; empty for none.
        bereik: String,
    },
    /// Known to the readers.
    Named {
        /// The name.
        naam: String,
        /// How to be reached; empty for none.
        bereik: String,
    },
}

/// Page 5, step 4: see what the reader sees. Empty answers are left out by the page.
#[derive(Clone, Debug, Template)]
#[template(path = "public/step_review.html")]
pub struct ReviewStepView {
    /// This installation.
    pub site: Arc<Site>,
    /// The form; its `carried` holds every answer.
    pub form: StepForm,
    /// The receipt made with this page, sent as `bon`.
    pub bon: String,
    /// What was seen or heard.
    pub tekst: String,
    /// Labels of the chips.
    pub gezien: Vec<String>,
    /// The place; empty for none.
    pub plaats: String,
    /// Label of its precision; empty for none.
    pub plaats_soort: String,
    /// Label of when; empty for none.
    pub wanneer: String,
    /// Who or what; empty for none.
    pub wie_of_wat: String,
    /// Labels of how it is known.
    pub hoe_weet_u: Vec<String>,
    /// Who the melder will be.
    pub identity: Identity,
    /// Who reads this first, with articles: `de coördinator`, `de plaatsvervanger`.
    pub readers: Vec<String>,
    /// Roles that were excluded, with articles.
    pub excluded: Vec<String>,
    /// Whether the aandachtsfunctionarissen mensenhandel read along.
    pub trafficking_contacts: Tick,
    /// Whether the melder is afraid to be recognised.
    pub bang: Tick,
}

impl ReviewStepView {
    /// The first readers as one phrase, with a capital: `De coördinator en de plaatsvervanger`.
    #[must_use]
    pub fn readers_phrase(&self) -> String {
        phrase(&self.readers)
    }

    /// The excluded roles as one phrase, with a capital.
    #[must_use]
    pub fn excluded_phrase(&self) -> String {
        phrase(&self.excluded)
    }

    /// The chips as one line, with one capital.
    #[must_use]
    pub fn seen_line(&self) -> String {
        line(&self.gezien)
    }

    /// How it is known as one line, with one capital.
    #[must_use]
    pub fn known_line(&self) -> String {
        line(&self.hoe_weet_u)
    }
}

/// `a, b en c` with a capital.
pub(super) fn phrase(words: &[String]) -> String {
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => capital(last),
        Some((last, others)) => capital(&format!("{} en {last}", others.join(", "))),
    }
}

/// `A, b, c` with one capital.
fn line(words: &[String]) -> String {
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    capital(&lower.join(", "))
}

fn capital(words: &str) -> String {
    let mut signs = words.chars();
    signs.next().map(|first| first.to_uppercase().chain(signs).collect()).unwrap_or_default()
}

/// Page 6: the receipt. Shown only after the durable commit; a repeated POST shows the same one.
#[derive(Clone, Debug, Template)]
#[template(path = "public/receipt.html")]
pub struct ReceiptView {
    /// This installation.
    pub site: Arc<Site>,
    /// Who reads it first, with an article: `de coördinator`, `een vertrouwenspersoon`.
    pub reader: String,
    /// The code in groups of three signs.
    pub groups: Vec<String>,
    /// How the melder is known: whether somebody may call.
    pub known: Known,
}

impl ReceiptView {
    /// How many signs the code has.
    #[must_use]
    pub fn signs(&self) -> usize {
        self.groups.iter().map(|group| group.chars().count()).sum()
    }

    /// The code to be read aloud: signs apart, groups apart.
    #[must_use]
    pub fn spelled(&self) -> String {
        let groups: Vec<String> =
            self.groups.iter().map(|group| group.chars().map(String::from).collect::<Vec<_>>().join(" ")).collect();
        groups.join(", ")
    }
}

/// `/melden/klaar`: after closing the receipt.
#[derive(Clone, Debug, Template)]
#[template(path = "public/done.html")]
pub struct DoneView {
    /// This installation.
    pub site: Arc<Site>,
}
