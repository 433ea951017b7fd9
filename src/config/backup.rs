//! What the configuration says of backups.

use serde::Deserialize;
use std::path::PathBuf;

/// Dutch: *reservekopie*. Backups.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupConfig {
    /// Days that the file with keys stays.
    pub keep_keys_days: u32,
    /// Days that the file with content stays.
    pub keep_content_days: u32,
    /// Days after which a backup is too old.
    pub warn_after_days: u32,
    /// The list of destructions outside the database.
    pub destructions: PathBuf,
}

impl BackupConfig {
    /// The key that cannot be as it is, and why.
    pub(super) fn impossible(&self) -> Option<(&'static str, &'static str)> {
        if self.keep_keys_days == 0 || self.keep_content_days < self.keep_keys_days {
            return Some(("backup", "sleutels minstens een dag, en inhoud minstens zo lang als sleutels"));
        }
        let nowhere = self.destructions.as_os_str().is_empty();
        nowhere.then_some(("backup.destructions", "zonder deze lijst komt bij terugzetten terug wat vernietigd is"))
    }
}
