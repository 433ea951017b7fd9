//! Second factors changed by hand: whoever owns the database gets nobody in with less.

use super::{PLACE, Phone, knock, strict};
use crate::support::app::TestApp;
use crate::support::people::PASSWORD;
use crate::support::raw::Raw;
use serde_json::json;

fn refused(app: &TestApp) {
    let mut client = app.anonymous();
    let answer = knock(&mut client, "mirte", PASSWORD);
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(client.cookie("__Host-sessie").is_none() && client.cookie("__Host-aanmelden").is_none());
    let body = json!({ "naam": "mirte", "wachtwoord": PASSWORD });
    assert_eq!(app.anonymous().json("POST", "/api/v1/sessies", &[], Some(&body)).status, 503);
    let events = Raw::open(&app.database).events_of("access.failed");
    assert!(events.iter().any(|event| event["bijzonderheden"]["why"] == "factors_not_proven"), "{events:?}");
}

#[test]
fn a_factor_taken_away_by_hand_does_not_lead_to_adding_a_new_one() {
    for app in [strict(), TestApp::start()] {
        Phone::added_by(&app, "mirte");
        Raw::open(&app.database).run("DELETE FROM member_factors");
        refused(&app);
        assert_eq!(knock(&mut app.anonymous(), "joost", "een verkeerd wachtwoord").status, 400, "others go on");
    }
}

#[test]
fn a_factor_put_in_by_hand_is_not_believed() {
    let app = strict();
    Phone::added_by(&app, "joost");
    Raw::open(&app.database).run(
        "UPDATE member_factors SET member_id = (SELECT id FROM members WHERE login = 'mirte') WHERE kind = 'totp'",
    );
    refused(&app);
}

#[test]
fn recovery_codes_of_somebody_else_or_used_before_do_not_work_again() {
    let app = strict();
    let phone = Phone::added_by(&app, "mirte");
    let other = Phone::added_by(&app, "joost");
    let mut raw = Raw::open(&app.database);
    raw.run("CREATE TABLE kept AS SELECT * FROM member_factors");
    let give = |code: &str| {
        let mut client = app.anonymous();
        assert_eq!(knock(&mut client, "mirte", PASSWORD).location(), PLACE);
        let page = client.get(PLACE);
        client.submit(&page, PLACE, &[("code", code)]).status
    };
    assert_eq!(give(&phone.codes[0]), 303);
    raw.run("INSERT INTO member_factors SELECT * FROM kept WHERE id NOT IN (SELECT id FROM member_factors)");
    assert_eq!(give(&phone.codes[0]), 400, "a used code was put back");
    raw.run(
        "UPDATE member_factors SET sealed = (SELECT k.sealed FROM kept k JOIN members m ON m.id = k.member_id
             WHERE m.login = 'joost' AND k.kind = 'recovery' ORDER BY k.id LIMIT 1)
         WHERE kind = 'recovery' AND member_id = (SELECT id FROM members WHERE login = 'mirte')",
    );
    assert!(other.codes.iter().all(|code| give_once(&app, code) == 400), "codes of somebody else");
}

fn give_once(app: &TestApp, code: &str) -> u16 {
    app.clock.advance_seconds(24 * 3600 + 1);
    let mut client = app.anonymous();
    knock(&mut client, "mirte", PASSWORD);
    let page = client.get(PLACE);
    client.submit(&page, PLACE, &[("code", code)]).status
}
