//! Payments: money in, and money taken back. A payment is accepted at any moment; what it changes follows at once.

use alloc::vec;
use alloc::vec::Vec;

use crate::arrears;
use crate::day::Day;
use crate::event::Event;
use crate::id::{AccountId, EntryId};
use crate::loan::{Entry, EntryKind, Loan, PaymentSource};
use crate::moment::Timestamp;
use crate::money::Money;
use crate::person::{Account, Payment, Person};
use crate::refusal::Refusal;

/// Posts a payment that took effect on `effective_on`, today or before.
pub fn receive(
    person: &Person,
    account: AccountId,
    id: EntryId,
    amount: Money,
    effective_on: Day,
    today: Day,
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let loan = &person.accounts.get(&account).ok_or_else(|| Refusal::by("ACCOUNT-UNKNOWN"))?.loan;
    if loan.entries().iter().any(|entry| entry.id == id) {
        return Err(Refusal::by("PAYMENT-TWICE"));
    }
    if !amount.is_positive() || amount > Money::LIMIT {
        return Err(Refusal::by("PAYMENT-AMOUNT"));
    }
    if effective_on > today {
        return Err(Refusal::by("PAYMENT-IN-FUTURE"));
    }
    if effective_on < loan.terms().disbursed_on {
        return Err(Refusal::by("PAYMENT-BEFORE-LOAN"));
    }
    Ok(post(
        person,
        account,
        Entry { id, effective_on, kind: EntryKind::Payment { amount, source: PaymentSource::Borrower } },
        today,
        at,
    ))
}

/// Posts a payment in cash, taken over the desk today: never more than the account owes, because nobody pays money out there.
pub fn receive_cash(
    person: &Person,
    account: AccountId,
    id: EntryId,
    amount: Money,
    today: Day,
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let owed = person.accounts.get(&account).map(|account| account.loan.position(today).outstanding.total());
    if owed.is_some_and(|owed| amount > owed) {
        return Err(Refusal::by("CASH-ABOVE-OWED"));
    }
    receive(person, account, id, amount, today, today, at)
}

/// Takes back a payment that bounced or was booked wrongly. It counts as never made.
pub fn reverse(
    person: &Person,
    account: AccountId,
    id: EntryId,
    payment: EntryId,
    today: Day,
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let loan = &person.accounts.get(&account).ok_or_else(|| Refusal::by("ACCOUNT-UNKNOWN"))?.loan;
    if !standing(loan).any(|(id, ..)| id == payment) {
        return Err(Refusal::by("PAYMENT-NOT-STANDING"));
    }
    Ok(post(person, account, Entry { id, effective_on: today, kind: EntryKind::Reversal { of: payment } }, today, at))
}

/// Posts an entry and what follows from it.
pub(crate) fn post(person: &Person, account: AccountId, entry: Entry, today: Day, at: Timestamp) -> Vec<Event> {
    arrears::with_what_follows(person, vec![Event::EntryPosted { account, entry }], today, at)
}

/// The payments of an account that were not taken back.
pub fn standing_of(account: &Account) -> impl Iterator<Item = Payment> {
    standing(&account.loan).map(|(id, effective_on, amount)| {
        let recorded_at = account.known_at.get(&id).copied().unwrap_or(Timestamp::MIN);
        Payment { id, effective_on, recorded_at, amount }
    })
}

/// The payments of a loan that were not taken back: name, day and amount.
pub fn standing(loan: &Loan) -> impl Iterator<Item = (EntryId, Day, Money)> {
    loan.entries().iter().filter_map(move |entry| match entry.kind {
        EntryKind::Payment { amount, .. } if !loan.is_reversed(entry.id) => Some((entry.id, entry.effective_on, amount)),
        _ => None,
    })
}

pub(crate) fn apply(person: &mut Person, event: &Event, recorded_at: Timestamp) {
    if let Event::EntryPosted { account, entry } = event
        && let Some(account) = person.accounts.get_mut(account)
    {
        account.loan.record(entry.clone());
        if matches!(entry.kind, EntryKind::Payment { .. }) {
            account.known_at.insert(entry.id, recorded_at);
        }
        if matches!(entry.kind, EntryKind::Reversal { .. }) {
            // Nothing was owed any more only because of money that did not come.
            account.settled_on = None;
        }
    }
}
