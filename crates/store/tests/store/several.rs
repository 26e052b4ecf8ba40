//! Several processes over one book, and what they must not do to each other.

use domain::id::PersonId;
use store::{Asker, Outcome, Place, Store};

use crate::bed::{Bed, at, borrow, pay};

pub(crate) fn two_processes_that_write_by_turns_see_each_others_work(bed: &Bed) {
    let (one, other) = (bed.make(), bed.open());
    one.run(borrow(1)).unwrap();
    // Each has folded the person before the other wrote.
    for round in 0..6 {
        for (name, store) in [("one", &one), ("other", &other)] {
            let paid = store.run(pay(1, &format!("{name} {round}"), 1_000 + round)).unwrap();
            assert!(matches!(paid, Outcome::Done(_)), "{name} {round}: {paid:?}");
        }
    }
    assert!(matches!(other.run(pay(1, "one 0", 1_000)).unwrap(), Outcome::AlreadyDone(_)), "the other's keys count");
    let seen_by = |store: &Store| store.reader().person(Asker::Night, PersonId(1)).unwrap().unwrap();
    assert_eq!(seen_by(&one).payments().len(), 12);
    assert_eq!(seen_by(&one), seen_by(&other));
    assert_eq!(other.verify(&mut |_, _| {}).unwrap(), []);
}

pub(crate) fn two_processes_at_once_lose_nothing(bed: &Bed) {
    let (one, other) = (bed.make(), bed.open());
    (1..=5).for_each(|person| drop(one.run(borrow(person)).unwrap()));
    std::thread::scope(|scope| {
        for (name, store) in [("one", &one), ("other", &other)] {
            scope.spawn(move || {
                let commands = (0..100).map(|number| pay(number % 5 + 1, &format!("{name} {number}"), 10));
                let tickets: Vec<_> = commands.map(|command| store.send(command)).collect();
                tickets.into_iter().for_each(|ticket| assert!(matches!(ticket.wait(), Ok(Outcome::Done(_)))));
            });
        }
    });
    for person in 1..=5 {
        assert_eq!(one.reader().person(Asker::Night, PersonId(person)).unwrap().unwrap().payments().len(), 40);
    }
    assert_eq!(other.verify(&mut |_, _| {}).unwrap(), []);
}

pub(crate) fn an_erased_person_leaves_no_words_and_a_whole_log(bed: &Bed) {
    let store = bed.make();
    store.run(borrow(1)).unwrap();
    store.run(borrow(2)).unwrap();
    assert_eq!(store.erase_notes(PersonId(1), at(5)).unwrap(), 1);
    assert_eq!(store.erase_notes(PersonId(1), at(6)).unwrap(), 0);
    let note = |id| store.reader().note(Asker::Consumer(PersonId(id)), domain::id::NoteId(id)).unwrap().unwrap().body;
    assert_eq!(note(1), None);
    assert!(note(2).is_some());
    assert_eq!(store.verify(&mut |_, _| {}).unwrap(), []);
    if let Place::File(path) = &bed.place {
        for file in path.parent().unwrap().read_dir().unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!bytes.windows(4).any(|window| window == "王1".as_bytes()), "the name is still in the file");
        }
    }
}
