//! On what and with what was measured: without it a figure says nothing.

use crate::load::{Outcome, sorted};
use crate::report::{Table, mib, time};
use meldroute::domain::time::{Clock as _, SystemClock};
use meldroute::store::db::{Address, Db, Use};
use std::io::{Seek as _, Write as _};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// As many bytes as a page of either database's log.
const BLOCK: [u8; 4096] = [0x5a; 4096];

/// How many cores this process may use.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn file(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// The value after a name in a file of `name: value` lines.
fn named(path: &str, name: &str) -> String {
    let text = file(path);
    let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    line.split_once(':').map_or("onbekend", |(_, value)| value.trim()).to_owned()
}

fn first_line(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().next().unwrap_or("onbekend").to_owned()
}

/// Other work on the machine, as the kernel's average number of runnable tasks over the last minute.
pub(crate) fn busyness() -> String {
    file("/proc/loadavg").split(' ').next().unwrap_or_default().replace('.', ",")
}

/// Appends a block and asks for it on disk, as a commit does: what no durable write can be faster than.
pub(crate) fn fsync(folder: &Path) -> Outcome {
    let path = folder.join("fsync");
    let mut out = std::fs::File::create(&path).unwrap();
    let mut times = Vec::new();
    let begun = Instant::now();
    for _ in 0..400 {
        let since = Instant::now();
        out.write_all(&BLOCK).unwrap();
        out.sync_data().unwrap();
        times.push(since.elapsed());
        if out.stream_position().unwrap() > 4 << 20 {
            out.rewind().unwrap();
        }
    }
    let took = begun.elapsed();
    std::fs::remove_file(&path).unwrap();
    Outcome { refused: 0, took, times: sorted(times), clients: took }
}

fn version_of(address: &Address) -> String {
    use diesel::RunQueryDsl as _;
    use diesel::dsl::sql;
    use diesel::sql_types::Text;
    match Db::open(address, Use::Read).unwrap() {
        Db::Sqlite(mut c) => diesel::select(sql::<Text>("sqlite_version()")).get_result(&mut c).unwrap(),
        Db::Pg(mut c) => diesel::select(sql::<Text>("current_setting('server_version')")).get_result(&mut c).unwrap(),
    }
}

/// The table of conditions.
pub(crate) fn table(folder: &Path, databases: &[Address], before: &str, fsync_before: &Outcome) -> Table {
    let mut table = Table::new("Omstandigheden", &["Wat", "Waarde"]);
    let mut say = |what: &str, value: String| table.row([what.to_owned(), value]);
    say("dag", SystemClock.now().day().to_string());
    let commit = first_line("git", &["rev-parse", "--short", "HEAD"]);
    say("meldroute", format!("{}, commit {commit}, profiel release", env!("CARGO_PKG_VERSION")));
    say("compiler", first_line("rustc", &["--version"]));
    say("processor", format!("{}, {} kernen", named("/proc/cpuinfo", "model name"), cores()));
    say("geheugen", named("/proc/meminfo", "MemTotal"));
    say("kernel", format!("Linux {}", file("/proc/sys/kernel/osrelease").trim()));
    say("belasting van de machine", format!("{before} bij het begin, {} aan het eind", busyness()));
    let shown = |outcome: &Outcome| format!("p50 {}, p99 {}", time(outcome.p50()), time(outcome.p99()));
    say("fsync van 4 KiB bij het begin", shown(fsync_before));
    say("fsync van 4 KiB aan het eind", shown(&fsync(folder)));
    for address in databases {
        let (name, how) = match address {
            Address::Sqlite(_) => ("SQLite", "WAL, synchronous=FULL"),
            Address::Postgres { .. } => ("PostgreSQL", "fsync=on, synchronous_commit=on, zelfde machine, socket"),
        };
        say(name, format!("{}, {how}", version_of(address)));
    }
    table
}

/// Resident memory of a process: now, and at its highest.
pub(crate) fn memory_of(pid: u32) -> Memory {
    let of = |name| {
        let text = named(&format!("/proc/{pid}/status"), name);
        text.split(' ').next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) * 1024
    };
    Memory { now: of("VmRSS"), highest: of("VmHWM") }
}

/// Resident memory in bytes.
#[derive(Clone, Copy)]
pub(crate) struct Memory {
    pub(crate) now: u64,
    pub(crate) highest: u64,
}

impl Memory {
    pub(crate) fn shown(self) -> [String; 2] {
        [mib(self.now), mib(self.highest)]
    }
}
