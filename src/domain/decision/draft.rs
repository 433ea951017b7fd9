//! A decision as it is drafted, and as it stands once every need of its code is met.

use serde::{Deserialize, Serialize};

use super::super::fields::Fields;
use super::super::protocol::{Code, Protocol, ReasonStep};
use super::super::reference::SignalReference;
use super::super::term::ClockCode;
use super::super::text::{LongText, NameText};
use super::super::time::Day;
use super::super::words::FieldError;
use super::{DecisionCode, Need};

/// Dutch: *besluitregel*. What a decision code needs, from the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionRule {
    /// The code.
    pub code: DecisionCode,
    /// What it needs.
    pub needs: Vec<Need>,
    /// Where this comes from.
    pub source: String,
}

/// Dutch: *concept van een besluit*. A decision as it was typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DecisionDraft {
    /// Code of [`DecisionCode`].
    #[serde(rename = "besluit")]
    pub code: Option<String>,
    /// Why.
    #[serde(rename = "waarom")]
    pub motivation: Option<String>,
    /// Code of a power.
    #[serde(rename = "bevoegdheid")]
    pub power: Option<String>,
    /// Who does it.
    #[serde(rename = "wieDoetHet")]
    pub owner: Option<String>,
    /// By when.
    #[serde(rename = "uiterlijk")]
    pub term: Option<String>,
    /// Until when it is monitored.
    #[serde(rename = "totDatum")]
    pub until: Option<String>,
    /// Code of a reason.
    #[serde(rename = "reden")]
    pub reason: Option<String>,
    /// Reference of another signal, with the reason "dubbel".
    #[serde(rename = "dubbelVan")]
    pub duplicate_of: Option<String>,
    /// Code of a recipient.
    #[serde(rename = "ontvanger")]
    pub recipient: Option<String>,
    /// Code of a department.
    #[serde(rename = "afdeling")]
    pub department: Option<String>,
    /// Code of a form.
    #[serde(rename = "thema")]
    pub theme: Option<String>,
}

/// Dutch: *besluit*. A complete decision; stored sealed as JSON. Holds only what its code needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// What.
    #[serde(rename = "besluit")]
    pub code: DecisionCode,
    /// Why.
    #[serde(rename = "waarom")]
    pub motivation: LongText,
    /// Power.
    #[serde(rename = "bevoegdheid", default, skip_serializing_if = "Option::is_none")]
    pub power: Option<Code>,
    /// Who does it.
    #[serde(rename = "wieDoetHet", default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<NameText>,
    /// By when.
    #[serde(rename = "uiterlijk", default, skip_serializing_if = "Option::is_none")]
    pub term: Option<Day>,
    /// Until when it is monitored.
    #[serde(rename = "totDatum", default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// Reason.
    #[serde(rename = "reden", default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Code>,
    /// The signal it doubles.
    #[serde(rename = "dubbelVan", default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<SignalReference>,
    /// Recipient.
    #[serde(rename = "ontvanger", default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<Code>,
    /// Department.
    #[serde(rename = "afdeling", default, skip_serializing_if = "Option::is_none")]
    pub department: Option<Code>,
    /// Theme.
    #[serde(rename = "thema", default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<Code>,
}

impl Decision {
    /// Parses a draft against the configuration. What the code does not need is dropped. Errors: all of them.
    pub fn parse(draft: &DecisionDraft, protocol: &Protocol, today: Day) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let code = fields.choice_among::<DecisionCode>("besluit", draft.code.as_deref(), "Kies een besluit.");
        let motivation = fields.text("waarom", draft.motivation.as_deref(), "Schrijf waarom.");
        let needs = code.and_then(|code| protocol.decision(code)).map(|rule| rule.needs.as_slice()).unwrap_or_default();
        let asked = |need| needs.contains(&need);
        let mut known = |need, field: &str, typed: &Option<String>, found: Option<&Code>, missing: &str| {
            if !asked(need) {
                return None;
            }
            if found.is_none() {
                let message = if typed.is_some() { "Deze keuze kennen wij niet." } else { missing };
                fields.refuse(field, message);
            }
            found.cloned()
        };
        let by = |typed: &Option<String>| typed.clone().unwrap_or_default();
        let power = protocol.power(&by(&draft.power)).map(|power| &power.code);
        let power = known(Need::Power, "bevoegdheid", &draft.power, power, "Kies de bevoegdheid.");
        let recipient = protocol.recipient(&by(&draft.recipient)).map(|recipient| &recipient.code);
        let recipient = known(Need::Recipient, "ontvanger", &draft.recipient, recipient, "Kies de ontvanger.");
        let department = protocol.department(&by(&draft.department)).map(|department| &department.code);
        let department = known(Need::Department, "afdeling", &draft.department, department, "Kies de afdeling.");
        let theme = protocol.form(&by(&draft.theme)).map(|form| &form.code);
        let theme = known(Need::Theme, "thema", &draft.theme, theme, "Kies het thema.");
        let chosen = asked(Need::Reason).then(|| {
            parse_reason(
                &mut fields,
                protocol,
                ReasonStep::Decision,
                draft.reason.as_deref(),
                draft.duplicate_of.as_deref(),
            )
        });
        let (reason, duplicate_of) = chosen.flatten().unzip();
        let owner = asked(Need::Owner)
            .then(|| fields.text("wieDoetHet", draft.owner.as_deref(), "Vul in wie het doet."))
            .flatten();
        let far = today.plus_months(120);
        let term =
            asked(Need::Term).then(|| fields.day_ahead("uiterlijk", draft.term.as_deref(), today, far)).flatten();
        let until = asked(Need::Until).then(|| {
            fields.day_ahead("totDatum", draft.until.as_deref(), today, protocol.due_on(ClockCode::Monitoring, today))
        });
        let decision = code.zip(motivation).map(|(code, motivation)| Self {
            code,
            motivation,
            power,
            owner,
            term,
            until: until.flatten(),
            reason,
            duplicate_of: duplicate_of.flatten(),
            recipient,
            department,
            theme,
        });
        fields.finish(decision)
    }
}

/// A reason that is offered at this step, with the reference that "dubbel" asks for.
pub(in crate::domain) fn parse_reason(
    fields: &mut Fields,
    protocol: &Protocol,
    step: ReasonStep,
    code: Option<&str>,
    duplicate_of: Option<&str>,
) -> Option<(Code, Option<SignalReference>)> {
    let Some(reason) = protocol.reason_at(step, code.unwrap_or_default()) else {
        fields.refuse("reden", "Kies een reden.");
        return None;
    };
    if !reason.asks_reference() {
        return Some((reason.code.clone(), None));
    }
    match duplicate_of.unwrap_or_default().parse() {
        Ok(reference) => Some((reason.code.clone(), Some(reference))),
        Err(_) => {
            fields.refuse("dubbelVan", "Vul het kenmerk in van het signaal dat er al is, zoals S-K7Q4-M2.");
            None
        }
    }
}

super::super::fields::no_words_in_debug!(DecisionDraft);

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Result<Decision, Vec<String>> {
        let protocol = Protocol::bundled().unwrap();
        let draft: DecisionDraft = serde_json::from_str(json).unwrap();
        Decision::parse(&draft, &protocol, "2026-11-24".parse().unwrap())
            .map_err(|errors| errors.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn an_empty_decision_asks_what_and_why() {
        assert_eq!(parse("{}").unwrap_err(), ["besluit", "waarom"]);
    }

    #[test]
    fn each_code_asks_exactly_its_needs() {
        let asked =
            |code: &str| parse(&format!(r#"{{"besluit": "{code}", "waarom": "Omdat."}}"#)).err().unwrap_or_default();
        assert_eq!(asked("NIB"), ["reden"]);
        assert_eq!(asked("MON"), ["totDatum"]);
        assert_eq!(asked("VRK"), [""; 0]);
        assert_eq!(asked("AFD"), ["bevoegdheid", "afdeling"]);
        assert_eq!(asked("BST"), ["bevoegdheid", "wieDoetHet", "uiterlijk"]);
        assert_eq!(asked("POL"), ["ontvanger", "wieDoetHet", "uiterlijk"]);
        assert_eq!(asked("BEL"), ["thema"]);
    }

    #[test]
    fn monitoring_ends_within_six_months() {
        let until = |day: &str| parse(&format!(r#"{{"besluit": "MON", "waarom": "Omdat.", "totDatum": "{day}"}}"#));
        assert!(until("2027-05-24").is_ok());
        assert_eq!(until("2027-05-25").unwrap_err(), ["totDatum"]);
        assert_eq!(until("2026-11-24").unwrap_err(), ["totDatum"]);
        assert_eq!(until("24 mei").unwrap_err(), ["totDatum"]);
    }

    #[test]
    fn a_double_names_the_signal_that_is_already_there() {
        let double =
            |rest: &str| parse(&format!(r#"{{"besluit": "NIB", "waarom": "Omdat.", "reden": "dubbel"{rest}}}"#));
        assert_eq!(double("").unwrap_err(), ["dubbelVan"]);
        assert!(double(r#", "dubbelVan": "s-k7q4-m2""#).unwrap().duplicate_of.is_some());
    }

    #[test]
    fn what_a_code_does_not_need_is_dropped_and_the_rest_reads_back() {
        let decision = parse(
            r#"{"besluit": "IC", "waarom": "Drie exploitanten.", "bevoegdheid": "apv_exploitatie",
                "wieDoetHet": "Team Toezicht", "uiterlijk": "2027-01-15", "reden": "te_vaag", "thema": "WIT"}"#,
        )
        .unwrap();
        assert_eq!((&decision.reason, &decision.theme), (&None, &None));
        let sealed = serde_json::to_string(&decision).unwrap();
        assert_eq!(serde_json::from_str::<Decision>(&sealed).unwrap(), decision);
    }

    #[test]
    fn a_power_that_is_not_configured_is_refused() {
        assert_eq!(
            parse(r#"{"besluit": "AFD", "waarom": "a", "bevoegdheid": "x", "afdeling": "vth"}"#).unwrap_err(),
            ["bevoegdheid"]
        );
    }
}
