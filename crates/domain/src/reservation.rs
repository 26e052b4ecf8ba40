//! Reservations: an act that is planned takes its place among the caps in the append that decides, is judged at its planned time and
//! again when it starts, and gives its place back if it is not used.

use alloc::vec;
use alloc::vec::Vec;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::contact::{self, Act, Channel, Toward};
use crate::day::Day;
use crate::event::Event;
use crate::id::ReservationId;
use crate::moment::{Moment, Timestamp};
use crate::person::Person;
use crate::refusal::Refusal;

/// A place among the caps that was taken for a planned act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    /// Its id.
    pub id: ReservationId,
    /// By what means.
    pub channel: Channel,
    /// Towards whom, about what, by whom.
    pub toward: Toward,
    /// When it is planned.
    pub at: Timestamp,
    /// The person's day then; caps are counted by it.
    pub day: Day,
    /// Until when it may start. After that the place is given back by itself.
    pub until: Timestamp,
    /// How it ended, if it did before that.
    pub end: Option<ReservationEnd>,
}

/// How a reservation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReservationEnd {
    /// The act took place.
    Used,
    /// Whoever planned it gave it back.
    Released(Release),
    /// Something happened in between that makes the old yes worthless.
    Revoked(Revocation),
}

/// Why a place was given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Release {
    /// It is not needed.
    NotNeeded,
    /// It could not be done.
    Failed,
}

/// What happened in between. It follows from the stream and is not stored: no use case can forget to revoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Revocation {
    /// Money came in or went back.
    Payment,
    /// A complaint, a dispute or a plea.
    Complaint,
    /// The person said when and how they want to be reached, or wants no visit.
    Wish,
    /// Something became known that the law asks about.
    Circumstance,
    /// A plan or a promise was agreed.
    Agreement,
    /// The person left collections.
    CaseClosed,
}

/// For how long after its planned time a reserved act may start.
pub const HOLD_MINUTES: i64 = 60;
/// How far ahead an act can be planned.
const MOST_DAYS_AHEAD: i32 = 31;

impl Reservation {
    /// Whether it still takes a place at `moment`.
    pub fn is_held_at(&self, at: Timestamp) -> bool {
        self.end.is_none() && at <= self.until
    }
}

/// Takes a place for an act at a planned time, which the law must allow with everything counted that took place or is planned.
/// Takes the person as they are in the append that decides, so that of two who want the last place one gets it.
pub fn reserve(
    person: &Person,
    book: &Book,
    id: ReservationId,
    act: &Act,
    planned_at: Timestamp,
    now: &Moment,
) -> Result<Vec<Event>, Refusal> {
    if person.reservations.contains_key(&id) {
        return Err(Refusal::by("RESERVATION-TWICE"));
    }
    if person.open_case().is_none() {
        return Err(Refusal::by("CASE-NONE"));
    }
    let planned = contact::moment_of(person, book, planned_at);
    if planned_at < now.at() || now.day().days_until(planned.day()) > MOST_DAYS_AHEAD {
        return Err(Refusal::by("RESERVATION-TIME"));
    }
    let act = Act { reservation: None, ..*act };
    let permit = contact::ask(person, book, &act, &planned)?;
    let until = (planned_at + SignedDuration::from_mins(HOLD_MINUTES)).min(permit.not_after());
    let on = permit.day();
    let finding = permit.spend(person.id, act.channel, planned_at)?;
    let toward = Toward::of(&act);
    Ok(vec![Event::ActReserved { reservation: id, channel: act.channel, toward, at: planned_at, on, until, finding }])
}

/// Gives a place back that is not used.
pub fn release(person: &Person, id: ReservationId, because: Release) -> Result<Vec<Event>, Refusal> {
    let reservation = person.reservations.get(&id).ok_or_else(|| Refusal::by("RESERVATION-UNKNOWN"))?;
    if reservation.end.is_some() {
        return Err(Refusal::by("RESERVATION-ENDED"));
    }
    Ok(vec![Event::ReservationReleased { reservation: id, because }])
}

/// Whether `act` may start now under its reservation: not used, not given back, not revoked, and not too late. The law is asked
/// again by [`contact::ask`].
pub(crate) fn require_held(person: &Person, id: ReservationId, act: &Act, now: Timestamp) -> Result<(), Refusal> {
    let reservation = person.reservations.get(&id).ok_or_else(|| Refusal::by("RESERVATION-UNKNOWN"))?;
    match reservation.end {
        Some(ReservationEnd::Revoked(_)) => return Err(Refusal::by("RESERVATION-REVOKED")),
        Some(ReservationEnd::Used | ReservationEnd::Released(_)) => return Err(Refusal::by("RESERVATION-ENDED")),
        None => {}
    }
    if now > reservation.until {
        return Err(Refusal::by("RESERVATION-LATE"));
    }
    let is_same = reservation.channel == act.channel && reservation.toward.is_same_as(&Toward::of(act));
    if is_same { Ok(()) } else { Err(Refusal::by("RESERVATION-OTHER-ACT")) }
}

pub(crate) fn apply(person: &mut Person, event: &Event) {
    match event {
        Event::ActReserved { reservation, channel, toward, at, on, until, .. } => {
            let (id, channel, at, day, until) = (*reservation, *channel, *at, *on, *until);
            let reserved = Reservation { id, channel, toward: toward.clone(), at, day, until, end: None };
            person.reservations.insert(id, reserved);
        }
        Event::ReservationReleased { reservation, because } => end(person, *reservation, ReservationEnd::Released(*because)),
        Event::Contacted { toward: Some(Toward { reservation: Some(reservation), .. }), .. } => {
            end(person, *reservation, ReservationEnd::Used);
        }
        event => {
            if let Some(because) = revocation(event) {
                let held = person.reservations.values_mut().filter(|reservation| reservation.end.is_none());
                held.for_each(|reservation| reservation.end = Some(ReservationEnd::Revoked(because)));
            }
        }
    }
}

fn end(person: &mut Person, id: ReservationId, how: ReservationEnd) {
    if let Some(reservation) = person.reservations.get_mut(&id)
        && reservation.end.is_none()
    {
        reservation.end = Some(how);
    }
}

/// What an event does to every act that was planned before it.
fn revocation(event: &Event) -> Option<Revocation> {
    match event {
        Event::EntryPosted { .. } => Some(Revocation::Payment),
        Event::ComplaintOpened { .. } => Some(Revocation::Complaint),
        Event::WishesStated { .. } | Event::VisitDeclined { .. } => Some(Revocation::Wish),
        Event::CircumstanceNoted { .. } => Some(Revocation::Circumstance),
        Event::PlanAgreed { .. } | Event::PromiseMade { .. } => Some(Revocation::Agreement),
        Event::CaseClosed { .. } => Some(Revocation::CaseClosed),
        _ => None,
    }
}
