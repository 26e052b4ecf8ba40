//! A command that is decided: everything that will be written of it, so that it can be written, and written again if the
//! transaction it was part of had to be given up because of another.

use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::book::Book;
use domain::day::Day;
use domain::event::{Event, Recorded};
use domain::id::PersonId;
use domain::message;
use domain::moment::Timestamp;
use domain::refusal::Refusal;
use domain::visit;

use crate::chain;
use crate::command::{Command, Outcome, actor_text};
use crate::db::{Db, Value};
use crate::error::Error;
use crate::evidence;
use crate::folds::Fold;
use crate::note::Note;
use crate::projection::Changes;
use crate::sought;
use crate::stream::Folded;
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
    /// What the notes let their person be found by.
    pub(super) sought: Option<String>,
    pub(super) changes: Changes,
    /// What is kept of the person from now on, if it is another version than before.
    pub(super) fold: Option<Fold>,
}

impl Decided {
    /// Decides a command on a person as they are, who is afterwards as it leaves them. `ended` is the last night that ended.
    pub(super) fn of(command: Command, folded: &mut Folded, book: &Book, ended: Day, shard: u16) -> Result<Decided, Error> {
        let Command { person, key, body_hash, intent, recorded_at, night, notes, decide, actor: by } = command;
        let decided = catch_unwind(AssertUnwindSafe(|| decide(&folded.person)))
            .map_err(|_| Error::Broken(format!("`{intent}` for {person} broke an invariant")))?;
        let (mut events, refusal) = match decided {
            Ok(mut events) => {
                events.extend(message::taken_back(&folded.person, &events));
                (events, None)
            }
            Err(refusal) => (vec![Event::Refused { intent: intent.into(), refusal: refusal.clone() }], Some(refusal)),
        };
        let at = to_the_microsecond(recorded_at);
        // What is decided may take the ground from a visit permit; it falls with the same append.
        events.extend(visit::revoke_fallen(&folded.person, &events, at));
        let version = folded.person.version;
        let recorded: Vec<Recorded> =
            (version + 1..).zip(events).map(|(version, event)| Recorded { version, recorded_at: at, actor: by, event }).collect();
        let bodies = bodies(&recorded).map_err(|error| Error::Broken(error.to_string()))?;
        let mut fold = None;
        for recorded in &recorded {
            folded.person.apply(recorded);
            fold = Fold::of(&folded.person)?.or(fold);
        }
        folded.night = folded.night.max(night.unwrap_or(ended));
        let versions = (version, folded.person.version);
        let rows = if versions.1 == 0 { vec![] } else { folded.fresh_rows(book) };
        let changes = Changes::between(&folded.rows, &rows);
        folded.rows = rows;
        let (actor, night, sought) = (actor_text(by), folded.night, sought::of_notes(&notes));
        Ok(Decided {
            person,
            shard,
            actor,
            key,
            body_hash,
            intent,
            at,
            versions,
            night,
            recorded,
            bodies,
            refusal,
            notes,
            sought,
            changes,
            fold,
        })
    }

    /// What the sender is told once it is on disk.
    pub(crate) fn outcome(self) -> Outcome {
        self.refusal.map_or(Outcome::Done(self.recorded), Outcome::Refused)
    }

    /// What the sender is told if the database will not take it.
    pub(super) fn refused_by(&self, database: &str) -> Error {
        Error::Broken(format!("`{}` for {} could not be written: {database}", self.intent, self.person))
    }

    /// Writes it at the end of its shard's log, which moves on. Says whether it did: nothing is written under a key that was used
    /// before. An error leaves it written by halves: the transaction must go.
    pub(super) fn write(&self, db: &mut Db, head: &mut Head) -> Result<bool, Error> {
        let person = self.person.to_string();
        let at = self.at.as_microsecond();
        let sql = "INSERT INTO commands (actor, key, person, body_hash, outcome, first_version, last_version, recorded_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (actor, key) DO NOTHING";
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
        if db.execute(sql, &params)? == 0 {
            return Ok(false);
        }
        for (recorded, body) in self.recorded.iter().zip(&self.bodies) {
            self.write_event(db, head, &person, recorded.version, body)?;
        }
        // Notes are kept only if the events are that refer to them.
        let is_done = self.refusal.is_none() && !self.recorded.is_empty();
        for note in self.notes.iter().filter(|_| is_done) {
            let sql = "INSERT INTO notes (note, person, kind, salt, body, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)";
            let id = note.id.to_string();
            let params = [(&id).into(), (&person).into(), note.kind.into(), note.salt[..].into(), (&note.body).into(), at.into()];
            db.execute(sql, &params)?;
            if let Some(paper) = &note.paper {
                evidence::keep_paper(db, self.person, note.id, paper, self.at)?;
            }
        }
        if let Some(words) = self.sought.as_ref().filter(|_| is_done) {
            sought::put(db, &person, words)?;
        }
        if after == 0 {
            return Ok(true);
        }
        self.changes.write(db)?;
        self.fold.as_ref().map_or(Ok(()), |fold| fold.put(db, &person))?;
        let sql = "INSERT INTO streams (person, shard, version, night_on) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (person) DO UPDATE SET version = excluded.version, night_on = excluded.night_on";
        let night = i64::from(self.night.epoch_days());
        db.execute(sql, &[(&person).into(), i64::from(self.shard).into(), (after as i64).into(), night.into()])?;
        Ok(true)
    }

    fn write_event(&self, db: &mut Db, head: &mut Head, person: &str, version: u64, body: &str) -> Result<(), Error> {
        let seq = head.tree.size();
        let (at, places) = (self.at.as_microsecond(), [seq, version]);
        let hash = chain::hash(&head.hash, self.shard, places, at, [person, &self.actor, &self.key, body]);
        let sql = "INSERT INTO events (place, person, version, recorded_at, actor, command, body, hash) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let params: [Value<'_>; 8] = [
            chain::place(self.shard, seq).into(),
            person.into(),
            (version as i64).into(),
            at.into(),
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

/// The events as JSON, each in no more memory than it needs: thousands of them wait to be written.
fn bodies(recorded: &[Recorded]) -> serde_json::Result<Vec<String>> {
    use serde::ser::Error;
    let mut json = Vec::with_capacity(2048);
    let body = |recorded: &Recorded| {
        json.clear();
        serde_json::to_writer(&mut json, &recorded.event)?;
        String::from_utf8(json.clone()).map_err(Error::custom)
    };
    recorded.iter().map(body).collect()
}

/// Microseconds are what is stored; what is folded live must not know more.
fn to_the_microsecond(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}
