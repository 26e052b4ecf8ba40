//! Real loan books, where the data folder is there: every instalment to the cent.

use std::path::{Path, PathBuf};

use domain::day::Day;
use domain::loan::{Method, Rounding, Terms};
use domain::money::Money;
use rust_decimal::Decimal;

/// The file under `../shared/data`, or a notice that the test is skipped.
fn data(file: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/loans").join(file);
    if !path.exists() {
        println!("skipped: no {file} here");
    }
    path.exists().then_some(path)
}

fn monthly(principal: Money, on: &str, instalments: u32) -> Terms {
    Terms::interest_free(principal, Day::parse(on).unwrap(), instalments)
}

#[test]
fn lending_club_instalments_are_the_annuity_rounded_up() {
    let Some(path) = data("lendingclub_10000.csv") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let heads: Vec<&str> = lines.next().unwrap().split(',').collect();
    let column = |name: &str| heads.iter().position(|head| head.trim_matches('"') == name).unwrap();
    let (amount, rate, term, instalment) =
        (column("loan_amount"), column("interest_rate"), column("term"), column("installment"));
    let (mut agreed, mut read) = (0, 0);
    for line in lines {
        let cells = cells(line);
        let percent: Decimal = cells[rate].parse().unwrap();
        let mut terms = monthly(Money::parse(&cells[amount]).unwrap(), "2018-01-01", cells[term].trim().parse().unwrap());
        terms.method = Method::EqualInstalment;
        terms.annual_rate = percent / Decimal::ONE_HUNDRED;
        terms.rounding = Rounding::Up;
        let stated = Money::round_from(cells[instalment].parse().unwrap()).unwrap();
        agreed += u32::from(terms.schedule().unwrap().instalments[0].total() == stated);
        read += 1;
    }
    assert_eq!((agreed, read), (9_997, 10_000));
}

#[test]
fn berka_loans_are_equal_parts_without_interest() {
    let Some(path) = data("berka/loan.asc") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let mut agreed = 0;
    for line in text.lines().skip(1) {
        let cells: Vec<String> = line.split(';').map(|cell| cell.trim_matches('"').to_owned()).collect();
        let terms = monthly(Money::parse(&cells[3]).unwrap(), "1994-01-05", cells[4].parse().unwrap());
        let stated = Money::parse(&cells[5]).unwrap();
        agreed += u32::from(terms.schedule().unwrap().instalments.iter().all(|instalment| instalment.total() == stated));
    }
    assert_eq!(agreed, 682);
}

/// Cells of a line of CSV, quotes taken off.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut is_quoted) = (Vec::new(), String::new(), false);
    for letter in line.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(core::mem::take(&mut cell)),
            _ => cell.push(letter),
        }
    }
    cells.push(cell);
    cells
}
