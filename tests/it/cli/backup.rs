//! A backup of a running service: whole, sealed, in two files, and never half there.

use super::Said;
use crate::leaks::assert_nowhere;
use crate::support::app::TestApp;
use crate::support::client::Client;
use crate::support::raw::{Raw, bytes_of};
use crate::support::served::Installation;
use crate::support::walk::Walk;
use meldroute::app::backup::file::{Manifest, PartFile};
use meldroute::store::dump::TABLES;
use meldroute::vault::Secret;
use meldroute::vault::backup::BackupPrivate;
use std::collections::BTreeSet;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

impl Installation {
    /// Makes the backup key; gives the file with its private half.
    pub(super) fn backup_key(&self) -> PathBuf {
        let out = self.path("reservesleutel.txt");
        self.run(&["backup-key", "--out", out.to_str().unwrap()]).well();
        out
    }

    fn backup_folder(&self) -> PathBuf {
        self.path("reserve")
    }

    pub(super) fn back_up(&self) -> Said {
        self.run(&["backup", "--to", self.backup_folder().to_str().unwrap()])
    }

    /// The newest backup: its folder and manifest.
    pub(super) fn newest(&self) -> Kept {
        let folder = self.backup_folder();
        let mut manifests: Vec<Manifest> = manifests(&folder);
        manifests.sort_by(|one, other| one.made_at.cmp(&other.made_at));
        Kept { manifest: manifests.pop().unwrap(), folder }
    }
}

/// One backup on disk.
pub(super) struct Kept {
    pub(super) manifest: Manifest,
    folder: PathBuf,
}

impl Kept {
    pub(super) fn file(&self, part: PartFile) -> PathBuf {
        self.folder.join(&self.manifest.file(part).unwrap().name)
    }

    pub(super) fn manifest_file(&self) -> PathBuf {
        let content = self.file(PartFile::Content);
        content.with_file_name(content.file_name().unwrap().to_str().unwrap().replace(".inhoud.age", ".json"))
    }

    /// What stands in a file, for whoever has the private half.
    fn opened(&self, part: PartFile, key: &Path) -> String {
        let private = BackupPrivate::parse(&Secret::new(std::fs::read_to_string(key).unwrap())).unwrap();
        let bytes = std::fs::read(self.file(part)).unwrap();
        let mut text = String::new();
        private.open(bytes.as_slice()).unwrap().read_to_string(&mut text).unwrap();
        text
    }
}

fn names(folder: &Path) -> BTreeSet<String> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn manifests(folder: &Path) -> Vec<Manifest> {
    let read = |name: &String| serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap();
    names(folder).iter().filter(|name| name.ends_with(".json")).map(read).collect()
}

/// Melders who go on while something else happens; gives how many were told that it was received.
pub(super) fn while_people_report<T>(address: &str, act: impl FnOnce() -> T) -> (T, usize) {
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let melder = scope.spawn(|| {
            let mut client = Client::new(address);
            let mut received = 0;
            while !ended.load(Ordering::Relaxed) || received == 0 {
                client.report(&[("tekst", "Iets dat gebeurde terwijl de kopie werd gemaakt.")]);
                received += 1;
            }
            received
        });
        let result = act();
        ended.store(true, Ordering::Relaxed);
        (result, melder.join().unwrap())
    })
}

#[test]
fn a_backup_is_made_while_reports_keep_coming_and_the_log_tells_of_it() {
    let place = Installation::new();
    let key = place.backup_key();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&key), 0o600);
    let served = place.start();
    served.client().report(&[("tekst", "Iets van daarvoor.")]);
    let (said, received) = while_people_report(&served.address, || place.back_up());
    let out = said.well();
    assert!(received > 0);
    let kept = place.newest();
    let (size, root) = (kept.manifest.log_size, &kept.manifest.root);
    for words in [&format!("{size} regels, met wortel {root}"), "contents: ", "Er was niets oud genoeg", "30 dagen"] {
        assert!(out.contains(words), "{words}: {out}");
    }
    assert_eq!(mode(&place.backup_folder()), 0o700);
    for name in names(&place.backup_folder()) {
        assert_eq!(mode(&place.backup_folder().join(&name)), 0o600, "{name}");
        assert!(!name.ends_with(".half"), "{name}");
    }
    let made = &place.look_inside().raw().events_of("backup.made")[0];
    let content = &kept.manifest.file(PartFile::Content).unwrap().name;
    assert_eq!(made["bijzonderheden"]["content"], content.as_str(), "{made}");
    assert_eq!(made["bijzonderheden"]["size"], size.to_string(), "{made}");
    assert!(made.to_string().contains("proef") && !made.to_string().contains("reserve/"), "{made}");
    place.look_inside().assert_log_is_whole();
}

#[test]
fn keys_and_content_lie_apart_and_what_gives_rights_by_itself_is_in_neither() {
    let place = Installation::new();
    let key = place.backup_key();
    let served = place.start();
    served.client().report(&[("tekst", "Een signaal om te bewaren.")]);
    served.member("mirte");
    place.back_up().well();
    let kept = place.newest();
    let (content, keys) = (kept.opened(PartFile::Content, &key), kept.opened(PartFile::Keys, &key));
    let mut raw = Raw::open(&place.database);
    let spelled = |text: &str, hex: &str| text.to_lowercase().contains(&hex.to_lowercase());
    let hex = |bytes: &str| data_encoding::HEXLOWER.encode(&bytes_of(bytes));
    let sealed: Vec<String> = raw.rows("sealed_keys").iter().map(|row| hex(&row["sealed"])).collect();
    let members: Vec<String> =
        raw.rows("members").iter().flat_map(|row| [hex(&row["keys_sealed"]), hex(&row["password"])]).collect();
    let salts: Vec<String> = raw.rows("row_salts").iter().map(|row| hex(&row["salt"])).collect();
    assert!(sealed.len() > 10 && members.len() > 10 && salts.len() > 10);
    for secret in sealed.iter().chain(&members).chain(&salts) {
        assert!(!spelled(&content, secret) && spelled(&keys, secret), "{secret}");
    }
    for row in raw.rows("contents") {
        assert!(spelled(&content, &hex(&row["sealed"])) && !spelled(&keys, &hex(&row["sealed"])));
    }
    let (seeds, sessions) = (place.template_seeds(), raw.rows("sessions"));
    assert!(!sessions.is_empty());
    let never = sessions.iter().flat_map(|row| [hex(&row["token_hash"]), hex(&row["keys_sealed"])]);
    let never: Vec<String> = never.chain([seeds["server.key"].clone(), seeds["setup.key"].clone()]).collect();
    for secret in &never {
        assert!(!spelled(&content, secret) && !spelled(&keys, secret), "{secret}");
    }
    assert!(spelled(&keys, &seeds["ledger.key"]) && !spelled(&content, &seeds["ledger.key"]));
}

#[test]
fn every_table_has_its_place_in_a_backup_or_is_left_out_on_purpose() {
    let app = TestApp::start();
    let tables: BTreeSet<String> = Raw::open(&app.database).tables().into_iter().collect();
    let known: BTreeSet<String> = TABLES.iter().map(|(table, _)| (*table).to_owned()).collect();
    let tables: BTreeSet<String> = tables.into_iter().filter(|table| !table.starts_with("__diesel")).collect();
    assert_eq!(known, tables, "say in store/dump.rs whether a new table goes with content, with keys, or nowhere");
}

#[test]
fn nothing_anybody_wrote_is_found_in_either_file() {
    let place = Installation::new();
    let key = place.backup_key();
    let app = TestApp::on(&place);
    let mut walk = Walk::start(&app);
    walk.closed();
    let mut words = walk.words.clone();
    words.extend(walk.receipts.iter().cloned());
    drop(walk);
    place.back_up().well();
    let kept = place.newest();
    let opened = tempfile::tempdir().unwrap();
    for part in [PartFile::Content, PartFile::Keys] {
        std::fs::write(opened.path().join(part.label()), kept.opened(part, &key)).unwrap();
    }
    assert_nowhere(&words, &[place.backup_folder(), opened.path().to_owned()]);
}

#[test]
fn power_that_goes_off_halfway_leaves_nothing_half_under_its_final_name() {
    let place = Installation::new();
    let key = place.backup_key();
    let folder = place.backup_folder();
    for round in 0..12_u64 {
        let mut child = Command::new(env!("CARGO_BIN_EXE_meldroute"))
            .args(["backup", "--to", folder.to_str().unwrap(), "--config", place.path("config.toml").to_str().unwrap()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // From the moment that it writes, and a little later each time.
        let before = if folder.exists() { names(&folder) } else { BTreeSet::new() };
        let writes =
            || folder.exists() && names(&folder).iter().any(|name| name.contains(".age") && !before.contains(name));
        while !writes() && child.try_wait().unwrap().is_none() {}
        std::thread::sleep(std::time::Duration::from_millis(round));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_only_whole(&folder, &key);
    }
    place.back_up().well();
    assert!(!names(&folder).iter().any(|name| name.ends_with(".half")), "{:?}", names(&folder));
    assert_only_whole(&folder, &key);
}

/// Whatever has its final name opens to its end; a manifest has both its files.
fn assert_only_whole(folder: &Path, key: &Path) {
    let private = BackupPrivate::parse(&Secret::new(std::fs::read_to_string(key).unwrap())).unwrap();
    for name in names(folder).iter().filter(|name| name.ends_with(".age")) {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let opened = private.open(bytes.as_slice()).map(|mut text| text.read_to_end(&mut Vec::new()));
        assert!(matches!(opened, Ok(Ok(_))), "{name} has its name and is not whole");
    }
    for manifest in manifests(folder) {
        for file in &manifest.files {
            let bytes = std::fs::read(folder.join(&file.name)).unwrap();
            let hash = data_encoding::HEXLOWER.encode(&meldroute::vault::digest::sha256(&bytes));
            assert_eq!((hash, bytes.len()), (file.sha256.clone(), usize::try_from(file.bytes).unwrap()));
        }
    }
}

#[test]
fn files_of_before_are_cleared_keys_first_and_named() {
    let place = Installation::new();
    let config = std::fs::read_to_string(place.path("config.toml")).unwrap();
    std::fs::write(
        place.path("config.toml"),
        format!("{config}[backup]\nkeep_keys_days = 10\nkeep_content_days = 40\n"),
    )
    .unwrap();
    place.backup_key();
    let age = |kept: &Kept, days: i64| {
        let made: meldroute::domain::time::Moment = kept.manifest.made_at.parse().unwrap();
        let manifest = Manifest { made_at: made.plus_seconds(-days * 86_400).to_string(), ..kept.manifest.clone() };
        std::fs::write(kept.manifest_file(), serde_json::to_vec(&manifest).unwrap()).unwrap();
    };
    place.back_up().well();
    let first = place.newest();
    age(&first, 41);
    place.back_up().well();
    assert!(!first.file(PartFile::Content).exists() && !first.manifest_file().exists());
    let second = place.newest();
    age(&second, 11);
    let out = place.back_up().well();
    assert!(!second.file(PartFile::Keys).exists() && second.file(PartFile::Content).exists());
    assert!(second.manifest_file().exists());
    let keys = &second.manifest.file(PartFile::Keys).unwrap().name;
    assert!(out.contains(&format!("Opgeruimd: {keys}.")), "{out}");
    assert!(place.newest().file(PartFile::Keys).exists());
}

#[test]
fn what_keeps_a_backup_from_being_made_is_said_and_stands_in_the_log() {
    let place = Installation::new();
    place.back_up().badly(2, &["meldroute backup-key"]);
    place.backup_key();
    place.run(&["backup-key"]).badly(2, &["Er is al een reservesleutel"]);
    let folder = place.backup_folder();
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    place.back_up().badly(2, &["Anderen op deze machine mogen", "chmod 700"]);
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).unwrap();
    // In its place lies something that takes no lines.
    std::fs::create_dir(place.destructions()).unwrap();
    place.back_up().badly(2, &["lijst van vernietigingen is niet te schrijven"]);
    let failed = place.look_inside().raw().events_of("backup.failed");
    let why: Vec<_> = failed.iter().map(|event| &event["bijzonderheden"]["why"]).collect();
    assert_eq!(why, ["folder_open", "list"]);
    std::fs::remove_dir(place.destructions()).unwrap();
    place.back_up().well();
    let out = Installation::new().run(&["backup-key"]).well();
    assert!(out.contains("AGE-SECRET-KEY-1") && out.contains("age1"), "{out}");
}
