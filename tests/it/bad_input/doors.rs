//! The doors: signing in, methods no page has, and bytes that are no form.

use super::{FORM, REPORT, assert_alive, stored};
use crate::support::app::TestApp;
use crate::support::client::Client;
use crate::support::raw::Raw;
use meldroute::vault::{Entropy, SeededEntropy};

#[test]
fn signing_in_never_leads_to_another_site() {
    let app = TestApp::start();
    for wish in [
        "https://kwaad.example",
        "//kwaad.example",
        "/\\kwaad.example",
        "kwaad.example",
        "/\r\nx: y",
        "javascript:x",
        "/\t/kwaad.example",
        "/\u{a0}/kwaad.example",
    ] {
        let mut client = app.anonymous();
        let page = client.get("/aanmelden");
        let typed = [("naam", "mirte"), ("wachtwoord", crate::support::people::PASSWORD), ("terug", wish)];
        let answer = client.submit(&page, "/aanmelden", &typed);
        assert_eq!((answer.status, answer.location()), (303, "/werk"), "{wish:?}");
    }
}

/// A name that no account can have: PostgreSQL cannot even be asked for it.
#[test]
fn a_name_that_no_account_can_have_is_an_unknown_name_and_stands_in_the_log() {
    let app = TestApp::start();
    for (number, name) in ["mir\0te", "\u{1b}[31m", "m\u{fffd}rte"].into_iter().enumerate() {
        let mut client = app.anonymous();
        for action in ["/aanmelden", "/aanmelden/eerste-keer"] {
            let page = client.get(action);
            let word = crate::support::people::PASSWORD;
            let typed = [
                ("naam", name),
                ("wachtwoord", word),
                ("wachtwoordNogmaals", word),
                ("code", "7K2M-9QXR-4TBD-8WHN-3PVC"),
            ];
            let answer = client.submit(&page, action, &typed);
            assert!([400, 401].contains(&answer.status), "{action} {name:?}: {}", answer.status);
        }
        let events = crate::support::raw::Raw::open(&app.database).events();
        let refused = events.iter().filter(|event| event["handeling"] == "session.refuse").count();
        assert_eq!(refused, 2 * (number + 1), "{name:?}");
    }
}

/// Bytes from everywhere a form may come from, cut and pasted; the same every time.
fn rubbish(entropy: &mut SeededEntropy) -> Vec<u8> {
    const PIECES: [&str; 16] = [
        "naar=",
        "versturen",
        "stap-4",
        "&",
        "=",
        "&&==",
        "%",
        "%0",
        "%00",
        "%ff",
        "+",
        "tekst=",
        "bon=",
        "formulier=",
        "\0",
        "\u{1F600}",
    ];
    let mut bytes = vec![0; 24];
    entropy.fill(&mut bytes).unwrap();
    bytes
        .iter()
        .flat_map(|byte| match PIECES.get(usize::from(*byte) % 24) {
            Some(piece) => piece.as_bytes().to_vec(),
            None => vec![*byte],
        })
        .collect()
}

#[test]
fn rubbish_at_every_door_breaks_nothing() {
    let app = TestApp::start();
    let before = stored(&app);
    let mut entropy = SeededEntropy::new(9);
    let mut client: Client = app.anonymous();
    for address in [REPORT, "/melden/volgen", "/aanmelden", "/aanmelden/eerste-keer", "/afmelden"] {
        let token = client.get(REPORT).hidden(REPORT, "formulier");
        for _ in 0..60 {
            let mut body = rubbish(&mut entropy);
            body.extend_from_slice(format!("&formulier={token}&naar=stap-4").as_bytes());
            let answer = client.raw("POST", address, &[FORM], &body).expect("an answer");
            assert!(answer.status < 500, "{address} {}: {}", answer.status, String::from_utf8_lossy(&body));
        }
        for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD"] {
            let answer = client.raw(method, address, &[], b"").expect("an answer");
            assert!(answer.status < 500, "{method} {address}: {}", answer.status);
            assert!(method == "HEAD" || answer.status >= 400, "{method} {address}: {}", answer.status);
        }
    }
    assert_eq!(stored(&app), before);
    assert_alive(&app);
}

/// Link checkers, caches and people with `curl -I` ask for the head of a page: what GET says of it, without the page.
#[test]
fn the_head_of_a_page_says_what_the_page_says_and_stands_in_the_log_as_the_page_does() {
    let app = TestApp::start();
    let reported = app.anonymous().report_page(&[("tekst", "Over een kelder.")]);
    assert_eq!(reported.status, 200);
    let mut coordinator = app.member("mirte");
    let place = coordinator
        .get("/signalen")
        .links("/signalen/")
        .into_iter()
        .find(|link| link.len() == 46)
        .expect("a signal to open");
    let read = |app: &TestApp| Raw::open(&app.database).events_of("content.disclosed").len();
    for (address, discloses) in [("/werk", false), (place.as_str(), true), ("/melden", false), ("/nergens", false)] {
        let page = coordinator.get(address);
        let before = read(&app);
        let head = coordinator.raw("HEAD", address, &[], b"").expect("an answer");
        assert_eq!((head.status, head.body.as_str()), (page.status, ""), "{address}");
        assert_eq!(head.headers.get("content-type"), page.headers.get("content-type"), "{address}");
        assert_eq!(read(&app) > before, discloses, "{address}");
    }
    assert_eq!(
        app.anonymous().raw("HEAD", &place, &[], b"").expect("an answer").status,
        303,
        "as for GET: sign in first"
    );
}
