//! Credit: an application is scored by a card of points with reasons, a limit is granted or refused, and a purchase is
//! signed within it.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::day::Day;
use crate::event::Event;
use crate::id::AccountId;
use crate::loan::Terms;
use crate::money::Money;
use crate::person::Person;
use crate::refusal::{Invalid, Refusal};

/// The card in use; written into every decision, so that it can be repeated.
pub const CARD: &str = "points-2026-11";
/// Points from which credit is granted.
pub const CUT_OFF: i32 = 60;
/// The smallest limit worth granting.
const SMALLEST_LIMIT: Money = Money::from_minor(50_000);
/// The largest limit of this card.
const LARGEST_LIMIT: Money = Money::from_minor(5_000_000);

/// What is known of an applicant: credit history and spending behaviour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applicant {
    /// Full years of age.
    pub age: u32,
    /// Income a month after tax.
    pub income: Money,
    /// What other debts take a month.
    pub other_debts: Money,
    /// Months in the present job.
    pub months_employed: u32,
    /// The worst days past due in the last two years, anywhere.
    pub worst_days_past_due: u32,
    /// Applications elsewhere in the last six months.
    pub inquiries: u32,
    /// Of the last twelve months, those with purchases.
    pub active_months: u32,
}

/// A decision on an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The card used.
    pub card: String,
    /// Points reached.
    pub score: i32,
    /// Granted, up to this; none means refused.
    pub limit: Option<Money>,
    /// What weighed against, heaviest first; what decided, where nothing did. Texts are in the catalogue.
    pub reasons: Vec<Reason>,
}

/// Why points were lost, or why credit was refused outright.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Under eighteen: never granted.
    UnderAge,
    /// Arrears in the last two years.
    PastArrears,
    /// Other debts take much of the income.
    OtherDebts,
    /// Little income.
    LowIncome,
    /// A short time in the present job.
    ShortEmployment,
    /// Many applications elsewhere.
    ManyInquiries,
    /// Little is known of spending.
    ThinHistory,
    /// Nothing weighed against.
    AllInOrder,
}

/// Decides an application. The same facts always give the same decision.
pub fn decide(applicant: &Applicant) -> Decision {
    let lines = card(applicant);
    let score = lines.iter().map(|(points, _, _)| points).sum::<i32>();
    let mut losses: Vec<(i32, Reason)> =
        lines.iter().filter(|(points, best, _)| points < best).map(|(p, b, r)| (b - p, *r)).collect();
    losses.sort_by_key(|(loss, reason)| (-loss, *reason));
    let mut reasons: Vec<Reason> = losses.into_iter().map(|(_, reason)| reason).take(4).collect();
    let limit = match limit(applicant, score) {
        Some(_) if applicant.age < 18 => None,
        limit => limit,
    };
    if applicant.age < 18 {
        reasons.insert(0, Reason::UnderAge);
    }
    if reasons.is_empty() {
        reasons.push(Reason::AllInOrder);
    }
    Decision { card: String::from(CARD), score, limit, reasons }
}

/// The card: points reached, points possible, and the reason where some are lost.
fn card(applicant: &Applicant) -> [(i32, i32, Reason); 6] {
    let burden_percent = percent(applicant.other_debts, applicant.income);
    let points = |steps: &[(bool, i32)]| steps.iter().find(|(applies, _)| *applies).map_or(0, |(_, points)| *points);
    let late = applicant.worst_days_past_due;
    let income = applicant.income.minor();
    [
        (points(&[(late == 0, 35), (late <= 7, 25), (late <= 30, 10)]), 35, Reason::PastArrears),
        (points(&[(burden_percent <= 20, 25), (burden_percent <= 40, 15), (burden_percent <= 60, 5)]), 25, Reason::OtherDebts),
        (points(&[(income >= 800_000, 15), (income >= 400_000, 10), (income >= 200_000, 5)]), 15, Reason::LowIncome),
        (points(&[(applicant.months_employed >= 24, 10), (applicant.months_employed >= 6, 6)]), 10, Reason::ShortEmployment),
        (points(&[(applicant.inquiries <= 1, 10), (applicant.inquiries <= 3, 5)]), 10, Reason::ManyInquiries),
        (points(&[(applicant.active_months >= 6, 5), (applicant.active_months >= 3, 3)]), 5, Reason::ThinHistory),
    ]
}

/// A limit in steps of 500 yuan: one to two months of what the income leaves after other debts, by score.
fn limit(applicant: &Applicant, score: i32) -> Option<Money> {
    if score < CUT_OFF {
        return None;
    }
    let free = (applicant.income - applicant.other_debts).or_zero();
    let half_months = i64::from(2 + (score - CUT_OFF) / 20);
    let wished = Money::from_minor(free.minor() * half_months / 2).min(LARGEST_LIMIT);
    let stepped = Money::from_minor(wished.minor() - wished.minor() % SMALLEST_LIMIT.minor());
    (stepped >= SMALLEST_LIMIT).then_some(stepped)
}

fn percent(part: Money, whole: Money) -> i64 {
    if whole.is_positive() { part.minor() * 100 / whole.minor() } else { 100 }
}

/// Takes in an application and its decision.
pub fn apply_for(applicant: Applicant) -> Result<Vec<Event>, Invalid> {
    let in_range = |amount: Money| amount >= Money::ZERO && amount <= Money::from_minor(100_000_000_000);
    if !in_range(applicant.income) {
        return Err(Invalid::new("income", "income a month is zero or more"));
    }
    if !in_range(applicant.other_debts) {
        return Err(Invalid::new("other_debts", "what other debts take a month is zero or more"));
    }
    if applicant.age > 120 {
        return Err(Invalid::new("age", "give full years of age, up to 120"));
    }
    if applicant.active_months > 12 {
        return Err(Invalid::new("active_months", "of the last twelve months, so at most 12"));
    }
    Ok(vec![Event::CreditDecided { applicant, decision: decide(&applicant) }])
}

/// What of the limit is not in use on `today`.
pub fn available(person: &Person, today: Day) -> Money {
    let limit = person.credit.as_ref().and_then(|decision| decision.limit).unwrap_or(Money::ZERO);
    (limit - person.principal_in_use(today)).or_zero()
}

/// The all-in annual cost of `terms` in percent, as it is shown before signing; zero where no rate fits.
pub fn annual_cost_percent(terms: &Terms) -> Decimal {
    let cost = terms.schedule().ok().and_then(|schedule| schedule.annual_cost(terms));
    cost.map_or(Decimal::ZERO, |cost| (cost.effective * Decimal::ONE_HUNDRED).round_dp(2))
}

/// Signs a purchase in instalments: within the limit, with no arrears and no plea of hardship or dispute open. The
/// all-in annual cost, which the person saw first, is kept with it, and so is the law's ceiling on it, which binds everything that is
/// charged later too.
pub fn sign(
    person: &Person,
    book: &Book,
    account: AccountId,
    number: String,
    mut terms: Terms,
    annual_cost_percent: Decimal,
    today: Day,
) -> Result<Vec<Event>, Refusal> {
    if person.accounts.contains_key(&account) {
        return Err(Refusal::by("ACCOUNT-TWICE"));
    }
    if terms.check().is_err() {
        return Err(Refusal::by("TERMS-UNSOUND"));
    }
    if let Some(ceiling) = book.law.cost_cap(book.house.lender.institution, book.house.lender.product, today) {
        terms.cost_cap = Some(terms.cost_cap.map_or(ceiling.a_year, |agreed| agreed.min(ceiling.a_year)));
        terms.check().map_err(|_| Refusal::by(&ceiling.cap.id))?;
    }
    if terms.principal > available(person, today) {
        return Err(Refusal::by("CREDIT-LIMIT"));
    }
    if person.open_case().is_some() {
        return Err(Refusal::by("CREDIT-IN-ARREARS"));
    }
    if person.complaints.values().any(|complaint| complaint.is_open() && !complaint.is_about_conduct()) {
        return Err(Refusal::by("CREDIT-PAUSED"));
    }
    if person.open_respite().is_some() || person.plans.values().any(|plan| plan.end.is_none()) {
        return Err(Refusal::by("CREDIT-PAUSED"));
    }
    Ok(vec![Event::AccountOpened { account, number, terms, annual_cost_percent: Some(annual_cost_percent) }])
}

pub(crate) fn apply(person: &mut Person, event: &Event) {
    if let Event::CreditDecided { decision, .. } = event {
        person.credit = Some(decision.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: Applicant = Applicant {
        age: 30,
        income: Money::from_minor(900_000),
        other_debts: Money::from_minor(100_000),
        months_employed: 36,
        worst_days_past_due: 0,
        inquiries: 0,
        active_months: 12,
    };

    fn check(applicant: Applicant, limit: Option<i64>, first_reason: Reason) {
        let decision = decide(&applicant);
        assert_eq!((decision.limit.map(Money::minor), decision.reasons[0]), (limit, first_reason), "{decision:?}");
    }

    #[test]
    fn decisions_come_with_a_limit_or_a_reason() {
        check(GOOD, Some(1_600_000), Reason::AllInOrder);
        check(Applicant { worst_days_past_due: 20, ..GOOD }, Some(800_000), Reason::PastArrears);
        check(Applicant { worst_days_past_due: 90, other_debts: Money::from_minor(600_000), ..GOOD }, None, Reason::PastArrears);
        check(Applicant { age: 17, ..GOOD }, None, Reason::UnderAge);
        check(Applicant { income: Money::ZERO, other_debts: Money::ZERO, ..GOOD }, None, Reason::OtherDebts);
        check(Applicant { months_employed: 1, ..GOOD }, Some(1_200_000), Reason::ShortEmployment);
    }

    #[test]
    fn more_arrears_never_raise_a_limit() {
        for late in 0..200 {
            let limit_at = |late| decide(&Applicant { worst_days_past_due: late, ..GOOD }).limit;
            assert!(limit_at(late + 1) <= limit_at(late));
        }
    }

    #[test]
    fn nonsense_is_sent_back_by_field() {
        assert_eq!(apply_for(Applicant { income: Money::from_minor(-1), ..GOOD }).unwrap_err().field, "income");
        assert_eq!(apply_for(Applicant { active_months: 13, ..GOOD }).unwrap_err().field, "active_months");
    }
}
