//! `/besluiten/{id}`: a decision for whoever carries it out. They read the decision, and nothing else of the signal.

use super::around;
use super::decision::points;
use super::signals::thousands;
use super::{frame, html, ticked};
use crate::app::decision_owner::OpenedDecision;
use crate::domain::calendar;
use crate::domain::ids::DecisionId;
use crate::domain::purpose::Purpose;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::guard::Member;
use crate::web::views::Link;
use crate::web::views::signal::{Judged, NextAct, Record, SignalView, StepContext};
use actix_web::{HttpResponse, web};

/// The address of this page.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/besluiten/{id}", web::get().to(show));
}

/// Where a decision is, for whoever carries it out.
#[must_use]
pub fn address(id: DecisionId) -> String {
    format!("/besluiten/{id}")
}

/// `GET /besluiten/{id}`
async fn show(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    let id: DecisionId = path.parse().map_err(|_| Failed::not_found())?;
    let found = web.app.open_decision(&member.for_purpose(Purpose::Measure), &member.session, id).await?;
    let today = member.op.today;
    let leave = Link::new("Naar wat op u wacht", "/werk");
    html(&SignalView {
        frame: frame(&web, &member, "/werk"),
        step: StepContext {
            title: "Besluit".to_owned(),
            reference: found.opened.signal.reference.to_string(),
            deadline: found.row.due_on.map(|day| around::step_deadline(&web, day, today)),
            records: records(&web, &member, &found),
            ..StepContext::default()
        },
        acts: vec![NextAct {
            link: leave,
            note: "Het besluit blijft daar staan tot het signaal is afgesloten.".to_owned(),
            mine: ticked(false),
        }],
    })
}

fn records(web: &Web, member: &Member, found: &OpenedDecision) -> Vec<Record> {
    let mut decided = points(web.app.protocol(), &found.decision);
    decided.extend(
        found.row.taken_on.map(|day| Judged::new("Genomen", &calendar::in_words_near(day, member.op.today), "")),
    );
    let asked = match &found.ask {
        Some(name) => {
            Judged::new("Coördinator", name, "Zo nodig voegt de coördinator acties toe. Die komen op uw lijst.")
        }
        None => Judged::new("Coördinator", "", "Vraag het een coördinator van de meldroute."),
    };
    vec![
        Record {
            title: "Wat u gaat doen".to_owned(),
            signed: format!(
                "U leest dit omdat u dit besluit uitvoert. Dit staat in het logboek, regel {}.",
                thousands(found.opened.disclosed.event_index)
            ),
            points: decided,
        },
        Record { title: "Vragen?".to_owned(), signed: String::new(), points: vec![asked] },
    ]
}
