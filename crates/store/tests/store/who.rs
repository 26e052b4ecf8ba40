//! Everything is found through the one who asks.

use domain::event::Actor;
use domain::id::{AccountId, NoteId, PersonId, StaffId};
use store::{Asker, Role, Staff, Store, Thing};

use crate::bed::{Bed, at, borrow, day, pay};

pub(crate) fn nobody_sees_what_is_not_theirs(bed: &Bed) {
    let store = bed.make();
    store.run(borrow(1)).unwrap();
    store.run(borrow(2)).unwrap();
    send_team(&store, 1, StaffId(7));
    let sees = |asker, person: u64| {
        let reader = store.reader();
        let seen = [
            reader.person(asker, PersonId(person)).unwrap().is_some(),
            reader.timeline(asker, PersonId(person)).unwrap().is_some(),
            reader.rows(asker, PersonId(person)).unwrap().is_some(),
            reader.owner(asker, Thing::Account(AccountId(person))).unwrap().is_some(),
            reader.owner(asker, Thing::AccountNumber(&format!("A-{person}"))).unwrap().is_some(),
        ];
        assert!(seen.iter().all(|one| *one == seen[0]), "{asker:?}: {seen:?}");
        (seen[0], reader.note(asker, NoteId(person)).unwrap().is_some())
    };
    let staff = |role| Asker::Staff(StaffId(7), role);
    for role in [Role::Manager, Role::Desk, Role::Compliance, Role::Credit] {
        assert_eq!([sees(staff(role), 1), sees(staff(role), 2)], [(true, true); 2], "{role:?}");
    }
    assert_eq!([sees(staff(Role::Auditor), 1), sees(staff(Role::Auditor), 2)], [(true, false); 2]);
    assert_eq!([sees(staff(Role::Field), 1), sees(staff(Role::Field), 2)], [(true, true), (false, false)]);
    assert_eq!(sees(Asker::Staff(StaffId(8), Role::Field), 1), (false, false));
    assert_eq!([sees(Asker::Consumer(PersonId(2)), 1), sees(Asker::Consumer(PersonId(2)), 2)], [(false, false), (true, true)]);
    assert_eq!(sees(Asker::Night, 1), (true, false));
    for asker in [staff(Role::Manager), Asker::Night, Asker::Consumer(PersonId(3))] {
        assert_eq!(sees(asker, 3), (false, false), "nobody is there");
    }
}

pub(crate) fn sessions_and_links_end_when_they_should(bed: &Bed) {
    let store = bed.make();
    let reader = store.reader();
    let mut staff = Staff {
        id: StaffId(7),
        name: "李".into(),
        sign_in: "li".into(),
        role: Role::Desk,
        badge: "B-7".into(),
        registration: Some("R-7".into()),
        certificate_until: Some(day("2026-12-31")),
        password: None,
        left_on: None,
    };
    store.keep_staff(staff.clone()).unwrap();
    assert!(reader.staff_by_sign_in("li").unwrap().is_some_and(|found| found == staff));
    assert!(reader.staff_by_badge("B-7").unwrap().is_some_and(|found| found == staff));

    let (session, actor) = ([1; 32], Actor::Staff(StaffId(7)));
    store.open_session(session, actor, at(10)).unwrap();
    assert_eq!(reader.session(session, at(9)).unwrap(), Some(Asker::Staff(StaffId(7), Role::Desk)));
    assert_eq!(reader.session(session, at(10)).unwrap(), None, "expired");
    assert_eq!(reader.session([2; 32], at(9)).unwrap(), None, "another token");
    staff.role = Role::Manager;
    store.keep_staff(staff.clone()).unwrap();
    assert_eq!(reader.session(session, at(9)).unwrap(), Some(Asker::Staff(StaffId(7), Role::Manager)), "the role of today");
    staff.left_on = Some(day("2026-03-02"));
    store.keep_staff(staff).unwrap();
    assert_eq!(reader.session(session, at(9)).unwrap(), None, "who left is out at once");

    let (link, person) = ([3; 32], Asker::Consumer(PersonId(1)));
    store.keep_link(link, person.actor(), "portal", at(10)).unwrap();
    assert_eq!(reader.link(link, "portal", at(9)).unwrap(), Some(person));
    assert_eq!(reader.link(link, "sign_in", at(9)).unwrap(), None, "for its purpose only");
    assert_eq!(reader.link(link, "portal", at(10)).unwrap(), None, "expired");
    store.open_session(session, person.actor(), at(10)).unwrap();
    store.close_sessions_of(person.actor()).unwrap();
    assert_eq!(reader.session(session, at(9)).unwrap(), None, "closed");
}

fn send_team(store: &Store, person: u64, staff: StaffId) {
    let mut command = pay(person, "team", 0);
    command.decide = Box::new(move |_| Ok(crate::bed::visit_by(person, staff)));
    store.run(command).unwrap();
}
