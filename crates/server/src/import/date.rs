//! Days as other people write them: `Mar-2018`, `930705`, `05.07.1993`.

use domain::day::{Day, days_in_month};

use super::row::Text;

/// How a column writes days, such as `mon-yyyy` or `yymmdd`.
///
/// `yyyy`, `yy`, `mm`, `m`, `dd`, `d` and `mon` (an English month, three letters) stand for themselves; `*` at the end lets anything follow; every
/// other character must be there as it is. Two-digit years are 1969 to 2068 (POSIX). Where the day of the month is not
/// written, the mapping says which to take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DatePattern {
    written: String,
    tokens: Vec<Token>,
    day_of_month: Option<DayOfMonth>,
}

/// Which day to take of a month that is written without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DayOfMonth {
    First,
    Last,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    /// A year of so many digits.
    Year(usize),
    /// A month number: exactly two digits, or one or two.
    Month {
        is_padded: bool,
    },
    MonthName,
    Day {
        is_padded: bool,
    },
    Literal(char),
    Anything,
}

const WORDS: [(&str, Token); 7] = [
    ("yyyy", Token::Year(4)),
    ("yy", Token::Year(2)),
    ("mon", Token::MonthName),
    ("mm", Token::Month { is_padded: true }),
    ("m", Token::Month { is_padded: false }),
    ("dd", Token::Day { is_padded: true }),
    ("d", Token::Day { is_padded: false }),
];

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

impl DatePattern {
    /// `2026-11-23`.
    pub(crate) fn iso() -> DatePattern {
        DatePattern { written: "yyyy-mm-dd".into(), tokens: tokens("yyyy-mm-dd"), day_of_month: None }
    }

    /// Reads a pattern of the mapping; the error is the fix.
    pub(crate) fn parse(written: &str, day_of_month: Option<DayOfMonth>) -> Result<DatePattern, String> {
        let tokens = tokens(written);
        let has = |wanted: fn(&Token) -> bool| tokens.iter().filter(|token| wanted(token)).count();
        let years = has(|token| matches!(token, Token::Year(_)));
        let months = has(|token| matches!(token, Token::Month { .. } | Token::MonthName));
        let days = has(|token| matches!(token, Token::Day { .. }));
        if years != 1 || months != 1 || days > 1 {
            return Err(format!(
                "`{written}` is no date form: name year, month and day once, such as yyyy-mm-dd, yymmdd, mon-yyyy"
            ));
        }
        match (days, day_of_month) {
            (0, None) => Err(format!("`{written}` has no day of the month: add day = \"first\" or day = \"last\"")),
            (1, Some(_)) => Err(format!("`{written}` has a day of the month already: leave `day` out")),
            _ => Ok(DatePattern { written: written.into(), tokens, day_of_month }),
        }
    }

    /// Reads a day; the error is the reason.
    pub(crate) fn read(&self, text: &str) -> Result<Day, Text> {
        let (mut year, mut month, mut day) = (0, 0, None);
        let mut rest = text.trim();
        for token in &self.tokens {
            let taken = match token {
                Token::Year(digits) => number(rest, *digits, *digits).map(|(value, after)| {
                    year = if *digits == 4 { value as i32 } else { century(value) };
                    after
                }),
                Token::Month { is_padded } => number(rest, if *is_padded { 2 } else { 1 }, 2).map(|(value, after)| {
                    month = value;
                    after
                }),
                Token::MonthName => month_name(rest).map(|(value, after)| {
                    month = value;
                    after
                }),
                Token::Day { is_padded } => number(rest, if *is_padded { 2 } else { 1 }, 2).map(|(value, after)| {
                    day = Some(value);
                    after
                }),
                Token::Literal(letter) => rest.strip_prefix(*letter),
                Token::Anything => Some(""),
            };
            rest = taken.ok_or_else(|| self.is_not())?;
        }
        if !rest.is_empty() {
            return Err(self.is_not());
        }
        if !(1..=12).contains(&month) {
            return Err(Text::from("import-day-month").with("month", month));
        }
        let last = days_in_month(year, month);
        let day = match (day, self.day_of_month) {
            (Some(day), _) => day,
            (None, Some(DayOfMonth::Last)) => last,
            (None, _) => 1,
        };
        if day == 0 || day > last {
            return Err(Text::from("import-day-none").with("month", format!("{year}-{month:02}")).with("days", last));
        }
        Day::new(year, month, day).ok_or_else(|| "import-day-years".into())
    }

    fn is_not(&self) -> Text {
        Text::from("import-day-form").with("form", &self.written)
    }
}

fn tokens(written: &str) -> Vec<Token> {
    let mut tokens = vec![];
    let mut rest = written;
    while let Some(letter) = rest.chars().next() {
        if rest == "*" {
            tokens.push(Token::Anything);
            break;
        }
        let word = WORDS.iter().find(|(word, _)| rest.starts_with(word));
        let (token, length) = word.map_or((Token::Literal(letter), letter.len_utf8()), |(word, token)| (*token, word.len()));
        tokens.push(token);
        rest = &rest[length..];
    }
    tokens
}

/// Between `least` and `most` digits, as many as there are.
fn number(text: &str, least: usize, most: usize) -> Option<(u32, &str)> {
    let digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    (digits >= least).then(|| text[..digits].parse().ok().map(|value| (value, &text[digits..])))?
}

fn month_name(text: &str) -> Option<(u32, &str)> {
    let name = text.get(..3)?.to_ascii_lowercase();
    let index = MONTHS.iter().position(|month| *month == name)?;
    Some((index as u32 + 1, &text[3..]))
}

/// POSIX: 69 to 99 lie in the last century.
fn century(two_digits: u32) -> i32 {
    two_digits as i32 + if two_digits >= 69 { 1900 } else { 2000 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, day_of_month: Option<DayOfMonth>, text: &str, expected: Result<&str, &str>) {
        let read = DatePattern::parse(pattern, day_of_month)
            .unwrap()
            .read(text)
            .map(|day| day.to_string())
            .map_err(|reason| reason.in_english());
        assert_eq!(read.as_deref().map_err(String::as_str), expected, "`{text}` as {pattern}");
    }

    #[test]
    fn days_are_read_as_they_are_written() {
        check("yyyy-mm-dd", None, "2018-03-31", Ok("2018-03-31"));
        check("mon-yyyy", Some(DayOfMonth::First), "Mar-2018", Ok("2018-03-01"));
        check("mon-yyyy", Some(DayOfMonth::Last), "Feb-2016", Ok("2016-02-29"));
        check("yymmdd", None, "930705", Ok("1993-07-05"));
        check("yymmdd", None, "180705", Ok("2018-07-05"));
        check("yymmdd *", None, "931107 00:00:00", Ok("1993-11-07"));
        check("d.m.yyyy", None, "5.12.2018", Ok("2018-12-05"));
        check("yyyy年m月d日", None, "2026年1月31日", Ok("2026-01-31"));
    }

    #[test]
    fn days_that_do_not_exist_are_told_apart_from_days_that_cannot_be_read() {
        check("yyyy-mm-dd", None, "2018-02-30", Err("there is no such day: 2018-02 has 28 days"));
        check("yymmdd", None, "930230", Err("there is no such day: 1993-02 has 28 days"));
        check("yymmdd", None, "931305", Err("there is no month 13"));
        check("yyyy-mm-dd", None, "2018-3-31", Err("not a day of the form yyyy-mm-dd"));
        check("yyyy-mm-dd", None, "2018-03-31 12:00", Err("not a day of the form yyyy-mm-dd"));
        check("mon-yyyy", Some(DayOfMonth::First), "Mrz-2018", Err("not a day of the form mon-yyyy"));
        check("yyyy-mm-dd", None, "１２", Err("not a day of the form yyyy-mm-dd"));
    }

    #[test]
    fn a_pattern_must_name_year_and_month_and_say_which_day() {
        for (pattern, day_of_month) in [("mm-dd", None), ("mon-yyyy", None), ("yyyy-mm-dd", Some(DayOfMonth::Last)), ("", None)] {
            assert!(DatePattern::parse(pattern, day_of_month).is_err(), "{pattern}");
        }
    }
}
