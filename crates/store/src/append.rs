//! Appending: a group of commands in one transaction. Each is looked up by its key, decided on the folded person, and
//! written with its events, notes and derived rows, or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use domain::day::Day;
use domain::event::{Event, Recorded};
use domain::id::PersonId;
use domain::message;
use domain::moment::Timestamp;
use domain::visit;

use crate::cache::Cache;
use crate::chain::{Hash, Record, hash_from};
use crate::command::{Command, Outcome, actor_text};
use crate::db::{Db, Value};
use crate::error::Error;
use crate::projection;
use crate::sought;
use crate::store::InForce;
use crate::stream::{self, Folded};
use crate::tree::{Frontier, leaf_hash};

#[cfg(test)]
mod power;
#[cfg(test)]
mod tests;

/// What one writer holds between transactions: the ends of its shards' logs and the people it folded lately.
pub(crate) struct Appender {
    book: InForce,
    pub(crate) shards: u16,
    /// Who this writer is, for people who look at the table.
    pub(crate) holder: String,
    /// The last night that ended, as days since 1970.
    pub(crate) last_night: Arc<AtomicI32>,
    heads: BTreeMap<u16, Head>,
    cache: Cache,
}

/// The end of a shard's log.
#[derive(Clone)]
struct Head {
    hash: Hash,
    tree: Frontier,
    fence: i64,
}

impl Appender {
    pub(crate) fn new(book: InForce, shards: u16, holder: String, last_night: Arc<AtomicI32>, people_kept: usize) -> Appender {
        Appender { book, shards, holder, last_night, heads: BTreeMap::new(), cache: Cache::new(people_kept) }
    }

    /// Does all of `commands` in one transaction and answers in their order. An error means that none of them was done,
    /// or, with [`Error::Lost`], that nobody knows.
    pub(crate) fn append(&mut self, db: &mut Db, commands: Vec<Command>) -> Result<Vec<Result<Outcome, Error>>, Error> {
        let done = self.try_append(db, commands);
        if done.is_err() {
            db.rollback();
            self.forget();
        }
        done
    }

    /// Forgets what is remembered of the log and of people, because it went further than what is stored.
    pub(crate) fn forget(&mut self) {
        self.heads.clear();
        self.cache.clear();
    }

    fn try_append(&mut self, db: &mut Db, commands: Vec<Command>) -> Result<Vec<Result<Outcome, Error>>, Error> {
        db.begin()?;
        let mut held = BTreeSet::new();
        let mut answers = Vec::with_capacity(commands.len());
        for command in commands {
            let shard = shard_of(command.person, self.shards);
            if held.insert(shard) {
                self.hold(db, shard)?;
            }
            match self.one(db, shard, command) {
                answer @ (Ok(_) | Err(Error::Broken(_) | Error::Damaged(_))) => answers.push(answer),
                Err(error) => return Err(error),
            }
        }
        for shard in held {
            self.write_head(db, shard)?;
        }
        db.commit()?;
        Ok(answers)
    }

    /// Takes the shard's row for this transaction, so that no other process appends to it.
    pub(crate) fn hold(&mut self, db: &mut Db, shard: u16) -> Result<(), Error> {
        let sql = "UPDATE shards SET holder = $1 WHERE shard = $2 RETURNING size, head, frontier, fence";
        let found = db.query_one(sql, &[(&self.holder).into(), i64::from(shard).into()], |row| {
            Ok((row.get::<i64>(0)? as u64, row.get::<Vec<u8>>(1)?, row.get::<Vec<u8>>(2)?, row.get::<i64>(3)?))
        })?;
        let damaged = || Error::Damaged(format!("the end of shard {shard}"));
        let (size, hash, frontier, fence) = found.ok_or_else(damaged)?;
        if self.heads.get(&shard).is_none_or(|head| head.fence != fence) {
            // Somebody else wrote since: what we remember of people may be old.
            self.cache.doubt_all();
            let hash = hash_from(&hash).ok_or_else(damaged)?;
            let tree = Frontier::from_bytes(size, &frontier).ok_or_else(damaged)?;
            self.heads.insert(shard, Head { hash, tree, fence });
        }
        Ok(())
    }

    /// Writes the new end of a shard, unless another writer has overtaken this one.
    pub(crate) fn write_head(&mut self, db: &mut Db, shard: u16) -> Result<(), Error> {
        let Some(head) = self.heads.get_mut(&shard) else { return Ok(()) };
        let sql = "UPDATE shards SET size = $1, head = $2, frontier = $3, fence = $4 WHERE shard = $5 AND fence = $6";
        let frontier = head.tree.to_bytes();
        let written = db.execute(
            sql,
            &[
                (head.tree.size() as i64).into(),
                head.hash[..].into(),
                frontier[..].into(),
                (head.fence + 1).into(),
                i64::from(shard).into(),
                head.fence.into(),
            ],
        )?;
        head.fence += 1;
        if written == 1 { Ok(()) } else { Err(Error::Locked) }
    }

    /// Does one command in the transaction under way.
    pub(crate) fn one(&mut self, db: &mut Db, shard: u16, command: Command) -> Result<Outcome, Error> {
        let actor = actor_text(command.actor);
        if let Some(outcome) = before(db, &actor, &command)? {
            return Ok(outcome);
        }
        let mut folded = self.folded(db, command.person)?;
        let Command { person, key, body_hash, intent, recorded_at, night, notes, decide, actor: by } = command;
        let decided = catch_unwind(AssertUnwindSafe(|| decide(&folded.person)))
            .map_err(|_| Error::Broken(format!("`{intent}` for {person} broke an invariant")))?;
        let (events, refusal) = match decided {
            Ok(mut events) => {
                events.extend(message::taken_back(&folded.person, &events));
                (events, None)
            }
            Err(refusal) => (vec![Event::Refused { intent: intent.into(), refusal: refusal.clone() }], Some(refusal)),
        };
        let recorded_at = to_the_microsecond(recorded_at);
        // What is decided may take the ground from a visit permit; it falls with the same append.
        let mut events = events;
        events.extend(visit::revoke_fallen(&folded.person, &events, recorded_at));
        let first = folded.person.version + 1;
        let recorded: Vec<Recorded> =
            (first..).zip(events).map(|(version, event)| Recorded { version, recorded_at, actor: by, event }).collect();
        recorded.iter().for_each(|recorded| folded.person.apply(recorded));
        folded.night = folded.night.max(night.unwrap_or_else(|| self.ended_night()));
        let kept_notes = if refusal.is_some() || recorded.is_empty() { &[][..] } else { &notes[..] };
        let entry = Entry { shard, actor: &actor, key: &key, body_hash: &body_hash, first, recorded: &recorded, at: recorded_at };

        let head_before = self.heads.get(&shard).cloned();
        db.execute("SAVEPOINT command", &[])?;
        match self.write(db, &entry, &mut folded, refusal.is_some(), kept_notes) {
            Ok(()) => {
                db.execute("RELEASE command", &[])?;
                self.cache.put(person, folded);
            }
            Err(Error::Database(what)) => {
                db.execute("ROLLBACK TO command", &[])?;
                self.heads.extend(head_before.map(|head| (shard, head)));
                return Err(Error::Broken(format!("`{intent}` for {person} could not be written: {what}")));
            }
            Err(error) => return Err(error),
        }
        Ok(refusal.map_or(Outcome::Done(recorded), Outcome::Refused))
    }

    /// The person as they are now. Taken out of the cache, so that a failed command leaves nothing behind.
    fn folded(&mut self, db: &mut Db, person: PersonId) -> Result<Folded, Error> {
        if let Some((folded, is_doubted)) = self.cache.take(person)
            && (!is_doubted || stream::head(db, person)? == Some((folded.person.version, folded.night)))
        {
            return Ok(folded);
        }
        let known = stream::fold(db, person, &self.book.book())?;
        Ok(known.unwrap_or_else(|| Folded::new(person, self.ended_night())))
    }

    fn ended_night(&self) -> Day {
        Day::from_epoch_days(self.last_night.load(Ordering::Relaxed))
    }

    fn write(
        &mut self,
        db: &mut Db,
        entry: &Entry<'_>,
        folded: &mut Folded,
        refused: bool,
        notes: &[crate::note::Note],
    ) -> Result<(), Error> {
        let person = folded.person.id.to_string();
        let at = entry.at.as_microsecond();
        for recorded in entry.recorded {
            self.write_event(db, entry, &person, recorded)?;
        }
        for note in notes {
            let sql = "INSERT INTO notes (note, person, kind, salt, body, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)";
            let id = note.id.to_string();
            let params = [(&id).into(), (&person).into(), note.kind.into(), note.salt[..].into(), (&note.body).into(), at.into()];
            db.execute(sql, &params)?;
            sought::keep(db, &person, note)?;
        }
        let sql = "INSERT INTO commands (actor, key, person, body_hash, outcome, first_version, last_version, recorded_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let outcome = if refused { "refused" } else { "done" };
        let (first, last) = (entry.first as i64, folded.person.version as i64);
        let params: [Value<'_>; 8] = [
            entry.actor.into(),
            entry.key.into(),
            (&person).into(),
            entry.body_hash[..].into(),
            outcome.into(),
            first.into(),
            last.into(),
            at.into(),
        ];
        db.execute(sql, &params)?;
        if folded.person.version == 0 {
            return Ok(());
        }
        let rows = folded.fresh_rows(&self.book.book());
        projection::write_changes(db, &folded.rows, &rows)?;
        folded.rows = rows;
        let sql = "INSERT INTO streams (person, shard, version, night_on) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (person) DO UPDATE SET version = excluded.version, night_on = excluded.night_on";
        let night = i64::from(folded.night.epoch_days());
        db.execute(sql, &[(&person).into(), i64::from(entry.shard).into(), last.into(), night.into()]).map(drop)
    }

    fn write_event(&mut self, db: &mut Db, entry: &Entry<'_>, person: &str, recorded: &Recorded) -> Result<(), Error> {
        let body = serde_json::to_string(&recorded.event).map_err(|error| Error::Broken(error.to_string()))?;
        let Some(head) = self.heads.get_mut(&entry.shard) else { return Err(Error::Locked) };
        let record = Record {
            shard: entry.shard,
            seq: head.tree.size(),
            person: person.into(),
            version: recorded.version,
            recorded_at: entry.at.as_microsecond(),
            actor: entry.actor.into(),
            command: entry.key.into(),
            body,
        };
        let hash = record.hash(&head.hash);
        let sql = "INSERT INTO events (shard, seq, person, version, recorded_at, actor, command, body, hash) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let params: [Value<'_>; 9] = [
            i64::from(record.shard).into(),
            (record.seq as i64).into(),
            person.into(),
            (record.version as i64).into(),
            record.recorded_at.into(),
            entry.actor.into(),
            entry.key.into(),
            (&record.body).into(),
            hash[..].into(),
        ];
        db.execute(sql, &params)?;
        head.tree.push(leaf_hash(&hash));
        head.hash = hash;
        Ok(())
    }
}

/// What is written of a command, beside the person.
struct Entry<'a> {
    shard: u16,
    actor: &'a str,
    key: &'a str,
    body_hash: &'a [u8; 32],
    first: u64,
    recorded: &'a [Recorded],
    at: Timestamp,
}

/// What became of this key before, if it was used.
fn before(db: &mut Db, actor: &str, command: &Command) -> Result<Option<Outcome>, Error> {
    let sql = "SELECT person, body_hash, outcome, first_version, last_version FROM commands WHERE actor = $1 AND key = $2";
    let found = db.query_one(sql, &[actor.into(), (&command.key).into()], |row| {
        let is_same = row.get::<String>(0)? == command.person.to_string() && row.get::<Vec<u8>>(1)? == command.body_hash;
        Ok((is_same, row.get::<String>(2)?, row.get::<i64>(3)? as u64, row.get::<i64>(4)? as u64))
    })?;
    let Some((is_same, outcome, first, last)) = found else { return Ok(None) };
    if !is_same {
        return Ok(Some(Outcome::Conflict));
    }
    let recorded = stream::events(db, command.person, first, last)?;
    if outcome == "done" {
        return Ok(Some(Outcome::AlreadyDone(recorded)));
    }
    match recorded.into_iter().next() {
        Some(Recorded { event: Event::Refused { refusal, .. }, .. }) => Ok(Some(Outcome::Refused(refusal))),
        _ => Err(Error::Damaged(format!("the refusal of command `{}`", command.key))),
    }
}

/// Which shard a person's stream lies in: the ids are spread first, because they may have been given in order.
pub(crate) fn shard_of(person: PersonId, shards: u16) -> u16 {
    // The finaliser of MurmurHash3.
    let mut bits = person.0;
    bits = (bits ^ (bits >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    bits = (bits ^ (bits >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    bits ^= bits >> 33;
    (bits % u64::from(shards.max(1))) as u16
}

/// Microseconds are what is stored; what is folded live must not know more.
fn to_the_microsecond(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}
