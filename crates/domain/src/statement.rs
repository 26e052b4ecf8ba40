//! The statement of account of a person: all their loans, line by line.

use alloc::vec::Vec;

use crate::day::Day;
use crate::loan::Because;
use crate::money::Money;
use crate::person::Person;

/// One line of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// The number of the account.
    pub account: &'a str,
    /// What happened, as [`explain_balance`](crate::loan::Loan::explain_balance) tells it.
    pub because: Because,
    /// What is outstanding on all accounts together after it.
    pub balance: Money,
}

/// Sets out everything that is or was outstanding up to `as_of`, by day; the last balance is what is outstanding then.
pub fn set_out(person: &Person, as_of: Day) -> Vec<Line<'_>> {
    let of_account = |account: &'_ crate::person::Account| account.loan.explain_balance(as_of).lines;
    let accounts = person.accounts.values();
    let mut lines: Vec<Line<'_>> = accounts
        .flat_map(|account| {
            let line = |because| Line { account: &account.number, because, balance: Money::ZERO };
            of_account(account).into_iter().map(line)
        })
        .collect();
    lines.sort_by_key(|line| line.because.on);
    let mut balance = Money::ZERO;
    for line in &mut lines {
        balance += line.because.amount;
        line.balance = balance;
    }
    lines
}
