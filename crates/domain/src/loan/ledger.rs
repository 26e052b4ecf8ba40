//! Double entry: what every event of a loan does to the accounts of the book.
//!
//! Income is recognised when it is received. Debits are positive, credits negative, and the postings of an entry sum to zero. What
//! an account is called and its code are the lender's to say ([`Chart`](crate::house::Chart)).

use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::id::EntryId;
use crate::money::Money;

use super::entry::EntryKind;
use super::parts::{Part, Parts};
use super::replay::Loan;

/// An account that is posted to.
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
    /// All that there are.
    pub const ALL: [Account; 8] = [
        Account::Cash,
        Account::LoansReceivable,
        Account::BorrowersCredit,
        Account::InterestIncome,
        Account::FeeIncome,
        Account::PenaltyIncome,
        Account::LoanLosses,
        Account::Recoveries,
    ];

    /// The name it has in data.
    pub const fn name(self) -> &'static str {
        match self {
            Account::Cash => "cash",
            Account::LoansReceivable => "loans_receivable",
            Account::BorrowersCredit => "borrowers_credit",
            Account::InterestIncome => "interest_income",
            Account::FeeIncome => "fee_income",
            Account::PenaltyIncome => "penalty_income",
            Account::LoanLosses => "loan_losses",
            Account::Recoveries => "recoveries",
        }
    }

    /// What type of account it is.
    pub const fn account_type(self) -> AccountType {
        match self {
            Account::Cash | Account::LoansReceivable => AccountType::Asset,
            Account::BorrowersCredit => AccountType::Liability,
            Account::InterestIncome | Account::FeeIncome | Account::PenaltyIncome | Account::Recoveries => AccountType::Income,
            Account::LoanLosses => AccountType::Expense,
        }
    }
}

/// A type of account. Assets and expenses grow by debits, liabilities and income by credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountType {
    /// What the lender has or is owed (资产).
    Asset,
    /// What it owes (负债).
    Liability,
    /// What it earned (收入).
    Income,
    /// What it lost or spent (费用).
    Expense,
}

impl AccountType {
    /// The name it has in data.
    pub const fn name(self) -> &'static str {
        match self {
            AccountType::Asset => "asset",
            AccountType::Liability => "liability",
            AccountType::Income => "income",
            AccountType::Expense => "expense",
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
        let recovered =
            |id: EntryId| -> Money { position.recoveries.iter().filter(|(of, _)| *of == id).map(|(_, amount)| *amount).sum() };
        for entry in self.entries().iter().filter(|entry| entry.effective_on <= as_of && !self.is_reversed(entry.id)) {
            let (on, id) = (entry.effective_on, Some(entry.id));
            let moved =
                || position.moved.iter().filter(|(of, _)| *of == entry.id).fold(Parts::ZERO, |sum, (_, parts)| sum + *parts);
            match &entry.kind {
                EntryKind::Payment { amount, .. } => {
                    let recovered = recovered(entry.id);
                    journal.post(on, id, Account::Cash, Account::Recoveries, recovered);
                    journal.post(on, id, Account::Cash, Account::BorrowersCredit, *amount - recovered);
                }
                EntryKind::Disbursement { amount } => journal.post(on, id, Account::LoansReceivable, Account::Cash, *amount),
                EntryKind::Chargeback { amount, .. } | EntryKind::CreditRefund { amount } => {
                    let (owed, recovered) = (moved().total(), recovered(entry.id));
                    journal.post(on, id, Account::Cash, Account::Recoveries, recovered);
                    journal.post(on, id, Account::LoansReceivable, Account::Cash, owed);
                    journal.post(on, id, Account::BorrowersCredit, Account::Cash, *amount - owed + recovered);
                }
                EntryKind::Waiver { part: Part::Principal, .. } => {
                    journal.post(on, id, Account::LoanLosses, Account::LoansReceivable, -moved().principal);
                }
                EntryKind::WriteOff => journal.post(on, id, Account::LoanLosses, Account::LoansReceivable, -moved().principal),
                EntryKind::Refund { .. } => {
                    let given = position.allocations.iter().filter(|known| known.entry == entry.id);
                    let given: Money = given.map(|known| -known.parts.total()).sum();
                    journal.post(on, id, Account::Cash, Account::Recoveries, recovered(entry.id));
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
