//! What the coordinator can still do with a question.

use super::*;
use meldroute::store::checks;

/// A question on content, cleared, to the holder of the permits.
fn asked_with_content(app: &TestApp, id: SignalId) {
    let fields = with(proposal(&["vergunningen"]), "bronnen.vergunningen.inhoudBijHit", "ja");
    let check = proposed(app, id, &fields);
    assert!(app.member("nadia").get(&check).body.contains("Na een hit wil de coördinator ook inhoud vragen."));
    judged(app, &check, &[("oordelen.vergunningen.oordeel", "vrijgeven")]);
}

/// Sends an act on the first question, whether the page offers it or not.
fn act(app: &TestApp, id: SignalId, what: &str) -> Page {
    let mut mirte = app.member("mirte");
    let page = mirte.get(&overview_page(id));
    let question = app.app.store().read(|db| checks::question_list(db, id)).unwrap().remove(0).id;
    let mut fields = page.hidden_fields("/afmelden");
    fields.push(("versie".to_owned(), standing(app, id).version.to_string()));
    fields.push(("vraag".to_owned(), question.to_string()));
    fields.push(("daad".to_owned(), what.to_owned()));
    mirte.post(&overview_page(id), &borrowed(&fields))
}

#[test]
fn a_withdrawn_question_does_not_exist_for_its_holder() {
    let (app, id) = start();
    asked(&app, id, &["vergunningen"]);
    let mut vera = app.member("vera");
    let question = question_of(&vera.get("/bronvragen"));
    let page = vera.get(&question);
    assert_eq!(act(&app, id, "intrekken").status, 303);
    assert_eq!(standing(&app, id).waiting, "check1", "nothing is asked any more");
    let absent = vera.get("/bronvragen/00000000-0000-4000-8000-000000000000");
    let gone = vera.get(&question);
    assert_eq!((gone.status, &gone.body), (404, &absent.body));
    let late = vera.submit(&page, &question, &[("daad", "verstuur"), ("antwoord", "geen_hit")]);
    assert_eq!((late.status, late.body), (404, absent.body));
    assert_eq!(act(&app, id, "intrekken").status, 409);
}

#[test]
fn content_is_asked_after_a_hit_where_it_was_cleared_and_only_then() {
    let (app, id) = start();
    asked_with_content(&app, id);
    assert_eq!(act(&app, id, "inhoud").status, 400, "there is no answer yet");
    let (mut vera, question) = answered(&app, "vera", &[("antwoord", "hit"), ("leeftijd", "tot_1_jaar")]);
    assert_eq!(standing(&app, id).waiting, "weighing4");
    let overview = app.member("mirte").get(&overview_page(id));
    assert!(overview.body.contains("Vraag inhoud bij deze hit"), "{}", overview.body);
    assert_eq!(act(&app, id, "inhoud").status, 303);
    assert_eq!(standing(&app, id).waiting, "answers");
    let page = vera.get(&question);
    assert!(page.body.contains("Wat is er bekend?") && page.body.contains("Is voor dit pand iets bekend?"));
    let empty = vera.submit(&page, &question, &[("daad", "inhoud")]);
    assert_eq!(empty.status, 400);
    assert!(empty.body.contains("Schrijf wat er bekend is"));
    let given = vera.submit(&page, &question, &[("daad", "inhoud"), ("inhoud", "Aangevraagd op 3 maart, geweigerd.")]);
    assert_eq!(given.status, 303, "{}", given.body);
    assert!(vera.get(&question).body.contains("Uw antwoord en de inhoud zijn verstuurd"));
    assert_eq!(standing(&app, id).waiting, "weighing4");
    let overview = app.member("mirte").get(&overview_page(id));
    assert!(overview.body.contains("Aangevraagd op 3 maart, geweigerd."), "{}", overview.body);
    assert_eq!(act(&app, id, "inhoud").status, 400, "it is given once");
}

#[test]
fn without_a_hit_or_with_an_old_one_or_without_clearance_no_content_is_asked() {
    for (fields, why) in [
        (&[("antwoord", "geen_hit")][..], "Er is geen hit"),
        (&[("antwoord", "hit"), ("leeftijd", "vanaf_5_jaar")], "Het gegeven is te oud"),
    ] {
        let (app, id) = start();
        asked_with_content(&app, id);
        answered(&app, "vera", fields);
        assert!(!app.member("mirte").get(&overview_page(id)).body.contains("Vraag inhoud bij deze hit"));
        let refused = act(&app, id, "inhoud");
        assert_eq!(refused.status, 400);
        assert!(refused.body.contains(why), "{}", refused.body);
        assert_eq!(standing(&app, id).waiting, "weighing4");
    }
    let (app, id) = start();
    asked(&app, id, &["vergunningen"]);
    answered(&app, "vera", &[("antwoord", "hit"), ("leeftijd", "tot_1_jaar")]);
    assert_eq!(act(&app, id, "inhoud").status, 400);
}

#[test]
fn a_stale_page_takes_no_question_back() {
    let (app, id) = start();
    asked(&app, id, &["vergunningen", "handelsregister"]);
    let mut mirte = app.member("mirte");
    let page = mirte.get(&overview_page(id));
    answered(&app, "evert", &[("antwoord", "geen_hit")]);
    let stale = mirte.submit(&page, &overview_page(id), &[("daad", "intrekken")]);
    assert_eq!(stale.status, 409);
    assert!(stale.body.contains("Evert Proef beantwoordde een bronvraag"), "{}", stale.body);
    let questions = app.app.store().read(|db| checks::question_list(db, id)).unwrap();
    assert!(questions.iter().all(|row| row.state.code() != "withdrawn"));
}
