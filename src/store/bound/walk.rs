//! Every row that the log answers for, walked in pages, for those who hold the database against the log.

use super::groups::{Span, decision_forms, item_forms, member_forms, rights_forms, weighing_forms};
use super::{Group, Salting, commit, salting};
use crate::domain::ids::{
    ActionId, DestructionId, EmergencyOpeningId, FactorId, HandoffId, IdentityOpeningId, KeyId, MachineId,
    PrivacyCheckId, RecordId, SealedKeyId, SignalId, SittingId, SourceQuestionId,
};
use crate::ledger::merkle::Hash;
use crate::store::agenda::SittingRow;
use crate::store::checks::{PrivacyCheckRow, SourceQuestionRow};
use crate::store::contents::{ContentRow, RecordRow, SealedKeyRow};
use crate::store::db::Db;
use crate::store::decisions::{ActionRow, HandoffRow};
use crate::store::destructions::DestructionRow;
use crate::store::emergencies::EmergencyOpeningRow;
use crate::store::error::StoreError;
use crate::store::factors::FactorRow;
use crate::store::identities::IdentityOpeningRow;
use crate::store::keys::{PublicKeyRow, SettingRow};
use crate::store::machines::MachineRow;
use crate::store::schema::{
    actions, agenda_items, contents, decisions, destructions, emergency_openings, handoffs, identity_openings,
    machines, member_factors, members, privacy_checks, public_keys, records, row_salts, sealed_keys, settings, signals,
    sittings, source_questions, weighings,
};
use crate::store::signals::SignalRow;
use crate::store::written::{Form, NamedRow};
use diesel::prelude::*;
use diesel::result::Error::DeserializationError;
use std::collections::HashMap;

/// How many rows are in memory at a time.
const PAGE: i64 = 1_000;

/// Where the names and hashes go.
type Told<'a> = &'a mut dyn FnMut(String, Hash);

/// The hash of a row with a value that the service never writes and cannot read: no row of the log has it.
const UNREADABLE: Hash = [0; 32];

/// Walks a table of rows with an id of their own. Where a value cannot be read, the rows are taken one by one, so that
/// it is told of which row that is, and the walk goes on.
macro_rules! walk_rows {
    ($db:expr, $told:expr, $table:ident, $key:ident: $id:ty, $row:ty) => {{
        let mut after: Option<$id> = None;
        loop {
            let mut query =
                $table::table.order($table::$key.asc()).limit(PAGE).select(<$row>::as_select()).into_boxed();
            let before = after.take();
            if let Some(last) = before.clone() {
                query = query.filter($table::$key.gt(last));
            }
            let page: Vec<$row> = match query.load($db) {
                Ok(page) => page,
                Err(DeserializationError(_)) => {
                    let mut query =
                        $table::table.order($table::$key.asc()).limit(PAGE).select($table::$key).into_boxed();
                    if let Some(last) = before {
                        query = query.filter($table::$key.gt(last));
                    }
                    let keys: Vec<$id> = in_table(stringify!($table), query.load($db).map_err(StoreError::from))?;
                    for key in keys {
                        after = Some(key.clone());
                        match $table::table.find(key.clone()).select(<$row>::as_select()).first($db) {
                            Ok(row) => tell($db, $told, vec![(row.name(), row.form())])?,
                            Err(DeserializationError(_)) => $told(format!("{}/{key}", stringify!($table)), UNREADABLE),
                            Err(error) => return Err(error.into()),
                        }
                    }
                    if after.is_none() {
                        break;
                    }
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            tell($db, $told, page.iter().map(|row| (row.name(), row.form())).collect())?;
            match page.into_iter().next_back() {
                Some(last) => after = Some(last.$key),
                None => break,
            }
        }
    }};
}

/// Walks what is bound together, in stretches of the table that the rest belongs to. The last stretch has no end, so
/// that rows that belong to nothing are seen, too.
macro_rules! walk_groups {
    ($db:expr, $told:expr, $table:ident, $forms:ident, $group:expr) => {{
        let mut after = None;
        loop {
            let mut query = $table::table.order($table::id.asc()).offset(PAGE - 1).select($table::id).into_boxed();
            if let Some(last) = after {
                query = query.filter($table::id.gt(last));
            }
            let upto = query.first($db).optional()?;
            let forms = in_table(stringify!($table), $forms($db, Span::Between(after, upto)))?;
            tell($db, $told, forms.into_iter().map(|(id, form)| ($group(id).name(), form)).collect())?;
            match upto {
                Some(last) => after = Some(last),
                None => break,
            }
        }
    }};
}

/// Hands over the name and hash of every row that the log answers for, table by table.
///
/// # Errors
/// When the database cannot be read.
pub fn each_committed_row(db: &mut Db, mut f: impl FnMut(String, Hash)) -> Result<(), StoreError> {
    let told: Told<'_> = &mut f;
    in_table("contents", walk_contents(db, told))?;
    walk_rows!(db, told, sealed_keys, id: SealedKeyId, SealedKeyRow);
    walk_rows!(db, told, records, id: RecordId, RecordRow);
    walk_rows!(db, told, signals, id: SignalId, SignalRow);
    walk_rows!(db, told, privacy_checks, id: PrivacyCheckId, PrivacyCheckRow);
    walk_rows!(db, told, source_questions, id: SourceQuestionId, SourceQuestionRow);
    walk_rows!(db, told, sittings, id: SittingId, SittingRow);
    walk_rows!(db, told, actions, id: ActionId, ActionRow);
    walk_rows!(db, told, handoffs, id: HandoffId, HandoffRow);
    walk_rows!(db, told, identity_openings, id: IdentityOpeningId, IdentityOpeningRow);
    walk_rows!(db, told, emergency_openings, id: EmergencyOpeningId, EmergencyOpeningRow);
    walk_rows!(db, told, destructions, id: DestructionId, DestructionRow);
    walk_rows!(db, told, public_keys, id: KeyId, PublicKeyRow);
    walk_rows!(db, told, member_factors, id: FactorId, FactorRow);
    walk_rows!(db, told, machines, id: MachineId, MachineRow);
    walk_rows!(db, told, settings, name: String, SettingRow);
    walk_groups!(db, told, members, member_forms, Group::Member);
    walk_groups!(db, told, signals, rights_forms, Group::Rights);
    walk_groups!(db, told, weighings, weighing_forms, Group::Weighing);
    walk_groups!(db, told, agenda_items, item_forms, Group::Item);
    walk_groups!(db, told, decisions, decision_forms, Group::Decision);
    Ok(())
}

/// Names the table in which a value stands that the service cannot read: it never wrote that.
fn in_table<T>(table: &str, read: Result<T, StoreError>) -> Result<T, StoreError> {
    read.map_err(|error| match error {
        StoreError::Database(text) => StoreError::Database(format!("{table}: {text}")),
        other => other,
    })
}

fn walk_contents(db: &mut Db, told: Told<'_>) -> Result<(), StoreError> {
    let mut after: Option<ContentRow> = None;
    loop {
        let mut query = contents::table
            .order((contents::record_id.asc(), contents::field.asc()))
            .limit(PAGE)
            .select(ContentRow::as_select())
            .into_boxed();
        if let Some(last) = after {
            let later = contents::record_id.eq(last.record_id).and(contents::field.gt(last.field));
            query = query.filter(contents::record_id.gt(last.record_id).or(later));
        }
        let page: Vec<ContentRow> = query.load(db)?;
        tell(db, told, page.iter().map(|row| (row.name(), row.form())).collect())?;
        match page.into_iter().next_back() {
            Some(last) => after = Some(last),
            None => return Ok(()),
        }
    }
}

/// Hashes these rows as the log does. A row without its salt gets a hash that fits nothing.
fn tell(db: &mut Db, told: Told<'_>, rows: Vec<(String, Form)>) -> Result<(), StoreError> {
    let salted: Vec<&String> =
        rows.iter().map(|(name, _)| name).filter(|name| salting(name) == Salting::Salted).collect();
    let salts: HashMap<String, Vec<u8>> = if salted.is_empty() {
        HashMap::new()
    } else {
        let found: Vec<(String, Vec<u8>)> = row_salts::table
            .filter(row_salts::row_name.eq_any(salted))
            .select((row_salts::row_name, row_salts::salt))
            .load(db)?;
        found.into_iter().collect()
    };
    for (name, form) in rows {
        let salt = salts.get(&name).map(Vec::as_slice).unwrap_or_default();
        let commit = commit(name, salt, &form);
        if let Some(hash) = commit.sha256 {
            told(commit.row, hash);
        }
    }
    Ok(())
}
