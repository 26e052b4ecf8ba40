//! What every request shares.

use std::time::Instant;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::health::Metrics;
use super::session::Sessions;
use crate::texts::Currency;

/// The running server.
pub(crate) struct Site {
    /// Whether this is a demonstration: a watermark, a role switch, and nothing is sent to anybody.
    pub(crate) demo: bool,
    /// Whether browsers reach us by https, so that cookies may insist on it.
    pub(crate) https: bool,
    /// The book's currency.
    pub(crate) currency: Currency,
    /// The book's zone.
    pub(crate) zone: TimeZone,
    /// Who is signed in.
    pub(crate) sessions: Sessions,
    /// Counts for `/metrics`.
    pub(crate) metrics: Metrics,
    /// When the process began to serve.
    pub(crate) started: Instant,
}

impl Site {
    /// The instant that pages and commands of this request happen at.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
