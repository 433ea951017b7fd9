use super::super::entropy::SeededEntropy;
use super::super::vectors::hex;
use super::*;

const SESSION: Uuid = Uuid::from_u128(1);

fn sealed() -> (MemberKeys, SessionToken, ServerKey, Vec<u8>) {
    let mut entropy = SeededEntropy::new(1);
    let keys = MemberKeys::generate(&mut entropy).unwrap();
    let token = SessionToken::random(&mut entropy).unwrap();
    let server = ServerKey::random(&mut entropy).unwrap();
    let bytes = seal_member_keys(&keys, &token, &server, SESSION, &mut entropy).unwrap();
    (keys, token, server, bytes)
}

#[test]
fn the_token_and_the_server_key_together_give_the_keys_back() {
    let (keys, token, server, bytes) = sealed();
    let from_cookie = SessionToken::parse(token.printable().expose()).unwrap();
    let from_file = ServerKey::from_key(Key32::copy_of(server.expose()));
    let opened = open_member_keys(&bytes, &from_cookie, &from_file, SESSION).unwrap();
    assert_eq!(opened.publics(), keys.publics());
}

#[test]
fn neither_alone_nor_another_session_does() {
    let (_, token, server, bytes) = sealed();
    let mut entropy = SeededEntropy::new(2);
    let (other_token, other_server) =
        (SessionToken::random(&mut entropy).unwrap(), ServerKey::random(&mut entropy).unwrap());
    let refused = Some(VaultError::NotGenuine);
    assert_eq!(open_member_keys(&bytes, &other_token, &server, SESSION).err(), refused);
    assert_eq!(open_member_keys(&bytes, &token, &other_server, SESSION).err(), refused);
    assert_eq!(open_member_keys(&bytes, &token, &server, Uuid::from_u128(2)).err(), refused);
}

#[test]
fn every_changed_byte_is_noticed() {
    let (_, token, server, bytes) = sealed();
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        let expected = if place == 0 { VaultError::UnknownFormat } else { VaultError::NotGenuine };
        assert_eq!(open_member_keys(&changed, &token, &server, SESSION).err(), Some(expected), "byte {place}");
    }
}

#[test]
fn the_look_up_hash_is_as_described_and_is_not_the_token() {
    let token = SessionToken::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8").unwrap();
    // Computed apart from this program: SHA-256 over the label and the 32 bytes, each with its length before it.
    assert_eq!(token.token_hash().as_slice(), hex("4673cf4f8feb9c44d2b2163e94ad52e25ac24daef33d173a6ee08068b094951f"));
    assert_ne!(&token.token_hash(), token.0.expose());
}

#[test]
fn only_the_one_spelling_of_a_token_is_read() {
    let printed = sealed().1.printable().expose().clone();
    assert_eq!(printed.len(), 43);
    for other in ["", "AAAA", &printed[1..], &format!("{printed}="), &format!("{printed} "), "é"] {
        assert_eq!(SessionToken::parse(other).err(), Some(VaultError::Unreadable), "{other}");
    }
}
