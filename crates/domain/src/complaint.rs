//! Complaints, disputes and pleas of hardship: what a person says went wrong. Each has a deadline, stops the channel it
//! is about at once, and ends in an answer with reasons.

use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::contact::Channel;
use crate::day::Day;
use crate::event::{Event, NoteRef};
use crate::id::{AccountId, ComplaintId, VisitId};
use crate::person::Person;
use crate::refusal::Refusal;
use crate::visit::{self, Lapse};

/// A complaint and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Complaint {
    /// Its id.
    pub id: ComplaintId,
    /// What sort, and what it is about.
    pub matter: Matter,
    /// What the person said.
    pub words: Option<NoteRef>,
    /// When it came in.
    pub opened_on: Day,
    /// By when they must have an answer.
    pub due_on: Day,
    /// The answer, once given.
    pub answered: Option<Answered>,
}

/// An answer given on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    /// Upheld or not.
    pub answer: Answer,
    /// When.
    pub on: Day,
    /// The reasons given.
    pub words: Option<NoteRef>,
}

/// What sort of thing was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Matter {
    /// Somebody behaved badly, or something went wrong, in this channel. The channel stops.
    Complaint {
        /// The channel it is about; none stops all that reach out.
        about: Option<Channel>,
        /// The visit it is about.
        visit: Option<VisitId>,
    },
    /// The debt, or its amount, is disputed. Demands stop.
    Dispute {
        /// The account in dispute; none means all of them, "not me".
        account: Option<AccountId>,
    },
    /// The person cannot pay now. Demands stop until it is answered.
    Hardship {
        /// Why, by their choice.
        reason: HardshipReason,
    },
}

/// Why it is hard to pay. "Rather not say" is a full answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HardshipReason {
    /// Less income than before.
    LessIncome,
    /// Illness or an accident, one's own or in the family.
    Illness,
    /// Other debts.
    OtherDebts,
    /// They would rather not say.
    NotSaid,
}

/// How it was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// They are right.
    Upheld,
    /// They are right in part.
    PartlyUpheld,
    /// They are not.
    NotUpheld,
}

impl Complaint {
    /// Whether it is still without an answer.
    pub fn is_open(&self) -> bool {
        self.answered.is_none()
    }

    /// Whether it is about how somebody behaved, not about the debt.
    pub fn is_about_conduct(&self) -> bool {
        matches!(self.matter, Matter::Complaint { .. })
    }

    /// Whether it stops reaching the person by `channel` while it is open. A dispute and a plea of hardship stop them
    /// all; a complaint without a named channel does too.
    pub fn stops(&self, channel: Channel) -> bool {
        let is_about = match self.matter {
            Matter::Complaint { about, .. } => about.is_none_or(|about| about == channel),
            Matter::Dispute { .. } | Matter::Hardship { .. } => true,
        };
        self.is_open() && is_about
    }
}

/// Takes in what a person says. It may always be said; visits that it stops lapse the same moment.
pub fn open(person: &Person, book: &Book, id: ComplaintId, matter: Matter, words: Option<NoteRef>, today: Day) -> Vec<Event> {
    let due_on = book.complaint_due_on(today);
    let complaint = Complaint { id, matter, words: words.clone(), opened_on: today, due_on, answered: None };
    let mut events = vec![Event::ComplaintOpened { complaint: id, matter, words, on: today, due_on }];
    if complaint.stops(Channel::Visit) {
        events.extend(visit::lapse_open(person, Lapse::Complaint(id)));
    }
    events
}

/// Answers a complaint with reasons.
pub fn answer(
    person: &Person,
    id: ComplaintId,
    answer: Answer,
    words: Option<NoteRef>,
    today: Day,
) -> Result<Vec<Event>, Refusal> {
    let complaint = person.complaints.get(&id).ok_or_else(|| Refusal::by("COMPLAINT-UNKNOWN"))?;
    if !complaint.is_open() {
        return Err(Refusal::by("COMPLAINT-ANSWERED"));
    }
    Ok(vec![Event::ComplaintAnswered { complaint: id, answer, words, on: today }])
}

pub(crate) fn apply(person: &mut Person, event: &Event) {
    match event {
        Event::ComplaintOpened { complaint, matter, words, on, due_on } => {
            let opened = Complaint {
                id: *complaint,
                matter: *matter,
                words: words.clone(),
                opened_on: *on,
                due_on: *due_on,
                answered: None,
            };
            person.complaints.insert(*complaint, opened);
        }
        Event::ComplaintAnswered { complaint, answer, words, on } => {
            if let Some(complaint) = person.complaints.get_mut(complaint) {
                complaint.answered = Some(Answered { answer: *answer, on: *on, words: words.clone() });
            }
        }
        _ => {}
    }
}
