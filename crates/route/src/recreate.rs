//! Putting visits back: one after the other, each where it costs least, now and then blind to the best place.

use crate::chance::Chance;
use crate::day::Day;
use crate::model::{BARRED, Model};
use crate::problem::Window;
use crate::tour::Slot;

/// Once in how many places the search does not look.
const BLINK: usize = 100;
/// Once in how many times jobs are put in whether they pay or not: together they may.
const HOPE: usize = 20;
/// Once in how many times the order of prized jobs has nothing to do with their prizes.
const UNPRIZED: usize = 4;
/// How many seconds a visit takes besides its service, by and large: way and waiting.
const AROUND: i64 = 1200;
/// Once in how many places it does not look when a crew is brought together.
const CREW_BLINK: usize = 10;
/// Once in how many times a crew meets later than it could.
const LATER: usize = 3;
/// How many slots of one vehicle are then weighed.
const SLOTS_OF_ONE: usize = 6;

/// Puts `removed` back anywhere and `waiting` into changed tours. What finds no place, or is not worth it, joins the pool.
/// False: something promised cannot be kept, or a tour proved impossible; the attempt must be undone.
pub(crate) fn recreate(day: &mut Day, chance: &mut Chance, removed: Vec<u32>, waiting: &[u32], blink: bool) -> bool {
    let mut tasks: Vec<(u32, bool)> = removed.iter().map(|task| (*task, true)).collect();
    tasks.extend(waiting.iter().map(|task| (*task, false)));
    sort(day.model, chance, &mut tasks);
    let hopeful = !blink || chance.one_in(HOPE);
    for (task, anywhere) in tasks {
        let crew = day.model.tasks[task as usize].nodes.1;
        let placed = if crew == 1 {
            place(day, chance, task, anywhere, blink, hopeful)
        } else {
            gather(day, chance, task, blink, hopeful)
        };
        match placed {
            Placed::In => {
                day.cost -= day.model.tasks[task as usize].loss;
                if !anywhere {
                    day.absent.retain(|other| *other != task);
                }
            }
            Placed::Out if anywhere => day.absent.push(task),
            Placed::Out => {}
            Placed::Impossible => return false,
        }
    }
    true
}

/// Who comes, and where it fits into their tours.
type Crew = Vec<(usize, Slot)>;

enum Placed {
    In,
    Out,
    Impossible,
}

/// Mostly the best paid first, by prize for the time they take; otherwise one of several orders: by chance, by load, by loss,
/// far first, near first, by width, opening or close of the window.
fn sort(model: &Model, chance: &mut Chance, tasks: &mut [(u32, bool)]) {
    chance.shuffle(tasks);
    let windows = |task: u32| -> (Window, Window) {
        let windows = &model.tasks[task as usize].windows;
        (windows[0], windows[windows.len() - 1])
    };
    let far = |task: u32| model.leg(0, model.rigs[0].start, model.nodes[model.tasks[task as usize].nodes.0 as usize].place).cost;
    if tasks.iter().any(|(task, _)| model.tasks[*task as usize].prized) && !chance.one_in(UNPRIZED) {
        let noise = chance.unit();
        return tasks.sort_by_cached_key(|(task, _)| {
            let task = &model.tasks[*task as usize];
            let seconds = (model.nodes[task.nodes.0 as usize].service + AROUND) * i64::from(task.nodes.1);
            let pay = 1000.0 * task.loss as f64 / seconds as f64;
            -(pay * (1.0 + noise * chance.unit())) as i64
        });
    }
    match chance.below(14) {
        0..4 => {}
        4..6 => tasks.sort_by_key(|(task, _)| -model.delivery(*task).iter().sum::<i64>()),
        6..8 => tasks.sort_by_key(|(task, _)| -model.tasks[*task as usize].loss),
        8 => tasks.sort_by_key(|(task, _)| -far(*task)),
        9 => tasks.sort_by_key(|(task, _)| far(*task)),
        10..12 => tasks.sort_by_key(|(task, _)| windows(*task).1[1] - windows(*task).0[0]),
        12 => tasks.sort_by_key(|(task, _)| windows(*task).0[0]),
        _ => tasks.sort_by_key(|(task, _)| -windows(*task).1[1]),
    }
}

fn place(day: &mut Day, chance: &mut Chance, task: u32, anywhere: bool, blink: bool, hopeful: bool) -> Placed {
    let model = day.model;
    let node = model.tasks[task as usize].nodes.0;
    let mut best: Option<(i64, usize, usize)> = None;
    let mut look = |day: &mut Day, vehicle: usize| {
        if !day.can_ask(task, vehicle) {
            return;
        }
        let bid = model.bid(task, vehicle);
        let limit = best.map_or(BARRED, |(cost, ..)| cost) - bid;
        let (mut delta, mut after) = day.offer(node, vehicle);
        if delta < limit && blink && chance.one_in(BLINK) {
            let blind = after;
            let again = day.offer_but(node, vehicle, |after| after == blind || chance.one_in(BLINK));
            (delta, after) = again.map_or((BARRED, 0), |slot| (slot.delta, slot.after));
        }
        if delta < limit {
            best = Some((delta + bid, vehicle, after));
        }
    };
    if anywhere {
        model.able[task as usize].iter().for_each(|vehicle| look(day, *vehicle as usize));
    } else {
        let changed: Vec<usize> = day.changed().collect();
        changed.into_iter().for_each(|vehicle| look(day, vehicle));
    }
    match best {
        Some((cost, vehicle, after)) if pays(model, task, cost, hopeful) => {
            if day.insert(node, vehicle, after) {
                Placed::In
            } else {
                Placed::Impossible
            }
        }
        _ => Placed::Out,
    }
}

fn pays(model: &Model, task: u32, cost: i64, hopeful: bool) -> bool {
    hopeful || cost < model.tasks[task as usize].loss
}

/// Brings a crew together: the moment and the vehicles that cost least in sum.
fn gather(day: &mut Day, chance: &mut Chance, task: u32, blink: bool, hopeful: bool) -> Placed {
    let model = day.model;
    let (first, count) = model.tasks[task as usize].nodes;
    let mut slots = Crew::new();
    for window in &model.tasks[task as usize].windows {
        day.set_moment(first, *window);
        for vehicle in (0..model.rigs.len()).filter(|vehicle| day.can_do(task, *vehicle)) {
            let mut own = day.slots(first, vehicle);
            own.retain(|_| !blink || !chance.one_in(CREW_BLINK));
            own.sort_by_key(|slot| slot.delta);
            own.truncate(SLOTS_OF_ONE);
            let bid = model.bid(task, vehicle);
            slots.extend(own.into_iter().map(|slot| (vehicle, Slot { delta: slot.delta + bid, ..slot })));
        }
    }
    slots.sort_by_key(|(vehicle, slot)| (slot.delta, *vehicle, slot.after));
    let mut best: Option<(i64, i64, Crew)> = None;
    let mut crew = Crew::new();
    for moment in slots.iter().map(|(_, slot)| slot.begin[0]) {
        crew.clear();
        for (vehicle, slot) in &slots {
            let suits = (slot.begin[0]..=slot.begin[1]).contains(&moment);
            if suits && crew.iter().all(|(other, _)| other != vehicle) {
                crew.push((*vehicle, *slot));
            }
            if crew.len() == count as usize {
                break;
            }
        }
        let cost: i64 = crew.iter().map(|(_, slot)| slot.delta).sum();
        if crew.len() == count as usize && best.as_ref().is_none_or(|(least, at, _)| (cost, moment) < (*least, *at)) {
            best = Some((cost, moment, crew.clone()));
        }
    }
    match best {
        Some((cost, moment, crew)) if pays(model, task, cost, hopeful) => {
            let latest = crew.iter().map(|(_, slot)| slot.begin[1]).min().unwrap_or(moment);
            let later = if chance.one_in(LATER) { chance.below((latest - moment) as usize + 1) } else { 0 };
            let moment = moment + later as i64;
            let together = (first..first + count).zip(crew).all(|(node, (vehicle, slot))| {
                day.set_moment(node, [moment, moment]);
                day.insert(node, vehicle, slot.after)
            });
            if together { Placed::In } else { Placed::Impossible }
        }
        _ => Placed::Out,
    }
}
