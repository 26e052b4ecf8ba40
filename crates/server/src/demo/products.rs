//! What the demonstration lender sells: instalments with a flat fee, without interest, and on a declining balance.

use domain::day::Day;
use domain::loan::{Late, Method, Terms};
use domain::money::Money;
use rust_decimal::Decimal;

/// A product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Product {
    /// Three instalments without interest.
    PayInThree,
    /// Twelve instalments with a fee of half a percent each (白条分期).
    TwelveFlatFee,
    /// Twenty-four equal instalments at 14.6 % a year.
    TwentyFourEqual,
}

/// Every product.
pub(crate) const ALL: [Product; 3] = [Product::PayInThree, Product::TwelveFlatFee, Product::TwentyFourEqual];

impl Product {
    /// What is agreed when `principal` is financed on `day`. Three days of grace, half a thousandth a day on what is late,
    /// and never more than 24 % a year all in all.
    pub(crate) fn terms(self, principal: Money, day: Day) -> Terms {
        let late = Late { annual_rate: Decimal::new(1825, 4), ..Late::default() };
        let base = |instalments| Terms {
            grace_days: 3,
            late,
            cost_cap: Some(Decimal::new(24, 2)),
            ..Terms::interest_free(principal, day, instalments)
        };
        match self {
            Product::PayInThree => base(3),
            Product::TwelveFlatFee => Terms { method: Method::FlatFee { rate: Decimal::new(5, 3) }, ..base(12) },
            Product::TwentyFourEqual => Terms { method: Method::EqualInstalment, annual_rate: Decimal::new(146, 3), ..base(24) },
        }
    }
}

/// The all-in annual cost of `terms` in percent, as it is shown before signing.
pub(crate) fn annual_cost_percent(terms: &Terms) -> Decimal {
    let cost = terms.schedule().ok().and_then(|schedule| schedule.annual_cost(terms));
    cost.map_or(Decimal::ZERO, |cost| (cost.effective * Decimal::ONE_HUNDRED).round_dp(2))
}
