//! Who may put the second and the third signature: nobody agrees with their own words.

use std::fmt;

use super::decision::DecisionCode;
use super::ids::MemberId;
use super::role::Role;
use super::workflow::Outcome;

/// Dutch: *schreef mee*. Somebody tried to agree with what they wrote themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WroteAlong;

impl fmt::Display for WroteAlong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("U schreef mee en kunt daarom niet meetekenen. Vraag iemand die niet meeschreef.")
    }
}

impl std::error::Error for WroteAlong {}

/// Whether `second` may agree with what `wrote` wrote: drafter and everybody who changed the draft.
pub fn may_agree(second: MemberId, wrote: &[MemberId]) -> Result<(), WroteAlong> {
    if wrote.contains(&second) { Err(WroteAlong) } else { Ok(()) }
}

/// Dutch: *handtekeningen onder een spoedbesluit*. Who signed, as which of the three.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UrgentSignatures {
    signed: Vec<(Role, MemberId)>,
}

/// Dutch: *kan niet tekenen*. Why a signature under an urgent decision is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CannotSign {
    /// This role does not sign urgent decisions.
    NotYourRole,
    /// Somebody signed in this role already.
    RoleSigned,
    /// This person signed already, in another role.
    PersonSigned,
}

impl fmt::Display for CannotSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotYourRole => "Een spoedbesluit tekenen de coördinator, de jurist en de burgemeester.",
            Self::RoleSigned => "In deze rol is al getekend.",
            Self::PersonSigned => "U tekende al in een andere rol. Het moeten drie verschillende mensen zijn.",
        })
    }
}

impl std::error::Error for CannotSign {}

impl UrgentSignatures {
    /// The three roles, in the order in which they are shown.
    pub const ROLES: [Role; 3] = [Role::Coordinator, Role::Jurist, Role::Mayor];

    /// Adds a signature. Errors when the role does not sign, or the role or the person did already.
    pub fn add(&mut self, role: Role, member: MemberId) -> Result<(), CannotSign> {
        if !Self::ROLES.contains(&role) {
            return Err(CannotSign::NotYourRole);
        }
        if self.signed.iter().any(|(signed, _)| *signed == role) {
            return Err(CannotSign::RoleSigned);
        }
        if self.signed.iter().any(|(_, signed)| *signed == member) {
            return Err(CannotSign::PersonSigned);
        }
        self.signed.push((role, member));
        Ok(())
    }

    /// The roles that have not signed yet.
    pub fn missing(&self) -> impl Iterator<Item = Role> {
        Self::ROLES.into_iter().filter(|role| self.signed.iter().all(|(signed, _)| signed != role))
    }

    /// What the step `urgent_sign` comes to now.
    pub fn outcome(&self, code: DecisionCode) -> Outcome {
        if self.missing().next().is_none() { Outcome::Decided(code) } else { Outcome::SignaturesMissing }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(number: u8) -> MemberId {
        MemberId::from_random([number; 16])
    }

    #[test]
    fn whoever_wrote_along_may_not_sign_along() {
        assert_eq!(may_agree(member(2), &[member(1), member(2)]), Err(WroteAlong));
        assert_eq!(may_agree(member(3), &[member(1), member(2)]), Ok(()));
    }

    #[test]
    fn an_urgent_decision_takes_three_roles_and_three_people() {
        let mut signatures = UrgentSignatures::default();
        assert_eq!(signatures.add(Role::PrivacyOfficer, member(9)), Err(CannotSign::NotYourRole));
        signatures.add(Role::Jurist, member(1)).unwrap();
        assert_eq!(signatures.add(Role::Coordinator, member(1)), Err(CannotSign::PersonSigned));
        assert_eq!(signatures.add(Role::Jurist, member(2)), Err(CannotSign::RoleSigned));
        signatures.add(Role::Coordinator, member(2)).unwrap();
        assert_eq!(signatures.outcome(DecisionCode::Police), Outcome::SignaturesMissing);
        assert_eq!(signatures.missing().collect::<Vec<_>>(), [Role::Mayor]);
        signatures.add(Role::Mayor, member(3)).unwrap();
        assert_eq!(signatures.outcome(DecisionCode::Police), Outcome::Decided(DecisionCode::Police));
    }
}
