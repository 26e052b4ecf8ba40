//! Lines of a statement, and why a file is refused.

use std::fmt;

use domain::day::Day;
use domain::money::Money;

/// A statement of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The bank's id of it. With the reference of a line it tells a line from every other.
    pub id: String,
    /// The lender's account, as the bank calls it.
    pub account: String,
    /// Its lines, in the order of the file.
    pub lines: Vec<Line>,
}

/// One amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The bank's reference of the entry, with the number of the part where an entry is booked in one sum for several:
    /// the same line read twice has the same.
    pub reference: String,
    /// The day it was booked; none where it is not yet.
    pub booked_on: Option<Day>,
    /// The day it counts from.
    pub value_on: Option<Day>,
    /// How much; always more than nothing.
    pub amount: Money,
    /// ISO 4217.
    pub currency: String,
    /// Which way it went.
    pub direction: Direction,
    /// Whether it takes an earlier line back. It then goes the other way than the earlier one did.
    pub is_reversal: bool,
    /// Whether it is booked.
    pub booking: Booking,
    /// References that the payer or the banks gave it, by which an earlier line or an account may be known.
    pub references: Vec<String>,
    /// What the payer wrote.
    pub text: String,
    /// Who paid, as the bank says.
    pub name: Option<String>,
}

/// Which way money went, as seen from the lender's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// In.
    Credit,
    /// Out.
    Debit,
}

/// Whether an amount is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Booking {
    /// It is.
    Booked,
    /// It is announced. It counts once it is booked.
    Pending,
    /// It was only told.
    Info,
}

/// Why a file is refused as a whole: nothing of it is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line of the file, from 1.
    pub at_line: usize,
    /// The element, as a path such as `Stmt/Ntry/Amt`, or the column.
    pub element: String,
    /// What is wrong and how it should be.
    pub says: String,
}

impl Fault {
    pub(crate) fn new(at_line: usize, element: impl Into<String>, says: impl Into<String>) -> Fault {
        Fault { at_line, element: element.into(), says: says.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, `{}`: {}", self.at_line, self.element, self.says)
    }
}

impl std::error::Error for Fault {}
