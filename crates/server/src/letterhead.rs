//! Who lends, as paper, the appointment notice and the badge say it: name, where letters go back to, where people complain, and
//! where they check who stands at the door. `letterhead.toml` in the data folder; without it they have the book's name and no more.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

/// What stands on paper about the lender.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Letterhead {
    /// As registered.
    pub(crate) name: String,
    /// Where a letter goes back to if nobody takes it; one line.
    pub(crate) address: String,
    /// The number to complain at.
    pub(crate) complaint_line: String,
    /// The regulator's number for complaints.
    pub(crate) regulator_line: String,
    /// The number at which anybody can check who stands at a door. It reaches somebody else than the collectors.
    pub(crate) check_line: String,
    /// The number at which collectors reach the office.
    pub(crate) office_line: String,
    /// Where our pages are, such as `https://lender.example`; paper names it.
    pub(crate) site: String,
}

impl Letterhead {
    /// Reads `letterhead.toml` in `folder`; `name` is the book's, which stands where there is no other.
    pub(crate) fn read(folder: &Path, name: &str) -> anyhow::Result<Letterhead> {
        let path = folder.join("letterhead.toml");
        let mut lender = Letterhead::default();
        if path.is_file() {
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let read: Result<Letterhead, _> = toml::from_str(&text);
            lender = read.with_context(|| format!("{} cannot be read; docs/documents.md shows its form", path.display()))?;
        }
        if lender.name.is_empty() {
            name.clone_into(&mut lender.name);
        }
        Ok(lender)
    }

    /// Name and address as one line, as it stands over the address of a letter.
    pub(crate) fn sender(&self) -> String {
        if self.address.is_empty() { self.name.clone() } else { format!("{} · {}", self.name, self.address) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paper_has_the_books_name_until_the_lender_says_more() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Letterhead::read(dir.path(), "book").unwrap().sender(), "book");
        fs::write(dir.path().join("letterhead.toml"), "name = \"Lender\"\naddress = \"1 Street\"\n").unwrap();
        assert_eq!(Letterhead::read(dir.path(), "book").unwrap().sender(), "Lender · 1 Street");
        fs::write(dir.path().join("letterhead.toml"), "complaints = 1\n").unwrap();
        let error = format!("{:#}", Letterhead::read(dir.path(), "book").unwrap_err());
        assert!(error.contains("complaints"), "{error}");
    }
}
