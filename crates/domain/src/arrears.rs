//! Arrears and the night: how each account stands, who enters and leaves collections, and who must be woken when.

use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::day::Day;
use crate::event::{Actor, Event, Recorded};
use crate::follow_up;
use crate::id::CaseId;
use crate::loan::{self, Position};
use crate::moment::Timestamp;
use crate::money::Money;
use crate::person::{Account, Person};
use crate::plan;
use crate::promise;
use crate::respite;
use crate::visit::{self, Lapse};

/// How an account stands: what changes of it are worth an event. Days past due are counted from it on any day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// M0 to M7 (K2).
    pub bucket: u8,
    /// The due day of the oldest unpaid instalment that is past its grace; none while nothing is.
    pub oldest_due_on: Option<Day>,
    /// Principal, interest and fees of instalments due and unpaid; penalty, which grows daily, is not in it.
    pub overdue: Money,
}

/// One period of a person in collections.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// When they entered.
    pub opened_on: Day,
    /// Whether an account was never paid at all.
    pub first_payment_default: bool,
    /// The step planned last.
    pub follow_up: Option<follow_up::FollowUp>,
    /// Every step that was planned, and by when.
    pub steps: Vec<(follow_up::Step, Day)>,
    /// When they left, and why.
    pub closed: Option<(Day, CaseEnd)>,
}

/// Why somebody left collections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseEnd {
    /// Nothing is overdue any more.
    Cured,
    /// Nothing is owed any more.
    Settled,
}

/// How often a night looks again at most.
const ROUNDS: usize = 4;

/// Runs the end of `today` for one person: charges, ages, judges promises and plans, opens and closes the case, lets
/// passed visits lapse, and plans the next step. Each step looks at the state the one before left; run twice, nothing
/// happens twice.
pub fn night(person: &Person, book: &Book, today: Day, midnight: Timestamp) -> Vec<Event> {
    let mut after = Dusk { person: person.clone(), events: vec![], at: midnight };
    // A plan that ends may post something, by which an account is settled and other promises are asked for no more: so again,
    // until nothing is left to be said. A third round seldom says anything.
    for _ in 0..ROUNDS {
        after.step(|person| age(person, today));
        let said = after.events.len();
        after.step(|person| promise::judge(person, book, today));
        after.step(|person| plan::judge(person, today));
        if after.events.len() == said {
            break;
        }
    }
    after.step(|person| open_or_close_case(person, today));
    after.step(|person| visit::lapse_passed(person, midnight));
    after.step(|person| respite::end_passed(person, today));
    after.step(|person| follow_up::plan(person, book, today));
    after.events
}

/// A person as the steps of a night leave them, one after the other.
struct Dusk {
    person: Person,
    events: Vec<Event>,
    at: Timestamp,
}

impl Dusk {
    fn step<Said: IntoIterator<Item = Event>>(&mut self, decide: impl FnOnce(&Person) -> Said) {
        for event in decide(&self.person) {
            let version = self.person.version + 1;
            let recorded = Recorded { version, recorded_at: self.at, actor: Actor::Night, event };
            self.person.apply(&recorded);
            self.events.push(recorded.event);
        }
    }
}

/// The person as they are once these events are recorded.
pub(crate) fn after(person: &Person, events: &[Event], at: Timestamp) -> Person {
    let mut after = Dusk { person: person.clone(), events: vec![], at };
    after.step(|_| events.to_vec());
    after.person
}

/// These events, and what follows from them at once: standings change, a case may close, a visit for it lapses.
pub(crate) fn with_what_follows(person: &Person, events: Vec<Event>, today: Day, at: Timestamp) -> Vec<Event> {
    let mut after = Dusk { person: person.clone(), events: vec![], at };
    after.step(|_| events);
    after.step(|person| age(person, today));
    after.step(|person| close_case(person, today));
    after.events
}

/// The accounts whose standing is not what was said last, and those that came to their end.
fn age(person: &Person, today: Day) -> Vec<Event> {
    person.accounts.values().flat_map(|account| age_account(account, today)).collect()
}

/// The same of one account.
pub(crate) fn age_account(account: &Account, today: Day) -> Vec<Event> {
    let mut events = vec![];
    if account.settled_on.is_some() {
        return events;
    }
    let position = account.loan.position(today);
    let standing = Standing::of(&position);
    if standing != account.standing {
        events.push(Event::Aged { account: account.id, standing, on: today });
    }
    if position.is_settled() {
        events.push(Event::AccountSettled { account: account.id, on: today });
    }
    events
}

fn open_or_close_case(person: &Person, today: Day) -> Vec<Event> {
    let is_late = person.accounts.values().any(|account| account.standing.oldest_due_on.is_some());
    match person.open_case() {
        None if is_late => {
            let first_payment_default = person.accounts.values().any(Account::is_first_payment_default);
            vec![Event::CaseOpened { case: CaseId(person.next_id()), on: today, first_payment_default }]
        }
        Some(_) => close_case(person, today),
        None => vec![],
    }
}

fn close_case(person: &Person, today: Day) -> Vec<Event> {
    let Some(case) = person.open_case() else { return vec![] };
    if person.accounts.values().any(|account| account.standing.oldest_due_on.is_some()) {
        return vec![];
    }
    let is_settled = person.accounts.values().all(|account| account.settled_on.is_some());
    let because = if is_settled { CaseEnd::Settled } else { CaseEnd::Cured };
    let mut events = visit::lapse_open(person, Lapse::Paid);
    events.push(Event::CaseClosed { case: case.id, on: today, because });
    events
}

/// The next night after `after` at which something changes for this person: by the mere passing of time, or because
/// their case was touched since.
pub fn wakes_on(person: &Person, book: &Book, after: Day) -> Option<Day> {
    let soon = |day: Day| day.max(after.plus_days(1));
    let loans = person.accounts.values().filter(|account| account.settled_on.is_none());
    let loans = loans.filter_map(|account| account.wakes_on(after)).min();
    let promises = promise::wakes_on(person, book, after).map(soon);
    let respite = respite::wakes_on(person).map(soon);
    // A promise that was called off or judged anew can leave a plan kept, broken or open again.
    let plan = (!plan::judge(person, after).is_empty()).then(|| after.plus_days(1));
    let visits = person.visits.values().filter(|visit| visit.is_open() && visit.started_at.is_none());
    let visits = visits.filter_map(|visit| visit.latest_start()).map(|latest| soon(book.day_of(latest))).min();
    let case = person.open_case().and_then(|_| {
        let touched = person.touched_at.map(|at| book.day_of(at)).filter(|day| *day > after);
        let strategy = follow_up::turns_on(person, book, after);
        touched.into_iter().chain(strategy).min()
    });
    // A payment that bounced can leave somebody late who is in no case yet.
    let late_since = person.accounts.values().filter_map(|account| account.standing.oldest_due_on).min();
    let entering = late_since.filter(|_| person.open_case().is_none()).map(|due| soon(due.plus_days(1)));
    [loans, promises, respite, plan, visits, case, entering].into_iter().flatten().min()
}

impl Standing {
    /// What a position comes to.
    fn of(position: &Position) -> Standing {
        if position.days_past_due == 0 {
            return Standing::default();
        }
        let overdue = position.overdue;
        Standing {
            bucket: loan::bucket(position.days_past_due),
            oldest_due_on: position.oldest_unpaid_due_on,
            overdue: overdue.principal + overdue.interest + overdue.fee,
        }
    }
}

impl Account {
    /// How the account stands on `today`, by replaying its entries.
    pub fn standing_on(&self, today: Day) -> Standing {
        Standing::of(&self.loan.position(today))
    }

    /// The first night after `after` that finds the account otherwise than was said last. Whoever paid since `after`, or paid
    /// ahead, is seen to have paid on the day on which the loan alone would have been looked at, and is left to the next.
    fn wakes_on(&self, after: Day) -> Option<Day> {
        /// Instalments that somebody may have paid ahead; beyond them the night looks.
        const AHEAD: usize = 12;
        let ahead = self.loan.ahead_of(after);
        let mut day = self.loan.wakes_after(&ahead.position(after))?;
        for _ in 1..AHEAD {
            let position = ahead.position(day);
            if position.is_settled() || Standing::of(&position) != self.standing {
                return Some(day);
            }
            let Some(next) = self.loan.wakes_after(&position) else { return Some(day) };
            day = next;
        }
        Some(day)
    }
}

impl Account {
    fn stand(&mut self, standing: Standing, on: Day) {
        if standing.bucket != self.standing.bucket {
            self.buckets.push((on, standing.bucket));
        }
        self.standing = standing;
    }
}

pub(crate) fn apply(person: &mut Person, event: &Event) {
    match event {
        Event::Aged { account, standing, on } => {
            if let Some(account) = person.accounts.get_mut(account) {
                account.stand(*standing, *on);
            }
        }
        Event::AccountSettled { account, on } => {
            if let Some(account) = person.accounts.get_mut(account) {
                account.settled_on = Some(*on);
                account.stand(Standing::default(), *on);
            }
        }
        Event::CaseOpened { case, on, first_payment_default } => {
            let first_payment_default = *first_payment_default;
            person.cases.push(Case {
                id: *case,
                opened_on: *on,
                first_payment_default,
                follow_up: None,
                steps: vec![],
                closed: None,
            });
        }
        Event::CaseClosed { on, because, .. } => {
            if let Some(case) = person.cases.last_mut() {
                case.closed = Some((*on, *because));
            }
        }
        _ => {}
    }
}
