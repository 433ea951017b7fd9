//! Giving an existing record to one more reader, and who reads what is written about a signal.

use super::keyring::Session;
use super::sealing::{Sealing, confirm};
use super::trust::Holder;
use super::{App, AppError};
use crate::domain::ids::{MemberId, RecordId};
use crate::domain::role::{Group, Role};
use crate::policy::{OpContext, member_grantee};
use crate::store::contents::{RecordRow, SealedKeyRow, sealed_keys_of_subject};
use crate::store::signals::{SignalRow, grant_list};
use crate::store::{StoreError, Tx, members};

/// The key of a record, sealed to one more holder and ready to be written.
#[derive(Clone)]
pub struct SharedKey {
    copy: SealedKeyRow,
    holder: Holder,
}

impl SharedKey {
    /// Writes it, after a last look whether the holder's key still is the proven one.
    ///
    /// # Errors
    /// As [`confirm`].
    pub fn put(&self, tx: &mut Tx<'_>) -> Result<(), AppError> {
        confirm(tx, self.holder)?;
        tx.sealed_key_insert(&self.copy)?;
        Ok(())
    }
}

impl App {
    /// Seals the key of a record, which the acting member can open, to one more holder.
    ///
    /// # Errors
    /// [`StoreError::NoKey`] when the member cannot open it; [`AppError::Vault`] when it is not genuine.
    pub fn share_record(
        &self,
        op: &OpContext,
        session: &Session,
        record: &RecordRow,
        to: Holder,
    ) -> Result<SharedKey, AppError> {
        let ring = self.ring(session)?;
        let copies = self.store().read(|db| sealed_keys_of_subject(db, record.key_id))?;
        let opened = copies
            .iter()
            .find_map(|row| ring.open(row.holder.uuid(), row.subject.uuid(), &row.subject_kind, &row.sealed));
        let key = opened.ok_or(StoreError::NoKey)??;
        let sealing = Sealing {
            subject: record.key_id,
            kind: "record",
            signal: Some(record.signal_id),
            until: None,
            today: op.today,
        };
        let copy = sealing.to(to, key.expose(), self.entropy().as_mut())?;
        Ok(SharedKey { copy, holder: to })
    }

    /// Who reads what is written about a signal: the group that keeps its box, or the coordinators who are left after
    /// an exclusion.
    ///
    /// # Errors
    /// [`AppError::RoadClosed`] when the group has no key.
    pub fn handling_holders(&self, signal: &SignalRow) -> Result<Vec<Holder>, AppError> {
        if let Ok(group) = signal.box_.parse::<Group>() {
            return Ok(vec![self.group_holder(group)?]);
        }
        let (grants, people) = self.store().read(|db| {
            Ok::<_, AppError>((grant_list(db, signal.id)?, members::members_with(db, Role::Coordinator)?))
        })?;
        let mut holders = Vec::new();
        for (member, _) in people {
            let grantee = member_grantee(member.id);
            if grants.iter().any(|grant| grant.what == "signal" && grant.grantee == grantee) {
                holders.extend(self.member_holder(member.id)?);
            }
        }
        if holders.is_empty() { Err(AppError::RoadClosed(Group::Coordinators)) } else { Ok(holders) }
    }

    /// Runs an act that seals, and once more when a newer key was stated between sealing and writing.
    ///
    /// # Errors
    /// Those of the act.
    pub async fn with_fresh_keys<T>(&self, act: impl AsyncFn() -> Result<T, AppError>) -> Result<T, AppError> {
        match act().await {
            Err(AppError::KeyMoved) => {
                self.reload_trust()?;
                act().await
            }
            other => other,
        }
    }
}

/// Takes a member's own copy of a record's key away.
///
/// # Errors
/// When the database cannot be written.
pub fn take_record_back(tx: &mut Tx<'_>, record: RecordId, from: MemberId) -> Result<(), AppError> {
    let key = tx.member_fetch(from)?.and_then(|member| member.key_id);
    let (Some(key), Some(record)) = (key, tx.record_fetch(record)?) else { return Ok(()) };
    for copy in sealed_keys_of_subject(tx.reader(), record.key_id)? {
        if copy.holder == key {
            tx.sealed_key_delete(copy.id)?;
        }
    }
    Ok(())
}
