//! The melder's identity key in two shares, so that nobody opens it alone.
//!
//! One share is random, the other is key XOR share: each by itself is 32 random bytes and says nothing (a one-time pad).
//! One is sealed to the record's own holders, one to privacy; those two groups have no member in common.

use super::entropy::{Entropy, EntropyError};
use super::secret::Key32;

/// The two shares of one key.
pub struct IdentityShares {
    /// Sealed to the record's own holders.
    pub holders: Key32,
    /// Sealed to the privacy officers.
    pub privacy: Key32,
}

/// Splits a key in two.
///
/// # Errors
/// [`EntropyError`] when the source fails; then there is no share.
pub fn split(key: &Key32, entropy: &mut dyn Entropy) -> Result<IdentityShares, EntropyError> {
    let holders = Key32::random(entropy)?;
    let privacy = xor(key, &holders);
    Ok(IdentityShares { holders, privacy })
}

/// Joins the two shares. Wrong shares give a wrong key, which then opens nothing.
#[must_use]
pub fn join(holders: &Key32, privacy: &Key32) -> Key32 {
    xor(holders, privacy)
}

fn xor(one: &Key32, two: &Key32) -> Key32 {
    let mut out = one.duplicate();
    for (place, byte) in out.expose_mut().iter_mut().zip(two.expose()) {
        *place ^= byte;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::entropy::SeededEntropy;
    use super::*;

    #[test]
    fn two_shares_give_the_key_and_one_share_tells_nothing_of_it() {
        let mut entropy = SeededEntropy::new(1);
        let key = Key32::copy_of(&[7; 32]);
        let first = split(&key, &mut entropy).unwrap();
        let second = split(&key, &mut entropy).unwrap();
        assert_eq!(join(&first.holders, &first.privacy).expose(), key.expose());
        assert_ne!(first.holders.expose(), key.expose());
        assert_ne!(first.privacy.expose(), key.expose());
        assert_ne!(first.privacy.expose(), second.privacy.expose());
    }

    #[test]
    fn shares_of_different_splits_do_not_join() {
        let mut entropy = SeededEntropy::new(1);
        let key = Key32::copy_of(&[7; 32]);
        let first = split(&key, &mut entropy).unwrap();
        let second = split(&key, &mut entropy).unwrap();
        assert_ne!(join(&first.holders, &second.privacy).expose(), key.expose());
    }
}
