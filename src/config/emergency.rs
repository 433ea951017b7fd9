//! What an installation decides about reading a signal out of hours.

use crate::domain::emergency::{EmergencyTerms, OfficeHours};
use crate::domain::role::Role;
use serde::Deserialize;

/// Longer than a day is no emergency.
const MOST_MINUTES: u16 = 24 * 60;

/// Dutch: *noodinzage*. Reading one signal out of hours.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmergencyAccessConfig {
    /// Code of the role that may; empty for none.
    pub role: String,
    /// The whole hour at which coordinators can be called.
    pub office_from: u8,
    /// The whole hour until which they can.
    pub office_until: u8,
    /// How long an opened signal can be read.
    pub open_minutes: u16,
}

impl EmergencyAccessConfig {
    /// What it comes to; `None` when it is off, or cannot be as it is.
    #[must_use]
    pub fn terms(&self) -> Option<EmergencyTerms> {
        let role: Role = self.role.parse().ok()?;
        EmergencyTerms::new(role, self.hours()?, self.open_minutes)
    }

    fn hours(&self) -> Option<OfficeHours> {
        OfficeHours::new(self.office_from, self.office_until)
    }

    /// The key that cannot be as it is, and why.
    pub(super) fn impossible(&self) -> Option<(&'static str, &'static str)> {
        if self.hours().is_none() {
            Some(("emergency_access.office_from of office_until", "hele uren van 0 tot 24, van vroeg naar laat"))
        } else if !(1..=MOST_MINUTES).contains(&self.open_minutes) {
            Some(("emergency_access.open_minutes", "minstens 1 en hooguit een etmaal (1440)"))
        } else if !self.role.is_empty() && self.terms().is_none() {
            Some((
                "emergency_access.role",
                "leeg, jurist of mensenhandel: een rol met een eigen groepssleutel die geen signalen leidt",
            ))
        } else {
            None
        }
    }
}
