//! What the service does in a second, each figure beside the limit it comes near to, in one run on one machine.
//!
//! `make bench` runs this on SQLite and on a throw-away PostgreSQL (`TEST_DATABASE_URL`). With `BENCH_WRITE=1` it also
//! writes `docs/benchmarks.md`. No measuring crate: what is wanted here is whole requests under load beside the parts
//! they are made of, and those are loops with a clock.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking, and shows what it found"
)]

mod conditions;
mod installation;
mod load;
mod log;
mod process;
mod reading;
mod renewing;
mod report;
mod signing_in;
mod submitting;

use installation::{Installation, postgres};
use meldroute::domain::time::{Clock as _, SystemClock};
use meldroute::store::db::Address;
use reading::List;
use report::Report;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Signals in the long and in the short list.
const LONG: usize = 100_000;
const SHORT: usize = 1_000;
const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/benchmarks.md");

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` starts this too; a measurement is no test.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return println!("Gebruik: make bench");
    }
    let begun = Instant::now();
    // The target folder lies on a disk; the system's temporary folder may lie in memory, where nothing is durable.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let folder = folder.path();
    let (busyness, fsync) = (conditions::busyness(), conditions::fsync(folder));
    let mut places = vec![Place { folder: folder.join("sqlite"), server: None }];
    match std::env::var("TEST_DATABASE_URL") {
        Ok(url) => places.push(Place { folder: folder.join("postgres"), server: Some(url) }),
        Err(_) => {
            println!("Zonder TEST_DATABASE_URL wordt PostgreSQL niet gemeten: scripts/with-postgres.sh zet hem.\n")
        }
    }
    let mut report = Report::default();
    let databases: Vec<Address> = places.iter().map(|place| place.measure(&mut report)).collect();
    progress("meldroute serve");
    process::measure(&places[0].folder.join("lang"), &mut report);
    report.add(conditions::table(folder, &databases, &busyness, &fsync));
    report.conclude();
    println!("Duur van de meting: {}", report::time(begun.elapsed()));
    if std::env::var("BENCH_WRITE").is_ok_and(|value| value == "1") {
        std::fs::write(DOCUMENT, document(&report, begun.elapsed())).unwrap();
        println!("Geschreven: docs/benchmarks.md");
    }
}

/// One kind of database.
struct Place {
    folder: PathBuf,
    /// The address of the PostgreSQL server; SQLite otherwise.
    server: Option<String>,
}

impl Place {
    fn installation(&self, name: &str) -> Installation {
        let url = self.server.as_ref().map(|server| postgres(server, &format!("bench_{name}")));
        Installation::fresh(&self.folder.join(name), url.as_deref())
    }

    /// Measures with a long and a short list, each an installation of its own; gives the address of the long one.
    fn measure(&self, report: &mut Report) -> Address {
        std::fs::create_dir(&self.folder).unwrap();
        let on = self.installation("lang");
        progress(&format!("{}: delen, openen, aanmelden", on.on()));
        let shared = submitting::measure(&on, report);
        reading::opening(&on, report);
        signing_in::measure(&on, report);

        progress(&format!("{}: vullen tot {} signalen", on.on(), report::whole(LONG as f64)));
        let few = self.installation("kort");
        submitting::share_one(&few);
        let newest = SystemClock.now().day().plus_days(-1);
        let filled = [SHORT - 1, LONG.saturating_sub(shared)];
        for (to, count) in [(&few, filled[0]), (&on, filled[1])] {
            reading::fill(to, count, &reading::first_row(to), newest);
        }
        let short = List { on: &few, signals: SHORT, newest, filled: filled[0] };
        let long = List { on: &on, signals: LONG.max(shared), newest, filled: filled[1] };
        reading::pages(&short, &long, report);

        progress(&format!("{}: logboek", on.on()));
        log::measure(&on, report);

        let keys = self.installation("sleutels");
        progress(&format!("{}: {} sleutels opnieuw verzegelen", keys.on(), report::whole(renewing::KEYS as f64)));
        renewing::measure(&keys, report);
        on.database.clone()
    }
}

fn progress(text: &str) {
    println!("==> {text}\n");
}

/// `docs/benchmarks.md`, whole.
fn document(report: &Report, took: Duration) -> String {
    let missed = report.missed();
    let verdict = if missed.is_empty() {
        "Alle doelen zijn gehaald.".to_owned()
    } else {
        format!("Niet gehaald: {}.", missed.join("; "))
    };
    format!(include_str!("document.md"), verdict = verdict, took = report::time(took), tables = report.markdown())
}
