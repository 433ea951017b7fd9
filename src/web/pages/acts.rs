//! What can be done with a signal, in words and with the address of its page: one table beside the table of steps.

use super::signals::address;
use super::ticked;
use crate::domain::purpose::Purpose;
use crate::domain::stage::Stage;
use crate::domain::time::Day;
use crate::domain::workflow::{StepEvent, steps_at};
use crate::policy::MemberActor;
use crate::store::signals::SignalRow;
use crate::web::views::Link;
use crate::web::views::signal::NextAct;

/// One way on from a signal.
struct Way {
    event: StepEvent,
    /// What the signal must wait for; empty for whatever.
    waits: &'static str,
    verb: &'static str,
    page: &'static str,
    note: &'static str,
}

const fn way(event: StepEvent, waits: &'static str, verb: &'static str, page: &'static str, note: &'static str) -> Way {
    Way { event, waits, verb, page, note }
}

/// In the order in which they are shown. The first with a given waiting code is what the signal waits for.
const WAYS: &[Way] = &[
    way(StepEvent::NotTakeUp, "intake", "Intake afmaken", "intake", ""),
    way(StepEvent::ReferOn, "intake", "Doorverwijzen", "doorverwijzen", "het signaal gaat naar iemand anders"),
    way(StepEvent::ProposeWeighing3, "weighing3", "Weging 3 opstellen", "weging-3", ""),
    way(StepEvent::AgreeWeighing3, "weighing3_agree", "Weging 3 meetekenen", "weging-3/meetekenen", ""),
    way(StepEvent::ProposeWeighing3, "weighing3_agree", "Weging 3 verbeteren", "weging-3", "een nieuwe versie"),
    way(StepEvent::ProposeCheck1, "check1", "Bronvragen voorstellen", "privacycheck-1", ""),
    way(StepEvent::DecideCheck1, "check1_decide", "Privacycheck 1", "", ""),
    way(StepEvent::RequestDetails, "answers", "Hit of geen hit", "bronvragen", ""),
    way(StepEvent::ProposeWeighing4, "weighing4", "Weging 4 opstellen", "weging-4", ""),
    way(StepEvent::AgreeWeighing4, "weighing4_agree", "Weging 4 meetekenen", "weging-4/meetekenen", ""),
    way(StepEvent::ProposeWeighing4, "weighing4_agree", "Weging 4 verbeteren", "weging-4", "een nieuwe versie"),
    way(StepEvent::ProposeCheck2a, "check2a", "Stuk voor het LIO klaarzetten", "privacycheck-2a", ""),
    way(StepEvent::DecideCheck2a, "check2a_decide", "Privacycheck 2A", "", ""),
    way(StepEvent::PublishItem, "publish", "Stuk publiceren", "publiceren", ""),
    way(StepEvent::Decide, "decision", "Besluit vastleggen", "besluit", ""),
    way(StepEvent::UrgentSign, "urgent_sign", "Spoedbesluit tekenen", "spoed", ""),
    way(StepEvent::AddAction, "follow_up", "Opvolgen", "opvolging", ""),
    way(StepEvent::ProposeCheck2b, "follow_up", "Meer delen", "privacycheck-2b", "na privacycheck 2B"),
    way(StepEvent::Close, "follow_up", "Afsluiten", "afsluiten", "als alles gedaan is"),
    way(StepEvent::ResumeMonitoring, "monitoring", "Opnieuw besluiten", "monitoren", ""),
    way(StepEvent::AgreeDestruction, "destruction", "Vernietiging goedkeuren", "vernietigen", ""),
    way(StepEvent::ProposeDestruction, "destruction_due", "Vernietiging voorstellen", "vernietigen", ""),
    way(StepEvent::ProposeDestruction, "", "Vernietiging voorstellen", "vernietigen", "de bewaartermijn is voorbij"),
    way(StepEvent::HandOver, "", "Doorgeefblad maken", "doorgeefblad", "gekozen gegevens, zonder de melder"),
    way(StepEvent::TellMelder, "", "Melder bericht geven", "bericht", ""),
    way(StepEvent::UrgentPropose, "", "Spoedbesluit voorleggen", "spoed", "buiten het LIO om, met drie handtekeningen"),
];

/// What a signal waits for, as a verb.
#[must_use]
pub fn verb_of_waiting(waiting: &str) -> &'static str {
    let found = WAYS.iter().find(|way| !way.waits.is_empty() && way.waits == waiting);
    found.map_or("Signaal bekijken", |way| way.verb)
}

/// The page of the step that a signal at this stage waits for, when one of the member's roles takes it; empty for the
/// page of the signal itself.
#[must_use]
pub fn page_of_waiting(waiting: &str, stage: Stage, actor: &MemberActor) -> &'static str {
    let found = WAYS.iter().filter(|way| !way.waits.is_empty() && way.waits == waiting);
    found.into_iter().find(|way| takes(actor, stage, way.event)).map_or("", |way| way.page)
}

/// Whether it is this member's turn: theirs by name, or by a role when nobody is named.
#[must_use]
pub fn is_turn_of(signal: &SignalRow, actor: &MemberActor) -> bool {
    // What is closed is not opened by passing by, also when it waits to be destroyed.
    if signal.stage == Stage::Closed {
        return false;
    }
    let named = signal.turn_of.is_none_or(|who| who == actor.id);
    // What waits for nothing is nobody's turn, whatever else may be begun with it.
    let waits = |way: &Way| !way.waits.is_empty() && way.waits == signal.waiting;
    named && WAYS.iter().any(|way| !way.page.is_empty() && waits(way) && may(way, signal, actor))
}

fn may(way: &Way, signal: &SignalRow, actor: &MemberActor) -> bool {
    may_take(signal, actor, way.event)
}

/// Whether the table gives this step to one of the member's roles at this stage.
#[must_use]
pub fn may_take(signal: &SignalRow, actor: &MemberActor, event: StepEvent) -> bool {
    takes(actor, signal.stage, event)
}

fn takes(actor: &MemberActor, stage: Stage, event: StepEvent) -> bool {
    actor.roles.iter().any(|held| steps_at(stage, held.role).any(|step| step.event == event))
}

/// What this member can begin now. `wrote_along` when they wrote what waits for a second signature: then signing is
/// not among it.
#[must_use]
pub fn possible(signal: &SignalRow, actor: &MemberActor, today: Day, wrote_along: WroteAlong) -> Vec<NextAct> {
    let mine = is_turn_of(signal, actor);
    WAYS.iter()
        .filter(|way| !way.page.is_empty() && (way.waits.is_empty() || way.waits == signal.waiting))
        .filter(|way| may(way, signal, actor))
        .filter(|way| !(agrees(way.event) && wrote_along == WroteAlong::Yes))
        .filter(|way| way.event != StepEvent::ProposeDestruction || destroys(way, signal, today))
        .map(|way| NextAct {
            link: Link::new(way.verb, &format!("{}/{}", address(signal.id), way.page)),
            note: way.note.to_owned(),
            mine: ticked(mine && way.waits == signal.waiting && !way.waits.is_empty()),
        })
        .collect()
}

/// What can be done with the item of an urgent decision, by what the item waits for; none when it is somebody else's turn.
#[must_use]
pub fn of_urgent_item(waiting: &str, signal: &SignalRow, actor: &MemberActor) -> Option<NextAct> {
    let page = page_of_waiting(waiting, signal.stage, actor);
    (!page.is_empty()).then(|| NextAct {
        link: Link::new(verb_of_waiting(waiting), &format!("{}/{page}", address(signal.id))),
        note: "over het spoedbesluit, dat al is genomen".to_owned(),
        mine: ticked(false),
    })
}

/// Whether somebody wrote along on what waits for a second signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WroteAlong {
    /// They did.
    Yes,
    /// They did not.
    No,
}

/// Whether destruction can be proposed: the term has passed, and nothing is on the list yet.
fn destroys(way: &Way, signal: &SignalRow, today: Day) -> bool {
    let listed = signal.waiting.starts_with("destruction");
    signal.kept_until.is_some_and(|day| day <= today) && (!way.waits.is_empty() || !listed)
}

fn agrees(event: StepEvent) -> bool {
    matches!(event, StepEvent::AgreeWeighing3 | StepEvent::AgreeWeighing4)
}

/// The purpose with which whoever's turn it is opens the signal.
#[must_use]
pub fn purpose_of(waiting: &str) -> Purpose {
    match waiting {
        "intake" => Purpose::Intake,
        "check1" | "check1_decide" | "answers" => Purpose::Enrichment,
        "check2a" | "check2a_decide" | "publish" => Purpose::LioPreparation,
        "decision" => Purpose::LioSitting,
        "follow_up" | "urgent_sign" => Purpose::Measure,
        _ => Purpose::Weighing,
    }
}

/// What was just done, for the page after it; the address carries only the word.
#[must_use]
pub fn done(word: &str) -> Option<&'static str> {
    match word {
        "concept" => Some("Uw concept is bewaard. Er is nog niets ondertekend."),
        "intake" => Some("De intake is afgerond. Het signaal gaat door naar wegen."),
        "niet-opgepakt" => Some("Het signaal is niet in behandeling genomen. De melder leest “niet opgepakt”."),
        "doorverwezen" => Some("Het signaal is doorverwezen."),
        "voorgelegd" => Some("De weging is ondertekend en voorgelegd."),
        "teruggegeven" => Some("De weging is teruggegeven."),
        "privacycheck-1" => Some("De bronvragen liggen bij de privacy officer."),
        "privacycheck-2a" => Some("Het stuk ligt bij de privacy officer."),
        "besluit" => Some("Het besluit is vastgelegd."),
        "afgesloten" => Some("Het signaal is afgesloten."),
        "vernietiging" => Some("De vernietiging is voorgesteld. De privacy officer beslist."),
        "uitgesloten" => Some("De lezer is uitgesloten. Wat die kon openen, heeft nieuwe sleutels."),
        "ondertekend" => Some("De weging is door twee mensen ondertekend."),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::workflow::TRANSITIONS;
    use std::collections::BTreeSet;

    /// Pages lead on to the signal with `{}?klaar=word`: each word must be said there.
    #[test]
    fn every_word_of_what_was_done_has_its_sentence() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/pages");
        let mut words = BTreeSet::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap_or_default();
            for rest in text.split("format!(\"{}?klaar=").skip(1) {
                let (word, after) = rest.split_once('"').unwrap();
                if after.starts_with(", address(") && !word.starts_with('{') {
                    words.insert(word.to_owned());
                }
            }
        }
        assert!(words.len() > 4, "only {words:?} were found: the search is broken");
        for word in words {
            assert!(done(&word).is_some(), "{word} says nothing");
        }
    }

    #[test]
    fn every_waiting_code_has_one_verb_and_every_way_a_step_of_the_table() {
        for way in WAYS {
            assert!(TRANSITIONS.iter().any(|row| row.event == way.event), "{:?}", way.event);
        }
        let pages: BTreeSet<_> =
            WAYS.iter().filter(|way| !way.page.is_empty()).map(|way| (way.waits, way.page)).collect();
        assert_eq!(pages.len(), WAYS.iter().filter(|way| !way.page.is_empty()).count(), "a way stands there twice");
        assert_eq!(verb_of_waiting("weighing3_agree"), "Weging 3 meetekenen");
        assert_eq!(verb_of_waiting(""), "Signaal bekijken");
    }
}
