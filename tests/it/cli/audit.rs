//! Proving the log: a whole one, an exported one, and one that somebody touched by SQL.

use super::{Said, meldroute};
use crate::support::raw::Raw;
use crate::support::served::Installation;
use meldroute::app::App;
use meldroute::app::intake::Arrival;
use meldroute::domain::signal::{Channel, NewSignal, SignalDraft, SourceType};
use meldroute::store::{StoreError, Trace};
use meldroute::vault::{OsEntropy, Receipt};

/// An installation with a few signals.
fn with_signals() -> Installation {
    let place = Installation::new();
    let app = place.app();
    (0..3).for_each(|number| report(&app, number));
    close(app);
    place
}

fn report(app: &App, number: usize) {
    let draft = SignalDraft { narrative: format!("Signaal nummer {number}."), ..SignalDraft::default() };
    let new = NewSignal::parse(&draft).unwrap();
    let receipt = Receipt::random(&mut OsEntropy).unwrap();
    let arrival = Arrival { channel: Channel::Web, source: SourceType::Employee };
    let submitted = app.submit(&app.as_anonymous().unwrap(), &new, &receipt, arrival).await_now();
    submitted.unwrap();
}

/// Waits for a future where there is no server.
trait AwaitNow: std::future::Future + Sized {
    fn await_now(self) -> Self::Output {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(self)
    }
}
impl<F: std::future::Future> AwaitNow for F {}

fn close(app: App) {
    let store = app.store().clone();
    drop(app);
    store.close();
}

fn verify(place: &Installation) -> Said {
    place.run(&["audit", "verify"])
}

/// What follows a label on its line.
fn after<'a>(out: &'a str, label: &str) -> &'a str {
    let at = out.find(label).unwrap_or_else(|| panic!("{label}: {out}"));
    out[at + label.len()..].lines().next().unwrap().trim()
}

#[test]
fn a_log_that_nobody_touched_is_whole_and_its_tail_is_named() {
    let place = with_signals();
    let out = verify(&place).well();
    for words in [
        "er is niets gevonden dat ze tegenspreekt",
        "Geen enkele regel is bewezen",
        "De rijen staan zoals het logboek zegt.",
        "De openbare sleutels hebben elk hun verklaring",
    ] {
        assert!(out.contains(words), "{words}: {out}");
    }
    let signed = place.run(&["audit", "checkpoint"]).well();
    assert_eq!(after(&signed, "op papier:").split(' ').count(), 6, "{signed}");
    let out = verify(&place).well();
    assert!(out.contains("Bewezen door een ondertekend controlepunt"), "{out}");
    // The checkpoint's own entry comes after what it covers.
    assert!(out.contains("Nog niet bewezen: logregel"), "{out}");
}

#[test]
fn an_export_a_checkpoint_and_the_key_are_enough_elsewhere() {
    let place = with_signals();
    let (note, file) = (place.path("controlepunt.txt"), place.path("logboek.jsonl"));
    let (note, file) = (note.to_str().unwrap(), file.to_str().unwrap());
    let signed = place.run(&["audit", "checkpoint", "--out", note]).well();
    let key = after(&signed, "Controlesleutel:").to_owned();
    place.run(&["audit", "export", "--out", file]).well();
    place.run(&["audit", "export", "--out", file]).badly(2, &["wordt nooit overschreven"]);

    let elsewhere = |key: &str| meldroute(&["audit", "verify", "--export", file, "--checkpoint", note, "--key", key]);
    let out = elsewhere(&key).well();
    assert!(out.contains("Bewezen door een ondertekend controlepunt"), "{out}");
    assert!(out.contains("niet vergeleken"), "{out}");
    meldroute(&["audit", "verify", "--export", file]).badly(2, &["--key"]);

    let other = meldroute::ledger::note::LedgerKey::from_seed("meldroute.test/logboek", &[9; 32]).unwrap();
    elsewhere(&other.verifier().to_string()).badly(1, &["telt niet mee"]);
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.contains("log.exported"), "that it was carried off stands in it");
    std::fs::write(file, text.replacen("signal.received", "signal.repeated", 1)).unwrap();
    elsewhere(&key).badly(1, &["Het logboek klopt niet.", "Logregel "]);
}

#[test]
fn a_checkpoint_that_was_kept_elsewhere_shows_a_database_that_was_put_back() {
    let place = with_signals();
    let app = place.app();
    report(&app, 9);
    close(app);
    let note = place.path("controlepunt.txt");
    place.run(&["audit", "checkpoint", "--out", note.to_str().unwrap()]).well();
    let mut raw = Raw::open(&place.database);
    raw.unlock_log();
    raw.run("DELETE FROM checkpoints");
    let last = raw.number("(SELECT max(idx) FROM events)");
    raw.run(&format!("DELETE FROM events WHERE idx >= {}", last - 1));
    drop(raw);
    let words = ["terwijl het ondertekende controlepunt", "verder loopt"];
    place.run(&["audit", "verify", "--checkpoint", note.to_str().unwrap()]).badly(1, &words);
}

/// What somebody does by hand, and what must be said of it.
type Tampering = (&'static str, &'static str, &'static [&'static str]);

const TAMPERINGS: &[Tampering] = &[
    ("another kind", "UPDATE events SET kind = 'x.y' WHERE idx = 3", &["Logregel 3:", "een andere soort handeling"]),
    (
        "no object",
        "UPDATE events SET object_id = NULL WHERE idx = (SELECT max(idx) FROM events)",
        &["een ander object"],
    ),
    (
        "no member",
        "UPDATE events SET member_id = NULL WHERE idx = (SELECT min(idx) FROM events WHERE member_id IS NOT NULL)",
        &["een andere medewerker"],
    ),
    ("another day", "UPDATE events SET day = '2020-01-01' WHERE idx = 2", &["Logregel 2:", "een andere dag"]),
    (
        "another leaf",
        "UPDATE events SET leaf_hash = body WHERE idx = 4",
        &["Logregel 4:", "na het schrijven veranderd"],
    ),
    ("a gap", "DELETE FROM events WHERE idx = 5", &["Logregel 5 ontbreekt"]),
    ("a shorter log", "DELETE FROM events WHERE idx = (SELECT max(idx) FROM events)", &["aan het einde"]),
    ("another size", "UPDATE log_head SET size = size + 1", &["aan het einde", "eindstand"]),
    (
        "a lost key",
        "DELETE FROM sealed_keys WHERE id = (SELECT id FROM sealed_keys WHERE subject_kind = 'record' LIMIT 1)",
        &["De rij sealed_keys/", "ontbreekt"],
    ),
    (
        "two contents swapped",
        "UPDATE contents SET sealed = (SELECT sealed FROM contents ORDER BY sealed DESC LIMIT 1) \
         WHERE sealed = (SELECT sealed FROM contents ORDER BY sealed LIMIT 1)",
        &["De rij contents/", "zij is buiten de dienst om veranderd"],
    ),
    ("a signal moved", "UPDATE signals SET stage = 'afgesloten'", &["De rij signals/", "veranderd"]),
    (
        "a public key swapped",
        "UPDATE public_keys SET exchange = (SELECT exchange FROM public_keys WHERE owner_kind = 'recovery') \
         WHERE owner = 'coordinatoren'",
        &["(group)", "iemand heeft hem verwisseld"],
    ),
    ("a public key gone", "DELETE FROM public_keys WHERE owner = 'juristen'", &["staat niet meer in de database"]),
    (
        "a statement gone",
        "DELETE FROM events WHERE idx = (SELECT min(idx) FROM events WHERE kind = 'key.stated')",
        &["Logregel 0 ontbreekt", "De openbare sleutels kloppen niet"],
    ),
];

#[test]
fn whatever_is_changed_by_hand_is_named_and_never_signed() {
    for (name, sql, words) in TAMPERINGS {
        let place = with_signals();
        let mut raw = Raw::open(&place.database);
        raw.unlock_log();
        raw.run(sql);
        drop(raw);
        let said = verify(&place);
        assert_eq!(said.code, 1, "{name}: {}\n{}", said.out, said.err);
        for word in *words {
            assert!(said.out.contains(word), "{name}: `{word}` is not in: {}", said.out);
        }
        place.run(&["audit", "checkpoint"]).badly(1, &["Er is geen controlepunt gezet."]);
        assert_eq!(Raw::open(&place.database).count("checkpoints"), 0, "{name}");
    }
}

#[test]
fn a_key_that_no_statement_introduces_is_named() {
    let place = with_signals();
    let mut raw = Raw::open(&place.database);
    let new = raw.id("000102030405060708090a0b0c0d0e0f");
    raw.run(&format!(
        "INSERT INTO public_keys (id, owner_kind, owner, epoch, exchange, event_index, created_on)
         SELECT {new}, owner_kind, owner, 2, exchange, event_index, created_on FROM public_keys
         WHERE owner = 'coordinatoren'"
    ));
    drop(raw);
    verify(&place).badly(1, &["00010203-0405-0607-0809-0a0b0c0d0e0f", "zonder verklaring in het logboek"]);
}

/// How long the long log is; set LONG_LOG_EVENTS to try it larger.
fn long_log_events() -> usize {
    std::env::var("LONG_LOG_EVENTS").map_or(3_000, |text| text.parse().unwrap())
}

/// Of each hundred entries ten are reports, with their sealed rows.
fn fill(app: &App, events: usize) {
    let op = app.as_system().unwrap();
    for hundred in 0..events.div_ceil(100) {
        app.store()
            .write_blocking::<_, StoreError, _>(&op, "test.fill", |tx| {
                (0..90).try_for_each(|_| tx.record(Trace::new("test.noted")).map(|_| ()))
            })
            .unwrap();
        // At once, so that they share a commit.
        std::thread::scope(|threads| {
            (0..10).for_each(|number| drop(threads.spawn(move || report(app, hundred * 10 + number))));
        });
    }
}

/// Runs a command, and gives besides what it said the most memory it held while somebody looked, in KiB.
fn watched(place: &Installation, arguments: &[&str]) -> (Said, u64) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_meldroute"));
    let out = place.path("watched.log");
    command.args(arguments).arg("--config").arg(place.path("config.toml"));
    let mut child = command.stdout(std::fs::File::create(&out).unwrap()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    let ended = loop {
        let now = std::fs::read_to_string(&status).unwrap_or_default();
        let peak = now.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok());
        most = most.max(peak.unwrap_or(0));
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    };
    let out = std::fs::read_to_string(out).unwrap();
    (Said { code: ended.code().unwrap_or(-1), out, err: String::new() }, most)
}

/// What the program needs by itself, and what may be added for each entry: the hashes of its rows, never its text.
const OWN_KIB: u64 = 64 * 1024;
const BYTES_PER_ENTRY: u64 = 1024;

#[test]
fn a_long_log_is_read_to_its_end_in_little_memory() {
    let place = Installation::new();
    let app = place.app();
    let events = long_log_events();
    fill(&app, events);
    close(app);
    let (said, most) = watched(&place, &["audit", "verify"]);
    let out = said.well();
    let entries: usize = out.lines().find_map(|line| line.split_once(" logregels gelezen")).unwrap().0.parse().unwrap();
    assert!(entries > events, "{out}");
    println!("{entries} entries verified in at most {most} KiB");
    assert!(most < OWN_KIB + entries as u64 * BYTES_PER_ENTRY / 1024, "{most} KiB for {entries} entries");

    let mut raw = Raw::open(&place.database);
    raw.unlock_log();
    let touched = entries - 100;
    raw.run(&format!("UPDATE events SET kind = 'x.y' WHERE idx = {touched}"));
    drop(raw);
    verify(&place).badly(1, &[&format!("Logregel {touched}:")]);
}
