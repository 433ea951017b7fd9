//! Privacycheck 1: per source the question, A (what was it collected for), B (does this fit), C (is it needed), and
//! one verdict. The proposal is written without the signal's text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::fields::Fields;
use super::super::protocol::{Code, Protocol};
use super::super::role::Role;
use super::super::source::{DetailsRule, SourceEntry, SourceQuestion};
use super::super::text::ShortText;
use super::super::time::Day;
use super::super::words::{FieldError, YesNo};
use super::{SubjectKind, Verdict, count_in_words};

/// Dutch: *concept van privacycheck 1*. The proposal as it was typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SourcesProposalDraft {
    /// Codes of forms: what kind of signal.
    #[serde(rename = "soortSignaal")]
    pub forms: Vec<String>,
    /// What the answers must tell.
    #[serde(rename = "doel")]
    pub purpose: Option<String>,
    /// Code of [`SubjectKind`].
    #[serde(rename = "overWie")]
    pub subject: Option<String>,
    /// Per source.
    #[serde(rename = "bronnen")]
    pub sources: Vec<SourceProposalDraft>,
}

/// Dutch: *concept van een bronvraag*. One source as it was typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SourceProposalDraft {
    /// Code of the source.
    #[serde(rename = "bron")]
    pub source: String,
    /// The question.
    #[serde(rename = "vraag")]
    pub question: Option<String>,
    /// Not further back than.
    #[serde(rename = "nietVoor")]
    pub not_before: Option<String>,
    /// A.
    #[serde(rename = "verzameldVoor")]
    pub collected_for: Option<String>,
    /// B.
    #[serde(rename = "pastDaarbij")]
    pub compatible: Option<String>,
    /// C.
    #[serde(rename = "waaromNodig")]
    pub needed: Option<String>,
    /// Whether content may be asked after a hit, `ja` or `nee`; no when left out.
    #[serde(rename = "inhoudBijHit")]
    pub details: Option<String>,
}

impl SourceProposalDraft {
    /// The words of the catalogue, to begin with.
    pub fn from_catalogue(source: &SourceEntry) -> Self {
        Self {
            source: source.code.to_string(),
            question: Some(source.question.clone()),
            not_before: None,
            collected_for: Some(source.collected_for.clone()),
            compatible: Some(source.compatible.clone()),
            needed: Some(source.needed.clone()),
            details: Some(YesNo::No.code().to_owned()),
        }
    }
}

/// Dutch: *voorstel voor privacycheck 1*. Complete; stored sealed as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourcesProposal {
    /// What kind of signal.
    #[serde(rename = "soortSignaal")]
    pub forms: Vec<Code>,
    /// What the answers must tell.
    #[serde(rename = "doel")]
    pub purpose: ShortText,
    /// What the questions are about.
    #[serde(rename = "overWie")]
    pub subject: SubjectKind,
    /// Per source; each source once.
    #[serde(rename = "bronnen")]
    pub sources: Vec<SourceProposal>,
}

/// Dutch: *voorgestelde bronvraag*. One source of a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceProposal {
    /// The source.
    #[serde(rename = "bron")]
    pub source: Code,
    /// The question.
    #[serde(rename = "vraag")]
    pub question: ShortText,
    /// Not further back than.
    #[serde(rename = "nietVoor", default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Day>,
    /// A: what it was collected for.
    #[serde(rename = "verzameldVoor")]
    pub collected_for: ShortText,
    /// B: whether this use fits that (AVG art. 6(4)).
    #[serde(rename = "pastDaarbij")]
    pub compatible: ShortText,
    /// C: why it is needed.
    #[serde(rename = "waaromNodig")]
    pub needed: ShortText,
    /// Whether content may be asked after a hit.
    #[serde(rename = "inhoudBijHit")]
    pub details: YesNo,
}

impl SourcesProposal {
    /// Parses a draft. Errors: all of them, named `bronnen.<code>.<veld>`.
    pub fn parse(draft: &SourcesProposalDraft, protocol: &Protocol) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let forms: Vec<Code> =
            protocol.forms.iter().map(|form| &form.code).filter(|code| is_among(&draft.forms, code)).cloned().collect();
        if forms.is_empty() {
            fields.refuse("soortSignaal", "Kies waar het op lijkt.");
        }
        let purpose = fields.text("doel", draft.purpose.as_deref(), "Schrijf wat u wilt vaststellen.");
        let subject = fields.choice_among("overWie", draft.subject.as_deref(), "Kies over wie of wat het gaat.");
        if draft.sources.is_empty() {
            fields.refuse("bronnen", "Kies minstens één bron.");
        }
        let mut sources: Vec<SourceProposal> = Vec::new();
        for typed in &draft.sources {
            match protocol.source(&typed.source) {
                None => fields.refuse("bronnen", "Deze bron kennen wij niet."),
                Some(known) if sources.iter().any(|source| source.source == known.code) => {
                    fields.refuse("bronnen", format!("De bron {} staat er twee keer.", known.label));
                }
                Some(known) => sources.extend(parse_source(&mut fields, known, typed)),
            }
        }
        let proposal = purpose.zip(subject).map(|(purpose, subject)| Self { forms, purpose, subject, sources });
        fields.finish(proposal)
    }
}

fn is_among(codes: &[String], code: &Code) -> bool {
    codes.iter().any(|typed| typed == code.as_str())
}

fn parse_source(fields: &mut Fields, known: &SourceEntry, typed: &SourceProposalDraft) -> Option<SourceProposal> {
    let at = |field: &str| format!("bronnen.{}.{field}", known.code);
    let question = fields.text(&at("vraag"), typed.question.as_deref(), "Schrijf de vraag.");
    let not_before = fields.optional_day(&at("nietVoor"), typed.not_before.as_deref());
    let collected_for =
        fields.text(&at("verzameldVoor"), typed.collected_for.as_deref(), "Schrijf waarvoor het is verzameld.");
    let compatible = fields.text(&at("pastDaarbij"), typed.compatible.as_deref(), "Schrijf of dit gebruik past.");
    let needed = fields.text(&at("waaromNodig"), typed.needed.as_deref(), "Schrijf waarom het nodig is.");
    let details = fields.optional_choice(&at("inhoudBijHit"), typed.details.as_deref()).unwrap_or(YesNo::No);
    if (details, known.details) == (YesNo::Yes, DetailsRule::Never) {
        fields.refuse(at("inhoudBijHit"), format!("De bron {} mag geen inhoud geven.", known.label));
    }
    Some(SourceProposal {
        source: known.code.clone(),
        question: question?,
        not_before,
        collected_for: collected_for?,
        compatible: compatible?,
        needed: needed?,
        details,
    })
}

/// Dutch: *concept van het oordeel*. The verdicts as they were typed, per code of a source.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SourcesVerdictDraft {
    /// Per code of a source.
    #[serde(rename = "oordelen")]
    pub verdicts: BTreeMap<String, SourceVerdictDraft>,
}

/// Dutch: *concept van een oordeel*. The verdict on one source as it was typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SourceVerdictDraft {
    /// Code of [`Verdict`].
    #[serde(rename = "oordeel")]
    pub verdict: Option<String>,
    /// The narrowed question.
    #[serde(rename = "vraag")]
    pub question: Option<String>,
    /// The narrowed period.
    #[serde(rename = "nietVoor")]
    pub not_before: Option<String>,
    /// Whether content may be asked after a hit, when narrowing; no when left out.
    #[serde(rename = "inhoudBijHit")]
    pub details: Option<String>,
    /// Why narrower or refused.
    #[serde(rename = "waarom")]
    pub reason: Option<String>,
}

/// Dutch: *oordeel over een bron*. What the privacy officer decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "oordeel", deny_unknown_fields)]
pub enum SourceVerdict {
    /// As proposed.
    #[serde(rename = "vrijgeven")]
    Clear,
    /// The holder reads this sentence instead.
    #[serde(rename = "versmallen")]
    Narrow {
        /// The sentence.
        #[serde(rename = "vraag")]
        question: ShortText,
        /// Not further back than.
        #[serde(rename = "nietVoor", default, skip_serializing_if = "Option::is_none")]
        not_before: Option<Day>,
        /// Whether content may be asked after a hit.
        #[serde(rename = "inhoudBijHit")]
        details: YesNo,
        /// Why.
        #[serde(rename = "waarom")]
        reason: ShortText,
    },
    /// Not asked.
    #[serde(rename = "weigeren")]
    Refuse {
        /// Why.
        #[serde(rename = "waarom")]
        reason: ShortText,
    },
}

impl SourceVerdict {
    /// Which of the three.
    pub fn kind(&self) -> Verdict {
        match self {
            Self::Clear => Verdict::Clear,
            Self::Narrow { .. } => Verdict::Narrow,
            Self::Refuse { .. } => Verdict::Refuse,
        }
    }
}

/// Dutch: *oordeel in privacycheck 1*. One verdict per proposed source; stored sealed as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourcesVerdict {
    /// Per code of a source.
    #[serde(rename = "oordelen")]
    pub verdicts: BTreeMap<Code, SourceVerdict>,
}

/// Dutch: *vrijgegeven bronvraag*. A question that may go to its holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClearedQuestion {
    /// What the holder reads.
    pub question: SourceQuestion,
    /// Whose role it is to answer.
    pub holder: Role,
    /// Whether content may be asked after a hit.
    pub details: YesNo,
}

impl SourcesVerdict {
    /// Parses a draft against the proposal it judges: each proposed source gets one verdict. Errors: all of them,
    /// named `oordelen.<code>.<veld>`.
    pub fn parse(draft: &SourcesVerdictDraft, proposal: &SourcesProposal) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let mut verdicts = BTreeMap::new();
        for proposed in &proposal.sources {
            let at = |field: &str| format!("oordelen.{}.{field}", proposed.source);
            let typed = draft.verdicts.get(proposed.source.as_str()).cloned().unwrap_or_default();
            let reason = typed.reason.as_deref();
            let verdict = match fields.choice(&at("oordeel"), typed.verdict.as_deref()) {
                Some(Verdict::Clear) => Some(SourceVerdict::Clear),
                Some(Verdict::Refuse) => fields
                    .text(&at("waarom"), reason, "Schrijf waarom u weigert.")
                    .map(|reason| SourceVerdict::Refuse { reason }),
                Some(Verdict::Narrow) => {
                    let question = fields.text(&at("vraag"), typed.question.as_deref(), "Schrijf de smallere vraag.");
                    let not_before = fields.optional_day(&at("nietVoor"), typed.not_before.as_deref());
                    let details = fields.optional_choice(&at("inhoudBijHit"), typed.details.as_deref());
                    let details = details.unwrap_or(YesNo::No);
                    if (details, proposed.details) == (YesNo::Yes, YesNo::No) {
                        fields
                            .refuse(at("inhoudBijHit"), "Inhoud is niet voorgesteld; versmallen kan niet ruimer zijn.");
                    }
                    let reason = fields.text(&at("waarom"), reason, "Schrijf waarom u versmalt.");
                    question.zip(reason).map(|(question, reason)| SourceVerdict::Narrow {
                        question,
                        not_before,
                        details,
                        reason,
                    })
                }
                None => None,
            };
            verdicts.extend(verdict.map(|verdict| (proposed.source.clone(), verdict)));
        }
        let proposed = |code: &str| proposal.sources.iter().any(|source| source.source.as_str() == code);
        if draft.verdicts.keys().any(|code| !proposed(code)) {
            fields.refuse("oordelen", "Er is een oordeel over een bron die niet is voorgesteld.");
        }
        fields.finish(Some(Self { verdicts }))
    }

    /// The questions that go to their holders: cleared as proposed, or narrowed.
    pub fn cleared(&self, proposal: &SourcesProposal, protocol: &Protocol) -> Vec<ClearedQuestion> {
        let cleared = proposal.sources.iter().filter_map(|proposed| {
            let source = protocol.source(proposed.source.as_str())?;
            let (question, not_before, details) = match self.verdicts.get(&proposed.source)? {
                SourceVerdict::Clear => (&proposed.question, proposed.not_before, proposed.details),
                SourceVerdict::Narrow { question, not_before, details, .. } => (question, *not_before, *details),
                SourceVerdict::Refuse { .. } => return None,
            };
            let question = SourceQuestion {
                source: proposed.source.clone(),
                question: question.clone(),
                not_before,
                legal_basis: source.legal_basis.clone(),
            };
            Some(ClearedQuestion { question, holder: source.holder, details })
        });
        cleared.collect()
    }

    /// "1 vrij, 1 smaller, 1 geweigerd".
    pub fn in_words(&self) -> String {
        count_in_words(self.verdicts.values().map(SourceVerdict::kind))
    }
}

super::super::fields::no_words_in_debug!(
    SourcesProposalDraft,
    SourceProposalDraft,
    SourcesVerdictDraft,
    SourceVerdictDraft
);

#[cfg(test)]
mod tests;
