use std::convert::Infallible;

use hkdf::Hkdf;
use hpke::rand_core::{TryCryptoRng, TryRng};
use sha2::Sha256;

use super::super::entropy::SeededEntropy;
use super::super::vectors;
use super::*;

/// Gives the ephemeral seed of a published vector.
struct Replay(Vec<u8>);

impl TryRng for Replay {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut word = [0; 4];
        self.try_fill_bytes(&mut word)?;
        Ok(u32::from_le_bytes(word))
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut word = [0; 8];
        self.try_fill_bytes(&mut word)?;
        Ok(u64::from_le_bytes(word))
    }
    fn try_fill_bytes(&mut self, into: &mut [u8]) -> Result<(), Infallible> {
        into.copy_from_slice(&self.0.drain(..into.len()).collect::<Vec<_>>());
        Ok(())
    }
}

impl TryCryptoRng for Replay {}

fn purpose() -> SealPurpose<'static> {
    SealPurpose { what: Uuid::from_u128(1), holder: Uuid::from_u128(2), kind: "record", until: None }
}

fn sealed() -> (HolderPrivate, Vec<u8>) {
    let mut entropy = SeededEntropy::new(1);
    let (public, private) = generate_pair(&mut entropy).unwrap();
    (private, seal_key(&public, &purpose(), &[7; 32], &mut entropy).unwrap())
}

#[test]
fn the_published_vector_of_rfc_9180_a_2_holds() {
    let vector = &vectors::load("rfc9180-a2-base.json")[0];
    let (public, private) = pair_from_seed(&Key32::new(vectors::array(vector, "ikmR"))).unwrap();
    assert_eq!(public.0, vectors::array::<32>(vector, "pkRm"));
    let (info, first) = (vectors::bytes(vector, "info"), &vector["encryptions"][0]);
    let (aad, plaintext) = (vectors::bytes(first, "aad"), vectors::bytes(first, "pt"));
    let mut replay = Replay(vectors::bytes(vector, "ikmE"));
    let (encapsulated, ciphertext) = hpke_seal(&public, &info, &aad, &plaintext, &mut replay).unwrap();
    assert_eq!(encapsulated, vectors::array::<32>(vector, "enc"));
    assert_eq!(ciphertext, vectors::bytes(first, "ct"));
    let opened = hpke_open(&private, &encapsulated, &info, &aad, &ciphertext).unwrap();
    assert_eq!(opened.expose(), &plaintext);
}

#[test]
fn a_private_key_in_another_spelling_is_the_same_key() {
    let vector = &vectors::load("rfc9180-a2-base.json")[0];
    let spelled = Key32::new(vectors::array(vector, "skRm"));
    let private = HolderPrivate::from_key(spelled.duplicate()).unwrap();
    assert_ne!(private.expose(), spelled.expose(), "the vector's key is not clamped, ours is");
    assert_eq!(private.public().unwrap().0, vectors::array::<32>(vector, "pkRm"));
}

/// HPKE never shows the bare X25519 result, so the expected one is taken through RFC 9180's `ExtractAndExpand` here.
fn shared_secret(dh: &[u8], context: &[u8]) -> [u8; 32] {
    let suite = [b"KEM".as_slice(), &0x0020_u16.to_be_bytes()].concat();
    let ikm = [b"HPKE-v1".as_slice(), &suite, b"eae_prk", dh].concat();
    let info = [&32_u16.to_be_bytes(), b"HPKE-v1".as_slice(), &suite, b"shared_secret", context].concat();
    let mut out = [0; 32];
    Hkdf::<Sha256>::new(Some(&[]), &ikm).expand(&info, &mut out).unwrap();
    out
}

#[test]
fn the_published_vectors_of_x25519_hold_and_points_of_low_order_are_refused() {
    let mut refused = 0;
    vectors::wycheproof("x25519_test.json", |_, test| {
        let private = HolderPrivate::from_key(Key32::new(vectors::array(test, "private"))).unwrap();
        let encapsulated: [u8; 32] = vectors::array(test, "public");
        let dh = vectors::bytes(test, "shared");
        let agreed = X25519HkdfSha256::decap(
            &private.private().unwrap(),
            None,
            &EncappedKey::from_bytes(&encapsulated).unwrap(),
        );
        if dh.iter().all(|byte| *byte == 0) {
            assert!(agreed.is_err(), "{test}");
            refused += 1;
            return;
        }
        let context = [encapsulated, private.public().unwrap().0].concat();
        assert_eq!(agreed.unwrap().0.as_slice(), shared_secret(&dh, &context), "{test}");
    });
    assert!(refused > 0);
}

#[test]
fn sealing_to_a_point_of_low_order_is_refused() {
    let sealed = seal_key(&HolderPublic([0; 32]), &purpose(), &[7; 32], &mut SeededEntropy::new(1));
    assert_eq!(sealed, Err(VaultError::UnusableKey));
}

#[test]
fn the_holder_opens_what_was_sealed_to_it() {
    let (private, bytes) = sealed();
    assert_eq!(open_key(&private, &purpose(), &bytes).unwrap().expose(), &[7; 32]);
    assert_eq!(bytes.len(), 2 + 32 + 48);
}

#[test]
fn another_holder_does_not_open_it() {
    let (_, bytes) = sealed();
    let (_, other) = generate_pair(&mut SeededEntropy::new(2)).unwrap();
    assert_eq!(open_key(&other, &purpose(), &bytes).err(), Some(VaultError::NotGenuine));
}

#[test]
fn another_purpose_does_not_open_it() {
    let (private, bytes) = sealed();
    let others = [
        SealPurpose { kind: "group", ..purpose() },
        SealPurpose { kind: "share", ..purpose() },
        SealPurpose { what: Uuid::from_u128(9), ..purpose() },
        SealPurpose { holder: Uuid::from_u128(9), ..purpose() },
        SealPurpose { what: purpose().holder, holder: purpose().what, ..purpose() },
    ];
    for other in others {
        assert_eq!(open_key(&private, &other, &bytes).err(), Some(VaultError::NotGenuine), "{other:?}");
    }
}

#[test]
fn every_flipped_bit_is_noticed_and_named() {
    let (private, bytes) = sealed();
    for place in 0..bytes.len() {
        for bit in 0..8 {
            // X25519 ignores the highest bit of a public key, but HPKE takes the bytes into its context.
            let mut changed = bytes.clone();
            changed[place] ^= 1 << bit;
            let expected = match place {
                0 => VaultError::UnknownFormat,
                1 => VaultError::UnknownSuite,
                _ => VaultError::NotGenuine,
            };
            assert_eq!(open_key(&private, &purpose(), &changed).err(), Some(expected), "byte {place}, bit {bit}");
        }
    }
}

#[test]
fn cut_or_lengthened_bytes_do_not_open() {
    let (private, bytes) = sealed();
    for length in 0..bytes.len() {
        assert!(open_key(&private, &purpose(), &bytes[..length]).is_err(), "{length}");
    }
    assert!(open_key(&private, &purpose(), &[bytes, vec![0]].concat()).is_err());
}

#[test]
fn a_sealed_text_of_another_length_is_not_a_key() {
    let mut entropy = SeededEntropy::new(1);
    let (public, private) = generate_pair(&mut entropy).unwrap();
    let front = [FORMAT, SUITE_X25519_CHACHA];
    let mut generator = generator(&mut entropy).unwrap();
    let (encapsulated, ciphertext) = hpke_seal(&public, &purpose().info(), &front, &[7; 31], &mut generator).unwrap();
    let bytes = [front.as_slice(), &encapsulated, &ciphertext].concat();
    assert_eq!(open_key(&private, &purpose(), &bytes).err(), Some(VaultError::NotGenuine));
}

#[test]
fn a_group_key_sealed_to_a_member_opens_what_was_sealed_to_the_group() {
    let mut entropy = SeededEntropy::new(3);
    let (group_public, group_private) = generate_pair(&mut entropy).unwrap();
    let (member_public, member_private) = generate_pair(&mut entropy).unwrap();
    let to_member = SealPurpose { kind: "group", ..purpose() };
    let for_member = seal_key(&member_public, &to_member, group_private.expose(), &mut entropy).unwrap();
    let for_group = seal_key(&group_public, &purpose(), &[5; 32], &mut entropy).unwrap();
    let group = HolderPrivate::from_key(open_key(&member_private, &to_member, &for_member).unwrap()).unwrap();
    assert_eq!(open_key(&group, &purpose(), &for_group).unwrap().expose(), &[5; 32]);
}

#[test]
fn what_format_1_wrote_opens_for_ever() {
    let private = vectors::hex("88ffefa007a877a19bf156f42a526f1db61180813382390035cff78a6b204564");
    let private = HolderPrivate::from_key(Key32::new(private.try_into().unwrap())).unwrap();
    let stored = concat!(
        "0101f3c3d5769b80392e4d295db529d64e6b68bfeac0536cf0febf0f92b47104b9622b3b1f7d32af9079ce772ce4b534",
        "57d345b69d0648e216e57dee4ab3e31048feea5c10023fe21ea477ff499a0f2fdbba"
    );
    assert_eq!(open_key(&private, &purpose(), &vectors::hex(stored)).unwrap().expose(), &[7; 32]);
}
