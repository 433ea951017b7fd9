//! What the forms of following up, closing and what comes after say when a step cannot be taken.

use super::acting::Trouble;
use crate::domain::workflow::StepEvent;
use crate::store::signals::SignalRow;

/// Whether the table knows a step at this stage; if not, the sentence that says so.
#[must_use]
pub fn not_here(signal: &SignalRow, event: StepEvent) -> Option<Trouble> {
    Trouble::not_here(event, signal.stage)
}

/// What a form says after somebody else was faster.
pub const MOVED: &str =
    "Iemand anders wijzigde dit signaal. Wat u invulde, is er nog: kijk het na en verstuur het opnieuw.";

/// The sentence over a form that came back.
#[must_use]
pub fn saved(trouble: &Trouble) -> String {
    if *trouble == Trouble::Changed { MOVED.to_owned() } else { trouble.sentence() }
}
