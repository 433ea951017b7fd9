//! A root short enough to read aloud, or to compare with a sheet of paper from the safe.

use std::fmt;

use crate::ledger::merkle::Hash;

/// No I, L, O or U: nothing here is read as something else, and no words come out.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Symbols of five bits each: 120 bits, so that two logs with one fingerprint cannot be sought out beforehand.
const SYMBOLS: usize = 24;
const GROUP: usize = 4;

/// Dutch: *vingerafdruk*. The first 120 bits of a root, as six groups of four symbols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; SYMBOLS]);

/// Whether what someone typed is the fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Comparison {
    /// It is the same.
    Same,
    /// It is another one, or not complete.
    Different,
}

impl Fingerprint {
    /// The fingerprint of a root.
    #[must_use]
    pub fn of(root: &Hash) -> Self {
        let mut symbols = [b'0'; SYMBOLS];
        // Five bytes are eight symbols, so nothing straddles.
        for (bytes, symbols) in root.chunks_exact(5).zip(symbols.chunks_exact_mut(8)) {
            let bits = bytes.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            for (place, symbol) in symbols.iter_mut().rev().enumerate() {
                let value = (bits >> (5 * place)) & 31;
                *symbol = usize::try_from(value).ok().and_then(|value| ALPHABET.get(value)).copied().unwrap_or(b'0');
            }
        }
        Self(symbols)
    }

    /// Compares with what someone copied from paper: capitals, spaces and dashes do not matter, and O, I and L are
    /// taken for 0 and 1.
    pub fn compare(&self, typed: &str) -> Comparison {
        let symbols = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        });
        if symbols.eq(self.0.iter().map(|symbol| char::from(*symbol))) {
            Comparison::Same
        } else {
            Comparison::Different
        }
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, symbol) in self.0.iter().enumerate() {
            if place > 0 && place % GROUP == 0 {
                f.write_str(" ")?;
            }
            write!(f, "{}", char::from(*symbol))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_six_groups_of_four_that_follow_the_first_bits_of_the_root() {
        assert_eq!(Fingerprint::of(&[0; 32]).to_string(), "0000 0000 0000 0000 0000 0000");
        assert_eq!(Fingerprint::of(&[255; 32]).to_string(), "ZZZZ ZZZZ ZZZZ ZZZZ ZZZZ ZZZZ");
        let mut root = [0; 32];
        root[0] = 0b0000_1000;
        root[14] = 0b0000_0010;
        assert_eq!(Fingerprint::of(&root).to_string(), "1000 0000 0000 0000 0000 0002");
    }

    #[test]
    fn a_fingerprint_copied_by_hand_is_recognised() {
        let root: Hash = std::array::from_fn(|n| u8::try_from(n * 7).unwrap());
        let fingerprint = Fingerprint::of(&root);
        let typed = fingerprint.to_string().to_lowercase().replace(' ', " - ").replace('0', "o").replace('1', "l");
        assert_eq!(fingerprint.compare(&typed), Comparison::Same);
        assert_eq!(fingerprint.compare(""), Comparison::Different);
        assert_eq!(fingerprint.compare(&typed[1..]), Comparison::Different);
        assert_eq!(Fingerprint::of(&[1; 32]).compare(&typed), Comparison::Different);
    }
}
