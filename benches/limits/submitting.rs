//! Sharing a signal through everything (HTTP, sealing, event, durable commit), beside the same rows and the same seals
//! without the rest.

use crate::conditions::cores;
use crate::installation::Installation;
use crate::load::{self, Outcome, Work, sorted};
use crate::report::{Met, Report, Table, digits, share, time, whole};
use meldroute::app::AppError;
use meldroute::app::intake::{Arrival, SealedSignal};
use meldroute::domain::signal::{Channel, NewSignal, Observation, Period, Precision, SignalDraft, SourceType};
use meldroute::store::{CONTENTS, StoreError};
use meldroute::vault::entropy::random_uuid_v4;
use meldroute::vault::{
    FieldAddress, HolderPublic, OsEntropy, Receipt, RecordKey, SealPurpose, generate_pair, seal_field, seal_key,
};
use meldroute::web::tokens;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Clients at a time, and how many signals they share at most.
const STEPS: [(usize, usize); 3] = [(1, 4_000), (8, 12_000), (32, 16_000)];
const AT_MOST: Duration = Duration::from_secs(5);

/// As people write: some six hundred signs and a place.
const NARRATIVE: &str = "Ik kom hier drie keer in de week langs voor de wijkronde. Sinds een maand of twee staat er elke \
    avond na tienen een witte bestelbus achter het pand, met de lampen uit. Er worden dan dozen naar binnen gebracht, en \
    na een kwartier gaat de bus weer weg. Overdag is er nooit iemand, de brievenbus zit vol en er komt geen klant. De \
    buurvrouw vertelde dat zij er sinds de zomer een zoemend geluid hoort en dat het er warm ruikt. Zij durft er niets \
    van te zeggen, want een man die zij niet kent vroeg haar wat zij daar te zoeken had. Misschien is het niets, maar \
    het zit mij niet lekker.";

fn draft() -> SignalDraft {
    SignalDraft {
        narrative: NARRATIVE.to_owned(),
        observations: Observation::ALL.iter().take(2).map(|value| value.code().to_owned()).collect(),
        place: Some("Nijverheidsstraat, achter nummer 12".to_owned()),
        precision: Some(Precision::ALL[0].code().to_owned()),
        period: Some(Period::ALL[0].code().to_owned()),
        ..SignalDraft::default()
    }
}

fn receipt() -> Receipt {
    Receipt::random(&mut OsEntropy).unwrap()
}

/// The last step of the form as a browser sends it.
fn form_requests(on: &Installation, count: usize) -> Vec<Vec<u8>> {
    let (draft, today, key) = (draft(), on.app.now().day(), &on.app.keys().server);
    let one = |_| {
        let bon = receipt().shown().expose().replace(' ', "");
        let token = tokens::public_token(key, today, &bon);
        let mut fields = vec![("naar", "versturen"), ("weg", "signaal"), ("formulier", token.as_str()), ("bon", &bon)];
        fields.push(("tekst", &draft.narrative));
        fields.extend(draft.observations.iter().map(|code| ("gezien", code.as_str())));
        let optional = [("plaats", &draft.place), ("plaatsSoort", &draft.precision), ("wanneer", &draft.period)];
        fields.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))));
        load::post("/melden/signaal", &fields)
    };
    (0..count).map(one).collect()
}

/// The same signal as a system sends it.
fn api_requests(count: usize) -> Vec<Vec<u8>> {
    let body = serde_json::to_string(&draft()).unwrap();
    (0..count).map(|_| load::post_as("/api/v1/signalen", "application/json", &body)).collect()
}

/// Signals sealed beforehand, on every core.
fn sealed(on: &Installation, count: usize) -> Vec<SealedSignal> {
    let new = NewSignal::parse(&draft()).unwrap_or_else(|_| panic!("een melding die de dienst niet kent"));
    let arrival = Arrival { channel: Channel::Web, source: SourceType::AnonymousInternal };
    let part = count.div_ceil(cores());
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores())
            .map(|_| {
                scope.spawn(|| {
                    let op = on.app.as_anonymous().unwrap();
                    (0..part).map(|_| on.app.seal_signal(&op, &new, &receipt(), arrival).unwrap()).collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).take(count).collect()
    })
}

/// Writes sealed signals through the store, so many waiting at a time, from one thread.
fn write_rows(on: &Installation, rows: Vec<SealedSignal>, writers: usize) -> Outcome {
    let (rows, times) = (Rc::new(RefCell::new(rows)), Rc::new(RefCell::new(Vec::new())));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let begun = Instant::now();
    tokio::task::LocalSet::new().block_on(&runtime, async {
        let tasks: Vec<_> = (0..writers)
            .map(|_| {
                let (app, rows, times) = (on.app.clone(), rows.clone(), times.clone());
                tokio::task::spawn_local(async move {
                    while begun.elapsed() < AT_MOST {
                        let Some(row) = rows.borrow_mut().pop() else { break };
                        let since = Instant::now();
                        let op = app.as_anonymous().unwrap();
                        match app.store_signal(&op, row).await {
                            Ok(_) => {}
                            // Two references that meet by chance: the service would seal again with another.
                            Err(AppError::Store(StoreError::Duplicate(_))) => continue,
                            Err(error) => panic!("{error}"),
                        }
                        times.borrow_mut().push(since.elapsed());
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
    let took = begun.elapsed();
    Outcome { refused: 0, took, times: sorted(times.take()), clients: Duration::ZERO }
}

/// What one signal is made of, taken from a real one.
struct Shape {
    /// Bytes of each field as it is padded, per record.
    records: Vec<Vec<usize>>,
    /// Times a key is sealed to a holder.
    keys: usize,
}

impl Shape {
    fn of(signal: &SealedSignal) -> Self {
        // A sealed field is a format byte, a key id, a nonce and a tag longer than its padded text.
        let text = |sealed: &[u8]| sealed.len() - 1 - 16 - 24 - 16 - 1;
        let records = signal.records();
        Self {
            records: records.iter().map(|r| r.fields.iter().map(|f| text(&f.sealed)).collect()).collect(),
            keys: records.iter().map(|record| record.keys.len()).sum::<usize>() + signal.shares().count(),
        }
    }

    fn fields(&self) -> usize {
        self.records.iter().map(Vec::len).sum()
    }

    /// The seals of one signal and nothing else.
    fn seal(&self, holder: &HolderPublic) {
        let id = random_uuid_v4(&mut OsEntropy).unwrap();
        let plain = [b'a'; 8192];
        for fields in &self.records {
            let key = RecordKey::random(&mut OsEntropy).unwrap();
            for length in fields {
                let address = FieldAddress { table: CONTENTS, column: "tekst", row: id, key: id, version: 1 };
                std::hint::black_box(seal_field(&key, &address, &plain[..*length], &mut OsEntropy).unwrap());
            }
        }
        for _ in 0..self.keys {
            let purpose = SealPurpose { what: id, holder: id, kind: "record", until: None };
            std::hint::black_box(seal_key(holder, &purpose, &[7; 32], &mut OsEntropy).unwrap());
        }
    }
}

/// Signals per second that so many threads could seal if sealing were all.
fn bare_seals(shape: &Shape, threads: usize) -> f64 {
    let (holder, _) = generate_pair(&mut OsEntropy).unwrap();
    let begun = Instant::now();
    let counts: usize = std::thread::scope(|scope| {
        let count = || {
            let mut count = 0;
            while begun.elapsed() < Duration::from_secs(1) {
                shape.seal(&holder);
                count += 1;
            }
            count
        };
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(count)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    counts as f64 / begun.elapsed().as_secs_f64()
}

/// Whether the machine-to-machine address is there.
fn has_api(on: &Installation) -> bool {
    api_requests(1).first().is_some_and(|request| load::once(on.address, request).unwrap().status == 201)
}

/// One run through everything, with the work of the serving threads. Every answer must be a stored signal.
fn through(on: &Installation, requests: Vec<Vec<u8>>, clients: usize, status: u16) -> (Outcome, Work) {
    let (entries, work) = (on.entries(), Work::so_far());
    let outcome = load::run(on.address, requests, clients, status, AT_MOST);
    let work = Work::so_far().since(work);
    let stored = on.entries() - entries;
    assert_eq!(outcome.refused, 0, "antwoorden met een andere status dan {status}");
    assert_eq!(stored, outcome.times.len() as u64, "logregels bij zoveel ontvangstbewijzen");
    (outcome, work)
}

/// One signal, so that there is one.
pub(crate) fn share_one(on: &Installation) {
    through(on, form_requests(on, 1), 1, 200);
}

/// Measures, reports, and gives the number of signals that now lie in the database.
pub(crate) fn measure(on: &Installation, report: &mut Report) -> usize {
    let title = format!("Een signaal delen, {}", on.on());
    let mut table = Table::new(title, &["Wat", "Tegelijk", "Per seconde", "p50", "p99"]);
    let line = |what: &str, clients: usize, outcome: &Outcome| {
        let per_second = whole(outcome.per_second());
        [what.to_owned(), clients.to_string(), per_second, time(outcome.p50()), time(outcome.p99())]
    };
    let mut stored = through(on, form_requests(on, 200), 8, 200).0.times.len();
    let api = has_api(on);
    stored += usize::from(api);
    let shape = Shape::of(&sealed(on, 1)[0]);
    let mut at_32 = None;
    for (clients, count) in STEPS {
        let (form, work) = through(on, form_requests(on, count), clients, 200);
        table.row(line("formulier, laatste stap", clients, &form));
        stored += form.times.len();
        if api {
            let (outcome, _) = through(on, api_requests(count), clients, 201);
            table.row(line("POST /api/v1/signalen", clients, &outcome));
            stored += outcome.times.len();
        }
        let rows = write_rows(on, sealed(on, count), clients);
        table.row(line("dezelfde rijen, zonder HTTP en verzegelen", clients, &rows));
        stored += rows.times.len();
        at_32 = Some((form, work, rows));
    }
    let Some((form, work, rows)) = at_32 else { return stored };
    let (one, all) = (bare_seals(&shape, 1), bare_seals(&shape, cores()));
    let bare = |threads: usize, rate: f64| {
        let what = "dezelfde verzegelingen, zonder meer".to_owned();
        [
            what,
            format!("{threads} threads"),
            whole(rate),
            time(Duration::from_secs_f64(threads as f64 / rate)),
            "–".to_owned(),
        ]
    };
    table.row(bare(1, one));
    table.row(bare(cores(), all));
    table.note(format!(
        "Eén signaal is hier {} keer HPKE en {} keer AEAD, {} stukken en 1 logregel.",
        shape.keys,
        shape.fields(),
        shape.records.len(),
    ));
    table.note(format!(
        "Bij 32 tegelijk haalt het formulier {} van dezelfde rijen, {} van dezelfde verzegelingen op één thread en {} van \
         die op alle kernen.",
        share(form.per_second(), rows.per_second()),
        share(form.per_second(), one),
        share(form.per_second(), all),
    ));
    let each = |total: Duration| time(total / u32::try_from(form.times.len().max(1)).unwrap_or(u32::MAX));
    let used = (work.web + work.writer + form.clients).as_secs_f64() / form.took.as_secs_f64();
    table.note(format!(
        "Tijd op een kern per signaal, bij 32 tegelijk: web en verzegelen {}, schrijver {}, de klanten zelf {}; samen {} \
         van {} kernen. De rest is wachten op de schijf{}.",
        each(work.web),
        each(work.writer),
        each(form.clients),
        digits(used),
        cores(),
        if on.on() == "PostgreSQL" { " en werk van de databaseserver" } else { "" },
    ));
    report.add(table);
    aims(on, report, &form, rows.per_second().min(all));
    stored
}

fn aims(on: &Installation, report: &mut Report, form: &Outcome, limit: f64) {
    let rate = form.per_second();
    let on = on.on();
    report.aim(
        format!("delen bij 32 tegelijk, {on}, van de laagste grens"),
        "50 %",
        share(rate, limit),
        Met::from(rate >= 0.5 * limit),
    );
    if on == "SQLite" {
        report.aim("signalen per seconde bij 32 tegelijk, SQLite", "2.000", whole(rate), rate >= 2_000.0);
    }
    let p99 = form.p99();
    report.aim(format!("p99 bij 32 tegelijk, {on}"), "50 ms", time(p99), p99 < Duration::from_millis(50));
}
