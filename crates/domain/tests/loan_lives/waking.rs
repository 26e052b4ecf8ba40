//! Who sleeps while nothing changes is woken when something does.

use domain::day::Day;
use domain::loan::{Entry, Position};
use domain::money::Money;

use super::life::{any_day, any_terms, eventful_entries, lives_of, loan};

/// What the night says of a loan: since when and by how much it is late, in which range, and whether it is settled.
fn said(position: &Position) -> (Option<(Option<Day>, Money, u8)>, bool) {
    let late = (position.oldest_unpaid_due_on, position.overdue.scheduled(), position.bucket());
    ((position.days_past_due > 0).then_some(late), position.is_settled())
}

#[test]
fn until_the_night_that_wakes_a_loan_nothing_is_to_be_said_of_it() {
    lives_of(1_000, |seed, chance| {
        let terms = any_terms(chance);
        let after = any_day(chance, &terms);
        let entries = eventful_entries(chance, &terms);
        let entries: Vec<Entry> = entries.into_iter().filter(|entry| entry.effective_on <= after).collect();
        let loan = loan(&terms, &entries);
        let before = loan.position(after);
        if before.written_off_on.is_some() {
            // Nobody is asked for it any more.
            return;
        }
        let before = said(&before);
        let wakes_on = loan.wakes_on(after).unwrap_or(Day::MAX);
        let days = (1..60).map(|days| after.plus_days(days)).take_while(|day| *day < wakes_on);
        for day in days {
            assert_eq!(said(&loan.position(day)), before, "seed {seed}: {day}, after {after}, woken on {wakes_on}");
        }
    });
}

#[test]
fn how_late_a_loan_is_and_will_be_and_what_is_left_of_it_are_known_without_the_rest_of_its_position() {
    lives_of(1_000, |seed, chance| {
        let terms = any_terms(chance);
        let from = any_day(chance, &terms);
        // What is entered later counts once it is there.
        let loan = loan(&terms, &eventful_entries(chance, &terms));
        let ahead = loan.ahead_of(from);
        for day in [0, 1, 2, 5, 11, 23, 31, 60, 95, 200].map(|days| from.plus_days(days)) {
            let position = loan.position(day);
            let told = (loan.days_past_due(day), ahead.days_past_due(day), loan.principal_outstanding(day));
            let expected = (position.days_past_due, position.days_past_due, position.outstanding.principal);
            assert_eq!(told, expected, "seed {seed}: {day}, from {from}");
        }
    });
}
