//! A second opinion, slow and obvious: it lives every day of a loan, keeps every instalment as a claim of its own, counts
//! interest day by day in whole numbers, and pays claims one after the other. It shares no code with the engine.
//!
//! It knows the default order of allocation, and loans without a cost cap, re-ageing, deferral or tranches; those have
//! properties of their own.

use std::collections::BTreeSet;

use domain::day::Day;
use domain::loan::{DayCount, DueRule, Entry, EntryKind, InterestOn, Method, Part, Stops, Terms};
use rust_decimal::Decimal;

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

/// A mistake that can be planted, to show that the opinions would differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mistake {
    None,
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
}

struct Claim {
    is_agreed: bool,
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

    /// The schedule as signed.
    fn sign(&mut self) {
        let terms = self.terms;
        let down = if terms.down_payment.is_zero() { 0 } else { self.nearest(self.balance * fraction(terms.down_payment), ONE) };
        if !terms.down_payment.is_zero() {
            self.claims.push(claim(false, terms.disbursed_on, terms.disbursed_on, down));
        }
        let (count, financed) = (i128::from(terms.instalments), self.balance - down);
        let mut from = terms.disbursed_on;
        for index in 0..terms.instalments as i32 {
            let due_on = match &terms.due {
                DueRule::Months { first_on, every, day } => first_on.plus_months_on(index * *every as i32, *day),
                DueRule::Days { first_on, every } => first_on.plus_days(index * *every as i32),
                DueRule::On(days) => days[index as usize],
            };
            self.claims.push(claim(true, from, due_on, 0));
            from = due_on;
        }
        let first = usize::from(!terms.down_payment.is_zero());
        let each = self.equal_instalment(first, financed);
        let mut left = financed;
        for number in 0..terms.instalments as usize {
            let is_last = number + 1 == terms.instalments as usize;
            let interest = {
                let line = &self.claims[first + number];
                self.nearest(left * self.factor(line, line.from, line.due_on), ONE)
            };
            let principal = match terms.method {
                _ if is_last && self.mistake == Mistake::LastTakesNothing => each.min(left),
                _ if is_last => left,
                Method::EqualInstalment => (each - interest).max(0).min(left),
                Method::EqualPrincipal | Method::FlatFee { .. } => {
                    financed / count + i128::from((number as i128) < financed % count)
                }
                Method::Bullet => 0,
            };
            left -= principal;
            let fee = match terms.method {
                Method::FlatFee { rate } => self.nearest(financed * fraction(rate), ONE),
                _ => 0,
            };
            let line = &mut self.claims[first + number];
            line.asks = [fee, 0, interest, principal];
            (line.agreed_principal, line.agreed_instalment) = (principal, principal + interest);
        }
    }

    /// `P · Π(1 + r) / Σ` by decimals of 28 digits.
    fn equal_instalment(&self, first: usize, financed: Fen) -> Fen {
        if self.terms.annual_rate.is_zero() {
            return self.nearest(financed, i128::from(self.terms.instalments));
        }
        let (mut growth, mut sum) = (Decimal::ONE, Decimal::ZERO);
        for line in &self.claims[first..] {
            let rate = Decimal::from_i128_with_scale(self.factor(line, line.from, line.due_on), 18);
            sum = sum * (Decimal::ONE + rate) + Decimal::ONE;
            growth *= Decimal::ONE + rate;
        }
        let each = Decimal::from(financed) * growth / sum;
        i128::try_from(each.round_dp(0)).expect("fits")
    }

    /// The annual rate times the share of a year that lies between two days of a line's period, with 18 decimals.
    fn factor(&self, line: &Claim, from: Day, until: Day) -> i128 {
        let days = i128::from(from.days_until(until));
        let (numerator, denominator) = match (self.terms.day_count, &self.terms.due) {
            (DayCount::Actual365, _) => (days, 365),
            (DayCount::Actual360, _) | (DayCount::Thirty360, DueRule::Days { .. }) => (days, 360),
            (DayCount::Thirty360, DueRule::Months { every, .. }) => {
                let length = i128::from(line.from.days_until(line.due_on));
                (i128::from(*every) * days, 12 * length)
            }
            (DayCount::Actual365LeapDay, _) => {
                let has_leap_day = (1..=line.from.days_until(line.due_on))
                    .map(|ahead| line.from.plus_days(ahead).civil())
                    .any(|(_, month, day)| (month, day) == (2, 29));
                (days, if has_leap_day { 366 } else { 365 })
            }
            (DayCount::ActualActual, _) => {
                let year_days = |day: Day| if domain::day::is_leap_year(day.civil().0) { 366 } else { 365 };
                let parts = (1..=from.days_until(until)).map(|ahead| 365 * 366 / year_days(from.plus_days(ahead)));
                (parts.sum(), 365 * 366)
            }
            other => unreachable!("no life has {other:?}"),
        };
        self.nearest(fraction(self.terms.annual_rate) * numerator, denominator)
    }

    /// To the nearest whole number, halves to the even one.
    fn nearest(&self, numerator: i128, denominator: i128) -> i128 {
        let (whole, rest) = (numerator.div_euclid(denominator), numerator.rem_euclid(denominator));
        let is_half_up = self.mistake == Mistake::HalvesUp || whole % 2 != 0;
        whole + i128::from(2 * rest > denominator || 2 * rest == denominator && is_half_up)
    }

    /// Days late of a line on a day, after grace and pauses.
    fn days_late(&self, due_on: Day, day: Day) -> i64 {
        let grace = if self.mistake == Mistake::GraceForgotten { 0 } else { i64::from(self.terms.grace_days) };
        let late = i64::from(due_on.days_until(day)) + i64::from(self.mistake == Mistake::DueDayIsLate);
        let paused = self.paused.iter().filter(|paused| due_on.epoch_days() < **paused && **paused <= day.epoch_days()).count();
        (late - grace - paused as i64).max(0)
    }

    /// One day more of lateness.
    fn grow_late(&mut self) {
        if self.is_written_off {
            return;
        }
        let yesterday = self.today.plus_days(-1);
        for index in 0..self.claims.len() {
            let due_on = self.claims[index].due_on;
            let (now, before) = (self.days_late(due_on, self.today), self.days_late(due_on, yesterday));
            let late_fee = i128::from(self.terms.late.fee.minor());
            let line = &mut self.claims[index];
            if now > before && !line.is_paid() {
                line.overdue_days += line.unpaid(PRINCIPAL);
                if self.mistake == Mistake::PenaltyOnInterestToo {
                    line.overdue_days += line.unpaid(INTEREST);
                }
                if before == 0 && !line.has_late_fee {
                    line.has_late_fee = true;
                    line.charged_penalty += late_fee * if self.mistake == Mistake::LateFeeTwice { 2 } else { 1 };
                }
            }
            self.ask_penalty(index);
        }
    }

    fn ask_penalty(&mut self, index: usize) {
        if self.is_written_off {
            return;
        }
        let year = if self.mistake == Mistake::PenaltyYearOf360 { 360 } else { 365 };
        let line = &self.claims[index];
        let rate = fraction(self.terms.late.annual_rate) / 1_000_000;
        let gross = self.nearest(rate * line.overdue_days, ONE / 1_000_000 * year) + line.charged_penalty;
        let line = &mut self.claims[index];
        line.asks[PENALTY] = line.paid[PENALTY] + (gross - line.waived[PENALTY] - line.paid[PENALTY]).max(0);
    }

    /// What happens of itself on a day.
    fn fall_due(&mut self) {
        let follows = self.follows_balance();
        let is_due = self.claims.iter().any(|line| {
            line.due_on == self.today
                && self.today > self.terms.disbursed_on
                && (follows || (0..4).any(|part| line.unpaid(part) != 0))
        });
        if is_due {
            self.spend();
        }
    }

    fn follows_balance(&self) -> bool {
        self.terms.interest_on != InterestOn::Schedule
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

    /// Money meets claims, one after the other, each part after the other.
    fn spend(&mut self) {
        let follows = self.follows_balance();
        for index in 0..self.wallet.len() {
            if self.follows_balance() {
                self.ask_for_the_most();
            }
            let mut money = self.wallet[index];
            let order = match self.mistake {
                Mistake::InterestBeforeFees => [INTEREST, FEE, PENALTY, PRINCIPAL],
                _ => [FEE, PENALTY, INTEREST, PRINCIPAL],
            };
            let count = self.claims.len();
            for place in 0..count {
                let place = if self.mistake == Mistake::NewestFirst { count - 1 - place } else { place };
                let others: Fen = self.claims.iter().filter(|line| !line.is_agreed).map(|line| line.unpaid(PRINCIPAL)).sum();
                let left_for_agreed = (self.balance - others).max(0);
                for part in order {
                    let line = &mut self.claims[place];
                    let mut settled = line.unpaid(part).min(money).max(0);
                    if part == PRINCIPAL {
                        if follows && line.is_agreed {
                            settled = settled.min(left_for_agreed);
                        }
                        self.balance -= settled;
                        let counts_from = if self.terms.interest_on == InterestOn::NotOverdue {
                            self.today.min(line.due_on)
                        } else {
                            self.today
                        };
                        self.moves.push((counts_from, -settled));
                    }
                    line.paid[part] += settled;
                    money -= settled;
                }
            }
            self.wallet[index] = money;
        }
        self.wallet.retain(|money| *money > 0);
        if self.follows_balance() {
            self.foresee(false);
        }
    }

    /// Enough to settle everything: no cost of time that is not used.
    fn settle_early(&mut self) {
        let is_early = self.claims.last().is_some_and(|line| line.due_on > self.today);
        let money: Fen = self.wallet.iter().sum();
        let follows = self.follows_balance();
        if follows {
            self.foresee(true);
        }
        if !is_early || self.balance <= 0 || money < self.settling() || self.mistake == Mistake::AllInterestOnSettling {
            return;
        }
        for index in 0..self.claims.len() {
            if self.claims[index].due_on <= self.today || self.claims[index].is_cut {
                continue;
            }
            let (interest, fee) = self.earned_of(index);
            let line = &mut self.claims[index];
            line.is_cut = true;
            (line.asks[INTEREST], line.asks[FEE]) = (interest, fee);
            for part in if follows { [FEE, FEE] } else { [INTEREST, FEE] } {
                let excess = (line.paid[part] - line.asks[part]).max(0);
                if self.mistake != Mistake::EarlyInterestKept {
                    line.paid[part] -= excess;
                    self.wallet.push(excess);
                }
            }
        }
    }

    /// Interest and fee of a line for the days up to today.
    fn earned_of(&self, index: usize) -> (Fen, Fen) {
        let line = &self.claims[index];
        if line.due_on <= self.today || line.is_cut {
            return (line.asks[INTEREST], line.asks[FEE]);
        }
        let counted = |until: Day| {
            (1..=line.from.days_until(until)).filter(|ahead| !self.is_stopped(line.from.plus_days(*ahead))).count() as i128
        };
        let (elapsed, length) = (counted(self.today.max(line.from)), counted(line.due_on));
        let share = |amount: Fen| if elapsed == 0 { 0 } else { self.nearest(amount * elapsed, length) };
        let interest = if self.follows_balance() { line.asks[INTEREST] } else { share(line.asks[INTEREST]) };
        (interest, share(line.asks[FEE] - line.charged_fee) + line.charged_fee)
    }

    fn is_stopped(&self, day: Day) -> bool {
        self.stopped.contains(&day.epoch_days())
    }

    /// What settles everything today, wallet not counted.
    fn settling(&self) -> Fen {
        let of_line = |index: usize| {
            let line = &self.claims[index];
            let (interest, fee) = self.earned_of(index);
            let interest = if self.follows_balance() { line.asks[INTEREST] } else { interest };
            line.asks[PENALTY] + line.asks[PRINCIPAL] + interest + fee - line.paid.iter().sum::<Fen>()
        };
        (0..self.claims.len()).map(of_line).sum()
    }

    fn charge(&mut self, amount: Fen, is_penalty: bool) {
        if self.is_stopped(self.today) || self.is_written_off {
            return;
        }
        let first = self.claims.iter().position(|line| line.from != line.due_on);
        let holds = |index: usize, line: &Claim| {
            line.from != line.due_on && (line.from < self.today || Some(index) == first) && self.today <= line.due_on
        };
        let found = (0..self.claims.len()).find(|index| holds(*index, &self.claims[*index]));
        let index = found.unwrap_or_else(|| {
            let last = self.claims.len() - 1;
            if self.claims[last].is_agreed {
                self.claims.push(claim(false, self.claims[last].due_on, self.today, 0));
                last + 1
            } else {
                self.claims[last].due_on = self.claims[last].due_on.max(self.today);
                last
            }
        });
        let line = &mut self.claims[index];
        if is_penalty {
            line.charged_penalty += amount;
        } else {
            line.charged_fee += amount;
            line.asks[FEE] += amount;
        }
        self.ask_penalty(index);
        self.spend();
    }

    fn waive(&mut self, part: Part, amount: Fen) {
        let place = match part {
            Part::Fee => FEE,
            Part::Penalty => PENALTY,
            Part::Interest => INTEREST,
            Part::Principal => PRINCIPAL,
        };
        let mut left = amount;
        for line in &mut self.claims {
            let waived = line.unpaid(place).min(left).max(0);
            left -= waived;
            line.asks[place] -= waived;
            line.waived[place] += waived;
            if place == FEE {
                line.charged_fee -= waived.min(line.charged_fee);
            }
            if place == PRINCIPAL {
                self.balance -= waived;
                self.moves.push((self.today, -waived));
            }
        }
    }

    fn pause(&mut self, until: Day, stops: Stops) {
        let long = i32::from(self.mistake == Mistake::PauseOneDayLong);
        let days = self.today.epoch_days() + 1..=until.epoch_days() + long;
        if self.mistake != Mistake::PauseForgotten {
            self.paused.extend(days.clone());
        }
        if stops == Stops::AllCost && self.mistake != Mistake::StopForgotten {
            self.stopped.extend(days);
            self.stop();
        }
    }

    /// Lines ahead ask for less by the share of their days that cost nothing.
    fn stop(&mut self) {
        if self.balance <= 0 {
            return;
        }
        for index in 0..self.claims.len() {
            let line = &self.claims[index];
            if line.due_on <= self.today || line.is_cut {
                continue;
            }
            let length = i128::from(line.from.days_until(line.due_on));
            let stopped = (1..=length as i32).filter(|ahead| self.is_stopped(line.from.plus_days(*ahead))).count() as i128;
            for part in [FEE, INTEREST] {
                if part == INTEREST && self.follows_balance() {
                    continue;
                }
                let line = &self.claims[index];
                let agreed = line.asks[part] + line.stopped[part] - if part == FEE { line.charged_fee } else { 0 };
                let off = agreed - self.nearest(agreed * (length - stopped), length);
                let line = &mut self.claims[index];
                line.asks[part] += line.stopped[part] - off;
                line.stopped[part] = off;
                let excess = (line.paid[part] - line.asks[part]).max(0);
                line.paid[part] -= excess;
                self.wallet.push(excess);
            }
        }
        if self.follows_balance() {
            self.foresee(false);
        }
        self.spend();
    }

    fn give_back(&mut self, amount: Fen) {
        let mut left = amount;
        for line in self.claims.iter_mut().rev() {
            for part in [PRINCIPAL, INTEREST, FEE, PENALTY] {
                let returned = line.paid[part].min(left);
                line.paid[part] -= returned;
                left -= returned;
                if part == PRINCIPAL {
                    self.balance += returned;
                    let counts_from =
                        if self.terms.interest_on == InterestOn::NotOverdue { self.today.min(line.due_on) } else { self.today };
                    self.moves.push((counts_from, returned));
                }
            }
        }
        self.wallet.retain(|money| *money > 0);
    }

    /// What each line asks for where interest follows the balance, if all overdue were paid today and the rest on time; with
    /// `till_today`, if everything were paid today.
    fn foresee(&mut self, till_today: bool) {
        if self.is_written_off {
            return;
        }
        let is_equal = self.terms.method == Method::EqualInstalment;
        let mut moves = self.moves.clone();
        let others: Fen = self.claims.iter().filter(|line| !line.is_agreed).map(|line| line.unpaid(PRINCIPAL)).sum();
        let mut left = (self.balance - others).max(0);
        let asked = |line: &Claim| if is_equal { line.agreed_instalment } else { line.agreed_principal };
        let is_open = |line: &Claim| {
            let interest = if is_equal { line.paid[INTEREST] + line.waived[INTEREST] } else { 0 };
            line.is_agreed && line.paid[PRINCIPAL] + line.waived[PRINCIPAL] + interest < asked(line)
        };
        let last = self.claims.iter().rposition(|line| line.is_agreed).expect("a loan has an instalment");
        let rest = self.claims.iter().rposition(is_open).unwrap_or(last);
        let mut carried = 0;
        for index in 0..self.claims.len() {
            if self.claims[index].is_agreed {
                let line = &self.claims[index];
                let until = if till_today { self.today.min(line.due_on).max(line.from) } else { line.due_on };
                let accrued = self.interest(line, &moves, until) + carried;
                let given_up = line.waived[INTEREST].min(accrued.max(0));
                let is_ahead = is_equal && index != last && line.paid[PRINCIPAL] > asked(line) - accrued;
                let interest = if is_ahead { line.paid[INTEREST] } else { line.paid[INTEREST].max(accrued - given_up) };
                carried = if self.mistake == Mistake::CarriedInterestLost { 0 } else { accrued - given_up - interest };
                let principal =
                    asked(line) - if is_equal { interest + given_up } else { 0 } - line.paid[PRINCIPAL] - line.waived[PRINCIPAL];
                let open = if index == rest { left } else { principal.max(0).min(left) };
                left -= open;
                let line = &mut self.claims[index];
                (line.asks[INTEREST], line.asks[PRINCIPAL]) = (interest, line.paid[PRINCIPAL] + open);
            }
            let line = &self.claims[index];
            let is_overdue = line.due_on < self.today && self.terms.interest_on == InterestOn::Outstanding;
            moves.push((if is_overdue { self.today } else { line.due_on }, -line.unpaid(PRINCIPAL)));
        }
    }

    /// Before money is spent: interest up to today, and the most principal that a line could take.
    fn ask_for_the_most(&mut self) {
        self.foresee(false);
        let foreseen: Vec<Fen> = self.claims.iter().map(|line| line.asks[PRINCIPAL]).collect();
        self.foresee(true);
        let is_equal = self.terms.method == Method::EqualInstalment;
        for (line, foreseen) in self.claims.iter_mut().zip(foreseen) {
            let mut most = line.asks[PRINCIPAL].max(foreseen);
            if is_equal && line.is_agreed && foreseen > line.paid[PRINCIPAL] {
                most = most.max(line.agreed_instalment - line.asks[INTEREST] - line.waived[INTEREST] - line.waived[PRINCIPAL]);
            }
            line.asks[PRINCIPAL] = most;
        }
    }

    /// Day by day; days of one balance are counted together, for a factor is rounded once for them.
    fn interest(&self, line: &Claim, moves: &[(Day, Fen)], until: Day) -> Fen {
        let balance_after = |day: Day| moves.iter().filter(|(from, _)| *from <= day).map(|(_, amount)| amount).sum::<Fen>();
        let (mut sum, mut since, mut held) = (0, line.from, None);
        let mut end = |since: Day, day: Day, held: Option<Fen>| {
            if let Some(balance) = held.filter(|balance| *balance > 0)
                && since < day
            {
                sum += balance * self.factor(line, since, day);
            }
        };
        let mut day = line.from;
        while day < until {
            let next = day.plus_days(1);
            let now = if self.is_stopped(next) { None } else { Some(balance_after(day)) };
            if now != held {
                end(since, day, held);
                (since, held) = (day, now);
            }
            day = next;
        }
        end(since, until, held);
        self.nearest(sum, ONE)
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
                if line.from < self.today {
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

/// A decimal fraction with 18 decimals.
fn fraction(rate: Decimal) -> i128 {
    rate.mantissa() * 10_i128.pow(18 - rate.scale())
}
