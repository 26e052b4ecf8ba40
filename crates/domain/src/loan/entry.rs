//! The money events of a loan.

use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::id::EntryId;
use crate::money::Money;

use super::parts::{Part, Parts};

/// One money event. Stored for ever: kinds and fields are only ever added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name, given by who recorded it.
    pub id: EntryId,
    /// The day it counts from, which may lie before the day it was recorded.
    pub effective_on: Day,
    /// What happened.
    pub kind: EntryKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum EntryKind {
    /// Money came in for the borrower.
    Payment {
        /// How much.
        amount: Money,
        /// Where from.
        #[serde(default)]
        source: PaymentSource,
    },
    /// An entry was wrong or its money did not come: it counts as never having been, on every day.
    Reversal {
        /// The entry that is taken back.
        of: EntryId,
    },
    /// A fee or cost was charged. It falls due with the instalment whose period holds the effective day, and after the
    /// last one on that day itself.
    Fee {
        /// How much.
        amount: Money,
        /// Whether it is damages for paying late, rather than a fee.
        #[serde(default)]
        is_penalty: bool,
    },
    /// Something owed was given up for good; the oldest instalments first.
    Waiver {
        /// Which part.
        part: Part,
        /// At most how much.
        amount: Money,
        /// Of this instalment only.
        #[serde(default)]
        instalment: Option<u32>,
    },
    /// The loan ran elsewhere before: so much had been paid when it was taken over. Replaces what was replayed up to it.
    Opening {
        /// Paid before, by part; settles the oldest instalments first, each part by itself.
        paid: Parts,
        /// Penalty that was still owed.
        #[serde(default)]
        penalty_owed: Money,
    },
    /// The days until `until` are not counted as days past due (a dispute, a respite); penalties rest too.
    Pause {
        /// The last paused day.
        until: Day,
    },
    /// All that is owed was given up. Money that still comes is a recovery.
    WriteOff,
}

/// Where a payment came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentSource {
    /// The borrower, or someone for the borrower.
    #[default]
    Borrower,
    /// The merchant gave money back for returned goods.
    MerchantRefund,
    /// The payout was returned.
    PayoutRefund,
    /// The lender, out of goodwill.
    Goodwill,
}
