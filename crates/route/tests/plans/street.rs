//! The smallest world: a street with a door every ten seconds, and a line of text for a plan.

use route::{Break, Budget, Job, Matrix, Plan, Problem, StepKind, Vehicle, check, plan};

/// Doors along the street.
const DOORS: i64 = 21;

/// One vehicle that starts at door 0 and ends wherever it is, and jobs 1, 2, 3, … of 5 seconds at the doors named.
pub(crate) fn street(doors: &[usize]) -> Problem {
    let row = |from: i64| (0..DOORS).map(|to| 10 * (from - to).abs()).collect();
    let durations = (0..DOORS).map(row).collect();
    Problem {
        vehicles: vec![vehicle(1)],
        jobs: doors.iter().zip(1..).map(|(door, id)| job(id, *door)).collect(),
        matrices: [(String::from("car"), Matrix { durations, ..Matrix::default() })].into(),
        ..Problem::default()
    }
}

pub(crate) fn vehicle(id: u64) -> Vehicle {
    Vehicle { id, start_index: Some(0), ..Vehicle::default() }
}

pub(crate) fn job(id: u64, door: usize) -> Job {
    Job { id, location_index: Some(door), service: 5, ..Job::default() }
}

pub(crate) fn pause(id: u64, from: i64, to: i64, service: i64) -> Break {
    Break { id, time_windows: vec![[from, to]], service }
}

/// The plan after 300 attempts, which must stand up to the second opinion.
pub(crate) fn planned(problem: &Problem) -> Plan {
    let plan = plan(problem, &Budget::steps(300)).expect("a sound problem");
    assert_eq!(check(problem, &plan).expect("a sound problem"), [], "{}", told(&plan));
    plan
}

/// `1: 3@30 break@40 2@60 | out: 4 skills`: each vehicle with its jobs and when they begin, then what is left out and why.
pub(crate) fn told(plan: &Plan) -> String {
    let mut parts: Vec<String> = Vec::new();
    for route in &plan.routes {
        let steps = route.steps.iter().filter_map(|step| match (step.kind, step.id) {
            (StepKind::Job, Some(id)) => Some(format!(" {id}@{}", step.begins())),
            (StepKind::Break, _) => Some(format!(" break@{}", step.begins())),
            _ => None,
        });
        parts.push(format!("{}:{}", route.vehicle, steps.collect::<String>()));
    }
    let out: String = plan.unassigned.iter().map(|left| format!(" {} {}", left.id, left.reason)).collect();
    if !out.is_empty() {
        parts.push(format!("out:{out}"));
    }
    parts.join(" | ")
}

/// Numbers by chance that can be had again (a linear congruential generator; Knuth's constants).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % bound as u64) as usize
    }
}
