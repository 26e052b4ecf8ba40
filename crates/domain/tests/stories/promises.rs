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
    let mut promises: Vec<_> = diary.person.promises.values().collect();
    promises.sort_by_key(|promise| promise.due_on);
    let paid: Vec<_> = promises.iter().map(|promise| diary.outcome(promise.id)).collect();
    assert_eq!(paid, [Some((Kept, 300)), Some((Partial, 100)), Some((Broken, 0))]);
}

#[test]
fn a_payment_that_was_taken_back_keeps_nothing() {
    let mut diary = behind();
    let promise = diary.promises(400, "2026-04-27");
    let payment = diary.pays(400);
    diary.until("2026-04-21").bounces(payment);
    diary.until("2026-05-10");
    // It was judged kept the night the money stood; the night after the bounce the ledger said otherwise.
    assert_eq!(diary.outcome(promise), Some((Broken, 0)));
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
    let next = |diary: &Diary| {
        let follow_up = diary.person.open_case().unwrap().follow_up.as_ref().unwrap();
        (follow_up.step, follow_up.due_on)
    };
    assert_eq!(next(&diary), (Step::Wait, day("2026-04-29")), "until the grace of the promise is over");
    diary.promises(1000, "2026-05-04");
    diary.night();
    assert_eq!(next(&diary), (Step::Wait, day("2026-05-06")), "another promise is waited for until its own day");
    diary.until("2026-05-08");
    assert_eq!(next(&diary), (Step::Call, day("2026-05-10")));
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

#[test]
fn money_paid_in_the_morning_does_not_keep_a_promise_given_at_noon() {
    let mut diary = behind();
    diary.at(9).pays(400);
    let promise = diary.at(12).promises(400, "2026-04-27");
    diary.until("2026-05-10");
    assert_eq!(diary.outcome(promise), Some((Broken, 0)));
}

#[test]
fn money_paid_in_the_evening_keeps_it() {
    let mut diary = behind();
    let promise = diary.at(12).promises(400, "2026-04-27");
    diary.at(18).pays(400);
    diary.night();
    assert_eq!(diary.outcome(promise), Some((Kept, 400)));
}

#[test]
fn money_that_came_before_the_check_in_at_the_door_does_not_keep_what_was_promised_there() {
    let mut diary = behind();
    let visit = diary.at(15).is_visited();
    diary.at(14).pays(300);
    let promise = diary.at(16).promises_at_the_door(300, "2026-04-27", visit);
    diary.until("2026-05-10");
    assert_eq!(diary.outcome(promise), Some((Broken, 0)), "paid at two, checked in at three, promised at four");
}

#[test]
fn money_that_came_between_the_check_in_and_the_record_counts() {
    let mut diary = behind();
    let visit = diary.at(15).is_visited();
    diary.minute = 15 * 60 + 30;
    diary.pays(300);
    let promise = diary.at(16).promises_at_the_door(300, "2026-04-27", visit);
    diary.night();
    assert_eq!(diary.outcome(promise), Some((Kept, 300)), "promised at the door at three, whenever it was typed in");
}

#[test]
fn a_promise_due_on_a_friday_waits_over_the_weekend() {
    let mut diary = behind();
    let promise = diary.promises(400, "2026-04-24");
    diary.until("2026-04-28").pays(400);
    diary.night();
    assert_eq!(diary.outcome(promise), Some((Kept, 400)), "two business days after Friday are Tuesday");
}

#[test]
fn two_business_days_are_the_end_of_it() {
    let mut diary = behind();
    let promise = diary.promises(400, "2026-04-24");
    diary.until("2026-04-29").pays(400);
    diary.night();
    assert_eq!(diary.outcome(promise), Some((Broken, 0)));
}

#[test]
fn a_payment_that_becomes_known_late_keeps_a_broken_promise_after_all() {
    let mut diary = behind();
    let promise = diary.promises(400, "2026-04-24");
    diary.until("2026-05-04");
    assert_eq!(diary.outcome(promise), Some((Broken, 0)));
    diary.pays_as_of(400, day("2026-04-23"));
    diary.night();
    assert_eq!(diary.outcome(promise), Some((Kept, 400)), "the money was there in time; only the statement was late");
}

#[test]
fn a_promise_is_called_off_before_its_day_and_not_after() {
    let mut diary = behind();
    let promise = diary.promises(400, "2026-04-24");
    diary.until("2026-04-24").cancels(promise).unwrap();
    diary.until("2026-05-10");
    assert_eq!(diary.outcome(promise), None, "neither kept nor broken");
    let second = diary.promises(400, "2026-05-12");
    diary.until("2026-05-13");
    assert_eq!(diary.cancels(second).unwrap_err().by, ["PROMISE-OVER"], "after its day only the ledger speaks");
}

#[test]
fn the_figures_count_by_the_day_a_promise_falls_due_and_leave_out_what_was_replaced() {
    use domain::promise::figures;
    let mut diary = behind();
    diary.promises(100, "2026-04-24");
    diary.until("2026-04-21").promises(400, "2026-04-24");
    diary.until("2026-04-23").pays(400);
    diary.until("2026-05-04").promises(300, "2026-05-06");
    diary.until("2026-05-05").pays(100);
    diary.until("2026-05-20");
    let april = figures([&diary.person], &diary.book, day("2026-04-01"), day("2026-04-30"));
    assert_eq!((april.made, april.superseded, april.kept_rate()), (2, 1, Some((1, 1))));
    let may = figures([&diary.person], &diary.book, day("2026-05-01"), day("2026-05-31"));
    assert_eq!((may.made, may.kept_rate(), may.partial), (1, Some((0, 1)), 1));
    let hundred = super::diary::yuan_of(100);
    assert_eq!(may.kept_amount_rate(), Some((hundred, super::diary::yuan_of(300))));
    assert_eq!(
        (may.ageing(), may.promise_rate(), may.unaffordable_rate()),
        (None, None, None),
        "a ratio over nothing is not said"
    );
}

#[test]
fn a_promise_above_what_is_left_a_month_is_counted_as_unaffordable() {
    use domain::promise::figures;
    let mut diary = behind();
    diary.states(3000, 2800).promises(500, "2026-04-24");
    let april = figures([&diary.person], &diary.book, day("2026-04-01"), day("2026-04-30"));
    assert_eq!(april.unaffordable_rate(), Some((1, 1)), "180 are left a month");
}
