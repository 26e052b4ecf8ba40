//! Yesterday's post and the cash desk: some letters that were due were printed in a batch and the post took them, and money was taken
//! against receipts and paid in, which nobody has found on a statement yet.

use std::sync::Arc;

use domain::contact::{self, Channel};
use domain::event::Actor;
use domain::id::MessageId;
use domain::message::{self, Draft};
use domain::moment::Timestamp;
use domain::money::Money;
use domain::person::Person;
use jiff::SignedDuration;
use store::{Asker, Command, Error, QueueRow, Role, Store};

use super::Staff;
use super::chance::Chance;
use crate::messages::{NOTE, Template, Words, address_of, letters};
use crate::payments::cash;
use crate::texts::{Currency, Lang, Reader};
use crate::web::act::new_note;

/// How many letters are printed.
const LETTERS: usize = 4;
/// What is taken in cash, in minor units.
const CASH: [i64; 3] = [20_000, 15_000, 10_000];

/// Writes, prints and posts letters to people in arrears, under the law of ten in the morning of yesterday.
pub(super) fn take(store: &Arc<Store>, staff: &Staff, lender: &str, rows: &[QueueRow], now: Timestamp) -> Result<(), Error> {
    let (book, desk) = (store.book(), staff.desk[0]);
    let today = book.day_of(now);
    let yesterday = today.plus_days(-1);
    let at = |hour: i64| book.start_of(yesterday) + SignedDuration::from_hours(hour);
    let reader = Reader { lang: Lang::Hans, currency: Currency::new(&book.currency), zone: book.zone.clone() };
    let mut queued = 0;
    for row in rows.iter().rev() {
        if queued == LETTERS {
            break;
        }
        let Some(person) = store.reader().person(Asker::Night, row.person)?.filter(is_quiet) else { continue };
        let reached = store.reader().reached(&person)?;
        let to = address_of(Channel::Letter, reached.identity.as_ref(), reached.address.as_ref());
        let (Some(to), Some(identity)) = (to, reached.identity.as_ref()) else { continue };
        let template = Template::OwedAndWaysOut;
        let names = (lender, identity.name.as_str());
        let Some(says) = template.write(&reader, &book, names, &person, yesterday) else { continue };
        let words = Words { to, subject: says.subject, text: says.text, language: Some(Lang::Hans.tag().to_owned()) };
        let words = serde_json::to_string(&words).map_err(|error| Error::Unfit(error.to_string()))?;
        let note = new_note(NOTE, &words).map_err(|error| Error::Unfit(error.to_string()))?;
        let id = MessageId(Chance::new(row.person.0 ^ yesterday.epoch_days() as u64).bits());
        let draft = Draft { id, template: template.name().to_owned(), words: note.reference(), due_at: at(10) };
        let law = Arc::clone(&book);
        let written = store.run(Command {
            person: row.person,
            actor: Actor::Staff(desk),
            key: format!("demo-letter-{id}"),
            body_hash: [0; 32],
            intent: "demo",
            recorded_at: at(9),
            night: None,
            notes: vec![note],
            decide: Box::new(move |person| {
                let moment = contact::moment_of(person, &law, draft.due_at);
                let permit = contact::ask(person, &law, &message::act(Channel::Letter, template.purpose()), &moment)?;
                message::queue(person, permit, draft)
            }),
        })?;
        queued += usize::from(!written.recorded().is_empty());
    }
    let batch = format!("{yesterday}-DEMOPOST");
    letters::fill(store, Actor::Staff(desk), &batch, at(10))?;
    letters::posted(store, Actor::Staff(desk), Asker::Staff(desk, Role::Desk), &batch, at(15))?;
    Ok(())
}

/// Takes cash from people who came to the desk yesterday. What the last of them paid is still in hand, the rest is paid in.
pub(super) fn take_cash(store: &Arc<Store>, staff: &Staff, rows: &[QueueRow], now: Timestamp) -> Result<(), Error> {
    let (book, desk) = (store.book(), Actor::Staff(staff.desk[0]));
    let yesterday = book.day_of(now).plus_days(-1);
    let at = |minute: i64| book.start_of(yesterday) + SignedDuration::from_mins(minute);
    let mut came: Vec<&str> = vec![];
    for row in rows.iter().rev() {
        let is_quiet = store.reader().person(Asker::Night, row.person)?.is_some_and(|person| is_quiet(&person));
        came.extend(row.number.as_deref().filter(|_| is_quiet && came.len() < CASH.len()));
    }
    for (nth, (number, minor)) in came.iter().zip(CASH).enumerate() {
        if nth > 0 && nth + 1 == came.len() {
            let in_hand: Money = store.reader().cash_in_hand()?.iter().map(|receipt| receipt.amount).sum();
            store.pay_cash_in(&format!("{yesterday}-1"), in_hand, desk, at(17 * 60))?;
        }
        let (key, minute) = (format!("demo-cash-{yesterday}-{number}"), at(16 * 60 + 10 * nth as i64));
        cash::take(store, &key, number, Money::from_minor(minor), desk, minute)?;
    }
    Ok(())
}

/// Whether nothing is told of a person that this could change: no promise, plea, complaint or visit.
fn is_quiet(person: &Person) -> bool {
    person.promises.is_empty() && person.complaints.is_empty() && person.visits.is_empty()
}
