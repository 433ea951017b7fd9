//! `/lio`: the agenda, neutral titles only; and `/lio/{id}`: one's own copy of an item.

use super::lio::{reading_of, shown_facts, taken_in_words};
use super::signals::{address, thousands};
use super::{frame, html, ticked};
use crate::app::lio::reading::{Agenda, AgendaLine, MyItem};
use crate::app::lio::urgent_item::waits_for;
use crate::domain::calendar;
use crate::domain::ids::AgendaItemId;
use crate::domain::purpose::Purpose;
use crate::domain::role::Role;
use crate::domain::sitting::ItemKind;
use crate::domain::time::Day;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::views::Link;
use crate::web::views::lio::{AgendaRow, AgendaView, ItemView, MyItemRow, SidePanel};
use crate::web::views::signal::{Tag, TagKind};
use actix_web::{HttpRequest, HttpResponse, web};

/// The addresses of these pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/lio", web::get().to(list)).route("/lio/{id}", web::get().to(read));
}

/// `GET /lio`
pub async fn list(web: web::Data<Web>, member: Member, request: HttpRequest) -> Result<HttpResponse, Failed> {
    let query = Form::parse(request.query_string().as_bytes())?;
    let done = match query.text("klaar") {
        "gepubliceerd" => "Het stuk is gepubliceerd. Wie is uitgenodigd, leest het rond de zitting.",
        _ => "",
    };
    let op = member.for_purpose(Purpose::LioPreparation);
    let agenda = web.app.agenda(&op, &member.session).await?;
    let today = member.op.today;
    let leads = member.session.actor.holds(Role::Coordinator);
    let next = web.app.next_sitting(ItemKind::Urgent, today)?;
    html(&AgendaView {
        frame: frame(&web, &member, "/lio"),
        done: done.to_owned(),
        next: calendar::in_words_near(next.held_on(), today),
        disclosed: disclosed(&agenda),
        leads: ticked(leads),
        led: agenda.led.iter().map(|line| led_row(line, today)).collect(),
        mine: agenda.mine.iter().map(|item| my_row(item, today)).collect(),
        aside: aside(&agenda, today),
    })
}

fn disclosed(agenda: &Agenda) -> String {
    let count = agenda.led.len() + agenda.mine.len();
    let titles = match count {
        0 => return String::new(),
        1 => "één neutrale titel".to_owned(),
        more => format!("{more} neutrale titels"),
    };
    format!(
        "U ziet {titles}, doel {}. Dit staat in het logboek, regel {}.",
        Purpose::LioPreparation.label(),
        thousands(agenda.event_index)
    )
}

fn led_row(line: &AgendaLine, today: Day) -> AgendaRow {
    let urgent = line.item.kind == ItemKind::Urgent.code();
    let proposed = line.check.as_ref().map(|check| check.proposed_on);
    let decided = line.check.as_ref().and_then(|check| check.decided_on);
    let (state, since, page) = match line.item.state.as_str() {
        _ if urgent => urgent_state(line),
        "prepared" => (Tag::new("wacht op PO", TagKind::Care), proposed, "privacycheck-2a"),
        "checked" => (Tag::new("klaar", TagKind::Known), decided, "publiceren"),
        "published" => (Tag::new("gepubliceerd", TagKind::Known), decided, "besluit"),
        _ => (Tag::new("besloten", TagKind::Plain), None, ""),
    };
    let place = address(line.signal.id);
    AgendaRow {
        title: Link::new(&line.title, &if page.is_empty() { place } else { format!("{place}/{page}") }),
        reference: line.signal.reference.to_string(),
        sitting: line
            .held_on
            .map_or_else(|| "nog niet geplaatst".to_owned(), |day| calendar::in_words_near(day, today)),
        readers: if line.readers.is_empty() { "nog niemand".to_owned() } else { line.readers.join(", ") },
        state,
        since: since.map(|day| format!("sinds {}", calendar::in_short_words(day))).unwrap_or_default(),
        waits: ticked(line.item.check_id.is_some() && line.item.state == "prepared"),
    }
}

/// Where the item of an urgent decision stands, and the page of its next step.
fn urgent_state(line: &AgendaLine) -> (Tag, Option<Day>, &'static str) {
    let check = line.check.as_ref();
    let (proposed, decided) = (check.map(|check| check.proposed_on), check.and_then(|check| check.decided_on));
    match waits_for(&line.item, &line.signal) {
        Some("check2a_decide") => (Tag::new("spoed: wacht op PO", TagKind::Care), proposed, "privacycheck-2a"),
        Some("publish") => (Tag::new("spoed: klaar", TagKind::Care), decided, "publiceren"),
        Some(_) => (Tag::new("spoed", TagKind::Care), Some(line.item.created_on), "privacycheck-2a"),
        None if line.item.state == "published" => (Tag::new("spoed: gepubliceerd", TagKind::Known), decided, ""),
        None => (Tag::new("spoed", TagKind::Care), Some(line.item.created_on), ""),
    }
}

fn my_row(item: &MyItem, today: Day) -> MyItemRow {
    MyItemRow {
        title: Link::new(&item.title, &format!("/lio/{}", item.id)),
        sitting: item.held_on.map(|day| calendar::in_words_near(day, today)).unwrap_or_default(),
        until: calendar::in_words_near(item.read_until, today),
    }
}

fn aside(agenda: &Agenda, today: Day) -> Vec<SidePanel> {
    let days: Vec<(String, String)> = agenda
        .sittings
        .iter()
        .map(|row| {
            let closes = calendar::in_words_near(row.closes_on, today);
            (capital(&calendar::in_words_near(row.held_on, today)), format!("agenda sluit {closes}"))
        })
        .collect();
    if days.is_empty() {
        return Vec::new();
    }
    vec![SidePanel { id: "zittingen".to_owned(), heading: "Zittingen".to_owned(), text: Vec::new(), facts: days }]
}

fn capital(words: &str) -> String {
    let mut signs = words.chars();
    signs.next().map(|first| first.to_uppercase().chain(signs).collect()).unwrap_or_default()
}

/// `GET /lio/{id}`
pub async fn read(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    let id: AgendaItemId = path.parse().map_err(|_| Failed::not_found())?;
    let op = member.for_purpose(Purpose::LioPreparation);
    let item = web.app.read_item(&op, &member.session, id).await?;
    let today = member.op.today;
    let mut facts = vec![("Leesbaar tot en met".to_owned(), calendar::in_words_near(item.read_until, today))];
    if let Some(day) = item.held_on {
        facts.insert(0, ("Zitting".to_owned(), calendar::in_words_near(day, today)));
    }
    html(&ItemView {
        frame: frame(&web, &member, "/lio"),
        title: item.title,
        question: item.question,
        taken: item.taken.map(taken_in_words).unwrap_or_default(),
        reading: reading_of(&member, Purpose::LioPreparation, "titel, vraag en gegevens", item.event_index),
        facts: shown_facts(&item.facts),
        aside: vec![
            SidePanel { id: "wanneer".to_owned(), heading: "Wanneer".to_owned(), text: Vec::new(), facts },
            SidePanel {
                id: "alleen-u".to_owned(),
                heading: "Alleen voor u".to_owned(),
                text: vec![
                    "U leest precies de gegevens die voor u zijn vrijgegeven. Een ander kan iets anders lezen."
                        .to_owned(),
                    "Wat u hier leest, is geheim (Awb art. 2:5). Deel het met niemand en neem het niet over."
                        .to_owned(),
                ],
                facts: Vec::new(),
            },
        ],
    })
}
