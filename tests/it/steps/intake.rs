//! Ontvangen: weging 1, 2A and 2B, the short road, and on to somebody else.

use crate::support::app::TestApp;
use crate::support::client::{Client, Page};
use crate::support::road::{REPORT, member_id, received, standing, weighing};
use meldroute::domain::ids::{ObjectId, SignalId};
use meldroute::ledger::event::Event;
use meldroute::store::{log, weighings};

/// Three times yes, with all that belongs to it.
const FULL: [(&str, &str); 8] = [
    ("isOndermijning", "ja"),
    ("kenmerken", "structuren"),
    ("verankering", "werkwijze"),
    ("gemeentelijkeTaak", "ja"),
    ("bevoegdheid", "brp_adresonderzoek"),
    ("inGemeente", "ja"),
    ("hoeSnel", "eerstvolgende_lio"),
    ("daad", "afronden"),
];

fn start() -> (TestApp, SignalId) {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT), ("plaats", "Proefstraat 14")]);
    (app, id)
}

fn place(id: SignalId) -> String {
    format!("/signalen/{id}/intake")
}

/// The full intake with other values or fields.
fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = FULL.iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    kept.chain(changes).copied().filter(|(_, value)| !value.is_empty()).collect()
}

fn events(app: &TestApp, id: SignalId) -> Vec<Event> {
    let rows = app.app.store().read(|db| log::log_of_object(db, ObjectId::new(id.uuid()), 100)).unwrap();
    rows.into_iter().map(|row| Event::parse(&row.body).unwrap().1).collect()
}

fn token(page: &Page) -> String {
    page.hidden_fields("/afmelden").into_iter().find(|(name, _)| name == "formulier").unwrap().1
}

#[test]
fn the_intake_is_done_beside_the_report_and_leads_to_weighing() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let page = mirte.get(&place(id));
    assert_eq!(page.status, 200);
    assert!(page.body.contains("nooit klanten"), "the report stands beside the questions");
    assert!(!page.body.contains(" checked"), "nothing is chosen beforehand");
    assert!(page.body.contains("wordt op 24 november 2027 vernietigd"), "{}", page.body);
    let sent = mirte.submit(&page, &place(id), &FULL);
    assert_eq!(sent.status, 303, "{}", sent.body);
    let row = standing(&app, id);
    assert_eq!((row.stage.code(), row.waiting.as_str()), ("wegen", "weighing3"));
    assert_eq!(row.urgency.as_deref(), Some("eerstvolgende_lio"));
    assert_eq!(row.due_on.unwrap().to_string(), "2026-12-08");
    let before = events(&app, id).len();
    let after = mirte.get(sent.location());
    assert!(after.body.contains("De intake is afgerond"), "{}", after.body);
    assert!(!after.body.contains("nooit klanten"), "nothing is opened to say that it is saved");
    assert!(after.body.contains("U rondde de intake af: weging 1, 2A en 2B ja. Door naar wegen"));
    assert!(after.body.contains(&format!("href=\"/signalen/{id}/weging-3\"")));
    assert_eq!(events(&app, id).len(), before);
}

#[test]
fn all_mistakes_come_together_and_what_was_typed_stays() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let page = mirte.get(&place(id));
    let typed =
        [("isOndermijning", "ja"), ("waarom", "mijn eigen zin"), ("signalering", "latent"), ("daad", "afronden")];
    let sent = mirte.submit(&page, &place(id), &typed);
    assert_eq!(sent.status, 400);
    for sentence in ["Kies minstens één kenmerk", "Kies minstens één vorm", "Kies hoe snel het moet"] {
        assert!(sent.body.contains(sentence), "{sentence}: {}", sent.body);
    }
    assert!(sent.body.contains("5 punten kloppen nog niet"), "{}", sent.body);
    assert!(sent.body.contains("mijn eigen zin") && sent.body.contains("value=\"latent\" checked"));
    assert_eq!(standing(&app, id).waiting, "intake");
}

#[test]
fn a_no_changes_the_act_keeps_everything_and_ends_the_signal_with_the_judgement_on_record() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let page = mirte.get(&place(id));
    let no = with(&[("isOndermijning", "nee"), ("waarom", "mijn eigen zin")]);
    let asked = mirte.submit(&page, &place(id), &no);
    assert_eq!(asked.status, 200);
    assert!(asked.body.contains("mijn eigen zin") && !asked.body.contains("value=\"afronden\""));
    assert_eq!(standing(&app, id).version, 1, "nothing was written yet");
    let sent = mirte.submit(&asked, &place(id), &with(&[("isOndermijning", "nee"), ("daad", "nee-niet-oppakken")]));
    assert_eq!(sent.status, 303, "{}", sent.body);
    let row = standing(&app, id);
    assert_eq!((row.outcome.as_deref(), row.reason.as_deref()), (Some("NIB"), Some("geen_ondermijning")));
    let on_record = opened(&mut mirte, id);
    assert!(on_record.body.contains("1. Ondermijning") && on_record.body.contains("geen ondermijning"));
}

/// The signal's page, opened for a purpose.
fn opened(client: &mut Client, id: SignalId) -> Page {
    let ask = client.get(&format!("/signalen/{id}"));
    assert!(ask.body.contains("Waarvoor opent u"), "{}", ask.body);
    let page = client.submit(&ask, &format!("/signalen/{id}"), &[("doel", "weging")]);
    assert_eq!(page.status, 200, "{}", page.body);
    page
}

#[test]
fn the_short_road_takes_one_person_and_one_reason_and_tells_the_melder() {
    let app = TestApp::start();
    let code = app.anonymous().report(&[("tekst", REPORT)]);
    let list = app.member("mirte").get("/signalen");
    let id: SignalId = list.body.split("href=\"/signalen/").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
    let mut mirte = app.member("mirte");
    let page = mirte.get(&place(id));
    let none = mirte.submit(&page, &place(id), &[("waarom", "half ingevuld"), ("daad", "niet-oppakken")]);
    assert_eq!(none.status, 400);
    assert!(none.body.contains("half ingevuld"), "the questions above are kept");
    let double = mirte.submit(&page, &place(id), &[("reden", "dubbel"), ("daad", "niet-oppakken")]);
    assert!(double.status == 400 && double.body.contains("dubbelVan-fout"), "{}", double.body);
    let own = standing(&app, id).reference.to_string();
    let itself =
        mirte.submit(&page, &place(id), &[("reden", "dubbel"), ("dubbelVan", &own), ("daad", "niet-oppakken")]);
    assert!(itself.status == 400 && itself.body.contains("van dit signaal zelf"), "{}", itself.body);
    let no_hit = mirte.submit(&page, &place(id), &[("reden", "geen_hit"), ("daad", "niet-oppakken")]);
    assert_eq!(no_hit.status, 400, "that reason belongs to a later step");
    let sent =
        mirte.submit(&page, &place(id), &[("reden", "te_vaag"), ("isOndermijning", "ja"), ("daad", "niet-oppakken")]);
    assert_eq!(sent.status, 303, "{}", sent.body);
    let row = standing(&app, id);
    assert_eq!(
        (row.stage.code(), row.outcome.as_deref(), row.reason.as_deref()),
        ("afgesloten", Some("NIB"), Some("te_vaag"))
    );
    assert_eq!((row.waiting.as_str(), row.due_on, row.turn_of), ("", None, None));
    assert_eq!(
        (row.retention_ground.as_deref(), row.kept_until.unwrap().to_string().as_str()),
        (Some("not_taken_up"), "2027-11-24")
    );
    let mut melder = app.anonymous();
    let ask = melder.get("/melden/volgen");
    assert!(melder.submit(&ask, "/melden/volgen", &[("bon", &code)]).body.contains("Niet opgepakt"));
    assert!(!mirte.get("/werk").body.contains(&own), "nothing waits any more");
}

#[test]
fn referring_on_asks_a_recipient_and_takes_the_kept_answers_along() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let page = mirte.get(&place(id));
    let no = with(&[("inGemeente", "nee"), ("waarom", "Het pand staat over de grens.")]);
    let asked = mirte.submit(&page, &place(id), &no);
    assert!(asked.body.contains("value=\"nee-doorverwijzen\""), "{}", asked.body);
    let kept =
        with(&[("inGemeente", "nee"), ("waarom", "Het pand staat over de grens."), ("daad", "nee-doorverwijzen")]);
    let on = mirte.submit(&asked, &place(id), &kept);
    let refer = format!("/signalen/{id}/doorverwijzen");
    assert_eq!((on.status, on.location()), (303, refer.as_str()));
    let form = mirte.get(&refer);
    assert!(form.body.contains("nooit klanten"));
    let none = mirte.submit(&form, &refer, &[("terAttentieVan", "Team OOV")]);
    assert!(none.status == 400 && none.body.contains("Kies een ontvanger") && none.body.contains("Team OOV"));
    let riec = mirte.submit(&form, &refer, &[("ontvanger", "riec")]);
    assert_eq!(riec.status, 400, "the RIEC takes no referrals from the intake");
    let sent = mirte.submit(&form, &refer, &[("ontvanger", "andere_gemeente"), ("terAttentieVan", "Team OOV")]);
    assert_eq!(sent.status, 303, "{}", sent.body);
    let row = standing(&app, id);
    assert_eq!((row.stage.code(), row.outcome.as_deref()), ("afgesloten", Some("VER")));
    assert!(row.kept_until.is_some() && row.due_on.is_none());
    let page = opened(&mut mirte, id);
    for said in ["Andere gemeente", "Team OOV", "AVG art. 6, eerste lid, onder e", "Het pand staat over de grens."] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
}

#[test]
fn a_report_about_a_colleague_has_the_short_road_and_the_referral_only() {
    let app = TestApp::start();
    let mut melder = app.anonymous();
    let first = melder.get("/melden/collega");
    let review = melder.submit(&first, "/melden/signaal", &[("tekst", REPORT), ("naar", "stap-4")]);
    assert!(melder.submit(&review, "/melden/signaal", &[("naar", "versturen")]).receipt().is_some());
    let mut ivo = app.member("ivo");
    let list = ivo.get("/signalen");
    let id: SignalId = list.body.split("href=\"/signalen/").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
    let page = ivo.get(&place(id));
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(!page.body.contains("Is dit ondermijning?") && page.body.contains("Korte weg"));
    assert_eq!(app.member("mirte").get(&place(id)).status, 404);
    let no = ivo.submit(&page, &place(id), &FULL);
    assert_eq!(no.status, 404, "weighing is not a step of the integrity box");
    let sent = ivo.submit(&page, &place(id), &[("reden", "geen_ondermijning"), ("daad", "niet-oppakken")]);
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert_eq!(standing(&app, id).outcome.as_deref(), Some("NIB"));
}

#[test]
fn what_cannot_wait_goes_to_the_urgent_page_whatever_is_missing_and_loses_nothing() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let page = mirte.get(&place(id));
    let typed = [("hoeSnel", "direct"), ("waarom", "er wordt gedreigd"), ("daad", "afronden")];
    let sent = mirte.submit(&page, &place(id), &typed);
    assert_eq!((sent.status, sent.location()), (303, format!("/signalen/{id}/spoed").as_str()));
    assert_eq!(standing(&app, id).stage.code(), "ontvangen");
    assert!(
        app.member("joost").get(&place(id)).body.contains("er wordt gedreigd"),
        "the draft is there for the deputy"
    );
}

#[test]
fn a_draft_is_there_for_the_deputy_and_its_crossed_out_words_are_gone() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let page = mirte.get(&place(id));
    let kept = mirte.submit(&page, &place(id), &[("waarom", "eerste gedachte"), ("daad", "concept")]);
    assert_eq!(kept.status, 303);
    assert!(mirte.get(kept.location()).body.contains("Uw concept is bewaard"));
    let mut joost = app.member("joost");
    let page = joost.get(&place(id));
    assert!(page.body.contains("eerste gedachte"));
    let done = joost.submit(&page, &place(id), &with(&[("waarom", "tweede gedachte")]));
    assert_eq!(done.status, 303, "{}", done.body);
    let rows = app.app.store().read(|db| weighings::weighing_list(db, id)).unwrap();
    assert_eq!((rows.len(), rows[0].state.as_str(), rows[0].version), (1, "agreed", 1));
    assert_eq!(rows[0].drafted_by, member_id(&app, "joost"));
    let drafts = app.app.store().read(|db| meldroute::store::contents::record_list(db, id, "concept")).unwrap();
    assert!(drafts.is_empty(), "a draft goes when it is signed");
}

#[test]
fn a_draft_may_be_empty_but_not_hold_what_cannot_be_kept() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let page = mirte.get(&place(id));
    let long = "a".repeat(4001);
    let sent = mirte.submit(&page, &place(id), &[("waarom", &long), ("daad", "concept")]);
    assert!(sent.status == 400 && sent.body.contains("Maak de tekst korter"), "{}", sent.status);
    let nul = mirte.submit(&page, &place(id), &[("waarom", "a\u{0}b"), ("daad", "concept")]);
    assert!(nul.status == 400 && nul.body.contains("stuurteken"));
    assert_eq!(mirte.submit(&page, &place(id), &[("daad", "concept")]).status, 303);
}

#[test]
fn two_people_at_one_intake_choose_per_point_and_lose_nothing() {
    let (app, id) = start();
    let (mut mirte, mut joost) = (app.member("mirte"), app.member("joost"));
    let (hers, his) = (mirte.get(&place(id)), joost.get(&place(id)));
    let saved = [("waarom", "zin van Joost"), ("hoeSnel", "kan_wachten"), ("daad", "concept")];
    assert_eq!(joost.submit(&his, &place(id), &saved).status, 303);
    let late = with(&[("waarom", "zin van Mirte"), ("hoeSnel", "")]);
    let told = mirte.submit(&hers, &place(id), &late);
    assert_eq!(told.status, 409);
    assert!(told.body.contains("Joost Proef wijzigde deze intake om 9.00 uur. Uw tekst is bewaard."), "{}", told.body);
    assert!(told.body.contains("zin van Joost") && told.body.contains("zin van Mirte"));
    assert!(told.body.contains("name=\"keuze-waarom\"") && !told.body.contains("name=\"keuze-hoeSnel\""));
    assert!(!told.body.contains("value=\"afronden\""), "nothing can be signed before the choice");
    let again = mirte.submit(&told, &place(id), &with(&[("waarom", "zin van Mirte"), ("daad", "kies")]));
    assert_eq!(again.status, 409, "a choice that was not made stays open");
    let choice =
        with(&[("waarom", "zin van Mirte"), ("hoeSnel", "kan_wachten"), ("keuze-waarom", "hun"), ("daad", "kies")]);
    let chosen = mirte.submit(&again, &place(id), &choice);
    assert_eq!(chosen.status, 200, "{}", chosen.body);
    assert!(chosen.body.contains("value=\"zin van Joost\"") && !chosen.body.contains("zin van Mirte"));
    assert!(
        chosen.body.contains("value=\"kan_wachten\" checked") && chosen.body.contains("value=\"structuren\" checked")
    );
    let done = mirte.submit(&chosen, &place(id), &with(&[("waarom", "zin van Joost"), ("hoeSnel", "kan_wachten")]));
    assert_eq!(done.status, 303, "{}", done.body);
    assert_eq!(standing(&app, id).urgency.as_deref(), Some("kan_wachten"));
}

#[test]
fn at_another_stage_the_intake_is_refused_in_dutch_without_opening_anything() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let stale = mirte.get(&place(id));
    let mut joost = app.member("joost");
    let page = joost.get(&place(id));
    assert_eq!(joost.submit(&page, &place(id), &FULL).status, 303);
    let late = mirte.submit(&stale, &place(id), &with(&[("waarom", "niet kwijtraken")]));
    assert_eq!(late.status, 409);
    assert!(late.body.contains("niet kwijtraken") && !late.body.contains("value=\"afronden\""), "{}", late.body);
    let reads = |app: &TestApp| events(app, id).iter().filter(|event| event.kind == "content.disclosed").count();
    let before = reads(&app);
    let page = mirte.get(&place(id));
    assert_eq!(page.status, 409);
    assert!(page.body.contains("Het signaal staat bij “wegen”; deze stap hoort bij “ontvangen”"), "{}", page.body);
    assert!(!page.body.contains("nooit klanten"));
    assert_eq!(reads(&app), before);
    assert_eq!(mirte.get(&format!("/signalen/{id}/doorverwijzen")).status, 409);
}

#[test]
fn a_step_that_is_not_ones_own_is_the_same_404_as_a_signal_that_does_not_exist() {
    let app = TestApp::start();
    let id = weighing(&app, &[("tekst", REPORT)]);
    let pages = [
        ("", ""),
        ("/intake", "concept"),
        ("/doorverwijzen", "doorverwijzen"),
        ("/weging-3", "concept"),
        ("/weging-3/meetekenen", "ondertekenen"),
        ("/weging-4", "concept"),
        ("/geschiedenis", ""),
    ];
    for login in ["nadia", "adam", "sanne", "vera", "bea", "ivo", "tamar", "bram", "fenna"] {
        let mut client = app.member(login);
        let formulier = token(&client.get("/werk"));
        let absent = client.get("/signalen/00000000-0000-4000-8000-000000000000");
        assert_eq!(absent.status, 404);
        for (page, act) in pages {
            let place = format!("/signalen/{id}{page}");
            let got = client.get(&place);
            assert_eq!((got.status, &got.body), (404, &absent.body), "{login} GET {place}");
            let posted =
                client.post(&place, &[("formulier", &formulier), ("versie", "2"), ("daad", act), ("doel", "weging")]);
            assert_eq!((posted.status, &posted.body), (404, &absent.body), "{login} POST {place}");
        }
    }
    assert_eq!(standing(&app, id).version, 2);
}

#[test]
fn a_reader_of_the_signal_takes_no_steps_that_are_another_role_s() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT), ("gezien", "niet_vrij")]);
    let mut tamar = app.member("tamar");
    assert_eq!(tamar.get(&format!("/signalen/{id}")).status, 200, "signs of mensenhandel reach her");
    let absent = tamar.get("/signalen/00000000-0000-4000-8000-000000000000");
    for page in ["intake", "doorverwijzen"] {
        let got = tamar.get(&format!("/signalen/{id}/{page}"));
        assert_eq!((got.status, &got.body), (404, &absent.body), "{page}");
    }
}

#[test]
fn a_signal_that_waits_for_somebody_else_opens_only_for_a_stated_purpose() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let page = mirte.get(&place(id));
    mirte.submit(&page, &place(id), &[("reden", "te_oud"), ("daad", "niet-oppakken")]);
    let place = format!("/signalen/{id}");
    let ask = mirte.get(&place);
    assert!(ask.status == 200 && !ask.body.contains("nooit klanten"));
    for (typed, field) in
        [(vec![], "doel-fout"), (vec![("doel", "beheer")], "doel-fout"), (vec![("doel", "overig")], "toelichting-fout")]
    {
        let wrong = mirte.submit(&ask, &place, &typed);
        assert!(wrong.status == 400 && wrong.body.contains(field) && !wrong.body.contains("nooit klanten"));
    }
    let opened = mirte.submit(&ask, &place, &[("doel", "overig"), ("toelichting", "Vraag van de rekenkamer.")]);
    assert!(opened.body.contains("nooit klanten") && opened.body.contains("doel <b>overig</b>"), "{}", opened.body);
    let found = events(&app, id);
    let read = found.iter().find(|event| event.kind == "content.disclosed").unwrap();
    assert_eq!(read.purpose.as_deref(), Some("overig"));
    assert!(
        read.fields.contains(&"report.tekst".to_owned())
            && read.fields.contains(&"intake.nietInBehandeling".to_owned())
    );
    assert!(found.iter().any(|event| event.kind == "purpose.explained"));
}
