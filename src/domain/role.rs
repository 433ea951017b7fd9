//! Roles, the groups that hold keys, and which roles one person may never combine.

mod dates;

pub use dates::RoleDates;

use super::words::vocabulary;

vocabulary! {
    /// Dutch: *rol*. What a member is here for; a member may have several, except those that exclude one another.
    pub enum Role {
        /// Leads the route: adviseur openbare orde en veiligheid (AOV) and deputy.
        Coordinator = "coordinator" => "coördinator",
        /// Jurist openbare orde en veiligheid: signs along, judges powers.
        Jurist = "jurist" => "jurist",
        /// Burgerzaken, holder of the BRP: standing LIO member and source holder.
        CivilRegistry = "burgerzaken" => "Burgerzaken",
        /// Standing LIO member without content by default.
        InformationManagement = "informatiemanagement" => "Informatiemanagement",
        /// Standing LIO member; brings a trigger, never the content of a Bibob file (Wet Bibob art. 28).
        Bibob = "bibob" => "Bibob-coördinator",
        /// Flexible LIO group: holder of one source, guest at one agenda item.
        Flexible = "bronhouder" => "bronhouder",
        /// Clears the privacy checks, reviews the log, guards retention.
        PrivacyOfficer = "privacy_officer" => "privacy officer",
        /// Functionaris gegevensbescherming (AVG art. 37-39): independent; judges the privacy officer's own reads.
        Fg = "fg" => "functionaris gegevensbescherming",
        /// Takes reports about colleagues and board members.
        IntegrityContact = "vertrouwenspersoon" => "vertrouwenspersoon",
        /// Reached by signs of mensenhandel.
        TraffickingContact = "mensenhandel" => "aandachtsfunctionaris mensenhandel",
        /// Functioneel beheer: accounts, roles, settings; no content.
        Administrator = "beheerder" => "beheerder",
        /// Decides in urgent cases and on public-order powers.
        Mayor = "burgemeester" => "burgemeester",
    }

    /// Dutch: *plaats*. Whether a member holds a role first, or takes over when the first is away.
    pub enum Seat {
        /// The first holder.
        Holder = "vast" => "vast",
        /// The deputy, with the same keys; signs "namens".
        Deputy = "plaatsvervanger" => "plaatsvervanger",
    }

    /// Dutch: *oordeel over een rol*. What a second person says of a proposed role.
    pub enum RoleVerdict {
        /// The role counts from now on.
        Agree = "akkoord" => "Akkoord",
        /// It does not.
        Decline = "afwijzen" => "Niet akkoord",
    }

    /// Dutch: *reden om niet akkoord te gaan*. Why a second person does not agree to a proposed role; a closed list,
    /// since it stands in the log, where no words about a person belong.
    pub enum DeclineReason {
        /// Whoever judges cannot vouch for the person.
        Unknown = "onbekend" => "Ik ken deze persoon niet goed genoeg",
        /// The work does not ask for the role.
        NotNeeded = "niet_nodig" => "Het werk vraagt deze rol niet",
        /// Another role, source or seat was meant.
        Mistaken = "vergissing" => "Er is iets anders bedoeld",
        /// It does not go together with what the person does or who they are close to.
        Conflict = "belang" => "Het botst met ander werk of een ander belang",
    }

    /// Dutch: *vanaf wanneer*. How far back somebody reads who gets a group's key.
    pub enum Reach {
        /// Everything that was ever sealed to the group.
        Start = "begin" => "Vanaf het begin: ook wat er al was",
        /// What is sealed to the group from a new key on, which is made first.
        Today = "vandaag" => "Vanaf vandaag: alleen wat nieuw binnenkomt",
    }

    /// Dutch: *groep*. People who hold one group key together.
    pub enum Group {
        /// Reads the reports.
        Coordinators = "coordinatoren" => "coördinatoren",
        /// Holds the second share of a melder's identity.
        Privacy = "privacy" => "privacy officers",
        /// Reads reports about colleagues and board members; nobody else does.
        Integrity = "integriteit" => "vertrouwenspersonen",
        /// Reads, besides the coordinators, signs of mensenhandel.
        Trafficking = "mensenhandel" => "aandachtsfunctionarissen mensenhandel",
        /// Reads what a jurist must sign.
        Jurists = "juristen" => "juristen",
    }
}

/// Dutch: *functiescheiding*. Two roles that one person may not combine, with the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Separation {
    /// One of the two.
    pub one: Role,
    /// The other.
    pub other: Role,
    /// One Dutch sentence for whoever tries.
    pub reason: &'static str,
}

/// Separations between named roles; [`Role::conflicts_with`] adds the administrator's with every content role.
const SEPARATIONS: &[Separation] = &[
    Separation {
        one: Role::PrivacyOfficer,
        other: Role::Coordinator,
        reason: "De privacy officer beoordeelt wat de coördinator vraagt en leest.",
    },
    Separation {
        one: Role::PrivacyOfficer,
        other: Role::Fg,
        reason: "De FG beoordeelt wat de privacy officer zelf leest.",
    },
    Separation {
        one: Role::Coordinator,
        other: Role::IntegrityContact,
        reason: "Meldingen over collega's mag de coördinator niet kunnen openen.",
    },
    // The two shares of a melder's identity go to the record's own holders and to privacy. One person in both groups
    // would open the lock alone.
    Separation {
        one: Role::PrivacyOfficer,
        other: Role::IntegrityContact,
        reason: "Samen openen zij het slot op de naam van een melder; dat moeten twee mensen zijn.",
    },
    Separation {
        one: Role::PrivacyOfficer,
        other: Role::TraffickingContact,
        reason: "Samen openen zij het slot op de naam van een melder; dat moeten twee mensen zijn.",
    },
];

impl Role {
    /// Why one person may not have both roles; `None` when they may be combined.
    pub fn conflicts_with(self, other: Self) -> Option<Separation> {
        let named = SEPARATIONS.iter().find(|s| (s.one, s.other) == (self, other) || (s.other, s.one) == (self, other));
        if let Some(separation) = named {
            return Some(*separation);
        }
        let with_administrator = match (self, other) {
            (Self::Administrator, content) | (content, Self::Administrator) => content.touches_content(),
            _ => Content::Never,
        };
        match with_administrator {
            Content::Touches => Some(Separation {
                one: self,
                other,
                reason: "Een beheerder leest geen inhoud, ook niet in een andere rol.",
            }),
            Content::Never => None,
        }
    }

    fn touches_content(self) -> Content {
        match self {
            Self::Administrator | Self::InformationManagement => Content::Never,
            Self::Coordinator
            | Self::Jurist
            | Self::CivilRegistry
            | Self::Bibob
            | Self::Flexible
            | Self::PrivacyOfficer
            | Self::Fg
            | Self::IntegrityContact
            | Self::TraffickingContact
            | Self::Mayor => Content::Touches,
        }
    }

    /// Who judges whether somebody else gets this role: whoever has it knows whom it can be trusted to; the privacy
    /// officer guards the rest, and the FG the privacy officer. The rules of `policy` and the chain of proof in the log
    /// both ask here.
    pub fn judged_by(self) -> [Self; 2] {
        let guard = if self == Self::PrivacyOfficer { Self::Fg } else { Self::PrivacyOfficer };
        [self, guard]
    }

    /// Whether whoever has this role may vouch for somebody else's key. Administration may not, nor what goes together
    /// with it: both keep accounts or systems, and neither reads.
    pub fn vouches(self) -> bool {
        matches!(self.touches_content(), Content::Touches)
    }

    /// The group whose key a member gets with this role.
    pub fn group(self) -> Option<Group> {
        Group::ALL.iter().copied().find(|group| group.role() == self)
    }

    /// Whether this role sits in the LIO, and how.
    pub fn lio_membership(self) -> Option<LioMembership> {
        match self {
            Self::Coordinator | Self::CivilRegistry | Self::InformationManagement | Self::Jurist | Self::Bibob => {
                Some(LioMembership::Standing)
            }
            Self::Flexible => Some(LioMembership::Invited),
            Self::PrivacyOfficer
            | Self::Fg
            | Self::IntegrityContact
            | Self::TraffickingContact
            | Self::Administrator
            | Self::Mayor => None,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    Touches,
    Never,
}

impl Group {
    /// The role whose members hold this group's key.
    pub fn role(self) -> Role {
        match self {
            Self::Coordinators => Role::Coordinator,
            Self::Privacy => Role::PrivacyOfficer,
            Self::Integrity => Role::IntegrityContact,
            Self::Trafficking => Role::TraffickingContact,
            Self::Jurists => Role::Jurist,
        }
    }
}

vocabulary! {
    /// Dutch: *LIO-groep*. How a role belongs to the lokaal informatieoverleg.
    pub enum LioMembership {
        /// The standing group: every item published to it.
        Standing = "vast" => "vaste groep",
        /// The flexible group: only the item invited for, inside its window.
        Invited = "flexibel" => "flexibele groep",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::words::tests::assert_complete;

    #[test]
    fn every_role_seat_and_group_has_its_own_code_and_words() {
        assert_complete::<Role>();
        assert_complete::<Seat>();
        assert_complete::<Reach>();
        assert_complete::<Group>();
        assert_complete::<LioMembership>();
    }

    #[test]
    fn separations_hold_in_both_directions_and_no_role_excludes_itself() {
        for one in Role::ALL {
            assert_eq!(one.conflicts_with(*one), None);
            for other in Role::ALL {
                assert_eq!(one.conflicts_with(*other).is_some(), other.conflicts_with(*one).is_some());
            }
        }
    }

    #[test]
    fn an_administrator_has_no_role_with_content() {
        let allowed: Vec<_> =
            Role::ALL.iter().filter(|role| Role::Administrator.conflicts_with(**role).is_none()).collect();
        assert_eq!(allowed, [&Role::InformationManagement, &Role::Administrator]);
    }

    #[test]
    fn no_one_can_open_a_melders_identity_alone() {
        for group in [Group::Coordinators, Group::Integrity, Group::Trafficking] {
            assert!(group.role().conflicts_with(Group::Privacy.role()).is_some(), "{group:?}");
        }
    }

    #[test]
    fn the_separations_of_the_design_are_refused_with_a_reason() {
        for (one, other) in [
            (Role::PrivacyOfficer, Role::Coordinator),
            (Role::PrivacyOfficer, Role::Fg),
            (Role::Coordinator, Role::IntegrityContact),
            (Role::Administrator, Role::PrivacyOfficer),
        ] {
            assert!(one.conflicts_with(other).unwrap().reason.ends_with('.'));
        }
        assert_eq!(Role::Coordinator.conflicts_with(Role::Bibob), None);
    }

    #[test]
    fn each_group_gives_its_key_to_one_role() {
        for group in Group::ALL {
            assert_eq!(group.role().group(), Some(*group));
        }
        assert_eq!(Role::Mayor.group(), None);
    }
}
