use proptest::prelude::*;

use super::super::entropy::SeededEntropy;
use super::super::vectors::hex;
use super::*;

fn set(seed: u64) -> (HolderPublic, [RecoveryShare; 3]) {
    make(&mut SeededEntropy::new(seed)).unwrap()
}

fn reread(share: &RecoveryShare) -> RecoveryShare {
    RecoveryShare::parse(share.printed().expose()).unwrap()
}

#[test]
fn any_two_of_the_three_printed_shares_give_the_private_half() {
    let (public, shares) = set(1);
    for (one, two) in [(0, 1), (1, 0), (0, 2), (2, 1)] {
        let private = combine(&reread(&shares[one]), &reread(&shares[two])).unwrap();
        assert_eq!(private.public().unwrap(), public);
    }
}

#[test]
fn one_share_twice_is_not_two() {
    let (_, shares) = set(1);
    assert_eq!(combine(&shares[0], &reread(&shares[0])).err(), Some(RecoveryError::SameShare));
}

#[test]
fn one_share_alone_is_not_the_key() {
    let (public, shares) = set(1);
    for share in &shares {
        let tried = HolderPrivate::from_key(share.value.duplicate()).unwrap();
        assert_ne!(tried.public().unwrap(), public);
    }
}

#[test]
fn shares_of_different_sets_are_refused() {
    let ((_, one), (_, two)) = (set(1), set(2));
    assert_eq!(combine(&one[0], &two[1]).err(), Some(RecoveryError::MixedSets));
}

#[test]
fn a_share_that_only_claims_to_belong_to_the_set_is_refused() {
    let (_, [one, _, three]) = set(1);
    let impostor = RecoveryShare { number: 2, set: one.set, value: Key32::new([7; 32]) };
    assert_eq!(combine(&one, &impostor).err(), Some(RecoveryError::DoesNotFit));
    let renumbered = RecoveryShare { number: 2, set: three.set, value: three.value };
    assert_eq!(combine(&one, &renumbered).err(), Some(RecoveryError::DoesNotFit));
}

#[test]
fn a_share_says_which_one_it_is_and_of_which_set() {
    let (public, shares) = set(1);
    for (place, share) in shares.iter().enumerate() {
        let read = reread(share);
        assert_eq!(usize::from(read.number()), place + 1);
        assert_eq!(read.set(), SetFingerprint::of(&public));
    }
    let shown = SetFingerprint::of(&public).to_string();
    assert_eq!(shown.len(), 11);
    assert_eq!(shown.chars().nth(5), Some('-'));
}

#[test]
fn a_share_is_printed_as_four_lines_of_four_groups_of_five() {
    let (_, shares) = set(1);
    let printed = shares[0].printed();
    let lines: Vec<Vec<&str>> = printed.expose().lines().map(|line| line.split(' ').collect()).collect();
    assert_eq!(lines.len(), 4);
    assert!(lines.iter().all(|groups| groups.len() == 4 && groups.iter().all(|group| group.len() == 5)));
}

#[test]
fn what_people_do_when_copying_from_paper_is_forgiven() {
    let (public, shares) = set(1);
    let printed = shares[0].printed().expose().clone();
    let ways = [
        printed.to_lowercase(),
        printed.replace(['\n', ' '], ""),
        printed.replace(' ', "-").replace('\n', "\r\n"),
        printed.replace('0', "O").replace('1', "l"),
    ];
    for way in ways {
        let read = RecoveryShare::parse(&way).unwrap();
        assert_eq!(combine(&read, &shares[1]).unwrap().public().unwrap(), public);
    }
}

#[test]
fn every_single_wrong_sign_is_found_in_its_group() {
    let (_, shares) = set(1);
    let code: Vec<char> = shares[0].printed().expose().replace(['\n', ' '], "").chars().collect();
    assert_eq!(code.len(), SHARE_PRINTED_SIGNS);
    for place in 0..code.len() {
        for wrong in (0..32).map(symbols::sign).chain(['U', '?']).filter(|sign| *sign != code[place]) {
            let mut typed = code.clone();
            typed[place] = wrong;
            let refused = RecoveryShare::parse(&typed.into_iter().collect::<String>()).err();
            assert_eq!(refused, Some(RecoveryError::Group { group: place / GROUP_SIGNS + 1 }));
        }
    }
}

#[test]
fn groups_in_another_order_are_found() {
    let (_, shares) = set(1);
    let printed = shares[0].printed();
    let groups: Vec<&str> = printed.expose().split_whitespace().collect();
    for one in 0..groups.len() {
        for two in one + 1..groups.len() {
            let mut typed = groups.clone();
            typed.swap(one, two);
            let refused = RecoveryShare::parse(&typed.join(" ")).err();
            assert_eq!(refused, Some(RecoveryError::Group { group: one + 1 }));
        }
    }
}

#[test]
fn a_missing_line_is_counted() {
    let (_, shares) = set(1);
    let printed = shares[0].printed();
    let cut: String = printed.expose().lines().take(3).collect();
    assert_eq!(RecoveryShare::parse(&cut).err(), Some(RecoveryError::Length { signs: 60 }));
}

#[test]
fn another_format_or_number_is_not_read() {
    let (_, [one, ..]) = set(1);
    for number in [0, 4, 31] {
        let odd = RecoveryShare { number, set: one.set, value: one.value.duplicate() };
        assert_eq!(RecoveryShare::parse(odd.printed().expose()).err(), Some(RecoveryError::UnknownFormat));
    }
}

proptest! {
    #[test]
    fn bits_survive_the_way_to_signs_and_back(bytes in any::<[u8; 32]>()) {
        let (mut signs, mut back) = ([0; SHARE_SIGNS], [0; 32]);
        fill_signs(&bytes, &mut signs);
        prop_assert_eq!(fill_bytes(&signs, &mut back), 0);
        prop_assert_eq!(back, bytes);
    }
}

#[test]
fn what_was_printed_once_is_read_for_ever() {
    let one = "11TC2 W835N 5ACMQ 5QQA5 32EXP BQWYG 1TGM2 0NZAK XM562 SFE5E S0RPD AYQ85 X16FH B5R2M DRQJH TGTGG";
    let three = "13TCJ W835N 5ACMQ FB63K VPVMJ NBW68 4263Z MDVVX QJ99D F84CE D195F KZVFZ V496R D1HPJ 7VABM XEBGA";
    let private = combine(&RecoveryShare::parse(one).unwrap(), &RecoveryShare::parse(three).unwrap()).unwrap();
    let public = hex("ef2e3cd45528071e3920e8747ae0efc728f579f4db3bc3571ad62661d9780669");
    assert_eq!(private.public().unwrap().0.as_slice(), public);
}
