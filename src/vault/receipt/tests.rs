use proptest::prelude::*;

use super::super::entropy::SeededEntropy;
use super::super::vectors::hex;
use super::*;

const KNOWN: &str = "012 345 678 9AB CDE FGH JKJ";

fn receipt(seed: u64) -> Receipt {
    Receipt::random(&mut SeededEntropy::new(seed)).unwrap()
}

fn shown(seed: u64) -> String {
    receipt(seed).shown().expose().clone()
}

fn refusal(typed: &str) -> Option<ReceiptError> {
    Receipt::parse(typed).err()
}

#[test]
fn a_code_is_seven_groups_of_three_signs() {
    let code = shown(1);
    let groups: Vec<_> = code.split(' ').collect();
    assert_eq!(groups.len(), RECEIPT_GROUPS);
    assert!(groups.iter().all(|group| group.len() == GROUP_SIGNS));
}

#[test]
fn a_known_code_finds_its_mailbox_for_ever() {
    // Both computed apart from this program, from the description in the module and RFC 9180's `DeriveKeyPair`.
    let code = Receipt::parse(KNOWN).unwrap();
    let id = hex("958dd27f4e1f4672b67474e7d0c5e6d5a2bc8da5aefa4373779e9a6940730afc");
    let public = hex("6b5744597118dad9effee7d7f579307150ff567e6196de4300c2c051ebfa3865");
    assert_eq!(code.lookup_id().unwrap().as_slice(), id);
    assert_eq!(code.mailbox_pair().unwrap().0.0.as_slice(), public);
}

#[test]
fn what_people_do_to_a_code_is_forgiven() {
    let wanted = Receipt::parse(KNOWN).unwrap().lookup_id().unwrap();
    let bare = KNOWN.replace(' ', "");
    let ways = [
        KNOWN.to_lowercase(),
        bare.clone(),
        KNOWN.replace(' ', "-"),
        KNOWN.replace(' ', " \u{2013} "),
        format!("  {KNOWN}\r\n"),
        KNOWN.replace('0', "o").replace('1', "l"),
        KNOWN.replace('0', "O").replace('1', "I"),
        bare.chars().map(|sign| format!("{sign} ")).collect(),
        KNOWN.replace(' ', "\u{a0}"),
    ];
    for way in ways {
        assert_eq!(Receipt::parse(&way).map(|code| code.lookup_id()), Ok(Ok(wanted)), "{way}");
    }
}

#[test]
fn the_group_that_misses_a_sign_is_named_when_groups_can_be_read() {
    let typed = "012 345 678 9AB w3 FGH JKM";
    assert_eq!(refusal(typed), Some(ReceiptError::Group { group: 5, signs: 2 }));
    assert_eq!(group_as_typed(typed, 5), Some("w3"));
    assert_eq!(refusal("012-3456-678-9AB-CDE-FGH-JKM"), Some(ReceiptError::Group { group: 2, signs: 4 }));
}

#[test]
fn without_readable_groups_the_signs_are_counted() {
    assert_eq!(refusal("0123456789ABCDEFGHJK"), Some(ReceiptError::Length { signs: 20 }));
    assert_eq!(refusal("012 345"), Some(ReceiptError::Length { signs: 6 }));
    assert_eq!(refusal(""), Some(ReceiptError::Length { signs: 0 }));
    assert_eq!(refusal(&"é".repeat(1000)), Some(ReceiptError::Length { signs: 1000 }));
}

#[test]
fn a_sign_that_no_code_contains_is_pointed_out_by_group() {
    assert_eq!(refusal("012 345 67U 9AB CDE FGH JKM"), Some(ReceiptError::ForeignSign { group: 3 }));
    assert_eq!(refusal("012 345 678 9AB CDE FGH JKé"), Some(ReceiptError::ForeignSign { group: 7 }));
}

#[test]
fn the_texts_say_what_to_look_at_and_hold_nothing_of_the_code() {
    let texts = [
        (ReceiptError::Group { group: 5, signs: 2 }, "Groepje 5 heeft 2 tekens. Dat moeten 3 tekens zijn."),
        (ReceiptError::Group { group: 5, signs: 1 }, "Groepje 5 heeft 1 teken. Dat moeten 3 tekens zijn."),
        (ReceiptError::Length { signs: 20 }, "U typte 20 tekens. De code heeft er 21."),
        (ReceiptError::CheckSign, "Ergens staat een ander teken dan in uw code. Kijk groepje voor groepje."),
    ];
    for (error, text) in texts {
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn every_single_wrong_sign_is_caught() {
    for seed in 0..40 {
        let code: Vec<char> = shown(seed).replace(' ', "").chars().collect();
        for place in 0..RECEIPT_SIGNS {
            for wrong in (0..32).map(symbols::sign).filter(|sign| *sign != code[place]) {
                let mut typed = code.clone();
                typed[place] = wrong;
                let typed: String = typed.into_iter().collect();
                assert_eq!(refusal(&typed), Some(ReceiptError::CheckSign), "{typed}");
            }
        }
    }
}

#[test]
fn every_swap_of_two_different_signs_is_caught_neighbours_or_not() {
    for seed in 0..200 {
        let code: Vec<char> = shown(seed).replace(' ', "").chars().collect();
        for one in 0..RECEIPT_SIGNS {
            for two in one + 1..RECEIPT_SIGNS {
                let mut typed = code.clone();
                typed.swap(one, two);
                let typed: String = typed.into_iter().collect();
                assert_eq!(refusal(&typed).is_some(), code[one] != code[two], "{typed}");
            }
        }
    }
}

#[test]
fn two_codes_share_neither_mailbox_nor_key() {
    assert_ne!(receipt(1).lookup_id(), receipt(2).lookup_id());
    assert_ne!(receipt(1).mailbox_pair().unwrap().0, receipt(2).mailbox_pair().unwrap().0);
}

#[test]
fn the_mailbox_id_says_nothing_of_the_mailbox_key() {
    let (public, private) = receipt(1).mailbox_pair().unwrap();
    let id = receipt(1).lookup_id().unwrap();
    assert_ne!(id, public.0);
    assert_ne!(&id, private.expose());
    assert_eq!(private.public().unwrap(), public);
}

#[test]
fn all_five_bits_of_every_sign_are_used() {
    let mut seen = vec![std::collections::BTreeSet::new(); DATA_SIGNS];
    let mut entropy = SeededEntropy::new(1);
    for _ in 0..1000 {
        let code = Receipt::random(&mut entropy).unwrap();
        for (place, value) in code.signs.expose().iter().enumerate() {
            seen[place].insert(*value);
        }
    }
    assert!(seen.iter().all(|values| values.len() == 32));
}

proptest! {
    #[test]
    fn a_code_that_is_shown_reads_back(seed in any::<u64>()) {
        let read = Receipt::parse(&shown(seed)).unwrap();
        prop_assert_eq!(read.lookup_id(), receipt(seed).lookup_id());
    }

    #[test]
    fn no_typed_text_makes_it_stumble(typed in ".{0,60}") {
        let _ = Receipt::parse(&typed);
    }
}
