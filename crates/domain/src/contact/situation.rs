//! How a planned act becomes a situation of the law: from the act, from standard procedure, and from the person's own file.

use alloc::vec::Vec;

use jiff::tz::{Offset, TimeZone};

use crate::book::Book;
use crate::circumstance::{self, ON_FILE};
use crate::complaint::{Complaint, Matter};
use crate::day::Day;
use crate::law::{Actor, Channel, Fact, Facts, Purpose, Situation, Words};
use crate::limitation;
use crate::moment::Moment;
use crate::person::Person;
use crate::plan::Plan;
use crate::visit::{Met, Place};

use super::{Act, moment_of, tally};

pub(super) fn of(person: &Person, book: &Book, act: &Act, moment: &Moment) -> Situation {
    let moment = moment_of(person, book, moment.at());
    let (day, at) = (moment.day(), moment.at());
    let mut situation = Situation::new(person.id, moment, act.channel, act.purpose);
    situation.recipient = act.recipient;
    situation.actor = act.by;
    situation.institution = book.house.lender.institution;
    situation.product = book.house.lender.product;
    situation.also_in = other_zones(person, book, day);
    situation.facts = facts(person, book, act, day);
    situation.counts = tally::counts(person, book, act, day, at);
    situation.numbers = tally::numbers(person, book, act, at);
    situation.days = tally::days(person, book);
    situation.history = Some(tally::history(person, act, at));
    let wishes = person.wishes.as_ref().map(|on_file| &on_file.wishes);
    // Who agreed to be called at an hour did not agree to be visited at it.
    let agreed = wishes.filter(|_| act.channel != Channel::Visit).map(|wishes| wishes.agreed.clone());
    situation.agreed_times = Some(agreed.unwrap_or_default());
    situation.closed_times = Some(wishes.map(|wishes| wishes.closed.clone()).unwrap_or_default());
    situation.closed_channels = Some(wishes.map_or(Words::NONE, |wishes| wishes.closed_channels));
    situation
}

/// Where else the person may be. A zone that nobody can find stands for every zone there is.
fn other_zones(person: &Person, book: &Book, day: Day) -> Vec<TimeZone> {
    let mut zones = Vec::new();
    for name in circumstance::other_zones(person, day) {
        match (book.zones)(name) {
            Some(zone) => zones.push(zone),
            None => zones.extend([-12, 14].map(|hours| TimeZone::fixed(Offset::constant(hours)))),
        }
    }
    zones
}

/// What is so of the act: by standard procedure, by the person's file, and by what the one who plans it says, which goes before.
fn facts(person: &Person, book: &Book, act: &Act, day: Day) -> Facts {
    let mut facts = standard_procedure(act);
    if let Some(number) = act.agency {
        // Who is not in the register stands on no list.
        let agency = book.house.agency(number);
        facts.set(Fact::AgencyOnPublishedList, agency.is_some_and(|agency| agency.is_listed_on(day)));
        if let Some(agency) = agency {
            facts.set(Fact::Subcontracted, agency.passes_cases_on);
        }
    }
    for fact in ON_FILE {
        facts.set(fact, circumstance::is_so(person, fact, day).unwrap_or(false));
    }
    let noted = |fact: Fact| circumstance::is_so(person, fact, day) == Some(true);
    let has_open = |is_it: fn(&Matter) -> bool| {
        let open = |complaint: &Complaint| complaint.is_open() && complaint.opened_on <= day && is_it(&complaint.matter);
        person.complaints.values().any(open)
    };
    let disputes = has_open(|matter| matches!(matter, Matter::Dispute { .. }));
    let grieves = has_open(|matter| matches!(matter, Matter::Complaint { .. }));
    let is_running = |plan: &Plan| plan.end.is_none();
    let unreachable = tally::is_unreachable(person, day);
    let inbound = tally::last_inbound(person).filter(|inbound| inbound.day == day);
    let appointed = person.open_visit().is_some_and(|visit| visit.agreed.is_some());
    let had_contact = !person.contacts.is_empty() || person.visits.values().any(|visit| visit.started_at.is_some());
    let doorsteps = || person.visits.values().filter_map(|visit| visit.doorstep.as_ref());
    let found_nobody = doorsteps().any(|doorstep| doorstep.met == Met::Nobody);
    let is_distressed = doorsteps().any(|doorstep| doorstep.distress);
    // They chose the place themselves, and nobody has seen that it is where they live.
    let at_named_place = act.channel == Channel::Visit && person.open_visit().is_some_and(|visit| visit.place != Place::Home);
    let derived = [
        (Fact::AtResidence, !at_named_place),
        (Fact::ExpressConsentToPlace, at_named_place),
        (Fact::PlanPerforming, person.plans.values().any(is_running)),
        (Fact::ObjectionOpen, disputes),
        (Fact::DisputePossiblyValid, disputes),
        (Fact::DisputeWrittenInPeriod, disputes),
        (Fact::GrievancePending, grieves),
        (Fact::LimitationExpired, limitation::is_over(person, book, day)),
        (Fact::FirstContact, !had_contact),
        (Fact::UnavailableAtHome, found_nobody),
        (Fact::VulnerabilitySuspected, is_distressed || noted(Fact::VulnerabilitySuspected)),
        (Fact::DebtorUnreachable, unreachable || noted(Fact::DebtorUnreachable)),
        (Fact::UnreachableBasisAccepted, unreachable || noted(Fact::UnreachableBasisAccepted)),
        (Fact::ContactRefused, circumstance::has_refused(person, act.recipient)),
        (Fact::DebtorRaisedQuery, act.purpose == Purpose::ReplyToConsumer && inbound.is_some()),
        (Fact::ConsumerInitiatedNow, inbound.is_some()),
        (Fact::ConsumersOwnMedium, inbound.is_some_and(|inbound| inbound.channel == act.channel)),
    ];
    for (fact, is_so) in derived {
        facts.set(fact, is_so);
    }
    if appointed {
        facts.set(Fact::VisitNoticeGiven, true);
        facts.set(Fact::NoticePracticable, true);
    }
    // A moratorium covers every debt of the person unless it was noted that this one is not under it.
    if noted(Fact::MoratoriumActive) && circumstance::is_so(person, Fact::MoratoriumDebt, day).is_none() {
        facts.set(Fact::MoratoriumDebt, true);
    }
    for fact in <Fact as crate::law::Word>::ALL {
        if let Some(is_so) = act.facts.get(*fact) {
            facts.set(*fact, is_so);
        }
    }
    facts
}

/// What standard procedure makes so of every act of ours, and what it never does.
fn standard_procedure(act: &Act) -> Facts {
    const DONE: [Fact; 7] = [
        Fact::IdentityStated,
        Fact::IdentityVerified,
        Fact::InstitutionNamed,
        Fact::PurposeStated,
        Fact::IdBadgeShown,
        Fact::AuthorisationShown,
        Fact::LetterComplete,
    ];
    const NOT_DONE: [Fact; 18] = [
        Fact::ThreatensOrInsults,
        Fact::ThreatensSuit,
        Fact::Misrepresents,
        Fact::ImpersonatesAuthority,
        Fact::UsesFalseName,
        Fact::MisleadingCallingCard,
        Fact::DisclosesDebtToNonObligor,
        Fact::PublicPosting,
        Fact::SuggestsNewBorrowing,
        Fact::EntersDwelling,
        Fact::FilmsInsideDwelling,
        Fact::EnvelopeRevealsDebt,
        Fact::AtWorkplace,
        Fact::AtUnusualPlace,
        Fact::CollectsMoney,
        Fact::ContactRequiredByLaw,
        Fact::FurtherCallsJustified,
        Fact::Subcontracted,
    ];
    let mut facts = Facts::UNKNOWN;
    for fact in DONE {
        facts.set(fact, true);
    }
    for fact in NOT_DONE {
        facts.set(fact, false);
    }
    if act.by == Actor::InHouse {
        facts.set(Fact::CollectorIsEmployee, true);
    } else {
        // What an agency passed on is known only to who asked it.
        facts.forget(Fact::Subcontracted);
    }
    for (fact, known) in [(Fact::AgentCertified, act.is_certified), (Fact::RecordingOn, act.is_recorded)] {
        if let Some(is_so) = known {
            facts.set(fact, is_so);
        }
    }
    facts
}
