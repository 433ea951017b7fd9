//! Pages in Dutch, one file per address. A handler parses, calls one use case and fills one view.

pub mod acting;
pub mod acts;
pub mod agenda;
pub mod around;
pub mod beside;
pub mod check1;
mod check1_decide;
pub mod check2a;
mod check2a_decide;
pub mod check2b;
pub mod check2b_decide;
pub mod closing;
pub mod confirming;
pub mod conflict;
pub mod decision;
pub mod decision_owner;
pub mod destruction;
pub mod emergency;
pub mod enrichment;
pub mod errors;
pub mod exclusion;
pub mod facts;
pub mod follow_up;
pub mod handoff;
pub mod history;
pub mod identity;
pub mod intake;
pub mod judged;
mod kept;
pub mod leaving;
mod lio;
pub mod machines;
pub mod melden;
pub mod members;
pub mod my_password;
pub mod my_sign_in;
pub mod privacy_check;
pub mod publish;
pub mod records;
pub mod referral;
pub mod roles;
pub mod second_factor;
pub mod second_signature;
pub mod sign_in;
pub mod signal;
pub mod signals;
pub mod source_question;
pub mod telling;
pub mod urgent;
pub mod volgen;
pub mod weighing;
pub mod worklist;

use super::Web;
use super::failure::Failed;
use super::guard::Member;
use super::tokens;
use super::views::fields::{Choice, Tick};
use super::views::staff::{Frame, MenuItem, SessionEnd, SignedIn};
use crate::app::AppError;
use crate::domain::role::Role;
use crate::domain::signal::KnownBy;
use crate::policy::MemberActor;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use askama::Template;

/// A rendered view.
///
/// # Errors
/// When the template cannot be rendered, which no data of ours causes.
pub fn html(view: &impl Template) -> Result<HttpResponse, Failed> {
    let body = view.render().map_err(|e| AppError::Internal(format!("template: {e}")))?;
    Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(body))
}

/// The same page with another status.
#[must_use]
pub fn with_status(mut response: HttpResponse, status: StatusCode) -> HttpResponse {
    *response.status_mut() = status;
    response
}

/// Nothing of the pages before stays in this browser's cache.
pub fn clear_cache(response: &mut HttpResponse) {
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\""));
}

/// A tick from a fact.
#[must_use]
pub fn ticked(fact: bool) -> Tick {
    Tick::from(fact)
}

fn known_by_choices(chosen: &[String]) -> Vec<Choice> {
    KnownBy::ALL
        .iter()
        .map(|value| {
            let choice = Choice::new(value.code(), value.label());
            if chosen.iter().any(|code| code == value.code()) { choice.chosen() } else { choice }
        })
        .collect()
}

/// The frame around a staff page for this member.
#[must_use]
pub fn frame(web: &Web, member: &Member, current: &str) -> Frame {
    let actor = &member.session.actor;
    let may_in_emergency = web.app.emergency_terms().filter(|terms| actor.holds(terms.role()));
    let menu = menu_of(actor)
        .into_iter()
        .chain(may_in_emergency.map(|_| ("Noodinzage", emergency::PLACE)))
        .map(|(text, href)| MenuItem { text: text.to_owned(), href: href.to_owned(), current: ticked(href == current) })
        .collect();
    Frame {
        site: web.site.clone(),
        menu,
        member: Some(SignedIn {
            name: actor.name.clone(),
            role: role_in_words(actor),
            formulier: tokens::session_token(&web.app.keys().server, actor.session.uuid()),
            ends: ends_of(web, member),
        }),
    }
}

/// When the session ends: without another act, and whatever happens.
#[must_use]
pub fn ends_of(web: &Web, member: &Member) -> SessionEnd {
    let idle = member.session.seen_at.plus_seconds(web.app.session_terms().idle_seconds);
    let last = member.session.ends_at;
    if idle < last {
        SessionEnd::Unused { at: idle.time_of_day(), last: last.time_of_day() }
    } else {
        SessionEnd::Anyhow { at: last.time_of_day() }
    }
}

/// The frame of a page for whoever has not signed in.
#[must_use]
pub fn bare_frame(web: &Web) -> Frame {
    Frame { site: web.site.clone(), menu: Vec::new(), member: None }
}

/// A member's roles in words, each once: "plaatsvervangend coördinator, jurist". Somebody may hold one role for several
/// sources.
#[must_use]
pub fn role_in_words(actor: &MemberActor) -> String {
    let mut words: Vec<String> = Vec::new();
    for held in &actor.roles {
        let label = held.role.label();
        let word = if held.deputy { format!("plaatsvervangend {label}") } else { label.to_owned() };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words.join(", ")
}

fn menu_of(actor: &MemberActor) -> Vec<(&'static str, &'static str)> {
    let any = |roles: &[Role]| roles.iter().any(|role| actor.holds(*role));
    let mut menu = vec![("Wat wacht op u", "/werk")];
    if any(&[Role::Coordinator, Role::IntegrityContact, Role::TraffickingContact]) {
        menu.push(("Signalen", "/signalen"));
    }
    if actor.roles.iter().any(|held| held.role.lio_membership().is_some()) {
        menu.push(("LIO", "/lio"));
    }
    if any(&[Role::PrivacyOfficer]) {
        menu.push(("Privacychecks", "/privacychecks"));
    }
    if any(&[Role::Flexible, Role::CivilRegistry]) {
        menu.push(("Uw vragen", "/bronvragen"));
    }
    if any(&[Role::Administrator, Role::Fg]) || actor.roles.iter().any(|held| held.role.group().is_some()) {
        menu.push(("Leden", "/leden"));
    }
    if any(&[Role::Administrator, Role::PrivacyOfficer, Role::Fg]) {
        menu.push(("Koppelingen", "/koppelingen"));
    }
    menu
}
