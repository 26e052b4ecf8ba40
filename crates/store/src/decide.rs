//! Deciding a command on the person as they are: everything about it that needs no database. Commands of different people are
//! decided at the same time, by as many threads as there are cores.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use domain::book::Book;
use domain::day::Day;
use domain::event::{Event, Recorded};
use domain::message;
use domain::moment::Timestamp;
use domain::refusal::Refusal;
use domain::rows::Row;
use domain::visit;

use crate::command::{Command, actor_text};
use crate::error::Error;
use crate::note::Note;
use crate::stream::{Folded, Stored};

/// Fewer are decided where they are: a thread would cost more than it saves.
const WORTH_A_THREAD: usize = 16;

/// A command with its person at hand.
pub(crate) struct Asked {
    pub(crate) shard: u16,
    pub(crate) command: Command,
    pub(crate) known: Known,
}

/// What is known of a person before a command.
pub(crate) enum Known {
    /// As they were folded lately.
    Folded(Box<Folded>),
    /// As the log has them.
    Stored(Stored),
}

/// What is to be written of a command.
pub(crate) struct Decided {
    pub(crate) shard: u16,
    pub(crate) intent: &'static str,
    pub(crate) actor: String,
    pub(crate) key: String,
    pub(crate) body_hash: [u8; 32],
    pub(crate) at: Timestamp,
    pub(crate) refusal: Option<Refusal>,
    pub(crate) recorded: Vec<Recorded>,
    /// The stored form of each event.
    pub(crate) bodies: Vec<String>,
    pub(crate) notes: Vec<Note>,
    /// The person afterwards, with their rows.
    pub(crate) folded: Folded,
    /// Their rows before.
    pub(crate) rows_before: Vec<Row>,
}

impl Asked {
    fn decide(self, book: &Book, ended_night: Day) -> Result<Decided, Error> {
        let Asked { shard, command, known } = self;
        let mut folded = match known {
            Known::Folded(folded) => *folded,
            Known::Stored(stored) => stored.fold(book)?,
        };
        let Command { person, key, body_hash, intent, recorded_at, night, notes, decide, actor: by } = command;
        let decided = catch_unwind(AssertUnwindSafe(|| decide(&folded.person)))
            .map_err(|_| Error::Broken(format!("`{intent}` for {person} broke an invariant")))?;
        let (mut events, refusal) = match decided {
            Ok(mut events) => {
                events.extend(message::taken_back(&folded.person, &events));
                (events, None)
            }
            Err(refusal) => (vec![Event::Refused { intent: intent.into(), refusal: refusal.clone() }], Some(refusal)),
        };
        let at = to_the_microsecond(recorded_at);
        // What is decided may take the ground from a visit permit; it falls with the same append.
        events.extend(visit::revoke_fallen(&folded.person, &events, at));
        let first = folded.person.version + 1;
        let recorded: Vec<Recorded> =
            (first..).zip(events).map(|(version, event)| Recorded { version, recorded_at: at, actor: by, event }).collect();
        recorded.iter().for_each(|recorded| folded.person.apply(recorded));
        folded.night = folded.night.max(night.unwrap_or(ended_night));
        let fresh = if folded.person.version == 0 { vec![] } else { folded.fresh_rows(book) };
        let rows_before = std::mem::replace(&mut folded.rows, fresh);
        let body = |recorded: &Recorded| serde_json::to_string(&recorded.event);
        let bodies = recorded.iter().map(body).collect::<Result<_, _>>().map_err(|error| Error::Broken(error.to_string()))?;
        let notes = if refusal.is_some() || recorded.is_empty() { vec![] } else { notes };
        let actor = actor_text(by);
        Ok(Decided { shard, intent, actor, key, body_hash, at, refusal, recorded, bodies, notes, folded, rows_before })
    }
}

/// Decides all of them, in their order.
pub(crate) fn decide_all(mut asked: Vec<Asked>, book: &Book, ended_night: Day) -> Vec<Result<Decided, Error>> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let share = asked.len().div_ceil(cores).max(WORTH_A_THREAD);
    let decide = |part: Vec<Asked>| part.into_iter().map(|asked| asked.decide(book, ended_night)).collect::<Vec<_>>();
    thread::scope(|scope| {
        let mut others = vec![];
        while asked.len() > share {
            let part = asked.split_off(asked.len() - share);
            others.push(scope.spawn(move || decide(part)));
        }
        let mut decided = decide(asked);
        for other in others.into_iter().rev() {
            // A use case that panics is caught where it is called; nothing else there does.
            decided.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        decided
    })
}

/// Microseconds are what is stored; what is folded live must not know more.
fn to_the_microsecond(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}
