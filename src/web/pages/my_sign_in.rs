//! `/mijn-aanmelding`: one's own sessions, apps and recovery codes, and staying signed in. The password has a file of its
//! own (`my_password.rs`).

use super::acting::{Trouble, see_other, shown};
use super::second_factor::{app_page, offered};
use super::sign_in::{Onward, query, slowed_for};
use super::{frame, html, ticked, with_status};
use crate::app::AppError;
use crate::app::my_sign_in::{MySignIn, OwnSession};
use crate::app::second_step::{NewCodes, Offer};
use crate::app::sign_in::SessionKind;
use crate::app::{App, SecondFactor};
use crate::domain::calendar;
use crate::domain::ids::{FactorId, SessionId};
use crate::domain::time::{Day, Moment};
use crate::store::members::RoleRow;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::{Confirmed, Member};
use crate::web::tokens;
use crate::web::views::factor::CodeProblem;
use crate::web::views::fields::Errors;
use crate::web::views::my_sign_in::{AppLine, MySignInView, NewCodesView, SessionLine, StayingView};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

/// The page itself.
pub(super) const PLACE: &str = "/mijn-aanmelding";
const NEW_APP: &str = "/mijn-aanmelding/nieuwe-app";

/// The addresses of these pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/mijn-aanmelding", web::get().to(show))
        .route("/mijn-aanmelding/langer", web::post().to(stay))
        .route("/mijn-aanmelding/sessies", web::post().to(end_others))
        .route("/mijn-aanmelding/sessies/{id}", web::post().to(end))
        .route("/mijn-aanmelding/nieuwe-app", web::get().to(offer))
        .route("/mijn-aanmelding/nieuwe-app", web::post().to(add))
        .route("/mijn-aanmelding/apps/{id}", web::post().to(remove))
        .route("/mijn-aanmelding/herstelcodes", web::post().to(renew));
}

pub(super) fn checked(web: &Web, member: &Member, form: &Form) -> Result<(), Failed> {
    Ok(tokens::check_session(&web.app.keys().server, member.session.actor.session.uuid(), form.text("formulier"))?)
}

/// Runs what may wait on the database or on keys, and gives the member back.
async fn blocking<T: Send + 'static>(
    web: &web::Data<Web>,
    member: Member,
    act: impl FnOnce(&App, &Member) -> Result<T, AppError> + Send + 'static,
) -> Result<(Member, Result<T, AppError>), Failed> {
    let app = web.app.clone();
    let run = move || {
        let done = act(&app, &member);
        (member, done)
    };
    Ok(web::block(run).await.map_err(|e| AppError::Internal(e.to_string()))?)
}

/// `GET /mijn-aanmelding`
async fn show(web: web::Data<Web>, member: Member, request: HttpRequest) -> Result<HttpResponse, Failed> {
    let done = match query(&request, "klaar").as_str() {
        "sessie" => "De sessie is beëindigd.",
        "sessies" => "U bent overal elders afgemeld.",
        "app" => "De app is toegevoegd.",
        "app-weg" => "De app is verwijderd.",
        "wachtwoord" => "Uw wachtwoord is gewijzigd. Overal elders bent u afgemeld.",
        _ => "",
    };
    page(&web, member, done, &Trouble::Fine).await
}

async fn page(web: &web::Data<Web>, member: Member, done: &str, trouble: &Trouble) -> Result<HttpResponse, Failed> {
    let (member, found) =
        blocking(web, member, |app, member| Ok((app.my_sign_in(&member.session)?, app.standing_in(&member.op)?)))
            .await?;
    let (found, standing_in) = found?;
    let today = member.op.today;
    let view = MySignInView {
        frame: frame(web, &member, PLACE),
        formulier: tokens::session_token(&web.app.keys().server, member.session.actor.session.uuid()),
        done: done.to_owned(),
        errors: trouble.errors(),
        sessions: found.sessions.iter().map(|one| session_line(one, &member, today)).collect(),
        apps: app_lines(&found, today),
        codes: found.codes,
        standing_in: standing_in.iter().map(|row| stands_in(row, today)).collect(),
    };
    Ok(trouble.answer(html(&view)?))
}

fn stands_in(row: &RoleRow, today: Day) -> String {
    let days = row.dates().in_words(today);
    let now = if row.counts_on(today) { "" } else { " De rol telt nog niet." };
    format!("U vervangt als {} {days}.{now}", row.role.label())
}

fn session_line(one: &OwnSession, member: &Member, today: Day) -> SessionLine {
    SessionLine {
        what: match one.kind {
            SessionKind::Web => "Pagina's in een browser".to_owned(),
            SessionKind::Api => "Koppeling met een ander programma (API)".to_owned(),
        },
        since: in_words(one.since, today),
        seen: in_words(one.seen, today),
        this: ticked(one.id == member.session.actor.session),
        end: format!("{PLACE}/sessies/{}", one.id),
    }
}

fn app_lines(found: &MySignIn, today: Day) -> Vec<AppLine> {
    let last_stays = found.apps.len() < 2 && found.second_factor == SecondFactor::Required;
    let line = |(id, since): &(FactorId, Moment)| AppLine {
        since: calendar::in_words_near(since.day(), today),
        remove: if last_stays { String::new() } else { format!("{PLACE}/apps/{id}") },
    };
    found.apps.iter().map(line).collect()
}

fn in_words(moment: Moment, today: Day) -> String {
    format!("{}, {}", calendar::in_words_near(moment.day(), today), moment.time_of_day())
}

/// `POST /mijn-aanmelding/langer`: the session is in use as of now.
async fn stay(web: web::Data<Web>, mut member: Member, form: Form) -> Result<HttpResponse, Failed> {
    checked(&web, &member, &form)?;
    web.app.session_seen(member.session.actor.session).await?;
    member.session.seen_at = member.op.at;
    html(&StayingView { frame: frame(&web, &member, "") })
}

/// `POST /mijn-aanmelding/sessies/{id}`
async fn end(web: web::Data<Web>, member: Member, path: web::Path<String>, form: Form) -> Result<HttpResponse, Failed> {
    checked(&web, &member, &form)?;
    let which: SessionId = path.parse().map_err(|_| Failed::not_found())?;
    web.app.end_session(&member.op, which).await?;
    Ok(see_other("/mijn-aanmelding?klaar=sessie"))
}

/// `POST /mijn-aanmelding/sessies`
async fn end_others(web: web::Data<Web>, member: Member, form: Form) -> Result<HttpResponse, Failed> {
    checked(&web, &member, &form)?;
    web.app.end_other_sessions(&member.op).await?;
    Ok(see_other("/mijn-aanmelding?klaar=sessies"))
}

/// `GET /mijn-aanmelding/nieuwe-app`
async fn offer(web: web::Data<Web>, Confirmed(member): Confirmed) -> Result<HttpResponse, Failed> {
    let offer = web.app.factor_offer(member.session.owner())?;
    offer_page(&web, member, &offer, None).await
}

/// `POST /mijn-aanmelding/nieuwe-app`
async fn add(web: web::Data<Web>, Confirmed(member): Confirmed, form: Form) -> Result<HttpResponse, Failed> {
    checked(&web, &member, &form)?;
    let offer = offered(&web, member.session.owner(), &form)?;
    let code = form.text("code").to_owned();
    if code.trim().is_empty() {
        return offer_page(&web, member, &offer, Some(CodeProblem::Missing)).await;
    }
    let act = move |app: &App, member: &Member| Ok((app.factor_add(&member.op, &member.session, &offer, &code), offer));
    let (member, tried) = blocking(&web, member, act).await?;
    match tried? {
        (Ok(codes), _) if codes.is_empty() => Ok(see_other("/mijn-aanmelding?klaar=app")),
        (Ok(codes), _) => codes_page(&web, &member, &codes),
        (Err(AppError::FactorFailed), offer) => offer_page(&web, member, &offer, Some(CodeProblem::Wrong)).await,
        (Err(AppError::Slowed { seconds }), offer) => {
            Ok(slowed_for(offer_page(&web, member, &offer, Some(CodeProblem::Slowed { seconds })).await?, seconds))
        }
        (Err(error), _) => Err(error.into()),
    }
}

async fn offer_page(
    web: &web::Data<Web>,
    member: Member,
    offer: &Offer,
    problem: Option<CodeProblem>,
) -> Result<HttpResponse, Failed> {
    let (member, login) = blocking(web, member, |app, member| app.login_of(&member.session)).await?;
    let token = tokens::session_token(&web.app.keys().server, member.session.actor.session.uuid());
    let page =
        app_page(web, frame(web, &member, PLACE), (NEW_APP, &token), &Onward::default(), &login?, offer, problem)?;
    Ok(if problem.is_some() { with_status(page, StatusCode::BAD_REQUEST) } else { page })
}

/// `POST /mijn-aanmelding/apps/{id}`
async fn remove(
    web: web::Data<Web>,
    Confirmed(member): Confirmed,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    checked(&web, &member, &form)?;
    let which: FactorId = path.parse().map_err(|_| Failed::not_found())?;
    let act = move |app: &App, member: &Member| app.factor_remove(&member.op, &member.session, which);
    let (member, done) = blocking(&web, member, act).await?;
    match done {
        Ok(()) => Ok(see_other("/mijn-aanmelding?klaar=app-weg")),
        Err(error) => page(&web, member, "", &Trouble::of(error)?).await,
    }
}

/// `POST /mijn-aanmelding/herstelcodes`
async fn renew(web: web::Data<Web>, Confirmed(member): Confirmed, form: Form) -> Result<HttpResponse, Failed> {
    checked(&web, &member, &form)?;
    let (member, done) = blocking(&web, member, |app, member| app.codes_renew(&member.op, &member.session)).await?;
    match done {
        Ok(codes) => codes_page(&web, &member, &codes),
        Err(error) => page(&web, member, "", &Trouble::of(error)?).await,
    }
}

fn codes_page(web: &Web, member: &Member, codes: &NewCodes) -> Result<HttpResponse, Failed> {
    let codes = codes.iter().map(|code| code.expose().clone()).collect();
    html(&NewCodesView { frame: frame(web, member, PLACE), codes })
}

/// Mistakes at the fields of these pages.
pub(super) fn errors_of(error: AppError) -> Result<Errors, Failed> {
    match error {
        AppError::Invalid(errors) => Ok(shown(&errors)),
        AppError::SignInFailed => Ok(shown(&[crate::domain::words::FieldError::new(
            "oudWachtwoord",
            "Dit is niet uw wachtwoord van nu. Probeer het opnieuw.",
        )])),
        other => Err(other.into()),
    }
}
