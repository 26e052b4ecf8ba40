//! The books of one loan while its entries are replayed.

use alloc::vec::Vec;

use crate::day::Day;
use crate::id::EntryId;
use crate::money::Money;

use super::ageing::{self, Pauses};
use super::allocation::{Allocation, Future, Step, Timing, Walk};
use super::entry::{Entry, EntryKind};
use super::factor::{Factor, div_half_even};
use super::parts::{Part, Parts};
use super::position::{InstalmentPosition, Position};
use super::schedule::Schedule;
use super::terms::Terms;

/// What is known so far. Every method moves forward in time.
pub(super) struct Books<'a> {
    terms: &'a Terms,
    schedule: &'a Schedule,
    lines: Vec<InstalmentPosition>,
    late: Vec<Lateness>,
    allocations: Vec<Allocation>,
    /// Money that nothing needed yet, by the entry it came with.
    held: Vec<(EntryId, Money)>,
    pauses: Pauses,
    /// The day up to which everything is accounted for.
    day: Day,
    /// All lines before this one are settled in every part.
    first_open: usize,
    /// Unpaid principal.
    balance: Money,
    /// Unpaid principal times days so far: what the cost cap is a share of.
    balance_days: i128,
    settled_on: Option<Day>,
    written_off_on: Option<Day>,
    recovered: Money,
    rates: Rates,
}

/// The late side of a line.
#[derive(Clone, Copy, Default)]
struct Lateness {
    /// Overdue principal times days.
    amount_days: i128,
    /// The late fee, once charged, and penalties charged by entry.
    charged: Money,
    has_late_fee: bool,
    waived: Money,
    /// Fees charged besides the schedule, before the cost cap.
    fees: Money,
}

struct Rates {
    late: Factor,
    cap: Option<Factor>,
}

impl<'a> Books<'a> {
    /// The books on the day of disbursement, or empty ones if that lies after `as_of`.
    pub(super) fn open(terms: &'a Terms, schedule: &'a Schedule, as_of: Day) -> Books<'a> {
        let lines: Vec<InstalmentPosition> = schedule
            .instalments
            .iter()
            .map(|line| InstalmentPosition {
                number: line.number,
                due_on: line.due_on,
                due: Parts { penalty: Money::ZERO, fee: line.fee, interest: line.interest, principal: line.principal },
                charged: Money::ZERO,
                paid: Parts::ZERO,
                paid_on: None,
            })
            .collect();
        let balance = if as_of < terms.disbursed_on { Money::ZERO } else { terms.principal };
        Books {
            terms,
            schedule,
            late: alloc::vec![Lateness::default(); lines.len()],
            lines,
            allocations: Vec::with_capacity(32),
            held: Vec::new(),
            pauses: Pauses::default(),
            day: terms.disbursed_on,
            first_open: 0,
            balance,
            balance_days: 0,
            settled_on: None,
            written_off_on: None,
            recovered: Money::ZERO,
            rates: Rates { late: Factor::of(terms.late.annual_rate), cap: terms.cost_cap.map(Factor::of) },
        }
    }

    /// Enters one event, which must not lie before the one entered last.
    pub(super) fn enter(&mut self, entry: &Entry) {
        let day = entry.effective_on.max(self.terms.disbursed_on);
        self.advance(day);
        match &entry.kind {
            EntryKind::Payment { amount, .. } => self.pay(entry.id, *amount),
            EntryKind::Fee { amount, is_penalty } => self.charge(*amount, *is_penalty),
            EntryKind::Waiver { part, amount, instalment } => self.waive(*part, *amount, *instalment),
            EntryKind::Opening { paid, penalty_owed } => self.take_over(entry.id, *paid, *penalty_owed),
            EntryKind::Pause { until } => self.pauses.add(day, *until),
            EntryKind::WriteOff => self.write_off(),
            EntryKind::Reversal { .. } => {}
        }
        self.note_settlement();
    }

    /// Everything up to `as_of`, told.
    pub(super) fn close(mut self, as_of: Day) -> Position {
        if as_of >= self.day {
            self.advance(as_of);
        }
        let mut position = Position {
            as_of,
            unapplied: self.held.iter().map(|(_, amount)| *amount).sum(),
            outstanding: Parts::ZERO,
            due: Parts::ZERO,
            overdue: Parts::ZERO,
            oldest_unpaid_due_on: None,
            days_past_due: 0,
            days_past_due_raw: 0,
            settlement: Money::ZERO,
            settled_on: self.settled_on,
            written_off_on: self.written_off_on,
            recovered: self.recovered,
            instalments: Vec::new(),
            allocations: Vec::new(),
        };
        if as_of >= self.terms.disbursed_on {
            for line in self.lines.iter().take_while(|line| line.due_on <= as_of) {
                let unpaid = line.unpaid();
                position.due += unpaid;
                if line.due_on < as_of {
                    position.overdue += unpaid;
                }
                if position.oldest_unpaid_due_on.is_none() && !line.is_paid() {
                    position.oldest_unpaid_due_on = Some(line.due_on);
                }
            }
            position.outstanding = Parts { principal: self.balance, ..position.due };
            position.settlement = (self.settlement_at(as_of).total() - position.unapplied).or_zero();
        }
        if let Some(due_on) = position.oldest_unpaid_due_on {
            (position.days_past_due, position.days_past_due_raw) =
                ageing::days_past_due(due_on, as_of, self.terms.grace_days, &self.pauses);
        }
        position.instalments = self.lines;
        position.allocations = self.allocations;
        position
    }

    /// Moves on to `day`: held money meets what falls due on the way, lateness accrues, the cap is kept.
    fn advance(&mut self, day: Day) {
        while !self.held.is_empty() {
            let next = self.lines[self.first_open..].iter().find(|line| line.due_on > self.day && !line.unpaid().is_zero());
            match next.map(|line| line.due_on) {
                Some(due_on) if due_on <= day => {
                    self.accrue(due_on);
                    self.apply_held();
                    self.note_settlement();
                }
                _ => break,
            }
        }
        self.accrue(day);
    }

    /// Lets time pass until `day` without any money moving.
    fn accrue(&mut self, day: Day) {
        let days = i128::from(self.day.days_until(day).max(0));
        self.balance_days += days * i128::from(self.balance.minor());
        let from = self.day;
        self.day = day;
        if self.written_off_on.is_some() {
            return;
        }
        let grace = self.terms.grace_days as i32;
        let (has_rate, fee) = (self.rates.late != Factor::ZERO, self.terms.late.fee);
        let mut is_touched = false;
        for index in self.first_open..self.lines.len() {
            let line = &self.lines[index];
            let grace_ends = line.due_on.plus_days(grace);
            if grace_ends >= day {
                break;
            }
            if line.is_paid() {
                is_touched |= self.late[index].charged.is_positive();
                continue;
            }
            let late = &mut self.late[index];
            if has_rate {
                let since = grace_ends.max(from);
                let counted = since.days_until(day) - self.pauses.days(since, day);
                late.amount_days += i128::from(counted.max(0)) * i128::from(line.unpaid().principal.minor());
            }
            if fee.is_positive()
                && !late.has_late_fee
                && grace_ends >= from
                && self.pauses.days(grace_ends, grace_ends.plus_days(1)) == 0
            {
                late.has_late_fee = true;
                late.charged += fee;
            }
            is_touched = true;
        }
        if is_touched || self.rates.cap.is_some() {
            self.keep_cap(day);
        }
    }

    /// Sets what each line asks for in penalties and charged fees: the whole of it, or as much as the cost cap leaves.
    fn keep_cap(&mut self, day: Day) {
        let year_days = self.terms.late.year_days();
        let mut room = self.room(day);
        for (line, late) in self.lines[self.first_open..].iter_mut().zip(&self.late[self.first_open..]) {
            if late.amount_days == 0 && late.charged.is_zero() && late.fees.is_zero() {
                if line.due_on >= day {
                    break;
                }
                continue;
            }
            let gross = self.rates.late.of_amount_days(late.amount_days, year_days) + late.charged;
            let scheduled_fee = line.due.fee - line.charged;
            let fee_floor = (line.paid.fee - scheduled_fee).or_zero();
            line.charged = fee_floor + take(&mut room, (late.fees - fee_floor).or_zero());
            line.due.fee = scheduled_fee + line.charged;
            line.due.penalty = line.paid.penalty + take(&mut room, (gross - late.waived - line.paid.penalty).or_zero());
        }
    }

    /// How much more in penalties and charged fees the cost cap leaves, beyond those already paid. `None` without a cap.
    fn room(&self, day: Day) -> Option<Money> {
        let cap = self.rates.cap?;
        let allowance = cap.of_amount_days(self.balance_days, 365);
        let mut cost = Money::ZERO;
        for (line, scheduled) in self.lines.iter().zip(&self.schedule.instalments) {
            let share = |amount: Money| {
                if line.due_on <= day { amount } else { pro_rata(amount, scheduled.from, day, line.due_on) }
            };
            let fee = line.due.fee - line.charged;
            let charged_and_paid = (line.paid.fee - fee).or_zero() + line.paid.penalty;
            cost += share(line.due.interest).max(line.paid.interest) + share(fee).max(line.paid.fee.min(fee)) + charged_and_paid;
        }
        Some((allowance - cost).or_zero())
    }

    fn pay(&mut self, entry: EntryId, amount: Money) {
        if self.written_off_on.is_some() {
            self.recovered += amount;
            return;
        }
        self.held.push((entry, amount));
        let is_early =
            self.balance.is_positive() && amount >= self.balance && self.lines.last().is_some_and(|line| line.due_on > self.day);
        if is_early {
            let held: Money = self.held.iter().map(|(_, amount)| *amount).sum();
            if held >= self.settlement_at(self.day).total() {
                self.drop_cost_of_time_not_used();
            }
        }
        self.apply_held();
    }

    /// What would settle everything on `day`: what is due, the principal, and the cost of the period under way by its days.
    fn settlement_at(&self, day: Day) -> Parts {
        let mut sum = Parts::ZERO;
        for index in self.first_open..self.lines.len() {
            let (due, line) = (self.due_if_settled(index, day), &self.lines[index]);
            for part in Part::ALL {
                sum[part] += (due[part] - line.paid[part]).or_zero();
            }
        }
        sum
    }

    fn due_if_settled(&self, index: usize, day: Day) -> Parts {
        let line = &self.lines[index];
        if line.due_on <= day {
            return line.due;
        }
        let from = self.schedule.instalments[index].from;
        let agreed_fee = line.due.fee - line.charged;
        Parts {
            interest: pro_rata(line.due.interest, from, day, line.due_on),
            fee: pro_rata(agreed_fee, from, day, line.due_on) + line.charged,
            ..line.due
        }
    }

    fn drop_cost_of_time_not_used(&mut self) {
        for index in self.first_open..self.lines.len() {
            let due = self.due_if_settled(index, self.day);
            let line = &mut self.lines[index];
            line.due.interest = due.interest.max(line.paid.interest);
            line.due.fee = due.fee.max(line.paid.fee);
        }
    }

    fn apply_held(&mut self) {
        let mut held = core::mem::take(&mut self.held);
        for (entry, amount) in &mut held {
            self.allocate(*entry, amount);
        }
        held.retain(|(_, amount)| amount.is_positive());
        self.held = held;
    }

    /// Settles as much as `amount` can, in the agreed order, and leaves the rest in it.
    fn allocate(&mut self, entry: EntryId, amount: &mut Money) {
        let terms = self.terms;
        let same = |one: &Step, next: &Step| terms.order.walk == Walk::Horizontal && one.timing == next.timing;
        for steps in terms.order.steps.chunk_by(same) {
            if !amount.is_positive() {
                return;
            }
            let (start, end) = self.lines_of(steps[0].timing);
            match (steps[0].timing, terms.order.future) {
                (Timing::InAdvance, Future::Hold) => {}
                (Timing::InAdvance, Future::Last) => {
                    (start..end).rev().for_each(|index| self.settle(entry, index, steps, amount))
                }
                (Timing::InAdvance, Future::Reamortise) => self.settle_alike(entry, start..end, steps, amount),
                (Timing::InAdvance, Future::Next) | (Timing::PastDue | Timing::Due, _) => {
                    for index in start..end {
                        if !amount.is_positive() {
                            break;
                        }
                        self.settle(entry, index, steps, amount);
                    }
                }
            }
        }
        while self.lines.get(self.first_open).is_some_and(|line| line.unpaid().is_zero() && line.due_on <= self.day) {
            self.first_open += 1;
        }
    }

    /// The span of lines that are past due, due or in advance on the present day.
    fn lines_of(&self, timing: Timing) -> (usize, usize) {
        let open = &self.lines[self.first_open..];
        let past = self.first_open + open.iter().take_while(|line| line.due_on < self.day).count();
        let due = past + self.lines[past..].iter().take_while(|line| line.due_on == self.day).count();
        match timing {
            Timing::PastDue => (self.first_open, past),
            Timing::Due => (past, due),
            Timing::InAdvance => (due, self.lines.len()),
        }
    }

    fn settle(&mut self, entry: EntryId, index: usize, steps: &[Step], amount: &mut Money) {
        let line = &mut self.lines[index];
        let unpaid = line.unpaid();
        if unpaid.is_zero() {
            return;
        }
        let mut parts = Parts::ZERO;
        for step in steps {
            let settled = unpaid[step.part].min(*amount).or_zero();
            parts[step.part] += settled;
            *amount -= settled;
        }
        if parts.is_zero() {
            return;
        }
        line.paid += parts;
        self.balance -= parts.principal;
        if line.paid_on.is_none() && line.is_paid() {
            line.paid_on = Some(self.day);
        }
        let number = line.number;
        match self.allocations.last_mut() {
            Some(last) if last.entry == entry && last.instalment == number => last.parts += parts,
            _ => self.allocations.push(Allocation { entry, instalment: number, parts }),
        }
    }

    /// Gives every open line of the span the same share; the last takes the cents. Repeated while shares are left over.
    fn settle_alike(&mut self, entry: EntryId, span: core::ops::Range<usize>, steps: &[Step], amount: &mut Money) {
        loop {
            let is_open = |line: &InstalmentPosition| steps.iter().any(|step| line.unpaid()[step.part].is_positive());
            let count = self.lines[span.clone()].iter().filter(|line| is_open(line)).count() as i64;
            if count == 0 || !amount.is_positive() {
                return;
            }
            let share = Money::from_minor(amount.minor() / count);
            let mut left = count;
            for index in span.clone() {
                if !is_open(&self.lines[index]) {
                    continue;
                }
                left -= 1;
                let mut part = if left == 0 { *amount } else { share };
                *amount -= part;
                self.settle(entry, index, steps, &mut part);
                *amount += part;
            }
        }
    }

    fn charge(&mut self, amount: Money, is_penalty: bool) {
        let last = self.lines.len() - 1;
        let index = self.lines.iter().position(|line| self.day <= line.due_on).unwrap_or(last);
        let late = &mut self.late[index];
        if is_penalty {
            late.charged += amount
        } else {
            late.fees += amount
        }
        self.first_open = self.first_open.min(index);
        self.keep_cap(self.day);
        self.apply_held();
    }

    fn waive(&mut self, part: Part, amount: Money, instalment: Option<u32>) {
        let mut left = amount;
        for (line, late) in self.lines.iter_mut().zip(&mut self.late).skip(self.first_open) {
            if instalment.is_some_and(|number| number != line.number) {
                continue;
            }
            let waived = line.unpaid()[part].min(left).or_zero();
            left -= waived;
            line.due[part] -= waived;
            match part {
                Part::Penalty => late.waived += waived,
                Part::Principal => self.balance -= waived,
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
    }

    /// Takes over a loan that ran elsewhere: so much is paid, by part, the oldest line first; the past is not re-judged.
    fn take_over(&mut self, entry: EntryId, paid: Parts, penalty_owed: Money) {
        let fresh = Books::open(self.terms, self.schedule, self.day);
        let (day, balance_days, pauses) = (self.day, self.balance_days, core::mem::take(&mut self.pauses));
        *self = Books { day, balance_days, pauses, ..fresh };
        let oldest_late = self.lines.iter().position(|line| line.due_on <= day).unwrap_or(0);
        self.late[oldest_late].charged = paid.penalty + penalty_owed;
        self.lines[oldest_late].due.penalty = paid.penalty + penalty_owed;
        for part in Part::ALL {
            let step = [Step { timing: Timing::PastDue, part }];
            let mut left = paid[part];
            for index in 0..self.lines.len() {
                self.settle(entry, index, &step, &mut left);
            }
            if left.is_positive() {
                self.held.push((entry, left));
            }
        }
        for (line, late) in self.lines.iter().zip(&mut self.late) {
            late.has_late_fee = line.due_on < day;
        }
    }

    fn write_off(&mut self) {
        self.written_off_on.get_or_insert(self.day);
        self.balance = Money::ZERO;
        self.lines.iter_mut().for_each(|line| line.due = line.paid);
    }

    fn note_settlement(&mut self) {
        let is_settled = !self.balance.is_positive()
            && self.day >= self.terms.disbursed_on
            && self.lines[self.first_open..].iter().all(|line| line.unpaid().is_zero());
        if !is_settled {
            self.settled_on = None;
        } else if self.settled_on.is_none() {
            self.settled_on = Some(self.day);
        }
    }
}

/// The share of `amount` for the days from `from` to `day` of a period that ends on `until`, rounded half to even.
fn pro_rata(amount: Money, from: Day, day: Day, until: Day) -> Money {
    let (elapsed, length) = (from.days_until(day).max(0), from.days_until(until).max(1));
    if elapsed == 0 || amount.is_zero() {
        return Money::ZERO;
    }
    Money::from_minor(div_half_even(i128::from(amount.minor()) * i128::from(elapsed.min(length)), i128::from(length)) as i64)
}

/// Takes up to `wanted` out of the room there is; without a limit, all of it.
fn take(room: &mut Option<Money>, wanted: Money) -> Money {
    match room {
        None => wanted,
        Some(left) => {
            let taken = wanted.min(*left);
            *left -= taken;
            taken
        }
    }
}
