//! Wrong attempts slow the account, not the site. A try is counted before anything is looked at, in a write of its own
//! that every process sees, so that many tries at once cannot outrun the count. Names that nobody has are counted and
//! slowed like any other: the wait tells nothing of who works here.

use super::{App, AppError};
use crate::domain::time::Moment;
use crate::policy::OpContext;
use crate::store::attempts::AttemptsRow;

const LABEL: &str = "meldroute/sign-in-attempts/v1";
/// So many tries are free.
pub const FREE_ATTEMPTS: i64 = 5;
/// The wait after the last free try, in seconds; it doubles with each that follows.
pub const FIRST_WAIT_SECONDS: i64 = 2;
/// After so many seconds without a try everything is forgotten.
pub const FORGOTTEN_AFTER_SECONDS: i64 = 24 * 3600;

/// A try that was counted. Whoever checks a password or a code asks for one.
#[derive(Debug)]
pub struct Attempt {
    /// The name as accounts are named.
    pub(super) login: String,
    /// Its keyed hash.
    pub(super) account: String,
}

/// A name as typed, in the one form that counts.
fn as_named(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// Seconds to wait after so many tries.
fn wait_after(counted: i64, longest: i64) -> i64 {
    let doublings = counted - FREE_ATTEMPTS;
    if doublings < 0 {
        return 0;
    }
    // Beyond 30 doublings any longest wait was reached long ago, and shifting further would overflow.
    (FIRST_WAIT_SECONDS << doublings.min(30)).min(longest)
}

/// The seconds that are left to wait, rounded up; none when a try is free now.
fn wait_left(row: &AttemptsRow, now: Moment, longest: i64) -> Option<u32> {
    let open_at = row.last_at.plus_seconds(wait_after(row.counted, longest));
    let left = open_at.micros_since(now);
    if left <= 0 { None } else { u32::try_from(left.saturating_add(999_999).div_euclid(1_000_000)).ok() }
}

impl App {
    /// Counts a try for this name before it is looked at, or refuses it while the name has to wait. Blocks.
    ///
    /// # Errors
    /// [`AppError::Slowed`] with the seconds to wait, which stands in the log; any store error.
    pub fn count_attempt(&self, op: &OpContext, typed: &str) -> Result<Attempt, AppError> {
        let name = as_named(typed);
        let account = self.account_of(&name);
        let longest = self.sign_in_terms().longest_wait_seconds;
        let (counting, now) = (account.clone(), op.at);
        self.store().tend_blocking::<AppError, _>(op, "sign_in.count", move |tx| {
            let forgotten = now.plus_seconds(-FORGOTTEN_AFTER_SECONDS);
            let known = tx.attempts_fetch(&counting)?.filter(|row| row.last_at.micros_since(forgotten) >= 0);
            if let Some(seconds) = known.as_ref().and_then(|row| wait_left(row, now, longest)) {
                return Err(AppError::Slowed { seconds });
            }
            let (counted, last_at) = known.map_or((0, now), |row| (row.counted, row.last_at));
            // A process whose clock lags does not shorten the wait.
            let last_at = if now.micros_since(last_at) > 0 { now } else { last_at };
            tx.attempts_put(&AttemptsRow { account: counting.clone(), counted: counted.saturating_add(1), last_at })?;
            Ok(())
        })?;
        Ok(Attempt { login: super::sign_in::as_login(&name), account })
    }

    /// What the tries for a name are counted under.
    pub(super) fn account_of(&self, name: &str) -> String {
        self.keys().server.tag(LABEL, &[name])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_tries_are_free_and_then_the_wait_doubles_up_to_the_longest() {
        let waits: Vec<i64> = (0..20).map(|counted| wait_after(counted, 900)).collect();
        assert_eq!(waits[..9], [0, 0, 0, 0, 0, 2, 4, 8, 16]);
        assert_eq!(waits[13..], [512, 900, 900, 900, 900, 900, 900]);
        assert_eq!(wait_after(i64::MAX, 900), 900);
    }

    #[test]
    fn what_is_left_of_a_wait_is_rounded_up_and_ends() {
        let row = AttemptsRow { account: String::new(), counted: 6, last_at: Moment::from_micros(0) };
        let left = |micros| wait_left(&row, Moment::from_micros(micros), 900);
        assert_eq!(left(0), Some(4));
        assert_eq!(left(3_500_000), Some(1));
        assert_eq!(left(4_000_000), None);
    }
}
