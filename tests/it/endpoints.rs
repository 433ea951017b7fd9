//! Every address, called by nobody and by everybody: what is not yours is not there, and no address is forgotten.

use crate::api::Machine;
use crate::support::app::TestApp;
use crate::support::client::{Client, Page};
use crate::support::raw::Raw;
use crate::support::road;
use crate::support::routes::{self, Route};
use crate::support::snapshot::assert_current;
use crate::support::source;
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
const OPEN_API: [(&str, &str); 3] =
    [("POST", "/api/v1/signalen"), ("POST", "/api/v1/meldingen/_volg"), ("POST", "/api/v1/sessies")];

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
const STRANGERS: [&str; 8] = ["fenna", "ivo", "tamar", "adam", "bea", "bram", "imke", "bibi"];

fn is_open(route: &Route) -> bool {
    let named = (route.method.as_str(), route.path.as_str());
    OPEN.contains(&named) || OPEN_API.contains(&named)
}

/// What stands in the place of each `{..}`: the thing that exists.
fn names(app: &TestApp, route: &Route) -> Vec<String> {
    let mut raw = Raw::open(&app.database);
    let table = match route.path.trim_start_matches("/api/v1").split('/').nth(1).unwrap_or_default() {
        "signalen" => "signals",
        "privacychecks" => "privacy_checks",
        "bronvragen" => "source_questions",
        "spoedbesluiten" => "decisions",
        _ => return Vec::new(),
    };
    let rows = raw.rows(table);
    let id = rows.first().map(|row| uuid::Uuid::parse_str(&row["id"]).unwrap().to_string());
    id.into_iter().collect()
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

/// A signal on its way to the LIO: coordinators hold it, privacy judged it, one source answered.
fn under_way() -> TestApp {
    let app = TestApp::start();
    road::deciding(&app, &[("tekst", road::REPORT)]);
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
         wacht; een leeg formulier dat hier gemaakt is. De API: een lege body.\n\n| adres |",
    );
    for (role, _) in ROLES {
        write!(page, " {role} |").unwrap();
    }
    write!(page, "\n|---|{}\n", "---|".repeat(ROLES.len())).unwrap();
    for route in routes::all(&app).iter().filter(|route| !is_open(route) && route.path != "/afmelden") {
        let path = route.filled(&names(&app, route));
        write!(page, "| {} {} |", route.method, route.path).unwrap();
        for (_, login) in ROLES {
            let answer = if route.is_api() {
                let machine = Machine::of(&app, login);
                let header = machine.header();
                let body = serde_json::json!({});
                app.anonymous().json(&route.method, &path, &[("authorization", &header)], Some(&body))
            } else {
                let mut member = app.member(login);
                let token = token_of(&mut member);
                call(&mut member, &token, route, &path)
            };
            assert!(answer.status < 500, "{login} {} {path}: {}", route.method, answer.body);
            let content = answer.body.contains(road::REPORT);
            assert!(!content || ["mirte", "sanne"].contains(&login), "{login} reads the report at {path}");
            write!(page, " {}{} |", answer.status, if content { " inhoud" } else { "" }).unwrap();
        }
        page.push('\n');
    }
    assert_current("endpoints.md", &page);
}

#[test]
fn what_is_not_yours_looks_to_the_last_byte_like_what_does_not_exist() {
    let app = under_way();
    for route in routes::all(&app).iter().filter(|route| route.has_names() && !is_open(route) && !route.is_api()) {
        let (there, absent) = (route.filled(&names(&app, route)), route.filled(&[]));
        for login in STRANGERS {
            let mut member = app.member(login);
            let token = token_of(&mut member);
            let seen = call(&mut member, &token, route, &there);
            let nothing = call(&mut member, &token, route, &absent);
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
