//! The packs that ship with the program, and packs from files: where the law is read in.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use domain::day::Day;
use domain::law::{Law, Pack};
use domain::strategy::Table;
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

/// The table of who should be visited: the one in the data folder, or the one that ships. Its examples are judged on the way; a
/// table whose examples do not come out is not used.
pub(crate) fn strategy(data_dir: &Path) -> anyhow::Result<Table> {
    const SHIPPED: &str = include_str!("../../../packs/strategy/visit.toml");
    let own = data_dir.join("strategy.toml");
    let text = if own.is_file() { fs::read_to_string(&own)? } else { SHIPPED.to_owned() };
    let name = if own.is_file() { own.display().to_string() } else { "packs/strategy/visit.toml".to_owned() };
    let table: Table = toml::from_str(&text).with_context(|| format!("the table {name} cannot be read"))?;
    table.check().map_err(|invalid| anyhow::anyhow!("{name}: {}: {}", invalid.field, invalid.fix))?;
    Ok(table)
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

#[cfg(test)]
mod strategy_tests {
    use super::*;

    #[test]
    fn the_table_that_ships_decides_every_example_and_an_edited_one_must_too() {
        let dir = tempfile::tempdir().unwrap();
        let table = strategy(dir.path()).unwrap();
        assert!(table.row.len() > 10);
        let text = include_str!("../../../packs/strategy/visit.toml");
        let check = |edited: String, says: &str| {
            fs::write(dir.path().join("strategy.toml"), edited).unwrap();
            let error = strategy(dir.path()).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        };
        check(text.replace("visits = { min = 2 }", "visits = { min = 3 }"), "`visited twice` is decided by");
        check(text.replace("rule = \"paused\"\nwhen", "rule = \"promise-runs\"\nwhen"), "stands twice");
        check(text.replace("visit_cost_minor = 12000", "visit_cost_minor = 0"), "visit_cost_minor");
        check(
            text.replace(
                "[row.says]\nzh-Hans = \"较轻的方式都试过",
                "when = { visits = { max = 1 } }\n[row.says]\nzh-Hans = \"较轻的方式都试过",
            ),
            "must hold always",
        );
        let small = "when = { overdue_in_visits = { max = 2 } }";
        check(text.replace(small, "when = { overdue_in_visits = { min = 0, max = 2 } }"), "nobody is visited for less");
        check(
            text.replace(small, "when = { visits = { max = 0 }, overdue_in_visits = { max = 2 } }"),
            "nobody is visited for less",
        );
        check(text.replace("wants_no_visit = true }\nstep", "wants_no_visits = true }\nstep"), "cannot be read");
    }
}
