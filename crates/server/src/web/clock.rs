//! The clock that pages and commands go by: the real one, which a demonstration may set ahead by whole days.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// How many days ahead of the real clock we are.
#[derive(Default)]
pub(crate) struct Clock(AtomicI64);

impl Clock {
    /// A clock so many days ahead.
    pub(crate) fn ahead_by(days: i32) -> Clock {
        Clock(AtomicI64::new(i64::from(days.max(0))))
    }

    /// What it shows.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::now() + SignedDuration::from_hours(24 * self.0.load(Ordering::Relaxed))
    }

    /// Sets it one day ahead.
    pub(crate) fn next_day(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}
