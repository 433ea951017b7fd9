//! The recovery key on paper: two of the three printed shares open what every group holds.

use crate::support::app::TestApp;
use meldroute::app::trust::group_owner;
use meldroute::domain::ids::KeyId;
use meldroute::domain::role::Group;
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
