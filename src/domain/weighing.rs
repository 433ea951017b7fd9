//! The weighings: 1, 2A and 2B at the intake, 3 on criteria, 4 after the answers of the sources.
//!
//! Ordered human judgements with a sentence each; nothing is added up and nothing decides by itself. A weighing is
//! never changed: a correction is a new version that names the old one.

mod assessment;
mod confirmation;
mod intake;
mod referral;

pub use assessment::{Assessment, AssessmentDraft, CriterionAnswer, CriterionDraft, Proposal};
pub use confirmation::{Confirmation, ConfirmationDraft, Confirms};
pub use intake::{IntakeAssessment, IntakeDraft, IntakeWay, NotTakenUp, NotTakenUpDraft, Urgency};
pub use referral::{Referral, ReferralDraft};

use super::fields::Fields;
use super::protocol::Protocol;
use super::text::ShortText;

/// The ground on which facts go to this recipient: what was typed, or what the protocol proposes for it.
fn basis(fields: &mut Fields, protocol: &Protocol, recipient: &str, typed: Option<&str>) -> Option<ShortText> {
    let proposed = protocol.recipient(recipient).map(|recipient| recipient.basis.as_str());
    let typed = typed.filter(|typed| !typed.trim().is_empty());
    fields.text("grondslag", typed.or(proposed), "Schrijf op welke grond u deelt.")
}
