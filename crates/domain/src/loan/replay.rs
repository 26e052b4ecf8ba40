//! A loan, and the replay that tells where it stands.

use alloc::format;
use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::day::Day;
use crate::id::EntryId;
use crate::money::Money;
use crate::refusal::Invalid;

use super::ageing::{self, PastDue};
use super::books::Books;
use super::entry::{Entry, EntryKind};
use super::position::Position;
use super::schedule::Schedule;
use super::terms::{DueRule, Terms, Tranches};

/// A loan: its agreed terms and everything that happened to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loan {
    terms: Terms,
    schedule: Schedule,
    /// In order of effect; on one day, in the order recorded.
    entries: Vec<Entry>,
    /// The entries that were taken back, in order of id.
    reversed: Vec<EntryId>,
}

/// Without its schedule, which follows from its terms.
impl Serialize for Loan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.terms, &self.entries, &self.reversed).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Loan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Loan, D::Error> {
        let (terms, entries, reversed) = Deserialize::deserialize(deserializer)?;
        let loan = Loan::new(terms).map_err(|_| de::Error::custom("terms that make no loan"))?;
        Ok(Loan { entries, reversed, ..loan })
    }
}

impl Loan {
    /// A loan on these terms, to which nothing has happened yet. Fails as [`Terms::schedule`] does.
    pub fn new(terms: Terms) -> Result<Loan, Invalid> {
        let schedule = terms.schedule()?;
        Ok(Loan { terms, schedule, entries: Vec::new(), reversed: Vec::new() })
    }

    /// A loan on terms that are only now agreed. Fails as [`Terms::check`] does.
    pub fn agree(terms: Terms) -> Result<Loan, Invalid> {
        let loan = Loan::new(terms)?;
        loan.terms.check_cost(&loan.schedule)?;
        Ok(loan)
    }

    /// The agreed terms.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The schedule as signed.
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// The due day of the last instalment.
    pub fn last_due_on(&self) -> Option<Day> {
        self.schedule.instalments.last().map(|instalment| instalment.due_on)
    }

    /// Everything recorded, in order of effect.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether `id` was taken back.
    pub fn is_reversed(&self, id: EntryId) -> bool {
        self.reversed.binary_search(&id).is_ok()
    }

    /// Whether an entry makes sense for this loan. Deciding asks this before it records.
    pub fn check(&self, entry: &Entry) -> Result<(), Invalid> {
        let bad = |field: &str, fix: &str| Err(Invalid::new(field, fix));
        if self.entries.iter().any(|known| known.id == entry.id) {
            return bad("id", "is already recorded on this loan: give every entry its own");
        }
        if entry.effective_on < self.terms.disbursed_on {
            return Err(Invalid::new(
                "effective_on",
                format!("lies before the loan was paid out on {}", self.terms.disbursed_on),
            ));
        }
        let amounts = self.entries.iter().chain([entry]).map(|known| known.kind.amount().minor().unsigned_abs());
        if amounts.fold(0, u64::saturating_add) > MOST_IN_ALL {
            return bad("amount", "brings what was ever recorded on this loan above 100,000,000,000,000.00: check for a mistake");
        }
        match &entry.kind {
            EntryKind::Disbursement { .. } if self.is_written_off(entry.effective_on) => {
                bad("kind", "pays out on a loan that was given up: take the write-off back first, or make another loan")
            }
            EntryKind::Payment { amount, .. }
            | EntryKind::Fee { amount, .. }
            | EntryKind::Waiver { amount, .. }
            | EntryKind::Disbursement { amount }
            | EntryKind::Chargeback { amount, .. }
            | EntryKind::Refund { amount }
            | EntryKind::CreditRefund { amount } => check_amount("amount", *amount),
            EntryKind::Reage { instalments, .. } | EntryKind::Extend { instalments, .. } if !(1..=600).contains(instalments) => {
                bad("instalments", "must be from 1 to 600")
            }
            EntryKind::Extend { instalments, .. } if self.terms.costs_too_much_until(self.last_due_after(*instalments)) => {
                bad("instalments", "would cost more than thirty times the principal over the term: add fewer")
            }
            EntryKind::Defer { from, to } if from.days_until(*to) > LONGEST_DEFERRAL => {
                bad("to", "must lie at most ten years after the old due day")
            }
            EntryKind::Reage { first_on, .. } if *first_on <= self.terms.disbursed_on => {
                bad("first_on", "must lie after the day of disbursement")
            }
            EntryKind::Defer { from, to } if to <= from => bad("to", "must lie after the old due day"),
            EntryKind::Reversal { of } => match self.entries.iter().find(|known| known.id == *of) {
                None => bad("of", "names no entry of this loan"),
                Some(known) if matches!(known.kind, EntryKind::Reversal { .. }) => {
                    bad("of", "names a reversal: record the entry anew instead")
                }
                Some(_) if self.is_reversed(*of) => bad("of", "names an entry that is already reversed"),
                Some(_) => Ok(()),
            },
            EntryKind::Opening { paid, penalty_owed } => {
                let amounts = [paid.penalty, paid.fee, paid.interest, paid.principal, *penalty_owed];
                if amounts.iter().any(|amount| *amount < Money::ZERO || *amount > Money::LIMIT) {
                    return bad("paid", "must not hold negative amounts, nor any above 10,000,000,000,000.00");
                }
                if paid.principal > self.terms.principal {
                    return bad("paid.principal", "is more than was lent");
                }
                Ok(())
            }
            EntryKind::Pause { until, .. } if *until < entry.effective_on => {
                bad("until", "must not lie before the first paused day")
            }
            EntryKind::Pause { .. }
            | EntryKind::Resume
            | EntryKind::Reage { .. }
            | EntryKind::Extend { .. }
            | EntryKind::Defer { .. }
            | EntryKind::ChargeOff
            | EntryKind::WriteOff => Ok(()),
        }
    }

    /// The last due day at most, after `more` instalments were added to those that were before.
    fn last_due_after(&self, more: u32) -> Day {
        let added = |entry: &Entry| match entry.kind {
            EntryKind::Extend { instalments, .. } => u64::from(instalments),
            _ => 0,
        };
        let moved = |entry: &Entry| match entry.kind {
            EntryKind::Defer { from, to } => from.days_until(to).max(0),
            _ => 0,
        };
        let step = match self.terms.due {
            DueRule::Months { every, .. } => u64::from(every) * 31,
            DueRule::Days { every, .. } => every.into(),
            DueRule::On(_) => 31,
        };
        let days = step * (u64::from(more) + self.entries.iter().map(added).sum::<u64>());
        let moved: i32 = self.entries.iter().map(moved).fold(0, i32::saturating_add);
        let last = self.last_due_on().unwrap_or(self.terms.disbursed_on).plus_days(moved);
        last.plus_days(i32::try_from(days).unwrap_or(i32::MAX))
    }

    /// Whether it was given up in the books by `day`, and this was not taken back.
    fn is_written_off(&self, day: Day) -> bool {
        self.standing(day).any(|entry| matches!(entry.kind, EntryKind::WriteOff))
    }

    /// Records an entry. What happened is never refused: call [`Loan::check`] where it can still be prevented.
    pub fn record(&mut self, entry: Entry) {
        if let EntryKind::Reversal { of } = entry.kind
            && let Err(place) = self.reversed.binary_search(&of)
        {
            self.reversed.insert(place, of);
        }
        let place = self.entries.partition_point(|known| known.effective_on <= entry.effective_on);
        self.entries.insert(place, entry);
    }

    /// Where the loan stands at the end of `as_of`.
    pub fn position(&self, as_of: Day) -> Position {
        self.replay(as_of, false).close(as_of)
    }

    /// The entries that count up to `as_of`: neither taken back nor taking back.
    pub(super) fn standing(&self, as_of: Day) -> impl Iterator<Item = &Entry> + Clone {
        let counted = self.entries.iter().take_while(move |entry| entry.effective_on <= as_of);
        // A reversal is no day on which anything happens: the cost cap is looked at on such days and would see it.
        counted.filter(|entry| !matches!(entry.kind, EntryKind::Reversal { .. }) && !self.is_reversed(entry.id))
    }

    /// The books at the end of `as_of`; with what made the penalties if `is_told`.
    pub(super) fn books(&self, as_of: Day, is_told: bool) -> Books<'_> {
        let mut books = self.replay(as_of, is_told);
        books.reach(as_of);
        books
    }

    pub(super) fn replay(&self, as_of: Day, is_told: bool) -> Books<'_> {
        let mut books = Books::open(&self.terms, &self.schedule, as_of);
        books.overdue = is_told.then(Vec::new);
        if self.terms.tranches == Tranches::BeforePayments {
            self.standing(as_of).for_each(|entry| books.lay_out(entry));
        }
        self.standing(as_of).for_each(|entry| books.enter(entry));
        books
    }

    /// What would settle the loan on `as_of`, net of unapplied money.
    pub fn settlement_amount(&self, as_of: Day) -> Money {
        self.position(as_of).settlement
    }

    /// How many days past due, pauses taken off and grace not, an unpaid instalment due on `due_on` is on `as_of`.
    pub fn days_past_due_of(&self, due_on: Day, as_of: Day) -> u32 {
        ageing::days_past_due(due_on, as_of, 0, &self.pauses()).0
    }

    /// How the days past due of an instalment due on `due_on` count, as long as no pause is added.
    pub fn past_due_of(&self, due_on: Day) -> PastDue {
        PastDue::of(due_on, self.terms.grace_days, &self.pauses())
    }

    pub(super) fn pauses(&self) -> ageing::Pauses {
        let mut pauses = ageing::Pauses::default();
        for entry in self.entries.iter().filter(|entry| !self.is_reversed(entry.id)) {
            match entry.kind {
                EntryKind::Pause { until, .. } => pauses.add(entry.effective_on, until),
                EntryKind::Resume => pauses.end(entry.effective_on),
                _ => {}
            }
        }
        pauses
    }
}

/// Minor units; far from what could not be counted.
const MOST_IN_ALL: u64 = 10_000_000_000_000_000;
/// Days.
const LONGEST_DEFERRAL: i32 = 3660;

fn check_amount(field: &str, amount: Money) -> Result<(), Invalid> {
    if amount.is_positive() && amount <= Money::LIMIT {
        Ok(())
    } else {
        Err(Invalid::new(field, "must be more than zero and at most 10,000,000,000,000.00"))
    }
}
