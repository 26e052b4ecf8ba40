//! Terms of purchases, drawn at random: every method, short and long, with and without cost for paying late.

use domain::day::Day;
use domain::loan::{DueRule, Late, Method, Terms};
use domain::money::Money;
use rust_decimal::Decimal;

use crate::chance::Chance;

/// Terms that still lack their principal.
#[derive(Clone)]
pub(super) struct Drawn(Terms);

impl Drawn {
    /// The terms for this principal.
    pub(super) fn of(self, principal: Money) -> Terms {
        Terms { principal, ..self.0 }
    }
}

/// Draws terms of a purchase on `day`.
pub(super) fn drawn(chance: &mut Chance, day: Day) -> Drawn {
    let base = Terms::interest_free(Money::ZERO, day, chance.between(1, 12) as u32);
    let due = if chance.once_in(3) {
        DueRule::Days { first_on: day.plus_days(chance.between(1, 20) as i32), every: chance.between(5, 20) as u32 }
    } else {
        base.due.clone()
    };
    let method = *chance.pick(&[
        Method::EqualInstalment,
        Method::EqualPrincipal,
        Method::FlatFee { rate: Decimal::new(5, 3) },
        Method::Bullet,
    ]);
    let annual_rate = if matches!(method, Method::FlatFee { .. }) {
        Decimal::ZERO
    } else {
        *chance.pick(&[Decimal::ZERO, Decimal::new(146, 3)])
    };
    let late = Late {
        annual_rate: *chance.pick(&[Decimal::ZERO, Decimal::new(1825, 4)]),
        fee: Money::from_minor(*chance.pick(&[0, 0, 1_000])),
        ..Late::default()
    };
    let down_payment = if chance.once_in(6) { Decimal::new(25, 2) } else { Decimal::ZERO };
    let (grace_days, cost_cap) = (chance.between(0, 5) as u32, Some(Decimal::new(24, 2)));
    Drawn(Terms { due, method, annual_rate, late, down_payment, grace_days, cost_cap, ..base })
}
