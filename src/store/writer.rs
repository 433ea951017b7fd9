//! The one writer of this process: takes what has queued up, runs each write in a savepoint of one transaction,
//! commits once, then answers all.
//!
//! Why one thread: SQLite has one writer anyway, and an ordinary pool makes it wait in back-off instead of a queue;
//! committing together makes full durability cheaper than half of it. PostgreSQL loses nothing by it and gets a
//! single appender for the head of the log.

use super::db::{Address, Db, Use};
use super::error::StoreError;
use super::log::{Head, NewLeaves};
use super::tx::{Refused, Traces, Tx};
use crate::policy::OpContext;
use crate::vault::entropy::Entropy;
use crossbeam_channel::Receiver;
use diesel::Connection;
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// How many writes share one commit at most.
const BATCH: usize = 64;
/// How often a batch is run again after PostgreSQL could not order it.
const ATTEMPTS: usize = 5;

type Manager = <Db as Connection>::TransactionManager;

/// Whether a write must leave an audit event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audit {
    Required,
    /// For what carries no meaning of its own: a session's last-seen time, clearing what has expired.
    Upkeep,
}

/// What a write came to, once its batch was committed.
#[derive(Debug, Clone)]
pub(super) struct Landed {
    /// Index of the last event this write left, if any.
    pub(super) last_event: Option<u64>,
}

/// One queued write. The closure may run several times; only the last result counts.
pub(super) trait Job: Send {
    fn name(&self) -> &'static str;
    fn audit(&self) -> Audit;
    fn op(&self) -> &OpContext;
    /// Runs the use case; `false` when it failed and its savepoint must go.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// The store's own error behind a failed run.
    fn store_error(&self) -> Option<StoreError>;
    /// What the log says about a refused or failed run.
    fn refused(&self) -> Option<Refused>;
    /// Told once that stands in the log.
    fn refusal_written(&mut self);
    /// Puts the store's error in place of the result.
    fn fail(&mut self, error: StoreError);
    fn answer(self: Box<Self>, landed: Landed);
}

pub(super) struct Writer {
    address: Address,
    queue: Receiver<Box<dyn Job>>,
    connection: Option<Db>,
    entropy: Box<dyn Entropy>,
}

/// One job with what its last run left.
struct Slot {
    job: Box<dyn Job>,
    landed: Landed,
}

impl Writer {
    pub(super) fn new(
        address: Address,
        queue: Receiver<Box<dyn Job>>,
        connection: Db,
        entropy: Box<dyn Entropy>,
    ) -> Self {
        Self { address, queue, connection: Some(connection), entropy }
    }

    /// Runs until every sender is gone.
    pub(super) fn run(mut self) {
        while let Ok(first) = self.queue.recv() {
            let mut batch = vec![Slot::new(first)];
            while batch.len() < BATCH {
                match self.queue.try_recv() {
                    Ok(job) => batch.push(Slot::new(job)),
                    Err(_) => break,
                }
            }
            self.process(&mut batch);
            for slot in batch {
                slot.job.answer(slot.landed);
            }
        }
    }

    fn process(&mut self, batch: &mut [Slot]) {
        let mut last = StoreError::Busy;
        for attempt in 0..ATTEMPTS {
            match self.attempt(batch) {
                Ok(()) => return,
                Err(StoreError::Conflict(text)) => {
                    tracing::debug!(attempt, "batch runs again: {text}");
                    last = StoreError::Conflict(text);
                }
                // A connection that was closed behind our back (a restarted server) deserves one fresh try.
                Err(error) if attempt == 0 && matches!(error, StoreError::Unavailable(_)) => {
                    self.connection = None;
                    last = error;
                }
                Err(error) => {
                    last = error;
                    break;
                }
            }
        }
        if last.spoils_connection() {
            self.connection = None;
        }
        tracing::error!(writes = batch.len(), "batch failed: {last}");
        for slot in batch {
            slot.landed.last_event = None;
            slot.job.fail(last.clone());
        }
    }

    fn attempt(&mut self, batch: &mut [Slot]) -> Result<(), StoreError> {
        let mut db = match self.connection.take() {
            Some(db) => db,
            None => Db::open(&self.address, Use::Write)?,
        };
        match run_batch(&mut db, self.entropy.as_mut(), batch) {
            Ok(leaves) => match Manager::commit_transaction(&mut db) {
                Ok(()) => {
                    self.connection = Some(db);
                    Ok(())
                }
                Err(error) => {
                    let error = StoreError::from(error);
                    if let (Db::Sqlite(_), StoreError::Disk(text)) = (&db, &error) {
                        // The pages may lie in the write-ahead log without being kept: nothing stands now, and a
                        // power cut decides whether it will. Finding them there would prove nothing.
                        tracing::error!("a commit did not reach the disk: {text}");
                        Err(StoreError::Unknown)
                    } else if error.spoils_connection() {
                        drop(db);
                        self.look_up(&leaves, error)
                    } else {
                        drop(Manager::rollback_transaction(&mut db));
                        self.connection = Some(db);
                        Err(error)
                    }
                }
            },
            Err(error) => {
                let undone = Manager::rollback_transaction(&mut db).is_ok();
                if undone && !error.spoils_connection() {
                    self.connection = Some(db);
                }
                Err(error)
            }
        }
    }

    /// The connection broke while committing: the log itself tells whether the batch stands.
    fn look_up(&mut self, leaves: &NewLeaves, error: StoreError) -> Result<(), StoreError> {
        if leaves.is_empty() {
            return Err(error);
        }
        for pause_ms in [50, 200, 1000, 3000] {
            std::thread::sleep(Duration::from_millis(pause_ms));
            let Ok(mut db) = Db::open(&self.address, Use::Write) else { continue };
            let Ok(stand) = leaves.stand(&mut db) else { continue };
            self.connection = Some(db);
            // PostgreSQL may have committed before the line broke.
            return if stand { Ok(()) } else { Err(error) };
        }
        Err(StoreError::Unknown)
    }
}

impl Slot {
    fn new(job: Box<dyn Job>) -> Self {
        Self { job, landed: Landed { last_event: None } }
    }
}

/// Begins, runs every job in its savepoint and writes the new head; leaves the transaction open for the commit.
fn run_batch(db: &mut Db, entropy: &mut dyn Entropy, batch: &mut [Slot]) -> Result<NewLeaves, StoreError> {
    match db {
        // IMMEDIATE: a deferred transaction fails at once when it turns into a write beside another process.
        Db::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
        Db::Pg(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL READ COMMITTED")?,
    }
    let mut head = Head::lock(db)?;
    let start = head.size();
    for slot in batch.iter_mut() {
        run_job(db, &mut head, entropy, slot)?;
    }
    if head.size() > start {
        head.save(db, start)?;
    }
    Ok(head.into_new())
}

fn run_job(db: &mut Db, head: &mut Head, entropy: &mut dyn Entropy, slot: &mut Slot) -> Result<(), StoreError> {
    let before = head.clone();
    Manager::begin_transaction(db)?;
    let name = slot.job.name();
    let op = slot.job.op().clone();
    let mut tx = Tx::new(db, head, entropy, &op, name);
    let ran = catch_unwind(AssertUnwindSafe(|| slot.job.run(&mut tx)));
    let last_event = tx.last_event();
    let traces = tx.traces();
    drop(tx);
    let good = match ran {
        Ok(true) if traces == Traces::Complete => true,
        Ok(true) if traces == Traces::NothingToTell && slot.job.audit() == Audit::Upkeep => true,
        Ok(true) => {
            slot.job.fail(StoreError::Unaudited(name));
            false
        }
        Ok(false) => {
            if let Some(error) = slot.job.store_error()
                && (error.spoils_connection() || matches!(error, StoreError::Conflict(_)))
            {
                return Err(error);
            }
            false
        }
        Err(_) => {
            tracing::error!("write `{name}` panicked; only its own savepoint goes");
            slot.job.fail(StoreError::Panicked(name));
            false
        }
    };
    if good {
        Manager::commit_transaction(db)?;
        slot.landed.last_event = last_event;
        return Ok(());
    }
    Manager::rollback_transaction(db)?;
    *head = before;
    slot.landed.last_event = None;
    if let Some(refused) = slot.job.refused() {
        Manager::begin_transaction(db)?;
        let mut tx = Tx::new(db, head, entropy, &op, name);
        tx.record_refusal(&refused)?;
        Manager::commit_transaction(db)?;
        slot.job.refusal_written();
    }
    Ok(())
}
