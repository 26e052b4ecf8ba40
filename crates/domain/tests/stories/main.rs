//! Stories: lives with a debt, day by day, with the file as it stands at the end. Written to be read by a lawyer.

mod alarms;
mod arrears;
mod complaints;
mod contact;
mod credit;
mod diary;
mod hardship;
mod limitation;
mod means;
mod messages;
mod plans;
mod promises;
mod respite;
mod retention;
mod statements;
mod visits;
mod waivers;
