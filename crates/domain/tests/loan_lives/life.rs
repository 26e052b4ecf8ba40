//! Random lives of loans.

use domain::day::Day;
use domain::id::EntryId;
use domain::loan::{DayCount, DueRule, Entry, EntryKind, InterestOn, Loan, Method, Part, PaymentSource, Stops, Terms};
use domain::money::Money;
use rust_decimal::Decimal;

/// A small generator, so that a seed means the same life on every machine.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn of(seed: u64) -> Chance {
        Chance(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub(crate) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }

    pub(crate) fn money(&mut self, most: u64) -> Money {
        Money::from_minor(1 + self.below(most) as i64)
    }
}

/// How many lives a property is tried on.
pub(crate) fn count(usual: u64) -> u64 {
    std::env::var("LOAN_LIVES").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

pub(crate) fn lives(check: impl FnMut(u64, &mut Chance)) {
    lives_of(3_000, check);
}

/// As [`lives`], where one life takes longer. `LOAN_SEED` asks for one of them, `LOAN_FROM` goes on where a run was left.
pub(crate) fn lives_of(usual: u64, mut check: impl FnMut(u64, &mut Chance)) {
    let given = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let all = given("LOAN_FROM").unwrap_or(0)..count(usual);
    for seed in given("LOAN_SEED").map_or(all, |seed| seed..seed + 1) {
        check(seed, &mut Chance(seed));
    }
}

pub(crate) fn any_terms(chance: &mut Chance) -> Terms {
    let disbursed_on = Day::parse("2023-11-20").unwrap().plus_days(chance.below(400) as i32);
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
    use DayCount::{Actual360, Actual365, Actual365LeapDay, ActualActual, Thirty360};
    terms.day_count = chance.one_of(&[Thirty360, Actual360, Actual365, Actual365LeapDay, ActualActual]);
    terms.interest_on =
        chance.one_of(&[InterestOn::Schedule, InterestOn::Schedule, InterestOn::Outstanding, InterestOn::NotOverdue]);
    if chance.below(4) == 0 {
        terms.down_payment = Decimal::new(25, 2);
    }
    if chance.below(4) == 0 {
        let mut some = || chance.below(terms.instalments.into()) as u32;
        terms.grace.principal = some();
        terms.grace.free = some();
        if terms.interest_on != InterestOn::Schedule {
            terms.grace.interest = some();
        }
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
pub(crate) fn any_entries(chance: &mut Chance, terms: &Terms, only_payments: bool) -> Vec<Entry> {
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

/// As [`any_entries`], and at the end something rarer that changes what is owed.
pub(crate) fn eventful_entries(chance: &mut Chance, terms: &Terms) -> Vec<Entry> {
    let mut entries = any_entries(chance, terms, false);
    let payments: Vec<Entry> = entries.iter().filter(|entry| matches!(entry.kind, EntryKind::Payment { .. })).cloned().collect();
    let mut last = entries.last().map_or(terms.disbursed_on, |entry| entry.effective_on);
    for id in 100..101 + chance.below(3) {
        last = last.plus_days(1 + chance.below(30) as i32);
        let amount = chance.money(50_000);
        let kind = match (chance.below(9), payments.first()) {
            (0, Some(payment)) => EntryKind::Chargeback { of: payment.id, amount },
            (1, _) => EntryKind::CreditRefund { amount },
            (2, _) => EntryKind::Disbursement { amount },
            (3, _) => EntryKind::WriteOff,
            (4, _) => EntryKind::Reage {
                first_on: last.plus_days(1 + chance.below(40) as i32),
                every: domain::loan::Rhythm::Months(1),
                instalments: 1 + chance.below(8) as u32,
                with_costs: chance.below(2) == 0,
                keeps_cost_to_come: chance.below(2) == 0,
            },
            (5, _) => EntryKind::Extend { from: last, instalments: 1 + chance.below(4) as u32 },
            (6, _) => EntryKind::Defer { from: last, to: last.plus_days(1 + chance.below(60) as i32) },
            (7, _) => EntryKind::Payment { amount, source: PaymentSource::Goodwill },
            _ => EntryKind::Waiver { part: Part::Principal, amount, instalment: None },
        };
        entries.push(Entry { id: EntryId(id), effective_on: last, kind });
    }
    entries
}

pub(crate) fn loan(terms: &Terms, entries: &[Entry]) -> Loan {
    let mut loan = Loan::new(terms.clone()).unwrap();
    entries.iter().cloned().for_each(|entry| loan.record(entry));
    loan
}

pub(crate) fn any_day(chance: &mut Chance, terms: &Terms) -> Day {
    terms.disbursed_on.plus_days(chance.below(900) as i32)
}
