//! Means: stated, compared with what they were, and shared among creditors.

use domain::means::{self, Category, Creditor, CreditorKind, Line, Means};
use domain::money::Money;
use domain::options::Way;

use super::diary::{Diary, day, yuan_of};

fn behind() -> Diary {
    let mut diary = Diary::buys("2026-01-10", 2400, 6);
    diary.until("2026-04-20");
    diary
}

#[test]
fn hardship_is_measured_against_what_was_known_when_credit_was_granted() {
    let mut diary = behind();
    assert_eq!(means::change(&diary.person), None, "nothing was stated since");
    diary.states(4500, 3000);
    let change = means::change(&diary.person).unwrap();
    assert_eq!((change.income_then, change.income_now), (yuan_of(9000), yuan_of(4500)));
    assert_eq!(change.income_fell_percent(), 50);
    assert_eq!((change.debts_then, change.debts_now), (yuan_of(1000), Money::ZERO));
}

#[test]
fn an_income_that_rose_did_not_fall() {
    let mut diary = behind();
    diary.states(12_000, 3000);
    assert_eq!(means::change(&diary.person).unwrap().income_fell_percent(), 0);
}

#[test]
fn with_several_creditors_a_plan_takes_our_share_and_no_more() {
    let mut diary = behind();
    let line = |category, yuan| Line { category, amount: Some(yuan_of(yuan)) };
    let owed = diary.person.owed(diary.today);
    let stated = Means {
        income: vec![line(Category::Wages, 4000)],
        outgoings: vec![line(Category::Rent, 3000)],
        household: 1,
        creditors: vec![Creditor { kind: CreditorKind::Credit, owed: owed + owed + owed, a_month: Money::ZERO }],
        ..Means::default()
    };
    let said = means::state(stated, None, vec![], diary.today).unwrap();
    diary.write(said);
    assert_eq!(diary.person.capacity(diary.today), Some(yuan_of(225)), "900 a month are left, a quarter of the debt is ours");
    let months = |months| Way::Instalments { months, first_on: day("2026-05-10") };
    assert_eq!(diary.agrees(&months(6)).unwrap_err().by, ["PLAN-ABOVE-CAPACITY"]);
    assert!(diary.agrees(&months(12)).is_ok());
}

#[test]
fn a_statement_of_a_later_day_takes_the_place_of_the_earlier_one() {
    let mut diary = behind();
    diary.states(4500, 3000);
    diary.until("2026-04-25").states(5000, 3000);
    let on_file = diary.person.means.as_ref().unwrap();
    assert_eq!((on_file.stated_on, on_file.means.income_total()), (day("2026-04-25"), yuan_of(5000)));
}
