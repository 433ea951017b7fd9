//! Keys and roles as the log proves them, read together, in the order of the log.
//!
//! Each leans on the other. A role counts when somebody agreed to it with a proven key who had, at that place, a role
//! that may agree; a key counts when it was stated by the set-up key, by its owner's key before it, or by somebody who
//! had, at that place, a role that may say so. Read one after the other, whoever has any key could state the keys of a
//! group; read together, an administrator who also writes SQL proves nothing.

mod leaving;
mod machines;
mod roles;

use super::AppError;
use super::role_proof::{Agreed, PROPOSAL, ROLE_AGREED, ROLES_GIVEN, invitation, said_in, seat_said};
use super::trust::{KEY_STATED, group_owner};
use crate::domain::ids::{KeyId, MachineId, MemberId};
use crate::domain::role::{Group, Role, RoleDates, Seat};
use crate::domain::time::{Day, Moment};
use crate::ledger::event::{Actor, Event};
use crate::store::db::Db;
use crate::store::log::{self, EventRow};
use crate::vault::signing::{Signature, VerifyKey};
use crate::vault::statement::{KeyStatement, Owner, Refusal, SignedStatement, StatementKind, TrustedKeys, Voice};
use leaving::Leavers;
use roles::{Given, Held, Lost, Named};
use uuid::Uuid;

pub(super) use machines::{Coupling, ProvenMachines};
pub(super) use roles::ProvenRoles;

/// The context that separates the signature under an agreement to a machine account from others.
pub(super) const MACHINE_AGREED: &str = "meldroute/machine-agreed/v1";

/// Events that give or take roles or keys.
pub(super) const TELLING: [&str; 11] = [
    "member.invited",
    "role.proposed",
    "role.agreed",
    "role.withdrawn",
    "role.ended",
    "member.disabled",
    "member.reset",
    "machine.proposed",
    "machine.agreed",
    "machine.ended",
    KEY_STATED,
];

/// What the log proves.
pub struct Chain {
    /// The keys.
    pub keys: TrustedKeys,
    pub(super) roles: ProvenRoles,
    pub(super) leavers: Leavers,
    pub(super) machines: ProvenMachines,
}

impl Chain {
    /// Reads the log from the set-up key on.
    ///
    /// # Errors
    /// [`AppError::KeyNotProven`] when a statement about a key does not hold; any store error. A role that is not
    /// proven is no error: it does not count.
    pub fn read(db: &mut Db, setup_fingerprint: [u8; 32], setup_public: VerifyKey) -> Result<Self, AppError> {
        let keys = TrustedKeys::start(setup_fingerprint, setup_public)
            .map_err(|error| AppError::KeyNotProven(error.to_string()))?;
        let mut chain = Self {
            keys,
            roles: ProvenRoles::default(),
            leavers: Leavers::default(),
            machines: ProvenMachines::default(),
        };
        for row in log::log_of_kinds(db, &TELLING)? {
            chain.take(&row)?;
        }
        Ok(chain)
    }

    /// Whether a statement would hold as the next, on this day.
    pub(super) fn admits(&self, statement: &[u8], today: Day) -> bool {
        let judge = |said: &KeyStatement, voice| may_state(&self.roles, said, voice, today);
        SignedStatement::from_bytes(statement).is_ok_and(|signed| self.keys.clone().apply(&signed, judge).is_ok())
    }

    fn take(&mut self, row: &EventRow) -> Result<(), AppError> {
        let event = Event::parse(&row.body).map(|(_, event)| event);
        if row.kind == KEY_STATED {
            let broken = || AppError::KeyNotProven("a statement in the log cannot be read".to_owned());
            let event = event.map_err(|_| broken())?;
            return self.stated(&statement_of(&event).ok_or_else(broken)?, day_of(&event).ok_or_else(broken)?);
        }
        let Ok(event) = event else { return Ok(()) };
        // The entry itself counts, not the column beside it.
        let Some(member) = event.object.as_ref().and_then(|object| object.id.parse().ok()) else { return Ok(()) };
        match event.kind.as_ref() {
            "machine.proposed" => self.machines.propose(member, &event),
            "machine.agreed" => self.coupled(member, &event),
            "machine.ended" => self.machines.end(member),
            "member.invited" => self.invited(member, &event, row.idx),
            "role.proposed" => self.roles.name(held(member, &event), named(&event, row.idx, said_in(&event))),
            "role.agreed" => self.agreed(member, &event),
            "role.ended" => {
                let lost = self.roles.finish(&held(member, &event));
                self.left(lost);
            }
            "role.withdrawn" => {
                let lost = self.roles.withdraw(member, &detail(&event, "role"), row.idx);
                self.left(lost);
            }
            "member.disabled" | "member.reset" => {
                let lost = self.roles.end(member, row.idx);
                self.left(lost);
                self.keys.end(&Owner::Member(member));
            }
            _ => {}
        }
        Ok(())
    }

    fn stated(&mut self, signed: &SignedStatement, day: Day) -> Result<(), AppError> {
        let statement = &signed.statement;
        let first = self.keys.next_epoch(&statement.owner) == 1;
        let mut by = None;
        let roles = &self.roles;
        let judge = |said: &KeyStatement, voice| {
            by = Some(voice);
            may_state(roles, said, voice, day)
        };
        self.keys.apply(signed, judge).map_err(|error| AppError::KeyNotProven(error.to_string()))?;
        if let (Owner::Member(member), StatementKind::Introduce) = (&statement.owner, statement.kind) {
            let own = by == Some(Voice::Member(*member)) || (by == Some(Voice::Setup) && first);
            if !own {
                // Whoever states a colleague's key could hold it: what the colleague may waits for a second person.
                let lost = self.roles.lapse(*member);
                self.left(lost);
            }
        }
        Ok(())
    }

    /// Somebody does not have these roles any more: what they knew of the groups' keys, they know for ever.
    fn left(&mut self, lost: Vec<Lost>) {
        for (group, given) in lost.into_iter().filter_map(|(role, given)| Some((role.group()?, given))) {
            self.leavers.note(group, given.from, self.keys.next_epoch(&group_owner(group)));
        }
    }

    /// Roles of the ceremony: signed by the set-up key while it is in force, and once for each member, so that an old
    /// invitation gives nothing back.
    fn invited(&mut self, member: Uuid, event: &Event, index: i64) {
        let roles = event.details.iter().filter_map(|(name, seat)| {
            let role = name.strip_prefix("role.")?;
            let (role, source) = role.split_once('.').unwrap_or((role, ""));
            Some(((member, role.to_owned(), source.to_owned()), seat.clone()))
        });
        let words = invitation(MemberId::new(member), &event.details);
        let signed = self.keys.setup().zip(signature_of(event));
        let ceremony = signed.is_some_and(|(key, sign)| key.verify_strict(ROLES_GIVEN, &words, &sign).is_ok());
        let first = self.roles.meet(member);
        for (held, text) in roles {
            let said = seat_said(&text);
            self.roles.name(held.clone(), named(event, index, said));
            if let (true, true, Some((seat, dates))) = (ceremony, first, said) {
                self.roles.give(held, Given { seat, dates, from: 1 });
            }
        }
    }

    /// A role to which somebody else agreed, who might on that day: to the seat and the days that were proposed.
    fn agreed(&mut self, member: Uuid, event: &Event) {
        let held = held(member, event);
        let answers = detail(event, PROPOSAL).parse().ok().and_then(|index| self.roles.waiting(&held, index));
        let (Some(named), Actor::Member { id: by }) = (answers, &event.actor) else { return };
        let (Ok(role), Some(said), Some(day)) = (detail(event, "role").parse::<Role>(), said_in(event), day_of(event))
        else {
            return;
        };
        let judges = role.judged_by().iter().any(|judge| self.roles.has(*by, *judge, day));
        let may = *by != member && named.by != Some(*by) && named.said == Some(said) && judges;
        let agreed_for = self.keys.current(&Owner::Member(member)).map(|key| KeyId::new(key.key_id));
        let signer = self.keys.current(&Owner::Member(*by)).and_then(|key| key.signing);
        let (Some(key), Some(signer), Some(signature)) = (agreed_for, signer, signature_of(event)) else { return };
        let from = detail(event, "from").parse().unwrap_or(1);
        let (seat, dates) = said;
        let (member, source, proposal) = (MemberId::new(member), held.2.as_str(), named.index);
        let words = Agreed { member, key, role, seat, dates, source, from, proposal }.words();
        if may && signer.verify_strict(ROLE_AGREED, &words, &signature).is_ok() {
            self.put(held, role, Given { seat, dates, from }, day);
        }
    }

    /// A role comes in the place of the same role with other days. What somebody knew of the group's keys, they know: when
    /// the days before had ended they left in between, and otherwise the first of the keys stays the older one.
    fn put(&mut self, held: Held, role: Role, given: Given, day: Day) {
        let before = self.roles.give(held.clone(), given);
        match before {
            Some(old) if old.dates.ended_before(day) => self.left(vec![(role, old)]),
            Some(old) => {
                self.roles.give(held, Given { from: old.from.min(given.from), ..given });
            }
            None => {}
        }
    }

    /// A machine account to which a privacy officer agreed who did not propose it.
    fn coupled(&mut self, machine: Uuid, event: &Event) {
        let Actor::Member { id: by } = event.actor else { return };
        let Some(coupling) = self.machines.agreed(machine, by, event) else { return };
        let signer = self.keys.current(&Owner::Member(by)).and_then(|key| key.signing);
        let (Some(signer), Some(signature), Some(day)) = (signer, signature_of(event), day_of(event)) else { return };
        let words = coupling.words(MachineId::new(machine));
        let may = self.roles.has(by, Role::PrivacyOfficer, day);
        if may && signer.verify_strict(MACHINE_AGREED, &words, &signature).is_ok() {
            self.machines.give(machine, coupling);
        }
    }
}

/// Who may state, or withdraw, a key. The paper recovery key signs nothing; what it may bring back is to be added here.
fn may_state(roles: &ProvenRoles, said: &KeyStatement, voice: Voice, day: Day) -> Result<(), Refusal> {
    let Voice::Member(by) = voice else { return Ok(()) };
    let may = match &said.owner {
        Owner::Member(member) => {
            *member == by || Role::ALL.iter().any(|role| role.vouches() && roles.has(by, *role, day))
        }
        // Not one that reaches further back than they read: what lies under older keys would be sealed to it.
        Owner::Group { name } => name.parse::<Group>().is_ok_and(|group| {
            let from = roles.first_from(by, group.role()).filter(|_| roles.has(by, group.role(), day));
            from.is_some_and(|from| said.kind == StatementKind::Retire || said.reach >= from)
        }),
        Owner::Setup | Owner::Circle(_) | Owner::Recovery | Owner::Ledger => false,
    };
    if may { Ok(()) } else { Err(Refusal::Authority) }
}

fn detail(event: &Event, name: &str) -> String {
    event.details.get(name).cloned().unwrap_or_default()
}

fn held(member: Uuid, event: &Event) -> Held {
    (member, detail(event, "role"), detail(event, "source"))
}

fn named(event: &Event, index: i64, said: Option<(Seat, RoleDates)>) -> Named {
    let by = if let Actor::Member { id } = event.actor { Some(id) } else { None };
    Named { index, by, said }
}

/// The day of an entry in Amsterdam.
fn day_of(event: &Event) -> Option<Day> {
    let at = event.at.as_str();
    at.parse::<Day>().ok().or_else(|| at.parse::<Moment>().ok().map(Moment::day))
}

fn statement_of(event: &Event) -> Option<SignedStatement> {
    let bytes = data_encoding::BASE64.decode(event.statement.as_ref()?.as_bytes()).ok()?;
    SignedStatement::from_bytes(&bytes).ok()
}

/// The signature in an entry, if there is one that can be read.
pub(super) fn signature_of(event: &Event) -> Option<Signature> {
    let bytes = data_encoding::BASE64.decode(event.signature.as_ref()?.as_bytes()).ok()?;
    <[u8; 64]>::try_from(bytes.as_slice()).ok().map(Signature)
}
