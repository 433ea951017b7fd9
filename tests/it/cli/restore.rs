//! A rehearsed restore: people sign in as before and read what they read, and what had to go stays gone.

use super::Said;
use super::backup::{Kept, while_people_report};
use super::rewritten;
use crate::support::app::TestApp;
use crate::support::raw::Raw;
use crate::support::road::REPORT;
use crate::support::served::Installation;
use crate::support::walk::Walk;
use meldroute::app::backup::file::PartFile;
use meldroute::domain::ids::SignalId;
use meldroute::store::dump::TABLES;
use std::path::{Path, PathBuf};

/// A municipality with signals, and what its restore needs.
struct Before {
    place: Installation,
    key: PathBuf,
    kept: Kept,
}

/// A backup of an installation with one signal that mirte reads; gives the signal, too.
fn backed_up() -> (Before, String) {
    let place = Installation::new();
    let key = place.backup_key();
    let served = place.start();
    served.client().report(&[("tekst", REPORT)]);
    let list = served.member("mirte").get("/signalen").links("/signalen/");
    let id = list[0].rsplit('/').next().unwrap().to_owned();
    place.back_up().well();
    let kept = place.newest();
    (Before { place, key, kept }, id)
}

impl Before {
    fn restore_into(&self, there: &Installation, more: &[&str]) -> Said {
        self.restore_files(there, &self.kept.file(PartFile::Content), &self.kept.file(PartFile::Keys), more)
    }

    fn restore_files(&self, there: &Installation, content: &Path, keys: &Path, more: &[&str]) -> Said {
        let mut words =
            vec!["restore", "--content", content.to_str().unwrap(), "--keys", keys.to_str().unwrap(), "--identity"];
        words.push(self.key.to_str().unwrap());
        words.extend(more);
        there.run(&words)
    }

    fn list(&self) -> String {
        self.place.destructions().to_str().unwrap().to_owned()
    }
}

fn destroy(app: &TestApp, id: SignalId) {
    let page = format!("/signalen/{id}/vernietigen");
    for (login, act) in [("mirte", "voorstellen"), ("nadia", "vernietigen")] {
        let mut member = app.member(login);
        let form = member.get(&page);
        assert_eq!(member.submit(&form, &page, &[("daad", act)]).status, 303, "{login}: {}", form.body);
    }
}

#[test]
fn a_restored_service_is_the_one_of_before_without_its_sessions_and_without_what_was_destroyed() {
    let place = Installation::new();
    let key = place.backup_key();
    let app = TestApp::on(&place);
    let mut walk = Walk::start(&app);
    let goes = walk.closed();
    drop(walk);
    let served = place.start();
    served.client().report(&[("tekst", REPORT)]);
    let mut mirte = served.member("mirte");
    let links = mirte.get("/signalen").links("/signalen/");
    let id = links.iter().map(|link| link.rsplit('/').next().unwrap()).find(|id| *id != goes.to_string()).unwrap();
    let old_cookie = mirte.cookie("__Host-sessie").unwrap().to_owned();
    place.run(&["audit", "checkpoint"]).well();
    let (said, _) = while_people_report(&served.address, || place.back_up());
    said.well();
    let before = Before { kept: place.newest(), key, place };

    // After the backup one signal goes for ever, and others come.
    app.clock.set("2033-01-01T09:00:00Z".parse().unwrap());
    destroy(&app, goes);
    assert!(std::fs::read_to_string(before.place.destructions()).unwrap().contains(&goes.to_string()));
    served.client().report(&[("tekst", "Iets van na de kopie.")]);

    let there = Installation::elsewhere();
    let out = before.restore_into(&there, &["--destructions", &before.list()]).well();
    let size = before.kept.manifest.log_size;
    for words in
        ["1 opnieuw vernietigd", &format!("met {size} logregels"), "spreekt dit logboek", "meldt zich opnieuw aan"]
    {
        assert!(out.contains(words), "{words}: {out}");
    }

    let mut raw = Raw::open(&there.database);
    let events = raw.events();
    let restored = &raw.events_of("instance.restored")[0];
    assert_eq!(u64::try_from(events.len()).unwrap(), size + 2, "what was, the restore, and one destruction");
    assert_eq!(restored["bijzonderheden"]["size"], size.to_string(), "{restored}");
    assert_eq!(raw.count("sessions"), 0);
    let hex = goes.uuid().simple().to_string();
    let of_signal = format!("sealed_keys WHERE signal_id = {}", raw.id(&hex));
    assert_eq!(raw.number(&format!("(SELECT count(*) FROM {of_signal})")), 0);

    let new = there.start();
    let page = new.member("mirte").get(&format!("/signalen/{id}"));
    assert!(page.body.contains("nooit klanten"), "{}", page.body);
    assert_eq!(new.member("mirte").get(&format!("/signalen/{goes}")).status, 404);
    new.member("nadia");
    let mut stolen = new.client();
    stolen.set_cookie("__Host-sessie", &old_cookie);
    assert_ne!(stolen.get("/signalen").status, 200, "a session of before");
    assert_eq!(mirte.get("/signalen").status, 200, "where it came from it is one");
    let own = std::fs::read_to_string(there.path("keys/server.key")).unwrap();
    assert_ne!(own.trim(), std::fs::read_to_string(before.place.path("keys/server.key")).unwrap().trim());
    assert!(!there.path("keys/setup.key").exists());
    there.run(&["audit", "verify"]).well();
    there.run(&["audit", "checkpoint"]).well();
    there.look_inside().assert_log_is_whole();
    assert!(!new.client().report(&[("tekst", "Een nieuw signaal.")]).is_empty(), "the service goes on");
}

#[test]
fn every_row_comes_back_as_it_was() {
    let place = Installation::new();
    let key = place.backup_key();
    let app = TestApp::on(&place);
    let mut walk = Walk::start(&app);
    walk.closed();
    walk.ways_out();
    drop(walk);
    place.back_up().well();
    let before = Before { kept: place.newest(), key, place };
    let there = Installation::elsewhere();
    before.restore_into(&there, &["--destructions", &before.list()]).well();
    let (mut old, mut new) = (Raw::open(&before.place.database), Raw::open(&there.database));
    for (table, _) in TABLES {
        // The last event of the one is the backup, of the other the restore; their salts and sessions are their own.
        if ["events", "log_head", "sessions", "idempotency"].contains(&table) {
            continue;
        }
        let sorted = |raw: &mut Raw| {
            let mut rows: Vec<String> = raw.rows(table).iter().map(|row| format!("{row:?}")).collect();
            rows.sort();
            rows
        };
        assert_eq!(sorted(&mut old), sorted(&mut new), "{table}");
    }
    let size = usize::try_from(before.kept.manifest.log_size).unwrap();
    let bodies = |raw: &mut Raw| raw.texts("SELECT CAST(idx AS text) || kind || day AS value FROM events ORDER BY idx");
    assert_eq!(bodies(&mut old)[..size], bodies(&mut new)[..size]);
}

#[test]
fn without_the_file_with_keys_nobody_opens_anything() {
    let (before, _) = backed_up();
    before.place.back_up().well();
    let other = before.place.newest();
    let there = Installation::elsewhere();
    let content = before.kept.file(PartFile::Content);
    let gone = before.place.path("er-is-geen.age");
    let list = ["--destructions", &before.list()];
    before
        .restore_files(&there, &content, &gone, &list)
        .badly(2, &["er-is-geen.age is niet te lezen", "leeg gebleven"]);
    before
        .restore_files(&there, &content, &other.file(PartFile::Keys), &list)
        .badly(2, &["sleutels.age is veranderd of niet heel", "leeg gebleven"]);
    before
        .restore_files(&there, &content, &content, &list)
        .badly(2, &["inhoud.age is veranderd of niet heel", "leeg gebleven"]);
    assert!(!there.path("keys").exists());
    before.restore_into(&there, &list).well();
}

/// Changes a byte of a file, in the middle.
fn flip(path: &Path) -> Vec<u8> {
    let bytes = std::fs::read(path).unwrap();
    let mut changed = bytes.clone();
    changed[bytes.len() / 2] ^= 1;
    std::fs::write(path, changed).unwrap();
    bytes
}

#[test]
fn a_changed_byte_is_found_also_by_whoever_changed_the_list_beside_it() {
    let (before, _) = backed_up();
    let there = Installation::elsewhere();
    let list = ["--destructions", &before.list()];
    for part in [PartFile::Content, PartFile::Keys] {
        let file = before.kept.file(part);
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let whole = flip(&file);
        before.restore_into(&there, &list).badly(2, &[&format!("{name} is veranderd of niet heel"), "leeg gebleven"]);
        // The list beside it says the new hash.
        let beside = before.kept.manifest_file();
        let text = std::fs::read_to_string(&beside).unwrap();
        let hash = |bytes: &[u8]| data_encoding::HEXLOWER.encode(&meldroute::vault::digest::sha256(bytes));
        let changed = std::fs::read(&file).unwrap();
        std::fs::write(&beside, text.replace(&hash(&whole), &hash(&changed))).unwrap();
        before.restore_into(&there, &list).badly(2, &["niet teruggezet", "leeg gebleven"]);
        std::fs::write(&beside, text).unwrap();
        std::fs::write(&file, whole).unwrap();
    }
    assert!(!there.path("keys/server.key").exists());
    before.restore_into(&there, &list).well();
}

#[test]
fn a_restore_goes_only_where_nothing_is_and_with_the_list_of_destructions() {
    let (before, id) = backed_up();
    let list = before.list();
    let list = ["--destructions", list.as_str()];
    before.restore_into(&before.place, &list).badly(2, &["Er staat al een sleutel voor sessies", "server.key"]);
    std::fs::remove_file(before.place.path("keys/server.key")).unwrap();
    before.restore_into(&before.place, &list).badly(2, &["de database is niet leeg"]);

    let there = Installation::elsewhere();
    before.restore_into(&there, &[]).badly(2, &["staat deze reservekopie niet", "--without-destructions"]);
    std::fs::create_dir(there.path("keys")).unwrap();
    std::fs::write(there.path("keys/ledger.key"), "ab".repeat(32)).unwrap();
    std::fs::set_permissions(there.path("keys/ledger.key"), std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .unwrap();
    before.restore_into(&there, &list).badly(2, &["Er staat al een andere", "ledger.key"]);
    std::fs::remove_file(there.path("keys/ledger.key")).unwrap();

    let other = Installation::new();
    let wrong = Before { key: other.backup_key(), kept: before.place.newest(), place: other };
    wrong.restore_into(&there, &list).badly(2, &["voor een andere reservesleutel versleuteld"]);
    let config = std::fs::read_to_string(there.path("config.toml")).unwrap();
    let fingerprint = config.split("setup_fingerprint = \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    rewritten(&there, &fingerprint, &"ab".repeat(32));
    before.restore_into(&there, &list).badly(2, &["andere inrichtingssleutel dan keys.setup_fingerprint"]);
    rewritten(&there, &"ab".repeat(32), &fingerprint);

    let out = before.restore_into(&there, &["--without-destructions"]).well();
    assert!(out.contains("Let op: er is teruggezet zonder lijst van vernietigingen."), "{out}");
    let restored = &Raw::open(&there.database).events_of("instance.restored")[0];
    assert_eq!(restored["bijzonderheden"]["listed"], "none");
    assert!(there.start().member("mirte").get(&format!("/signalen/{id}")).body.contains("nooit klanten"));
}

#[test]
fn a_log_that_somebody_touched_before_the_backup_is_not_put_back() {
    let place = Installation::new();
    let key = place.backup_key();
    let served = place.start();
    served.client().report(&[("tekst", REPORT)]);
    drop(served);
    let mut raw = Raw::open(&place.database);
    raw.run("UPDATE signals SET stage = 'afgesloten'");
    drop(raw);
    place.back_up().well();
    let before = Before { kept: place.newest(), key, place };
    let there = Installation::elsewhere();
    let list = before.list();
    before
        .restore_into(&there, &["--destructions", &list])
        .badly(2, &["De rij signals/", "klopt niet met het logboek erin", "leeg gebleven"]);
    assert!(!there.path("keys/server.key").exists());
    assert!(there.try_start().err().unwrap().contains("server.key"));
}
