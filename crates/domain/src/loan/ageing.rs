//! How late a loan is, and when it changes by itself.

use alloc::vec::Vec;

use crate::day::Day;

/// The range of days past due: 0 current, 1 for 1–30 days, 2 for 31–60, … 7 over 180.
pub fn bucket(days_past_due: u32) -> u8 {
    days_past_due.div_ceil(30).min(7) as u8
}

/// Days that do not count as past due, as spans without overlap, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Pauses(Vec<(Day, Day)>);

impl Pauses {
    /// Adds the days after `from`, up to and with `until`. Spans are added in order of `from`.
    pub(super) fn add(&mut self, from: Day, until: Day) {
        let from = self.0.last().map_or(from, |last| from.max(last.1));
        if from < until {
            self.0.push((from, until));
        }
    }

    /// Ends what is paused: the days after `on` are not.
    pub(super) fn end(&mut self, on: Day) {
        self.0.retain_mut(|(from, until)| {
            *until = (*until).min(on);
            *from < *until
        });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The spans, each the days after its first up to and with its second.
    pub(super) fn spans(&self) -> &[(Day, Day)] {
        &self.0
    }

    /// The spans after `after`, up to and with `until`, that `other` does not hold.
    pub(super) fn without(&self, other: &Pauses, after: Day, until: Day) -> Vec<(Day, Day)> {
        let mut spans = Vec::new();
        for (from, to) in &self.0 {
            let (mut at, end) = ((*from).max(after), (*to).min(until));
            for (cut_from, cut_to) in other.0.iter().filter(|(cut_from, _)| *cut_from < end) {
                spans.push((at, *cut_from));
                at = at.max(*cut_to);
            }
            spans.push((at, end));
        }
        spans.retain(|(from, to)| from < to);
        spans
    }

    /// How many days after `after`, up to and with `until`, are paused.
    #[inline]
    pub(super) fn days(&self, after: Day, until: Day) -> i32 {
        self.0.iter().map(|(from, to)| (*from).max(after).days_until((*to).min(until)).max(0)).sum()
    }

    /// How many days after grace and pauses what was due on `due_on` is late on `day`.
    #[inline]
    pub(super) fn days_late(&self, due_on: Day, grace_days: u32, day: Day) -> u32 {
        let days = due_on.days_until(day) - grace_days as i32;
        if days > 0 { (days - self.days(due_on, day)).max(0).unsigned_abs() } else { 0 }
    }

    /// The first day on which `days` days after `after` have passed that are not paused; `Day::MAX` under a pause without an end.
    pub(super) fn day_after(&self, after: Day, days: i32) -> Day {
        let (mut at, mut left) = (after, days);
        for (from, to) in self.0.iter().filter(|(_, to)| *to > after) {
            let open = at.days_until(*from).max(0);
            if open >= left {
                break;
            }
            (at, left) = (*to, left - open);
        }
        at.plus_days(left)
    }
}

/// How the days past due of an instalment count, so that they are known on any later day without replaying the loan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastDue {
    /// The day before the first that counts: grace and every pause but the last are taken off.
    pub since: Day,
    /// The last pause after it fell due: the days after the first, up to and with the second, do not count.
    pub pause: Option<(Day, Day)>,
}

impl PastDue {
    pub(super) fn of(due_on: Day, grace_days: u32, pauses: &Pauses) -> PastDue {
        let (mut paused, mut pause): (i32, Option<(Day, Day)>) = (0, None);
        for (from, until) in pauses.0.iter().filter(|(_, until)| *until > due_on) {
            let from = (*from).max(due_on);
            match &mut pause {
                // One that was made longer before it was over.
                Some(last) if last.1 == from => last.1 = *until,
                Some(last) => {
                    paused += last.0.days_until(last.1);
                    *last = (from, *until);
                }
                None => pause = Some((from, *until)),
            }
        }
        PastDue { since: due_on.plus_days(paused.saturating_add_unsigned(grace_days)), pause }
    }

    /// Days past due on `day`.
    pub fn days(&self, day: Day) -> u32 {
        let paused = self.pause.map_or(0, |(from, until)| from.days_until(until.min(day)).max(0));
        (self.since.days_until(day) - paused).max(0).unsigned_abs()
    }
}

/// Days past due at `as_of` of an instalment due on `due_on`: after grace and pauses, and raw (K1).
pub(super) fn days_past_due(due_on: Day, as_of: Day, grace_days: u32, pauses: &Pauses) -> (u32, u32) {
    (pauses.days_late(due_on, grace_days, as_of), due_on.days_until(as_of).max(0).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_on_which_so_many_days_have_passed_is_the_one_that_counting_finds() {
        let start = Day::parse("2026-02-20").unwrap();
        let day = |ahead: u32| start.plus_days(ahead as i32);
        // Every pair of pauses within twelve days, every start and every number of days.
        for code in 0..12_u32.pow(4) {
            let [from, until, again, to] = [code % 12, code / 12 % 12, code / 144 % 12, code / 1728].map(day);
            let mut pauses = Pauses::default();
            pauses.add(from, until);
            if from <= again {
                pauses.add(again, to);
            }
            for (due, days) in (0..6).flat_map(|due| (1..5).map(move |days| (day(due), days))) {
                let counted = (0..60).map(day).find(|on| due.days_until(*on) - pauses.days(due, *on) == days).unwrap();
                assert_eq!(pauses.day_after(due, days), counted, "{pauses:?} {due:?} {days}");
            }
        }
        let mut without_end = Pauses::default();
        without_end.add(day(3), Day::MAX);
        assert_eq!(without_end.day_after(day(0), 3), day(3));
        assert_eq!(without_end.day_after(day(0), 4), Day::MAX);
    }
}
