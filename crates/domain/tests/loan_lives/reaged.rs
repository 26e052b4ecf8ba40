//! Loans that are spread anew over other instalments.

use domain::day::Day;
use domain::id::EntryId;
use domain::loan::{Entry, EntryKind, Parts, Position, Rhythm, Terms};
use domain::money::Money;

use super::life::{Chance, any_entries, any_terms, lives, loan};
use super::one_more;

/// A life, and the same life spread anew on a day.
fn before_and_after(chance: &mut Chance, terms: &Terms, how: Option<(bool, bool)>) -> (Day, Position, Position) {
    let mut entries = any_entries(chance, terms, false);
    let (on, _) = one_more(chance, terms, &entries);
    let before = loan(terms, &entries).position(on);
    let (with_costs, keeps_cost_to_come) = how.unwrap_or((chance.below(2) == 0, chance.below(2) == 0));
    let kind = EntryKind::Reage {
        first_on: on.plus_days(1 + chance.below(40) as i32),
        every: Rhythm::Months(1),
        instalments: 1 + chance.below(24) as u32,
        with_costs,
        keeps_cost_to_come,
    };
    entries.push(Entry { id: EntryId(200), effective_on: on, kind });
    (on, before, loan(terms, &entries).position(on))
}

/// All that is asked for, now and later, less money that waits.
fn asked(position: &Position) -> Money {
    position.instalments.iter().map(|line| line.unpaid().total()).sum::<Money>() - position.unapplied
}

#[test]
fn what_settling_costs_is_the_same_before_and_after() {
    lives(|seed, chance| {
        let terms = Terms { cost_cap: None, ..any_terms(chance) };
        let (_, before, after) = before_and_after(chance, &terms, None);
        // Where more interest was given up than there was, less may be asked for later than now: that is spread then.
        assert_eq!(before.settlement.min(asked(&before).or_zero()), after.settlement, "seed {seed}");
    });
}

#[test]
fn where_cost_to_come_is_kept_as_much_is_asked_for_as_before() {
    lives(|seed, chance| {
        let terms = Terms { cost_cap: None, ..any_terms(chance) };
        let with_costs = chance.below(2) == 0;
        let (_, before, after) = before_and_after(chance, &terms, Some((with_costs, true)));
        assert_eq!(asked(&before), asked(&after), "seed {seed}");
        let parts = |position: &Position| position.instalments.iter().fold(Parts::ZERO, |sum, line| sum + line.unpaid());
        assert_eq!(parts(&before), parts(&after), "seed {seed}");
    });
}

#[test]
fn where_costs_are_spread_too_nothing_is_late_any_more_and_nothing_grows_by_itself() {
    lives(|seed, chance| {
        let terms = Terms { cost_cap: None, ..any_terms(chance) };
        let keeps_cost_to_come = chance.below(2) == 0;
        let (on, before, after) = before_and_after(chance, &terms, Some((true, keeps_cost_to_come)));
        assert_eq!((after.due, after.days_past_due_raw), (Parts::ZERO, 0), "seed {seed} on {on}");
        assert!(asked(&after) <= asked(&before), "seed {seed}");
        assert!(after.instalments.iter().all(|line| line.unpaid().cost() >= Money::ZERO), "seed {seed}");
    });
}
