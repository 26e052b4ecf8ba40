//! The books of one loan while its entries are replayed.

use alloc::vec::Vec;

use crate::day::Day;
use crate::id::EntryId;
use crate::money::Money;

use super::ageing::{self, Pauses};
use super::allocation::{Allocation, Step};
use super::cap::Lent;
use super::entry::{Entry, EntryKind, PaymentSource};
use super::factor::{DayRate, Factor, ONE_OF_DAYS, round_days};
use super::parts::{Part, Parts};
use super::position::{InstalmentPosition, Origin, Position};
use super::schedule::Schedule;
use super::terms::{Terms, Tranches};

/// What is known so far. Every method moves forward in time.
#[derive(Clone)]
pub(super) struct Books<'a> {
    pub(super) terms: &'a Terms,
    pub(super) schedule: &'a Schedule,
    pub(super) lines: Vec<InstalmentPosition>,
    pub(super) late: Vec<Lateness>,
    pub(super) allocations: Vec<Allocation>,
    /// The terms' own order, looked at once for all payments.
    pub(super) line_by_line: Option<[&'a [Step]; 3]>,
    /// Money that nothing needed yet, in the order it came.
    pub(super) held: Vec<Held>,
    /// What entries other than payments changed in what is owed.
    pub(super) moved: Vec<(EntryId, Parts)>,
    /// The tranches after the first.
    pub(super) paid_out: Vec<(Day, Money)>,
    /// Principal that was given up.
    pub(super) given_up: Vec<(Day, Money)>,
    /// What was charged back of which payment.
    pub(super) charged_back: Vec<(EntryId, Parts)>,
    /// Charges that cannot be paid before their day: the day, the line's number, what.
    pub(super) upcoming: Vec<(Day, u32, Parts)>,
    pub(super) pauses: Pauses,
    /// The paused days on which nothing costs anything.
    pub(super) stops: Pauses,
    /// The day up to which everything is accounted for.
    pub(super) day: Day,
    /// All lines before this one are settled in every part.
    pub(super) first_open: usize,
    /// Whether anything was ever charged besides the schedule.
    pub(super) has_charges: bool,
    /// Unpaid principal.
    pub(super) balance: Money,
    /// Interest and fees ever settled: at least what of them was paid in advance.
    pub(super) cost_paid: Money,
    /// Unpaid principal times days so far, days that cost nothing left out: what the cost cap is a share of.
    pub(super) balance_days: i128,
    /// By how much agreed cost alone would have let the cost cap leave more on paused days: raw, as
    /// [`DayRate::raw_of_amount_days`].
    pub(super) withheld: i128,
    pub(super) settled_on: Option<Day>,
    pub(super) written_off_on: Option<Day>,
    /// Payments that came after the write-off.
    pub(super) recoveries: Vec<(EntryId, Money)>,
    pub(super) rates: Rates,
    /// Whether the schedule is still the one that was signed.
    pub(super) is_as_signed: bool,
    /// What made the penalties, if somebody wants to know.
    pub(super) overdue: Option<Vec<Overdue>>,
    /// What was outstanding, if somebody wants to know the same.
    pub(super) lent: Vec<Lent>,
}

/// Days on which an instalment had the same overdue principal.
#[derive(Clone, Copy)]
pub(super) struct Overdue {
    pub(super) instalment: u32,
    pub(super) from: Day,
    pub(super) until: Day,
    /// Days that count: past grace, not paused.
    pub(super) days: i32,
    pub(super) principal: Money,
}

/// Money of one entry that is still to be allocated.
#[derive(Clone, Copy)]
pub(super) struct Held {
    pub(super) entry: EntryId,
    pub(super) source: PaymentSource,
    pub(super) amount: Money,
}

/// The late side of a line.
#[derive(Clone, Copy, Default)]
pub(super) struct Lateness {
    /// Overdue principal times days.
    pub(super) amount_days: i128,
    /// The late fee, once charged, and penalties charged by entry.
    pub(super) charged: Money,
    pub(super) has_late_fee: bool,
    pub(super) waived: Money,
    /// Fees charged besides the schedule, before the cost cap.
    pub(super) fees: Money,
    /// The agreed instalment: principal and interest.
    pub(super) agreed: Money,
    /// The agreed principal of it.
    pub(super) principal: Money,
    /// It is one of the first instalments, which ask for no principal.
    pub(super) asks_no_principal: bool,
    /// Its interest is asked for later.
    pub(super) puts_off_interest: bool,
    /// Whether its cost was cut to the time used, as the loan was settled or re-aged.
    pub(super) is_cut: bool,
    /// Its interest no longer follows the balance: the loan was re-aged since.
    pub(super) is_final: bool,
    /// What of its interest and agreed fee is for time used before the loan was re-aged: settling early does not drop it, and
    /// no pause takes from it.
    pub(super) used: Parts,
    /// Days of its period that were over when the loan was re-aged.
    pub(super) days_over: i32,
    /// Days of its period that were known to cost nothing when the loan was re-aged: what was spread had them left out already.
    pub(super) stopped_before: i32,
    /// Interest that was paid once and is owed again.
    pub(super) interest_again: Money,
    /// What a pause took off what is asked for.
    pub(super) stopped: Parts,
}

impl Lateness {
    /// Whether nothing was ever charged for being late, nor besides the schedule.
    pub(super) fn charges_nothing(&self) -> bool {
        self.amount_days == 0 && self.charged.is_zero() && self.fees.is_zero()
    }

    /// All penalty of the line, before anything was given up and before the cost cap.
    pub(super) fn gross(&self, rate: DayRate, year_days: u32) -> Money {
        rate.of_amount_days(self.amount_days, year_days) + self.charged
    }
}

#[derive(Clone, Copy)]
pub(super) struct Rates {
    pub(super) interest: Factor,
    /// The day up to which no interest is earned.
    pub(super) free_until: Day,
    pub(super) late: DayRate,
    pub(super) cap: Option<DayRate>,
}

impl<'a> Books<'a> {
    /// The books on the day of disbursement, or empty ones if that lies after `as_of`.
    pub(super) fn open(terms: &'a Terms, schedule: &'a Schedule, as_of: Day) -> Books<'a> {
        let allocations = Vec::with_capacity(2 * schedule.instalments.len());
        Books::open_in((Vec::new(), Vec::new(), allocations), terms, schedule, as_of)
    }

    /// As [`Books::open`], in the memory of other books.
    pub(super) fn open_in(
        (mut lines, mut late, mut allocations): (Vec<InstalmentPosition>, Vec<Lateness>, Vec<Allocation>),
        terms: &'a Terms,
        schedule: &'a Schedule,
        as_of: Day,
    ) -> Books<'a> {
        lines.clear();
        late.clear();
        allocations.clear();
        lines.extend(schedule.instalments.iter().map(|line| InstalmentPosition {
            number: line.number,
            origin: if line.from == line.due_on { Origin::DownPayment } else { Origin::Agreed },
            from: line.from,
            due_on: line.due_on,
            due: Parts { penalty: Money::ZERO, fee: line.fee, interest: line.interest, principal: line.principal },
            charged: Money::ZERO,
            owed_again: None,
            waived: Parts::ZERO,
            paid: Parts::ZERO,
            paid_on: line.total().is_zero().then_some(terms.disbursed_on),
        }));
        let balance = if as_of < terms.disbursed_on { Money::ZERO } else { terms.principal };
        // A down payment is none of the first instalments.
        let agreed = usize::from(!terms.down_payment.is_zero());
        let is_among = |first: u32, index: usize| index >= agreed && index - agreed < first as usize;
        late.extend(lines.iter().enumerate().map(|(index, line)| Lateness {
            agreed: line.due.interest + line.due.principal,
            principal: line.due.principal,
            asks_no_principal: is_among(terms.grace.principal, index),
            puts_off_interest: is_among(terms.grace.interest, index),
            ..Lateness::default()
        }));
        Books {
            terms,
            schedule,
            late,
            paid_out: Vec::new(),
            given_up: Vec::new(),
            lines,
            allocations,
            line_by_line: terms.order.line_by_line(),
            held: Vec::new(),
            moved: Vec::new(),
            charged_back: Vec::new(),
            upcoming: Vec::new(),
            pauses: Pauses::default(),
            stops: Pauses::default(),
            day: terms.disbursed_on,
            first_open: 0,
            has_charges: false,
            balance,
            cost_paid: Money::ZERO,
            balance_days: 0,
            withheld: 0,
            settled_on: None,
            written_off_on: None,
            recoveries: Vec::new(),
            is_as_signed: true,
            overdue: None,
            lent: Vec::new(),
            rates: Rates {
                interest: Factor::of(terms.annual_rate),
                free_until: terms.free_until(),
                late: DayRate::of(terms.late.annual_rate),
                cap: terms.cost_cap.map(DayRate::of),
            },
        }
    }

    /// Lays what changes the schedule itself into it before any payment is looked at ([`Tranches::BeforePayments`]).
    pub(super) fn lay_out(&mut self, entry: &Entry) {
        match entry.kind {
            EntryKind::Disbursement { amount } => self.spread_tranche(entry.effective_on, amount),
            EntryKind::Defer { from, to } => self.defer(from, to),
            _ => {}
        }
    }

    /// Enters one event, which must not lie before the one entered last.
    pub(super) fn enter(&mut self, entry: &Entry) {
        let day = entry.effective_on.max(self.terms.disbursed_on);
        self.advance(day);
        match &entry.kind {
            EntryKind::Payment { amount, source } => self.pay(Held { entry: entry.id, source: *source, amount: *amount }),
            EntryKind::Disbursement { amount } => self.disburse(day, *amount),
            EntryKind::Fee { amount, is_penalty, due_on } => self.charge(due_on.unwrap_or(day), *amount, *is_penalty),
            EntryKind::Waiver { part, amount, instalment } => self.waive(entry.id, *part, *amount, *instalment),
            EntryKind::Chargeback { of, amount } => self.charge_back(entry.id, *of, *amount),
            EntryKind::Refund { amount } => self.give_back(entry.id, *amount),
            EntryKind::CreditRefund { amount } => self.pay_out(entry.id, *amount),
            EntryKind::Reage { first_on, every, instalments, with_costs, keeps_cost_to_come } => {
                self.reage(entry.id, (*first_on, *every, *instalments), *with_costs, *keeps_cost_to_come);
            }
            EntryKind::Extend { from, instalments } => self.extend(*from, *instalments),
            EntryKind::Defer { from, to } if self.terms.tranches == Tranches::FromTheirDay => self.defer(*from, *to),
            EntryKind::Opening { paid, penalty_owed } => self.take_over(entry.id, *paid, *penalty_owed),
            EntryKind::Pause { until, stops } => self.pause(*until, *stops),
            EntryKind::Resume => self.resume(),
            EntryKind::WriteOff => self.write_off(entry.id),
            EntryKind::ChargeOff => self.moved.push((entry.id, self.all_unpaid())),
            EntryKind::Reversal { .. } | EntryKind::Defer { .. } => {}
        }
        self.note_settlement();
    }

    /// The end of `as_of`.
    pub(super) fn reach(&mut self, as_of: Day) {
        if as_of >= self.day {
            self.advance(as_of);
        }
    }

    /// Everything up to `as_of`, told.
    pub(super) fn close(mut self, as_of: Day) -> Position {
        self.reach(as_of);
        let (mut settlement, mut accrued) = (None, Money::ZERO);
        if self.recalculates() {
            self.recalculate(as_of, true);
            settlement = Some(self.settlement_at(as_of));
            accrued = self.lines.iter().map(|line| self.due_if_settled(line, as_of).interest).sum();
            self.recalculate(as_of, false);
        }
        let mut position = Position {
            as_of,
            unapplied: self.held.iter().map(|held| held.amount).sum(),
            outstanding: Parts::ZERO,
            due: Parts::ZERO,
            overdue: Parts::ZERO,
            oldest_unpaid_due_on: None,
            days_past_due: 0,
            days_past_due_raw: 0,
            interest_accrued: Money::ZERO,
            settlement: Money::ZERO,
            settled_on: self.settled_on,
            written_off_on: self.written_off_on,
            recovered: self.recoveries.iter().map(|(_, amount)| *amount).sum(),
            recoveries: Vec::new(),
            held: Vec::new(),
            instalments: Vec::new(),
            allocations: Vec::new(),
            moved: Vec::new(),
        };
        if as_of >= self.terms.disbursed_on {
            for (line, late) in self.lines.iter().zip(&self.late) {
                // A deferral may leave a line a period of no days, which is over on the day it begins.
                let has_begun = line.from < as_of || line.due_on <= as_of;
                if settlement.is_none() && (has_begun || late.is_cut || late.used.interest.is_positive()) {
                    // What was cut to the time used as the loan was settled, or to what was paid ahead of it, is earned already.
                    let is_over = line.due_on <= as_of || late.is_cut;
                    accrued +=
                        if is_over { line.due.interest } else { self.used(Part::Interest, line.due.interest, line, as_of) };
                }
            }
            for line in &self.lines[self.first_open..] {
                let (unpaid, since) = line.owed_by(as_of);
                if since > as_of {
                    continue;
                }
                position.due += unpaid;
                if since < as_of {
                    position.overdue += unpaid;
                }
                if !line.is_paid() {
                    position.oldest_unpaid_due_on = Some(position.oldest_unpaid_due_on.map_or(since, |oldest| oldest.min(since)));
                }
            }
            position.interest_accrued = accrued;
            position.outstanding = Parts { principal: self.balance, ..position.due };
            position.settlement =
                (settlement.unwrap_or_else(|| self.settlement_at(as_of)).total() - position.unapplied).or_zero();
        }
        if let Some(due_on) = position.oldest_unpaid_due_on {
            (position.days_past_due, position.days_past_due_raw) =
                ageing::days_past_due(due_on, as_of, self.terms.grace_days, &self.pauses);
        }
        position.instalments = self.lines;
        position.allocations = self.allocations;
        position.moved = self.moved;
        position.recoveries = self.recoveries;
        position.held = self.held.iter().map(|held| (held.entry, held.amount)).collect();
        position
    }

    pub(super) fn all_unpaid(&self) -> Parts {
        self.lines[self.first_open..].iter().fold(Parts::ZERO, |sum, line| sum + line.unpaid())
    }

    /// Moves on to `day`: held money meets what falls due on the way, lateness accrues, the cap is kept. Where interest follows
    /// the balance, what a line asks for is known for good on its due day.
    fn advance(&mut self, day: Day) {
        let follows_balance = self.recalculates();
        loop {
            // Once nothing is owed there is no balance that interest could follow.
            let may_change = follows_balance && self.settled_on.is_none();
            if !may_change && self.held.is_empty() {
                break;
            }
            let is_next = |line: &&InstalmentPosition| line.due_on > self.day && (may_change || !line.unpaid().is_zero());
            match self.lines[self.first_open..].iter().find(is_next).map(|line| line.due_on) {
                Some(due_on) if due_on <= day => {
                    self.accrue(due_on);
                    self.apply_held();
                    self.note_settlement();
                }
                _ => break,
            }
        }
        let mut given_back = self.accrue(day);
        if follows_balance {
            self.recalculate(day, false);
        }
        // Penalties beyond the cost cap are the borrower's money again, and that settles something else: in turns, for what it
        // settles may be cost as well. Each turn leaves less penalty paid, so they end.
        while given_back.is_positive() {
            self.apply_held();
            given_back = self.keep_cap(self.day);
        }
    }

    /// Lets time pass until `day`. Tells how much of what was paid the cost cap gives back.
    fn accrue(&mut self, day: Day) -> Money {
        // A day that may cost nothing makes no room under the cap either: what that held down would come out on it.
        let days = self.day.days_until(day).max(0) - self.stops.days(self.day, day.max(self.day));
        if let Some(cap) = self.rates.cap.filter(|_| !self.pauses.is_empty() && self.written_off_on.is_none()) {
            self.withhold(cap, day);
        }
        self.balance_days += i128::from(days) * i128::from(self.balance.minor());
        if self.overdue.is_some() {
            self.lent.push(Lent { from: self.day, until: day, days, balance: self.balance });
        }
        let from = self.day;
        self.day = day;
        if self.written_off_on.is_some() {
            return Money::ZERO;
        }
        let (has_rate, fee, grace_days) = (self.rates.late != DayRate::ZERO, self.terms.late.fee, self.terms.grace_days);
        for index in self.first_open..self.lines.len() {
            let (line, late) = (&mut self.lines[index], &mut self.late[index]);
            let days_late = self.pauses.days_late(line.due_on, grace_days, day);
            if days_late == 0 {
                break;
            }
            if line.is_paid() {
                continue;
            }
            let late_before = self.pauses.days_late(line.due_on, grace_days, from);
            if has_rate {
                let (days, principal) = ((days_late - late_before) as i32, line.due.principal - line.paid.principal);
                late.amount_days += i128::from(days) * i128::from(principal.minor());
                if let Some(overdue) = &mut self.overdue {
                    // Told from the end of grace on: the days before it are none of them.
                    let from = from.max(line.due_on.plus_days(grace_days as i32));
                    overdue.push(Overdue { instalment: line.number, from, until: day, days, principal });
                }
            }
            if fee.is_positive() && !late.has_late_fee && late_before == 0 {
                late.has_late_fee = true;
                late.charged += fee;
            }
            if self.rates.cap.is_none() {
                // Only a cap makes the charges of one line depend on those of another.
                let gross = late.gross(self.rates.late, self.terms.late.year_days());
                line.due.penalty = (gross - late.waived).max(line.paid.penalty);
            }
        }
        if self.rates.cap.is_some() { self.keep_cap(day) } else { Money::ZERO }
    }

    /// Sets what each line asks for in penalties and charged fees: the whole of it, or as much as the cost cap leaves.
    /// Tells how much of what was paid goes back.
    pub(super) fn keep_cap(&mut self, day: Day) -> Money {
        if self.written_off_on.is_some() {
            return Money::ZERO;
        }
        let year_days = self.terms.late.year_days();
        let extra_paid: Money = self.lines.iter().map(InstalmentPosition::extra_paid).sum();
        if extra_paid.is_zero() && !self.is_anything_charged(day) {
            return Money::ZERO;
        }
        let (mut room, handed_back) = self.room(extra_paid, day);
        for index in self.first_open..self.lines.len() {
            let (line, late) = (&mut self.lines[index], &self.late[index]);
            if late.charges_nothing() {
                if line.due_on >= day && !self.has_charges {
                    break;
                }
                continue;
            }
            let gross = late.gross(self.rates.late, year_days);
            let scheduled_fee = line.due.fee - line.charged;
            let fee_floor = (line.paid.fee - scheduled_fee).or_zero();
            line.charged = fee_floor + take(&mut room, (late.fees - fee_floor).or_zero());
            line.due.fee = scheduled_fee + line.charged;
            line.due.penalty = line.paid.penalty + take(&mut room, (gross - late.waived - line.paid.penalty).or_zero());
        }
        handed_back
    }

    /// Whether an open line asks for anything besides the schedule by `day`.
    fn is_anything_charged(&self, day: Day) -> bool {
        let open = self.lines.iter().zip(&self.late).skip(self.first_open);
        let mut open = open.take_while(|(line, late)| self.has_charges || line.due_on < day || !late.charges_nothing());
        open.any(|(_, late)| !late.charges_nothing())
    }

    /// How much more in penalties and charged fees the cost cap leaves. `None` without a cap.
    ///
    /// The allowance is the cap's share of the principal outstanding, day by day. Agreed cost counts as it accrues, or
    /// earlier if it is paid earlier. Should it have grown so that penalties already paid exceed what is left, the excess
    /// goes back to the borrower as money to be allocated anew.
    fn room(&mut self, extra_paid: Money, day: Day) -> (Option<Money>, Money) {
        let Some(cap) = self.rates.cap else { return (None, Money::ZERO) };
        let allowance = round_days(cap.raw_of_amount_days(self.balance_days) - self.withheld.max(0), 365);
        let allowed = (allowance - self.agreed_by(day)).or_zero();
        let excess = (extra_paid - allowed).or_zero();
        if excess.is_positive() {
            self.hand_back(excess);
        }
        (Some((allowed - extra_paid).or_zero()), excess)
    }

    /// What time until `day` adds to the cap beyond agreed cost is kept back as far as it is paused: a charge that the cap held
    /// down cannot be asked for on a day on which paying late costs nothing.
    fn withhold(&mut self, cap: DayRate, day: Day) {
        for (from, until) in self.pauses.without(&self.stops, self.day, day) {
            let balance_days = i128::from(from.days_until(until)) * i128::from(self.balance.minor());
            let agreed = self.agreed_by(until) - self.agreed_by(from);
            self.withheld += cap.raw_of_amount_days(balance_days) - i128::from(agreed.minor()) * ONE_OF_DAYS * 365;
        }
    }

    /// Agreed interest and fees of the days up to `day`, and what of them was paid beyond.
    pub(super) fn agreed_by(&self, day: Day) -> Money {
        let fees = self.lines.iter().map(|line| {
            let agreed = line.due.fee - line.charged;
            (self.due_if_settled(line, day).fee - line.charged).max(line.paid.fee.min(agreed))
        });
        self.interest_used(day) + fees.sum()
    }

    /// The interest of the days up to `day`, and what was paid beyond.
    pub(super) fn interest_used(&self, day: Day) -> Money {
        if self.recalculates() {
            let mut now = self.clone();
            now.recalculate(day, true);
            return now.lines.iter().map(|line| now.due_if_settled(line, day).interest.max(line.paid.interest)).sum();
        }
        self.lines.iter().map(|line| self.due_if_settled(line, day).interest.max(line.paid.interest)).sum()
    }

    /// Takes paid penalties, the latest first, back out of their lines: they are the borrower's money again.
    fn hand_back(&mut self, excess: Money) {
        let mut left = excess;
        for index in (0..self.lines.len()).rev() {
            let line = &self.lines[index];
            let fee = (line.paid.fee - (line.due.fee - line.charged)).or_zero();
            for (part, extra) in [(Part::Penalty, line.paid.penalty), (Part::Fee, fee)] {
                let returned = extra.min(left);
                if returned.is_positive() {
                    left -= returned;
                    self.return_to_payer(index, part, returned);
                }
            }
        }
    }

    /// Takes paid money out of one part of one line, which asks for as much less.
    fn return_to_payer(&mut self, index: usize, part: Part, amount: Money) {
        self.take_back(index, part, amount);
        self.first_open = self.first_open.min(index);
        let line = &mut self.lines[index];
        line.due[part] -= amount;
        if part == Part::Fee {
            line.charged -= amount;
        }
    }

    /// Undoes allocations of one part of one line, the latest first, and holds the money for the entry it came with.
    pub(super) fn take_back(&mut self, index: usize, part: Part, amount: Money) {
        let line = &mut self.lines[index];
        line.paid[part] -= amount;
        let number = line.number;
        let mut left = amount;
        for known in self.allocations.iter_mut().rev().filter(|known| known.instalment == number) {
            let returned = known.parts[part].min(left).or_zero();
            if returned.is_positive() {
                known.parts[part] -= returned;
                left -= returned;
                self.held.push(Held { entry: known.entry, source: PaymentSource::Borrower, amount: returned });
            }
        }
    }

    /// What the cost cap did not let be asked for by the day nothing is owed any more is never asked for.
    fn forget_what_the_cap_held_down(&mut self) {
        if self.rates.cap.is_none() {
            return;
        }
        for index in 0..self.lines.len() {
            let held_down = self.held_down(index);
            self.late[index].waived += held_down.penalty;
            self.late[index].fees -= held_down.fee;
        }
    }

    /// What of a line the cost cap does not let be asked for by now.
    pub(super) fn held_down(&self, index: usize) -> Parts {
        let (line, late) = (&self.lines[index], &self.late[index]);
        if self.rates.cap.is_none() || late.charges_nothing() {
            return Parts::ZERO;
        }
        let gross = late.gross(self.rates.late, self.terms.late.year_days());
        let (penalty, fee) = (gross - late.waived - line.due.penalty, late.fees - line.charged);
        Parts { penalty: penalty.or_zero(), fee: fee.or_zero(), ..Parts::ZERO }
    }

    pub(super) fn note_settlement(&mut self) {
        let is_settled = !self.balance.is_positive()
            && self.day >= self.terms.disbursed_on
            && self.lines[self.first_open..].iter().all(|line| line.paid == line.due);
        if !is_settled {
            self.settled_on = None;
        } else if self.settled_on.is_none() {
            self.settled_on = Some(self.day);
            self.forget_what_the_cap_held_down();
        }
    }
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
