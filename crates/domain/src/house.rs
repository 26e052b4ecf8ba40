//! The house: what one lender decided for itself within the law. Data, read with the packs.

mod chart;
mod product;

pub use chart::{Chart, ChartLine};
pub use product::{NamedOrder, Product};

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use serde::Deserialize;

use crate::day::Day;
use crate::follow_up::Strategy;
use crate::law::{Institution, Product as LawProduct};
use crate::means::Form;
use crate::options::Policy;
use crate::refusal::Invalid;
use crate::waiver::Ladder;

/// Who the lender is and what it lends, in the law's words: rules bind some lenders and products and not others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lender {
    /// What kind of lender.
    pub institution: Institution,
    /// What kind of credit.
    pub product: LawProduct,
}

impl Default for Lender {
    /// A bank with personal consumer loans: what most of the rules bind.
    fn default() -> Lender {
        Lender { institution: Institution::Bank, product: LawProduct::PersonalConsumerLoan }
    }
}

/// An agency that acts for the lender.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agency {
    /// Its number in this register, for ever: contacts are kept under it.
    pub number: u16,
    /// What it is called.
    pub name: String,
    /// The first day it stood on the lender's published list; none if it never did.
    #[serde(default)]
    pub listed_from: Option<Day>,
    /// The last day it stood there; none while it does.
    #[serde(default)]
    pub listed_until: Option<Day>,
    /// Whether it passes cases on to others.
    #[serde(default)]
    pub passes_cases_on: bool,
}

impl Agency {
    /// Whether it stood on the published list on `day`.
    pub fn is_listed_on(&self, day: Day) -> bool {
        self.listed_from.is_some_and(|from| from <= day) && self.listed_until.is_none_or(|until| day <= until)
    }
}

/// What a lender offers, who may give up how much, what is done next, and what is asked of means.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct House {
    /// Who the lender is.
    pub lender: Lender,
    /// The agencies that act for it.
    pub agencies: Vec<Agency>,
    /// The ways out that are offered.
    pub options: Policy,
    /// Who may give up how much.
    pub waivers: Ladder,
    /// What is done next, the least intrusive first.
    pub strategy: Strategy,
    /// What is asked of income and outgoings.
    pub means: Form,
    /// Under which codes and names the books are kept.
    pub accounts: Chart,
    /// What a payment settles first, by name.
    pub orders: Vec<NamedOrder>,
    /// What is sold.
    pub products: Vec<Product>,
}

impl House {
    /// Whether all of it makes sense: a house that does not is not loaded.
    pub fn check(&self) -> Result<(), Invalid> {
        self.strategy.check()?;
        self.means.check()?;
        self.accounts.check()?;
        self.orders.iter().try_for_each(NamedOrder::check)?;
        self.products.iter().try_for_each(|product| product.check(&self.orders))?;
        once("orders", self.orders.iter().map(|order| order.id.as_str()))?;
        once("products", self.products.iter().map(|product| product.id.as_str()))
    }

    /// A product by its id.
    pub fn product(&self, id: &str) -> Option<&Product> {
        self.products.iter().find(|product| product.id == id)
    }

    /// The order in which payments settle a loan of a product, where it names one.
    pub fn order_of(&self, product: &Product) -> Option<&NamedOrder> {
        let id = product.order.as_deref()?;
        self.orders.iter().find(|order| order.id == id)
    }

    /// An agency by its number.
    pub fn agency(&self, number: u16) -> Option<&Agency> {
        self.agencies.iter().find(|agency| agency.number == number)
    }
}

fn once<'a>(field: &str, ids: impl Iterator<Item = &'a str> + Clone) -> Result<(), Invalid> {
    let twice = ids.clone().find(|id| ids.clone().filter(|other| other == id).count() > 1);
    twice.map_or(Ok(()), |id| Err(Invalid::new(field, format!("`{id}` stands twice: give each an id of its own"))))
}
