//! The strategy table: lines in order, the first whose conditions all hold decides. Conditions are a closed list, so that an
//! analyst can read and change the table and nobody can write a program into it.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use serde::Deserialize;

use crate::book::Book;
use crate::contact::Channel;
use crate::day::Day;
use crate::enforcement;
use crate::law::Says;
use crate::limitation;
use crate::money::Money;
use crate::person::Person;
use crate::promise::{Outcome, PromiseEnd};
use crate::refusal::Invalid;
use crate::visit::{Decline, VisitEnd};

use super::Step;

/// The table.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Strategy {
    /// The lines in order.
    pub lines: Vec<Line>,
    /// What the table must say of some cases: whoever changes it sees at once what else changed.
    pub cases: Vec<Case>,
}

/// One line.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Its name, kept with every step it chose.
    pub rule: String,
    /// What must all hold; nothing for "always".
    #[serde(default)]
    pub when: Vec<Condition>,
    /// What is to be done.
    pub step: Step,
    /// Within how many days.
    pub within_days: u16,
    /// The reason in one sentence.
    pub says: Says,
}

/// A case and the step it must lead to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What is the case, in one sentence.
    pub name: String,
    /// What the table sees.
    #[serde(default)]
    pub seen: Seen,
    /// What it must choose.
    pub step: Step,
    /// By which line.
    pub rule: String,
}

/// Something that holds or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// A respite rests on the person.
    InRespite,
    /// A complaint, a dispute or a plea waits for our answer.
    AnswerOwed,
    /// Somebody speaks for the person.
    Represented,
    /// A promise or an instalment of a plan has not fallen due.
    PromiseRuns,
    /// A visit is proposed or agreed.
    VisitOpen,
    /// The person wants no visit.
    VisitUnwanted,
    /// The last promise whose time is over was not paid at all.
    PromiseBroken,
    /// The last promise whose time is over was paid in part.
    PromisePartlyKept,
    /// Time has run out for some claim.
    TimeBarred,
    /// Suit, payment order or seizure is decided.
    CourtDecided,
    /// More days past due than this.
    LateMoreThan(u32),
    /// At least so much of instalments overdue, in minor units. Penalty does not count: it grows daily, and nobody is visited
    /// for it.
    OverdueAtLeastMinor(Money),
    /// At least so many approaches by other means than a visit.
    TriedAtLeast(u32),
    /// At least so many visits made.
    VisitsAtLeast(u32),
    /// That step was planned in this case, and its day has passed.
    StepOver(Step),
}

/// What the table sees of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Seen {
    /// See [`Condition::InRespite`].
    pub in_respite: bool,
    /// See [`Condition::AnswerOwed`].
    pub answer_owed: bool,
    /// See [`Condition::Represented`].
    pub represented: bool,
    /// See [`Condition::PromiseRuns`].
    pub promise_runs: bool,
    /// See [`Condition::VisitOpen`].
    pub visit_open: bool,
    /// See [`Condition::VisitUnwanted`].
    pub visit_unwanted: bool,
    /// See [`Condition::PromiseBroken`].
    pub promise_broken: bool,
    /// See [`Condition::PromisePartlyKept`].
    pub promise_partly_kept: bool,
    /// See [`Condition::TimeBarred`].
    pub time_barred: bool,
    /// See [`Condition::CourtDecided`].
    pub court_decided: bool,
    /// Days past due.
    pub days_past_due: u32,
    /// What of instalments is overdue, without penalty, in minor units.
    pub overdue_minor: Money,
    /// Approaches by other means than a visit.
    pub tried: u32,
    /// Visits made.
    pub visits: u32,
    /// Steps whose day has passed.
    pub steps_over: BTreeSet<Step>,
}

impl Condition {
    fn holds(self, seen: &Seen) -> bool {
        match self {
            Condition::InRespite => seen.in_respite,
            Condition::AnswerOwed => seen.answer_owed,
            Condition::Represented => seen.represented,
            Condition::PromiseRuns => seen.promise_runs,
            Condition::VisitOpen => seen.visit_open,
            Condition::VisitUnwanted => seen.visit_unwanted,
            Condition::PromiseBroken => seen.promise_broken,
            Condition::PromisePartlyKept => seen.promise_partly_kept,
            Condition::TimeBarred => seen.time_barred,
            Condition::CourtDecided => seen.court_decided,
            Condition::LateMoreThan(days) => seen.days_past_due > days,
            Condition::OverdueAtLeastMinor(amount) => seen.overdue_minor >= amount,
            Condition::TriedAtLeast(times) => seen.tried >= times,
            Condition::VisitsAtLeast(times) => seen.visits >= times,
            Condition::StepOver(step) => seen.steps_over.contains(&step),
        }
    }
}

impl Strategy {
    /// The line that decides.
    pub fn choose(&self, seen: &Seen) -> Option<&Line> {
        self.lines.iter().find(|line| line.when.iter().all(|condition| condition.holds(seen)))
    }

    /// Whether the table makes sense: every name once, no visit for next to nothing, the last line without conditions, and every
    /// case as it says.
    pub fn check(&self) -> Result<(), Invalid> {
        for (at, line) in self.lines.iter().enumerate() {
            if self.lines[..at].iter().any(|earlier| earlier.rule == line.rule) {
                return Err(Invalid::new("lines", alloc::format!("`{}` stands twice", line.rule)));
            }
        }
        for line in self.lines.iter().filter(|line| line.step == Step::Visit) {
            // A visit that is agreed is the person's appointment; they call it off themselves.
            let names_amount = |condition: &Condition| match condition {
                Condition::OverdueAtLeastMinor(amount) => amount.is_positive(),
                condition => *condition == Condition::VisitOpen,
            };
            if !line.when.iter().any(names_amount) {
                let fix = alloc::format!(
                    "`{}` leads to a visit: say by `overdue_at_least_minor` what must be overdue for it, at the least",
                    line.rule
                );
                return Err(Invalid::new("lines", fix));
            }
        }
        if self.lines.last().is_some_and(|last| !last.when.is_empty()) {
            return Err(Invalid::new(
                "lines",
                "the last line must hold always, so that somebody is never left without a next step",
            ));
        }
        for case in &self.cases {
            let chosen = self.choose(&case.seen).map(|line| (line.step, line.rule.as_str()));
            if chosen != Some((case.step, case.rule.as_str())) {
                let fix =
                    alloc::format!("`{}` must lead to {} by `{}`, not to {chosen:?}", case.name, case.step.name(), case.rule);
                return Err(Invalid::new("cases", fix));
            }
        }
        Ok(())
    }

    /// The sentence of a line.
    pub fn says(&self, rule: &str) -> Option<&Says> {
        self.lines.iter().find(|line| line.rule == rule).map(|line| &line.says)
    }

    /// Days past due at which the table may say something else from the next day on.
    pub(super) fn turns(&self) -> impl Iterator<Item = u32> {
        self.lines.iter().flat_map(|line| &line.when).filter_map(|condition| match condition {
            Condition::LateMoreThan(days) => Some(*days),
            _ => None,
        })
    }

    /// Whether some line waits for the day of `step` to pass.
    pub(super) fn waits_for(&self, step: Step) -> bool {
        self.lines.iter().flat_map(|line| &line.when).any(|condition| *condition == Condition::StepOver(step))
    }
}

impl Seen {
    /// What the table sees of a person in collections whatever the day.
    pub(super) fn of(person: &Person) -> Seen {
        let outcome = last_outcome(person);
        Seen {
            in_respite: person.open_respite().is_some(),
            answer_owed: person.complaints.values().any(|it| it.is_open()),
            represented: person.representative.is_some(),
            promise_runs: person.promises.values().any(|it| it.is_open()),
            visit_open: person.open_visit().is_some(),
            visit_unwanted: wants_no_visit(person),
            promise_broken: outcome == Some(Outcome::Broken),
            promise_partly_kept: outcome == Some(Outcome::Partial),
            court_decided: enforcement::Claim::ALL.iter().any(|claim| enforcement::standing(person, *claim).is_some()),
            overdue_minor: person.accounts.values().map(|account| account.standing.overdue).sum(),
            tried: tried(person),
            visits: visits_made(person),
            ..Seen::default()
        }
    }

    /// The same with what depends on the day, on which they are so many days past due.
    pub(super) fn on(&self, person: &Person, book: &Book, today: Day, days_past_due: u32) -> Seen {
        let time_barred = limitation::is_over(person, book, today);
        Seen { time_barred, days_past_due, steps_over: steps_over(person, today), ..self.clone() }
    }
}

fn visits_made(person: &Person) -> u32 {
    let Some(case) = person.open_case() else { return 0 };
    let is_made = |end| matches!(end, Some(VisitEnd::Closed { .. }));
    person.visits.values().filter(|visit| visit.case == case.id && is_made(visit.end)).count() as u32
}

fn wants_no_visit(person: &Person) -> bool {
    let Some(case) = person.open_case() else { return false };
    let declined = |end| matches!(end, Some(VisitEnd::Declined(Decline::AnotherChannel | Decline::NoVisit)));
    person.visits.values().any(|visit| visit.case == case.id && declined(visit.end))
}

/// What the ledger said of the promise that ended last.
fn last_outcome(person: &Person) -> Option<Outcome> {
    let judged = person.promises.values().filter_map(|promise| match promise.end {
        Some(PromiseEnd::Judged { outcome, on, .. }) => Some((on, promise.due_on, outcome)),
        Some(PromiseEnd::Superseded { .. } | PromiseEnd::Cancelled { .. }) | None => None,
    });
    judged.max_by_key(|(on, due_on, _)| (*on, *due_on)).map(|(_, _, outcome)| outcome)
}

/// How often the person was approached in this case, by whatever means but a visit.
fn tried(person: &Person) -> u32 {
    let Some(case) = person.open_case() else { return 0 };
    person.contacts.iter().filter(|contact| contact.channel != Channel::Visit && contact.day >= case.opened_on).count() as u32
}

fn steps_over(person: &Person, today: Day) -> BTreeSet<Step> {
    let steps = person.open_case().into_iter().flat_map(|case| &case.steps);
    steps.filter(|(_, due_on)| *due_on < today).map(|(step, _)| *step).collect()
}
