//! Payments: what money settles, and what settling early costs.

use core::ops::Range;

use crate::day::Day;
use crate::id::EntryId;
use crate::money::Money;

use super::allocation::{Allocation, Future, Order, Step, Timing, Walk};
use super::books::{Books, Held};
use super::factor::div_half_even;
use super::parts::{Part, Parts};
use super::position::{InstalmentPosition, Origin};
use super::terms::InterestOn;

impl Books<'_> {
    /// Takes in money. Enough to settle everything drops the cost of time not used (Civil Code art. 677).
    pub(super) fn pay(&mut self, mut money: Held) {
        if self.written_off_on.is_some() {
            self.held.push(money);
            return self.recover(money.entry);
        }
        let settles_early = self.may_settle_early(money.amount);
        if !settles_early && self.held.is_empty() && !self.recalculates() {
            // Most payments are of this kind, and need not wait among others for their turn.
            self.allocate(&mut money);
            if money.amount.is_positive() {
                self.held.push(money);
            }
            return;
        }
        self.held.push(money);
        if settles_early {
            self.settle_early();
        }
        self.apply_held();
    }

    /// Whether `more` money could settle everything before its time, and so is worth a closer look.
    fn may_settle_early(&self, more: Money) -> bool {
        // Principal may all be gone by a waiver, while cost ahead is still asked for.
        let is_early = self.lines.last().is_some_and(|line| line.due_on > self.day);
        if !is_early || !self.balance.is_positive() && self.all_unpaid().is_zero() {
            return false;
        }
        let held = self.unapplied() + more;
        held + self.cost_paid >= self.balance && held + self.paid_ahead() >= self.balance
    }

    /// Money that is not allocated.
    fn unapplied(&self) -> Money {
        self.held.iter().map(|held| held.amount).sum()
    }

    /// Drops the cost of time not used if the money there is then settles everything.
    fn settle_early(&mut self) {
        let held = self.unapplied();
        if self.recalculates() {
            self.recalculate(self.day, true);
        }
        let (by_cut, all) = (self.settlement_by_cut(self.day).total(), self.all_unpaid().total());
        // Cost given back of what was paid in advance makes room under the cap for penalties that it had held down; should
        // those be more, paying all that is asked for is the cheaper way.
        if held >= by_cut && by_cut <= all {
            self.drop_cost_of_time_not_used();
            self.keep_cap(self.day);
        }
    }

    /// Money that comes after the loan was given up settles what was paid out since; the rest is a recovery.
    fn recover(&mut self, entry: EntryId) {
        self.apply_held();
        let left: Money = self.held.iter().filter(|held| held.entry == entry).map(|held| held.amount).sum();
        self.held.retain(|held| held.entry != entry);
        if left.is_positive() {
            self.recoveries.push((entry, left));
        }
    }

    /// What would settle everything on `day`: what is due, the principal, and the cost of the period under way by its days. What
    /// was paid in advance for time that would not be used counts toward it. Never more than all that is asked for.
    pub(super) fn settlement_at(&self, day: Day) -> Parts {
        let all = self.all_unpaid();
        if self.written_off_on.is_some() {
            return all;
        }
        let by_cut = self.settlement_by_cut(day);
        if by_cut.total() <= all.total() { by_cut } else { all }
    }

    /// What settles everything if the cost of time not used is dropped.
    pub(super) fn settlement_by_cut(&self, day: Day) -> Parts {
        if self.rates.cap.is_some() && self.paid_ahead().is_positive() {
            // Cost given back makes room under the cap for penalties that it had held down.
            let mut settled = self.clone();
            settled.drop_cost_of_time_not_used();
            settled.keep_cap(day);
            let given_back = settled.unapplied() - self.unapplied();
            return settled.all_unpaid() - Parts::of(Part::Principal, given_back);
        }
        let mut sum = Parts::ZERO;
        for line in &self.lines[self.first_open..] {
            sum += self.due_if_settled(line, day) - line.paid;
        }
        sum
    }

    /// Cost that was paid for lines ahead: the most by which settling could cost less than the principal.
    fn paid_ahead(&self) -> Money {
        self.lines.iter().rev().take_while(|line| line.due_on > self.day).map(|line| line.paid.interest + line.paid.fee).sum()
    }

    /// Of the period under way only the interest and agreed fee up to today are asked for from now on, of later ones none. What
    /// was paid for them is the borrower's again.
    pub(super) fn drop_cost_of_time_not_used(&mut self) {
        for index in self.first_open..self.lines.len() {
            if self.lines[index].due_on <= self.day {
                continue;
            }
            let due = self.due_if_settled(&self.lines[index], self.day);
            self.late[index].is_cut = true;
            let follows_balance = self.recalculates() && self.lines[index].origin != Origin::Reaged;
            let cut: &[Part] = if follows_balance { &[Part::Fee] } else { &[Part::Fee, Part::Interest] };
            for part in cut.iter().copied() {
                let line = &mut self.lines[index];
                line.due[part] = due[part];
                let excess = (line.paid[part] - due[part]).or_zero();
                if excess.is_positive() {
                    self.take_back(index, part, excess);
                }
            }
        }
    }

    /// What a line asks for if everything is settled on `day`: of a period under way its cost by days, of later ones none.
    #[inline]
    pub(super) fn due_if_settled(&self, line: &InstalmentPosition, day: Day) -> Parts {
        let late = &self.late[line.number as usize - 1];
        if line.due_on <= day || late.is_cut {
            return line.due;
        }
        let agreed_fee = line.due.fee - line.charged;
        // Where interest follows the balance, it is asked for up to the day already.
        let follows_balance = self.recalculates() && line.origin != Origin::Reaged;
        if day <= line.from && !follows_balance && late.used.is_zero() {
            // Nothing of its time is used: most lines of most loans.
            let (interest, fee) = (line.due.interest.min(Money::ZERO), agreed_fee.min(Money::ZERO) + line.charged);
            return Parts { interest, fee, ..line.due };
        }
        let interest = if follows_balance { line.due.interest } else { self.used(Part::Interest, line.due.interest, line, day) };
        Parts { interest, fee: self.used(Part::Fee, agreed_fee, line, day) + line.charged, ..line.due }
    }

    /// Lets waiting money settle what is owed by now, in the order it came.
    pub(super) fn apply_held(&mut self) {
        let follows_balance = self.recalculates();
        let mut held = core::mem::take(&mut self.held);
        for money in &mut held {
            if follows_balance {
                self.ask_for_the_most();
            }
            self.allocate(money);
        }
        held.retain(|money| money.amount.is_positive());
        self.held = held;
        if follows_balance {
            self.recalculate(self.day, false);
        }
    }

    /// Settles as much as the money can, in the agreed order, and leaves the rest in it.
    fn allocate(&mut self, money: &mut Held) {
        self.allocate_in_order(money);
        if money.amount.is_positive() && self.upcoming.iter().any(|(due_on, ..)| *due_on > self.day) {
            // Nothing else is left to pay: charges that are not due yet are paid too.
            let upcoming = core::mem::take(&mut self.upcoming);
            self.allocate_in_order(money);
            self.upcoming = upcoming;
        }
        self.close_front();
    }

    fn allocate_in_order(&mut self, money: &mut Held) {
        let order: &Order = self.terms.order_of(money.source);
        if let Some(orders) = self.line_by_line.filter(|_| core::ptr::eq(order, &self.terms.order) && self.upcoming.is_empty()) {
            return self.allocate_line_by_line(money, &orders);
        }
        let (past, due) = self.borders();
        let same = |one: &Step, next: &Step| order.walk == Walk::Horizontal && one.timing == next.timing;
        for steps in order.steps.chunk_by(same) {
            if !money.amount.is_positive() {
                break;
            }
            let timing = steps[0].timing;
            let span = match timing {
                Timing::PastDue => self.first_open..past,
                Timing::Due => past..due,
                Timing::InAdvance => due..self.lines.len(),
            };
            if span.is_empty() {
                continue;
            }
            let is_ahead = timing == Timing::InAdvance;
            if is_ahead && !self.upcoming.is_empty() {
                self.settle_charges_due(money);
            }
            match order.future {
                Future::Hold if is_ahead => {}
                Future::Last if is_ahead => span.rev().for_each(|index| self.settle(money, index, steps)),
                Future::Reamortise if is_ahead => self.settle_alike(money, span, steps),
                Future::Next | Future::Hold | Future::Last | Future::Reamortise => {
                    for index in span {
                        if !money.amount.is_positive() {
                            break;
                        }
                        self.settle(money, index, steps);
                    }
                }
            }
        }
    }

    /// As most orders come to: every line from the oldest on is finished before the next begins, and its timing says in which order.
    fn allocate_line_by_line(&mut self, money: &mut Held, orders: &[&[Step]; 3]) {
        for index in self.first_open..self.lines.len() {
            if !money.amount.is_positive() {
                break;
            }
            let unpaid = self.payable(index);
            let total = unpaid.total();
            if money.amount >= total {
                money.amount -= total;
                self.settle_parts(money.entry, index, unpaid);
            } else {
                let timing = Timing::of(self.lines[index].due_on, self.day);
                self.settle(money, index, orders[timing as usize]);
            }
        }
    }

    /// Settles charges whose own day has come, on lines that are not due yet.
    fn settle_charges_due(&mut self, money: &mut Held) {
        let charges = [Part::Penalty, Part::Fee].map(|part| Step { timing: Timing::Due, part });
        for index in self.borders().1..self.lines.len() {
            let number = self.lines[index].number;
            if self.upcoming.iter().any(|(due_on, of, _)| *due_on <= self.day && *of == number) {
                self.settle(money, index, &charges);
            }
        }
    }

    /// Leaves behind the lines that are settled and past.
    fn close_front(&mut self) {
        // Where interest follows the balance, a line is never closed for good: a later tranche or a recalculation may change it.
        // Nor is one on which the cost cap holds something down: it is asked for once there is room.
        let is_capped = self.rates.cap.is_some();
        let is_over = |index: usize| {
            let line = &self.lines[index];
            line.due_on <= self.day && line.paid == line.due && (!is_capped || self.held_down(index).is_zero())
        };
        if !self.recalculates() {
            self.first_open = (self.first_open..self.lines.len()).find(|index| !is_over(*index)).unwrap_or(self.lines.len());
        }
    }

    /// Where the lines that are due on the present day begin, and where those ahead of it.
    #[inline]
    fn borders(&self) -> (usize, usize) {
        let past = self.first_open + self.lines[self.first_open..].iter().take_while(|line| line.due_on < self.day).count();
        let due = past + self.lines[past..].iter().take_while(|line| line.due_on == self.day).count();
        (past, due)
    }

    /// Settles the `steps`' parts of one line.
    pub(super) fn settle(&mut self, money: &mut Held, index: usize, steps: &[Step]) {
        let parts = take_in_order(&mut money.amount, self.payable(index), steps);
        self.settle_parts(money.entry, index, parts);
    }

    #[inline(always)]
    fn settle_parts(&mut self, entry: EntryId, index: usize, parts: Parts) {
        if parts.is_zero() {
            return;
        }
        let line = &mut self.lines[index];
        line.paid += parts;
        self.balance -= parts.principal;
        self.cost_paid += parts.interest + parts.fee;
        if let Some(again) = &mut line.owed_again {
            again.open = (again.open - parts.principal).or_zero();
        }
        if line.paid_on.is_none() && line.is_paid() {
            line.paid_on = Some(self.day);
        }
        self.note_allocation(entry, index, parts);
    }

    /// What of a line money can settle today. Where interest follows the balance, lines are asked for the most that each could
    /// take, which together may be more principal than there is.
    #[inline(always)]
    fn payable(&self, index: usize) -> Parts {
        let line = &self.lines[index];
        let mut unpaid = line.unpaid();
        for (_, _, parts) in self.upcoming.iter().filter(|(due_on, number, _)| *due_on > self.day && *number == line.number) {
            unpaid = unpaid - *parts;
        }
        if self.terms.interest_on != InterestOn::Schedule {
            let is_other = |other: &&InstalmentPosition| other.origin != Origin::Agreed && line.origin == Origin::Agreed;
            let others: Money = self.lines.iter().filter(is_other).map(|other| other.unpaid().principal).sum();
            unpaid.principal = unpaid.principal.min((self.balance - others).or_zero());
        }
        unpaid
    }

    #[inline]
    fn note_allocation(&mut self, entry: EntryId, index: usize, parts: Parts) {
        let (instalment, on) = (self.lines[index].number, self.day);
        match self.allocations.last_mut() {
            Some(last) if last.entry == entry && last.instalment == instalment && last.on == on => last.parts += parts,
            _ => {
                let timing = Timing::of(self.lines[index].due_on, on);
                self.allocations.push(Allocation { entry, on, instalment, timing, parts });
            }
        }
    }

    /// Gives every open line of the span the same share; the last takes the cents. Repeated while shares are left over: the
    /// last open line of a round takes all that is left or all that it can, so that a round without effect cannot be.
    fn settle_alike(&mut self, money: &mut Held, span: Range<usize>, steps: &[Step]) {
        let is_open = |books: &Self, index: usize| steps.iter().any(|step| books.payable(index)[step.part].is_positive());
        loop {
            let mut open = span.clone().filter(|index| is_open(self, *index)).count() as i64;
            if open == 0 || !money.amount.is_positive() {
                return;
            }
            let share = Money::from_minor(div_half_even(i128::from(money.amount.minor()), i128::from(open)) as i64);
            for index in span.clone() {
                if is_open(self, index) {
                    open -= 1;
                    let mut part = Held { amount: if open == 0 { money.amount } else { share.min(money.amount) }, ..*money };
                    money.amount -= part.amount;
                    self.settle(&mut part, index, steps);
                    money.amount += part.amount;
                }
            }
        }
    }

    /// Gives back paid money: what was paid for the furthest line first, its principal before its cost. Money that waits
    /// settles what becomes unpaid by that on the same day.
    pub(super) fn give_back(&mut self, entry: EntryId, amount: Money) {
        if self.written_off_on.is_some() {
            let recovered: Money = self.recoveries.iter().map(|(_, amount)| *amount).sum();
            return self.recoveries.push((entry, -amount.min(recovered)));
        }
        let mut left = amount;
        for index in (0..self.lines.len()).rev() {
            let line = &mut self.lines[index];
            let mut parts = Parts::ZERO;
            for part in [Part::Principal, Part::Interest, Part::Fee, Part::Penalty] {
                let returned = line.paid[part].min(left).or_zero();
                line.paid[part] -= returned;
                parts[part] -= returned;
                left -= returned;
            }
            if !parts.is_zero() {
                self.balance -= parts.principal;
                line.paid_on = line.paid_on.filter(|_| line.is_paid());
                self.note_allocation(entry, index, parts);
            }
        }
        self.first_open = 0;
        self.apply_held();
    }
}

/// Takes out of the money what it can settle of `unpaid`, step by step.
#[inline]
fn take_in_order(money: &mut Money, unpaid: Parts, steps: &[Step]) -> Parts {
    let (mut taken, mut left) = (Parts::ZERO, *money);
    let mut take = |open: Money| {
        let part = open.min(left).or_zero();
        left -= part;
        part
    };
    for step in steps {
        // Written out, not indexed by the part: it is the innermost loop of a position, and the parts then stay in registers.
        match step.part {
            Part::Penalty => taken.penalty += take(unpaid.penalty),
            Part::Fee => taken.fee += take(unpaid.fee),
            Part::Interest => taken.interest += take(unpaid.interest),
            Part::Principal => taken.principal += take(unpaid.principal),
        }
    }
    *money = left;
    taken
}
