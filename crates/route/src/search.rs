//! The search: take some neighbouring visits out, put them back in better places, keep the result if it is not much worse,
//! and become stricter as the budget runs out.
//!
//! This is Slack Induction by String Removals (Christiaens and Vanden Berghe, Transportation Science 54(2), 2020) with its
//! adjacent strings, greedy insertion with blinks and annealing. The plan is always possible; what cannot or should not be
//! done waits in a pool whose jobs are tried again wherever a tour has changed. Prices of insertions are remembered until
//! the tour changes.

use crate::Budget;
use crate::chance::Chance;
use crate::day::{Day, Order};
use crate::model::{Model, NONE};
use crate::recreate;
use crate::ruin;

/// How much dearer than the present plan an accepted one may be, at first and at last, in average legs.
const HEAT: [f64; 2] = [0.3, 0.01];
/// How many times as much where tours are long, and legs short against what opening or closing one costs.
const HEAT_OF_LONG_TOURS: f64 = 2.0;
/// Where prizes are large against travel, at first in average prizes.
const HEAT_OF_PRIZES: f64 = 0.25;
/// In average legs when an earlier plan is only to be mended.
const WARMTH: f64 = 0.1;
/// How often the caller is asked how much of the budget is spent.
const GLANCE: u64 = 64;

/// The best order found within the budget. `earlier` is an order to start from.
pub(crate) fn search(model: &Model, earlier: &[Vec<u32>], budget: &Budget) -> Order {
    let mut chance = Chance::new(budget.seed);
    let mut day = Day::new(model);
    take_up(&mut day, earlier);
    let fresh = std::mem::take(&mut day.absent);
    day.attempt();
    recreate::recreate(&mut day, &mut chance, fresh, &[], false);
    day.keep();
    let mut best = day.order();
    if model.tasks.is_empty() {
        return best;
    }
    let [first, last] = heats(&day, earlier.iter().any(|tour| !tour.is_empty()));
    let mut heat = first;
    for step in 0..budget.steps {
        if step % GLANCE == 0 {
            let spent = (step as f64 / budget.steps as f64).max((budget.spent)());
            if spent >= 1.0 {
                break;
            }
            heat = first * (last / first).powf(spent);
        }
        day.attempt();
        let possible = match ruin::ruin(&mut day, &mut chance) {
            Some(ruin::Ruin { removed, waiting }) => recreate::recreate(&mut day, &mut chance, removed, &waiting, true),
            None => false,
        };
        let allowance = (-heat * (1.0 - chance.unit()).ln()) as i64;
        if !possible || day.cost >= day.cost_before().saturating_add(allowance) {
            day.undo();
            continue;
        }
        day.keep();
        if day.cost < best.cost {
            best = day.order();
        }
    }
    best
}

/// Lets every vehicle do what an earlier plan says, as far as it still can.
fn take_up(day: &mut Day, earlier: &[Vec<u32>]) {
    for (vehicle, nodes) in earlier.iter().enumerate() {
        for node in nodes {
            let task = day.model.nodes[*node as usize].task;
            if day.home[*node as usize] != NONE || !day.can_ask(task, vehicle) || day.model.tasks[task as usize].nodes.1 > 1 {
                continue;
            }
            let last = day.tours[vehicle].stops.len() - 2;
            let slots = day.slots(*node, vehicle);
            let Some(slot) = slots.iter().rev().find(|slot| slot.after == last).or(slots.last()) else { continue };
            day.attempt();
            let after = slot.after;
            if day.insert(*node, vehicle, after) {
                day.cost -= day.model.tasks[task as usize].loss;
                day.absent.retain(|other| *other != task);
                day.keep();
            } else {
                day.undo();
            }
        }
    }
}

/// How much dearer an accepted plan may be at first and at last.
fn heats(day: &Day, mending: bool) -> [f64; 2] {
    let legs: i64 = day.tours.iter().map(|tour| tour.cost).sum();
    let jobs: usize = day.tours.iter().map(|tour| tour.jobs).sum();
    let leg = (legs as f64 / jobs.max(1) as f64).max(1.0);
    let prizes: Vec<i64> = day.model.tasks.iter().filter(|task| task.prized).map(|task| task.loss).collect();
    let prize = prizes.iter().sum::<i64>() as f64 / prizes.len().max(1) as f64;
    let long = if day.visits_a_tour() > ruin::LONG { HEAT_OF_LONG_TOURS } else { 1.0 };
    let [hot, cold] = HEAT.map(|heat| heat * leg * long);
    let first = if mending { WARMTH * leg } else { hot.max(HEAT_OF_PRIZES * prize) };
    [first, if mending { HEAT[1] * leg } else { cold }]
}
