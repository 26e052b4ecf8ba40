//! Everything that changes what is owed, other than a payment.

use alloc::vec::Vec;
use core::mem::take;

use crate::day::Day;
use crate::id::EntryId;
use crate::money::Money;

use super::allocation::{Step, Timing};
use super::books::{Books, Held, Lateness};
use super::entry::{PaymentSource, Rhythm};
use super::factor::{Factor, div_half_even};
use super::parts::{Part, Parts};
use super::position::{InstalmentPosition, Origin, OwedAgain};
use super::terms::{Charges, DueRule, Method, Tranches};

impl Books<'_> {
    /// A further tranche is paid out.
    pub(super) fn disburse(&mut self, day: Day, amount: Money) {
        self.balance += amount;
        if self.terms.tranches == Tranches::FromTheirDay {
            self.spread_tranche(day, amount);
        } else if self.recalculates() {
            self.recalculate(day, false);
        }
        self.apply_held();
    }

    /// Asks for the tranche's down payment at once and spreads the rest over the agreed lines still to come.
    pub(super) fn spread_tranche(&mut self, day: Day, amount: Money) {
        let down = self.terms.down_payment_of(amount);
        if !self.terms.down_payment.is_zero() {
            let line = line_of(Origin::DownPayment, day, day, Parts::of(Part::Principal, down));
            let comes_before = |line: &InstalmentPosition| match self.terms.tranches {
                Tranches::FromTheirDay => line.due_on <= day,
                Tranches::BeforePayments => line.due_on < day || line.due_on == day && line.origin == Origin::DownPayment,
            };
            self.insert(self.lines.iter().take_while(|line| comes_before(line)).count(), line);
        }
        self.paid_out.push((day, amount));
        let from_its_day = self.terms.tranches == Tranches::FromTheirDay;
        let is_ahead = |line: &InstalmentPosition| line.origin == Origin::Agreed && (line.due_on > day || !from_its_day);
        let takes = |line: &InstalmentPosition, late: &Lateness| is_ahead(line) && !late.asks_no_principal;
        let taking = || self.lines.iter().zip(&self.late).filter(|(line, late)| takes(line, late)).map(|(line, _)| line);
        let count = taking().count();
        let ahead: Money = taking().map(|line| line.due.principal).sum();
        let mut left = ahead + amount - down;
        let each = if from_its_day {
            self.terms.equal_part(left, count.max(1) as u32)
        } else {
            // Laid out as one loan: the part of all that was paid out, before any rounding of the down payments.
            let all = self.lines.iter().map(|line| line.due.principal).sum::<Money>() + amount - down;
            let financed = all - Factor::of(self.terms.down_payment).of_money(all);
            self.terms.equal_part(financed, count.max(1) as u32)
        };
        let Some(last) = self.lines.iter().zip(&self.late).rposition(|(line, late)| takes(line, late)) else {
            self.ask_for(day, Parts::of(Part::Principal, left));
            return;
        };
        let (each, fee) = match self.terms.method {
            Method::FlatFee { .. } if self.written_off_on.is_some() => (each, Money::ZERO),
            Method::Bullet => (Money::ZERO, Money::ZERO),
            Method::FlatFee { rate } => (each, Factor::of(rate).of_money(amount - down)),
            Method::EqualInstalment | Method::EqualPrincipal => (each, Money::ZERO),
        };
        let first = self.lines.iter().position(is_ahead).unwrap_or(last);
        for (index, (line, late)) in self.lines.iter_mut().zip(&self.late).enumerate().filter(|(_, (line, _))| is_ahead(line)) {
            line.due.fee += fee;
            if takes(line, late) {
                line.due.principal = if index == last { left } else { each.min(left) };
                left -= line.due.principal;
            }
            line.paid_on = line.paid_on.filter(|_| line.is_paid());
        }
        self.keep_what_is_paid(first);
        self.agree_anew(first);
    }

    /// A fee or penalty is charged, due on `due_on`; on a day that costs nothing it is not asked for.
    pub(super) fn charge(&mut self, due_on: Day, amount: Money, is_penalty: bool) {
        if self.is_stopped() || self.written_off_on.is_some() {
            return;
        }
        let index = match self.line_around(due_on) {
            Some(index) => index,
            None => self.added_line(due_on),
        };
        let late = &mut self.late[index];
        if is_penalty {
            late.charged += amount
        } else {
            late.fees += amount
        }
        self.first_open = self.first_open.min(index);
        self.has_charges = true;
        if self.terms.charges == Charges::WhenDue {
            let part = if is_penalty { Part::Penalty } else { Part::Fee };
            self.upcoming.push((due_on, self.lines[index].number, Parts::of(part, amount)));
        }
        self.keep_cap(self.day);
        let line = &mut self.lines[index];
        line.paid_on = line.paid_on.filter(|_| line.is_paid());
        self.apply_held();
    }

    /// A payment is taken back: out of unapplied money if that suffices; if not, it is owed, and unapplied money helps to pay
    /// it. Which parts become owed is the terms' to say.
    pub(super) fn charge_back(&mut self, entry: EntryId, of: EntryId, amount: Money) {
        let held: Money = self.held.iter().map(|held| held.amount).sum();
        if held >= amount {
            self.take_held(amount);
            return;
        }
        // What was a recovery is one no longer; nothing becomes owed by that.
        let recovered: Money = self.recoveries.iter().filter(|(payment, _)| *payment == of).map(|(_, amount)| *amount).sum();
        let recovered = recovered.min(self.recoveries.iter().map(|(_, amount)| *amount).sum()).min(amount).or_zero();
        if recovered.is_positive() {
            self.recoveries.push((entry, -recovered));
        }
        let mut left = amount - recovered;
        let mut parts = Parts::ZERO;
        if !self.terms.chargeback_order.is_empty() {
            let earlier = self.charged_back.iter().filter(|(payment, _)| *payment == of);
            let earlier = earlier.fold(Parts::ZERO, |sum, (_, parts)| sum + *parts);
            let settled = self.allocations.iter().filter(|known| known.entry == of);
            let settled = settled.fold(Parts::ZERO, |sum, known| sum + known.parts) - earlier;
            for part in &self.terms.chargeback_order {
                parts[*part] = settled[*part].min(left).or_zero();
                left -= parts[*part];
            }
        }
        parts.principal += left;
        self.charged_back.push((of, parts));
        self.moved.push((entry, parts));
        self.owe_again(parts);
    }

    /// Unapplied money is paid out; what there is not of it is owed.
    pub(super) fn pay_out(&mut self, entry: EntryId, amount: Money) {
        let left = self.take_held(amount);
        self.moved.push((entry, Parts::of(Part::Principal, left)));
        self.owe_again(Parts::of(Part::Principal, left));
    }

    /// Takes up to `amount` of unapplied money; tells what is missing.
    fn take_held(&mut self, amount: Money) -> Money {
        let mut left = amount;
        for held in &mut self.held {
            let part = held.amount.min(left);
            held.amount -= part;
            left -= part;
        }
        self.held.retain(|held| held.amount.is_positive());
        left
    }

    fn owe_again(&mut self, parts: Parts) {
        if parts.is_zero() {
            return;
        }
        self.balance += parts.principal;
        let index = self.ask_for(self.day, Parts::of(Part::Principal, parts.principal));
        self.late[index].charged += parts.penalty;
        self.late[index].fees += parts.fee;
        self.lines[index].due.interest += parts.interest;
        self.late[index].interest_again += parts.interest;
        self.has_charges |= !(parts.penalty + parts.fee).is_zero();
        self.keep_cap(self.day);
        let before = self.lines[index].owed_again;
        self.lines[index].owed_again = Some(OwedAgain {
            since: before.map_or(self.day, |again| again.since),
            amount: before.map_or(Money::ZERO, |again| again.amount) + parts.principal,
            open: before.map_or(Money::ZERO, |again| again.open) + parts.principal,
        });
        self.apply_held();
    }

    /// Something given up for good: what is asked for, and then what the cost cap does not let be asked for yet, which would
    /// come out later.
    pub(super) fn waive(&mut self, entry: EntryId, part: Part, amount: Money, instalment: Option<u32>) {
        let mut left = amount;
        for (line, late) in self.lines.iter_mut().zip(&mut self.late).skip(self.first_open) {
            if instalment.is_some_and(|number| number != line.number) {
                continue;
            }
            let waived = line.unpaid()[part].min(left).or_zero();
            left -= waived;
            line.due[part] -= waived;
            line.waived[part] += waived;
            match part {
                Part::Penalty => late.waived += waived,
                Part::Principal => {
                    self.balance -= waived;
                    self.given_up.push((self.day, waived));
                }
                Part::Fee => {
                    let charged = waived.min(line.charged);
                    line.charged -= charged;
                    late.fees -= charged;
                }
                Part::Interest => {}
            }
            if line.paid_on.is_none() && line.is_paid() {
                line.paid_on = Some(self.day);
            }
        }
        for index in 0..self.lines.len() {
            if instalment.is_none_or(|number| number == self.lines[index].number) {
                let waived = self.held_down(index)[part].min(left);
                left -= waived;
                self.lines[index].waived[part] += waived;
                match part {
                    Part::Penalty => self.late[index].waived += waived,
                    Part::Fee => self.late[index].fees -= waived,
                    Part::Interest | Part::Principal => {}
                }
            }
        }
        self.moved.push((entry, Parts::ZERO - Parts::of(part, amount - left)));
    }

    /// Moves the unpaid principal of every line into new lines, and unpaid costs too if `with_costs`. The period under way
    /// ends today; periods that had not begun are gone. Their cost is spread as well if `keeps_cost_to_come`, else it is given
    /// up. The new lines bear no interest beside it.
    pub(super) fn reage(
        &mut self,
        entry: EntryId,
        (first_on, every, instalments): (Day, Rhythm, u32),
        with_costs: bool,
        keeps_cost_to_come: bool,
    ) {
        let foreseen = self.lines.iter().fold(Parts::ZERO, |sum, line| sum + line.unpaid());
        if self.recalculates() {
            self.recalculate(self.day, true);
            if self.settlement_by_cut(self.day).total() > foreseen.total() {
                // What was given up of it can leave less to ask for later than now.
                self.recalculate(self.day, false);
            }
        }
        let to_come = if keeps_cost_to_come { self.cost_to_come(foreseen) } else { Parts::ZERO };
        if !keeps_cost_to_come {
            self.drop_cost_of_time_not_used();
        }
        let takes = |line: &InstalmentPosition| {
            if with_costs { self.unpaid_of_time_used(line) } else { Parts::of(Part::Principal, line.unpaid().principal) }
        };
        let taken: Vec<Parts> = self.lines.iter().map(takes).collect();
        let used = taken.iter().fold(Parts::ZERO, |sum, taken| sum + *taken);
        if (used + to_come).is_zero() {
            return;
        }
        self.take_from_old_lines(taken);
        self.moved.push((entry, used + to_come));
        self.end_period_under_way();
        if self.recalculates() {
            self.close_old_lines();
        }
        self.is_as_signed = false;
        let multiple = if with_costs { Money::ZERO } else { self.terms.multiple_of };
        self.lay_new_lines((first_on, every, instalments), used, to_come, multiple);
        self.merge_added_lines();
        // Periods follow each other again.
        let mut before = self.lines.first().map_or(self.day, |line| line.from);
        for (line, late) in self.lines.iter_mut().zip(&mut self.late) {
            if line.due_on > self.day || line.origin == Origin::Reaged {
                line.from = before;
                late.days_over = line.from.days_until(self.day.min(line.due_on)).max(0);
                late.stopped_before = self.stops.days(line.from, line.due_on);
            }
            before = line.due_on;
        }
        self.first_open = 0;
        self.apply_held();
    }

    /// Takes off the old lines what was `taken` of each, and all cost to come.
    fn take_from_old_lines(&mut self, taken: Vec<Parts>) {
        for (index, taken) in taken.into_iter().enumerate() {
            let off = taken + self.lines[index].unpaid() - self.unpaid_of_time_used(&self.lines[index]);
            let of_time_used = self.due_if_settled(&self.lines[index], self.day);
            let (line, late) = (&mut self.lines[index], &mut self.late[index]);
            if off.is_zero() && line.due_on <= self.day {
                continue;
            }
            line.due = line.due - off;
            if line.due_on > self.day {
                // Cost paid in advance goes on being for the time ahead.
                late.used = Parts { fee: of_time_used.fee - line.charged, interest: of_time_used.interest, ..Parts::ZERO };
                late.stopped = Parts::ZERO;
            }
            let charged = taken.fee.min(line.charged).min(late.fees);
            line.charged -= charged;
            late.fees -= charged;
            late.waived += taken.penalty;
            (late.agreed, late.principal) = (line.due.interest + line.due.principal, line.due.principal);
            line.paid_on = line.paid_on.or_else(|| line.unpaid().is_zero().then_some(self.day));
        }
    }

    /// Spreads what was `used` and the cost `to_come` over new lines.
    fn lay_new_lines(
        &mut self,
        (first_on, every, instalments): (Day, Rhythm, u32),
        used: Parts,
        to_come: Parts,
        multiple: Money,
    ) {
        let shares = |parts: Parts| Part::ALL.map(|part| (part, self.shares(parts[part], instalments, multiple)));
        let (shares_used, shares_to_come) = (shares(used), shares(to_come));
        for index in 0..instalments {
            let share = |shares: &[(Part, Vec<Money>)]| {
                shares.iter().fold(Parts::ZERO, |sum, (part, shares)| sum + Parts::of(*part, shares[index as usize]))
            };
            let used = share(&shares_used);
            let line = line_of(Origin::Reaged, first_on, every.after(first_on, index), used + share(&shares_to_come));
            let place = self.lines.iter().take_while(|known| known.due_on <= line.due_on).count();
            self.insert(place, line);
            self.late[place].charged = used.penalty;
            self.late[place].used = Parts { fee: used.fee, interest: used.interest, ..Parts::ZERO };
            self.has_charges |= used.penalty.is_positive();
        }
    }

    /// What of the interest and fees of `foreseen` is not for time used by today, less what was paid for them.
    fn cost_to_come(&self, foreseen: Parts) -> Parts {
        let used = self.lines.iter().fold(Parts::ZERO, |sum, line| sum + self.unpaid_of_time_used(line));
        let (fee, interest) = (foreseen.fee - used.fee, foreseen.interest - used.interest);
        Parts { fee: fee.or_zero(), interest: interest.or_zero(), ..Parts::ZERO }
    }

    /// What is unpaid of a line, without interest and agreed fees that are not for time used by today.
    fn unpaid_of_time_used(&self, line: &InstalmentPosition) -> Parts {
        let used = self.due_if_settled(line, self.day) - line.paid;
        Parts { fee: used.fee.or_zero(), interest: used.interest.or_zero(), ..line.unpaid() }
    }

    /// The interest of the lines that there were stays as it is: what follows the balance would be asked for again.
    fn close_old_lines(&mut self) {
        for (line, late) in self.lines.iter_mut().zip(&mut self.late) {
            late.is_final = true;
            if line.due_on > self.day {
                // What is left of periods that had not begun holds only what was paid in advance.
                line.origin = Origin::Reaged;
            }
        }
    }

    /// What was added after the old last day is asked for with the new line whose period holds its day.
    fn merge_added_lines(&mut self) {
        while let Some(index) = self.lines.iter().position(|line| line.origin == Origin::Added) {
            let Some(into) = self.lines.iter().skip(index + 1).position(|line| line.origin == Origin::Reaged) else { return };
            if self.lines[..index].iter().all(|line| line.origin != Origin::Reaged) {
                return;
            }
            let (line, late) = (self.lines[index], self.late[index]);
            let into = index + 1 + into;
            self.lines[into].due += line.due;
            self.lines[into].paid += line.paid;
            self.lines[into].waived += line.waived;
            self.lines[into].charged += line.charged;
            self.late[into].charged += late.charged;
            self.late[into].fees += late.fees;
            self.late[into].waived += late.waived;
            self.late[into].used += Parts { fee: line.due.fee - line.charged, interest: line.due.interest, ..Parts::ZERO };
            self.late[into].amount_days += late.amount_days;
            self.remove(index);
        }
    }

    /// The period that holds today ends today; later lines that ask for nothing any more are gone.
    fn end_period_under_way(&mut self) {
        let mut index = 0;
        while index < self.lines.len() {
            let holds_down = !self.held_down(index).is_zero();
            let line = &mut self.lines[index];
            let is_added = line.origin == Origin::Added;
            // A line of which principal was given up stays, so that this goes on being told, and so does one on which the cost
            // cap holds something down.
            let is_empty = line.due.is_zero()
                && line.waived.principal.is_zero()
                && !holds_down
                && (line.due_on > self.day || is_added && line.due_on == self.day);
            if is_empty && line.from < self.day && !is_added {
                line.due_on = self.day;
            } else if is_empty {
                self.remove(index);
                continue;
            }
            index += 1;
        }
    }

    /// Adds instalments at the end and spreads the principal due from `from` on over all of them.
    pub(super) fn extend(&mut self, from: Day, instalments: u32) {
        let origin = self.lines.iter().rev().map(|line| line.origin).find(|it| matches!(it, Origin::Agreed | Origin::Reaged));
        let origin = origin.unwrap_or(Origin::Agreed);
        for extra in 0..instalments {
            let last = self.lines.len();
            let due_on = self.day_after_last(self.lines[last - 1].due_on, extra);
            let line = line_of(origin, self.lines[last - 1].due_on, due_on, Parts::ZERO);
            self.insert(last, InstalmentPosition { paid_on: None, ..line });
        }
        let is_spread = |line: &InstalmentPosition| line.due_on >= from && line.origin == origin;
        let takes = |(line, late): &(&InstalmentPosition, &Lateness)| is_spread(line) && !late.asks_no_principal;
        let spread: Vec<Money> =
            self.lines.iter().zip(&self.late).filter(takes).map(|(line, _)| line.unpaid().principal).collect();
        let shares = self.shares(spread.iter().copied().sum(), spread.len() as u32, Money::ZERO);
        let taking = self.lines.iter_mut().zip(&self.late).filter(|(line, late)| is_spread(line) && !late.asks_no_principal);
        for ((line, _), share) in taking.zip(shares) {
            line.due.principal = line.paid.principal + share;
            line.paid_on = line.paid_on.filter(|_| line.is_paid());
        }
        self.first_open = 0;
        if let Some(first) = self.lines.iter().position(is_spread) {
            self.keep_what_is_paid(first);
            self.agree_anew(first);
        }
        self.apply_held();
    }

    /// The due day of an instalment added at the end: as the agreed rule goes on, or a step of it after the last line.
    fn day_after_last(&self, last: Day, extra: u32) -> Day {
        let agreed = self.terms.due.day(self.terms.instalments + extra);
        match self.terms.due {
            DueRule::Months { every, .. } if agreed <= last => last.plus_months(every as i32),
            DueRule::Days { every, .. } if agreed <= last => last.plus_days(every as i32),
            DueRule::On(_) => last.plus_months(1),
            DueRule::Months { .. } | DueRule::Days { .. } => agreed,
        }
    }

    /// Equal amounts that sum to `amount`, in whole multiples; the last takes the rest.
    fn shares(&self, amount: Money, parts: u32, multiple: Money) -> Vec<Money> {
        let multiple = multiple.minor().max(1);
        let each = div_half_even(i128::from(amount.minor()), i128::from(parts.max(1)) * i128::from(multiple)) as i64;
        let each = Money::from_minor(each * multiple);
        let mut left = amount;
        let share = |number: u32| {
            let part = if number == parts { left } else { each.min(left) };
            left -= part;
            part
        };
        (1..=parts).map(share).collect()
    }

    /// Moves due days.
    pub(super) fn defer(&mut self, from: Day, to: Day) {
        self.is_as_signed = false;
        let (from_civil, to_civil) = (from.civil(), to.civil());
        let months = (to_civil.0 - from_civil.0) * 12 + to_civil.1 as i32 - from_civil.1 as i32;
        let by_months = from_civil.2 == to_civil.2;
        let days = from.days_until(to);
        let mut previous = None;
        for line in self.lines.iter_mut().filter(|line| line.due_on >= from) {
            line.due_on = if by_months { line.due_on.plus_months_on(months, from_civil.2) } else { line.due_on.plus_days(days) };
            line.from = previous.unwrap_or(line.from);
            previous = Some(line.due_on);
        }
    }

    /// Takes over a loan that ran elsewhere: so much is paid, by part, the oldest line first; the past is not re-judged.
    pub(super) fn take_over(&mut self, entry: EntryId, paid: Parts, penalty_owed: Money) {
        let day = self.day;
        let (balance_days, withheld, pauses) = (self.balance_days, self.withheld, take(&mut self.pauses));
        let stops = take(&mut self.stops);
        let lent = take(&mut self.lent);
        let memory = (take(&mut self.lines), take(&mut self.late), take(&mut self.allocations));
        *self =
            Books { day, balance_days, withheld, lent, pauses, stops, ..Books::open_in(memory, self.terms, self.schedule, day) };
        let oldest_late = self.lines.iter().position(|line| line.due_on <= day).unwrap_or(0);
        self.late[oldest_late].charged = paid.penalty + penalty_owed;
        self.lines[oldest_late].due.penalty = paid.penalty + penalty_owed;
        for part in Part::ALL {
            let step = [Step { timing: Timing::PastDue, part }];
            let mut money = Held { entry, source: PaymentSource::Borrower, amount: paid[part] };
            for index in 0..self.lines.len() {
                if !money.amount.is_positive() {
                    break;
                }
                self.settle(&mut money, index, &step);
            }
            if money.amount.is_positive() {
                self.held.push(money);
            }
        }
        if !self.balance.is_positive() {
            // Paid off there: what interest and fees were not taken by then were never to be paid.
            for line in &mut self.lines {
                line.due = Parts { penalty: line.due.penalty, ..line.paid };
            }
        }
        for (line, late) in self.lines.iter().zip(&mut self.late) {
            late.has_late_fee = line.due_on < day;
        }
        if !self.stops.is_empty() {
            self.stop_costs();
        }
    }

    /// Gives up all that is owed.
    pub(super) fn write_off(&mut self, entry: EntryId) {
        self.written_off_on.get_or_insert(self.day);
        self.moved.push((entry, Parts::ZERO - Parts { principal: self.balance, ..self.all_unpaid() }));
        self.balance = Money::ZERO;
        self.lines.iter_mut().for_each(|line| line.due = line.paid);
    }

    /// Adds to the line that falls due next, or to one of its own after the last; tells which.
    fn ask_for(&mut self, day: Day, parts: Parts) -> usize {
        let next = self.lines.iter().position(|line| line.due_on >= day && line.origin != Origin::DownPayment);
        let index = next.unwrap_or_else(|| self.added_line(day));
        let line = &mut self.lines[index];
        line.due += parts;
        line.paid_on = line.paid_on.filter(|_| line.is_paid());
        self.first_open = self.first_open.min(index);
        index
    }

    /// The line whose period holds `day`; the first period holds its first day too.
    fn line_around(&self, day: Day) -> Option<usize> {
        let mut is_first = true;
        self.lines.iter().position(|line| {
            if line.origin == Origin::DownPayment {
                return false;
            }
            let holds = (line.from < day || is_first) && day <= line.due_on;
            is_first = false;
            holds
        })
    }

    /// The line after the last agreed one, due on `day` at the earliest.
    fn added_line(&mut self, day: Day) -> usize {
        let last = self.lines.len() - 1;
        if self.lines[last].origin == Origin::Added {
            self.lines[last].due_on = self.lines[last].due_on.max(day);
            return last;
        }
        let line = line_of(Origin::Added, self.lines[last].due_on, day, Parts::ZERO);
        self.insert(last + 1, line);
        last + 1
    }

    fn insert(&mut self, index: usize, line: InstalmentPosition) {
        self.lines.insert(index, line);
        self.late.insert(index, Lateness::default());
        self.first_open = self.first_open.min(index);
        self.allocations.iter_mut().filter(|known| known.instalment > index as u32).for_each(|known| known.instalment += 1);
        let overdue = self.overdue.iter_mut().flatten();
        overdue.filter(|known| known.instalment > index as u32).for_each(|known| known.instalment += 1);
        self.number_lines();
    }

    fn remove(&mut self, index: usize) {
        self.lines.remove(index);
        self.late.remove(index);
        self.allocations.iter_mut().filter(|known| known.instalment > index as u32 + 1).for_each(|known| known.instalment -= 1);
        let overdue = self.overdue.iter_mut().flatten();
        overdue.filter(|known| known.instalment > index as u32 + 1).for_each(|known| known.instalment -= 1);
        self.number_lines();
    }

    fn number_lines(&mut self) {
        (1..).zip(&mut self.lines).for_each(|(number, line)| line.number = number);
    }
}

fn line_of(origin: Origin, from: Day, due_on: Day, due: Parts) -> InstalmentPosition {
    let paid_on = due.is_zero().then_some(due_on);
    InstalmentPosition {
        number: 0,
        origin,
        from,
        due_on,
        due,
        charged: Money::ZERO,
        owed_again: None,
        waived: Parts::ZERO,
        paid: Parts::ZERO,
        paid_on,
    }
}
