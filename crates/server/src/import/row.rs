//! One row of a source with the rows joined to it, and what can be wrong with it.

use csv::StringRecord;

use crate::texts::{Lang, Reader, value};

/// Where a cell stands: in the row itself or in one of the rows joined to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// 0 for the row itself, then the joins in the order of the mapping.
    pub(crate) table: usize,
    /// The column, from 0.
    pub(crate) column: usize,
}

/// A row and what was joined to it.
#[derive(Clone, Copy)]
pub(crate) struct Row<'r> {
    /// The line of the file on which it begins, the header being line 1.
    pub(crate) line: u64,
    /// The row itself first.
    pub(crate) records: &'r [&'r StringRecord],
    /// Texts that stand for nothing, such as `NA`.
    pub(crate) nothing: &'r [String],
}

impl<'r> Row<'r> {
    /// The text of a cell, trimmed; `None` where there is nothing.
    pub(crate) fn cell(&self, place: Place) -> Option<&'r str> {
        let text = self.records.get(place.table)?.get(place.column)?.trim();
        let is_nothing = text.is_empty() || self.nothing.iter().any(|nothing| nothing == text);
        (!is_nothing).then_some(text)
    }
}

/// What is wrong with a value, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The column, or our field where it is not one column's fault.
    pub(crate) column: String,
    /// What stands there.
    pub(crate) value: String,
    /// Why it cannot be right.
    pub(crate) reason: Text,
    /// What to do about it.
    pub(crate) fix: Text,
}

/// A sentence of the catalogues, by its key, and what it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) key: &'static str,
    names: Box<[(&'static str, String)]>,
}

impl From<&'static str> for Text {
    fn from(key: &'static str) -> Text {
        Text { key, names: Box::default() }
    }
}

impl Text {
    /// With what stands in place of the variable `name`.
    pub(crate) fn with(self, name: &'static str, named: impl ToString) -> Text {
        let names = self.names.into_iter().chain([(name, named.to_string())]).collect();
        Text { key: self.key, names }
    }

    /// As `reader` reads it.
    pub(crate) fn read_by(&self, reader: &Reader) -> String {
        reader.fill(self.key, self.names.iter().map(|(name, named)| (*name, value(named.as_str()))))
    }

    /// As usage errors are told, which are in English like the words they are about.
    pub(crate) fn in_english(&self) -> String {
        self.read_by(&super::reader(Lang::En))
    }
}
