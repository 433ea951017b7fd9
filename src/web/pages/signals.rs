//! `/signalen`: the list, which discloses nothing, and the words of a signal's history.

use super::{frame, html, ticked};
use crate::app::reading::HistoryLine as Line;
use crate::domain::calendar::{self, Deadline as Term, Nearness};
use crate::domain::ids::{MemberId, SignalId};
use crate::domain::stage::Stage;
use crate::domain::time::Day;
use crate::store::signals::{After, Filter, SignalRow};
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::views::Link;
use crate::web::views::signal::HistoryLine;
use crate::web::views::worklist::{Deadline, Filter as ShownFilter, SignalListView, SignalRow as ShownRow, Urgency};
use actix_web::{HttpResponse, web};

/// Rows on one page of a list.
const PAGE: i64 = 25;

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

/// One line of a signal's history, as the member with this id reads it.
#[must_use]
pub fn history_line(line: &Line, me: MemberId, today: Day) -> HistoryLine {
    let who = match line.member {
        Some(member) if member == me => "U".to_owned(),
        _ => line.who.clone().unwrap_or_else(|| "De melder".to_owned()),
    };
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
        "access.refused" => "kreeg geen toegang",
        "record.shared" => "gaf iemand inzage om mee te tekenen",
        "purpose.explained" => "schreef waarvoor het signaal openging",
        "intake.completed" => "rondde de intake af: weging 1, 2A en 2B ja. Door naar wegen",
        "signal.not_taken_up" => "nam het signaal niet in behandeling",
        "signal.referred" => "verwees het signaal door",
        "weighing.kept" => return told(line, today, &format!("{who} bewaarde een concept van {}", judgement(line))),
        "weighing.proposed" => {
            return told(line, today, &format!("{who} ondertekende {} en legde die voor", judgement(line)));
        }
        "weighing.returned" => return told(line, today, &format!("{who} gaf {} terug met een zin", judgement(line))),
        "weighing.agreed" => {
            return told(line, today, &format!("{who} tekende {} mee{}", judgement(line), onwards(line)));
        }
        other => other,
    };
    let reads = line.kind == "content.disclosed";
    let purpose = line.purpose.filter(|_| reads).map(|p| format!(". Doel: {}", p.label())).unwrap_or_default();
    told(line, today, &format!("{who} {what}{purpose}"))
}

/// What somebody read: the signal itself, or only the part that was theirs.
fn opened_what(line: &Line) -> &'static str {
    match line.details.get("act").map(String::as_str) {
        Some("read_item") => "las het eigen stuk voor het LIO",
        Some("decide_check1" | "decide_check2a" | "decide_check2b") => "las een privacycheck",
        Some("answer_question" | "answer_details") => "las een bronvraag",
        Some("urgent_sign") => "las het spoedbesluit",
        _ => "opende het signaal",
    }
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
