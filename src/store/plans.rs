//! How SQLite goes about the questions that pages ask: over an index, so that a page costs the same beside a hundred
//! thousand other signals. No clock: the plan itself is held.

use super::db::{Address, Db, Use};
use super::signals::{After, Filter, signal_page, signal_waiting};
use super::{agenda, checks, decisions, destructions, emergencies, identities, log, members, migrate_up, sessions};
use crate::domain::ids::{KeyId, MemberId, ObjectId, SessionId, SignalId};
use crate::domain::role::Role;
use crate::domain::stage::Stage;
use crate::domain::time::{Day, Moment};
use crate::policy::{MemberActor, RoleHeld};
use diesel::connection::{InstrumentationEvent, SimpleConnection as _};
use diesel::prelude::*;
use diesel::sql_types::Text;
use std::sync::{Arc, Mutex};

/// Tables that a municipality's signals do not make longer.
const SHORT: [&str; 3] = ["members", "member_roles", "sittings"];

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// A database in which everything was granted to the coordinators, three signals to the integrity contacts, and nothing
/// to anybody else.
struct Planned {
    _folder: tempfile::TempDir,
    db: Db,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Planned {
    fn with_signals(count: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut db = Db::open(&Address::Sqlite(folder.path().join("plans.sqlite")), Use::Create).unwrap();
        migrate_up(&mut db).unwrap();
        let fill = format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
             INSERT INTO signals (id, reference, box, stage, version, waiting, channel, source_type, confidentiality,
                 received_on, stage_since, due_on, protocol_version)
             SELECT CAST(printf('%016d', i) AS BLOB), i, 'coordinators', 'ontvangen', 1, 'intake', 'WEB', 'x',
                 'anoniem', '2026-11-24', '2026-11-24', '2026-12-01', '1' FROM n;
             INSERT INTO grants SELECT id, 'group:coordinators', 'signal', received_on FROM signals;
             INSERT INTO grants SELECT id, 'group:integrity', 'signal', received_on FROM signals LIMIT 3;"
        );
        let Db::Sqlite(c) = &mut db else { unreachable!() };
        c.batch_execute(&fill).unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&asked);
        db.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                heard.lock().unwrap().push(query.to_string());
            }
        });
        Self { _folder: folder, db, asked }
    }

    /// What the plan of each query says that these readings ask; no reading may ask nothing.
    fn plans(&mut self, readings: impl FnOnce(&mut Db)) -> Vec<(String, Vec<String>)> {
        self.asked.lock().unwrap().clear();
        readings(&mut self.db);
        let mut asked = std::mem::take(&mut *self.asked.lock().unwrap());
        asked.retain(|query| query.starts_with("SELECT"));
        assert!(!asked.is_empty());
        let plan = |query: String| {
            let sql = query.split(" -- binds").next().unwrap().to_owned();
            let Db::Sqlite(c) = &mut self.db else { unreachable!() };
            let lines: Vec<Line> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(c).unwrap();
            (sql, lines.into_iter().map(|line| line.detail).collect())
        };
        asked.into_iter().map(plan).collect()
    }
}

fn member(roles: &[Role]) -> MemberActor {
    let id = uuid::Uuid::from_u128(7);
    let roles = roles.iter().map(|role| RoleHeld { role: *role, deputy: false, source: String::new() }).collect();
    MemberActor {
        id: MemberId::new(id),
        key: KeyId::new(id),
        name: "Mirte".to_owned(),
        session: SessionId::new(id),
        roles,
        circles: Vec::new(),
    }
}

fn today() -> Day {
    "2026-11-24".parse().unwrap()
}

/// Every list of signals there is, from the start and from the middle.
fn lists(db: &mut Db, member: &MemberActor) {
    let after = After { received_on: today(), id: SignalId::new(uuid::Uuid::from_u128(9)) };
    for after in [None, Some(after)] {
        for stage in [None, Some(Stage::Received), Some(Stage::Monitoring), Some(Stage::Closed)] {
            signal_page(db, member, Filter { stage }, after, 50).unwrap();
        }
    }
    signal_waiting(db, member, 500).unwrap();
}

/// What else the pages of somebody who is signed in ask.
fn other_pages(db: &mut Db, member: &MemberActor) {
    let (grantees, object) = (member.grantees(), ObjectId::new(member.id.uuid()));
    checks::check_list_open(db, &grantees).unwrap();
    emergencies::emergency_list_waiting(db, &grantees, "signal").unwrap();
    emergencies::emergency_list_of(db, member.id).unwrap();
    checks::question_list_open_for(db, member.id).unwrap();
    checks::question_list_done_for(db, member.id, 50).unwrap();
    identities::opening_list_asked(db, &grantees).unwrap();
    destructions::destruction_list_waiting(db, &grantees).unwrap();
    decisions::urgent_list_unsigned(db, &grantees).unwrap();
    decisions::urgent_list_announced(db, &grantees, today()).unwrap();
    decisions::action_list_open_of(db, member.id).unwrap();
    decisions::decision_list_owned_by(db, member.id).unwrap();
    agenda::copy_list_for(db, member.id, today()).unwrap();
    agenda::agenda_list(db, &grantees, today(), None).unwrap();
    agenda::agenda_list(db, &grantees, today(), Some(SignalId::new(member.id.uuid()))).unwrap();
    log::log_of_object(db, object, 50).unwrap();
    log::last_opened(db, member.id, &[object]).unwrap();
    log::newest_of_kinds(db, &["role.agreed", "role.withdrawn"]).unwrap();
    members::member_list(db).unwrap();
    sessions::session_by_token(db, &[1; 32], "open", Moment::from_micros(1), Moment::from_micros(1)).unwrap();
}

#[test]
fn no_page_reads_a_table_from_end_to_end() {
    let coordinator = member(&[Role::Coordinator, Role::PrivacyOfficer]);
    for count in [20, 501] {
        let mut planned = Planned::with_signals(count);
        let plans = planned.plans(|db| {
            lists(db, &coordinator);
            other_pages(db, &coordinator);
            let Db::Sqlite(c) = db else { unreachable!() };
            c.batch_execute("INSERT INTO sittings VALUES (zeroblob(16), '2026-12-01', '2026-11-27', 'planned')")
                .unwrap();
            agenda::agenda_list(db, &coordinator.grantees(), today(), None).unwrap();
        });
        for (sql, plan) in plans {
            for line in plan {
                let table = line.strip_prefix("SCAN ").map(|rest| rest.split(' ').next().unwrap());
                assert!(table.is_none_or(|table| SHORT.contains(&table)), "{line}: {sql}");
            }
        }
    }
}

#[test]
fn a_list_of_somebody_to_whom_little_was_granted_begins_at_what_was_granted() {
    // Many open signals of others, which the way over what is open would pass by one by one.
    let mut planned = Planned::with_signals(501);
    for (sql, plan) in planned.plans(|db| lists(db, &member(&[Role::IntegrityContact]))) {
        let reached = plan.iter().find(|line| line.contains(" signals ")).map_or("", String::as_str);
        assert!(reached.is_empty() || reached.ends_with("(id=?)"), "{reached}: {sql}");
    }
    for (sql, _) in planned.plans(|db| lists(db, &member(&[Role::Jurist]))) {
        assert!(sql.contains("grants"), "nothing was granted, and yet this was asked: {sql}");
    }
}

#[test]
fn a_list_of_a_group_to_which_everything_was_granted_is_in_order_already() {
    let mut planned = Planned::with_signals(501);
    for (sql, plan) in planned.plans(|db| lists(db, &member(&[Role::Coordinator]))) {
        assert!(plan.iter().all(|line| !line.contains("TEMP B-TREE")), "{plan:?}: {sql}");
    }
}

#[test]
fn what_somebody_is_to_do_is_found_by_who_they_are() {
    let mut planned = Planned::with_signals(501);
    let owner = member(&[Role::Flexible]).id;
    let plans = planned.plans(|db| {
        decisions::action_list_open_of(db, owner).unwrap();
        decisions::decision_list_owned_by(db, owner).unwrap();
    });
    assert_eq!(plans.len(), 2);
    for (sql, plan) in plans {
        assert!(plan.iter().any(|line| line.contains("(owner_id=?")), "{plan:?}: {sql}");
    }
}
