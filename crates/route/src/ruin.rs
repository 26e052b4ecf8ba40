//! Taking visits out: strings of neighbours from tours near each other.

use crate::chance::Chance;
use crate::day::Day;
use crate::model::NONE;

/// How many visits go at a time, on average.
const AVERAGE: f64 = 10.0;
/// The longest string taken from one tour.
const LONGEST: f64 = 10.0;
/// From how many visits a tour on average the tours count as long: only much at a time then opens or closes one.
pub(crate) const LONG: f64 = 15.0;
/// Once in how many ruins of long tours more goes, and how many times as much.
const WIDE: usize = 4;
const WIDER: f64 = 5.0;
/// Once in how many strings some visits within it stay.
const SPLIT: usize = 2;
/// Once in how many visits the part that stays does not grow.
const GROW: usize = 100;
/// How many jobs of the pool are tried again at a time.
const WAITING: usize = 24;

/// What was taken out, and who of the pool may try for the gaps.
pub(crate) struct Ruin {
    pub(crate) removed: Vec<u32>,
    pub(crate) waiting: Vec<u32>,
}

/// Takes strings of visits out of some tours around a random job. `None`: what is left is impossible.
pub(crate) fn ruin(day: &mut Day, chance: &mut Chance) -> Option<Ruin> {
    let model = day.model;
    let seed = chance.below(model.tasks.len());
    let waiting = waiting(day, chance, seed);
    let average = day.visits_a_tour();
    let more = if average > LONG && chance.one_in(WIDE) { WIDER } else { 1.0 };
    let longest = (LONGEST * more).min(average);
    let most_strings = 4.0 * AVERAGE * more / (1.0 + longest) - 1.0;
    let strings = (chance.unit() * most_strings + 1.0) as usize;
    let mut removed = Vec::new();
    let mut ruined = Vec::new();
    for task in &model.near[seed] {
        if ruined.len() >= strings {
            break;
        }
        let vehicle = day.home[model.tasks[*task as usize].nodes.0 as usize];
        if vehicle == NONE || ruined.contains(&vehicle) {
            continue;
        }
        let string = string(day, chance, vehicle as usize, *task, longest);
        if string.is_empty() {
            continue;
        }
        ruined.push(vehicle);
        for gone in string {
            if !removed.contains(&gone) {
                removed.push(gone);
            }
        }
    }
    take_out(day, chance, &removed).then_some(Ruin { removed, waiting })
}

/// Jobs of the pool that may try for the gaps: those near the seed, or all if they are few.
fn waiting(day: &Day, chance: &mut Chance, seed: usize) -> Vec<u32> {
    if day.absent.len() <= WAITING {
        return day.absent.clone();
    }
    let mut waiting: Vec<u32> = Vec::new();
    for task in &day.model.near[seed] {
        if waiting.len() >= WAITING / 2 {
            break;
        }
        if day.home[day.model.tasks[*task as usize].nodes.0 as usize] == NONE {
            waiting.push(*task);
        }
    }
    while waiting.len() < WAITING {
        let task = day.absent[chance.below(day.absent.len())];
        if !waiting.contains(&task) {
            waiting.push(task);
        }
    }
    waiting
}

/// Some consecutive jobs of a tour around one of them, perhaps with a gap that stays.
fn string(day: &Day, chance: &mut Chance, vehicle: usize, around: u32, longest: f64) -> Vec<u32> {
    let model = day.model;
    let tour = &day.tours[vehicle];
    let tasks: Vec<u32> = (tour.stops[1 + tour.locked..tour.stops.len() - 1].iter())
        .map(|stop| model.nodes[stop.node as usize].task)
        .filter(|task| *task != NONE && !model.tasks[*task as usize].begun)
        .collect();
    let Some(at) = tasks.iter().position(|task| *task == around) else { return Vec::new() };
    let length = ((chance.unit() * longest.min(tasks.len() as f64)) as usize + 1).min(tasks.len());
    let mut stay = 0;
    if length > 1 && chance.one_in(SPLIT) {
        stay = 1;
        while length + stay < tasks.len() && !chance.one_in(GROW) {
            stay += 1;
        }
    }
    let span = length + stay.min(tasks.len() - length);
    let stay = span - length;
    let from = window_around(chance, tasks.len(), span, at);
    let gap = from + if stay == 0 { 0 } else { chance.below(length + 1) };
    (from..from + span).filter(|at| stay == 0 || !(gap..gap + stay).contains(at)).map(|at| tasks[at]).collect()
}

/// Where a span of `length` that contains `at` begins, among `count`.
fn window_around(chance: &mut Chance, count: usize, length: usize, at: usize) -> usize {
    let first = (at + 1).saturating_sub(length);
    let last = at.min(count - length);
    first + chance.below(last - first + 1)
}

/// Takes jobs out wherever they are, and now and then gives breaks of those tours another place.
fn take_out(day: &mut Day, chance: &mut Chance, removed: &[u32]) -> bool {
    let model = day.model;
    let mut tours: Vec<usize> = Vec::new();
    for task in removed {
        let (first, count) = model.tasks[*task as usize].nodes;
        for node in first..first + count {
            let vehicle = day.home[node as usize] as usize;
            if !tours.contains(&vehicle) {
                tours.push(vehicle);
            }
        }
        day.cost += model.tasks[*task as usize].loss;
    }
    tours.into_iter().all(|vehicle| {
        day.remove(vehicle, |node| removed.contains(&model.nodes[node as usize].task))
            && model.rigs[vehicle].breaks.iter().all(|pause| chance.one_in(2) || shift(day, chance, *pause, vehicle))
    })
}

/// Gives a break another place in its tour.
fn shift(day: &mut Day, chance: &mut Chance, pause: u32, vehicle: usize) -> bool {
    if !day.remove(vehicle, |node| node == pause) {
        return false;
    }
    let slots = day.slots(pause, vehicle);
    !slots.is_empty() && day.insert(pause, vehicle, slots[chance.below(slots.len())].after)
}
