//! A full disk, tried with SQLite's own limit on pages.

use domain::book::Book;
use domain::event::{Actor, Event};
use domain::id::{NoteId, PersonId};
use domain::law::{Calendar, Law};
use ed25519_dalek::SigningKey;

use super::*;
use crate::db::Place;
use crate::note::Note;
use crate::store::{BookRecord, Store};

/// A person with a long note.
pub(super) fn register(person: u64) -> Command {
    let note = Note { id: NoteId(person), kind: "identity", salt: [0; 16], body: "x".repeat(1_000) };
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

pub(super) fn record(key: &SigningKey) -> BookRecord {
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
pub(super) fn book() -> Book {
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
    let Db::Sqlite(connection) = db else { panic!("SQLite is what is tried") };
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
        let group = (0..7).map(|number| register(answered + number)).collect();
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
    let group = (0..7).map(|number| register(answered + number)).collect();
    assert!(appender.append(&mut db, group).unwrap().iter().all(|answer| matches!(answer, Ok(Outcome::Done(_)))));
    drop(db);
    assert_eq!(Store::open(&place, book).unwrap().verify(&mut |_, _| {}).unwrap(), []);
}
