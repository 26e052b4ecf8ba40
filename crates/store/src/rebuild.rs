//! Rebuilding: the derived tables made anew from the log, and the words that people are looked for by from the notes that it
//! names. The result is the same, because live and rebuilt rows are one function of one fold.

use domain::book::Book;
use domain::rows::{self, Row};
use sha2::{Digest, Sha256};

use crate::chain::Hash;
use crate::db::Db;
use crate::error::Error;
use crate::folds;
use crate::projection;
use crate::reader::person_id;
use crate::sought;
use crate::store::Store;
use crate::stream;

/// People written in one transaction.
const PAGE: i64 = 500;

/// Told how many people are done of how many.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

impl Store {
    /// Makes the derived tables anew from the log. Commands may come in meanwhile; lists are incomplete until it is done.
    pub fn rebuild(&self, progress: Progress<'_>) -> Result<(), Error> {
        rebuild(&mut Db::open(self.place())?, &self.book(), progress)
    }

    /// A hash over every derived row in order: two books with the same are in the same state, on either database.
    pub fn state_hash(&self) -> Result<Hash, Error> {
        self.reader().look(state_hash)
    }
}

/// Empties the derived tables and fills them from the log, many people per transaction.
pub(crate) fn rebuild(db: &mut Db, book: &Book, progress: Progress<'_>) -> Result<(), Error> {
    let total = count_people(db)?;
    in_transaction(db, |db| {
        projection::empty(db)?;
        folds::empty(db)?;
        sought::empty(db)
    })?;
    let (mut after, mut done) = (String::new(), 0);
    loop {
        let people = page_of_people(db, &after)?;
        let Some(last) = people.last() else { return Ok(()) };
        after.clone_from(last);
        in_transaction(db, |db| {
            for person in &people {
                rebuild_person(db, person, book)?;
            }
            Ok(())
        })?;
        done += people.len() as u64;
        progress(done, total);
    }
}

fn rebuild_person(db: &mut Db, who: &str, book: &Book) -> Result<(), Error> {
    let id = person_id(who)?;
    let Some((_, night)) = stream::head(db, id)? else { return Ok(()) };
    let (person, fold) = folds::of_whole(id, &stream::events(db, id, 1, i64::MAX as u64)?)?;
    rows::rows(&person, book, night).iter().try_for_each(|row| projection::put(db, row))?;
    fold.map_or(Ok(()), |fold| fold.put(db, who))?;
    sought::rebuild(db, &person)
}

fn state_hash(db: &mut Db) -> Result<Hash, Error> {
    let mut hasher = Sha256::new();
    let mut after = String::new();
    loop {
        let people = page_of_people(db, &after)?;
        let Some(last) = people.last() else { return Ok(hasher.finalize().into()) };
        after.clone_from(last);
        for person in &people {
            projection::stored_rows(db, person)?.iter().for_each(|row| absorb(&mut hasher, row));
        }
    }
}

fn absorb(hasher: &mut Sha256, row: &Row) {
    hasher.update(format!("{row:?}\n"));
}

/// The next people with a stream, in the order of their ids.
pub(crate) fn page_of_people(db: &mut Db, after: &str) -> Result<Vec<String>, Error> {
    let sql = "SELECT person FROM streams WHERE person > $1 ORDER BY person LIMIT $2";
    db.query(sql, &[after.into(), PAGE.into()], |row| row.text(0))
}

/// How many people have a stream.
pub(crate) fn count_people(db: &mut Db) -> Result<u64, Error> {
    Ok(db.query_one("SELECT COUNT(*) FROM streams", &[], |row| row.get::<i64>(0))?.unwrap_or(0) as u64)
}

fn in_transaction(db: &mut Db, write: impl FnOnce(&mut Db) -> Result<(), Error>) -> Result<(), Error> {
    db.begin()?;
    // Holding every shard keeps writers out for as long as one page takes.
    let held = db.execute("UPDATE shards SET holder = 'rebuild'", &[]);
    let done = held.and_then(|_| write(db)).and_then(|()| db.commit());
    if done.is_err() {
        db.rollback();
    }
    done
}
