//! The project's own tools. `cargo xtask ci` is what `./test` runs.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod chance;
mod ci;
mod crash;
mod lives;
mod simulate;
mod step;

/// The project's own tools.
#[derive(Parser)]
#[command(name = "xtask", disable_help_subcommand = true)]
struct Xtask {
    #[command(subcommand)]
    tool: Tool,
}

#[derive(Subcommand)]
enum Tool {
    /// Everything that must hold before a change lands
    Ci(ci::Args),
    /// A million random lives of loans, each property and the auditor on every one
    Lives(lives::Args),
    /// Random lives under a seed against the real core, every invariant checked after each operation
    Simulate(simulate::Args),
    /// Kill it, cut its power, fill its disk: whether everything acknowledged is still there
    Crash(crash::Args),
}

fn main() -> ExitCode {
    let done = match Xtask::parse().tool {
        Tool::Ci(args) => ci::run(&args),
        Tool::Lives(args) => lives::run(&args),
        Tool::Simulate(args) => simulate::run(&args),
        Tool::Crash(args) => crash::run(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
