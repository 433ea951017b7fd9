//! The same on the pages: from an invitation to reading, and a lost password.

use crate::support::app::TestApp;
use crate::support::people::PASSWORD;
use crate::support::raw::Raw;
use crate::support::road::{REPORT, member_id, received, session};

/// What stands under the heading of the page with the code, or of the one with the fingerprint.
fn shown(body: &str) -> String {
    body.split("<p class=\"reference\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

#[test]
fn a_coordinator_invites_and_lets_in_on_pages_and_another_agrees() {
    let app = TestApp::without_setup_key();
    let id = received(&app, &[("tekst", REPORT)]);
    let mut mirte = app.member("mirte");
    let list = mirte.get("/leden");
    for said in ["Joost Proef", "plaatsvervanger", "actief", "nog niet"] {
        assert!(list.body.contains(said), "{said}: {}", list.body);
    }
    let form = mirte.get("/leden/nieuw");
    assert!(!form.body.contains("beheerder"), "{}", form.body);
    let empty = mirte.submit(&form, "/leden/nieuw", &[("naam", "Noor Proef")]);
    assert_eq!(empty.status, 400);
    let sent = mirte.submit(
        &form,
        "/leden/nieuw",
        &[("naam", "Noor Proef"), ("aanmeldnaam", "noor"), ("rol", "coordinator"), ("plaats", "plaatsvervanger")],
    );
    assert_eq!(sent.status, 200, "{}", sent.body);
    let code = shown(&sent.body);

    let mut noor = app.anonymous();
    let first = noor.get("/aanmelden/eerste-keer");
    let fields =
        [("naam", "noor"), ("code", code.as_str()), ("wachtwoord", PASSWORD), ("wachtwoordNogmaals", PASSWORD)];
    let waits = noor.submit(&first, "/aanmelden/eerste-keer", &fields);
    assert_eq!(waits.status, 200, "{}", waits.body);
    assert!(waits.body.contains("een coördinator of een privacy officer"), "{}", waits.body);
    let sign_in = noor.get("/aanmelden");
    let again = noor.submit(&sign_in, "/aanmelden", &[("naam", "noor"), ("wachtwoord", PASSWORD)]);
    assert_eq!(shown(&again.body), shown(&waits.body), "the same fingerprint at signing in");

    let page = format!("/leden/{}/binnenlaten", member_id(&app, "noor"));
    assert_eq!(mirte.get("/werk").links("/leden/"), std::slice::from_ref(&page));
    assert_eq!(app.member("sanne").get(&page).status, 404);
    let form = mirte.get(&page);
    assert!(form.body.contains("Noor Proef heeft zich aangemeld"), "{}", form.body);
    let sent = mirte.submit(&form, &page, &[]);
    assert_eq!((sent.status, sent.location()), (303, "/werk?klaar=binnen"), "{}", sent.body);
    assert_eq!(mirte.get(&page).status, 404, "nobody waits any more");

    let mut joost = app.member("joost");
    let role = joost.get("/werk").links("/rollen/").remove(0);
    let form = joost.get(&role);
    assert_eq!(joost.submit(&form, &role, &[("daad", "akkoord")]).wrong_fields(), ["vanaf"]);
    assert_eq!(joost.submit(&form, &role, &[("daad", "akkoord"), ("vanaf", "begin")]).status, 303);
    assert_eq!(app.member("noor").get(&format!("/signalen/{id}")).status, 200);
    app.assert_log_is_whole();
}

#[test]
fn a_lost_password_is_restored_on_a_page_and_the_fingerprint_of_an_administrators_code_is_typed() {
    let app = TestApp::without_setup_key();
    let page = format!("/leden/{}/herstel", member_id(&app, "vera"));
    assert_eq!(app.member("mirte").get(&page).status, 404);
    let mut adam = app.member("adam");
    assert!(adam.get("/leden").links("/leden/").contains(&page));
    let form = adam.get(&page);
    let sent = adam.submit(&form, &page, &[]);
    assert_eq!(sent.status, 200, "{}", sent.body);
    let code = shown(&sent.body);
    let mut vera = app.anonymous();
    let first = vera.get("/aanmelden/eerste-keer");
    let fields =
        [("naam", "vera"), ("code", code.as_str()), ("wachtwoord", PASSWORD), ("wachtwoordNogmaals", PASSWORD)];
    let fingerprint = shown(&vera.submit(&first, "/aanmelden/eerste-keer", &fields).body);

    let page = format!("/leden/{}/binnenlaten", member_id(&app, "vera"));
    assert_eq!(adam.get(&page).status, 404, "administration vouches for nobody");
    let mut mirte = app.member("mirte");
    let form = mirte.get(&page);
    for typed in ["", "000 000 000 000 000 000"] {
        let wrong = mirte.submit(&form, &page, &[("vingerafdruk", typed)]);
        assert_eq!((wrong.status, wrong.wrong_fields()), (400, vec!["vingerafdruk".to_owned()]), "{typed}");
    }
    assert_eq!(mirte.submit(&form, &page, &[("vingerafdruk", &fingerprint)]).status, 303);
    assert!(app.member("vera").get("/werk").status == 200);
    app.assert_log_is_whole();
}

#[test]
fn the_code_of_a_restored_access_is_shown_also_when_the_new_key_of_the_group_cannot_be_made_yet() {
    let app = TestApp::without_setup_key();
    let page = format!("/leden/{}/herstel", member_id(&app, "joost"));
    let own = session(&app, "mirte").1.actor.key.uuid().simple().to_string();
    let mut mirte = app.member("mirte");
    let form = mirte.get(&page);
    let mut raw = Raw::open(&app.database);
    let (own, blob) = (raw.id(&own), raw.blob("00"));
    raw.run(&format!("UPDATE sealed_keys SET sealed = {blob} WHERE holder = {own} AND subject_kind = 'group'"));
    let sent = mirte.submit(&form, &page, &[]);
    assert_eq!(sent.status, 200, "{}", sent.body);
    assert!(!shown(&sent.body).is_empty());
}
