//! Stories: lives with a debt, day by day, with the file as it stands at the end. Written to be read by a lawyer.

mod arrears;
mod complaints;
mod contact;
mod diary;
mod messages;
mod plans;
mod promises;
mod visits;
