//! The house: what one lender decided for itself within the law. Data, read with the packs.

use serde::Deserialize;

use crate::follow_up::Strategy;
use crate::means::Form;
use crate::options::Policy;
use crate::waiver::Ladder;

/// What a lender offers, who may give up how much, what is done next, and what is asked of means.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct House {
    /// The ways out that are offered.
    pub options: Policy,
    /// Who may give up how much.
    pub waivers: Ladder,
    /// What is done next, the least intrusive first.
    pub strategy: Strategy,
    /// What is asked of income and outgoings.
    pub means: Form,
}
