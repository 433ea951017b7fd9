//! `/aanmelden/tweede-factor`: the second step of signing in, and adding a second factor the first time.

use super::sign_in::{Onward, inside, own_place, query, slowed_for};
use super::{bare_frame, html, with_status};
use crate::app::AppError;
use crate::app::second_step::{Halfway, NewCodes, Offer, Owner, Stage};
use crate::domain::ids::FactorId;
use crate::policy::MemberActor;
use crate::vault::session::SessionToken;
use crate::web::Web;
use crate::web::failure::{Failed, Failure};
use crate::web::form::Form;
use crate::web::halfway::AtTheDoor;
use crate::web::tokens;
use crate::web::views::factor::{CodeProblem, EnrolFactorView, RecoveryCodesView, SecondFactorView, SquareCode};
use crate::web::views::staff::Frame;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use data_encoding::BASE64URL_NOPAD;

/// The address of the second step.
pub(super) const PLACE: &str = "/aanmelden/tweede-factor";
/// Where the page with recovery codes posts to.
const DONE: &str = "/aanmelden/tweede-factor/klaar";

/// The addresses of the second step.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/aanmelden/tweede-factor", web::get().to(ask))
        .route("/aanmelden/tweede-factor", web::post().to(show))
        .route("/aanmelden/tweede-factor/klaar", web::post().to(done));
}

/// Where the second step is, on the way to this place.
pub(super) fn place(back: &str) -> String {
    if back.is_empty() {
        return PLACE.to_owned();
    }
    let back = percent_encoding::utf8_percent_encode(back, percent_encoding::NON_ALPHANUMERIC);
    format!("{PLACE}?terug={back}")
}

async fn ask(web: web::Data<Web>, request: HttpRequest, AtTheDoor(halfway): AtTheDoor) -> Result<HttpResponse, Failed> {
    let onward = Onward { back: own_place(&query(&request, "terug")), kept: String::new() };
    first_page(&web, &halfway, &onward)
}

/// The page for whoever has just shown the password.
pub(super) fn first_page(web: &Web, halfway: &Halfway, onward: &Onward) -> Result<HttpResponse, Failed> {
    match halfway.stage {
        Stage::Code => with_page(web, halfway, onward, |page| page.code(None)),
        Stage::Enrol => {
            let offer = web.app.factor_offer(halfway.owner())?;
            with_page(web, halfway, onward, |page| page.offer(&offer, None))
        }
        Stage::Enough => with_page(web, halfway, onward, |page| page.codes(Vec::new(), None)),
    }
}

async fn show(web: web::Data<Web>, AtTheDoor(halfway): AtTheDoor, form: Form) -> Result<HttpResponse, Failed> {
    check_token(&web, &halfway, &form)?;
    let (code, onward) = (form.text("code").to_owned(), Onward::of(&form));
    if halfway.stage == Stage::Enough {
        return with_page(&web, &halfway, &onward, |page| page.codes(Vec::new(), None));
    }
    let offer = if halfway.stage == Stage::Enrol { Some(offered(&web, halfway.owner(), &form)?) } else { None };
    if code.trim().is_empty() {
        return with_page(&web, &halfway, &onward, |page| page.again(offer.as_ref(), CodeProblem::Missing));
    }
    // Kept, because the answer shows who it was also when the code was wrong.
    let (token, login) = (form.text("formulier").to_owned(), halfway.login().to_owned());
    let who = (web.app.clone(), halfway, offer);
    let tried = web::block(move || {
        let (app, halfway, offer) = who;
        match offer {
            Some(offer) => match app.factor_enrol(&halfway, &offer, &code) {
                Ok(codes) => Tried::Added(codes),
                Err(error) => Tried::Not(error, Some(offer)),
            },
            None => match app.second_step(halfway, &code) {
                Ok((token, session)) => Tried::In(token, session.actor),
                Err(error) => Tried::Not(error, None),
            },
        }
    })
    .await
    .map_err(|e| AppError::Internal(e.to_string()))?;
    let page = Page { web: &web, token: &token, onward: &onward, login: &login };
    match tried {
        Tried::In(token, actor) => inside(&web, &token, actor, &onward).await,
        Tried::Added(codes) => page.codes(codes.iter().map(|code| code.expose().clone()).collect(), None),
        Tried::Not(AppError::FactorFailed, offer) => page.again(offer.as_ref(), CodeProblem::Wrong),
        Tried::Not(AppError::Slowed { seconds }, offer) => {
            Ok(slowed_for(page.again(offer.as_ref(), CodeProblem::Slowed { seconds })?, seconds))
        }
        Tried::Not(error, _) => Err(error.into()),
    }
}

async fn done(web: web::Data<Web>, AtTheDoor(halfway): AtTheDoor, form: Form) -> Result<HttpResponse, Failed> {
    check_token(&web, &halfway, &form)?;
    let onward = Onward::of(&form);
    if halfway.stage == Stage::Enough && form.text("bewaard").is_empty() {
        let (codes, problem) = (form.all("herstelcode"), Some(CodeProblem::Missing));
        return with_page(&web, &halfway, &onward, |page| page.codes(codes, problem));
    }
    let app = web.app.clone();
    let opened = web::block(move || app.second_step_done(halfway)).await;
    let (token, session) = opened.map_err(|e| AppError::Internal(e.to_string()))??;
    inside(&web, &token, session.actor, &onward).await
}

/// What came of a code.
enum Tried {
    In(SessionToken, MemberActor),
    Added(NewCodes),
    Not(AppError, Option<Offer>),
}

/// What every page of this step needs.
struct Page<'a> {
    web: &'a Web,
    token: &'a str,
    onward: &'a Onward,
    login: &'a str,
}

impl Page<'_> {
    fn again(&self, offer: Option<&Offer>, problem: CodeProblem) -> Result<HttpResponse, Failed> {
        let page = match offer {
            Some(offer) => self.offer(offer, Some(problem)),
            None => self.code(Some(problem)),
        };
        Ok(with_status(page?, StatusCode::BAD_REQUEST))
    }

    fn code(&self, problem: Option<CodeProblem>) -> Result<HttpResponse, Failed> {
        html(&SecondFactorView {
            frame: bare_frame(self.web),
            action: PLACE.to_owned(),
            formulier: self.token.to_owned(),
            back: self.onward.back.clone(),
            kept: self.onward.kept.clone(),
            problem,
        })
    }

    fn codes(&self, codes: Vec<String>, problem: Option<CodeProblem>) -> Result<HttpResponse, Failed> {
        let wrong = problem.is_some();
        let page = html(&RecoveryCodesView {
            frame: bare_frame(self.web),
            action: DONE.to_owned(),
            formulier: self.token.to_owned(),
            back: self.onward.back.clone(),
            kept: self.onward.kept.clone(),
            codes,
            problem,
        })?;
        Ok(if wrong { with_status(page, StatusCode::BAD_REQUEST) } else { page })
    }

    fn offer(&self, offer: &Offer, problem: Option<CodeProblem>) -> Result<HttpResponse, Failed> {
        app_page(self.web, bare_frame(self.web), (PLACE, self.token), self.onward, self.login, offer, problem)
    }
}

/// The page that offers an app; its form goes to an address with a token.
pub(super) fn app_page(
    web: &Web,
    frame: Frame,
    (action, token): (&str, &str),
    onward: &Onward,
    login: &str,
    offer: &Offer,
    problem: Option<CodeProblem>,
) -> Result<HttpResponse, Failed> {
    let service = format!("{} {}", web.site.staff_product, web.site.gemeente);
    let link = offer.secret.link(&service, login).map_err(AppError::from)?;
    html(&EnrolFactorView {
        frame,
        action: action.to_owned(),
        formulier: token.to_owned(),
        back: onward.back.clone(),
        kept: onward.kept.clone(),
        square: SquareCode::of(link.expose()),
        secret: offer.secret.shown().expose().clone(),
        link: link.expose().clone(),
        factor: offer.factor.to_string(),
        sealed: BASE64URL_NOPAD.encode(&offer.sealed),
        problem,
    })
}

fn check_token(web: &Web, halfway: &Halfway, form: &Form) -> Result<(), Failed> {
    Ok(tokens::check_session(&web.app.keys().server, halfway.actor.session.uuid(), form.text("formulier"))?)
}

fn with_page<T>(web: &Web, halfway: &Halfway, onward: &Onward, f: impl FnOnce(&Page<'_>) -> T) -> T {
    let token = tokens::session_token(&web.app.keys().server, halfway.actor.session.uuid());
    f(&Page { web, token: &token, onward, login: halfway.login() })
}

/// The offer as it came back from the browser.
pub(super) fn offered(web: &Web, owner: Owner<'_>, form: &Form) -> Result<Offer, Failed> {
    let unreadable = || Failed(Failure::Unreadable);
    let factor = form.text("factor").parse::<uuid::Uuid>().map_err(|_| unreadable())?;
    let sealed = BASE64URL_NOPAD.decode(form.text("geheim").as_bytes()).map_err(|_| unreadable())?;
    web.app.factor_offered(owner, FactorId::new(factor), sealed).map_err(|_| unreadable())
}
