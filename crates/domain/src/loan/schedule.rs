//! The schedule that terms lead to.

use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::money::Money;
use crate::refusal::Invalid;

use super::factor::{Factor, div_half_even, product};
use super::terms::{DayCount, DueRule, Grace, Method, Rounding, Terms};

/// What falls due when, if everything is paid on time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// The instalments, in order.
    pub instalments: Vec<Instalment>,
}

/// One line of a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instalment {
    /// Counted from 1, a down payment included.
    pub number: u32,
    /// The first day of its period: the due day of the one before, or the day of disbursement.
    pub from: Day,
    /// The day it falls due.
    pub due_on: Day,
    /// Principal.
    pub principal: Money,
    /// Interest.
    pub interest: Money,
    /// Fee.
    pub fee: Money,
}

impl Instalment {
    /// All of it.
    pub fn total(&self) -> Money {
        self.principal + self.interest + self.fee
    }
}

impl Schedule {
    /// All that will be paid.
    pub fn total(&self) -> Money {
        self.instalments.iter().map(Instalment::total).sum()
    }

    /// All that will be paid beyond the principal.
    pub fn cost(&self) -> Money {
        self.instalments.iter().map(|instalment| instalment.interest + instalment.fee).sum()
    }
}

impl Terms {
    /// The schedule, or why there is none.
    pub fn schedule(&self) -> Result<Schedule, Invalid> {
        self.check_form()?;
        Ok(Schedule { instalments: self.instalments() })
    }

    fn instalments(&self) -> Vec<Instalment> {
        let down = self.down_payment_of(self.principal);
        let mut lines = Vec::with_capacity(self.instalments as usize + 1);
        if !self.down_payment.is_zero() {
            let day = self.disbursed_on;
            lines.push(Instalment {
                number: 1,
                from: day,
                due_on: day,
                principal: down,
                interest: Money::ZERO,
                fee: Money::ZERO,
            });
        }
        let financed = self.principal - down;
        let first_number = lines.len() as u32 + 1;
        let mut from = self.disbursed_on;
        for (index, due_on) in (0..self.instalments).zip((0..).map(self.due.days())) {
            lines.push(Instalment {
                number: first_number + index,
                from,
                due_on,
                principal: Money::ZERO,
                interest: Money::ZERO,
                fee: Money::ZERO,
            });
            from = due_on;
        }
        self.spread(&mut lines[first_number as usize - 1..], financed, self.grace);
        lines
    }

    /// The down payment of a tranche of `amount`.
    pub fn down_payment_of(&self, amount: Money) -> Money {
        if self.down_payment.is_zero() { Money::ZERO } else { self.to_multiple(Factor::of(self.down_payment).of_money(amount)) }
    }

    /// Spreads `financed` over `lines`, of which so many first ones have grace, with its cost.
    pub(super) fn spread(&self, lines: &mut [Instalment], financed: Money, grace: Grace) {
        let (quiet, paying) = lines.split_at_mut(grace.principal as usize);
        if !quiet.is_empty() {
            self.charge_interest(quiet, financed, |_, _, _| Money::ZERO);
        }
        match self.method {
            Method::EqualInstalment => self.spread_equal_instalments(paying, financed),
            Method::EqualPrincipal => self.spread_equal_principal(paying, financed),
            Method::FlatFee { rate } => {
                self.spread_equal_principal(paying, financed);
                let fee = Factor::of(rate).of_money(financed);
                lines.iter_mut().for_each(|line| line.fee = fee);
            }
            Method::Bullet => {
                self.charge_interest(paying, financed, |is_last, balance, _| if is_last { balance } else { Money::ZERO })
            }
        }
        if let (put_off @ [_, ..], [next, ..]) = lines.split_at_mut(grace.interest as usize) {
            put_off.iter_mut().for_each(|line| next.interest += core::mem::take(&mut line.interest));
        }
    }

    fn spread_equal_principal(&self, lines: &mut [Instalment], financed: Money) {
        if self.multiple_of.is_zero() {
            let mut parts = financed.split(lines.len() as u32);
            self.charge_interest(lines, financed, |_, _, _| parts.next().unwrap_or(Money::ZERO));
        } else {
            let each = div_half_even(i128::from(financed.minor()), lines.len().max(1) as i128);
            let each = self.to_multiple(Money::from_minor(each as i64));
            self.charge_interest(lines, financed, |is_last, balance, _| if is_last { balance } else { each.min(balance) });
        }
    }

    fn spread_equal_instalments(&self, lines: &mut [Instalment], financed: Money) {
        if self.annual_rate.is_zero() {
            let each = self.equal_part(financed, lines.len().max(1) as u32);
            return self.spread_by(lines, financed, each);
        }
        let each = self.equal_instalment(lines, financed);
        self.spread_by(lines, financed, each);
        if self.evens_out {
            self.even_out(lines, financed, each);
        }
    }

    /// Where the last instalment differs from the others by more cents than half their number, shares the difference out,
    /// up to three times and as long as that brings them closer.
    fn even_out(&self, lines: &mut [Instalment], financed: Money, mut each: Money) {
        let count = lines.len() as i64;
        let gap = |lines: &[Instalment], each: Money| lines.last().map_or(0, |last| last.total().minor() - each.minor());
        for _ in 0..3 {
            let before = gap(lines, each);
            if before.abs() <= count / 2 {
                return;
            }
            let nearer =
                self.to_multiple(Money::from_minor(each.minor() + div_half_even(i128::from(before), i128::from(count)) as i64));
            self.spread_by(lines, financed, nearer);
            if gap(lines, nearer).abs() >= before.abs() {
                return self.spread_by(lines, financed, each);
            }
            each = nearer;
        }
    }

    fn spread_by(&self, lines: &mut [Instalment], financed: Money, each: Money) {
        self.charge_interest(
            lines,
            financed,
            |is_last, balance, interest| {
                if is_last { balance } else { (each - interest).or_zero().min(balance) }
            },
        );
    }

    /// Walks down the balance; `principal` decides what each instalment repays.
    fn charge_interest(&self, lines: &mut [Instalment], financed: Money, mut principal: impl FnMut(bool, Money, Money) -> Money) {
        let last = lines.len();
        let mut balance = financed;
        let mut factors = self.factors();
        for (index, line) in lines.iter_mut().enumerate() {
            let (factor, binary) = factors.next(line);
            line.interest = factor.of_money_by(binary, balance);
            line.principal = principal(index + 1 == last, balance, line.interest);
            balance -= line.principal;
        }
    }

    /// The annuity: `P · Π(1+r) / f` where `f` grows by `f · (1+r) + 1` each period.
    ///
    /// Only its rounding to the minor unit matters, so it is computed in binary fixed point with 64 fractional bits.
    fn equal_instalment(&self, lines: &[Instalment], financed: Money) -> Money {
        let mut factors = self.factors();
        let (mut one, mut growth, mut sum) = (1_u128 << 64, 1_u128 << 64, 0_u128);
        for line in lines {
            let (_, rate) = factors.next(line);
            sum = grow(sum, rate) + one;
            growth = grow(growth, rate);
            if sum.max(growth) >> 112 != 0 {
                // Their quotient is all that matters; over so long a term the last bits are none of it.
                (one, growth, sum) = (one >> 32, growth >> 32, sum >> 32);
            }
        }
        // P · growth / sum with P below 2^50: the quotient growth / sum is at most growth itself; both are scaled down
        // alike until the product fits.
        let shift = 128_u32.saturating_sub(growth.leading_zeros()).saturating_sub(76);
        let (growth, sum) = (growth >> shift, (sum >> shift).max(1));
        let exact = growth * u128::from(financed.minor().unsigned_abs());
        let minor = match self.rounding {
            Rounding::HalfEven | Rounding::HalfUp => div_half_even(exact as i128, sum as i128) as i64,
            Rounding::Up => exact.div_ceil(sum) as i64,
        };
        self.to_multiple(Money::from_minor(minor))
    }

    /// The `parts`-th part of `amount`, in the multiple that instalments come in. The last one will take the rest.
    pub(super) fn equal_part(&self, amount: Money, parts: u32) -> Money {
        self.round_to_multiple(i128::from(amount.minor()), i128::from(parts))
    }

    /// The nearest whole multiple that instalments come in.
    pub(super) fn to_multiple(&self, amount: Money) -> Money {
        self.round_to_multiple(i128::from(amount.minor()), 1)
    }

    fn round_to_multiple(&self, numerator: i128, denominator: i128) -> Money {
        let times = |multiple: i128| match self.rounding {
            Rounding::HalfEven => div_half_even(numerator, denominator * multiple),
            Rounding::HalfUp => (2 * numerator + denominator * multiple).div_euclid(2 * denominator * multiple),
            Rounding::Up => -((-numerator).div_euclid(denominator * multiple)),
        };
        let multiple = i128::from(self.multiple_of.minor().max(1));
        let in_multiples = times(multiple) * multiple;
        // What is less than one multiple would round to nothing: it is kept to the minor unit.
        Money::from_minor(if in_multiples == 0 { times(1) } else { in_multiples } as i64)
    }

    fn factors(&self) -> Factors<'_> {
        let are_alike = self.day_count == DayCount::Thirty360 && matches!(self.due, DueRule::Months { .. });
        let (rate, free_until) = (Factor::of(self.annual_rate), self.free_until());
        Factors { terms: self, rate, free_until, last: None, are_alike, alike: None }
    }
}

/// `value · (1 + rate)`, all with 64 fractional bits.
fn grow(value: u128, rate: u128) -> u128 {
    let halves = |number: u128| ((number >> 64) as u64, number as u64);
    let ((high, low), (rate_high, rate_low)) = (halves(value), halves(rate));
    let fraction = product(high, rate_low) + (product(low, rate_low) >> 64);
    value + if rate_high == 0 { fraction } else { fraction + value * u128::from(rate_high) }
}

/// The factors of a schedule's periods; the one computed last is kept, for most periods are alike.
struct Factors<'a> {
    terms: &'a Terms,
    rate: Factor,
    free_until: Day,
    last: Option<((i64, i64), (Factor, u128))>,
    /// Whether every period but the first is the same share of a year.
    are_alike: bool,
    alike: Option<(Factor, u128)>,
}

impl Factors<'_> {
    /// The factor of the period of a line, and the same in binary form.
    fn next(&mut self, line: &Instalment) -> (Factor, u128) {
        if self.rate == Factor::ZERO || line.due_on <= self.free_until {
            return (Factor::ZERO, 0);
        }
        let is_alike = self.are_alike && line.from != self.terms.disbursed_on;
        if let Some(both) = self.alike.filter(|_| is_alike) {
            return both;
        }
        let fraction = self.terms.period(line.from, line.due_on);
        let both = match self.last {
            Some((known, factor)) if known == fraction => factor,
            _ => {
                let factor = self.rate.share(fraction.0, fraction.1);
                let both = (factor, factor.binary());
                self.last = Some((fraction, both));
                both
            }
        };
        self.alike = is_alike.then_some(both);
        both
    }
}
