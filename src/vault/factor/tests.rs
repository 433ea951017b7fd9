use super::super::entropy::SeededEntropy;
use super::*;

fn keys(seed: u64) -> MemberKeys {
    MemberKeys::generate(&mut SeededEntropy::new(seed)).unwrap()
}

const MEMBER: Uuid = Uuid::from_bytes([1; 16]);
const FACTOR: Uuid = Uuid::from_bytes([2; 16]);
const OTHER: Uuid = Uuid::from_bytes([3; 16]);

/// RFC 6238, appendix B, the rows of SHA-1: the table has eight digits, of which an app shows the last six.
#[test]
fn the_published_vectors_of_totp_hold() {
    let secret = TotpSecret(Secret::new(b"12345678901234567890".to_vec()));
    let table: [(i64, i64, &str); 6] = [
        (59, 0x1, "94287082"),
        (1_111_111_109, 0x0235_23EC, "07081804"),
        (1_111_111_111, 0x0235_23ED, "14050471"),
        (1_234_567_890, 0x0273_EF07, "89005924"),
        (2_000_000_000, 0x03F9_40AA, "69279037"),
        (20_000_000_000, 0x27BC_86AA, "65353130"),
    ];
    for (time, step, code) in table {
        assert_eq!(secret.step_of(&code[2..], time), Some(step), "{time}");
    }
}

#[test]
fn a_code_counts_one_step_early_or_late_and_no_more() {
    let secret = TotpSecret(Secret::new(b"12345678901234567890".to_vec()));
    let at = |time| secret.step_of("005924", time);
    let begins = 1_234_567_890;
    assert_eq!((at(begins), at(begins + 29)), (Some(41_152_263), Some(41_152_263)));
    assert_eq!((at(begins - 30), at(begins + 59)), (Some(41_152_263), Some(41_152_263)));
    assert_eq!((at(begins - 31), at(begins + 60)), (None, None));
    assert_eq!(secret.step_of(" 005-924 ", begins), Some(41_152_263), "as people type it");
    for wrong in ["", "5924", "05924", "0005924", "+05924", "00592a", "005925"] {
        assert_eq!(secret.step_of(wrong, begins), None, "{wrong}");
    }
    assert_eq!(secret.step_of("005924", -1), None);
}

#[test]
fn a_secret_opens_with_its_members_keys_in_its_place_and_nowhere_else() {
    let secret = TotpSecret::random(&mut SeededEntropy::new(5)).unwrap();
    let sealed = secret.seal(&keys(1), MEMBER, FACTOR, &mut SeededEntropy::new(6)).unwrap();
    let opened = TotpSecret::open(&keys(1), MEMBER, FACTOR, &sealed).unwrap();
    assert_eq!(opened.shown().expose(), secret.shown().expose());
    for (who, member, factor) in [(2, MEMBER, FACTOR), (1, OTHER, FACTOR), (1, MEMBER, OTHER)] {
        assert_eq!(TotpSecret::open(&keys(who), member, factor, &sealed).err(), Some(VaultError::NotGenuine));
    }
    assert_eq!(TotpSecret::open(&keys(1), MEMBER, FACTOR, &[9]).err(), Some(VaultError::UnknownFormat));
}

#[test]
fn an_app_reads_the_same_secret_from_the_link_as_people_type() {
    let secret = TotpSecret::random(&mut SeededEntropy::new(5)).unwrap();
    let link = secret.link("Meldroute: Proefstad", "mirte").unwrap();
    let typed: String = secret.shown().expose().split(' ').collect();
    assert_eq!(typed.len(), 32);
    assert!(link.expose().starts_with("otpauth://totp/"), "{}", link.expose());
    assert!(link.expose().contains(&format!("secret={typed}")), "{}", link.expose());
    assert!(link.expose().contains("issuer="), "{}", link.expose());
}

#[test]
fn a_recovery_code_is_read_as_people_write_it_and_known_by_its_members_keys_only() {
    let code = RecoveryCode::random(&mut SeededEntropy::new(7)).unwrap();
    let shown = code.shown().expose().clone();
    assert_eq!((shown.len(), shown.matches('-').count()), (19, 3));
    let again = RecoveryCode::parse(&format!(" {} ", shown.to_lowercase().replace('-', " "))).unwrap();
    let kept = |code: &RecoveryCode, seed, member, set| code.kept(&keys(seed), member, set).unwrap();
    let here = kept(&code, 1, MEMBER, FACTOR);
    assert!(is_same_code(&here, &kept(&again, 1, MEMBER, FACTOR)));
    for (seed, member, set) in [(2, MEMBER, FACTOR), (1, OTHER, FACTOR), (1, MEMBER, OTHER)] {
        assert!(!is_same_code(&here, &kept(&code, seed, member, set)));
    }
    let other = RecoveryCode::random(&mut SeededEntropy::new(8)).unwrap();
    assert!(!is_same_code(&here, &kept(&other, 1, MEMBER, FACTOR)));
    for wrong in ["", "123456", &shown[1..], &format!("{shown}0"), "UUUU-UUUU-UUUU-UUUU"] {
        assert!(RecoveryCode::parse(wrong).is_none(), "{wrong}");
    }
}
