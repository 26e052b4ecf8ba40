//! The acceptance cases of `../shared/law`: expected answers that were written before the packs.

use std::fs;
use std::path::Path;

use domain::law::{Law, Neutral, Ruling};
use serde::Deserialize;

use crate::packs::{SHIPPED, law, zone};

#[derive(Deserialize)]
struct Case {
    jurisdiction: String,
    case_id: String,
    situation: Neutral,
    expected: String,
    rule: String,
}

fn pack_of(jurisdiction: &str) -> String {
    match jurisdiction {
        "US" => String::from("us-federal"),
        other => other.to_lowercase(),
    }
}

fn differs(case: &Case, law: &Law) -> Option<String> {
    let read =
        case.situation.read(None, &zone).unwrap_or_else(|invalid| panic!("{}: {}: {}", case.case_id, invalid.field, invalid.fix));
    let ruling = law.rule(&read.situation);
    let named = matches!(ruling, Ruling::Allowed(_)) || ruling.rules().contains(&case.rule);
    let is_right = ruling.word() == case.expected && named && read.not_understood.is_empty();
    (!is_right).then(|| {
        format!(
            "{}: expected {} by {}, ruled {} by {:?}, not understood {:?}",
            case.case_id,
            case.expected,
            case.rule,
            ruling.word(),
            ruling.rules(),
            read.not_understood
        )
    })
}

fn cases() -> Option<Vec<Case>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/law/gate_cases.json");
    let text = fs::read_to_string(&path).ok()?;
    Some(serde_json::from_str(&text).expect("the cases are in the neutral form"))
}

/// Where `law` does not rule the cases of the pack `id` as expected; nothing where the cases are not there.
pub(crate) fn differences(id: &str, law: &Law) -> Vec<String> {
    let cases = cases().unwrap_or_default();
    cases.iter().filter(|case| pack_of(&case.jurisdiction) == id).filter_map(|case| differs(case, law)).collect()
}

#[test]
fn every_acceptance_case_is_ruled_as_expected_and_by_the_right_rule() {
    let Some(cases) = cases() else {
        println!("skipped: ../shared/law/gate_cases.json is not there");
        return;
    };
    let wrong: Vec<String> = SHIPPED.iter().flat_map(|id| differences(id, &law(&[id]))).collect();
    println!("{} of {} cases as expected", cases.len() - wrong.len(), cases.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
