//! Opvolgen: actions with their owners, the word to the melder, going on after monitoring.

use crate::support::app::TestApp;
use crate::support::client::{Client, Page};
use crate::support::road::{REPORT, following_up, member_id, monitoring, received, standing};
use meldroute::domain::ids::SignalId;
use meldroute::store::decisions;

fn start() -> (TestApp, SignalId) {
    let app = TestApp::start();
    let id = following_up(&app, &[("tekst", REPORT), ("plaats", "Proefstraat 14")], "riec");
    (app, id)
}

fn page(id: SignalId) -> String {
    format!("/signalen/{id}/opvolging")
}

/// The coordinator adds an action for this member.
fn added(app: &TestApp, id: SignalId, what: &str, owner: &str) -> Page {
    let mut mirte = app.member("mirte");
    let form = mirte.get(&page(id));
    assert_eq!(form.status, 200, "{}", form.body);
    let owner = member_id(app, owner).to_string();
    let typed = [("watTeDoen", what), ("eigenaar", owner.as_str()), ("uiterlijk", "10-12-2026"), ("daad", "actie")];
    mirte.submit(&form, &page(id), &typed)
}

/// The first action on somebody's list.
fn action_of(client: &mut Client) -> String {
    client.get("/werk").links("/acties/").first().expect("an action on the list").clone()
}

#[test]
fn an_owner_does_the_action_and_reads_nothing_else_of_the_signal() {
    let (app, id) = start();
    let sent = added(&app, id, "Ga langs en kijk naar de vergunning.", "vera");
    assert_eq!((sent.status, sent.location()), (303, format!("{}?klaar=actie", page(id)).as_str()), "{}", sent.body);
    assert_eq!(standing(&app, id).due_on.unwrap().to_string(), "2026-12-10");

    let mut vera = app.member("vera");
    let action = action_of(&mut vera);
    let form = vera.get(&action);
    assert!(form.body.contains("Ga langs en kijk naar de vergunning."), "{}", form.body);
    for hidden in ["nooit klanten", "Proefstraat", "RIEC"] {
        assert!(!form.body.contains(hidden), "{hidden} reached the owner");
    }
    for closed in [format!("/signalen/{id}"), page(id), format!("/signalen/{id}/doorgeefblad")] {
        assert_eq!(vera.get(&closed).status, 404, "{closed}");
    }
    let empty = vera.submit(&form, &action, &[("daad", "klaar")]);
    assert_eq!(empty.status, 400);
    assert!(empty.body.contains("Schrijf wat er is gedaan"), "{}", empty.body);
    let done = vera.submit(&form, &action, &[("daad", "klaar"), ("watIsGedaan", "De vergunning klopt niet.")]);
    assert_eq!((done.status, done.location()), (303, "/werk?klaar=gemeld"), "{}", done.body);
    let again = vera.submit(&form, &action, &[("daad", "klaar"), ("watIsGedaan", "Nog eens.")]);
    assert_eq!(again.status, 409, "an action is done once");

    let overview = app.member("joost").get(&page(id));
    assert!(overview.body.contains("De vergunning klopt niet."), "{}", overview.body);
    assert!(!overview.body.contains("Nog eens."));
    app.assert_log_is_whole();
}

#[test]
fn only_its_owner_completes_an_action_and_for_the_others_it_does_not_exist() {
    let (app, id) = start();
    assert_eq!(added(&app, id, "Ga langs.", "vera").status, 303);
    let action = action_of(&mut app.member("vera"));
    let nowhere = "/acties/00000000-0000-4000-8000-000000000000";
    for login in ["mirte", "joost", "evert", "nadia", "adam", "sanne", "ivo"] {
        let mut client = app.member(login);
        let (there, absent) = (client.get(&action), client.get(nowhere));
        assert_eq!((there.status, &there.body), (404, &absent.body), "{login}");
    }
    let state = app.app.store().read(|db| decisions::action_list(db, id)).unwrap().remove(0).state;
    assert_eq!(state, "open");
}

#[test]
fn all_mistakes_of_an_action_come_together_and_nothing_typed_is_lost() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let form = mirte.get(&page(id));
    let sent = mirte.submit(&form, &page(id), &[("daad", "actie"), ("uiterlijk", "gisteren")]);
    assert_eq!(sent.status, 400);
    for sentence in ["Schrijf wat er gedaan moet worden", "Kies wie dit doet", "Schrijf een datum als"] {
        assert!(sent.body.contains(sentence), "{sentence}: {}", sent.body);
    }
    assert!(sent.body.contains("value=\"gisteren\""), "what was typed stays");
    let nobody = member_id(&app, "nadia").to_string();
    let typed = [("watTeDoen", "a"), ("eigenaar", nobody.as_str()), ("uiterlijk", "10-12-2026"), ("daad", "actie")];
    let sent = mirte.submit(&form, &page(id), &typed);
    assert_eq!(sent.status, 400, "the privacy officer owns no action");
    assert!(sent.body.contains("Kies wie dit doet"));
}

#[test]
fn somebody_who_was_shut_out_owns_no_action() {
    let app = TestApp::start();
    let fields = [("tekst", REPORT), ("uitsluiten", "jurist")];
    let id = following_up(&app, &fields, "riec");
    let form = app.member("mirte").get(&page(id));
    assert!(!form.body.contains("Sanne Proef"), "a jurist who was shut out is not offered");
    assert_eq!(added(&app, id, "Kijk mee.", "sanne").status, 400);
    assert_eq!(added(&app, id, "Kijk mee.", "bram").status, 303);
}

#[test]
fn whoever_comes_second_keeps_their_text() {
    let (app, id) = start();
    let mut joost = app.member("joost");
    let old = joost.get(&page(id));
    assert_eq!(added(&app, id, "Ga langs.", "vera").status, 303);
    let owner = member_id(&app, "bram").to_string();
    let typed = [
        ("watTeDoen", "mijn eigen actie"),
        ("eigenaar", owner.as_str()),
        ("uiterlijk", "11-12-2026"),
        ("daad", "actie"),
    ];
    let sent = joost.submit(&old, &page(id), &typed);
    assert_eq!(sent.status, 409);
    assert!(sent.body.contains("mijn eigen actie") && sent.body.contains("Wat u invulde, is er nog"), "{}", sent.body);
    let again = joost.submit(&sent, &page(id), &typed);
    assert_eq!(again.status, 303, "{}", again.body);
}

#[test]
fn following_up_is_refused_in_dutch_where_the_protocol_does_not_know_it() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    let mut mirte = app.member("mirte");
    for (step, name) in [
        ("opvolging", "actie toevoegen"),
        ("afsluiten", "afsluiten"),
        ("privacycheck-2b", "privacycheck 2B voorleggen"),
        ("monitoren", "monitoren hervatten"),
    ] {
        let there = mirte.get(&format!("/signalen/{id}/{step}"));
        assert_eq!(there.status, 409, "{step}");
        assert!(there.body.contains(&format!("Dit kan nu niet: {name}.")), "{step}: {}", there.body);
        for login in ["nadia", "vera", "adam"] {
            assert_eq!(app.member(login).get(&format!("/signalen/{id}/{step}")).status, 404, "{login} {step}");
        }
    }
    let foreign = [("formulier", "vals"), ("versie", "1"), ("daad", "actie")];
    assert_eq!(mirte.post(&page(id), &foreign).status, 400, "a form from elsewhere");
}

/// What the melder reads now.
fn followed(app: &TestApp, code: &str) -> String {
    let mut melder = app.anonymous();
    let ask = melder.get("/melden/volgen");
    melder.submit(&ask, "/melden/volgen", &[("bon", code)]).body
}

#[test]
fn a_told_word_is_what_the_melder_reads_until_the_signal_moves() {
    let app = TestApp::start();
    let code = app.anonymous().report(&[("tekst", REPORT)]);
    let mut mirte = app.member("mirte");
    let id: SignalId =
        mirte.get("/signalen").links("/signalen/").first().unwrap().trim_start_matches("/signalen/").parse().unwrap();
    let place = format!("/signalen/{id}/bericht");
    let form = mirte.get(&place);
    assert!(!form.body.contains("nooit klanten"), "telling a word opens nothing");
    let wrong = mirte.submit(&form, &place, &[("status", "opgepakt"), ("daad", "bericht")]);
    assert_eq!(wrong.status, 400, "nothing was taken up yet");
    let sent = mirte.submit(&form, &place, &[("status", "vraag"), ("daad", "bericht")]);
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert!(followed(&app, &code).contains("Wij hebben een vraag"));
    crate::support::road::follow_up_from_intake(&app, id, "riec");
    let page = followed(&app, &code);
    assert!(page.contains("Opgepakt") && !page.contains("Wij hebben een vraag"), "{page}");
    for login in ["nadia", "vera", "ivo"] {
        assert_eq!(app.member(login).get(&place).status, 404, "{login}");
    }
}

#[test]
fn a_signal_that_was_watched_is_weighed_again() {
    let app = TestApp::start();
    let id = monitoring(&app, &[("tekst", REPORT)], "2027-03-01");
    let mut mirte = app.member("mirte");
    let place = format!("/signalen/{id}/monitoren");
    let form = mirte.get(&place);
    assert!(form.body.contains("1 maart 2027"), "{}", form.body);
    let empty = mirte.submit(&form, &place, &[("daad", "hervatten")]);
    assert_eq!(empty.status, 400);
    let sent = mirte.submit(&form, &place, &[("daad", "hervatten"), ("waarom", "Er kwam een tweede signaal.")]);
    assert_eq!(sent.status, 303, "{}", sent.body);
    let row = standing(&app, id);
    assert_eq!((row.stage.code(), row.waiting.as_str(), row.monitor_until), ("wegen", "weighing3", None));
    app.assert_log_is_whole();
}
