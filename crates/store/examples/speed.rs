//! How fast the store is, one JSON line a figure: `cargo run --release -p store --example speed [PEOPLE]`.
//!
//! On SQLite with its durable profile, in a new book under the system's directory for temporary files.

use std::time::Instant;

use domain::book::Book;
use domain::day::Day;
use domain::event::{Actor, Event};
use domain::id::{AccountId, EntryId, NoteId, PersonId};
use domain::law::{Calendar, Law};
use domain::loan::{Entry, EntryKind, PaymentSource, Terms};
use domain::moment::Timestamp;
use domain::money::Money;
use store::{BookRecord, Command, Note, Place, Store};

/// Payments of each person in one command.
const PAYMENTS: u64 = 10;

fn main() -> Result<(), store::Error> {
    let people: u64 = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(20_000);
    let dir = std::env::temp_dir().join(format!("forbear-speed-{}", std::process::id()));
    std::fs::create_dir_all(&dir).map_err(|error| store::Error::Unfit(error.to_string()))?;
    let place = Place::in_dir(&dir);
    Store::create(&place, &record())?;
    let store = Store::open(&place, book()?)?;

    measure("new people", people, || send_all((1..=people).map(borrow), &store))?;
    measure("events of payments in batches", people * PAYMENTS, || send_all((1..=people).map(|person| pay(person, 0)), &store))?;
    measure("events of single payments", people, || send_all((1..=people).map(|person| pay_once(person, 1)), &store))?;
    let one_by_one = people.min(500);
    measure("commands one after the other", one_by_one, || {
        (1..=one_by_one).try_for_each(|person| store.run(pay_once(person, 2)).map(drop))
    })?;
    let events = people * (2 + PAYMENTS + 1) + one_by_one;
    measure("events verified", events, || {
        let found = store.verify(&mut |_, _| {})?;
        if found.is_empty() { Ok(()) } else { Err(store::Error::Damaged(found[0].to_string())) }
    })?;
    measure("people rebuilt", people, || store.rebuild(&mut |_, _| {}))?;
    drop(store);
    std::fs::remove_dir_all(&dir).map_err(|error| store::Error::Unfit(error.to_string()))
}

fn measure(figure: &str, n: u64, work: impl FnOnce() -> Result<(), store::Error>) -> Result<(), store::Error> {
    let begun = Instant::now();
    work()?;
    let seconds = begun.elapsed().as_secs_f64();
    println!(r#"{{"figure":"{figure}","value":{:.0},"unit":"1/s","n":{n}}}"#, n as f64 / seconds);
    Ok(())
}

fn send_all(commands: impl Iterator<Item = Command>, store: &Store) -> Result<(), store::Error> {
    let tickets: Vec<_> = commands.map(|command| store.send(command)).collect();
    tickets.into_iter().try_for_each(|ticket| ticket.wait().map(drop))
}

fn record() -> BookRecord {
    BookRecord {
        name: "speed".into(),
        currency: "CNY".into(),
        zone: "Asia/Shanghai".into(),
        pack: "none".into(),
        shards: 1,
        verifying_key: [0; 32],
        created_at: Timestamp::UNIX_EPOCH,
    }
}

fn book() -> Result<Book, store::Error> {
    let law = Law::new(vec![], &|_| None).map_err(|invalid| store::Error::Unfit(invalid.fix))?;
    Ok(Book {
        currency: "CNY".into(),
        zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(8)),
        law,
        calendar: Calendar::default(),
        zones: |_| None,
        house: domain::house::House::default(),
    })
}

fn command(person: u64, key: String, notes: Vec<Note>, events: Vec<Event>) -> Command {
    Command {
        person: PersonId(person),
        actor: Actor::Import,
        key,
        body_hash: [0; 32],
        intent: "import",
        recorded_at: Timestamp::UNIX_EPOCH,
        night: None,
        notes,
        decide: Box::new(move |_| Ok(events)),
    }
}

fn borrow(person: u64) -> Command {
    let identity = Note { id: NoteId(person), kind: "identity", salt: [1; 16], body: r#"{"name":"王"}"#.into(), paper: None };
    let terms = Terms::interest_free(Money::from_minor(120_000), Day::from_epoch_days(20_000), 12);
    let registered = Event::PersonRegistered { identity: identity.reference(), zone: "Asia/Shanghai".into() };
    let opened =
        Event::AccountOpened { account: AccountId(person), number: format!("A-{person}"), terms, annual_cost_percent: None };
    command(person, format!("borrow {person}"), vec![identity], vec![registered, opened])
}

fn pay(person: u64, round: u64) -> Command {
    let events = (0..PAYMENTS).map(|number| payment(person, round * 100 + number)).collect();
    command(person, format!("pay {person} {round}"), vec![], events)
}

fn pay_once(person: u64, round: u64) -> Command {
    command(person, format!("pay {person} {round}"), vec![], vec![payment(person, round * 100)])
}

fn payment(person: u64, number: u64) -> Event {
    let kind = EntryKind::Payment { amount: Money::from_minor(1_000), source: PaymentSource::Borrower };
    let entry = Entry { id: EntryId(number), effective_on: Day::from_epoch_days(20_040), kind };
    Event::EntryPosted { account: AccountId(person), entry }
}
