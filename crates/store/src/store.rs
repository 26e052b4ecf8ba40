//! The store of one book: opening it, sending commands to it, reading from it.

use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::sync::{Arc, PoisonError, RwLock};

use domain::book::Book;
use domain::day::Day;
use domain::id::PersonId;
use domain::moment::Timestamp;

use crate::append::{Appender, Asked, shard_of};
use crate::bulk::Bulk;
use crate::chain::GENESIS;
use crate::command::{Command, Outcome};
use crate::db::{Db, Place, Value};
use crate::error::Error;
use crate::reader::Reader;
use crate::schema;
use crate::writer::{Job, Reply, Writer};

/// People that writers keep folded, over all shards.
const PEOPLE_KEPT: usize = 40_000;

/// What a book is made with, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookRecord {
    /// A short name, part of the origin of its seals.
    pub name: String,
    /// ISO 4217 code of its one currency.
    pub currency: String,
    /// IANA name of its zone.
    pub zone: String,
    /// The law packs in force, by id, separated by commas.
    pub pack: String,
    /// How many shards its people are spread over. One is right for a file; as many as writers for a server.
    pub shards: u16,
    /// The Ed25519 public key that checks its seals.
    pub verifying_key: [u8; 32],
    /// When it was made.
    pub created_at: Timestamp,
}

impl BookRecord {
    /// Reads the record of the book at `place`, or `None` if there is none yet.
    pub fn read(place: &Place) -> Result<Option<BookRecord>, Error> {
        if matches!(place, Place::File(path) if !path.exists()) {
            return Ok(None);
        }
        let mut db = Db::open_read_only(place)?;
        if !schema::exists(&mut db)? {
            return Ok(None);
        }
        BookRecord::find(&mut db)
    }

    pub(crate) fn find(db: &mut Db) -> Result<Option<BookRecord>, Error> {
        let sql = "SELECT name, currency, zone, pack, shards, verifying_key, created_at FROM book";
        db.query_one(sql, &[], |row| {
            let damaged = |what: &str| Error::Damaged(format!("the book's {what}"));
            Ok(BookRecord {
                name: row.get(0)?,
                currency: row.get(1)?,
                zone: row.get(2)?,
                pack: row.get(3)?,
                shards: u16::try_from(row.get::<i64>(4)?).map_err(|_| damaged("number of shards"))?,
                verifying_key: row.get::<Vec<u8>>(5)?.try_into().map_err(|_| damaged("key"))?,
                created_at: Timestamp::from_microsecond(row.get(6)?).map_err(|_| damaged("age"))?,
            })
        })
    }
}

/// The rules and settings of a book that is open, as they are now.
#[derive(Clone)]
pub(crate) struct InForce(Arc<RwLock<Arc<Book>>>);

impl InForce {
    pub(crate) fn new(book: Book) -> InForce {
        InForce(Arc::new(RwLock::new(Arc::new(book))))
    }

    pub(crate) fn book(&self) -> Arc<Book> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// An open book: its writers and its readers. Share it behind an `Arc`; dropping it finishes what is queued.
pub struct Store {
    place: Place,
    book: InForce,
    record: BookRecord,
    last_night: Arc<AtomicI32>,
    writers: Vec<Writer>,
    reader: Reader,
}

impl Store {
    /// Makes a new, empty book. Fails if there is one already.
    pub fn create(place: &Place, record: &BookRecord) -> Result<(), Error> {
        let mut db = Db::open(place)?;
        schema::migrate(&mut db)?;
        db.begin()?;
        let made = write_record(&mut db, record).and_then(|()| db.commit());
        if made.is_err() {
            db.rollback();
        }
        made
    }

    /// Opens a book for reading and writing; `book` are the rules and settings that its record names.
    pub fn open(place: &Place, book: Book) -> Result<Store, Error> {
        let mut db = Db::open(place)?;
        let rows_are_old = schema::migrate(&mut db)?;
        let record = BookRecord::find(&mut db)?.ok_or_else(|| Error::Unfit("there is no book here yet".into()))?;
        let book = InForce::new(book);
        if rows_are_old {
            crate::rebuild::rebuild(&mut db, &book.book(), &mut |_, _| {})?;
        }
        let last_night = Arc::new(AtomicI32::new(crate::runs::last_night(&mut db)?.unwrap_or(Day::MIN).epoch_days()));
        let threads = if db.is_server() { record.shards.max(1) } else { 1 };
        let mut writers = vec![];
        let mut first = Some(db);
        for at in 0..threads {
            let mut db = first.take().map_or_else(|| Db::open(place), Ok)?;
            db.checkpoint_beside()?;
            let holder = format!("{}/{at}", std::process::id());
            let people = PEOPLE_KEPT / usize::from(threads);
            let appender = Appender::new(book.clone(), record.shards, holder, last_night.clone(), people);
            writers.push(Writer::start(place.clone(), db, appender)?);
        }
        let reader = Reader::new(place.clone());
        Ok(Store { place: place.clone(), book, record, last_night, writers, reader })
    }

    /// The rules and settings of the book, as they are now.
    pub fn book(&self) -> Arc<Book> {
        self.book.book()
    }

    /// Puts other rules in force while the book is open: its own, and a version of a pack that begins on a day to come.
    /// Whoever asked [`Store::book`] before keeps what they were given.
    pub fn put_in_force(&self, book: Book) {
        *self.book.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(book);
    }

    /// What the book was made with.
    pub fn record(&self) -> &BookRecord {
        &self.record
    }

    /// Where the book is kept.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Finding things, for someone.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Does a command and waits until it is on disk.
    pub fn run(&self, command: Command) -> Result<Outcome, Error> {
        self.send(command).wait()
    }

    /// Queues a command, waiting for room in the queue, and returns at once with a ticket for the answer. Many tickets at a
    /// time is how imports and nights share their fsyncs.
    pub fn send(&self, command: Command) -> Ticket {
        let writer = self.writer_of(command.person);
        let (reply, ticket) = Ticket::new();
        writer.send(Job::Command(Asked::Command(Box::new(command)), reply));
        ticket
    }

    /// Queues a command if there is room and calls `reply` with the answer on the writer's thread; [`Error::Locked`] if the
    /// queue is full. For servers: the reply only wakes whoever waits.
    pub fn submit(&self, command: Command, reply: impl FnOnce(Result<Outcome, Error>) + Send + 'static) {
        let writer = self.writer_of(command.person);
        writer.try_send(Job::Command(Asked::Command(Box::new(command)), Box::new(reply)));
    }

    /// Runs something else that writes, in a transaction of its own on a writer's thread.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        task: impl FnOnce(&mut Db) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (give, taken) = sync_channel(1);
        let (reply, answer) = sync_channel(1);
        let task = move |db: &mut Db| {
            let done = task(db)?;
            let _ = give.send(done);
            Ok(())
        };
        self.writers[0].send(Job::Task(Box::new(task), Box::new(move |done| drop(reply.send(done)))));
        answer.recv().map_err(|_| Error::Stopped)??;
        taken.recv().map_err(|_| Error::Stopped)
    }

    /// Lends the writer to `make`, which has it alone until it ends. Only for a book with one writer, in a file.
    pub fn in_bulk<T: Send + 'static>(
        &self,
        make: impl FnOnce(&mut Bulk<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        if self.writers.len() > 1 {
            return Err(Error::Unfit("a book on a server has several writers and cannot be made in bulk".into()));
        }
        let (give, taken) = sync_channel(1);
        let (reply, answer) = sync_channel(1);
        let making = move |bulk: &mut Bulk<'_>| {
            let made = make(bulk)?;
            bulk.commit()?;
            let _ = give.send(made);
            Ok(())
        };
        self.writers[0].send(Job::Bulk(Box::new(making), Box::new(move |done| drop(reply.send(done)))));
        answer.recv().map_err(|_| Error::Stopped)??;
        taken.recv().map_err(|_| Error::Stopped)
    }

    /// The last night that ended.
    pub fn last_night(&self) -> Option<Day> {
        let day = self.ended_night();
        (day > Day::MIN).then_some(day)
    }

    /// The last night that ended, as rows are derived with it: before the first, the beginning of time.
    pub(crate) fn ended_night(&self) -> Day {
        Day::from_epoch_days(self.last_night.load(Ordering::Relaxed))
    }

    pub(crate) fn night_ended(&self, day: Day) {
        self.last_night.fetch_max(day.epoch_days(), Ordering::Relaxed);
    }

    pub(crate) fn writer_of(&self, person: PersonId) -> &Writer {
        &self.writers[usize::from(shard_of(person, self.record.shards)) % self.writers.len()]
    }
}

/// The answer to a command that was sent.
#[must_use = "the answer says whether it was done"]
pub struct Ticket(Receiver<Result<Outcome, Error>>);

impl Ticket {
    pub(crate) fn new() -> (Reply, Ticket) {
        let (reply, answer) = sync_channel(1);
        (Box::new(move |outcome| drop(reply.send(outcome))), Ticket(answer))
    }

    /// The answer if it is there by now, and otherwise the ticket back.
    pub fn look(self) -> Result<Result<Outcome, Error>, Ticket> {
        match self.0.try_recv() {
            Ok(answer) => Ok(answer),
            Err(TryRecvError::Disconnected) => Ok(Err(Error::Stopped)),
            Err(TryRecvError::Empty) => Err(self),
        }
    }

    /// Waits until the command is on disk, or known not to be.
    pub fn wait(self) -> Result<Outcome, Error> {
        self.0.recv().unwrap_or(Err(Error::Stopped))
    }
}

fn write_record(db: &mut Db, record: &BookRecord) -> Result<(), Error> {
    if BookRecord::find(db)?.is_some() {
        return Err(Error::Unfit("there is a book here already".into()));
    }
    let sql =
        "INSERT INTO book (name, currency, zone, pack, shards, verifying_key, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let params: [Value<'_>; 7] = [
        (&record.name).into(),
        (&record.currency).into(),
        (&record.zone).into(),
        (&record.pack).into(),
        i64::from(record.shards).into(),
        record.verifying_key[..].into(),
        record.created_at.as_microsecond().into(),
    ];
    db.execute(sql, &params)?;
    for shard in 0..record.shards.max(1) {
        let sql = "INSERT INTO shards (shard, size, head, frontier, fence, holder) VALUES ($1, 0, $2, $3, 0, '')";
        db.execute(sql, &[i64::from(shard).into(), GENESIS[..].into(), Value::Blob(&[])])?;
    }
    Ok(())
}
