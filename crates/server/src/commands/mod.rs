//! The command line: one module per command, each with its `Args` and a `run`.
//!
//! Data goes to standard output, progress and logs to standard error. Exit codes are part of the contract: [`Exit`].

use std::fmt;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand};

use crate::texts::Lang;
use crate::web::redaction::Redacted;

pub(crate) mod bench;
mod demo;
mod doctor;
mod documents;
mod explain;
mod explain_contact;
mod export;
mod import;
mod law;
mod loan;
mod messages;
mod nightly;
mod payments;
mod route;
mod serve;
mod user;
mod verify;
mod verify_receipt;

/// Servicing and fair collection for consumer credit.
#[derive(Parser)]
#[command(name = "forbear", version, about, disable_help_subcommand = true, after_help = EXAMPLES)]
pub(crate) struct Forbear {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  forbear demo
  forbear serve --data-dir ./forbear-data --bind 127.0.0.1:8420";

/// What every command accepts.
#[derive(Args)]
pub(crate) struct Options {
    /// The folder that is the whole system: database, keys, documents
    #[arg(long, global = true, env = "FORBEAR_DATA_DIR", value_name = "DIR", default_value = "./forbear-data")]
    pub(crate) data_dir: PathBuf,
    /// The language of what is said: zh-Hans, zh-Hant or en; as the terminal has it if not said
    #[arg(long, global = true, env = "FORBEAR_LANG", value_name = "LANG", value_parser = language)]
    lang: Option<Lang>,
    /// Say less: only errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more; twice for every detail
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

impl Options {
    /// The language of what is said: asked for, else the terminal's, else English.
    pub(crate) fn lang(&self) -> Lang {
        let terminal = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
        self.lang.or_else(|| terminal.filter(|tag| !tag.is_empty()).find_map(|tag| Lang::from_tag(&tag))).unwrap_or(Lang::En)
    }
}

fn language(tag: &str) -> Result<Lang, String> {
    Lang::from_tag(tag).ok_or_else(|| String::from("Forbear speaks zh-Hans, zh-Hant and en"))
}

#[derive(Subcommand)]
enum Command {
    /// Measure, one JSON line a figure
    Bench(bench::Args),
    /// Ask the law: is this lawful, by which rule, and when
    Law(law::Args),
    /// Schedules, annual rates and the replay of servicing cases
    Loan(loan::Args),
    /// Plan a team's day, or check a plan
    Route(route::Args),
    /// Look at machine, data and settings, and say how to mend what is not right
    Doctor(doctor::Args),
    /// Completions for a shell, to standard output
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// A realistic book and its pages, in one command
    Demo(demo::Args),
    /// Loans and payments of another system, by a mapping file
    Import(import::Args),
    /// The outbox: hand over what is due
    Messages(messages::Args),
    /// Money in: bank statements
    Payments(payments::Args),
    /// End every day up to a day: charge, age, judge promises, open and close cases
    Nightly(nightly::Args),
    /// Serve the pages and the API
    Serve(serve::Args),
    /// Who works here: add, password, leave, list, token
    User(user::Args),
    /// Why a figure of an account is what it is; or: may I contact this person so, why, and when?
    Explain(explain::Args),
    /// Tables for other programs: journal, trial balance, statements, accounts
    Export(export::Args),
    /// Work everything out again from the log and name whatever differs
    Verify,
    /// Check the receipt of a visit offline, with nothing but the file
    VerifyReceipt(verify_receipt::Args),
    /// Make the derived tables anew from the log
    Rebuild,
}

impl Forbear {
    /// Does what was asked.
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        log_to_stderr(&self.options);
        match self.command {
            Command::Bench(args) => bench::run(&self.options, &args),
            Command::Law(args) => law::run(&self.options, args),
            Command::Loan(args) => loan::run(&self.options, args),
            Command::Route(args) => route::run(&self.options, args),
            Command::Doctor(args) => doctor::run(&self.options, &args),
            Command::Completions { shell } => {
                clap_complete::generate(shell, &mut Forbear::command(), "forbear", &mut std::io::stdout());
                Ok(Exit::Done)
            }
            Command::Demo(args) => demo::run(&self.options, &args),
            Command::Import(args) => import::run(&self.options, &args),
            Command::Messages(args) => messages::run(&self.options, &args),
            Command::Payments(args) => payments::run(&self.options, &args),
            Command::Nightly(args) => nightly::run(&self.options, &args),
            Command::Serve(args) => serve::run(&self.options, args),
            Command::User(args) => user::run(&self.options, args),
            Command::Explain(args) => explain::run(&self.options, &args),
            Command::Export(args) => export::run(&self.options, &args),
            Command::Verify => verify::run(&self.options),
            Command::VerifyReceipt(args) => verify_receipt::run(&args),
            Command::Rebuild => verify::rebuild(&self.options),
        }
    }
}

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All done.
    Done = 0,
    /// It failed; nothing is half-written.
    Failed = 1,
    /// The command line or the input cannot be read.
    Usage = 2,
    /// Verification found differences.
    Different = 3,
    /// A rule of the law or of the house refused.
    Refused = 4,
    /// More rows were rejected than allowed.
    Rejected = 5,
    /// The disk failed: what is on it is known only after a fresh start.
    Disk = 70,
    /// Another process holds the data; try later.
    Locked = 75,
}

impl Exit {
    /// How a program ends that meets this error.
    pub(crate) fn of(error: &anyhow::Error) -> Exit {
        match (error.downcast_ref::<Stop>(), error.downcast_ref::<store::Error>()) {
            (Some(stop), _) => stop.exit,
            (None, Some(fault)) => Exit::of_store(fault),
            (None, None) => Exit::Failed,
        }
    }

    /// How a program ends that meets this fault of the store.
    pub(crate) fn of_store(fault: &store::Error) -> Exit {
        match fault {
            store::Error::Locked => Exit::Locked,
            store::Error::Disk(_) => Exit::Disk,
            _ => Exit::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// An end other than plain failure: what to say and the exit code to say it with. Return it as an error.
#[derive(Debug)]
pub(crate) struct Stop {
    /// The exit code.
    pub(crate) exit: Exit,
    /// One line: what, where, and how to mend it.
    pub(crate) says: String,
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.says)
    }
}

impl std::error::Error for Stop {}

fn log_to_stderr(options: &Options) {
    let default = match (options.quiet, options.verbose) {
        (true, _) => "error",
        (_, 0) => "warn",
        (_, 1) => "info",
        _ => "debug",
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("FORBEAR_LOG").unwrap_or_else(|_| default.into());
    let ansi = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(ansi).with_writer(Redacted).init();
    // What breaks an invariant is told the same way: its words may hold what the log may not.
    std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
}
