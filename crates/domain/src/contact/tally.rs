//! What is counted: every contact that took place and every place that is held for a planned one, over all accounts, channels and
//! agencies. A held place counts as the most it can become.

use alloc::vec::Vec;

use crate::book::Book;
use crate::day::Day;
use crate::law::{Actor, Call, Channel, Counter, Counts, DayOf, Days, History, Number, Numbers, Purpose, Recipient, When};
use crate::moment::Timestamp;
use crate::person::Person;

use super::{Act, Contact, ContactOutcome, Direction, Toward};

/// One outbound contact, or a place held for one.
struct Counted<'a> {
    channel: Channel,
    toward: &'a Toward,
    day: Day,
    at: Option<Timestamp>,
    /// None while it is only planned.
    outcome: Option<ContactOutcome>,
}

impl Counted<'_> {
    fn is_call(&self) -> bool {
        matches!(self.channel, Channel::Call | Channel::AiVoiceInteractive | Channel::AiVoiceNotification | Channel::Voicemail)
    }

    fn may_be(&self, outcomes: &[ContactOutcome]) -> bool {
        self.outcome.is_none_or(|outcome| outcomes.contains(&outcome))
    }

    fn is_conversation(&self) -> bool {
        matches!(self.channel, Channel::Call | Channel::AiVoiceInteractive)
            && self.may_be(&[ContactOutcome::Reached])
            && matches!(self.toward.recipient, Recipient::Debtor | Recipient::CoBorrower | Recipient::Guarantor)
    }

    fn is_heard_notification(&self) -> bool {
        use ContactOutcome::{OtherReached, Reached, Sent};
        self.channel == Channel::AiVoiceNotification && self.may_be(&[Sent, Reached, OtherReached])
    }

    /// Nobody answered, at the number that would be called; one that nobody named is taken for the same.
    fn is_unanswered_at(&self, act: &Act) -> bool {
        let is_same = |ours: Option<_>, theirs: Option<_>| ours.is_none() || theirs.is_none() || ours == theirs;
        self.is_call()
            && self.channel != Channel::Voicemail
            && self.may_be(&[ContactOutcome::NotReached])
            && self.toward.recipient == act.recipient
            && is_same(self.toward.number, act.number)
    }

    fn is_demand_text(&self) -> bool {
        matches!(self.channel, Channel::Sms | Channel::Email | Channel::SocialPrivate)
            && self.toward.purpose == Purpose::DemandPayment
    }
}

/// Everything outbound, and every place held at `at` but the act's own.
fn outbound<'a>(person: &'a Person, act: &Act, at: Timestamp) -> impl Iterator<Item = Counted<'a>> {
    let own = act.reservation;
    let contacts = person.contacts.iter().filter(|contact| contact.direction == Direction::Outbound);
    let contacts = contacts.map(|contact| Counted {
        channel: contact.channel,
        toward: &contact.toward,
        day: contact.day,
        at: Some(contact.at),
        outcome: Some(contact.outcome),
    });
    let held = person.reservations.values().filter(move |held| held.is_held_at(at) && Some(held.id) != own);
    let held = held.map(|held| Counted { channel: held.channel, toward: &held.toward, day: held.day, at: None, outcome: None });
    contacts.chain(held)
}

/// What was counted on the person's `day`.
pub(super) fn counts(person: &Person, book: &Book, act: &Act, day: Day, at: Timestamp) -> Counts {
    let many = |is_it: &dyn Fn(&Counted<'_>) -> bool| {
        let counted = outbound(person, act, at).filter(|counted| counted.day == day).filter(is_it).count();
        u16::try_from(counted).unwrap_or(u16::MAX)
    };
    let visited = person.visits.values().filter(|visit| visit.started_at.is_some_and(|at| book.day_of(at) == day));
    let asked_to_leave = visited.clone().filter(|visit| visit.doorstep.as_ref().is_some_and(|doorstep| doorstep.asked_to_leave));
    let by_agency = |it: &Counted<'_>| it.toward.by != Actor::InHouse;
    Counts::none(day)
        .with(Counter::Calls, many(&|it| it.is_call()))
        .with(Counter::ActiveEffectiveCalls, many(&|it| it.is_conversation()))
        .with(Counter::NotificationsByInstitution, many(&|it| it.is_heard_notification() && !by_agency(it)))
        .with(Counter::NotificationsByAgencies, many(&|it| it.is_heard_notification() && by_agency(it)))
        .with(Counter::UnansweredSameNumber, many(&|it| it.is_unanswered_at(act)))
        .with(Counter::DemandTexts, many(&|it| it.is_demand_text()))
        .with(Counter::Visits, visited.count() as u16)
        .with(Counter::AskedToLeave, asked_to_leave.count() as u16)
}

/// Calls, conversations and texts about the same debt with the same recipient. A contact that names no account is about every one.
pub(super) fn history(person: &Person, act: &Act, at: Timestamp) -> History {
    use ContactOutcome::{NotReached, WrongNumber};
    let is_about = |toward: &Toward| {
        let is_same_debt = toward.account.is_none() || act.account.is_none() || toward.account == act.account;
        is_same_debt && toward.recipient == act.recipient
    };
    let mut history = History::default();
    for it in outbound(person, act, at).filter(|it| is_about(it.toward)) {
        if it.is_call() {
            let connected_to_number = it.outcome != Some(WrongNumber);
            let answered = !matches!(it.outcome, Some(NotReached | WrongNumber));
            history.calls.push(Call { on: it.day, at: it.at, connected_to_number, answered, under_consent: false });
        } else if matches!(it.channel, Channel::Sms | Channel::Email | Channel::SocialPrivate) {
            history.texts.push(it.day);
        }
    }
    let talked = |contact: &&Contact| {
        let by_phone = matches!(contact.channel, Channel::Call | Channel::AiVoiceInteractive);
        by_phone && contact.outcome == ContactOutcome::Reached && is_about(&contact.toward)
    };
    history.conversations = person.contacts.iter().filter(talked).map(|contact| contact.day).collect();
    history
}

/// Numbers that do not start again with the day.
pub(super) fn numbers(person: &Person, book: &Book, act: &Act, at: Timestamp) -> Numbers {
    let last_visit = last_visit(person, book);
    let since = |day: Day| last_visit.is_none_or(|visit| visit <= day);
    let lighter = outbound(person, act, at).filter(|it| it.outcome.is_some() && since(it.day)).count();
    let asked = |it: &Counted<'_>| {
        matches!(it.toward.purpose, Purpose::LocationInfo | Purpose::ObtainContactInfo) && it.toward.recipient == act.recipient
    };
    let began = last_inbound(person).map(|inbound| inbound.at);
    let replied = |it: &Counted<'_>| it.toward.purpose == Purpose::ReplyToConsumer && (it.at.is_none() || it.at >= began);
    let count = |items: usize| u16::try_from(items).unwrap_or(u16::MAX);
    Numbers::UNKNOWN
        .with(Number::CollectorsPresent, act.team)
        .with(Number::LighterContacts, count(lighter))
        .with(Number::LocationContacts, count(outbound(person, act, at).filter(asked).count()))
        .with(Number::RepliesSent, count(outbound(person, act, at).filter(replied).count()))
}

/// Days on record.
pub(super) fn days(person: &Person, book: &Book) -> Days {
    let first = person.contacts.iter().map(|contact| contact.day).min();
    let visited = person.visits.values().filter_map(|visit| visit.started_at).map(|at| book.day_of(at)).min();
    let on = |day: Option<Day>| day.map_or(When::Never, When::On);
    Days::UNKNOWN
        .with(DayOf::FirstCommunication, on([first, visited].into_iter().flatten().min()))
        .with(DayOf::LastVisit, on(last_visit(person, book)))
        .with(DayOf::DebtAdviserNotice, crate::circumstance::day_of(person, DayOf::DebtAdviserNotice))
        .with(DayOf::ConsentToMoreCalls, crate::circumstance::day_of(person, DayOf::ConsentToMoreCalls))
}

/// Whether calls on three calendar days in a row before `day` reached nobody, and nothing reached the debtor since.
pub(super) fn is_unreachable(person: &Person, day: Day) -> bool {
    let to_debtor = |contact: &&Contact| contact.toward.recipient == Recipient::Debtor && contact.day < day;
    let by_phone = |contact: &&Contact| matches!(contact.channel, Channel::Call | Channel::AiVoiceInteractive);
    let reached = person.contacts.iter().filter(to_debtor).filter(|contact| contact.outcome == ContactOutcome::Reached);
    let reached = reached.map(|contact| contact.day).max();
    let failed = |contact: &&Contact| contact.outcome == ContactOutcome::NotReached && contact.direction == Direction::Outbound;
    let failed = person.contacts.iter().filter(to_debtor).filter(by_phone).filter(failed).map(|contact| contact.day);
    let mut failed: Vec<Day> = failed.filter(|on| reached.is_none_or(|reached| reached < *on)).collect();
    failed.sort_unstable();
    failed.dedup();
    failed.windows(3).any(|days| days[0].days_until(days[2]) == 2)
}

/// What the person began last.
pub(super) fn last_inbound(person: &Person) -> Option<&Contact> {
    // By its hour and not by its place: contacts may come in late, from another system.
    person.contacts.iter().filter(|contact| contact.direction == Direction::Inbound).max_by_key(|contact| contact.at)
}

fn last_visit(person: &Person, book: &Book) -> Option<Day> {
    person.visits.values().filter_map(|visit| visit.started_at).map(|at| book.day_of(at)).max()
}
