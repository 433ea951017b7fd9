//! Following a signal with the receipt: where it stands, and whether the melder's name was opened.

use super::identity::told_field;
use super::intake::melder_key_id;
use super::{App, AppError};
use crate::domain::ids::{KeyId, RecordId, SignalId};
use crate::domain::text::ShortText;
use crate::domain::time::Day;
use crate::policy::{Action, Facts, OpContext, authorize};
use crate::store::identities::{self, IdentityOpeningRow};
use crate::store::signals::{self, SignalRow};
use crate::store::{Closed, Disclosed, Trace, Tx};
use crate::vault::receipt::Receipt;
use crate::vault::ring::KeyRing;

/// Where a signal stands, as the melder may know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// The signal as it stands. Holds no content.
    pub signal: SignalRow,
    /// When and why the melder's name was opened, newest first.
    pub openings: Vec<NameOpening>,
}

/// That the melder's name was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameOpening {
    /// The day it was read first.
    pub day: Day,
    /// The reason that was given.
    pub reason: ShortText,
}

/// What the melder may open of their mailbox.
struct Told {
    mailbox: RecordId,
    openings: Vec<(Day, String)>,
    closed: Closed,
}

/// The event of a melder who looked how their signal stands.
pub(super) const FOLLOWED: &str = "status.followed";

impl App {
    /// Where the signal of this receipt stands. Known and unknown receipts take the same road: one write each.
    ///
    /// # Errors
    /// A refusal for another system without the right; any store error; [`AppError::Vault`] when the mailbox was changed by hand.
    pub async fn follow(&self, op: &OpContext, receipt: &Receipt) -> Result<Option<Followed>, AppError> {
        authorize(op, Action::Follow, &Facts::default())
            .map_err(|why| AppError::refused(Action::Follow.code(), why, None))?;
        let lookup = receipt.lookup_id()?.to_vec();
        let (public, private) = receipt.mailbox_pair()?;
        let key = melder_key_id(&public.0);
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "intake.follow", move |tx| {
                let Some(signal) = signals::signal_by_lookup(tx.reader(), &lookup)? else {
                    tx.record(Trace::new("receipt.unknown").result(crate::ledger::event::Outcome::Refused))?;
                    return Ok(None);
                };
                tx.record(Trace::new(FOLLOWED).signal(signal.id))?;
                let told = told(tx, signal.id, key)?;
                Ok(Some((signal, told)))
            })
            .await?;
        let Some((signal, told)) = committed.value else { return Ok(None) };
        let openings = match told {
            None => Vec::new(),
            Some(Told { mailbox, openings, closed }) => {
                let disclosed = self.opened(op, closed, committed.token, &KeyRing::of(key.uuid(), private)).await?;
                openings.into_iter().filter_map(|(day, field)| opening(&disclosed, mailbox, day, &field)).collect()
            }
        };
        Ok(Some(Followed { signal, openings }))
    }
}

fn opening(disclosed: &Disclosed, mailbox: RecordId, day: Day, field: &str) -> Option<NameOpening> {
    let reason = serde_json::from_slice(disclosed.bytes(mailbox, field)?).ok()?;
    Some(NameOpening { day, reason })
}

/// The fields of the mailbox that tell why a name was read; nothing when none was, so that following opens nothing then.
fn told(tx: &mut Tx<'_>, signal: SignalId, key: KeyId) -> Result<Option<Told>, AppError> {
    let read = |row: IdentityOpeningRow| Some((row.opened_at?.day(), told_field(row.id)));
    let mut openings: Vec<_> = identities::opening_list(tx.reader(), signal)?.into_iter().filter_map(read).collect();
    let mailbox = tx.record_list(signal, "mailbox")?.pop();
    let Some(mailbox) = mailbox.filter(|_| !openings.is_empty()) else { return Ok(None) };
    openings.reverse();
    let action = Action::Follow;
    let permit = authorize(tx.op(), action, &Facts { signal: Some(signal), ..Facts::default() })
        .map_err(|why| AppError::refused(action.code(), why, Some(signal)))?;
    let names: Vec<&str> = openings.iter().map(|(_, field)| field.as_str()).collect();
    let closed = tx.disclose(&permit, &[key], &[mailbox.id], Some(&names))?;
    Ok(Some(Told { mailbox: mailbox.id, openings, closed }))
}
