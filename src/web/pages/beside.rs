//! What the forms of following up, closing and what comes after say when a step cannot be taken.

use super::acting::Trouble;
use crate::domain::workflow::{NotAllowed, StepEvent, allowed_from};
use crate::store::signals::SignalRow;
use actix_web::http::StatusCode;

/// Whether the table knows a step at this stage; if not, the sentence that says so.
#[must_use]
pub fn not_here(signal: &SignalRow, event: StepEvent) -> Option<Trouble> {
    let stage = signal.stage;
    (!allowed_from(event).contains(&stage))
        .then(|| Trouble::Refused(StatusCode::CONFLICT, NotAllowed { event, stage }.to_string()))
}

/// What a form says after somebody else was faster.
pub const MOVED: &str =
    "Iemand anders wijzigde dit signaal. Wat u invulde, is er nog: kijk het na en verstuur het opnieuw.";

/// The sentence over a form that came back.
#[must_use]
pub fn saved(trouble: &Trouble) -> String {
    if *trouble == Trouble::Changed { MOVED.to_owned() } else { trouble.sentence() }
}
