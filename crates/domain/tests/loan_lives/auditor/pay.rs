//! Money meets claims; what settling costs; what is given up and given back.

use domain::day::Day;
use domain::loan::{InterestOn, Part};

use super::{Auditor, FEE, Fen, INTEREST, Mistake, PENALTY, PRINCIPAL};

impl Auditor<'_> {
    /// What happens of itself on a day.
    pub(super) fn fall_due(&mut self) {
        let follows = self.follows_balance();
        let is_due = self.claims.iter().any(|line| {
            line.due_on == self.today
                && self.today > self.terms.disbursed_on
                && (follows || (0..4).any(|part| line.unpaid(part) != 0))
        });
        if is_due {
            self.spend();
        }
    }

    /// Money meets claims, one after the other, each part after the other.
    pub(super) fn spend(&mut self) {
        let follows = self.follows_balance();
        for index in 0..self.wallet.len() {
            if self.follows_balance() {
                self.ask_for_the_most();
            }
            let mut money = self.wallet[index];
            let order = match self.mistake {
                Mistake::InterestBeforeFees => [INTEREST, FEE, PENALTY, PRINCIPAL],
                _ => [FEE, PENALTY, INTEREST, PRINCIPAL],
            };
            let count = self.claims.len();
            for place in 0..count {
                let place = if self.mistake == Mistake::NewestFirst { count - 1 - place } else { place };
                let others: Fen = self.claims.iter().filter(|line| !line.is_agreed).map(|line| line.unpaid(PRINCIPAL)).sum();
                let left_for_agreed = (self.balance - others).max(0);
                for part in order {
                    let line = &mut self.claims[place];
                    let mut settled = line.unpaid(part).min(money).max(0);
                    if part == PRINCIPAL {
                        if follows && line.is_agreed {
                            settled = settled.min(left_for_agreed);
                        }
                        self.balance -= settled;
                        let counts_from = if self.terms.interest_on == InterestOn::NotOverdue {
                            self.today.min(line.due_on)
                        } else {
                            self.today
                        };
                        self.moves.push((counts_from, -settled));
                    }
                    line.paid[part] += settled;
                    money -= settled;
                }
            }
            self.wallet[index] = money;
        }
        self.wallet.retain(|money| *money > 0);
        if self.follows_balance() {
            self.foresee(false);
        }
    }

    /// Enough to settle everything: no cost of time that is not used.
    pub(super) fn settle_early(&mut self) {
        let is_early = self.claims.last().is_some_and(|line| line.due_on > self.today);
        let is_open = self.balance > 0 || self.claims.iter().any(|line| (0..4).any(|part| line.unpaid(part) != 0));
        let money: Fen = self.wallet.iter().sum();
        let follows = self.follows_balance();
        if follows {
            self.foresee(true);
        }
        if !is_early || !is_open || money < self.settling() || self.mistake == Mistake::AllInterestOnSettling {
            return;
        }
        for index in 0..self.claims.len() {
            if self.claims[index].due_on <= self.today || self.claims[index].is_cut {
                continue;
            }
            let (interest, fee) = self.earned_of(index);
            let line = &mut self.claims[index];
            line.is_cut = true;
            (line.asks[INTEREST], line.asks[FEE]) = (interest, fee);
            for part in if follows { [FEE, FEE] } else { [INTEREST, FEE] } {
                let excess = (line.paid[part] - line.asks[part]).max(0);
                if self.mistake != Mistake::EarlyInterestKept {
                    line.paid[part] -= excess;
                    self.wallet.push(excess);
                }
            }
        }
    }

    /// Interest and fee of a line for the days up to today.
    pub(super) fn earned_of(&self, index: usize) -> (Fen, Fen) {
        let line = &self.claims[index];
        if line.due_on <= self.today || line.is_cut {
            return (line.asks[INTEREST], line.asks[FEE]);
        }
        let counted = |until: Day| {
            (1..=line.from.days_until(until)).filter(|ahead| !self.is_stopped(line.from.plus_days(*ahead))).count() as i128
        };
        let (elapsed, length) = (counted(self.today.max(line.from)), counted(line.due_on));
        let share = |amount: Fen| if elapsed == 0 { 0 } else { self.nearest(amount * elapsed, length) };
        let interest = if self.follows_balance() { line.asks[INTEREST] } else { share(line.asks[INTEREST]) };
        (interest, share(line.asks[FEE] - line.charged_fee) + line.charged_fee)
    }

    /// What settles everything today, wallet not counted: never more than all that is asked for.
    pub(super) fn settling(&self) -> Fen {
        let of_line = |index: usize| {
            let line = &self.claims[index];
            let (interest, fee) = self.earned_of(index);
            let interest = if self.follows_balance() { line.asks[INTEREST] } else { interest };
            line.asks[PENALTY] + line.asks[PRINCIPAL] + interest + fee - line.paid.iter().sum::<Fen>()
        };
        let asked: Fen = self.claims.iter().map(|line| (0..4).map(|part| line.unpaid(part)).sum::<Fen>()).sum();
        (0..self.claims.len()).map(of_line).sum::<Fen>().min(asked)
    }

    pub(super) fn waive(&mut self, part: Part, amount: Fen) {
        let place = match part {
            Part::Fee => FEE,
            Part::Penalty => PENALTY,
            Part::Interest => INTEREST,
            Part::Principal => PRINCIPAL,
        };
        let mut left = amount;
        for line in &mut self.claims {
            let waived = line.unpaid(place).min(left).max(0);
            left -= waived;
            line.asks[place] -= waived;
            line.waived[place] += waived;
            if place == FEE {
                line.charged_fee -= waived.min(line.charged_fee);
            }
            if place == PRINCIPAL {
                self.balance -= waived;
                self.moves.push((self.today, -waived));
            }
        }
    }

    pub(super) fn give_back(&mut self, amount: Fen) {
        let mut left = amount;
        for line in self.claims.iter_mut().rev() {
            for part in [PRINCIPAL, INTEREST, FEE, PENALTY] {
                let returned = line.paid[part].min(left);
                line.paid[part] -= returned;
                left -= returned;
                if part == PRINCIPAL {
                    self.balance += returned;
                    let counts_from =
                        if self.terms.interest_on == InterestOn::NotOverdue { self.today.min(line.due_on) } else { self.today };
                    self.moves.push((counts_from, returned));
                }
            }
        }
        self.spend();
    }
}
