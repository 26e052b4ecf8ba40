//! Making a book in bulk: thousands of commands in one transaction, on the writer's own thread, answered before they are on
//! disk. For a demonstration or a trial that is simply made again if it is interrupted; never for anybody who waits for an
//! answer they will rely on.

use std::collections::BTreeSet;

use domain::day::Day;
use domain::id::PersonId;
use domain::moment::Timestamp;
use ed25519_dalek::SigningKey;

use crate::append::{Appender, Reached, shard_of};
use crate::command::{Command, Outcome};
use crate::db::Db;
use crate::error::Error;
use crate::reader::person_id;
use crate::runs;
use crate::sealing;
use crate::store::BookRecord;

/// The writer itself, lent out for a while.
pub struct Bulk<'a> {
    db: &'a mut Db,
    appender: &'a mut Appender,
    held: BTreeSet<u16>,
    is_open: bool,
}

impl<'a> Bulk<'a> {
    pub(crate) fn new(db: &'a mut Db, appender: &'a mut Appender) -> Bulk<'a> {
        Bulk { db, appender, held: BTreeSet::new(), is_open: false }
    }

    /// Does a command. What it tells lasts from the next [`commit`](Bulk::commit) on. A fault of the database takes everything
    /// since the last one with it.
    pub fn run(&mut self, command: Command) -> Result<Outcome, Error> {
        self.begin()?;
        let shard = shard_of(command.person, self.appender.shards);
        if self.held.insert(shard) {
            self.appender.hold(self.db, shard)?;
        }
        let (decided, folded) = match self.appender.decide(self.db, command)? {
            Reached::Before(outcome) => return Ok(outcome),
            Reached::Now(decided, folded) => (decided, folded),
        };
        if let Err(error) = self.appender.write(self.db, &decided, folded) {
            self.give_up();
            return Err(error);
        }
        Ok(decided.outcome())
    }

    /// Everybody whom the night of `day` must wake.
    pub fn who_wakes(&mut self, day: Day) -> Result<Vec<PersonId>, Error> {
        self.begin()?;
        let sql = "SELECT person FROM persons WHERE wakes_on <= $1 ORDER BY person";
        self.db.query(sql, &[i64::from(day.epoch_days()).into()], |row| person_id(&row.get::<String>(0)?))
    }

    /// Notes that the night of `day` ended.
    pub fn end_night(&mut self, day: Day, at: Timestamp) -> Result<(), Error> {
        self.begin()?;
        let sql = "INSERT INTO runs (run, kind, as_of, started_at, finished_at, counts) VALUES ($1, $2, $3, $4, $4, '{}')";
        let id = format!("{}-{day}", runs::NIGHT);
        let params = [(&id).into(), runs::NIGHT.into(), i64::from(day.epoch_days()).into(), at.as_microsecond().into()];
        self.db.execute(sql, &params)?;
        self.appender.last_night.fetch_max(day.epoch_days(), std::sync::atomic::Ordering::Relaxed);
        Ok(())
    }

    /// Seals `day` under the book's key.
    pub fn seal(&mut self, day: Day, key: &SigningKey) -> Result<(), Error> {
        self.begin()?;
        for shard in std::mem::take(&mut self.held) {
            self.appender.write_head(self.db, shard)?;
        }
        let record = BookRecord::find(self.db)?.ok_or_else(|| Error::Damaged("the book's record".into()))?;
        sealing::seal(self.db, &record, day, key).map(drop)
    }

    /// Puts everything done so far on disk.
    pub fn commit(&mut self) -> Result<(), Error> {
        if !self.is_open {
            return Ok(());
        }
        for shard in std::mem::take(&mut self.held) {
            self.appender.write_head(self.db, shard)?;
        }
        self.is_open = false;
        self.db.commit()
    }

    fn give_up(&mut self) {
        if self.is_open {
            self.db.rollback();
            self.appender.forget();
            self.held.clear();
            self.is_open = false;
        }
    }

    fn begin(&mut self) -> Result<(), Error> {
        if !self.is_open {
            self.db.begin()?;
            self.is_open = true;
        }
        Ok(())
    }
}

impl Drop for Bulk<'_> {
    /// What was not put on disk is as if it had never been done.
    fn drop(&mut self) {
        self.give_up();
    }
}
