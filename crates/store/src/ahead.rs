//! People read, and commands decided, ahead of the writer: all of it can be done by many at once; appending is done by one. What
//! was decided ahead the writer takes only if the stream still ends where it ended then.

use domain::id::PersonId;
use domain::person::Person;

use crate::append::{Asked, DecidedAhead, shard_of};
use crate::command::{Command, Decide};
use crate::error::Error;
use crate::store::{Store, Ticket};
use crate::stream::{self, Folded};
use crate::writer::Job;

/// A person as somebody read them, on whom something is to be decided.
#[derive(Clone)]
pub struct Known(Folded);

impl Known {
    /// The person.
    pub fn person(&self) -> &Person {
        &self.0.person
    }
}

impl Store {
    /// Reads and folds those of these people who have a stream, in one snapshot. Only for the night: nobody asks.
    pub fn read_ahead(&self, people: &[PersonId]) -> Result<Vec<Known>, Error> {
        let book = self.book();
        self.reader().look(|db| {
            let folded = people.iter().map(|person| stream::fold(db, *person, &book));
            folded.filter_map(|folded| folded.map(|folded| folded.map(Known)).transpose()).collect()
        })
    }

    /// Decides a command on somebody who was read ahead. If they have changed by the time it is written, `otherwise` decides,
    /// which must be the same use case.
    pub fn decide_ahead(&self, Known(folded): Known, command: Command, otherwise: Decide) -> Result<DecidedAhead, Error> {
        let shard = shard_of(command.person, self.record().shards);
        DecidedAhead::of(command, otherwise, folded, self.book(), self.ended_night(), shard)
    }

    /// Queues what was decided ahead, as [`Store::send`] queues a command.
    pub fn send_decided(&self, ahead: DecidedAhead) -> Ticket {
        let (reply, ticket) = Ticket::new();
        self.writer_of(ahead.person()).send(Job::Command(Asked::DecidedAhead(Box::new(ahead)), reply));
        ticket
    }

    /// As [`Store::decide_ahead`], on somebody whom the book most likely does not know. If it does, `otherwise` decides.
    pub fn decide_on_stranger(&self, command: Command, otherwise: Decide) -> Result<DecidedAhead, Error> {
        let stranger = Known(Folded::new(command.person, self.ended_night()));
        self.decide_ahead(stranger, command, otherwise)
    }
}

#[cfg(test)]
mod tests;
