//! Means: what comes in, what goes out, and what is left for a debt. The form follows the Standard Financial Statement;
//! "I do not know" is an answer. What is asked in which country is data ([`Form`]).

use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::event::{Event, NoteRef};
use crate::id::VisitId;
use crate::moment::Timestamp;
use crate::money::Money;
use crate::person::Person;
use crate::refusal::Invalid;

mod category;
mod form;

pub use category::Category;
pub use form::{Form, FormLine, Guideline, Questioned, Side};

/// Income and outgoings a month, as the person states them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Means {
    /// What comes in.
    pub income: Vec<Line>,
    /// What goes out for living.
    pub outgoings: Vec<Line>,
    /// What goes to other creditors by arrangement.
    pub other_debts: Money,
    /// How many people live from it.
    pub household: u32,
    /// Other creditors, as far as stated. Who they are is nobody's business here: only what sort, and how much.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub creditors: Vec<Creditor>,
    /// What is counted for outgoings that the person does not know: the house's guideline of the day, kept with the
    /// statement so that its capacity stays what it was when the guideline changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assumed: Vec<Line>,
}

/// One line of a statement of means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What for.
    pub category: Category,
    /// How much a month; none for "I do not know".
    pub amount: Option<Money>,
}

/// Another creditor of the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Creditor {
    /// What sort of debt.
    pub kind: CreditorKind,
    /// How much is owed.
    pub owed: Money,
    /// What is paid a month by arrangement; of priority debts it is paid before any other creditor gets something.
    pub a_month: Money,
}

/// What sort of debt it is. Losing a home, heat or liberty comes before credit: such debts are paid first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreditorKind {
    /// Rent or a mortgage in arrears.
    Home,
    /// Electricity, gas or water in arrears.
    Utility,
    /// Taxes or fines.
    State,
    /// Maintenance for children or others.
    Maintenance,
    /// Cards, loans, purchases in instalments.
    Credit,
    /// Family and friends.
    Private,
}

impl CreditorKind {
    /// Every sort, those that are paid first first.
    pub const ALL: [CreditorKind; 6] = [
        CreditorKind::Home,
        CreditorKind::Utility,
        CreditorKind::State,
        CreditorKind::Maintenance,
        CreditorKind::Credit,
        CreditorKind::Private,
    ];

    /// Whether it is paid before credit.
    pub const fn is_priority(self) -> bool {
        match self {
            CreditorKind::Home | CreditorKind::Utility | CreditorKind::State | CreditorKind::Maintenance => true,
            CreditorKind::Credit | CreditorKind::Private => false,
        }
    }
}

/// Where a statement was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "at", content = "id")]
pub enum Taken {
    /// By the person, on their page.
    Portal,
    /// At the door.
    Door(VisitId),
    /// At the desk, as told.
    Desk,
}

/// Means and when they were stated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeansOnFile {
    /// As stated.
    pub means: Means,
    /// When.
    pub stated_on: Day,
    /// Where; none for statements from before that was kept.
    pub taken: Option<Taken>,
    /// What was shown for it.
    pub evidence: Vec<NoteRef>,
}

/// What was known of the means when credit was granted: hardship is measured against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// Income a month.
    pub income: Money,
    /// What other debts took a month.
    pub other_debts: Money,
    /// When it was decided.
    pub at: Timestamp,
}

/// How the means changed since credit was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Income a month then.
    pub income_then: Money,
    /// Income a month now.
    pub income_now: Money,
    /// What other debts took a month then.
    pub debts_then: Money,
    /// What they take now.
    pub debts_now: Money,
}

/// The share of disposable income that a plan leaves alone, in percent, so that one bad month does not break it.
const BUFFER_PERCENT: i64 = 10;

impl Means {
    /// What comes in a month, as far as stated.
    pub fn income_total(&self) -> Money {
        self.income.iter().filter_map(|line| line.amount).sum()
    }

    /// What goes out a month for living: as stated, and what is assumed for what is not known.
    pub fn outgoings_total(&self) -> Money {
        let is_unknown = |category| self.outgoings.iter().any(|line| line.category == category && line.amount.is_none());
        let stated = self.outgoings.iter().filter_map(|line| line.amount).sum::<Money>();
        stated + self.assumed.iter().filter(|line| is_unknown(line.category)).filter_map(|line| line.amount).sum()
    }

    /// What goes to debts that come before ours: by arrangement with others, and to priority creditors.
    pub fn arrangements(&self) -> Money {
        let priority = self.creditors.iter().filter(|creditor| creditor.kind.is_priority());
        self.other_debts + priority.map(|creditor| creditor.a_month).sum()
    }

    /// Income less outgoings less arrangements with other creditors (K35). May be negative.
    pub fn disposable(&self) -> Money {
        self.income_total() - self.outgoings_total() - self.arrangements()
    }

    /// What plans may take a month, over all creditors: the disposable income less a buffer of a tenth, never below nothing
    /// (K35).
    pub fn capacity(&self) -> Money {
        let disposable = self.disposable().or_zero().minor();
        Money::from_minor(disposable - disposable * BUFFER_PERCENT / 100)
    }

    /// What others than us are owed and get a share of: debts that are not priority debts.
    pub fn owed_elsewhere(&self) -> Money {
        self.creditors.iter().filter(|creditor| !creditor.kind.is_priority()).map(|creditor| creditor.owed).sum()
    }

    /// What a plan with us may take a month where we are owed `ours`: our share of the capacity (K36).
    pub fn capacity_toward(&self, ours: Money) -> Money {
        pro_rata(ours, self.capacity(), ours + self.owed_elsewhere())
    }

    /// Whether something that was asked is not known.
    pub fn has_unknowns(&self) -> bool {
        self.income.iter().chain(&self.outgoings).any(|line| line.amount.is_none())
    }
}

/// A creditor's share of what is left a month: its balance by the sum of all balances (K36), in whole minor units, rounded
/// down. All of it where nothing is owed to anybody.
pub fn pro_rata(balance: Money, left: Money, total: Money) -> Money {
    if !total.is_positive() || balance >= total {
        return left;
    }
    let share = i128::from(balance.minor()) * i128::from(left.minor()) / i128::from(total.minor());
    Money::from_minor(i64::try_from(share).unwrap_or(0))
}

/// Takes in a statement of means, with what was shown for it.
pub fn state(means: Means, taken: Option<Taken>, evidence: Vec<NoteRef>, today: Day) -> Result<Vec<Event>, Invalid> {
    let lines = means.income.iter().chain(&means.outgoings).chain(&means.assumed).filter_map(|line| line.amount);
    let creditors = means.creditors.iter().flat_map(|creditor| [creditor.owed, creditor.a_month]);
    let mut sum = 0_i128;
    for amount in lines.chain(creditors).chain([means.other_debts]) {
        sum += i128::from(amount.minor());
        // All together, so that no total of them can leave the range of money, however many were sent.
        if amount < Money::ZERO || sum > i128::from(Money::LIMIT.minor()) {
            return Err(Invalid::new("means", "amounts a month are zero or more"));
        }
    }
    if means.household == 0 || means.household > 30 {
        return Err(Invalid::new("household", "say how many people live from it, from 1 to 30"));
    }
    Ok(vec![Event::MeansStated { means, on: today, taken, evidence }])
}

/// How the means stated last differ from those on which credit was granted; none where either is not known.
pub fn change(person: &Person) -> Option<Change> {
    let (then, now) = (person.baseline?, &person.means.as_ref()?.means);
    let debts_now = now.other_debts + now.creditors.iter().map(|creditor| creditor.a_month).sum();
    Some(Change { income_then: then.income, income_now: now.income_total(), debts_then: then.other_debts, debts_now })
}

impl Change {
    /// By how many percent income fell; nothing if it did not.
    pub fn income_fell_percent(&self) -> i64 {
        let fell = (self.income_then - self.income_now).or_zero();
        if self.income_then.is_positive() { fell.minor() * 100 / self.income_then.minor() } else { 0 }
    }
}

impl Person {
    /// What a plan with us may take a month, by the means stated last; none where nothing was stated.
    pub fn capacity(&self, today: Day) -> Option<Money> {
        self.means.as_ref().map(|on_file| on_file.means.capacity_toward(self.owed(today)))
    }
}

pub(crate) fn apply(person: &mut Person, event: &Event, recorded_at: Timestamp) {
    match event {
        Event::MeansStated { means, on, taken, evidence } => {
            let (means, evidence) = (means.clone(), evidence.clone());
            person.means = Some(MeansOnFile { means, stated_on: *on, taken: *taken, evidence });
        }
        Event::CreditDecided { applicant, decision } if decision.limit.is_some() => {
            let (income, other_debts) = (applicant.income, applicant.other_debts);
            person.baseline = Some(Baseline { income, other_debts, at: recorded_at });
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means(income: i64, outgoings: i64, other_debts: i64) -> Means {
        let line = |category, amount| Line { category, amount: Some(Money::from_minor(amount)) };
        Means {
            income: vec![line(Category::Wages, income)],
            outgoings: vec![line(Category::Rent, outgoings), Line { category: Category::Food, amount: None }],
            other_debts: Money::from_minor(other_debts),
            household: 2,
            ..Means::default()
        }
    }

    #[test]
    fn capacity_is_what_is_left_less_a_tenth_and_never_below_nothing() {
        let cases =
            [((600_000, 400_000, 50_000), 135_000), ((400_000, 400_000, 0), 0), ((300_000, 400_000, 0), 0), ((105, 100, 0), 5)];
        for ((income, outgoings, other), capacity) in cases {
            assert_eq!(means(income, outgoings, other).capacity(), Money::from_minor(capacity));
        }
    }

    #[test]
    fn not_knowing_is_an_answer_and_a_negative_amount_is_not() {
        assert!(means(1, 1, 0).has_unknowns());
        let today = Day::parse("2026-11-23").unwrap();
        assert!(state(means(1, 1, 0), None, vec![], today).is_ok());
        assert_eq!(state(means(1, -1, 0), None, vec![], today).unwrap_err().field, "means");
        // Ten thousand creditors who are each owed as much as can be: their sum would leave the range of money.
        let most = Creditor { kind: CreditorKind::ALL[0], owed: Money::LIMIT, a_month: Money::ZERO };
        let many = Means { creditors: vec![most; 10_000], ..means(1, 1, 0) };
        assert_eq!(state(many, None, vec![], today).unwrap_err().field, "means");
    }

    #[test]
    fn what_is_not_known_is_counted_as_assumed_and_what_is_known_is_not() {
        let assumed = |category| vec![Line { category, amount: Some(Money::from_minor(80_000)) }];
        let unknown_food = Means { assumed: assumed(Category::Food), ..means(600_000, 400_000, 0) };
        assert_eq!(unknown_food.disposable(), Money::from_minor(120_000));
        let known_rent = Means { assumed: assumed(Category::Rent), ..means(600_000, 400_000, 0) };
        assert_eq!(known_rent.disposable(), Money::from_minor(200_000));
    }

    #[test]
    fn several_creditors_share_what_is_left_by_what_they_are_owed() {
        // 4,550 of 12,450 owed, 160 left a month: 58.47 (K36).
        let pounds = |pounds: i64| Money::from_minor(pounds * 100);
        assert_eq!(pro_rata(pounds(4_550), pounds(160), pounds(12_450)), Money::from_minor(5_847));
        assert_eq!(pro_rata(pounds(4_550), pounds(160), pounds(4_550)), pounds(160), "the only creditor has all of it");
        assert_eq!(pro_rata(pounds(1), Money::ZERO, pounds(10)), Money::ZERO);
        let parts: Money =
            [4_550, 3_000, 4_900].map(|owed| pro_rata(pounds(owed), pounds(160), pounds(12_450))).into_iter().sum();
        assert!(parts <= pounds(160) && parts > pounds(159), "shares never come to more than there is");
    }

    #[test]
    fn priority_debts_are_paid_first_and_other_debts_get_their_share() {
        let creditor =
            |kind, owed, a_month| Creditor { kind, owed: Money::from_minor(owed), a_month: Money::from_minor(a_month) };
        let stated = Means {
            creditors: vec![creditor(CreditorKind::Home, 900_000, 50_000), creditor(CreditorKind::Credit, 300_000, 0)],
            ..means(600_000, 450_000, 0)
        };
        assert_eq!(stated.capacity(), Money::from_minor(90_000), "1,000 are left after the rent in arrears, less a tenth");
        assert_eq!(
            stated.capacity_toward(Money::from_minor(100_000)),
            Money::from_minor(22_500),
            "a quarter of what is owed is ours"
        );
    }
}
