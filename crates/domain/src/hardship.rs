//! A plea of hardship, from saying so to the answer. It stops contact at once, has a deadline, and ends in reasons that can be
//! appealed; the appeal is answered by somebody else.

use alloc::string::String;
use alloc::vec::Vec;

use crate::arrears;
use crate::book::Book;
use crate::complaint::{self, Answer, HardshipReason, Matter};
use crate::day::Day;
use crate::event::{Actor, Event, NoteRef};
use crate::id::ComplaintId;
use crate::moment::Timestamp;
use crate::person::Person;
use crate::refusal::Refusal;
use crate::respite::{self, Ground};

/// What is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relief {
    /// Time to find a way: nothing is asked and nothing grows until a day.
    Respite {
        /// Its last day.
        until: Day,
    },
    /// A plan: the ways out are open to the person, and nobody asks for anything else.
    Plan,
}

/// Takes in a plea, with the papers that the person chose to show for it. None is asked for: a plea without papers stops contact
/// and is answered just the same.
pub fn plead(
    person: &Person,
    book: &Book,
    id: ComplaintId,
    reason: HardshipReason,
    words: Option<NoteRef>,
    evidence: Vec<NoteRef>,
    today: Day,
) -> Vec<Event> {
    complaint::open_shown(person, book, id, Matter::Hardship { reason }, words, evidence, today)
}

/// Grants a plea, with reasons, and what follows from it in the same append.
#[expect(clippy::too_many_arguments, reason = "each is one word of the sentence that is recorded")]
pub fn grant(
    person: &Person,
    book: &Book,
    id: ComplaintId,
    relief: Relief,
    told: Vec<String>,
    words: Option<NoteRef>,
    by: Actor,
    today: Day,
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let mut events = decide(person, id, Answer::Upheld, words, by, today)?;
    if let Relief::Respite { until } = relief {
        let answered = arrears::after(person, &events, at);
        events.extend(respite::begin(&answered, book, Ground::Hardship, Some(until), told, None, today, at)?);
    }
    Ok(events)
}

/// Refuses a plea, with reasons; they are what an appeal can be held against.
pub fn refuse(person: &Person, id: ComplaintId, words: NoteRef, by: Actor, today: Day) -> Result<Vec<Event>, Refusal> {
    decide(person, id, Answer::NotUpheld, Some(words), by, today)
}

fn decide(
    person: &Person,
    id: ComplaintId,
    answer: Answer,
    words: Option<NoteRef>,
    by: Actor,
    today: Day,
) -> Result<Vec<Event>, Refusal> {
    let is_plea = person.complaints.get(&id).is_some_and(|complaint| is_of_hardship(person, &complaint.matter));
    if !is_plea {
        return Err(Refusal::by("HARDSHIP-UNKNOWN"));
    }
    complaint::answer(person, id, answer, words, by, today)
}

/// Whether something that was said is a plea of hardship, or an appeal about one.
pub fn is_of_hardship(person: &Person, matter: &Matter) -> bool {
    match matter {
        Matter::Hardship { .. } => true,
        Matter::Appeal { of } => person.complaints.get(of).is_some_and(|first| matches!(first.matter, Matter::Hardship { .. })),
        Matter::Complaint { .. } | Matter::Dispute { .. } => false,
    }
}
