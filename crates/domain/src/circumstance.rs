//! Circumstances: what is on file about a person that the law asks about. Each has a day, perhaps an end, and who noted it; the
//! law takes what the file does not hold as not so, and what nobody can know from a file as unknown.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::event::{Event, NoteRef};
use crate::law::{DayOf, Fact, Recipient, When};
use crate::person::Person;
use crate::refusal::Invalid;

/// One thing that became known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Known {
    /// Something is so, or is not so any more.
    Fact {
        /// What.
        fact: Fact,
        /// Whether it is so.
        is_so: bool,
    },
    /// Something happened on a day from which the law counts.
    Day {
        /// What.
        of: DayOf,
    },
    /// A contact who does not owe the debt asked to be left in peace. All who stand in that role are.
    Refused {
        /// In which role they were reached.
        recipient: Recipient,
    },
    /// The person may be in another time zone: only what is lawful in every one of them is lawful.
    MayBeIn {
        /// IANA name.
        zone: String,
    },
}

/// Something that became known, and since when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Circumstance {
    /// What.
    pub known: Known,
    /// From this day on, or the day it happened.
    pub on: Day,
    /// The last day of it, where it ends by itself.
    pub until: Option<Day>,
    /// What was said or shown.
    pub words: Option<NoteRef>,
}

/// Facts that a file holds. How an act is done is said by whoever does it.
pub const ON_FILE: [Fact; 38] = [
    Fact::VulnerabilitySuspected,
    Fact::SensitiveOccasion,
    Fact::EmployerProhibits,
    Fact::DebtorUnreachable,
    Fact::UnreachableBasisAccepted,
    Fact::JointDebtClaimed,
    Fact::JointDebtProven,
    Fact::DebtorDead,
    Fact::DebtorIncapacitated,
    Fact::PersonRequestedRecontact,
    Fact::ReasonEarlierAnswerWrong,
    Fact::MentalCapacityNotice,
    Fact::RepresentativeConsented,
    Fact::DebtorAgreedFrequency,
    Fact::MarketingConsent,
    Fact::NoContactOrder,
    Fact::DebtUnlawful,
    Fact::CustomerRefusedForTime,
    Fact::CeaseWritten,
    Fact::AttorneyKnown,
    Fact::AttorneySilent,
    Fact::AttorneyConsented,
    Fact::VerificationSent,
    Fact::ValidationSent,
    Fact::BankruptcyStay,
    Fact::BankruptcyOrder,
    Fact::InsolvencyOrder,
    Fact::MoratoriumActive,
    Fact::MoratoriumDebt,
    Fact::GrievanceFrivolous,
    Fact::ForbearanceConsidered,
    Fact::DebtAssigned,
    Fact::AssignmentNoticeGiven,
    Fact::NplTransferred,
    Fact::TransferCommunicationSent,
    Fact::OutsourcingNoticeSent,
    Fact::AgentDetailsNotified,
    Fact::PrefersAnotherPlace,
];

/// Days that a file holds and that no event of its own tells.
const DAYS: [DayOf; 2] = [DayOf::DebtAdviserNotice, DayOf::ConsentToMoreCalls];

/// Notes what became known.
pub fn note(known: Known, on: Day, until: Option<Day>, words: Option<NoteRef>) -> Result<Vec<Event>, Invalid> {
    match &known {
        Known::Fact { fact, .. } if !ON_FILE.contains(fact) => {
            return Err(Invalid::new(
                "fact",
                "this is about how an act is done; whoever does it says so, the file does not hold it",
            ));
        }
        Known::Day { of } if !DAYS.contains(of) => {
            return Err(Invalid::new("day", "this day follows from what was recorded; it is not noted by hand"));
        }
        Known::MayBeIn { zone } if zone.is_empty() => {
            return Err(Invalid::new("zone", "give the IANA name of the zone, such as Asia/Urumqi"));
        }
        Known::Fact { .. } | Known::Day { .. } | Known::Refused { .. } | Known::MayBeIn { .. } => {}
    }
    if until.is_some_and(|until| until < on) {
        return Err(Invalid::new("until", "it ends before it begins"));
    }
    Ok(vec![Event::CircumstanceNoted { known, on, until, words }])
}

/// Whether `fact` is so on `day`, by what was noted last about it; none if nothing was noted that holds on that day.
pub fn is_so(person: &Person, fact: Fact, day: Day) -> Option<bool> {
    person.circumstances.iter().rev().filter(|noted| noted.holds_on(day)).find_map(|noted| match noted.known {
        Known::Fact { fact: of, is_so } if of == fact => Some(is_so),
        _ => None,
    })
}

/// When `of` happened, by what was noted last about it.
pub fn day_of(person: &Person, of: DayOf) -> When {
    let noted = person.circumstances.iter().rev().find(|noted| noted.known == Known::Day { of });
    noted.map_or(When::Never, |noted| When::On(noted.on))
}

/// Whether somebody who stands in the role of `recipient` asked to be left in peace.
pub fn has_refused(person: &Person, recipient: Recipient) -> bool {
    person.circumstances.iter().any(|noted| noted.known == Known::Refused { recipient })
}

/// The other zones the person may be in on `day`.
pub fn other_zones(person: &Person, day: Day) -> impl Iterator<Item = &str> {
    person.circumstances.iter().filter(move |noted| noted.holds_on(day)).filter_map(|noted| match &noted.known {
        Known::MayBeIn { zone } => Some(zone.as_str()),
        Known::Fact { .. } | Known::Day { .. } | Known::Refused { .. } => None,
    })
}

impl Circumstance {
    /// Whether it holds on `day`. What became known later does not make an earlier act unlawful.
    pub fn holds_on(&self, day: Day) -> bool {
        self.on <= day && self.until.is_none_or(|until| day <= until)
    }
}

pub(crate) fn apply(person: &mut Person, event: &Event) {
    if let Event::CircumstanceNoted { known, on, until, words } = event {
        let noted = Circumstance { known: known.clone(), on: *on, until: *until, words: words.clone() };
        person.circumstances.push(noted);
    }
}
