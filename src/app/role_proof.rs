//! Which roles are proven: given at the ceremony under the set-up key, or agreed to by a second person under their own,
//! as the log tells it. Where a key is about to be sealed, the table `member_roles` alone is not believed: whoever can
//! write SQL could otherwise name themselves and wait until a colleague signs in. Nor does a role count in a session that
//! the log does not prove.

use super::trust::chain_in_log;
use super::{App, AppError};
use crate::domain::ids::{MemberId, SessionId};
use crate::domain::role::{Role, Seat};
use crate::ledger::event::{Actor, Event};
use crate::policy::MemberActor;
use crate::store::db::Db;
use crate::store::log;
use crate::store::members::{self, MemberRow, RoleRow};
use crate::vault::signing::{Signature, VerifyKey};
use crate::vault::statement::{Owner, TrustedKeys};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, RwLock};

/// The context that separates the signature under an agreement from others.
pub(super) const ROLE_AGREED: &str = "meldroute/role-agreed/v1";
/// The context that separates the signature under an invitation at the ceremony from others.
pub(super) const ROLES_GIVEN: &str = "meldroute/roles-given/v1";
/// The detail of an agreement that says which proposal it answers, by its place in the log.
pub(super) const PROPOSAL: &str = "proposal";

/// Events that give or take roles, or introduce the keys that signed them.
const TELLING: [&str; 5] =
    ["member.invited", "role.agreed", "role.withdrawn", "member.disabled", super::trust::KEY_STATED];

/// What somebody signs who agrees to a role. The proposal stands in it, so that an old agreement cannot be used again
/// after the role was taken away.
pub(super) fn agreement(member: MemberId, role: Role, seat: Seat, source: &str, proposal: i64) -> Vec<u8> {
    format!("{member}\n{}\n{}\n{source}\n{proposal}\n", role.code(), seat.code()).into_bytes()
}

/// The detail under which an invitation names a role; its value is the seat.
pub(super) fn invited_as(role: Role, source: &str) -> String {
    if source.is_empty() { format!("role.{}", role.code()) } else { format!("role.{}.{source}", role.code()) }
}

/// What the set-up key signs at the ceremony: the member and every role, as the details of the invitation name them.
pub(super) fn invitation(member: MemberId, details: &BTreeMap<String, String>) -> Vec<u8> {
    let roles = details.iter().filter(|(name, _)| name.starts_with("role."));
    let lines: String = roles.map(|(name, seat)| format!("{name}={seat}\n")).collect();
    format!("{member}\n{lines}").into_bytes()
}

/// The proven roles as last read, with the newest telling event they were read up to.
#[derive(Default)]
pub(super) struct RoleCache(RwLock<Option<(i64, Arc<ProvenRoles>)>>);

/// Member, role and source.
type Held = (uuid::Uuid, String, String);

/// The proven roles as the log has them, each with its seat.
pub(super) struct ProvenRoles(HashMap<Held, String>);

impl App {
    /// The active members with this role, first holders first, as far as the log proves that they hold it so.
    ///
    /// # Errors
    /// [`AppError::KeyNotProven`] when the chain of keys does not hold; any store error.
    pub fn proven_members(&self, role: Role) -> Result<Vec<(MemberRow, RoleRow)>, AppError> {
        self.store().read(|db| self.proven_members_in(db, role))
    }

    /// The same inside a reading that is already going on.
    pub(super) fn proven_members_in(&self, db: &mut Db, role: Role) -> Result<Vec<(MemberRow, RoleRow)>, AppError> {
        let proven = self.proven_roles(db)?;
        let mut people = members::members_with(db, role)?;
        people.retain(|(_, row)| proven.holds(row));
        Ok(people)
    }

    /// The roles of a member, when the log proves all of them.
    ///
    /// # Errors
    /// [`AppError::KeyNotProven`] when the table gives the member a role of which the log does not know: somebody wrote
    /// it there by hand, and nothing is sealed to them until it is gone.
    pub(super) fn proven_roles_of(&self, db: &mut Db, member: MemberId) -> Result<Vec<RoleRow>, AppError> {
        let proven = self.proven_roles(db)?;
        let roles = members::roles_of(db, member)?;
        if roles.iter().all(|row| proven.holds(row)) {
            Ok(roles)
        } else {
            Err(AppError::KeyNotProven(format!("a role of member {member} that the log does not prove")))
        }
    }

    /// The member as the policy knows them. A role that the log does not prove does not count, and while the chain of
    /// keys does not hold no role with content does.
    pub(super) fn proven_actor(
        &self,
        db: &mut Db,
        member: &MemberRow,
        session: SessionId,
    ) -> Result<Option<MemberActor>, AppError> {
        let Some(mut actor) = members::actor_of(db, member, session)? else { return Ok(None) };
        let proven = match self.proven_roles(db) {
            Err(AppError::KeyNotProven(why)) => {
                tracing::error!("no role is proven: {why}");
                Arc::new(ProvenRoles(HashMap::new()))
            }
            other => other?,
        };
        actor.roles.retain(|held| {
            let seat = if held.deputy { Seat::Deputy } else { Seat::Holder };
            proven.prove(member.id, held.role, seat, &held.source)
        });
        Ok(Some(actor))
    }

    /// The proven roles. Read anew only when the log has gone on about roles or keys, whichever process wrote that.
    fn proven_roles(&self, db: &mut Db) -> Result<Arc<ProvenRoles>, AppError> {
        let newest = log::newest_of_kinds(db, &TELLING)?.unwrap_or(-1);
        if let Ok(guard) = self.role_cache().0.read()
            && let Some((read_to, roles)) = guard.as_ref()
            && *read_to == newest
        {
            return Ok(Arc::clone(roles));
        }
        let setup = self.keys().setup_public;
        let trusted = chain_in_log(db, self.setup_fingerprint(), setup)?;
        let roles = Arc::new(ProvenRoles::read(db, &trusted, &setup)?);
        if let Ok(mut guard) = self.role_cache().0.write() {
            *guard = Some((newest, Arc::clone(&roles)));
        }
        Ok(roles)
    }
}

impl ProvenRoles {
    fn read(db: &mut Db, trusted: &TrustedKeys, setup: &VerifyKey) -> Result<Self, AppError> {
        let mut told = BTreeMap::new();
        for kind in TELLING {
            for row in log::log_of_kind(db, kind)? {
                if let Ok((_, event)) = Event::parse(&row.body) {
                    told.insert(row.idx, event);
                }
            }
        }
        Ok(Self::of(told, trusted, setup))
    }

    /// What these events, by their place in the log, prove.
    fn of(told: BTreeMap<i64, Event>, trusted: &TrustedKeys, setup: &VerifyKey) -> Self {
        let mut proven = Self(HashMap::new());
        let mut taken: HashMap<(uuid::Uuid, Option<String>), i64> = HashMap::new();
        for (index, event) in told {
            let Some(member) = event.object.as_ref().and_then(|object| object.id.parse().ok()) else { continue };
            let detail = |name: &str| event.details.get(name).cloned().unwrap_or_default();
            match event.kind.as_ref() {
                "member.invited" if is_from_the_ceremony(member, &event, setup) => proven.invited(member, &event),
                "role.agreed" => {
                    let last = |role| taken.get(&(member, role)).copied();
                    let last = last(None).max(last(Some(detail("role"))));
                    let answers: Option<i64> = detail(PROPOSAL).parse().ok();
                    if answers.is_some() && answers > last && is_signed_by_another(member, &event, trusted) {
                        proven.0.insert((member, detail("role"), detail("source")), detail("seat"));
                    }
                }
                "role.withdrawn" => {
                    taken.insert((member, Some(detail("role"))), index);
                    proven.0.retain(|(whose, role, _), _| *whose != member || *role != detail("role"));
                }
                "member.disabled" => {
                    taken.insert((member, None), index);
                    proven.0.retain(|(whose, ..), _| *whose != member);
                }
                _ => {}
            }
        }
        proven
    }

    fn invited(&mut self, member: uuid::Uuid, event: &Event) {
        for (name, seat) in &event.details {
            if let Some(role) = name.strip_prefix("role.") {
                let (role, source) = role.split_once('.').unwrap_or((role, ""));
                self.0.insert((member, role.to_owned(), source.to_owned()), seat.clone());
            }
        }
    }

    fn holds(&self, row: &RoleRow) -> bool {
        self.prove(row.member_id, row.role, row.seat, &row.source_code)
    }

    fn prove(&self, member: MemberId, role: Role, seat: Seat, source: &str) -> bool {
        // Administration gives no keys: nobody needs to agree to it, and nothing proves it.
        let key = (member.uuid(), role.code().to_owned(), source.to_owned());
        let proven = role == Role::Administrator || self.0.get(&key).is_some_and(|known| known == seat.code());
        if !proven {
            tracing::error!(%member, role = role.code(), "a role in the database has no proof in the log");
        }
        proven
    }
}

fn signature_of(event: &Event) -> Option<Signature> {
    let bytes = data_encoding::BASE64.decode(event.signature.as_ref()?.as_bytes()).ok()?;
    <[u8; 64]>::try_from(bytes.as_slice()).ok().map(Signature)
}

/// Whether the set-up key signed these roles; it is taken away when the ceremony is over.
fn is_from_the_ceremony(member: uuid::Uuid, event: &Event, setup: &VerifyKey) -> bool {
    let words = invitation(MemberId::new(member), &event.details);
    signature_of(event).is_some_and(|signature| setup.verify_strict(ROLES_GIVEN, &words, &signature).is_ok())
}

/// Whether somebody else agreed with their own, proven key.
fn is_signed_by_another(member: uuid::Uuid, event: &Event, trusted: &TrustedKeys) -> bool {
    let Actor::Member { id: agreed_by } = event.actor else { return false };
    let detail = |name: &str| event.details.get(name).map_or("", String::as_str);
    let (Ok(role), Ok(seat)) = (detail("role").parse::<Role>(), detail("seat").parse::<Seat>()) else { return false };
    let (Ok(proposal), Some(signature)) = (detail(PROPOSAL).parse(), signature_of(event)) else { return false };
    let words = agreement(MemberId::new(member), role, seat, detail("source"), proposal);
    agreed_by != member
        && trusted
            .all()
            .filter(|key| key.owner == Owner::Member(agreed_by))
            .filter_map(|key| key.signing)
            .any(|key| key.verify_strict(ROLE_AGREED, &words, &signature).is_ok())
}
