//! Who should be visited at all: a decision table that an analyst edits and tests. The rows are read from the top; the first
//! whose conditions hold decides, so the least intrusive step that may work stands first. Each row says why, in three
//! languages, and the table carries examples that must come out as they say before it is used.
//!
//! Other tables of steps, such as the one after broken promises, can be written in the same form.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use serde::Deserialize;

use crate::contact::Direction;
use crate::day::Day;
use crate::file;
use crate::follow_up::Step;
use crate::law::Says;
use crate::person::Person;
use crate::promise::{Outcome, PromiseEnd};
use crate::refusal::Invalid;
use crate::visit::{Decline, VisitEnd};

/// A decision table.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// `forbear.strategy/1`.
    pub schema: String,
    /// Its name and version, written beside what it decides.
    pub version: String,
    /// What one visit costs, in minor units: the team's time and the way.
    pub visit_cost_minor: i64,
    /// The rows, the first that holds decides.
    pub row: Vec<Row>,
    /// Files and what must come out for them.
    pub example: Vec<Example>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its id.
    pub rule: String,
    /// Conditions; all of them must hold.
    #[serde(default)]
    pub when: Conditions,
    /// What is to be done.
    pub step: Step,
    /// Within how many days.
    pub within_days: i32,
    /// Why, as the page says it.
    pub says: Says,
}

/// Conditions on the figures of a file. What is left out does not matter.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conditions {
    /// An answer of ours is owed to the person.
    pub answer_owed: Option<bool>,
    /// A promise or plan runs.
    pub promise_runs: Option<bool>,
    /// A pause runs.
    pub paused: Option<bool>,
    /// The person said in this case that they want no visit.
    pub wants_no_visit: Option<bool>,
    /// Means were stated.
    pub means_known: Option<bool>,
    /// Something can be paid each month, as stated.
    pub can_pay: Option<bool>,
    /// Days past due.
    pub days_past_due: Range,
    /// Contacts of ours in this case.
    pub contacts: Range,
    /// Written notices in this case.
    pub notices: Range,
    /// Promises kept, ever.
    pub promises_kept: Range,
    /// Promises not kept in full, ever.
    pub promises_broken: Range,
    /// Visits made in this case.
    pub visits: Range,
    /// How many times the cost of a visit is overdue, rounded down.
    pub overdue_in_visits: Range,
}

/// From and up to, both included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Range {
    /// At least this.
    pub min: Option<i64>,
    /// At most this.
    pub max: Option<i64>,
}

/// The figures of a file that a table looks at. They are named as the conditions on them.
#[expect(missing_docs, reason = "see the conditions of the same names")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Figures {
    pub answer_owed: bool,
    pub promise_runs: bool,
    pub paused: bool,
    pub wants_no_visit: bool,
    pub means_known: bool,
    pub can_pay: bool,
    pub days_past_due: i64,
    pub contacts: i64,
    pub notices: i64,
    pub promises_kept: i64,
    pub promises_broken: i64,
    pub visits: i64,
    /// What is overdue, in minor units.
    pub overdue_minor: i64,
}

/// A file and the row that must decide it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// Who this is, in a few words.
    pub of: String,
    /// The figures; what is left out is nothing or no.
    pub file: Figures,
    /// The row that decides.
    pub rule: String,
}

impl Table {
    /// Checks that the table decides every file and that every example comes out as it says.
    pub fn check(&self) -> Result<(), Invalid> {
        if self.schema != "forbear.strategy/1" {
            return Err(Invalid::new("schema", "must be `forbear.strategy/1`"));
        }
        if self.visit_cost_minor <= 0 {
            return Err(Invalid::new("visit_cost_minor", "must be more than nothing"));
        }
        if self.row.last().is_none_or(|row| row.when != Conditions::default()) {
            return Err(Invalid::new("row", "the last row must hold always, so that every file is decided"));
        }
        let leads_to_visit = |row: &Row| row.step == Step::Visit;
        let keeps_small_out = |row: &Row| {
            let small = Range { min: None, max: row.when.overdue_in_visits.max.filter(|max| *max >= 0) };
            small.max.is_some() && row.when == Conditions { overdue_in_visits: small, ..Conditions::default() }
        };
        let small = self.row.iter().position(keeps_small_out).unwrap_or(self.row.len());
        if self.row.iter().position(leads_to_visit).is_some_and(|visit| visit < small) {
            let fix = "before a row that leads to a visit one must stand with nothing but `overdue_in_visits = { max = … }`, so \
                       that nobody is visited for less than the visit costs";
            return Err(Invalid::new("row", fix));
        }
        for (at, row) in self.row.iter().enumerate() {
            if self.row[..at].iter().any(|earlier| earlier.rule == row.rule) {
                return Err(Invalid::new("row", format!("`{}` stands twice", row.rule)));
            }
            if !self.example.iter().any(|example| example.rule == row.rule) {
                return Err(Invalid::new("example", format!("no example shows the row `{}`", row.rule)));
            }
        }
        for example in &self.example {
            let decided = self.decide(&example.file).map_or("nothing", |row| row.rule.as_str());
            if decided != example.rule {
                let fix = format!("`{}` is decided by `{decided}` and not by `{}`", example.of, example.rule);
                return Err(Invalid::new("example", fix));
            }
        }
        Ok(())
    }

    /// The row that decides a file; none only in a table that was not checked.
    pub fn decide(&self, figures: &Figures) -> Option<&Row> {
        self.row.iter().find(|row| row.when.hold(figures, self.visit_cost_minor))
    }
}

impl Conditions {
    fn hold(&self, figures: &Figures, visit_cost_minor: i64) -> bool {
        let is = |wanted: Option<bool>, so: bool| wanted.is_none_or(|wanted| wanted == so);
        is(self.answer_owed, figures.answer_owed)
            && is(self.promise_runs, figures.promise_runs)
            && is(self.paused, figures.paused)
            && is(self.wants_no_visit, figures.wants_no_visit)
            && is(self.means_known, figures.means_known)
            && is(self.can_pay, figures.can_pay)
            && self.days_past_due.holds(figures.days_past_due)
            && self.contacts.holds(figures.contacts)
            && self.notices.holds(figures.notices)
            && self.promises_kept.holds(figures.promises_kept)
            && self.promises_broken.holds(figures.promises_broken)
            && self.visits.holds(figures.visits)
            && self.overdue_in_visits.holds(figures.overdue_minor / visit_cost_minor.max(1))
    }
}

impl Range {
    fn holds(self, value: i64) -> bool {
        self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }
}

impl Figures {
    /// The figures of a person in collections on `today`; none outside.
    pub fn of(person: &Person, today: Day) -> Option<Figures> {
        let case = person.open_case()?;
        let ended = |outcomes: &[Outcome]| {
            let is_it = |end| matches!(end, Some(PromiseEnd::Judged { outcome, .. }) if outcomes.contains(&outcome));
            person.promises.values().filter(|promise| is_it(promise.end)).count() as i64
        };
        let of_case = || person.visits.values().filter(|visit| visit.case == case.id);
        let declined = |end| matches!(end, Some(VisitEnd::Declined(Decline::AnotherChannel | Decline::NoVisit)));
        let ours = |it: &&crate::contact::Contact| it.direction == Direction::Outbound && it.day >= case.opened_on;
        let capacity = person.means.as_ref().map(|on_file| on_file.means.capacity());
        Some(Figures {
            answer_owed: person.complaints.values().any(|complaint| complaint.is_open()),
            promise_runs: person.promises.values().any(|promise| promise.end.is_none()),
            paused: file::pause_on(person, today).is_some(),
            wants_no_visit: of_case().any(|visit| declined(visit.end)),
            means_known: capacity.is_some(),
            can_pay: capacity.is_some_and(|capacity| capacity.is_positive()),
            days_past_due: i64::from(person.days_past_due(today)),
            contacts: person.contacts.iter().filter(ours).count() as i64,
            notices: file::notices(person).count() as i64,
            promises_kept: ended(&[Outcome::Kept]),
            promises_broken: ended(&[Outcome::Partial, Outcome::Broken]),
            visits: of_case().filter(|visit| matches!(visit.end, Some(VisitEnd::Closed { .. }))).count() as i64,
            overdue_minor: person.overdue(today).minor(),
        })
    }
}
