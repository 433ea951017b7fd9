//! Opening a signal beside bare opening; a page of a long list beside a page of a short one.

use crate::installation::{Installation, Visitor};
use crate::load::{self, Outcome};
use crate::report::{Report, Table, digits, share, time, whole};
use meldroute::app::sign_in::SessionKind;
use meldroute::domain::ids::{KeyId, SealedKeyId, SignalId};
use meldroute::domain::purpose::Purpose;
use meldroute::domain::reference::SignalReference;
use meldroute::domain::stage::Stage;
use meldroute::domain::time::Day;
use meldroute::policy::OpContext;
use meldroute::store::contents::{self, SealedKeyRow};
use meldroute::store::signals::{Filter, GrantRow, SignalRow};
use meldroute::store::{CONTENTS, StoreError, Trace};
use meldroute::vault::entropy::random_uuid_v4;
use meldroute::vault::{
    Entropy as _, FieldAddress, OsEntropy, RecordKey, SealPurpose, generate_pair, open_field, open_key, seal_field,
    seal_key,
};
use std::time::{Duration, Instant};

const AT_MOST: Duration = Duration::from_secs(4);
/// Signals that came in on one day, in the lists.
const PER_DAY: usize = 20;
/// Signals of a list that still wait for something: in both lists as many as the worklist shows at most, so that two pages
/// of one length are compared. The rest is closed.
const OPEN: usize = 500;

/// Opening through everything beside the opening alone.
pub(crate) fn opening(on: &Installation, report: &mut Report) {
    let visitor = on.visitor("mirte");
    let rows = on.app.list_signals(&visitor.op, Filter::default(), None, 500).unwrap();
    let request = |row: &SignalRow| load::get(&format!("/signalen/{}", row.id), &visitor.cookie);
    let requests: Vec<_> = rows.iter().cycle().take(3_000).map(request).collect();
    let title = format!("Een signaal openen, {}", on.on());
    let mut table = Table::new(title, &["Wat", "Tegelijk", "Per seconde", "p50", "p99"]);
    let mut line = |what: &str, clients: &str, outcome: &Outcome| {
        let (rate, p50, p99) = (whole(outcome.per_second()), time(outcome.p50()), time(outcome.p99()));
        table.row([what.to_owned(), clients.to_owned(), rate, p50, p99]);
    };
    let mut one = Duration::ZERO;
    for clients in [1, 8] {
        let entries = on.entries();
        let outcome = load::run(on.address, requests.clone(), clients, 200, AT_MOST);
        assert_eq!(outcome.refused, 0, "de pagina van een signaal gaf een andere status");
        assert_eq!(on.entries() - entries, outcome.times.len() as u64, "een regel in het logboek per keer lezen");
        line("pagina van een signaal, met logregel", &clients.to_string(), &outcome);
        if clients == 1 {
            one = outcome.p50();
        }
    }
    let (keys, fields) = opened_by(on, &visitor, &rows);
    let bare = bare_opens(keys, &fields);
    line("alleen openen, zonder meer", "1 thread", &bare);
    let fields = fields.len();
    table.note(format!(
        "Eén keer openen is hier {keys} keer HPKE en {fields} keer AEAD; dat is {} van de pagina. De rest is het lezen van \
         sessie, signaal en historie, de logregel en de commit.",
        share(bare.p50().as_secs_f64(), one.as_secs_f64()),
    ));
    report.add(table);
}

/// How many keys one opening opens (those of the reader's groups and the report's), and the sizes of the fields.
fn opened_by(on: &Installation, visitor: &Visitor, rows: &[SignalRow]) -> (usize, Vec<usize>) {
    let own = visitor.op.as_member().unwrap().key;
    let groups = on.app.store().read(|db| contents::sealed_keys_of_holder(db, own, "group")).unwrap().len();
    // The report of a signal through the form: what the page showed.
    let session = on.app.sign_in(&visitor.op, "mirte", crate::installation::PASSWORD, SessionKind::Web).unwrap().1;
    let op = visitor.op.clone().with_purpose(Purpose::Intake);
    let opening = on.app.open_signal(&op, &session, rows[0].id, &["report"]);
    let opened = tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(opening).unwrap();
    let record = opened.records[0].id;
    let sizes = opened.disclosed.names(record).into_iter().filter_map(|name| opened.disclosed.bytes(record, name));
    (groups + 1, sizes.map(<[u8]>::len).collect())
}

fn bare_opens(keys: usize, fields: &[usize]) -> Outcome {
    let (public, private) = generate_pair(&mut OsEntropy).unwrap();
    let id = random_uuid_v4(&mut OsEntropy).unwrap();
    let purpose = SealPurpose { what: id, holder: id, kind: "record", until: None };
    let sealed_key = seal_key(&public, &purpose, &[7; 32], &mut OsEntropy).unwrap();
    let key = RecordKey::random(&mut OsEntropy).unwrap();
    let address = FieldAddress { table: CONTENTS, column: "tekst", row: id, key: id, version: 1 };
    let sealed: Vec<_> =
        fields.iter().map(|size| seal_field(&key, &address, &vec![b'a'; *size], &mut OsEntropy).unwrap()).collect();
    let begun = Instant::now();
    let mut times = Vec::new();
    while begun.elapsed() < Duration::from_millis(500) {
        let since = Instant::now();
        for _ in 0..keys {
            std::hint::black_box(open_key(&private, &purpose, &sealed_key).unwrap());
        }
        for field in &sealed {
            std::hint::black_box(open_field(&key, &address, field).unwrap());
        }
        times.push(since.elapsed());
    }
    Outcome { refused: 0, took: begun.elapsed(), times: load::sorted(times), clients: Duration::ZERO }
}

/// Adds signals without content, twenty a day back in time from `last`, in large writes: each with its right for the
/// coordinators, a sealed key and its log entry.
pub(crate) fn fill(on: &Installation, count: usize, like: &SignalRow, last: Day) {
    const AT_A_TIME: usize = 2_000;
    let op = on.app.as_system().unwrap();
    for from in (0..count).step_by(AT_A_TIME) {
        // Among so many, two of the random references meet now and then; the write then leaves nothing and is done anew.
        while let Err(error) = add(on, &op, (from..count.min(from + AT_A_TIME)).map(|n| older(like, last, n)).collect())
        {
            assert!(matches!(error, StoreError::Duplicate(_)), "vullen: {error}");
        }
    }
}

fn add(on: &Installation, op: &OpContext, signals: Vec<(SignalRow, SealedKeyRow)>) -> Result<(), StoreError> {
    let written = on.app.store().write_blocking::<_, StoreError, _>(op, "bench.fill", move |tx| {
        for (row, key) in &signals {
            tx.signal_insert(row)?;
            tx.sealed_key_insert(key)?;
            let (grantee, what) = (format!("group:{}", row.box_), "signal".to_owned());
            tx.grant_put(&GrantRow { signal_id: row.id, grantee, what, received_on: row.received_on })?;
            tx.record(Trace::new("signal.received").signal(row.id))?;
        }
        Ok(())
    });
    written.map(|_| ())
}

fn older(like: &SignalRow, last: Day, place: usize) -> (SignalRow, SealedKeyRow) {
    let (mut id, mut reference) = ([0; 16], [0; 6]);
    OsEntropy.fill(&mut id).unwrap();
    OsEntropy.fill(&mut reference).unwrap();
    let id = SignalId::from_random(id);
    let day = last.plus_days(-i64::try_from(place / PER_DAY).unwrap_or(0));
    let (stage, due_on) = if place < OPEN { (Stage::Received, Some(day.plus_days(7))) } else { (Stage::Closed, None) };
    let row = SignalRow {
        id,
        reference: SignalReference::from_random(reference),
        received_on: day,
        stage_since: day,
        stage,
        due_on,
        lookup_id: None,
        ..like.clone()
    };
    let key = SealedKeyRow {
        id: SealedKeyId::new(id.uuid()),
        subject: KeyId::new(id.uuid()),
        subject_kind: "record".to_owned(),
        holder: KeyId::new(id.uuid()),
        sealed: vec![1; 82],
        signal_id: Some(id),
        until_at: None,
        created_on: day,
    };
    (row, key)
}

/// The first row anybody sees: what the others are made after.
pub(crate) fn first_row(on: &Installation) -> SignalRow {
    let visitor = on.visitor("mirte");
    on.app.list_signals(&visitor.op, Filter::default(), None, 1).unwrap().remove(0)
}

/// A list of which the oldest signals came in, twenty a day, until `newest`.
pub(crate) struct List<'a> {
    pub(crate) on: &'a Installation,
    pub(crate) signals: usize,
    /// The last of the days that were filled.
    pub(crate) newest: Day,
    /// Signals on those days.
    pub(crate) filled: usize,
}

impl List<'_> {
    fn paths(&self) -> [(&'static str, String); 5] {
        let days = i64::try_from(self.filled / PER_DAY).unwrap_or(0);
        let after = |day: Day| format!("/signalen?naDag={day}&na=00000000-0000-4000-8000-000000000000");
        [
            ("eerste bladzijde van de lijst", "/signalen".to_owned()),
            ("middelste bladzijde", after(self.newest.plus_days(-days / 2))),
            ("laatste bladzijde", after(self.newest.plus_days(3 - days))),
            ("gezocht op een fase zonder signalen", "/signalen?fase=wegen".to_owned()),
            ("wat wacht op u", "/werk".to_owned()),
        ]
    }
}

/// The same pages of two lists, in turn, so that what else the machine does weighs on both.
pub(crate) fn pages(short: &List<'_>, long: &List<'_>, report: &mut Report) {
    let on = long.on.on();
    let head =
        [format!("{} signalen, p50", whole(short.signals as f64)), format!("{}, p50", whole(long.signals as f64))];
    let title = format!("Een bladzijde uit een lijst, {on}");
    let mut table = Table::new(title, &["Wat", &head[0], "p99", &head[1], "p99", "Verhouding"]);
    let mut worst: (f64, String) = (0.0, String::new());
    for login in ["mirte", "ivo"] {
        let cookies = [short, long].map(|list| list.on.visitor(login).cookie);
        for (place, (what, _)) in short.paths().into_iter().enumerate() {
            let mut found = [short, long].map(|_| None::<Outcome>);
            for _ in 0..3 {
                for ((list, cookie), found) in [short, long].iter().zip(&cookies).zip(&mut found) {
                    let request = load::get(&list.paths()[place].1, cookie);
                    let run = load::run(list.on.address, vec![request; 60], 1, 200, AT_MOST);
                    assert_eq!(run.refused, 0, "{what} gaf een andere status");
                    *found = Some(match found.take() {
                        Some(before) => before.and(run),
                        None => run,
                    });
                }
            }
            let [Some(few), Some(many)] = found else { continue };
            let ratio = many.p50().as_secs_f64() / few.p50().as_secs_f64();
            let who = if login == "mirte" { "coördinator" } else { "vertrouwenspersoon" };
            if ratio > worst.0 {
                worst = (ratio, format!("{what}, {who}"));
            }
            table.row([
                format!("{what}, {who}"),
                time(few.p50()),
                time(few.p99()),
                time(many.p50()),
                time(many.p99()),
                format!("{} keer", digits(ratio)),
            ]);
        }
    }
    table.note(format!(
        "Eén klant. De coördinator mag alles zien wat er ligt; de vertrouwenspersoon niets daarvan. In beide lijsten \
         wachten er {OPEN} ergens op, en in de lange ook wat hierboven werd gedeeld; de rest is afgesloten.",
    ));
    report.add(table);
    let found = format!("{} keer ({})", digits(worst.0), worst.1);
    report.aim(format!("een bladzijde kost hetzelfde, {on}"), "hoogstens 1,5 keer", found, worst.0 <= 1.5);
}
