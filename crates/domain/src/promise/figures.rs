//! The figures of promises (K22, K25, K26, K27), each with its own denominator. A ratio over nothing is not said.

use crate::book::Book;
use crate::contact::{ContactOutcome, Direction};
use crate::day::Day;
use crate::money::Money;
use crate::person::Person;

use super::{Outcome, PromiseEnd, last_day};

/// Counts and sums over a span of days, from which the ratios are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Promises given in the span.
    pub made: u64,
    /// Contacts in the span that reached the person themselves.
    pub reached: u64,
    /// Promises that fell due in the span and were kept.
    pub kept: u64,
    /// … partly kept.
    pub partial: u64,
    /// … broken.
    pub broken: u64,
    /// … replaced before the ledger spoke; in no denominator.
    pub superseded: u64,
    /// … called off; in no denominator.
    pub cancelled: u64,
    /// What was paid of those that fell due and were judged, each up to its amount.
    pub paid: Money,
    /// What those had promised.
    pub promised: Money,
    /// Promises open at the end of the span.
    pub open: u64,
    /// Those of them whose time is over: nothing after a night (K26).
    pub open_past: u64,
    /// Promises given in the span with a capacity on file.
    pub with_capacity: u64,
    /// Those of them above it.
    pub above_capacity: u64,
}

/// The figures of some people from `from` to `until`, both included.
pub fn figures<'a>(people: impl IntoIterator<Item = &'a Person>, book: &Book, from: Day, until: Day) -> Figures {
    let mut figures = Figures::default();
    for person in people {
        let is_in = |day: Day| from <= day && day <= until;
        let ours = person.contacts.iter().filter(|contact| contact.direction == Direction::Outbound && is_in(contact.day));
        figures.reached += ours.filter(|contact| contact.outcome == ContactOutcome::Reached).count() as u64;
        for promise in person.promises.values() {
            if is_in(promise.made_on) {
                figures.made += 1;
                figures.with_capacity += u64::from(promise.capacity.is_some());
                figures.above_capacity += u64::from(promise.capacity.is_some_and(|capacity| promise.amount > capacity));
            }
            match promise.end {
                None => {
                    figures.open += u64::from(promise.made_on <= until);
                    figures.open_past += u64::from(last_day(person, promise, book) < until);
                }
                Some(PromiseEnd::Superseded { .. }) if is_in(promise.due_on) => figures.superseded += 1,
                Some(PromiseEnd::Cancelled { .. }) if is_in(promise.due_on) => figures.cancelled += 1,
                Some(PromiseEnd::Judged { outcome, paid, .. }) if is_in(promise.due_on) => {
                    match outcome {
                        Outcome::Kept => figures.kept += 1,
                        Outcome::Partial => figures.partial += 1,
                        Outcome::Broken => figures.broken += 1,
                    }
                    figures.paid += paid.min(promise.amount);
                    figures.promised += promise.amount;
                }
                Some(PromiseEnd::Superseded { .. } | PromiseEnd::Cancelled { .. } | PromiseEnd::Judged { .. }) => {}
            }
        }
    }
    figures
}

impl Figures {
    /// Promises for each contact that reached the person (K22), as a fraction.
    pub fn promise_rate(&self) -> Option<(u64, u64)> {
        ratio(self.made, self.reached)
    }

    /// Kept of those judged (K25, count).
    pub fn kept_rate(&self) -> Option<(u64, u64)> {
        ratio(self.kept, self.kept + self.partial + self.broken)
    }

    /// Paid of what was promised (K25, amount).
    pub fn kept_amount_rate(&self) -> Option<(Money, Money)> {
        self.promised.is_positive().then_some((self.paid, self.promised))
    }

    /// Open beyond their time (K26).
    pub fn ageing(&self) -> Option<(u64, u64)> {
        ratio(self.open_past, self.open)
    }

    /// Above the capacity on file when they were given (K27).
    pub fn unaffordable_rate(&self) -> Option<(u64, u64)> {
        ratio(self.above_capacity, self.with_capacity)
    }
}

fn ratio(part: u64, whole: u64) -> Option<(u64, u64)> {
    (whole > 0).then_some((part, whole))
}
