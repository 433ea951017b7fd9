//! Accounts and their roles.

use super::bound::Group;
use super::db::Db;
use super::error::StoreError;
use super::schema::{circle_members, member_roles, members};
use super::tx::Tx;
use super::written::written;
use crate::domain::ids::{CircleId, KeyId, MemberId, SessionId};
use crate::domain::role::{Role, RoleDates, Seat};
use crate::domain::time::{Day, Moment};
use crate::policy::{MemberActor, RoleHeld};
use diesel::prelude::*;

/// An account.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = members, treat_none_as_null = true)]
pub struct MemberRow {
    /// Who.
    pub id: MemberId,
    /// The name typed at signing in, lower case.
    pub login: String,
    /// The name colleagues read.
    pub name: String,
    /// `invited`, `waiting` (signed in once, not let in yet), `active` or `disabled`.
    pub state: String,
    /// Hash of the one-time code of the first sign-in, while it has not been used.
    pub enrol_hash: Option<Vec<u8>>,
    /// What a password is checked against.
    pub password: Option<Vec<u8>>,
    /// The member's private keys under their password.
    pub keys_sealed: Option<Vec<u8>>,
    /// The member's key.
    pub key_id: Option<KeyId>,
    /// When the account came to be.
    pub created_at: Moment,
    /// Counts up with every change.
    pub version: i64,
}

written!(
    MemberRow,
    "members",
    [id, login, name, state, enrol_hash, password, keys_sealed, key_id, created_at, version,]
);

/// One role of one account.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = member_roles)]
pub struct RoleRow {
    /// Who.
    pub member_id: MemberId,
    /// Which role.
    pub role: Role,
    /// First holder or deputy.
    pub seat: Seat,
    /// The source answered for, by catalogue code; empty for other roles.
    pub source_code: String,
    /// `setup` (given at the ceremony), `proposed` (waits for a second person) or `agreed`. Only the first and the
    /// last count.
    pub state: String,
    /// Since when.
    pub since_on: Day,
    /// First day away.
    pub away_from: Option<Day>,
    /// Last day away.
    pub away_until: Option<Day>,
    /// The first day on which the role counts; absent when it counts at once.
    pub first_on: Option<Day>,
    /// The last day on which the role counts; absent when nothing ends it.
    pub last_on: Option<Day>,
}

written!(
    RoleRow,
    "member_roles",
    [member_id, role, seat, source_code, state, since_on, away_from, away_until, first_on, last_on]
);

impl RoleRow {
    /// The days on which it counts.
    #[must_use]
    pub fn dates(&self) -> RoleDates {
        RoleDates { first: self.first_on, last: self.last_on }
    }

    /// Whether it counts on this day: agreed to, begun and not ended. Whether the log proves it is another question.
    #[must_use]
    pub fn counts_on(&self, day: Day) -> bool {
        self.state != "proposed" && self.dates().hold_on(day)
    }

    /// Whether it is the same role for the same source, proposed or not.
    #[must_use]
    pub fn is_same_as(&self, role: Role, source: &str) -> bool {
        self.role == role && self.source_code == source
    }
}

impl Tx<'_> {
    /// Adds an account.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the login is taken.
    pub fn member_insert(&mut self, row: &MemberRow) -> Result<(), StoreError> {
        diesel::insert_into(members::table).values(row).execute(self.db())?;
        self.touch(Group::Member(row.id));
        Ok(())
    }

    /// Puts a changed account in place, if nobody changed it in between.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody did.
    pub fn member_update(&mut self, row: &MemberRow) -> Result<(), StoreError> {
        let changed = diesel::update(members::table.find(row.id).filter(members::version.eq(row.version - 1)))
            .set(row)
            .execute(self.db())?;
        if changed != 1 {
            return Err(StoreError::Stale);
        }
        self.touch(Group::Member(row.id));
        Ok(())
    }

    /// Gives a role.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when it is held already.
    pub fn role_insert(&mut self, row: &RoleRow) -> Result<(), StoreError> {
        diesel::insert_into(member_roles::table).values(row).execute(self.db())?;
        self.touch(Group::Member(row.member_id));
        Ok(())
    }

    /// Lets a proposed role count, in the place of the same role with other days.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it was not proposed any more.
    pub fn role_agree(&mut self, row: &RoleRow) -> Result<(), StoreError> {
        diesel::delete(
            member_roles::table
                .filter(member_roles::member_id.eq(row.member_id))
                .filter(member_roles::role.eq(row.role))
                .filter(member_roles::source_code.eq(&row.source_code))
                .filter(member_roles::state.ne("proposed")),
        )
        .execute(self.db())?;
        let changed = diesel::update(
            member_roles::table
                .filter(member_roles::member_id.eq(row.member_id))
                .filter(member_roles::role.eq(row.role))
                .filter(member_roles::source_code.eq(&row.source_code))
                .filter(member_roles::state.eq("proposed")),
        )
        .set((member_roles::state.eq("agreed"), member_roles::since_on.eq(self.today())))
        .execute(self.db())?;
        if changed != 1 {
            return Err(StoreError::Stale);
        }
        self.touch(Group::Member(row.member_id));
        Ok(())
    }

    /// Takes a proposal away that nobody agreed to.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it was not proposed any more.
    pub fn role_decline(&mut self, row: &RoleRow) -> Result<(), StoreError> {
        let changed = diesel::delete(
            member_roles::table
                .filter(member_roles::member_id.eq(row.member_id))
                .filter(member_roles::role.eq(row.role))
                .filter(member_roles::source_code.eq(&row.source_code))
                .filter(member_roles::state.eq("proposed")),
        )
        .execute(self.db())?;
        if changed != 1 {
            return Err(StoreError::Stale);
        }
        self.touch(Group::Member(row.member_id));
        Ok(())
    }

    /// Takes a role away.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn role_delete(&mut self, member: MemberId, role: Role) -> Result<usize, StoreError> {
        let gone = diesel::delete(
            member_roles::table.filter(member_roles::member_id.eq(member)).filter(member_roles::role.eq(role)),
        )
        .execute(self.db())?;
        self.touch(Group::Member(member));
        Ok(gone)
    }

    /// Takes away one role whose last day was before this one; gives how many that were: none when somebody did it before,
    /// or gave it other days.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn role_end(&mut self, row: &RoleRow, today: Day) -> Result<usize, StoreError> {
        let gone = diesel::delete(
            member_roles::table
                .filter(member_roles::member_id.eq(row.member_id))
                .filter(member_roles::role.eq(row.role))
                .filter(member_roles::source_code.eq(&row.source_code))
                .filter(member_roles::state.ne("proposed"))
                .filter(member_roles::last_on.lt(today)),
        )
        .execute(self.db())?;
        if gone > 0 {
            self.touch(Group::Member(row.member_id));
        }
        Ok(gone)
    }

    /// An account by its id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn member_fetch(&mut self, id: MemberId) -> Result<Option<MemberRow>, StoreError> {
        member_fetch(self.db(), id)
    }

    /// An account by its login.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn member_by_login(&mut self, login: &str) -> Result<Option<MemberRow>, StoreError> {
        member_by_login(self.db(), login)
    }
}

/// An account by its id.
///
/// # Errors
/// When the database cannot be read.
pub fn member_fetch(db: &mut Db, id: MemberId) -> Result<Option<MemberRow>, StoreError> {
    Ok(members::table.find(id).select(MemberRow::as_select()).first(db).optional()?)
}

/// An account by its login.
///
/// # Errors
/// When the database cannot be read.
pub fn member_by_login(db: &mut Db, login: &str) -> Result<Option<MemberRow>, StoreError> {
    Ok(members::table.filter(members::login.eq(login)).select(MemberRow::as_select()).first(db).optional()?)
}

/// Every account with its roles, by name.
///
/// # Errors
/// When the database cannot be read.
pub fn member_list(db: &mut Db) -> Result<Vec<(MemberRow, Vec<RoleRow>)>, StoreError> {
    let accounts: Vec<MemberRow> = members::table.order(members::name.asc()).select(MemberRow::as_select()).load(db)?;
    let roles: Vec<RoleRow> = member_roles::table
        .order((member_roles::seat.desc(), member_roles::role.asc()))
        .select(RoleRow::as_select())
        .load(db)?;
    Ok(accounts
        .into_iter()
        .map(|account| {
            let own = roles.iter().filter(|role| role.member_id == account.id).cloned().collect();
            (account, own)
        })
        .collect())
}

/// The roles of one account, whatever the days on which they count.
///
/// # Errors
/// When the database cannot be read.
pub fn roles_of(db: &mut Db, member: MemberId) -> Result<Vec<RoleRow>, StoreError> {
    Ok(member_roles::table
        .filter(member_roles::member_id.eq(member))
        .filter(member_roles::state.ne("proposed"))
        .order((member_roles::seat.desc(), member_roles::role.asc()))
        .select(RoleRow::as_select())
        .load(db)?)
}

/// The roles of one account, those that still wait for a second person among them.
///
/// # Errors
/// When the database cannot be read.
pub fn role_list(db: &mut Db, member: MemberId) -> Result<Vec<RoleRow>, StoreError> {
    Ok(member_roles::table
        .filter(member_roles::member_id.eq(member))
        .order((member_roles::seat.desc(), member_roles::role.asc(), member_roles::source_code.asc()))
        .select(RoleRow::as_select())
        .load(db)?)
}

/// The accounts whose last day in a role was before this one, with that role.
///
/// # Errors
/// When the database cannot be read.
pub fn roles_ended(db: &mut Db, today: Day) -> Result<Vec<(MemberRow, RoleRow)>, StoreError> {
    Ok(members::table
        .inner_join(member_roles::table.on(member_roles::member_id.eq(members::id)))
        .filter(member_roles::last_on.lt(today))
        .filter(member_roles::state.ne("proposed"))
        .filter(members::state.ne("disabled"))
        .order((members::id.asc(), member_roles::role.asc(), member_roles::source_code.asc()))
        .select((MemberRow::as_select(), RoleRow::as_select()))
        .load(db)?)
}

/// The active members who hold a role on this day, holders before deputies.
///
/// # Errors
/// When the database cannot be read.
pub fn members_with(db: &mut Db, role: Role, today: Day) -> Result<Vec<(MemberRow, RoleRow)>, StoreError> {
    let begun = member_roles::first_on.is_null().or(member_roles::first_on.le(today));
    let goes_on = member_roles::last_on.is_null().or(member_roles::last_on.ge(today));
    Ok(members::table
        .inner_join(member_roles::table.on(member_roles::member_id.eq(members::id)))
        .filter(member_roles::role.eq(role))
        .filter(member_roles::state.ne("proposed"))
        .filter(members::state.eq("active"))
        .filter(begun.and(goes_on))
        .order((member_roles::seat.desc(), members::name.asc()))
        .select((MemberRow::as_select(), RoleRow::as_select()))
        .load(db)?)
}

/// The member as the policy knows them, with the roles that count.
///
/// # Errors
/// When the database cannot be read.
pub fn actor_of(
    db: &mut Db,
    member: &MemberRow,
    session: SessionId,
    counting: Vec<RoleRow>,
) -> Result<Option<MemberActor>, StoreError> {
    let Some(key) = member.key_id else { return Ok(None) };
    let roles = counting
        .into_iter()
        .map(|row| RoleHeld { role: row.role, deputy: row.seat == Seat::Deputy, source: row.source_code })
        .collect();
    let circles: Vec<CircleId> = circle_members::table
        .filter(circle_members::member_id.eq(member.id))
        .select(circle_members::circle_id)
        .load(db)?;
    Ok(Some(MemberActor { id: member.id, key, name: member.name.clone(), session, roles, circles }))
}
