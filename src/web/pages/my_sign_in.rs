//! `/mijn-aanmelding`: one's own signing in.

use super::{frame, html};
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::tokens;
use crate::web::views::my_sign_in::StayingView;
use actix_web::{HttpResponse, web};

/// The addresses of these pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/mijn-aanmelding/langer", web::post().to(stay));
}

fn checked(web: &Web, member: &Member, form: &Form) -> Result<(), Failed> {
    Ok(tokens::check_session(&web.app.keys().server, member.session.actor.session.uuid(), form.text("formulier"))?)
}

/// `POST /mijn-aanmelding/langer`: the session is in use as of now.
async fn stay(web: web::Data<Web>, mut member: Member, form: Form) -> Result<HttpResponse, Failed> {
    checked(&web, &member, &form)?;
    web.app.session_seen(member.session.actor.session).await?;
    member.session.seen_at = member.op.at;
    html(&StayingView { frame: frame(&web, &member, "") })
}
