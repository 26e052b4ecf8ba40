//! The share of a balance that a period costs, as a fixed-point number, and the day counts that make it.
//!
//! Interest is computed for every instalment of every schedule of a book, so it is done in integers: a factor has 18
//! decimals, a product is rounded once, half to even.

use rust_decimal::Decimal;

use crate::day::{Day, is_leap_year};
use crate::money::Money;

use super::terms::DayCount;

/// One, with 18 decimals.
pub(super) const ONE: i128 = 1_000_000_000_000_000_000;

/// A rate or share with 18 decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Factor(i128);

impl Factor {
    pub(super) const ZERO: Factor = Factor(0);

    /// A decimal fraction; digits beyond the 18th are rounded half to even. Rates are bounded by [`super::Terms::check`],
    /// so that nothing here can leave `i128`.
    pub(super) fn of(rate: Decimal) -> Factor {
        let scale = rate.scale();
        let digits = rate.mantissa();
        Factor(if scale <= 18 {
            digits.saturating_mul(10_i128.pow(18 - scale)).clamp(-1000 * ONE, 1000 * ONE)
        } else {
            div_half_even(digits, 10_i128.pow(scale - 18))
        })
    }

    /// `numerator / denominator` of this.
    pub(super) fn share(self, numerator: i64, denominator: i64) -> Factor {
        Factor(div_half_even(self.0 * i128::from(numerator), i128::from(denominator)))
    }

    /// The raw number, in units of the 18th decimal.
    pub(super) fn raw(self) -> i128 {
        self.0
    }

    /// This share of `balance`, rounded half to even.
    pub(super) fn of_money(self, balance: Money) -> Money {
        round_money(self.0 * i128::from(balance.minor()))
    }

    /// The same number with 64 binary digits after the point, cut off. Factors are not negative.
    pub(super) fn binary(self) -> u128 {
        (self.0.unsigned_abs() << 64) / ONE.unsigned_abs()
    }

    /// As [`Factor::of_money`], without a division: `binary` gives the quotient to within one, and what is left says the
    /// rest. For balances that are not negative and factors below one; others take the long way.
    pub(super) fn of_money_by(self, binary: u128, balance: Money) -> Money {
        let (Ok(raw), Ok(binary), Ok(minor)) = (u64::try_from(self.0), u64::try_from(binary), u64::try_from(balance.minor()))
        else {
            return self.of_money(balance);
        };
        let one = ONE as u64;
        let mut whole = (product(minor, binary) >> 64) as u64;
        let mut rest = product(raw, minor) - product(whole, one);
        if rest >= u128::from(one) {
            whole += 1;
            rest -= u128::from(one);
        }
        let is_up = 2 * rest > u128::from(one) || 2 * rest == u128::from(one) && whole % 2 == 1;
        Money::from_minor((whole + u64::from(is_up)) as i64)
    }
}

/// One processor instruction: a product of 64 bits each cannot leave 128, and is not looked at for it.
pub(super) fn product(one: u64, other: u64) -> u128 {
    u128::from(one) * u128::from(other)
}

/// A rate a year with 12 decimals, for amounts times days. Amounts are at most 10^15 and days below 10^6, so that with 18
/// decimals their product would leave `i128`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DayRate(i64);

impl DayRate {
    pub(super) const ZERO: DayRate = DayRate(0);

    /// A decimal fraction; digits beyond the 12th are cut off.
    pub(super) fn of(rate: Decimal) -> DayRate {
        DayRate((Factor::of(rate).0 / (ONE / ONE_OF_DAYS)) as i64)
    }

    /// This share of `amount_days / year_days`, rounded half to even: simple interest on a balance that changed from day to day.
    pub(super) fn of_amount_days(self, amount_days: i128, year_days: u32) -> Money {
        round_days(self.raw_of_amount_days(amount_days), year_days)
    }

    /// The same before it is rounded: in minor units times days, with 12 decimals.
    pub(super) fn raw_of_amount_days(self, amount_days: i128) -> i128 {
        let rate = i128::from(self.0);
        // A product of two `i64` needs no look at whether it leaves `i128`, and most are no more than that.
        i64::try_from(amount_days).map_or_else(|_| rate * amount_days, |small| rate * i128::from(small))
    }
}

/// One, with the 12 decimals of an amount times days.
pub(super) const ONE_OF_DAYS: i128 = 1_000_000_000_000;

/// An amount times days with 12 decimals, by the days of a year, half to even.
pub(super) fn round_days(raw: i128, year_days: u32) -> Money {
    let minor = div_half_even(raw, ONE_OF_DAYS * i128::from(year_days));
    Money::from_minor(i64::try_from(minor).unwrap_or(i64::MAX)).min(Money::LIMIT)
}

/// Minor units with 18 decimals become whole ones, half to even.
pub(super) fn round_money(scaled: i128) -> Money {
    let minor = div_half_even(scaled, ONE);
    Money::from_minor(i64::try_from(minor).unwrap_or(if minor < 0 { i64::MIN } else { i64::MAX }))
}

/// `numerator / denominator` to the nearest whole number, the half to the even one. The denominator is positive.
#[inline(always)]
pub(super) fn div_half_even(numerator: i128, denominator: i128) -> i128 {
    // Most fit into 64 bits, which a processor divides at once.
    match (u64::try_from(numerator), u64::try_from(denominator)) {
        (Ok(numerator), Ok(by)) => {
            let (quotient, rest) = (numerator / by, numerator % by);
            let is_up = rest > by - rest || rest == by - rest && quotient % 2 == 1;
            i128::from(quotient) + i128::from(is_up)
        }
        _ => div_half_even_of_many_digits(numerator, denominator),
    }
}

#[inline(never)]
fn div_half_even_of_many_digits(numerator: i128, denominator: i128) -> i128 {
    let (magnitude, by) = (numerator.unsigned_abs(), denominator.unsigned_abs());
    let quotient = magnitude / by;
    let rest = magnitude - quotient * by;
    let is_up = rest > by - rest || rest == by - rest && quotient % 2 == 1;
    let rounded = (quotient + u128::from(is_up)) as i128;
    if numerator < 0 { -rounded } else { rounded }
}

/// How many years lie between two days, as an exact fraction `(numerator, denominator)`. `months` is set where the two
/// days are whole months apart by the schedule, which 30/360 counts as 30 days each.
pub(super) fn year_fraction(count: DayCount, from: Day, to: Day, months: Option<u32>) -> (i64, i64) {
    let days = i64::from(from.days_until(to));
    match count {
        DayCount::Thirty360 => match months {
            Some(months) => (i64::from(months), 12),
            None => (days_360(from, to), 360),
        },
        DayCount::Actual365 => (days, 365),
        DayCount::Actual360 => (days, 360),
        DayCount::ActualActual => actual_actual(from, to, 0),
        DayCount::ActualActualFromJanuary => actual_actual(from, to, 1),
        DayCount::Actual365LeapDay => (days, if holds_leap_day(from, to) { 366 } else { 365 }),
    }
}

/// Days by the calendar of twelve months of thirty days (30E/360).
pub(super) fn days_360(from: Day, to: Day) -> i64 {
    let count = |day: Day| {
        let (year, month, day) = day.civil();
        i64::from(year) * 360 + i64::from(month) * 30 + i64::from(day.min(30))
    };
    count(to) - count(from)
}

/// Splits at the turn of each year: after 31 December (`shift` 0) or after 1 January (`shift` 1).
fn actual_actual(from: Day, to: Day, shift: i32) -> (i64, i64) {
    let year_of = |day: Day| day.plus_days(-shift).civil().0;
    let year_days = |year: i32| if is_leap_year(year) { 366 } else { 365 };
    let (first, last) = (year_of(from), year_of(to));
    let days = i64::from(from.days_until(to));
    if first == last || year_days(first) == year_days(last) && last - first == 1 {
        return (days, year_days(first));
    }
    // In 365ths of 366ths, which every year divides.
    let whole = 365 * 366;
    let mut numerator = 0;
    let mut at = from;
    for year in first..=last {
        let turn = Day::new(year, 12, 31).unwrap_or(Day::MAX).plus_days(shift);
        let end = turn.min(to);
        numerator += i64::from(at.days_until(end)) * (whole / year_days(year));
        at = end.max(at);
    }
    (numerator, whole)
}

fn holds_leap_day(from: Day, to: Day) -> bool {
    let (first, last) = (from.civil().0, to.civil().0);
    (first..=last).any(|year| Day::new(year, 2, 29).is_some_and(|leap| from < leap && leap <= to))
}
