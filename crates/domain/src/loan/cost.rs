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

/// The common interval between payments, from which the actuarial method counts (Appendix J (b)(4)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitPeriod {
    /// So many months.
    Months(u32),
    /// Half a month: from a day to the day fifteen days off in the same month, as from the 1st to the 16th.
    HalfMonth,
    /// So many days.
    Days(u32),
}

impl UnitPeriod {
    /// How many of them make a year; weeks count as 52.
    fn a_year(self) -> Decimal {
        match self {
            UnitPeriod::Months(months) => Decimal::from(12) / Decimal::from(months.max(1)),
            UnitPeriod::HalfMonth => Decimal::from(24),
            UnitPeriod::Days(days) if days > 0 && days % 7 == 0 => Decimal::from(364) / Decimal::from(days),
            UnitPeriod::Days(days) => Decimal::from(365) / Decimal::from(days.max(1)),
        }
    }

    /// Whole unit periods from `start` to `day`, counted back from `day`, and the odd days before them as a fraction of one,
    /// a month counting as thirty days (Appendix J (b)(5)).
    fn between(self, start: Day, day: Day) -> (u32, Decimal) {
        match self {
            UnitPeriod::Days(unit) => {
                let (days, unit) = (start.days_until(day).max(0).unsigned_abs(), unit.max(1));
                (days / unit, Decimal::from(days % unit) / Decimal::from(unit))
            }
            UnitPeriod::Months(unit) => {
                let (months, odd_days) = months_and_days(start, day);
                let unit = unit.max(1);
                (months / unit, Decimal::from(months % unit * 30 + odd_days) / Decimal::from(unit * 30))
            }
            UnitPeriod::HalfMonth => {
                let (months, odd_days) = months_and_days(start, day);
                (months * 2 + odd_days / 15, Decimal::from(odd_days % 15) / Decimal::from(15))
            }
        }
    }
}

impl Schedule {
    /// The annual cost of this schedule of `terms`. `None` where no rate between 0 and 1000 % a unit period fits.
    pub fn annual_cost(&self, terms: &Terms) -> Option<AnnualCost> {
        let unit = match terms.due {
            DueRule::Days { every, .. } => UnitPeriod::Days(every),
            DueRule::Months { every, .. } => UnitPeriod::Months(every),
            DueRule::On(_) => UnitPeriod::Months(1),
        };
        let mut flows: Vec<(Day, Money)> = alloc::vec![(terms.disbursed_on, terms.principal)];
        flows.extend(self.instalments.iter().map(|line| (line.due_on, -line.total())));
        Some(AnnualCost { nominal: actuarial_rate(&flows, unit)?, effective: effective_rate(&flows)? })
    }
}

/// The annual rate by the actuarial method (Appendix J (b)(8)): the rate per unit period at which the flows balance, times
/// the unit periods of a year. A flow `periods` whole units and a `fraction` off is worth
/// `amount / ((1 + fraction · i) · (1 + i)^periods)`. What the borrower receives is positive.
pub fn actuarial_rate(flows: &[(Day, Money)], unit: UnitPeriod) -> Option<Decimal> {
    let start = flows.iter().map(|flow| flow.0).min()?;
    let spans: Vec<(u32, Decimal)> = flows.iter().map(|(day, _)| unit.between(start, *day)).collect();
    let longest = spans.iter().map(|span| span.0).max()?;
    let rate = solve(|rate| {
        let powers = powers(Decimal::ONE.checked_div(Decimal::ONE + rate)?, longest);
        flows.iter().zip(&spans).try_fold(Decimal::ZERO, |sum, ((_, amount), (periods, fraction))| {
            let discount = powers.get(*periods as usize)?.checked_div(Decimal::ONE + *fraction * rate)?;
            sum.checked_add(Decimal::from(amount.minor()).checked_mul(discount)?)
        })
    })?;
    Some(rate * unit.a_year())
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

/// Whole months from `start` to `day`, counted back from `day`, and the odd days before them.
fn months_and_days(start: Day, day: Day) -> (u32, u32) {
    let (from, to) = (start.civil(), day.civil());
    let mut months = (to.0 - from.0) * 12 + to.1 as i32 - from.1 as i32;
    // A month's end counts back to the day of the start, which the shorter month did not have.
    let anchor = if day == day.month_end() { to.2.max(from.2) } else { to.2 };
    if months > 0 && day.plus_months_on(-months, anchor) < start {
        months -= 1;
    }
    let odd_days = start.days_until(day.plus_months_on(-months, anchor)).max(0);
    (months.max(0).unsigned_abs(), odd_days.unsigned_abs())
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
