//! The packs that ship, read from `packs/`.

use std::fs;
use std::path::{Path, PathBuf};

use domain::law::{Law, Pack};
use jiff::tz::TimeZone;

/// The jurisdictions that ship.
pub(crate) const SHIPPED: [&str; 8] = ["cn", "tw", "hk", "us-federal", "uk", "in", "sg", "eu"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs")
}

/// A zone by its IANA name.
pub(crate) fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

/// The text of a pack: all its files as one document.
pub(crate) fn text(id: &str) -> String {
    let read = |file: &str| fs::read_to_string(folder().join(id).join(file)).unwrap_or_default();
    ["pack.toml", "money.toml", "calendar.toml"].map(read).join("\n")
}

/// A pack.
pub(crate) fn pack(id: &str) -> Pack {
    toml::from_str(&text(id)).unwrap_or_else(|error| panic!("{id}: {error}"))
}

/// The law that some packs make.
pub(crate) fn law(ids: &[&str]) -> Law {
    let packs = ids.iter().map(|id| pack(id)).collect();
    Law::new(packs, &zone).unwrap_or_else(|invalid| panic!("{}: {}", invalid.field, invalid.fix))
}

#[test]
fn every_pack_that_ships_loads_and_its_examples_hold() {
    for id in SHIPPED {
        law(&[id, "house"]);
    }
}
