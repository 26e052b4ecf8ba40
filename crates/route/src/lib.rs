//! Who goes where, when: visits inside lawful windows, certified teams, crews that arrive together. It knows travel, never
//! debt.
//!
//! Pure like `domain`: the same problem, seed and number of steps give the same [`Plan`]. A caller who has a clock can end
//! the search by it.
//!
//! ```
//! use route::{Budget, Job, Problem, Vehicle, check, plan};
//!
//! let home = Some([117.28, 31.86]);
//! let problem = Problem {
//!     vehicles: vec![Vehicle { id: 1, start: home, end: home, time_window: Some([28_800, 64_800]), ..Vehicle::default() }],
//!     jobs: vec![
//!         Job { id: 7, location: Some([117.30, 31.88]), service: 1800, time_windows: vec![[50_400, 54_000]], ..Job::default() },
//!         Job { id: 8, location: Some([117.25, 31.87]), service: 1800, time_windows: vec![[32_400, 36_000]], ..Job::default() },
//!     ],
//!     ..Problem::default()
//! };
//! let day = plan(&problem, &Budget::steps(100)).unwrap();
//! let order: Vec<u64> = day.routes[0].steps.iter().filter_map(|step| step.id).collect();
//! assert_eq!(order, [8, 7]);
//! assert!(check(&problem, &day).unwrap().is_empty());
//! ```

mod chance;
mod changes;
mod check;
mod day;
mod invalid;
mod model;
mod plan;
mod problem;
mod recreate;
mod report;
mod ruin;
mod search;
mod tour;
mod travel;

pub use changes::{Change, Visit, changes};
pub use check::{Violation, check};
pub use invalid::Invalid;
pub use plan::{Plan, Route, SCHEMA, Status, Step, StepKind, Summary, Unassigned, compare};
pub use problem::{Break, Costs, Job, Matrix, Objective, PREFERENCE, Problem, Straight, Vehicle, Window};

/// How long the search may look.
pub struct Budget<'a> {
    /// Different seeds give different plans of like worth.
    pub seed: u64,
    /// The most attempts.
    pub steps: u64,
    /// How much of the caller's own budget is spent, from 0 to 1; asked every few attempts. The crate has no clock.
    pub spent: &'a dyn Fn() -> f64,
}

impl Budget<'_> {
    /// A number of attempts, so that the plan can be repeated.
    pub fn steps(steps: u64) -> Budget<'static> {
        Budget { seed: 0, steps, spent: &|| 0.0 }
    }
}

/// The best plan found within the budget. It keeps every rule of the problem; what cannot be done, or is not worth the way,
/// is listed as unassigned with the reason.
pub fn plan(problem: &Problem, budget: &Budget) -> Result<Plan, Invalid> {
    problem.validate()?;
    let travel = travel::Travel::new(problem);
    let model = model::Model::new(problem, &travel);
    let order = search::search(&model, &model.earlier(problem), budget);
    Ok(report::report(problem, &travel, &model, &order))
}
