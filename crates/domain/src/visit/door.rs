//! Who stands at the door: the code that a collector must say first, what the person says of it, and how a visit is stopped
//! when the one who came is not the one who was expected. After the visit the person says how it was.

use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use super::{Place, Visit, VisitEnd, open};
use crate::event::{Event, NoteRef};
use crate::id::VisitId;
use crate::moment::Timestamp;
use crate::person::Person;
use crate::refusal::Refusal;

/// Wrong codes after which a visit stops by itself.
pub const WRONG_CODES: u8 = 3;

/// Why a visit was stopped from the person's side of the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// Three wrong codes were said.
    WrongCodes,
    /// "He was wrong": the person says that the one who came did not know the code, or is not the one on the page.
    WasWrong,
}

impl Stop {
    /// The name it is stored and looked up under.
    pub const fn name(self) -> &'static str {
        match self {
            Stop::WrongCodes => "wrong_codes",
            Stop::WasWrong => "was_wrong",
        }
    }
}

/// An alert to compliance: somebody may have come in our name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Why.
    pub because: Stop,
    /// When.
    pub raised_at: Timestamp,
    /// When an officer had looked into it, and what they wrote.
    pub answered: Option<(Timestamp, Option<NoteRef>)>,
}

/// How the visit was, in two questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// Whether they showed their card and said the code before anything else; none for "I do not remember".
    pub identified: Option<bool>,
    /// How the person was treated.
    pub treated: Treated,
}

/// How the person was treated, as they say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Treated {
    /// With respect.
    Well,
    /// Neither well nor badly.
    SoSo,
    /// Badly.
    Badly,
}

impl Treated {
    /// The name it is stored and looked up under.
    pub const fn name(self) -> &'static str {
        match self {
            Treated::Well => "well",
            Treated::SoSo => "so_so",
            Treated::Badly => "badly",
        }
    }
}

/// A rating as it was given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rated {
    /// The answers.
    pub rating: Rating,
    /// In their own words.
    pub words: Option<NoteRef>,
    /// When.
    pub at: Timestamp,
}

/// Takes down whether the code that was said was the right one. It counts only while somebody may be expected; the third
/// wrong one stops the visit and alerts compliance.
pub fn try_code(person: &Person, id: VisitId, is_right: bool, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    let visit = open(person, id)?;
    let slot = visit.agreed.ok_or_else(|| Refusal::by("VISIT-NOT-AGREED"))?;
    if now < slot.from || now > slot.until {
        return Err(Refusal::by("VISIT-CODE-NOT-NOW"));
    }
    let mut events = vec![Event::VisitCodeTried { visit: id, is_right, at: now }];
    if !is_right && visit.wrong_codes + 1 >= WRONG_CODES {
        events.push(Event::VisitStopped { visit: id, because: Stop::WrongCodes, at: now });
    }
    Ok(events)
}

/// The person says that the one who came was wrong. Nothing is asked of them first.
pub fn stop(person: &Person, id: VisitId, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    open(person, id)?;
    Ok(vec![Event::VisitStopped { visit: id, because: Stop::WasWrong, at: now }])
}

/// An officer looked into an alert. Until then nobody proposes another visit.
pub fn answer_alert(person: &Person, id: VisitId, words: Option<NoteRef>, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    let visit = person.visits.get(&id).ok_or_else(|| Refusal::by("VISIT-UNKNOWN"))?;
    match &visit.alert {
        None => Err(Refusal::by("VISIT-NO-ALERT")),
        Some(alert) if alert.answered.is_some() => Err(Refusal::by("VISIT-ALERT-ANSWERED")),
        Some(_) => Ok(vec![Event::VisitAlertAnswered { visit: id, words, at: now }]),
    }
}

/// The person names another place. The file must be checked again with it before anybody is sent.
pub fn name_place(person: &Person, id: VisitId, address: NoteRef, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    let visit = open(person, id)?;
    if visit.started_at.is_some() {
        return Err(Refusal::by("VISIT-STARTED"));
    }
    Ok(vec![Event::VisitPlaceNamed { visit: id, address, at: now }])
}

/// The office looked at the place that was named: it is neither a workplace nor anywhere that others would learn of the debt.
pub fn accept_place(person: &Person, id: VisitId, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    let visit = open(person, id)?;
    if visit.named.is_none() {
        return Err(Refusal::by("VISIT-NO-PLACE-NAMED"));
    }
    Ok(vec![Event::VisitPlaceAccepted { visit: id, at: now }])
}

/// The person says how a visit was. Once, and only of one that was made.
pub fn rate(person: &Person, id: VisitId, rating: Rating, words: Option<NoteRef>, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    let visit = made(person, id)?;
    if visit.rated.is_some() {
        return Err(Refusal::by("VISIT-RATED"));
    }
    Ok(vec![Event::VisitRated { visit: id, rating, words, at: now }])
}

/// The person adds their own word to the record of a visit. It stands beside what the team wrote; neither changes the other.
pub fn remark(person: &Person, id: VisitId, words: NoteRef, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    made(person, id)?;
    Ok(vec![Event::VisitRemarked { visit: id, words, at: now }])
}

/// A visit that somebody says took place: started, recorded or stopped at the door.
fn made(person: &Person, id: VisitId) -> Result<&Visit, Refusal> {
    let visit = person.visits.get(&id).ok_or_else(|| Refusal::by("VISIT-UNKNOWN"))?;
    let was_made = visit.started_at.is_some() || visit.doorstep.is_some() || visit.alert.is_some();
    if was_made { Ok(visit) } else { Err(Refusal::by("VISIT-NOT-RECORDED")) }
}

impl Visit {
    /// How often a code was said, right or wrong.
    pub fn tries(&self) -> u8 {
        self.wrong_codes.saturating_add(u8::from(self.right_code))
    }
}

pub(super) fn apply(visit: &mut Visit, event: &Event) {
    match event {
        Event::VisitCodeTried { is_right, .. } => {
            visit.wrong_codes = visit.wrong_codes.saturating_add(u8::from(!is_right));
            visit.right_code = visit.right_code || *is_right;
        }
        Event::VisitStopped { because, at, .. } => {
            visit.alert = Some(Alert { because: *because, raised_at: *at, answered: None });
            visit.end = Some(VisitEnd::Stopped(*because));
        }
        Event::VisitAlertAnswered { words, at, .. } => {
            if let Some(alert) = &mut visit.alert {
                alert.answered = Some((*at, words.clone()));
            }
        }
        Event::VisitPlaceNamed { address, at, .. } => {
            visit.named = Some(address.clone());
            visit.named_at = Some(*at);
            visit.assigned = None;
        }
        Event::VisitPlaceAccepted { .. } => {
            visit.named_at = None;
            if let Some(address) = visit.named.take() {
                visit.place = Place::Named { address };
            }
        }
        Event::VisitRated { rating, words, at, .. } => {
            visit.rated = Some(Rated { rating: *rating, words: words.clone(), at: *at });
        }
        Event::VisitRemarked { words, at, .. } => visit.remarks.push((*at, words.clone())),
        _ => {}
    }
}
