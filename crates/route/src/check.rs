//! A second opinion: whether a plan, whoever made it, keeps every rule of its problem. It walks the steps with the problem in
//! hand and shares no code with the search.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::Invalid;
use crate::plan::{Plan, Route, Status, Step, StepKind};
use crate::problem::{Job, Problem, Vehicle, Window};
use crate::travel::{Place, Travel};

/// A rule that a plan breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// Which rule: `window`, `shift`, `skills`, `capacity`, `travel`, `crew`, …
    pub constraint: String,
    /// The job, if one is concerned.
    pub job: Option<u64>,
    /// The vehicle, if one is concerned.
    pub vehicle: Option<u64>,
    /// By how much, in the unit of the rule: seconds, metres, jobs, load.
    pub by: i64,
}

/// Everything that is wrong with a plan; nothing, if it can be driven as it stands.
pub fn check(problem: &Problem, plan: &Plan) -> Result<Vec<Violation>, Invalid> {
    problem.validate()?;
    let mut checker = Checker { problem, travel: Travel::new(problem), found: Vec::new(), visits: BTreeMap::new(), cost: 0 };
    let mut used = BTreeSet::new();
    for route in &plan.routes {
        match problem.vehicles.iter().find(|vehicle| vehicle.id == route.vehicle) {
            None => checker.wrong("unknown vehicle", None, Some(route.vehicle), 1),
            Some(_) if !used.insert(route.vehicle) => checker.wrong("vehicle twice", None, Some(route.vehicle), 1),
            Some(vehicle) => checker.walk(vehicle, route),
        }
    }
    checker.jobs(plan);
    checker.pins(plan);
    checker.summary(plan);
    Ok(checker.found)
}

struct Checker<'a> {
    problem: &'a Problem,
    travel: Travel,
    found: Vec<Violation>,
    /// By job: vehicle and beginning of every visit.
    visits: BTreeMap<u64, Vec<(u64, i64)>>,
    /// In parts of the unit.
    cost: i64,
}

/// What a vehicle has done so far.
#[derive(Default)]
struct Walk {
    place: Place,
    free: i64,
    seconds: i64,
    metres: i64,
    jobs: i64,
    load: Vec<i64>,
    /// When the last break was over: the next place is reached after it.
    rested: i64,
    taken: BTreeSet<u64>,
}

impl<'a> Checker<'a> {
    fn wrong(&mut self, constraint: &str, job: Option<u64>, vehicle: Option<u64>, by: i64) {
        self.found.push(Violation { constraint: String::from(constraint), job, vehicle, by });
    }

    /// Notes a rule that is broken if `by` is above 0.
    fn at_most(&mut self, constraint: &str, job: Option<u64>, vehicle: &Vehicle, by: i64) {
        if by > 0 {
            self.wrong(constraint, job, Some(vehicle.id), by);
        }
    }

    fn walk(&mut self, vehicle: &Vehicle, route: &Route) {
        let jobs = |step: &&Step| step.kind == StepKind::Job;
        let Some(first) = route.steps.first() else { return };
        let begun = self.begun(vehicle.id);
        let mut walk =
            Walk { place: self.travel.place(vehicle.start, vehicle.start_index), free: first.arrival, ..Walk::default() };
        walk.load = vec![0; vehicle.capacity.len()];
        for job in route.steps.iter().filter(jobs).filter_map(|step| self.job(step)) {
            walk.load.iter_mut().zip(&job.delivery).for_each(|(load, amount)| *load += amount);
        }
        self.weigh(vehicle, None, &walk);
        let opens = vehicle.time_window.map_or(0, |[opens, _]| opens);
        self.at_most("shift", None, vehicle, opens - first.arrival);
        let (last, ends_right) = (route.steps.len() - 1, vehicle.end.is_none() && vehicle.end_index.is_none());
        let starts_right = vehicle.start.is_none() && vehicle.start_index.is_none();
        self.at_most("start", None, vehicle, i64::from(starts_right == (first.kind == StepKind::Start)));
        self.at_most("end", None, vehicle, i64::from(ends_right == (route.steps[last].kind == StepKind::End)));
        for (at, step) in route.steps.iter().enumerate() {
            let misplaced = step.kind == StepKind::Start && at > 0 || step.kind == StepKind::End && at < last;
            self.at_most("order of steps", step.id, vehicle, i64::from(misplaced));
            self.at_most("waiting", step.id, vehicle, -step.waiting_time);
            let done = step.id.is_some_and(|id| begun.contains(&id)) && step.kind == StepKind::Job;
            match step.kind {
                StepKind::Start => walk.free = step.ends(),
                StepKind::Break => self.pause(vehicle, step, &mut walk),
                StepKind::End => {
                    let place = self.travel.place(vehicle.end, vehicle.end_index);
                    self.go(vehicle, None, place, step, &mut walk, done);
                }
                StepKind::Job => self.visit(vehicle, step, &mut walk, done),
            }
        }
        self.limits(vehicle, &route.steps[last], &walk, begun.len() as i64);
        self.cost += self.travel.fixed_cost(vehicle);
    }

    /// Limits on the day as a whole. A day of which everything has begun may be over time: that is a fact.
    fn limits(&mut self, vehicle: &Vehicle, last: &Step, walk: &Walk, begun: i64) {
        if walk.jobs == begun && begun > 0 {
            return;
        }
        if let Some([_, closes]) = vehicle.time_window {
            self.at_most("shift", None, vehicle, last.ends() - closes);
        }
        if let Some(most) = vehicle.max_tasks {
            self.at_most("max_tasks", None, vehicle, walk.jobs - most as i64);
        }
        self.at_most("max_travel_time", None, vehicle, walk.seconds - vehicle.max_travel_time.unwrap_or(i64::MAX));
        self.at_most("max_distance", None, vehicle, walk.metres - vehicle.max_distance.unwrap_or(i64::MAX));
        for pause in vehicle.breaks.iter().filter(|pause| !walk.taken.contains(&pause.id)) {
            self.wrong("break missing", None, Some(vehicle.id), pause.service);
        }
    }

    /// Goes to a place. What has begun happened when it did, whatever the matrices say.
    fn go(&mut self, vehicle: &Vehicle, job: Option<u64>, place: Place, step: &Step, walk: &mut Walk, done: bool) {
        let way = self.travel.way(vehicle, walk.place, place);
        if !done {
            self.at_most("travel", job, vehicle, (walk.free + way.seconds).max(walk.rested) - step.arrival);
        }
        walk.seconds += way.seconds;
        walk.metres += way.metres;
        self.cost += way.cost;
        walk.place = place;
        walk.free = step.ends();
        walk.rested = 0;
    }

    fn pause(&mut self, vehicle: &Vehicle, step: &Step, walk: &mut Walk) {
        let Some(pause) = vehicle.breaks.iter().find(|pause| Some(pause.id) == step.id) else {
            return self.wrong("unknown break", None, Some(vehicle.id), 1);
        };
        self.at_most("break twice", None, vehicle, i64::from(!walk.taken.insert(pause.id)));
        self.at_most("break window", None, vehicle, outside(&pause.time_windows, step.begins()));
        self.at_most("break service", None, vehicle, pause.service - step.service);
        // Travel may be split around breaks: they take their own time from it, whenever on the way they are.
        self.at_most("travel", None, vehicle, walk.free.max(walk.rested) - step.begins());
        walk.free += pause.service;
        walk.rested = step.ends();
    }

    fn visit(&mut self, vehicle: &Vehicle, step: &Step, walk: &mut Walk, done: bool) {
        let Some(job) = self.job(step) else {
            return self.wrong("unknown job", step.id, Some(vehicle.id), 1);
        };
        let id = Some(job.id);
        let place = self.travel.place(job.location, job.location_index);
        let setup = if walk.place == place { 0 } else { job.setup };
        self.go(vehicle, id, place, step, walk, done);
        if !done {
            if !self.promised(job.id) {
                self.at_most("window", id, vehicle, outside(&job.time_windows, step.begins()));
            }
            if let Some(now) = self.problem.now {
                self.at_most("now", id, vehicle, now - step.arrival);
            }
            let missing = job.skills.iter().filter(|skill| !vehicle.skills.contains(skill)).count();
            self.at_most("skills", id, vehicle, if self.promised(job.id) { 0 } else { missing as i64 });
        }
        self.at_most("service", id, vehicle, job.service - step.service);
        self.at_most("setup", id, vehicle, setup - step.setup);
        walk.jobs += 1;
        for (at, load) in walk.load.iter_mut().enumerate() {
            *load += job.pickup.get(at).unwrap_or(&0) - job.delivery.get(at).unwrap_or(&0);
        }
        self.weigh(vehicle, id, walk);
        self.visits.entry(job.id).or_default().push((vehicle.id, step.begins()));
    }

    fn weigh(&mut self, vehicle: &Vehicle, job: Option<u64>, walk: &Walk) {
        for (load, most) in walk.load.iter().zip(&vehicle.capacity) {
            self.at_most("capacity", job, vehicle, load - most);
        }
    }

    /// Every job is done by as many as it needs, together, or left out, and never both.
    fn jobs(&mut self, plan: &Plan) {
        let mut left_out = BTreeSet::new();
        for entry in &plan.unassigned {
            let known = self.problem.jobs.iter().any(|job| job.id == entry.id);
            if !known {
                self.wrong("unknown job", Some(entry.id), None, 1);
            } else if !left_out.insert(entry.id) {
                self.wrong("unassigned twice", Some(entry.id), None, 1);
            }
        }
        for job in &self.problem.jobs {
            let visits = self.visits.get(&job.id).cloned().unwrap_or_default();
            if left_out.contains(&job.id) != visits.is_empty() {
                let constraint = if visits.is_empty() { "job missing" } else { "both done and unassigned" };
                self.wrong(constraint, Some(job.id), None, 1);
            }
            let Some((_, first)) = visits.first().copied() else { continue };
            let people: BTreeSet<u64> = visits.iter().map(|(vehicle, _)| *vehicle).collect();
            let difference = (people.len() as i64 - job.crew as i64).abs().max((visits.len() as i64 - job.crew as i64).abs());
            if difference > 0 {
                let constraint = if job.crew == 1 { "job twice" } else { "crew" };
                self.wrong(constraint, Some(job.id), None, difference);
            }
            for (vehicle, begins) in visits {
                if begins != first && !self.begun(vehicle).contains(&job.id) {
                    self.wrong("crew apart", Some(job.id), Some(vehicle), (begins - first).abs());
                }
            }
        }
    }

    /// What has begun or was promised stays put.
    fn pins(&mut self, plan: &Plan) {
        let problem = self.problem;
        for (old, step) in pinned(problem) {
            let now = plan.routes.iter().find(|route| route.vehicle == old.vehicle);
            let kept = now.and_then(|route| route.steps.iter().find(|now| now.kind == StepKind::Job && now.id == step.id));
            let Some(kept) = kept else {
                self.wrong("moved away", step.id, Some(old.vehicle), 1);
                continue;
            };
            let (constraint, window) = match (step.status, step.promised) {
                (Some(Status::Promised), Some(window)) => ("promised", window),
                (Some(Status::Promised), None) => ("promised", [step.begins(), step.begins()]),
                _ => ("started", [step.begins(), step.begins()]),
            };
            let by = outside(&[window], kept.begins());
            if by > 0 {
                self.wrong(constraint, step.id, Some(old.vehicle), by);
            }
        }
    }

    fn summary(&mut self, plan: &Plan) {
        let cost = (self.cost + self.travel.unit / 2) / self.travel.unit;
        for (constraint, told, true_value) in [
            ("summary.cost", plan.summary.cost, cost),
            ("summary.unassigned", plan.summary.unassigned as i64, plan.unassigned.len() as i64),
        ] {
            if told != true_value {
                self.wrong(constraint, None, None, (told - true_value).abs());
            }
        }
    }

    fn job(&self, step: &Step) -> Option<&'a Job> {
        let problem = self.problem;
        problem.jobs.iter().find(|job| Some(job.id) == step.id)
    }

    /// Jobs that the vehicle had begun.
    fn begun(&self, vehicle: u64) -> BTreeSet<u64> {
        (pinned(self.problem))
            .filter(|(route, step)| route.vehicle == vehicle && step.status == Some(Status::Started))
            .filter_map(|(_, step)| step.id)
            .collect()
    }

    fn promised(&self, job: u64) -> bool {
        pinned(self.problem).any(|(_, step)| step.id == Some(job) && step.status == Some(Status::Promised))
    }
}

/// Steps of the earlier plan that stay put.
fn pinned(problem: &Problem) -> impl Iterator<Item = (&Route, &Step)> {
    let routes = problem.plan.iter().flat_map(|plan| &plan.routes);
    let steps = routes.flat_map(|route| route.steps.iter().map(move |step| (route, step)));
    steps.filter(|(_, step)| step.status.is_some() && step.kind == StepKind::Job)
}

/// How far a moment is from the nearest window; 0 inside one, or if there are none.
fn outside(windows: &[Window], moment: i64) -> i64 {
    windows.iter().map(|[from, to]| (from - moment).max(moment - to).max(0)).min().unwrap_or(0)
}
