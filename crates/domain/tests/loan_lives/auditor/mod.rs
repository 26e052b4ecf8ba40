//! A second opinion, slow and obvious: it lives every day of a loan, keeps every instalment as a claim of its own, counts
//! interest day by day in whole numbers, and pays claims one after the other. It shares no code with the engine.
//!
//! It knows the default order of allocation, and loans without a cost cap, re-ageing, deferral or tranches; those have
//! properties of their own.

use std::collections::BTreeSet;

use domain::day::Day;
use domain::loan::{Entry, EntryKind, Terms};

mod balance;
mod late;
mod pay;
mod schedule;

/// Minor units.
type Fen = i128;
const FEE: usize = 0;
const PENALTY: usize = 1;
const INTEREST: usize = 2;
const PRINCIPAL: usize = 3;
/// One with 18 decimals: a factor is rounded there, and what it is multiplied with is exact.
const ONE: i128 = 1_000_000_000_000_000_000;

/// What the auditor says of a day.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Opinion {
    /// Money that nothing needed.
    pub(crate) unapplied: Fen,
    /// Unpaid by fee, penalty, interest, principal, whenever it falls due.
    pub(crate) unpaid: [Fen; 4],
    /// The same of what is due.
    pub(crate) due: [Fen; 4],
    /// The same of what is overdue.
    pub(crate) overdue: [Fen; 4],
    /// Unpaid principal.
    pub(crate) principal: Fen,
    /// Days past due after grace and pauses, and without.
    pub(crate) days: (i64, i64),
    /// What would settle everything.
    pub(crate) settlement: Fen,
    /// Interest earned.
    pub(crate) accrued: Fen,
}

/// Names each mistake once, with the list of all that can be planted.
macro_rules! mistakes {
    ($($name:ident),+ $(,)?) => {
        /// A mistake that can be planted, to show that the opinions would differ.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Mistake {
            None,
            $($name,)+
        }

        impl Mistake {
            /// Every one that can be planted.
            pub(crate) const ALL: &[Mistake] = &[$(Mistake::$name,)+];
        }
    };
}

mistakes! {
    GraceForgotten,
    PenaltyOnInterestToo,
    PenaltyYearOf360,
    PauseForgotten,
    PauseOneDayLong,
    StopForgotten,
    LateFeeTwice,
    ReversalForgotten,
    HalvesUp,
    WaiverForgotten,
    InterestBeforeFees,
    NewestFirst,
    AllInterestOnSettling,
    EarlyInterestKept,
    CarriedInterestLost,
    DueDayIsLate,
    LastTakesNothing,
    PrincipalInGrace,
    FreeDaysCharged,
    InterestNotPutOff,
}

struct Claim {
    is_agreed: bool,
    /// It asks for no principal; for its interest later.
    is_interest_only: bool,
    is_put_off: bool,
    from: Day,
    due_on: Day,
    agreed_principal: Fen,
    agreed_instalment: Fen,
    asks: [Fen; 4],
    paid: [Fen; 4],
    waived: [Fen; 4],
    /// Agreed interest and fee that a pause took off.
    stopped: [Fen; 4],
    charged_fee: Fen,
    charged_penalty: Fen,
    overdue_days: Fen,
    has_late_fee: bool,
    is_cut: bool,
}

impl Claim {
    fn unpaid(&self, part: usize) -> Fen {
        self.asks[part] - self.paid[part]
    }

    fn is_paid(&self) -> bool {
        self.unpaid(PRINCIPAL) <= 0 && self.unpaid(INTEREST) <= 0 && self.unpaid(FEE) <= self.charged_fee
    }
}

pub(crate) struct Auditor<'a> {
    terms: &'a Terms,
    mistake: Mistake,
    today: Day,
    claims: Vec<Claim>,
    wallet: Vec<Fen>,
    paused: BTreeSet<i32>,
    stopped: BTreeSet<i32>,
    /// What bears interest from which day on.
    moves: Vec<(Day, Fen)>,
    balance: Fen,
    is_written_off: bool,
}

/// Lives the loan up to `as_of`.
pub(crate) fn audit(terms: &Terms, entries: &[Entry], as_of: Day, mistake: Mistake) -> Opinion {
    let mut auditor = Auditor::new(terms, mistake);
    let reversed: BTreeSet<_> = entries
        .iter()
        .filter_map(|entry| match entry.kind {
            EntryKind::Reversal { of } if mistake != Mistake::ReversalForgotten => Some(of),
            _ => None,
        })
        .collect();
    while auditor.today <= as_of {
        auditor.fall_due();
        let today = auditor.today;
        for entry in entries.iter().filter(|entry| entry.effective_on == today && !reversed.contains(&entry.id)) {
            auditor.enter(&entry.kind);
        }
        if auditor.today == as_of {
            break;
        }
        auditor.today = auditor.today.plus_days(1);
        auditor.grow_late();
    }
    auditor.tell()
}

impl<'a> Auditor<'a> {
    fn new(terms: &'a Terms, mistake: Mistake) -> Auditor<'a> {
        let mut auditor = Auditor {
            terms,
            mistake,
            today: terms.disbursed_on,
            claims: Vec::new(),
            wallet: Vec::new(),
            paused: BTreeSet::new(),
            stopped: BTreeSet::new(),
            moves: vec![(terms.disbursed_on, terms.principal.minor().into())],
            balance: terms.principal.minor().into(),
            is_written_off: false,
        };
        auditor.sign();
        auditor
    }

    fn enter(&mut self, kind: &EntryKind) {
        if matches!(kind, EntryKind::Reversal { .. }) {
            return;
        }
        if self.follows_balance() {
            self.foresee(false);
        }
        match kind {
            EntryKind::Payment { .. } if self.is_written_off => {}
            EntryKind::Payment { amount, .. } => {
                self.wallet.push(amount.minor().into());
                self.settle_early();
                self.spend();
            }
            EntryKind::Fee { amount, is_penalty, .. } => self.charge(amount.minor().into(), *is_penalty),
            EntryKind::Waiver { .. } if self.mistake == Mistake::WaiverForgotten => {}
            EntryKind::Waiver { part, amount, .. } => self.waive(*part, amount.minor().into()),
            EntryKind::Pause { until, stops } => self.pause(*until, *stops),
            EntryKind::Resume => {
                let today = self.today.epoch_days();
                self.paused.retain(|day| *day <= today);
                if !self.stopped.is_empty() {
                    self.stopped.retain(|day| *day <= today);
                    self.stop();
                }
            }
            EntryKind::Refund { .. } if self.is_written_off => {}
            EntryKind::Refund { amount } => self.give_back(amount.minor().into()),
            EntryKind::WriteOff => {
                self.is_written_off = true;
                self.balance = 0;
                self.claims.iter_mut().for_each(|line| line.asks = line.paid);
            }
            EntryKind::Reversal { .. } => {}
            other => unreachable!("no audited life has {other:?}"),
        }
    }

    fn tell(mut self) -> Opinion {
        let (mut settlement, mut accrued) = (0, 0);
        if self.follows_balance() {
            self.foresee(true);
            settlement = self.settling();
            accrued = self.claims.iter().map(|line| line.asks[INTEREST]).sum();
            self.foresee(false);
        } else {
            settlement += self.settling();
            for index in 0..self.claims.len() {
                let line = &self.claims[index];
                if line.from < self.today || line.due_on <= self.today || line.is_cut {
                    accrued += self.earned_of(index).0;
                }
            }
        }
        let unapplied: Fen = self.wallet.iter().sum();
        let sum = |is_in: &dyn Fn(&Claim) -> bool| {
            let mut parts = [0; 4];
            for line in self.claims.iter().filter(|line| is_in(line)) {
                (0..4).for_each(|part| parts[part] += line.unpaid(part));
            }
            parts
        };
        let oldest = self.claims.iter().filter(|line| line.due_on <= self.today && !line.is_paid()).map(|line| line.due_on).min();
        Opinion {
            unapplied,
            unpaid: sum(&|_| true),
            due: sum(&|line| line.due_on <= self.today),
            overdue: sum(&|line| line.due_on < self.today),
            principal: self.balance,
            days: oldest.map_or((0, 0), |due_on| (self.days_late(due_on, self.today), i64::from(due_on.days_until(self.today)))),
            settlement: (settlement - unapplied).max(0),
            accrued,
        }
    }
}

fn claim(is_agreed: bool, from: Day, due_on: Day, principal: Fen) -> Claim {
    Claim {
        is_agreed,
        is_interest_only: false,
        is_put_off: false,
        from,
        due_on,
        agreed_principal: principal,
        agreed_instalment: principal,
        asks: [0, 0, 0, principal],
        paid: [0; 4],
        waived: [0; 4],
        stopped: [0; 4],
        charged_fee: 0,
        charged_penalty: 0,
        overdue_days: 0,
        has_late_fee: false,
        is_cut: false,
    }
}
