//! Credit: what may be sold, and at what cost.

use domain::credit;
use domain::event::Event;
use domain::house::Lender;
use domain::id::AccountId;
use domain::law::{Institution, Product};
use domain::loan::{Method, Terms};
use domain::refusal::Refusal;
use rust_decimal::Decimal;

use crate::diary::{Diary, yuan_of};

/// What comes of a sale of 1,200 yuan in twelve instalments at `percent` a year, by such a lender under the law of China: the ceiling that
/// is written into the contract, in percent, or the rule that forbids it.
fn check(institution: Institution, percent: i64, expected: Result<Option<i64>, &str>) {
    let mut diary = Diary::buys("2026-01-10", 2400, 6);
    diary.under_chinese_law();
    diary.book.house.lender = Lender { institution, product: Product::PersonalConsumerLoan };
    let annual_rate = Decimal::new(percent, 2);
    let terms = Terms { method: Method::EqualInstalment, annual_rate, ..Terms::interest_free(yuan_of(1200), diary.today, 12) };
    let signed = credit::sign(&diary.person, &diary.book, AccountId(2), "F2".into(), terms, annual_rate, diary.today);
    let cap = signed.map(|events| match &events[..] {
        [Event::AccountOpened { terms, .. }] => terms.cost_cap,
        other => panic!("{other:?}"),
    });
    let expected = expected.map(|cap| cap.map(|percent| Decimal::new(percent, 2))).map_err(Refusal::by);
    assert_eq!(cap, expected, "{institution:?} at {percent} %");
}

#[test]
fn the_ceiling_of_the_day_is_written_into_the_contract_and_nothing_dearer_is_sold() {
    check(Institution::Bank, 18, Ok(Some(24)));
    check(Institution::Bank, 24, Ok(Some(24)));
    check(Institution::Bank, 25, Err("CN-M-8"));
    check(Institution::MicroloanCompany, 25, Err("CN-M-10"));
    // Four times the prime rate of January 2026, which is 3 %.
    check(Institution::PrivateLender, 12, Ok(Some(12)));
    check(Institution::PrivateLender, 13, Err("CN-M-5"));
}
