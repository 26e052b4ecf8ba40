//! Exact time, and exact time as it is read on a wall.

use alloc::string::String;
pub use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::day::Day;

/// An instant together with the zone of the person concerned: what the law's hours are read in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    at: Timestamp,
    zone: TimeZone,
}

impl Moment {
    /// The instant `at`, read in `zone`.
    pub fn new(at: Timestamp, zone: TimeZone) -> Moment {
        Moment { at, zone }
    }

    /// The instant.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The zone it is read in.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The zone's IANA name, where it has one.
    pub fn zone_name(&self) -> Option<String> {
        self.zone.iana_name().map(String::from)
    }

    /// The local day.
    pub fn day(&self) -> Day {
        let date = self.zone.to_datetime(self.at).date();
        Day::new(i32::from(date.year()), date.month() as u32, date.day() as u32).unwrap_or(Day::MAX)
    }

    /// Minutes since local midnight on the wall clock, 0 to 1439.
    pub fn minute_of_day(&self) -> u32 {
        let time = self.zone.to_datetime(self.at).time();
        time.hour() as u32 * 60 + time.minute() as u32
    }
}
