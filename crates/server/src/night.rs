//! The nightly run: every day that was missed, in order, and on each day everybody whom that night concerns.

use domain::arrears;
use domain::book::Book;
use domain::day::Day;
use domain::event::Actor;
use domain::id::PersonId;
use domain::moment::Timestamp;
use store::{Command, Error, Store};

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// Nights that ended.
    pub(crate) nights: u32,
    /// People that were woken.
    pub(crate) woken: u64,
    /// People to whom something happened.
    pub(crate) changed: u64,
    /// Events that were recorded.
    pub(crate) events: u64,
}

/// Ends every day up to `as_of` that has not ended yet, the oldest first, and seals each. A book whose first night it is
/// begins with `as_of`. Run twice, the second run does nothing.
pub(crate) fn run(store: &Store, as_of: Day, progress: &mut dyn FnMut(Day, &Report)) -> Result<Report, Error> {
    let mut report = Report::default();
    let mut day = store.last_night().map_or(as_of, |last| last.plus_days(1));
    while day <= as_of {
        one(store, day, &mut report)?;
        report.nights += 1;
        progress(day, &report);
        day = day.plus_days(1);
    }
    Ok(report)
}

fn one(store: &Store, day: Day, report: &mut Report) -> Result<(), Error> {
    let end = store.book().start_of(day.plus_days(1));
    let tickets: Vec<_> =
        store.woken(day)?.into_iter().map(|person| store.send(command(store.book().clone(), person, day, end))).collect();
    for ticket in tickets {
        let events = ticket.wait()?.recorded().len() as u64;
        report.woken += 1;
        report.changed += u64::from(events > 0);
        report.events += events;
    }
    store.end_night(day, end)
}

/// What the night that ends `day` does to one person. Its key is the day, so that it is done once.
pub(crate) fn command(book: Book, person: PersonId, day: Day, end: Timestamp) -> Command {
    Command {
        person,
        actor: Actor::Night,
        key: format!("night-{day}-{person}"),
        body_hash: [0; 32],
        intent: "night",
        recorded_at: end,
        night: Some(day),
        notes: vec![],
        decide: Box::new(move |person| Ok(arrears::night(person, &book, day, end))),
    }
}
