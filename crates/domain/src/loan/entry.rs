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
        /// The day it is due, if not the effective day.
        #[serde(default)]
        due_on: Option<Day>,
    },
    /// A further tranche was paid out. Its down payment is due at once; the rest is spread over the instalments still to come.
    Disbursement {
        /// How much.
        amount: Money,
    },
    /// The bank took a payment back, in part or whole: it is owed again, with the instalment that falls due next, and after the
    /// last one at once.
    Chargeback {
        /// The payment.
        of: EntryId,
        /// How much of it.
        amount: Money,
    },
    /// Paid money was given back; what was paid last becomes unpaid first.
    Refund {
        /// How much.
        amount: Money,
    },
    /// Unapplied money was paid out to the borrower. What exceeds it is owed, like a charged-back payment.
    CreditRefund {
        /// How much.
        amount: Money,
    },
    /// The unpaid principal was spread anew over instalments of its own; the old ones ask for no more than they got. However
    /// long the new ones run, they cost no more for it.
    Reage {
        /// The first new due day.
        first_on: Day,
        /// Its rhythm.
        every: Rhythm,
        /// How many new instalments.
        instalments: u32,
        /// Whether unpaid costs are spread as well; otherwise they stay where they are.
        #[serde(default)]
        with_costs: bool,
        /// Whether the interest and instalment fees that have not fallen due are spread too, as they were foreseen on that day;
        /// otherwise they are given up.
        #[serde(default)]
        keeps_cost_to_come: bool,
    },
    /// So many instalments were added at the end, and what falls due from `from` on is spread over all of them.
    Extend {
        /// The first due day that is spread anew.
        from: Day,
        /// How many more instalments.
        instalments: u32,
    },
    /// The instalment due on `from` and all later ones fall due later, by as much as moves the first to `to`.
    Defer {
        /// The old due day.
        from: Day,
        /// The new due day.
        to: Day,
    },
    /// The loan was taken out of the performing ones; the claim goes on. Accounting only.
    ChargeOff,
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
        /// Paid before, by part; settles the oldest instalments first, each part by itself. If it is the whole principal, the
        /// loan was paid off there, and only the penalty still owed is asked for.
        paid: Parts,
        /// Penalty that was still owed.
        #[serde(default)]
        penalty_owed: Money,
    },
    /// The days after the effective day, up to and with `until`, are not counted as days past due (a dispute, a respite);
    /// penalties rest too, and grace stands still. How late the loan is without the pause stays visible beside it.
    ///
    /// This is the switch for respite and hardship: with [`Stops::AllCost`] no paused day costs anything at all. It ends
    /// with its last day, or before by [`EntryKind::Resume`].
    Pause {
        /// The last paused day.
        until: Day,
        /// What rests meanwhile.
        #[serde(default)]
        stops: Stops,
    },
    /// Pauses under way end with the effective day, before their last day; the days after it count again.
    Resume,
    /// All that is owed was given up. Money that still comes is a recovery.
    WriteOff,
}

impl EntryKind {
    /// The amount it names; zero where it names none.
    pub fn amount(&self) -> Money {
        match self {
            EntryKind::Payment { amount, .. }
            | EntryKind::Fee { amount, .. }
            | EntryKind::Disbursement { amount }
            | EntryKind::Chargeback { amount, .. }
            | EntryKind::Refund { amount }
            | EntryKind::CreditRefund { amount }
            | EntryKind::Waiver { amount, .. } => *amount,
            EntryKind::Opening { .. }
            | EntryKind::Reversal { .. }
            | EntryKind::Reage { .. }
            | EntryKind::Extend { .. }
            | EntryKind::Defer { .. }
            | EntryKind::ChargeOff
            | EntryKind::Pause { .. }
            | EntryKind::Resume
            | EntryKind::WriteOff => Money::ZERO,
        }
    }
}

/// What rests during a pause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stops {
    /// Days past due, and what paying late costs. Interest and fees go on.
    #[default]
    Penalty,
    /// Interest and agreed fees as well (停息): each instalment asks for less by the share of its days that are paused,
    /// fees charged on paused days are not asked for, and what was paid in advance for those days is the borrower's again.
    AllCost,
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
    /// The lender, to make up for a charge.
    ChargeAdjustment,
}

/// How far due days lie apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rhythm {
    /// So many days.
    Days(u32),
    /// So many months.
    Months(u32),
}

impl Rhythm {
    /// The day `times` steps after `start`.
    pub fn after(self, start: Day, times: u32) -> Day {
        let steps = |every: u32| i32::try_from(u64::from(every) * u64::from(times)).unwrap_or(i32::MAX);
        match self {
            Rhythm::Days(every) => start.plus_days(steps(every)),
            Rhythm::Months(every) => start.plus_months(steps(every)),
        }
    }
}
