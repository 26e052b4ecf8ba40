//! The form in which means are asked, as data: one for each country, with its own names, and figures below which
//! nobody's spending is questioned.

use alloc::string::String;
use alloc::vec::Vec;
use serde::Deserialize;

use crate::law::Says;
use crate::money::Money;
use crate::refusal::Invalid;

use super::{Category, Line, Means};

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// `cn`, `tw`, `uk`, `us`.
    pub id: String,
    /// The currency of the guidelines.
    pub currency: String,
    /// The lines in order.
    pub lines: Vec<FormLine>,
}

/// One line that is asked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormLine {
    /// What for.
    pub category: Category,
    /// Where it belongs.
    pub side: Side,
    /// Its name.
    pub says: Says,
    /// Up to how much nobody asks further.
    #[serde(default)]
    pub guideline: Option<Guideline>,
}

/// Where a line belongs, as in the Standard Financial Statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// It comes in.
    Income,
    /// It goes out and cannot easily be changed: home, heat, health, getting to work.
    Fixed,
    /// It goes out and can be changed a little: food, telephone, clothes.
    Flexible,
}

/// What a household spends on a line without being asked why. A figure to compare with, never a ceiling: who spends more
/// says why, and is believed or not by a person.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guideline {
    /// For the first person, a month.
    pub first_minor: Money,
    /// For each further one.
    pub further_minor: Money,
    /// Where the figure comes from; `house` is our own, and the page says so.
    pub source: String,
}

/// A line above its guideline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Questioned {
    /// Which.
    pub category: Category,
    /// What was stated.
    pub stated: Money,
    /// Up to how much nobody asks.
    pub guideline: Money,
}

impl Guideline {
    /// The figure for a household of so many.
    pub fn of(&self, household: u32) -> Money {
        let further = i64::from(household.clamp(1, 30)) - 1;
        Money::from_minor(self.first_minor.minor() + self.further_minor.minor() * further)
    }
}

impl Form {
    /// Whether the form makes sense: every category once, something coming in and something going out.
    pub fn check(&self) -> Result<(), Invalid> {
        for (at, line) in self.lines.iter().enumerate() {
            if self.lines[..at].iter().any(|earlier| earlier.category == line.category) {
                return Err(Invalid::new("lines", alloc::format!("`{}` stands twice", line.category.name())));
            }
        }
        let has = |side: Side| self.lines.iter().any(|line| line.side == side);
        if !has(Side::Income) || !has(Side::Fixed) {
            return Err(Invalid::new("lines", "something must come in and something must go out"));
        }
        Ok(())
    }

    /// The lines of one side.
    pub fn of(&self, side: Side) -> impl Iterator<Item = &FormLine> {
        self.lines.iter().filter(move |line| line.side == side)
    }

    /// The statement with what is counted for outgoings that are not known: the guideline, where there is one.
    #[must_use]
    pub fn complete(&self, means: Means) -> Means {
        let is_unknown = |category| means.outgoings.iter().any(|line| line.category == category && line.amount.is_none());
        let unknown = self.lines.iter().filter(|line| line.side != Side::Income && is_unknown(line.category));
        let assume = |line: &FormLine| {
            let amount = line.guideline.as_ref()?.of(means.household);
            Some(Line { category: line.category, amount: Some(amount) })
        };
        let assumed = unknown.filter_map(assume).collect();
        Means { assumed, ..means }
    }

    /// The lines above their guideline, which somebody should ask about.
    pub fn above(&self, means: &Means) -> Vec<Questioned> {
        let question = |line: &Line| {
            let asked = self.lines.iter().find(|asked| asked.category == line.category)?;
            let (stated, guideline) = (line.amount?, asked.guideline.as_ref()?.of(means.household));
            (stated > guideline).then_some(Questioned { category: line.category, stated, guideline })
        };
        means.outgoings.iter().filter_map(question).collect()
    }
}
