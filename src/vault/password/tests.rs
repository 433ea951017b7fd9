use argon2::{AssociatedData, ParamsBuilder};

use super::super::entropy::SeededEntropy;
use super::super::vectors::hex;
use super::*;

const PASSWORD: &str = "vier losse woorden samen";

thread_local! {
    /// How often Argon2 ran on this thread.
    static RUNS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

pub(super) fn count_run() {
    RUNS.set(RUNS.get() + 1);
}

/// How often Argon2 ran on this thread.
pub(crate) fn argon2_runs() -> usize {
    RUNS.get()
}

fn enrolled() -> (PasswordRecord, WrappingKey) {
    enrol(PASSWORD, KdfCost::for_tests(), &mut SeededEntropy::new(1)).unwrap()
}

#[test]
fn the_published_vector_of_rfc_9106_holds() {
    // RFC 9106, section 5.3: 32 KiB, 3 passes, 4 lanes.
    let params = ParamsBuilder::new()
        .m_cost(32)
        .t_cost(3)
        .p_cost(4)
        .data(AssociatedData::new(&[4; 12]).unwrap())
        .output_len(32)
        .context(Algorithm::Argon2id, Version::V0x13)
        .unwrap()
        .params()
        .clone();
    let mut tag = [0; 32];
    argon2id(&[3; 8], params).unwrap().hash_password_into(&[1; 32], &[2; 16], &mut tag).unwrap();
    assert_eq!(tag.as_slice(), hex("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"));
}

#[test]
fn the_right_password_gives_the_same_wrapping_key_again() {
    let (record, wrapping) = enrolled();
    assert_eq!(unlock(PASSWORD, &record).map(|key| *key.0.expose()), Ok(*wrapping.0.expose()));
}

#[test]
fn a_wrong_password_gives_nothing() {
    let (record, _) = enrolled();
    let too_long = "a".repeat(PASSWORD_MAX_BYTES + 1);
    for wrong in ["", "vier losse woorden", "vier losse woorden samen ", "Vier losse woorden samen", &too_long] {
        assert_eq!(unlock(wrong, &record).err(), Some(WrongPassword));
    }
    assert_eq!(dummy_unlock(PASSWORD, KdfCost::for_tests()), WrongPassword);
}

#[test]
fn the_stored_verifier_is_neither_the_key_nor_made_from_it() {
    let (record, wrapping) = enrolled();
    assert_ne!(&record.verifier_hash, wrapping.0.expose());
    let of_key: [u8; 32] = Sha256::digest(wrapping.0.expose()).into();
    assert_ne!(record.verifier_hash, of_key);
}

#[test]
fn the_same_password_enrolled_twice_shares_nothing() {
    let mut entropy = SeededEntropy::new(1);
    let (one, key_one) = enrol(PASSWORD, KdfCost::for_tests(), &mut entropy).unwrap();
    let (two, key_two) = enrol(PASSWORD, KdfCost::for_tests(), &mut entropy).unwrap();
    assert_ne!(one.salt, two.salt);
    assert_ne!(one.verifier_hash, two.verifier_hash);
    assert_ne!(key_one.0.expose(), key_two.0.expose());
}

#[test]
fn changing_any_part_of_the_record_locks_it() {
    let (record, _) = enrolled();
    let mut salt = record.clone();
    salt.salt[0] ^= 1;
    let mut verifier = record.clone();
    verifier.verifier_hash[31] ^= 1;
    let mut cost = record.clone();
    cost.cost.passes += 1;
    for changed in [salt, verifier, cost] {
        assert_eq!(unlock(PASSWORD, &changed).err(), Some(WrongPassword));
    }
}

#[test]
fn passwords_of_no_or_too_much_length_are_not_enrolled() {
    for password in ["", &"a".repeat(PASSWORD_MAX_BYTES + 1)] {
        let refused = enrol(password, KdfCost::for_tests(), &mut SeededEntropy::new(1));
        assert_eq!(refused.err(), Some(VaultError::PasswordLength));
    }
}

#[test]
fn a_cost_below_the_floor_or_above_the_ceiling_is_refused() {
    assert!(KdfCost::new(MEMORY_FLOOR_KIB, PASSES_FLOOR).is_ok());
    assert_eq!(KdfCost::default(), KdfCost::new(65_536, 3).unwrap());
    for (memory, passes) in
        [(MEMORY_FLOOR_KIB - 1, 3), (65_536, PASSES_FLOOR - 1), (MEMORY_CEILING_KIB + 1, 3), (65_536, 17)]
    {
        assert_eq!(KdfCost::new(memory, passes), Err(VaultError::KdfCost), "{memory} {passes}");
    }
}

#[test]
fn a_record_survives_its_column_and_nothing_else_is_read_as_one() {
    let (record, _) = enrolled();
    let json = record.to_json().unwrap();
    assert_eq!(PasswordRecord::from_json(&json).unwrap(), record);
    let greedy = json.replace("\"memory_kib\":64", "\"memory_kib\":4000000000");
    assert_ne!(greedy, json);
    let more = json.replace('{', "{\"more\":1,");
    for other in [greedy, more, json.replace("\"salt\":\"", "\"salt\":\"00"), "{}".to_owned(), String::new()] {
        assert_eq!(PasswordRecord::from_json(&other), Err(VaultError::Unreadable), "{other}");
    }
}
