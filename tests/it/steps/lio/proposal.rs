//! Privacycheck 2A: the proposal.

use super::*;
use crate::support::road::received;

#[test]
fn all_mistakes_of_a_proposal_come_together_and_nothing_is_lost() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let page = mirte.get(&propose_page(id));
    assert!(page.body.contains("nooit klanten"), "the coordinator writes beside the report");
    let half = [("regels", "4"), ("feiten.2.tekst", "mijn eigen gegeven"), ("feiten.3.herkomst", "van mij")];
    let sent = mirte.submit(&page, &propose_page(id), &half);
    assert_eq!(sent.status, 400);
    for sentence in [
        "Geef een neutrale titel",
        "Schrijf wat u het overleg vraagt",
        "Schrijf het gegeven",
        "Kies de regels van het gegeven",
        "Schrijf waar het vandaan komt",
        "Nodig minstens één deelnemer uit",
    ] {
        assert!(sent.body.contains(sentence), "{sentence}: {}", sent.body);
    }
    assert!(sent.body.contains("mijn eigen gegeven") && sent.body.contains("value=\"van mij\""));
    assert_eq!(standing(&app, id).waiting, "check2a");
}

#[test]
fn more_rows_keep_what_was_typed_and_lay_nothing_before_anybody() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let page = mirte.get(&propose_page(id));
    assert!(!page.body.contains("feiten.5.tekst"));
    let typed = with(proposal(&app, &[("bram", &["1"])]), "daad", "meer");
    let more = mirte.submit(&page, &propose_page(id), &borrowed(&typed));
    assert_eq!(more.status, 200);
    assert!(more.body.contains("feiten.6.tekst") && more.body.contains("Derde exploitant in een jaar"));
    assert!(more.body.contains(&format!("id=\"deelnemers.{}-1\"", member_id(&app, "bram"))));
    assert_eq!(standing(&app, id).waiting, "check2a");
}

#[test]
fn words_of_the_report_are_noticed_before_they_leave_and_kept_only_on_purpose() {
    let (app, id) = start();
    let fields = with(proposal(&app, &[("bram", &["1"])]), "feiten.1.tekst", "Bij deze winkel zie ik nooit iemand.");
    let mut mirte = app.member("mirte");
    let page = mirte.get(&propose_page(id));
    let warned = mirte.submit(&page, &propose_page(id), &borrowed(&fields));
    assert_eq!(warned.status, 400);
    assert!(warned.body.contains("Deze woorden staan ook in het signaal: “Bij deze winkel zie ik nooit”"));
    assert!(app.member("nadia").get("/privacychecks").body.contains("Er wacht geen privacycheck op u."));
    let kept = mirte.submit(&warned, &propose_page(id), &borrowed(&with(fields, "erkend", "ja")));
    assert_eq!(kept.status, 303, "{}", kept.body);
    assert_eq!(standing(&app, id).waiting, "check2a_decide");
}

#[test]
fn whoever_was_shut_out_cannot_be_chosen_not_even_by_a_forged_form() {
    let app = TestApp::start();
    let fields = [("tekst", REPORT), ("wieBentU", "vertrouwelijk"), ("naam", "A"), ("uitsluiten", "burgerzaken")];
    let id = deciding(&app, &fields);
    let mut mirte = app.member("mirte");
    let page = mirte.get(&propose_page(id));
    assert!(page.body.contains("Bram Proef is uitgesloten van dit signaal"), "{}", page.body);
    assert!(!page.body.contains(&format!("deelnemers.{}", member_id(&app, "bram"))));
    let sent =
        mirte.submit(&page, &propose_page(id), &borrowed(&proposal(&app, &[("bram", &["1"]), ("vera", &["1"])])));
    assert_eq!(sent.status, 400);
    assert!(sent.body.contains("Bram Proef is uitgesloten van dit signaal en kan niet meelezen"), "{}", sent.body);
    assert_eq!(standing(&app, id).waiting, "check2a");
}

#[test]
fn somebody_outside_the_lio_cannot_be_asked() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let page = mirte.get(&propose_page(id));
    for stranger in ["nadia", "bea", "ivo", "joost"] {
        let sent = mirte.submit(&page, &propose_page(id), &borrowed(&proposal(&app, &[(stranger, &["1"])])));
        assert_eq!(sent.status, 400, "{stranger}");
        assert!(sent.body.contains("Deze deelnemer hoort niet bij het LIO"), "{stranger}: {}", sent.body);
    }
}

#[test]
fn the_steps_of_besluiten_are_refused_in_dutch_where_the_protocol_does_not_know_them() {
    let app = TestApp::start();
    let early = [received(&app, &[("tekst", REPORT)]), enriching(&app, &[("tekst", "Elke nacht busjes.")])];
    let mut mirte = app.member("mirte");
    for id in early {
        for page in [propose_page(id), publish_page(id), decide_page(id)] {
            let shown = mirte.get(&page);
            assert_eq!(shown.status, 409, "{page}");
            assert!(shown.body.to_lowercase().contains("deze stap hoort bij “besluiten”"), "{}", shown.body);
            assert!(!shown.body.contains("nooit klanten"), "a step that cannot be taken opens nothing");
        }
    }
}

#[test]
fn for_everybody_else_the_pages_of_besluiten_do_not_exist() {
    let (app, id) = start();
    let absent: SignalId = "00000000-0000-4000-8000-000000000000".parse().unwrap();
    for other in ["nadia", "sanne", "bram", "vera", "adam", "fenna", "bea", "ivo"] {
        let mut member = app.member(other);
        for page in [propose_page, publish_page, decide_page] {
            let seen = member.get(&page(id));
            let missing = member.get(&page(absent));
            assert_eq!((seen.status, missing.status), (404, 404), "{other} {}", page(id));
            assert_eq!(seen.body, missing.body, "{other} {}", page(id));
        }
    }
}

#[test]
fn whoever_comes_second_is_told_and_keeps_their_text() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let page = mirte.get(&propose_page(id));
    let mut joost = app.member("joost");
    let other = joost.get(&propose_page(id));
    let first = joost.submit(&other, &propose_page(id), &borrowed(&proposal(&app, &[("bram", &["1"])])));
    assert_eq!(first.status, 303);
    let late = with(proposal(&app, &[("vera", &["2"])]), "titel", "Mijn eigen titel");
    let sent = mirte.submit(&page, &propose_page(id), &borrowed(&late));
    assert_eq!(sent.status, 409);
    assert!(sent.body.contains("Joost Proef legde een stuk voor het LIO voor"), "{}", sent.body);
    assert!(sent.body.contains("Mijn eigen titel") && sent.body.contains("Uw tekst is bewaard."));
}

#[test]
fn a_form_from_elsewhere_does_nothing() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    for page in [propose_page(id), publish_page(id), decide_page(id)] {
        assert_eq!(mirte.post(&page, &[("formulier", "vals")]).status, 400, "{page}");
    }
    assert_eq!(standing(&app, id).waiting, "check2a");
}

#[test]
fn a_new_proposal_takes_the_place_of_a_published_item_whose_readers_lose_it() {
    let (app, id) = start();
    published(&app, id, &[("bram", &["1"])]);
    days_later(&app, 37);
    let mut bram = app.member("bram");
    let item = link(&bram.get("/lio"), "/lio/").unwrap();
    assert_eq!(bram.get(&item).status, 200);
    let mut mirte = app.member("mirte");
    let page = mirte.get(&propose_page(id));
    assert!(page.body.contains("Er is al een voorstel") && page.body.contains("Derde exploitant in een jaar"));
    let sent = mirte.submit(&page, &propose_page(id), &borrowed(&proposal(&app, &[("vera", &["1"])])));
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert_eq!(standing(&app, id).waiting, "check2a_decide");
    assert_eq!(bram.get(&item).status, 404);
    assert!(link(&bram.get("/lio"), "/lio/").is_none());
}
