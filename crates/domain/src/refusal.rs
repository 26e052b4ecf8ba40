//! Why something was not done.

use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// An intent that a rule of the house or of the law did not allow. It names the rule and is itself recorded:
/// what was not done is evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Ids of every rule that decided, the law's (`CN-TIME-1`) or our own (`FILE-AGE`); texts are in the catalogue
    /// or the pack under that id. Never empty.
    pub by: Vec<String>,
}

impl Refusal {
    /// A refusal by one rule.
    pub fn by(rule: &str) -> Refusal {
        Refusal { by: alloc::vec![String::from(rule)] }
    }
}

/// Input that does not make sense, with the field and the fix: not a refusal, and not recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The field, as the outsider calls it.
    pub field: String,
    /// What is wrong and how to mend it, in plain English; pages translate by field.
    pub fix: String,
}

impl Invalid {
    /// `field` is wrong; `fix` says how to mend it.
    pub fn new(field: &str, fix: impl Into<String>) -> Invalid {
        Invalid { field: String::from(field), fix: fix.into() }
    }
}
