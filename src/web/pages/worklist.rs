//! `/werk`: what waits for whoever is signed in, what is late, and who holds the rest. Shows no content.

use super::acts;
use super::decision_owner;
use super::emergency;
use super::leaving;
use super::machines;
use super::members;
use super::roles;
use super::signals::{address, deadline};
use super::{frame, html};
use crate::app::AppError;
use crate::app::handing_over::LeftBehind;
use crate::app::worklist::{Task, Turn, Work};
use crate::domain::calendar;
use crate::domain::role::Role;
use crate::domain::time::Day;
use crate::policy::MemberActor;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::views::Link;
use crate::web::views::worklist::{AsideRow, Holder, Urgency, WaitingRow, WorkRow, WorklistView};
use actix_web::{HttpRequest, HttpResponse, web};

/// What counts as this week, in days from today.
const WEEK: i64 = 7;

/// `GET /werk`
pub async fn show(web: web::Data<Web>, member: Member, request: HttpRequest) -> Result<HttpResponse, Failed> {
    let query = Form::parse(request.query_string().as_bytes())?;
    let (app, op) = (web.app.clone(), member.op.clone());
    let found = web::block(move || {
        let (work, left) = (app.worklist(&op)?, app.left_behind(&op)?);
        Ok::<_, AppError>((work, left, app.renewals(&op)?))
    });
    let (work, left, renewals) = found.await.map_err(|e| AppError::Internal(e.to_string()))??;
    let today = member.op.today;
    html(&WorklistView {
        done: done(query.text("klaar")).to_owned(),
        left: left.iter().map(|row| left_row(&web, row, today)).collect(),
        renewing: renewals.iter().map(leaving::progress).collect(),
        ..view_of(&web, &member, &work)
    })
}

/// What was just done, where the act leads back to this list: whoever did it may not see the signal any more.
fn done(word: &str) -> &'static str {
    match word {
        "getekend" => "Uw handtekening staat onder het spoedbesluit.",
        "gemeld" => "De actie is gemeld als klaar. De coördinator leest wat u deed.",
        "oordeel" => "Uw oordeel is ondertekend. Wie de naam vroeg, leest het.",
        "noodinzage" => "Uw oordeel is ondertekend. De coördinatoren lezen het.",
        "teruggegeven" => "De vernietiging is teruggegeven, met uw zin.",
        "rol" => "De rol telt nu.",
        "binnen" => "Binnengelaten. Deze persoon kan zich nu aanmelden.",
        "overgedragen" => "Overgedragen. Het wacht nu op wie u koos.",
        "geen-rol" => "U ging niet akkoord. De rol is niet gegeven.",
        _ => "",
    }
}

fn view_of(web: &Web, member: &Member, work: &[Work]) -> WorklistView {
    let today = member.op.today;
    let actor = &member.session.actor;
    let coordinator = actor.holds(Role::Coordinator);
    let mut view = WorklistView {
        frame: frame(web, member, "/werk"),
        done: String::new(),
        today: capital(&calendar::in_words_with_year(today)),
        first: Vec::new(),
        late: Vec::new(),
        this_week: Vec::new(),
        later: Vec::new(),
        waiting: Vec::new(),
        left: Vec::new(),
        renewing: Vec::new(),
        aside: Vec::new(),
        holders: if coordinator { holders(work, today) } else { Vec::new() },
        sitting: None,
        next_lio: String::new(),
        enter: String::new(),
    };
    for row in work {
        let due = deadline(web, row.due_on, today);
        let passed = row.due_on.is_some_and(|day| day < today);
        match &row.turn {
            Turn::Other(holder) => view.waiting.push(WaitingRow {
                what: link(row, actor),
                reference: row.reference.clone(),
                deadline: due,
                holder: holder.clone(),
                deputy: String::new(),
            }),
            Turn::Aside if !passed => view.aside.push(AsideRow {
                signal: Link::new(&row.reference, &link(row, actor).href),
                returns: row
                    .due_on
                    .map_or_else(String::new, |day| format!("op {}", calendar::in_words_near(day, today))),
            }),
            Turn::Mine | Turn::Aside => {
                let section = if matches!(row.task, Task::Emergency(_)) {
                    &mut view.first
                } else if passed {
                    &mut view.late
                } else if row.due_on.is_some_and(|day| day <= today.plus_days(WEEK)) {
                    &mut view.this_week
                } else {
                    &mut view.later
                };
                let late = passed && !matches!(row.task, Task::Emergency(_));
                let button = if late && section.is_empty() { "Open".to_owned() } else { String::new() };
                section.push(WorkRow {
                    act: link(row, actor),
                    button,
                    reference: row.reference.clone(),
                    deadline: due,
                    opened: opened(row, today),
                });
            }
        }
    }
    view
}

fn left_row(web: &Web, row: &LeftBehind, today: Day) -> WaitingRow {
    WaitingRow {
        what: Link::new(leaving::name_of(row.work), &leaving::handing_over(row)),
        reference: row.reference.clone(),
        deadline: deadline(web, row.due_on, today),
        holder: row.name.clone(),
        deputy: String::new(),
    }
}

fn opened(row: &Work, today: Day) -> String {
    match (&row.task, row.opened_on) {
        (Task::Step { .. }, Some(day)) => calendar::in_words_near(day, today),
        (Task::Step { .. }, None) => "nog niet".to_owned(),
        _ => String::new(),
    }
}

fn capital(words: &str) -> String {
    let mut signs = words.chars();
    signs.next().map(|first| first.to_uppercase().chain(signs).collect()).unwrap_or_default()
}

/// The verb and the address of a task: the page of the step when it is theirs to take, else the signal, which everybody
/// in whose list it stands can open.
fn link(row: &Work, actor: &MemberActor) -> Link {
    match &row.task {
        Task::Step { signal, waiting, stage } => {
            let verb = acts::verb_of_waiting(waiting);
            let page = match row.turn {
                Turn::Other(_) => "",
                Turn::Mine | Turn::Aside => acts::page_of_waiting(waiting, *stage, actor),
            };
            let place = address(*signal);
            Link::new(verb, &if page.is_empty() { place } else { format!("{place}/{page}") })
        }
        Task::Check { check, kind } => Link::new(&format!("Privacycheck {kind}"), &format!("/privacychecks/{check}")),
        Task::Question(id) => Link::new("Bronvraag beantwoorden", &format!("/bronvragen/{id}")),
        Task::Item(id) => Link::new("Stuk voor het LIO lezen", &format!("/lio/{id}")),
        Task::UrgentNotice(id) => Link::new("Spoedbesluit ter kennis", &format!("/spoedbesluiten/{id}")),
        Task::Action(id) => Link::new("Actie uitvoeren", &format!("/acties/{id}")),
        Task::NameRequest(id) => Link::new("Naam van een melder: akkoord of niet", &format!("/ontzegelingen/{id}")),
        Task::Emergency(id) => {
            let words = if row.turn == Turn::Mine { "Noodinzage beoordelen" } else { "Buiten kantooruren geopend" };
            Link::new(words, &emergency::judging(*id))
        }
        Task::Newcomer(member) => Link::new("Laat binnen", &members::letting_in(*member)),
        Task::Role(wanted) => {
            Link::new(&format!("Rol {}: akkoord of niet", wanted.role.label()), &roles::address(wanted))
        }
        Task::Machine(id) => Link::new("Koppeling: akkoord of niet", &machines::address(*id)),
        Task::Destruction(signal) => Link::new("Vernietiging goedkeuren", &format!("{}/vernietigen", address(*signal))),
        Task::Decision(id) => Link::new("Besluit uitvoeren", &decision_owner::address(*id)),
    }
}

/// Steps per person, without ranking: how many, and whether any is late.
fn holders(work: &[Work], today: Day) -> Vec<Holder> {
    let mut found: Vec<(String, u32, u32)> = Vec::new();
    for row in work {
        let who = match &row.turn {
            Turn::Mine => "Uzelf",
            Turn::Other(who) => who,
            Turn::Aside => continue,
        };
        let late = u32::from(row.due_on.is_some_and(|day| day < today));
        match found.iter_mut().find(|(name, _, _)| name == who) {
            Some((_, count, lates)) => {
                *count += 1;
                *lates += late;
            }
            None => found.push((who.to_owned(), 1, late)),
        }
    }
    found
        .into_iter()
        .map(|(who, count, late)| Holder {
            who,
            count,
            state: if late > 0 { format!("{late} te laat") } else { "op tijd".to_owned() },
            urgency: if late > 0 { Urgency::Late } else { Urgency::Calm },
        })
        .collect()
}
