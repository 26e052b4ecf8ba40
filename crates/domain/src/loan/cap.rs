//! Why the cost cap leaves so much, or nothing, for penalties and charges.

use alloc::vec::Vec;

use crate::day::Day;
use crate::money::Money;

use super::explain::{Because, Explanation, How, Rule, line};
use super::factor::round_days;
use super::parts::Part;
use super::replay::Loan;

/// Days on which the same principal was outstanding, and how many of them count.
#[derive(Clone, Copy)]
pub(super) struct Lent {
    pub(super) from: Day,
    pub(super) until: Day,
    pub(super) days: i32,
    pub(super) balance: Money,
}

impl Loan {
    /// How much more in penalties and charges the cost cap leaves on `as_of`: its share of the principal outstanding day by day, less
    /// what was kept back for pauses, less agreed cost by that day, less penalties and charges that are asked for. `None` without a
    /// cap, or once the loan is given up.
    pub fn explain_cap(&self, as_of: Day) -> Option<Explanation> {
        let books = self.books(as_of, true);
        let cap = books.rates.cap.filter(|_| books.written_off_on.is_none())?;
        let a_year = self.terms().cost_cap.unwrap_or_default();
        let (mut lines, mut raw, mut told) = (Vec::new(), 0, Money::ZERO);
        for span in &books.lent {
            raw += cap.raw_of_amount_days(i128::from(span.days) * i128::from(span.balance.minor()));
            let amount = round_days(raw, 365) - told;
            told += amount;
            let how = How::Cap { from: span.from, until: span.until, balance: span.balance, days: span.days, a_year };
            lines.push(Because { how: Some(how), ..line(span.until, Rule::Allowed, Part::Penalty, amount) });
        }
        lines.push(line(as_of, Rule::Stopped, Part::Penalty, round_days(raw - books.withheld.max(0), 365) - told));
        let interest = books.interest_used(as_of);
        lines.push(line(as_of, Rule::Earned, Part::Interest, -interest));
        lines.push(line(as_of, Rule::Earned, Part::Fee, interest - books.agreed_by(as_of)));
        for of in &books.lines {
            for (part, amount) in [(Part::Penalty, of.due.penalty), (Part::Fee, of.charged)] {
                lines.push(Because { instalment: Some(of.number), ..line(of.due_on, Rule::Charged, part, -amount) });
            }
        }
        let left: Money = lines.iter().map(|line| line.amount).sum();
        lines.push(line(as_of, Rule::NotBelowZero, Part::Penalty, (-left).or_zero()));
        Some(Explanation::of(left.or_zero(), lines))
    }
}
