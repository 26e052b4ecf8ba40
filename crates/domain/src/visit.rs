//! A visit: proposed, agreed with the person, made by a team under the law's yes of that minute, and recorded.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::contact::{self, Act, Channel};
use crate::event::{Event, NoteRef};
use crate::file;
use crate::id::{CaseId, ComplaintId, RespiteId, StaffId, VisitId};
use crate::law::Permit;
use crate::moment::{Moment, Timestamp};
use crate::person::Person;
use crate::refusal::Refusal;

mod door;
mod permit;

pub use door::{
    Alert, Rated, Rating, Stop, Treated, WRONG_CODES, accept_place, answer_alert, name_place, rate, remark, stop, try_code,
};
pub use permit::{Collector, Issued, LONGEST_HOURS, Revocation, VisitPermit, permit, revoke, revoke_fallen};

/// Minutes before an agreed slot at which a visit may already start.
const EARLY_MINUTES: i64 = 0;
/// How many go at least.
const LEAST_TEAM: u16 = 2;
/// How far ahead a visit can be proposed.
const MOST_DAYS_AHEAD: u16 = 31;

/// A visit and how far it has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    /// Its id.
    pub id: VisitId,
    /// The case it belongs to.
    pub case: CaseId,
    /// Where.
    pub place: Place,
    /// The slots that were offered.
    pub slots: Vec<Slot>,
    /// When it was proposed.
    pub proposed_at: Timestamp,
    /// The slot the person agreed to, as last moved.
    pub agreed: Option<Slot>,
    /// Another place that the person named and nobody has looked at yet.
    pub named: Option<NoteRef>,
    /// When they named it.
    pub named_at: Option<Timestamp>,
    /// Who goes, and when they are expected.
    pub assigned: Option<Assignment>,
    /// Permits, oldest first; the last may stand.
    pub permits: Vec<Issued>,
    /// Wrong codes that were said at the door.
    pub wrong_codes: u8,
    /// Whether the right code was said.
    pub right_code: bool,
    /// When the team stood at the door.
    pub started_at: Option<Timestamp>,
    /// What happened there.
    pub doorstep: Option<Doorstep>,
    /// Rules that were broken.
    pub breaches: Vec<String>,
    /// How it ended.
    pub end: Option<VisitEnd>,
    /// The alert it raised.
    pub alert: Option<Alert>,
    /// How it was, as the person says.
    pub rated: Option<Rated>,
    /// What the person added to its record, oldest first.
    pub remarks: Vec<(Timestamp, NoteRef)>,
}

/// A team and its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Who goes.
    pub team: Vec<StaffId>,
    /// When they are expected to arrive.
    pub arrive_at: Timestamp,
}

/// How a visit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum VisitEnd {
    /// It was made and its record closed.
    Closed {
        /// When.
        at: Timestamp,
    },
    /// The person wants none.
    Declined(Decline),
    /// It could not take place.
    Lapsed(Lapse),
    /// It was stopped at the door: the one who came may not have been ours.
    Stopped(Stop),
}

/// A span of time offered for a visit, both ends exact; it lies inside a lawful window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Slot {
    /// The earliest start.
    pub from: Timestamp,
    /// The latest start.
    pub until: Timestamp,
}

/// Where a visit takes place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "at")]
pub enum Place {
    /// At the address on file.
    Home,
    /// At a place the person named.
    Named {
        /// The place.
        address: NoteRef,
    },
}

/// Why the person wants no visit. Saying no costs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decline {
    /// No visit; the telephone or a message will do.
    AnotherChannel,
    /// No visit, without a reason.
    NoVisit,
    /// "I do not know this debt."
    NotMine,
    /// "I need help."
    NeedsHelp,
}

/// Why a visit could not take place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "why", content = "id")]
pub enum Lapse {
    /// The arrears were paid.
    Paid,
    /// A complaint, dispute or plea of hardship stopped it.
    Complaint(ComplaintId),
    /// No answer came before the last slot, or nobody went. No answer is not consent.
    TimePassed,
    /// A respite began.
    Respite(RespiteId),
}

/// What happened at the door. An observation: it is recorded even where it should not have happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Doorstep {
    /// Who was met.
    pub met: Met,
    /// Whether their identity was checked before a word about the debt.
    pub identity_verified: bool,
    /// Whether anybody but the person learned of the debt.
    pub debt_told_to_other: bool,
    /// How they stand, as they say.
    pub circumstances: Option<Circumstances>,
    /// Whether the team was asked to leave.
    pub asked_to_leave: bool,
    /// Whether signs of distress or illness were seen, which end the talk.
    pub distress: bool,
    /// What was said; the person can read it.
    pub words: Option<NoteRef>,
}

/// Who was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Met {
    /// The person themselves.
    Debtor,
    /// Another grown-up. Nothing may be said but a name and a wish to be called.
    OtherAdult,
    /// A child alone. The visit ends.
    Minor,
    /// Nobody.
    Nobody,
}

/// How the person stands, as they say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Circumstances {
    /// They can pay and say so.
    CanPay,
    /// They can pay in parts.
    CanPayInParts,
    /// They cannot pay now.
    InHardship,
    /// They do not accept the debt.
    Disputes,
    /// They will not pay.
    WillNotPay,
    /// They did not say.
    NotSaid,
}

impl Visit {
    /// Whether it may still come about.
    pub fn is_open(&self) -> bool {
        self.end.is_none()
    }

    /// The last instant at which it may start, agreed or offered.
    pub fn latest_start(&self) -> Option<Timestamp> {
        self.agreed.map(|slot| slot.until).or_else(|| self.slots.iter().map(|slot| slot.until).max())
    }

    /// Whether nobody comes any more, although the night that lets the visit lapse has not run yet.
    pub fn has_passed(&self, now: Timestamp) -> bool {
        /// Minutes after the agreed hour before a visit that did not begin counts as not coming: clocks differ, and what a
        /// phone recorded without a signal comes later.
        const MARGIN_MINUTES: i64 = 30;
        let margin = SignedDuration::from_mins(if self.agreed.is_some() { MARGIN_MINUTES } else { 0 });
        self.latest_start().is_some_and(|latest| latest + margin < now)
    }
}

/// Proposes a visit in lawful slots. Needs an open case, a complete and fresh file, no other visit under way, and the
/// law's yes.
pub fn propose(
    person: &Person,
    book: &Book,
    permit: Permit,
    id: VisitId,
    slots: Vec<Slot>,
    now: &Moment,
) -> Result<Vec<Event>, Refusal> {
    let case = person.open_case().ok_or_else(|| Refusal::by("CASE-NONE"))?;
    if person.visits.contains_key(&id) {
        return Err(Refusal::by("VISIT-TWICE"));
    }
    if person.open_visit().is_some() {
        return Err(Refusal::by("VISIT-UNDER-WAY"));
    }
    if person.visits.values().any(|visit| visit.alert.as_ref().is_some_and(|alert| alert.answered.is_none())) {
        return Err(Refusal::by("VISIT-ALERT-OPEN"));
    }
    if slots.is_empty() || slots.iter().any(|slot| slot.from >= slot.until || slot.from <= now.at()) {
        return Err(Refusal::by("VISIT-SLOTS"));
    }
    require_lawful(person, book, &slots, now)?;
    file::require_complete(person, now.day())?;
    let finding = permit.spend(person.id, Channel::Visit, now.at())?;
    Ok(vec![Event::VisitProposed { visit: id, case: case.id, place: Place::Home, slots, finding }])
}

/// Every slot lies inside a window in which the law allows the visit, from its first minute to its last.
fn require_lawful(person: &Person, book: &Book, slots: &[Slot], now: &Moment) -> Result<(), Refusal> {
    let situation = contact::situation(person, book, &Act::visit(LEAST_TEAM), now);
    let windows = book.law.windows(&situation, now.at(), MOST_DAYS_AHEAD);
    let is_lawful = |slot: &Slot| windows.iter().any(|window| window.from <= slot.from && slot.until <= window.until);
    if slots.iter().all(is_lawful) { Ok(()) } else { Err(Refusal::by("VISIT-SLOT-UNLAWFUL")) }
}

/// The person picks one of the offered slots, or moves the visit to another of them.
pub fn choose(person: &Person, id: VisitId, slot: Slot, now: &Moment) -> Result<Vec<Event>, Refusal> {
    let visit = open(person, id)?;
    if visit.started_at.is_some() {
        return Err(Refusal::by("VISIT-STARTED"));
    }
    if !visit.slots.contains(&slot) {
        return Err(Refusal::by("VISIT-SLOT-NOT-OFFERED"));
    }
    if slot.from <= now.at() {
        return Err(Refusal::by("VISIT-SLOT-PASSED"));
    }
    match visit.agreed {
        None => Ok(vec![Event::AppointmentChosen { visit: id, slot }]),
        Some(agreed) if agreed == slot => Ok(vec![]),
        Some(_) => Ok(vec![Event::AppointmentMoved { visit: id, slot }]),
    }
}

/// The person wants no visit. Possible until the team stands at the door, and there too by asking it to leave.
pub fn decline(person: &Person, id: VisitId, because: Decline) -> Result<Vec<Event>, Refusal> {
    let visit = open(person, id)?;
    if visit.started_at.is_some() {
        return Err(Refusal::by("VISIT-STARTED"));
    }
    Ok(vec![Event::VisitDeclined { visit: id, because }])
}

/// Gives an agreed visit to a team of at least two, to arrive inside the agreed slot. Whoever's certificate is not good now
/// and on the day of the visit cannot be sent.
pub fn assign(
    person: &Person,
    book: &Book,
    id: VisitId,
    team: &[Collector],
    arrive_at: Timestamp,
    now: &Moment,
) -> Result<Vec<Event>, Refusal> {
    let visit = open(person, id)?;
    let slot = visit.agreed.ok_or_else(|| Refusal::by("VISIT-NOT-AGREED"))?;
    if visit.named.is_some() {
        return Err(Refusal::by("VISIT-PLACE-UNCHECKED"));
    }
    if visit.started_at.is_some() {
        return Err(Refusal::by("VISIT-STARTED"));
    }
    if arrive_at < slot.from || arrive_at > slot.until {
        return Err(Refusal::by("VISIT-OUTSIDE-SLOT"));
    }
    permit::require_certified(team, book.day_of(arrive_at), now.day())?;
    let team = team_of(team);
    if team.len() < 2 {
        return Err(Refusal::by("CN-VISIT-1"));
    }
    Ok(vec![Event::VisitAssigned { visit: id, team, arrive_at }])
}

/// The members of a team, each once, in the order they were named: the first leads.
fn team_of(team: &[Collector]) -> Vec<StaffId> {
    let mut members: Vec<StaffId> = vec![];
    for collector in team {
        if !members.contains(&collector.staff) {
            members.push(collector.staff);
        }
    }
    members
}

/// Starts a visit at the door: agreed, assigned, inside its slot, its permit standing, the file still complete, and the law
/// asked again in this minute.
pub fn start(person: &Person, permit: Permit, id: VisitId, now: &Moment) -> Result<Vec<Event>, Refusal> {
    let visit = open(person, id)?;
    let slot = visit.agreed.ok_or_else(|| Refusal::by("VISIT-NOT-AGREED"))?;
    if visit.assigned.is_none() {
        return Err(Refusal::by("VISIT-NO-TEAM"));
    }
    if visit.started_at.is_some() {
        return Err(Refusal::by("VISIT-STARTED"));
    }
    let seconds = |from: Timestamp, until: Timestamp| until.as_second() - from.as_second();
    if seconds(now.at(), slot.from) > EARLY_MINUTES * 60 || now.at() > slot.until {
        return Err(Refusal::by("VISIT-OUTSIDE-SLOT"));
    }
    visit.require_permit(now)?;
    file::require_complete(person, now.day())?;
    let finding = permit.spend(person.id, Channel::Visit, now.at())?;
    Ok(vec![Event::VisitStarted { visit: id, at: now.at(), finding }])
}

/// Records what happened at the door, with the rules it broke beside it.
pub fn record(person: &Person, id: VisitId, doorstep: Doorstep) -> Vec<Event> {
    let was_started = person.visits.get(&id).is_some_and(|visit| visit.started_at.is_some());
    let mut breaches = vec![];
    let mut breach = |rule: &str, happened: bool| {
        if happened {
            breaches.push(String::from(rule));
        }
    };
    breach("VISIT-WITHOUT-PERMIT", !was_started);
    breach("CN-PARTY-5", doorstep.debt_told_to_other);
    breach("VISIT-IDENTITY", doorstep.met == Met::Debtor && !doorstep.identity_verified);
    vec![Event::VisitRecorded { visit: id, doorstep, breaches }]
}

/// Closes the record of a visit that was recorded.
pub fn close(person: &Person, id: VisitId, now: &Moment) -> Result<Vec<Event>, Refusal> {
    let visit = open(person, id)?;
    if visit.doorstep.is_none() {
        return Err(Refusal::by("VISIT-NOT-RECORDED"));
    }
    Ok(vec![Event::VisitClosed { visit: id, at: now.at() }])
}

fn open(person: &Person, id: VisitId) -> Result<&Visit, Refusal> {
    let visit = person.visits.get(&id).ok_or_else(|| Refusal::by("VISIT-UNKNOWN"))?;
    if visit.is_open() { Ok(visit) } else { Err(Refusal::by("VISIT-ENDED")) }
}

/// Lets every visit lapse that has not begun.
pub(crate) fn lapse_open(person: &Person, because: Lapse) -> Vec<Event> {
    let waiting = person.visits.values().filter(|visit| visit.is_open() && visit.started_at.is_none());
    waiting.map(|visit| Event::VisitLapsed { visit: visit.id, because }).collect()
}

/// Lets visits lapse whose last possible start has passed.
pub(crate) fn lapse_passed(person: &Person, now: Timestamp) -> Vec<Event> {
    let waiting = person.visits.values().filter(|visit| visit.is_open() && visit.started_at.is_none());
    let passed = waiting.filter(|visit| visit.latest_start().is_some_and(|latest| latest < now));
    passed.map(|visit| Event::VisitLapsed { visit: visit.id, because: Lapse::TimePassed }).collect()
}

pub(crate) fn apply(person: &mut Person, event: &Event, recorded_at: Timestamp) {
    if let Event::VisitProposed { visit, case, place, slots, .. } = event {
        let proposed = Visit {
            id: *visit,
            case: *case,
            place: place.clone(),
            slots: slots.clone(),
            proposed_at: recorded_at,
            agreed: None,
            named: None,
            named_at: None,
            assigned: None,
            permits: vec![],
            wrong_codes: 0,
            right_code: false,
            started_at: None,
            doorstep: None,
            breaches: vec![],
            end: None,
            alert: None,
            rated: None,
            remarks: vec![],
        };
        person.visits.insert(*visit, proposed);
        return;
    }
    let Some(visit) = visit_of(event).and_then(|id| person.visits.get_mut(&id)) else { return };
    permit::apply(visit, event);
    door::apply(visit, event);
    match event {
        Event::AppointmentChosen { slot, .. } => visit.agreed = Some(*slot),
        Event::AppointmentMoved { slot, .. } => {
            visit.agreed = Some(*slot);
            visit.assigned = None;
        }
        Event::VisitDeclined { because, .. } => visit.end = Some(VisitEnd::Declined(*because)),
        Event::VisitAssigned { team, arrive_at, .. } => {
            visit.assigned = Some(Assignment { team: team.clone(), arrive_at: *arrive_at });
        }
        Event::VisitStarted { at, .. } => visit.started_at = Some(*at),
        Event::VisitRecorded { doorstep, breaches, .. } => {
            visit.doorstep = Some(doorstep.clone());
            visit.breaches.extend(breaches.iter().cloned());
        }
        Event::VisitClosed { at, .. } => visit.end = Some(VisitEnd::Closed { at: *at }),
        Event::VisitLapsed { because, .. } => visit.end = Some(VisitEnd::Lapsed(*because)),
        _ => {}
    }
}

/// The visit an event is about.
pub fn of(event: &Event) -> Option<VisitId> {
    match event {
        Event::VisitProposed { visit, .. } => Some(*visit),
        event => visit_of(event),
    }
}

/// The visit an event after the proposal is about.
fn visit_of(event: &Event) -> Option<VisitId> {
    match event {
        Event::AppointmentChosen { visit, .. }
        | Event::AppointmentMoved { visit, .. }
        | Event::VisitDeclined { visit, .. }
        | Event::VisitAssigned { visit, .. }
        | Event::VisitStarted { visit, .. }
        | Event::VisitRecorded { visit, .. }
        | Event::VisitClosed { visit, .. }
        | Event::VisitLapsed { visit, .. }
        | Event::VisitPermitRevoked { visit, .. }
        | Event::VisitCodeTried { visit, .. }
        | Event::VisitStopped { visit, .. }
        | Event::VisitAlertAnswered { visit, .. }
        | Event::VisitPlaceNamed { visit, .. }
        | Event::VisitPlaceAccepted { visit, .. }
        | Event::VisitRated { visit, .. }
        | Event::VisitRemarked { visit, .. } => Some(*visit),
        Event::VisitPermitted { permit } => Some(permit.visit),
        _ => None,
    }
}
