//! Whose copy is the last one that can still be opened.

use super::disable;
use crate::steps::exclusion::{exclude, with_third};
use crate::support::app::TestApp;
use crate::support::raw::Raw;
use crate::support::road::{REPORT, follow_up_from_intake, member_id, received, session};

#[test]
fn of_a_circle_of_two_the_second_who_leaves_keeps_the_copy_when_the_first_came_back_with_nothing() {
    for other in ["reads on", "lost the password"] {
        let app = TestApp::start();
        with_third(&app);
        let id = received(&app, &[("tekst", REPORT)]);
        follow_up_from_intake(&app, id, "riec");
        assert_eq!(exclude(&app, id, &format!("lid:{}", member_id(&app, "joost"))), 303);
        let key = session(&app, "wouter").1.actor.key.uuid().simple().to_string();
        if other == "lost the password" {
            let (op, _) = session(&app, "wouter");
            app.app.access_restore(&op, member_id(&app, "mirte")).unwrap();
        }
        let mut raw = Raw::open(&app.database);
        let held =
            format!("holder = {} AND subject IN (SELECT key_id FROM records WHERE kind = 'report')", raw.id(&key));
        assert_eq!(raw.rows_where("sealed_keys", &held).len(), 1, "{other}");
        disable(&app, "wouter");
        let left = raw.rows_where("sealed_keys", &held).len();
        assert_eq!(left, usize::from(other == "lost the password"), "{other}");
    }
}

#[test]
fn a_copy_that_only_a_melder_opens_besides_is_the_last_one_of_the_house() {
    let app = TestApp::start();
    with_third(&app);
    let id = received(&app, &[("tekst", REPORT)]);
    follow_up_from_intake(&app, id, "riec");
    assert_eq!(exclude(&app, id, &format!("lid:{}", member_id(&app, "joost"))), 303);
    let own = ["mirte", "wouter"].map(|login| session(&app, login).1.actor.key.uuid().simple().to_string());
    let mut raw = Raw::open(&app.database);
    let [mirte, wouter] = own.map(|key| raw.id(&key));
    let report = "subject IN (SELECT key_id FROM records WHERE kind = 'report')";
    let fresh = raw.id("00000000000040008000000000000007");
    // As a copy lies under a key that is no member's and no group's.
    raw.run(&format!("UPDATE sealed_keys SET holder = {fresh} WHERE holder = {mirte} AND {report}"));
    disable(&app, "wouter");
    assert_eq!(raw.rows_where("sealed_keys", &format!("holder = {wouter} AND {report}")).len(), 1);
}
