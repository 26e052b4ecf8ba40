//! The crates of the build, as `cargo metadata` tells it.

use std::path::PathBuf;

use anyhow::Context;
use serde_json::Value;

use super::cargo;
use crate::step::output;

/// Every crate of the build.
pub(crate) struct Graph {
    /// Where cargo builds.
    pub(crate) target: PathBuf,
    /// The crates, ours and others'.
    pub(crate) crates: Vec<Crate>,
}

/// One crate.
pub(crate) struct Crate {
    pub(crate) name: String,
    pub(crate) version: String,
    /// The SPDX expression of its manifest.
    pub(crate) licence: Option<String>,
    /// Where it comes from; none for our own.
    pub(crate) source: Option<String>,
    /// Names of what it is built with: neither tests nor build scripts count.
    pub(crate) needs: Vec<String>,
}

impl Graph {
    /// Asks cargo.
    pub(crate) fn read() -> anyhow::Result<Graph> {
        let json = output(&mut cargo(["metadata", "--format-version", "1", "--locked"]))?;
        let metadata: Value = serde_json::from_str(&json).context("`cargo metadata` does not answer in JSON")?;
        let crates = list(&metadata["packages"]).iter().map(|package| Crate {
            name: text(&package["name"]),
            version: text(&package["version"]),
            licence: package["license"].as_str().map(String::from),
            source: package["source"].as_str().map(String::from),
            needs: list(&package["dependencies"]).iter().filter(|it| it["kind"].is_null()).map(|it| text(&it["name"])).collect(),
        });
        Ok(Graph { target: text(&metadata["target_directory"]).into(), crates: crates.collect() })
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
