//! Once is once: what an idempotency key promises.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use domain::event::{Actor, Event};
use domain::id::{PersonId, StaffId};
use domain::refusal::Refusal;
use store::{Asker, Error, Outcome};

use crate::bed::{Bed, borrow, pay};

pub(crate) fn the_same_command_again_does_nothing_and_answers_the_same(bed: &Bed) {
    let store = bed.make();
    let Outcome::Done(first) = store.run(borrow(1)).unwrap() else { panic!("not done") };
    assert_eq!(first.iter().map(|recorded| recorded.version).collect::<Vec<_>>(), [1, 2]);
    for _ in 0..3 {
        assert_eq!(store.run(borrow(1)).unwrap(), Outcome::AlreadyDone(first.clone()));
    }
    let timeline = store.reader().timeline(Asker::Night, PersonId(1)).unwrap().unwrap();
    assert_eq!(timeline, first);
}

pub(crate) fn what_was_decided_ahead_is_written_once_and_as_the_writer_would_have(bed: &Bed) {
    let store = bed.make();
    let ahead = |command, otherwise| store.send_decided(store.decide_on_stranger(command, otherwise).unwrap());
    // Three hundred strangers, of whom a hundred are sent a second time while all are on their way.
    let people = (0..400).map(|number| 1 + number % 300);
    let tickets: Vec<_> = people.map(|person| ahead(borrow(person), borrow(person).decide)).collect();
    let outcomes: Vec<Outcome> = tickets.into_iter().map(|ticket| ticket.wait().unwrap()).collect();
    assert!(outcomes[..300].iter().all(|outcome| matches!(outcome, Outcome::Done(_))));
    for (again, first) in outcomes[300..].iter().zip(&outcomes) {
        assert_eq!(*again, Outcome::AlreadyDone(first.recorded().to_vec()));
    }
    // Of a stranger it would be refused.
    let paid = ahead(pay(1, "a", 5_000), pay(1, "a", 5_000).decide).wait().unwrap();
    assert!(matches!(&paid, Outcome::Done(recorded) if recorded[0].version == 3), "{paid:?}");
    assert_eq!(store.verify(&mut |_, _| {}).unwrap(), []);
}

pub(crate) fn the_same_key_with_another_body_is_a_conflict(bed: &Bed) {
    let store = bed.make();
    store.run(borrow(1)).unwrap();
    assert!(matches!(store.run(pay(1, "a", 5_000)).unwrap(), Outcome::Done(_)));
    assert_eq!(store.run(pay(1, "a", 6_000)).unwrap(), Outcome::Conflict);
    // The same key for somebody else is another body too.
    store.run(borrow(2)).unwrap();
    assert_eq!(store.run(pay(2, "a", 5_000)).unwrap(), Outcome::Conflict);
    assert_eq!(store.reader().person(Asker::Night, PersonId(1)).unwrap().unwrap().payments().len(), 1);
    assert_eq!(store.reader().person(Asker::Night, PersonId(2)).unwrap().unwrap().payments().len(), 0);
}

pub(crate) fn a_key_is_its_actors_own(bed: &Bed) {
    let store = bed.make();
    store.run(borrow(1)).unwrap();
    let by = |actor| {
        let mut command = pay(1, "a", 5_000);
        command.actor = actor;
        command.decide =
            Box::new(move |_| Ok(vec![Event::Refused { intent: format!("{actor:?}"), refusal: Refusal::by("TEST") }]));
        store.run(command).unwrap()
    };
    assert!(matches!(by(Actor::Staff(StaffId(1))), Outcome::Done(events) if events[0].actor == Actor::Staff(StaffId(1))));
    assert!(matches!(by(Actor::Staff(StaffId(2))), Outcome::Done(events) if events[0].actor == Actor::Staff(StaffId(2))));
    assert!(matches!(by(Actor::Staff(StaffId(2))), Outcome::AlreadyDone(events) if events[0].actor == Actor::Staff(StaffId(2))));
}

pub(crate) fn a_refusal_is_final_for_its_key_and_is_recorded(bed: &Bed) {
    let store = bed.make();
    store.run(borrow(1)).unwrap();
    let refused = Outcome::Refused(Refusal::by("PAYMENT-AMOUNT"));
    assert_eq!(store.run(pay(1, "a", 0)).unwrap(), refused);
    let asked = Arc::new(AtomicU32::new(0));
    let counted = asked.clone();
    let mut again = pay(1, "a", 0);
    again.decide = Box::new(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok(vec![])
    });
    assert_eq!(store.run(again).unwrap(), refused);
    assert_eq!(asked.load(Ordering::Relaxed), 0, "the rules were asked again");
    let person = store.reader().person(Asker::Night, PersonId(1)).unwrap().unwrap();
    assert_eq!(person.refusals.iter().map(|refused| refused.intent.as_str()).collect::<Vec<_>>(), ["pay"]);
}

pub(crate) fn a_key_is_remembered_across_restarts(bed: &Bed) {
    let store = bed.make();
    store.run(borrow(1)).unwrap();
    let Outcome::Done(first) = store.run(pay(1, "a", 5_000)).unwrap() else { panic!("not done") };
    drop(store);
    let store = bed.open();
    assert_eq!(store.run(pay(1, "a", 5_000)).unwrap(), Outcome::AlreadyDone(first));
    assert_eq!(store.run(pay(1, "a", 5_001)).unwrap(), Outcome::Conflict);
}

pub(crate) fn a_hundred_at_once_with_one_key_do_it_once(bed: &Bed) {
    let store = bed.make();
    store.run(borrow(1)).unwrap();
    let answers: Vec<Outcome> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..100).map(|_| scope.spawn(|| store.run(pay(1, "a", 5_000)).unwrap())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|answer| matches!(answer, Outcome::Done(_))).count(), 1);
    assert!(answers.iter().all(|answer| answer.recorded() == answers[0].recorded()));
    assert_eq!(store.reader().person(Asker::Night, PersonId(1)).unwrap().unwrap().payments().len(), 1);
}

pub(crate) fn a_hundred_people_at_once_all_get_in(bed: &Bed) {
    let store = bed.make();
    let tickets: Vec<_> = (1..=100).map(|person| store.send(borrow(person))).collect();
    assert!(tickets.into_iter().all(|ticket| matches!(ticket.wait(), Ok(Outcome::Done(_)))));
    for person in 1..=100 {
        assert!(store.reader().person(Asker::Night, PersonId(person)).unwrap().is_some());
    }
}

pub(crate) fn a_broken_invariant_undoes_its_own_command_only(bed: &Bed) {
    let store = bed.make();
    let mut broken = borrow(2);
    broken.decide = Box::new(|_| panic!("an invariant of the test"));
    // One that repeats a note of another is only found out while it is being written.
    let mut repeated = borrow(3);
    repeated.notes[0].id = domain::id::NoteId(1);
    let tickets = [borrow(1), broken, repeated, borrow(4)].map(|command| store.send(command));
    let answers = tickets.map(|ticket| ticket.wait());
    assert!(matches!(answers[0], Ok(Outcome::Done(_))));
    assert!(matches!(answers[1], Err(Error::Broken(_))), "{:?}", answers[1]);
    assert!(matches!(answers[2], Err(Error::Broken(_))), "{:?}", answers[2]);
    assert!(matches!(answers[3], Ok(Outcome::Done(_))));
    for person in [2, 3] {
        assert_eq!(store.reader().timeline(Asker::Night, PersonId(person)).unwrap(), None);
    }
    assert!(matches!(store.run(borrow(2)), Ok(Outcome::Done(_))), "a fault does not use up the key");
}
