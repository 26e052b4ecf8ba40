//! People read ahead of the writer. Reading a stream and folding it takes most of a night and can be done by many at once;
//! deciding and appending is done by one. What was read ahead is a proposal: the writer takes it only if the stream still ends
//! where it ended then.

use domain::id::PersonId;
use domain::person::Person;

use crate::error::Error;
use crate::store::Store;
use crate::stream::{self, Folded};
use crate::writer::Job;

/// A person as somebody read them, with the rows that follow, for the writer who is to decide about them.
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

    /// Tells the writers of people that were read ahead: what is sent about them next, they need not read themselves.
    pub fn acquaint(&self, known: Vec<Known>) {
        for Known(folded) in known {
            self.writer_of(folded.person.id).send(Job::Known(Box::new(folded)));
        }
    }
}

#[cfg(test)]
mod tests;
