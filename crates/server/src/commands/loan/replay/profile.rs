//! A case's product, as terms of our own.

use anyhow::{Context, bail};
use domain::day::Day;
use domain::loan::{
    Charges, DayCount, DueRule, Future, Grace, InterestOn, Method, Order, Part, PaymentSource, Rounding, Step, Terms, Timing,
    Tranches, Walk,
};
use domain::money::Money;
use rust_decimal::Decimal;
use serde_json::Value;

/// A setting that the engine has no equal for. Its case is listed as unsupported, not refused as unreadable.
#[derive(Debug)]
pub(super) struct Unsupported(String);

impl std::fmt::Display for Unsupported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unsupported {}

fn unsupported<T>(what: String) -> anyhow::Result<T> {
    Err(Unsupported(what).into())
}

/// Reads a product and a loan application.
pub(super) struct Profile<'a> {
    loan: &'a Value,
    settings: &'a Value,
    /// Set by the step `set_future_rule`.
    pub(super) default_future: Option<Future>,
}

impl<'a> Profile<'a> {
    pub(super) fn of(case: &'a Value) -> Profile<'a> {
        Profile { loan: &case["loan"], settings: &case["settings"], default_future: None }
    }

    /// The terms of a loan of `principal`, paid out on `disbursed_on`.
    pub(super) fn terms(&self, principal: Money, disbursed_on: Day) -> anyhow::Result<Terms> {
        let instalments = self.number("installments")?;
        let mut terms = Terms::interest_free(principal, disbursed_on, instalments);
        terms.method = match self.loan["amortization"].as_str() {
            None | Some("EQUAL_INSTALLMENTS") => Method::EqualInstalment,
            Some("EQUAL_PRINCIPAL") => Method::EqualPrincipal,
            Some(other) => return unsupported(format!("amortization {other}")),
        };
        terms.due = self.due(disbursed_on)?;
        terms.annual_rate = self.annual_rate()?;
        if self.loan["interest_type"].as_str() == Some("FLAT") && !terms.annual_rate.is_zero() {
            return unsupported(String::from("interest_type FLAT with a rate"));
        }
        terms.day_count = self.day_count();
        if let Some(multiple) = self.settings["installmentAmountInMultiplesOf"].as_i64() {
            let in_minor = multiple.checked_mul(100).filter(|minor| *minor >= 0);
            terms.multiple_of =
                Money::from_minor(in_minor.context("field `settings.installmentAmountInMultiplesOf` is too large")?);
        }
        terms.evens_out = self.is_progressive();
        terms.interest_on = self.interest_on();
        terms.down_payment = self.down_payment();
        terms.grace_days = self.grace_days();
        let grace = |field: &str| if self.loan[field].is_null() { Ok(0) } else { self.whole(field, 0) };
        terms.grace = Grace {
            principal: grace("grace_principal")?,
            interest: grace("grace_interest_payment")?,
            free: grace("interest_free_periods")?,
        };
        if terms.grace.interest > 0 && terms.interest_on == InterestOn::Schedule {
            return unsupported(String::from("grace_interest_payment without interest recalculation"));
        }
        self.set_orders(&mut terms)?;
        Ok(terms)
    }

    pub(super) fn submitted_on(&self) -> anyhow::Result<Day> {
        day(&self.loan["submitted_on"]).context("field `loan.submitted_on`")
    }

    /// When the money is expected to be paid out, as applied for.
    pub(super) fn expected_on(&self) -> anyhow::Result<Day> {
        if self.loan["expected_disbursement"].is_null() { self.submitted_on() } else { day(&self.loan["expected_disbursement"]) }
    }

    pub(super) fn principal(&self) -> anyhow::Result<Money> {
        money(&self.loan["principal"]).context("field `loan.principal`")
    }

    /// Whether the system itself takes the down payment when it pays out.
    pub(super) fn takes_down_payment(&self) -> bool {
        let by_loan = self.loan["down_payment_auto"].as_bool();
        by_loan.unwrap_or(self.settings["enableAutoRepaymentForDownPayment"].as_bool().unwrap_or(false))
            && !self.down_payment().is_zero()
    }

    pub(super) fn grace_days(&self) -> u32 {
        let by_loan = self.loan["grace_on_arrears_ageing"].as_str().and_then(|text| text.parse().ok());
        by_loan.unwrap_or_else(|| self.settings["graceOnArrearsAgeing"].as_u64().unwrap_or(0) as u32)
    }

    pub(super) fn is_progressive(&self) -> bool {
        self.settings["loanScheduleType"].as_str() == Some("PROGRESSIVE")
    }

    fn number(&self, field: &str) -> anyhow::Result<u32> {
        self.whole(field, 1)
    }

    fn whole(&self, field: &str, least: u32) -> anyhow::Result<u32> {
        let text = self.loan[field].as_str().with_context(|| format!("field `loan.{field}` must be a number as text"))?;
        let number = text.parse().ok().filter(|number| (least..=10_000).contains(number));
        number.with_context(|| format!("field `loan.{field}` must be a whole number from {least} to 10000, not `{text}`"))
    }

    fn due(&self, disbursed_on: Day) -> anyhow::Result<DueRule> {
        let every = self.number("repay_every")?;
        let start = self.starts_on(disbursed_on);
        Ok(match self.loan["repay_unit"].as_str() {
            Some("MONTHS") => DueRule::Months { first_on: start.plus_months(every as i32), every, day: start.civil().2 },
            Some("WEEKS") => DueRule::Days { first_on: start.plus_days(every as i32 * 7), every: every * 7 },
            Some("DAYS") => DueRule::Days { first_on: start.plus_days(every as i32), every },
            Some("YEARS") => {
                DueRule::Months { first_on: start.plus_months(every as i32 * 12), every: every * 12, day: start.civil().2 }
            }
            Some(other) => return unsupported(format!("repay_unit {other}")),
            None => bail!("field `loan.repay_unit` must be DAYS, WEEKS, MONTHS or YEARS"),
        })
    }

    /// The day from which due days are counted.
    pub(super) fn starts_on(&self, disbursed_on: Day) -> Day {
        let rule = self.loan["repayment_start"].as_str().or(self.settings["repaymentStartDateType"].as_str());
        let is_from_submission = rule == Some("SUBMITTED_ON_DATE");
        self.submitted_on().ok().filter(|_| is_from_submission).unwrap_or(disbursed_on)
    }

    fn annual_rate(&self) -> anyhow::Result<Decimal> {
        let text = self.loan["rate_percent"].as_str().context("field `loan.rate_percent` must be a number as text")?;
        let percent: Decimal =
            text.parse().ok().with_context(|| format!("field `loan.rate_percent` must be a number, not `{text}`"))?;
        let rate = percent / Decimal::ONE_HUNDRED;
        let is_monthly = self.settings["interestRateFrequencyType"].as_str() == Some("PER_MONTH");
        Ok(if is_monthly { rate * Decimal::from(12) } else { rate })
    }

    fn day_count(&self) -> DayCount {
        let setting = |name: &str| match &self.settings[name] {
            Value::Number(number) => number.to_string(),
            other => other.as_str().unwrap_or("").to_owned(),
        };
        let is_february = setting("daysInYearCustomStrategy") == "FEB_29_PERIOD_ONLY";
        let is_from_disbursement = self.settings["interestRecognitionOnDisbursementDate"].as_bool().unwrap_or(false);
        match (setting("daysInYearType").as_str(), setting("daysInMonthType").as_str()) {
            ("360", "30") => DayCount::Thirty360,
            ("360", _) => DayCount::Actual360,
            ("365", _) => DayCount::Actual365,
            _ if is_february => DayCount::Actual365LeapDay,
            _ if is_from_disbursement => DayCount::ActualActualFromJanuary,
            _ => DayCount::ActualActual,
        }
    }

    /// The fee that the product asks for with every instalment. The peer's products of this kind have one of two, with
    /// the amounts of its own test data.
    pub(super) fn instalment_fee(&self) -> Option<InstalmentFee> {
        let is_with_charges = self.loan["variant"].as_str().is_some_and(|variant| variant.contains("product`s charges"));
        let product = self.loan["product"].as_str().filter(|_| is_with_charges)?;
        if product.contains("INSTALLMENT_FEE_FLAT") {
            Some(InstalmentFee::Flat(Money::from_minor(1_000)))
        } else {
            product.contains("INSTALLMENT_FEE_PERCENT_AMOUNT_INTEREST").then_some(InstalmentFee::PercentOfInstalment)
        }
    }

    /// Whether the product notes at each due day what that instalment earned.
    pub(super) fn notes_activity(&self) -> bool {
        let noting = ["ACCRUAL_ACTIVITY", "LP2_ADV_CUSTOM_PMT_ALLOC"];
        self.loan["product"].as_str().is_some_and(|product| noting.iter().any(|name| product.contains(name)))
    }

    /// Which principal bears interest; without interest there is nothing to recalculate.
    fn interest_on(&self) -> InterestOn {
        let is_set = |name: &str| self.settings[name].as_bool().unwrap_or(false);
        let is_free = self.annual_rate().is_ok_and(|rate| rate.is_zero());
        match (is_set("isInterestRecalculationEnabled"), is_set("disallowInterestCalculationOnPastDue")) {
            _ if is_free || !self.is_progressive() => InterestOn::Schedule,
            (false, _) => InterestOn::Schedule,
            (true, false) => InterestOn::Outstanding,
            (true, true) => InterestOn::NotOverdue,
        }
    }

    fn down_payment(&self) -> Decimal {
        let by_loan = self.loan["down_payment_percent"].as_str().and_then(|text| text.parse::<Decimal>().ok());
        let by_product = || {
            let is_enabled = self.settings["enableDownPayment"].as_bool().unwrap_or(false);
            let percent = self.settings["disbursedAmountPercentageForDownPayment"].as_i64().filter(|_| is_enabled);
            percent.map_or(Decimal::ZERO, Decimal::from)
        };
        let is_disabled = self.loan["variant"].as_str().is_some_and(|variant| variant.contains("forced disabled downpayment"));
        if is_disabled { Decimal::ZERO } else { by_loan.unwrap_or_else(by_product) / Decimal::ONE_HUNDRED }
    }

    fn set_orders(&self, terms: &mut Terms) -> anyhow::Result<()> {
        let legacy = |due: [Part; 4], ahead: [Part; 4]| {
            let steps = [(Timing::PastDue, due), (Timing::Due, due), (Timing::InAdvance, ahead)];
            let steps = steps.into_iter().flat_map(|(timing, parts)| parts.into_iter().map(move |part| Step { timing, part }));
            Order { steps: steps.collect(), walk: Walk::Horizontal, future: Future::Next }
        };
        use Part::{Fee, Interest, Penalty, Principal};
        match self.loan["payment_strategy"].as_str() {
            Some("ADVANCED_PAYMENT_ALLOCATION") => {}
            Some("PENALTIES_FEES_INTEREST_PRINCIPAL_ORDER") => terms.order = Order::of_parts([Penalty, Fee, Interest, Principal]),
            Some("DUE_PENALTY_INTEREST_PRINCIPAL_FEE_IN_ADVANCE_PENALTY_INTEREST_PRINCIPAL_FEE") => {
                terms.order = Order::of_parts([Penalty, Interest, Principal, Fee]);
            }
            Some("DUE_PENALTY_FEE_INTEREST_PRINCIPAL_IN_ADVANCE_PRINCIPAL_PENALTY_FEE_INTEREST") => {
                terms.order = legacy([Penalty, Fee, Interest, Principal], [Principal, Penalty, Fee, Interest]);
            }
            Some(other) => return unsupported(format!("payment_strategy {other}")),
            None => bail!("field `loan.payment_strategy` must be the name of a strategy"),
        }
        if !self.is_progressive() {
            terms.tranches = Tranches::BeforePayments;
            terms.charges = Charges::WhenDue;
            terms.rounding = Rounding::HalfUp;
        }
        let credit = self.settings["creditAllocation"].as_array().into_iter().flatten();
        for rule in credit.filter(|rule| rule["transaction_type"].as_str() == Some("CHARGEBACK")) {
            let names = rule["order"].as_array().into_iter().flatten().filter_map(Value::as_str);
            terms.chargeback_order = names.filter_map(part).collect();
        }
        for rule in self.settings["paymentAllocation"].as_array().into_iter().flatten() {
            let mut order = self.order(rule)?;
            match rule["transaction_type"].as_str() {
                Some("DEFAULT") => {
                    order.future = self.default_future.unwrap_or(order.future);
                    terms.order = order;
                }
                Some("GOODWILL_CREDIT") => terms.orders.push((PaymentSource::Goodwill, order)),
                Some("MERCHANT_ISSUED_REFUND") => terms.orders.push((PaymentSource::MerchantRefund, order)),
                Some("PAYOUT_REFUND") => terms.orders.push((PaymentSource::PayoutRefund, order)),
                _ => {}
            }
        }
        Ok(())
    }

    fn order(&self, rule: &Value) -> anyhow::Result<Order> {
        let names = rule["order"].as_array().context("field `settings.paymentAllocation[].order` must be a list")?;
        let steps = names.iter().filter_map(Value::as_str).map(|name| {
            let timings = [("PAST_DUE_", Timing::PastDue), ("DUE_", Timing::Due), ("IN_ADVANCE_", Timing::InAdvance)];
            let found = timings.into_iter().find_map(|(prefix, timing)| name.strip_prefix(prefix).map(|part| (timing, part)));
            let step = found.and_then(|(timing, part)| Some(Step { timing, part: self::part(part)? }));
            step.map_or_else(|| unsupported(format!("allocation step {name}")), Ok)
        });
        let is_vertical = self.settings["loanScheduleProcessingType"].as_str() == Some("VERTICAL");
        Ok(Order {
            steps: steps.collect::<anyhow::Result<_>>()?,
            walk: if is_vertical { Walk::Vertical } else { Walk::Horizontal },
            future: future(rule["future_installment_rule"].as_str().unwrap_or_default())?,
        })
    }
}

fn part(name: &str) -> Option<Part> {
    Some(match name {
        "PENALTY" => Part::Penalty,
        "FEE" => Part::Fee,
        "INTEREST" => Part::Interest,
        "PRINCIPAL" => Part::Principal,
        _ => return None,
    })
}

/// A fee that comes with every instalment.
#[derive(Clone, Copy, Debug)]
pub(super) enum InstalmentFee {
    /// So much.
    Flat(Money),
    /// One percent of principal and interest.
    PercentOfInstalment,
}

/// The rule for money in advance, by the peer's name.
pub(super) fn future(name: &str) -> anyhow::Result<Future> {
    Ok(match name {
        "NEXT_INSTALLMENT" => Future::Next,
        "LAST_INSTALLMENT" => Future::Last,
        "REAMORTIZATION" => Future::Reamortise,
        _ => return unsupported(format!("future instalment rule {name}")),
    })
}

/// A day such as `2026-11-23`.
pub(super) fn day(value: &Value) -> anyhow::Result<Day> {
    let text = value.as_str().context("must be a day as text")?;
    Day::parse(text).with_context(|| format!("must be a day such as 2026-11-23, not `{text}`"))
}

/// An amount as decimal text.
pub(super) fn money(value: &Value) -> anyhow::Result<Money> {
    let text = value.as_str().context("must be an amount as text")?;
    let amount: Option<Decimal> = text.parse().ok().filter(|amount: &Decimal| !amount.is_sign_negative() || amount.is_zero());
    let amount = amount.with_context(|| format!("must be an amount such as 12.34, not negative, and not `{text}`"))?;
    Money::round_from(amount).with_context(|| format!("is too large: `{text}`"))
}
