//! Reaching out: whom, when, how often; places among the caps; and what the person wishes.

use std::fs;
use std::path::Path;

use domain::circumstance::{self, Known};
use domain::complaint::Matter;
use domain::contact::{self, Act, Channel, ContactOutcome, Direction};
use domain::day::Day;
use domain::house::Agency;
use domain::id::{AccountId, NoteId, ReservationId};
use domain::law::{Actor, DayOf, Fact, Facts, Hours, Law, Pack, Purpose, Recipient, Words};
use domain::moment::{Moment, Timestamp};
use domain::reservation::{self, Release, ReservationEnd, Revocation};
use domain::wish::{self, Wishes};
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::diary::{Diary, day, yuan_of};

fn law(ids: &[&str]) -> Law {
    let pack = |id: &&str| -> Pack {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(id);
        let text = ["pack.toml", "calendar.toml"].map(|file| fs::read_to_string(folder.join(file)).unwrap_or_default());
        toml::from_str(&text.join("\n")).unwrap()
    };
    Law::new(ids.iter().map(pack).collect(), &|name| TimeZone::get(name).ok()).unwrap()
}

/// Somebody in arrears in China, under the law there and the house's own rules.
fn behind() -> Diary {
    let mut diary = Diary::buys("2026-01-10", 2400, 6);
    diary.until("2026-04-20");
    diary.book.law = law(&["cn", "house"]);
    diary
}

fn at(diary: &Diary, hour: i64, minute: i64) -> Moment {
    diary.book.moment(diary.book.start_of(diary.today) + SignedDuration::from_mins(hour * 60 + minute))
}

/// The rules against `act` at that minute of today; none for a yes.
fn against(diary: &Diary, act: &Act, hour: i64, minute: i64) -> Vec<String> {
    contact::ask(&diary.person, &diary.book, act, &at(diary, hour, minute)).err().map_or_else(Vec::new, |refusal| refusal.by)
}

fn call() -> Act {
    Act::demand(Channel::Call)
}

/// A call that took place and that somebody wrote down, permitted or not.
fn called(diary: &mut Diary, act: &Act, hour: i64, outcome: ContactOutcome) -> Vec<String> {
    let when = at(diary, hour, 0);
    let events = contact::observe(&diary.person, &diary.book, act, Direction::Outbound, outcome, None, &when);
    diary.write(events);
    diary.person.contacts.last().unwrap().breaches.clone()
}

fn reserves(diary: &mut Diary, id: u64, act: &Act, hour: i64) -> Result<(), Vec<String>> {
    let (planned, now) = (at(diary, hour, 0).at(), at(diary, 9, 0));
    match reservation::reserve(&diary.person, &diary.book, ReservationId(id), act, planned, &now) {
        Ok(events) => {
            diary.write(events);
            Ok(())
        }
        Err(refusal) => Err(refusal.by),
    }
}

fn end(diary: &Diary, id: u64) -> Option<ReservationEnd> {
    diary.person.reservations[&ReservationId(id)].end
}

#[test]
fn three_debts_one_person_one_budget_over_accounts_channels_and_agencies_and_calls_written_down_by_hand() {
    let mut diary = behind();
    let about = |account: u64| Act { account: Some(AccountId(account)), ..call() };
    assert_eq!(called(&mut diary, &about(1), 9, ContactOutcome::Reached), [""; 0]);
    let by_agency = Act { by: Actor::ThirdPartyAgency, facts: listed(), ..about(2) };
    assert_eq!(called(&mut diary, &by_agency, 10, ContactOutcome::Reached), [""; 0]);
    let by_machine = Act { channel: Channel::AiVoiceInteractive, ..about(3) };
    assert_eq!(called(&mut diary, &by_machine, 11, ContactOutcome::Reached), [""; 0]);
    assert_eq!(against(&diary, &about(4), 12, 0), ["CN-FREQ-1"]);
    assert_eq!(called(&mut diary, &about(4), 12, ContactOutcome::Reached), ["CN-FREQ-1"], "it is written down, with its breach");
}

fn listed() -> Facts {
    Facts::UNKNOWN.with(Fact::AgencyOnPublishedList, true).with(Fact::Subcontracted, false)
}

#[test]
fn of_an_agency_that_nobody_looked_up_nothing_is_assumed() {
    let diary = behind();
    let by_agency = Act { by: Actor::ThirdPartyAgency, ..call() };
    assert_eq!(against(&diary, &by_agency, 12, 0), ["CN-AGENCY-1"]);
    assert_eq!(against(&diary, &Act { facts: listed(), ..by_agency }, 12, 0), [""; 0]);
}

#[test]
fn announcements_are_counted_over_the_lender_and_its_agencies() {
    let mut diary = behind();
    let ours = Act::demand(Channel::AiVoiceNotification);
    let theirs = Act { by: Actor::ThirdPartyAgency, facts: listed(), ..ours };
    called(&mut diary, &ours, 9, ContactOutcome::Sent);
    called(&mut diary, &theirs, 10, ContactOutcome::OtherReached);
    called(&mut diary, &ours, 11, ContactOutcome::NotReached);
    assert_eq!(against(&diary, &ours, 12, 0), [""; 0], "one that nobody heard does not count");
    called(&mut diary, &theirs, 12, ContactOutcome::Reached);
    assert_eq!(against(&diary, &ours, 13, 0), ["CN-FREQ-2"]);
}

#[test]
fn attempts_are_counted_by_the_number_that_is_called() {
    let mut diary = behind();
    let (home, mobile) = (Act { number: Some(NoteId(1)), ..call() }, Act { number: Some(NoteId(2)), ..call() });
    for hour in 9..15 {
        assert_eq!(called(&mut diary, &home, hour, ContactOutcome::NotReached), [""; 0]);
    }
    assert_eq!(against(&diary, &home, 16, 0), ["CN-FREQ-3"]);
    assert_eq!(against(&diary, &mobile, 16, 0), [""; 0]);
    assert_eq!(against(&diary, &call(), 16, 0), ["CN-FREQ-3"], "a number that nobody named may be the same");
    let agreed = Known::Fact { fact: Fact::DebtorAgreedFrequency, is_so: true };
    diary.write(circumstance::note(agreed, diary.today, None, None).unwrap());
    assert_eq!(against(&diary, &home, 16, 0), [""; 0]);
}

#[test]
fn a_planned_act_takes_its_place_and_the_fourth_finds_none() {
    let mut diary = behind();
    for id in 1..=3 {
        reserves(&mut diary, id, &call(), 14).unwrap();
    }
    assert_eq!(reserves(&mut diary, 4, &call(), 15), Err(vec!["CN-FREQ-1".into()]));
    assert_eq!(against(&diary, &call(), 9, 30), ["CN-FREQ-1"], "nor does a call that nobody planned");
    assert_eq!(against(&diary, &call().under(ReservationId(3)), 14, 5), [""; 0], "its own place does not stand against it");
    let given_back = reservation::release(&diary.person, ReservationId(2), Release::NotNeeded).unwrap();
    diary.write(given_back);
    reserves(&mut diary, 5, &call(), 15).unwrap();
    assert_eq!(against(&diary, &call(), 14, 59), ["CN-FREQ-1"]);
    assert_eq!(against(&diary, &call(), 15, 1), [""; 0], "the two of 14:00 were not used within the hour and are given back");
    assert_eq!(against(&diary, &call().under(ReservationId(3)), 15, 1), ["RESERVATION-LATE"]);
}

#[test]
fn a_call_that_nobody_answers_gives_its_place_among_the_conversations_back() {
    let mut diary = behind();
    for id in 1..=3 {
        reserves(&mut diary, id, &call(), 14).unwrap();
    }
    let (act, now) = (call().under(ReservationId(1)), at(&diary, 14, 0));
    let permit = contact::ask(&diary.person, &diary.book, &act, &now).unwrap();
    let events = contact::reach(&diary.person, permit, &act, None, ContactOutcome::NotReached, None, &now).unwrap();
    diary.write(events);
    assert_eq!(end(&diary, 1), Some(ReservationEnd::Used));
    assert_eq!(against(&diary, &act, 14, 1), ["RESERVATION-ENDED"]);
    reserves(&mut diary, 4, &call(), 14).unwrap();
}

#[test]
fn a_planned_act_is_judged_at_its_planned_time_and_again_when_it_starts() {
    let mut diary = behind();
    assert_eq!(reserves(&mut diary, 1, &call(), 23), Err(vec!["CN-TIME-1".into()]), "asked in the morning, for the night");
    reserves(&mut diary, 2, &call(), 21).unwrap();
    assert_eq!(against(&diary, &call().under(ReservationId(2)), 21, 59), [""; 0]);
    assert_eq!(against(&diary, &call().under(ReservationId(2)), 22, 0), ["CN-TIME-1"], "late, and the night has begun");
    for hour in [10, 11] {
        called(&mut diary, &call(), hour, ContactOutcome::Reached);
    }
    assert_eq!(called(&mut diary, &call(), 12, ContactOutcome::Reached), ["CN-FREQ-1"], "the place of 21:00 is taken");
    assert_eq!(against(&diary, &call().under(ReservationId(2)), 21, 0), ["CN-FREQ-1"], "somebody called all the same");
}

#[test]
fn what_happens_in_between_revokes_what_was_planned() {
    fn check(happens: impl FnOnce(&mut Diary), because: Revocation) {
        let mut diary = behind();
        reserves(&mut diary, 1, &call(), 14).unwrap();
        happens(&mut diary);
        assert_eq!(end(&diary, 1), Some(ReservationEnd::Revoked(because)));
        assert_eq!(against(&diary, &call().under(ReservationId(1)), 14, 0), ["RESERVATION-REVOKED"]);
    }
    check(
        |diary| {
            let _ = diary.pays(100);
        },
        Revocation::Payment,
    );
    check(
        |diary| {
            let _ = diary.says(Matter::Complaint { about: Some(Channel::Letter), visit: None });
        },
        Revocation::Complaint,
    );
    check(
        |diary| {
            let _ = diary.says(Matter::Dispute { account: None });
        },
        Revocation::Complaint,
    );
    check(
        |diary| {
            let _ = diary.promises(200, "2026-04-30");
        },
        Revocation::Agreement,
    );
    check(|diary| diary.write(wish::state(Wishes::default(), None, diary.today).unwrap()), Revocation::Wish);
    let order = Known::Fact { fact: Fact::NoContactOrder, is_so: true };
    check(|diary| diary.write(circumstance::note(order, diary.today, None, None).unwrap()), Revocation::Circumstance);
}

#[test]
fn a_reservation_is_for_one_act() {
    let mut diary = behind();
    reserves(&mut diary, 1, &call(), 14).unwrap();
    let other = Act { recipient: Recipient::Guarantor, ..call() };
    assert_eq!(against(&diary, &other.under(ReservationId(1)), 14, 0), ["RESERVATION-OTHER-ACT"]);
    assert_eq!(against(&diary, &Act::demand(Channel::Sms).under(ReservationId(1)), 14, 0), ["RESERVATION-OTHER-ACT"]);
    assert_eq!(against(&diary, &call().under(ReservationId(9)), 14, 0), ["RESERVATION-UNKNOWN"]);
    let now = at(&diary, 14, 0);
    let past = reservation::reserve(&diary.person, &diary.book, ReservationId(3), &call(), at(&diary, 13, 0).at(), &now);
    assert_eq!(past.unwrap_err().by, ["RESERVATION-TIME"]);
}

#[test]
fn hours_agreed_for_calls_open_no_door() {
    let mut diary = behind();
    let agreed = vec![Hours::daily(22 * 60, 23 * 60)];
    diary.write(wish::state(Wishes { agreed, ..Wishes::default() }, None, diary.today).unwrap());
    assert_eq!(against(&diary, &call(), 22, 59), [""; 0]);
    assert_eq!(against(&diary, &call(), 23, 0), ["CN-TIME-1"]);
    assert_eq!(against(&diary, &Act::visit(2), 22, 30), ["CN-TIME-1"]);
    diary.write(wish::state(Wishes::default(), None, diary.today).unwrap());
    assert_eq!(against(&diary, &call(), 22, 30), ["CN-TIME-1"], "who agreed may take it back");
}

#[test]
fn what_a_person_wishes_holds() {
    let mut diary = behind();
    let closed = vec![Hours::daily(0, 14 * 60)];
    let closed_channels = Words::of(&[Channel::Visit, Channel::Sms]);
    diary.write(wish::state(Wishes { agreed: vec![], closed, closed_channels }, None, diary.today).unwrap());
    assert_eq!(against(&diary, &call(), 13, 59), ["HOUSE-WISH-1"]);
    assert_eq!(against(&diary, &call(), 14, 0), [""; 0]);
    assert_eq!(against(&diary, &Act::visit(2), 15, 0), ["HOUSE-WISH-2"]);
    assert_eq!(against(&diary, &Act::demand(Channel::Sms), 15, 0), ["HOUSE-WISH-2"]);
    assert_eq!(against(&diary, &Act::demand(Channel::Letter), 10, 0), [""; 0], "a letter has no hour");
    let situation = contact::situation(&diary.person, &diary.book, &call(), &at(&diary, 9, 0));
    let next = diary.book.law.next_permitted(&situation, 7).unwrap();
    assert_eq!(next, at(&diary, 14, 0).at(), "and the pages say when");
}

#[test]
fn what_is_on_file_is_read_and_ends_when_it_ends() {
    fn check(fact: Fact, act: &Act, rules: &[&str]) {
        let mut diary = behind();
        let until = Some(diary.today);
        diary.write(circumstance::note(Known::Fact { fact, is_so: true }, diary.today, until, None).unwrap());
        assert_eq!(against(&diary, act, 15, 0), rules, "{}", fact.name());
        diary.until("2026-04-21");
        assert_eq!(against(&diary, act, 15, 0), [""; 0], "{} on the day after", fact.name());
    }
    check(Fact::NoContactOrder, &call(), &["CN-STOP-3"]);
    check(Fact::DebtorDead, &call(), &["CN-STOP-4"]);
    check(Fact::DebtUnlawful, &call(), &["CN-METH-1"]);
    check(Fact::CeaseWritten, &call(), &["HOUSE-CEASE-1"]);
    check(Fact::AttorneyKnown, &call(), &["HOUSE-REPR-1"]);
    check(Fact::VulnerabilitySuspected, &Act::visit(2), &["HOUSE-CARE-1"]);
    check(Fact::SensitiveOccasion, &call(), &["HOUSE-CARE-1"]);
    check(Fact::DebtAssigned, &call(), &["CN-ASSIGN-1"]);
}

#[test]
fn a_contact_who_refused_is_left_in_peace() {
    let mut diary = behind();
    let relative = Act { recipient: Recipient::Relative, purpose: Purpose::AskToRelay, ..call() };
    assert_eq!(against(&diary, &relative, 15, 0), ["CN-PARTY-2"], "the debtor can be reached, as far as anybody tried");
    for day in ["2026-04-21", "2026-04-22", "2026-04-23"] {
        called(&mut diary, &call(), 10, ContactOutcome::NotReached);
        diary.until(day);
    }
    assert_eq!(against(&diary, &relative, 15, 0), [""; 0], "three days in a row nobody answered");
    let refused = Known::Refused { recipient: Recipient::Relative };
    diary.write(circumstance::note(refused, diary.today, None, None).unwrap());
    assert_eq!(against(&diary, &relative, 15, 0), ["CN-PARTY-3"]);
    called(&mut diary, &call(), 11, ContactOutcome::Reached);
    diary.until("2026-04-24");
    assert_eq!(against(&diary, &relative, 15, 0), ["CN-PARTY-2", "CN-PARTY-3"], "the debtor was reached since");
}

#[test]
fn hours_are_those_of_the_persons_own_clocks_in_every_zone_they_may_be_in() {
    let mut diary = behind();
    diary.person.zone = "Asia/Kathmandu".into();
    let moment = |text: &str| Moment::new(text.parse::<Timestamp>().unwrap(), TimeZone::UTC);
    let may = |diary: &Diary, text: &str| contact::ask(&diary.person, &diary.book, &call(), &moment(text)).is_ok();
    assert!(may(&diary, "2026-04-20T16:14:59Z"), "21:59:59 in Kathmandu, five hours and three quarters before");
    assert!(!may(&diary, "2026-04-20T16:15:00Z"));
    let elsewhere = Known::MayBeIn { zone: "Asia/Kolkata".into() };
    diary.write(circumstance::note(elsewhere, diary.today, None, None).unwrap());
    assert!(!may(&diary, "2026-04-21T02:29:00Z"), "08:14 in Kathmandu, 07:59 in Kolkata");
    assert!(may(&diary, "2026-04-21T02:30:00Z"));
    let nowhere = Known::MayBeIn { zone: "Nowhere/Land".into() };
    diary.write(circumstance::note(nowhere, diary.today, None, None).unwrap());
    assert!(!may(&diary, "2026-04-21T06:00:00Z"), "a zone that nobody can find is every zone");
}

#[test]
fn a_file_holds_what_a_file_can_hold() {
    let today = Day::parse("2026-04-20").unwrap();
    let note = |known| circumstance::note(known, today, None, None);
    assert_eq!(note(Known::Fact { fact: Fact::IdBadgeShown, is_so: true }).unwrap_err().field, "fact");
    assert_eq!(note(Known::Day { of: DayOf::LastVisit }).unwrap_err().field, "day");
    let over = circumstance::note(Known::Day { of: DayOf::DebtAdviserNotice }, today, Some(today.plus_days(-1)), None);
    assert_eq!(over.unwrap_err().field, "until");
}

#[test]
fn under_a_law_that_asks_for_more_than_the_file_knows_nothing_is_settled() {
    let mut diary = behind();
    diary.book.law = law(&["us-federal"]);
    diary.person.zone = "America/New_York".into();
    let at = Moment::new("2026-04-20T18:00:00Z".parse().unwrap(), TimeZone::UTC);
    let message = Act { by: Actor::ThirdPartyAgency, ..Act::demand(Channel::Sms) };
    let refusal = contact::ask(&diary.person, &diary.book, &message, &at).unwrap_err();
    assert_eq!(refusal.by, ["US-OPT-1"], "nobody said whether the message tells how to opt out");
    let told = Act { facts: Facts::UNKNOWN.with(Fact::OptOutNotice, true), ..message };
    assert!(contact::ask(&diary.person, &diary.book, &told, &at).is_ok());
    assert!(diary.overdue() > yuan_of(0));
}

#[test]
fn a_call_that_took_place_is_written_down_under_its_reservation_or_with_its_breach() {
    let mut diary = behind();
    reserves(&mut diary, 1, &call(), 14).unwrap();
    let writes = |diary: &mut Diary, hour| {
        let now = at(diary, hour, 0);
        let events = contact::called(&diary.person, &diary.book, &call(), ContactOutcome::NotReached, None, &now);
        diary.write(events);
        diary.person.contacts.last().unwrap().clone()
    };
    let planned = writes(&mut diary, 14);
    assert_eq!((planned.toward.reservation, planned.breaches.len()), (Some(ReservationId(1)), 0));
    assert_eq!(end(&diary, 1), Some(ReservationEnd::Used));
    let unplanned = writes(&mut diary, 15);
    assert_eq!((unplanned.toward.reservation, unplanned.breaches.len()), (None, 0));
    assert_eq!(writes(&mut diary, 23).breaches, ["CN-TIME-1"]);
    reserves(&mut diary, 2, &call(), 16).unwrap();
    diary.says(Matter::Dispute { account: None });
    let revoked = writes(&mut diary, 16);
    assert_eq!((revoked.toward.reservation, revoked.breaches), (None, vec!["COMPLAINT-STOPS".to_owned()]));
}

#[test]
fn an_agency_is_asked_for_by_its_number_and_must_have_stood_on_the_list_that_day() {
    let mut diary = behind();
    let today = diary.today;
    let agency = |number: u16, listed_from: Option<Day>, listed_until: Option<Day>, passes_cases_on: bool| {
        let name = format!("agency {number}");
        Agency { number, name, listed_from, listed_until, passes_cases_on }
    };
    let yesterday = today.plus_days(-1);
    diary.book.house.agencies = vec![
        agency(1, Some(yesterday), None, false),
        agency(2, Some(today.plus_days(1)), None, false),
        agency(3, Some(day("2026-01-01")), Some(yesterday), false),
        agency(4, None, None, false),
        agency(5, Some(yesterday), None, true),
    ];
    let rules = |number: u16| against(&diary, &call().through(number), 10, 0);
    assert_eq!(rules(1), [""; 0]);
    for number in [2, 3, 4, 99] {
        assert_eq!(rules(number), ["CN-AGENCY-1"], "{number}");
    }
    assert_eq!(rules(5), ["CN-AGENCY-1"]);
    let broke = called(&mut diary, &call().through(4), 10, ContactOutcome::Reached);
    assert_eq!(broke, ["CN-AGENCY-1"]);
    assert_eq!(diary.person.contacts.last().unwrap().toward.agency, Some(4));
}
