//! Hashes of an RFC 6962 tree: leaves, nodes, the right edge, and the two proofs.
//!
//! The tree is never stored as a tree. Appending needs only the [`Frontier`] (at most one hash per bit of the size);
//! proofs are made from the leaf hashes, which the store keeps beside the entries.

use sha2::{Digest, Sha256};

/// A SHA-256 value: of a leaf, a node, a root or a sealed row.
pub type Hash = [u8; 32];

/// Why a proof cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The index lies outside the tree, or the smaller size outside the larger one, or is zero.
    #[error("volgnummer of omvang valt buiten het logboek")]
    OutOfRange,
    /// Fewer leaf hashes were given than the size asks for.
    #[error("er zijn minder bladhashes dan de gevraagde omvang")]
    TooFewLeaves,
}

/// What a proof that was checked turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Proof {
    /// It shows what it claims.
    Holds,
    /// It does not.
    Fails,
}

/// Why stored bytes are no frontier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("de bewaarde rechterrand van het logboek is onleesbaar")]
pub struct FrontierUnreadable;

/// Hash of one entry: SHA-256 of a zero byte and the entry (RFC 6962, 2.1).
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(entry).finalize().into()
}

/// Hash of two subtrees: SHA-256 of a one byte, the left and the right hash (RFC 6962, 2.1).
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut block = [0_u8; 65];
    let (tag, rest) = block.split_at_mut(1);
    let (first, second) = rest.split_at_mut(32);
    tag.fill(1);
    first.copy_from_slice(left);
    second.copy_from_slice(right);
    Sha256::digest(block).into()
}

/// Root of the tree without entries: SHA-256 of nothing (RFC 6962, 2.1).
#[must_use]
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// The right edge of the tree: the roots of its complete subtrees, largest first. All that appending needs.
///
/// Small enough to clone before a savepoint and to put back when the savepoint rolls back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The edge of the empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends one entry by its leaf hash and returns the index it got.
    pub fn push(&mut self, leaf: Hash) -> u64 {
        let index = self.size;
        let mut hash = leaf;
        for _ in 0..index.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.peaks.push(hash);
        self.size = self.size.saturating_add(1);
        index
    }

    /// Number of entries.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Root of the tree over all entries so far.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return empty_root() };
        peaks.fold(*last, |right, left| node_hash(left, &right))
    }

    /// The edge as bytes for one column: the size (8 bytes, big endian), then the peaks, largest first.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        bytes.extend(self.peaks.iter().flatten());
        bytes
    }

    /// Reads what [`Frontier::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`FrontierUnreadable`] when the number of peaks does not fit the size. The hashes themselves cannot be judged
    /// here: the verifier recomputes them from the entries.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FrontierUnreadable> {
        let (size, rest) = bytes.split_first_chunk::<8>().ok_or(FrontierUnreadable)?;
        let size = u64::from_be_bytes(*size);
        let (peaks, left_over) = rest.as_chunks::<32>();
        if !left_over.is_empty() || u32::try_from(peaks.len()) != Ok(size.count_ones()) {
            return Err(FrontierUnreadable);
        }
        Ok(Self { size, peaks: peaks.to_vec() })
    }
}

/// Root over these leaf hashes.
#[must_use]
pub fn root_of(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::new();
    for leaf in leaves {
        frontier.push(*leaf);
    }
    frontier.root()
}

/// Proof that entry `index` stands in the tree of `size` entries (RFC 6962, 2.1.1), nearest neighbour first.
///
/// # Errors
/// [`ProofError`] when there is no such entry or not all leaf hashes were given.
pub fn inclusion_proof(leaves: &[Hash], index: u64, size: u64) -> Result<Vec<Hash>, ProofError> {
    let mut tree = first_leaves(leaves, size)?;
    let mut index = usize::try_from(index).map_err(|_| ProofError::OutOfRange)?;
    if index >= tree.len() {
        return Err(ProofError::OutOfRange);
    }
    let mut proof = Vec::new();
    while tree.len() > 1 {
        let split = largest_power_of_two_below(tree.len());
        let (left, right) = tree.split_at(split);
        if index < split {
            proof.push(root_of(right));
            tree = left;
        } else {
            proof.push(root_of(left));
            tree = right;
            index -= split;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// Proof that the tree of `older` entries is the beginning of the tree of `newer` entries (RFC 6962, 2.1.2).
///
/// # Errors
/// [`ProofError`] when `older` is zero or larger than `newer`, or not all leaf hashes were given.
pub fn consistency_proof(leaves: &[Hash], older: u64, newer: u64) -> Result<Vec<Hash>, ProofError> {
    let mut tree = first_leaves(leaves, newer)?;
    let mut older = usize::try_from(older).map_err(|_| ProofError::OutOfRange)?;
    if older == 0 || older > tree.len() {
        return Err(ProofError::OutOfRange);
    }
    let mut proof = Vec::new();
    // The older root itself is known to whoever checks, as long as it is one complete subtree at the left edge.
    let mut left_edge = true;
    while older != tree.len() {
        let split = largest_power_of_two_below(tree.len());
        let (left, right) = tree.split_at(split);
        if older <= split {
            proof.push(root_of(right));
            tree = left;
        } else {
            proof.push(root_of(left));
            tree = right;
            older -= split;
            left_edge = false;
        }
    }
    if !left_edge {
        proof.push(root_of(tree));
    }
    proof.reverse();
    Ok(proof)
}

/// Checks that an entry with this leaf hash stands at `index` in the tree of `size` entries with this root
/// (RFC 9162, 2.1.3.2).
pub fn verify_inclusion(index: u64, size: u64, leaf: &Hash, proof: &[Hash], root: &Hash) -> Proof {
    if index >= size {
        return Proof::Fails;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for neighbour in proof {
        if last == 0 {
            return Proof::Fails;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(neighbour, &hash);
            climb_to_left_turn(&mut node, &mut last);
        } else {
            hash = node_hash(&hash, neighbour);
        }
        node >>= 1;
        last >>= 1;
    }
    held(last == 0 && hash == *root)
}

/// Checks that the tree of `older` entries is the beginning of the tree of `newer` entries (RFC 9162, 2.1.4.2).
/// An empty older tree proves nothing and fails.
pub fn verify_consistency(older: u64, newer: u64, older_root: &Hash, newer_root: &Hash, proof: &[Hash]) -> Proof {
    if older == 0 || older > newer {
        return Proof::Fails;
    }
    if older == newer {
        return held(proof.is_empty() && older_root == newer_root);
    }
    let mut path = proof.iter();
    let start = if older.is_power_of_two() { Some(older_root) } else { path.next() };
    let Some(start) = start else { return Proof::Fails };
    let (mut node, mut last) = (older - 1, newer - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let (mut old, mut new) = (*start, *start);
    for neighbour in path {
        if last == 0 {
            return Proof::Fails;
        }
        if node & 1 == 1 || node == last {
            old = node_hash(neighbour, &old);
            new = node_hash(neighbour, &new);
            climb_to_left_turn(&mut node, &mut last);
        } else {
            new = node_hash(&new, neighbour);
        }
        node >>= 1;
        last >>= 1;
    }
    held(last == 0 && old == *older_root && new == *newer_root)
}

/// A node at the right edge that is a left child has no neighbour at its level: skip those levels.
fn climb_to_left_turn(node: &mut u64, last: &mut u64) {
    while *node & 1 == 0 && *node != 0 {
        *node >>= 1;
        *last >>= 1;
    }
}

fn held(condition: bool) -> Proof {
    if condition { Proof::Holds } else { Proof::Fails }
}

fn first_leaves(leaves: &[Hash], size: u64) -> Result<&[Hash], ProofError> {
    let size = usize::try_from(size).map_err(|_| ProofError::TooFewLeaves)?;
    leaves.get(..size).ok_or(ProofError::TooFewLeaves)
}

/// Where RFC 6962 splits a tree of `size` > 1 leaves.
fn largest_power_of_two_below(size: usize) -> usize {
    size.next_power_of_two() / 2
}

#[cfg(test)]
mod tests;
