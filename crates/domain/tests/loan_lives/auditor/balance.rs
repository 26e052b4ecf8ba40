//! Interest that follows the balance.

use domain::day::Day;
use domain::loan::{InterestOn, Method};

use super::{Auditor, Claim, Fen, INTEREST, Mistake, ONE, PRINCIPAL};

impl Auditor<'_> {
    pub(super) fn follows_balance(&self) -> bool {
        self.terms.interest_on != InterestOn::Schedule
    }

    /// What each line asks for where interest follows the balance, if all overdue were paid today and the rest on time; with
    /// `till_today`, if everything were paid today.
    pub(super) fn foresee(&mut self, till_today: bool) {
        if self.is_written_off {
            return;
        }
        let is_equal = self.terms.method == Method::EqualInstalment;
        let mut moves = self.moves.clone();
        let others: Fen = self.claims.iter().filter(|line| !line.is_agreed).map(|line| line.unpaid(PRINCIPAL)).sum();
        let mut left = (self.balance - others).max(0);
        let is_equal_of = |line: &Claim| is_equal && !line.is_interest_only;
        let asked = |line: &Claim| if is_equal_of(line) { line.agreed_instalment } else { line.agreed_principal };
        let is_open = |line: &Claim| {
            let interest = if is_equal_of(line) { line.paid[INTEREST] + line.waived[INTEREST] } else { 0 };
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
                let is_equal = is_equal_of(line);
                let is_ahead = is_equal && index != last && line.paid[PRINCIPAL] > asked(line) - accrued;
                let interest =
                    if is_ahead || line.is_put_off { line.paid[INTEREST] } else { line.paid[INTEREST].max(accrued - given_up) };
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
    pub(super) fn ask_for_the_most(&mut self) {
        self.foresee(false);
        let foreseen: Vec<Fen> = self.claims.iter().map(|line| line.asks[PRINCIPAL]).collect();
        self.foresee(true);
        let is_equal = self.terms.method == Method::EqualInstalment;
        for (line, foreseen) in self.claims.iter_mut().zip(foreseen) {
            let is_instalment = is_equal && !line.is_interest_only && line.is_agreed && foreseen > line.paid[PRINCIPAL];
            let beside_interest = line.agreed_instalment - line.asks[INTEREST] - line.waived[INTEREST] - line.waived[PRINCIPAL];
            let most = line.asks[PRINCIPAL].max(if is_instalment { beside_interest } else { foreseen });
            line.asks[PRINCIPAL] = most;
        }
    }

    /// Day by day; days of one balance are counted together, for a factor is rounded once for them.
    pub(super) fn interest(&self, line: &Claim, moves: &[(Day, Fen)], until: Day) -> Fen {
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
            let now = if self.is_stopped(next) || !self.earns(next) { None } else { Some(balance_after(day)) };
            if now != held {
                end(since, day, held);
                (since, held) = (day, now);
            }
            day = next;
        }
        end(since, until, held);
        self.nearest(sum, ONE)
    }
}
