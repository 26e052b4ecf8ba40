//! Workdays, limitation, complaints, retention and what credit may cost: worked examples.

use domain::day::Day;
use domain::law::{Adverse, Calendar, DayKind, Extension, Grade, Institution, Interruption, Law, MoneyLaw, Product, RecordKind};

use crate::packs::{law, pack, zone};

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn cn() -> (Calendar, MoneyLaw) {
    let pack = pack("cn");
    (pack.calendar.unwrap(), pack.money)
}

#[test]
fn a_day_is_worked_off_or_a_holiday_as_the_notices_say() {
    let (calendar, _) = cn();
    let check = |on: &str, kind: DayKind| assert_eq!(calendar.kind(day(on)), kind, "{on}");
    check("2026-02-14", DayKind::Workday);
    check("2026-10-10", DayKind::Workday);
    check("2026-05-04", DayKind::RestDay);
    check("2026-10-08", DayKind::Workday);
    check("2026-10-02", DayKind::Holiday);
    check("2026-02-17", DayKind::Holiday);
    check("2026-11-22", DayKind::RestDay);
    assert_eq!(calendar.is_holiday(day("2027-10-01")), None);
}

#[test]
fn every_workday_of_three_years_agrees_with_the_published_table() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/cn/workdays_2007_2026.csv");
    let Ok(table) = std::fs::read_to_string(&path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let (calendar, _) = cn();
    let mut compared = 0;
    for line in table.lines().skip(1) {
        let mut fields = line.split(',');
        let (on, is_worked) = (day(fields.next().unwrap()), fields.next().unwrap() == "1");
        if calendar.knows(on) {
            assert_eq!(calendar.is_workday(on), is_worked, "{on}");
            compared += 1;
        }
    }
    assert_eq!(compared, 366 + 365 + 365);
}

#[test]
fn business_days_skip_holidays_and_count_make_up_days() {
    let (calendar, _) = cn();
    let check = |from: &str, days: u32, to: &str| {
        assert_eq!(calendar.plus_business_days(day(from), days), day(to), "{from} + {days}");
        assert_eq!(calendar.business_days_between(day(from), day(to)), days, "{from} to {to}");
    };
    check("2026-09-30", 1, "2026-10-08");
    check("2026-10-09", 1, "2026-10-10");
    check("2026-02-13", 1, "2026-02-14");
    check("2026-02-14", 1, "2026-02-24");
    check("2026-11-20", 5, "2026-11-27");
    assert_eq!(calendar.plus_business_days(day("2026-10-01"), 0), day("2026-10-01"));
}

#[test]
fn limitation_runs_from_the_last_instalment_or_the_last_interruption() {
    let (calendar, money) = cn();
    let check = |last_due: &str, interrupted: &[&str], ends: &str| {
        let interrupted: Vec<_> = interrupted.iter().map(|on| (day(on), Interruption::Demand)).collect();
        assert_eq!(
            money.limitation_ends_on(day(last_due), &interrupted, &[], &calendar),
            Some(day(ends)),
            "{last_due} {interrupted:?}"
        );
    };
    check("2023-06-30", &[], "2026-06-30");
    check("2023-06-30", &["2025-01-10"], "2028-01-10");
    check("2023-10-03", &[], "2026-10-08");
    check("2022-11-30", &["2026-01-05"], "2025-12-01");
    check(
        "2005-06-30",
        &["2008-01-01", "2010-12-01", "2013-06-01", "2016-02-01", "2019-01-01", "2021-12-01", "2024-06-01"],
        "2025-06-30",
    );
    let uk = pack("uk").money;
    assert_eq!(uk.limitation_ends_on(day("2020-05-01"), &[], &[], &calendar), Some(day("2026-05-01")));
}

#[test]
fn what_starts_a_limitation_period_again_differs_from_place_to_place() {
    use Interruption::{Acknowledgement, AssignmentNotice, Demand, PartPayment, Suit};
    let calendar = Calendar::default();
    let check = |id: &str, interrupted: &[(&str, Interruption)], ends: &str| {
        let interrupted: Vec<_> = interrupted.iter().map(|(on, by)| (day(on), *by)).collect();
        let told = pack(id).money.limitation_ends_on(day("2020-05-04"), &interrupted, &[], &calendar);
        assert_eq!(told, Some(day(ends)), "{id} {interrupted:?}");
    };
    for by in [Demand, Acknowledgement, PartPayment, Suit, AssignmentNotice] {
        check("cn", &[("2021-06-01", by)], "2024-06-03");
    }
    check("tw", &[("2026-01-05", Demand)], "2035-05-04");
    check("tw", &[("2026-01-05", Demand), ("2026-07-06", Suit)], "2041-07-06");
    check("tw", &[("2026-01-05", Demand), ("2026-07-05", Suit)], "2041-07-05");
    check("tw", &[("2026-01-05", Acknowledgement)], "2041-01-05");
    check("tw", &[("2026-01-05", PartPayment)], "2035-05-04");
    check("uk", &[("2021-06-01", Demand)], "2026-05-04");
    check("uk", &[("2021-06-01", PartPayment)], "2027-06-01");
    check("in", &[("2021-06-01", Acknowledgement)], "2024-06-01");
}

#[test]
fn an_obstacle_in_the_last_six_months_stops_the_period_until_six_months_after_it() {
    let (calendar, money) = cn();
    let check = |from: &str, until: &str, ends: &str| {
        let told = money.limitation_ends_on(day("2020-03-10"), &[], &[(day(from), day(until))], &calendar);
        assert_eq!(told, Some(day(ends)), "{from} to {until}");
    };
    check("2021-01-01", "2022-09-09", "2023-03-10");
    check("2021-01-01", "2022-09-10", "2023-03-10");
    check("2021-01-01", "2022-09-14", "2023-03-14");
    check("2023-03-10", "2023-06-14", "2023-12-14");
    check("2023-03-11", "2023-06-14", "2023-03-10");
}

#[test]
fn a_complaint_is_due_in_fifteen_thirty_or_sixty_days() {
    let (_, money) = cn();
    let received = day("2026-11-01");
    assert_eq!(money.complaint_due_on(received, Extension::None), Some(day("2026-11-16")));
    assert_eq!(money.complaint_due_on(received, Extension::Complex), Some(day("2026-12-01")));
    assert_eq!(money.complaint_due_on(received, Extension::Special), Some(day("2026-12-31")));
    assert_eq!(law(&["cn"]).complaint_due_on(received), day("2026-11-16"));
    assert_eq!(law(&["tw"]).complaint_due_on(received), day("2026-12-01"));
    assert_eq!(law(&["uk"]).complaint_due_on(received), day("2026-12-27"));
}

#[test]
fn the_cost_cap_depends_on_lender_product_and_day() {
    use Institution::{Bank, MicroloanCompany, PrivateLender};
    use Product::{CreditCard, OnlineConsumerLoan, PersonalLoan};
    let (_, money) = cn();
    let check = |lender, product, on: &str, a_year: Option<&str>| {
        let cap = money.cost_cap(lender, product, day(on)).map(|ceiling| ceiling.a_year);
        assert_eq!(cap, a_year.map(|rate| rate.parse().unwrap()), "{lender:?} {product:?} {on}");
    };
    check(PrivateLender, PersonalLoan, "2025-06-01", Some("0.12"));
    check(PrivateLender, PersonalLoan, "2020-08-20", Some("0.154"));
    check(PrivateLender, PersonalLoan, "2020-08-19", None);
    check(Bank, OnlineConsumerLoan, "2026-01-01", Some("0.24"));
    check(Bank, CreditCard, "2017-08-03", None);
    check(MicroloanCompany, PersonalLoan, "2026-06-01", Some("0.24"));
    check(MicroloanCompany, PersonalLoan, "2028-01-01", Some("0.12"));
    let tw = pack("tw").money;
    assert_eq!(tw.cost_cap(Bank, CreditCard, day("2026-01-01")).unwrap().cap.id, "TW-M-2");
    assert_eq!(tw.cost_cap(Bank, PersonalLoan, day("2026-01-01")).unwrap().cap.id, "TW-M-1");
}

#[test]
fn a_rule_of_retention_binds_the_lenders_and_products_it_names() {
    let (_, money) = cn();
    let check = |lender, product, of: RecordKind, months: &[u16]| {
        let rules = money.retention_rules(lender, product).filter(|rule| rule.of == of);
        assert_eq!(rules.map(|rule| rule.months).collect::<Vec<_>>(), months, "{lender:?} {product:?} {of:?}");
    };
    check(Institution::Bank, Product::CreditCard, RecordKind::CollectionRecordings, &[24]);
    check(Institution::Bank, Product::PersonalLoan, RecordKind::CollectionRecordings, &[]);
    check(Institution::Bank, Product::PersonalLoan, RecordKind::CollectionRecords, &[60]);
    check(Institution::ConsumerFinanceCompany, Product::PersonalLoan, RecordKind::CollectionRecords, &[60, 60]);
}

#[test]
fn a_later_calendar_counts_from_its_first_day_and_leaves_the_days_before() {
    let shipped = pack("cn");
    let mut later = shipped.clone();
    (later.version, later.in_force_from) = ("2027".into(), day("2027-01-01"));
    later.calendar = Some(
        serde_json::from_value(serde_json::json!({
            "source": "a notice", "from": "2027-01-01", "until": "2027-12-31", "worked": ["2027-02-06"],
            "off": [{ "name": "New Year", "from": "2026-12-31", "to": "2027-01-04", "statutory": ["2027-01-01"] }],
        }))
        .unwrap(),
    );
    let law =
        Law::new(vec![later, shipped.clone()], &zone).unwrap_or_else(|invalid| panic!("{}: {}", invalid.field, invalid.fix));
    let (joined, before) = (law.calendar().unwrap(), shipped.calendar.unwrap());
    let mut on = day("2024-01-01");
    while on < day("2027-01-01") {
        assert_eq!((joined.kind(on), joined.knows(on)), (before.kind(on), before.knows(on)), "{on}");
        on = on.plus_days(1);
    }
    let check = |on: &str, kind: DayKind| assert_eq!(joined.kind(day(on)), kind, "{on}");
    check("2027-01-01", DayKind::Holiday);
    check("2027-01-04", DayKind::RestDay);
    check("2027-01-05", DayKind::Workday);
    check("2027-02-06", DayKind::Workday);
    assert!(joined.knows(day("2027-12-31")) && !joined.knows(day("2028-01-01")));
}

#[test]
fn a_claim_is_graded_by_days_past_due_and_by_what_speaks_against_it() {
    use Adverse::{ChargedOff, Restructured, WrittenOff};
    use Grade::{Doubtful, Loss, Normal, Substandard, Watch};
    use Product::{CreditCard, PersonalConsumerLoan};
    let law = law(&["cn"]);
    let check = |product, days: u32, facts: &[Adverse], grade: Grade| {
        let grading = law.grading(Institution::Bank, product, day("2026-06-01")).unwrap();
        assert_eq!(grading.grade(days, facts), grade, "{product:?} {days} {facts:?}");
    };
    check(PersonalConsumerLoan, 0, &[], Normal);
    check(PersonalConsumerLoan, 1, &[], Watch);
    check(PersonalConsumerLoan, 90, &[], Watch);
    check(PersonalConsumerLoan, 91, &[], Substandard);
    check(PersonalConsumerLoan, 270, &[], Substandard);
    check(PersonalConsumerLoan, 271, &[], Doubtful);
    check(PersonalConsumerLoan, 360, &[], Doubtful);
    check(PersonalConsumerLoan, 361, &[], Loss);
    check(PersonalConsumerLoan, 0, &[Restructured], Watch);
    check(PersonalConsumerLoan, 100, &[Restructured], Substandard);
    check(PersonalConsumerLoan, 0, &[ChargedOff], Substandard);
    check(PersonalConsumerLoan, 0, &[Restructured, WrittenOff], Loss);
    check(CreditCard, 90, &[], Watch);
    check(CreditCard, 120, &[], Substandard);
    check(CreditCard, 121, &[], Doubtful);
    check(CreditCard, 180, &[], Doubtful);
    check(CreditCard, 181, &[], Loss);
}

#[test]
fn a_grading_binds_from_its_day_and_only_where_a_pack_has_one() {
    let grading = |pack: &str, product, on: &str| {
        law(&[pack]).grading(Institution::Bank, product, day(on)).map(|grading| grading.id.clone())
    };
    assert_eq!(grading("cn", Product::PersonalLoan, "2026-06-01").as_deref(), Some("CN-M-15"));
    assert_eq!(grading("cn", Product::CreditCard, "2026-06-01").as_deref(), Some("CN-M-16"));
    assert_eq!(grading("uk", Product::PersonalLoan, "2026-06-01"), None);
    let (_, money) = cn();
    assert_eq!(money.grading(Institution::Bank, Product::PersonalLoan, day("2023-06-30")).map(|it| it.id.as_str()), None);
}

#[test]
fn a_pause_or_grace_does_not_make_a_claim_better_and_a_new_schedule_is_restructured() {
    use domain::id::EntryId;
    use domain::loan::{Entry, EntryKind, Loan, Rhythm, Stops, Terms};
    use domain::money::Money;
    let law = law(&["cn"]);
    let grading = law.grading(Institution::Bank, Product::PersonalLoan, day("2026-06-01")).unwrap();
    let terms = Terms { grace_days: 10, ..Terms::interest_free(Money::from_minor(120_000), day("2026-01-10"), 12) };
    let grade = |entries: &[(&str, EntryKind)], on: &str| {
        let mut loan = Loan::new(terms.clone()).unwrap();
        for (id, (on, kind)) in (1..).zip(entries) {
            loan.record(Entry { id: EntryId(id), effective_on: day(on), kind: kind.clone() });
        }
        grading.grade_of(&loan, day(on))
    };
    assert_eq!(grade(&[], "2026-02-10"), Grade::Normal, "the due day itself");
    assert_eq!(grade(&[], "2026-02-11"), Grade::Watch);
    let pause = EntryKind::Pause { until: day("2026-12-31"), stops: Stops::AllCost };
    assert_eq!(grade(&[("2026-02-11", pause)], "2026-06-01"), Grade::Substandard);
    let spread = EntryKind::Reage {
        first_on: day("2026-07-10"),
        every: Rhythm::Months(1),
        instalments: 6,
        with_costs: true,
        keeps_cost_to_come: false,
    };
    assert_eq!(grade(&[("2026-06-01", spread.clone())], "2026-06-02"), Grade::Watch, "nothing is late, but it was spread anew");
    let taken_back = EntryKind::Reversal { of: EntryId(1) };
    assert_eq!(grade(&[("2026-06-01", spread), ("2026-06-02", taken_back)], "2026-06-02"), Grade::Substandard);
}
