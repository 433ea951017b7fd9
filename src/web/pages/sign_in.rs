//! `/aanmelden` and `/aanmelden/eerste-keer`: coming in; `/afmelden`: going.

use super::acting::see_other;
use super::{bare_frame, html, second_factor, with_status};
use crate::app::AppError;
use crate::app::enrolment::{Enrolled, Waits};
use crate::app::passwords::PASSWORD_MIN_CHARS;
use crate::app::second_step::FirstStep;
use crate::app::sign_in::SessionKind;
use crate::policy::MemberActor;
use crate::vault::session::SessionToken;
use crate::web::Web;
use crate::web::failure::{Failed, Failure};
use crate::web::form::Form;
use crate::web::guard::{Member, counted, in_turn, member_of, no_cookie, session_cookie};
use crate::web::halfway;
use crate::web::kept;
use crate::web::tokens;
use crate::web::views::fields::{Errors, FieldError as ShownError};
use crate::web::views::kept::WhyKept;
use crate::web::views::staff::{FirstSignInView, SignInProblem, SignInReason, SignInView, WaitingView, in_words};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, web};

pub(super) fn query(request: &actix_web::HttpRequest, name: &str) -> String {
    Form::parse(request.query_string().as_bytes()).map(|form| form.text(name).to_owned()).unwrap_or_default()
}

/// Only a place on this site: an address elsewhere would make our sign-in page somebody's stepping stone.
pub(super) fn own_place(wish: &str) -> String {
    // Only signs an address of ours can have: browsers drop tabs and line ends, and read a backslash as a slash.
    let plain = wish.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let own = plain && wish.starts_with('/') && !wish.starts_with("//");
    if own && !wish.starts_with("/aanmelden") { wish.to_owned() } else { String::new() }
}

/// What waits for whoever signs in.
#[derive(Clone, Default)]
pub(in crate::web) struct Onward {
    /// Where to go, on this site; empty for the worklist.
    pub(in crate::web) back: String,
    /// A form that was kept, sealed; empty when there is none.
    pub(in crate::web) kept: String,
}

impl Onward {
    /// As a form of these pages carries it along.
    pub(super) fn of(form: &Form) -> Self {
        Self { back: own_place(form.text("terug")), kept: form.text(kept::FIELD).to_owned() }
    }
}

fn page(
    web: &Web,
    naam: &str,
    onward: &Onward,
    reason: SignInReason,
    problem: Option<SignInProblem>,
) -> Result<HttpResponse, Failed> {
    let wrong = problem.is_some();
    let response = html(&SignInView {
        frame: bare_frame(web),
        action: "/aanmelden".to_owned(),
        formulier: tokens::public_token(&web.app.keys().server, web.app.now().day(), "aanmelden"),
        naam: naam.to_owned(),
        back: onward.back.clone(),
        kept: onward.kept.clone(),
        reason,
        problem,
    })?;
    Ok(if wrong { with_status(response, StatusCode::BAD_REQUEST) } else { response })
}

/// `GET /aanmelden`
pub async fn ask(web: web::Data<Web>, request: actix_web::HttpRequest) -> Result<HttpResponse, Failed> {
    let reason = match query(&request, "reden").as_str() {
        "afgemeld" => SignInReason::SignedOut,
        "gekozen" => SignInReason::PasswordChosen,
        "niet-bewaard" => SignInReason::NotKept,
        _ if query(&request, "terug").is_empty() => SignInReason::Asked,
        _ => SignInReason::TimedOut,
    };
    let onward = Onward { back: own_place(&query(&request, "terug")), kept: String::new() };
    page(&web, "", &onward, reason, None)
}

/// The sign-in page for whoever sent a form after their session had ended; the form waits in it.
pub(in crate::web) fn to_go_on(web: &Web, kept: &str) -> Result<HttpResponse, Failed> {
    let onward = Onward { back: String::new(), kept: kept.to_owned() };
    Ok(with_status(page(web, "", &onward, SignInReason::Kept, None)?, StatusCode::FORBIDDEN))
}

/// The way to the sign-in page for whoever sent a form that cannot be kept.
pub(in crate::web) fn without_text(place: &str) -> HttpResponse {
    let place = percent_encoding::utf8_percent_encode(place, percent_encoding::NON_ALPHANUMERIC);
    see_other(&format!("/aanmelden?terug={place}&reden=niet-bewaard"))
}

/// `POST /aanmelden`
pub async fn enter(web: web::Data<Web>, form: Form) -> Result<HttpResponse, Failed> {
    tokens::check_public(&web.app.keys().server, web.app.now().day(), "aanmelden", form.text("formulier"))?;
    let (naam, onward) = (form.text("naam").to_owned(), Onward::of(&form));
    let password = form.text("wachtwoord").to_owned();
    if naam.trim().is_empty() || password.is_empty() {
        return page(&web, &naam, &onward, SignInReason::Asked, Some(SignInProblem::Missing));
    }
    match first_step(&web, naam.clone(), password).await {
        Ok(FirstStep::In(token, actor)) => inside(&web, &token, actor, &onward).await,
        Ok(FirstStep::Half(token)) => halfway_page(&web, token, &onward).await,
        Err(AppError::NotLetIn(waits)) => waiting_page(&web, &waits),
        Err(AppError::SignInFailed) => page(&web, &naam, &onward, SignInReason::Asked, Some(SignInProblem::Wrong)),
        Err(AppError::Slowed { seconds }) => {
            let slowed = Some(SignInProblem::Slowed { seconds });
            Ok(slowed_for(page(&web, &naam, &onward, SignInReason::Asked, slowed)?, seconds))
        }
        Err(error) => Err(error.into()),
    }
}

async fn first_step(web: &web::Data<Web>, login: String, password: String) -> Result<FirstStep, AppError> {
    let op = web.app.as_anonymous()?;
    let attempt = counted(web, &op, login).await?;
    in_turn(web, move |app| app.first_step(&op, attempt, &password)).await
}

/// On to the second step. A form that was kept is in no address, so then the page itself is the answer.
async fn halfway_page(web: &web::Data<Web>, token: SessionToken, onward: &Onward) -> Result<HttpResponse, Failed> {
    let cookie = halfway::cookie(&token);
    let mut answer = if onward.kept.is_empty() {
        see_other(&second_factor::place(&onward.back))
    } else {
        let app = web.app.clone();
        let found = web::block(move || app.halfway(&token)).await.map_err(|e| AppError::Internal(e.to_string()))??;
        second_factor::first_page(web, &found.ok_or(Failed(Failure::SignInFirst))?, onward)?
    };
    answer.add_cookie(&cookie).map_err(|e| AppError::Internal(e.to_string()))?;
    Ok(answer)
}

/// In, and on to where one wanted to go, or to the form that waited.
pub(super) async fn inside(
    web: &web::Data<Web>,
    token: &SessionToken,
    actor: MemberActor,
    onward: &Onward,
) -> Result<HttpResponse, Failed> {
    let whose = kept::Whose::of(&actor).cookie(&web.app.keys().server);
    let mut answer = if onward.kept.is_empty() {
        see_other(if onward.back.is_empty() { "/werk" } else { &onward.back })
    } else {
        let token = SessionToken::parse(token.printable().expose()).map_err(AppError::from)?;
        let member = member_of(web, token, SessionKind::Web).await?;
        super::kept::page(web, &member, &onward.kept, WhyKept::SignedOut)?
    };
    for cookie in [session_cookie(token), halfway::no_cookie(), whose] {
        answer.add_cookie(&cookie).map_err(|e| AppError::Internal(e.to_string()))?;
    }
    Ok(answer)
}

/// A page for somebody who has to wait.
pub(super) fn slowed_for(page: HttpResponse, seconds: u32) -> HttpResponse {
    let mut page = with_status(page, StatusCode::TOO_MANY_REQUESTS);
    page.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
    page
}

/// `POST /afmelden`
pub async fn leave(web: web::Data<Web>, member: Member, form: Form) -> Result<HttpResponse, Failed> {
    tokens::check_session(&web.app.keys().server, member.session.actor.session.uuid(), form.text("formulier"))?;
    web.app.sign_out(&member.op).await?;
    let mut response = HttpResponse::SeeOther()
        .cookie(no_cookie())
        .cookie(kept::no_cookie())
        .insert_header((header::LOCATION, "/aanmelden?reden=afgemeld"))
        .finish();
    super::clear_cache(&mut response);
    Ok(response)
}

/// For whoever has a password and keys, and is not let in yet.
fn waiting_page(web: &Web, waits: &Waits) -> Result<HttpResponse, Failed> {
    let by: Vec<String> = waits.by.iter().map(|role| format!("een {}", role.label())).collect();
    let by = if by.is_empty() { "een collega".to_owned() } else { by.join(" of ") };
    html(&WaitingView { frame: bare_frame(web), name: waits.name.clone(), by, fingerprint: waits.fingerprint.clone() })
}

fn first_page(web: &Web, naam: &str, code: &str, errors: Vec<ShownError>) -> Result<HttpResponse, Failed> {
    let wrong = !errors.is_empty();
    let response = html(&FirstSignInView {
        frame: bare_frame(web),
        action: "/aanmelden/eerste-keer".to_owned(),
        formulier: tokens::public_token(&web.app.keys().server, web.app.now().day(), "eerste-keer"),
        naam: naam.to_owned(),
        code: code.to_owned(),
        least_signs: PASSWORD_MIN_CHARS,
        errors: Errors::from(errors),
    })?;
    Ok(if wrong { with_status(response, StatusCode::BAD_REQUEST) } else { response })
}

/// `GET /aanmelden/eerste-keer`
pub async fn first_ask(web: web::Data<Web>) -> Result<HttpResponse, Failed> {
    first_page(&web, "", "", Vec::new())
}

/// `POST /aanmelden/eerste-keer`: the one-time code and a password of one's own.
pub async fn first_enter(web: web::Data<Web>, form: Form) -> Result<HttpResponse, Failed> {
    tokens::check_public(&web.app.keys().server, web.app.now().day(), "eerste-keer", form.text("formulier"))?;
    let (naam, code) = (form.text("naam").to_owned(), form.text("code").to_owned());
    let (password, again) = (form.text("wachtwoord").to_owned(), form.text("wachtwoordNogmaals").to_owned());
    let mut errors = Vec::new();
    if naam.trim().is_empty() {
        errors.push(ShownError::new("naam", "Vul uw aanmeldnaam in."));
    }
    if code.trim().is_empty() {
        errors.push(ShownError::new("code", "Vul de code in die u kreeg."));
    }
    if password != again {
        errors.push(ShownError::new("wachtwoordNogmaals", "De twee wachtwoorden zijn niet gelijk. Typ ze nog eens."));
    }
    if !errors.is_empty() {
        return first_page(&web, &naam, &code, errors);
    }
    let op = web.app.as_anonymous()?;
    let (login, typed) = (naam.clone(), code.clone());
    match in_turn(&web, move |app| app.enrol(&op, &login, &typed, &password)).await {
        Ok(Enrolled::Waits(waits)) => waiting_page(&web, &waits),
        Ok(Enrolled::In) => {
            Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, "/aanmelden?reden=gekozen")).finish())
        }
        Err(AppError::Invalid(errors)) => {
            let shown = errors.iter().map(|e| ShownError::new(&e.field, &e.message)).collect();
            first_page(&web, &naam, &code, shown)
        }
        Err(AppError::EnrolmentFailed) => {
            let text = "Deze naam en code horen niet bij elkaar, of de code is al gebruikt.";
            first_page(&web, &naam, &code, vec![ShownError::new("code", text)])
        }
        Err(AppError::Slowed { seconds }) => {
            let text = format!("Wacht {}. Daarna kunt u het weer proberen.", in_words(seconds));
            Ok(slowed_for(first_page(&web, &naam, &code, vec![ShownError::new("code", &text)])?, seconds))
        }
        Err(error) => Err(error.into()),
    }
}
