//! What every request shares.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Instant;

use domain::book::Book;
use domain::day::Day;
use domain::id::PersonId;
use domain::moment::Moment;
use domain::strategy::Table;
use ed25519_dalek::SigningKey;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use store::Store;

use super::attempts::Attempts;
use super::clock::Clock;
use super::health::Metrics;
use super::limit::Limit;
use super::session::Sessions;
use crate::letterhead::Letterhead;
use crate::pages::set_up::SetUp;
use crate::phone::Phones;
use crate::texts::Currency;
use crate::travel_times::TravelTimes;

/// The running server.
pub(crate) struct Site {
    /// The book.
    pub(crate) store: Arc<Store>,
    /// Whether this is a demonstration: a watermark, a role switch, and nothing is sent to anybody.
    pub(crate) demo: bool,
    /// The clock, which a demonstration may set ahead.
    pub(crate) clock: Clock,
    /// The key that seals days, where nights are run from a page: in a demonstration.
    pub(crate) seal_key: Option<SigningKey>,
    /// How much of the book is made, in percent: a demonstration is looked at while it grows.
    pub(crate) making: Arc<AtomicU32>,
    /// In a demonstration, who plays which told story.
    pub(crate) stories: Vec<(&'static str, PersonId)>,
    /// Whether browsers reach us by https, so that cookies may insist on it.
    pub(crate) https: bool,
    /// The book's currency.
    pub(crate) currency: Currency,
    /// Where travel times come from; none for the straight line.
    pub(crate) travel_times: Option<TravelTimes>,
    /// Who lends, as paper says it.
    pub(crate) letterhead: Letterhead,
    /// The book's zone.
    pub(crate) zone: TimeZone,
    /// The book's key: it signs leases, and codes for the door are made of it.
    pub(crate) key: SigningKey,
    /// Who should be visited at all.
    pub(crate) strategy: Table,
    /// How often badges may be asked about.
    pub(crate) badge_checks: Limit,
    /// The key that calls of providers must be signed with; none while none are awaited.
    pub(crate) callback_key: Option<Vec<u8>>,
    /// Who is signed in.
    pub(crate) sessions: Sessions,
    /// Failed attempts to sign in.
    pub(crate) attempts: Attempts,
    /// The link by which the first member of staff comes in, while there is none.
    pub(crate) set_up: SetUp,
    /// What is kept in hand for collectors' phones.
    pub(crate) phones: Phones,
    /// Counts for `/metrics`.
    pub(crate) metrics: Metrics,
    /// When the process began to serve.
    pub(crate) started: Instant,
}

impl Site {
    /// The instant that pages and commands of this request happen at, to the microsecond, as it is kept: what is answered now
    /// is what is answered again later.
    pub(crate) fn now(&self) -> Timestamp {
        let now = self.clock.now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
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
    pub(crate) fn book(&self) -> Arc<Book> {
        self.store.book()
    }
}
