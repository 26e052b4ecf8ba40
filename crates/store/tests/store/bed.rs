//! A place to keep a book while a test runs, and the few commands that tests are made of.

use domain::book::Book;
use domain::day::Day;
use domain::event::{Actor, Event};
use domain::id::{AccountId, EntryId, NoteId, PersonId, StaffId};
use domain::law::{Calendar, Law};
use domain::loan::Terms;
use domain::moment::Timestamp;
use domain::money::Money;
use domain::payment;
use store::{BookRecord, Command, Note, Place, Store};

/// The private key that seals test books.
pub(crate) const KEY: [u8; 32] = [7; 32];

/// Where a test keeps its book.
pub(crate) struct Bed {
    pub(crate) place: Place,
    _dir: Option<tempfile::TempDir>,
}

impl Bed {
    pub(crate) fn on_sqlite() -> Bed {
        let dir = tempfile::tempdir().unwrap();
        Bed { place: Place::in_dir(dir.path()), _dir: Some(dir) }
    }

    pub(crate) fn on_postgres(url: String) -> Bed {
        Bed { place: Place::Server(url), _dir: None }
    }

    /// A new book of three shards.
    pub(crate) fn make(&self) -> Store {
        Store::create(&self.place, &record()).unwrap();
        self.open()
    }

    pub(crate) fn open(&self) -> Store {
        Store::open(&self.place, book()).unwrap()
    }

    /// The one column of text that `sql` asks for, read around the store.
    pub(crate) fn texts(&self, sql: &str) -> Vec<String> {
        match &self.place {
            Place::File(path) => {
                let connection = rusqlite::Connection::open(path).unwrap();
                let mut asked = connection.prepare(sql).unwrap();
                let rows = asked.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>();
                rows.unwrap()
            }
            Place::Server(url) => {
                let mut client = ::postgres::Client::connect(url, ::postgres::NoTls).unwrap();
                client.query(sql, &[]).unwrap().iter().map(|row| row.get(0)).collect()
            }
        }
    }

    /// Does to the database what only somebody with its file or password could, going around the store.
    pub(crate) fn tamper(&self, sql: &str) -> Result<(), String> {
        match &self.place {
            Place::File(path) => {
                let connection = rusqlite::Connection::open(path).unwrap();
                connection.execute_batch(sql).map_err(|error| error.to_string())
            }
            Place::Server(url) => {
                let mut client = ::postgres::Client::connect(url, ::postgres::NoTls).unwrap();
                client.batch_execute(sql).map_err(|error| error.as_db_error().unwrap().message().to_string())
            }
        }
    }
}

pub(crate) fn record() -> BookRecord {
    BookRecord {
        name: "test".into(),
        currency: "CNY".into(),
        zone: "Asia/Shanghai".into(),
        pack: "cn".into(),
        shards: 3,
        verifying_key: ed25519_dalek::SigningKey::from_bytes(&KEY).verifying_key().to_bytes(),
        created_at: at(0),
    }
}

pub(crate) fn book() -> Book {
    Book {
        currency: "CNY".into(),
        zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(8)),
        law: Law::new(vec![], &|_| None).unwrap(),
        calendar: Calendar::default(),
        zones: |_| None,
        house: domain::house::House::default(),
    }
}

/// `minutes` after nine in the morning of 2 March 2026.
pub(crate) fn at(minutes: i64) -> Timestamp {
    "2026-03-02T01:00:00Z".parse::<Timestamp>().unwrap() + jiff::SignedDuration::from_mins(minutes)
}

pub(crate) fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// A person who borrows 1,200.00 in twelve instalments; account and person have the same number.
pub(crate) fn borrow(person: u64) -> Command {
    let id = PersonId(person);
    let identity = Note {
        id: NoteId(person),
        kind: "identity",
        salt: [person as u8; 16],
        body: format!("{{\"name\":\"王{person}\"}}"),
        paper: None,
    };
    let reference = identity.reference();
    Command {
        person: id,
        actor: Actor::Import,
        key: format!("borrow {person}"),
        body_hash: [1; 32],
        intent: "sign",
        recorded_at: at(0),
        night: None,
        notes: vec![identity],
        decide: Box::new(move |_| {
            let terms = Terms::interest_free(Money::from_minor(120_000), day("2026-01-15"), 12);
            let number = format!("A-{}", id.0);
            Ok(vec![
                Event::PersonRegistered { identity: reference, zone: "Asia/Shanghai".into() },
                Event::AccountOpened { account: AccountId(id.0), number, terms, annual_cost_percent: None },
            ])
        }),
    }
}

/// A payment of `minor` on the person's account.
pub(crate) fn pay(person: u64, key: &str, minor: i64) -> Command {
    let entry = key.bytes().fold(person, |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte)));
    Command {
        person: PersonId(person),
        actor: Actor::Import,
        key: key.into(),
        body_hash: [minor as u8; 32],
        intent: "pay",
        recorded_at: at(1),
        night: None,
        notes: vec![],
        decide: Box::new(move |who| {
            let amount = Money::from_minor(minor);
            payment::receive(who, AccountId(person), EntryId(entry), amount, day("2026-03-01"), day("2026-03-02"), at(1))
        }),
    }
}

/// A visit to a person for which `staff` is sent.
pub(crate) fn visit_by(person: u64, staff: StaffId) -> Vec<Event> {
    let id = PersonId(person);
    let finding = r#"{"ruling":"permit","channel":"visit","purpose":"discuss_solution","recipient":"debtor",
        "at":"2026-03-02T02:00:00Z","not_after":"2026-03-02T03:00:00Z","rules":["CN-TIME-1"],"packs":[{"id":"cn","version":"1"}]}"#;
    let proposed = format!(
        r#"{{"event":"visit_proposed","visit":"{id}","case":"{id}","place":{{"at":"home"}},"slots":[],"finding":{finding}}}"#
    );
    let assigned =
        format!(r#"{{"event":"visit_assigned","visit":"{id}","team":["{staff}"],"arrive_at":"2026-03-02T02:00:00Z"}}"#);
    [proposed, assigned].iter().map(|event| serde_json::from_str(event).unwrap()).collect()
}
