//! Where a loan stands on a day.

use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::day::Day;
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
    /// Money received that no instalment needed yet.
    pub unapplied: Money,
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
    /// What would settle the loan on this day, net of unapplied money.
    pub settlement: Money,
    /// Since when nothing is owed any more.
    pub settled_on: Option<Day>,
    /// Since when the loan is written off.
    pub written_off_on: Option<Day>,
    /// What came in after the write-off.
    pub recovered: Money,
}

/// One instalment on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstalmentPosition {
    /// Counted from 1, a down payment included.
    pub number: u32,
    /// The day it falls due.
    pub due_on: Day,
    /// What it asks for, waived amounts taken off.
    pub due: Parts,
    /// How much of the fee was charged besides the schedule; it does not age the loan.
    pub charged: Money,
    /// What has been settled.
    pub paid: Parts,
    /// When its scheduled parts were all settled.
    pub paid_on: Option<Day>,
}

impl InstalmentPosition {
    /// What is still open.
    pub fn unpaid(&self) -> Parts {
        self.due - self.paid
    }

    /// Whether its scheduled principal, interest and fee are settled.
    pub fn is_paid(&self) -> bool {
        let unpaid = self.unpaid();
        !unpaid.principal.is_positive() && !unpaid.interest.is_positive() && unpaid.fee <= self.charged
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
