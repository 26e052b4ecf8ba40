//! `forbear loan replay|schedule|apr`: the arithmetic of loans, for anybody to ask.

use std::io::{self, BufRead, Read, Write};

use anyhow::{Context, bail};
use clap::Subcommand;
use domain::loan::Terms;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Exit, Options, Stop};

mod apr;
pub(super) mod bench;
mod replay;
#[cfg(test)]
mod tests;

/// Schedules, annual rates and the replay of servicing cases.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Run servicing cases, one a line of JSON, and print what the engine holds at each of their `expect_*` steps
    Replay,
    /// Read terms as JSON, print the schedule with its annual rate
    Schedule,
    /// Read advances and payments as JSON, print the annual percentage rate (Regulation Z, Appendix J) and XIRR
    Apr,
}

/// Does what was asked, from standard input to standard output.
pub(crate) fn run(_: &Options, args: Args) -> anyhow::Result<Exit> {
    match args.what {
        What::Replay => replay_lines(),
        What::Schedule => {
            let answer = schedule(&read_all()?).map_err(unreadable)?;
            print(&answer)
        }
        What::Apr => {
            let answer = apr::apr(&read_all()?).map_err(unreadable)?;
            print(&answer)
        }
    }
}

/// Answers nothing before everything was read, so that bad input writes nothing.
fn replay_lines() -> anyhow::Result<Exit> {
    let mut answers = Vec::new();
    for (index, line) in io::stdin().lock().lines().enumerate() {
        let line = line.context("cannot read standard input")?;
        if !line.trim().is_empty() {
            let answer = replay::replay(&line).with_context(|| format!("case {}", index + 1));
            answers.push(answer.map_err(unreadable)?);
        }
    }
    let mut out = io::stdout().lock();
    answers.iter().try_for_each(|answer| writeln!(out, "{answer}"))?;
    Ok(Exit::Done)
}

fn schedule(text: &str) -> anyhow::Result<Value> {
    let given: Value = serde_json::from_str(text).context("the terms are not JSON")?;
    let terms = Terms::deserialize(&given).context("the terms cannot be read")?;
    if let Some(field) = unknown_field(&given, &serde_json::to_value(&terms)?) {
        bail!(
            "field `{field}` is none of the terms: leave it out, or mend its name; amounts are in the one currency of the book"
        );
    }
    terms.check().map_err(|invalid| anyhow::anyhow!("field `{}` {}", invalid.field, invalid.fix))?;
    let schedule = terms.schedule().map_err(|invalid| anyhow::anyhow!("field `{}` {}", invalid.field, invalid.fix))?;
    let rows = schedule.instalments.iter().map(|line| {
        json!({
            "number": line.number,
            "due_on": line.due_on.to_string(),
            "principal": line.principal.to_string(),
            "interest": line.interest.to_string(),
            "fee": line.fee.to_string(),
            "total": line.total().to_string(),
        })
    });
    let cost = schedule.annual_cost(&terms);
    Ok(json!({
        "schema": "forbear.loan-schedule/1",
        "instalments": rows.collect::<Vec<_>>(),
        "total": schedule.total().to_string(),
        "cost": schedule.cost().to_string(),
        "nominal_annual_rate": cost.map(|cost| cost.nominal.round_dp(6).to_string()),
        "effective_annual_rate": cost.map(|cost| cost.effective.round_dp(6).to_string()),
    }))
}

/// The first field that was given and not read: what was meant by it would be silently left out.
fn unknown_field(given: &Value, read: &Value) -> Option<String> {
    let (Value::Object(given), Value::Object(read)) = (given, read) else { return None };
    given.iter().find_map(|(name, value)| match read.get(name) {
        None => Some(name.clone()),
        Some(read) => unknown_field(value, read).map(|field| format!("{name}.{field}")),
    })
}

fn read_all() -> anyhow::Result<String> {
    let mut text = String::new();
    io::stdin().lock().read_to_string(&mut text).context("cannot read standard input")?;
    Ok(text)
}

fn print(answer: &Value) -> anyhow::Result<Exit> {
    writeln!(io::stdout().lock(), "{answer}").context("cannot write to standard output")?;
    Ok(Exit::Done)
}

fn unreadable(error: anyhow::Error) -> anyhow::Error {
    Stop { exit: Exit::Usage, says: format!("{error:#}") }.into()
}
