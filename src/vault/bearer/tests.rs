use super::*;
use crate::vault::entropy::SeededEntropy;
use data_encoding::BASE64URL_NOPAD;

const END: i64 = 1_800_000_000;

fn key(seed: u64) -> BearerKey {
    BearerKey::derive(&ServerKey::random(&mut SeededEntropy::new(seed)).unwrap()).unwrap()
}

fn claims() -> BearerClaims {
    let token = SessionToken::random(&mut SeededEntropy::new(9)).unwrap();
    BearerClaims { session: Uuid::from_u128(7), token, ends_at: END }
}

/// The parts of a token, each changed by the caller and put together again.
fn changed(text: &str, part: usize, change: impl Fn(String) -> String) -> String {
    let parts = text.split('.').enumerate().map(|(place, part_text)| {
        if place != part {
            return part_text.to_owned();
        }
        let plain = String::from_utf8(BASE64URL_NOPAD.decode(part_text.as_bytes()).unwrap()).unwrap();
        BASE64URL_NOPAD.encode(change(plain).as_bytes())
    });
    parts.collect::<Vec<_>>().join(".")
}

#[test]
fn a_token_reads_back_as_the_session_it_was_issued_for() {
    let issued = key(1).issue(&claims()).unwrap();
    let read = key(1).read(issued.expose(), END - 1).unwrap();
    assert_eq!(read.session, claims().session);
    assert_eq!(read.token.token_hash(), claims().token.token_hash());
    assert_eq!(read.ends_at, END);
}

#[test]
fn a_token_ends_at_its_second_without_leeway() {
    let issued = key(1).issue(&claims()).unwrap();
    assert!(key(1).read(issued.expose(), END - 1).is_ok());
    assert_eq!(key(1).read(issued.expose(), END).err(), Some(VaultError::NotGenuine));
}

#[test]
fn a_token_of_another_installation_is_refused() {
    let issued = key(1).issue(&claims()).unwrap();
    assert_eq!(key(2).read(issued.expose(), END - 1).err(), Some(VaultError::NotGenuine));
}

#[test]
fn a_token_that_was_changed_or_names_another_algorithm_is_refused() {
    let issued = key(1).issue(&claims()).unwrap();
    let issued = issued.expose().as_str();
    let later = changed(issued, 1, |text| text.replace(&END.to_string(), &(END + 1).to_string()));
    let none = changed(issued, 0, |text| text.replace("EdDSA", "none"));
    let symmetric = changed(issued, 0, |text| text.replace("EdDSA", "HS256"));
    let bare = issued.rsplit_once('.').unwrap().0.to_owned() + ".";
    for wrong in [later, none, symmetric, bare, String::new(), "a.b.c".to_owned()] {
        assert_eq!(key(1).read(&wrong, END - 1).err(), Some(VaultError::NotGenuine), "{wrong}");
    }
}

#[test]
fn a_token_for_another_service_is_refused() {
    let key = key(1);
    let other = |iss: &str, aud: &str| {
        let token = claims().token.printable().expose().clone();
        let claims = Claims { iss: iss.to_owned(), aud: aud.to_owned(), sid: Uuid::nil(), key: token, exp: END };
        encode(&Header::new(Algorithm::EdDSA), &claims, &key.encoding).unwrap()
    };
    assert!(key.read(&other(ISSUER, AUDIENCE), END - 1).is_ok());
    assert!(key.read(&other("een ander", AUDIENCE), END - 1).is_err());
    assert!(key.read(&other(ISSUER, "een ander"), END - 1).is_err());
}
