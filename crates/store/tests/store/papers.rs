//! Papers that somebody hands in for what they state: kept with the event that names them or not at all, found by those who may
//! see the person, erased with everything else, and named when they were altered.

use domain::complaint::HardshipReason;
use domain::event::Actor;
use domain::hardship;
use domain::id::{ComplaintId, NoteId, PersonId, StaffId};
use domain::means::{self, Means, Taken};
use domain::refusal::Refusal;
use sha2::{Digest, Sha256};
use store::{Asker, Command, Label, Note, Outcome, Paper, Role, Store};

use crate::bed::{Bed, at, borrow, day};

/// A payslip of person `number`, as whoever keeps it sealed it, and its note.
pub(crate) fn payslip(number: u64) -> Note {
    let body: Vec<u8> = (0..400_u32).map(|at| (at * 11 + number as u32 * 17) as u8).collect();
    let label = Label {
        kind: "payslip".into(),
        sent: hex(&number.to_be_bytes()),
        kept: hex(&body),
        media: "image/jpeg".into(),
        bytes: 400,
    };
    Note::of_paper(NoteId(500 + number), [9; 16], Paper { label, body })
}

/// Means of person `number`, with these papers.
pub(crate) fn state(number: u64, papers: Vec<Note>) -> Command {
    let shown = papers.iter().map(Note::reference).collect();
    let stated = Means { household: 2, ..Means::default() };
    Command {
        person: PersonId(number),
        actor: Actor::Consumer(PersonId(number)),
        key: "means".into(),
        body_hash: [2; 32],
        intent: "means",
        recorded_at: at(2),
        night: None,
        notes: papers,
        decide: Box::new(move |_| {
            means::state(stated, Some(Taken::Portal), shown, day("2026-03-02")).map_err(|_| Refusal::by("MEANS-UNLIKELY"))
        }),
    }
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

/// Person 1, who handed in a payslip, and person 2, who did not.
fn handed_in(bed: &Bed) -> Store {
    let store = bed.make();
    store.run(borrow(1)).unwrap();
    store.run(borrow(2)).unwrap();
    assert!(matches!(store.run(state(1, vec![payslip(1)])), Ok(Outcome::Done(_))));
    store
}

pub(crate) fn a_paper_is_kept_with_what_was_stated_or_not_at_all(bed: &Bed) {
    let store = handed_in(bed);
    assert!(matches!(store.run(state(1, vec![payslip(7)])), Ok(Outcome::AlreadyDone(_))), "sent again");
    let refused = Command { decide: Box::new(|_| Err(Refusal::by("PLAN-ABOVE-CAPACITY"))), ..state(2, vec![payslip(2)]) };
    assert!(matches!(store.run(refused), Ok(Outcome::Refused(_))));
    let papers = |number| store.reader().papers(Asker::Consumer(PersonId(number)), PersonId(number)).unwrap();
    assert_eq!(papers(1).iter().map(|paper| paper.note).collect::<Vec<_>>(), [NoteId(501)]);
    assert_eq!(papers(1)[0].label.kind, "payslip");
    assert_eq!(papers(2), [], "what was refused leaves nothing behind");
    assert_eq!(store.verify(&mut |_, _| {}).unwrap(), []);
}

pub(crate) fn a_paper_is_shown_to_its_person_and_those_who_read_their_notes(bed: &Bed) {
    let store = handed_in(bed);
    let opens = |asker, person: u64| store.reader().paper(asker, PersonId(person), NoteId(501)).unwrap().is_some();
    let lists = |asker| !store.reader().papers(asker, PersonId(1)).unwrap().is_empty();
    for (asker, may) in [
        (Asker::Consumer(PersonId(1)), true),
        (Asker::Consumer(PersonId(2)), false),
        (Asker::Staff(StaffId(7), Role::Desk), true),
        (Asker::Staff(StaffId(7), Role::Compliance), true),
        (Asker::Staff(StaffId(7), Role::Field), false),
        (Asker::Staff(StaffId(7), Role::Auditor), false),
        (Asker::Night, false),
    ] {
        assert_eq!((opens(asker, 1), lists(asker)), (may, may), "{asker:?}");
        assert!(!opens(asker, 2), "{asker:?} finds it under somebody else");
    }
}

pub(crate) fn an_erased_person_leaves_no_paper(bed: &Bed) {
    let store = handed_in(bed);
    assert_eq!(store.erase_notes(PersonId(1), at(5)).unwrap(), 3, "the name, the label and the paper");
    let own = Asker::Consumer(PersonId(1));
    assert_eq!(store.reader().papers(own, PersonId(1)).unwrap(), []);
    let kept = store.reader().paper(own, PersonId(1), NoteId(501)).unwrap().unwrap();
    assert!(kept.body.is_none(), "its bytes are gone");
    assert_eq!(store.verify(&mut |_, _| {}).unwrap(), []);
}

pub(crate) fn an_altered_paper_is_named_whatever_of_it_was_altered(bed: &Bed) {
    let store = handed_in(bed);
    let closed = bed.tamper("UPDATE evidence SET kept = 'x' WHERE visit = 'note:00000000000fn'");
    assert!(closed.is_err(), "the database itself refuses it");
    bed.tamper(match bed.place {
        store::Place::File(_) => "DROP TRIGGER evidence_is_not_altered; DROP TRIGGER evidence_is_not_deleted",
        store::Place::Server(_) => {
            "DROP TRIGGER evidence_is_not_altered ON evidence; DROP TRIGGER evidence_is_not_deleted ON evidence"
        }
    })
    .unwrap();
    let named = |change: &str| {
        bed.tamper(change).unwrap();
        store.verify(&mut |_, _| {}).unwrap()
    };
    for (column, value, was) in [
        ("kept", "'x'", format!("'{}'", payslip(1).paper.unwrap().label.kept)),
        ("sent", "'x'", format!("'{}'", payslip(1).paper.unwrap().label.sent)),
        ("kind", "'medical'", "'payslip'".to_owned()),
        ("media", "'text/html'", "'image/jpeg'".to_owned()),
        ("person", "'0000000000002'", "'0000000000001'".to_owned()),
    ] {
        let found = named(&format!("UPDATE evidence SET {column} = {value}"));
        assert!(found.iter().any(|it| it.table == "evidence" && it.column.as_deref() == Some(column)), "{column}: {found:?}");
        assert_eq!(named(&format!("UPDATE evidence SET {column} = {was}")), [], "{column} is put back");
    }
    assert_eq!(named("UPDATE evidence SET body = NULL").len(), 1, "gone, and not by erasing");
    assert_eq!(named("DELETE FROM evidence").len(), 1, "missing");
}

pub(crate) fn a_paper_that_came_with_a_plea_is_vouched_for_as_well(bed: &Bed) {
    let store = bed.make();
    store.run(borrow(1)).unwrap();
    let (papers, book) = (vec![payslip(1)], store.book());
    let shown = papers.iter().map(Note::reference).collect();
    let plead = move |person: &domain::person::Person| {
        Ok(hardship::plead(person, &book, ComplaintId(3), HardshipReason::LessIncome, None, shown, day("2026-03-02")))
    };
    let plea = Command { key: "plea".into(), intent: "complaint.open", decide: Box::new(plead), ..state(1, papers) };
    assert!(matches!(store.run(plea), Ok(Outcome::Done(_))));
    assert_eq!(store.verify(&mut |_, _| {}).unwrap(), []);
    bed.tamper(match bed.place {
        store::Place::File(_) => "DROP TRIGGER evidence_is_not_altered",
        store::Place::Server(_) => "DROP TRIGGER evidence_is_not_altered ON evidence",
    })
    .unwrap();
    bed.tamper("UPDATE evidence SET kind = 'medical'").unwrap();
    let found = store.verify(&mut |_, _| {}).unwrap();
    assert!(matches!(&found[..], [one] if one.column.as_deref() == Some("kind")), "{found:?}");
}
