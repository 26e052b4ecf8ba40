//! When how a loan stands changes by the mere passing of time.

use crate::day::Day;
use crate::money::Money;

use super::books::Books;
use super::entry::EntryKind;
use super::factor::round_days;
use super::position::{InstalmentPosition, Position};
use super::replay::Loan;

impl Loan {
    /// The first day after `after` on which how this loan stands changes by the mere passing of time: it falls late, more of it
    /// does, it enters the next range of days past due, or money that waits is applied. An instalment that falls due while
    /// nothing is late and nothing waits changes nothing yet: whoever pays in time is never looked at. `None` once nothing is owed.
    pub fn wakes_on(&self, after: Day) -> Option<Day> {
        self.wakes_after(&self.position(after))
    }

    /// As [`Loan::wakes_on`], after the day of a position that is known already.
    pub(crate) fn wakes_after(&self, position: &Position) -> Option<Day> {
        let after = position.as_of;
        if position.is_settled() || position.written_off_on.is_some() {
            return None;
        }
        if after < self.terms().disbursed_on {
            return Some(self.terms().disbursed_on);
        }
        let first = |days: &mut dyn Iterator<Item = Day>| days.filter(|day| *day > after).min();
        // What was paid out again is due from that day on, whatever the line it stands in says.
        let due_days = |line: &InstalmentPosition| {
            let again = line.owed_again.filter(|again| again.open.is_positive());
            [line.due_on].into_iter().chain(again.map(|again| again.since))
        };
        let moves = if position.days_past_due == 0 && position.unapplied.is_zero() {
            let grace = 1_i32.saturating_add_unsigned(self.terms().grace_days);
            let pauses = self.pauses();
            let unpaid = position.instalments.iter().filter(|line| !line.is_paid());
            first(&mut unpaid.flat_map(due_days).map(|due_on| pauses.day_after(due_on, grace)))
        } else {
            // A charge alone makes nobody late, but whoever is late is late with it too.
            let asking = position.instalments.iter().filter(|line| line.unpaid().scheduled().is_positive());
            first(&mut asking.flat_map(due_days).flat_map(|due_on| [due_on, due_on.plus_days(1)]))
        };
        let next = moves.into_iter().chain(self.next_range_on(position)).min();
        self.cap_moves_on(position, next).or(next)
    }

    /// The first day before `next` on which the cost cap alone moves what is overdue. It rises with every day, and agreed cost
    /// grows towards it: charges that it held down are asked for, and paid ones that exceed it go back and settle something
    /// else. Which day that is no formula says, so each is tried; after so many the night looks again.
    fn cap_moves_on(&self, position: &Position, next: Option<Day>) -> Option<Day> {
        const DAYS: i32 = 30;
        self.terms().cost_cap?;
        let is_charged = position.instalments.iter().any(|line| !(line.due.penalty + line.charged).is_zero())
            || self.standing(position.as_of).any(|entry| matches!(entry.kind, EntryKind::Fee { .. }));
        if !is_charged {
            return None;
        }
        let stands = |position: &Position| {
            let late = (position.days_past_due > 0).then(|| (position.oldest_unpaid_due_on, position.overdue.scheduled()));
            (late, position.is_settled())
        };
        let today = stands(position);
        let last = position.as_of.plus_days(DAYS).min(next.unwrap_or(Day::MAX));
        let mut days = (1..DAYS).map(|ahead| position.as_of.plus_days(ahead)).take_while(|day| *day < last);
        let is_quiet = self.standing(last).count() == self.standing(position.as_of).count();
        let books = self.replay(position.as_of, false);
        let moved = match is_quiet {
            true if books.is_within_the_cap(position.as_of, last) => None,
            // Nothing is entered on these days: the books of the first lead to each of them.
            true => days.find(|day| stands(&books.clone().close(*day)) != today),
            false => days.find(|day| stands(&self.position(*day)) != today),
        };
        moved.or_else(|| next.is_none_or(|next| next > last).then_some(last))
    }

    /// When the oldest unpaid instalment enters its next range.
    fn next_range_on(&self, position: &Position) -> Option<Day> {
        let due_on = position.oldest_unpaid_due_on?;
        let edge = i32::from(Some(position.bucket()).filter(|bucket| *bucket < 7)?) * 30 + 1;
        Some(self.pauses().day_after(due_on, edge.saturating_add_unsigned(self.terms().grace_days)))
    }
}

impl Books<'_> {
    /// Whether it is plain that from `from` on, and before `until`, the cost cap moves nothing of what is overdue if nothing is
    /// entered meanwhile: nothing was charged but penalties by the day, which keep no instalment open, and what was paid of
    /// them stays within what the cap leaves. `false` where that takes a closer look.
    fn is_within_the_cap(&self, from: Day, until: Day) -> bool {
        let is_plain = self.pauses.is_empty() && !self.recalculates() && !self.has_charges && self.held.is_empty();
        let Some(cap) = self.rates.cap.filter(|_| is_plain && self.balance.is_positive()) else { return false };
        let paid: Money = self.lines.iter().map(|line| line.extra_paid()).sum();
        let mut days = (0..from.days_until(until)).map(|ahead| from.plus_days(ahead));
        paid.is_zero()
            || days.all(|day| {
                let days = i128::from(self.day.days_until(day));
                let balance_days = self.balance_days + i128::from(self.balance.minor()) * days;
                round_days(cap.raw_of_amount_days(balance_days) - self.withheld.max(0), 365) - self.agreed_by(day) >= paid
            })
    }
}
