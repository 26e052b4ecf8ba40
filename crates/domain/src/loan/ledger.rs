//! Double entry: what every event of a loan does to the accounts of the book.
//!
//! Income is recognised when it is received. The chart is data ([`Account`] has a code); debits are positive, credits
//! negative, and the postings of an entry sum to zero.

use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::id::EntryId;
use crate::money::Money;

use super::entry::EntryKind;
use super::parts::{Part, Parts};
use super::replay::Loan;

/// An account of the chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// Money at the bank, and money on its way there or from there.
    Cash,
    /// Principal that borrowers owe.
    LoansReceivable,
    /// Money of borrowers that is not allocated yet.
    BorrowersCredit,
    /// Interest received.
    InterestIncome,
    /// Fees received.
    FeeIncome,
    /// Penalties received.
    PenaltyIncome,
    /// Principal given up.
    LoanLosses,
    /// Money received for loans that were written off.
    Recoveries,
}

impl Account {
    /// The code in the chart of accounts: 1 assets, 2 liabilities, 4 income, 5 expenses.
    pub const fn code(self) -> u16 {
        match self {
            Account::Cash => 1001,
            Account::LoansReceivable => 1303,
            Account::BorrowersCredit => 2203,
            Account::InterestIncome => 4001,
            Account::FeeIncome => 4011,
            Account::PenaltyIncome => 4021,
            Account::Recoveries => 4301,
            Account::LoanLosses => 5001,
        }
    }
}

/// One line of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// The day it counts from.
    pub on: Day,
    /// The entry it belongs to; none for the first disbursement.
    pub entry: Option<EntryId>,
    /// The account.
    pub account: Account,
    /// Debit, or credit if negative.
    pub amount: Money,
}

impl Loan {
    /// The journal of this loan up to `as_of`, in order of the days. Every entry's postings sum to zero.
    pub fn postings(&self, as_of: Day) -> Vec<Posting> {
        let mut journal = Journal(Vec::new());
        if as_of < self.terms().disbursed_on {
            return journal.0;
        }
        journal.post(self.terms().disbursed_on, None, Account::LoansReceivable, Account::Cash, self.terms().principal);
        let position = self.position(as_of);
        let recovered = |id: EntryId| position.recoveries.iter().find(|(of, _)| *of == id).map(|(_, amount)| *amount);
        for entry in self.entries().iter().filter(|entry| entry.effective_on <= as_of && !self.is_reversed(entry.id)) {
            let (on, id) = (entry.effective_on, Some(entry.id));
            let moved =
                || position.moved.iter().filter(|(of, _)| *of == entry.id).fold(Parts::ZERO, |sum, (_, parts)| sum + *parts);
            match &entry.kind {
                EntryKind::Payment { .. } | EntryKind::Refund { .. } if recovered(entry.id).is_some() => {
                    journal.post(on, id, Account::Cash, Account::Recoveries, recovered(entry.id).unwrap_or_default());
                }
                EntryKind::Payment { amount, .. } => journal.post(on, id, Account::Cash, Account::BorrowersCredit, *amount),
                EntryKind::Disbursement { amount } => journal.post(on, id, Account::LoansReceivable, Account::Cash, *amount),
                EntryKind::Chargeback { amount, .. } | EntryKind::CreditRefund { amount } => {
                    let owed = moved().total();
                    journal.post(on, id, Account::LoansReceivable, Account::Cash, owed);
                    journal.post(on, id, Account::BorrowersCredit, Account::Cash, *amount - owed);
                }
                EntryKind::Waiver { part: Part::Principal, .. } => {
                    journal.post(on, id, Account::LoanLosses, Account::LoansReceivable, -moved().principal);
                }
                EntryKind::WriteOff => journal.post(on, id, Account::LoanLosses, Account::LoansReceivable, -moved().principal),
                EntryKind::Refund { .. } => {
                    let given = position.allocations.iter().filter(|known| known.entry == entry.id);
                    let given: Money = given.map(|known| -known.parts.total()).sum();
                    journal.post(on, id, Account::BorrowersCredit, Account::Cash, given);
                }
                EntryKind::Waiver { .. }
                | EntryKind::Opening { .. }
                | EntryKind::Reversal { .. }
                | EntryKind::Fee { .. }
                | EntryKind::Reage { .. }
                | EntryKind::Extend { .. }
                | EntryKind::Defer { .. }
                | EntryKind::Pause { .. }
                | EntryKind::Resume
                | EntryKind::ChargeOff => {}
            }
        }
        for known in &position.allocations {
            for part in Part::ALL {
                let account = match part {
                    Part::Principal => Account::LoansReceivable,
                    Part::Interest => Account::InterestIncome,
                    Part::Fee => Account::FeeIncome,
                    Part::Penalty => Account::PenaltyIncome,
                };
                let source = if self.is_opening(known.entry) { Account::Cash } else { Account::BorrowersCredit };
                journal.post(known.on, Some(known.entry), source, account, known.parts[part]);
            }
        }
        journal.0.sort_by_key(|posting| posting.on);
        journal.0
    }

    fn is_opening(&self, id: EntryId) -> bool {
        self.entries().iter().any(|entry| entry.id == id && matches!(entry.kind, EntryKind::Opening { .. }))
    }
}

struct Journal(Vec<Posting>);

impl Journal {
    fn post(&mut self, on: Day, entry: Option<EntryId>, debit: Account, credit: Account, amount: Money) {
        if !amount.is_zero() {
            self.0.push(Posting { on, entry, account: debit, amount });
            self.0.push(Posting { on, entry, account: credit, amount: -amount });
        }
    }
}

/// The balance of an account: debits less credits.
pub fn balance(postings: &[Posting], account: Account) -> Money {
    postings.iter().filter(|posting| posting.account == account).map(|posting| posting.amount).sum()
}
