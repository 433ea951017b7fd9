//! Vectors of transparency-dev/merkle, and the definition of RFC 6962 written out naively.

use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use proptest::prelude::*;
use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Inclusion {
    leaf_idx: u64,
    tree_size: u64,
    root: String,
    leaf_hash: String,
    proof: Option<Vec<String>>,
    want_err: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Consistency {
    size1: u64,
    size2: u64,
    root1: String,
    root2: String,
    proof: Option<Vec<String>>,
    want_err: bool,
}

fn vectors(folder: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/merkle")).join(folder), &mut found);
    found
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> T {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn true_hash(base64: &str) -> Option<Hash> {
    Hash::try_from(BASE64.decode(base64.as_bytes()).unwrap().as_slice()).ok()
}

/// Some vectors carry words where a root belongs; hashing them keeps equal equal and different different.
fn hash(base64: &str) -> Hash {
    let bytes = BASE64.decode(base64.as_bytes()).unwrap();
    Hash::try_from(bytes.as_slice()).unwrap_or_else(|_| leaf_hash(&bytes))
}

fn proof(hashes: &Option<Vec<String>>) -> Option<Vec<Hash>> {
    hashes.iter().flatten().map(|hash| true_hash(hash)).collect()
}

#[test]
fn every_inclusion_vector_is_judged_as_published() {
    let paths = vectors("inclusion");
    assert_eq!(paths.len(), 98);
    for path in paths {
        let vector: Inclusion = read(&path);
        let hashes = (proof(&vector.proof), true_hash(&vector.leaf_hash), true_hash(&vector.root));
        let found = match hashes {
            (Some(proof), Some(leaf), Some(root)) => {
                verify_inclusion(vector.leaf_idx, vector.tree_size, &leaf, &proof, &root)
            }
            _ => Proof::Fails,
        };
        assert_eq!(found == Proof::Fails, vector.want_err, "{}", path.display());
    }
}

#[test]
fn every_consistency_vector_is_judged_as_published() {
    let paths = vectors("consistency");
    assert_eq!(paths.len(), 98);
    for path in paths {
        let vector: Consistency = read(&path);
        let found = match proof(&vector.proof) {
            Some(proof) => {
                verify_consistency(vector.size1, vector.size2, &hash(&vector.root1), &hash(&vector.root2), &proof)
            }
            None => Proof::Fails,
        };
        assert_eq!(found == Proof::Fails, vector.want_err, "{}", path.display());
    }
}

#[test]
fn the_empty_tree_has_the_root_of_rfc_6962() {
    let hex = data_encoding::HEXLOWER.encode(&Frontier::new().root());
    assert_eq!(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

/// MTH of RFC 6962, 2.1, word for word.
fn naive_root(entries: &[Vec<u8>]) -> Hash {
    match entries {
        [] => Sha256::digest([]).into(),
        [one] => Sha256::digest([&[0], one.as_slice()].concat()).into(),
        _ => {
            let mut k = 1;
            while k * 2 < entries.len() {
                k *= 2;
            }
            let (left, right) = (naive_root(&entries[..k]), naive_root(&entries[k..]));
            Sha256::digest([&[1], left.as_slice(), right.as_slice()].concat()).into()
        }
    }
}

fn leaves(count: u8) -> Vec<Hash> {
    (0..count).map(|n| leaf_hash(&[n])).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn the_frontier_has_the_root_of_the_definition(
        entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..70)
    ) {
        let mut frontier = Frontier::new();
        for (n, entry) in entries.iter().enumerate() {
            prop_assert_eq!(frontier.push(leaf_hash(entry)), n as u64);
        }
        prop_assert_eq!(frontier.size(), entries.len() as u64);
        prop_assert_eq!(frontier.root(), naive_root(&entries));
        prop_assert_eq!(Frontier::from_bytes(&frontier.to_bytes()), Ok(frontier));
    }

    #[test]
    fn a_frontier_read_back_from_bytes_grows_like_the_one_that_was_kept(before in 0_u8..60, after in 0_u8..60) {
        let mut kept = Frontier::new();
        for leaf in leaves(before) {
            kept.push(leaf);
        }
        let mut read_back = Frontier::from_bytes(&kept.to_bytes()).unwrap();
        for leaf in leaves(after) {
            kept.push(leaf);
            read_back.push(leaf);
        }
        prop_assert_eq!(kept.root(), read_back.root());
    }
}

#[test]
fn every_proof_made_is_accepted_and_no_proof_of_another_place_is() {
    for size in 1..=33_u8 {
        let leaves = leaves(size);
        let root = root_of(&leaves);
        for index in 0..size {
            let proof = inclusion_proof(&leaves, index.into(), size.into()).unwrap();
            let leaf = &leaves[usize::from(index)];
            assert_eq!(verify_inclusion(index.into(), size.into(), leaf, &proof, &root), Proof::Holds);
            for other in (0..size).filter(|other| *other != index) {
                assert_eq!(verify_inclusion(other.into(), size.into(), leaf, &proof, &root), Proof::Fails);
            }
        }
        for older in 1..=size {
            let proof = consistency_proof(&leaves, older.into(), size.into()).unwrap();
            let older_root = root_of(&leaves[..usize::from(older)]);
            let judge = |old: &Hash, new: &Hash| verify_consistency(older.into(), size.into(), old, new, &proof);
            assert_eq!(judge(&older_root, &root), Proof::Holds, "{older} in {size}");
            assert_eq!(judge(&leaf_hash(b"other"), &root), Proof::Fails);
            assert_eq!(judge(&older_root, &leaf_hash(b"other")), Proof::Fails);
        }
    }
}

#[test]
fn a_proof_outside_the_tree_is_refused() {
    let leaves = leaves(4);
    assert_eq!(inclusion_proof(&leaves, 4, 4), Err(ProofError::OutOfRange));
    assert_eq!(inclusion_proof(&leaves, 0, 5), Err(ProofError::TooFewLeaves));
    assert_eq!(consistency_proof(&leaves, 0, 4), Err(ProofError::OutOfRange));
    assert_eq!(consistency_proof(&leaves, 5, 4), Err(ProofError::OutOfRange));
}

#[test]
fn bytes_that_are_no_frontier_are_refused() {
    let mut frontier = Frontier::new();
    for leaf in leaves(5) {
        frontier.push(leaf);
    }
    let bytes = frontier.to_bytes();
    assert_eq!(Frontier::from_bytes(&bytes[..bytes.len() - 1]), Err(FrontierUnreadable));
    assert_eq!(Frontier::from_bytes(&bytes[..40]), Err(FrontierUnreadable));
    assert_eq!(Frontier::from_bytes(&[]), Err(FrontierUnreadable));
}
