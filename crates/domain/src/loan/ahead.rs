//! Some of what a position tells, without the rest of it; and how late a loan will be on days to come, without replaying it for
//! each of them.

use crate::day::Day;
use crate::money::Money;

use super::ageing;
use super::books::Books;
use super::position::Position;
use super::replay::Loan;

/// A loan at the end of a day, from which later days are looked at.
pub struct Ahead<'a> {
    loan: &'a Loan,
    books: Books<'a>,
    /// How many entries had counted by then.
    entries: usize,
}

impl Loan {
    /// Days past due at the end of `as_of`, as [`Loan::position`] tells them with everything else.
    pub fn days_past_due(&self, as_of: Day) -> u32 {
        self.replay(as_of, false).days_past_due(as_of)
    }

    /// Principal not paid back at the end of `as_of`, as [`Loan::position`] tells it with everything else.
    pub fn principal_outstanding(&self, as_of: Day) -> Money {
        let mut books = self.replay(as_of, false);
        books.reach(as_of);
        if as_of < self.terms().disbursed_on { Money::ZERO } else { books.balance }
    }

    /// The loan at the end of `from`, from which later days are looked at.
    pub fn ahead_of(&self, from: Day) -> Ahead<'_> {
        Ahead { loan: self, books: self.replay(from, false), entries: self.standing(from).count() }
    }
}

impl Ahead<'_> {
    /// Where the loan stands on `day`, which is not before the first: the same as [`Loan::position`].
    pub(crate) fn position(&self, day: Day) -> Position {
        match self.is_quiet_until(day) {
            true => self.books.clone().close(day),
            false => self.loan.position(day),
        }
    }

    /// Days past due at the end of `day`, which is not before the first: the same as [`Loan::days_past_due`].
    pub fn days_past_due(&self, day: Day) -> u32 {
        match self.is_quiet_until(day) {
            true => self.books.clone().days_past_due(day),
            false => self.loan.days_past_due(day),
        }
    }

    /// Whether nothing is entered in between, so that the books of the first day lead to the later one.
    fn is_quiet_until(&self, day: Day) -> bool {
        self.loan.standing(day).count() == self.entries
    }
}

impl Books<'_> {
    fn days_past_due(mut self, as_of: Day) -> u32 {
        self.reach(as_of);
        let unpaid = self.lines[self.first_open..].iter().filter(|line| !line.is_paid());
        let since = unpaid.map(|line| line.owed_by(as_of).1).filter(|since| *since <= as_of).min();
        let since = since.filter(|_| as_of >= self.terms.disbursed_on);
        since.map_or(0, |due_on| ageing::days_past_due(due_on, as_of, self.terms.grace_days, &self.pauses).0)
    }
}
