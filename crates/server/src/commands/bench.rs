//! `forbear bench`: measured figures, one JSON line each, so that a comparison can be made in one run.

use std::fs;
use std::time::Instant;

use anyhow::Context;

use super::{Exit, Options};
use crate::{books, night};

/// Options of `forbear bench`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Agreements as PDF in each language
    Documents(super::documents::Args),
    /// Rulings and sets of windows, on one core
    Law,
    /// Schedules and positions of loans, on one core
    Loans,
    /// The outbox, with the law asked for each message, and what killing it does
    Messages(super::messages::bench::Args),
    /// Nights over the book in the data folder, on a copy of it
    Night {
        /// How many nights
        #[arg(long, default_value_t = 5)]
        nights: u32,
    },
}

/// Measures.
pub(crate) fn run(options: &Options, args: &Args) -> anyhow::Result<Exit> {
    match &args.what {
        What::Documents(args) => super::documents::run(args),
        What::Law => {
            super::law::bench::measure(figure)?;
            Ok(Exit::Done)
        }
        What::Loans => {
            super::loan::bench::measure(figure);
            Ok(Exit::Done)
        }
        What::Messages(args) => super::messages::bench::run(args),
        What::Night { nights } => nights_on_a_copy(options, *nights),
    }
}

/// Prints one figure.
pub(crate) fn figure(name: &str, value: f64, unit: &str, n: u64) {
    println!("{}", serde_json::json!({ "figure": name, "value": (value * 10.0).round() / 10.0, "unit": unit, "n": n }));
}

fn nights_on_a_copy(options: &Options, nights: u32) -> anyhow::Result<Exit> {
    let copy = std::env::temp_dir().join(format!("forbear-bench-{}", std::process::id()));
    fs::create_dir_all(&copy)?;
    for entry in fs::read_dir(&options.data_dir).with_context(|| format!("cannot read {}", options.data_dir.display()))? {
        let entry = entry?;
        fs::copy(entry.path(), copy.join(entry.file_name()))?;
    }
    let measured = measure_nights(&copy, nights);
    fs::remove_dir_all(&copy)?;
    measured
}

fn measure_nights(data_dir: &std::path::Path, nights: u32) -> anyhow::Result<Exit> {
    let store = books::open(data_dir)?;
    let accounts = store.reader().count_accounts()?;
    let last = store.last_night().context("this book has had no night yet; make one with `forbear demo --no-serve`")?;
    let (key, lender, last) = (books::seal_key(data_dir)?, &store.record().name, last.plus_days(i32::try_from(nights)?));
    let began = Instant::now();
    let mut ended = began;
    let report = night::run(&store, &key, lender, last, &mut |_, _| ended = Instant::now())?;
    // The last night is followed by the messages that it plans: an append of its own for each.
    let (seconds, writing) = ((ended - began).as_secs_f64(), ended.elapsed().as_secs_f64());
    let looked_at = accounts * u64::from(report.nights);
    figure("night_accounts_looked_at", looked_at as f64 / seconds, "accounts/s", looked_at);
    figure("night_people_woken", report.woken as f64 / seconds, "people/s", report.woken);
    figure("night_people_changed", report.changed as f64 / seconds, "people/s", report.changed);
    figure("night_messages_written", report.written as f64 / writing, "messages/s", report.written);
    figure("night_seconds", seconds / f64::from(report.nights.max(1)), "s/night", u64::from(report.nights));
    Ok(Exit::Done)
}
