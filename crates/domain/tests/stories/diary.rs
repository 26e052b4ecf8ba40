//! The diary a story is told in.

use domain::arrears;
use domain::book::Book;
use domain::complaint::{self, Answer, Matter};
use domain::credit::{self, Applicant};
use domain::day::Day;
use domain::event::{Actor, Event, NoteRef, Recorded};
use domain::id::{AccountId, ComplaintId, EntryId, NoteId, PersonId, PlanId, PromiseId};
use domain::law::{Calendar, Law};
use domain::loan::{Late, Terms};
use domain::means::{self, Category, Line, Means};
use domain::message;
use domain::moment::Timestamp;
use domain::money::Money;
use domain::payment;
use domain::person::Person;
use domain::plan::{self, PlanInstalment};
use domain::promise::{self, Origin, Outcome, PromiseEnd};
use domain::refusal::Refusal;
use domain::visit;
use jiff::tz::{Offset, TimeZone};

pub(crate) const ACCOUNT: AccountId = AccountId(1);

/// Somebody's life with one account, told day by day. Every day ends with its night.
pub(crate) struct Diary {
    pub(crate) person: Person,
    pub(crate) book: Book,
    pub(crate) today: Day,
    next: u64,
}

impl Diary {
    /// Somebody with a limit of 16,000 yuan buys for `yuan` in `months` instalments without interest, three days of grace
    /// and half a thousandth a day on what is late.
    pub(crate) fn buys(on: &str, yuan: i64, months: u32) -> Diary {
        let zone = TimeZone::fixed(Offset::constant(8));
        let law = Law::new(vec![], &|_| None).unwrap();
        let book =
            Book { currency: "CNY".into(), zone, law, calendar: Calendar::default(), zones: |name| TimeZone::get(name).ok() };
        let mut diary = Diary { person: Person::new(PersonId(7)), book, today: day(on), next: 100 };
        let identity = NoteRef { id: NoteId(1), digest: "00".repeat(32) };
        diary.write(vec![Event::PersonRegistered { identity, zone: "Asia/Shanghai".into() }]);
        let applicant = Applicant {
            age: 30,
            income: Money::from_minor(900_000),
            other_debts: Money::from_minor(100_000),
            months_employed: 36,
            worst_days_past_due: 0,
            inquiries: 0,
            active_months: 12,
        };
        diary.write(credit::apply_for(applicant).unwrap());
        let late = Late { annual_rate: "0.1825".parse().unwrap(), ..Late::default() };
        let terms = Terms { grace_days: 3, late, ..Terms::interest_free(yuan_of(yuan), diary.today, months) };
        let signed = credit::sign(&diary.person, ACCOUNT, "F1".into(), terms, "0".parse().unwrap(), diary.today);
        diary.write(signed.unwrap());
        diary
    }

    /// Lets the days pass up to `until`, each with its night; `until` itself has begun.
    pub(crate) fn until(&mut self, until: &str) -> &mut Diary {
        while self.today < day(until) {
            self.night();
            self.today = self.today.plus_days(1);
        }
        self
    }

    /// The night that ends today; run again, it must say nothing.
    pub(crate) fn night(&mut self) -> Vec<Event> {
        let midnight = self.book.start_of(self.today.plus_days(1));
        let events = arrears::night(&self.person, &self.book, self.today, midnight);
        self.write_as(Actor::Night, events.clone());
        assert_eq!(arrears::night(&self.person, &self.book, self.today, midnight), [], "the night of {} ran twice", self.today);
        events
    }

    /// Pays `yuan` today, counting from today.
    pub(crate) fn pays(&mut self, yuan: i64) -> EntryId {
        self.pays_as_of(yuan, self.today)
    }

    /// Pays `yuan`, which becomes known today and counts from `effective_on`.
    pub(crate) fn pays_as_of(&mut self, yuan: i64, effective_on: Day) -> EntryId {
        let id = EntryId(self.id());
        let events = payment::receive(&self.person, ACCOUNT, id, yuan_of(yuan), effective_on, self.today, self.noon());
        self.write(events.unwrap());
        id
    }

    /// A payment turns out not to have come.
    pub(crate) fn bounces(&mut self, payment: EntryId) -> &mut Diary {
        let id = EntryId(self.id());
        let events = payment::reverse(&self.person, ACCOUNT, id, payment, self.today, self.noon());
        self.write(events.unwrap());
        self
    }

    /// Promises `yuan` by `due_on`.
    pub(crate) fn promises(&mut self, yuan: i64, due_on: &str) -> PromiseId {
        let id = PromiseId(self.id());
        let made = promise::make(&self.person, id, yuan_of(yuan), day(due_on), Origin::Call, self.today);
        self.write(made.unwrap());
        id
    }

    /// States an income and outgoings a month.
    pub(crate) fn states(&mut self, income: i64, outgoings: i64) -> &mut Diary {
        let line = |category, yuan| Line { category, amount: Some(yuan_of(yuan)) };
        let means = Means {
            income: vec![line(Category::Wages, income)],
            outgoings: vec![line(Category::Rent, outgoings)],
            other_debts: Money::ZERO,
            household: 1,
        };
        let stated = means::state(means, self.today).unwrap();
        self.write(stated);
        self
    }

    /// Agrees a plan of `yuan` on each of `days`.
    pub(crate) fn plans(&mut self, yuan: i64, days: &[&str]) -> Result<PlanId, Refusal> {
        let id = PlanId(self.id());
        let first = self.next;
        let instalments = days.iter().zip(first..).map(|(due_on, promise)| PlanInstalment {
            promise: PromiseId(promise),
            amount: yuan_of(yuan),
            due_on: day(due_on),
        });
        let instalments: Vec<_> = instalments.collect();
        self.next += days.len() as u64;
        let events = plan::agree(&self.person, id, &instalments, None, self.today)?;
        self.write(events);
        Ok(id)
    }

    /// Says that something went wrong.
    pub(crate) fn says(&mut self, matter: Matter) -> ComplaintId {
        let id = ComplaintId(self.id());
        let events = complaint::open(&self.person, &self.book, id, matter, None, self.today);
        self.write(events);
        id
    }

    /// Gets an answer.
    pub(crate) fn hears(&mut self, id: ComplaintId, answer: Answer) -> &mut Diary {
        let events = complaint::answer(&self.person, id, answer, None, self.today).unwrap();
        self.write(events);
        self
    }

    /// What the ledger said of a promise, and how much was paid toward it, in yuan.
    pub(crate) fn outcome(&self, id: PromiseId) -> Option<(Outcome, i64)> {
        match self.person.promises[&id].end? {
            PromiseEnd::Judged { outcome, paid, .. } => Some((outcome, paid.minor() / 100)),
            PromiseEnd::Superseded { .. } => None,
        }
    }

    /// What is overdue today, penalty included.
    pub(crate) fn overdue(&self) -> Money {
        self.person.overdue(self.today)
    }

    pub(crate) fn noon(&self) -> Timestamp {
        self.book.start_of(self.today) + jiff::SignedDuration::from_hours(12)
    }

    pub(crate) fn write(&mut self, events: Vec<Event>) {
        self.write_as(Actor::Consumer(self.person.id), events);
    }

    /// As the store appends: with what the events take back.
    fn write_as(&mut self, actor: Actor, mut events: Vec<Event>) {
        events.extend(message::taken_back(&self.person, &events));
        events.extend(visit::revoke_fallen(&self.person, &events, self.noon()));
        for event in events {
            let recorded = Recorded { version: self.person.version + 1, recorded_at: self.noon(), actor, event };
            self.person.apply(&recorded);
        }
    }

    fn id(&mut self) -> u64 {
        self.next += 1;
        self.next
    }
}

pub(crate) fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub(crate) fn yuan_of(yuan: i64) -> Money {
    Money::from_minor(yuan * 100)
}
