//! What the strategy plans to write is written by the night: put into the outbox for the first lawful hour, by the first way on
//! which the person is reached and the law says yes. What it may not write it leaves; the next night asks again.

use domain::book::Book;
use domain::contact::{self, Channel};
use domain::day::Day;
use domain::event::Actor;
use domain::follow_up::{self, Step};
use domain::id::{MessageId, NoteId, PersonId};
use domain::message::{self, Draft};
use domain::moment::{Moment, Timestamp};
use domain::person::Person;
use store::{Command, Decide, DecidedAhead, Known, Note, Store, Ticket};

use super::{NOTE, Template, Words, address_of};
use crate::ahead;
use crate::ids;
use crate::texts::{Currency, Lang, Reader};
use crate::web::act::new_note;

/// People asked for at a time.
const PAGE: u32 = 500;

/// Writes to everybody to whom the night of `day` planned to write. Run twice, nobody is written to twice: what was written
/// since the step was planned is enough, and each night has one key a person.
pub(crate) fn write(store: &Store, lender: &str, day: Day) -> anyhow::Result<u64> {
    let book = store.book();
    let now = book.start_of(day.plus_days(1));
    let reader = Reader { lang: Lang::Hans, currency: Currency::new(&book.currency), zone: book.zone.clone() };
    let (mut written, mut after) = (0, None);
    loop {
        let page = store.reader().to_be_written_to(day, after, PAGE)?;
        let Some(last) = page.last().copied() else { return Ok(written) };
        let mut tickets: Vec<Ticket> = vec![];
        let some = |people: &[PersonId]| -> anyhow::Result<Vec<DecidedAhead>> {
            let known = store.read_ahead(people)?.into_iter();
            let written = known.map(|known| one(store, &reader, lender, known, day, now));
            written.filter_map(Result::transpose).collect()
        };
        ahead::in_order(
            |give| page.chunks(ahead::TOGETHER).try_for_each(give),
            some,
            |written| {
                tickets.extend(written?.into_iter().map(|ahead| store.send_decided(ahead)));
                Ok::<_, anyhow::Error>(())
            },
        )?;
        for ticket in tickets {
            written += u64::from(!ticket.wait()?.recorded().is_empty());
        }
        after = Some(last);
    }
}

/// What is said to one person, if anything is.
fn one(
    store: &Store,
    reader: &Reader,
    lender: &str,
    known: Known,
    day: Day,
    now: Timestamp,
) -> anyhow::Result<Option<DecidedAhead>> {
    let person = known.person();
    let id = person.id;
    let reached = store.reader().reached(person)?;
    let (Some(step), Some(identity)) = (follow_up::to_be_written(person, day), reached.identity.as_ref()) else {
        return Ok(None);
    };
    let template = Template::OwedAndWaysOut;
    let book = store.book();
    let lawful = ways(step).iter().find_map(|channel| {
        let to = address_of(*channel, Some(identity), reached.address.as_ref())?;
        let due = message::first_lawful(person, &book, *channel, template.purpose(), now).ok()?;
        Some((*channel, to, due))
    });
    let Some((channel, to, due)) = lawful else { return Ok(None) };
    let lang = identity.language.as_deref().and_then(Lang::from_tag).unwrap_or(reader.lang);
    let reader = Reader { lang, ..reader.clone() };
    let due_on = due.day();
    let Some(says) = template.write(&reader, &book, (lender, &identity.name), person, due_on) else {
        return Ok(None);
    };
    let words = Words { to, subject: says.subject, text: says.text, language: Some(lang.tag().to_owned()) };
    // Named after the night and the person: a night that was broken off and runs again ends as it would have.
    let key = format!("follow-up-{day}-{id}");
    let named = |kind: &str| ids::id(kind, "night", &key);
    let note = Note { id: NoteId(named("note")), ..new_note(NOTE, &serde_json::to_string(&words)?)? };
    let draft = Draft {
        id: MessageId(named("message")),
        template: template.name().to_owned(),
        words: note.reference(),
        due_at: due.at(),
    };
    let decide = || -> Decide {
        let (book, draft, due) = (store.book(), draft.clone(), due.clone());
        Box::new(move |person| match queue(person, &book, channel, template, draft, (day, &due)) {
            // Somebody paid, complained or was written to in between: nothing is written, and nothing was refused to anybody.
            Err(_) => Ok(vec![]),
            queued => queued,
        })
    };
    let command = Command {
        person: id,
        actor: Actor::Night,
        key,
        body_hash: [0; 32],
        intent: "message.follow_up",
        recorded_at: now,
        night: None,
        notes: vec![note],
        decide: decide(),
    };
    let otherwise = decide();
    Ok(Some(store.decide_ahead(known, command, otherwise)?))
}

/// The law's yes for the hour at which it leaves, spent on the message.
fn queue(
    person: &Person,
    book: &Book,
    channel: Channel,
    template: Template,
    draft: Draft,
    (day, due): (Day, &Moment),
) -> Result<Vec<domain::event::Event>, domain::refusal::Refusal> {
    if follow_up::to_be_written(person, day).is_none() {
        return Ok(vec![]);
    }
    let permit = contact::ask(person, book, &message::act(channel, template.purpose()), due)?;
    message::queue(person, permit, draft)
}

/// By what means a step is written, the one that people read soonest first.
const fn ways(step: Step) -> &'static [Channel] {
    match step {
        Step::Message => &[Channel::Sms, Channel::Email, Channel::SocialPrivate, Channel::Portal],
        Step::Letter => &[Channel::Letter],
        Step::Wait
        | Step::Call
        | Step::Visit
        | Step::Mediation
        | Step::Review
        | Step::PaymentOrder
        | Step::Suit
        | Step::WriteOff
        | Step::Sale => &[],
    }
}

#[cfg(test)]
mod tests;
