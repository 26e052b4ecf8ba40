//! The file audit: before anyone is contacted at their door, the file is checked again from the log. It says what is
//! missing, and while anything is, there is no visit.

use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::complaint::Matter;
use crate::contact::{Channel, Contact, ContactOutcome, Direction};
use crate::day::Day;
use crate::event::Event;
use crate::identity::{self, Identity, Standing};
use crate::limitation;
use crate::loan::{Entry, EntryKind};
use crate::money::Money;
use crate::person::Person;
use crate::refusal::Refusal;

/// Days after which an audit must be made again. Anything that happens to the file in between makes it void at once.
pub const FRESH_DAYS: i32 = 14;
/// Days after which an address must be confirmed again.
const ADDRESS_FRESH_DAYS: i32 = 365;

/// An audit as it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    /// The day it was made for.
    pub as_of: Day,
    /// Every check.
    pub checks: Vec<Check>,
    /// Whether something happened to the file since.
    pub is_void: bool,
}

/// One check and what it said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What was checked.
    pub subject: Subject,
    /// What it said.
    pub verdict: Verdict,
}

/// What an audit checks. How to mend each is in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A name and a resident identity number that can exist, of a grown-up.
    Identity,
    /// A mobile number that can exist.
    Phone,
    /// Something is overdue, recomputed from the log, and equal to what the account is said to owe.
    Amount,
    /// Days past due, recomputed from the log, beyond the grace.
    DaysPastDue,
    /// An address with a provenance, seen within a year.
    Address,
    /// No dispute is open.
    Dispute,
    /// No complaint is open that stops visits.
    Complaint,
    /// No plea of hardship is open.
    Hardship,
    /// No promise or plan is running.
    Promise,
    /// The claim is not time-barred.
    Limitation,
    /// A lighter channel was tried first in this case.
    LighterChannel,
    /// No account rests: no agreed pause or respite is running.
    Respite,
    /// What is owed, and the ways out, were sent in writing in this case.
    Notice,
}

/// What a check said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// In order.
    Passed,
    /// Not in order.
    Failed,
    /// It cannot be said, because something is not on file.
    Missing,
}

impl Audit {
    /// Whether every check passed.
    pub fn is_complete(&self) -> bool {
        self.checks.iter().all(|check| check.verdict == Verdict::Passed)
    }
}

/// Checks the file of a person in collections as of `today`. The identity is read from outside the log by the caller;
/// amounts and days are recomputed here.
pub fn audit(person: &Person, book: &Book, identity: Option<&Identity>, today: Day) -> Result<Vec<Event>, Refusal> {
    let case = person.open_case().ok_or_else(|| Refusal::by("CASE-NONE"))?;
    Ok(vec![Event::FileAudited { case: case.id, as_of: today, checks: checks(person, book, identity, today) }])
}

/// Every check, in the order a reader expects.
pub fn checks(person: &Person, book: &Book, identity: Option<&Identity>, today: Day) -> Vec<Check> {
    use Subject::*;
    let has_open = |is_it: fn(&Matter) -> bool| person.complaints.values().any(|it| it.is_open() && is_it(&it.matter));
    let promise_runs = person.promises.values().any(|promise| promise.end.is_none());
    let tried_lighter =
        person.open_case().is_some_and(|case| person.contacts.iter().any(|contact| contact.day >= case.opened_on));
    let verdicts = [
        (Identity, identity_verdict(identity, today)),
        (Phone, phone_verdict(identity)),
        (Amount, amount_verdict(person, today)),
        (DaysPastDue, passed_if(person.days_past_due(today) > 0)),
        (Address, address_verdict(person, today)),
        (Dispute, passed_if(!has_open(|matter| matches!(matter, Matter::Dispute { .. })))),
        (Complaint, passed_if(!has_open(|matter| matches!(matter, Matter::Complaint { .. })))),
        (Hardship, passed_if(!has_open(|matter| matches!(matter, Matter::Hardship { .. })))),
        (Promise, passed_if(!promise_runs)),
        (Limitation, limitation_verdict(person, book, today)),
        (LighterChannel, passed_if(tried_lighter)),
        (Respite, passed_if(pause_on(person, today).is_none())),
        (Notice, passed_if(notices(person).next().is_some())),
    ];
    verdicts.map(|(subject, verdict)| Check { subject, verdict }).to_vec()
}

/// A complete and fresh audit, or the refusal that says there is none.
pub fn require_complete(person: &Person, today: Day) -> Result<(), Refusal> {
    match &person.audit {
        None => Err(Refusal::by("FILE-NOT-AUDITED")),
        Some(audit) if audit.is_void => Err(Refusal::by("FILE-CHANGED")),
        Some(audit) if audit.as_of.days_until(today) > FRESH_DAYS => Err(Refusal::by("FILE-STALE")),
        Some(audit) if !audit.is_complete() => Err(Refusal::by("FILE-INCOMPLETE")),
        Some(_) => Ok(()),
    }
}

fn passed_if(holds: bool) -> Verdict {
    if holds { Verdict::Passed } else { Verdict::Failed }
}

fn identity_verdict(identity: Option<&Identity>, today: Day) -> Verdict {
    let Some(identity) = identity else { return Verdict::Missing };
    let Some(number) = &identity.resident_id else { return Verdict::Missing };
    if identity.name.trim().is_empty() {
        return Verdict::Missing;
    }
    let is_adult = |born_on: Day| born_on.plus_months(18 * 12) <= today;
    match identity::read_resident_id(number, today) {
        Err(_) => Verdict::Failed,
        Ok(id) if !is_adult(id.born_on) => Verdict::Failed,
        // The number can exist, but whether it is theirs cannot be told from its code.
        Ok(id) if id.standing != Standing::InForce => Verdict::Missing,
        Ok(_) => Verdict::Passed,
    }
}

/// The last day of a pause that is running on some account.
pub fn pause_on(person: &Person, today: Day) -> Option<Day> {
    let open = person.accounts.values().filter(|account| account.settled_on.is_none());
    open.filter_map(|account| paused_until(account.loan.entries(), today)).max()
}

fn paused_until(entries: &[Entry], today: Day) -> Option<Day> {
    let mut until = None;
    for entry in entries.iter().filter(|entry| entry.effective_on <= today) {
        match entry.kind {
            EntryKind::Pause { until: last, .. } => until = until.max(Some(last)),
            EntryKind::Resume => until = None,
            _ => {}
        }
    }
    until.filter(|last| *last >= today)
}

/// Written notices of what is owed that were sent in this case.
pub fn notices(person: &Person) -> impl Iterator<Item = &Contact> {
    let opened_on = person.open_case().map(|case| case.opened_on);
    let is_written = |contact: &&Contact| {
        matches!(contact.channel, Channel::Sms | Channel::Letter | Channel::Email | Channel::Portal)
            && contact.direction == Direction::Outbound
            && contact.outcome != ContactOutcome::WrongNumber
    };
    person.contacts.iter().filter(is_written).filter(move |contact| opened_on.is_some_and(|opened| contact.day >= opened))
}

fn phone_verdict(identity: Option<&Identity>) -> Verdict {
    match identity.and_then(|identity| identity.phone.as_deref()) {
        None => Verdict::Missing,
        Some(number) => passed_if(identity::is_mobile(number)),
    }
}

fn address_verdict(person: &Person, today: Day) -> Verdict {
    match &person.address {
        None => Verdict::Missing,
        Some(address) => passed_if(address.observed_on.days_until(today) <= ADDRESS_FRESH_DAYS),
    }
}

/// The sum overdue by replaying the entries must be more than nothing and, account by account, what the last ageing said: by the
/// end of today or, as long as this night is still to come, of yesterday.
fn amount_verdict(person: &Person, today: Day) -> Verdict {
    let mut overdue = Money::ZERO;
    for account in person.accounts.values() {
        let standing = account.standing_on(today);
        if standing != account.standing && account.standing_on(today.plus_days(-1)) != account.standing {
            return Verdict::Failed;
        }
        overdue += standing.overdue;
    }
    passed_if(overdue.is_positive())
}

fn limitation_verdict(person: &Person, book: &Book, today: Day) -> Verdict {
    if person.accounts.values().all(|account| account.settled_on.is_some()) {
        return Verdict::Missing;
    }
    passed_if(!limitation::is_over(person, book, today))
}

pub(crate) fn apply(person: &mut Person, event: &Event) {
    match event {
        Event::FileAudited { as_of, checks, .. } => {
            person.audit = Some(Audit { as_of: *as_of, checks: checks.clone(), is_void: false });
        }
        Event::EntryPosted { .. }
        | Event::Aged { .. }
        | Event::ComplaintOpened { .. }
        | Event::ComplaintAnswered { .. }
        | Event::PromiseMade { .. }
        | Event::AddressRecorded { .. }
        | Event::CircumstanceNoted { .. }
        | Event::VisitPlaceNamed { .. }
        | Event::CaseOpened { .. } => {
            if let Some(audit) = &mut person.audit {
                audit.is_void = true;
            }
        }
        _ => {}
    }
}
