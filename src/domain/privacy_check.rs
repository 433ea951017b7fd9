//! The privacy checks: 1 (which sources may be asked what), 2A (who in the LIO sees which facts) and 2B (what an act
//! shares more). The coordinator proposes, the privacy officer or deputy clears, narrows or refuses, part by part.

mod facts;
mod sources;

use super::words::vocabulary;

pub(in crate::domain) use facts::refuse_closed;
pub use facts::{
    FactDraft, FactsVerdict, FactsVerdictDraft, ItemProposal, ItemProposalDraft, ItemVerdict, ItemVerdictDraft,
    Participant, ParticipantDraft, SharingProposal, SharingProposalDraft, TakenDecision, parse_facts,
};
pub use sources::{
    ClearedQuestion, SourceProposal, SourceProposalDraft, SourceVerdict, SourceVerdictDraft, SourcesProposal,
    SourcesProposalDraft, SourcesVerdict, SourcesVerdictDraft,
};

vocabulary! {
    /// Dutch: *soort privacycheck*. Which of the three.
    pub enum CheckKind {
        /// Which sources may be asked what.
        Check1 = "1" => "privacycheck 1",
        /// Who in the LIO sees which facts.
        Check2a = "2A" => "privacycheck 2A",
        /// What an act shares more.
        Check2b = "2B" => "privacycheck 2B",
    }

    /// Dutch: *oordeel van de privacy officer*. The three verdicts.
    pub enum Verdict {
        /// As proposed.
        Clear = "vrijgeven" => "Vrijgeven",
        /// Less than proposed, with a reason.
        Narrow = "versmallen" => "Versmallen",
        /// Not, with a reason.
        Refuse = "weigeren" => "Weigeren",
    }

    /// Dutch: *over wie*. What the questions of privacycheck 1 are about.
    pub enum SubjectKind {
        /// A building.
        Building = "pand" => "een pand; geen personen",
        /// A business.
        Business = "onderneming" => "een onderneming",
        /// A person.
        Person = "persoon" => "een persoon",
        /// A place outdoors.
        Place = "plek" => "een plek; geen personen",
    }
}

/// "1 vrij, 1 smaller, 1 geweigerd", or "alles geweigerd": the words on the button.
pub fn count_in_words(verdicts: impl IntoIterator<Item = Verdict>) -> String {
    let mut counts = [(Verdict::Clear, "vrij", 0), (Verdict::Narrow, "smaller", 0), (Verdict::Refuse, "geweigerd", 0)];
    for verdict in verdicts {
        for (kind, _, count) in &mut counts {
            *count += u32::from(*kind == verdict);
        }
    }
    let present: Vec<_> = counts.iter().filter(|(_, _, count)| *count > 0).collect();
    match present.as_slice() {
        [(Verdict::Refuse, ..)] => "alles geweigerd".to_owned(),
        _ => present.iter().map(|(_, word, count)| format!("{count} {word}")).collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_of_the_checks_has_its_own_codes_and_words() {
        crate::domain::words::tests::assert_complete::<CheckKind>();
        crate::domain::words::tests::assert_complete::<Verdict>();
        crate::domain::words::tests::assert_complete::<SubjectKind>();
    }

    #[test]
    fn the_button_counts_the_result() {
        use Verdict::{Clear, Narrow, Refuse};
        assert_eq!(count_in_words([Refuse, Clear, Narrow]), "1 vrij, 1 smaller, 1 geweigerd");
        assert_eq!(count_in_words([Clear, Clear]), "2 vrij");
        assert_eq!(count_in_words([Refuse, Refuse]), "alles geweigerd");
    }
}
