//! Breaking glass: outside office hours one role may read one signal with a reason, and a privacy officer judges it
//! afterwards.

use serde::{Deserialize, Serialize};

use super::calendar::WorkCalendar;
use super::fields::Fields;
use super::reference::SignalReference;
use super::role::{Group, Role};
use super::text::ShortText;
use super::time::Moment;
use super::words::{FieldError, vocabulary};

/// Dutch: *kantooruren*. The hours of a working day in which a coordinator can be called, so that nothing is broken open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfficeHours {
    from: u8,
    until: u8,
}

impl OfficeHours {
    /// From the beginning of one whole hour until the beginning of another, in local time; `None` when these are no hours
    /// of a day in this order, or leave no hour outside.
    #[must_use]
    pub fn new(from: u8, until: u8) -> Option<Self> {
        (from < until && until <= 24 && (from, until) != (0, 24)).then_some(Self { from, until })
    }

    /// Whether people are at the office at this moment: a working day, between the hours.
    #[must_use]
    pub fn are_open(self, at: Moment, calendar: &WorkCalendar) -> bool {
        calendar.is_working_day(at.day()) && (self.from..self.until).contains(&at.hour_of_day())
    }

    /// "8.00 en 18.00 uur".
    #[must_use]
    pub fn in_words(self) -> String {
        format!("{}.00 en {}.00 uur", self.from, self.until)
    }

    /// "18.00 uur": when they end.
    #[must_use]
    pub fn end_in_words(self) -> String {
        format!("{}.00 uur", self.until)
    }
}

/// Dutch: *inrichting van de noodinzage*. Whose members may read one signal out of hours, when, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmergencyTerms {
    group: Group,
    /// When it is refused.
    pub hours: OfficeHours,
    /// How long an opened signal can be read, in minutes.
    pub minutes: u16,
}

impl EmergencyTerms {
    /// The terms with this role; `None` for a role without a key of its own, for one that leads signals and for the one
    /// that judges.
    #[must_use]
    pub fn new(role: Role, hours: OfficeHours, minutes: u16) -> Option<Self> {
        let group = role.group().filter(|group| matches!(group, Group::Jurists | Group::Trafficking))?;
        (minutes > 0).then_some(Self { group, hours, minutes })
    }

    /// The group whose key holds one of the two halves.
    #[must_use]
    pub fn group(&self) -> Group {
        self.group
    }

    /// The role whose members may.
    #[must_use]
    pub fn role(&self) -> Role {
        self.group.role()
    }
}

/// Dutch: *concept van een noodinzage*. As it was typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EmergencyDraft {
    /// Which signal, as it was read out: `S-K7Q4-M2`.
    #[serde(rename = "kenmerk")]
    pub reference: Option<String>,
    /// Why.
    #[serde(rename = "waarom")]
    pub reason: Option<String>,
    /// `ja` when it cannot wait for the coordinators.
    #[serde(rename = "kanNietWachten")]
    pub cannot_wait: Option<String>,
}

/// Dutch: *noodinzage*. Which signal somebody opens out of hours, and why; the reason is stored sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmergencyAsk {
    /// Which signal.
    pub reference: SignalReference,
    /// Why.
    pub reason: ShortText,
}

impl EmergencyAsk {
    /// Parses a draft. Errors: all of them.
    pub fn parse(draft: &EmergencyDraft) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let typed = draft.reference.as_deref().unwrap_or_default().trim();
        let reference = typed.parse().ok();
        if reference.is_none() {
            fields.refuse("kenmerk", "Vul het kenmerk van het signaal in, zoals S-K7Q4-M2.");
        }
        let reason = fields.text("waarom", draft.reason.as_deref(), "Schrijf waarom dit signaal nu open moet.");
        if draft.cannot_wait.as_deref() != Some("ja") {
            fields.refuse("kanNietWachten", "Kan het wachten tot een coördinator er is, bel dan eerst de coördinator.");
        }
        let ask = reference.zip(reason).map(|(reference, reason)| Self { reference, reason });
        fields.finish(ask)
    }
}

vocabulary! {
    /// Dutch: *oordeel over een noodinzage*. Whether it was right to open the signal.
    pub enum EmergencyChoice {
        /// It was.
        Right = "terecht" => "Terecht",
        /// It was not.
        Wrong = "niet_terecht" => "Niet terecht",
    }

    /// Dutch: *stand van een noodinzage*. Where it stands.
    pub enum EmergencyState {
        /// A privacy officer must judge it.
        Opened = "opened" => "wacht op het oordeel van een privacy officer",
        /// It was right.
        Right = "right" => "terecht",
        /// It was not.
        Wrong = "wrong" => "niet terecht",
    }
}

impl EmergencyChoice {
    /// What becomes of the opening.
    #[must_use]
    pub fn state(self) -> EmergencyState {
        match self {
            Self::Right => EmergencyState::Right,
            Self::Wrong => EmergencyState::Wrong,
        }
    }
}

/// Dutch: *concept van een oordeel over een noodinzage*. As it was typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EmergencyVerdictDraft {
    /// Code of [`EmergencyChoice`].
    #[serde(rename = "oordeel")]
    pub choice: Option<String>,
    /// Why.
    #[serde(rename = "waarom")]
    pub sentence: Option<String>,
}

/// Dutch: *oordeel over een noodinzage*. Complete; stored sealed beside the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmergencyVerdict {
    /// Whether it was right.
    #[serde(rename = "oordeel")]
    pub choice: EmergencyChoice,
    /// Why, in a sentence.
    #[serde(rename = "waarom")]
    pub sentence: ShortText,
}

impl EmergencyVerdict {
    /// Parses a draft. Errors: all of them.
    pub fn parse(draft: &EmergencyVerdictDraft) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let choice = fields.choice("oordeel", draft.choice.as_deref());
        let sentence = fields.text("waarom", draft.sentence.as_deref(), "Schrijf in één zin waarom u dat vindt.");
        fields.finish(choice.zip(sentence).map(|(choice, sentence)| Self { choice, sentence }))
    }
}

super::fields::no_words_in_debug!(EmergencyDraft);
super::fields::no_words_in_debug!(EmergencyVerdictDraft);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::words::tests::assert_complete;

    fn at(moment: &str) -> Moment {
        moment.parse().unwrap()
    }

    #[test]
    fn the_office_is_open_on_working_days_between_the_hours_of_the_municipality() {
        let hours = OfficeHours::new(8, 18).unwrap();
        let christmas = "2026-12-25".parse().unwrap();
        let calendar = WorkCalendar::with_holidays([christmas]);
        // Winter is an hour ahead of UTC, summer two.
        for (moment, open) in [
            ("2026-11-24T06:59:59Z", false),
            ("2026-11-24T07:00:00Z", true),
            ("2026-11-24T16:59:59Z", true),
            ("2026-11-24T17:00:00Z", false),
            ("2026-07-21T06:00:00Z", true),
            ("2026-07-21T16:00:00Z", false),
            ("2026-11-28T10:00:00Z", false),
            ("2026-12-25T10:00:00Z", false),
        ] {
            assert_eq!(hours.are_open(at(moment), &calendar), open, "{moment}");
        }
    }

    #[test]
    fn hours_that_are_none_or_leave_none_outside_are_refused() {
        for (from, until) in [(8, 8), (18, 8), (8, 25), (0, 24)] {
            assert_eq!(OfficeHours::new(from, until), None, "{from} {until}");
        }
        assert_eq!(OfficeHours::new(9, 17).unwrap().in_words(), "9.00 en 17.00 uur");
    }

    #[test]
    fn only_a_role_with_a_key_that_neither_leads_signals_nor_judges_may_be_named() {
        let hours = OfficeHours::new(8, 18).unwrap();
        let may: Vec<Role> =
            Role::ALL.iter().copied().filter(|role| EmergencyTerms::new(*role, hours, 30).is_some()).collect();
        assert_eq!(may, [Role::Jurist, Role::TraffickingContact]);
        assert_eq!(EmergencyTerms::new(Role::Jurist, hours, 0), None);
    }

    #[test]
    fn an_opening_needs_a_reference_a_reason_and_haste_and_a_judgement_its_sentence() {
        assert_complete::<EmergencyChoice>();
        assert_complete::<EmergencyState>();
        let names = |errors: Vec<FieldError>| errors.into_iter().map(|error| error.field).collect::<Vec<_>>();
        let ask = |json: &str| EmergencyAsk::parse(&serde_json::from_str(json).unwrap()).map_err(names);
        assert_eq!(ask("{}").unwrap_err(), ["kenmerk", "waarom", "kanNietWachten"]);
        let reference = SignalReference::from_random([1, 2, 3, 4, 5, 6]);
        let whole = format!(r#"{{"kenmerk": " {reference} ", "waarom": "Brand.", "kanNietWachten": "ja"}}"#);
        assert_eq!(ask(&whole).unwrap().reference, reference);
        let judge = |json: &str| EmergencyVerdict::parse(&serde_json::from_str(json).unwrap()).map_err(names);
        assert_eq!(judge("{}").unwrap_err(), ["oordeel", "waarom"]);
        assert_eq!(judge(r#"{"oordeel": "terecht"}"#).unwrap_err(), ["waarom"]);
        let right = judge(r#"{"oordeel": "terecht", "waarom": "Er was haast."}"#).unwrap();
        assert_eq!(right.choice.state(), EmergencyState::Right);
    }
}
