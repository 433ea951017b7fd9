use super::super::entropy::SeededEntropy;
use super::super::password::{KdfCost, enrol};
use super::super::vectors::hex;
use super::*;

const MEMBER: Uuid = Uuid::from_u128(1);

fn wrapped() -> (MemberKeys, WrappingKey, Vec<u8>) {
    let mut entropy = SeededEntropy::new(1);
    let (_, wrapping) = enrol("geheim", KdfCost::for_tests(), &mut entropy).unwrap();
    let keys = MemberKeys::generate(&mut entropy).unwrap();
    let bytes = keys.wrap(&wrapping, MEMBER, &mut entropy).unwrap();
    (keys, wrapping, bytes)
}

#[test]
fn wrapped_keys_open_to_the_same_keys() {
    let (keys, wrapping, bytes) = wrapped();
    let opened = MemberKeys::open(&wrapping, MEMBER, &bytes).unwrap();
    assert_eq!(opened.publics(), keys.publics());
    assert_eq!(opened.exchange.expose(), keys.exchange.expose());
    assert_eq!(opened.signing.expose(), keys.signing.expose());
}

#[test]
fn they_do_not_open_for_another_member_or_with_another_password() {
    let (_, wrapping, bytes) = wrapped();
    assert_eq!(MemberKeys::open(&wrapping, Uuid::from_u128(2), &bytes).err(), Some(VaultError::NotGenuine));
    let (_, other) = enrol("geheim", KdfCost::for_tests(), &mut SeededEntropy::new(2)).unwrap();
    assert_eq!(MemberKeys::open(&other, MEMBER, &bytes).err(), Some(VaultError::NotGenuine));
}

#[test]
fn every_changed_byte_is_noticed() {
    let (_, wrapping, bytes) = wrapped();
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        let expected = if place == 0 { VaultError::UnknownFormat } else { VaultError::NotGenuine };
        assert_eq!(MemberKeys::open(&wrapping, MEMBER, &changed).err(), Some(expected), "byte {place}");
    }
    assert!(MemberKeys::open(&wrapping, MEMBER, &[]).is_err());
}

#[test]
fn what_format_1_wrote_opens_for_ever() {
    let wrapping = hex("b4feaa1067d0bd31af5bade618dddb2995dc3c891e2f94c4a743d4bbba5e9529");
    let stored = concat!(
        "013f6d0263bd14dfd6ab8c70521c19338b2308b95cf8d0bb7d1696a5f5cac74fa6038bbbb2809e836f09d363ad91366c",
        "4e554839221f069236e16f367401481c72514ba7faf57c5c7f693add2ee7232cbee13895b49249c4ec82861d9126067a",
        "9f94cfc30d69220c68"
    );
    let opened =
        MemberKeys::open(&WrappingKey(Key32::new(wrapping.try_into().unwrap())), MEMBER, &hex(stored)).unwrap();
    let exchange = hex("d897064642d8ff838e518bf77cc197a2a05795cc1747e387b2c6b4361cb5d073");
    assert_eq!(opened.exchange.expose().as_slice(), exchange);
}
