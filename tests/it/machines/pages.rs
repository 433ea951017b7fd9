//! `/koppelingen`: from a proposal to the end, as people do it.

use crate::support::app::TestApp;
use crate::support::coupled::Coupled;
use meldroute::domain::machine::Scope;

const PEM: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----";
const FORM: [(&str, &str); 5] = [
    ("naam", "Intranet"),
    ("waarvoor", "Het formulier op het intranet."),
    ("rechten", "signalen_delen"),
    ("einddatum", "31-3-2027"),
    ("sleutel", PEM),
];

#[test]
fn an_administrator_proposes_a_privacy_officer_agrees_and_either_ends_it() {
    let app = TestApp::start();
    let mut adam = app.member("adam");
    assert!(adam.get("/koppelingen").body.contains("Er zijn geen koppelingen."));
    let form = adam.get("/koppelingen/nieuw");
    let sent = adam.submit(&form, "/koppelingen/nieuw", &FORM);
    assert_eq!((sent.status, sent.location()), (303, "/koppelingen?klaar=voorgesteld"), "{}", sent.body);
    let list = adam.get("/koppelingen?klaar=voorgesteld");
    for said in
        ["De koppeling is voorgesteld.", "wacht op een tweede persoon", "signalen delen", "Adam Proef", "nog niet"]
    {
        assert!(list.body.contains(said), "{said}: {}", list.body);
    }
    let page = list.links("/koppelingen/").into_iter().find(|link| link.len() > 40).unwrap();
    assert!(!adam.get(&page).body.contains("Onderteken"), "whoever proposes does not agree");

    let mut nadia = app.member("nadia");
    assert_eq!(nadia.get("/werk").links("/koppelingen/"), std::slice::from_ref(&page));
    let asked = nadia.get(&page);
    for said in ["Bent u het eens", "Vingerafdruk", "urn:meldroute:", "Voorgesteld door Adam Proef."] {
        assert!(asked.body.contains(said), "{said}: {}", asked.body);
    }
    let sent = nadia.submit(&asked, &page, &[("daad", "akkoord")]);
    assert_eq!((sent.status, sent.location()), (303, "/koppelingen?klaar=akkoord"), "{}", sent.body);
    let again = nadia.submit(&asked, &page, &[("daad", "akkoord")]);
    assert_eq!(again.status, 400, "{}", again.body);
    assert!(nadia.get("/koppelingen").body.contains("akkoord van Nadia Proef"));

    let end = format!("{page}/einde");
    let asked = adam.get(&end);
    assert!(asked.body.contains("niet terug te draaien"), "{}", asked.body);
    let sent = adam.submit(&asked, &end, &[]);
    assert_eq!((sent.status, sent.location()), (303, "/koppelingen?klaar=beeindigd"), "{}", sent.body);
    let list = adam.get("/koppelingen");
    assert!(list.body.contains("beëindigd") && list.links(&end).is_empty(), "{}", list.body);
    app.assert_log_is_whole();
}

#[test]
fn a_privacy_officer_says_no_and_it_never_works() {
    let app = TestApp::start();
    let waits = Coupled::proposed(&app, &[Scope::LogProof]);
    let mut nadia = app.member("nadia");
    let page = format!("/koppelingen/{}", waits.id);
    let asked = nadia.get(&page);
    assert_eq!(nadia.submit(&asked, &page, &[("daad", "afwijzen")]).location(), "/koppelingen?klaar=afgewezen");
    assert_eq!(waits.enter(&app).status, 401);
    assert_eq!(nadia.submit(&asked, &page, &[("daad", "akkoord")]).status, 400);
}

#[test]
fn a_form_with_mistakes_comes_back_with_all_of_them_and_what_was_typed() {
    let app = TestApp::start();
    let mut adam = app.member("adam");
    let form = adam.get("/koppelingen/nieuw");
    let empty = adam.submit(&form, "/koppelingen/nieuw", &[]);
    assert_eq!(empty.status, 400);
    assert_eq!(empty.wrong_fields(), ["naam", "waarvoor", "rechten", "einddatum", "sleutel"]);
    let with = |name: &str, value: &'static str| {
        let fields: Vec<(&str, &str)> =
            FORM.iter().map(|(field, kept)| (*field, if *field == name { value } else { *kept })).collect();
        adam.submit(&form, "/koppelingen/nieuw", &fields)
    };
    let mut with = with;
    let private = with(
        "sleutel",
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp\n-----END PRIVATE KEY-----",
    );
    assert!(private.body.contains("Dit is een geheime sleutel"), "{}", private.body);
    assert_eq!(with("einddatum", "31-3-2028").wrong_fields(), ["einddatum"]);
    assert_eq!(with("rechten", "signalen_lezen").wrong_fields(), ["rechten"]);
    assert_eq!(with("naam", "Intranet").status, 303);
    assert_eq!(with("naam", "Nog een keer").wrong_fields(), ["sleutel"], "a key stands for one machine");
}

#[test]
fn whoever_has_nothing_to_do_with_machines_does_not_know_of_them() {
    let app = TestApp::start();
    let waits = Coupled::proposed(&app, &[Scope::LogProof]);
    let page = format!("/koppelingen/{}", waits.id);
    for login in ["mirte", "sanne", "bea", "ivo", "bas"] {
        let mut member = app.member(login);
        for path in ["/koppelingen", "/koppelingen/nieuw", &page, &format!("{page}/einde")] {
            assert_eq!(member.get(path).status, 404, "{login} {path}");
        }
    }
    let mut fenna = app.member("fenna");
    assert_eq!(fenna.get("/koppelingen").status, 200);
    assert_eq!(fenna.get(&page).status, 200);
    assert_eq!(fenna.get("/koppelingen/nieuw").status, 404);
    assert_eq!(fenna.get(&format!("{page}/einde")).status, 404);
    assert_eq!(app.member("nadia").get("/koppelingen/nieuw").status, 404);
}
