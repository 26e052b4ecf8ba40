//! Entering and leaving collections.

use domain::arrears::CaseEnd;
use domain::contact::{Act, Channel, ContactOutcome, ask, reach};
use domain::day::Day;
use domain::follow_up::{Step, to_be_written};
use domain::id::{EntryId, MessageId};
use domain::message::{Draft, queue};
use domain::money::Money;
use domain::payment;

use super::diary::{ACCOUNT, Diary, day, note};

#[test]
fn who_pays_on_time_is_never_in_collections() {
    let mut diary = Diary::buys("2026-01-10", 1200, 3);
    for due in ["2026-02-10", "2026-03-10", "2026-04-10"] {
        diary.until(due).pays(400);
    }
    diary.until("2026-05-01");
    assert!(diary.person.cases.is_empty());
    assert_eq!(diary.person.accounts[&ACCOUNT].settled_on, Some(day("2026-04-10")));
    assert_eq!(domain::arrears::wakes_on(&diary.person, &diary.book, diary.today), None, "nothing is left to wake for");
}

#[test]
fn a_first_payment_that_never_comes_opens_a_case_the_day_after_grace() {
    let mut diary = Diary::buys("2026-01-10", 1200, 3);
    diary.until("2026-02-14");
    assert!(diary.person.open_case().is_none(), "due on the 10th, three days of grace: the 13th is the last");
    diary.night();
    let case = diary.person.open_case().expect("the night of the 14th opens it");
    assert_eq!(case.opened_on, day("2026-02-14"));
    assert!(case.first_payment_default);
    assert_eq!(
        case.follow_up.as_ref().map(|follow_up| follow_up.step),
        Some(Step::Message),
        "the least intrusive step comes first"
    );
}

#[test]
fn days_past_due_count_from_the_oldest_unpaid_instalment_not_the_next() {
    let mut diary = Diary::buys("2026-01-10", 1200, 3);
    diary.until("2026-03-20");
    assert_eq!(diary.person.days_past_due(diary.today), 35, "38 days since 10 February, less three of grace");
    diary.pays(410);
    assert_eq!(diary.person.days_past_due(diary.today), 7, "10 February is paid; 10 March is ten days ago, less three");
}

#[test]
fn paying_what_is_overdue_closes_the_case_at_once() {
    let mut diary = Diary::buys("2026-01-10", 1200, 3);
    diary.until("2026-02-20").pays(500);
    assert!(diary.person.open_case().is_none());
    assert_eq!(diary.person.cases[0].closed, Some((day("2026-02-20"), CaseEnd::Cured)));
}

#[test]
fn a_payment_that_bounces_counts_as_never_made() {
    let mut diary = Diary::buys("2026-01-10", 1200, 3);
    diary.until("2026-02-20");
    let owed = diary.overdue();
    let payment = diary.pays(500);
    diary.until("2026-02-23").bounces(payment);
    diary.night();
    assert!(diary.person.open_case().is_some());
    assert!(diary.overdue() > owed, "three more days of penalty");
}

#[test]
fn a_payment_that_becomes_known_late_counts_from_its_day() {
    let mut late = Diary::buys("2026-01-10", 1200, 3);
    late.until("2026-02-20").pays_as_of(400, day("2026-02-10"));
    let mut prompt = Diary::buys("2026-01-10", 1200, 3);
    prompt.until("2026-02-10").pays(400);
    prompt.until("2026-02-20");
    assert_eq!(late.overdue(), prompt.overdue());
    assert_eq!(late.person.owed(late.today), prompt.person.owed(prompt.today));
    assert!(late.person.open_case().is_none());
}

#[test]
fn the_night_wakes_nobody_for_whom_nothing_changes() {
    let mut diary = Diary::buys("2026-01-10", 1200, 3);
    diary.until("2026-02-10").pays(400);
    let woken = woken_until(&mut diary, "2026-03-20");
    assert!(woken.len() <= 6, "{woken:?}");
}

#[test]
fn who_paid_is_not_looked_at_on_the_day_on_which_they_would_have_fallen_late() {
    let mut diary = Diary::buys("2026-01-10", 1200, 6);
    // The last night knows nothing yet of what came in today.
    let wakes = |diary: &Diary| domain::arrears::wakes_on(&diary.person, &diary.book, diary.today.plus_days(-1));
    diary.until("2026-02-07");
    assert_eq!(wakes(&diary), Some(day("2026-02-14")), "due on the 10th, three days of grace");
    diary.pays(200);
    assert_eq!(wakes(&diary), Some(day("2026-03-14")), "the next may fall late");
    diary.until("2026-02-11").pays(600);
    assert_eq!(wakes(&diary), Some(day("2026-06-14")), "three instalments were paid ahead");
    assert_eq!(woken_until(&mut diary, "2026-06-20").first(), Some(&day("2026-06-14")), "and nothing happened in between");
}

#[test]
fn who_gets_back_what_passed_the_cost_cap_is_woken_that_night() {
    let mut diary = Diary::buys_near_the_cap("2026-01-10", 120, 12);
    // Late every time and paid with what being late cost: all that the cap left of it.
    for due in ["2026-02-25", "2026-03-25", "2026-04-25", "2026-05-25", "2026-06-25", "2026-07-25", "2026-08-25", "2026-09-25"] {
        let due = day(due);
        diary.until(&due.to_string());
        let overdue = diary.overdue();
        diary.pays_exactly(overdue);
    }
    let before = diary.position();
    let woken = woken_until(&mut diary, "2027-03-01");
    let paid = |position: &domain::loan::Position| position.instalments.iter().map(|line| line.paid.penalty).sum::<Money>();
    assert!(paid(&diary.position()) < paid(&before), "the fee of each month used up the cap, and paid late fees came back");
    let stood = |day: &Day| diary.person.accounts[&ACCOUNT].standing_on(*day);
    assert!(
        woken.windows(2).any(|nights| stood(&nights[0]).oldest_due_on == stood(&nights[1]).oldest_due_on
            && stood(&nights[1]).overdue < stood(&nights[0]).overdue),
        "and less was overdue by the mere passing of time: {woken:?}"
    );
}

/// Lets the nights pass; of one that is not to be woken it must hold that nothing happens in it. Tells which were.
fn woken_until(diary: &mut Diary, last: &str) -> Vec<Day> {
    let mut woken = vec![];
    while diary.today < day(last) {
        let before = diary.today.plus_days(-1);
        let due = domain::arrears::wakes_on(&diary.person, &diary.book, before).is_some_and(|wakes| wakes <= diary.today);
        let changed = diary.night();
        assert!(due || changed.is_empty(), "on {} nobody was to be woken, and {changed:?}", diary.today);
        if due {
            woken.push(diary.today);
        }
        diary.today = diary.today.plus_days(1);
    }
    woken
}

#[test]
fn cash_is_taken_up_to_what_is_owed_and_not_a_cent_more() {
    let mut diary = Diary::buys("2026-01-10", 1200, 3);
    diary.until("2026-02-10");
    let takes = |amount: i64| {
        let (amount, at) = (Money::from_minor(amount), diary.now());
        payment::receive_cash(&diary.person, ACCOUNT, EntryId(7), amount, diary.today, at).map(drop).map_err(|refusal| refusal.by)
    };
    assert_eq!(takes(120_000), Ok(()));
    assert_eq!(takes(120_001), Err(vec!["CASH-ABOVE-OWED".into()]));
    assert_eq!(takes(0), Err(vec!["PAYMENT-AMOUNT".into()]));
}

#[test]
fn nothing_is_written_while_something_waits_in_the_outbox() {
    let mut diary = Diary::buys("2026-01-10", 600, 3);
    diary.under_chinese_law();
    diary.until("2026-02-15");
    let (act, noon) = (Act::demand(Channel::Sms), diary.book.moment(diary.noon()));
    let permit = ask(&diary.person, &diary.book, &act, &noon).unwrap();
    let draft = Draft { id: MessageId(5), template: "owed-and-ways-out".into(), words: note(), due_at: noon.at() };
    diary.write(queue(&diary.person, permit, draft).unwrap());
    // However late the step is planned anew: what was written before has not left yet.
    let case = diary.person.cases.last_mut().unwrap();
    case.follow_up.as_mut().unwrap().planned_at = diary.book.start_of(day("2026-02-20"));
    assert_eq!(to_be_written(&diary.person, day("2026-03-20")), None);
}

#[test]
fn what_was_written_is_written_again_only_once_its_day_has_come() {
    let mut diary = Diary::buys("2026-01-10", 600, 3);
    diary.under_chinese_law();
    diary.until("2026-02-15");
    let step = |diary: &Diary| to_be_written(&diary.person, diary.today);
    assert_eq!(step(&diary), Some(Step::Message), "the first is written as soon as it is planned");
    let (act, noon) = (Act::demand(Channel::Sms), diary.book.moment(diary.noon()));
    let permit = ask(&diary.person, &diary.book, &act, &noon).unwrap();
    diary.write(reach(&diary.person, permit, &act, None, ContactOutcome::Sent, None, &noon).unwrap());
    assert_eq!(step(&diary), None, "it was written");
    diary.night();
    let planned = diary.person.open_case().unwrap().follow_up.clone().unwrap();
    assert_eq!(planned.step, Step::Message, "the table would have another one");
    assert_eq!(to_be_written(&diary.person, planned.due_on.plus_days(-1)), None, "not on the next morning");
    assert_eq!(to_be_written(&diary.person, planned.due_on), Some(Step::Message));
}
