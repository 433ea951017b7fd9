//! What can go wrong in the vault. No variant carries a secret, nor anything from which one follows.

use thiserror::Error;

use super::entropy::EntropyError;

/// Why the vault refused. The texts name the kind of trouble, never what was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum VaultError {
    /// The operating system gave no random bytes; nothing was sealed.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The stored bytes start with a format version this program does not know, or are too short to have one.
    #[error("onbekende vorm: deze bytes zijn door een andere versie of niet door deze dienst geschreven")]
    UnknownFormat,
    /// A sealed key names a suite of algorithms this program does not know.
    #[error("onbekende versleutelsuite")]
    UnknownSuite,
    /// The bytes were sealed under another key than the one offered.
    #[error("verzegeld onder een andere sleutel")]
    UnknownKey,
    /// The bytes were changed, moved to another place, or belong to another key or purpose.
    #[error("niet echt: gewijzigd, verplaatst of voor een ander doel verzegeld")]
    NotGenuine,
    /// A public key that is no usable point, or a key of the wrong length.
    #[error("onbruikbare sleutel")]
    UnusableKey,
    /// The plaintext is longer than one field may be.
    #[error("te lang om in één veld te verzegelen")]
    TooLong,
    /// The cost asked for the password function lies outside the documented bounds.
    #[error("de kosten van de wachtwoordfunctie vallen buiten de grenzen")]
    KdfCost,
    /// The password is empty or longer than [`super::password::PASSWORD_MAX_BYTES`].
    #[error("het wachtwoord is leeg of te lang")]
    PasswordLength,
    /// A text that should be a session token or a stored record is not one.
    #[error("onleesbaar")]
    Unreadable,
}
