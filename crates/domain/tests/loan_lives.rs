//! Random lives of loans: what must hold in every one of them, and a second opinion from a slow auditor.
//!
//! `LOAN_LIVES` sets how many; the seed of a life that fails is printed.

use domain::day::Day;
use domain::id::EntryId;
use domain::loan::{
    Account, DueRule, Entry, EntryKind, Future, Loan, Method, Part, Parts, PaymentSource, Position, Stops, Terms, Walk, balance,
};
use domain::money::Money;
use rust_decimal::Decimal;

/// A small generator, so that a seed means the same life on every machine.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn money(&mut self, most: u64) -> Money {
        Money::from_minor(1 + self.below(most) as i64)
    }
}

fn lives(mut check: impl FnMut(u64, &mut Chance)) {
    let count = std::env::var("LOAN_LIVES").ok().and_then(|text| text.parse().ok()).unwrap_or(3_000);
    for seed in 0..count {
        check(seed, &mut Chance(seed));
    }
}

fn any_terms(chance: &mut Chance) -> Terms {
    let disbursed_on = Day::parse("2024-01-01").unwrap().plus_days(chance.below(400) as i32);
    let mut terms = Terms::interest_free(chance.money(2_000_000), disbursed_on, 1 + chance.below(14) as u32);
    let rate = Decimal::new(chance.below(3_600) as i64, 4);
    (terms.method, terms.annual_rate) = match chance.below(5) {
        0 => (Method::EqualPrincipal, Decimal::ZERO),
        1 => (Method::EqualPrincipal, rate),
        2 => (Method::FlatFee { rate: Decimal::new(chance.below(120) as i64, 4) }, Decimal::ZERO),
        3 => (Method::Bullet, rate),
        _ => (Method::EqualInstalment, rate),
    };
    if chance.below(3) == 0 {
        terms.due = DueRule::Days { first_on: disbursed_on.plus_days(14), every: 14 };
    }
    if chance.below(4) == 0 {
        terms.down_payment = Decimal::new(25, 2);
    }
    terms.grace_days = chance.below(6) as u32;
    terms.late.annual_rate = Decimal::new(chance.below(5_000) as i64, 4);
    terms.late.fee = Money::from_minor(chance.below(3_000) as i64);
    if chance.below(2) == 0 {
        terms.cost_cap = Some(Decimal::new(36, 2));
    }
    terms
}

fn any_stops(chance: &mut Chance) -> Stops {
    if chance.below(2) == 0 { Stops::AllCost } else { Stops::Penalty }
}

/// Some payments, fees, waivers, pauses and reversals, each on its own day.
fn any_entries(chance: &mut Chance, terms: &Terms, only_payments: bool) -> Vec<Entry> {
    let mut day = terms.disbursed_on;
    let mut entries: Vec<Entry> = Vec::new();
    for number in 0..1 + chance.below(14) {
        day = day.plus_days(1 + chance.below(40) as i32);
        let amount = chance.money(terms.principal.minor() as u64 / 3 + 2);
        let payment = EntryKind::Payment { amount, source: PaymentSource::Borrower };
        let kind = match chance.below(10) {
            _ if only_payments => payment,
            0 => EntryKind::Fee { amount: chance.money(5_000), is_penalty: chance.below(2) == 0, due_on: None },
            1 => EntryKind::Waiver { part: Part::ALL[chance.below(4) as usize], amount, instalment: None },
            2 => EntryKind::Pause { until: day.plus_days(chance.below(50) as i32), stops: any_stops(chance) },
            3 => match entries.iter().rev().find(|known| matches!(known.kind, EntryKind::Payment { .. })) {
                Some(known) => EntryKind::Reversal { of: known.id },
                None => payment,
            },
            4 => EntryKind::Refund { amount },
            5 if chance.below(3) == 0 => EntryKind::Resume,
            _ => payment,
        };
        entries.push(Entry { id: EntryId(number + 1), effective_on: day, kind });
    }
    entries
}

fn loan(terms: &Terms, entries: &[Entry]) -> Loan {
    let mut loan = Loan::new(terms.clone()).unwrap();
    entries.iter().cloned().for_each(|entry| loan.record(entry));
    loan
}

fn any_day(chance: &mut Chance, terms: &Terms) -> Day {
    terms.disbursed_on.plus_days(chance.below(900) as i32)
}

#[test]
fn instalments_sum_to_the_principal() {
    lives(|seed, chance| {
        let terms = any_terms(chance);
        let principal: Money = terms.schedule().unwrap().instalments.iter().map(|line| line.principal).sum();
        assert_eq!(principal, terms.principal, "seed {seed}");
    });
}

#[test]
fn no_cent_is_lost_and_none_is_taken_beyond_what_is_due() {
    lives(|seed, chance| {
        let mut terms = any_terms(chance);
        terms.order.walk = if chance.below(2) == 0 { Walk::Vertical } else { Walk::Horizontal };
        terms.order.future = [Future::Next, Future::Last, Future::Reamortise, Future::Hold][chance.below(4) as usize];
        let entries = any_entries(chance, &terms, false);
        let (as_of, loan) = (any_day(chance, &terms), loan(&terms, &entries));
        let position = loan.position(as_of);
        let counted = entries.iter().filter(|entry| entry.effective_on <= as_of && !loan.is_reversed(entry.id));
        let received: Money = counted
            .map(|entry| match entry.kind {
                EntryKind::Payment { amount, .. } => amount,
                _ => Money::ZERO,
            })
            .sum();
        let given_back = |position: &Position| -> Money {
            let refunds = entries.iter().filter(|entry| matches!(entry.kind, EntryKind::Refund { .. })).map(|entry| entry.id);
            let refunds: Vec<EntryId> = refunds.collect();
            position.allocations.iter().filter(|known| refunds.contains(&known.entry)).map(|known| known.parts.total()).sum()
        };
        let allocated: Money = position.allocations.iter().map(|known| known.parts.total()).sum();
        let paid: Money = position.instalments.iter().map(|line| line.paid.total()).sum();
        assert_eq!(allocated, paid, "seed {seed}: allocations are what the lines show as paid");
        assert_eq!(allocated - given_back(&position) + position.unapplied, received, "seed {seed}: money in is money allocated");
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
        let entries = any_entries(chance, &terms, false);
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

/// The auditor: walks day by day, keeps every claim as a line of its own, and pays claims one after the other.
/// It shares no arithmetic with the engine beyond the schedule as signed.
fn audit(terms: &Terms, entries: &[Entry], as_of: Day) -> (Money, Parts) {
    let schedule = terms.schedule().unwrap();
    let order = [Part::Fee, Part::Penalty, Part::Interest, Part::Principal];
    let mut owed: Vec<Parts> = schedule
        .instalments
        .iter()
        .map(|line| Parts { penalty: Money::ZERO, fee: line.fee, interest: line.interest, principal: line.principal })
        .collect();
    let mut penalty_asked = vec![Money::ZERO; owed.len()];
    let mut overdue_days = vec![Decimal::ZERO; owed.len()];
    let mut has_fee = vec![false; owed.len()];
    let mut wallet = Money::ZERO;
    let mut day = terms.disbursed_on;
    while day <= as_of {
        for (index, line) in schedule.instalments.iter().enumerate() {
            let is_late = day > line.due_on.plus_days(terms.grace_days as i32);
            if is_late && !owed[index].scheduled().is_zero() {
                if !has_fee[index] {
                    has_fee[index] = true;
                    penalty_asked[index] += terms.late.fee;
                    owed[index].penalty += terms.late.fee;
                }
                overdue_days[index] += Decimal::from(owed[index].principal.minor());
            }
            let accrued = Money::round_minor(overdue_days[index] * terms.late.annual_rate / Decimal::from(365)).unwrap();
            let asked = accrued + if has_fee[index] { terms.late.fee } else { Money::ZERO };
            owed[index].penalty += asked - penalty_asked[index];
            penalty_asked[index] = asked;
        }
        for entry in entries.iter().filter(|entry| entry.effective_on == day) {
            let EntryKind::Payment { amount, .. } = entry.kind else { continue };
            wallet += amount;
            for claim in &mut owed {
                for part in order {
                    let settled = claim[part].min(wallet);
                    claim[part] -= settled;
                    wallet -= settled;
                }
            }
        }
        day = day.plus_days(1);
    }
    (wallet, owed.iter().fold(Parts::ZERO, |sum, claim| sum + *claim))
}

#[test]
fn the_auditor_agrees() {
    lives(|seed, chance| {
        let mut terms = any_terms(chance);
        terms.cost_cap = None;
        // Without interest there is no cost to drop when a loan is settled early, which the auditor does not know.
        (terms.method, terms.annual_rate) = (Method::EqualPrincipal, Decimal::ZERO);
        let entries = any_entries(chance, &terms, true);
        let as_of = any_day(chance, &terms);
        let position = loan(&terms, &entries).position(as_of);
        let owed = position.instalments.iter().fold(Parts::ZERO, |sum, line| sum + line.unpaid());
        assert_eq!((position.unapplied, owed), audit(&terms, &entries, as_of), "seed {seed}");
    });
}

/// Lives with everything in them that changes what is owed.
fn eventful_entries(chance: &mut Chance, terms: &Terms) -> Vec<Entry> {
    let mut entries = any_entries(chance, terms, false);
    let payments: Vec<Entry> = entries.iter().filter(|entry| matches!(entry.kind, EntryKind::Payment { .. })).cloned().collect();
    let last = entries.last().map_or(terms.disbursed_on, |entry| entry.effective_on);
    let amount = chance.money(50_000);
    let kind = match (chance.below(5), payments.first()) {
        (0, Some(payment)) => EntryKind::Chargeback { of: payment.id, amount },
        (1, _) => EntryKind::CreditRefund { amount },
        (2, _) => EntryKind::Disbursement { amount },
        (3, _) => EntryKind::WriteOff,
        _ => EntryKind::Waiver { part: Part::Principal, amount, instalment: None },
    };
    entries.push(Entry { id: EntryId(100), effective_on: last.plus_days(1 + chance.below(30) as i32), kind });
    entries
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
        let explained: Money = loan.explain_balance(as_of).iter().map(|line| line.amount).sum();
        assert_eq!(explained, position.outstanding.total(), "seed {seed}");
        match loan.explain_days_past_due(as_of) {
            None => assert_eq!(position.days_past_due_raw, 0, "seed {seed}"),
            Some(because) => {
                let days = (because.raw as i32 - because.grace as i32 - because.paused as i32).max(0);
                assert_eq!(days, position.days_past_due as i32, "seed {seed}");
            }
        }
    });
}
