//! stub
use crate::{day::Day, id::EntryId, money::Money, refusal::Invalid};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    pub principal: Money,
    pub disbursed_on: Day,
}
impl Terms {
    pub fn check(&self) -> Result<(), Invalid> {
        Ok(())
    }
    pub fn first_due_on(&self) -> Day {
        self.disbursed_on
    }
}
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub id: EntryId,
    pub effective_on: Day,
    pub kind: EntryKind,
}
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum EntryKind {
    Payment { amount: Money },
    Reversal { of: EntryId },
}
#[derive(Clone, Debug, PartialEq)]
pub struct Loan {
    terms: Terms,
    entries: Vec<Entry>,
}
#[derive(Clone, Copy)]
pub struct Parts {
    pub principal: Money,
    pub interest: Money,
    pub fee: Money,
    pub penalty: Money,
}
impl Parts {
    pub fn total(&self) -> Money {
        self.principal + self.interest + self.fee + self.penalty
    }
}
pub struct Position {}
impl Loan {
    pub fn new(terms: Terms) -> Loan {
        Loan { terms, entries: Vec::new() }
    }
    pub fn terms(&self) -> &Terms {
        &self.terms
    }
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
    pub fn record(&mut self, e: Entry) {
        self.entries.push(e)
    }
    pub fn position(&self, _d: Day) -> Position {
        Position {}
    }
    pub fn wakes_on(&self, _d: Day) -> Option<Day> {
        None
    }
}
impl Position {
    pub fn outstanding(&self) -> Parts {
        Parts { principal: Money::ZERO, interest: Money::ZERO, fee: Money::ZERO, penalty: Money::ZERO }
    }
    pub fn overdue(&self) -> Parts {
        self.outstanding()
    }
    pub fn days_past_due(&self) -> u32 {
        0
    }
    pub fn is_settled(&self) -> bool {
        false
    }
    pub fn oldest_unpaid_due_on(&self) -> Option<Day> {
        None
    }
    pub fn last_due_on(&self) -> Option<Day> {
        None
    }
}
pub fn bucket(_d: u32) -> u8 {
    0
}
