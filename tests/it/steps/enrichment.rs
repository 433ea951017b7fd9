//! Verrijken: privacycheck 1, the questions to sources, their answers.

use crate::support::app::TestApp;
use crate::support::client::{Client, Page};
use crate::support::road::{REPORT, enriching, received, standing};
use meldroute::domain::ids::SignalId;

mod answers;
mod check1;
mod overview;

/// What the privacy officer lets the holder read.
const NARROWED: &str = "Is voor Proefstraat 14 sinds 1 november 2024 een vergunning verleend?";

fn start() -> (TestApp, SignalId) {
    let app = TestApp::start();
    let id = enriching(&app, &[("tekst", REPORT), ("plaats", "Proefstraat 14")]);
    (app, id)
}

fn propose_page(id: SignalId) -> String {
    format!("/signalen/{id}/privacycheck-1")
}

fn overview_page(id: SignalId) -> String {
    format!("/signalen/{id}/bronvragen")
}

/// The fields of a proposal for these sources, as a browser sends them.
fn proposal(sources: &[&str]) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = vec![
        ("doel".to_owned(), "vaststellen of er een vergunde exploitant is".to_owned()),
        ("overWie".to_owned(), "pand".to_owned()),
        ("soortSignaal".to_owned(), "WIT".to_owned()),
    ];
    for source in sources {
        fields.push(("bronnen".to_owned(), (*source).to_owned()));
        for (field, text) in [
            ("vraag", "Is voor dit pand iets bekend?"),
            ("verzameldVoor", "eigen taak"),
            ("pastDaarbij", "zelfde taak"),
            ("waaromNodig", "staat nergens anders"),
            ("inhoudBijHit", "nee"),
        ] {
            fields.push((format!("bronnen.{source}.{field}"), text.to_owned()));
        }
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

/// The coordinator proposes; returns the address of the check.
fn proposed(app: &TestApp, id: SignalId, fields: &[(String, String)]) -> String {
    let mut mirte = app.member("mirte");
    let page = mirte.get(&propose_page(id));
    let sent = mirte.submit(&page, &propose_page(id), &borrowed(fields));
    assert_eq!(sent.status, 303, "{}", sent.body);
    check_of(&app.member("nadia").get("/privacychecks"))
}

fn check_of(list: &Page) -> String {
    link(list, "/privacychecks/").expect("a check in the list")
}

fn question_of(list: &Page) -> String {
    link(list, "/bronvragen/").expect("a question in the list")
}

fn link(page: &Page, start: &str) -> Option<String> {
    let rest = page.body.split(&format!("href=\"{start}")).nth(1)?;
    Some(format!("{start}{}", rest.split('"').next()?))
}

/// The privacy officer judges each source with these fields.
fn judged(app: &TestApp, check: &str, fields: &[(&str, &str)]) {
    let mut nadia = app.member("nadia");
    let page = nadia.get(check);
    let sent = nadia.submit(&page, check, fields);
    assert_eq!((sent.status, sent.location()), (303, "/privacychecks?klaar=getekend"), "{}", sent.body);
}

/// Proposed and cleared for these sources.
fn asked(app: &TestApp, id: SignalId, sources: &[&str]) {
    let check = proposed(app, id, &proposal(sources));
    let names: Vec<String> = sources.iter().map(|source| format!("oordelen.{source}.oordeel")).collect();
    judged(app, &check, &names.iter().map(|name| (name.as_str(), "vrijgeven")).collect::<Vec<_>>());
}

/// A holder answers their first open question.
fn answered(app: &TestApp, login: &str, fields: &[(&str, &str)]) -> (Client, String) {
    let mut holder = app.member(login);
    let question = question_of(&holder.get("/bronvragen"));
    let page = holder.get(&question);
    let sent = holder.submit(&page, &question, fields);
    assert_eq!((sent.status, sent.location()), (303, question.as_str()), "{}", sent.body);
    (holder, question)
}

#[test]
fn a_question_is_proposed_judged_asked_and_answered_until_weging_4_is_due() {
    let (app, id) = start();
    let check = proposed(&app, id, &proposal(&["vergunningen", "handelsregister", "belastingen"]));
    assert_eq!(standing(&app, id).waiting, "check1_decide");

    let mut nadia = app.member("nadia");
    let page = nadia.get(&check);
    assert!(page.body.contains("vaststellen of er een vergunde exploitant is"), "{}", page.body);
    assert!(page.body.contains("hit mag niet zonder aparte grond"));
    assert!(!page.body.contains("nooit klanten"), "the privacy officer reads no word of the report");
    judged(
        &app,
        &check,
        &[
            ("oordelen.vergunningen.oordeel", "versmallen"),
            ("oordelen.vergunningen.vraag", NARROWED),
            ("oordelen.vergunningen.nietVoor", "1-11-2024"),
            ("oordelen.vergunningen.waaromSmaller", "Ouder zegt niets over de exploitant van nu."),
            ("oordelen.handelsregister.oordeel", "vrijgeven"),
            ("oordelen.belastingen.oordeel", "weigeren"),
            ("oordelen.belastingen.waaromGeweigerd", "Geheimhouding; twee andere bronnen volstaan."),
        ],
    );
    assert_eq!(standing(&app, id).waiting, "answers");

    let mut vera = app.member("vera");
    let question = question_of(&vera.get("/bronvragen"));
    let page = vera.get(&question);
    assert!(page.body.contains(NARROWED), "the holder reads exactly the narrowed sentence: {}", page.body);
    let reference = standing(&app, id).reference.to_string();
    for hidden in ["nooit klanten", &reference, "Handelsregister", "vergunde exploitant", "Mirte", "Ouder zegt niets"] {
        assert!(!page.body.contains(hidden), "{hidden} reached the holder");
    }
    answered(&app, "vera", &[("antwoord", "hit"), ("leeftijd", "tot_1_jaar")]);
    assert_eq!(standing(&app, id).waiting, "answers", "one answer is still to come");
    answered(&app, "evert", &[("antwoord", "geen_hit")]);
    let row = standing(&app, id);
    assert_eq!((row.waiting.as_str(), row.turn_of), ("weighing4", None));
    assert!(app.member("bas").get("/bronvragen").body.contains("Er wacht geen vraag op u."));

    let overview = app.member("joost").get(&overview_page(id));
    for shown in [
        "Hit: er is iets bekend, jongste gegeven: korter dan 1 jaar geleden.",
        "Geen hit: niets bekend.",
        "Geheimhouding; twee andere bronnen volstaan.",
        "1 vrij, 1 smaller, 1 geweigerd",
        "Weging 4 opstellen",
    ] {
        assert!(overview.body.contains(shown), "{shown}: {}", overview.body);
    }
}

#[test]
fn a_part_that_is_not_ones_own_is_the_same_404_as_one_that_does_not_exist() {
    let (app, id) = start();
    asked(&app, id, &["vergunningen"]);
    let question = question_of(&app.member("vera").get("/bronvragen"));
    let check = app.app.store().read(|db| meldroute::store::checks::check_list(db, id)).unwrap().remove(0).id;
    let nowhere = "00000000-0000-4000-8000-000000000000";
    let parts = [
        (question, format!("/bronvragen/{nowhere}"), vec!["vera"]),
        (format!("/privacychecks/{check}"), format!("/privacychecks/{nowhere}"), vec!["nadia", "ruben"]),
        (propose_page(id), format!("/signalen/{nowhere}/privacycheck-1"), vec!["mirte", "joost"]),
        (overview_page(id), format!("/signalen/{nowhere}/bronvragen"), vec!["mirte", "joost"]),
    ];
    for login in ["mirte", "joost", "sanne", "nadia", "ruben", "fenna", "ivo", "adam", "bea", "bram", "vera", "wim"] {
        let mut client = app.member(login);
        for (there, absent, own) in &parts {
            let (seen, nothing) = (client.get(there), client.get(absent));
            assert_eq!(nothing.status, 404, "{login} {absent}");
            if own.contains(&login) {
                assert_ne!(seen.status, 404, "{login} {there}");
            } else {
                assert_eq!((seen.status, &seen.body), (404, &nothing.body), "{login} {there}");
            }
        }
    }
    for lists in [("/privacychecks", "vera"), ("/bronvragen", "nadia"), ("/bronvragen", "mirte")] {
        assert_eq!(app.member(lists.1).get(lists.0).status, 404, "{lists:?}");
    }
}

#[test]
fn nothing_of_enriching_lies_readable_in_the_database() {
    let (app, id) = start();
    let fields = with(proposal(&["vergunningen"]), "doel", "kanariedoel");
    let fields = with(fields, "bronnen.vergunningen.vraag", "kanarievraag");
    let fields = with(fields, "bronnen.vergunningen.inhoudBijHit", "ja");
    let check = proposed(&app, id, &fields);
    judged(
        &app,
        &check,
        &[
            ("oordelen.vergunningen.oordeel", "versmallen"),
            ("oordelen.vergunningen.vraag", "kanariesmal"),
            ("oordelen.vergunningen.waaromSmaller", "kanariereden"),
        ],
    );
    answered(&app, "vera", &[("antwoord", "hit"), ("leeftijd", "1_tot_2_jaar")]);
    let Some(folder) = app.folder() else { return };
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for canary in ["kanarie", "1_tot_2_jaar", "geen_hit", "\"hit\""] {
            let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
            assert!(!found, "{canary} lies in {}", path.display());
        }
    }
}
