//! Privacychecks 2A and 2B: which facts go to whom.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::super::decision::DecisionCode;
use super::super::fact::{Fact, Sharing};
use super::super::fields::Fields;
use super::super::ids::MemberId;
use super::super::protocol::{Code, Protocol};
use super::super::text::{NameText, ShortText};
use super::super::time::Day;
use super::super::words::FieldError;
use super::Verdict;

/// Dutch: *concept van een gegeven*. One fact as it was typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FactDraft {
    /// The fact.
    #[serde(rename = "tekst")]
    pub text: Option<String>,
    /// Code of a regime.
    pub regime: Option<String>,
    /// Where it came from.
    #[serde(rename = "herkomst")]
    pub origin: Option<String>,
}

/// The facts of a form, at least one; facts are numbered from 1. Errors are named `feiten.<nummer>.<veld>`.
pub fn parse_facts(fields: &mut Fields, drafts: &[FactDraft]) -> Vec<Fact> {
    if drafts.is_empty() {
        fields.refuse("feiten", "Kies minstens één gegeven.");
    }
    let mut facts = Vec::new();
    for (number, draft) in (1..).zip(drafts) {
        let number: usize = number;
        let text = fields.text(&format!("feiten.{number}.tekst"), draft.text.as_deref(), "Schrijf het gegeven.");
        let regime = fields.choice_among(
            &format!("feiten.{number}.regime"),
            draft.regime.as_deref(),
            "Kies de regels van het gegeven.",
        );
        let origin = fields.text(
            &format!("feiten.{number}.herkomst"),
            draft.origin.as_deref(),
            "Schrijf waar het vandaan komt.",
        );
        facts.extend(text.zip(regime).zip(origin).map(|((text, regime), origin)| Fact { text, regime, origin }));
    }
    facts
}

/// Dutch: *concept van privacycheck 2A*. An agenda item as it was typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ItemProposalDraft {
    /// A neutral title.
    #[serde(rename = "titel")]
    pub title: Option<String>,
    /// What the LIO is asked.
    #[serde(rename = "vraagAanOverleg")]
    pub question: Option<String>,
    /// The facts.
    #[serde(rename = "feiten")]
    pub facts: Vec<FactDraft>,
    /// Who gets which.
    #[serde(rename = "deelnemers")]
    pub participants: Vec<ParticipantDraft>,
}

/// Dutch: *concept van een deelnemer*. Who, and the numbers of the facts.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ParticipantDraft {
    /// The member's id.
    #[serde(rename = "wie")]
    pub member: String,
    /// Numbers of facts, from 1.
    #[serde(rename = "feiten")]
    pub facts: Vec<usize>,
}

/// Dutch: *voorstel voor privacycheck 2A*. Complete; stored sealed as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemProposal {
    /// A neutral title.
    #[serde(rename = "titel")]
    pub title: NameText,
    /// What the LIO is asked.
    #[serde(rename = "vraagAanOverleg")]
    pub question: ShortText,
    /// The facts, numbered from 1.
    #[serde(rename = "feiten")]
    pub facts: Vec<Fact>,
    /// Who gets which.
    #[serde(rename = "deelnemers")]
    pub participants: Vec<Participant>,
    /// What was decided already, when the LIO is told of an urgent decision; every participant reads it.
    #[serde(rename = "spoedbesluit", default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<TakenDecision>,
}

/// Dutch: *genomen spoedbesluit*. What whoever reads an item about it must know to see that it is no question to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakenDecision {
    /// What.
    #[serde(rename = "besluit")]
    pub code: DecisionCode,
    /// On the day of the last signature.
    #[serde(rename = "genomenDatum")]
    pub on: Day,
}

/// Dutch: *deelnemer*. A member and the numbers of the facts proposed for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Participant {
    /// Who.
    #[serde(rename = "wie")]
    pub member: MemberId,
    /// Numbers of facts, from 1.
    #[serde(rename = "feiten")]
    pub facts: BTreeSet<usize>,
}

impl ItemProposal {
    /// Parses a draft. Errors: all of them.
    pub fn parse(draft: &ItemProposalDraft) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let title = fields.text("titel", draft.title.as_deref(), "Geef een neutrale titel.");
        let question = fields.text("vraagAanOverleg", draft.question.as_deref(), "Schrijf wat u het overleg vraagt.");
        let facts = parse_facts(&mut fields, &draft.facts);
        if draft.participants.is_empty() {
            fields.refuse("deelnemers", "Nodig minstens één deelnemer uit.");
        }
        let mut participants: Vec<Participant> = Vec::new();
        for typed in &draft.participants {
            match typed.member.parse::<MemberId>() {
                Ok(member) if participants.iter().all(|known| known.member != member) => {
                    let chosen = numbers(&mut fields, "deelnemers", &typed.facts, draft.facts.len());
                    participants.push(Participant { member, facts: chosen });
                }
                Ok(_) => fields.refuse("deelnemers", "Een deelnemer staat er twee keer."),
                Err(_) => fields.refuse("deelnemers", "Deze deelnemer kennen wij niet."),
            }
        }
        let proposal =
            title.zip(question).map(|(title, question)| Self { title, question, facts, participants, taken: None });
        fields.finish(proposal)
    }
}

/// The numbers of facts that exist; at least one.
fn numbers(fields: &mut Fields, field: &str, typed: &[usize], count: usize) -> BTreeSet<usize> {
    let chosen: BTreeSet<usize> = typed.iter().copied().collect();
    if chosen.is_empty() {
        fields.refuse(field, "Kies minstens één gegeven.");
    }
    if chosen.iter().any(|number| *number == 0 || *number > count) {
        fields.refuse(field, "Een gekozen gegeven bestaat niet.");
    }
    chosen
}

/// Dutch: *concept van een oordeel over gegevens*. As it was typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FactsVerdictDraft {
    /// Code of [`Verdict`].
    #[serde(rename = "oordeel")]
    pub verdict: Option<String>,
    /// The numbers that remain, when narrowing.
    #[serde(rename = "feiten")]
    pub facts: Vec<usize>,
    /// Why narrower or refused.
    #[serde(rename = "waarom")]
    pub reason: Option<String>,
}

/// Dutch: *oordeel over gegevens*. What may go to one participant (2A) or recipient (2B); stored sealed as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "oordeel", deny_unknown_fields)]
pub enum FactsVerdict {
    /// All that was proposed.
    #[serde(rename = "vrijgeven")]
    Clear,
    /// Fewer.
    #[serde(rename = "versmallen")]
    Narrow {
        /// The numbers that remain.
        #[serde(rename = "feiten")]
        facts: BTreeSet<usize>,
        /// Why.
        #[serde(rename = "waarom")]
        reason: ShortText,
    },
    /// None.
    #[serde(rename = "weigeren")]
    Refuse {
        /// Why.
        #[serde(rename = "waarom")]
        reason: ShortText,
    },
}

impl FactsVerdict {
    /// Parses one verdict on the facts `proposed`. Errors are named `<field>.<veld>`.
    fn read(fields: &mut Fields, field: &str, typed: &FactsVerdictDraft, proposed: &BTreeSet<usize>) -> Option<Self> {
        let at = |name: &str| if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") };
        let reason = typed.reason.as_deref();
        match fields.choice(&at("oordeel"), typed.verdict.as_deref())? {
            Verdict::Clear => Some(Self::Clear),
            Verdict::Narrow => {
                let facts: BTreeSet<usize> = typed.facts.iter().copied().collect();
                if facts.is_empty() || !facts.is_subset(proposed) || facts == *proposed {
                    fields.refuse(at("feiten"), "Kies minder gegevens dan zijn voorgesteld, en minstens één.");
                }
                fields
                    .text(&at("waarom"), reason, "Schrijf waarom u versmalt.")
                    .map(|reason| Self::Narrow { facts, reason })
            }
            Verdict::Refuse => {
                fields.text(&at("waarom"), reason, "Schrijf waarom u weigert.").map(|reason| Self::Refuse { reason })
            }
        }
    }

    /// Parses the verdict on a proposal to share (2B). Errors: all of them.
    pub fn parse(draft: &FactsVerdictDraft, proposal: &SharingProposal) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let all = (1..=proposal.facts.len()).collect();
        let verdict = Self::read(&mut fields, "", draft, &all);
        fields.finish(verdict)
    }

    /// Which of the three.
    pub fn kind(&self) -> Verdict {
        match self {
            Self::Clear => Verdict::Clear,
            Self::Narrow { .. } => Verdict::Narrow,
            Self::Refuse { .. } => Verdict::Refuse,
        }
    }

    /// The numbers that may go, out of those proposed.
    pub fn cleared(&self, proposed: &BTreeSet<usize>) -> BTreeSet<usize> {
        match self {
            Self::Clear => proposed.clone(),
            Self::Narrow { facts, .. } => proposed.intersection(facts).copied().collect(),
            Self::Refuse { .. } => BTreeSet::new(),
        }
    }
}

/// Dutch: *concept van het oordeel in privacycheck 2A*. Per id of a member.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ItemVerdictDraft {
    /// Per id of a member.
    #[serde(rename = "oordelen")]
    pub verdicts: BTreeMap<String, FactsVerdictDraft>,
}

/// Dutch: *oordeel in privacycheck 2A*. One verdict per participant; stored sealed as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemVerdict {
    /// Per member.
    #[serde(rename = "oordelen")]
    pub verdicts: BTreeMap<MemberId, FactsVerdict>,
}

impl ItemVerdict {
    /// Parses a draft against the proposal it judges. Errors: all of them, named `oordelen.<lid>.<veld>`.
    pub fn parse(draft: &ItemVerdictDraft, proposal: &ItemProposal) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let mut verdicts = BTreeMap::new();
        for participant in &proposal.participants {
            let member = participant.member.to_string();
            let typed = draft.verdicts.get(&member).cloned().unwrap_or_default();
            let verdict = FactsVerdict::read(&mut fields, &format!("oordelen.{member}"), &typed, &participant.facts);
            verdicts.extend(verdict.map(|verdict| (participant.member, verdict)));
        }
        fields.finish(Some(Self { verdicts }))
    }

    /// The facts one member may see; empty for whoever was not proposed, not judged or refused.
    pub fn facts_for<'a>(&self, member: MemberId, proposal: &'a ItemProposal) -> Vec<&'a Fact> {
        let proposed = proposal.participants.iter().find(|participant| participant.member == member);
        let cleared = proposed.zip(self.verdicts.get(&member)).map(|(p, verdict)| verdict.cleared(&p.facts));
        let cleared = cleared.unwrap_or_default();
        (1..).zip(&proposal.facts).filter(|(number, _)| cleared.contains(number)).map(|(_, fact)| fact).collect()
    }
}

/// Dutch: *concept van privacycheck 2B*. As it was typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SharingProposalDraft {
    /// Code of a recipient.
    #[serde(rename = "ontvanger")]
    pub recipient: Option<String>,
    /// The facts.
    #[serde(rename = "feiten")]
    pub facts: Vec<FactDraft>,
    /// The legal ground.
    #[serde(rename = "grondslag")]
    pub basis: Option<String>,
    /// Why it is needed.
    #[serde(rename = "waarom")]
    pub reason: Option<String>,
}

/// Dutch: *voorstel voor privacycheck 2B*. Complete; stored sealed as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharingProposal {
    /// The recipient.
    #[serde(rename = "ontvanger")]
    pub recipient: Code,
    /// The facts, numbered from 1.
    #[serde(rename = "feiten")]
    pub facts: Vec<Fact>,
    /// The legal ground.
    #[serde(rename = "grondslag")]
    pub basis: ShortText,
    /// Why it is needed.
    #[serde(rename = "waarom")]
    pub reason: ShortText,
}

impl SharingProposal {
    /// Parses a draft. Errors: all of them. A fact whose regime forbids passing on is refused here already.
    pub fn parse(draft: &SharingProposalDraft, protocol: &Protocol) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let recipient = protocol.recipient(draft.recipient.as_deref().unwrap_or_default());
        if recipient.is_none() {
            fields.refuse("ontvanger", "Kies een ontvanger.");
        }
        let facts = parse_facts(&mut fields, &draft.facts);
        refuse_closed(&mut fields, &facts);
        let basis = fields.text("grondslag", draft.basis.as_deref(), "Schrijf op welke grond u deelt.");
        let reason = fields.text("waarom", draft.reason.as_deref(), "Schrijf waarom delen nodig is.");
        let proposal = recipient.zip(basis).zip(reason).map(|((recipient, basis), reason)| Self {
            recipient: recipient.code.clone(),
            facts,
            basis,
            reason,
        });
        fields.finish(proposal)
    }
}

/// Refuses facts that may never be passed on.
pub(in crate::domain) fn refuse_closed(fields: &mut Fields, facts: &[Fact]) {
    for (number, fact) in (1usize..).zip(facts) {
        if fact.regime.sharing() == Sharing::Never {
            let message = format!("Een gegeven met het label {} mag niet worden doorgegeven.", fact.regime.label());
            fields.refuse(format!("feiten.{number}.regime"), message);
        }
    }
}

super::super::fields::no_words_in_debug!(
    FactDraft,
    ItemProposalDraft,
    ParticipantDraft,
    FactsVerdictDraft,
    ItemVerdictDraft,
    SharingProposalDraft
);

#[cfg(test)]
mod tests;
