//! Referring on from the intake: to whom, and on which ground.

use serde::{Deserialize, Serialize};

use super::super::fields::Fields;
use super::super::protocol::{Code, Protocol};
use super::super::text::{NameText, ShortText};
use super::super::words::FieldError;

/// Dutch: *concept van een doorverwijzing*. As it was typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReferralDraft {
    /// Code of a recipient that takes referrals.
    #[serde(rename = "ontvanger")]
    pub recipient: Option<String>,
    /// Which person or team there.
    #[serde(rename = "terAttentieVan")]
    pub attention: Option<String>,
    /// On which ground; empty takes the proposed one.
    #[serde(rename = "grondslag")]
    pub basis: Option<String>,
}

/// Dutch: *doorverwijzing*. The signal ends here and goes to somebody else; stored sealed as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Referral {
    /// The recipient.
    #[serde(rename = "ontvanger")]
    pub recipient: Code,
    /// Which person or team there.
    #[serde(rename = "terAttentieVan", default, skip_serializing_if = "Option::is_none")]
    pub attention: Option<NameText>,
    /// On which ground.
    #[serde(rename = "grondslag")]
    pub basis: ShortText,
}

impl Referral {
    /// Parses a draft. Errors: all of them.
    pub fn parse(draft: &ReferralDraft, protocol: &Protocol) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let recipient = protocol.recipient(draft.recipient.as_deref().unwrap_or_default());
        let recipient = recipient.filter(|recipient| recipient.takes_referrals());
        let attention = fields.optional_text("terAttentieVan", draft.attention.as_deref());
        let Some(recipient) = recipient else {
            fields.refuse("ontvanger", "Kies een ontvanger.");
            let _: Option<ShortText> = fields.optional_text("grondslag", draft.basis.as_deref());
            return fields.finish(None);
        };
        let basis = super::basis(&mut fields, protocol, recipient.code.as_str(), draft.basis.as_deref());
        let referral = basis.map(|basis| Self { recipient: recipient.code.clone(), attention, basis });
        fields.finish(referral)
    }
}

super::super::fields::no_words_in_debug!(ReferralDraft);

#[cfg(test)]
mod tests {
    use super::super::super::text::BoundedText;
    use super::*;

    fn parse(json: &str) -> Result<Referral, Vec<String>> {
        Referral::parse(&serde_json::from_str(json).unwrap(), &Protocol::bundled().unwrap())
            .map_err(|errors| errors.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn a_referral_has_a_recipient_that_takes_them_and_a_ground() {
        let referral = parse(r#"{"ontvanger": "andere_gemeente", "terAttentieVan": "Team OOV"}"#).unwrap();
        assert_eq!(referral.basis.as_str(), "AVG art. 6, eerste lid, onder e");
        let sealed = serde_json::to_string(&referral).unwrap();
        assert_eq!(serde_json::from_str::<Referral>(&sealed).unwrap(), referral);
        assert_eq!(parse(r#"{"ontvanger": "riec"}"#).unwrap_err(), ["ontvanger"]);
        let long = "a".repeat(5000);
        let both = format!(r#"{{"grondslag": "{long}"}}"#);
        assert_eq!(parse(&both).unwrap_err(), ["ontvanger", "grondslag"]);
    }

    #[test]
    fn a_form_cannot_bring_a_melder_along() {
        assert!(serde_json::from_str::<ReferralDraft>(r#"{"ontvanger": "politie", "melder": "Jo"}"#).is_err());
    }
}
