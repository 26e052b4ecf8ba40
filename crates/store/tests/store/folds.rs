//! People are kept as folded, and read from there; what counts is the log.

use domain::id::PersonId;
use domain::person::Person;
use store::{Asker, Place, Store};

use crate::bed::{Bed, borrow, pay};

const KEPT: &str = "SELECT person || ' ' || version FROM folds ORDER BY person";

pub(crate) fn somebody_is_read_from_what_is_kept_and_what_happened_since(bed: &Bed) {
    let store = some_life(bed);
    // Eight events of eleven, sixteen of sixteen, none of three.
    assert_eq!(bed.texts(KEPT), ["0000000000001 8", "0000000000002 16"]);
    let kept = [1, 2, 3].map(|person| read(&store, person));
    for (person, kept) in (1..).zip(&kept) {
        assert_eq!(*kept, folded_anew(&store, person), "{person}");
    }
    bed.tamper("DELETE FROM folds").unwrap();
    assert_eq!([1, 2, 3].map(|person| read(&store, person)), kept, "the log says the same");
    assert_eq!(store.verify(&mut |_, _| {}).unwrap(), [], "nothing must be kept");
    store.rebuild(&mut |_, _| {}).unwrap();
    assert_eq!(bed.texts(KEPT), ["0000000000001 8", "0000000000002 16"]);
    assert_eq!([1, 2, 3].map(|person| read(&store, person)), kept);
    // The next command goes on from there, and is kept when its turn comes.
    drop(store);
    let store = bed.open();
    (0..5).for_each(|number| drop(store.run(pay(1, &format!("again {number}"), 0)).unwrap()));
    assert_eq!(bed.texts(KEPT), ["0000000000001 16", "0000000000002 16"]);
    assert_eq!(read(&store, 1), folded_anew(&store, 1));
    assert_eq!(store.verify(&mut |_, _| {}).unwrap(), []);
}

pub(crate) fn what_is_kept_of_somebody_is_named_where_it_is_altered_and_made_anew(bed: &Bed) {
    let store = some_life(bed);
    let kept = match bed.place {
        Place::File(_) => "SELECT person || version || hex(body) FROM folds ORDER BY person",
        Place::Server(_) => "SELECT person || version || encode(body, 'hex') FROM folds ORDER BY person",
    };
    let live = bed.texts(kept);
    for (change, column) in [
        ("version = version - 1", "version"),
        ("body = (SELECT body FROM folds WHERE person = '0000000000002')", "body"),
        ("person = '000000000zzzz'", "person"),
    ] {
        bed.tamper(&format!("UPDATE folds SET {change} WHERE person = '0000000000001'")).unwrap();
        let found = store.verify(&mut |_, _| {}).unwrap();
        let named: Vec<_> = found.iter().map(|it| (it.table.as_str(), it.column.as_deref())).collect();
        assert_eq!(named, [("folds", Some(column))], "{change}");
        store.rebuild(&mut |_, _| {}).unwrap();
        assert_eq!(bed.texts(kept), live, "{change}");
    }
}

pub(crate) fn what_another_build_kept_is_thrown_away(bed: &Bed) {
    drop(some_life(bed));
    bed.tamper("UPDATE versions SET value = 'another' WHERE name = 'folds'").unwrap();
    let store = bed.open();
    assert!(bed.texts(KEPT).is_empty());
    assert_eq!(read(&store, 1), folded_anew(&store, 1));
    drop(store);
    bed.open().run(pay(1, "one more", 0)).unwrap();
    assert!(bed.texts(KEPT).is_empty(), "kept again when its turn comes");
}

fn read(store: &Store, person: u64) -> Person {
    store.reader().person(Asker::Night, PersonId(person)).unwrap().unwrap()
}

fn folded_anew(store: &Store, person: u64) -> Person {
    let events = store.reader().timeline(Asker::Night, PersonId(person)).unwrap().unwrap();
    let mut folded = Person::new(PersonId(person));
    events.iter().for_each(|recorded| folded.apply(recorded));
    folded
}

/// Three people: one of eleven events, one of sixteen, one of three. A payment of nothing is refused, which is one event.
fn some_life(bed: &Bed) -> Store {
    let store = bed.make();
    for (person, refusals) in [(1, 9), (2, 14), (3, 1)] {
        store.run(borrow(person)).unwrap();
        (0..refusals).for_each(|number| drop(store.run(pay(person, &format!("{person} {number}"), 0)).unwrap()));
    }
    store
}
