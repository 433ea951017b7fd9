//! Privacycheck 1: the proposal and the verdict.

use super::*;
use crate::support::road::member_id;
use meldroute::app::acts::{Act, Signed};
use meldroute::domain::workflow::StepEvent;
use meldroute::ledger::event::Event;
use meldroute::store::{checks, log};
use meldroute::vault::statement::Owner;

#[test]
fn all_mistakes_of_a_proposal_come_together_and_nothing_is_lost() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let page = mirte.get(&propose_page(id));
    assert!(page.body.contains("nooit klanten"), "the coordinator writes beside the report");
    let empty = mirte.submit(&page, &propose_page(id), &[("bronnen", "brp"), ("bronnen.brp.waaromNodig", "eigen zin")]);
    assert_eq!(empty.status, 400);
    for sentence in [
        "Schrijf wat u wilt vaststellen",
        "Kies waar het op lijkt",
        "Kies over wie of wat het gaat",
        "BRP: schrijf de vraag",
        "BRP: schrijf waarvoor het is verzameld",
    ] {
        assert!(empty.body.contains(sentence), "{sentence}: {}", empty.body);
    }
    assert!(empty.body.contains("eigen zin") && empty.body.contains("value=\"brp\" checked"));
    assert_eq!(standing(&app, id).waiting, "check1");
}

#[test]
fn words_of_the_report_are_noticed_before_they_leave_and_kept_only_on_purpose() {
    let (app, id) = start();
    let fields = with(proposal(&["vergunningen"]), "doel", "De melder: bij deze winkel zie ik nooit iemand.");
    let mut mirte = app.member("mirte");
    let page = mirte.get(&propose_page(id));
    let warned = mirte.submit(&page, &propose_page(id), &borrowed(&fields));
    assert_eq!(warned.status, 400);
    assert!(warned.body.contains("Deze woorden staan ook in het signaal: “bij deze winkel zie ik nooit”"));
    assert!(app.member("nadia").get("/privacychecks").body.contains("Er wacht geen privacycheck op u."));
    let kept = mirte.submit(&warned, &propose_page(id), &borrowed(&with(fields, "erkend", "ja")));
    assert_eq!(kept.status, 303, "{}", kept.body);
    assert_eq!(standing(&app, id).waiting, "check1_decide");
}

#[test]
fn a_proposal_is_refused_in_dutch_where_the_protocol_does_not_know_it() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    let mut mirte = app.member("mirte");
    let page = mirte.get(&propose_page(id));
    assert_eq!(page.status, 409);
    assert!(page.body.contains("Dit kan nu niet"));
    let sent = mirte.submit(&page, &propose_page(id), &borrowed(&proposal(&["vergunningen"])));
    assert_eq!(sent.status, 409);
    assert!(sent.body.contains("Het signaal staat bij “ontvangen”; deze stap hoort bij “verrijken”"), "{}", sent.body);
    assert!(sent.body.contains("vergunde exploitant"), "what was typed stays");
}

#[test]
fn whoever_comes_second_is_told_and_keeps_their_text() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let page = mirte.get(&propose_page(id));
    let mut joost = app.member("joost");
    let other = joost.get(&propose_page(id));
    assert_eq!(joost.submit(&other, &propose_page(id), &borrowed(&proposal(&["vergunningen"]))).status, 303);
    let late = with(proposal(&["handelsregister"]), "doel", "mijn eigen doel");
    let sent = mirte.submit(&page, &propose_page(id), &borrowed(&late));
    assert_eq!(sent.status, 409);
    assert!(sent.body.contains("Joost Proef stelde bronvragen voor"), "{}", sent.body);
    assert!(sent.body.contains("mijn eigen doel") && sent.body.contains("Uw tekst is bewaard."));
}

#[test]
fn a_source_without_a_holder_or_whose_holder_is_shut_out_cannot_be_proposed() {
    let app = TestApp::start();
    let fields = [("tekst", REPORT), ("wieBentU", "vertrouwelijk"), ("naam", "A"), ("uitsluiten", "burgerzaken")];
    let id = enriching(&app, &fields);
    let mut mirte = app.member("mirte");
    let page = mirte.get(&propose_page(id));
    let sent = mirte.submit(&page, &propose_page(id), &borrowed(&proposal(&["brp", "leegstand", "vergunningen"])));
    assert_eq!(sent.status, 400);
    assert!(sent.body.contains("Wie voor de bron BRP antwoordt, is bij dit signaal uitgesloten"), "{}", sent.body);
    assert!(sent.body.contains("Voor de bron Leegstand en afsluiting energie is nu niemand aangewezen"));
    assert!(!sent.body.contains("Voor de bron Vergunningen is nu niemand"));
}

#[test]
fn a_form_from_elsewhere_signs_nothing() {
    let (app, id) = start();
    let check = proposed(&app, id, &proposal(&["vergunningen"]));
    let verdict = [("formulier", "vals"), ("oordelen.vergunningen.oordeel", "vrijgeven")];
    assert_eq!(app.member("nadia").post(&check, &verdict).status, 400);
    assert_eq!(app.member("mirte").post(&propose_page(id), &[("formulier", "vals")]).status, 400);
    assert_eq!(standing(&app, id).waiting, "check1_decide");
}

#[test]
fn every_source_needs_its_verdict_and_all_that_is_missing_is_said_at_once() {
    let (app, id) = start();
    let check = proposed(&app, id, &proposal(&["vergunningen", "handelsregister", "belastingen"]));
    let mut nadia = app.member("nadia");
    let page = nadia.get(&check);
    let typed = [
        ("daad", "onderteken"),
        ("oordelen.vergunningen.oordeel", "versmallen"),
        ("oordelen.vergunningen.vraag", ""),
        ("oordelen.vergunningen.nietVoor", "vorig jaar"),
        ("oordelen.handelsregister.oordeel", "weigeren"),
        ("oordelen.belastingen.waaromSmaller", "een halve zin"),
    ];
    let sent = nadia.submit(&page, &check, &typed);
    assert_eq!(sent.status, 400);
    for sentence in [
        "Vergunningen: schrijf de smallere vraag",
        "Vergunningen: schrijf een datum als",
        "Vergunningen: schrijf waarom u versmalt",
        "Handelsregister: schrijf waarom u weigert",
        "Belastingen en heffingen: maak hier een keuze",
    ] {
        assert!(sent.body.contains(sentence), "{sentence}: {}", sent.body);
    }
    assert!(sent.body.contains("5 punten kloppen nog niet") && sent.body.contains("een halve zin"));
    assert_eq!(standing(&app, id).waiting, "check1_decide");
}

#[test]
fn with_everything_refused_the_signal_returns_to_the_coordinator_who_reads_why() {
    let (app, id) = start();
    let check = proposed(&app, id, &proposal(&["belastingen"]));
    let refused = [
        ("oordelen.belastingen.oordeel", "weigeren"),
        ("oordelen.belastingen.waaromGeweigerd", "Geen grond voor ander gebruik."),
    ];
    judged(&app, &check, &refused);
    assert_eq!(standing(&app, id).waiting, "check1");
    let overview = app.member("mirte").get(&overview_page(id));
    assert!(overview.body.contains("Geen grond voor ander gebruik.") && overview.body.contains("Alles geweigerd"));
    assert!(app.member("bas").get("/bronvragen").body.contains("Er wacht geen vraag op u."));
    asked(&app, id, &["vergunningen"]);
    assert_eq!(standing(&app, id).waiting, "answers");
}

#[test]
fn a_proposal_goes_back_with_a_question_and_comes_again_as_it_was_written() {
    let (app, id) = start();
    let check = proposed(&app, id, &with(proposal(&["vergunningen"]), "doel", "mijn eigen doel"));
    let mut nadia = app.member("nadia");
    let page = nadia.get(&check);
    let without = nadia.submit(&page, &check, &[("daad", "terug")]);
    assert_eq!(without.status, 400);
    assert!(without.body.contains("Schrijf uw vraag aan de coördinator"));
    let back = nadia.submit(&page, &check, &[("daad", "terug"), ("vraag", "Gaat het om het pand of de pachter?")]);
    assert_eq!(back.location(), "/privacychecks?klaar=terug");
    assert_eq!(standing(&app, id).waiting, "check1");
    let again = app.member("mirte").get(&propose_page(id));
    assert!(again.body.contains("Gaat het om het pand of de pachter?"), "{}", again.body);
    assert!(again.body.contains("mijn eigen doel") && again.body.contains("value=\"vergunningen\" checked"));
    let other = proposed(&app, id, &proposal(&["vergunningen"]));
    assert_ne!(other, check);
}

#[test]
fn the_second_privacy_officer_learns_what_was_decided_and_signs_nothing() {
    let (app, id) = start();
    let check = proposed(&app, id, &proposal(&["vergunningen"]));
    let mut ruben = app.member("ruben");
    let page = ruben.get(&check);
    assert!(page.body.contains("namens Nadia Proef"), "{}", page.body);
    judged(&app, &check, &[("oordelen.vergunningen.oordeel", "vrijgeven")]);
    let refused = [
        ("daad", "onderteken"),
        ("oordelen.vergunningen.oordeel", "weigeren"),
        ("oordelen.vergunningen.waaromGeweigerd", "Toch niet."),
    ];
    let late = ruben.submit(&page, &check, &refused);
    assert_eq!(late.status, 409);
    assert!(late.body.contains("Iemand anders was u voor") && late.body.contains("Vrijgegeven zoals voorgesteld."));
    let back = ruben.submit(&page, &check, &[("daad", "terug"), ("vraag", "Waarom?")]);
    assert_eq!(back.status, 409);
    assert_eq!(standing(&app, id).waiting, "answers");
}

#[test]
fn a_verdict_is_signed_with_the_privacy_officers_own_key() {
    let (app, id) = start();
    let check = proposed(&app, id, &proposal(&["vergunningen"]));
    judged(&app, &check, &[("oordelen.vergunningen.oordeel", "vrijgeven")]);
    let row = app.app.store().read(|db| checks::check_list(db, id)).unwrap().remove(0);
    let events = app.app.store().read(|db| log::log_of_kinds(db, &["check1.decided"])).unwrap();
    let (_, event) = Event::parse(&events[0].body).unwrap();
    let words = data_encoding::HEXLOWER.decode(event.details["words"].as_bytes()).unwrap();
    let act = |outcome: &str| Act {
        step: StepEvent::DecideCheck1,
        signal: id,
        outcome: outcome.to_owned(),
        words: words.clone().try_into().unwrap(),
    };
    let signature = row.signature.unwrap();
    let key = |login| {
        let owner = Owner::Member(member_id(&app, login).uuid());
        app.app.trusted().unwrap().current(&owner).unwrap().signing.unwrap()
    };
    assert_eq!(act("cleared").is_signed_by(&key("nadia"), &signature), Signed::Yes);
    assert_eq!(act("refused").is_signed_by(&key("nadia"), &signature), Signed::No);
    assert_eq!(act("cleared").is_signed_by(&key("ruben"), &signature), Signed::No);
}
