//! Somebody at a door who says nothing, who calls for help, and who is made to say that all is well.

use domain::moment::Timestamp;
use domain::watch::{Rung, Watched};
use jiff::SignedDuration;

/// `minutes` after "I am here".
fn minute(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap() + SignedDuration::from_mins(minutes)
}

/// Who is to act in each of these minutes.
fn check(watched: Watched, who: &[(i64, Option<Rung>)]) {
    for (at, rung) in who {
        assert_eq!(watched.rung(minute(*at)), *rung, "minute {at} of {watched:?}");
    }
}

#[test]
fn who_says_nothing_for_twenty_five_minutes_is_looked_for_by_more_and_more_people() {
    let watched = Watched::from(minute(0));
    check(watched, &[(0, None), (20, None), (24, None), (25, Some(Rung::Peer)), (29, Some(Rung::Peer))]);
    check(watched, &[(30, Some(Rung::Supervisor)), (35, Some(Rung::Everybody)), (600, Some(Rung::Everybody))]);
}

#[test]
fn who_left_in_time_alarms_nobody_and_who_left_late_alarms_nobody_any_more() {
    check(Watched::from(minute(0)).over(), &[(10, None), (25, None), (600, None)]);
}

#[test]
fn a_call_for_help_reaches_the_supervisor_in_the_same_minute_and_everybody_five_minutes_later() {
    let watched = Watched::from(minute(0)).raised(minute(3));
    check(watched, &[(2, None), (3, Some(Rung::Supervisor)), (7, Some(Rung::Supervisor)), (8, Some(Rung::Everybody))]);
}

#[test]
fn calling_again_and_again_does_not_begin_the_ladder_anew() {
    let watched = (3..12).fold(Watched::from(minute(0)), |watched, at| watched.raised(minute(at)));
    check(watched, &[(3, Some(Rung::Supervisor)), (8, Some(Rung::Everybody)), (12, Some(Rung::Everybody))]);
}

#[test]
fn who_is_made_to_say_that_all_is_well_is_still_looked_for() {
    let watched = Watched::from(minute(0)).raised(minute(3)).over();
    check(watched, &[(5, Some(Rung::Supervisor)), (60, Some(Rung::Everybody))]);
}
