//! `/melden/volgen`: where a signal stands, for whoever has the code.

use super::{html, ticked, with_status};
use crate::app::closing::told_of;
use crate::app::following::Followed;
use crate::app::identity::{role_that_agrees, role_that_opens};
use crate::domain::calendar;
use crate::domain::role::Group;
use crate::domain::stage::MelderStatus;
use crate::domain::term::ClockCode;
use crate::domain::text::BoundedText;
use crate::vault::receipt::{RECEIPT_SIGNS, Receipt, ReceiptError, group_as_typed};
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::form::Form;
use crate::web::tokens;
use crate::web::views::follow::{CodeProblem, FollowView, Happened, NameOpened, ReportView, Standing};
use crate::web::views::report::Road;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

const ACTION: &str = "/melden/volgen";

fn code_page(web: &Web, code: &str, problem: Option<CodeProblem>) -> Result<HttpResponse, Failed> {
    let wrong = problem.is_some();
    let response = html(&FollowView {
        site: web.site.clone(),
        action: ACTION.to_owned(),
        formulier: tokens::public_token(&web.app.keys().server, web.app.now().day(), ""),
        code: code.to_owned(),
        problem,
    })?;
    Ok(if wrong { with_status(response, StatusCode::BAD_REQUEST) } else { response })
}

/// `GET /melden/volgen`
pub async fn ask(web: web::Data<Web>) -> Result<HttpResponse, Failed> {
    code_page(&web, "", None)
}

/// `POST /melden/volgen`: the code is in the body, never in an address.
pub async fn show(web: web::Data<Web>, form: Form) -> Result<HttpResponse, Failed> {
    tokens::check_public(&web.app.keys().server, web.app.now().day(), "", form.text("formulier"))?;
    let typed = form.text("bon");
    if typed.trim().is_empty() {
        return code_page(&web, typed, Some(CodeProblem::Missing));
    }
    let receipt = match Receipt::parse(typed) {
        Ok(receipt) => receipt,
        Err(error) => return code_page(&web, typed, Some(problem_of(error, typed))),
    };
    let op = web.app.as_anonymous()?;
    match web.app.follow(&op, &receipt).await? {
        Some(followed) => html(&report_of(&web, &followed)),
        None => code_page(&web, typed, Some(CodeProblem::Unknown)),
    }
}

fn problem_of(error: ReceiptError, typed: &str) -> CodeProblem {
    match error {
        ReceiptError::Group { group, .. } => {
            CodeProblem::Group { number: group, typed: group_as_typed(typed, group).unwrap_or_default().to_owned() }
        }
        ReceiptError::Length { signs } => CodeProblem::Length { typed: signs, expected: RECEIPT_SIGNS },
        ReceiptError::ForeignSign { group } => {
            let sign = group_as_typed(typed, group)
                .and_then(|group| group.chars().find(|sign| !sign.is_ascii_alphanumeric()))
                .unwrap_or('?');
            CodeProblem::Sign { sign }
        }
        ReceiptError::CheckSign => CodeProblem::Check,
    }
}

fn report_of(web: &Web, followed: &Followed) -> ReportView {
    let signal = &followed.signal;
    let protocol = web.app.protocol();
    let today = web.app.now().day();
    let decision = signal.outcome.as_deref().and_then(|code| code.parse().ok());
    let status = MelderStatus::shown(signal.stage, decision, told_of(signal));
    let feedback_by = protocol.due_on(ClockCode::MelderFeedback, signal.received_on);
    let standing = match status {
        MelderStatus::Received => Standing::Received { more_by: calendar::in_words_near(feedback_by, today) },
        MelderStatus::InAssessment => Standing::UnderReview,
        MelderStatus::QuestionOpen => Standing::Question,
        MelderStatus::TakenUp => Standing::TakenUp,
        MelderStatus::NotTakenUp => Standing::NotTakenUp,
        MelderStatus::Closed => Standing::Closed {
            taken_up: ticked(told_of(signal).is_some_and(|told| told.status == MelderStatus::TakenUp)),
            readable_until: calendar::in_words_with_year(signal.stage_since.plus_months(3)),
        },
    };
    let open = !matches!(status, MelderStatus::NotTakenUp | MelderStatus::Closed);
    let mut timeline =
        vec![Happened { label: "Ontvangen".to_owned(), day: calendar::in_words_near(signal.received_on, today) }];
    let since = signal.told_on.map_or(signal.stage_since, |day| day.max(signal.stage_since));
    if signal.version > 1 {
        timeline.insert(0, Happened { label: status.label().to_owned(), day: calendar::in_words_near(since, today) });
    }
    ReportView {
        site: web.site.clone(),
        road: if signal.box_ == Group::Integrity.code() { Road::Integrity } else { Road::Signal },
        standing,
        late_known_to: match (open && today > feedback_by, signal.box_ == Group::Integrity.code()) {
            (false, _) => Vec::new(),
            (true, true) => vec!["de vertrouwenspersonen".to_owned()],
            (true, false) => vec!["de coördinator".to_owned(), "de plaatsvervanger".to_owned()],
        },
        opened: followed
            .openings
            .iter()
            .map(|opening| NameOpened {
                day: calendar::in_words_near(opening.day, today),
                role: role_that_opens(signal).to_owned(),
                reason: opening.reason.as_str().trim_end_matches('.').to_owned(),
                agreed: role_that_agrees(),
            })
            .collect(),
        shared: Vec::new(),
        timeline,
    }
}
