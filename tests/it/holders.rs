//! Who holds a key of what, at the end of every stage: the table of the code against the sealed keys of the database.

use crate::api::share;
use crate::support::app::{EVERYTHING, Opens, TestApp, emergency_by_day};
use crate::support::raw::{Raw, Row};
use crate::support::road::{opened_in_emergency, run, session, standing};
use crate::support::walk::Walk;
use meldroute::domain::holders::{HOLDERS, HoldersOf, Holding, RecordKind, holders_of};
use meldroute::domain::ids::SignalId;
use meldroute::domain::stage::{STAGE_BAR, Stage};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// A record and who holds its key: whole, or in shares.
struct Held {
    kind: RecordKind,
    id: String,
    whole: BTreeSet<String>,
    shares: BTreeSet<String>,
}

/// Everything sealed for a signal.
fn held(app: &TestApp, signal: SignalId) -> Vec<Held> {
    let mut raw = Raw::open(&app.database);
    let names = names(&mut raw);
    let id = raw.id(&signal.uuid().simple().to_string());
    let of_signal = format!("signal_id = {id}");
    let (records, keys) = (raw.rows_where("records", &of_signal), raw.rows_where("sealed_keys", &of_signal));
    let holders = |subject: &str, kind: &str| -> BTreeSet<String> {
        let copies = keys.iter().filter(|key| key["subject"] == subject && key["subject_kind"] == kind);
        copies.map(|key| names.get(&key["holder"]).cloned().unwrap_or_else(|| unnamed(kind).to_owned())).collect()
    };
    let read = |record: &Row| Held {
        kind: record["kind"].parse().unwrap_or_else(|_| panic!("{} stands in no table", record["kind"])),
        id: record["id"].clone(),
        whole: holders(&record["key_id"], "record"),
        shares: holders(&record["key_id"], "share"),
    };
    records.iter().map(read).collect()
}

/// The log introduces neither the key of a melder nor the service's own, to which nothing but halves is sealed.
fn unnamed(kind: &str) -> &'static str {
    if kind == "share" { "dienst" } else { "melder" }
}

/// The name behind every key that the log introduces.
fn names(raw: &mut Raw) -> BTreeMap<String, String> {
    let logins: BTreeMap<String, String> =
        raw.rows("members").iter().map(|row| (row["id"].clone(), row["login"].clone())).collect();
    let owner = |row: &Row| match row["owner_kind"].as_str() {
        "member" => logins[&row["owner"].replace('-', "")].clone(),
        kind => format!("{kind}:{}", row["owner"]),
    };
    raw.rows("public_keys").iter().map(|row| (row["id"].clone(), owner(row))).collect()
}

/// Who is who on one signal, from the rows that are not keys.
struct Cast {
    logins: BTreeMap<String, String>,
    tables: BTreeMap<&'static str, Vec<Row>>,
    signal: Row,
}

/// Tables that say who has to do with which record.
const TABLES: [&str; 8] =
    ["weighings", "source_questions", "agenda_items", "decisions", "actions", "grants", "destructions", "exclusions"];

impl Cast {
    fn of(app: &TestApp, signal: SignalId) -> Self {
        let mut raw = Raw::open(&app.database);
        let id = raw.id(&signal.uuid().simple().to_string());
        let mut tables: BTreeMap<&'static str, Vec<Row>> =
            TABLES.iter().map(|table| (*table, raw.rows_where(table, &format!("signal_id = {id}")))).collect();
        tables.insert("agenda_copies", raw.rows("agenda_copies"));
        let signal = raw.rows_where("signals", &format!("id = {id}")).remove(0);
        let logins = raw.rows("members").iter().map(|row| (row["id"].clone(), row["login"].clone())).collect();
        Self { logins, tables, signal }
    }

    /// The members in this column of the rows that satisfy this.
    fn members(&self, table: &str, column: &str, which: impl Fn(&Row) -> bool) -> BTreeSet<String> {
        let rows = self.tables[table].iter().filter(|row| which(row));
        rows.filter_map(|row| row.get(column)).map(|id| self.logins[id].clone()).collect()
    }

    fn seconds(&self, number: &str) -> BTreeSet<String> {
        let mut seconds = self.members("weighings", "cosigner", |row| row["number"] == number);
        // Coordinators hold the group's key already.
        seconds.retain(|login| !["mirte", "joost"].contains(&login.as_str()));
        seconds
    }

    fn readers(&self) -> BTreeSet<String> {
        let group = |code: &str| BTreeSet::from([format!("group:{code}")]);
        let given = |row: &&Row| row["what"] == "signal";
        let mut readers = match self.signal["box"].as_str() {
            "circle" => {
                let grants = self.tables["grants"].iter().filter(given);
                let ids = grants.filter_map(|row| row["grantee"].strip_prefix("member:"));
                ids.map(|id| self.logins[&id.replace('-', "")].clone()).collect()
            }
            code => group(code),
        };
        if self.tables["grants"].iter().filter(given).any(|row| row["grantee"] == "group:mensenhandel") {
            readers.extend(group("mensenhandel"));
        }
        readers
    }

    /// Who must hold this record as this holder.
    fn who(&self, holding: Holding, record: &Held) -> BTreeSet<String> {
        let none = BTreeSet::new;
        let group = |code: &str| BTreeSet::from([format!("group:{code}")]);
        let of_record = |row: &Row| row.get("record_id") == Some(&record.id);
        let urgent = |row: &Row| row["kind"] == "urgent" && (record.kind == RecordKind::Report || of_record(row));
        match holding {
            Holding::Readers => self.readers(),
            Holding::Melder => BTreeSet::from(["melder".to_owned()]),
            Holding::ReadersOfNamed if self.signal["confidentiality"] == "bekend" => self.readers(),
            Holding::ReadersOfNamed | Holding::Halves | Holding::EmergencyHalves => none(),
            Holding::Privacy => group("privacy"),
            Holding::PrivacyWhoReturned if self.tables["destructions"].iter().any(of_record) => group("privacy"),
            Holding::PrivacyWhoReturned => none(),
            Holding::SecondOf3 => self.seconds("3"),
            Holding::SecondOf4 => self.seconds("4"),
            Holding::SourceHolder => self.members("source_questions", "holder_id", |row| {
                let may_be_asked =
                    row["state"] == "answered" && ["cleared", "asked"].contains(&row["details"].as_str());
                let enriching = self.signal["stage"] == Stage::Enriching.code();
                of_record(row) && enriching && (row["state"] == "open" || may_be_asked)
            }),
            Holding::Participant => self.members("agenda_copies", "member_id", of_record),
            Holding::Jurists => group("juristen"),
            Holding::Owner => {
                let mut owners = self.members("decisions", "owner_id", of_record);
                owners.extend(self.members("actions", "owner_id", of_record));
                owners
            }
            Holding::UrgentSigners if self.tables["decisions"].iter().any(urgent) => {
                ["sanne", "jelle", "bea"].map(ToOwned::to_owned).into()
            }
            Holding::UrgentSigners => none(),
        }
    }
}

/// Every key of this signal is held by those of the table and by nobody else; the kinds that are there.
#[track_caller]
fn assert_held_as_the_table_says(app: &TestApp, signal: SignalId) -> BTreeSet<&'static str> {
    let cast = Cast::of(app, signal);
    let stage = standing(app, signal).stage;
    let mut kinds = BTreeSet::new();
    for record in held(app, signal) {
        let row = holders_of(record.kind).unwrap();
        let (mut whole, mut shares) = (BTreeSet::new(), BTreeSet::new());
        if stage != Stage::Destroyed {
            whole = row.holders.iter().flat_map(|holding| cast.who(*holding, &record)).collect();
            if row.holders.contains(&Holding::Halves) && cast.signal["confidentiality"] == "vertrouwelijk" {
                shares = cast.readers();
                shares.insert("group:privacy".to_owned());
            }
            let named = app.app.emergency_terms();
            if let Some(terms) = named.filter(|_| row.holders.contains(&Holding::EmergencyHalves)) {
                shares.extend([format!("group:{}", terms.group().code()), "dienst".to_owned()]);
            }
        }
        let what = format!("{} of a signal in {}", record.kind.label(), stage.label());
        assert_eq!(record.whole, whole, "{what}");
        assert_eq!(record.shares, shares, "the halves of {what}");
        kinds.insert(record.kind.code());
    }
    kinds
}

#[test]
fn at_the_end_of_every_stage_each_key_is_held_by_those_of_the_table_and_nobody_else() {
    walk_the_route(&TestApp::start());
}

#[test]
fn where_a_role_may_read_out_of_hours_it_and_the_service_hold_halves_besides_until_the_signal_is_destroyed() {
    walk_the_route(&TestApp::opening(Opens { emergency: Some(emergency_by_day()), ..EVERYTHING }));
}

fn walk_the_route(app: &TestApp) {
    let opens = app.app.emergency_terms().is_some();
    let mut seen: BTreeMap<Stage, BTreeSet<&'static str>> = BTreeMap::new();
    let mut walk = Walk::stopping(app, |id| {
        let stage = standing(app, id).stage;
        if opens && stage == Stage::Received {
            open_and_end(app, id);
        }
        let kinds = assert_held_as_the_table_says(app, id);
        seen.entry(stage).or_default().extend(kinds);
    });
    walk.whole();
    drop(walk);
    let route = STAGE_BAR.into_iter().chain([Stage::Closed]);
    for (place, stage) in route.clone().enumerate() {
        let reached: Vec<Stage> = route.clone().take(place + 1).collect();
        let there = |row: &&HoldersOf| opens || row.kind != RecordKind::Emergency;
        let rows = HOLDERS.iter().filter(|row| reached.contains(&row.from)).filter(there);
        let expected: BTreeSet<&str> = rows.map(|row| row.kind.code()).collect();
        assert_eq!(seen[&stage], expected, "kinds of records at the end of {}", stage.label());
    }
    assert!(seen.contains_key(&Stage::Destroyed));
    let mut raw = Raw::open(&app.database);
    let openings = raw.rows("emergency_openings");
    assert_eq!(openings.len(), usize::from(opens));
    for opening in openings {
        let record = raw.id(&opening["record_id"]);
        assert_eq!(raw.rows_where("contents", &format!("record_id = {record}")).len(), 0, "its reason and judgement");
    }
}

/// Opened out of hours, and judged to be wrong: what was lent is gone.
fn open_and_end(app: &TestApp, id: SignalId) {
    let opening = opened_in_emergency(app, id);
    let verdict = serde_json::from_str(r#"{"oordeel": "niet_terecht", "waarom": "Het kon wachten."}"#).unwrap();
    let (op, nadia) = session(app, "nadia");
    run(app.app.judge_emergency(&op, &nadia, opening, &verdict)).unwrap();
}

#[test]
fn on_the_ways_out_the_same_people_hold_keys() {
    let app = TestApp::start();
    let mut stops = 0;
    let mut walk = Walk::stopping(&app, |id| {
        assert_held_as_the_table_says(&app, id);
        stops += 1;
    });
    walk.ways_out();
    drop(walk);
    assert!(stops > 5, "{stops}");
}

#[test]
fn however_a_report_comes_in_its_keys_go_to_the_readers_it_names() {
    let app = TestApp::start();
    for (number, (report, readers)) in [
        (json!({ "tekst": "Zonder naam." }), "group:coordinatoren"),
        (json!({ "tekst": "Met naam.", "melder": "bekend", "naam": "Noor" }), "group:coordinatoren"),
        (json!({ "tekst": "Geheim.", "melder": "vertrouwelijk", "naam": "Noor" }), "group:coordinatoren"),
        (json!({ "tekst": "Een collega.", "gaatOver": "collega" }), "group:integriteit"),
        (json!({ "tekst": "Niet de een.", "nietLezen": ["coordinator"] }), "group:integriteit"),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(share(&app, &report).status, 201, "{report}");
        let rows = Raw::open(&app.database).rows("signals");
        assert_eq!(rows.len(), number + 1);
        let mut with_these_readers = 0;
        for row in rows {
            let id = SignalId::new(uuid::Uuid::parse_str(&row["id"]).unwrap());
            assert_held_as_the_table_says(&app, id);
            with_these_readers += usize::from(Cast::of(&app, id).readers().contains(readers));
        }
        assert!(with_these_readers > 0, "{report}");
    }
}
