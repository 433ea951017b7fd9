//! A signal's history in words: who, what, and for which purpose. The log itself holds codes only.

use crate::app::reading::HistoryLine as Line;
use crate::domain::calendar;
use crate::domain::ids::MemberId;
use crate::domain::stage::Stage;
use crate::domain::time::Day;
use crate::web::views::signal::HistoryLine;

/// What each kind of event says after the name of whoever did it.
const WORDS: &[(&str, &str)] = &[
    ("signal.received", "deelde dit signaal"),
    ("signal.repeated", "verstuurde hetzelfde signaal nog eens"),
    ("status.followed", "bekeek de status"),
    ("content.disclosed", "opende het signaal"),
    ("access.refused", "kreeg geen toegang"),
    ("access.failed", "kon iets niet openen"),
    ("record.shared", "gaf iemand inzage om mee te tekenen"),
    ("purpose.explained", "schreef waarvoor het signaal openging"),
    ("reader.excluded", "sloot een lezer uit"),
    ("intake.completed", "rondde de intake af: weging 1, 2A en 2B ja. Door naar wegen"),
    ("signal.not_taken_up", "nam het signaal niet in behandeling"),
    ("signal.referred", "verwees het signaal door"),
    ("check1.proposed", "stelde bronvragen voor"),
    ("check1.decided", "beoordeelde de bronvragen"),
    ("check1.returned", "gaf de bronvragen terug met een vraag"),
    ("question.asked", "gaf een bronvraag vrij"),
    ("question.answered", "beantwoordde een bronvraag"),
    ("question.passed_back", "gaf een bronvraag terug"),
    ("question.reassigned", "gaf een bronvraag aan een ander"),
    ("question.withdrawn", "trok een bronvraag in"),
    ("question.lapsed", "opende een bronvraag die was vervallen"),
    ("question.details_requested", "vroeg inhoud bij een hit"),
    ("question.details_given", "gaf inhoud bij een hit"),
    ("check2a.proposed", "legde een stuk voor het LIO voor"),
    ("check2a.decided", "beoordeelde privacycheck 2A"),
    ("item.published", "publiceerde het stuk voor het LIO"),
    ("decision.taken", "legde het besluit van het LIO vast"),
    ("urgent.proposed", "stelde een spoedbesluit voor"),
    ("urgent.signed", "ondertekende het spoedbesluit"),
    ("urgent.taken", "ondertekende het spoedbesluit als derde: het is genomen"),
    ("urgent.announced", "bracht het spoedbesluit bij de privacy officers en op de agenda"),
    ("action.added", "voegde een actie toe"),
    ("action.done", "rondde een actie af"),
    ("check2b.proposed", "legde privacycheck 2B voor"),
    ("check2b.decided", "beoordeelde privacycheck 2B"),
    ("signal.handed_over", "maakte een doorgeefblad"),
    ("handoff.viewed", "bekeek een doorgeefblad"),
    ("melder.told", "gaf de melder bericht"),
    ("monitoring.resumed", "hervatte het signaal na monitoren"),
    ("identity.asked", "vroeg de naam van de melder"),
    ("identity.granted", "gaf de naam van de melder vrij"),
    ("identity.refused", "gaf de naam van de melder niet vrij"),
    ("identity.opened", "opende de naam van de melder"),
    ("emergency.opened", "opende het signaal buiten kantooruren (noodinzage)"),
    ("emergency.judged", "beoordeelde de noodinzage"),
    ("emergency.ended", "sloot wat buiten kantooruren geopend was"),
    ("signal.closed", "sloot het signaal af"),
    ("destruction.due", "zette het signaal op de lijst om te vernietigen"),
    ("destruction.proposed", "stelde vernietiging voor"),
    ("destruction.returned", "gaf de vernietiging terug met een zin"),
    ("record.destroyed", "vernietigde een stuk waarvan de bewaartermijn voorbij was"),
    ("signal.destroyed", "keurde vernietiging goed: de sleutels zijn vernietigd"),
];

/// One line, as the member with this id reads it.
#[must_use]
pub fn history_line(line: &Line, me: MemberId, today: Day) -> HistoryLine {
    let who = match (line.member, line.kind.as_str()) {
        (Some(member), _) if member == me => "U",
        (Some(_), _) => line.who.as_deref().unwrap_or("Iemand"),
        (None, "destruction.due" | "record.destroyed" | "signal.destroyed" | "emergency.ended") => "De dienst",
        (None, _) => "De melder",
    };
    let (from, to) = (stage(line, "from"), stage(line, "to"));
    let onwards = match to {
        Some(Stage::Closed) => ". Niet in behandeling".to_owned(),
        Some(to) if from != Some(to) => format!(". Door naar {}", to.label()),
        _ => String::new(),
    };
    let what = match line.kind.as_str() {
        "weighing.kept" => format!("bewaarde een concept van {}", judgement(line)),
        "weighing.proposed" => format!("ondertekende {} en legde die voor", judgement(line)),
        "weighing.returned" => format!("gaf {} terug met een zin", judgement(line)),
        "weighing.agreed" => format!("tekende {} mee{onwards}", judgement(line)),
        "content.disclosed" => {
            let purpose = line.purpose.map(|purpose| format!(". Doel: {}", purpose.label())).unwrap_or_default();
            format!("opende het signaal{purpose}")
        }
        kind => WORDS.iter().find(|(known, _)| *known == kind).map_or(kind, |(_, words)| *words).to_owned(),
    };
    let short = calendar::in_short_words(line.day);
    let year = line.day.date().year();
    let day = if year == today.date().year() { short } else { format!("{short} {year}") };
    HistoryLine { day, text: format!("{who} {what}") }
}

fn stage(line: &Line, detail: &str) -> Option<Stage> {
    line.details.get(detail).and_then(|code| code.parse().ok())
}

fn judgement(line: &Line) -> &'static str {
    match line.details.get("number").map(String::as_str) {
        Some("1") => "de intake",
        Some("3") => "weging 3",
        Some("4") => "weging 4",
        _ => "een weging",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn line(kind: &str, member: Option<MemberId>) -> Line {
        Line {
            index: Some(0),
            day: "2026-11-24".parse().unwrap(),
            member,
            who: member.map(|_| "Joost Proef".to_owned()),
            kind: kind.to_owned(),
            purpose: None,
            details: std::collections::BTreeMap::new(),
        }
    }

    fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { files(&path, found) } else { found.push(path) }
        }
    }

    /// Every step leaves its event through `begun.trace("kind", ..)`: those stand in a signal's history.
    #[test]
    fn every_step_of_the_protocol_is_told_in_words() {
        let mut found = Vec::new();
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/app"), &mut found);
        let mut kinds = 0;
        for file in found {
            let text = std::fs::read_to_string(file).unwrap();
            for call in text.split(".trace(").skip(1) {
                let Some(kind) = call.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) else {
                    continue;
                };
                kinds += 1;
                let me = MemberId::from_random([1; 16]);
                let told = history_line(&line(kind, Some(me)), me, "2026-11-24".parse().unwrap()).text;
                assert!(!told.contains(kind), "{kind} is told as a code: {told}");
            }
        }
        assert!(kinds > 10, "only {kinds} steps were found: the search is broken");
    }

    #[test]
    fn whoever_reads_is_called_u_and_a_day_of_another_year_has_its_year() {
        let (me, other) = (MemberId::from_random([1; 16]), MemberId::from_random([2; 16]));
        let told = |who| history_line(&line("weighing.kept", who), me, "2027-01-04".parse().unwrap());
        assert_eq!(told(Some(me)).text, "U bewaarde een concept van een weging");
        assert_eq!(told(Some(other)).text, "Joost Proef bewaarde een concept van een weging");
        assert_eq!(told(Some(me)).day, "24 nov 2026");
    }
}
