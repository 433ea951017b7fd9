//! The closed list of decisions and the rules that come with each.
//!
//! A *besluit* here is what the LIO (or a weighing) decides about a signal; it is not a besluit in the sense of
//! Awb art. 1:3.

use super::words::vocabulary;

mod draft;

pub(in crate::domain) use draft::parse_reason;
pub use draft::{Decision, DecisionDraft, DecisionRule};

vocabulary! {
    /// Dutch: *besluit*. What becomes of a signal (closed list).
    pub enum DecisionCode {
        /// Not taken up; held encrypted for its term, then destroyed.
        NotTakenUp = "NIB" => "Niet in behandeling",
        /// Referred to another body or municipality.
        Referred = "VER" => "Doorverwezen",
        /// To a municipal department, which takes the lead.
        Department = "AFD" => "Naar een afdeling",
        /// No act; looked at again on a date.
        Monitor = "MON" => "Monitoren",
        /// Source research, after privacy check 1.
        Enrich = "VRK" => "Verrijken",
        /// Case file in the LIO, the team leads.
        CaseFile = "CAS" => "Dossier met regie",
        /// To the RIEC, which takes the lead.
        Riec = "RIEC" => "Naar het RIEC",
        /// To police or public prosecutor: report of a crime, or information.
        Police = "POL" => "Naar politie of OM",
        /// An administrative measure under a power of burgemeester or college.
        Administrative = "BST" => "Bestuursrechtelijk traject",
        /// Start of a Bibob assessment; its content stays outside (Wet Bibob art. 28).
        Bibob = "BIB" => "Bibob-toets starten",
        /// A joint inspection is planned.
        JointInspection = "IC" => "Integrale controle",
        /// Help for people.
        Care = "ZRG" => "Zorg of hulp",
        /// Policy or barrier, without personal data.
        Policy = "BEL" => "Beleid of barrière",
    }

    /// Dutch: *afloop*. When a decision ends the signal.
    pub enum Ending {
        /// At once.
        AtOnce = "meteen" => "meteen",
        /// When the hand-over is done: the receiver leads from there.
        AfterHandover = "na_doorgeven" => "na het doorgeven",
        /// When the actions are done.
        AfterFollowUp = "na_opvolging" => "na de opvolging",
        /// Not: the signal goes on in the protocol.
        NotYet = "nog_niet" => "nog niet",
    }
}

impl DecisionCode {
    /// When this decision ends the signal.
    pub fn ending(self) -> Ending {
        match self {
            Self::NotTakenUp | Self::Referred | Self::Policy => Ending::AtOnce,
            Self::Department | Self::Riec => Ending::AfterHandover,
            Self::CaseFile | Self::Police | Self::Administrative | Self::Bibob | Self::JointInspection | Self::Care => {
                Ending::AfterFollowUp
            }
            Self::Monitor | Self::Enrich => Ending::NotYet,
        }
    }
}

vocabulary! {
    /// Dutch: *wat een besluit nodig heeft*. What a decision code asks besides its motivation.
    pub enum Need {
        /// A reason of the list.
        Reason = "reason" => "reden",
        /// A power with its article.
        Power = "power" => "bevoegdheid",
        /// Who does it.
        Owner = "owner" => "wie doet het",
        /// By when.
        Term = "term" => "uiterlijk",
        /// Who receives it.
        Recipient = "recipient" => "ontvanger",
        /// Which department.
        Department = "department" => "afdeling",
        /// Until when it is monitored.
        Until = "until" => "tot wanneer",
        /// Which theme.
        Theme = "theme" => "thema",
    }
}
