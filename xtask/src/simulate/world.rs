//! The simulated world: people, staff, phones, a clock, and a process that dies now and then, all drawn from one seed.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::arrears;
use domain::book::Book;
use domain::day::Day;
use domain::event::{Actor, Event};
use domain::id::{PersonId, StaffId, VisitId};
use domain::identity::Identity;
use domain::moment::{Moment, Timestamp};
use domain::person::Person;
use domain::refusal::Refusal;
use jiff::SignedDuration;

use super::books::{Answer, Books, Deed};
use super::check::{self, Broken, Receipts, must};
use super::plant::Plant;
use crate::chance::Chance;

/// People alive at a time.
const PEOPLE: usize = 24;
/// Events after which a life is long enough.
const LONG_LIFE: usize = 200;
/// Days until the world begins anew, at another time of the year.
const ERA_DAYS: i64 = 300;
/// Seconds of a day.
const DAY: i64 = 86_400;

/// Everything there is.
pub(super) struct World {
    pub(super) chance: Chance,
    pub(super) book: Arc<Book>,
    pub(super) books: Books,
    pub(super) people: Vec<Somebody>,
    pub(super) phones: Vec<Phone>,
    pub(super) staff: Vec<StaffId>,
    pub(super) day: Day,
    pub(super) plant: Option<Plant>,
    /// Operations so far, by name.
    pub(super) tally: BTreeMap<&'static str, u64>,
    /// Refusals so far, by rule.
    pub(super) refusals: BTreeMap<String, u64>,
    day_began: Timestamp,
    second: i64,
    era_ends: Day,
    keys: u64,
}

/// Somebody, and what they know themselves.
pub(super) struct Somebody {
    pub(super) id: PersonId,
    pub(super) identity: Identity,
    pub(super) receipts: Receipts,
    /// Whether they pay when it is due.
    pub(super) is_punctual: bool,
    /// The version that was acknowledged: what is on disk must not fall behind it.
    acknowledged: u64,
}

/// A collector's phone: what it has yet to send, in order, and the visits whose record it has confirmed to its owner.
#[derive(Default)]
pub(super) struct Phone {
    pub(super) outbox: Vec<Deed>,
    pub(super) confirmed: Vec<(PersonId, VisitId)>,
}

impl World {
    pub(super) fn new(book: Book, seed: u64, plant: Option<Plant>) -> World {
        let book = Arc::new(book);
        let staff = (1..=4).map(StaffId).collect();
        let mut world = World {
            chance: Chance::new(seed),
            books: Books::new(Arc::clone(&book), Day::MIN, plant, seed),
            book,
            people: vec![],
            phones: vec![],
            staff,
            day: Day::MIN,
            plant,
            tally: BTreeMap::new(),
            refusals: BTreeMap::new(),
            day_began: Timestamp::UNIX_EPOCH,
            second: 0,
            era_ends: Day::MIN,
            keys: 0,
        };
        world.begin_era(seed);
        world
    }

    /// A new world under the same law: the calendar of the law ends somewhere, time here does not.
    fn begin_era(&mut self, seed: u64) {
        let first = Day::parse("2025-03-10").unwrap_or(Day::MIN);
        self.day = first.plus_days(self.chance.between(0, 240) as i32);
        self.era_ends = self.day.plus_days(ERA_DAYS as i32);
        self.day_began = self.book.start_of(self.day);
        self.second = 0;
        self.people.clear();
        self.phones = vec![Phone::default(), Phone::default()];
        let seed = seed ^ self.chance.bits();
        self.books = Books::new(Arc::clone(&self.book), self.day.plus_days(-1), self.plant, seed);
    }

    /// Operations so far.
    pub(super) fn operations(&self) -> u64 {
        self.tally.values().sum()
    }

    /// Does the next thing that happens.
    pub(super) fn step(&mut self) -> Result<(), Broken> {
        self.second += self.chance.between(1, 9_000);
        if self.second >= DAY {
            return self.end_day();
        }
        if self.people.len() < PEOPLE {
            return self.join();
        }
        self.something()
    }

    /// Now, to the second, in the book's zone.
    pub(super) fn now(&self) -> Moment {
        self.book.moment(self.day_began + SignedDuration::from_secs(self.second))
    }

    /// The person at this place as their deeds are decided on.
    pub(super) fn person(&self, who: usize) -> &Person {
        &self.books.stream(self.people[who].id).live
    }

    /// Lets somebody new in.
    pub(super) fn welcome(&mut self, identity: Identity) -> usize {
        let id = PersonId(self.chance.bits());
        let is_punctual = self.chance.once_in(3);
        self.books.welcome(id);
        self.people.push(Somebody { id, identity, receipts: Receipts::new(), is_punctual, acknowledged: 0 });
        self.people.len() - 1
    }

    /// A deed of somebody towards the person at this place, now, with a key of its own.
    pub(super) fn deed(
        &mut self,
        who: usize,
        actor: Actor,
        intent: &'static str,
        decide: impl Fn(&Person) -> Result<Vec<Event>, Refusal> + Send + Sync + 'static,
    ) -> Deed {
        self.keys += 1;
        let (key, body) = (format!("{intent}-{}", self.keys), self.keys);
        Deed { person: self.people[who].id, actor, key, body, intent, at: self.now().at(), decide: Arc::new(decide) }
    }

    /// Sends a deed, perhaps through a crash, a lost answer or a second delivery, and checks everything afterwards.
    /// `received` notes what the sender knows if it was done.
    pub(super) fn send(&mut self, deed: &Deed, received: impl FnOnce(&mut Receipts)) -> Result<Answer, Broken> {
        *self.tally.entry(deed.intent).or_default() += 1;
        let Some(who) = self.people.iter().position(|somebody| somebody.id == deed.person) else {
            return Ok(Answer::Conflict);
        };
        if self.chance.once_in(60) {
            self.crash(who)?;
        }
        let before = self.books.stream(deed.person).live.clone();
        let answer = self.books.run(deed);
        let new = self.books.stream(deed.person).log[before.version as usize..].to_vec();
        self.people[who].acknowledged = before.version + new.len() as u64;
        if let Answer::Done(_) = answer {
            received(&mut self.people[who].receipts);
        }
        self.once_only(who, deed, &answer)?;

        if let Answer::Refused(refusal) = &answer {
            refusal.by.iter().for_each(|rule| *self.refusals.entry(rule.clone()).or_default() += 1);
        }
        let stream = self.books.stream(deed.person);
        let kept = stream.log.len() as u64;
        must(kept >= self.people[who].acknowledged, "I7 nothing acknowledged is ever lost", || {
            format!("version {} was acknowledged, {kept} are there", self.people[who].acknowledged)
        })?;
        let refusals = new.iter().filter(|it| matches!(it.event, Event::Refused { .. })).count();
        let is_told = match &answer {
            Answer::Done(recorded) => *recorded == new && refusals == 0,
            Answer::Refused(_) => new.len() == 1 && refusals == 1,
            Answer::AlreadyDone(_) | Answer::Conflict => new.is_empty(),
        };
        must(is_told, "I1 the answer tells what was recorded", || format!("{answer:?} for {new:?}"))?;
        check::replay(deed.person, stream, &self.book, self.books.last_night)?;
        check::stored_form(&new)?;
        check::events(&before, &new, &self.book, deed.intent)?;
        check::money(&stream.live, &self.people[who].receipts, self.day)?;
        check::promises(&stream.live, &self.people[who].receipts, &self.book)?;
        Ok(answer)
    }

    /// What a sender does whose answer was lost: sends again, with the same body or, by mistake, another.
    fn once_only(&mut self, who: usize, deed: &Deed, first: &Answer) -> Result<(), Broken> {
        let drawn = self.chance.between(0, 29);
        if drawn == 0 {
            self.crash(who)?;
        }
        let length = self.books.stream(deed.person).log.len();
        let (again, expected) = match drawn {
            0 | 1 => (deed.clone(), as_repeated(first)),
            2 => (Deed { body: !deed.body, ..deed.clone() }, Answer::Conflict),
            _ => return Ok(()),
        };
        let second = self.books.run(&again);
        let grown = self.books.stream(deed.person).log.len() - length;
        must(second == expected, "I1 and I2 the same key answers the same, and nothing to another body", || {
            format!("{second:?} after {first:?}")
        })?;
        must(grown == 0, "I1 the same key has one effect", || format!("{grown} events more from {}", deed.key))
    }

    fn crash(&mut self, who: usize) -> Result<(), Broken> {
        let id = self.people[who].id;
        self.books.crash(id);
        let kept = self.books.stream(id).log.len() as u64;
        must(kept >= self.people[who].acknowledged, "I7 nothing acknowledged is ever lost", || {
            format!("version {} was acknowledged, {kept} are there after a crash", self.people[who].acknowledged)
        })
    }

    /// The night: whoever it concerns is woken, and of some others it is checked that it does not concern them.
    fn end_day(&mut self) -> Result<(), Broken> {
        let (day, end) = (self.day, self.book.start_of(self.day.plus_days(1)));
        let woken = self.books.woken(day);
        for who in 0..self.people.len() {
            let id = self.people[who].id;
            if !woken.contains(&id) {
                if self.chance.once_in(8) {
                    let missed = arrears::night(self.person(who), &self.book, day, end);
                    must(missed.is_empty(), "R7 whoever is not woken has nothing to be done", || {
                        let last = self.books.stream(id).log.iter().rev().take(3);
                        format!("{missed:?} on {day}, after {:?}", last.collect::<Vec<_>>())
                    })?;
                }
                continue;
            }
            let book = Arc::clone(&self.book);
            let decide = move |person: &Person| Ok(arrears::night(person, &book, day, end));
            let deed = Deed { at: end, key: format!("night-{day}"), ..self.deed(who, Actor::Night, "night", decide) };
            self.send(&deed, |_| {})?;
            check::night(self.person(who), &self.book, day, end)?;
        }
        self.books.end_night(day);
        self.second = 0;
        self.day = day.plus_days(1);
        self.day_began = end;
        self.bury();
        if self.day > self.era_ends {
            let seed = self.chance.bits();
            self.begin_era(seed);
        }
        Ok(())
    }

    /// Ends lives that were long enough, unless a phone still holds something of them.
    fn bury(&mut self) {
        let waits = |id| self.phones.iter().any(|phone| phone.outbox.iter().any(|deed| deed.person == id));
        let is_over = |somebody: &Somebody| self.books.stream(somebody.id).log.len() > LONG_LIFE && !waits(somebody.id);
        let over: Vec<PersonId> = self.people.iter().filter(|it| is_over(it)).map(|it| it.id).collect();
        self.people.retain(|somebody| !over.contains(&somebody.id));
        for id in over {
            self.books.retire(id);
        }
    }
}

/// The answer to a deed that is sent again.
fn as_repeated(first: &Answer) -> Answer {
    match first {
        Answer::Done(recorded) => Answer::AlreadyDone(recorded.clone()),
        other => other.clone(),
    }
}
