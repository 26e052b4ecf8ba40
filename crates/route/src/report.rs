//! From the order the search found to the plan that people read: every vehicle leaves as late as it can without coming home
//! later.

use crate::day::{Day, Order};
use crate::model::{BARRED, Model, NONE, Rig};
use crate::plan::{Plan, Route, SCHEMA, Step, StepKind, Summary, Unassigned};
use crate::problem::{Job, Objective, Problem, Vehicle};
use crate::tour::Tour;
use crate::travel::Travel;

/// The plan for an order.
pub(crate) fn report(problem: &Problem, travel: &Travel, model: &Model, order: &Order) -> Plan {
    let mut plan = Plan { schema: String::from(SCHEMA), ..Plan::default() };
    let mut cost = 0;
    let mut counted = vec![false; problem.jobs.len()];
    for (vehicle, nodes) in order.tours.iter().enumerate() {
        let rig = &model.rigs[vehicle];
        if nodes.iter().all(|node| model.is_break(*node)) {
            continue;
        }
        let tour = latest(model, order, rig, nodes);
        cost += tour.cost - tour.unfairness(model);
        let mut route = Writer { problem, travel, model, vehicle: &problem.vehicles[vehicle] }.route(&tour);
        for node in nodes.iter().filter(|node| !model.is_break(**node)) {
            let task = model.nodes[*node as usize].task as usize;
            if !std::mem::replace(&mut counted[task], true) {
                route.prize += problem.jobs[task].prize.unwrap_or(0);
                route.priority += i64::from(problem.jobs[task].priority);
            }
        }
        plan.routes.push(route);
    }
    plan.unassigned = (problem.jobs.iter().zip(&counted).enumerate())
        .filter(|(_, (_, counted))| !**counted)
        .map(|(task, (job, _))| Unassigned { id: job.id, kind: String::from("job"), reason: why(problem, model, task) })
        .collect();
    let sum = |of: fn(&Route) -> i64| plan.routes.iter().map(of).sum();
    plan.summary = Summary {
        cost: rounded(cost, travel.unit),
        routes: plan.routes.len(),
        unassigned: plan.unassigned.len(),
        prize: sum(|route| route.prize),
        priority: sum(|route| route.priority),
        setup: sum(|route| route.setup),
        service: sum(|route| route.service),
        duration: sum(|route| route.duration),
        waiting_time: sum(|route| route.waiting_time),
        distance: sum(|route| route.distance),
    };
    plan
}

/// The tour with the latest departure that comes home no later than the earliest possible.
fn latest(model: &Model, order: &Order, rig: &Rig, nodes: &[u32]) -> Tour {
    let mut rig = rig.clone();
    let mut tour = Tour::of(nodes, rig.started.len());
    tour.reckon(model, &order.windows, &rig, 0);
    if rig.started.is_empty() {
        rig.shift[1] = tour.stops[tour.stops.len() - 1].begin;
        tour.reckon(model, &order.windows, &rig, 0);
        rig.shift[0] = tour.latest_departure(model, &rig);
        tour.reckon(model, &order.windows, &rig, 0);
    }
    tour
}

/// Writes the route of one vehicle.
struct Writer<'a> {
    problem: &'a Problem,
    travel: &'a Travel,
    model: &'a Model,
    vehicle: &'a Vehicle,
}

impl Writer<'_> {
    fn route(&self, tour: &Tour) -> Route {
        let mut route = Route {
            vehicle: self.vehicle.id,
            cost: rounded(tour.cost - tour.unfairness(self.model), self.travel.unit),
            ..Route::default()
        };
        let jobs = || tour.stops.iter().filter_map(|stop| self.job(stop.node));
        let mut load: Vec<i64> =
            (0..self.model.dimensions).map(|at| jobs().filter_map(|job| job.delivery.get(at)).sum()).collect();
        let mut place = self.model.place(tour.stops[0].place);
        let mut free = tour.stops[0].end;
        for (at, stop) in tour.stops.iter().enumerate() {
            let there = self.model.place(stop.place);
            let way = self.travel.way(self.vehicle, place, there);
            route.duration += way.seconds;
            route.distance += way.metres;
            let mut step = self.step(stop.node, at);
            step.arrival = (free + way.seconds).min(stop.begin);
            step.waiting_time = stop.begin - step.arrival;
            if let Some(job) = self.job(stop.node) {
                step.setup = if place == there { 0 } else { job.setup };
                load.iter_mut().zip(&job.delivery).for_each(|(load, amount)| *load -= amount);
                load.iter_mut().zip(&job.pickup).for_each(|(load, amount)| *load += amount);
            }
            step.duration = route.duration;
            step.distance = route.distance;
            step.load.clone_from(&load);
            route.setup += step.setup;
            route.service += step.service;
            route.waiting_time += step.waiting_time;
            free = stop.end;
            place = there;
            if stop.node != NONE || there.is_some() {
                route.steps.push(step);
            }
        }
        route
    }

    /// The step without its times.
    fn step(&self, node: u32, at: usize) -> Step {
        if let Some(job) = self.job(node) {
            let (location, location_index) = (job.location, job.location_index);
            return Step {
                kind: StepKind::Job,
                id: Some(job.id),
                location,
                location_index,
                service: job.service,
                ..Step::default()
            };
        }
        let pause = self.vehicle.breaks.iter().zip(self.breaks()).find(|(_, own)| **own == node);
        if let Some((pause, _)) = pause {
            return Step { kind: StepKind::Break, id: Some(pause.id), service: pause.service, ..Step::default() };
        }
        let (kind, location, location_index) = match at {
            0 => (StepKind::Start, self.vehicle.start, self.vehicle.start_index),
            _ => (StepKind::End, self.vehicle.end, self.vehicle.end_index),
        };
        Step { kind, location, location_index, ..Step::default() }
    }

    fn breaks(&self) -> &[u32] {
        let at = self.problem.vehicles.iter().position(|vehicle| vehicle.id == self.vehicle.id);
        at.map_or(&[], |at| self.model.rigs[at].breaks.as_slice())
    }

    fn job(&self, node: u32) -> Option<&Job> {
        if node == NONE || self.model.is_break(node) {
            return None;
        }
        Some(&self.problem.jobs[self.model.nodes[node as usize].task as usize])
    }
}

/// Why nobody does a job.
fn why(problem: &Problem, model: &Model, task: usize) -> String {
    let job = &problem.jobs[task];
    let able: Vec<usize> = (0..model.rigs.len()).filter(|vehicle| model.bid(task as u32, *vehicle) != BARRED).collect();
    let carries = |vehicle: &usize| {
        let (delivery, pickup) = (model.delivery(task as u32), model.pickup(task as u32));
        model.rigs[*vehicle].capacity.iter().enumerate().all(|(at, most)| delivery[at] <= *most && pickup[at] <= *most)
    };
    let empty = Day::new(model);
    let reaches = |vehicle: &usize| !empty.slots(model.tasks[task].nodes.0, *vehicle).is_empty();
    let reason = if able.is_empty() {
        "skills"
    } else if able.len() < job.crew {
        "crew"
    } else if !able.iter().any(carries) {
        "capacity"
    } else if !able.iter().any(reaches) {
        "unreachable"
    } else if problem.objective == Objective::Prize && job.prize.is_some() {
        "prize"
    } else {
        "full"
    };
    String::from(reason)
}

fn rounded(cost: i64, unit: i64) -> i64 {
    (cost + unit / 2) / unit
}
