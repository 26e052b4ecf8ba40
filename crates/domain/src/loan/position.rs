//! Where a loan stands on a day.

use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::id::EntryId;
use crate::money::Money;

use super::allocation::Allocation;
use super::parts::Parts;

/// Where a loan stands at the end of a day, after everything that counts from that day or before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The day.
    pub as_of: Day,
    /// Every instalment, in order.
    pub instalments: Vec<InstalmentPosition>,
    /// Which entry settled what, in order.
    pub allocations: Vec<Allocation>,
    /// What entries other than payments made owed, gave up or moved to other instalments, by entry.
    pub moved: Vec<(EntryId, Parts)>,
    /// Money received that no instalment needed yet.
    pub unapplied: Money,
    /// The same by entry.
    #[serde(default)]
    pub held: Vec<(EntryId, Money)>,
    /// All that is still owed: the whole unpaid principal, and the cost that has fallen due.
    pub outstanding: Parts,
    /// What is due on this day or before and not paid.
    pub due: Parts,
    /// What fell due before this day and is not paid.
    pub overdue: Parts,
    /// When the oldest unpaid instalment fell due; penalties alone do not keep an instalment unpaid.
    pub oldest_unpaid_due_on: Option<Day>,
    /// Days past due after grace and pauses.
    pub days_past_due: u32,
    /// Days past due, without grace or pauses.
    pub days_past_due_raw: u32,
    /// Interest earned by this day, whether due or not.
    pub interest_accrued: Money,
    /// What would settle the loan on this day, net of unapplied money.
    pub settlement: Money,
    /// Since when nothing is owed any more.
    pub settled_on: Option<Day>,
    /// Since when the loan is written off.
    pub written_off_on: Option<Day>,
    /// What came in after the write-off, less what was given back of it.
    pub recovered: Money,
    /// The same by entry.
    #[serde(default)]
    pub recoveries: Vec<(EntryId, Money)>,
}

/// One instalment on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstalmentPosition {
    /// Counted from 1, a down payment included.
    pub number: u32,
    /// Why there is this line.
    pub origin: Origin,
    /// The day its period begins: the due day of the one before.
    pub from: Day,
    /// The day it falls due.
    pub due_on: Day,
    /// What it asks for, waived amounts taken off.
    pub due: Parts,
    /// How much of the fee was charged besides the schedule; it does not age the loan.
    pub charged: Money,
    /// What of the principal had been paid once and is owed again.
    pub owed_again: Option<OwedAgain>,
    /// What was given up.
    pub waived: Parts,
    /// What has been settled.
    pub paid: Parts,
    /// When its scheduled parts were all settled.
    pub paid_on: Option<Day>,
}

/// Principal that was paid, and is owed again because the payment was taken back or paid out. It ages from that day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwedAgain {
    /// The first day on which some of it was owed again.
    pub since: Day,
    /// How much.
    pub amount: Money,
    /// How much of it was not paid since.
    pub open: Money,
}

/// Why there is a line in the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// It was agreed at signing.
    Agreed,
    /// A share of a tranche, due on the day it was paid out.
    DownPayment,
    /// Something became owed after the last agreed due day.
    Added,
    /// The loan was re-aged.
    Reaged,
}

impl InstalmentPosition {
    /// What is still open.
    pub fn unpaid(&self) -> Parts {
        self.due - self.paid
    }

    /// What of it is owed by `day`, and since when: all of it from the due day, before that what is owed again.
    pub(super) fn owed_by(&self, day: Day) -> (Parts, Day) {
        let unpaid = self.unpaid();
        match self.owed_again {
            Some(again) if again.since < self.due_on && again.open.is_positive() && again.since <= day => {
                let early = Parts::of(super::parts::Part::Principal, again.open.min(unpaid.principal));
                (if self.due_on <= day { unpaid } else { early }, again.since)
            }
            _ if self.due_on <= day => (unpaid, self.due_on),
            _ => (Parts::ZERO, self.due_on),
        }
    }

    /// Penalties and charges that were paid: what the cost cap may give back.
    pub(super) fn extra_paid(&self) -> Money {
        (self.paid.fee - (self.due.fee - self.charged)).or_zero() + self.paid.penalty
    }

    /// Whether its scheduled principal, interest and fee are settled.
    pub fn is_paid(&self) -> bool {
        let (due, paid) = (&self.due, &self.paid);
        due.principal <= paid.principal && due.interest <= paid.interest && due.fee - paid.fee <= self.charged
    }
}

impl Position {
    /// Whether nothing is owed any more.
    pub fn is_settled(&self) -> bool {
        self.settled_on.is_some()
    }

    /// The range of days past due: 0 current, 1 for 1–30 days, … 7 over 180.
    pub fn bucket(&self) -> u8 {
        super::ageing::bucket(self.days_past_due)
    }

    /// The first instalment after this day that still asks for money.
    pub fn next_instalment(&self) -> Option<&InstalmentPosition> {
        self.instalments.iter().find(|instalment| instalment.due_on > self.as_of && !instalment.is_paid())
    }
}
