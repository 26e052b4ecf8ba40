//! `forbear route plan|check`: who goes where, when, in VROOM's JSON form with our extras.

use std::cmp::Ordering;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::thread;
use std::time::Instant;

use anyhow::Context;
use clap::Subcommand;
use route::{Budget, Plan, Problem, Violation};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Exit, Options, Stop};
use crate::travel_times::TravelTimes;

/// Plan a team's day, or check a plan.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Read a problem, print the best plan found
    Plan {
        /// How long to search [default: 5, or no limit with --steps]
        #[arg(long, value_name = "S")]
        seconds: Option<f64>,
        /// At most this many attempts: the same problem, seed, steps and threads give the same plan
        #[arg(long, value_name = "N")]
        steps: Option<u64>,
        /// Different seeds give different plans of like worth
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
        /// Search this many times side by side and print the best
        #[arg(long, value_name = "T", default_value_t = 1)]
        threads: u64,
        /// Count seconds of computing, not of the clock: for comparisons on a busy machine
        #[arg(long)]
        cpu: bool,
        /// Where travel times come from if the problem has no matrices: `osrm=http://…` or `valhalla=http://…`; else they are
        /// estimated from the straight line
        #[arg(long, value_name = "SERVICE", env = "FORBEAR_TRAVEL_TIMES")]
        travel_times: Option<TravelTimes>,
        /// The problem; `-` is standard input
        #[arg(default_value = "-")]
        problem: PathBuf,
    },
    /// Check a plan against its problem, whoever made it; exit 3 if it breaks a rule
    Check {
        /// The problem
        problem: PathBuf,
        /// The plan
        plan: PathBuf,
    },
}

/// Does what was asked.
pub(crate) fn run(_: &Options, args: Args) -> anyhow::Result<Exit> {
    match args.what {
        What::Plan { seconds, steps, seed, threads, cpu, travel_times, problem } => {
            let mut problem: Problem = read(&problem)?;
            if let Some(service) = travel_times {
                service.fill(&mut problem)?;
            }
            let seconds = seconds.or(if steps.is_some() { None } else { Some(5.0) });
            let clock = if cpu { computed } else { elapsed };
            print(&best(&problem, seconds, clock, steps.unwrap_or(u64::MAX), seed, threads.max(1))?)?;
            Ok(Exit::Done)
        }
        What::Check { problem, plan } => {
            let violations = route::check(&read(&problem)?, &read(&plan)?).map_err(unusable)?;
            let exit = if violations.is_empty() { Exit::Done } else { Exit::Different };
            print(&Checked { schema: "forbear.route-check/1", violations })?;
            Ok(exit)
        }
    }
}

#[derive(Serialize)]
struct Checked {
    schema: &'static str,
    violations: Vec<Violation>,
}

/// Seconds by the clock.
fn elapsed() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_secs_f64()
}

/// Seconds that this thread has computed; elsewhere than on Linux, by the clock.
fn computed() -> f64 {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = stat.and_then(|stat| stat.split(' ').next().and_then(|nanos| nanos.parse::<f64>().ok()));
    nanos.map_or_else(elapsed, |nanos| nanos / 1e9)
}

/// The best of several searches side by side, each with a seed of its own.
fn best(
    problem: &Problem,
    seconds: Option<f64>,
    clock: fn() -> f64,
    steps: u64,
    seed: u64,
    threads: u64,
) -> anyhow::Result<Plan> {
    let search = |seed| {
        let started = clock();
        let spent = || seconds.map_or(0.0, |seconds| (clock() - started) / seconds);
        route::plan(problem, &Budget { seed, steps, spent: &spent })
    };
    let plans = thread::scope(|scope| {
        let searches: Vec<_> =
            (0..threads).map(|nth| scope.spawn(move || search(seed.wrapping_mul(threads).wrapping_add(nth)))).collect();
        searches.into_iter().map(|search| search.join().expect("a search does not panic")).collect::<Result<Vec<_>, _>>()
    });
    let plans = plans.map_err(unusable)?;
    let best = plans.into_iter().reduce(|best, plan| match route::compare(problem, &plan, &best) {
        Ordering::Less => plan,
        _ => best,
    });
    best.context("no search was made")
}

fn read<T: DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(path)
    };
    let text = text.map_err(|error| Stop { exit: Exit::Usage, says: format!("{}: cannot be read: {error}", path.display()) })?;
    let mut json = serde_json::Deserializer::from_str(&text);
    serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let says = format!("{}: `{}`: {}", path.display(), error.path(), error.inner());
        Stop { exit: Exit::Usage, says }.into()
    })
}

fn unusable(invalid: route::Invalid) -> anyhow::Error {
    Stop { exit: Exit::Usage, says: invalid.to_string() }.into()
}

fn print(value: &impl Serialize) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, value)?;
    Ok(writeln!(out)?)
}
