//! `forbear messages`: the outbox from the command line.

pub(crate) mod bench;
mod letters;

use jiff::Timestamp;

use super::{Exit, Options, Stop};
use crate::books;
use crate::messages::Outbox;

/// Options of `forbear messages`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Hand over everything that is due, each message asked of the law once more
    Send,
    /// Make one batch of the letters that are due and lawful now, and write it as one PDF
    Letters(letters::Args),
}

/// Does what was asked.
pub(crate) fn run(options: &Options, args: &Args) -> anyhow::Result<Exit> {
    match &args.what {
        What::Send => send(options),
        What::Letters(args) => letters::run(options, args),
    }
}

fn send(options: &Options) -> anyhow::Result<Exit> {
    let outbox = Outbox::open(books::open(&options.data_dir)?, &options.data_dir)?;
    if !outbox.is_open() {
        let says = format!("no way out is set up; name one in {}", options.data_dir.join("messages.toml").display());
        return Err(Stop { exit: Exit::Usage, says }.into());
    }
    let report = outbox.drain(&Timestamp::now)?;
    println!(
        "{}",
        serde_json::json!({
            "schema": "forbear.messages/1",
            "sent": report.sent,
            "failed": report.failed,
            "held": report.held,
            "unclear": report.unclear,
        })
    );
    Ok(Exit::Done)
}
