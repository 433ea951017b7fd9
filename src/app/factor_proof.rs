//! Which second factors a member has: what the table says, as far as the log proves it. A row taken away or put back by
//! SQL does not lead to signing in with less: then nobody signs in with that name until it is looked into.

use super::chain::signature_of;
use super::sessions::Proof;
use super::{App, AppError};
use crate::domain::ids::{FactorId, MemberId};
use crate::domain::time::Moment;
use crate::ledger::event::{Actor, Event};
use crate::store::db::Db;
use crate::store::factors::{self, FactorRow};
use crate::store::log;
use crate::vault::factor::{RecoveryCode, TotpSecret, is_same_code};
use crate::vault::member::MemberKeys;
use crate::vault::signing::VerifyKey;
use crate::vault::statement::Owner;
use std::collections::{BTreeMap, BTreeSet};

/// The context that separates the signature under a change of factors from others.
pub(super) const FACTOR_CHANGED: &str = "meldroute/factor-changed/v1";
/// Events that give or take factors, or use a code up.
const TELLING: [&str; 3] = ["factor.added", "factor.removed", "recovery_code.used"];
/// An authenticator app.
pub(super) const APP: &str = "totp";
/// A set of recovery codes.
pub(super) const CODES: &str = "recovery";

/// What a member signs who adds or removes a factor.
pub(super) fn change(event: &str, member: MemberId, factor: FactorId, kind: &str) -> Vec<u8> {
    format!("{event}\n{member}\n{factor}\n{kind}\n").into_bytes()
}

/// The factors of a member that table and log agree on.
#[derive(Debug, Clone, Default)]
pub struct Factors {
    /// Apps, oldest first.
    pub(super) apps: Vec<FactorRow>,
    /// Recovery codes that were not used.
    pub(super) codes: Vec<FactorRow>,
}

impl Factors {
    /// Whether the member has a second factor.
    #[must_use]
    pub fn any(&self) -> bool {
        !self.apps.is_empty()
    }

    /// Whether this code, as typed, is one of an app at this moment or a recovery code; `None` for any other.
    pub(super) fn check(&self, typed: &str, keys: &MemberKeys, member: MemberId, now: Moment) -> Option<Proof> {
        let seconds = now.micros().div_euclid(1_000_000);
        for row in &self.apps {
            let secret = TotpSecret::open(keys, member.uuid(), row.id.uuid(), &row.sealed).ok()?;
            if let Some(step) = secret.step_of(typed, seconds) {
                return Some(Proof::App(row.clone(), step));
            }
        }
        let code = RecoveryCode::parse(typed)?;
        let fits = |row: &&FactorRow| {
            code.kept(keys, member.uuid(), row.part_of.uuid()).is_ok_and(|kept| is_same_code(&kept, &row.sealed))
        };
        let row = self.codes.iter().find(fits)?;
        Some(Proof::Code(row.clone(), self.codes.len().saturating_sub(1)))
    }
}

/// What the log says of one member's factors.
#[derive(Default)]
struct Told {
    /// Factors that were added and not removed, with their kind.
    live: BTreeMap<uuid::Uuid, String>,
    /// Recovery codes that were used.
    used: BTreeSet<uuid::Uuid>,
}

impl App {
    /// The factors of a member.
    ///
    /// # Errors
    /// [`AppError::FactorsNotProven`] when the table has other apps than the log; any store error.
    pub fn factors_of(&self, member: MemberId) -> Result<Factors, AppError> {
        self.store().read(|db| self.factors_in(db, member))
    }

    /// The same inside a reading or a write that is already going on.
    pub(super) fn factors_in(&self, db: &mut Db, member: MemberId) -> Result<Factors, AppError> {
        let rows = factors::factor_list(db, member)?;
        let told = self.told_of(db, member)?;
        let (apps, codes): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.kind == APP);
        let in_table: BTreeSet<_> = apps.iter().map(|row| row.id.uuid()).collect();
        let in_log: BTreeSet<_> =
            told.live.iter().filter(|(_, kind)| *kind == APP).map(|(factor, _)| *factor).collect();
        if in_table != in_log {
            tracing::error!(%member, "the second factors in the database are not those of the log");
            return Err(AppError::FactorsNotProven);
        }
        let counts = |row: &FactorRow| {
            let of_a_live_set = told.live.get(&row.part_of.uuid()).is_some_and(|kind| kind == CODES);
            of_a_live_set && !told.used.contains(&row.id.uuid())
        };
        Ok(Factors { apps, codes: codes.into_iter().filter(counts).collect() })
    }

    fn told_of(&self, db: &mut Db, member: MemberId) -> Result<Told, AppError> {
        let mut events = BTreeMap::new();
        for row in log::log_of_kinds(db, &TELLING)? {
            if let Ok((_, event)) = Event::parse(&row.body)
                && matches!(event.actor, Actor::Member { id } if id == member.uuid())
            {
                events.insert(row.idx, event);
            }
        }
        if events.is_empty() {
            return Ok(Told::default());
        }
        // Factors are sealed under the member's keys: whoever came back with new keys has none of before.
        let chain = self.chain_now(db)?;
        let key = chain.keys.current(&Owner::Member(member.uuid())).and_then(|key| key.signing);
        Ok(key.map_or_else(Told::default, |key| Told::of(events.into_values(), member, &key)))
    }
}

impl Told {
    /// What these events prove, in their order. Only what the member signed gives or takes a factor.
    fn of(events: impl Iterator<Item = Event>, member: MemberId, key: &VerifyKey) -> Self {
        let mut told = Self::default();
        for event in events {
            let Some(object) = event.object.as_ref().and_then(|object| object.id.parse::<uuid::Uuid>().ok()) else {
                continue;
            };
            let kind = event.details.get("kind").cloned().unwrap_or_default();
            let words = change(event.kind.as_ref(), member, FactorId::new(object), &kind);
            let signed = signature_of(&event)
                .is_some_and(|signature| key.verify_strict(FACTOR_CHANGED, &words, &signature).is_ok());
            match event.kind.as_ref() {
                "factor.added" if signed => drop(told.live.insert(object, kind)),
                "factor.removed" if signed => drop(told.live.remove(&object)),
                // Nobody needs to prove that a code is spent.
                "recovery_code.used" => drop(told.used.insert(object)),
                _ => {}
            }
        }
        told
    }
}
