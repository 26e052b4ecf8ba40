//! Defects that others shipped, told so that they would fail here.

use domain::id::PersonId;
use domain::law::{Call, Channel, Counter, Fact, History, Hours, Ruling, Situation};
use domain::moment::{Moment, Timestamp};

use crate::packs::{law, pack, zone};
use crate::people::plain;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn word(jurisdiction: &str, situation: &Situation) -> &'static str {
    law(&[jurisdiction]).rule(situation).word()
}

/// 6: the gate used "now" and not the planned time.
#[test]
fn a_visit_booked_in_the_morning_for_the_night_is_judged_at_night_and_again_at_the_door() {
    let visit = plain(&pack("cn"), "visit");
    assert_eq!(word("cn", &visit.at(at("2026-03-10T02:00:00Z"))), "permit");
    assert_eq!(word("cn", &visit.at(at("2026-03-10T15:00:00Z"))), "deny");
    let Ruling::Allowed(permit) = law(&["cn"]).rule(&visit.at(at("2026-03-10T13:00:00Z"))) else { panic!("21:00 is lawful") };
    assert_eq!(permit.not_after(), at("2026-03-10T14:00:00Z"));
    let late = permit.spend(PersonId(0), Channel::Visit, at("2026-03-10T14:00:00Z"));
    assert_eq!(late.unwrap_err().by, ["LAW-PERMIT"]);
}

/// 7: half-hour zones lost their minutes, so a call at 19:29 passed.
#[test]
fn zones_with_half_and_quarter_hours_keep_their_minutes() {
    let check = |utc: &str, place: &str, expected: &str| {
        let mut call = plain(&pack("in"), "call");
        call.moment = Moment::new(at(utc), zone(place).unwrap());
        assert_eq!(word("in", &call), expected, "{utc} in {place}");
    };
    check("2026-05-12T13:29:59Z", "Asia/Kolkata", "permit");
    check("2026-05-12T13:30:00Z", "Asia/Kolkata", "deny");
    check("2026-05-12T13:59:00Z", "Asia/Kolkata", "deny");
    check("2026-05-12T02:29:59Z", "Asia/Kolkata", "deny");
    check("2026-05-12T02:30:00Z", "Asia/Kolkata", "permit");
    check("2026-05-12T13:14:00Z", "Asia/Kathmandu", "permit");
    check("2026-05-12T13:15:00Z", "Asia/Kathmandu", "deny");
}

/// 8 and 9: the cap was counted per claim and only for what the machine had sent. Here one day's counts belong to the person.
#[test]
fn the_last_slot_of_the_day_is_the_last_whatever_debt_it_was_used_for() {
    let call = |calls: u16| {
        let mut call = plain(&pack("cn"), "call");
        call.counts.set(Counter::ActiveEffectiveCalls, calls);
        word("cn", &call)
    };
    assert_eq!([call(0), call(2), call(3), call(9)], ["permit", "permit", "deny", "deny"]);
    let mut tomorrow = plain(&pack("cn"), "call");
    tomorrow.counts.set(Counter::ActiveEffectiveCalls, 3);
    let next = law(&["cn"]).next_permitted(&tomorrow, 30);
    assert_eq!(next, Some(at("2026-03-11T00:00:00Z")));
}

/// 10: consent to one thing was taken for consent to another.
#[test]
fn agreeing_to_a_call_at_night_is_no_consent_to_entering_the_home() {
    let mut visit = plain(&pack("cn"), "visit");
    visit.agreed_times = Some(vec![Hours::daily(22 * 60, 23 * 60)]);
    visit.facts.set(Fact::EntersDwelling, true);
    assert_eq!(law(&["cn"]).rule(&visit).rules(), ["CN-VISIT-2"]);
    visit.facts.forget(Fact::OccupantConsent);
    assert_eq!(word("cn", &visit), "unsettled");
}

#[test]
fn a_refusal_names_every_rule_that_stood_against_it() {
    let mut visit = plain(&pack("cn"), "visit").at(at("2026-03-10T15:00:00Z"));
    visit.facts.set(Fact::RecordingOn, false);
    visit.facts.set(Fact::IdBadgeShown, false);
    visit.facts.set(Fact::ObjectionOpen, true);
    let ruling = law(&["cn"]).rule(&visit);
    assert_eq!(ruling.rules(), ["CN-TIME-1", "CN-VISIT-3", "CN-VISIT-4"]);
    assert!(ruling.permit().is_err_and(|refusal| refusal.by.len() == 3));
}

#[test]
fn a_permit_is_good_for_its_person_channel_and_time_only() {
    let visit = plain(&pack("cn"), "visit");
    let law = law(&["cn"]);
    let spend =
        |person, channel, when: &str| law.rule(&visit).permit().unwrap().spend(PersonId(person), channel, at(when)).is_ok();
    assert!(spend(0, Channel::Visit, "2026-03-10T07:00:00Z"));
    assert!(spend(0, Channel::Visit, "2026-03-10T13:59:59Z"));
    assert!(!spend(1, Channel::Visit, "2026-03-10T07:00:00Z"));
    assert!(!spend(0, Channel::Call, "2026-03-10T07:00:00Z"));
    assert!(!spend(0, Channel::Visit, "2026-03-10T06:59:59Z"));
    assert!(!spend(0, Channel::Visit, "2026-03-11T07:00:00Z"));
}

#[test]
fn what_is_stored_of_a_ruling_reads_back_and_permits_nothing() {
    let law = law(&["cn"]);
    for minute in ["2026-03-10T07:00:00Z", "2026-03-10T15:00:00Z"] {
        let visit = plain(&pack("cn"), "visit").at(at(minute));
        let finding = law.rule(&visit).finding(&law, &visit);
        let stored = serde_json::to_string(&finding).unwrap();
        assert_eq!(serde_json::from_str::<domain::law::Finding>(&stored).unwrap(), finding);
        assert_eq!(finding.packs.len(), 1);
        assert!(finding.rules.contains(&String::from("CN-TIME-1")), "{finding:?}");
    }
}

#[test]
fn what_would_be_lawful_instead_is_named() {
    let law = law(&["us-federal"]);
    let mut call = plain(&pack("us-federal"), "call").at(at("2026-04-09T16:00:00Z"));
    call.history = Some(History { conversations: vec![domain::day::Day::parse("2026-04-07").unwrap()], ..History::default() });
    assert_eq!(law.rule(&call).rules(), ["US-CALL-2"]);
    assert_eq!(law.alternatives(&call), [Channel::Portal, Channel::Letter, Channel::Email, Channel::Sms, Channel::Visit]);
}

#[test]
fn calls_are_counted_as_the_regulation_counts_them() {
    let day = |text: &str| domain::day::Day::parse(text).unwrap();
    let call = Call::on(day("2026-04-02"));
    let calls = vec![call, call, Call { connected_to_number: false, ..call }, Call { under_consent: true, ..call }];
    let history = History { calls, conversations: vec![day("2026-04-07")], texts: Vec::new() };
    let check = |on: &str, within: u16| assert_eq!(history.calls_within(7, day(on)), within, "{on}");
    check("2026-04-01", 0);
    check("2026-04-02", 2);
    check("2026-04-08", 2);
    check("2026-04-09", 0);
    assert_eq!(history.calls_on(day("2026-04-02")), 3);
    let talked = |on: &str| history.talked_within(7, day(on));
    assert_eq!(
        [talked("2026-04-06"), talked("2026-04-07"), talked("2026-04-13"), talked("2026-04-14")],
        [false, true, true, false]
    );
}
