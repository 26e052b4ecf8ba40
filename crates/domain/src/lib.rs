//! The core of Forbear: what may happen, what has happened, what follows.
//!
//! Everything here is pure. There is no clock, disk, network, chance or hash order: the day and the moment are
//! arguments, and the same arguments give the same answer on every machine for ever. The shapes are few:
//! `decide(&state, &law, args) -> Result<Vec<Event>, Refusal>` for what is intended,
//! `record(&state, args) -> Vec<Event>` for what was observed, `apply(&mut state, &Event)` which cannot fail,
//! and `tell(&state, Day) -> T` for what follows.
#![no_std]

extern crate alloc;

pub mod arrears;
pub mod book;
pub mod circumstance;
pub mod complaint;
pub mod contact;
pub mod credit;
pub mod day;
pub mod enforcement;
pub mod event;
pub mod file;
pub mod follow_up;
pub mod hardship;
pub mod house;
pub mod id;
pub mod identity;
pub mod import;
pub mod limitation;
pub mod means;
pub mod message;
pub mod moment;
pub mod money;
pub mod options;
pub mod payment;
pub mod person;
pub mod plan;
pub mod promise;
pub mod record;
pub mod refusal;
pub mod reservation;
pub mod respite;
pub mod retention;
pub mod rows;
pub mod statement;
pub mod strategy;
mod text;
pub mod visit;
pub mod waiver;
pub mod watch;
pub mod wish;

pub mod law;
pub mod loan;
