//! A repayment plan: instalments that the person can keep. Its instalments are promises, so the ledger alone says
//! whether it is kept.

use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::event::{Event, NoteRef};
use crate::id::{PlanId, PromiseId, StaffId};
use crate::money::Money;
use crate::person::Person;
use crate::promise::{self, Origin, Outcome, Promise, PromiseEnd};
use crate::refusal::Refusal;

/// The longest plan in months: personalised card plans run at most five years (信用卡管理办法 art. 70, CN-M-12).
pub const LONGEST_MONTHS: usize = 60;

/// A plan and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Its id.
    pub id: PlanId,
    /// When it was agreed.
    pub agreed_on: Day,
    /// What the person could pay a month then.
    pub capacity: Option<Money>,
    /// A second person's reasoned yes to a plan above capacity.
    pub overridden: Option<Override>,
    /// How it ended.
    pub end: Option<PlanEnd>,
}

/// How a plan ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// One instalment of a plan to be agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanInstalment {
    /// The promise it will be.
    pub promise: PromiseId,
    /// How much.
    pub amount: Money,
    /// By when.
    pub due_on: Day,
}

/// Agrees a plan. Each instalment must lie within the capacity stated last, unless a second person overrides it with a
/// reason; the sum must not exceed what is owed; the days must follow each other from today on.
pub fn agree(
    person: &Person,
    id: PlanId,
    instalments: &[PlanInstalment],
    overridden: Option<Override>,
    today: Day,
) -> Result<Vec<Event>, Refusal> {
    if person.plans.contains_key(&id) {
        return Err(Refusal::by("PLAN-TWICE"));
    }
    if instalments.is_empty() || instalments.len() > LONGEST_MONTHS {
        return Err(Refusal::by("CN-M-12"));
    }
    if instalments.iter().any(|instalment| !instalment.amount.is_positive()) {
        return Err(Refusal::by("PLAN-AMOUNT"));
    }
    let days = || instalments.iter().map(|instalment| instalment.due_on);
    if days().next().is_some_and(|first| first < today) || days().zip(days().skip(1)).any(|(earlier, later)| earlier >= later) {
        return Err(Refusal::by("PLAN-DAYS"));
    }
    if instalments.iter().map(|instalment| instalment.amount).sum::<Money>() > person.owed(today) {
        return Err(Refusal::by("PLAN-ABOVE-OWED"));
    }
    let means = person.means.as_ref().ok_or_else(|| Refusal::by("PLAN-MEANS-UNKNOWN"))?;
    let capacity = means.means.capacity();
    if let Some(overridden) = &overridden
        && overridden.asked_by == overridden.approved_by
    {
        return Err(Refusal::by("PLAN-OVERRIDE-ALONE"));
    }
    if overridden.is_none() && instalments.iter().any(|instalment| instalment.amount > capacity) {
        return Err(Refusal::by("PLAN-ABOVE-CAPACITY"));
    }
    let mut events = promise::supersede_open(person, today);
    events.push(Event::PlanAgreed { plan: id, on: today, capacity: Some(capacity), overridden });
    for PlanInstalment { promise, amount, due_on } in instalments {
        let origin = Origin::Plan(id);
        events.push(Event::PromiseMade { promise: *promise, amount: *amount, due_on: *due_on, origin, made_on: today });
    }
    Ok(events)
}

/// Spreads `total` over months within `capacity`: as few equal instalments as fit, monthly on the day of `first_on`.
/// None when the capacity is nothing or it would take longer than allowed.
pub fn spread(total: Money, capacity: Money, first_on: Day) -> Option<Vec<(Money, Day)>> {
    if !total.is_positive() || !capacity.is_positive() {
        return None;
    }
    let count = u32::try_from(total.minor().checked_add(capacity.minor() - 1)? / capacity.minor()).ok()?;
    if count as usize > LONGEST_MONTHS {
        return None;
    }
    let (_, _, anchor) = first_on.civil();
    let parts = total.split(count).enumerate();
    Some(parts.map(|(month, amount)| (amount, first_on.plus_months_on(month as i32, anchor))).collect())
}

/// Ends a plan whose promises the ledger has judged: kept when all were, broken by the first that was not.
pub(crate) fn judge(person: &Person, today: Day) -> Vec<Event> {
    let mut events = vec![];
    for plan in person.plans.values().filter(|plan| plan.end.is_none()) {
        let outcomes = || promises_of(person, plan.id).map(outcome);
        if outcomes().any(|outcome| matches!(outcome, Some(Outcome::Partial | Outcome::Broken))) {
            events.push(Event::PlanBroken { plan: plan.id, on: today });
        } else if outcomes().all(|outcome| outcome == Some(Outcome::Kept)) {
            events.push(Event::PlanKept { plan: plan.id, on: today });
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
        Some(PromiseEnd::Superseded { .. }) | None => None,
    }
}

pub(crate) fn apply(person: &mut Person, event: &Event) {
    match event {
        Event::PlanAgreed { plan, on, capacity, overridden } => {
            for earlier in person.plans.values_mut().filter(|earlier| earlier.end.is_none()) {
                earlier.end = Some(PlanEnd::Superseded);
            }
            let agreed = Plan { id: *plan, agreed_on: *on, capacity: *capacity, overridden: overridden.clone(), end: None };
            person.plans.insert(*plan, agreed);
        }
        Event::PlanKept { plan, on } => end(person, *plan, PlanEnd::Kept { on: *on }),
        Event::PlanBroken { plan, on } => end(person, *plan, PlanEnd::Broken { on: *on }),
        _ => {}
    }
}

fn end(person: &mut Person, id: PlanId, how: PlanEnd) {
    if let Some(plan) = person.plans.get_mut(&id) {
        plan.end = Some(how);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_takes_no_more_than_the_capacity_and_loses_no_cent() {
        let first = Day::parse("2026-01-31").unwrap();
        let plan = spread(Money::from_minor(100_001), Money::from_minor(30_000), first).unwrap();
        assert_eq!(plan.iter().map(|(amount, _)| *amount).sum::<Money>(), Money::from_minor(100_001));
        assert!(plan.iter().all(|(amount, _)| *amount <= Money::from_minor(30_000)));
        assert_eq!(plan.len(), 4);
        assert_eq!(plan[1].1, Day::parse("2026-02-28").unwrap());
    }

    #[test]
    fn there_is_no_plan_without_capacity_or_beyond_five_years() {
        let first = Day::parse("2026-01-31").unwrap();
        assert_eq!(spread(Money::from_minor(100), Money::ZERO, first), None);
        assert_eq!(spread(Money::from_minor(6_100), Money::from_minor(100), first), None);
        assert_eq!(spread(Money::from_minor(6_000), Money::from_minor(100), first).unwrap().len(), 60);
    }
}
