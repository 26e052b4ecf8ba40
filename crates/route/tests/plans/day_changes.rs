//! The day goes otherwise than planned: what has begun and what was promised stay put.

use route::{Plan, Problem, Status, changes};

use crate::street::{job, planned, street, told};

/// Jobs at doors 1 to 4, planned, with job 1 under way at 20.
fn under_way() -> Problem {
    let mut problem = street(&[1, 2, 3, 4]);
    problem.vehicles[0].time_window = Some([10, 200]);
    let mut plan = planned(&problem);
    assert_eq!(told(&plan), "1: 1@20 2@35 3@50 4@65");
    step(&mut plan, 1).status = Some(Status::Started);
    problem.plan = Some(plan);
    problem.now = Some(22);
    problem
}

fn step(plan: &mut Plan, id: u64) -> &mut route::Step {
    plan.routes.iter_mut().flat_map(|route| &mut route.steps).find(|step| step.id == Some(id)).unwrap()
}

fn promise(problem: &mut Problem, id: u64, window: Option<[i64; 2]>) {
    let step = step(problem.plan.as_mut().unwrap(), id);
    (step.status, step.promised) = (Some(Status::Promised), window);
}

fn check(change: impl FnOnce(&mut Problem), expected: &str) {
    let mut problem = under_way();
    change(&mut problem);
    assert_eq!(told(&planned(&problem)), expected);
}

#[test]
fn nothing_changed_changes_nothing() {
    check(|_| {}, "1: 1@20 2@35 3@50 4@65");
}

#[test]
fn a_cancelled_visit_leaves_the_others_in_order() {
    check(|day| drop(day.jobs.remove(2)), "1: 1@20 2@35 4@60");
    check(
        |day| {
            day.jobs.remove(2);
            promise(day, 4, None)
        },
        "1: 1@20 2@35 4@65",
    );
}

#[test]
fn a_visit_that_takes_longer_pushes_the_rest() {
    check(|day| day.jobs[0].service = 50, "1: 1@20 2@80 3@95 4@110");
    check(
        |day| {
            day.jobs[0].service = 20;
            promise(day, 4, Some([60, 70]))
        },
        "1: 1@20 4@70 3@85 2@100",
    );
    check(
        |day| {
            day.jobs[0].service = 160;
        },
        "1: 1@20 2@190 | out: 3 unreachable 4 unreachable",
    );
}

#[test]
fn a_visit_that_begins_before_now_is_not_planned() {
    check(|day| day.now = Some(90), "1: 1@20 2@100 3@115 4@130");
}

#[test]
fn a_new_visit_finds_its_place_between_promises() {
    let added = |day: &mut Problem| {
        day.jobs.push(job(5, 2));
        [2, 3, 4].into_iter().for_each(|id| promise(day, id, None));
    };
    check(added, "1: 1@20 2@35 3@50 4@65 5@90");
}

#[test]
fn the_difference_names_every_visit_that_moved() {
    let mut day = under_way();
    let before = day.plan.clone().unwrap();
    day.jobs.remove(2);
    let after = planned(&day);
    let told: Vec<String> = (changes(&before, &after).iter())
        .map(|change| format!("{}: {:?} {:?}", change.job, begins(&change.before), begins(&change.after)))
        .collect();
    assert_eq!(told, ["3: [50] []", "4: [65] [60]"]);
}

fn begins(visits: &[route::Visit]) -> Vec<i64> {
    visits.iter().map(|visit| visit.begins).collect()
}
