//! Weging 3: an ordered word and a sentence per criterion, and a proposal.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::decision::parse_reason;
use super::super::fields::Fields;
use super::super::protocol::{Code, Criterion, CriterionKind, Protocol, ReasonStep};
use super::super::reference::SignalReference;
use super::super::term::ClockCode;
use super::super::text::{BoundedText, ShortText};
use super::super::time::Day;
use super::super::words::FieldError;
use super::super::workflow::Weighing3Outcome;
use super::basis;

/// Dutch: *concept van weging 3*. The page as it was filled in.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AssessmentDraft {
    /// Per code of a criterion.
    pub criteria: BTreeMap<String, CriterionDraft>,
    /// Code of [`Weighing3Outcome`].
    #[serde(rename = "voorstel")]
    pub outcome: Option<String>,
    /// Until when, with "monitoren".
    #[serde(rename = "totDatum")]
    pub until: Option<String>,
    /// Code of a department, with "afdeling".
    #[serde(rename = "afdeling")]
    pub department: Option<String>,
    /// On which ground facts are passed on, with "afdeling" and "riec"; empty takes the proposed one.
    #[serde(rename = "grondslag")]
    pub basis: Option<String>,
    /// Code of a reason, with "niet in behandeling".
    #[serde(rename = "reden")]
    pub reason: Option<String>,
    /// Reference of another signal, with "dubbel".
    #[serde(rename = "dubbelVan")]
    pub duplicate_of: Option<String>,
}

/// Dutch: *concept van een criterium*. One point as it was filled in.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CriterionDraft {
    /// Code of an option or a form.
    #[serde(rename = "keuze")]
    pub choice: Option<String>,
    /// The sentence.
    #[serde(rename = "waarom")]
    pub sentence: Option<String>,
}

/// Dutch: *oordeel op een criterium*. What was chosen, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CriterionAnswer {
    /// The option or form; none where the criterion is answered in words.
    #[serde(rename = "keuze", default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<Code>,
    /// The sentence.
    #[serde(rename = "waarom", default, skip_serializing_if = "Option::is_none")]
    pub sentence: Option<ShortText>,
}

/// Dutch: *voorstel*. The way out that is proposed, with what it needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "voorstel", deny_unknown_fields)]
pub enum Proposal {
    /// To source research.
    #[serde(rename = "verrijken")]
    Enrich,
    /// To a department.
    #[serde(rename = "afdeling")]
    Department {
        /// Which.
        #[serde(rename = "afdeling")]
        department: Code,
        /// On which ground.
        #[serde(rename = "grondslag")]
        basis: ShortText,
    },
    /// To the RIEC.
    #[serde(rename = "riec")]
    Riec {
        /// On which ground.
        #[serde(rename = "grondslag")]
        basis: ShortText,
    },
    /// Look again on a day.
    #[serde(rename = "monitoren")]
    Monitor {
        /// Which.
        #[serde(rename = "totDatum")]
        until: Day,
    },
    /// Not taken up.
    #[serde(rename = "niet_in_behandeling")]
    NotTakenUp {
        /// Why.
        #[serde(rename = "reden")]
        reason: Code,
        /// The signal it doubles.
        #[serde(rename = "dubbelVan", default, skip_serializing_if = "Option::is_none")]
        duplicate_of: Option<SignalReference>,
    },
}

impl AssessmentDraft {
    /// A finished weighing as it was filled in, to be improved after it was returned.
    pub fn of(assessment: &Assessment) -> Self {
        let criteria = assessment.criteria.iter().map(|(code, answer)| {
            let choice = answer.choice.as_ref().map(ToString::to_string);
            let sentence = answer.sentence.as_ref().map(|sentence| sentence.as_str().to_owned());
            (code.to_string(), CriterionDraft { choice, sentence })
        });
        let mut draft = Self { criteria: criteria.collect(), ..Self::default() };
        draft.outcome = Some(assessment.proposal.outcome().code().to_owned());
        match &assessment.proposal {
            Proposal::Enrich => {}
            Proposal::Department { department, basis } => {
                draft.department = Some(department.to_string());
                draft.basis = Some(basis.as_str().to_owned());
            }
            Proposal::Riec { basis } => draft.basis = Some(basis.as_str().to_owned()),
            Proposal::Monitor { until } => draft.until = Some(until.to_string()),
            Proposal::NotTakenUp { reason, duplicate_of } => {
                draft.reason = Some(reason.to_string());
                draft.duplicate_of = duplicate_of.as_ref().map(ToString::to_string);
            }
        }
        draft
    }
}

impl Proposal {
    /// The outcome for the table of transitions.
    pub fn outcome(&self) -> Weighing3Outcome {
        match self {
            Self::Enrich => Weighing3Outcome::Enrich,
            Self::Department { .. } => Weighing3Outcome::Department,
            Self::Riec { .. } => Weighing3Outcome::Riec,
            Self::Monitor { .. } => Weighing3Outcome::Monitor,
            Self::NotTakenUp { .. } => Weighing3Outcome::NotTakenUp,
        }
    }
}

/// Dutch: *weging 3*. A complete weighing; stored sealed as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// The version of the protocol it was judged under.
    #[serde(rename = "protocol")]
    pub protocol_version: String,
    /// Per code of a criterion.
    pub criteria: BTreeMap<Code, CriterionAnswer>,
    /// The way out.
    #[serde(rename = "uitweg")]
    pub proposal: Proposal,
}

impl Assessment {
    /// Parses a draft. Errors: all of them, named `criteria.<code>.keuze` and `criteria.<code>.waarom`.
    ///
    /// A sentence is needed unless the option means "onbekend". A criterion in words is needed for the proposals that
    /// its configuration names; the theme may be left out.
    pub fn parse(draft: &AssessmentDraft, protocol: &Protocol, today: Day) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let outcome = fields.optional_choice::<Weighing3Outcome>("voorstel", draft.outcome.as_deref());
        let mut criteria = BTreeMap::new();
        for criterion in &protocol.criteria {
            let typed = draft.criteria.get(criterion.code.as_str()).cloned().unwrap_or_default();
            if let Some(answer) = answer(&mut fields, protocol, criterion, &typed, outcome) {
                criteria.insert(criterion.code.clone(), answer);
            }
        }
        for code in draft.criteria.keys().filter(|code| protocol.criterion(code).is_none()) {
            fields.refuse(format!("criteria.{code}"), "Dit criterium kennen wij niet.");
        }
        let proposal = match outcome {
            Some(outcome) => proposal(&mut fields, draft, protocol, today, outcome),
            None => {
                fields.refuse("voorstel", "Kies wat u voorstelt.");
                None
            }
        };
        let assessment =
            proposal.map(|proposal| Self { protocol_version: protocol.version.clone(), criteria, proposal });
        fields.finish(assessment)
    }
}

fn answer(
    fields: &mut Fields,
    protocol: &Protocol,
    criterion: &Criterion,
    typed: &CriterionDraft,
    outcome: Option<Weighing3Outcome>,
) -> Option<CriterionAnswer> {
    let choice_field = format!("criteria.{}.keuze", criterion.code);
    let sentence_field = format!("criteria.{}.waarom", criterion.code);
    let chosen = typed.choice.as_deref().filter(|code| !code.is_empty());
    let sentence = typed.sentence.as_deref();
    match criterion.kind {
        CriterionKind::Choice => {
            let Some(option) = criterion.option(chosen.unwrap_or_default()) else {
                fields.refuse(choice_field, format!("Kies een woord bij “{}”.", criterion.label));
                return None;
            };
            let sentence = if option.is_unknown() {
                fields.optional_text(&sentence_field, sentence)
            } else {
                let missing = format!("Schrijf bij “{}” in een zin waarom.", criterion.label);
                Some(fields.text(&sentence_field, sentence, &missing)?)
            };
            Some(CriterionAnswer { choice: Some(option.code.clone()), sentence })
        }
        CriterionKind::Text => {
            let needed = outcome.is_some_and(|outcome| criterion.required_for.contains(&outcome));
            let sentence = if needed {
                fields.text(&sentence_field, sentence, "Schrijf waarom een lichtere weg niet kan.")
            } else {
                fields.optional_text(&sentence_field, sentence)
            };
            sentence.map(|sentence| CriterionAnswer { choice: None, sentence: Some(sentence) })
        }
        CriterionKind::Theme => {
            let form = protocol.form(chosen?);
            if form.is_none() {
                fields.refuse(choice_field, "Deze keuze kennen wij niet.");
            }
            let sentence = fields.optional_text(&sentence_field, sentence);
            form.map(|form| CriterionAnswer { choice: Some(form.code.clone()), sentence })
        }
    }
}

fn proposal(
    fields: &mut Fields,
    draft: &AssessmentDraft,
    protocol: &Protocol,
    today: Day,
    outcome: Weighing3Outcome,
) -> Option<Proposal> {
    match outcome {
        Weighing3Outcome::Enrich => Some(Proposal::Enrich),
        Weighing3Outcome::Riec => {
            basis(fields, protocol, "riec", draft.basis.as_deref()).map(|basis| Proposal::Riec { basis })
        }
        Weighing3Outcome::Department => {
            let department = protocol.department(draft.department.as_deref().unwrap_or_default());
            if department.is_none() {
                fields.refuse("afdeling", "Kies een afdeling.");
            }
            let basis = basis(fields, protocol, "afdeling", draft.basis.as_deref());
            department
                .zip(basis)
                .map(|(department, basis)| Proposal::Department { department: department.code.clone(), basis })
        }
        Weighing3Outcome::Monitor => {
            let last = protocol.due_on(ClockCode::Monitoring, today);
            let until = fields.day_ahead("totDatum", draft.until.as_deref(), today, last);
            until.map(|until| Proposal::Monitor { until })
        }
        Weighing3Outcome::NotTakenUp => {
            let (code, other) = (draft.reason.as_deref(), draft.duplicate_of.as_deref());
            parse_reason(fields, protocol, ReasonStep::Weighing3, code, other)
                .map(|(reason, duplicate_of)| Proposal::NotTakenUp { reason, duplicate_of })
        }
    }
}

super::super::fields::no_words_in_debug!(AssessmentDraft, CriterionDraft);

#[cfg(test)]
mod tests {
    use super::*;

    /// Every choice "onbekend", nothing in words.
    fn unknown(outcome: &str) -> AssessmentDraft {
        let protocol = Protocol::bundled().unwrap();
        let option = |criterion: &Criterion| criterion.options.iter().find(|option| option.is_unknown()).cloned();
        let criteria = protocol.criteria.iter().filter_map(|criterion| {
            let choice = option(criterion)?.code.to_string();
            Some((criterion.code.to_string(), CriterionDraft { choice: Some(choice), sentence: None }))
        });
        AssessmentDraft { criteria: criteria.collect(), outcome: Some(outcome.to_owned()), ..Default::default() }
    }

    fn parse(draft: &AssessmentDraft) -> Result<Assessment, Vec<String>> {
        Assessment::parse(draft, &Protocol::bundled().unwrap(), "2026-11-24".parse().unwrap())
            .map_err(|errors| errors.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn where_everything_is_unknown_no_sentence_is_asked() {
        let assessment = parse(&unknown("riec")).unwrap();
        assert_eq!(assessment.criteria.len(), 8);
        assert_eq!(assessment.proposal.outcome(), Weighing3Outcome::Riec);
        assert_eq!(assessment.protocol_version, Protocol::bundled().unwrap().version);
    }

    #[test]
    fn a_word_other_than_unknown_needs_its_sentence() {
        let mut draft = unknown("riec");
        let ernst = |sentence: Option<&str>| CriterionDraft {
            choice: Some("ernstig".to_owned()),
            sentence: sentence.map(str::to_owned),
        };
        draft.criteria.insert("ernst".to_owned(), ernst(Some("  ")));
        assert_eq!(parse(&draft).unwrap_err(), ["criteria.ernst.waarom"]);
        draft.criteria.insert("ernst".to_owned(), ernst(Some("Mensen zijn bang.")));
        let sealed = serde_json::to_string(&parse(&draft).unwrap()).unwrap();
        assert_eq!(serde_json::from_str::<Assessment>(&sealed).unwrap(), parse(&draft).unwrap());
    }

    #[test]
    fn enriching_needs_a_word_on_the_lighter_way() {
        let mut draft = unknown("verrijken");
        assert_eq!(parse(&draft).unwrap_err(), ["criteria.lichter.waarom"]);
        let lighter = CriterionDraft { choice: None, sentence: Some("Toezicht ziet alleen de gevel.".to_owned()) };
        draft.criteria.insert("lichter".to_owned(), lighter);
        assert!(parse(&draft).is_ok());
    }

    #[test]
    fn all_errors_come_together() {
        let mut draft = AssessmentDraft::default();
        draft.criteria.insert("score".to_owned(), CriterionDraft::default());
        let errors = parse(&draft).unwrap_err();
        assert_eq!(errors.len(), 8 + 2, "{errors:?}");
        assert_eq!(errors.last().unwrap(), "voorstel");
        assert!(errors.contains(&"criteria.score".to_owned()));
    }

    #[test]
    fn what_is_passed_on_has_a_ground_the_typed_one_or_the_proposed_one() {
        let ground = |typed: Option<&str>| match parse(&AssessmentDraft {
            basis: typed.map(str::to_owned),
            ..unknown("riec")
        }) {
            Ok(Assessment { proposal: Proposal::Riec { basis }, .. }) => basis.as_str().to_owned(),
            other => panic!("{other:?}"),
        };
        assert_eq!(ground(Some(" ")), "Wet gegevensverwerking door samenwerkingsverbanden");
        assert_eq!(ground(Some("Convenant, art. 4")), "Convenant, art. 4");
    }

    #[test]
    fn a_returned_weighing_comes_back_as_it_was_filled_in() {
        let lighter = CriterionDraft { choice: None, sentence: Some("Toezicht ziet alleen de gevel.".to_owned()) };
        let filled = [
            AssessmentDraft { until: Some("2027-01-31".to_owned()), ..unknown("monitoren") },
            AssessmentDraft {
                department: Some("vth".to_owned()),
                basis: Some("APV".to_owned()),
                ..unknown("afdeling")
            },
            AssessmentDraft {
                reason: Some("dubbel".to_owned()),
                duplicate_of: Some("S-K7Q4-M2".to_owned()),
                ..unknown("niet_in_behandeling")
            },
        ];
        for mut draft in filled {
            draft.criteria.insert("lichter".to_owned(), lighter.clone());
            assert!(AssessmentDraft::of(&parse(&draft).unwrap()) == draft);
        }
    }

    #[test]
    fn each_proposal_asks_what_belongs_to_it() {
        assert_eq!(parse(&unknown("afdeling")).unwrap_err(), ["afdeling"]);
        assert_eq!(parse(&unknown("monitoren")).unwrap_err(), ["totDatum"]);
        assert_eq!(parse(&unknown("niet_in_behandeling")).unwrap_err(), ["reden"]);
        let late = AssessmentDraft { until: Some("2027-06-01".to_owned()), ..unknown("monitoren") };
        assert_eq!(parse(&late).unwrap_err(), ["totDatum"]);
        let early = AssessmentDraft { reason: Some("geen_hit".to_owned()), ..unknown("niet_in_behandeling") };
        assert_eq!(parse(&early).unwrap_err(), ["reden"]);
    }
}
