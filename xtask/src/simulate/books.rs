//! The books of the simulated lender, kept in memory: what the store does, over the real core, with a place for each
//! planted mistake.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::book::Book;
use domain::day::Day;
use domain::event::{Actor, Event, Recorded};
use domain::id::{AccountId, PersonId};
use domain::loan::EntryKind;
use domain::moment::Timestamp;
use domain::money::Money;
use domain::person::Person;
use domain::promise::Outcome as Kept;
use domain::refusal::Refusal;
use domain::rows::{self, Row};

use super::plant::Plant;
use crate::chance::Chance;

/// A use case with its arguments.
pub(super) type Decide = Arc<dyn Fn(&Person) -> Result<Vec<Event>, Refusal> + Send + Sync>;

/// Something to be done to one person, once.
#[derive(Clone)]
pub(super) struct Deed {
    pub(super) person: PersonId,
    pub(super) actor: Actor,
    /// Made by the sender, kept until an answer came.
    pub(super) key: String,
    /// A stand-in for the hash of what was sent.
    pub(super) body: u64,
    pub(super) intent: &'static str,
    pub(super) at: Timestamp,
    pub(super) decide: Decide,
}

/// What became of a deed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    Done(Vec<Recorded>),
    AlreadyDone(Vec<Recorded>),
    Refused(Refusal),
    Conflict,
}

/// The log of every living person, what is folded from it, and the answers that were given.
pub(super) struct Books {
    pub(super) book: Arc<Book>,
    /// The last night that ended.
    pub(super) last_night: Day,
    streams: BTreeMap<PersonId, Stream>,
    plant: Option<Plant>,
    mischief: Chance,
}

/// One person's.
pub(super) struct Stream {
    /// The truth.
    pub(super) log: Vec<Recorded>,
    /// The fold that deeds are decided on.
    pub(super) live: Person,
    /// The derived rows as written last.
    pub(super) rows: Vec<Row>,
    answers: BTreeMap<(Actor, String), (u64, Answer)>,
}

impl Books {
    pub(super) fn new(book: Arc<Book>, last_night: Day, plant: Option<Plant>, seed: u64) -> Books {
        Books { book, last_night, streams: BTreeMap::new(), plant, mischief: Chance::new(seed ^ 0x0bad_0bad) }
    }

    /// Begins a stream for somebody new.
    pub(super) fn welcome(&mut self, id: PersonId) {
        let stream = Stream { log: vec![], live: Person::new(id), rows: vec![], answers: BTreeMap::new() };
        self.streams.insert(id, stream);
    }

    /// Ends the simulation of a person.
    pub(super) fn retire(&mut self, id: PersonId) {
        self.streams.remove(&id);
    }

    pub(super) fn stream(&self, id: PersonId) -> &Stream {
        &self.streams[&id]
    }

    /// Does a deed, once.
    pub(super) fn run(&mut self, deed: &Deed) -> Answer {
        let stream = self.streams.get_mut(&deed.person).expect("a deed to somebody known");
        let key = (deed.actor, deed.key.clone());
        if let Some((body, answer)) = stream.answers.get(&key)
            && self.plant != Some(Plant::KeyForgotten)
        {
            return match answer {
                _ if *body != deed.body && self.plant != Some(Plant::BodyNotCompared) => Answer::Conflict,
                Answer::Done(recorded) => Answer::AlreadyDone(recorded.clone()),
                other => other.clone(),
            };
        }
        let decided = (deed.decide)(&stream.live);
        let (events, refusal) = match decided {
            Ok(events) => (events, None),
            Err(refusal) => (vec![Event::Refused { intent: deed.intent.to_owned(), refusal: refusal.clone() }], Some(refusal)),
        };
        let events = mistaken(self.plant, &mut self.mischief, &stream.live, deed, events);
        let mut recorded = vec![];
        for event in events {
            let version = stream.live.version + 1;
            let next = Recorded { version, recorded_at: deed.at, actor: deed.actor, event };
            stream.live.apply(&next);
            recorded.push(next);
        }
        stream.log.extend(recorded.iter().cloned());
        let are_rows_forgotten = self.plant == Some(Plant::RowsStale) && self.mischief.once_in(20);
        if !recorded.is_empty() && !are_rows_forgotten {
            stream.rows = rows::rows(&stream.live, &self.book, self.last_night);
        }
        let answer = refusal.map_or(Answer::Done(recorded), Answer::Refused);
        stream.answers.insert(key, (deed.body, answer.clone()));
        answer
    }

    /// The process dies and starts again: whatever is not in the log is gone.
    pub(super) fn crash(&mut self, id: PersonId) {
        let stream = self.streams.get_mut(&id).expect("a crash while somebody known was served");
        let last = stream.log.last().map(|recorded| recorded.recorded_at);
        let of_last = stream.log.iter().filter(|recorded| Some(recorded.recorded_at) == last).count();
        match self.plant {
            Some(Plant::AcknowledgedLost) => stream.log.truncate(stream.log.len() - of_last),
            Some(Plant::DeedTorn) if of_last > 1 => stream.log.truncate(stream.log.len() - of_last + 1),
            _ => {}
        }
        let behind = usize::from(self.plant == Some(Plant::SnapshotBehind));
        let upto = stream.log.len().saturating_sub(behind);
        stream.live = fold(id, &stream.log[..upto]);
    }

    /// Writes the derived rows anew after a night has ended: they know of the last night.
    pub(super) fn end_night(&mut self, day: Day) {
        self.last_night = day;
        for stream in self.streams.values_mut() {
            stream.rows = rows::rows(&stream.live, &self.book, day);
        }
    }

    /// Whom the night of `day` concerns.
    pub(super) fn woken(&self, day: Day) -> Vec<PersonId> {
        let late = if self.plant == Some(Plant::SleepsThrough) { 3 } else { 0 };
        let wakes = |stream: &Stream| domain::arrears::wakes_on(&stream.live, &self.book, self.last_night);
        let woken = |stream: &Stream| wakes(stream).is_some_and(|wakes_on| wakes_on.plus_days(late) <= day);
        self.streams.iter().filter(|(_, stream)| woken(stream)).map(|(id, _)| *id).collect()
    }
}

/// A person as their log says.
pub(super) fn fold(id: PersonId, log: &[Recorded]) -> Person {
    let mut person = Person::new(id);
    for recorded in log {
        person.apply(recorded);
    }
    person
}

fn is_pause(event: &Event) -> bool {
    matches!(event, Event::EntryPosted { entry, .. } if matches!(entry.kind, EntryKind::Pause { .. }))
}

fn is_second_thought(event: &Event, live: &Person) -> bool {
    match event {
        Event::PromiseJudged { promise, .. } => live.promises.get(promise).is_some_and(|promise| promise.end.is_some()),
        Event::PromiseReopened { .. } => true,
        _ => false,
    }
}

/// The events as a planted mistake writes them; without one, as they were decided.
fn mistaken(plant: Option<Plant>, chance: &mut Chance, live: &Person, deed: &Deed, mut events: Vec<Event>) -> Vec<Event> {
    let Some(plant) = plant else { return events };
    match plant {
        Plant::AgeingDropped => events.retain(|event| !matches!(event, Event::Aged { .. }) || !chance.once_in(5)),
        Plant::CaseLeftOpen => events.retain(|event| !matches!(event, Event::CaseClosed { .. })),
        Plant::RespiteWithoutPause => events.retain(|event| !is_pause(event)),
        Plant::JudgedForEver => events.retain(|event| !is_second_thought(event, live)),
        Plant::NightTwice if deed.intent == "night" => events.extend(events.clone()),
        _ => {}
    }
    for event in &mut events {
        match (plant, event) {
            (Plant::PaymentLosesACent, Event::EntryPosted { entry, .. }) if chance.once_in(20) => {
                if let EntryKind::Payment { amount, .. } = &mut entry.kind {
                    *amount -= Money::from_minor(1);
                }
            }
            (Plant::BackdatedAsToday, Event::EntryPosted { entry, .. }) => {
                entry.effective_on = Day::from_epoch_days((deed.at.as_second() / 86_400) as i32);
            }
            (Plant::PaymentToOtherAccount, Event::EntryPosted { account, .. }) if live.accounts.len() > 1 => {
                let others: Vec<AccountId> = live.accounts.keys().copied().collect();
                *account = *chance.pick(&others);
            }
            (Plant::PlanGivesUpPrincipal, Event::EntryPosted { entry, .. }) if matches!(entry.kind, EntryKind::Reage { .. }) => {
                entry.kind = EntryKind::WriteOff;
            }
            (Plant::KeptWithoutMoney, Event::PromiseJudged { promise, outcome, paid, .. }) if *outcome == Kept::Broken => {
                *outcome = Kept::Kept;
                *paid = live.promises.get(promise).map_or(Money::ZERO, |promise| promise.amount);
            }
            (Plant::AskedForNoon, Event::Contacted { at, .. }) if chance.once_in(20) => {
                *at += jiff::SignedDuration::from_hours(11);
            }
            (Plant::PermitReused, Event::Contacted { finding: Some(finding), at, .. }) if chance.once_in(10) => {
                finding.at = *at - jiff::SignedDuration::from_hours(24);
                finding.not_after = Some(*at - jiff::SignedDuration::from_hours(12));
            }
            _ => {}
        }
    }
    if plant == Plant::ReversalTwice
        && let Some(Event::EntryPosted { account, entry }) = events.first()
        && matches!(entry.kind, EntryKind::Reversal { .. })
    {
        let mut again = entry.clone();
        again.id.0 ^= 1;
        let again = Event::EntryPosted { account: *account, entry: again };
        events.insert(1, again);
    }
    events
}
