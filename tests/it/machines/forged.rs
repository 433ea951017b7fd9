//! Tokens that are none: by another algorithm, for another use, changed, too old, or used before.

use super::refusals;
use crate::api::{Machine, problem};
use crate::support::app::TestApp;
use crate::support::coupled::{Coupled, ask, enter, jwt, parts, proof, renew, tokens_in};
use crate::support::raw::Raw;
use ed25519_dalek::{Signer as _, SigningKey};
use hmac::{Hmac, KeyInit as _, Mac as _};
use meldroute::domain::machine::Scope;
use serde_json::{Value, json};
use sha2::Sha256;

fn hmac(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(bytes);
    mac.finalize().into_bytes().to_vec()
}

/// The same claims under every signature that is not the right one; `public` is a key that everybody may know.
fn forgeries(token: &str, public: &[u8]) -> Vec<(&'static str, String)> {
    let (header, claims) = parts(token);
    let own = SigningKey::from_bytes(&[7; 32]);
    let with = |name: &str, value: Value| {
        let mut header = header.clone();
        header[name] = value;
        header
    };
    let key = json!({ "kty": "OKP", "crv": "Ed25519",
        "x": data_encoding::BASE64URL_NOPAD.encode(own.verifying_key().as_bytes()) });
    let signed = |bytes: &[u8]| own.sign(bytes).to_bytes().to_vec();
    let signature = token.rsplit_once('.').unwrap().1;
    let kept = |_: &[u8]| data_encoding::BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
    let mut later = claims.clone();
    later["exp"] = json!(claims["exp"].as_i64().unwrap() + 1);
    vec![
        ("no algorithm, no signature", jwt(&with("alg", json!("none")), &claims, |_| Vec::new())),
        ("no algorithm, the signature kept", jwt(&with("alg", json!("none")), &claims, kept)),
        ("the public key as a shared secret", jwt(&with("alg", json!("HS256")), &claims, |b| hmac(public, b))),
        ("an empty shared secret", jwt(&with("alg", json!("HS256")), &claims, |b| hmac(b"", b))),
        ("another algorithm for the same signature", jwt(&with("alg", json!("RS256")), &claims, kept)),
        ("another key", jwt(&header, &claims, signed)),
        ("another key that comes along", jwt(&with("jwk", key), &claims, signed)),
        ("a later end", jwt(&header, &later, kept)),
        ("a zero signature", jwt(&header, &claims, |_| vec![0; 64])),
    ]
}

#[test]
fn an_assertion_that_is_forged_in_any_way_gives_no_token() {
    let app = TestApp::start();
    let coupled = Coupled::with(&app, &[Scope::LogProof]);
    let good = coupled.signed(&coupled.claims(&app));
    for (what, forged) in forgeries(&good, &coupled.public()) {
        app.clock.advance_seconds(20);
        let answer = enter(&app, &forged);
        assert!([400, 401].contains(&answer.status), "{what}: {}", answer.body);
        app.clock.advance_seconds(1800);
    }
    let mut told = refusals(&app);
    told.dedup();
    assert_eq!(told, ["signature"]);
    tokens_in(&coupled.enter(&app));
}

#[test]
fn an_assertion_for_another_service_from_another_time_or_from_another_is_refused_and_nobody_learns_why() {
    let app = TestApp::start();
    let coupled = Coupled::with(&app, &[Scope::LogProof]);
    let now = app.app.now().micros() / 1_000_000;
    let changed = |name: &str, value: Value| {
        let mut claims = coupled.claims(&app);
        claims[name] = value;
        enter(&app, &coupled.signed(&claims))
    };
    let stranger = Coupled::proposed(&app, &[Scope::LogProof]);
    let mut in_the_name = stranger.claims(&app);
    in_the_name["iss"] = json!(coupled.id);
    in_the_name["sub"] = json!(coupled.id);
    let answers = [
        changed("aud", json!("urn:meldroute:elders")),
        changed("exp", json!(now)),
        changed("exp", json!(now + 301)),
        changed("iat", json!(now + 61)),
        enter(&app, &stranger.signed(&in_the_name)),
    ];
    for answer in &answers {
        assert_eq!(problem(answer, 401)["type"], "urn:meldroute:probleem:koppeling-geweigerd");
        assert_eq!(answer.body, answers[0].body);
    }
    assert_eq!(refusals(&app), ["audience", "expired", "window", "window", "signature"]);
}

#[test]
fn an_assertion_counts_once_whichever_process_is_asked() {
    let app = TestApp::start();
    let other = app.beside();
    let coupled = Coupled::with(&app, &[Scope::LogProof]);
    let assertion = coupled.signed(&coupled.claims(&app));
    tokens_in(&enter(&app, &assertion));
    problem(&enter(&app, &assertion), 401);
    problem(&enter(&other, &assertion), 401);
    assert_eq!(refusals(&app), ["replayed", "replayed"]);
}

#[test]
fn tries_in_the_name_of_a_machine_are_slowed_and_nothing_else_is() {
    let app = TestApp::start();
    let coupled = Coupled::with(&app, &[Scope::LogProof]);
    let other = Coupled::with(&app, &[Scope::LogProof]);
    let mut claims = coupled.claims(&app);
    claims["aud"] = json!("elders");
    for _ in 0..5 {
        problem(&enter(&app, &coupled.signed(&claims)), 401);
    }
    let slowed = enter(&app, &coupled.signed(&coupled.claims(&app)));
    problem(&slowed, 429);
    assert!(slowed.headers["retry-after"].parse::<u32>().unwrap() > 0);
    tokens_in(&other.enter(&app));
    app.clock.advance_seconds(10);
    tokens_in(&coupled.enter(&app));
    tokens_in(&coupled.enter(&app));
}

#[test]
fn what_names_no_machine_account_leaves_nothing_in_the_log_and_counts_for_nobody() {
    let app = TestApp::start();
    let coupled = Coupled::with(&app, &[Scope::LogProof]);
    let mut raw = Raw::open(&app.database);
    let mut left =
        || (raw.number("(SELECT count(*) FROM events)"), raw.number("(SELECT count(*) FROM sign_in_attempts)"));
    let before = left();
    for id in ["00000000-0000-4000-8000-000000000000", "4f9d1e0c-3f57-4f0e-9a53-0e6d3a1a2b3c"] {
        let mut claims = coupled.claims(&app);
        claims["iss"] = json!(id);
        claims["sub"] = json!(id);
        problem(&enter(&app, &coupled.signed(&claims)), 401);
    }
    problem(&renew(&app, &"A".repeat(64)), 401);
    assert_eq!(left(), before);
}

#[test]
fn an_access_token_that_is_forged_in_any_way_opens_nothing() {
    let app = TestApp::start();
    let coupled = Coupled::with(&app, &[Scope::LogProof]);
    let (access, _) = coupled.tokens(&app);
    for (what, forged) in forgeries(&access, &coupled.public()) {
        let answer = proof(&app, &forged);
        assert_eq!(answer.status, 401, "{what}: {}", answer.body);
    }
    let (_, claims) = parts(&access);
    let own = jwt(&json!({ "alg": "EdDSA", "typ": "at+jwt" }), &claims, |bytes| coupled.sign(bytes));
    problem(&proof(&app, &own), 401);
    problem(&proof(&app, &coupled.signed(&coupled.claims(&app))), 401);
    problem(&proof(&app, &access), 404);
    assert!(refusals(&app).is_empty(), "what was not issued here says nothing about anybody");
}

#[test]
fn a_members_token_that_is_forged_in_any_way_opens_nothing() {
    let app = TestApp::start();
    let token = Machine::of(&app, "mirte").header().split_off("Bearer ".len());
    let signals = |token: &str| ask(&app, token, "GET", "/api/v1/signalen", None);
    for (what, forged) in forgeries(&token, &app.template.seeds.files().setup_public.0) {
        assert_eq!(signals(&forged).status, 401, "{what}");
    }
    assert_eq!(signals(&token).status, 200);
}

#[test]
fn a_machines_token_opens_nothing_of_members_and_the_reverse() {
    let app = TestApp::start();
    let coupled = Coupled::with(&app, Scope::ALL);
    let (access, refresh) = coupled.tokens(&app);
    let member = Machine::of(&app, "nadia").header().split_off("Bearer ".len());
    let description = app.anonymous().get("/api/v1/openapi.json").json();
    let mut seen = 0;
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let schemes = operation["security"].to_string();
            let path = format!("/api/v1{}", path.replace("{id}", "00000000-0000-4000-8000-000000000000"));
            let method = method.to_uppercase();
            let body = json!({});
            for token in [&access, &refresh] {
                if schemes.contains("bearer") {
                    problem(&ask(&app, token, &method, &path, Some(&body)), 401);
                    seen += 1;
                }
            }
            if schemes.contains("koppeling") {
                problem(&ask(&app, &member, &method, &path, Some(&body)), 401);
                problem(&ask(&app, &refresh, &method, &path, Some(&body)), 401);
                seen += 1;
            }
        }
    }
    assert!(seen > 60, "only {seen} addresses were tried");
}

#[test]
fn a_refresh_token_that_comes_again_ends_everything_that_began_with_it() {
    let app = TestApp::start();
    let other = app.beside();
    let coupled = Coupled::with(&app, &[Scope::LogProof]);
    let (first, refresh) = coupled.tokens(&app);
    let (second, next) = tokens_in(&renew(&app, &refresh));
    assert_ne!(refresh, next);
    problem(&proof(&app, &first), 404);
    problem(&proof(&other, &second), 404);
    problem(&renew(&other, &refresh), 401);
    for token in [&first, &second] {
        problem(&proof(&app, token), 401);
        problem(&proof(&other, token), 401);
    }
    problem(&renew(&app, &next), 401);
    let ended = super::last(&app, "machine.family_ended");
    assert_eq!(ended["bijzonderheden"]["why"], "refresh_replayed");
    assert_eq!(ended["object"]["id"], coupled.id.to_string());
    assert_eq!(ended["resultaat"], "geweigerd");
    // Its own key still brings it in: the family has ended, the machine account has not.
    tokens_in(&coupled.enter(&app));
    app.assert_log_is_whole();
}

#[test]
fn a_refresh_token_that_was_made_up_or_changed_gives_nothing() {
    let app = TestApp::start();
    let coupled = Coupled::with(&app, &[Scope::LogProof]);
    let (_, refresh) = coupled.tokens(&app);
    problem(&renew(&app, &"A".repeat(64)), 401);
    problem(&renew(&app, &refresh[1..]), 400);
    assert_eq!(refusals(&app), [""; 0], "what names no family is about nobody");
    // Whoever knows the family and not its secret had an earlier token, or part of one.
    let changed = format!("{}{}", &refresh[..63], if refresh.ends_with('A') { "E" } else { "A" });
    problem(&renew(&app, &changed), 401);
    problem(&renew(&app, &refresh), 401);
}
