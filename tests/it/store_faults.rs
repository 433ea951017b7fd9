//! The disk is full, read-only, or does not keep what it is given; the database is away and comes back. A clear error,
//! nothing acknowledged that is not kept, nothing half-written, and everything works again by itself.

use crate::support::app::TestApp;
use crate::support::client::{Client, Page};
use crate::support::cluster::Cluster;
use crate::support::faults::{Trouble, is_root};
use crate::support::raw::{Dialect, Raw};
use crate::support::served::{Installation, Served};
use meldroute::store::db::Address;
use std::os::unix::fs::PermissionsExt as _;

/// A report up to the last button, and its receipt.
fn ready(client: &mut Client, text: &str) -> (Page, String) {
    let first = client.get("/melden/signaal");
    let review = client.submit(&first, "/melden/signaal", &[("tekst", text), ("naar", "stap-4")]);
    let receipt = review.hidden("/melden/signaal", "bon");
    (review, receipt)
}

fn send(client: &mut Client, review: &Page) -> Page {
    client.submit(review, "/melden/signaal", &[("naar", "versturen")])
}

/// Whoever cannot be served now keeps the text and the receipt, and reads when to come back.
fn assert_kept(answer: &Page, text: &str, receipt: &str) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(answer.headers["retry-after"].parse::<u32>().unwrap() > 0);
    assert_eq!(answer.hidden("/melden/signaal", "tekst"), text);
    assert_eq!(answer.hidden("/melden/signaal", "bon"), receipt);
    assert_eq!(answer.receipt(), None, "nothing looks like a confirmation");
}

fn follow(client: &mut Client, receipt: &str) -> Page {
    let ask = client.get("/melden/volgen");
    client.submit(&ask, "/melden/volgen", &[("bon", receipt)])
}

fn assert_opens(client: &mut Client, receipt: &str) {
    let status = follow(client, receipt);
    assert!(status.status == 200 && status.body.contains("Ontvangen"), "{receipt}: {}", status.body);
}

/// Several at once, so that a whole batch fails together.
fn send_together(served: &Served, forms: &[(Page, String)]) -> Vec<Page> {
    std::thread::scope(|scope| {
        let threads: Vec<_> =
            forms.iter().map(|(review, _)| scope.spawn(|| send(&mut served.client(), review))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// The same story for every trouble of the disk.
fn assert_survives(trouble: Trouble) {
    let installation = Installation::new();
    let (mut served, disk) = installation.start_on_failing_disk(trouble);
    let mut melder = served.client();
    let (review, before) = ready(&mut melder, "Dit kwam ervoor.");
    assert_eq!(send(&mut melder, &review).receipt().as_ref(), Some(&before));
    let mut coordinator = served.member("mirte");
    let signal = coordinator.get("/signalen").links("/signalen/").pop().unwrap();
    let forms: Vec<_> = (0..8).map(|_| ready(&mut melder, "Dit kwam tijdens de storing.")).collect();

    disk.begin(&installation, &served);
    for (answer, (_, receipt)) in send_together(&served, &forms).iter().zip(&forms) {
        assert_kept(answer, "Dit kwam tijdens de storing.", receipt);
    }
    let status = follow(&mut melder, &before);
    assert_eq!(status.status, 503, "no looking without a trace: {}", status.body);
    let page = coordinator.get(&signal);
    assert_eq!(page.status, 503, "{}", page.body);
    assert!(!page.body.contains("Dit kwam ervoor."), "no content without a trace");
    assert!(page.headers.contains_key("retry-after"));
    assert_eq!(melder.get("/melden").status, 200, "what needs no write still works");
    assert!(served.is_running(), "{}", served.log());

    disk.end(&installation, &served);
    for (answer, (_, receipt)) in send_together(&served, &forms).iter().zip(&forms) {
        assert_eq!(answer.receipt().as_ref(), Some(receipt), "{}", answer.body);
    }
    assert!(coordinator.get(&signal).body.contains("Dit kwam ervoor."));
    disk.bring_out(&installation, &served);
    served.kill();

    let served = installation.start();
    let mut melder = served.client();
    assert_opens(&mut melder, &before);
    forms.iter().for_each(|(_, receipt)| assert_opens(&mut melder, receipt));
    let inside = installation.look_inside();
    assert_eq!(inside.raw().count("signals"), 9);
    assert_eq!(inside.raw().number("(SELECT count(*) FROM records WHERE kind = 'report')"), 9);
    inside.assert_log_is_whole();
}

#[test]
fn a_full_disk_refuses_clearly_and_loses_nothing() {
    assert_survives(Trouble::Full);
}

#[test]
fn a_database_that_may_only_be_read_refuses_clearly_and_loses_nothing() {
    assert_survives(Trouble::ReadOnly);
}

#[test]
fn a_disk_that_does_not_keep_what_it_is_given_acknowledges_nothing_and_loses_nothing() {
    assert_survives(Trouble::Sync);
}

#[test]
fn a_power_cut_while_the_disk_fails_leaves_each_report_once_or_not_at_all() {
    let installation = Installation::new();
    let (served, disk) = installation.start_on_failing_disk(Trouble::Sync);
    let mut melder = served.client();
    let forms: Vec<_> = (0..4).map(|_| ready(&mut melder, "Wel of niet?")).collect();
    disk.begin(&installation, &served);
    for answer in send_together(&served, &forms) {
        assert_eq!(answer.status, 503, "{}", answer.body);
        // On SQLite the pages were written and not kept: honest is to say that nobody knows.
        let unsure = answer.body.contains("Wij weten niet zeker");
        assert_eq!(unsure, matches!(installation.database, Address::Sqlite(_)), "{}", answer.body);
    }
    disk.end(&installation, &served);
    served.kill();
    let served = installation.start();
    for (answer, (_, receipt)) in send_together(&served, &forms).iter().zip(&forms) {
        assert_eq!(answer.receipt().as_ref(), Some(receipt), "{}", answer.body);
    }
    let inside = installation.look_inside();
    assert_eq!(inside.raw().count("signals"), 4);
    inside.assert_log_is_whole();
}

#[test]
fn a_receipt_is_shown_only_after_the_disk_has_it() {
    let installation = Installation::new();
    let Address::Sqlite(_) = installation.database else {
        // PostgreSQL syncs for us, as long as it is asked to.
        let mut raw = installation.look_inside().raw();
        assert_eq!(raw.texts("SELECT current_setting('synchronous_commit') AS value"), ["on"]);
        return;
    };
    let (served, trace) = installation.start_watching_syncs();
    let syncs = || std::fs::read_to_string(&trace).unwrap().lines().filter(|path| path.ends_with("-wal")).count();
    let mut melder = served.client();
    for number in 0..5 {
        let (review, receipt) = ready(&mut melder, "Bewaar dit.");
        let before = syncs();
        assert_eq!(send(&mut melder, &review).receipt(), Some(receipt));
        assert!(syncs() > before, "report {number} was acknowledged before the write-ahead log was synced");
    }
}

#[test]
fn a_database_that_cannot_be_written_at_start_is_told_to_the_operator() {
    let installation = Installation::new();
    let mut raw = Raw::open(&installation.database);
    if raw.dialect() == Dialect::Sqlite {
        drop(raw);
        let Address::Sqlite(file) = &installation.database else { unreachable!() };
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o444)).unwrap();
        std::fs::set_permissions(installation.data(), std::fs::Permissions::from_mode(0o555)).unwrap();
    } else {
        let name = raw.texts("SELECT current_database()::text AS value").remove(0);
        raw.run(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on"));
    }
    let Err(said) = installation.try_start_as(installation.unprivileged()) else { panic!("it started") };
    assert!(said.contains("Er kan niets worden opgeslagen"), "{said}");
    assert!(said.contains("schrijfrecht"), "it says what to do: {said}");
    assert!(is_root() || installation.data().exists());
}

/// Is there, is not there, and is there again.
fn away_and_back(melder: &mut Client, away: impl FnOnce(), back: impl FnOnce()) -> [String; 2] {
    let (review, before) = ready(melder, "Ervoor.");
    assert_eq!(send(melder, &review).receipt().as_ref(), Some(&before));
    let (review, during) = ready(melder, "Tijdens.");
    away();
    let answer = send(melder, &review);
    assert_kept(&answer, "Tijdens.", &during);
    back();
    let again = send(melder, &answer);
    assert_eq!(again.receipt().as_ref(), Some(&during), "{}", again.body);
    [before, during]
}

#[test]
fn a_database_that_goes_away_and_comes_back_loses_nothing() {
    if std::env::var_os("TEST_DATABASE_URL").is_some() {
        return postgres_goes_away_and_comes_back();
    }
    // The file is taken away under the running service, and a disk error makes it open its connections anew.
    let installation = Installation::new();
    let (served, disk) = installation.start_on_failing_disk(Trouble::Sync);
    let mut melder = served.client();
    let (data, elsewhere) = (installation.data(), installation.path("elsewhere"));
    let move_all = |from: &std::path::Path, to: &std::path::Path| {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            std::fs::rename(entry.path(), to.join(entry.file_name())).unwrap();
        }
    };
    let receipts = away_and_back(
        &mut melder,
        || {
            disk.begin(&installation, &served);
            let (review, _) = ready(&mut served.client(), "Laat de verbinding breken.");
            assert_eq!(send(&mut served.client(), &review).status, 503);
            move_all(&data, &elsewhere);
            disk.end(&installation, &served);
        },
        || {
            let strays: Vec<_> = std::fs::read_dir(&data).unwrap().collect();
            assert!(strays.is_empty(), "an empty database was made: {strays:?}");
            move_all(&elsewhere, &data);
        },
    );
    receipts.iter().for_each(|receipt| assert_opens(&mut melder, receipt));
    served.kill();
    move_all(&data, &elsewhere);
    let Err(said) = installation.try_start_as(installation.command()) else { panic!("it started on nothing") };
    assert!(said.contains("bestaat niet"), "{said}");
    move_all(&elsewhere, &data);
    let served = installation.start();
    receipts.iter().for_each(|receipt| assert_opens(&mut served.client(), receipt));
    installation.look_inside().assert_log_is_whole();
}

fn postgres_goes_away_and_comes_back() {
    let cluster = Cluster::start();
    let app = TestApp::start_at(cluster.template, |_| {});
    let mut melder = app.anonymous();
    let mut receipts = Vec::new();
    for how in ["stop", "kill"] {
        let again = away_and_back(&mut melder, || cluster.tell(how), || cluster.tell("start"));
        receipts.extend(again);
    }
    // A restart between two reports is not even noticed.
    let (review, receipt) = ready(&mut melder, "Erna.");
    cluster.tell("restart");
    let answer = send(&mut melder, &review);
    assert_eq!(answer.receipt().as_ref(), Some(&receipt), "{}", answer.body);
    receipts.push(receipt);
    receipts.iter().for_each(|receipt| assert_opens(&mut melder, receipt));
    assert_eq!(Raw::open(&app.database).count("signals"), i64::try_from(receipts.len()).unwrap());
    app.assert_log_is_whole();
}
