//! What was agreed at signing.

use alloc::vec::Vec;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::money::Money;

use super::allocation::Order;
use super::entry::PaymentSource;
use super::parts::Part;

/// The agreed terms of a loan. Stored inside events for ever: fields are only ever added, with a default that means what
/// their absence meant.
///
/// Rates are fractions of one a year, written as decimal text: `"0.24"` is 24 %.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// What is lent. What was really paid out: interest may not be taken out of it in advance (Civil Code art. 670).
    pub principal: Money,
    /// The day the money was paid out or the goods were bought.
    pub disbursed_on: Day,
    /// When instalments fall due.
    pub due: DueRule,
    /// How many instalments, not counting a down payment.
    pub instalments: u32,
    /// How principal and cost are spread over the instalments.
    pub method: Method,
    /// Interest a year.
    #[serde(default)]
    pub annual_rate: Decimal,
    /// How days become years.
    #[serde(default)]
    pub day_count: DayCount,
    /// Which principal bears interest.
    #[serde(default)]
    pub interest_on: InterestOn,
    /// How an instalment is rounded to the minor unit.
    #[serde(default)]
    pub rounding: Rounding,
    /// Instalments are whole multiples of this; zero for the minor unit. The last one takes the rest.
    #[serde(default)]
    pub multiple_of: Money,
    /// Whether a last instalment that differs much from the others is evened out by changing all of them a little.
    #[serde(default)]
    pub evens_out: bool,
    /// The share of the principal that is due on the day of disbursement, such as `"0.25"` of a pay-in-four.
    #[serde(default)]
    pub down_payment: Decimal,
    /// Which first instalments ask for less.
    #[serde(default)]
    pub grace: Grace,
    /// Days after a due date without consequence: no penalty, and not counted as past due.
    #[serde(default)]
    pub grace_days: u32,
    /// What paying late costs.
    #[serde(default)]
    pub late: Late,
    /// What a payment settles first.
    #[serde(default)]
    pub order: Order,
    /// When a charge can be paid.
    #[serde(default)]
    pub charges: Charges,
    /// Which parts of a payment become owed again when it is charged back, in this order, each as far as it had paid
    /// them. Empty: all of it as principal.
    #[serde(default)]
    pub chargeback_order: Vec<Part>,
    /// Other orders for money that does not come from the borrower.
    #[serde(default)]
    pub orders: Vec<(PaymentSource, Order)>,
    /// Whether a tranche that becomes known later is laid under the payments that came before it.
    #[serde(default)]
    pub tranches: Tranches,
    /// The most that interest, fees and penalties together may come to in a year, on the principal outstanding;
    /// `None` where the book's law knows no such limit.
    #[serde(default)]
    pub cost_cap: Option<Decimal>,
}

impl Terms {
    /// An interest-free loan repaid in equal monthly instalments, the first a month after disbursement, without any
    /// cost for paying late. The other fields are for the caller to change.
    pub fn interest_free(principal: Money, disbursed_on: Day, instalments: u32) -> Terms {
        Terms {
            principal,
            disbursed_on,
            due: DueRule::monthly_after(disbursed_on),
            instalments,
            method: Method::EqualPrincipal,
            annual_rate: Decimal::ZERO,
            day_count: DayCount::default(),
            interest_on: InterestOn::default(),
            rounding: Rounding::default(),
            multiple_of: Money::ZERO,
            evens_out: false,
            down_payment: Decimal::ZERO,
            grace: Grace::default(),
            grace_days: 0,
            late: Late::default(),
            order: Order::default(),
            charges: Charges::default(),
            chargeback_order: Vec::new(),
            orders: Vec::new(),
            tranches: Tranches::default(),
            cost_cap: None,
        }
    }

    /// What money from `source` settles first.
    pub fn order_of(&self, source: PaymentSource) -> &Order {
        self.orders.iter().find(|(of, _)| *of == source).map_or(&self.order, |(_, order)| order)
    }

    /// The day up to which no interest is earned: that of disbursement where no period is free.
    pub(super) fn free_until(&self) -> Day {
        self.grace.free.checked_sub(1).map_or(self.disbursed_on, |last| self.due.day(last))
    }

    /// The day the first instalment after a down payment falls due.
    pub fn first_due_on(&self) -> Day {
        self.due.day(0)
    }
}

/// Which first instalments ask for less; a down payment is none of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Grace {
    /// So many ask for no principal (只还息): it is spread over the others.
    pub principal: u32,
    /// So many ask for no interest: it is earned, bears none itself, and is asked for with the first one after them. Only where
    /// interest follows the balance ([`InterestOn`]).
    pub interest: u32,
    /// In the periods of so many no interest is earned (免息期).
    pub free: u32,
}

/// When instalments fall due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueRule {
    /// Every `every` months on day `day` of the month, or on its last day where it is too short.
    Months {
        /// The first due day.
        first_on: Day,
        /// Months from one to the next.
        every: u32,
        /// The day of the month, 1 to 31; 31 is the month's end.
        day: u32,
    },
    /// Every `every` days.
    Days {
        /// The first due day.
        first_on: Day,
        /// Days from one to the next.
        every: u32,
    },
    /// On these days, in order, one for each instalment: for due days that a calendar of business days has shifted.
    On(Vec<Day>),
}

impl DueRule {
    /// Monthly on the day of the month of `start`, first a month after it.
    pub fn monthly_after(start: Day) -> DueRule {
        DueRule::Months { first_on: start.plus_months(1), every: 1, day: start.civil().2 }
    }

    /// Monthly on the day of the month of `first_on`, beginning there.
    pub fn monthly_from(first_on: Day) -> DueRule {
        DueRule::Months { first_on, every: 1, day: first_on.civil().2 }
    }

    /// The due day of the instalment with this index, counted from 0. The last day there is if none was agreed.
    pub(super) fn day(&self, index: u32) -> Day {
        self.days()(index)
    }

    /// As [`DueRule::day`], for many of them.
    pub(super) fn days(&self) -> impl Fn(u32) -> Day {
        let step = |every: u32, index: u32| i32::try_from(u64::from(index) * u64::from(every)).unwrap_or(i32::MAX);
        let first_month = if let DueRule::Months { first_on, .. } = self { first_on.month() } else { 0 };
        move |index| match self {
            DueRule::Months { every, day, .. } => Day::in_month(first_month.saturating_add(step(*every, index)), *day),
            DueRule::Days { first_on, every } => first_on.plus_days(step(*every, index)),
            DueRule::On(days) => days.get(index as usize).copied().unwrap_or(Day::MAX),
        }
    }
}

/// How principal and cost are spread over the instalments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Equal instalments; interest on the declining balance (等额本息).
    EqualInstalment,
    /// Equal principal; interest on the declining balance (等额本金). At a rate of zero: interest-free instalments.
    EqualPrincipal,
    /// Equal principal and a fee with each instalment, a share of the first principal, as of instalment purchases (分期手续费).
    FlatFee {
        /// The fee of one instalment as a fraction of the principal, such as `"0.005"`.
        rate: Decimal,
    },
    /// Interest with each instalment, the principal with the last (先息后本). With one instalment: a single bullet.
    Bullet,
}

/// How the days of a period become a fraction of a year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayCount {
    /// Every month has 30 days, every year 360: a monthly instalment bears a twelfth of the annual rate.
    #[default]
    #[serde(rename = "30_360")]
    Thirty360,
    /// Actual days over 365.
    #[serde(rename = "actual_365")]
    Actual365,
    /// Actual days over 360.
    #[serde(rename = "actual_360")]
    Actual360,
    /// Actual days over the days of the year they lie in; a period over the turn of a year is split after 31 December.
    ActualActual,
    /// As `actual_actual`, but split after 1 January: for lenders who count the day of disbursement and not the last.
    ActualActualFromJanuary,
    /// Actual days over 365, or over 366 if the period holds a 29 February.
    #[serde(rename = "actual_365_leap_day")]
    Actual365LeapDay,
}

/// Which principal bears interest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InterestOn {
    /// What the schedule says is outstanding: interest is as signed, whenever it is paid.
    #[default]
    Schedule,
    /// What is really outstanding, day by day: early payment costs less, late payment more.
    Outstanding,
    /// What is really outstanding, but overdue principal bears no interest (it may bear a penalty).
    NotOverdue,
}

/// How later tranches meet earlier payments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tranches {
    /// A tranche changes the schedule from its day on; earlier payments stay where they were allocated.
    #[default]
    FromTheirDay,
    /// The schedule of all tranches is laid out first, then payments are allocated in order.
    BeforePayments,
}

/// When a fee or penalty that falls due later can be paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Charges {
    /// From when it is charged, with its instalment.
    #[default]
    AtOnce,
    /// From the day it is due.
    WhenDue,
}

/// How an equal instalment is rounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// To the nearest; the half to the even neighbour.
    #[default]
    HalfEven,
    /// To the nearest; the half upwards.
    HalfUp,
    /// Up, so that the last instalment is never the largest.
    Up,
}

/// What paying late costs. Counted from the day after grace has ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Late {
    /// Penalty a year on overdue principal, by actual days.
    #[serde(default)]
    pub annual_rate: Decimal,
    /// The days of a year for the penalty, 365 or 360; 365 where it says nothing.
    #[serde(default)]
    pub year_days: Option<u32>,
    /// A fee once for each instalment that is unpaid when grace has ended.
    #[serde(default)]
    pub fee: Money,
}

impl Late {
    pub(super) fn year_days(&self) -> u32 {
        self.year_days.unwrap_or(365)
    }
}
