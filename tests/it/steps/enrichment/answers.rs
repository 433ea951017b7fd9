//! A source holder answers, gives back, or is too late.

use super::*;
use crate::support::road::member_id;
use meldroute::ledger::event::Event;
use meldroute::store::log;

const DAY: i64 = 24 * 3600;
const NOWHERE: &str = "/bronvragen/00000000-0000-4000-8000-000000000000";

#[test]
fn an_answer_asks_only_what_belongs_to_it_and_preselects_nothing() {
    let (app, id) = start();
    asked(&app, id, &["vergunningen"]);
    let mut vera = app.member("vera");
    let question = question_of(&vera.get("/bronvragen"));
    let page = vera.get(&question);
    assert!(!page.body.contains(" checked"), "nothing is chosen beforehand");
    let nothing = vera.submit(&page, &question, &[("daad", "verstuur")]);
    assert_eq!(nothing.status, 400);
    assert!(nothing.body.contains("Maak hier een keuze"));
    let no_age = vera.submit(&page, &question, &[("daad", "verstuur"), ("antwoord", "hit")]);
    assert_eq!(no_age.status, 400);
    assert!(no_age.body.contains("value=\"hit\" checked"), "{}", no_age.body);
    assert_eq!(standing(&app, id).waiting, "answers");
}

#[test]
fn who_cannot_answer_says_why_from_a_list_on_the_next_page() {
    let (app, id) = start();
    asked(&app, id, &["vergunningen"]);
    let mut vera = app.member("vera");
    let question = question_of(&vera.get("/bronvragen"));
    let page = vera.get(&question);
    let reasons = vera.submit(&page, &question, &[("daad", "verstuur"), ("antwoord", "kan_niet")]);
    assert_eq!(reasons.status, 200);
    assert!(reasons.body.contains("Ik heb een wettelijke geheimhouding"), "{}", reasons.body);
    let none = vera.submit(&reasons, &question, &[("daad", "verstuur")]);
    assert_eq!(none.status, 400);
    assert!(none.body.contains("Kies een reden"));
    let sent = vera.submit(&reasons, &question, &[("daad", "verstuur"), ("reden", "geheimhouding")]);
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert_eq!(standing(&app, id).waiting, "weighing4");
    let overview = app.member("mirte").get(&overview_page(id));
    assert!(overview.body.contains("Geen antwoord: “Ik heb een wettelijke geheimhouding”."), "{}", overview.body);
}

#[test]
fn an_answer_cannot_be_read_back_or_given_twice() {
    let (app, id) = start();
    asked(&app, id, &["vergunningen", "handelsregister"]);
    let mut vera = app.member("vera");
    let question = question_of(&vera.get("/bronvragen"));
    let page = vera.get(&question);
    let hit = [("daad", "verstuur"), ("antwoord", "hit"), ("leeftijd", "onbekend")];
    assert_eq!(vera.submit(&page, &question, &hit).status, 303);
    let after = vera.get(&question);
    assert!(after.body.contains("Uw antwoord is verstuurd") && after.body.contains("U kunt het niet meer inzien."));
    assert!(!after.body.contains("Is voor dit pand iets bekend?"));
    let again = vera.submit(&page, &question, &[("daad", "verstuur"), ("antwoord", "geen_hit")]);
    assert_eq!(again.status, 409);
    let overview = app.member("mirte").get(&overview_page(id));
    assert!(overview.body.contains("Hit: er is iets bekend") && !overview.body.contains("Geen hit: niets bekend"));
    let list = vera.get("/bronvragen");
    assert!(list.body.contains("Beantwoord op dinsdag 24 november") && !list.body.contains("hit"), "{}", list.body);
}

#[test]
fn the_log_is_the_same_whatever_was_answered() {
    let traces: Vec<Vec<String>> = [
        &[("antwoord", "geen_hit")][..],
        &[("antwoord", "hit"), ("leeftijd", "tot_1_jaar")],
        &[("antwoord", "kan_niet"), ("stap", "reden"), ("reden", "betrokken")],
    ]
    .iter()
    .map(|fields| {
        let (app, id) = start();
        asked(&app, id, &["vergunningen"]);
        answered(&app, "vera", fields);
        let rows = app.app.store().read(|db| log::log_of_kinds(db, &["question.answered"])).unwrap();
        assert_eq!(rows.len(), 1);
        let (_, event) = Event::parse(&rows[0].body).unwrap();
        let mut said: Vec<String> = event.details.keys().cloned().collect();
        said.extend(event.fields);
        said.push(rows[0].body.len().to_string());
        said
    })
    .collect();
    assert!(traces.windows(2).all(|pair| pair[0] == pair[1]), "{traces:?}");
}

#[test]
fn a_question_given_back_leaves_its_holder_and_goes_to_the_deputy() {
    let (app, id) = start();
    asked(&app, id, &["vergunningen"]);
    let mut vera = app.member("vera");
    let question = question_of(&vera.get("/bronvragen"));
    let page = vera.get(&question);
    let back = vera.submit(&page, &question, &[("daad", "niet_voor_mij")]);
    assert_eq!(back.location(), "/bronvragen?klaar=teruggegeven", "{}", back.body);
    let absent = vera.get(NOWHERE);
    let gone = vera.get(&question);
    assert_eq!((gone.status, &gone.body), (404, &absent.body));
    let row = standing(&app, id);
    assert_eq!(row.waiting, "answers");
    assert_eq!(row.turn_of, Some(member_id(&app, "mirte")), "the coordinator has to choose");

    let mut mirte = app.member("mirte");
    let overview = mirte.get(&overview_page(id));
    assert!(overview.body.contains("teruggegeven: niet voor deze bronhouder") && overview.body.contains("Wim Proef"));
    let name = format!("naar-{}", question.rsplit('/').next().unwrap());
    let mut give = |to: &str| mirte.submit(&overview, &overview_page(id), &[("daad", "ander"), (&name, to)]);
    let nobody = give("");
    assert_eq!(nobody.status, 400);
    assert!(nobody.body.contains("Kies iemand anders die voor deze bron antwoordt."));
    assert_eq!(give(&member_id(&app, "evert").to_string()).status, 400);
    let given = give(&member_id(&app, "wim").to_string());
    assert_eq!(given.status, 303, "{}", given.body);
    assert_eq!(standing(&app, id).turn_of, None);
    assert_eq!(vera.get(&question).status, 404);
    answered(&app, "wim", &[("antwoord", "geen_hit")]);
    assert_eq!(standing(&app, id).waiting, "weighing4");
}

#[test]
fn after_its_term_a_question_lapses_for_its_holder_and_the_signal_goes_on() {
    let (app, id) = start();
    asked(&app, id, &["vergunningen"]);
    let question = question_of(&app.member("vera").get("/bronvragen"));
    // Tuesday 8 December is the last of ten working days.
    app.clock.advance_seconds(14 * DAY);
    let page = app.member("vera").get(&question);
    assert!(page.body.contains("dinsdag 8 december"), "{}", page.body);
    app.clock.advance_seconds(DAY);
    let mut vera = app.member("vera");
    let list = vera.get("/bronvragen");
    assert!(list.body.contains("Er wacht geen vraag op u."));
    let mut late = list.hidden_fields("/afmelden");
    late.extend([("daad", "verstuur"), ("antwoord", "geen_hit")].map(|(n, v)| (n.to_owned(), v.to_owned())));
    let late = vera.post(&question, &borrowed(&late));
    assert_eq!(late.status, 409);
    assert!(late.body.contains("Deze vraag is vervallen") && late.body.contains("U hoeft niets te doen."));
    assert_eq!(vera.get(&question).status, 200);
    assert_eq!(standing(&app, id).waiting, "weighing4");
    assert!(app.member("mirte").get(&overview_page(id)).body.contains("vervallen"));
}

#[test]
fn the_coordinators_look_lets_an_old_question_lapse_as_well() {
    let (app, id) = start();
    asked(&app, id, &["vergunningen"]);
    app.clock.advance_seconds(15 * DAY);
    let overview = app.member("mirte").get(&overview_page(id));
    assert!(overview.body.contains("Weging 4 opstellen"), "{}", overview.body);
    assert_eq!(standing(&app, id).waiting, "weighing4");
}
