//! What every page of a step does alike: whose form it is, which version it was made from, and what went wrong.

use super::with_status;
use crate::app::AppError;
use crate::app::steps::Seen;
use crate::domain::ids::SignalId;
use crate::domain::signing::WroteAlong;
use crate::domain::stage::Stage;
use crate::domain::words::FieldError;
use crate::domain::workflow::{self, NotAllowed, StepEvent};
use crate::policy::Refusal;
use crate::store::StoreError;
use crate::web::Web;
use crate::web::failure::{Failed, Failure};
use crate::web::form::Form;
use crate::web::guard::Member;
use crate::web::tokens;
use crate::web::views::fields::{Errors, FieldError as ShownError};
use crate::web::views::steps::ActForm;
use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};

/// The signal in an address.
///
/// # Errors
/// The page for what does not exist.
pub fn signal_in(path: &str) -> Result<SignalId, Failed> {
    path.parse().map_err(|_| Failed::not_found())
}

/// The signal as the sender of this form saw it, when the form was made here for this session.
///
/// # Errors
/// [`Failure::ForeignForm`] for a form from elsewhere, [`Failure::Unreadable`] for one without a version.
pub fn seen_in(web: &Web, member: &Member, signal: SignalId, form: &Form) -> Result<Seen, Failed> {
    tokens::check_session(&web.app.keys().server, member.session.actor.session.uuid(), form.text("formulier"))?;
    let version = form.text("versie").parse().map_err(|_| Failed(Failure::Unreadable))?;
    Ok(Seen { signal, version })
}

/// The hidden part of a step's form.
#[must_use]
pub fn act_form(web: &Web, member: &Member, action: &str, version: i64, errors: Errors) -> ActForm {
    ActForm {
        action: action.to_owned(),
        formulier: tokens::session_token(&web.app.keys().server, member.session.actor.session.uuid()),
        versie: version.to_string(),
        errors,
    }
}

/// Why a form comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// It does not: it is shown for the first time, or goes on.
    Fine,
    /// It has mistakes.
    Invalid(Vec<FieldError>),
    /// Somebody else changed the signal in the meantime.
    Changed,
    /// The step cannot be taken now, or not by this person; with the sentence that says so.
    Refused(StatusCode, String),
}

impl Trouble {
    /// What a failed act makes of its form.
    ///
    /// # Errors
    /// The failure itself, when the form has nothing to do with it. Another role reads that there is no such page.
    pub fn of(error: AppError) -> Result<Self, Failed> {
        match error {
            AppError::Invalid(errors) => Ok(Self::Invalid(errors)),
            AppError::Changed { .. } | AppError::Store(StoreError::Stale) => Ok(Self::Changed),
            AppError::NotAllowed(why) => Ok(Self::Refused(StatusCode::CONFLICT, why.to_string())),
            AppError::NotNow(_, why) => Ok(Self::not_now(why)),
            AppError::Refused(_, Refusal::OwnWork) => Ok(Self::Refused(StatusCode::FORBIDDEN, WroteAlong.to_string())),
            AppError::Refused(_, Refusal::NotYourRole) => Err(Failed::not_found()),
            other => Err(Failed(Failure::App(other))),
        }
    }

    /// The step belongs here, but something is not there yet, or not any more.
    #[must_use]
    pub fn not_now(why: &str) -> Self {
        Self::Refused(StatusCode::CONFLICT, format!("Dit kan nu niet. {why}"))
    }

    /// The table of steps does not know this step at this stage.
    #[must_use]
    pub fn not_here(event: StepEvent, stage: Stage) -> Option<Self> {
        let known = workflow::allowed_from(event).contains(&stage);
        (!known).then(|| Self::Refused(StatusCode::CONFLICT, NotAllowed { event, stage }.to_string()))
    }

    /// The mistakes, as the page shows them.
    #[must_use]
    pub fn errors(&self) -> Errors {
        if let Self::Invalid(errors) = self { shown(errors) } else { Errors::default() }
    }

    /// The sentence over the form when the step cannot be taken; empty otherwise.
    #[must_use]
    pub fn sentence(&self) -> String {
        if let Self::Refused(_, sentence) = self { sentence.clone() } else { String::new() }
    }

    /// Whether the page offers its acts.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Refused(..))
    }

    /// The page with the status that says the same.
    #[must_use]
    pub fn answer(&self, page: HttpResponse) -> HttpResponse {
        let status = match self {
            Self::Fine => return page,
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::Changed => StatusCode::CONFLICT,
            Self::Refused(status, _) => *status,
        };
        with_status(page, status)
    }
}

/// Mistakes as pages show them: the full stop is the template's.
#[must_use]
pub fn shown(errors: &[FieldError]) -> Errors {
    Errors(errors.iter().map(|error| ShownError::new(&error.field, error.message.trim_end_matches('.'))).collect())
}

/// On to another page, after an act that was done.
#[must_use]
pub fn see_other(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
}

/// A day as people type it (`31-1-2027`), in the one written form; anything else stays as it was typed.
#[must_use]
pub fn written_day(typed: &str) -> String {
    let parts: Vec<&str> = typed.trim().split(['-', '/', '.']).collect();
    let number = |text: &str| text.parse::<u8>().ok();
    match parts.as_slice() {
        [day, month, year] if year.len() == 4 => match (number(day), number(month)) {
            (Some(day), Some(month)) => format!("{year}-{month:02}-{day:02}"),
            _ => typed.to_owned(),
        },
        _ => typed.to_owned(),
    }
}

/// The same the other way round, to fill a field.
#[must_use]
pub fn typed_day(written: &str) -> String {
    let parts: Vec<&str> = written.split('-').collect();
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 => format!("{day}-{month}-{year}"),
        _ => written.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_people_type_it_and_comes_back_so() {
        for typed in ["31-1-2027", "31/01/2027", " 31.1.2027 ", "2027-01-31"] {
            assert_eq!(written_day(typed), "2027-01-31");
        }
        assert_eq!(written_day("volgende week"), "volgende week");
        assert_eq!(typed_day("2027-01-31"), "31-01-2027");
        assert_eq!(typed_day("volgende week"), "volgende week");
    }

    #[test]
    fn another_role_reads_the_same_as_whoever_asks_for_what_is_not_there() {
        let refused = |why| Trouble::of(AppError::refused("step", why, None));
        assert!(matches!(refused(Refusal::NotYourRole), Err(Failed(Failure::NotFound))));
        assert_eq!(refused(Refusal::OwnWork).unwrap().answer(HttpResponse::Ok().finish()).status(), 403);
    }
}
