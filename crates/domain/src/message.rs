//! Messages: what is written to a person, from the queue to the answer. The law is asked when a message is queued and
//! again when it is handed over; whatever the person pays or says in between takes it back in the same append.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::complaint::Complaint;
use crate::contact::{self, Act, Channel, Contact, ContactOutcome, Direction, Toward};
use crate::event::{Event, NoteRef};
use crate::id::{ComplaintId, MessageId};
use crate::law::{Permit, Purpose};
use crate::loan::EntryKind;
use crate::moment::{Moment, Timestamp};
use crate::person::Person;
use crate::refusal::Refusal;

/// A message and how far it came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its id; also the key by which a provider knows that it has it already.
    pub id: MessageId,
    /// By what means.
    pub channel: Channel,
    /// What for.
    pub purpose: Purpose,
    /// The name of the text.
    pub template: String,
    /// To where, and the words, kept outside the log.
    pub words: NoteRef,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// Not to be handed over before.
    pub due_at: Timestamp,
    /// How often the outbox set out to hand it over.
    pub attempts: u32,
    /// How far it came.
    pub state: State,
    /// The batch of letters it is printed in, once it is.
    pub batch: Option<String>,
    /// Its place among the contacts of the person, once it was handed over.
    contact: Option<usize>,
}

/// How far a message came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum State {
    /// It waits.
    Queued,
    /// The law said yes and it is being handed over. After a crash nobody knows whether it went out, so it counts.
    Released {
        /// When.
        at: Timestamp,
    },
    /// The provider took it.
    Sent {
        /// When.
        at: Timestamp,
    },
    /// The provider says that it arrived.
    Delivered {
        /// When.
        at: Timestamp,
    },
    /// It did not arrive.
    Failed {
        /// When.
        at: Timestamp,
        /// Why.
        because: Failure,
    },
    /// It was taken back before it left.
    Withdrawn {
        /// When.
        at: Timestamp,
        /// Why.
        because: Withdrawal,
    },
}

impl State {
    /// The name it is stored and looked up under.
    pub const fn name(&self) -> &'static str {
        match self {
            State::Queued => "queued",
            State::Released { .. } => "released",
            State::Sent { .. } => "sent",
            State::Delivered { .. } => "delivered",
            State::Failed { .. } => "failed",
            State::Withdrawn { .. } => "withdrawn",
        }
    }
}

/// Why a message did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// The person has no such address, or the one on file is nobody's.
    NoAddress,
    /// The provider would not take it.
    Refused,
    /// The provider took it and could not bring it.
    Undelivered,
    /// The handing over broke off, and was given up, or by now the law says no to trying again. It may have arrived.
    Unsure,
}

impl Failure {
    /// The name it is stored and looked up under.
    pub const fn name(self) -> &'static str {
        match self {
            Failure::NoAddress => "no_address",
            Failure::Refused => "refused",
            Failure::Undelivered => "undelivered",
            Failure::Unsure => "unsure",
        }
    }
}

/// Why a message was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "why", content = "id")]
pub enum Withdrawal {
    /// Money came in, or nothing is overdue any more.
    Paid,
    /// A complaint, dispute or plea of hardship stops its channel.
    Complaint(ComplaintId),
    /// Something was agreed since.
    Agreed,
    /// A respite began.
    Respite,
    /// The person wants nothing by its channel.
    Wish,
    /// The law says no and will not say yes within days.
    Law(Vec<String>),
    /// A member of staff took it back.
    Staff,
}

impl Withdrawal {
    /// The name it is stored and looked up under.
    pub const fn name(&self) -> &'static str {
        match self {
            Withdrawal::Paid => "paid",
            Withdrawal::Complaint(_) => "complaint",
            Withdrawal::Agreed => "agreed",
            Withdrawal::Respite => "respite",
            Withdrawal::Wish => "wish",
            Withdrawal::Law(_) => "law",
            Withdrawal::Staff => "staff",
        }
    }
}

/// What is to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Its id, made by whoever drafts it.
    pub id: MessageId,
    /// The name of the text.
    pub template: String,
    /// To where, and the words.
    pub words: NoteRef,
    /// Not to be handed over before; the permit must be good at that moment.
    pub due_at: Timestamp,
}

impl Message {
    /// Whether it waits to be handed over.
    pub fn waits(&self) -> bool {
        self.state == State::Queued
    }

    /// Whether it may still be taken back: it waits, or it is printed and lies in a batch that the post has not taken yet.
    pub fn may_be_taken_back(&self) -> bool {
        self.waits() || matches!(self.state, State::Released { .. }) && self.batch.is_some()
    }

    /// Whether it asks for money, so that money or an agreement makes it void.
    pub fn asks_for_money(&self) -> bool {
        asks_for_money(self.purpose)
    }

    /// The message as an act that the law is asked about.
    pub fn act(&self) -> Act {
        act(self.channel, self.purpose)
    }
}

/// A message for `purpose` by `channel` as an act that the law is asked about: our own text, so that standard procedure
/// holds of it.
pub const fn act(channel: Channel, purpose: Purpose) -> Act {
    Act { purpose, ..Act::demand(channel) }
}

fn asks_for_money(purpose: Purpose) -> bool {
    matches!(
        purpose,
        Purpose::DemandPayment
            | Purpose::DebtEnquiry
            | Purpose::DiscussSolution
            | Purpose::RemedyNotice
            | Purpose::StartEnforcement
    )
}

/// Channels that a message can take.
pub const CHANNELS: [Channel; 5] = [Channel::Sms, Channel::Email, Channel::SocialPrivate, Channel::Letter, Channel::Portal];

/// A message whose handing over broke off is tried again after this long: more than any provider takes to answer.
pub const RETRY_AFTER: SignedDuration = SignedDuration::from_mins(2);

/// How often the outbox sets out to hand one message over before it gives up.
const ATTEMPTS: u32 = 5;

/// A message that the law stops now waits for the next lawful hour within so many days, or is taken back.
const PATIENCE_DAYS: u16 = 3;

/// The first moment from `now` on, within days, at which a message may leave; or the rules that hold it now.
pub fn first_lawful(person: &Person, book: &Book, channel: Channel, purpose: Purpose, now: Timestamp) -> Result<Moment, Refusal> {
    let (act, now) = (act(channel, purpose), contact::moment_of(person, book, now));
    let refusal = match contact::ask(person, book, &act, &now) {
        Ok(_) => return Ok(now),
        Err(refusal) => refusal,
    };
    let situation = contact::situation(person, book, &act, &now);
    let windows = book.law.windows(&situation, now.at(), PATIENCE_DAYS);
    let moments = windows.into_iter().map(|window| Moment::new(window.from, now.zone().clone()));
    // The window counts as of today; the day it begins on counts for itself.
    let lawful = moments.into_iter().find(|moment| contact::ask(person, book, &act, moment).is_ok());
    lawful.ok_or(refusal)
}

/// Puts a message into the outbox under the law's yes for the moment it is due.
pub fn queue(person: &Person, permit: Permit, draft: Draft) -> Result<Vec<Event>, Refusal> {
    let (channel, purpose) = (permit.channel(), permit.purpose());
    if !CHANNELS.contains(&channel) {
        return Err(Refusal::by("MESSAGE-CHANNEL"));
    }
    if person.messages.contains_key(&draft.id) {
        return Err(Refusal::by("MESSAGE-TWICE"));
    }
    if person.messages.values().any(|it| it.waits() && it.template == draft.template && it.channel == channel) {
        return Err(Refusal::by("MESSAGE-WAITING"));
    }
    if asks_for_money(purpose) && person.open_case().is_none() {
        return Err(Refusal::by("CASE-NONE"));
    }
    if channel == Channel::Letter && came_back(person) {
        return Err(Refusal::by("LETTER-CAME-BACK"));
    }
    let finding = permit.spend(person.id, channel, draft.due_at)?;
    let Draft { id: message, template, words, due_at } = draft;
    Ok(vec![Event::MessageQueued { message, channel, purpose, template, words, due_at, finding }])
}

/// Sets out to hand a message over at `now`: the law is asked again, and its yes is spent. What it forbids now waits for
/// the next lawful hour, or is taken back if none comes soon. Nothing happens to a message that is not there to be handed
/// over, so that two outboxes cannot both take it.
///
/// A letter goes into the `batch` that is printed with it, and into no other.
pub fn hand_over(
    person: &Person,
    book: &Book,
    id: MessageId,
    batch: Option<&str>,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let now = &contact::moment_of(person, book, now);
    let message = person.messages.get(&id).ok_or_else(|| Refusal::by("MESSAGE-UNKNOWN"))?;
    let is_again = match message.state {
        State::Queued => false,
        State::Released { at } if message.batch.is_none() && now.at() >= at + RETRY_AFTER => true,
        _ => return Ok(vec![]),
    };
    if now.at() < message.due_at {
        return Ok(vec![]);
    }
    // A letter without a batch would be printed by nobody; anything else has no batch.
    if batch.is_some() != (message.channel == Channel::Letter) {
        return Err(Refusal::by("MESSAGE-CHANNEL"));
    }
    if message.attempts >= ATTEMPTS {
        return Ok(vec![Event::MessageFailed { message: id, at: now.at(), because: Failure::Unsure }]);
    }
    let before = without_itself(person, message);
    let person = before.as_ref().unwrap_or(person);
    let by = match contact::ask(person, book, &message.act(), now) {
        Ok(permit) => return release(person, permit, message, batch, now),
        Err(refusal) => refusal.by,
    };
    if is_again {
        return Ok(vec![Event::MessageFailed { message: id, at: now.at(), because: Failure::Unsure }]);
    }
    let is_stopped = person.complaints.values().any(|complaint| complaint.stops(message.channel));
    let situation = contact::situation(person, book, &message.act(), now);
    let next = book.law.windows(&situation, now.at(), PATIENCE_DAYS).into_iter().find(|window| window.from > now.at());
    Ok(vec![match next.filter(|_| !is_stopped) {
        Some(window) => Event::MessagePostponed { message: id, until: window.from, by },
        None => Event::MessageWithdrawn { message: id, because: Withdrawal::Law(by) },
    }])
}

fn release(person: &Person, permit: Permit, message: &Message, batch: Option<&str>, now: &Moment) -> Result<Vec<Event>, Refusal> {
    let (at, on) = (now.at(), permit.day());
    let finding = permit.spend(person.id, message.channel, at)?;
    Ok(vec![Event::MessageReleased { message: message.id, at, on, finding, batch: batch.map(String::from) }])
}

/// The person as they were before this message was handed over: it must not count against itself.
fn without_itself(person: &Person, message: &Message) -> Option<Person> {
    let counted = message.contact?;
    let mut before = person.clone();
    before.contacts.remove(counted);
    Some(before)
}

/// Records that the provider took a message.
pub fn sent(person: &Person, id: MessageId, at: Timestamp) -> Vec<Event> {
    match person.messages.get(&id).map(|message| &message.state) {
        Some(State::Released { .. }) => vec![Event::MessageSent { message: id, at }],
        _ => vec![],
    }
}

/// Records that a message arrived.
pub fn delivered(person: &Person, id: MessageId, at: Timestamp) -> Vec<Event> {
    match person.messages.get(&id).map(|message| &message.state) {
        Some(State::Released { .. } | State::Sent { .. }) => vec![Event::MessageDelivered { message: id, at }],
        _ => vec![],
    }
}

/// Records that a message did not arrive.
pub fn failed(person: &Person, id: MessageId, at: Timestamp, because: Failure) -> Vec<Event> {
    match person.messages.get(&id).map(|message| &message.state) {
        Some(State::Queued | State::Released { .. } | State::Sent { .. }) => {
            vec![Event::MessageFailed { message: id, at, because }]
        }
        _ => vec![],
    }
}

/// Records that a letter came back. Nothing is written to that address again before another is on file.
pub fn returned(person: &Person, id: MessageId, at: Timestamp) -> Result<Vec<Event>, Refusal> {
    let message = person.messages.get(&id).ok_or_else(|| Refusal::by("MESSAGE-UNKNOWN"))?;
    if message.channel != Channel::Letter || !matches!(message.state, State::Sent { .. }) {
        return Err(Refusal::by("LETTER-NOT-SENT"));
    }
    Ok(failed(person, id, at, Failure::Undelivered))
}

/// Whether a letter came back from the address on file.
fn came_back(person: &Person) -> bool {
    let since = person.address.as_ref().map(|address| address.recorded_at);
    let is_back = |message: &Message| match message.state {
        State::Failed { at, because: Failure::Undelivered } => since.is_none_or(|since| at >= since),
        _ => false,
    };
    person.messages.values().any(|message| message.channel == Channel::Letter && is_back(message))
}

/// Takes a message back by hand.
pub fn withdraw(person: &Person, id: MessageId) -> Result<Vec<Event>, Refusal> {
    let message = person.messages.get(&id).ok_or_else(|| Refusal::by("MESSAGE-UNKNOWN"))?;
    if !message.may_be_taken_back() {
        return Err(Refusal::by("MESSAGE-GONE"));
    }
    Ok(vec![Event::MessageWithdrawn { message: id, because: Withdrawal::Staff }])
}

/// Takes in what the person wrote back.
pub fn reply(
    person: &Person,
    book: &Book,
    message: Option<MessageId>,
    channel: Channel,
    words: NoteRef,
    at: Timestamp,
) -> Vec<Event> {
    let on = contact::moment_of(person, book, at).day();
    vec![Event::ReplyReceived { message, channel, at, on, words }]
}

/// The messages that `events` take back, as events to be appended with them. Every append asks it, so that no use case
/// can forget.
pub fn taken_back(person: &Person, events: &[Event]) -> Vec<Event> {
    let mut withdrawn = vec![];
    for message in person.messages.values().filter(|message| message.may_be_taken_back()) {
        if let Some(because) = events.iter().find_map(|event| reason(event, message)) {
            withdrawn.push(Event::MessageWithdrawn { message: message.id, because });
        }
    }
    withdrawn
}

/// Why `event` takes `message` back, if it does. Every kind of event is listed, so that a new one cannot be forgotten.
fn reason(event: &Event, message: &Message) -> Option<Withdrawal> {
    let asks = message.asks_for_money();
    match event {
        Event::EntryPosted { entry, .. } => (asks && matches!(entry.kind, EntryKind::Payment { .. })).then_some(Withdrawal::Paid),
        Event::AccountSettled { .. } | Event::CaseClosed { .. } => asks.then_some(Withdrawal::Paid),
        Event::PlanAgreed { .. } | Event::PromiseMade { .. } => asks.then_some(Withdrawal::Agreed),
        // A respite takes back whatever was to go out, by any channel and for any purpose.
        Event::RespiteBegan { .. } => Some(Withdrawal::Respite),
        Event::ComplaintOpened { complaint: id, matter, words, on, due_on, evidence } => {
            let (id, words, evidence) = (*id, words.clone(), evidence.clone());
            let complaint = Complaint { id, matter: *matter, words, opened_on: *on, due_on: *due_on, evidence, answered: None };
            complaint.stops(message.channel).then_some(Withdrawal::Complaint(id))
        }
        // What was decided no longer stands: no text may say that it does.
        Event::EnforcementWithdrawn { .. } => {
            matches!(message.purpose, Purpose::StartEnforcement | Purpose::RemedyNotice).then_some(Withdrawal::Staff)
        }
        Event::WishesStated { wishes, .. } => wishes.closed_channels.has(message.channel).then_some(Withdrawal::Wish),
        Event::PersonRegistered { .. }
        | Event::ActReserved { .. }
        | Event::ReservationReleased { .. }
        | Event::CircumstanceNoted { .. }
        | Event::AddressRecorded { .. }
        | Event::CreditDecided { .. }
        | Event::AccountOpened { .. }
        | Event::Aged { .. }
        | Event::CaseOpened { .. }
        | Event::FollowUpPlanned { .. }
        | Event::FileAudited { .. }
        | Event::Contacted { .. }
        | Event::VisitProposed { .. }
        | Event::AppointmentChosen { .. }
        | Event::AppointmentMoved { .. }
        | Event::VisitDeclined { .. }
        | Event::VisitAssigned { .. }
        | Event::VisitStarted { .. }
        | Event::VisitRecorded { .. }
        | Event::VisitClosed { .. }
        | Event::VisitLapsed { .. }
        | Event::VisitPermitted { .. }
        | Event::VisitPermitRevoked { .. }
        | Event::VisitCodeTried { .. }
        | Event::VisitStopped { .. }
        | Event::VisitAlertAnswered { .. }
        | Event::Erased { .. }
        | Event::VisitPlaceNamed { .. }
        | Event::VisitPlaceAccepted { .. }
        | Event::VisitRated { .. }
        | Event::VisitRemarked { .. }
        | Event::MeansStated { .. }
        | Event::PlanKept { .. }
        | Event::PlanBroken { .. }
        | Event::PromiseJudged { .. }
        | Event::PromiseSuperseded { .. }
        | Event::ComplaintAnswered { .. }
        | Event::MessageQueued { .. }
        | Event::MessagePostponed { .. }
        | Event::MessageReleased { .. }
        | Event::MessageSent { .. }
        | Event::MessageDelivered { .. }
        | Event::MessageFailed { .. }
        | Event::MessageWithdrawn { .. }
        | Event::ReplyReceived { .. }
        | Event::RecordReceived { .. }
        | Event::EvidenceKept { .. }
        | Event::PromiseReopened { .. }
        | Event::PromiseCancelled { .. }
        | Event::PlanReopened { .. }
        | Event::PlanWithdrawn { .. }
        | Event::ExceptionAsked { .. }
        | Event::ExceptionDeclined { .. }
        | Event::RespiteEnded { .. }
        | Event::RespiteAcknowledged { .. }
        | Event::Represented { .. }
        | Event::WaiverAsked { .. }
        | Event::WaiverApproved { .. }
        | Event::WaiverDeclined { .. }
        | Event::EnforcementDecided { .. }
        | Event::Refused { .. } => None,
    }
}

pub(crate) fn apply(person: &mut Person, event: &Event, recorded_at: Timestamp) {
    match event {
        Event::MessageQueued { message: id, channel, purpose, template, words, due_at, .. } => {
            let message = Message {
                id: *id,
                channel: *channel,
                purpose: *purpose,
                template: template.clone(),
                words: words.clone(),
                queued_at: recorded_at,
                due_at: *due_at,
                attempts: 0,
                state: State::Queued,
                batch: None,
                contact: None,
            };
            person.messages.insert(*id, message);
        }
        Event::MessagePostponed { message, until, .. } => {
            if let Some(message) = person.messages.get_mut(message) {
                message.due_at = *until;
            }
        }
        Event::MessageReleased { message, at, on, batch, .. } => {
            if let Some(message) = person.messages.get_mut(message) {
                message.batch.clone_from(batch);
                message.state = State::Released { at: *at };
                message.attempts += 1;
                if message.contact.is_none() {
                    message.contact = Some(person.contacts.len());
                    let (channel, at, day) = (message.channel, *at, *on);
                    let toward = Toward { purpose: message.purpose, ..Toward::DEBTOR };
                    let (direction, outcome, breaches) = (Direction::Outbound, ContactOutcome::Sent, vec![]);
                    person.contacts.push(Contact { channel, direction, at, day, outcome, toward, breaches });
                }
            }
        }
        Event::MessageSent { message, at } => stand(person, *message, State::Sent { at: *at }),
        Event::MessageDelivered { message, at } => stand(person, *message, State::Delivered { at: *at }),
        Event::MessageFailed { message, at, because } => {
            if let Some(contact) = person.messages.get(message).and_then(|message| message.contact)
                && let Some(contact) = person.contacts.get_mut(contact)
                && *because != Failure::Unsure
            {
                contact.outcome = ContactOutcome::NotReached;
            }
            stand(person, *message, State::Failed { at: *at, because: *because });
        }
        Event::MessageWithdrawn { message, because } => {
            stand(person, *message, State::Withdrawn { at: recorded_at, because: because.clone() });
        }
        Event::ReplyReceived { channel, at, on, .. } => {
            let (direction, outcome, breaches) = (Direction::Inbound, ContactOutcome::Reached, vec![]);
            let (channel, at, day, toward) = (*channel, *at, *on, Toward::DEBTOR);
            person.contacts.push(Contact { channel, direction, at, day, outcome, toward, breaches });
        }
        _ => {}
    }
}

fn stand(person: &mut Person, message: MessageId, state: State) {
    if let Some(message) = person.messages.get_mut(&message) {
        message.state = state;
    }
}
