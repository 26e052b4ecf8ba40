//! `cargo xtask ci`: everything that must hold before a change lands, in the order of what fails soonest.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;

use crate::simulate;
use crate::step::Steps;

mod arrows;
mod browser;
mod graph;
mod licences;
mod postgres;

/// Options of `cargo xtask ci`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Leave the browser tests out
    #[arg(long)]
    no_browser: bool,
    /// Leave PostgreSQL out
    #[arg(long)]
    no_postgres: bool,
}

/// Runs every step and stops at the first that fails.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let root = root();
    env::set_current_dir(&root).context("cannot enter the project's folder")?;
    let graph = graph::Graph::read()?;
    let mut steps = Steps::begin(&graph.target.join("ci"))?;

    steps.run("format", &mut cargo(["fmt", "--all", "--check"]))?;
    steps.check("dependency arrows", || arrows::check(&graph))?;
    steps.check("licences, bans, sources", || licences::check(&graph, &root.join("deny.toml")))?;
    if answers("cargo-deny") {
        steps.run("cargo deny", &mut cargo(["deny", "check", "licenses", "bans", "sources"]))?;
    }
    steps.run("domain alone", &mut cargo(["check", "--locked", "-p", "domain"]))?;
    let mut clippy = cargo(["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    steps.run("clippy, warnings denied", &mut clippy)?;
    browser::build(&mut steps, &root)?;
    steps.run("build", &mut cargo(["build", "--locked", "--workspace", "--all-targets"]))?;
    steps.run("tests", &mut tests(&["--workspace"]))?;
    let xtask = graph.target.join("debug/xtask");
    // Another life each time; the seed is printed, so that what was found can be lived again.
    let seed = simulate::drawn_seed();
    steps.run(
        &format!("simulation, seed {seed}"),
        Command::new(&xtask).args(["simulate", "--ops", "40000", "--seed", &seed.to_string()]),
    )?;
    // Two hundred kills and three thousand states take half an hour; these few are drawn anew each time.
    let crash = ["crash", "--kills", "9", "--states", "60", "--seed", &seed.to_string()];
    steps.run(&format!("kills, power cuts, full and failing disks, seed {seed}"), Command::new(&xtask).args(crash))?;
    let teeth = ["simulate", "--teeth", "--ops", "150000", "--seed", "7"];
    steps.run("planted mistakes are found", Command::new(&xtask).args(teeth))?;
    steps.run(
        "examples in documentation",
        &mut cargo(["test", "--locked", "--doc", "-p", "domain", "-p", "route", "-p", "store"]),
    )?;

    if args.no_postgres {
        steps.skip("store on PostgreSQL", "left out by --no-postgres");
    } else {
        postgres::run(&mut steps)?;
    }
    if args.no_browser {
        steps.skip("browser", "left out by --no-browser");
    } else {
        browser::run(&mut steps, &root, &graph.target)?;
    }
    steps.end();
    Ok(())
}

/// The project's folder.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(Path::to_path_buf).unwrap_or_default()
}

/// Cargo with these arguments, the same one that runs us.
pub(crate) fn cargo<const N: usize>(args: [&str; N]) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(args);
    cargo
}

/// The test runner with these arguments: nextest where there is one, else cargo's own.
fn tests(args: &[&str]) -> Command {
    let mut runner = if answers("cargo-nextest") {
        cargo(["nextest", "run", "--locked", "--no-tests=fail", "--cargo-quiet", "--status-level=fail"])
    } else {
        cargo(["test", "--locked", "--tests", "--bins", "--lib", "--quiet", "--no-fail-fast"])
    };
    runner.args(args);
    runner
}

/// Whether a program is on this machine and says its version.
fn answers(program: &str) -> bool {
    let mut asked = Command::new(program);
    asked.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    asked.status().is_ok_and(|status| status.success())
}
