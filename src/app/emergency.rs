//! Noodinzage: outside office hours a member of the role that the configuration names opens one signal, with a reason,
//! for a set time.
//!
//! The role's own half of each key is not enough. The service opens its half only here, inside the act that stands in the
//! log, and seals it to the one member until the end of that time: the same way in which privacy lends its half of a name.

use super::emergency_halves::kinds;
use super::judgements::{Signed, signed_versions};
use super::keyring::{Session, holder_ids};
use super::reading::Opened;
use super::resealing::json_bytes;
use super::sealing::{RecordBuilder, SealedRecord, Sealing, confirm};
use super::steps::acting;
use super::trust::Holder;
use super::{App, AppError};
use crate::domain::emergency::{EmergencyAsk, EmergencyDraft, EmergencyState, EmergencyTerms};
use crate::domain::ids::{EmergencyOpeningId, KeyId, ObjectId, SignalId};
use crate::domain::purpose::Purpose;
use crate::domain::reference::SignalReference;
use crate::domain::role::Group;
use crate::domain::time::Moment;
use crate::policy::{Action, Facts, OpContext, Permit, Refusal, authorize, member_grantee};
use crate::store::contents::{self, SealedKeyRow};
use crate::store::decisions::{ActionRow, DecisionRow};
use crate::store::emergencies::{self, EmergencyOpeningRow, Other};
use crate::store::signals::{self, GrantRow, SignalRow};
use crate::store::{StoreError, Trace, Tx, decisions};
use crate::vault::digest::sha256;
use crate::vault::emergency::ServicePair;
use crate::vault::seal::open_key;

/// The kind of record with the reason and the judgement.
pub const RECORD: &str = "emergency";
/// The field with the reason.
pub const REASON: &str = "waarom";
/// The word of the grant: to the one who opened, and to privacy, who must judge it.
pub const GRANT: &str = "emergency";
/// The field of the form at which it says why nothing was opened.
pub const REFERENCE: &str = "kenmerk";
/// The context that separates these signatures from all others.
const CONTEXT: &str = "meldroute/emergency/v1";

/// Whether people can be called now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Office {
    /// A coordinator is there.
    Open,
    /// Nobody is.
    Closed,
}

/// What a member of the role may do now. Discloses nothing.
#[derive(Debug, Clone)]
pub struct EmergencyStanding {
    /// The terms.
    pub terms: EmergencyTerms,
    /// Whether people can be called now.
    pub office: Office,
    /// What this member opened, newest first, each with the reference of the signal.
    pub mine: Vec<(EmergencyOpeningRow, SignalReference)>,
}

impl EmergencyStanding {
    /// Why nothing can be opened now; `None` when it can.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        let waits = self.mine.iter().any(|(row, _)| row.waits());
        refusal(&self.terms, self.office, if waits { Earlier::Waits } else { Earlier::None })
    }
}

/// Whether a privacy officer has to judge something first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Earlier {
    Waits,
    None,
}

fn refusal(terms: &EmergencyTerms, office: Office, earlier: Earlier) -> Option<String> {
    match (office, earlier) {
        (Office::Open, _) => Some(format!(
            "Nu zijn er coördinatoren: bel hen. Noodinzage kan op werkdagen pas na {}, en in het weekeinde en op feestdagen.",
            terms.hours.end_in_words()
        )),
        (Office::Closed, Earlier::Waits) => Some(
            "De privacy officer moet eerst oordelen over het signaal dat u eerder opende. Tot dan kunt u geen ander openen."
                .to_owned(),
        ),
        (Office::Closed, Earlier::None) => None,
    }
}

/// A signal, opened out of hours for the one who asked.
pub struct EmergencyLook {
    /// The signal with what could be opened of it.
    pub opened: Opened,
    /// The opening.
    pub row: EmergencyOpeningRow,
    /// The judgements of the signal, without their content.
    pub signed: Vec<Signed>,
    /// Its decisions, without their content.
    pub decisions: Vec<DecisionRow>,
    /// Its actions, without their content.
    pub actions: Vec<ActionRow>,
}

/// What is needed to lend a signal: prepared outside the writer.
struct Lent {
    signal: SignalRow,
    holder: Holder,
    shares: Vec<SealedKeyRow>,
}

impl App {
    /// The terms, for whoever has the role.
    pub(super) async fn emergency_door(&self, op: &OpContext) -> Result<EmergencyTerms, AppError> {
        let action = Action::OpenEmergency;
        acting(op)?;
        match self.emergency_terms() {
            Some(terms) if authorize(op, action, &facts_with(terms, Facts::default())).is_ok() => Ok(terms),
            _ => self.refuse_absent(op, action.code()).await,
        }
    }

    fn office(&self, terms: &EmergencyTerms, at: Moment) -> Office {
        if terms.hours.are_open(at, &self.protocol().calendar) { Office::Open } else { Office::Closed }
    }

    /// What a member of the role may do now.
    ///
    /// # Errors
    /// A refusal for everybody else, and where no role is named.
    pub async fn emergency_standing(&self, op: &OpContext) -> Result<EmergencyStanding, AppError> {
        let terms = self.emergency_door(op).await?;
        let member = acting(op)?.id;
        let mine = self.store().look(move |db| {
            let mut mine = Vec::new();
            for row in emergencies::emergency_list_of(db, member)? {
                if let Some(signal) = signals::signal_fetch(db, row.signal_id)? {
                    mine.push((row, signal.reference));
                }
            }
            Ok::<_, StoreError>(mine)
        });
        Ok(EmergencyStanding { terms, office: self.office(&terms, op.at), mine: mine.await? })
    }

    /// Opens one signal for this member, for as long as the terms say. The privacy officers hear of it by the same write.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every mistake, within office hours, and while an earlier one was not judged; a refusal,
    /// the same for a signal that does not exist and for one that may not or cannot be opened.
    pub async fn open_emergency(
        &self,
        op: &OpContext,
        session: &Session,
        draft: &EmergencyDraft,
    ) -> Result<EmergencyOpeningId, AppError> {
        let standing = self.emergency_standing(op).await?;
        if let Some(why) = standing.refusal() {
            return Err(AppError::field(REFERENCE, why));
        }
        let ask = EmergencyAsk::parse(draft)?;
        // The session alone says who this is; a second factor asked anew belongs here once acts can ask for one.
        self.with_newest_keys(async || self.open_emergency_once(op, session, standing.terms, &ask).await).await
    }

    async fn open_emergency_once(
        &self,
        op: &OpContext,
        session: &Session,
        terms: EmergencyTerms,
        ask: &EmergencyAsk,
    ) -> Result<EmergencyOpeningId, AppError> {
        let until = op.at.plus_seconds(i64::from(terms.minutes) * 60);
        let Some(lent) = self.lend_signal(op, session, ask.reference, until)? else {
            return self.refuse_absent(op, Action::OpenEmergency.code()).await;
        };
        let (signal_id, id) = (lent.signal.id, EmergencyOpeningId::new(self.random_id()?));
        let words = json_bytes(&ask.reason)?;
        let record = RecordBuilder::new(self, signal_id, RECORD, Some(ObjectId::new(id.uuid())), op.today)?
            .field(REASON, &words)?
            .holders(self.handling_holders(&lent.signal)?)?
            .holder(self.group_holder(Group::Privacy)?)?
            .finish();
        let signature = sign(session, id, signal_id, "opened", &words);
        let (app, member) = (self.clone(), acting(op)?.id);
        let committed = self
            .store()
            .write::<_, AppError, _>(op, "emergency.open", move |tx| {
                let (signal, permit) = permitted(tx, terms, signal_id, Action::OpenEmergency)?;
                if !emergencies::is_openable(tx.reader(), &signal)? {
                    return Err(absent(Action::OpenEmergency));
                }
                let waits = emergencies::emergency_list_of(tx.reader(), member)?.iter().any(EmergencyOpeningRow::waits);
                let earlier = if waits { Earlier::Waits } else { Earlier::None };
                if let Some(why) = refusal(&terms, app.office(&terms, tx.op().at), earlier) {
                    return Err(AppError::field(REFERENCE, why));
                }
                record.put(tx)?;
                confirm(tx, lent.holder)?;
                lent.shares.iter().try_for_each(|share| tx.sealed_key_insert(share))?;
                tx.emergency_insert(&opening(tx, id, &record, until)?)?;
                for grantee in [member_grantee(member), format!("group:{}", Group::Privacy.code())] {
                    tx.grant_put(&granted(&signal, grantee))?;
                }
                tx.record(
                    Trace::new("emergency.opened")
                        .signal(signal_id)
                        .role(permit.role())
                        .object("emergency", id.uuid())
                        .detail("until", until.to_string())
                        .detail("records", lent.shares.len().to_string())
                        .fields([format!("{RECORD}.{REASON}")])
                        .signature(signature.clone()),
                )?;
                Ok(id)
            })
            .await?;
        Ok(committed.value)
    }

    /// The service's halves of a signal, sealed to this member until the end; `None` when there is no such signal, when it
    /// may not be opened, and when nothing of it can be.
    fn lend_signal(
        &self,
        op: &OpContext,
        session: &Session,
        reference: SignalReference,
        until: Moment,
    ) -> Result<Option<Lent>, AppError> {
        let pair = self.service_pair()?;
        let (service, ring) = (KeyId::new(pair.id), self.ring(session)?);
        let kept = holder_ids(&ring);
        let found = self.store().read(|db| {
            let Some(signal) = emergencies::signal_by_reference(db, reference)? else { return Ok(None) };
            if !emergencies::is_openable(db, &signal)? {
                return Ok(None);
            }
            let mut copies = Vec::new();
            for record in emergencies::records_in_halves(db, signal.id, &kinds(), &kept, Other::Service(service))? {
                copies.extend(contents::sealed_keys_of_subject(db, record.key_id)?);
            }
            copies.retain(|copy| copy.holder == service && copy.subject_kind == "share" && copy.until_at.is_none());
            Ok::<_, StoreError>(Some((signal, copies)))
        })?;
        let Some((signal, copies)) = found.filter(|(_, copies)| !copies.is_empty()) else { return Ok(None) };
        let holder = self
            .member_holder(session.actor.id)?
            .ok_or_else(|| AppError::KeyNotProven("the member who opens".to_owned()))?;
        let shares =
            copies.iter().map(|copy| self.lend_half(op, &pair, copy, holder, until)).collect::<Result<_, _>>()?;
        Ok(Some(Lent { signal, holder, shares }))
    }

    fn lend_half(
        &self,
        op: &OpContext,
        pair: &ServicePair,
        copy: &SealedKeyRow,
        holder: Holder,
        until: Moment,
    ) -> Result<SealedKeyRow, AppError> {
        let half = open_key(&pair.private, &copy.purpose(), &copy.sealed)?;
        let sealing = Sealing {
            subject: copy.subject,
            kind: "share",
            signal: copy.signal_id,
            until: Some(until),
            today: op.today,
        };
        sealing.to(holder, half.expose(), self.entropy().as_mut())
    }

    /// Reads what this member opened, within the time. Each look is a reading of its own in the log, for this purpose.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist, for what somebody else opened, for when the time is over and for when
    /// it was judged to be wrong.
    pub async fn read_emergency(
        &self,
        op: &OpContext,
        session: &Session,
        id: EmergencyOpeningId,
    ) -> Result<EmergencyLook, AppError> {
        let (op, action) = (op.clone().with_purpose(Purpose::Emergency), Action::ReadEmergency);
        let terms = self.emergency_door(&op).await?;
        let (member, at) = (acting(&op)?.id, op.at);
        let row = self.store().look(move |db| emergencies::emergency_fetch(db, id)).await?;
        let mine = |row: &EmergencyOpeningRow| {
            row.opened_by == member && row.until_at > at && row.state != EmergencyState::Wrong.code()
        };
        let Some(row) = row.filter(mine) else { return self.refuse_absent(&op, action.code()).await };
        let (ring, signal_id) = (self.ring(session)?, row.signal_id);
        let holders = holder_ids(&ring);
        let committed = self
            .store()
            .write::<_, AppError, _>(&op, "emergency.read", move |tx| {
                let (signal, permit) = permitted(tx, terms, signal_id, action)?;
                let lent = Other::Lent(&holders, at);
                let records = emergencies::records_in_halves(tx.reader(), signal_id, &kinds(), &holders, lent)?;
                if records.is_empty() || !emergencies::is_openable(tx.reader(), &signal)? {
                    return Err(absent(action));
                }
                let wanted: Vec<_> = records.iter().map(|record| record.id).collect();
                let closed = tx.disclose(&permit, &holders, &wanted, None)?;
                let rest = (
                    signed_versions(tx.reader(), signal_id)?,
                    decisions::decision_list(tx.reader(), signal_id)?,
                    decisions::action_list(tx.reader(), signal_id)?,
                );
                Ok((signal, records, closed, rest))
            })
            .await?;
        let (signal, records, closed, (signed, decisions, actions)) = committed.value;
        let disclosed = self.opened(&op, closed, committed.token, &ring).await?;
        Ok(EmergencyLook { opened: Opened { signal, records, disclosed }, row, signed, decisions, actions })
    }
}

/// What the policy must know besides: which role may.
pub(super) fn facts_with(terms: EmergencyTerms, facts: Facts) -> Facts {
    Facts { emergency: Some(terms.role()), ..facts }
}

fn absent(action: Action) -> AppError {
    AppError::refused(action.code(), Refusal::NotFound, None)
}

/// The signal and the permission, inside the transaction. What may not be opened is not there.
fn permitted(
    tx: &mut Tx<'_>,
    terms: EmergencyTerms,
    id: SignalId,
    action: Action,
) -> Result<(SignalRow, Permit), AppError> {
    let op = tx.op().clone();
    let Some((signal, facts)) = tx.signal_facts(id, acting(&op)?)? else { return Err(absent(action)) };
    let permit = authorize(&op, action, &facts_with(terms, facts)).map_err(|_| absent(action))?;
    Ok((signal, permit))
}

fn opening(
    tx: &Tx<'_>,
    id: EmergencyOpeningId,
    record: &SealedRecord,
    until: Moment,
) -> Result<EmergencyOpeningRow, AppError> {
    Ok(EmergencyOpeningRow {
        id,
        signal_id: record.record.signal_id,
        record_id: record.id(),
        opened_by: acting(tx.op())?.id,
        opened_at: tx.op().at,
        until_at: until,
        state: EmergencyState::Opened.code().to_owned(),
        judged_by: None,
        judged_at: None,
    })
}

fn granted(signal: &SignalRow, grantee: String) -> GrantRow {
    GrantRow { signal_id: signal.id, grantee, what: GRANT.to_owned(), received_on: signal.received_on }
}

/// A member's own signature under an opening or its judgement: which, of what, and the hash of the words.
pub(super) fn sign(session: &Session, id: EmergencyOpeningId, signal: SignalId, what: &str, words: &[u8]) -> Vec<u8> {
    let words = data_encoding::HEXLOWER.encode(&sha256(words));
    let message = format!("{id}\n{signal}\n{what}\n{words}\n");
    session.keys.signing.sign(CONTEXT, message.as_bytes()).0.to_vec()
}
