//! Short references that people read aloud: `S-K7Q4-M2` for a signal, `V-2QHM-81` for a question to a source.
//!
//! Random, so that a reference tells nothing of order, day or number of signals, and a question's reference cannot be
//! led back to its signal. 32 symbols (no I, L, O, U), six of them: 30 bits; the store refuses a double.

use std::fmt;
use std::str::FromStr;

/// Digits and letters that are not mistaken for one another: Crockford's base 32.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Dutch: *kenmerk*. A text that is not a reference of the kind that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAReference;

impl fmt::Display for NotAReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dit is geen kenmerk. Een kenmerk ziet eruit als S-K7Q4-M2.")
    }
}

impl std::error::Error for NotAReference {}

/// The six symbols of a text, forgiving case, blanks, dashes, prefix and look-alike letters.
fn symbols_of(text: &str, prefix: char) -> Result<[u8; 6], NotAReference> {
    let mut symbols: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
    // A letter before the first dash is the prefix, so that a reference that lacks a symbol is not read as another.
    let named = matches!(symbols.as_slice(), [first, '-', ..] if *first == prefix);
    symbols.retain(|c| *c != '-');
    if named || (symbols.len() == 7 && symbols.first() == Some(&prefix)) {
        symbols.remove(0);
    }
    let mut values = [0u8; 6];
    if symbols.len() != values.len() {
        return Err(NotAReference);
    }
    for (value, symbol) in values.iter_mut().zip(symbols) {
        let plain = match symbol {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let place = SYMBOLS.iter().position(|s| char::from(*s) == plain).ok_or(NotAReference)?;
        *value = u8::try_from(place).map_err(|_| NotAReference)?;
    }
    Ok(values)
}

macro_rules! references {
    ($($(#[$meta:meta])* pub struct $name:ident = $prefix:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; 6]);

        impl $name {
            /// A reference from six random bytes of the caller; five bits of each are used, so none is likelier.
            pub fn from_random(bytes: [u8; 6]) -> Self {
                Self(bytes.map(|byte| byte & 31))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}-", $prefix)?;
                for (place, value) in self.0.iter().enumerate() {
                    if place == 4 {
                        f.write_str("-")?;
                    }
                    let symbol = SYMBOLS.get(usize::from(*value)).copied().unwrap_or(b'0');
                    write!(f, "{}", char::from(symbol))?;
                }
                Ok(())
            }
        }

        impl FromStr for $name {
            type Err = NotAReference;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                symbols_of(text, $prefix).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

references! {
    /// Dutch: *kenmerk*. How people name a signal: `S-K7Q4-M2`.
    pub struct SignalReference = 'S';
    /// Dutch: *kenmerk*. How a source holder names a question: `V-2QHM-81`; says nothing of the signal.
    pub struct QuestionReference = 'V';
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_reads_as_a_letter_and_two_groups() {
        let reference = SignalReference::from_random([19, 7, 23, 4, 20, 2]);
        assert_eq!(reference.to_string(), "S-K7Q4-M2");
    }

    #[test]
    fn a_reference_is_found_again_however_it_was_typed() {
        let reference: SignalReference = "S-K7Q4-M2".parse().unwrap();
        for typed in ["s-k7q4-m2", " K7Q4M2 ", "sk7q4m2", "S K7Q4 M2"] {
            assert_eq!(typed.parse(), Ok(reference), "{typed}");
        }
        assert_eq!("V-OIL0-11".parse::<QuestionReference>().unwrap().to_string(), "V-0110-11");
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        for typed in ["", "S-K7Q4-M", "S-K7Q4-M22", "V-K7Q4-M2", "S-K7Q4-MU", "S-K7Q4-M\u{20ac}"] {
            assert_eq!(typed.parse::<SignalReference>(), Err(NotAReference), "{typed}");
        }
    }

    #[test]
    fn every_byte_gives_a_symbol_that_reads_back() {
        for byte in 0..=255u8 {
            let reference = QuestionReference::from_random([byte; 6]);
            assert_eq!(reference.to_string().parse(), Ok(reference));
        }
    }
}
