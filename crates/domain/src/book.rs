//! The book: what one lender's deployment has decided for everybody in it. An argument of use cases, like the day.

use alloc::string::String;

use jiff::tz::TimeZone;

use crate::day::Day;
use crate::house::House;
use crate::law::{Calendar, Grading, Law};
use crate::moment::{Moment, Timestamp};

/// The settings of a book.
#[derive(Clone, Debug)]
pub struct Book {
    /// ISO 4217 code of the one currency.
    pub currency: String,
    /// The zone of the book: its business day, and the zone of people whose own is not known.
    pub zone: TimeZone,
    /// The packs in force.
    pub law: Law,
    /// Workdays and holidays.
    pub calendar: Calendar,
    /// Finds a time zone by its IANA name: the core keeps no table of zones.
    pub zones: fn(&str) -> Option<TimeZone>,
    /// What this lender offers, who may give up how much, what is done next, and what is asked of means.
    pub house: House,
}

impl Book {
    /// The book's day at an instant.
    pub fn day_of(&self, at: Timestamp) -> Day {
        Moment::new(at, self.zone.clone()).day()
    }

    /// The instant as the book's clocks show it.
    pub fn moment(&self, at: Timestamp) -> Moment {
        Moment::new(at, self.zone.clone())
    }

    /// The instant at which `day` begins by the book's clocks.
    pub fn start_of(&self, day: Day) -> Timestamp {
        let (year, month, dom) = day.civil();
        let midnight = jiff::civil::date(year as i16, month as i8, dom as i8).at(0, 0, 0, 0);
        self.zone.to_ambiguous_timestamp(midnight).compatible().unwrap_or(Timestamp::MAX)
    }

    /// Which of the five grades this lender's claims have, by the law in force on `day`.
    pub fn grading(&self, day: Day) -> Option<&Grading> {
        self.law.grading(self.house.lender.institution, self.house.lender.product, day)
    }

    /// By when a complaint received on `day` must be answered.
    pub fn complaint_due_on(&self, day: Day) -> Day {
        self.law.complaint_due_on(day)
    }
}
