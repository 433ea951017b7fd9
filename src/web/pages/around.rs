//! What stands around every step: where the signal is, what it says, who can read it, what happened.

use super::acts::{self, is_turn_of};
use super::history::history_line;
use super::signals::{address, thousands};
use crate::app::changes::Readership;
use crate::app::reading::{HistoryLine, Opened};
use crate::domain::calendar::{self, Deadline as Term, Nearness};
use crate::domain::purpose::Purpose;
use crate::domain::role::Role;
use crate::domain::signal::{Channel, Confidentiality, Fear, SignalContent};
use crate::domain::stage::{STAGE_BAR, Stage};
use crate::domain::text::BoundedText;
use crate::domain::time::Day;
use crate::domain::workflow::StepEvent;
use crate::store::signals::SignalRow;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::guard::Member;
use crate::web::views::Link;
use crate::web::views::signal::{
    Fact, HistoryLine as ShownLine, ReaderGroup, ReadersPanel, ReadingLine, SignalPanel, Stage as BarStage, StageState,
    StepContext, TagKind,
};
use crate::web::views::worklist::{Deadline, Urgency};

/// Entries of the log that a page looks at: enough to know when each stage was left.
pub const HISTORY_READ: i64 = 200;
/// Lines shown beside a step.
const HISTORY_SHOWN: usize = 7;

/// Everything around a step that says nothing of the content: nothing is opened for it.
///
/// # Errors
/// The page for what does not exist, or is not for this member.
pub fn standing(web: &Web, member: &Member, signal: &SignalRow) -> Result<StepContext, Failed> {
    let history = web.app.history(&member.op, signal.id, HISTORY_READ)?;
    let readership = web.app.readership(&member.op, signal.id)?;
    Ok(context(web, member, signal, &history, &readership))
}

/// The same with the signal, from a committed disclosure.
///
/// # Errors
/// The page for what does not exist, or is not for this member.
pub fn opened(web: &Web, member: &Member, opened: &Opened, purpose: Purpose) -> Result<StepContext, Failed> {
    let around = standing(web, member, &opened.signal)?;
    Ok(StepContext { signal: Some(signal_panel(member, opened, purpose)), ..around })
}

fn context(
    web: &Web,
    member: &Member,
    signal: &SignalRow,
    history: &[HistoryLine],
    readership: &Readership,
) -> StepContext {
    let today = member.op.today;
    let lines = history_lines(member, history, today);
    let all = if lines.len() > HISTORY_SHOWN { format!("{}/geschiedenis", address(signal.id)) } else { String::new() };
    StepContext {
        title: "Signaal".to_owned(),
        reference: signal.reference.to_string(),
        deadline: signal.due_on.map(|due| step_deadline(web, due, today)),
        stages: stage_bar(member, signal, history, readership),
        readers: Some(readers_panel(member, signal, readership)),
        history: lines.into_iter().take(HISTORY_SHOWN).collect(),
        history_all: all,
        ..StepContext::default()
    }
}

/// Every line, newest first; the same line twice on one day stands there once.
#[must_use]
pub fn history_lines(member: &Member, history: &[HistoryLine], today: Day) -> Vec<ShownLine> {
    let me = member.session.actor.id;
    let mut lines: Vec<ShownLine> = Vec::new();
    for line in history {
        let shown = history_line(line, me, today);
        if !lines.iter().any(|known| known.day == shown.day && known.text == shown.text) {
            lines.push(shown);
        }
    }
    lines
}

/// The term of a step: "Termijn: morgen, dinsdag 24 november".
#[must_use]
pub fn step_deadline(web: &Web, due_on: Day, today: Day) -> Deadline {
    let term = Term::seen_from(today, due_on, &web.app.protocol().calendar);
    let day = calendar::in_words_near(due_on, today);
    match term.nearness {
        Nearness::Late => Deadline::new(&term.words, &format!("termijn was {day}"), Urgency::Late),
        Nearness::Soon => Deadline::new("Termijn", &format!("{}, {day}", term.words.to_lowercase()), Urgency::Soon),
        Nearness::Later => Deadline::new("Termijn", &day, Urgency::Calm),
    }
}

/// The stages for whoever sees only a part of the signal: where it stands, without days or names.
#[must_use]
pub fn bare_stage_bar(signal: &SignalRow) -> Vec<BarStage> {
    let now = STAGE_BAR.iter().position(|stage| *stage == signal.stage).unwrap_or(STAGE_BAR.len());
    let state = |place: usize| match place.cmp(&now) {
        std::cmp::Ordering::Less => StageState::Done,
        std::cmp::Ordering::Equal => StageState::Now,
        std::cmp::Ordering::Greater => StageState::Ahead,
    };
    let shown = |(place, stage): (usize, &Stage)| BarStage {
        name: stage.label().to_owned(),
        note: String::new(),
        state: state(place),
    };
    STAGE_BAR.iter().enumerate().map(shown).collect()
}

fn stage_bar(member: &Member, signal: &SignalRow, history: &[HistoryLine], readership: &Readership) -> Vec<BarStage> {
    let now = STAGE_BAR.iter().position(|stage| *stage == signal.stage);
    let left = |code: &str| {
        let leaves = |line: &&HistoryLine| {
            let detail = |name: &str| line.details.get(name).map(String::as_str);
            detail("from") == Some(code) && detail("to").is_some_and(|to| to != code)
        };
        history.iter().find(leaves).map(|line| line.day)
    };
    let on_turn = if is_turn_of(signal, &member.session.actor) {
        "nu bij u".to_owned()
    } else {
        let names = readership.readers.iter().flat_map(|group| &group.people);
        let name = names.into_iter().find(|reader| Some(reader.member) == signal.turn_of).map(|reader| &reader.name);
        name.map_or_else(|| "nu".to_owned(), |name| format!("nu bij {name}"))
    };
    STAGE_BAR
        .iter()
        .enumerate()
        .map(|(place, stage)| {
            let done = left(stage.code());
            let (state, note) = if Some(place) == now {
                (StageState::Now, on_turn.clone())
            } else if let Some(day) = done {
                (StageState::Done, format!("klaar {}", calendar::in_short_words(day)))
            } else if now.is_some_and(|now| place < now) {
                (StageState::Done, String::new())
            } else {
                (StageState::Ahead, String::new())
            };
            BarStage { name: stage.label().to_owned(), note, state }
        })
        .collect()
}

/// The signal itself, from a committed disclosure.
#[must_use]
pub fn signal_panel(member: &Member, opened: &Opened, purpose: Purpose) -> SignalPanel {
    let content = opened.report();
    let mut facts = content.as_ref().map(content_facts).unwrap_or_default();
    let (tag, kind) = match opened.signal.confidentiality {
        Confidentiality::Anonymous => ("anoniem", TagKind::Plain),
        Confidentiality::Confidential => ("vertrouwelijk", TagKind::Care),
        Confidentiality::Named => ("met naam", TagKind::Known),
    };
    let channel = opened.signal.channel.parse::<Channel>().map(Channel::label).unwrap_or_default();
    facts.push(Fact::new("Melder", channel).with_tag(tag, kind));
    SignalPanel {
        reading: reading_line(member, opened, purpose),
        note: "zoals ontvangen".to_owned(),
        text: content.map(|content| content.narrative.as_str().to_owned()).unwrap_or_default(),
        facts,
        links: side_links(member, &opened.signal),
    }
}

/// What can be done from beside the report, off the step.
fn side_links(member: &Member, signal: &SignalRow) -> Vec<Link> {
    let actor = &member.session.actor;
    let place = address(signal.id);
    let mut links = Vec::new();
    if acts::may_take(signal, actor, StepEvent::TellMelder) {
        links.push(Link::new("Geef de melder bericht", &format!("{place}/bericht")));
    }
    if acts::may_take(signal, actor, StepEvent::HandOver) {
        links.push(Link::new("Maak een doorgeefblad", &format!("{place}/doorgeefblad")));
    }
    let leads = actor.holds(Role::Coordinator) || actor.holds(Role::IntegrityContact);
    if leads && signal.confidentiality != Confidentiality::Anonymous {
        links.push(Link::new("Naam van de melder", &format!("{place}/naam")));
    }
    links
}

/// What the log says of this reading.
#[must_use]
pub fn reading_line(member: &Member, opened: &Opened, purpose: Purpose) -> ReadingLine {
    ReadingLine {
        fields: fields_in_words(opened),
        role: super::role_in_words(&member.session.actor),
        purpose: purpose.label().to_owned(),
        at: format!("vandaag {} uur", member.op.at.time_of_day()),
        line: thousands(opened.disclosed.event_index),
    }
}

fn content_facts(content: &SignalContent) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(place) = &content.place {
        facts.push(Fact::new("Waar", &format!("{} ({})", place.as_str(), content.precision.label().to_lowercase())));
    }
    facts.push(Fact::new("Wanneer", &content.period.label().to_lowercase()));
    if let Some(subject) = &content.subject {
        facts.push(Fact::new("Wie of wat", subject.as_str()));
    }
    let join = |labels: Vec<&str>| labels.join(", ").to_lowercase();
    if !content.observations.is_empty() {
        facts.push(Fact::new("Opgevallen", &join(content.observations.iter().map(|o| o.label()).collect())));
    }
    if !content.known_by.is_empty() {
        facts.push(Fact::new("Hoe weet u dit", &join(content.known_by.iter().map(|k| k.label()).collect())));
    }
    if content.fear == Fear::OfRecognition {
        facts.push(Fact::new("Herkenning", "de melder is bang herkend te worden").with_tag("let op", TagKind::Care));
    }
    facts
}

/// What each kind of record and field is called, in the order in which people read it.
const FIELD_WORDS: &[(&str, &str, &str)] = &[
    ("report", "tekst", "tekst"),
    ("report", "waar", "plaats"),
    ("report", "plek", "plaats"),
    ("report", "wanneer", "tijd"),
    ("report", "wieOfWat", "wie of wat"),
    ("report", "opgevallen", "wat opviel"),
    ("report", "hoeWeetU", "hoe de melder het weet"),
    ("report", "bangVoorHerkenning", "of de melder bang is voor herkenning"),
    ("concept", "", "het concept"),
    ("intake", "", "de intake"),
    ("weighing3", "", "weging 3"),
    ("check1", "", "privacycheck 1"),
    ("question", "", "de bronvragen"),
    ("answer", "", "de antwoorden"),
    ("weighing4", "", "weging 4"),
    ("returned", "", "waarom het terugkwam"),
    ("check2a", "", "het stuk voor het LIO"),
    ("item", "", "het stuk voor het LIO"),
    ("decision", "", "het besluit"),
    ("action", "", "de acties"),
    ("check2b", "", "privacycheck 2B"),
    ("handoff", "", "de doorgeefbladen"),
    ("closing", "", "de afsluiting"),
    ("emergency", "", "de noodinzage"),
];

/// The fields that were opened, as people call them, each once: "tekst, plaats, tijd en de intake". What has no word of
/// its own is counted among "overige gegevens", so that the line never says less than was read.
fn fields_in_words(opened: &Opened) -> String {
    let mut read: Vec<(&str, &str)> = Vec::new();
    for record in &opened.records {
        read.extend(opened.disclosed.names(record.id).into_iter().map(|field| (record.kind.as_str(), field)));
    }
    let names = |entry: &(&str, &str, &str), (kind, field): (&str, &str)| {
        entry.0 == kind && (entry.1.is_empty() || entry.1 == field)
    };
    let mut words: Vec<&str> = Vec::new();
    for entry in FIELD_WORDS {
        if read.iter().any(|one| names(entry, *one)) && !words.contains(&entry.2) {
            words.push(entry.2);
        }
    }
    if read.iter().any(|one| !FIELD_WORDS.iter().any(|entry| names(entry, *one))) {
        words.push("overige gegevens");
    }
    in_a_row(&words)
}

/// "a, b en c".
#[must_use]
pub fn in_a_row(words: &[&str]) -> String {
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} en {last}", others.join(", ")),
    }
}

fn readers_panel(member: &Member, signal: &SignalRow, readership: &Readership) -> ReadersPanel {
    let me = member.session.actor.id;
    let groups = readership.readers.iter().map(|group| {
        let names: Vec<String> = group
            .people
            .iter()
            .map(|person| if person.member == me { format!("{} (u)", person.name) } else { person.name.clone() })
            .collect();
        ReaderGroup { heading: plural(group.role).to_owned(), names: names.join(", ") }
    });
    let mayor = readership.readers.iter().any(|group| group.role == Role::Mayor);
    let not =
        if mayor { "Niet: LIO, privacy officer, beheer." } else { "Niet: LIO, privacy officer, beheer, bestuur." };
    let excluded: Vec<&str> = readership.excluded.iter().map(String::as_str).collect();
    let shut = if excluded.is_empty() {
        "Niemand is uitgesloten.".to_owned()
    } else {
        format!("Uitgesloten: {}.", in_a_row(&excluded))
    };
    let may_exclude = signal.stage != Stage::Destroyed && member.session.actor.holds(Role::Coordinator);
    let exclude = if may_exclude { format!("{}/uitsluiten", address(signal.id)) } else { String::new() };
    ReadersPanel { groups: groups.collect(), not: format!("{not} {shut}"), exclude }
}

fn plural(role: Role) -> &'static str {
    match role {
        Role::Coordinator => "Coördinatoren",
        Role::IntegrityContact => "Vertrouwenspersonen",
        Role::TraffickingContact => "Aandachtsfunctionarissen mensenhandel",
        Role::Jurist => "Juristen",
        Role::Mayor => "Burgemeester",
        _ => "Anderen",
    }
}
