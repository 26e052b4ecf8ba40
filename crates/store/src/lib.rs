//! The store: appends to the log, keeps derived tables, and finds things *for someone*. The only SQL of the program.
//!
//! Writing goes one way: a [`Command`] for one person is queued, decided on the folded person by its shard's one writer,
//! appended with its derived rows in one transaction, and answered once that is on disk. Reading goes through a [`Reader`],
//! which wants to know who asks.

mod ahead;
mod append;
mod asker;
mod bank;
mod bulk;
mod cache;
mod cash;
pub mod chain;
mod command;
mod db;
mod erasure;
mod error;
mod evidence;
mod folds;
mod letters;
mod lists;
mod note;
mod outbox;
mod packs;
mod phones;
mod projection;
mod reader;
mod rebuild;
pub mod receipt;
pub mod runs;
mod schema;
pub mod seal;
mod sealing;
mod sought;
mod staff;
mod store;
mod stream;
pub mod tree;
mod verify;
mod worker;
mod writer;

pub use ahead::Known;
pub use append::DecidedAhead;
pub use asker::{Asker, Role};
pub use bank::{Assigned, BankFile, BankLine, Decided, Kept, LineState};
pub use bulk::Bulk;
pub use cash::{CASH, CashCheck, CashDeposit, CashReceipt, PaidIn};
pub use command::{Command, Decide, Outcome};
pub use db::Place;
pub use error::Error;
pub use evidence::{HandedIn, KeptEvidence, Label, Of, Paper, media_of};
pub use letters::{Batch, Letter};
pub use lists::{
    AlertRow, ApprovalRow, BreachRow, Bucket, ComplaintRow, Outcomes, PromiseRow, Queue, QueueRow, QueueView, RatingRow,
    RefusalCount, Roll, Sorting, VisitRow, Wanted,
};
pub use note::Note;
pub use outbox::{MessageRow, Tray, Waiting};
pub use packs::PackRecord;
pub use phones::{CHAIN_GENESIS, Device, PhoneReceipt, Pins, Watch};
pub use reader::{KeptNote, Reached, Reader, Thing};
pub use rebuild::Progress;
pub use sealing::{Proof, Seal};
pub use staff::Staff;
pub use store::{BookRecord, Store, Ticket};
pub use verify::Difference;
