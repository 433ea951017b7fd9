//! `/signalen/{id}/bericht`: a word of the closed list to the melder; `/signalen/{id}/monitoren`: weighing again after
//! monitoring. Neither opens more than it needs.

use super::acting::{Trouble, act_form, see_other, seen_in, signal_in};
use super::beside::{not_here, saved};
use super::signal::refused;
use super::signals::address;
use super::{around, follow_up, frame, html};
use crate::app::closing::told_of;
use crate::domain::calendar;
use crate::domain::follow_up::{ReasonDraft, ToldDraft};
use crate::domain::ids::SignalId;
use crate::domain::purpose::Purpose;
use crate::domain::stage::{MelderStatus, Stage};
use crate::domain::term::ClockCode;
use crate::domain::workflow::StepEvent;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::views::Link;
use crate::web::views::fields::{Act, Choice, Control, Field};
use crate::web::views::signal::StepContext;
use crate::web::views::steps::{FieldGroup, StepView};
use actix_web::{HttpResponse, web};

/// The addresses of these pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/signalen/{id}/bericht", web::get().to(show))
        .route("/signalen/{id}/bericht", web::post().to(tell))
        .route("/signalen/{id}/monitoren", web::get().to(look_again))
        .route("/signalen/{id}/monitoren", web::post().to(resume));
}

fn only(field: Field) -> Vec<FieldGroup> {
    vec![FieldGroup { heading: String::new(), intro: String::new(), fields: vec![field] }]
}

/// `GET /signalen/{id}/bericht`
async fn show(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    tell_page(&web, &member, signal_in(&path)?, &Form::default(), &Trouble::Fine)
}

/// `POST /signalen/{id}/bericht`
async fn tell(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    let seen = seen_in(&web, &member, id, &form)?;
    let draft = ToldDraft { status: form.filled("status") };
    match web.app.tell_melder(&member.for_purpose(Purpose::Feedback), seen, &draft).await {
        Ok(signal) if signal.stage == Stage::FollowUp => {
            Ok(see_other(&format!("{}?klaar=bericht", follow_up::place(id))))
        }
        Ok(_) => Ok(see_other(&address(id))),
        Err(error) => tell_page(&web, &member, id, &form, &Trouble::of(error)?),
    }
}

fn tell_page(web: &Web, member: &Member, id: SignalId, form: &Form, trouble: &Trouble) -> Result<HttpResponse, Failed> {
    let signal = web.app.signal_standing(&member.op, id)?;
    if let Some(why) = not_here(&signal, StepEvent::TellMelder) {
        return refused(web, member, &signal, &why);
    }
    let today = member.op.today;
    let until = web.app.protocol().due_on(ClockCode::MelderFeedback, signal.received_on);
    let chosen = form.text("status");
    let choices = MelderStatus::tellable(signal.stage).iter().map(|word| {
        let choice = Choice::new(word.code(), word.label()).with_note(&format!("“{}”", word.sentence(until)));
        if word.code() == chosen { choice.chosen() } else { choice }
    });
    let last = told_of(&signal).zip(signal.told_on).map(|(told, day)| {
        format!("Het laatste woord was “{}”, op {}.", told.status.label(), calendar::in_words_near(day, today))
    });
    let view = StepView {
        frame: frame(web, member, "/signalen"),
        step: StepContext {
            title: "Bericht aan de melder".to_owned(),
            saved: saved(trouble),
            ..around::standing(web, member, &signal)?
        },
        form: act_form(web, member, &format!("{}/bericht", address(id)), signal.version, trouble.errors()),
        changed: None,
        question: "Wat leest de melder?".to_owned(),
        explanation: last.unwrap_or_else(|| "De melder kreeg nog geen woord van iemand.".to_owned()),
        groups: only(
            Field::new("status", "Woord", Control::Radios(choices.collect()))
                .with_hint("De melder leest nooit over wie het gaat, wat u doet of wie meewerkt."),
        ),
        consequence: "De melder leest dit met de ontvangstcode, zolang het signaal in deze stap staat.".to_owned(),
        primary: if trouble.is_closed() { Act::none() } else { Act::new("Laat dit de melder lezen", "bericht") },
        others: Vec::new(),
        leave: Some(Link::new("Niet nu", &address(id))),
    };
    Ok(trouble.answer(html(&view)?))
}

/// `GET /signalen/{id}/monitoren`
async fn look_again(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    let signal = web.app.signal_standing(&member.op, id)?;
    match not_here(&signal, StepEvent::ResumeMonitoring) {
        Some(why) => refused(&web, &member, &signal, &why),
        None => resume_page(&web, &member, id, &Form::default(), &Trouble::Fine).await,
    }
}

/// `POST /signalen/{id}/monitoren`
async fn resume(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    let seen = seen_in(&web, &member, id, &form)?;
    let draft = ReasonDraft { reason: form.filled("waarom") };
    match web.app.resume_monitoring(&member.for_purpose(Purpose::Weighing), seen, &draft).await {
        Ok(_) => Ok(see_other(&format!("{}/weging-3", address(id)))),
        Err(error) => {
            let trouble = Trouble::of(error)?;
            let signal = web.app.signal_standing(&member.op, id)?;
            match not_here(&signal, StepEvent::ResumeMonitoring) {
                Some(why) => refused(&web, &member, &signal, &why),
                None => resume_page(&web, &member, id, &form, &trouble).await,
            }
        }
    }
}

async fn resume_page(
    web: &Web,
    member: &Member,
    id: SignalId,
    form: &Form,
    trouble: &Trouble,
) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(Purpose::Weighing);
    let opened = web.app.open_signal(&op, &member.session, id, &["report"]).await?;
    let until = opened.signal.monitor_until.map(|day| calendar::in_words_near(day, op.today)).unwrap_or_default();
    let view = StepView {
        frame: frame(web, member, "/signalen"),
        step: StepContext {
            title: "Opnieuw besluiten".to_owned(),
            saved: saved(trouble),
            ..around::opened(web, member, &opened, Purpose::Weighing)?
        },
        form: act_form(web, member, &format!("{}/monitoren", address(id)), opened.signal.version, trouble.errors()),
        changed: None,
        question: "Weegt u dit signaal nu opnieuw?".to_owned(),
        explanation: format!("Het wordt gevolgd tot en met {until}. Eerder kan als er iets nieuws is."),
        groups: only(
            Field::new("waarom", "Waarom nu?", Control::Area)
                .with_hint("Eén zin: de datum is er, of wat er nieuw is.")
                .with_value(form.text("waarom")),
        ),
        consequence: "Daarna staat het signaal weer bij wegen. Bij weging 3 kan ook weer monitoren.".to_owned(),
        primary: if trouble.is_closed() { Act::none() } else { Act::new("Weeg opnieuw", "hervatten") },
        others: Vec::new(),
        leave: Some(Link::new("Blijf volgen", &address(id))),
    };
    Ok(trouble.answer(html(&view)?))
}
