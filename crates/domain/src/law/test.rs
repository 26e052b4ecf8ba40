//! The closed set of things a rule can test. There is no expression language: a new kind of rule is a new line here, with its windows.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Deserializer, de};

use crate::day::Day;
use crate::moment::Timestamp;

use super::FactSet;
use super::calendar::Calendar;
use super::counts::{Counter, DayOf, Number, When};
use super::history::History;
use super::situation::{DAY, Hours, Situation, minute_of};
use super::words::{Recipient, Word, Words};

/// What a check tests. Each says when it is broken.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Test {
    /// Wherever the check applies.
    Always,
    /// Between two hours of the wall clock, the end not included, unless the debtor agreed to that hour on record.
    QuietHours {
        /// The quiet time begins.
        from: Clock,
        /// It ends; earlier than `from` means the next day.
        to: Clock,
        /// Whether the debtor's agreement opens it.
        #[serde(default)]
        unless_agreed: bool,
    },
    /// In hours that the person asked to be left alone in. One answer to what the consumer began, by the same medium, may be allowed.
    ClosedTimes {
        /// Whether one answer is allowed.
        #[serde(default)]
        one_reply: bool,
    },
    /// By a channel that the person asked not to be used.
    ClosedChannels,
    /// At a public holiday.
    Holidays,
    /// If `most` or more of the counters, added up, have happened today.
    Cap {
        /// What is added up.
        of: Words<Counter>,
        /// How many are lawful in a day.
        most: u16,
        /// Facts, any of which lifts the cap.
        #[serde(default)]
        unless: FactSet,
    },
    /// If each of several daily caps is used up.
    CapsUsedUp {
        /// Counter and its cap.
        of: BTreeMap<Counter, u16>,
    },
    /// If the planned call would be more than `most` about this debt within `days` calendar days that end with its own.
    CallsWithin {
        /// Days, the planned one included.
        days: u16,
        /// Calls, the planned one included.
        most: u16,
        /// How many days the person's own consent to more calls lasts; its day is day one.
        consent_days: u16,
        /// Only where such a consent was given and has run out.
        #[serde(default)]
        consent_has_run_out: bool,
    },
    /// If as many calls were already placed today.
    CallsToday {
        /// Calls before the planned one.
        reached: u16,
    },
    /// Within so many minutes after a call that nobody answered.
    Redial {
        /// Minutes.
        minutes: u16,
    },
    /// Within so many days of a telephone conversation about the debt; its day is day one.
    AfterConversation {
        /// Days.
        days: u16,
        /// How many days the person's own consent to more calls lasts; its day is day one.
        consent_days: u16,
    },
    /// If at least `a_day` texts, the planned one included, go out on each of `days` days in a row.
    TextsForDays {
        /// Texts on each day.
        a_day: u16,
        /// Days in a row, the planned one included.
        days: u16,
    },
    /// Towards anybody else than these.
    NotTo {
        /// Who may be reached.
        recipients: Words<Recipient>,
    },
    /// If any of these is not so.
    Lacks(FactSet),
    /// If any of these is so.
    Has(FactSet),
    /// If a number is below this.
    Fewer {
        /// The number.
        than: u16,
        /// Of what.
        of: Number,
    },
    /// If a number is this or above, unless one of the facts holds.
    Reached {
        /// The number.
        number: u16,
        /// Of what.
        of: Number,
        /// Facts, any of which excuses it.
        #[serde(default)]
        unless: FactSet,
    },
    /// Within so many days or months after a day on record, that last day included.
    Within {
        /// Which day.
        of: DayOf,
        /// Days.
        #[serde(default)]
        days: i32,
        /// Months, counted before the days.
        #[serde(default)]
        months: i32,
    },
    /// Later than so many days or months after a day on record.
    Later {
        /// Which day.
        of: DayOf,
        /// Days.
        #[serde(default)]
        days: i32,
        /// Months, counted before the days.
        #[serde(default)]
        months: i32,
    },
}

/// A time of day in whole minutes, written `22:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clock(pub u16);

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Clock, D::Error> {
        let text = String::deserialize(deserializer)?;
        minute_of(&text).map(Clock).ok_or_else(|| de::Error::custom("expected a time of day such as 22:00"))
    }
}

/// How a test depends on time: what decides how often windows have to ask it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rhythm {
    /// Not at all.
    Fixed,
    /// By the day.
    Daily,
    /// By the minute of the wall clock.
    Hourly,
    /// By the instant.
    Exact,
}

/// What a test says of a situation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is kept.
    Kept,
    /// It is broken.
    Broken,
    /// It depends on something that is not known.
    Unknown(&'static str),
}

/// An instant as a wall clock shows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    pub(super) at: Timestamp,
    pub(super) day: Day,
    pub(super) minute: u16,
}

use Verdict::{Broken, Kept, Unknown};

impl Test {
    pub(super) fn rhythm(&self) -> Rhythm {
        match self {
            Test::Always
            | Test::ClosedChannels
            | Test::NotTo { .. }
            | Test::Lacks(_)
            | Test::Has(_)
            | Test::Fewer { .. }
            | Test::Reached { .. } => Rhythm::Fixed,
            Test::Holidays
            | Test::Cap { .. }
            | Test::CapsUsedUp { .. }
            | Test::CallsWithin { .. }
            | Test::CallsToday { .. }
            | Test::AfterConversation { .. }
            | Test::TextsForDays { .. }
            | Test::Within { .. }
            | Test::Later { .. } => Rhythm::Daily,
            Test::QuietHours { .. } | Test::ClosedTimes { .. } => Rhythm::Hourly,
            Test::Redial { .. } => Rhythm::Exact,
        }
    }

    /// What the test says at `now`.
    pub(super) fn judge(&self, situation: &Situation, now: &Reading, calendar: Option<&Calendar>) -> Verdict {
        match self {
            Test::Always => Broken,
            Test::QuietHours { .. } | Test::ClosedTimes { .. } => self.judge_minute(situation, now),
            Test::ClosedChannels => match situation.closed_channels {
                Some(closed) => broken_if(closed.has(situation.channel)),
                None => Unknown("closed_channels"),
            },
            Test::Holidays => match calendar.and_then(|calendar| calendar.is_holiday(now.day)) {
                Some(is_holiday) => broken_if(is_holiday),
                None => Unknown("calendar"),
            },
            Test::Cap { of, most, unless } => match total(situation, *of, now.day) {
                Some(total) if total < *most => Kept,
                Some(_) => broken_unless(situation, *unless),
                None => match broken_unless(situation, *unless) {
                    Kept => Kept,
                    Broken | Unknown(_) => Unknown(unknown_counter(situation, *of, now.day)),
                },
            },
            Test::CapsUsedUp { of } => {
                of.iter().fold(Broken, |verdict, (counter, cap)| match situation.counts.get(*counter, now.day) {
                    Some(count) if count < *cap => Kept,
                    None if verdict != Kept => Unknown(counter.name()),
                    Some(_) | None => verdict,
                })
            }
            Test::CallsWithin { days, most, consent_days, consent_has_run_out } => {
                calls_within(situation, now.day, (*days, *most), *consent_days, *consent_has_run_out)
            }
            Test::CallsToday { reached } => of_history(situation, |history| history.calls_on(now.day) >= *reached),
            Test::AfterConversation { days, consent_days } => {
                match of_history(situation, |history| history.talked_within(*days, now.day)) {
                    Broken => without_consent(situation, *consent_days, now.day, false),
                    verdict @ (Kept | Unknown(_)) => verdict,
                }
            }
            Test::TextsForDays { a_day, days } => of_history(situation, |history| {
                let before = (1..i32::from(*days)).all(|back| history.texts_on(now.day.plus_days(-back)) >= *a_day);
                before && history.texts_on(now.day) + 1 >= *a_day
            }),
            Test::Redial { minutes } => of_history(situation, |history| {
                history
                    .unanswered()
                    .any(|at| redial_span(at, *minutes).is_some_and(|(from, until)| (from..until).contains(&now.at)))
            }),
            Test::NotTo { recipients } => broken_if(!recipients.has(situation.recipient)),
            Test::Lacks(facts) => {
                if situation.facts.any_false(facts.bits()) {
                    Broken
                } else {
                    known(situation.facts.unknown(facts.bits()), Kept)
                }
            }
            Test::Has(facts) => {
                if situation.facts.any_true(facts.bits()) {
                    Broken
                } else {
                    known(situation.facts.unknown(facts.bits()), Kept)
                }
            }
            Test::Fewer { than, of } => match situation.numbers.get(*of) {
                Some(number) => broken_if(number < *than),
                None => Unknown(of.name()),
            },
            Test::Reached { number, of, unless } => match situation.numbers.get(*of) {
                Some(known) if known < *number => Kept,
                Some(_) => broken_unless(situation, *unless),
                None => Unknown(of.name()),
            },
            Test::Within { of, days, months } => {
                since(situation, *of, |day| day <= now.day && now.day <= day.plus_months(*months).plus_days(*days))
            }
            Test::Later { of, days, months } => since(situation, *of, |day| now.day > day.plus_months(*months).plus_days(*days)),
        }
    }

    fn judge_minute(&self, situation: &Situation, now: &Reading) -> Verdict {
        let mut closed = Spans::default();
        let is_known = self.close(situation, now.day, &mut closed);
        match is_known {
            Some(what) if closed.cover(now.minute) => Unknown(what),
            None if closed.cover(now.minute) => Broken,
            Some(_) | None => Kept,
        }
    }

    /// Adds the minutes of `day` that an hourly test closes. Returns what is not known where they would be closed for that reason.
    pub(super) fn close(&self, situation: &Situation, day: Day, closed: &mut Spans) -> Option<&'static str> {
        match self {
            Test::QuietHours { from, to, unless_agreed } => {
                let quiet = Hours::daily(from.0, to.0).spans_on(day);
                let agreed: &[Hours] = match &situation.agreed_times {
                    Some(agreed) if *unless_agreed => agreed,
                    Some(_) | None => &[],
                };
                for (from, until) in quiet {
                    close_unless(from, until, agreed, day, closed);
                }
                (*unless_agreed && situation.agreed_times.is_none()).then_some("agreed_times")
            }
            Test::ClosedTimes { one_reply } => {
                if *one_reply && is_first_reply(situation) {
                    return None;
                }
                match &situation.closed_times {
                    Some(times) => {
                        times.iter().flat_map(|hours| hours.spans_on(day)).for_each(|(from, until)| closed.add(from, until));
                        None
                    }
                    None => {
                        closed.add(0, DAY);
                        Some("closed_times")
                    }
                }
            }
            _ => None,
        }
    }

    /// The instants that an exact test closes.
    pub(super) fn exact_spans(&self, situation: &Situation) -> Vec<(Timestamp, Timestamp)> {
        match (self, &situation.history) {
            (Test::Redial { minutes }, Some(history)) => {
                history.unanswered().filter_map(|at| redial_span(at, *minutes)).collect()
            }
            _ => Vec::new(),
        }
    }
}

fn broken_if(is_broken: bool) -> Verdict {
    if is_broken { Broken } else { Kept }
}

fn known(unknown: u128, verdict: Verdict) -> Verdict {
    if unknown == 0 { verdict } else { Unknown(fact_name(unknown)) }
}

/// The name of the first of `facts`.
pub(super) fn fact_name(facts: u128) -> &'static str {
    super::Fact::ALL.get(facts.trailing_zeros() as usize).map_or("fact", |fact| fact.name())
}

/// Broken, unless one of `excuses` is so.
fn broken_unless(situation: &Situation, excuses: FactSet) -> Verdict {
    if situation.facts.any_true(excuses.bits()) { Kept } else { known(situation.facts.unknown(excuses.bits()), Broken) }
}

fn total(situation: &Situation, of: Words<Counter>, day: Day) -> Option<u16> {
    of.iter().try_fold(0_u16, |total, counter| Some(total.saturating_add(situation.counts.get(counter, day)?)))
}

fn unknown_counter(situation: &Situation, of: Words<Counter>, day: Day) -> &'static str {
    of.iter().find(|counter| situation.counts.get(*counter, day).is_none()).map_or("counts", Counter::name)
}

fn of_history(situation: &Situation, is_broken: impl Fn(&History) -> bool) -> Verdict {
    match &situation.history {
        Some(history) => broken_if(is_broken(history)),
        None => Unknown("history"),
    }
}

fn calls_within(
    situation: &Situation,
    day: Day,
    (days, most): (u16, u16),
    consent_days: u16,
    consent_has_run_out: bool,
) -> Verdict {
    let Some(history) = &situation.history else { return Unknown("history") };
    if history.calls_within(days, day).saturating_add(1) <= most {
        return Kept;
    }
    without_consent(situation, consent_days, day, consent_has_run_out)
}

/// Broken, unless the person consented to more calls within the days that consent lasts. With `run_out`, broken only where a
/// consent was given and has run out.
fn without_consent(situation: &Situation, consent_days: u16, day: Day, run_out: bool) -> Verdict {
    match situation.days.get(DayOf::ConsentToMoreCalls) {
        When::Unknown => Unknown(DayOf::ConsentToMoreCalls.name()),
        When::Never => broken_if(!run_out),
        When::On(consent) => broken_if(!super::history::is_within(consent, consent_days, day)),
    }
}

fn since(situation: &Situation, of: DayOf, is_broken: impl Fn(Day) -> bool) -> Verdict {
    match situation.days.get(of) {
        When::Unknown => Unknown(of.name()),
        When::Never => Kept,
        When::On(day) => broken_if(is_broken(day)),
    }
}

/// The instants in which a second call would follow too soon: from the call on, its own instant included.
fn redial_span(at: Timestamp, minutes: u16) -> Option<(Timestamp, Timestamp)> {
    let until = at.as_second().checked_add(i64::from(minutes) * 60)?;
    Some((at, Timestamp::from_second(until).ok()?))
}

fn is_first_reply(situation: &Situation) -> bool {
    use super::{Fact, Purpose};
    situation.purpose == Purpose::ReplyToConsumer
        && situation.facts.get(Fact::ConsumerInitiatedNow) == Some(true)
        && situation.facts.get(Fact::ConsumersOwnMedium) == Some(true)
        && situation.numbers.get(Number::RepliesSent) == Some(0)
}

/// Closes `from..until` except for what `agreed` opens.
fn close_unless(from: u16, until: u16, agreed: &[Hours], day: Day, closed: &mut Spans) {
    let mut from = from;
    while from < until {
        let opened = agreed.iter().flat_map(|hours| hours.spans_on(day)).filter(|(_, end)| *end > from).min();
        match opened {
            Some((start, end)) if start < until => {
                closed.add(from, start.max(from));
                from = end;
            }
            Some(_) | None => {
                closed.add(from, until);
                return;
            }
        }
    }
}

/// A few spans of minutes of one day, in any order.
#[derive(Clone, Debug, Default)]
pub(super) struct Spans {
    spans: [(u16, u16); 6],
    len: usize,
    more: Vec<(u16, u16)>,
}

impl Spans {
    pub(super) fn add(&mut self, from: u16, until: u16) {
        if from >= until {
            return;
        }
        match self.spans.get_mut(self.len) {
            Some(slot) => {
                *slot = (from, until);
                self.len += 1;
            }
            None => self.more.push((from, until)),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u16, u16)> {
        self.spans[..self.len].iter().chain(&self.more).copied()
    }

    pub(super) fn cover(&self, minute: u16) -> bool {
        self.iter().any(|(from, until)| (from..until).contains(&minute))
    }

    /// The first minute at or after `minute` that is not covered, or the end of the day.
    pub(super) fn opens(&self, minute: u16) -> u16 {
        let mut minute = minute;
        while let Some((_, until)) = self.iter().find(|(from, until)| (*from..*until).contains(&minute)) {
            minute = until;
        }
        minute
    }

    /// The first minute after `minute` that is covered, or the end of the day.
    pub(super) fn closes(&self, minute: u16) -> u16 {
        self.iter().map(|(from, _)| from).filter(|from| *from > minute).min().unwrap_or(DAY)
    }
}
