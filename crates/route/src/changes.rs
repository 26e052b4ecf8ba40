//! What accepting a new plan would change, visit by visit.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::plan::{Plan, StepKind};

/// A job whose visit moves, comes or goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Which job.
    pub job: u64,
    /// Who was to come when; empty if nobody.
    pub before: Vec<Visit>,
    /// Who would come when; empty if nobody.
    pub after: Vec<Visit>,
}

/// Somebody at a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Visit {
    /// Who.
    pub vehicle: u64,
    /// When setup or service begins.
    pub begins: i64,
}

/// Every job that the two plans treat differently, by id.
pub fn changes(before: &Plan, after: &Plan) -> Vec<Change> {
    let (before, after) = (visits(before), visits(after));
    let mut jobs: Vec<u64> = before.keys().chain(after.keys()).copied().collect();
    jobs.sort_unstable();
    jobs.dedup();
    let of = |plan: &BTreeMap<u64, Vec<Visit>>, job| plan.get(&job).cloned().unwrap_or_default();
    (jobs.into_iter())
        .map(|job| Change { job, before: of(&before, job), after: of(&after, job) })
        .filter(|change| change.before != change.after)
        .collect()
}

fn visits(plan: &Plan) -> BTreeMap<u64, Vec<Visit>> {
    let mut visits: BTreeMap<u64, Vec<Visit>> = BTreeMap::new();
    for route in &plan.routes {
        for step in route.steps.iter().filter(|step| step.kind == StepKind::Job) {
            if let Some(job) = step.id {
                visits.entry(job).or_default().push(Visit { vehicle: route.vehicle, begins: step.begins() });
            }
        }
    }
    visits.values_mut().for_each(|visits| visits.sort_unstable());
    visits
}
