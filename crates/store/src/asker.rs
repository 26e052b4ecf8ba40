//! Who asks. Everything is found through them: what is not theirs to see is not there.

use domain::event::Actor;
use domain::id::{PersonId, StaffId};

/// What a member of staff does. One each: what they may see, the pages they may open and their menu follow from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Leads: portfolio, teams, approvals.
    Manager,
    /// Calls, writes and arranges from a desk.
    Desk,
    /// Visits. Sees only people to whom they are or were sent.
    Field,
    /// Watches conduct and answers complaints.
    Compliance,
    /// Decides on credit.
    Credit,
    /// Brings data in, runs the night, keeps the list of staff. Sees no names and no words.
    Data,
    /// Reads everything but people's names and words, and changes nothing.
    Auditor,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 7] =
        [Role::Manager, Role::Desk, Role::Field, Role::Compliance, Role::Credit, Role::Data, Role::Auditor];

    /// The stored name, also the one in addresses and texts.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Manager => "manager",
            Role::Desk => "desk",
            Role::Field => "field",
            Role::Compliance => "compliance",
            Role::Credit => "credit",
            Role::Data => "data",
            Role::Auditor => "auditor",
        }
    }

    /// Reads a stored name.
    pub fn parse(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// On whose behalf something is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asker {
    /// A member of staff in a role.
    Staff(StaffId, Role),
    /// A consumer: sees themselves.
    Consumer(PersonId),
    /// The nightly run, which reads everything but notes.
    Night,
}

impl Asker {
    /// How the asker is written in the log when they act.
    pub fn actor(self) -> Actor {
        match self {
            Asker::Staff(staff, _) => Actor::Staff(staff),
            Asker::Consumer(person) => Actor::Consumer(person),
            Asker::Night => Actor::Night,
        }
    }

    /// Whether names, phones, addresses and words are shown to them at all.
    pub(crate) fn reads_notes(self) -> bool {
        match self {
            Asker::Staff(_, Role::Manager | Role::Desk | Role::Field | Role::Compliance | Role::Credit) => true,
            Asker::Staff(_, Role::Data | Role::Auditor) | Asker::Night => false,
            Asker::Consumer(_) => true,
        }
    }

    /// The one person they may see, as a stored id, if it is only one.
    pub(crate) fn only_person(self) -> Option<String> {
        match self {
            Asker::Consumer(person) => Some(person.to_string()),
            Asker::Staff(..) | Asker::Night => None,
        }
    }

    /// A pattern for the teams they must be in, if they see only people to whom they are sent.
    pub(crate) fn only_team(self) -> Option<String> {
        match self {
            Asker::Staff(staff, Role::Field) => Some(format!("%{staff}%")),
            Asker::Staff(_, Role::Manager | Role::Desk | Role::Compliance | Role::Credit | Role::Data | Role::Auditor) => None,
            Asker::Consumer(_) | Asker::Night => None,
        }
    }
}
