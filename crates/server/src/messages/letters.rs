//! Letters leave in batches: each is released into one under the law's yes of that moment, all of a batch are printed as one
//! file, and the post takes them. Which letters a batch has stands in the log, so that the file can be made again.

use domain::day::Day;
use domain::event::{Actor, Event};
use domain::message::{self, Failure};
use domain::moment::Timestamp;
use sha2::{Digest, Sha256};
use store::{Asker, Command, Decide, Error, Letter, Store, Ticket, Waiting};

use super::Words;
use crate::documents::letter::{self, Printed};
use crate::letterhead::Letterhead;
use crate::texts::Reader;

/// The most letters in a batch: what one person can put into envelopes in a morning.
const MOST: u32 = 500;

/// Puts every letter that is due and lawful at `now` into `batch`, and says how many went in. A batch that has letters
/// already stays as it is: what was printed must not grow.
pub(crate) fn fill(store: &Store, actor: Actor, batch: &str, now: Timestamp) -> Result<u64, Error> {
    if !store.reader().batch(Asker::Night, batch)?.is_empty() {
        return Ok(0);
    }
    let due = store.reader().letters_due(now, MOST)?;
    let tickets: Vec<Ticket> = due.iter().map(|waiting| release(store, actor, batch, waiting, now)).collect();
    let mut filled = 0;
    for ticket in tickets {
        let is_in = |event: &Event| matches!(event, Event::MessageReleased { .. });
        filled += u64::from(ticket.wait()?.recorded().iter().any(|recorded| is_in(&recorded.event)));
    }
    Ok(filled)
}

/// Asks the law again and puts one letter into the batch; one without an address fails before it counts as a contact.
fn release(store: &Store, actor: Actor, batch: &str, waiting: &Waiting, now: Timestamp) -> Ticket {
    let message = waiting.message;
    let has_address = waiting.words.as_deref().and_then(Words::read).is_some_and(|words| !words.to.is_empty());
    let (book, of) = (store.book(), batch.to_owned());
    let decide: Decide = if has_address {
        Box::new(move |person| message::hand_over(person, &book, message, Some(&of), now))
    } else {
        Box::new(move |person| Ok(message::failed(person, message, now, Failure::NoAddress)))
    };
    send(store, actor, waiting.person, "letter.print", format!("print-{batch}-{message}"), now, decide)
}

/// The day on which a batch is printed, which is the first part of its name, such as `2026-11-26-7K2M9P4Q`; none where that is no
/// name of a batch.
pub(crate) fn day_of(batch: &str) -> Option<Day> {
    let (day, key) = batch.split_at_checked(10)?;
    let key = key.strip_prefix('-')?;
    Day::parse(day).filter(|_| key.len() == 8 && key.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// The letters of a batch as one file, without what was taken back since or was erased. Made from the log each time, and the same
/// each time; none where nothing is left.
pub(crate) fn pdf(reader: &Reader, lender: &Letterhead, batch: &str, letters: &[Letter]) -> Option<Vec<u8>> {
    let is_in = letters.iter().filter(|letter| letter.state != "withdrawn");
    let print = |letter: &Letter| {
        let words = letter.words.as_deref().and_then(Words::read)?;
        Some(Printed { id: letter.message.to_string(), name: name(letter), words })
    };
    let printed: Vec<Printed> = is_in.filter_map(print).collect();
    let on = day_of(batch).filter(|_| !printed.is_empty())?;
    Some(letter::batch(reader, lender, batch, on, &printed))
}

/// Whom a letter is to.
pub(crate) fn name(letter: &Letter) -> String {
    letter.identity.as_ref().map_or_else(|| letter.person.to_string(), |identity| identity.name.clone())
}

/// The post took the batch, but for what was taken back since it was printed.
pub(crate) fn posted(store: &Store, actor: Actor, asker: Asker, batch: &str, now: Timestamp) -> Result<u64, Error> {
    let letters = store.reader().batch(asker, batch)?;
    let printed = letters.iter().filter(|letter| letter.state == "released");
    let tickets: Vec<Ticket> = printed
        .map(|letter| {
            let message = letter.message;
            let decide: Decide = Box::new(move |person| Ok(message::sent(person, message, now)));
            send(store, actor, letter.person, "letter.post", format!("post-{batch}-{message}"), now, decide)
        })
        .collect();
    let count = tickets.len() as u64;
    tickets.into_iter().try_for_each(|ticket| ticket.wait().map(drop))?;
    Ok(count)
}

fn send(
    store: &Store,
    actor: Actor,
    person: domain::id::PersonId,
    intent: &'static str,
    key: String,
    now: Timestamp,
    decide: Decide,
) -> Ticket {
    let body_hash = Sha256::digest(&key).into();
    store.send(Command { person, actor, key, body_hash, intent, recorded_at: now, night: None, notes: vec![], decide })
}
