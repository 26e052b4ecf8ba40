//! Contact: how a person is reached, and what came of it.

use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::complaint::{Complaint, Matter};
use crate::day::Day;
use crate::event::{Event, NoteRef};
use crate::file;
pub use crate::law::Channel;
use crate::law::{Counter, Counts, Fact, Facts, Number, Numbers, Permit, Purpose, Recipient, Situation};
use crate::moment::{Moment, Timestamp};
use crate::person::Person;
use crate::plan::Plan;
use crate::refusal::Refusal;

/// A contact other than a visit.
#[derive(Clone, Debug, PartialEq)]
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

/// Something that is meant to reach a person, as far as the one who plans it can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Act {
    /// By what means.
    pub channel: Channel,
    /// What for.
    pub purpose: Purpose,
    /// Who is to be reached.
    pub recipient: Recipient,
    /// How many go together; nothing for what is not a visit.
    pub team: u16,
    /// Whether everybody who goes holds a certificate on the day; none if nobody looked.
    pub is_certified: Option<bool>,
    /// Whether a working recorder runs; none if nobody looked.
    pub is_recorded: Option<bool>,
}

impl Act {
    /// A message, letter or call that asks for payment and says how to ask for time.
    pub const fn demand(channel: Channel) -> Act {
        Act {
            channel,
            purpose: Purpose::DemandPayment,
            recipient: Recipient::Debtor,
            team: 0,
            is_certified: Some(true),
            is_recorded: Some(true),
        }
    }

    /// A visit by a certified team with a recorder, to look for a way that can be kept.
    pub const fn visit(team: u16) -> Act {
        Act { channel: Channel::Visit, purpose: Purpose::DiscussSolution, team, ..Act::demand(Channel::Visit) }
    }
}

/// Asks whether `act` may reach the person at `moment`: first what they themselves stopped, then the law.
pub fn ask(person: &Person, book: &Book, act: &Act, moment: &Moment) -> Result<Permit, Refusal> {
    if person.complaints.values().any(|complaint| complaint.stops(act.channel)) {
        return Err(Refusal::by("COMPLAINT-STOPS"));
    }
    book.law.rule(&situation(person, book, act, moment)).permit()
}

/// The act as the law sees it. What the file would hold if it were so, and does not, is not so; what nobody looked at
/// is not known.
pub fn situation(person: &Person, book: &Book, act: &Act, moment: &Moment) -> Situation {
    let mut situation = Situation::new(person.id, moment.clone(), act.channel, act.purpose);
    situation.recipient = act.recipient;
    situation.facts = standard_procedure(act);
    let is_running = |plan: &Plan| plan.end.is_none();
    let disputes = |complaint: &Complaint| complaint.is_open() && matches!(complaint.matter, Matter::Dispute { .. });
    let on_file = [
        (Fact::PlanPerforming, person.plans.values().any(is_running)),
        (Fact::ObjectionOpen, person.complaints.values().any(disputes)),
        (Fact::LimitationExpired, file::is_time_barred(person, moment.day())),
        (Fact::FirstContact, person.contacts.is_empty()),
    ];
    for (fact, is_so) in on_file {
        situation.facts.set(fact, is_so);
    }
    situation.counts = counts(person, book, moment.day());
    situation.numbers = Numbers::UNKNOWN.with(Number::CollectorsPresent, act.team);
    situation.agreed_times = Some(Vec::new());
    situation.closed_times = Some(Vec::new());
    situation
}

/// What standard procedure makes so of every act of ours, and what a file without a note of it says is not so.
fn standard_procedure(act: &Act) -> Facts {
    const DONE: [Fact; 7] = [
        Fact::IdentityStated,
        Fact::InstitutionNamed,
        Fact::PurposeStated,
        Fact::IdBadgeShown,
        Fact::AuthorisationShown,
        Fact::LetterComplete,
        Fact::AtResidence,
    ];
    const NOT_DONE: [Fact; 14] = [
        Fact::ThreatensOrInsults,
        Fact::ThreatensSuit,
        Fact::Misrepresents,
        Fact::ImpersonatesAuthority,
        Fact::UsesFalseName,
        Fact::DisclosesDebtToNonObligor,
        Fact::PublicPosting,
        Fact::SuggestsNewBorrowing,
        Fact::EntersDwelling,
        Fact::FilmsInsideDwelling,
        Fact::EnvelopeRevealsDebt,
        Fact::AtWorkplace,
        Fact::AtUnusualPlace,
        Fact::CollectsMoney,
    ];
    const NOT_ON_FILE: [Fact; 9] = [
        Fact::NoContactOrder,
        Fact::DebtUnlawful,
        Fact::DebtorDead,
        Fact::DebtorIncapacitated,
        Fact::DebtAssigned,
        Fact::DebtorAgreedFrequency,
        Fact::ContactRefused,
        Fact::MarketingConsent,
        Fact::Subcontracted,
    ];
    let mut facts = Facts::UNKNOWN;
    for fact in DONE {
        facts.set(fact, true);
    }
    for fact in NOT_DONE.into_iter().chain(NOT_ON_FILE) {
        facts.set(fact, false);
    }
    for (fact, known) in [(Fact::AgentCertified, act.is_certified), (Fact::RecordingOn, act.is_recorded)] {
        if let Some(is_so) = known {
            facts.set(fact, is_so);
        }
    }
    facts
}

/// What was counted on the person's `day`, over all accounts and by whomever.
fn counts(person: &Person, book: &Book, day: Day) -> Counts {
    let ours = |contact: &&Contact| contact.day == day && contact.direction == Direction::Outbound;
    let many = |is_it: fn(&Contact) -> bool| person.contacts.iter().filter(ours).filter(|contact| is_it(contact)).count() as u16;
    let visited = person.visits.values().filter(|visit| visit.started_at.is_some_and(|at| book.day_of(at) == day));
    let asked_to_leave = visited.clone().filter(|visit| visit.doorstep.as_ref().is_some_and(|doorstep| doorstep.asked_to_leave));
    Counts::none(day)
        .with(Counter::Calls, many(|contact| contact.channel == Channel::Call))
        .with(Counter::ActiveEffectiveCalls, many(|it| it.channel == Channel::Call && it.outcome == ContactOutcome::Reached))
        .with(Counter::UnansweredSameNumber, many(|it| it.channel == Channel::Call && it.outcome == ContactOutcome::NotReached))
        .with(Counter::DemandTexts, many(|contact| contact.channel == Channel::Sms))
        .with(Counter::Visits, visited.count() as u16)
        .with(Counter::AskedToLeave, asked_to_leave.count() as u16)
}

/// Reaches out otherwise than by a visit, under the law's yes.
pub fn reach(
    person: &Person,
    permit: Permit,
    channel: Channel,
    template: Option<String>,
    outcome: ContactOutcome,
    words: Option<NoteRef>,
    now: &Moment,
) -> Result<Vec<Event>, Refusal> {
    if person.open_case().is_none() {
        return Err(Refusal::by("CASE-NONE"));
    }
    let finding = Some(permit.spend(person.id, channel, now.at())?);
    let (direction, at, on, breaches) = (Direction::Outbound, now.at(), now.day(), Vec::new());
    Ok(alloc::vec![Event::Contacted { channel, direction, at, on, outcome, template, words, finding, breaches }])
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
    let (channel, at, on, template, finding) = (act.channel, when.at(), when.day(), None, None);
    alloc::vec![Event::Contacted { channel, direction, at, on, outcome, template, words, finding, breaches }]
}

pub(crate) fn apply(person: &mut Person, event: &Event) {
    if let Event::Contacted { channel, direction, at, on, outcome, breaches, .. } = event {
        let breaches = breaches.clone();
        let contact = Contact { channel: *channel, direction: *direction, at: *at, day: *on, outcome: *outcome, breaches };
        person.contacts.push(contact);
    }
}
