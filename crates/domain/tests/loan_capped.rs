//! What the cost cap holds down, and what was given up, told day by day.

use domain::day::Day;
use domain::id::EntryId;
use domain::loan::{Account, DayCount, Entry, EntryKind, Loan, Method, Part, PaymentSource, Stops, Terms, balance};
use domain::money::Money;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn yuan(text: &str) -> Money {
    Money::parse(text).unwrap()
}

/// 3,650 lent on 1 January, due in three equal parts from 31 January on, every thirty days; 20.00 for being late; all of it
/// costs at most 10 % a year, which is 1.00 a day as long as nothing is paid.
fn capped() -> Terms {
    let mut terms = Terms::interest_free(yuan("3650"), day("2026-01-01"), 3);
    terms.due = domain::loan::DueRule::Days { first_on: day("2026-01-31"), every: 30 };
    terms.late.fee = yuan("20");
    terms.cost_cap = Some("0.1".parse().unwrap());
    terms
}

/// The same, with interest of half of that as it is signed.
fn capped_with_interest() -> Terms {
    Terms { annual_rate: "0.05".parse().unwrap(), day_count: DayCount::Actual365, method: Method::Bullet, ..capped() }
}

fn entry(id: u64, on: &str, kind: EntryKind) -> Entry {
    Entry { id: EntryId(id), effective_on: day(on), kind }
}

fn payment(id: u64, on: &str, amount: &str) -> Entry {
    entry(id, on, EntryKind::Payment { amount: yuan(amount), source: PaymentSource::Borrower })
}

fn penalty(id: u64, on: &str, amount: &str) -> Entry {
    entry(id, on, EntryKind::Fee { amount: yuan(amount), is_penalty: true, due_on: None })
}

fn loan(terms: Terms, entries: &[Entry]) -> Loan {
    let mut loan = Loan::new(terms).unwrap();
    entries.iter().cloned().for_each(|entry| loan.record(entry));
    loan
}

fn check_penalty(loan: &Loan, on: &str, asked: &str) {
    let lines = loan.position(day(on)).instalments;
    let penalty: Money = lines.iter().map(|line| line.unpaid().penalty).sum();
    assert_eq!(penalty, yuan(asked), "on {on}");
}

#[test]
fn what_the_cap_holds_down_of_a_paid_instalment_is_asked_for_once_there_is_room() {
    // 50.00 charged on 11 January with 10.00 of room. The first instalment and what was asked for with it are paid on its day.
    let charged = [penalty(1, "2026-01-11", "50"), payment(2, "2026-01-31", "1246.67")];
    let loan = loan(capped(), &charged);
    check_penalty(&loan, "2026-01-11", "10");
    check_penalty(&loan, "2026-01-31", "0");
    // 2,433.33 are left: 0.67 a day.
    check_penalty(&loan, "2026-02-03", "2");
    check_penalty(&loan, "2026-02-09", "6");
}

#[test]
fn what_the_cap_leaves_is_explained_line_by_line() {
    use domain::loan::Rule::{Allowed, Charged, Earned, Stopped};
    let check = |loan: &Loan, on: &str, left: &str, lines: &[(domain::loan::Rule, &str)]| {
        let cap = loan.explain_cap(day(on)).unwrap();
        let told: Vec<_> = cap.lines.iter().map(|line| (line.rule, line.amount)).collect();
        let expected: Vec<_> = lines.iter().map(|(rule, amount)| (*rule, yuan(amount))).collect();
        assert_eq!((cap.figure, told), (yuan(left), expected), "on {on}");
    };
    let charged = loan(capped_with_interest(), &[penalty(1, "2026-01-11", "3")]);
    check(&charged, "2026-01-11", "2", &[(Allowed, "10"), (Earned, "-5"), (Charged, "-3")]);
    let pause = entry(2, "2026-01-11", EntryKind::Pause { until: day("2026-01-15"), stops: Stops::Penalty });
    let paused = loan(capped_with_interest(), &[penalty(1, "2026-01-11", "3"), pause]);
    check(&paused, "2026-01-17", "3", &[(Allowed, "10"), (Allowed, "6"), (Stopped, "-2"), (Earned, "-8"), (Charged, "-3")]);
    assert_eq!(loan(Terms { cost_cap: None, ..capped() }, &[]).explain_cap(day("2026-01-17")), None);
}

#[test]
fn a_waiver_gives_up_what_the_cap_holds_down_too() {
    let waiver = |part, amount| EntryKind::Waiver { part, amount: yuan(amount), instalment: None };
    let given_up = loan(capped(), &[penalty(1, "2026-01-11", "50"), entry(2, "2026-01-11", waiver(Part::Penalty, "50"))]);
    for on in ["2026-01-11", "2026-01-20", "2026-01-31"] {
        check_penalty(&given_up, on, "0");
    }
    assert_eq!(given_up.explain_penalty(day("2026-01-20"), None).figure, Money::ZERO);
    // Of a fee as of a penalty; a smaller waiver takes what is asked for first.
    let fee = entry(1, "2026-01-11", EntryKind::Fee { amount: yuan("50"), is_penalty: false, due_on: None });
    let partly = loan(capped(), &[fee, entry(2, "2026-01-11", waiver(Part::Fee, "45"))]);
    let fee_on = |on: &str| partly.position(day(on)).instalments[0].due.fee;
    assert_eq!([fee_on("2026-01-11"), fee_on("2026-01-12"), fee_on("2026-01-30")], [yuan("5"); 3]);
}

#[test]
fn a_pause_of_penalties_does_not_bring_out_what_the_cap_held_down() {
    // Interest takes 0.50 of the 1.00 a day that the cap leaves; from 11 January on penalties rest for twenty days.
    let pause = entry(2, "2026-01-11", EntryKind::Pause { until: day("2026-01-31"), stops: Stops::Penalty });
    let paused = loan(capped_with_interest(), &[penalty(1, "2026-01-11", "50"), pause]);
    check_penalty(&paused, "2026-01-11", "5");
    check_penalty(&paused, "2026-01-20", "5");
    check_penalty(&paused, "2026-01-31", "5");
    check_penalty(&paused, "2026-02-10", "10");
    // Without the pause.
    check_penalty(&loan(capped_with_interest(), &[penalty(1, "2026-01-11", "50")]), "2026-01-31", "15");
}

#[test]
fn re_ageing_does_not_forget_what_the_cap_held_down() {
    let reage = EntryKind::Reage {
        first_on: day("2026-03-01"),
        every: domain::loan::Rhythm::Days(30),
        instalments: 3,
        with_costs: false,
        keeps_cost_to_come: false,
    };
    // The charge belongs to an instalment ahead, which the re-ageing empties.
    let fee = EntryKind::Fee { amount: yuan("50"), is_penalty: true, due_on: Some(day("2026-02-20")) };
    let reaged = loan(capped(), &[entry(1, "2026-01-11", fee), entry(2, "2026-01-11", reage)]);
    check_penalty(&reaged, "2026-01-11", "10");
    check_penalty(&reaged, "2026-01-31", "30");
}

#[test]
fn nothing_that_was_given_up_costs_anything_again() {
    let written_off = |more: &[Entry]| {
        let mut entries = vec![penalty(1, "2026-01-11", "5"), entry(2, "2026-02-10", EntryKind::WriteOff)];
        entries.extend(more.iter().cloned());
        loan(capped_with_interest(), &entries)
    };
    // A tranche that was paid out all the same is owed, without interest, and nothing else comes back with it.
    let tranche = entry(3, "2026-02-15", EntryKind::Disbursement { amount: yuan("300") });
    let paid_out = written_off(std::slice::from_ref(&tranche));
    for on in ["2026-02-15", "2026-03-02", "2026-06-30"] {
        assert_eq!(paid_out.position(day(on)).outstanding.total(), yuan("300"), "{on}");
    }
    // Money that comes then settles the tranche; what is more is a recovery.
    let paid = written_off(&[tranche, payment(4, "2026-03-10", "450")]);
    let position = paid.position(day("2026-03-10"));
    assert_eq!((position.outstanding.total(), position.recovered, position.unapplied), (Money::ZERO, yuan("150"), Money::ZERO));
    let postings = paid.postings(day("2026-03-10"));
    assert_eq!(balance(&postings, Account::Recoveries), -yuan("150"));
    assert_eq!(balance(&postings, Account::LoansReceivable), Money::ZERO);
    assert_eq!(balance(&postings, Account::BorrowersCredit), Money::ZERO);
}

#[test]
fn a_recovery_that_the_bank_takes_back_is_one_no_longer() {
    let charged_back = loan(
        capped(),
        &[
            entry(1, "2026-02-10", EntryKind::WriteOff),
            payment(2, "2026-03-10", "100"),
            entry(3, "2026-03-20", EntryKind::Chargeback { of: EntryId(2), amount: yuan("100") }),
        ],
    );
    let position = charged_back.position(day("2026-03-20"));
    assert_eq!((position.recovered, position.outstanding.total()), (Money::ZERO, Money::ZERO));
    assert_eq!(balance(&charged_back.postings(day("2026-03-20")), Account::Cash), yuan("-3650"));
}
