//! `forbear payments`: money in, from files of banks.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use data_encoding::HEXLOWER;
use domain::event::Actor;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use store::BankFile;

use super::{Exit, Options, Stop};
use crate::{books, payments};

/// Options of `forbear payments`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Take a statement in: ISO 20022 camt.053, or CSV with a mapping file
    Import {
        /// How the bank writes its CSV; without it the file is ISO 20022
        #[arg(long, value_name = "FILE")]
        map: Option<PathBuf>,
        /// The statement
        file: PathBuf,
    },
    /// Try again to find the account of every line that waits
    Match,
}

/// Does what was asked.
pub(crate) fn run(options: &Options, args: &Args) -> anyhow::Result<Exit> {
    let store = books::open(&options.data_dir)?;
    match &args.what {
        What::Import { map, file } => {
            let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            let usage = |says: String| Stop { exit: Exit::Usage, says };
            let (kind, statements) = match map {
                None => ("camt", bank::camt::read(&bytes).map_err(|fault| usage(format!("{}: {fault}", file.display())))?),
                Some(map) => {
                    let text = fs::read_to_string(map).with_context(|| format!("cannot read {}", map.display()))?;
                    let mapping = bank::csv::mapping(&text).map_err(|says| usage(format!("{}: {says}", map.display())))?;
                    let statement = bank::csv::read(&bytes, &mapping);
                    ("csv", vec![statement.map_err(|fault| usage(format!("{}: {fault}", file.display())))?])
                }
            };
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let file = BankFile { file: HEXLOWER.encode(&Sha256::digest(&bytes)), name, kind, by: Actor::Import };
            let report = payments::take(&store, file, &statements, Timestamp::now())?;
            println!(
                "{}",
                serde_json::json!({
                    "schema": "forbear.payments/1",
                    "new": report.new,
                    "known": report.known,
                    "not_booked": report.not_booked,
                    "differing": report.differing,
                    "posted": report.matched.posted,
                    "reversed": report.matched.reversed,
                    "set_aside": report.matched.set_aside,
                    "open": report.matched.open,
                })
            );
            Ok(if report.differing.is_empty() { Exit::Done } else { Exit::Different })
        }
        What::Match => {
            let matched = payments::post_what_matches(&store, Actor::Import, Timestamp::now())?;
            println!(
                "{}",
                serde_json::json!({
                    "schema": "forbear.payments/1",
                    "posted": matched.posted,
                    "reversed": matched.reversed,
                    "set_aside": matched.set_aside,
                    "open": matched.open,
                })
            );
            Ok(Exit::Done)
        }
    }
}
