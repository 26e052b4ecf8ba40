//! Plans: within what the person can pay, and kept or broken by money.

use domain::plan::PlanEnd;

use super::diary::{Diary, day};

fn behind() -> Diary {
    let mut diary = Diary::buys("2026-01-10", 2400, 6);
    diary.until("2026-04-20");
    diary
}

#[test]
fn a_plan_above_capacity_is_refused_and_a_smaller_one_is_not() {
    let mut diary = behind();
    assert_eq!(diary.plans(100, &["2026-05-01"]).unwrap_err().by, ["PLAN-MEANS-UNKNOWN"]);
    diary.states(3000, 2800);
    assert_eq!(diary.plans(200, &["2026-05-01"]).unwrap_err().by, ["PLAN-ABOVE-CAPACITY"], "200 are left, 20 stay as a buffer");
    assert!(diary.plans(180, &["2026-05-01"]).is_ok());
}

#[test]
fn a_token_plan_is_a_plan() {
    let mut diary = behind();
    diary.states(2000, 1988);
    assert!(diary.plans(10, &["2026-05-01", "2026-06-01"]).is_ok());
}

#[test]
fn a_plan_that_is_paid_is_kept() {
    let mut diary = behind();
    diary.states(3000, 1000);
    let plan = diary.plans(600, &["2026-04-25", "2026-05-05"]).unwrap();
    diary.until("2026-04-25").pays(600);
    diary.until("2026-05-04").pays(600);
    diary.night();
    assert_eq!(diary.person.plans[&plan].end, Some(PlanEnd::Kept { on: day("2026-05-04") }));
}

#[test]
fn the_first_instalment_missed_breaks_a_plan() {
    let mut diary = behind();
    diary.states(3000, 1000);
    let plan = diary.plans(600, &["2026-04-25", "2026-05-25"]).unwrap();
    diary.until("2026-05-03");
    assert!(matches!(diary.person.plans[&plan].end, Some(PlanEnd::Broken { .. })));
}

#[test]
fn a_plan_runs_sixty_months_at_most_and_its_days_follow_each_other() {
    let mut diary = behind();
    diary.states(3000, 1000);
    let many: Vec<String> = (0..61).map(|month| day("2026-05-01").plus_months(month).to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(diary.plans(10, &many).unwrap_err().by, ["CN-M-12"]);
    assert_eq!(diary.plans(10, &["2026-05-02", "2026-05-01"]).unwrap_err().by, ["PLAN-DAYS"]);
    assert_eq!(diary.plans(10, &["2026-04-19"]).unwrap_err().by, ["PLAN-DAYS"]);
}
