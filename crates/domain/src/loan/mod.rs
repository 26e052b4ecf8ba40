//! A loan: what was agreed, what was paid, what is due.
//!
//! A [`Loan`] is its agreed [`Terms`] and its [`Entry`]s. [`Loan::position`] replays the entries in order of effect and tells
//! what is due, paid, overdue and unapplied on a day. Nothing that can be derived is stored, so a payment that becomes
//! known late needs no repair: it is replayed where it belongs.

mod ageing;
mod ahead;
mod allocation;
mod books;
mod cap;
mod change;
mod check;
mod cost;
mod entry;
mod explain;
mod factor;
mod ledger;
mod parts;
mod pay;
mod position;
mod recalculation;
mod replay;
mod schedule;
mod stop;
mod terms;
mod waking;

pub use ageing::{PastDue, bucket};
pub use ahead::Ahead;
pub use allocation::{Allocation, Future, Order, Step, Timing, Walk};
pub use cost::{AnnualCost, UnitPeriod, actuarial_rate, effective_rate};
pub use entry::{Entry, EntryKind, PaymentSource, Rhythm, Stops};
pub use explain::{Because, DaysBecause, Explanation, How, Rule};
pub use ledger::{Account, AccountType, Posting, balance};
pub use parts::{Part, Parts};
pub use position::{InstalmentPosition, Origin, OwedAgain, Position};
pub use replay::Loan;
pub use schedule::{Instalment, Schedule};
pub use terms::{Charges, DayCount, DueRule, Grace, InterestOn, Late, Method, Rounding, Terms, Tranches};
