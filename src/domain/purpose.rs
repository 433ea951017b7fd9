//! Why somebody looks: the doelcode that every disclosure carries into the log.

use serde::{Deserialize, Serialize};

use super::fields::Fields;
use super::text::ShortText;
use super::words::{FieldError, vocabulary};

vocabulary! {
    /// Dutch: *doelcode*. The purpose of reading content (AVG art. 5(1)(b)); stands in the log beside each disclosure.
    pub enum Purpose {
        /// Intake.
        Intake = "intake" => "intake",
        /// Weighing.
        Weighing = "weging" => "weging",
        /// Enrichment.
        Enrichment = "verrijking" => "verrijking",
        /// Privacy check.
        PrivacyCheck = "privacycheck" => "privacycheck",
        /// Preparing a sitting of the LIO.
        LioPreparation = "voorbereiding_lio" => "voorbereiding LIO",
        /// The sitting itself.
        LioSitting = "lio_overleg" => "LIO-overleg",
        /// Carrying out a measure.
        Measure = "uitvoering_maatregel" => "uitvoering maatregel",
        /// Telling the melder.
        Feedback = "terugkoppeling" => "terugkoppeling",
        /// Request of a data subject (AVG art. 15).
        AccessRequest = "inzageverzoek" => "inzageverzoek",
        /// Breaking glass: out of hours, by a role that does not lead the signal. Nobody chooses it: the act gives it.
        Emergency = "noodinzage" => "noodinzage",
        /// Review of the log.
        LogReview = "logcontrole" => "logcontrole",
        /// Figures without persons.
        Picture = "beeldvorming" => "beeldvorming",
        /// Administration of the service; no content.
        Administration = "beheer" => "beheer",
        /// Anything else, with a sentence.
        Other = "overig" => "overig",
    }
}

/// Dutch: *doel*. The purpose that was given, with the sentence that "overig" needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedPurpose {
    /// The code.
    #[serde(rename = "doel")]
    pub purpose: Purpose,
    /// The sentence; always there with [`Purpose::Other`].
    #[serde(rename = "toelichting", default, skip_serializing_if = "Option::is_none")]
    pub sentence: Option<ShortText>,
}

impl StatedPurpose {
    /// Parses the fields `doel` and `toelichting`. Errors: an unknown code, or "overig" without a sentence.
    pub fn parse(code: Option<&str>, sentence: Option<&str>) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let purpose = fields.choice("doel", code);
        let sentence = match purpose {
            Some(Purpose::Other) => fields.text("toelichting", sentence, "Schrijf in een zin waarvoor u dit leest."),
            _ => fields.optional_text("toelichting", sentence),
        };
        let stated = purpose.map(|purpose| Self { purpose, sentence });
        fields.finish(stated)
    }
}

impl Purpose {
    /// The purposes for which the name of a melder may be read.
    pub const FOR_A_NAME: [Self; 4] = [Self::Feedback, Self::Weighing, Self::Measure, Self::AccessRequest];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_has_its_own_code_and_words() {
        crate::domain::words::tests::assert_complete::<Purpose>();
    }

    #[test]
    fn other_needs_a_sentence_and_the_rest_does_not() {
        assert!(StatedPurpose::parse(Some("weging"), None).is_ok());
        assert_eq!(StatedPurpose::parse(Some("overig"), Some(" ")).unwrap_err().first().unwrap().field, "toelichting");
        assert!(StatedPurpose::parse(Some("overig"), Some("Vraag van de rekenkamer.")).is_ok());
        assert_eq!(StatedPurpose::parse(None, None).unwrap_err().first().unwrap().field, "doel");
    }
}
