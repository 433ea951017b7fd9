//! Dutch: *ontvangstcode*. The code a melder keeps: 100 random bits, shown as 20 signs and a check sign.
//!
//! Two things follow from it, each through a label of its own, and neither gives the other or the code back: the id by
//! which the mailbox is found, and the seed of the melder's X25519 pair. The service stores the first and the public
//! half of the second; the code itself it never stores.

use thiserror::Error;

use super::entropy::{Entropy, EntropyError};
use super::error::VaultError;
use super::kdf::derive;
use super::seal::{HolderPrivate, HolderPublic, pair_from_seed};
use super::secret::{Key32, Secret};
use super::symbols;

#[cfg(test)]
mod tests;

const DATA_SIGNS: usize = 20;
/// How many signs a code has, check sign included.
pub const RECEIPT_SIGNS: usize = 21;
/// How many groups a code is shown in.
pub const RECEIPT_GROUPS: usize = 7;
/// How many signs a group has.
pub const GROUP_SIGNS: usize = 3;
const LOOKUP: &str = "meldroute/receipt/lookup/v1";
const CHECK: &str = "meldroute/joining/check/v1";
const MAILBOX: &str = "meldroute/receipt/mailbox/v1";

/// A melder's code. Has no `Debug` and is wiped when dropped.
pub struct Receipt {
    // One value below 32 per sign, the check sign left out.
    signs: Secret<[u8; DATA_SIGNS]>,
}

/// Why a typed code is not a code. Tells shape only, never whether a melding exists, and holds nothing of what was
/// typed: the page takes that from its own form ([`group_as_typed`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ReceiptError {
    /// Seven groups were typed, and this one (from 1) has too few or too many signs.
    #[error("Groepje {group} heeft {}. Dat moeten 3 tekens zijn.", counted(*.signs))]
    Group {
        /// Which group, counted from 1.
        group: usize,
        /// How many signs it has.
        signs: usize,
    },
    /// The number of signs is wrong and the groups cannot be told apart.
    #[error("U typte {}. De code heeft er 21.", counted(*.signs))]
    Length {
        /// How many signs were typed.
        signs: usize,
    },
    /// A sign that no code contains, in this group (from 1).
    #[error("In groepje {group} staat een teken dat niet in een code voorkomt.")]
    ForeignSign {
        /// Which group, counted from 1.
        group: usize,
    },
    /// All signs are possible, but together they are no code.
    #[error("Ergens staat een ander teken dan in uw code. Kijk groepje voor groepje.")]
    CheckSign,
}

fn counted(signs: usize) -> String {
    if signs == 1 { "1 teken".to_owned() } else { format!("{signs} tekens") }
}

impl Receipt {
    /// A fresh code.
    ///
    /// # Errors
    /// [`EntropyError`] when the source fails.
    pub fn random(entropy: &mut dyn Entropy) -> Result<Self, EntropyError> {
        let mut signs = Secret::new([0; DATA_SIGNS]);
        entropy.fill(signs.expose_mut())?;
        // Five of each eight random bits: exactly 100 bits, every value equally likely.
        signs.expose_mut().iter_mut().for_each(|sign| *sign &= 31);
        Ok(Self { signs })
    }

    /// Reads a code as people type it: capitals or not, with or without spaces and dashes, O for 0, I or L for 1.
    ///
    /// # Errors
    /// [`ReceiptError`], which says what to look at.
    pub fn parse(typed: &str) -> Result<Self, ReceiptError> {
        let count = typed.chars().filter(|sign| !symbols::is_separator(*sign)).count();
        if count != RECEIPT_SIGNS {
            return Err(wrong_length(typed, count));
        }
        let mut values = Secret::new([0_u8; RECEIPT_SIGNS]);
        let typed_signs = typed.chars().filter(|sign| !symbols::is_separator(*sign));
        for (place, (slot, sign)) in values.expose_mut().iter_mut().zip(typed_signs).enumerate() {
            *slot = symbols::value(sign).ok_or(ReceiptError::ForeignSign { group: place / GROUP_SIGNS + 1 })?;
        }
        if !symbols::holds(values.expose().iter().copied()) {
            return Err(ReceiptError::CheckSign);
        }
        let mut signs = Secret::new([0; DATA_SIGNS]);
        for (slot, value) in signs.expose_mut().iter_mut().zip(values.expose()) {
            *slot = *value;
        }
        Ok(Self { signs })
    }

    /// The code as it is shown: seven groups of three with a space between.
    #[must_use]
    pub fn shown(&self) -> Secret<String> {
        let check = symbols::check(self.signs.expose().iter().copied());
        let mut text = Secret::new(String::with_capacity(RECEIPT_SIGNS + RECEIPT_GROUPS));
        for (place, value) in self.signs.expose().iter().chain([&check]).enumerate() {
            if place > 0 && place % GROUP_SIGNS == 0 {
                text.expose_mut().push(' ');
            }
            text.expose_mut().push(symbols::sign(*value));
        }
        text
    }

    /// The id by which the mailbox is found.
    ///
    /// # Errors
    /// [`VaultError`] from the key derivation; does not happen for this length.
    pub fn lookup_id(&self) -> Result<[u8; 32], VaultError> {
        Ok(*derive(self.signs.expose(), &[], LOOKUP)?.expose())
    }

    /// As a one-time code: the key under which a newcomer vouches for their own public keys (`vault/joining.rs`).
    ///
    /// # Errors
    /// [`VaultError`] from the key derivation; does not happen for this length.
    pub fn check_key(&self) -> Result<Key32, VaultError> {
        derive(self.signs.expose(), &[], CHECK)
    }

    /// The melder's pair: answers are sealed to the public half, the code gives the private half back.
    ///
    /// # Errors
    /// [`VaultError`] from the key derivation; does not happen for this length.
    pub fn mailbox_pair(&self) -> Result<(HolderPublic, HolderPrivate), VaultError> {
        pair_from_seed(&derive(self.signs.expose(), &[], MAILBOX)?)
    }
}

/// The group with this number (from 1) as it was typed, for the sentence on the page.
#[must_use]
pub fn group_as_typed(typed: &str, group: usize) -> Option<&str> {
    groups(typed).nth(group.checked_sub(1)?)
}

fn groups(typed: &str) -> impl Iterator<Item = &str> {
    typed.split(symbols::is_separator).filter(|group| !group.is_empty())
}

fn wrong_length(typed: &str, signs: usize) -> ReceiptError {
    if groups(typed).count() == RECEIPT_GROUPS {
        for (place, group) in groups(typed).enumerate() {
            let signs = group.chars().count();
            if signs != GROUP_SIGNS {
                return ReceiptError::Group { group: place + 1, signs };
            }
        }
    }
    ReceiptError::Length { signs }
}
