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
