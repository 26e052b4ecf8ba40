//! A record that a collector's phone made at a door, often without a network: under an id of the phone's, linked to the one
//! before, signed by the device. It is an observation. Whatever it says is kept, with the rules it broke beside it; what it
//! asks for is done if the rules allow it, and otherwise it is kept beside what stands.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::contact::{self, Act};
use crate::day::Day;
use crate::event::{Event, NoteRef};
use crate::id::{DeviceId, EntryId, PromiseId, RecordId, VisitId};
use crate::law::Fact;
use crate::means::{self, Means, Taken};
use crate::moment::{Moment, Timestamp};
use crate::money::Money;
use crate::options::{self, Way};
use crate::payment;
use crate::person::Person;
use crate::plan::{self, Signed};
use crate::promise::{self, Origin};
use crate::refusal::Refusal;
use crate::visit::{self, Doorstep};

/// A record as it came in: what the phone signed, and what is known of its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The id that the phone gave it.
    pub id: RecordId,
    /// The phone.
    pub device: DeviceId,
    /// Its public Ed25519 key, 64 hexadecimal digits, so that the record can be checked by itself.
    pub device_key: String,
    /// The place in the phone's chain, from 1 without gaps.
    pub sequence: u64,
    /// The very text that was signed. It names the record before it by hash and holds no personal data.
    pub header: String,
    /// The signature, 128 hexadecimal digits.
    pub signature: String,
    /// What was recorded: answers, words, the place. Kept outside the log.
    pub body: NoteRef,
    /// When it was made, as far as anybody can say: the server's last word to the phone and the time counted since.
    pub made_at: Timestamp,
    /// The server's last word to the phone before it: it was not made earlier. None if there was none.
    pub not_before: Option<Timestamp>,
    /// What speaks against believing its time or place. Recorded, and nothing follows from it by itself.
    pub doubts: Vec<String>,
    /// Rules that what it tells of has broken.
    pub breaches: Vec<String>,
    /// Rules for which it changed nothing and is kept beside what stands. Empty if it was taken.
    pub beside: Vec<String>,
}

/// A photo, a signature or a sound that a record names, as it was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// SHA-256 of what the phone sent, 64 hexadecimal digits: the name under which the record knows it.
    pub sent: String,
    /// SHA-256 of what is kept, after foreign metadata was left out and the rest was encrypted.
    pub kept: String,
    /// What it is: `photo`, `signature`, `audio`.
    pub kind: String,
    /// How many bytes the phone sent.
    pub sent_bytes: u64,
    /// The phone.
    pub device: DeviceId,
}

/// What a record tells.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// The team stands at the door.
    Arrival {
        /// How many they are.
        team: u16,
    },
    /// What happened there.
    Doorstep(Doorstep),
    /// A promise to pay.
    Promise {
        /// How much.
        amount: Money,
        /// By when.
        due_on: Day,
    },
    /// Means as stated.
    Means(Means),
    /// A plan that the person signed.
    Plan {
        /// The way out that was chosen.
        way: Way,
        /// The most in any month, and all that will be paid, as they stood on the phone when it was signed.
        shown: (Money, Money),
        /// The signature; none if nobody signed.
        signed: Option<Signed>,
    },
    /// Money was taken.
    Money {
        /// How much.
        amount: Money,
    },
    /// The team left.
    Departure,
}

/// Receives a record of `visit`. `record` comes with the doubts and breaches that were found on the way, such as a lease that
/// had run out; `received` is now. The record is always the first event.
pub fn receive(person: &Person, book: &Book, visit: VisitId, record: Record, told: Told, received: &Moment) -> Vec<Event> {
    let mut record = record;
    let made = book.moment(record.made_at);
    let follows = match told {
        Told::Arrival { team } => arrive(person, book, visit, team, &made, &mut record.breaches),
        Told::Doorstep(doorstep) => match person.visits.get(&visit).is_some_and(|visit| visit.doorstep.is_some()) {
            true => Err(Refusal::by("VISIT-RECORDED-TWICE")),
            false => Ok(visit::record(person, visit, doorstep)),
        },
        Told::Promise { amount, due_on } => {
            promise::make(person, PromiseId(record.id.0), amount, due_on, Origin::Visit(visit), made.day())
        }
        Told::Means(means) => {
            means::state(means, Some(Taken::Door(visit)), vec![], made.day()).map_err(|_| Refusal::by("MEANS-UNLIKELY"))
        }
        Told::Plan { way, shown, signed } => agree(person, book, &way, shown, signed, &made, received),
        Told::Money { amount } => {
            record.breaches.extend(what_forbids_money(person, book, &made));
            take(person, EntryId(record.id.0), amount, made.day(), received)
        }
        Told::Departure => match person.visits.get(&visit).is_some_and(|visit| visit.is_open()) {
            true => visit::close(person, visit, &made),
            // The colleague's phone said so before: nothing is wrong with saying it twice.
            false => Ok(vec![]),
        },
    };
    let follows = follows.unwrap_or_else(|refusal| {
        record.beside = refusal.by;
        vec![]
    });
    let mut events = vec![Event::RecordReceived { visit, record }];
    events.extend(follows);
    events
}

/// Stands at the door. The law is asked for that minute, with what is known now; what it would have refused is a breach, for
/// the team did stand there.
fn arrive(
    person: &Person,
    book: &Book,
    visit: VisitId,
    team: u16,
    made: &Moment,
    breaches: &mut Vec<String>,
) -> Result<Vec<Event>, Refusal> {
    if person.visits.get(&visit).is_some_and(|visit| visit.started_at.is_some()) {
        // Each of a team says it with their own phone.
        return Ok(vec![]);
    }
    let started =
        contact::ask(person, book, &Act::visit(team), made).and_then(|permit| visit::start(person, permit, visit, made));
    Ok(started.unwrap_or_else(|refusal| {
        breaches.extend(refusal.by);
        vec![]
    }))
}

/// Agrees what was signed at the door, by the rules of every plan. Worked out anew from the ledger: where it comes to other
/// figures than those under the signature, nothing is agreed, for nobody signed them.
fn agree(
    person: &Person,
    book: &Book,
    way: &Way,
    shown: (Money, Money),
    signed: Option<Signed>,
    made: &Moment,
    received: &Moment,
) -> Result<Vec<Event>, Refusal> {
    let signed = signed.ok_or_else(|| Refusal::by("PLAN-NOT-SIGNED"))?;
    let offer = options::work_out(person, book, way, made.day())?;
    if (offer.a_month, offer.total) != shown {
        return Err(Refusal::by("PLAN-CHANGED-SINCE"));
    }
    plan::agree(person, book, way, signed, None, made.day(), received.at())
}

/// The rules under which no money may be taken at a door.
pub fn what_forbids_money(person: &Person, book: &Book, moment: &Moment) -> Vec<String> {
    let rules = |takes_money: bool| {
        let mut situation = contact::situation(person, book, &Act::visit(2), moment);
        situation.facts.set(Fact::CollectsMoney, takes_money);
        book.law.rule(&situation).permit().err().map_or_else(Vec::new, |refusal| refusal.by)
    };
    let without = rules(false);
    rules(true).into_iter().filter(|rule| !without.contains(rule)).collect()
}

/// Posts money that was taken, on the account that is most overdue. The record's id is the entry's: it is posted once.
fn take(person: &Person, id: EntryId, amount: Money, on: Day, received: &Moment) -> Result<Vec<Event>, Refusal> {
    let owing = person.accounts.values().filter(|account| account.settled_on.is_none());
    let account = owing.max_by_key(|account| account.loan.position(on).days_past_due);
    let account = account.ok_or_else(|| Refusal::by("ACCOUNT-UNKNOWN"))?.id;
    payment::receive(person, account, id, amount, on, received.day(), received.at())
}
