//! A database per test, copied from one template per process.

use meldroute::store::db::{Address, Db, Use};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// Where this process keeps its databases.
pub enum Place {
    Sqlite(tempfile::TempDir),
    Postgres { url: String, prefix: String },
}

impl Place {
    pub fn choose() -> Self {
        match std::env::var("TEST_DATABASE_URL") {
            Ok(url) => {
                let nanos = std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos();
                Self::Postgres { url, prefix: format!("it_{}_{nanos}", std::process::id()) }
            }
            Err(_) => Self::Sqlite(tempfile::tempdir().unwrap()),
        }
    }

    /// The address of the template.
    pub fn template(&self) -> Address {
        match self {
            Self::Sqlite(folder) => Address::Sqlite(folder.path().join("template.sqlite")),
            Self::Postgres { url, prefix } => {
                let name = format!("{prefix}_template");
                admin(url, &format!("CREATE DATABASE {name}"));
                Address::Postgres { url: with_database(url, &name), schema: None }
            }
        }
    }

    /// A database without anything in it.
    pub fn empty(&self) -> (Address, Keep) {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        match self {
            Self::Sqlite(folder) => {
                let own = folder.path().join(format!("app-{number}"));
                std::fs::create_dir(&own).unwrap();
                (Address::Sqlite(own.join("meldroute.sqlite")), Keep::Folder(own))
            }
            Self::Postgres { url, prefix } => {
                let name = format!("{prefix}_{number}");
                admin(url, &format!("CREATE DATABASE {name}"));
                let address = Address::Postgres { url: with_database(url, &name), schema: None };
                (address, Keep::Database { url: url.clone(), name })
            }
        }
    }

    /// A fresh copy of the template, and what keeps it alive.
    pub fn copy(&self) -> (Address, Keep) {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        match self {
            Self::Sqlite(folder) => {
                let own = folder.path().join(format!("app-{number}"));
                std::fs::create_dir(&own).unwrap();
                let file = own.join("meldroute.sqlite");
                std::fs::copy(folder.path().join("template.sqlite"), &file).unwrap();
                (Address::Sqlite(file), Keep::Folder(own))
            }
            Self::Postgres { url, prefix } => {
                let name = format!("{prefix}_{number}");
                admin(url, &format!("CREATE DATABASE {name} TEMPLATE {prefix}_template"));
                let address = Address::Postgres { url: with_database(url, &name), schema: None };
                (address, Keep::Database { url: url.clone(), name })
            }
        }
    }
}

/// Removes the database when the test is over.
pub enum Keep {
    Folder(PathBuf),
    Database { url: String, name: String },
}

impl Keep {
    /// The folder of an SQLite database.
    pub fn folder(&self) -> Option<&Path> {
        if let Self::Folder(folder) = self { Some(folder) } else { None }
    }
}

impl Drop for Keep {
    fn drop(&mut self) {
        match self {
            Self::Folder(folder) => drop(std::fs::remove_dir_all(folder)),
            Self::Database { url, name } => admin(url, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")),
        }
    }
}

/// Runs one statement. Copying a template is refused while another copy runs, so it is tried again.
fn admin(url: &str, statement: &str) {
    use diesel::connection::SimpleConnection;
    let address = Address::Postgres { url: url.to_owned(), schema: None };
    let mut last = String::new();
    for _ in 0..200 {
        let mut db = Db::open(&address, Use::Write).unwrap();
        let Db::Pg(connection) = &mut db else { panic!("TEST_DATABASE_URL is not PostgreSQL") };
        match connection.batch_execute(statement) {
            Ok(()) => return,
            Err(error) => last = error.to_string(),
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("{statement}: {last}");
}

/// The same server, another database: `postgres://user:pw@/NAME?host=..`.
fn with_database(url: &str, name: &str) -> String {
    let (front, rest) = url.split_once("@/").expect("a URL with a socket host");
    let query = rest.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
    format!("{front}@/{name}{query}")
}
