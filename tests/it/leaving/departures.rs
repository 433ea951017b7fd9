//! What a request costs after many have left.

use super::{coordinators, disable, events};
use crate::support::app::TestApp;
use crate::support::people::PASSWORD;
use crate::support::queries;
use crate::support::raw::Raw;
use crate::support::road::{REPORT, received, session};
use meldroute::app::setup::{Invitation, RoleGiven, Standing};
use meldroute::domain::role::{Role, RoleDates, Seat};

/// One more coordinator comes, and leaves; what they knew is sealed again and let go.
fn comes_and_goes(app: &TestApp, login: &str) {
    let person = Invitation {
        login: login.to_owned(),
        name: format!("{login} Proef"),
        roles: vec![RoleGiven {
            role: Role::Coordinator,
            seat: Seat::Deputy,
            source: String::new(),
            dates: RoleDates::default(),
        }],
    };
    for code in app.app.invite(&app.app.as_operator("test").unwrap(), &[person], Standing::Ceremony).unwrap() {
        app.app.enrol(&app.app.as_anonymous().unwrap(), &code.login, code.code.expose(), PASSWORD).unwrap();
    }
    let mirte = session(app, "mirte").1;
    disable(app, login);
    app.app.keep_up(&mirte).unwrap();
    app.app.keep_up(&mirte).unwrap();
}

#[test]
fn a_request_asks_the_database_no_more_after_many_departures_than_after_one() {
    queries::count();
    let app = TestApp::start();
    received(&app, &[("tekst", REPORT)]);
    let cost = || {
        let mirte = session(&app, "mirte").1;
        queries::asked_by(|| app.app.keep_up(&mirte).unwrap())
    };
    comes_and_goes(&app, "een");
    let after_one = cost();
    for login in ["twee", "drie", "vier"] {
        comes_and_goes(&app, login);
    }
    assert_eq!((coordinators(&app).1, events(&app, "key.let_go")), (5, 4));
    assert!(after_one > 0, "the questions are counted");
    assert_eq!(cost(), after_one);
}

#[test]
fn whoever_does_not_hold_the_key_that_is_to_be_followed_does_not_try_at_each_request() {
    queries::count();
    let app = TestApp::start();
    let mirte = session(&app, "mirte").1;
    let whole = queries::asked_by(|| app.app.keep_up(&mirte).unwrap());
    let mut raw = Raw::open(&app.database);
    let key = raw.id(&mirte.actor.key.uuid().simple().to_string());
    raw.run(&format!("DELETE FROM sealed_keys WHERE holder = {key} AND subject_kind = 'group'"));
    disable(&app, "joost");
    app.app.keep_up(&mirte).unwrap();
    let without = queries::asked_by(|| app.app.keep_up(&mirte).unwrap());
    assert!(without < 2 * whole, "{without} questions where {whole} do without anybody leaving");
    assert_eq!(coordinators(&app).1, 1, "nobody made a key");
}
