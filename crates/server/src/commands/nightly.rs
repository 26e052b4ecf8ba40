//! `forbear nightly`: ends every day up to a day, in order.

use domain::day::Day;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Exit, Options, Stop};
use crate::letterhead::Letterhead;
use crate::{books, night};

/// Options of `forbear nightly`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The last day to end, such as 2026-11-23; yesterday if not said
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

/// Runs the nights that were missed. Twice is once.
pub(crate) fn run(options: &Options, args: &Args) -> anyhow::Result<Exit> {
    let store = books::open(&options.data_dir)?;
    let today = store.book().day_of(jiff::Timestamp::now());
    let as_of = match &args.as_of {
        None => today.plus_days(-1),
        Some(text) => Day::parse(text).ok_or_else(|| Stop {
            exit: Exit::Usage,
            says: format!("`{text}` is not a day; write --as-of 2026-11-23, a day that exists"),
        })?,
    };
    let bar = ProgressBar::new_spinner().with_style(ProgressStyle::with_template("{spinner} {msg}")?);
    let lender = Letterhead::read(&options.data_dir, &store.record().name)?;
    let report = night::run(&store, &books::seal_key(&options.data_dir)?, &lender.name, as_of, &mut |day, report| {
        bar.set_message(format!("{day}: {} woken, {} changed", report.woken, report.changed));
        bar.tick();
    })?;
    bar.finish_and_clear();
    println!(
        "{}",
        serde_json::json!({
            "schema": "forbear.nightly/1",
            "as_of": as_of.to_string(),
            "nights": report.nights,
            "woken": report.woken,
            "changed": report.changed,
            "events": report.events,
            "written": report.written,
        })
    );
    Ok(Exit::Done)
}
