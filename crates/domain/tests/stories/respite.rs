//! Respite: everything stops, and goes on exactly where it stood.

use domain::contact::{Act, Channel, ask};
use domain::follow_up::Step;
use domain::house::Agency;
use domain::money::Money;
use domain::options::Way;
use domain::plan::{self, PlanEnd};
use domain::promise::Outcome;
use domain::respite::{self, Ground, RespiteEnd};

use super::diary::{Diary, day, note, yuan_of};

fn behind() -> Diary {
    let mut diary = Diary::buys("2026-01-10", 2400, 6);
    diary.until("2026-04-20");
    diary
}

fn refused(diary: &Diary, channel: Channel) -> Vec<String> {
    ask(&diary.person, &diary.book, &Act::demand(channel), &diary.book.moment(diary.now())).map_or_else(|it| it.by, |_| vec![])
}

#[test]
fn every_channel_stops_and_the_next_step_is_to_wait() {
    let mut diary = behind();
    diary.rests(Ground::Hardship, Some("2026-05-20")).unwrap();
    for channel in [Channel::Call, Channel::Sms, Channel::Letter, Channel::Email, Channel::Visit] {
        assert_eq!(refused(&diary, channel), ["RESPITE"]);
    }
    diary.night();
    let next = diary.person.open_case().unwrap().follow_up.as_ref().unwrap();
    assert_eq!((next.step, next.due_on), (Step::Wait, day("2026-05-20")), "until the respite is over");
}

#[test]
fn late_charges_and_days_stand_still_for_exactly_its_days() {
    let (mut resting, mut other) = (behind(), behind());
    let (owed, late) = (resting.person.owed(resting.today), resting.person.days_past_due(resting.today));
    resting.rests(Ground::Hardship, Some("2026-05-05")).unwrap();
    resting.until("2026-05-05");
    assert_eq!((resting.person.owed(resting.today), resting.person.days_past_due(resting.today)), (owed, late));
    resting.until("2026-05-06");
    other.until("2026-04-21");
    assert_eq!(
        resting.person.days_past_due(resting.today),
        other.person.days_past_due(other.today),
        "the day after it is the day after it began"
    );
    assert_eq!(resting.person.owed(resting.today), other.person.owed(other.today));
}

#[test]
fn a_payment_that_bounces_in_a_respite_brings_no_charges_with_it() {
    let mut diary = Diary::buys("2026-01-10", 2400, 6);
    let all = diary.until("2026-02-01").pays(2400);
    diary.until("2026-02-03").rests(Ground::Hardship, Some("2026-06-30")).unwrap();
    diary.until("2026-03-01").bounces(all);
    diary.until("2026-06-30");
    assert_eq!(diary.person.owed(diary.today), yuan_of(2400), "it is owed again, and no more than it");
    assert_eq!(diary.person.days_past_due(diary.today), 0);
    diary.until("2026-07-20");
    assert!(diary.person.owed(diary.today) > yuan_of(2400), "afterwards it goes on");
}

#[test]
fn what_the_cost_cap_held_down_does_not_come_out_during_a_respite() {
    let mut diary = Diary::buys_near_the_cap("2026-01-10", 240, 12);
    diary.until("2026-04-20");
    let late = |diary: &Diary| diary.position().instalments.iter().map(|line| line.due.penalty).sum::<Money>();
    let before = late(&diary);
    assert!(before.is_positive() && before < yuan_of(30), "three late fees, held down to what the cap leaves");
    diary.rests(Ground::Hardship, Some("2026-05-20")).unwrap();
    for today in ["2026-04-21", "2026-05-05", "2026-05-20"] {
        diary.until(today);
        assert_eq!(late(&diary), before, "on {today}");
    }
    diary.until("2026-06-20");
    assert!(late(&diary) > before, "afterwards the cap rises again, and with it what is asked for");
}

#[test]
fn a_respite_that_the_person_does_not_want_any_more_ends_the_same_day() {
    let mut diary = behind();
    let owed = diary.person.owed(diary.today);
    diary.rests(Ground::Crisis, None).unwrap();
    diary.until("2026-04-30");
    assert_eq!(diary.person.owed(diary.today), owed);
    diary.goes_on(RespiteEnd::Withdrawn);
    assert!(!refused(&diary, Channel::Letter).contains(&"RESPITE".to_owned()));
    assert!(diary.person.owed(diary.today) > owed, "from that day on it counts again");
    assert!(diary.person.owed(diary.today) - owed < yuan_of(1), "one day's charge, not ten");
}

#[test]
fn a_respite_in_the_middle_of_a_plan_moves_what_falls_due_in_it_to_its_end() {
    let mut diary = behind();
    diary.states(3000, 2500);
    let plan = diary.agrees(&Way::Instalments { months: 6, first_on: day("2026-05-10") }).unwrap();
    let first = plan::promises_of(&diary.person, plan).min_by_key(|it| it.due_on).map(|it| (it.id, it.amount)).unwrap();
    diary.until("2026-05-08").rests(Ground::Crisis, Some("2026-05-28")).unwrap();
    diary.until("2026-05-27");
    assert!(diary.person.promises[&first.0].is_open(), "nothing is broken in a respite");
    assert!(diary.person.open_case().is_none());
    diary.until("2026-05-29").pays_exactly(first.1);
    diary.night();
    assert_eq!(diary.outcome(first.0).map(|(outcome, _)| outcome), Some(Outcome::Kept));
    assert!(diary.person.plans[&plan].end.is_none(), "the plan runs on");
}

#[test]
fn after_a_respite_a_plan_can_be_broken_again() {
    let mut diary = behind();
    diary.states(3000, 2500);
    let plan = diary.agrees(&Way::Instalments { months: 6, first_on: day("2026-05-10") }).unwrap();
    diary.until("2026-05-08").rests(Ground::Crisis, Some("2026-05-28")).unwrap();
    diary.until("2026-06-05");
    assert!(matches!(diary.person.plans[&plan].end, Some(PlanEnd::Broken { .. })), "two business days after the end are over");
}

#[test]
fn one_respite_at_a_time_and_none_without_an_end_that_could_have_one() {
    let mut diary = behind();
    assert_eq!(diary.rests(Ground::Hardship, None).unwrap_err().by, ["RESPITE-DAYS"]);
    assert_eq!(diary.rests(Ground::Hardship, Some("2027-06-01")).unwrap_err().by, ["RESPITE-DAYS"]);
    diary.rests(Ground::Hardship, Some("2026-05-05")).unwrap();
    assert_eq!(diary.rests(Ground::Crisis, None).unwrap_err().by, ["RESPITE-RUNS"]);
}

#[test]
fn a_statutory_respite_is_there_only_where_the_law_gives_it() {
    let mut diary = behind();
    diary.under_chinese_law();
    assert_eq!(diary.rests(Ground::Statutory, Some("2026-06-19")).unwrap_err().by, ["RESPITE-NOT-IN-LAW"]);
}

#[test]
fn after_a_death_everything_stops_without_end_and_promises_are_called_off() {
    let mut diary = behind();
    let promise = diary.promises(400, "2026-04-27");
    let owed = diary.person.owed(diary.today);
    diary.rests(Ground::Death, None).unwrap();
    diary.until("2026-09-01");
    assert_eq!(diary.outcome(promise), None, "nobody broke it");
    assert_eq!(refused(&diary, Channel::Letter), ["RESPITE"]);
    assert_eq!(diary.person.owed(day("2026-06-01")), owed, "nothing grew");
}

#[test]
fn agencies_say_that_they_have_stopped_and_the_file_shows_who_has_not() {
    let mut diary = behind();
    let plea = diary.pleads();
    diary.is_granted_respite(plea, "2026-05-20");
    let waiting = |diary: &Diary| diary.person.open_respite().unwrap().unacknowledged().count();
    assert_eq!(waiting(&diary), 1);
    let said = respite::acknowledge(&diary.person, "北方催收", diary.today).unwrap();
    diary.write(said);
    assert_eq!(waiting(&diary), 0);
    assert_eq!(respite::acknowledge(&diary.person, "北方催收", diary.today).unwrap_err().by, ["RESPITE-NOT-TOLD"]);
}

#[test]
fn who_is_represented_is_not_approached_and_their_representative_is() {
    use domain::law::Recipient;
    let mut diary = behind();
    let named = respite::represent(&diary.person, Some(note()), diary.today).unwrap();
    diary.write(named);
    assert_eq!(refused(&diary, Channel::Call), ["REPRESENTED"]);
    let to_them = Act { recipient: Recipient::AuthorisedRepresentative, ..Act::demand(Channel::Letter) };
    assert!(diary.person.stops(&to_them, diary.today).is_ok());
    let ended = respite::represent(&diary.person, None, diary.today).unwrap();
    diary.write(ended);
    assert!(!refused(&diary, Channel::Call).contains(&"REPRESENTED".to_owned()));
}

#[test]
fn nothing_is_agreed_and_nothing_is_sold_while_it_runs() {
    let mut diary = Diary::buys("2026-01-10", 2400, 6);
    diary.states(6000, 1000);
    diary.rests(Ground::Hardship, Some("2026-02-05")).unwrap();
    assert_eq!(diary.buys_more().unwrap_err().by, ["CREDIT-PAUSED"]);
    assert_eq!(diary.agrees(&Way::Holiday { months: 2 }).unwrap_err().by, ["RESPITE"]);
    diary.until("2026-02-06");
    assert!(diary.buys_more().is_ok());
}

#[test]
fn interest_that_runs_by_the_day_rests_too() {
    let mut diary = Diary::buys_with_interest("2026-01-10", 2400, 12);
    diary.until("2026-01-15").rests(Ground::Crisis, Some("2026-03-15")).unwrap();
    let (mut other, last) = (Diary::buys_with_interest("2026-01-10", 2400, 12), day("2027-01-20"));
    other.until("2026-01-15");
    let cost = |diary: &Diary| -> Money {
        let lines = diary.person.accounts[&super::diary::ACCOUNT].loan.position(last).instalments;
        lines.iter().map(|line| line.due.interest).sum()
    };
    assert!(cost(&diary) < cost(&other), "two months without interest are cheaper than none");
}

#[test]
fn every_agency_of_the_register_has_to_say_that_it_stopped() {
    let mut diary = behind();
    let agency = |number: u16, name: &str| Agency {
        number,
        name: name.into(),
        listed_from: None,
        listed_until: None,
        passes_cases_on: false,
    };
    diary.book.house.agencies = vec![agency(1, "南方资产"), agency(2, "北方催收")];
    let plea = diary.pleads();
    diary.is_granted_respite(plea, "2026-05-20");
    let mut waiting: Vec<&str> = diary.person.open_respite().unwrap().unacknowledged().collect();
    waiting.sort_unstable();
    assert_eq!(waiting, ["北方催收", "南方资产"]);
}
