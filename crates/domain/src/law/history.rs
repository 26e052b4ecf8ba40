//! Dated histories and how they are counted: pure functions, so that whoever reserves a slot counts as the law does.

use alloc::vec::Vec;

use crate::day::Day;
use crate::moment::Timestamp;

/// What has happened about one debt with one person, oldest first or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Calls that the collector placed, ringless voicemail among them.
    pub calls: Vec<Call>,
    /// Days on which the debt was talked about by telephone, whoever began.
    pub conversations: Vec<Day>,
    /// Days on which texts were sent, once for each text.
    pub texts: Vec<Day>,
}

/// One call that was placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The person's calendar day.
    pub on: Day,
    /// The instant, where it was noted.
    pub at: Option<Timestamp>,
    /// Whether it reached the number that was dialled.
    pub connected_to_number: bool,
    /// Whether anybody answered.
    pub answered: bool,
    /// Whether it was placed under the person's own consent to more calls.
    pub under_consent: bool,
}

impl Call {
    /// A call on `on` that reached the number, of which no more is known.
    pub const fn on(on: Day) -> Call {
        Call { on, at: None, connected_to_number: true, answered: true, under_consent: false }
    }

    /// Whether it counts towards a cap: it reached the number and was not placed under consent.
    pub const fn counts(&self) -> bool {
        self.connected_to_number && !self.under_consent
    }
}

impl History {
    /// Calls that count on the `days` calendar days that end with `day`.
    pub fn calls_within(&self, days: u16, day: Day) -> u16 {
        count(self.calls.iter().filter(|call| call.counts() && is_within(call.on, days, day)))
    }

    /// Calls placed on `day`, whether or not they count towards a cap over several days.
    pub fn calls_on(&self, day: Day) -> u16 {
        count(self.calls.iter().filter(|call| call.connected_to_number && call.on == day))
    }

    /// Whether there was a conversation on one of the `days` calendar days that end with `day`. The day of the conversation is day one.
    pub fn talked_within(&self, days: u16, day: Day) -> bool {
        self.conversations.iter().any(|on| is_within(*on, days, day))
    }

    /// Texts sent on `day`.
    pub fn texts_on(&self, day: Day) -> u16 {
        count(self.texts.iter().filter(|on| **on == day))
    }

    /// The instants of calls that nobody answered.
    pub fn unanswered(&self) -> impl Iterator<Item = Timestamp> {
        self.calls.iter().filter(|call| call.connected_to_number && !call.answered).filter_map(|call| call.at)
    }
}

/// Whether `on` is one of the `days` calendar days that end with `day`.
pub fn is_within(on: Day, days: u16, day: Day) -> bool {
    (0..i32::from(days)).contains(&on.days_until(day))
}

fn count<T>(items: impl Iterator<Item = T>) -> u16 {
    u16::try_from(items.count()).unwrap_or(u16::MAX)
}
