//! `/werk`: what stands there can be opened by whoever it stands there for.

use crate::support::app::TestApp;
use crate::support::people::PEOPLE;
use crate::support::road::{REPORT, deciding, enriching, following_up, monitoring, received, run};
use crate::support::road::{seen, session, settled, weighing};
use meldroute::domain::decision::DecisionDraft;
use meldroute::domain::ids::SignalId;
use std::collections::BTreeSet;

/// A report of which the mark makes it the business of the aandachtsfunctionarissen as well.
fn of_trafficking(text: &str) -> [(&str, &str); 2] {
    [("tekst", text), ("gezien", "niet_vrij")]
}

fn urgent_proposed(app: &TestApp, id: SignalId) {
    let draft: DecisionDraft =
        serde_json::from_str(r#"{"besluit": "NIB", "waarom": "a", "reden": "dubbel", "dubbelVan": "S-K7Q4-M2"}"#)
            .unwrap();
    let (op, mirte) = session(app, "mirte");
    run(app.app.urgent_propose(&op, &mirte, seen(app, id), &draft)).unwrap();
}

#[test]
fn every_link_on_every_worklist_opens() {
    let app = TestApp::start();
    let texts: Vec<String> = (0..8).map(|number| format!("{REPORT} Nummer {number}.")).collect();
    received(&app, &of_trafficking(&texts[0]));
    weighing(&app, &of_trafficking(&texts[1]));
    enriching(&app, &of_trafficking(&texts[2]));
    settled(&app, &of_trafficking(&texts[3]));
    deciding(&app, &of_trafficking(&texts[4]));
    following_up(&app, &of_trafficking(&texts[5]), "riec");
    monitoring(&app, &of_trafficking(&texts[6]), "2026-12-24");
    urgent_proposed(&app, received(&app, &of_trafficking(&texts[7])));
    app.anonymous().report_by("/melden/collega", &[("tekst", "Over een collega.")]);

    let mut seen_by = BTreeSet::new();
    for (login, ..) in PEOPLE {
        let mut member = app.member(login);
        let work = member.get("/werk");
        let list = work.body.split("<main").nth(1).unwrap();
        let links: BTreeSet<&str> =
            list.split("href=\"/").skip(1).filter_map(|rest| rest.split(['"', '#']).next()).collect();
        for link in links {
            assert_eq!(member.get(&format!("/{link}")).status, 200, "{login}: /{link}");
            seen_by.insert(login);
        }
    }
    for login in ["mirte", "joost", "tamar", "teun", "ivo", "ilse", "sanne", "bea"] {
        assert!(seen_by.contains(login), "nothing waits for {login}: {seen_by:?}");
    }
}
