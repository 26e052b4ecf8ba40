//! What the other system says beside what ours says: instalment, balance and status of a loan, and the sums of a book.

use std::ops::Add;

use domain::loan::{Loan, Parts, Position};
use domain::money::Money;

use super::loans::LoanRow;
use super::mapping::{LoanFields, Status};
use super::report::Total;
use super::row::{Fault, Row, Text};

/// The verdicts on instalment, balance and status, each where the other system states one.
pub(crate) fn against_ours(loan: &LoanRow, ours: &Loan, fields: &LoanFields, row: &Row<'_>) -> [Option<Result<(), Fault>>; 3] {
    let position = ours.position(loan.as_of());
    let instalment = fields.instalment.as_ref().zip(loan.instalment).map(|(field, stated)| {
        let our = ours.schedule().instalments.first().map_or(Money::ZERO, |line| line.principal + line.interest + line.fee);
        let reason = || Text::from("import-stated-instalment").with("ours", our);
        if our == stated { Ok(()) } else { Err(field.fault(row, reason(), "import-stated-instalment-mend")) }
    });
    let opening = fields.opening.as_ref().and_then(|fields| fields.balance.as_ref()).zip(loan.opening.as_ref());
    let balance = opening.and_then(|(field, opening)| Some((field, opening.balance?))).map(|(field, stated)| {
        let our = position.outstanding.principal;
        let reason = || Text::from("import-stated-balance").with("ours", our);
        if our == stated { Ok(()) } else { Err(field.fault(row, reason(), "import-stated-balance-mend")) }
    });
    let status = fields.status.as_ref().zip(loan.status).and_then(|(status, stated)| {
        Some(if agrees(stated, &position)? {
            Ok(())
        } else {
            Err(status.field.fault(row, told(&position), "import-stated-status-mend"))
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

fn told(position: &Position) -> Text {
    match (position.is_settled(), position.days_past_due) {
        (true, _) => "import-stated-settled".into(),
        (false, 0) => "import-stated-current".into(),
        (false, days) => Text::from("import-stated-late").with("days", days).with("overdue", position.overdue.total()),
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
        let total = |name, label, of: fn(&Sums) -> Money| Total { name, label, file: of(self), book: book.map(of) };
        let mut totals = vec![total("principal lent", "import-total-principal-lent", |sums| sums.principal)];
        if self.balance.is_some() {
            totals.extend([
                total("principal owed", "import-total-principal-owed", |sums| sums.balance.unwrap_or_default()),
                total("principal paid", "import-total-principal-paid", |sums| sums.paid.principal),
                total("interest paid", "import-total-interest-paid", |sums| sums.paid.interest),
                total("fees paid", "import-total-fees-paid", |sums| sums.paid.fee),
                total("penalty paid", "import-total-penalty-paid", |sums| sums.paid.penalty),
            ]);
        }
        totals
    }
}
