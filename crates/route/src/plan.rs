//! The answer: who goes where, when, in VROOM's output form.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::problem::{Job, Objective, Problem, Window};

/// The name and version of the output form.
pub const SCHEMA: &str = "forbear.route-plan/1";

/// Everybody's route, and what was left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    /// [`SCHEMA`].
    pub schema: String,
    /// 0: there is a plan.
    pub code: u32,
    /// The sums over all routes.
    pub summary: Summary,
    /// Jobs that no route has.
    pub unassigned: Vec<Unassigned>,
    /// One for each vehicle that goes out.
    pub routes: Vec<Route>,
}

/// The sums over all routes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// What the routes cost; under the objective `distance`, their length.
    pub cost: i64,
    /// How many vehicles go out.
    pub routes: usize,
    /// How many jobs are left out.
    pub unassigned: usize,
    /// Prizes of the jobs that are done.
    pub prize: i64,
    /// Priorities of the jobs that are done.
    pub priority: i64,
    /// Seconds of setup.
    pub setup: i64,
    /// Seconds at doors and on breaks.
    pub service: i64,
    /// Seconds of travel.
    pub duration: i64,
    /// Seconds of waiting.
    pub waiting_time: i64,
    /// Metres of travel.
    pub distance: i64,
}

/// A job that no route has, and why.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Unassigned {
    /// Of the job.
    pub id: u64,
    /// Always `job`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Why: `skills`, `crew` (too few who may), `capacity`, `unreachable` (even with nothing else to do), `prize` (worth less
    /// than the way) or `full`.
    pub reason: String,
}

/// The day of one vehicle.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Route {
    /// Whose.
    pub vehicle: u64,
    /// As in [`Summary`].
    pub cost: i64,
    /// Prizes of its jobs; those of a crew's job count for its first vehicle.
    pub prize: i64,
    /// Priorities of its jobs, in the same way.
    pub priority: i64,
    /// Seconds of setup.
    pub setup: i64,
    /// Seconds at doors and on breaks.
    pub service: i64,
    /// Seconds of travel.
    pub duration: i64,
    /// Seconds of waiting.
    pub waiting_time: i64,
    /// Metres of travel.
    pub distance: i64,
    /// From start to end.
    pub steps: Vec<Step>,
}

/// One thing that a vehicle does. It arrives, waits, sets up, serves and leaves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Step {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: StepKind,
    /// Of the job or break.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// Longitude and latitude, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<[f64; 2]>,
    /// The row of the matrices, if there are matrices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location_index: Option<usize>,
    /// When it arrives.
    pub arrival: i64,
    /// How long it waits before it begins.
    pub waiting_time: i64,
    /// Seconds of setup.
    pub setup: i64,
    /// Seconds of service.
    pub service: i64,
    /// Seconds of travel so far.
    pub duration: i64,
    /// Metres of travel so far.
    pub distance: i64,
    /// What is carried on leaving.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub load: Vec<i64>,
    /// In an earlier plan: whether it stays put.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// In an earlier plan: the time that was promised. Without it a promised step keeps its exact beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promised: Option<Window>,
}

impl Step {
    /// When setup or service begins.
    pub fn begins(&self) -> i64 {
        self.arrival + self.waiting_time
    }

    /// When it is over.
    pub fn ends(&self) -> i64 {
        self.begins() + self.setup + self.service
    }
}

/// Which of two plans is better by the problem's objective: the better one is less.
pub fn compare(problem: &Problem, a: &Plan, b: &Plan) -> Ordering {
    let loss = |plan: &Plan| {
        let left_out = |job: &&Job| plan.unassigned.iter().any(|entry| entry.id == job.id);
        let (mut priority, mut count, mut prize) = (0, 0, 0);
        for job in problem.jobs.iter().filter(left_out) {
            match job.prize {
                Some(worth) if problem.objective == Objective::Prize => prize += worth,
                _ => {
                    priority += i64::from(job.priority);
                    count += 1;
                }
            }
        }
        (priority, count, plan.summary.cost + prize)
    };
    loss(a).cmp(&loss(b))
}

/// What a step is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StepKind {
    /// Leaving the start.
    #[default]
    Start,
    /// A visit.
    Job,
    /// A pause.
    Break,
    /// Reaching the end.
    End,
}

/// Why a step of an earlier plan stays put.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It has begun or is over: vehicle, order and moment are facts.
    Started,
    /// The person was told: vehicle and time are kept.
    Promised,
}
