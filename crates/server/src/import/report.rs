//! The acceptance report: what was read, what became of it, and whether the book agrees with the file to the cent.

use domain::day::Day;
use domain::money::Money;
use serde::{Serialize, Serializer};

use crate::texts::{Reader, number, value};

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
    /// Its heading, by the key of the text.
    #[serde(skip)]
    pub(crate) title: &'static str,
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
    /// What people read in its place, by the key of the text.
    #[serde(skip)]
    pub(crate) label: &'static str,
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
    /// What people read in its place, by the key of the text; none of a sum, which stands as the mapping writes it.
    #[serde(skip)]
    pub(crate) label: Option<&'static str>,
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
    /// The column, or our field where it is not one column's fault.
    pub(crate) column: String,
    /// What stands there.
    pub(crate) value: String,
    /// What is wrong, for programs: the same in every language.
    pub(crate) because: &'static str,
    /// What is wrong, for people.
    pub(crate) reason: String,
    /// What to do about it.
    pub(crate) fix: String,
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
    /// The word in JSON and reject files.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Verdict::Rejected => "rejected",
            Verdict::Warned => "warned",
            Verdict::Conflict => "conflict",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Verdict::Rejected => "import-verdict-rejected",
            Verdict::Warned => "import-verdict-warned",
            Verdict::Conflict => "import-verdict-conflict",
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
impl Report {
    /// As `reader` reads it.
    pub(crate) fn text(&self, reader: &Reader) -> String {
        let (source, currency) = (value(self.source.as_str()), value(self.currency.as_str()));
        let mut lines = vec![reader.fill(self.title, [("source", source), ("currency", currency)])];
        lines.extend(self.as_of.map(|day| reader.fill("import-as-of", [("day", value(day.to_string()))])));
        lines.extend(self.files.iter().map(|file| format!("  {file}")));
        self.add_rows(reader, &mut lines);
        self.add_totals(reader, &mut lines);
        self.add_checks(reader, &mut lines);
        self.add_issues(reader, &mut lines);
        let rate = if self.seconds > 0.0 { (self.rows.read as f64 / self.seconds) as u64 } else { 0 };
        let speed =
            [("count", number(self.rows.read)), ("seconds", value(format!("{:.2}", self.seconds))), ("rate", number(rate))];
        lines.extend([String::new(), self.verdict(reader), reader.fill("import-speed", speed)]);
        lines.join("\n") + "\n"
    }

    /// How it ended. Rows that were left out by permission are named with it: the totals are those of the other rows only.
    fn verdict(&self, reader: &Reader) -> String {
        match self.ending {
            Ending::Accepted if self.rows.rejected > 0 => {
                reader.fill("import-accepted-without", [("count", number(self.rows.rejected))])
            }
            ending => reader.text(ending.label()),
        }
    }

    fn add_rows(&self, reader: &Reader, lines: &mut Vec<String>) {
        lines.extend([String::new(), reader.text("import-rows")]);
        let rows = &self.rows;
        // Where nothing was written the book was not asked either: a nought would say that it holds none of these rows.
        let of_book = |count: u64| matches!(self.ending, Ending::Accepted | Ending::Different).then_some(count);
        let counts = [
            ("import-rows-read", Some(rows.read)),
            ("import-rows-passed-over", Some(rows.passed_over)),
            ("import-rows-loaded", Some(rows.loaded)),
            ("import-rows-already-there", of_book(rows.already_there)),
            ("import-rows-rejected", Some(rows.rejected)),
            ("import-rows-conflicts", of_book(rows.conflicts)),
            ("import-rows-warned", Some(rows.warned)),
        ];
        lines.extend(counts.map(|(label, count)| {
            let count = count.map_or_else(|| "-".into(), |count| reader.count(count));
            format!("  {}{}", left(&reader.text(label), 28), right(&count, 22))
        }));
    }

    fn add_totals(&self, reader: &Reader, lines: &mut Vec<String>) {
        let (file, book) = (reader.text("import-column-file"), reader.text("import-column-book"));
        lines.push(String::new());
        lines.push(left(&reader.text("import-totals"), 30) + &right(&file, 22) + &right(&book, 24));
        for total in &self.totals {
            let book = total.book.map_or_else(|| "-".into(), |book| reader.amount(book));
            let verdict = match total.book {
                None => String::new(),
                Some(_) if total.agrees() => reader.text("import-agrees"),
                Some(_) => reader.text("import-differs"),
            };
            let (label, file) = (left(&reader.text(total.label), 28), right(&reader.amount(total.file), 22));
            lines.push(format!("  {label}{file}{}  {verdict}", right(&book, 24)).trim_end().into());
        }
        if self.rounded > 0 {
            lines.push(format!("  {}", reader.fill("import-rounded", [("count", number(self.rounded))])));
        }
    }

    fn add_checks(&self, reader: &Reader, lines: &mut Vec<String>) {
        if self.checks.is_empty() {
            return;
        }
        let (hold, broken) = (reader.text("import-column-hold"), reader.text("import-column-broken"));
        lines.push(String::new());
        lines.push(left(&reader.text("import-checks"), 40) + &right(&hold, 12) + &right(&broken, 24));
        for check in &self.checks {
            let label = check.label.map_or_else(|| check.check.clone(), |label| reader.text(label));
            let (held, broken) = (reader.count(check.held), reader.count(check.broken));
            lines.push(format!("  {}{}{}", left(&label, 38), right(&held, 12), right(&broken, 24)));
        }
    }

    fn add_issues(&self, reader: &Reader, lines: &mut Vec<String>) {
        if self.issues.is_empty() {
            return;
        }
        lines.extend([String::new(), reader.text("import-issues")]);
        for Issue { file, row, verdict, column, value, reason, fix, .. } in self.issues.iter().take(MOST_SHOWN) {
            let value = if value.is_empty() { String::new() } else { format!("`{value}`") };
            let place = [column.as_str(), value.as_str(), reason.as_str()];
            let says = place.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
            lines.push(format!("  {file}:{row} {} · {says} · {fix}", reader.text(verdict.label())));
        }
        let more = self.issues.len().saturating_sub(MOST_SHOWN) as u64 + self.issues_not_listed;
        if more > 0 {
            lines.push(format!("  {}", reader.fill("import-more", [("count", number(more))])));
        }
    }
}

impl Ending {
    const fn label(self) -> &'static str {
        match self {
            Ending::Accepted => "import-accepted",
            Ending::Different => "import-different",
            Ending::Rehearsed => "import-rehearsed",
            Ending::Rejected => "import-rejected",
        }
    }
}

/// Filled up on the right to a width of the terminal, on which Chinese is two wide.
fn left(text: &str, width: usize) -> String {
    text.to_owned() + &" ".repeat(width.saturating_sub(wide(text)))
}

/// Filled up on the left.
fn right(text: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(wide(text))) + text
}

fn wide(text: &str) -> usize {
    text.chars().map(|letter| if letter < '\u{2e80}' { 1 } else { 2 }).sum()
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
    fn columns_stand_below_each_other_in_every_language() {
        for (text, expected) in [("read", "read  |"), ("已读取", "已读取|"), ("文件", "文件  |")] {
            assert_eq!(left(text, 6) + "|", expected);
        }
        assert_eq!(right("文件", 6), "  文件");
    }
}
