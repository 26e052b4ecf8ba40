//! The law: packs of rules judge a [`Situation`], and the answer is a [`Ruling`] with every rule that decided.
//!
//! Packs are data that a lawyer can read (`packs/`); what a rule can test is the closed list [`Test`]. The yes is a value,
//! the [`Permit`], which only this module can make. A rule that cannot be judged, because a fact it needs is not known,
//! yields `Unsettled`: it stops the act as surely as a prohibition.
//!
//! - [`Law::rule`] judges one planned act; [`Law::alternatives`] names what else would be lawful now.
//! - [`Law::windows`] and [`Law::next_permitted`] say when an act is lawful, from the hours and days that rules close.
//! - [`MoneyLaw`] holds cost caps, limitation, complaint and retention clocks; [`Calendar`] the workdays.

mod calendar;
mod code;
mod counts;
mod example;
mod facts;
mod grade;
mod history;
mod judge;
mod money;
mod neutral;
mod pack;
mod reach;
mod ruling;
mod situation;
mod test;
mod windows;
mod words;

pub use calendar::{Calendar, DayKind, Off};
pub use counts::{Counter, Counts, DayOf, Days, Number, Numbers, When};
pub use facts::{Fact, FactSet, Facts};
pub use grade::{Adverse, AtLeast, Grade, Grading, PastDue};
pub use history::{Call, History, is_within};
pub use judge::{Checked, Law, Stands};
pub use money::{
    Ceiling, ComplaintClock, CostCap, Extension, Interruption, Limitation, MoneyLaw, MoneyRule, RecordKind, ReferenceRate,
    Retention,
};
pub use neutral::{Defaults, Neutral, Read, Told, Zones};
pub use pack::{Check, Cite, Force, Lift, Pack, PackKind, Provenance, Rule, Says, Scope, Seen, Sure};
pub use ruling::{Answer, Finding, Ground, Missing, NO_PACK, PERMIT_MISUSED, PackVersion, Permit, Ruling};
pub use situation::{Hours, Situation, minute_of};
pub use test::{Clock, Test};
pub use windows::Window;
pub use words::{Actor, Channel, Institution, Product, Purpose, Recipient, Word, Words};
