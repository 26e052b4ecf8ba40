//! Respite: one switch that stops contact, late charges and enforcement everywhere, whoever acts, and lets them go on
//! cleanly when it ends. Also who speaks for a person, which redirects contact rather than stopping it.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::arrears;
use crate::book::Book;
use crate::contact::{Act, Channel};
use crate::day::Day;
use crate::event::{Event, NoteRef};
use crate::id::{AccountId, EntryId, RespiteId};
use crate::law::Recipient;
use crate::loan::{Entry, EntryKind, Loan, Stops};
use crate::moment::Timestamp;
use crate::person::Person;
use crate::promise;
use crate::refusal::Refusal;
use crate::visit::{self, Lapse};

/// A respite and how far it has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Respite {
    /// Its id.
    pub id: RespiteId,
    /// Why.
    pub ground: Ground,
    /// Its first day. Contact stops at once; late charges rest from the next day on.
    pub began_on: Day,
    /// Its last day; none as long as nobody knows.
    pub until: Option<Day>,
    /// Agencies that were told to stop, and the day each said it had; none until then.
    pub told: Vec<(String, Option<Day>)>,
    /// What was noted with it.
    pub words: Option<NoteRef>,
    /// The pauses it put on accounts.
    pub pauses: Vec<(AccountId, EntryId)>,
    /// When and how it ended.
    pub end: Option<(Day, RespiteEnd)>,
}

/// Why everything stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// A plea of hardship was granted.
    Hardship,
    /// A moratorium that the law of the book gives.
    Statutory,
    /// Treatment in a crisis; ends when somebody says so.
    Crisis,
    /// The person died. What is owed is a matter of the estate.
    Death,
    /// A court opened insolvency or ordered a stay.
    Court,
}

/// How a respite ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RespiteEnd {
    /// Its last day passed.
    TimePassed,
    /// The person did not want it any more.
    Withdrawn,
    /// Its ground is gone or was wrong.
    GroundGone,
}

/// Who speaks for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Representative {
    /// Who, and how they are reached.
    pub who: NoteRef,
    /// Since when.
    pub since: Day,
}

/// The longest respite with a known end, in days: treatment has no known end, everything else has.
const LONGEST_DAYS: i32 = 366;

impl Respite {
    /// Whether it rests on `day`: on its first day, its last, and all between.
    pub fn covers(&self, day: Day) -> bool {
        let until = match (self.end, self.until) {
            (Some((on, RespiteEnd::TimePassed)), until) => until.unwrap_or(on),
            (Some((on, RespiteEnd::Withdrawn | RespiteEnd::GroundGone)), _) => on.plus_days(-1),
            (None, Some(until)) => until,
            (None, None) => Day::MAX,
        };
        self.began_on <= day && day <= until
    }

    /// A due day that falls into it is kept if it is kept at its end.
    pub(crate) fn postpones(&self, due_on: Day) -> Day {
        if !self.covers(due_on) {
            return due_on;
        }
        match (self.end, self.until) {
            (Some((on, _)), _) => on.max(due_on),
            (None, Some(until)) => until,
            (None, None) => Day::MAX,
        }
    }

    /// The agencies that were told to stop and have not said that they did.
    pub fn unacknowledged(&self) -> impl Iterator<Item = &str> {
        self.told.iter().filter(|(_, on)| on.is_none()).map(|(agency, _)| agency.as_str())
    }
}

impl Person {
    /// The respite that covers `day`.
    pub fn respite_on(&self, day: Day) -> Option<&Respite> {
        self.respites.iter().find(|respite| respite.covers(day))
    }

    /// The respite that has not ended.
    pub fn open_respite(&self) -> Option<&Respite> {
        self.respites.iter().find(|respite| respite.end.is_none())
    }

    /// What of the person's own file stops an act before the law is asked: what they said, a respite, or that somebody
    /// speaks for them.
    pub fn stops(&self, act: &Act, day: Day) -> Result<(), Refusal> {
        if self.complaints.values().any(|complaint| complaint.stops(act.channel)) {
            return Err(Refusal::by("COMPLAINT-STOPS"));
        }
        // The person's own page is theirs to read; nobody is reached by it.
        if self.respite_on(day).is_some() && act.channel != Channel::Portal {
            return Err(Refusal::by("RESPITE"));
        }
        if self.representative.is_some() && act.recipient == Recipient::Debtor && act.channel != Channel::Portal {
            return Err(Refusal::by("REPRESENTED"));
        }
        Ok(())
    }
}

/// Begins a respite. Contact stops with the append that records it; visits that wait lapse; days past due, late charges
/// and interest that runs by the day rest from tomorrow to its end; agencies in `told`, and every one of
/// the house's register, have to acknowledge. After a death the open promises are called off.
#[expect(clippy::too_many_arguments, reason = "each is one word of the sentence that is recorded")]
pub fn begin(
    person: &Person,
    book: &Book,
    ground: Ground,
    until: Option<Day>,
    mut told: Vec<String>,
    words: Option<NoteRef>,
    today: Day,
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    if person.open_respite().is_some() {
        return Err(Refusal::by("RESPITE-RUNS"));
    }
    if until.is_some_and(|until| until < today || today.days_until(until) > LONGEST_DAYS) {
        return Err(Refusal::by("RESPITE-DAYS"));
    }
    let may_be_open = match ground {
        Ground::Crisis | Ground::Death | Ground::Court => true,
        Ground::Hardship | Ground::Statutory => false,
    };
    if until.is_none() && !may_be_open {
        return Err(Refusal::by("RESPITE-DAYS"));
    }
    if ground == Ground::Statutory && !is_in_the_law(book) {
        return Err(Refusal::by("RESPITE-NOT-IN-LAW"));
    }
    for agency in &book.house.agencies {
        if !told.contains(&agency.name) {
            told.push(agency.name.clone());
        }
    }
    let respite = RespiteId(person.next_id());
    let last_day = until.unwrap_or(Day::MAX);
    // Settled ones too: a payment that bounces meanwhile must not let one of them grow.
    let pauses: Vec<(AccountId, EntryId)> =
        (1..).zip(person.accounts.keys()).map(|(at, account)| (*account, EntryId(person.nth_id(at)))).collect();
    let mut events = vec![Event::RespiteBegan { respite, ground, on: today, until, told, words, pauses: pauses.clone() }];
    for (account, id) in pauses {
        events.push(Event::EntryPosted {
            account,
            entry: Entry { id, effective_on: today, kind: EntryKind::Pause { until: last_day, stops: Stops::AllCost } },
        });
    }
    events.extend(visit::lapse_open(person, Lapse::Respite(respite)));
    if ground == Ground::Death {
        events.extend(promise::cancel_open(person, today));
    }
    Ok(arrears::with_what_follows(person, events, today, at))
}

/// Whether the law of the book gives a moratorium by statute.
pub fn is_in_the_law(book: &Book) -> bool {
    book.law.packs().iter().any(|pack| pack.rule("UK-BS-1").is_some_and(|rule| rule.on))
}

/// Ends a respite before its last day. The pauses end with it: what rested has rested exactly as long.
pub fn end(person: &Person, because: RespiteEnd, today: Day, at: Timestamp) -> Result<Vec<Event>, Refusal> {
    let respite = person.open_respite().ok_or_else(|| Refusal::by("RESPITE-NONE"))?;
    if because == RespiteEnd::TimePassed {
        return Err(Refusal::by("RESPITE-DAYS"));
    }
    let mut events = vec![Event::RespiteEnded { respite: respite.id, on: today, because }];
    events.extend(lift(person, &respite.pauses, 1, today.plus_days(-1)));
    Ok(arrears::with_what_follows(person, events, today, at))
}

/// Notes that an agency has stopped.
pub fn acknowledge(person: &Person, agency: &str, today: Day) -> Result<Vec<Event>, Refusal> {
    let respite = person.open_respite().ok_or_else(|| Refusal::by("RESPITE-NONE"))?;
    if !respite.unacknowledged().any(|told| told == agency) {
        return Err(Refusal::by("RESPITE-NOT-TOLD"));
    }
    Ok(vec![Event::RespiteAcknowledged { respite: respite.id, agency: String::from(agency), on: today }])
}

/// Names who speaks for the person; contact goes to them from now on. None: the person speaks for themselves again.
pub fn represent(person: &Person, who: Option<NoteRef>, today: Day) -> Result<Vec<Event>, Refusal> {
    match (who, &person.representative) {
        (None, None) => Err(Refusal::by("REPRESENTED-BY-NONE")),
        (who, _) => Ok(vec![Event::Represented { who, on: today }]),
    }
}

/// Shortens pauses that run beyond `last`, so that they end with it: each is taken back and put again, from the same day. One
/// that was lifted before and put back since is known by its last day. The ids count on from `first`, the number of events
/// before these in the same append.
pub(crate) fn lift(person: &Person, pauses: &[(AccountId, EntryId)], first: u64, last: Day) -> Vec<Event> {
    let mut events: Vec<Event> = vec![];
    for (account, id) in pauses {
        let Some((loan, until, stops)) = pause(person, *account, *id).filter(|(_, until, _)| *until > last) else { continue };
        let runs = |entry: &&Entry| entry.kind == EntryKind::Pause { until, stops } && !loan.is_reversed(entry.id);
        for Entry { id, effective_on, .. } in loan.entries().iter().filter(runs) {
            let mut post = |kind| {
                let id = EntryId(person.nth_id(first + events.len() as u64));
                events.push(Event::EntryPosted { account: *account, entry: Entry { id, effective_on: *effective_on, kind } });
            };
            post(EntryKind::Reversal { of: *id });
            if last > *effective_on {
                post(EntryKind::Pause { until: last, stops });
            }
        }
    }
    events
}

/// Puts pauses back that were lifted on `from`, up to their own end and not beyond `last`: what lifted them turned out otherwise.
/// The ids count on from `first`.
pub(crate) fn put_back(person: &Person, pauses: &[(AccountId, EntryId)], first: u64, from: Day, last: Day) -> Vec<Event> {
    let known = pauses.iter().filter_map(|(account, id)| pause(person, *account, *id).map(|it| (*account, it)));
    let rest = known.map(|(account, (_, until, stops))| (account, until.min(last), stops)).filter(|(_, until, _)| *until > from);
    let post = |(nth, (account, until, stops))| {
        let kind = EntryKind::Pause { until, stops };
        Event::EntryPosted { account, entry: Entry { id: EntryId(person.nth_id(nth)), effective_on: from, kind } }
    };
    (first..).zip(rest).map(post).collect()
}

/// A pause as it was first put, whether it stands or was taken back.
fn pause(person: &Person, account: AccountId, id: EntryId) -> Option<(&Loan, Day, Stops)> {
    let loan = &person.accounts.get(&account)?.loan;
    let entry = loan.entries().iter().find(|entry| entry.id == id)?;
    if let EntryKind::Pause { until, stops } = entry.kind { Some((loan, until, stops)) } else { None }
}

/// Ends a respite whose last day has passed on the night of `today`.
pub(crate) fn end_passed(person: &Person, today: Day) -> Vec<Event> {
    let over = person.open_respite().filter(|respite| respite.until.is_some_and(|until| until <= today));
    over.map(|respite| Event::RespiteEnded { respite: respite.id, on: today, because: RespiteEnd::TimePassed })
        .into_iter()
        .collect()
}

/// The night that ends the respite.
pub(crate) fn wakes_on(person: &Person) -> Option<Day> {
    person.open_respite()?.until
}

pub(crate) fn apply(person: &mut Person, event: &Event) {
    match event {
        Event::RespiteBegan { respite, ground, on, until, told, words, pauses } => {
            let told = told.iter().map(|agency| (agency.clone(), None)).collect();
            person.respites.push(Respite {
                id: *respite,
                ground: *ground,
                began_on: *on,
                until: *until,
                told,
                words: words.clone(),
                pauses: pauses.clone(),
                end: None,
            });
        }
        Event::RespiteEnded { respite, on, because } => {
            if let Some(respite) = person.respites.iter_mut().find(|known| known.id == *respite) {
                respite.end = Some((*on, *because));
            }
        }
        Event::RespiteAcknowledged { respite, agency, on } => {
            let respite = person.respites.iter_mut().find(|known| known.id == *respite);
            if let Some((_, acknowledged)) = respite.and_then(|it| it.told.iter_mut().find(|(name, _)| name == agency)) {
                *acknowledged = Some(*on);
            }
        }
        Event::Represented { who, on } => {
            person.representative = who.clone().map(|who| Representative { who, since: *on });
        }
        _ => {}
    }
}
