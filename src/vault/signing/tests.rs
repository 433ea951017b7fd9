use super::super::entropy::SeededEntropy;
use super::super::vectors;
use super::*;

#[test]
fn the_published_vectors_of_ed25519_hold() {
    vectors::wycheproof("ed25519_test.json", |group, test| {
        let key = VerifyKey(vectors::array(&group["publicKey"], "pk"));
        let message = vectors::bytes(test, "msg");
        // A signature of another length does not fit the type; those vectors are refused before they begin.
        let verified = <[u8; 64]>::try_from(vectors::bytes(test, "sig"))
            .is_ok_and(|signature| key.verify_bare(&message, &Signature(signature)).is_ok());
        assert_eq!(verified, test["result"] == "valid", "{test}");
    });
}

#[test]
fn signing_gives_the_signature_of_rfc_8032() {
    // RFC 8032, section 7.1, test 1: the empty message.
    let seed = vectors::hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    let signer = Signer::from_key(Key32::new(seed.try_into().unwrap()));
    let public = vectors::hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    assert_eq!(signer.verify_key().0.as_slice(), public);
    let expected = concat!(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555",
        "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    );
    assert_eq!(signer.sign_bare(b"").0.as_slice(), vectors::hex(expected));
}

#[test]
fn a_signature_holds_for_its_message_context_and_key_only() {
    let mut entropy = SeededEntropy::new(1);
    let signer = Signer::generate(&mut entropy).unwrap();
    let other = Signer::generate(&mut entropy).unwrap();
    let signature = signer.sign("weighing/v1", b"doorgeven");
    let key = signer.verify_key();
    assert_eq!(key.verify_strict("weighing/v1", b"doorgeven", &signature), Ok(()));
    let refused = Err(VaultError::NotGenuine);
    assert_eq!(key.verify_strict("grant/v1", b"doorgeven", &signature), refused);
    assert_eq!(key.verify_strict("weighing/v1", b"doorgeve", &signature), refused);
    assert_eq!(key.verify_strict("weighing/v1d", b"oorgeven", &signature), refused);
    assert_eq!(other.verify_key().verify_strict("weighing/v1", b"doorgeven", &signature), refused);
    for place in 0..64 {
        let mut changed = signature;
        changed.0[place] ^= 1;
        assert_eq!(key.verify_strict("weighing/v1", b"doorgeven", &changed), refused, "byte {place}");
    }
}

#[test]
fn a_key_that_signs_everything_verifies_nothing() {
    // The neutral element as public key: without the strict check one signature would fit every message.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let mut forged = [0; 64];
    forged[0] = 1;
    assert!(VerifyKey(neutral).verify_bare(b"anything", &Signature(forged)).is_err());
}

#[test]
fn the_fingerprint_is_sha_256_of_the_key() {
    let expected = "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925";
    assert_eq!(VerifyKey([0; 32]).fingerprint().as_slice(), vectors::hex(expected));
}
