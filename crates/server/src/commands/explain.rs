//! `forbear explain balance|dpd|allocation|interest|penalty|settlement ACCOUNT`: why a figure is what it is.
//!
//! As of any day, and as it was believed on any earlier day: what was recorded later is left out then.

use std::collections::BTreeMap;

use anyhow::Context;
use domain::day::Day;
use domain::event::Event;
use domain::id::{AccountId, EntryId};
use domain::loan::{Because, Explanation, How, Loan};
use domain::moment::Timestamp;
use domain::person::Person;
use serde_json::{Value, json};
use store::{Asker, Store, Thing};

use super::{Exit, Options, Stop, explain_contact};
use crate::books;

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
    let mut answer = told(what, &known.loan, as_of, &known.recorded_at);
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
            | What::Settlement(of) => of,
        }
    }
}

/// A loan as it was known, and when each of its entries was recorded.
struct Known {
    loan: Loan,
    recorded_at: BTreeMap<EntryId, Timestamp>,
}

fn find(store: &Store, number: &str, known_on: Option<Day>) -> anyhow::Result<Known> {
    let unknown = |says: String| anyhow::Error::from(Stop { exit: Exit::Usage, says });
    let owner = store.reader().owner(Asker::Night, Thing::AccountNumber(number))?;
    let owner = owner.ok_or_else(|| unknown(format!("account `{number}` is not in this book; check the number")))?;
    let events = store.reader().timeline(Asker::Night, owner)?.context("the stream of the account's owner is missing")?;
    let until = known_on.map(|day| store.book().start_of(day.plus_days(1)));
    let (mut person, mut recorded_at) = (Person::new(owner), BTreeMap::new());
    for recorded in events.iter().filter(|recorded| until.is_none_or(|until| recorded.recorded_at < until)) {
        if let Event::EntryPosted { entry, .. } = &recorded.event {
            recorded_at.insert(entry.id, recorded.recorded_at);
        }
        person.apply(recorded);
    }
    let account: Option<AccountId> = person.accounts.values().find(|account| account.number == number).map(|account| account.id);
    let account = account.and_then(|id| person.accounts.remove(&id));
    let account =
        account.ok_or_else(|| unknown(format!("account `{number}` was not known on that day; give a later --known-on")))?;
    Ok(Known { loan: account.loan, recorded_at })
}

fn told(what: &What, loan: &Loan, as_of: Day, recorded_at: &BTreeMap<EntryId, Timestamp>) -> Value {
    let of = |what: &str, explanation: Explanation| {
        let lines: Vec<Value> = explanation.lines.iter().map(|line| row(line, recorded_at)).collect();
        json!({"what": what, "figure": explanation.figure.to_string(), "lines": lines})
    };
    match what {
        What::Balance(_) => of("balance", loan.explain_balance(as_of)),
        What::Allocation(_) => of("allocation", loan.explain_allocation(as_of, None)),
        What::Interest(it) => of("interest", loan.explain_interest(as_of, it.instalment)),
        What::Penalty(it) => of("penalty", loan.explain_penalty(as_of, it.instalment)),
        What::Settlement(_) => of("settlement", loan.explain_settlement(as_of)),
        What::Dpd(_) => days(loan, as_of),
    }
}

fn days(loan: &Loan, as_of: Day) -> Value {
    let Some(because) = loan.explain_days_past_due(as_of) else {
        return json!({"what": "dpd", "figure": 0, "figure_raw": 0, "lines": []});
    };
    let mut lines = vec![
        json!({"on": because.oldest_unpaid_due_on.to_string(), "rule": "oldest_unpaid_fell_due", "instalment": because.instalment, "days": because.raw}),
        json!({"rule": "grace", "days": -i64::from(because.grace)}),
    ];
    for (from, until) in &because.pauses {
        lines.push(json!({"on": until.to_string(), "rule": "paused", "from": from.plus_days(1).to_string(), "until": until.to_string(), "days": -from.days_until(*until)}));
    }
    let sum = i64::from(because.raw) - i64::from(because.grace) - i64::from(because.paused);
    if sum < 0 {
        lines.push(json!({"rule": "not_below_zero", "days": -sum}));
    }
    json!({"what": "dpd", "figure": because.days_past_due, "figure_raw": because.raw, "lines": lines})
}

fn row(line: &Because, recorded_at: &BTreeMap<EntryId, Timestamp>) -> Value {
    json!({
        "on": line.on.to_string(),
        "rule": line.rule,
        "part": line.part,
        "amount": line.amount.to_string(),
        "instalment": line.instalment,
        "entry": line.entry.map(|id| id.to_string()),
        "recorded_at": line.entry.and_then(|id| recorded_at.get(&id)).map(ToString::to_string),
        "arithmetic": line.how.map(arithmetic),
        "how": line.how,
    })
}

/// The arithmetic of a line as a formula that anybody can check.
fn arithmetic(how: How) -> String {
    match how {
        How::Interest { balance, annual_rate, numerator, denominator, from, until } => {
            format!("{balance} × {} × {numerator}/{denominator} ({from}…{until})", annual_rate.normalize())
        }
        How::Penalty { overdue, annual_rate, days, year_days, from, until } => {
            format!("{overdue} × {} × {days}/{year_days} ({from}…{until})", annual_rate.normalize())
        }
        How::Share { of, days, length } => format!("{of} × {days}/{length}"),
        How::Step { timing, place } => format!("{timing:?} #{place}"),
    }
}

/// A day given as an option.
pub(super) fn day(option: &str, text: &str) -> anyhow::Result<Day> {
    let says = || format!("`{text}` is not a day; write {option} 2026-11-23, a day that exists");
    Day::parse(text).ok_or_else(|| Stop { exit: Exit::Usage, says: says() }.into())
}
