//! Settling a loan before its time, and paying it in parts.

use domain::day::Day;
use domain::id::EntryId;
use domain::loan::{Entry, EntryKind, InterestOn, Loan, Method, Part, Parts, PaymentSource, Terms};
use domain::money::Money;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn yuan(text: &str) -> Money {
    Money::parse(text).unwrap()
}

/// 1,200 lent on 15 January at 12 % a year, twelve instalments of equal principal.
fn signed() -> Terms {
    let mut terms = Terms::interest_free(yuan("1200"), day("2026-01-15"), 12);
    terms.annual_rate = "0.12".parse().unwrap();
    terms
}

fn loan(terms: &Terms, happened: &[(&str, EntryKind)]) -> Loan {
    let mut loan = Loan::new(terms.clone()).unwrap();
    for (id, (on, kind)) in (1..).zip(happened) {
        loan.record(Entry { id: EntryId(id), effective_on: day(on), kind: kind.clone() });
    }
    loan
}

fn pays(amount: Money) -> EntryKind {
    EntryKind::Payment { amount, source: PaymentSource::Borrower }
}

#[test]
fn where_all_principal_was_given_up_what_settling_costs_settles_for_good() {
    let given_up = EntryKind::Waiver { part: Part::Principal, amount: yuan("1200"), instalment: None };
    let settlement = loan(&signed(), &[("2026-01-20", given_up.clone())]).settlement_amount(day("2026-01-31"));
    assert_eq!(settlement, yuan("6.19"), "sixteen days of a month that asks for 12.00, and nothing of the months after it");
    let settled = loan(&signed(), &[("2026-01-20", given_up), ("2026-01-31", pays(settlement))]);
    for on in ["2026-01-31", "2026-02-15", "2026-12-31"] {
        let position = settled.position(day(on));
        assert_eq!((position.outstanding, position.settled_on), (Parts::ZERO, Some(day("2026-01-31"))), "{on}");
    }
}

#[test]
fn interest_earned_by_the_day_of_settling_stays_what_it_was_on_the_days_after_it() {
    let on = "2026-01-31";
    let settlement = loan(&signed(), &[]).settlement_amount(day(on));
    let settled = loan(&signed(), &[(on, pays(settlement))]);
    for after in [on, "2026-02-01", "2026-02-14", "2026-02-15"] {
        assert_eq!(settled.position(day(after)).interest_accrued, yuan("6.19"), "{after}");
    }
}

#[test]
fn a_loan_that_was_written_off_costs_nothing_to_settle() {
    let charged = EntryKind::Fee { amount: yuan("20"), is_penalty: false, due_on: None };
    let written_off = loan(&signed(), &[("2026-01-20", charged), ("2026-01-25", EntryKind::WriteOff)]);
    for on in ["2026-01-25", "2026-02-10", "2026-03-01"] {
        assert_eq!(written_off.settlement_amount(day(on)), Money::ZERO, "{on}");
    }
}

#[test]
fn nothing_more_is_paid_out_on_a_loan_that_was_given_up() {
    let refused = |happened: &[(&str, EntryKind)], on: &str| {
        let tranche = Entry { id: EntryId(9), effective_on: day(on), kind: EntryKind::Disbursement { amount: yuan("100") } };
        loan(&signed(), happened).check(&tranche).err().map(|invalid| invalid.field)
    };
    let given_up = ("2026-03-01", EntryKind::WriteOff);
    assert_eq!(refused(std::slice::from_ref(&given_up), "2026-03-02").as_deref(), Some("kind"));
    assert_eq!(refused(std::slice::from_ref(&given_up), "2026-02-28"), None, "it was paid out before");
    let taken_back = ("2026-03-05", EntryKind::Reversal { of: EntryId(1) });
    assert_eq!(refused(&[given_up, taken_back], "2026-03-06"), None);
}

#[test]
fn a_penalty_is_explained_by_the_days_after_grace_and_no_others() {
    let late = domain::loan::Late { annual_rate: "0.1825".parse().unwrap(), ..signed().late };
    let terms = Terms { grace_days: 3, late, ..signed() };
    // Nothing happened since 20 January: the days told begin when grace of 15 February has ended.
    let explained = loan(&terms, &[("2026-01-20", pays(yuan("1")))]).explain_penalty(day("2026-02-28"), Some(1));
    let spans: Vec<_> = explained.lines.iter().filter_map(|line| line.how).collect();
    let domain::loan::How::Penalty { from, until, days, .. } = spans[0] else { panic!("{spans:?}") };
    assert_eq!((from, until, days), (day("2026-02-18"), day("2026-02-28"), 10));
    assert_eq!(spans.len(), 1, "{spans:?}");
}

#[test]
fn an_equal_instalment_paid_early_in_parts_is_the_same_instalment() {
    let terms = Terms { method: Method::EqualInstalment, interest_on: InterestOn::Outstanding, ..signed() };
    let instalment = terms.schedule().unwrap().instalments[0].total();
    let on = "2026-01-25";
    let lines = |parts: &[&str]| {
        // Twice the instalment and most of the third, before interest of its time is known.
        let mut happened = vec![("2026-01-16", pays(instalment + instalment + yuan("90")))];
        happened.extend(parts.iter().map(|part| (on, pays(yuan(part)))));
        let position = loan(&terms, &happened).position(day(on));
        position.instalments.iter().map(|line| (line.due, line.paid)).collect::<Vec<_>>()
    };
    let whole = lines(&["120"]);
    // Some end a little beyond the instalment, where interest up to today would have been asked for besides it.
    for parts in [&["60", "60"][..], &["17", "103"], &["18", "102"], &["19", "101"], &["0.50", "119.50"], &["40", "40", "40"]] {
        assert_eq!(lines(parts), whole, "{parts:?}");
    }
    let third = whole[2].1;
    assert_eq!(third.interest + third.principal, instalment, "interest up to today and principal together are the instalment");
}
