//! Another system with a machine account: its key, what it says, and what it gets for it.

use super::app::TestApp;
use super::client::Page;
use super::road;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use ed25519_dalek::{Signer as _, SigningKey};
use meldroute::domain::ids::MachineId;
use meldroute::domain::machine::{MachineDraft, Scope};
use meldroute::vault::{Entropy as _, OsEntropy};
use serde_json::{Value, json};

/// The last day of a machine account that was proposed on the day on which every test begins.
pub const LAST_DAY: &str = "2027-03-31";

/// Another system.
pub struct Coupled {
    pub id: MachineId,
    key: SigningKey,
    audience: String,
}

fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    OsEntropy.fill(&mut bytes).unwrap();
    bytes
}

/// A JWT of these parts, signed by whatever.
pub fn jwt(header: &Value, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let text = format!("{}.{}", part(header), part(claims));
    let signature = BASE64URL_NOPAD.encode(&sign(text.as_bytes()));
    format!("{text}.{signature}")
}

/// Header and claims of a JWT.
pub fn parts(token: &str) -> (Value, Value) {
    let mut parts = token.split('.').map(|part| BASE64URL_NOPAD.decode(part.as_bytes()).unwrap());
    let mut next = || serde_json::from_slice(&parts.next().unwrap()).unwrap();
    (next(), next())
}

impl Coupled {
    /// Proposed by the administrator.
    pub fn proposed(app: &TestApp, scopes: &[Scope]) -> Self {
        let key = SigningKey::from_bytes(&random());
        let draft = MachineDraft {
            name: "Intranet".to_owned(),
            purpose: "Het formulier op het intranet.".to_owned(),
            public_key: BASE64.encode(key.verifying_key().as_bytes()),
            scopes: scopes.iter().map(|scope| scope.code().to_owned()).collect(),
            expires_on: app.app.now().day().plus_days(127).to_string(),
        };
        let id = app.app.machine_propose(&road::session(app, "adam").0, &draft).unwrap();
        Self { id, key, audience: app.app.machine_audience() }
    }

    /// Proposed by the administrator, agreed to by the privacy officer.
    pub fn with(app: &TestApp, scopes: &[Scope]) -> Self {
        let coupled = Self::proposed(app, scopes);
        let (op, session) = road::session(app, "nadia");
        app.app.machine_agree(&op, &session, coupled.id).unwrap();
        coupled
    }

    /// The 32 bytes that everybody may know.
    pub fn public(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    /// What it says of itself now, with a number that was never used.
    pub fn claims(&self, app: &TestApp) -> Value {
        let now = app.app.now().micros().div_euclid(1_000_000);
        json!({
            "iss": self.id, "sub": self.id, "aud": self.audience, "iat": now, "exp": now + 60,
            "jti": BASE64URL_NOPAD.encode(&random()),
        })
    }

    /// The same signed with its key.
    pub fn signed(&self, claims: &Value) -> String {
        jwt(&json!({ "alg": "EdDSA", "typ": "JWT" }), claims, |bytes| self.sign(bytes))
    }

    pub fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        self.key.sign(bytes).to_bytes().to_vec()
    }

    pub fn enter(&self, app: &TestApp) -> Page {
        enter(app, &self.signed(&self.claims(app)))
    }

    /// An access token and a refresh token.
    pub fn tokens(&self, app: &TestApp) -> (String, String) {
        tokens_in(&self.enter(app))
    }
}

/// Asks for a token with this assertion.
pub fn enter(app: &TestApp, assertion: &str) -> Page {
    let body = json!({ "bewering": assertion });
    app.anonymous().json("POST", "/api/v1/toegangsbewijzen", &[], Some(&body))
}

/// Asks for the next token.
pub fn renew(app: &TestApp, refresh: &str) -> Page {
    let body = json!({ "vernieuwingsbewijs": refresh });
    app.anonymous().json("POST", "/api/v1/toegangsbewijzen/_vernieuw", &[], Some(&body))
}

/// The tokens in an answer.
#[track_caller]
pub fn tokens_in(answer: &Page) -> (String, String) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let text = |name: &str| answer.json()[name].as_str().unwrap().to_owned();
    (text("toegangsbewijs"), text("vernieuwingsbewijs"))
}

/// Asks with a token.
pub fn ask(app: &TestApp, token: &str, method: &str, path: &str, body: Option<&Value>) -> Page {
    app.anonymous().json(method, path, &[("authorization", &format!("Bearer {token}"))], body)
}

/// Fetches the proof of the log: 404 for whoever may, as nothing was signed yet.
pub fn proof(app: &TestApp, token: &str) -> Page {
    ask(app, token, "GET", "/api/v1/logboek/bewijs", None)
}
