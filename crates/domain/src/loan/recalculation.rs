//! Interest on the principal that is really outstanding, day by day.
//!
//! Of equal instalments the agreed amount stays; what of it is interest follows the balance. Paying early leaves less interest
//! and so more principal in it, paying late the reverse, and the last open instalment takes what is left. Where the principal
//! of each instalment was agreed, that stays, and only the interest moves. Days ahead are foreseen as if everything overdue
//! were paid today and the rest on time.

use alloc::vec::Vec;

use crate::day::Day;
use crate::money::Money;

use super::books::Books;
use super::factor::{Factor, round_money, year_fraction};
use super::position::{InstalmentPosition, Origin};
use super::schedule::Instalment;
use super::terms::{DayCount, DueRule, InterestOn, Method};

/// A change of the balance that bears interest: from this day on, by so many minor units.
type Change = (Day, i64);

impl Books<'_> {
    /// Whether interest follows the balance.
    pub(super) fn recalculates(&self) -> bool {
        self.terms.interest_on != InterestOn::Schedule
    }

    /// Computes every line anew as it is foreseen on `today`. With `till_today` no interest is counted for later days: what
    /// would be asked for if everything were paid now.
    pub(super) fn recalculate(&mut self, today: Day, till_today: bool) {
        let mut changes = self.changes();
        let mut left = self.balance;
        let mut carried = Money::ZERO;
        let last_open = self.last_open();
        let last = self.lines.iter().rposition(|line| line.origin == Origin::Agreed);
        for index in 0..self.lines.len() {
            let line = &self.lines[index];
            let open = if line.origin == Origin::Agreed {
                let end = if till_today { line.due_on.min(today).max(line.from) } else { line.due_on };
                let accrued = self.interest(&mut changes, line, end) + carried;
                let owed_again = line.owed_again.map_or(Money::ZERO, |again| again.amount);
                let asked = self.late[index].agreed + owed_again;
                let keeps_instalment = self.terms.method == Method::EqualInstalment;
                // Interest that a line paid early did not ask for goes to the next one; the last has none to pass it to.
                let is_paid_early = keeps_instalment && line.paid.principal > asked - accrued && Some(index) != last;
                let interest = if is_paid_early { line.paid.interest } else { accrued.max(line.paid.interest) };
                carried = accrued - interest;
                let wanted = if keeps_instalment { asked - interest } else { self.late[index].principal + owed_again };
                let open = (wanted - line.paid.principal - line.waived.principal).or_zero();
                let open = if Some(index) == last_open { left } else { open.min(left) };
                self.lines[index].due.interest = interest;
                open
            } else {
                line.unpaid().principal.min(left)
            };
            left -= open;
            let line = &mut self.lines[index];
            line.due.principal = line.paid.principal + open;
            let is_overdue = line.due_on < today && self.terms.interest_on == InterestOn::Outstanding;
            changes.push((if is_overdue { today } else { line.due_on }, -open.minor()));
        }
    }

    /// Before money is allocated: each line asks for interest up to today, and for the most principal that it could ask
    /// for, whether everything were paid now or nothing.
    pub(super) fn ask_for_the_most(&mut self) {
        self.recalculate(self.day, false);
        let foreseen: Vec<Money> = self.lines.iter().map(|line| line.due.principal).collect();
        self.recalculate(self.day, true);
        for ((line, late), foreseen) in self.lines.iter_mut().zip(&self.late).zip(foreseen) {
            line.due.principal = line.due.principal.max(foreseen);
            if line.origin == Origin::Agreed && foreseen > line.paid.principal {
                line.due.principal = line.due.principal.max(late.agreed - line.due.interest);
            }
        }
    }

    /// The changes of the balance that are known: money paid out, paid back, and owed again.
    fn changes(&self) -> Vec<Change> {
        let mut changes: Vec<Change> = self.paid_out.iter().map(|(day, amount)| (*day, amount.minor())).collect();
        let again = self.lines.iter().filter_map(|line| line.owed_again);
        changes.extend(again.map(|again| (again.since, again.amount.minor())));
        for known in self.allocations.iter().filter(|known| !known.parts.principal.is_zero()) {
            let due_on = self.lines.get(known.instalment as usize - 1).map_or(known.on, |line| line.due_on);
            let counts_from = match self.terms.interest_on {
                InterestOn::NotOverdue => known.on.min(due_on),
                InterestOn::Outstanding | InterestOn::Schedule => known.on,
            };
            changes.push((counts_from, -known.parts.principal.minor()));
        }
        changes
    }

    /// The line that takes what is left: the last agreed one that is not paid.
    fn last_open(&self) -> Option<usize> {
        let is_agreed = |index: &usize| self.lines[*index].origin == Origin::Agreed;
        let is_open = |index: &usize| {
            let line = &self.lines[*index];
            line.paid.principal + line.paid.interest
                < self.late[*index].agreed + line.owed_again.map_or(Money::ZERO, |again| again.amount)
        };
        let agreed = || (0..self.lines.len()).rev().filter(is_agreed);
        agreed().find(is_open).or_else(|| agreed().next())
    }

    /// The interest of a line's period up to `end`.
    fn interest(&self, changes: &mut [Change], line: &InstalmentPosition, end: Day) -> Money {
        changes.sort_by_key(|change| change.0);
        let rate = Factor::of(self.terms.annual_rate);
        let mut balance: i64 = 0;
        let (mut from, mut sum) = (line.from, 0_i128);
        let mut accrue = |balance: i64, from: Day, to: Day| {
            let mut days = |from: Day, to: Day| {
                if balance > 0 && from < to {
                    let (numerator, denominator) = self.fraction(line, from, to);
                    sum += rate.share(numerator, denominator).raw() * i128::from(balance);
                }
            };
            let mut at = from;
            for (stopped_after, until) in self.stops.spans() {
                days(at, (*stopped_after).min(to));
                at = at.max(*until);
            }
            days(at, to);
        };
        for (day, amount) in changes.iter() {
            if *day > from {
                accrue(balance, from, (*day).min(end));
                from = (*day).min(end);
            }
            balance += amount;
        }
        accrue(balance, from, end);
        round_money(sum)
    }

    /// The days from `from` to `to`, inside a line's period, as a fraction of a year.
    fn fraction(&self, line: &InstalmentPosition, from: Day, to: Day) -> (i64, i64) {
        match (self.terms.day_count, &self.terms.due) {
            (DayCount::Thirty360, DueRule::Months { every, .. }) => {
                let length = i64::from(line.from.days_until(line.due_on)).max(1);
                (i64::from(*every) * i64::from(from.days_until(to)), 12 * length)
            }
            (DayCount::Thirty360, _) => year_fraction(DayCount::Actual360, from, to, None),
            (count, _) => year_fraction(count, from, to, None),
        }
    }

    /// After a further tranche: the instalments still to come become equal again.
    pub(super) fn agree_anew(&mut self, day: Day) {
        let is_ahead = |line: &&InstalmentPosition| line.origin == Origin::Agreed && line.due_on > day;
        let ahead = self.lines.iter().filter(is_ahead);
        let financed: Money = ahead.clone().map(|line| line.due.principal).sum();
        let mut lines: Vec<Instalment> = ahead
            .map(|line| Instalment {
                number: line.number,
                from: line.from,
                due_on: line.due_on,
                principal: Money::ZERO,
                interest: Money::ZERO,
                fee: Money::ZERO,
            })
            .collect();
        self.terms.spread_equal_instalments(&mut lines, financed);
        for agreed in lines {
            self.late[agreed.number as usize - 1].agreed = agreed.total();
        }
    }
}
