//! Random lives of loans: what must hold in every one of them, and a second opinion from a slow auditor.
//!
//! `LOAN_LIVES` sets how many (`cargo xtask lives` asks for a million); the seed of a life that fails is printed.

use domain::day::Day;
use domain::id::EntryId;
use domain::loan::{
    Account, Entry, EntryKind, Future, Grace, InterestOn, Loan, Method, Part, Parts, PaymentSource, Position, Stops, Terms, Walk,
    balance,
};
use domain::money::Money;
use rust_decimal::Decimal;

mod auditor;
mod life;
mod order;
mod plans;
mod reaged;
mod waking;

use auditor::{Mistake, Opinion, audit};
use life::{Chance, any_day, any_entries, any_terms, eventful_entries, lives, loan};

#[test]
fn instalments_sum_to_the_principal_and_are_never_negative() {
    lives(|seed, chance| {
        let terms = any_terms(chance);
        let lines = terms.schedule().unwrap().instalments;
        assert_eq!(lines.iter().map(|line| line.principal).sum::<Money>(), terms.principal, "seed {seed}");
        let is_sound =
            |line: &domain::loan::Instalment| [line.principal, line.interest, line.fee].iter().all(|it| *it >= Money::ZERO);
        assert!(lines.iter().all(is_sound), "seed {seed}: {lines:?}");
        assert!(lines.windows(2).all(|pair| pair[0].due_on < pair[1].due_on && pair[1].from == pair[0].due_on), "seed {seed}");
    });
}

#[test]
fn no_cent_is_lost_and_none_is_taken_beyond_what_is_due() {
    lives(|seed, chance| {
        let mut terms = any_terms(chance);
        terms.order.walk = if chance.below(2) == 0 { Walk::Vertical } else { Walk::Horizontal };
        terms.order.future = [Future::Next, Future::Last, Future::Reamortise, Future::Hold][chance.below(4) as usize];
        let entries = eventful_entries(chance, &terms);
        let (as_of, loan) = (any_day(chance, &terms), loan(&terms, &entries));
        let position = loan.position(as_of);
        let counted = entries.iter().filter(|entry| entry.effective_on <= as_of && !loan.is_reversed(entry.id));
        let received: Money = counted
            .map(|entry| match entry.kind {
                EntryKind::Payment { amount, .. } => amount,
                _ => Money::ZERO,
            })
            .sum();
        let moved =
            |id: EntryId| -> Money { position.moved.iter().filter(|(of, _)| *of == id).map(|(_, parts)| parts.total()).sum() };
        // Refunds give allocated money back; what goes out of unapplied money was never allocated.
        let counted = || entries.iter().filter(|entry| entry.effective_on <= as_of && !loan.is_reversed(entry.id));
        let settled_by = |id: EntryId| -> Money {
            position.allocations.iter().filter(|known| known.entry == id).map(|known| known.parts.total()).sum()
        };
        let recovered_by =
            |id: EntryId| -> Money { position.recoveries.iter().filter(|(of, _)| *of == id).map(|(_, amount)| *amount).sum() };
        let out: Money = counted()
            .map(|entry| match entry.kind {
                EntryKind::Refund { .. } => -settled_by(entry.id) - recovered_by(entry.id),
                EntryKind::CreditRefund { amount } | EntryKind::Chargeback { amount, .. } => amount - moved(entry.id),
                _ => Money::ZERO,
            })
            .sum();
        let allocated: Money = position.allocations.iter().map(|known| known.parts.total()).sum();
        let paid: Money = position.instalments.iter().map(|line| line.paid.total()).sum();
        assert_eq!(allocated, paid, "seed {seed}: allocations are what the lines show as paid");
        assert_eq!(
            allocated + position.unapplied + out + position.recovered,
            received,
            "seed {seed}: money in is money out and money held"
        );
        for line in &position.instalments {
            for part in Part::ALL {
                assert!(line.paid[part] <= line.due[part] && line.paid[part] >= Money::ZERO, "seed {seed}: {part:?} of {line:?}");
            }
        }
    });
}

#[test]
fn the_order_of_arrival_does_not_matter() {
    lives(|seed, chance| {
        let terms = any_terms(chance);
        let entries = eventful_entries(chance, &terms);
        let mut shuffled = entries.clone();
        for index in (1..shuffled.len()).rev() {
            shuffled.swap(index, chance.below(index as u64 + 1) as usize);
        }
        let as_of = any_day(chance, &terms);
        assert_eq!(loan(&terms, &entries).position(as_of), loan(&terms, &shuffled).position(as_of), "seed {seed}");
    });
}

#[test]
fn the_cost_cap_is_never_passed() {
    lives(|seed, chance| {
        let mut terms = any_terms(chance);
        let cap = Decimal::new(1_000 + chance.below(3_000) as i64, 4);
        terms.cost_cap = Some(cap);
        terms.annual_rate = terms.annual_rate.min(cap);
        let entries = any_entries(chance, &terms, true);
        let (as_of, loan) = (any_day(chance, &terms), loan(&terms, &entries));
        // The principal outstanding at each day's end, summed the slow way.
        let mut balance_days = Decimal::ZERO;
        let mut day = terms.disbursed_on;
        let principal_by = |day: Day| {
            let position = loan.position(as_of);
            let paid = position.allocations.iter().filter(|known| known.on <= day).map(|known| known.parts.principal);
            terms.principal - paid.sum()
        };
        let mut changes: Vec<Day> = entries.iter().map(|entry| entry.effective_on).filter(|on| *on <= as_of).collect();
        changes.push(as_of);
        for change in changes {
            balance_days += Decimal::from(principal_by(day).minor()) * Decimal::from(day.days_until(change).max(0));
            day = change.max(day);
        }
        let allowance = Money::round_minor(balance_days * cap / Decimal::from(365)).unwrap();
        let position = loan.position(as_of);
        let asked = |line: &domain::loan::InstalmentPosition| {
            if line.due_on <= as_of { line.due } else { Parts { penalty: line.due.penalty, ..line.paid } }
        };
        let cost: Money = position.instalments.iter().map(|line| asked(line).cost()).sum();
        let agreed: Money = position.instalments.iter().map(|line| asked(line).interest + asked(line).fee).sum();
        assert!(cost <= allowance.max(agreed), "seed {seed}: cost {cost}, allowance {allowance}, agreed {agreed}");
    });
}

/// The same with interest as it is signed, which cannot be put off.
fn as_signed(mut terms: Terms) -> Terms {
    terms.interest_on = InterestOn::Schedule;
    terms.grace.interest = 0;
    terms
}

#[test]
fn without_interest_it_does_not_matter_which_principal_bears_it() {
    lives(|seed, chance| {
        // Without agreed cost at all, so that the cap never gives anything back: when it does depends on when it is looked at.
        let method = chance.one_of(&[Method::EqualInstalment, Method::EqualPrincipal, Method::Bullet]);
        let annual_rate = Decimal::ZERO;
        let terms = as_signed(Terms { method, annual_rate, ..any_terms(chance) });
        let entries = any_entries(chance, &terms, false);
        let as_of = any_day(chance, &terms);
        let signed = loan(&terms, &entries).position(as_of);
        let follows = loan(&Terms { interest_on: InterestOn::Outstanding, ..terms }, &entries).position(as_of);
        let told = |position: &Position| (position.outstanding, position.unapplied, position.days_past_due);
        assert_eq!(told(&signed), told(&follows), "seed {seed}");
    });
}

#[test]
fn a_day_on_which_late_payment_costs_nothing_adds_no_charge() {
    lives(|seed, chance| {
        let cap = Decimal::new(1_000 + chance.below(3_000) as i64, 4);
        let terms = any_terms(chance);
        let annual_rate = terms.annual_rate.min(cap);
        let terms = Terms { cost_cap: Some(cap), annual_rate, ..terms };
        let mut entries = any_entries(chance, &terms, false);
        let (on, _) = one_more(chance, &terms, &entries);
        let until = on.plus_days(1 + chance.below(60) as i32);
        entries.push(Entry { id: EntryId(200), effective_on: on, kind: EntryKind::Pause { until, stops: Stops::Penalty } });
        let loan = loan(&terms, &entries);
        let charges = |day: Day| -> Money {
            let position = loan.position(day);
            position.instalments.iter().map(|line| line.due.penalty + line.charged).sum()
        };
        let first = charges(on);
        for day in (1..=on.days_until(until)).step_by(7).map(|ahead| on.plus_days(ahead)) {
            assert!(charges(day) <= first, "seed {seed} on {day}: {} > {first}", charges(day));
        }
    });
}

#[test]
fn days_past_due_of_later_days_are_known_without_a_replay_as_long_as_nothing_happens() {
    lives(|seed, chance| {
        let terms = any_terms(chance);
        let entries = any_entries(chance, &terms, false);
        let loan = loan(&terms, &entries);
        let on = entries.last().map_or(terms.disbursed_on, |entry| entry.effective_on).plus_days(chance.below(60) as i32);
        let Some(due_on) = loan.position(on).oldest_unpaid_due_on else { return };
        let late = loan.past_due_of(due_on);
        for day in (0..90).step_by(9).map(|ahead| on.plus_days(ahead)) {
            let position = loan.position(day);
            if position.oldest_unpaid_due_on == Some(due_on) {
                assert_eq!(late.days(day), position.days_past_due, "seed {seed} on {day}");
            }
        }
    });
}

#[test]
fn what_the_instalments_ask_for_and_what_was_given_up_is_all_that_was_lent() {
    lives(|seed, chance| {
        let terms = any_terms(chance);
        let entries = eventful_entries(chance, &terms);
        let loan = loan(&terms, &entries);
        let is_written_off = |as_of: &Day| loan.position(*as_of).written_off_on.is_some();
        let days = entries.iter().map(|entry| entry.effective_on).chain([any_day(chance, &terms)]);
        for as_of in days.filter(|as_of| !is_written_off(as_of)) {
            let position = loan.position(as_of);
            let owed_again = |id: EntryId| -> Money {
                position.moved.iter().filter(|(of, _)| *of == id).map(|(_, parts)| parts.principal).sum()
            };
            let counted = entries.iter().filter(|entry| entry.effective_on <= as_of);
            let more = counted.map(|entry| match entry.kind {
                EntryKind::Disbursement { amount } => amount,
                EntryKind::Chargeback { .. } | EntryKind::CreditRefund { .. } => owed_again(entry.id),
                _ => Money::ZERO,
            });
            let lent = terms.principal + more.sum();
            let told: Money = position.instalments.iter().map(|line| line.due.principal + line.waived.principal).sum();
            assert_eq!(told, lent, "seed {seed} on {as_of}");
            let open: Money = position.instalments.iter().map(|line| line.unpaid().principal).sum();
            assert_eq!(open, position.outstanding.principal, "seed {seed} on {as_of}");
        }
    });
}

/// The engine's figures, in the auditor's form.
fn figures(position: &Position) -> Opinion {
    let parts = |parts: Parts| [parts.fee, parts.penalty, parts.interest, parts.principal].map(|it| i128::from(it.minor()));
    Opinion {
        unapplied: position.unapplied.minor().into(),
        unpaid: parts(position.instalments.iter().fold(Parts::ZERO, |sum, line| sum + line.unpaid())),
        due: parts(position.due),
        overdue: parts(position.overdue),
        principal: position.outstanding.principal.minor().into(),
        days: (position.days_past_due.into(), position.days_past_due_raw.into()),
        settlement: position.settlement.minor().into(),
        accrued: position.interest_accrued.minor().into(),
    }
}

fn audited_life(chance: &mut Chance) -> (Terms, Vec<Entry>, Day) {
    let terms = Terms { cost_cap: None, ..any_terms(chance) };
    let mut entries = any_entries(chance, &terms, false);
    if chance.below(8) == 0 {
        let on = entries.last().map_or(terms.disbursed_on, |entry| entry.effective_on).plus_days(1);
        entries.push(Entry { id: EntryId(99), effective_on: on, kind: EntryKind::WriteOff });
    }
    let as_of = any_day(chance, &terms);
    (terms, entries, as_of)
}

#[test]
fn the_auditor_agrees() {
    lives(|seed, chance| {
        let (terms, entries, as_of) = audited_life(chance);
        let position = loan(&terms, &entries).position(as_of);
        assert_eq!(figures(&position), audit(&terms, &entries, as_of, Mistake::None), "seed {seed}");
    });
}

#[test]
fn the_auditor_finds_every_planted_mistake() {
    let mistakes = Mistake::ALL;
    let mut found = vec![0; mistakes.len()];
    for seed in 0..3_000 {
        let (terms, entries, as_of) = audited_life(&mut Chance::of(seed));
        let position = figures(&loan(&terms, &entries).position(as_of));
        for (place, mistake) in
            mistakes.iter().enumerate().filter(|(place, _)| seed < 300 || found[*place] == 0).collect::<Vec<_>>()
        {
            found[place] += u32::from(position != audit(&terms, &entries, as_of, *mistake));
        }
    }
    println!("lives that show each mistake: {:?}", mistakes.iter().zip(&found).collect::<Vec<_>>());
    assert!(found.iter().all(|count| *count > 0), "{:?}", mistakes.iter().zip(&found).collect::<Vec<_>>());
}

#[test]
fn postings_sum_to_zero_and_hold_the_balance() {
    lives(|seed, chance| {
        let terms = any_terms(chance);
        let entries = eventful_entries(chance, &terms);
        let (as_of, loan) = (any_day(chance, &terms), loan(&terms, &entries));
        let (postings, position) = (loan.postings(as_of), loan.position(as_of));
        let mut ids: Vec<Option<EntryId>> = postings.iter().map(|posting| posting.entry).collect();
        ids.dedup();
        for id in ids {
            let sum: Money = postings.iter().filter(|posting| posting.entry == id).map(|posting| posting.amount).sum();
            assert_eq!(sum, Money::ZERO, "seed {seed}: entry {id:?}");
        }
        assert_eq!(balance(&postings, Account::LoansReceivable), position.outstanding.principal, "seed {seed}");
        assert_eq!(balance(&postings, Account::BorrowersCredit), -position.unapplied, "seed {seed}");
    });
}

#[test]
fn the_lines_of_an_explanation_sum_to_the_figure() {
    lives(|seed, chance| {
        let terms = any_terms(chance);
        let entries = eventful_entries(chance, &terms);
        let (as_of, loan) = (any_day(chance, &terms), loan(&terms, &entries));
        let position = loan.position(as_of);
        let sum = |part: Part| position.instalments.iter().map(|line| line.due[part]).sum::<Money>();
        let received = loan.explain_allocation(as_of, None);
        let explained = [
            ("balance", loan.explain_balance(as_of), position.outstanding.total()),
            ("interest", loan.explain_interest(as_of, None), sum(Part::Interest)),
            ("penalty", loan.explain_penalty(as_of, None), sum(Part::Penalty)),
            ("settlement", loan.explain_settlement(as_of), position.settlement),
            ("allocation", received.clone(), received.figure),
        ];
        for (what, explanation, figure) in explained {
            assert_eq!(explanation.figure, figure, "seed {seed}: {what}");
            let total: Money = explanation.lines.iter().map(|line| line.amount).sum();
            assert_eq!(total, figure, "seed {seed}: the lines of {what} {:#?}", explanation.lines);
        }
        if let Some(cap) = loan.explain_cap(as_of) {
            assert_eq!(cap.lines.iter().map(|line| line.amount).sum::<Money>(), cap.figure, "seed {seed}: {:#?}", cap.lines);
            assert!(cap.figure >= Money::ZERO, "seed {seed}");
            // What is held down shows that nothing is left.
            let asks_less = loan.explain_penalty(as_of, None).lines.iter().any(|line| line.rule == domain::loan::Rule::Capped);
            assert!(!asks_less || cap.figure.is_zero(), "seed {seed}: {:#?}", cap.lines);
        }
        match loan.explain_days_past_due(as_of) {
            None => assert_eq!(position.days_past_due_raw, 0, "seed {seed}"),
            Some(because) => {
                let days = (because.raw as i32 - because.grace as i32 - because.paused as i32).max(0);
                assert_eq!(days, position.days_past_due as i32, "seed {seed}");
                let paused: i32 = because.pauses.iter().map(|(from, until)| from.days_until(*until)).sum();
                assert_eq!(paused, because.paused as i32, "seed {seed}");
            }
        }
    });
}

#[test]
fn interest_is_explained_by_days_and_balances_and_by_nothing_else_while_nothing_changed_the_schedule() {
    lives(|seed, chance| {
        let terms = any_terms(chance);
        let entries = any_entries(chance, &terms, true);
        let as_of = any_day(chance, &terms);
        for line in loan(&terms, &entries).explain_interest(as_of, None).lines {
            use domain::loan::Rule::{Earned, Moved, TimeNotUsed};
            let is_fine = line.rule == Earned
                || line.rule == TimeNotUsed
                || line.rule == Moved && terms.interest_on != InterestOn::Schedule && terms.method == Method::EqualInstalment
                || line.rule == Moved && terms.grace.interest > 0;
            assert!(is_fine, "seed {seed}: {line:?}");
        }
    });
}

/// The last day of a life and a payment on it.
fn one_more(chance: &mut Chance, terms: &Terms, entries: &[Entry]) -> (Day, Money) {
    let on = entries.last().map_or(terms.disbursed_on, |entry| entry.effective_on).plus_days(chance.below(30) as i32);
    (on, chance.money(terms.principal.minor() as u64 + 2))
}

fn payment(id: u64, effective_on: Day, amount: Money) -> Entry {
    Entry { id: EntryId(id), effective_on, kind: EntryKind::Payment { amount, source: PaymentSource::Borrower } }
}

#[test]
fn a_payment_in_two_parts_settles_the_same() {
    lives(|seed, chance| {
        // A cap gives back between the parts what it would give back after the whole.
        let terms = Terms { cost_cap: None, ..any_terms(chance) };
        let mut entries = any_entries(chance, &terms, false);
        let (on, amount) = one_more(chance, &terms, &entries);
        let part = Money::from_minor(chance.below(amount.minor() as u64) as i64);
        let mut in_two = entries.clone();
        entries.push(payment(200, on, amount));
        in_two.extend([payment(200, on, part), payment(201, on, amount - part)].into_iter().filter(|it| it.kind != zero()));
        let (whole, in_two) = (loan(&terms, &entries).position(on), loan(&terms, &in_two).position(on));
        let settled = |position: &Position| -> Vec<(Parts, Parts)> {
            position.instalments.iter().map(|line| (line.due, line.paid)).collect()
        };
        assert_eq!((settled(&whole), whole.unapplied), (settled(&in_two), in_two.unapplied), "seed {seed}");
    });
}

fn zero() -> EntryKind {
    EntryKind::Payment { amount: Money::ZERO, source: PaymentSource::Borrower }
}

#[test]
fn one_payment_more_never_leaves_more_owed() {
    lives(|seed, chance| {
        let terms = any_terms(chance);
        let mut entries = any_entries(chance, &terms, false);
        let (on, amount) = one_more(chance, &terms, &entries);
        let before = loan(&terms, &entries);
        entries.push(payment(200, on, amount));
        let after = loan(&terms, &entries);
        for days in [0, 1, 10, 45, 200] {
            let as_of = on.plus_days(days);
            // All that is still asked for, ahead too: under a cap, penalties make room for interest that is paid in advance.
            let owed = |loan: &Loan| {
                let position = loan.position(as_of);
                position.instalments.iter().map(|line| line.unpaid().total()).sum::<Money>() - position.unapplied
            };
            assert!(owed(&after) <= owed(&before), "seed {seed} on {as_of}: {} > {}", owed(&after), owed(&before));
            if terms.cost_cap.is_none() {
                let due = |loan: &Loan| loan.position(as_of).outstanding.total() - loan.position(as_of).unapplied;
                assert!(due(&after) <= due(&before), "seed {seed} on {as_of}: {} > {}", due(&after), due(&before));
            }
        }
    });
}

#[test]
fn a_payment_that_bounced_was_never_made() {
    lives(|seed, chance| {
        let terms = any_terms(chance);
        let mut entries = any_entries(chance, &terms, false);
        let before = loan(&terms, &entries);
        let (on, amount) = one_more(chance, &terms, &entries);
        entries.push(payment(200, on, amount));
        entries.push(Entry { id: EntryId(201), effective_on: on.plus_days(3), kind: EntryKind::Reversal { of: EntryId(200) } });
        let after = loan(&terms, &entries);
        for days in [3, 40, 400] {
            assert_eq!(before.position(on.plus_days(days)), after.position(on.plus_days(days)), "seed {seed}");
        }
    });
}

#[test]
fn what_was_overpaid_can_be_paid_out_and_no_more() {
    lives(|seed, chance| {
        let terms = any_terms(chance);
        let mut entries = any_entries(chance, &terms, true);
        let (on, _) = one_more(chance, &terms, &entries);
        let settlement = loan(&terms, &entries).settlement_amount(on);
        let extra = chance.money(5_000);
        entries.push(payment(200, on, settlement + extra));
        let overpaid = loan(&terms, &entries).position(on);
        assert!(overpaid.unapplied >= extra, "seed {seed}: {overpaid:?}");
        let refund = EntryKind::CreditRefund { amount: overpaid.unapplied };
        entries.push(Entry { id: EntryId(201), effective_on: on, kind: refund });
        let paid_out = loan(&terms, &entries).position(on);
        assert_eq!((paid_out.unapplied, paid_out.outstanding), (Money::ZERO, Parts::ZERO), "seed {seed}");
    });
}

#[test]
fn paying_as_signed_on_the_due_days_ends_at_nothing_on_the_last() {
    lives(|seed, chance| {
        let terms = any_terms(chance);
        let lines = terms.schedule().unwrap().instalments;
        let entries: Vec<Entry> = lines
            .iter()
            .filter(|line| line.total().is_positive())
            .map(|line| payment(line.number.into(), line.due_on, line.total()))
            .collect();
        let loan = loan(&terms, &entries);
        let position = loan.position(lines[lines.len() - 1].due_on);
        assert_eq!((position.outstanding, position.unapplied), (Parts::ZERO, Money::ZERO), "seed {seed}: {terms:?}");
        assert_eq!(position.interest_accrued, lines.iter().map(|line| line.interest).sum(), "seed {seed}");
    });
}

#[test]
fn paying_what_settling_costs_settles() {
    lives(|seed, chance| {
        let terms = any_terms(chance);
        let mut entries = eventful_entries(chance, &terms);
        let (on, _) = one_more(chance, &terms, &entries);
        let position = loan(&terms, &entries).position(on);
        assert!(position.settlement >= Money::ZERO, "seed {seed}");
        if position.written_off_on.is_some() || position.settlement.is_zero() {
            return;
        }
        entries.push(payment(200, on, position.settlement));
        for days in [0, 1, 30, 300] {
            let settled = loan(&terms, &entries).position(on.plus_days(days));
            assert_eq!((settled.outstanding, settled.unapplied), (Parts::ZERO, Money::ZERO), "seed {seed} after {days} days");
        }
        // A cent less does not settle.
        entries.pop();
        if position.settlement > Money::from_minor(1) {
            entries.push(payment(200, on, position.settlement - Money::from_minor(1)));
            assert!(!loan(&terms, &entries).position(on).is_settled(), "seed {seed}");
        }
    });
}

#[test]
fn nothing_is_taken_for_what_comes_later_while_something_before_it_is_open() {
    lives(|seed, chance| {
        let terms = as_signed(any_terms(chance));
        let mut entries = any_entries(chance, &terms, false);
        let (on, amount) = one_more(chance, &terms, &entries);
        entries.push(payment(200, on, amount));
        let position = loan(&terms, &entries).position(on);
        let settled = position.allocations.iter().filter(|known| known.entry == EntryId(200));
        for known in settled {
            let before = position.instalments.iter().filter(|line| line.number < known.instalment);
            assert!(before.clone().all(|line| line.unpaid().is_zero()), "seed {seed}: {known:?}");
            let line = &position.instalments[known.instalment as usize - 1];
            let lower = Part::ALL.iter().skip_while(|part| line.unpaid()[**part].is_zero()).skip(1);
            assert!(lower.clone().all(|part| known.parts[*part].is_zero()), "seed {seed}: {known:?} of {line:?}");
        }
    });
}

#[test]
fn no_terms_and_no_entries_bring_it_down() {
    let odd = |chance: &mut Chance| {
        let odd = [i64::MAX, i64::MIN, -1, 0, 1, 99, Money::LIMIT.minor(), Money::LIMIT.minor() + 1, 123_456];
        Money::from_minor(chance.one_of(&odd))
    };
    lives(|_, chance| {
        let mut terms = any_terms(chance);
        let rate = |chance: &mut Chance| {
            chance.one_of(&[
                Decimal::MAX,
                Decimal::MIN,
                Decimal::NEGATIVE_ONE,
                Decimal::ZERO,
                Decimal::TEN,
                Decimal::new(24, 2),
                Decimal::new(1, 28),
            ])
        };
        for _ in 0..1 + chance.below(3) {
            match chance.below(12) {
                11 => {
                    let mut some = || chance.one_of(&[0, 1, 14, 600, u32::MAX]);
                    terms.grace = Grace { principal: some(), interest: some(), free: some() };
                }
                0 => terms.principal = odd(chance),
                1 => terms.instalments = chance.one_of(&[0, 1, 600, 601, u32::MAX]),
                2 => terms.annual_rate = rate(chance),
                3 => terms.late.annual_rate = rate(chance),
                4 => terms.late.fee = odd(chance),
                5 => terms.multiple_of = odd(chance),
                6 => terms.down_payment = rate(chance),
                7 => terms.grace_days = chance.one_of(&[0, 366, u32::MAX]),
                8 => terms.cost_cap = Some(rate(chance)),
                9 => {
                    terms.due = domain::loan::DueRule::Months {
                        first_on: terms.disbursed_on.plus_days(chance.below(90) as i32),
                        every: chance.one_of(&[0, 1, 120, u32::MAX]),
                        day: chance.one_of(&[0, 31, 99]),
                    }
                }
                _ => terms.method = Method::FlatFee { rate: rate(chance) },
            }
        }
        let (checked, made) = (terms.check(), Loan::new(terms.clone()));
        let Ok(mut made) = made else {
            assert!(checked.is_err());
            return;
        };
        for number in 0..chance.below(8) {
            let on = terms.disbursed_on.plus_days(chance.below(2_000) as i32 - 50);
            let kind = match chance.below(13) {
                8 => EntryKind::Defer { from: on, to: chance.one_of(&[on, on.plus_days(30), on.plus_days(3660), Day::MAX]) },
                9 => EntryKind::Chargeback { of: EntryId(0), amount: odd(chance) },
                10 => EntryKind::CreditRefund { amount: odd(chance) },
                11 => EntryKind::Waiver { part: Part::ALL[chance.below(4) as usize], amount: odd(chance), instalment: Some(1) },
                12 => EntryKind::WriteOff,
                0 => EntryKind::Payment { amount: odd(chance), source: PaymentSource::Borrower },
                1 => EntryKind::Fee { amount: odd(chance), is_penalty: false, due_on: Some(Day::MAX) },
                2 => EntryKind::Disbursement { amount: odd(chance) },
                3 => EntryKind::Refund { amount: odd(chance) },
                4 => EntryKind::Extend { from: on, instalments: chance.one_of(&[0, 1, 600, u32::MAX]) },
                5 => EntryKind::Reage {
                    first_on: on,
                    every: domain::loan::Rhythm::Months(u32::MAX),
                    instalments: 600,
                    with_costs: true,
                    keeps_cost_to_come: true,
                },
                6 => EntryKind::Pause { until: Day::MAX, stops: Stops::AllCost },
                _ => EntryKind::Opening {
                    paid: Parts { penalty: odd(chance), fee: odd(chance), interest: odd(chance), principal: odd(chance) },
                    penalty_owed: odd(chance),
                },
            };
            let entry = Entry { id: EntryId(number), effective_on: on, kind };
            if made.check(&entry).is_ok() {
                made.record(entry);
            }
        }
        for as_of in [terms.disbursed_on, terms.disbursed_on.plus_days(700), Day::MAX] {
            let position = made.position(as_of);
            assert!(position.settlement >= Money::ZERO);
            made.postings(as_of);
            made.explain_balance(as_of);
            made.explain_interest(as_of, None);
            made.explain_settlement(as_of);
            made.explain_cap(as_of);
        }
    });
}
