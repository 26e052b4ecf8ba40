//! This morning's statement of the lender's bank: one payment that names its account, one that names nothing anybody knows, and
//! a fee of the bank's own.

use std::sync::Arc;

use bank::{Booking, Direction, Line, Statement};
use domain::day::Day;
use domain::event::Actor;
use domain::moment::Timestamp;
use domain::money::Money;
use sha2::{Digest, Sha256};
use store::{Asker, BankFile, Error, QueueView, Role, Sorting, Store, Wanted};

use super::Staff;
use crate::payments;

/// Takes the statement in. On the same day it is the same statement, and known.
pub(super) fn take(store: &Arc<Store>, staff: &Staff, now: Timestamp) -> Result<(), Error> {
    let day = store.book().day_of(now);
    let desk = Asker::Staff(staff.desk[0], Role::Desk);
    let wanted = Wanted {
        view: QueueView::Promises,
        search: None,
        buckets: vec![],
        sorting: Sorting::MostOverdue,
        skip: 0,
        limit: 1,
        today: day,
    };
    let known = store.reader().queue(desk, &wanted)?.rows.into_iter().find_map(|row| row.number);
    let book = store.book();
    let currency = &book.currency;
    let mut lines = vec![
        line(day, 1, currency, (Direction::Credit, 48_800), "还款 尾号不清", Some("林先生")),
        line(day, 2, currency, (Direction::Debit, 1_200), "账户管理费", None),
    ];
    if let Some(number) = known {
        lines.push(line(day, 3, currency, (Direction::Credit, 10_000), &format!("还款 {number}"), None));
    }
    let statement = Statement { id: format!("{day}-001"), account: String::from("3400 0000 0000 0001"), lines };
    let name = format!("{day}.csv");
    let file = data_encoding::HEXLOWER.encode(&Sha256::digest(name.as_bytes()));
    payments::take(store, BankFile { file, name, kind: "csv", by: Actor::Import }, &[statement], now).map(drop)
}

fn line(day: Day, number: u32, currency: &str, (direction, minor): (Direction, i64), text: &str, name: Option<&str>) -> Line {
    Line {
        reference: format!("{day}-{number}"),
        booked_on: Some(day),
        value_on: Some(day),
        amount: Money::from_minor(minor),
        currency: currency.to_owned(),
        direction,
        is_reversal: false,
        booking: Booking::Booked,
        references: vec![],
        text: text.to_owned(),
        name: name.map(str::to_owned),
    }
}
