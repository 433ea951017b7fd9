//! What stands around the steps of following up, closing and what comes after.

use super::acting::Trouble;
use super::signals::{HISTORY_LINES, context, history_line, readers_panel, stage_bar};
use super::{frame, html};
use crate::app::reading::Opened;
use crate::domain::purpose::Purpose;
use crate::domain::workflow::{NotAllowed, StepEvent, allowed_from};
use crate::store::signals::SignalRow;
use crate::web::Web;
use crate::web::failure::Failed;
use crate::web::guard::Member;
use crate::web::pages::signals::deadline;
use crate::web::views::signal::{SignalView, StepContext};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;

/// Everything around a step that says nothing of the content: nothing is opened for it.
///
/// # Errors
/// The page for what does not exist, or is not for this member.
pub fn standing(web: &Web, member: &Member, signal: &SignalRow) -> Result<StepContext, Failed> {
    let today = member.op.today;
    let history = web.app.history(&member.op, signal.id, HISTORY_LINES)?;
    Ok(StepContext {
        title: "Signaal".to_owned(),
        reference: signal.reference.to_string(),
        deadline: signal.due_on.map(|due| deadline(web, Some(due), today)),
        stages: stage_bar(signal),
        readers: Some(readers_panel(signal)),
        history: history.iter().map(|line| history_line(line, today)).collect(),
        ..StepContext::default()
    })
}

/// The same with the signal, from a committed disclosure.
///
/// # Errors
/// The page for what does not exist, or is not for this member.
pub fn opened(web: &Web, member: &Member, opened: &Opened, purpose: Purpose) -> Result<StepContext, Failed> {
    let history = web.app.history(&member.op, opened.signal.id, HISTORY_LINES)?;
    Ok(context(web, member, opened, purpose, history))
}

/// The page for a step that cannot be taken now, or not by this person: nothing is opened for it.
///
/// # Errors
/// The page for what does not exist, or is not for this member.
pub fn refused(web: &Web, member: &Member, signal: &SignalRow, why: &Trouble) -> Result<HttpResponse, Failed> {
    let step = StepContext { saved: why.sentence(), ..standing(web, member, signal)? };
    Ok(why.answer(html(&SignalView { frame: frame(web, member, "/signalen"), step, acts: Vec::new() })?))
}

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
