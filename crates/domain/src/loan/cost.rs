//! What a loan costs a year: the actuarial method of Regulation Z, Appendix J, and the effective rate.

use alloc::vec::Vec;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::money::Money;

use super::schedule::Schedule;
use super::terms::{DueRule, Terms};

/// What a loan costs a year, as fractions of one: 0.24 is 24 %. Shown before signing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnualCost {
    /// The rate of one unit period times the unit periods of a year (12 CFR 1026, Appendix J).
    pub nominal: Decimal,
    /// The rate that, compounded by days over 365, makes payments worth what was lent (XIRR).
    pub effective: Decimal,
}

/// A payment or advance that lies a number of whole unit periods and a fraction of one after the first advance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    /// What the borrower receives; negative for what the borrower pays.
    pub amount: Money,
    /// Whole unit periods since the first advance.
    pub periods: u32,
    /// The odd fraction of a unit period.
    pub fraction: Decimal,
}

impl Schedule {
    /// The annual cost of this schedule of `terms`. `None` where no rate between 0 and 1000 % a unit period fits.
    pub fn annual_cost(&self, terms: &Terms) -> Option<AnnualCost> {
        let start = terms.disbursed_on;
        let mut flows = Vec::with_capacity(self.instalments.len() + 1);
        let (unit_days, units_a_year) = match terms.due {
            DueRule::Days { every, .. } => (Some(every), Decimal::from(365) / Decimal::from(every.max(1))),
            DueRule::Months { .. } | DueRule::On(_) => (None, Decimal::from(12)),
        };
        flows.push(Flow { amount: terms.principal, periods: 0, fraction: Decimal::ZERO });
        for line in &self.instalments {
            let (periods, fraction) = match unit_days {
                Some(unit) => whole_and_odd_days(start, line.due_on, unit),
                None => whole_and_odd_months(start, line.due_on),
            };
            flows.push(Flow { amount: -line.total(), periods, fraction });
        }
        let nominal = period_rate(&flows)? * units_a_year;
        let mut dated: Vec<(Day, Money)> = alloc::vec![(start, terms.principal)];
        dated.extend(self.instalments.iter().map(|line| (line.due_on, -line.total())));
        Some(AnnualCost { nominal, effective: effective_rate(&dated)? })
    }
}

/// The rate per unit period at which the flows balance (Appendix J (b)(8)): each is worth
/// `amount / ((1 + fraction · i) · (1 + i)^periods)`.
pub fn period_rate(flows: &[Flow]) -> Option<Decimal> {
    solve(|rate| {
        let powers = powers(Decimal::ONE.checked_div(Decimal::ONE + rate)?, flows.iter().map(|flow| flow.periods).max()?);
        flows.iter().try_fold(Decimal::ZERO, |sum, flow| {
            let discount = powers.get(flow.periods as usize)?.checked_div(Decimal::ONE + flow.fraction * rate)?;
            sum.checked_add(Decimal::from(flow.amount.minor()).checked_mul(discount)?)
        })
    })
}

/// The effective annual rate of dated flows, what the borrower receives being positive (XIRR): each is discounted by
/// `(1 + r)^(days / 365)`. Solved for the daily rate, so that only whole powers occur.
pub fn effective_rate(flows: &[(Day, Money)]) -> Option<Decimal> {
    let start = flows.iter().map(|flow| flow.0).min()?;
    let daily = solve(|rate| {
        let base = Decimal::ONE.checked_div(Decimal::ONE + rate)?;
        flows.iter().try_fold(Decimal::ZERO, |sum, (day, amount)| {
            let discount = power(base, start.days_until(*day).unsigned_abs())?;
            sum.checked_add(Decimal::from(amount.minor()).checked_mul(discount)?)
        })
    })?;
    Some(power(Decimal::ONE + daily, 365)? - Decimal::ONE)
}

/// Whole months and odd days in thirtieths from `start` to `day`, counted back from `day`.
pub fn whole_and_odd_months(start: Day, day: Day) -> (u32, Decimal) {
    let (from, to) = (start.civil(), day.civil());
    let mut months = (to.0 - from.0) * 12 + to.1 as i32 - from.1 as i32;
    let back = |months: i32| day.plus_months_on(-months, if day == day.month_end() && from.2 > to.2 { from.2 } else { to.2 });
    if months > 0 && back(months) < start {
        months -= 1;
    }
    let odd = start.days_until(back(months)).max(0);
    (months.unsigned_abs(), Decimal::from(odd) / Decimal::from(30))
}

/// Whole units of `unit` days and the odd fraction of one.
pub fn whole_and_odd_days(start: Day, day: Day, unit: u32) -> (u32, Decimal) {
    let days = start.days_until(day).unsigned_abs();
    (days / unit.max(1), Decimal::from(days % unit.max(1)) / Decimal::from(unit.max(1)))
}

/// Bisects for the rate from 0 to 10 at which `worth` crosses zero: at rate 0 a loan that costs something is worth less
/// than what is paid for it. A loan that costs nothing has rate 0.
fn solve(worth: impl Fn(Decimal) -> Option<Decimal>) -> Option<Decimal> {
    let (mut low, mut high) = (Decimal::ZERO, Decimal::TEN);
    if worth(low)? >= Decimal::ZERO {
        return Some(low);
    }
    if worth(high)? < Decimal::ZERO {
        return None;
    }
    for _ in 0..60 {
        let middle = ((low + high) / Decimal::TWO).round_dp(20);
        if worth(middle)? < Decimal::ZERO { low = middle } else { high = middle }
    }
    Some(((low + high) / Decimal::TWO).round_dp(16))
}

fn powers(base: Decimal, highest: u32) -> Vec<Decimal> {
    let mut powers = Vec::with_capacity(highest as usize + 1);
    let mut power = Decimal::ONE;
    for _ in 0..=highest {
        powers.push(power);
        power = power.checked_mul(base).unwrap_or(Decimal::ZERO);
    }
    powers
}

fn power(base: Decimal, mut exponent: u32) -> Option<Decimal> {
    let (mut result, mut square) = (Decimal::ONE, base);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result.checked_mul(square)?;
        }
        exponent >>= 1;
        if exponent > 0 {
            square = square.checked_mul(square)?;
        }
    }
    Some(result)
}
