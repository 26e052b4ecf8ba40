//! The lists and figures run on both databases, and nobody is listed to those who may not see them.

use domain::id::{PersonId, StaffId};
use store::{Asker, QueueView, Role, Sorting, Store, Wanted};

use crate::bed::{Bed, at, borrow, day, pay, visit_by};

pub(crate) fn a_queue_lists_only_whom_the_asker_may_see(bed: &Bed) {
    let store = bed.make();
    (1..=3).for_each(|person| drop(store.run(borrow(person)).unwrap()));
    let mut visit = pay(2, "visit", 0);
    visit.decide = Box::new(|_| Ok(visit_by(2, StaffId(7))));
    store.run(visit).unwrap();
    let list = |asker, search: Option<&str>, sorting| {
        let search = search.map(str::to_string);
        let today = day("2026-03-02");
        let wanted = Wanted { view: QueueView::All, search, buckets: vec![], sorting, skip: 0, limit: 10, today };
        let queue = store.reader().queue(asker, &wanted).unwrap();
        assert_eq!(queue.count, queue.rows.len() as u64);
        queue.rows.iter().map(|row| (row.person.0, row.identity.is_some())).collect::<Vec<_>>()
    };
    let staff = |role| Asker::Staff(StaffId(7), role);
    for sorting in [Sorting::StepDue, Sorting::MostOverdue, Sorting::LeastOverdue, Sorting::OldestDue, Sorting::NewestDue] {
        assert_eq!(list(staff(Role::Manager), None, sorting), [(1, true), (2, true), (3, true)], "{sorting:?}");
    }
    assert_eq!(list(staff(Role::Manager), Some("王3"), Sorting::StepDue), [(3, true)]);
    assert_eq!(list(staff(Role::Manager), Some("A-1"), Sorting::StepDue), [(1, true)]);
    assert_eq!(list(staff(Role::Field), None, Sorting::StepDue), [(2, true)]);
    assert_eq!(list(staff(Role::Auditor), None, Sorting::StepDue), [(1, false), (2, false), (3, false)]);
    assert_eq!(list(staff(Role::Auditor), Some("王3"), Sorting::StepDue), [], "who may not read names cannot search by them");
    assert_eq!(list(Asker::Consumer(PersonId(3)), None, Sorting::StepDue), [(3, true)]);
}

pub(crate) fn somebody_is_found_by_what_is_known_of_them_until_it_is_erased(bed: &Bed) {
    let store = bed.make();
    (1..=3).for_each(|person| drop(store.run(borrow(person)).unwrap()));
    let found = |store: &Store, text: &str| {
        let search = Some(text.to_owned());
        let (view, sorting, today) = (QueueView::All, Sorting::StepDue, day("2026-03-02"));
        let wanted = Wanted { view, search, buckets: vec![], sorting, skip: 0, limit: 10, today };
        let queue = store.reader().queue(Asker::Staff(StaffId(7), Role::Manager), &wanted).unwrap();
        queue.rows.iter().map(|row| row.person.0).collect::<Vec<_>>()
    };
    let check = |store: &Store, text: &str, expected: &[u64]| assert_eq!(found(store, text), expected, "{text}");
    check(&store, "wang", &[1, 2, 3]);
    check(&store, " WANG ", &[1, 2, 3]);
    check(&store, "a-2", &[2]);
    check(&store, "name", &[]);
    check(&store, "%", &[]);
    check(&store, "A_2", &[]);
    assert_eq!(store.erase_notes(PersonId(2), at(5)).unwrap(), 1);
    check(&store, "wang", &[1, 3]);
}

pub(crate) fn every_list_and_figure_can_be_asked_for(bed: &Bed) {
    let store = bed.make();
    store.run(borrow(1)).unwrap();
    let (reader, manager) = (store.reader(), Asker::Staff(StaffId(7), Role::Manager));
    let (from, until) = (day("2026-01-31"), day("2026-02-28"));
    assert_eq!(reader.count_accounts().unwrap(), 1);
    assert_eq!(reader.arrears_by_bucket().unwrap().len(), 1);
    assert_eq!(reader.rolls(from, until).unwrap().len(), 1);
    reader.promise_outcomes(from, until).unwrap();
    assert!(reader.refusals_by_rule(from).unwrap().is_empty());
    assert_eq!(reader.breaches(from, at(0)).unwrap(), (0, 0));
    assert!(reader.breaches_by_rule(from).unwrap().is_empty());
    assert!(reader.latest_breaches(from, 10).unwrap().is_empty());
    assert_eq!(reader.complaint_figures(from, until).unwrap(), (0, 0, 0));
    assert!(reader.visits_under_way(manager, 10).unwrap().is_empty());
    assert!(reader.visits_between(manager, at(0), at(100)).unwrap().is_empty());
    assert!(reader.complaints(manager, true, 10).unwrap().is_empty());
    assert!(reader.promises(manager, from, until, 10).unwrap().is_empty());
    assert!(reader.runs(10).unwrap().is_empty());
    assert!(reader.next_waking().unwrap().is_some());
    assert_eq!(reader.who_wakes(day("2027-03-02"), None, 10).unwrap(), [PersonId(1)]);
}
