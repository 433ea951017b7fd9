//! Dutch: *overdragen*. What waits for somebody who left, or who lost the role for it: whoever leads the signal gives it to
//! somebody else, with the keys that go with it. Nobody reads anything by it but the one who gets the work.

use super::follow_up::{owning_roles, refuse_shut_out};
use super::judgements::Weighed;
use super::keyring::Session;
use super::sharing::{Shared, SharedKey, take_record_back};
use super::steps::acting;
use super::{App, AppError};
use crate::domain::ids::{ActionId, MemberId, RecordId, SignalId, SourceQuestionId};
use crate::domain::role::{Group, Role};
use crate::domain::signing::may_agree;
use crate::domain::stage::Stage;
use crate::domain::time::Day;
use crate::domain::weighing::{Assessment, Confirmation};
use crate::policy::{Action, OpContext, Refusal, authorize, member_grantee};
use crate::store::db::Db;
use crate::store::decisions::{self, ActionRow};
use crate::store::members::{self, MemberRow, RoleRow};
use crate::store::signals::{self, GrantRow, SignalRow};
use crate::store::weighings::{self, WeighingRow};
use crate::store::{StoreError, Trace, Tx, contents, open_work};
use std::collections::HashMap;

/// The field with who gets the work.
const WHO: &str = "wie";

/// Work that waits for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// The turn on a signal: mostly a signature that somebody was asked for.
    Turn(SignalId),
    /// A question to a source; the page of the signal's questions gives it on.
    Question(SourceQuestionId),
    /// An action.
    Action(ActionId),
}

impl Left {
    /// The word in addresses.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Turn(_) => "beurt",
            Self::Question(_) => "bronvraag",
            Self::Action(_) => "actie",
        }
    }

    fn trace(self, signal: SignalId) -> Trace {
        let trace = Trace::new("work.handed_over").signal(signal).detail("kind", self.kind());
        match self {
            Self::Turn(_) => trace,
            Self::Question(id) => trace.object("question", id.uuid()),
            Self::Action(id) => trace.object("action", id.uuid()),
        }
    }
}

/// Work that somebody left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftBehind {
    /// What.
    pub work: Left,
    /// On which signal.
    pub signal: SignalRow,
    /// What people call it: the signal's or the question's reference.
    pub reference: String,
    /// Until when.
    pub due_on: Option<Day>,
    /// Whose it was.
    pub from: MemberId,
    /// Their name.
    pub name: String,
}

/// Somebody who may get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heir {
    /// Who.
    pub id: MemberId,
    /// Their name.
    pub name: String,
    /// In which role.
    pub role: Role,
}

/// Everybody with the roles that count or wait: whoever comes back after a lost password did not leave.
struct People(HashMap<MemberId, (MemberRow, Vec<RoleRow>)>);

impl People {
    fn read(db: &mut Db) -> Result<Self, StoreError> {
        let all = members::member_list(db)?;
        Ok(Self(all.into_iter().map(|(account, roles)| (account.id, (account, roles))).collect()))
    }

    fn name(&self, who: MemberId) -> String {
        self.0.get(&who).map(|(account, _)| account.name.clone()).unwrap_or_default()
    }

    /// Those who are out, or have none of these roles.
    fn without(&self, roles: &[Role]) -> Vec<MemberId> {
        let out = |(account, held): &(MemberRow, Vec<RoleRow>)| {
            account.state == "disabled" || !held.iter().any(|row| roles.contains(&row.role))
        };
        self.0.values().filter(|person| out(person)).map(|(account, _)| account.id).collect()
    }

    fn left_source(&self, holder: MemberId, role: Role, source: &str) -> bool {
        let Some((account, held)) = self.0.get(&holder) else { return true };
        let fits = |row: &RoleRow| row.role == role && (row.source_code == source || row.source_code.is_empty());
        account.state == "disabled" || !held.iter().any(fits)
    }
}

/// Who leads a box; the rules say so, too, and nobody else needs to be asked them.
const LEADS: [Role; 2] = [Role::Coordinator, Role::IntegrityContact];

/// Whose turn a signal can be.
const ON_TURN: [Role; 3] = [Role::Coordinator, Role::Jurist, Role::IntegrityContact];

impl App {
    /// What waits for people who left, on the signals that this member leads; by due day.
    ///
    /// # Errors
    /// A refusal when nobody is signed in; any store error.
    pub fn left_behind(&self, op: &OpContext) -> Result<Vec<LeftBehind>, AppError> {
        let member = acting(op)?;
        if !LEADS.into_iter().any(|role| member.holds(role)) {
            return Ok(Vec::new());
        }
        let mut found = self.store().read(|db| {
            let mut found = self.everything_left(db)?;
            let mut mine = Vec::new();
            for left in found.drain(..) {
                let facts = signals::signal_facts(db, left.signal.id, member)?;
                if facts.is_some_and(|(_, facts)| authorize(op, Action::HandOver, &facts).is_ok()) {
                    mine.push(left);
                }
            }
            Ok::<_, StoreError>(mine)
        })?;
        found.sort_by_key(|left| (left.due_on.is_none(), left.due_on, left.reference.clone()));
        Ok(found)
    }

    fn everything_left(&self, db: &mut Db) -> Result<Vec<LeftBehind>, StoreError> {
        let people = People::read(db)?;
        let mut found = Vec::new();
        for signal in open_work::signals_on_turn_of(db, &people.without(&ON_TURN))? {
            let (Some(from), reference) = (signal.turn_of, signal.reference.to_string()) else { continue };
            let (work, due_on, name) = (Left::Turn(signal.id), signal.due_on, people.name(from));
            found.push(LeftBehind { work, signal, reference, due_on, from, name });
        }
        for row in open_work::questions_open(db)? {
            let role = self.protocol().source(&row.source_code).map_or(Role::Flexible, |source| source.holder);
            if !people.left_source(row.holder_id, role, &row.source_code) {
                continue;
            }
            let Some(signal) = signals::signal_fetch(db, row.signal_id)? else { continue };
            let (work, due_on, from) = (Left::Question(row.id), Some(row.due_on), row.holder_id);
            found.push(LeftBehind {
                work,
                signal,
                reference: row.reference.to_string(),
                due_on,
                from,
                name: people.name(from),
            });
        }
        for row in open_work::actions_open_of(db, &people.without(owning_roles()))? {
            let Some(signal) = signals::signal_fetch(db, row.signal_id)? else { continue };
            let (work, due_on, from) = (Left::Action(row.id), Some(row.due_on), row.owner_id);
            let reference = signal.reference.to_string();
            found.push(LeftBehind { work, signal, reference, due_on, from, name: people.name(from) });
        }
        Ok(found)
    }

    /// One piece of work, and who may get it.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist, for what nobody left behind and for what this member does not lead.
    pub async fn left_by(&self, op: &OpContext, work: Left) -> Result<(LeftBehind, Vec<Heir>), AppError> {
        let app = (self.clone(), op.clone());
        let found = self.store().look(move |_| app.0.left_behind(&app.1)).await?;
        let Some(left) = found.into_iter().find(|left| left.work == work) else {
            return self.refuse_absent(op, Action::HandOver.code()).await;
        };
        let heirs = self.who_may_take(op, &left)?;
        Ok((left, heirs))
    }

    fn who_may_take(&self, op: &OpContext, left: &LeftBehind) -> Result<Vec<Heir>, AppError> {
        let mut heirs = match left.work {
            Left::Action(_) => {
                let owners = self.action_owners(op, left.signal.id)?.into_iter();
                owners.map(|owner| Heir { id: owner.id, name: owner.name, role: owner.role }).collect()
            }
            // Its own page gives it on: the same question to another holder of the source is a step of the protocol.
            Left::Question(_) => Vec::new(),
            Left::Turn(signal) => self.heirs_of_turn(op, signal, left.from)?,
        };
        heirs.retain(|heir: &Heir| heir.id != left.from);
        Ok(heirs)
    }

    /// Who may sign along in place of somebody; without anything to sign, who leads the signal.
    fn heirs_of_turn(&self, op: &OpContext, signal: SignalId, from: MemberId) -> Result<Vec<Heir>, AppError> {
        let (weighing, authors) = self.store().read(|db| waiting_weighing(db, signal))?;
        let candidates = self.cosigners_but(op, signal, &authors, from)?;
        let fits = |id: MemberId, role: Role| match weighing {
            Some(_) => may_agree(id, &authors).is_ok(),
            None => role == Role::Coordinator,
        };
        let found = candidates.into_iter().filter(|one| fits(one.member, one.role));
        let mut heirs: Vec<Heir> = found.map(|one| Heir { id: one.member, name: one.name, role: one.role }).collect();
        let own = acting(op)?;
        if weighing.is_none() && !heirs.iter().any(|heir| heir.id == own.id) {
            let role = own.roles.first().map_or(Role::Coordinator, |held| held.role);
            heirs.push(Heir { id: own.id, name: own.name.clone(), role });
        }
        Ok(heirs)
    }

    /// Gives the work to somebody else, with the keys that go with it, and takes them from whoever left.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for somebody who may not have it; `StoreError::Stale` when a colleague was first; as
    /// [`App::left_by`].
    pub async fn give_on(&self, op: &OpContext, session: &Session, work: Left, to: &str) -> Result<(), AppError> {
        let (left, heirs) = self.left_by(op, work).await?;
        let wanted: Option<MemberId> = to.parse().ok();
        let Some(heir) = heirs.into_iter().find(|heir| Some(heir.id) == wanted) else {
            return Err(AppError::field(WHO, "Kies wie dit overneemt."));
        };
        self.with_newest_keys(async || match work {
            Left::Action(id) => self.give_on_action(op, session, &left, id, heir.id).await,
            Left::Question(_) => {
                Err(AppError::field(WHO, "Geef deze bronvraag op haar eigen pagina aan iemand anders."))
            }
            Left::Turn(_) => self.give_on_turn(op, session, &left, heir.id).await,
        })
        .await
    }

    async fn give_on_action(
        &self,
        op: &OpContext,
        session: &Session,
        left: &LeftBehind,
        id: ActionId,
        to: MemberId,
    ) -> Result<(), AppError> {
        let row = self.store().read(|db| decisions::action_fetch(db, id))?.ok_or(StoreError::Stale)?;
        let key = self.key_for(op, session, row.record_id, to)?;
        let left = left.clone();
        self.store()
            .write::<_, AppError, _>(op, "work.hand_over", move |tx| {
                let trace = begun(tx, &left, to)?;
                let now = decisions::action_fetch(tx.reader(), id)?;
                if !now.is_some_and(|now| now.owner_id == left.from && now.state == "open") {
                    return Err(StoreError::Stale.into());
                }
                tx.action_update("open", &ActionRow { owner_id: to, ..row.clone() })?;
                give(tx, &left, to, "action", key.as_ref())?;
                take_record_back(tx, row.record_id, left.from)?;
                let rest = decisions::action_list(tx.reader(), left.signal.id)?;
                if !rest.iter().any(|other| other.owner_id == left.from) {
                    tx.grant_delete(left.signal.id, &member_grantee(left.from), "action")?;
                }
                tx.record(trace)?;
                Ok(())
            })
            .await?;
        Ok(())
    }

    async fn give_on_turn(
        &self,
        op: &OpContext,
        session: &Session,
        left: &LeftBehind,
        to: MemberId,
    ) -> Result<(), AppError> {
        let signal = &left.signal;
        let (weighing, _) = self.store().read(|db| waiting_weighing(db, signal.id))?;
        let kinds = weighing.as_ref().map_or(&[] as &[&str], rests_on);
        let shared: Option<Shared> = match weighing {
            Some(_) if !self.reads_as_coordinator(signal, to)? => {
                Some(self.share_record(op, session, signal, kinds, to)?)
            }
            _ => None,
        };
        let left = left.clone();
        self.store()
            .write::<_, AppError, _>(op, "work.hand_over", move |tx| {
                let trace = begun(tx, &left, to)?;
                let next = SignalRow { turn_of: Some(to), version: left.signal.version + 1, ..left.signal.clone() };
                tx.signal_advance(Stage::OPEN, &next)?;
                if let Some(row) = &weighing {
                    tx.weighing_update("proposed", &WeighingRow { cosigner: Some(to), ..row.clone() })?;
                }
                if let Some(shared) = &shared {
                    shared.put(tx, &left.signal, WHO)?;
                }
                // In a circle somebody reads by name as a coordinator, not for this signature.
                if left.signal.box_.parse::<Group>().is_ok() {
                    for record in contents::record_list_all(tx.reader(), left.signal.id)? {
                        if kinds.contains(&record.kind.as_str()) {
                            take_record_back(tx, record.id, left.from)?;
                        }
                    }
                    tx.grant_delete(left.signal.id, &member_grantee(left.from), "signal")?;
                }
                tx.record(trace)?;
                Ok(())
            })
            .await?;
        Ok(())
    }

    /// The key of a record for one more person; nothing when they hold it already.
    fn key_for(
        &self,
        op: &OpContext,
        session: &Session,
        record: RecordId,
        to: MemberId,
    ) -> Result<Option<SharedKey>, AppError> {
        let holder =
            self.member_holder(to)?.ok_or_else(|| AppError::field(WHO, "Deze persoon heeft nog geen sleutel."))?;
        let record = self.store().read(|db| contents::record_fetch(db, record))?.ok_or(StoreError::Stale)?;
        let copies = self.store().read(|db| contents::sealed_keys_of_subject(db, record.key_id))?;
        if copies.iter().any(|copy| copy.holder == holder.key) {
            return Ok(None);
        }
        Ok(Some(self.share_record_key(op, session, &record, holder)?))
    }
}

/// Whether it may be done now, with the entry that will tell of it.
fn begun(tx: &mut Tx<'_>, left: &LeftBehind, to: MemberId) -> Result<Trace, AppError> {
    let (op, id, code) = (tx.op().clone(), left.signal.id, Action::HandOver.code());
    let absent = || AppError::refused(code, Refusal::NotFound, None);
    let (_, facts) = tx.signal_facts(id, acting(&op)?)?.ok_or_else(absent)?;
    let permit = authorize(&op, Action::HandOver, &facts).map_err(|why| AppError::refused(code, why, Some(id)))?;
    refuse_shut_out(tx, id, to, WHO)?;
    let (from, to) = (left.from.to_string(), to.to_string());
    Ok(left.work.trace(id).role(permit.role()).detail("from", from).detail("to", to))
}

fn give(tx: &mut Tx<'_>, left: &LeftBehind, to: MemberId, what: &str, key: Option<&SharedKey>) -> Result<(), AppError> {
    if let Some(key) = key {
        key.put(tx)?;
    }
    tx.grant_put(&GrantRow {
        signal_id: left.signal.id,
        grantee: member_grantee(to),
        what: what.to_owned(),
        received_on: left.signal.received_on,
    })?;
    Ok(())
}

/// The weighing that waits for a second signature, with who wrote along.
fn waiting_weighing(db: &mut Db, signal: SignalId) -> Result<(Option<WeighingRow>, Vec<MemberId>), StoreError> {
    let row = weighings::weighing_list(db, signal)?.into_iter().rfind(|row| row.state == "proposed");
    let authors = match &row {
        Some(row) => weighings::weighing_authors(db, row.id)?,
        None => Vec::new(),
    };
    Ok((row, authors))
}

/// What whoever signs along reads.
fn rests_on(row: &WeighingRow) -> &'static [&'static str] {
    if row.number == Confirmation::NUMBER.code() { Confirmation::RESTS_ON } else { Assessment::RESTS_ON }
}
