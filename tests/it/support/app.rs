//! The application under test: real keys, a real database, a real server on a free port.

use super::client::Client;
use super::database::{Keep, Place};
use super::people::{PASSWORD, invitations};
use super::served::Installation;
use meldroute::app::backup::destroyed::DestroyedList;
use meldroute::app::setup::Standing;
use meldroute::app::sign_in::SessionKind;
use meldroute::app::{App, AppParts, KeyFiles, SecondFactor, SessionTerms, SignInTerms};
use meldroute::domain::emergency::{EmergencyTerms, OfficeHours};
use meldroute::domain::protocol::Protocol;
use meldroute::domain::role::Role;
use meldroute::domain::time::{FixedClock, Moment};
use meldroute::ledger::note::LedgerKey;
use meldroute::store::db::{Address, Db, Use};
use meldroute::store::{Store, StoreOptions, migrate_up};
use meldroute::vault::recovery::{self, RecoveryShare};
use meldroute::vault::{Entropy, KdfCost, Key32, OsEntropy, ServerKey, Signer};
use meldroute::web::api::{ApiOptions, StaffApi};
use meldroute::web::server::{Sides, start};
use meldroute::web::views::{Link, Mode, Phone, Site, WorkNetwork};
use meldroute::web::{Web, assets};
use std::net::TcpListener;
use std::sync::{Arc, OnceLock};

/// Tuesday 24 November 2026, 09:00 in Amsterdam.
pub const START: &str = "2026-11-24T08:00:00Z";

/// The seeds of one installation, shared by all tests of a process.
pub struct Seeds {
    server: [u8; 32],
    ledger: [u8; 32],
    setup: [u8; 32],
}

impl Seeds {
    fn random() -> Self {
        let draw = || {
            let mut bytes = [0; 32];
            OsEntropy.fill(&mut bytes).unwrap();
            bytes
        };
        Self { server: draw(), ledger: draw(), setup: draw() }
    }

    /// The key files as they are written: name and bytes.
    pub fn written(&self) -> [(&'static str, [u8; 32]); 4] {
        let public = self.files().setup_public.0;
        [("server.key", self.server), ("ledger.key", self.ledger), ("setup.key", self.setup), ("setup.pub", public)]
    }

    /// The key files made from them.
    pub fn files(&self) -> KeyFiles {
        let setup = Signer::from_key(Key32::copy_of(&self.setup));
        KeyFiles {
            server: ServerKey::from_key(Key32::copy_of(&self.server)),
            ledger: LedgerKey::from_seed("meldroute.test/logboek", &self.ledger).unwrap(),
            setup_public: setup.verify_key(),
            setup: Some(setup),
        }
    }
}

/// A municipality that is set up, to be copied for each test.
pub struct Template {
    pub place: &'static Place,
    pub seeds: Seeds,
    pub(super) shares: [String; 3],
}

/// Where this process keeps its databases.
pub fn place() -> &'static Place {
    static PLACE: OnceLock<Place> = OnceLock::new();
    PLACE.get_or_init(Place::choose)
}

/// The municipality of this process.
pub fn template() -> &'static Template {
    static TEMPLATE: OnceLock<Template> = OnceLock::new();
    TEMPLATE.get_or_init(|| Template::make(place()))
}

impl Template {
    /// Sets a municipality up at this place.
    pub fn make(place: &'static Place) -> Self {
        let seeds = Seeds::random();
        let address = place.template();
        migrate_up(&mut Db::open(&address, Use::Create).unwrap()).unwrap();
        let app = app_on(&StoreOptions::at(address.clone()), seeds.files(), clock(), SecondFactor::Off, None, None);
        let op = app.as_operator("test").unwrap();
        let (public, shares) = recovery::make(&mut OsEntropy).unwrap();
        app.setup_begin(&op, public).unwrap();
        for code in app.invite(&op, &invitations(), Standing::Ceremony).unwrap() {
            app.enrol(&app.as_anonymous().unwrap(), &code.login, code.code.expose(), PASSWORD).unwrap();
        }
        // Whoever holds a group's key gives it to those who came after.
        for login in ["mirte", "sanne", "nadia", "ivo", "tamar"] {
            app.sign_in(&app.as_anonymous().unwrap(), login, PASSWORD, SessionKind::Web).unwrap();
        }
        let shares = shares.map(|share: RecoveryShare| share.printed().expose().clone());
        let store = app.store().clone();
        drop(app);
        store.close();
        if let Address::Sqlite(path) = &address {
            fold_wal(path);
        }
        Self { place, seeds, shares }
    }
}

/// Copies of a file database must not miss what still lies in its write-ahead log.
fn fold_wal(path: &std::path::Path) {
    use diesel::connection::SimpleConnection;
    let mut db = Db::open(&Address::Sqlite(path.to_owned()), Use::Write).unwrap();
    if let Db::Sqlite(connection) = &mut db {
        connection.batch_execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;").unwrap();
    }
}

fn clock() -> Arc<FixedClock> {
    Arc::new(FixedClock::at(START.parse::<Moment>().unwrap()))
}

fn app_on(
    options: &StoreOptions,
    keys: KeyFiles,
    clock: Arc<FixedClock>,
    second_factor: SecondFactor,
    emergency: Option<EmergencyTerms>,
    destroyed: Option<DestroyedList>,
) -> App {
    App::new(AppParts {
        store: Store::open(options).unwrap(),
        clock,
        entropy: Arc::new(|| Box::new(OsEntropy)),
        protocol: Protocol::bundled().unwrap(),
        setup_fingerprint: keys.setup_public.fingerprint(),
        keys,
        kdf_cost: KdfCost::for_tests(),
        sessions: SessionTerms { idle_seconds: 900, absolute_seconds: 8 * 3600 },
        sign_in: SignInTerms { second_factor, longest_wait_seconds: 900 },
        emergency,
        destroyed,
    })
}

/// The site of the test municipality.
pub fn site() -> Site {
    Site {
        gemeente: "Proefstad".to_owned(),
        product: "Meldroute".to_owned(),
        staff_product: "Interne meldroute".to_owned(),
        mode: Mode::Live,
        assets: assets::base().to_owned(),
        emergency: Phone::new("112"),
        police: Phone::new("0900-8844"),
        anonymous_line: Phone::new("0800-7000"),
        anonymous_site: Link::new("meldmisdaadanoniem.nl", "https://www.meldmisdaadanoniem.nl"),
        coordinator: Phone::new("0000-000000"),
        coordinator_page: "/melden".to_owned(),
        aggression_protocol: "/melden".to_owned(),
        work_network: WorkNetwork::SeesVisits,
        read_within: "7 dagen".to_owned(),
        answer_within: "3 maanden".to_owned(),
        follow_after_closing: "drie maanden".to_owned(),
        idle_minutes: 15,
        public_links: Vec::new(),
        staff_links: Vec::new(),
    }
}

/// What a test's server opens.
#[derive(Clone, Copy)]
pub struct Opens {
    pub sides: Sides,
    pub staff_api: StaffApi,
    pub second_factor: SecondFactor,
    pub emergency: Option<EmergencyTerms>,
}

/// Everything, for whoever has a password.
pub const EVERYTHING: Opens =
    Opens { sides: Sides::Both, staff_api: StaffApi::On, second_factor: SecondFactor::Off, emergency: None };

/// Out of hours, from 18.00 to 8.00 and in weekends, a jurist opens one signal for an hour.
pub fn emergency_terms() -> EmergencyTerms {
    EmergencyTerms::new(Role::Jurist, OfficeHours::new(8, 18).unwrap(), 60).unwrap()
}

/// The same where the office has closed already when tests begin.
pub fn emergency_by_day() -> EmergencyTerms {
    EmergencyTerms::new(Role::Jurist, OfficeHours::new(0, 8).unwrap(), 60).unwrap()
}

/// A running application with its database.
pub struct TestApp {
    /// The use cases, for what a test must see from inside.
    pub app: App,
    /// The clock, to be moved.
    pub clock: Arc<FixedClock>,
    /// Where the server listens: `http://127.0.0.1:PORT`.
    pub address: String,
    /// Where the data lives.
    pub database: Address,
    /// The three printed shares of the recovery key.
    pub shares: [String; 3],
    /// What it was copied from.
    pub template: &'static Template,
    opens: Opens,
    server: Option<(actix_web::dev::ServerHandle, std::thread::JoinHandle<()>)>,
    keep: Arc<Keep>,
}

impl TestApp {
    /// A fresh municipality in which everybody has signed in once and nothing was reported yet.
    pub fn start() -> Self {
        Self::start_with(|_| {})
    }

    /// The same after the ceremony: the set-up key was taken off the machine.
    pub fn without_setup_key() -> Self {
        let place = template();
        let (database, keep) = place.place.copy();
        let options = StoreOptions::at(database);
        Self::serve_with(
            place,
            options,
            clock(),
            Arc::new(keep),
            EVERYTHING,
            KeyFiles { setup: None, ..place.seeds.files() },
            None,
        )
    }

    /// The same with another front.
    pub fn opening(opens: Opens) -> Self {
        let place = template();
        let (database, keep) = place.place.copy();
        Self::serve(place, StoreOptions::at(database), clock(), Arc::new(keep), opens, None)
    }

    /// The same with a store opened in another way.
    pub fn start_with(change: impl FnOnce(&mut StoreOptions)) -> Self {
        Self::start_at(template(), change)
    }

    /// The same at another place.
    pub fn start_at(template: &'static Template, change: impl FnOnce(&mut StoreOptions)) -> Self {
        let (database, keep) = template.place.copy();
        let mut options = StoreOptions::at(database);
        change(&mut options);
        Self::serve(template, options, clock(), Arc::new(keep), EVERYTHING, None)
    }

    /// A second service on the same database, as a second process would be.
    pub fn beside(&self) -> Self {
        let options = StoreOptions::at(self.database.clone());
        Self::serve(self.template, options, self.clock.clone(), self.keep.clone(), self.opens, None)
    }

    /// The same with another front.
    pub fn beside_opening(&self, opens: Opens) -> Self {
        let options = StoreOptions::at(self.database.clone());
        Self::serve(self.template, options, self.clock.clone(), self.keep.clone(), opens, None)
    }

    /// The same on the database of an installation, for bringing it into a state in which the program itself starts.
    pub fn on(installation: &Installation) -> Self {
        let options = StoreOptions::at(installation.database.clone());
        let list = DestroyedList::at(&installation.destructions());
        Self::serve(installation.template, options, clock(), installation.keep.clone(), EVERYTHING, Some(list))
    }

    fn serve(
        template: &'static Template,
        options: StoreOptions,
        clock: Arc<FixedClock>,
        keep: Arc<Keep>,
        opens: Opens,
        destroyed: Option<DestroyedList>,
    ) -> Self {
        Self::serve_with(template, options, clock, keep, opens, template.seeds.files(), destroyed)
    }

    fn serve_with(
        template: &'static Template,
        options: StoreOptions,
        clock: Arc<FixedClock>,
        keep: Arc<Keep>,
        opens: Opens,
        keys: KeyFiles,
        destroyed: Option<DestroyedList>,
    ) -> Self {
        let app = app_on(&options, keys, clock.clone(), opens.second_factor, opens.emergency, destroyed);
        let database = options.address;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let web = Web {
            app: app.clone(),
            site: Arc::new(site()),
            leave_to: "https://www.rijksoverheid.nl".to_owned(),
            password_turns: Arc::new(tokio::sync::Semaphore::new(2)),
            api: ApiOptions { staff: opens.staff_api, ..ApiOptions::default() },
        };
        let (sender, receiver) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = start(web, vec![(listener, opens.sides)], 1).unwrap().remove(0);
                sender.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        let handle = receiver.recv().unwrap();
        let shares = template.shares.clone();
        Self { app, clock, address, database, shares, template, opens, server: Some((handle, thread)), keep }
    }

    /// Somebody at the public pages.
    pub fn anonymous(&self) -> Client {
        Client::new(&self.address)
    }

    /// A signed-in member, who came in as people do: through the sign-in page.
    pub fn member(&self, login: &str) -> Client {
        let mut client = self.anonymous();
        client.sign_in(login, PASSWORD);
        client
    }

    /// The folder with the SQLite files; `None` on PostgreSQL.
    pub fn folder(&self) -> Option<&std::path::Path> {
        self.keep.folder()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some((handle, thread)) = self.server.take() {
            drop(handle.stop(false));
            drop(thread.join());
        }
    }
}
