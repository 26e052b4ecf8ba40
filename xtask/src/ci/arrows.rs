//! Which crate may know which. The core stays pure because nothing impure can come in from below.

use std::collections::BTreeSet;

use anyhow::{Context, bail};

use super::cargo;
use super::graph::Graph;
use crate::step::output;

/// Our crates and those of ours that each may know.
const ARROWS: [(&str, &[&str]); 8] = [
    ("domain", &[]),
    ("route", &[]),
    ("documents", &[]),
    ("bank", &["domain"]),
    ("post", &[]),
    ("store", &["domain"]),
    ("server", &["bank", "documents", "domain", "post", "route", "store"]),
    ("xtask", &["domain", "store"]),
];

/// All that may stand below a pure crate: numbers, dates and their written form. None reads a clock, a file or a socket
/// with the features they have here.
const PURE: [&str; 8] = ["arrayvec", "jiff", "jiff-core", "num-traits", "rust_decimal", "serde", "serde_core", "libm"];

/// Features that would let a clock, the system or chance into the core.
const IMPURE_FEATURES: [&str; 6] = ["std", "js", "rand", "tz-system", "tzdb-zoneinfo", "logging"];

/// Checks the arrows between our crates and what stands below the pure ones.
pub(super) fn check(graph: &Graph) -> anyhow::Result<String> {
    let ours: BTreeSet<&str> = graph.crates.iter().filter(|it| it.source.is_none()).map(|it| it.name.as_str()).collect();
    for it in graph.crates.iter().filter(|it| it.source.is_none()) {
        let arrows = ARROWS.iter().find(|(name, _)| *name == it.name);
        let (_, may_know) = arrows.with_context(|| format!("crate `{}` has no line in xtask/src/ci/arrows.rs", it.name))?;
        let forbidden = it.needs.iter().find(|needed| ours.contains(needed.as_str()) && !may_know.contains(&needed.as_str()));
        if let Some(forbidden) = forbidden {
            bail!("crate `{}` must not depend on `{forbidden}`; ARCHITECTURE.md has the arrows", it.name);
        }
    }
    for (name, features) in below("domain")? {
        if !PURE.contains(&name.as_str()) {
            bail!("`{name}` stands below `domain`, which is pure; if it has no clock, disk, network or chance, say so in PURE");
        }
        if let Some(feature) = features.iter().find(|feature| IMPURE_FEATURES.contains(&feature.as_str())) {
            bail!("`{name}` is built below `domain` with its feature `{feature}`, which lets the outside in");
        }
    }
    for (name, _) in below("route")? {
        if !PURE.contains(&name.as_str()) {
            bail!("`{name}` stands below `route`, which is pure");
        }
    }
    Ok(format!("{} crates of ours, {} in all", ours.len(), graph.crates.len()))
}

/// What a crate of ours needs when it is built alone, with the features it then has.
fn below(ours: &str) -> anyhow::Result<Vec<(String, Vec<String>)>> {
    let form = ["--prefix", "none", "--format", "{p}|{f}"];
    let tree = output(cargo(["tree", "--locked", "-p", ours, "--edges", "normal,no-proc-macro"]).args(form))?;
    let lines = tree.lines().skip(1).map(|line| {
        let (package, features) = line.split_once('|').unwrap_or((line, ""));
        let name = package.split(' ').next().unwrap_or_default();
        (name.to_owned(), features.trim_end_matches(" (*)").split(',').map(String::from).collect())
    });
    Ok(lines.collect())
}
