//! An installation to measure, set up as a real one: configuration, key files, a database, people with a password that
//! costs what it costs; and its server on a free port of this machine.

use crate::conditions::cores;
use diesel::connection::SimpleConnection as _;
use meldroute::app::App;
use meldroute::app::setup::{Invitation, RoleGiven, Standing};
use meldroute::app::sign_in::SessionKind;
use meldroute::config::{Config, open, store_options};
use meldroute::domain::role::{Role, Seat};
use meldroute::policy::OpContext;
use meldroute::store::db::{Address, Db, Use};
use meldroute::store::migrate_up;
use meldroute::vault::{OsEntropy, recovery};
use meldroute::web::guard;
use meldroute::web::server::{Sides, start};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

pub(crate) const PASSWORD: &str = "een lange zin als wachtwoord";

/// Login, role and seat of whoever is needed to open every road.
const PEOPLE: [(&str, Role, Seat); 7] = [
    ("mirte", Role::Coordinator, Seat::Holder),
    ("joost", Role::Coordinator, Seat::Deputy),
    ("sanne", Role::Jurist, Seat::Holder),
    ("nadia", Role::PrivacyOfficer, Seat::Holder),
    ("ivo", Role::IntegrityContact, Seat::Holder),
    ("ilse", Role::IntegrityContact, Seat::Deputy),
    ("tamar", Role::TraffickingContact, Seat::Holder),
];

/// An application with its server. Its folder and database outlive it.
pub(crate) struct Installation {
    pub(crate) app: App,
    /// Where the server listens.
    pub(crate) address: SocketAddr,
    /// Where the data lives.
    pub(crate) database: Address,
    server: Option<(actix_web::dev::ServerHandle, std::thread::JoinHandle<()>)>,
}

/// Somebody signed in.
pub(crate) struct Visitor {
    /// What the browser sends along.
    pub(crate) cookie: String,
    /// The context of their acts.
    pub(crate) op: OpContext,
}

/// Where an installation's own settings stand.
pub(crate) fn settings(folder: &Path) -> PathBuf {
    folder.join("meldroute.toml")
}

/// Writes the settings and makes the keys: a real installation on a free port, with everything else as it is delivered.
fn configure(folder: &Path, postgres_url: Option<&str>) -> Config {
    std::fs::create_dir(folder).unwrap();
    let mut database = "[database]\nsqlite = \"meldroute.sqlite\"\n".to_owned();
    if let Some(url) = postgres_url {
        std::fs::write(folder.join("database.url"), url).unwrap();
        database.push_str("postgres_url_file = \"database.url\"\n");
    }
    let listen = format!("[listen]\npublic = \"127.0.0.1:0\"\nstaff = \"127.0.0.1:0\"\nworkers = {}\n", cores());
    // One factor: signing in is measured beside one bare Argon2id.
    let text = format!(
        "mode = \"live\"\n{database}{listen}[log]\nlevel = \"warn\"\n[sign_in]\nsecond_factor = \"off\"\n[keys]\nfolder = \"keys\"\n"
    );
    let draft = Config::parse(&text, folder).unwrap_or_else(|error| panic!("{error}"));
    let fingerprint = draft.key_folder().create(&mut OsEntropy).unwrap_or_else(|error| panic!("{error}"));
    let text = format!("{text}setup_fingerprint = \"{}\"\n", data_encoding::HEXLOWER.encode(&fingerprint));
    std::fs::write(settings(folder), text).unwrap();
    Config::load(&settings(folder)).unwrap_or_else(|error| panic!("{error}"))
}

impl Installation {
    /// A fresh municipality in which everybody has signed in once and nothing was reported yet.
    pub(crate) fn fresh(folder: &Path, postgres_url: Option<&str>) -> Self {
        let config = configure(folder, postgres_url);
        let database = store_options(&config).unwrap_or_else(|error| panic!("{error}")).address;
        migrate_up(&mut Db::open(&database, Use::Create).unwrap()).unwrap();
        let (app, web) = open(&config).unwrap_or_else(|error| panic!("{error}"));
        let op = app.as_operator("bench").unwrap();
        let (public, _) = recovery::make(&mut OsEntropy).unwrap();
        app.setup_begin(&op, public).unwrap();
        let people = PEOPLE.map(|(login, role, seat)| Invitation {
            login: login.to_owned(),
            name: login.to_owned(),
            roles: vec![RoleGiven {
                role,
                seat,
                source: String::new(),
                dates: meldroute::domain::role::RoleDates::default(),
            }],
        });
        for code in app.invite(&op, &people, Standing::Ceremony).unwrap() {
            app.enrol(&app.as_anonymous().unwrap(), &code.login, code.code.expose(), PASSWORD).unwrap();
        }
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, receiver) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = start(web, vec![(listener, Sides::Both)], cores()).unwrap().remove(0);
                sender.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        let handle = receiver.recv().unwrap();
        Self { app, address, database, server: Some((handle, thread)) }
    }

    /// Signs somebody in.
    pub(crate) fn visitor(&self, login: &str) -> Visitor {
        let op = self.app.as_anonymous().unwrap();
        let (token, session) = self.app.sign_in(&op, login, PASSWORD, SessionKind::Web).unwrap();
        let cookie = format!("{}={}", guard::COOKIE, token.printable().expose());
        Visitor { cookie, op: self.app.as_member(session.actor).unwrap() }
    }

    /// Whether this runs on PostgreSQL, in words.
    pub(crate) fn on(&self) -> &'static str {
        match self.database {
            Address::Sqlite(_) => "SQLite",
            Address::Postgres { .. } => "PostgreSQL",
        }
    }

    /// Number of entries in the log.
    pub(crate) fn entries(&self) -> u64 {
        self.app.store().read(meldroute::store::log::log_tip).unwrap().0
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        if let Some((handle, thread)) = self.server.take() {
            drop(handle.stop(false));
            drop(thread.join());
        }
        self.app.store().clone().close();
    }
}

/// A database of its own on the server behind a `postgres://user:pw@/NAME?host=..`.
pub(crate) fn postgres(url: &str, name: &str) -> String {
    admin(url, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    admin(url, &format!("CREATE DATABASE {name}"));
    let (front, rest) = url.split_once("@/").expect("TEST_DATABASE_URL with a socket host");
    let query = rest.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
    format!("{front}@/{name}{query}")
}

fn admin(url: &str, statement: &str) {
    let address = Address::Postgres { url: url.to_owned(), schema: None };
    let Db::Pg(mut connection) = Db::open(&address, Use::Write).unwrap() else { unreachable!() };
    connection.batch_execute(statement).unwrap();
}
