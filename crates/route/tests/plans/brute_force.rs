//! Small days, solved by trying everything: the search must find a plan as good.

use route::{Budget, Job, Objective, Plan, Problem, Vehicle, Window, plan};

use crate::street::{Dice, job, street, told, vehicle};

#[test]
fn small_days_are_planned_as_well_as_can_be() {
    for seed in 0..200 {
        let problem = small(seed);
        let found = plan(&problem, &Budget { seed, ..Budget::steps(3000) }).unwrap();
        assert_eq!(worth(&problem, &found), Everything::tried(&problem), "seed {seed}: {}", told(&found));
    }
}

/// Up to five jobs and two vehicles, with windows, skills, prizes and crews.
fn small(seed: u64) -> Problem {
    let mut dice = Dice(seed);
    let doors: Vec<usize> = (0..1 + dice.below(5)).map(|_| dice.below(21)).collect();
    let mut problem = street(&doors);
    problem.objective = Objective::Prize;
    problem.vehicles[0].time_window = Some([0, 300 + dice.below(200) as i64]);
    problem.vehicles.push(Vehicle {
        skills: vec![1],
        start_index: Some(dice.below(21)),
        end_index: Some(dice.below(21)),
        ..vehicle(2)
    });
    for (at, door) in doors.iter().enumerate() {
        let windows = (0..dice.below(3)).map(|nth| [150 * nth as i64 + dice.below(100) as i64, 150 * nth as i64 + 110]).collect();
        problem.jobs[at] = Job {
            time_windows: windows,
            setup: dice.below(9) as i64,
            skills: if dice.below(4) == 0 { vec![1] } else { vec![] },
            prize: (dice.below(4) > 0).then(|| dice.below(300) as i64),
            crew: 1 + usize::from(dice.below(4) == 0),
            ..job(at as u64 + 1, *door)
        };
    }
    problem
}

/// Jobs without a prize that are left out, then cost and prizes left behind: less is better.
type Worth = (usize, i64);

fn worth(problem: &Problem, plan: &Plan) -> Worth {
    left_out(problem, plan.summary.cost, |job| plan.unassigned.iter().any(|left| left.id == job.id))
}

fn left_out(problem: &Problem, cost: i64, is_out: impl Fn(&Job) -> bool) -> Worth {
    let out = || problem.jobs.iter().filter(|job| is_out(job));
    (out().filter(|job| job.prize.is_none()).count(), cost + out().filter_map(|job| job.prize).sum::<i64>())
}

/// Every way to give jobs to vehicles in every order.
struct Everything<'a> {
    problem: &'a Problem,
    tours: [Vec<usize>; 2],
    best: Worth,
}

impl Everything<'_> {
    fn tried(problem: &Problem) -> Worth {
        let mut all = Everything { problem, tours: [vec![], vec![]], best: (usize::MAX, 0) };
        all.from(0);
        all.best
    }

    fn from(&mut self, job: usize) {
        if job == self.problem.jobs.len() {
            let absent = |other: &Job| !self.tours.iter().flatten().any(|at| self.problem.jobs[*at].id == other.id);
            if let Some(cost) = self.cost() {
                self.best = self.best.min(left_out(self.problem, cost, absent));
            }
            return;
        }
        self.from(job + 1);
        let pair = self.problem.jobs[job].crew == 2;
        for first in 0..=self.tours[0].len() {
            for second in 0..=self.tours[1].len() {
                for (one, other) in [(true, true), (true, false), (false, true)] {
                    let again = !one && first > 0 || !other && second > 0;
                    if (one && other) != pair || again {
                        continue;
                    }
                    if one {
                        self.tours[0].insert(first, job);
                    }
                    if other {
                        self.tours[1].insert(second, job);
                    }
                    self.from(job + 1);
                    if one {
                        self.tours[0].remove(first);
                    }
                    if other {
                        self.tours[1].remove(second);
                    }
                }
            }
        }
    }

    /// What the tours cost, if they are possible.
    fn cost(&self) -> Option<i64> {
        let mut begins = vec![i64::MIN; self.problem.jobs.len()];
        loop {
            let before = begins.clone();
            let mut cost = 0;
            for (vehicle, tour) in self.problem.vehicles.iter().zip(&self.tours) {
                cost += self.drive(vehicle, tour, &mut begins)?;
            }
            if begins == before {
                return Some(cost);
            }
        }
    }

    /// Drives one tour as early as can be; crews wait for each other through `begins`.
    fn drive(&self, vehicle: &Vehicle, tour: &[usize], begins: &mut [i64]) -> Option<i64> {
        if tour.is_empty() {
            return Some(0);
        }
        let way = |from: usize, to: usize| 10 * (from as i64 - to as i64).abs();
        let shift = vehicle.time_window.unwrap_or([0, i64::MAX]);
        let (mut place, mut free, mut cost) = (vehicle.start_index?, shift[0], 0);
        for at in tour {
            let job = &self.problem.jobs[*at];
            if !job.skills.iter().all(|skill| vehicle.skills.contains(skill)) {
                return None;
            }
            let there = job.location_index?;
            let arrival = (free + way(place, there)).max(begins[*at]);
            let open = |window: &&Window| arrival <= window[1];
            let begin = if job.time_windows.is_empty() { arrival } else { job.time_windows.iter().find(open)?[0].max(arrival) };
            begins[*at] = begin;
            cost += way(place, there);
            free = begin + job.service + if place == there { 0 } else { job.setup };
            place = there;
        }
        let home = vehicle.end_index.map_or(0, |end| way(place, end));
        (free + home <= shift[1]).then_some(cost + home)
    }
}
