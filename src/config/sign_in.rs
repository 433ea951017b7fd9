//! What an installation decides about coming in and staying in.

use crate::vault::password::KdfCost;
use serde::Deserialize;

/// How long members stay signed in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionsConfig {
    /// Minutes without an act.
    pub idle_minutes: u16,
    /// Hours whatever happens.
    pub absolute_hours: u16,
    /// How many passwords are tried at the same time.
    pub password_turns: usize,
}

/// Dutch: *tweede factor*. Whether a password is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondFactorName {
    /// Never.
    Required,
    /// For whoever has no second factor.
    Off,
}

/// How members come in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInConfig {
    /// Whether a password is enough.
    pub second_factor: SecondFactorName,
    /// The longest that a name has to wait after wrong tries, in minutes.
    pub longest_wait_minutes: u16,
}

/// What one try of a password costs (RFC 9106).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordConfig {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
}

/// What serde cannot see: the first key that is wrong, and why.
pub(super) fn wrong(
    sessions: &SessionsConfig,
    sign_in: &SignInConfig,
    password: &PasswordConfig,
) -> Option<(&'static str, &'static str)> {
    if sessions.idle_minutes == 0 || sessions.absolute_hours == 0 || sessions.password_turns == 0 {
        Some(("sessions", "nul is te weinig"))
    } else if sign_in.longest_wait_minutes == 0 {
        Some(("sign_in.longest_wait_minutes", "nul is te weinig"))
    } else if KdfCost::new(password.memory_kib, password.passes).is_err() {
        Some(("password", "te zwak of te zwaar; minstens 19456 KiB en 2 rondes"))
    } else {
        None
    }
}
