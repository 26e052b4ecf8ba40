//! Days of every sort, drawn by chance: whatever they ask for, the plan stands up to the second opinion and can be repeated.

use route::{Budget, Job, Objective, Problem, Vehicle, check, plan};

use crate::street::{Dice, job, pause, street, vehicle};

#[test]
fn every_plan_stands_up_to_the_second_opinion() {
    for seed in 0..300 {
        let problem = any_day(seed);
        let found = plan(&problem, &Budget { seed, ..Budget::steps(400) }).unwrap();
        assert_eq!(check(&problem, &found).unwrap(), [], "seed {seed}");
    }
}

#[test]
fn the_same_seed_and_steps_give_the_same_plan() {
    for seed in 0..20 {
        let problem = any_day(seed);
        let again = || plan(&problem, &Budget { seed, ..Budget::steps(400) }).unwrap();
        assert_eq!(again(), again(), "seed {seed}");
    }
}

/// A day with something of everything.
fn any_day(seed: u64) -> Problem {
    let mut dice = Dice(seed);
    let doors: Vec<usize> = (0..dice.below(40)).map(|_| dice.below(21)).collect();
    let mut problem = street(&doors);
    problem.objective = [Objective::Vroom, Objective::Prize, Objective::Distance][dice.below(3)];
    problem.vehicles = (1..2 + dice.below(5) as u64).map(|id| any_vehicle(&mut dice, id)).collect();
    problem.jobs = doors.iter().zip(1..).map(|(door, id)| any_job(&mut dice, id, *door, problem.vehicles.len() as u64)).collect();
    problem
}

fn any_vehicle(dice: &mut Dice, id: u64) -> Vehicle {
    let mut vehicle = Vehicle { capacity: vec![6 + dice.below(9) as i64], ..vehicle(id) };
    let opens = dice.below(100) as i64;
    vehicle.start_index = (dice.below(5) > 0).then(|| dice.below(21));
    vehicle.end_index = (dice.below(5) > 0).then(|| dice.below(21));
    vehicle.time_window = (dice.below(4) > 0).then(|| [opens, opens + 200 + dice.below(600) as i64]);
    vehicle.skills = (0..3).filter(|_| dice.below(2) == 0).collect();
    vehicle.breaks = (0..dice.below(3) as u64).map(|id| pause(id, 150 + 100 * id as i64, 300 + 100 * id as i64, 20)).collect();
    vehicle.costs.fixed = dice.below(3) as i64 * 40;
    vehicle.costs.per_hour = [3600, 20, 7][dice.below(3)];
    vehicle.max_tasks = (dice.below(4) == 0).then(|| 1 + dice.below(8));
    vehicle.max_travel_time = (dice.below(4) == 0).then(|| 100 + dice.below(500) as i64);
    vehicle.speed_factor = [1.0, 1.0, 1.5][dice.below(3)];
    vehicle
}

fn any_job(dice: &mut Dice, id: u64, door: usize, vehicles: u64) -> Job {
    let windows = dice.below(3) as i64;
    Job {
        setup: dice.below(6) as i64,
        service: dice.below(40) as i64,
        time_windows: (0..windows).map(|nth| [300 * nth + dice.below(200) as i64, 300 * nth + 220]).collect(),
        delivery: vec![dice.below(3) as i64],
        pickup: vec![dice.below(3) as i64],
        skills: if dice.below(5) == 0 { vec![dice.below(3) as u64] } else { vec![] },
        priority: dice.below(3) as u8,
        prize: (dice.below(3) > 0).then(|| dice.below(200) as i64),
        crew: if dice.below(6) == 0 { 2 + dice.below(2) } else { 1 },
        prefer: (dice.below(5) == 0).then(|| 1 + dice.below(vehicles as usize) as u64),
        ..job(id, door)
    }
}
