//! The real program in a process of its own, on a copy of the template: for what only a process can undergo.

use super::app::{Template, template};
use super::client::Client;
use super::database::Keep;
use meldroute::store::db::Address;
use std::fmt::Write as _;
use std::fs::File;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long anything may take that normally takes a moment: only a hanging test gets here.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// An installation on disk: database, keys and configuration.
pub struct Installation {
    /// Holds everything but a PostgreSQL database.
    pub folder: tempfile::TempDir,
    pub database: Address,
    pub(super) template: &'static Template,
    pub(super) keep: Arc<Keep>,
}

/// What a test may want to be different.
pub struct Wish {
    /// More lines for the configuration, tables included.
    pub config: String,
}

impl Installation {
    pub fn new() -> Self {
        Self::of(template(), &Wish { config: String::new() })
    }

    pub fn of(template: &'static Template, wish: &Wish) -> Self {
        let place = Self::laid_out(template, wish, template.place.copy());
        let keys = place.path("keys");
        std::fs::create_dir(&keys).unwrap();
        for (name, key) in template.seeds.written() {
            let path = keys.join(name);
            std::fs::write(&path, data_encoding::HEXLOWER.encode(&key)).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        }
        place
    }

    /// Another machine for the same municipality: its configuration, an empty database and no keys.
    pub fn elsewhere() -> Self {
        let template = template();
        let (address, keep) = template.place.empty();
        let wish = Wish { config: String::new() };
        if let Address::Sqlite(path) = &address {
            std::fs::write(path, "").unwrap();
        }
        Self::laid_out(template, &wish, (address, keep))
    }

    fn laid_out(template: &'static Template, wish: &Wish, (mut database, keep): (Address, Keep)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let mut config = String::from("mode = \"live\"\n[database]\n");
        match &mut database {
            Address::Sqlite(path) => {
                // In a folder of its own, which a test may put on another disk or give to another user.
                let own = data.join("meldroute.sqlite");
                std::fs::rename(&*path, &own).unwrap();
                *path = own;
                config.push_str("sqlite = \"data/meldroute.sqlite\"\n");
            }
            Address::Postgres { url, .. } => {
                std::fs::write(folder.path().join("database.url"), &*url).unwrap();
                config.push_str("postgres_url_file = \"database.url\"\n");
            }
        }
        let fingerprint = data_encoding::HEXLOWER.encode(&template.seeds.files().setup_public.fingerprint());
        write!(
            config,
            "[keys]\nfolder = \"keys\"\nsetup_fingerprint = \"{fingerprint}\"\nlog_name = \"meldroute.test/logboek\"\n\
             [listen]\npublic = \"127.0.0.1:0\"\nstaff = \"127.0.0.1:0\"\nworkers = 1\n\
             [password]\nmemory_kib = 19456\npasses = 2\n[sign_in]\nsecond_factor = \"off\"\n{}",
            wish.config
        )
        .unwrap();
        std::fs::write(folder.path().join("config.toml"), config).unwrap();
        Self { folder, database, template, keep: Arc::new(keep) }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The list of destructions outside the database.
    pub fn destructions(&self) -> PathBuf {
        self.path("data/vernietigd.jsonl")
    }

    /// The key files of the municipality as they are written, by name.
    pub fn template_seeds(&self) -> std::collections::BTreeMap<&'static str, String> {
        self.template
            .seeds
            .written()
            .into_iter()
            .map(|(name, key)| (name, data_encoding::HEXLOWER.encode(&key)))
            .collect()
    }

    /// Two of the three printed shares of the recovery key, as they are read from a file.
    pub fn two_shares(&self, one: usize, two: usize) -> String {
        format!("{}\n\n{}\n", self.template.shares[one], self.template.shares[two])
    }

    /// The folder with the SQLite files.
    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// `meldroute serve --config ..`
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_meldroute"));
        command.arg("serve").arg("--config").arg(self.path("config.toml"));
        command
    }

    /// Starts the program and waits until it says where it listens.
    pub fn start(&self) -> Served {
        self.start_as(self.command())
    }

    /// Starts it, or gives what it said when it would not.
    pub fn try_start(&self) -> Result<Served, String> {
        self.try_start_as(self.command())
    }

    /// The same through another command, which must end up being the program itself.
    pub fn start_as(&self, command: Command) -> Served {
        match self.try_start_as(command) {
            Ok(served) => served,
            Err(said) => panic!("the service did not start: {said}"),
        }
    }

    /// Starts it, or gives what it said when it would not.
    pub fn try_start_as(&self, mut command: Command) -> Result<Served, String> {
        let (out, err) = (self.path("stdout.log"), self.path("stderr.log"));
        let append = |path: &Path| File::options().create(true).append(true).open(path).unwrap();
        std::fs::write(&out, "").unwrap();
        let child = command.stdin(Stdio::null()).stdout(append(&out)).stderr(append(&err)).spawn().unwrap();
        let mut served = Served { child, address: String::new(), log: err.clone() };
        let since = Instant::now();
        loop {
            let said = std::fs::read_to_string(&out).unwrap();
            if let Some(address) = said.split_whitespace().find(|word| word.starts_with("http://")) {
                address.clone_into(&mut served.address);
                // The address is said once it is taken; a moment later somebody answers there.
                if Client::new(address).try_get("/melden").is_some_and(|page| page.status == 200) {
                    return Ok(served);
                }
            }
            if served.child.try_wait().unwrap().is_some() || since.elapsed() > PATIENCE {
                return Err(std::fs::read_to_string(&err).unwrap());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The same municipality inside this process, to look at what is stored.
    pub fn look_inside(&self) -> super::log::Inside {
        super::log::Inside { database: self.database.clone(), template: self.template }
    }
}

/// A running program; it ends with the test.
pub struct Served {
    pub child: Child,
    /// `http://127.0.0.1:PORT`
    pub address: String,
    log: PathBuf,
}

impl Served {
    pub fn client(&self) -> Client {
        Client::new(&self.address)
    }

    pub fn member(&self, login: &str) -> Client {
        let mut client = self.client();
        client.sign_in(login, super::people::PASSWORD);
        client
    }

    /// Everything it said on standard error.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// As a power cut does: no word of goodbye.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// As a service manager does; gives the exit status.
    pub fn stop(mut self) -> std::process::ExitStatus {
        Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        self.child.wait().unwrap()
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
