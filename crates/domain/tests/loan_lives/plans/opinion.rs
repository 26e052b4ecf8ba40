//! A second opinion on promises, from the payments' side: each payment looks for the promise that needs it, where the core lets
//! each promise look for its money. And the mistakes that others made with promises, so that the opinion is known to notice them.

use std::collections::BTreeMap;

use domain::book::Book;
use domain::day::Day;
use domain::id::PromiseId;
use domain::loan::EntryKind;
use domain::money::Money;
use domain::person::Person;
use domain::promise::{self, Outcome, Promise};

/// What others got wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mistake {
    /// None.
    Nothing,
    /// Any payment keeps a promise, however small.
    AnyPaymentKeeps,
    /// A promise whose day has passed stays open.
    StaysOpen,
    /// Money that was there before the promise keeps it.
    EarlierMoneyKeeps,
    /// The same money keeps two promises.
    MoneyTwice,
    /// Money in the days of grace is too late.
    NoGrace,
    /// A payment that was taken back still counts.
    BouncedCounts,
    /// The promise that was given last is served first.
    LastFirst,
}

impl Mistake {
    pub(super) const ALL: [Mistake; 7] = [
        Mistake::AnyPaymentKeeps,
        Mistake::StaysOpen,
        Mistake::EarlierMoneyKeeps,
        Mistake::MoneyTwice,
        Mistake::NoGrace,
        Mistake::BouncedCounts,
        Mistake::LastFirst,
    ];
}

/// What is to be said of each promise that nothing took the place of, once the night of `night` is over: the outcome and what was
/// paid toward it; none while it is open.
pub(super) fn opinion(
    person: &Person,
    book: &Book,
    night: Day,
    mistake: Mistake,
) -> BTreeMap<PromiseId, Option<(Outcome, Money)>> {
    let mut promises: Vec<(&Promise, Money)> =
        person.promises.values().filter(|it| !it.is_withdrawn()).map(|it| (it, Money::ZERO)).collect();
    promises.sort_by_key(|(it, _)| (it.due_on, it.made_on, it.id));
    if mistake == Mistake::LastFirst {
        promises.reverse();
    }
    let last_day = |it: &Promise| if mistake == Mistake::NoGrace { it.due_on } else { promise::last_day(person, it, book) };
    let mut payments = vec![];
    for account in person.accounts.values() {
        for entry in account.loan.entries() {
            let EntryKind::Payment { amount, .. } = entry.kind else { continue };
            if !account.loan.is_reversed(entry.id) || mistake == Mistake::BouncedCounts {
                payments.push((entry.effective_on, account.known_at.get(&entry.id).copied(), entry.id, amount));
            }
        }
    }
    payments.sort();
    for (effective_on, known_at, _, amount) in payments {
        let mut left = amount;
        for (it, paid) in &mut promises {
            let is_later = effective_on > it.made_on
                || effective_on == it.made_on && known_at.is_some_and(|known_at| known_at >= it.counts_from);
            if (is_later || mistake == Mistake::EarlierMoneyKeeps) && effective_on <= last_day(it) {
                let part = left.min(it.amount - *paid);
                *paid += part;
                if mistake != Mistake::MoneyTwice {
                    left -= part;
                }
            }
        }
    }
    let is_kept = |it: &Promise, paid: Money| match mistake {
        Mistake::AnyPaymentKeeps => paid.is_positive(),
        _ => paid >= it.amount,
    };
    let said = promises.iter().map(|(it, paid)| {
        let is_over = last_day(it) < night && mistake != Mistake::StaysOpen;
        let outcome = match () {
            () if is_kept(it, *paid) => Some(Outcome::Kept),
            () if !is_over => None,
            () if paid.is_positive() => Some(Outcome::Partial),
            () => Some(Outcome::Broken),
        };
        (it.id, outcome.map(|outcome| (outcome, *paid)))
    });
    said.collect()
}
