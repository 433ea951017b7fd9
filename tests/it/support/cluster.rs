//! A PostgreSQL of one's own, for tests that stop it or pull its plug.

use super::app::Template;
use super::database::Place;
use super::source;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// A running server with a municipality to copy from.
pub struct Cluster {
    child: Child,
    control: String,
    pub template: &'static Template,
}

impl Cluster {
    /// Starts a server, and sets a municipality up on it.
    pub fn start() -> Self {
        let mut child = Command::new(source::root().join("scripts/with-postgres.sh"))
            .args(["sh", "-c", "echo \"$TEST_DATABASE_URL\"; echo \"$TEST_POSTGRES_CONTROL\"; cat"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut next = || lines.next().expect("with-postgres.sh says where it is").unwrap();
        let (url, control) = (next(), next());
        let place = Box::leak(Box::new(Place::Postgres { url, prefix: "own".to_owned() }));
        let template = Box::leak(Box::new(Template::make(place)));
        Self { child, control, template }
    }

    /// `stop`, `start`, `restart`, or `kill` as a power cut would.
    pub fn tell(&self, word: &str) {
        let status = Command::new(&self.control).arg(word).status().unwrap();
        assert!(status.success(), "{word}: {status}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        drop(self.child.wait());
    }
}
