//! Appending: a group of commands in one transaction. Each is looked up by its key, decided on the folded person, and
//! written with its events, notes and derived rows, or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use domain::day::Day;
use domain::event::{Event, Recorded};
use domain::id::PersonId;

use crate::cache::Cache;
use crate::chain::{Hash, hash_from};
use crate::command::{Command, Outcome, actor_text};
use crate::db::Db;
use crate::error::Error;
use crate::store::InForce;
use crate::stream::{self, Folded};
use crate::tree::Frontier;

mod decided;
mod decided_ahead;
#[cfg(test)]
mod power;
#[cfg(test)]
pub(crate) mod tests;

use decided::Decided;
pub use decided_ahead::DecidedAhead;

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
struct Head {
    hash: Hash,
    tree: Frontier,
    fence: i64,
}

impl Appender {
    pub(crate) fn new(book: InForce, shards: u16, holder: String, last_night: Arc<AtomicI32>, people_kept: usize) -> Appender {
        Appender { book, shards, holder, last_night, heads: BTreeMap::new(), cache: Cache::new(people_kept) }
    }

    /// Does all of `asked` in one transaction and answers in their order. An error means that none of them was done,
    /// or, with [`Error::Lost`], that nobody knows.
    pub(crate) fn append(
        &mut self,
        db: &mut Db,
        asked: impl IntoIterator<Item = Asked>,
    ) -> Result<Vec<Result<Outcome, Error>>, Error> {
        let done = self.try_append(db, asked);
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

    fn try_append(&mut self, db: &mut Db, asked: impl IntoIterator<Item = Asked>) -> Result<Vec<Result<Outcome, Error>>, Error> {
        db.begin()?;
        let mut held = BTreeSet::new();
        let mut answers = vec![];
        for asked in asked {
            let shard = shard_of(asked.person(), self.shards);
            if held.insert(shard) {
                self.hold(db, shard)?;
            }
            let answer = match self.reach(db, asked) {
                Ok(Reached::Before(outcome)) => Answer::told_at_once(Ok(outcome))?,
                Ok(Reached::Now(decided, folded)) => match self.write(db, &decided, folded) {
                    Ok(true) => Answer::Written(decided),
                    Ok(false) => {
                        let Decided { actor, key, person, body_hash, .. } = &*decided;
                        let known = before(db, actor, key, *person, body_hash);
                        let lost = || Error::Damaged(format!("what command `{key}` was answered"));
                        Answer::told_at_once(known.and_then(|known| known.ok_or_else(lost)))?
                    }
                    Err(Error::Database(what)) => {
                        self.write_again(db, &held, &answers)?;
                        Answer::Told(Err(decided.refused_by(&what)))
                    }
                    Err(error) => return Err(error),
                },
                Err(error) => Answer::told_at_once(Err(error))?,
            };
            answers.push(answer);
        }
        for shard in held {
            self.write_head(db, shard)?;
        }
        db.commit()?;
        Ok(answers.into_iter().map(Answer::told).collect())
    }

    /// Begins the transaction again without a command that the database would not take, which left it written by halves. It
    /// costs the group its writes a second time, and every other command nothing: a savepoint for each would copy every page
    /// it touches.
    fn write_again(&mut self, db: &mut Db, held: &BTreeSet<u16>, answers: &[Answer]) -> Result<(), Error> {
        db.rollback();
        self.heads.clear();
        db.begin()?;
        held.iter().try_for_each(|shard| self.hold(db, *shard))?;
        answers.iter().filter_map(Answer::written).try_for_each(|decided| decided.write(db, self.head(decided.shard)?).map(drop))
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

    /// Where what was asked for leads in the transaction under way.
    fn reach(&mut self, db: &mut Db, asked: Asked) -> Result<Reached, Error> {
        match asked {
            Asked::Command(command) => self.decide(db, *command),
            Asked::DecidedAhead(ahead) => self.take_up(db, *ahead),
        }
    }

    /// Decides a command, unless its key was used before.
    pub(crate) fn decide(&mut self, db: &mut Db, command: Command) -> Result<Reached, Error> {
        if let Some(outcome) = before(db, &actor_text(command.actor), &command.key, command.person, &command.body_hash)? {
            return Ok(Reached::Before(outcome));
        }
        let mut folded = self.folded(db, command.person)?;
        let shard = shard_of(command.person, self.shards);
        let decided = Decided::of(command, &mut folded, &self.book.book(), self.ended_night(), shard)?;
        Ok(Reached::Now(Box::new(decided), Some(Box::new(folded))))
    }

    /// Takes what was decided ahead if it still holds, and decides the command if not. Whether the key of what holds was used
    /// before is seen when it is written.
    fn take_up(&mut self, db: &mut Db, ahead: DecidedAhead) -> Result<Reached, Error> {
        let person = ahead.person();
        let stands = match self.cache.get(person) {
            Some(folded) => (folded.person.version, folded.night),
            None => stream::head(db, person)?.unwrap_or((0, self.ended_night())),
        };
        ahead.if_still(stands, &self.book.book()).or_else(|command| self.decide(db, *command))
    }

    /// Writes what was decided, unless its key was used before, and says whether it did. After an error the transaction must go.
    pub(crate) fn write(&mut self, db: &mut Db, decided: &Decided, folded: Option<Box<Folded>>) -> Result<bool, Error> {
        let is_written = decided.write(db, self.head(decided.shard)?)?;
        match folded {
            Some(folded) if is_written => self.cache.put(decided.person, *folded),
            _ => drop(self.cache.take(decided.person)),
        }
        Ok(is_written)
    }

    fn head(&mut self, shard: u16) -> Result<&mut Head, Error> {
        self.heads.get_mut(&shard).ok_or(Error::Locked)
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
}

/// Where a command leads.
pub(crate) enum Reached {
    /// Its key was used before.
    Before(Outcome),
    /// To what is to be written now, and to the person as they are then, if they are to be remembered.
    Now(Box<Decided>, Option<Box<Folded>>),
}

/// A command in the writer's queue.
pub(crate) enum Asked {
    /// To be decided.
    Command(Box<Command>),
    /// Decided ahead.
    DecidedAhead(Box<DecidedAhead>),
}

impl Asked {
    pub(crate) fn is_decided(&self) -> bool {
        matches!(self, Asked::DecidedAhead(_))
    }

    fn person(&self) -> PersonId {
        match self {
            Asked::Command(command) => command.person,
            Asked::DecidedAhead(ahead) => ahead.person(),
        }
    }
}

/// What a command of a group is answered, once the group is on disk.
enum Answer {
    Told(Result<Outcome, Error>),
    Written(Box<Decided>),
}

impl Answer {
    /// What is told of a command of which nothing is written. A fault that is not its own is the whole group's.
    fn told_at_once(told: Result<Outcome, Error>) -> Result<Answer, Error> {
        match told {
            Err(error) if !matches!(error, Error::Broken(_) | Error::Damaged(_)) => Err(error),
            told => Ok(Answer::Told(told)),
        }
    }

    fn told(self) -> Result<Outcome, Error> {
        match self {
            Answer::Told(told) => told,
            Answer::Written(decided) => Ok(decided.outcome()),
        }
    }

    fn written(&self) -> Option<&Decided> {
        match self {
            Answer::Told(_) => None,
            Answer::Written(decided) => Some(decided),
        }
    }
}

/// What became of this key before, if it was used.
fn before(db: &mut Db, actor: &str, key: &str, person: PersonId, body_hash: &[u8; 32]) -> Result<Option<Outcome>, Error> {
    let sql = "SELECT person, body_hash, outcome, first_version, last_version FROM commands WHERE actor = $1 AND key = $2";
    let found = db.query_one(sql, &[actor.into(), key.into()], |row| {
        let is_same = row.get::<String>(0)? == person.to_string() && row.get::<Vec<u8>>(1)? == body_hash;
        Ok((is_same, row.get::<String>(2)?, row.get::<i64>(3)? as u64, row.get::<i64>(4)? as u64))
    })?;
    let Some((is_same, outcome, first, last)) = found else { return Ok(None) };
    if !is_same {
        return Ok(Some(Outcome::Conflict));
    }
    let recorded = stream::events(db, person, first, last)?;
    if outcome == "done" {
        return Ok(Some(Outcome::AlreadyDone(recorded)));
    }
    match recorded.into_iter().next() {
        Some(Recorded { event: Event::Refused { refusal, .. }, .. }) => Ok(Some(Outcome::Refused(refusal))),
        _ => Err(Error::Damaged(format!("the refusal of command `{key}`"))),
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
