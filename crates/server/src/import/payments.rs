//! A row becomes a payment on a loan of the book.

use std::collections::HashMap;

use domain::day::Day;
use domain::id::{AccountId, EntryId, PersonId};
use domain::money::Money;
use serde::Serialize;
use store::{Asker, Store, Thing};

use crate::commands::Stop as Trouble;

use super::load::from_store;
use super::loans::check_currency;
use super::mapping::{Field, LoanRef, Mapping, PaymentFields};
use super::row::{Fault, Row, Text};
use crate::ids;

/// A payment as a row states it.
#[derive(Debug, Serialize)]
pub(crate) struct PaymentRow {
    pub(crate) key: String,
    /// Its loan, by key or by number.
    pub(crate) loan: String,
    pub(crate) amount: Money,
    pub(crate) paid_on: Day,
}

impl PaymentRow {
    /// Reads a row; a fault rejects it.
    pub(crate) fn read(fields: &PaymentFields, mapping: &Mapping, row: &Row<'_>) -> Result<PaymentRow, Fault> {
        let empty = |field: &Field| field.fault(row, "import-empty", "import-empty-mend");
        let key = fields.key.needed(row)?.into_owned();
        check_currency(fields.currency.as_ref(), mapping, row)?;
        let loan = fields.loan.field.needed(row)?.into_owned();
        let amount = fields.amount.amount(row)?.ok_or_else(|| empty(&fields.amount))?.money;
        if amount.is_zero() {
            return Err(fields.amount.fault(row, "import-zero", "import-zero-mend"));
        }
        let paid_on = fields.paid_on.day(row)?.ok_or_else(|| empty(&fields.paid_on))?;
        Ok(PaymentRow { key, loan, amount, paid_on })
    }

    /// Ours.
    pub(crate) fn entry(&self, source: &str) -> EntryId {
        EntryId(ids::id("payment", source, &self.key))
    }
}

impl LoanRef {
    /// That no loan of the book is the one that a row names.
    pub(crate) fn unknown(&self, row: &Row<'_>) -> Fault {
        self.field.fault(row, "import-loan", Text::from("import-loan-mend").with("source", &self.source))
    }
}

/// The loans of the book that rows are about, looked up once each.
pub(crate) struct Ledger<'s> {
    store: &'s Store,
    known: HashMap<String, Option<Loan>>,
}

/// What a payment or a contact has to know of its loan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Loan {
    pub(crate) person: PersonId,
    pub(crate) account: AccountId,
    disbursed_on: Day,
}

impl<'s> Ledger<'s> {
    /// The ledger of a book.
    pub(crate) fn new(store: &'s Store) -> Ledger<'s> {
        Ledger { store, known: HashMap::new() }
    }

    /// Why a payment cannot be taken, if it cannot.
    pub(crate) fn fault(
        &mut self,
        payment: &PaymentRow,
        fields: &PaymentFields,
        row: &Row<'_>,
    ) -> Result<Option<Fault>, Trouble> {
        let Some(loan) = self.loan(&payment.loan, &fields.loan)? else {
            return Ok(Some(fields.loan.unknown(row)));
        };
        if payment.paid_on < loan.disbursed_on {
            let reason = Text::from("import-before-disbursed").with("day", loan.disbursed_on);
            return Ok(Some(fields.paid_on.fault(row, reason, "import-before-disbursed-mend")));
        }
        Ok(None)
    }

    /// The loan that a row names.
    pub(crate) fn loan(&mut self, named: &str, by: &LoanRef) -> Result<Option<Loan>, Trouble> {
        if let Some(known) = self.known.get(named) {
            return Ok(*known);
        }
        let found = self.find(named, by)?;
        self.known.insert(named.to_owned(), found);
        Ok(found)
    }

    fn find(&self, named: &str, by: &LoanRef) -> Result<Option<Loan>, Trouble> {
        let reader = self.store.reader();
        let account = ids::account(&by.source, named);
        let is_meant = |id: AccountId, number: &str| if by.is_key { id == account } else { number == named };
        let thing = if by.is_key { Thing::Account(account) } else { Thing::AccountNumber(named) };
        let Some(person) = reader.owner(Asker::Night, thing).map_err(from_store)? else { return Ok(None) };
        let Some(person) = reader.person(Asker::Night, person).map_err(from_store)? else { return Ok(None) };
        let account = person.accounts.values().find(|account| is_meant(account.id, &account.number));
        Ok(account.map(|found| Loan { person: person.id, account: found.id, disbursed_on: found.loan.terms().disbursed_on }))
    }
}
