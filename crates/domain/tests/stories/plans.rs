//! Plans: within what the person can pay, and kept or broken by money.

use domain::day::Day;
use domain::event::Event;
use domain::money::Money;
use domain::options::{self, Fit, Way};
use domain::plan::{self, Accepted, Override, PlanEnd, Signed};
use domain::promise::{self, Outcome, PromiseEnd};
use domain::respite::Ground;

use super::diary::{ACCOUNT, Diary, OFFICER, OTHER_OFFICER, day, note, yuan_of};

fn behind() -> Diary {
    let mut diary = Diary::buys("2026-01-10", 2400, 6);
    diary.until("2026-04-20");
    diary
}

#[test]
fn a_plan_above_capacity_is_refused_and_a_smaller_one_is_not() {
    let mut diary = behind();
    assert_eq!(diary.plans(100, &["2026-05-01"]).unwrap_err().by, ["PLAN-MEANS-UNKNOWN"]);
    diary.states(3000, 2800);
    let months = |months| Way::Instalments { months, first_on: day("2026-05-10") };
    assert_eq!(diary.agrees(&months(12)).unwrap_err().by, ["PLAN-ABOVE-CAPACITY"], "200 are left, 20 stay as a buffer");
    assert!(diary.agrees(&months(24)).is_ok());
}

/// 2,400 at 18 % a year over twelve months, three of which passed without a payment.
fn behind_with_interest() -> Diary {
    let mut diary = Diary::buys_with_interest("2026-01-10", 2400, 12);
    diary.states(5000, 4000).until("2026-04-20");
    diary
}

#[test]
fn a_plan_in_instalments_asks_for_what_was_agreed_over_a_longer_time_and_gives_nothing_up() {
    let diary = behind_with_interest();
    for months in [3, 12, 24, 36] {
        let way = Way::Instalments { months, first_on: day("2026-05-10") };
        let offer = options::work_out(&diary.person, &diary.book, &way, diary.today).unwrap();
        assert_eq!((offer.extra, offer.given_up, offer.needs_second), (Money::ZERO, Money::ZERO, false), "{months} months");
        assert_eq!(offer.instalments.iter().map(|it| it.amount).sum::<Money>(), offer.total, "{months} months");
    }
}

#[test]
fn the_interest_is_given_up_only_where_that_is_said_and_a_second_person_agrees() {
    let diary = behind_with_interest();
    let way = Way::InterestStop { months: 12, first_on: day("2026-05-10") };
    let offer = options::work_out(&diary.person, &diary.book, &way, diary.today).unwrap();
    let ahead = diary.position().instalments.into_iter().filter(|line| line.due_on > diary.today);
    let to_come: Money = ahead.map(|line| line.unpaid().interest).sum();
    assert_eq!((offer.extra, offer.given_up), (-to_come, to_come));
    assert!(offer.needs_second);
}

#[test]
fn who_settles_early_keeps_a_plan_though_less_was_paid_than_promised() {
    let mut diary = behind_with_interest();
    let plan = diary.agrees(&Way::Instalments { months: 12, first_on: day("2026-05-10") }).unwrap();
    let promised: Money = plan::promises_of(&diary.person, plan).map(|it| it.amount).sum();
    for due_on in ["2026-05-10", "2026-06-10"] {
        diary.until(due_on);
        diary.pays_exactly(diary.position().due.total());
    }
    diary.until("2026-06-20");
    diary.pays_exactly(diary.position().settlement);
    let paid: Money = diary.person.payments().iter().map(|payment| payment.amount).sum();
    assert!(paid < promised, "{paid} of {promised}: time that is not used costs nothing");
    diary.night();
    assert!(diary.person.accounts[&ACCOUNT].settled_on.is_some());
    assert_eq!(diary.person.plans[&plan].end, Some(PlanEnd::Kept { on: day("2026-06-20") }));
    let broken = |it: &promise::Promise| matches!(it.end, Some(PromiseEnd::Judged { outcome, .. }) if outcome != Outcome::Kept);
    assert!(!diary.person.promises.values().any(broken), "what nobody asks for any more is called off, not broken");
}

#[test]
fn what_a_payment_taken_back_leaves_open_is_called_off_at_once_where_everything_is_settled_all_the_same() {
    let mut diary = behind_with_interest();
    let plan = diary.agrees(&Way::Instalments { months: 12, first_on: day("2026-05-10") }).unwrap();
    let promised: Money = plan::promises_of(&diary.person, plan).map(|it| it.amount).sum();
    let settles = diary.position().settlement;
    diary.pays_exactly(settles);
    let too_much = diary.pays_exactly(promised - settles);
    diary.until("2026-04-22");
    let is_kept = |it: &promise::Promise| matches!(it.end, Some(PromiseEnd::Judged { outcome: Outcome::Kept, .. }));
    assert!(plan::promises_of(&diary.person, plan).all(is_kept), "as much was paid as was promised");
    diary.bounces(too_much);
    let said = diary.night();
    assert!(said.iter().any(|event| matches!(event, Event::PromiseCancelled { .. })));
    assert!(
        !said.iter().any(|event| matches!(event, Event::PromiseReopened { .. })),
        "a night says everything at once: {said:?}"
    );
    assert!(matches!(diary.person.plans[&plan].end, Some(PlanEnd::Kept { .. })));
}

#[test]
fn an_instalment_that_bounced_after_its_day_is_broken_though_everything_is_settled_later() {
    let mut diary = behind_with_interest();
    let plan = diary.agrees(&Way::Instalments { months: 12, first_on: day("2026-05-10") }).unwrap();
    diary.until("2026-05-10");
    let bounces = diary.pays_exactly(diary.position().due.total());
    diary.until("2026-05-20");
    assert_eq!(diary.person.plans[&plan].end, None);
    diary.bounces(bounces);
    diary.pays_exactly(diary.position().settlement);
    diary.night();
    assert!(diary.person.accounts[&ACCOUNT].settled_on.is_some());
    assert!(matches!(diary.person.plans[&plan].end, Some(PlanEnd::Broken { .. })), "the money did not come in its time");
}

#[test]
fn what_a_respite_takes_off_a_plans_instalment_breaks_nothing() {
    let mut diary = behind_with_interest();
    let plan = diary.agrees(&Way::Instalments { months: 6, first_on: day("2026-05-10") }).unwrap();
    let first = plan::promises_of(&diary.person, plan).min_by_key(|it| it.due_on).map(|it| (it.id, it.amount)).unwrap();
    diary.until("2026-04-25").rests(Ground::Crisis, Some("2026-05-05")).unwrap();
    diary.until("2026-05-10");
    let due = diary.position().due.total();
    assert!(due < first.1, "{due} of {}: ten days cost nothing", first.1);
    diary.pays_exactly(due);
    diary.until("2026-05-20");
    assert_eq!(diary.person.promises[&first.0].end, Some(PromiseEnd::Cancelled { on: day("2026-05-13") }));
    assert_eq!(diary.person.plans[&plan].end, None, "the plan runs on");
    diary.until("2026-06-20");
    assert!(matches!(diary.person.plans[&plan].end, Some(PlanEnd::Broken { .. })), "and is broken by an instalment that is due");
}

#[test]
fn what_falls_due_anyway_counts_as_part_of_the_burden() {
    let mut diary = behind();
    diary.states(3000, 2500);
    let refused = diary.plans(200, &["2026-05-01", "2026-06-01"]).unwrap_err();
    assert_eq!(refused.by, ["PLAN-ABOVE-CAPACITY"], "450 would carry 200, but not 400 of the running instalment besides");
}

#[test]
fn a_token_plan_is_a_plan() {
    let mut diary = behind();
    diary.states(2000, 1988);
    let token = Way::Token { amount: yuan_of(10), months: 6, first_on: day("2026-05-01") };
    let plan = diary.agrees(&token).unwrap();
    let owed = diary.person.owed(diary.today);
    for month in ["2026-05-01", "2026-06-01", "2026-07-01", "2026-08-01", "2026-09-01", "2026-10-01"] {
        diary.until(month).pays(10);
    }
    diary.until("2026-10-02");
    assert_eq!(diary.person.plans[&plan].end, Some(PlanEnd::Kept { on: day("2026-10-01") }));
    assert_eq!(owed - diary.person.owed(day("2026-10-01")), yuan_of(60), "late charges rested all the while");
}

#[test]
fn who_has_nothing_left_is_offered_a_token_and_a_holiday_and_nothing_that_cannot_be_kept_without_asking() {
    let mut diary = behind();
    diary.states(2000, 1988);
    let offers = options::lay_out(&diary.person, &diary.book, diary.today);
    let token = offers.iter().find(|offer| matches!(offer.way, Way::Token { .. })).expect("a token plan");
    assert_eq!((token.fit, token.a_month.minor()), (Fit::Fits, 1_080));
    let plans = offers.iter().filter(|offer| matches!(offer.way, Way::Instalments { .. }));
    assert!(plans.clone().all(|plan| plan.fit == Fit::AboveCapacity) && plans.count() == 1, "shown, for a second person to see");
}

#[test]
fn a_token_plan_that_is_broken_takes_its_pause_with_it() {
    let mut diary = behind();
    diary.states(2000, 1988);
    diary.agrees(&Way::Token { amount: yuan_of(10), months: 6, first_on: day("2026-05-01") }).unwrap();
    let owed = diary.person.owed(day("2026-04-20"));
    diary.until("2026-05-06");
    assert_eq!(diary.person.owed(diary.today), owed, "until it is broken nothing grows");
    diary.until("2026-05-20");
    assert!(diary.person.owed(diary.today) > owed, "afterwards it does");
}

#[test]
fn a_plan_thought_broken_that_late_news_show_as_kept_costs_nothing() {
    let told = |known_on: &str| {
        let mut diary = behind();
        diary.states(2000, 1988);
        diary.agrees(&Way::Token { amount: yuan_of(10), months: 3, first_on: day("2026-05-01") }).unwrap();
        // The bank tells of the first payment on `known_on`; it was made in time.
        diary.until(known_on).pays_as_of(10, day("2026-05-01"));
        for month in ["2026-06-01", "2026-07-01"] {
            diary.until(month).pays(10);
        }
        diary.until("2026-07-20");
        diary
    };
    let (in_time, late) = (told("2026-05-01"), told("2026-05-20"));
    let ends = |diary: &Diary| diary.person.plans.values().next().unwrap().end;
    assert_eq!(ends(&late), Some(PlanEnd::Kept { on: day("2026-07-01") }));
    assert_eq!(ends(&late), ends(&in_time));
    assert_eq!(late.person.owed(late.today), in_time.person.owed(in_time.today), "not a day's charge between");
}

#[test]
fn charges_go_on_where_an_extension_was_paid_early_and_something_else_is_late() {
    let mut diary = Diary::buys("2026-01-10", 2400, 6);
    diary.until("2026-04-05").states(3000, 1000);
    let plan = diary.agrees(&Way::ShortExtension { until: day("2026-04-19") }).unwrap();
    diary.until("2026-04-06");
    diary.pays_exactly(diary.position().due.total());
    diary.night();
    assert_eq!(diary.person.plans[&plan].end, Some(PlanEnd::Kept { on: day("2026-04-06") }));
    diary.until("2026-04-18");
    assert!(diary.position().days_past_due > 0, "the instalment of 10 April is no part of what was extended");
}

#[test]
fn a_plan_that_is_paid_is_kept() {
    let mut diary = behind();
    diary.states(3000, 1000);
    let plan = diary.plans(600, &["2026-04-25", "2026-05-05"]).unwrap();
    diary.until("2026-04-25").pays(600);
    diary.until("2026-05-04").pays(600);
    diary.night();
    assert_eq!(diary.person.plans[&plan].end, Some(PlanEnd::Kept { on: day("2026-05-04") }));
}

#[test]
fn the_first_instalment_missed_breaks_a_plan() {
    let mut diary = behind();
    diary.states(3000, 1000);
    let plan = diary.plans(600, &["2026-04-25", "2026-05-25"]).unwrap();
    diary.until("2026-05-03");
    assert!(matches!(diary.person.plans[&plan].end, Some(PlanEnd::Broken { .. })));
}

#[test]
fn a_plan_runs_as_long_as_the_house_says_and_sixty_months_where_the_law_says_so() {
    let mut diary = behind();
    diary.states(3000, 1000);
    let months = |months| Way::Instalments { months, first_on: day("2026-05-10") };
    assert_eq!(diary.agrees(&months(37)).unwrap_err().by, ["PLAN-TOO-LONG"]);
    diary.under_chinese_law();
    assert_eq!(diary.agrees(&months(61)).unwrap_err().by, ["CN-M-12"]);
    assert!(diary.agrees(&months(60)).is_ok());
}

#[test]
fn the_days_of_a_plan_follow_each_other_from_today_on() {
    let mut diary = behind();
    diary.states(3000, 1000);
    assert_eq!(diary.plans(10, &["2026-05-02", "2026-05-01"]).unwrap_err().by, ["PLAN-DAYS"]);
    assert_eq!(diary.plans(10, &["2026-04-19"]).unwrap_err().by, ["PLAN-DAYS"]);
    assert_eq!(diary.plans(0, &["2026-05-01"]).unwrap_err().by, ["PLAN-AMOUNT"]);
    assert_eq!(diary.plans(9_999, &["2026-05-01"]).unwrap_err().by, ["PLAN-ABOVE-OWED"]);
}

#[test]
fn an_agreed_plan_reschedules_the_account_and_loses_no_cent_of_it() {
    let mut diary = behind();
    diary.states(3000, 2500);
    let before = diary.position();
    let plan = diary.agrees(&Way::Instalments { months: 6, first_on: day("2026-05-10") }).unwrap();
    let after = diary.position();
    assert_eq!(after.outstanding.principal, before.outstanding.principal);
    assert_eq!(after.days_past_due, 0, "nothing is overdue any more");
    assert!(diary.person.open_case().is_none(), "and nobody collects");
    let asked: Money = after.instalments.iter().filter(|line| line.due_on > diary.today).map(|line| line.unpaid().total()).sum();
    let promised: Money = plan::promises_of(&diary.person, plan).map(|promise| promise.amount).sum();
    assert_eq!(promised, asked, "the promises are the new instalments");
    assert_eq!(promised, before.outstanding.total());
}

#[test]
fn a_plan_of_six_instalments_is_kept_to_the_end() {
    let mut diary = behind();
    diary.states(3000, 2500);
    let plan = diary.agrees(&Way::Instalments { months: 6, first_on: day("2026-05-10") }).unwrap();
    let parts: Vec<(Day, Money)> = plan::promises_of(&diary.person, plan).map(|it| (it.due_on, it.amount)).collect();
    let mut parts = parts;
    parts.sort();
    for (due_on, amount) in parts {
        diary.until(&due_on.to_string()).pays_exactly(amount);
    }
    diary.night();
    assert_eq!(diary.person.plans[&plan].end, Some(PlanEnd::Kept { on: diary.today }));
    assert_eq!(diary.person.accounts[&ACCOUNT].settled_on, Some(diary.today));
    assert!(diary.person.promises.values().all(|promise| !promise.is_open()));
}

#[test]
fn an_agreement_taken_back_within_a_day_never_was() {
    let mut diary = behind();
    diary.states(3000, 2500);
    let before = diary.position();
    let plan = diary.agrees(&Way::Instalments { months: 12, first_on: day("2026-05-10") }).unwrap();
    diary.at(20).takes_back(plan).unwrap();
    assert_eq!(diary.position().instalments, before.instalments);
    assert_eq!(diary.position().days_past_due, before.days_past_due);
    assert!(matches!(diary.person.plans[&plan].end, Some(PlanEnd::Withdrawn { .. })));
    diary.until("2026-06-20");
    assert!(plan::promises_of(&diary.person, plan).all(|promise| promise.is_withdrawn()), "neither kept nor broken");
}

#[test]
fn what_was_signed_at_the_door_is_taken_back_like_what_was_agreed_on_the_page() {
    let signed_at_the_door = |diary: &mut Diary| {
        diary.states(3000, 2500);
        let visit = diary.is_visited();
        let signed = Signed { code: "K7QW2X9M".into(), accepted: Accepted::Door { visit, signature: note() } };
        let way = Way::Instalments { months: 12, first_on: day("2026-05-10") };
        let events = plan::agree(&diary.person, &diary.book, &way, signed, None, diary.today, diary.now()).unwrap();
        diary.write(events);
        *diary.person.plans.keys().next().unwrap()
    };
    let mut diary = behind();
    let before = diary.position();
    let plan = signed_at_the_door(&mut diary);
    diary.until("2026-04-21").at(11).takes_back(plan).unwrap();
    assert_eq!(diary.person.accounts[&ACCOUNT].loan.position(day("2026-04-20")).instalments, before.instalments);
    let mut diary = behind();
    let plan = signed_at_the_door(&mut diary);
    diary.until("2026-04-21").at(12);
    assert_eq!(diary.takes_back(plan).unwrap_err().by, ["PLAN-UNDO-TIME"]);
}

#[test]
fn a_token_is_agreed_at_the_door_as_at_the_desk() {
    let mut diary = behind();
    let offers = options::lay_out_to_take_along(&diary.person, &diary.book, diary.today);
    let tokens: Vec<Way> = offers.into_iter().map(|it| it.way).filter(|way| matches!(way, Way::Token { .. })).collect();
    let amounts: Vec<i64> =
        tokens.iter().map(|way| if let Way::Token { amount, .. } = way { amount.minor() } else { 0 }).collect();
    assert_eq!(amounts, [100, 1_000, 2_000, 5_000, 10_000]);
    diary.states(2000, 1988);
    assert_eq!(diary.agrees(&tokens[2]).unwrap_err().by, ["PLAN-ABOVE-CAPACITY"], "12 are left, 1.20 stay as a buffer");
    assert!(diary.agrees(&tokens[1]).is_ok());
}

#[test]
fn after_a_day_an_agreement_stands() {
    let mut diary = behind();
    diary.states(3000, 2500);
    let plan = diary.agrees(&Way::Instalments { months: 12, first_on: day("2026-05-10") }).unwrap();
    diary.until("2026-04-21").at(13);
    assert_eq!(diary.takes_back(plan).unwrap_err().by, ["PLAN-UNDO-TIME"]);
}

#[test]
fn above_capacity_only_with_the_reasoned_yes_of_somebody_else() {
    let mut diary = behind();
    diary.states(3000, 2800);
    let six = Way::Instalments { months: 6, first_on: day("2026-05-10") };
    let yes = |asked_by, approved_by| Some(Override { asked_by, approved_by, reason: note() });
    assert_eq!(diary.agrees_with(&six, yes(OFFICER, OFFICER)).unwrap_err().by, ["PLAN-OVERRIDE-ALONE"]);
    let plan = diary.agrees_with(&six, yes(OFFICER, OTHER_OFFICER)).unwrap();
    let plan = &diary.person.plans[&plan];
    assert_eq!(plan.overridden.as_ref().unwrap().approved_by, OTHER_OFFICER);
    assert_eq!(plan.capacity, Some(yuan_of(180)), "what could be paid stays on record beside it");
}

#[test]
fn a_settlement_that_is_paid_gives_up_the_rest() {
    let mut diary = behind();
    let settlement = Way::Settlement { amount: yuan_of(2000), until: day("2026-05-15") };
    assert_eq!(diary.agrees(&settlement).unwrap_err().by, ["PLAN-NEEDS-SECOND"]);
    let yes = Some(Override { asked_by: OFFICER, approved_by: OTHER_OFFICER, reason: note() });
    diary.agrees_with(&settlement, yes).unwrap();
    diary.until("2026-05-14").pays(2000);
    assert!(diary.person.owed(diary.today) > yuan_of(400), "nothing is given up before the ledger has spoken");
    diary.night();
    assert_eq!(diary.person.owed(diary.today), Money::ZERO);
    assert_eq!(diary.person.accounts[&ACCOUNT].settled_on, Some(diary.today));
    assert!(diary.person.open_case().is_none());
}

#[test]
fn what_a_settlement_settles_calls_off_what_an_earlier_plan_still_asked_for_the_same_night() {
    let mut diary = behind();
    diary.states(5000, 4000);
    let earlier = diary.agrees(&Way::Instalments { months: 6, first_on: day("2026-05-10") }).unwrap();
    diary.until("2026-04-21");
    let bounces = diary.pays(900);
    diary.until("2026-04-22");
    let yes = Some(Override { asked_by: OFFICER, approved_by: OTHER_OFFICER, reason: note() });
    let plan = diary.agrees_with(&Way::Settlement { amount: yuan_of(1000), until: day("2026-05-05") }, yes).unwrap();
    diary.bounces(bounces).until("2026-04-23");
    let asks = |diary: &Diary| plan::promises_of(&diary.person, earlier).any(promise::Promise::is_open);
    assert!(asks(&diary), "what had kept instalments of the earlier plan was taken back");
    // The night itself is seen to say everything at once.
    diary.until("2026-04-24").pays(1000);
    diary.night();
    assert!(matches!(diary.person.plans[&plan].end, Some(PlanEnd::Kept { .. })));
    assert!(diary.person.accounts[&ACCOUNT].settled_on.is_some() && !asks(&diary));
}

#[test]
fn a_settlement_later_for_what_is_owed_today_gives_up_what_grows_until_then() {
    let mut diary = behind();
    let (owed, until) = (diary.person.owed(diary.today), day("2026-05-15"));
    let grows = diary.person.owed(until) - owed;
    assert!(grows.is_positive());
    let settlement = Way::Settlement { amount: owed, until };
    assert_eq!(options::work_out(&diary.person, &diary.book, &settlement, diary.today).unwrap().given_up, grows);
    assert_eq!(diary.agrees(&settlement).unwrap_err().by, ["PLAN-NEEDS-SECOND"]);
    let today = Way::Settlement { amount: owed, until: diary.today };
    assert_eq!(diary.agrees(&today).map(drop), Ok(()), "nothing is given up, and nobody else is asked");
}

#[test]
fn a_settlement_that_falls_through_leaves_everything_as_it_was() {
    let mut diary = behind();
    let mut other = behind();
    let yes = Some(Override { asked_by: OFFICER, approved_by: OTHER_OFFICER, reason: note() });
    let settlement = Way::Settlement { amount: yuan_of(2000), until: day("2026-05-15") };
    let plan = diary.agrees_with(&settlement, yes).unwrap();
    diary.until("2026-05-14").pays(1500);
    other.until("2026-05-14").pays(1500);
    diary.until("2026-06-01");
    other.until("2026-06-01");
    assert!(matches!(diary.person.plans[&plan].end, Some(PlanEnd::Broken { .. })));
    assert_eq!(diary.person.owed(diary.today), other.person.owed(other.today), "as if nothing had been agreed");
}

#[test]
fn an_interest_stop_gives_up_what_has_not_fallen_due_and_needs_a_second_person() {
    let mut diary = Diary::buys_with_interest("2026-01-10", 2400, 12);
    diary.until("2026-04-20");
    diary.states(3000, 2500);
    let stop = Way::InterestStop { months: 12, first_on: day("2026-05-10") };
    let offer = options::work_out(&diary.person, &diary.book, &stop, diary.today).unwrap();
    let to_come: Money =
        diary.position().instalments.iter().filter(|it| it.due_on > diary.today).map(|it| it.unpaid().interest).sum();
    assert!(to_come.is_positive());
    assert_eq!(offer.given_up, to_come);
    assert_eq!(diary.agrees(&stop).unwrap_err().by, ["PLAN-NEEDS-SECOND"]);
    let yes = Some(Override { asked_by: OFFICER, approved_by: OTHER_OFFICER, reason: note() });
    diary.agrees_with(&stop, yes).unwrap();
    let asked: Money = diary.position().instalments.iter().map(|line| line.unpaid().total()).sum();
    assert_eq!(asked, offer.total);
}

#[test]
fn a_holiday_asks_for_nothing_for_three_months_and_everything_later() {
    let mut diary = behind();
    diary.states(3000, 2500);
    let asked = |diary: &Diary| diary.position().instalments.iter().map(|line| line.unpaid().total()).sum::<Money>();
    let before = asked(&diary);
    let plan = diary.agrees(&Way::Holiday { months: 3 }).unwrap();
    assert!(diary.person.open_case().is_none());
    diary.until("2026-07-01");
    assert_eq!(diary.position().due.total(), Money::ZERO);
    assert_eq!(asked(&diary), before, "and nothing grows");
    assert!(diary.person.plans[&plan].end.is_none());
}

#[test]
fn a_short_extension_costs_nothing_more_when_it_is_kept() {
    let mut diary = behind();
    diary.states(6000, 2500);
    let due = diary.position().due.total();
    let plan = diary.agrees(&Way::ShortExtension { until: day("2026-05-01") }).unwrap();
    diary.until("2026-05-01").pays_exactly(due);
    diary.night();
    assert!(matches!(diary.person.plans[&plan].end, Some(PlanEnd::Kept { .. })));
    assert!(diary.person.open_case().is_none());
}

#[test]
fn a_new_plan_takes_the_place_of_the_old_one() {
    let mut diary = behind();
    diary.states(3000, 2500);
    let first = diary.agrees(&Way::Instalments { months: 6, first_on: day("2026-05-10") }).unwrap();
    diary.until("2026-04-25").states(3000, 2800);
    let second = diary.agrees(&Way::Instalments { months: 24, first_on: day("2026-05-10") }).unwrap();
    assert_eq!(diary.person.plans[&first].end, Some(PlanEnd::Superseded));
    assert!(diary.person.plans[&second].end.is_none());
    assert_eq!(diary.position().outstanding.principal, yuan_of(2400));
}

#[test]
fn a_plan_that_was_kept_by_money_that_bounced_runs_again() {
    let mut diary = behind();
    diary.states(6000, 2500);
    let plan = diary.plans(1000, &["2026-04-27"]).unwrap();
    diary.until("2026-04-22");
    let payment = diary.pays(1000);
    diary.night();
    assert!(matches!(diary.person.plans[&plan].end, Some(PlanEnd::Kept { .. })));
    diary.until("2026-04-24").bounces(payment);
    diary.night();
    assert!(diary.person.plans[&plan].end.is_none(), "its time is not over");
    diary.until("2026-05-10");
    assert!(matches!(diary.person.plans[&plan].end, Some(PlanEnd::Broken { .. })));
}

#[test]
fn nothing_new_is_bought_on_credit_while_a_plan_runs() {
    let mut diary = behind();
    diary.states(3000, 2500);
    diary.agrees(&Way::Instalments { months: 6, first_on: day("2026-05-10") }).unwrap();
    assert_eq!(diary.buys_more().unwrap_err().by, ["CREDIT-PAUSED"]);
}

#[test]
fn every_way_out_says_what_it_costs_in_all_and_the_sum_is_what_the_ledger_asks() {
    let mut diary = behind();
    diary.states(3000, 2500);
    let offers = options::lay_out(&diary.person, &diary.book, diary.today);
    assert!(offers.len() >= 7, "{offers:?}");
    for offer in offers {
        assert!(offer.total.is_positive() && offer.a_month.is_positive() && !offer.consequences.is_empty(), "{offer:?}");
        assert!(offer.ends_on >= diary.today, "{offer:?}");
        if let Way::Instalments { months, .. } = offer.way {
            assert_eq!(offer.instalments.len(), months as usize);
            assert_eq!(offer.instalments.iter().map(|it| it.amount).sum::<Money>(), offer.total, "{offer:?}");
            assert_eq!(offer.extra, Money::ZERO, "spread anew, nothing is added");
        }
    }
}

#[test]
fn a_second_person_is_asked_and_says_yes_or_no_to_what_they_did_not_ask_for() {
    use domain::event::Actor;
    let mut diary = behind();
    diary.states(3000, 2800);
    let asks = |diary: &mut Diary| {
        let way = Way::Instalments { months: 6, first_on: day("2026-05-10") };
        let signed = Signed { code: "K7QW2X9M".into(), accepted: Accepted::Recording { recording: note() } };
        let asked = plan::ask_exception(&diary.person, &diary.book, way, signed, OFFICER, note(), diary.today).unwrap();
        diary.write_as(Actor::Staff(OFFICER), asked);
    };
    asks(&mut diary);
    assert!(diary.person.plans.is_empty(), "asking agrees nothing");
    let yes = |diary: &Diary, who| plan::allow_exception(&diary.person, &diary.book, who, diary.today, diary.now());
    assert_eq!(yes(&diary, OFFICER).unwrap_err().by, ["PLAN-OVERRIDE-ALONE"]);
    assert_eq!(plan::decline_exception(&diary.person, OFFICER, diary.today).unwrap_err().by, ["PLAN-OVERRIDE-ALONE"]);
    let no = plan::decline_exception(&diary.person, OTHER_OFFICER, diary.today).unwrap();
    diary.write_as(Actor::Staff(OTHER_OFFICER), no);
    assert_eq!(yes(&diary, OTHER_OFFICER).unwrap_err().by, ["EXCEPTION-NONE"]);
    asks(&mut diary);
    let agreed = yes(&diary, OTHER_OFFICER).unwrap();
    diary.write_as(Actor::Staff(OTHER_OFFICER), agreed);
    assert_eq!(diary.person.plans.len(), 1);
    assert_eq!(diary.person.exception, None);
}
