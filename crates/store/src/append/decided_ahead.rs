//! Commands decided ahead of the writer, on the thread that sends them. Reading and folding somebody, deciding, and working out
//! their rows takes most of an import and of a night, and any number of threads can do it; a writer that only writes is twice
//! as fast.

use std::sync::Arc;

use domain::book::Book;
use domain::day::Day;
use domain::event::Actor;
use domain::id::PersonId;
use domain::moment::Timestamp;

use crate::command::{Command, Decide};
use crate::error::Error;
use crate::stream::Folded;

use super::Reached;
use super::decided::Decided;

/// What follows from a command if the person and the book are still as they were, and what decides it if they are not.
pub struct DecidedAhead {
    decided: Box<Decided>,
    /// Where their stream ended, and the last night that their rows knew of.
    stood: (u64, Day),
    book: Arc<Book>,
    actor: Actor,
    recorded_at: Timestamp,
    night: Option<Day>,
    otherwise: Decide,
}

impl DecidedAhead {
    /// Decides a command on a person as they were read.
    pub(crate) fn of(
        command: Command,
        otherwise: Decide,
        mut folded: Folded,
        book: Arc<Book>,
        ended: Day,
        shard: u16,
    ) -> Result<DecidedAhead, Error> {
        let (actor, recorded_at, night) = (command.actor, command.recorded_at, command.night);
        let stood = (folded.person.version, folded.night);
        let decided = Decided::of(command, &mut folded, &book, ended, shard)?;
        Ok(DecidedAhead { decided: Box::new(decided), stood, book, actor, recorded_at, night, otherwise })
    }

    /// About whom.
    pub(crate) fn person(&self) -> PersonId {
        self.decided.person
    }

    /// Where it leads, if the person stands where they stood and the book is the same; otherwise the command, which is still to
    /// be decided. The person is not remembered: nights and imports go through everybody, and nobody asks for them again soon.
    pub(super) fn if_still(self, stands: (u64, Day), book: &Arc<Book>) -> Result<Reached, Box<Command>> {
        if stands == self.stood && Arc::ptr_eq(book, &self.book) {
            return Ok(Reached::Now(self.decided, None));
        }
        let Decided { person, key, body_hash, intent, notes, .. } = *self.decided;
        let DecidedAhead { actor, recorded_at, night, otherwise: decide, .. } = self;
        Err(Box::new(Command { person, actor, key, body_hash, intent, recorded_at, night, notes, decide }))
    }
}

#[cfg(test)]
mod tests {
    use domain::event::Event;
    use domain::person::Person;
    use domain::refusal::Refusal;
    use ed25519_dalek::SigningKey;

    use super::*;
    use crate::append::tests::{book, record, register};
    use crate::command::Outcome;
    use crate::db::Place;
    use crate::store::{Store, Ticket};

    fn new_book() -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::in_dir(dir.path());
        Store::create(&place, &record(&SigningKey::from_bytes(&[7; 32]))).unwrap();
        let store = Store::open(&place, book()).unwrap();
        (dir, store)
    }

    fn never() -> Decide {
        Box::new(|_: &Person| panic!("what was decided ahead holds"))
    }

    /// Refuses somebody who is known.
    fn once() -> Decide {
        Box::new(|person: &Person| if person.version == 0 { Ok(vec![]) } else { Err(Refusal::by("KNOWN")) })
    }

    fn send(store: &Store, command: Command, otherwise: Decide) -> Ticket {
        store.send_decided(store.decide_on_stranger(command, otherwise).unwrap())
    }

    fn registered(ticket: Ticket) -> bool {
        matches!(&ticket.wait().unwrap(), Outcome::Done(recorded) if matches!(recorded[0].event, Event::PersonRegistered { .. }))
    }

    #[test]
    fn a_stranger_is_written_as_decided_ahead_and_once() {
        let (_dir, store) = new_book();
        assert!(registered(send(&store, register(1), never())));
        assert!(matches!(send(&store, register(1), never()).wait(), Ok(Outcome::AlreadyDone(_))));
        let other = Command { body_hash: [1; 32], ..register(1) };
        assert_eq!(send(&store, other, never()).wait(), Ok(Outcome::Conflict));
        assert_eq!(store.verify(&mut |_, _| {}).unwrap(), []);
    }

    #[test]
    fn somebody_who_is_known_after_all_is_decided_on_as_they_are() {
        let (_dir, store) = new_book();
        let again = || Command { key: "again".into(), notes: vec![], ..register(1) };
        // Both are decided ahead before either is written.
        let (first, second) = (send(&store, register(1), never()), send(&store, again(), once()));
        assert!(registered(first));
        assert_eq!(second.wait(), Ok(Outcome::Refused(Refusal::by("KNOWN"))));
        assert_eq!(store.verify(&mut |_, _| {}).unwrap(), []);
    }

    #[test]
    fn what_was_decided_before_a_night_ended_or_somebody_wrote_or_the_law_changed_is_decided_again() {
        let (now, later) = (Arc::new(book()), Arc::new(book()));
        let day = Day::MIN;
        let ahead = || {
            let stranger = Folded::new(PersonId(1), day);
            DecidedAhead::of(register(1), register(1).decide, stranger, Arc::clone(&now), day, 0).unwrap()
        };
        assert!(ahead().if_still((0, day), &now).is_ok());
        for (stands, book) in [((0, day.plus_days(1)), &now), ((1, day), &now), ((0, day), &later)] {
            let again = ahead().if_still(stands, book);
            assert!(again.is_err_and(|command| command.key == "register 1" && command.notes.len() == 1));
        }
    }

    #[test]
    fn a_use_case_that_breaks_is_answered_and_writes_nothing() {
        let (_dir, store) = new_book();
        let broken = Command { decide: never(), ..register(1) };
        assert!(matches!(store.decide_on_stranger(broken, never()), Err(Error::Broken(_))));
        assert!(registered(send(&store, register(1), never())));
    }
}
