//! Signals, who was granted what on them, and the one scope through which every list and count goes.

mod lists;

pub use lists::{signal_page, signal_waiting};

use super::bound::Group;
use super::db::Db;
use super::error::StoreError;
use super::schema::{exclusions, grants, signals};
use super::tx::Tx;
use super::written::written;
use crate::domain::ids::{ExclusionId, MemberId, SignalId};
use crate::domain::reference::SignalReference;
use crate::domain::role::Role;
use crate::domain::signal::Confidentiality;
use crate::domain::stage::Stage;
use crate::domain::time::Day;
use crate::policy::{Facts, MemberActor};
use diesel::prelude::*;

/// A signal as it stands. Nothing in it is content.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = signals)]
pub struct SignalRow {
    /// Which signal.
    pub id: SignalId,
    /// What people call it: `S-K7Q4-M2`.
    pub reference: SignalReference,
    /// Whose box it lies in: `coordinators`, `integrity`, or a circle.
    pub box_: String,
    /// Where it stands.
    pub stage: Stage,
    /// Counts up with every step; a step names the version it saw.
    pub version: i64,
    /// What it waits for, as a stable word.
    pub waiting: String,
    /// Whose turn it is, when that is one person.
    pub turn_of: Option<MemberId>,
    /// How it came in.
    pub channel: String,
    /// What kind of source told it.
    pub source_type: String,
    /// Whether the melder gave a name.
    pub confidentiality: Confidentiality,
    /// How fast, as judged at intake.
    pub urgency: Option<String>,
    /// The day it came in.
    pub received_on: Day,
    /// Since when it stands where it stands.
    pub stage_since: Day,
    /// When what it waits for is due.
    pub due_on: Option<Day>,
    /// The decision or outcome that ended or moved it.
    pub outcome: Option<String>,
    /// The reason code with that outcome.
    pub reason: Option<String>,
    /// The version of the municipality's rules it is judged under.
    pub protocol_version: String,
    /// What a receipt is looked up by.
    pub lookup_id: Option<Vec<u8>>,
    /// Until when it is only watched.
    pub monitor_until: Option<Day>,
    /// Why it is kept.
    pub retention_ground: Option<String>,
    /// The day it must be destroyed.
    pub kept_until: Option<Day>,
    /// The last word that was told to the melder.
    pub told_status: Option<String>,
    /// Where the signal stood then.
    pub told_stage: Option<Stage>,
    /// When.
    pub told_on: Option<Day>,
}

written!(SignalRow, "signals" named by id: [
    id,
    reference,
    box_,
    stage,
    version,
    waiting,
    turn_of,
    channel,
    source_type,
    confidentiality,
    urgency,
    received_on,
    stage_since,
    due_on,
    outcome,
    reason,
    protocol_version,
    lookup_id,
    monitor_until,
    retention_ground,
    kept_until,
    told_status,
    told_stage,
    told_on,
]);

/// One right on one signal.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = grants)]
pub struct GrantRow {
    /// The signal.
    pub signal_id: SignalId,
    /// To whom: `group:..`, `circle:..` or `member:..`.
    pub grantee: String,
    /// On what: `signal`, `check`, `question`, `item`, `identity`, `action` or `emergency`.
    pub what: String,
    /// The day the signal came in, kept here so that a page of a list costs the same at any size.
    pub received_on: Day,
}

written!(GrantRow, "grants", [signal_id, grantee, what, received_on]);

/// One reader shut out.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = exclusions)]
pub struct ExclusionRow {
    /// Which exclusion.
    pub id: ExclusionId,
    /// The signal.
    pub signal_id: SignalId,
    /// The role shut out.
    pub role: Role,
    /// Who did: the melder, a coordinator, or the member about themselves.
    pub set_by: String,
    /// The person shut out, when it is one person.
    pub member_id: Option<MemberId>,
    /// Since when.
    pub since_on: Day,
}

written!(ExclusionRow, "exclusions", [signal_id, role, set_by, member_id, since_on, id]);

/// Where a page of a list starts: after this row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    /// The day of the last row shown.
    pub received_on: Day,
    /// Its id.
    pub id: SignalId,
}

/// Which signals a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter {
    /// Only those that stand here.
    pub stage: Option<Stage>,
}

impl Tx<'_> {
    /// Adds a signal.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the reference or the receipt exists already.
    pub fn signal_insert(&mut self, row: &SignalRow) -> Result<(), StoreError> {
        diesel::insert_into(signals::table).values(row).execute(self.db())?;
        self.bind(row);
        Ok(())
    }

    /// A signal by its id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn signal_fetch(&mut self, id: SignalId) -> Result<Option<SignalRow>, StoreError> {
        signal_fetch(self.db(), id)
    }

    /// Puts `next` in place of the signal, if it still stands in one of `from` and still has the version before.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it moved in between.
    pub fn signal_advance(&mut self, from: &[Stage], next: &SignalRow) -> Result<(), StoreError> {
        let stages = from.to_vec();
        let moved = diesel::update(
            signals::table
                .find(next.id)
                .filter(signals::stage.eq_any(stages))
                .filter(signals::version.eq(next.version - 1)),
        )
        .set((
            signals::box_.eq(&next.box_),
            signals::stage.eq(next.stage),
            signals::version.eq(next.version),
            signals::waiting.eq(&next.waiting),
            signals::turn_of.eq(next.turn_of),
            signals::urgency.eq(&next.urgency),
            signals::stage_since.eq(next.stage_since),
            signals::due_on.eq(next.due_on),
            signals::outcome.eq(&next.outcome),
            signals::reason.eq(&next.reason),
            signals::lookup_id.eq(&next.lookup_id),
            signals::monitor_until.eq(next.monitor_until),
            signals::retention_ground.eq(&next.retention_ground),
            signals::kept_until.eq(next.kept_until),
            signals::told_status.eq(&next.told_status),
            signals::told_stage.eq(next.told_stage),
            signals::told_on.eq(next.told_on),
        ))
        .execute(self.db())?;
        if moved != 1 {
            return Err(StoreError::Stale);
        }
        // As it stands now: a step changes some columns only.
        if let Some(row) = signal_fetch(self.db(), next.id)? {
            self.bind(&row);
        }
        Ok(())
    }

    /// Gives a right. Giving it twice is giving it once.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn grant_put(&mut self, row: &GrantRow) -> Result<(), StoreError> {
        let new = diesel::insert_into(grants::table).values(row);
        // Said to each database by itself: the two together know no ON CONFLICT.
        match self.db() {
            Db::Pg(c) => new.on_conflict_do_nothing().execute(c)?,
            Db::Sqlite(c) => new.on_conflict_do_nothing().execute(c)?,
        };
        self.touch(Group::Rights(row.signal_id));
        Ok(())
    }

    /// Takes a right away.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn grant_delete(&mut self, signal: SignalId, grantee: &str, what: &str) -> Result<(), StoreError> {
        diesel::delete(
            grants::table
                .filter(grants::signal_id.eq(signal))
                .filter(grants::grantee.eq(grantee))
                .filter(grants::what.eq(what)),
        )
        .execute(self.db())?;
        self.touch(Group::Rights(signal));
        Ok(())
    }

    /// Every right on a signal.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn grant_list(&mut self, signal: SignalId) -> Result<Vec<GrantRow>, StoreError> {
        grant_list(self.db(), signal)
    }

    /// Shuts a reader out.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn exclusion_insert(&mut self, row: &ExclusionRow) -> Result<(), StoreError> {
        diesel::insert_into(exclusions::table).values(row).execute(self.db())?;
        self.touch(Group::Rights(row.signal_id));
        Ok(())
    }

    /// Who is shut out.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn exclusion_list(&mut self, signal: SignalId) -> Result<Vec<ExclusionRow>, StoreError> {
        exclusion_list(self.db(), signal)
    }

    /// The signal and what the policy must know of it for this member; `None` when it does not exist.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn signal_facts(
        &mut self,
        id: SignalId,
        member: &MemberActor,
    ) -> Result<Option<(SignalRow, Facts)>, StoreError> {
        signal_facts(self.db(), id, member)
    }
}

/// A signal by its id. For jobs and checks; pages go through [`signal_facts`] and the policy.
///
/// # Errors
/// When the database cannot be read.
pub fn signal_fetch(db: &mut Db, id: SignalId) -> Result<Option<SignalRow>, StoreError> {
    Ok(signals::table.find(id).select(SignalRow::as_select()).first(db).optional()?)
}

/// The signal a receipt belongs to.
///
/// # Errors
/// When the database cannot be read.
pub fn signal_by_lookup(db: &mut Db, lookup_id: &[u8]) -> Result<Option<SignalRow>, StoreError> {
    Ok(signals::table.filter(signals::lookup_id.eq(lookup_id)).select(SignalRow::as_select()).first(db).optional()?)
}

/// Every right on a signal.
///
/// # Errors
/// When the database cannot be read.
pub fn grant_list(db: &mut Db, signal: SignalId) -> Result<Vec<GrantRow>, StoreError> {
    Ok(grants::table.filter(grants::signal_id.eq(signal)).select(GrantRow::as_select()).load(db)?)
}

/// Who is shut out of a signal.
///
/// # Errors
/// When the database cannot be read.
pub fn exclusion_list(db: &mut Db, signal: SignalId) -> Result<Vec<ExclusionRow>, StoreError> {
    Ok(exclusions::table.filter(exclusions::signal_id.eq(signal)).select(ExclusionRow::as_select()).load(db)?)
}

/// The signal and what the policy must know of it for this member.
///
/// # Errors
/// When the database cannot be read.
pub fn signal_facts(db: &mut Db, id: SignalId, member: &MemberActor) -> Result<Option<(SignalRow, Facts)>, StoreError> {
    let Some(signal) = signal_fetch(db, id)? else { return Ok(None) };
    let given: Vec<String> = grants::table
        .filter(grants::signal_id.eq(id))
        .filter(grants::grantee.eq_any(member.grantees()))
        .select(grants::what)
        .load(db)?;
    // A row that names a person is about that person only, in every role they hold.
    let mut excluded = Vec::new();
    for row in exclusion_list(db, id)? {
        match row.member_id {
            None => excluded.push(row.role),
            Some(named) if named == member.id => excluded.extend(member.roles.iter().map(|held| held.role)),
            Some(_) => {}
        }
    }
    let facts = Facts { signal: Some(id), grants: given, stage: Some(signal.stage), excluded, ..Facts::default() };
    Ok(Some((signal, facts)))
}
