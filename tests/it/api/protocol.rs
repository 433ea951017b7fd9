//! The steps of the protocol, one after the other, by machines of the people whose step it is.

use super::{Machine, places, problem, share};
use crate::support::app::TestApp;
use crate::support::road::member_id;
use meldroute::domain::protocol::{CriterionKind, Protocol};
use serde_json::{Map, Value, json};

/// A signal in the hands of the coordinators, and its id.
fn received(app: &TestApp) -> (Machine, String) {
    assert_eq!(share(app, &json!({ "tekst": "Sinds het voorjaar hangt de derde naam op de deur." })).status, 201);
    let mirte = Machine::of(app, "mirte");
    let id = mirte.only_signal();
    (mirte, id)
}

/// Takes a step on the version that stands, and says where the signal stands then.
#[track_caller]
fn take(machine: &Machine, id: &str, step: &str, body: Value) -> Value {
    let list = machine.get("/api/v1/signalen").json();
    let row = list["signalen"].as_array().unwrap().iter().find(|row| row["id"] == id).unwrap().clone();
    let mut body = body;
    body["versie"] = row["versie"].clone();
    let answer = machine.post(&format!("/api/v1/signalen/{id}/{step}"), &body);
    assert_eq!(answer.status, 200, "{step}: {}", answer.body);
    answer.json()
}

fn all_yes() -> Value {
    let protocol = Protocol::bundled().unwrap();
    let code = |list: &[meldroute::domain::protocol::Entry]| json!([list[0].code.to_string()]);
    json!({
        "isOndermijning": "ja", "gemeentelijkeTaak": "ja", "inGemeente": "ja", "hoeSnel": "kan_wachten",
        "kenmerken": code(&protocol.intake.traits), "verankering": code(&protocol.intake.anchors),
        "bevoegdheid": protocol.powers[0].code.to_string(),
    })
}

fn criteria() -> Value {
    let protocol = Protocol::bundled().unwrap();
    let mut criteria = Map::new();
    for criterion in &protocol.criteria {
        let judged = match criterion.kind {
            CriterionKind::Choice => json!({ "keuze": criterion.options[0].code.to_string(), "waarom": "Zo is het." }),
            CriterionKind::Text => json!({ "waarom": "Toezicht ziet alleen de gevel." }),
            CriterionKind::Theme => continue,
        };
        criteria.insert(criterion.code.to_string(), judged);
    }
    Value::Object(criteria)
}

fn source(code: &str) -> Value {
    let why = |text: &str| json!(text);
    json!({
        "bron": code, "vraag": "Is op dit adres een vergunning verleend?", "verzameldVoor": why("Vergunningverlening."),
        "pastDaarbij": why("Ja, toezicht hoort daarbij."), "waaromNodig": why("Er is geen lichtere weg."),
    })
}

fn task(machine: &Machine, kind: &str) -> String {
    let tasks = machine.get("/api/v1/taken");
    assert_eq!(tasks.status, 200, "{}", tasks.body);
    let tasks = tasks.json();
    let found = tasks["taken"].as_array().unwrap().iter().find(|task| task["soort"] == kind).cloned();
    found.unwrap_or_else(|| panic!("no {kind} in {tasks}"))["id"].as_str().unwrap().to_owned()
}

/// To enriching, by two people.
fn enriching(app: &TestApp) -> (Machine, Machine, String) {
    let (mirte, id) = received(app);
    let joost = Machine::of(app, "joost");
    let weighing = json!({
        "criteria": criteria(), "voorstel": "verrijken", "medeondertekenaar": member_id(app, "joost").to_string(),
    });
    assert_eq!(take(&mirte, &id, "intake", all_yes())["fase"], "wegen");
    assert_eq!(take(&mirte, &id, "weging-3", weighing)["wachtOp"], "weighing3_agree");
    assert_eq!(take(&joost, &id, "weging-3/akkoord", json!({}))["fase"], "verrijken");
    (mirte, joost, id)
}

#[test]
fn a_signal_walks_from_received_to_closed_through_the_api_alone() {
    let app = TestApp::start();
    let (mirte, joost, id) = enriching(&app);
    let proposal = json!({
        "soortSignaal": [Protocol::bundled().unwrap().forms[0].code.to_string()],
        "doel": "Vaststellen wie er ondernam.", "overWie": "pand", "bronnen": [source("vergunningen")],
    });
    take(&mirte, &id, "privacycheck-1", proposal);
    let nadia = Machine::of(&app, "nadia");
    let check = task(&nadia, "privacycheck_1");
    let read = nadia.get(&format!("/api/v1/privacychecks/{check}"));
    assert_eq!(read.json()["voorstel"]["bronnen"][0]["bron"], "vergunningen", "{}", read.body);
    let verdict = json!({ "oordelen": { "vergunningen": { "oordeel": "vrijgeven" } } });
    let judged = nadia.post(&format!("/api/v1/privacychecks/{check}/oordeel-bronnen"), &verdict);
    assert_eq!((judged.status, judged.body.as_str()), (204, ""));
    let vera = Machine::of(&app, "vera");
    let question = task(&vera, "bronvraag");
    let asked = vera.get(&format!("/api/v1/bronvragen/{question}")).json();
    assert_eq!(asked["vraag"]["vraag"], "Is op dit adres een vergunning verleend?");
    let answer = json!({ "antwoord": "hit", "leeftijd": "tot_1_jaar" });
    assert_eq!(vera.post(&format!("/api/v1/bronvragen/{question}/antwoord"), &answer).status, 204);
    let weighing = json!({
        "bevestigd": "ja", "waarom": "De vergunning staat op een ander.", "voorstel": "afdeling", "afdeling": "vth",
        "medeondertekenaar": member_id(&app, "joost").to_string(),
    });
    take(&mirte, &id, "weging-4", weighing);
    assert_eq!(take(&joost, &id, "weging-4/akkoord", json!({}))["fase"], "opvolgen");
    take(&mirte, &id, "bericht", json!({ "status": "opgepakt" }));
    let fact =
        json!({ "tekst": "De vergunning staat niet op de exploitant.", "regime": "open", "herkomst": "zelf gezien" });
    let sheet = json!({ "ontvanger": "afdeling", "grondslag": "Algemene plaatselijke verordening", "feiten": [fact] });
    take(&mirte, &id, "doorgeefblad", sheet);
    let closing = json!({ "maatregel": codes("Measure"), "noemtNiemand": "ja" });
    let closed = take(&mirte, &id, "afsluiting", closing);
    assert_eq!(closed["fase"], "afgesloten");
    assert!(closed["bewarenTotDatum"].is_string());
    let history = mirte.get(&format!("/api/v1/signalen/{id}/geschiedenis?aantal=100")).json();
    let events = history["regels"].as_array().unwrap().len();
    assert!(events > 8, "{history}");
}

/// The first code of a list, from the description.
fn codes(_: &str) -> Value {
    let options = meldroute::web::api::ApiOptions::default();
    let text = meldroute::web::api::description(&Protocol::bundled().unwrap(), &options).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let shape = &document["components"]["schemas"]["AfsluitingStap"]["allOf"][0]["properties"]["maatregel"]["enum"][0];
    shape.clone()
}

#[test]
fn a_step_in_the_wrong_stage_is_a_conflict_and_leaves_the_signal_as_it_was() {
    let app = TestApp::start();
    let (mirte, id) = received(&app);
    let body = json!({ "versie": 1, "waarom": "Er kwam iets bij." });
    let told = problem(&mirte.post(&format!("/api/v1/signalen/{id}/hervatting"), &body), 409);
    assert_eq!(told["type"], "urn:meldroute:probleem:fase");
    assert!(told["detail"].as_str().unwrap().contains("ontvangen"), "{told}");
    assert_eq!(mirte.get("/api/v1/signalen").json()["signalen"][0]["versie"], 1);
}

#[test]
fn a_version_that_is_not_the_newest_is_a_conflict_that_names_the_newest() {
    let app = TestApp::start();
    let (mirte, id) = received(&app);
    take(&mirte, &id, "intake", all_yes());
    let mut late = all_yes();
    late["versie"] = json!(1);
    let told = problem(&mirte.post(&format!("/api/v1/signalen/{id}/intake"), &late), 409);
    assert_eq!((&told["type"], &told["versie"]), (&json!("urn:meldroute:probleem:gewijzigd"), &json!(2)));
}

#[test]
fn nobody_signs_their_own_weighing_and_no_other_role_takes_the_step() {
    let app = TestApp::start();
    let (mirte, id) = received(&app);
    take(&mirte, &id, "intake", all_yes());
    let own = json!({
        "versie": 2, "criteria": criteria(), "voorstel": "verrijken",
        "medeondertekenaar": member_id(&app, "mirte").to_string(),
    });
    let told = problem(&mirte.post(&format!("/api/v1/signalen/{id}/weging-3"), &own), 409);
    assert_eq!(told["type"], "urn:meldroute:probleem:past-niet");
    assert_eq!(places(&told), ["/medeondertekenaar"]);
    let other = json!({
        "criteria": criteria(), "voorstel": "verrijken", "medeondertekenaar": member_id(&app, "joost").to_string(),
    });
    let stands = take(&mirte, &id, "weging-3", other);
    let agree = json!({ "versie": stands["versie"] });
    let told = problem(&mirte.post(&format!("/api/v1/signalen/{id}/weging-3/akkoord"), &agree), 403);
    assert_eq!(told["type"], "urn:meldroute:probleem:eigen-werk");
    for login in ["nadia", "adam", "vera", "ivo", "fenna"] {
        let machine = Machine::of(&app, login);
        problem(&machine.post(&format!("/api/v1/signalen/{id}/weging-3/akkoord"), &agree), 404);
    }
}

#[test]
fn mistakes_of_lists_stand_at_their_place_in_the_body() {
    let app = TestApp::start();
    let (mirte, _, id) = enriching(&app);
    let mut wrong = json!({
        "versie": 4, "soortSignaal": [Protocol::bundled().unwrap().forms[0].code.to_string()], "doel": "Weten.",
        "overWie": "pand", "bronnen": [source("vergunningen"), source("brp")],
    });
    wrong["bronnen"][1]["vraag"] = json!("   ");
    let told = problem(&mirte.post(&format!("/api/v1/signalen/{id}/privacycheck-1"), &wrong), 400);
    assert!(places(&told).iter().any(|place| place.starts_with("/bronnen/1")), "{told}");
    // Words of the report come back at the source that repeats them.
    wrong["bronnen"][1]["vraag"] = json!("Sinds het voorjaar hangt de derde naam op de deur.");
    let told = problem(&mirte.post(&format!("/api/v1/signalen/{id}/privacycheck-1"), &wrong), 409);
    assert_eq!(places(&told), ["/bronnen/1/vraag"], "{told}");
    wrong["woordenBekeken"] = json!("ja");
    assert_eq!(mirte.post(&format!("/api/v1/signalen/{id}/privacycheck-1"), &wrong).status, 200);
}

#[test]
fn whoever_may_sign_along_is_listed_for_whoever_drafts() {
    let app = TestApp::start();
    let (mirte, id) = received(&app);
    let list = mirte.get(&format!("/api/v1/signalen/{id}/medeondertekenaars"));
    assert_eq!(list.status, 200, "{}", list.body);
    let found: Vec<Value> = list.json()["medeondertekenaars"].as_array().unwrap().clone();
    let joost = member_id(&app, "joost").to_string();
    assert!(found.iter().any(|one| one["id"] == joost.as_str() && one["naam"] == "Joost Proef"), "{found:?}");
    problem(&Machine::of(&app, "nadia").get(&format!("/api/v1/signalen/{id}/medeondertekenaars")), 404);
}

#[test]
fn a_whole_number_may_be_written_with_a_point() {
    let app = TestApp::start();
    let (mirte, id) = received(&app);
    let token = mirte.header();
    let body = all_yes().to_string().replacen('{', "{\"versie\": 1.0, ", 1);
    let path = format!("/api/v1/signalen/{id}/intake");
    let answer = app.anonymous().json_raw(&path, &[("authorization", &token)], body.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.body);
    let item = json!({ "versie": 2, "titel": "Pand", "vraagAanOverleg": "Wat doen wij?", "woordenBekeken": "ja",
        "feiten": [{ "tekst": "Een pand.", "regime": "open", "herkomst": "zelf gezien" }],
        "deelnemers": [{ "wie": member_id(&app, "bibi").to_string(), "feiten": [1.0] }] });
    let told = problem(&mirte.post(&format!("/api/v1/signalen/{id}/privacycheck-2a"), &item), 409);
    assert_eq!(told["type"], "urn:meldroute:probleem:fase", "it was read, and belongs to another stage");
}

#[test]
fn what_does_not_fit_the_stage_or_the_day_is_a_conflict_at_its_place() {
    let app = TestApp::start();
    let (mirte, id) = received(&app);
    let word = json!({ "versie": 1, "status": "afgesloten" });
    let told = problem(&mirte.post(&format!("/api/v1/signalen/{id}/bericht"), &word), 409);
    assert_eq!(
        (&told["type"], places(&told)),
        (&json!("urn:meldroute:probleem:past-niet"), vec!["/status".to_owned()])
    );
    let late = json!({ "versie": 1, "besluit": "MON", "waarom": "Omdat.", "totDatum": "2020-01-01" });
    let told = problem(&mirte.post(&format!("/api/v1/signalen/{id}/spoedbesluit"), &late), 409);
    assert_eq!(places(&told), ["/totDatum"]);
}
