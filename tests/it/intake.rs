//! Sharing a signal and following it, as a melder and a coordinator meet it.

use crate::support::app::TestApp;

#[test]
fn a_shared_signal_reaches_the_coordinator_and_nobody_else() {
    let app = TestApp::start();
    let code = app.anonymous().report(&[("tekst", "Er staan vaten achter de loods."), ("plaats", "Proefstraat")]);
    let mut coordinator = app.member("mirte");
    let list = coordinator.get("/signalen");
    assert_eq!(list.status, 200);
    assert!(!list.body.contains("vaten"), "a list shows no content");
    let address = list.body.split("href=\"/signalen/").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let page = coordinator.get(&format!("/signalen/{address}"));
    assert!(page.body.contains("Er staan vaten achter de loods."), "{}", page.body);
    for other in ["nadia", "adam", "sanne", "ivo", "vera", "bea"] {
        let seen = app.member(other).get(&format!("/signalen/{address}"));
        assert_eq!(seen.status, 404, "{other}");
        let absent = app.member(other).get("/signalen/00000000-0000-4000-8000-000000000000");
        assert_eq!(seen.body, absent.body, "{other} sees the same as for what does not exist");
    }
    let mut melder = app.anonymous();
    let ask = melder.get("/melden/volgen");
    let status = melder.submit(&ask, "/melden/volgen", &[("bon", &code.to_lowercase())]);
    assert!(status.body.contains("Ontvangen"), "{}", status.body);
}

#[test]
fn sending_the_same_form_twice_shows_the_same_code_and_stores_one_signal() {
    let app = TestApp::start();
    let mut melder = app.anonymous();
    let first = melder.get("/melden/signaal");
    let review = melder.submit(&first, "/melden/signaal", &[("tekst", "Elke nacht busjes."), ("naar", "stap-4")]);
    let one = melder.submit(&review, "/melden/signaal", &[("naar", "versturen")]);
    let two = melder.submit(&review, "/melden/signaal", &[("naar", "versturen")]);
    assert_eq!(one.receipt(), two.receipt());
    assert!(one.receipt().is_some());
    let list = app.member("mirte").get("/signalen");
    assert_eq!(list.body.matches("href=\"/signalen/").count(), 1, "{}", list.body);
}

#[test]
fn a_report_can_be_shared_in_each_of_the_three_ways_of_being_known() {
    let app = TestApp::start();
    for (known, words) in [("anoniem", "anoniem"), ("vertrouwelijk", "vertrouwelijk"), ("bekend", "met naam")] {
        let mut melder = app.anonymous();
        let text = format!("Dit verhaal is {known}.");
        melder.report(&[("tekst", &text), ("wieBentU", known), ("naam", "Noor"), ("naamBekend", "Noor")]);
        let mut coordinator = app.member("mirte");
        let pages: Vec<_> =
            coordinator.get("/signalen").links("/signalen/").iter().map(|link| coordinator.get(link)).collect();
        let page =
            pages.iter().find(|page| page.body.contains(&text)).unwrap_or_else(|| panic!("{known} is not there"));
        assert!(page.body.contains(words), "{known}: {}", page.body);
    }
}

#[test]
fn a_melder_who_leaves_takes_nothing_back_with_the_back_button() {
    let app = TestApp::start();
    let mut melder = app.anonymous();
    let code = melder.report(&[("tekst", "Er staan vaten achter de loods.")]);
    let done = melder.get("/melden/klaar");
    assert_eq!((done.status, done.headers["clear-site-data"].as_str()), (200, "\"cache\""));
    assert!(done.body.contains("De pagina met uw code is gesloten"), "{}", done.body);
    assert!(!done.body.contains(&code) && !done.body.contains("vaten"), "{}", done.body);
    let away = melder.get("/melden/weg");
    assert_eq!((away.status, away.location()), (303, "https://www.rijksoverheid.nl"));
    assert_eq!((away.headers["clear-site-data"].as_str(), away.body.as_str()), ("\"cache\"", ""));
    let first = melder.get("/melden/signaal");
    assert!(first.body.contains("href=\"/melden/weg\""), "every step has the way out: {}", first.body);
}
