//! A promise to pay: an amount by a day. Only posted, unreversed money received after it was given decides whether it
//! was kept; each cent keeps at most one promise. Figures K22 to K27.

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::day::Day;
use crate::event::Event;
use crate::id::{PlanId, PromiseId, VisitId};
use crate::moment::Timestamp;
use crate::money::Money;
use crate::person::{Account, Payment, Person};
use crate::refusal::Refusal;

mod figures;

pub use figures::{Figures, figures};

/// Business days after the due day in which money still counts.
pub const GRACE_BUSINESS_DAYS: u32 = 2;

/// A promise and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// The instant from which money counts: the check-in of the visit at which it was given, else when it was recorded.
    pub counts_from: Timestamp,
    /// What the person could pay a month when it was given, as far as that was known.
    pub capacity: Option<Money>,
    /// What became of it; none while it is open.
    pub end: Option<PromiseEnd>,
}

/// How a promise ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// It was called off before it fell due. It counts neither as kept nor as broken.
    Cancelled {
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

impl Promise {
    /// Whether it was neither judged nor replaced.
    pub fn is_open(&self) -> bool {
        self.end.is_none()
    }

    /// Whether another agreement took its place or it was called off: the ledger has nothing to say of it.
    pub fn is_withdrawn(&self) -> bool {
        match self.end {
            Some(PromiseEnd::Superseded { .. } | PromiseEnd::Cancelled { .. }) => true,
            Some(PromiseEnd::Judged { .. }) | None => false,
        }
    }

    /// Whether nobody asks any more for what is missing of a plan's instalment: everything was settled in its time, or nothing
    /// was due on its last day. Who settles early pays for the time used only, and a respite takes off what it rests; neither
    /// breaks a plan.
    fn is_asked_for_no_more(&self, person: &Person, book: &Book, today: Day) -> bool {
        let last_day = last_day(person, self, book);
        let is_done = |account: &Account| match last_day < today {
            true => account.loan.position(last_day).due.is_zero(),
            false => account.settled_on.is_some(),
        };
        matches!(self.origin, Origin::Plan(_)) && person.accounts.values().all(is_done)
    }

    /// Whether a payment that stands may keep it, in the days up to and with `until`. On the day on which it was given, only
    /// money that became known after the instant counts.
    fn takes(&self, payment: &Payment, until: Day) -> bool {
        let is_after = payment.effective_on > self.made_on
            || payment.effective_on == self.made_on && payment.recorded_at >= self.counts_from;
        is_after && payment.effective_on <= until
    }
}

/// Gives a promise. The amount must be more than nothing and not above what is owed; the day not in the past and within
/// sixty days. Open promises are superseded.
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

/// Calls a promise off, as long as it has not fallen due: after that only the ledger speaks.
pub fn cancel(person: &Person, id: PromiseId, today: Day) -> Result<Vec<Event>, Refusal> {
    let promise = person.promises.get(&id).ok_or_else(|| Refusal::by("PROMISE-UNKNOWN"))?;
    if !promise.is_open() || promise.due_on < today {
        return Err(Refusal::by("PROMISE-OVER"));
    }
    Ok(vec![Event::PromiseCancelled { promise: id, on: today }])
}

/// Ends the open promises in favour of a new agreement.
pub(crate) fn supersede_open(person: &Person, on: Day) -> Vec<Event> {
    let open = person.promises.values().filter(|promise| promise.is_open());
    open.map(|promise| Event::PromiseSuperseded { promise: promise.id, on }).collect()
}

/// Calls every open promise off, for what stops everything.
pub(crate) fn cancel_open(person: &Person, on: Day) -> Vec<Event> {
    let open = person.promises.values().filter(|promise| promise.is_open());
    open.map(|promise| Event::PromiseCancelled { promise: promise.id, on }).collect()
}

/// Judges every promise whose time is over on `today` or that is already paid in full, and judges anew where the ledger
/// says otherwise than before: a payment bounced, or one that counts became known late. What nobody asks for any more is called
/// off first: money that came toward it is free for the others.
pub(crate) fn judge(person: &Person, book: &Book, today: Day) -> Vec<Event> {
    let mut off = vec![];
    let paid = loop {
        let paid = paid_beside(person, book, &off);
        let missing = |promise: &&Promise| paid.get(&promise.id).is_some_and(|paid| *paid < promise.amount);
        let standing = person.promises.values().filter(|promise| !promise.is_withdrawn()).filter(missing);
        let next = standing.filter(|it| it.is_asked_for_no_more(person, book, today)).min_by_key(|it| (it.due_on, it.id));
        match next {
            Some(promise) => off.push(promise.id),
            None => break paid,
        }
    };
    let judged = person.promises.values().filter(|promise| !promise.is_withdrawn() && !off.contains(&promise.id));
    let judged = judged.filter_map(|promise| verdict(person, promise, book, &paid, today));
    off.iter().map(|promise| Event::PromiseCancelled { promise: *promise, on: today }).chain(judged).collect()
}

/// What is to be said of a promise on `today` that was not said yet.
fn verdict(person: &Person, promise: &Promise, book: &Book, paid: &BTreeMap<PromiseId, Money>, today: Day) -> Option<Event> {
    let paid = paid.get(&promise.id).copied().unwrap_or(Money::ZERO);
    let is_over = last_day(person, promise, book) < today;
    let outcome = match () {
        () if paid >= promise.amount => Some(Outcome::Kept),
        () if !is_over => None,
        () if paid.is_positive() => Some(Outcome::Partial),
        () => Some(Outcome::Broken),
    };
    let said = match promise.end {
        Some(PromiseEnd::Judged { outcome, paid, .. }) => Some((outcome, paid)),
        Some(PromiseEnd::Superseded { .. } | PromiseEnd::Cancelled { .. }) | None => None,
    };
    match (said, outcome) {
        (None, None) => None,
        (Some(_), None) => Some(Event::PromiseReopened { promise: promise.id, on: today }),
        (said, Some(outcome)) if said == Some((outcome, paid)) => None,
        (_, Some(outcome)) => Some(Event::PromiseJudged { promise: promise.id, outcome, paid, on: today }),
    }
}

/// The last day on which money counts toward a promise. One that falls due in a respite may be kept after it.
pub fn last_day(person: &Person, promise: &Promise, book: &Book) -> Day {
    let due_on = person.respites.iter().fold(promise.due_on, |due_on, respite| respite.postpones(due_on));
    // A respite without a known end has no day after it either.
    if due_on == Day::MAX { due_on } else { book.calendar.plus_business_days(due_on, GRACE_BUSINESS_DAYS) }
}

/// The next night that must look at a promise: the one after its last day, or any night once the ledger says something else
/// than was said.
pub(crate) fn wakes_on(person: &Person, book: &Book, after: Day) -> Option<Day> {
    if person.promises.is_empty() {
        return None;
    }
    let next = after.plus_days(1);
    if !judge(person, book, next).is_empty() {
        return Some(next);
    }
    let open = person.promises.values().filter(|promise| promise.is_open());
    open.map(|promise| last_day(person, promise, book).plus_days(1).max(next)).min()
}

/// What was paid toward each promise (K23): payments that stand, received from the promise to its last day, earlier-due
/// promises first, no cent twice. Money that kept a judged promise stays spent.
pub fn paid_toward(person: &Person, book: &Book) -> BTreeMap<PromiseId, Money> {
    paid_beside(person, book, &[])
}

/// The same, with some promises called off.
fn paid_beside(person: &Person, book: &Book, off: &[PromiseId]) -> BTreeMap<PromiseId, Money> {
    let stands = |promise: &&Promise| !promise.is_withdrawn() && !off.contains(&promise.id);
    let mut promises: Vec<&Promise> = person.promises.values().filter(stands).collect();
    promises.sort_by_key(|promise| (promise.due_on, promise.made_on, promise.id));
    let mut payments = person.payments();
    payments.sort_by_key(|payment| (payment.effective_on, payment.recorded_at, payment.id));
    let mut toward = BTreeMap::new();
    for promise in promises {
        let until = last_day(person, promise, book);
        let mut missing = promise.amount;
        for payment in payments.iter_mut().filter(|payment| promise.takes(payment, until)) {
            let part = payment.amount.min(missing);
            payment.amount -= part;
            missing -= part;
        }
        toward.insert(promise.id, promise.amount - missing);
    }
    toward
}

pub(crate) fn apply(person: &mut Person, event: &Event, recorded_at: Timestamp) {
    let end = |person: &mut Person, id: &PromiseId, end: Option<PromiseEnd>| {
        if let Some(promise) = person.promises.get_mut(id) {
            promise.end = end;
        }
    };
    match event {
        Event::PromiseMade { promise, amount, due_on, origin, made_on } => {
            let check_in = match origin {
                Origin::Visit(visit) => person.visits.get(visit).and_then(|visit| visit.started_at),
                Origin::Plan(_) | Origin::Call | Origin::Portal => None,
            };
            let made = Promise {
                id: *promise,
                amount: *amount,
                due_on: *due_on,
                origin: *origin,
                made_on: *made_on,
                counts_from: check_in.unwrap_or(recorded_at),
                capacity: person.capacity(*made_on),
                end: None,
            };
            person.promises.insert(*promise, made);
        }
        Event::PromiseJudged { promise, outcome, paid, on } => {
            end(person, promise, Some(PromiseEnd::Judged { outcome: *outcome, paid: *paid, on: *on }));
        }
        Event::PromiseReopened { promise, .. } => end(person, promise, None),
        Event::PromiseSuperseded { promise, on } => end(person, promise, Some(PromiseEnd::Superseded { on: *on })),
        Event::PromiseCancelled { promise, on } => end(person, promise, Some(PromiseEnd::Cancelled { on: *on })),
        _ => {}
    }
}
