//! Stories: lives with a debt, day by day, with the file as it stands at the end. Written to be read by a lawyer.

mod arrears;
mod complaints;
mod contact;
mod diary;
mod hardship;
mod means;
mod messages;
mod plans;
mod promises;
mod respite;
mod statements;
mod visits;
mod waivers;
