//! What the engine holds, in the fields and forms of the case file.

use domain::day::Day;
use domain::id::EntryId;
use domain::loan::{InstalmentPosition, Origin, Parts, Position, Timing};
use domain::money::Money;
use serde_json::{Value, json};

use super::servicing::{Charge, Servicing, Stage, Transaction, owed};

/// The ranges of delinquency: the first day of each, and its name.
pub(super) const RANGES: [(u32, &str); 9] = [
    (1, "RANGE_1"),
    (4, "RANGE_3"),
    (31, "RANGE_30"),
    (61, "RANGE_60"),
    (91, "RANGE_90"),
    (121, "RANGE_120"),
    (151, "RANGE_150"),
    (181, "RANGE_180"),
    (241, "RANGE_240"),
];

/// The range of so many days.
pub(super) fn range(days: u32) -> &'static str {
    RANGES.iter().rev().find(|(first_day, _)| *first_day <= days).map_or("NO_DELINQUENCY", |(_, name)| name)
}

/// What is held for `op`; `None` if that is not known.
pub(super) fn observe(servicing: &Servicing<'_>, op: &str, step: &Value) -> Option<Value> {
    let position = servicing.position()?;
    let seen = Seen { servicing, position };
    Some(match op {
        "expect_schedule" => seen.schedule(),
        "expect_totals" => json!({"row": seen.totals()}),
        "expect_transactions" => json!({"rows": seen.transactions()}),
        "expect_charges" => json!({"rows": seen.charges()}),
        "expect_status" => json!({"status": seen.status(step["status"].as_str().unwrap_or_default())}),
        "expect_outstanding" => json!({"amount": amount(owed(&seen.position))}),
        "expect_overpaid" => json!({"amount": amount(seen.position.unapplied)}),
        "expect_overdue" => json!({"amount": amount(seen.position.overdue.total())}),
        "expect_closed" | "expect_all_met" => json!({"status": seen.status("CLOSED_OBLIGATIONS_MET")}),
        "expect_delinquency" => {
            let (range, from) = seen.delinquency();
            json!({"range": range, "delinquent_date": from.map(|day| day.to_string())})
        }
        "expect_loan_delinquency" => json!({"rows": [seen.loan_delinquency()]}),
        "expect_installment_delinquency" => json!({"rows": seen.instalment_delinquency()}),
        "expect_installment_delinquency_null" => json!({"rows": Value::Null}),
        "expect_delinquency_history" => json!({"rows": seen.history()}),
        "expect_delinquency_pauses" => json!({"rows": seen.pauses()}),
        "expect_delinquency_actions" => {
            let pauses = servicing.pauses.iter();
            let rows = pauses
                .map(|(from, until)| json!({"action": "PAUSE", "startDate": from.to_string(), "endDate": until.to_string()}));
            json!({"rows": rows.collect::<Vec<_>>()})
        }
        "expect_last_cob" => json!({"date": servicing.last_cob.map_or_else(|| String::from("null"), |day| day.to_string())}),
        "expect_reverted" => {
            let wanted = |known: &&Transaction| {
                Some(known.name) == step["type"].as_str() && Some(known.on.to_string().as_str()) == step["date"].as_str()
            };
            let found = servicing.transactions.iter().find(wanted)?;
            json!({"type": found.name, "date": found.on.to_string(), "reverted": found.is_reverted})
        }
        _ => return None,
    })
}

struct Seen<'a> {
    servicing: &'a Servicing<'a>,
    position: Position,
}

impl Seen<'_> {
    fn schedule(&self) -> Value {
        let mut balance = Money::ZERO;
        let mut rows = Vec::new();
        let mut spread_again = self.owed_again_and_spread();
        let mut tranches = self.tranches().into_iter().peekable();
        for line in &self.position.instalments {
            // A tranche stands before the line that asks for its down payment, and before every later one.
            while let Some((on, paid_out)) =
                tranches.next_if(|(on, _)| *on < line.due_on || *on == line.due_on && line.from == *on)
            {
                balance += paid_out;
                rows.push(tranche_row(on, paid_out, self.servicing.stage == Stage::Disbursed));
            }
            if line.origin == Origin::Reaged {
                balance += std::mem::take(&mut spread_again);
            }
            balance += owed_again(line) - line.due.principal;
            rows.push(self.line_row(line, balance));
        }
        for (on, paid_out) in tranches {
            rows.push(tranche_row(on, paid_out, self.servicing.stage == Stage::Disbursed));
        }
        json!({"periods": self.position.instalments.len(), "rows": rows})
    }

    /// What was owed again on a line that a re-ageing took away: the lines ask for so much more than was paid out and is owed again
    /// on one of them. It is owed from the first new line on, so that the balance comes to nothing with the last.
    fn owed_again_and_spread(&self) -> Money {
        let lines = &self.position.instalments;
        let asked: Money = lines.iter().map(|line| line.due.principal + line.waived.principal).sum();
        let known: Money = self.tranches().iter().map(|(_, amount)| *amount).chain(lines.iter().map(owed_again)).sum();
        (asked - known).or_zero()
    }

    fn tranches(&self) -> Vec<(Day, Money)> {
        let paid_out: Vec<(Day, Money)> = self
            .servicing
            .transactions
            .iter()
            .filter(|known| known.name == "Disbursement" && !known.is_reverted)
            .map(|known| (known.on, known.amount))
            .collect();
        match &self.servicing.loan {
            Some(loan) if paid_out.is_empty() => vec![(loan.terms().disbursed_on, loan.terms().principal)],
            _ => paid_out,
        }
    }

    fn line_row(&self, line: &InstalmentPosition, balance: Money) -> Value {
        let (in_advance, late) = self.timing(line);
        json!({
            "nr": line.number.to_string(),
            "days": self.period_starts(line).days_until(line.due_on).to_string(),
            "due_date": line.due_on.to_string(),
            "paid_date": self.paid_on(line).map(|day| day.to_string()),
            "balance": amount(balance.or_zero()),
            "principal": amount(line.due.principal),
            "interest": amount(line.due.interest),
            "fees": amount(line.due.fee + line.waived.fee),
            "penalties": amount(line.due.penalty + line.waived.penalty),
            "due": amount(line.due.total() + line.waived.total()),
            "waived": amount(line.waived.total()),
            "paid": amount(line.paid.total()),
            "in_advance": amount(in_advance),
            "late": amount(late),
            "outstanding": amount(line.unpaid().total()),
        })
    }

    /// The first period may begin with the application rather than with the money.
    fn period_starts(&self, line: &InstalmentPosition) -> Day {
        let disbursed_on = self.servicing.loan.as_ref().map(|loan| loan.terms().disbursed_on);
        let is_first = line.origin == Origin::Agreed && Some(line.from) == disbursed_on;
        if is_first { self.servicing.profile.starts_on(line.from) } else { line.from }
    }

    /// When everything on a line was settled, later charges included.
    fn paid_on(&self, line: &InstalmentPosition) -> Option<Day> {
        if !line.unpaid().is_zero() || self.servicing.stage != Stage::Disbursed {
            return None;
        }
        let settled = self.position.allocations.iter().filter(|known| known.instalment == line.number).map(|known| known.on);
        settled.chain(line.paid_on).max()
    }

    /// What was paid on a line before and after its due day.
    fn timing(&self, line: &InstalmentPosition) -> (Money, Money) {
        let of_line = || self.position.allocations.iter().filter(|known| known.instalment == line.number);
        let paid_when = |timing: Timing| of_line().filter(|known| known.timing == timing).map(|known| known.parts.total()).sum();
        (paid_when(Timing::InAdvance), paid_when(Timing::PastDue))
    }

    fn totals(&self) -> Value {
        let lines = &self.position.instalments;
        let due: Parts = lines.iter().fold(Parts::ZERO, |sum, line| sum + line.due + line.waived);
        let waived: Money = lines.iter().map(|line| line.waived.total()).sum();
        let paid: Money = lines.iter().map(|line| line.paid.total()).sum();
        let (early, late) = lines
            .iter()
            .map(|line| self.timing(line))
            .fold((Money::ZERO, Money::ZERO), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        json!({
            "principal": amount(due.principal),
            "interest": amount(due.interest),
            "fees": amount(due.fee),
            "penalties": amount(due.penalty),
            "due": amount(due.total()),
            "waived": amount(waived),
            "paid": amount(paid),
            "in_advance": amount(early),
            "late": amount(late),
            "outstanding": amount(owed(&self.position)),
        })
    }

    fn transactions(&self) -> Vec<Value> {
        let rows = shown(self.servicing, &self.position);
        let row = |(id, parts, balance): (EntryId, Parts, Money)| {
            let known = self.servicing.transactions.iter().find(|known| known.id == id)?;
            let is_payment =
                !matches!(known.name, "Disbursement" | "Chargeback" | "Refund" | "Re-age" | "Charge-off" | "Waive loan charges");
            let overpayment = if is_payment && !known.is_reverted { known.amount - parts.total() } else { Money::ZERO };
            let is_whole = matches!(known.name, "Re-age" | "Charge-off");
            if is_whole && parts.is_zero() {
                return None;
            }
            Some(json!({
                "date": known.on.to_string(),
                "type": known.name,
                "amount": amount(if is_whole { parts.total() } else { known.amount }),
                "principal": amount(parts.principal),
                "interest": amount(parts.interest),
                "fees": amount(parts.fee),
                "penalties": amount(parts.penalty),
                "balance": amount(balance),
                "reverted": known.is_reverted.to_string(),
                "replayed": known.is_replayed.to_string(),
                "overpayment": amount(overpayment),
            }))
        };
        let mut listed: Vec<Value> = rows.into_iter().filter_map(row).chain(self.activities()).collect();
        listed.sort_by(|one, next| one["date"].as_str().cmp(&next["date"].as_str()));
        listed
    }

    /// What each instalment earned, noted at its due day once that is closed; at a closing, what later ones did.
    fn activities(&self) -> Vec<Value> {
        if !self.servicing.profile.notes_activity() || self.servicing.stage != Stage::Disbursed {
            return Vec::new();
        }
        let Some(until) = self.servicing.closed_on.or(self.servicing.last_cob) else { return Vec::new() };
        let lines = &self.position.instalments;
        let mut earned: Vec<(Day, Parts)> =
            lines.iter().filter(|line| line.due_on <= until).map(|line| (line.due_on, line.due)).collect();
        if let Some(closed_on) = self.servicing.closed_on {
            let rest = lines.iter().filter(|line| line.due_on > until).fold(Parts::ZERO, |sum, line| sum + line.due);
            match earned.iter_mut().find(|(on, _)| *on == closed_on) {
                Some((_, due)) => *due += rest,
                None => earned.push((closed_on, rest)),
            }
        }
        let noted = earned.into_iter().filter(|(_, due)| due.cost().is_positive());
        let row = |(on, due): (Day, Parts)| {
            json!({
                "date": on.to_string(), "type": "Accrual Activity", "amount": amount(due.cost()), "principal": "0.0",
                "interest": amount(due.interest), "fees": amount(due.fee), "penalties": amount(due.penalty), "balance": "0.0",
                "reverted": "false", "replayed": "false", "overpayment": "0.0",
            })
        };
        noted.map(row).collect()
    }

    fn charges(&self) -> Vec<Value> {
        self.servicing.charges.iter().map(|charge| self.charge_row(charge)).collect()
    }

    fn charge_row(&self, charge: &Charge) -> Value {
        let paid = self.paid_of(charge);
        json!({
            "Name": charge.name,
            "isPenalty": charge.is_penalty.to_string(),
            "Payment due at": if charge.due_on.is_some() { "Specified due date" } else { "Installment Fee" },
            "Due as of": charge.due_on.map(|day| day.to_string()),
            "Calculation type": if charge.name.contains("percentage") { "% Loan Amount + Interest" } else { "Flat" },
            "Due": amount(charge.amount),
            "Paid": amount(paid),
            "Waived": amount(charge.waived),
            "Outstanding": amount(charge.amount - paid - charge.waived),
        })
    }

    /// What was paid on a charge: of charges on one line, the one due first is paid first.
    fn paid_of(&self, charge: &Charge) -> Money {
        let mut lines = self.position.instalments.iter().filter(|line| line.origin != Origin::DownPayment);
        let Some(due_on) = charge.due_on else { return lines.map(|line| line.paid.fee).sum() };
        let Some(line) = lines.clone().find(|line| due_on <= line.due_on).or(lines.next_back()) else { return Money::ZERO };
        let is_on_line = |day: Day| (day > line.from || day == line.from && line.number <= 2) && day <= line.due_on;
        let is_earlier = |other: &&Charge| {
            let Some(day) = other.due_on else { return false };
            other.is_penalty == charge.is_penalty && is_on_line(day) && (day, other.id) < (due_on, charge.id)
        };
        let earlier: Money = self.servicing.charges.iter().filter(is_earlier).map(|other| other.amount - other.waived).sum();
        let paid = if charge.is_penalty { line.paid.penalty } else { line.paid.fee };
        (paid - earlier).or_zero().min(charge.amount - charge.waived)
    }

    fn status(&self, like: &str) -> String {
        let is_spelled = like.chars().any(char::is_lowercase);
        let (code, spelled) = match self.servicing.stage {
            Stage::Submitted => ("SUBMITTED_AND_PENDING_APPROVAL", "Submitted and pending approval"),
            Stage::Approved => ("APPROVED", "Approved"),
            Stage::Rejected => ("REJECTED", "Rejected"),
            Stage::Withdrawn => ("WITHDRAWN", "Withdrawn by applicant"),
            Stage::Disbursed if owed(&self.position).is_positive() => ("ACTIVE", "Active"),
            Stage::Disbursed if self.position.unapplied.is_positive() => ("OVERPAID", "Overpaid"),
            Stage::Disbursed => ("CLOSED_OBLIGATIONS_MET", "Closed (obligations met)"),
        };
        String::from(if is_spelled { spelled } else { code })
    }

    fn delinquency(&self) -> (&'static str, Option<Day>) {
        let range = range(self.position.days_past_due);
        let from = self.position.oldest_unpaid_due_on.filter(|_| self.position.days_past_due_raw > 0);
        (range, from.map(|day| day.plus_days(self.servicing.profile.grace_days() as i32)))
    }

    fn loan_delinquency(&self) -> Value {
        let (range, from) = self.delinquency();
        if self.servicing.stage != Stage::Disbursed {
            return json!({
                "classification": "NO_DELINQUENCY", "delinquentAmount": "0.0", "delinquentDate": "null", "pastDueDate": "null",
                "delinquentDays": "0", "pastDueDays": "0",
            });
        }
        let spelled = |day: Option<Day>| day.map_or_else(|| String::from("null"), |day| day.to_string());
        let past_due = self.position.oldest_unpaid_due_on.filter(|_| self.position.days_past_due_raw > 0);
        json!({
            "pastDueDate": spelled(past_due),
            "classification": range,
            "delinquentAmount": amount(self.position.overdue.total()),
            "delinquentDate": spelled(from),
            "delinquentDays": self.position.days_past_due.to_string(),
            "pastDueDays": self.position.days_past_due_raw.to_string(),
        })
    }

    /// The overdue amounts by the range of the instalment they belong to.
    fn instalment_delinquency(&self) -> Vec<Value> {
        let Some(loan) = &self.servicing.loan else { return Vec::new() };
        let mut sums: Vec<(&str, Money)> = Vec::new();
        for line in self.position.instalments.iter().filter(|line| line.due_on < self.position.as_of && !line.unpaid().is_zero())
        {
            let name = range(loan.days_past_due_of(line.due_on, self.position.as_of));
            match sums.iter_mut().find(|(known, _)| *known == name) {
                Some((_, sum)) => *sum += line.unpaid().total(),
                None => sums.push((name, line.unpaid().total())),
            }
        }
        sums.retain(|(name, _)| *name != "NO_DELINQUENCY");
        sums.sort_by_key(|(name, _)| RANGES.iter().position(|(_, known)| known == name));
        sums.into_iter().map(|(range, sum)| json!({"Range": range, "Amount": format!("{sum}")})).collect()
    }

    fn history(&self) -> Vec<Value> {
        let tags = self.servicing.ranges.iter().rev();
        let row = |tag: &super::servicing::RangeTag| {
            json!({
                "Range (Classification)": tag.range,
                "Added on date": tag.added_on.to_string(),
                "Lifted on date": tag.lifted_on.map(|day| day.to_string()),
            })
        };
        tags.map(row).collect()
    }

    fn pauses(&self) -> Vec<Value> {
        let today = self.servicing.today;
        let row = |(from, until): &(Day, Day)| {
            json!({
                "active": (*from <= today && today <= *until).to_string(),
                "pausePeriodStart": from.to_string(),
                "pausePeriodEnd": until.to_string(),
            })
        };
        self.servicing.pauses.iter().map(row).collect()
    }
}

/// What an entry settles.
pub(super) fn settled_by(position: &Position, entry: EntryId) -> Parts {
    position.allocations.iter().filter(|known| known.entry == entry).fold(Parts::ZERO, |sum, known| sum + known.parts)
}

/// What an entry other than a payment made owed, or moved.
pub(super) fn moved_by(position: &Position, entry: EntryId) -> Parts {
    position.moved.iter().filter(|(of, _)| *of == entry).fold(Parts::ZERO, |sum, (_, parts)| sum + *parts)
}

/// Every transaction in order of its day, with its parts and the principal outstanding after it.
pub(super) fn shown(servicing: &Servicing<'_>, position: &Position) -> Vec<(EntryId, Parts, Money)> {
    let mut known: Vec<&Transaction> = servicing.transactions.iter().collect();
    known.sort_by_key(|transaction| transaction.on);
    let mut balance = Money::ZERO;
    let mut rows = Vec::with_capacity(known.len());
    for transaction in known {
        if let Some((parts, balance)) = transaction.frozen {
            rows.push((transaction.id, parts, balance));
            continue;
        }
        let mut parts = settled_by(position, transaction.id) - transaction.absorbed;
        let mut after = None;
        match transaction.name {
            "Disbursement" => {
                parts = Parts::ZERO;
                balance += transaction.amount - transaction.absorbed.principal;
            }
            "Chargeback" | "Credit Balance Refund" => {
                parts = moved_by(position, transaction.id) - transaction.absorbed;
                balance += parts.principal;
            }
            "Refund" => {
                parts = Parts::ZERO - parts;
                balance += parts.principal;
            }
            "Re-age" | "Charge-off" => {
                parts = moved_by(position, transaction.id);
                after = Some(Money::ZERO);
            }
            _ => balance -= parts.principal,
        }
        rows.push((transaction.id, parts, after.unwrap_or(balance.or_zero())));
    }
    rows
}

fn owed_again(line: &InstalmentPosition) -> Money {
    line.owed_again.map_or(Money::ZERO, |again| again.amount)
}

fn tranche_row(on: Day, paid_out: Money, is_paid_out: bool) -> Value {
    json!({
        "nr": null, "days": null, "due_date": on.to_string(), "paid_date": null, "balance": amount(paid_out), "principal": null,
        "interest": null, "fees": "0.0", "penalties": null, "due": "0.0", "paid": is_paid_out.then_some("0.0"), "in_advance": null, "late": null, "waived": null,
        "outstanding": (!is_paid_out).then_some("0.0"),
    })
}

/// Decimal text with one digit after the point at least: `167.0`, `12.34`.
fn amount(money: Money) -> String {
    let text = money.to_string();
    text.strip_suffix('0').map_or_else(|| text.clone(), String::from)
}
