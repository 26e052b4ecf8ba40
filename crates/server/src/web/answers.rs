//! What a form sent: text becomes types, and what does not make sense is named by its field.

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::http::{Method, header};
use domain::day::Day;
use domain::money::Money;

use super::{Failure, Site};

/// The fields of a form or a query, in their order. Fields that no page reads are ignored; nothing is bound by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answers {
    fields: Vec<(String, String)>,
    faults: Vec<Fault>,
}

/// One field that does not make sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The field's name, which is its id on the page.
    pub(crate) field: String,
    /// The key of the text that says how to mend it.
    pub(crate) text: &'static str,
}

impl Answers {
    /// The fields of an encoded query or body.
    pub(crate) fn parse(encoded: &[u8]) -> Answers {
        Answers { fields: form_urlencoded::parse(encoded).into_owned().collect(), faults: Vec::new() }
    }

    /// These fields, for a form that opens with something in it.
    pub(crate) fn of<const N: usize>(fields: [(&str, String); N]) -> Answers {
        Answers { fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(), faults: Vec::new() }
    }

    /// The trimmed value of `name`, empty if it was not sent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// Every value of `name`.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every field with its value, in the order sent.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Adds a field, as if it had been sent.
    pub(crate) fn add(&mut self, name: &str, value: impl Into<String>) {
        self.fields.push((name.to_owned(), value.into()));
    }

    /// Whether `name` was sent with this value.
    pub(crate) fn has(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|sent| sent == value)
    }

    /// Notes that `field` does not make sense; `text` is the key of what to do about it.
    pub(crate) fn fault(&mut self, field: &str, text: &'static str) {
        if !self.faults.iter().any(|fault| fault.field == field) {
            self.faults.push(Fault { field: field.to_owned(), text });
        }
    }

    /// What did not make sense, in the order it was found.
    pub(crate) fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// What is wrong with `field`.
    pub(crate) fn fault_of(&self, field: &str) -> Option<&Fault> {
        self.faults.iter().find(|fault| fault.field == field)
    }

    /// Some words, at most `longest` characters.
    pub(crate) fn words(&mut self, name: &str, longest: usize, missing: &'static str) -> Option<String> {
        let words = self.get(name).to_owned();
        if words.is_empty() {
            self.fault(name, missing);
            return None;
        }
        if words.chars().count() > longest {
            self.fault(name, "fault-too-long");
            return None;
        }
        Some(words)
    }

    /// An amount of more than nothing. Grouping commas, full-width digits and a leading currency sign are accepted,
    /// because people type and paste them.
    pub(crate) fn money(&mut self, name: &str, missing: &'static str) -> Option<Money> {
        let amount = self.amount(name, missing)?;
        if !amount.is_positive() {
            self.fault(name, "fault-not-positive");
            return None;
        }
        Some(amount)
    }

    /// An amount that may be nothing, but not less.
    pub(crate) fn amount(&mut self, name: &str, missing: &'static str) -> Option<Money> {
        let typed = self.get(name).to_owned();
        if typed.is_empty() {
            self.fault(name, missing);
            return None;
        }
        let plain: String = typed.chars().map(to_half_width).filter(|c| !matches!(c, ',' | ' ' | '¥' | '$')).collect();
        match Money::parse(&plain) {
            Some(amount) if amount >= Money::ZERO => Some(amount),
            Some(_) => {
                self.fault(name, "fault-negative");
                None
            }
            None => {
                self.fault(name, "fault-money");
                None
            }
        }
    }

    /// A day.
    pub(crate) fn day(&mut self, name: &str, missing: &'static str) -> Option<Day> {
        let typed = self.get(name).to_owned();
        if typed.is_empty() {
            self.fault(name, missing);
            return None;
        }
        let day = Day::parse(&typed);
        if day.is_none() {
            self.fault(name, "fault-day");
        }
        day
    }

    /// A whole number within `range`.
    pub(crate) fn number(&mut self, name: &str, range: std::ops::RangeInclusive<u32>, wrong: &'static str) -> Option<u32> {
        let typed: String = self.get(name).chars().map(to_half_width).collect();
        let number = typed.parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            self.fault(name, wrong);
        }
        number
    }

    /// One of the choices that `read` knows.
    pub(crate) fn choice<T>(&mut self, name: &str, read: impl Fn(&str) -> Option<T>, missing: &'static str) -> Option<T> {
        let chosen = read(self.get(name));
        if chosen.is_none() {
            self.fault(name, missing);
        }
        chosen
    }
}

/// `１２．５` as `12.5`.
fn to_half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{ffe5}' => '¥',
        '\u{3000}' => ' ',
        other => other,
    }
}

/// Reads the query of a GET and the body of a POST.
impl FromRequest<Arc<Site>> for Answers {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &Arc<Site>) -> Result<Answers, Failure> {
        const LONGEST: usize = 256 * 1024;
        if request.method() == Method::GET || request.method() == Method::HEAD {
            return Ok(Answers::parse(request.uri().query().unwrap_or("").as_bytes()));
        }
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(Failure::Unreadable(String::from("expected application/x-www-form-urlencoded")));
        }
        let body = axum::body::to_bytes(request.into_body(), LONGEST).await;
        body.map(|bytes| Answers::parse(&bytes)).map_err(|_| Failure::Unreadable(String::from("the form is longer than 256 KiB")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_as_people_type_it() {
        for (typed, minor) in [("1234.5", 123_450), ("1,234.50", 123_450), ("¥ 12", 1_200), ("１２．５", 1_250), ("￥８", 800)]
        {
            let mut answers = Answers::of([("amount", typed.to_owned())]);
            assert_eq!(answers.money("amount", "fault-money").map(Money::minor), Some(minor), "{typed}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_once_by_its_field() {
        let cases = [
            ("", "missing"),
            ("0", "fault-not-positive"),
            ("-3", "fault-negative"),
            ("1.234", "fault-money"),
            ("ten", "fault-money"),
        ];
        for (typed, text) in cases {
            let mut answers = Answers::of([("amount", typed.to_owned())]);
            assert_eq!(answers.money("amount", "missing"), None);
            answers.fault("amount", "another");
            assert_eq!(answers.faults(), [Fault { field: "amount".to_owned(), text }], "{typed}");
        }
    }

    #[test]
    fn the_thirtieth_of_february_is_not_a_day() {
        let mut answers = Answers::of([("on", "2026-02-30".to_owned())]);
        assert_eq!(answers.day("on", "missing"), None);
        assert_eq!(answers.faults()[0].text, "fault-day");
    }
}
