//! Weging 4: do the hits confirm the signal enough?

use serde::{Deserialize, Serialize};

use super::super::fields::Fields;
use super::super::protocol::{Code, Protocol, ReasonStep};
use super::super::text::{BoundedText, LongText, ShortText};
use super::super::words::{FieldError, vocabulary};
use super::super::workflow::Weighing4Outcome;
use super::basis;

vocabulary! {
    /// Dutch: *bevestiging*. Whether the answers of the sources confirm the signal.
    pub enum Confirms {
        /// They do.
        Yes = "ja" => "ja",
        /// In part.
        Partly = "deels" => "deels",
        /// They do not.
        No = "nee" => "nee",
        /// It cannot be said.
        Unknown = "onbekend" => "onbekend",
    }
}

/// Dutch: *concept van weging 4*. The page as it was filled in.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ConfirmationDraft {
    /// Code of [`Confirms`].
    #[serde(rename = "bevestigd")]
    pub confirms: Option<String>,
    /// Why.
    #[serde(rename = "waarom")]
    pub motivation: Option<String>,
    /// Code of [`Weighing4Outcome`].
    #[serde(rename = "voorstel")]
    pub outcome: Option<String>,
    /// Code of a department, with "afdeling".
    #[serde(rename = "afdeling")]
    pub department: Option<String>,
    /// On which ground facts are passed on, with "afdeling" and "riec"; empty takes the proposed one.
    #[serde(rename = "grondslag")]
    pub basis: Option<String>,
}

/// Dutch: *weging 4*. A complete weighing; stored sealed as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// The version of the protocol it was judged under.
    #[serde(rename = "protocol")]
    pub protocol_version: String,
    /// Whether the answers confirm the signal.
    #[serde(rename = "bevestigd")]
    pub confirms: Confirms,
    /// Why.
    #[serde(rename = "waarom")]
    pub motivation: LongText,
    /// The way out.
    #[serde(rename = "voorstel")]
    pub outcome: Weighing4Outcome,
    /// The department, with "afdeling".
    #[serde(rename = "afdeling", default, skip_serializing_if = "Option::is_none")]
    pub department: Option<Code>,
    /// On which ground, with "afdeling" and "riec".
    #[serde(rename = "grondslag", default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<ShortText>,
}

impl ConfirmationDraft {
    /// A finished weighing as it was filled in, to be improved after it was returned.
    pub fn of(confirmation: &Confirmation) -> Self {
        Self {
            confirms: Some(confirmation.confirms.code().to_owned()),
            motivation: Some(confirmation.motivation.as_str().to_owned()),
            outcome: Some(confirmation.outcome.code().to_owned()),
            department: confirmation.department.as_ref().map(ToString::to_string),
            basis: confirmation.basis.as_ref().map(|basis| basis.as_str().to_owned()),
        }
    }
}

impl Confirmation {
    /// Parses a draft. Errors: all of them. "Nee" leads only to no hit: without confirmation nothing goes further.
    pub fn parse(draft: &ConfirmationDraft, protocol: &Protocol) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let confirms =
            fields.choice_among("bevestigd", draft.confirms.as_deref(), "Zeg of de bronnen dit signaal bevestigen.");
        let motivation = fields.text("waarom", draft.motivation.as_deref(), "Schrijf waarom.");
        let outcome = fields.choice_among("voorstel", draft.outcome.as_deref(), "Kies wat u voorstelt.");
        if confirms == Some(Confirms::No) && outcome.is_some_and(|outcome| outcome != Weighing4Outcome::NoHit) {
            fields.refuse("voorstel", "Bevestigen de bronnen het signaal niet, dan stopt het hier. Kies “geen hit”.");
        }
        let department = match outcome {
            Some(Weighing4Outcome::Department) => {
                let found = protocol.department(draft.department.as_deref().unwrap_or_default());
                if found.is_none() {
                    fields.refuse("afdeling", "Kies een afdeling.");
                }
                found.map(|department| department.code.clone())
            }
            _ => None,
        };
        let recipient = match outcome {
            Some(Weighing4Outcome::Department) => Some("afdeling"),
            Some(Weighing4Outcome::Riec) => Some("riec"),
            Some(Weighing4Outcome::Lio | Weighing4Outcome::NoHit) | None => None,
        };
        let basis = recipient.and_then(|to| basis(&mut fields, protocol, to, draft.basis.as_deref()));
        let confirmation = confirms.zip(motivation).zip(outcome).map(|((confirms, motivation), outcome)| Self {
            protocol_version: protocol.version.clone(),
            confirms,
            motivation,
            outcome,
            department,
            basis,
        });
        fields.finish(confirmation)
    }

    /// The reason with which a signal without hits is not taken up.
    pub fn reason(&self, protocol: &Protocol) -> Option<Code> {
        let reason = protocol.reason_at(ReasonStep::Weighing4, "geen_hit");
        reason.filter(|_| self.outcome == Weighing4Outcome::NoHit).map(|reason| reason.code.clone())
    }
}

super::super::fields::no_words_in_debug!(ConfirmationDraft);

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Result<Confirmation, Vec<String>> {
        let draft: ConfirmationDraft = serde_json::from_str(json).unwrap();
        Confirmation::parse(&draft, &Protocol::bundled().unwrap())
            .map_err(|errors| errors.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn weging_four_asks_whether_why_and_where_to() {
        crate::domain::words::tests::assert_complete::<Confirms>();
        assert_eq!(parse("{}").unwrap_err(), ["bevestigd", "waarom", "voorstel"]);
        assert_eq!(parse(r#"{"bevestigd": "ja", "waarom": "a", "voorstel": "afdeling"}"#).unwrap_err(), ["afdeling"]);
        assert!(parse(r#"{"bevestigd": "deels", "waarom": "a", "voorstel": "lio"}"#).is_ok());
    }

    #[test]
    fn a_returned_weighing_comes_back_as_it_was_filled_in() {
        let json =
            r#"{"bevestigd": "deels", "waarom": "a", "voorstel": "afdeling", "afdeling": "vth", "grondslag": "b"}"#;
        let draft: ConfirmationDraft = serde_json::from_str(json).unwrap();
        assert!(ConfirmationDraft::of(&parse(json).unwrap()) == draft);
        let riec = parse(r#"{"bevestigd": "ja", "waarom": "a", "voorstel": "riec"}"#).unwrap();
        assert_eq!(riec.basis.unwrap().as_str(), "Wet gegevensverwerking door samenwerkingsverbanden");
    }

    #[test]
    fn what_is_not_confirmed_goes_no_further() {
        assert_eq!(parse(r#"{"bevestigd": "nee", "waarom": "a", "voorstel": "lio"}"#).unwrap_err(), ["voorstel"]);
        let ended = parse(r#"{"bevestigd": "nee", "waarom": "a", "voorstel": "geen_hit"}"#).unwrap();
        assert_eq!(ended.reason(&Protocol::bundled().unwrap()).unwrap().as_str(), "geen_hit");
        let sealed = serde_json::to_string(&ended).unwrap();
        assert_eq!(serde_json::from_str::<Confirmation>(&sealed).unwrap(), ended);
    }
}
