//! Visits: permitted on a complete file, revoked the moment its ground falls, checked at the door, judged by the person.

use domain::complaint::{HardshipReason, Matter};
use domain::contact::{Act, Channel, ContactOutcome, ask, reach, situation};
use domain::day::Day;
use domain::event::{Event, NoteRef};
use domain::file::{self, Subject, Verdict};
use domain::id::{NoteId, StaffId, VisitId, VisitPermitId};
use domain::identity::Identity;
use domain::law::{Fact, Law, Pack, Words};
use domain::moment::{Moment, Timestamp};
use domain::refusal::Refusal;
use domain::visit::{self, Collector, Decline, Doorstep, Met, Rating, Revocation, Slot, Stop, Treated, VisitEnd};
use domain::wish::{self, Wishes};
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::diary::{ACCOUNT, Diary, day};

const VISIT: VisitId = VisitId(50);

/// Somebody late, twice written to, whose file is complete and who agreed to be visited tomorrow from ten to eleven.
fn expects_a_visit() -> (Diary, Slot) {
    let mut diary = Diary::buys("2026-01-10", 2400, 6);
    diary.book.law = law_of_cn();
    diary.until("2026-04-19");
    let address = NoteRef { id: NoteId(2), digest: "00".repeat(32) };
    let (area, provenance) = ("合肥".into(), "application".into());
    diary.write(vec![Event::AddressRecorded { address, area, provenance, observed_on: day("2026-01-10") }]);
    let noon = diary.book.moment(diary.noon());
    let act = Act::demand(Channel::Sms);
    let permit = ask(&diary.person, &diary.book, &act, &noon).unwrap();
    diary.write(reach(&diary.person, permit, &act, None, ContactOutcome::Sent, None, &noon).unwrap());
    audited(&mut diary);
    let from = diary.book.start_of(day("2026-04-21")) + SignedDuration::from_hours(10);
    let slot = Slot { from, until: from + SignedDuration::from_hours(1) };
    let later = Slot { from: slot.until, until: slot.until + SignedDuration::from_hours(1) };
    let permit = ask(&diary.person, &diary.book, &Act::visit(2), &noon).unwrap();
    diary.write(visit::propose(&diary.person, &diary.book, permit, VISIT, vec![slot, later], &noon).unwrap());
    diary.write(visit::choose(&diary.person, VISIT, slot, &noon).unwrap());
    diary.until("2026-04-20");
    (diary, slot)
}

/// The pack that ships for mainland China: an empty law permits nothing.
fn law_of_cn() -> Law {
    let files = [
        include_str!("../../../../packs/cn/pack.toml"),
        include_str!("../../../../packs/cn/money.toml"),
        include_str!("../../../../packs/cn/calendar.toml"),
    ];
    let pack: Pack = toml::from_str(&files.join("\n")).unwrap();
    Law::new(vec![pack], &|name| TimeZone::get(name).ok()).unwrap()
}

fn audited(diary: &mut Diary) {
    let identity = Identity {
        name: "林浩然".into(),
        resident_id: Some("110101199003078670".into()),
        phone: Some("13800001234".into()),
        ..Identity::default()
    };
    diary.write(file::audit(&diary.person, &diary.book, Some(&identity), diary.today).unwrap());
    assert!(diary.person.audit.as_ref().unwrap().is_complete(), "{:?}", diary.person.audit);
}

fn team(until: &str) -> Vec<Collector> {
    [1, 2].map(|id| Collector { staff: StaffId(id), certified_until: Some(day(until)) }).to_vec()
}

fn assign(diary: &mut Diary, team: &[Collector], slot: Slot) -> Result<(), Refusal> {
    let now = diary.book.moment(diary.noon());
    let events = visit::assign(&diary.person, &diary.book, VISIT, team, slot.from, &now)?;
    diary.write(events);
    Ok(())
}

fn permitted(diary: &mut Diary, team: &[Collector], slot: Slot, now: &Moment) -> Result<(), Refusal> {
    let id = VisitPermitId(diary.person.version);
    let planned = diary.book.moment(slot.from);
    let permit = ask(&diary.person, &diary.book, &Act::visit(2), &planned)?;
    let events = visit::permit(&diary.person, &diary.book, permit, id, VISIT, team, now)?;
    diary.write(events);
    Ok(())
}

fn starts(diary: &mut Diary, at: Timestamp) -> Result<(), Refusal> {
    let now = diary.book.moment(at);
    let permit = ask(&diary.person, &diary.book, &Act::visit(2), &now)?;
    let events = visit::start(&diary.person, permit, VISIT, &now)?;
    diary.write(events);
    Ok(())
}

/// A visit whose permit was issued at noon of the day before.
fn permitted_visit() -> (Diary, Slot) {
    let (mut diary, slot) = expects_a_visit();
    let team = team("2026-12-31");
    assign(&mut diary, &team, slot).unwrap();
    let noon = diary.book.moment(diary.noon());
    permitted(&mut diary, &team, slot, &noon).unwrap();
    (diary, slot)
}

fn fell(diary: &Diary) -> Option<Revocation> {
    diary.person.visits[&VISIT].permits.last().unwrap().revoked.map(|(because, _)| because)
}

#[test]
fn a_file_is_right_on_the_morning_after_a_due_day_and_not_once_a_night_was_missed() {
    let mut diary = Diary::buys("2026-01-10", 2400, 6);
    diary.until("2026-04-11");
    let said = diary.person.accounts[&ACCOUNT].standing;
    assert_ne!(diary.person.accounts[&ACCOUNT].standing_on(diary.today), said, "one more instalment is late since midnight");
    let amount = |today| {
        let checks = file::checks(&diary.person, &diary.book, None, today);
        checks.into_iter().find(|check| check.subject == Subject::Amount).unwrap().verdict
    };
    assert_eq!(amount(diary.today), Verdict::Passed);
    assert_eq!(amount(diary.today.plus_days(1)), Verdict::Failed);
}

#[test]
fn a_permitted_visit_starts_in_its_hour_and_the_permit_ends_with_it() {
    let (mut diary, slot) = permitted_visit();
    let issued = &diary.person.visits[&VISIT].permits[0];
    assert_eq!(issued.permit.expires_at, slot.until);
    assert_eq!(issued.permit.window, slot);
    starts(&mut diary, slot.from + SignedDuration::from_mins(5)).unwrap();
    assert_eq!(fell(&diary), None);
}

#[test]
fn without_a_permit_nothing_starts() {
    let (mut diary, slot) = expects_a_visit();
    assign(&mut diary, &team("2026-12-31"), slot).unwrap();
    assert_eq!(starts(&mut diary, slot.from).unwrap_err().by, ["PERMIT-NONE"]);
}

#[test]
fn a_permit_is_issued_at_most_a_day_ahead() {
    let (mut diary, slot) = expects_a_visit();
    let team = team("2026-12-31");
    assign(&mut diary, &team, slot).unwrap();
    let early = diary.book.moment(slot.until - SignedDuration::from_hours(24) - SignedDuration::from_secs(1));
    assert_eq!(permitted(&mut diary, &team, slot, &early).unwrap_err().by, ["PERMIT-EARLY"]);
    let in_time = diary.book.moment(slot.until - SignedDuration::from_hours(24));
    permitted(&mut diary, &team, slot, &in_time).unwrap();
    let again = diary.book.moment(slot.from);
    assert_eq!(permitted(&mut diary, &team, slot, &again).unwrap_err().by, ["PERMIT-TWICE"]);
}

#[test]
fn whatever_takes_the_ground_of_a_permit_revokes_it_in_the_same_append() {
    type Deed = fn(&mut Diary, Slot);
    let deeds: [(Deed, Revocation); 10] = [
        (|diary, _| _ = diary.pays(100), Revocation::Paid),
        (|diary, _| _ = diary.says(Matter::Dispute { account: None }), Revocation::Disputed),
        (|diary, _| _ = diary.says(Matter::Complaint { about: Some(Channel::Call), visit: None }), Revocation::Complained),
        (|diary, _| _ = diary.says(Matter::Complaint { about: None, visit: None }), Revocation::Complained),
        (|diary, _| _ = diary.says(Matter::Hardship { reason: HardshipReason::NotSaid }), Revocation::Hardship),
        (
            |diary, _| {
                let wishes = Wishes { closed_channels: Words::of(&[Channel::Visit]), ..Wishes::default() };
                diary.write(wish::state(wishes, None, diary.today).unwrap());
            },
            Revocation::StopRequested,
        ),
        (|diary, _| diary.write(visit::decline(&diary.person, VISIT, Decline::NoVisit).unwrap()), Revocation::Declined),
        (
            |diary, slot| {
                let later = Slot { from: slot.until, until: slot.until + SignedDuration::from_hours(1) };
                let now = diary.book.moment(diary.noon());
                diary.write(visit::choose(&diary.person, VISIT, later, &now).unwrap());
            },
            Revocation::Moved,
        ),
        (
            |diary, _| {
                let address = NoteRef { id: NoteId(9), digest: "00".repeat(32) };
                diary.write(visit::name_place(&diary.person, VISIT, address, diary.noon()).unwrap());
            },
            Revocation::PlaceChanged,
        ),
        (
            |diary, slot| {
                let other = [3, 4].map(|id| Collector { staff: StaffId(id), certified_until: Some(Day::MAX) });
                assign(diary, &other, slot).unwrap();
            },
            Revocation::Reassigned,
        ),
    ];
    for (deed, because) in deeds {
        let (mut diary, slot) = permitted_visit();
        let before = diary.person.version;
        deed(&mut diary, slot);
        assert_eq!(fell(&diary), Some(because));
        assert!(diary.person.version > before + 1, "{because:?} stands beside its cause");
        assert!(starts(&mut diary, slot.from).is_err(), "{because:?}");
    }
}

#[test]
fn a_payment_that_leaves_something_overdue_wants_a_new_audit_and_then_a_new_permit() {
    let (mut diary, slot) = permitted_visit();
    diary.pays(100);
    assert_eq!(starts(&mut diary, slot.from).unwrap_err().by, ["PERMIT-REVOKED"]);
    let noon = diary.book.moment(diary.noon());
    let team = team("2026-12-31");
    assert_eq!(permitted(&mut diary, &team, slot, &noon).unwrap_err().by, ["FILE-CHANGED"]);
    audited(&mut diary);
    permitted(&mut diary, &team, slot, &noon).unwrap();
    starts(&mut diary, slot.from).unwrap();
}

#[test]
fn what_happens_elsewhere_on_the_file_leaves_the_permit_alone() {
    let (mut diary, slot) = permitted_visit();
    diary.states(8_000, 3_000);
    diary.until("2026-04-21");
    assert_eq!(fell(&diary), None, "a night and a statement of means change nothing that was checked");
    starts(&mut diary, slot.from).unwrap();
}

#[test]
fn nobody_is_sent_or_permitted_whose_certificate_lapses_before_the_day() {
    let (mut diary, slot) = expects_a_visit();
    for until in ["2026-04-19", "2026-04-20"] {
        assert_eq!(assign(&mut diary, &team(until), slot).unwrap_err().by, ["STAFF-CERTIFICATE"], "{until}");
    }
    let uncertified = [Collector { staff: StaffId(1), certified_until: None }, team("2026-12-31")[1]];
    assert_eq!(assign(&mut diary, &uncertified, slot).unwrap_err().by, ["STAFF-CERTIFICATE"]);
    assign(&mut diary, &team("2026-04-21"), slot).unwrap();
    let noon = diary.book.moment(diary.noon());
    assert_eq!(permitted(&mut diary, &team("2026-04-20"), slot, &noon).unwrap_err().by, ["STAFF-CERTIFICATE"]);
    permitted(&mut diary, &team("2026-04-21"), slot, &noon).unwrap();
    let revoked = visit::revoke(&diary.person, VISIT, Revocation::CertificateLapsed, diary.noon()).unwrap();
    diary.write(revoked);
    assert_eq!(fell(&diary), Some(Revocation::CertificateLapsed));
    assert_eq!(starts(&mut diary, slot.from).unwrap_err().by, ["PERMIT-REVOKED"]);
}

#[test]
fn one_person_twice_is_no_team_and_another_team_gets_no_permit() {
    let (mut diary, slot) = expects_a_visit();
    let good = team("2026-12-31");
    assert_eq!(assign(&mut diary, &[good[0], good[0]], slot).unwrap_err().by, ["CN-VISIT-1"]);
    assign(&mut diary, &good, slot).unwrap();
    let other = [good[0], Collector { staff: StaffId(3), certified_until: Some(Day::MAX) }];
    let noon = diary.book.moment(diary.noon());
    assert_eq!(permitted(&mut diary, &other, slot, &noon).unwrap_err().by, ["VISIT-OTHER-TEAM"]);
}

fn tries(diary: &mut Diary, is_right: bool, at: Timestamp) -> Result<(), Refusal> {
    let events = visit::try_code(&diary.person, VISIT, is_right, at)?;
    diary.write(events);
    Ok(())
}

#[test]
fn the_third_wrong_code_stops_the_visit_and_alerts_compliance() {
    let (mut diary, slot) = permitted_visit();
    assert_eq!(tries(&mut diary, true, slot.from - SignedDuration::from_secs(1)).unwrap_err().by, ["VISIT-CODE-NOT-NOW"]);
    tries(&mut diary, false, slot.from).unwrap();
    tries(&mut diary, false, slot.from).unwrap();
    assert_eq!(diary.person.visits[&VISIT].end, None, "two mistakes are mistakes");
    tries(&mut diary, false, slot.from).unwrap();
    let stopped = &diary.person.visits[&VISIT];
    assert_eq!(stopped.end, Some(VisitEnd::Stopped(Stop::WrongCodes)));
    assert_eq!(stopped.alert.as_ref().unwrap().answered, None);
    assert_eq!(fell(&diary), Some(Revocation::Stopped));
    assert!(starts(&mut diary, slot.from).is_err());
    assert_eq!(tries(&mut diary, true, slot.until + SignedDuration::from_secs(1)).unwrap_err().by, ["VISIT-ENDED"]);
}

#[test]
fn he_was_wrong_stops_at_once_and_no_visit_is_proposed_until_somebody_looked_into_it() {
    let (mut diary, slot) = permitted_visit();
    diary.write(visit::stop(&diary.person, VISIT, slot.from - SignedDuration::from_hours(2)).unwrap());
    assert_eq!(fell(&diary), Some(Revocation::Stopped));
    let noon = diary.book.moment(diary.noon());
    let next = vec![Slot { from: slot.from, until: slot.until }];
    let proposed = |diary: &Diary| {
        let permit = ask(&diary.person, &diary.book, &Act::visit(2), &noon)?;
        visit::propose(&diary.person, &diary.book, permit, VisitId(51), next.clone(), &noon)
    };
    assert_eq!(proposed(&diary).unwrap_err().by, ["VISIT-ALERT-OPEN"]);
    diary.write(visit::answer_alert(&diary.person, VISIT, None, diary.noon()).unwrap());
    assert!(proposed(&diary).is_ok());
    assert_eq!(visit::answer_alert(&diary.person, VISIT, None, diary.noon()).unwrap_err().by, ["VISIT-ALERT-ANSWERED"]);
}

#[test]
fn another_place_is_looked_at_before_anybody_is_sent_there() {
    let (mut diary, slot) = expects_a_visit();
    let address = NoteRef { id: NoteId(9), digest: "00".repeat(32) };
    diary.write(visit::name_place(&diary.person, VISIT, address.clone(), diary.noon()).unwrap());
    assert_eq!(assign(&mut diary, &team("2026-12-31"), slot).unwrap_err().by, ["VISIT-PLACE-UNCHECKED"]);
    let where_it_is = |diary: &Diary| {
        let facts = situation(&diary.person, &diary.book, &Act::visit(2), &diary.book.moment(diary.noon())).facts;
        [Fact::AtResidence, Fact::ExpressConsentToPlace].map(|fact| facts.get(fact))
    };
    assert_eq!(where_it_is(&diary), [Some(true), Some(false)]);
    diary.write(visit::accept_place(&diary.person, VISIT, diary.noon()).unwrap());
    assert_eq!(diary.person.visits[&VISIT].place, visit::Place::Named { address });
    assert_eq!(where_it_is(&diary), [Some(false), Some(true)], "it is not where they live, and they chose it");
    assign(&mut diary, &team("2026-12-31"), slot).unwrap();
    let noon = diary.book.moment(diary.noon());
    let refused = permitted(&mut diary, &team("2026-12-31"), slot, &noon).unwrap_err();
    assert_eq!(refused.by, ["FILE-CHANGED"], "with another place the file is checked again");
}

#[test]
fn after_a_visit_the_person_says_how_it_was_once_and_adds_their_own_word() {
    let (mut diary, slot) = permitted_visit();
    let rating = Rating { identified: Some(true), treated: Treated::Well };
    let words = NoteRef { id: NoteId(9), digest: "00".repeat(32) };
    let at = slot.until;
    assert_eq!(visit::rate(&diary.person, VISIT, rating, None, at).unwrap_err().by, ["VISIT-NOT-RECORDED"]);
    assert_eq!(visit::remark(&diary.person, VISIT, words.clone(), at).unwrap_err().by, ["VISIT-NOT-RECORDED"]);
    starts(&mut diary, slot.from).unwrap();
    let doorstep = Doorstep {
        met: Met::Debtor,
        identity_verified: true,
        debt_told_to_other: false,
        circumstances: None,
        asked_to_leave: false,
        distress: false,
        words: None,
    };
    diary.write(visit::record(&diary.person, VISIT, doorstep));
    diary.write(visit::rate(&diary.person, VISIT, rating, None, at).unwrap());
    assert_eq!(visit::rate(&diary.person, VISIT, rating, None, at).unwrap_err().by, ["VISIT-RATED"]);
    diary.write(visit::remark(&diary.person, VISIT, words.clone(), at).unwrap());
    diary.write(visit::remark(&diary.person, VISIT, words, at).unwrap());
    assert_eq!(diary.person.visits[&VISIT].remarks.len(), 2, "a second word stands beside the first");
}
