//! What was decided ahead is taken where it still holds, and decided again where it does not.

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
fn what_was_decided_ahead_is_decided_again_if_somebody_wrote_since() {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::in_dir(dir.path());
    Store::create(&place, &record(&SigningKey::from_bytes(&[7; 32]))).unwrap();
    Store::open(&place, book()).unwrap().run(register(1)).unwrap();
    // A writer who remembers somebody looks there, and one who does not looks into the book, where another process may write.
    for (is_written_to, is_remembered) in [(false, false), (false, true), (true, false), (true, true)] {
        let case = format!("{is_written_to} {is_remembered}");
        let store = Store::open(&place, book()).unwrap();
        if is_remembered {
            store.run(refuse(&format!("remember {case}"))).unwrap();
        }
        let mut known = store.read_ahead(&[PersonId(1), PersonId(2)]).unwrap();
        assert_eq!(known.len(), 1, "nobody knows the second");
        let known = known.remove(0);
        let (key, before) = (format!("ahead {case}"), known.person().refusals.len());
        let otherwise = if is_written_to { before + 1 } else { usize::MAX };
        let ahead = store.decide_ahead(known, sees(&key, before), sees(&key, otherwise).decide).unwrap();
        if is_written_to {
            let meanwhile = refuse(&format!("meanwhile {case}"));
            if is_remembered { store.run(meanwhile) } else { Store::open(&place, book()).unwrap().run(meanwhile) }.unwrap();
        }
        assert_eq!(store.send_decided(ahead).wait().unwrap(), Outcome::Done(vec![]), "{case}");
    }
    let store = Store::open(&place, book()).unwrap();
    assert_eq!(store.verify(&mut |_, _| {}).unwrap(), []);
}
