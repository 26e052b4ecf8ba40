//! The question: vehicles, jobs and travel, in the JSON form of the VROOM API, with a few extras of our own.
//!
//! Times are whole seconds on any clock the caller likes (since midnight, or Unix time); distances are metres.
//! A field left out has VROOM's default. The extras are `prize`, `crew`, `prefer`, `objective`, `fair`, `plan`, `now`
//! and `straight`.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::Plan;

/// A span of time, both ends included: `[from, to]`.
pub type Window = [i64; 2];

/// Who can travel, what is to be done, and what counts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// Everyone who travels. A collector on a motorbike is a vehicle.
    pub vehicles: Vec<Vehicle>,
    /// Every visit that could be made.
    #[serde(default)]
    pub jobs: Vec<Job>,
    /// Travel by profile (`"car"` where a vehicle names none). Without matrices every place needs coordinates.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub matrices: BTreeMap<String, Matrix>,
    /// How to estimate travel where there are no matrices.
    #[serde(default)]
    pub straight: Straight,
    /// What counts.
    #[serde(default)]
    pub objective: Objective,
    /// How fair the days are: a vehicle's number of jobs, squared, counts so much in the unit of the objective. It steers the
    /// search and is not part of the reported cost; 0 leaves fairness out.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub fair: i64,
    /// An earlier plan to start from. Its steps with a `status` stay put.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Plan>,
    /// What has not started cannot leave before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<i64>,
    /// Refused unless empty: goods that one vehicle both collects and delivers are not planned here.
    #[serde(default, skip_serializing)]
    pub shipments: Vec<IgnoredAny>,
}

/// What a plan is judged by. Leaving out a job of higher `priority` is always worse than leaving out one of lower.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Objective {
    /// First as many jobs as possible, then the least travel cost.
    #[default]
    Vroom,
    /// The least sum of travel cost and of the prizes left behind. A job without a prize must be done if it can be.
    Prize,
    /// First as many jobs as possible, then the least distance.
    Distance,
}

/// One who travels, with a shift.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Vehicle {
    /// Unique among vehicles.
    pub id: u64,
    /// Whose row of `matrices` applies.
    #[serde(default = "car")]
    pub profile: String,
    /// Where the day begins. Without it, at the first job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<[f64; 2]>,
    /// The same as a row of the matrices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_index: Option<usize>,
    /// Where the day ends. Without it, at the last job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<[f64; 2]>,
    /// The same as a row of the matrices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_index: Option<usize>,
    /// What can be carried, by dimension.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub capacity: Vec<i64>,
    /// What this vehicle can do: skills and certificates valid on the day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<u64>,
    /// The shift. Without it, any time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_window: Option<Window>,
    /// Pauses that must be taken if the vehicle goes out at all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaks: Vec<Break>,
    /// What going out costs.
    #[serde(default)]
    pub costs: Costs,
    /// Twice as fast is 2.
    #[serde(default = "one")]
    pub speed_factor: f64,
    /// The most jobs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tasks: Option<usize>,
    /// The most seconds of travel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_travel_time: Option<i64>,
    /// The most metres of travel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_distance: Option<i64>,
}

/// What a vehicle costs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Costs {
    /// Once, if it goes out.
    #[serde(default)]
    pub fixed: i64,
    /// For an hour of travel; the default of 3600 makes a second cost 1.
    #[serde(default = "per_hour")]
    pub per_hour: i64,
    /// For a kilometre of travel.
    #[serde(default)]
    pub per_km: i64,
}

/// A pause.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Break {
    /// Unique within the vehicle.
    pub id: u64,
    /// When it may begin.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub time_windows: Vec<Window>,
    /// How long it lasts.
    #[serde(default)]
    pub service: i64,
}

/// A visit that could be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Unique among jobs.
    pub id: u64,
    /// Longitude and latitude.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<[f64; 2]>,
    /// The same as a row of the matrices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location_index: Option<usize>,
    /// Seconds before service, paid once where several jobs at one place follow each other.
    #[serde(default)]
    pub setup: i64,
    /// Seconds at the door.
    #[serde(default)]
    pub service: i64,
    /// When it may begin: any of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub time_windows: Vec<Window>,
    /// Carried from the start, by dimension.
    #[serde(default, alias = "amount", skip_serializing_if = "Vec::is_empty")]
    pub delivery: Vec<i64>,
    /// Carried to the end, by dimension.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pickup: Vec<i64>,
    /// What who comes must be able to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<u64>,
    /// From 0 to 100.
    #[serde(default)]
    pub priority: u8,
    /// What leaving it out loses, in the unit of the objective. Counts under the objective `prize` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prize: Option<i64>,
    /// How many vehicles must begin it at the same moment.
    #[serde(default = "alone")]
    pub crew: usize,
    /// Whom the person knows already: another vehicle comes only where that saves more than [`PREFERENCE`] of cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefer: Option<u64>,
}

/// What sending somebody else than the preferred vehicle counts as, in the unit of the objective: ten minutes of travel.
/// It steers the search and is not part of the reported cost.
pub const PREFERENCE: i64 = 600;

/// Travel between every two places, row by row: `durations[from][to]`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Matrix {
    /// Seconds.
    #[serde(default)]
    pub durations: Vec<Vec<i64>>,
    /// Metres.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub distances: Vec<Vec<i64>>,
    /// What travel costs, where that is neither time nor distance.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub costs: Vec<Vec<i64>>,
}

/// An estimate of travel from coordinates: the great circle, lengthened and divided by a speed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Straight {
    /// How much longer roads are than the straight line.
    pub detour: f64,
    /// Kilometres an hour.
    pub speed_kmh: f64,
}

impl Default for Straight {
    fn default() -> Straight {
        Straight { detour: 1.4, speed_kmh: 25.0 }
    }
}

impl Default for Costs {
    fn default() -> Costs {
        Costs { fixed: 0, per_hour: per_hour(), per_km: 0 }
    }
}

impl Default for Vehicle {
    fn default() -> Vehicle {
        Vehicle {
            id: 0,
            profile: car(),
            start: None,
            start_index: None,
            end: None,
            end_index: None,
            capacity: Vec::new(),
            skills: Vec::new(),
            time_window: None,
            breaks: Vec::new(),
            costs: Costs::default(),
            speed_factor: one(),
            max_tasks: None,
            max_travel_time: None,
            max_distance: None,
        }
    }
}

impl Default for Job {
    fn default() -> Job {
        Job {
            id: 0,
            location: None,
            location_index: None,
            setup: 0,
            service: 0,
            time_windows: Vec::new(),
            delivery: Vec::new(),
            pickup: Vec::new(),
            skills: Vec::new(),
            priority: 0,
            prize: None,
            crew: alone(),
            prefer: None,
        }
    }
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

fn car() -> String {
    String::from("car")
}

fn one() -> f64 {
    1.0
}

fn per_hour() -> i64 {
    3600
}

fn alone() -> usize {
    1
}
