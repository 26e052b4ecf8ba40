//! The life of one case's loan, driven step by step.

use anyhow::{Context, bail};
use domain::day::Day;
use domain::id::EntryId;
use domain::loan::{
    Entry, EntryKind, InterestOn, Loan, Origin, Part, Parts, PaymentSource, Position, Rhythm, Stops, Terms, Tranches,
};
use domain::money::Money;
use rust_decimal::Decimal;
use serde_json::Value;

use super::profile::{InstalmentFee, Profile, day, future, money};

/// Where the case stands.
pub(super) struct Servicing<'a> {
    pub(super) profile: Profile<'a>,
    pub(super) today: Day,
    /// The business day on which interest was last recalculated.
    recalculated_on: Day,
    /// The day of the transaction after which nothing was owed.
    pub(super) closed_on: Option<Day>,
    /// What was noted as income so far.
    accrued: Parts,
    /// The business day before the last close of business that touched the loan.
    pub(super) last_cob: Option<Day>,
    pub(super) stage: Stage,
    pub(super) loan: Option<Loan>,
    /// Everything that moved money, in the order it was done.
    pub(super) transactions: Vec<Transaction>,
    pub(super) charges: Vec<Charge>,
    pub(super) ranges: Vec<RangeTag>,
    pub(super) pauses: Vec<(Day, Day)>,
    next_id: u64,
}

/// How far an application has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Submitted,
    Approved,
    Disbursed,
    Rejected,
    Withdrawn,
}

/// One transaction as the peer lists it.
#[derive(Clone, Debug)]
pub(super) struct Transaction {
    pub(super) id: EntryId,
    pub(super) on: Day,
    pub(super) name: &'static str,
    pub(super) amount: Money,
    pub(super) is_reverted: bool,
    /// What it showed when it was undone.
    pub(super) frozen: Option<(Parts, Money)>,
    /// What it settled when it was last looked at; a change means that it was replayed.
    pub(super) settled: Option<Parts>,
    pub(super) is_replayed: bool,
    /// What was met out of money left over: of this payment, or for this tranche or charge-back.
    pub(super) absorbed: Parts,
}

impl Transaction {
    fn of(id: EntryId, on: Day, name: &'static str, amount: Money) -> Transaction {
        Transaction {
            id,
            on,
            name,
            amount,
            is_reverted: false,
            frozen: None,
            settled: None,
            is_replayed: false,
            absorbed: Parts::ZERO,
        }
    }
}

/// A fee or penalty, as the peer lists it.
#[derive(Clone, Debug)]
pub(super) struct Charge {
    pub(super) id: EntryId,
    pub(super) name: &'static str,
    /// The day it is due; none if it comes with every instalment.
    pub(super) due_on: Option<Day>,
    pub(super) amount: Money,
    pub(super) is_penalty: bool,
    pub(super) waived: Money,
}

/// A range of days past due that the loan was in.
#[derive(Clone, Debug)]
pub(super) struct RangeTag {
    pub(super) range: &'static str,
    pub(super) added_on: Day,
    pub(super) lifted_on: Option<Day>,
}

impl<'a> Servicing<'a> {
    pub(super) fn of(case: &'a Value) -> anyhow::Result<Servicing<'a>> {
        let profile = Profile::of(case);
        let today = profile.submitted_on()?;
        Ok(Servicing {
            profile,
            today,
            recalculated_on: today,
            closed_on: None,
            accrued: Parts::ZERO,
            last_cob: None,
            stage: Stage::Submitted,
            loan: None,
            transactions: Vec::new(),
            charges: Vec::new(),
            ranges: Vec::new(),
            pauses: Vec::new(),
            next_id: 1,
        })
    }

    /// Where the loan stands now, if there is one.
    /// Notes as income what was earned by `on` and not noted before; after a closing, all that was asked for.
    fn accrue(&mut self, on: Day, is_closing: bool) {
        let Some(loan) = &self.loan else { return };
        let position = loan.position(if is_closing { self.today } else { on });
        let mut earned = Parts { interest: position.interest_accrued, ..Parts::ZERO };
        if is_closing {
            earned.interest = position.instalments.iter().map(|line| line.due.interest).sum();
        }
        let is_earned = |charge: &&Charge| is_closing || charge.due_on.is_some_and(|due_on| due_on <= on);
        for charge in self.charges.iter().filter(is_earned) {
            let part = if charge.is_penalty { Part::Penalty } else { Part::Fee };
            earned[part] += charge.amount - charge.waived;
        }
        let more = earned - self.accrued;
        if more.is_zero() {
            return;
        }
        let is_less = more.total() < Money::ZERO;
        let (name, parts) = if is_less { ("Accrual Adjustment", Parts::ZERO - more) } else { ("Accrual", more) };
        let on = if is_less { self.today } else { on };
        self.accrued = earned;
        let id = self.new_id();
        let known = Transaction { frozen: Some((parts, Money::ZERO)), ..Transaction::of(id, on, name, parts.total()) };
        self.transactions.push(known);
    }

    pub(super) fn position(&self) -> Option<Position> {
        let loan = self.loan.as_ref()?;
        // The peer recalculates interest when something happens or a day is closed, not when it is looked at.
        let is_recalculated = loan.terms().interest_on != InterestOn::Schedule;
        Some(loan.position(if is_recalculated { self.recalculated_on } else { self.today }))
    }

    /// Does one step; `false` if it is not known.
    pub(super) fn step(&mut self, op: &str, step: &Value) -> anyhow::Result<bool> {
        if op != "business_date" {
            self.recalculated_on = self.today;
        }
        let on = || day(&step["date"]).context("field `date`");
        let amount = || money(&step["amount"]).context("field `amount`");
        let takes_money = matches!(op, "repay" | "transaction" | "payoff" | "credit_balance_refund" | "charge_off");
        if let Some(loan) = self.loan.as_ref().filter(|_| takes_money) {
            let paid_out_on = loan.terms().disbursed_on;
            if self.stage != Stage::Disbursed || on()? < paid_out_on {
                bail!("field `date` lies before the loan was paid out; give a day from {paid_out_on} on, after a `disburse`");
            }
        }
        match op {
            "business_date" => self.today = on()?,
            "create_loan" => self.propose(self.profile.principal()?, self.profile.expected_on()?)?,
            "approve" => {
                self.propose(amount()?, day(&step["expected_disbursement"])?)?;
                self.stage = Stage::Approved;
            }
            "undo_approval" => self.stage = Stage::Submitted,
            "disburse" => self.disburse(on()?, amount()?)?,
            "undo_disbursal" => self.undo_disbursal()?,
            "set_future_rule" => {
                if step["transaction_type"].as_str() == Some("DEFAULT") {
                    self.profile.default_future = Some(future(step["rule"].as_str().unwrap_or_default())?);
                }
            }
            "repay" => self.pay("Repayment", PaymentSource::Borrower, on()?, amount()?),
            "transaction" => {
                if !self.transact(step["type"].as_str().unwrap_or_default(), on()?, amount()?)? {
                    return Ok(false);
                }
            }
            "payoff" => {
                let on = on()?;
                let settlement = self.loan.as_ref().map_or(Money::ZERO, |loan| loan.settlement_amount(on.max(self.today)));
                if settlement.is_positive() {
                    self.pay("Repayment", PaymentSource::Borrower, on, settlement);
                }
            }
            "charge" => self.charge(step["type"].as_str().unwrap_or_default(), day(&step["due"])?, amount()?),
            "waive_charge" => self.waive_last_charge(),
            "nsf_fee" => self.charge("LOAN_NSF_FEE", on()?, Money::from_minor(1000)),
            "chargeback" => {
                let last = self.payments().next_back().map(|payment| payment.id);
                self.charge_back(last, amount()?);
            }
            "chargeback_nth" => {
                let number = nth(step)?;
                let name = if step["kind"].as_str() == Some("Downpayment") { "Down Payment" } else { "Repayment" };
                let nth = self.payments().filter(|payment| payment.name == name).nth(number).map(|payment| payment.id);
                self.charge_back(nth, amount()?);
            }
            "credit_balance_refund" => {
                let amount = amount()?;
                self.enter("Credit Balance Refund", on()?, amount, EntryKind::CreditRefund { amount });
            }
            "undo_last_repayment" => {
                let last = self.payments().rev().find(|payment| payment.name == "Repayment").map(|payment| payment.id);
                self.undo(last);
            }
            "undo_nth_transaction" => {
                let number = nth(step)?;
                let on = on()?;
                let nth = self.transactions.iter().filter(|known| known.on == on).nth(number).map(|known| known.id);
                self.undo(nth);
            }
            "undo_nth_typed" => {
                let number = nth(step)?;
                let (on, name) = (on()?, step["type"].as_str().unwrap_or_default());
                let of_type = self.transactions.iter().filter(|known| known.on == on && known.name == name);
                let nth = of_type.clone().nth(number).map(|known| known.id);
                self.undo(nth);
            }
            "charge_off" => {
                self.enter("Charge-off", on()?, Money::ZERO, EntryKind::ChargeOff);
            }
            "delinquency_pause" => {
                let (from, until) = (day(&step["from"])?, day(&step["to"])?);
                self.pauses.push((from, until));
                self.record(from, EntryKind::Pause { until, stops: Stops::Penalty });
            }
            "delinquency_resume" => {
                let on = day(step.get("from").unwrap_or(&step["date"])).context("field `from`")?;
                for (from, until) in &mut self.pauses {
                    *until = if *from <= on { (*until).min(on) } else { *until };
                }
                self.record(on, EntryKind::Resume);
            }
            "cob" => self.close_business(),
            "delinquency_job" => self.tag_range(),
            "other" => {
                if !self.other(step)? {
                    return Ok(false);
                }
            }
            _ => return Ok(false),
        }
        self.note_replays();
        let is_closed = self.stage == Stage::Disbursed && self.position().is_some_and(|position| owed(&position).is_zero());
        if !is_closed {
            self.closed_on = None;
        } else if op != "cob" {
            let on = on().unwrap_or(self.today);
            self.closed_on.get_or_insert(on);
            self.accrue(on, true);
        }
        if matches!(op, "repay" | "transaction" | "payoff" | "chargeback" | "chargeback_nth" | "undo_last_repayment") {
            self.lift_range_if_current();
        }
        Ok(true)
    }

    /// What each transaction settles now.
    fn settled_by_each(&self) -> Vec<Parts> {
        let Some(position) = self.position() else { return Vec::new() };
        let settled =
            |known: &Transaction| super::observe::settled_by(&position, known.id) + super::observe::moved_by(&position, known.id);
        self.transactions.iter().map(settled).collect()
    }

    /// Marks what settles something else than before.
    fn note_replays(&mut self) {
        for (known, now) in self.settled_by_each().into_iter().enumerate() {
            let known = &mut self.transactions[known];
            if !known.is_reverted {
                known.is_replayed |= known.settled.is_some_and(|before| before != now);
                known.settled = Some(now);
            }
        }
    }

    fn propose(&mut self, principal: Money, disbursed_on: Day) -> anyhow::Result<()> {
        self.renew(self.profile.terms(principal, disbursed_on)?)
    }

    fn renew(&mut self, terms: Terms) -> anyhow::Result<()> {
        let loan = Loan::new(terms).map_err(|invalid| anyhow::anyhow!("field `{}` {}", invalid.field, invalid.fix))?;
        self.loan = Some(loan);
        Ok(())
    }

    fn disburse(&mut self, on: Day, amount: Money) -> anyhow::Result<()> {
        let left_over = self.position().map_or(Money::ZERO, |position| position.unapplied);
        let (id, absorbed) = if self.stage == Stage::Disbursed {
            self.record_absorbing(on, EntryKind::Disbursement { amount })
        } else {
            let charges: Vec<Charge> = self.charges.clone();
            self.propose(amount, on)?;
            self.stage = Stage::Disbursed;
            charges.iter().for_each(|charge| self.record_charge(charge));
            if let Some(fee) = self.profile.instalment_fee() {
                self.charge_each_instalment(fee);
            }
            (self.new_id(), Parts::ZERO)
        };
        self.transactions.push(Transaction { absorbed, ..Transaction::of(id, on, "Disbursement", amount) });
        if self.profile.takes_down_payment() {
            let terms = self.loan.as_ref().map(|loan| loan.terms().clone()).context("no loan")?;
            let down = (terms.down_payment_of(amount) - left_over).or_zero();
            self.pay("Down Payment", PaymentSource::Borrower, on, down);
        }
        Ok(())
    }

    /// Takes back the last tranche and all that followed it; with the only tranche, the loan is as approved.
    fn undo_disbursal(&mut self) -> anyhow::Result<()> {
        let loan = self.loan.take().context("there is no loan")?;
        let last = self.transactions.iter().rposition(|known| known.name == "Disbursement").unwrap_or(0);
        let first_undone = self.transactions.get(last).map(|known| known.id);
        self.transactions.truncate(last);
        self.renew(loan.terms().clone())?;
        if last == 0 {
            self.charges.clear();
            self.accrued = Parts::ZERO;
            self.stage = Stage::Approved;
            return Ok(());
        }
        for entry in loan.entries().iter().filter(|entry| Some(entry.id) < first_undone) {
            self.loan.iter_mut().for_each(|renewed| renewed.record(entry.clone()));
        }
        Ok(())
    }

    fn pay(&mut self, name: &'static str, source: PaymentSource, on: Day, amount: Money) {
        if amount.is_positive() {
            self.enter(name, on, amount, EntryKind::Payment { amount, source });
        }
    }

    fn transact(&mut self, name: &str, on: Day, amount: Money) -> anyhow::Result<bool> {
        match name {
            "REPAYMENT" => self.pay("Repayment", PaymentSource::Borrower, on, amount),
            "GOODWILL_CREDIT" => self.pay("Goodwill Credit", PaymentSource::Goodwill, on, amount),
            "MERCHANT_ISSUED_REFUND" => self.pay("Merchant Issued Refund", PaymentSource::MerchantRefund, on, amount),
            "PAYOUT_REFUND" => self.pay("Payout Refund", PaymentSource::PayoutRefund, on, amount),
            "REFUND_BY_CASH" => self.enter("Refund", on, amount, EntryKind::Refund { amount }),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn charge(&mut self, kind: &str, due_on: Day, amount: Money) {
        let is_penalty = kind.contains("NSF");
        let name = if is_penalty { "NSF fee" } else { "Snooze fee" };
        let id = EntryId(self.next_id);
        let charge = Charge { id, name, due_on: Some(due_on), amount, is_penalty, waived: Money::ZERO };
        self.next_id += 1;
        self.record_charge(&charge);
        self.charges.push(charge);
    }

    /// A fee with every instalment but the down payment; the peer lists it as one charge.
    fn charge_each_instalment(&mut self, fee: InstalmentFee) {
        let lines = self.position().map(|position| position.instalments).unwrap_or_default();
        let mut total = Money::ZERO;
        for line in lines.iter().filter(|line| line.origin == Origin::Agreed) {
            let amount = match fee {
                InstalmentFee::Flat(amount) => amount,
                InstalmentFee::PercentOfInstalment => {
                    (line.due.principal + line.due.interest).times(Decimal::new(1, 2)).unwrap_or(Money::ZERO)
                }
            };
            total += amount;
            if amount.is_positive() {
                self.record(self.today, EntryKind::Fee { amount, is_penalty: false, due_on: Some(line.due_on) });
            }
        }
        let name = match fee {
            InstalmentFee::Flat(_) => "Installment flat fee",
            InstalmentFee::PercentOfInstalment => "Installment percentage amount + interest fee",
        };
        let id = self.new_id();
        self.charges.push(Charge { id, name, due_on: None, amount: total, is_penalty: false, waived: Money::ZERO });
    }

    fn record_charge(&mut self, charge: &Charge) {
        let effective_on = charge.due_on.unwrap_or(self.today).min(self.today);
        let kind = EntryKind::Fee { amount: charge.amount, is_penalty: charge.is_penalty, due_on: charge.due_on };
        if let Some(loan) = &mut self.loan {
            loan.record(Entry { id: charge.id, effective_on: effective_on.max(loan.terms().disbursed_on), kind });
        }
    }

    fn waive_last_charge(&mut self) {
        let Some(charge) = self.charges.last_mut() else { return };
        charge.waived = charge.amount;
        let (amount, part) = (charge.amount, if charge.is_penalty { Part::Penalty } else { Part::Fee });
        let on = charge.due_on.unwrap_or(self.today).min(self.today);
        self.enter("Waive loan charges", on, amount, EntryKind::Waiver { part, amount, instalment: None });
    }

    fn charge_back(&mut self, of: Option<EntryId>, amount: Money) {
        if let Some(of) = of {
            let (id, absorbed) = self.record_absorbing(self.today, EntryKind::Chargeback { of, amount });
            self.transactions.push(Transaction { absorbed, ..Transaction::of(id, self.today, "Chargeback", amount) });
        }
    }

    fn undo(&mut self, id: Option<EntryId>) {
        let Some(id) = id else { return };
        let shown = self.position().map(|position| super::observe::shown(self, &position)).unwrap_or_default();
        for known in self.transactions.iter_mut().filter(|known| known.id == id) {
            known.is_reverted = true;
            known.frozen = shown.iter().find(|(of, ..)| *of == id).map(|(_, parts, balance)| (*parts, *balance));
        }
        self.record(self.today, EntryKind::Reversal { of: id });
    }

    fn enter(&mut self, name: &'static str, on: Day, amount: Money, kind: EntryKind) {
        let id = self.record(on, kind);
        self.transactions.push(Transaction::of(id, on, name, amount));
    }

    fn record(&mut self, on: Day, kind: EntryKind) -> EntryId {
        let id = self.new_id();
        if let Some(loan) = &mut self.loan {
            loan.record(Entry { id, effective_on: on, kind });
        }
        id
    }

    /// Records something that is met out of money left over: the payments it came with still show what they settled before.
    /// Tells how much was met so.
    fn record_absorbing(&mut self, on: Day, kind: EntryKind) -> (EntryId, Parts) {
        let is_laid_out_first = self.loan.as_ref().is_some_and(|loan| loan.terms().tranches == Tranches::BeforePayments);
        let has_left_over = !is_laid_out_first && self.position().is_some_and(|position| position.unapplied.is_positive());
        let before = self.settled_by_each();
        let id = self.record(on, kind);
        let after = self.settled_by_each();
        let mut absorbed = Parts::ZERO;
        for ((known, before), after) in self.transactions.iter_mut().zip(before).zip(after).filter(|_| has_left_over) {
            absorbed += after - before;
            known.absorbed += after - before;
            known.settled = Some(after);
        }
        (id, absorbed)
    }

    fn new_id(&mut self) -> EntryId {
        self.next_id += 1;
        EntryId(self.next_id - 1)
    }

    /// Payments of the borrower that stand, in the order made.
    fn payments(&self) -> impl DoubleEndedIterator<Item = &Transaction> {
        self.transactions.iter().filter(|known| matches!(known.name, "Repayment" | "Down Payment") && !known.is_reverted)
    }

    /// Steps that the case file holds as text.
    fn other(&mut self, step: &Value) -> anyhow::Result<bool> {
        let text = step["text"].as_str().unwrap_or_default();
        let cell = |name: &str| {
            let column = step["table"][0].as_array()?.iter().position(|head| head.as_str() == Some(name))?;
            step["table"][1][column].as_str()
        };
        if text.contains("re-aging transaction") && text.contains("creates") && !text.contains("preview") {
            let number =
                |name: &str| cell(name).and_then(|text| text.parse::<u32>().ok()).with_context(|| format!("column `{name}`"));
            let every = number("frequencyNumber")?;
            let every = match cell("frequencyType") {
                Some("DAYS") => Rhythm::Days(every),
                Some("WEEKS") => Rhythm::Days(every * 7),
                Some("YEARS") => Rhythm::Months(every * 12),
                _ => Rhythm::Months(every),
            };
            let first_on = spelled_day(cell("startDate").context("column `startDate`")?)?;
            let instalments = number("numberOfInstallments")?;
            let handling = cell("reAgeInterestHandling").unwrap_or_default();
            let (with_costs, is_full) = (handling.starts_with("EQUAL_AMORTIZATION"), handling.ends_with("FULL_INTEREST"));
            let on = self.today.min(first_on);
            self.enter(
                "Re-age",
                on,
                Money::ZERO,
                EntryKind::Reage { first_on, every, instalments, with_costs, keeps_cost_to_come: is_full },
            );
        } else if text.contains("installment charge with") {
            let amount = text.split("charge with ").nth(1).and_then(|rest| rest.split(' ').next()).and_then(Money::parse);
            self.charge_each_instalment(InstalmentFee::Flat(amount.context("an amount after `charge with`")?));
        } else if text.contains("undo Loan re-aging") {
            let last =
                self.transactions.iter().rev().find(|known| known.name == "Re-age" && !known.is_reverted).map(|known| known.id);
            self.undo(last);
        } else if text.contains("charge adjustment for the last") {
            let amount = text.split(" with ").nth(1).and_then(|rest| rest.split(' ').next()).context("an amount after `with`")?;
            let amount = Money::parse(amount).context("an amount after `with`")?;
            self.pay("Charge Adjustment", PaymentSource::ChargeAdjustment, self.today, amount);
        } else if text.contains("Loan reschedule") {
            let from = spelled_day(cell("rescheduleFromDate").context("column `rescheduleFromDate`")?)?;
            let filled = |name: &str| cell(name).filter(|text| !text.is_empty());
            match (filled("adjustedDueDate"), filled("extraTerms")) {
                (Some(to), _) => self.record(self.today, EntryKind::Defer { from, to: spelled_day(to)? }),
                (None, Some(extra)) => self.record(self.today, EntryKind::Extend { from, instalments: extra.parse()? }),
                (None, None) => return Ok(false),
            };
        } else if text.contains("successfully rejects") {
            self.stage = Stage::Rejected;
        } else if text.contains("successfully withdrawn") {
            self.stage = Stage::Withdrawn;
        } else {
            return Ok(text.contains("fails to"));
        }
        Ok(true)
    }

    fn close_business(&mut self) {
        let is_open = self.stage == Stage::Disbursed && self.position().is_some_and(|position| !position.is_settled());
        if is_open {
            // A close of business catches up on the days since the last one, each by itself.
            let yesterday = self.today.plus_days(-1);
            let first = self.last_cob.map_or(yesterday, |last| last.plus_days(1));
            for ahead in 0..=first.days_until(yesterday) {
                self.accrue(first.plus_days(ahead), false);
            }
            self.last_cob = Some(yesterday);
            self.tag_range();
        }
    }

    /// Notes the range of delinquency the loan is in; ranges it passed through unseen are noted with their days.
    fn tag_range(&mut self) {
        let Some(position) = self.position() else { return };
        let now = super::observe::range(position.days_past_due);
        let current = self.ranges.iter().rposition(|tag| tag.lifted_on.is_none());
        if current.is_some_and(|index| self.ranges[index].range == now) {
            return;
        }
        if let Some(index) = current {
            self.ranges[index].lifted_on = Some(self.today.plus_days(-1));
        }
        let Some(due_on) = position.oldest_unpaid_due_on.filter(|_| now != "NO_DELINQUENCY") else { return };
        if current.is_none() {
            let delinquent_on = due_on.plus_days(self.profile.grace_days() as i32);
            for (first_day, range) in super::observe::RANGES.into_iter().take_while(|(_, range)| *range != now) {
                let added_on = delinquent_on.plus_days(first_day as i32);
                self.ranges.push(RangeTag { range, added_on, lifted_on: Some(self.today.plus_days(-1)) });
            }
        }
        self.ranges.push(RangeTag { range: now, added_on: self.today, lifted_on: None });
    }

    fn lift_range_if_current(&mut self) {
        let is_current = self.position().is_some_and(|position| position.days_past_due == 0);
        let today = self.today;
        if is_current {
            self.ranges.iter_mut().filter(|tag| tag.lifted_on.is_none()).for_each(|tag| tag.lifted_on = Some(today));
        }
    }
}

/// The place that field `n` names, counted from 0.
fn nth(step: &Value) -> anyhow::Result<usize> {
    let number = step["n"].as_str().and_then(|text| text.parse::<usize>().ok()).and_then(|number| number.checked_sub(1));
    number.context("field `n` must be a whole number from 1 on, as text")
}

/// Everything unpaid, what falls due later included.
pub(super) fn owed(position: &Position) -> Money {
    position.instalments.iter().map(|line| line.unpaid().total()).sum()
}

/// A day such as `10 March 2024`.
fn spelled_day(text: &str) -> anyhow::Result<Day> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let mut words = text.split(' ');
    let mut next = || words.next().with_context(|| format!("must be a day such as `10 March 2024`, not `{text}`"));
    let (day, month, year) = (next()?.parse()?, next()?, next()?.parse()?);
    let month = MONTHS.iter().position(|name| *name == month).with_context(|| format!("unknown month in `{text}`"))?;
    Day::new(year, month as u32 + 1, day).with_context(|| format!("no such day: `{text}`"))
}
