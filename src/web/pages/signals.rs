//! `/signalen`: the list, which discloses nothing, and one signal with its report.

use super::{frame, html, ticked};
use crate::app::reading::Opened;
use crate::domain::calendar::{self, Deadline as Term, Nearness};
use crate::domain::ids::SignalId;
use crate::domain::purpose::Purpose;
use crate::domain::signal::Confidentiality;
use crate::domain::stage::{STAGE_BAR, Stage};
use crate::domain::text::BoundedText;
use crate::domain::time::Day;
use crate::store::signals::{After, Filter, SignalRow};
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::views::Link;
use crate::web::views::signal::{
    Fact, HistoryLine, ReaderGroup, ReadersPanel, ReadingLine, SignalPanel, SignalView, Stage as BarStage, StageState,
    StepContext, TagKind,
};
use crate::web::views::worklist::{Deadline, Filter as ShownFilter, SignalListView, SignalRow as ShownRow, Urgency};
use actix_web::{HttpResponse, web};

/// Rows on one page of a list.
const PAGE: i64 = 25;
/// Lines of history beside a signal.
pub(super) const HISTORY_LINES: i64 = 7;

/// `GET /signalen`
pub async fn list(
    web: web::Data<Web>,
    member: Member,
    request: actix_web::HttpRequest,
) -> Result<HttpResponse, Failed> {
    let query = Form::parse(request.query_string().as_bytes())?;
    let stage: Option<Stage> = query.filled("fase").and_then(|code| code.parse().ok());
    let after = after_of(&query);
    let app = web.app.clone();
    let op = member.op.clone();
    let mut rows = web::block(move || app.list_signals(&op, Filter { stage }, after, PAGE + 1))
        .await
        .map_err(|e| crate::app::AppError::Internal(e.to_string()))??;
    let more = rows.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let today = member.op.today;
    let next = if more { rows.last().map(|last| page_address(stage, last)).unwrap_or_default() } else { String::new() };
    let first = if after.is_some() { filter_address(stage) } else { String::new() };
    html(&SignalListView {
        frame: frame(&web, &member, "/signalen"),
        filters: filters(stage),
        rows: rows.iter().map(|row| shown_row(&web, row, today)).collect(),
        previous: first,
        next,
    })
}

fn after_of(query: &Form) -> Option<After> {
    Some(After { received_on: query.filled("naDag")?.parse().ok()?, id: query.filled("na")?.parse().ok()? })
}

fn filter_address(stage: Option<Stage>) -> String {
    stage.map_or_else(|| "/signalen".to_owned(), |stage| format!("/signalen?fase={}", stage.code()))
}

fn page_address(stage: Option<Stage>, last: &SignalRow) -> String {
    let mark = if stage.is_some() { '&' } else { '?' };
    format!("{}{mark}naDag={}&na={}", filter_address(stage), last.received_on, last.id)
}

fn filters(current: Option<Stage>) -> Vec<ShownFilter> {
    let all = ShownFilter { link: Link::new("alle", "/signalen"), current: ticked(current.is_none()) };
    let each = Stage::ALL.iter().filter(|stage| **stage != Stage::Destroyed).map(|stage| ShownFilter {
        link: Link::new(stage.label(), &filter_address(Some(*stage))),
        current: ticked(current == Some(*stage)),
    });
    std::iter::once(all).chain(each).collect()
}

fn shown_row(web: &Web, row: &SignalRow, today: Day) -> ShownRow {
    ShownRow {
        signal: Link::new(&row.reference.to_string(), &address(row.id)),
        stage: row.stage.label().to_owned(),
        received: calendar::in_words_near(row.received_on, today),
        deadline: deadline(web, row.due_on, today),
        holder: String::new(),
    }
}

/// Where a signal's page is.
#[must_use]
pub fn address(id: SignalId) -> String {
    format!("/signalen/{id}")
}

/// A deadline in words first.
#[must_use]
pub fn deadline(web: &Web, due_on: Option<Day>, today: Day) -> Deadline {
    let Some(due_on) = due_on else { return Deadline::new("geen termijn", "", Urgency::Calm) };
    let term = Term::seen_from(today, due_on, &web.app.protocol().calendar);
    let urgency = match term.nearness {
        Nearness::Late => Urgency::Late,
        Nearness::Soon => Urgency::Soon,
        Nearness::Later => Urgency::Calm,
    };
    Deadline::new(&term.words, &calendar::in_short_words(due_on), urgency)
}

/// `GET /signalen/{id}`
pub async fn show(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    let id: SignalId = path.parse().map_err(|_| Failed::not_found())?;
    let op = member.for_purpose(Purpose::Intake);
    let opened = web.app.open_signal(&op, &member.session, id, &["report"]).await?;
    let history = web.app.history(&member.op, id, HISTORY_LINES)?;
    let step = context(&web, &member, &opened, Purpose::Intake, history);
    html(&SignalView { frame: frame(&web, &member, "/signalen"), step, acts: Vec::new() })
}

/// What stands around every step of an opened signal.
#[must_use]
pub fn context(
    web: &Web,
    member: &Member,
    opened: &Opened,
    purpose: Purpose,
    history: Vec<crate::app::reading::HistoryLine>,
) -> StepContext {
    let today = member.op.today;
    let signal = &opened.signal;
    StepContext {
        title: format!("Signaal: {}", signal.stage.label()),
        reference: signal.reference.to_string(),
        deadline: signal.due_on.map(|due| deadline(web, Some(due), today)),
        stages: stage_bar(signal),
        signal: Some(signal_panel(member, opened, purpose)),
        readers: Some(readers_panel(signal)),
        history: history.iter().map(|line| history_line(line, today)).collect(),
        ..StepContext::default()
    }
}

pub(super) fn stage_bar(signal: &SignalRow) -> Vec<BarStage> {
    let now = STAGE_BAR.iter().position(|stage| *stage == signal.stage).unwrap_or(STAGE_BAR.len());
    STAGE_BAR
        .iter()
        .enumerate()
        .map(|(place, stage)| BarStage {
            name: stage.label().to_owned(),
            note: if place == now { "nu".to_owned() } else { String::new() },
            state: match place.cmp(&now) {
                std::cmp::Ordering::Less => StageState::Done,
                std::cmp::Ordering::Equal => StageState::Now,
                std::cmp::Ordering::Greater => StageState::Ahead,
            },
        })
        .collect()
}

fn signal_panel(member: &Member, opened: &Opened, purpose: Purpose) -> SignalPanel {
    let content = opened.report();
    let mut facts = Vec::new();
    let mut text = String::new();
    if let Some(content) = &content {
        content.narrative.as_str().clone_into(&mut text);
        if let Some(place) = &content.place {
            facts
                .push(Fact::new("Waar", &format!("{} ({})", place.as_str(), content.precision.label().to_lowercase())));
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
    }
    let (tag, kind) = match opened.signal.confidentiality {
        Confidentiality::Anonymous => ("anoniem", TagKind::Plain),
        Confidentiality::Confidential => ("vertrouwelijk", TagKind::Care),
        Confidentiality::Named => ("met naam", TagKind::Known),
    };
    facts.push(Fact::new("Melder", "").with_tag(tag, kind));
    let names = opened.record("report").map(|record| opened.disclosed.names(record.id).join(", ")).unwrap_or_default();
    SignalPanel {
        reading: ReadingLine {
            fields: names,
            role: super::role_in_words(&member.session.actor),
            purpose: purpose.label().to_owned(),
            at: format!("vandaag {} uur", member.op.at.time_of_day()),
            line: thousands(opened.disclosed.event_index),
        },
        note: "zoals ontvangen".to_owned(),
        text,
        facts,
        links: Vec::new(),
    }
}

/// A number with a point between the thousands, as people read it.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

pub(super) fn readers_panel(signal: &SignalRow) -> ReadersPanel {
    let names = match signal.box_.as_str() {
        "integriteit" => "De vertrouwenspersonen",
        "circle" => "De coördinatoren die de melder niet uitsloot",
        _ => "De coördinator en de plaatsvervanger",
    };
    ReadersPanel {
        groups: vec![ReaderGroup { heading: "Lezers".to_owned(), names: names.to_owned() }],
        not: "Niet: LIO, privacy officer, beheer, bestuur.".to_owned(),
        exclude: String::new(),
    }
}

/// What somebody read: the signal itself, or only the part that was theirs.
fn opened_what(line: &crate::app::reading::HistoryLine) -> &'static str {
    match line.details.get("act").map(String::as_str) {
        Some("read_item") => "las het eigen stuk voor het LIO",
        Some("decide_check1" | "decide_check2a" | "decide_check2b") => "las een privacycheck",
        Some("answer_question" | "answer_details") => "las een bronvraag",
        Some("urgent_sign") => "las het spoedbesluit",
        _ => "opende het signaal",
    }
}

pub(super) fn history_line(line: &crate::app::reading::HistoryLine, today: Day) -> HistoryLine {
    let who = line.who.clone().unwrap_or_else(|| "De melder".to_owned());
    let what = match line.kind.as_str() {
        "signal.received" => "deelde dit signaal",
        "status.followed" => "bekeek de status",
        "content.disclosed" => opened_what(line),
        "check1.proposed" => "stelde bronvragen voor",
        "check1.decided" => "beoordeelde de bronvragen",
        "check1.returned" => "gaf de bronvragen terug met een vraag",
        "question.asked" => "gaf een bronvraag vrij",
        "question.answered" => "beantwoordde een bronvraag",
        "question.passed_back" => "gaf een bronvraag terug",
        "question.reassigned" => "gaf een bronvraag aan een ander",
        "question.withdrawn" => "trok een bronvraag in",
        "question.lapsed" => "opende een bronvraag die was vervallen",
        "question.details_requested" => "vroeg inhoud bij een hit",
        "question.details_given" => "gaf inhoud bij een hit",
        "check2a.proposed" => "legde een stuk voor het LIO voor",
        "check2a.decided" => "beoordeelde privacycheck 2A",
        "item.published" => "publiceerde het stuk voor het LIO",
        "decision.taken" => "legde het besluit van het LIO vast",
        "urgent.proposed" => "stelde een spoedbesluit voor",
        "urgent.signed" => "ondertekende het spoedbesluit",
        "urgent.taken" => "ondertekende het spoedbesluit als derde: het is genomen",
        "urgent.announced" => "bracht het spoedbesluit bij de privacy officers en op de agenda",
        "record.shared" => "gaf iemand inzage om mee te tekenen",
        "access.refused" => "kreeg geen toegang",
        other => other,
    };
    let purpose = line.purpose.map(|p| format!(". Doel: {}", p.label())).unwrap_or_default();
    HistoryLine { day: calendar::in_words_near(line.day, today), text: format!("{who} {what}{purpose}") }
}
