//! The nightly run: every day that was missed, in order, and on each day everybody whom that night concerns.

use std::sync::Arc;

use domain::arrears;
use domain::book::Book;
use domain::day::Day;
use domain::event::Actor;
use domain::id::PersonId;
use domain::moment::Timestamp;
use ed25519_dalek::SigningKey;
use store::runs::NIGHT;
use store::{Command, Decide, Error, Store};

use crate::ahead;
use crate::messages::follow_up;

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
    /// Messages that were put into the outbox.
    pub(crate) written: u64,
}

/// Ends every day up to `as_of` that has not ended yet, the oldest first, and seals each. A book whose first night it is
/// begins with the first day that anybody must be woken on. Run twice, the second run does nothing. What is written names the `lender`.
pub(crate) fn run(
    store: &Store,
    key: &SigningKey,
    lender: &str,
    as_of: Day,
    progress: &mut dyn FnMut(Day, &Report),
) -> anyhow::Result<Report> {
    let mut report = Report::default();
    let first = match store.last_night() {
        Some(last) => Some(last.plus_days(1)),
        None => store.reader().next_waking()?,
    };
    let mut day = first.unwrap_or(as_of);
    while day <= as_of {
        one(store, day, &mut report)?;
        store.seal(day, key)?;
        report.nights += 1;
        tracing::info!(%day, woken = report.woken, changed = report.changed, "night ended and sealed");
        progress(day, &report);
        day = day.plus_days(1);
    }
    // Of nights that were missed only the last one writes: what would have been said then is old by now.
    if store.last_night() == Some(as_of) {
        report.written = follow_up::write(store, lender, as_of)?;
    }
    Ok(report)
}

/// People asked for at a time.
const PAGE: u32 = 2_000;

fn one(store: &Store, day: Day, report: &mut Report) -> Result<(), Error> {
    let end = store.book().start_of(day.plus_days(1));
    let id = format!("night-{day}");
    store.begin_run(&id, NIGHT, day, end)?;
    let mut after = None;
    loop {
        let page = store.reader().who_wakes(day, after, PAGE)?;
        let Some(last) = page.last().copied() else { break };
        let mut tickets = Vec::with_capacity(page.len());
        // On whom it cannot decide ahead the writer decides, and says what is wrong with them.
        let decide = |people: &[PersonId]| {
            let mut known = store.read_ahead(people).unwrap_or_default().into_iter().peekable();
            let decided = people.iter().map(|person| {
                let known = known.next_if(|known| known.person().id == *person)?;
                let command = command(store.book(), *person, day, end);
                store.decide_ahead(known, command, ends(store.book(), day, end)).ok()
            });
            (people.to_vec(), decided.collect::<Vec<_>>())
        };
        ahead::in_order(
            |give| page.chunks(ahead::TOGETHER).try_for_each(give),
            decide,
            |(people, decided)| {
                tickets.extend(people.into_iter().zip(decided).map(|(person, ahead)| match ahead {
                    Some(ahead) => store.send_decided(ahead),
                    None => store.send(command(store.book(), person, day, end)),
                }));
                Ok::<_, Error>(())
            },
        )?;
        for ticket in tickets {
            let events = ticket.wait()?.recorded().len() as u64;
            report.woken += 1;
            report.changed += u64::from(events > 0);
            report.events += events;
        }
        after = Some(last);
    }
    let counts = serde_json::json!({ "woken": report.woken, "changed": report.changed, "events": report.events });
    store.finish_run(&id, &counts, end)
}

/// What the night that ends `day` does to one person. Its key is the day, so that it is done once.
pub(crate) fn command(book: Arc<Book>, person: PersonId, day: Day, end: Timestamp) -> Command {
    Command {
        person,
        actor: Actor::Night,
        key: format!("night-{day}-{person}"),
        body_hash: [0; 32],
        intent: "night",
        recorded_at: end,
        night: Some(day),
        notes: vec![],
        decide: ends(book, day, end),
    }
}

fn ends(book: Arc<Book>, day: Day, end: Timestamp) -> Decide {
    Box::new(move |person| Ok(arrears::night(person, &book, day, end)))
}
