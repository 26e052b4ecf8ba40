//! Contact: how a person is reached, and what came of it.

use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::day::Day;
use crate::event::{Event, NoteRef};
use crate::id::{AccountId, NoteId, ReservationId};
pub use crate::law::Channel;
use crate::law::{Actor, Facts, PERMIT_MISUSED, Permit, Purpose, Recipient, Situation};
use crate::moment::{Moment, Timestamp};
use crate::person::Person;
use crate::refusal::Refusal;
use crate::reservation;

mod situation;
mod tally;

/// A contact other than a visit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// Towards whom, about what, by whom.
    pub toward: Toward,
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

/// Towards whom, about what and by whom somebody reaches out: what the caps of the packs are counted by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Toward {
    /// What for.
    pub purpose: Purpose,
    /// Who is reached.
    pub recipient: Recipient,
    /// The note that holds the number or address; none if nobody said which, and then it counts towards every one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<NoteId>,
    /// About which account; none if about all of them, and then it counts towards every one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// Who acts: the lender or an agency of theirs. The caps hold over both.
    pub by: Actor,
    /// Which agency, by its number in the register; none for the lender's own staff, and for an agency that nobody named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<u16>,
    /// The reservation that was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reservation: Option<ReservationId>,
}

impl Toward {
    /// What was recorded before anybody asked towards whom: a demand to the debtor, by the lender.
    pub const DEBTOR: Toward = Toward {
        purpose: Purpose::DemandPayment,
        recipient: Recipient::Debtor,
        number: None,
        account: None,
        by: Actor::InHouse,
        agency: None,
        reservation: None,
    };

    /// What `act` says of it.
    pub const fn of(act: &Act) -> Toward {
        let Act { purpose, recipient, number, account, by, agency, reservation, .. } = *act;
        Toward { purpose, recipient, number, account, by, agency, reservation }
    }

    /// Whether it is the same but for the reservation.
    pub fn is_same_as(&self, other: &Toward) -> bool {
        let bare = |toward: &Toward| Toward { reservation: None, ..toward.clone() };
        bare(self) == bare(other)
    }
}

/// Something that is meant to reach a person, as far as the one who plans it can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Act {
    /// By what means.
    pub channel: Channel,
    /// What for.
    pub purpose: Purpose,
    /// Who is to be reached.
    pub recipient: Recipient,
    /// The note that holds the number or address that is used.
    pub number: Option<NoteId>,
    /// About which account; none for all of them.
    pub account: Option<AccountId>,
    /// The lender's own staff, or an agency.
    pub by: Actor,
    /// Which agency, by its number in the register.
    pub agency: Option<u16>,
    /// How many go together; nothing for what is not a visit.
    pub team: u16,
    /// Whether everybody who goes holds a certificate on the day; none if nobody looked.
    pub is_certified: Option<bool>,
    /// Whether a working recorder runs; none if nobody looked.
    pub is_recorded: Option<bool>,
    /// What else is so of this act and standard procedure does not say, such as that a message tells how to opt out.
    pub facts: Facts,
    /// The place among the caps that was taken for it.
    pub reservation: Option<ReservationId>,
}

impl Act {
    /// A message, letter or call that asks for payment and says how to ask for time.
    pub const fn demand(channel: Channel) -> Act {
        Act {
            channel,
            purpose: Purpose::DemandPayment,
            recipient: Recipient::Debtor,
            number: None,
            account: None,
            by: Actor::InHouse,
            agency: None,
            team: 0,
            is_certified: Some(true),
            is_recorded: Some(true),
            facts: Facts::UNKNOWN,
            reservation: None,
        }
    }

    /// A visit by a certified team with a recorder, to look for a way that can be kept.
    pub const fn visit(team: u16) -> Act {
        Act { channel: Channel::Visit, purpose: Purpose::DiscussSolution, team, ..Act::demand(Channel::Visit) }
    }

    /// The same act by an agency of the register.
    #[must_use]
    pub const fn through(self, agency: u16) -> Act {
        Act { by: Actor::ThirdPartyAgency, agency: Some(agency), ..self }
    }

    /// The same act under a reservation.
    #[must_use]
    pub const fn under(self, reservation: ReservationId) -> Act {
        Act { reservation: Some(reservation), ..self }
    }
}

/// Asks whether `act` may reach the person at `moment`: that its reservation holds, if it has one, what they themselves stopped, then
/// the law. A reservation that holds is judged again here, at the start, and does not count against itself.
pub fn ask(person: &Person, book: &Book, act: &Act, moment: &Moment) -> Result<Permit, Refusal> {
    if let Some(id) = act.reservation {
        reservation::require_held(person, id, act, moment.at())?;
    }
    person.stops(act, moment.day())?;
    book.law.rule(&situation(person, book, act, moment)).permit()
}

/// The act as the law sees it. What the file would hold if it were so, and does not, is not so; what nobody looked at
/// is not known.
pub fn situation(person: &Person, book: &Book, act: &Act, moment: &Moment) -> Situation {
    situation::of(person, book, act, moment)
}

/// The instant by the person's own clocks; by the book's where their zone is not known.
pub fn moment_of(person: &Person, book: &Book, at: Timestamp) -> Moment {
    Moment::new(at, (book.zones)(&person.zone).unwrap_or_else(|| book.zone.clone()))
}

/// Reaches out otherwise than by a visit, under the law's yes.
pub fn reach(
    person: &Person,
    permit: Permit,
    act: &Act,
    template: Option<String>,
    outcome: ContactOutcome,
    words: Option<NoteRef>,
    now: &Moment,
) -> Result<Vec<Event>, Refusal> {
    if person.open_case().is_none() {
        return Err(Refusal::by("CASE-NONE"));
    }
    if (permit.purpose(), permit.recipient()) != (act.purpose, act.recipient) {
        return Err(Refusal::by(PERMIT_MISUSED));
    }
    let (channel, direction, at, on, breaches) = (act.channel, Direction::Outbound, now.at(), permit.day(), Vec::new());
    let finding = Some(permit.spend(person.id, channel, at)?);
    let toward = Some(Toward::of(act));
    Ok(alloc::vec![Event::Contacted { channel, direction, at, on, outcome, template, words, finding, breaches, toward }])
}

/// Records a contact that was seen to have happened, with the rules that the law would have held against it.
pub fn observe(
    person: &Person,
    book: &Book,
    act: &Act,
    direction: Direction,
    outcome: ContactOutcome,
    words: Option<NoteRef>,
    when: &Moment,
) -> Vec<Event> {
    let breaches = match direction {
        Direction::Outbound => ask(person, book, act, when).err().map_or_else(Vec::new, |refusal| refusal.by),
        Direction::Inbound => Vec::new(),
    };
    let on = moment_of(person, book, when.at()).day();
    let (channel, at, template, finding, toward) = (act.channel, when.at(), None, None, Some(Toward::of(act)));
    alloc::vec![Event::Contacted { channel, direction, at, on, outcome, template, words, finding, breaches, toward }]
}

/// Writes a call down that took place: under its reservation or the law's yes where they hold, and otherwise as something that was
/// observed, with the rules it broke. What happened is never refused.
pub fn called(
    person: &Person,
    book: &Book,
    act: &Act,
    outcome: ContactOutcome,
    words: Option<NoteRef>,
    now: &Moment,
) -> Vec<Event> {
    let held = person
        .reservations
        .values()
        .find(|held| held.is_held_at(now.at()) && held.channel == act.channel && held.toward.is_same_as(&Toward::of(act)));
    let act = held.map_or(*act, |held| act.under(held.id));
    let under_permit =
        ask(person, book, &act, now).and_then(|permit| reach(person, permit, &act, None, outcome, words.clone(), now));
    under_permit.unwrap_or_else(|_| observe(person, book, &act, Direction::Outbound, outcome, words, now))
}

/// What an event says was done towards a person, and when: what a replay under another law asks about. `person` is as they were
/// before it; none for an event that reached nobody.
pub fn done(person: &Person, event: &Event) -> Option<(Act, Timestamp)> {
    match event {
        Event::Contacted { channel, direction: Direction::Outbound, at, toward, .. } => {
            let Toward { purpose, recipient, number, account, by, agency, reservation } =
                toward.clone().unwrap_or(Toward::DEBTOR);
            Some((Act { purpose, recipient, number, account, by, agency, reservation, ..Act::demand(*channel) }, *at))
        }
        Event::VisitStarted { visit, at, .. } => {
            let team = person.visits.get(visit).and_then(|visit| visit.assigned.as_ref()).map_or(0, |sent| sent.team.len());
            Some((Act::visit(u16::try_from(team).unwrap_or(u16::MAX)), *at))
        }
        _ => None,
    }
}

pub(crate) fn apply(person: &mut Person, event: &Event) {
    if let Event::Contacted { channel, direction, at, on, outcome, breaches, toward, .. } = event {
        let (breaches, toward) = (breaches.clone(), toward.clone().unwrap_or(Toward::DEBTOR));
        let (channel, direction, at, day, outcome) = (*channel, *direction, *at, *on, *outcome);
        person.contacts.push(Contact { channel, direction, at, day, outcome, toward, breaches });
    }
}
