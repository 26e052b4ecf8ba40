//! Pauses: days that do not count as late, and days that cost nothing.

use crate::day::Day;
use crate::money::Money;

use super::books::Books;
use super::entry::Stops;
use super::factor::div_half_even;
use super::parts::Part;
use super::position::{InstalmentPosition, Origin};

impl Books<'_> {
    /// From tomorrow up to and with `until` the loan does not grow later, and what `stops` names does not grow.
    pub(super) fn pause(&mut self, until: Day, stops: Stops) {
        self.pauses.add(self.day, until);
        // Where agreed cost outran the cap during an earlier pause, that makes no room in this one.
        self.withheld = self.withheld.max(0);
        if stops == Stops::AllCost {
            self.stops.add(self.day, until);
            self.stop_costs();
        }
    }

    /// Tomorrow counts again.
    pub(super) fn resume(&mut self) {
        self.pauses.end(self.day);
        if !self.stops.is_empty() {
            self.stops.end(self.day);
            self.stop_costs();
        }
    }

    /// Whether this day costs nothing.
    pub(super) fn is_stopped(&self) -> bool {
        self.stops.days(self.day.plus_days(-1), self.day) > 0
    }

    /// Takes off each instalment still to come the share of its interest and agreed fee that belongs to stopped days; puts
    /// back what was taken off before for days that count again. Where interest follows the balance, stopped days bear none.
    pub(super) fn stop_costs(&mut self) {
        if !self.balance.is_positive() || self.written_off_on.is_some() {
            return;
        }
        let follows_balance = self.recalculates();
        for index in 0..self.lines.len() {
            let (line, stopped) = (&self.lines[index], self.late[index].stopped);
            if line.due_on <= self.day || self.late[index].is_cut {
                continue;
            }
            let length = line.from.days_until(line.due_on);
            let known = self.late[index].stopped_before;
            let counted = length - (self.stops.days(line.from, line.due_on) - known).max(0);
            let share = |amount: Money| share_of_days(amount, counted, length);
            let (is_reaged, used) = (line.origin == Origin::Reaged, self.late[index].used);
            let agreed_fee = (line.due.fee - line.charged + stopped.fee - used.fee).or_zero();
            self.ask_less(index, Part::Fee, agreed_fee - share(agreed_fee));
            if !follows_balance || is_reaged {
                let interest = (self.lines[index].due.interest + stopped.interest - used.interest).or_zero();
                self.ask_less(index, Part::Interest, interest - share(interest));
            }
        }
        if follows_balance {
            self.recalculate(self.day, false);
        }
        self.first_open = 0;
        self.apply_held();
    }

    /// Makes `off` the amount by which a line asks for less of a part; what was paid beyond goes back to its payer.
    fn ask_less(&mut self, index: usize, part: Part, off: Money) {
        let stopped = &mut self.late[index].stopped[part];
        let change = off - *stopped;
        *stopped = off;
        let line = &mut self.lines[index];
        line.due[part] -= change;
        let excess = (line.paid[part] - line.due[part]).or_zero();
        if excess.is_positive() {
            self.take_back(index, part, excess);
        }
        let line = &mut self.lines[index];
        line.paid_on = if line.is_paid() { line.paid_on.or(Some(self.day)) } else { None };
    }

    /// What of the interest or agreed fee of a line is for time used by `day`: its share of the days, stopped days left out, and
    /// what was used before the loan was re-aged.
    #[inline(always)]
    pub(super) fn used(&self, part: Part, amount: Money, line: &InstalmentPosition, day: Day) -> Money {
        let late = &self.late[line.number as usize - 1];
        let before = late.used[part].min(amount);
        let from = line.from.plus_days(late.days_over);
        let rest = amount - before;
        if rest.is_zero() || day <= from { before } else { before + self.earned(rest, (from, line.due_on), day) }
    }

    /// The share of an amount of a period that belongs to the days before `day`, stopped days left out.
    fn earned(&self, amount: Money, (from, until): (Day, Day), day: Day) -> Money {
        let day = day.min(until);
        let (mut elapsed, mut length) = (from.days_until(day), from.days_until(until));
        if !self.stops.is_empty() {
            elapsed -= self.stops.days(from, day);
            length -= self.stops.days(from, until);
        }
        share_of_days(amount, elapsed, length)
    }
}

/// `amount · days / length`, rounded half to even.
fn share_of_days(amount: Money, days: i32, length: i32) -> Money {
    if days <= 0 || amount.is_zero() {
        return Money::ZERO;
    }
    if days >= length {
        return amount;
    }
    Money::from_minor(div_half_even(i128::from(amount.minor()) * i128::from(days), i128::from(length)) as i64)
}
