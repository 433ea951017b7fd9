//! People on their way in: invited, and from their first sign-in with keys that no colleague has vouched for yet.

use super::bound::Group;
use super::db::Db;
use super::error::StoreError;
use super::members::RoleRow;
use super::schema::{events, joinings, member_roles};
use super::tx::Tx;
use super::written::written;
use crate::domain::ids::{KeyId, MemberId};
use crate::domain::time::Day;
use diesel::prelude::*;
use std::collections::HashMap;

/// Somebody on their way in.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = joinings)]
pub struct JoiningRow {
    /// Who.
    pub member_id: MemberId,
    /// The key to which the check key of the one-time code is sealed; absent when whoever made the code may let nobody in.
    pub check_holder: Option<KeyId>,
    /// The check key, sealed.
    pub check_sealed: Option<Vec<u8>>,
    /// The key the person made; absent until the first sign-in.
    pub key_id: Option<KeyId>,
    /// X25519, for sealing.
    pub exchange: Option<Vec<u8>>,
    /// Ed25519, for signatures.
    pub signing: Option<Vec<u8>>,
    /// Over both, under the check key.
    pub mac: Option<Vec<u8>>,
    /// Since when: invited, and then signed in.
    pub since_on: Day,
}

written!(JoiningRow, "joinings", [member_id, check_holder, check_sealed, key_id, exchange, signing, mac, since_on]);

impl Tx<'_> {
    /// Puts how far somebody is on their way in.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn joining_put(&mut self, row: &JoiningRow) -> Result<(), StoreError> {
        self.joining_delete(row.member_id)?;
        diesel::insert_into(joinings::table).values(row).execute(self.db())?;
        Ok(())
    }

    /// Somebody is in, or will not come.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn joining_delete(&mut self, member: MemberId) -> Result<(), StoreError> {
        diesel::delete(joinings::table.find(member)).execute(self.db())?;
        self.touch(Group::Member(member));
        Ok(())
    }

    /// Lets a role that counted wait for a second person again. Other days that were proposed for it wait no longer.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn role_lapse(&mut self, row: &RoleRow) -> Result<(), StoreError> {
        diesel::delete(
            member_roles::table
                .filter(member_roles::member_id.eq(row.member_id))
                .filter(member_roles::role.eq(row.role))
                .filter(member_roles::source_code.eq(&row.source_code))
                .filter(member_roles::state.eq("proposed")),
        )
        .execute(self.db())?;
        diesel::update(
            member_roles::table
                .filter(member_roles::member_id.eq(row.member_id))
                .filter(member_roles::role.eq(row.role))
                .filter(member_roles::source_code.eq(&row.source_code)),
        )
        .set((member_roles::state.eq("proposed"), member_roles::since_on.eq(self.today())))
        .execute(self.db())?;
        self.touch(Group::Member(row.member_id));
        Ok(())
    }
}

/// How far somebody is on their way in.
///
/// # Errors
/// When the database cannot be read.
pub fn joining_fetch(db: &mut Db, member: MemberId) -> Result<Option<JoiningRow>, StoreError> {
    Ok(joinings::table.find(member).select(JoiningRow::as_select()).first(db).optional()?)
}

/// The last day on which each member signed in.
///
/// # Errors
/// When the database cannot be read.
pub fn last_signed_in(db: &mut Db) -> Result<HashMap<MemberId, Day>, StoreError> {
    let rows: Vec<(Option<MemberId>, Option<String>)> = events::table
        .filter(events::kind.eq("session.begun"))
        .group_by(events::member_id)
        .select((events::member_id, diesel::dsl::max(events::day)))
        .load(db)?;
    Ok(rows.into_iter().filter_map(|(member, day)| Some((member?, day?.parse().ok()?))).collect())
}
