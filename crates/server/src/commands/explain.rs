//! `forbear explain balance|dpd|allocation|interest|penalty|cap|settlement ACCOUNT`: why a figure is what it is.
//!
//! As of any day, and as it was believed on any earlier day: what was recorded later is left out then.

use anyhow::Context;
use domain::day::Day;
use serde_json::json;
use store::{Asker, Store, Thing};

use super::{Exit, Options, Stop, explain_contact};
use crate::books;
use crate::texts::{Currency, Lang, Reader};
use crate::why::{Figure, Known};

/// Options of `forbear explain`: a figure to explain, or an account and a channel to ask the law about.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[group(skip)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    contact: Option<explain_contact::Args>,
}

#[derive(clap::Subcommand)]
enum What {
    /// What is outstanding
    Balance(Of),
    /// Days past due
    Dpd(Of),
    /// Where each payment went
    Allocation(Of),
    /// The interest that the instalments ask for
    Interest(Of),
    /// The penalty that they ask for
    Penalty(Of),
    /// What the cost cap still leaves for penalties and charges
    Cap(Of),
    /// What settling costs on that day
    Settlement(Of),
}

/// Of which account, and when.
#[derive(clap::Args)]
struct Of {
    /// The number of the account
    account: String,
    /// As of this day; today if not said
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// As it was believed at the end of this day: only what had been recorded by then counts
    #[arg(long, value_name = "DATE")]
    known_on: Option<String>,
    /// Of this instalment only (interest, penalty)
    #[arg(long, value_name = "N")]
    instalment: Option<u32>,
}

/// Prints one line of JSON.
pub(crate) fn run(options: &Options, args: &Args) -> anyhow::Result<Exit> {
    let (what, of) = match (&args.what, &args.contact) {
        (Some(what), _) => (what, what.of()),
        (None, Some(contact)) => return explain_contact::run(options, contact),
        (None, None) => {
            let says = String::from("name a figure and an account, such as `forbear explain balance F00000001`");
            return Err(Stop { exit: Exit::Usage, says }.into());
        }
    };
    let store = books::open(&options.data_dir)?;
    let today = store.book().day_of(jiff::Timestamp::now());
    let as_of = of.as_of.as_deref().map(|text| day("--as-of", text)).transpose()?.unwrap_or(today);
    let known_on = of.known_on.as_deref().map(|text| day("--known-on", text)).transpose()?;
    let known = find(&store, &of.account, known_on)?;
    let record = store.book();
    let reader = |lang| Reader { lang, currency: Currency::new(&record.currency), zone: record.zone.clone() };
    let told = known.tell(what.figure(), as_of, of.instalment);
    let mut answer = told.json(what.figure(), &Lang::ALL.map(reader));
    if let What::Dpd(_) = what {
        answer["figure_raw"] = json!(known.loan.position(as_of).days_past_due_raw);
    }
    answer["schema"] = json!("forbear.explain/1");
    answer["account"] = json!(of.account);
    answer["as_of"] = json!(as_of.to_string());
    answer["known_on"] = json!(known_on.map(|day| day.to_string()));
    println!("{answer}");
    Ok(Exit::Done)
}

impl What {
    fn of(&self) -> &Of {
        match self {
            What::Balance(of)
            | What::Dpd(of)
            | What::Allocation(of)
            | What::Interest(of)
            | What::Penalty(of)
            | What::Cap(of)
            | What::Settlement(of) => of,
        }
    }

    fn figure(&self) -> Figure {
        match self {
            What::Balance(_) => Figure::Balance,
            What::Dpd(_) => Figure::Dpd,
            What::Allocation(_) => Figure::Allocation,
            What::Interest(_) => Figure::Interest,
            What::Penalty(_) => Figure::Penalty,
            What::Cap(_) => Figure::Cap,
            What::Settlement(_) => Figure::Settlement,
        }
    }
}

fn find(store: &Store, number: &str, known_on: Option<Day>) -> anyhow::Result<Known> {
    let unknown = |says: String| anyhow::Error::from(Stop { exit: Exit::Usage, says });
    let owner = store.reader().owner(Asker::Night, Thing::AccountNumber(number))?;
    let owner = owner.ok_or_else(|| unknown(format!("account `{number}` is not in this book; check the number")))?;
    let events = store.reader().timeline(Asker::Night, owner)?.context("the stream of the account's owner is missing")?;
    let until = known_on.map(|day| store.book().start_of(day.plus_days(1)));
    let says = || format!("account `{number}` was not known on that day; give a later --known-on");
    Known::of(owner, &events, number, until).ok_or_else(|| unknown(says()))
}

/// A day given as an option.
pub(super) fn day(option: &str, text: &str) -> anyhow::Result<Day> {
    let says = || format!("`{text}` is not a day; write {option} 2026-11-23, a day that exists");
    Day::parse(text).ok_or_else(|| Stop { exit: Exit::Usage, says: says() }.into())
}
