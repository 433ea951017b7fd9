//! Lists of signals. Each walks one index and stops when its page is full, whatever else the table holds.

use super::{After, Filter, SignalRow};
use crate::domain::stage::Stage;
use crate::policy::MemberActor;
use crate::store::StoreError;
use crate::store::db::Db;
use crate::store::schema::{grants, signals};
use diesel::prelude::*;

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

/// A page of those that stand in one stage. Few signals stand in a stage before the last one, so this walks the stage
/// and looks at the grants, where walking the grants could pass by years of closed signals.
fn open_page(
    db: &mut Db,
    member: &MemberActor,
    stage: Stage,
    after: Option<After>,
    limit: i64,
) -> Result<Vec<SignalRow>, StoreError> {
    let granted = grants::table
        .filter(grants::signal_id.eq(signals::id))
        .filter(grants::grantee.eq_any(member.grantees()))
        .filter(grants::what.eq("signal"));
    let mut query = signals::table
        .filter(signals::stage.eq(stage))
        .filter(diesel::dsl::exists(granted))
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
    let granted = grants::table
        .filter(grants::signal_id.eq(signals::id))
        .filter(grants::grantee.eq_any(member.grantees()))
        .filter(grants::what.eq("signal"));
    // A closed signal has a due day only when its term has passed, so this walks the index on due days over what is open.
    Ok(signals::table
        .filter(signals::due_on.is_not_null())
        .filter(diesel::dsl::exists(granted))
        .order((signals::due_on.asc(), signals::id.asc()))
        .limit(limit)
        .select(SignalRow::as_select())
        .load(db)?)
}
