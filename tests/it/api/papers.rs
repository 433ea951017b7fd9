//! What a participant, the owner of an action and the maker of a doorgeefblad read by machine, and shutting out.

use super::{Machine, places, problem};
use crate::support::app::TestApp;
use crate::support::road::{REPORT, deciding, following_up, member_id, received, standing};
use meldroute::domain::ids::SignalId;
use serde_json::{Value, json};

const ABSENT: &str = "00000000-0000-4000-8000-000000000000";

fn step(app: &TestApp, machine: &Machine, id: SignalId, step: &str, body: &Value) -> Value {
    let mut body = body.clone();
    body["versie"] = json!(standing(app, id).version);
    let answer = machine.post(&format!("/api/v1/signalen/{id}/{step}"), &body);
    assert!([200, 204].contains(&answer.status), "{step}: {}", answer.body);
    if answer.status == 204 { Value::Null } else { answer.json() }
}

fn fact(text: &str) -> Value {
    json!({ "tekst": text, "regime": "open", "herkomst": "handelsregister, 18 november" })
}

/// What is not one's own, and what does not exist, in the same bytes.
fn not_for(app: &TestApp, logins: &[&str], path: &str, id: &str) {
    for login in logins {
        let machine = Machine::of(app, login);
        let (theirs, absent) = (machine.get(path), machine.get(&path.replace(id, ABSENT)));
        problem(&theirs, 404);
        assert_eq!(theirs.body, absent.body, "{login} on {path}");
    }
}

#[test]
fn an_item_of_the_lio_is_listed_and_read_by_its_participant_inside_the_window() {
    let app = TestApp::start();
    let id = deciding(&app, &[("tekst", REPORT)]);
    let (mirte, nadia) = (Machine::of(&app, "mirte"), Machine::of(&app, "nadia"));
    let bram = member_id(&app, "bram").to_string();
    let proposal = json!({
        "titel": "Leegstaande winkel", "vraagAanOverleg": "Is toezicht nodig?",
        "feiten": [fact("De exploitant wisselde drie keer.")],
        "deelnemers": [{ "wie": bram, "feiten": [1] }],
    });
    step(&app, &mirte, id, "privacycheck-2a", &proposal);
    let tasks = nadia.get("/api/v1/taken").json();
    let check = tasks["taken"].as_array().unwrap().iter().find(|task| task["soort"] == "privacycheck_2a").unwrap();
    let check = check["id"].as_str().unwrap().to_owned();
    let mut verdicts = json!({});
    verdicts[&bram] = json!({ "oordeel": "vrijgeven" });
    let judged =
        nadia.post(&format!("/api/v1/privacychecks/{check}/oordeel-deelnemers"), &json!({ "oordelen": verdicts }));
    assert_eq!(judged.status, 204, "{}", judged.body);
    step(&app, &mirte, id, "publicatie", &json!({}));

    let led = mirte.get("/api/v1/agendapunten").json();
    assert_eq!(led["geleid"][0]["titel"], "Leegstaande winkel", "{led}");
    let item = led["geleid"][0]["id"].as_str().unwrap().to_owned();
    let address = format!("/api/v1/agendapunten/{item}");
    not_for(&app, &["bram"], &address, &item);
    app.clock.advance_seconds(37 * 86_400);
    let bram = Machine::of(&app, "bram");
    assert_eq!(bram.get("/api/v1/agendapunten").json()["teLezen"][0]["id"], json!(item));
    let read = bram.get(&address);
    assert_eq!(read.json()["feiten"][0]["tekst"], "De exploitant wisselde drie keer.", "{}", read.body);
    assert!(!read.body.contains("nooit klanten"));
    not_for(&app, &["sanne", "evert", "nadia", "imke", "bea", "joost"], &address, &item);
    problem(&Machine::of(&app, "adam").get("/api/v1/agendapunten"), 404);
    app.assert_log_is_whole();
}

#[test]
fn the_item_of_an_urgent_decision_says_what_was_decided_and_is_asked_for_in_vain_without_one() {
    let app = TestApp::start();
    let (mirte, nadia) = (Machine::of(&app, "mirte"), Machine::of(&app, "nadia"));
    let bram = member_id(&app, "bram").to_string();
    let proposal = json!({
        "titel": "Spoedbesluit bespreken", "vraagAanOverleg": "Wat leren wij hiervan?", "woordenBekeken": "ja",
        "feiten": [fact("De hulpdiensten zijn gewaarschuwd.")], "deelnemers": [{ "wie": bram, "feiten": [1] }],
    });
    let without = following_up(&app, &[("tekst", REPORT)], "riec");
    for (what, body) in [("privacycheck-2a", &proposal), ("publicatie", &json!({}))] {
        let mut body = body.clone();
        body["versie"] = json!(standing(&app, without).version);
        let refused = mirte.post(&format!("/api/v1/signalen/{without}/{what}"), &body);
        problem(&refused, 409);
        assert!(refused.body.contains("spoedbesluit op een komende agenda"), "{}", refused.body);
    }

    let id = received(&app, &[("tekst", "Er liggen vaten.")]);
    let decision =
        json!({ "besluit": "CAS", "waarom": "Gevaar.", "wieDoetHet": "Team Toezicht", "uiterlijk": "2026-12-01" });
    step(&app, &mirte, id, "spoedbesluit", &decision);
    for signer in ["mirte", "sanne", "bea"] {
        step(&app, &Machine::of(&app, signer), id, "spoedbesluit/handtekening", &json!({}));
    }
    let waits = |kind: &str| {
        let tasks = mirte.get("/api/v1/taken").json();
        tasks["taken"]
            .as_array()
            .unwrap()
            .iter()
            .any(|task| task["soort"] == kind && task["id"] == json!(id.to_string()))
    };
    assert!(waits("check2a") && waits("follow_up"));
    step(&app, &mirte, id, "privacycheck-2a", &proposal);
    let tasks = nadia.get("/api/v1/taken").json();
    let check = tasks["taken"].as_array().unwrap().iter().find(|task| task["soort"] == "privacycheck_2a").unwrap();
    let check = format!("/api/v1/privacychecks/{}", check["id"].as_str().unwrap());
    let taken = json!({ "besluit": "CAS", "genomenDatum": "2026-11-24" });
    assert_eq!(nadia.get(&check).json()["voorstel"]["spoedbesluit"], taken);
    let verdicts = json!({ "oordelen": { bram.as_str(): { "oordeel": "vrijgeven" } } });
    assert_eq!(nadia.post(&format!("{check}/oordeel-deelnemers"), &verdicts).status, 204);
    assert!(waits("publish"));
    step(&app, &mirte, id, "publicatie", &json!({}));
    assert_eq!(standing(&app, id).waiting, "follow_up");
    app.clock.advance_seconds(37 * 86_400);
    let bram = Machine::of(&app, "bram");
    let item = bram.get("/api/v1/agendapunten").json()["teLezen"][0]["id"].as_str().unwrap().to_owned();
    let address = format!("/api/v1/agendapunten/{item}");
    assert_eq!(bram.get(&address).json()["spoedbesluit"], taken);
    not_for(&app, &["sanne", "vera", "nadia", "bea"], &address, &item);
    app.assert_log_is_whole();
}

#[test]
fn an_action_is_read_and_done_by_its_owner_alone() {
    let app = TestApp::start();
    let id = following_up(&app, &[("tekst", REPORT)], "riec");
    let mirte = Machine::of(&app, "mirte");
    let owner = member_id(&app, "vera").to_string();
    let body = json!({ "watTeDoen": "Kijk naar de vergunning.", "eigenaar": owner, "uiterlijk": "2026-12-10" });
    step(&app, &mirte, id, "acties", &body);
    let vera = Machine::of(&app, "vera");
    let action = vera.get("/api/v1/taken").json()["taken"][0]["id"].as_str().unwrap().to_owned();
    let address = format!("/api/v1/acties/{action}");
    let read = vera.get(&address);
    assert_eq!(read.json()["actie"]["watTeDoen"], "Kijk naar de vergunning.", "{}", read.body);
    assert!(!read.body.contains("nooit klanten"));
    not_for(&app, &["bas", "sanne", "nadia", "adam", "joost"], &address, &action);
    let done = format!("{address}/afronding");
    problem(&Machine::of(&app, "bas").post(&done, &json!({ "watIsGedaan": "Niets." })), 404);
    assert_eq!(places(&problem(&vera.post(&done, &json!({})), 400)), ["/watIsGedaan"]);
    assert_eq!(vera.post(&done, &json!({ "watIsGedaan": "Ingetrokken." })).status, 204);
    let again = vera.post(&done, &json!({ "watIsGedaan": "Nog eens." }));
    assert!([404, 409].contains(&again.status), "{}", again.body);
    app.assert_log_is_whole();
}

#[test]
fn a_doorgeefblad_is_listed_without_content_and_every_view_is_in_the_log() {
    let app = TestApp::start();
    let id = following_up(&app, &[("tekst", REPORT)], "riec");
    let mirte = Machine::of(&app, "mirte");
    let sheet = json!({ "ontvanger": "riec", "grondslag": "Wgs, art. 4", "feiten": [fact("De exploitant wisselde drie keer.")] });
    step(&app, &mirte, id, "doorgeefblad", &sheet);
    let listed = mirte.get(&format!("/api/v1/signalen/{id}/doorgeefbladen"));
    assert!(!listed.body.contains("exploitant"), "{}", listed.body);
    let sheet = listed.json()["doorgeefbladen"][0]["id"].as_str().unwrap().to_owned();
    let address = format!("/api/v1/doorgeefbladen/{sheet}");
    let read = mirte.get(&address);
    assert!(read.json()["blad"].to_string().contains("De exploitant wisselde drie keer."), "{}", read.body);
    let line = read.json()["inzage"]["logregel"].as_u64().unwrap();
    assert!(mirte.get(&address).json()["inzage"]["logregel"].as_u64().unwrap() > line);
    not_for(&app, &["vera", "sanne", "nadia", "adam", "ivo"], &address, &sheet);
    let of_signal = format!("/api/v1/signalen/{id}/doorgeefbladen");
    not_for(&app, &["vera", "nadia", "adam", "ivo"], &of_signal, &id.to_string());
    app.assert_log_is_whole();
}

#[test]
fn a_reader_is_shut_out_by_machine_and_then_finds_nothing() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    let mirte = Machine::of(&app, "mirte");
    let address = format!("/api/v1/signalen/{id}/lezers");
    let listed = mirte.get(&address).json();
    let jurist = listed["lezers"].as_array().unwrap().iter().find(|row| row["wie"] == "rol:jurist").unwrap();
    assert_eq!(jurist["daarna"], "zelfde", "{listed}");
    not_for(&app, &["vera", "nadia", "adam", "ivo", "sanne"], &address, &id.to_string());
    let shut = format!("/api/v1/signalen/{id}/uitsluiting");
    let version = standing(&app, id).version;
    let body = |who: &str| json!({ "versie": version, "wie": who });
    for wrong in ["rol:privacy_officer", "iemand", "lid:x"] {
        assert_eq!(places(&problem(&mirte.post(&shut, &body(wrong)), 400)), ["/wie"], "{wrong}");
    }
    problem(&Machine::of(&app, "vera").post(&shut, &body("rol:jurist")), 404);
    let joost = format!("lid:{}", member_id(&app, "joost"));
    assert_eq!(mirte.post(&shut, &body(&joost)).status, 204);
    for login in ["joost", "mirte"] {
        let machine = Machine::of(&app, login);
        assert_eq!(machine.get("/api/v1/signalen").json()["signalen"], json!([]), "{login}");
    }
    assert_eq!(Machine::of(&app, "ivo").only_signal(), id.to_string(), "too few coordinators were left");
    app.assert_log_is_whole();
}
