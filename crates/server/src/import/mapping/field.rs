//! A field of ours and where its text comes from: a column, a fixed value, or words with columns in them.

use std::borrow::Cow;

use domain::day::Day;
use domain::money::Money;
use rust_decimal::Decimal;

use super::super::date::{DatePattern, DayOfMonth};
use super::super::number::{Amount, NumberForm};
use super::super::row::{Fault, Place, Row, Text};
use super::table::{Said, Strict, Wrong};

/// A column of a source, by name; its place is known once the header was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// As in the header; columns of a joined file as `join.column`.
    pub(crate) name: String,
    /// The line of the mapping that names it.
    pub(crate) line: usize,
    /// Where it stands in a row.
    pub(crate) place: Place,
}

impl Column {
    /// A column that the mapping names, not found yet.
    pub(crate) fn named(said: Said) -> Column {
        Column { name: said.text, line: said.line, place: Place::default() }
    }
}

/// What a field holds; decides which options it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Amount,
    Day,
    Rate,
    Count,
}

/// A field of ours, as the mapping fills it.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Our name of it, such as `loan.principal`.
    pub(crate) name: String,
    origin: Origin,
    meanings: Vec<(String, String)>,
    numbers: NumberForm,
    pattern: DatePattern,
    round: bool,
    is_percent: bool,
}

#[derive(Clone, Debug)]
enum Origin {
    Column(Column),
    Fixed(String),
    Words(Vec<Piece>),
}

#[derive(Clone, Debug)]
enum Piece {
    Words(String),
    Column(Column),
}

impl Field {
    /// Reads the field under `key` of a table, if it is there.
    pub(super) fn read(
        table: &mut Strict<'_>,
        key: &'static str,
        kind: Kind,
        numbers: NumberForm,
    ) -> Result<Option<Field>, Wrong> {
        let name = table.path_of(key);
        let plain = |origin| Field {
            name: name.clone(),
            origin,
            meanings: vec![],
            numbers,
            pattern: DatePattern::iso(),
            round: false,
            is_percent: true,
        };
        let mut inner = match table.text_or_table(key)? {
            None => return Ok(None),
            Some(Ok(column)) => return Ok(Some(plain(Origin::Column(Column::named(column))))),
            Some(Err(inner)) => inner,
        };
        let mut field = plain(origin(&mut inner)?);
        if let Some(meanings) = inner.table("map")? {
            field.meanings = meanings.pairs()?.into_iter().map(|(from, to)| (from.text, to.text)).collect();
        }
        match kind {
            Kind::Text | Kind::Count => {}
            Kind::Amount => field.round = inner.flag("round")?,
            Kind::Day => field.pattern = pattern(&mut inner)?,
            Kind::Rate => field.is_percent = unit_is_percent(&mut inner)?,
        }
        inner.finish()?;
        Ok(Some(field))
    }

    /// The columns it is made of, for finding their places.
    pub(crate) fn columns_mut(&mut self) -> Vec<&mut Column> {
        match &mut self.origin {
            Origin::Column(column) => vec![column],
            Origin::Fixed(_) => vec![],
            Origin::Words(pieces) => pieces
                .iter_mut()
                .filter_map(|piece| match piece {
                    Piece::Column(column) => Some(column),
                    Piece::Words(_) => None,
                })
                .collect(),
        }
    }

    /// Its text in a row, trimmed; `None` where the row has nothing there.
    pub(crate) fn text<'r>(&'r self, row: &Row<'r>) -> Option<Cow<'r, str>> {
        let text = match &self.origin {
            Origin::Column(column) => Cow::Borrowed(row.cell(column.place)?),
            Origin::Fixed(text) => Cow::Borrowed(text.as_str()),
            Origin::Words(pieces) => {
                let mut words = String::new();
                for piece in pieces {
                    words.push_str(match piece {
                        Piece::Words(said) => said,
                        Piece::Column(column) => row.cell(column.place)?,
                    });
                }
                Cow::Owned(words)
            }
        };
        let meaning = self.meanings.iter().find(|(from, _)| *from == text);
        Some(meaning.map_or(text, |(_, to)| Cow::Borrowed(to.as_str())))
    }

    /// Its text, which must be there.
    pub(crate) fn needed<'r>(&'r self, row: &Row<'r>) -> Result<Cow<'r, str>, Fault> {
        self.text(row).ok_or_else(|| self.fault(row, "import-empty", "import-empty-mend"))
    }

    /// Its amount; nothing counts as zero where `or_zero`.
    pub(crate) fn amount(&self, row: &Row<'_>) -> Result<Option<Amount>, Fault> {
        let Some(text) = self.text(row) else { return Ok(None) };
        let amount = self.numbers.amount(&text, self.round).map_err(|reason| {
            let fix = match reason.key {
                "import-number-decimals" => "import-amount-round-mend",
                _ => "import-amount-mend",
            };
            self.fault(row, reason, fix)
        })?;
        if amount.money < Money::ZERO {
            return Err(self.fault(row, "import-negative", "import-negative-amount-mend"));
        }
        Ok(Some(amount))
    }

    /// Its day.
    pub(crate) fn day(&self, row: &Row<'_>) -> Result<Option<Day>, Fault> {
        let Some(text) = self.text(row) else { return Ok(None) };
        let read = self.pattern.read(&text);
        read.map(Some).map_err(|reason| self.fault(row, reason, "import-day-mend"))
    }

    /// Its rate as a fraction of one.
    pub(crate) fn rate(&self, row: &Row<'_>) -> Result<Option<Decimal>, Fault> {
        let Some(text) = self.text(row) else { return Ok(None) };
        let number = text.trim_end_matches('%');
        let read = self.numbers.decimal(number).map_err(|reason| self.fault(row, reason, "import-rate-mend"))?;
        if read < Decimal::ZERO {
            return Err(self.fault(row, "import-negative", "import-negative-rate-mend"));
        }
        let rate = if self.is_percent { read / Decimal::ONE_HUNDRED } else { read };
        Ok(Some(rate.normalize()))
    }

    /// Its whole number.
    pub(crate) fn count(&self, row: &Row<'_>) -> Result<Option<u32>, Fault> {
        let Some(text) = self.text(row) else { return Ok(None) };
        let read = text.parse().map(Some);
        read.map_err(|_| self.fault(row, "import-not-whole", "import-not-whole-mend"))
    }

    /// A fault of this field in a row.
    pub(crate) fn fault(&self, row: &Row<'_>, reason: impl Into<Text>, fix: impl Into<Text>) -> Fault {
        let column = match &self.origin {
            Origin::Column(column) => column.name.clone(),
            Origin::Fixed(_) | Origin::Words(_) => self.name.clone(),
        };
        let value = self.text(row).unwrap_or_default().into_owned();
        Fault { column, value, reason: reason.into(), fix: fix.into() }
    }
}

fn origin(table: &mut Strict<'_>) -> Result<Origin, Wrong> {
    let (column, value, text) = (table.text("column")?, table.text("value")?, table.text("text")?);
    match (column, value, text) {
        (Some(column), None, None) => Ok(Origin::Column(Column::named(column))),
        (None, Some(value), None) => Ok(Origin::Fixed(value.text)),
        (None, None, Some(text)) => Ok(Origin::Words(pieces(text)?)),
        _ => Err(table.wrong("say exactly one of column = \"…\", value = \"…\" or text = \"… {column} …\"")),
    }
}

/// Splits `Borrower {rownames}` into words and columns.
fn pieces(said: Said) -> Result<Vec<Piece>, Wrong> {
    let mut pieces = vec![];
    let mut rest = said.text.as_str();
    while let Some((words, after)) = rest.split_once('{') {
        let (column, after) = after.split_once('}').ok_or_else(|| said.wrong("`{` without `}`: write columns as {column}"))?;
        pieces.push(Piece::Words(words.into()));
        pieces.push(Piece::Column(Column::named(Said { text: column.into(), line: said.line })));
        rest = after;
    }
    pieces.push(Piece::Words(rest.into()));
    Ok(pieces)
}

fn pattern(table: &mut Strict<'_>) -> Result<DatePattern, Wrong> {
    let day_of_month = match table.text("day")? {
        None => None,
        Some(said) if said.text == "first" => Some(DayOfMonth::First),
        Some(said) if said.text == "last" => Some(DayOfMonth::Last),
        Some(said) => return Err(said.wrong(format!("`day` is \"first\" or \"last\", not `{}`", said.text))),
    };
    match table.text("date")? {
        None => Ok(DatePattern::iso()),
        Some(said) => DatePattern::parse(&said.text, day_of_month).map_err(|fix| said.wrong(fix)),
    }
}

fn unit_is_percent(table: &mut Strict<'_>) -> Result<bool, Wrong> {
    match table.text("unit")? {
        None => Ok(true),
        Some(said) if said.text == "percent" => Ok(true),
        Some(said) if said.text == "fraction" => Ok(false),
        Some(said) => Err(said.wrong(format!("`unit` is \"percent\" or \"fraction\", not `{}`", said.text))),
    }
}
