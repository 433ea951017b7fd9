//! An urgent proposal that is not signed by all three: another takes its place, or it is taken back with everything
//! that was given for it.

use crate::app::AppError;
use crate::app::decision::waits_for_signatures;
use crate::app::sharing::take_record_back;
use crate::domain::ids::{MemberId, SignalId};
use crate::domain::role::{Group, Role};
use crate::domain::signing::UrgentSignatures;
use crate::policy::member_grantee;
use crate::store::decisions::{self, DecisionRow};
use crate::store::{Tx, contents, members, weighings};
use std::collections::BTreeSet;

/// Lays aside the urgent proposals that are not signed by all three, because another one takes their place and the same
/// people read it. Says how many there were.
pub(super) fn replace_proposed(tx: &mut Tx<'_>, signal: SignalId) -> Result<usize, AppError> {
    Ok(lay_aside(tx, signal)?.len())
}

/// Takes the urgent proposals that are not signed by all three back: whoever was given the report only to sign one, and
/// had no part in the signal otherwise, reads it no more, and what was proposed is for those who lead the signal. Says
/// how many there were.
pub(in crate::app) fn withdraw_proposed(tx: &mut Tx<'_>, signal: SignalId) -> Result<usize, AppError> {
    let laid_aside = lay_aside(tx, signal)?;
    if laid_aside.is_empty() {
        return Ok(0);
    }
    let asked = asked_to_sign(tx, signal)?;
    for decision in &laid_aside {
        take_from_jurists(tx, decision)?;
        for member in asked.iter().copied().chain(decision.owner_id) {
            take_record_back(tx, decision.record_id, member)?;
        }
    }
    let others = had_a_part(tx, signal)?;
    for member in asked.difference(&others) {
        for record in tx.record_list(signal, "report")? {
            take_record_back(tx, record.id, *member)?;
        }
        tx.grant_delete(signal, &member_grantee(*member), "signal")?;
    }
    Ok(laid_aside.len())
}

fn lay_aside(tx: &mut Tx<'_>, signal: SignalId) -> Result<Vec<DecisionRow>, AppError> {
    let waiting: Vec<_> =
        decisions::decision_list(tx.reader(), signal)?.into_iter().filter(waits_for_signatures).collect();
    for row in &waiting {
        tx.decision_update("proposed", &DecisionRow { state: "withdrawn".to_owned(), ..row.clone() })?;
    }
    Ok(waiting)
}

/// The jurists and burgemeesters who read the signal by name. Coordinators of a circle read it whatever is proposed.
fn asked_to_sign(tx: &mut Tx<'_>, signal: SignalId) -> Result<BTreeSet<MemberId>, AppError> {
    let grants = tx.grant_list(signal)?;
    let reads = |member: MemberId| {
        let named = member_grantee(member);
        grants.iter().any(|grant| grant.what == "signal" && grant.grantee == named)
    };
    let mut asked = BTreeSet::new();
    for (member, roles) in members::member_list(tx.reader())? {
        let holds = |role: Role| roles.iter().any(|row| row.role == role);
        let signs = UrgentSignatures::ROLES.into_iter().any(holds) && !holds(Role::Coordinator);
        if signs && reads(member.id) {
            asked.insert(member.id);
        }
    }
    Ok(asked)
}

/// Whoever wrote or signed along on a weighing, or was asked to.
fn had_a_part(tx: &mut Tx<'_>, signal: SignalId) -> Result<BTreeSet<MemberId>, AppError> {
    let mut parts = BTreeSet::new();
    for row in weighings::weighing_list(tx.reader(), signal)? {
        parts.insert(row.drafted_by);
        parts.extend(row.cosigner);
        parts.extend(row.agreed_by);
        parts.extend(weighings::weighing_authors(tx.reader(), row.id)?);
    }
    Ok(parts)
}

/// The jurists hold every decision as a group; one that was never taken is not theirs.
fn take_from_jurists(tx: &mut Tx<'_>, decision: &DecisionRow) -> Result<(), AppError> {
    let Some(record) = tx.record_fetch(decision.record_id)? else { return Ok(()) };
    for copy in contents::sealed_keys_of_subject(tx.reader(), record.key_id)? {
        let owner = tx.public_key_state(copy.holder)?;
        if owner.is_some_and(|key| key.owner_kind == "group" && key.owner == Group::Jurists.code()) {
            tx.sealed_key_delete(copy.id)?;
        }
    }
    Ok(())
}
