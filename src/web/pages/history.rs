//! The history of a signal in sentences: every kind of event that can be about a signal has one.

use crate::app::reading::HistoryLine as Line;
use crate::domain::calendar;
use crate::domain::ids::MemberId;
use crate::domain::stage::Stage;
use crate::domain::time::Day;
use crate::web::views::signal::HistoryLine;

/// What somebody did, after their name.
const DEEDS: [(&str, &str); 46] = [
    ("access.failed", "kon iets niet openen"),
    ("access.refused", "kreeg geen toegang"),
    ("action.added", "voegde een actie toe"),
    ("action.done", "rondde een actie af"),
    ("check1.decided", "beoordeelde de bronvragen"),
    ("check1.proposed", "stelde bronvragen voor"),
    ("check1.returned", "gaf de bronvragen terug met een vraag"),
    ("check2a.decided", "beoordeelde het stuk voor het LIO"),
    ("check2a.proposed", "stelde een stuk voor het LIO voor"),
    ("check2b.decided", "beoordeelde een deling met anderen"),
    ("check2b.proposed", "stelde een deling met anderen voor"),
    ("content.disclosed", "opende het signaal"),
    ("decision.taken", "legde het besluit vast"),
    ("destruction.due", "meldde dat de bewaartermijn voorbij is"),
    ("destruction.proposed", "stelde vernietiging voor"),
    ("destruction.returned", "gaf de vernietiging terug met een zin"),
    ("handoff.viewed", "bekeek een doorgeefblad"),
    ("identity.asked", "vroeg om de naam van de melder"),
    ("identity.granted", "gaf de naam van de melder vrij"),
    ("identity.opened", "las de naam van de melder"),
    ("identity.refused", "weigerde de naam van de melder"),
    ("intake.completed", "rondde de intake af: weging 1, 2A en 2B ja. Door naar wegen"),
    ("item.published", "publiceerde het stuk voor het LIO"),
    ("melder.told", "gaf de melder bericht"),
    ("monitoring.resumed", "hervatte het monitoren"),
    ("purpose.explained", "schreef waarvoor het signaal openging"),
    ("question.answered", "beantwoordde een bronvraag"),
    ("question.asked", "gaf een bronvraag vrij"),
    ("question.details_given", "gaf inhoud bij een hit"),
    ("question.details_requested", "vroeg inhoud bij een hit"),
    ("question.lapsed", "opende een bronvraag die was vervallen"),
    ("question.passed_back", "gaf een bronvraag terug"),
    ("question.reassigned", "gaf een bronvraag aan een ander"),
    ("question.withdrawn", "trok een bronvraag in"),
    ("reader.excluded", "sloot een lezer uit"),
    ("record.shared", "gaf iemand inzage om mee te tekenen"),
    ("signal.closed", "sloot het signaal af"),
    ("signal.destroyed", "vernietigde het signaal"),
    ("signal.handed_over", "maakte een doorgeefblad"),
    ("signal.not_taken_up", "nam het signaal niet in behandeling"),
    ("signal.received", "deelde dit signaal"),
    ("signal.referred", "verwees het signaal door"),
    ("status.followed", "bekeek de status"),
    ("urgent.announced", "meldde het spoedbesluit aan de privacy officers"),
    ("urgent.proposed", "stelde een spoedbesluit voor"),
    ("urgent.signed", "tekende het spoedbesluit"),
];

/// One line of a signal's history, as the member with this id reads it.
#[must_use]
pub fn history_line(line: &Line, me: MemberId, today: Day) -> HistoryLine {
    let who = match line.member {
        Some(member) if member == me => "U".to_owned(),
        _ => line.who.clone().unwrap_or_else(|| "De melder".to_owned()),
    };
    let text = match line.kind.as_str() {
        "weighing.kept" => format!("{who} bewaarde een concept van {}", judgement(line)),
        "weighing.proposed" => format!("{who} ondertekende {} en legde die voor", judgement(line)),
        "weighing.returned" => format!("{who} gaf {} terug met een zin", judgement(line)),
        "weighing.agreed" => format!("{who} tekende {} mee{}", judgement(line), onwards(line)),
        "urgent.taken" => format!("{who} tekende als derde: het spoedbesluit is genomen"),
        "content.disclosed" => {
            let purpose = line.purpose.map(|p| format!(". Doel: {}", p.label())).unwrap_or_default();
            format!("{who} opende het signaal{purpose}")
        }
        kind => format!("{who} {}", deed(kind)),
    };
    told(line, today, &text)
}

/// The words of a kind; the kind itself for one of a later version, so that no line goes missing.
fn deed(kind: &str) -> &str {
    DEEDS.iter().find(|(known, _)| *known == kind).map_or(kind, |(_, words)| words)
}

fn told(line: &Line, today: Day, text: &str) -> HistoryLine {
    let short = calendar::in_short_words(line.day);
    let year = line.day.date().year();
    let day = if year == today.date().year() { short } else { format!("{short} {year}") };
    HistoryLine { day, text: text.to_owned() }
}

fn judgement(line: &Line) -> &'static str {
    match line.details.get("number").map(String::as_str) {
        Some("1") => "de intake",
        Some("3") => "weging 3",
        Some("4") => "weging 4",
        _ => "een weging",
    }
}

/// ". Door naar verrijken", from the log's own codes.
fn onwards(line: &Line) -> String {
    let stage: Option<Stage> = line.details.get("to").and_then(|code| code.parse().ok());
    match stage {
        Some(Stage::Closed) => ". Niet in behandeling".to_owned(),
        Some(stage) => format!(". Door naar {}", stage.label()),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The kinds of events that a use case records about a signal, read from the code itself.
    fn recorded() -> Vec<String> {
        let mut kinds = Vec::new();
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src/app"))];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(path).unwrap();
                for part in text.split(".trace(\"").skip(1) {
                    kinds.push(part.split('"').next().unwrap().to_owned());
                }
            }
        }
        kinds
    }

    #[test]
    fn every_step_has_a_sentence_in_the_history() {
        let special = ["weighing.kept", "weighing.proposed", "weighing.returned", "weighing.agreed", "urgent.taken"];
        let kinds = recorded();
        assert!(kinds.len() > 15, "the code was read: {kinds:?}");
        for kind in kinds {
            assert!(special.contains(&kind.as_str()) || deed(&kind) != kind, "{kind} has no sentence");
        }
    }
}
