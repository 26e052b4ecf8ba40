//! Windows against brute force: the law asked at every minute.

use domain::law::{Law, Ruling, Situation, Window};
use domain::moment::Timestamp;

use crate::packs::{SHIPPED, law, pack, zone};
use crate::people::{Dice, somebody};

/// Asks for `days` days, minute by minute, and compares. Returns how many minutes were lawful.
fn agrees_with_brute_force(law: &Law, situation: &Situation, days: u16, who: &str) -> u64 {
    let from = situation.moment.at();
    let windows = law.windows(situation, from, days);
    let (mut first, mut lawful) = (None, 0);
    let mut window = windows.iter().peekable();
    for minute in 0..i64::from(days) * 24 * 60 {
        let at = Timestamp::from_second(from.as_second() + minute * 60).unwrap();
        while window.next_if(|window| window.until <= at).is_some() {}
        let is_open = window.peek().is_some_and(|window| window.from <= at);
        let ruling = law.rule(&situation.at(at));
        assert_eq!(
            matches!(ruling, Ruling::Allowed(_)),
            is_open,
            "{who} at {at}: {} by {:?}; {situation:#?}",
            ruling.word(),
            ruling.rules()
        );
        if let Ruling::Allowed(permit) = ruling {
            first = first.or(Some(at));
            lawful += 1;
            let until = window.peek().unwrap().until;
            let ends = permit.not_after();
            assert!(
                at < ends && (ends <= until || is_horizon(until, from, days)),
                "{who} at {at}: permit to {ends}, window to {until}"
            );
        }
    }
    let next = law.next_permitted(situation, days);
    // Brute force sees whole minutes only; a window may open within one.
    assert!(next <= first || first.is_none(), "{who}: {next:?}, {first:?}");
    assert_eq!(next.is_some(), !windows.is_empty(), "{who}");
    lawful
}

fn is_horizon(until: Timestamp, from: Timestamp, days: u16) -> bool {
    until.as_second() == from.as_second() + i64::from(days) * 86_400
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// `LAW_PEOPLE` and `LAW_DAYS` make it as thorough as there is time: 731 days are every minute of two years.
#[test]
fn windows_agree_with_asking_at_every_minute() {
    let (people, days) = (number("LAW_PEOPLE", 12), number("LAW_DAYS", 5) as u16);
    let seed = number("LAW_SEED", 20_261_123);
    println!("seed {seed}, {people} people a pack, {days} days");
    let mut lawful = 0;
    for id in SHIPPED {
        let (law, pack) = (law(&[id]), pack(id));
        for person in 0..people {
            let mut dice = Dice::new(seed + person);
            let situation = somebody(&pack, &mut dice);
            lawful += agrees_with_brute_force(&law, &situation, days, &format!("{id}, person {person}"));
        }
    }
    let asked = SHIPPED.len() as u64 * people * u64::from(days) * 24 * 60;
    println!("{lawful} of {asked} minutes were lawful");
    assert!(lawful > asked / 20 && lawful < asked * 19 / 20, "a test that sees only one answer shows nothing");
}

/// The days on which the clocks of each zone change, under the law of the land and one or two candidate zones.
#[test]
fn windows_agree_on_the_days_on_which_clocks_change() {
    let changes = [
        ("us-federal", "America/New_York", "2026-03-07T12:00:00Z"),
        ("us-federal", "America/New_York", "2026-10-31T12:00:00Z"),
        ("uk", "Europe/London", "2026-03-28T12:00:00Z"),
        ("uk", "Europe/London", "2026-10-24T12:00:00Z"),
        ("us-federal", "Africa/Cairo", "2026-04-23T12:00:00Z"),
        ("cn", "Australia/Lord_Howe", "2026-04-04T02:00:00Z"),
        ("in", "America/Santiago", "2026-09-05T12:00:00Z"),
        ("tw", "Pacific/Chatham", "2026-09-26T02:00:00Z"),
    ];
    for (id, place, at) in changes {
        let (law, pack) = (law(&[id]), pack(id));
        for person in 0..6 {
            let mut situation = somebody(&pack, &mut Dice::new(person));
            let at: Timestamp = at.parse().unwrap();
            situation = situation.at(at);
            situation.moment = domain::moment::Moment::new(at, zone(place).unwrap());
            situation.counts = domain::law::Counts::none(situation.moment.day());
            agrees_with_brute_force(&law, &situation, 3, &format!("{id} in {place}, person {person}"));
        }
    }
}

#[test]
fn a_night_call_is_told_the_next_morning() {
    let law = law(&["cn"]);
    let mut situation = crate::people::plain(&pack("cn"), "call");
    situation = situation.at("2026-03-10T14:30:00Z".parse().unwrap());
    assert_eq!(law.next_permitted(&situation, 30), Some("2026-03-11T00:00:00Z".parse().unwrap()));
    let windows = law.windows(&situation, situation.moment.at(), 2);
    let window = |from: &str, until: &str| Window { from: from.parse().unwrap(), until: until.parse().unwrap() };
    assert_eq!(
        windows,
        [window("2026-03-11T00:00:00Z", "2026-03-11T14:00:00Z"), window("2026-03-12T00:00:00Z", "2026-03-12T14:00:00Z"),]
    );
}
