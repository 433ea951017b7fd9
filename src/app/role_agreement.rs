//! Roles that wait for a second person: who may judge them, and what a yes and a no look like.

use super::keyring::Session;
use super::members::{RoleOf, role_trace};
use super::role_proof::{Agreed, FROM, PROPOSAL, ROLE_AGREED, invited_as, said_in, seat_said};
use super::steps::acting;
use super::trust::group_owner;
use super::{App, AppError};
use crate::domain::ids::{MemberId, ObjectId};
use crate::domain::role::{DeclineReason, Reach, Role, RoleDates, Seat};
use crate::domain::time::Day;
use crate::ledger::event::Event;
use crate::policy::{Action, Facts, OpContext, Refusal, authorize};
use crate::store::db::Db;
use crate::store::log::{self, EventRow};
use crate::store::members::{self, MemberRow, RoleRow};
use crate::store::{StoreError, Trace};
use std::collections::HashMap;

/// Dutch: *voorgestelde rol*. A role that waits for whoever looks to say yes or no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedRole {
    /// Whose it would be, which role, for which source.
    pub wanted: RoleOf,
    /// The name colleagues read.
    pub name: String,
    /// First holder or deputy.
    pub seat: Seat,
    /// The days on which it would count.
    pub dates: RoleDates,
    /// The days on which the person has the same role already, when these come in their place.
    pub instead_of: Option<RoleDates>,
    /// The place of the proposal in the log: another number is another proposal.
    pub proposal: i64,
    /// Since when it waits.
    pub since_on: Day,
    /// Who proposed it; empty for a command on the machine.
    pub proposed_by: String,
}

impl App {
    /// The proposed roles this member may agree to, oldest first: never one's own, nor what one proposed oneself.
    ///
    /// # Errors
    /// A refusal when nobody is signed in; any store error.
    pub fn roles_to_judge(&self, op: &OpContext) -> Result<Vec<ProposedRole>, AppError> {
        acting(op)?;
        Ok(self.store().read(|db| proposals_for(db, op))?)
    }

    /// One proposed role that this member may agree to; a refusal that looks like absence for any other.
    ///
    /// # Errors
    /// The same as [`App::roles_to_judge`].
    pub fn role_to_judge(&self, op: &OpContext, wanted: &RoleOf) -> Result<ProposedRole, AppError> {
        self.roles_to_judge(op)?
            .into_iter()
            .find(|one| one.wanted == *wanted)
            .ok_or_else(|| AppError::refused(Action::AgreeRole.code(), Refusal::NotFound, None))
    }

    /// Agrees to a role that was proposed for somebody else, signed by whoever agrees, for the key that person has now.
    /// When both hold the group's role, the group's keys are passed on in this same session: all of them, or from a new
    /// one on.
    ///
    /// # Errors
    /// A refusal, also for one's own role or proposal; [`AppError::Invalid`] when nothing was proposed any more, or the
    /// person was not let in yet.
    pub fn role_agree(&self, op: &OpContext, session: &Session, wanted: &RoleOf, reach: Reach) -> Result<(), AppError> {
        self.agree_to(op, session, wanted, reach, None)
    }

    /// The same for the proposal that was shown, and for no other that came in its place, with other days perhaps.
    ///
    /// # Errors
    /// As [`App::role_agree`]; [`AppError::Invalid`] when it is another proposal by now.
    pub fn role_agree_as_shown(
        &self,
        op: &OpContext,
        session: &Session,
        wanted: &RoleOf,
        reach: Reach,
        proposal: i64,
    ) -> Result<(), AppError> {
        self.agree_to(op, session, wanted, reach, Some(proposal))
    }

    fn agree_to(
        &self,
        op: &OpContext,
        session: &Session,
        wanted: &RoleOf,
        reach: Reach,
        shown: Option<i64>,
    ) -> Result<(), AppError> {
        let seen = self.store().read(|db| waiting(db, wanted))?.ok_or_else(waits_no_more)?;
        if shown.is_some_and(|shown| shown != seen.proposal) {
            return Err(AppError::field("rol", "Het voorstel is intussen een ander. Lees het opnieuw."));
        }
        let key = seen.account.key_id.ok_or_else(not_in_yet)?;
        let (role, seat, dates, proposal) = (seen.row.role, seen.row.seat, seen.row.dates(), seen.proposal);
        if dates.ended_before(op.today) {
            return Err(AppError::field("rol", "De laatste dag van dit voorstel is al geweest."));
        }
        let from = self.first_epoch(role, reach)?;
        let (member, source) = (wanted.member, wanted.source.as_str());
        let words = Agreed { member, key, role, seat, dates, source, from, proposal }.words();
        let signature = session.keys.signing.sign(ROLE_AGREED, &words).0.to_vec();
        let wanted = wanted.clone();
        self.store().write_blocking::<_, AppError, _>(op, "members.agree_role", move |tx| {
            let now = waiting(tx.reader(), &wanted)?.ok_or_else(waits_no_more)?;
            let same =
                (now.row.seat, now.row.dates(), now.proposal, now.account.key_id) == (seat, dates, proposal, Some(key));
            let permit = authorize(tx.op(), Action::AgreeRole, &now.facts())
                .map_err(|why| AppError::refused(Action::AgreeRole.code(), why, None))?;
            if !same {
                return Err(waits_no_more());
            }
            tx.role_agree(&now.row)?;
            let trace = agreed_trace(&now.row, proposal, from);
            tx.record(trace.role(permit.role()).signature(signature.clone()))?;
            Ok(())
        })?;
        self.settle_groups(op, session)?;
        Ok(())
    }

    /// The first of the group's keys that comes with a role: for who reads from today, the one that is made next.
    fn first_epoch(&self, role: Role, reach: Reach) -> Result<u32, AppError> {
        let trusted = self.reload_trust()?;
        Ok(match (reach, role.group()) {
            (Reach::Today, Some(group)) => trusted.next_epoch(&group_owner(group)),
            (Reach::Today, None) | (Reach::Start, _) => 1,
        })
    }

    /// Says no to a proposed role; it waits no longer. Whoever keeps accounts can propose it again.
    ///
    /// # Errors
    /// A refusal, also for one's own role or proposal; [`AppError::Invalid`] when nothing was proposed any more.
    pub async fn role_decline(&self, op: &OpContext, wanted: RoleOf, reason: DeclineReason) -> Result<(), AppError> {
        self.store()
            .write::<_, AppError, _>(op, "members.decline_role", move |tx| {
                let now = waiting(tx.reader(), &wanted)?.ok_or_else(waits_no_more)?;
                let permit = authorize(tx.op(), Action::AgreeRole, &now.facts())
                    .map_err(|why| AppError::refused(Action::AgreeRole.code(), why, None))?;
                tx.role_decline(&now.row)?;
                tx.record(role_trace("role.declined", &now.row).role(permit.role()).detail("reason", reason.code()))?;
                Ok(())
            })
            .await?;
        Ok(())
    }
}

/// The sentence for whoever comes after another.
pub(super) fn waits_no_more() -> AppError {
    AppError::field("rol", "Deze rol wacht niet meer op een tweede persoon.")
}

/// The sentence for whoever agrees before the person has a key that a colleague vouched for.
fn not_in_yet() -> AppError {
    AppError::field("rol", "Deze persoon is nog niet binnengelaten. Daarna kunt u instemmen.")
}

/// How an agreement stands in the log.
fn agreed_trace(row: &RoleRow, proposal: i64, from: u32) -> Trace {
    role_trace("role.agreed", row).detail(PROPOSAL, proposal.to_string()).detail(FROM, from.to_string())
}

fn of_row(row: &RoleRow) -> RoleOf {
    RoleOf { member: row.member_id, role: row.role, source: row.source_code.clone() }
}

/// A role that waits for a second person.
pub(super) struct Waiting {
    account: MemberRow,
    row: RoleRow,
    /// The place in the log where the role was last named.
    proposal: i64,
    /// Who named it there; nobody for a command on the machine.
    by: Option<MemberId>,
}

impl Waiting {
    /// What a rule looks at: neither whose it would be nor who proposed it may agree.
    fn facts(&self) -> Facts {
        let authors = [self.row.member_id].into_iter().chain(self.by).collect();
        Facts { authors, granting: Some(self.row.role), ..Facts::default() }
    }
}

fn waiting(db: &mut Db, wanted: &RoleOf) -> Result<Option<Waiting>, StoreError> {
    let held = members::role_list(db, wanted.member)?;
    let row = held.into_iter().find(|row| of_row(row) == *wanted && row.state == "proposed");
    let Some((row, account)) = row.zip(members::member_fetch(db, wanted.member)?) else { return Ok(None) };
    let Some((named, said)) = newest_naming(db, &row)? else { return Ok(None) };
    if said != Some((row.seat, row.dates())) {
        tracing::error!(member = %row.member_id, role = row.role.code(), "a proposed role is not as the log has it");
        return Ok(None);
    }
    Ok(Some(Waiting { account, row, proposal: named.idx, by: named.member_id }))
}

/// As what, and for which days, an entry names a role.
type Said = Option<(Seat, RoleDates)>;

/// The newest entry that names this role for this member, with what it says.
fn newest_naming(db: &mut Db, row: &RoleRow) -> Result<Option<(EventRow, Said)>, StoreError> {
    let invited = invited_as(row.role, &row.source_code);
    let about = log::log_of_object(db, ObjectId::new(row.member_id.uuid()), 1000)?;
    Ok(about.into_iter().find_map(|entry| {
        let (_, event) = Event::parse(&entry.body).ok()?;
        let detail = |name: &str| event.details.get(name).map_or("", String::as_str);
        let said = match event.kind.as_ref() {
            "member.invited" => seat_said(event.details.get(&invited)?),
            "role.proposed" if detail("role") == row.role.code() && detail("source") == row.source_code => {
                said_in(&event)
            }
            _ => return None,
        };
        Some((entry, said))
    }))
}

/// The same as [`App::roles_to_judge`], inside a reading that is already going on.
pub(super) fn proposals_for(db: &mut Db, op: &OpContext) -> Result<Vec<ProposedRole>, StoreError> {
    let accounts = members::member_list(db)?;
    let names: HashMap<MemberId, String> =
        accounts.iter().map(|(account, _)| (account.id, account.name.clone())).collect();
    let mut found = Vec::new();
    for (account, roles) in accounts.into_iter().filter(|(account, _)| account.key_id.is_some()) {
        for row in roles.iter().filter(|row| row.state == "proposed") {
            let Some(waits) = waiting(db, &of_row(row))? else { continue };
            if account.state != "disabled" && authorize(op, Action::AgreeRole, &waits.facts()).is_ok() {
                let same = |other: &&RoleRow| of_row(other) == of_row(row) && other.state != "proposed";
                found.push(ProposedRole {
                    wanted: of_row(row),
                    name: account.name.clone(),
                    seat: row.seat,
                    dates: row.dates(),
                    instead_of: roles.iter().find(same).map(RoleRow::dates),
                    proposal: waits.proposal,
                    since_on: row.since_on,
                    proposed_by: waits.by.and_then(|who| names.get(&who).cloned()).unwrap_or_default(),
                });
            }
        }
    }
    found.sort_by(|a, b| (a.since_on, &a.name, a.wanted.role).cmp(&(b.since_on, &b.name, b.wanted.role)));
    Ok(found)
}
