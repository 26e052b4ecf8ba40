//! The house: what one lender decided for itself within the law. Data, read with the packs.

use serde::Deserialize;

use crate::follow_up::Strategy;
use crate::law::{Institution, Product};
use crate::means::Form;
use crate::options::Policy;
use crate::waiver::Ladder;

/// Who the lender is and what it lends, in the law's words: rules bind some lenders and products and not others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lender {
    /// What kind of lender.
    pub institution: Institution,
    /// What kind of credit.
    pub product: Product,
}

impl Default for Lender {
    /// A bank with personal consumer loans: what most of the rules bind.
    fn default() -> Lender {
        Lender { institution: Institution::Bank, product: Product::PersonalConsumerLoan }
    }
}

/// What a lender offers, who may give up how much, what is done next, and what is asked of means.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct House {
    /// Who the lender is.
    pub lender: Lender,
    /// The ways out that are offered.
    pub options: Policy,
    /// Who may give up how much.
    pub waivers: Ladder,
    /// What is done next, the least intrusive first.
    pub strategy: Strategy,
    /// What is asked of income and outgoings.
    pub means: Form,
}
