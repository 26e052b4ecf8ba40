//! Means: what comes in, what goes out, and what is left for a debt. The form follows the Standard Financial Statement;
//! "I do not know" is an answer.

use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::event::Event;
use crate::money::Money;
use crate::refusal::Invalid;

/// Income and outgoings a month, as the person states them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Means {
    /// What comes in.
    pub income: Vec<Line>,
    /// What goes out for living.
    pub outgoings: Vec<Line>,
    /// What goes to other creditors by arrangement.
    pub other_debts: Money,
    /// How many people live from it.
    pub household: u32,
}

/// One line of a statement of means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What for.
    pub category: Category,
    /// How much a month; none for "I do not know".
    pub amount: Option<Money>,
}

/// What a line is for. The Chinese set; others follow with their packs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the categories speak for themselves; their texts are in the catalogue")]
pub enum Category {
    Wages,
    Pension,
    Benefits,
    OtherIncome,
    Rent,
    Food,
    Utilities,
    Transport,
    Health,
    School,
    Care,
    Other,
}

impl Category {
    /// What may come in.
    pub const INCOME: [Category; 4] = [Category::Wages, Category::Pension, Category::Benefits, Category::OtherIncome];
    /// What may go out.
    pub const OUTGOINGS: [Category; 8] = [
        Category::Rent,
        Category::Food,
        Category::Utilities,
        Category::Transport,
        Category::Health,
        Category::School,
        Category::Care,
        Category::Other,
    ];
}

/// The share of disposable income that a plan leaves alone, in percent, so that one bad month does not break it.
const BUFFER_PERCENT: i64 = 10;

impl Means {
    /// What comes in a month, as far as stated.
    pub fn income_total(&self) -> Money {
        self.income.iter().filter_map(|line| line.amount).sum()
    }

    /// What goes out a month for living, as far as stated.
    pub fn outgoings_total(&self) -> Money {
        self.outgoings.iter().filter_map(|line| line.amount).sum()
    }

    /// Income less outgoings less arrangements with other creditors (K35). May be negative.
    pub fn disposable(&self) -> Money {
        self.income_total() - self.outgoings_total() - self.other_debts
    }

    /// What a plan may take a month: the disposable income less a buffer of a tenth, never below nothing (K35).
    pub fn capacity(&self) -> Money {
        let disposable = self.disposable().or_zero().minor();
        Money::from_minor(disposable - disposable * BUFFER_PERCENT / 100)
    }

    /// Whether something that was asked is not known.
    pub fn has_unknowns(&self) -> bool {
        self.income.iter().chain(&self.outgoings).any(|line| line.amount.is_none())
    }
}

/// Takes in a statement of means.
pub fn state(means: Means, today: Day) -> Result<Vec<Event>, Invalid> {
    let amounts = means.income.iter().chain(&means.outgoings).filter_map(|line| line.amount);
    if amounts.chain([means.other_debts]).any(|amount| amount < Money::ZERO || amount > Money::LIMIT) {
        return Err(Invalid::new("means", "amounts a month are zero or more"));
    }
    if means.household == 0 || means.household > 30 {
        return Err(Invalid::new("household", "say how many people live from it, from 1 to 30"));
    }
    Ok(vec![Event::MeansStated { means, on: today }])
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
        assert!(state(means(1, 1, 0), today).is_ok());
        assert_eq!(state(means(1, -1, 0), today).unwrap_err().field, "means");
    }
}
