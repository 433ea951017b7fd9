//! `/signalen/{id}/afsluiten`: what is still to be done, how long the signal is kept, and per betrokkene whether they were
//! informed.

use super::acting::{Trouble, act_form, see_other, seen_in, signal_in, written_day};
use super::beside::{not_here, saved};
use super::signal::refused;
use super::signals::address;
use super::{around, follow_up, frame, html};
use crate::app::closing::ClosingStanding;
use crate::domain::calendar;
use crate::domain::closing::{ClosingDraft, DutyDraft, InformKind, PostponeGround};
use crate::domain::ids::SignalId;
use crate::domain::purpose::Purpose;
use crate::domain::retention::{Measure, RetentionGround};
use crate::domain::words::YesNo;
use crate::domain::workflow::StepEvent;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::views::Link;
use crate::web::views::fields::{Act, Choice, Control, Field};
use crate::web::views::signal::{Judged, Record, StepContext};
use crate::web::views::steps::{FieldGroup, StepView};
use actix_web::{HttpResponse, web};

const PURPOSE: Purpose = Purpose::Measure;
const STEP: StepEvent = StepEvent::Close;
/// The most betrokkenen of one form.
const MOST: usize = 20;
/// The value of the button that asks for one more.
const MORE: &str = "meer";

/// The addresses of this page.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/signalen/{id}/afsluiten", web::get().to(show))
        .route("/signalen/{id}/afsluiten", web::post().to(close));
}

/// `GET`
async fn show(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    let signal = web.app.signal_standing(&member.op, id)?;
    match not_here(&signal, STEP) {
        Some(why) => refused(&web, &member, &signal, &why),
        None => page(&web, &member, id, &Form::default(), Trouble::Fine).await,
    }
}

/// `POST`
async fn close(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    let seen = seen_in(&web, &member, id, &form)?;
    if form.text("daad") == MORE {
        return page(&web, &member, id, &form, Trouble::Fine).await;
    }
    match web.app.close(&member.for_purpose(PURPOSE), seen, &draft_of(&form)).await {
        Ok(_) => Ok(see_other(&format!("{}?klaar=afgesloten", address(id)))),
        Err(error) => {
            let trouble = Trouble::of(error)?;
            let signal = web.app.signal_standing(&member.op, id)?;
            match not_here(&signal, STEP) {
                Some(why) => refused(&web, &member, &signal, &why),
                None => page(&web, &member, id, &form, trouble).await,
            }
        }
    }
}

fn at(number: usize, field: &str) -> String {
    format!("informatieplicht.{number}.{field}")
}

/// The betrokkenen of a form, rows left empty taken out.
fn duties_of(form: &Form) -> Vec<DutyDraft> {
    (1..=MOST)
        .map(|number| {
            let text = |field: &str| form.filled(&at(number, field));
            DutyDraft {
                subject: text("betrokkene"),
                kind: text("besluit"),
                day: text("datum").map(|typed| written_day(&typed)),
                ground: text("uitzondering"),
                reason: text("waarom"),
            }
        })
        .filter(|row| row.subject.is_some() || row.kind.is_some() || row.reason.is_some())
        .collect()
}

fn draft_of(form: &Form) -> ClosingDraft {
    ClosingDraft {
        measure: form.filled("maatregel"),
        ground: form.filled("grond"),
        reason: form.filled("waarom"),
        duties: duties_of(form),
        names_nobody: form.filled("noemtNiemand"),
    }
}

async fn page(web: &Web, member: &Member, id: SignalId, form: &Form, trouble: Trouble) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(PURPOSE);
    let standing = web.app.closing_standing(&op, id)?;
    let opened = web.app.open_signal(&op, &member.session, id, &["report"]).await?;
    let ready = standing.obstacles().is_empty();
    let mut groups = vec![kept(&standing, form)];
    groups.extend(informed(form));
    let view = StepView {
        frame: frame(web, member, "/signalen"),
        step: StepContext {
            title: "Afsluiten".to_owned(),
            saved: saved(&trouble),
            records: if ready { Vec::new() } else { vec![first(&standing)] },
            ..around::opened(web, member, &opened, PURPOSE)?
        },
        form: act_form(web, member, &format!("{}/afsluiten", address(id)), opened.signal.version, trouble.errors()),
        changed: None,
        question: "Hoe loopt dit af?".to_owned(),
        explanation: format!("Het besluit was: {}.", standing.decision.label().to_lowercase()),
        groups,
        consequence: "Na het afsluiten kan niets meer worden toegevoegd. De naam van de melder wordt dan vernietigd; de rest op de dag die hierboven staat.".to_owned(),
        primary: if trouble.is_closed() { Act::none() } else { Act::new("Sluit het signaal af", "afsluiten") },
        others: vec![Act::new("Nog een betrokkene", MORE)],
        leave: Some(Link::new("Terug naar opvolgen", &follow_up::place(id))),
    };
    Ok(trouble.answer(html(&view)?))
}

/// What must be done first.
fn first(standing: &ClosingStanding) -> Record {
    let points = standing.obstacles().into_iter().map(|error| {
        let label = match error.field.as_str() {
            "acties" => "Acties",
            "melder" => "Melder",
            "doorgeefblad" => "Doorgeven",
            _ => "Eerst",
        };
        Judged::new(label, "", &error.message)
    });
    Record { title: "Eerst nog".to_owned(), signed: String::new(), points: points.collect() }
}

fn kept(standing: &ClosingStanding, form: &Form) -> FieldGroup {
    let chosen = form.text("maatregel");
    let measures = Measure::ALL.iter().map(|measure| {
        let kept = standing.kept.iter().find(|(known, _)| known == measure).map(|(_, kept)| {
            format!(
                "{} bewaard, dan vernietigd: {}. Bron: {}",
                kept.term.in_words(),
                calendar::in_words_with_year(kept.destroy_on),
                kept.source
            )
        });
        let choice = Choice::new(measure.code(), measure.label()).with_note(&kept.unwrap_or_default());
        if measure.code() == chosen { choice.chosen() } else { choice }
    });
    let other = form.text("grond");
    let grounds = [RetentionGround::NotTakenUp, RetentionGround::WithoutMeasure, RetentionGround::WithMeasure];
    let grounds = grounds.iter().map(|ground| {
        let choice = Choice::new(ground.code(), ground.label());
        if ground.code() == other { choice.chosen() } else { choice }
    });
    FieldGroup {
        heading: "Hoe lang wordt het bewaard?".to_owned(),
        intro: String::new(),
        fields: vec![
            Field::new("maatregel", "Kwam er een maatregel?", Control::Radios(measures.collect())),
            Field::new("grond", "Een andere grond dan daaruit volgt", Control::Select(grounds.collect()))
                .with_hint("Alleen als dat nodig is. Schrijf dan ook waarom.")
                .optional(),
            Field::new("waarom", "Waarom een andere grond?", Control::Text)
                .with_hint("Alleen bij een andere grond.")
                .with_value(form.text("waarom"))
                .conditional(),
        ],
    }
}

/// The informatieplicht: who was informed, who not yet and why.
fn informed(form: &Form) -> Vec<FieldGroup> {
    let rows = duties_of(form);
    let more = usize::from(rows.is_empty() || form.text("daad") == MORE);
    let nobody = Choice::new(YesNo::Yes.code(), "Het signaal noemt niemand, en er is niemand bekend geworden");
    let nobody = if form.text("noemtNiemand") == YesNo::Yes.code() { nobody.chosen() } else { nobody };
    let mut groups = vec![FieldGroup {
        heading: "Wie is geïnformeerd?".to_owned(),
        intro: "Wie in een signaal staat, moet dat weten, tenzij er een grond is om te wachten (AVG art. 14, UAVG art. 41)."
            .to_owned(),
        fields: vec![Field::new("noemtNiemand", "Niemand", Control::Checks(vec![nobody])).conditional()],
    }];
    let blank = DutyDraft::default();
    for (place, duty) in rows.iter().chain(std::iter::repeat_n(&blank, more)).take(MOST).enumerate() {
        groups.push(duty_group(place + 1, duty));
    }
    groups
}

fn duty_group(number: usize, duty: &DutyDraft) -> FieldGroup {
    let value = |text: &Option<String>| text.clone().unwrap_or_default();
    let kinds = InformKind::ALL.iter().map(|kind| {
        let choice = Choice::new(kind.code(), kind.label());
        if Some(kind.code()) == duty.kind.as_deref() { choice.chosen() } else { choice }
    });
    let grounds = PostponeGround::ALL.iter().map(|ground| {
        let choice = Choice::new(ground.code(), ground.label());
        if Some(ground.code()) == duty.ground.as_deref() { choice.chosen() } else { choice }
    });
    FieldGroup {
        heading: format!("Betrokkene {number}"),
        intro: String::new(),
        fields: vec![
            // The bare name of the whole carries the mistake "nobody was filled in".
            Field::new(&at(number, "betrokkene"), "Om wie gaat het?", Control::Text)
                .with_value(&value(&duty.subject))
                .conditional(),
            Field::new(&at(number, "besluit"), "Wat is besloten?", Control::Radios(kinds.collect())).conditional(),
            Field::new(&at(number, "datum"), "Datum", Control::Day)
                .with_hint("Bij geïnformeerd: wanneer. Bij uitgesteld: wanneer u opnieuw kijkt.")
                .with_value(&duty.day.as_deref().map(super::acting::typed_day).unwrap_or_default())
                .conditional(),
            Field::new(&at(number, "uitzondering"), "Grond voor uitstel", Control::Select(grounds.collect()))
                .with_hint("Alleen bij uitgesteld.")
                .conditional(),
            Field::new(&at(number, "waarom"), "Waarom?", Control::Text)
                .with_hint("Bij uitgesteld en bij niet nodig.")
                .with_value(&value(&duty.reason))
                .conditional(),
        ],
    }
}
