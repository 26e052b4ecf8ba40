//! `cargo xtask lives`: the properties of loans on many random lives, compiled for speed.

use std::process::Command;

use anyhow::{Context, ensure};

/// Options of `cargo xtask lives`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many lives a property
    #[arg(long, default_value_t = 1_000_000)]
    lives: u64,
    /// Only the properties whose name holds this
    only: Option<String>,
}

/// Runs them; the seed of a life that fails is printed, and `LOAN_SEED` lives it again.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.args(["test", "--locked", "--release", "-p", "domain", "--test", "loan_lives", "--"]).args(&args.only);
    let status = cargo.env("LOAN_LIVES", args.lives.to_string()).status().context("cannot start cargo")?;
    ensure!(status.success(), "a life broke a property");
    Ok(())
}
