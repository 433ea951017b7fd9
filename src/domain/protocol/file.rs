//! The shape of the files, and reading them. Unknown keys are refused, so that a slip of the pen is seen.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::super::calendar::WorkCalendar;
use super::super::decision::DecisionRule;
use super::super::retention::RetentionRule;
use super::super::role::Role;
use super::super::source::SourceEntry;
use super::super::term::{ClockCode, Term, TermUnit};
use super::super::time::Day;
use super::entries::{ClockRule, Criterion, Entry, Form, IntakeLists, Power, Reason, Recipient};
use super::{Protocol, ProtocolError};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProtocolFile {
    version: String,
    valid_from: Day,
    mma_readers: u16,
    mma_readers_source: String,
    min_readers: u16,
    min_readers_source: String,
    name_minutes: u16,
    name_minutes_source: String,
    clock: Vec<ClockEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockEntry {
    code: ClockCode,
    amount: u16,
    unit: TermUnit,
    owner: Role,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarFile {
    source: String,
    holidays: Vec<Day>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IntakeFile {
    source: String,
    r#trait: Vec<Entry>,
    anchor: Vec<Entry>,
    sign: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CriteriaFile {
    source: String,
    criterion: Vec<Criterion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DecisionsFile {
    decision: Vec<DecisionRule>,
    reason: Vec<Reason>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourcesFile {
    source: Vec<SourceEntry>,
    cannot_answer: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RetentionFile {
    retention: Vec<RetentionRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlacesFile {
    source: String,
    form: Vec<Form>,
    place: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PowersFile {
    power: Vec<Power>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PartnersFile {
    department: Vec<Entry>,
    recipient: Vec<Recipient>,
}

/// Reads every file; errors are those of all files together.
pub(super) fn read<'a>(text_of: impl Fn(&'static str) -> &'a str) -> Result<Protocol, Vec<ProtocolError>> {
    let mut errors = Vec::new();
    let protocol: Option<ProtocolFile> = parse("protocol.toml", &text_of, &mut errors);
    let calendar: Option<CalendarFile> = parse("calendar.toml", &text_of, &mut errors);
    let intake: Option<IntakeFile> = parse("intake.toml", &text_of, &mut errors);
    let criteria: Option<CriteriaFile> = parse("criteria.toml", &text_of, &mut errors);
    let decisions: Option<DecisionsFile> = parse("decisions.toml", &text_of, &mut errors);
    let sources: Option<SourcesFile> = parse("sources.toml", &text_of, &mut errors);
    let retention: Option<RetentionFile> = parse("retention.toml", &text_of, &mut errors);
    let places: Option<PlacesFile> = parse("places.toml", &text_of, &mut errors);
    let powers: Option<PowersFile> = parse("powers.toml", &text_of, &mut errors);
    let partners: Option<PartnersFile> = parse("partners.toml", &text_of, &mut errors);

    for (file, source) in [
        ("protocol.toml", protocol.as_ref().map(|file| &file.mma_readers_source)),
        ("protocol.toml", protocol.as_ref().map(|file| &file.min_readers_source)),
        ("protocol.toml", protocol.as_ref().map(|file| &file.name_minutes_source)),
        ("calendar.toml", calendar.as_ref().map(|file| &file.source)),
        ("criteria.toml", criteria.as_ref().map(|file| &file.source)),
        ("places.toml", places.as_ref().map(|file| &file.source)),
    ] {
        if source.is_some_and(|source| source.trim().is_empty()) {
            errors.push(ProtocolError { file, message: "er staat niet bij waar dit vandaan komt (source)".to_owned() });
        }
    }
    let mut clocks = std::collections::BTreeMap::new();
    for entry in protocol.iter().flat_map(|file| &file.clock) {
        let term = Term { amount: entry.amount, unit: entry.unit };
        let rule = ClockRule { term, owner: entry.owner, source: entry.source.clone() };
        if clocks.insert(entry.code, rule).is_some() {
            let message = format!("de termijn {} staat er twee keer", entry.code.code());
            errors.push(ProtocolError { file: "protocol.toml", message });
        }
    }
    match (protocol, calendar, intake, criteria, decisions, sources, retention, places, powers, partners) {
        (
            Some(protocol),
            Some(calendar),
            Some(intake),
            Some(criteria),
            Some(decisions),
            Some(sources),
            Some(retention),
            Some(places),
            Some(powers),
            Some(partners),
        ) if errors.is_empty() => Ok(Protocol {
            version: protocol.version,
            valid_from: protocol.valid_from,
            mma_readers: protocol.mma_readers,
            min_readers: protocol.min_readers,
            name_minutes: protocol.name_minutes,
            clocks,
            calendar: WorkCalendar::with_holidays(calendar.holidays),
            intake: IntakeLists {
                traits: intake.r#trait,
                anchors: intake.anchor,
                signs: intake.sign,
                source: intake.source,
            },
            criteria: criteria.criterion,
            decisions: decisions.decision,
            reasons: decisions.reason,
            sources: sources.source,
            cannot_answer: sources.cannot_answer,
            retention: retention.retention,
            forms: places.form,
            places: places.place,
            powers: powers.power,
            departments: partners.department,
            recipients: partners.recipient,
        }),
        _ => Err(errors),
    }
}

fn parse<'a, T: DeserializeOwned>(
    file: &'static str,
    text_of: impl Fn(&'static str) -> &'a str,
    errors: &mut Vec<ProtocolError>,
) -> Option<T> {
    toml::from_str(text_of(file))
        .map_err(|error| errors.push(ProtocolError { file, message: error.to_string().trim().to_owned() }))
        .ok()
}
