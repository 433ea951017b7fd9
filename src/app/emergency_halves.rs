//! The halves of what can be opened out of hours. Beside the copies for those who lead a signal, the key of a record is
//! split in two: one half sealed to the group of the role that the configuration names, one to the service's own pair.
//! Each by itself is chance. Where a
//! signal may not be opened so, both are, and together too. Nothing is split while no role is named.

use super::sealing::{Sealing, confirm};
use super::trust::Holder;
use super::{App, AppError};
use crate::domain::holders::openable_in_emergency;
use crate::domain::ids::KeyId;
use crate::domain::role::Group;
use crate::store::contents::{RecordRow, SealedKeyRow};
use crate::store::{Tx, emergencies, signals};
use crate::vault::emergency::ServicePair;
use crate::vault::entropy::Entropy;
use crate::vault::field::RecordKey;
use crate::vault::identity;
use crate::vault::secret::Key32;

/// The two halves of a record's key, sealed and not yet written.
#[derive(Clone)]
pub(super) struct Halves {
    role: Holder,
    /// Those of its key; where that may not be opened so, there are none.
    real: Option<[SealedKeyRow; 2]>,
    /// Those of a key of chance, for a signal that may not be opened out of hours. An entry of the log names what was
    /// sealed: without them it would tell who was shut out, or in whose box a signal lies.
    chance: Option<[SealedKeyRow; 2]>,
}

impl Halves {
    /// Writes those that belong to the signal as it stands in this transaction.
    pub(super) fn put(&self, tx: &mut Tx<'_>, record: &RecordRow) -> Result<(), AppError> {
        let signal = signals::signal_fetch(tx.reader(), record.signal_id)?;
        let openable = signal.map_or(Ok(false), |signal| emergencies::is_openable(tx.reader(), &signal))?;
        let copies = if openable { &self.real } else { &self.chance };
        confirm(tx, self.role)?;
        copies.iter().flatten().try_for_each(|copy| tx.sealed_key_insert(copy))?;
        Ok(())
    }
}

/// The kinds of records that can be opened out of hours, as they are stored.
pub(super) fn kinds() -> Vec<&'static str> {
    openable_in_emergency().map(|kind| kind.code()).collect()
}

impl App {
    /// The service's own pair.
    pub(super) fn service_pair(&self) -> Result<ServicePair, AppError> {
        Ok(ServicePair::derive(&self.keys().server)?)
    }

    /// The halves of a record that is being made; nothing when no role is named, the role has no key, or the record is not
    /// of a kind that may be opened out of hours. What becomes of a signal that is still to be written shows when it is.
    pub(super) fn emergency_halves(
        &self,
        record: &RecordRow,
        key: &RecordKey,
        entropy: &mut dyn Entropy,
    ) -> Result<Option<Halves>, AppError> {
        let Some(terms) = self.emergency_terms().filter(|_| kinds().contains(&record.kind.as_str())) else {
            return Ok(None);
        };
        let Some(role) = self.emergency_role(terms.group())? else { return Ok(None) };
        let openable = self.store().read(|db| {
            let signal = signals::signal_fetch(db, record.signal_id)?;
            signal.map(|signal| emergencies::is_openable(db, &signal)).transpose()
        })?;
        let pair = self.service_pair()?;
        let service = Holder { key: KeyId::new(pair.id), public: pair.public };
        let mut halves_of = |key: &Key32| {
            let halves = identity::split(key, entropy)?;
            let sealing = Sealing {
                subject: record.key_id,
                kind: "share",
                signal: Some(record.signal_id),
                until: None,
                today: record.created_on,
            };
            Ok::<_, AppError>([
                sealing.to(role, halves.holders.expose(), entropy)?,
                sealing.to(service, halves.privacy.expose(), entropy)?,
            ])
        };
        let mut real = None;
        if openable != Some(false) {
            real = Some(halves_of(&Key32::copy_of(key.expose()))?);
        }
        let mut chance = None;
        if openable != Some(true) {
            chance = Some(halves_of(&Key32::random(self.entropy().as_mut())?)?);
        }
        Ok(Some(Halves { role, real, chance }))
    }

    /// A group that has no key yet holds nothing; that keeps no signal from coming in.
    fn emergency_role(&self, group: Group) -> Result<Option<Holder>, AppError> {
        match self.group_holder(group) {
            Err(AppError::RoadClosed(_)) => Ok(None),
            other => other.map(Some),
        }
    }
}
