//! The doorgeefblad and privacycheck 2B: what goes to others, and who looks at it first.

use crate::support::app::TestApp;
use crate::support::client::{Client, Page};
use crate::support::raw::Raw;
use crate::support::road::{REPORT, following_up, received, standing};
use meldroute::domain::ids::SignalId;

fn start() -> (TestApp, SignalId) {
    let app = TestApp::start();
    let fields =
        [("tekst", REPORT), ("plaats", "Proefstraat 14"), ("wieBentU", "bekend"), ("naamBekend", "Kanarie Melder")];
    let id = following_up(&app, &fields, "riec");
    (app, id)
}

fn sheet_page(id: SignalId) -> String {
    format!("/signalen/{id}/doorgeefblad")
}

fn check_page(id: SignalId) -> String {
    format!("/signalen/{id}/privacycheck-2b")
}

const OPEN: [(&str, &str); 6] = [
    ("ontvanger", "riec"),
    ("grondslag", "Wgs, art. 4"),
    ("feiten.1.tekst", "De exploitant wisselde drie keer."),
    ("feiten.1.regime", "open"),
    ("feiten.1.herkomst", "handelsregister, 18 november"),
    ("verzoek", "Pak dit integraal op."),
];

fn with<'a>(fields: &[(&'a str, &'a str)], changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = fields.iter().filter(|(name, _)| changed.iter().all(|(other, _)| other != name));
    kept.chain(changed).copied().collect()
}

/// Posts the sheet as the coordinator.
fn sent(client: &mut Client, id: SignalId, fields: &[(&str, &str)]) -> Page {
    let form = client.get(&sheet_page(id));
    client.submit(&form, &sheet_page(id), fields)
}

#[test]
fn a_sheet_holds_the_chosen_facts_and_never_the_melder_and_every_view_is_in_the_log() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let made = sent(&mut mirte, id, &OPEN);
    assert_eq!(made.status, 303, "{}", made.body);
    let sheet = made.location().to_owned();
    let paper = mirte.get(&sheet);
    for shown in
        ["De exploitant wisselde drie keer.", "Wgs, art. 4", "RIEC", "Pak dit integraal op.", "handelsregister"]
    {
        assert!(paper.body.contains(shown), "{shown}: {}", paper.body);
    }
    for hidden in ["Kanarie", "nooit klanten", "Proefstraat"] {
        assert!(!paper.body.contains(hidden), "{hidden} is on the sheet");
    }
    app.member("joost").get(&sheet);
    let viewed = Raw::open(&app.database).events_of("handoff.viewed");
    assert_eq!(viewed.len(), 2, "each view is one line");
    for login in ["nadia", "vera", "adam", "sanne"] {
        let mut client = app.member(login);
        let absent = client.get(&format!("{}/00000000-0000-4000-8000-000000000000", sheet_page(id)));
        let there = client.get(&sheet);
        assert_eq!((there.status, there.body), (404, absent.body), "{login}");
    }
    app.assert_log_is_whole();
}

#[test]
fn words_of_the_report_are_noticed_before_they_leave_and_kept_only_on_purpose() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let repeated = with(&OPEN, &[("feiten.1.tekst", "Bij deze winkel zie ik nooit iemand binnen.")]);
    let warned = sent(&mut mirte, id, &repeated);
    assert_eq!(warned.status, 400);
    assert!(
        warned.body.contains("Deze woorden staan ook in het signaal: “Bij deze winkel zie ik nooit”"),
        "{}",
        warned.body
    );
    let kept = mirte.submit(&warned, &sheet_page(id), &with(&repeated, &[("woordenBekeken", "ja")]));
    assert_eq!(kept.status, 303, "{}", kept.body);
}

#[test]
fn all_mistakes_of_a_sheet_come_together_and_more_rows_lose_nothing() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let empty = sent(&mut mirte, id, &[("daad", "doorgeven")]);
    assert_eq!(empty.status, 400);
    for sentence in ["Kies een ontvanger", "Kies minstens één gegeven", "Schrijf op welke grond u deelt"] {
        assert!(empty.body.contains(sentence), "{sentence}: {}", empty.body);
    }
    let more = sent(&mut mirte, id, &with(&OPEN, &[("daad", "meer")]));
    assert_eq!(more.status, 200);
    assert!(more.body.contains("De exploitant wisselde drie keer.") && more.body.contains("feiten.3.tekst"));
    let never = sent(&mut mirte, id, &with(&OPEN, &[("feiten.1.regime", "mma")]));
    assert_eq!(never.status, 400);
    assert!(never.body.contains("mag niet worden doorgegeven"), "{}", never.body);
    let unchecked = sent(&mut mirte, id, &with(&OPEN, &[("feiten.1.regime", "brp")]));
    assert_eq!(unchecked.status, 400);
    assert!(unchecked.body.contains("deelt u pas na een privacycheck"), "{}", unchecked.body);
}

#[test]
fn facts_of_a_special_regime_go_out_exactly_as_they_were_cleared() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let proposal = [
        ("ontvanger", "riec"),
        ("grondslag", "Wgs, art. 4"),
        ("waarom", "Zonder bewoner geen weging."),
        ("feiten.1.tekst", "Er staan vijf bewoners ingeschreven."),
        ("feiten.1.regime", "brp"),
        ("feiten.1.herkomst", "BRP"),
        ("feiten.2.tekst", "Een bewoner heeft een uitkering."),
        ("feiten.2.regime", "sociaal_domein"),
        ("feiten.2.herkomst", "sociaal domein"),
    ];
    let form = mirte.get(&check_page(id));
    let proposed = mirte.submit(&form, &check_page(id), &proposal);
    assert_eq!(proposed.status, 303, "{}", proposed.body);

    let mut nadia = app.member("nadia");
    let check = nadia.get("/privacychecks").links("/privacychecks/").first().expect("a check").clone();
    let page = nadia.get(&check);
    assert!(page.body.contains("Er staan vijf bewoners ingeschreven."), "{}", page.body);
    assert!(!page.body.contains("nooit klanten"), "the privacy officer reads no word of the report");
    let empty = nadia.submit(&page, &check, &[("daad", "onderteken")]);
    assert_eq!(empty.status, 400);
    let narrow = [("oordeel", "versmallen"), ("feiten", "1"), ("waarom", "De uitkering is niet nodig.")];
    let judged = nadia.submit(&page, &check, &narrow);
    assert_eq!(judged.status, 303, "{}", judged.body);
    let late = app.member("ruben").get(&check);
    assert!(late.body.contains("De uitkering is niet nodig.") && !late.body.contains("Onderteken uw oordeel"));

    let overview = mirte.get(&format!("/signalen/{id}/opvolging"));
    let link = overview.links(&format!("{}?privacycheck=", sheet_page(id))).first().expect("a cleared check").clone();
    let form = mirte.get(&link);
    assert!(form.body.contains("Er staan vijf bewoners ingeschreven."), "{}", form.body);
    assert!(!form.body.contains("uitkering"), "what was not cleared is not filled in");
    let check_id = link.split("privacycheck=").nth(1).unwrap();
    let cleared = [
        ("ontvanger", "riec"),
        ("grondslag", "Wgs, art. 4"),
        ("privacycheck", check_id),
        ("feiten.1.tekst", "Er staan vijf bewoners ingeschreven."),
        ("feiten.1.regime", "brp"),
        ("feiten.1.herkomst", "BRP"),
    ];
    let other = mirte.submit(&form, &sheet_page(id), &with(&cleared, &[("ontvanger", "politie")]));
    assert_eq!(other.status, 400);
    assert!(other.body.contains("De privacycheck geldt voor een andere ontvanger"), "{}", other.body);
    let refused = with(
        &cleared,
        &[("feiten.1.tekst", "Een bewoner heeft een uitkering."), ("feiten.1.regime", "sociaal_domein")],
    );
    let refused = mirte.submit(&form, &sheet_page(id), &refused);
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("niet zo vrijgegeven"), "{}", refused.body);
    let made = mirte.submit(&form, &sheet_page(id), &cleared);
    assert_eq!(made.status, 303, "{}", made.body);
    app.assert_log_is_whole();
}

#[test]
fn a_check_is_judged_once_by_the_privacy_officer_and_by_nobody_else() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let form = mirte.get(&check_page(id));
    let proposal = with(&OPEN, &[("waarom", "nodig")]);
    assert_eq!(mirte.submit(&form, &check_page(id), &proposal).status, 303);
    let mut nadia = app.member("nadia");
    let check = nadia.get("/privacychecks").links("/privacychecks/").first().unwrap().clone();
    for login in ["mirte", "joost", "vera", "adam", "ivo"] {
        assert_eq!(app.member(login).get(&check).status, 404, "{login}");
    }
    let (mut ruben, verdict) = (app.member("ruben"), [("oordeel", "weigeren"), ("waarom", "mijn eigen reden")]);
    let (first, second) = (nadia.get(&check), ruben.get(&check));
    assert_eq!(nadia.submit(&first, &check, &[("oordeel", "vrijgeven")]).status, 303);
    let late = ruben.submit(&second, &check, &verdict);
    assert_eq!(late.status, 409);
    assert!(late.body.contains("Iemand anders was u voor"), "{}", late.body);
    assert_eq!(Raw::open(&app.database).events_of("check2b.decided").len(), 1);
}

#[test]
fn an_intake_is_referred_with_its_sheet_and_ends() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    let mut mirte = app.member("mirte");
    let form = mirte.get(&sheet_page(id));
    assert!(!form.body.contains("value=\"riec\""), "an intake goes only to those who take referrals");
    let typed = with(&OPEN, &[("ontvanger", "politie"), ("weg", "doorverwijzen")]);
    let made = mirte.submit(&form, &sheet_page(id), &typed);
    assert_eq!(made.status, 303, "{}", made.body);
    let row = standing(&app, id);
    assert_eq!((row.stage.code(), row.outcome.as_deref(), row.due_on), ("afgesloten", Some("VER"), None));
    assert_eq!(row.kept_until.unwrap().to_string(), "2027-11-24");
    assert_eq!(mirte.get(made.location()).status, 200);
}

#[test]
fn nothing_that_goes_out_lies_readable_in_the_database() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let canaries = with(
        &OPEN,
        &[
            ("feiten.1.tekst", "kanariefeit"),
            ("feiten.1.herkomst", "kanarieherkomst"),
            ("grondslag", "kanariegrond"),
            ("terAttentieVan", "kanarieontvanger"),
            ("verzoek", "kanarieverzoek"),
        ],
    );
    assert_eq!(sent(&mut mirte, id, &canaries).status, 303);
    let form = mirte.get(&check_page(id));
    let proposal = with(&canaries, &[("waarom", "kanariewaarom")]);
    assert_eq!(mirte.submit(&form, &check_page(id), &proposal).status, 303);
    let everything = format!("{:?}", Raw::open(&app.database).everything());
    assert!(!everything.contains("kanarie"), "a canary lies readable in the database");
    let hex: String = "kanarie".bytes().map(|byte| format!("{byte:02x}")).collect();
    assert!(!everything.contains(&hex), "a canary lies readable in the database, as bytes");
}
