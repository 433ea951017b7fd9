//! Whatever is sent: an answer in Dutch that says what is wrong, nothing stored, nothing handed back as it came, and
//! the service still there.

use crate::support::app::TestApp;
use crate::support::client::{Page, encode};
use crate::support::raw::Raw;
use meldroute::vault::{OsEntropy, Receipt};

mod doors;
mod receipts;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const REPORT: &str = "/melden/signaal";

/// The fields of a report, with the most characters each may have.
const TEXTS: [(&str, usize); 5] =
    [("tekst", 20_000), ("plaats", 500), ("wieOfWat", 4_000), ("naam", 200), ("bereik", 200)];
const CHOICES: [&str; 8] = ["gezien", "plaatsSoort", "wanneer", "hoeWeetU", "wieBentU", "uitsluiten", "bang", "gezien"];

/// Posts a whole report at once, from a fresh form.
fn send(app: &TestApp, to: &str, fields: &[(&str, &str)]) -> Page {
    let mut melder = app.anonymous();
    let first = melder.get(REPORT);
    let mut typed = vec![("naar", to)];
    typed.extend_from_slice(fields);
    melder.submit(&first, REPORT, &typed)
}

/// A confidential report with one field like this.
fn good_except<'a>(field: &'a str, typed: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("tekst", "Een verhaal."), ("wieBentU", "vertrouwelijk"), ("naam", "Noor")];
    fields.retain(|(name, _)| *name != field);
    fields.push((field, typed));
    fields
}

/// What stands in the database, apart from the log of who tried what.
fn stored(app: &TestApp) -> Vec<(String, i64)> {
    let mut raw = Raw::open(&app.database);
    raw.tables()
        .into_iter()
        .filter(|table| !["events", "log_head"].contains(&table.as_str()))
        .map(|table| (table.clone(), raw.count(&table)))
        .collect()
}

fn assert_alive(app: &TestApp) {
    let code = app.anonymous().report(&[("tekst", "Werkt het nog?")]);
    assert_eq!(code.len(), 21);
    app.assert_log_is_whole();
}

#[test]
fn a_text_that_is_too_long_is_named_and_kept_and_not_stored() {
    let app = TestApp::start();
    let before = stored(&app);
    for (field, most) in TEXTS {
        let long = "é".repeat(most + 1);
        let typed = good_except(field, &long);
        for to in ["stap-4", "versturen"] {
            let answer = send(&app, to, &typed);
            assert_eq!(answer.status, 400, "{field}: {}", answer.body);
            assert_eq!(answer.wrong_fields(), [field], "{}", answer.body);
            assert!(answer.body.contains(&format!("hier passen {most} tekens")), "{field}");
            assert!(answer.body.contains(&long), "{field}: what was typed is still there");
        }
    }
    assert_eq!(stored(&app), before);
    assert_alive(&app);
}

#[test]
fn control_characters_and_unknown_choices_are_named_and_not_stored() {
    let app = TestApp::start();
    let before = stored(&app);
    for (field, _) in TEXTS {
        for typed in ["voor\0na", "voor\u{1b}[31mna", "voor\u{9c}na"] {
            let fields = good_except(field, typed);
            let answer = send(&app, "versturen", &fields);
            assert_eq!((answer.status, answer.wrong_fields()), (400, vec![field.to_owned()]), "{}", answer.body);
            assert!(answer.body.contains("onzichtbaar stuurteken"), "{field}: {}", answer.body);
        }
    }
    for field in CHOICES {
        let answer = send(&app, "versturen", &[("tekst", "Een verhaal."), (field, "<kwaad>")]);
        assert_eq!((answer.status, answer.wrong_fields()), (400, vec![field.to_owned()]), "{}", answer.body);
        assert!(answer.body.contains("Deze keuze kennen wij niet"), "{field}");
        assert!(!answer.body.contains("<kwaad>"), "{field}");
    }
    assert_eq!(stored(&app), before);
    assert_alive(&app);
}

#[test]
fn every_mistake_of_a_step_is_shown_together_with_one_full_stop_each() {
    let app = TestApp::start();
    let long = "x".repeat(5_000);
    let answer = send(
        &app,
        "stap-4",
        &[("tekst", "Een verhaal."), ("plaats", &long), ("plaatsSoort", "?"), ("wanneer", "?"), ("wieOfWat", &long)],
    );
    assert_eq!(answer.wrong_fields(), ["plaats", "plaatsSoort", "wanneer", "wieOfWat"], "{}", answer.body);
    assert!(!answer.body.contains(".."), "a sentence with two full stops: {}", answer.body);
}

#[test]
fn bytes_that_are_no_form_are_refused_in_dutch() {
    let app = TestApp::start();
    let before = stored(&app);
    let token = app.anonymous().get(REPORT).hidden(REPORT, "formulier");
    let form = |text: &str| format!("formulier={token}&naar=versturen&tekst={text}").into_bytes();
    let mut latin = form("caf");
    latin.push(0xe9);
    let utf16: Vec<u8> = "naar=versturen&tekst=hallo".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bodies: [(&str, Vec<u8>); 9] = [
        (FORM.1, form("%ff%fe")),
        (FORM.1, form("%c3%28")),
        (FORM.1, form("%ed%a0%80")),
        (FORM.1, latin),
        (FORM.1, utf16),
        ("application/json", br#"{"tekst": "hallo"}"#.to_vec()),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nhallo\r\n--x--".to_vec()),
        ("text/plain", form("hallo")),
        ("", form("hallo")),
    ];
    for (kind, body) in bodies {
        for address in [REPORT, "/melden/volgen"] {
            let mut client = app.anonymous();
            let headers = [("content-type", kind)];
            let answer = client.raw("POST", address, if kind.is_empty() { &[] } else { &headers }, &body).unwrap();
            assert_eq!(answer.status, 400, "{address} {kind}: {}", answer.body);
            let words = ["Wij konden dit niet lezen", "te lang open geweest"];
            assert!(words.iter().any(|one| answer.body.contains(one)), "{address} {kind}: {}", answer.body);
            assert!(!answer.body.contains("caf") && !answer.body.contains("hallo"), "{address} {kind}");
        }
    }
    for address in ["/aanmelden", "/aanmelden/eerste-keer"] {
        let answer = app.anonymous().raw("POST", address, &[FORM], b"naam=%ff&wachtwoord=x").unwrap();
        assert_eq!(answer.status, 400, "{}", answer.body);
    }
    assert_eq!(stored(&app), before);
    assert_alive(&app);
}

#[test]
fn a_body_over_the_limit_is_refused_and_one_under_it_is_read() {
    let app = TestApp::start();
    let before = stored(&app);
    let token = app.anonymous().get(REPORT).hidden(REPORT, "formulier");
    for size in [600 * 1024, 20 * 1024 * 1024] {
        let body = format!("formulier={token}&naar=versturen&tekst={}", "x".repeat(size));
        // A server may hang up on somebody who keeps talking; it may not read it all.
        if let Some(answer) = app.anonymous().raw("POST", REPORT, &[FORM], body.as_bytes()) {
            assert_eq!(answer.status, 413, "{}", answer.body);
            assert!(answer.body.contains("Dit is te veel tekst"), "{}", answer.body);
        }
    }
    let most = "é".repeat(20_000);
    let answer = send(&app, "stap-4", &[("tekst", &most), ("wieOfWat", &"é".repeat(4_000))]);
    assert_eq!(answer.status, 200, "the longest report fits");
    assert_eq!(stored(&app), before);
    let long_path = format!("/melden/{}", "a".repeat(60_000));
    assert!(app.anonymous().raw("GET", &long_path, &[], b"").is_none_or(|answer| answer.status >= 400));
    assert_alive(&app);
}

#[test]
fn a_form_that_was_not_made_here_is_refused() {
    let app = TestApp::start();
    let before = stored(&app);
    let mut melder = app.anonymous();
    let first = melder.get(REPORT);
    let good = first.hidden(REPORT, "formulier");
    let review = melder.submit(&first, REPORT, &[("tekst", "Een verhaal."), ("naar", "stap-4")]);
    let bound = review.hidden(REPORT, "formulier");
    let bon = review.hidden(REPORT, "bon");
    let sign_in = melder.get("/aanmelden").hidden("/aanmelden", "formulier");
    let other = Receipt::random(&mut OsEntropy).unwrap().shown().expose().replace(' ', "");
    let mut twisted = bound.clone().into_bytes();
    twisted[0] = if twisted[0] == b'A' { b'B' } else { b'A' };
    let twisted = String::from_utf8(twisted).unwrap();
    for (token, bon) in [
        ("", bon.as_str()),
        ("onzin", &bon),
        (&good, &bon),
        (&sign_in, &bon),
        (&twisted, &bon),
        (&bound, &other),
        (&bound, ""),
        (&sign_in, ""),
    ] {
        let typed =
            [("formulier", token), ("bon", bon), ("weg", "signaal"), ("tekst", "Een verhaal."), ("naar", "versturen")];
        let answer = melder.post(REPORT, &typed);
        assert!([400, 403].contains(&answer.status), "{token} {bon}: {} {}", answer.status, answer.body);
        assert!(answer.body.contains("te lang open geweest"), "{}", answer.body);
    }
    assert_eq!(stored(&app), before);
    for (days, status) in [(2, 200), (1, 400)] {
        app.clock.advance_seconds(days * 24 * 3600);
        let answer = melder.submit(&first, REPORT, &[("tekst", "Een verhaal."), ("naar", "stap-4")]);
        assert_eq!(answer.status, status, "after {days} more days");
    }
    for (address, action) in
        [("/aanmelden", "naam=mirte&wachtwoord=x"), ("/aanmelden/eerste-keer", "naam=mirte&code=x")]
    {
        let answer = melder.raw("POST", address, &[FORM], action.as_bytes()).unwrap();
        assert!([400, 403].contains(&answer.status), "{address}: {}", answer.body);
    }
    let mut member = app.member("mirte");
    assert!([400, 403].contains(&member.post("/afmelden", &[("formulier", &good)]).status));
    assert_eq!(member.get("/werk").status, 200, "a forged sign-out signs nobody out");
}

#[test]
fn a_form_sent_from_another_site_is_refused() {
    let app = TestApp::start();
    let mut melder = app.anonymous();
    let first = melder.get(REPORT);
    let review = melder.submit(&first, REPORT, &[("tekst", "Een verhaal."), ("naar", "stap-4")]);
    let mut fields = review.hidden_fields(REPORT);
    fields.push(("naar".to_owned(), "versturen".to_owned()));
    let borrowed: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let body = encode(&borrowed);
    for elsewhere in [
        ("origin", "https://kwaad.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let answer = melder.raw("POST", REPORT, &[FORM, elsewhere], body.as_bytes()).unwrap();
        assert!([400, 403].contains(&answer.status), "{elsewhere:?}: {}", answer.body);
    }
    assert_eq!(Raw::open(&app.database).count("signals"), 0);
    let here = app.address.clone();
    for own in [("origin", here.as_str()), ("sec-fetch-site", "same-origin")] {
        let answer = melder.raw("POST", REPORT, &[FORM, own], body.as_bytes()).unwrap();
        assert_eq!(answer.status, 200, "{own:?}: {}", answer.body);
    }
    assert_eq!(Raw::open(&app.database).count("signals"), 1);
}

#[test]
fn a_session_that_was_ended_opens_nothing_when_its_cookie_comes_back() {
    let app = TestApp::start();
    let mut member = app.member("mirte");
    let token = member.cookie("__Host-sessie").unwrap().to_owned();
    let page = member.get("/werk");
    assert_eq!(member.submit(&page, "/afmelden", &[]).status, 303);
    let mut thief = app.anonymous();
    for cookie in [token.as_str(), "", "onzin", &"A".repeat(43), &"A".repeat(5_000)] {
        thief.set_cookie("__Host-sessie", cookie);
        for address in ["/werk", "/signalen"] {
            let answer = thief.get(address);
            assert_eq!(answer.status, 303, "{address}");
            assert!(answer.location().starts_with("/aanmelden"), "{}", answer.location());
        }
    }
    let replayed = member.submit(&page, "/afmelden", &[]);
    assert_ne!(replayed.status, 200);
}

/// Ends an attribute and opens an element.
const MARKUP: &str = "\"'><x9 onload=kwaad()>&lt;x9&gt;</textarea></title>";

fn assert_escaped(page: &Page, place: &str) {
    assert!(page.status < 500, "{place}: {} {}", page.status, page.body);
    for raw in ["<x9", "\"'>", "</textarea></title>", "&lt;x9&gt;</"] {
        assert!(!page.body.contains(raw), "{place} hands {raw} back as it came: {}", page.body);
    }
    assert!(!page.headers.values().any(|value| value.contains("x9 onload")), "{place}: a header");
}

#[test]
fn markup_in_every_field_comes_back_as_text() {
    let app = TestApp::start();
    let all: Vec<(&str, &str)> = TEXTS.iter().map(|(field, _)| (*field, MARKUP)).collect();
    for known in ["vertrouwelijk", "bekend"] {
        let mut typed = all.clone();
        typed.extend([("wieBentU", known), ("naamBekend", MARKUP), ("bereikBekend", MARKUP)]);
        for to in ["stap-1", "stap-2", "stap-3", "stap-4"] {
            let page = send(&app, to, &typed);
            assert_eq!(page.status, 200, "{to}: {}", page.body);
            assert_escaped(&page, to);
        }
        let done = app.anonymous().report_page(&typed);
        assert!(done.receipt().is_some(), "{}", done.body);
        assert_escaped(&done, "versturen");
    }
    for field in CHOICES {
        for to in ["stap-2", "stap-4", "versturen"] {
            assert_escaped(&send(&app, to, &[("tekst", "Een verhaal."), (field, MARKUP)]), field);
        }
    }
    assert_escaped(&send(&app, MARKUP, &[("tekst", MARKUP), (MARKUP, MARKUP), ("weg", MARKUP)]), "naar");
    let mut melder = app.anonymous();
    let ask = melder.get("/melden/volgen");
    assert_escaped(&melder.submit(&ask, "/melden/volgen", &[("bon", MARKUP)]), "bon");
    assert_escaped(&melder.submit(&ask, "/melden/volgen", &[("bon", "ABC DEF <x9 HJK MNP QRS TVW")]), "bon in groups");
    let entry = melder.get("/aanmelden");
    let typed = [("naam", MARKUP), ("wachtwoord", MARKUP), ("terug", MARKUP)];
    assert_escaped(&melder.submit(&entry, "/aanmelden", &typed), "aanmelden");
    let first = melder.get("/aanmelden/eerste-keer");
    let typed = [("naam", MARKUP), ("code", MARKUP), ("wachtwoord", MARKUP), ("wachtwoordNogEens", "anders")];
    assert_escaped(&melder.submit(&first, "/aanmelden/eerste-keer", &typed), "eerste-keer");
    let encoded = percent_encoding::utf8_percent_encode(MARKUP, percent_encoding::NON_ALPHANUMERIC).to_string();
    let mut member = app.member("mirte");
    for address in ["/", "/melden/", "/signalen/", "/static/", "/aanmelden?terug=", "/signalen?fase=", "/signalen?na="]
    {
        for client in [&mut melder, &mut member] {
            assert_escaped(&client.get(&format!("{address}{encoded}")), address);
        }
    }
    let signals = member.get("/signalen").links("/signalen/");
    assert!(signals.len() >= 2, "{signals:?}");
    for link in signals {
        let page = member.get(&link);
        assert_escaped(&page, "the coordinator's page");
        assert!(page.body.contains("x9 onload"), "the text itself is shown: {}", page.body);
    }
    app.assert_log_is_whole();
}

/// Pages look fields up by name: a form of a hundred thousand fields would keep a core from everybody else.
#[test]
fn a_form_of_more_fields_than_any_page_has_is_not_read() {
    let app = TestApp::start();
    let mut client = app.anonymous();
    let page = client.get("/melden/signaal");
    let token = page.hidden("/melden/signaal", "formulier");
    let mut fields = vec![("formulier", token.as_str()), ("naar", "stap-1"), ("wieBentU", "bekend")];
    fields.extend(std::iter::repeat_n(("naam", "x"), 1_900));
    assert_eq!(client.post("/melden/signaal", &fields).status, 200);
    fields.extend(std::iter::repeat_n(("naam", "x"), 40_000));
    assert_eq!(client.post("/melden/signaal", &fields).status, 400);
}
