//! `/privacychecks`: what waits for the privacy officer, and one address for each check, whatever its kind.

use super::signals::deadline;
use super::{check1_decide, check2a_decide, check2b_decide, frame, html};
use crate::domain::ids::PrivacyCheckId;
use crate::domain::privacy_check::CheckKind;
use crate::policy::Refusal;
use crate::store::checks::PrivacyCheckRow;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::tokens;
use crate::web::views::Link;
use crate::web::views::enrichment::{PartListView, PartRow};
use actix_web::{HttpRequest, HttpResponse, web};

/// The addresses of the privacy checks.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/privacychecks", web::get().to(list))
        .route("/privacychecks/{id}", web::get().to(show))
        .route("/privacychecks/{id}", web::post().to(judge));
}

/// Where the page of a check is.
#[must_use]
pub fn address(id: PrivacyCheckId) -> String {
    format!("/privacychecks/{id}")
}

/// `GET /privacychecks`
pub async fn list(web: web::Data<Web>, member: Member, request: HttpRequest) -> Result<HttpResponse, Failed> {
    let query = Form::parse(request.query_string().as_bytes())?;
    let done = match query.text("klaar") {
        "getekend" => "Uw oordeel is ondertekend en de coördinator leest het.",
        "terug" => "Het voorstel is terug bij de coördinator, met uw vraag.",
        _ => "",
    };
    let today = member.op.today;
    let open = web.app.open_checks(&member.op)?;
    let rows = open.into_iter().map(|check| PartRow {
        what: Link::new(&format!("Privacycheck {}", check.kind), &address(check.id)),
        reference: check.reference,
        deadline: deadline(&web, Some(check.due_on), today),
    });
    html(&PartListView {
        frame: frame(&web, &member, "/privacychecks"),
        heading: "Privacychecks".to_owned(),
        done: done.to_owned(),
        intro: "Deze lijst toont geen inhoud. Als u een check opent, komt dat in het logboek.".to_owned(),
        open_heading: "Wacht op uw oordeel".to_owned(),
        open: rows.collect(),
        empty: "Er wacht geen privacycheck op u.".to_owned(),
        closed_heading: String::new(),
        closed: Vec::new(),
    })
}

/// `GET /privacychecks/{id}`
pub async fn show(web: web::Data<Web>, member: Member, path: web::Path<String>) -> Result<HttpResponse, Failed> {
    let (check, kind) = standing(&web, &member, &path).await?;
    match kind {
        CheckKind::Check1 => check1_decide::show(&web, &member, check.id).await,
        CheckKind::Check2a => check2a_decide::show(&web, &member, check.id).await,
        CheckKind::Check2b => check2b_decide::show(&web, &member, check.id).await,
    }
}

/// `POST /privacychecks/{id}`
pub async fn judge(
    web: web::Data<Web>,
    member: Member,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failed> {
    tokens::check_session(&web.app.keys().server, member.session.actor.session.uuid(), form.text("formulier"))?;
    let (check, kind) = standing(&web, &member, &path).await?;
    match kind {
        CheckKind::Check1 => check1_decide::judge(&web, &member, check.id, &form).await,
        CheckKind::Check2a => check2a_decide::judge(&web, &member, check.id, &form).await,
        CheckKind::Check2b => check2b_decide::judge(&web, &member, check.id, &form).await,
    }
}

async fn standing(web: &Web, member: &Member, path: &str) -> Result<(PrivacyCheckRow, CheckKind), Failed> {
    let id: PrivacyCheckId = path.parse().map_err(|_| Failed::not_found())?;
    let check = web.app.check_standing(&member.op, id).await?;
    let absent = || crate::app::AppError::refused("privacy_check", Refusal::NotFound, None);
    let kind = check.kind.parse().map_err(|_| absent())?;
    Ok((check, kind))
}
