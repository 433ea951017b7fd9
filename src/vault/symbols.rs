//! Signs that people copy by hand: Crockford's base32 alphabet (no I, L, O, U) and a check sign over the same alphabet.
//!
//! The check sign is a weighted sum in the field of 32 elements (polynomial x^5 + x^2 + 1, in which 2 generates all 31
//! other elements). Each place has its own weight, so up to 30 signs every single wrong sign and every swap of two
//! different signs, neighbours or not, changes the sum. Luhn's way over 32 signs would miss one kind of swap.

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The sign for a value; only the lowest five bits count.
pub(super) fn sign(value: u8) -> char {
    ALPHABET.get(usize::from(value & 31)).map_or('0', |letter| char::from(*letter))
}

/// The value of a sign as people write it: lower case counts, O is 0, I and L are 1.
pub(super) fn value(sign: char) -> Option<u8> {
    let wanted = match sign.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = ALPHABET.iter().position(|letter| char::from(*letter) == wanted)?;
    u8::try_from(place).ok()
}

/// True for what people put between groups: spaces of any kind, dashes, dots, underscores and commas.
pub(super) fn is_separator(sign: char) -> bool {
    sign.is_whitespace() || matches!(sign, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '.' | '_' | ',')
}

/// The check value that belongs after these values.
pub(super) fn check(values: impl IntoIterator<Item = u8>) -> u8 {
    double(weighted(values))
}

/// True when the last value is the check value of those before it.
pub(super) fn holds(values: impl IntoIterator<Item = u8>) -> bool {
    weighted(values) == 0
}

fn weighted(values: impl IntoIterator<Item = u8>) -> u8 {
    values.into_iter().fold(0, |sum, value| double(sum) ^ (value & 31))
}

fn double(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 0b10_0000 == 0 { shifted } else { shifted ^ 0b10_0101 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_reads_back_and_the_look_alikes_are_forgiven() {
        for number in 0..32 {
            assert_eq!(value(sign(number)), Some(number));
            assert_eq!(value(sign(number).to_ascii_lowercase()), Some(number));
        }
        assert_eq!(value('o'), Some(0));
        assert_eq!(value('I'), Some(1));
        assert_eq!(value('l'), Some(1));
        for foreign in ['U', 'u', '!', 'é', '*'] {
            assert_eq!(value(foreign), None);
        }
    }

    #[test]
    fn doubling_passes_through_all_31_elements() {
        let mut seen = std::collections::BTreeSet::new();
        let mut element = 1;
        for _ in 0..31 {
            assert!(seen.insert(element));
            element = double(element);
        }
        assert_eq!(element, 1);
    }
}
