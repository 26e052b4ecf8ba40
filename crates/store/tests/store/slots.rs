//! The last place among the day's calls: whoever asks for it, however many at once and from however many processes, one gets it.

use std::process::{Command as Process, Stdio};

use domain::book::Book;
use domain::contact::{self, Act, Channel, ContactOutcome, Direction};
use domain::event::{Actor, Event};
use domain::id::{CaseId, PersonId, ReservationId, StaffId};
use domain::law::Law;
use domain::reservation;
use jiff::tz::TimeZone;
use store::{Asker, Command, Outcome, Place, Store};

use crate::bed::{Bed, at, book, borrow, day, record};

/// How many ask, in all.
const ATTEMPTS: u64 = 100;
/// Where a process of ours finds the book that it is to ask.
const PLACE: &str = "FORBEAR_TEST_PLACE";

/// China's law: three conversations a day, over everybody who calls.
fn chinese() -> Book {
    let pack = toml::from_str(include_str!("../../../../packs/cn/pack.toml")).unwrap();
    let law = Law::new(vec![pack], &|_| Some(TimeZone::fixed(jiff::tz::offset(8)))).unwrap();
    Book { law, ..book() }
}

fn open(place: &Place) -> Store {
    Store::open(place, chinese()).unwrap()
}

/// A command of some collector's.
fn command(person: u64, key: String, decide: store::Decide) -> Command {
    Command {
        person: PersonId(person),
        actor: Actor::Staff(StaffId(1)),
        key,
        body_hash: [2; 32],
        intent: "contact.reserve",
        recorded_at: at(1),
        night: None,
        notes: vec![],
        decide,
    }
}

fn reserve(store: &Store, person: u64, id: u64) -> Command {
    let book = store.book();
    let decide = move |person: &domain::person::Person| {
        let (act, now) = (Act::demand(Channel::Call), book.moment(at(1)));
        reservation::reserve(person, &book, ReservationId(id), &act, at(60), &now)
    };
    command(person, format!("reserve {person} {id}"), Box::new(decide))
}

/// Somebody in collections who was talked to `talked` times today.
fn behind(store: &Store, person: u64, talked: u64) {
    store.run(borrow(person)).unwrap();
    let opened = Event::CaseOpened { case: CaseId(person), on: day("2026-03-01"), first_payment_default: true };
    store.run(command(person, format!("case {person}"), Box::new(|_| Ok(vec![opened])))).unwrap();
    for call in 0..talked {
        let book = store.book();
        let decide = move |person: &domain::person::Person| {
            let (act, reached) = (Act::demand(Channel::Call), ContactOutcome::Reached);
            Ok(contact::observe(person, &book, &act, Direction::Outbound, reached, None, &book.moment(at(0))))
        };
        store.run(command(person, format!("call {person} {call}"), Box::new(decide))).unwrap();
    }
}

/// How many of `ids` got a place, all asked for before the first answer.
fn attempts(store: &Store, person: u64, ids: impl Iterator<Item = u64>) -> usize {
    let tickets: Vec<_> = ids.map(|id| store.send(reserve(store, person, id))).collect();
    let got = tickets.into_iter().map(|ticket| ticket.wait().unwrap());
    got.filter(|outcome| match outcome {
        Outcome::Done(_) => true,
        Outcome::Refused(refusal) => {
            assert_eq!(refusal.by, ["CN-FREQ-1"]);
            false
        }
        other => panic!("{other:?}"),
    })
    .count()
}

fn held(store: &Store, person: u64) -> usize {
    let person = store.reader().person(Asker::Night, PersonId(person)).unwrap().unwrap();
    person.reservations.values().filter(|reservation| reservation.is_held_at(at(60))).count()
}

pub(crate) fn of_a_hundred_who_want_the_last_place_one_gets_it(bed: &Bed) {
    Store::create(&bed.place, &record()).unwrap();
    let store = open(&bed.place);
    for (person, talked, lawful) in [(1, 2, 1), (2, 0, 3), (3, 3, 0)] {
        behind(&store, person, talked);
        let got = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..4)
                .map(|worker| {
                    let store = &store;
                    scope.spawn(move || attempts(store, person, (0..ATTEMPTS).filter(move |id| id % 4 == worker)))
                })
                .collect();
            workers.into_iter().map(|worker| worker.join().unwrap()).sum::<usize>()
        });
        assert_eq!((got, held(&store, person)), (lawful, lawful), "after {talked} conversations");
    }
    assert_eq!(store.verify(&mut |_, _| {}).unwrap(), []);
}

pub(crate) fn of_a_hundred_in_four_processes_who_want_the_last_place_one_gets_it(bed: &Bed) {
    Store::create(&bed.place, &record()).unwrap();
    let store = open(&bed.place);
    behind(&store, 1, 2);
    let place = match &bed.place {
        Place::File(path) => path.display().to_string(),
        Place::Server(url) => url.clone(),
    };
    let process = |number: u64| {
        let mut process = Process::new(std::env::current_exe().unwrap());
        process.args(["--exact", "slots::one_process_of_several", "--ignored", "--nocapture"]);
        process.env(PLACE, &place).env("FORBEAR_TEST_NUMBER", number.to_string()).stdout(Stdio::piped());
        process.spawn().unwrap()
    };
    let processes: Vec<_> = (0..4).map(process).collect();
    let mut got = 0;
    for process in processes {
        let output = process.wait_with_output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{text}");
        let said = text.split("places taken: ").nth(1).unwrap_or_else(|| panic!("{text}"));
        got += said.lines().next().unwrap().trim().parse::<usize>().unwrap();
    }
    assert_eq!((got, held(&store, 1)), (1, 1));
    assert_eq!(store.verify(&mut |_, _| {}).unwrap(), []);
}

/// Not a test of its own: what each process of the one above runs.
#[test]
#[ignore = "run by the test of several processes"]
fn one_process_of_several() {
    let Ok(place) = std::env::var(PLACE) else { return };
    let place = if place.starts_with("postgres://") { Place::Server(place) } else { Place::File(place.into()) };
    let number: u64 = std::env::var("FORBEAR_TEST_NUMBER").unwrap().parse().unwrap();
    let store = open(&place);
    println!("places taken: {}", attempts(&store, 1, (0..ATTEMPTS).filter(|id| id % 4 == number)));
}
