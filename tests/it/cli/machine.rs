//! `meldroute machine`: proposing, showing and ending what other systems may.

use super::member::session;
use crate::support::served::Installation;

const PEM: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
";

#[test]
fn a_machine_is_proposed_shown_agreed_to_on_the_pages_and_ended() {
    let place = Installation::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("koppeling.pub");
    std::fs::write(&file, PEM).unwrap();
    let add = |scope: &str, until: &str| {
        let key = file.to_str().unwrap();
        place.run(&[
            "machine",
            "add",
            "--name",
            "Intranet",
            "--purpose",
            "Het formulier.",
            "--scope",
            scope,
            "--until",
            until,
            "--public-key",
            key,
        ])
    };
    add("alles", "2027-01-01").badly(2, &["alles kan niet bij --scope"]);
    add("signalen_delen", "2099-01-01").badly(2, &["hooguit een jaar"]);
    let out = add("signalen_delen", &place.app().now().day().plus_days(30).to_string()).well();
    let id = out.split("iss en sub): ").nth(1).unwrap().lines().next().unwrap().to_owned();
    assert!(out.contains("urn:meldroute:"), "{out}");
    assert!(place.run(&["machine", "list"]).well().contains("wacht op akkoord"));
    let app = place.app();
    let nadia = session(&app, "nadia");
    app.machine_agree(&app.as_member(nadia.actor.clone()).unwrap(), &nadia, id.parse().unwrap()).unwrap();
    assert!(place.run(&["machine", "list"]).well().contains("werkt"));
    assert!(place.run(&["machine", "end", &id]).well().contains("werkt nergens meer"));
    place.run(&["machine", "end", &id]).badly(2, &["al beëindigd"]);
    assert!(place.run(&["machine", "list"]).well().contains("beëindigd"));
}
