//! Sealing the day over all shards, and proving to an outsider that an event was under a seal.

use domain::day::Day;
use domain::id::PersonId;
use ed25519_dalek::SigningKey;

use crate::asker::Asker;
use crate::chain::{Hash, Record, hash_from, place, shard_and_seq};
use crate::db::{Db, Row};
use crate::error::Error;
use crate::reader::{Reader, may_see};
use crate::seal::TreeHead;
use crate::store::{BookRecord, Store};
use crate::stream::day;
use crate::tree::{self, Frontier, leaf_hash};

/// A seal as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// The day.
    pub on: Day,
    /// Whose: the book's or a shard's.
    pub origin: String,
    /// The signed note.
    pub note: String,
}

/// Everything an outsider with the public key needs to see that an event was recorded, in this form, by a sealed day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The event.
    pub record: Record,
    /// The hash of the event before it.
    pub previous: Hash,
    /// The seal of its shard.
    pub seal: String,
    /// The path from the event to the sealed root.
    pub path: Vec<Hash>,
}

impl Store {
    /// Seals `day`: signs the tree head of each shard, and one of the book over these. A day is sealed once; sealing it again
    /// gives the first seal.
    pub fn seal(&self, day: Day, key: &SigningKey) -> Result<TreeHead, Error> {
        let (record, key) = (self.record().clone(), key.clone());
        if key.verifying_key().to_bytes() != record.verifying_key {
            return Err(Error::Unfit("this is not the key that seals this book".into()));
        }
        self.write(move |db| {
            let sealed = seals_on(db, day)?.into_iter().find(|seal| seal.origin == origin(&record.name));
            match sealed {
                Some(seal) => {
                    TreeHead::verify(&seal.note, &key.verifying_key()).ok_or_else(|| Error::Damaged(format!("the seal of {day}")))
                }
                None => seal(db, &record, day, &key),
            }
        })
    }
}

impl Reader {
    /// The seals of one day: the book's first, then the shards'.
    pub fn seals_on(&self, day: Day) -> Result<Vec<Seal>, Error> {
        self.look(|db| seals_on(db, day))
    }

    /// The days that are sealed, newest first.
    pub fn sealed_days(&self, limit: u32) -> Result<Vec<Day>, Error> {
        let sql = "SELECT DISTINCT on_day FROM seals ORDER BY on_day DESC LIMIT $1";
        self.look(|db| db.query(sql, &[i64::from(limit).into()], |row| Ok(day(row.get(0)?))))
    }

    /// Proves that an event of a person is under the latest seal, or the first that covers it. `None` if it is not sealed yet,
    /// not there, or not for this asker. Reads every hash of the shard.
    pub fn prove(&self, asker: Asker, person: PersonId, version: u64) -> Result<Option<Proof>, Error> {
        self.look(|db| {
            if !may_see(db, asker, person)? {
                return Ok(None);
            }
            let sql = "SELECT place, person, version, recorded_at, actor, command, body, hash FROM events \
                       WHERE person = $1 AND version = $2";
            let found = db.query_one(sql, &[(&person.to_string()).into(), (version as i64).into()], record)?;
            let (Some((record, _)), Some(book)) = (found, BookRecord::find(db)?) else { return Ok(None) };
            let Some((seal, size)) = shard_seal(db, &book.name, record.shard)? else { return Ok(None) };
            let hashes = hashes(db, record.shard, size)?;
            let leaves: Vec<Hash> = hashes.iter().map(|hash| leaf_hash(hash)).collect();
            let at = record.seq as usize;
            let previous = at.checked_sub(1).and_then(|before| hashes.get(before)).copied().unwrap_or(crate::chain::GENESIS);
            Ok(tree::inclusion_proof(&leaves, at).map(|path| Proof { record, previous, seal, path }))
        })
    }
}

impl Proof {
    /// Whether the proof holds under the public key: the seal is signed, and the event lies under its root.
    pub fn holds(&self, key: &ed25519_dalek::VerifyingKey) -> bool {
        TreeHead::verify(&self.seal, key).is_some_and(|head| {
            let leaf = leaf_hash(&self.record.hash(&self.previous));
            tree::is_included(leaf, self.record.seq, head.size, &self.path, &head.root)
        })
    }
}

/// The name of a book's own tree, whose entries are its shards' seals.
pub(crate) fn origin(book: &str) -> String {
    format!("forbear/{book}")
}

/// The name of a shard's tree.
pub(crate) fn shard_origin(book: &str, shard: u16) -> String {
    format!("forbear/{book}/{shard}")
}

pub(crate) fn seal(db: &mut Db, record: &BookRecord, day: Day, key: &SigningKey) -> Result<TreeHead, Error> {
    let mut book = Frontier::default();
    for (shard, tree) in trees(db)? {
        let head = TreeHead { origin: shard_origin(&record.name, shard), size: tree.size(), root: tree.root(), day };
        let note = head.sign(key);
        book.push(leaf_hash(note.as_bytes()));
        keep(db, &head, &note)?;
    }
    let head = TreeHead { origin: origin(&record.name), size: book.size(), root: book.root(), day };
    let note = head.sign(key);
    keep(db, &head, &note)?;
    Ok(head)
}

fn keep(db: &mut Db, head: &TreeHead, note: &str) -> Result<(), Error> {
    let sql = "INSERT INTO seals (on_day, origin, note) VALUES ($1, $2, $3)";
    db.execute(sql, &[i64::from(head.day.epoch_days()).into(), (&head.origin).into(), note.into()]).map(drop)
}

/// Each shard's number and tree.
fn trees(db: &mut Db) -> Result<Vec<(u16, Frontier)>, Error> {
    db.query("SELECT shard, size, frontier FROM shards ORDER BY shard", &[], |row| {
        let damaged = || Error::Damaged("the end of a shard".into());
        let shard = u16::try_from(row.get::<i64>(0)?).map_err(|_| damaged())?;
        let tree = Frontier::from_bytes(row.get::<i64>(1)? as u64, &row.get::<Vec<u8>>(2)?).ok_or_else(damaged)?;
        Ok((shard, tree))
    })
}

fn seals_on(db: &mut Db, on: Day) -> Result<Vec<Seal>, Error> {
    let sql = "SELECT on_day, origin, note FROM seals WHERE on_day = $1 ORDER BY LENGTH(origin), origin";
    db.query(sql, &[i64::from(on.epoch_days()).into()], read_seal)
}

pub(crate) fn read_seal(row: &Row<'_>) -> Result<Seal, Error> {
    Ok(Seal { on: day(row.get(0)?), origin: row.text(1)?, note: row.text(2)? })
}

/// A whole event with its hash, from a row that begins with its columns in their order.
pub(crate) fn record(row: &Row<'_>) -> Result<(Record, Hash), Error> {
    let (shard, seq) = shard_and_seq(row.get(0)?).ok_or_else(|| Error::Damaged("the place of an event".into()))?;
    let record = Record {
        shard,
        seq,
        person: row.text(1)?,
        version: row.get::<i64>(2)? as u64,
        recorded_at: row.get(3)?,
        actor: row.text(4)?,
        command: row.text(5)?,
        body: row.text(6)?,
    };
    Ok((record, stored_hash(row, 7)?))
}

/// The hashes of the first events of a shard.
pub(crate) fn hashes(db: &mut Db, shard: u16, size: u64) -> Result<Vec<Hash>, Error> {
    let sql = "SELECT hash FROM events WHERE place >= $1 AND place < $2 ORDER BY place";
    db.query(sql, &[place(shard, 0).into(), place(shard, size).into()], |row| stored_hash(row, 0))
}

/// The latest seal of a shard and how many events it covers.
pub(crate) fn shard_seal(db: &mut Db, book: &str, shard: u16) -> Result<Option<(String, u64)>, Error> {
    let sql = "SELECT note FROM seals WHERE origin = $1 ORDER BY on_day DESC LIMIT 1";
    let seal = db.query_one(sql, &[(&shard_origin(book, shard)).into()], |row| row.get::<String>(0))?;
    Ok(seal.map(|seal| {
        let size = seal.lines().nth(1).and_then(|size| size.parse().ok()).unwrap_or(0);
        (seal, size)
    }))
}

pub(crate) fn stored_hash(row: &Row<'_>, at: usize) -> Result<Hash, Error> {
    // A hash of another length can only be a forged one: read as nothing, it will match nothing.
    Ok(hash_from(&row.get::<Vec<u8>>(at)?).unwrap_or([0xff; 32]))
}
