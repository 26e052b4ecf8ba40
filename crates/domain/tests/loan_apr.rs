//! The annual rate against the worked examples of 12 CFR 1026, Appendix J (c).

use domain::day::Day;
use domain::loan::{UnitPeriod, actuarial_rate};
use domain::money::Money;
use rust_decimal::Decimal;

/// So many payments of an amount, beginning on a day, an interval apart.
struct Series(&'static str, &'static str, u32);

fn check(example: &str, advance: &str, on: &str, unit: UnitPeriod, series: &[Series], apr: &str) {
    let day = |text: &str| Day::parse(text).unwrap();
    let money = |text: &str| Money::parse(text).unwrap();
    let mut flows = vec![(day(on), money(advance))];
    for Series(amount, first, count) in series {
        flows.extend((0..*count as i32).map(|nth| {
            let on = match unit {
                UnitPeriod::Months(months) => day(first).plus_months(months as i32 * nth),
                UnitPeriod::HalfMonth => day(first).plus_months(nth / 2).plus_days(nth % 2 * 15),
                UnitPeriod::Days(days) => day(first).plus_days(days as i32 * nth),
            };
            (on, -money(amount))
        }));
    }
    let percent = (actuarial_rate(&flows, unit).unwrap() * Decimal::ONE_HUNDRED).round_dp(2);
    assert_eq!(format!("{percent:.2}"), apr, "{example}");
}

#[test]
fn every_example_of_appendix_j_agrees() {
    use UnitPeriod::{Days, HalfMonth, Months};
    check("(c)(1)(i)", "5000", "1978-01-10", Months(1), &[Series("230", "1978-02-10", 24)], "9.69");
    check("(c)(1)(ii)", "6000", "1978-02-10", Months(1), &[Series("200", "1978-04-01", 36)], "11.82");
    check("(c)(1)(iii)", "5000", "1978-02-23", HalfMonth, &[Series("219.17", "1978-03-01", 24)], "10.34");
    check("(c)(1)(iv)", "10000", "1978-05-23", Months(3), &[Series("385", "1978-10-01", 40)], "8.97");
    check("(c)(1)(v)", "500", "1978-03-20", Days(7), &[Series("17.60", "1978-04-21", 30)], "14.96");
    let irregular_first = [Series("250", "1978-02-10", 1), Series("230", "1978-03-10", 23)];
    check("(c)(2)(i)", "5000", "1978-01-10", Months(1), &irregular_first, "10.08");
    let irregular_first = [Series("39.50", "1978-04-20", 1), Series("38.31", "1978-05-18", 11)];
    check("(c)(2)(ii)", "400", "1978-03-18", Days(28), &irregular_first, "28.50");
    let irregular_last = [Series("230", "1978-02-10", 23), Series("280", "1980-01-10", 1)];
    check("(c)(3)(i)", "5000", "1978-01-10", Months(1), &irregular_last, "10.50");
    let irregular_last = [Series("9.50", "1978-04-11", 19), Series("30", "1979-01-02", 1)];
    check("(c)(3)(ii)", "200", "1978-04-03", Days(14), &irregular_last, "12.22");
}
