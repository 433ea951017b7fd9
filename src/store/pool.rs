//! A small pool of readers. The database itself refuses their writes.

use super::db::{Address, Db, Use};
use super::error::StoreError;
use diesel::connection::SimpleConnection;
use diesel::r2d2::{self, ManageConnection};

pub(super) struct Readers {
    address: Address,
}

impl Readers {
    /// Opens its connections as they are needed: a database that is away at start is found by the first read. None is
    /// opened ahead of need: a command that ends meanwhile would take libpq down in the middle of it.
    pub(super) fn pool(address: Address, size: u32) -> r2d2::Pool<Self> {
        r2d2::Pool::builder()
            .max_size(size)
            .min_idle(Some(0))
            .connection_timeout(std::time::Duration::from_secs(5))
            .error_handler(Box::new(r2d2::NopErrorHandler))
            .build_unchecked(Self { address })
    }
}

impl ManageConnection for Readers {
    type Connection = Db;
    type Error = StoreError;

    fn connect(&self) -> Result<Db, StoreError> {
        Db::open(&self.address, Use::Read)
    }

    fn is_valid(&self, db: &mut Db) -> Result<(), StoreError> {
        match db {
            // SQLite connections do not go away by themselves; PostgreSQL's do when the server restarts.
            Db::Sqlite(_) => Ok(()),
            Db::Pg(c) => Ok(c.batch_execute("SELECT 1")?),
        }
    }

    fn has_broken(&self, _: &mut Db) -> bool {
        std::thread::panicking()
    }
}
