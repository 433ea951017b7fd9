//! "Uw tekst is bewaard": a form that waited, to be sent again by whoever sent it.

use super::sign_in::own_place;
use super::{frame, html};
use crate::policy::MemberActor;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::guard::Member;
use crate::web::tokens;
use crate::web::views::kept::{Kept, KeptView, WaitingForm, WhyKept};
use actix_web::HttpResponse;

/// The page for a form that came back sealed.
pub(super) fn page(web: &Web, member: &Member, sealed: &str, why: WhyKept) -> Result<HttpResponse, Failed> {
    html(&KeptView { frame: frame(web, member, ""), kept: opened(web, &member.session.actor, sealed, why) })
}

/// Only its sender is shown a form, and it goes to a place of this site only.
fn opened(web: &Web, actor: &MemberActor, sealed: &str, why: WhyKept) -> Kept {
    let Some(form) = web.app.kept_form(sealed) else { return Kept::Gone };
    if form.member != actor.id {
        return Kept::OfAnother;
    }
    let action = own_place(&form.place);
    if action.is_empty() {
        return Kept::Gone;
    }
    let formulier = tokens::session_token(&web.app.keys().server, actor.session.uuid());
    Kept::Waiting(WaitingForm { action, formulier, fields: form.fields, why })
}
