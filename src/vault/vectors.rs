//! Reads the published vectors in `tests/vectors` (sources and licences in `tests/vectors/vault.md`).

use data_encoding::HEXLOWER;
use serde_json::Value;

/// One vector file.
pub(super) fn load(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Runs `check` with each test of a Wycheproof file and its group; gives how many ran.
pub(super) fn wycheproof(name: &str, mut check: impl FnMut(&Value, &Value)) -> usize {
    let file = load(name);
    let mut ran = 0;
    for group in file["testGroups"].as_array().unwrap() {
        for test in group["tests"].as_array().unwrap() {
            check(group, test);
            ran += 1;
        }
    }
    assert_eq!(u64::try_from(ran).unwrap(), file["numberOfTests"].as_u64().unwrap());
    ran
}

/// A field in hexadecimal.
pub(super) fn bytes(value: &Value, name: &str) -> Vec<u8> {
    hex(value[name].as_str().unwrap())
}

/// A field of fixed length in hexadecimal.
pub(super) fn array<const N: usize>(value: &Value, name: &str) -> [u8; N] {
    bytes(value, name).try_into().unwrap()
}

/// Hexadecimal to bytes.
pub(super) fn hex(text: &str) -> Vec<u8> {
    HEXLOWER.decode(text.as_bytes()).unwrap()
}
