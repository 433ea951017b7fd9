//! Besluiten: privacycheck 2A, the item and its copies, the window, the decision.

use crate::support::app::TestApp;
use crate::support::client::Page;
use crate::support::road::{REPORT, deciding, enriching, member_id, standing};
use meldroute::domain::ids::SignalId;

mod decision;
mod item;
mod owner;
mod proposal;
mod urgent;
mod verdict;

fn start() -> (TestApp, SignalId) {
    let app = TestApp::start();
    let id = deciding(&app, &[("tekst", REPORT), ("plaats", "Proefstraat 14")]);
    (app, id)
}

fn propose_page(id: SignalId) -> String {
    format!("/signalen/{id}/privacycheck-2a")
}

fn publish_page(id: SignalId) -> String {
    format!("/signalen/{id}/publiceren")
}

fn decide_page(id: SignalId) -> String {
    format!("/signalen/{id}/besluit")
}

/// Three facts, as a browser sends them, and which of them go to whom.
fn proposal(app: &TestApp, people: &[(&str, &[&str])]) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = [
        ("titel", "Winkelpand: aanpak kiezen"),
        ("vraagAanOverleg", "Welke aanpak kiezen wij?"),
        ("regels", "4"),
        ("feiten.1.tekst", "Derde exploitant in een jaar"),
        ("feiten.1.regime", "open"),
        ("feiten.1.herkomst", "zelf gezien"),
        ("feiten.2.tekst", "Vergunning twee keer ingetrokken"),
        ("feiten.2.regime", "vergunning"),
        ("feiten.2.herkomst", "uit bron, vrijgegeven"),
        ("feiten.3.tekst", "Er loopt een toets"),
        ("feiten.3.regime", "bibob"),
        ("feiten.3.herkomst", "alleen dat de toets loopt"),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    for (login, facts) in people {
        let name = format!("deelnemers.{}", member_id(app, login));
        fields.extend(facts.iter().map(|fact| (name.clone(), (*fact).to_owned())));
    }
    fields
}

fn with(mut fields: Vec<(String, String)>, name: &str, value: &str) -> Vec<(String, String)> {
    match fields.iter_mut().find(|(field, _)| field == name) {
        Some(field) => value.clone_into(&mut field.1),
        None => fields.push((name.to_owned(), value.to_owned())),
    }
    fields
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn link(page: &Page, start: &str) -> Option<String> {
    let rest = page.body.split(&format!("href=\"{start}")).nth(1)?;
    Some(format!("{start}{}", rest.split('"').next()?))
}

/// The coordinator proposes; returns the address of the check.
fn proposed(app: &TestApp, id: SignalId, fields: &[(String, String)]) -> String {
    let mut mirte = app.member("mirte");
    let page = mirte.get(&propose_page(id));
    let sent = mirte.submit(&page, &propose_page(id), &borrowed(fields));
    assert_eq!(sent.status, 303, "{}", sent.body);
    link(&app.member("nadia").get("/privacychecks"), "/privacychecks/").expect("a check in the list")
}

/// The name of a field of the verdict on one participant.
fn about(app: &TestApp, login: &str, field: &str) -> String {
    format!("oordelen.{}.{field}", member_id(app, login))
}

/// The privacy officer judges with these fields.
fn judged(app: &TestApp, check: &str, fields: &[(String, String)]) {
    let mut nadia = app.member("nadia");
    let page = nadia.get(check);
    let sent = nadia.submit(&page, check, &borrowed(fields));
    assert_eq!((sent.status, sent.location()), (303, "/privacychecks?klaar=getekend"), "{}", sent.body);
}

/// Proposed for these people and cleared whole.
fn cleared(app: &TestApp, id: SignalId, people: &[(&str, &[&str])]) {
    let check = proposed(app, id, &proposal(app, people));
    let verdicts = people.iter().map(|(login, _)| (about(app, login, "oordeel"), "vrijgeven".to_owned()));
    judged(app, &check, &verdicts.collect::<Vec<_>>());
}

/// Proposed, cleared and published.
fn published(app: &TestApp, id: SignalId, people: &[(&str, &[&str])]) {
    cleared(app, id, people);
    let mut mirte = app.member("mirte");
    let page = mirte.get(&publish_page(id));
    let sent = mirte.submit(&page, &publish_page(id), &[]);
    assert_eq!((sent.status, sent.location()), (303, "/lio?klaar=gepubliceerd"), "{}", sent.body);
}

/// So many days later, at nine in the morning.
fn days_later(app: &TestApp, days: i64) {
    app.clock.advance_seconds(days * 86_400);
}

#[test]
fn an_item_is_proposed_judged_published_read_and_decided() {
    let (app, id) = start();
    let people: [(&str, &[&str]); 3] = [("bram", &["1", "2"]), ("sanne", &["1", "2", "3"]), ("vera", &["2"])];
    let check = proposed(&app, id, &proposal(&app, &people));
    assert_eq!(standing(&app, id).waiting, "check2a_decide");

    let mut nadia = app.member("nadia");
    let page = nadia.get(&check);
    assert!(page.body.contains("Vergunning twee keer ingetrokken"), "{}", page.body);
    assert!(!page.body.contains("nooit klanten"), "the privacy officer reads no word of the report");
    judged(
        &app,
        &check,
        &[
            (about(&app, "bram", "oordeel"), "vrijgeven".to_owned()),
            (about(&app, "sanne", "oordeel"), "versmallen".to_owned()),
            (about(&app, "sanne", "feiten"), "1".to_owned()),
            (about(&app, "sanne", "waarom"), "De rest is niet nodig.".to_owned()),
            (about(&app, "vera", "oordeel"), "weigeren".to_owned()),
            (about(&app, "vera", "waarom"), "Niet nodig voor deze vraag.".to_owned()),
        ],
    );
    assert_eq!(standing(&app, id).waiting, "publish");

    let mut mirte = app.member("mirte");
    let page = mirte.get(&publish_page(id));
    assert!(page.body.contains("Publiceer aan 2 deelnemers"), "{}", page.body);
    assert!(page.body.contains("De rest is niet nodig.") && page.body.contains("Krijgt geen stuk"));
    assert_eq!(mirte.submit(&page, &publish_page(id), &[]).location(), "/lio?klaar=gepubliceerd");
    let row = standing(&app, id);
    assert_eq!((row.waiting.as_str(), row.due_on.unwrap().to_string().as_str()), ("decision", "2027-01-05"));

    days_later(&app, 37);
    let mut sanne = app.member("sanne");
    let item = link(&sanne.get("/lio"), "/lio/").expect("an item of one's own");
    let read = sanne.get(&item);
    assert!(read.body.contains("Derde exploitant in een jaar"), "{}", read.body);
    assert!(!read.body.contains("Vergunning twee keer") && !read.body.contains("Er loopt een toets"));
    let mut bram = app.member("bram");
    let item = link(&bram.get("/lio"), "/lio/").unwrap();
    let read = bram.get(&item);
    assert!(read.body.contains("Vergunning twee keer ingetrokken") && !read.body.contains("Er loopt een toets"));
    assert!(link(&app.member("vera").get("/lio"), "/lio/").is_none(), "who was refused does not see that it exists");

    let mut mirte = app.member("mirte");
    let page = mirte.get(&decide_page(id));
    let owner = member_id(&app, "bram").to_string();
    let decision = [
        ("besluit", "IC"),
        ("waarom", "Drie exploitanten in een jaar."),
        ("bevoegdheid", "apv_exploitatie"),
        ("wieDoetHet", owner.as_str()),
        ("uiterlijk", "15-1-2027"),
    ];
    let sent = mirte.submit(&page, &decide_page(id), &decision);
    assert_eq!(sent.status, 303, "{}", sent.body);
    let row = standing(&app, id);
    assert_eq!((row.stage.code(), row.waiting.as_str(), row.outcome.as_deref()), ("opvolgen", "follow_up", Some("IC")));
    assert_eq!(row.due_on.unwrap().to_string(), "2027-01-15");
}
