//! A repayment plan: a way out that the person agreed to in writing. The accounts re-schedule themselves from it in the same
//! append, and its instalments are promises, so the ledger alone says whether it is kept.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::arrears;
use crate::book::Book;
use crate::day::Day;
use crate::event::{Event, NoteRef};
use crate::id::{AccountId, EntryId, PlanId, PromiseId, StaffId, VisitId};
use crate::loan::{Entry, EntryKind, Part};
use crate::moment::Timestamp;
use crate::money::Money;
use crate::options::{self, Fit, Offer, Way};
use crate::person::Person;
use crate::promise::{self, Origin, Outcome, Promise, PromiseEnd};
use crate::refusal::Refusal;
use crate::respite;

/// The longest plan in months: personalised card plans run at most five years (信用卡管理办法 art. 70, CN-M-12).
pub const LONGEST_MONTHS: usize = 60;

/// Hours in which the person may take their agreement back.
pub const UNDO_HOURS: i64 = 24;

/// A plan and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Its id.
    pub id: PlanId,
    /// When it was agreed.
    pub agreed_on: Day,
    /// The instant it was agreed.
    pub agreed_at: Timestamp,
    /// What the person could pay a month then.
    pub capacity: Option<Money>,
    /// A second person's reasoned yes to a plan above capacity, or to one that gives something up.
    pub overridden: Option<Override>,
    /// What was agreed in writing; none for plans from before that was kept.
    pub agreement: Option<Agreement>,
    /// How it ended.
    pub end: Option<PlanEnd>,
}

/// What was agreed, as far as the log says it: the rest of the document follows from the person's events up to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// The number on the document.
    pub number: String,
    /// What somebody types to see that the document is genuine.
    pub code: String,
    /// The way out that was chosen.
    pub way: Way,
    /// The most that is paid in any month.
    pub a_month: Money,
    /// All that will be paid.
    pub total: Money,
    /// By how much that is more, or less, than as agreed before.
    pub extra: Money,
    /// When the last of it is due.
    pub ends_on: Day,
    /// What was posted on the accounts for it.
    pub entries: Vec<(AccountId, EntryId)>,
    /// How the person accepted it.
    pub accepted: Accepted,
}

/// How the person accepted a plan in writing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Accepted {
    /// On their own page, after all answers were shown once more.
    Page,
    /// By signature at the door.
    Door {
        /// The visit.
        visit: VisitId,
        /// The signature.
        signature: NoteRef,
    },
    /// On paper that came back signed.
    Paper {
        /// What was signed.
        signature: NoteRef,
    },
    /// By voice; the recording is kept until everything is paid (CN-M-12).
    Recording {
        /// The recording.
        recording: NoteRef,
    },
}

/// How a plan ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlanEnd {
    /// All of it was paid.
    Kept {
        /// When.
        on: Day,
    },
    /// Part of it was not.
    Broken {
        /// When.
        on: Day,
    },
    /// Another took its place.
    Superseded,
    /// The person took their agreement back in time; everything is as before.
    Withdrawn {
        /// When.
        on: Day,
    },
}

/// A second person's reasoned yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// Who asked for it.
    pub asked_by: StaffId,
    /// Who said yes; never the one who asked.
    pub approved_by: StaffId,
    /// Why.
    pub reason: NoteRef,
}

/// A way out that waits for a second person's yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// The way out.
    pub way: Way,
    /// The code it would have, and how the person accepted it.
    pub signed: Signed,
    /// Who asked.
    pub asked_by: StaffId,
    /// Why.
    pub reason: NoteRef,
    /// When.
    pub asked_on: Day,
}

/// The code of an agreement and how it was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// Drawn by chance by whoever makes the document; not to be guessed.
    pub code: String,
    /// How the person accepted.
    pub accepted: Accepted,
}

/// Agrees a plan: works the way out anew from the ledger of this moment, and holds it against the means stated last. One that
/// takes more in any month than the capacity, or gives something up, needs a second person's reasoned yes.
pub fn agree(
    person: &Person,
    book: &Book,
    way: &Way,
    signed: Signed,
    overridden: Option<Override>,
    today: Day,
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    if person.open_respite().is_some() {
        return Err(Refusal::by("RESPITE"));
    }
    if matches!(way, Way::Respite { .. }) {
        return Err(Refusal::by("PLAN-IS-RESPITE"));
    }
    let offer = options::work_out(person, book, way, today)?;
    if overridden.as_ref().is_some_and(|overridden| overridden.asked_by == overridden.approved_by) {
        return Err(Refusal::by("PLAN-OVERRIDE-ALONE"));
    }
    if overridden.is_none() {
        match offer.fit {
            Fit::AboveCapacity => return Err(Refusal::by("PLAN-ABOVE-CAPACITY")),
            Fit::MeansUnknown => return Err(Refusal::by("PLAN-MEANS-UNKNOWN")),
            Fit::Fits | Fit::NotAsked => {}
        }
        if offer.needs_second {
            return Err(Refusal::by("PLAN-NEEDS-SECOND"));
        }
    }
    let mut events = promise::supersede_open(person, today);
    for plan in person.plans.values().filter(|plan| plan.end.is_none()) {
        events.extend(respite::lift(person, entries_of(plan), events.len() as u64, today));
    }
    events.extend(written(person, offer, signed, overridden, events.len() as u64, today));
    Ok(arrears::with_what_follows(person, events, today, at))
}

/// Asks for a second person's yes to a way out that makes sense but takes too much or gives something up.
pub fn ask_exception(
    person: &Person,
    book: &Book,
    way: Way,
    signed: Signed,
    by: StaffId,
    reason: NoteRef,
    today: Day,
) -> Result<Vec<Event>, Refusal> {
    options::work_out(person, book, &way, today)?;
    let Signed { code, accepted } = signed;
    Ok(vec![Event::ExceptionAsked { way, code, accepted, by, reason, on: today }])
}

/// Says yes to it, and agrees the plan; never who asked.
pub fn allow_exception(person: &Person, book: &Book, by: StaffId, today: Day, at: Timestamp) -> Result<Vec<Event>, Refusal> {
    let asked = person.exception.as_ref().ok_or_else(|| Refusal::by("EXCEPTION-NONE"))?;
    let overridden = Override { asked_by: asked.asked_by, approved_by: by, reason: asked.reason.clone() };
    agree(person, book, &asked.way, asked.signed.clone(), Some(overridden), today, at)
}

/// Says no to it; never who asked.
pub fn decline_exception(person: &Person, by: StaffId, today: Day) -> Result<Vec<Event>, Refusal> {
    let asked = person.exception.as_ref().ok_or_else(|| Refusal::by("EXCEPTION-NONE"))?;
    if asked.asked_by == by {
        return Err(Refusal::by("PLAN-OVERRIDE-ALONE"));
    }
    Ok(vec![Event::ExceptionDeclined { by, on: today }])
}

/// The agreement, its promises and its entries; the ids count on from `first`, the events before these in the same append.
fn written(person: &Person, offer: Offer, signed: Signed, overridden: Option<Override>, first: u64, today: Day) -> Vec<Event> {
    let id = PlanId(person.nth_id(first));
    let Offer { way, instalments, a_month, total, extra, ends_on, entries, .. } = offer;
    let after_promises = first + 1 + instalments.len() as u64;
    let posted: Vec<(AccountId, Entry)> = (after_promises..)
        .zip(entries)
        .map(|(nth, (account, kind))| (account, Entry { id: EntryId(person.nth_id(nth)), effective_on: today, kind }))
        .collect();
    let agreement = Agreement {
        number: document_number(id, today),
        code: signed.code,
        way,
        a_month,
        total,
        extra,
        ends_on,
        entries: posted.iter().map(|(account, entry)| (*account, entry.id)).collect(),
        accepted: signed.accepted,
    };
    let capacity = person.capacity(today);
    let mut events = vec![Event::PlanAgreed { plan: id, on: today, capacity, overridden, agreement: Some(agreement) }];
    for (nth, part) in (first + 1..).zip(instalments) {
        let (promise, origin) = (PromiseId(person.nth_id(nth)), Origin::Plan(id));
        events.push(Event::PromiseMade { promise, amount: part.amount, due_on: part.due_on, origin, made_on: today });
    }
    events.extend(posted.into_iter().map(|(account, entry)| Event::EntryPosted { account, entry }));
    events
}

/// The number on the document: the day, and enough of the plan's id to be its own.
fn document_number(id: PlanId, today: Day) -> String {
    let (year, month, day) = today.civil();
    alloc::format!("A{year:04}{month:02}{day:02}-{id}")
}

/// The person takes an agreement back within a day: what it posted is taken back, its promises are called off, and
/// everything is as before.
pub fn withdraw(person: &Person, id: PlanId, today: Day, at: Timestamp) -> Result<Vec<Event>, Refusal> {
    let plan = person.plans.get(&id).ok_or_else(|| Refusal::by("PLAN-UNKNOWN"))?;
    if plan.end.is_some() || !plan.may_be_undone(at) {
        return Err(Refusal::by("PLAN-UNDO-TIME"));
    }
    let mut events = vec![Event::PlanWithdrawn { plan: id, on: today }];
    let open = promises_of(person, id).filter(|promise| promise.is_open());
    events.extend(open.map(|promise| Event::PromiseCancelled { promise: promise.id, on: today }));
    for (account, of) in entries_of(plan) {
        let (id, kind) = (EntryId(person.nth_id(events.len() as u64)), EntryKind::Reversal { of: *of });
        events.push(Event::EntryPosted { account: *account, entry: Entry { id, effective_on: today, kind } });
    }
    Ok(arrears::with_what_follows(person, events, today, at))
}

impl Plan {
    /// Whether the person may still take it back at `at`, however they accepted it: who signs at a door has thought less about
    /// it than who answers on a page. The hours run from when it is on record here, because only then can they read it.
    pub fn may_be_undone(&self, at: Timestamp) -> bool {
        self.agreement.is_some() && at.as_second() - self.agreed_at.as_second() < UNDO_HOURS * 3_600
    }
}

fn entries_of(plan: &Plan) -> &[(AccountId, EntryId)] {
    plan.agreement.as_ref().map_or(&[], |agreement| &agreement.entries)
}

/// Says of plans what the ledger says of their promises: kept when all were, broken by the first that was not, and open
/// again when that turns out otherwise. Of a settlement that was paid the rest is given up; one that was not leaves everything
/// as it was. A plan that ends takes its pauses with it; where its end turns out otherwise, they count as if it had never been said.
pub(crate) fn judge(person: &Person, today: Day) -> Vec<Event> {
    let Some(plan) = person.plans.values().max_by_key(|plan| (plan.agreed_at, plan.id)) else { return vec![] };
    if matches!(plan.end, Some(PlanEnd::Superseded | PlanEnd::Withdrawn { .. })) {
        return vec![];
    }
    let outcomes = || promises_of(person, plan.id).filter(|promise| !promise.is_withdrawn()).map(outcome);
    let is_broken = outcomes().any(|outcome| matches!(outcome, Some(Outcome::Partial | Outcome::Broken)));
    let is_settled = person.accounts.values().all(|account| account.settled_on.is_some());
    let is_kept = (outcomes().next().is_some() || is_settled) && outcomes().all(|outcome| outcome == Some(Outcome::Kept));
    let rests_until = |last| match plan.end {
        Some(PlanEnd::Kept { on } | PlanEnd::Broken { on }) => respite::put_back(person, entries_of(plan), 1, on, last),
        None | Some(PlanEnd::Superseded | PlanEnd::Withdrawn { .. }) => respite::lift(person, entries_of(plan), 1, last),
    };
    let mut events = vec![];
    match (&plan.end, is_broken, is_kept) {
        (Some(PlanEnd::Broken { .. }), true, _) | (Some(PlanEnd::Kept { .. }), _, true) | (None, false, false) => {}
        (_, true, _) => {
            events.push(Event::PlanBroken { plan: plan.id, on: today });
            events.extend(rests_until(today));
        }
        (_, _, true) => {
            events.push(Event::PlanKept { plan: plan.id, on: today });
            events.extend(rests_until(today));
            events.extend(rest_given_up(person, plan, events.len() as u64, today));
        }
        (Some(_), false, false) => {
            events.push(Event::PlanReopened { plan: plan.id, on: today });
            events.extend(rests_until(Day::MAX));
        }
    }
    events
}

/// What is left after a settlement was paid, given up part by part; the ids count on from `first`.
fn rest_given_up(person: &Person, plan: &Plan, first: u64, today: Day) -> Vec<Event> {
    let is_settlement = plan.agreement.as_ref().is_some_and(|it| matches!(it.way, Way::Settlement { .. }));
    if !is_settlement {
        return vec![];
    }
    let mut events = vec![];
    for account in person.accounts.values().filter(|account| account.settled_on.is_none()) {
        let position = account.loan.position(today);
        for part in Part::ALL {
            let amount: Money = position.instalments.iter().map(|line| line.unpaid()[part].or_zero()).sum();
            if amount.is_positive() {
                let (id, kind) =
                    (EntryId(person.nth_id(first + events.len() as u64)), EntryKind::Waiver { part, amount, instalment: None });
                events.push(Event::EntryPosted { account: account.id, entry: Entry { id, effective_on: today, kind } });
            }
        }
    }
    events
}

/// The promises that are a plan's instalments.
pub fn promises_of(person: &Person, plan: PlanId) -> impl Iterator<Item = &Promise> {
    person.promises.values().filter(move |promise| promise.origin == Origin::Plan(plan))
}

fn outcome(promise: &Promise) -> Option<Outcome> {
    match promise.end {
        Some(PromiseEnd::Judged { outcome, .. }) => Some(outcome),
        Some(PromiseEnd::Superseded { .. } | PromiseEnd::Cancelled { .. }) | None => None,
    }
}

pub(crate) fn apply(person: &mut Person, event: &Event, recorded_at: Timestamp) {
    let end = |person: &mut Person, id: &PlanId, how: Option<PlanEnd>| {
        if let Some(plan) = person.plans.get_mut(id) {
            plan.end = how;
        }
    };
    match event {
        Event::PlanAgreed { plan, on, capacity, overridden, agreement } => {
            for earlier in person.plans.values_mut().filter(|earlier| earlier.end.is_none()) {
                earlier.end = Some(PlanEnd::Superseded);
            }
            let agreed = Plan {
                id: *plan,
                agreed_on: *on,
                agreed_at: recorded_at,
                capacity: *capacity,
                overridden: overridden.clone(),
                agreement: agreement.clone(),
                end: None,
            };
            person.plans.insert(*plan, agreed);
            person.exception = None;
        }
        Event::ExceptionAsked { way, code, accepted, by, reason, on } => {
            let signed = Signed { code: code.clone(), accepted: accepted.clone() };
            let (way, reason) = (way.clone(), reason.clone());
            person.exception = Some(Exception { way, signed, asked_by: *by, reason, asked_on: *on });
        }
        Event::ExceptionDeclined { .. } => person.exception = None,
        Event::PlanKept { plan, on } => end(person, plan, Some(PlanEnd::Kept { on: *on })),
        Event::PlanBroken { plan, on } => end(person, plan, Some(PlanEnd::Broken { on: *on })),
        Event::PlanReopened { plan, .. } => end(person, plan, None),
        Event::PlanWithdrawn { plan, on } => end(person, plan, Some(PlanEnd::Withdrawn { on: *on })),
        _ => {}
    }
}
