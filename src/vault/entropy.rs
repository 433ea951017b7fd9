//! The random source is an argument. In service it is the operating system; in tests it is seeded.

use chacha20::ChaCha20Rng;
use hpke::rand_core::{Rng as _, SeedableRng as _};
use thiserror::Error;
use uuid::{Builder, Uuid};
use zeroize::Zeroizing;

/// The random source failed. Whoever gets this stops: a key from a failing source is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("het besturingssysteem geeft geen willekeurige bytes")]
pub struct EntropyError;

/// A source of random bytes fit for keys.
pub trait Entropy: Send {
    /// Fills the whole buffer.
    ///
    /// # Errors
    /// [`EntropyError`]; the buffer's content is then meaningless and must not be used.
    fn fill(&mut self, buf: &mut [u8]) -> Result<(), EntropyError>;
}

/// The operating system's source: what the service runs on.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    #[expect(clippy::disallowed_methods, reason = "the one door to the operating system's random source")]
    fn fill(&mut self, buf: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(buf).map_err(|_| EntropyError)
    }
}

/// A predictable source (ChaCha20 keystream of a seed) for tests, demos and benchmarks **only**: whoever knows the seed
/// knows every key made from it.
pub struct SeededEntropy(ChaCha20Rng);

impl SeededEntropy {
    /// The same seed gives the same bytes, on every machine.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut bytes = [0; 32];
        for (place, byte) in bytes.iter_mut().zip(seed.to_le_bytes()) {
            *place = byte;
        }
        Self(ChaCha20Rng::from_seed(bytes))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&mut self, buf: &mut [u8]) -> Result<(), EntropyError> {
        self.0.fill_bytes(buf);
        Ok(())
    }
}

/// A random (version 4) UUID. Signals and everything under them get no other kind: it tells no moment.
///
/// # Errors
/// [`EntropyError`] when the source fails.
pub fn random_uuid_v4(entropy: &mut dyn Entropy) -> Result<Uuid, EntropyError> {
    let mut bytes = [0; 16];
    entropy.fill(&mut bytes)?;
    Ok(Builder::from_random_bytes(bytes).into_uuid())
}

/// A generator for crates that insist on a source that cannot fail: seeded with 32 bytes that did arrive.
pub(super) fn generator(entropy: &mut dyn Entropy) -> Result<ChaCha20Rng, EntropyError> {
    let mut seed = Zeroizing::new([0; 32]);
    entropy.fill(seed.as_mut())?;
    Ok(ChaCha20Rng::from_seed(*seed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operating_system_never_repeats_itself() {
        let mut one = [0; 32];
        let mut two = [0; 32];
        OsEntropy.fill(&mut one).unwrap();
        OsEntropy.fill(&mut two).unwrap();
        assert_ne!(one, two);
        assert_ne!(one, [0; 32]);
    }

    #[test]
    fn a_seed_gives_the_same_bytes_and_another_seed_gives_others() {
        let draw = |seed| random_uuid_v4(&mut SeededEntropy::new(seed)).unwrap();
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn a_random_uuid_is_version_4() {
        let id = random_uuid_v4(&mut SeededEntropy::new(7)).unwrap();
        assert_eq!(id.get_version_num(), 4);
        assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
    }
}
