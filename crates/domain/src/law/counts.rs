//! Counts of one day, standing numbers and dates of record. Unknown is a value of its own: it is not zero, and not "never".

use crate::day::Day;

use super::words::{Word, words};

words! {
    /// What is counted on the person's calendar day. A count never includes the planned act.
    Counter {
        /// Real conversations that the collector began.
        ActiveEffectiveCalls = "active_effective_calls_today",
        /// Announcements that were answered, by the institution.
        NotificationsByInstitution = "connected_notification_calls_today_institution",
        /// Announcements that were answered, by agencies.
        NotificationsByAgencies = "connected_notification_calls_today_agencies",
        /// Unanswered attempts at the number that would be called.
        UnansweredSameNumber = "unanswered_attempts_same_number_today",
        /// Messages that ask for payment.
        DemandTexts = "demand_texts_today",
        /// Calls of any kind.
        Calls = "calls_today",
        /// Visits.
        Visits = "visits_today",
        /// How often the person told a visitor to leave.
        AskedToLeave = "asked_to_leave_today",
    }
}

words! {
    /// A number that does not start again with the day.
    Number {
        /// Collectors who make the visit together.
        CollectorsPresent = "collectors_present",
        /// Earlier location contacts with the same person.
        LocationContacts = "prior_location_contacts_same_person",
        /// Answers already sent to what the consumer began.
        RepliesSent = "replies_already_sent",
        /// Contacts other than visits since the last visit.
        LighterContacts = "lighter_contacts_since_last_visit",
    }
}

words! {
    /// A day that something happened.
    DayOf {
        /// The first communication about the debt.
        FirstCommunication = "initial_communication_on",
        /// The debt adviser's notice that a plan is being worked on.
        DebtAdviserNotice = "debt_adviser_notice_on",
        /// The consumer's own consent to more calls.
        ConsentToMoreCalls = "direct_prior_consent_extra_calls_on",
        /// The collector's first day of employment.
        CollectorHired = "collector_hired_on",
        /// The last visit to the person.
        LastVisit = "last_visit_on",
    }
}

const COUNTERS: usize = Counter::ALL.len();
const NUMBERS: usize = Number::ALL.len();
const DAYS: usize = DayOf::ALL.len();

const UNKNOWN: u16 = u16::MAX;

/// The counts of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    on: Day,
    counts: [u16; COUNTERS],
}

impl Counts {
    /// Nothing is known of what happened on `on`.
    pub const fn unknown(on: Day) -> Counts {
        Counts { on, counts: [UNKNOWN; COUNTERS] }
    }

    /// Nothing has happened on `on`.
    pub const fn none(on: Day) -> Counts {
        Counts { on, counts: [0; COUNTERS] }
    }

    /// The day that was counted.
    pub const fn on(&self) -> Day {
        self.on
    }

    /// These counts, with `count` for `counter`.
    #[must_use]
    pub fn with(mut self, counter: Counter, count: u16) -> Counts {
        self.set(counter, count);
        self
    }

    /// Notes `count` for `counter`.
    pub fn set(&mut self, counter: Counter, count: u16) {
        self.counts[counter as usize] = count.min(UNKNOWN - 1);
    }

    /// The count on `day`. A later day than the one counted has seen nothing yet; of an earlier one nothing is known.
    pub fn get(&self, counter: Counter, day: Day) -> Option<u16> {
        let count = self.counts[counter as usize];
        match day.cmp(&self.on) {
            core::cmp::Ordering::Equal => (count != UNKNOWN).then_some(count),
            core::cmp::Ordering::Greater => Some(0),
            core::cmp::Ordering::Less => None,
        }
    }
}

/// Standing numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers([u16; NUMBERS]);

impl Numbers {
    /// None is known.
    pub const UNKNOWN: Numbers = Numbers([UNKNOWN; NUMBERS]);

    /// These numbers, with `value` for `number`.
    #[must_use]
    pub fn with(mut self, number: Number, value: u16) -> Numbers {
        self.set(number, value);
        self
    }

    /// Notes `value` for `number`.
    pub fn set(&mut self, number: Number, value: u16) {
        self.0[number as usize] = value.min(UNKNOWN - 1);
    }

    /// The value of `number`, if known.
    pub fn get(&self, number: Number) -> Option<u16> {
        let value = self.0[number as usize];
        (value != UNKNOWN).then_some(value)
    }
}

/// Whether and when something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Not known.
    Unknown,
    /// It never happened.
    Never,
    /// It happened on this day.
    On(Day),
}

/// Days on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days([When; DAYS]);

impl Days {
    /// None is known.
    pub const UNKNOWN: Days = Days([When::Unknown; DAYS]);
    /// None of it ever happened.
    pub const NEVER: Days = Days([When::Never; DAYS]);

    /// These days, with `when` for `day`.
    #[must_use]
    pub fn with(mut self, day: DayOf, when: When) -> Days {
        self.set(day, when);
        self
    }

    /// Notes `when` for `day`.
    pub fn set(&mut self, day: DayOf, when: When) {
        self.0[day as usize] = when;
    }

    /// When it happened.
    pub const fn get(&self, day: DayOf) -> When {
        self.0[day as usize]
    }
}
