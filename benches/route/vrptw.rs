//! How far plans are from the best known: VRPTW instances of Solomon and of Gehring and Homberger, one thread, distance
//! objective, legs cut to one decimal.
//!
//! ```text
//! cargo run --release -p route --example vrptw -- [--seconds S] [--seeds N] [--data DIR] [INSTANCE…]
//! ```
//!
//! One JSON line for each run, then the mean. Without names: every instance of the folder, 10 s at 100 stops, 30 s at more,
//! counted in seconds of computing.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Instant;

use route::{Budget, Job, Matrix, Objective, Problem, Vehicle, check, plan};

fn main() {
    let mut data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/vrptw");
    let (mut seconds, mut seeds, mut names) = (None, 3, Vec::new());
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().expect("a value after the option");
        match arg.as_str() {
            "--data" => data = PathBuf::from(value()),
            "--seconds" => seconds = Some(value().parse::<f64>().expect("seconds")),
            "--seeds" => seeds = value().parse().expect("a number of seeds"),
            _ => names.push(arg),
        }
    }
    let Ok(best) = std::fs::read_to_string(data.join("best_known.json")) else {
        println!("no instances under {}; nothing measured", data.display());
        return;
    };
    let best: serde_json::Value = serde_json::from_str(&best).expect("best_known.json");
    if names.is_empty() {
        names = best.as_object().expect("an object").keys().cloned().collect();
    }
    let mut gaps = Vec::new();
    for name in &names {
        let problem = read(&data.join(format!("{name}.txt")));
        let seconds = seconds.unwrap_or(if problem.jobs.len() <= 100 { 10.0 } else { 30.0 });
        let known = best[name]["distance_1_decimal"].as_f64().expect("a best known distance");
        for seed in 0..seeds {
            let started = busy();
            let spent = || (busy() - started) / seconds;
            let found = plan(&problem, &Budget { seed, steps: u64::MAX, spent: &spent }).expect("a sound instance");
            let wrong = check(&problem, &found).expect("a sound instance");
            assert!(wrong.is_empty() && found.unassigned.is_empty(), "{name}: {wrong:?}");
            let distance = found.summary.cost as f64 / 10.0;
            let gap = 100.0 * (distance / known - 1.0);
            println!(
                "{}",
                serde_json::json!({"figure": name, "value": gap, "unit": "% over best known", "seed": seed, "distance": distance})
            );
            gaps.push(gap);
        }
    }
    let (mean, worst) = (gaps.iter().sum::<f64>() / gaps.len() as f64, gaps.iter().copied().fold(0.0, f64::max));
    println!(
        "{}",
        serde_json::json!({"figure": "mean", "value": mean, "unit": "% over best known", "n": gaps.len(), "worst": worst})
    );
}

/// Seconds that this thread has computed, so that a busy machine does not spoil the figure; elsewhere than on Linux, the clock.
fn busy() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = stat.and_then(|stat| stat.split(' ').next().and_then(|nanos| nanos.parse::<f64>().ok()));
    nanos.map_or_else(|| START.elapsed().as_secs_f64(), |nanos| nanos / 1e9)
}

/// An instance in Solomon's text form, in tenths.
fn read(path: &Path) -> Problem {
    let text = std::fs::read_to_string(path).expect("an instance");
    let rows: Vec<Vec<i64>> = (text.lines())
        .filter_map(|line| line.split_whitespace().map(|word| word.parse().ok()).collect::<Option<Vec<i64>>>())
        .filter(|row| !row.is_empty())
        .collect();
    let (fleet, places) = (&rows[0], &rows[1..]);
    let tenths = |a: &[i64], b: &[i64]| {
        let square = |at: usize| (a[at] - b[at]).pow(2) as f64;
        (10.0 * (square(1) + square(2)).sqrt()).floor() as i64
    };
    let durations = places.iter().map(|a| places.iter().map(|b| tenths(a, b)).collect()).collect();
    let window = |row: &[i64]| [10 * row[4], 10 * row[5]];
    let vehicle = |id| Vehicle {
        id,
        profile: String::from("car"),
        start_index: Some(0),
        end_index: Some(0),
        capacity: vec![fleet[1]],
        time_window: Some(window(&places[0])),
        ..Vehicle::default()
    };
    let job = |row: &Vec<i64>| Job {
        id: row[0] as u64,
        location_index: Some(row[0] as usize),
        delivery: vec![row[3]],
        service: 10 * row[6],
        time_windows: vec![window(row)],
        ..Job::default()
    };
    Problem {
        vehicles: (1..=fleet[0] as u64).map(vehicle).collect(),
        jobs: places[1..].iter().map(job).collect(),
        matrices: [(String::from("car"), Matrix { durations, ..Matrix::default() })].into(),
        objective: Objective::Distance,
        ..Problem::default()
    }
}
