//! Who holds the key of what: every kind of record, the stage from which it can exist, and to whom its key is sealed.
//!
//! The use cases seal; this table says what they must have sealed. `tests/it/holders.rs` walks signals along the route
//! and compares it with the sealed keys of the database: one holder more or less fails.

use super::stage::Stage;
use super::words::vocabulary;

vocabulary! {
    /// Dutch: *stuk*. A record with a key of its own, by the kind under which it is stored.
    pub enum RecordKind {
        /// What the melder wrote.
        Report = "report" => "melding",
        /// What passes between the melder and those who read.
        Mailbox = "mailbox" => "postvak van de melder",
        /// Who the melder is.
        Identity = "identity" => "naam van de melder",
        /// A request to open a name given in confidence.
        Opening = "opening" => "verzoek om de naam",
        /// Weging 1, 2A and 2B.
        Intake = "intake" => "intake",
        /// Weging 3.
        Weighing3 = "weighing3" => "weging 3",
        /// Why a weighing came back.
        Returned = "returned" => "teruggegeven weging",
        /// Privacycheck 1: proposal, verdict, or the question with which it came back.
        Check1 = "check1" => "privacycheck 1",
        /// A question to a source.
        Question = "question" => "bronvraag",
        /// The answer of a source.
        Answer = "answer" => "bronantwoord",
        /// Weging 4.
        Weighing4 = "weighing4" => "weging 4",
        /// Privacycheck 2A: proposal or verdict.
        Check2a = "check2a" => "privacycheck 2A",
        /// The item as the coordinators know it.
        Item = "item" => "agendapunt",
        /// What was cleared for one participant.
        Copy = "copy" => "kopie voor een deelnemer",
        /// A decision, of the LIO or in haste.
        Decision = "decision" => "besluit",
        /// What somebody does.
        Action = "action" => "actie",
        /// Privacycheck 2B: proposal or verdict.
        Check2b = "check2b" => "privacycheck 2B",
        /// The hand-over sheet.
        Handoff = "handoff" => "doorgeefblad",
        /// Ground, term and duty to inform.
        Closing = "closing" => "afsluiting",
        /// Why a signal was opened out of hours, and what the privacy officer says of it.
        Emergency = "emergency" => "noodinzage",
        /// A sentence of its own: why monitoring ended, or why something is kept longer.
        Note = "note" => "notitie",
    }

    /// Dutch: *sleutelhouder*. To whom a record's key is sealed.
    pub enum Holding {
        /// The group of the box, or the people of the circle; beside them the aandachtsfunctionarissen who were let in.
        Readers = "readers" => "wie het signaal leiden",
        /// The melder, by the code.
        Melder = "melder" => "de melder",
        /// The readers, where the melder gave their name openly.
        ReadersOfNamed = "readers_of_named" => "wie het signaal leiden, bij een bekende melder",
        /// One half with the readers, one half with privacy: nobody alone.
        Halves = "halves" => "twee helften, bij een vertrouwelijke melder: wie het signaal leiden, en privacy",
        /// The privacy officers.
        Privacy = "privacy" => "privacy officers",
        /// The privacy officers, where it is their sentence.
        PrivacyWhoReturned = "privacy_who_returned" => "privacy officers, als zij teruggaven",
        /// Whoever was asked to sign weging 3 along and does not read as a coordinator.
        SecondOf3 = "second_of_3" => "de tweede bij weging 3",
        /// The same for weging 4.
        SecondOf4 = "second_of_4" => "de tweede bij weging 4",
        /// The one holder of the source, while something waits for their answer or content may still be asked.
        SourceHolder = "source_holder" => "de bronhouder, zolang er iets op antwoord wacht of inhoud kan worden gevraagd",
        /// The one participant.
        Participant = "participant" => "de ene deelnemer",
        /// The jurists.
        Jurists = "jurists" => "juristen",
        /// Whoever does it.
        Owner = "owner" => "wie het doet",
        /// Jurists and burgemeesters, each with their own copy, in haste.
        UrgentSigners = "urgent_signers" => "wie een spoedbesluit tekenen",
        /// One half with the role that may read out of hours, one half with the service: neither alone. Only where the
        /// configuration names a role. Of a signal that does not lie with the coordinators, out of which somebody was
        /// shut, or that came from Meld Misdaad Anoniem, the two together open nothing either.
        EmergencyHalves = "emergency_halves" => "twee helften, als noodinzage aan staat: de rol die dan leest, en de dienst",
    }
}

/// Dutch: *sleutelhouders van een stuk*. One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct HoldersOf {
    /// What.
    pub kind: RecordKind,
    /// The stage of the route at whose end it can be there.
    pub from: Stage,
    /// Whose; nobody else's. After destruction nobody's.
    pub holders: &'static [Holding],
}

const fn row(kind: RecordKind, from: Stage, holders: &'static [Holding]) -> HoldersOf {
    HoldersOf { kind, from, holders }
}

/// Every kind of record, once.
pub const HOLDERS: &[HoldersOf] = &[
    row(
        RecordKind::Report,
        Stage::Received,
        &[Holding::Readers, Holding::SecondOf3, Holding::UrgentSigners, Holding::EmergencyHalves],
    ),
    row(RecordKind::Mailbox, Stage::Received, &[Holding::Readers, Holding::Melder]),
    row(RecordKind::Identity, Stage::Received, &[Holding::ReadersOfNamed, Holding::Halves]),
    row(RecordKind::Opening, Stage::Weighing, &[Holding::Readers, Holding::Privacy]),
    row(
        RecordKind::Intake,
        Stage::Weighing,
        &[Holding::Readers, Holding::SecondOf3, Holding::SecondOf4, Holding::EmergencyHalves],
    ),
    row(
        RecordKind::Weighing3,
        Stage::Weighing,
        &[Holding::Readers, Holding::SecondOf3, Holding::SecondOf4, Holding::EmergencyHalves],
    ),
    row(RecordKind::Returned, Stage::Weighing, &[Holding::Readers, Holding::SecondOf3, Holding::SecondOf4]),
    row(RecordKind::Check1, Stage::Enriching, &[Holding::Readers, Holding::Privacy]),
    row(
        RecordKind::Question,
        Stage::Enriching,
        &[Holding::Readers, Holding::Privacy, Holding::SourceHolder, Holding::SecondOf4],
    ),
    row(RecordKind::Answer, Stage::Enriching, &[Holding::Readers, Holding::SecondOf4]),
    row(RecordKind::Weighing4, Stage::Enriching, &[Holding::Readers, Holding::SecondOf4, Holding::EmergencyHalves]),
    row(RecordKind::Check2a, Stage::Deciding, &[Holding::Readers, Holding::Privacy]),
    row(RecordKind::Item, Stage::Deciding, &[Holding::Readers]),
    row(RecordKind::Copy, Stage::Deciding, &[Holding::Readers, Holding::Participant]),
    row(
        RecordKind::Decision,
        Stage::FollowUp,
        &[Holding::Readers, Holding::Jurists, Holding::Owner, Holding::UrgentSigners, Holding::EmergencyHalves],
    ),
    row(RecordKind::Action, Stage::FollowUp, &[Holding::Readers, Holding::Owner, Holding::EmergencyHalves]),
    row(RecordKind::Check2b, Stage::FollowUp, &[Holding::Readers, Holding::Privacy]),
    row(RecordKind::Handoff, Stage::FollowUp, &[Holding::Readers]),
    row(RecordKind::Closing, Stage::Closed, &[Holding::Readers]),
    row(RecordKind::Emergency, Stage::Received, &[Holding::Readers, Holding::Privacy]),
    row(RecordKind::Note, Stage::Closed, &[Holding::Readers, Holding::PrivacyWhoReturned]),
];

/// The row of a kind.
#[must_use]
pub fn holders_of(kind: RecordKind) -> Option<&'static HoldersOf> {
    HOLDERS.iter().find(|row| row.kind == kind)
}

/// The kinds of records that can be opened out of hours, in the order of the table.
pub fn openable_in_emergency() -> impl Iterator<Item = RecordKind> {
    HOLDERS.iter().filter(|row| row.holders.contains(&Holding::EmergencyHalves)).map(|row| row.kind)
}

/// The table as Markdown; `docs/holders.md` is this text.
#[must_use]
pub fn print() -> String {
    let mut page = String::from(
        "# Wie welke sleutel heeft\n\n\
         Gemaakt uit `src/domain/holders.rs`; verander dat, niet deze bladzijde (`UPDATE_DOCS=1 cargo test`). Na de \
         vernietiging heeft niemand nog een sleutel.\n\n| Stuk | Soort | Aan het eind van | Wie |\n|---|---|---|---|\n",
    );
    for row in HOLDERS {
        let holders: Vec<_> = row.holders.iter().map(|holder| holder.label()).collect();
        let line = [row.kind.label(), row.kind.code(), row.from.label(), &holders.join("; ")].join(" | ");
        page.push_str(&format!("| {line} |\n"));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::words::tests::assert_complete;

    #[test]
    fn every_kind_of_record_has_one_row_and_the_readers_hold_every_record_but_a_name() {
        assert_complete::<RecordKind>();
        assert_complete::<Holding>();
        for kind in RecordKind::ALL {
            let rows: Vec<_> = HOLDERS.iter().filter(|row| row.kind == *kind).collect();
            assert_eq!(rows.len(), 1, "{kind:?}");
            let readers = rows.iter().any(|row| row.holders.contains(&Holding::Readers));
            assert_eq!(readers, *kind != RecordKind::Identity, "{kind:?}");
        }
        assert!(holders_of(RecordKind::Report).is_some_and(|row| row.from == Stage::Received));
    }

    #[test]
    fn out_of_hours_neither_a_name_nor_what_passes_with_the_melder_can_be_opened() {
        let kinds: Vec<_> = openable_in_emergency().collect();
        for closed in [RecordKind::Identity, RecordKind::Mailbox, RecordKind::Opening, RecordKind::Answer] {
            assert!(!kinds.contains(&closed), "{closed:?}");
        }
        assert!(kinds.contains(&RecordKind::Report) && kinds.len() == 6, "{kinds:?}");
    }

    #[test]
    fn the_page_says_what_the_table_says() {
        crate::domain::assert_page_is_current("docs/holders.md", &print());
    }
}
