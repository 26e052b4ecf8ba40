//! What follows: the next step of a case, the least intrusive that may work, with the rule that chose it.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::contact::Channel;
use crate::day::Day;
use crate::event::Event;
use crate::person::Person;
use crate::promise::{Outcome, PromiseEnd};
use crate::visit::{Decline, VisitEnd};

/// What may be done next, the least intrusive first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Nothing but waiting: a promise or plan runs, or an answer of ours is owed.
    Wait,
    /// A message that says what is owed and how to ask for time.
    Message,
    /// A letter with the account, the rights and the ways out.
    Letter,
    /// A call.
    Call,
    /// A visit by appointment.
    Visit,
    /// Mediation by a third party.
    Mediation,
    /// A person decides; nothing further happens by itself.
    Review,
}

impl Step {
    /// The name it is stored and looked up under.
    pub const fn name(self) -> &'static str {
        match self {
            Step::Wait => "wait",
            Step::Message => "message",
            Step::Letter => "letter",
            Step::Call => "call",
            Step::Visit => "visit",
            Step::Mediation => "mediation",
            Step::Review => "review",
        }
    }
}

/// A chosen step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    /// What is to be done.
    pub step: Step,
    /// By when.
    pub due_on: Day,
    /// The rule that chose it.
    pub because: String,
    /// How many contacts there had been when it was chosen: one more, and it was done and is to be chosen again.
    pub contacts: usize,
}

/// One line of the strategy: the first whose conditions hold decides.
struct Line {
    rule: &'static str,
    holds: fn(&Person, Day) -> bool,
    step: Step,
    within_days: i32,
}

/// The strategy table, least intrusive first. What the person asked for comes before all else.
const STRATEGY: [Line; 10] = [
    Line {
        rule: "answer-owed",
        holds: |person, _| person.complaints.values().any(|it| it.is_open()),
        step: Step::Wait,
        within_days: 0,
    },
    Line {
        rule: "promise-runs",
        holds: |person, _| person.promises.values().any(|it| it.end.is_none()),
        step: Step::Wait,
        within_days: 0,
    },
    Line { rule: "visit-agreed", holds: |person, _| person.open_visit().is_some(), step: Step::Visit, within_days: 14 },
    Line { rule: "visits-made-twice", holds: |person, _| visits_made(person) >= 2, step: Step::Mediation, within_days: 14 },
    Line { rule: "visit-unwanted", holds: |person, _| wants_no_visit(person), step: Step::Letter, within_days: 7 },
    Line {
        rule: "promise-broken-after-visit",
        holds: |person, _| was_broken(person) && visits_made(person) >= 1,
        step: Step::Visit,
        within_days: 7,
    },
    Line { rule: "promise-broken", holds: |person, _| was_broken(person), step: Step::Call, within_days: 3 },
    Line {
        rule: "long-overdue",
        holds: |person, day| person.days_past_due(day) > TURNS[1] && tried(person) >= 3,
        step: Step::Visit,
        within_days: 14,
    },
    Line {
        rule: "no-answer-to-message",
        holds: |person, day| person.days_past_due(day) > TURNS[0] && tried(person) >= 1,
        step: Step::Call,
        within_days: 7,
    },
    Line { rule: "newly-overdue", holds: |_, _| true, step: Step::Message, within_days: 3 },
];

/// Days past due after which the strategy may say something else.
const TURNS: [u32; 2] = [7, 30];

/// The next day after `after` on which days past due alone turn the strategy.
pub(crate) fn turns_on(person: &Person, after: Day) -> Option<Day> {
    let late = person.days_past_due(after);
    TURNS.iter().filter(|turn| **turn >= late).map(|turn| after.plus_days((turn + 1 - late) as i32)).min()
}

/// The next step for a person in collections; none outside.
pub fn next(person: &Person, today: Day) -> Option<FollowUp> {
    person.open_case()?;
    let line = STRATEGY.iter().find(|line| (line.holds)(person, today))?;
    Some(FollowUp {
        step: line.step,
        due_on: today.plus_days(line.within_days),
        because: String::from(line.rule),
        contacts: person.contacts.len(),
    })
}

/// Plans the next step where it is another than the one planned.
pub(crate) fn plan(person: &Person, today: Day) -> Vec<Event> {
    let Some(case) = person.open_case() else { return vec![] };
    let Some(FollowUp { step, due_on, because, contacts }) = next(person, today) else { return vec![] };
    let is_planned = |planned: &FollowUp| planned.step == step && planned.because == because && planned.contacts == contacts;
    if case.follow_up.as_ref().is_some_and(is_planned) {
        return vec![];
    }
    vec![Event::FollowUpPlanned { case: case.id, step, due_on, because }]
}

fn visits_made(person: &Person) -> usize {
    let Some(case) = person.open_case() else { return 0 };
    person.visits.values().filter(|visit| visit.case == case.id && matches!(visit.end, Some(VisitEnd::Closed { .. }))).count()
}

fn wants_no_visit(person: &Person) -> bool {
    let Some(case) = person.open_case() else { return false };
    let declined = |end| matches!(end, Some(VisitEnd::Declined(Decline::AnotherChannel | Decline::NoVisit)));
    person.visits.values().any(|visit| visit.case == case.id && declined(visit.end))
}

/// Whether the promise that ended last was not kept in full.
fn was_broken(person: &Person) -> bool {
    let judged = person.promises.values().filter_map(|promise| match promise.end {
        Some(PromiseEnd::Judged { outcome, on, .. }) => Some((on, outcome)),
        Some(PromiseEnd::Superseded { .. }) | None => None,
    });
    judged.max_by_key(|(on, _)| *on).is_some_and(|(_, outcome)| outcome != Outcome::Kept)
}

/// How often the person was approached in this case, by whatever means but a visit.
fn tried(person: &Person) -> usize {
    let Some(case) = person.open_case() else { return 0 };
    person.contacts.iter().filter(|contact| contact.channel != Channel::Visit && contact.day >= case.opened_on).count()
}

pub(crate) fn apply(person: &mut Person, event: &Event) {
    if let Event::FollowUpPlanned { step, due_on, because, .. } = event
        && let Some(case) = person.cases.last_mut()
    {
        let contacts = person.contacts.len();
        case.follow_up = Some(FollowUp { step: *step, due_on: *due_on, because: because.clone(), contacts });
    }
}
