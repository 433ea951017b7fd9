//! The service as a service manager runs it.

use super::{Fresh, LATER_TABLES, rewritten};
use crate::support::client::Client;
use crate::support::raw::Raw;
use crate::support::served::{Installation, Wish};
use meldroute::store::db::Address;

#[test]
fn public_and_staff_pages_listen_on_addresses_of_their_own() {
    let place = Installation::new();
    rewritten(&place, "staff = \"127.0.0.1:0\"", "staff = \"127.0.0.2:0\"");
    let served = place.start();
    let said = std::fs::read_to_string(place.path("stdout.log")).unwrap();
    assert!(said.contains("nog niet voor echte signalen"), "{said}");
    let staff = said.split_whitespace().find(|word| word.starts_with("http://127.0.0.2")).unwrap();
    let mut public = served.client();
    assert_eq!(public.get("/melden").status, 200);
    assert_eq!(public.get("/aanmelden").status, 404);
    let mut staff = Client::new(staff);
    assert_eq!(staff.get("/aanmelden").status, 200);
    assert_eq!(staff.get("/melden").status, 404);
    staff.sign_in("mirte", crate::support::people::PASSWORD);
    assert!(served.stop().success());
}

#[test]
fn a_stopped_service_has_written_everything_and_starts_again() {
    let place = Installation::of(crate::support::app::template(), &Wish { config: String::new() });
    let served = place.start();
    served.client().report(&[("tekst", "Er staat een busje met een lopende motor.")]);
    assert!(served.stop().success());
    place.look_inside().assert_log_is_whole();
    assert_eq!(Raw::open(&place.database).count("signals"), 1);
    let served = place.start();
    assert_eq!(served.client().get("/melden").status, 200);
}

#[test]
fn what_must_not_be_started_says_why() {
    let fresh = Fresh::new();
    fresh.run(&["serve"]).badly(2, &["nog niet ingericht", "meldroute setup"]);

    let place = Installation::new();
    let mut raw = Raw::open(&place.database);
    raw.unlock_log();
    raw.run("DELETE FROM events WHERE idx = (SELECT max(idx) FROM events)");
    place.run(&["serve"]).badly(2, &["Het einde van het logboek past niet", "audit verify"]);
    drop(raw);

    let place = Installation::new();
    Raw::open(&place.database).run("DELETE FROM __diesel_schema_migrations");
    place.run(&["serve"]).badly(2, &["meldroute migrate"]);

    let place = Installation::new();
    Raw::open(&place.database).run(LATER_TABLES);
    place.run(&["serve"]).badly(2, &["nieuwere versie"]);

    let place = Installation::new();
    rewritten(&place, "passes = 2\n", "passes = 2\nkleur = \"blauw\"\n");
    place.run(&["serve"]).badly(2, &["kleur", "Wat te doen"]);

    let place = Installation::new();
    std::fs::remove_file(place.path("keys/ledger.key")).unwrap();
    place.run(&["serve"]).badly(2, &["ledger.key", "start de dienst niet"]);

    let place = Installation::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    rewritten(&place, "127.0.0.1:0", &taken.local_addr().unwrap().to_string());
    place.run(&["serve"]).badly(2, &["is niet te openen", "Kies een andere poort"]);
}

#[test]
fn migrate_makes_the_tables_once_and_never_a_database() {
    let fresh = Fresh::new();
    if let Address::Sqlite(path) = &fresh.address {
        fresh.run(&["migrate"]).badly(2, &["bestaat niet", "meldroute setup"]);
        assert!(!path.exists());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
    }
    let out = fresh.run(&["migrate"]).well();
    assert!(out.contains("==> ") && out.contains("op de stand van dit programma"), "{out}");
    let tables = Raw::open(&fresh.address).tables();
    assert!(tables.contains(&"events".to_owned()), "{tables:?}");
    assert!(fresh.run(&["migrate"]).well().contains("Er is niets veranderd."));
    Raw::open(&fresh.address).run(LATER_TABLES);
    fresh.run(&["migrate"]).badly(2, &["nieuwere versie", "reservekopie"]);
}

#[test]
fn an_installation_that_has_its_tables_keeps_what_is_in_them() {
    let place = Installation::new();
    let before = Raw::open(&place.database).count("events");
    assert!(place.run(&["migrate"]).well().contains("Er is niets veranderd."));
    assert_eq!(Raw::open(&place.database).count("events"), before);
}
