//! Uitsluiten: a coordinator shuts a reader out of a signal later. What that reader could open gets a new key, sealed to
//! those who stay; rights are rewritten in the same act. With too few coordinators left the signal goes to the
//! vertrouwenspersonen. See `docs/decisions` on circles.

mod cast;

pub use cast::{Reader, Then};

use cast::{Cast, Grants, Heirs, Plan, fate, rewritten};

use super::follow_up::member_names;
use super::keyring::{Session, holder_ids};
use super::rekeying::Rekeying;
use super::steps::{Seen, acting};
use super::{App, AppError};
use crate::domain::exclusion::{Excluded, ExclusionDraft};
use crate::domain::ids::{ExclusionId, MemberId, SignalId};
use crate::domain::role::{Group, Role};
use crate::domain::source::QuestionState;
use crate::policy::{Action, OpContext, Permit, Refusal, authorize};
use crate::store::db::Db;
use crate::store::signals::{self, ExclusionRow, SignalRow};
use crate::store::{Trace, Tx, checks, decisions};
use crate::vault::statement::Owner;
use std::collections::BTreeSet;

/// The box of a signal whose readers are named one by one.
const CIRCLE: &str = "circle";

/// The roles whose people can be shut out one by one, in the order in which they are shown.
const PERSONS: [Role; 8] = [
    Role::Coordinator,
    Role::Jurist,
    Role::Mayor,
    Role::CivilRegistry,
    Role::InformationManagement,
    Role::Bibob,
    Role::Flexible,
    Role::TraffickingContact,
];

/// An exclusion that was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExclusionDone {
    /// Where the signal lies now.
    pub then: Then,
    /// How many records got a new key.
    pub records: usize,
}

impl App {
    /// Who can be shut out of this signal, and what each choice comes to. Discloses nothing.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist.
    pub async fn readers_to_exclude(&self, op: &OpContext, id: SignalId) -> Result<(SignalRow, Vec<Reader>), AppError> {
        let cast = self.cast(op, id).await?;
        let min = usize::from(self.protocol().min_readers);
        let mut readers = Vec::new();
        let reader = |who: Excluded, name: &str, role: &str| Reader {
            who,
            name: name.to_owned(),
            role: role.to_owned(),
            then: cast.plan(who, min).then,
        };
        for role in PERSONS {
            for member in cast.with(role) {
                let who = Excluded::Member(member);
                let named = readers.iter().any(|known: &Reader| known.who == who);
                let reads = role != Role::Coordinator || cast.coordinators.contains(&member);
                if reads && !named && !cast.guards_names(member) && !cast.is_shut_already(who) {
                    readers.push(reader(who, cast.name_of(member), role.label()));
                }
            }
        }
        for role in Excluded::ROLES {
            if !cast.is_shut_already(Excluded::Role(role)) {
                readers.push(reader(Excluded::Role(role), role.label(), ""));
            }
        }
        readers.push(reader(Excluded::Coordinators, "alle coördinatoren", ""));
        Ok((cast.signal, readers))
    }

    async fn cast(&self, op: &OpContext, id: SignalId) -> Result<Cast, AppError> {
        let (action, member) = (Action::Exclude, acting(op)?.clone());
        let found = self.store().look(move |db| signals::signal_facts(db, id, &member)).await?;
        let Some((signal, _)) = found.filter(|(_, facts)| authorize(op, action, facts).is_ok()) else {
            return self.refuse_absent(op, action.code()).await;
        };
        let today = op.today;
        Ok(self.store().look(move |db| Cast::read(db, signal, today)).await?)
    }

    /// Shuts a reader out: new keys for what they could open, sealed to those who stay, and no right left.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when nobody was chosen, when they still have work on this signal, or when they were shut
    /// out before; [`AppError::Changed`] and `StoreError::Stale` when somebody else was faster; a refusal, the same
    /// for what does not exist.
    pub async fn exclude_reader(
        &self,
        op: &OpContext,
        session: &Session,
        seen: Seen,
        draft: &ExclusionDraft,
    ) -> Result<ExclusionDone, AppError> {
        let cast = self.cast(op, seen.signal).await?;
        let who = draft.parse()?;
        let known = match who {
            Excluded::Member(id) => cast.people.iter().any(|(member, _, _)| *member == id),
            Excluded::Role(_) | Excluded::Coordinators => true,
        };
        if !known {
            return Err(AppError::field("wie", "Kies wie dit signaal niet mag lezen."));
        }
        if matches!(who, Excluded::Member(id) if cast.guards_names(id)) {
            return Err(AppError::field("wie", "Deze persoon is privacy officer en kan niet worden uitgesloten."));
        }
        if cast.is_shut_already(who) {
            return Err(AppError::field("wie", "Deze lezer is al uitgesloten."));
        }
        if cast.signal.version != seen.version {
            return Err(AppError::Changed { seen: seen.version, now: cast.signal.version });
        }
        let plan = cast.plan(who, usize::from(self.protocol().min_readers));
        let shut = plan.shut.clone();
        self.store().look(move |db| refuse_unfinished(db, seen.signal, &shut)).await?;
        self.with_newest_keys(async || self.exclude_once(op, session, seen, &cast, who, &plan).await).await
    }

    async fn exclude_once(
        &self,
        op: &OpContext,
        session: &Session,
        seen: Seen,
        cast: &Cast,
        who: Excluded,
        plan: &Plan,
    ) -> Result<ExclusionDone, AppError> {
        let heirs = self.heirs_of(plan)?;
        let decide = |owner: &Owner| fate(plan, &heirs, owner);
        let affected = self.affected_records(session, &cast.signal, &decide)?;
        let ring = self.ring(session)?;
        let (holders, wanted) = (holder_ids(&ring), affected.ids());
        // Without a record to seal again there is nothing to read.
        let disclosed = if wanted.is_empty() {
            None
        } else {
            let opened = self
                .store()
                .write::<_, AppError, _>(op, "exclusion.open", move |tx| {
                    let (_, permit) = permitted(tx, seen)?;
                    Ok(tx.disclose(&permit, &holders, &wanted, None)?)
                })
                .await?;
            Some(opened.value.open(opened.token, &ring)?)
        };
        let work = self.rekey(op, session, &affected, disclosed.as_ref(), &decide)?;
        let id = ExclusionId::new(self.random_id()?);
        let row = exclusion_row(id, op, cast, who)?;
        let (plan, grants, records) = (plan.clone(), rewritten(cast, plan), work.count());
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "exclusion.exclude", move |tx| {
                let (signal, permit) = permitted(tx, seen)?;
                write_exclusion(tx, &signal, &permit, &row, &work, &plan, &grants)?;
                Ok(ExclusionDone { then: plan.then, records })
            })
            .await?;
        // The old keys lie in the write-ahead log until it is emptied.
        self.forget().await;
        Ok(committed.value)
    }

    fn heirs_of(&self, plan: &Plan) -> Result<Heirs, AppError> {
        let people = |ids: &[MemberId]| {
            let mut holders = Vec::new();
            for id in ids {
                holders.extend(self.member_holder(*id)?);
            }
            Ok::<_, AppError>(holders)
        };
        let mut groups = Vec::new();
        for (group, stay) in &plan.groups {
            groups.push((*group, people(stay)?));
        }
        let integrity = match (plan.then, groups.iter().find(|(group, _)| *group == Group::Integrity)) {
            (Then::Same | Then::Circle, _) => Vec::new(),
            (Then::Integrity, None) => vec![self.group_holder(Group::Integrity)?],
            (Then::Integrity, Some((_, stay))) => stay.clone(),
        };
        if plan.then == Then::Integrity && integrity.is_empty() {
            return Err(AppError::RoadClosed(Group::Integrity));
        }
        Ok(Heirs { left: people(&plan.left)?, groups, integrity })
    }
}

fn permitted(tx: &mut Tx<'_>, seen: Seen) -> Result<(SignalRow, Permit), AppError> {
    let (action, op) = (Action::Exclude, tx.op().clone());
    let Some((signal, facts)) = tx.signal_facts(seen.signal, acting(&op)?)? else {
        return Err(AppError::refused(action.code(), Refusal::NotFound, None));
    };
    let permit =
        authorize(&op, action, &facts).map_err(|why| AppError::refused(action.code(), why, Some(seen.signal)))?;
    if signal.version != seen.version {
        return Err(AppError::Changed { seen: seen.version, now: signal.version });
    }
    Ok((signal, permit))
}

/// Somebody who still has to do something on this signal finishes first, so that nothing waits for nobody.
fn refuse_unfinished(db: &mut Db, signal: SignalId, shut: &BTreeSet<MemberId>) -> Result<(), AppError> {
    let names = member_names(db)?;
    let called = |id: &MemberId| names.get(id).cloned().unwrap_or_default();
    let actions = decisions::action_list(db, signal)?;
    if let Some(row) = actions.iter().find(|row| row.state == "open" && shut.contains(&row.owner_id)) {
        let message =
            format!("{} heeft bij dit signaal nog een actie. Laat die eerst afronden.", called(&row.owner_id));
        return Err(AppError::field("wie", message));
    }
    let questions = checks::question_list(db, signal)?;
    if let Some(row) = questions.iter().find(|row| row.state == QuestionState::Open && shut.contains(&row.holder_id)) {
        let message = format!("{} heeft bij dit signaal nog een bronvraag. Trek die eerst in.", called(&row.holder_id));
        return Err(AppError::field("wie", message));
    }
    Ok(())
}

fn exclusion_row(id: ExclusionId, op: &OpContext, cast: &Cast, who: Excluded) -> Result<ExclusionRow, AppError> {
    let actor = acting(op)?.id;
    let (role, member_id) = match who {
        Excluded::Coordinators => (Role::Coordinator, None),
        Excluded::Role(role) => (role, None),
        Excluded::Member(member) => {
            let person = cast.people.iter().find(|(known, _, _)| *known == member);
            let role = person.and_then(|(_, _, roles)| roles.first()).map_or(Role::Coordinator, |row| row.role);
            (role, Some(member))
        }
    };
    let set_by = if member_id == Some(actor) { "member" } else { "coordinator" };
    Ok(ExclusionRow { id, signal_id: cast.signal.id, role, set_by: set_by.to_owned(), member_id, since_on: op.today })
}

fn write_exclusion(
    tx: &mut Tx<'_>,
    signal: &SignalRow,
    permit: &Permit,
    row: &ExclusionRow,
    work: &Rekeying,
    plan: &Plan,
    grants: &Grants,
) -> Result<(), AppError> {
    work.put(tx, signal)?;
    tx.exclusion_insert(row)?;
    for old in &grants.off {
        tx.grant_delete(signal.id, &old.grantee, &old.what)?;
    }
    for new in &grants.on {
        tx.grant_put(new)?;
    }
    let box_ = match plan.then {
        Then::Same => signal.box_.clone(),
        Then::Circle => CIRCLE.to_owned(),
        Then::Integrity => Group::Integrity.code().to_owned(),
    };
    let turn_of = signal.turn_of.filter(|member| !plan.shut.contains(member));
    let next = SignalRow { box_, turn_of, version: signal.version + 1, ..signal.clone() };
    tx.signal_advance(&[signal.stage], &next)?;
    let trace = Trace::new("reader.excluded")
        .signal(signal.id)
        .role(permit.role())
        .object("exclusion", row.id.uuid())
        .detail("role", row.role.code())
        .detail("box", next.box_.clone())
        .detail("records", work.count().to_string());
    tx.record(match row.member_id {
        Some(member) => trace.detail("member", member.to_string()),
        None => trace,
    })?;
    Ok(())
}
