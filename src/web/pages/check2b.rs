//! `/signalen/{id}/privacycheck-2b`: the coordinator proposes to share more than was cleared before.

use super::acting::{Trouble, act_form, see_other, seen_in, signal_in};
use super::beside::{not_here, saved};
use super::handoff::{seen_words, words_of};
use super::signal::refused;
use super::signals::address;
use super::{around, facts, follow_up, frame, html};
use crate::domain::ids::SignalId;
use crate::domain::privacy_check::SharingProposalDraft;
use crate::domain::purpose::Purpose;
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

const PURPOSE: Purpose = Purpose::PrivacyCheck;
const STEP: StepEvent = StepEvent::ProposeCheck2b;

/// The addresses of this page.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/signalen/{id}/privacycheck-2b", web::get().to(show))
        .route("/signalen/{id}/privacycheck-2b", web::post().to(propose));
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
async fn propose(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    let seen = seen_in(&web, &member, id, &form)?;
    if form.text("daad") == facts::MORE {
        return page(&web, &member, id, &form, Trouble::Fine).await;
    }
    let draft = SharingProposalDraft {
        recipient: form.filled("ontvanger"),
        facts: facts::of(&form),
        basis: form.filled("grondslag"),
        reason: form.filled("waarom"),
    };
    let op = member.for_purpose(PURPOSE);
    match web.app.propose_check2b(&op, &member.session, seen, &draft, words_of(&form)).await {
        Ok(_) => Ok(see_other(&format!("{}?klaar=check", follow_up::place(id)))),
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

async fn page(web: &Web, member: &Member, id: SignalId, form: &Form, trouble: Trouble) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(PURPOSE);
    let opened = web.app.open_signal(&op, &member.session, id, &["report"]).await?;
    let chosen = form.text("ontvanger");
    let choices = web.app.protocol().recipients.iter().map(|recipient| {
        let choice = Choice::new(recipient.code.as_str(), &recipient.label).with_note(&recipient.basis);
        if recipient.code.as_str() == chosen { choice.chosen() } else { choice }
    });
    let rows = facts::of(form);
    let about = vec![
        Field::new("ontvanger", "Met wie wilt u delen?", Control::Radios(choices.collect())),
        Field::new("grondslag", "Grondslag", Control::Text)
            .with_hint("Bij elke ontvanger staat de voorgestelde grondslag.")
            .with_value(form.text("grondslag")),
        Field::new("waarom", "Waarom is delen nodig?", Control::Area)
            .with_hint("De privacy officer leest dit, en de gegevens hieronder. Niet het signaal.")
            .with_value(form.text("waarom")),
    ];
    let mut groups = vec![FieldGroup { heading: String::new(), intro: String::new(), fields: about }];
    groups.extend(facts::groups(&rows, facts::empty_rows(form, rows.len())));
    let last: Vec<Field> = seen_words(form, &trouble).into_iter().collect();
    groups.push(FieldGroup { heading: String::new(), intro: String::new(), fields: last });
    let view = StepView {
        frame: frame(web, member, "/signalen"),
        step: StepContext {
            title: "Privacycheck 2B".to_owned(),
            saved: saved(&trouble),
            ..around::opened(web, member, &opened, PURPOSE)?
        },
        form: act_form(
            web,
            member,
            &format!("{}/privacycheck-2b", address(id)),
            opened.signal.version,
            trouble.errors(),
        ),
        changed: None,
        question: "Welke gegevens wilt u delen?".to_owned(),
        explanation: "De privacy officer geeft vrij, versmalt of weigert. Daarna maakt u er een doorgeefblad van."
            .to_owned(),
        groups,
        consequence: String::new(),
        primary: if trouble.is_closed() {
            Act::none()
        } else {
            Act::new("Leg voor aan de privacy officer", "voorleggen")
        },
        others: vec![Act::new("Nog een gegeven", facts::MORE)],
        leave: Some(Link::new("Terug naar opvolgen", &follow_up::place(id))),
    };
    Ok(trouble.answer(html(&view)?))
}
