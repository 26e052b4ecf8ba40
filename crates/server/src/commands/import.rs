//! `forbear import loans|payments|contacts`: other systems' books come in by a mapping file.

use std::io::{IsTerminal, Write, stderr, stdout};
use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use domain::day::Day;

use super::{Exit, Options};
use crate::import::{self, Order, What};

/// Options of `forbear import`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Subcommand)]
enum Kind {
    /// Loans, with whose they are and where they stand; makes the book if there is none
    Loans(Import),
    /// Payments on loans that the book holds
    Payments(Import),
    /// Calls, messages and letters that another system recorded about loans that the book holds
    Contacts(Import),
}

#[derive(clap::Args)]
struct Import {
    /// Which column is what: a mapping in TOML, see docs/import.md and examples/
    #[arg(long, value_name = "FILE")]
    map: PathBuf,
    /// Read and judge everything, write nothing
    #[arg(long)]
    dry_run: bool,
    /// Write rejected rows, warnings and conflicts to this CSV file
    #[arg(long, value_name = "FILE")]
    reject_to: Option<PathBuf>,
    /// Load the rest if no more rows than this are rejected; otherwise nothing is written
    #[arg(long, value_name = "N", default_value_t = 0)]
    max_rejects: u64,
    /// The day on which accounts are made to stand; by default the day that the source speaks of
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Day>,
    /// Law packs of a book that this import makes, separated by commas
    #[arg(long, value_name = "PACKS", default_value = "cn")]
    packs: String,
    /// The form of the acceptance report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The files, all of the same columns; gzip is unpacked
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Imports and prints the acceptance report.
pub(crate) fn run(options: &Options, args: &Args) -> anyhow::Result<Exit> {
    let (what, import) = match &args.kind {
        Kind::Loans(import) => (What::Loans, import),
        Kind::Payments(import) => (What::Payments, import),
        Kind::Contacts(import) => (What::Contacts, import),
    };
    let order = Order {
        what,
        mapping: &import.map,
        sources: &import.sources,
        data_dir: &options.data_dir,
        packs: &import.packs,
        is_dry_run: import.dry_run,
        reject_to: import.reject_to.as_deref(),
        max_rejects: import.max_rejects,
        as_of: import.as_of,
        lang: options.lang(),
        shows_progress: stderr().is_terminal() && !options.quiet,
    };
    let (report, exit) = import::run(&order)?;
    match import.format {
        Format::Text => write!(stdout(), "{}", report.text(&import::reader(options.lang())))?,
        Format::Json => writeln!(stdout(), "{}", report.json()?)?,
    }
    Ok(exit)
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| "expected a day such as 2026-11-23 that exists".into())
}
