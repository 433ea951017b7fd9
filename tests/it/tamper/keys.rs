//! Keys changed by hand: sealed ones, public ones, and the statements that vouch for them.

use super::{STORY, flipped, hex, read_all, scene};
use crate::support::app::TestApp;
use crate::support::raw::{Raw, Row, bytes_of};
use meldroute::vault::{OsEntropy, generate_pair};

#[test]
fn a_sealed_key_that_was_swapped_changed_or_added_is_named_and_opens_nothing() {
    let mut crime = scene();
    let report_keys: Vec<String> =
        crime.raw.rows_where("records", "kind = 'report'").iter().map(|row| row["key_id"].clone()).collect();
    let rows = crime.raw.rows("sealed_keys");
    let rows: Vec<&Row> = rows.iter().filter(|row| report_keys.contains(&row["subject"])).collect();
    for (here, there) in [(0, 1), (1, 0)] {
        let (id, blob) = (crime.raw.id(&rows[here]["id"]), crime.raw.blob(&rows[there]["sealed"]));
        crime.raw.run(&format!("UPDATE sealed_keys SET sealed = {blob} WHERE id = {id}"));
    }
    crime.assert_named("two swapped keys", &["sealed_keys/", "buiten de dienst om veranderd"]);
    assert_eq!(read_all(&crime.app, "mirte").iter().filter(|page| page.status == 200).count(), 1);

    let mut crime = scene();
    let fresh = crime.raw.id("00000000000040008000000000000007");
    crime.raw.run(&format!(
        "INSERT INTO sealed_keys (id, subject, subject_kind, holder, sealed, signal_id, until_at, created_on)
         SELECT {fresh}, subject, subject_kind, holder, sealed, signal_id, until_at, created_on
         FROM sealed_keys WHERE subject_kind = 'record' LIMIT 1"
    ));
    crime.assert_named("an added key", &["nooit door de dienst geschreven"]);

    let mut crime = scene();
    crime.raw.run("DELETE FROM sealed_keys WHERE subject_kind = 'record'");
    crime.assert_named("removed keys", &["ontbreekt"]);
    for page in read_all(&crime.app, "mirte") {
        assert!(!page.body.contains(STORY) && !page.body.contains("Elke nacht busjes."), "{}", page.body);
    }

    // The group's own key, as it lies sealed to its members.
    let mut crime = scene();
    for row in crime.raw.rows_where("sealed_keys", "subject_kind = 'group'") {
        let (id, blob) = (crime.raw.id(&row["id"]), crime.raw.blob(&flipped(&row["sealed"])));
        crime.raw.run(&format!("UPDATE sealed_keys SET sealed = {blob} WHERE id = {id}"));
    }
    crime.assert_named("the keys of groups", &["sealed_keys/"]);
}

/// Sends a report to a service whose keys were touched: it may be refused, it may not be misdirected.
pub(super) fn assert_not_misdirected(app: &TestApp, what: &str) {
    let before = Raw::open(&app.database).count("signals");
    let failures = Raw::open(&app.database).events_of("access.failed").len();
    let mut melder = app.anonymous();
    let first = melder.get("/melden/signaal");
    let review = melder.submit(&first, "/melden/signaal", &[("tekst", "Voor wie is dit?"), ("naar", "stap-4")]);
    if review.status == 200 {
        let answer = melder.submit(&review, "/melden/signaal", &[("naar", "versturen")]);
        assert_eq!(answer.status, 503, "{what}: {}", answer.body);
        assert!(answer.body.contains("Voor wie is dit?"), "{what}: the text is kept: {}", answer.body);
        let after = Raw::open(&app.database).events_of("access.failed").len();
        assert!(after > failures, "{what}: the failure stands in the log");
    } else {
        assert_eq!(review.status, 503, "{what}: {}", review.body);
    }
    assert_eq!(Raw::open(&app.database).count("signals"), before, "{what}");
}

#[test]
fn a_public_key_that_was_swapped_stops_intake_and_misdirects_nothing() {
    let (thief, _private) = generate_pair(&mut OsEntropy).unwrap();
    let thief = hex(&thief.0);
    let fresh = "00000000000040008000000000000007";
    let group = "owner_kind = 'group' AND owner = 'coordinatoren'";
    for what in ["swapped", "superseded"] {
        let mut crime = scene();
        let (key, id) = (crime.raw.blob(&thief), crime.raw.id(fresh));
        crime.raw.run(&match what {
            "swapped" => format!("UPDATE public_keys SET exchange = {key} WHERE {group}"),
            _ => format!(
                "INSERT INTO public_keys (id, owner_kind, owner, epoch, exchange, event_index, created_on)
                 SELECT {id}, owner_kind, owner, epoch + 1, {key}, event_index, created_on
                 FROM public_keys WHERE {group}"
            ),
        });
        assert_not_misdirected(&crime.app, what);
        assert_not_misdirected(&crime.app.beside(), what);
        let words = if what == "swapped" { "iemand heeft hem verwisseld" } else { "zonder verklaring in het logboek" };
        crime.assert_named(what, &[words]);
    }
    for (what, statement, words) in [
        ("removed", format!("DELETE FROM public_keys WHERE {group}"), "iemand heeft hem weggehaald"),
        (
            "given to another group",
            format!("UPDATE public_keys SET owner = 'integriteit', epoch = 7 WHERE {group}"),
            "verwisseld",
        ),
    ] {
        let mut crime = scene();
        crime.raw.run(&statement);
        crime.assert_named(what, &[words]);
    }
}

#[test]
fn a_statement_about_a_key_that_was_forged_or_hidden_stops_a_service_that_starts() {
    for what in ["forged", "hidden"] {
        let mut crime = scene();
        crime.raw.unlock_log();
        for row in crime.raw.rows_where("events", "kind = 'key.stated'") {
            if what == "hidden" {
                crime.raw.run(&format!("UPDATE events SET kind = 'key.other' WHERE idx = {}", row["idx"]));
            } else {
                let body = String::from_utf8(bytes_of(&row["body"])).unwrap();
                let mark = "\"sleutelverklaring\":\"";
                let place = body.find(mark).unwrap() + mark.len() + 200;
                let mut bytes = body.into_bytes();
                bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
                crime.set_event(row["idx"].parse().unwrap(), "body", &hex(&bytes));
            }
        }
        assert_not_misdirected(&crime.app.beside(), what);
        crime.assert_named(what, &["Logregel"]);
    }
}
