//! `/signalen/{id}/opvolging`: what is to be done, by whom, what went out, and a new action; `/acties/{id}`: one action
//! for its owner, who reads nothing else of the signal.

use super::acting::{Trouble, act_form, see_other, seen_in, signal_in, typed_day, written_day};
use super::beside::{not_here, saved};
use super::signal::refused;
use super::signals::{address, deadline, thousands};
use super::{around, frame, html};
use crate::app::decision::DECISION;
use crate::app::follow_up::{ACTION, DONE, FollowUp, OpenedAction, Owner};
use crate::app::sharing_out::decision_of;
use crate::domain::calendar;
use crate::domain::decision::Decision;
use crate::domain::follow_up::{ActionDraft, Completion, CompletionDraft, FollowUpAction};
use crate::domain::ids::{ActionId, SignalId};
use crate::domain::purpose::Purpose;
use crate::domain::text::BoundedText;
use crate::domain::time::Day;
use crate::domain::workflow::StepEvent;
use crate::store::decisions::ActionRow;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::tokens;
use crate::web::views::Link;
use crate::web::views::fields::{Act, Choice, Control, Field};
use crate::web::views::follow_up::{ActionLine, FollowUpView, OutLine};
use crate::web::views::signal::{Judged, NextAct, Record, StepContext};
use crate::web::views::steps::{FieldGroup, StepView};
use actix_web::{HttpRequest, HttpResponse, web};

const PURPOSE: Purpose = Purpose::Measure;

/// The addresses of these pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/signalen/{id}/opvolging", web::get().to(show))
        .route("/signalen/{id}/opvolging", web::post().to(add))
        .route("/acties/{id}", web::get().to(action))
        .route("/acties/{id}", web::post().to(complete));
}

/// Where following up a signal is.
#[must_use]
pub fn place(id: SignalId) -> String {
    format!("{}/opvolging", address(id))
}

/// What was just done, for the page after it.
fn done(word: &str) -> &'static str {
    match word {
        "actie" => "De actie staat erbij. De eigenaar ziet haar op de eigen lijst.",
        "klaar" => "De actie is klaar.",
        "doorgegeven" => "Het doorgeefblad is gemaakt. Open het om het af te drukken.",
        "check" => "Het voorstel ligt bij de privacy officer.",
        "bericht" => "De melder leest het nieuwe woord met de ontvangstcode.",
        _ => "",
    }
}

/// `GET /signalen/{id}/opvolging`
async fn show(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    let signal = web.app.signal_standing(&member.op, id)?;
    if let Some(why) = not_here(&signal, StepEvent::AddAction) {
        return refused(&web, &member, &signal, &why);
    }
    let query = Form::parse(request.query_string().as_bytes())?;
    page(&web, &member, id, &Form::default(), Trouble::Fine, done(query.text("klaar"))).await
}

/// `POST /signalen/{id}/opvolging`
async fn add(web: web::Data<Web>, member: Member, path: web::Path<String>, form: Form) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    let seen = seen_in(&web, &member, id, &form)?;
    let draft = ActionDraft {
        what: form.filled("watTeDoen"),
        owner: form.filled("eigenaar"),
        due_on: form.filled("uiterlijk").map(|typed| written_day(&typed)),
    };
    match web.app.add_action(&member.for_purpose(PURPOSE), seen, &draft).await {
        Ok(_) => Ok(see_other(&format!("{}?klaar=actie", place(id)))),
        Err(error) => {
            let trouble = Trouble::of(error)?;
            let signal = web.app.signal_standing(&member.op, id)?;
            match not_here(&signal, StepEvent::AddAction) {
                Some(why) => refused(&web, &member, &signal, &why),
                None => page(&web, &member, id, &form, trouble, "").await,
            }
        }
    }
}

async fn page(
    web: &Web,
    member: &Member,
    id: SignalId,
    form: &Form,
    trouble: Trouble,
    done: &str,
) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(PURPOSE);
    let found = web.app.open_follow_up(&op, &member.session, id).await?;
    let owners = web.app.action_owners(&op, id)?;
    let signal = &found.opened.signal;
    let came_back = saved(&trouble);
    let view = FollowUpView {
        frame: frame(web, member, "/signalen"),
        step: StepContext {
            title: "Opvolgen".to_owned(),
            saved: if came_back.is_empty() { done.to_owned() } else { came_back },
            records: decided(&found),
            ..around::opened(web, member, &found.opened, PURPOSE)?
        },
        form: act_form(web, member, &place(id), signal.version, trouble.errors()),
        actions: found.actions.iter().map(|row| action_line(web, member, &found, row)).collect(),
        out: out_lines(web, &found, id, op.today),
        fields: fields(&owners, form),
        primary: if trouble.is_closed() { Act::none() } else { Act::new("Voeg de actie toe", "actie") },
        others: Vec::new(),
        ways: ways(id),
    };
    Ok(trouble.answer(html(&view)?))
}

/// The decision that is followed up, with its reason when it was opened.
fn decided(found: &FollowUp) -> Vec<Record> {
    let signal = &found.opened.signal;
    let Some(code) = decision_of(signal) else { return Vec::new() };
    let why = found
        .opened
        .record("decision")
        .and_then(|record| {
            let decision: Decision = found.opened.json(record.id, DECISION)?;
            Some(decision.motivation.as_str().to_owned())
        })
        .unwrap_or_default();
    vec![Record {
        title: "Besluit".to_owned(),
        signed: String::new(),
        points: vec![Judged::new("Wat", code.label(), &why)],
    }]
}

fn action_line(web: &Web, member: &Member, found: &FollowUp, row: &ActionRow) -> ActionLine {
    let today = member.op.today;
    let what = found
        .opened
        .json::<FollowUpAction>(row.record_id, ACTION)
        .map(|action| action.what.as_str().to_owned())
        .unwrap_or_default();
    let result = found.opened.json::<Completion>(row.record_id, DONE).map(|done| done.result.as_str().to_owned());
    let mine = row.owner_id == member.session.actor.id && row.state == "open";
    ActionLine {
        what,
        owner: found.names.get(&row.owner_id).cloned().unwrap_or_default(),
        deadline: (row.state == "open").then(|| deadline(web, Some(row.due_on), today)),
        done: row.done_on.map(|day| calendar::in_words_near(day, today)).unwrap_or_default(),
        result: result.unwrap_or_default(),
        finish: if mine { format!("/acties/{}", row.id) } else { String::new() },
    }
}

/// What went out or is on its way: doorgeefbladen and privacychecks 2B.
fn out_lines(web: &Web, found: &FollowUp, id: SignalId, today: Day) -> Vec<OutLine> {
    let recipient = |code: &str| web.app.protocol().recipient(code).map_or(code.to_owned(), |one| one.label.clone());
    let on = |day: Day| calendar::in_words_near(day, today);
    let sheets = found.handoffs.iter().map(|row| OutLine {
        link: Link::new(
            &format!("Doorgeefblad voor {}", recipient(&row.recipient_kind)),
            &format!("{}/doorgeefblad/{}", address(id), row.id),
        ),
        note: format!(
            "{}, gemaakt door {}",
            on(row.made_on),
            found.names.get(&row.made_by).cloned().unwrap_or_default()
        ),
    });
    let checks = found.checks.iter().map(|row| {
        let waits = row.state == "proposed";
        let use_it = !waits && row.cleared > 0;
        let href = if use_it { format!("{}/doorgeefblad?privacycheck={}", address(id), row.id) } else { String::new() };
        let note = match (waits, row.cleared) {
            (true, _) => format!("voorgesteld op {}, wacht op de privacy officer", on(row.proposed_on)),
            (false, 0) => format!("geweigerd op {}", row.decided_on.map(on).unwrap_or_default()),
            (false, 1) => {
                format!("1 gegeven vrij, {}: maak er een doorgeefblad van", row.decided_on.map(on).unwrap_or_default())
            }
            (false, many) => {
                format!(
                    "{many} gegevens vrij, {}: maak er een doorgeefblad van",
                    row.decided_on.map(on).unwrap_or_default()
                )
            }
        };
        OutLine { link: Link::new("Privacycheck 2B", &href), note }
    });
    sheets.chain(checks).collect()
}

fn fields(owners: &[Owner], form: &Form) -> Vec<Field> {
    let chosen = form.text("eigenaar");
    let people = owners.iter().map(|owner| {
        let choice = Choice::new(&owner.id.to_string(), &format!("{}, {}", owner.name, owner.role.label()));
        if owner.id.to_string() == chosen { choice.chosen() } else { choice }
    });
    vec![
        Field::new("watTeDoen", "Wat moet er gebeuren?", Control::Area)
            .with_hint("De eigenaar leest alleen deze tekst, niet het signaal. Schrijf niets wat naar de melder wijst.")
            .with_value(form.text("watTeDoen")),
        Field::new("eigenaar", "Wie doet het?", Control::Select(people.collect())),
        Field::new("uiterlijk", "Uiterlijk", Control::Day)
            .with_hint("Bijvoorbeeld 31-1-2027.")
            .with_value(form.text("uiterlijk")),
    ]
}

fn ways(id: SignalId) -> Vec<NextAct> {
    let way = |text: &str, page: &str, note: &str| NextAct {
        link: Link::new(text, &format!("{}/{page}", address(id))),
        note: note.to_owned(),
        mine: super::ticked(false),
    };
    vec![
        way("Doorgeefblad maken", "doorgeefblad", "gekozen gegevens, zonder de melder"),
        way("Privacycheck 2B voorleggen", "privacycheck-2b", "als er meer wordt gedeeld dan al mocht"),
        way("Melder bericht geven", "bericht", ""),
        way("Afsluiten", "afsluiten", "als alles klaar is"),
    ]
}

fn action_in(path: &str) -> Result<ActionId, Failed> {
    path.parse().map_err(|_| Failed::not_found())
}

/// `GET /acties/{id}`
async fn action(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    let id = action_in(&path)?;
    let opened = web.app.open_action(&member.for_purpose(PURPOSE), &member.session, id).await?;
    action_page(&web, &member, &opened, &Form::default(), Trouble::Fine)
}

/// `POST /acties/{id}`
async fn complete(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let id = action_in(&path)?;
    tokens::check_session(&web.app.keys().server, member.session.actor.session.uuid(), form.text("formulier"))?;
    let op = member.for_purpose(PURPOSE);
    let draft = CompletionDraft { result: form.filled("watIsGedaan") };
    match web.app.complete_action(&op, &member.session, id, &draft).await {
        Ok(signal) => {
            let leads = web.app.signal_standing(&member.op, signal.id).is_ok();
            let to = if leads { format!("{}?klaar=klaar", place(signal.id)) } else { "/werk?klaar=gemeld".to_owned() };
            Ok(see_other(&to))
        }
        Err(error) => {
            let trouble = Trouble::of(error)?;
            let opened = web.app.open_action(&op, &member.session, id).await?;
            action_page(&web, &member, &opened, &form, trouble)
        }
    }
}

fn action_page(
    web: &Web,
    member: &Member,
    found: &OpenedAction,
    form: &Form,
    trouble: Trouble,
) -> Result<HttpResponse, Failed> {
    let today = member.op.today;
    let (row, opened) = (&found.row, &found.opened);
    let action: FollowUpAction = opened.json(row.record_id, ACTION).ok_or_else(Failed::not_found)?;
    let done: Option<Completion> = opened.json(row.record_id, DONE);
    let mut points = vec![
        Judged::new("Wat", "", action.what.as_str()),
        Judged::new("Uiterlijk", &calendar::in_words_near(row.due_on, today), ""),
    ];
    points.extend(done.map(|done| Judged::new("Gedaan", "", done.result.as_str())));
    let open = row.state == "open";
    let view = StepView {
        frame: frame(web, member, "/werk"),
        step: StepContext {
            title: "Actie".to_owned(),
            reference: opened.signal.reference.to_string(),
            saved: saved(&trouble),
            deadline: open.then(|| around::step_deadline(web, row.due_on, today)),
            records: vec![Record {
                title: "Wat u afsprak".to_owned(),
                signed: format!(
                    "U leest dit als eigenaar van de actie. Dit staat in het logboek, regel {}.",
                    thousands(opened.disclosed.event_index)
                ),
                points,
            }],
            ..StepContext::default()
        },
        form: act_form(web, member, &format!("/acties/{}", row.id), opened.signal.version, trouble.errors()),
        changed: None,
        question: if open { "Is het gedaan?".to_owned() } else { "Deze actie is klaar.".to_owned() },
        explanation: String::new(),
        groups: if open {
            let field = Field::new("watIsGedaan", "Wat is er gedaan?", Control::Area)
                .with_hint("Een zin of een paar. De coördinator leest dit.")
                .with_value(form.text("watIsGedaan"));
            vec![FieldGroup { heading: String::new(), intro: String::new(), fields: vec![field] }]
        } else {
            Vec::new()
        },
        consequence: String::new(),
        primary: if open { Act::new("Meld de actie klaar", "klaar") } else { Act::none() },
        others: Vec::new(),
        leave: Some(Link::new("Naar wat op u wacht", "/werk")),
    };
    Ok(trouble.answer(html(&view)?))
}

/// A day in a field, as people type it.
#[must_use]
pub fn day_in_field(day: Day) -> String {
    typed_day(&day.to_string())
}
