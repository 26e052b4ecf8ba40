//! Examples: each pack proves, whenever it is loaded, that it means what it says.

use alloc::format;
use alloc::string::String;

use crate::refusal::Invalid;

use super::judge::Law;
use super::neutral::{Neutral, Zones};
use super::pack::{Pack, Rule};
use super::ruling::Ruling;

/// Judges every example of every rule that is switched on by the pack alone.
pub(super) fn hold(pack: &Pack, zones: Zones<'_>) -> Result<(), Invalid> {
    let law = Law::of_one(pack)?;
    for (index, rule) in pack.rules.iter().enumerate() {
        if pack.rules[..index].iter().any(|other| other.id == rule.id) {
            return Err(Invalid::new(&rule.id, "stands twice in the pack; give each rule an id of its own"));
        }
        let mut lifted = rule.lifts.iter().flat_map(|lift| &lift.rules);
        if let Some(unknown) = lifted.find(|id| pack.rule(id).is_none()) {
            return Err(Invalid::new(&rule.id, format!("lifts `{unknown}`, which is no rule of this pack")));
        }
        if rule.on {
            examples_of(rule, pack, &law, zones)?;
        }
    }
    Ok(())
}

fn examples_of(rule: &Rule, pack: &Pack, law: &Law, zones: Zones<'_>) -> Result<(), Invalid> {
    let has_counterexample = !rule.forbidden.is_empty() || !rule.held.is_empty() || rule.checks.is_empty();
    if rule.allowed.is_empty() || !has_counterexample {
        return Err(Invalid::new(
            &rule.id,
            "needs at least one example that is allowed and one that is forbidden or held for approval",
        ));
    }
    for (kind, examples, expected) in
        [("allowed", &rule.allowed, "permit"), ("forbidden", &rule.forbidden, "deny"), ("held", &rule.held, "needs_approval")]
    {
        for (number, example) in examples.iter().enumerate() {
            let wrong = |fix: &str| Invalid::new(&rule.id, format!("{kind} example {}: {fix}", number + 1));
            let ruling = judge(example, pack, law, zones).map_err(|fix| wrong(&fix))?;
            let rules = ruling.rules();
            if ruling.word() != expected || !(rules.is_empty() || rules.contains(&rule.id)) {
                return Err(wrong(&format!("is ruled {} by {}", ruling.word(), rules.join(", "))));
            }
        }
    }
    Ok(())
}

fn judge(example: &Neutral, pack: &Pack, law: &Law, zones: Zones<'_>) -> Result<Ruling, String> {
    let read = example.read(Some(&pack.defaults), zones).map_err(|invalid| format!("{}: {}", invalid.field, invalid.fix))?;
    match read.not_understood.first() {
        Some(name) => Err(format!("`{name}` is not a fact")),
        None => Ok(law.rule(&read.situation)),
    }
}
