//! The second opinion finds each thing that can be wrong with a plan, and says by how much.

use route::{Plan, Problem, StepKind, Violation, check};

use crate::street::{pause, planned, street, vehicle};

/// Jobs 1 and 2 at doors 1 and 2, a break, and job 3 done by a crew of two at door 3, at 100.
fn day() -> (Problem, Plan) {
    let mut problem = street(&[1, 2, 3]);
    problem.vehicles.push(vehicle(2));
    problem.vehicles[1].end_index = Some(0);
    problem.vehicles[0].breaks = vec![pause(1, 36, 50, 10)];
    problem.vehicles.iter_mut().for_each(|vehicle| {
        vehicle.capacity = vec![4];
        vehicle.skills = vec![1];
        vehicle.time_window = Some([0, 200]);
    });
    problem.jobs[2].crew = 2;
    problem.jobs[2].time_windows = vec![[100, 120]];
    problem.jobs[0].time_windows = vec![[10, 12]];
    problem.jobs[0].prefer = Some(1);
    problem.jobs[1].prefer = Some(1);
    let plan = planned(&problem);
    assert_eq!(crate::street::told(&plan), "1: 1@12 2@27 break@36 3@100 | 2: 3@100");
    (problem, plan)
}

/// Changes a good day and expects `constraint job vehicle by`, one for each violation.
fn expect(change: impl FnOnce(&mut Problem, &mut Plan), expected: &[&str]) {
    let (mut problem, mut plan) = day();
    change(&mut problem, &mut plan);
    let told = |Violation { constraint, job, vehicle, by }: &Violation| {
        let number = |id: &Option<u64>| id.map_or(String::from("-"), |id| id.to_string());
        format!("{constraint} {} {} {by}", number(job), number(vehicle))
    };
    let found: Vec<String> = check(&problem, &plan).unwrap().iter().map(told).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_good_plan_has_nothing_wrong() {
    expect(|_, _| {}, &[]);
}

#[test]
fn times_must_be_possible_and_allowed() {
    expect(|problem, _| problem.jobs[0].time_windows = vec![[0, 7], [14, 20]], &["window 1 1 2"]);
    expect(|_, plan| plan.routes[0].steps[1].arrival -= 3, &["travel 1 1 3", "window 1 1 1"]);
    expect(|problem, _| problem.vehicles[0].time_window = Some([4, 103]), &["shift - 1 2", "shift - 1 2"]);
    expect(|problem, _| problem.jobs[1].service = 9, &["service 2 1 4"]);
    expect(|problem, _| problem.jobs[1].setup = 2, &["setup 2 1 2"]);
    expect(|problem, _| problem.vehicles[0].max_travel_time = Some(20), &["max_travel_time - 1 10"]);
    expect(|problem, _| problem.vehicles[0].max_tasks = Some(2), &["max_tasks - 1 1"]);
}

#[test]
fn breaks_must_be_taken_in_time() {
    expect(|problem, _| problem.vehicles[0].breaks[0].time_windows = vec![[44, 50]], &["break window - 1 8"]);
    expect(|problem, _| problem.vehicles[0].breaks[0].service = 12, &["break service - 1 2"]);
    expect(|_, plan| plan.routes[0].steps.retain(|step| step.kind != StepKind::Break), &["break missing - 1 10"]);
}

#[test]
fn who_comes_must_be_able_and_have_room() {
    expect(|problem, _| problem.jobs[0].skills = vec![1, 2, 3], &["skills 1 1 2"]);
    expect(|problem, _| problem.jobs[0].delivery = vec![6], &["capacity - 1 2"]);
    expect(|problem, _| problem.jobs[1].pickup = vec![5], &["capacity 2 1 1", "capacity 3 1 1"]);
}

#[test]
fn crews_must_be_whole_and_together() {
    expect(|_, plan| plan.routes[1].steps[1].waiting_time += 6, &["travel - 2 6", "crew apart 3 2 6"]);
    expect(|problem, _| problem.jobs[2].crew = 3, &["crew 3 - 1"]);
    expect(|problem, _| problem.jobs[2].crew = 1, &["job twice 3 - 1"]);
}

#[test]
fn every_job_is_done_once_or_left_out() {
    expect(|_, plan| plan.unassigned.push(left(2)), &["both done and unassigned 2 - 1", "summary.unassigned - - 1"]);
    expect(|problem, _| problem.jobs.push(crate::street::job(9, 1)), &["job missing 9 - 1"]);
    expect(|problem, _| drop(problem.jobs.remove(1)), &["unknown job 2 1 1"]);
    expect(|_, plan| plan.routes[1].vehicle = 7, &["unknown vehicle - 7 1", "crew 3 - 1", "summary.cost - - 60"]);
    expect(|_, plan| plan.summary.cost += 5, &["summary.cost - - 5"]);
}

#[test]
fn a_day_begins_and_ends_where_it_should() {
    expect(|_, plan| drop(plan.routes[1].steps.remove(0)), &["start - 2 1", "travel 3 2 30"]);
    expect(|_, plan| drop(plan.routes[1].steps.pop()), &["end - 2 1", "summary.cost - - 30"]);
}

fn left(id: u64) -> route::Unassigned {
    route::Unassigned { id, kind: String::from("job"), reason: String::from("full") }
}
