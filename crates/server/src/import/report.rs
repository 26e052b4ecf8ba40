//! The acceptance report: what was read, what became of it, and whether the book agrees with the file to the cent.

use std::fmt::{self, Display, Write};

use domain::day::Day;
use domain::money::Money;
use serde::{Serialize, Serializer};

use super::row::Fault;

/// The form of the JSON report.
pub(crate) const SCHEMA: &str = "forbear.import/1";
/// Rows that are told one by one in a report; a reject file holds all.
const MOST_TOLD: usize = 1000;
/// Rows that the text report tells.
const MOST_SHOWN: usize = 25;

/// Everything a lender wants to see before they sign for a migration.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) schema: &'static str,
    pub(crate) what: &'static str,
    pub(crate) source: String,
    pub(crate) files: Vec<String>,
    pub(crate) currency: String,
    /// The day on which the book was made to stand.
    pub(crate) as_of: Option<Day>,
    pub(crate) ending: Ending,
    pub(crate) rows: Rows,
    pub(crate) totals: Vec<Total>,
    pub(crate) checks: Vec<CheckCount>,
    /// Amounts that had digits behind the cent and were rounded.
    pub(crate) rounded: u64,
    pub(crate) issues: Vec<Issue>,
    /// Issues beyond those listed.
    pub(crate) issues_not_listed: u64,
    #[serde(serialize_with = "three_places")]
    pub(crate) seconds: f64,
}

/// How an import ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ending {
    /// Loaded, and every total agrees.
    Accepted,
    /// Loaded or found loaded, but something does not agree or conflicts.
    Different,
    /// Nothing was to be written: a rehearsal.
    Rehearsed,
    /// Too many rows were rejected; nothing was written.
    Rejected,
}

/// What became of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Rows {
    pub(crate) read: u64,
    pub(crate) passed_over: u64,
    pub(crate) loaded: u64,
    pub(crate) already_there: u64,
    pub(crate) rejected: u64,
    /// Loaded before with other facts; left as they were.
    pub(crate) conflicts: u64,
    pub(crate) warned: u64,
}

/// One control total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Total {
    pub(crate) name: &'static str,
    /// Over the rows that count.
    #[serde(serialize_with = "as_text")]
    pub(crate) file: Money,
    /// In the book afterwards; none in a rehearsal.
    #[serde(serialize_with = "as_maybe_text")]
    pub(crate) book: Option<Money>,
}

impl Total {
    fn agrees(&self) -> bool {
        self.book.is_none_or(|book| book == self.file)
    }
}

/// How often a check held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct CheckCount {
    pub(crate) check: String,
    pub(crate) held: u64,
    pub(crate) broken: u64,
}

/// Something about one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Issue {
    pub(crate) file: String,
    /// The line of the file on which the row begins, the header being line 1.
    pub(crate) row: u64,
    pub(crate) verdict: Verdict,
    #[serde(flatten)]
    pub(crate) fault: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// Not loaded.
    Rejected,
    /// Loaded, though it breaks a check.
    Warned,
    /// Loaded before with other facts.
    Conflict,
}

impl Verdict {
    /// The word in reports and reject files.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Verdict::Rejected => "rejected",
            Verdict::Warned => "warned",
            Verdict::Conflict => "conflict",
        }
    }
}

impl Report {
    /// Notes an issue, in full up to a bound.
    pub(crate) fn tell(&mut self, issue: Issue) {
        match issue.verdict {
            Verdict::Rejected => self.rows.rejected += 1,
            Verdict::Conflict => self.rows.conflicts += 1,
            Verdict::Warned => {}
        }
        if self.issues.len() < MOST_TOLD {
            self.issues.push(issue);
        } else {
            self.issues_not_listed += 1;
        }
    }

    /// Counts a check.
    pub(crate) fn count(&mut self, check: usize, holds: bool) {
        let count = &mut self.checks[check];
        if holds { count.held += 1 } else { count.broken += 1 }
    }

    /// Whether every total of the file is also that of the book.
    pub(crate) fn agrees(&self) -> bool {
        self.totals.iter().all(Total::agrees)
    }

    /// The report as JSON.
    pub(crate) fn json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self)
    }
}

/// The report as text.
impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let as_of = self.as_of.map_or(String::new(), |day| format!(", as of {day}"));
        writeln!(f, "Import of {} from {}, {}{as_of}", self.what, self.source, self.currency)?;
        self.files.iter().try_for_each(|file| writeln!(f, "  {file}"))?;

        writeln!(f, "\nRows")?;
        let rows = &self.rows;
        let counts = [
            ("read", rows.read),
            ("passed over", rows.passed_over),
            ("loaded", rows.loaded),
            ("already there", rows.already_there),
            ("rejected", rows.rejected),
            ("conflicts", rows.conflicts),
            ("warned", rows.warned),
        ];
        for (name, count) in counts {
            writeln!(f, "  {name:<28}{:>22}", grouped(&count.to_string()))?;
        }

        writeln!(f, "\nControl totals{:>38}{:>24}", "file", "book")?;
        for total in &self.totals {
            let book = total.book.map_or_else(|| "-".into(), |book| grouped(&book.to_string()));
            let verdict = match total.book {
                None => "",
                Some(_) if total.agrees() => "  agrees",
                Some(_) => "  DIFFERS",
            };
            writeln!(f, "  {:<28}{:>22}{book:>24}{verdict}", total.name, grouped(&total.file.to_string()))?;
        }
        if self.rounded > 0 {
            writeln!(f, "  {} amounts had digits behind the cent and were rounded", grouped(&self.rounded.to_string()))?;
        }

        if !self.checks.is_empty() {
            writeln!(f, "\nChecks{:>46}{:>24}", "hold", "broken")?;
        }
        for check in &self.checks {
            let (held, broken) = (grouped(&check.held.to_string()), grouped(&check.broken.to_string()));
            writeln!(f, "  {:<38}{held:>12}{broken:>24}", check.check)?;
        }
        self.write_issues(f)?;
        let rate = if self.seconds > 0.0 { (rows.read as f64 / self.seconds) as u64 } else { 0 };
        let speed = format!(
            "{} rows in {:.2} s ({} a second)",
            grouped(&rows.read.to_string()),
            self.seconds,
            grouped(&rate.to_string())
        );
        writeln!(f, "\n{}\n{speed}", self.ending.says())
    }
}

impl Report {
    fn write_issues(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.issues.is_empty() {
            return Ok(());
        }
        writeln!(f, "\nRows to look at")?;
        for issue in self.issues.iter().take(MOST_SHOWN) {
            let Fault { column, value, reason, fix } = &issue.fault;
            let value = if value.is_empty() { String::new() } else { format!(" `{value}`") };
            writeln!(f, "  {}:{} {} · {column}{value} {reason} · {fix}", issue.file, issue.row, issue.verdict.name())?;
        }
        let more = self.issues.len().saturating_sub(MOST_SHOWN) as u64 + self.issues_not_listed;
        if more > 0 {
            writeln!(f, "  and {} more; --reject-to FILE writes out all", grouped(&more.to_string()))?;
        }
        Ok(())
    }
}

impl Ending {
    fn says(self) -> &'static str {
        match self {
            Ending::Accepted => "Accepted: the book agrees with the file.",
            Ending::Different => "Not accepted: look at what differs or conflicts above.",
            Ending::Rehearsed => "A rehearsal: nothing was written.",
            Ending::Rejected => "Rejected: nothing was written. Mend the rows above, or allow some with --max-rejects.",
        }
    }
}

/// Puts a comma between groups of three digits before the point.
fn grouped(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut text = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        // Writing to a text cannot fail.
        let _ = write!(text, ".{fraction}");
    }
    text
}

fn as_text<S: Serializer>(money: &Money, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(money)
}

fn as_maybe_text<S: Serializer>(money: &Option<Money>, serializer: S) -> Result<S::Ok, S::Error> {
    match money {
        Some(money) => serializer.collect_str(money),
        None => serializer.serialize_none(),
    }
}

fn three_places<S: Serializer>(seconds: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((seconds * 1000.0).round() / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_three() {
        for (plain, expected) in [("0", "0"), ("999", "999"), ("1000", "1,000"), ("-1234567.05", "-1,234,567.05")] {
            assert_eq!(grouped(plain), expected);
        }
    }
}
