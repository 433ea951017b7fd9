//! Keys and sealed fields. Published standards through reviewed crates. Knows no SQL.
//!
//! Three ideas carry this room:
//!
//! - *Access is a key.* A field is sealed under the key of its record ([`field`]); that key is sealed to each holder's
//!   public key ([`seal`]). Whoever holds no key, reads nothing, whatever the database says.
//! - *Every sealed thing knows its place.* Table, column, row, key and version are bound into the sealing, so bytes
//!   that were copied elsewhere do not open there.
//! - *A public key is a statement* ([`statement`]): signed by someone already trusted, in a chain that begins with the
//!   set-up key. A key that is merely present in the database proves nothing.
//!
//! Everything that needs chance takes an [`Entropy`] as argument; nothing here reads a clock.

mod aead;
pub mod backup;
pub mod bearer;
mod canon;
pub mod digest;
pub mod emergency;
pub mod entropy;
pub mod error;
pub mod factor;
pub mod field;
pub mod idempotency;
pub mod identity;
pub mod joining;
mod jwt;
mod kdf;
pub mod kept;
pub mod machine;
pub mod member;
pub mod password;
pub mod receipt;
pub mod recovery;
pub mod ring;
pub mod seal;
pub mod secret;
pub mod session;
pub mod signing;
pub mod statement;
mod symbols;
#[cfg(test)]
mod vectors;

pub use bearer::{BearerClaims, BearerKey};
pub use entropy::{Entropy, EntropyError, OsEntropy, SeededEntropy, random_uuid_v4};
pub use error::VaultError;
pub use field::{FieldAddress, RecordKey, open_field, seal_field, sealed_under};
pub use idempotency::IdempotencyKey;
pub use member::{MemberKeys, MemberPublics};
pub use password::{KdfCost, PasswordRecord, WrappingKey, WrongPassword};
pub use receipt::{Receipt, ReceiptError};
pub use ring::KeyRing;
pub use seal::{HolderPrivate, HolderPublic, SealPurpose, generate_pair, open_key, seal_key};
pub use secret::{Key32, Secret};
pub use session::{ServerKey, SessionToken};
pub use signing::{Signature, Signer, VerifyKey};
pub use statement::{KeyStatement, Owner, SignedStatement, StatementError, StatementKind, TrustedKey, TrustedKeys};
