//! Who may do what: small rules, Deny > Grant, and the only maker of a [`Permit`].
//!
//! A rule answers [`Verdict::Deny`], [`Verdict::Grant`] or [`Verdict::Ignore`]; one Deny is enough to refuse and
//! at least one Grant is needed to allow. Keys say the same thing a second time: who holds no key reads nothing.

mod context;
mod permit;
mod rules;

pub use context::{Actor, MachineActor, MemberActor, OpContext, Precision, RoleHeld, member_grantee};
pub use permit::{Action, Facts, Permit, Refusal, authorize};
pub use rules::Verdict;
