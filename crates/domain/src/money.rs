//! Money: whole minor units (分, cents) in the one currency of the book.

use core::fmt;
use core::iter::Sum;
use core::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

/// An amount in minor units of the book's currency (ISO 4217), for example fen.
///
/// Stored as a plain integer. Arithmetic that would leave `i64` panics (`overflow-checks` is on in every profile);
/// amounts from outside are bounded by [`Money::LIMIT`] first, so that no sum of a book can come near.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Money = Money(0);
    /// The largest amount accepted from outside, either sign: ten million million major units at two decimals.
    pub const LIMIT: Money = Money(1_000_000_000_000_000);

    /// An amount of `minor` minor units.
    pub const fn from_minor(minor: i64) -> Money {
        Money(minor)
    }

    /// The amount in minor units.
    pub const fn minor(self) -> i64 {
        self.0
    }

    /// Rounds a decimal number of major units to minor units (two decimals), half to even.
    /// `None` if it lies beyond [`Money::LIMIT`].
    pub fn round_from(major: Decimal) -> Option<Money> {
        Money::round_minor(major.checked_mul(Decimal::ONE_HUNDRED)?)
    }

    /// Rounds a decimal number of minor units to whole ones, half to even. `None` beyond [`Money::LIMIT`].
    pub fn round_minor(minor: Decimal) -> Option<Money> {
        let whole = minor.round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven).to_i64()?;
        (whole.unsigned_abs() <= Money::LIMIT.0.unsigned_abs()).then_some(Money(whole))
    }

    /// The amount as a decimal number of major units.
    pub fn to_major(self) -> Decimal {
        Decimal::new(self.0, 2)
    }

    /// Reads `1234.5`, `-0.07` or `12`: digits with at most two decimals, exactly. `None` for anything else, for more
    /// decimals, and beyond [`Money::LIMIT`]. Nothing is rounded and no grouping is guessed.
    pub fn parse(text: &str) -> Option<Money> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 14 || fraction.len() > 2 || !is_digits(whole) || !is_digits(fraction) {
            return None;
        }
        if digits.ends_with('.') {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        let cents: i64 = match fraction.len() {
            0 => 0,
            1 => fraction.parse::<i64>().ok()? * 10,
            _ => fraction.parse().ok()?,
        };
        let minor = whole.checked_mul(100)?.checked_add(cents)?;
        (minor <= Money::LIMIT.0).then_some(Money(if negative { -minor } else { minor }))
    }

    /// Whether this is nothing at all.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Whether this is more than nothing.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// This amount, or zero if it is negative.
    pub fn or_zero(self) -> Money {
        self.max(Money::ZERO)
    }

    /// This amount times a decimal factor, rounded to the minor unit, half to even. `None` beyond [`Money::LIMIT`].
    pub fn times(self, factor: Decimal) -> Option<Money> {
        Money::round_minor(Decimal::from(self.0).checked_mul(factor)?)
    }

    /// Splits into `parts` amounts that differ by at most one minor unit and sum to this one; the first ones are
    /// larger. Nothing is lost. Empty for zero parts.
    pub fn split(self, parts: u32) -> impl Iterator<Item = Money> {
        let count = i64::from(parts.max(1));
        let (each, rest) = (self.0.div_euclid(count), self.0.rem_euclid(count));
        (0..i64::from(parts)).map(move |index| Money(each + i64::from(index < rest)))
    }
}

/// Writes major units with two decimals and no grouping: `-1234.50`. Pages use the reader's own form.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let minor = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", minor / 100, minor % 100)
    }
}

impl Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0 + other.0)
    }
}

impl Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0 - other.0)
    }
}

impl Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money(-self.0)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Money) {
        *self = *self + other;
    }
}

impl SubAssign for Money {
    fn sub_assign(&mut self, other: Money) {
        *self = *self - other;
    }
}

impl Sum for Money {
    #[inline]
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn reads_only_what_is_exact() {
        let good =
            [("0", 0), ("12", 1200), ("12.5", 1250), ("12.05", 1205), ("-0.07", -7), ("10000000000000", 1_000_000_000_000_000)];
        for (text, minor) in good {
            assert_eq!(Money::parse(text), Some(Money(minor)), "{text}");
        }
        for text in [
            "",
            "-",
            ".",
            ".5",
            "5.",
            "1,000",
            "1.234",
            "1e3",
            "+1",
            "--1",
            "１２",
            "NaN",
            "10000000000000.01",
            "99999999999999999999",
        ] {
            assert_eq!(Money::parse(text), None, "{text}");
        }
    }

    #[test]
    fn prints_what_it_reads() {
        for minor in [0, 1, -1, 99, 100, -100, 123_456, Money::LIMIT.0] {
            assert_eq!(Money::parse(&Money(minor).to_string()), Some(Money(minor)));
        }
    }

    #[test]
    fn splitting_never_loses_a_cent() {
        for minor in -50..200 {
            for parts in 1..13 {
                let split: Vec<Money> = Money(minor).split(parts).collect();
                assert_eq!(split.iter().copied().sum::<Money>(), Money(minor));
                assert!(split[0] - split[split.len() - 1] <= Money(1));
            }
        }
    }

    #[test]
    fn rounds_half_to_even() {
        let rounded = |text: &str| Money::round_from(text.parse().unwrap()).unwrap().minor();
        assert_eq!([rounded("0.005"), rounded("0.015"), rounded("0.025"), rounded("-0.005")], [0, 2, 2, 0]);
        assert_eq!(Money::round_from(Decimal::MAX), None);
    }
}
