//! The recovery key on paper: two of the three printed shares open what every group holds.

use crate::joining::{agree, invitation, invited, let_in, waits};
use crate::support::app::TestApp;
use crate::support::raw::Raw;
use crate::support::road::{REPORT, received, session};
use meldroute::app::AppError;
use meldroute::app::joining::Proof;
use meldroute::app::trust::group_owner;
use meldroute::domain::ids::KeyId;
use meldroute::domain::role::{Group, Reach, Role};
use meldroute::store::contents::sealed_keys_of_subject;
use meldroute::vault::KeyRing;
use meldroute::vault::recovery::{RecoveryShare, combine};
use meldroute::vault::statement::Owner;

#[test]
fn two_printed_shares_open_the_key_of_every_group() {
    let app = TestApp::start();
    let share = |place: usize| RecoveryShare::parse(&app.shares[place]).unwrap();
    let trusted = app.app.trusted().unwrap();
    let recovery = trusted.current(&Owner::Recovery).unwrap().key_id;
    for (one, two) in [(0, 1), (1, 2), (2, 0)] {
        let ring = KeyRing::of(recovery, combine(&share(one), &share(two)).unwrap());
        for group in Group::ALL {
            let key = trusted.current(&group_owner(*group)).unwrap_or_else(|| panic!("{} has no key", group.label()));
            let copies = app.app.store().read(|db| sealed_keys_of_subject(db, KeyId::new(key.key_id))).unwrap();
            let copy = copies.iter().find(|copy| copy.holder.uuid() == recovery).expect("a copy for recovery");
            let opened = ring.open(&copy.purpose(), &copy.sealed).unwrap().unwrap();
            let private = meldroute::vault::HolderPrivate::from_key(opened).unwrap();
            assert_eq!(Some(private.public().unwrap()), key.exchange, "{}", group.label());
        }
    }
    assert!(combine(&share(0), &share(0)).is_err(), "one share twice is one share");
}

#[test]
fn whoever_reads_from_today_gets_no_key_of_before_from_paper() {
    let app = TestApp::without_setup_key();
    let before = received(&app, &[("tekst", REPORT)]);
    let code = invited(&app, "mirte", invitation("pia", Role::Coordinator, ""));
    waits(&app, "pia", &code);
    let_in(&app, "mirte", "pia", &Proof::Code).unwrap();
    agree(&app, "nadia", "pia", Role::Coordinator, "", Reach::Today).unwrap();
    let op = app.app.as_operator("test").unwrap();
    let early = app.app.recovery_plan(&op, Group::Coordinators, &["pia".to_owned()]);
    assert!(matches!(early, Err(AppError::Invalid(_))), "there is no key yet that pia may have: {early:?}");

    drop(session(&app, "mirte"));
    let after = received(&app, &[("tekst", REPORT)]);
    let mut raw = Raw::open(&app.database);
    let own = raw.id(&session(&app, "pia").1.actor.key.uuid().simple().to_string());
    let copies = format!("holder = {own} AND subject_kind = 'group'");
    assert_eq!(raw.rows_where("sealed_keys", &copies).len(), 1);
    raw.run(&format!("DELETE FROM sealed_keys WHERE {copies}"));
    let share = |place: usize| RecoveryShare::parse(&app.shares[place]).unwrap();
    let paper = combine(&share(0), &share(1)).unwrap();
    let plan = app.app.recovery_plan(&op, Group::Coordinators, &["pia".to_owned()]).unwrap();
    assert_eq!(app.app.recover_group(&op, &plan, paper, &mut |_| ()).unwrap(), Ok(1));
    assert_eq!(raw.rows_where("sealed_keys", &copies).len(), 1, "only the key from which pia reads");
    let reads = |id| app.member("pia").get(&format!("/signalen/{id}")).body.contains("nooit klanten");
    assert_eq!((reads(before), reads(after)), (false, true));
}
