//! The four things an instalment can consist of.

use core::ops::{Add, AddAssign, Index, IndexMut, Sub};

use serde::{Deserialize, Serialize};

use crate::money::Money;

/// One part of what is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Damages for paying late: penalty interest and late fees (罚息、违约金).
    Penalty,
    /// Agreed fees and the costs of realising the claim (费用).
    Fee,
    /// Agreed interest (利息).
    Interest,
    /// What was lent (本金).
    Principal,
}

impl Part {
    /// All four, in the order in which Chinese law lets a payment settle them (Civil Code art. 561, costs first).
    pub const ALL: [Part; 4] = [Part::Fee, Part::Penalty, Part::Interest, Part::Principal];
}

/// An amount by its parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Parts {
    /// Damages for paying late.
    pub penalty: Money,
    /// Agreed fees.
    pub fee: Money,
    /// Agreed interest.
    pub interest: Money,
    /// What was lent.
    pub principal: Money,
}

impl Parts {
    /// Nothing of anything.
    pub const ZERO: Parts = Parts { penalty: Money::ZERO, fee: Money::ZERO, interest: Money::ZERO, principal: Money::ZERO };

    /// `amount` of one part and nothing else.
    pub fn of(part: Part, amount: Money) -> Parts {
        let mut parts = Parts::ZERO;
        parts[part] = amount;
        parts
    }

    /// The sum of the parts.
    pub fn total(&self) -> Money {
        self.penalty + self.scheduled()
    }

    /// Everything that the schedule asks for: all but the penalty.
    pub fn scheduled(&self) -> Money {
        self.fee + self.interest + self.principal
    }

    /// What the borrower pays for the loan beyond the loan itself.
    pub fn cost(&self) -> Money {
        self.penalty + self.fee + self.interest
    }

    /// Whether every part is zero.
    pub fn is_zero(&self) -> bool {
        *self == Parts::ZERO
    }
}

impl Index<Part> for Parts {
    type Output = Money;
    fn index(&self, part: Part) -> &Money {
        match part {
            Part::Penalty => &self.penalty,
            Part::Fee => &self.fee,
            Part::Interest => &self.interest,
            Part::Principal => &self.principal,
        }
    }
}

impl IndexMut<Part> for Parts {
    fn index_mut(&mut self, part: Part) -> &mut Money {
        match part {
            Part::Penalty => &mut self.penalty,
            Part::Fee => &mut self.fee,
            Part::Interest => &mut self.interest,
            Part::Principal => &mut self.principal,
        }
    }
}

impl Add for Parts {
    type Output = Parts;
    fn add(self, other: Parts) -> Parts {
        Parts {
            penalty: self.penalty + other.penalty,
            fee: self.fee + other.fee,
            interest: self.interest + other.interest,
            principal: self.principal + other.principal,
        }
    }
}

impl Sub for Parts {
    type Output = Parts;
    fn sub(self, other: Parts) -> Parts {
        Parts {
            penalty: self.penalty - other.penalty,
            fee: self.fee - other.fee,
            interest: self.interest - other.interest,
            principal: self.principal - other.principal,
        }
    }
}

impl AddAssign for Parts {
    fn add_assign(&mut self, other: Parts) {
        *self = *self + other;
    }
}
