//! The only room that knows diesel: one door for reading ([`Store::read`]) and one for writing ([`Store::write`]).
//!
//! A write is one named closure. It runs in a savepoint of the writer's transaction, leaves at least one audit event
//! in that same transaction, and is answered only after a durable commit. What differs between SQLite and PostgreSQL
//! lives in [`db`], [`types`] and the `dialect` functions of the files that need them.

pub mod agenda;
pub mod attempts;
mod bound;
pub mod checks;
pub mod contents;
#[expect(missing_docs, reason = "deriving the connection makes public types that cannot be documented")]
pub mod db;
pub mod decisions;
pub mod destructions;
mod disclose;
pub mod dump;
pub mod emergencies;
mod error;
pub mod factors;
pub mod idempotency;
pub mod identities;
pub mod joinings;
pub mod keys;
pub mod log;
pub mod machines;
pub mod members;
mod migrate;
pub mod open_work;
#[cfg(test)]
mod plans;
mod pool;
pub mod renewals;
pub mod rows;
mod schema;
pub mod sessions;
pub mod signals;
mod tx;
pub mod types;
pub mod weighings;
mod writer;
mod written;

pub use disclose::{CONTENTS, Closed, Disclosed, field_address};
pub use error::StoreError;
pub use migrate::{Migrations, migrate_down, migrate_to, migrate_up, migration_state, migrations_applied};
pub use tx::{Refused, Trace, Tx, Written};

use crate::policy::OpContext;
use crate::vault::entropy::OsEntropy;
use crossbeam_channel::{Sender, TrySendError};
use db::{Address, Db, Use};
use std::sync::Arc;
use tokio::sync::oneshot;
use writer::{Audit, Job, Landed, Writer};

/// How a use case fails: the store must find its own error in it, and what the log should say of it.
pub trait Failure: From<StoreError> + Send + 'static {
    /// The store's error, when that is what it is.
    fn store_error(&self) -> Option<&StoreError>;
    /// The trace a refusal leaves after its savepoint is gone; `None` for mistakes in a form.
    fn refused(&self) -> Option<Refused>;
    /// Told when that trace was written: nobody needs to write it again.
    fn written(&mut self);
}

impl Failure for StoreError {
    fn store_error(&self) -> Option<&StoreError> {
        Some(self)
    }
    fn refused(&self) -> Option<Refused> {
        None
    }
    fn written(&mut self) {}
}

/// Proof that a write and its audit events are committed. Only the writer makes one.
#[derive(Debug, Clone, Copy)]
pub struct CommitToken {
    last_event: Option<u64>,
}

impl CommitToken {
    /// Place in the log of the last event of this write, from 0.
    #[must_use]
    pub fn event_index(&self) -> Option<u64> {
        self.last_event
    }
}

/// The result of a committed write.
#[derive(Debug)]
pub struct Committed<T> {
    /// What the closure returned.
    pub value: T,
    /// Proof of the commit.
    pub token: CommitToken,
}

/// How the store is opened.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// Where the data lives.
    pub address: Address,
    /// How many writes may wait; more get [`StoreError::Busy`].
    pub queue: usize,
    /// How many connections read.
    pub readers: u32,
}

impl StoreOptions {
    /// The usual sizes for one machine.
    #[must_use]
    pub fn at(address: Address) -> Self {
        Self { address, queue: 4096, readers: 4 }
    }
}

/// The door to the database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    queue: Sender<Box<dyn Job>>,
    readers: diesel::r2d2::Pool<pool::Readers>,
    address: Arc<Address>,
    _writer: Arc<WriterThread>,
}

/// Ends the writer when the last store goes: what was queued is written first. Waiting for it also keeps a short command
/// from ending the process while libpq still closes a connection, which crashes in the libraries' own farewell.
struct WriterThread(Option<std::thread::JoinHandle<()>>);

impl Drop for WriterThread {
    fn drop(&mut self) {
        // Every store lets go of its end of the queue before it gets here, so the writer is at its end too.
        if let Some(thread) = self.0.take()
            && thread.thread().id() != std::thread::current().id()
        {
            drop(thread.join());
        }
    }
}

impl Store {
    /// Opens the database and starts its writer.
    ///
    /// # Errors
    /// When the database cannot be reached, or its tables are not those of this version.
    pub fn open(options: &StoreOptions) -> Result<Self, StoreError> {
        let mut connection = Db::open(&options.address, Use::Write)?;
        migrate::check(&mut connection)?;
        connection.assure_writable()?;
        // A destruction may have been committed just before the machine went down.
        if matches!(options.address, Address::Sqlite(_))
            && let Err(error) = connection.forget()
        {
            tracing::warn!("the write-ahead log could not be emptied: {error}");
        }
        let (sender, receiver) = crossbeam_channel::bounded(options.queue);
        let writer = Writer::new(options.address.clone(), receiver, connection, Box::new(OsEntropy));
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || writer.run())
            .map_err(|e| StoreError::Unavailable(e.to_string()))?;
        Ok(Self {
            queue: sender,
            readers: pool::Readers::pool(options.address.clone(), options.readers),
            address: Arc::new(options.address.clone()),
            _writer: Arc::new(WriterThread(Some(thread))),
        })
    }

    /// Where the data lives.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Reads. Blocks: async functions use [`Store::look`].
    ///
    /// # Errors
    /// Whatever the closure returns, or [`StoreError::Unavailable`].
    pub fn read<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
        read_with(&self.readers, f)
    }

    /// The same for callers that may not block: on a thread of its own. With the database away a reading waits for
    /// seconds, in which a worker that blocks answers nobody.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn look<T, E, F>(&self, f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Db) -> Result<T, E> + Send + 'static,
    {
        let readers = self.readers.clone();
        let reading = tokio::task::spawn_blocking(move || read_with(&readers, f));
        reading.await.unwrap_or_else(|_| Err(StoreError::Panicked("reading").into()))
    }

    /// Writes: queues the closure and waits for its batch to be committed. The closure may run more than once and must
    /// have no effect outside the transaction.
    ///
    /// # Errors
    /// Whatever the closure returns; [`StoreError::Busy`] when the queue is full; any store error of the batch.
    pub async fn write<T, E, F>(&self, op: &OpContext, name: &'static str, f: F) -> Result<Committed<T>, E>
    where
        T: Send + 'static,
        E: Failure,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let answer = self.enqueue(op, name, Audit::Required, f)?;
        answer.await.unwrap_or_else(|_| Err(StoreError::Unknown.into()))
    }

    /// The same for threads that may block: commands and jobs.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write_blocking<T, E, F>(&self, op: &OpContext, name: &'static str, f: F) -> Result<Committed<T>, E>
    where
        T: Send + 'static,
        E: Failure,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let answer = self.enqueue(op, name, Audit::Required, f)?;
        answer.blocking_recv().unwrap_or_else(|_| Err(StoreError::Unknown.into()))
    }

    /// A write that means nothing by itself and leaves no event: a session's last-seen time, expired rows.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn tend<F>(&self, op: &OpContext, name: &'static str, f: F) -> Result<(), StoreError>
    where
        F: Fn(&mut Tx<'_>) -> Result<(), StoreError> + Send + 'static,
    {
        let answer = self.enqueue(op, name, Audit::Upkeep, f)?;
        answer.await.unwrap_or(Err(StoreError::Unknown)).map(|_| ())
    }

    /// The same for threads that may block, when the attempt itself may be refused: then the log has that.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn tend_blocking<E, F>(&self, op: &OpContext, name: &'static str, f: F) -> Result<(), E>
    where
        E: Failure,
        F: Fn(&mut Tx<'_>) -> Result<(), E> + Send + 'static,
    {
        let answer = self.enqueue(op, name, Audit::Upkeep, f)?;
        answer.blocking_recv().unwrap_or_else(|_| Err(StoreError::Unknown.into())).map(|_| ())
    }

    fn enqueue<T, E, F>(&self, op: &OpContext, name: &'static str, audit: Audit, f: F) -> Result<Answer<T, E>, E>
    where
        T: Send + 'static,
        E: Failure,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Write { name, audit, op: op.clone(), f, result: None, reply };
        match self.queue.try_send(Box::new(job)) {
            Ok(()) => Ok(answer),
            Err(TrySendError::Full(_)) => Err(StoreError::Busy.into()),
            Err(TrySendError::Disconnected(_)) => {
                Err(StoreError::Unavailable("the writer has ended".to_owned()).into())
            }
        }
    }

    /// Pushes what was destroyed out of the live files: see [`Db::forget`]. Blocks; on a connection of its own, because
    /// it may not run inside the writer's transaction.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when somebody reads for too long; trying again later helps.
    pub fn forget(&self) -> Result<(), StoreError> {
        Db::open(&self.address, Use::Write)?.forget()
    }

    /// Lets go of the database; the last store to do so waits until what was queued is written and the writer's
    /// connection is closed. That is what dropping it does: a name for where it matters.
    pub fn close(self) {
        drop(self);
    }
}

fn read_with<T, E: From<StoreError>>(
    readers: &diesel::r2d2::Pool<pool::Readers>,
    f: impl FnOnce(&mut Db) -> Result<T, E>,
) -> Result<T, E> {
    let mut connection = readers.get().map_err(|e| StoreError::Unavailable(e.to_string()))?;
    f(&mut connection)
}

type Answer<T, E> = oneshot::Receiver<Result<Committed<T>, E>>;

struct Write<T, E, F> {
    name: &'static str,
    audit: Audit,
    op: OpContext,
    f: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<Committed<T>, E>>,
}

impl<T, E, F> Job for Write<T, E, F>
where
    T: Send + 'static,
    E: Failure,
    F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
{
    fn name(&self) -> &'static str {
        self.name
    }
    fn audit(&self) -> Audit {
        self.audit
    }
    fn op(&self) -> &OpContext {
        &self.op
    }
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let result = (self.f)(tx);
        let good = result.is_ok();
        self.result = Some(result);
        good
    }
    fn store_error(&self) -> Option<StoreError> {
        self.result.as_ref()?.as_ref().err()?.store_error().cloned()
    }
    fn refused(&self) -> Option<Refused> {
        self.result.as_ref()?.as_ref().err()?.refused()
    }
    fn refusal_written(&mut self) {
        if let Some(Err(error)) = &mut self.result {
            error.written();
        }
    }
    fn fail(&mut self, error: StoreError) {
        self.result = Some(Err(error.into()));
    }
    fn answer(self: Box<Self>, landed: Landed) {
        let token = CommitToken { last_event: landed.last_event };
        let result = self.result.unwrap_or_else(|| Err(StoreError::Unknown.into()));
        // Nobody waits any more when the client went away: the write stands all the same.
        drop(self.reply.send(result.map(|value| Committed { value, token })));
    }
}
