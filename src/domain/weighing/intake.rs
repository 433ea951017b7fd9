//! Weging 1 (is this ondermijning?), 2A (a municipal task?), 2B (this municipality?), and the short road.

use serde::{Deserialize, Serialize};

use super::super::decision::parse_reason;
use super::super::fields::Fields;
use super::super::protocol::{Code, Entry, Protocol, ReasonStep};
use super::super::reference::SignalReference;
use super::super::text::ShortText;
use super::super::words::{FieldError, YesNo, vocabulary};

vocabulary! {
    /// Dutch: *urgentie*. How soon something must happen.
    pub enum Urgency {
        /// It can wait.
        CanWait = "kan_wachten" => "kan wachten",
        /// The next LIO.
        NextLio = "eerstvolgende_lio" => "eerstvolgende LIO",
        /// Within a week.
        WithinWeek = "binnen_week" => "binnen 1 week",
        /// At once: opens the urgent page.
        Immediate = "direct" => "direct: bel 112 of politie",
    }

    /// Dutch: *uitweg van de intake*. Where the three answers lead.
    pub enum IntakeWay {
        /// Three times yes.
        Weigh = "wegen" => "Rond de intake af: door naar wegen",
        /// No ondermijning.
        NotTakenUp = "niet_in_behandeling" => "Neem niet in behandeling",
        /// No municipal task, or not this municipality.
        ReferOn = "doorverwijzen" => "Doorverwijzen",
    }
}

/// Dutch: *concept van de intake*. The page as it was filled in.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IntakeDraft {
    /// Weging 1, `ja` or `nee`.
    #[serde(rename = "isOndermijning")]
    pub undermining: Option<String>,
    /// Codes of kenmerken.
    #[serde(rename = "kenmerken")]
    pub traits: Vec<String>,
    /// Codes of lokale verankering.
    #[serde(rename = "verankering")]
    pub anchors: Vec<String>,
    /// Codes of signalering.
    #[serde(rename = "signalering")]
    pub signs: Vec<String>,
    /// Code of a form: what it looks like.
    #[serde(rename = "lijktOp")]
    pub form: Option<String>,
    /// Why.
    #[serde(rename = "waarom")]
    pub motive: Option<String>,
    /// Weging 2A, `ja` or `nee`.
    #[serde(rename = "gemeentelijkeTaak")]
    pub municipal_task: Option<String>,
    /// Code of a power.
    #[serde(rename = "bevoegdheid")]
    pub power: Option<String>,
    /// Weging 2B, `ja` or `nee`.
    #[serde(rename = "inGemeente")]
    pub territory: Option<String>,
    /// Code of [`Urgency`].
    #[serde(rename = "hoeSnel")]
    pub urgency: Option<String>,
}

/// Dutch: *intake*. Weging 1, 2A and 2B, complete; stored sealed as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntakeAssessment {
    /// Weging 1.
    #[serde(rename = "isOndermijning")]
    pub undermining: YesNo,
    /// Kenmerken.
    #[serde(rename = "kenmerken")]
    pub traits: Vec<Code>,
    /// Lokale verankering.
    #[serde(rename = "verankering")]
    pub anchors: Vec<Code>,
    /// Signalering.
    #[serde(rename = "signalering")]
    pub signs: Vec<Code>,
    /// What it looks like.
    #[serde(rename = "lijktOp", default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Code>,
    /// Why; a tick is enough, so it may be left out.
    #[serde(rename = "waarom", default, skip_serializing_if = "Option::is_none")]
    pub motive: Option<ShortText>,
    /// Weging 2A.
    #[serde(rename = "gemeentelijkeTaak")]
    pub municipal_task: YesNo,
    /// The power, with a yes at 2A.
    #[serde(rename = "bevoegdheid", default, skip_serializing_if = "Option::is_none")]
    pub power: Option<Code>,
    /// Weging 2B.
    #[serde(rename = "inGemeente")]
    pub territory: YesNo,
    /// How soon.
    #[serde(rename = "hoeSnel")]
    pub urgency: Urgency,
}

impl IntakeAssessment {
    /// Parses a draft. Errors: all of them. With a no at weging 1 the lists may stay empty; with a no at 2A, the power.
    pub fn parse(draft: &IntakeDraft, protocol: &Protocol) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let undermining =
            fields.choice_among("isOndermijning", draft.undermining.as_deref(), "Zeg of dit ondermijning is.");
        let lists = &protocol.intake;
        let traits = entries(&mut fields, "kenmerken", &draft.traits, &lists.traits);
        let anchors = entries(&mut fields, "verankering", &draft.anchors, &lists.anchors);
        let signs = entries(&mut fields, "signalering", &draft.signs, &lists.signs);
        if undermining == Some(YesNo::Yes) {
            if draft.traits.is_empty() {
                fields.refuse("kenmerken", "Kies minstens één kenmerk.");
            }
            if draft.anchors.is_empty() {
                fields.refuse("verankering", "Kies minstens één vorm van lokale verankering.");
            }
        }
        let form = draft.form.as_deref().filter(|code| !code.is_empty());
        let form = form.and_then(|code| {
            let found = protocol.form(code).map(|form| form.code.clone());
            if found.is_none() {
                fields.refuse("lijktOp", "Deze keuze kennen wij niet.");
            }
            found
        });
        let motive = fields.optional_text("waarom", draft.motive.as_deref());
        let municipal_task = fields.choice_among(
            "gemeentelijkeTaak",
            draft.municipal_task.as_deref(),
            "Zeg of het een taak van de gemeente is.",
        );
        let power = match municipal_task {
            Some(YesNo::Yes) => {
                let found = protocol.power(draft.power.as_deref().unwrap_or_default());
                if found.is_none() {
                    fields.refuse("bevoegdheid", "Kies de bevoegdheid van de gemeente.");
                }
                found.map(|power| power.code.clone())
            }
            Some(YesNo::No) | None => None,
        };
        let territory =
            fields.choice_among("inGemeente", draft.territory.as_deref(), "Zeg of het in onze gemeente speelt.");
        let urgency = fields.choice_among("hoeSnel", draft.urgency.as_deref(), "Kies hoe snel het moet.");
        let intake = undermining.zip(municipal_task).zip(territory).zip(urgency).map(
            |(((undermining, municipal_task), territory), urgency)| Self {
                undermining,
                traits,
                anchors,
                signs,
                form,
                motive,
                municipal_task,
                power,
                territory,
                urgency,
            },
        );
        fields.finish(intake)
    }

    /// Where the answers lead: only three times yes leads to weighing.
    pub fn way(&self) -> IntakeWay {
        match (self.undermining, self.municipal_task, self.territory) {
            (YesNo::Yes, YesNo::Yes, YesNo::Yes) => IntakeWay::Weigh,
            (YesNo::No, _, _) => IntakeWay::NotTakenUp,
            (YesNo::Yes, _, _) => IntakeWay::ReferOn,
        }
    }
}

fn entries(fields: &mut Fields, field: &str, codes: &[String], known: &[Entry]) -> Vec<Code> {
    let found: Vec<Code> = known
        .iter()
        .filter(|entry| codes.iter().any(|code| code == entry.code.as_str()))
        .map(|entry| entry.code.clone())
        .collect();
    if codes.iter().any(|code| known.iter().all(|entry| entry.code.as_str() != code)) {
        fields.refuse(field, "Deze keuze kennen wij niet.");
    }
    found
}

/// Dutch: *concept van de korte weg*. The short road as it was filled in; half-filled weighing fields do not count.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NotTakenUpDraft {
    /// Code of a reason.
    #[serde(rename = "reden")]
    pub reason: Option<String>,
    /// Reference of another signal, with "dubbel".
    #[serde(rename = "dubbelVan")]
    pub duplicate_of: Option<String>,
}

/// Dutch: *niet in behandeling*. One reason; stored sealed as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotTakenUp {
    /// The reason.
    #[serde(rename = "reden")]
    pub reason: Code,
    /// The signal it doubles.
    #[serde(rename = "dubbelVan", default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<SignalReference>,
}

impl NotTakenUp {
    /// Parses the short road of the intake.
    pub fn parse(draft: &NotTakenUpDraft, protocol: &Protocol) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let (code, other) = (draft.reason.as_deref(), draft.duplicate_of.as_deref());
        let chosen = parse_reason(&mut fields, protocol, ReasonStep::Intake, code, other);
        fields.finish(chosen.map(|(reason, duplicate_of)| Self { reason, duplicate_of }))
    }
}

super::super::fields::no_words_in_debug!(IntakeDraft, NotTakenUpDraft);

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = r#"{"isOndermijning": "ja", "kenmerken": ["structuren"], "verankering": ["werkwijze"],
        "gemeentelijkeTaak": "ja", "bevoegdheid": "brp_adresonderzoek", "inGemeente": "ja", "hoeSnel": "kan_wachten"}"#;

    fn parse(json: &str) -> Result<IntakeAssessment, Vec<String>> {
        let draft: IntakeDraft = serde_json::from_str(json).unwrap();
        IntakeAssessment::parse(&draft, &Protocol::bundled().unwrap())
            .map_err(|errors| errors.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn an_empty_intake_names_every_question() {
        crate::domain::words::tests::assert_complete::<Urgency>();
        crate::domain::words::tests::assert_complete::<IntakeWay>();
        assert_eq!(parse("{}").unwrap_err(), ["isOndermijning", "gemeentelijkeTaak", "inGemeente", "hoeSnel"]);
    }

    #[test]
    fn a_full_intake_needs_no_text_and_leads_to_weighing() {
        let intake = parse(FULL).unwrap();
        assert_eq!(intake.way(), IntakeWay::Weigh);
        let sealed = serde_json::to_string(&intake).unwrap();
        assert_eq!(serde_json::from_str::<IntakeAssessment>(&sealed).unwrap(), intake);
    }

    #[test]
    fn a_yes_needs_a_trait_an_anchor_and_a_power() {
        let errors = parse(
            r#"{"isOndermijning": "ja", "gemeentelijkeTaak": "ja", "inGemeente": "ja", "hoeSnel": "direct",
                "signalering": ["x"], "lijktOp": "x"}"#,
        );
        assert_eq!(errors.unwrap_err(), ["signalering", "kenmerken", "verankering", "lijktOp", "bevoegdheid"]);
    }

    #[test]
    fn a_no_leads_off_the_route() {
        let way = |from: &str, to: &str| parse(&FULL.replace(from, to)).unwrap().way();
        assert_eq!(way(r#""isOndermijning": "ja""#, r#""isOndermijning": "nee""#), IntakeWay::NotTakenUp);
        assert_eq!(way(r#""gemeentelijkeTaak": "ja""#, r#""gemeentelijkeTaak": "nee""#), IntakeWay::ReferOn);
        assert_eq!(way(r#""inGemeente": "ja""#, r#""inGemeente": "nee""#), IntakeWay::ReferOn);
    }

    #[test]
    fn the_short_road_takes_one_reason_and_does_not_offer_no_hit() {
        let protocol = Protocol::bundled().unwrap();
        let short = |reason: &str| {
            let draft = NotTakenUpDraft { reason: Some(reason.to_owned()), duplicate_of: None };
            NotTakenUp::parse(&draft, &protocol).map_err(|errors| errors.first().unwrap().field.clone())
        };
        assert!(short("te_vaag").is_ok());
        assert_eq!(short("geen_hit"), Err("reden".to_owned()));
        assert_eq!(short("dubbel"), Err("dubbelVan".to_owned()));
    }
}
