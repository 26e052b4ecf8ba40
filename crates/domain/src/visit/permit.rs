//! The visit permit: for one person, place, purpose, window and certified team. It is issued on a complete and fresh file
//! under the law's yes to the planned hour, lasts at most a day, and falls the same moment that its ground falls.
//!
//! It is the record of a yes, not the yes: the law is asked again in the minute of the start. A phone that goes offline
//! carries a signed lease of it (`docs/lease.md`), which ends when the permit ends.

use alloc::vec;
use alloc::vec::Vec;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{Place, Slot, Visit, open};
use crate::book::Book;
use crate::complaint::Matter;
use crate::contact::Channel;
use crate::day::Day;
use crate::event::{Actor, Event, Recorded};
use crate::file;
use crate::id::{CaseId, StaffId, VisitId, VisitPermitId};
use crate::law::{Finding, Permit, Purpose};
use crate::moment::{Moment, Timestamp};
use crate::person::Person;
use crate::refusal::Refusal;

/// The longest that a permit lasts, in hours.
pub const LONGEST_HOURS: i64 = 24;

/// A collector as the training record knows them when a visit is assigned or permitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Collector {
    /// Who.
    pub staff: StaffId,
    /// The last day their certificate is good for; none if they have none, or left.
    pub certified_until: Option<Day>,
}

impl Collector {
    /// Whether their certificate is good on `day`.
    pub fn is_certified_on(&self, day: Day) -> bool {
        self.certified_until.is_some_and(|until| until >= day)
    }
}

/// What a permit says. The person is the stream it stands in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VisitPermit {
    /// Its id.
    pub id: VisitPermitId,
    /// The visit.
    pub visit: VisitId,
    /// The case.
    pub case: CaseId,
    /// Where.
    pub place: Place,
    /// What for.
    pub purpose: Purpose,
    /// When the visit may begin.
    pub window: Slot,
    /// Who may go, each with the certificate that was looked at.
    pub team: Vec<Collector>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// The law's yes to the planned hour.
    pub finding: Finding,
}

/// A permit and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Issued {
    /// What it says.
    pub permit: VisitPermit,
    /// Why and when it fell, if it did.
    pub revoked: Option<(Revocation, Timestamp)>,
}

impl Issued {
    /// Whether it stands at `now`: neither revoked nor run out.
    pub fn stands_at(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && now <= self.permit.expires_at
    }
}

/// Why a permit fell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revocation {
    /// Money came in, or was taken back: the amount that was checked is not the amount any more.
    Paid,
    /// The debt is disputed.
    Disputed,
    /// The person complained.
    Complained,
    /// The person asked for time or help.
    Hardship,
    /// The person wants no visit.
    Declined,
    /// The person said when and how they want to be reached, or not at all.
    StopRequested,
    /// The person moved the visit to another hour.
    Moved,
    /// The person named another place.
    PlaceChanged,
    /// The visit went to another team.
    Reassigned,
    /// The one who came was not the one who was expected.
    Stopped,
    /// Something else on the file changed; it must be checked again.
    FileChanged,
    /// A certificate lapsed.
    CertificateLapsed,
    /// The office called it off.
    CalledOff,
}

/// Permits an agreed and assigned visit. `permit` is the law's yes to the hour at which the team is expected; `team` is what
/// the training record says of the assigned in this minute.
pub fn permit(
    person: &Person,
    book: &Book,
    permit: Permit,
    id: VisitPermitId,
    visit: VisitId,
    team: &[Collector],
    now: &Moment,
) -> Result<Vec<Event>, Refusal> {
    let visit = open(person, visit)?;
    let window = visit.agreed.ok_or_else(|| Refusal::by("VISIT-NOT-AGREED"))?;
    let assigned = visit.assigned.as_ref().ok_or_else(|| Refusal::by("VISIT-NO-TEAM"))?;
    if visit.started_at.is_some() {
        return Err(Refusal::by("VISIT-STARTED"));
    }
    if visit.named.is_some() {
        return Err(Refusal::by("VISIT-PLACE-UNCHECKED"));
    }
    if now.at() > window.until {
        return Err(Refusal::by("VISIT-SLOT-PASSED"));
    }
    if window.until > now.at() + SignedDuration::from_hours(LONGEST_HOURS) {
        return Err(Refusal::by("PERMIT-EARLY"));
    }
    if visit.standing_permit(now.at()).is_some() {
        return Err(Refusal::by("PERMIT-TWICE"));
    }
    require_certified(team, book.day_of(assigned.arrive_at), now.day())?;
    let mut members: Vec<StaffId> = team.iter().map(|collector| collector.staff).collect();
    let mut expected = assigned.team.clone();
    members.sort();
    expected.sort();
    if members != expected {
        return Err(Refusal::by("VISIT-OTHER-TEAM"));
    }
    file::require_complete(person, now.day())?;
    let purpose = permit.purpose();
    let finding = permit.spend(person.id, Channel::Visit, assigned.arrive_at.max(now.at()))?;
    let permit = VisitPermit {
        id,
        visit: visit.id,
        case: visit.case,
        place: visit.place.clone(),
        purpose,
        window,
        team: team.to_vec(),
        issued_at: now.at(),
        expires_at: window.until,
        finding,
    };
    Ok(vec![Event::VisitPermitted { permit }])
}

/// Takes a permit back on the office's side.
pub fn revoke(person: &Person, visit: VisitId, because: Revocation, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    let visit = open(person, visit)?;
    let issued = visit.standing_permit(now).ok_or_else(|| Refusal::by("PERMIT-NONE"))?;
    Ok(vec![Event::VisitPermitRevoked { visit: visit.id, permit: issued.permit.id, because, at: now }])
}

/// Everybody in `team` holds a certificate that is good today and on the day of the visit.
pub(super) fn require_certified(team: &[Collector], on: Day, today: Day) -> Result<(), Refusal> {
    let is_certified = |collector: &Collector| collector.is_certified_on(on) && collector.is_certified_on(today);
    if team.iter().all(is_certified) { Ok(()) } else { Err(Refusal::by("STAFF-CERTIFICATE")) }
}

/// What `events`, about to be recorded, take the ground from: the permits that fall in the same append. Called wherever
/// events are recorded, so that no use case can forget it.
pub fn revoke_fallen(person: &Person, events: &[Event], at: Timestamp) -> Vec<Event> {
    let standing = |visit: &Visit| visit.started_at.is_none() && visit.standing_permit(at).is_some();
    if events.is_empty() || !person.visits.values().any(standing) {
        return vec![];
    }
    let mut after = person.clone();
    for event in events {
        let version = after.version + 1;
        after.apply(&Recorded { version, recorded_at: at, actor: Actor::Night, event: event.clone() });
    }
    let mut fallen = vec![];
    for visit in person.visits.values().filter(|visit| standing(visit)) {
        let Some(before) = visit.standing_permit(at) else { continue };
        let Some(now) = after.visits.get(&visit.id) else { continue };
        let is_withdrawn = now.permits.iter().any(|it| it.permit.id == before.permit.id && it.revoked.is_some());
        // The law read the old wishes; whatever the new ones are, it has to be asked again.
        let are_wishes_old = events.iter().any(|event| matches!(event, Event::WishesStated { .. }));
        if is_withdrawn || now.started_at.is_some() || (has_ground(&after, now, before) && !are_wishes_old) {
            continue;
        }
        let because = events.iter().find_map(|event| ground_taken_by(event, visit.id)).unwrap_or(Revocation::FileChanged);
        fallen.push(Event::VisitPermitRevoked { visit: visit.id, permit: before.permit.id, because, at });
    }
    fallen
}

/// Whether the visit is still the one that was permitted, and the file still the one that was checked.
fn has_ground(person: &Person, visit: &Visit, issued: &Issued) -> bool {
    let permit = &issued.permit;
    let is_same_team = visit.assigned.as_ref().is_some_and(|assigned| {
        assigned.team.len() == permit.team.len() && permit.team.iter().all(|it| assigned.team.contains(&it.staff))
    });
    let is_same_visit = visit.end.is_none() && visit.agreed == Some(permit.window) && visit.place == permit.place;
    let is_file_whole = person.audit.as_ref().is_some_and(|audit| audit.is_complete() && !audit.is_void);
    let is_stopped = person.complaints.values().any(|complaint| complaint.stops(Channel::Visit));
    is_same_visit && is_same_team && visit.named.is_none() && is_file_whole && !is_stopped
}

/// Why an event takes the ground from a permit of `visit`, if it is the sort that does.
fn ground_taken_by(event: &Event, visit: VisitId) -> Option<Revocation> {
    match event {
        Event::EntryPosted { .. } => Some(Revocation::Paid),
        Event::ComplaintOpened { matter, .. } => Some(match matter {
            Matter::Complaint { .. } | Matter::Appeal { .. } => Revocation::Complained,
            Matter::Dispute { .. } => Revocation::Disputed,
            Matter::Hardship { .. } => Revocation::Hardship,
        }),
        Event::RespiteBegan { .. } => Some(Revocation::Hardship),
        Event::WishesStated { .. } => Some(Revocation::StopRequested),
        Event::VisitDeclined { visit: declined, .. } if *declined == visit => Some(Revocation::Declined),
        Event::AppointmentMoved { visit: moved, .. } if *moved == visit => Some(Revocation::Moved),
        Event::VisitPlaceNamed { visit: named, .. } if *named == visit => Some(Revocation::PlaceChanged),
        Event::VisitAssigned { visit: assigned, .. } if *assigned == visit => Some(Revocation::Reassigned),
        Event::VisitStopped { visit: stopped, .. } if *stopped == visit => Some(Revocation::Stopped),
        _ => None,
    }
}

impl Visit {
    /// The permit that stands at `now`.
    pub fn standing_permit(&self, now: Timestamp) -> Option<&Issued> {
        self.permits.iter().rev().find(|issued| issued.stands_at(now))
    }

    /// The rule that keeps the visit from starting at `now` for want of a permit.
    pub(super) fn require_permit(&self, now: &Moment) -> Result<(), Refusal> {
        let Some(last) = self.permits.last() else { return Err(Refusal::by("PERMIT-NONE")) };
        if last.revoked.is_some() {
            return Err(Refusal::by("PERMIT-REVOKED"));
        }
        if now.at() > last.permit.expires_at {
            return Err(Refusal::by("PERMIT-EXPIRED"));
        }
        require_certified(&last.permit.team, now.day(), now.day())
    }
}

pub(super) fn apply(visit: &mut Visit, event: &Event) {
    match event {
        Event::VisitPermitted { permit } => visit.permits.push(Issued { permit: permit.clone(), revoked: None }),
        Event::VisitPermitRevoked { permit, because, at, .. } => {
            let found = visit.permits.iter_mut().find(|issued| issued.permit.id == *permit);
            if let Some(issued) = found.filter(|issued| issued.revoked.is_none()) {
                issued.revoked = Some((*because, *at));
            }
        }
        _ => {}
    }
}

impl Revocation {
    /// The name it is stored and looked up under.
    pub const fn name(self) -> &'static str {
        match self {
            Revocation::Paid => "paid",
            Revocation::Disputed => "disputed",
            Revocation::Complained => "complained",
            Revocation::Hardship => "hardship",
            Revocation::Declined => "declined",
            Revocation::StopRequested => "stop_requested",
            Revocation::Moved => "moved",
            Revocation::PlaceChanged => "place_changed",
            Revocation::Reassigned => "reassigned",
            Revocation::Stopped => "stopped",
            Revocation::FileChanged => "file_changed",
            Revocation::CertificateLapsed => "certificate_lapsed",
            Revocation::CalledOff => "called_off",
        }
    }
}
