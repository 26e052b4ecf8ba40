//! Lateness and charges, and the pauses in which they rest.

use domain::day::Day;
use domain::loan::Stops;

use super::schedule::fraction;
use super::{Auditor, Claim, FEE, Fen, INTEREST, Mistake, ONE, PENALTY, PRINCIPAL, claim};

impl Auditor<'_> {
    /// Days late of a line on a day, after grace and pauses.
    pub(super) fn days_late(&self, due_on: Day, day: Day) -> i64 {
        let grace = if self.mistake == Mistake::GraceForgotten { 0 } else { i64::from(self.terms.grace_days) };
        let late = i64::from(due_on.days_until(day)) + i64::from(self.mistake == Mistake::DueDayIsLate);
        let paused = self.paused.iter().filter(|paused| due_on.epoch_days() < **paused && **paused <= day.epoch_days()).count();
        (late - grace - paused as i64).max(0)
    }

    /// One day more of lateness.
    pub(super) fn grow_late(&mut self) {
        if self.is_written_off {
            return;
        }
        let yesterday = self.today.plus_days(-1);
        for index in 0..self.claims.len() {
            let due_on = self.claims[index].due_on;
            let (now, before) = (self.days_late(due_on, self.today), self.days_late(due_on, yesterday));
            let late_fee = i128::from(self.terms.late.fee.minor());
            let line = &mut self.claims[index];
            if now > before && !line.is_paid() {
                line.overdue_days += line.unpaid(PRINCIPAL);
                if self.mistake == Mistake::PenaltyOnInterestToo {
                    line.overdue_days += line.unpaid(INTEREST);
                }
                if before == 0 && !line.has_late_fee {
                    line.has_late_fee = true;
                    line.charged_penalty += late_fee * if self.mistake == Mistake::LateFeeTwice { 2 } else { 1 };
                }
            }
            self.ask_penalty(index);
        }
    }

    pub(super) fn ask_penalty(&mut self, index: usize) {
        if self.is_written_off {
            return;
        }
        let year = if self.mistake == Mistake::PenaltyYearOf360 { 360 } else { 365 };
        let line = &self.claims[index];
        let rate = fraction(self.terms.late.annual_rate) / 1_000_000;
        let gross = self.nearest(rate * line.overdue_days, ONE / 1_000_000 * year) + line.charged_penalty;
        let line = &mut self.claims[index];
        line.asks[PENALTY] = line.paid[PENALTY] + (gross - line.waived[PENALTY] - line.paid[PENALTY]).max(0);
    }

    pub(super) fn charge(&mut self, amount: Fen, is_penalty: bool) {
        if self.is_stopped(self.today) || self.is_written_off {
            return;
        }
        let first = self.claims.iter().position(|line| line.from != line.due_on);
        let holds = |index: usize, line: &Claim| {
            line.from != line.due_on && (line.from < self.today || Some(index) == first) && self.today <= line.due_on
        };
        let found = (0..self.claims.len()).find(|index| holds(*index, &self.claims[*index]));
        let index = found.unwrap_or_else(|| {
            let last = self.claims.len() - 1;
            if self.claims[last].is_agreed {
                self.claims.push(claim(false, self.claims[last].due_on, self.today, 0));
                last + 1
            } else {
                self.claims[last].due_on = self.claims[last].due_on.max(self.today);
                last
            }
        });
        let line = &mut self.claims[index];
        if is_penalty {
            line.charged_penalty += amount;
        } else {
            line.charged_fee += amount;
            line.asks[FEE] += amount;
        }
        self.ask_penalty(index);
        self.spend();
    }

    pub(super) fn pause(&mut self, until: Day, stops: Stops) {
        let long = i32::from(self.mistake == Mistake::PauseOneDayLong);
        let days = self.today.epoch_days() + 1..=until.epoch_days() + long;
        if self.mistake != Mistake::PauseForgotten {
            self.paused.extend(days.clone());
        }
        if stops == Stops::AllCost && self.mistake != Mistake::StopForgotten {
            self.stopped.extend(days);
            self.stop();
        }
    }

    /// Lines ahead ask for less by the share of their days that cost nothing.
    pub(super) fn stop(&mut self) {
        if self.balance <= 0 {
            return;
        }
        for index in 0..self.claims.len() {
            let line = &self.claims[index];
            if line.due_on <= self.today || line.is_cut {
                continue;
            }
            let length = i128::from(line.from.days_until(line.due_on));
            let stopped = (1..=length as i32).filter(|ahead| self.is_stopped(line.from.plus_days(*ahead))).count() as i128;
            for part in [FEE, INTEREST] {
                if part == INTEREST && self.follows_balance() {
                    continue;
                }
                let line = &self.claims[index];
                let agreed = line.asks[part] + line.stopped[part] - if part == FEE { line.charged_fee } else { 0 };
                let off = agreed - self.nearest(agreed * (length - stopped), length);
                let line = &mut self.claims[index];
                line.asks[part] += line.stopped[part] - off;
                line.stopped[part] = off;
                let excess = (line.paid[part] - line.asks[part]).max(0);
                line.paid[part] -= excess;
                self.wallet.push(excess);
            }
        }
        if self.follows_balance() {
            self.foresee(false);
        }
        self.spend();
    }

    pub(super) fn is_stopped(&self, day: Day) -> bool {
        self.stopped.contains(&day.epoch_days())
    }
}
