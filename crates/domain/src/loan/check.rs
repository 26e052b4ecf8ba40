//! Terms and entries that make no sense, refused with a sentence.

use alloc::format;
use rust_decimal::Decimal;

use crate::day::Day;
use crate::money::Money;
use crate::refusal::Invalid;

use super::schedule::Schedule;
use super::terms::{DueRule, InterestOn, Method, Terms};

/// The most instalments a loan may have.
const MOST_INSTALMENTS: u32 = 600;
/// The highest annual rate that is taken for a rate rather than a slip of the pen: 1000 %.
const HIGHEST_RATE: Decimal = Decimal::TEN;
/// Cost over the whole term as a multiple of the principal, beyond which amounts would leave what can be counted.
const MOST_TIMES: Decimal = Decimal::from_parts(30, 0, 0, false, 0);

impl Terms {
    /// Whether a loan may be made on these terms; if not, which field is wrong and how to mend it.
    ///
    /// Beyond the form this checks that the schedule as signed stays within the cost cap, by its actuarial annual rate.
    pub fn check(&self) -> Result<(), Invalid> {
        self.check_cost(&self.schedule()?)
    }

    /// Whether the schedule that they lead to stays within the cost cap.
    pub(super) fn check_cost(&self, schedule: &Schedule) -> Result<(), Invalid> {
        let Some(cap) = self.cost_cap else { return Ok(()) };
        let has_fees = schedule.instalments.iter().any(|line| line.fee.is_positive());
        if !has_fees && self.annual_rate <= cap {
            return Ok(());
        }
        match schedule.annual_cost(self) {
            Some(cost) if cost.nominal.round_dp(4) <= cap => Ok(()),
            _ => Err(Invalid::new(
                "annual_rate",
                format!("interest and fees together exceed the limit of {} % a year: lower them", percent(cap)),
            )),
        }
    }

    /// Whether the numbers make sense by themselves.
    pub(super) fn check_form(&self) -> Result<(), Invalid> {
        let bad = |field: &str, fix: &str| Err(Invalid::new(field, fix));
        if !self.principal.is_positive() || self.principal > Money::LIMIT {
            return bad("principal", "must be more than zero and at most 10,000,000,000,000.00");
        }
        if self.instalments == 0 || self.instalments > MOST_INSTALMENTS {
            return Err(Invalid::new("instalments", format!("must be from 1 to {MOST_INSTALMENTS}")));
        }
        check_rate("annual_rate", self.annual_rate)?;
        check_rate("late.annual_rate", self.late.annual_rate)?;
        if let Some(cap) = self.cost_cap {
            check_rate("cost_cap", cap)?;
            if self.annual_rate > cap {
                return Err(Invalid::new("annual_rate", format!("exceeds the limit of {} % a year: lower it", percent(cap))));
            }
        }
        if self.late.fee < Money::ZERO || self.late.fee > Money::LIMIT {
            return bad("late.fee", "must not be negative");
        }
        if !matches!(self.late.year_days, None | Some(360 | 365)) {
            return bad("late.year_days", "must be 360 or 365");
        }
        if self.multiple_of < Money::ZERO || self.multiple_of > Money::LIMIT {
            return bad("multiple_of", "must not be negative");
        }
        if self.down_payment < Decimal::ZERO || self.down_payment >= Decimal::ONE {
            return bad("down_payment", "must be a fraction from 0 up to, not including, 1, such as 0.25");
        }
        self.check_grace()?;
        if self.grace_days > 366 {
            return bad("grace_days", "must be at most 366");
        }
        if let Method::FlatFee { rate } = self.method {
            check_rate("method.flat_fee.rate", rate)?;
        }
        self.check_due_days()?;
        if self.costs_too_much_until(self.due.day(self.instalments - 1)) {
            return bad(
                "annual_rate",
                "would cost more than thirty times the principal over the term: lower it or shorten the term",
            );
        }
        match self.method {
            Method::FlatFee { rate } if rate * Decimal::from(self.instalments) > MOST_TIMES => {
                bad("method.flat_fee.rate", "would cost more than thirty times the principal: lower it or take fewer instalments")
            }
            Method::FlatFee { .. } | Method::EqualInstalment | Method::EqualPrincipal | Method::Bullet => Ok(()),
        }
    }

    /// Whether interest up to `day` would leave what can be counted.
    pub(super) fn costs_too_much_until(&self, day: Day) -> bool {
        let years = Decimal::from(self.disbursed_on.days_until(day) / 365 + 1);
        self.annual_rate * years > MOST_TIMES
    }

    fn check_grace(&self) -> Result<(), Invalid> {
        let bad = |field: &str, fix: &str| Err(Invalid::new(field, fix));
        if self.grace.principal >= self.instalments {
            return bad("grace.principal", "must leave at least one instalment that asks for principal");
        }
        if self.grace.interest >= self.instalments {
            return bad("grace.interest", "must leave at least one instalment that asks for the interest put off");
        }
        if self.grace.interest > 0 && self.interest_on == InterestOn::Schedule {
            return bad("grace.interest", "needs interest on what is outstanding: set interest_on to outstanding or not_overdue");
        }
        if self.grace.free > self.instalments {
            return bad("grace.free", "must be at most the number of instalments");
        }
        Ok(())
    }

    fn check_due_days(&self) -> Result<(), Invalid> {
        let bad = |fix: &str| Err(Invalid::new("due", fix));
        match &self.due {
            DueRule::Months { every, day, .. } if !(1..=120).contains(every) || !(1..=31).contains(day) => {
                return bad("must come every 1 to 120 months, on a day from 1 to 31");
            }
            DueRule::Days { every, .. } if !(1..=3660).contains(every) => return bad("must come every 1 to 3660 days"),
            DueRule::On(days) if days.len() != self.instalments as usize => {
                return bad("must list as many days as there are instalments");
            }
            DueRule::On(days) if days.windows(2).any(|pair| pair[0] >= pair[1]) => {
                return bad("must list days in order, each later than the one before");
            }
            DueRule::Months { .. } | DueRule::Days { .. } | DueRule::On(_) => {}
        }
        if self.due.day(0) <= self.disbursed_on {
            return bad("the first due day must lie after the day of disbursement");
        }
        if self.due.day(self.instalments - 1) >= Day::MAX {
            return bad("the last due day must lie before 2999-12-31");
        }
        Ok(())
    }
}

fn check_rate(field: &str, rate: Decimal) -> Result<(), Invalid> {
    if rate < Decimal::ZERO || rate > HIGHEST_RATE {
        return Err(Invalid::new(field, "must be a fraction from 0 to 10, such as 0.24 for 24 %"));
    }
    Ok(())
}

fn percent(rate: Decimal) -> Decimal {
    (rate * Decimal::ONE_HUNDRED).normalize()
}
