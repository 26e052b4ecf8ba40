//! What does not make sense is refused with a sentence that names the field; nothing brings the commands down.

use std::panic::catch_unwind;

use serde_json::{Value, json};

use super::{apr, replay, schedule};

fn terms() -> Value {
    json!({
        "principal": 120_000, "disbursed_on": "2026-01-15", "instalments": 3, "method": "equal_instalment",
        "annual_rate": "0.12", "due": {"months": {"first_on": "2026-02-15", "every": 1, "day": 15}},
        "late": {"annual_rate": "0.18", "fee": 1_000}, "cost_cap": "0.24", "grace": {"principal": 1}, "down_payment": "0.25",
        "interest_on": "outstanding", "multiple_of": 1,
    })
}

fn flows() -> Value {
    json!({"advance": 5_000, "date": "2026-01-10", "pay": [[230, "monthly", "2026-02-10", 24], [10, "weekly", "2026-02-11", 3]]})
}

fn case() -> Value {
    json!({
        "id": "1",
        "loan": {
            "submitted_on": "2026-01-01", "principal": "1000", "rate_percent": "12", "amortization": "EQUAL_INSTALLMENTS",
            "repay_every": "1", "repay_unit": "MONTHS", "installments": "4", "grace_principal": "1", "grace_interest_payment": "0",
            "interest_free_periods": "0", "payment_strategy": "PENALTIES_FEES_INTEREST_PRINCIPAL_ORDER",
        },
        "settings": {"loanScheduleType": "PROGRESSIVE", "daysInYearType": "360", "daysInMonthType": "30"},
        "steps": [
            {"op": "create_loan"},
            {"op": "approve", "date": "2026-01-01", "amount": "1000", "expected_disbursement": "2026-01-01"},
            {"op": "disburse", "date": "2026-01-01", "amount": "1000"},
            {"op": "business_date", "date": "2026-02-20"},
            {"op": "repay", "date": "2026-02-01", "amount": "100"},
            {"op": "charge", "type": "LOAN_NSF_FEE", "due": "2026-02-10", "amount": "10"},
            {"op": "credit_balance_refund", "date": "2026-02-12", "amount": "10"},
            {"op": "delinquency_pause", "from": "2026-02-12", "to": "2026-02-20"},
            {"op": "expect_schedule"},
            {"op": "expect_totals"},
        ],
    })
}

/// `value` with the field at `path` set to `to`.
fn with(mut value: Value, path: &str, to: Value) -> Value {
    *value.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = to;
    value
}

#[test]
fn good_input_is_answered() {
    assert_eq!(schedule(&terms().to_string()).unwrap()["instalments"].as_array().unwrap().len(), 4);
    assert_eq!(apr::apr(&flows().to_string()).unwrap()["schema"], "forbear.loan-apr/1");
    let answer = replay::replay(&case().to_string()).unwrap();
    assert_eq!((answer["observed"].as_array().unwrap().len(), &answer["unsupported"]), (2, &json!([])));
    // The first of the four asks for interest alone: a twelfth of 12 % of 1,000.
    let first = &answer["observed"][0]["rows"][1];
    assert_eq!((&first["principal"], &first["interest"]), (&json!("0.0"), &json!("10.0")), "{first}");
}

#[test]
fn bad_terms_are_refused_by_their_field() {
    let check = |path: &str, to: Value, says: &str| {
        let refused = format!("{:#}", schedule(&with(terms(), path, to).to_string()).unwrap_err());
        assert!(refused.contains(says), "{path}: {refused}");
    };
    check("/principal", json!(-1), "field `principal` must be more than zero");
    check("/principal", json!(i64::MAX), "field `principal` must be more than zero and at most");
    check("/principal", json!(1e30), "the terms cannot be read");
    check("/instalments", json!(0), "field `instalments` must be from 1 to 600");
    check("/instalments", json!(-3), "the terms cannot be read");
    check("/annual_rate", json!("0.25"), "field `annual_rate` exceeds the limit of 24 % a year");
    check("/annual_rate", json!("-0.1"), "field `annual_rate` must be a fraction");
    check("/down_payment", json!("1"), "field `down_payment` must be a fraction");
    check("/grace/principal", json!(3), "field `grace.principal` must leave");
    check("/due/months/every", json!(0), "field `due` must come every");
    check("/due/months/first_on", json!("2026-01-15"), "field `due` the first due day must lie after");
    check("/disbursed_on", json!("2026-02-30"), "the terms cannot be read");
    check("/late/fee", json!(i64::MIN), "field `late.fee` must not be negative");
    let unknown = |field: &str, within: &str| {
        let mut given = terms();
        given.pointer_mut(within).unwrap()[field] = json!("EUR");
        format!("{:#}", schedule(&given.to_string()).unwrap_err())
    };
    assert!(unknown("currency", "").starts_with("field `currency` is none of the terms"));
    assert!(unknown("anual_rate", "/late").starts_with("field `late.anual_rate` is none of the terms"));
}

#[test]
fn bad_flows_and_cases_are_refused_by_their_field() {
    let check = |refused: anyhow::Error, says: &str| assert!(format!("{refused:#}").contains(says), "{refused:#}");
    let flows = |path: &str, to: Value| apr::apr(&with(flows(), path, to).to_string()).unwrap_err();
    check(flows("/advance", json!(-5)), "field `advance`: `-5` is not an amount above zero");
    check(flows("/pay/0/3", json!(0)), "field `pay[0]`: how many must be from 1 to 2000");
    check(flows("/pay/1/1", json!("daily")), "field `pay[1]`: `daily` is not a known interval");
    let case = |path: &str, to: Value| replay::replay(&with(case(), path, to).to_string()).unwrap_err();
    check(case("/loan/principal", json!("-1")), "field `loan.principal`");
    check(case("/loan/installments", json!("0")), "field `loan.installments` must be a whole number from 1");
    check(case("/loan/grace_principal", json!("4")), "grace.principal");
    check(case("/steps/4/date", json!("2025-01-01")), "step 4 (repay): field `date` lies before the loan was paid out");
    check(case("/steps/4/amount", json!("1e40")), "step 4 (repay): field `amount`");
}

/// Every place in `value`, as a pointer.
fn places(value: &Value, at: &str, into: &mut Vec<String>) {
    into.push(at.to_owned());
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| places(value, &format!("{at}/{name}"), into)),
        Value::Array(list) => list.iter().enumerate().for_each(|(index, value)| places(value, &format!("{at}/{index}"), into)),
        _ => {}
    }
}

#[test]
fn whatever_stands_in_a_field_nothing_brings_the_commands_down() {
    let extremes = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1),
        json!(600),
        json!(u32::MAX),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e300),
        json!(-1e-300),
        json!(""),
        json!("0"),
        json!("-1"),
        json!("0.0000000000000000000000000001"),
        json!("79228162514264337593543950335"),
        json!("9999999999999.99"),
        json!("92233720368547758.07"),
        json!("NaN"),
        json!("10"),
        json!("0001-01-01"),
        json!("2998-12-31"),
        json!("2999-12-31"),
        json!("9999-12-31"),
        json!("2026-02-28"),
        json!([]),
        json!({}),
        json!([1, 2, 3]),
        json!("weekly"),
        json!("DAYS"),
        json!("bullet"),
        json!({"flat_fee": {"rate": "10"}}),
        json!({"days": {"first_on": "2026-01-16", "every": 3_660}}),
        json!("2026-01-01"),
        json!("10000"),
    ];
    type Asked = (&'static str, fn() -> Value, fn(&str) -> anyhow::Result<Value>);
    let asked: [Asked; 3] = [("schedule", terms, schedule), ("apr", flows, apr::apr), ("replay", case, replay::replay)];
    // Each place alone with each extreme, and then pairs drawn by a seed.
    for (name, base, ask) in asked {
        let mut spots = vec![];
        places(&base(), "", &mut spots);
        let try_one = |input: Value| {
            let text = input.to_string();
            assert!(catch_unwind(|| ask(&text).is_ok()).is_ok(), "{name} broke down on {text}");
        };
        for spot in &spots {
            extremes.iter().for_each(|extreme| try_one(with(base(), spot, extreme.clone())));
        }
        let mut seed = 20_261_126_u64;
        let mut below = |bound: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % bound
        };
        for _ in 0..3_000 {
            let mut input = base();
            for _ in 0..2 + below(2) {
                if let Some(place) = input.pointer_mut(&spots[below(spots.len())]) {
                    *place = extremes[below(extremes.len())].clone();
                }
            }
            try_one(input);
        }
    }
}
