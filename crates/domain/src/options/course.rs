//! The course that loans take when somebody pays as asked: the loans themselves say what they ask.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::day::Day;
use crate::id::EntryId;
use crate::loan::{Entry, EntryKind, Loan, PaymentSource};
use crate::money::Money;

use super::Instalment;

/// Loans on their way.
pub(super) struct Course {
    loans: Vec<Loan>,
    today: Day,
    payments: u64,
    paid: BTreeMap<Day, Money>,
}

/// Due days that are followed at most; five years of monthly instalments over several accounts stay well below.
const LONGEST: usize = 800;

impl Course {
    pub(super) fn new(loans: Vec<Loan>, today: Day) -> Course {
        Course { loans, today, payments: 0, paid: BTreeMap::new() }
    }

    /// Pays what is due today and then everything on the day it falls due.
    pub(super) fn run_on(mut self) -> Vec<Instalment> {
        self.follow(self.today);
        self.told()
    }

    /// Pays these parts on their days and what falls due besides on its own; what is still due when the parts are over is
    /// paid with the last of them.
    pub(super) fn run_with(mut self, parts: &[Instalment]) -> Vec<Instalment> {
        let last = parts.last().map_or(self.today, |part| part.due_on);
        let mut ahead: Vec<(Day, Option<usize>, Money)> = parts.iter().map(|part| (part.due_on, None, part.amount)).collect();
        for (at, loan) in self.loans.iter().enumerate() {
            let lines = loan.position(self.today).instalments;
            let lines = lines.iter().filter(|line| line.due_on > self.today && line.due_on <= last);
            ahead.extend(lines.map(|line| (line.due_on, Some(at), line.unpaid().scheduled())));
        }
        ahead.sort_by_key(|(day, at, _)| (*day, *at));
        for (day, at, amount) in ahead {
            match at {
                Some(at) => self.pay(at, day, amount),
                None => self.pay_oldest(day, amount),
            }
        }
        self.follow(last);
        self.told()
    }

    /// From `day` on, every loan gets what it asks on the days on which it asks.
    fn follow(&mut self, day: Day) {
        for at in 0..self.loans.len() {
            let mut day = day;
            for _ in 0..LONGEST {
                let position = self.loans[at].position(day);
                self.pay(at, day, position.due.total());
                let next = position.instalments.iter().filter(|line| line.due_on > day && line.unpaid().total().is_positive());
                let Some(next) = next.map(|line| line.due_on).min() else { break };
                day = next;
            }
        }
    }

    /// Pays loans in the order in which their oldest due day came, each at most what is due; what is left goes to the first.
    fn pay_oldest(&mut self, day: Day, amount: Money) {
        let mut left = amount;
        let mut by_age: Vec<(Option<Day>, usize, Money)> = (0..self.loans.len())
            .map(|at| (at, self.loans[at].position(day)))
            .map(|(at, position)| (position.oldest_unpaid_due_on, at, position.due.total()))
            .filter(|(_, _, due)| due.is_positive())
            .collect();
        by_age.sort();
        for (_, at, due) in by_age {
            let part = due.min(left);
            self.pay(at, day, part);
            left -= part;
        }
        if left.is_positive() && !self.loans.is_empty() {
            self.pay(0, day, left);
        }
    }

    fn pay(&mut self, at: usize, day: Day, amount: Money) {
        if !amount.is_positive() {
            return;
        }
        self.payments += 1;
        let kind = EntryKind::Payment { amount, source: PaymentSource::Borrower };
        // The loans are copies that nobody keeps; the id only has to be theirs alone.
        self.loans[at].record(Entry { id: EntryId(u64::MAX - 1_000_000 - self.payments), effective_on: day, kind });
        *self.paid.entry(day).or_insert(Money::ZERO) += amount;
    }

    fn told(self) -> Vec<Instalment> {
        self.paid.into_iter().map(|(due_on, amount)| Instalment { due_on, amount }).collect()
    }
}
