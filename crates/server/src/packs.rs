//! The packs that ship with the program, and packs from files: where the law is read in.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use domain::day::Day;
use domain::law::{Law, Pack};
use jiff::tz::TimeZone;

macro_rules! shipped {
    ($($id:literal: $($file:literal),+;)*) => {
        /// The packs that ship: id and text, all files of a pack as one document.
        pub(crate) const SHIPPED: &[(&str, &str)] = &[$(
            ($id, concat!($(include_str!(concat!("../../../packs/", $id, "/", $file)), "\n"),+)),
        )*];
    };
}

shipped! {
    "cn": "pack.toml", "money.toml", "calendar.toml";
    "tw": "pack.toml", "money.toml";
    "hk": "pack.toml", "money.toml";
    "us-federal": "pack.toml", "money.toml";
    "uk": "pack.toml", "money.toml";
    "in": "pack.toml", "money.toml";
    "sg": "pack.toml", "money.toml";
    "eu": "pack.toml";
    "house": "pack.toml";
}

/// The house's own rules, which every book keeps.
pub(crate) const HOUSE: &str = "house";

/// A zone by its IANA name, from the tables inside the program.
pub(crate) fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

/// The law that `names` make together: ids of packs that ship, paths of pack files, or folders of them. Every example of every
/// rule is judged on the way; a pack whose examples do not hold is not loaded. With `as_of`, versions that begin later are left out.
pub(crate) fn law<'a>(names: impl IntoIterator<Item = &'a str>, as_of: Option<Day>) -> anyhow::Result<Law> {
    let mut packs = names.into_iter().map(pack).collect::<anyhow::Result<Vec<Pack>>>()?;
    packs.retain(|pack| as_of.is_none_or(|day| pack.in_force_from <= day));
    law_of(packs)
}

/// The law that `packs` make together, if their examples hold.
pub(crate) fn law_of(packs: Vec<Pack>) -> anyhow::Result<Law> {
    Law::new(packs, &zone).map_err(|invalid| anyhow::anyhow!("{}: {}", invalid.field, invalid.fix))
}

/// One pack by its id or its path.
pub(crate) fn pack(name: &str) -> anyhow::Result<Pack> {
    let shipped = SHIPPED.iter().find(|(id, _)| *id == name).map(|(_, text)| (*text).to_owned());
    let text = match shipped {
        Some(text) => text,
        None => read(Path::new(name))?,
    };
    read_text(&text).with_context(|| format!("the pack `{name}` cannot be read"))
}

/// A pack from its text, all its files as one document.
pub(crate) fn read_text(text: &str) -> anyhow::Result<Pack> {
    Ok(toml::from_str(text)?)
}

fn read(path: &Path) -> anyhow::Result<String> {
    if path.is_file() {
        return fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()));
    }
    if !path.is_dir() {
        let ids: Vec<&str> = SHIPPED.iter().map(|(id, _)| *id).collect();
        bail!("there is no pack `{}`; name one of {}, or the path of a pack", path.display(), ids.join(", "));
    }
    let files = ["pack.toml", "money.toml", "calendar.toml"].map(|file| path.join(file));
    let texts = files.iter().filter(|file| file.is_file()).map(fs::read_to_string);
    Ok(texts.collect::<Result<Vec<_>, _>>().with_context(|| format!("cannot read the pack in {}", path.display()))?.join("\n"))
}
