//! What the house decided reads, makes sense, and says what its own cases say.

use domain::day::Day;
use domain::follow_up::Condition;
use domain::house::House;
use domain::loan::{Account, AccountType, Order, Part, Walk};
use domain::means::{Category, Line, Means, Side};
use domain::money::Money;

/// The house with the form of a country.
fn house(country: &str) -> House {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../house");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let means = format!("means/{country}.toml");
    let files = ["options.toml", "waivers.toml", "strategy.toml", "accounts.toml", "products.toml", &means];
    let text = files.map(read).join("\n");
    toml::from_str(&text).unwrap_or_else(|error| panic!("{country}: {error}"))
}

const COUNTRIES: [&str; 4] = ["cn", "tw", "uk", "us"];

#[test]
fn every_case_of_the_strategy_leads_where_it_says() {
    let house = house("cn");
    assert!(house.strategy.cases.len() >= 19);
    house.strategy.check().unwrap_or_else(|invalid| panic!("{}: {}", invalid.field, invalid.fix));
}

#[test]
fn every_line_of_the_strategy_is_reached_by_some_case() {
    let strategy = house("cn").strategy;
    for line in &strategy.lines {
        assert!(strategy.cases.iter().any(|case| case.rule == line.rule), "no case shows what `{}` is for", line.rule);
    }
}

#[test]
fn a_case_that_does_not_hold_is_named() {
    let mut strategy = house("cn").strategy;
    strategy.lines.remove(0);
    let invalid = strategy.check().unwrap_err();
    assert!(invalid.fix.contains("a respite stops even what an open answer would not"), "{}", invalid.fix);
}

#[test]
fn a_line_that_would_send_a_visit_for_a_cent_is_named() {
    for line in ["promise-broken-after-visit", "long-overdue"] {
        let mut strategy = house("cn").strategy;
        let visit = strategy.lines.iter_mut().find(|it| it.rule == line).unwrap();
        visit.when.retain(|condition| !matches!(condition, Condition::OverdueAtLeastMinor(_)));
        let invalid = strategy.check().unwrap_err();
        assert!(invalid.fix.contains(line) && invalid.fix.contains("overdue_at_least_minor"), "{}", invalid.fix);
    }
    let mut strategy = house("cn").strategy;
    let visit = strategy.lines.iter_mut().find(|it| it.rule == "long-overdue").unwrap();
    visit.when = vec![Condition::OverdueAtLeastMinor(Money::ZERO)];
    assert!(strategy.check().is_err(), "at least nothing is no smallest amount");
}

#[test]
fn the_form_of_every_country_asks_what_comes_in_and_what_goes_out_once() {
    for country in COUNTRIES {
        let form = house(country).means;
        form.check().unwrap_or_else(|invalid| panic!("{country}: {}", invalid.fix));
        assert_eq!(form.id, country);
        for side in [Side::Income, Side::Fixed, Side::Flexible] {
            assert!(form.of(side).count() >= 3, "{country} {side:?}");
        }
    }
}

#[test]
fn no_figure_is_passed_off_as_official() {
    for country in COUNTRIES {
        for line in house(country).means.lines {
            assert!(line.guideline.is_none_or(|guideline| guideline.source == "house"), "{country} {}", line.category.name());
        }
    }
    assert!(house("uk").means.lines.iter().all(|line| line.guideline.is_none()), "the figures of the SFS are not public");
}

fn stated(food: Option<i64>) -> Means {
    let line = |category, amount: Option<i64>| Line { category, amount: amount.map(Money::from_minor) };
    Means {
        income: vec![line(Category::Wages, Some(600_000))],
        outgoings: vec![line(Category::Rent, Some(200_000)), line(Category::Food, food)],
        household: 2,
        ..Means::default()
    }
}

#[test]
fn what_is_not_known_is_counted_at_the_guideline_of_the_household() {
    let form = house("cn").means;
    let complete = form.complete(stated(None));
    assert_eq!(complete.assumed, [Line { category: Category::Food, amount: Some(Money::from_minor(150_000)) }]);
    assert_eq!(complete.disposable(), Money::from_minor(250_000));
    assert!(form.complete(stated(Some(1))).assumed.is_empty(), "what is stated is not assumed");
}

#[test]
fn spending_is_questioned_only_above_its_guideline() {
    let form = house("cn").means;
    assert_eq!(form.above(&stated(Some(150_000))), []);
    let questioned = form.above(&stated(Some(150_001)));
    assert_eq!(questioned.iter().map(|it| it.category).collect::<Vec<_>>(), [Category::Food]);
    assert_eq!(house("uk").means.above(&stated(Some(9_999_999))), [], "without figures nobody is questioned");
}

#[test]
fn nobody_at_a_desk_gives_up_principal_and_nobody_gives_up_all_of_it() {
    let ladder = house("cn").waivers;
    let hundred = Money::from_minor(10_000);
    assert!(!ladder.allows("desk", Part::Principal, Money::from_minor(1), hundred));
    assert!(ladder.allows("manager", Part::Principal, Money::from_minor(3_000), hundred));
    assert!(!ladder.allows("manager", Part::Principal, Money::from_minor(3_001), hundred));
}

/// The fault of a house after something in it was changed.
fn fault(change: impl Fn(&mut House)) -> String {
    let mut house = house("cn");
    house.check().unwrap_or_else(|invalid| panic!("{}: {}", invalid.field, invalid.fix));
    change(&mut house);
    house.check().map_or_else(|invalid| format!("{}: {}", invalid.field, invalid.fix), |()| String::from("none"))
}

#[test]
fn a_chart_that_lacks_an_account_or_has_it_wrong_is_named() {
    let check = |change: fn(&mut House), says: &str| assert_eq!(fault(change), says);
    check(|_| {}, "none");
    check(
        |house| house.accounts.lines.retain(|line| line.books != Account::Recoveries),
        "accounts: `recoveries` is posted to and has no line: add one with `books = \"recoveries\"`",
    );
    check(|house| house.accounts.lines.push(house.accounts.lines[0].clone()), "accounts: `cash` has two lines: keep one");
    check(
        |house| house.accounts.lines[0].account_type = AccountType::Income,
        "accounts: `cash` is of another type: write `type = \"asset\"`",
    );
    check(
        |house| house.accounts.lines[1].code = house.accounts.lines[0].code,
        "accounts: code 1001 stands twice: give each account its own",
    );
}

#[test]
fn a_product_that_cannot_be_sold_is_named() {
    let check = |change: fn(&mut House), says: &str| assert_eq!(fault(change), says);
    check(
        |house| house.products[0].order = Some(String::from("mine")),
        "products.pay-in-three: no order is called `mine`: name one of [[orders]]",
    );
    check(
        |house| house.products[2].annual_rate = "0.25".parse().unwrap(),
        "products.twenty-four-equal.annual_rate: exceeds the limit of 24 % a year: lower it",
    );
    check(
        |house| house.products[0].grace.principal = 3,
        "products.pay-in-three.grace.principal: must leave at least one instalment that asks for principal",
    );
    check(
        |house| house.orders[0].order.steps.truncate(11),
        "orders.civil-code: must name InAdvance Principal once: every part at every time, each once",
    );
    check(
        |house| house.products[1].id = String::from("pay-in-three"),
        "products: `pay-in-three` stands twice: give each an id of its own",
    );
}

#[test]
fn the_order_of_the_civil_code_is_the_one_of_loans_that_name_none() {
    let house = house("cn");
    assert_eq!(house.orders[0].order, Order::default());
    assert_eq!(house.orders[0].rules, ["CN-M-1", "CN-M-2"]);
}

#[test]
fn a_product_gives_its_loans_the_order_and_the_grace_that_it_names() {
    let mut house = house("cn");
    house.products[3].order = Some(String::from("part-by-part"));
    let terms = house.products[3].terms(&house.orders, Money::from_minor(120_000), Day::parse("2026-01-15").unwrap());
    assert_eq!(terms.order.walk, Walk::Vertical);
    let lines = terms.schedule().unwrap().instalments;
    assert_eq!(lines.iter().filter(|line| line.principal.is_zero()).count(), 3);
    assert_eq!(lines.iter().map(|line| line.principal).sum::<Money>(), Money::from_minor(120_000));
}
