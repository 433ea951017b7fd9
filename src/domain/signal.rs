//! The signal: what somebody saw or heard, and how they want to be known.

use serde::{Deserialize, Serialize};

use super::fields::Fields;
use super::role::Group;
use super::text::{LongText, NameText, Narrative, ShortText};
use super::words::{FieldError, YesNo};

mod lists;

pub use lists::{
    About, Channel, Confidentiality, Exclusion, Fear, KnownBy, Observation, Period, Precision, SourceType,
};

/// Dutch: *concept van een signaal*. A report as it was typed; keeps every field until it is complete.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SignalDraft {
    /// What was seen or heard; the only field that is needed.
    #[serde(rename = "tekst")]
    pub narrative: String,
    /// Codes of [`Observation`].
    #[serde(rename = "opgevallen")]
    pub observations: Vec<String>,
    /// The place in the melder's own words.
    #[serde(rename = "waar")]
    pub place: Option<String>,
    /// Code of [`Precision`].
    #[serde(rename = "plek")]
    pub precision: Option<String>,
    /// Code of [`Period`].
    #[serde(rename = "wanneer")]
    pub period: Option<String>,
    /// Who or what was seen.
    #[serde(rename = "wieOfWat")]
    pub subject: Option<String>,
    /// Codes of [`KnownBy`].
    #[serde(rename = "hoeWeetU")]
    pub known_by: Vec<String>,
    /// Code of [`Confidentiality`]; anonymous when left out.
    #[serde(rename = "melder")]
    pub confidentiality: Option<String>,
    /// The melder's name; dropped when anonymous.
    #[serde(rename = "naam")]
    pub name: Option<String>,
    /// Telephone or e-mail; dropped when anonymous.
    #[serde(rename = "bereikbaar")]
    pub reach: Option<String>,
    /// Codes of [`Exclusion`].
    #[serde(rename = "nietLezen")]
    pub exclusions: Vec<String>,
    /// Code of [`Fear`].
    #[serde(rename = "bangVoorHerkenning")]
    pub fear: Option<String>,
    /// Code of [`About`]; somebody outside when left out.
    #[serde(rename = "gaatOver")]
    pub about: Option<String>,
}

super::fields::no_words_in_debug!(SignalDraft);

/// Dutch: *melder*. Who shares a signal, as far as they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reporter {
    /// Nobody knows.
    Anonymous,
    /// Behind the two-share seal.
    Confidential(ReporterIdentity),
    /// Known to the readers of the report.
    Named(ReporterIdentity),
}

impl Reporter {
    /// How the melder wants to be known.
    pub fn confidentiality(&self) -> Confidentiality {
        match self {
            Self::Anonymous => Confidentiality::Anonymous,
            Self::Confidential(_) => Confidentiality::Confidential,
            Self::Named(_) => Confidentiality::Named,
        }
    }

    /// Name and reach, when given.
    pub fn identity(&self) -> Option<&ReporterIdentity> {
        match self {
            Self::Anonymous => None,
            Self::Confidential(identity) | Self::Named(identity) => Some(identity),
        }
    }
}

/// Dutch: *melderidentiteit*. Name and reach of a melder; sealed apart from the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReporterIdentity {
    /// The name.
    #[serde(rename = "naam")]
    pub name: NameText,
    /// Telephone or e-mail.
    #[serde(rename = "bereikbaar", default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<NameText>,
}

/// Dutch: *signaalinhoud*. What the readers of a report read; stored sealed as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalContent {
    /// What was seen or heard.
    #[serde(rename = "tekst")]
    pub narrative: Narrative,
    /// What stood out.
    #[serde(rename = "opgevallen")]
    pub observations: Vec<Observation>,
    /// Where.
    #[serde(rename = "waar", default, skip_serializing_if = "Option::is_none")]
    pub place: Option<ShortText>,
    /// How precisely the place is known.
    #[serde(rename = "plek")]
    pub precision: Precision,
    /// When.
    #[serde(rename = "wanneer")]
    pub period: Period,
    /// Who or what.
    #[serde(rename = "wieOfWat", default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<LongText>,
    /// How the melder knows.
    #[serde(rename = "hoeWeetU")]
    pub known_by: Vec<KnownBy>,
    /// Whether the melder fears to be recognised.
    #[serde(rename = "bangVoorHerkenning")]
    pub fear: Fear,
}

impl SignalContent {
    /// How many of who, what, where and when are known: 0 to 4. Fills criterion 3 beforehand; people may change it.
    pub fn concreteness(&self) -> u8 {
        let who = self.subject.is_some();
        // The narrative is never empty.
        let what = true;
        let place = self.place.is_some() && self.precision != Precision::Unknown;
        let when = self.period != Period::Unknown;
        [who, what, place, when].into_iter().map(u8::from).sum()
    }

    /// Whether somebody may be held against their will: then the aandachtsfunctionarissen mensenhandel read along.
    pub fn concerns_trafficking(&self) -> YesNo {
        if self.observations.contains(&Observation::NotFree) { YesNo::Yes } else { YesNo::No }
    }
}

/// Dutch: *nieuw signaal*. A complete report, ready to be sealed and stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSignal {
    /// What the readers read.
    pub content: SignalContent,
    /// Who shares it.
    pub reporter: Reporter,
    /// Who may not read it.
    pub exclusions: Vec<Exclusion>,
    /// Whether it is about a colleague; chooses the box.
    pub about: About,
}

impl NewSignal {
    /// Parses a draft. Errors: all fields that are wrong, in the order of the pages.
    pub fn parse(draft: &SignalDraft) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let narrative = fields.text("tekst", Some(&draft.narrative), "Vertel wat u zag of hoorde.");
        let observations = fields.choices("opgevallen", &draft.observations);
        let place = fields.optional_text("waar", draft.place.as_deref());
        let precision = fields.optional_choice("plek", draft.precision.as_deref()).unwrap_or(Precision::Unknown);
        let period = fields.optional_choice("wanneer", draft.period.as_deref()).unwrap_or(Period::Unknown);
        let subject = fields.optional_text("wieOfWat", draft.subject.as_deref());
        let known_by = fields.choices("hoeWeetU", &draft.known_by);
        let reporter = parse_reporter(&mut fields, draft);
        let exclusions = fields.choices("nietLezen", &draft.exclusions);
        let fear = fields.optional_choice("bangVoorHerkenning", draft.fear.as_deref()).unwrap_or(Fear::None);
        let about = fields.optional_choice("gaatOver", draft.about.as_deref()).unwrap_or(About::Outsider);
        let content = narrative.map(|narrative| SignalContent {
            narrative,
            observations,
            place,
            precision,
            period,
            subject,
            known_by,
            fear,
        });
        let signal = content.zip(reporter).map(|(content, reporter)| Self { content, reporter, exclusions, about });
        fields.finish(signal)
    }

    /// The group whose box this report goes to, before exclusions are weighed.
    pub fn box_group(&self) -> Group {
        match self.about {
            About::Outsider => Group::Coordinators,
            About::Colleague => Group::Integrity,
        }
    }
}

/// A name that was typed before the choice became "anoniem" is dropped here, and so never stored.
fn parse_reporter(fields: &mut Fields, draft: &SignalDraft) -> Option<Reporter> {
    let confidentiality = match draft.confidentiality.as_deref() {
        None | Some("") => Confidentiality::Anonymous,
        code => fields.choice("melder", code)?,
    };
    let mut identity = || {
        let name = fields.text("naam", draft.name.as_deref(), "Vul uw naam in, of kies Anoniem.");
        let reach = fields.optional_text("bereikbaar", draft.reach.as_deref());
        name.map(|name| ReporterIdentity { name, reach })
    };
    match confidentiality {
        Confidentiality::Anonymous => Some(Reporter::Anonymous),
        Confidentiality::Confidential => identity().map(Reporter::Confidential),
        Confidentiality::Named => identity().map(Reporter::Named),
    }
}

#[cfg(test)]
mod tests;
