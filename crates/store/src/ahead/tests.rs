//! What was read ahead is taken where it still holds, and read again where it does not.

use domain::event::{Actor, Event};
use domain::id::PersonId;
use ed25519_dalek::SigningKey;

use super::*;
use crate::append::tests::{book, record, register};
use crate::command::{Command, Outcome};
use crate::db::Place;

/// A command that is refused, which is recorded.
fn refuse(key: &str) -> Command {
    let decide = Box::new(|_: &Person| Err(domain::refusal::Refusal::by("TEST")));
    Command { key: key.into(), actor: Actor::Night, decide, notes: vec![], intent: "test", ..register(1) }
}

/// A command that finds somebody who was refused something so often before.
fn sees(key: &str, refusals: usize) -> Command {
    let decide = Box::new(move |person: &Person| {
        assert_eq!(person.refusals.len(), refusals, "decided on the person as they are");
        Ok::<Vec<Event>, _>(vec![])
    });
    Command { key: key.into(), actor: Actor::Night, decide, notes: vec![], intent: "test", ..register(1) }
}

#[test]
fn what_was_read_ahead_is_read_again_if_somebody_wrote_since() {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::in_dir(dir.path());
    Store::create(&place, &record(&SigningKey::from_bytes(&[7; 32]))).unwrap();
    Store::open(&place, book()).unwrap().run(register(1)).unwrap();
    // Each store is a process that remembers nobody.
    for is_written_to in [false, true] {
        let store = Store::open(&place, book()).unwrap();
        let known = store.read_ahead(&[PersonId(1), PersonId(2)]).unwrap();
        assert_eq!(known.len(), 1, "nobody knows the second");
        let before = known[0].person().refusals.len();
        if is_written_to {
            store.run(refuse("meanwhile")).unwrap();
            drop(store);
            let store = Store::open(&place, book()).unwrap();
            store.acquaint(known);
            assert_eq!(store.run(sees("after", before + 1)).unwrap(), Outcome::Done(vec![]));
        } else {
            store.acquaint(known);
            assert_eq!(store.run(sees("at once", before)).unwrap(), Outcome::Done(vec![]));
        }
    }
    let store = Store::open(&place, book()).unwrap();
    assert_eq!(store.verify(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn a_proposal_does_not_displace_whom_the_writer_remembers() {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::in_dir(dir.path());
    Store::create(&place, &record(&SigningKey::from_bytes(&[7; 32]))).unwrap();
    let store = Store::open(&place, book()).unwrap();
    store.run(register(1)).unwrap();
    store.run(sees("remembers", 0)).unwrap();
    let old = store.read_ahead(&[PersonId(1)]).unwrap();
    store.run(refuse("newer")).unwrap();
    store.acquaint(old);
    assert_eq!(store.run(sees("still", 1)).unwrap(), Outcome::Done(vec![]));
    assert_eq!(store.verify(&mut |_, _| {}).unwrap(), []);
}
