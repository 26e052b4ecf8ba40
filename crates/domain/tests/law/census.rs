//! A census: the same made-up people under every pack, and how many each rule forbids, holds, or cannot judge. A change to a pack
//! shows here as a change of numbers, next to the rule whose reach it changed.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use domain::law::{
    Actor, Channel, Counter, DayOf, Fact, Institution, Law, Neutral, Number, Pack, Product, Purpose, Recipient, Ruling,
    Situation, When, Word,
};

use crate::packs::{SHIPPED, law, pack, zone};
use crate::people::{Dice, somebody};

/// For each rule: forbidden, held for approval, not to be judged.
pub(crate) type Census = BTreeMap<String, [u32; 3]>;

/// The people of a census: some by chance, and for each rule the neighbourhood of its examples.
pub(crate) fn people(pack: &Pack) -> Vec<Situation> {
    let mut people: Vec<Situation> = (0..600).map(|seed| somebody(pack, &mut Dice::new(seed))).collect();
    for rule in pack.rules.iter().filter(|rule| rule.on) {
        for example in rule.allowed.iter().chain(&rule.forbidden).chain(&rule.held) {
            people.extend(neighbourhood(example, pack));
        }
    }
    people
}

/// The example with one thing changed: every channel, recipient and purpose, actor, product and fact, counts and days one off.
fn neighbourhood(example: &Neutral, pack: &Pack) -> Vec<Situation> {
    let situation = example.read(Some(&pack.defaults), &zone).unwrap().situation;
    let mut others = Vec::new();
    let mut other = |change: &dyn Fn(&mut Situation)| {
        let mut changed = situation.clone();
        change(&mut changed);
        others.push(changed);
    };
    Channel::ALL.iter().for_each(|word| other(&|changed| changed.channel = *word));
    Recipient::ALL.iter().for_each(|word| other(&|changed| changed.recipient = *word));
    Purpose::ALL.iter().for_each(|word| other(&|changed| changed.purpose = *word));
    Institution::ALL.iter().for_each(|word| other(&|changed| changed.institution = *word));
    Actor::ALL.iter().for_each(|word| other(&|changed| changed.actor = *word));
    Product::ALL.iter().for_each(|word| other(&|changed| changed.product = *word));
    for fact in Fact::ALL {
        let is_so = situation.facts.get(*fact) == Some(true);
        other(&|changed| changed.facts.set(*fact, !is_so));
        other(&|changed| changed.facts.forget(*fact));
    }
    other(&|changed| (changed.actor, changed.institution) = (Actor::InHouse, Institution::Bank));
    for purpose in Purpose::ALL {
        other(&|changed| (changed.purpose, changed.recipient) = (*purpose, Recipient::Spouse));
    }
    let day = situation.moment.day();
    for counter in Counter::ALL {
        let count = situation.counts.get(*counter, day).unwrap_or(0);
        other(&|changed| changed.counts.set(*counter, count + 1));
        other(&|changed| changed.counts.set(*counter, count.saturating_sub(1)));
    }
    for number in Number::ALL {
        let value = situation.numbers.get(*number).unwrap_or(0);
        other(&|changed| changed.numbers.set(*number, value + 1));
        other(&|changed| changed.numbers.set(*number, value.saturating_sub(1)));
    }
    for which in DayOf::ALL {
        if let When::On(on) = situation.days.get(*which) {
            other(&|changed| changed.days.set(*which, When::On(on.plus_days(1))));
            other(&|changed| changed.days.set(*which, When::On(on.plus_days(-1))));
        }
    }
    for minutes in [-1_440, -1, 1, 1_440] {
        let at = situation.moment.at().as_second() + minutes * 60;
        others.push(situation.at(domain::moment::Timestamp::from_second(at).unwrap()));
    }
    others
}

/// Counts.
pub(crate) fn census(law: &Law, people: &[Situation]) -> Census {
    let mut census = Census::new();
    for person in people {
        let ruling = law.rule(person);
        let column = match ruling {
            Ruling::Allowed(_) => continue,
            Ruling::Forbidden { .. } => 0,
            Ruling::NeedsApproval { .. } => 1,
            Ruling::Unsettled { .. } => 2,
        };
        for ground in ruling.grounds() {
            let is_own = ground.force == ground.rule.force;
            let rule = if is_own { ground.rule.id.clone() } else { format!("{} (weaker)", ground.rule.id) };
            census.entry(rule).or_default()[column] += 1;
        }
    }
    census
}

fn path(id: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/law/census").join(format!("{id}.txt"))
}

fn written(census: &Census, people: usize) -> String {
    let mut text = format!("{:<22}{:>8}{:>8}{:>10}   of {people}\n", "", "deny", "held", "unsettled");
    for (rule, [denied, held, unsettled]) in census {
        writeln!(text, "{rule:<22}{denied:>8}{held:>8}{unsettled:>10}").unwrap();
    }
    text
}

/// `LAW_CENSUS=write` writes the numbers anew; read the difference before it is kept.
#[test]
fn every_rule_reaches_as_many_people_as_before() {
    for id in SHIPPED {
        let people = people(&pack(id));
        let now = written(&census(&law(&[id]), &people), people.len());
        if std::env::var("LAW_CENSUS").is_ok_and(|word| word == "write") {
            std::fs::write(path(id), &now).unwrap();
        }
        let before = std::fs::read_to_string(path(id)).unwrap_or_default();
        assert_eq!(now, before, "{id}: the census changed; if it was meant to, run again with LAW_CENSUS=write");
    }
}
