//! Complaints, disputes and pleas of hardship: what a person says went wrong. Each has a deadline, stops the channel it
//! is about at once, and ends in an answer with reasons.

use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::contact::Channel;
use crate::day::Day;
use crate::event::{Actor, Event, NoteRef};
use crate::id::{AccountId, ComplaintId, VisitId};
use crate::person::Person;
use crate::refusal::Refusal;
use crate::visit::{self, Lapse};

/// A complaint and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// What was shown for it: papers that somebody chose to hand in with a plea of hardship.
    pub evidence: Vec<NoteRef>,
    /// The answer, once given.
    pub answered: Option<Answered>,
}

/// An answer given on a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    /// Upheld or not.
    pub answer: Answer,
    /// When.
    pub on: Day,
    /// The reasons given.
    pub words: Option<NoteRef>,
    /// Who answered; an appeal is answered by somebody else.
    pub by: Actor,
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
    /// An answer was not accepted; somebody else looks at it. Demands stop until then.
    Appeal {
        /// The complaint, dispute or plea whose answer it is about.
        of: ComplaintId,
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
            Matter::Dispute { .. } | Matter::Hardship { .. } | Matter::Appeal { .. } => true,
        };
        self.is_open() && is_about
    }
}

/// Business days in which a plea of hardship is answered at the latest, whatever more time the law leaves: nobody in need waits
/// for weeks.
pub const HARDSHIP_BUSINESS_DAYS: u32 = 5;
/// Days in which an answer can be appealed.
pub const APPEAL_DAYS: i32 = 30;

/// By when something that is said today must be answered.
fn due_on(book: &Book, matter: &Matter, today: Day) -> Day {
    let by_law = book.complaint_due_on(today);
    match matter {
        Matter::Hardship { .. } => by_law.min(book.calendar.plus_business_days(today, HARDSHIP_BUSINESS_DAYS)),
        Matter::Complaint { .. } | Matter::Dispute { .. } | Matter::Appeal { .. } => by_law,
    }
}

/// Takes in what a person says. It may always be said; visits that it stops lapse the same moment.
pub fn open(person: &Person, book: &Book, id: ComplaintId, matter: Matter, words: Option<NoteRef>, today: Day) -> Vec<Event> {
    open_shown(person, book, id, matter, words, vec![], today)
}

/// The same with papers that were shown for it.
pub(crate) fn open_shown(
    person: &Person,
    book: &Book,
    id: ComplaintId,
    matter: Matter,
    words: Option<NoteRef>,
    evidence: Vec<NoteRef>,
    today: Day,
) -> Vec<Event> {
    let due_on = due_on(book, &matter, today);
    let complaint =
        Complaint { id, matter, words: words.clone(), opened_on: today, due_on, evidence: evidence.clone(), answered: None };
    let mut events = vec![Event::ComplaintOpened { complaint: id, matter, words, on: today, due_on, evidence }];
    if complaint.stops(Channel::Visit) {
        events.extend(visit::lapse_open(person, Lapse::Complaint(id)));
    }
    events
}

/// Answers a complaint with reasons. An appeal is answered by somebody other than who gave the answer it is about.
pub fn answer(
    person: &Person,
    id: ComplaintId,
    answer: Answer,
    words: Option<NoteRef>,
    by: Actor,
    today: Day,
) -> Result<Vec<Event>, Refusal> {
    let complaint = person.complaints.get(&id).ok_or_else(|| Refusal::by("COMPLAINT-UNKNOWN"))?;
    if !complaint.is_open() {
        return Err(Refusal::by("COMPLAINT-ANSWERED"));
    }
    if let Matter::Appeal { of } = complaint.matter
        && person.complaints.get(&of).and_then(|first| first.answered.as_ref()).is_some_and(|answered| answered.by == by)
    {
        return Err(Refusal::by("APPEAL-SAME-HAND"));
    }
    Ok(vec![Event::ComplaintAnswered { complaint: id, answer, words, on: today }])
}

/// Appeals an answer, once, within thirty days. Everything stops again until somebody else has looked.
pub fn appeal(
    person: &Person,
    book: &Book,
    id: ComplaintId,
    of: ComplaintId,
    words: Option<NoteRef>,
    today: Day,
) -> Result<Vec<Event>, Refusal> {
    let first = person.complaints.get(&of).ok_or_else(|| Refusal::by("COMPLAINT-UNKNOWN"))?;
    if !may_be_appealed(person, first, today) {
        return Err(Refusal::by("APPEAL-TIME"));
    }
    Ok(open(person, book, id, Matter::Appeal { of }, words, today))
}

/// Whether the answer to a complaint can be appealed today.
pub fn may_be_appealed(person: &Person, complaint: &Complaint, today: Day) -> bool {
    let was_appealed = person.complaints.values().any(|it| it.matter == Matter::Appeal { of: complaint.id });
    let is_appeal = matches!(complaint.matter, Matter::Appeal { .. });
    let is_fresh = complaint
        .answered
        .as_ref()
        .is_some_and(|answered| answered.answer != Answer::Upheld && answered.on.days_until(today) <= APPEAL_DAYS);
    is_fresh && !was_appealed && !is_appeal
}

pub(crate) fn apply(person: &mut Person, event: &Event, actor: Actor) {
    match event {
        Event::ComplaintOpened { complaint, matter, words, on, due_on, evidence } => {
            let opened = Complaint {
                id: *complaint,
                matter: *matter,
                words: words.clone(),
                opened_on: *on,
                due_on: *due_on,
                evidence: evidence.clone(),
                answered: None,
            };
            person.complaints.insert(*complaint, opened);
        }
        Event::ComplaintAnswered { complaint, answer, words, on } => {
            if let Some(complaint) = person.complaints.get_mut(complaint) {
                complaint.answered = Some(Answered { answer: *answer, on: *on, words: words.clone(), by: actor });
            }
        }
        _ => {}
    }
}
