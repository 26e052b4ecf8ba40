//! A promise to pay: an amount by a day. Only posted, unreversed money received after it was given decides whether it
//! was kept; each cent keeps at most one promise. Figures K22 to K27.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::day::Day;
use crate::event::Event;
use crate::id::{PlanId, PromiseId, VisitId};
use crate::money::Money;
use crate::person::Person;
use crate::refusal::Refusal;

/// Business days after the due day in which money still counts.
pub const GRACE_BUSINESS_DAYS: u32 = 2;

/// A promise and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Promise {
    /// Its id.
    pub id: PromiseId,
    /// How much.
    pub amount: Money,
    /// By when.
    pub due_on: Day,
    /// Where it was given.
    pub origin: Origin,
    /// When it was given; earlier money cannot keep it.
    pub made_on: Day,
    /// What became of it; none while it is open.
    pub end: Option<PromiseEnd>,
}

/// How a promise ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromiseEnd {
    /// The ledger judged it.
    Judged {
        /// Kept, partly kept or broken.
        outcome: Outcome,
        /// What was paid toward it.
        paid: Money,
        /// When it was judged.
        on: Day,
    },
    /// A later agreement took its place. It counts neither as kept nor as broken.
    Superseded {
        /// When.
        on: Day,
    },
}

/// Where a promise was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "at", content = "id")]
pub enum Origin {
    /// At the door.
    Visit(VisitId),
    /// As an instalment of a plan.
    Plan(PlanId),
    /// On the telephone.
    Call,
    /// By the person's own page.
    Portal,
}

/// What the ledger says of a promise whose time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All of it was paid in time.
    Kept,
    /// Some of it was.
    Partial,
    /// None of it was.
    Broken,
}

/// Gives a promise. The amount must be more than nothing and not above what is owed; the day not in the past and within
/// sixty days. Open promises that are not of a plan are superseded.
pub fn make(
    person: &Person,
    id: PromiseId,
    amount: Money,
    due_on: Day,
    origin: Origin,
    today: Day,
) -> Result<Vec<Event>, Refusal> {
    if person.promises.contains_key(&id) {
        return Err(Refusal::by("PROMISE-TWICE"));
    }
    if !amount.is_positive() {
        return Err(Refusal::by("PROMISE-AMOUNT"));
    }
    if amount > person.owed(today) {
        return Err(Refusal::by("PROMISE-ABOVE-OWED"));
    }
    if due_on < today || today.days_until(due_on) > 60 {
        return Err(Refusal::by("PROMISE-DAY"));
    }
    let mut events = supersede_open(person, today);
    events.push(Event::PromiseMade { promise: id, amount, due_on, origin, made_on: today });
    Ok(events)
}

/// Ends the open promises in favour of a new agreement.
pub(crate) fn supersede_open(person: &Person, on: Day) -> Vec<Event> {
    let open = person.promises.values().filter(|promise| promise.end.is_none());
    open.map(|promise| Event::PromiseSuperseded { promise: promise.id, on }).collect()
}

/// Judges every open promise whose time is over on `today`, or that is already paid in full.
pub(crate) fn judge(person: &Person, book: &Book, today: Day) -> Vec<Event> {
    let paid = paid_toward(person, book);
    let open = person.promises.values().filter(|promise| promise.end.is_none());
    open.filter_map(|promise| {
        let paid = paid.get(&promise.id).copied().unwrap_or(Money::ZERO);
        let is_over = last_day(promise, book) < today;
        let outcome = match () {
            () if paid >= promise.amount => Outcome::Kept,
            () if !is_over => return None,
            () if paid.is_positive() => Outcome::Partial,
            () => Outcome::Broken,
        };
        Some(Event::PromiseJudged { promise: promise.id, outcome, paid, on: today })
    })
    .collect()
}

/// The last day on which money counts toward a promise.
pub fn last_day(promise: &Promise, book: &Book) -> Day {
    book.calendar.plus_business_days(promise.due_on, GRACE_BUSINESS_DAYS)
}

/// The next night that must look at a promise: the one after its last day, or any night once all of it is paid.
pub(crate) fn wakes_on(person: &Person, book: &Book) -> Option<Day> {
    let open: Vec<&Promise> = person.promises.values().filter(|promise| promise.end.is_none()).collect();
    if open.is_empty() {
        return None;
    }
    let paid = paid_toward(person, book);
    let is_paid = |promise: &Promise| paid.get(&promise.id).is_some_and(|paid| *paid >= promise.amount);
    let wakes = open.iter().map(|promise| match is_paid(promise) {
        true => promise.made_on,
        false => last_day(promise, book).plus_days(1),
    });
    wakes.min()
}

/// What was paid toward each promise (K23): payments that stand, received from the day of the promise to its last day,
/// earlier-due promises first, no cent twice. Money that kept an ended promise stays spent.
pub fn paid_toward(person: &Person, book: &Book) -> BTreeMap<PromiseId, Money> {
    let mut promises: Vec<&Promise> = person.promises.values().filter(|promise| !is_superseded(promise)).collect();
    promises.sort_by_key(|promise| (promise.due_on, promise.made_on, promise.id));
    let mut payments = person.payments();
    payments.sort_by_key(|payment| (payment.effective_on, payment.id));
    let mut toward = BTreeMap::new();
    for promise in promises {
        let until = last_day(promise, book);
        let mut missing = promise.amount;
        for payment in payments.iter_mut().filter(|p| p.effective_on >= promise.made_on && p.effective_on <= until) {
            let part = payment.amount.min(missing);
            payment.amount -= part;
            missing -= part;
        }
        toward.insert(promise.id, promise.amount - missing);
    }
    toward
}

fn is_superseded(promise: &Promise) -> bool {
    matches!(promise.end, Some(PromiseEnd::Superseded { .. }))
}

pub(crate) fn apply(person: &mut Person, event: &Event) {
    match event {
        Event::PromiseMade { promise, amount, due_on, origin, made_on } => {
            let made = Promise { id: *promise, amount: *amount, due_on: *due_on, origin: *origin, made_on: *made_on, end: None };
            person.promises.insert(*promise, made);
        }
        Event::PromiseJudged { promise, outcome, paid, on } => {
            if let Some(promise) = person.promises.get_mut(promise) {
                promise.end = Some(PromiseEnd::Judged { outcome: *outcome, paid: *paid, on: *on });
            }
        }
        Event::PromiseSuperseded { promise, on } => {
            if let Some(promise) = person.promises.get_mut(promise) {
                promise.end = Some(PromiseEnd::Superseded { on: *on });
            }
        }
        _ => {}
    }
}
