//! Limitation: how long the claim can be pressed, by the pack's period and by what happened.

use domain::book::Book;
use domain::contact::{Act, Channel, ContactOutcome, ask, reach};
use domain::limitation;

use crate::diary::{Diary, day};

/// 2,400 yuan in six instalments, the last due on 10 July 2026, three of them unpaid in time.
fn behind() -> Diary {
    let mut diary = Diary::buys("2026-01-10", 2400, 6);
    diary.under_chinese_law();
    diary.until("2026-04-20");
    diary
}

/// Told on `today`, the claim can be pressed up to and including `last`.
fn check(diary: &Diary, today: &str, last: &str) {
    let ends = |book: &Book| limitation::ends_on(&diary.person, book, day(today));
    assert_eq!(ends(&diary.book), Some(day(last)));
    assert!(!limitation::is_over(&diary.person, &diary.book, day(last)));
}

#[test]
fn three_years_from_the_day_the_last_instalment_falls_due() {
    let diary = behind();
    check(&diary, "2026-04-20", "2029-07-10");
    assert!(limitation::is_over(&diary.person, &diary.book, day("2029-07-11")));
}

#[test]
fn without_a_pack_that_sets_a_period_none_runs() {
    let diary = Diary::buys("2026-01-10", 2400, 6);
    assert_eq!(limitation::ends_on(&diary.person, &diary.book, day("2036-01-01")), None);
}

#[test]
fn a_payment_starts_it_again_and_one_that_was_taken_back_does_not() {
    let mut diary = behind();
    diary.until("2028-05-02");
    let paid = diary.pays(100);
    check(&diary, "2028-05-02", "2031-05-02");
    diary.bounces(paid);
    check(&diary, "2028-05-02", "2029-07-10");
}

#[test]
fn so_does_the_debtors_word_that_they_will_pay() {
    let mut diary = behind();
    diary.until("2027-03-01");
    diary.promises(100, "2027-03-10");
    check(&diary, "2027-03-01", "2030-03-01");
}

#[test]
fn a_demand_counts_once_it_reached_them_and_not_when_it_was_only_sent() {
    let mut diary = behind();
    diary.until("2027-06-01");
    for (outcome, last) in [(ContactOutcome::Sent, "2029-07-10"), (ContactOutcome::Reached, "2030-06-03")] {
        let (act, noon) = (Act::demand(Channel::Letter), diary.book.moment(diary.noon()));
        let permit = ask(&diary.person, &diary.book, &act, &noon).unwrap();
        diary.write(reach(&diary.person, permit, &act, None, outcome, None, &noon).unwrap());
        check(&diary, "2027-06-01", last);
    }
}

#[test]
fn what_comes_after_it_ran_out_does_not_bring_it_back() {
    let mut diary = behind();
    diary.until("2029-08-01");
    diary.pays(100);
    assert!(limitation::is_over(&diary.person, &diary.book, day("2029-08-01")));
}
