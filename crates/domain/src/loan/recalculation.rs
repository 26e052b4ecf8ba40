//! Interest that is not as signed: on the principal that is really outstanding, or on a schedule that was changed.
//!
//! Of equal instalments the agreed amount stays; what of it is interest follows the balance. Paying early leaves less interest
//! and so more principal in it, paying late the reverse, and the last open instalment takes what is left. Where the principal
//! of each instalment was agreed, that stays, and only the interest moves. Days ahead are foreseen as if everything overdue
//! were paid today and the rest on time.

use alloc::vec::Vec;

use crate::day::Day;
use crate::money::Money;

use super::books::{Books, Lateness};
use super::factor::{Factor, round_money, year_fraction};
use super::position::{InstalmentPosition, Origin};
use super::schedule::{Instalment, Schedule};
use super::terms::{DayCount, DueRule, Grace, InterestOn, Method};

/// A change of the balance that bears interest: from this day on, by so many minor units.
type Change = (Day, i64);

/// Changes in order of their days. Lines ask for the balance one after the other, so that what a day's balance is made of is
/// counted on from where it was, and not anew for each of them.
pub(super) struct Changes {
    all: Vec<Change>,
    /// The day that was asked about last, how many changes count by its end, and the balance they make.
    known: (Day, usize, i64),
}

impl Changes {
    fn of(mut all: Vec<Change>) -> Changes {
        all.sort_unstable_by_key(|change| change.0);
        let mut changes = Changes { all, known: (Day::MIN, 0, 0) };
        changes.by(Day::MIN);
        changes
    }

    /// How many changes count by the end of `day`, and the balance they make.
    fn by(&mut self, day: Day) -> (usize, i64) {
        let (known_on, mut count, mut balance) = self.known;
        if day < known_on {
            (count, balance) = (0, 0);
        }
        while let Some((_, change)) = self.all.get(count).filter(|change| change.0 <= day) {
            balance += change;
            count += 1;
        }
        self.known = (day, count, balance);
        (count, balance)
    }

    fn insert(&mut self, change: Change) {
        if change.1 == 0 {
            return;
        }
        // What is foreseen mostly comes after all that is known.
        let is_last = self.all.last().is_none_or(|last| last.0 <= change.0);
        let place = if is_last { self.all.len() } else { self.all.partition_point(|known| known.0 <= change.0) };
        self.all.insert(place, change);
        let (known_on, count, balance) = &mut self.known;
        if change.0 <= *known_on {
            (*count, *balance) = (*count + 1, *balance + change.1);
        }
    }
}

/// Days on which the same balance bore interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: Day,
    pub(super) until: Day,
    pub(super) balance: Money,
    /// Its share of a year, as a fraction.
    pub(super) years: (i64, i64),
    /// The interest of it in minor units with 18 decimals.
    pub(super) raw: i128,
}

impl Books<'_> {
    /// Whether interest follows the balance.
    pub(super) fn recalculates(&self) -> bool {
        self.terms.interest_on != InterestOn::Schedule
    }

    /// Computes every line anew as it is foreseen on `today`. With `till_today` no interest is counted for later days: what
    /// would be asked for if everything were paid now.
    pub(super) fn recalculate(&mut self, today: Day, till_today: bool) {
        if self.written_off_on.is_some() {
            return;
        }
        let mut changes = self.changes();
        let mut carried = Money::ZERO;
        let (last_open, last) = (self.last_open(), (0..self.lines.len()).rev().find(|index| self.follows_balance(*index)));
        let others = (0..self.lines.len()).filter(|index| !self.follows_balance(*index));
        let mut left = (self.balance - others.map(|index| self.lines[index].unpaid().principal).sum::<Money>()).or_zero();
        for index in 0..self.lines.len() {
            let line = &self.lines[index];
            let open = if self.follows_balance(index) {
                let (late, keeps_instalment) = (&self.late[index], self.keeps_instalment(index));
                let end = if till_today { line.due_on.min(today).max(line.from) } else { line.due_on };
                let accrued = self.interest(&mut changes, line, end) + late.interest_again + carried;
                let asked = self.asked(index);
                let given_up = line.waived.interest.min(accrued.or_zero());
                // Interest that a line in grace or paid early did not ask for goes to the next one; the last has none to pass it to.
                let is_paid_early = keeps_instalment && line.paid.principal > asked - accrued && Some(index) != last;
                let is_put_off = late.puts_off_interest && Some(index) != last;
                let interest =
                    if is_paid_early || is_put_off { line.paid.interest } else { (accrued - given_up).max(line.paid.interest) };
                carried = accrued - given_up - interest;
                let wanted = if keeps_instalment { asked - interest - given_up } else { asked };
                let open = (wanted - line.paid.principal - line.waived.principal).or_zero();
                let open = if Some(index) == last_open { left } else { open.min(left) };
                left -= open;
                self.lines[index].due.interest = interest;
                open
            } else {
                line.unpaid().principal
            };
            let line = &mut self.lines[index];
            line.due.principal = line.paid.principal + open;
            let is_overdue = line.due_on < today && self.terms.interest_on == InterestOn::Outstanding;
            changes.insert((if is_overdue { today } else { line.due_on }, -open.minor()));
        }
    }

    /// Before money is allocated: each line asks for interest up to today, and for the most principal that it could ask
    /// for, whether everything were paid now or nothing.
    pub(super) fn ask_for_the_most(&mut self) {
        self.recalculate(self.day, false);
        let foreseen: Vec<Money> = self.lines.iter().map(|line| line.due.principal).collect();
        self.recalculate(self.day, true);
        for (index, foreseen) in foreseen.into_iter().enumerate() {
            let keeps_instalment = self.keeps_instalment(index);
            let (asked, follows_balance) = (self.asked(index), self.follows_balance(index));
            let line = &mut self.lines[index];
            if keeps_instalment && follows_balance && foreseen > line.paid.principal {
                // Interest up to today is asked for with it: the two together stay the instalment, however it is paid.
                let beside_interest = asked - line.due.interest - line.waived.interest - line.waived.principal;
                line.due.principal = line.due.principal.max(beside_interest);
            } else {
                line.due.principal = line.due.principal.max(foreseen);
            }
        }
    }

    /// The changes of the balance that are known, and those that are foreseen.
    pub(super) fn changes_foreseen(&self) -> Changes {
        let mut changes = self.changes();
        if self.recalculates() {
            for ahead in &self.lines {
                let is_overdue = ahead.due_on < self.day && self.terms.interest_on == InterestOn::Outstanding;
                let on = if is_overdue { self.day } else { ahead.due_on };
                changes.insert((on, -ahead.unpaid().principal.minor()));
            }
        }
        changes
    }

    /// The interest of a line that is worked out from a balance, by spans of days on which that was the same; days that cost
    /// nothing are left out.
    pub(super) fn spans(&self, changes: &mut Changes, line: &InstalmentPosition) -> Vec<Span> {
        let mut spans = Vec::new();
        self.walk(changes, line, line.due_on, |span| spans.push(span));
        spans
    }

    /// The one span of a line as it was signed.
    pub(super) fn signed_span(&self, schedule: &Schedule, signed: &Instalment) -> Span {
        let rest = schedule.instalments.iter().filter(|line| line.number >= signed.number);
        let balance: Money = rest.map(|line| line.principal).sum();
        let years = self.terms.period(signed.from, signed.due_on);
        let is_free = signed.due_on <= self.terms.free_until();
        let rate = if is_free { Factor::ZERO } else { Factor::of(self.terms.annual_rate) };
        let raw = rate.share(years.0, years.1).raw() * i128::from(balance.minor());
        Span { from: signed.from, until: signed.due_on, balance, years, raw }
    }

    /// Whether a line's interest is worked out anew from the balance: it was agreed, and the loan was not re-aged since.
    fn follows_balance(&self, index: usize) -> bool {
        self.lines[index].origin == Origin::Agreed && !self.late[index].is_final
    }

    /// Whether principal and interest of an agreed line are together what was agreed: the less of one, the more of the other.
    fn keeps_instalment(&self, index: usize) -> bool {
        self.terms.method == Method::EqualInstalment && !self.late[index].asks_no_principal
    }

    /// What an agreed line asks for: of equal instalments principal and interest together, else the principal.
    fn asked(&self, index: usize) -> Money {
        let late = &self.late[index];
        let again = self.lines[index].owed_again.map_or(Money::ZERO, |again| again.amount);
        again + if self.keeps_instalment(index) { late.agreed + late.interest_again } else { late.principal }
    }

    /// The changes of the balance that are known, in order: money paid out, paid back, owed again and given up. Where interest
    /// is as signed, what was agreed to be paid counts as paid.
    fn changes(&self) -> Changes {
        let mut changes: Vec<Change> = alloc::vec![(self.terms.disbursed_on, self.terms.principal.minor())];
        changes.extend(self.paid_out.iter().map(|(day, amount)| (*day, amount.minor())));
        if !self.recalculates() {
            changes.extend(self.lines.iter().map(|line| (line.due_on, -(line.due.principal + line.waived.principal).minor())));
        } else {
            let again = self.lines.iter().filter_map(|line| line.owed_again);
            changes.extend(again.map(|again| (again.since, again.amount.minor())));
            changes.extend(self.given_up.iter().map(|(day, amount)| (*day, -amount.minor())));
            for known in self.allocations.iter().filter(|known| !known.parts.principal.is_zero()) {
                let due_on = self.lines.get(known.instalment as usize - 1).map_or(known.on, |line| line.due_on);
                let counts_from = match self.terms.interest_on {
                    InterestOn::NotOverdue => known.on.min(due_on),
                    InterestOn::Outstanding | InterestOn::Schedule => known.on,
                };
                changes.push((counts_from, -known.parts.principal.minor()));
            }
        }
        Changes::of(changes)
    }

    /// The line that takes what is left: the last agreed one that is not paid.
    fn last_open(&self) -> Option<usize> {
        let is_agreed = |index: &usize| self.follows_balance(*index);
        let is_open = |index: &usize| {
            let line = &self.lines[*index];
            let settled = line.paid + line.waived;
            let interest = if self.keeps_instalment(*index) { settled.interest } else { Money::ZERO };
            settled.principal + interest < self.asked(*index)
        };
        let agreed = || (0..self.lines.len()).rev().filter(is_agreed);
        agreed().find(is_open).or_else(|| agreed().next())
    }

    /// The interest of a line's period up to `end`.
    fn interest(&self, changes: &mut Changes, line: &InstalmentPosition, end: Day) -> Money {
        let mut sum = 0_i128;
        self.walk(changes, line, end, |span| sum += span.raw);
        round_money(sum)
    }

    fn walk(&self, changes: &mut Changes, line: &InstalmentPosition, end: Day, mut tell: impl FnMut(Span)) {
        let rate = self.rates.interest;
        let mut span = |balance: i64, from: Day, until: Day| {
            if balance > 0 && from < until {
                let years = self.terms.part_of_period((line.from, line.due_on), from, until);
                let raw = rate.share(years.0, years.1).raw() * i128::from(balance);
                tell(Span { from, until, balance: Money::from_minor(balance), years, raw });
            }
        };
        let free_until = self.rates.free_until;
        let mut accrue = |balance: i64, from: Day, until: Day| {
            let mut at = from.max(free_until);
            for (stopped_after, stopped_until) in self.stops.spans() {
                span(balance, at, (*stopped_after).min(until));
                at = at.max(*stopped_until);
            }
            span(balance, at, until);
        };
        let (mut at, mut balance) = changes.by(line.from);
        let changes = &changes.all;
        let mut since = line.from;
        while let Some((day, _)) = changes.get(at).filter(|change| change.0 < end) {
            let count = changes[at..].partition_point(|change| change.0 <= *day);
            let change: i64 = changes[at..at + count].iter().map(|change| change.1).sum();
            at += count;
            if change != 0 {
                accrue(balance, since, *day);
                (balance, since) = (balance + change, *day);
            }
        }
        accrue(balance, since, end);
    }

    /// After the principal of the lines from `first` on was changed: equal instalments become equal again, and interest that is
    /// as signed is signed anew.
    pub(super) fn agree_anew(&mut self, first: usize) {
        if self.written_off_on.is_some() {
            // What was given up costs nothing any more, nor does what is paid out after it.
            return;
        }
        self.is_as_signed = false;
        let is_changed = |line: &InstalmentPosition| line.origin == Origin::Agreed;
        let changed = || self.lines[first..].iter().filter(|line| is_changed(line));
        if self.terms.method == Method::EqualInstalment {
            let in_grace = |has: fn(&Lateness) -> bool| {
                let changed = self.lines[first..].iter().zip(&self.late[first..]).filter(|(line, _)| is_changed(line));
                changed.filter(|(_, late)| has(late)).count() as u32
            };
            let (principal, interest) = (in_grace(|late| late.asks_no_principal), in_grace(|late| late.puts_off_interest));
            let grace = Grace { principal, interest, ..self.terms.grace };
            let financed: Money = changed().map(|line| line.due.principal).sum();
            let mut lines: Vec<Instalment> = changed()
                .map(|line| Instalment {
                    number: line.number,
                    from: line.from,
                    due_on: line.due_on,
                    principal: Money::ZERO,
                    interest: Money::ZERO,
                    fee: Money::ZERO,
                })
                .collect();
            self.terms.spread(&mut lines, financed, grace);
            for agreed in lines {
                let index = agreed.number as usize - 1;
                self.late[index].agreed = agreed.total();
                self.late[index].principal = self.lines[index].due.principal;
            }
        } else {
            for (line, late) in self.lines[first..].iter().zip(&mut self.late[first..]).filter(|(line, _)| is_changed(line)) {
                late.principal = line.due.principal;
            }
        }
        if self.recalculates() {
            self.recalculate(self.day, false);
        } else if !self.terms.annual_rate.is_zero() {
            self.sign_interest_anew(first);
        }
    }

    /// The interest of the lines from `first` on as if all were paid when due.
    fn sign_interest_anew(&mut self, first: usize) {
        let is_changed = |line: &InstalmentPosition| line.origin == Origin::Agreed;
        let mut left: Money = self.lines[first..].iter().filter(|line| is_changed(line)).map(|line| line.due.principal).sum();
        let last = self.lines.iter().rposition(is_changed);
        for index in first..self.lines.len() {
            if !is_changed(&self.lines[index]) {
                continue;
            }
            let line = &self.lines[index];
            let interest = self.interest(&mut self.changes(), line, line.due_on);
            let interest = (interest - line.waived.interest).max(line.paid.interest);
            let principal = if Some(index) == last {
                left
            } else if self.keeps_instalment(index) {
                (self.late[index].agreed - interest).max(line.paid.principal).min(left)
            } else {
                line.due.principal
            };
            left -= principal;
            let line = &mut self.lines[index];
            (line.due.interest, line.due.principal) = (interest, principal);
            self.late[index].stopped.interest = Money::ZERO;
        }
        self.keep_what_is_paid(first);
    }

    /// No line from `first` on asks for less principal than was paid on it; the latest ones that can give it up do.
    pub(super) fn keep_what_is_paid(&mut self, first: usize) {
        let mut missing = Money::ZERO;
        for line in &mut self.lines[first..] {
            missing += (line.paid.principal - line.due.principal).or_zero();
            line.due.principal = line.due.principal.max(line.paid.principal);
        }
        for line in self.lines[first..].iter_mut().rev().filter(|line| line.origin == Origin::Agreed) {
            let given = missing.min(line.unpaid().principal).or_zero();
            line.due.principal -= given;
            missing -= given;
        }
    }
}

impl super::terms::Terms {
    /// The share of a year of a whole period.
    pub(super) fn period(&self, from: Day, due_on: Day) -> (i64, i64) {
        let months = match self.due {
            DueRule::Months { every, .. } => {
                // A first period that is longer or shorter than the others is counted by its days.
                let is_whole = from != self.disbursed_on
                    || due_on == from.plus_months_on(every as i32, due_on.civil().2.max(from.civil().2));
                is_whole.then_some(every)
            }
            DueRule::Days { .. } | DueRule::On(_) => None,
        };
        year_fraction(self.counted(), from, due_on, months)
    }

    /// The share of a year of the days from `from` to `until` inside a period. A calendar of twelve months of thirty days knows
    /// only whole periods: their days share them alike.
    fn part_of_period(&self, period: (Day, Day), from: Day, until: Day) -> (i64, i64) {
        let (numerator, denominator) = self.period(period.0, period.1);
        match self.counted() {
            DayCount::Actual365LeapDay => (i64::from(from.days_until(until)), denominator),
            DayCount::Thirty360 => {
                let length = i64::from(period.0.days_until(period.1)).max(1);
                (numerator * i64::from(from.days_until(until)), denominator * length)
            }
            count => year_fraction(count, from, until, None),
        }
    }

    /// Periods of days have no months of thirty days in them.
    fn counted(&self) -> DayCount {
        match (self.day_count, &self.due) {
            (DayCount::Thirty360, DueRule::Days { .. }) => DayCount::Actual360,
            (count, _) => count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_balance_counted_on_is_the_one_that_is_counted_anew() {
        let day = |number: u32| Day::MIN.plus_days(number as i32);
        // Three changes known beforehand, then four turns of asking and adding, each on any of four days.
        for code in 0..4_u32.pow(7) {
            let place = |turn: u32| code / 4_u32.pow(turn) % 4;
            let mut all: Vec<Change> = (0..3).map(|turn| (day(place(turn)), 10_i64.pow(turn))).collect();
            let mut changes = Changes::of(all.clone());
            for turn in 3..7 {
                let on = day(place(turn));
                let counted = all.iter().filter(|change| change.0 <= on);
                assert_eq!(changes.by(on), (counted.clone().count(), counted.map(|change| change.1).sum()), "{code}");
                // Before, on and after the day that was just asked about.
                let change = (day((place(turn) + turn) % 4), -10_i64.pow(turn));
                all.push(change);
                changes.insert(change);
            }
            assert!(changes.all.is_sorted_by_key(|change| change.0), "{code}");
        }
    }
}
