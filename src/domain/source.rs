//! Sources: what each may answer, the question as its holder reads it, and the answer.

use serde::{Deserialize, Serialize};

use super::fact::Regime;
use super::fields::Fields;
use super::protocol::{Code, Protocol};
use super::role::Role;
use super::text::{LongText, ShortText};
use super::time::Day;
use super::words::{FieldError, YesNo, vocabulary};

vocabulary! {
    /// Dutch: *hit mag*. Whether a source may say "known" or "not known".
    pub enum HitRule {
        /// It may.
        Allowed = "allowed" => "hit mag",
        /// Only on a ground of its own.
        WithBasis = "with_basis" => "hit mag niet zonder aparte grond",
        /// It may not.
        Never = "never" => "hit mag niet",
    }

    /// Dutch: *inhoud mag*. Whether a source may give content after a hit.
    pub enum DetailsRule {
        /// It may.
        Allowed = "allowed" => "inhoud mag",
        /// Some of it.
        Limited = "limited" => "inhoud mag beperkt",
        /// For the power under which it was collected.
        SamePower = "same_power" => "inhoud mag bij dezelfde bevoegdheid",
        /// It is public.
        Public = "public" => "inhoud mag (openbaar)",
        /// As the protocol says.
        PerProtocol = "per_protocol" => "inhoud volgens protocol",
        /// It may not.
        Never = "never" => "inhoud mag niet",
    }

    /// Dutch: *antwoord op een bronvraag*. The three answers, in the words of the page.
    pub enum AnswerKind {
        /// No hit.
        NoHit = "geen_hit" => "Nee, niets bekend",
        /// Hit.
        Hit = "hit" => "Ja, er is iets bekend",
        /// No answer.
        CannotAnswer = "kan_niet" => "Ik kan of mag dit niet beantwoorden",
    }

    /// Dutch: *leeftijd van het gegeven*. How old the youngest datum behind a hit is; old data stop the asking.
    pub enum HitAge {
        /// Less than a year.
        UnderOneYear = "tot_1_jaar" => "korter dan 1 jaar geleden",
        /// One to two years.
        OneToTwoYears = "1_tot_2_jaar" => "1 tot 2 jaar geleden",
        /// Two to five years.
        TwoToFiveYears = "2_tot_5_jaar" => "2 tot 5 jaar geleden",
        /// Five years or more.
        OverFiveYears = "vanaf_5_jaar" => "langer dan 5 jaar geleden",
        /// Not known.
        Unknown = "onbekend" => "weet ik niet",
    }
}

vocabulary! {
    /// Dutch: *stand van een bronvraag*. What a question to a source waits for. Says nothing of the answer.
    pub enum QuestionState {
        /// Its holder has to answer.
        Open = "open" => "wacht op antwoord",
        /// Its holder answered.
        Answered = "answered" => "beantwoord",
        /// "Deze vraag is niet voor mij": the coordinator has to choose.
        PassedBack = "passed_back" => "teruggegeven",
        /// The term passed without an answer.
        Lapsed = "lapsed" => "vervallen",
        /// The coordinator took it back.
        Withdrawn = "withdrawn" => "ingetrokken",
    }

    /// Dutch: *stand van de inhoud*. Whether a source may be asked, was asked, and gave more than hit or no hit.
    pub enum DetailsState {
        /// Only hit or no hit.
        None = "none" => "alleen hit of geen hit",
        /// Content may be asked after a hit.
        Cleared = "cleared" => "na een hit ook inhoud",
        /// Content was asked.
        Asked = "asked" => "inhoud gevraagd",
        /// Content was given.
        Given = "given" => "inhoud gegeven",
    }
}

/// Dutch: *bron*. One entry of the broncatalogus.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceEntry {
    /// The code.
    pub code: Code,
    /// The words.
    pub label: String,
    /// Who works with it.
    pub team: String,
    /// The role that answers.
    pub holder: Role,
    /// The department of the holder.
    pub department: Code,
    /// Whether hit or no hit may be answered.
    pub hit: HitRule,
    /// Whether content may follow.
    pub details: DetailsRule,
    /// Which content, in words.
    #[serde(default)]
    pub details_note: Option<String>,
    /// The label that facts from this source carry.
    pub regime: Regime,
    /// The question to begin with.
    pub question: String,
    /// Privacycheck 1 A to begin with: what it was collected for.
    pub collected_for: String,
    /// Privacycheck 1 B to begin with: whether this use fits that.
    pub compatible: String,
    /// Privacycheck 1 C to begin with: why it is needed.
    pub needed: String,
    /// The ground the holder reads.
    pub legal_basis: String,
    /// Where this comes from and whether it was confirmed.
    pub source: String,
}

impl SourceEntry {
    /// What the source allows, beside its name: "hit mag; inhoud mag bij dezelfde bevoegdheid".
    pub fn rule_in_words(&self) -> String {
        match self.hit {
            HitRule::Allowed => format!("{}; {}", self.hit.label(), self.details.label()),
            HitRule::WithBasis | HitRule::Never => self.hit.label().to_owned(),
        }
    }
}

impl HitAge {
    /// The steps to choose from for a question that goes back to `not_before`. A step that begins less than three
    /// months before that day is left out: nothing of weight can lie in it.
    pub fn steps(not_before: Option<Day>, today: Day) -> Vec<Self> {
        let reaches = |years: u32| not_before.is_none_or(|day| day.plus_months(years * 12 + 3) < today);
        Self::ALL
            .iter()
            .copied()
            .filter(|step| match step {
                Self::UnderOneYear | Self::Unknown => true,
                Self::OneToTwoYears => reaches(1),
                Self::TwoToFiveYears => reaches(2),
                Self::OverFiveYears => reaches(5),
            })
            .collect()
    }
}

impl HitAge {
    /// Whether a datum this old ends the asking: no content may be asked of it any more (model protocol, stap 3).
    pub fn ends_the_asking(self) -> YesNo {
        match self {
            Self::OverFiveYears => YesNo::Yes,
            Self::UnderOneYear | Self::OneToTwoYears | Self::TwoToFiveYears | Self::Unknown => YesNo::No,
        }
    }
}

/// Dutch: *bronvraag*. What a source holder reads, and nothing more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceQuestion {
    /// The source.
    #[serde(rename = "bron")]
    pub source: Code,
    /// The question, word for word as the privacy officer cleared it.
    #[serde(rename = "vraag")]
    pub question: ShortText,
    /// Not further back than this day.
    #[serde(rename = "nietVoor", default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Day>,
    /// The ground.
    #[serde(rename = "grond")]
    pub legal_basis: String,
}

/// Dutch: *concept van een bronantwoord*. The answer as it was sent.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SourceAnswerDraft {
    /// Code of [`AnswerKind`].
    #[serde(rename = "antwoord")]
    pub answer: Option<String>,
    /// Code of [`HitAge`]; counts only with a hit.
    #[serde(rename = "leeftijd")]
    pub age: Option<String>,
    /// Code of the list of reasons; counts only with the third answer.
    #[serde(rename = "reden")]
    pub reason: Option<String>,
}
super::fields::no_words_in_debug!(SourceAnswerDraft);

/// Dutch: *bronantwoord*. The answer; no free text, because free text leaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "antwoord", rename_all = "snake_case", deny_unknown_fields)]
pub enum SourceAnswer {
    /// Nothing known.
    #[serde(rename = "geen_hit")]
    NoHit,
    /// Something known.
    #[serde(rename = "hit")]
    Hit {
        /// How old the youngest datum is.
        #[serde(rename = "leeftijd")]
        age: HitAge,
    },
    /// No answer, for a reason of the list.
    #[serde(rename = "kan_niet")]
    CannotAnswer {
        /// The reason.
        #[serde(rename = "reden")]
        reason: Code,
    },
}

impl SourceAnswer {
    /// Parses the fields `antwoord`, `leeftijd` and `reden`. The age counts only with a hit, the reason only with the
    /// third answer. Errors: all fields that are wrong.
    pub fn parse(
        answer: Option<&str>,
        age: Option<&str>,
        reason: Option<&str>,
        steps: &[HitAge],
        protocol: &Protocol,
    ) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let parsed = match fields.choice("antwoord", answer) {
            Some(AnswerKind::NoHit) => Some(Self::NoHit),
            Some(AnswerKind::Hit) => match fields.choice::<HitAge>("leeftijd", age) {
                Some(age) if steps.contains(&age) => Some(Self::Hit { age }),
                Some(_) => {
                    fields.refuse("leeftijd", "Deze keuze hoort niet bij de periode van de vraag.");
                    None
                }
                None => None,
            },
            Some(AnswerKind::CannotAnswer) => {
                let known = protocol.cannot_answer.iter().find(|entry| Some(entry.code.as_str()) == reason);
                if known.is_none() {
                    fields.refuse("reden", "Kies een reden.");
                }
                known.map(|entry| Self::CannotAnswer { reason: entry.code.clone() })
            }
            None => None,
        };
        fields.finish(parsed)
    }

    /// Which of the three it is.
    pub fn kind(&self) -> AnswerKind {
        match self {
            Self::NoHit => AnswerKind::NoHit,
            Self::Hit { .. } => AnswerKind::Hit,
            Self::CannotAnswer { .. } => AnswerKind::CannotAnswer,
        }
    }
}

/// Dutch: *inhoud bij een hit*. The content a source gives where privacycheck 1 cleared it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceDetails {
    /// What is known.
    #[serde(rename = "inhoud")]
    pub details: LongText,
}

impl SourceDetails {
    /// Parses the field `inhoud`.
    pub fn parse(details: Option<&str>) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let details = fields.text("inhoud", details, "Schrijf wat er bekend is.");
        fields.finish(details.map(|details| Self { details }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::words::tests::assert_complete;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn every_list_about_sources_has_its_own_codes_and_words() {
        assert_complete::<HitRule>();
        assert_complete::<DetailsRule>();
        assert_complete::<AnswerKind>();
        assert_complete::<HitAge>();
        assert_complete::<QuestionState>();
        assert_complete::<DetailsState>();
    }

    #[test]
    fn what_a_source_allows_is_said_in_one_line() {
        let protocol = Protocol::bundled().unwrap();
        let rule = |code| protocol.source(code).unwrap().rule_in_words();
        assert_eq!(rule("vergunningen"), "hit mag; inhoud mag bij dezelfde bevoegdheid");
        assert_eq!(rule("handelsregister"), "hit mag; inhoud mag (openbaar)");
        assert_eq!(rule("belastingen"), "hit mag niet zonder aparte grond");
    }

    #[test]
    fn the_steps_of_age_follow_the_period_of_the_question() {
        let steps = HitAge::steps(Some(day("2024-11-01")), day("2026-11-23"));
        assert_eq!(steps, [HitAge::UnderOneYear, HitAge::OneToTwoYears, HitAge::Unknown]);
        assert_eq!(HitAge::steps(Some(day("2026-06-01")), day("2026-11-23")), [HitAge::UnderOneYear, HitAge::Unknown]);
        assert_eq!(HitAge::steps(None, day("2026-11-23")), HitAge::ALL);
    }

    #[test]
    fn an_answer_asks_only_what_belongs_to_it() {
        let protocol = Protocol::bundled().unwrap();
        let steps = [HitAge::UnderOneYear, HitAge::Unknown];
        let parse = |answer, age, reason| SourceAnswer::parse(answer, age, reason, &steps, &protocol);
        assert_eq!(parse(Some("geen_hit"), Some("x"), Some("x")), Ok(SourceAnswer::NoHit));
        assert_eq!(parse(Some("hit"), Some("onbekend"), None), Ok(SourceAnswer::Hit { age: HitAge::Unknown }));
        let field = |answer, age, reason| parse(answer, age, reason).unwrap_err().remove(0).field;
        assert_eq!(field(None, None, None), "antwoord");
        assert_eq!(field(Some("hit"), None, None), "leeftijd");
        assert_eq!(field(Some("hit"), Some("vanaf_5_jaar"), None), "leeftijd");
        assert_eq!(field(Some("kan_niet"), None, Some("zin_in")), "reden");
        assert!(parse(Some("kan_niet"), None, Some("geheimhouding")).is_ok());
    }

    #[test]
    fn a_sealed_answer_reads_back() {
        for (answer, json) in [
            (SourceAnswer::NoHit, r#"{"antwoord":"geen_hit"}"#),
            (SourceAnswer::Hit { age: HitAge::Unknown }, r#"{"antwoord":"hit","leeftijd":"onbekend"}"#),
        ] {
            assert_eq!(serde_json::to_string(&answer).unwrap(), json);
            assert_eq!(serde_json::from_str::<SourceAnswer>(json).unwrap(), answer);
        }
    }
}
