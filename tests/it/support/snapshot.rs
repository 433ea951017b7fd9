//! Texts that are committed and must be what the code makes now.

use super::source;

/// Compares a file of `tests/it/snapshots` with what was just made; `UPDATE_DOCS=1` writes it.
pub fn assert_current(name: &str, made: &str) {
    let path = source::root().join("tests/it/snapshots").join(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, made).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let first = committed.lines().zip(made.lines()).find(|(one, other)| one != other);
    assert!(
        committed == made,
        "{name} is not what the code does now. First difference: {first:?}\nLook whether the change is meant; then run \
         the tests once with UPDATE_DOCS=1 and commit it.\n{made}"
    );
}
