//! The clock that pages and commands go by: the real one, which a demonstration may set ahead by whole days.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

const DAY: i64 = 24 * 60 * 60;

/// How many seconds ahead of the real clock we are.
#[derive(Default)]
pub(crate) struct Clock(AtomicI64);

impl Clock {
    /// A clock so many days ahead.
    pub(crate) fn ahead_by(days: i32) -> Clock {
        Clock(AtomicI64::new(i64::from(days.max(0)) * DAY))
    }

    /// A clock that begins when it is next this hour eight hours east of Greenwich, for what only happens by day or by night.
    #[cfg(test)]
    pub(crate) fn from_hour(hour: i64) -> Clock {
        Clock(AtomicI64::new(((hour - 8) * 60 * 60 - Timestamp::now().as_second()).rem_euclid(DAY)))
    }

    /// What it shows.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::now() + SignedDuration::from_secs(self.0.load(Ordering::Relaxed))
    }

    /// Sets it one day ahead.
    pub(crate) fn next_day(&self) {
        self.0.fetch_add(DAY, Ordering::Relaxed);
    }
}
