//! The service as a process of its own, as an operator starts it: how fast it is there, and how much memory it takes.

use crate::conditions::{Memory, memory_of};
use crate::installation::settings;
use crate::load;
use crate::report::{Report, Table, mib, time};
use meldroute::config::{Config, open};
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running service.
struct Service {
    child: Child,
    address: SocketAddr,
    /// From the start of the process to its first page.
    there: Duration,
}

impl Service {
    /// `meldroute serve`, until it answers.
    fn start(folder: &Path) -> Self {
        let since = Instant::now();
        let mut command = Command::new(env!("CARGO_BIN_EXE_meldroute"));
        command.arg("serve").arg("--config").arg(settings(folder)).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().expect("meldroute serve noemt geen adres").unwrap();
            if let Some(address) = line.trim().strip_prefix("http://") {
                break address.split(['/', ' ']).next().unwrap_or_default().parse().unwrap();
            }
        };
        // What it says later must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let page = load::once(address, &load::get("/melden", "")).unwrap();
        assert_eq!(page.status, 200, "de eerste bladzijde");
        Self { child, address, there: since.elapsed() }
    }

    fn memory(&self) -> Memory {
        memory_of(self.child.id())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The last step of the form, made as a browser comes to it.
fn submissions(address: SocketAddr, count: usize) -> Vec<Vec<u8>> {
    let first = load::once(address, &load::get("/melden/signaal", "")).unwrap();
    let token = load::hidden(&first.body, "formulier");
    let text = "In de loods aan de haven wordt elke nacht gewerkt, terwijl er overdag nooit iemand is. ".repeat(6);
    let review = load::post(
        "/melden/signaal",
        &[("naar", "stap-4"), ("weg", "signaal"), ("formulier", &token), ("tekst", &text)],
    );
    let one = |_| {
        let page = load::once(address, &review).unwrap();
        let (token, bon) = (load::hidden(&page.body, "formulier"), load::hidden(&page.body, "bon"));
        let fields =
            [("naar", "versturen"), ("weg", "signaal"), ("formulier", &token), ("bon", &bon), ("tekst", &text)];
        load::post("/melden/signaal", &fields)
    };
    (0..count).map(one).collect()
}

/// Somebody with a name that does not exist: costs the service one whole password.
fn strangers(address: SocketAddr, count: usize) -> Vec<Vec<u8>> {
    let page = load::once(address, &load::get("/aanmelden", "")).unwrap();
    let token = load::hidden(&page.body, "formulier");
    let fields = [("formulier", token.as_str()), ("naam", "niemand"), ("wachtwoord", "een zin die niet klopt")];
    vec![load::post("/aanmelden", &fields); count]
}

/// How long each part of starting takes, in this process.
fn parts(folder: &Path) -> [(&'static str, Duration); 3] {
    let since = Instant::now();
    let config = Config::load(&settings(folder)).unwrap_or_else(|error| panic!("{error}"));
    let (app, _) = open(&config).unwrap_or_else(|error| panic!("{error}"));
    let opened = since.elapsed();
    let since = Instant::now();
    app.reload_trust().unwrap();
    let proven = since.elapsed();
    let since = Instant::now();
    drop(std::net::TcpListener::bind(config.listen.public).unwrap());
    let parts =
        [("instellingen, sleutels en database openen", opened), ("de sleutels bewijzen uit het logboek", proven)];
    app.store().clone().close();
    [parts[0], parts[1], ("luisteren", since.elapsed())]
}

/// Measures the installation in this folder, and reports.
pub(crate) fn measure(folder: &Path, report: &mut Report) {
    let parts = parts(folder);
    let service = Service::start(folder);
    let mut start = Table::new("Opstarten van meldroute serve, SQLite", &["Wat", "Duur"]);
    start.row(["van het begin van het proces tot de eerste bladzijde".to_owned(), time(service.there)]);
    for (part, took) in parts {
        start.row([format!("dezelfde stap los: {part}"), time(took)]);
    }
    start.note("Met de grote database van hierboven.");
    report.add(start);

    let mut table = Table::new("Geheugen van het proces (VmRSS)", &["Wanneer", "Nu", "Hoogste tot dan"]);
    let mut line = |when: &str, memory: Memory| {
        let [now, highest] = memory.shown();
        table.row([when.to_owned(), now, highest]);
    };
    std::thread::sleep(Duration::from_millis(500));
    let rest = service.memory();
    line("in rust, na de eerste bladzijde", rest);
    let address = service.address;
    let requests = submissions(address, 2_000);
    let loaded = std::thread::spawn(move || load::run(address, requests, 32, 200, Duration::from_secs(5)));
    let mut under = service.memory();
    while !loaded.is_finished() {
        let seen = service.memory();
        under = if seen.now > under.now { seen } else { under };
        std::thread::sleep(Duration::from_millis(5));
    }
    let loaded = loaded.join().unwrap();
    assert_eq!(loaded.refused, 0, "melden lukte niet");
    line("onder last: 32 melders tegelijk", under);
    load::run(address, strangers(address, 12), 8, 400, Duration::from_secs(10));
    line("na twaalf aanmeldingen, twee tegelijk (elk 64 MiB)", service.memory());
    std::thread::sleep(Duration::from_secs(2));
    let after = service.memory();
    line("weer in rust", after);
    table.note(format!("Er kwamen {} signalen binnen.", loaded.times.len()));
    report.add(table);
    let most = rest.now.max(after.now);
    report.aim("geheugen in rust (het meeste van voor en na)", "60 MiB", mib(most), most < 60 * 1_048_576);
}
