//! What the other system says beside what ours says: instalment, balance and status of a loan, and the sums of a book.

use std::ops::Add;

use domain::loan::{Loan, Parts, Position};
use domain::money::Money;

use super::loans::LoanRow;
use super::mapping::{LoanFields, Status};
use super::report::Total;
use super::row::{Fault, Row};

/// The verdicts on instalment, balance and status, each where the other system states one.
pub(crate) fn against_ours(loan: &LoanRow, ours: &Loan, fields: &LoanFields, row: &Row<'_>) -> [Option<Result<(), Fault>>; 3] {
    let position = ours.position(loan.as_of());
    let instalment = fields.instalment.as_ref().zip(loan.instalment).map(|(field, stated)| {
        let our = ours.schedule().instalments.first().map_or(Money::ZERO, |line| line.principal + line.interest + line.fee);
        let fix = "ours is used; compare rate, rounding and first due day with the contract";
        if our == stated { Ok(()) } else { Err(field.fault(row, &format!("is {our} by our schedule"), fix)) }
    });
    let opening = fields.opening.as_ref().and_then(|fields| fields.balance.as_ref()).zip(loan.opening.as_ref());
    let balance = opening.and_then(|(field, opening)| Some((field, opening.balance?))).map(|(field, stated)| {
        let our = position.outstanding.principal;
        let fix = "ours is principal less paid principal; ask where the difference went";
        if our == stated { Ok(()) } else { Err(field.fault(row, &format!("is {our} by our books"), fix)) }
    });
    let status = fields.status.as_ref().zip(loan.status).and_then(|(status, stated)| {
        Some(if agrees(stated, &position)? {
            Ok(())
        } else {
            Err(status.field.fault(row, &told(&position), "compare due days and payments; ours counts by the schedule"))
        })
    });
    [instalment, balance, status]
}

/// Whether a status fits; nothing where it says nothing.
fn agrees(stated: Status, position: &Position) -> Option<bool> {
    match stated {
        Status::Current => Some(position.days_past_due == 0 && !position.is_settled()),
        Status::Late { from, to } => Some((from..=to).contains(&position.days_past_due)),
        Status::Settled => Some(position.is_settled()),
        Status::WrittenOff => Some(position.written_off_on.is_some()),
        Status::Unsaid => None,
    }
}

fn told(position: &Position) -> String {
    match (position.is_settled(), position.days_past_due) {
        (true, _) => "is settled by our books".into(),
        (false, 0) => "is not past due by our books".into(),
        (false, days) => format!("is {days} days past due by our books, with {} overdue", position.overdue.total()),
    }
}

/// Sums over loans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    principal: Money,
    balance: Option<Money>,
    paid: Parts,
}

impl Add for Sums {
    type Output = Sums;

    fn add(self, other: Sums) -> Sums {
        let balance = match (self.balance, other.balance) {
            (Some(ours), Some(theirs)) => Some(ours + theirs),
            (ours, theirs) => ours.or(theirs),
        };
        Sums { principal: self.principal + other.principal, balance, paid: self.paid + other.paid }
    }
}

impl Sums {
    /// Adds a loan as the file states it.
    pub(crate) fn add_stated(&mut self, loan: &LoanRow) {
        self.principal += loan.terms.principal;
        if let Some(opening) = &loan.opening {
            self.paid += opening.paid;
            if let Some(balance) = opening.balance {
                self.balance = Some(self.balance.unwrap_or_default() + balance);
            }
        }
    }

    /// Adds a loan as it stands in the book.
    pub(crate) fn add_held(&mut self, loan: &Loan, position: &Position) {
        self.principal += loan.terms().principal;
        self.balance = Some(self.balance.unwrap_or_default() + position.outstanding.principal);
        position.instalments.iter().for_each(|line| self.paid += line.paid);
    }

    /// The control totals that the file states, beside those of the book once it is loaded.
    pub(crate) fn totals(&self, book: Option<&Sums>) -> Vec<Total> {
        let total = |name, of: fn(&Sums) -> Money| Total { name, file: of(self), book: book.map(of) };
        let mut totals = vec![total("principal lent", |sums| sums.principal)];
        if self.balance.is_some() {
            totals.push(total("principal owed", |sums| sums.balance.unwrap_or_default()));
            totals.push(total("principal paid", |sums| sums.paid.principal));
            totals.push(total("interest paid", |sums| sums.paid.interest));
            totals.push(total("fees paid", |sums| sums.paid.fee));
            totals.push(total("penalty paid", |sums| sums.paid.penalty));
        }
        totals
    }
}
