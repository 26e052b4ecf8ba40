//! Why a figure is what it is: lines that sum to it to the cent, each with the day, the event, the rule and the arithmetic.

use alloc::vec::Vec;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::id::EntryId;
use crate::money::Money;

use super::ageing;
use super::allocation::Timing;
use super::books::Books;
use super::entry::EntryKind;
use super::factor::round_money;
use super::parts::{Part, Parts};
use super::position::Origin;
use super::recalculation::{Changes, Span};
use super::replay::Loan;
use super::schedule::Schedule;

/// A figure and the lines that sum to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The figure.
    pub figure: Money,
    /// Its lines.
    pub lines: Vec<Because>,
}

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
    /// How it is worked out, where it is.
    #[serde(default)]
    pub how: Option<How>,
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
    /// Interest of days on which the same balance bore it.
    Earned,
    /// Overdue principal of days on which it was the same.
    Late,
    /// A fee or penalty was charged.
    Charged,
    /// Days of a pause that cost nothing.
    Stopped,
    /// Time that was not used, as the loan was settled or spread anew.
    TimeNotUsed,
    /// Moved from or to other instalments.
    Moved,
    /// More than the cost cap of the law leaves.
    Capped,
    /// Nothing needed it yet.
    Unapplied,
    /// It was paid out again or taken back.
    PaidBack,
    /// It came after the write-off.
    Recovered,
    /// It is asked for now.
    Due,
    /// It would be asked for later.
    NotDueYet,
    /// Less than nothing is not asked for.
    NotBelowZero,
    /// The share of the principal outstanding that the cost cap allows all cost together.
    Allowed,
}

/// The arithmetic of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum How {
    /// `balance · annual_rate · numerator / denominator`.
    Interest {
        /// The first day is the one after it.
        from: Day,
        /// The last day.
        until: Day,
        /// Principal.
        balance: Money,
        /// A year.
        annual_rate: Decimal,
        /// The share of a year.
        numerator: i64,
        /// The share of a year.
        denominator: i64,
    },
    /// `overdue · annual_rate · days / year_days`.
    Penalty {
        /// The first day is the one after it.
        from: Day,
        /// The last day.
        until: Day,
        /// Overdue principal.
        overdue: Money,
        /// Days that count: past grace, not paused.
        days: i32,
        /// A year.
        annual_rate: Decimal,
        /// 360 or 365.
        year_days: u32,
    },
    /// `of · days / length`.
    Share {
        /// The cost of the whole period.
        of: Money,
        /// Days used.
        days: i32,
        /// Days of the period.
        length: i32,
    },
    /// `balance · a_year · days / 365`.
    Cap {
        /// The first day is the one after it.
        from: Day,
        /// The last day.
        until: Day,
        /// Principal.
        balance: Money,
        /// Days that count: none on which nothing costs anything.
        days: i32,
        /// The cap a year.
        a_year: Decimal,
    },
    /// The allocation order: where the instalment lay, and which of the order's steps this was, from 1.
    Step {
        /// Where the instalment lay.
        timing: Timing,
        /// Which step.
        place: u32,
    },
}

/// How days past due come about: `raw`, less `grace`, less `paused`, never below zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaysBecause {
    /// When the oldest unpaid instalment fell due.
    pub oldest_unpaid_due_on: Day,
    /// Its number.
    pub instalment: u32,
    /// Days since then.
    pub raw: u32,
    /// Days of grace.
    pub grace: u32,
    /// Days paused since then.
    pub paused: u32,
    /// The pauses, each from the day after its first to its second.
    pub pauses: Vec<(Day, Day)>,
    /// What is left.
    pub days_past_due: u32,
}

impl Loan {
    /// Why so much is outstanding on `as_of`: lines that sum to the total of
    /// [`Position::outstanding`](super::Position::outstanding).
    pub fn explain_balance(&self, as_of: Day) -> Explanation {
        let mut lines = Vec::new();
        let terms = self.terms();
        let position = self.position(as_of);
        let figure = position.outstanding.total();
        if as_of < terms.disbursed_on {
            return Explanation { figure, lines };
        }
        lines.push(line(terms.disbursed_on, Rule::PaidOut, Part::Principal, terms.principal));
        for entry in self.standing(as_of) {
            let moved = position.moved.iter().filter(|(of, _)| *of == entry.id).fold(Parts::ZERO, |sum, (_, parts)| sum + *parts);
            let line =
                |rule, amount| Because { entry: Some(entry.id), ..line(entry.effective_on, rule, Part::Principal, amount) };
            match entry.kind {
                EntryKind::Disbursement { amount } => lines.push(line(Rule::PaidOut, amount)),
                EntryKind::Chargeback { .. } | EntryKind::CreditRefund { .. } => {
                    lines.push(line(Rule::OwedAgain, moved.principal));
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
                let number = Some(instalment.number);
                lines.push(Because { instalment: number, ..line(instalment.due_on, Rule::FellDue, part, instalment.due[part]) });
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
        Explanation::of(figure, lines)
    }

    /// Where each payment up to `as_of` went: lines that sum to all that was received. With `payment`, of that one.
    pub fn explain_allocation(&self, as_of: Day, payment: Option<EntryId>) -> Explanation {
        let (position, mut lines, mut figure) = (self.position(as_of), Vec::new(), Money::ZERO);
        for entry in self.standing(as_of).filter(|entry| payment.is_none_or(|id| id == entry.id)) {
            let EntryKind::Payment { amount, source } = entry.kind else { continue };
            figure += amount;
            let of_entry = |on, rule, part, amount| Because { entry: Some(entry.id), ..line(on, rule, part, amount) };
            let order = self.terms().order_of(source);
            let mut left = amount;
            for known in position.allocations.iter().filter(|known| known.entry == entry.id) {
                for part in Part::ALL.into_iter().filter(|part| !known.parts[*part].is_zero()) {
                    let place = order.steps.iter().position(|step| step.timing == known.timing && step.part == part);
                    let how = place.map(|place| How::Step { timing: known.timing, place: place as u32 + 1 });
                    let instalment = Some(known.instalment);
                    lines.push(Because { instalment, how, ..of_entry(known.on, Rule::Settled, part, known.parts[part]) });
                    left -= known.parts[part];
                }
            }
            let of = |list: &[(EntryId, Money)]| list.iter().filter(|(id, _)| *id == entry.id).map(|(_, amount)| *amount).sum();
            let (recovered, held): (Money, Money) = (of(&position.recoveries), of(&position.held));
            lines.push(of_entry(entry.effective_on, Rule::Recovered, Part::Principal, recovered));
            lines.push(of_entry(as_of, Rule::Unapplied, Part::Principal, held));
            lines.push(of_entry(as_of, Rule::PaidBack, Part::Principal, left - recovered - held));
        }
        Explanation::of(figure, lines)
    }

    /// Why the instalments ask for so much interest on `as_of`; days ahead are foreseen. With `instalment`, that one.
    pub fn explain_interest(&self, as_of: Day, instalment: Option<u32>) -> Explanation {
        let books = self.books(as_of, false);
        let mut changes = books.changes_foreseen();
        let (mut lines, mut figure) = (Vec::new(), Money::ZERO);
        for (index, of) in books.lines.iter().enumerate().filter(|(_, of)| instalment.is_none_or(|number| number == of.number)) {
            figure += of.due.interest;
            let of_line = |rule, amount| Because { instalment: Some(of.number), ..line(of.due_on, rule, Part::Interest, amount) };
            let late = &books.late[index];
            let (mut exact, mut told) = (0_i128, Money::ZERO);
            for span in books.spans_of(self.schedule(), &mut changes, index) {
                // Each span adds what the rounded sum grows by, so that the lines sum to the cent.
                exact += span.raw;
                let amount = round_money(exact) - told;
                told += amount;
                let how = How::Interest {
                    from: span.from,
                    until: span.until,
                    balance: span.balance,
                    annual_rate: self.terms().annual_rate,
                    numerator: span.years.0,
                    denominator: span.years.1,
                };
                lines.push(Because { on: span.until, how: Some(how), ..of_line(Rule::Earned, amount) });
            }
            let known = [
                (Rule::OwedAgain, late.interest_again),
                (Rule::Stopped, -late.stopped.interest),
                (Rule::GivenUp, -of.waived.interest),
            ];
            known.iter().for_each(|(rule, amount)| lines.push(of_line(*rule, *amount)));
            let rest = of.due.interest - told - known.iter().map(|(_, amount)| *amount).sum();
            let is_given_up = books.written_off_on.is_some();
            let rule = if is_given_up {
                Rule::GivenUp
            } else if late.is_cut {
                Rule::TimeNotUsed
            } else {
                Rule::Moved
            };
            lines.push(of_line(rule, rest));
        }
        Explanation::of(figure, lines)
    }

    /// Why the instalments ask for so much penalty on `as_of`. With `instalment`, that one.
    pub fn explain_penalty(&self, as_of: Day, instalment: Option<u32>) -> Explanation {
        let books = self.books(as_of, true);
        let late_terms = &self.terms().late;
        let year_days = late_terms.year_days();
        let (mut lines, mut figure) = (Vec::new(), Money::ZERO);
        for (index, of) in books.lines.iter().enumerate().filter(|(_, of)| instalment.is_none_or(|number| number == of.number)) {
            figure += of.due.penalty;
            let of_line = |on, rule, amount| Because { instalment: Some(of.number), ..line(on, rule, Part::Penalty, amount) };
            let late = &books.late[index];
            let (mut amount_days, mut told) = (0_i128, Money::ZERO);
            for span in books.overdue.iter().flatten().filter(|span| span.instalment == of.number) {
                amount_days += i128::from(span.days) * i128::from(span.principal.minor());
                let amount = books.rates.late.of_amount_days(amount_days, year_days) - told;
                told += amount;
                let how = How::Penalty {
                    from: span.from,
                    until: span.until,
                    overdue: span.principal,
                    days: span.days,
                    annual_rate: late_terms.annual_rate,
                    year_days,
                };
                lines.push(Because { how: Some(how), ..of_line(span.until, Rule::Late, amount) });
            }
            lines.push(of_line(of.due_on, Rule::Charged, late.charged));
            lines.push(of_line(of.due_on, Rule::GivenUp, -of.waived.penalty));
            let moved = late.waived - of.waived.penalty;
            let gross = told + late.charged - of.waived.penalty;
            let capped = if books.rates.cap.is_some() && books.written_off_on.is_none() {
                (gross - moved - of.due.penalty).or_zero()
            } else {
                Money::ZERO
            };
            lines.push(of_line(as_of, Rule::Capped, -capped));
            let is_given_up = books.written_off_on.is_some();
            let rest = of.due.penalty - gross + capped;
            lines.push(of_line(as_of, if is_given_up { Rule::GivenUp } else { Rule::Moved }, rest));
        }
        Explanation::of(figure, lines)
    }

    /// Why settling the loan on `as_of` costs so much.
    pub fn explain_settlement(&self, as_of: Day) -> Explanation {
        let position = self.position(as_of);
        let mut books = self.books(as_of, false);
        let mut lines = Vec::new();
        if as_of < self.terms().disbursed_on {
            return Explanation { figure: Money::ZERO, lines };
        }
        if books.recalculates() {
            books.recalculate(as_of, true);
        }
        for of in &books.lines {
            let due = books.due_if_settled(of, as_of);
            for part in [Part::Principal, Part::Interest, Part::Fee, Part::Penalty] {
                let late = &books.late[of.number as usize - 1];
                // What was used before the loan was spread anew is no share of these days.
                let used = late.used[part].min(due[part]);
                let from = of.from.plus_days(late.days_over);
                let amount = due[part] - of.paid[part] - used;
                let is_due = of.due_on <= as_of;
                let is_shared = !is_due && matches!(part, Part::Interest | Part::Fee) && of.due[part] != due[part];
                let rule = match () {
                    () if is_due => Rule::Due,
                    () if is_shared => Rule::Earned,
                    () => Rule::NotDueYet,
                };
                let share = || How::Share {
                    of: of.due[part] - used,
                    days: from.days_until(as_of).max(0) - books.stops.days(from, as_of),
                    length: from.days_until(of.due_on) - books.stops.days(from, of.due_on),
                };
                let how = (is_shared && from < as_of).then(share);
                let moved = if is_due { rule } else { Rule::Moved };
                lines.push(Because { instalment: Some(of.number), ..line(of.due_on, moved, part, used) });
                lines.push(Because { instalment: Some(of.number), how, ..line(of.due_on, rule, part, amount) });
            }
        }
        lines.push(line(as_of, Rule::Unapplied, Part::Principal, -position.unapplied));
        let sum: Money = lines.iter().map(|line| line.amount).sum();
        // Under a cost cap, cost given back makes room for penalties that it had held down.
        let (rest, rule) = (position.settlement - sum, if sum < Money::ZERO { Rule::NotBelowZero } else { Rule::Capped });
        lines.push(line(as_of, rule, Part::Penalty, rest));
        Explanation::of(position.settlement, lines)
    }

    /// Why the loan is so many days past due on `as_of`; `None` if it is not late.
    pub fn explain_days_past_due(&self, as_of: Day) -> Option<DaysBecause> {
        let position = self.position(as_of);
        let due_on = position.oldest_unpaid_due_on.filter(|_| position.days_past_due_raw > 0)?;
        let pauses = self.pauses();
        let (without_grace, raw) = ageing::days_past_due(due_on, as_of, 0, &pauses);
        let unpaid = |line: &&super::InstalmentPosition| !line.is_paid() && line.due_on <= as_of || line.owed_again.is_some();
        let inside = pauses.spans().iter().filter(|(from, until)| *until > due_on && *from < as_of);
        Some(DaysBecause {
            oldest_unpaid_due_on: due_on,
            instalment: position.instalments.iter().find(unpaid).map_or(0, |line| line.number),
            raw,
            grace: self.terms().grace_days,
            paused: raw - without_grace,
            pauses: inside.map(|(from, until)| ((*from).max(due_on), (*until).min(as_of))).collect(),
            days_past_due: position.days_past_due,
        })
    }
}

impl Explanation {
    pub(super) fn of(figure: Money, mut lines: Vec<Because>) -> Explanation {
        lines.retain(|line| !line.amount.is_zero());
        lines.sort_by_key(|line| line.on);
        Explanation { figure, lines }
    }
}

impl Books<'_> {
    /// The spans of days that a line's interest is made of. As long as the schedule is as signed, its own.
    fn spans_of(&self, schedule: &Schedule, changes: &mut Changes, index: usize) -> Vec<Span> {
        let line = &self.lines[index];
        if line.origin != Origin::Agreed {
            return Vec::new();
        }
        let is_as_signed = !self.recalculates() && self.is_as_signed;
        match schedule.instalments.iter().find(|signed| is_as_signed && signed.due_on == line.due_on) {
            Some(signed) => alloc::vec![self.signed_span(schedule, signed)],
            None => self.spans(changes, line),
        }
    }
}

pub(super) fn line(on: Day, rule: Rule, part: Part, amount: Money) -> Because {
    Because { on, rule, entry: None, instalment: None, part, amount, how: None }
}
