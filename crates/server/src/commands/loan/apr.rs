//! The annual percentage rate of advances and payments.

use anyhow::{Context, bail};
use domain::day::Day;
use domain::loan::{UnitPeriod, actuarial_rate, effective_rate};
use domain::money::Money;
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// Reads one transaction, or a list of them, and answers with their rates.
///
/// A transaction: `{"advance": 5000, "date": "1978-01-10", "pay": [[230, "monthly", "1978-02-10", 24]]}`; each entry of `pay` is
/// an amount, how often (`once`, `weekly`, `2-weekly`, `4-weekly`, `semimonthly`, `monthly`, `quarterly`, `yearly`), the first
/// day and how many. The most frequent interval is the unit period.
pub(super) fn apr(text: &str) -> anyhow::Result<Value> {
    let input: Value = serde_json::from_str(text).context("the flows are not JSON")?;
    match &input {
        Value::Array(list) => {
            let answers =
                list.iter().enumerate().map(|(index, one)| rates(one).with_context(|| format!("transaction {}", index + 1)));
            Ok(json!({"schema": "forbear.loan-apr/1", "rates": answers.collect::<anyhow::Result<Vec<_>>>()?}))
        }
        one => {
            let mut answer = rates(one)?;
            answer["schema"] = json!("forbear.loan-apr/1");
            Ok(answer)
        }
    }
}

fn rates(transaction: &Value) -> anyhow::Result<Value> {
    let start = day(&transaction["date"]).context("field `date`")?;
    let mut flows = vec![(start, amount(&transaction["advance"]).context("field `advance`")?)];
    let series = transaction["pay"].as_array().context("field `pay` must be a list")?;
    let mut unit = (0, UnitPeriod::Months(1));
    for (index, payments) in series.iter().enumerate() {
        let at = || format!("field `pay[{index}]`");
        let paid = amount(&payments[0]).with_context(at)?;
        let often = payments[1].as_str().with_context(|| format!("{}: how often must be text", at()))?;
        let first = day(&payments[2]).with_context(at)?;
        let count = payments[3].as_u64().filter(|count| (1..=2000).contains(count));
        let count = count.with_context(|| format!("{}: how many must be from 1 to 2000", at()))? as u32;
        let interval = interval(often).with_context(at)?;
        if let Some(interval) = interval.filter(|_| count > unit.0) {
            unit = (count, interval);
        }
        flows.extend((0..count).map(|nth| (nth_day(first, interval, nth), -paid)));
    }
    let nominal = actuarial_rate(&flows, unit.1).context("no rate fits these flows")?;
    let effective = effective_rate(&flows).context("no rate fits these flows")?;
    let percent = |rate: Decimal| format!("{:.2}", (rate * Decimal::ONE_HUNDRED).round_dp(2));
    Ok(json!({"id": transaction["id"], "apr": percent(nominal), "xirr": percent(effective)}))
}

fn interval(often: &str) -> anyhow::Result<Option<UnitPeriod>> {
    Ok(Some(match often.split(' ').next().unwrap_or(often) {
        "once" => return Ok(None),
        "weekly" => UnitPeriod::Days(7),
        "2-weekly" | "biweekly" => UnitPeriod::Days(14),
        "4-weekly" => UnitPeriod::Days(28),
        "semimonthly" => UnitPeriod::HalfMonth,
        "monthly" => UnitPeriod::Months(1),
        "quarterly" => UnitPeriod::Months(3),
        "yearly" | "annually" => UnitPeriod::Months(12),
        _ => bail!("`{often}` is not a known interval, such as `monthly`"),
    }))
}

fn nth_day(first: Day, interval: Option<UnitPeriod>, nth: u32) -> Day {
    let nth = nth as i32;
    match interval {
        None => first,
        Some(UnitPeriod::Days(days)) => first.plus_days(days as i32 * nth),
        Some(UnitPeriod::Months(months)) => first.plus_months_on(months as i32 * nth, first.civil().2),
        Some(UnitPeriod::HalfMonth) => {
            let start = first.plus_months(nth / 2);
            let is_second_half = first.civil().2 > 15;
            match (nth % 2, is_second_half) {
                (0, _) => start,
                (_, false) => start.plus_days(15),
                (_, true) => start.plus_days(-15).plus_months(1),
            }
        }
    }
}

fn day(value: &Value) -> anyhow::Result<Day> {
    value.as_str().and_then(Day::parse).context("must be a day such as 2026-11-23")
}

/// An amount as a number or as text, with at most two decimals.
fn amount(value: &Value) -> anyhow::Result<Money> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => bail!("must be an amount"),
    };
    let trimmed = text.strip_suffix(".0").unwrap_or(&text);
    Money::parse(trimmed).filter(|amount| amount.is_positive()).with_context(|| format!("`{text}` is not an amount above zero"))
}
