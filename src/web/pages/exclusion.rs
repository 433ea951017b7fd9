//! `/signalen/{id}/uitsluiten`: who may not read this signal any more, with what that comes to.

use super::acting::{Trouble, act_form, see_other, seen_in, signal_in};
use super::beside::saved;
use super::signals::address;
use super::{around, frame, html};
use crate::app::exclusion::{Reader, Then};
use crate::domain::exclusion::ExclusionDraft;
use crate::domain::ids::SignalId;
use crate::domain::purpose::Purpose;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::views::Link;
use crate::web::views::fields::{Act, Choice, Control, Field};
use crate::web::views::signal::StepContext;
use crate::web::views::steps::{FieldGroup, StepView};
use actix_web::{HttpResponse, web};

const PURPOSE: Purpose = Purpose::Administration;

/// The addresses of this page.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/signalen/{id}/uitsluiten", web::get().to(show))
        .route("/signalen/{id}/uitsluiten", web::post().to(exclude));
}

/// `GET`
async fn show(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    page(&web, &member, signal_in(&path)?, &Form::default(), Trouble::Fine).await
}

/// `POST`
async fn exclude(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    let seen = seen_in(&web, &member, id, &form)?;
    let draft = ExclusionDraft { who: form.filled("wie") };
    match web.app.exclude_reader(&member.for_purpose(PURPOSE), &member.session, seen, &draft).await {
        Ok(_) if web.app.signal_standing(&member.op, id).is_ok() => {
            Ok(see_other(&format!("{}?klaar=uitgesloten", address(id))))
        }
        // Whoever excluded themselves, or handed the signal over, cannot see it any more.
        Ok(_) => Ok(see_other("/signalen")),
        Err(error) => page(&web, &member, id, &form, Trouble::of(error)?).await,
    }
}

async fn page(web: &Web, member: &Member, id: SignalId, form: &Form, trouble: Trouble) -> Result<HttpResponse, Failed> {
    let (signal, readers) = web.app.readers_to_exclude(&member.for_purpose(PURPOSE), id).await?;
    let chosen = form.text("wie");
    let choices = readers.iter().map(|reader| {
        let value = reader.who.to_string();
        let choice = Choice::new(&value, &label(reader)).with_note(note(reader.then));
        if value == chosen { choice.chosen() } else { choice }
    });
    let view = StepView {
        frame: frame(web, member, "/signalen"),
        step: StepContext {
            title: "Iemand uitsluiten".to_owned(),
            saved: saved(&trouble),
            ..around::standing(web, member, &signal)?
        },
        form: act_form(web, member, &format!("{}/uitsluiten", address(id)), signal.version, trouble.errors()),
        changed: None,
        question: "Wie mag dit signaal niet lezen?".to_owned(),
        explanation: "Wie u kiest, kan het daarna niet openen en ziet niet dat het er is. U kunt ook uzelf kiezen."
            .to_owned(),
        groups: vec![FieldGroup {
            heading: String::new(),
            intro: String::new(),
            fields: vec![Field::new("wie", "Lezer", Control::Radios(choices.collect()))],
        }],
        consequence: "Alles wat deze lezer kon openen, krijgt nieuwe sleutels. Terugdraaien kan niet op deze pagina."
            .to_owned(),
        primary: if trouble.is_closed() { Act::none() } else { Act::new("Sluit deze lezer uit", "uitsluiten") },
        others: Vec::new(),
        leave: Some(Link::new("Niemand uitsluiten", &address(id))),
    };
    Ok(trouble.answer(html(&view)?))
}

fn label(reader: &Reader) -> String {
    if reader.role.is_empty() {
        format!("Iedereen met de rol {}", reader.name).replace("de rol alle coördinatoren", "de rol coördinator")
    } else {
        format!("{}, {}", reader.name, reader.role)
    }
}

fn note(then: Then) -> &'static str {
    match then {
        Then::Same => "",
        Then::Circle => "De andere coördinatoren lezen het nog; nieuwe coördinatoren niet vanzelf.",
        Then::Integrity => {
            "Er blijven te weinig coördinatoren over. Het signaal gaat naar de vertrouwenspersonen; ook u ziet het dan niet meer."
        }
    }
}
