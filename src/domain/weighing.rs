//! The weighings: 1, 2A and 2B at the intake, 3 on criteria, 4 after the answers of the sources.
//!
//! Ordered human judgements with a sentence each; nothing is added up and nothing decides by itself. A weighing is
//! never changed: a correction is a new version that names the old one.

mod assessment;
mod confirmation;
mod intake;

pub use assessment::{Assessment, AssessmentDraft, CriterionAnswer, CriterionDraft, Proposal};
pub use confirmation::{Confirmation, ConfirmationDraft, Confirms};
pub use intake::{IntakeAssessment, IntakeDraft, IntakeWay, NotTakenUp, NotTakenUpDraft, Urgency};
