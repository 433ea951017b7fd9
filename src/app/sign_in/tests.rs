use super::*;
use crate::app::setup::{Invitation, RoleGiven, Standing};
use crate::app::{AppParts, KeyFiles, SecondFactor, SessionTerms, SignInTerms};
use crate::domain::protocol::Protocol;
use crate::domain::role::{Role, Seat};
use crate::domain::time::SystemClock;
use crate::ledger::note::LedgerKey;
use crate::store::db::{Address, Db, Use};
use crate::store::{Store, StoreOptions, migrate_up};
use crate::vault::password::KdfCost;
use crate::vault::password::tests::argon2_runs;
use crate::vault::session::ServerKey;
use crate::vault::{OsEntropy, Signer, recovery};
use std::sync::Arc;

const PASSWORD: &str = "een lange zin als wachtwoord";

fn app_in(folder: &std::path::Path) -> App {
    let address = Address::Sqlite(folder.join("meldroute.sqlite"));
    migrate_up(&mut Db::open(&address, Use::Create).unwrap()).unwrap();
    let setup = Signer::generate(&mut OsEntropy).unwrap();
    let keys = KeyFiles {
        server: ServerKey::random(&mut OsEntropy).unwrap(),
        ledger: LedgerKey::from_seed("meldroute.test/logboek", &[7; 32]).unwrap(),
        setup_public: setup.verify_key(),
        setup: Some(setup),
    };
    App::new(AppParts {
        store: Store::open(&StoreOptions::at(address)).unwrap(),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(|| Box::new(OsEntropy)),
        protocol: Protocol::bundled().unwrap(),
        setup_fingerprint: keys.setup_public.fingerprint(),
        keys,
        kdf_cost: KdfCost::for_tests(),
        sessions: SessionTerms { idle_seconds: 900, absolute_seconds: 8 * 3600 },
        sign_in: SignInTerms { second_factor: SecondFactor::Off, longest_wait_seconds: 900 },
        emergency: None,
        destroyed: None,
    })
}

/// Who hears after how long tells who works here, unless every try does the same work. Counted, since no clock is exact
/// enough to say it.
#[test]
fn every_try_of_a_password_runs_argon2_once_whoever_it_is_of() {
    let folder = tempfile::tempdir().unwrap();
    let app = app_in(folder.path());
    let op = app.as_operator("test").unwrap();
    app.setup_begin(&op, recovery::make(&mut OsEntropy).unwrap().0).unwrap();
    let person = |login: &str| Invitation {
        login: login.to_owned(),
        name: "Iemand Proef".to_owned(),
        roles: vec![RoleGiven {
            role: Role::Coordinator,
            seat: Seat::Holder,
            source: String::new(),
            dates: crate::domain::role::RoleDates::default(),
        }],
    };
    let codes = app.invite(&op, &[person("mirte"), person("noor")], Standing::Ceremony).unwrap();
    let anonymous = || app.as_anonymous().unwrap();
    let mirte = codes.iter().find(|code| code.login == "mirte").unwrap();
    app.enrol(&anonymous(), "mirte", mirte.code.expose(), PASSWORD).unwrap();
    for (login, password, comes_in) in [
        ("mirte", PASSWORD, true),
        ("mirte", "een andere zin dan de mijne", false),
        ("niemand", PASSWORD, false),
        // Invited, and without a password yet.
        ("noor", PASSWORD, false),
        ("mir\0te", PASSWORD, false),
        ("", PASSWORD, false),
    ] {
        let before = argon2_runs();
        let entered = app.sign_in(&anonymous(), login, password, SessionKind::Web);
        assert_eq!(entered.is_ok(), comes_in, "{login:?}");
        assert_eq!(argon2_runs() - before, 1, "{login:?}");
    }
}
