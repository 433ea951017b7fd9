//! An answer that says something went wrong holds nothing of what others wrote, at any address, at any point of the road.

use super::{WAYS, canaries, report};
use crate::support::app::TestApp;
use crate::support::client::{Client, Page};
use crate::support::raw::Raw;
use crate::support::routes::{self, Route};
use crate::support::walk::Walk;
use meldroute::domain::ids::SignalId;
use std::collections::{BTreeMap, BTreeSet};

/// People with a hand in some step of the walked signals, and one with none.
const PEOPLE: [&str; 3] = ["nadia", "vera", "adam"];
/// Stands in every sentence of the walk.
const CANARY: &str = "zingt é in kooi";

/// Everybody with their browser, and the token of their forms.
struct Visitors<'a> {
    app: &'a TestApp,
    signed_in: BTreeMap<&'static str, (Client, String)>,
}

impl<'a> Visitors<'a> {
    fn of(app: &'a TestApp) -> Self {
        Self { app, signed_in: BTreeMap::new() }
    }

    /// Calls an address with an empty form that was read at a version there is not, so that nothing is done; whose
    /// session is over signs in again.
    fn call(&mut self, login: &'static str, method: &str, path: &str) -> Page {
        let app = self.app;
        loop {
            let (client, token) = self.signed_in.entry(login).or_insert_with(|| {
                let mut client = app.member(login);
                let token = client.get("/werk").hidden("/afmelden", "formulier");
                (client, token)
            });
            let page = match method {
                "GET" => client.get(path),
                _ => client.post(path, &[("formulier", token), ("versie", "999")]),
            };
            if !(page.status == 303 && page.location().starts_with("/aanmelden")) {
                return page;
            }
            self.signed_in.remove(login);
        }
    }
}

/// The addresses of the pages of this signal and its parts, as they are now, by the route they come from.
fn addresses(app: &TestApp, routes: &BTreeSet<Route>, id: SignalId) -> Vec<(Route, String)> {
    let mut raw = Raw::open(&app.database);
    let signal = raw.id(&id.uuid().simple().to_string());
    let mut parts: BTreeMap<&str, Vec<String>> = BTreeMap::from([("signals", vec![id.to_string()])]);
    let mut found = Vec::new();
    for route in routes {
        let Some(table) = route.table() else { continue };
        let ids = parts.entry(table).or_insert_with(|| {
            let rows = raw.rows_where(table, &format!("signal_id = {signal}"));
            rows.iter().map(|row| uuid::Uuid::parse_str(&row["id"]).unwrap().to_string()).collect()
        });
        found.extend(ids.iter().map(|id| (route.clone(), route.filled(std::slice::from_ref(id)))));
    }
    found
}

#[test]
fn no_error_page_of_any_step_shows_what_somebody_wrote_who_ever_asks_for_it() {
    let app = TestApp::start();
    let routes: BTreeSet<Route> = routes::all(&app).into_iter().filter(|route| !route.is_api()).collect();
    let mut visitors = Visitors::of(&app);
    let mut answers: BTreeMap<u16, usize> = BTreeMap::new();
    let (mut shown, mut called) = (0_usize, BTreeSet::new());
    let mut walk = Walk::stopping(&app, |id| {
        let signal = format!("/signalen/{id}");
        let mut opened: BTreeSet<(&str, String)> = BTreeSet::new();
        for login in PEOPLE {
            let page = visitors.call(login, "GET", &signal);
            opened.extend((page.status == 200).then(|| (login, signal.clone())));
        }
        // Sorted, so that of each address GET comes before POST.
        for (route, path) in addresses(&app, &routes, id) {
            called.insert(route.path.clone());
            for login in PEOPLE {
                let page = visitors.call(login, &route.method, &path);
                if page.status == 200 {
                    shown += usize::from(page.body.contains(CANARY));
                    opened.insert((login, path.clone()));
                }
                // Whoever may read the page of a step, or the signal, may see that with what was wrong.
                let reads = opened.contains(&(login, path.clone())) || opened.contains(&(login, signal.clone()));
                let is_own = page.status < 400 || (reads && [400, 409].contains(&page.status));
                assert!(is_own || !page.body.contains(CANARY), "{login} {} {path}: {page:?}", route.method);
                *answers.entry(page.status).or_default() += 1;
            }
        }
    });
    walk.ways_out();
    walk.whole();
    drop(walk);
    // The search sees what is there: pages that do open hold what was written.
    assert!(shown > 20, "only {shown} pages with what somebody wrote");
    assert!(answers.get(&404).is_some_and(|count| *count > 500), "hardly anybody was refused: {answers:?}");
    let all: BTreeSet<String> = routes.iter().filter(|r| r.table().is_some()).map(|r| r.path.clone()).collect();
    let missing: Vec<_> = all.difference(&called).collect();
    assert!(missing.is_empty(), "never called: {missing:?}");
}

#[test]
fn a_page_that_says_something_went_wrong_shows_nothing_of_anybody_else() {
    let app = TestApp::start();
    let mut words = BTreeSet::new();
    for way in WAYS {
        let own = canaries(way);
        words.insert(report(&mut app.anonymous(), way, &own));
        words.extend(own.into_iter().map(|(_, text)| text));
    }
    let links = app.member("mirte").get("/signalen").links("/signalen/");
    let links: Vec<_> = links.into_iter().filter(|link| link.len() == 46).collect();
    assert_eq!(links.len(), 3);
    let mut pages = Vec::new();
    for login in ["nadia", "adam", "vera", "bea", "tamar"] {
        let mut member = app.member(login);
        pages.extend(links.iter().map(|link| member.get(link)));
        pages.push(member.get("/signalen/onzin"));
        pages.push(member.get("/bestaat-niet"));
    }
    let mut anybody = app.anonymous();
    for (path, body) in [("/melden/signaal", "naar=versturen"), ("/melden/volgen", "bon=x"), ("/aanmelden", "naam=%ff")]
    {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        pages.push(anybody.raw("POST", path, &form, body.as_bytes()).unwrap());
    }
    for page in pages {
        assert!(page.status >= 400, "{}: {}", page.status, page.body);
        let leaked = words.iter().find(|word| page.body.contains(word.as_str()));
        assert_eq!(leaked, None, "{}", page.body);
    }
}
