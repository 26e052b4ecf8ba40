//! A loan: what was agreed, what was paid, what is due.
//!
//! A [`Loan`] is its agreed [`Terms`] and its [`Entry`]s. [`Loan::position`] replays the entries in order of effect and tells
//! what is due, paid, overdue and unapplied on a day. Nothing that can be derived is stored, so a payment that becomes
//! known late needs no repair: it is replayed where it belongs.

mod ageing;
mod allocation;
mod books;
mod check;
mod cost;
mod entry;
mod factor;
mod parts;
mod position;
mod replay;
mod schedule;
mod terms;

pub use ageing::bucket;
pub use allocation::{Allocation, Future, Order, Step, Timing, Walk};
pub use cost::{AnnualCost, Flow, effective_rate, period_rate, whole_and_odd_days, whole_and_odd_months};
pub use entry::{Entry, EntryKind, PaymentSource};
pub use parts::{Part, Parts};
pub use position::{InstalmentPosition, Position};
pub use replay::Loan;
pub use schedule::{Instalment, Schedule};
pub use terms::{DayCount, DueRule, Late, Method, Rounding, Terms};
