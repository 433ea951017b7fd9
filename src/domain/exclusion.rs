//! Excluding a reader later: who, as it is asked for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::fields::Fields;
use super::ids::MemberId;
use super::role::Role;
use super::words::FieldError;

/// Dutch: *wie wordt uitgesloten*. One person, everybody with a role, or all coordinators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excluded {
    /// One person: `lid:<id>`.
    Member(MemberId),
    /// Everybody with this role: `rol:<code>`.
    Role(Role),
    /// All coordinators: the signal goes to the integrity box. `coordinatoren`.
    Coordinators,
}

impl Excluded {
    /// The roles that can be excluded as a whole: the standing members of the LIO besides the coordinators, as the
    /// melder can, and who else may be given a signal: the burgemeester and the aandachtsfunctionarissen.
    pub const ROLES: [Role; 6] = [
        Role::Jurist,
        Role::Mayor,
        Role::CivilRegistry,
        Role::InformationManagement,
        Role::Bibob,
        Role::TraffickingContact,
    ];
}

impl fmt::Display for Excluded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(id) => write!(f, "lid:{id}"),
            Self::Role(role) => write!(f, "rol:{}", role.code()),
            Self::Coordinators => f.write_str("coordinatoren"),
        }
    }
}

/// Dutch: *geen lezer*. A text that names nobody who can be excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAReader;

impl FromStr for Excluded {
    type Err = NotAReader;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "coordinatoren" {
            return Ok(Self::Coordinators);
        }
        match text.split_once(':') {
            Some(("lid", id)) => id.parse().map(Self::Member).map_err(|_| NotAReader),
            Some(("rol", code)) => {
                code.parse().ok().filter(|role| Self::ROLES.contains(role)).map(Self::Role).ok_or(NotAReader)
            }
            _ => Err(NotAReader),
        }
    }
}

/// Dutch: *concept van een uitsluiting*. As it was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ExclusionDraft {
    /// Who: `lid:<id>`, `rol:<code>` or `coordinatoren`.
    #[serde(rename = "wie")]
    pub who: Option<String>,
}

impl ExclusionDraft {
    /// Who is meant. Errors: nobody was chosen, or nobody we know.
    pub fn parse(&self) -> Result<Excluded, Vec<FieldError>> {
        let mut fields = Fields::default();
        let who = self.who.as_deref().and_then(|typed| typed.parse().ok());
        if who.is_none() {
            fields.refuse("wie", "Kies wie dit signaal niet mag lezen.");
        }
        fields.finish(who)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_and_the_privacy_officer_cannot_be_excluded() {
        let member = Excluded::Member(MemberId::from_random([3; 16]));
        for who in [member, Excluded::Role(Role::Jurist), Excluded::Coordinators] {
            assert_eq!(who.to_string().parse(), Ok(who));
        }
        for wrong in ["", "lid:x", "rol:privacy_officer", "rol:coordinator", "iemand"] {
            assert_eq!(wrong.parse::<Excluded>(), Err(NotAReader), "{wrong}");
        }
        assert_eq!(ExclusionDraft::default().parse().unwrap_err().first().unwrap().field, "wie");
    }
}
