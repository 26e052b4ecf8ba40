//! `forbear verify`: works out everything again from the log, and names whatever differs.

use indicatif::{ProgressBar, ProgressStyle};

use super::{Exit, Options};
use crate::books;

/// Verifies chains, seals, notes and every derived row. Exit code 3 if anything differs.
pub(crate) fn run(options: &Options) -> anyhow::Result<Exit> {
    let store = books::open(&options.data_dir)?;
    let bar = bar()?;
    let differences = store.verify(&mut |done, total| tell(&bar, done, total))?;
    bar.finish_and_clear();
    for difference in &differences {
        eprintln!("{difference}");
    }
    let found: Vec<String> = differences.iter().map(ToString::to_string).collect();
    println!("{}", serde_json::json!({ "schema": "forbear.verify/1", "differences": found }));
    Ok(if differences.is_empty() { Exit::Done } else { Exit::Different })
}

/// `forbear rebuild`: makes the derived tables anew from the log.
pub(crate) fn rebuild(options: &Options) -> anyhow::Result<Exit> {
    let store = books::open(&options.data_dir)?;
    let bar = bar()?;
    let before = store.state_hash()?;
    store.rebuild(&mut |done, total| tell(&bar, done, total))?;
    bar.finish_and_clear();
    let after = store.state_hash()?;
    let hex = data_encoding::HEXLOWER.encode(&after);
    println!("{}", serde_json::json!({ "schema": "forbear.rebuild/1", "state": hex, "changed": before != after }));
    Ok(Exit::Done)
}

fn bar() -> anyhow::Result<ProgressBar> {
    Ok(ProgressBar::new(0).with_style(ProgressStyle::with_template("{bar:40} {pos}/{len}  {eta} left")?))
}

fn tell(bar: &ProgressBar, done: u64, total: u64) {
    bar.set_length(total);
    bar.set_position(done);
}
