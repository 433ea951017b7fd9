//! Every address, called by nobody and by everybody: what is not yours is not there, and no address is forgotten.

use crate::api::Machine;
use crate::support::app::{EVERYTHING, Opens, TestApp, emergency_by_day};
use crate::support::client::{Client, Page};
use crate::support::coupled::Coupled;
use crate::support::people::PASSWORD;
use crate::support::raw::Raw;
use crate::support::road;
use crate::support::road::member_id;
use crate::support::routes::{self, Route};
use crate::support::snapshot::assert_current;
use crate::support::source;
use crate::support::walk::Walk;
use meldroute::app::setup::{Invitation, RoleGiven};
use meldroute::domain::machine::Scope;
use meldroute::domain::role::{Role, Seat};
use std::fmt::Write as _;

/// Addresses that need nobody to sign in: everything else answers nobody with the way to the sign-in page, or 401.
const OPEN: [(&str, &str); 15] = [
    ("GET", "/"),
    ("GET", "/static/{hash}/{file}"),
    ("GET", "/melden"),
    ("GET", "/melden/collega"),
    ("GET", "/melden/klaar"),
    ("GET", "/melden/signaal"),
    ("POST", "/melden/signaal"),
    ("GET", "/melden/volgen"),
    ("POST", "/melden/volgen"),
    ("GET", "/melden/weg"),
    ("GET", "/aanmelden"),
    ("POST", "/aanmelden"),
    ("GET", "/aanmelden/eerste-keer"),
    ("POST", "/aanmelden/eerste-keer"),
    ("GET", "/api/v1/openapi.json"),
];
const OPEN_API: [(&str, &str); 6] = [
    ("POST", "/api/v1/signalen"),
    ("POST", "/api/v1/meldingen/_volg"),
    ("POST", "/api/v1/sessies"),
    ("POST", "/api/v1/toegangsbewijzen"),
    ("POST", "/api/v1/toegangsbewijzen/_vernieuw"),
    ("POST", "/api/v1/toegangsbewijzen/_beeindig"),
];

/// One of each role.
const ROLES: [(&str, &str); 12] = [
    ("coordinator", "mirte"),
    ("jurist", "sanne"),
    ("privacy_officer", "nadia"),
    ("fg", "fenna"),
    ("vertrouwenspersoon", "ivo"),
    ("mensenhandel", "tamar"),
    ("beheerder", "adam"),
    ("burgemeester", "bea"),
    ("burgerzaken", "bram"),
    ("informatiemanagement", "imke"),
    ("bibob", "bibi"),
    ("bronhouder", "vera"),
];
/// Roles to whom nothing of the signal of these tests was given.
const STRANGERS: [&str; 8] = ["fenna", "ivo", "tamar", "adam", "bea", "bas", "imke", "bibi"];

/// What does not exist.
const NOWHERE: &str = "00000000-0000-4000-8000-000000000000";

fn is_open(route: &Route) -> bool {
    let named = (route.method.as_str(), route.path.as_str());
    OPEN.contains(&named) || OPEN_API.contains(&named)
}

/// What stands in the place of each `{..}`: the thing that exists.
fn names(app: &TestApp, route: &Route) -> Vec<String> {
    const DECIDING: &str = "signal_id IN (SELECT id FROM signals WHERE stage = 'besluiten')";
    const CLOSED: &str = "signal_id IN (SELECT id FROM signals WHERE stage = 'afgesloten')";
    let beside = [("/koppelingen/", "machines"), ("/noodinzage/", "emergency_openings")];
    let beside = beside.into_iter().find(|(front, _)| route.path.starts_with(front) && route.has_names());
    let Some(table) = route.table().or(beside.map(|(_, table)| table)) else {
        let person = |login: &str| member_id(app, login).to_string();
        return match route.path.as_str() {
            path if path.starts_with("/overdragen/") => vec!["beurt".to_owned(), NOWHERE.to_owned()],
            path if path.starts_with("/leden/") && path.ends_with("uitschakelen") => vec![person("evert")],
            path if path.starts_with("/leden/") && path.ends_with("binnenlaten") => vec![person("noor")],
            path if path.starts_with("/leden/") => vec![person("joost")],
            path if path.starts_with("/rollen/") && path.ends_with("{bron}") => {
                vec![person("bas"), "bronhouder".to_owned(), "handelsregister".to_owned()]
            }
            path if path.starts_with("/rollen/") => vec![person("bibi"), "jurist".to_owned()],
            _ => Vec::new(),
        };
    };
    let which = match table {
        "signals" => "stage = 'besluiten'",
        "privacy_checks" | "source_questions" => DECIDING,
        "emergency_openings" => "state = 'opened'",
        "machines" => "agreed_by IS NULL",
        "destructions" => "state = 'agreed'",
        _ => CLOSED,
    };
    let id = Raw::open(&app.database).rows_where(table, which).first().map(|row| row["id"].clone());
    let id = id.unwrap_or_else(|| panic!("nothing in {table} for {}", route.path));
    vec![uuid::Uuid::parse_str(&id).unwrap().to_string()]
}

/// Calls an address as this visitor, with an empty form that was made for them.
fn call(client: &mut Client, token: &str, route: &Route, path: &str) -> Page {
    match route.method.as_str() {
        "GET" => client.get(path),
        _ => client.post(path, &[("formulier", token), ("versie", "1")]),
    }
}

fn token_of(client: &mut Client) -> String {
    client.get("/werk").hidden("/afmelden", "formulier")
}

/// A signal that was destroyed, one that was closed, one on its way to the LIO, two roles that were proposed, and
/// somebody who waits to be let in, and a machine account that waits.
fn under_way() -> TestApp {
    let app = TestApp::opening(Opens { emergency: Some(emergency_by_day()), ..EVERYTHING });
    let mut walk = Walk::start(&app);
    walk.closed();
    walk.whole();
    drop(walk);
    let id = road::deciding(&app, &[("tekst", road::REPORT)]);
    road::opened_in_emergency(&app, id);
    let operator = app.app.as_operator("test").unwrap();
    for (login, role, source) in [("bibi", Role::Jurist, ""), ("bas", Role::Flexible, "handelsregister")] {
        let given = RoleGiven {
            role,
            seat: Seat::Deputy,
            source: source.to_owned(),
            dates: meldroute::domain::role::RoleDates::default(),
        };
        app.app.role_propose(&operator, login, &given).unwrap();
    }
    let roles = vec![RoleGiven {
        role: Role::Coordinator,
        seat: Seat::Deputy,
        source: String::new(),
        dates: meldroute::domain::role::RoleDates::default(),
    }];
    let invited = Invitation { login: "noor".to_owned(), name: "Noor Proef".to_owned(), roles };
    let code = app.app.member_add(&operator, invited).unwrap();
    app.app.enrol(&app.app.as_anonymous().unwrap(), "noor", code.code.expose(), PASSWORD).unwrap();
    Coupled::proposed(&app, &[Scope::LogProof]);
    app
}

#[test]
fn nobody_gets_past_the_door_of_any_address_but_the_open_ones() {
    let app = under_way();
    for route in routes::all(&app).iter().filter(|route| !is_open(route)) {
        let path = route.filled(&names(&app, route));
        if route.is_api() {
            for headers in [vec![], vec![("authorization", "Bearer onzin")], vec![("authorization", "Basic eDp5")]] {
                let answer = app.anonymous().json(&route.method, &path, &headers, Some(&serde_json::json!({})));
                assert_eq!(answer.status, 401, "{} {path}: {}", route.method, answer.body);
                assert!(!answer.body.contains(road::REPORT));
            }
            continue;
        }
        for answer in [call(&mut app.anonymous(), "", route, &path), call(&mut app.anonymous(), "x", route, &path)] {
            assert_eq!(answer.status, 303, "{} {path}: {}", route.method, answer.body);
            assert!(answer.location().starts_with("/aanmelden"), "{path} leads to {}", answer.location());
        }
    }
}

#[test]
fn open_addresses_are_the_listed_ones_and_all_of_them_exist() {
    let app = TestApp::start();
    let routes = routes::all(&app);
    for (method, path) in OPEN.into_iter().chain(OPEN_API) {
        let listed = Route { path: path.to_owned(), method: method.to_owned() };
        assert!(routes.contains(&listed), "{method} {path} is open and does not exist");
    }
}

#[test]
fn what_each_role_gets_at_each_address_is_the_committed_table() {
    let app = under_way();
    let mut page = String::from(
        "# Wat elke rol krijgt bij elk adres\n\nGemaakt door tests/it/endpoints.rs: een signaal dat op een besluit \
         wacht, een dat is afgesloten, een dat is vernietigd, en twee voorgestelde rollen; een leeg formulier dat hier gemaakt is. De API: een lege body.\n\n| adres |",
    );
    for (role, _) in ROLES {
        write!(page, " {role} |").unwrap();
    }
    write!(page, "\n|---|{}\n", "---|".repeat(ROLES.len())).unwrap();
    let mut people: Vec<(Client, String, String)> = ROLES
        .iter()
        .map(|(_, login)| {
            let mut member = app.member(login);
            let token = token_of(&mut member);
            (member, token, Machine::of(&app, login).header())
        })
        .collect();
    // Signing out would end what the others need.
    let ends = |route: &Route| route.path == "/afmelden" || route.path == "/api/v1/sessies/huidig";
    for route in routes::all(&app).iter().filter(|route| !is_open(route) && !ends(route)) {
        let path = route.filled(&names(&app, route));
        write!(page, "| {} {} |", route.method, route.path).unwrap();
        for ((_, login), (member, token, header)) in ROLES.iter().zip(&mut people) {
            let answer = if route.is_api() {
                let body = serde_json::json!({});
                app.anonymous().json(&route.method, &path, &[("authorization", header)], Some(&body))
            } else {
                call(member, token, route, &path)
            };
            assert!(answer.status < 500, "{login} {} {path}: {}", route.method, answer.body);
            let content = answer.body.contains(road::REPORT);
            assert!(!content || ["mirte", "sanne"].contains(login), "{login} reads the report at {path}");
            write!(page, " {}{} |", answer.status, if content { " inhoud" } else { "" }).unwrap();
        }
        page.push('\n');
    }
    assert_current("endpoints.md", &page);
}

#[test]
fn what_is_not_yours_looks_to_the_last_byte_like_what_does_not_exist() {
    let app = under_way();
    let mut strangers = STRANGERS.map(|login| {
        let mut member = app.member(login);
        let token = token_of(&mut member);
        (login, member, token)
    });
    for route in routes::all(&app).iter().filter(|route| route.has_names() && !is_open(route) && !route.is_api()) {
        let mut known = names(&app, route);
        let there = route.filled(&known);
        if let Some(first) = known.first_mut() {
            NOWHERE.clone_into(first);
        }
        let absent = route.filled(&known);
        // The FG guards retention and reads what is left of what was destroyed. Whoever keeps accounts shuts them, and
        // keeps the machine accounts.
        let reads = |login: &str| match login {
            "fenna" => route.path.starts_with("/verklaringen/") || route.path == "/koppelingen/{koppeling}",
            "adam" => route.path.starts_with("/koppelingen/") || route.path.ends_with("/uitschakelen"),
            _ => false,
        };
        for (login, member, token) in strangers.iter_mut().filter(|(login, ..)| !reads(login)) {
            let seen = call(member, token, route, &there);
            let nothing = call(member, token, route, &absent);
            // A form that cannot be read is told so before anything is looked up: the same for what does not exist.
            let unread = route.method == "POST" && seen.status == 400;
            assert!(seen.status == 404 || unread, "{login} {} {there}: {}", route.method, seen.body);
            // Such a page names the address it came from, which is all that may differ.
            let body = seen.body.replace(&there, &absent);
            assert_eq!((seen.status, &body), (nothing.status, &nothing.body), "{login} {} {there}", route.method);
            let mut names: Vec<_> = seen.headers.keys().filter(|name| *name != "date").collect();
            let mut others: Vec<_> = nothing.headers.keys().filter(|name| *name != "date").collect();
            names.sort();
            others.sort();
            assert_eq!(names, others, "{login} {} {there}", route.method);
        }
    }
}

#[test]
fn no_address_is_without_a_test() {
    let app = TestApp::start();
    let tests: String = source::under("tests/it")
        .into_iter()
        .filter(|file| !file.path.ends_with("endpoints.rs") && !file.path.ends_with("routes.rs"))
        .map(|file| file.text)
        .collect();
    // The steps of the API are held against its description itself, in `api/steps.rs`.
    let is_step = |route: &Route| route.is_api() && route.has_names() && route.method == "POST";
    let is_named = |route: &Route| {
        let (front, tail) = route.path.rsplit_once('}').unwrap_or(("", &route.path));
        let front = front.split('{').next().unwrap_or_default();
        if tail.is_empty() { tests.contains(front) } else { tests.contains(tail) }
    };
    let routes = routes::all(&app);
    let missing: Vec<&Route> = routes.iter().filter(|route| !is_step(route) && !is_named(route)).collect();
    assert!(missing.is_empty(), "no test calls {missing:?}");
}

/// How often somebody was refused, as the log has it.
fn refusals(raw: &mut Raw) -> i64 {
    raw.number("(SELECT count(*) FROM events WHERE kind = 'access.refused')")
}

#[test]
fn every_door_that_stays_closed_leaves_one_refusal_in_the_log_whether_something_is_behind_it_or_not() {
    let app = under_way();
    let mut raw = Raw::open(&app.database);
    let ends_the_session = |route: &Route| route.path == "/afmelden" || route.method == "DELETE";
    let routes: Vec<Route> =
        routes::all(&app).into_iter().filter(|route| !is_open(route) && !ends_the_session(route)).collect();
    let mut closed = 0;
    for login in ["mirte", "nadia", "vera", "ivo", "tamar", "bea", "adam"] {
        let mut member = app.member(login);
        let token = token_of(&mut member);
        let machine = Machine::of(&app, login);
        let header = machine.header();
        for route in &routes {
            for path in [route.filled(&names(&app, route)), route.filled(&[])] {
                let before = refusals(&mut raw);
                let answer = if route.is_api() {
                    let body = serde_json::json!({ "doel": "intake" });
                    let path = if route.method == "GET" { format!("{path}?doel=intake") } else { path.clone() };
                    app.anonymous().json(&route.method, &path, &[("authorization", &header)], Some(&body))
                } else {
                    call(&mut member, &token, route, &path)
                };
                let left = refusals(&mut raw) - before;
                let said = format!("{login} {} {path}: {} with {left} refusals", route.method, answer.status);
                match answer.status {
                    403 | 404 => assert_eq!(left, 1, "{said}"),
                    200..=399 => assert_eq!(left, 0, "{said}"),
                    _ => assert!(left <= 1, "{said}"),
                }
                closed += left;
            }
        }
    }
    assert!(closed > 500, "only {closed} doors were closed");
    app.assert_log_is_whole();
}
