//! What makes a problem unusable, said so that the sender can mend it.

use std::collections::BTreeSet;
use std::fmt;

use crate::plan::StepKind;
use crate::problem::{Matrix, Problem, Window};

/// The largest number of seconds, metres or cost between two places, and the largest prize.
const LARGEST: i64 = 1_000_000_000;
/// The largest weight of fairness: its squares stay far below what numbers reach.
const LARGEST_FAIR: i64 = 1_000_000;

/// Input that does not make sense: which record, which field, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// `jobs[3] (id 17)`, or `problem`.
    pub record: String,
    /// As the sender calls it.
    pub field: String,
    /// What is wrong and how to mend it.
    pub fix: String,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: `{}` {}", self.record, self.field, self.fix)
    }
}

impl std::error::Error for Invalid {}

impl Problem {
    /// Finds the first thing that makes the problem unusable.
    pub fn validate(&self) -> Result<(), Invalid> {
        self.validate_whole()?;
        let places = self.validate_matrices()?;
        let dimensions = self.vehicles[0].capacity.len();
        let mut ids = BTreeSet::new();
        for (at, vehicle) in self.vehicles.iter().enumerate() {
            let record = Record(format!("vehicles[{at}] (id {})", vehicle.id));
            record.must(ids.insert(vehicle.id), "id", "stands twice; give every vehicle its own")?;
            record.place("start", vehicle.start, vehicle.start_index, places, true)?;
            record.place("end", vehicle.end, vehicle.end_index, places, true)?;
            record.must(
                places.is_none() || self.matrices.contains_key(&vehicle.profile),
                "profile",
                &format!("`{}` has no matrix; add it to `matrices`", vehicle.profile),
            )?;
            record.must(
                vehicle.speed_factor > 0.0 && vehicle.speed_factor <= 5.0,
                "speed_factor",
                "must lie above 0, up to 5",
            )?;
            record.must(
                vehicle.capacity.len() == dimensions,
                "capacity",
                &format!("has {} numbers, the first vehicle has {dimensions}; give all the same", vehicle.capacity.len()),
            )?;
            record.windows("time_window", vehicle.time_window.as_slice())?;
            for (field, value) in [
                ("costs.fixed", vehicle.costs.fixed),
                ("costs.per_hour", vehicle.costs.per_hour),
                ("costs.per_km", vehicle.costs.per_km),
                ("max_travel_time", vehicle.max_travel_time.unwrap_or(0)),
                ("max_distance", vehicle.max_distance.unwrap_or(0)),
            ] {
                record.amount(field, value)?;
            }
            let mut breaks = BTreeSet::new();
            for pause in &vehicle.breaks {
                record.must(
                    breaks.insert(pause.id),
                    "breaks",
                    &format!("has id {} twice; give every break its own", pause.id),
                )?;
                record.amount("breaks.service", pause.service)?;
                record.windows("breaks.time_windows", &pause.time_windows)?;
            }
        }
        self.validate_jobs(places, dimensions, &ids)
    }

    fn validate_whole(&self) -> Result<(), Invalid> {
        let problem = Record(String::from("problem"));
        problem.must(!self.vehicles.is_empty(), "vehicles", "is empty; give at least one")?;
        problem.must(self.shipments.is_empty(), "shipments", "cannot be planned; give a job for each place")?;
        problem.must(
            self.straight.detour >= 1.0 && self.straight.detour <= 10.0,
            "straight.detour",
            "must lie between 1 and 10",
        )?;
        problem.must((0..=LARGEST_FAIR).contains(&self.fair), "fair", "must lie between 0 and 1000000")?;
        let speed = self.straight.speed_kmh;
        problem.must(speed > 0.0 && speed <= 1000.0, "straight.speed_kmh", "must lie above 0, up to 1000")
    }

    /// How many places the matrices know; `None` without matrices.
    fn validate_matrices(&self) -> Result<Option<usize>, Invalid> {
        let mut places = None;
        for (profile, Matrix { durations, distances, costs }) in &self.matrices {
            let record = Record(format!("matrices.{profile}"));
            let size = *places.get_or_insert(durations.len());
            for (field, rows) in [("durations", durations), ("distances", distances), ("costs", costs)] {
                if field != "durations" && rows.is_empty() {
                    continue;
                }
                let square = rows.len() == size && rows.iter().all(|row| row.len() == size);
                record.must(square, field, &format!("must be {size} rows of {size} numbers, as the first matrix"))?;
                let sound = rows.iter().flatten().all(|value| (0..=LARGEST).contains(value));
                record.must(sound, field, &format!("has a number below 0 or above {LARGEST}; give whole seconds or metres"))?;
            }
        }
        Ok(places)
    }

    fn validate_jobs(&self, places: Option<usize>, dimensions: usize, vehicles: &BTreeSet<u64>) -> Result<(), Invalid> {
        let mut ids = BTreeSet::new();
        for (at, job) in self.jobs.iter().enumerate() {
            let record = Record(format!("jobs[{at}] (id {})", job.id));
            record.must(ids.insert(job.id), "id", "stands twice; give every job its own")?;
            record.place("location", job.location, job.location_index, places, false)?;
            record.amount("setup", job.setup)?;
            record.amount("service", job.service)?;
            record.amount("prize", job.prize.unwrap_or(0))?;
            record.must(job.priority <= 100, "priority", "must lie between 0 and 100")?;
            record.must(job.crew >= 1, "crew", "must be at least 1")?;
            record.windows("time_windows", &job.time_windows)?;
            for (field, load) in [("delivery", &job.delivery), ("pickup", &job.pickup)] {
                let fits = load.is_empty() || dimensions == 0 || load.len() == dimensions;
                record.must(fits, field, &format!("has {} numbers, the vehicles' `capacity` {dimensions}", load.len()))?;
                load.iter().try_for_each(|amount| record.amount(field, *amount))?;
            }
            if let Some(id) = job.prefer {
                record.must(vehicles.contains(&id), "prefer", &format!("names vehicle {id}, which is not among `vehicles`"))?;
            }
        }
        self.validate_plan(&ids, vehicles)
    }

    fn validate_plan(&self, jobs: &BTreeSet<u64>, vehicles: &BTreeSet<u64>) -> Result<(), Invalid> {
        let mut seen = BTreeSet::new();
        for (at, route) in self.plan.iter().flat_map(|plan| &plan.routes).enumerate() {
            let record = Record(format!("plan.routes[{at}] (vehicle {})", route.vehicle));
            let known = vehicles.contains(&route.vehicle) || route.steps.iter().all(|step| step.status.is_none());
            record.must(known, "vehicle", "is not among `vehicles`, yet has started or promised steps")?;
            record.must(seen.insert(route.vehicle), "vehicle", "stands twice; give each vehicle one route")?;
            for step in route.steps.iter().filter(|step| step.status.is_some() && step.kind == StepKind::Job) {
                let known = step.id.is_some_and(|id| jobs.contains(&id));
                record.must(known, "steps", "has a started or promised step whose `id` is not among `jobs`")?;
                record.windows("steps.promised", step.promised.as_slice())?;
            }
        }
        Ok(())
    }
}

/// The name of what is being looked at.
struct Record(String);

impl Record {
    fn must(&self, holds: bool, field: &str, fix: &str) -> Result<(), Invalid> {
        if holds {
            return Ok(());
        }
        Err(Invalid { record: self.0.clone(), field: String::from(field), fix: String::from(fix) })
    }

    fn amount(&self, field: &str, value: i64) -> Result<(), Invalid> {
        self.must((0..=LARGEST).contains(&value), field, &format!("is {value}; must lie between 0 and {LARGEST}"))
    }

    fn windows(&self, field: &str, windows: &[Window]) -> Result<(), Invalid> {
        for [from, to] in windows {
            self.must(from <= to, field, &format!("[{from}, {to}] ends before it begins; give [from, to]"))?;
            let sound = (0..=1_000 * LARGEST).contains(from) && *to <= 1_000 * LARGEST;
            self.must(sound, field, &format!("[{from}, {to}] must be in seconds from 0 on"))?;
        }
        let apart = windows.windows(2).all(|pair| pair[0][1] < pair[1][0]);
        self.must(apart, field, "overlap or are out of order; give them apart, the earliest first")
    }

    fn place(
        &self,
        field: &str,
        location: Option<[f64; 2]>,
        index: Option<usize>,
        places: Option<usize>,
        optional: bool,
    ) -> Result<(), Invalid> {
        if optional && location.is_none() && index.is_none() {
            return Ok(());
        }
        let index_field = if field == "location" { "location_index" } else { &format!("{field}_index") };
        match (places, index, location) {
            (Some(places), Some(index), _) => {
                self.must(index < places, index_field, &format!("is {index}, but the matrices have {places} rows"))
            }
            (Some(_), None, _) => self.must(false, index_field, "is missing; with `matrices` every place needs its row"),
            (None, _, Some([longitude, latitude])) => {
                let sound = longitude.abs() <= 180.0 && latitude.abs() <= 90.0;
                self.must(sound, field, "must be [longitude, latitude] in degrees")
            }
            (None, _, None) => self.must(false, field, "is missing; give [longitude, latitude], or `matrices` and indices"),
        }
    }
}
