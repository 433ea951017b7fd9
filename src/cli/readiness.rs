//! Dutch: *klaar voor echte signalen*. One list of what must be in place first, for `serve` and `doctor` alike. Who
//! builds one of these changes its line here.

use crate::app::backup::last_made;
use crate::config::{Config, SecondFactorName};
use crate::domain::time::Moment;
use crate::store::StoreError;
use crate::store::db::Db;

/// Looks at one thing; gives the words for it when it is missing.
type Line = fn(&Config, &mut Db, Moment) -> Result<Option<String>, StoreError>;

const LINES: [Line; 2] = [second_factor, backup];

/// What is missing before anybody should trust this installation with somebody's safety. Empty: it is ready.
///
/// # Errors
/// When the database cannot be read.
pub(super) fn lacking(config: &Config, db: &mut Db, now: Moment) -> Result<Vec<String>, StoreError> {
    let mut missing = Vec::new();
    for line in LINES {
        missing.extend(line(config, db, now)?);
    }
    Ok(missing)
}

#[expect(clippy::unnecessary_wraps, reason = "every line has the same form")]
fn second_factor(config: &Config, _: &mut Db, _: Moment) -> Result<Option<String>, StoreError> {
    let off = config.sign_in.second_factor == SecondFactorName::Off;
    Ok(off.then(|| "de tweede factor bij het aanmelden (zet sign_in.second_factor op required)".to_owned()))
}

fn backup(config: &Config, db: &mut Db, now: Moment) -> Result<Option<String>, StoreError> {
    if config.key_folder().backup_public().is_err() {
        return Ok(Some("een reservesleutel (meldroute backup-key)".to_owned()));
    }
    Ok(match age_in_days(last_made(db)?, now) {
        None => Some("een reservekopie (meldroute backup)".to_owned()),
        Some(days) if days > i64::from(config.backup.warn_after_days) => {
            Some(format!("een nieuwe reservekopie: de laatste is {days} dagen oud"))
        }
        Some(_) => None,
    })
}

/// How many days ago that was.
pub(super) fn age_in_days(made: Option<Moment>, now: Moment) -> Option<i64> {
    made.map(|made| now.day().days_since(made.day()))
}
