//! Every parameter of every rule, turned a little: an example, an acceptance case or the census has to notice.

use std::collections::BTreeMap;

use domain::law::{Law, Pack, Situation};
use toml::{Table, Value};

use crate::census::{self, Census};
use crate::gate;
use crate::packs::{SHIPPED, pack, text, zone};

/// A change to one parameter: what it is called, and the pack that has it.
struct Mutant {
    name: String,
    pack: Table,
}

/// One way from a rule to a value inside it.
#[derive(Clone)]
enum Step {
    Key(String),
    At(usize),
}

fn mutants_of(pack: &Table) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    let rules = pack["rule"].as_array().unwrap();
    for (index, rule) in rules.iter().enumerate() {
        let id = rule["id"].as_str().unwrap();
        if rule.get("on").and_then(Value::as_bool) == Some(false) {
            continue;
        }
        let mut paths = Vec::new();
        for part in ["check", "lifts", "since"] {
            if let Some(value) = rule.get(part) {
                walk(value, &mut vec![Step::Key(part.to_owned())], &mut paths);
            }
        }
        for (path, changed) in paths {
            let mut pack = pack.clone();
            let mut place = &mut pack["rule"].as_array_mut().unwrap()[index];
            for step in &path {
                place = match step {
                    Step::Key(key) => &mut place[key.as_str()],
                    Step::At(at) => &mut place[*at],
                };
            }
            let was = place.to_string();
            *place = changed.clone();
            mutants.push(Mutant { name: format!("{id} {}: {was} became {changed}", said(&path)), pack });
        }
    }
    mutants
}

fn said(path: &[Step]) -> String {
    let words = path.iter().map(|step| match step {
        Step::Key(key) => key.clone(),
        Step::At(at) => at.to_string(),
    });
    words.collect::<Vec<_>>().join(".")
}

/// Collects every way in which `value` can be turned a little.
fn walk(value: &Value, path: &mut Vec<Step>, found: &mut Vec<(Vec<Step>, Value)>) {
    let is_in_scope = path.iter().any(|step| matches!(step, Step::Key(key) if key == "when"));
    found.extend(turned(value, is_in_scope).into_iter().map(|value| (path.clone(), value)));
    let inner: Vec<(Step, &Value)> = match value {
        Value::Table(table) => table.iter().map(|(key, value)| (Step::Key(key.clone()), value)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().filter(|(_, item)| item.is_table()).map(|(at, item)| (Step::At(at), item)).collect()
        }
        _ => Vec::new(),
    };
    for (step, value) in inner {
        path.push(step);
        walk(value, path, found);
        path.pop();
    }
}

/// The neighbours of a value: a number one less and more, a clock a minute and a day a day earlier and later, a list without one
/// of its items, a scope without one of its conditions, a prohibition that only asks for approval.
fn turned(value: &Value, is_in_scope: bool) -> Vec<Value> {
    match value {
        Value::Integer(number) => vec![Value::Integer(number - 1), Value::Integer(number + 1)],
        Value::Boolean(is_so) => vec![Value::Boolean(!is_so)],
        Value::String(text) => neighbours(text).into_iter().map(Value::String).collect(),
        Value::Array(items) => (0..items.len())
            .map(|at| {
                let mut fewer = items.clone();
                fewer.remove(at);
                Value::Array(fewer)
            })
            .collect(),
        Value::Table(table) => {
            let mut others = Vec::new();
            for (from, to) in [("deny", "needs_approval"), ("needs_approval", "deny")] {
                if let Some(test) = table.get(from) {
                    let mut other = table.clone();
                    other.remove(from);
                    other.insert(to.to_owned(), test.clone());
                    others.push(Value::Table(other));
                }
            }
            for key in table.keys().filter(|key| is_in_scope || ["when", "unless"].contains(&key.as_str())) {
                let mut other = table.clone();
                other.remove(key);
                others.push(Value::Table(other));
            }
            others
        }
        Value::Float(_) | Value::Datetime(_) => Vec::new(),
    }
}

/// A time of day a minute earlier and later; a day a day earlier and later; a word has no neighbour.
fn neighbours(text: &str) -> Vec<String> {
    if let Some(minute) = domain::law::minute_of(text) {
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        return vec![clock(minute - 1), clock(minute + 1)];
    }
    let day = domain::day::Day::parse(text);
    day.map_or(Vec::new(), |day| vec![day.plus_days(-1).to_string(), day.plus_days(1).to_string()])
}

/// Who notices a mutant: an example when the pack is loaded, an acceptance case, or the census.
fn is_noticed(id: &str, mutant: Table, people: &[Situation], before: &Census) -> Option<&'static str> {
    let Ok(pack) = mutant.try_into::<Pack>() else { return Some("form") };
    let Ok(law) = Law::new(beside(id).into_iter().chain([pack]).collect(), &zone) else { return Some("example") };
    if !gate::differences(id, &law).is_empty() {
        return Some("case");
    }
    (census::census(&law, people) != *before).then_some("census")
}

/// The law that a pack stands beside: a house's own rules judge nothing alone.
fn beside(id: &str) -> Vec<Pack> {
    if id == "house" { vec![pack("eu")] } else { Vec::new() }
}

/// Parameters that can be turned without changing any answer, and why.
const SAME_ANSWER: [(&str, &str); 2] = [
    ("UK-DA-1 check.1.needs_approval.later.days: 30 became 29", "on the thirtieth day the first check forbids it anyhow"),
    (
        "US-CALL-1 check.1.needs_approval.calls_within.consent_days: 7 became 8",
        "where consent has run out US-CALL-3 forbids it anyhow",
    ),
];

#[test]
fn a_turned_parameter_of_any_rule_is_noticed() {
    let mut noticed: BTreeMap<&str, u32> = BTreeMap::new();
    let mut missed = Vec::new();
    for id in SHIPPED.into_iter().chain(["house"]) {
        let people = census::people(&pack(id));
        let whole = Law::new(beside(id).into_iter().chain([pack(id)]).collect(), &zone).unwrap();
        let before = census::census(&whole, &people);
        let table: Table = toml::from_str(&text(id)).unwrap();
        for Mutant { name, pack } in mutants_of(&table) {
            match is_noticed(id, pack, &people, &before) {
                Some(by) => *noticed.entry(by).or_default() += 1,
                None => missed.push(name),
            }
        }
    }
    missed.retain(|name| !SAME_ANSWER.iter().any(|(start, _)| name.starts_with(start)));
    let all = noticed.values().sum::<u32>() as usize + missed.len();
    println!("{} of {all} turned parameters noticed: {noticed:?}", all - missed.len());
    assert!(missed.is_empty(), "missed:\n{}", missed.join("\n"));
}
