//! `/melden`: sharing a signal in four steps, without an account, a cookie or a draft on the server.

use super::{html, known_by_choices, ticked};
use crate::app::AppError;
use crate::app::intake::Arrival;
use crate::domain::role::Group;
use crate::domain::signal::{
    About, Channel, Exclusion, NewSignal, Observation, Period, Precision, Reporter, SignalDraft, SourceType,
};
use crate::domain::words::{Dutch, FieldError, YesNo};
use crate::store::StoreError;
use crate::vault::receipt::Receipt;
use crate::web::Web;
use crate::web::failure::{Failed, Failure};
use crate::web::form::Form;
use crate::web::tokens;
use crate::web::views::doors::{Door, LandingView, Sending, UnavailableView};
use crate::web::views::fields::{Choice, Errors, FieldError as ShownError};
use crate::web::views::report::{
    DoneView, Identity, Known, ReceiptView, ReviewStepView, Road, StepForm, WhatStepView, WhereStepView, WhoStepView,
};
use actix_web::http::header;
use actix_web::{HttpResponse, web};

const ACTION: &str = "/melden/signaal";

/// Fields of earlier steps that travel along hidden.
const CARRIED: [&str; 13] = [
    "tekst",
    "gezien",
    "plaats",
    "plaatsSoort",
    "wanneer",
    "wieOfWat",
    "hoeWeetU",
    "wieBentU",
    "naam",
    "bereik",
    "uitsluiten",
    "bang",
    "weg",
];

/// `GET /melden`
pub async fn landing(web: web::Data<Web>) -> Result<HttpResponse, Failed> {
    let door = |group: Group, call: &str| match web.app.group_holder(group) {
        Ok(_) => Ok(Door::Open),
        Err(AppError::RoadClosed(_) | AppError::KeyNotProven(_)) => Ok(Door::Closed { call: call.to_owned() }),
        Err(error) => Err(error),
    };
    let view = LandingView {
        site: web.site.clone(),
        signal: door(Group::Coordinators, "de coördinator")?,
        integrity: door(Group::Integrity, "de vertrouwenspersoon")?,
    };
    html(&view)
}

/// `GET /melden/signaal` and `GET /melden/collega`: an empty first step.
pub async fn first_step(web: web::Data<Web>, request: actix_web::HttpRequest) -> Result<HttpResponse, Failed> {
    let road = if request.path().ends_with("collega") { Road::Integrity } else { Road::Signal };
    let form = Form::parse(format!("weg={}", road.value()).as_bytes())?;
    step_page(&web, 1, &form, Vec::new())
}

/// `POST /melden/signaal`: every step of the form.
pub async fn step(web: web::Data<Web>, form: Form) -> Result<HttpResponse, Failed> {
    let today = web.app.now().day();
    let key = &web.app.keys().server;
    let bound = form.text("bon");
    let plain = tokens::check_public(key, today, "", form.text("formulier"));
    if bound.is_empty() {
        plain?;
    } else {
        tokens::check_public(key, today, bound, form.text("formulier"))?;
    }
    let form = settle_names(&form);
    match form.text("naar") {
        "stap-1" => step_page(&web, 1, &form, Vec::new()),
        "stap-2" => checked(&web, &form, 1, 2),
        "stap-3" => checked(&web, &form, 2, 3),
        "stap-4" => checked(&web, &form, 3, 4),
        "versturen" => send(&web, &form).await,
        _ => Err(Failed(Failure::Unreadable)),
    }
}

/// Two cards of step 3 have name fields of their own; the choice says which pair counts.
fn settle_names(form: &Form) -> Form {
    let named = form.text("wieBentU") == "bekend";
    let typed_beside = form.pairs().iter().any(|(name, _)| name == "naamBekend");
    let pairs = form.pairs().iter().filter_map(|(name, value)| match (name.as_str(), named) {
        ("naamBekend", true) => Some(("naam".to_owned(), value.clone())),
        ("bereikBekend", true) => Some(("bereik".to_owned(), value.clone())),
        ("naamBekend" | "bereikBekend", false) => None,
        ("naam" | "bereik", true) if typed_beside => None,
        _ => Some((name.clone(), value.clone())),
    });
    Form::of(pairs.collect())
}

fn draft_of(form: &Form) -> SignalDraft {
    let integrity = form.text("weg") == Road::Integrity.value();
    SignalDraft {
        narrative: form.text("tekst").to_owned(),
        observations: form.all("gezien"),
        place: form.filled("plaats"),
        precision: form.filled("plaatsSoort"),
        period: form.filled("wanneer"),
        subject: form.filled("wieOfWat"),
        known_by: form.all("hoeWeetU"),
        confidentiality: form.filled("wieBentU"),
        name: form.filled("naam"),
        reach: form.filled("bereik"),
        exclusions: if integrity { Vec::new() } else { form.all("uitsluiten") },
        fear: form.filled("bang"),
        about: integrity.then(|| About::Colleague.code().to_owned()),
    }
}

/// The field names of the domain, as the form calls them.
fn form_field(name: &str) -> &str {
    match name {
        "opgevallen" => "gezien",
        "waar" => "plaats",
        "plek" => "plaatsSoort",
        "melder" => "wieBentU",
        "bereikbaar" => "bereik",
        "nietLezen" => "uitsluiten",
        "bangVoorHerkenning" => "bang",
        other => other,
    }
}

fn step_of(field: &str) -> u8 {
    match field {
        "tekst" | "gezien" => 1,
        "plaats" | "plaatsSoort" | "wanneer" | "wieOfWat" | "hoeWeetU" => 2,
        _ => 3,
    }
}

fn shown(errors: Vec<FieldError>, step: u8) -> Vec<ShownError> {
    errors
        .into_iter()
        .map(|error| ShownError::new(form_field(&error.field), &error.message))
        .filter(|error| step_of(&error.field) == step)
        .collect()
}

/// Goes on to `to` when the step it comes from has no mistakes, and stays there with the mistakes otherwise.
fn checked(web: &Web, form: &Form, from: u8, to: u8) -> Result<HttpResponse, Failed> {
    let errors = NewSignal::parse(&draft_of(form)).err().unwrap_or_default();
    for step in 1..=from {
        let wrong = shown(errors.clone(), step);
        if !wrong.is_empty() {
            return step_page(web, step, form, wrong);
        }
    }
    step_page(web, to, form, Vec::new())
}

fn step_form(web: &Web, form: &Form, step: u8, errors: Vec<ShownError>, bon: &str) -> StepForm {
    let own: &[&str] = match step {
        1 => &["tekst", "gezien"],
        2 => &["plaats", "plaatsSoort", "wanneer", "wieOfWat", "hoeWeetU"],
        3 => &["wieBentU", "naam", "bereik", "uitsluiten", "bang"],
        _ => &[],
    };
    let carried = form
        .pairs()
        .iter()
        .filter(|(name, value)| {
            CARRIED.contains(&name.as_str()) && name != "weg" && !own.contains(&name.as_str()) && !value.is_empty()
        })
        .cloned()
        .collect();
    let road = if form.text("weg") == Road::Integrity.value() { Road::Integrity } else { Road::Signal };
    StepForm {
        action: ACTION.to_owned(),
        road,
        formulier: tokens::public_token(&web.app.keys().server, web.app.now().day(), bon),
        carried,
        errors: Errors::from(errors),
    }
}

fn choices<T: Dutch + PartialEq>(all: &[T], chosen: &[String]) -> Vec<Choice> {
    all.iter()
        .map(|value| {
            let choice = Choice::new(value.code(), value.label());
            if chosen.iter().any(|code| code == value.code()) { choice.chosen() } else { choice }
        })
        .collect()
}

fn step_page(web: &Web, step: u8, form: &Form, errors: Vec<ShownError>) -> Result<HttpResponse, Failed> {
    let invalid = !errors.is_empty();
    let one = |name: &str| vec![form.text(name).to_owned()];
    let response = match step {
        1 => html(&WhatStepView {
            site: web.site.clone(),
            form: step_form(web, form, 1, errors, ""),
            tekst: form.text("tekst").to_owned(),
            gezien: choices(Observation::ALL, &form.all("gezien")),
        }),
        2 => html(&WhereStepView {
            site: web.site.clone(),
            form: step_form(web, form, 2, errors, ""),
            threatened: ticked(form.all("gezien").iter().any(|code| code == Observation::Pressure.code())),
            plaats: form.text("plaats").to_owned(),
            plaats_soort: choices(Precision::ALL, &one("plaatsSoort")),
            wanneer: choices(Period::ALL, &one("wanneer")),
            wie_of_wat: form.text("wieOfWat").to_owned(),
            hoe_weet_u: known_by_choices(&form.all("hoeWeetU")),
        }),
        3 => {
            let chosen = form.all("uitsluiten");
            let (readers, lio): (Vec<_>, Vec<_>) =
                Exclusion::ALL.iter().partition(|e| matches!(e, Exclusion::Coordinator | Exclusion::Deputy));
            let integrity = form.text("weg") == Road::Integrity.value();
            let pick = |list: &[Exclusion]| if integrity { Vec::new() } else { choices(list, &chosen) };
            html(&WhoStepView {
                site: web.site.clone(),
                form: step_form(web, form, 3, errors, ""),
                wie_bent_u: known_of(form.text("wieBentU")),
                naam: form.text("naam").to_owned(),
                bereik: form.text("bereik").to_owned(),
                uitsluiten: pick(&readers),
                uitsluiten_lio: pick(&lio),
                bang: ticked(!form.text("bang").is_empty()),
            })
        }
        _ => review(web, form),
    }?;
    Ok(if invalid { super::with_status(response, actix_web::http::StatusCode::BAD_REQUEST) } else { response })
}

fn known_of(code: &str) -> Known {
    match code {
        "vertrouwelijk" => Known::Confidential,
        "bekend" => Known::Named,
        _ => Known::Anonymous,
    }
}

/// The last page before sending: what the reader will see. The receipt is made here and travels in the form, so that
/// a retry shows the same one and nothing holds it on the server.
fn review(web: &Web, form: &Form) -> Result<HttpResponse, Failed> {
    let new = match NewSignal::parse(&draft_of(form)) {
        Ok(new) => new,
        Err(errors) => {
            let first = errors.iter().map(|e| step_of(form_field(&e.field))).min().unwrap_or(1);
            let wrong = shown(errors, first);
            return step_page(web, first, form, wrong);
        }
    };
    let bon = match form.filled("bon") {
        Some(bon) => bon,
        None => Receipt::random(web.app.entropy().as_mut())?.shown().expose().replace(' ', ""),
    };
    let labels = |codes: &[Observation]| codes.iter().map(|o| o.label().to_owned()).collect();
    let road = form.text("weg") == Road::Integrity.value();
    let (readers, excluded) = readers_in_words(web, &new)?;
    let identity = match &new.reporter {
        Reporter::Anonymous => Identity::Anonymous { dropped: ticked(!form.text("naam").is_empty()) },
        Reporter::Confidential(known) => Identity::Confidential {
            naam: words(&known.name),
            bereik: known.reach.as_ref().map(words).unwrap_or_default(),
        },
        Reporter::Named(known) => {
            Identity::Named { naam: words(&known.name), bereik: known.reach.as_ref().map(words).unwrap_or_default() }
        }
    };
    // A name that was typed before the choice became "anoniem" does not travel on.
    let form =
        if matches!(new.reporter, Reporter::Anonymous) { form.without(&["naam", "bereik"]) } else { form.clone() };
    let content = &new.content;
    html(&ReviewStepView {
        site: web.site.clone(),
        form: step_form(web, &form, 4, Vec::new(), &bon),
        bon,
        tekst: words(&content.narrative),
        gezien: labels(&content.observations),
        plaats: content.place.as_ref().map(words).unwrap_or_default(),
        plaats_soort: if content.precision == Precision::Unknown {
            String::new()
        } else {
            content.precision.label().to_owned()
        },
        wanneer: if content.period == Period::Unknown { String::new() } else { content.period.label().to_owned() },
        wie_of_wat: content.subject.as_ref().map(words).unwrap_or_default(),
        hoe_weet_u: content.known_by.iter().map(|k| k.label().to_owned()).collect(),
        identity,
        readers,
        excluded,
        trafficking_contacts: ticked(!road && content.concerns_trafficking() == YesNo::Yes),
        bang: ticked(!form.text("bang").is_empty()),
    })
}

fn words(text: &impl crate::domain::text::BoundedText) -> String {
    text.as_str().to_owned()
}

/// Who reads this first, and who does not, as the service will really seal it.
fn readers_in_words(web: &Web, new: &NewSignal) -> Result<(Vec<String>, Vec<String>), Failed> {
    let excluded = new.exclusions.iter().map(|e| e.label().to_owned()).collect();
    if web.app.box_for(new)? == Group::Integrity.code() {
        return Ok((vec!["de vertrouwenspersonen".to_owned()], excluded));
    }
    let readers = [(Exclusion::Coordinator, "de coördinator"), (Exclusion::Deputy, "de plaatsvervanger")]
        .into_iter()
        .filter(|(who, _)| !new.exclusions.contains(who))
        .map(|(_, words)| words.to_owned())
        .collect();
    Ok((readers, excluded))
}

async fn send(web: &Web, form: &Form) -> Result<HttpResponse, Failed> {
    let new = match NewSignal::parse(&draft_of(form)) {
        Ok(new) => new,
        Err(_) => return review(web, form),
    };
    let Ok(receipt) = Receipt::parse(form.text("bon")) else { return Err(Failed(Failure::Unreadable)) };
    let op = web.app.as_anonymous()?;
    let source = if new.reporter.identity().is_some() { SourceType::Employee } else { SourceType::AnonymousInternal };
    let arrival = Arrival { channel: Channel::Web, source };
    match web.app.submit(&op, &new, &receipt, arrival).await {
        Ok(_) => html(&ReceiptView {
            site: web.site.clone(),
            reader: if web.app.box_for(&new)? == Group::Integrity.code() {
                "een vertrouwenspersoon".to_owned()
            } else if new.exclusions.contains(&Exclusion::Coordinator) {
                "een andere coördinator".to_owned()
            } else {
                "de coördinator".to_owned()
            },
            groups: receipt.shown().expose().split(' ').map(ToOwned::to_owned).collect(),
            known: match new.reporter {
                Reporter::Anonymous => Known::Anonymous,
                Reporter::Confidential(_) => Known::Confidential,
                Reporter::Named(_) => Known::Named,
            },
        }),
        Err(error) => unavailable(web, form, &new, error),
    }
}

/// Nothing is lost when it cannot be stored now: the form comes back whole, with the same receipt.
fn unavailable(web: &Web, form: &Form, new: &NewSignal, error: AppError) -> Result<HttpResponse, Failed> {
    let unknown = matches!(error, AppError::Store(StoreError::Unknown));
    let failed = Failed::from(error);
    let wait = failed.retry_after().unwrap_or(60);
    if actix_web::ResponseError::status_code(&failed) != actix_web::http::StatusCode::SERVICE_UNAVAILABLE {
        return Err(failed);
    }
    tracing::warn!("a signal could not be stored now: {failed}");
    let bon = form.text("bon");
    let response = html(&UnavailableView {
        site: web.site.clone(),
        form: step_form(web, form, 4, Vec::new(), bon),
        bon: bon.to_owned(),
        sending: if unknown { Sending::Unknown } else { Sending::NotSent },
        wait_seconds: wait,
        written: vec![("Wat u zag of hoorde".to_owned(), words(&new.content.narrative))],
    })?;
    let mut response = super::with_status(response, actix_web::http::StatusCode::SERVICE_UNAVAILABLE);
    response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(wait));
    Ok(response)
}

/// `GET /melden/klaar`: after the receipt; nothing of it stays behind the back button.
pub async fn done(web: web::Data<Web>) -> Result<HttpResponse, Failed> {
    let mut response = html(&DoneView { site: web.site.clone() })?;
    super::clear_cache(&mut response);
    Ok(response)
}

/// `GET /melden/weg`: away, at once.
pub async fn leave(web: web::Data<Web>) -> HttpResponse {
    let mut response = HttpResponse::SeeOther().insert_header((header::LOCATION, web.leave_to.clone())).finish();
    super::clear_cache(&mut response);
    response
}
