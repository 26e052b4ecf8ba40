//! What a payment settles first, as data.

use core::cmp::Ordering;

use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::id::EntryId;

use super::parts::{Part, Parts};

/// Which entry settled what of which instalment; negative where paid money was given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allocation {
    /// The entry that settled it.
    pub entry: EntryId,
    /// The day from which it counts.
    pub on: Day,
    /// The number of the instalment.
    pub instalment: u32,
    /// Where the instalment lay on that day.
    pub timing: Timing,
    /// How much of each part.
    pub parts: Parts,
}

/// The order in which a payment settles what is owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Which parts, in this order.
    pub steps: Vec<Step>,
    /// Whether an instalment is finished before the next is begun.
    #[serde(default)]
    pub walk: Walk,
    /// Which instalment money in advance goes to.
    #[serde(default)]
    pub future: Future,
}

/// One step of the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Of instalments that are past due, due today, or not due yet.
    pub timing: Timing,
    /// Which part of them.
    pub part: Part,
}

/// Where an instalment lies on the day of the payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// Its due day has passed.
    PastDue,
    /// It is due on this day.
    Due,
    /// Its due day lies ahead.
    InAdvance,
}

impl Timing {
    /// Where an instalment due on `due_on` lies on `day`.
    #[inline]
    pub(super) fn of(due_on: Day, day: Day) -> Timing {
        match due_on.cmp(&day) {
            Ordering::Less => Timing::PastDue,
            Ordering::Equal => Timing::Due,
            Ordering::Greater => Timing::InAdvance,
        }
    }
}

/// Which way money walks through parts and instalments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Walk {
    /// Instalment by instalment, the oldest first, all its parts in order.
    #[default]
    Horizontal,
    /// Part by part, through all instalments of the timing, then the next part.
    Vertical,
}

/// Which of the instalments not yet due takes money in advance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Future {
    /// The next one first.
    #[default]
    Next,
    /// The last one first, so that the term grows shorter.
    Last,
    /// All alike, so that each grows smaller; the last takes the cents.
    Reamortise,
    /// None: it stays unapplied until an instalment falls due.
    Hold,
}

impl Order {
    /// Past due, then due, then in advance; in each the `parts` in their order; instalment by instalment.
    pub fn of_parts(parts: [Part; 4]) -> Order {
        let timings = [Timing::PastDue, Timing::Due, Timing::InAdvance];
        let steps = timings.into_iter().flat_map(|timing| parts.into_iter().map(move |part| Step { timing, part })).collect();
        Order { steps, walk: Walk::Horizontal, future: Future::Next }
    }

    /// The steps of what is past due, due and in advance, if every part has its place in each and money walks from the oldest
    /// instalment on: then the timing of an instalment alone says in which order its parts are settled.
    pub(super) fn line_by_line(&self) -> Option<[&[Step]; 3]> {
        if self.walk != Walk::Horizontal || self.future != Future::Next {
            return None;
        }
        let (past_due, rest) = self.steps.split_at_checked(4)?;
        let (due, in_advance) = rest.split_at_checked(4)?;
        let by_timing = [(past_due, Timing::PastDue), (due, Timing::Due), (in_advance, Timing::InAdvance)];
        let bit = |step: &Step| 1_u8 << step.part as u8;
        let is_whole = |(steps, timing): (&[Step], Timing)| {
            steps.iter().all(|step| step.timing == timing) && steps.iter().fold(0, |bits, step| bits | bit(step)) == 0b1111
        };
        (in_advance.len() == 4 && by_timing.into_iter().all(is_whole)).then_some([past_due, due, in_advance])
    }
}

/// Costs, then penalty and interest, then principal (Civil Code art. 561), the oldest instalment first.
impl Default for Order {
    fn default() -> Order {
        Order::of_parts(Part::ALL)
    }
}
