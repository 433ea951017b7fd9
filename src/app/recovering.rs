//! Dutch: *herstellen*. A group that nobody can sign in for any more comes back: the recovery key on paper opens the
//! group's key, which is sealed again to members whose role the log proves. No content is opened here.

use super::sealing::{Sealing, confirm};
use super::trust::{Holder, group_owner};
use super::{App, AppError};
use crate::domain::ids::{KeyId, MemberId};
use crate::domain::role::Group;
use crate::policy::{Action, Facts, OpContext, authorize};
use crate::store::contents::{self, SealedKeyRow};
use crate::store::members::{self, MemberRow, RoleRow};
use crate::store::renewals::uses_of;
use crate::store::{StoreError, Trace};
use crate::vault::KeyRing;
use crate::vault::seal::HolderPrivate;
use crate::vault::statement::{KeyState, Owner, TrustedKey, TrustedKeys};

/// A recovery that can be done: who gets the group's key back. Holds no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryPlan {
    /// Which group.
    pub group: Group,
    /// Who gets its keys, by login.
    pub to: Vec<String>,
    /// Who of the group has a copy of the newest key now, by login.
    pub holders: Vec<String>,
    /// How many keys of the group open something.
    pub epochs: usize,
    members: Vec<Heir>,
}

/// Who gets the keys of the group that are read as of this epoch or a later one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Heir {
    member: MemberId,
    holder: Holder,
    from: u32,
}

/// Why the paper did not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongPaper {
    /// The shares are of another recovery key.
    #[error("deze delen horen bij de herstelsleutel van een andere omgeving")]
    OtherInstallation,
}

fn refused(text: String) -> AppError {
    AppError::field("medewerker", text)
}

impl App {
    /// The keys of a group that still open something, and the one in force, the newest last. Of a key from before somebody
    /// left, under which nothing lies any more, nobody needs a copy.
    fn keys_in_use<'a>(&self, trusted: &'a TrustedKeys, group: Group) -> Result<Vec<&'a TrustedKey>, AppError> {
        let owner = group_owner(group);
        let mut keys = Vec::new();
        for key in trusted.all().filter(|key| key.owner == owner) {
            if key.state == KeyState::Current || self.store().read(|db| uses_of(db, KeyId::new(key.key_id)))? > 0 {
                keys.push(key);
            }
        }
        keys.sort_by_key(|key| key.epoch);
        Ok(keys)
    }

    /// Whether the group's key can be sealed to these members, before anybody fetches paper.
    ///
    /// # Errors
    /// A refusal for whoever does not keep accounts; [`AppError::RoadClosed`] when the group never had a key;
    /// [`AppError::Invalid`] with a sentence for each member who cannot get it, which says what to do first.
    pub fn recovery_plan(&self, op: &OpContext, group: Group, logins: &[String]) -> Result<RecoveryPlan, AppError> {
        authorize(op, Action::ManageMembers, &Facts::default())
            .map_err(|why| AppError::refused(Action::ManageMembers.code(), why, None))?;
        let trusted = self.reload_trust()?;
        let keys = self.keys_in_use(&trusted, group)?;
        let newest = keys.last().ok_or(AppError::RoadClosed(group))?;
        let mut plan =
            RecoveryPlan { group, to: Vec::new(), holders: Vec::new(), epochs: keys.len(), members: Vec::new() };
        let people = self.proven_members(group.role())?;
        let copies = self.store().read(|db| contents::sealed_keys_of_subject(db, KeyId::new(newest.key_id)))?;
        let holds = |member: &MemberRow| copies.iter().any(|copy| Some(copy.holder) == member.key_id);
        plan.holders = people.iter().filter(|(member, _)| holds(member)).map(|(m, _)| m.login.clone()).collect();
        let mut wrong = Vec::new();
        for login in logins.iter().map(|login| login.trim().to_lowercase()) {
            if plan.to.contains(&login) {
                continue;
            }
            match self.heir(&login, group, &people, &keys) {
                Ok(heir) => {
                    plan.members.push(heir);
                    plan.to.push(login);
                }
                Err(AppError::Invalid(sentences)) => wrong.extend(sentences),
                Err(other) => return Err(other),
            }
        }
        if wrong.is_empty() { Ok(plan) } else { Err(AppError::Invalid(wrong)) }
    }

    fn heir(
        &self,
        login: &str,
        group: Group,
        people: &[(MemberRow, RoleRow)],
        keys: &[&TrustedKey],
    ) -> Result<Heir, AppError> {
        let role = group.role();
        let found = self.store().read(|db| members::member_by_login(db, login))?;
        let member = found.ok_or_else(|| refused(format!("Er is niemand met de aanmeldnaam {login}.")))?;
        match member.state.as_str() {
            "active" => {}
            "invited" => {
                return Err(refused(format!(
                    "{login} is uitgenodigd maar heeft zich nog niet voor het eerst aangemeld, en heeft dus nog geen \
                     sleutel. Laat dat eerst doen, met de eenmalige code."
                )));
            }
            "waiting" => {
                return Err(refused(format!(
                    "{login} is nog niet binnengelaten, en heeft dus nog geen sleutel die meetelt. Laat dat eerst doen: \
                     iemand met dezelfde rol, of de privacy officer."
                )));
            }
            _ => return Err(refused(format!("Het account {login} is uitgeschakeld."))),
        }
        let Some((_, row)) = people.iter().find(|(proven, _)| proven.id == member.id) else {
            return Err(refused(format!(
                "{login} heeft de rol {role} niet, of het logboek bewijst die rol niet. Stel haar voor met meldroute \
                 member role {login} {code} en laat een tweede persoon ermee instemmen: iemand met dezelfde rol, of de \
                 privacy officer (voor een privacy officer: een andere, of de FG).",
                role = role.label(),
                code = role.code(),
            )));
        };
        let from = self.store().read(|db| Ok::<_, AppError>(self.chain_now(db)?.roles.first_epoch(row)))?;
        if keys.iter().all(|key| key.reach < from) {
            return Err(refused(format!(
                "{login} leest pas vanaf een sleutel die er nog niet is: zo is met de rol ingestemd. Trek de rol in, stel \
                 haar opnieuw voor en laat een tweede persoon instemmen met lezen vanaf het begin, of kies iemand anders."
            )));
        }
        let holder = self.member_holder(member.id)?.ok_or_else(|| {
            refused(format!(
                "{login} heeft geen sleutel die het logboek bewijst. Schakel het account uit en nodig opnieuw uit."
            ))
        })?;
        Ok(Heir { member: member.id, holder, from })
    }

    /// Opens every key of the group that is in use with the recovery key, and seals each to the members of the plan who have no
    /// copy and whose role comes with it. `told` hears of each key that was done. Gives how many copies were made.
    ///
    /// # Errors
    /// [`WrongPaper`] in the inner result when the recovery key is another installation's; [`AppError::Vault`] when a
    /// sealed copy is not genuine; any store error. Nothing is written then.
    pub fn recover_group(
        &self,
        op: &OpContext,
        plan: &RecoveryPlan,
        recovery: HolderPrivate,
        told: &mut dyn FnMut(usize),
    ) -> Result<Result<usize, WrongPaper>, AppError> {
        let trusted = self.reload_trust()?;
        let paper = trusted.current(&Owner::Recovery).ok_or_else(|| AppError::KeyNotProven("recovery".to_owned()))?;
        if paper.exchange != Some(recovery.public()?) {
            return Ok(Err(WrongPaper::OtherInstallation));
        }
        let ring = KeyRing::of(paper.key_id, recovery);
        let mut made = Vec::new();
        for (done, key) in self.keys_in_use(&trusted, plan.group)?.into_iter().enumerate() {
            made.extend(self.copies_of(op, plan, key, &ring)?);
            told(done + 1);
        }
        let count = made.len();
        let (group, members) = (plan.group, plan.members.clone());
        self.store().write_blocking::<_, AppError, _>(op, "keys.recover", move |tx| {
            for heir in &members {
                confirm(tx, heir.holder)?;
            }
            for copy in &made {
                tx.sealed_key_insert(copy)?;
            }
            for Heir { member, holder, .. } in &members {
                let copies = made.iter().filter(|copy| copy.holder == holder.key).count();
                tx.record(
                    Trace::new("group.recovered")
                        .object("member", member.uuid())
                        .detail("group", group.code())
                        .detail("copies", copies.to_string()),
                )?;
            }
            Ok(())
        })?;
        Ok(Ok(count))
    }

    fn copies_of(
        &self,
        op: &OpContext,
        plan: &RecoveryPlan,
        key: &TrustedKey,
        ring: &KeyRing,
    ) -> Result<Vec<SealedKeyRow>, AppError> {
        let subject = KeyId::new(key.key_id);
        let there = self.store().read(|db| contents::sealed_keys_of_subject(db, subject))?;
        let opened = there.iter().find_map(|copy| ring.open(&copy.purpose(), &copy.sealed));
        let private = HolderPrivate::from_key(opened.ok_or(StoreError::NoKey)??)?;
        // A copy that was swapped by hand must not be passed on as the group's.
        if Some(private.public()?) != key.exchange {
            return Err(AppError::KeyNotProven(format!(
                "the copy of a key of {} is of another key",
                plan.group.code()
            )));
        }
        let sealing = Sealing { subject, kind: "group", signal: None, until: None, today: op.today };
        let mut entropy = self.entropy();
        let reads = |heir: &&Heir| heir.from <= key.reach && there.iter().all(|copy| copy.holder != heir.holder.key);
        let missing = plan.members.iter().filter(reads);
        missing.map(|heir| sealing.to(heir.holder, private.expose(), entropy.as_mut())).collect()
    }
}
