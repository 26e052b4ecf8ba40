//! `forbear law replay`: every contact ever recorded, judged under another pack.

use std::io::{BufWriter, Write, stdout};
use std::path::Path;

use anyhow::Context;
use domain::law::Ground;
use serde::Serialize;

use crate::commands::{Exit, Stop};
use crate::replay::{self, Blocked};
use crate::{books, packs};

#[derive(Serialize)]
struct Line<'a> {
    schema: &'static str,
    person: String,
    at: String,
    channel: &'a str,
    ruling: &'static str,
    by: Vec<Ground>,
    under_the_books_law: &'static str,
}

/// Writes one line for each contact that `names` would have stopped, and a last one that sums them up.
pub(super) fn run(data_dir: &Path, names: &[String]) -> anyhow::Result<Exit> {
    let usage = |says: String| Stop { exit: Exit::Usage, says };
    let others = names.iter().map(|name| packs::pack(name)).collect::<anyhow::Result<Vec<_>>>();
    let others = others.map_err(|error| usage(format!("--pack: {error:#}")))?;
    let store = books::open(data_dir)?;
    let law = replay::law_with(&store.book(), others).map_err(|error| usage(format!("--pack: {error:#}")))?;
    let mut out = BufWriter::new(stdout().lock());
    let mut written = Ok(());
    let mut each = |blocked: &Blocked| {
        if written.is_ok() {
            written = write(&mut out, blocked);
        }
    };
    let told = replay::replay(store.reader(), &store.book(), &law, &mut each)?;
    written.context("cannot write to standard output")?;
    let by_rule: serde_json::Map<String, serde_json::Value> = told
        .by_rule
        .iter()
        .map(|(rule, stopped)| {
            (rule.clone(), serde_json::json!({ "contacts": stopped.contacts, "people": stopped.people.len() }))
        })
        .collect();
    let sum = serde_json::json!({
        "schema": "forbear.law.replay.sum/1",
        "contacts": told.contacts,
        "blocked": told.blocked,
        "newly_blocked": told.newly,
        "no_longer_blocked": told.freed,
        "by_rule": by_rule,
    });
    writeln!(out, "{sum}")?;
    out.flush()?;
    Ok(Exit::Done)
}

fn write(out: &mut impl Write, blocked: &Blocked) -> anyhow::Result<()> {
    let line = Line {
        schema: "forbear.law.replay/1",
        person: blocked.person.to_string(),
        at: blocked.at.to_string(),
        channel: blocked.channel.name(),
        ruling: blocked.ruling.word(),
        by: blocked.ruling.grounds(),
        under_the_books_law: blocked.under_ours,
    };
    serde_json::to_writer(&mut *out, &line)?;
    out.write_all(b"\n")?;
    Ok(())
}
