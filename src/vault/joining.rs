//! How a newcomer's public keys reach whoever lets them in: under the one-time code (HMAC-SHA256, RFC 2104, with a key
//! from HKDF), which whoever writes to the database does not know, or by voice, as a fingerprint of six groups of three.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use uuid::Uuid;

use super::canon::Canon;
use super::error::VaultError;
use super::kdf::labelled_hash;
use super::member::MemberPublics;
use super::secret::Key32;
use super::symbols;

const LABEL: &str = "meldroute/joining/keys/v1";
/// As what the check key is sealed.
pub const CHECK_KIND: &str = "joining";
/// How many groups a fingerprint has.
pub const FINGERPRINT_GROUPS: usize = 6;
const GROUP_SIGNS: usize = 3;

fn words(member: Uuid, keys: &MemberPublics) -> Vec<u8> {
    Canon::new(LABEL).uuid(member).bytes(&keys.exchange.0).bytes(&keys.signing.0).finish()
}

fn hmac(key: &Key32, member: Uuid, keys: &MemberPublics) -> Result<Hmac<Sha256>, VaultError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose()).map_err(|_| VaultError::UnusableKey)?;
    mac.update(&words(member, keys));
    Ok(mac)
}

/// What the newcomer leaves with their public keys.
///
/// # Errors
/// [`VaultError::UnusableKey`]; does not happen for a key of this length.
pub fn vouch(key: &Key32, member: Uuid, keys: &MemberPublics) -> Result<[u8; 32], VaultError> {
    Ok(hmac(key, member, keys)?.finalize().into_bytes().into())
}

/// Whether these are the keys that were made with the code, compared in constant time.
///
/// # Errors
/// [`VaultError::NotGenuine`] when they are not.
pub fn check(key: &Key32, member: Uuid, keys: &MemberPublics, left: &[u8]) -> Result<(), VaultError> {
    hmac(key, member, keys)?.verify_slice(left).map_err(|_| VaultError::NotGenuine)
}

/// The fingerprint of somebody's public keys, as it is shown: 90 bits of SHA-256 in six groups of three signs.
#[must_use]
pub fn fingerprint(member: Uuid, keys: &MemberPublics) -> String {
    let hash = labelled_hash(LABEL, &words(member, keys));
    let signs: Vec<char> =
        hash.iter().take(FINGERPRINT_GROUPS * GROUP_SIGNS).map(|byte| symbols::sign(*byte)).collect();
    signs.chunks(GROUP_SIGNS).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// Whether what was typed is this fingerprint: capitals or not, O for 0, I or L for 1, spaces or dashes between.
///
/// # Errors
/// [`VaultError::NotGenuine`] when it is not.
pub fn check_typed(member: Uuid, keys: &MemberPublics, typed: &str) -> Result<(), VaultError> {
    let values = |text: &str| -> Vec<Option<u8>> {
        text.chars().filter(|sign| !symbols::is_separator(*sign)).map(symbols::value).collect()
    };
    let typed = values(typed);
    let same = typed.iter().all(Option::is_some) && typed == values(&fingerprint(member, keys));
    if same { Ok(()) } else { Err(VaultError::NotGenuine) }
}

#[cfg(test)]
mod tests {
    use super::super::entropy::SeededEntropy;
    use super::super::member::MemberKeys;
    use super::super::receipt::Receipt;
    use super::*;

    fn publics(seed: u64) -> MemberPublics {
        MemberKeys::generate(&mut SeededEntropy::new(seed)).unwrap().publics().unwrap()
    }

    #[test]
    fn only_the_code_vouches_and_only_for_these_keys_of_this_member() {
        let key = |seed| Receipt::random(&mut SeededEntropy::new(seed)).unwrap().check_key().unwrap();
        let (who, keys) = (Uuid::from_u128(1), publics(1));
        let left = vouch(&key(7), who, &keys).unwrap();
        assert_eq!(check(&key(7), who, &keys, &left), Ok(()));
        assert!(check(&key(8), who, &keys, &left).is_err());
        assert!(check(&key(7), Uuid::from_u128(2), &keys, &left).is_err());
        let mut swapped = keys;
        swapped.exchange = publics(2).exchange;
        assert!(check(&key(7), who, &swapped, &left).is_err());
        swapped = keys;
        swapped.signing = publics(2).signing;
        assert!(check(&key(7), who, &swapped, &left).is_err());
    }

    #[test]
    fn a_fingerprint_is_read_out_and_typed_as_people_do() {
        let (who, keys) = (Uuid::from_u128(1), publics(1));
        let shown = fingerprint(who, &keys);
        assert_eq!(shown.split(' ').map(str::len).collect::<Vec<_>>(), [GROUP_SIGNS; FINGERPRINT_GROUPS]);
        for typed in [shown.clone(), shown.to_lowercase(), shown.replace(' ', "-"), shown.replace(' ', "")] {
            assert_eq!(check_typed(who, &keys, &typed), Ok(()), "{typed}");
        }
        for typed in ["", "U", &shown[..shown.len() - 1], &format!("{shown} 0"), &fingerprint(who, &publics(2))] {
            assert!(check_typed(who, &keys, typed).is_err(), "{typed}");
        }
    }
}
