//! Appending: a group of commands in one transaction. Each is looked up by its key, decided on the folded person, and
//! written with its events, notes and derived rows, or not at all.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use domain::day::Day;
use domain::event::{Event, Recorded};
use domain::id::PersonId;

use crate::cache::Cache;
use crate::chain::{Hash, Record, hash_from};
use crate::command::{Command, Outcome, actor_text};
use crate::db::{Db, Value};
use crate::decide::{Asked, Decided, Known, decide_all};
use crate::error::Error;
use crate::projection;
use crate::store::InForce;
use crate::stream::{self, Folded, Stored};
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
        let (mut held, mut answers) = (BTreeSet::new(), Vec::with_capacity(commands.len()));
        let mut commands = commands.into_iter().peekable();
        while commands.peek().is_some() {
            // What the same person does next is decided on what they did before, and a key is found once it was written.
            let (mut people, mut keys, mut asked) = (HashSet::new(), HashSet::new(), vec![]);
            let is_free = |command: &Command, people: &HashSet<_>, keys: &HashSet<_>| {
                !people.contains(&command.person) && !keys.contains(&command.key)
            };
            while let Some(command) = commands.next_if(|command| is_free(command, &people, &keys)) {
                people.insert(command.person);
                keys.insert(command.key.clone());
                let shard = shard_of(command.person, self.shards);
                if held.insert(shard) {
                    self.hold(db, shard)?;
                }
                asked.push(of_one(self.ask(db, shard, command))?);
            }
            answers.extend(self.decide(db, asked)?);
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
        match self.ask(db, shard, command)? {
            Step::Answered(outcome) => Ok(outcome),
            Step::Asked(asked) => {
                let mut decided = decide_all(vec![asked], &self.book.book(), self.ended_night());
                self.keep(db, decided.remove(0)?)
            }
        }
    }

    /// Looks a command up by its key, and its person.
    fn ask(&mut self, db: &mut Db, shard: u16, command: Command) -> Result<Step, Error> {
        Ok(match before(db, &actor_text(command.actor), &command)? {
            Some(outcome) => Step::Answered(outcome),
            None => Step::Asked(Asked { shard, known: self.known(db, command.person)?, command }),
        })
    }

    /// Decides on different people at the same time, and writes what was decided in order.
    fn decide(&mut self, db: &mut Db, steps: Vec<Result<Step, Error>>) -> Result<Vec<Result<Outcome, Error>>, Error> {
        let mut asked = vec![];
        let answers: Vec<Option<Result<Outcome, Error>>> = steps
            .into_iter()
            .map(|step| match step {
                Ok(Step::Asked(it)) => {
                    asked.push(it);
                    None
                }
                Ok(Step::Answered(outcome)) => Some(Ok(outcome)),
                Err(error) => Some(Err(error)),
            })
            .collect();
        let mut decided = decide_all(asked, &self.book.book(), self.ended_night()).into_iter();
        let mut next = || decided.next().unwrap_or_else(|| Err(Error::Broken("a command was not decided".into())));
        let written = answers.into_iter().map(|known| known.unwrap_or_else(|| next().and_then(|it| self.keep(db, it))));
        written.map(of_one).collect()
    }

    /// Writes what was decided, or nothing of it.
    fn keep(&mut self, db: &mut Db, decided: Decided) -> Result<Outcome, Error> {
        let (shard, person, intent) = (decided.shard, decided.folded.person.id, decided.intent);
        let head_before = self.heads.get(&shard).cloned();
        db.execute("SAVEPOINT command", &[])?;
        match self.write(db, &decided) {
            Ok(()) => {
                db.execute("RELEASE command", &[])?;
                self.cache.put(person, decided.folded);
            }
            Err(Error::Database(what)) => {
                db.execute("ROLLBACK TO command", &[])?;
                self.heads.extend(head_before.map(|head| (shard, head)));
                return Err(Error::Broken(format!("`{intent}` for {person} could not be written: {what}")));
            }
            Err(error) => return Err(error),
        }
        Ok(decided.refusal.map_or(Outcome::Done(decided.recorded), Outcome::Refused))
    }

    /// The person as they are now. Taken out of the cache, so that a failed command leaves nothing behind.
    fn known(&mut self, db: &mut Db, person: PersonId) -> Result<Known, Error> {
        if let Some((folded, is_doubted)) = self.cache.take(person)
            && (!is_doubted || stream::head(db, person)? == Some((folded.person.version, folded.night)))
        {
            return Ok(Known::Folded(Box::new(folded)));
        }
        let new = || Known::Folded(Box::new(Folded::new(person, self.ended_night())));
        Ok(Stored::read(db, person)?.map_or_else(new, Known::Stored))
    }

    fn ended_night(&self) -> Day {
        Day::from_epoch_days(self.last_night.load(Ordering::Relaxed))
    }

    fn write(&mut self, db: &mut Db, decided: &Decided) -> Result<(), Error> {
        let Decided { folded, actor, key, recorded, .. } = decided;
        let person = folded.person.id.to_string();
        let at = decided.at.as_microsecond();
        for (recorded, body) in recorded.iter().zip(&decided.bodies) {
            self.write_event(db, decided, &person, recorded.version, body)?;
        }
        for note in &decided.notes {
            let sql = "INSERT INTO notes (note, person, kind, salt, body, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)";
            let id = note.id.to_string();
            let params = [(&id).into(), (&person).into(), note.kind.into(), note.salt[..].into(), (&note.body).into(), at.into()];
            db.execute(sql, &params)?;
        }
        let sql = "INSERT INTO commands (actor, key, person, body_hash, outcome, first_version, last_version, recorded_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let outcome = if decided.refusal.is_some() { "refused" } else { "done" };
        let last = folded.person.version as i64;
        let first = last + 1 - recorded.len() as i64;
        let params: [Value<'_>; 8] = [
            actor.into(),
            key.into(),
            (&person).into(),
            decided.body_hash[..].into(),
            outcome.into(),
            first.into(),
            last.into(),
            at.into(),
        ];
        db.execute(sql, &params)?;
        if folded.person.version == 0 {
            return Ok(());
        }
        projection::write_changes(db, &decided.rows_before, &folded.rows)?;
        let sql = "INSERT INTO streams (person, shard, version, night_on) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (person) DO UPDATE SET version = excluded.version, night_on = excluded.night_on";
        let night = i64::from(folded.night.epoch_days());
        db.execute(sql, &[(&person).into(), i64::from(decided.shard).into(), last.into(), night.into()]).map(drop)
    }

    fn write_event(&mut self, db: &mut Db, decided: &Decided, person: &str, version: u64, body: &str) -> Result<(), Error> {
        let Some(head) = self.heads.get_mut(&decided.shard) else { return Err(Error::Locked) };
        let record = Record {
            shard: decided.shard,
            seq: head.tree.size(),
            person: person.into(),
            version,
            recorded_at: decided.at.as_microsecond(),
            actor: decided.actor.clone(),
            command: decided.key.clone(),
            body: body.into(),
        };
        let hash = record.hash(&head.hash);
        let sql = "INSERT INTO events (shard, seq, person, version, recorded_at, actor, command, body, hash) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let params: [Value<'_>; 9] = [
            i64::from(record.shard).into(),
            (record.seq as i64).into(),
            person.into(),
            (version as i64).into(),
            record.recorded_at.into(),
            (&record.actor).into(),
            (&record.command).into(),
            body.into(),
            hash[..].into(),
        ];
        db.execute(sql, &params)?;
        head.tree.push(leaf_hash(&hash));
        head.hash = hash;
        Ok(())
    }
}

/// A command that was answered, or whose person is at hand.
enum Step {
    Answered(Outcome),
    Asked(Asked),
}

/// An error of one command leaves the others of its group alone; any other is the whole group's.
fn of_one<T>(done: Result<T, Error>) -> Result<Result<T, Error>, Error> {
    match done {
        done @ (Ok(_) | Err(Error::Broken(_) | Error::Damaged(_))) => Ok(done),
        Err(error) => Err(error),
    }
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
