//! Somebody who owns the database changes it by hand: each change is named by the proof, or refused by the service.
//! Nothing that was changed is ever shown as if it were genuine, and no report goes to a key that is not proven.

use crate::support::app::TestApp;
use crate::support::client::Page;
use crate::support::log::Inside;
use crate::support::raw::{Raw, Row, bytes_of};
use meldroute::app::oversight::{Proof, first_finding, sign_checkpoint};
use meldroute::ledger::checkpoint::Checkpoint;
use meldroute::ledger::merkle::{Frontier, leaf_hash};
use meldroute::ledger::note::LedgerKey;
use meldroute::ledger::report::Verdict;
use meldroute::store::Trace;
use meldroute::store::contents::ContentRow;

mod chain;
mod keys;
mod rights;
mod tables;

const STORY: &str = "Er staan vaten achter de loods.";

/// Two reports, both read, a signed checkpoint, and a third report after it.
struct Crime {
    app: TestApp,
    raw: Raw,
    /// The checkpoint, as somebody kept it elsewhere.
    note: String,
}

fn scene() -> Crime {
    let app = TestApp::start();
    app.anonymous().report(&[("tekst", STORY), ("plaats", "Havenkade")]);
    app.anonymous().report(&[("tekst", "Elke nacht busjes."), ("plaats", "Molenpad")]);
    read_all(&app, "mirte");
    let proof = app.inside().prove(&[]);
    let keys = app.template.seeds.files();
    let signed = sign_checkpoint(app.app.store(), &app.app.as_system().unwrap(), &keys.ledger, &proof).unwrap();
    app.anonymous().report(&[("tekst", "Daarna."), ("plaats", "Dorpsplein")]);
    app.assert_log_is_whole();
    let raw = Raw::open(&app.database);
    Crime { app, raw, note: signed.note }
}

/// Every signal somebody sees in the list, opened.
fn read_all(app: &TestApp, login: &str) -> Vec<Page> {
    let mut member = app.member(login);
    let links = member.get("/signalen").links("/signalen/");
    links.iter().filter(|link| link.len() == 46).map(|link| member.get(link)).collect()
}

impl Crime {
    fn inside(&self) -> Inside {
        self.app.inside()
    }

    fn event(&mut self, index: i64) -> Row {
        self.raw.rows_where("events", &format!("idx = {index}")).remove(0)
    }

    fn size(&mut self) -> i64 {
        self.raw.count("events")
    }

    fn set_event(&mut self, index: i64, column: &str, hex: &str) {
        let blob = self.raw.blob(hex);
        self.raw.run(&format!("UPDATE events SET {column} = {blob} WHERE idx = {index}"));
    }

    /// The proof is broken, and says so with these words.
    fn assert_named(&self, what: &str, words: &[&str]) -> Proof {
        let proof = self.inside().prove(&[]);
        assert_eq!(proof.verdict(), Verdict::Broken, "{what} is not noticed: {proof}");
        assert!(first_finding(&proof).is_some(), "{what}: {proof}");
        let said = proof.to_string();
        for word in words {
            assert!(said.contains(word), "{what}: {word} is not in: {said}");
        }
        proof
    }

    /// Makes the head fit the entries as they are now.
    fn fix_head(&mut self) {
        let mut frontier = Frontier::new();
        let mut rows = self.raw.rows("events");
        rows.sort_by_key(|row| row["idx"].parse::<i64>().unwrap());
        for row in &rows {
            frontier.push(leaf_hash(&bytes_of(&row["body"])));
        }
        let blob = self.raw.blob(&hex(&frontier.to_bytes()));
        self.raw.run(&format!("UPDATE log_head SET size = {}, frontier = {blob}", rows.len()));
    }
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

/// The same bytes with one bit turned in the middle.
fn flipped(hexadecimal: &str) -> String {
    let mut bytes = bytes_of(hexadecimal);
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    hex(&bytes)
}

#[test]
fn a_turned_bit_in_an_entry_or_its_hash_is_named_at_that_entry() {
    for column in ["body", "leaf_hash"] {
        let mut crime = scene();
        crime.raw.unlock_log();
        let row = crime.event(7);
        crime.set_event(7, column, &flipped(&row[column]));
        let proof = crime.assert_named(column, &["Logregel 7"]);
        assert_eq!(proof.report.first_wrong.unwrap().index, Some(7), "{column}");
    }
}

#[test]
fn a_dropped_swapped_doubled_or_added_entry_is_named() {
    let mut crime = scene();
    crime.raw.unlock_log();
    crime.raw.run("DELETE FROM events WHERE idx = 7");
    let proof = crime.assert_named("a dropped entry", &["Logregel 7 ontbreekt"]);
    assert_eq!(proof.report.first_wrong.unwrap().index, Some(7));

    let mut crime = scene();
    crime.raw.unlock_log();
    let (one, other) = (crime.event(7), crime.event(8));
    for column in ["body", "leaf_hash"] {
        crime.set_event(7, column, &other[column]);
        crime.set_event(8, column, &one[column]);
    }
    let proof = crime.assert_named("two swapped entries", &["Logregel 7", "nummer 8 draagt"]);
    assert_eq!(proof.report.first_wrong.unwrap().index, Some(7));

    let mut crime = scene();
    let size = crime.size();
    let copied = "body, leaf_hash, kind, object_id, member_id, day FROM events";
    crime.raw.run(&format!(
        "INSERT INTO events (idx, body, leaf_hash, kind, object_id, member_id, day)
         SELECT {size}, {copied} WHERE idx = 7"
    ));
    crime.assert_named("an added entry", &[&format!("Logregel {size}")]);

    let mut crime = scene();
    let last = crime.size() - 1;
    crime.raw.unlock_log();
    crime.raw.run(&format!("DELETE FROM events WHERE idx = {last}"));
    crime.assert_named("a cut tail", &[&format!("Logregel {last} ontbreekt"), "eindstand"]);
}

#[test]
fn a_history_that_was_rewritten_with_its_hashes_and_its_head_is_contradicted_by_the_checkpoint() {
    let mut crime = scene();
    crime.raw.unlock_log();
    let row = crime.event(7);
    let body = String::from_utf8(bytes_of(&row["body"])).unwrap().replace("\"ok\"", "\"fout\"");
    assert_ne!(body.as_bytes(), bytes_of(&row["body"]));
    crime.set_event(7, "body", &hex(body.as_bytes()));
    crime.set_event(7, "leaf_hash", &hex(&leaf_hash(body.as_bytes())));
    crime.assert_named("a rewritten entry", &["controlepunt"]);
    crime.fix_head();
    crime.assert_named("a rewritten entry with its head", &["ondertekende controlepunt"]);
    // Whoever also removes the checkpoints is contradicted by the one that left the machine.
    crime.raw.run("DELETE FROM checkpoints");
    let proof = crime.inside().prove(std::slice::from_ref(&crime.note));
    assert_eq!(proof.verdict(), Verdict::Broken, "{proof}");
    assert!(proof.to_string().contains("ondertekende controlepunt"), "{proof}");
}

#[test]
fn a_log_that_was_set_back_is_contradicted_by_the_checkpoint_that_left() {
    let mut crime = scene();
    crime.raw.unlock_log();
    crime.raw.run("DELETE FROM events WHERE idx >= 12");
    crime.raw.run("DELETE FROM checkpoints");
    crime.fix_head();
    let proof = crime.inside().prove(std::slice::from_ref(&crime.note));
    assert!(proof.to_string().contains("Het einde van het logboek is verwijderd"), "{proof}");
}

#[test]
fn a_head_or_checkpoint_that_was_forged_is_named() {
    for (what, statement) in [
        ("a smaller head", "UPDATE log_head SET size = size - 1"),
        ("a larger head", "UPDATE log_head SET size = size + 1"),
    ] {
        let mut crime = scene();
        crime.raw.run(statement);
        crime.assert_named(what, &["eindstand"]);
    }
    let mut crime = scene();
    let frontier = crime.raw.rows("log_head")[0]["frontier"].clone();
    let turned = crime.raw.blob(&flipped(&frontier));
    crime.raw.run(&format!("UPDATE log_head SET frontier = {turned}"));
    crime.assert_named("another head", &["eindstand"]);

    let mut crime = scene();
    let own = LedgerKey::from_seed("meldroute.test/logboek", &[9; 32]).unwrap();
    let forged = Checkpoint::of(&own, 3, [1; 32]).sign(&own).unwrap();
    crime.raw.run(&format!("UPDATE checkpoints SET note = '{forged}'"));
    crime.assert_named("a forged checkpoint", &["Een controlepunt over 3 regels telt niet mee"]);
}

#[test]
fn what_stands_beside_an_entry_must_be_what_the_entry_says() {
    let other = "00000000000040008000000000000007";
    for (column, value) in [("kind", "'x.y'"), ("day", "'2020-01-01'"), ("member_id", ""), ("object_id", "")] {
        let mut crime = scene();
        crime.raw.unlock_log();
        let value = if value.is_empty() { crime.raw.id(other) } else { value.to_owned() };
        crime.raw.run(&format!("UPDATE events SET {column} = {value} WHERE idx = 7"));
        crime.assert_named(column, &["Logregel 7"]);
    }
}

#[test]
fn a_sealed_field_that_was_changed_moved_removed_or_added_is_named_and_never_shown() {
    let sealed_of = |crime: &mut Crime, field: &str| crime.raw.rows_where("contents", &format!("field = '{field}'"));
    // Turned.
    let mut crime = scene();
    for row in sealed_of(&mut crime, "tekst") {
        let (id, blob) = (crime.raw.id(&row["record_id"]), crime.raw.blob(&flipped(&row["sealed"])));
        crime.raw.run(&format!("UPDATE contents SET sealed = {blob} WHERE record_id = {id} AND field = 'tekst'"));
    }
    crime.assert_named("a turned bit", &["contents/", "buiten de dienst om veranderd"]);
    for page in read_all(&crime.app, "mirte") {
        assert!(page.status >= 500 || page.status == 404, "{}", page.body);
        assert!(!page.body.contains(STORY));
    }
    assert!(!crime.raw.events_of("access.failed").is_empty(), "what did not open stands in the log");
    // Moved to another record.
    let mut crime = scene();
    let rows = sealed_of(&mut crime, "waar");
    for (here, there) in [(0, 1), (1, 0)] {
        let (id, blob) = (crime.raw.id(&rows[here]["record_id"]), crime.raw.blob(&rows[there]["sealed"]));
        crime.raw.run(&format!("UPDATE contents SET sealed = {blob} WHERE record_id = {id} AND field = 'waar'"));
    }
    crime.assert_named("two swapped fields", &["contents/", "buiten de dienst om veranderd"]);
    let shown = read_all(&crime.app, "mirte").into_iter().filter(|page| page.status == 200).count();
    assert_eq!(shown, 1, "only the one that was not touched");
    // Removed.
    let mut crime = scene();
    crime.raw.run("DELETE FROM contents WHERE field = 'waar'");
    crime.assert_named("a removed field", &["ontbreekt"]);
    // Added.
    let mut crime = scene();
    crime.raw.run(
        "INSERT INTO contents (record_id, field, version, key_id, sealed)
         SELECT record_id, 'extra', version, key_id, sealed FROM contents WHERE field = 'waar'",
    );
    crime.assert_named("an added field", &["nooit door de dienst geschreven"]);
}

#[test]
fn an_old_text_that_was_put_back_is_named_as_such() {
    let mut crime = scene();
    let old = crime.raw.rows_where("contents", "field = 'tekst'").remove(0);
    let uuid = |name: &str| uuid::Uuid::parse_str(&old[name]).unwrap();
    let new = ContentRow {
        record_id: meldroute::domain::ids::RecordId::new(uuid("record_id")),
        field: "tekst".to_owned(),
        version: 2,
        key_id: meldroute::domain::ids::KeyId::new(uuid("key_id")),
        sealed: vec![7; 60],
    };
    let op = crime.app.app.as_system().unwrap();
    crime
        .app
        .app
        .store()
        .write_blocking::<_, meldroute::store::StoreError, _>(&op, "test.rewrite", move |tx| {
            tx.content_put(&new)?;
            tx.record(Trace::new("test.written"))?;
            Ok(())
        })
        .unwrap();
    crime.app.assert_log_is_whole();
    let (id, blob) = (crime.raw.id(&old["record_id"]), crime.raw.blob(&old["sealed"]));
    let put_back = format!("SET sealed = {blob}, version = 1 WHERE record_id = {id} AND field = 'tekst'");
    crime.raw.run(&format!("UPDATE contents {put_back}"));
    crime.assert_named("an old text", &["iemand heeft een oude rij teruggelegd"]);
}

#[test]
fn a_signal_that_was_moved_by_hand_is_named() {
    for (column, value) in [
        ("stage", "'afgesloten'"),
        ("version", "9"),
        ("outcome", "'niet_opgepakt'"),
        ("reason", "'x'"),
        ("box", "'integriteit'"),
        ("confidentiality", "'bekend'"),
        ("kept_until", "'2020-01-01'"),
        ("lookup_id", "NULL"),
    ] {
        let mut crime = scene();
        let id = crime.raw.rows("signals")[0]["id"].clone();
        let id = crime.raw.id(&id);
        crime.raw.run(&format!("UPDATE signals SET {column} = {value} WHERE id = {id}"));
        crime.assert_named(column, &["signals/"]);
    }
    let mut crime = scene();
    for table in ["grants", "contents", "records", "signals"] {
        crime.raw.run(&format!("DELETE FROM {table}"));
    }
    crime.assert_named("removed signals", &["signals/", "ontbreekt"]);
}

#[test]
fn a_value_that_the_service_cannot_read_is_named_with_its_row_and_the_rest_is_looked_at_all_the_same() {
    let mut crime = scene();
    let signals = crime.raw.rows("signals");
    let [unread, changed] = [&signals[0]["id"], &signals[1]["id"]].map(|id| uuid::Uuid::parse_str(id).unwrap());
    for (id, change) in [(unread, "received_on = 'geen datum'"), (changed, "waiting = 'niets'")] {
        let id = crime.raw.id(&id.simple().to_string());
        crime.raw.run(&format!("UPDATE signals SET {change} WHERE id = {id}"));
    }
    let proof =
        crime.assert_named("a day that is none", &[&format!("signals/{unread}"), &format!("signals/{changed}")]);
    assert_eq!(proof.to_string().matches("De rij ").count(), 2, "nothing else is wrong: {proof}");
}
