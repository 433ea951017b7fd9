//! A row that somebody changed by SQL gives nobody anything, and is named.

use super::refusals;
use crate::api::problem;
use crate::support::app::TestApp;
use crate::support::coupled::{Coupled, LAST_DAY, ask, enter, proof, renew, tokens_in};
use crate::support::road;
use meldroute::domain::machine::Scope;
use meldroute::ledger::report::Verdict;
use meldroute::store::{StoreError, Trace, Tx};
use serde_json::json;

#[test]
fn a_right_an_end_or_a_key_changed_by_hand_lets_nobody_in_and_is_named() {
    for change in [
        "scopes = 'signalen_delen+logboek_bewijs'",
        "expires_on = '2030-01-01'",
        "public_key = (SELECT public_key FROM machines WHERE state = 'proposed')",
    ] {
        let app = TestApp::start();
        let coupled = Coupled::with(&app, &[Scope::LogProof]);
        let (access, refresh) = coupled.tokens(&app);
        let thief = Coupled::proposed(&app, &[Scope::LogProof]);
        let mut raw = app.inside().raw();
        if change.starts_with("public_key") {
            // A key stands once, so the thief's own row gives it up first.
            let key = raw.rows_where("machines", "state = 'proposed'")[0]["public_key"].clone();
            raw.run(&format!(
                "UPDATE machines SET public_key = {} WHERE state = 'proposed'",
                raw.blob(&"07".repeat(32))
            ));
            let key = raw.blob(&key);
            raw.run(&format!("UPDATE machines SET public_key = {key} WHERE state = 'active'"));
            let mut claims = thief.claims(&app);
            claims["iss"] = json!(coupled.id);
            claims["sub"] = json!(coupled.id);
            problem(&enter(&app, &thief.signed(&claims)), 401);
        } else {
            raw.run(&format!("UPDATE machines SET {change} WHERE state = 'active'"));
        }
        problem(&coupled.enter(&app), 401);
        problem(&proof(&app, &access), 401);
        problem(&renew(&app, &refresh), 401);
        let mut told = refusals(&app);
        told.dedup();
        assert_eq!(told, ["not_proven"], "{change}");
        let found = app.inside().prove(&[]);
        assert_eq!(found.verdict(), Verdict::Broken);
        assert!(found.to_string().contains(&format!("De rij machines/{}", coupled.id)), "{change}: {found}");
        let shown = app.member("adam").get("/koppelingen");
        assert!(shown.body.contains("kloppen niet met het logboek"), "{change}");
    }
}

#[test]
fn a_machine_that_waits_or_has_ended_is_not_made_to_work_by_hand() {
    let app = TestApp::start();
    let waits = Coupled::proposed(&app, &[Scope::LogProof]);
    let ended = Coupled::with(&app, &[Scope::LogProof]);
    app.app.machine_end(&road::session(&app, "adam").0, ended.id).unwrap();
    app.inside().raw().run("UPDATE machines SET state = 'active'");
    problem(&waits.enter(&app), 401);
    problem(&ended.enter(&app), 401);
    assert_eq!(refusals(&app), ["not_proven", "not_proven"]);
}

#[test]
fn a_family_that_was_stretched_widened_or_given_to_another_has_no_token_any_more() {
    for change in [
        "ends_on = '2030-01-01'",
        "scopes = 'signalen_delen+logboek_bewijs'",
        "machine_id = (SELECT id FROM machines WHERE scopes = 'signalen_delen')",
    ] {
        let app = TestApp::start();
        let coupled = Coupled::with(&app, &[Scope::ShareSignals, Scope::LogProof]);
        Coupled::with(&app, &[Scope::ShareSignals]);
        let body = json!({ "bewering": coupled.signed(&coupled.claims(&app)), "rechten": ["logboek_bewijs"] });
        let answer = app.anonymous().json("POST", "/api/v1/toegangsbewijzen", &[], Some(&body));
        let (access, refresh) = tokens_in(&answer);
        app.inside().raw().run(&format!("UPDATE machine_families SET {change}"));
        let share = ask(&app, &access, "POST", "/api/v1/signalen", Some(&json!({ "tekst": road::REPORT })));
        assert!([401, 403].contains(&share.status), "{change}: {}", share.body);
        problem(&renew(&app, &refresh), 401);
        problem(&renew(&app, &refresh), 401);
    }
}

/// Writes a proposal and an agreement as whoever owns the database and has the keys of these members could.
fn written(app: &TestApp, proposer: &str, agrees: &str) -> Coupled {
    let coupled = Coupled::proposed(app, &[Scope::LogProof]);
    let (id, key) = (coupled.id, data_encoding::BASE64.encode(&coupled.public()));
    let record = move |tx: &mut Tx<'_>, kind, signature: Option<Vec<u8>>| {
        let trace = Trace::new(kind).object("machine", id.uuid()).detail("key", key.clone());
        let trace = trace.detail("scopes", "logboek_bewijs").detail("expires", LAST_DAY);
        tx.record(signature.into_iter().fold(trace, Trace::signature)).map(|_| ())
    };
    if proposer != "adam" {
        // The log begins with another proposer than the one who asked.
        let mut raw = app.inside().raw();
        raw.unlock_log();
        raw.run("DELETE FROM events WHERE kind = 'machine.proposed'");
        let record = record.clone();
        let (op, _) = road::session(app, proposer);
        let propose = move |tx: &mut Tx<'_>| record(tx, "machine.proposed", None);
        app.app.store().write_blocking::<_, StoreError, _>(&op, "machines.propose", propose).unwrap();
    }
    let (op, session) = road::session(app, agrees);
    let words = format!(
        "{id}\nkey={}\nscopes=logboek_bewijs\nexpires={LAST_DAY}\n",
        data_encoding::BASE64.encode(&coupled.public())
    );
    let signature = session.keys.signing.sign("meldroute/machine-agreed/v1", words.as_bytes()).0.to_vec();
    let agree = move |tx: &mut Tx<'_>| record(tx, "machine.agreed", Some(signature.clone()));
    app.app.store().write_blocking::<_, StoreError, _>(&op, "machines.agree", agree).unwrap();
    app.inside().raw().run("UPDATE machines SET state = 'active'");
    coupled
}

#[test]
fn an_agreement_by_the_proposer_or_by_another_role_proves_nothing_however_well_it_is_signed() {
    let app = TestApp::start();
    assert_eq!(written(&app, "adam", "nadia").enter(&app).status, 200, "this is how it is written");
    for (proposer, agrees) in [("nadia", "nadia"), ("adam", "mirte"), ("adam", "adam"), ("adam", "fenna")] {
        let app = TestApp::start();
        let status = written(&app, proposer, agrees).enter(&app).status;
        assert_eq!(status, 401, "proposed by {proposer}, agreed to by {agrees}");
        assert_eq!(refusals(&app), ["not_proven"]);
    }
}

#[test]
fn what_was_changed_after_it_was_proposed_is_not_agreed_to_and_a_signature_under_it_proves_nothing() {
    for change in ["scopes = 'signalen_delen'", "expires_on = '2027-03-30'", "public_key"] {
        let app = TestApp::start();
        let waits = Coupled::proposed(&app, &[Scope::LogProof]);
        let mut nadia = app.member("nadia");
        let page = format!("/koppelingen/{}", waits.id);
        let asked = nadia.get(&page);
        let mut raw = app.inside().raw();
        let change = if change == "public_key" {
            format!("public_key = {}", raw.blob(&"07".repeat(32)))
        } else {
            change.to_owned()
        };
        raw.run(&format!("UPDATE machines SET {change}"));
        assert_eq!(nadia.submit(&asked, &page, &[("daad", "akkoord")]).status, 400, "{change}");
        assert_eq!(raw.events_of("machine.agreed").len(), 0, "{change}");
        assert!(nadia.get("/koppelingen").body.contains("kloppen niet met het logboek"), "{change}");
    }
}

#[test]
fn an_agreement_to_something_else_than_was_proposed_proves_nothing() {
    for (scopes, expires) in
        [("logboek_bewijs", LAST_DAY), ("signalen_delen", LAST_DAY), ("logboek_bewijs", "2027-03-30")]
    {
        let app = TestApp::start();
        let waits = Coupled::proposed(&app, &[Scope::LogProof]);
        let (id, key) = (waits.id, data_encoding::BASE64.encode(&waits.public()));
        let (op, session) = road::session(&app, "nadia");
        let words = format!("{id}\nkey={key}\nscopes={scopes}\nexpires={expires}\n");
        let signature = session.keys.signing.sign("meldroute/machine-agreed/v1", words.as_bytes()).0.to_vec();
        let agree = move |tx: &mut Tx<'_>| {
            let trace = Trace::new("machine.agreed").object("machine", id.uuid()).detail("key", key.clone());
            let trace = trace.detail("scopes", scopes).detail("expires", expires);
            tx.record(trace.signature(signature.clone())).map(|_| ())
        };
        app.app.store().write_blocking::<_, StoreError, _>(&op, "machines.agree", agree).unwrap();
        app.inside()
            .raw()
            .run(&format!("UPDATE machines SET state = 'active', scopes = '{scopes}', expires_on = '{expires}'"));
        let same = (scopes, expires) == ("logboek_bewijs", LAST_DAY);
        assert_eq!(waits.enter(&app).status, if same { 200 } else { 401 }, "{scopes} {expires}");
    }
}

#[test]
fn an_agreement_that_nobody_signed_proves_nothing() {
    let app = TestApp::start();
    let waits = Coupled::proposed(&app, &[Scope::LogProof]);
    let (id, key) = (waits.id, data_encoding::BASE64.encode(&waits.public()));
    // As the administrator would write it who has the server and the database, but no privacy officer's key.
    let (op, _) = road::session(&app, "nadia");
    let written = app.app.store().write_blocking::<_, StoreError, _>(&op, "machines.agree", move |tx| {
        let trace = Trace::new("machine.agreed").object("machine", id.uuid()).detail("key", key.clone());
        let trace = trace.detail("scopes", "logboek_bewijs").detail("expires", LAST_DAY);
        tx.record(trace.signature(vec![7; 64]))?;
        Ok(())
    });
    written.unwrap();
    app.inside().raw().run("UPDATE machines SET state = 'active'");
    problem(&waits.enter(&app), 401);
    assert_eq!(refusals(&app), ["not_proven"]);
}
