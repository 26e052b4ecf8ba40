//! A TOML table read strictly: every key is asked for by name, and one that nobody asked for is an error that names the
//! nearest.

use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A mapping file that cannot be used: where, what, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// The line of the mapping file, counted from 1.
    pub(crate) line: usize,
    /// What is wrong, and the fix.
    pub(crate) says: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.says)
    }
}

/// A text of the mapping file and the line it stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) text: String,
    pub(crate) line: usize,
}

impl Said {
    /// An error at this place.
    pub(crate) fn wrong(&self, says: impl Into<String>) -> Wrong {
        Wrong { line: self.line, says: says.into() }
    }
}

/// A table being read. Keys are taken out one after the other; [`Strict::finish`] complains about what is left.
pub(crate) struct Strict<'t> {
    /// The path of the table as the user writes it, such as `loan.principal`; empty for the whole file.
    path: String,
    line: usize,
    text: &'t str,
    left: DeTable<'t>,
    asked: Vec<&'static str>,
}

/// The whole of a mapping file.
pub(crate) fn read(text: &str) -> Result<Strict<'_>, Wrong> {
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, &span));
        Wrong { line, says: format!("not TOML: {}", error.message()) }
    })?;
    Ok(Strict { path: String::new(), line: 1, text, left: table.into_inner(), asked: vec![] })
}

impl<'t> Strict<'t> {
    /// An error about this table.
    pub(crate) fn wrong(&self, says: impl Into<String>) -> Wrong {
        Wrong { line: self.line, says: says.into() }
    }

    /// The text under `key`, if there is one. Whole numbers and yes or no count as text where a text is wanted.
    pub(crate) fn text(&mut self, key: &'static str) -> Result<Option<Said>, Wrong> {
        let Some((line, value)) = self.take(key) else { return Ok(None) };
        let text = match value {
            DeValue::String(text) => text.into_owned(),
            DeValue::Integer(number) => number.as_str().into(),
            other => return Err(self.not(line, key, "a text in quotes", &other)),
        };
        Ok(Some(Said { text, line }))
    }

    /// The text under `key`, which must be there.
    pub(crate) fn required(&mut self, key: &'static str, example: &str) -> Result<Said, Wrong> {
        self.text(key)?.ok_or_else(|| self.missing(key, example))
    }

    /// Whether `key` says true.
    pub(crate) fn flag(&mut self, key: &'static str) -> Result<bool, Wrong> {
        match self.take(key) {
            None => Ok(false),
            Some((_, DeValue::Boolean(said))) => Ok(said),
            Some((line, other)) => Err(self.not(line, key, "true or false", &other)),
        }
    }

    /// The texts listed under `key`; empty if there are none.
    pub(crate) fn texts(&mut self, key: &'static str) -> Result<Vec<Said>, Wrong> {
        let Some((line, value)) = self.take(key) else { return Ok(vec![]) };
        let DeValue::Array(items) = value else { return Err(self.not(line, key, "a list of texts in brackets", &value)) };
        let mut texts = vec![];
        for item in items {
            let line = line_of(self.text, &item.span());
            match item.into_inner() {
                DeValue::String(text) => texts.push(Said { text: text.into_owned(), line }),
                other => return Err(self.not(line, key, "a list of texts in brackets", &other)),
            }
        }
        Ok(texts)
    }

    /// The table under `key`, if there is one.
    pub(crate) fn table(&mut self, key: &'static str) -> Result<Option<Strict<'t>>, Wrong> {
        match self.take(key) {
            None => Ok(None),
            Some((line, DeValue::Table(table))) => Ok(Some(self.inner(key, line, table))),
            Some((line, other)) => Err(self.not(line, key, "a table", &other)),
        }
    }

    /// The tables listed under `key` (`[[key]]`); empty if there are none.
    pub(crate) fn tables(&mut self, key: &'static str) -> Result<Vec<Strict<'t>>, Wrong> {
        let Some((line, value)) = self.take(key) else { return Ok(vec![]) };
        let DeValue::Array(items) = value else { return Err(self.not(line, key, "a list of tables", &value)) };
        let mut tables = vec![];
        for item in items {
            let line = line_of(self.text, &item.span());
            match item.into_inner() {
                DeValue::Table(table) => tables.push(self.inner(key, line, table)),
                other => return Err(self.not(line, key, "a list of tables", &other)),
            }
        }
        Ok(tables)
    }

    /// Either the text or the table under `key`.
    pub(crate) fn text_or_table(&mut self, key: &'static str) -> Result<Option<Result<Said, Strict<'t>>>, Wrong> {
        match self.take(key) {
            None => Ok(None),
            Some((line, DeValue::String(text))) => Ok(Some(Ok(Said { text: text.into_owned(), line }))),
            Some((line, DeValue::Table(table))) => Ok(Some(Err(self.inner(key, line, table)))),
            Some((line, other)) => Err(self.not(line, key, "a column name, or a table such as { value = \"…\" }", &other)),
        }
    }

    /// Everything left, as pairs of texts: for tables whose keys are the user's own.
    pub(crate) fn pairs(mut self) -> Result<Vec<(Said, Said)>, Wrong> {
        let mut pairs = vec![];
        for (key, value) in std::mem::take(&mut self.left) {
            let line = line_of(self.text, &key.span());
            let name = key.into_inner().into_owned();
            match value.into_inner() {
                DeValue::String(text) => pairs.push((Said { text: name, line }, Said { text: text.into_owned(), line })),
                other => return Err(self.not(line, &name, "a text in quotes", &other)),
            }
        }
        Ok(pairs)
    }

    /// Complains about the first key that nobody asked for.
    pub(crate) fn finish(self) -> Result<(), Wrong> {
        let unknown = self.left.keys().min_by_key(|key| key.span().start);
        let Some(unknown) = unknown else { return Ok(()) };
        let name = unknown.get_ref().as_ref();
        let place = if self.path.is_empty() { "the mapping".into() } else { format!("`{}`", self.path) };
        let help = match nearest(name, self.asked.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it may hold {}", listed(&self.asked)),
        };
        Err(Wrong { line: line_of(self.text, &unknown.span()), says: format!("unknown key `{name}` in {place}; {help}") })
    }

    /// That `key` is missing, with an example of it.
    pub(crate) fn missing(&self, key: &str, example: &str) -> Wrong {
        self.wrong(format!("`{}` is missing; add it, for example {example}", self.path_of(key)))
    }

    fn take(&mut self, key: &'static str) -> Option<(usize, DeValue<'t>)> {
        self.asked.push(key);
        let (name, value): (Spanned<_>, Spanned<_>) = self.left.remove_entry(key)?;
        Some((line_of(self.text, &name.span()), value.into_inner()))
    }

    fn inner(&self, key: &str, line: usize, left: DeTable<'t>) -> Strict<'t> {
        Strict { path: self.path_of(key), line, text: self.text, left, asked: vec![] }
    }

    /// The path of a key of this table.
    pub(crate) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.into() } else { format!("{}.{key}", self.path) }
    }

    fn not(&self, line: usize, key: &str, wanted: &str, found: &DeValue<'_>) -> Wrong {
        Wrong { line, says: format!("`{}` must be {wanted}, not {}", self.path_of(key), kind(found)) }
    }
}

/// The name among `names` that is most like `name`, if one is like it at all.
pub(crate) fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let most = (name.chars().count() / 3).max(1);
    names.map(|known| (distance(name, known), known)).filter(|(far, _)| *far <= most).min().map(|(_, known)| known)
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// How many letters must be put in, taken out, changed or swapped to make one word of the other, in either case.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.to_lowercase().chars().collect(), other.to_lowercase().chars().collect());
    let mut rows = vec![vec![0; other.len() + 1]; one.len() + 1];
    for i in 0..=one.len() {
        for j in 0..=other.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let changed = rows[i - 1][j - 1] + usize::from(one[i - 1] != other[j - 1]);
                let is_swapped = i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
                let swapped = if is_swapped { rows[i - 2][j - 2] + 1 } else { usize::MAX };
                changed.min(swapped).min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1)
            };
        }
    }
    rows[one.len()][other.len()]
}

fn line_of(text: &str, span: &Range<usize>) -> usize {
    1 + text.as_bytes()[..span.start.min(text.len())].iter().filter(|byte| **byte == b'\n').count()
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date without quotes",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_and_strangers_are_not() {
        let names = || ["delimiter", "quote", "encoding", "paid_principal"].into_iter();
        assert_eq!(nearest("delimeter", names()), Some("delimiter"));
        assert_eq!(nearest("quoet", names()), Some("quote"));
        assert_eq!(nearest("Paid_Principle", names()), Some("paid_principal"));
        assert_eq!(nearest("colour", names()), None);
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_nearest() {
        let mut whole = read("source = \"a\"\n[file]\ndelimeter = \";\"\n").unwrap();
        whole.text("source").unwrap();
        let mut file = whole.table("file").unwrap().unwrap();
        file.text("delimiter").unwrap();
        let wrong = file.finish().unwrap_err();
        assert_eq!(wrong.to_string(), "line 3: unknown key `delimeter` in `file`; did you mean `delimiter`?");
    }

    #[test]
    fn what_is_not_toml_is_told_by_line() {
        assert_eq!(read("a = \"x\"\nb = = 2\n").err().unwrap().line, 2);
    }
}
