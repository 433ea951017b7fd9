//! What goes wrong, on its way to a page or to problem+json.

use crate::app::AppError;
use crate::policy::{OpContext, Refusal};
use crate::store::{Refused, StoreError};
use crate::web::Web;
use crate::web::tokens::ForeignForm;
use actix_web::http::StatusCode;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError, web};

/// Why a request got no answer of its own.
#[derive(Debug)]
pub enum Failure {
    /// A use case failed.
    App(AppError),
    /// The form was not made here.
    ForeignForm,
    /// The body or path cannot be read.
    Unreadable,
    /// The body is larger than the limit.
    TooLarge,
    /// There is no such page, or one may not know of it.
    NotFound,
    /// Nobody is signed in.
    SignInFirst,
    /// The member has to show once more who they are.
    ConfirmFirst,
    /// The body, the address or a header breaks the API's description: everything that does, together.
    Faulty(Vec<Fault>),
    /// The body is what the description says, but does not fit the signal, the people or the day of now: every place.
    Unfit(Vec<Fault>),
    /// The body is of another kind than is read here.
    WrongKind,
    /// The address exists, but not for this method; these it has.
    WrongMethod(String),
}

/// One mistake in a request to the API, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// One Dutch sentence that says what to do.
    pub detail: String,
}

/// Where in a request a mistake is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the body, at this JSON pointer (RFC 6901).
    Body(String),
    /// At this parameter of the address, or this header.
    Parameter(String),
}

impl Failure {
    /// What the log must have before a member is told this: a refusal, by the policy or because it is not there.
    #[must_use]
    fn refusal(&self) -> Option<(Refused, Refusal)> {
        match self {
            Self::App(AppError::Refused(refused, why)) => Some((refused.clone(), *why)),
            Self::NotFound => Some((Refused::by_policy(LOOKED_FOR, Refusal::NotFound, None), Refusal::NotFound)),
            _ => None,
        }
    }
}

/// What the log calls asking for something that no use case was asked about, because it cannot be there.
const LOOKED_FOR: &str = "look_up";

/// Writes down what a signed-in member is about to be refused, exactly once, whether it exists or not.
///
/// # Errors
/// When it cannot be written: then that is what they are told.
pub async fn write_refusal(request: &HttpRequest, failed: &Failed) -> Result<(), Failed> {
    let web = request.app_data::<web::Data<Web>>().cloned();
    let op = request.extensions().get::<OpContext>().cloned();
    let (Some(web), Some(op), Some((refused, why))) = (web, op, failed.0.refusal()) else { return Ok(()) };
    Ok(web.app.write_refusal(&op, refused, why).await?)
}

/// The error type of every handler.
#[derive(Debug)]
pub struct Failed(pub Failure);

impl Failed {
    /// The same answer for what does not exist and for what one may not know of.
    #[must_use]
    pub fn not_found() -> Self {
        Self(Failure::NotFound)
    }

    /// Seconds after which trying again may help.
    #[must_use]
    pub fn retry_after(&self) -> Option<u32> {
        match &self.0 {
            Failure::App(AppError::Store(error)) => error.retry_after_seconds(),
            Failure::App(AppError::Slowed { seconds }) => Some(*seconds),
            _ => None,
        }
    }
}

impl<E: Into<AppError>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self(Failure::App(error.into()))
    }
}

impl From<ForeignForm> for Failed {
    fn from(_: ForeignForm) -> Self {
        Self(Failure::ForeignForm)
    }
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Failure::App(error) => error.fmt(f),
            Failure::ForeignForm => f.write_str("form not made here"),
            Failure::Unreadable => f.write_str("unreadable request"),
            Failure::TooLarge => f.write_str("body too large"),
            Failure::NotFound => f.write_str("not found"),
            Failure::SignInFirst => f.write_str("not signed in"),
            Failure::ConfirmFirst => f.write_str("not confirmed"),
            Failure::Faulty(faults) => write!(f, "{} fault(s)", faults.len()),
            Failure::Unfit(faults) => write!(f, "{} place(s) that do not fit now", faults.len()),
            Failure::WrongKind => f.write_str("wrong content type"),
            Failure::WrongMethod(allowed) => write!(f, "wrong method, allowed: {allowed}"),
        }
    }
}

impl ResponseError for Failed {
    fn status_code(&self) -> StatusCode {
        match &self.0 {
            Failure::App(error) => status_of(error),
            Failure::ForeignForm | Failure::Unreadable | Failure::Faulty(_) => StatusCode::BAD_REQUEST,
            Failure::Unfit(_) => StatusCode::CONFLICT,
            Failure::WrongKind => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Failure::WrongMethod(_) => StatusCode::METHOD_NOT_ALLOWED,
            Failure::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Failure::NotFound => StatusCode::NOT_FOUND,
            Failure::SignInFirst => StatusCode::UNAUTHORIZED,
            Failure::ConfirmFirst => StatusCode::FORBIDDEN,
        }
    }

    fn error_response(&self) -> HttpResponse {
        // The body is put in by the half of the web this happened in.
        let mut response = HttpResponse::build(self.status_code());
        if let Some(seconds) = self.retry_after() {
            response.insert_header(("Retry-After", seconds.to_string()));
        }
        response.finish()
    }
}

/// The status that says what is true of a use case's failure.
#[must_use]
pub fn status_of(error: &AppError) -> StatusCode {
    match error {
        AppError::Store(store) => match store {
            StoreError::Busy
            | StoreError::Unavailable(_)
            | StoreError::Full(_)
            | StoreError::ReadOnly(_)
            | StoreError::Disk(_)
            | StoreError::Unknown => StatusCode::SERVICE_UNAVAILABLE,
            StoreError::Stale => StatusCode::CONFLICT,
            StoreError::NoKey => StatusCode::NOT_FOUND,
            StoreError::Duplicate(_)
            | StoreError::Unaudited(_)
            | StoreError::Panicked(_)
            | StoreError::Constraint(_)
            | StoreError::Log(_)
            | StoreError::Conflict(_)
            | StoreError::Database(_) => StatusCode::INTERNAL_SERVER_ERROR,
        },
        AppError::Refused(_, why) => match why {
            Refusal::SignInFirst => StatusCode::UNAUTHORIZED,
            Refusal::NotFound => StatusCode::NOT_FOUND,
            Refusal::NotYourRole | Refusal::OwnWork | Refusal::OutOfScope => StatusCode::FORBIDDEN,
        },
        AppError::NotAllowed(_) | AppError::NotNow(..) | AppError::Changed { .. } | AppError::KeyReused => {
            StatusCode::CONFLICT
        }
        AppError::Invalid(_) | AppError::EnrolmentFailed => StatusCode::BAD_REQUEST,
        AppError::SignInFailed | AppError::FactorNeeded | AppError::FactorFailed | AppError::MachineRefused(_) => {
            StatusCode::UNAUTHORIZED
        }
        AppError::FactorFirst | AppError::NotLetIn(_) => StatusCode::FORBIDDEN,
        AppError::Slowed { .. } => StatusCode::TOO_MANY_REQUESTS,
        AppError::RoadClosed(_) | AppError::KeyNotProven(_) | AppError::KeyMoved | AppError::FactorsNotProven => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        AppError::Vault(_) | AppError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
