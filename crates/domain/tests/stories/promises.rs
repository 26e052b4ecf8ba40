//! Promises: the ledger alone says whether they were kept.

use domain::follow_up::Step;
use domain::promise::Outcome::{Broken, Kept, Partial};

use super::diary::{Diary, day};

/// Three months behind: 1,200 yuan of 2,400 overdue.
fn behind() -> Diary {
    let mut diary = Diary::buys("2026-01-10", 2400, 6);
    diary.until("2026-04-20");
    diary
}

#[test]
fn a_promise_is_kept_by_two_payments() {
    let mut diary = behind();
    let promise = diary.promises(1000, "2026-04-27");
    diary.until("2026-04-23").pays(400);
    diary.until("2026-04-26").pays(600);
    diary.night();
    assert_eq!(diary.outcome(promise), Some((Kept, 1000)));
}

#[test]
fn a_part_is_not_the_whole() {
    let mut diary = behind();
    let promise = diary.promises(1000, "2026-04-27");
    diary.until("2026-04-27").pays(1);
    diary.until("2026-05-10");
    assert_eq!(diary.outcome(promise), Some((Partial, 1)));
}

#[test]
fn a_promise_always_ends() {
    let mut diary = behind();
    let promise = diary.promises(1000, "2026-04-27");
    diary.until("2026-04-29");
    assert_eq!(diary.outcome(promise), None, "two business days of grace");
    diary.until("2026-05-10");
    assert_eq!(diary.outcome(promise), Some((Broken, 0)));
}

#[test]
fn money_paid_before_the_promise_does_not_keep_it() {
    let mut diary = behind();
    diary.pays(1000);
    diary.until("2026-04-21");
    let promise = diary.promises(200, "2026-04-27");
    diary.until("2026-05-10");
    assert_eq!(diary.outcome(promise), Some((Broken, 0)));
}

#[test]
fn no_cent_keeps_two_promises() {
    let mut diary = behind();
    diary.states(3000, 1000);
    diary.plans(300, &["2026-04-25", "2026-04-26", "2026-04-27"]).unwrap();
    diary.until("2026-04-24").pays(400);
    diary.until("2026-05-10");
    let paid: Vec<_> = diary.person.promises.keys().map(|id| diary.outcome(*id)).collect();
    assert_eq!(paid, [Some((Kept, 300)), Some((Partial, 100)), Some((Broken, 0))]);
}

#[test]
fn a_payment_that_was_taken_back_keeps_nothing() {
    let mut diary = behind();
    let promise = diary.promises(400, "2026-04-27");
    let payment = diary.pays(400);
    diary.until("2026-04-21").bounces(payment);
    diary.until("2026-05-10");
    // It was judged kept the night the money stood; what was judged stays on record, the money is owed again.
    assert_eq!(diary.outcome(promise), Some((Kept, 400)));
    assert!(diary.person.days_past_due(diary.today) > 80);
}

#[test]
fn a_new_promise_takes_the_place_of_the_old_one() {
    let mut diary = behind();
    let first = diary.promises(500, "2026-04-27");
    diary.until("2026-04-22");
    diary.promises(600, "2026-04-30");
    assert!(diary.person.promises[&first].end.is_some());
    diary.until("2026-05-10");
    assert_eq!(diary.outcome(first), None, "neither kept nor broken");
}

#[test]
fn a_broken_promise_leads_to_a_call_and_not_at_once_to_a_visit() {
    let mut diary = behind();
    diary.promises(1000, "2026-04-27");
    diary.night();
    let step = |diary: &Diary| diary.person.open_case().unwrap().follow_up.as_ref().unwrap().step;
    assert_eq!(step(&diary), Step::Wait);
    diary.until("2026-05-05");
    assert_eq!(step(&diary), Step::Call);
}

#[test]
fn a_promise_is_within_what_is_owed_and_within_sixty_days() {
    use domain::id::PromiseId;
    use domain::promise::{Origin, make};
    let diary = behind();
    let check = |yuan: i64, due_on: &str, rule: Option<&str>| {
        let made = make(&diary.person, PromiseId(1), super::diary::yuan_of(yuan), day(due_on), Origin::Portal, diary.today);
        assert_eq!(made.err().map(|refusal| refusal.by[0].clone()).as_deref(), rule, "{yuan} by {due_on}");
    };
    check(100, "2026-04-25", None);
    check(0, "2026-04-25", Some("PROMISE-AMOUNT"));
    check(-5, "2026-04-25", Some("PROMISE-AMOUNT"));
    check(99_999, "2026-04-25", Some("PROMISE-ABOVE-OWED"));
    check(100, "2026-04-19", Some("PROMISE-DAY"));
    check(100, "2026-07-01", Some("PROMISE-DAY"));
}
