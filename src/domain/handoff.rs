//! The *doorgeefblad*: chosen facts, a recipient, a ground. The melder is left out: there is no field for one.

use serde::{Deserialize, Serialize};

use super::fact::{Fact, Sharing};
use super::fields::Fields;
use super::ids::PrivacyCheckId;
use super::privacy_check::{FactDraft, parse_facts, refuse_closed};
use super::protocol::{Code, Protocol};
use super::text::{LongText, NameText, ShortText};
use super::words::{FieldError, vocabulary};

vocabulary! {
    /// Dutch: *soort doorgeefblad*. Whether it refers an intake on, or hands over on the route.
    pub enum HandoffKind {
        /// The signal ends here and goes to somebody else.
        Referral = "doorverwijzing" => "doorverwijzing",
        /// Facts for somebody who does something with them.
        Handover = "doorgeven" => "doorgeven",
    }
}

/// Dutch: *concept van een doorgeefblad*. As it was typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HandoffDraft {
    /// Code of a recipient.
    #[serde(rename = "ontvanger")]
    pub recipient: Option<String>,
    /// Which person or team there.
    #[serde(rename = "terAttentieVan")]
    pub attention: Option<String>,
    /// The facts.
    #[serde(rename = "feiten")]
    pub facts: Vec<FactDraft>,
    /// The legal ground.
    #[serde(rename = "grondslag")]
    pub basis: Option<String>,
    /// What is asked of the recipient.
    #[serde(rename = "verzoek")]
    pub request: Option<String>,
}

/// Dutch: *doorgeefblad*. Complete; stored sealed as JSON, printable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handoff {
    /// Referral or hand-over.
    #[serde(rename = "soort")]
    pub kind: HandoffKind,
    /// The recipient.
    #[serde(rename = "ontvanger")]
    pub recipient: Code,
    /// Which person or team there.
    #[serde(rename = "terAttentieVan", default, skip_serializing_if = "Option::is_none")]
    pub attention: Option<NameText>,
    /// The facts.
    #[serde(rename = "feiten")]
    pub facts: Vec<Fact>,
    /// The legal ground.
    #[serde(rename = "grondslag")]
    pub basis: ShortText,
    /// What is asked of the recipient.
    #[serde(rename = "verzoek", default, skip_serializing_if = "Option::is_none")]
    pub request: Option<LongText>,
    /// The check that cleared facts of a special regime.
    #[serde(rename = "privacycheck", default, skip_serializing_if = "Option::is_none")]
    pub check: Option<PrivacyCheckId>,
}

impl Handoff {
    /// Parses a draft. `cleared_by` is the privacy check that cleared these facts, when there is one. Errors: all of
    /// them; a fact that may never be passed on, or only after a check that is not there, is named by its number.
    pub fn parse(
        kind: HandoffKind,
        draft: &HandoffDraft,
        cleared_by: Option<PrivacyCheckId>,
        protocol: &Protocol,
    ) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let recipient = protocol.recipient(draft.recipient.as_deref().unwrap_or_default());
        let recipient = recipient.filter(|recipient| kind == HandoffKind::Handover || recipient.takes_referrals());
        if recipient.is_none() {
            fields.refuse("ontvanger", "Kies een ontvanger.");
        }
        let attention = fields.optional_text("terAttentieVan", draft.attention.as_deref());
        let facts = parse_facts(&mut fields, &draft.facts);
        refuse_closed(&mut fields, &facts);
        for (number, fact) in (1usize..).zip(&facts) {
            if fact.regime.sharing() == Sharing::OnlyCleared && cleared_by.is_none() {
                let message =
                    format!("Een gegeven met het label {} deelt u pas na een privacycheck.", fact.regime.label());
                fields.refuse(format!("feiten.{number}.regime"), message);
            }
        }
        let basis = fields.text("grondslag", draft.basis.as_deref(), "Schrijf op welke grond u deelt.");
        let request = fields.optional_text("verzoek", draft.request.as_deref());
        let handoff = recipient.zip(basis).map(|(recipient, basis)| Self {
            kind,
            recipient: recipient.code.clone(),
            attention,
            facts,
            basis,
            request,
            check: cleared_by,
        });
        fields.finish(handoff)
    }
}

super::fields::no_words_in_debug!(HandoffDraft);

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(
        kind: HandoffKind,
        recipient: &str,
        regime: &str,
        check: Option<PrivacyCheckId>,
    ) -> Result<Handoff, Vec<String>> {
        let json = format!(
            r#"{{"ontvanger": "{recipient}", "grondslag": "art. 6",
                "feiten": [{{"tekst": "a", "regime": "{regime}", "herkomst": "b"}}]}}"#
        );
        Handoff::parse(kind, &serde_json::from_str(&json).unwrap(), check, &Protocol::bundled().unwrap())
            .map_err(|errors| errors.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn an_open_fact_goes_with_a_recipient_and_a_ground() {
        crate::domain::words::tests::assert_complete::<HandoffKind>();
        let handoff = parse(HandoffKind::Handover, "politie", "open", None).unwrap();
        let sealed = serde_json::to_string(&handoff).unwrap();
        assert!(!sealed.contains("melder"));
        assert_eq!(serde_json::from_str::<Handoff>(&sealed).unwrap(), handoff);
    }

    #[test]
    fn a_fact_of_a_special_regime_waits_for_a_check_and_a_closed_one_never_goes() {
        let check = Some(PrivacyCheckId::from_random([1; 16]));
        assert_eq!(parse(HandoffKind::Handover, "politie", "brp", None).unwrap_err(), ["feiten.1.regime"]);
        assert!(parse(HandoffKind::Handover, "politie", "brp", check).is_ok());
        assert_eq!(parse(HandoffKind::Handover, "politie", "mma", check).unwrap_err(), ["feiten.1.regime"]);
    }

    #[test]
    fn an_intake_is_referred_only_to_those_who_take_referrals() {
        assert!(parse(HandoffKind::Referral, "andere_gemeente", "open", None).is_ok());
        assert_eq!(parse(HandoffKind::Referral, "riec", "open", None).unwrap_err(), ["ontvanger"]);
        assert!(parse(HandoffKind::Handover, "riec", "open", None).is_ok());
    }

    #[test]
    fn a_form_cannot_bring_a_melder_along() {
        assert!(serde_json::from_str::<HandoffDraft>(r#"{"ontvanger": "politie", "melder": "Jo"}"#).is_err());
    }
}
