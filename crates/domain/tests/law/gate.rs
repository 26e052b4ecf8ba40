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

#[test]
fn every_acceptance_case_is_ruled_as_expected_and_by_the_right_rule() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/law/gate_cases.json");
    let Ok(text) = fs::read_to_string(&path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let cases: Vec<Case> = serde_json::from_str(&text).expect("the cases are in the neutral form");
    let mut wrong = Vec::new();
    let mut judged = 0;
    for id in SHIPPED {
        let law = law(&[id]);
        for case in cases.iter().filter(|case| pack_of(&case.jurisdiction) == id) {
            judged += 1;
            wrong.extend(differs(case, &law));
        }
    }
    println!("{} of {judged} cases as expected", judged - wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
