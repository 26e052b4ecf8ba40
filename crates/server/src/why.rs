//! Why a figure is what it is: told once, for the command that prints it and for the page that shows it.

use std::collections::BTreeMap;

use domain::day::Day;
use domain::event::{Event, Recorded};
use domain::id::{EntryId, PersonId};
use domain::loan::{Because, Explanation, How, Loan, Part, Rule, Timing};
use domain::moment::Timestamp;
use domain::money::Money;
use domain::person::Person;
use serde_json::{Value, json};

use crate::texts::{Reader, value};

/// A figure of an account that is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Figure {
    /// What is outstanding
    Balance,
    /// Days past due
    Dpd,
    /// Where each payment went
    Allocation,
    /// The interest that the instalments ask for
    Interest,
    /// The penalty that they ask for
    Penalty,
    /// What the cost cap still leaves for penalties and charges
    Cap,
    /// What settling costs on that day
    Settlement,
}

impl Figure {
    /// All of them, in the order of the page.
    pub(crate) const ALL: [Figure; 7] =
        [Figure::Balance, Figure::Dpd, Figure::Allocation, Figure::Interest, Figure::Penalty, Figure::Cap, Figure::Settlement];

    /// What addresses and the command call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Figure::Balance => "balance",
            Figure::Dpd => "dpd",
            Figure::Allocation => "allocation",
            Figure::Interest => "interest",
            Figure::Penalty => "penalty",
            Figure::Cap => "cap",
            Figure::Settlement => "settlement",
        }
    }

    /// The key of what people call it.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Figure::Balance => "why-balance",
            Figure::Dpd => "why-dpd",
            Figure::Allocation => "why-allocation",
            Figure::Interest => "why-interest",
            Figure::Penalty => "why-penalty",
            Figure::Cap => "why-cap",
            Figure::Settlement => "why-settlement",
        }
    }
}

/// A person as they were known before `until`; as they are known now without it.
pub(crate) fn person_known(id: PersonId, events: &[Recorded], until: Option<Timestamp>) -> Person {
    let mut person = Person::new(id);
    events.iter().filter(|recorded| is_known(recorded, until)).for_each(|recorded| person.apply(recorded));
    person
}

fn is_known(recorded: &Recorded, until: Option<Timestamp>) -> bool {
    until.is_none_or(|until| recorded.recorded_at < until)
}

/// A loan as it was known, and when each of its entries was recorded.
pub(crate) struct Known {
    pub(crate) loan: Loan,
    recorded_at: BTreeMap<EntryId, Timestamp>,
}

impl Known {
    /// The account with this number of the person whose `events` these are, as it was known before `until`.
    pub(crate) fn of(owner: PersonId, events: &[Recorded], number: &str, until: Option<Timestamp>) -> Option<Known> {
        let person = person_known(owner, events, until);
        let account = person.accounts.into_values().find(|account| account.number == number)?;
        let posted = events.iter().filter(|recorded| is_known(recorded, until)).filter_map(|recorded| match &recorded.event {
            Event::EntryPosted { entry, .. } => Some((entry.id, recorded.recorded_at)),
            _ => None,
        });
        Some(Known { loan: account.loan, recorded_at: posted.collect() })
    }

    /// Why a figure is what it is on `as_of`; with `instalment`, of that one (interest, penalty).
    pub(crate) fn tell(&self, figure: Figure, as_of: Day, instalment: Option<u32>) -> Told {
        let loan = &self.loan;
        match figure {
            Figure::Balance => self.sum(loan.explain_balance(as_of)),
            Figure::Allocation => self.sum(loan.explain_allocation(as_of, None)),
            Figure::Interest => self.sum(loan.explain_interest(as_of, instalment)),
            Figure::Penalty => self.sum(loan.explain_penalty(as_of, instalment)),
            Figure::Settlement => self.sum(loan.explain_settlement(as_of)),
            Figure::Cap => loan.explain_cap(as_of).map_or(Told { figure: Amount::None, lines: vec![] }, |it| self.sum(it)),
            Figure::Dpd => days(loan, as_of),
        }
    }

    fn sum(&self, explanation: Explanation) -> Told {
        let recorded_at = |because: &Because| because.entry.and_then(|id| self.recorded_at.get(&id)).copied();
        let lines = explanation.lines.iter().map(|because| Line::of(because, recorded_at(because))).collect();
        Told { figure: Amount::Money(explanation.figure), lines }
    }
}

/// A figure and the lines that sum to it.
pub(crate) struct Told {
    pub(crate) figure: Amount,
    pub(crate) lines: Vec<Line>,
}

/// Money or days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Amount {
    /// There is no such figure, as of a loan without a cost cap.
    None,
    Money(Money),
    Days(i64),
}

impl Amount {
    /// As the reader writes it.
    pub(crate) fn says(self, reader: &Reader) -> String {
        match self {
            Amount::None => "–".to_owned(),
            Amount::Money(amount) => reader.amount(amount),
            Amount::Days(days) => reader.fill("why-days", [("days", value(days.to_string()))]),
        }
    }

    fn json(self) -> Value {
        match self {
            Amount::None => Value::Null,
            Amount::Money(amount) => json!(amount.to_string()),
            Amount::Days(days) => json!(days),
        }
    }
}

/// One line of it.
pub(crate) struct Line {
    pub(crate) on: Option<Day>,
    rule: Value,
    key: &'static str,
    /// Which step of the order it was settled by.
    place: Option<u32>,
    pub(crate) part: Option<Part>,
    pub(crate) amount: Amount,
    pub(crate) instalment: Option<u32>,
    entry: Option<EntryId>,
    pub(crate) recorded_at: Option<Timestamp>,
    how: Option<How>,
}

impl Line {
    fn of(because: &Because, recorded_at: Option<Timestamp>) -> Line {
        let place = match because.how {
            Some(How::Step { place, .. }) => Some(place),
            _ => None,
        };
        Line {
            on: Some(because.on),
            rule: json!(because.rule),
            key: key(because.rule, because.how),
            place,
            part: Some(because.part),
            amount: Amount::Money(because.amount),
            instalment: because.instalment,
            entry: because.entry,
            recorded_at,
            how: because.how,
        }
    }

    /// What it is, in a sentence.
    pub(crate) fn says(&self, reader: &Reader) -> String {
        match self.place {
            Some(place) => reader.fill(self.key, [("place", value(place.to_string()))]),
            None => reader.text(self.key),
        }
    }

    /// The arithmetic as a formula that anybody can check, where there is some.
    pub(crate) fn arithmetic(&self) -> Option<String> {
        Some(match self.how? {
            How::Interest { balance, annual_rate, numerator, denominator, from, until } => {
                format!("{balance} × {} × {numerator}/{denominator} ({from}…{until})", annual_rate.normalize())
            }
            How::Penalty { overdue, annual_rate, days, year_days, from, until } => {
                format!("{overdue} × {} × {days}/{year_days} ({from}…{until})", annual_rate.normalize())
            }
            How::Cap { balance, a_year, days, from, until } => {
                format!("{balance} × {} × {days}/365 ({from}…{until})", a_year.normalize())
            }
            How::Share { of, days, length } => format!("{of} × {days}/{length}"),
            How::Step { .. } => return None,
        })
    }

    /// As the command prints it, with its sentence for each of the readers.
    pub(crate) fn json(&self, readers: &[Reader]) -> Value {
        let says: serde_json::Map<String, Value> =
            readers.iter().map(|reader| (reader.lang.tag().to_owned(), json!(self.says(reader)))).collect();
        let mut line = json!({
            "on": self.on.map(|day| day.to_string()),
            "rule": self.rule,
            "instalment": self.instalment,
            "says": says,
        });
        match self.amount {
            Amount::Days(days) => line["days"] = json!(days),
            amount => {
                line["amount"] = amount.json();
                line["part"] = json!(self.part);
                line["entry"] = json!(self.entry.map(|id| id.to_string()));
                line["recorded_at"] = json!(self.recorded_at.map(|at| at.to_string()));
                line["arithmetic"] = json!(self.arithmetic());
                line["how"] = json!(self.how);
            }
        }
        line
    }
}

impl Told {
    /// As the command prints it.
    pub(crate) fn json(&self, figure: Figure, readers: &[Reader]) -> Value {
        let lines: Vec<Value> = self.lines.iter().map(|line| line.json(readers)).collect();
        json!({"what": figure.name(), "figure": self.figure.json(), "lines": lines})
    }
}

/// Days past due: from the oldest unpaid due day, less grace, less pauses.
fn days(loan: &Loan, as_of: Day) -> Told {
    let Some(because) = loan.explain_days_past_due(as_of) else { return Told { figure: Amount::Days(0), lines: vec![] } };
    let line = |rule: &str, key, days| Line {
        on: None,
        rule: json!(rule),
        key,
        place: None,
        part: None,
        amount: Amount::Days(days),
        instalment: None,
        entry: None,
        recorded_at: None,
        how: None,
    };
    let fell_due = line("oldest_unpaid_fell_due", "why-oldest-fell-due", because.raw.into());
    let mut lines = vec![
        Line { on: Some(because.oldest_unpaid_due_on), instalment: Some(because.instalment), ..fell_due },
        line("grace", "why-grace", -i64::from(because.grace)),
    ];
    for (from, until) in &because.pauses {
        lines.push(Line { on: Some(*until), ..line("paused", "why-stopped", -i64::from(from.days_until(*until))) });
    }
    let sum = i64::from(because.raw) - i64::from(because.grace) - i64::from(because.paused);
    lines.push(line("not_below_zero", "why-not-below-zero", (-sum).max(0)));
    lines.retain(|line| line.amount != Amount::Days(0));
    Told { figure: Amount::Days(because.days_past_due.into()), lines }
}

/// The key of the sentence of a rule.
pub(crate) fn key(rule: Rule, how: Option<How>) -> &'static str {
    match (rule, how) {
        (Rule::Settled, Some(How::Step { timing: Timing::PastDue, .. })) => "why-settled-past-due",
        (Rule::Settled, Some(How::Step { timing: Timing::Due, .. })) => "why-settled-due",
        (Rule::Settled, Some(How::Step { timing: Timing::InAdvance, .. })) => "why-settled-ahead",
        (Rule::PaidOut, _) => "why-paid-out",
        (Rule::OwedAgain, _) => "why-owed-again",
        (Rule::FellDue, _) => "why-fell-due",
        (Rule::Settled, _) => "why-settled",
        (Rule::GivenBack, _) => "why-given-back",
        (Rule::GivenUp, _) => "why-given-up",
        (Rule::Earned, _) => "why-earned",
        (Rule::Late, _) => "why-late",
        (Rule::Charged, _) => "why-charged",
        (Rule::Stopped, _) => "why-stopped",
        (Rule::TimeNotUsed, _) => "why-time-not-used",
        (Rule::Moved, _) => "why-moved",
        (Rule::Capped, _) => "why-capped",
        (Rule::Unapplied, _) => "why-unapplied",
        (Rule::PaidBack, _) => "why-paid-back",
        (Rule::Recovered, _) => "why-recovered",
        (Rule::Due, _) => "why-due",
        (Rule::NotDueYet, _) => "why-not-due-yet",
        (Rule::NotBelowZero, _) => "why-not-below-zero",
        (Rule::Allowed, _) => "why-allowed",
    }
}
