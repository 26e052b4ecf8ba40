//! Letters: what waits to be printed, the batches they are printed in, and the letters of a batch.

use domain::id::{MessageId, PersonId};
use domain::identity::Identity;
use domain::moment::Timestamp;

use crate::asker::Asker;
use crate::error::Error;
use crate::lists;
use crate::outbox::{Waiting, message_id};
use crate::reader::{Reader, instant, person_id};

/// A batch of letters and how far they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Its name.
    pub name: String,
    /// Letters that were printed and that the post has not taken.
    pub printed: u64,
    /// Letters that the post took.
    pub posted: u64,
    /// Letters that came back, or could not leave.
    pub failed: u64,
    /// Letters that were taken back after they were printed.
    pub withdrawn: u64,
}

/// A letter of a batch.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// The message.
    pub message: MessageId,
    /// To whom.
    pub person: PersonId,
    /// Their name, for those who may read names.
    pub identity: Option<Identity>,
    /// To where and what, as it was kept, for those who may read it; none once erased.
    pub words: Option<String>,
    /// How far it came.
    pub state: String,
    /// When it came that far.
    pub moved_at: Timestamp,
}

impl Reader {
    /// Letters that may be printed at `now`, the longest due first. Only for whoever hands them over: it reads their words.
    pub fn letters_due(&self, now: Timestamp, limit: u32) -> Result<Vec<Waiting>, Error> {
        self.messages_due(now, Timestamp::MIN, ["letter", "", "", "", ""], limit)
    }

    /// How many letters may be printed at `now`.
    pub fn count_letters_due(&self, now: Timestamp) -> Result<u64, Error> {
        let sql = "SELECT count(*) FROM messages WHERE state = 'queued' AND due_at <= $1 AND channel = 'letter'";
        let count = self.look(|db| db.query_one(sql, &[now.as_microsecond().into()], |row| row.get::<i64>(0)))?;
        Ok(count.unwrap_or(0) as u64)
    }

    /// The batches, the latest first.
    pub fn batches(&self, limit: u32) -> Result<Vec<Batch>, Error> {
        let sql = "SELECT batch, SUM(CASE WHEN state = 'released' THEN 1 ELSE 0 END), \
                   SUM(CASE WHEN state IN ('sent', 'delivered') THEN 1 ELSE 0 END), \
                   SUM(CASE WHEN state = 'failed' THEN 1 ELSE 0 END), SUM(CASE WHEN state = 'withdrawn' THEN 1 ELSE 0 END) \
                   FROM messages WHERE batch IS NOT NULL GROUP BY batch ORDER BY batch DESC LIMIT $1";
        self.look(|db| {
            db.query(sql, &[i64::from(limit).into()], |row| {
                let count = |at| row.get::<i64>(at).map(|count| count as u64);
                let (printed, posted, failed, withdrawn) = (count(1)?, count(2)?, count(3)?, count(4)?);
                Ok(Batch { name: row.get(0)?, printed, posted, failed, withdrawn })
            })
        })
    }

    /// The letters of a batch that the asker may see, in the order of their ids.
    pub fn batch(&self, asker: Asker, name: &str) -> Result<Vec<Letter>, Error> {
        if asker.only_person().is_some() || asker.only_team().is_some() {
            return Ok(vec![]);
        }
        let sql = "SELECT message, messages.person, who.body, written.body, state, moved_at FROM messages \
                   JOIN persons ON persons.person = messages.person \
                   LEFT JOIN notes who ON who.note = persons.identity_note \
                   LEFT JOIN notes written ON written.note = messages.words_note \
                   WHERE batch = $1 ORDER BY message";
        self.look(|db| {
            db.query(sql, &[name.into()], |row| {
                let words = row.get::<Option<String>>(3)?.filter(|_| asker.reads_notes());
                Ok(Letter {
                    message: message_id(&row.get::<String>(0)?)?,
                    person: person_id(&row.get::<String>(1)?)?,
                    identity: lists::identity(asker, row, 2)?,
                    words,
                    state: row.get(4)?,
                    moved_at: instant(row.get(5)?)?,
                })
            })
        })
    }
}
