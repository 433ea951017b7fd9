//! The second person: who may, who may not, and what they do.

use super::*;
use crate::support::people::PASSWORD;
use diesel::connection::SimpleConnection;
use meldroute::store::db::{Db, Use};

fn sql(app: &TestApp, statement: &str) {
    Db::open(&app.database, Use::Write).unwrap().batch_execute(statement).unwrap();
}

#[test]
fn nobody_signs_their_own_weighing() {
    let (app, id) = start();
    proposed(&app, id, "mirte", "riec", "joost", &[]);
    let mut mirte = app.member("mirte");
    let page = mirte.get(&signing(id));
    assert_eq!(page.status, 403);
    assert!(page.body.contains("U schreef mee en kunt daarom niet meetekenen"), "{}", page.body);
    assert!(!page.body.contains("nooit klanten"), "nothing is opened to refuse it");
    let formulier = page.hidden_fields("/afmelden").remove(0).1;
    let version = standing(&app, id).version.to_string();
    for act in ["ondertekenen", "teruggeven"] {
        let fields = [("formulier", formulier.as_str()), ("versie", &version), ("daad", act), ("zin", "a")];
        assert_eq!(mirte.post(&signing(id), &fields).status, 403, "{act}");
    }
    let found = events(&app, id);
    let refused = found.iter().filter(|event| event.kind == "access.refused" && event.details["why"] == "own_work");
    assert_eq!(refused.count(), 2);
    assert_eq!(standing(&app, id).waiting, "weighing3_agree");
    let itself = rows(&app, id).remove(0);
    assert_eq!(itself.agreed_by, None);
}

#[test]
fn whoever_kept_a_draft_wrote_along_and_cannot_sign_along() {
    let (app, id) = start();
    let mut joost = app.member("joost");
    let page = joost.get(&place(id));
    let kept = [("criteria.ernst.keuze", "merkbaar"), ("criteria.ernst.waarom", "van Joost"), ("daad", "concept")];
    assert_eq!(joost.submit(&page, &place(id), &kept).status, 303);
    let mut mirte = app.member("mirte");
    let page = mirte.get(&place(id));
    assert!(page.body.contains("van Joost"), "the draft is there for the other");
    assert!(page.body.contains("schreef mee en kan daarom niet meetekenen"), "{}", page.body);
    let named = mirte.submit(&page, &place(id), &borrowed(&filled(&app, "riec", "joost")));
    assert!(named.status == 400 && named.body.contains("Deze persoon schreef mee"), "{}", named.body);
    assert_eq!(mirte.submit(&page, &place(id), &borrowed(&filled(&app, "riec", "sanne"))).status, 303);
    assert_eq!(joost.get(&signing(id)).status, 403);
    assert_eq!(agreed(&app, id, "sanne").status, 303);
}

#[test]
fn a_jurist_reads_the_signal_once_asked_and_exactly_what_the_weighing_rests_on() {
    let (app, id) = start();
    let mut sanne = app.member("sanne");
    assert_eq!(sanne.get(&signing(id)).status, 404);
    proposed(&app, id, "mirte", "riec", "sanne", &[("criteria.ernst.waarom", "zin voor Sanne")]);
    let page = sanne.get(&signing(id));
    for said in ["nooit klanten", "zin voor Sanne", "1. Ondermijning"] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    assert_eq!(app.member("jelle").get(&signing(id)).status, 404, "the other jurist was not asked");
    let mut shared = events(&app, id).into_iter().find(|event| event.kind == "record.shared").unwrap();
    shared.fields.sort();
    assert_eq!(shared.details["member"], member_id(&app, "sanne").to_string());
    assert_eq!(shared.fields, ["intake", "report"]);
    assert_eq!(agreed(&app, id, "sanne").status, 303);
    assert_eq!(standing(&app, id).outcome.as_deref(), Some("RIEC"));
}

#[test]
fn a_jurist_who_was_shut_out_is_not_listed_and_cannot_be_named() {
    let app = TestApp::start();
    let fields = [("tekst", REPORT), ("wieBentU", "vertrouwelijk"), ("naam", "A"), ("uitsluiten", "jurist")];
    let id = weighing(&app, &fields);
    let mut mirte = app.member("mirte");
    let page = mirte.get(&place(id));
    assert!(page.body.contains("Joost Proef") && !page.body.contains("Sanne Proef"), "{}", page.body);
    assert!(page.body.contains("Uitgesloten: jurist."));
    let named = mirte.submit(&page, &place(id), &borrowed(&filled(&app, "riec", "sanne")));
    assert!(named.status == 400 && named.body.contains("Kies iemand van de lijst"), "{}", named.body);
    assert_eq!(app.member("sanne").get(&signing(id)).status, 404);
}

#[test]
fn people_of_other_roles_and_people_who_are_nobody_cannot_be_named() {
    let (app, id) = start();
    let mut mirte = app.member("mirte");
    let page = mirte.get(&place(id));
    for name in ["nadia", "adam", "vera", "mirte", "bea"] {
        let sent = mirte.submit(&page, &place(id), &borrowed(&filled(&app, "riec", name)));
        assert_eq!(sent.status, 400, "{name}");
    }
    for id_text in ["", "joost", "00000000-0000-4000-8000-000000000000"] {
        let fields = with(filled(&app, "riec", "joost"), &[("medeondertekenaar", id_text)]);
        assert_eq!(mirte.submit(&page, &place(id), &borrowed(&fields)).status, 400);
    }
}

#[test]
fn whoever_is_away_stays_visible_with_the_date() {
    let (app, id) = start();
    let joost = member_id(&app, "joost");
    app.app
        .sign_in(&app.app.as_anonymous().unwrap(), "joost", PASSWORD, meldroute::app::sign_in::SessionKind::Web)
        .unwrap();
    let key = match &app.database {
        meldroute::store::db::Address::Sqlite(_) => format!("x'{}'", joost.uuid().simple()),
        meldroute::store::db::Address::Postgres { .. } => format!("'{joost}'"),
    };
    sql(
        &app,
        &format!("UPDATE member_roles SET away_from = '2026-11-20', away_until = '2026-11-27' WHERE member_id = {key}"),
    );
    let page = app.member("mirte").get(&place(id));
    assert!(page.body.contains("afwezig t/m 27 november") && page.body.contains("aanwezig"), "{}", page.body);
}

#[test]
fn the_second_person_returns_it_with_a_sentence_and_a_new_version_names_the_old_one() {
    let (app, id) = start();
    proposed(
        &app,
        id,
        "mirte",
        "riec",
        "joost",
        &[("criteria.ernst.keuze", "ernstig"), ("criteria.ernst.waarom", "te stellig")],
    );
    let mut joost = app.member("joost");
    let page = joost.get(&signing(id));
    let none = joost.submit(&page, &signing(id), &[("daad", "teruggeven")]);
    assert!(none.status == 400 && none.body.contains("Schrijf in een zin waarom"), "{}", none.body);
    let sent = joost.submit(&page, &signing(id), &[("zin", "Waar blijkt ernstig uit?"), ("daad", "teruggeven")]);
    assert_eq!(sent.status, 303, "{}", sent.body);
    let row = standing(&app, id);
    assert_eq!((row.stage.code(), row.waiting.as_str(), row.turn_of), ("wegen", "weighing3", None));
    assert_eq!(joost.get(&signing(id)).status, 409, "there is nothing to sign");
    let mut mirte = app.member("mirte");
    let page = mirte.get(&place(id));
    assert!(
        page.body.contains("Waar blijkt ernstig uit?") && page.body.contains("value=\"te stellig\""),
        "{}",
        page.body
    );
    assert!(page.body.contains("value=\"ernstig\" checked"));
    assert_eq!(mirte.submit(&page, &place(id), &borrowed(&filled(&app, "verrijken", "joost"))).status, 303);
    let found = rows(&app, id);
    let states: Vec<_> = found.iter().map(|row| (row.version, row.state.as_str())).collect();
    assert_eq!(states, [(1, "returned"), (2, "proposed")]);
    assert_eq!(agreed(&app, id, "joost").status, 303, "whoever returned it did not write along");
    assert_eq!(standing(&app, id).waiting, "check1");
}

#[test]
fn whoever_wrote_the_returned_version_cannot_sign_the_one_that_improves_it() {
    let (app, id) = start();
    proposed(&app, id, "mirte", "riec", "joost", &[]);
    let mut joost = app.member("joost");
    let page = joost.get(&signing(id));
    joost.submit(&page, &signing(id), &[("zin", "Nee."), ("daad", "teruggeven")]);
    let page = joost.get(&place(id));
    let named = joost.submit(&page, &place(id), &borrowed(&filled(&app, "riec", "mirte")));
    assert!(named.status == 400 && named.body.contains("Deze persoon schreef mee"), "{}", named.body);
    assert_eq!(joost.submit(&page, &place(id), &borrowed(&filled(&app, "riec", "sanne"))).status, 303);
    assert_eq!(app.member("mirte").get(&signing(id)).status, 403);
}

#[test]
fn a_weighing_that_was_changed_by_hand_cannot_be_agreed() {
    let (app, id) = start();
    proposed(&app, id, "mirte", "riec", "joost", &[]);
    sql(&app, "UPDATE weighings SET outcome = 'verrijken' WHERE number = '3'");
    assert_eq!(agreed(&app, id, "joost").status, 500);
    sql(&app, "UPDATE weighings SET outcome = 'riec', draft_signature = NULL WHERE number = '3'");
    assert_eq!(agreed(&app, id, "joost").status, 500);
    let row = standing(&app, id);
    assert_eq!((row.stage.code(), row.waiting.as_str()), ("wegen", "weighing3_agree"));
    assert!(events(&app, id).iter().all(|event| event.kind != "weighing.agreed"));
}
