//! The order of the money, taken by two ways through the engine.

use domain::loan::{Order, Part, PaymentSource};

use crate::life::{any_day, any_terms, eventful_entries, lives, loan};

/// Payments in the terms' own order are settled line by line where that order allows it; an order that is given for their source
/// is walked step by step. Where both say the same, so must the books.
#[test]
fn the_same_order_written_for_the_borrower_alone_changes_nothing() {
    lives(|seed, chance| {
        let mut terms = any_terms(chance);
        let mut parts = Part::ALL;
        for place in 1..parts.len() {
            parts.swap(place, chance.below(place as u64 + 1) as usize);
        }
        terms.order = Order::of_parts(parts);
        // Now and then other parts come first once an instalment is due.
        if chance.below(3) == 0 {
            terms.order.steps[4..8].reverse();
        }
        let entries = eventful_entries(chance, &terms);
        let on = any_day(chance, &terms);
        let line_by_line = loan(&terms, &entries).position(on);
        terms.orders = vec![(PaymentSource::Borrower, terms.order.clone())];
        assert_eq!(loan(&terms, &entries).position(on), line_by_line, "seed {seed}: {parts:?}");
    });
}
