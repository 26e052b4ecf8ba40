//! The problem as the search sees it: numbered, with every look-up prepared.

use std::collections::BTreeMap;

use crate::plan::{Plan, Status, Step, StepKind};
use crate::problem::{Job, Objective, PREFERENCE, Problem, Vehicle, Window};
use crate::travel::{Place, Travel};

/// No node, task or vehicle.
pub(crate) const NONE: u32 = u32::MAX;
/// What it costs to send someone who may not go.
pub(crate) const BARRED: i64 = i64::MAX;
/// Any time at all: time begins at 0, as in VROOM.
const ALWAYS: Window = [0, 4_000_000_000_000];
/// How many of a task's nearest tasks are known.
const NEAR: usize = 250;

/// One thing to be done by one vehicle: a job, one person's part of a crew's job, or a break.
pub(crate) struct Node {
    /// Which job; `NONE` for a break.
    pub(crate) task: u32,
    /// Where; a break is wherever the vehicle is.
    pub(crate) place: u32,
    /// Its windows: from, and how many.
    pub(crate) windows: (u32, u32),
    pub(crate) setup: i64,
    pub(crate) service: i64,
}

/// A job: one node, or one for each of its crew.
pub(crate) struct Task {
    /// Its nodes: from, and how many.
    pub(crate) nodes: (u32, u32),
    /// What leaving it out costs.
    pub(crate) loss: i64,
    /// Whether that is a prize, and not a rank that travel never outweighs.
    pub(crate) prized: bool,
    /// Whether it has begun, and so stays.
    pub(crate) begun: bool,
    /// When it may begin.
    pub(crate) windows: Vec<Window>,
}

/// A vehicle.
#[derive(Clone)]
pub(crate) struct Rig {
    /// Which table of legs applies.
    pub(crate) mode: usize,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) shift: Window,
    pub(crate) fixed: i64,
    pub(crate) capacity: Vec<i64>,
    pub(crate) max_tasks: usize,
    pub(crate) max_travel: i64,
    pub(crate) max_distance: Option<i64>,
    /// Nodes of its breaks.
    pub(crate) breaks: Vec<u32>,
    /// What it has begun, with the moments.
    pub(crate) started: Vec<(u32, i64)>,
    /// When it can leave the last thing begun.
    pub(crate) free_at: i64,
    /// An earlier vehicle that is the same in all respects.
    pub(crate) twin: Option<usize>,
}

/// Time and cost of one way.
#[derive(Clone, Copy, Default)]
pub(crate) struct Leg {
    pub(crate) time: i32,
    pub(crate) cost: i32,
}

/// The ways from one place to another and back, side by side: who asks for one soon asks for the other.
#[derive(Clone, Copy, Default)]
pub(crate) struct Legs {
    pub(crate) there: Leg,
    pub(crate) back: Leg,
}

/// The problem, numbered. Task `i` is job `i`, vehicle `v` is vehicle `v`.
pub(crate) struct Model {
    pub(crate) nodes: Vec<Node>,
    /// Nodes from here on are breaks.
    pub(crate) first_break: u32,
    pub(crate) tasks: Vec<Task>,
    pub(crate) rigs: Vec<Rig>,
    /// Windows of all nodes.
    pub(crate) windows: Vec<Window>,
    /// What each vehicle adds to the cost of each task, or `BARRED`.
    bids: Vec<i64>,
    /// Tasks by nearness, for each task.
    pub(crate) near: Vec<Vec<u32>>,
    /// How many dimensions loads have.
    pub(crate) dimensions: usize,
    /// What each task brings and takes, by dimension.
    deliveries: Vec<i64>,
    pickups: Vec<i64>,
    /// Whether anything is picked up: without that a vehicle is fullest when it leaves.
    pub(crate) picks_up: bool,
    pub(crate) now: Option<i64>,
    /// What the square of a vehicle's number of jobs counts.
    pub(crate) fair: i64,
    /// Who may do each task.
    pub(crate) able: Vec<Vec<u32>>,
    legs: Vec<Vec<Legs>>,
    metres: Vec<Vec<i32>>,
    width: usize,
}

impl Model {
    /// Numbers a valid problem.
    pub(crate) fn new(problem: &Problem, travel: &Travel) -> Model {
        let pins = Pins::of(problem);
        let mut model = Model {
            nodes: Vec::new(),
            first_break: 0,
            tasks: Vec::new(),
            rigs: Vec::new(),
            windows: Vec::new(),
            bids: Vec::new(),
            near: Vec::new(),
            dimensions: problem.vehicles[0].capacity.len(),
            deliveries: Vec::new(),
            pickups: Vec::new(),
            picks_up: problem.jobs.iter().any(|job| job.pickup.iter().any(|amount| *amount > 0)),
            now: problem.now,
            fair: problem.fair * travel.unit,
            able: Vec::new(),
            legs: Vec::new(),
            metres: Vec::new(),
            width: travel.places + 1,
        };
        for (at, job) in problem.jobs.iter().enumerate() {
            model.add_task(at, job, travel, &pins);
        }
        model.first_break = model.nodes.len() as u32;
        model.add_rigs(problem, travel, &pins);
        model.set_losses(problem, travel, &pins);
        model.set_bids(problem, travel, &pins);
        model.set_near();
        model
    }

    /// The way from one place to another.
    pub(crate) fn leg(&self, mode: usize, from: u32, to: u32) -> Leg {
        self.legs[mode][from as usize * self.width + to as usize].there
    }

    /// The ways between one place and every other.
    pub(crate) fn legs(&self, mode: usize, place: u32) -> &[Legs] {
        &self.legs[mode][place as usize * self.width..][..self.width]
    }

    /// The metres of that way; known only where a vehicle has a limit.
    pub(crate) fn metres(&self, mode: usize, from: u32, to: u32) -> i64 {
        i64::from(self.metres[mode][from as usize * self.width + to as usize])
    }

    /// What a task brings, by dimension.
    pub(crate) fn delivery(&self, task: u32) -> &[i64] {
        &self.deliveries[task as usize * self.dimensions..][..self.dimensions]
    }

    /// What a task takes, by dimension.
    pub(crate) fn pickup(&self, task: u32) -> &[i64] {
        &self.pickups[task as usize * self.dimensions..][..self.dimensions]
    }

    /// What sending this vehicle adds to the cost of this task, or `BARRED`.
    pub(crate) fn bid(&self, task: u32, vehicle: usize) -> i64 {
        self.bids[task as usize * self.rigs.len() + vehicle]
    }

    /// Whether the node is a break, which has no place of its own.
    pub(crate) fn is_break(&self, node: u32) -> bool {
        node >= self.first_break
    }

    fn add_task(&mut self, at: usize, job: &Job, travel: &Travel, pins: &Pins) {
        let place = self.number(travel.place(job.location, job.location_index));
        let promised = pins.promised.get(&job.id).map(|promise| vec![promise.window]);
        let windows = promised.unwrap_or_else(|| always_if_empty(&job.time_windows));
        let first = self.nodes.len() as u32;
        for _ in 0..job.crew {
            // One of a crew begins when all do: the search sets a moment, so each part has a window of its own.
            let own = if job.crew == 1 { windows.as_slice() } else { &windows[..1] };
            let node = (self.windows.len() as u32, own.len() as u32);
            self.windows.extend_from_slice(own);
            self.nodes.push(Node { task: at as u32, place, windows: node, setup: job.setup, service: job.service });
        }
        let amounts = |load: &[i64]| (0..self.dimensions).map(|at| load.get(at).copied().unwrap_or(0)).collect::<Vec<i64>>();
        self.deliveries.extend(amounts(&job.delivery));
        self.pickups.extend(amounts(&job.pickup));
        self.tasks.push(Task {
            nodes: (first, job.crew as u32),
            loss: 0,
            prized: false,
            begun: pins.started.values().flatten().any(|(task, _)| *task == at),
            windows,
        });
    }

    fn add_rigs(&mut self, problem: &Problem, travel: &Travel, pins: &Pins) {
        let mut modes: Vec<&Vehicle> = Vec::new();
        let limited = problem.vehicles.iter().any(|vehicle| vehicle.max_distance.is_some());
        let mut parts_begun = vec![0; problem.jobs.len()];
        for (at, vehicle) in problem.vehicles.iter().enumerate() {
            let mode = modes.iter().position(|known| same_ways(known, vehicle)).unwrap_or_else(|| {
                self.add_legs(vehicle, travel, limited);
                modes.push(vehicle);
                modes.len() - 1
            });
            let mut shift = vehicle.time_window.unwrap_or(ALWAYS);
            let mut started = Vec::new();
            let mut free_at = shift[0];
            for (task, step) in pins.started.get(&vehicle.id).into_iter().flatten() {
                let part = self.tasks[*task].nodes.0 + parts_begun[*task];
                parts_begun[*task] += 1;
                started.push((part, step.begins()));
                free_at = step.begins();
            }
            if let Some(now) = self.now {
                shift[0] = if started.is_empty() { shift[0].max(now) } else { shift[0] };
                free_at = free_at.max(now);
            }
            let breaks = vehicle.breaks.iter().map(|pause| self.add_break(&pause.time_windows, pause.service)).collect();
            let twin = (0..at).rev().find(|other| {
                let theirs = &problem.vehicles[*other];
                let known =
                    |id: u64| pins.started.contains_key(&id) || pins.promised.values().any(|it| it.vehicles.contains(&id));
                let singled_out = |id: u64| known(id) || problem.jobs.iter().any(|job| job.prefer == Some(id));
                Vehicle { id: vehicle.id, ..theirs.clone() } == *vehicle && !singled_out(vehicle.id) && !singled_out(theirs.id)
            });
            let (start, end) =
                (self.number(travel.place(vehicle.start, vehicle.start_index)), travel.place(vehicle.end, vehicle.end_index));
            self.rigs.push(Rig {
                mode,
                start,
                end: self.number(end),
                shift,
                fixed: travel.fixed_cost(vehicle),
                capacity: vehicle.capacity.clone(),
                max_tasks: vehicle.max_tasks.unwrap_or(usize::MAX),
                max_travel: vehicle.max_travel_time.unwrap_or(i64::MAX),
                max_distance: vehicle.max_distance,
                breaks,
                started,
                free_at,
                twin,
            });
        }
    }

    fn add_break(&mut self, windows: &[Window], service: i64) -> u32 {
        let windows = always_if_empty(windows);
        let node = (self.windows.len() as u32, windows.len() as u32);
        self.windows.extend_from_slice(&windows);
        self.nodes.push(Node { task: NONE, place: NONE, windows: node, setup: 0, service });
        self.nodes.len() as u32 - 1
    }

    fn add_legs(&mut self, vehicle: &Vehicle, travel: &Travel, limited: bool) {
        let mut legs = vec![Legs::default(); self.width * self.width];
        let mut metres = vec![0; if limited { self.width * self.width } else { 0 }];
        for from in 0..travel.places {
            for to in 0..travel.places {
                let way = travel.way(vehicle, Some(from), Some(to));
                let leg = Leg { time: way.seconds as i32, cost: way.cost as i32 };
                legs[from * self.width + to].there = leg;
                legs[to * self.width + from].back = leg;
                if limited {
                    metres[from * self.width + to] = way.metres as i32;
                }
            }
        }
        self.legs.push(legs);
        self.metres.push(metres);
    }

    /// Makes a job of higher rank worth more than all of lower rank and all travel together, as far as numbers reach.
    fn set_losses(&mut self, problem: &Problem, travel: &Travel, pins: &Pins) {
        let dearest = self.legs.iter().flatten().map(|legs| i64::from(legs.there.cost)).max().unwrap_or(0);
        let fixed: i64 = self.rigs.iter().map(|rig| rig.fixed).sum();
        let prizes: i64 = problem.jobs.iter().filter_map(|job| job.prize).sum();
        let count = self.tasks.len() as i64 + 1;
        let unfair = self.fair * (self.nodes.len() * self.nodes.len()) as i64;
        let travel_at_most = (self.nodes.len() + self.rigs.len()) as i64 * (dearest + PREFERENCE * travel.unit) + fixed + unfair;
        let top = problem.jobs.iter().map(|job| i64::from(job.priority)).max().unwrap_or(0) + 1;
        let rungs = (1 + top * count) * count;
        let step = (travel_at_most + prizes * travel.unit + 1).min(4_000_000_000_000_000_000 / rungs);
        for (task, job) in self.tasks.iter_mut().zip(&problem.jobs) {
            let rank = if pins.promised.contains_key(&job.id) { top } else { i64::from(job.priority) };
            task.prized = problem.objective == Objective::Prize && job.prize.is_some() && rank < top;
            task.loss = match job.prize {
                Some(prize) if task.prized => prize * travel.unit,
                _ => step * (1 + rank * count),
            };
        }
    }

    fn set_bids(&mut self, problem: &Problem, travel: &Travel, pins: &Pins) {
        for job in &problem.jobs {
            let promise = pins.promised.get(&job.id);
            let mut allowed = Vec::new();
            for (at, vehicle) in problem.vehicles.iter().enumerate() {
                let able = job.skills.iter().all(|skill| vehicle.skills.contains(skill));
                let may = promise.map_or(able, |promise| promise.vehicles.contains(&vehicle.id));
                if may {
                    allowed.push(at as u32);
                }
                let stranger = job.prefer.is_some_and(|id| id != vehicle.id);
                self.bids.push(match (may, stranger) {
                    (false, _) => BARRED,
                    (true, true) => PREFERENCE * travel.unit,
                    (true, false) => 0,
                });
            }
            self.able.push(allowed);
        }
    }

    fn set_near(&mut self) {
        let place = |task: &Task| self.nodes[task.nodes.0 as usize].place;
        self.near = (self.tasks.iter())
            .map(|task| {
                let far = |other: &u32| {
                    let there = place(&self.tasks[*other as usize]);
                    self.leg(0, place(task), there).cost.min(self.leg(0, there, place(task)).cost)
                };
                let mut near: Vec<u32> = (0..self.tasks.len() as u32).collect();
                near.sort_by_cached_key(|other| (far(other), *other));
                near.truncate(NEAR);
                near
            })
            .collect();
    }

    /// The place of a number.
    pub(crate) fn place(&self, number: u32) -> Place {
        (number as usize + 1 < self.width).then_some(number as usize)
    }

    /// What each vehicle does in the earlier plan, without what has begun: the nodes of jobs, each once.
    pub(crate) fn earlier(&self, problem: &Problem) -> Vec<Vec<u32>> {
        let mut tours = vec![Vec::new(); self.rigs.len()];
        for route in problem.plan.iter().flat_map(|plan| &plan.routes) {
            let Some(vehicle) = problem.vehicles.iter().position(|vehicle| vehicle.id == route.vehicle) else { continue };
            for step in route.steps.iter().filter(|step| step.kind == StepKind::Job && step.status != Some(Status::Started)) {
                let task = problem.jobs.iter().position(|job| step.id == Some(job.id));
                tours[vehicle].extend(task.map(|task| self.tasks[task].nodes.0));
            }
        }
        tours
    }

    /// The number of a place; nowhere is the last.
    fn number(&self, place: Place) -> u32 {
        place.unwrap_or(self.width - 1) as u32
    }
}

/// What stays put from an earlier plan.
struct Pins<'a> {
    /// What each vehicle has begun, in order: task and step.
    started: BTreeMap<u64, Vec<(usize, &'a Step)>>,
    /// Who was promised when, by job.
    promised: BTreeMap<u64, Promise>,
}

struct Promise {
    window: Window,
    vehicles: Vec<u64>,
}

impl Pins<'_> {
    fn of(problem: &Problem) -> Pins<'_> {
        let mut pins = Pins { started: BTreeMap::new(), promised: BTreeMap::new() };
        let tasks: BTreeMap<u64, usize> = problem.jobs.iter().enumerate().map(|(at, job)| (job.id, at)).collect();
        for route in problem.plan.iter().flat_map(|plan: &Plan| &plan.routes) {
            for step in route.steps.iter().filter(|step| step.kind == StepKind::Job) {
                let Some(task) = step.id.and_then(|id| tasks.get(&id)) else { continue };
                match step.status {
                    Some(Status::Started) => pins.started.entry(route.vehicle).or_default().push((*task, step)),
                    Some(Status::Promised) => {
                        let window = step.promised.unwrap_or([step.begins(), step.begins()]);
                        let id = problem.jobs[*task].id;
                        let promise = pins.promised.entry(id).or_insert(Promise { window, vehicles: Vec::new() });
                        promise.vehicles.push(route.vehicle);
                    }
                    None => {}
                }
            }
        }
        pins
    }
}

fn same_ways(a: &Vehicle, b: &Vehicle) -> bool {
    a.profile == b.profile
        && a.speed_factor == b.speed_factor
        && a.costs.per_hour == b.costs.per_hour
        && a.costs.per_km == b.costs.per_km
}

fn always_if_empty(windows: &[Window]) -> Vec<Window> {
    if windows.is_empty() { vec![ALWAYS] } else { windows.to_vec() }
}
