//! A disk that fails on demand, under the real program.
//!
//! On SQLite by a library that stands between the program and the system (`fault.c`), and for a full disk by a small
//! disk in memory that is really full, where this machine lets us mount one: the program then runs as a user without
//! rights. On PostgreSQL the disk is the server's: there the server says what it says when its disk fails.

use super::raw::Raw;
use super::served::{Installation, Served};
use meldroute::store::db::Address;
use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// A user that owns nothing: `nobody`.
const NOBODY: u32 = 65534;
/// Room for the database and a few hundred reports.
const SMALL_DISK: &str = "12m";

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// No room for one more page.
    Full,
    /// The disk can be read only.
    ReadOnly,
    /// What was written does not reach the disk.
    Sync,
}

impl Trouble {
    fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::ReadOnly => "readonly",
            Self::Sync => "sync",
        }
    }
}

/// How it is made to go wrong.
enum Means {
    /// Files in a folder that `fault.c` looks for.
    Shim(PathBuf),
    /// A small disk of which the program sees the inside only.
    SmallDisk,
    /// Triggers and settings of the server.
    Server,
}

/// A disk that fails on demand.
pub struct Disk {
    means: Means,
    trouble: Trouble,
}

/// The library, compiled once.
fn shim() -> &'static Path {
    static SHIM: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = SHIM.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let (source, library) = (folder.path().join("fault.c"), folder.path().join("fault.so"));
        std::fs::write(&source, include_str!("fault.c")).unwrap();
        let mut compile = Command::new("cc");
        compile.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(&source).arg("-ldl");
        let status = compile.status().unwrap();
        assert!(status.success(), "cc: {status}");
        (folder, library)
    });
    path
}

/// Whether this process may do what only root may.
pub fn is_root() -> bool {
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

fn can_mount() -> bool {
    static CAN: OnceLock<bool> = OnceLock::new();
    *CAN.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let script = "mount -t tmpfs -o size=1m tmpfs \"$0\"";
        let tried = Command::new("unshare").args(["-m", "sh", "-c", script]).arg(folder.path()).output();
        is_root() && tried.is_ok_and(|output| output.status.success())
    })
}

impl Installation {
    /// Starts the program on a disk that can be made to fail in this way.
    pub fn start_on_failing_disk(&self, trouble: Trouble) -> (Served, Disk) {
        let means = match &self.database {
            Address::Postgres { .. } => Means::Server,
            Address::Sqlite(_) if trouble == Trouble::Full && can_mount() => Means::SmallDisk,
            Address::Sqlite(_) => Means::Shim(self.fault_folder()),
        };
        let command = match &means {
            Means::Server => self.command(),
            Means::SmallDisk => self.on_small_disk(),
            Means::Shim(folder) => self.under_shim(folder),
        };
        (self.start_as(command), Disk { means, trouble })
    }

    fn fault_folder(&self) -> PathBuf {
        let folder = self.path("faults");
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn under_shim(&self, folder: &Path) -> Command {
        let mut command = self.command();
        command.env("LD_PRELOAD", shim()).env("FAULT_DIR", folder);
        command
    }

    /// Starts the program so that every file it syncs is written down.
    pub fn start_watching_syncs(&self) -> (Served, PathBuf) {
        let folder = self.fault_folder();
        let trace = folder.join("trace");
        File::create(&trace).unwrap();
        (self.start_as(self.under_shim(&folder)), trace)
    }

    /// The program as a user without rights; gives the rights it does need.
    pub fn unprivileged(&self) -> Command {
        if !is_root() {
            return self.command();
        }
        let program = self.path("meldroute");
        if !program.exists() {
            std::fs::copy(env!("CARGO_BIN_EXE_meldroute"), &program).unwrap();
        }
        for entry in std::fs::read_dir(self.path("keys")).unwrap() {
            std::os::unix::fs::chown(entry.unwrap().path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let (user, group) = (format!("--reuid={NOBODY}"), format!("--regid={NOBODY}"));
        let mut command = Command::new("setpriv");
        command.args([&user, &group, "--clear-groups", "--"]).arg(program);
        command.arg("serve").arg("--config").arg(self.path("config.toml"));
        command
    }

    fn on_small_disk(&self) -> Command {
        let (data, kept) = (self.data(), self.path("kept"));
        let script = format!(
            "cp -r \"$0\" \"$1\" && mount -t tmpfs -o size={SMALL_DISK} tmpfs \"$0\" && cp \"$1\"/* \"$0\" &&
             chown -R {NOBODY}:{NOBODY} \"$0\" && shift && exec \"$@\""
        );
        let inner = self.unprivileged();
        let mut command = Command::new("unshare");
        command.args(["-m", "sh", "-c", &script]).arg(&data).arg(&kept);
        command.arg(inner.get_program()).args(inner.get_args());
        command
    }
}

impl Disk {
    /// From now on it goes wrong.
    pub fn begin(&self, installation: &Installation, served: &Served) {
        match &self.means {
            Means::Shim(folder) => drop(File::create(folder.join(self.trouble.name())).unwrap()),
            Means::SmallDisk => {
                let mut filler = File::create(inside(installation, served).join("filler")).unwrap();
                for size in [65536, 4096, 512, 1] {
                    while filler.write_all(&vec![0; size]).is_ok() {}
                }
            }
            Means::Server => {
                let mut raw = Raw::open(&installation.database);
                for statement in server_says(self.trouble) {
                    raw.run(statement);
                }
            }
        }
    }

    /// From now on it is well again.
    pub fn end(&self, installation: &Installation, served: &Served) {
        match &self.means {
            Means::Shim(folder) => std::fs::remove_file(folder.join(self.trouble.name())).unwrap(),
            Means::SmallDisk => std::fs::remove_file(inside(installation, served).join("filler")).unwrap(),
            Means::Server => {
                let mut raw = Raw::open(&installation.database);
                raw.run("SET default_transaction_read_only = off");
                let name = raw.texts("SELECT current_database()::text AS value").remove(0);
                raw.run(&format!("ALTER DATABASE {name} RESET default_transaction_read_only"));
                raw.run("DROP TRIGGER IF EXISTS disk_fails ON signals");
                raw.run("DROP TRIGGER IF EXISTS disk_fails ON events");
            }
        }
    }

    /// What is on the disk, brought to where the test looks.
    pub fn bring_out(&self, installation: &Installation, served: &Served) {
        if matches!(self.means, Means::SmallDisk) {
            for entry in std::fs::read_dir(inside(installation, served)).unwrap() {
                let entry = entry.unwrap();
                std::fs::copy(entry.path(), installation.data().join(entry.file_name())).unwrap();
            }
        }
    }
}

/// The data folder as the program sees it.
fn inside(installation: &Installation, served: &Served) -> PathBuf {
    let root = PathBuf::from(format!("/proc/{}/root", served.child.id()));
    root.join(installation.data().strip_prefix("/").unwrap())
}

/// The words and codes with which PostgreSQL reports it (error codes of appendix A: 53100, 58030).
fn server_says(trouble: Trouble) -> &'static [&'static str] {
    match trouble {
        Trouble::Full => &[
            "CREATE OR REPLACE FUNCTION disk_fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             RAISE EXCEPTION 'could not extend file \"base/5/2619\": No space left on device' USING ERRCODE = '53100';
             END $$",
            "CREATE TRIGGER disk_fails BEFORE INSERT ON signals FOR EACH ROW EXECUTE FUNCTION disk_fails()",
            "CREATE TRIGGER disk_fails BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION disk_fails()",
        ],
        // Only at the end of a transaction, as a log that cannot be flushed.
        Trouble::Sync => &[
            "CREATE OR REPLACE FUNCTION disk_fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             RAISE EXCEPTION 'could not fsync file \"pg_wal/1\": Input/output error' USING ERRCODE = '58030';
             END $$",
            "CREATE CONSTRAINT TRIGGER disk_fails AFTER INSERT ON events DEFERRABLE INITIALLY DEFERRED
             FOR EACH ROW EXECUTE FUNCTION disk_fails()",
        ],
        Trouble::ReadOnly => &[
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database());
             END $$",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        ],
    }
}
