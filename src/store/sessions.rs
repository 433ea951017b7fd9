//! Sessions: those that are open, and those that still wait for the second factor.

use super::db::Db;
use super::error::StoreError;
use super::members::MemberRow;
use super::schema::{members, sessions};
use super::tx::Tx;
use crate::domain::ids::{MemberId, SessionId};
use crate::domain::time::Moment;
use diesel::prelude::*;

/// A session of a member.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions)]
pub struct SessionRow {
    /// Which session.
    pub id: SessionId,
    /// Hash of the token.
    pub token_hash: Vec<u8>,
    /// Whose.
    pub member_id: MemberId,
    /// `web` or `api`.
    pub kind: String,
    /// `pending` (the password was right, the second factor not shown yet: good for nothing else) or `open`.
    pub state: String,
    /// The member's private keys under the token and this installation's key file.
    pub keys_sealed: Vec<u8>,
    /// When it began.
    pub created_at: Moment,
    /// When it was last used, to the minute.
    pub seen_at: Moment,
    /// When it ends whatever happens.
    pub ends_at: Moment,
    /// When the member last showed more than a cookie: the second factor, or the password where that is all there is.
    pub factor_at: Option<Moment>,
}

impl Tx<'_> {
    /// Begins a session.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn session_insert(&mut self, row: &SessionRow) -> Result<(), StoreError> {
        diesel::insert_into(sessions::table).values(row).execute(self.db())?;
        Ok(())
    }

    /// Notes that a session is in use.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn session_seen(&mut self, id: SessionId, at: Moment) -> Result<(), StoreError> {
        diesel::update(sessions::table.find(id)).set(sessions::seen_at.eq(at)).execute(self.db())?;
        Ok(())
    }

    /// Ends one session.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn session_delete(&mut self, id: SessionId) -> Result<(), StoreError> {
        diesel::delete(sessions::table.find(id)).execute(self.db())?;
        Ok(())
    }

    /// Ends one open session of this member; gives how many that were.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn session_delete_of(&mut self, member: MemberId, id: SessionId) -> Result<usize, StoreError> {
        let own = sessions::table.find(id).filter(sessions::member_id.eq(member)).filter(sessions::state.eq("open"));
        Ok(diesel::delete(own).execute(self.db())?)
    }

    /// Ends every session of a member but this one, also those that wait for the second factor.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn sessions_delete_besides(&mut self, member: MemberId, kept: SessionId) -> Result<usize, StoreError> {
        let others = sessions::table.filter(sessions::member_id.eq(member)).filter(sessions::id.ne(kept));
        Ok(diesel::delete(others).execute(self.db())?)
    }

    /// Ends every session of a member.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn sessions_delete_of(&mut self, member: MemberId) -> Result<usize, StoreError> {
        Ok(diesel::delete(sessions::table.filter(sessions::member_id.eq(member))).execute(self.db())?)
    }

    /// Clears sessions that ended.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn sessions_clear(&mut self, now: Moment, idle_before: Moment) -> Result<usize, StoreError> {
        Ok(diesel::delete(sessions::table.filter(sessions::ends_at.lt(now).or(sessions::seen_at.lt(idle_before))))
            .execute(self.db())?)
    }

    /// Notes that the member of a pending session has shown a second factor.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the session is not pending any more.
    pub fn session_prove(&mut self, id: SessionId, at: Moment) -> Result<(), StoreError> {
        let changed = diesel::update(sessions::table.find(id).filter(sessions::state.eq("pending")))
            .set(sessions::factor_at.eq(at))
            .execute(self.db())?;
        if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }

    /// Notes that the member of an open session has shown once more who they are.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the session is not open any more.
    pub fn session_confirm(&mut self, id: SessionId, at: Moment) -> Result<(), StoreError> {
        let changed = diesel::update(sessions::table.find(id).filter(sessions::state.eq("open")))
            .set(sessions::factor_at.eq(at))
            .execute(self.db())?;
        if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }

    /// Takes a pending session away, if it is still there: it leads to one open session only.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it is not.
    pub fn session_pending_end(&mut self, id: SessionId) -> Result<(), StoreError> {
        let gone = diesel::delete(sessions::table.find(id).filter(sessions::state.eq("pending"))).execute(self.db())?;
        if gone == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }
}

/// The open sessions of a member, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn session_list(
    db: &mut Db,
    member: MemberId,
    now: Moment,
    idle_before: Moment,
) -> Result<Vec<SessionRow>, StoreError> {
    Ok(sessions::table
        .filter(sessions::member_id.eq(member))
        .filter(sessions::state.eq("open"))
        .filter(sessions::ends_at.gt(now))
        .filter(sessions::seen_at.ge(idle_before))
        .order((sessions::created_at.desc(), sessions::id.asc()))
        .select(SessionRow::as_select())
        .load(db)?)
}

/// The session in this state with this token and the member behind it, when both still count.
///
/// # Errors
/// When the database cannot be read.
pub fn session_by_token(
    db: &mut Db,
    token_hash: &[u8],
    state: &str,
    now: Moment,
    idle_before: Moment,
) -> Result<Option<(SessionRow, MemberRow)>, StoreError> {
    Ok(sessions::table
        .inner_join(members::table.on(members::id.eq(sessions::member_id)))
        .filter(sessions::token_hash.eq(token_hash))
        .filter(sessions::state.eq(state))
        .filter(sessions::ends_at.gt(now))
        .filter(sessions::seen_at.ge(idle_before))
        .filter(members::state.eq("active"))
        .select((SessionRow::as_select(), MemberRow::as_select()))
        .first(db)
        .optional()?)
}
