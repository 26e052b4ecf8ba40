//! Everybody's day inside the search: tours, what is left out, and a way back.

use crate::model::{BARRED, Model, NONE};
use crate::problem::Window;
use crate::tour::{Slot, Tour};

/// A whole plan, always possible, with its cost kept up to date.
pub(crate) struct Day<'a> {
    pub(crate) model: &'a Model,
    pub(crate) tours: Vec<Tour>,
    /// Which vehicle each node is with, or `NONE`.
    pub(crate) home: Vec<u32>,
    /// Tasks left out.
    pub(crate) absent: Vec<u32>,
    /// Travel, bids and losses.
    pub(crate) cost: i64,
    /// The windows of the nodes; those of a crew's parts are the moment it was given.
    windows: Vec<Window>,
    /// Vehicles whose breaks or shift leave no room for anything.
    idle: Vec<bool>,
    /// Vehicles that do nothing, and the versions of all tours: asked so often that they stand close together.
    empty: Vec<bool>,
    versions: Vec<u64>,
    last_version: u64,
    /// Tours as they were before the present attempt, and the moments of crews.
    journal: Vec<(usize, Tour)>,
    moments: Vec<(u32, Window)>,
    spare: Vec<Tour>,
    before: (i64, Vec<u32>),
    /// The cheapest slot of a node in a tour, if it was sought since the tour last changed.
    offers: Vec<Offer>,
}

#[derive(Clone, Copy)]
struct Offer {
    /// Of the tour.
    version: u64,
    /// What it adds to the cost, or `BARRED`.
    delta: i64,
    after: u32,
}

/// An order that can be kept and taken up again.
#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) cost: i64,
    /// By vehicle, without start and end.
    pub(crate) tours: Vec<Vec<u32>>,
    pub(crate) windows: Vec<Window>,
}

impl<'a> Day<'a> {
    /// A day on which nothing is done but what has begun.
    pub(crate) fn new(model: &'a Model) -> Day<'a> {
        let mut day = Day {
            model,
            tours: model.rigs.iter().map(Tour::new).collect(),
            home: vec![NONE; model.nodes.len()],
            absent: Vec::new(),
            cost: 0,
            windows: model.windows.clone(),
            idle: Vec::new(),
            empty: vec![true; model.rigs.len()],
            versions: vec![0; model.rigs.len()],
            last_version: 0,
            journal: Vec::new(),
            moments: Vec::new(),
            spare: Vec::new(),
            before: (0, Vec::new()),
            offers: vec![Offer { version: 0, delta: BARRED, after: 0 }; model.nodes.len() * model.rigs.len()],
        };
        for (vehicle, rig) in model.rigs.iter().enumerate() {
            for (node, _) in &rig.started {
                day.home[*node as usize] = vehicle as u32;
            }
            let possible = day.reckon(vehicle, None);
            day.idle.push(!possible);
        }
        for (at, task) in model.tasks.iter().enumerate() {
            if !task.begun {
                day.absent.push(at as u32);
                day.cost += task.loss;
            }
        }
        day
    }

    /// Begins an attempt that [`Day::keep`] or [`Day::undo`] ends.
    pub(crate) fn attempt(&mut self) {
        self.before.0 = self.cost;
        self.before.1.clone_from(&self.absent);
    }

    /// The attempt stands.
    pub(crate) fn keep(&mut self) {
        self.spare.extend(self.journal.drain(..).map(|(_, tour)| tour));
        self.moments.clear();
    }

    /// The attempt never was.
    pub(crate) fn undo(&mut self) {
        let journal = std::mem::take(&mut self.journal);
        for (vehicle, _) in &journal {
            self.settle(*vehicle, NONE);
        }
        for (vehicle, old) in journal {
            self.spare.push(std::mem::replace(&mut self.tours[vehicle], old));
            self.note(vehicle);
            self.settle(vehicle, vehicle as u32);
        }
        for (window, moment) in self.moments.drain(..).rev() {
            self.windows[window as usize] = moment;
        }
        self.cost = self.before.0;
        std::mem::swap(&mut self.absent, &mut self.before.1);
    }

    /// What the day cost before the attempt.
    pub(crate) fn cost_before(&self) -> i64 {
        self.before.0
    }

    /// How many visits those who go out make, on average.
    pub(crate) fn visits_a_tour(&self) -> f64 {
        let counts = self.tours.iter().map(|tour| tour.jobs).filter(|jobs| *jobs > 0);
        let (tours, visits) = counts.fold((0_u32, 0), |(tours, sum), jobs| (tours + 1, sum + jobs));
        visits as f64 / f64::from(tours.max(1))
    }

    /// Vehicles that the present attempt has changed.
    pub(crate) fn changed(&self) -> impl Iterator<Item = usize> {
        self.journal.iter().map(|(vehicle, _)| *vehicle)
    }

    /// Whether the vehicle is worth asking: it can do the task, and no empty twin stands before it.
    pub(crate) fn can_ask(&self, task: u32, vehicle: usize) -> bool {
        let echo = self.empty[vehicle] && self.model.rigs[vehicle].twin.is_some_and(|twin| self.empty[twin]);
        !echo && self.can_do(task, vehicle)
    }

    /// Whether the vehicle may do the task, and its shift and breaks leave room for anything.
    pub(crate) fn can_do(&self, task: u32, vehicle: usize) -> bool {
        !self.idle[vehicle] && self.model.bid(task, vehicle) != BARRED
    }

    /// What the cheapest slot of a node with a vehicle adds to the cost, or `BARRED`, and where it is.
    pub(crate) fn offer(&mut self, node: u32, vehicle: usize) -> (i64, usize) {
        let offer = &mut self.offers[node as usize * self.model.rigs.len() + vehicle];
        let version = self.versions[vehicle];
        if offer.version != version {
            let slot = self.tours[vehicle].cheapest(self.model, &self.windows, &self.model.rigs[vehicle], node, |_| false);
            let (delta, after) = slot.map_or((BARRED, 0), |slot| (slot.delta, slot.after as u32));
            *offer = Offer { version, delta, after };
        }
        (offer.delta, offer.after as usize)
    }

    /// The cheapest slot of a node with a vehicle, among those that are not skipped.
    pub(crate) fn offer_but(&self, node: u32, vehicle: usize, skip: impl FnMut(usize) -> bool) -> Option<Slot> {
        self.tours[vehicle].cheapest(self.model, &self.windows, &self.model.rigs[vehicle], node, skip)
    }

    /// Every slot of a node with a vehicle within a window of its own.
    pub(crate) fn slots(&self, node: u32, vehicle: usize) -> Vec<Slot> {
        let mut slots = Vec::new();
        self.tours[vehicle].each_slot(self.model, &self.windows, &self.model.rigs[vehicle], node, |slot| {
            slots.push(slot);
            i64::MAX
        });
        slots
    }

    /// Puts a node into a tour. False: it does not go there after all, and the attempt must be undone.
    pub(crate) fn insert(&mut self, node: u32, vehicle: usize, after: usize) -> bool {
        self.touch(vehicle);
        self.home[node as usize] = vehicle as u32;
        self.tours[vehicle].insert(after, node);
        let task = self.model.nodes[node as usize].task;
        self.cost += if task == NONE { 0 } else { self.model.bid(task, vehicle) };
        self.reckon(vehicle, Some(after))
    }

    /// Takes nodes out of a tour. False: what is left is impossible, and the attempt must be undone.
    pub(crate) fn remove(&mut self, vehicle: usize, mut goes: impl FnMut(u32) -> bool) -> bool {
        self.touch(vehicle);
        let mut tour = std::mem::take(&mut self.tours[vehicle]);
        tour.stops.retain(|stop| {
            let stays = stop.node == NONE || !goes(stop.node);
            if !stays {
                self.home[stop.node as usize] = NONE;
                let task = self.model.nodes[stop.node as usize].task;
                self.cost -= if task == NONE { 0 } else { self.model.bid(task, vehicle) };
            }
            stays
        });
        self.tours[vehicle] = tour;
        self.reckon(vehicle, None)
    }

    /// Gives a part of a crew its window or moment.
    pub(crate) fn set_moment(&mut self, node: u32, moment: Window) {
        let window = self.model.nodes[node as usize].windows.0;
        self.moments.push((window, self.windows[window as usize]));
        self.windows[window as usize] = moment;
    }

    /// The order as it is now.
    pub(crate) fn order(&self) -> Order {
        let nodes = |tour: &Tour| tour.stops[1..tour.stops.len() - 1].iter().map(|stop| stop.node).collect();
        Order { cost: self.cost, tours: self.tours.iter().map(nodes).collect(), windows: self.windows.clone() }
    }

    fn touch(&mut self, vehicle: usize) {
        if self.journal.iter().all(|(known, _)| *known != vehicle) {
            let mut copy = self.spare.pop().unwrap_or_default();
            copy.clone_from(&self.tours[vehicle]);
            self.journal.push((vehicle, copy));
        }
    }

    /// Reckons a tour anew, or only what follows from a new stop.
    fn reckon(&mut self, vehicle: usize, new_after: Option<usize>) -> bool {
        self.last_version += 1;
        let (rig, version) = (&self.model.rigs[vehicle], self.last_version);
        let tour = &mut self.tours[vehicle];
        let old = tour.cost;
        let possible = match new_after {
            Some(after) => tour.reckon_insert(self.model, &self.windows, rig, version, after),
            None => tour.reckon(self.model, &self.windows, rig, version),
        };
        self.cost += tour.cost - old;
        self.note(vehicle);
        possible
    }

    fn note(&mut self, vehicle: usize) {
        self.empty[vehicle] = self.tours[vehicle].jobs == 0;
        self.versions[vehicle] = self.tours[vehicle].version;
    }

    fn settle(&mut self, vehicle: usize, home: u32) {
        let tour = &self.tours[vehicle];
        for stop in &tour.stops {
            if stop.node != NONE {
                self.home[stop.node as usize] = home;
            }
        }
    }
}
