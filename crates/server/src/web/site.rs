//! What every request shares.

use std::sync::Arc;
use std::time::Instant;

use domain::book::Book;
use domain::day::Day;
use domain::id::PersonId;
use domain::moment::Moment;
use ed25519_dalek::SigningKey;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use store::Store;

use super::health::Metrics;
use super::session::Sessions;
use crate::texts::Currency;

/// The running server.
pub(crate) struct Site {
    /// The book.
    pub(crate) store: Arc<Store>,
    /// Whether this is a demonstration: a watermark, a role switch, and nothing is sent to anybody.
    pub(crate) demo: bool,
    /// In a demonstration, who plays which told story.
    pub(crate) stories: Vec<(&'static str, PersonId)>,
    /// Whether browsers reach us by https, so that cookies may insist on it.
    pub(crate) https: bool,
    /// The book's currency.
    pub(crate) currency: Currency,
    /// The book's zone.
    pub(crate) zone: TimeZone,
    /// The book's key: it signs leases, and codes for the door are made of it.
    pub(crate) key: SigningKey,
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

    /// The same as the book's clocks show it.
    pub(crate) fn moment(&self) -> Moment {
        self.book().moment(self.now())
    }

    /// The book's day.
    pub(crate) fn today(&self) -> Day {
        self.book().day_of(self.now())
    }

    /// The rules and settings of the book.
    pub(crate) fn book(&self) -> &Arc<Book> {
        self.store.book()
    }
}
