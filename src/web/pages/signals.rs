//! `/signalen`: the list, which discloses nothing; and how a signal's address and term are written.

use super::{frame, html, ticked};
use crate::domain::calendar::{self, Deadline as Term, Nearness};
use crate::domain::ids::SignalId;
use crate::domain::stage::Stage;
use crate::domain::time::Day;
use crate::store::signals::{After, Filter, SignalRow};
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::views::Link;
use crate::web::views::worklist::{Deadline, Filter as ShownFilter, SignalListView, SignalRow as ShownRow, Urgency};
use actix_web::{HttpResponse, web};

/// Rows on one page of a list.
const PAGE: i64 = 25;
/// From so many days ahead a term in words is the date itself.
const WEEK: i64 = 7;

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
    let day = calendar::in_short_words(due_on);
    let detail = match term.nearness {
        Nearness::Late => format!("was {day}"),
        // Further off the words are the date itself.
        Nearness::Later if due_on.days_since(today) >= WEEK => String::new(),
        Nearness::Soon | Nearness::Later => day,
    };
    Deadline::new(&term.words, &detail, urgency)
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
