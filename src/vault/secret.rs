//! A value that must not be seen: it wipes itself and cannot be printed.

use zeroize::Zeroize;

use super::entropy::{Entropy, EntropyError};

#[cfg(test)]
mod tests;

/// A secret value. It is wiped when dropped and has no `Debug`, `Display`, `Serialize` or `Clone`, so it does not
/// reach a log, an error or a template by accident.
///
/// The value lives on the heap: moving the `Secret` moves a pointer and leaves no copy of the value behind.
pub struct Secret<T: Zeroize>(Box<T>);

impl<T: Zeroize> Secret<T> {
    /// Takes a value into keeping. What the caller copied from it before is the caller's to wipe.
    pub fn new(value: T) -> Self {
        Self(Box::new(value))
    }

    /// Lends the value. The one way out, so that a search for `expose` finds every place that looks.
    #[must_use]
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// Lends the value for filling in place, within the vault only.
    pub(super) fn expose_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// A secret of 32 bytes: every symmetric key here, and the private half of every pair.
pub type Key32 = Secret<[u8; 32]>;

impl Key32 {
    /// A fresh random key.
    ///
    /// # Errors
    /// [`EntropyError`] when the source gives nothing; then there is no key either.
    pub fn random(entropy: &mut dyn Entropy) -> Result<Self, EntropyError> {
        let mut key = Self::new([0; 32]);
        entropy.fill(key.expose_mut())?;
        Ok(key)
    }

    /// A second copy, for the few places that keep a key and also hand it on.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self::copy_of(self.expose())
    }

    /// Copies 32 bytes into keeping.
    #[must_use]
    pub fn copy_of(bytes: &[u8; 32]) -> Self {
        let mut key = Self::new([0; 32]);
        key.expose_mut().copy_from_slice(bytes);
        key
    }
}
