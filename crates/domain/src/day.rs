//! A civil day, and the arithmetic of due dates.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text;

/// A calendar day, without time or zone: what a due date, a promise or a holiday is.
///
/// Held as days since 1970-01-01, so that counting days is a subtraction; a schedule engine does little else.
/// Written and read as `2026-11-23`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// The days of the week, Monday first (ISO 8601).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the days of the week")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Day {
    /// The first day that can be said: 1900-01-01.
    pub const MIN: Day = Day::from_civil(1900, 1, 1);
    /// The last day that can be said: 2999-12-31. Adding beyond it stays there.
    pub const MAX: Day = Day::from_civil(2999, 12, 31);

    /// The day `year`-`month`-`day`, or `None` if the calendar has no such day or it lies outside 1900 to 2999.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Day> {
        let exists = (1900..=2999).contains(&year) && (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month);
        exists.then(|| Day::from_civil(year, month, day))
    }

    /// The day that lies `days` after 1970-01-01, held within [`Day::MIN`] and [`Day::MAX`].
    pub fn from_epoch_days(days: i32) -> Day {
        Day(days).clamp(Day::MIN, Day::MAX)
    }

    /// Days since 1970-01-01.
    pub const fn epoch_days(self) -> i32 {
        self.0
    }

    /// Reads `2026-11-23`. `None` for any other form and for days that do not exist, such as 30 February.
    pub fn parse(text: &str) -> Option<Day> {
        let bytes = text.as_bytes();
        let is_shaped = bytes.len() == 10
            && bytes.iter().enumerate().all(|(at, byte)| if at == 4 || at == 7 { *byte == b'-' } else { byte.is_ascii_digit() });
        if !is_shaped {
            return None;
        }
        Day::new(text[0..4].parse().ok()?, text[5..7].parse().ok()?, text[8..10].parse().ok()?)
    }

    /// Year, month (1 to 12) and day of the month.
    // The civil-from-days algorithm of Howard Hinnant; checked against jiff for every day of a millennium below.
    pub const fn civil(self) -> (i32, u32, u32) {
        // Not negative from 1900 on.
        let z = (self.0 + 719_468) as u32;
        let (era, doe) = (z / 146_097, z % 146_097);
        let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = doy - (153 * mp + 2) / 5 + 1;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        let year = yoe + era * 400 + if month <= 2 { 1 } else { 0 };
        (year as i32, month, day)
    }

    const fn from_civil(year: i32, month: u32, day: u32) -> Day {
        let y = year as u32 - if month <= 2 { 1 } else { 0 };
        let mp = (month + 9) % 12;
        let doy = (153 * mp + 2) / 5 + day - 1;
        Day((365 * y + y / 4 - y / 100 + y / 400 + doy) as i32 - 719_468)
    }

    /// This day moved by `days`, backwards if negative, held within [`Day::MIN`] and [`Day::MAX`].
    pub fn plus_days(self, days: i32) -> Day {
        Day::from_epoch_days(self.0.saturating_add(days))
    }

    /// This day moved by `months`; where the month is too short, its last day (31 January + 1 month = 28 February).
    pub fn plus_months(self, months: i32) -> Day {
        let (_, _, day) = self.civil();
        self.plus_months_on(months, day)
    }

    /// `months` after this day's month, on day `anchor` of that month or its last day where it is too short. A schedule
    /// anchored on the 31st thus returns to the 31st.
    pub fn plus_months_on(self, months: i32, anchor: u32) -> Day {
        Day::in_month(self.month().saturating_add(months), anchor)
    }

    /// Months since the year 0, so that months to come are an addition.
    pub(crate) const fn month(self) -> i32 {
        let (year, month, _) = self.civil();
        year * 12 + month as i32 - 1
    }

    /// Day `anchor` of a [`month`](Day::month), or its last day where it is too short.
    pub(crate) fn in_month(month: i32, anchor: u32) -> Day {
        if month >= 3000 * 12 {
            return Day::MAX;
        }
        if month < 1900 * 12 {
            return Day::MIN;
        }
        let (year, month) = (month / 12, month as u32 % 12 + 1);
        Day::from_civil(year, month, anchor.clamp(1, days_in_month(year, month)))
    }

    /// Days from this day to `later`; negative if it lies before.
    pub const fn days_until(self, later: Day) -> i32 {
        later.0 - self.0
    }

    /// The last day of this day's month.
    pub fn month_end(self) -> Day {
        let (year, month, _) = self.civil();
        Day::from_civil(year, month, days_in_month(year, month))
    }

    /// The day of the week.
    pub fn weekday(self) -> Weekday {
        use Weekday::*;
        // 1970-01-01 was a Thursday.
        [Thursday, Friday, Saturday, Sunday, Monday, Tuesday, Wednesday][self.0.rem_euclid(7) as usize]
    }
}

/// Whether `year` has a 29 February.
pub const fn is_leap_year(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// How many days `month` (1 to 12) of `year` has.
pub const fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if is_leap_year(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        let digit = |number: u32, place: u32| b'0' + (number / place % 10) as u8;
        let year = year.unsigned_abs();
        let text = [
            digit(year, 1000),
            digit(year, 100),
            digit(year, 10),
            digit(year, 1),
            b'-',
            digit(month, 10),
            digit(month, 1),
            b'-',
            digit(day, 10),
            digit(day, 1),
        ];
        f.write_str(str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Day, D::Error> {
        text::read(deserializer, Day::parse, "a day such as 2026-11-23 that exists")
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn every_day_of_eleven_centuries_agrees_with_jiff() {
        let mut date = jiff::civil::date(1900, 1, 1);
        for epoch in Day::MIN.0..=Day::MAX.0 {
            let day = Day(epoch);
            assert_eq!(day.civil(), (i32::from(date.year()), date.month() as u32, date.day() as u32));
            let (year, month, dom) = day.civil();
            assert_eq!(Day::new(year, month, dom), Some(day));
            assert_eq!(day.weekday() as i8 + 1, date.weekday().to_monday_one_offset());
            date = date.tomorrow().unwrap();
        }
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in [
            "2026-02-30",
            "2026-02-29",
            "2100-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-1-1",
            "20261123",
            "1899-12-31",
            "3000-01-01",
            "２０２６-11-23",
        ] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
        assert_eq!(Day::parse("2028-02-29").map(|day| format!("{day}")).as_deref(), Some("2028-02-29"));
    }

    #[test]
    fn a_schedule_anchored_on_the_31st_returns_to_it() {
        let start = Day::parse("2026-01-31").unwrap();
        let due = [1, 2, 3, 13].map(|months| format!("{}", start.plus_months_on(months, 31)));
        assert_eq!(due, ["2026-02-28", "2026-03-31", "2026-04-30", "2027-02-28"]);
    }
}
