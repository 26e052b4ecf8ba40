//! One vehicle's day inside the search, with what is needed to price an insertion in constant time: the earliest end of
//! everything before it and the latest arrival that everything after it allows. Waiting is always possible, so both are
//! single numbers however many windows a job has.

use crate::model::{Model, NONE, Rig};
use crate::problem::Window;

/// One stop, or the start or end of the day.
#[derive(Clone, Copy)]
pub(crate) struct Stop {
    /// `NONE` for start and end.
    pub(crate) node: u32,
    /// Where the vehicle is; a break is taken where the vehicle was.
    pub(crate) place: u32,
    /// When it begins at the earliest.
    pub(crate) begin: i64,
    /// When it is over at the earliest.
    pub(crate) end: i64,
    /// The latest arrival from another place that keeps the rest possible.
    due: i64,
    /// The latest arrival from the same place, where setup is not paid again.
    due_near: i64,
    /// What the way here costs.
    way: i64,
}

/// A vehicle's day.
#[derive(Clone, Default)]
pub(crate) struct Tour {
    /// From start to end, both included.
    pub(crate) stops: Vec<Stop>,
    /// What it costs, without the bids.
    pub(crate) cost: i64,
    /// How many stops are jobs.
    pub(crate) jobs: usize,
    /// How many stops after the start have begun and stay.
    pub(crate) locked: usize,
    /// Unique for this sequence.
    pub(crate) version: u64,
    /// The longest that a vehicle without breaks has between the end of one stop and the latest arrival at the next.
    room: i64,
    travel: i64,
    distance: i64,
    /// By stop and dimension, or for the start alone if nothing is picked up: the most carried up to and including leaving it, and from leaving it on.
    before: Vec<i64>,
    after: Vec<i64>,
}

/// Where something fits, and what it adds to the cost.
#[derive(Clone, Copy)]
pub(crate) struct Slot {
    /// After which stop.
    pub(crate) after: usize,
    pub(crate) delta: i64,
    /// When it could begin at the earliest and at the latest.
    pub(crate) begin: [i64; 2],
}

impl Stop {
    fn of(node: u32) -> Stop {
        Stop { node, place: 0, begin: 0, end: 0, due: 0, due_near: 0, way: 0 }
    }

    fn due_from(&self, place: u32) -> i64 {
        if place == self.place { self.due_near } else { self.due }
    }
}

impl Tour {
    /// The day of a vehicle that does what it has begun, and its breaks.
    pub(crate) fn new(rig: &Rig) -> Tour {
        let nodes: Vec<u32> = rig.started.iter().map(|(node, _)| *node).chain(rig.breaks.iter().copied()).collect();
        Tour::of(&nodes, rig.started.len())
    }

    /// The day of a vehicle that does these in this order.
    pub(crate) fn of(nodes: &[u32], locked: usize) -> Tour {
        let nodes = [NONE].into_iter().chain(nodes.iter().copied()).chain([NONE]);
        Tour { stops: nodes.map(Stop::of).collect(), locked, ..Tour::default() }
    }

    /// The latest moment to leave that keeps everything possible.
    pub(crate) fn latest_departure(&self, model: &Model, rig: &Rig) -> i64 {
        let [start, first, ..] = self.stops[..] else { return rig.shift[0] };
        first.due_from(start.place) - i64::from(model.leg(rig.mode, start.place, first.place).time)
    }

    /// Puts a node after a stop; [`Tour::reckon`] of this stop must follow.
    pub(crate) fn insert(&mut self, after: usize, node: u32) {
        self.stops.insert(after + 1, Stop::of(node));
    }

    /// Reckons everything anew. False: this order is impossible.
    pub(crate) fn reckon(&mut self, model: &Model, windows: &[Window], rig: &Rig, version: u64) -> bool {
        self.reckon_from(model, windows, rig, version, 0, self.stops.len() - 1)
    }

    /// Reckons what follows from a new stop after another, as far as it changes anything.
    pub(crate) fn reckon_insert(&mut self, model: &Model, windows: &[Window], rig: &Rig, version: u64, after: usize) -> bool {
        let new = after + 1;
        let last = if self.jobs == 0 { self.stops.len() - 1 } else { new + self.breaks_after(model, new).len() };
        self.reckon_from(model, windows, rig, version, after, last)
    }

    /// `until` is the last stop that is new or may be elsewhere than before.
    fn reckon_from(&mut self, model: &Model, windows: &[Window], rig: &Rig, version: u64, after: usize, until: usize) -> bool {
        self.version = version;
        self.jobs = self.stops.iter().filter(|stop| stop.node < model.first_break).count();
        let possible = self.forward(model, windows, rig, after, until);
        if possible {
            self.backward(model, windows, rig, after, until);
        }
        self.sum_up(model, rig);
        possible && (model.dimensions == 0 || self.carry(model, rig))
    }

    fn forward(&mut self, model: &Model, windows: &[Window], rig: &Rig, after: usize, until: usize) -> bool {
        let last = self.stops.len() - 1;
        if after == 0 {
            self.stops[0].place = rig.start;
            self.stops[0].begin = rig.shift[0];
            self.stops[0].end = rig.shift[0];
        }
        for at in after + 1..=last {
            let before = self.stops[at - 1];
            let stop = &mut self.stops[at];
            let old = *stop;
            let node = (stop.node != NONE).then(|| &model.nodes[stop.node as usize]);
            stop.place = match node {
                None => rig.end,
                Some(node) if node.task == NONE => before.place,
                Some(node) => node.place,
            };
            let leg = model.leg(rig.mode, before.place, stop.place);
            let arrival = before.end + i64::from(leg.time);
            stop.way = i64::from(leg.cost);
            let Some(node) = node else {
                stop.begin = arrival;
                stop.end = arrival;
                continue;
            };
            let begin = if at <= self.locked {
                Some(rig.started[at - 1].1)
            } else {
                first_begin(windows_of(windows, node.windows), arrival)
            };
            let Some(begin) = begin else { return false };
            stop.begin = begin;
            stop.end = begin + node.service + if before.place == stop.place { 0 } else { node.setup };
            if at == self.locked {
                stop.end = stop.end.max(rig.free_at);
            }
            if at > until && stop.end == old.end && stop.begin == old.begin && stop.way == old.way {
                break;
            }
        }
        self.stops[last].end <= rig.shift[1] || self.locked > 0 && self.jobs == self.locked
    }

    /// What the order costs, how long it travels, and what room it leaves.
    fn sum_up(&mut self, model: &Model, rig: &Rig) {
        self.travel = 0;
        self.distance = 0;
        self.cost = 0;
        self.room = if rig.breaks.is_empty() { i64::MIN } else { i64::MAX };
        let limited = rig.max_travel != i64::MAX || rig.max_distance.is_some();
        for pair in self.stops.windows(2) {
            self.cost += pair[1].way;
            self.room = self.room.max(pair[1].due_near - pair[0].end);
            if limited {
                self.travel += i64::from(model.leg(rig.mode, pair[0].place, pair[1].place).time);
            }
            if rig.max_distance.is_some() {
                self.distance += model.metres(rig.mode, pair[0].place, pair[1].place);
            }
        }
        if self.jobs == 0 {
            self.cost = 0;
            self.travel = 0;
            self.distance = 0;
            let last = self.stops.len() - 1;
            self.stops[last].way = 0;
        } else {
            self.cost += rig.fixed + self.unfairness(model);
        }
    }

    /// What the number of jobs counts besides what they cost.
    pub(crate) fn unfairness(&self, model: &Model) -> i64 {
        model.fair * (self.jobs * self.jobs) as i64
    }

    fn backward(&mut self, model: &Model, windows: &[Window], rig: &Rig, after: usize, until: usize) {
        let last = self.stops.len() - 1;
        self.stops[last].due = rig.shift[1];
        self.stops[last].due_near = rig.shift[1];
        for at in (1..last.min(until + 1)).rev() {
            let next = self.stops[at + 1];
            let stop = &mut self.stops[at];
            let old = *stop;
            let node = &model.nodes[stop.node as usize];
            let over = next.due_from(stop.place) - i64::from(model.leg(rig.mode, stop.place, next.place).time);
            let windows = windows_of(windows, node.windows);
            stop.due_near = last_begin(windows, over - node.service);
            stop.due = if node.setup == 0 { stop.due_near } else { last_begin(windows, over - node.service - node.setup) };
            if at < after && stop.due == old.due && stop.due_near == old.due_near {
                break;
            }
        }
    }

    fn carry(&mut self, model: &Model, rig: &Rig) -> bool {
        let (size, count) = (model.dimensions, if model.picks_up { self.stops.len() } else { 1 });
        self.before.clear();
        self.before.resize(size * count, 0);
        self.after.clear();
        self.after.resize(size * count, 0);
        for dimension in 0..size {
            let task = |stop: &Stop| (stop.node < model.first_break).then(|| model.nodes[stop.node as usize].task);
            let brings = |stop: &Stop| task(stop).map_or(0, |task| model.delivery(task)[dimension]);
            let takes = |stop: &Stop| task(stop).map_or(0, |task| model.pickup(task)[dimension]);
            let mut load: i64 = self.stops.iter().map(brings).sum();
            let mut most = load;
            for at in 0..count {
                load += takes(&self.stops[at]) - brings(&self.stops[at]);
                most = load.max(most);
                self.before[at * size + dimension] = most;
                self.after[at * size + dimension] = load;
            }
            for at in (0..count - 1).rev() {
                self.after[at * size + dimension] =
                    self.after[at * size + dimension].max(self.after[(at + 1) * size + dimension]);
            }
            if most > rig.capacity[dimension] {
                return false;
            }
        }
        true
    }

    /// The cheapest place for a node, or none. `skip` says which places are not to be looked at.
    pub(crate) fn cheapest(
        &self,
        model: &Model,
        windows: &[Window],
        rig: &Rig,
        node: u32,
        mut skip: impl FnMut(usize) -> bool,
    ) -> Option<Slot> {
        let mut best: Option<Slot> = None;
        self.each_slot(model, windows, rig, node, |slot| {
            if best.is_none_or(|best| slot.delta < best.delta) && !skip(slot.after) {
                best = Some(slot);
            }
            best.map_or(i64::MAX, |best| best.delta)
        });
        best
    }

    /// Tells of every place where the node fits and adds less than `found` last answered.
    pub(crate) fn each_slot(&self, model: &Model, windows: &[Window], rig: &Rig, node: u32, mut found: impl FnMut(Slot) -> i64) {
        let it = &model.nodes[node as usize];
        let is_job = it.task != NONE;
        if is_job && self.jobs >= rig.max_tasks || it.service > self.room {
            return;
        }
        let own = windows_of(windows, it.windows);
        let (opens, closes) = (own[0][0], own[own.len() - 1][1]);
        let legs = model.legs(rig.mode, if is_job { it.place } else { rig.start });
        let limited = is_job && (rig.max_travel != i64::MAX || rig.max_distance.is_some());
        let fixed = if self.jobs == 0 { rig.fixed } else { 0 } + model.fair * (2 * self.jobs + 1) as i64;
        let mut limit = i64::MAX;
        let has_breaks = !rig.breaks.is_empty();
        let mut first = self.locked;
        if !has_breaks {
            first += self.stops[first + 1..].partition_point(|next| next.due_near < opens + it.service);
        }
        for (after, pair) in (first..).zip(self.stops[first..].windows(2)) {
            let [before, mut next] = [&pair[0], &pair[1]];
            if before.end > closes {
                break;
            }
            let mut breaks: &[Stop] = &[];
            if has_breaks {
                breaks = self.breaks_after(model, after);
                next = &self.stops[after + 1 + breaks.len()];
            }
            // Most gaps are too short even without any way, and that is known without asking for one.
            if before.end.max(opens) + it.service > next.due_near {
                continue;
            }
            let place = if is_job { it.place } else { before.place };
            let legs = if is_job { legs } else { model.legs(rig.mode, place) };
            let here = legs[before.place as usize].back;
            let on = legs[next.place as usize].there;
            let delta = if is_job { i64::from(here.cost) + i64::from(on.cost) - next.way + fixed } else { 0 };
            if delta >= limit {
                continue;
            }
            let Some(begin) = first_begin(own, before.end + i64::from(here.time)) else { continue };
            let busy = it.service + if before.place == place { 0 } else { it.setup };
            let mut over = next.due_from(place) - i64::from(on.time);
            for pause in breaks.iter().rev().map(|stop| &model.nodes[stop.node as usize]) {
                over = last_begin(windows_of(windows, pause.windows), over - pause.service);
            }
            if begin + busy > over || !self.fits(model, rig, it.task, after) {
                continue;
            }
            if limited && !self.within_limits(model, rig, before.place, place, next.place) {
                continue;
            }
            limit = found(Slot { after, delta, begin: [begin, last_begin(own, over - busy)] });
        }
    }

    /// The breaks that directly follow a stop. They are taken where it is, so they move with whatever is put before them.
    fn breaks_after(&self, model: &Model, after: usize) -> &[Stop] {
        let following = &self.stops[after + 1..];
        let count = following.iter().take_while(|stop| stop.node != NONE && model.is_break(stop.node)).count();
        &following[..count]
    }

    fn within_limits(&self, model: &Model, rig: &Rig, before: u32, place: u32, next: u32) -> bool {
        let added = |way: &dyn Fn(u32, u32) -> i64| {
            way(before, place) + way(place, next) - if self.jobs == 0 { 0 } else { way(before, next) }
        };
        self.travel + added(&|from, to| i64::from(model.leg(rig.mode, from, to).time)) <= rig.max_travel
            && rig.max_distance.is_none_or(|most| self.distance + added(&|from, to| model.metres(rig.mode, from, to)) <= most)
    }

    fn fits(&self, model: &Model, rig: &Rig, task: u32, after: usize) -> bool {
        if model.dimensions == 0 || task == NONE {
            return true;
        }
        let (delivery, pickup) = (model.delivery(task), model.pickup(task));
        let after = if model.picks_up { after } else { 0 };
        (0..model.dimensions).all(|dimension| {
            let at = after * model.dimensions + dimension;
            self.before[at] + delivery[dimension] <= rig.capacity[dimension]
                && self.after[at] + pickup[dimension] <= rig.capacity[dimension]
        })
    }
}

/// The windows of a node.
fn windows_of(windows: &[Window], (from, count): (u32, u32)) -> &[Window] {
    &windows[from as usize..(from + count) as usize]
}

/// The first moment from `arrival` on that a window allows.
pub(crate) fn first_begin(windows: &[Window], arrival: i64) -> Option<i64> {
    windows.iter().find(|window| arrival <= window[1]).map(|window| arrival.max(window[0]))
}

/// The last moment up to `latest` that a window allows, or one before everything.
fn last_begin(windows: &[Window], latest: i64) -> i64 {
    windows.iter().rev().find(|window| window[0] <= latest).map_or(i64::MIN / 4, |window| latest.min(window[1]))
}
