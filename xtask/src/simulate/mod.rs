//! `cargo xtask simulate`: random lives, staff, phones and crashes under one seed against the real core, with every
//! invariant checked after each operation; and the same with mistakes planted, each of which it must find.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail};
use clap::ValueEnum;
use domain::book::Book;
use domain::house::House;
use domain::law::{Law, Pack};
use jiff::tz::TimeZone;

use crate::ci::root;
use crate::step::output;

mod books;
mod check;
mod deeds;
mod door;
mod plans;
mod plant;
mod terms;
mod world;

use check::Broken;
use plant::Plant;
use world::World;

/// Options of `cargo xtask simulate`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many operations
    #[arg(long, default_value_t = 1_000_000)]
    ops: u64,
    /// The seed; another one each time if none is given
    #[arg(long)]
    seed: Option<u64>,
    /// Plant one mistake and see it found
    #[arg(long, value_name = "MISTAKE", conflicts_with = "teeth")]
    plant: Option<Plant>,
    /// Plant every mistake, one after the other; each must be found
    #[arg(long)]
    teeth: bool,
}

/// A simulation that found something.
struct Found {
    operation: u64,
    broken: Broken,
}

/// Runs the simulation.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let book = book(&root().join("packs/cn"))?;
    let seed = args.seed.unwrap_or_else(drawn_seed);
    let plants: Vec<Option<Plant>> = match args.teeth {
        true => Plant::value_variants().iter().map(|plant| Some(*plant)).collect(),
        false => vec![args.plant],
    };
    let mut missed = vec![];
    let mut found_count = 0;
    for plant in &plants {
        let started = Instant::now();
        let mut world = World::new(book.clone(), seed, *plant);
        let found = simulate(&mut world, args.ops);
        let took = started.elapsed().as_secs_f64();
        match (plant, found) {
            (None, None) => {
                let done = world.operations();
                println!(
                    "{done} operations in {took:.1} s, {:.0} a second, seed {seed}, commit {}",
                    done as f64 / took,
                    commit()
                );
                let did = world.tally.iter().map(|(name, count)| format!("{name} {count}"));
                println!("  done: {}", did.collect::<Vec<_>>().join(", "));
                let refused = world.refusals.iter().map(|(rule, count)| format!("{rule} {count}"));
                println!("  refused: {}", refused.collect::<Vec<_>>().join(", "));
            }
            (None, Some(found)) => {
                let Broken { invariant, found: what } = &found.broken;
                let at = found.operation;
                bail!("{invariant}\n  found: {what}\n  seed {seed}, operation {at}, commit {}", commit())
            }
            (Some(plant), Some(found)) => {
                found_count += 1;
                println!("{:<24} found at operation {:>7}: {}", name_of(*plant), found.operation, found.broken.invariant);
            }
            (Some(plant), None) => missed.push(name_of(*plant)),
        }
    }
    if !missed.is_empty() {
        bail!("planted and not found within {} operations under seed {seed}: {}", args.ops, missed.join(", "));
    }
    if found_count > 0 {
        println!("{found_count} of {found_count} planted mistakes found, seed {seed}");
    }
    Ok(())
}

/// Runs until so many operations are done or an invariant is broken.
fn simulate(world: &mut World, operations: u64) -> Option<Found> {
    while world.operations() < operations {
        if let Err(broken) = world.step() {
            return Some(Found { operation: world.operations(), broken });
        }
    }
    None
}

/// A book under the law of a pack's folder.
pub(crate) fn book(folder: &Path) -> anyhow::Result<Book> {
    let read =
        |name: &str| fs::read_to_string(folder.join(name)).with_context(|| format!("cannot read {name} of {}", folder.display()));
    let text = format!("{}\n{}", read("pack.toml")?, read("calendar.toml")?);
    let pack: Pack = toml::from_str(&text).with_context(|| format!("{} is not a pack", folder.display()))?;
    let zones = |name: &str| TimeZone::get(name).ok();
    let law = Law::new(vec![pack], &zones).map_err(|invalid| anyhow::anyhow!("{}: {}", invalid.field, invalid.fix))?;
    let calendar = law.calendar().cloned().context("the pack has no calendar")?;
    let house = house(&root().join("house"))?;
    let zones = |name: &str| TimeZone::get(name).ok();
    Ok(Book { currency: "CNY".to_owned(), zone: TimeZone::get("Asia/Shanghai")?, law, calendar, zones, house })
}

/// What the house decided, with the Chinese form of means.
fn house(folder: &Path) -> anyhow::Result<House> {
    let read = |name: &str| fs::read_to_string(folder.join(name)).with_context(|| format!("cannot read {name} of the house"));
    let files = ["options.toml", "waivers.toml", "strategy.toml", "means/cn.toml"];
    let text = files.map(read).into_iter().collect::<anyhow::Result<Vec<_>>>()?.join("\n");
    toml::from_str(&text).context("the house cannot be read")
}

fn name_of(plant: Plant) -> String {
    plant.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

pub(crate) fn drawn_seed() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_nanos() as u64 % 1_000_000_000)
}

/// The commit that is simulated, so that a failure can be repeated.
pub(crate) fn commit() -> String {
    output(Command::new("git").args(["rev-parse", "--short", "HEAD"]))
        .map_or_else(|_| "unknown".to_owned(), |it| it.trim().to_owned())
}
