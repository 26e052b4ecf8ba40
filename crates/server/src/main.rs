//! The program `forbear`: commands, pages, API, nightly, documents.

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod ahead;
mod api;
mod books;
mod commands;
mod demo;
mod documents;
mod door_code;
mod evidence;
mod house;
mod ids;
mod import;
mod lease;
mod letterhead;
mod messages;
mod night;
mod packs;
mod pages;
mod payments;
mod phone;
mod replay;
mod texts;
mod travel_times;
mod web;
mod why;

fn main() -> ExitCode {
    let program = commands::Forbear::parse();
    match program.run() {
        Ok(exit) => exit.into(),
        Err(error) => {
            eprintln!("forbear: {error:#}");
            commands::Exit::of(&error).into()
        }
    }
}
