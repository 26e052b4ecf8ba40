//! A full disk, tried with SQLite's own limit on pages.

use domain::book::Book;
use domain::event::{Actor, Event};
use domain::id::{NoteId, PersonId};
use domain::law::{Calendar, Law};
use domain::moment::Timestamp;
use ed25519_dalek::SigningKey;

use super::*;
use crate::db::Place;
use crate::note::Note;
use crate::store::{BookRecord, Store};

/// A person with a long note.
pub(crate) fn register(person: u64) -> Command {
    let note = Note { id: NoteId(person), kind: "identity", salt: [0; 16], body: "x".repeat(1_000), paper: None };
    let identity = note.reference();
    Command {
        person: PersonId(person),
        actor: Actor::Import,
        key: format!("register {person}"),
        body_hash: [0; 32],
        intent: "register",
        recorded_at: Timestamp::UNIX_EPOCH,
        night: None,
        notes: vec![note],
        decide: Box::new(move |_| Ok(vec![Event::PersonRegistered { identity, zone: "Asia/Shanghai".into() }])),
    }
}

/// A command that waits to be decided.
pub(crate) fn asked(command: Command) -> Asked {
    Asked::Command(Box::new(command))
}

pub(crate) fn record(key: &SigningKey) -> BookRecord {
    BookRecord {
        name: "test".into(),
        currency: "CNY".into(),
        zone: "UTC".into(),
        pack: String::new(),
        shards: 1,
        verifying_key: key.verifying_key().to_bytes(),
        created_at: Timestamp::UNIX_EPOCH,
    }
}

/// A book without law.
pub(crate) fn book() -> Book {
    let law = Law::new(vec![], &|_| None).unwrap();
    Book {
        currency: "CNY".into(),
        zone: jiff::tz::TimeZone::UTC,
        law,
        calendar: Calendar::default(),
        zones: |_| None,
        house: domain::house::House::default(),
    }
}

/// Lets the file grow by so many pages and no further.
fn limit_growth(db: &mut Db, pages: i64) {
    let Db::Sqlite(connection, _) = db else { panic!("SQLite is what is tried") };
    let now: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    connection.pragma_update(None, "max_page_count", now + pages).unwrap();
}

#[test]
fn a_full_disk_writes_nothing_by_halves_and_can_be_mended() {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::in_dir(dir.path());
    Store::create(&place, &record(&SigningKey::from_bytes(&[7; 32]))).unwrap();
    let book = book();
    let mut db = Db::open(&place).unwrap();
    let last_night = Arc::new(AtomicI32::new(Day::MIN.epoch_days()));
    let mut appender = Appender::new(InForce::new(book.clone()), 1, "test".into(), last_night, 100);
    limit_growth(&mut db, 15);

    let mut answered = 0;
    let full = loop {
        let group: Vec<_> = (0..7).map(|number| asked(register(answered + number))).collect();
        match appender.append(&mut db, group) {
            Ok(answers) => answered += answers.iter().filter(|answer| answer.is_ok()).count() as u64,
            Err(error) => break error,
        }
    };
    assert_eq!(full, Error::Full);
    assert!(full.to_string().contains("free some space"), "{full}");
    assert!(answered > 0);
    for table in [
        "SELECT COUNT(*) FROM streams",
        "SELECT COUNT(*) FROM events",
        "SELECT COUNT(*) FROM commands",
        "SELECT COUNT(*) FROM notes",
    ] {
        assert_eq!(db.query_one(table, &[], |row| row.get::<i64>(0)).unwrap(), Some(answered as i64), "{table}");
    }

    limit_growth(&mut db, 10_000);
    let group: Vec<_> = (0..7).map(|number| asked(register(answered + number))).collect();
    assert!(appender.append(&mut db, group).unwrap().iter().all(|answer| matches!(answer, Ok(Outcome::Done(_)))));
    drop(db);
    assert_eq!(Store::open(&place, book).unwrap().verify(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn a_command_that_the_database_will_not_take_costs_the_others_of_its_group_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::in_dir(dir.path());
    Store::create(&place, &record(&SigningKey::from_bytes(&[7; 32]))).unwrap();
    let mut db = Db::open(&place).unwrap();
    let last_night = Arc::new(AtomicI32::new(Day::MIN.epoch_days()));
    let mut appender = Appender::new(InForce::new(book()), 1, "test".into(), last_night, 100);
    // It repeats the note of another, which is found out when its event is written already.
    let repeating = |person: u64| {
        let mut command = register(person);
        command.notes[0].id = NoteId(1);
        command
    };
    let again = || Command { key: "register 2 again".into(), ..register(2) };
    let group = vec![register(1), repeating(3), register(2), register(1), repeating(4), register(5)];
    let answers = appender.append(&mut db, group.into_iter().map(asked)).unwrap();
    let told: Vec<&str> = (answers.iter())
        .map(|answer| match answer {
            Ok(Outcome::Done(_)) => "done",
            Ok(Outcome::AlreadyDone(_)) => "done before",
            Err(Error::Broken(_)) => "broken",
            _ => "something else",
        })
        .collect();
    assert_eq!(told, ["done", "broken", "done", "done before", "broken", "done"]);
    // What is remembered of them is what is stored of them.
    let again = appender.append(&mut db, vec![asked(again())]).unwrap();
    assert!(matches!(&again[0], Err(Error::Broken(_))), "the note of 2 is there already: {:?}", again[0]);
    let more = Command { notes: vec![], key: "register 2 anew".into(), ..register(2) };
    assert_eq!(appender.append(&mut db, vec![asked(more)]).unwrap()[0].as_ref().unwrap().recorded()[0].version, 2);
    drop(db);
    assert_eq!(Store::open(&place, book()).unwrap().verify(&mut |_, _| {}).unwrap(), []);
}
