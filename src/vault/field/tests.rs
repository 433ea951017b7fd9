use proptest::prelude::*;

use super::super::entropy::SeededEntropy;
use super::super::vectors;
use super::*;

const TABLE: &str = "signals";
const HEAD: usize = 1 + 16;

fn address() -> FieldAddress<'static> {
    FieldAddress { table: TABLE, column: "narrative", row: Uuid::from_u128(1), key: Uuid::from_u128(2), version: 3 }
}

fn sealed(plaintext: &[u8]) -> (RecordKey, Vec<u8>) {
    let mut entropy = SeededEntropy::new(1);
    let key = RecordKey::random(&mut entropy).unwrap();
    let bytes = seal_field(&key, &address(), plaintext, &mut entropy).unwrap();
    (key, bytes)
}

fn refusal(key: &RecordKey, address: &FieldAddress<'_>, bytes: &[u8]) -> Option<VaultError> {
    open_field(key, address, bytes).err()
}

#[test]
fn a_field_opens_at_its_own_place_only() {
    let (key, bytes) = sealed(b"de bestelwagen");
    assert_eq!(open_field(&key, &address(), &bytes).unwrap().expose(), b"de bestelwagen");
    let elsewhere = [
        FieldAddress { table: "messages", ..address() },
        FieldAddress { column: "place", ..address() },
        FieldAddress { row: Uuid::from_u128(9), ..address() },
        FieldAddress { version: 4, ..address() },
        FieldAddress { version: 2, ..address() },
        FieldAddress { table: "signalsn", column: "arrative", ..address() },
    ];
    for place in elsewhere {
        assert_eq!(refusal(&key, &place, &bytes), Some(VaultError::NotGenuine), "{place:?}");
    }
}

#[test]
fn another_key_id_is_its_own_error_and_a_forged_one_does_not_open() {
    let (key, mut bytes) = sealed(b"x");
    let other = FieldAddress { key: Uuid::from_u128(8), ..address() };
    assert_eq!(refusal(&key, &other, &bytes), Some(VaultError::UnknownKey));
    assert_eq!(sealed_under(&bytes), Ok(address().key));
    bytes[1..HEAD].copy_from_slice(other.key.as_bytes());
    assert_eq!(refusal(&key, &other, &bytes), Some(VaultError::NotGenuine));
}

#[test]
fn the_key_of_another_record_does_not_open_it() {
    let (_, bytes) = sealed(b"x");
    let other = RecordKey::from_key(Key32::new([9; 32]));
    assert_eq!(refusal(&other, &address(), &bytes), Some(VaultError::NotGenuine));
}

#[test]
fn every_flipped_bit_is_noticed_and_named() {
    let (key, bytes) = sealed(b"kort");
    for place in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[place] ^= 1 << bit;
            let expected = match place {
                0 => VaultError::UnknownFormat,
                1..HEAD => VaultError::UnknownKey,
                _ => VaultError::NotGenuine,
            };
            assert_eq!(refusal(&key, &address(), &changed), Some(expected), "byte {place}, bit {bit}");
        }
    }
}

#[test]
fn cut_or_lengthened_bytes_do_not_open() {
    let (key, bytes) = sealed(b"kort");
    for length in 0..bytes.len() {
        assert!(open_field(&key, &address(), &bytes[..length]).is_err(), "{length}");
    }
    assert_eq!(refusal(&key, &address(), &[bytes, vec![0]].concat()), Some(VaultError::NotGenuine));
}

#[test]
fn the_same_value_twice_gives_different_bytes() {
    let mut entropy = SeededEntropy::new(1);
    let key = RecordKey::random(&mut entropy).unwrap();
    let one = seal_field(&key, &address(), b"x", &mut entropy).unwrap();
    let two = seal_field(&key, &address(), b"x", &mut entropy).unwrap();
    assert_ne!(one, two);
}

#[test]
fn a_yes_and_a_long_sentence_take_the_same_room() {
    let short = sealed(b"ja").1.len();
    assert_eq!(sealed(b"").1.len(), short);
    assert_eq!(sealed(&[b'a'; 63]).1.len(), short);
    assert_eq!(sealed(&[b'a'; 64]).1.len(), short + 64);
    assert_eq!(sealed(&[b'a'; 1023]).1.len(), short + 1024 - 64);
    assert_eq!(sealed(&[b'a'; 1024]).1.len(), short + 1152 - 64);
}

#[test]
fn more_than_a_field_may_hold_is_refused() {
    let mut entropy = SeededEntropy::new(1);
    let key = RecordKey::random(&mut entropy).unwrap();
    let far_too_long = vec![0; FIELD_MAX_BYTES + 1];
    assert_eq!(seal_field(&key, &address(), &far_too_long, &mut entropy), Err(VaultError::TooLong));
}

#[test]
fn sealed_content_without_a_padding_mark_is_refused() {
    let mut entropy = SeededEntropy::new(1);
    let key = RecordKey::random(&mut entropy).unwrap();
    for content in [vec![0; 64], vec![1; 64], Vec::new()] {
        let mut front = vec![FORMAT];
        front.extend_from_slice(address().key.as_bytes());
        let bytes = aead::seal_after(front, &key.0, &address().bound(), &content, &mut entropy).unwrap();
        assert_eq!(refusal(&key, &address(), &bytes), Some(VaultError::NotGenuine));
    }
}

proptest! {
    #[test]
    fn what_is_sealed_opens_again(plaintext in proptest::collection::vec(any::<u8>(), 0..5000)) {
        let (key, bytes) = sealed(&plaintext);
        let opened = open_field(&key, &address(), &bytes).unwrap();
        prop_assert_eq!(opened.expose(), &plaintext);
    }

    #[test]
    fn no_bucket_is_smaller_than_its_content_or_much_larger(size in 1_usize..FIELD_MAX_BYTES) {
        let padded = bucket(size);
        prop_assert!(padded >= size);
        prop_assert!(padded - size < STEP.max(size / 8 + 1));
        prop_assert_eq!(bucket(padded), padded);
    }
}

#[test]
fn what_format_1_wrote_opens_for_ever() {
    let stored = concat!(
        "010000000000000000000000000000000229eb63d0a17a5b999b52da22be4023eb07620a54f6fa6ad88af437b2301356",
        "4eaffe71102fa6c77b189d8d16ad8a2e8c836209b5e823613651563488956fbc251b42e69633bc938779838496d42fda",
        "82bb79dc1becbcdc66bb1b0013161c03f771674e1260b8773f"
    );
    let opened = open_field(&sealed(b"").0, &address(), &vectors::hex(stored)).unwrap();
    assert_eq!(opened.expose(), b"de bestelwagen");
}
