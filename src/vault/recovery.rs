//! The recovery key: an X25519 pair made at set-up, whose private half exists on paper only, in three shares of which
//! two suffice (Shamir's scheme).
//!
//! A printed share is sixteen groups of five signs, each four signs and a check sign that also knows the group's number,
//! so a typing mistake is found in its group. In order the sixty-four signs are: format (1), number of the share (1),
//! fingerprint of the set (10: 50 bits), the share (52: 256 bits and four zeros). One share says nothing of the key.

use std::fmt;

use blahaj::{Share, Sharks};
use thiserror::Error;

use super::entropy::{Entropy, generator};
use super::error::VaultError;
use super::kdf::labelled_hash;
use super::seal::{HolderPrivate, HolderPublic, generate_pair};
use super::secret::{Key32, Secret};
use super::symbols;

#[cfg(test)]
mod tests;

const FORMAT: u8 = 1;
const NEEDED: u8 = 2;
const FINGERPRINT: &str = "meldroute/recovery-set/v1";
const FINGERPRINT_SIGNS: usize = 10;
const SHARE_SIGNS: usize = 52;
const DATA_SIGNS: usize = 2 + FINGERPRINT_SIGNS + SHARE_SIGNS;
const GROUP_DATA: usize = 4;
const GROUP_SIGNS: usize = GROUP_DATA + 1;
const GROUPS_PER_LINE: usize = 4;
/// How many signs a printed share has, check signs included.
pub const SHARE_PRINTED_SIGNS: usize = DATA_SIGNS / GROUP_DATA * GROUP_SIGNS;

/// The fingerprint of one recovery pair: 50 bits of SHA-256 over its public key. All three shares carry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SetFingerprint([u8; FINGERPRINT_SIGNS]);

impl SetFingerprint {
    /// The fingerprint of the set that belongs to this public key.
    #[must_use]
    pub fn of(public: &HolderPublic) -> Self {
        let mut signs = [0; FINGERPRINT_SIGNS];
        fill_signs(&labelled_hash(FINGERPRINT, &public.0), &mut signs);
        Self(signs)
    }
}

impl fmt::Display for SetFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().enumerate().try_for_each(|(place, sign)| {
            let dash = if place == FINGERPRINT_SIGNS / 2 { "-" } else { "" };
            write!(f, "{dash}{}", symbols::sign(*sign))
        })
    }
}

/// One of the three shares of the recovery key.
pub struct RecoveryShare {
    number: u8,
    set: SetFingerprint,
    value: Key32,
}

/// Why a share, or two together, were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RecoveryError {
    /// Not the number of signs a share has.
    #[error("er staan {signs} tekens; een deel heeft er {SHARE_PRINTED_SIGNS}")]
    Length {
        /// How many signs were typed.
        signs: usize,
    },
    /// A wrong sign, or two swapped, in this group (from 1), or the groups stand in another order.
    #[error("groep {group} klopt niet")]
    Group {
        /// Which group, counted from 1.
        group: usize,
    },
    /// All signs fit, but this is no share this program can read.
    #[error("dit is geen deel van een herstelsleutel van deze dienst")]
    UnknownFormat,
    /// Twice the same share.
    #[error("dit is twee keer hetzelfde deel; er zijn twee verschillende nodig")]
    SameShare,
    /// The shares belong to different recovery keys.
    #[error("deze delen horen niet bij dezelfde herstelsleutel")]
    MixedSets,
    /// The shares join to a key that is not the one of their set.
    #[error("deze delen geven samen niet de herstelsleutel van hun set")]
    DoesNotFit,
}

/// Makes a recovery pair: the public half to keep, three shares to print. The private half is gone when this returns.
///
/// # Errors
/// [`VaultError::Entropy`] when the source fails.
pub fn make(entropy: &mut dyn Entropy) -> Result<(HolderPublic, [RecoveryShare; 3]), VaultError> {
    let (public, private) = generate_pair(entropy)?;
    let set = SetFingerprint::of(&public);
    let mut generator = generator(entropy)?;
    let mut dealer = Sharks(NEEDED).dealer_rng(private.expose(), &mut generator);
    let mut next = || dealer.next().and_then(|share| taken(&share, set)).ok_or(VaultError::UnusableKey);
    Ok((public, [next()?, next()?, next()?]))
}

fn taken(share: &Share, set: SetFingerprint) -> Option<RecoveryShare> {
    let bytes = Secret::new(Vec::from(share));
    let (number, value) = bytes.expose().split_first()?;
    Some(RecoveryShare { number: *number, set, value: Key32::copy_of(value.try_into().ok()?) })
}

/// Joins two different shares of one set.
///
/// # Errors
/// [`RecoveryError::SameShare`], [`RecoveryError::MixedSets`], or [`RecoveryError::DoesNotFit`] when the joined key does
/// not have the fingerprint that the shares carry.
pub fn combine(one: &RecoveryShare, two: &RecoveryShare) -> Result<HolderPrivate, RecoveryError> {
    if one.set != two.set {
        return Err(RecoveryError::MixedSets);
    }
    if one.number == two.number {
        return Err(RecoveryError::SameShare);
    }
    let shares = [one.as_share()?, two.as_share()?];
    let joined = Sharks(NEEDED).recover(&shares).map(Secret::new).map_err(|_| RecoveryError::DoesNotFit)?;
    let joined: &[u8; 32] = joined.expose().as_slice().try_into().map_err(|_| RecoveryError::DoesNotFit)?;
    let private = HolderPrivate::from_key(Key32::copy_of(joined)).map_err(|_| RecoveryError::DoesNotFit)?;
    let public = private.public().map_err(|_| RecoveryError::DoesNotFit)?;
    if SetFingerprint::of(&public) == one.set { Ok(private) } else { Err(RecoveryError::DoesNotFit) }
}

impl RecoveryShare {
    /// Which share this is: 1, 2 or 3.
    #[must_use]
    pub fn number(&self) -> u8 {
        self.number
    }

    /// The set it belongs to.
    #[must_use]
    pub fn set(&self) -> SetFingerprint {
        self.set
    }

    /// As it goes on paper: four lines of four groups of five signs.
    #[must_use]
    pub fn printed(&self) -> Secret<String> {
        let mut signs = Secret::new([0_u8; DATA_SIGNS]);
        let (head, value) = signs.expose_mut().split_at_mut(2 + FINGERPRINT_SIGNS);
        for (slot, sign) in head.iter_mut().zip([FORMAT, self.number].iter().chain(&self.set.0)) {
            *slot = *sign;
        }
        fill_signs(self.value.expose(), value);
        let mut text = Secret::new(String::with_capacity(SHARE_PRINTED_SIGNS * 2));
        for (place, group) in signs.expose().as_chunks::<GROUP_DATA>().0.iter().enumerate() {
            if place > 0 {
                text.expose_mut().push(if place % GROUPS_PER_LINE == 0 { '\n' } else { ' ' });
            }
            for sign in group.iter().copied().chain([symbols::check(numbered(place, group))]) {
                text.expose_mut().push(symbols::sign(sign));
            }
        }
        text
    }

    /// Reads a share as people type it from paper: capitals or not, any spaces, dashes or line ends.
    ///
    /// # Errors
    /// [`RecoveryError`], naming the group to look at.
    pub fn parse(typed: &str) -> Result<Self, RecoveryError> {
        let typed_signs = || typed.chars().filter(|sign| !symbols::is_separator(*sign));
        let signs = typed_signs().count();
        if signs != SHARE_PRINTED_SIGNS {
            return Err(RecoveryError::Length { signs });
        }
        let mut values = Secret::new([0_u8; SHARE_PRINTED_SIGNS]);
        for (place, (slot, sign)) in values.expose_mut().iter_mut().zip(typed_signs()).enumerate() {
            *slot = symbols::value(sign).ok_or(RecoveryError::Group { group: place / GROUP_SIGNS + 1 })?;
        }
        let mut data = Secret::new(Vec::with_capacity(DATA_SIGNS));
        for (place, group) in values.expose().as_chunks::<GROUP_SIGNS>().0.iter().enumerate() {
            if !symbols::holds(numbered(place, group)) {
                return Err(RecoveryError::Group { group: place + 1 });
            }
            data.expose_mut().extend(group.iter().take(GROUP_DATA));
        }
        Self::from_signs(data.expose()).ok_or(RecoveryError::UnknownFormat)
    }

    fn from_signs(signs: &[u8]) -> Option<Self> {
        let [FORMAT, number @ 1..=3, rest @ ..] = signs else { return None };
        let (set, value) = rest.split_first_chunk::<FINGERPRINT_SIGNS>()?;
        let mut share = Self { number: *number, set: SetFingerprint(*set), value: Key32::new([0; 32]) };
        let unused = fill_bytes(value, share.value.expose_mut());
        (unused == 0).then_some(share)
    }

    fn as_share(&self) -> Result<Share, RecoveryError> {
        let bytes = Secret::new([[self.number].as_slice(), self.value.expose()].concat());
        Share::try_from(bytes.expose().as_slice()).map_err(|_| RecoveryError::DoesNotFit)
    }
}

/// The group's number goes into the check sign, so that groups written in another order are noticed.
fn numbered(place: usize, group: &[u8]) -> impl Iterator<Item = u8> {
    let number = u8::try_from(place + 1).unwrap_or(0);
    std::iter::once(number).chain(group.iter().copied())
}

/// Writes bytes as values of five bits, first bit first; what is missing at the end is zero.
fn fill_signs(bytes: &[u8], signs: &mut [u8]) {
    for (place, sign) in signs.iter_mut().enumerate() {
        *sign = (0..5).fold(0, |value, bit| {
            let at = place * 5 + bit;
            let byte = bytes.get(at / 8).copied().unwrap_or(0);
            value << 1 | (byte >> (7 - at % 8) & 1)
        });
    }
}

/// The reverse of [`fill_signs`]; gives how many one bits were left over.
fn fill_bytes(signs: &[u8], bytes: &mut [u8]) -> usize {
    let mut left_over = 0;
    for (place, sign) in signs.iter().enumerate() {
        for bit in 0..5 {
            let at = place * 5 + bit;
            let value = sign >> (4 - bit) & 1;
            match bytes.get_mut(at / 8) {
                Some(byte) => *byte |= value << (7 - at % 8),
                None => left_over += usize::from(value),
            }
        }
    }
    left_over
}
