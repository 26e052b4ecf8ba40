//! The five grades of a claim (五级分类): how likely it is to be paid, by days past due and by facts that speak against it.

use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::loan::{EntryKind, Loan};

use super::pack::{Cite, Force, Provenance, Says};
use super::words::{Institution, Product, Words};

/// How likely a claim is to be paid, the best first. The last three are non-performing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Paid as agreed (正常).
    Normal,
    /// Paid so far, or only a little late, but something speaks against it (关注).
    Watch,
    /// It cannot be paid as agreed (次级).
    Substandard,
    /// Most of it will be lost (可疑).
    Doubtful,
    /// All but a little of it is lost (损失).
    Loss,
}

impl Grade {
    /// All, the best first.
    pub const ALL: [Grade; 5] = [Grade::Normal, Grade::Watch, Grade::Substandard, Grade::Doubtful, Grade::Loss];

    /// The name it is looked up under.
    pub const fn name(self) -> &'static str {
        match self {
            Grade::Normal => "normal",
            Grade::Watch => "watch",
            Grade::Substandard => "substandard",
            Grade::Doubtful => "doubtful",
            Grade::Loss => "loss",
        }
    }

    /// Whether the claim counts as non-performing.
    pub fn is_non_performing(self) -> bool {
        self >= Grade::Substandard
    }
}

/// What speaks against a claim however few days it is past due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Adverse {
    /// What is owed was spread anew, put off or made longer after signing.
    Restructured,
    /// It was taken out of the performing ones.
    ChargedOff,
    /// It was given up in the books.
    WrittenOff,
}

/// Which grade a claim has, for some lenders and products.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grading {
    /// `CN-M-15`.
    pub id: String,
    /// Lenders it binds; empty means any.
    #[serde(default)]
    pub institutions: Words<Institution>,
    /// Products it binds; empty means any.
    #[serde(default)]
    pub products: Words<Product>,
    /// The first day it is in force.
    pub from: Day,
    /// At least this grade with more than so many days past due, from the mildest to the worst.
    pub past_due: Vec<PastDue>,
    /// At least this grade where a fact speaks against the claim.
    #[serde(default)]
    pub adverse: Vec<AtLeast>,
    /// How binding it is.
    pub force: Force,
    /// Where it is written.
    pub cites: Vec<Cite>,
    /// How its text became known.
    pub provenance: Provenance,
    /// The rule in one sentence.
    pub says: Says,
}

/// More than so many days past due, at least this grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastDue {
    /// This many are not yet enough.
    pub more_than: u32,
    /// The grade.
    pub grade: Grade,
}

/// Where a fact is so, at least this grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtLeast {
    /// The fact.
    pub fact: Adverse,
    /// The grade.
    pub grade: Grade,
}

impl Grading {
    /// The grade of a claim that is so many days past due, and what speaks against it: the worst that anything asks for.
    pub fn grade(&self, days_past_due: u32, adverse: &[Adverse]) -> Grade {
        let by_days = self.past_due.iter().filter(|bound| days_past_due > bound.more_than).map(|bound| bound.grade);
        let by_facts = self.adverse.iter().filter(|it| adverse.contains(&it.fact)).map(|it| it.grade);
        by_days.chain(by_facts).max().unwrap_or(Grade::Normal)
    }

    /// The grade of a loan on `as_of`. Days count without grace or pauses: a kindness does not make a claim better.
    pub fn grade_of(&self, loan: &Loan, as_of: Day) -> Grade {
        self.grade(loan.position(as_of).days_past_due_raw, &adverse(loan, as_of))
    }

    pub(super) fn binds(&self, institution: Institution, product: Product, day: Day) -> bool {
        (self.institutions.is_empty() || self.institutions.has(institution))
            && (self.products.is_empty() || self.products.has(product))
            && self.from <= day
    }
}

/// What of a loan's own entries speaks against it.
fn adverse(loan: &Loan, as_of: Day) -> Vec<Adverse> {
    let standing = loan.entries().iter().filter(|entry| entry.effective_on <= as_of && !loan.is_reversed(entry.id));
    let facts = standing.filter_map(|entry| match entry.kind {
        EntryKind::Reage { .. } | EntryKind::Extend { .. } | EntryKind::Defer { .. } => Some(Adverse::Restructured),
        EntryKind::ChargeOff => Some(Adverse::ChargedOff),
        EntryKind::WriteOff => Some(Adverse::WrittenOff),
        EntryKind::Payment { .. }
        | EntryKind::Reversal { .. }
        | EntryKind::Fee { .. }
        | EntryKind::Disbursement { .. }
        | EntryKind::Chargeback { .. }
        | EntryKind::Refund { .. }
        | EntryKind::CreditRefund { .. }
        | EntryKind::Waiver { .. }
        | EntryKind::Opening { .. }
        | EntryKind::Pause { .. }
        | EntryKind::Resume => None,
    });
    facts.collect()
}
