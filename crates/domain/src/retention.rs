//! How long what is kept about a person must be kept, and when the rest may be erased. The clocks are the packs'. What is erased are
//! notes, pictures and recordings; the log holds none of them and stays whole.

use alloc::vec;
use alloc::vec::Vec;

use crate::book::Book;
use crate::day::Day;
use crate::event::Event;
use crate::law::{Channel, RecordKind, Retention};
use crate::person::Person;
use crate::refusal::Refusal;

/// Something that is owed or credited still stands, or a matter is open.
const OPEN: &str = "ERASE-OPEN";
/// A law asks that it be kept for longer.
const KEPT: &str = "ERASE-KEPT";

/// A rule that asks for something on the file to be kept.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'a> {
    /// The rule.
    pub rule: &'a Retention,
    /// The last day on which such a record was made: the clock runs from it.
    pub since: Day,
    /// The last day on which it must be kept.
    pub until: Day,
}

/// What must be kept of the person, by the packs in force on `today`, the longest first. A clock runs from the last record of its kind,
/// so each new one starts it again.
pub fn kept<'a>(person: &Person, book: &'a Book, today: Day) -> Vec<Kept<'a>> {
    let lender = &book.house.lender;
    let of_rule = |rule: &'a Retention| {
        let since = last_made_on(person, book, rule.of)?;
        Some(Kept { rule, since, until: since.plus_months(i32::from(rule.months)) })
    };
    let rules = book.law.money_on(today).flat_map(|money| money.retention_rules(lender.institution, lender.product));
    let mut kept: Vec<_> = rules.filter_map(of_rule).collect();
    kept.sort_by_key(|kept| core::cmp::Reverse(kept.until));
    kept
}

/// Decides that what is kept about the person is erased: once nothing is owed either way, nothing is open, and no law asks for it any
/// more. Decided again it is the same again, so that whoever was interrupted between the decision and the erasing can go on.
pub fn erase(person: &Person, book: &Book, today: Day) -> Result<Vec<Event>, Refusal> {
    let is_settled = person.accounts.values().all(|account| account.settled_on.is_some_and(|on| on <= today));
    let is_open = person.open_case().is_some()
        || person.open_visit().is_some()
        || person.complaints.values().any(|complaint| complaint.answered.is_none())
        || person.plans.values().any(|plan| plan.end.is_none());
    if !is_settled || is_open {
        return Err(Refusal::by(OPEN));
    }
    if kept(person, book, today).first().is_some_and(|kept| today <= kept.until) {
        return Err(Refusal::by(KEPT));
    }
    Ok(vec![Event::Erased { on: today }])
}

/// The day of the last record of the kind on the person's file.
fn last_made_on(person: &Person, book: &Book, of: RecordKind) -> Option<Day> {
    let visits = || person.visits.values().filter_map(|visit| Some(book.day_of(visit.started_at?)));
    let is_spoken = |channel| {
        matches!(channel, Channel::Call | Channel::AiVoiceInteractive | Channel::AiVoiceNotification | Channel::Voicemail)
    };
    let calls = || person.contacts.iter().filter(move |contact| is_spoken(contact.channel)).map(|contact| contact.day);
    match of {
        RecordKind::CollectionRecordings => visits().chain(calls()).max(),
        RecordKind::CollectionRecords => {
            let contacts = person.contacts.iter().map(|contact| contact.day);
            let closed = person.cases.iter().filter_map(|case| case.closed).map(|(on, _)| on);
            visits().chain(contacts).chain(closed).max()
        }
        RecordKind::Complaints => {
            let complaints = person.complaints.values();
            complaints.map(|complaint| complaint.answered.as_ref().map_or(complaint.opened_on, |answered| answered.on)).max()
        }
        RecordKind::ProcessingRecords => person.touched_at.map(|at| book.day_of(at)),
    }
}
