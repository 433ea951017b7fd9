//! Codes that open nothing: guessed, mistyped, or none at all.

use super::{assert_alive, stored};
use crate::support::app::TestApp;
use crate::support::raw::Raw;
use meldroute::vault::{Receipt, SeededEntropy};

/// Receipts that could exist and do not.
fn wrong_receipts(number: usize, seed: u64) -> Vec<String> {
    let mut entropy = SeededEntropy::new(seed);
    (0..number).map(|_| Receipt::random(&mut entropy).unwrap().shown().expose().clone()).collect()
}

#[test]
fn ten_thousand_wrong_receipts_open_nothing_and_stop_nobody() {
    let app = TestApp::start();
    let code = app.anonymous().report(&[("tekst", "Niet te raden.")]);
    let before = stored(&app);
    let page = app.anonymous().get("/melden/volgen");
    std::thread::scope(|scope| {
        for thread in 0..20 {
            let (app, page) = (&app, &page);
            scope.spawn(move || {
                let mut guesser = app.anonymous();
                for receipt in wrong_receipts(500, thread) {
                    let answer = guesser.submit(page, "/melden/volgen", &[("bon", &receipt)]);
                    assert_eq!(answer.status, 400, "{}", answer.body);
                    assert!(answer.body.contains("Wij kennen deze code niet"), "{}", answer.body);
                }
            });
        }
        let mut melder = app.anonymous();
        for _ in 0..5 {
            let status = melder.submit(&page, "/melden/volgen", &[("bon", &code)]);
            assert!(status.body.contains("Ontvangen"), "whoever has the code is let in meanwhile: {}", status.body);
        }
    });
    assert_eq!(stored(&app), before);
    let mut raw = Raw::open(&app.database);
    assert_eq!(raw.number("(SELECT count(*) FROM events WHERE kind = 'receipt.unknown')"), 10_000);
    drop(raw);
    assert_alive(&app);
}

#[test]
fn a_receipt_that_is_no_receipt_is_explained() {
    let app = TestApp::start();
    let mut melder = app.anonymous();
    let ask = melder.get("/melden/volgen");
    let long = "A".repeat(20_000);
    for (typed, words) in [
        ("", "Vul uw code in"),
        ("   ", "Vul uw code in"),
        ("abc", "De code heeft er 21"),
        ("ABC DEF GHJ KMN PQR STV WX", "Er mist een teken"),
        ("ABC DEF GHJ KMN PQR STV W?Y", "komt in geen enkele code voor"),
        ("000 000 000 000 000 000 001", "ander teken dan in uw code"),
        ("\0\0\0", ""),
        (&long, "De code heeft er 21"),
    ] {
        let answer = melder.submit(&ask, "/melden/volgen", &[("bon", typed)]);
        assert_eq!(answer.status, 400, "{typed:?}");
        assert!(answer.body.contains(words), "{typed:?}: {}", answer.body);
        assert!(answer.body.contains("id=\"bon-fout\""), "{typed:?}: the mistake stands at its field");
    }
}
