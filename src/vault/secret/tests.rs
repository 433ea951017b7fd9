use std::fmt::{Debug, Display};
use std::rc::Rc;

use zeroize::Zeroize;

use super::super::entropy::SeededEntropy;
use super::super::{
    HolderPrivate, MemberKeys, Receipt, RecordKey, ServerKey, SessionToken, Signer, WrappingKey, identity, recovery,
};
use super::*;

/// Does not compile when the type has one of the traits: then two implementations fit and neither is chosen.
macro_rules! cannot_be_shown_or_copied {
    ($($kind:ty),+ $(,)?) => {$({
        trait Fits<Which> { fn here() {} }
        impl<T: ?Sized> Fits<()> for T {}
        struct ByDebug;
        impl<T: ?Sized + Debug> Fits<ByDebug> for T {}
        struct ByDisplay;
        impl<T: ?Sized + Display> Fits<ByDisplay> for T {}
        struct BySerialize;
        impl<T: ?Sized + serde::Serialize> Fits<BySerialize> for T {}
        struct ByClone;
        impl<T: ?Sized + Clone> Fits<ByClone> for T {}
        <$kind as Fits<_>>::here();
    })+};
}

#[test]
fn no_secret_type_can_be_printed_serialised_or_cloned() {
    cannot_be_shown_or_copied!(
        Key32,
        Secret<Vec<u8>>,
        Secret<String>,
        RecordKey,
        HolderPrivate,
        Signer,
        MemberKeys,
        WrappingKey,
        Receipt,
        SessionToken,
        ServerKey,
        identity::IdentityShares,
        recovery::RecoveryShare,
    );
}

#[test]
fn a_secret_is_wiped_when_it_is_dropped() {
    struct Witness(Rc<std::cell::Cell<u8>>);
    impl Zeroize for Witness {
        fn zeroize(&mut self) {
            self.0.set(0);
        }
    }
    let seen = Rc::new(std::cell::Cell::new(7));
    drop(Secret::new(Witness(Rc::clone(&seen))));
    assert_eq!(seen.get(), 0);
}

#[test]
fn a_failing_source_gives_no_key() {
    struct Broken;
    impl Entropy for Broken {
        fn fill(&mut self, _: &mut [u8]) -> Result<(), EntropyError> {
            Err(EntropyError)
        }
    }
    assert!(Key32::random(&mut Broken).is_err());
    assert!(RecordKey::random(&mut Broken).is_err());
    assert!(Receipt::random(&mut Broken).is_err());
    assert!(SessionToken::random(&mut Broken).is_err());
    assert!(MemberKeys::generate(&mut Broken).is_err());
    assert!(recovery::make(&mut Broken).is_err());
    let mut sound = SeededEntropy::new(1);
    let (public, _) = super::super::generate_pair(&mut sound).unwrap();
    let purpose =
        super::super::SealPurpose { what: uuid::Uuid::nil(), holder: uuid::Uuid::nil(), kind: "record", until: None };
    assert!(super::super::seal_key(&public, &purpose, &[1; 32], &mut Broken).is_err());
}
