//! `forbear messages letters`: the batch that the page *Outbox → Letters* makes, from the command line.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use domain::event::Actor;
use jiff::Timestamp;
use store::{Asker, Role, Store};

use crate::books;
use crate::commands::{Exit, Options, Stop};
use crate::letterhead::Letterhead;
use crate::messages::letters;
use crate::texts::{Currency, Reader};
use crate::web::act::code;

/// Options of `forbear messages letters`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Who prints: the sign-in of a manager or of somebody at the desk
    #[arg(long)]
    by: String,
    /// The batch, such as 2026-11-26-7K2M9P4Q; one that was printed gives the same file again and does not grow. Left out: a new
    /// one of today
    #[arg(long)]
    batch: Option<String>,
    /// The folder that the file is written to
    #[arg(long, default_value = ".")]
    to: PathBuf,
}

/// Fills the batch, writes its file, and tells both.
pub(super) fn run(options: &Options, args: &Args) -> anyhow::Result<Exit> {
    let store = books::open(&options.data_dir)?;
    let now = Timestamp::now();
    let (asker, actor) = who(&store, &args.by)?;
    let batch = match &args.batch {
        Some(batch) => batch.clone(),
        None => format!("{}-{}", store.book().day_of(now), code()?),
    };
    if letters::day_of(&batch).is_none() {
        let says = format!("`--batch` must be a day and eight letters or digits, such as 2026-11-26-7K2M9P4Q, not `{batch}`");
        return Err(Stop { exit: Exit::Usage, says }.into());
    }
    letters::fill(&store, actor, &batch, now)?;
    let found = store.reader().batch(asker, &batch)?;
    let currency = Currency::new(&store.record().currency);
    let reader = Reader { lang: options.lang(), currency, zone: store.book().zone.clone() };
    let lender = Letterhead::read(&options.data_dir, &store.record().name)?;
    let file = match letters::pdf(&reader, &lender, &batch, &found) {
        None => None,
        Some(pdf) => {
            let file = args.to.join(format!("letters-{batch}.pdf"));
            fs::write(&file, pdf).with_context(|| format!("cannot write {}", file.display()))?;
            Some(file.display().to_string())
        }
    };
    let count = found.iter().filter(|letter| letter.state != "withdrawn").count();
    println!("{}", serde_json::json!({ "schema": "forbear.letters/1", "batch": batch, "letters": count, "file": file }));
    Ok(Exit::Done)
}

/// Whoever prints stands in the log beside every letter, and reads names and addresses.
fn who(store: &Store, sign_in: &str) -> anyhow::Result<(Asker, Actor)> {
    let found = store.reader().staff_by_sign_in(sign_in)?.filter(|staff| staff.left_on.is_none());
    match found {
        Some(staff) if matches!(staff.role, Role::Manager | Role::Desk) => {
            Ok((Asker::Staff(staff.id, staff.role), Actor::Staff(staff.id)))
        }
        _ => {
            let says = format!("`--by` must be the sign-in of a manager or of somebody at the desk, not `{sign_in}`");
            Err(Stop { exit: Exit::Usage, says }.into())
        }
    }
}
