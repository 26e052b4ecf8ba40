//! Each rule in one line: a street, a change, and the plan it must lead to.

use route::{Costs, Job, Objective, Problem, Vehicle};

use crate::street::{job, pause, planned, street, told, vehicle};

/// Changes the street and tells the plan.
fn check(mut problem: Problem, change: impl FnOnce(&mut Problem), expected: &str) {
    change(&mut problem);
    assert_eq!(told(&planned(&problem)), expected);
}

fn windows(problem: &mut Problem, job: usize, windows: &[[i64; 2]]) {
    problem.jobs[job - 1].time_windows = windows.to_vec();
}

fn first(problem: &mut Problem) -> &mut Vehicle {
    &mut problem.vehicles[0]
}

#[test]
fn visits_begin_inside_a_window() {
    check(street(&[1, 2]), |day| windows(day, 1, &[[100, 110]]), "1: 1@100 2@115");
    check(
        street(&[1, 2]),
        |day| {
            windows(day, 1, &[[100, 110]]);
            windows(day, 2, &[[0, 50]])
        },
        "1: 2@50 1@100",
    );
    check(street(&[1, 2]), |day| windows(day, 1, &[[0, 10], [100, 110]]), "1: 1@10 2@25");
    check(street(&[1]), |day| windows(day, 1, &[[0, 9], [50, 60]]), "1: 1@50");
    check(
        street(&[1]),
        |day| {
            first(day).time_window = Some([0, 99]);
            windows(day, 1, &[[0, 9], [100, 110]])
        },
        "out: 1 unreachable",
    );
    check(
        street(&[5]),
        |day| {
            first(day).time_window = Some([0, 99]);
            windows(day, 1, &[[0, 49]])
        },
        "out: 1 unreachable",
    );
}

#[test]
fn a_shift_is_not_overrun() {
    check(street(&[5]), |day| first(day).time_window = Some([0, 55]), "1: 1@50");
    check(street(&[5]), |day| first(day).time_window = Some([0, 54]), "out: 1 unreachable");
    check(street(&[5, 6]), |day| first(day).time_window = Some([0, 64]), "1: 1@50 | out: 2 unreachable");
    check(street(&[5, 4]), |day| first(day).time_window = Some([0, 55]), "1: 2@40 | out: 1 full");
}

#[test]
fn a_day_begins_and_ends_where_the_vehicle_does() {
    check(street(&[2, 4]), |day| first(day).end_index = Some(6), "1: 1@20 2@45");
    check(street(&[2, 4]), |day| first(day).start_index = Some(6), "1: 2@20 1@45");
    check(street(&[2, 4]), |day| (first(day).start_index, first(day).end_index) = (None, Some(0)), "1: 2@0 1@25");
}

#[test]
fn setup_is_paid_once_at_a_place() {
    let setup = |day: &mut Problem| day.jobs.iter_mut().for_each(|job| job.setup = 7);
    check(
        street(&[2, 2]),
        |day| {
            setup(day);
            first(day).time_window = Some([0, 37])
        },
        "1: 1@20 2@32",
    );
    check(
        street(&[2, 3]),
        |day| {
            setup(day);
            first(day).time_window = Some([0, 53])
        },
        "1: 1@20 | out: 2 full",
    );
}

#[test]
fn who_comes_is_able() {
    let skilled = |day: &mut Problem| {
        day.jobs[0].skills = vec![3, 4];
        day.vehicles.push(Vehicle { skills: vec![3], ..vehicle(2) });
    };
    check(street(&[1]), skilled, "out: 1 skills");
    check(
        street(&[1]),
        |day| {
            skilled(day);
            day.vehicles[1].skills = vec![4, 3, 9]
        },
        "2: 1@10",
    );
}

#[test]
fn a_break_is_taken_where_the_vehicle_is() {
    check(street(&[2, 4]), |day| first(day).breaks = vec![pause(1, 25, 30, 60)], "1: 1@20 break@25 2@105");
    check(street(&[2]), |day| first(day).breaks = vec![pause(1, 0, 0, 60)], "1: break@0 1@80");
    check(
        street(&[2]),
        |day| {
            first(day).breaks = vec![pause(1, 0, 9, 60)];
            first(day).time_window = Some([10, 500])
        },
        "out: 1 unreachable",
    );
}

#[test]
fn a_vehicle_carries_no_more_than_it_can() {
    let loads = |delivery: [i64; 2], pickup: [i64; 2]| {
        move |day: &mut Problem| {
            first(day).capacity = vec![5];
            for at in 0..2 {
                (day.jobs[at].delivery, day.jobs[at].pickup) = (vec![delivery[at]], vec![pickup[at]]);
            }
        }
    };
    check(street(&[1, 2]), loads([2, 3], [0, 0]), "1: 1@10 2@25");
    check(street(&[1, 2]), loads([2, 4], [0, 0]), "1: 1@10 | out: 2 full");
    check(street(&[1, 2]), loads([6, 1], [0, 0]), "1: 2@20 | out: 1 capacity");
    check(street(&[1, 2]), loads([5, 0], [0, 5]), "1: 1@10 2@25");
    check(street(&[1, 1]), loads([1, 4], [4, 1]), "1: 2@10 1@15");
}

#[test]
fn limits_on_the_day_hold() {
    check(street(&[1, 2]), |day| first(day).max_tasks = Some(1), "1: 1@10 | out: 2 full");
    check(street(&[1, 2]), |day| first(day).max_travel_time = Some(19), "1: 1@10 | out: 2 unreachable");
    check(street(&[1, 2]), |day| first(day).max_travel_time = Some(20), "1: 1@10 2@25");
    let metres = |day: &mut Problem| {
        let matrix = day.matrices.get_mut("car").unwrap();
        matrix.distances = matrix.durations.iter().map(|row| row.iter().map(|seconds| seconds * 7).collect()).collect();
    };
    check(
        street(&[1, 2]),
        |day| {
            metres(day);
            first(day).max_distance = Some(139)
        },
        "1: 1@10 | out: 2 unreachable",
    );
    check(
        street(&[1, 2]),
        |day| {
            metres(day);
            first(day).max_distance = Some(140)
        },
        "1: 1@10 2@25",
    );
    check(street(&[1, 2]), |day| first(day).speed_factor = 2.0, "1: 1@5 2@15");
}

#[test]
fn priority_comes_before_number_and_number_before_travel() {
    let one_only = |day: &mut Problem| first(day).max_tasks = Some(1);
    check(street(&[1, 9]), one_only, "1: 1@10 | out: 2 full");
    check(
        street(&[1, 9]),
        |day| {
            one_only(day);
            day.jobs[1].priority = 1
        },
        "1: 2@90 | out: 1 full",
    );
    let short = |day: &mut Problem| first(day).time_window = Some([0, 65]);
    check(street(&[1, 2, 5]), short, "1: 1@10 2@25 3@60");
    check(
        street(&[1, 2, 6]),
        |day| {
            short(day);
            day.jobs[2].priority = 9
        },
        "1: 3@60 | out: 1 full 2 full",
    );
}

#[test]
fn a_prize_is_fetched_if_it_is_worth_the_way() {
    let prizes = |prizes: [Option<i64>; 2]| {
        move |day: &mut Problem| {
            day.objective = Objective::Prize;
            day.jobs.iter_mut().zip(prizes).for_each(|(job, prize)| job.prize = prize);
        }
    };
    check(street(&[1, 9]), prizes([Some(11), Some(81)]), "1: 1@10 2@95");
    check(street(&[1, 9]), prizes([Some(11), Some(79)]), "1: 1@10 | out: 2 prize");
    check(street(&[1, 9]), prizes([Some(9), Some(89)]), "1: 1@10 2@95");
    check(street(&[1, 9]), prizes([Some(9), Some(79)]), "out: 1 prize 2 prize");
    check(street(&[1, 9]), prizes([None, Some(79)]), "1: 1@10 | out: 2 prize");
}

#[test]
fn a_crew_begins_together() {
    let pair = |day: &mut Problem| {
        day.jobs[0].crew = 2;
        day.vehicles.push(Vehicle { start_index: Some(10), ..vehicle(2) });
    };
    check(street(&[4]), |day| day.jobs[0].crew = 2, "out: 1 crew");
    check(street(&[4]), pair, "1: 1@60 | 2: 1@60");
    check(
        street(&[4]),
        |day| {
            pair(day);
            windows(day, 1, &[[0, 50], [80, 90]])
        },
        "1: 1@80 | 2: 1@80",
    );
    check(
        street(&[4]),
        |day| {
            pair(day);
            windows(day, 1, &[[0, 59]])
        },
        "out: 1 full",
    );
    check(
        street(&[4, 10]),
        |day| {
            pair(day);
            windows(day, 2, &[[0, 9]])
        },
        "1: 1@65 | 2: 2@0 1@65",
    );
    check(
        street(&[4]),
        |day| {
            pair(day);
            day.vehicles[1].skills = vec![1];
            day.jobs[0].skills = vec![1]
        },
        "out: 1 crew",
    );
}

#[test]
fn days_are_as_fair_as_is_asked_for() {
    let two = |day: &mut Problem| day.vehicles.push(Vehicle { start_index: Some(1), ..vehicle(2) });
    check(street(&[4, 5, 6, 7]), two, "2: 1@30 2@45 3@60 4@75");
    let fair = |weight| {
        move |day: &mut Problem| {
            two(day);
            day.fair = weight;
        }
    };
    // Another vehicle costs 50 s more of travel; three and one are 10 squares, two and two 8, four and none 16.
    check(street(&[4, 5, 6, 7]), fair(5), "2: 1@30 2@45 3@60 4@75");
    check(street(&[4, 5, 6, 7]), fair(7), "1: 1@40 2@55 | 2: 3@50 4@65");
    let mut problem = street(&[4, 5, 6, 7]);
    fair(7)(&mut problem);
    assert_eq!(planned(&problem).summary.cost, 110, "fairness steers and is not part of the cost");
}

#[test]
fn a_known_face_comes_unless_it_is_far_away() {
    let known = |day: &mut Problem| {
        day.vehicles.push(vehicle(2));
        day.jobs[0].prefer = Some(2);
    };
    check(street(&[4]), known, "2: 1@40");
    check(
        street(&[4]),
        |day| {
            known(day);
            day.vehicles[1].costs.fixed = 599
        },
        "2: 1@40",
    );
    check(
        street(&[4]),
        |day| {
            known(day);
            day.vehicles[1].costs.fixed = 601
        },
        "1: 1@40",
    );
}

#[test]
fn cost_is_what_the_vehicle_says() {
    let two = |a: Costs, b: Costs| {
        move |day: &mut Problem| {
            first(day).costs = a;
            day.vehicles.push(Vehicle { costs: b, ..vehicle(2) });
        }
    };
    let hourly = |per_hour| Costs { per_hour, ..Costs::default() };
    check(street(&[4]), two(hourly(20), hourly(21)), "1: 1@40");
    check(street(&[4]), two(hourly(22), hourly(21)), "2: 1@40");
    check(street(&[4]), two(Costs { fixed: 9, ..Costs::default() }, Costs { fixed: 8, ..Costs::default() }), "2: 1@40");
    let plan = planned(&{
        let mut day = street(&[18]);
        first(&mut day).costs = Costs { fixed: 2, per_hour: 20, per_km: 0 };
        day
    });
    assert_eq!((plan.summary.cost, plan.summary.duration), (3, 180), "2 fixed and a twentieth of an hour at 20");
}

#[test]
fn the_distance_objective_asks_for_metres() {
    let round_about = |day: &mut Problem| {
        let matrix = day.matrices.get_mut("car").unwrap();
        matrix.distances = matrix.durations.clone();
        // Door 1 to door 2 is quick and long.
        matrix.distances[1][2] = 500;
    };
    check(
        street(&[1, 2]),
        |day| {
            round_about(day);
            day.objective = Objective::Distance
        },
        "1: 2@20 1@35",
    );
    check(street(&[1, 2]), round_about, "1: 1@10 2@25");
}

#[test]
fn coordinates_do_where_there_are_no_matrices() {
    let home = Some([117.28, 31.86]);
    let problem = Problem {
        vehicles: vec![Vehicle { start: home, end: home, ..Vehicle { start_index: None, end_index: None, ..vehicle(1) } }],
        jobs: vec![Job { location: Some([117.28, 31.87]), location_index: None, ..job(1, 0) }],
        ..Problem::default()
    };
    let plan = planned(&problem);
    // A hundredth of a degree of latitude is 1,112 m; by road 1.4 times that, at 25 km/h.
    assert_eq!((plan.summary.distance, plan.summary.duration), (2 * 1557, 2 * 224));
}

#[test]
fn a_vehicle_leaves_as_late_as_it_can() {
    let plan = planned(&{
        let mut day = street(&[1, 2]);
        windows(&mut day, 2, &[[100, 110]]);
        day
    });
    let steps = &plan.routes[0].steps;
    assert_eq!((steps[0].arrival, plan.summary.waiting_time), (75, 0), "{}", told(&plan));
}

#[test]
fn what_makes_no_sense_is_named_with_the_fix() {
    let check = |change: fn(&mut Problem), expected: &str| {
        let mut day = street(&[1, 2]);
        change(&mut day);
        let invalid = route::plan(&day, &route::Budget::steps(1)).unwrap_err();
        assert_eq!(invalid.to_string(), expected);
    };
    check(|day| day.vehicles.clear(), "problem: `vehicles` is empty; give at least one");
    check(|day| day.jobs[1].id = 1, "jobs[1] (id 1): `id` stands twice; give every job its own");
    check(|day| windows(day, 2, &[[9, 8]]), "jobs[1] (id 2): `time_windows` [9, 8] ends before it begins; give [from, to]");
    check(
        |day| windows(day, 2, &[[5, 9], [7, 12]]),
        "jobs[1] (id 2): `time_windows` overlap or are out of order; give them apart, the earliest first",
    );
    check(|day| day.jobs[0].location_index = Some(21), "jobs[0] (id 1): `location_index` is 21, but the matrices have 21 rows");
    check(
        |day| day.jobs[0].location_index = None,
        "jobs[0] (id 1): `location_index` is missing; with `matrices` every place needs its row",
    );
    check(|day| day.jobs[0].service = -1, "jobs[0] (id 1): `service` is -1; must lie between 0 and 1000000000");
    check(|day| day.jobs[0].crew = 0, "jobs[0] (id 1): `crew` must be at least 1");
    check(|day| day.jobs[0].prefer = Some(4), "jobs[0] (id 1): `prefer` names vehicle 4, which is not among `vehicles`");
    check(
        |day| day.matrices.get_mut("car").unwrap().durations[3].truncate(2),
        "matrices.car: `durations` must be 21 rows of 21 numbers, as the first matrix",
    );
    check(
        |day| day.vehicles[0].profile = String::from("bike"),
        "vehicles[0] (id 1): `profile` `bike` has no matrix; add it to `matrices`",
    );
}
