//! `forbear bench loans`: how many schedules and positions a second one core computes.

use std::hint::black_box;
use std::time::Instant;

use domain::day::Day;
use domain::id::EntryId;
use domain::loan::{Entry, EntryKind, Loan, Method, PaymentSource, Terms};
use domain::money::Money;
use rust_decimal::Decimal;

/// Schedules of 36 equal instalments, and positions of such loans after 24 payments, each of its own amount and day.
pub(in crate::commands) fn measure(mut figure: impl FnMut(&str, f64, &str, u64)) {
    let count: u32 = 200_000;
    let all: Vec<Terms> = (0..256).map(terms).collect();
    let began = Instant::now();
    for index in 0..count {
        black_box(all[index as usize % all.len()].schedule().is_ok());
    }
    figure("schedules_of_36", f64::from(count) / began.elapsed().as_secs_f64(), "schedules/s", u64::from(count));

    let loans: Vec<Loan> = all.into_iter().filter_map(paid_24_times).collect();
    let began = Instant::now();
    for index in 0..count {
        let loan = &loans[index as usize % loans.len()];
        black_box(loan.position(loan.terms().disbursed_on.plus_days(730 + index as i32 % 60)));
    }
    figure("positions_after_24_payments", f64::from(count) / began.elapsed().as_secs_f64(), "positions/s", u64::from(count));
}

fn terms(index: i32) -> Terms {
    let principal = Money::from_minor(500_000 + i64::from(index) * 7_919);
    let disbursed_on = Day::from_epoch_days(20_000 + index * 3);
    let mut terms = Terms::interest_free(principal, disbursed_on, 36);
    terms.method = Method::EqualInstalment;
    terms.annual_rate = Decimal::new(1_200 + i64::from(index % 12) * 100, 4);
    terms.late.annual_rate = Decimal::new(18, 2);
    terms.grace_days = 3;
    terms
}

fn paid_24_times(terms: Terms) -> Option<Loan> {
    let mut loan = Loan::new(terms).ok()?;
    for number in 0..24 {
        let line = loan.schedule().instalments[number];
        let kind = EntryKind::Payment { amount: line.total(), source: PaymentSource::Borrower };
        let effective_on = line.due_on.plus_days(number as i32 % 7 - 2);
        loan.record(Entry { id: EntryId(number as u64 + 1), effective_on, kind });
    }
    Some(loan)
}
