//! When a session ends: said on every page, moved by whoever asks for it, up to the last moment.

use crate::support::app::TestApp;
use crate::support::client::Page;

const STAY: &str = "/mijn-aanmelding/langer";

fn says(page: &Page, sentence: &str) {
    assert!(page.body.contains(sentence), "{sentence}: {}", page.body);
}

#[test]
fn every_page_says_when_the_session_ends_and_a_click_in_a_tab_of_its_own_moves_it() {
    let app = TestApp::start();
    let mut mirte = app.member("mirte");
    let page = mirte.get("/werk");
    says(&page, "Aanmelding eindigt om 9.15 als u niets doet, en altijd om 17.00.");
    assert!(page.body.contains(&format!("action=\"{STAY}\" target=\"_blank\"")), "what was typed stays where it is");
    app.clock.advance_seconds(890);
    says(&mirte.submit(&page, STAY, &[]), "Tot 9.29, ook zonder dat u iets doet.");
    app.clock.advance_seconds(890);
    assert_eq!(mirte.get("/werk").status, 200, "it was moved");
    app.clock.advance_seconds(901);
    assert_eq!(mirte.submit(&page, STAY, &[]).status, 303, "what has ended is not begun again");
}

#[test]
fn even_a_second_click_within_a_minute_moves_the_end() {
    let app = TestApp::start();
    let mut mirte = app.member("mirte");
    let page = mirte.get("/werk");
    app.clock.advance_seconds(59);
    assert_eq!(mirte.submit(&page, STAY, &[]).status, 200);
    app.clock.advance_seconds(890);
    assert_eq!(mirte.get("/werk").status, 200);
}

#[test]
fn nothing_moves_the_last_moment_and_the_page_says_so() {
    let app = TestApp::start();
    let mut mirte = app.member("mirte");
    let page = mirte.get("/werk");
    for _ in 0..47 {
        app.clock.advance_seconds(600);
        assert_eq!(mirte.submit(&page, STAY, &[]).status, 200);
    }
    let last = mirte.get("/werk");
    says(&last, "Aanmelding eindigt om 17.00. Dat is niet te verlengen");
    assert!(!last.body.contains(STAY), "no button that does nothing");
    says(&mirte.submit(&page, STAY, &[]), "Langer kan niet");
    app.clock.advance_seconds(600);
    assert_eq!(mirte.get("/werk").status, 303);
}

#[test]
fn staying_takes_a_form_of_this_session() {
    let app = TestApp::start();
    let mut mirte = app.member("mirte");
    let theirs = app.member("joost").get("/werk").hidden("/afmelden", "formulier");
    for token in ["", "x", theirs.as_str()] {
        assert_eq!(mirte.post(STAY, &[("formulier", token)]).status, 400);
    }
}
