//! Examples: each pack proves, whenever it is loaded, that it means what it says.

use alloc::format;
use alloc::sync::Arc;

use crate::refusal::Invalid;

use super::judge::Law;
use super::neutral::{Neutral, Zones};
use super::pack::{Pack, Rule};
use super::ruling::Ruling;

/// Judges every example of every rule that is switched on by the pack alone.
pub(super) fn hold(pack: &Arc<Pack>, zones: Zones<'_>) -> Result<(), Invalid> {
    let law = Law::unexamined(pack)?;
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
    if rule.allowed.is_empty() || (rule.forbidden.is_empty() && !rule.checks.is_empty()) {
        return Err(Invalid::new(&rule.id, "needs at least one allowed and one forbidden example"));
    }
    let judge = |example: &Neutral, kind: &str, number: usize| {
        let in_example = |fix: &str| Invalid::new(&rule.id, format!("{kind} example {}: {fix}", number + 1));
        let read = example
            .read(Some(&pack.defaults), zones)
            .map_err(|invalid| in_example(&format!("{}: {}", invalid.field, invalid.fix)))?;
        match read.not_understood.first() {
            Some(name) => Err(in_example(&format!("`{name}` is not a fact"))),
            None => Ok(law.rule(&read.situation)),
        }
    };
    for (number, example) in rule.allowed.iter().enumerate() {
        let ruling = judge(example, "allowed", number)?;
        if !matches!(ruling, Ruling::Allowed(_)) {
            let fix = format!("allowed example {} is ruled {} by {}", number + 1, ruling.word(), ruling.rules().join(", "));
            return Err(Invalid::new(&rule.id, fix));
        }
    }
    for (number, example) in rule.forbidden.iter().enumerate() {
        let ruling = judge(example, "forbidden", number)?;
        let is_held = matches!(ruling, Ruling::Forbidden { .. } | Ruling::NeedsApproval { .. });
        if !is_held || !ruling.rules().contains(&rule.id) {
            let fix = format!("forbidden example {} is ruled {} by {}", number + 1, ruling.word(), ruling.rules().join(", "));
            return Err(Invalid::new(&rule.id, fix));
        }
    }
    Ok(())
}
