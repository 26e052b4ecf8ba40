//! Why a figure is what it is: lines that sum to it, each with the event and the rule behind it.

use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::id::EntryId;
use crate::money::Money;

use super::ageing;
use super::entry::EntryKind;
use super::parts::{Part, Parts};
use super::replay::Loan;

/// One line of an explanation of an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Because {
    /// The day it counts from.
    pub on: Day,
    /// What it is; pages have a sentence for each.
    pub rule: Rule,
    /// The entry behind it, if one is.
    pub entry: Option<EntryId>,
    /// The instalment it belongs to, if it does.
    pub instalment: Option<u32>,
    /// The part of the debt.
    pub part: Part,
    /// What it adds; negative for what it takes away.
    pub amount: Money,
}

/// What a line of an explanation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Money was paid out.
    PaidOut,
    /// A payment was taken back or unapplied money paid out beyond what there was.
    OwedAgain,
    /// Cost fell due.
    FellDue,
    /// A payment settled it.
    Settled,
    /// Paid money was given back.
    GivenBack,
    /// It was given up.
    GivenUp,
}

/// How days past due come about: `raw`, less `grace`, less `paused`, never below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaysBecause {
    /// When the oldest unpaid instalment fell due.
    pub oldest_unpaid_due_on: Day,
    /// Days since then.
    pub raw: u32,
    /// Days of grace.
    pub grace: u32,
    /// Days paused since then.
    pub paused: u32,
    /// What is left.
    pub days_past_due: u32,
}

impl Loan {
    /// Why so much is outstanding on `as_of`: lines that sum to the total of
    /// [`Position::outstanding`](super::Position::outstanding).
    pub fn explain_balance(&self, as_of: Day) -> Vec<Because> {
        let mut lines = Vec::new();
        let terms = self.terms();
        if as_of < terms.disbursed_on {
            return lines;
        }
        let line = |on, rule, part, amount| Because { on, rule, entry: None, instalment: None, part, amount };
        lines.push(line(terms.disbursed_on, Rule::PaidOut, Part::Principal, terms.principal));
        let position = self.position(as_of);
        for entry in self.entries().iter().filter(|entry| entry.effective_on <= as_of && !self.is_reversed(entry.id)) {
            let moved = position.moved.iter().filter(|(of, _)| *of == entry.id).fold(Parts::ZERO, |sum, (_, parts)| sum + *parts);
            let line =
                |rule, amount| Because { entry: Some(entry.id), ..line(entry.effective_on, rule, Part::Principal, amount) };
            match entry.kind {
                EntryKind::Disbursement { amount } => lines.push(line(Rule::PaidOut, amount)),
                EntryKind::Chargeback { .. } | EntryKind::CreditRefund { .. } => {
                    lines.push(line(Rule::OwedAgain, moved.principal))
                }
                EntryKind::Waiver { part: Part::Principal, .. } | EntryKind::WriteOff => {
                    lines.push(line(Rule::GivenUp, moved.principal));
                }
                _ => {}
            }
        }
        let is_owed = |due_on: Day, part: Part| part == Part::Principal || due_on <= as_of;
        for instalment in &position.instalments {
            for part in [Part::Fee, Part::Penalty, Part::Interest].into_iter().filter(|part| is_owed(instalment.due_on, *part)) {
                let amount = instalment.due[part];
                lines.push(Because {
                    instalment: Some(instalment.number),
                    ..line(instalment.due_on, Rule::FellDue, part, amount)
                });
            }
        }
        for known in &position.allocations {
            let due_on = position.instalments.get(known.instalment as usize - 1).map_or(known.on, |instalment| instalment.due_on);
            for part in Part::ALL.into_iter().filter(|part| is_owed(due_on, *part)) {
                let amount = -known.parts[part];
                let rule = if amount.is_positive() { Rule::GivenBack } else { Rule::Settled };
                let (entry, instalment) = (Some(known.entry), Some(known.instalment));
                lines.push(Because { entry, instalment, ..line(known.on, rule, part, amount) });
            }
        }
        lines.retain(|line| !line.amount.is_zero());
        lines.sort_by_key(|line| (line.on, line.rule));
        lines
    }

    /// Why the loan is so many days past due on `as_of`; `None` if it is not late.
    pub fn explain_days_past_due(&self, as_of: Day) -> Option<DaysBecause> {
        let position = self.position(as_of);
        let due_on = position.oldest_unpaid_due_on.filter(|_| position.days_past_due_raw > 0)?;
        let (without_grace, raw) = ageing::days_past_due(due_on, as_of, 0, &self.pauses());
        Some(DaysBecause {
            oldest_unpaid_due_on: due_on,
            raw,
            grace: self.terms().grace_days,
            paused: raw - without_grace,
            days_past_due: position.days_past_due,
        })
    }
}
