//! Statements against a small book: what is named is paid, what is not waits, and twice is once.

use std::sync::Arc;

use domain::event::Event;
use domain::id::{NoteId, StaffId};
use domain::loan::Terms;
use store::{Asker, Note};

use super::*;
use crate::web::testing;

const NOW: &str = "2026-11-24T09:00:00+08:00";
const ANNA: PersonId = PersonId(501);
const BEN: PersonId = PersonId(502);

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// Two people with an account each: `B-1001` and `B-1002`.
fn book() -> Arc<Store> {
    let store = Arc::clone(&testing::site().store);
    for (person, number) in [(ANNA, 1001_u64), (BEN, 1002)] {
        let note = Note {
            id: NoteId(person.0),
            kind: "identity",
            salt: [1; 16],
            body: r#"{"name":"x","resident_id":null,"phone":null}"#.into(),
            paper: None,
        };
        let identity = note.reference();
        let terms = Terms::interest_free(Money::from_minor(120_000), domain::day::Day::parse("2026-10-01").unwrap(), 6);
        let decide: Decide = Box::new(move |_| {
            Ok(vec![
                Event::PersonRegistered { identity, zone: "Asia/Shanghai".into() },
                Event::AccountOpened {
                    account: AccountId(number),
                    number: format!("B-{number}"),
                    terms,
                    annual_cost_percent: None,
                },
            ])
        });
        let (key, body_hash, intent, recorded_at) = (format!("open-{number}"), [0; 32], "test", now());
        let command =
            Command { person, actor: Actor::Import, key, body_hash, intent, recorded_at, night: None, notes: vec![note], decide };
        store.run(command).unwrap();
    }
    store
}

/// One line of a statement: reference, amount in yuan, what was written.
fn line(reference: &str, yuan: i64, text: &str) -> Line {
    let on = domain::day::Day::parse("2026-11-23");
    Line {
        reference: reference.into(),
        booked_on: on,
        value_on: on,
        amount: Money::from_minor(yuan.abs() * 100),
        currency: "CNY".into(),
        direction: if yuan > 0 { Direction::Credit } else { Direction::Debit },
        is_reversal: false,
        booking: Booking::Booked,
        references: vec![reference.into()],
        text: text.into(),
        name: Some("王小明".into()),
    }
}

fn takes(store: &Store, lines: Vec<Line>) -> Report {
    let statement = Statement { id: "S1".into(), account: "6222".into(), lines };
    let file = BankFile { file: "f".into(), name: "s.xml".into(), kind: "camt", by: Actor::Import };
    take(store, file, &[statement], now()).unwrap()
}

fn paid(store: &Store, person: PersonId) -> i64 {
    let person = store.reader().person(Asker::Night, person).unwrap().unwrap();
    person.payments().iter().map(|payment| payment.amount.minor() / 100).sum()
}

fn waits(store: &Store) -> Vec<(String, String)> {
    let open = store.reader().bank_lines(LineState::Open, 100).unwrap();
    open.into_iter().map(|open| (open.line.reference, open.because)).collect()
}

#[test]
fn a_line_pays_the_account_that_it_names_and_twice_is_once() {
    let store = book();
    let lines = || vec![line("R1", 200, "还款 B-1001 谢谢"), line("B-1002", 100, "")];
    let report = takes(&store, lines());
    assert_eq!((report.new, report.matched.posted, report.matched.open), (2, 2, 0));
    assert_eq!((paid(&store, ANNA), paid(&store, BEN)), (200, 100));
    let again = takes(&store, lines());
    assert_eq!((again.new, again.known, again.matched), (0, 2, Matched::default()));
    assert_eq!((paid(&store, ANNA), paid(&store, BEN)), (200, 100));
}

#[test]
fn two_payments_of_one_account_within_a_second_are_two() {
    let store = book();
    takes(&store, vec![line("R1", 200, "B-1001"), line("R2", 200, "B-1001")]);
    assert_eq!(paid(&store, ANNA), 400);
}

#[test]
fn what_names_no_account_or_several_waits_and_nothing_is_guessed() {
    let store = book();
    let mut foreign = line("R4", 200, "B-1001");
    foreign.currency = "USD".into();
    takes(&store, vec![line("R1", 200, "谢谢"), line("R2", 200, "B-1001 B-1002"), line("R3", 200, "B-10011"), foreign]);
    let waiting = waits(&store);
    let expected = [("R1", NAMES_NONE), ("R2", NAMES_SEVERAL), ("R3", NAMES_NONE), ("R4", CURRENCY)];
    for (reference, because) in expected {
        assert!(waiting.contains(&(reference.into(), because.into())), "{reference}: {waiting:?}");
    }
    assert_eq!((paid(&store, ANNA), paid(&store, BEN)), (0, 0));
}

#[test]
fn what_is_only_announced_does_not_count_and_what_went_out_is_no_payment() {
    let store = book();
    let mut pending = line("R1", 200, "B-1001");
    pending.booking = Booking::Pending;
    let report = takes(&store, vec![pending, line("R2", -200, "B-1001")]);
    assert_eq!((report.not_booked, report.matched.set_aside), (1, 1));
    assert_eq!(paid(&store, ANNA), 0);
}

#[test]
fn a_payment_that_the_bank_takes_back_counts_no_more() {
    let store = book();
    takes(&store, vec![line("R1", 200, "B-1001")]);
    let mut back = line("R9", -200, "");
    back.is_reversal = true;
    back.references = vec!["R1".into(), "R9".into()];
    let mut stray = line("R8", -50, "");
    stray.is_reversal = true;
    let report = takes(&store, vec![back, stray]);
    assert_eq!((report.matched.reversed, report.matched.open), (1, 1));
    assert_eq!(paid(&store, ANNA), 0);
    assert_eq!(waits(&store), [("R8".to_owned(), REVERSES_NOTHING.to_owned())]);
}

#[test]
fn a_line_that_comes_again_otherwise_stays_as_it_was_and_is_named() {
    let store = book();
    takes(&store, vec![line("R1", 200, "B-1001")]);
    let report = takes(&store, vec![line("R1", 300, "B-1001")]);
    assert_eq!(report.differing, ["R1"]);
    assert_eq!(paid(&store, ANNA), 200);
}

#[test]
fn one_of_two_who_assign_a_line_gets_it() {
    let store = book();
    takes(&store, vec![line("R1", 200, "谢谢")]);
    let open = store.reader().bank_lines(LineState::Open, 1).unwrap().remove(0).line;
    let by = |staff| Actor::Staff(StaffId(staff));
    assert_eq!(assign(&store, &open, (ANNA, AccountId(1001)), "称已付款", by(1), now()), Ok(true));
    assert_eq!(assign(&store, &open, (BEN, AccountId(1002)), "也许", by(2), now()), Ok(false));
    assert_eq!((paid(&store, ANNA), paid(&store, BEN)), (200, 0));
    let events = store.reader().timeline(Asker::Night, ANNA).unwrap().unwrap();
    assert_eq!(events.last().unwrap().actor, by(1), "who assigned it did it");
}

#[test]
fn a_crash_between_claiming_and_posting_is_made_good_by_the_next_run() {
    let store = book();
    takes(&store, vec![line("R1", 200, "谢谢")]);
    let open = store.reader().bank_lines(LineState::Open, 1).unwrap().remove(0).line;
    let to = Assigned { person: ANNA, account: AccountId(1001), entry: entry_of(&open.line) };
    assert_eq!(store.claim_bank_line(&open.line, to, "x", Actor::Import, now()), Ok(true));
    assert_eq!(paid(&store, ANNA), 0);
    assert_eq!(post_what_matches(&store, Actor::Import, now()).unwrap().posted, 1);
    assert_eq!(post_what_matches(&store, Actor::Import, now()).unwrap(), Matched::default());
    assert_eq!(paid(&store, ANNA), 200);
}

#[test]
fn what_a_rule_refuses_waits_with_the_rule() {
    let store = book();
    let mut early = line("R1", 200, "B-1001");
    early.value_on = domain::day::Day::parse("2026-09-01");
    takes(&store, vec![early]);
    assert_eq!(waits(&store), [("R1".to_owned(), "PAYMENT-BEFORE-LOAN".to_owned())]);
}
