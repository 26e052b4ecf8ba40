//! Failed attempts to sign in: each name waits longer after each, known or not, and never for good; and only a few
//! passwords are looked at together, so that signing in cannot be used to stop the program.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;

use super::Failure;
use super::session::digest;

/// Attempts that failed since the last that did not, by a digest of the name.
pub(crate) struct Attempts {
    by_name: Mutex<HashMap<[u8; 32], Failed>>,
    looking: Semaphore,
    waiting: Semaphore,
}

#[derive(Clone, Copy)]
struct Failed {
    times: u32,
    last_at: Timestamp,
}

/// Failures that cost nothing: people mistype.
const FREE: u32 = 3;
/// The longest wait: long enough to make guessing useless, short enough that nobody can lock a colleague out for a shift.
const LONGEST_S: i64 = 300;
/// Names remembered at most.
const NAMES: usize = 10_000;
/// Passwords looked at together: each takes 19 MiB and some hundredths of a second of a core.
const TOGETHER: usize = 2;
/// Requests that may wait for that.
const IN_LINE: usize = 50;

impl Default for Attempts {
    fn default() -> Attempts {
        Attempts { by_name: Mutex::default(), looking: Semaphore::new(TOGETHER), waiting: Semaphore::new(IN_LINE) }
    }
}

impl Attempts {
    /// Begins an attempt, which counts as failed until [`Attempts::succeeded`]: whoever tries many at once is counted for
    /// each. An attempt that comes too early is not looked at and not counted; it hears how long to wait.
    pub(crate) fn begin(&self, name: &str, now: Timestamp) -> Result<(), SignedDuration> {
        let mut by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        if by_name.len() >= NAMES {
            by_name.retain(|_, failed| now.duration_since(failed.last_at) < SignedDuration::from_hours(1));
        }
        let failed = by_name.entry(digest(name)).or_insert(Failed { times: 0, last_at: now });
        let open_at = failed.last_at + wait_after(failed.times);
        if now < open_at {
            return Err(open_at.duration_since(now));
        }
        *failed = Failed { times: failed.times.saturating_add(1), last_at: now };
        Ok(())
    }

    /// The name was the right one's: what failed before is forgotten.
    pub(crate) fn succeeded(&self, name: &str) {
        self.by_name.lock().unwrap_or_else(PoisonError::into_inner).remove(&digest(name));
    }

    /// Runs `look`, which is costly, with at most a few others beside it.
    pub(crate) async fn look<T: Send + 'static>(&self, look: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
        let _line = self.waiting.try_acquire().map_err(|_| Failure::Busy)?;
        let _turn = self.looking.acquire().await?;
        Ok(tokio::task::spawn_blocking(look).await?)
    }
}

/// Nothing for the first few, then 1, 2, 4, 8 … seconds.
fn wait_after(times: u32) -> SignedDuration {
    let doubled = times.checked_sub(FREE).map_or(0, |more| 1_i64.checked_shl(more.min(62)).unwrap_or(LONGEST_S));
    SignedDuration::from_secs(doubled.min(LONGEST_S))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    #[test]
    fn each_failure_doubles_the_wait_and_none_locks_for_good() {
        let attempts = Attempts::default();
        let (mut now, mut waits) = (0, vec![]);
        for _ in 0..16 {
            match attempts.begin("chen", at(now)) {
                Ok(()) => waits.push(0),
                Err(wait) => {
                    waits.push(wait.as_secs());
                    now += wait.as_secs();
                    assert_eq!(attempts.begin("chen", at(now)), Ok(()), "open again after what it was told to wait");
                }
            }
        }
        assert_eq!(waits, [0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]);
    }

    #[test]
    fn waiting_is_by_name_and_coming_early_does_not_lengthen_it() {
        let attempts = Attempts::default();
        for _ in 0..4 {
            let _ = attempts.begin("chen", at(0));
        }
        assert_eq!(attempts.begin("fang", at(0)), Ok(()), "another name does not wait");
        for _ in 0..20 {
            assert_eq!(attempts.begin("chen", at(0)), Err(SignedDuration::from_secs(1)));
        }
        assert_eq!(attempts.begin("chen", at(1)), Ok(()));
        attempts.succeeded("chen");
        assert_eq!(attempts.begin("chen", at(1)), Ok(()));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let attempts = Attempts::default();
        for name in 0..NAMES + 50 {
            let _ = attempts.begin(&name.to_string(), at(if name < NAMES { 0 } else { 4_000 }));
        }
        assert!(attempts.by_name.lock().unwrap().len() <= 51);
    }
}
