use super::*;
use crate::vault::entropy::SeededEntropy;
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};

const NOW: i64 = 1_800_000_000;
const HERE: &str = "urn:meldroute:hier";

fn machine() -> Uuid {
    Uuid::from_u128(7)
}

fn pair(seed: u8) -> (EncodingKey, VerifyKey) {
    let signing = SigningKey::from_bytes(&[seed; 32]);
    (EncodingKey::from_ed_der(&[seed; 32]), VerifyKey(signing.verifying_key().to_bytes()))
}

fn said() -> Value {
    let id = machine();
    json!({ "iss": id, "sub": id, "aud": HERE, "exp": NOW + 60, "iat": NOW, "jti": "een-nummer-van-16" })
}

fn signed(claims: &Value) -> String {
    let (encoding, _) = pair(1);
    let _ = keys_of(&ServerKey::random(&mut SeededEntropy::new(1)).unwrap(), ACCESS);
    encode(&Header::new(Algorithm::EdDSA), claims, &encoding).unwrap()
}

fn read(text: &str) -> Result<Assertion, AssertionFault> {
    read_assertion(text, machine(), &pair(1).1, HERE, NOW)
}

fn with(name: &str, value: Value) -> Result<Assertion, AssertionFault> {
    let mut claims = said();
    claims[name] = value;
    read(&signed(&claims))
}

#[test]
fn an_assertion_is_believed_from_its_own_key_for_this_service_and_for_minutes_only() {
    assert_eq!(read(&signed(&said())).unwrap().ends_at, NOW + 60);
    assert_eq!(claimed_by(&signed(&said())), Some(machine()));
    assert_eq!(with("aud", json!("urn:meldroute:elders")).err(), Some(AssertionFault::Audience));
    assert_eq!(with("exp", json!(NOW)).err(), Some(AssertionFault::Expired));
    assert_eq!(with("exp", json!(NOW + 301)).err(), Some(AssertionFault::Window));
    assert_eq!(with("iat", json!(NOW + 61)).err(), Some(AssertionFault::Window));
    assert_eq!(with("nbf", json!(NOW + 61)).err(), Some(AssertionFault::Window));
    assert_eq!(with("sub", json!(Uuid::from_u128(8))).err(), Some(AssertionFault::Signature));
    assert_eq!(with("jti", json!("kort")).err(), Some(AssertionFault::Signature));
    assert_eq!(with("aud", json!([HERE])).err(), Some(AssertionFault::Signature));
    assert_eq!(with("rol", json!("beheerder")).err(), Some(AssertionFault::Signature));
    let others = read_assertion(&signed(&said()), machine(), &pair(2).1, HERE, NOW);
    assert_eq!(others.err(), Some(AssertionFault::Signature));
}

#[test]
fn a_number_counts_for_one_machine_only() {
    let known = |claims: &Value| read(&signed(claims)).unwrap().known_by;
    let mut other = said();
    other["jti"] = json!("een-nummer-van-17");
    assert_eq!(known(&said()), known(&said()));
    assert_ne!(known(&said()), known(&other));
}

#[test]
fn an_access_token_is_for_its_own_use_and_ends_at_its_second() {
    let server = ServerKey::random(&mut SeededEntropy::new(1)).unwrap();
    let key = AccessKey::derive(&server).unwrap();
    let claims =
        AccessClaims { machine: machine(), family: Uuid::from_u128(9), scopes: "a+b".to_owned(), ends_at: NOW };
    let issued = key.issue(&claims, Uuid::from_u128(1)).unwrap();
    assert_eq!(key.read(issued.expose(), NOW - 1), Ok(claims));
    assert_eq!(key.read(issued.expose(), NOW), Err(VaultError::NotGenuine));
    let said = json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": machine(), "fam": machine(), "scope": "a", "jti": machine(),
        "exp": NOW });
    let typed = |typ: &str, claims: &Value| {
        let header = Header { typ: Some(typ.to_owned()), ..Header::new(Algorithm::EdDSA) };
        key.read(&encode(&header, claims, &key.encoding).unwrap(), NOW - 1)
    };
    assert!(typed(TYPE, &said).is_ok());
    assert!(typed("JWT", &said).is_err());
    for (name, value) in [("aud", "meldroute-api"), ("iss", "een ander")] {
        let mut other = said.clone();
        other[name] = json!(value);
        assert!(typed(TYPE, &other).is_err(), "{name}");
    }
}

#[test]
fn what_is_kept_of_a_refresh_token_holds_whose_it_is_what_it_may_and_until_when() {
    let token = RefreshToken::random(Uuid::from_u128(3), &mut SeededEntropy::new(3)).unwrap();
    let again = RefreshToken::parse(token.printable().expose()).unwrap();
    assert_eq!(token.printable().expose().len(), RefreshToken::CHARS);
    let kept = token.kept(machine(), "a", "2026-11-25");
    assert_eq!(again.kept(machine(), "a", "2026-11-25"), kept);
    assert_ne!(token.kept(Uuid::from_u128(8), "a", "2026-11-25"), kept);
    assert_ne!(token.kept(machine(), "a+b", "2026-11-25"), kept);
    assert_ne!(token.kept(machine(), "a", "2026-11-26"), kept);
    for wrong in ["", "a", &"A".repeat(63), &"A".repeat(66)] {
        assert!(RefreshToken::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_public_key_is_read_as_openssl_writes_it_and_nothing_else_is_one() {
    // The public key of RFC 8410, section 10.1.
    let body = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";
    let pem = format!("-----BEGIN PUBLIC KEY-----\r\n{body}\r\n-----END PUBLIC KEY-----\n");
    let key = VerifyKey::from_printed(&pem).unwrap();
    assert_eq!(VerifyKey::from_printed(body), Ok(key));
    assert_eq!(VerifyKey::from_printed(&BASE64.encode(&key.0)), Ok(key));
    let private = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----";
    assert_eq!(VerifyKey::from_printed(private), Err(KeyFault::Private));
    // The neutral point: a signature under it fits every message.
    let mut weak = [0; 32];
    weak[0] = 1;
    for wrong in [String::new(), "sleutel".to_owned(), BASE64.encode(&weak), BASE64.encode(&[0xff; 32]), pem.repeat(2)]
    {
        assert_eq!(VerifyKey::from_printed(&wrong), Err(KeyFault::NotAKey), "{wrong}");
    }
}
