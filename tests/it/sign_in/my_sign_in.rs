//! Mijn aanmelding: what lets one in, seen and changed by oneself only.

use super::{Phone, knock, strict};
use crate::api::Machine;
use crate::support::app::TestApp;
use crate::support::client::{Client, Page};
use crate::support::people::PASSWORD;
use crate::support::raw::Raw;
use crate::support::road::{REPORT, received};

const PAGE: &str = "/mijn-aanmelding";
const APP: &str = "/mijn-aanmelding/nieuwe-app";
const CODES: &str = "/mijn-aanmelding/herstelcodes";
const OTHERS: &str = "/mijn-aanmelding/sessies";
const WORD: &str = "/mijn-aanmelding/wachtwoord";
/// Another password.
const NEW: &str = "kade lepel donker fietsbel";

/// The addresses of forms on a page that begin so.
fn actions(page: &Page, prefix: &str) -> Vec<String> {
    let mark = format!("action=\"{prefix}");
    let parts = page.body.split(mark.as_str()).skip(1);
    parts.filter_map(|rest| rest.split('"').next()).map(|rest| format!("{prefix}{rest}")).collect()
}

/// Adds an app; the phone and the page that follows.
fn add_app(app: &TestApp, client: &mut Client) -> (Phone, Page) {
    let page = client.get(APP);
    let phone = Phone::scan(&page);
    let added = client.submit(&page, APP, &[("code", &phone.code(app))]);
    (phone, added)
}

fn codes_on(page: &Page) -> Vec<String> {
    let parts = page.body.split("class=\"code-box\">").skip(1);
    parts.filter_map(|rest| rest.split('<').next()).map(ToOwned::to_owned).collect()
}

fn kinds(app: &TestApp, event: &str) -> Vec<String> {
    let told = Raw::open(&app.database).events_of(event);
    told.iter().map(|event| event["bijzonderheden"]["kind"].as_str().unwrap().to_owned()).collect()
}

fn change(client: &mut Client, old: &str, new: &str) -> Page {
    let page = client.get(WORD);
    client.submit(&page, WORD, &[("oudWachtwoord", old), ("wachtwoord", new), ("wachtwoordNogmaals", new)])
}

#[test]
fn ones_own_sessions_are_listed_and_ended_one_by_one() {
    let app = TestApp::start();
    // The sessions in which the municipality was set up are over.
    app.clock.advance_seconds(901);
    let mut here = app.member("mirte");
    app.clock.advance_seconds(60);
    let mut there = app.member("mirte");
    let machine = Machine::of(&app, "mirte");
    let mut joost = app.member("joost");
    let page = here.get(PAGE);
    let ends = actions(&page, "/mijn-aanmelding/sessies/");
    assert_eq!(ends.len(), 2, "not this one, not those of others, not those that ended: {}", page.body);
    assert!(page.body.contains("(API)") && page.body.contains("<strong>deze sessie</strong>"));
    // Somebody else's session is not there.
    let theirs = joost.get("/werk").hidden("/afmelden", "formulier");
    assert_eq!(joost.post(&ends[0], &[("formulier", &theirs)]).status, 404);
    for end in &ends {
        assert_eq!(here.submit(&page, end, &[]).location(), "/mijn-aanmelding?klaar=sessie");
    }
    assert_eq!(there.get("/werk").status, 303);
    assert_eq!(machine.get("/api/v1/signalen").status, 401);
    assert_eq!((here.get("/werk").status, joost.get("/werk").status), (200, 200));
    assert_eq!(here.submit(&page, &ends[0], &[]).status, 404, "it has ended already");
    app.assert_log_is_whole();
}

#[test]
fn all_other_sessions_end_at_once_also_one_that_waits_for_a_code() {
    let app = strict();
    let phone = Phone::added_by(&app, "mirte");
    let mut here = phone.sign_in(&app, "mirte");
    let mut there = phone.sign_in(&app, "mirte");
    let mut halfway = app.anonymous();
    knock(&mut halfway, "mirte", PASSWORD);
    let joost = TestApp::unasking(&app);
    let mut joost = joost.member("joost");
    let page = here.get(PAGE);
    assert_eq!(here.submit(&page, OTHERS, &[]).status, 303);
    assert_eq!((there.get("/werk").status, halfway.get(super::PLACE).status), (303, 303));
    assert_eq!((here.get("/werk").status, joost.get("/werk").status), (200, 200));
}

#[test]
fn a_second_app_is_added_and_the_first_removed_and_the_log_proves_both() {
    let app = strict();
    let first = Phone::added_by(&app, "mirte");
    let mut mirte = first.sign_in(&app, "mirte");
    let page = mirte.get(PAGE);
    assert!(page.body.contains("Uw enige app") && actions(&page, "/mijn-aanmelding/apps/").is_empty());
    let (second, added) = add_app(&app, &mut mirte);
    assert_eq!(added.location(), "/mijn-aanmelding?klaar=app", "the recovery codes stay: {}", added.body);
    let page = mirte.get(PAGE);
    let removals = actions(&page, "/mijn-aanmelding/apps/");
    assert_eq!(removals.len(), 2);
    assert_eq!(mirte.submit(&page, &removals[0], &[]).location(), "/mijn-aanmelding?klaar=app-weg");
    assert_eq!(kinds(&app, "factor.removed"), ["totp"]);
    let last = mirte.submit(&page, &removals[1], &[]);
    assert_eq!(last.status, 400, "the last one stays while it is required");
    assert!(last.body.contains("Dit is uw laatste app"), "{}", last.body);
    assert_eq!(mirte.submit(&page, &removals[0], &[]).status, 404);
    // The app that is gone opens nothing; the other does.
    app.clock.advance_seconds(60);
    let mut client = app.anonymous();
    knock(&mut client, "mirte", PASSWORD);
    let door = client.get(super::PLACE);
    assert_eq!(client.submit(&door, super::PLACE, &[("code", &first.code(&app))]).status, 400);
    assert_eq!(client.submit(&door, super::PLACE, &[("code", &second.code(&app))]).status, 303);
    app.assert_log_is_whole();
}

#[test]
fn where_it_is_not_required_the_last_app_goes_with_its_recovery_codes() {
    let app = TestApp::start();
    let mut mirte = app.member("mirte");
    let (_, shown) = add_app(&app, &mut mirte);
    assert_eq!(codes_on(&shown).len(), 10, "the first app comes with recovery codes: {}", shown.body);
    assert_eq!(knock(&mut app.anonymous(), "mirte", PASSWORD).location(), super::PLACE, "and is asked for");
    let page = mirte.get(PAGE);
    let removal = actions(&page, "/mijn-aanmelding/apps/").remove(0);
    assert_eq!(mirte.submit(&page, &removal, &[]).status, 303);
    assert_eq!(kinds(&app, "factor.removed"), ["totp", "recovery"]);
    assert_eq!(Raw::open(&app.database).count("member_factors"), 0);
    assert_eq!(knock(&mut app.anonymous(), "mirte", PASSWORD).location(), "/werk");
    app.assert_log_is_whole();
}

#[test]
fn an_app_that_somebody_else_was_offered_is_not_added() {
    let app = TestApp::start();
    let (mut mirte, mut joost) = (app.member("mirte"), app.member("joost"));
    let (own, theirs) = (mirte.get(APP), joost.get(APP));
    let code = Phone::scan(&theirs).code(&app);
    let (token, factor, sealed) =
        (own.hidden(APP, "formulier"), theirs.hidden(APP, "factor"), theirs.hidden(APP, "geheim"));
    let swapped = [("formulier", token.as_str()), ("factor", &factor), ("geheim", &sealed), ("code", &code)];
    assert_eq!(mirte.post(APP, &swapped).status, 400);
    for wrong in ["", "000000"] {
        assert_eq!(mirte.submit(&own, APP, &[("code", wrong)]).status, 400);
    }
    assert_eq!(Raw::open(&app.database).count("member_factors"), 0);
}

#[test]
fn new_recovery_codes_end_the_old_ones() {
    let app = strict();
    let phone = Phone::added_by(&app, "mirte");
    let mut mirte = phone.sign_in(&app, "mirte");
    let page = mirte.get(PAGE);
    assert!(page.body.contains("Nog 10 herstelcodes"), "{}", page.body);
    let shown = mirte.submit(&page, CODES, &[]);
    let new = codes_on(&shown);
    assert_eq!(new.len(), 10, "{}", shown.body);
    assert_eq!(kinds(&app, "factor.removed"), ["recovery"]);
    let mut client = app.anonymous();
    knock(&mut client, "mirte", PASSWORD);
    let door = client.get(super::PLACE);
    assert_eq!(client.submit(&door, super::PLACE, &[("code", &phone.codes[0])]).status, 400);
    assert_eq!(client.submit(&door, super::PLACE, &[("code", &new[0])]).status, 303);
    app.assert_log_is_whole();
}

#[test]
fn without_an_app_there_are_no_recovery_codes_to_make() {
    let app = TestApp::start();
    let mut mirte = app.member("mirte");
    let token = mirte.get(PAGE).hidden("/afmelden", "formulier");
    let answer = mirte.post(CODES, &[("formulier", &token)]);
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("Voeg eerst een app toe"), "{}", answer.body);
}

#[test]
fn another_password_opens_the_same_keys_and_ends_every_other_session() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    let (mut here, mut there) = (app.member("mirte"), app.member("mirte"));
    assert_eq!(change(&mut here, PASSWORD, NEW).location(), "/mijn-aanmelding?klaar=wachtwoord");
    assert_eq!((here.get("/werk").status, there.get("/werk").status), (200, 303));
    assert_eq!(knock(&mut app.anonymous(), "mirte", PASSWORD).status, 400);
    let mut again = app.anonymous();
    again.sign_in("mirte", NEW);
    assert!(again.get(&format!("/signalen/{id}/intake")).body.contains("nooit klanten"), "what was sealed still opens");
    let told = Raw::open(&app.database).events_of("password.changed");
    assert_eq!(told.len(), 1);
    assert!(!format!("{told:?}").contains(NEW));
    app.assert_log_is_whole();
}

#[test]
fn a_password_takes_the_old_one_length_and_not_being_everybodys() {
    let app = TestApp::start();
    let mut mirte = app.member("mirte");
    let said = |page: &Page, sentence: &str| {
        assert_eq!(page.status, 400, "{sentence}");
        assert!(page.body.contains(sentence), "{sentence}: {}", page.body);
    };
    said(&change(&mut mirte, "een andere zin dan de mijne", NEW), "niet uw wachtwoord van nu");
    said(&change(&mut mirte, PASSWORD, "veertien teken"), "minstens 15 tekens");
    said(&change(&mut mirte, PASSWORD, "wachtwoordwachtwoord"), "proberen anderen als eerste");
    said(&change(&mut mirte, PASSWORD, PASSWORD), "Dit is uw oude wachtwoord");
    said(&change(&mut mirte, "", NEW), "Vul uw wachtwoord van nu in");
    let page = mirte.get(WORD);
    let typed = [("oudWachtwoord", PASSWORD), ("wachtwoord", NEW), ("wachtwoordNogmaals", PASSWORD)];
    said(&mirte.submit(&page, WORD, &typed), "niet gelijk");
    assert!(!page.body.contains(PASSWORD) && !page.body.contains(NEW), "no password comes back");
    assert_eq!(knock(&mut app.anonymous(), "mirte", PASSWORD).status, 303, "the old one still holds");
}

#[test]
fn guessing_the_old_password_here_counts_as_guessing_it_at_the_door() {
    let app = TestApp::start();
    let mut mirte = app.member("mirte");
    for _ in 0..5 {
        assert_eq!(change(&mut mirte, "een andere zin dan de mijne", NEW).status, 400);
    }
    assert_eq!(change(&mut mirte, PASSWORD, NEW).status, 429);
    assert_eq!(knock(&mut app.anonymous(), "mirte", PASSWORD).status, 429);
}

#[test]
fn a_common_password_is_refused_at_the_first_sign_in_too() {
    let app = TestApp::start();
    let mut client = app.anonymous();
    let page = client.get("/aanmelden/eerste-keer");
    let word = "123456789012345678";
    let typed = [("naam", "noor"), ("code", "7K2M"), ("wachtwoord", word), ("wachtwoordNogmaals", word)];
    let answer = client.submit(&page, "/aanmelden/eerste-keer", &typed);
    assert!(answer.body.contains("proberen anderen als eerste"), "{}", answer.body);
}

#[test]
fn every_form_here_takes_a_token_of_this_session() {
    let app = TestApp::start();
    let (mut mirte, mut joost) = (app.member("mirte"), app.member("joost"));
    let theirs = joost.get("/werk").hidden("/afmelden", "formulier");
    let nothing = "00000000-0000-4000-8000-000000000000";
    let before = Raw::open(&app.database).count("events");
    for place in [APP, CODES, OTHERS, WORD, &format!("{OTHERS}/{nothing}"), &format!("{PAGE}/apps/{nothing}")] {
        for token in ["", "x", theirs.as_str()] {
            let typed = [("formulier", token), ("oudWachtwoord", PASSWORD), ("wachtwoord", NEW), ("code", "000000")];
            assert_eq!(mirte.post(place, &typed).status, 400, "{place} {token}");
        }
    }
    assert_eq!(Raw::open(&app.database).count("events"), before);
}

#[test]
fn passwords_are_not_kept_when_the_session_ended_or_asks_to_confirm() {
    let app = TestApp::start();
    let mut mirte = app.member("mirte");
    let page = mirte.get(WORD);
    for (late, place) in [(301, "/bevestigen"), (901, "/aanmelden")] {
        app.clock.advance_seconds(late);
        let answer = mirte.submit(&page, WORD, &[("oudWachtwoord", PASSWORD), ("wachtwoord", NEW)]);
        assert_eq!((answer.status, answer.body.as_str()), (303, ""));
        assert!(answer.location().starts_with(place), "{}", answer.location());
    }
}
