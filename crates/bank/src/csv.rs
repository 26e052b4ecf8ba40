//! Statements as CSV, each bank's in its own columns: a mapping file says which is which.

use std::collections::BTreeMap;

use domain::day::Day;
use domain::money::Money;
use serde::Deserialize;

use crate::line::{Booking, Direction, Fault, Line, Statement};

/// The mapping: how a bank writes its CSV.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The lender's account, where no column names it.
    pub account: String,
    /// ISO 4217, where no column names it.
    pub currency: String,
    /// Between the columns.
    #[serde(default = "comma")]
    pub separator: char,
    /// The WHATWG name of the encoding, such as `gb18030` or `big5`.
    #[serde(default = "utf8")]
    pub encoding: String,
    /// How days are written, with `YYYY`, `MM` and `DD`.
    #[serde(default = "iso")]
    pub days: String,
    /// The decimal sign.
    #[serde(default = "point")]
    pub decimal: char,
    /// Lines before the one with the names of the columns.
    #[serde(default)]
    pub skip: usize,
    /// Which column is which.
    pub columns: Columns,
}

/// The names of the columns.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// The bank's reference of the line. Without one, a line twice in a file cannot be told from two lines, so it is needed.
    pub reference: String,
    /// The day it was booked.
    pub booked_on: String,
    /// The amount with its sign, or what came in where `debit` is named too.
    pub credit: String,
    /// What went out.
    pub debit: Option<String>,
    /// What the payer wrote.
    pub text: Option<String>,
    /// Who paid.
    pub name: Option<String>,
    /// The currency.
    pub currency: Option<String>,
}

fn comma() -> char {
    ','
}

fn point() -> char {
    '.'
}

fn utf8() -> String {
    "utf-8".into()
}

fn iso() -> String {
    "YYYY-MM-DD".into()
}

/// Reads a mapping file.
pub fn mapping(text: &str) -> Result<Mapping, String> {
    let mapping: Mapping = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    if encoding_rs::Encoding::for_label(mapping.encoding.as_bytes()).is_none() {
        return Err(format!("`encoding` is `{}`, which is no encoding known on the web", mapping.encoding));
    }
    if !["YYYY", "MM", "DD"].iter().all(|part| mapping.days.contains(part)) {
        return Err(format!("`days` is `{}`; it needs YYYY, MM and DD", mapping.days));
    }
    Ok(mapping)
}

/// Reads a file by its mapping. Its lines make one statement; the references tell them apart.
pub fn read(bytes: &[u8], mapping: &Mapping) -> Result<Statement, Fault> {
    let encoding = encoding_rs::Encoding::for_label(mapping.encoding.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    let (text, _, is_broken) = encoding.decode(bytes);
    if is_broken {
        return Err(Fault::new(1, "the file", format!("is not {}; name its encoding in the mapping", mapping.encoding)));
    }
    let body = text.split_inclusive('\n').skip(mapping.skip).collect::<String>();
    let separator = u8::try_from(mapping.separator).unwrap_or(b',');
    let mut reader = ::csv::ReaderBuilder::new().delimiter(separator).trim(::csv::Trim::All).from_reader(body.as_bytes());
    let unread = |error: ::csv::Error| {
        let at_line = error.position().map_or(1, |position| position.line() as usize) + mapping.skip;
        Fault::new(at_line, "the row", format!("cannot be read: {error}"))
    };
    let headers = reader.headers().map_err(unread)?.clone();
    let places: BTreeMap<&str, usize> = headers.iter().enumerate().map(|(at, name)| (name, at)).collect();
    let place =
        |name: &str| places.get(name).copied().ok_or_else(|| Fault::new(1 + mapping.skip, name, "is no column of this file"));
    let maybe = |name: &Option<String>| name.as_deref().map(place).transpose();
    let columns = &mapping.columns;
    let (reference, booked_on, credit) = (place(&columns.reference)?, place(&columns.booked_on)?, place(&columns.credit)?);
    let (debit, text, name, currency) =
        (maybe(&columns.debit)?, maybe(&columns.text)?, maybe(&columns.name)?, maybe(&columns.currency)?);
    let mut lines: Vec<Line> = vec![];
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(unread)?;
        let at_line = record.position().map_or(0, |position| position.line() as usize) + mapping.skip;
        let get = |at: usize| record.get(at).unwrap_or("");
        let fault = |column: &str, says: String| Fault::new(at_line, column, says);
        let own = get(reference).to_owned();
        if own.is_empty() {
            return Err(fault(
                &columns.reference,
                "is empty; without it nobody can tell whether the line was read before".into(),
            ));
        }
        if let Some(earlier) = seen.insert(own.clone(), at_line) {
            return Err(fault(&columns.reference, format!("is `{own}`, as in line {earlier} already")));
        }
        let day = read_day(get(booked_on), &mapping.days);
        let day = day
            .ok_or_else(|| fault(&columns.booked_on, format!("is `{}`; it must be a day as {}", get(booked_on), mapping.days)))?;
        let read = |at: usize, column: &str| {
            let typed = get(at);
            if typed.is_empty() {
                return Ok(Money::ZERO);
            }
            read_amount(typed, mapping.decimal).ok_or_else(|| fault(column, format!("is `{typed}`, which is no amount")))
        };
        let mut minor = read(credit, &columns.credit)?.minor();
        if let (Some(debit), Some(column)) = (debit, &columns.debit) {
            minor -= read(debit, column)?.minor().abs();
        }
        if minor == 0 {
            return Err(fault(&columns.credit, "is nothing; a line moves money".into()));
        }
        lines.push(Line {
            reference: own.clone(),
            booked_on: Some(day),
            value_on: None,
            amount: Money::from_minor(minor.abs()),
            currency: currency.map_or_else(|| mapping.currency.clone(), |at| get(at).to_owned()),
            direction: if minor > 0 { Direction::Credit } else { Direction::Debit },
            is_reversal: false,
            booking: Booking::Booked,
            references: vec![own],
            text: text.map_or("", get).to_owned(),
            name: name.map(|at| get(at).to_owned()).filter(|name| !name.is_empty()),
        });
    }
    Ok(Statement { id: "csv".into(), account: mapping.account.clone(), lines })
}

fn read_day(text: &str, form: &str) -> Option<Day> {
    let part = |name: &str| {
        let at = form.find(name)?;
        text.get(at..at + name.len())?.parse::<u32>().ok()
    };
    if text.len() < form.len() {
        return None;
    }
    Day::new(i32::try_from(part("YYYY")?).ok()?, part("MM")?, part("DD")?)
}

fn read_amount(text: &str, decimal: char) -> Option<Money> {
    let grouping = if decimal == ',' { '.' } else { ',' };
    let plain: String = text
        .chars()
        .filter(|c| !matches!(c, ' ' | '\u{a0}' | '+') && *c != grouping)
        .map(|c| if c == decimal { '.' } else { c })
        .collect();
    Money::parse(&plain)
}
