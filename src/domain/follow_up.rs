//! Following up: who does what by when, the word to the melder, and going on after monitoring.

use serde::{Deserialize, Serialize};

use super::fields::Fields;
use super::ids::MemberId;
use super::stage::{MelderStatus, Stage};
use super::text::{LongText, ShortText};
use super::time::Day;
use super::words::FieldError;

/// Dutch: *concept van een actie*. As it was typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ActionDraft {
    /// What is to be done.
    #[serde(rename = "watTeDoen")]
    pub what: Option<String>,
    /// Id of the member who does it.
    #[serde(rename = "eigenaar")]
    pub owner: Option<String>,
    /// By when.
    #[serde(rename = "uiterlijk")]
    pub due_on: Option<String>,
}

/// Dutch: *actie*. What somebody does, by when; stored sealed as JSON for its owner and the readers of the signal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowUpAction {
    /// What.
    #[serde(rename = "watTeDoen")]
    pub what: LongText,
    /// Who.
    #[serde(rename = "eigenaar")]
    pub owner: MemberId,
    /// By when.
    #[serde(rename = "uiterlijk")]
    pub due_on: Day,
}

/// The longest term of an action, in months: what takes longer is a new decision.
const ACTION_MONTHS: u32 = 24;

impl FollowUpAction {
    /// Parses a draft on `today`. Errors: all of them.
    pub fn parse(draft: &ActionDraft, today: Day) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let what = fields.text("watTeDoen", draft.what.as_deref(), "Schrijf wat er gedaan moet worden.");
        let owner = draft.owner.as_deref().and_then(|typed| typed.parse().ok());
        if owner.is_none() {
            fields.refuse("eigenaar", "Kies wie dit doet.");
        }
        let due_on = fields.day_ahead("uiterlijk", draft.due_on.as_deref(), today, today.plus_months(ACTION_MONTHS));
        let action = what.zip(owner).zip(due_on).map(|((what, owner), due_on)| Self { what, owner, due_on });
        fields.finish(action)
    }
}

/// Dutch: *concept van een afronding*. As it was typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CompletionDraft {
    /// What was done.
    #[serde(rename = "watIsGedaan")]
    pub result: Option<String>,
}

/// Dutch: *afronding*. What was done; stored sealed beside the action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Completion {
    /// What was done.
    #[serde(rename = "watIsGedaan")]
    pub result: LongText,
}

impl Completion {
    /// Parses a draft. Errors: all of them.
    pub fn parse(draft: &CompletionDraft) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let result = fields.text("watIsGedaan", draft.result.as_deref(), "Schrijf wat er is gedaan.");
        fields.finish(result.map(|result| Self { result }))
    }
}

/// Dutch: *concept van een statuswoord*. As it was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ToldDraft {
    /// Code of [`MelderStatus`].
    #[serde(rename = "status")]
    pub status: Option<String>,
}

/// The word that may be told at this stage. Errors: none was chosen, or one that does not fit.
pub fn parse_told(draft: &ToldDraft, stage: Stage) -> Result<MelderStatus, Vec<FieldError>> {
    let mut fields = Fields::default();
    let chosen = fields.choice::<MelderStatus>("status", draft.status.as_deref());
    if chosen.is_some_and(|word| !MelderStatus::tellable(stage).contains(&word)) {
        let offered: Vec<&str> = MelderStatus::tellable(stage).iter().map(|word| word.label()).collect();
        fields.refuse("status", format!("Kies een woord dat hier past: {}.", offered.join(" of ")));
    }
    fields.finish(chosen)
}

/// Dutch: *concept van een reden*. One sentence as it was typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReasonDraft {
    /// Why.
    #[serde(rename = "waarom")]
    pub reason: Option<String>,
}

impl ReasonDraft {
    /// The sentence; `missing` is said when there is none. Errors: all of them.
    pub fn parse(&self, missing: &str) -> Result<ShortText, Vec<FieldError>> {
        let mut fields = Fields::default();
        let reason = fields.text("waarom", self.reason.as_deref(), missing);
        fields.finish(reason)
    }
}

super::fields::no_words_in_debug!(ActionDraft, CompletionDraft, ReasonDraft);

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: &str = "00000000-0000-4000-8000-000000000001";

    fn names(errors: Vec<FieldError>) -> Vec<String> {
        errors.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn an_action_says_what_who_and_when_and_reads_back() {
        let today = "2026-11-24".parse().unwrap();
        let empty = FollowUpAction::parse(&ActionDraft::default(), today).unwrap_err();
        assert_eq!(names(empty), ["watTeDoen", "eigenaar", "uiterlijk"]);
        let json = format!(r#"{{"watTeDoen": "Controle", "eigenaar": "{OWNER}", "uiterlijk": "2026-12-10"}}"#);
        let action = FollowUpAction::parse(&serde_json::from_str(&json).unwrap(), today).unwrap();
        let sealed = serde_json::to_string(&action).unwrap();
        assert_eq!(serde_json::from_str::<FollowUpAction>(&sealed).unwrap(), action);
    }

    #[test]
    fn an_action_is_due_after_today_and_within_two_years() {
        let due = |day: &str| {
            let draft = ActionDraft {
                what: Some("Controle".to_owned()),
                owner: Some(OWNER.to_owned()),
                due_on: Some(day.to_owned()),
            };
            FollowUpAction::parse(&draft, "2026-11-24".parse().unwrap()).map_err(names)
        };
        assert!(due("2028-11-24").is_ok());
        for day in ["2026-11-24", "2028-11-25", "morgen"] {
            assert_eq!(due(day).unwrap_err(), ["uiterlijk"], "{day}");
        }
    }

    #[test]
    fn a_word_to_the_melder_fits_where_the_signal_stands() {
        let tell = |word: &str, stage| parse_told(&ToldDraft { status: Some(word.to_owned()) }, stage);
        assert_eq!(tell("opgepakt", Stage::FollowUp), Ok(MelderStatus::TakenUp));
        assert!(tell("opgepakt", Stage::Received).is_err());
        assert!(tell("ontvangen", Stage::FollowUp).is_err());
        assert!(tell("afgesloten", Stage::Destroyed).is_err());
        let missing = parse_told(&ToldDraft::default(), Stage::FollowUp).unwrap_err();
        assert_eq!(missing.first().unwrap().message, "Maak hier een keuze.");
    }

    #[test]
    fn a_reason_is_a_sentence() {
        let empty = ReasonDraft::default().parse("Schrijf waarom.").unwrap_err();
        assert_eq!(empty.first().unwrap().message, "Schrijf waarom.");
        assert_eq!(Completion::parse(&CompletionDraft::default()).unwrap_err().len(), 1);
    }
}
