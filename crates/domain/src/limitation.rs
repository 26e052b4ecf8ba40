//! Limitation: until when a claim can be pressed. The period and what starts it again are the packs'; what happened is the file's.

use alloc::vec::Vec;

use crate::book::Book;
use crate::contact::{ContactOutcome, Direction};
use crate::day::Day;
use crate::law::{Interruption, Purpose};
use crate::payment;
use crate::person::{Account, Person};

/// Whether some claim on the person can no longer be pressed on `today`.
pub fn is_over(person: &Person, book: &Book, today: Day) -> bool {
    ends_before(person, book, today, today).is_some()
}

/// The last day on which the oldest claim can be pressed, by what happened up to `today`: the earliest that any pack in force
/// says. None where nothing is owed, or no pack sets a period.
pub fn ends_on(person: &Person, book: &Book, today: Day) -> Option<Day> {
    ends_before(person, book, today, Day::MAX)
}

/// The same, if it lies before a day.
pub(crate) fn ends_before(person: &Person, book: &Book, today: Day, before: Day) -> Option<Day> {
    let claims = person.accounts.values().filter(|account| account.settled_on.is_none());
    // No period ends before it begins.
    let claims = claims.filter(|account| account.last_due_on().is_some_and(|last_due| last_due < before));
    claims.filter_map(|account| ends_of(person, book, account, today)).filter(|ends| *ends < before).min()
}

fn ends_of(person: &Person, book: &Book, account: &Account, today: Day) -> Option<Day> {
    let last_due = account.last_due_on()?;
    let interrupted = interruptions(person, account, today);
    let ends = |money: &crate::law::MoneyLaw| money.limitation_ends_on(last_due, &interrupted, &[], &book.calendar);
    book.law.money_on(today).filter_map(ends).min()
}

/// What started the period of one claim again, as far as the file proves it: money that came and stayed, the debtor's own word that
/// they owe it, and a demand that reached them. A message that was only sent, a visit, or a suit that was only decided upon is not
/// counted: where the file leaves a doubt the person has it.
pub fn interruptions(person: &Person, account: &Account, today: Day) -> Vec<(Day, Interruption)> {
    let paid = payment::standing(&account.loan).map(|(_, on, _)| (on, Interruption::PartPayment));
    let promised = person.promises.values().map(|promise| (promise.made_on, Interruption::Acknowledgement));
    let agreed = person.plans.values().map(|plan| (plan.agreed_on, Interruption::Acknowledgement));
    let demands = person.contacts.iter().filter(|contact| {
        contact.direction == Direction::Outbound
            && contact.outcome == ContactOutcome::Reached
            && contact.toward.purpose == Purpose::DemandPayment
            && contact.toward.account.is_none_or(|about| about == account.id)
    });
    let demanded = demands.map(|contact| (contact.day, Interruption::Demand));
    paid.chain(promised).chain(agreed).chain(demanded).filter(|(on, _)| *on <= today).collect()
}
