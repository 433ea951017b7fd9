//! Brings a signal some way along the route with the use cases themselves, so that a test begins where its step does.

use super::app::TestApp;
use super::people::PASSWORD;
use meldroute::app::enrichment::Wording;
use meldroute::app::keyring::Session;
use meldroute::app::sign_in::SessionKind;
use meldroute::app::steps::Seen;
use meldroute::domain::emergency::EmergencyDraft;
use meldroute::domain::ids::{EmergencyOpeningId, MemberId, SignalId, SourceQuestionId};
use meldroute::domain::privacy_check::SourcesProposalDraft;
use meldroute::domain::protocol::{CriterionKind, Protocol};
use meldroute::domain::weighing::{
    Assessment, AssessmentDraft, Confirmation, ConfirmationDraft, CriterionDraft, IntakeDraft,
};
use meldroute::policy::OpContext;
use meldroute::store::signals::{SignalRow, signal_fetch};
use meldroute::store::{StoreError, checks, members};
use std::future::Future;

/// What the melder wrote.
pub const REPORT: &str = "Bij deze winkel zie ik nooit klanten. Sinds het voorjaar hangt de derde naam op de deur.";

/// Why a jurist opened a signal out of hours.
pub const EMERGENCY_REASON: &str = "Kanarienood zingt buiten kantooruren.";

/// Waits for a use case.
pub fn run<T>(act: impl Future<Output = T>) -> T {
    actix_web::rt::Runtime::new().unwrap().block_on(act)
}

/// A member with their keys, and the context of an act of theirs now.
pub fn session(app: &TestApp, login: &str) -> (OpContext, Session) {
    let (_, session) = app.app.sign_in(&app.app.as_anonymous().unwrap(), login, PASSWORD, SessionKind::Web).unwrap();
    (app.app.as_member(session.actor.clone()).unwrap(), session)
}

/// The id of a member.
pub fn member_id(app: &TestApp, login: &str) -> MemberId {
    app.app.store().read(|db| members::member_by_login(db, login)).unwrap().unwrap().id
}

/// The signal as it stands.
pub fn standing(app: &TestApp, id: SignalId) -> SignalRow {
    app.app.store().read::<_, StoreError>(|db| signal_fetch(db, id)).unwrap().unwrap()
}

/// The signal as somebody sees it now.
pub fn seen(app: &TestApp, id: SignalId) -> Seen {
    Seen { signal: id, version: standing(app, id).version }
}

/// Somebody shares a signal; returns its id.
pub fn received(app: &TestApp, fields: &[(&str, &str)]) -> SignalId {
    let listed = || -> Vec<SignalId> {
        let list = app.member("mirte").get("/signalen");
        let places = list.body.split("href=\"/signalen/").skip(1);
        places.filter_map(|rest| rest.split('"').next()?.parse().ok()).collect()
    };
    let before = listed();
    app.anonymous().report(fields);
    listed().into_iter().find(|id| !before.contains(id)).expect("a new signal in the list")
}

/// A signal that waits for weging 3.
pub fn weighing(app: &TestApp, fields: &[(&str, &str)]) -> SignalId {
    let id = received(app, fields);
    let (op, _) = session(app, "mirte");
    run(app.app.complete_intake(&op, seen(app, id), &all_yes(&Protocol::bundled().unwrap()))).unwrap();
    let row = standing(app, id);
    assert_eq!((row.stage.code(), row.waiting.as_str()), ("wegen", "weighing3"));
    id
}

/// A signal that waits for questions to sources.
pub fn enriching(app: &TestApp, fields: &[(&str, &str)]) -> SignalId {
    let id = weighing(app, fields);
    let protocol = Protocol::bundled().unwrap();
    let (op, session_one) = session(app, "mirte");
    let second = member_id(app, "joost").to_string();
    let draft = towards_enriching(&protocol);
    run(app.app.propose_weighing::<Assessment>(&op, &session_one, seen(app, id), &draft, Some(&second))).unwrap();
    let (op, session_two) = session(app, "joost");
    run(app.app.agree_weighing::<Assessment>(&op, &session_two, seen(app, id))).unwrap();
    let row = standing(app, id);
    assert_eq!((row.stage.code(), row.waiting.as_str()), ("verrijken", "check1"));
    id
}

/// Asks the one source of [`settled`], for a signal that is enriched; returns the question.
pub fn asked(app: &TestApp, id: SignalId) -> SourceQuestionId {
    let proposal = serde_json::json!({"doel": "vaststellen of er een vergunning is", "overWie": "pand",
        "soortSignaal": ["WIT"], "bronnen": [{"bron": "vergunningen", "vraag": "Is hier iets bekend?",
        "verzameldVoor": "a", "pastDaarbij": "b", "waaromNodig": "c", "inhoudBijHit": "nee"}]});
    let proposal: SourcesProposalDraft = serde_json::from_value(proposal).unwrap();
    let (op, mirte) = session(app, "mirte");
    let seen_now = standing(app, id).version;
    run(app.app.propose_check1(&op, &mirte, id, seen_now, &proposal, Wording::Kept)).unwrap();
    let checks = app.app.store().read(|db| checks::check_list(db, id)).unwrap();
    let check = checks.into_iter().find(|row| row.kind == "1" && row.state == "proposed").unwrap().id;
    let verdict = serde_json::from_str(r#"{"oordelen": {"vergunningen": {"oordeel": "vrijgeven"}}}"#).unwrap();
    let (op, nadia) = session(app, "nadia");
    run(app.app.decide_check1(&op, &nadia, check, &verdict)).unwrap();
    app.app.store().read(|db| checks::question_list(db, id)).unwrap().remove(0).id
}

/// A signal whose one question gave a hit, and that waits for weging 4.
pub fn settled(app: &TestApp, fields: &[(&str, &str)]) -> SignalId {
    let id = enriching(app, fields);
    settle_from_enriching(app, id);
    id
}

/// The same for a signal that waits for questions to sources already.
fn settle_from_enriching(app: &TestApp, id: SignalId) {
    let question = asked(app, id);
    let (op, _) = session(app, "vera");
    let hit = serde_json::from_str(r#"{"antwoord": "hit", "leeftijd": "tot_1_jaar"}"#).unwrap();
    run(app.app.answer_question(&op, question, &hit)).unwrap();
    assert_eq!(standing(app, id).waiting, "weighing4");
}

/// A signal that waits for its item for the LIO.
pub fn deciding(app: &TestApp, fields: &[(&str, &str)]) -> SignalId {
    let id = settled(app, fields);
    towards_the_lio(app, id);
    id
}

/// The same for a signal that waits for questions to sources already.
pub fn deciding_from_enriching(app: &TestApp, id: SignalId) {
    settle_from_enriching(app, id);
    towards_the_lio(app, id);
}

fn towards_the_lio(app: &TestApp, id: SignalId) {
    let confirmed = r#"{"bevestigd": "ja", "waarom": "Er is een hit.", "voorstel": "lio"}"#;
    let confirmed: ConfirmationDraft = serde_json::from_str(confirmed).unwrap();
    let second = member_id(app, "joost").to_string();
    let (op, mirte) = session(app, "mirte");
    run(app.app.propose_weighing::<Confirmation>(&op, &mirte, seen(app, id), &confirmed, Some(&second))).unwrap();
    let (op, joost) = session(app, "joost");
    run(app.app.agree_weighing::<Confirmation>(&op, &joost, seen(app, id))).unwrap();
    let row = standing(app, id);
    assert_eq!((row.stage.code(), row.waiting.as_str()), ("besluiten", "check2a"));
}

/// A signal that is followed up: weging 3 led to the RIEC, or with `afdeling` to a department.
pub fn following_up(app: &TestApp, fields: &[(&str, &str)], way: &str) -> SignalId {
    let id = received(app, fields);
    follow_up_from_intake(app, id, way);
    id
}

/// The same for a signal that was received already.
pub fn follow_up_from_intake(app: &TestApp, id: SignalId, way: &str) {
    weighed(
        app,
        id,
        &AssessmentDraft {
            outcome: Some(way.to_owned()),
            department: Some("vth".to_owned()),
            ..towards_enriching(&Protocol::bundled().unwrap())
        },
    );
    assert_eq!(standing(app, id).stage.code(), "opvolgen");
}

/// A signal that is watched until a day.
pub fn monitoring(app: &TestApp, fields: &[(&str, &str)], until: &str) -> SignalId {
    let id = received(app, fields);
    weighed(
        app,
        id,
        &AssessmentDraft {
            outcome: Some("monitoren".to_owned()),
            until: Some(until.to_owned()),
            ..towards_enriching(&Protocol::bundled().unwrap())
        },
    );
    assert_eq!(standing(app, id).stage.code(), "monitoren");
    id
}

/// A received signal through its intake and weging 3, signed by two.
fn weighed(app: &TestApp, id: SignalId, draft: &AssessmentDraft) {
    let protocol = Protocol::bundled().unwrap();
    let (op, mirte) = session(app, "mirte");
    run(app.app.complete_intake(&op, seen(app, id), &all_yes(&protocol))).unwrap();
    let second = member_id(app, "joost").to_string();
    run(app.app.propose_weighing::<Assessment>(&op, &mirte, seen(app, id), draft, Some(&second))).unwrap();
    let (op, joost) = session(app, "joost");
    run(app.app.agree_weighing::<Assessment>(&op, &joost, seen(app, id))).unwrap();
}

fn all_yes(protocol: &Protocol) -> IntakeDraft {
    let yes = || Some("ja".to_owned());
    IntakeDraft {
        undermining: yes(),
        traits: protocol.intake.traits.first().map(|one| one.code.to_string()).into_iter().collect(),
        anchors: protocol.intake.anchors.first().map(|one| one.code.to_string()).into_iter().collect(),
        signs: protocol.intake.signs.first().map(|one| one.code.to_string()).into_iter().collect(),
        municipal_task: yes(),
        power: protocol.powers.first().map(|power| power.code.to_string()),
        territory: yes(),
        urgency: Some("kan_wachten".to_owned()),
        ..IntakeDraft::default()
    }
}

/// Every criterion "onbekend" where it has that word, a sentence where it has not.
pub fn towards_enriching(protocol: &Protocol) -> AssessmentDraft {
    let criteria = protocol.criteria.iter().map(|criterion| {
        let option = criterion.options.iter().find(|option| option.is_unknown()).or(criterion.options.first());
        let choice = match criterion.kind {
            CriterionKind::Choice => option.map(|option| option.code.to_string()),
            CriterionKind::Theme => protocol.forms.first().map(|form| form.code.to_string()),
            CriterionKind::Text => None,
        };
        let answer = CriterionDraft { choice, sentence: Some("Dat staat in het signaal.".to_owned()) };
        (criterion.code.to_string(), answer)
    });
    AssessmentDraft { criteria: criteria.collect(), outcome: Some("verrijken".to_owned()), ..Default::default() }
}

/// A jurist opens a signal out of hours, where the terms say that it is; which opening.
pub fn opened_in_emergency(app: &TestApp, id: SignalId) -> EmergencyOpeningId {
    let draft = EmergencyDraft {
        reference: Some(standing(app, id).reference.to_string()),
        reason: Some(EMERGENCY_REASON.to_owned()),
        cannot_wait: Some("ja".to_owned()),
    };
    let (op, sanne) = session(app, "sanne");
    run(app.app.open_emergency(&op, &sanne, &draft)).unwrap()
}
