//! Watching over somebody at a door. An alarm climbs a ladder by itself, the team mate, the supervisor, everybody, until
//! somebody takes it; a call for help goes to the supervisor at once. The day and the minute are arguments here as everywhere.

use jiff::SignedDuration;

use crate::moment::Timestamp;

/// Minutes after "I am here" by which the collector should have said that they are safe.
pub const MINUTES: i64 = 20;
/// Minutes of grace after that, in which nobody is alarmed.
pub const GRACE_MINUTES: i64 = 5;
/// Minutes for which each rung of the ladder has the alarm to itself.
pub const RUNG_MINUTES: i64 = 5;

/// Who is to take care of an alarm that nobody has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rung {
    /// Whoever is on the same team.
    Peer,
    /// Whoever leads.
    Supervisor,
    /// Everybody who may.
    Everybody,
}

/// What a watch knows of the one at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watched {
    /// By when they should have said that they are safe.
    pub due_at: Timestamp,
    /// When they called for help, or were forced to say that they are safe.
    pub raised_at: Option<Timestamp>,
    /// Whether they said that they are safe, or left.
    pub is_over: bool,
}

impl Watched {
    /// Somebody who says "I am here" at `at`.
    pub fn from(at: Timestamp) -> Watched {
        Watched { due_at: at + SignedDuration::from_mins(MINUTES), raised_at: None, is_over: false }
    }

    /// They call for help. Calling again does not begin the ladder anew: who waits longest is heard by most.
    #[must_use]
    pub fn raised(self, at: Timestamp) -> Watched {
        Watched { raised_at: self.raised_at.or(Some(at)), ..self }
    }

    /// They said that they are safe, or left. A call for help stays until somebody took care of it.
    #[must_use]
    pub fn over(self) -> Watched {
        Watched { is_over: true, ..self }
    }

    /// How far the alarm has climbed at `now`; none while there is none.
    pub fn rung(&self, now: Timestamp) -> Option<Rung> {
        if self.is_over && self.raised_at.is_none() {
            return None;
        }
        let grace = SignedDuration::from_mins(GRACE_MINUTES);
        let (began, first) = self.raised_at.map_or((self.due_at + grace, 0), |at| (at, 1));
        if now < began {
            return None;
        }
        Some(match now.duration_since(began).as_mins() / RUNG_MINUTES + first {
            0 => Rung::Peer,
            1 => Rung::Supervisor,
            _ => Rung::Everybody,
        })
    }
}
