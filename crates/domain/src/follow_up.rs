//! What follows: the least intrusive next step that may work, chosen from a table of rules, with the rule that chose it. The
//! table is data of the house; every step that reaches a person still needs the law's yes when it is taken.

use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::day::Day;
use crate::event::Event;
use crate::limitation;
use crate::moment::Timestamp;
use crate::person::Person;
use crate::promise;

mod strategy;

pub use strategy::{Case as StrategyCase, Condition, Line, Seen, Strategy};

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
    /// Somebody decides whether to ask the court for a payment order.
    PaymentOrder,
    /// Somebody decides whether to sue.
    Suit,
    /// Somebody decides whether the claim is given up in the books.
    WriteOff,
    /// Somebody decides whether the claim is sold.
    Sale,
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
            Step::PaymentOrder => "payment_order",
            Step::Suit => "suit",
            Step::WriteOff => "write_off",
            Step::Sale => "sale",
        }
    }
}

/// A chosen step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// What is to be done.
    pub step: Step,
    /// By when; of a wait, when what is waited for is to be over.
    pub due_on: Day,
    /// The rule that chose it.
    pub because: String,
    /// How many contacts there had been when it was chosen: one more, and it was done and is to be chosen again.
    pub contacts: usize,
    /// When it was planned.
    pub planned_at: Timestamp,
}

/// The next day after `after` on which time alone turns the strategy: by days past due, or because a step was not enough.
pub(crate) fn turns_on(person: &Person, book: &Book, after: Day) -> Option<Day> {
    let strategy = &book.house.strategy;
    let loans: Vec<_> = person.accounts.values().map(|account| account.loan.ahead_of(after)).collect();
    let days_past_due = |day| loans.iter().map(|loan| loan.days_past_due(day)).max().unwrap_or(0);
    let late = days_past_due(after);
    let turns = strategy.turns().filter(|turn| *turn >= late);
    let turns = turns.map(|turn| (after.plus_days((turn + 1 - late) as i32), Some(turn)));
    let steps = person.open_case().into_iter().flat_map(|case| &case.steps);
    let over =
        steps.filter(|(step, due_on)| *due_on >= after && strategy.waits_for(*step)).map(|(_, due_on)| due_on.plus_days(1));
    let mut days: Vec<_> = turns.chain(over.map(|day| (day, None))).collect();
    days.sort();
    days.dedup();
    let seen = Seen::of(person);
    let turns = |(day, turn): &(Day, Option<u32>)| {
        let late = days_past_due(*day);
        // A pause moves the day on which somebody is late enough; that day is known once the pause is over.
        let is_paused = turn.is_some_and(|turn| late <= turn);
        let line = || strategy.choose(&seen.on(person, book, *day, late));
        is_paused || line().is_some_and(|line| plan_by(person, book, line, *day).is_some())
    };
    let found = days.into_iter().find(turns).map(|(day, _)| day);
    let barred = limitation::ends_before(person, book, after, found.unwrap_or(Day::MAX)).map(|ends| ends.plus_days(1));
    barred.filter(|day| *day > after && turns(&(*day, None))).or(found)
}

/// The next step for a person in collections; none outside, and none where the house has no strategy.
pub fn next<'a>(person: &Person, book: &'a Book, today: Day) -> Option<&'a Line> {
    person.open_case()?;
    book.house.strategy.choose(&Seen::of(person).on(person, book, today, person.days_past_due(today)))
}

/// The planned step, if it is one that is written and that day has come.
pub fn to_be_written(person: &Person, today: Day) -> Option<Step> {
    written_from(person).filter(|(_, from)| *from <= today).map(|(step, _)| step)
}

/// The planned step and the day from which it may be written, if it is one that is written, nothing waits in the outbox, and
/// nothing was written since it was planned: not even something that was taken back, because whoever took it back had a reason.
/// What was planned before in this case is written again only once its day has come: nobody finds a letter in the box every
/// morning.
pub(crate) fn written_from(person: &Person) -> Option<(Step, Day)> {
    let case = person.open_case()?;
    let planned = case.follow_up.as_ref().filter(|planned| matches!(planned.step, Step::Message | Step::Letter))?;
    let is_done = planned.contacts != person.contacts.len()
        || person.messages.values().any(|message| message.queued_at >= planned.planned_at || message.waits());
    let is_again = case.steps.iter().filter(|(step, _)| *step == planned.step).count() > 1;
    (!is_done).then_some((planned.step, if is_again { planned.due_on } else { case.opened_on }))
}

/// Plans the next step where it is another than the one planned.
pub(crate) fn plan(person: &Person, book: &Book, today: Day) -> Option<Event> {
    plan_by(person, book, next(person, book, today)?, today)
}

fn plan_by(person: &Person, book: &Book, line: &Line, today: Day) -> Option<Event> {
    let case = person.open_case()?;
    let (step, because, contacts) = (line.step, line.rule.clone(), person.contacts.len());
    let awaited = awaited_on(person, book, line);
    let is_planned = |planned: &FollowUp| {
        let is_same = planned.step == step && planned.because == because && planned.contacts == contacts;
        is_same && awaited.is_none_or(|day| day == planned.due_on)
    };
    if case.follow_up.as_ref().is_some_and(is_planned) {
        return None;
    }
    let due_on = awaited.unwrap_or_else(|| today.plus_days(i32::from(line.within_days)));
    Some(Event::FollowUpPlanned { case: case.id, step, due_on, because })
}

/// The day on which what a line waits for is to be over, as far as anybody knows it; none for a step that is ours to take.
fn awaited_on(person: &Person, book: &Book, line: &Line) -> Option<Day> {
    if line.step != Step::Wait {
        return None;
    }
    let ends = line.when.iter().filter_map(|condition| match condition {
        Condition::InRespite => person.open_respite()?.until,
        Condition::AnswerOwed => person.complaints.values().filter(|it| it.is_open()).map(|it| it.due_on).min(),
        Condition::PromiseRuns => {
            let open = person.promises.values().filter(|it| it.is_open());
            open.map(|it| promise::last_day(person, it, book)).min().filter(|day| *day < Day::MAX)
        }
        Condition::VisitOpen => person.open_visit()?.latest_start().map(|latest| book.day_of(latest)),
        Condition::Represented
        | Condition::VisitUnwanted
        | Condition::PromiseBroken
        | Condition::PromisePartlyKept
        | Condition::TimeBarred
        | Condition::CourtDecided
        | Condition::LateMoreThan(_)
        | Condition::OverdueAtLeastMinor(_)
        | Condition::TriedAtLeast(_)
        | Condition::VisitsAtLeast(_)
        | Condition::StepOver(_) => None,
    });
    ends.min()
}

pub(crate) fn apply(person: &mut Person, event: &Event, planned_at: Timestamp) {
    if let Event::FollowUpPlanned { step, due_on, because, .. } = event
        && let Some(case) = person.cases.last_mut()
    {
        let contacts = person.contacts.len();
        case.follow_up = Some(FollowUp { step: *step, due_on: *due_on, because: because.clone(), contacts, planned_at });
        case.steps.push((*step, *due_on));
    }
}
