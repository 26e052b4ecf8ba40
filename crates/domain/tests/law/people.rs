//! People made up by chance, with the seed in hand: what brute force is run against.

use domain::day::Weekday;
use domain::law::{
    Call, Channel, Counter, DayOf, Fact, History, Hours, Neutral, Number, Pack, Purpose, Recipient, Situation, When, Word, Words,
};
use domain::moment::{Moment, Timestamp};

use crate::packs::zone;

/// Chance from a seed: the same seed, the same people.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `below`.
    pub(crate) fn below(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % below
    }

    pub(crate) fn one_in(&mut self, chances: u64) -> bool {
        self.below(chances) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}

/// Zones with whole, half and quarter hours, with clocks that change at midnight, by half an hour, or not at all.
pub(crate) const ZONES: [&str; 11] = [
    "Asia/Shanghai",
    "America/New_York",
    "Europe/London",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "America/Santiago",
    "Pacific/Chatham",
    "America/Los_Angeles",
];

/// A situation of which everything is known and nothing stands against it, at a whole minute of 2025 or 2026.
pub(crate) fn blameless(pack: &Pack, dice: &mut Dice) -> Situation {
    let mut situation = plain(pack, "call");
    let minutes = 2 * 365 * 24 * 60;
    // 2025-01-01T00:00Z
    let at = Timestamp::from_second(1_735_689_600 + 60 * dice.below(minutes) as i64).unwrap();
    let zone = zone(dice.pick(&ZONES)).unwrap();
    situation.moment = Moment::new(at, zone);
    let day = situation.moment.day();
    situation.counts = domain::law::Counts::none(day);
    situation.channel = dice.pick(&[
        Channel::Call,
        Channel::Call,
        Channel::Visit,
        Channel::Sms,
        Channel::Email,
        Channel::Letter,
        Channel::AiVoiceInteractive,
    ]);
    situation
}

/// The blameless situation in which nothing is made up.
pub(crate) fn plain(pack: &Pack, channel: &str) -> Situation {
    let told = format!(r#"{{"contact_time_utc":"2026-03-10T07:00:00Z","channel":"{channel}"}}"#);
    let neutral: Neutral = serde_json::from_str(&told).unwrap();
    neutral.read(Some(&pack.defaults), &zone).unwrap().situation
}

/// Somebody with a life: some facts, counts, requests and a history.
pub(crate) fn somebody(pack: &Pack, dice: &mut Dice) -> Situation {
    let mut situation = blameless(pack, dice);
    let day = situation.moment.day();
    if dice.one_in(4) {
        situation.also_in.push(zone(dice.pick(&ZONES)).unwrap());
    }
    if dice.one_in(6) {
        situation.recipient = dice.pick(Recipient::ALL);
        situation.purpose = dice.pick(Purpose::ALL);
    }
    if dice.one_in(5) {
        situation.facts.set(dice.pick(Fact::ALL), dice.one_in(2));
    }
    if dice.one_in(8) {
        situation.facts.forget(dice.pick(Fact::ALL));
    }
    for counter in Counter::ALL {
        if dice.one_in(3) {
            situation.counts.set(*counter, dice.below(8) as u16);
        }
    }
    if dice.one_in(8) {
        situation.numbers.set(dice.pick(Number::ALL), dice.below(4) as u16);
    }
    for when in DayOf::ALL {
        if dice.one_in(4) {
            situation.days.set(*when, When::On(day.plus_days(-(dice.below(40) as i32))));
        }
    }
    if dice.one_in(3) {
        situation.agreed_times = Some(vec![hours(dice)]);
    }
    if dice.one_in(3) {
        situation.closed_times = Some(vec![hours(dice), hours(dice)]);
    }
    if dice.one_in(10) {
        situation.agreed_times = None;
    }
    if dice.one_in(10) {
        situation.closed_channels = Some(Words::NONE.with(dice.pick(Channel::ALL)));
    }
    if dice.one_in(2) {
        situation.history = Some(history(&situation.moment, dice));
    }
    situation
}

fn hours(dice: &mut Dice) -> Hours {
    use Weekday::*;
    let hours = Hours::daily(dice.below(1440) as u16, dice.below(1441) as u16);
    if dice.one_in(2) { hours.only_on(&[Monday, Wednesday, Saturday]) } else { hours }
}

fn history(moment: &Moment, dice: &mut Dice) -> History {
    let day = moment.day();
    let mut history = History::default();
    for _ in 0..dice.below(12) {
        let on = day.plus_days(-(dice.below(9) as i32));
        let at = dice.one_in(2).then(|| Timestamp::from_second(moment.at().as_second() - dice.below(1200) as i64).unwrap());
        let (connected_to_number, answered) = (!dice.one_in(6), dice.one_in(2));
        history.calls.push(Call { on, at, connected_to_number, answered, under_consent: dice.one_in(6) });
    }
    for _ in 0..dice.below(2) {
        history.conversations.push(day.plus_days(-(dice.below(9) as i32)));
    }
    for _ in 0..dice.below(16) {
        history.texts.push(day.plus_days(-(dice.below(3) as i32)));
    }
    history
}
