//! When an act is lawful: worked out from the hours and days that rules close, not by trying one minute after another.

use alloc::vec::Vec;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::moment::Timestamp;

use super::code::LiveCheck;
use super::judge::Law;
use super::reach::Holds;
use super::situation::{DAY, Situation};
use super::test::{Reading, Rhythm, Spans, Verdict};

/// A span of time in which an act is lawful; the end is not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Window {
    /// The first lawful instant.
    pub from: Timestamp,
    /// The first instant that is no longer lawful, or the end of the horizon.
    #[serde(rename = "to")]
    pub until: Timestamp,
}

const DAY_SECONDS: i64 = 86_400;

impl Law {
    /// The earliest instant, from the situation's own moment on and within `days` times 24 hours, at which all rules pass.
    pub fn next_permitted(&self, situation: &Situation, days: u16) -> Option<Timestamp> {
        self.windows(situation, situation.moment.at(), days).first().map(|window| window.from)
    }

    /// Every window from `from` on, over `days` times 24 hours, in which the act would be allowed with nothing else changed.
    pub fn windows(&self, situation: &Situation, from: Timestamp, days: u16) -> Vec<Window> {
        let Some(covered_from) = self.code.covered_from else { return Vec::new() };
        let horizon = (from.as_second(), from.as_second() + i64::from(days) * DAY_SECONDS);
        let closing = Closing::of(self, situation);
        let mut open = self.open_in(situation.moment.zone(), situation, &closing, horizon, covered_from);
        for zone in &situation.also_in {
            open = both(&open, &self.open_in(zone, situation, &closing, horizon, covered_from));
        }
        for check in &closing.exact {
            for (from, until) in check.test.exact_spans(situation) {
                open = without(&open, seconds_up(from), seconds_up(until));
            }
        }
        let window = |(from, until): &(i64, i64)| {
            Some(Window { from: Timestamp::from_second(*from).ok()?, until: Timestamp::from_second(*until).ok()? })
        };
        open.iter().filter_map(window).collect()
    }

    /// Seconds at which the clocks of `zone` show an hour that no check closes.
    fn open_in(
        &self,
        zone: &TimeZone,
        situation: &Situation,
        closing: &Closing<'_>,
        horizon: (i64, i64),
        covered_from: Day,
    ) -> Vec<(i64, i64)> {
        let mut open: Vec<(i64, i64)> = Vec::new();
        let (mut at, end) = horizon;
        while at < end {
            let Ok(start) = Timestamp::from_second(at) else { break };
            let offset = i64::from(zone.to_offset(start).seconds());
            let change = zone.following(start).next().map_or(end, |change| change.timestamp().as_second().min(end));
            while at < change {
                let day = (at + offset).div_euclid(DAY_SECONDS);
                let midnight = day * DAY_SECONDS - offset;
                let until = change.min(midnight + DAY_SECONDS);
                let day = Day::from_epoch_days(day as i32);
                if day >= covered_from && self.is_open_on(day, start, situation, closing) {
                    closing.open_hours(situation, day, |from, to| {
                        let from = at.max(midnight + i64::from(from) * 60);
                        let to = until.min(midnight + i64::from(to) * 60);
                        push(&mut open, from, to);
                    });
                }
                at = until;
            }
        }
        open
    }

    fn is_open_on(&self, day: Day, at: Timestamp, situation: &Situation, closing: &Closing<'_>) -> bool {
        let reading = Reading { at, day, minute: 0 };
        let keeps = |check: &&LiveCheck| self.code.judge(check, situation, &reading) == Verdict::Kept;
        closing.daily.iter().filter(|check| check.is_in_force(day)).all(keeps)
    }
}

/// The checks that can close any time at all, by how often they have to be asked.
struct Closing<'law> {
    daily: Vec<&'law LiveCheck>,
    hourly: Vec<&'law LiveCheck>,
    exact: Vec<&'law LiveCheck>,
}

impl<'law> Closing<'law> {
    fn of(law: &'law Law, situation: &Situation) -> Closing<'law> {
        let mut closing = Closing { daily: Vec::new(), hourly: Vec::new(), exact: Vec::new() };
        let reading = Reading { at: situation.moment.at(), day: situation.counts.on(), minute: 0 };
        for check in &law.code.checks {
            if check.applies(situation) == Holds::No {
                continue;
            }
            match check.test.rhythm() {
                Rhythm::Fixed if law.code.judge(check, situation, &reading) == Verdict::Kept => {}
                // A fixed check that is broken closes the days on which its rule is in force.
                Rhythm::Fixed | Rhythm::Daily => closing.daily.push(check),
                Rhythm::Hourly => closing.hourly.push(check),
                Rhythm::Exact if situation.history.is_none() => closing.daily.push(check),
                Rhythm::Exact => closing.exact.push(check),
            }
        }
        closing
    }

    /// Calls `open` with every span of minutes of `day` that no hourly check closes.
    fn open_hours(&self, situation: &Situation, day: Day, mut open: impl FnMut(u16, u16)) {
        let mut closed = Spans::default();
        for check in self.hourly.iter().filter(|check| check.is_in_force(day)) {
            check.test.close(situation, day, &mut closed);
        }
        let mut minute = closed.opens(0);
        while minute < DAY {
            let closes = closed.closes(minute);
            open(minute, closes);
            minute = closed.opens(closes);
        }
    }
}

/// Adds a span, joined to the last one where they touch.
fn push(spans: &mut Vec<(i64, i64)>, from: i64, until: i64) {
    if from >= until {
        return;
    }
    match spans.last_mut() {
        Some(last) if last.1 == from => last.1 = until,
        Some(_) | None => spans.push((from, until)),
    }
}

/// What lies in both lists.
fn both(a: &[(i64, i64)], b: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut common = Vec::new();
    for (from, until) in a {
        for (other_from, other_until) in b {
            push(&mut common, *from.max(other_from), *until.min(other_until));
        }
    }
    common
}

/// `spans` without `from..until`.
fn without(spans: &[(i64, i64)], from: i64, until: i64) -> Vec<(i64, i64)> {
    let mut left = Vec::new();
    for span in spans {
        push(&mut left, span.0, span.1.min(from));
        push(&mut left, span.0.max(until), span.1);
    }
    left
}

/// The first whole second at or after `at`.
fn seconds_up(at: Timestamp) -> i64 {
    at.as_second() + i64::from(at.subsec_nanosecond() > 0)
}
