//! A command that is decided: everything that will be written of it, so that it can be written, and written again if the
//! transaction it was part of had to be given up because of another.

use domain::day::Day;
use domain::event::{Actor, Recorded};
use domain::id::PersonId;
use domain::moment::Timestamp;
use domain::refusal::Refusal;

use crate::chain::Record;
use crate::command::{Outcome, actor_text};
use crate::db::{Db, Value};
use crate::error::Error;
use crate::evidence;
use crate::note::Note;
use crate::projection::Changes;
use crate::sought;
use crate::tree::leaf_hash;

use super::Head;

/// What follows from a command.
pub(crate) struct Decided {
    pub(super) person: PersonId,
    pub(super) shard: u16,
    pub(super) actor: String,
    pub(super) key: String,
    pub(super) body_hash: [u8; 32],
    pub(super) intent: &'static str,
    pub(super) at: Timestamp,
    /// The version the person had, and the one they have afterwards.
    pub(super) versions: (u64, u64),
    /// The last night that the rows know of.
    pub(super) night: Day,
    pub(super) recorded: Vec<Recorded>,
    /// The events as JSON.
    pub(super) bodies: Vec<String>,
    pub(super) refusal: Option<Refusal>,
    pub(super) notes: Vec<Note>,
    pub(super) changes: Changes,
}

impl Decided {
    /// What the sender is told once it is on disk.
    pub(crate) fn outcome(self) -> Outcome {
        self.refusal.map_or(Outcome::Done(self.recorded), Outcome::Refused)
    }

    /// Whether an import brought somebody whom the book did not know.
    pub(super) fn is_brought(&self) -> bool {
        self.versions.0 == 0 && self.actor == actor_text(Actor::Import)
    }

    /// What the sender is told if the database will not take it.
    pub(super) fn refused_by(&self, database: &str) -> Error {
        Error::Broken(format!("`{}` for {} could not be written: {database}", self.intent, self.person))
    }

    /// Writes it at the end of its shard's log, which moves on. An error leaves it written by halves: the transaction must go.
    pub(super) fn write(&self, db: &mut Db, head: &mut Head) -> Result<(), Error> {
        let person = self.person.to_string();
        for (recorded, body) in self.recorded.iter().zip(&self.bodies) {
            self.write_event(db, head, &person, recorded.version, body)?;
        }
        let at = self.at.as_microsecond();
        for note in &self.notes {
            let sql = "INSERT INTO notes (note, person, kind, salt, body, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)";
            let id = note.id.to_string();
            let params = [(&id).into(), (&person).into(), note.kind.into(), note.salt[..].into(), (&note.body).into(), at.into()];
            db.execute(sql, &params)?;
            sought::keep(db, &person, note)?;
            if let Some(paper) = &note.paper {
                evidence::keep_paper(db, self.person, note.id, paper, self.at)?;
            }
        }
        let sql = "INSERT INTO commands (actor, key, person, body_hash, outcome, first_version, last_version, recorded_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let (before, after) = self.versions;
        let params: [Value<'_>; 8] = [
            (&self.actor).into(),
            (&self.key).into(),
            (&person).into(),
            self.body_hash[..].into(),
            if self.refusal.is_some() { "refused" } else { "done" }.into(),
            (before as i64 + 1).into(),
            (after as i64).into(),
            at.into(),
        ];
        db.execute(sql, &params)?;
        if after == 0 {
            return Ok(());
        }
        self.changes.write(db)?;
        let sql = "INSERT INTO streams (person, shard, version, night_on) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (person) DO UPDATE SET version = excluded.version, night_on = excluded.night_on";
        let night = i64::from(self.night.epoch_days());
        db.execute(sql, &[(&person).into(), i64::from(self.shard).into(), (after as i64).into(), night.into()]).map(drop)
    }

    fn write_event(&self, db: &mut Db, head: &mut Head, person: &str, version: u64, body: &str) -> Result<(), Error> {
        let seq = head.tree.size();
        let record = Record {
            shard: self.shard,
            seq,
            person: person.into(),
            version,
            recorded_at: self.at.as_microsecond(),
            actor: self.actor.clone(),
            command: self.key.clone(),
            body: body.into(),
        };
        let hash = record.hash(&head.hash);
        let sql = "INSERT INTO events (shard, seq, person, version, recorded_at, actor, command, body, hash) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let params: [Value<'_>; 9] = [
            i64::from(self.shard).into(),
            (seq as i64).into(),
            person.into(),
            (version as i64).into(),
            record.recorded_at.into(),
            (&self.actor).into(),
            (&self.key).into(),
            body.into(),
            hash[..].into(),
        ];
        db.execute(sql, &params)?;
        head.tree.push(leaf_hash(&hash));
        head.hash = hash;
        Ok(())
    }
}
