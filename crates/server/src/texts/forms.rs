//! How money, numbers, days and moments are written. Integers only, no locale data: three languages need little.

use domain::day::{Day, Weekday};
use domain::money::Money;
use jiff::Timestamp;
use rust_decimal::{Decimal, RoundingStrategy};

use super::{Lang, Reader, value};

/// The currency of a book, as it is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Currency {
    /// ISO 4217.
    pub(crate) code: String,
}

impl Currency {
    /// The currency with this ISO 4217 code.
    pub(crate) fn new(code: &str) -> Currency {
        Currency { code: code.to_ascii_uppercase() }
    }

    /// What stands before the number: a sign where readers know it, else the code.
    fn sign(&self) -> String {
        match self.code.as_str() {
            "CNY" => String::from("¥"),
            "USD" => String::from("$"),
            "EUR" => String::from("€"),
            "GBP" => String::from("£"),
            "HKD" => String::from("HK$"),
            "TWD" => String::from("NT$"),
            code => format!("{code}\u{a0}"),
        }
    }
}

/// `1234567` as `1,234,567`.
pub(super) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        text.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl Reader {
    /// `¥1,234.56`.
    pub(crate) fn money(&self, amount: Money) -> String {
        let sign = if amount.minor() < 0 { "-" } else { "" };
        let minor = amount.minor().unsigned_abs();
        format!("{sign}{}{}.{:02}", self.currency.sign(), grouped((minor / 100) as i64), minor % 100)
    }

    /// `1,234.56`: in tables whose heading names the currency.
    pub(crate) fn amount(&self, amount: Money) -> String {
        let sign = if amount.minor() < 0 { "-" } else { "" };
        let minor = amount.minor().unsigned_abs();
        format!("{sign}{}.{:02}", grouped((minor / 100) as i64), minor % 100)
    }

    /// A large amount for charts and tiles: `¥1,229.99万` in Chinese, `¥12.30m` in English. Cut, not rounded up.
    pub(crate) fn money_short(&self, amount: Money) -> String {
        let major = amount.minor() / 100;
        let (unit, suffix) = match self.lang {
            Lang::Hans if major.abs() >= 10_000 => (10_000, "万"),
            Lang::Hant if major.abs() >= 10_000 => (10_000, "萬"),
            Lang::En if major.abs() >= 1_000_000 => (1_000_000, "m"),
            Lang::En if major.abs() >= 10_000 => (1_000, "k"),
            _ => return self.money(amount),
        };
        let hundredths = major.unsigned_abs() * 100 / unit;
        let sign = if major < 0 { "-" } else { "" };
        format!("{sign}{}{}.{:02}{suffix}", self.currency.sign(), grouped((hundredths / 100) as i64), hundredths % 100)
    }

    /// `12,345`.
    pub(crate) fn count(&self, number: impl TryInto<i64>) -> String {
        grouped(number.try_into().unwrap_or(i64::MAX))
    }

    /// Several things in a row: "1, 2" or "1、2".
    pub(crate) fn list(&self, items: impl Iterator<Item = String>) -> String {
        let comma = if self.lang == Lang::En { ", " } else { "、" };
        items.collect::<Vec<_>>().join(comma)
    }

    /// A fraction as a percentage with `places` decimals: 0.1234 is `12.3%`.
    pub(crate) fn percent(&self, fraction: Decimal, places: u32) -> String {
        let rounded = (fraction * Decimal::ONE_HUNDRED).round_dp_with_strategy(places, RoundingStrategy::MidpointNearestEven);
        format!("{rounded:.width$}%", width = places as usize)
    }

    /// `part` of `whole` as a percentage with one decimal; a dash where there is no whole.
    pub(crate) fn share(&self, part: i64, whole: i64) -> String {
        if whole == 0 {
            return String::from("–");
        }
        self.percent(Decimal::from(part) / Decimal::from(whole), 1)
    }

    /// A day in a table: `2026-11-26` in every language.
    pub(crate) fn day(&self, day: Day) -> String {
        day.to_string()
    }

    /// A day in a sentence: `2026年11月26日（星期四）`, `Thursday 26 November 2026`.
    pub(crate) fn long_day(&self, day: Day) -> String {
        let (year, month, date) = day.civil();
        self.fill(
            "day-long",
            [
                ("weekday", value(self.weekday(day.weekday()))),
                ("date", value(date.to_string())),
                ("month", value(self.month(month))),
                ("year", value(year.to_string())),
            ],
        )
    }

    /// A day of this year in a narrow place: `11月26日 周四`, `Thu 26 Nov`.
    pub(crate) fn short_day(&self, day: Day) -> String {
        let (_, month, date) = day.civil();
        self.fill(
            "day-short",
            [
                ("weekday", value(self.text(WEEKDAYS_SHORT[day.weekday() as usize]))),
                ("date", value(date.to_string())),
                ("month", value(self.text(MONTHS_SHORT[month as usize - 1]))),
            ],
        )
    }

    /// `星期四`, `Thursday`.
    pub(crate) fn weekday(&self, weekday: Weekday) -> String {
        self.text(WEEKDAYS[weekday as usize])
    }

    /// `11月`, `November`.
    pub(crate) fn month(&self, month: u32) -> String {
        self.text(MONTHS[(month as usize).clamp(1, 12) - 1])
    }

    /// The local day of an instant.
    pub(crate) fn day_of(&self, at: Timestamp) -> Day {
        let date = self.zone.to_datetime(at).date();
        Day::new(i32::from(date.year()), date.month() as u32, date.day() as u32).unwrap_or(Day::MAX)
    }

    /// `2026-11-26 14:05`, on the book's clock.
    pub(crate) fn moment(&self, at: Timestamp) -> String {
        format!("{} {}", self.day_of(at), self.clock(at))
    }

    /// A moment in a sentence: `2026年11月26日（星期四）14:05`.
    pub(crate) fn long_moment(&self, at: Timestamp) -> String {
        self.fill("moment-long", [("day", value(self.long_day(self.day_of(at)))), ("time", value(self.clock(at)))])
    }

    /// `14:05`, on the book's clock.
    pub(crate) fn clock(&self, at: Timestamp) -> String {
        let time = self.zone.to_datetime(at).time();
        format!("{:02}:{:02}", time.hour(), time.minute())
    }
}

const WEEKDAYS: [&str; 7] = ["weekday-1", "weekday-2", "weekday-3", "weekday-4", "weekday-5", "weekday-6", "weekday-7"];
const WEEKDAYS_SHORT: [&str; 7] = [
    "weekday-short-1",
    "weekday-short-2",
    "weekday-short-3",
    "weekday-short-4",
    "weekday-short-5",
    "weekday-short-6",
    "weekday-short-7",
];
const MONTHS: [&str; 12] = [
    "month-1", "month-2", "month-3", "month-4", "month-5", "month-6", "month-7", "month-8", "month-9", "month-10", "month-11",
    "month-12",
];
const MONTHS_SHORT: [&str; 12] = [
    "month-short-1",
    "month-short-2",
    "month-short-3",
    "month-short-4",
    "month-short-5",
    "month-short-6",
    "month-short-7",
    "month-short-8",
    "month-short-9",
    "month-short-10",
    "month-short-11",
    "month-short-12",
];
