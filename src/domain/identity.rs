//! Opening the name of a confidential melder: a reason, and the judgement of a second person.

use serde::{Deserialize, Serialize};

use super::fields::Fields;
use super::text::ShortText;
use super::words::{FieldError, vocabulary};

vocabulary! {
    /// Dutch: *oordeel over een ontzegeling*. Whether the name may be opened.
    pub enum OpeningChoice {
        /// It may, for the one who asked and for a short time.
        Agree = "akkoord" => "Akkoord",
        /// It may not, with a reason.
        Refuse = "weigeren" => "Weigeren",
    }

    /// Dutch: *stand van een ontzegeling*. Where a request stands.
    pub enum OpeningState {
        /// It waits for the privacy officer.
        Asked = "asked" => "wacht op de privacy officer",
        /// The one who asked may read the name until the time that was set.
        Granted = "granted" => "akkoord",
        /// It was refused.
        Refused = "refused" => "geweigerd",
    }
}

/// Dutch: *concept van een oordeel over een ontzegeling*. As it was typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OpeningVerdictDraft {
    /// Code of [`OpeningChoice`].
    #[serde(rename = "oordeel")]
    pub choice: Option<String>,
    /// Why not.
    #[serde(rename = "waarom")]
    pub reason: Option<String>,
}

/// Dutch: *oordeel over een ontzegeling*. Complete; stored sealed beside the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "oordeel", deny_unknown_fields)]
pub enum OpeningVerdict {
    /// It may be opened.
    #[serde(rename = "akkoord")]
    Agree,
    /// It stays closed.
    #[serde(rename = "weigeren")]
    Refuse {
        /// Why.
        #[serde(rename = "waarom")]
        reason: ShortText,
    },
}

impl OpeningVerdict {
    /// Parses a draft. Errors: all of them.
    pub fn parse(draft: &OpeningVerdictDraft) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let verdict = match fields.choice("oordeel", draft.choice.as_deref()) {
            None => None,
            Some(OpeningChoice::Agree) => Some(Self::Agree),
            Some(OpeningChoice::Refuse) => fields
                .text("waarom", draft.reason.as_deref(), "Schrijf waarom de naam gesloten blijft.")
                .map(|reason| Self::Refuse { reason }),
        };
        fields.finish(verdict)
    }

    /// Which of the two.
    pub fn choice(&self) -> OpeningChoice {
        match self {
            Self::Agree => OpeningChoice::Agree,
            Self::Refuse { .. } => OpeningChoice::Refuse,
        }
    }
}

super::fields::no_words_in_debug!(OpeningVerdictDraft);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreeing_is_one_act_and_refusing_needs_a_reason() {
        crate::domain::words::tests::assert_complete::<OpeningChoice>();
        crate::domain::words::tests::assert_complete::<OpeningState>();
        let judge = |json: &str| {
            OpeningVerdict::parse(&serde_json::from_str(json).unwrap())
                .map_err(|errors| errors.into_iter().map(|error| error.field).collect::<Vec<_>>())
        };
        assert_eq!(judge(r#"{"oordeel": "akkoord"}"#), Ok(OpeningVerdict::Agree));
        assert_eq!(judge("{}").unwrap_err(), ["oordeel"]);
        assert_eq!(judge(r#"{"oordeel": "weigeren"}"#).unwrap_err(), ["waarom"]);
        let refused = judge(r#"{"oordeel": "weigeren", "waarom": "Niet nodig."}"#).unwrap();
        let sealed = serde_json::to_string(&refused).unwrap();
        assert_eq!(serde_json::from_str::<OpeningVerdict>(&sealed).unwrap(), refused);
    }
}
