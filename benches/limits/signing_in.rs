//! Signing in beside the one Argon2id run that it is for.

use crate::installation::{Installation, PASSWORD};
use crate::load::{self, Outcome};
use crate::report::{Report, Table, digits, share, time, whole};
use meldroute::vault::KdfCost;
use meldroute::vault::password::dummy_unlock;
use std::time::{Duration, Instant};

/// Measures and reports.
pub(crate) fn measure(on: &Installation, report: &mut Report) {
    let page = load::once(on.address, &load::get("/aanmelden", "")).unwrap();
    let token = load::hidden(&page.body, "formulier");
    let fields = [("formulier", token.as_str()), ("naam", "mirte"), ("wachtwoord", PASSWORD)];
    let request = load::post("/aanmelden", &fields);
    let cost = KdfCost::default();
    let (mut entered, mut bare) = (None::<Outcome>, Vec::new());
    for _ in 0..10 {
        let since = Instant::now();
        let _ = std::hint::black_box(dummy_unlock(PASSWORD, cost));
        bare.push(since.elapsed());
        let run = load::run(on.address, vec![request.clone()], 1, 303, Duration::from_secs(5));
        assert_eq!(run.refused, 0, "aanmelden lukte niet");
        entered = Some(match entered {
            Some(before) => before.and(run),
            None => run,
        });
    }
    let Some(entered) = entered else { return };
    let many = load::run(on.address, vec![request; 24], 8, 303, Duration::from_secs(10));
    let bare = load::sorted(bare)[5];
    let title = format!("Aanmelden, {}", on.on());
    let mut table = Table::new(title, &["Wat", "Tegelijk", "Per seconde", "p50", "hoogste"]);
    let highest = |outcome: &Outcome| time(outcome.times.last().copied().unwrap_or_default());
    for (clients, outcome) in [("1", &entered), ("8", &many)] {
        let cells = [digits(outcome.per_second()), time(outcome.p50()), highest(outcome)];
        let [rate, p50, top] = cells;
        table.row(["aanmelden met naam en wachtwoord".to_owned(), clients.to_owned(), rate, p50, top]);
    }
    let what = format!("één Argon2id, {} MiB, {} rondes", whole(f64::from(cost.memory_kib()) / 1024.0), cost.passes());
    table.row([what, "1 thread".to_owned(), digits(1.0 / bare.as_secs_f64()), time(bare), "–".to_owned()]);
    table.note(format!(
        "Het wachtwoord narekenen is {} van het aanmelden; twee tegelijk, de rest wacht op zijn beurt.",
        share(bare.as_secs_f64(), entered.p50().as_secs_f64()),
    ));
    report.add(table);
}
