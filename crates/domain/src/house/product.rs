//! What the lender sells, and in which orders payments settle: data, from which the terms of a loan are made.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::day::Day;
use crate::law::Says;
use crate::loan::{DayCount, Grace, InterestOn, Late, Method, Order, Part, Step, Terms, Timing};
use crate::money::Money;
use crate::refusal::Invalid;

/// An order of settling with a name of its own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedOrder {
    /// What products call it.
    pub id: String,
    /// The rules of the packs that ask for it, where some do.
    #[serde(default)]
    pub rules: Vec<String>,
    /// What it is, in one sentence.
    pub says: Says,
    /// The order.
    pub order: Order,
}

/// What is sold: the terms that every loan of it has, but for the amount and the day.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// What forms and events call it.
    pub id: String,
    /// What the buyer reads.
    pub says: Says,
    /// As of [`Terms`]; due monthly, the first a month after the day.
    pub instalments: u32,
    /// As of [`Terms`].
    pub method: Method,
    /// As of [`Terms`].
    #[serde(default)]
    pub annual_rate: Decimal,
    /// As of [`Terms`].
    #[serde(default)]
    pub day_count: DayCount,
    /// As of [`Terms`].
    #[serde(default)]
    pub interest_on: InterestOn,
    /// As of [`Terms`].
    #[serde(default)]
    pub down_payment: Decimal,
    /// As of [`Terms`].
    #[serde(default)]
    pub grace: Grace,
    /// As of [`Terms`].
    #[serde(default)]
    pub grace_days: u32,
    /// As of [`Terms`].
    #[serde(default)]
    pub late: Late,
    /// As of [`Terms`]; the law's ceiling binds besides.
    #[serde(default)]
    pub cost_cap: Option<Decimal>,
    /// The id of the order in which payments settle; left out, that of the Civil Code.
    #[serde(default)]
    pub order: Option<String>,
}

impl Product {
    /// What is agreed when `principal` is lent on `day`. An order that none of `orders` is called is the Civil Code's: a house
    /// that was checked names none such.
    pub fn terms(&self, orders: &[NamedOrder], principal: Money, day: Day) -> Terms {
        let named = self.order.as_ref().and_then(|id| orders.iter().find(|order| order.id == *id));
        Terms {
            method: self.method,
            annual_rate: self.annual_rate,
            day_count: self.day_count,
            interest_on: self.interest_on,
            down_payment: self.down_payment,
            grace: self.grace,
            grace_days: self.grace_days,
            late: self.late,
            cost_cap: self.cost_cap,
            order: named.map(|named| named.order.clone()).unwrap_or_default(),
            ..Terms::interest_free(principal, day, self.instalments)
        }
    }

    /// Whether it can be sold: its order is known, and a loan of 1,000.00 may be made on its terms.
    pub(super) fn check(&self, orders: &[NamedOrder]) -> Result<(), Invalid> {
        let field = format!("products.{}", self.id);
        if let Some(id) = self.order.as_ref().filter(|id| orders.iter().all(|order| order.id != **id)) {
            return Err(Invalid::new(&field, format!("no order is called `{id}`: name one of [[orders]]")));
        }
        let terms = self.terms(orders, Money::from_minor(100_000), Day::from_epoch_days(20_000));
        terms.check().map_err(|invalid| Invalid::new(&format!("{field}.{}", invalid.field), invalid.fix))
    }
}

impl NamedOrder {
    /// Whether every part can be settled at every time: an order that leaves one out would never pay it.
    pub(super) fn check(&self) -> Result<(), Invalid> {
        let every = [Timing::PastDue, Timing::Due, Timing::InAdvance]
            .into_iter()
            .flat_map(|timing| Part::ALL.map(|part| Step { timing, part }));
        for step in every {
            if self.order.steps.iter().filter(|known| **known == step).count() != 1 {
                let fix = format!("must name {:?} {:?} once: every part at every time, each once", step.timing, step.part);
                return Err(Invalid::new(&format!("orders.{}", self.id), fix));
            }
        }
        Ok(())
    }
}
