//! `forbear law`: the same questions that the program asks itself, for anybody who wants to ask them.

pub(crate) mod bench;
mod replay;

use std::io::{BufRead, BufWriter, Write, stdin, stdout};

use anyhow::Context;
use domain::day::Day;
use domain::law::{Channel, Ground, Law, Neutral, PackVersion, Read, Ruling, Situation, Window};
use domain::moment::Timestamp;
use domain::refusal::Invalid;
use serde::{Deserialize, Serialize};

use super::{Exit, Options, Stop};
use crate::packs;

/// Options of `forbear law`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    question: Question,
}

#[derive(clap::Subcommand)]
enum Question {
    /// Judge situations: one a line on standard input, one ruling a line on standard output
    Rule(By),
    /// Say when situations would be lawful
    Windows {
        #[command(flatten)]
        by: By,
        /// How many days to look ahead
        #[arg(long, default_value_t = 14, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=366))]
        days: u16,
    },
    /// Judge every contact ever recorded under other packs: what would have been stopped, by which rule
    Replay {
        /// Packs by id or path, separated by commas; each takes the place of the book's pack of the same id
        #[arg(long, value_name = "PACK,…", value_delimiter = ',', required = true)]
        pack: Vec<String>,
    },
    /// List the packs that ship
    Packs,
}

/// By which law.
#[derive(clap::Args)]
struct By {
    /// Packs by id or path, separated by commas; left out, the pack of each line's jurisdiction
    #[arg(long, value_name = "PACK,…", value_delimiter = ',')]
    pack: Vec<String>,
    /// Judge by the versions that were in force on this day
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Day>,
}

/// How far ahead the next permitted instant is looked for.
const HORIZON_DAYS: u16 = 30;

/// Answers.
pub(crate) fn run(options: &Options, args: Args) -> anyhow::Result<Exit> {
    match args.question {
        Question::Rule(by) => each_line(&by, |case, law, read| Ok(serde_json::to_value(ruled(case, law, read))?)),
        Question::Windows { by, days } => each_line(&by, |case, law, read| {
            let windows = law.windows(&read.situation, read.situation.moment.at(), days);
            Ok(serde_json::to_value(Windows { schema: "forbear.law.windows/1", case_id: &case.case_id, windows })?)
        }),
        Question::Replay { pack } => replay::run(&options.data_dir, &pack),
        Question::Packs => list(),
    }
}

/// One line of input. Fields that are not asked for may stand there.
#[derive(Deserialize)]
struct Case {
    #[serde(default)]
    case_id: String,
    #[serde(default)]
    jurisdiction: String,
    situation: Neutral,
}

#[derive(Serialize)]
struct Ruled<'a> {
    schema: &'static str,
    case_id: &'a str,
    ruling: &'static str,
    by: Vec<Ground>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<String>,
    next_permitted: Option<String>,
    alternatives: Vec<Channel>,
    packs: Vec<PackVersion>,
}

#[derive(Serialize)]
struct Windows<'a> {
    schema: &'static str,
    case_id: &'a str,
    windows: Vec<Window>,
}

/// What the law says of one situation. A fact that this version does not understand leaves a yes unsettled.
fn ruled<'a>(case: &'a Case, law: &Law, read: &Read) -> Ruled<'a> {
    let situation = &read.situation;
    let ruling = law.rule(situation);
    let is_understood = read.not_understood.is_empty() || matches!(ruling, Ruling::Forbidden { .. });
    let mut missing = read.not_understood.clone();
    if let Ruling::Unsettled { missing: unknown } = &ruling {
        missing.extend(unknown.iter().map(|missing| missing.what.to_owned()));
    }
    let next = if is_understood { law.next_permitted(situation, HORIZON_DAYS) } else { None };
    Ruled {
        schema: "forbear.law.rule/1",
        case_id: &case.case_id,
        ruling: if is_understood { ruling.word() } else { "unsettled" },
        by: ruling.grounds(),
        missing,
        next_permitted: next.map(|at| local(at, situation)),
        alternatives: if is_understood { law.alternatives(situation) } else { Vec::new() },
        packs: law.packs_on(situation.moment.day()),
    }
}

/// The instant as the clocks of whoever is reached show it, with its offset.
fn local(at: Timestamp, situation: &Situation) -> String {
    at.display_with_offset(situation.moment.zone().to_offset(at)).to_string()
}

fn each_line(by: &By, answer: impl Fn(&Case, &Law, &Read) -> anyhow::Result<serde_json::Value>) -> anyhow::Result<Exit> {
    let mut laws = Laws { by, known: Vec::new() };
    let mut out = BufWriter::new(stdout().lock());
    for (number, line) in stdin().lock().lines().enumerate() {
        let line = line.context("cannot read standard input")?;
        if line.trim().is_empty() {
            continue;
        }
        let number = number + 1;
        let case: Case = serde_json::from_str(&line).map_err(|error| unreadable(number, "", &error.to_string()))?;
        let wrong = |Invalid { field, fix }: Invalid| unreadable(number, &case.case_id, &format!("{field}: {fix}"));
        let read = case.situation.read(None, &packs::zone).map_err(wrong)?;
        let law = laws.of(&case).with_context(|| format!("line {number}"))?;
        serde_json::to_writer(&mut out, &answer(&case, law, &read)?)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(Exit::Done)
}

fn unreadable(line: usize, case: &str, fix: &str) -> anyhow::Error {
    let case = if case.is_empty() { String::new() } else { format!(" ({case})") };
    Stop { exit: Exit::Usage, says: format!("line {line}{case}: {fix}") }.into()
}

/// The laws that the lines ask for, each read once.
struct Laws<'a> {
    by: &'a By,
    known: Vec<(String, Law)>,
}

impl Laws<'_> {
    fn of(&mut self, case: &Case) -> anyhow::Result<&Law> {
        let names = if self.by.pack.is_empty() { pack_of(&case.jurisdiction) } else { self.by.pack.join(",") };
        let at = match self.known.iter().position(|(known, _)| *known == names) {
            Some(at) => at,
            None => {
                let law = packs::law(names.split(','), self.by.as_of)
                    .map_err(|error| Stop { exit: Exit::Usage, says: format!("{error:#}") })?;
                self.known.push((names, law));
                self.known.len() - 1
            }
        };
        Ok(&self.known[at].1)
    }
}

fn pack_of(jurisdiction: &str) -> String {
    match jurisdiction {
        "US" => String::from("us-federal"),
        other => other.to_lowercase(),
    }
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| String::from("expected a day such as 2026-11-23"))
}

#[derive(Serialize)]
struct Listed<'a> {
    schema: &'static str,
    id: &'a str,
    version: &'a str,
    in_force_from: Day,
    rules: usize,
    switched_off: Vec<&'a String>,
}

fn list() -> anyhow::Result<Exit> {
    for (id, _) in packs::SHIPPED {
        let pack = packs::pack(id)?;
        let listed = Listed {
            schema: "forbear.law.packs/1",
            id: &pack.id,
            version: &pack.version,
            in_force_from: pack.in_force_from,
            rules: pack.rules.len(),
            switched_off: pack.switched_off().collect(),
        };
        println!("{}", serde_json::to_string(&listed)?);
    }
    Ok(Exit::Done)
}
