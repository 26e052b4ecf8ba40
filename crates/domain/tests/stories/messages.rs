//! Messages: asked of the law twice, taken back by what people pay and say, and counted once.

use domain::book::Book;
use domain::complaint::{Answer, HardshipReason, Matter};
use domain::contact::{self, Channel};
use domain::enforcement::{self, Claim};
use domain::event::{Event, NoteRef};
use domain::id::{MessageId, NoteId};
use domain::law::{Law, Pack, Purpose, Words};
use domain::message::{self, Draft, Failure, State, Withdrawal};
use domain::moment::{Moment, Timestamp};
use domain::refusal::Refusal;
use domain::wish::Wishes;
use jiff::tz::TimeZone;

use super::diary::{Diary, yuan_of};

/// Texts between eight in the morning and ten in the evening only, and one a day.
const HOUSE: &str = include_str!("messages_house.toml");

fn behind() -> Diary {
    let mut diary = Diary::buys("2026-01-10", 2400, 6);
    let pack: Pack = toml::from_str(HOUSE).unwrap();
    let law = Law::new(vec![pack], &|name| TimeZone::get(name).ok()).unwrap();
    diary.book = Book { law, ..diary.book.clone() };
    diary.until("2026-04-20");
    diary
}

impl Diary {
    fn o_clock(&self, clock: &str) -> Moment {
        let (hours, minutes) = clock.split_once(':').unwrap();
        let since = jiff::SignedDuration::from_mins(hours.parse::<i64>().unwrap() * 60 + minutes.parse::<i64>().unwrap());
        self.book.moment(self.book.start_of(self.today) + since)
    }

    fn drafts(&mut self, id: u64, template: &str, purpose: Purpose, due: &Moment) -> Result<MessageId, Refusal> {
        let permit = contact::ask(&self.person, &self.book, &message::act(Channel::Sms, purpose), due)?;
        let words = NoteRef { id: NoteId(id), digest: "00".repeat(32) };
        let draft = Draft { id: MessageId(id), template: template.into(), words, due_at: due.at() };
        let queued = message::queue(&self.person, permit, draft)?;
        self.write(queued);
        Ok(MessageId(id))
    }

    fn demands(&mut self, id: u64, due: &str) -> MessageId {
        let due = self.o_clock(due);
        self.drafts(id, &format!("owed-{id}"), Purpose::DemandPayment, &due).unwrap()
    }

    fn hands_over(&mut self, id: MessageId, clock: &str) -> &State {
        let now = self.o_clock(clock).at();
        let events = message::hand_over(&self.person, &self.book, id, None, now).unwrap();
        self.write(events);
        self.state(id)
    }

    fn state(&self, id: MessageId) -> &State {
        &self.person.messages[&id].state
    }

    fn why(&self, id: MessageId) -> Option<&Withdrawal> {
        match self.state(id) {
            State::Withdrawn { because, .. } => Some(because),
            _ => None,
        }
    }
}

#[test]
fn a_message_is_queued_handed_over_and_arrives_and_is_one_contact() {
    let mut diary = behind();
    let demand = diary.demands(1, "10:00");
    assert!(diary.person.contacts.is_empty(), "nobody was contacted yet");
    assert!(matches!(diary.hands_over(demand, "10:05"), State::Released { .. }));
    assert_eq!(diary.person.contacts.len(), 1, "from now on it counts");
    let at = diary.o_clock("10:06").at();
    diary.write(message::sent(&diary.person, demand, at));
    diary.write(message::delivered(&diary.person, demand, at));
    assert_eq!(diary.state(demand), &State::Delivered { at });
    assert_eq!(diary.person.contacts.len(), 1);
    assert_eq!(message::sent(&diary.person, demand, at), [], "a result that comes late changes nothing");
}

#[test]
fn the_law_is_asked_again_when_a_message_leaves() {
    let mut diary = behind();
    let demand = diary.demands(1, "21:00");
    // The outbox was down until the night.
    assert_eq!(diary.hands_over(demand, "23:00"), &State::Queued);
    assert!(diary.person.contacts.is_empty());
    let tomorrow_at_eight = diary.book.start_of(diary.today.plus_days(1)) + jiff::SignedDuration::from_hours(8);
    assert_eq!(diary.person.messages[&demand].due_at, tomorrow_at_eight);
    diary.until("2026-04-21");
    assert_eq!(diary.hands_over(demand, "07:59"), &State::Queued);
    assert!(matches!(diary.hands_over(demand, "08:00"), State::Released { .. }));
}

#[test]
fn two_messages_queued_for_one_day_do_not_both_leave_on_it() {
    let mut diary = behind();
    let (first, second) = (diary.demands(1, "10:00"), diary.demands(2, "10:00"));
    assert!(matches!(diary.hands_over(first, "10:00"), State::Released { .. }));
    assert_eq!(diary.hands_over(second, "10:00"), &State::Queued);
    diary.until("2026-04-21");
    assert!(matches!(diary.hands_over(second, "10:00"), State::Released { .. }));
}

#[test]
fn a_payment_takes_the_demand_back_the_same_moment_but_not_the_notice() {
    let mut diary = behind();
    let demand = diary.demands(1, "10:00");
    let due = diary.o_clock("10:00");
    let notice = diary.drafts(2, "statement", Purpose::ServiceNotice, &due).unwrap();
    diary.pays(1);
    assert_eq!(diary.why(demand), Some(&Withdrawal::Paid));
    assert_eq!(diary.state(notice), &State::Queued);
    assert_eq!(diary.hands_over(demand, "10:05").name(), "withdrawn", "what was taken back stays back");
}

#[test]
fn hardship_and_a_dispute_take_everything_back_and_a_complaint_its_channel() {
    let cases = [
        (Matter::Hardship { reason: HardshipReason::Illness }, true),
        (Matter::Dispute { account: None }, true),
        (Matter::Complaint { about: None, visit: None }, true),
        (Matter::Complaint { about: Some(Channel::Sms), visit: None }, true),
        (Matter::Complaint { about: Some(Channel::Call), visit: None }, false),
    ];
    for (matter, is_taken_back) in cases {
        let mut diary = behind();
        let demand = diary.demands(1, "10:00");
        let complaint = diary.says(matter);
        let expected = is_taken_back.then_some(Withdrawal::Complaint(complaint));
        assert_eq!(diary.why(demand), expected.as_ref(), "{matter:?}");
        diary.hears(complaint, Answer::NotUpheld);
        assert_eq!(diary.why(demand), expected.as_ref(), "an answer sends nothing that was taken back");
    }
}

#[test]
fn a_closed_channel_takes_what_waits_in_it_back() {
    for (closed, is_taken_back) in [(Channel::Sms, true), (Channel::Call, false)] {
        let mut diary = behind();
        let demand = diary.demands(1, "10:00");
        let wishes = Wishes { closed_channels: Words::of(&[closed]), ..Wishes::default() };
        diary.write(vec![Event::WishesStated { wishes, words: None, on: diary.today }]);
        assert_eq!(diary.why(demand).is_some(), is_taken_back, "{closed:?}");
    }
}

#[test]
fn a_promise_takes_the_demand_back() {
    let mut diary = behind();
    let demand = diary.demands(1, "10:00");
    diary.promises(100, "2026-04-30");
    assert_eq!(diary.why(demand), Some(&Withdrawal::Agreed));
}

#[test]
fn what_broke_off_is_tried_again_once_it_cannot_be_under_way_any_more_and_counts_once() {
    let mut diary = behind();
    let demand = diary.demands(1, "10:00");
    diary.hands_over(demand, "10:00");
    assert_eq!(
        message::hand_over(&diary.person, &diary.book, demand, None, diary.o_clock("10:01").at()),
        Ok(vec![]),
        "it may be under way"
    );
    assert!(matches!(diary.hands_over(demand, "10:02"), State::Released { .. }), "it does not count against itself");
    assert_eq!(diary.person.messages[&demand].attempts, 2);
    assert_eq!(diary.person.contacts.len(), 1);
}

#[test]
fn what_broke_off_and_may_not_be_tried_again_is_told_as_unsure() {
    let mut diary = behind();
    let demand = diary.demands(1, "21:58");
    diary.hands_over(demand, "21:59");
    let state = diary.hands_over(demand, "22:30");
    assert!(matches!(state, State::Failed { because: Failure::Unsure, .. }), "{state:?}");
    assert_eq!(diary.person.contacts.len(), 1, "it may have arrived, so it counts");
}

#[test]
fn what_never_goes_through_is_given_up() {
    let mut diary = behind();
    let demand = diary.demands(1, "10:00");
    for minute in 0..5 {
        assert!(matches!(diary.hands_over(demand, &format!("10:{:02}", minute * 2)), State::Released { .. }));
    }
    assert!(matches!(diary.hands_over(demand, "10:30"), State::Failed { because: Failure::Unsure, .. }));
}

#[test]
fn nothing_is_queued_that_the_law_forbids_at_its_hour_or_that_waits_already() {
    let mut diary = behind();
    let (late, ten) = (diary.o_clock("23:00"), diary.o_clock("10:00"));
    let refusal = diary.drafts(1, "owed", Purpose::DemandPayment, &late).unwrap_err();
    assert_eq!(refusal.by, ["HOUSE-HOURS"]);
    diary.drafts(2, "owed", Purpose::DemandPayment, &ten).unwrap();
    assert_eq!(diary.drafts(3, "owed", Purpose::DemandPayment, &ten).unwrap_err().by, ["MESSAGE-WAITING"]);
    assert_eq!(diary.drafts(2, "other", Purpose::DemandPayment, &ten).unwrap_err().by, ["MESSAGE-TWICE"]);
}

#[test]
fn a_demand_needs_a_case_and_a_notice_does_not() {
    let mut diary = behind();
    diary.pays(2400);
    let ten = diary.o_clock("10:00");
    assert_eq!(diary.drafts(1, "owed", Purpose::DemandPayment, &ten).unwrap_err().by, ["CASE-NONE"]);
    diary.drafts(2, "receipt", Purpose::ServiceNotice, &ten).unwrap();
}

#[test]
fn a_member_of_staff_takes_back_what_waits_and_nothing_else() {
    let mut diary = behind();
    let demand = diary.demands(1, "10:00");
    diary.write(message::withdraw(&diary.person, demand).unwrap());
    assert_eq!(diary.why(demand), Some(&Withdrawal::Staff));
    assert_eq!(message::withdraw(&diary.person, demand).unwrap_err().by, ["MESSAGE-GONE"]);
}

#[test]
fn a_reply_is_a_contact_that_the_person_began() {
    let mut diary = behind();
    let demand = diary.demands(1, "10:00");
    diary.hands_over(demand, "10:00");
    let words = NoteRef { id: NoteId(9), digest: "00".repeat(32) };
    diary.write(message::reply(&diary.person, &diary.book, Some(demand), Channel::Sms, words, diary.o_clock("10:30").at()));
    assert_eq!(diary.person.contacts.len(), 2);
    assert_eq!(diary.person.contacts[1].direction, contact::Direction::Inbound);
    assert_eq!(diary.overdue(), yuan_of(0) + diary.overdue(), "a reply moves no money");
}

#[test]
fn every_event_of_messages_can_be_told_from_the_log() {
    let at = Timestamp::UNIX_EPOCH;
    let event = Event::MessageSent { message: MessageId(1), at };
    let stranger = domain::person::Person::new(domain::id::PersonId(9));
    let mut after = stranger.clone();
    after.apply(&domain::event::Recorded { version: 1, recorded_at: at, actor: domain::event::Actor::Outbox, event });
    assert_eq!(after.messages, stranger.messages, "of a message that is not there, nothing follows");
}

impl Diary {
    /// A letter for `purpose` waits.
    fn letter(&mut self, id: u64, purpose: Purpose) -> Result<MessageId, Refusal> {
        let due = self.o_clock("10:00");
        let permit = contact::ask(&self.person, &self.book, &message::act(Channel::Letter, purpose), &due)?;
        let words = NoteRef { id: NoteId(id), digest: "00".repeat(32) };
        let draft = Draft { id: MessageId(id), template: format!("letter-{id}"), words, due_at: due.at() };
        let queued = message::queue(&self.person, permit, draft)?;
        self.write(queued);
        Ok(MessageId(id))
    }

    fn prints(&mut self, id: MessageId, batch: &str) -> &State {
        let now = self.o_clock("10:00").at();
        let events = message::hand_over(&self.person, &self.book, id, Some(batch), now).unwrap();
        self.write(events);
        self.state(id)
    }
}

#[test]
fn a_letter_is_printed_in_one_batch_and_in_no_other() {
    let mut diary = behind();
    let letter = diary.letter(1, Purpose::DemandPayment).unwrap();
    let now = diary.o_clock("10:00").at();
    let without = message::hand_over(&diary.person, &diary.book, letter, None, now);
    assert_eq!(without, Err(Refusal::by("MESSAGE-CHANNEL")), "a letter without a batch is printed by nobody");
    assert!(matches!(diary.prints(letter, "first"), State::Released { .. }));
    diary.until("2026-04-21");
    diary.prints(letter, "second");
    assert_eq!(diary.person.messages[&letter].batch.as_deref(), Some("first"));
    assert_eq!(diary.person.contacts.len(), 1);
}

#[test]
fn what_is_paid_before_the_post_comes_takes_a_printed_demand_out_and_not_a_posted_one() {
    let mut diary = behind();
    let (printed, posted) = (diary.letter(1, Purpose::DemandPayment).unwrap(), diary.letter(2, Purpose::DemandPayment).unwrap());
    diary.prints(printed, "first");
    diary.prints(posted, "second");
    diary.write(message::sent(&diary.person, posted, diary.o_clock("10:01").at()));
    diary.pays(1);
    assert_eq!(diary.why(printed), Some(&Withdrawal::Paid));
    assert!(matches!(diary.state(posted), State::Sent { .. }));
    assert_eq!(message::sent(&diary.person, printed, diary.o_clock("10:02").at()), [], "it lies on the desk");
}

#[test]
fn no_letter_goes_to_an_address_from_which_one_came_back() {
    let mut diary = behind();
    let letter = diary.letter(1, Purpose::DemandPayment).unwrap();
    let at = diary.o_clock("10:00").at();
    assert_eq!(message::returned(&diary.person, letter, at), Err(Refusal::by("LETTER-NOT-SENT")));
    diary.prints(letter, "first");
    diary.write(message::sent(&diary.person, letter, at));
    diary.write(message::returned(&diary.person, letter, at).unwrap());
    diary.until("2026-04-22");
    assert_eq!(diary.letter(2, Purpose::DemandPayment), Err(Refusal::by("LETTER-CAME-BACK")));
    let address = NoteRef { id: NoteId(9), digest: "00".repeat(32) };
    let observed_on = diary.today;
    diary.write(vec![Event::AddressRecorded { address, area: "A".into(), provenance: "consumer".into(), observed_on }]);
    assert!(diary.letter(3, Purpose::DemandPayment).is_ok());
}

#[test]
fn a_text_about_a_decision_is_taken_back_with_the_decision() {
    let mut diary = behind();
    let reason = NoteRef { id: NoteId(8), digest: "00".repeat(32) };
    let decided = enforcement::decide(&diary.person, &diary.book, Claim::Suit, reason, diary.today).unwrap();
    diary.write(decided);
    let (says, demand) = (diary.letter(1, Purpose::StartEnforcement).unwrap(), diary.letter(2, Purpose::DemandPayment).unwrap());
    let withdrawn = enforcement::withdraw(&diary.person, Claim::Suit, diary.today).unwrap();
    diary.write(withdrawn);
    assert_eq!(diary.why(says), Some(&Withdrawal::Staff));
    assert_eq!(diary.state(demand), &State::Queued);
}
