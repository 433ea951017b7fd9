//! `/bevestigen`: showing once more who one is, on the way to an act that asks for it.

use super::acting::see_other;
use super::sign_in::{Onward, own_place, query, slowed_for};
use super::{frame, html, kept, with_status};
use crate::app::AppError;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::{Member, in_turn};
use crate::web::tokens;
use crate::web::views::confirming::ConfirmView;
use crate::web::views::factor::CodeProblem;
use crate::web::views::kept::WhyKept;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

/// Where it is asked.
const PLACE: &str = "/bevestigen";

/// The addresses of this page.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/bevestigen", web::get().to(ask)).route("/bevestigen", web::post().to(confirm));
}

/// Where it is asked on the way to this place.
pub(super) fn place(back: &str) -> String {
    format!("{PLACE}?terug={}", percent_encoding::utf8_percent_encode(back, percent_encoding::NON_ALPHANUMERIC))
}

/// `GET /bevestigen`
async fn ask(web: web::Data<Web>, member: Member, request: HttpRequest) -> Result<HttpResponse, Failed> {
    let onward = Onward { back: own_place(&query(&request, "terug")), kept: String::new() };
    page(&web, &member, &onward, None)
}

/// The page for whoever sent a form that asks for it; the form waits in it.
pub(in crate::web) fn to_go_on(web: &Web, member: &Member, onward: &Onward) -> Result<HttpResponse, Failed> {
    Ok(with_status(page(web, member, onward, None)?, StatusCode::FORBIDDEN))
}

fn page(web: &Web, member: &Member, onward: &Onward, problem: Option<CodeProblem>) -> Result<HttpResponse, Failed> {
    let wrong = problem.is_some();
    let page = html(&ConfirmView {
        frame: frame(web, member, ""),
        action: PLACE.to_owned(),
        formulier: tokens::session_token(&web.app.keys().server, member.session.actor.session.uuid()),
        back: onward.back.clone(),
        kept: onward.kept.clone(),
        asked: web.app.asked_of(&member.session)?,
        problem,
    })?;
    Ok(if wrong { with_status(page, StatusCode::BAD_REQUEST) } else { page })
}

/// `POST /bevestigen`
async fn confirm(web: web::Data<Web>, member: Member, form: Form) -> Result<HttpResponse, Failed> {
    tokens::check_session(&web.app.keys().server, member.session.actor.session.uuid(), form.text("formulier"))?;
    let (onward, shown) = (Onward::of(&form), form.text("bewijs").to_owned());
    if shown.trim().is_empty() {
        return page(&web, &member, &onward, Some(CodeProblem::Missing));
    }
    let (member, done) = in_turn(&web, move |app| {
        let done = app.confirm_session(&member.op, &member.session, &shown);
        Ok((member, done))
    })
    .await?;
    match done {
        Ok(()) if !onward.kept.is_empty() => kept::page(&web, &member, &onward.kept, WhyKept::Confirmed),
        Ok(()) => Ok(see_other(if onward.back.is_empty() { "/werk" } else { &onward.back })),
        Err(AppError::FactorFailed | AppError::SignInFailed) => page(&web, &member, &onward, Some(CodeProblem::Wrong)),
        Err(AppError::Slowed { seconds }) => {
            Ok(slowed_for(page(&web, &member, &onward, Some(CodeProblem::Slowed { seconds }))?, seconds))
        }
        Err(error) => Err(error.into()),
    }
}
