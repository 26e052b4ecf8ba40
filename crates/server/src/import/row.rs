//! One row of a source with the rows joined to it, and what can be wrong with it.

use csv::StringRecord;
use serde::Serialize;

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Fault {
    /// The column, or our field where it is not one column's fault.
    pub(crate) column: String,
    /// What stands there.
    pub(crate) value: String,
    /// Why it cannot be right.
    pub(crate) reason: String,
    /// What to do about it.
    pub(crate) fix: String,
}
