//! Lists of signals. Each walks one index and stops when its page is full, whatever else the table holds.
//!
//! There are two ways to what is open and granted: over what is open, looking whether it was granted, and over what was
//! granted, looking whether it is open. The first is short for a group with years of closed signals, the second for
//! somebody who was given little among many open ones. Which of the two is counted first, up to [`FEW`].

use super::{After, Filter, SignalRow};
use crate::domain::ids::SignalId;
use crate::domain::stage::Stage;
use crate::policy::MemberActor;
use crate::store::StoreError;
use crate::store::db::{Db, MultiBackend};
use crate::store::schema::{grants, signals};
use diesel::prelude::*;
use diesel::sql_types::Bool;

/// So many granted signals, or fewer, are looked at one by one.
const FEW: i64 = 500;

/// A page of the signals this member was granted, newest day first. Costs the same at any size of the table: it walks
/// an index from where the last page ended.
///
/// # Errors
/// When the database cannot be read.
pub fn signal_page(
    db: &mut Db,
    member: &MemberActor,
    filter: Filter,
    after: Option<After>,
    limit: i64,
) -> Result<Vec<SignalRow>, StoreError> {
    if let Some(stage) = filter.stage.filter(|stage| Stage::OPEN.contains(stage)) {
        return open_page(db, member, stage, after, limit);
    }
    let mut found: Vec<SignalRow> = Vec::new();
    // One walk per grantee keeps each on its own index; a member has a handful, and pages are merged here.
    for grantee in member.grantees() {
        let mut query = grants::table
            .inner_join(signals::table.on(signals::id.eq(grants::signal_id)))
            .filter(grants::grantee.eq(grantee))
            .filter(grants::what.eq("signal"))
            .filter(signals::stage.ne(Stage::Destroyed))
            .order((grants::received_on.desc(), grants::signal_id.desc()))
            .limit(limit)
            .select(SignalRow::as_select())
            .into_boxed();
        if let Some(stage) = filter.stage {
            query = query.filter(signals::stage.eq(stage));
        }
        if let Some(after) = after {
            // The first of the two filters is what lets a database begin in the middle of the index: an OR does not.
            query = query
                .filter(grants::received_on.le(after.received_on))
                .filter(grants::received_on.lt(after.received_on).or(grants::signal_id.lt(after.id)));
        }
        found.extend(query.load(db)?);
    }
    found.sort_by_key(|row| std::cmp::Reverse((row.received_on, row.id)));
    found.dedup_by_key(|row| row.id);
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// Whether a signal is among what a member was granted: by name when that is few, else by looking at the grants.
type Granted = Box<dyn BoxableExpression<signals::table, MultiBackend, SqlType = Bool>>;

/// `None` when nothing was granted.
fn granted_to(db: &mut Db, member: &MemberActor) -> Result<Option<Granted>, StoreError> {
    let mut ids: Vec<SignalId> = Vec::new();
    for grantee in member.grantees() {
        let given: Vec<SignalId> = grants::table
            .filter(grants::grantee.eq(grantee))
            .filter(grants::what.eq("signal"))
            .select(grants::signal_id)
            .limit(FEW + 1)
            .load(db)?;
        ids.extend(given);
        ids.sort_unstable();
        ids.dedup();
        if i64::try_from(ids.len()).unwrap_or(i64::MAX) > FEW {
            let granted = grants::table
                .filter(grants::signal_id.eq(signals::id))
                .filter(grants::grantee.eq_any(member.grantees()))
                .filter(grants::what.eq("signal"));
            return Ok(Some(Box::new(diesel::dsl::exists(granted))));
        }
    }
    Ok(if ids.is_empty() { None } else { Some(Box::new(signals::id.eq_any(ids))) })
}

/// A page of those that stand in one stage. Few signals stand in a stage before the last one, so with many rights this
/// walks the stage and looks at the grants, where walking the grants could pass by years of closed signals.
fn open_page(
    db: &mut Db,
    member: &MemberActor,
    stage: Stage,
    after: Option<After>,
    limit: i64,
) -> Result<Vec<SignalRow>, StoreError> {
    let Some(granted) = granted_to(db, member)? else { return Ok(Vec::new()) };
    let mut query = signals::table
        .filter(signals::stage.eq(stage))
        .filter(granted)
        .order((signals::received_on.desc(), signals::id.desc()))
        .limit(limit)
        .select(SignalRow::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query
            .filter(signals::received_on.le(after.received_on))
            .filter(signals::received_on.lt(after.received_on).or(signals::id.lt(after.id)));
    }
    Ok(query.load(db)?)
}

/// Open signals this member was granted that wait for something, by due day: the raw material of "wat wacht op u".
///
/// # Errors
/// When the database cannot be read.
pub fn signal_waiting(db: &mut Db, member: &MemberActor, limit: i64) -> Result<Vec<SignalRow>, StoreError> {
    let Some(granted) = granted_to(db, member)? else { return Ok(Vec::new()) };
    // A closed signal has a due day only when its term has passed, so with many rights this walks the index on due days
    // over what is open.
    Ok(signals::table
        .filter(signals::due_on.is_not_null())
        .filter(granted)
        .order((signals::due_on.asc(), signals::id.asc()))
        .limit(limit)
        .select(SignalRow::as_select())
        .load(db)?)
}
