//! Verifying: everything that can be computed from the log is computed again, and each difference is named.

mod evidence;
mod log;
mod people;

use std::fmt;

pub(crate) use log::find_references;

use crate::db::Db;
use crate::error::Error;
use crate::rebuild::{Progress, count_people};
use crate::store::{BookRecord, Store};

/// Beyond this many differences there is no point in naming more.
const ENOUGH: usize = 1_000;

/// Something that is not as the log, or the seals over it, say it must be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// The table.
    pub table: String,
    /// The shard and place in its log, for events.
    pub event: Option<(u16, u64)>,
    /// The person concerned.
    pub person: Option<String>,
    /// The column.
    pub column: Option<String>,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.table)?;
        if let Some((shard, seq)) = self.event {
            write!(f, " shard {shard} seq {seq}")?;
        }
        if let Some(person) = &self.person {
            write!(f, " person {person}")?;
        }
        if let Some(column) = &self.column {
            write!(f, " column {column}")?;
        }
        write!(f, ": {}", self.what)
    }
}

impl Store {
    /// Verifies the whole book in one snapshot: chains, trees, seals and their signatures, notes and evidence against
    /// their digests, and every derived row against the fold of the log. Empty if all is as it must be. `progress` is told events and people
    /// done, and how many there are.
    pub fn verify(&self, progress: Progress<'_>) -> Result<Vec<Difference>, Error> {
        self.reader().look(|db| {
            let record = BookRecord::find(db)?.ok_or_else(|| Error::Damaged("the book's record".into()))?;
            let events = db.query_one("SELECT COUNT(*) FROM events", &[], |row| row.get::<i64>(0))?.unwrap_or(0) as u64;
            let total = events + count_people(db)?;
            let mut done = 0;
            let mut verifier = Verifier {
                db,
                found: vec![],
                advance: &mut |more| {
                    done += more;
                    progress(done, total);
                },
            };
            log::verify(&mut verifier, &record)?;
            evidence::verify(&mut verifier)?;
            people::verify(&mut verifier, &self.book(), record.shards)?;
            Ok(verifier.found)
        })
    }
}

struct Verifier<'a> {
    db: &'a mut Db,
    found: Vec<Difference>,
    /// Told how much more is done.
    advance: &'a mut dyn FnMut(u64),
}

impl Verifier<'_> {
    fn report(&mut self, difference: Difference) {
        if self.found.len() < ENOUGH {
            self.found.push(difference);
        }
    }
}
