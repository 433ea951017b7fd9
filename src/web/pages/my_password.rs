//! `/mijn-aanmelding/wachtwoord`: another password.

use super::acting::see_other;
use super::my_sign_in::{PLACE, checked, errors_of};
use super::sign_in::slowed_for;
use super::{frame, html, with_status};
use crate::app::AppError;
use crate::app::passwords::PASSWORD_MIN_CHARS;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::{Confirmed, Member, in_turn};
use crate::web::tokens;
use crate::web::views::fields::{Errors, FieldError};
use crate::web::views::my_sign_in::PasswordView;
use crate::web::views::staff::in_words;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

/// The addresses of this page.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/mijn-aanmelding/wachtwoord", web::get().to(ask))
        .route("/mijn-aanmelding/wachtwoord", web::post().to(change));
}

fn page(web: &Web, member: &Member, errors: Errors) -> Result<HttpResponse, Failed> {
    let wrong = errors.any();
    let page = html(&PasswordView {
        frame: frame(web, member, PLACE),
        action: format!("{PLACE}/wachtwoord"),
        formulier: tokens::session_token(&web.app.keys().server, member.session.actor.session.uuid()),
        least_signs: PASSWORD_MIN_CHARS,
        errors,
    })?;
    Ok(if wrong { with_status(page, StatusCode::BAD_REQUEST) } else { page })
}

/// `GET /mijn-aanmelding/wachtwoord`
async fn ask(web: web::Data<Web>, Confirmed(member): Confirmed) -> Result<HttpResponse, Failed> {
    page(&web, &member, Errors::default())
}

/// `POST /mijn-aanmelding/wachtwoord`
async fn change(web: web::Data<Web>, Confirmed(member): Confirmed, form: Form) -> Result<HttpResponse, Failed> {
    checked(&web, &member, &form)?;
    let (old, new) = (form.text("oudWachtwoord").to_owned(), form.text("wachtwoord").to_owned());
    let mut errors = Vec::new();
    if old.is_empty() {
        errors.push(FieldError::new("oudWachtwoord", "Vul uw wachtwoord van nu in"));
    }
    if new != form.text("wachtwoordNogmaals") {
        errors.push(FieldError::new("wachtwoordNogmaals", "De twee wachtwoorden zijn niet gelijk. Typ ze nog eens"));
    }
    if !errors.is_empty() {
        return page(&web, &member, Errors::from(errors));
    }
    let (member, done) = in_turn(&web, move |app| {
        let done = app.password_change(&member.op, &member.session, &old, &new);
        Ok((member, done))
    })
    .await?;
    match done {
        Ok(()) => Ok(see_other("/mijn-aanmelding?klaar=wachtwoord")),
        Err(AppError::Slowed { seconds }) => {
            let text = format!("Wacht {}. Daarna kunt u het weer proberen", in_words(seconds));
            Ok(slowed_for(page(&web, &member, Errors::from(vec![FieldError::new("oudWachtwoord", &text)]))?, seconds))
        }
        Err(error) => page(&web, &member, errors_of(error)?),
    }
}
