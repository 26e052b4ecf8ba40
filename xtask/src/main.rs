//! The project's own tools. `cargo xtask ci` is what `./test` runs.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod ci;
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
}

fn main() -> ExitCode {
    let done = match Xtask::parse().tool {
        Tool::Ci(args) => ci::run(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
