//! `/werk`: what waits for whoever is signed in, and what is late. Shows no content.

use super::signals::{address, deadline};
use super::{frame, html};
use crate::domain::calendar;
use crate::domain::role::Role;
use crate::store::signals;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::guard::Member;
use crate::web::views::Link;
use crate::web::views::worklist::{Urgency, WorkRow, WorklistView};
use actix_web::{HttpResponse, web};

/// Rows that the page looks at.
const ROWS: i64 = 200;

/// `GET /werk`
pub async fn show(web: web::Data<Web>, member: Member) -> Result<HttpResponse, Failed> {
    let today = member.op.today;
    let actor = &member.session.actor;
    let waiting = web.app.store().read(|db| signals::signal_waiting(db, actor, ROWS))?;
    let mut late = Vec::new();
    let mut this_week = Vec::new();
    for row in &waiting {
        let due = deadline(&web, row.due_on, today);
        let is_late = due.urgency == Urgency::Late;
        let shown = WorkRow {
            act: Link::new("Intake doen", &address(row.id)),
            button: if is_late && late.is_empty() { "Open".to_owned() } else { String::new() },
            reference: row.reference.to_string(),
            deadline: due,
            opened: String::new(),
        };
        if is_late { late.push(shown) } else { this_week.push(shown) }
    }
    html(&WorklistView {
        frame: frame(&web, &member, "/werk"),
        done: String::new(),
        today: calendar::in_words_with_year(today),
        late,
        this_week,
        waiting: Vec::new(),
        aside: Vec::new(),
        holders: Vec::new(),
        sitting: None,
        next_lio: String::new(),
        enter: if actor.holds(Role::Coordinator) { "/melden".to_owned() } else { String::new() },
    })
}
