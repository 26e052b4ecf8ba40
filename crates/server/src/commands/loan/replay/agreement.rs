//! Agreement with the peer's own cases, where the data folder is there.

use std::collections::BTreeMap;
use std::path::Path;

use rust_decimal::Decimal;
use serde_json::Value;

/// Steps known to differ: the case, the step, and why.
const DIFFERENT: [(&str, usize, &str); 1] =
    [("C4051", 15, "the first line cut short by a re-ageing counts its days from the tranche in between")];

#[test]
fn every_step_of_the_peers_cases_agrees() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/fineract/cases.jsonl");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: no peer's cases here");
        return;
    };
    let mut agreed: BTreeMap<String, usize> = BTreeMap::new();
    let mut differing = Vec::new();
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let answer = super::replay(line).unwrap();
        for (index, step) in case["steps"].as_array().unwrap().iter().enumerate() {
            if !step["op"].as_str().unwrap().starts_with("expect_") {
                continue;
            }
            let observed = answer["observed"].as_array().unwrap().iter().find(|seen| seen["step"] == index);
            let id = case["id"].as_str().unwrap();
            if observed.is_some_and(|seen| agrees(step, seen)) {
                *agreed.entry(case["class"].as_str().unwrap().to_owned()).or_default() += 1;
            } else if !DIFFERENT.iter().any(|(known, at, _)| (*known, *at) == (id, index)) {
                differing.push(format!("{id} step {index}: {} but observed {observed:?}", step["op"]));
            }
        }
    }
    println!("steps that agree: {agreed:?}");
    assert!(differing.is_empty(), "{} steps differ:\n{}", differing.len(), differing.join("\n"));
}

/// Whether every value that the step states is observed; rows of transactions in any order.
fn agrees(step: &Value, seen: &Value) -> bool {
    if let Some(rows) = step["rows"].as_array() {
        let Some(found) = seen["rows"].as_array() else { return false };
        let in_any_order = step["op"] == "expect_transactions";
        return rows.len() == found.len()
            && rows.iter().enumerate().all(|(index, row)| {
                if in_any_order { found.iter().any(|other| holds(row, other)) } else { holds(row, &found[index]) }
            });
    }
    match step["op"].as_str().unwrap() {
        "expect_totals" => holds(&step["row"], &seen["row"]),
        "expect_closed" | "expect_all_met" => seen["status"] == "CLOSED_OBLIGATIONS_MET",
        "expect_reverted" => seen["reverted"] == true,
        _ => holds(step, seen),
    }
}

fn holds(stated: &Value, observed: &Value) -> bool {
    stated.as_object().unwrap().iter().all(|(field, value)| field == "op" || is_same(value, &observed[field]))
}

fn is_same(one: &Value, other: &Value) -> bool {
    let number = |value: &Value| value.as_str().and_then(|text| text.replace(',', "").parse::<Decimal>().ok());
    one == other || one.is_null() && other == "" || number(one).is_some_and(|number_one| Some(number_one) == number(other))
}
