//! Commands and their outcomes: the only way anything gets into the log.

use domain::day::Day;
use domain::event::{Actor, Event, Recorded};
use domain::id::{PersonId, StaffId};
use domain::moment::Timestamp;
use domain::person::Person;
use domain::refusal::Refusal;

use crate::note::Note;

/// A use case applied to a person: the events that follow, or the refusal. It sees the person as they are at that moment,
/// and nobody else writes to them meanwhile.
pub type Decide = Box<dyn FnOnce(&Person) -> Result<Vec<Event>, Refusal> + Send>;

/// Something to be done to one person, once.
pub struct Command {
    /// To whom.
    pub person: PersonId,
    /// By whom. A key is looked up under its actor only, so nobody is ever told another's outcome.
    pub actor: Actor,
    /// The idempotency key, made by the sender and kept until an answer came.
    pub key: String,
    /// SHA-256 of what was sent. The same key with another hash is a conflict.
    pub body_hash: [u8; 32],
    /// The name of the use case, for the record of a refusal.
    pub intent: &'static str,
    /// When, to the microsecond.
    pub recorded_at: Timestamp,
    /// The night this belongs to, if it is part of one: derived rows then know of it.
    pub night: Option<Day>,
    /// Personal data and words that the events refer to; kept only if the events are.
    pub notes: Vec<Note>,
    /// The use case.
    pub decide: Decide,
}

/// What became of a command.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It was done: what was recorded, which may be nothing.
    Done(Vec<Recorded>),
    /// It had been done before: what was recorded then. Nothing happened now.
    AlreadyDone(Vec<Recorded>),
    /// A rule said no, now or when the key was first used. Final for this key.
    Refused(Refusal),
    /// The key was used before for something else.
    Conflict,
}

impl Outcome {
    /// What was recorded when the command was done, now or before.
    pub fn recorded(&self) -> &[Recorded] {
        match self {
            Outcome::Done(recorded) | Outcome::AlreadyDone(recorded) => recorded,
            Outcome::Refused(_) | Outcome::Conflict => &[],
        }
    }
}

/// The stored form of an actor.
pub(crate) fn actor_text(actor: Actor) -> String {
    match actor {
        Actor::Consumer(person) => format!("consumer:{person}"),
        Actor::Staff(staff) => format!("staff:{staff}"),
        Actor::Night => "night".into(),
        Actor::Import => "import".into(),
        Actor::Outbox => "outbox".into(),
        Actor::Provider => "provider".into(),
    }
}

/// Reads the stored form of an actor.
pub(crate) fn parse_actor(text: &str) -> Option<Actor> {
    match text.split_once(':') {
        Some(("consumer", id)) => PersonId::parse(id).map(Actor::Consumer),
        Some(("staff", id)) => StaffId::parse(id).map(Actor::Staff),
        None if text == "night" => Some(Actor::Night),
        None if text == "import" => Some(Actor::Import),
        None if text == "outbox" => Some(Actor::Outbox),
        None if text == "provider" => Some(Actor::Provider),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_reads_back_as_written() {
        for actor in
            [Actor::Consumer(PersonId(5)), Actor::Staff(StaffId(6)), Actor::Night, Actor::Import, Actor::Outbox, Actor::Provider]
        {
            assert_eq!(parse_actor(&actor_text(actor)), Some(actor));
        }
        for text in ["", "nobody", "staff:", "consumer:x", "night:1"] {
            assert_eq!(parse_actor(text), None, "{text}");
        }
    }
}
