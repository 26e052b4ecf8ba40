//! A dated calendar: which days are worked, which are rest days, which are public holidays.

use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::day::{Day, Weekday};

/// What kind of day a day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// A workday, be it a weekend day that makes up for a holiday.
    Workday,
    /// A weekend day, or a day off that was shifted next to a holiday.
    RestDay,
    /// A holiday by statute.
    Holiday,
}

/// Workdays and holidays over the years whose notices are out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// Where the days were taken from.
    #[serde(default)]
    pub source: String,
    /// The first day the table knows.
    pub from: Option<Day>,
    /// The last day the table knows.
    pub until: Option<Day>,
    /// Spans off, in order.
    #[serde(default)]
    off: Vec<Off>,
    /// Weekend days that are worked, in order.
    #[serde(default)]
    worked: Vec<Day>,
}

/// A span of days off around a holiday.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Off {
    /// The holiday's name.
    pub name: String,
    /// The first day off.
    pub from: Day,
    /// The last day off.
    pub to: Day,
    /// Those of them that are holidays by statute.
    pub statutory: Vec<Day>,
}

impl Calendar {
    /// What kind of day `day` is. Outside the table only the weekend is known: a weekday counts as worked.
    pub fn kind(&self, day: Day) -> DayKind {
        if let Some(off) = self.off_on(day) {
            return if off.statutory.contains(&day) { DayKind::Holiday } else { DayKind::RestDay };
        }
        let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        if is_weekend && self.worked.binary_search(&day).is_err() { DayKind::RestDay } else { DayKind::Workday }
    }

    /// Whether `day` is worked.
    pub fn is_workday(&self, day: Day) -> bool {
        self.kind(day) == DayKind::Workday
    }

    /// Whether the table knows `day`.
    pub fn knows(&self, day: Day) -> bool {
        self.from.is_some_and(|from| from <= day) && self.until.is_some_and(|until| day <= until)
    }

    /// Whether `day` is a holiday by statute; `None` where the table does not know it.
    pub fn is_holiday(&self, day: Day) -> Option<bool> {
        self.knows(day).then(|| self.kind(day) == DayKind::Holiday)
    }

    /// The name of the holiday that `day` is off for.
    pub fn name_of(&self, day: Day) -> Option<&str> {
        self.off_on(day).map(|off| off.name.as_str())
    }

    /// The day that is `workdays` workdays after `day`. After none, it is `day` itself.
    pub fn plus_business_days(&self, day: Day, workdays: u32) -> Day {
        let (mut day, mut left) = (day, workdays);
        while left > 0 && day < Day::MAX {
            day = day.plus_days(1);
            left -= u32::from(self.is_workday(day));
        }
        day
    }

    /// Workdays after `from` up to and including `to`.
    pub fn business_days_between(&self, from: Day, to: Day) -> u32 {
        let mut workdays = 0;
        let mut day = from;
        while day < to {
            day = day.plus_days(1);
            workdays += u32::from(self.is_workday(day));
        }
        workdays
    }

    /// `day` if it is worked, otherwise the next workday: where a period of the Civil Code ends (art. 203).
    pub fn next_workday_from(&self, day: Day) -> Day {
        let mut day = day;
        while !self.is_workday(day) && day < Day::MAX {
            day = day.plus_days(1);
        }
        day
    }

    /// This calendar, with `later` instead of it from `day` on: what is known of the days before stays as it was.
    pub(super) fn followed_by(mut self, later: &Calendar, day: Day) -> Calendar {
        let before = day.plus_days(-1);
        self.off.retain(|off| off.from < day);
        self.off.iter_mut().for_each(|off| off.to = off.to.min(before));
        self.worked.retain(|worked| *worked < day);
        let begins = |off: &&Off| off.to >= day;
        self.off.extend(later.off.iter().filter(begins).map(|off| Off { from: off.from.max(day), ..off.clone() }));
        self.worked.extend(later.worked.iter().filter(|worked| **worked >= day));
        let from = self.from.or(later.from.map(|from| from.max(day)));
        Calendar { source: later.source.clone(), from, until: later.until, ..self }
    }

    fn off_on(&self, day: Day) -> Option<&Off> {
        let after = self.off.partition_point(|off| off.from <= day);
        let off = self.off.get(after.checked_sub(1)?)?;
        (day <= off.to).then_some(off)
    }
}
