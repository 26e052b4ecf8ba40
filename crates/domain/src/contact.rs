//! Contact: how a person is reached, and what came of it.

use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::event::Event;
pub use crate::law::Channel;
use crate::moment::Timestamp;
use crate::person::Person;

/// A contact other than a visit.
#[derive(Clone, Debug, PartialEq)]
pub struct Contact {
    /// By what means.
    pub channel: Channel,
    /// Who began it.
    pub direction: Direction,
    /// When.
    pub at: Timestamp,
    /// The person's day at that moment.
    pub day: Day,
    /// What came of it.
    pub outcome: ContactOutcome,
    /// Rules it broke.
    pub breaches: Vec<String>,
}

/// Who began a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// We reached out.
    Outbound,
    /// The person reached us.
    Inbound,
}

/// What came of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactOutcome {
    /// It was sent; nobody need have read it.
    Sent,
    /// The person themselves was reached and identified.
    Reached,
    /// Somebody else was reached.
    OtherReached,
    /// Nobody was.
    NotReached,
    /// The number or address was somebody else's, or nobody's.
    WrongNumber,
}

impl ContactOutcome {
    /// The name it is stored and looked up under.
    pub const fn name(self) -> &'static str {
        match self {
            ContactOutcome::Sent => "sent",
            ContactOutcome::Reached => "reached",
            ContactOutcome::OtherReached => "other_reached",
            ContactOutcome::NotReached => "not_reached",
            ContactOutcome::WrongNumber => "wrong_number",
        }
    }
}

pub(crate) fn apply(person: &mut Person, event: &Event) {
    if let Event::Contacted { channel, direction, at, on, outcome, breaches, .. } = event {
        let breaches = breaches.clone();
        let contact = Contact { channel: *channel, direction: *direction, at: *at, day: *on, outcome: *outcome, breaches };
        person.contacts.push(contact);
    }
}
