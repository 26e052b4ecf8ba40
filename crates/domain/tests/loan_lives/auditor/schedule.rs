//! What was signed: the schedule, and the share of a year that days come to.

use domain::day::Day;
use domain::loan::{DayCount, DueRule, Method};
use rust_decimal::Decimal;

use super::{Auditor, Claim, Fen, Mistake, ONE, claim};

impl Auditor<'_> {
    /// The schedule as signed.
    pub(super) fn sign(&mut self) {
        let terms = self.terms;
        let down = if terms.down_payment.is_zero() { 0 } else { self.nearest(self.balance * fraction(terms.down_payment), ONE) };
        if !terms.down_payment.is_zero() {
            self.claims.push(claim(false, terms.disbursed_on, terms.disbursed_on, down));
        }
        let (count, financed) = (i128::from(terms.instalments), self.balance - down);
        let mut from = terms.disbursed_on;
        for index in 0..terms.instalments as i32 {
            let due_on = match &terms.due {
                DueRule::Months { first_on, every, day } => first_on.plus_months_on(index * *every as i32, *day),
                DueRule::Days { first_on, every } => first_on.plus_days(index * *every as i32),
                DueRule::On(days) => days[index as usize],
            };
            self.claims.push(claim(true, from, due_on, 0));
            from = due_on;
        }
        let first = usize::from(!terms.down_payment.is_zero());
        let quiet = if self.mistake == Mistake::PrincipalInGrace { 0 } else { terms.grace.principal as usize };
        let put_off = if self.mistake == Mistake::InterestNotPutOff { 0 } else { terms.grace.interest as usize };
        let each = self.equal_instalment(first + quiet, financed);
        let count = count - quiet as i128;
        let mut waiting = 0;
        let mut left = financed;
        for number in 0..terms.instalments as usize {
            let is_last = number + 1 == terms.instalments as usize;
            let interest = {
                let line = &self.claims[first + number];
                self.nearest(left * self.factor(line, line.from, line.due_on), ONE)
            };
            let principal = match terms.method {
                _ if is_last && self.mistake == Mistake::LastTakesNothing => each.min(left),
                _ if is_last => left,
                _ if number < quiet => 0,
                Method::EqualInstalment => (each - interest).max(0).min(left),
                Method::EqualPrincipal | Method::FlatFee { .. } => {
                    financed / count + i128::from(((number - quiet) as i128) < financed % count)
                }
                Method::Bullet => 0,
            };
            left -= principal;
            let fee = match terms.method {
                Method::FlatFee { rate } => self.nearest(financed * fraction(rate), ONE),
                _ => 0,
            };
            waiting += interest;
            let interest = if number < put_off { 0 } else { std::mem::take(&mut waiting) };
            let line = &mut self.claims[first + number];
            (line.is_interest_only, line.is_put_off) = (number < quiet, number < put_off);
            line.asks = [fee, 0, interest, principal];
            (line.agreed_principal, line.agreed_instalment) = (principal, principal + interest);
        }
    }

    /// `P · Π(1 + r) / Σ` by decimals of 28 digits.
    pub(super) fn equal_instalment(&self, first: usize, financed: Fen) -> Fen {
        if self.terms.annual_rate.is_zero() {
            return self.nearest(financed, (self.claims.len() - first) as i128);
        }
        let (mut growth, mut sum) = (Decimal::ONE, Decimal::ZERO);
        for line in &self.claims[first..] {
            let rate = Decimal::from_i128_with_scale(self.factor(line, line.from, line.due_on), 18);
            sum = sum * (Decimal::ONE + rate) + Decimal::ONE;
            growth *= Decimal::ONE + rate;
        }
        let each = Decimal::from(financed) * growth / sum;
        i128::try_from(each.round_dp(0)).expect("fits")
    }

    /// Whether interest is earned on a day.
    pub(super) fn earns(&self, day: Day) -> bool {
        let free = if self.mistake == Mistake::FreeDaysCharged { 0 } else { self.terms.grace.free as usize };
        let mut agreed = self.claims.iter().filter(|line| line.is_agreed);
        free == 0 || agreed.nth(free - 1).is_none_or(|last| day > last.due_on)
    }

    /// The annual rate times the share of a year that lies between two days of a line's period, with 18 decimals.
    pub(super) fn factor(&self, line: &Claim, from: Day, until: Day) -> i128 {
        if !self.earns(until) {
            return 0;
        }
        let days = i128::from(from.days_until(until));
        let (numerator, denominator) = match (self.terms.day_count, &self.terms.due) {
            (DayCount::Actual365, _) => (days, 365),
            (DayCount::Actual360, _) | (DayCount::Thirty360, DueRule::Days { .. }) => (days, 360),
            (DayCount::Thirty360, DueRule::Months { every, .. }) => {
                let length = i128::from(line.from.days_until(line.due_on));
                (i128::from(*every) * days, 12 * length)
            }
            (DayCount::Actual365LeapDay, _) => {
                let has_leap_day = (1..=line.from.days_until(line.due_on))
                    .map(|ahead| line.from.plus_days(ahead).civil())
                    .any(|(_, month, day)| (month, day) == (2, 29));
                (days, if has_leap_day { 366 } else { 365 })
            }
            (DayCount::ActualActual, _) => {
                let year_days = |day: Day| if domain::day::is_leap_year(day.civil().0) { 366 } else { 365 };
                let parts = (1..=from.days_until(until)).map(|ahead| 365 * 366 / year_days(from.plus_days(ahead)));
                (parts.sum(), 365 * 366)
            }
            other => unreachable!("no life has {other:?}"),
        };
        self.nearest(fraction(self.terms.annual_rate) * numerator, denominator)
    }

    /// To the nearest whole number, halves to the even one.
    pub(super) fn nearest(&self, numerator: i128, denominator: i128) -> i128 {
        let (whole, rest) = (numerator.div_euclid(denominator), numerator.rem_euclid(denominator));
        let is_half_up = self.mistake == Mistake::HalvesUp || whole % 2 != 0;
        whole + i128::from(2 * rest > denominator || 2 * rest == denominator && is_half_up)
    }
}

/// A decimal fraction with 18 decimals.
pub(super) fn fraction(rate: Decimal) -> i128 {
    rate.mantissa() * 10_i128.pow(18 - rate.scale())
}
