//! The hand that writes the demonstration book: every deed goes through the store as any other command would.

use std::collections::HashMap;
use std::sync::Arc;

use domain::book::Book;
use domain::day::Day;
use domain::event::{Actor, Event};
use domain::id::{NoteId, PersonId};
use domain::moment::Timestamp;
use domain::person::Person;
use domain::refusal::Refusal;
use ed25519_dalek::SigningKey;
use serde::Serialize;
use store::{Bulk, Command, Error, Note};

use super::chance::Chance;
use crate::night;

/// Writes deeds into a book that is being made.
pub(super) struct Scribe<'a, 'b> {
    bulk: &'a mut Bulk<'b>,
    book: Arc<Book>,
    key: SigningKey,
    chance: Chance,
    deeds: u64,
    midnights: HashMap<Day, Timestamp>,
}

/// Something somebody does at a moment.
pub(super) struct Deed {
    person: PersonId,
    actor: Actor,
    at: Timestamp,
    notes: Vec<Note>,
}

impl Deed {
    pub(super) fn new(person: PersonId, actor: Actor, at: Timestamp) -> Deed {
        Deed { person, actor, at, notes: vec![] }
    }

    pub(super) fn with_notes(self, notes: Vec<Note>) -> Deed {
        Deed { notes, ..self }
    }
}

impl<'a, 'b> Scribe<'a, 'b> {
    pub(super) fn new(bulk: &'a mut Bulk<'b>, book: Arc<Book>, key: SigningKey, seed: u64) -> Scribe<'a, 'b> {
        Scribe { bulk, book, key, chance: Chance::new(seed), deeds: 0, midnights: HashMap::new() }
    }

    /// Does a deed and tells what was recorded. A refusal is recorded by the store and is no event of the deed.
    pub(super) fn does(
        &mut self,
        deed: Deed,
        decide: impl FnOnce(&Person) -> Result<Vec<Event>, Refusal> + Send + 'static,
    ) -> Result<Vec<Event>, Error> {
        self.deeds += 1;
        let command = Command {
            person: deed.person,
            actor: deed.actor,
            key: format!("demo-{}", self.deeds),
            body_hash: [0; 32],
            intent: "demo",
            recorded_at: deed.at,
            night: None,
            notes: deed.notes,
            decide: Box::new(decide),
        };
        let outcome = self.bulk.run(command)?;
        Ok(outcome.recorded().iter().map(|recorded| recorded.event.clone()).collect())
    }

    /// A note of this text, to be kept with a deed.
    pub(super) fn note(&mut self, kind: &'static str, body: &impl Serialize) -> Note {
        let mut salt = [0; 16];
        salt[..8].copy_from_slice(&self.chance.bits().to_be_bytes());
        salt[8..].copy_from_slice(&self.chance.bits().to_be_bytes());
        let body = serde_json::to_string(body).unwrap_or_default();
        Note { id: NoteId(self.chance.bits()), kind, salt, body, paper: None }
    }

    /// Runs the night that ends `day` and tells what it recorded, of whom.
    pub(super) fn night(&mut self, day: Day) -> Result<Vec<(PersonId, Event)>, Error> {
        let end = self.at(day.plus_days(1), 0);
        let mut said = vec![];
        for person in self.bulk.who_wakes(day)? {
            let outcome = self.bulk.run(night::command(Arc::clone(&self.book), person, day, end))?;
            said.extend(outcome.recorded().iter().map(|recorded| (person, recorded.event.clone())));
        }
        self.bulk.end_night(day, end)?;
        self.bulk.seal(day, &self.key)?;
        Ok(said)
    }

    /// Makes everything up to now last.
    pub(super) fn commit(&mut self) -> Result<(), Error> {
        self.bulk.commit()
    }

    /// The instant `minute` minutes after midnight of `day`, by the book's clocks.
    pub(super) fn at(&mut self, day: Day, minute: i32) -> Timestamp {
        let midnight = *self.midnights.entry(day).or_insert_with(|| self.book.start_of(day));
        midnight + jiff::SignedDuration::from_mins(i64::from(minute))
    }
}
