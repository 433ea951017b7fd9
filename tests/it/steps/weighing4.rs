//! Weging 4: after the answers of the sources, again by two people.

use crate::support::app::TestApp;
use crate::support::client::Page;
use crate::support::road::{REPORT, enriching, member_id, settled, standing};
use meldroute::domain::ids::SignalId;
use meldroute::store::signals::SignalRow;

const FIELDS: [(&str, &str); 2] = [("tekst", REPORT), ("plaats", "Proefstraat 14")];

fn place(id: SignalId) -> String {
    format!("/signalen/{id}/weging-4")
}

fn signing(id: SignalId) -> String {
    format!("/signalen/{id}/weging-4/meetekenen")
}

fn ended(second: &str, fields: &[(&str, &str)]) -> SignalRow {
    let app = TestApp::start();
    let id = settled(&app, &FIELDS);
    let mut mirte = app.member("mirte");
    let page = mirte.get(&place(id));
    assert!(
        page.body.contains("nooit klanten") && page.body.contains("Bevestigen de bronnen dit signaal?"),
        "{}",
        page.body
    );
    let named = member_id(&app, second).to_string();
    let mut typed = vec![("medeondertekenaar", named.as_str()), ("daad", "ondertekenen")];
    typed.extend(fields);
    let sent = mirte.submit(&page, &place(id), &typed);
    assert_eq!(sent.status, 303, "{}", sent.body);
    let row = standing(&app, id);
    assert_eq!((row.waiting.as_str(), row.turn_of), ("weighing4_agree", Some(member_id(&app, second))));
    assert_eq!(mirte.get(&signing(id)).status, 403);
    let mut other = app.member(second);
    let page = other.get(&signing(id));
    for said in ["nooit klanten", "Weging 3", "Ondertekend door Mirte Proef en Joost Proef"] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    let signed = other.submit(&page, &signing(id), &[("daad", "ondertekenen")]);
    assert_eq!(signed.status, 303, "{}", signed.body);
    standing(&app, id)
}

#[test]
fn confirmed_it_goes_to_the_lio() {
    let row = ended("joost", &[("bevestigd", "ja"), ("waarom", "Er is een hit."), ("voorstel", "lio")]);
    assert_eq!((row.stage.code(), row.waiting.as_str(), row.turn_of), ("besluiten", "check2a", None));
    assert!(row.due_on.is_some() && row.kept_until.is_none());
}

#[test]
fn a_jurist_may_sign_along_and_a_department_or_the_riec_may_lead() {
    let department =
        ended("sanne", &[("bevestigd", "deels"), ("waarom", "a"), ("voorstel", "afdeling"), ("afdeling", "vth")]);
    assert_eq!((department.stage.code(), department.outcome.as_deref()), ("opvolgen", Some("AFD")));
    let riec = ended("joost", &[("bevestigd", "ja"), ("waarom", "a"), ("voorstel", "riec")]);
    assert_eq!(
        (riec.stage.code(), riec.outcome.as_deref(), riec.waiting.as_str()),
        ("opvolgen", Some("RIEC"), "follow_up")
    );
}

#[test]
fn without_confirmation_the_signal_ends() {
    let row = ended("joost", &[("bevestigd", "nee"), ("waarom", "a"), ("voorstel", "geen_hit")]);
    assert_eq!(
        (row.stage.code(), row.outcome.as_deref(), row.reason.as_deref()),
        ("afgesloten", Some("NIB"), Some("geen_hit"))
    );
    assert_eq!((row.kept_until.unwrap().to_string().as_str(), row.due_on), ("2027-11-24", None));
}

#[test]
fn all_mistakes_come_together_and_no_goes_no_further() {
    let app = TestApp::start();
    let id = settled(&app, &FIELDS);
    let mut mirte = app.member("mirte");
    let page = mirte.get(&place(id));
    let none = mirte.submit(&page, &place(id), &[("daad", "ondertekenen")]);
    assert!(none.status == 400 && none.body.contains("4 punten kloppen nog niet"), "{}", none.body);
    let joost = member_id(&app, "joost").to_string();
    let no = [
        ("bevestigd", "nee"),
        ("waarom", "mijn zin"),
        ("voorstel", "lio"),
        ("medeondertekenaar", &joost),
        ("daad", "ondertekenen"),
    ];
    let refused = mirte.submit(&page, &place(id), &no);
    assert!(refused.status == 400 && refused.body.contains("dan stopt het hier"), "{}", refused.body);
    assert!(refused.body.contains("mijn zin"));
}

#[test]
fn it_waits_for_the_sources_and_is_refused_in_dutch_before() {
    let app = TestApp::start();
    let id = enriching(&app, &FIELDS);
    let mut mirte = app.member("mirte");
    let page = mirte.get(&place(id));
    assert_eq!(page.status, 409);
    assert!(
        page.body.contains("Eerst moeten de bronnen antwoorden") && !page.body.contains("nooit klanten"),
        "{}",
        page.body
    );
    let formulier = page.hidden_fields("/afmelden").remove(0).1;
    let version = standing(&app, id).version.to_string();
    let joost = member_id(&app, "joost").to_string();
    let fields = [
        ("formulier", formulier.as_str()),
        ("versie", &version),
        ("bevestigd", "ja"),
        ("waarom", "niet kwijtraken"),
        ("voorstel", "lio"),
        ("medeondertekenaar", &joost),
        ("daad", "ondertekenen"),
    ];
    let sent = mirte.post(&place(id), &fields);
    assert!(sent.status == 409 && sent.body.contains("niet kwijtraken"), "{}", sent.body);
    assert_eq!(standing(&app, id).waiting, "check1");
}

#[test]
fn it_can_be_returned_kept_and_improved() {
    let app = TestApp::start();
    let id = settled(&app, &FIELDS);
    let mut mirte = app.member("mirte");
    let page = mirte.get(&place(id));
    let sanne = member_id(&app, "sanne").to_string();
    let chosen = |page: &Page| page.body.contains("Onderteken en leg voor aan Sanne");
    assert!(!chosen(&page));
    let kept = [("waarom", "eerste zin"), ("medeondertekenaar", sanne.as_str()), ("daad", "concept")];
    assert_eq!(mirte.submit(&page, &place(id), &kept).status, 303);
    let page = mirte.get(&place(id));
    assert!(page.body.contains("eerste zin") && chosen(&page), "the draft knows who was to sign along: {}", page.body);
    // Who cannot sign along is no reason to lose the draft.
    let nobody = [("waarom", "eerste zin"), ("medeondertekenaar", "iemand"), ("daad", "concept")];
    assert_eq!(mirte.submit(&page, &place(id), &nobody).status, 303);
    let page = mirte.get(&place(id));
    assert!(page.body.contains("eerste zin") && !chosen(&page), "{}", page.body);
    let fields = [
        ("bevestigd", "ja"),
        ("waarom", "eerste zin"),
        ("voorstel", "lio"),
        ("medeondertekenaar", &sanne),
        ("daad", "ondertekenen"),
    ];
    assert_eq!(mirte.submit(&page, &place(id), &fields).status, 303);
    let mut jurist = app.member("sanne");
    let page = jurist.get(&signing(id));
    assert_eq!(jurist.submit(&page, &signing(id), &[("zin", "Welke hit?"), ("daad", "teruggeven")]).status, 303);
    assert_eq!(standing(&app, id).waiting, "weighing4");
    let page = mirte.get(&place(id));
    assert!(page.body.contains("Welke hit?") && page.body.contains("eerste zin"), "{}", page.body);
    assert!(chosen(&page), "who returned it is asked again: {}", page.body);
    assert_eq!(mirte.submit(&page, &place(id), &fields).status, 303);
    let page = jurist.get(&signing(id));
    assert_eq!(jurist.submit(&page, &signing(id), &[("daad", "ondertekenen")]).status, 303);
    assert_eq!(standing(&app, id).waiting, "check2a");
}
