//! The power goes off under load, again and again: whoever was given a receipt can use it afterwards.

use crate::support::client::{Client, Page};
use crate::support::served::{Installation, Served};
use meldroute::vault::{Entropy, OsEntropy};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What the issue promises.
const KILLS: usize = 50;
/// How many people are sending at any moment.
const PEOPLE: usize = 4;

/// What the melders hold on to. A receipt counts once it is on their own disk.
struct Melders {
    paper: File,
    receipts: Vec<String>,
    /// Forms that were sent and got no answer: receipt and form.
    unanswered: BTreeMap<String, Page>,
}

impl Melders {
    fn new(path: &std::path::Path) -> Self {
        Self { paper: File::create(path).unwrap(), receipts: Vec::new(), unanswered: BTreeMap::new() }
    }

    fn wrote_down(&mut self, receipt: String) {
        writeln!(self.paper, "{receipt}").unwrap();
        self.paper.sync_all().unwrap();
        self.unanswered.remove(&receipt);
        self.receipts.push(receipt);
    }
}

/// One melder after the other, until the service is gone.
fn keep_sending(address: &str, melders: &Mutex<Melders>, ended: &AtomicBool) {
    let mut client = Client::new(address);
    while !ended.load(Ordering::Relaxed) {
        let Some(first) = client.try_get("/melden/signaal") else { return };
        let typed = [("tekst", "Iets dat niet verloren mag gaan."), ("naar", "stap-4")];
        let Some(review) = client.try_submit(&first, "/melden/signaal", &typed) else { return };
        let fields: BTreeMap<_, _> = review.hidden_fields("/melden/signaal").into_iter().collect();
        let receipt: String = fields["bon"].chars().filter(char::is_ascii_alphanumeric).collect();
        melders.lock().unwrap().unanswered.insert(receipt.clone(), review.clone());
        let Some(answer) = client.try_submit(&review, "/melden/signaal", &[("naar", "versturen")]) else { return };
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.receipt().as_deref(), Some(receipt.as_str()));
        melders.lock().unwrap().wrote_down(receipt);
    }
}

/// Lets the melders send for a random moment, and then does `cut`.
fn under_load<T>(address: &str, melders: &Mutex<Melders>, cut: impl FnOnce() -> T) -> T {
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..PEOPLE {
            scope.spawn(|| keep_sending(address, melders, &ended));
        }
        let mut byte = [0];
        OsEntropy.fill(&mut byte).unwrap();
        std::thread::sleep(Duration::from_millis(u64::from(byte[0])));
        let result = cut();
        ended.store(true, Ordering::Relaxed);
        result
    })
}

/// Every receipt on paper opens one signal; what got no answer can be sent again and is one signal then, too.
fn assert_nothing_was_lost(installation: &Installation, served: &Served, melders: &mut Melders) {
    let mut client = served.client();
    for (receipt, review) in std::mem::take(&mut melders.unanswered) {
        let answer = client.submit(&review, "/melden/signaal", &[("naar", "versturen")]);
        assert_eq!(answer.receipt(), Some(receipt.clone()), "{}", answer.body);
        melders.wrote_down(receipt);
    }
    let ask = client.get("/melden/volgen");
    for receipt in &melders.receipts {
        let status = client.submit(&ask, "/melden/volgen", &[("bon", receipt)]);
        assert!(status.status == 200 && status.body.contains("Ontvangen"), "{receipt} is lost: {}", status.body);
    }
    let inside = installation.look_inside();
    let mut raw = inside.raw();
    let stored = i64::try_from(melders.receipts.len()).unwrap();
    assert_eq!(raw.count("signals"), stored, "as many signals as receipts");
    assert_eq!(raw.number("(SELECT count(*) FROM records WHERE kind = 'report')"), stored);
    let followed: std::collections::BTreeSet<String> =
        raw.events_of("status.followed").iter().map(|event| event["object"]["id"].to_string()).collect();
    assert_eq!(followed.len(), melders.receipts.len(), "each receipt opens a signal of its own");
    inside.assert_log_is_whole();
    let mut coordinator = served.member("mirte");
    let links = coordinator.get("/signalen").links("/signalen/");
    let signals: Vec<_> = links.iter().filter(|link| link.len() == "/signalen/".len() + 36).collect();
    assert!(!signals.is_empty());
    for link in signals {
        let page = coordinator.get(link);
        assert!(page.body.contains("Iets dat niet verloren mag gaan."), "{}", page.body);
    }
}

#[test]
fn after_fifty_kills_under_load_every_receipt_opens_once_and_the_log_holds() {
    let installation = Installation::new();
    let melders = Mutex::new(Melders::new(&installation.path("paper.txt")));
    for round in 0..KILLS {
        // Starting is the repair: nobody touches a file in between.
        let served = installation.start();
        let address = served.address.clone();
        under_load(&address, &melders, || served.kill());
        assert!(round < 10 || !melders.lock().unwrap().receipts.is_empty(), "nothing was ever acknowledged");
    }
    let mut melders = melders.into_inner().unwrap();
    println!("{} receipts acknowledged, {} sent without answer", melders.receipts.len(), melders.unanswered.len());
    let served = installation.start();
    assert_nothing_was_lost(&installation, &served, &mut melders);
}

#[test]
fn a_service_that_is_told_to_stop_loses_nothing() {
    let installation = Installation::new();
    let melders = Mutex::new(Melders::new(&installation.path("paper.txt")));
    for _ in 0..3 {
        let served = installation.start();
        let address = served.address.clone();
        let status = under_load(&address, &melders, || served.stop());
        assert!(status.success(), "stopping is no failure: {status}");
    }
    let mut melders = melders.into_inner().unwrap();
    assert!(!melders.receipts.is_empty());
    let served = installation.start();
    assert_nothing_was_lost(&installation, &served, &mut melders);
}
