//! What happens to a loan, told day by day.

use domain::day::Day;
use domain::id::EntryId;
use domain::loan::{
    DayCount, DueRule, Entry, EntryKind, Future, Grace, InterestOn, Loan, Method, Part, Parts, PaymentSource, Rhythm, Stops,
    Terms, bucket,
};
use domain::money::Money;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn yuan(text: &str) -> Money {
    Money::parse(text).unwrap()
}

/// 1,200 lent on 15 January, three equal instalments without interest, 3 days of grace, 18.25 % penalty.
fn pay_in_three() -> Terms {
    let mut terms = Terms::interest_free(yuan("1200"), day("2026-01-15"), 3);
    terms.grace_days = 3;
    terms.late.annual_rate = "0.1825".parse().unwrap();
    terms
}

fn entry(id: u64, on: &str, kind: EntryKind) -> Entry {
    Entry { id: EntryId(id), effective_on: day(on), kind }
}

fn payment(id: u64, on: &str, amount: &str) -> Entry {
    entry(id, on, EntryKind::Payment { amount: yuan(amount), source: PaymentSource::Borrower })
}

fn loan(terms: Terms, entries: &[Entry]) -> Loan {
    let mut loan = Loan::new(terms).unwrap();
    entries.iter().cloned().for_each(|entry| loan.record(entry));
    loan
}

#[test]
fn a_loan_paid_on_time_is_never_late_and_settles() {
    let paid = loan(
        pay_in_three(),
        &[payment(1, "2026-02-15", "400"), payment(2, "2026-03-15", "400"), payment(3, "2026-04-15", "400")],
    );
    for (on, outstanding) in [("2026-01-15", "1200"), ("2026-02-15", "800"), ("2026-03-31", "400"), ("2026-04-15", "0")] {
        let position = paid.position(day(on));
        assert_eq!((position.outstanding.total(), position.days_past_due_raw), (yuan(outstanding), 0), "{on}");
    }
    assert_eq!(paid.position(day("2026-05-01")).settled_on, Some(day("2026-04-15")));
    assert_eq!(paid.wakes_on(day("2026-05-01")), None);
}

#[test]
fn money_that_waits_pays_what_a_refund_opens_on_the_same_day() {
    let refund = |amount: &str| entry(2, "2026-02-10", EntryKind::Refund { amount: yuan(amount) });
    let check = |amount: &str, outstanding: &str, unapplied: &str| {
        let overpaid = loan(pay_in_three(), &[payment(1, "2026-02-01", "1250"), refund(amount)]);
        for on in ["2026-02-10", "2026-02-11", "2026-02-15", "2026-05-01"] {
            let position = overpaid.position(day(on));
            assert_eq!(
                (position.outstanding.total(), position.unapplied),
                (yuan(outstanding), yuan(unapplied)),
                "{amount} on {on}"
            );
        }
    };
    check("40", "0", "10");
    check("50", "0", "0");
}

#[test]
fn a_first_payment_default_is_late_on_day_one_after_grace() {
    let unpaid = loan(pay_in_three(), &[]);
    let check = |on: &str, after_grace: u32, raw: u32| {
        let position = unpaid.position(day(on));
        assert_eq!((position.days_past_due, position.days_past_due_raw), (after_grace, raw), "{on}");
    };
    check("2026-02-15", 0, 0);
    check("2026-02-16", 0, 1);
    check("2026-02-18", 0, 3);
    check("2026-02-19", 1, 4);
    check("2026-03-20", 30, 33);
    check("2026-03-21", 31, 34);
}

#[test]
fn days_past_due_count_from_the_oldest_unpaid_instalment() {
    let partly = loan(pay_in_three(), &[payment(1, "2026-03-15", "399.99")]);
    assert_eq!(partly.position(day("2026-03-20")).oldest_unpaid_due_on, Some(day("2026-02-15")));
}

#[test]
fn penalty_is_asked_once_however_many_payments_share_it() {
    // 400 overdue at 18.25 % is 0.20 a day, counted from the day after grace: 19 to 28 February is ten days.
    let payments = [payment(1, "2026-02-28", "1"), payment(2, "2026-02-28", "1"), payment(3, "2026-02-28", "400")];
    let position = loan(pay_in_three(), &payments).position(day("2026-02-28"));
    assert_eq!(position.instalments[0].paid, Parts { penalty: yuan("2"), principal: yuan("400"), ..Parts::ZERO });
    assert_eq!(position.days_past_due_raw, 0);
}

#[test]
fn a_late_known_payment_counts_from_its_day() {
    let late_known = loan(pay_in_three(), &[payment(2, "2026-03-15", "400"), payment(1, "2026-02-15", "400")]);
    let in_order = loan(pay_in_three(), &[payment(1, "2026-02-15", "400"), payment(2, "2026-03-15", "400")]);
    assert_eq!(late_known.position(day("2026-03-20")), in_order.position(day("2026-03-20")));
}

#[test]
fn a_reversed_payment_never_was() {
    let reversal = entry(2, "2026-02-20", EntryKind::Reversal { of: EntryId(1) });
    let bounced = loan(pay_in_three(), &[payment(1, "2026-02-15", "400"), reversal]);
    assert_eq!(bounced.position(day("2026-03-01")), loan(pay_in_three(), &[]).position(day("2026-03-01")));
}

#[test]
fn a_pause_freezes_the_days_but_does_not_hide_them() {
    let paused = loan(pay_in_three(), &[entry(1, "2026-02-21", pause("2026-03-02", Stops::Penalty))]);
    let position = paused.position(day("2026-03-05"));
    assert_eq!((position.days_past_due, position.days_past_due_raw), (6, 18));
}

fn pause(until: &str, stops: Stops) -> EntryKind {
    EntryKind::Pause { until: day(until), stops }
}

#[test]
fn a_pause_holds_grace_and_penalty_as_long_as_it_holds_the_days() {
    // Due on 15 February with three days of grace; 16 to 25 February are paused, so the first day that counts is 1 March.
    let paused = loan(pay_in_three(), &[entry(1, "2026-02-15", pause("2026-02-25", Stops::Penalty))]);
    for (on, days_past_due, penalty) in
        [("2026-02-25", 0, "0"), ("2026-02-28", 0, "0"), ("2026-03-01", 1, "0.20"), ("2026-03-10", 10, "2")]
    {
        let position = paused.position(day(on));
        assert_eq!((position.days_past_due, position.outstanding.penalty), (days_past_due, yuan(penalty)), "{on}");
    }
}

#[test]
fn a_pause_that_ends_early_counts_again_from_the_day_after() {
    let resumed = loan(
        pay_in_three(),
        &[entry(1, "2026-02-21", pause("2026-03-02", Stops::Penalty)), entry(2, "2026-02-25", EntryKind::Resume)],
    );
    let position = resumed.position(day("2026-03-05"));
    assert_eq!((position.days_past_due, position.days_past_due_raw), (11, 18));
}

/// 1,000 at 36.5 % by actual days over 365, so that a day costs 1.00; interest monthly, principal at the end.
fn one_a_day() -> Terms {
    let mut terms = Terms::interest_free(yuan("1000"), day("2026-01-01"), 3);
    (terms.method, terms.day_count) = (Method::Bullet, DayCount::Actual365);
    terms.annual_rate = "0.365".parse().unwrap();
    terms
}

#[test]
fn a_respite_stops_interest_for_exactly_its_days() {
    // 11 to 20 January cost nothing: ten days of 31.
    let respite = entry(1, "2026-01-10", pause("2026-01-20", Stops::AllCost));
    for interest_on in [InterestOn::Schedule, InterestOn::Outstanding, InterestOn::NotOverdue] {
        let with_respite = loan(Terms { interest_on, ..one_a_day() }, std::slice::from_ref(&respite));
        let interest = |on: &str| {
            let lines = with_respite.position(day(on)).instalments;
            lines.iter().map(|line| line.due.interest).collect::<Vec<_>>()
        };
        assert_eq!(interest("2026-01-09"), [yuan("31"), yuan("28"), yuan("31")], "{interest_on:?}");
        assert_eq!(interest("2026-01-31"), [yuan("21"), yuan("28"), yuan("31")], "{interest_on:?}");
        let accrued = |on: &str| with_respite.position(day(on)).interest_accrued;
        assert_eq!(
            ["2026-01-10", "2026-01-15", "2026-01-20", "2026-01-21"].map(accrued),
            [yuan("9"), yuan("9"), yuan("9"), yuan("10")],
            "{interest_on:?}"
        );
        assert_eq!(with_respite.settlement_amount(day("2026-01-15")), yuan("1009"), "{interest_on:?}");
    }
}

#[test]
fn a_respite_that_ends_early_costs_the_days_after_it() {
    let entries = [entry(1, "2026-01-10", pause("2026-03-10", Stops::AllCost)), entry(2, "2026-01-20", EntryKind::Resume)];
    for interest_on in [InterestOn::Schedule, InterestOn::Outstanding] {
        let lines = loan(Terms { interest_on, ..one_a_day() }, &entries).position(day("2026-01-25")).instalments;
        let interest: Vec<Money> = lines.iter().map(|line| line.due.interest).collect();
        assert_eq!(interest, [yuan("21"), yuan("28"), yuan("31")], "{interest_on:?}");
    }
}

#[test]
fn a_respite_gives_back_what_was_paid_in_advance_for_its_days() {
    let mut terms = Terms::interest_free(yuan("1000"), day("2026-01-01"), 2);
    terms.method = Method::FlatFee { rate: "0.031".parse().unwrap() };
    let prepaid = loan(terms, &[payment(1, "2026-01-05", "531"), entry(2, "2026-01-10", pause("2026-01-20", Stops::AllCost))]);
    let lines = prepaid.position(day("2026-01-15")).instalments;
    assert_eq!(lines[0].paid, Parts { fee: yuan("21"), principal: yuan("500"), ..Parts::ZERO });
    assert_eq!(lines[1].paid.total(), yuan("10"));
}

#[test]
fn a_fee_charged_during_a_respite_is_not_asked_for() {
    let fee = |id, on| entry(id, on, EntryKind::Fee { amount: yuan("5"), is_penalty: false, due_on: None });
    let entries = [
        entry(1, "2026-01-10", pause("2026-01-20", Stops::AllCost)),
        fee(2, "2026-01-10"),
        fee(3, "2026-01-15"),
        fee(4, "2026-01-21"),
    ];
    assert_eq!(loan(one_a_day(), &entries).position(day("2026-01-31")).instalments[0].due.fee, yuan("10"));
}

#[test]
fn an_imported_loan_starts_where_it_stood() {
    let opening = EntryKind::Opening { paid: Parts::of(Part::Principal, yuan("500")), penalty_owed: yuan("7") };
    let position = loan(pay_in_three(), &[entry(1, "2026-03-20", opening)]).position(day("2026-03-20"));
    assert_eq!((position.outstanding.principal, position.outstanding.penalty), (yuan("700"), yuan("7")));
    assert_eq!(position.oldest_unpaid_due_on, Some(day("2026-03-15")));
}

#[test]
fn settling_early_costs_interest_for_the_real_time_only() {
    // Civil Code art. 677: 10,000 at 36 % a year, settled ten days into the first month of 31.
    let mut terms = Terms::interest_free(yuan("10000"), day("2026-01-01"), 12);
    terms.method = Method::EqualInstalment;
    terms.annual_rate = "0.36".parse().unwrap();
    let mut settled = loan(terms, &[]);
    assert_eq!(settled.settlement_amount(day("2026-01-11")), yuan("10096.77"));
    settled.record(payment(1, "2026-01-11", "10096.77"));
    let position = settled.position(day("2026-02-01"));
    assert_eq!((position.settled_on, position.outstanding), (Some(day("2026-01-11")), Parts::ZERO));
}

#[test]
fn it_wakes_when_it_falls_late_when_more_does_and_at_each_range() {
    let unpaid = loan(pay_in_three(), &[]);
    let mut wakes = Vec::new();
    let mut after = day("2026-01-15");
    while wakes.len() < 8 {
        after = unpaid.wakes_on(after).unwrap();
        wakes.push(after.to_string());
    }
    // Late after three days of grace; the others due, and overdue the day after; 31, 61 and 91 days late.
    let late_more_and_ranges =
        ["2026-02-19", "2026-03-15", "2026-03-16", "2026-03-21", "2026-04-15", "2026-04-16", "2026-04-20", "2026-05-20"];
    assert_eq!(wakes, late_more_and_ranges);
    // The days in between, one by one, change nothing about how it stands.
    let stands = |on: Day| {
        let position = unpaid.position(on);
        (position.days_past_due > 0).then(|| (bucket(position.days_past_due), position.overdue.scheduled()))
    };
    let mut days = (1..150).map(|ahead| day("2026-01-15").plus_days(ahead));
    assert!(days.all(|on| stands(on) == stands(on.plus_days(-1)) || wakes.contains(&on.to_string()) || on > after));
}

#[test]
fn whoever_pays_in_time_is_never_looked_at() {
    let paid = loan(pay_in_three(), &[payment(1, "2026-02-15", "400")]);
    assert_eq!(paid.wakes_on(day("2026-02-15")), Some(day("2026-03-19")), "the next may fall late after its grace");
    // Money that waits for its day is applied on it.
    let mut terms = pay_in_three();
    terms.order.future = Future::Hold;
    let ahead = loan(terms, &[payment(1, "2026-02-10", "1200")]);
    assert_eq!(ahead.wakes_on(day("2026-02-10")), Some(day("2026-02-15")));
}

#[test]
fn ranges_follow_thirty_days() {
    let ranges = [(0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (180, 6), (181, 7), (4000, 7)];
    ranges.iter().for_each(|(days, range)| assert_eq!(bucket(*days), *range, "{days}"));
}

#[test]
fn terms_that_make_no_sense_are_refused_with_the_field() {
    let check = |field: &str, change: fn(&mut Terms)| {
        let mut terms = pay_in_three();
        change(&mut terms);
        assert_eq!(terms.check().unwrap_err().field, field);
    };
    check("principal", |terms| terms.principal = Money::ZERO);
    check("principal", |terms| terms.principal = Money::from_minor(i64::MAX));
    check("instalments", |terms| terms.instalments = 0);
    check("annual_rate", |terms| terms.annual_rate = "-0.01".parse().unwrap());
    check("late.annual_rate", |terms| terms.late.annual_rate = "11".parse().unwrap());
    check("down_payment", |terms| terms.down_payment = "1".parse().unwrap());
    check("due", |terms| terms.due = DueRule::On(vec![day("2026-02-15")]));
    check("annual_rate", |terms| {
        terms.cost_cap = Some("0.24".parse().unwrap());
        terms.method = Method::FlatFee { rate: "0.02".parse().unwrap() };
    });
}

#[test]
fn what_was_given_up_is_still_told_after_the_rest_was_spread_anew() {
    let given_up = |id, part, amount: &str, instalment| {
        let kind = EntryKind::Waiver { part, amount: yuan(amount), instalment };
        entry(id, "2026-05-01", kind)
    };
    let spread = EntryKind::Reage {
        first_on: day("2026-06-15"),
        every: Rhythm::Months(1),
        instalments: 2,
        with_costs: false,
        keeps_cost_to_come: false,
    };
    let costs = EntryKind::Fee { amount: yuan("30"), is_penalty: true, due_on: Some(day("2026-06-20")) };
    let entries = vec![
        // Due after the last instalment: a line of its own, and a third of the penalty on it is given up.
        entry(1, "2026-04-20", costs),
        given_up(2, Part::Penalty, "10", Some(4)),
        entry(3, "2026-05-01", spread.clone()),
    ];
    let penalties = |on: &str| -> Vec<Money> {
        let lines = loan(pay_in_three(), &entries).position(day(on)).instalments;
        lines[3..].iter().map(|line| line.due.penalty).collect()
    };
    assert_eq!(penalties("2026-05-01"), [Money::ZERO, yuan("20")]);
    assert_eq!(penalties("2026-06-19"), [yuan("0.30"), yuan("20")], "a day late with the first new line, and nothing comes back");
    // A third of what is lent is given up before it falls due, and the rest spread anew.
    let early = EntryKind::Waiver { part: Part::Principal, amount: yuan("400"), instalment: Some(3) };
    let entries = vec![entry(1, "2026-02-01", early), entry(2, "2026-02-02", spread)];
    let position = loan(pay_in_three(), &entries).position(day("2026-02-02"));
    let waived: Money = position.instalments.iter().map(|line| line.waived.principal).sum();
    assert_eq!((waived, position.outstanding.principal), (yuan("400"), yuan("800")));
}

/// 1,200 at 12 % a year, a month a twelfth: 12.00 for the whole of it.
fn twelve_percent(method: Method, instalments: u32) -> Terms {
    let mut terms = Terms::interest_free(yuan("1200"), day("2026-01-15"), instalments);
    (terms.method, terms.annual_rate) = (method, "0.12".parse().unwrap());
    terms
}

#[test]
fn the_first_instalments_ask_for_less_where_that_was_agreed() {
    let check = |method: Method, grace: Grace, interest_on: InterestOn, expected: &[(&str, &str)]| {
        let terms = Terms { grace, interest_on, ..twelve_percent(method, expected.len() as u32) };
        let lines = terms.schedule().unwrap().instalments;
        let told: Vec<_> = lines.iter().map(|line| (line.principal, line.interest)).collect();
        let expected: Vec<_> = expected.iter().map(|(principal, interest)| (yuan(principal), yuan(interest))).collect();
        assert_eq!(told, expected, "{method:?} {grace:?}");
        // Paid as signed it is never late and ends at nothing, whether or not interest follows the balance.
        let payments = lines.iter().filter(|line| line.total().is_positive());
        let payments: Vec<Entry> =
            payments.map(|line| payment(line.number.into(), &line.due_on.to_string(), &line.total().to_string())).collect();
        let position = loan(terms, &payments).position(lines[lines.len() - 1].due_on);
        assert_eq!((position.outstanding, position.unapplied), (Parts::ZERO, Money::ZERO), "{method:?} {grace:?}");
    };
    let grace = |principal, interest, free| Grace { principal, interest, free };
    let (signed, follows) = (InterestOn::Schedule, InterestOn::Outstanding);
    use Method::{EqualInstalment, EqualPrincipal};
    check(EqualPrincipal, grace(2, 0, 0), signed, &[("0", "12"), ("0", "12"), ("600", "12"), ("600", "6")]);
    check(EqualPrincipal, grace(0, 0, 2), signed, &[("400", "0"), ("400", "0"), ("400", "4")]);
    check(EqualPrincipal, grace(0, 2, 0), follows, &[("400", "0"), ("400", "0"), ("400", "24")]);
    check(EqualPrincipal, grace(1, 1, 0), follows, &[("0", "0"), ("600", "24"), ("600", "6")]);
    check(EqualInstalment, grace(1, 0, 0), signed, &[("0", "12"), ("597.01", "12"), ("602.99", "6.03")]);
    check(EqualInstalment, grace(1, 1, 0), follows, &[("0", "0"), ("597.01", "24"), ("602.99", "6.03")]);
    check(EqualInstalment, grace(1, 0, 1), signed, &[("0", "0"), ("597.01", "12"), ("602.99", "6.03")]);
}

#[test]
fn interest_that_was_put_off_is_owed_by_who_settles_early_and_bears_none_itself() {
    let grace = Grace { interest: 2, ..Grace::default() };
    let terms = Terms { grace, interest_on: InterestOn::Outstanding, ..twelve_percent(Method::Bullet, 3) };
    let unpaid = loan(terms.clone(), &[]);
    for (on, settlement) in [("2026-02-15", "1212"), ("2026-03-15", "1224"), ("2026-04-15", "1236")] {
        assert_eq!(unpaid.settlement_amount(day(on)), yuan(settlement), "{on}");
        assert_eq!(unpaid.position(day(on)).days_past_due_raw, 0, "{on}");
    }
    // A month of the three without cost leaves two to be asked for.
    let respite = entry(1, "2026-02-15", EntryKind::Pause { until: day("2026-03-15"), stops: Stops::AllCost });
    assert_eq!(loan(terms, &[respite]).settlement_amount(day("2026-04-15")), yuan("1224"));
}

#[test]
fn grace_that_cannot_be_kept_is_refused_with_the_field() {
    let check = |grace: Grace, field: &str| {
        let refused = Terms { grace, ..twelve_percent(Method::EqualPrincipal, 3) }.schedule().unwrap_err();
        assert_eq!(refused.field, field, "{grace:?}");
    };
    check(Grace { principal: 3, ..Grace::default() }, "grace.principal");
    check(Grace { interest: 1, ..Grace::default() }, "grace.interest");
    check(Grace { free: 4, ..Grace::default() }, "grace.free");
}

#[test]
fn a_tranche_is_owed_in_full_also_where_only_instalments_in_grace_are_ahead() {
    // Three of four ask for interest only; the fourth is spread anew, so that none ahead takes principal.
    let terms = Terms { grace: Grace { principal: 3, ..Grace::default() }, ..twelve_percent(Method::EqualPrincipal, 4) };
    let reage = EntryKind::Reage {
        first_on: day("2026-06-15"),
        every: Rhythm::Months(1),
        instalments: 2,
        with_costs: false,
        keeps_cost_to_come: false,
    };
    let entries = [entry(1, "2026-02-01", reage), entry(2, "2026-02-03", EntryKind::Disbursement { amount: yuan("300") })];
    let loan = loan(terms, &entries);
    let position = loan.position(day("2026-02-03"));
    let asked: Money = position.instalments.iter().map(|line| line.unpaid().principal).sum();
    assert_eq!((position.outstanding.principal, asked), (yuan("1500"), yuan("1500")));
}
