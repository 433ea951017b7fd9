//! Closing: the ground and term of keeping, and per betrokkene whether they were told (AVG art. 14).

use serde::{Deserialize, Serialize};

use super::decision::DecisionCode;
use super::fields::Fields;
use super::protocol::Protocol;
use super::retention::{Measure, Retention, RetentionGround};
use super::text::{NameText, ShortText};
use super::time::Day;
use super::words::{FieldError, YesNo, vocabulary};

vocabulary! {
    /// Dutch: *informatieplicht*. What was decided for one betrokkene.
    pub enum InformKind {
        /// Told.
        Informed = "geinformeerd" => "geïnformeerd",
        /// Not yet, on a ground of UAVG art. 41.
        Postponed = "uitgesteld" => "uitgesteld",
        /// AVG art. 14(5) applies.
        NotRequired = "niet_nodig" => "niet nodig (AVG art. 14, vijfde lid)",
    }

    /// Dutch: *uitzonderingsgrond*. The letters of UAVG art. 41, first paragraph, that fit this work (to be confirmed by
    /// the jurist).
    pub enum PostponeGround {
        /// Public safety.
        PublicSafety = "c" => "c: openbare veiligheid",
        /// Prevention and investigation of crime.
        Crime = "d" => "d: voorkomen en opsporen van strafbare feiten",
        /// Supervision.
        Supervision = "h" => "h: toezicht en inspectie",
        /// Rights of others, such as the melder.
        RightsOfOthers = "i" => "i: rechten van anderen, zoals de melder",
    }
}

/// Dutch: *concept van de afsluiting*. As it was typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClosingDraft {
    /// Code of [`Measure`].
    #[serde(rename = "maatregel")]
    pub measure: Option<String>,
    /// Code of a ground, when it is another than follows from the ending.
    #[serde(rename = "grond")]
    pub ground: Option<String>,
    /// Why another ground.
    #[serde(rename = "waarom")]
    pub reason: Option<String>,
    /// Per betrokkene.
    #[serde(rename = "informatieplicht")]
    pub duties: Vec<DutyDraft>,
    /// `ja` when the signal names nobody, so that an empty list is a decision and no oversight.
    #[serde(rename = "noemtNiemand")]
    pub names_nobody: Option<String>,
}

/// Dutch: *concept van de informatieplicht*. One betrokkene as typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DutyDraft {
    /// Who.
    #[serde(rename = "betrokkene")]
    pub subject: Option<String>,
    /// Code of [`InformKind`].
    #[serde(rename = "besluit")]
    pub kind: Option<String>,
    /// The day they were told, or the day it is looked at again.
    #[serde(rename = "datum")]
    pub day: Option<String>,
    /// Code of [`PostponeGround`].
    #[serde(rename = "uitzondering")]
    pub ground: Option<String>,
    /// Why.
    #[serde(rename = "waarom")]
    pub reason: Option<String>,
}

/// Dutch: *informatieplicht*. What was decided for one betrokkene.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyToInform {
    /// Who.
    #[serde(rename = "betrokkene")]
    pub subject: NameText,
    /// What.
    #[serde(flatten)]
    pub choice: InformChoice,
}

/// Dutch: *besluit informatieplicht*. Told, postponed or not needed, each with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "besluit")]
pub enum InformChoice {
    /// Told.
    #[serde(rename = "geinformeerd")]
    Informed {
        /// When.
        #[serde(rename = "datum")]
        on: Day,
    },
    /// Not yet.
    #[serde(rename = "uitgesteld")]
    Postponed {
        /// The letter of UAVG art. 41.
        #[serde(rename = "uitzondering")]
        ground: PostponeGround,
        /// Weighed for this case (second paragraph).
        #[serde(rename = "waarom")]
        reason: ShortText,
        /// When it is looked at again.
        #[serde(rename = "datum")]
        review_on: Day,
    },
    /// Not needed.
    #[serde(rename = "niet_nodig")]
    NotRequired {
        /// Why.
        #[serde(rename = "waarom")]
        reason: ShortText,
    },
}

/// Dutch: *afsluiting*. Complete; stored sealed as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closing {
    /// Whether a measure was taken.
    #[serde(rename = "maatregel")]
    pub measure: Measure,
    /// Ground, term, source and day.
    #[serde(rename = "bewaring")]
    pub retention: Retention,
    /// Why another ground than follows from the ending.
    #[serde(rename = "waarom", default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ShortText>,
    /// Per betrokkene.
    #[serde(rename = "informatieplicht")]
    pub duties: Vec<DutyToInform>,
}

impl Closing {
    /// Parses a draft for a signal that ended with `decision`, on `today`. Errors: all of them.
    pub fn parse(
        draft: &ClosingDraft,
        decision: DecisionCode,
        protocol: &Protocol,
        today: Day,
    ) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let measure = fields.choice_among("maatregel", draft.measure.as_deref(), "Zeg of er een maatregel kwam.");
        let usual = measure.map(|measure| RetentionGround::for_ending(decision, measure));
        let chosen = fields.optional_choice("grond", draft.ground.as_deref());
        let ground = chosen.or(usual);
        let reason = if chosen.is_some() && chosen != usual {
            fields.text("waarom", draft.reason.as_deref(), "Schrijf waarom u een andere grond kiest.")
        } else {
            None
        };
        let closes = [RetentionGround::NotTakenUp, RetentionGround::WithoutMeasure, RetentionGround::WithMeasure];
        if chosen.is_some_and(|ground| !closes.contains(&ground)) {
            fields.refuse("grond", "Deze grond hoort niet bij het afsluiten van een signaal.");
        }
        let nobody = fields.optional_choice::<YesNo>("noemtNiemand", draft.names_nobody.as_deref());
        match (nobody, draft.duties.is_empty()) {
            (Some(YesNo::Yes), false) => {
                fields.refuse("noemtNiemand", "U vulde wel een betrokkene in. Kies een van de twee.");
            }
            (None | Some(YesNo::No), true) => fields.refuse(
                "informatieplicht",
                "Vul per betrokkene in wat u besloot, of zeg dat het signaal niemand noemt.",
            ),
            _ => {}
        }
        let mut duties = Vec::new();
        for (number, typed) in (1..).zip(&draft.duties) {
            duties.extend(parse_duty(&mut fields, number, typed, today));
        }
        let rule = ground.and_then(|ground| protocol.retention(ground));
        let closing = measure.zip(rule).map(|(measure, rule)| Self {
            measure,
            retention: rule.from(today, &protocol.calendar),
            reason,
            duties,
        });
        fields.finish(closing)
    }
}

fn parse_duty(fields: &mut Fields, number: usize, typed: &DutyDraft, today: Day) -> Option<DutyToInform> {
    let at = |field: &str| format!("informatieplicht.{number}.{field}");
    let subject = fields.text(&at("betrokkene"), typed.subject.as_deref(), "Vul in om wie het gaat.");
    let reason = typed.reason.as_deref();
    let choice =
        match fields.choice_among(&at("besluit"), typed.kind.as_deref(), "Kies wat u over informeren besloot.")? {
            InformKind::Informed => {
                let on = fields.optional_day(&at("datum"), typed.day.as_deref()).filter(|day| *day <= today);
                if on.is_none() {
                    fields.refuse(at("datum"), "Vul in op welke dag, uiterlijk vandaag.");
                }
                on.map(|on| InformChoice::Informed { on })
            }
            InformKind::Postponed => {
                let ground =
                    fields.choice_among(&at("uitzondering"), typed.ground.as_deref(), "Kies de grond voor uitstel.");
                let reason = fields.text(&at("waarom"), reason, "Schrijf waarom uitstel hier nodig is.");
                let review_on = fields.day_ahead(&at("datum"), typed.day.as_deref(), today, today.plus_months(12));
                ground.zip(reason).zip(review_on).map(|((ground, reason), review_on)| InformChoice::Postponed {
                    ground,
                    reason,
                    review_on,
                })
            }
            InformKind::NotRequired => fields
                .text(&at("waarom"), reason, "Schrijf waarom informeren niet nodig is.")
                .map(|reason| InformChoice::NotRequired { reason }),
        };
    subject.zip(choice).map(|(subject, choice)| DutyToInform { subject, choice })
}

super::fields::no_words_in_debug!(ClosingDraft, DutyDraft);

#[cfg(test)]
mod tests {
    use super::*;

    fn close(decision: DecisionCode, json: &str) -> Result<Closing, Vec<String>> {
        let protocol = Protocol::bundled().unwrap();
        Closing::parse(&serde_json::from_str(json).unwrap(), decision, &protocol, "2026-11-24".parse().unwrap())
            .map_err(|errors| errors.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn the_term_follows_from_decision_and_measure() {
        crate::domain::words::tests::assert_complete::<InformKind>();
        crate::domain::words::tests::assert_complete::<PostponeGround>();
        let until = |decision, measure| {
            let json = format!(r#"{{"maatregel": "{measure}", "noemtNiemand": "ja"}}"#);
            let closing = close(decision, &json).unwrap();
            closing.retention.destroy_on.to_string()
        };
        assert_eq!(until(DecisionCode::Administrative, "ja"), "2031-11-24");
        assert_eq!(until(DecisionCode::Administrative, "nee"), "2027-11-24");
        assert_eq!(close(DecisionCode::Riec, r#"{"noemtNiemand": "ja"}"#).unwrap_err(), ["maatregel"]);
    }

    #[test]
    fn an_empty_informatieplicht_is_a_decision_and_no_oversight() {
        let close = |json| close(DecisionCode::CaseFile, json);
        assert_eq!(close(r#"{"maatregel": "nee"}"#).unwrap_err(), ["informatieplicht"]);
        assert_eq!(close(r#"{"maatregel": "nee", "noemtNiemand": "nee"}"#).unwrap_err(), ["informatieplicht"]);
        let both = r#"{"maatregel": "nee", "noemtNiemand": "ja", "informatieplicht": [
            {"betrokkene": "J.", "besluit": "geinformeerd", "datum": "2026-11-20"}]}"#;
        assert_eq!(close(both).unwrap_err(), ["noemtNiemand"]);
    }

    #[test]
    fn another_ground_needs_a_reason_and_must_be_one_for_signals() {
        let other = r#"{"maatregel": "nee", "noemtNiemand": "ja", "grond": "with_measure"}"#;
        assert_eq!(close(DecisionCode::CaseFile, other).unwrap_err(), ["waarom"]);
        let log = r#"{"maatregel": "nee", "noemtNiemand": "ja", "grond": "access_log", "waarom": "a"}"#;
        assert_eq!(close(DecisionCode::CaseFile, log).unwrap_err(), ["grond"]);
    }

    #[test]
    fn each_betrokkene_is_told_postponed_or_excepted_with_what_belongs_to_it() {
        let duty = |rest: &str| {
            let json = format!(r#"{{"maatregel": "nee", "informatieplicht": [{{"betrokkene": "J.", {rest}}}]}}"#);
            close(DecisionCode::CaseFile, &json)
        };
        assert!(duty(r#""besluit": "geinformeerd", "datum": "2026-11-20""#).is_ok());
        assert_eq!(
            duty(r#""besluit": "geinformeerd", "datum": "2026-11-25""#).unwrap_err(),
            ["informatieplicht.1.datum"]
        );
        assert_eq!(duty(r#""besluit": "uitgesteld""#).unwrap_err().len(), 3);
        assert_eq!(duty(r#""besluit": "niet_nodig""#).unwrap_err(), ["informatieplicht.1.waarom"]);
        let postponed =
            r#""besluit": "uitgesteld", "uitzondering": "d", "waarom": "Loopt nog.", "datum": "2027-01-21""#;
        let closing = duty(postponed).unwrap();
        let sealed = serde_json::to_string(&closing).unwrap();
        assert_eq!(serde_json::from_str::<Closing>(&sealed).unwrap(), closing);
    }
}
