//! `/signalen/{id}/doorverwijzen`: the signal ends here and goes to somebody else.

use super::acting::{Trouble, act_form, see_other, seen_in, signal_in};
use super::signals::address;
use super::{around, frame, html, signal};
use crate::app::drafts::DRAFT;
use crate::app::judgements::Number;
use crate::domain::ids::SignalId;
use crate::domain::purpose::Purpose;
use crate::domain::weighing::{IntakeAssessment, IntakeDraft, ReferralDraft};
use crate::domain::workflow::StepEvent;
use crate::policy::Action;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::views::Link;
use crate::web::views::fields::{Act, Choice, Control, Field};
use crate::web::views::signal::StepContext;
use crate::web::views::steps::{FieldGroup, StepView};
use actix_web::{HttpResponse, web};

const STEP: StepEvent = StepEvent::ReferOn;

/// The addresses of this page.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/signalen/{id}/doorverwijzen", web::get().to(show))
        .route("/signalen/{id}/doorverwijzen", web::post().to(act));
}

/// `GET /signalen/{id}/doorverwijzen`
async fn show(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    let signal = web.app.signal_standing(&member.op, id)?;
    if let Some(why) = Trouble::not_here(STEP, signal.stage) {
        return signal::refused(&web, &member, &signal, &why);
    }
    page(&web, &member, id, &Form::default(), Trouble::Fine).await
}

/// `POST /signalen/{id}/doorverwijzen`
async fn act(web: web::Data<Web>, member: Member, path: web::Path<String>, form: Form) -> Result<HttpResponse, Failed> {
    let id = signal_in(&path)?;
    let seen = seen_in(&web, &member, id, &form)?;
    let op = member.for_purpose(Purpose::Intake);
    let draft = ReferralDraft {
        recipient: form.filled("ontvanger"),
        attention: form.filled("terAttentieVan"),
        basis: form.filled("grondslag"),
    };
    let judged = judged(&web, &member, id).await?;
    match web.app.refer_on(&op, seen, &draft, judged.as_ref()).await {
        Ok(_) => Ok(see_other(&format!("{}?klaar=doorverwezen", address(id)))),
        Err(error) => page(&web, &member, id, &form, Trouble::of(error)?).await,
    }
}

/// The answers that led here, when they were kept and are complete: they go along on record.
async fn judged(web: &Web, member: &Member, id: SignalId) -> Result<Option<IntakeDraft>, Failed> {
    let op = member.for_purpose(Purpose::Intake);
    let standing = web.app.weighing_standing(&op, id, Number::Intake)?;
    if standing.last_in("draft").is_none() {
        return Ok(None);
    }
    let opened = web.app.open_signal_as(&op, &member.session, id, &[DRAFT], Action::Step(STEP)).await;
    let opened = match opened {
        Ok(opened) => opened,
        Err(error) => return Err(Trouble::of(error).err().unwrap_or_else(Failed::not_found)),
    };
    let draft: Option<IntakeDraft> = opened.draft(&standing);
    Ok(draft.filter(|draft| IntakeAssessment::parse(draft, web.app.protocol()).is_ok()))
}

async fn page(web: &Web, member: &Member, id: SignalId, form: &Form, trouble: Trouble) -> Result<HttpResponse, Failed> {
    let op = member.for_purpose(Purpose::Intake);
    let opened = match web.app.open_signal_as(&op, &member.session, id, &["report"], Action::Step(STEP)).await {
        Ok(opened) => opened,
        Err(error) => return Err(Trouble::of(error).err().unwrap_or_else(Failed::not_found)),
    };
    let sentence = if trouble == Trouble::Changed { MOVED.to_owned() } else { trouble.sentence() };
    let view = StepView {
        frame: frame(web, member, "/signalen"),
        step: StepContext {
            title: "Doorverwijzen".to_owned(),
            saved: sentence,
            ..around::opened(web, member, &opened, Purpose::Intake)?
        },
        form: act_form(web, member, &format!("{}/doorverwijzen", address(id)), opened.signal.version, trouble.errors()),
        changed: None,
        question: "Naar wie gaat dit signaal?".to_owned(),
        explanation: "Alleen als het geen taak van de gemeente is, of niet in onze gemeente speelt.".to_owned(),
        groups: vec![FieldGroup { heading: String::new(), intro: String::new(), fields: fields(web, form) }],
        consequence: "Daarna is het signaal hier afgesloten. De melder leest “afgesloten”, niet naar wie het ging."
            .to_owned(),
        primary: if trouble.is_closed() { Act::none() } else { Act::new("Verwijs door en sluit af", "doorverwijzen") },
        others: Vec::new(),
        leave: Some(Link::new("Terug naar de intake", &format!("{}/intake", address(id)))),
    };
    Ok(trouble.answer(html(&view)?))
}

const MOVED: &str =
    "Iemand anders wijzigde dit signaal. Wat u invulde, is er nog: kijk het na en verstuur het opnieuw.";

fn fields(web: &Web, form: &Form) -> Vec<Field> {
    let chosen = form.text("ontvanger");
    let recipients = web.app.protocol().recipients.iter().filter(|recipient| recipient.takes_referrals());
    let choices = recipients.map(|recipient| {
        let choice = Choice::new(recipient.code.as_str(), &recipient.label).with_note(&recipient.basis);
        if recipient.code.as_str() == chosen { choice.chosen() } else { choice }
    });
    vec![
        Field::new("ontvanger", "Ontvanger", Control::Radios(choices.collect())),
        Field::new("terAttentieVan", "Ter attentie van", Control::Text)
            .with_hint("Een persoon of team bij de ontvanger. Nooit de melder.")
            .with_value(form.text("terAttentieVan"))
            .optional(),
        Field::new("grondslag", "Grondslag", Control::Text)
            .with_hint("Laat u dit leeg, dan geldt de grondslag die bij de ontvanger staat.")
            .with_value(form.text("grondslag"))
            .optional(),
    ]
}
