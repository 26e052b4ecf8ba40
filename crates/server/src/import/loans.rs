//! A row becomes a loan: its terms, where it stood, whose it is, and what the other system says of it.

use domain::day::Day;
use domain::id::{AccountId, EntryId, PersonId};
use domain::identity::{Address, Identity};
use domain::loan::{DueRule, Entry, EntryKind, Loan, Method, Parts, Rounding, Terms};
use domain::money::Money;
use rust_decimal::Decimal;
use serde::Serialize;

use super::birth::{self, Birth};
use super::mapping::{Field, LoanFields, Mapping, OpeningFields, PersonFields, Status};
use super::row::{Fault, Row, Text};
use crate::ids;

/// A loan as a row states it.
#[derive(Debug)]
pub(crate) struct LoanRow {
    pub(crate) key: String,
    pub(crate) number: String,
    pub(crate) person: PersonId,
    pub(crate) who: Who,
    pub(crate) address: Option<Address>,
    pub(crate) terms: Terms,
    pub(crate) opening: Option<Opening>,
    /// The instalment, as the other system states it.
    pub(crate) instalment: Option<Money>,
    pub(crate) status: Option<Status>,
    /// Amounts that had to be rounded to the cent.
    pub(crate) rounded: u64,
    /// The entries by which it is taken over.
    pub(crate) entries: Vec<Entry>,
}

/// Where it stood.
#[derive(Debug)]
pub(crate) struct Opening {
    pub(crate) as_of: Day,
    pub(crate) paid: Parts,
    pub(crate) penalty_owed: Money,
    /// The principal still owed, as the other system states it.
    pub(crate) balance: Option<Money>,
}

/// What the identity note of an imported person holds.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Who {
    #[serde(flatten)]
    pub(crate) identity: Identity,
    #[serde(flatten)]
    pub(crate) birth: Option<Birth>,
}

/// What a row says for good: the same key with other facts is a conflict. Names and addresses are not among them, so that
/// nothing about them can be guessed from the hash.
#[derive(Serialize)]
struct Facts<'a> {
    number: &'a str,
    person: PersonId,
    terms: &'a Terms,
    entries: &'a [Entry],
}

impl LoanRow {
    /// Reads a row; a fault rejects it.
    pub(crate) fn read(fields: &LoanFields, mapping: &Mapping, row: &Row<'_>) -> Result<LoanRow, Fault> {
        let mut rounded = 0;
        let key = fields.key.needed(row)?.into_owned();
        let number = fields.number.as_ref().map_or_else(|| Ok(key.clone()), |number| number.needed(row).map(Into::into))?;
        check_currency(fields.currency.as_ref(), mapping, row)?;
        let terms = terms(fields, row, &mut rounded)?;
        let opening = fields.opening.as_ref().map(|opening| read_opening(opening, &terms, row, &mut rounded)).transpose()?;
        let (person, who, address) = read_person(&fields.person, mapping, row)?;
        let instalment = amount(fields.instalment.as_ref(), row, &mut rounded)?;
        let status = status(fields, row)?;
        let entries = entries(&mapping.source, &key, opening.as_ref(), status);
        Ok(LoanRow { key, number, person, who, address, terms, opening, instalment, status, rounded, entries })
    }

    /// Ours as it is taken over, if it makes sense; a fault rejects the row.
    pub(crate) fn take_over(&self, fields: &LoanFields, row: &Row<'_>) -> Result<Loan, Fault> {
        let mut loan = Loan::new(self.terms.clone()).map_err(|invalid| {
            let (field, fix) = match invalid.field.as_str() {
                "principal" => (None, Text::from("import-terms-principal-mend")),
                "instalments" => (Some(&fields.instalments), "import-terms-instalments-mend".into()),
                "annual_rate" => (fields.annual_rate.as_ref(), "import-terms-rate-mend".into()),
                "late.annual_rate" => (fields.late_rate.as_ref(), "import-terms-rate-mend".into()),
                "method.flat_fee.rate" => (fields.fee_rate.as_ref(), "import-terms-rate-mend".into()),
                "grace_days" => (fields.grace_days.as_ref(), "import-terms-grace-mend".into()),
                "due" => (Some(fields.first_due_on.as_ref().unwrap_or(&fields.disbursed_on)), "import-terms-due-mend".into()),
                other => (None, Text::from("import-terms-other-mend").with("field", other)),
            };
            field.unwrap_or(&fields.principal).fault(row, "import-terms", fix)
        })?;
        for entry in &self.entries {
            loan.check(entry).map_err(|invalid| Fault {
                column: format!("opening.{}", invalid.field),
                value: self.key.clone(),
                reason: match invalid.field.as_str() {
                    "paid.principal" => "import-opening-principal".into(),
                    _ => "import-opening-amount".into(),
                },
                fix: "import-opening-mend".into(),
            })?;
            loan.record(entry.clone());
        }
        Ok(loan)
    }

    /// The id of our account.
    pub(crate) fn account(&self, source: &str) -> AccountId {
        ids::account(source, &self.key)
    }

    /// The hash of what it says for good.
    pub(crate) fn hash(&self) -> [u8; 32] {
        ids::hash(&Facts { number: &self.number, person: self.person, terms: &self.terms, entries: &self.entries })
    }

    /// The day on which it is taken over: that of its opening position, or else the day it was paid out.
    pub(crate) fn as_of(&self) -> Day {
        self.opening.as_ref().map_or(self.terms.disbursed_on, |opening| opening.as_of)
    }
}

/// The entries by which a loan is taken over.
fn entries(source: &str, key: &str, opening: Option<&Opening>, status: Option<Status>) -> Vec<Entry> {
    let Some(opening) = opening else { return vec![] };
    let entry = |name: &str, kind| Entry { id: EntryId(ids::id(name, source, key)), effective_on: opening.as_of, kind };
    let mut entries = vec![entry("opening", EntryKind::Opening { paid: opening.paid, penalty_owed: opening.penalty_owed })];
    if status == Some(Status::WrittenOff) {
        entries.push(entry("write-off", EntryKind::WriteOff));
    }
    entries
}

/// Whether a row's currency, where it has one, is that of the mapping.
pub(crate) fn check_currency(field: Option<&Field>, mapping: &Mapping, row: &Row<'_>) -> Result<(), Fault> {
    let Some(field) = field else { return Ok(()) };
    let stated = field.needed(row)?;
    if stated == mapping.currency {
        return Ok(());
    }
    let fix = super::currency::check(&stated)
        .err()
        .unwrap_or_else(|| Text::from("import-currency-other-mend").with("currency", &mapping.currency));
    Err(field.fault(row, "import-currency", fix))
}

fn terms(fields: &LoanFields, row: &Row<'_>, rounded: &mut u64) -> Result<Terms, Fault> {
    let principal = amount(Some(&fields.principal), row, rounded)?.ok_or_else(|| empty(&fields.principal, row))?;
    let disbursed_on = fields.disbursed_on.day(row)?.ok_or_else(|| empty(&fields.disbursed_on, row))?;
    let instalments = fields.instalments.count(row)?.ok_or_else(|| empty(&fields.instalments, row))?;
    let mut terms = Terms::interest_free(principal, disbursed_on, instalments);
    terms.annual_rate = rate(fields.annual_rate.as_ref(), row)?;
    terms.method = method(fields, terms.annual_rate, row)?;
    terms.late.annual_rate = rate(fields.late_rate.as_ref(), row)?;
    if let Some(first_on) = fields.first_due_on.as_ref().map(|field| field.day(row)).transpose()?.flatten() {
        terms.due = DueRule::monthly_from(first_on);
    }
    if let Some(field) = &fields.grace_days {
        terms.grace_days = field.count(row)?.unwrap_or(0);
    }
    if let Some(field) = &fields.rounding {
        terms.rounding = match field.needed(row)?.as_ref() {
            "half_even" => Rounding::HalfEven,
            "up" => Rounding::Up,
            _ => return Err(field.fault(row, "import-word", Text::from("import-word-mend").with("words", "half_even, up"))),
        };
    }
    Ok(terms)
}

fn method(fields: &LoanFields, annual_rate: Decimal, row: &Row<'_>) -> Result<Method, Fault> {
    let Some(field) = &fields.method else {
        return Ok(if annual_rate.is_zero() { Method::EqualPrincipal } else { Method::EqualInstalment });
    };
    match field.needed(row)?.as_ref() {
        "equal_instalment" => Ok(Method::EqualInstalment),
        "equal_principal" => Ok(Method::EqualPrincipal),
        "bullet" => Ok(Method::Bullet),
        "flat_fee" => Ok(Method::FlatFee { rate: rate(fields.fee_rate.as_ref(), row)? }),
        _ => {
            let fix = Text::from("import-word-mend").with("words", "equal_instalment, equal_principal, flat_fee, bullet");
            Err(field.fault(row, "import-word", fix))
        }
    }
}

fn read_opening(fields: &OpeningFields, terms: &Terms, row: &Row<'_>, rounded: &mut u64) -> Result<Opening, Fault> {
    let as_of = fields.as_of.day(row)?.ok_or_else(|| empty(&fields.as_of, row))?;
    if as_of < terms.disbursed_on {
        let reason = Text::from("import-before-disbursed").with("day", terms.disbursed_on);
        return Err(fields.as_of.fault(row, reason, "import-before-disbursed-mend"));
    }
    let mut paid = |field: &Option<Field>| amount(field.as_ref(), row, rounded).map(Option::unwrap_or_default);
    let paid = Parts {
        principal: paid(&fields.paid_principal)?,
        interest: paid(&fields.paid_interest)?,
        fee: paid(&fields.paid_fees)?,
        penalty: paid(&fields.paid_penalty)?,
    };
    if let Some(field) =
        fields.paid_fees.as_ref().filter(|_| paid.fee.is_positive() && !matches!(terms.method, Method::FlatFee { .. }))
    {
        return Err(field.fault(row, "import-fee", "import-fee-mend"));
    }
    let penalty_owed = amount(fields.penalty_owed.as_ref(), row, rounded)?.unwrap_or_default();
    let balance = amount(fields.balance.as_ref(), row, rounded)?;
    Ok(Opening { as_of, paid, penalty_owed, balance })
}

fn read_person(fields: &PersonFields, mapping: &Mapping, row: &Row<'_>) -> Result<(PersonId, Who, Option<Address>), Fault> {
    let key = fields.key.needed(row)?;
    let text = |field: &Option<Field>| field.as_ref().and_then(|field| field.text(row)).map(|text| text.into_owned());
    let identity = Identity {
        name: fields.name.needed(row)?.into_owned(),
        resident_id: text(&fields.resident_id),
        phone: text(&fields.phone),
        ..Identity::default()
    };
    let birth = match &fields.birth_number {
        None => None,
        Some(field) => {
            let number = field.needed(row)?;
            Some(birth::read(&number).ok_or_else(|| field.fault(row, "import-birth", "import-birth-mend"))?)
        }
    };
    let address = text(&fields.address).zip(text(&fields.city)).map(|(line, city)| Address { line, city, micro_degrees: None });
    Ok((PersonId(ids::id("person", &mapping.source, &key)), Who { identity, birth }, address))
}

fn status(fields: &LoanFields, row: &Row<'_>) -> Result<Option<Status>, Fault> {
    let Some(status) = &fields.status else { return Ok(None) };
    let stated = status.field.needed(row)?;
    let known = status.means.iter().find(|(theirs, _)| *theirs == stated).map(|(_, ours)| *ours);
    known.map(Some).ok_or_else(|| status.field.fault(row, "import-status", "import-status-mend"))
}

fn amount(field: Option<&Field>, row: &Row<'_>, rounded: &mut u64) -> Result<Option<Money>, Fault> {
    let read = field.map(|field| field.amount(row)).transpose()?.flatten();
    *rounded += u64::from(read.is_some_and(|amount| amount.is_rounded));
    Ok(read.map(|amount| amount.money))
}

fn rate(field: Option<&Field>, row: &Row<'_>) -> Result<Decimal, Fault> {
    Ok(field.map(|field| field.rate(row)).transpose()?.flatten().unwrap_or_default())
}

fn empty(field: &Field, row: &Row<'_>) -> Fault {
    field.fault(row, "import-empty", "import-empty-mend")
}
