//! Wegen: weging 3 drafted by one, agreed by a second who did not write along, or returned with a sentence.

use crate::support::app::TestApp;
use crate::support::client::Page;
use crate::support::road::{REPORT, member_id, received, standing, weighing};
use meldroute::app::acts::{Act, Signed};
use meldroute::domain::ids::{ObjectId, SignalId};
use meldroute::domain::protocol::{CriterionKind, Protocol};
use meldroute::domain::workflow::StepEvent;
use meldroute::ledger::event::Event;
use meldroute::store::weighings::WeighingRow;
use meldroute::store::{log, weighings};
use meldroute::vault::statement::Owner;

mod changed;
mod outcomes;
mod second;

fn start() -> (TestApp, SignalId) {
    let app = TestApp::start();
    let id = weighing(&app, &[("tekst", REPORT), ("plaats", "Proefstraat 14")]);
    (app, id)
}

fn place(id: SignalId) -> String {
    format!("/signalen/{id}/weging-3")
}

fn signing(id: SignalId) -> String {
    format!("/signalen/{id}/weging-3/meetekenen")
}

/// Everything "onbekend", one sentence on the lighter way, the proposal and the second person.
fn filled(app: &TestApp, proposal: &str, second: &str) -> Vec<(String, String)> {
    let protocol = Protocol::bundled().unwrap();
    let mut fields = Vec::new();
    for criterion in &protocol.criteria {
        if criterion.kind == CriterionKind::Choice {
            let unknown = criterion.options.iter().find(|option| option.is_unknown()).unwrap();
            fields.push((format!("criteria.{}.keuze", criterion.code), unknown.code.to_string()));
        }
    }
    let own = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    fields.push(own("criteria.lichter.waarom", "Toezicht ziet alleen de gevel."));
    fields.push(own("voorstel", proposal));
    fields.push(("medeondertekenaar".to_owned(), member_id(app, second).to_string()));
    fields.push(own("daad", "ondertekenen"));
    fields
}

fn with(mut fields: Vec<(String, String)>, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    for (name, value) in changes {
        fields.retain(|(field, _)| field != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    fields
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// Drafts and signs as `who`, and asks `second`.
fn proposed(app: &TestApp, id: SignalId, who: &str, proposal: &str, second: &str, more: &[(&str, &str)]) {
    let mut client = app.member(who);
    let page = client.get(&place(id));
    let sent = client.submit(&page, &place(id), &borrowed(&with(filled(app, proposal, second), more)));
    assert_eq!(sent.status, 303, "{}", sent.body);
}

/// Signs along.
fn agreed(app: &TestApp, id: SignalId, who: &str) -> Page {
    let mut client = app.member(who);
    let page = client.get(&signing(id));
    assert_eq!(page.status, 200, "{}", page.body);
    client.submit(&page, &signing(id), &[("daad", "ondertekenen")])
}

fn rows(app: &TestApp, id: SignalId) -> Vec<WeighingRow> {
    let all = app.app.store().read(|db| weighings::weighing_list(db, id)).unwrap();
    all.into_iter().filter(|row| row.number == "3").collect()
}

fn events(app: &TestApp, id: SignalId) -> Vec<Event> {
    let rows = app.app.store().read(|db| log::log_of_object(db, ObjectId::new(id.uuid()), 200)).unwrap();
    rows.into_iter().map(|row| Event::parse(&row.body).unwrap().1).collect()
}

#[test]
fn a_weighing_is_drafted_signed_and_agreed_by_two_people() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let page = mirte.get(&place(id));
    assert!(page.body.contains("nooit klanten") && page.body.contains("5. Ernst"), "{}", page.body);
    assert_eq!(page.body.matches(" checked").count(), 1, "only what is computed is chosen beforehand");
    assert!(
        page.body.contains("Joost Proef, plaatsvervangend coördinator") && page.body.contains("Sanne Proef, jurist")
    );
    assert!(!page.body.contains("Mirte Proef, coördinator</"), "nobody asks themselves");
    let sent = mirte.submit(&page, &place(id), &borrowed(&filled(&app, "verrijken", "joost")));
    assert_eq!(sent.status, 303, "{}", sent.body);
    let row = standing(&app, id);
    assert_eq!((row.stage.code(), row.waiting.as_str()), ("wegen", "weighing3_agree"));
    assert_eq!(row.turn_of, Some(member_id(&app, "joost")));
    let after = mirte.get(sent.location());
    assert!(
        after.body.contains("ondertekend en voorgelegd") && after.body.contains("nu bij Joost Proef"),
        "{}",
        after.body
    );
    let mut joost = app.member("joost");
    assert!(joost.get("/werk").body.contains(&format!("href=\"{}\"", signing(id))));
    let read = joost.get(&signing(id));
    for said in ["nooit klanten", "Mirte Proef ondertekende op", "X niet te beoordelen", "Verrijken", "1. Ondermijning"]
    {
        assert!(read.body.contains(said), "{said}: {}", read.body);
    }
    assert!(!read.body.contains("name=\"criteria."), "the criteria are read only");
    let signed = joost.submit(&read, &signing(id), &[("daad", "ondertekenen")]);
    assert_eq!(signed.status, 303, "{}", signed.body);
    let row = standing(&app, id);
    assert_eq!((row.stage.code(), row.waiting.as_str(), row.turn_of), ("verrijken", "check1", None));
    let page = joost.get(&format!("/signalen/{id}"));
    assert!(page.body.contains("Ondertekend door Mirte Proef en Joost Proef, dinsdag 24 november"), "{}", page.body);
}

#[test]
fn both_signatures_hold_under_the_same_words_and_stand_in_the_log() {
    let (app, id) = start();
    proposed(&app, id, "mirte", "riec", "joost", &[]);
    assert_eq!(agreed(&app, id, "joost").status, 303);
    let row = rows(&app, id).remove(0);
    let trusted = app.app.trusted().unwrap();
    let key = |who: &str| trusted.current(&Owner::Member(member_id(&app, who).uuid())).unwrap().signing.unwrap();
    let found = events(&app, id);
    let of = |kind: &str| found.iter().find(|event| event.kind == kind).unwrap();
    let [draft, agree] = [of("weighing.proposed"), of("weighing.agreed")];
    assert_eq!(draft.details["words"], agree.details["words"]);
    let words: [u8; 32] =
        data_encoding::HEXLOWER.decode(draft.details["words"].as_bytes()).unwrap().try_into().unwrap();
    let act = |step| Act { step, signal: id, outcome: "riec".to_owned(), words };
    let drafted = act(StepEvent::ProposeWeighing3);
    let agreed = act(StepEvent::AgreeWeighing3);
    assert_eq!(drafted.is_signed_by(&key("mirte"), row.draft_signature.as_deref().unwrap()), Signed::Yes);
    assert_eq!(agreed.is_signed_by(&key("joost"), row.agree_signature.as_deref().unwrap()), Signed::Yes);
    assert_eq!(agreed.is_signed_by(&key("mirte"), row.agree_signature.as_deref().unwrap()), Signed::No);
    let other = Act { outcome: "verrijken".to_owned(), ..drafted };
    assert_eq!(other.is_signed_by(&key("mirte"), row.draft_signature.as_deref().unwrap()), Signed::No);
    let encoded = data_encoding::BASE64.encode(row.agree_signature.as_deref().unwrap());
    assert_eq!(agree.signature.as_deref(), Some(encoded.as_str()));
}

#[test]
fn all_mistakes_come_together_with_that_of_the_second_person_and_what_was_typed_stays() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let page = mirte.get(&place(id));
    let typed =
        [("criteria.ernst.keuze", "ernstig"), ("criteria.bron.waarom", "mijn eigen zin"), ("daad", "ondertekenen")];
    let sent = mirte.submit(&page, &place(id), &typed);
    assert_eq!(sent.status, 400);
    for said in [
        "Kies een woord bij “Bron”",
        "Schrijf bij “Ernst” in een zin waarom",
        "Kies wat u voorstelt",
        "Kies wie er meetekent",
    ] {
        assert!(sent.body.contains(said), "{said}: {}", sent.body);
    }
    assert!(sent.body.contains("10 punten kloppen nog niet"), "{}", sent.body);
    assert!(sent.body.contains("mijn eigen zin") && sent.body.contains("value=\"ernstig\" checked"));
    for (name, value) in [("voorstel", "afdeling"), ("voorstel", "monitoren"), ("voorstel", "niet_in_behandeling")] {
        let fields = with(filled(&app, "verrijken", "joost"), &[(name, value)]);
        let sent = mirte.submit(&page, &place(id), &borrowed(&fields));
        assert_eq!(sent.status, 400, "{value} asks more");
    }
    let far = with(filled(&app, "monitoren", "joost"), &[("totDatum", "1-6-2027")]);
    let sent = mirte.submit(&page, &place(id), &borrowed(&far));
    assert!(sent.status == 400 && sent.body.contains("uiterlijk 24 mei 2027"), "{}", sent.body);
    assert_eq!(standing(&app, id).waiting, "weighing3");
}

#[test]
fn at_another_stage_weighing_is_refused_in_dutch_and_what_was_typed_stays() {
    let app = TestApp::start();
    let id = received(&app, &[("tekst", REPORT)]);
    let mut mirte = app.member("mirte");
    for page in [place(id), signing(id), format!("/signalen/{id}/weging-4")] {
        let refused = mirte.get(&page);
        assert_eq!(refused.status, 409, "{page}");
        assert!(refused.body.contains("Dit kan nu niet: weging") && !refused.body.contains("nooit klanten"));
    }
    let page = mirte.get(&format!("/signalen/{id}/intake"));
    let hidden = page.hidden_fields(&format!("/signalen/{id}/intake"));
    let mut fields = with(filled(&app, "riec", "joost"), &[("criteria.ernst.waarom", "niet kwijtraken")]);
    fields.extend(hidden.into_iter().filter(|(name, _)| name != "basis"));
    let sent = mirte.post(&place(id), &borrowed(&fields));
    assert_eq!(sent.status, 409);
    assert!(sent.body.contains("Het signaal staat bij “ontvangen”; deze stap hoort bij “wegen”"), "{}", sent.body);
    assert!(sent.body.contains("niet kwijtraken"));
}

#[test]
fn a_form_without_its_token_or_version_changes_nothing() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let page = mirte.get(&place(id));
    let fields = filled(&app, "riec", "joost");
    assert_eq!(mirte.post(&place(id), &borrowed(&fields)).status, 400);
    let mut stolen = app.member("joost").get(&place(id)).hidden_fields(&place(id));
    stolen.extend(fields.clone());
    assert_eq!(mirte.post(&place(id), &borrowed(&stolen)).status, 400, "a token of another session");
    let mut mine = page.hidden_fields(&place(id));
    mine.retain(|(name, _)| name != "versie");
    mine.extend(fields);
    assert_eq!(mirte.post(&place(id), &borrowed(&mine)).status, 400);
    assert_eq!(standing(&app, id).waiting, "weighing3");
}
