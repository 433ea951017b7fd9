//! A group that is locked out comes back with two of the three paper shares.

use super::Said;
use super::member::{agree, code_in, id_of, session};
use crate::support::people::PASSWORD;
use crate::support::raw::Raw;
use crate::support::road::REPORT;
use crate::support::served::{Installation, Served};
use meldroute::app::enrolment::Enrolled;
use meldroute::app::joining::Proof;
use meldroute::app::members::RoleOf;
use meldroute::domain::role::Role;
use meldroute::vault::OsEntropy;
use meldroute::vault::recovery;

/// The page of the one signal there is, as somebody reads it.
fn read(served: &Served, login: &str, id: &str) -> String {
    served.member(login).get(&format!("/signalen/{id}")).body
}

fn report(served: &Served) -> String {
    served.client().report(&[("tekst", REPORT)]);
    let list = served.member("mirte").get("/signalen").links("/signalen/");
    list[0].rsplit('/').next().unwrap().to_owned()
}

/// Somebody comes in with the role of coordinator: one privacy officer knows their voice, the other agrees to the role.
fn newcomer(place: &Installation, login: &str) {
    let out = place.run(&["member", "add", login, "--name", "Pieter Proef", "--role", "coordinator"]).well();
    let app = place.app();
    let enrolled = app.enrol(&app.as_anonymous().unwrap(), login, code_in(&out), PASSWORD).unwrap();
    let Enrolled::Waits(waits) = enrolled else { panic!("a code from the command line vouches for nothing") };
    let nadia = session(&app, "nadia");
    let op = app.as_member(nadia.actor.clone()).unwrap();
    app.let_in(&op, &nadia, id_of(&app, login), &Proof::Fingerprint(waits.fingerprint)).unwrap();
    let wanted = RoleOf { member: id_of(&app, login), role: Role::Coordinator, source: String::new() };
    agree(&app, "ruben", &wanted).unwrap();
}

fn recover(place: &Installation, members: &[&str], shares: &str) -> Said {
    let mut words = vec!["keys", "recover", "--group", "coordinatoren", "--shares", "-", "--yes"];
    members.iter().for_each(|login| words.extend(["--member", login]));
    place.run_told(&words, shares)
}

#[test]
fn a_group_that_is_locked_out_reads_its_old_signals_again_with_two_of_three_shares() {
    let place = Installation::new();
    let served = place.start();
    let id = report(&served);
    assert!(read(&served, "mirte", &id).contains("nooit klanten"));
    for login in ["mirte", "joost"] {
        place.run(&["member", "disable", login]).well();
    }
    newcomer(&place, "pieter");
    place.run(&["doctor"]).badly(1, &["Niemand van de coördinatoren heeft nog een kopie", "meldroute keys recover"]);
    assert!(!read(&served, "pieter", &id).contains("nooit klanten"), "nobody let pieter in");

    let said = recover(&place, &["pieter"], &place.two_shares(2, 0));
    let all = format!("{}{}", said.out, said.err);
    let out = said.well();
    for words in ["Groep: coördinatoren", "sleutel 1 van 1", "Er is één kopie gemaakt, voor pieter."] {
        assert!(out.contains(words), "{words}: {out}");
    }
    assert!(read(&served, "pieter", &id).contains("nooit klanten"));
    assert!(recover(&place, &["pieter"], &place.two_shares(0, 1)).well().contains("Er was niets te doen"));

    let told = place.look_inside().raw().events_of("group.recovered");
    assert_eq!(told.len(), 2, "each time it was done: {told:?}");
    let (event, pieter) = (told[0].to_string(), id_of(&place.app(), "pieter").to_string());
    assert!(event.contains("coordinatoren") && event.contains("proef") && event.contains(&pieter), "{event}");
    let shares = place.two_shares(2, 0);
    let mut log = served.log();
    place.look_inside().raw().events().iter().for_each(|event| log.push_str(&event.to_string()));
    for group in shares.split_whitespace() {
        assert!(!log.contains(group) && !all.contains(group), "a share stands nowhere: {group}");
    }
    place.look_inside().assert_log_is_whole();
}

#[test]
fn whoever_lost_only_their_copies_gets_them_back_and_the_others_nothing() {
    let place = Installation::new();
    let served = place.start();
    let id = report(&served);
    Raw::open(&place.database).run(
        "DELETE FROM sealed_keys WHERE subject_kind = 'group'
         AND holder IN (SELECT key_id FROM members WHERE login IN ('mirte', 'joost'))",
    );
    assert!(!read(&served, "joost", &id).contains("nooit klanten"));
    recover(&place, &["joost"], &place.two_shares(1, 2)).well();
    assert!(!read(&served, "mirte", &id).contains("nooit klanten"), "nobody named mirte");
    assert!(read(&served, "joost", &id).contains("nooit klanten"));
    assert!(read(&served, "mirte", &id).contains("nooit klanten"), "joost passed the key on when he signed in");
}

#[test]
fn each_wrong_share_has_its_own_sentence_and_changes_nothing() {
    let place = Installation::new();
    let right = place.two_shares(0, 1);
    let (one, two) = right.trim_end().split_once("\n\n").unwrap();
    let (_, others) = recovery::make(&mut OsEntropy).unwrap();
    let other = |place: usize| others[place].printed().expose().clone();
    let sign = if one.starts_with('0') { "1" } else { "0" };
    let typo = format!("{sign}{}", &one[1..]);
    let cases = [
        (format!("{one}\n\n{one}\n"), "twee keer hetzelfde deel"),
        (format!("{}\n\n{}\n", other(0), other(1)), "van een andere omgeving"),
        (format!("{one}\n\n{}\n", other(1)), "horen niet bij dezelfde herstelsleutel"),
        (format!("{two}\n\n{typo}\n"), "deel 2 dat u gaf: groep 1 klopt niet"),
        (format!("{one}\n\n{}\n", &two[..two.len() - 1]), "er staan 79 tekens"),
        (one.to_owned(), "en er staan er 1"),
        (String::new(), "en er staan er 0"),
    ];
    let before = place.look_inside().raw().count("sealed_keys");
    for (shares, words) in cases {
        recover(&place, &["mirte"], &shares).badly(2, &[words, "niets veranderd"]);
    }
    let mut raw = place.look_inside().raw();
    assert_eq!((raw.count("sealed_keys"), raw.events_of("group.recovered").len()), (before, 0));
}

#[test]
fn whoever_cannot_have_the_key_is_told_what_to_do_first() {
    let place = Installation::new();
    place.run(&["member", "disable", "joost"]).well();
    place.run(&["member", "add", "pieter", "--name", "Pieter Proef", "--role", "coordinator"]).well();
    // Named by hand in the database, without any proof in the log.
    Raw::open(&place.database).run(
        "INSERT INTO member_roles (member_id, role, seat, source_code, state, since_on)
         SELECT id, 'coordinator', 'vast', '', 'agreed', '2026-11-24' FROM members WHERE login = 'imke'",
    );
    let all = ["joost", "pieter", "imke", "sanne", "niemand"];
    recover(&place, &all, &place.two_shares(0, 1)).badly(
        2,
        &[
            "Het account joost is uitgeschakeld.",
            "pieter is uitgenodigd maar heeft zich nog niet voor het eerst aangemeld",
            "imke heeft de rol coördinator niet, of het logboek bewijst die rol niet.",
            "sanne heeft de rol coördinator niet",
            "niemand met de aanmeldnaam niemand",
            "Er is niets veranderd.",
        ],
    );
    place.run_told(&["keys", "recover", "--group", "bazen", "--member", "mirte"], "").badly(2, &["bazen"]);
    let asked = ["keys", "recover", "--group", "coordinatoren", "--member", "mirte"];
    place.run_told(&asked, "ja\n").badly(2, &["vraagt om bevestiging", "--yes"]);
    place.run_told(&[&asked[..], &["--yes"]].concat(), &place.two_shares(0, 1)).badly(2, &["nooit als argument"]);
}
